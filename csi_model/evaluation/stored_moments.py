"""What a results folder keeps beside its tables, so that comparing and re-reporting need no survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit, Solution, is_brief
from csi_model.estimation.ordinal.layout import steps_array
from csi_model.estimation.resampling import Draws
from csi_model.evaluation.bootstrap_intervals import MINIMUM_DRAWS
from csi_model.evaluation.ingredients import ingredient_draws, layout_of
from csi_model.evaluation.item_means import part_mean_covariance
from csi_model.evaluation.quantities import metric_of

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class PartMoments:
    """Counts and arrays of one part of a fit; ``arrays`` by what they are: ``mean``, ``cov`` ..."""

    key: tuple[str, ...]
    n: int
    n_eff: float
    arrays: Mapping[str, Array]


def part_moments(fit: Fit, part: GroupFit) -> PartMoments:
    """Means and covariances of the items, parameters, their covariance or draws; a suppressed group leaves
    no numbers behind, and where there are many groups none keeps its draws."""
    if part.key and part.sample.n < fit.options.min_base:
        return PartMoments(key=part.key, n=part.sample.n, n_eff=np.nan, arrays={})
    arrays: dict[str, Array] = {"mean": part.sample.mean, "cov": part.sample.cov}
    arrays["mean_covariance"] = part_mean_covariance(part)
    if part.solution is not None:
        arrays["values"] = part.solution.values
        if isinstance(part.solution, Solution):
            arrays["covariance"] = part.solution.covariance
            if part.solution.table.steps is not None:  # thresholds are laid out by the sample's answers
                arrays["steps"] = steps_array(part.solution.table.steps)
        if part.solution.draws is not None and not is_brief(fit, part):
            arrays["draws_means"] = part.solution.draws.means
            arrays["draws_values"] = part.solution.draws.values
        elif part.solution.draws is not None and isinstance(part.solution, CompositeSolution):
            made = _ingredients_covariance(fit, part.solution, part.solution.draws)
            arrays["ingredients_covariance"] = made
    return PartMoments(key=part.key, n=part.sample.n, n_eff=float(part.sample.n_eff), arrays=arrays)


def _ingredients_covariance(fit: Fit, solution: CompositeSolution, draws: Draws) -> Array:
    """Covariance (d, d) over the draws of what index and effects are made of: what is left of them."""
    metric = metric_of(fit.model, fit.options.weight_rule, fit.options.given_weights)
    layout = layout_of(fit.model, metric)
    if len(draws.values) < MINIMUM_DRAWS:
        return np.full((layout.size, layout.size), np.nan)
    found = ingredient_draws(solution.table, metric, layout, draws.means, draws.values)
    return np.asarray(np.cov(found, rowvar=False))


def stored_moments(by: Sequence[str], parts: Iterable[PartMoments]) -> dict[str, Array]:
    """All arrays by name, the whole sample's numbered 0, groups from 1 on."""
    listed = list(parts)
    arrays: dict[str, Array] = {
        "keys": np.array([list(part.key) or [""] * len(by) for part in listed], dtype=str),
        "n": np.array([part.n for part in listed]),
        "n_eff": np.array([part.n_eff for part in listed], dtype=float),
    }
    for k, part in enumerate(listed):
        arrays |= {f"{name}_{k}": array for name, array in part.arrays.items()}
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}
