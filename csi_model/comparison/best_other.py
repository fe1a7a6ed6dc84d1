"""Each unit against the best of the others: multiple comparisons with the best."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.compared_units import ComparedUnits, listed
from csi_model.comparison.difference_columns import NOT_TESTED, Columns, joined, verdict_words
from csi_model.comparison.pair_tests import PairTests

Array = NDArray[Any]

CHOSEN = "which other unit is best is estimated too: interval and p-value are simultaneous (Hsu)"
"""Why a row has no plain test."""

NO_ERROR = "the standard error of the difference is zero"
"""Why a row of units with numbers has no test at all."""


def best_intervals(tests: PairTests) -> tuple[Array, Array]:
    """Constrained intervals (n,), (n,) of each unit's score less the best of the others' scores.

    Hsu (1984, Annals of Statistics 12, 1136-1144; 1996, *Multiple Comparisons*, ch. 4) with unequal
    variances: with ``q_i`` the one-sided critical value of all others against unit i,
    ``upper_i = max(0, min_j (x_i - x_j + q_i se_ij))``; G = the units whose upper end is above 0;
    ``lower_i = 0`` where G holds no other unit than i, else
    ``min(0, min over j in G of (x_i - x_j - q_j se_ij))``. All hold at once with the level. Signs are turned
    where low is good, so that the interval is of the difference of the index in either case.

    NaN for an end that the data do not bound: a unit alone, or an untested difference from a unit of G.
    """
    sign = 1 if tests.high_is_good else -1
    gap = sign * (tests.values[:, None] - tests.values)
    allowance = tests.best_bounds() * tests.spread.se
    tested, itself = np.isfinite(allowance), np.eye(len(gap), dtype=bool)
    reach = np.where(tested, gap + allowance, np.inf).min(axis=1, initial=np.inf)
    short = np.where(tested.T, gap - allowance.T, -np.inf)
    rivals = tests.may_be_best() & ~itself
    fall = np.where(rivals, short, np.inf).min(axis=1, initial=np.inf)
    alone = ~tested.any(axis=1)
    upper = np.where(alone, np.nan, np.maximum(0.0, reach))
    lower = np.where(alone | (fall == -np.inf), np.nan, np.minimum(0.0, fall))
    return (lower, upper) if sign > 0 else (0.0 - upper, 0.0 - lower)


def best_pvalues(tests: PairTests) -> Array:
    """Sizes (n,) at which the intervals of ``best_intervals`` begin to exclude 0.

    Of a unit that is not ahead: that it is the best one. Of the one ahead: the largest of these of the
    others, since it is the single best one once none of them may be.
    """
    made = tests.best_pvalues.copy()
    if np.isfinite(made).any():
        values = tests.values if tests.high_is_good else -tests.values
        ahead = int(np.argmax(values))
        made[ahead] = np.max(np.delete(tests.best_pvalues, ahead))
    return made


def best_columns(
    compared: ComparedUnits, construct: str, scope: str, rows: Array, comparable: str
) -> Columns:
    """The columns of the rows of kind ``best`` of one scope, whose units are ``rows`` of the scores.

    ``unit_1`` is the unit with the best score of all others. Which one is truly best is not known, so the
    row has no plain test: both intervals are Hsu's, and the p-value is the size at which the interval
    begins to exclude 0. Another unit with a number but no standard error may be the best by any distance:
    the interval then has one end only.
    """
    tests = compared.tests(construct, scope)
    index, _ = compared.scores.of(construct)
    reason = compared.reasons(construct)
    unsure = listed(reason[[k for k in rows if np.isfinite(index[k]) and reason[k]]])
    lower, upper, pvalue = np.full((3, len(index)), np.nan)
    lower[tests.units], upper[tests.units] = best_intervals(tests)
    pvalue[tests.units] = best_pvalues(tests)
    if unsure:
        (lower if tests.high_is_good else upper)[:] = np.nan
    best = _best_of_others(compared, index, construct, rows)
    there = best >= 0
    index_1 = np.where(there, index[best], np.nan)
    low, high = lower[rows], upper[rows]
    tested = np.isfinite(low) | np.isfinite(high)
    clear = (low >= 0) | (high <= 0)
    nothing = np.full(len(rows), np.nan)
    shown = tested & (clear | (not unsure))
    why = joined(reason[rows], np.where(there, "", "no other unit has a number").astype(object))
    why = np.where(tested, CHOSEN, np.where(why == "", NO_ERROR, why))
    if unsure:
        why = np.where(reason[rows] == "", joined(why, np.full(len(rows), unsure, dtype=object)), why)
    return {
        "kind": "best",
        "construct": construct,
        "unit_1": np.where(there, np.array(compared.names, dtype=object)[best], ""),
        "unit_2": np.array(compared.names, dtype=object)[rows],
        "index_1": index_1,
        "index_2": index[rows],
        "difference": index[rows] - index_1,
        **dict.fromkeys(("se", "df_welch", "z", "pvalue", "pvalue_holm", "pvalue_bh"), nothing),
        "ci_lower": low,
        "ci_upper": high,
        "simultaneous_lower": low,
        "simultaneous_upper": high,
        "pvalue_simultaneous": np.where(shown, pvalue[rows], np.nan),
        "pvalue_equivalence": nothing,
        "equivalence": NOT_TESTED,
        "comparable": comparable,
        "verdict": verdict_words(index[rows] - index_1, clear, tested),
        "why": why,
    }


def _best_of_others(compared: ComparedUnits, index: Array, construct: str, rows: Array) -> Array:
    """Of each of the units the best other one with a number, by name where several are; -1 without one."""
    sign = -1 if construct in compared.low_is_good else 1
    numbered = [int(k) for k in rows if np.isfinite(index[k])]
    first = sorted(numbered, key=lambda k: (-sign * index[k], compared.scores.keys[k]))[:2]
    return np.array([next((k for k in first if k != row), -1) for row in rows], dtype=np.int64)
