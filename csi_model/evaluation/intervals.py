"""Intervals of derived quantities: by the delta method, from bootstrap draws, or from the jackknife."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.fits import CompositeSolution, GroupFit, Solution
from csi_model.estimation.inference import item_mean_covariance
from csi_model.estimation.resampling import Jackknife
from csi_model.evaluation.bootstrap_intervals import acceleration_of, bootstrap_intervals
from csi_model.evaluation.monte_carlo import simulated_ends
from csi_model.evaluation.quantities import (
    Metric,
    Quantities,
    index_scores,
    index_weights,
    quantities,
)
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Values with standard errors and interval ends, arrays of one shape; ``why`` they are absent."""

    value: Array
    se: Array
    lower: Array
    upper: Array
    method: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class How:
    """Confidence level, how bootstrap intervals are made (``bootstrap_intervals.METHODS``), and the seed
    of simulated ones."""

    level: float
    method: str = "percentile"
    seed: int = 0

    @property
    def quantile(self) -> float:
        """Of the normal distribution, for both sides."""
        return float(stats.norm.ppf(0.5 + self.level / 2))


_SKEWED = (
    "direct", "indirect", "total", "std_direct", "std_indirect", "std_total", "specific", "std_specific"
)  # fmt: skip
"""Products and ratios of parameters."""

_FIELDS = (
    "index", "direct", "indirect", "total", "std_direct", "std_indirect", "std_total", "r2",
    "correlations", "specific", "std_specific",
)  # fmt: skip


def intervals(
    part: GroupFit, metric: Metric, how: How, pooled: GroupFit | None = None
) -> tuple[Quantities, dict[str, Interval]]:
    """Quantities of a fitted group and intervals of its fields.

    With ``pooled``, index weights are those of the pooled sample, whose sampling error is carried
    along as independent of the group's.
    """
    solution = solution_of(part)
    size = solution.means.size + solution.values.size
    at = np.concatenate([solution.means, solution.values])
    covariance = solution.covariance
    if pooled is not None:
        other = solution_of(pooled)
        at = np.concatenate([at, other.values])
        wide = np.zeros((at.size, at.size))
        wide[:size, :size] = covariance
        wide[size:, size:] = other.covariance[solution.means.size :, solution.means.size :]
        covariance = wide

    def derive(z: Array) -> Quantities:
        p = solution.means.size
        weights = None
        if pooled is not None:
            table = solution_of(pooled).table
            weights = index_weights(table, metric, matrices(table, z[..., size:]))
        return quantities(solution.table, metric, z[..., :p], z[..., p:size], weights)

    found = derive(at)
    shapes = {name: np.shape(_field(found, name)) for name in _FIELDS}

    def flat(z: Array) -> Array:
        return _flatten(derive(z))

    made = cut_by_field(derived_interval(part, flat, at, covariance, how, pooled), shapes, how)
    if solution.spread is not None and made["total"].method == "delta":
        covariance = covariance.copy()
        covariance[:size, :size] = solution.spread
        if _own_jackknife(solution) is not None:
            wider = derived_interval(part, flat, at, covariance, how)
            apart = cut_by_field(wider, shapes, how)["correlations"]
            made["correlations"] = replace(made["correlations"], lower=apart.lower, upper=apart.upper)
        lower, upper = simulated_ends(flat, at, covariance, how.level, how.seed)
        ends = cut_by_field(
            replace(made["index"], value=lower, se=lower, lower=lower, upper=upper), shapes, how
        )
        made |= {
            name: replace(made[name], lower=ends[name].lower, upper=ends[name].upper, method="monte_carlo")
            for name in _SKEWED
        }
    return found, made


def derived_interval(
    part: GroupFit,
    derive: Callable[[Array], Array],
    at: Array,
    covariance: Array,
    how: How,
    pooled: GroupFit | None = None,
) -> Interval:
    """Interval of any quantity ``derive`` (..., d) -> (..., k) of (means, parameters) at ``at`` (d,).

    From the bootstrap draws of the group, else from its jackknife, else by the delta method with
    ``covariance`` (d, d), which an estimate by PLS has not (give (0, 0)).
    """
    solution = estimated(part)
    value = np.asarray(derive(at[None])[0], dtype=float)
    if solution.draws is not None:
        draws = derive(_draws(part, pooled))
        rate = None
        if how.method == "bca" and solution.jackknife is not None:
            rate = acceleration_of(_leave_out(solution.jackknife, derive, at, influence=True))
        made = bootstrap_intervals(draws, value, level=how.level, method=how.method, acceleration=rate)
        method = "bootstrap" if how.method == "percentile" else f"bootstrap_{how.method}"
        absent = next((why for why in made.why if why), "")
        return Interval(
            value=value, se=made.se, lower=made.lower, upper=made.upper, method=method, why=absent
        )
    if solution.jackknife is not None:
        variance = _leave_out(solution.jackknife, derive, at, influence=False)
        if pooled is not None and covariance.size:
            size = solution.means.size + solution.values.size
            _, rest = delta_errors(
                lambda z: derive(_beside(at[:size], z)), at[size:], covariance[size:, size:]
            )
            variance = variance + rest**2
        se = np.sqrt(variance)
        why = JACKKNIFE_FAILED if np.isnan(se).all() else ""
        half = how.quantile * se
        return Interval(
            value=value, se=se, lower=value - half, upper=value + half, method="jackknife", why=why
        )
    if isinstance(solution, CompositeSolution):
        empty = np.full(value.shape, np.nan)
        return Interval(value=value, se=empty, lower=empty, upper=empty, method="", why=NO_DRAWS)
    _, se = delta_errors(derive, at, covariance)
    half = how.quantile * se
    return Interval(value=value, se=se, lower=value - half, upper=value + half, method="delta")


def by_jackknife(part: GroupFit, made: Interval, derive: Callable[[Array], Array], how: How) -> Interval:
    """An interval of standardised values ``derive`` (..., p + q) -> (..., k), its ends by the jackknife.

    For ordered answers, whose robust errors (``se``) are a few percent too small in small samples; any other
    stays as it is, and so do those of large samples, which have no jackknife.
    """
    solution = solution_of(part)
    spread = _own_jackknife(solution)
    if spread is None or made.method != "delta":
        return made
    at = np.concatenate([solution.means, solution.values])
    half = how.quantile * delta_errors(derive, at, spread)[1]
    return replace(made, lower=made.value - half, upper=made.value + half, method="jackknife")


def _own_jackknife(solution: Solution) -> Array | None:
    """The jackknife's covariance of an estimate from ordered answers; None of large samples and others."""
    own = solution.test.least_squares and solution.spread is not solution.covariance
    return solution.spread if own else None


NO_DRAWS = "no interval without a bootstrap (--bootstrap 0 was asked for)"

JACKKNIFE_FAILED = "without some of the respondents the estimate does not exist"


def _leave_out(
    jackknife: Jackknife, derive: Callable[[Array], Array], at: Array, *, influence: bool
) -> Array:
    """Jackknife variances (k,) of what is derived, or influence values (units, k); pooled weights fixed."""
    rows = np.hstack([jackknife.replicates.means, jackknife.replicates.values])
    known = np.isfinite(rows).all(axis=1)
    rest = at[rows.shape[1] :]
    made = np.full((len(rows), derive(at[None]).shape[1]), np.nan)
    made[known] = derive(np.hstack([rows[known], np.broadcast_to(rest, (int(known.sum()), rest.size))]))
    if influence:
        moved = jackknife.influence(made)
        return np.where(np.isfinite(moved), moved, 0.0)
    return np.diag(jackknife.variance(made)).copy()


def _beside(fixed: Array, z: Array) -> Array:
    """``fixed`` (d,) before every vector of ``z`` (..., k)."""
    return np.concatenate([np.broadcast_to(fixed, (*z.shape[:-1], fixed.size)), z], axis=-1)


def cut_by_field(made: Interval, shapes: dict[str, tuple[int, ...]], how: How) -> dict[str, Interval]:
    """The flat interval field by field."""
    cut: dict[str, Interval] = {}
    first = 0
    for name, shape in shapes.items():
        last = first + int(np.prod(shape))
        parts = [a[first:last].reshape(shape) for a in (made.value, made.se, made.lower, made.upper)]
        if name == "correlations" and made.method in ("delta", "jackknife"):
            parts[2:] = _fisher(parts[0], parts[1], how.quantile)
        cut[name] = Interval(
            value=parts[0], se=parts[1], lower=parts[2], upper=parts[3], method=made.method, why=made.why
        )
        first = last
    return cut


def pooled_index(part: GroupFit, metric: Metric, how: How, pooled: GroupFit) -> Interval:
    """Index of a group by the pooled weights, (m,): it needs the group's means only, not a fit of it."""
    solution = solution_of(pooled)
    table, p = solution.table, part.sample.mean.size
    at = np.concatenate([part.sample.mean, solution.values])
    covariance = np.zeros((at.size, at.size))
    covariance[:p, :p] = item_mean_covariance(part.sample)
    covariance[p:, p:] = solution.covariance[p:, p:]

    def derive(z: Array) -> Array:
        weights = index_weights(table, metric, matrices(table, z[..., p:]))
        return index_scores(metric, z[..., :p], weights)

    value, se = delta_errors(derive, at, covariance)
    half = how.quantile * se
    why = ONE_CLUSTER if one_cluster(part.sample) else ""
    return Interval(value=value, se=se, lower=value - half, upper=value + half, method="delta", why=why)


def _fisher(value: Array, se: Array, quantile: float) -> list[Array]:
    """Interval ends of correlations on Fisher's z scale, which keeps them within -1 and 1."""
    inside = np.abs(value) < 1 - 1e-12
    safe = np.where(inside, value, 0.0)
    half = quantile * se / (1 - safe**2)
    ends = [np.tanh(np.arctanh(safe) - half), np.tanh(np.arctanh(safe) + half)]
    return [np.where(inside, end, np.nan) for end in ends]


def estimated(part: GroupFit) -> Solution | CompositeSolution:
    """The estimate of a group that has one, whatever the estimator."""
    if part.solution is None:
        raise ValueError("a group without a solution has no intervals")
    return part.solution


def solution_of(part: GroupFit) -> Solution:
    """The estimate of a group that has one by a covariance-based estimator."""
    if not isinstance(part.solution, Solution):
        raise ValueError("a group without a solution has no intervals")
    return part.solution


def _field(found: Quantities, name: str) -> Array:
    if name == "indirect":
        return np.asarray(found.total - found.direct)
    if name == "std_indirect":
        return np.asarray(found.std_total - found.std_direct)
    return np.asarray(getattr(found, name))


def _flatten(found: Quantities) -> Array:
    parts = [_field(found, name) for name in _FIELDS]
    batch = found.index.shape[:-1]
    flat = [part.reshape((*batch, math.prod(part.shape[len(batch) :]))) for part in parts]
    return np.concatenate(flat, axis=-1)


def _draws(part: GroupFit, pooled: GroupFit | None) -> Array:
    """Draws of (means, parameters[, pooled parameters]) side by side."""
    solution = estimated(part)
    if solution.draws is None:
        raise ValueError("there was no bootstrap")
    columns = [solution.draws.means, solution.draws.values]
    if pooled is not None:
        other = estimated(pooled).draws
        if other is not None:
            columns.append(other.values)
    length = min(len(column) for column in columns)
    return np.hstack([column[:length] for column in columns])
