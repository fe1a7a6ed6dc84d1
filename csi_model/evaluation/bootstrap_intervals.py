"""Intervals from bootstrap draws: percentile, bias-corrected, BCa; two-sided or one-sided bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import UsageError, suggest

Array = NDArray[Any]

Method = Literal["percentile", "bc", "bca"]
METHODS: tuple[Method, ...] = get_args(Method)
Side = Literal["two", "lower", "upper"]

MINIMUM_DRAWS = 100
DEFINED = 0.9
"""A quantity must exist in more than this share of the draws."""


@dataclass(frozen=True, kw_only=True)
class BootstrapIntervals:
    """Standard errors and interval ends, (k,) each; ``why`` (k,) says why an entry is NaN, else ""."""

    se: Array
    lower: Array
    upper: Array
    method: Method
    why: tuple[str, ...]


def bootstrap_intervals(
    draws: Array,
    estimate: Array,
    *,
    level: float = 0.95,
    method: str = "percentile",
    side: Side = "two",
    acceleration: Array | None = None,
) -> BootstrapIntervals:
    """Intervals of several quantities from their bootstrap draws.

    Parameters
    ----------
    draws : (b, k)
        A quantity that does not exist in a draw is NaN there; the draw does not count for it. One that
        is missing in a tenth of the draws or more has no interval.
    estimate : (k,)
        The quantities in the sample.
    level
        Confidence level.
    method
        ``percentile``: quantiles of the draws (Efron & Tibshirani 1993, *An Introduction to the
        Bootstrap*, section 13.3). ``bc``: shifted by the median bias (Efron 1987, Journal of the American
        Statistical Association 82, 171-185, with a = 0). ``bca``: also for skewness (the same; Efron &
        Tibshirani 1993, section 14.3).
    side
        ``lower`` and ``upper`` give one bound at ``level``, the other end is infinite.
    acceleration : (k,), optional
        For ``bca``: see ``acceleration_of``.

    Raises
    ------
    UsageError
        An unknown method, a level that is none, or ``bca`` without acceleration.
    """
    chosen = _checked(level, method, acceleration)
    size, width = draws.shape
    kept = np.where(np.isfinite(draws), draws, np.nan)
    count = np.isfinite(kept).sum(axis=0)
    se, lower, upper = (np.full(width, np.nan) for _ in range(3))
    why = [""] * width
    tails = _tails(level, side)
    rates = np.zeros(width) if chosen != "bca" or acceleration is None else acceleration
    whole = np.flatnonzero((count == size) & (size >= MINIMUM_DRAWS) & (chosen == "percentile"))
    if whole.size:  # most quantities, all at once
        se[whole] = kept[:, whole].std(axis=0, ddof=1)
        ends = np.quantile(kept[:, whole], tails, axis=0)
        lower[whole] = ends[0] if tails[0] > 0 else -np.inf
        upper[whole] = ends[1] if tails[1] < 1 else np.inf
    for k in set(range(width)).difference(whole.tolist()):
        column = kept[np.isfinite(kept[:, k]), k]
        why[k] = _too_few(size, int(count[k]))
        if why[k]:
            continue
        se[k] = column.std(ddof=1)
        at = tails
        # a quantity that never varies, but for rounding, is its own interval
        if chosen != "percentile" and not np.allclose(column, estimate[k], rtol=1e-12, atol=0.0):
            at, why[k] = _adjusted(tails, column, float(estimate[k]), float(rates[k]))
        if not why[k]:
            lower[k], upper[k] = _ends(column, at)
    return BootstrapIntervals(se=se, lower=lower, upper=upper, method=chosen, why=tuple(why))


def acceleration_of(influence: Array) -> Array:
    """Acceleration (k,) from influence values (n, k), analytic ones or ``Jackknife.influence``.

    ``a = sum l^3 / (6 (sum l^2)^(3/2))`` (Efron 1987, section 7; Efron & Tibshirani 1993, eq. 14.15);
    0 for a quantity that nobody influences.
    """
    squares = (influence**2).sum(axis=0)
    safe = np.where(squares == 0, 1.0, squares)
    return np.asarray((influence**3).sum(axis=0) / (6 * safe**1.5))


def _checked(level: float, method: str, acceleration: Array | None) -> Method:
    chosen = next((one for one in METHODS if one == method), None)
    if chosen is None:
        raise UsageError.at("intervals", f"there is no method {method!r}.", suggest(method, METHODS))
    if not 0 < level < 1:
        raise UsageError.at("--level", f"{level:g} is not a confidence level.", "Write 0.95 for 95 %.")
    if chosen == "bca" and acceleration is None:
        raise UsageError.at(
            "intervals",
            "BCa intervals need the acceleration.",
            "Run the jackknife, or choose bc or percentile.",
        )
    return chosen


def _tails(level: float, side: Side) -> Array:
    """Probabilities below the lower and the upper end."""
    if side == "two":
        return np.array([(1 - level) / 2, (1 + level) / 2])
    return np.array([1 - level, 1.0]) if side == "lower" else np.array([0.0, level])


def _too_few(size: int, count: int) -> str:
    if size < MINIMUM_DRAWS:
        return f"only {size} bootstrap replicates converged"
    if count <= DEFINED * size:
        return f"it does not exist in {size - count} of {size} bootstrap replicates"
    return ""


def _adjusted(tails: Array, column: Array, estimate: float, a: float) -> tuple[Array, str]:
    """Where to read the draws' distribution, and why there is no such place.

    ``Phi(z0 + (z0 + z) / (1 - a (z0 + z)))`` (Efron & Tibshirani 1993, eq. 14.10), draws that equal the
    estimate counted half for ``z0``.
    """
    if not np.isfinite(estimate):
        return tails, "it does not exist in the sample"
    below = float(((column < estimate).mean() + (column <= estimate).mean()) / 2)
    if not 0 < below < 1:
        return tails, "all bootstrap replicates lie on one side of the estimate"
    if not np.isfinite(a):
        return tails, "there is no estimate without one of the units, so its skewness is not known"
    z0 = stats.norm.ppf(below)
    inside = (tails > 0) & (tails < 1)
    shifted = z0 + stats.norm.ppf(np.where(inside, tails, 0.5))
    if np.any(inside & (a * shifted >= 1)):
        return tails, "the bootstrap distribution is too skewed for this method"
    moved = stats.norm.cdf(z0 + shifted / np.where(inside, 1 - a * shifted, 1.0))
    return np.where(inside, moved, tails), ""


def _ends(column: Array, at: Array) -> tuple[float, float]:
    """Quantiles; an end without a tail is infinite."""
    low, high = np.quantile(column, at)
    return (float(low) if at[0] > 0 else -np.inf), (float(high) if at[1] < 1 else np.inf)
