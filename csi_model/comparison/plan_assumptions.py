"""What a plan rests on: standard deviation, level, design effect, and what is said at the same time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from csi_model.errors import Finding, UsageError

Method = Literal["none", "bonferroni", "tukey"]

FEWEST = 2
"""A standard deviation needs two interviews."""
WIDEST_SD = 50.0
"""Half the answers at 0 and half at 100: an index has no larger standard deviation."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is allowed for several statements that shall hold together at one confidence level.

    ``bonferroni`` divides the error by the number of ``comparisons``; ``tukey`` takes the studentized range
    of ``units`` independent units, all pairs of which are compared, and needs no more than it has to where
    these are of equal size (Tukey 1953; Hochberg & Tamhane 1987, *Multiple Comparison Procedures*, ch. 3).
    """

    method: Method = "none"
    comparisons: int = 1
    units: int = 2


SINGLE = Allowance()
"""One statement by itself."""


def bonferroni(comparisons: int) -> Allowance:
    """Allow for any ``comparisons`` statements."""
    return Allowance(method="bonferroni", comparisons=comparisons)


def all_pairs(units: int, method: Method = "tukey") -> Allowance:
    """Allow for the comparison of every pair of ``units``."""
    return Allowance(method=method, comparisons=units * (units - 1) // 2, units=units)


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What a plan rests on.

    Attributes
    ----------
    sd
        Standard deviation of the index among the customers of a unit, in index points.
    level
        Confidence level of the interval; a test goes wrong at 1 less that.
    deff
        Design effect: by how much weights and clusters inflate the variance.
    allowance
        For several statements at once.
    population
        Customers of a unit in all, where they are so few that a sample uses them up. It makes margins
        smaller, which describe these customers; a test asks about what lies behind them and has no such
        correction (Cochran 1977, *Sampling Techniques*, section 2.14).
    panel_correlation
        Correlation of the two answers where the same respondents are asked in both waves; None for
        independent samples.
    distribution
        ``normal`` or ``t``; ``automatic``: normal for margins, t for tests.

    Raises
    ------
    UsageError
        With everything that does not fit.
    """

    sd: float
    level: float = 0.95
    deff: float = 1.0
    allowance: Allowance = field(default=SINGLE)
    population: float | None = None
    panel_correlation: float | None = None
    distribution: str = "automatic"

    def __post_init__(self) -> None:
        wrong = tuple(_wrong_assumptions(self))
        if wrong:
            raise UsageError(wrong)

    @property
    def independent(self) -> bool:
        """Whether a difference is one of independent samples."""
        return self.panel_correlation is None


def wrong_option(where: str, what: str, fix: str) -> Finding:
    """An error at an option."""
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)


def _wrong_assumptions(made: Assumptions) -> Iterator[Finding]:
    if not 0 < made.sd <= WIDEST_SD:
        what = f"{made.sd:g} is no standard deviation of an index of 0 to 100."
        yield wrong_option("--sd", what, "Give index points above 0, at most 50; 17 to 27 is usual.")
    if not 0 < made.level < 1:
        what = f"{made.level:g} is not a confidence level."
        yield wrong_option("--level", what, "Give a number between 0 and 1: 0.95 for 95 %.")
    if not 0 < made.deff < math.inf:
        what = f"{made.deff:g} is not a design effect."
        yield wrong_option(
            "--deff", what, "Give a number above 0: 1 for a simple random sample, often 1.2 to 2."
        )
    if made.allowance.comparisons < 1:
        what = f"{made.allowance.comparisons} comparisons cannot be made."
        yield wrong_option("--comparisons", what, "Give 1 or more.")
    if made.allowance.method == "tukey" and made.allowance.units < 2:
        what = f"{made.allowance.units} units have no pairs."
        yield wrong_option("--firms", what, "Give 2 or more.")
    if made.population is not None and not made.population >= FEWEST:
        what = f"{made.population:g} is no number of customers."
        yield wrong_option("--population", what, "Give 2 or more, or leave it out for a large population.")
    r = made.panel_correlation
    if r is not None and not -1 < r < 1:
        what = f"{r:g} is not a correlation of two waves."
        yield wrong_option("--panel-correlation", what, "Give a number between -1 and 1, such as 0.5.")
    if r is not None and made.allowance.method == "tukey":
        what = "Tukey's allowance is for independent samples."
        yield wrong_option("--panel-correlation", what, "Allow by Bonferroni.")
    if made.distribution not in ("automatic", "normal", "t"):
        what = f"{made.distribution!r} is not a distribution."
        yield wrong_option("--distribution", what, "Choose normal or t.")
