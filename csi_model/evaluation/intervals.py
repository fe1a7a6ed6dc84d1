"""Intervals of derived quantities, by the delta method or from bootstrap draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.fits import GroupFit, Solution
from csi_model.estimation.inference import item_mean_covariance
from csi_model.evaluation.quantities import (
    Metric,
    Quantities,
    index_scores,
    index_weights,
    quantities,
)

Array = NDArray[Any]

MINIMUM_DRAWS = 100


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Values with standard errors and interval ends, arrays of one shape; ``why`` they are absent."""

    value: Array
    se: Array
    lower: Array
    upper: Array
    method: str
    why: str = ""


_FIELDS = ("index", "direct", "indirect", "total", "std_total", "r2", "correlations")


def intervals(
    part: GroupFit, metric: Metric, level: float, pooled: GroupFit | None = None
) -> tuple[Quantities, dict[str, Interval]]:
    """Quantities of a fitted group and intervals of its fields.

    With ``pooled``, index weights are those of the pooled sample, whose sampling error is carried
    along as independent of the group's.
    """
    solution = _solution(part)
    own = solution.means, solution.values
    p, q = own[0].size, own[1].size
    at = np.concatenate(own)
    covariance = solution.covariance
    if pooled is not None:
        other = _solution(pooled)
        at = np.concatenate([at, other.values])
        wide = np.zeros((at.size, at.size))
        wide[: p + q, : p + q] = covariance
        wide[p + q :, p + q :] = other.covariance[p:, p:]
        covariance = wide

    def derive(z: Array) -> Quantities:
        weights = None
        if pooled is not None:
            table = _solution(pooled).table
            weights = index_weights(table, metric, matrices(table, z[..., p + q :]))
        return quantities(solution.table, metric, z[..., :p], z[..., p : p + q], weights)

    found = derive(at)
    flat = _flatten(derive(at[None]))[0]
    shapes = {name: np.shape(_field(found, name)) for name in _FIELDS}
    draws = _draws(part, pooled)
    if draws is None:
        _, se = delta_errors(lambda z: _flatten(derive(z)), at, covariance)
        z = stats.norm.ppf(0.5 + level / 2)
        lower, upper, method, why = flat - z * se, flat + z * se, "delta", ""
    elif len(draws) < MINIMUM_DRAWS:
        se = lower = upper = np.full(flat.shape, np.nan)
        method, why = "bootstrap", few_draws(len(draws))
    else:
        se, lower, upper = _percentiles(_flatten(derive(draws)), level)
        method, why = "bootstrap", ""
    made: dict[str, Interval] = {}
    first = 0
    for name, shape in shapes.items():
        last = first + int(np.prod(shape))
        cut = [array[first:last].reshape(shape) for array in (flat, se, lower, upper)]
        if name == "correlations" and draws is None:
            cut[2:] = _fisher(cut[0], cut[1], level)
        made[name] = Interval(value=cut[0], se=cut[1], lower=cut[2], upper=cut[3], method=method, why=why)
        first = last
    return found, made


def pooled_index(part: GroupFit, metric: Metric, level: float, pooled: GroupFit) -> Interval:
    """Index of a group by the pooled weights, (m,): it needs the group's means only, not a fit of it."""
    solution = _solution(pooled)
    table, p = solution.table, part.sample.mean.size
    at = np.concatenate([part.sample.mean, solution.values])
    covariance = np.zeros((at.size, at.size))
    covariance[:p, :p] = item_mean_covariance(part.sample)
    covariance[p:, p:] = solution.covariance[p:, p:]

    def derive(z: Array) -> Array:
        weights = index_weights(table, metric, matrices(table, z[..., p:]))
        return index_scores(metric, z[..., :p], weights)

    value, se = delta_errors(derive, at, covariance)
    half = stats.norm.ppf(0.5 + level / 2) * se
    return Interval(value=value, se=se, lower=value - half, upper=value + half, method="delta")


def _fisher(value: Array, se: Array, level: float) -> list[Array]:
    """Interval ends of correlations on Fisher's z scale, which keeps them within -1 and 1."""
    inside = np.abs(value) < 1 - 1e-12
    safe = np.where(inside, value, 0.0)
    half = stats.norm.ppf(0.5 + level / 2) * se / (1 - safe**2)
    ends = [np.tanh(np.arctanh(safe) - half), np.tanh(np.arctanh(safe) + half)]
    return [np.where(inside, end, np.nan) for end in ends]


def _solution(part: GroupFit) -> Solution:
    if part.solution is None:
        raise ValueError("a group without a solution has no intervals")
    return part.solution


def _field(found: Quantities, name: str) -> Array:
    if name == "indirect":
        return np.asarray(found.total - found.direct)
    return np.asarray(getattr(found, name))


def _flatten(found: Quantities) -> Array:
    parts = [_field(found, name) for name in _FIELDS]
    batch = found.index.shape[:-1]
    return np.concatenate([part.reshape((*batch, -1)) for part in parts], axis=-1)


def _draws(part: GroupFit, pooled: GroupFit | None) -> Array | None:
    """Draws of (means, parameters[, pooled parameters]) side by side, or None without a bootstrap."""
    own = _solution(part).draws
    if own is None:
        return None
    columns = [own.means, own.values]
    if pooled is not None:
        other = _solution(pooled).draws
        if other is not None:
            columns.append(other.values)
    length = min(len(column) for column in columns)
    return np.hstack([column[:length] for column in columns])


def few_draws(count: int) -> str:
    """Why there is no bootstrap interval where fewer than ``MINIMUM_DRAWS`` replicates converged."""
    return f"only {count} bootstrap replicates converged"


def _percentiles(draws: Array, level: float) -> tuple[Array, Array, Array]:
    """Standard deviation and percentile interval (Efron & Tibshirani 1993, section 13.3)."""
    empty = np.full(draws.shape[1], np.nan)
    defined = np.isfinite(draws).mean(axis=0) > 0.9
    usable = draws[:, defined]
    se, lower, upper = empty.copy(), empty.copy(), empty.copy()
    tail = (1 - level) / 2
    se[defined] = np.nanstd(usable, axis=0, ddof=1)
    lower[defined], upper[defined] = np.nanquantile(usable, [tail, 1 - tail], axis=0)
    return se, lower, upper
