"""How many interviews for which margin, and how often a difference is found.

Notation: ``s`` standard deviation of the index in index points, ``n`` interviews of a unit (a firm, or a
wave), ``D`` design effect, ``c`` critical value, ``h`` margin (half the width of an interval), ``d`` true
difference, ``r`` correlation of a panel's two waves.

    margin of one unit         h = c s sqrt(D / n)                   n = (c s / h)^2 D
    margin of a difference     h = c s sqrt(2 (1 - r) D / n)         r = 0 for independent samples
    power                      P(|T| > c), T noncentral t with ncp d / (s sqrt(2 (1 - r) D / n))

(Kish 1965, *Survey Sampling*, chapters 2 and 8; Cohen 1988, *Statistical Power Analysis*, chapter 2). A
sample of ``n`` with design effect ``D`` counts as a simple random sample of ``n / D``, which also gives the
degrees of freedom. Margins go by the normal distribution unless told otherwise, as the published figures
of index producers do; the standard deviation that is planned with is known far less exactly than the two
interviews or so that the t distribution adds. Tests go by the noncentral t, which is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from csi_model.comparison.plan_assumptions import (
    FEWEST,
    SINGLE,
    Allowance,
    Assumptions,
    all_pairs,
    bonferroni,
    wrong_option,
)
from csi_model.errors import UsageError

__all__ = [
    "FEWEST",
    "SINGLE",
    "Allowance",
    "Assumptions",
    "all_pairs",
    "bonferroni",
    "critical_value",
    "detectable_difference",
    "interviews_needed",
    "interviews_to_detect",
    "invitations",
    "margin_of",
    "power_of_difference",
    "rounded_up",
    "unrounded_interviews",
    "unrounded_to_detect",
]

_FAR = 9.0
"""Standard deviations beyond which a normal tail is nothing in double precision."""
_MANY = (math.inf, 800.0, 400.0, 200.0)
_BARELY = 1.05
"""Effective interviews at which a search by the t distribution begins: one has no degrees of freedom."""


def margin_of(interviews: float, assumptions: Assumptions, *, difference: bool = False) -> float:
    """Return the margin that ``interviews`` of a unit give: half the width of the interval.

    Parameters
    ----------
    interviews
        Of one unit; need not be whole.
    assumptions
        Standard deviation, level, and so on.
    difference
        Of the difference between two units (or waves) of as many interviews each, not of one index.

    Returns
    -------
    float
        Index points. For a difference it is also what a test of that level just finds, so that a true
        difference of this size is found half the time: see ``detectable_difference``.

    Raises
    ------
    UsageError
        Too few interviews, or more than there are customers.
    """
    _check_interviews(interviews, assumptions)
    critical = critical_value(interviews, assumptions, difference=difference, test=False)
    return critical * _standard_error(interviews, assumptions, difference=difference, test=False)


def unrounded_interviews(margin: float, assumptions: Assumptions, *, difference: bool = False) -> float:
    """Return the interviews of a unit for a margin, as the formula gives them; see ``interviews_needed``."""
    if not 0 < margin < math.inf:
        what = f"{margin:g} is not a margin."
        raise UsageError(wrong_option("--margin", what, "Give index points above 0, such as 2."))
    n = _by_normal(margin, assumptions, difference=difference)
    if not _goes_by_t(assumptions, test=False):
        return n
    most = math.inf if assumptions.population is None else assumptions.population
    low = min(max(n, _BARELY * assumptions.deff), most)
    return _smallest(lambda at: margin - _margin_by_t(at, assumptions, difference), low, most)


def interviews_needed(margin: float, assumptions: Assumptions, *, difference: bool = False) -> int:
    """Return how many interviews of a unit give at most this margin, rounded up.

    ``n = (c s / h)^2 D``; with a population of ``N``, ``n / (1 + n / N)``. By the t distribution, whose
    critical value depends on ``n``, the equation is solved numerically.

    Parameters
    ----------
    margin
        Half the width of the interval, in index points.
    assumptions
        Standard deviation, level, and so on.
    difference
        Whether the margin is that of a difference between two units (or waves) of as many interviews.

    Raises
    ------
    UsageError
        The margin is not positive.
    """
    return rounded_up(unrounded_interviews(margin, assumptions, difference=difference))


def power_of_difference(difference: float, interviews: float, assumptions: Assumptions) -> float:
    """Return how often a true difference is found by a two-sided test.

    Parameters
    ----------
    difference
        True difference in index points; at 0 it is the share of false alarms of one test.
    interviews
        Of each of the two units (or waves).
    assumptions
        Standard deviation, level, and so on.

    Raises
    ------
    UsageError
        Too few interviews for a test.
    """
    _check_interviews(interviews, assumptions, test=True)
    return _power(difference, interviews, assumptions)


def _power(difference: float, interviews: float, made: Assumptions) -> float:
    critical = critical_value(interviews, made, difference=True, test=True)
    shift = abs(difference) / _standard_error(interviews, made, difference=True, test=True)
    if not _goes_by_t(made, test=True):
        return float(special.ndtr(shift - critical) + special.ndtr(-shift - critical))
    df = _degrees(interviews, made, difference=True)
    # |Z + shift| < critical S needs a Z below -9, or an S = chi / sqrt(df) beyond its range: never
    if shift > _FAR + critical * math.sqrt(stats.chi2.isf(1e-18, df) / df):
        return 1.0
    # T^2 is noncentral F with 1 and df: both tails at once, where those of T itself may come out as NaN
    found = float(1 - special.ncfdtr(1, df, shift**2, critical**2))
    return found if math.isfinite(found) else _mean_power(shift, critical, df)


@lru_cache(maxsize=64)
def _spreads(df: float) -> Any:
    """Values of S = chi / sqrt(df) at evenly spaced probabilities."""
    return np.sqrt(stats.chi2.ppf((np.arange(4000) + 0.5) / 4000, df) / df)


def _mean_power(shift: float, critical: float, df: float) -> float:
    """The power averaged over the distribution of S, for numbers where the noncentral F gives none."""
    spread = _spreads(df)
    return float(np.mean(special.ndtr(shift - critical * spread) + special.ndtr(-shift - critical * spread)))


def detectable_difference(interviews: float, assumptions: Assumptions, *, power: float = 0.8) -> float:
    """Return the smallest true difference that is found with this power, in index points.

    It is larger than the margin of a difference, which is found half the time only.

    Raises
    ------
    UsageError
        Too few interviews; a power not between the share of false alarms and 1.
    """
    _check_interviews(interviews, assumptions, test=True)
    _check_power(power, assumptions)
    step = _standard_error(interviews, assumptions, difference=True, test=True)
    return _smallest(lambda at: _power(at, interviews, assumptions) - power, step / 1000, math.inf)


def unrounded_to_detect(difference: float, assumptions: Assumptions, *, power: float = 0.8) -> float:
    """Return the interviews of each unit for a power, before they are rounded up."""
    _check_power(power, assumptions)
    if not 0 < abs(difference) < math.inf:
        what = f"{difference:g} is no difference to be found."
        raise UsageError(wrong_option("--difference", what, "Give index points above 0, such as 4."))
    by_normal = replace(assumptions, distribution="normal")
    near = _smallest(lambda at: _power(difference, at, by_normal) - power, 1e-3, math.inf)
    if not _goes_by_t(assumptions, test=True):
        return near
    least = _BARELY * assumptions.deff

    def enough(at: float) -> float:
        return _power(difference, at, assumptions) - power

    low = max(least, 0.95 * near)
    return _smallest(enough, low if enough(low) < 0 else least, math.inf)


def interviews_to_detect(difference: float, assumptions: Assumptions, *, power: float = 0.8) -> int:
    """Return how many interviews of each of two units (or waves) find a true difference with this power.

    Parameters
    ----------
    difference
        True difference in index points.
    assumptions
        Standard deviation, level, and so on.
    power
        Share of such studies that find it.

    Raises
    ------
    UsageError
        The difference is 0; a power not between the share of false alarms and 1.
    """
    return rounded_up(unrounded_to_detect(difference, assumptions, power=power))


def invitations(interviews: int, response: float) -> int:
    """Return how many must be asked for ``interviews``, where a share ``response`` answers.

    Raises
    ------
    UsageError
        A response rate that is no share above 0.
    """
    if not 0 < response <= 1:
        what = f"{response:g} is not a response rate."
        raise UsageError(wrong_option("--response", what, "Give a share above 0: 0.3 for 30 %."))
    return rounded_up(interviews / response)


def rounded_up(n: float) -> int:
    """Whole interviews, at least two; a last digit of the arithmetic asks for no one more."""
    return max(FEWEST, math.ceil(n * (1 - 1e-12)))


def critical_value(interviews: float, assumptions: Assumptions, *, difference: bool, test: bool) -> float:
    """Return by how many standard errors an interval reaches out, or a test has to be exceeded.

    Raises
    ------
    UsageError
        Tukey's allowance, which is for differences, with one index.
    """
    df = math.inf
    if _goes_by_t(assumptions, test=test):
        df = _degrees(interviews, assumptions, difference=difference)
    return _quantile(assumptions, df, difference=difference)


def _quantile(made: Assumptions, df: float, *, difference: bool) -> float:
    if made.allowance.method == "tukey":
        if not difference:
            what = "Tukey's allowance is for differences, not for one index."
            raise UsageError(wrong_option("allowance", what, "Allow by Bonferroni."))
        return _studentized_range(made.level, made.allowance.units, df) / math.sqrt(2)
    tail = _error(made) / 2
    return float(stats.norm.isf(tail) if math.isinf(df) else stats.t.isf(tail, df))


def _studentized_range(level: float, units: int, df: float) -> float:
    """Quantile of the studentized range; smooth in 1 / df, so that of many degrees a cubic is exact enough.

    Its error is below 1e-6 up to 400 units, and the quantile itself takes a tenth of a second.
    """
    if df < min(_MANY) or math.isinf(df):
        return _exact_range(level, units, df)
    nodes = [1 / many for many in _MANY]
    values = [_exact_range(level, units, many) for many in _MANY]
    return float(np.polynomial.Polynomial.fit(nodes, values, len(nodes) - 1)(1 / df))


@lru_cache(maxsize=4096)
def _exact_range(level: float, units: int, df: float) -> float:
    return float(stats.studentized_range.ppf(level, units, df))


def _error(made: Assumptions) -> float:
    """Share of false alarms of one test, (0, 1); Tukey's is not put in these terms."""
    return (1 - made.level) / (made.allowance.comparisons if made.allowance.method == "bonferroni" else 1)


def _goes_by_t(made: Assumptions, *, test: bool) -> bool:
    return made.distribution == "t" or (made.distribution == "automatic" and test)


def _degrees(interviews: float, made: Assumptions, *, difference: bool) -> float:
    """Degrees of freedom: those of the variance within the units that take part."""
    own = interviews / made.deff - 1
    if made.allowance.method == "tukey":
        return made.allowance.units * own
    return 2 * own if difference and made.independent else own


def _spread(made: Assumptions, *, difference: bool) -> float:
    """Standard error times the root of ``n``, for a population without end."""
    factor = 1.0
    if difference:
        factor = 2.0 * (1 - (made.panel_correlation or 0.0))
    return made.sd * math.sqrt(factor * made.deff)


def _standard_error(interviews: float, made: Assumptions, *, difference: bool, test: bool) -> float:
    left = 1.0
    if made.population is not None and not test:
        left = max(0.0, 1 - interviews / made.population)
    return _spread(made, difference=difference) * math.sqrt(left / interviews)


def _by_normal(margin: float, made: Assumptions, *, difference: bool) -> float:
    critical = _quantile(made, math.inf, difference=difference)
    n = (critical * _spread(made, difference=difference) / margin) ** 2
    return n if made.population is None else n / (1 + n / made.population)


def _margin_by_t(interviews: float, made: Assumptions, difference: bool) -> float:
    if made.population is not None and interviews >= made.population:
        return 0.0  # everybody is asked, whatever the degrees of freedom
    critical = critical_value(interviews, made, difference=difference, test=False)
    return critical * _standard_error(interviews, made, difference=difference, test=False)


def _smallest(enough: Callable[[float], float], low: float, most: float) -> float:
    """Where the rising function ``enough`` is 0, from ``low`` on; ``low`` where it is positive there."""
    if enough(low) >= 0:
        return low
    high = min(2 * low, most)
    while enough(high) < 0:
        low, high = high, min(2 * high, most)
    return float(optimize.brentq(enough, low, high, xtol=1e-9 * low, rtol=1e-12))


def _check_interviews(interviews: float, made: Assumptions, *, test: bool = False) -> None:
    wrong = []
    if not FEWEST <= interviews < math.inf:
        what = f"{interviews:g} are too few interviews."
        wrong.append(wrong_option("--interviews", what, f"Give {FEWEST} or more."))
    elif _goes_by_t(made, test=test) and interviews <= made.deff:
        what = f"{interviews:g} interviews with a design effect of {made.deff:g} count as one or less."
        wrong.append(wrong_option("--interviews", what, "Give more."))
    if made.population is not None and interviews > made.population:
        what = f"{interviews:g} interviews are more than the {made.population:g} customers."
        wrong.append(wrong_option("--interviews", what, "Give fewer, or leave --population out."))
    if wrong:
        raise UsageError(wrong)


def _check_power(power: float, made: Assumptions) -> None:
    """A test that shall find something finds it more often than it goes wrong."""
    wrong = None
    if not 0 < power < 1:
        wrong = wrong_option(
            "--power", f"{power:g} is not a power.", "Give a number between 0 and 1: 0.8 for 80 %."
        )
    elif power <= 1 - made.level:
        what = f"a power of {power:g} is no more than the share of false alarms, {1 - made.level:g}."
        wrong = wrong_option("--power", what, "Give a larger power, or a higher --level.")
    if wrong is not None:
        raise UsageError(wrong)
