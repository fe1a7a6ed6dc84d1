"""Intervals of what follows from a PLS estimate: from its bootstrap draws, or its jackknife."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import unpacked
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.inference import item_mean_covariance
from csi_model.estimation.pls_weights import CHUNK
from csi_model.evaluation.composite_quantities import (
    CompositeQuantities,
    composite_index_weights,
    composite_quantities,
    first_order,
    htmt_matrices,
)
from csi_model.evaluation.intervals import How, Interval, cut_by_field, derived_interval
from csi_model.evaluation.quantities import Metric, index_scores
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster

Array = NDArray[Any]

_FIELDS = (
    "index", "direct", "indirect", "total", "std_direct", "std_indirect", "std_total", "r2", "correlations",
    "specific", "std_specific", "outer", "loadings", "f2", "item_importance", "item_performance", "slopes",
)  # fmt: skip
"""What gets intervals; ``htmt`` and ``htmt2`` get one-sided bounds."""


def composite_of(part: GroupFit) -> CompositeSolution:
    """The estimate of a group that was fitted by PLS."""
    if not isinstance(part.solution, CompositeSolution):
        raise ValueError("the group was not fitted by PLS")
    return part.solution


def composite_intervals(
    part: GroupFit, metric: Metric, how: How, pooled: GroupFit | None = None
) -> tuple[CompositeQuantities, dict[str, Interval]]:
    """Quantities of a fitted group, and intervals of its fields by name.

    With ``pooled``, index weights are those of the pooled sample, whose draws are paired with the group's.
    Without, ``htmt`` and ``htmt2`` hold upper bounds at the confidence level of a one-sided interval.
    """
    solution = composite_of(part)
    p, size = len(solution.means), len(solution.means) + len(solution.values)
    at = np.concatenate([solution.means, solution.values])
    if pooled is not None:
        at = np.concatenate([at, composite_of(pooled).values])

    def derive(z: Array) -> CompositeQuantities:
        weights = None
        if pooled is not None:
            table = composite_of(pooled).table
            weights = composite_index_weights(
                table, metric, composite_estimates(table, z[..., :p], z[..., size:])
            )
        return composite_quantities(solution.table, metric, z[..., :p], z[..., p:size], weights)

    found = derive(at)
    shapes = {name: np.shape(_field(found, name)) for name in _FIELDS}
    nothing = np.zeros((0, 0))
    flat = derived_interval(
        part, lambda z: _by_chunks(lambda x: _flatten(derive(x)), z), at, nothing, how, pooled
    )
    made = cut_by_field(flat, shapes, how)
    return found, made if pooled is not None else made | _bounds(part, at, how)


def _by_chunks(derive: Callable[[Array], Array], z: Array) -> Array:
    """``derive`` (..., d) -> (..., k), some draws at a time: the processor's cache holds them."""
    if z.ndim == 1 or len(z) <= CHUNK:
        return derive(z)
    return np.concatenate([derive(z[first : first + CHUNK]) for first in range(0, len(z), CHUNK)])


def _bounds(part: GroupFit, at: Array, how: How) -> dict[str, Interval]:
    """HTMT and HTMT2 whose upper ends are one-sided bounds: ends of a two-sided interval of a lower level."""
    solution = composite_of(part)
    table, p = solution.table, len(solution.means)
    m = len(table.constructs)

    def derive(z: Array) -> Array:
        state = unpacked(table, z[..., :p], z[..., p:])
        ratios = htmt_matrices(state.correlation, first_order(table))
        return np.concatenate([one.reshape((*one.shape[:-2], m * m)) for one in ratios], axis=-1)

    wide = How(level=max(2 * how.level - 1, 1e-9), method="percentile", seed=how.seed)
    both = derived_interval(part, derive, at, np.zeros((0, 0)), wide)
    return cut_by_field(both, {"htmt": (m, m), "htmt2": (m, m)}, wide)


def pooled_composite_index(part: GroupFit, metric: Metric, how: How, pooled: GroupFit) -> Interval:
    """Index of a group by the pooled weights, (m,): it needs the group's means only, not a fit of it.

    The weights count as fixed; what the group's respondents add is linearised.
    """
    weights = pooled_weights(pooled, metric)
    value = index_scores(metric, part.sample.mean, weights)
    scaled = weights * (100 / metric.width)
    se = np.sqrt(np.einsum("jp,pq,jq->j", scaled, item_mean_covariance(part.sample), scaled))
    half = how.quantile * se
    why = ONE_CLUSTER if one_cluster(part.sample) else ""
    return Interval(value=value, se=se, lower=value - half, upper=value + half, method="delta", why=why)


def pooled_weights(pooled: GroupFit, metric: Metric) -> Array:
    """Index weights (m, p) of the whole sample."""
    solution = composite_of(pooled)
    made = composite_estimates(solution.table, solution.means, solution.values)
    return composite_index_weights(solution.table, metric, made)


def _field(found: CompositeQuantities, name: str) -> Array:
    if name == "indirect":
        return np.asarray(found.total - found.direct)
    if name == "std_indirect":
        return np.asarray(found.std_total - found.std_direct)
    return np.asarray(getattr(found, name))


def _flatten(found: CompositeQuantities) -> Array:
    batch = found.index.shape[:-1]
    parts = [_field(found, name) for name in _FIELDS]
    flat = [part.reshape((*batch, math.prod(part.shape[len(batch) :]))) for part in parts]
    return np.concatenate(flat, axis=-1)
