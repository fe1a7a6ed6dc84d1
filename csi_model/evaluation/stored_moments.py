"""What a results folder keeps beside its tables, so that comparing and re-reporting need no survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.fits import Fit, GroupFit, Solution, is_brief
from csi_model.evaluation.item_means import part_mean_covariance

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
        if part.solution.draws is not None and not is_brief(fit, part):
            arrays["draws_means"] = part.solution.draws.means
            arrays["draws_values"] = part.solution.draws.values
    return PartMoments(key=part.key, n=part.sample.n, n_eff=float(part.sample.n_eff), arrays=arrays)


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
