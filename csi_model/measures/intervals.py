"""Intervals of shares, scores and their differences, for a number of effective respondents."""

from __future__ import annotations

import math

from scipy import stats

Interval = tuple[float, float]

NONE: Interval = (math.nan, math.nan)


def critical(level: float) -> float:
    """Standard normal quantile of a two-sided interval."""
    return float(stats.norm.ppf((1 + level) / 2))


def wilson(share: float, n: float, level: float = 0.95) -> Interval:
    """Interval of a share (Wilson 1927, JASA 22, 209-212, inverting the score test).

    Parameters
    ----------
    share
        Between 0 and 1.
    n
        Respondents; effective ones, which need not be whole, under a design (Korn & Graubard 1998, Survey
        Methodology 24, 193-201).
    """
    if not (n > 0 and math.isfinite(share)):
        return NONE
    z2 = critical(level) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def wald(value: float, se: float, level: float = 0.95, df: float = math.inf) -> Interval:
    """``value`` -+ quantile x ``se``: normal, or Student's t with ``df`` degrees of freedom."""
    if not (math.isfinite(value) and math.isfinite(se)):
        return NONE
    quantile = critical(level) if math.isinf(df) else float(stats.t.ppf((1 + level) / 2, df))
    return value - quantile * se, value + quantile * se


def newcombe(one: float, n_1: float, two: float, n_2: float, level: float = 0.95) -> Interval:
    """Interval of the difference of two independent shares, from their Wilson limits.

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    low_1, high_1 = wilson(one, n_1, level)
    low_2, high_2 = wilson(two, n_2, level)
    below = math.hypot(one - low_1, high_2 - two)
    above = math.hypot(high_1 - one, two - low_2)
    return one - two - below, one - two + above
