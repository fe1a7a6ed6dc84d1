"""Families of differences into the columns of their table: tests, intervals, equivalence and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.simultaneous import (
    bounded_pvalues,
    critical,
    multipliers,
    normal_scores,
    tail,
)
from csi_model.frames import typed_frame
from csi_model.multiplicity import benjamini_hochberg, holm
from csi_model.vocabulary import DIFFERENCES

Array = NDArray[Any]
Columns = dict[str, Any]

MARGIN = 2.0
"""Index points within which units count as equivalent, if nothing else is said."""

HIGHER, LOWER, NOT_CLEAR, NOT_TESTED = "higher", "lower", "no clear difference", "not tested"
EQUIVALENT, CLEAR_BUT_SMALL, NOT_SHOWN = "equivalent", "clear but small", "not shown"


@dataclass(frozen=True, kw_only=True)
class Family:
    """Differences that are adjusted together: second less first.

    Attributes
    ----------
    kind, construct
        As in the table.
    unit_1, unit_2 : (K,)
        Names.
    index_1, index_2 : (K,)
        Index points; NaN where there are none.
    se, df : (K,)
        Standard errors and degrees of freedom; NaN where the difference is not tested.
    maxima : (B,)
        Draws of the largest studentized difference, on the normal scale.
    why : (K,)
        Why a difference is not tested, else "".
    """

    kind: str
    construct: str
    unit_1: Array
    unit_2: Array
    index_1: Array
    index_2: Array
    se: Array
    df: Array
    maxima: Array
    why: Array


def family_columns(
    family: Family, *, level: float, margin: float = MARGIN, comparable: str = NOT_TESTED
) -> Columns:
    """The columns of a family's rows.

    Plain intervals and p-values are of Welch's t. Over the family these are adjusted by Holm (1979,
    Scandinavian Journal of Statistics 6, 65-70) and by Benjamini & Hochberg (1995, Journal of the Royal
    Statistical Society B 57, 289-300); simultaneous intervals and p-values are of the drawn maxima. The
    verdict goes by the latter, so that it says the same as the simultaneous interval and as the letters.

    Equivalence within ``margin`` index points is tested by two one-sided tests (Schuirmann 1987, Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680); the p-value is the larger of the two, adjusted by
    Holm over the family.
    """
    alpha = round(1 - level, 12)
    difference = family.index_2 - family.index_1
    t = difference / family.se
    tested = np.isfinite(t)
    count = int(tested.sum())
    plain = np.asarray(2 * stats.t.sf(np.abs(t), family.df))
    half = stats.t.isf(alpha / 2, family.df) * family.se
    drawn = tail(family.maxima, normal_scores(np.abs(t), family.df))
    wide = multipliers(float(critical(family.maxima, alpha)), family.df, alpha, count) * family.se
    simultaneous = bounded_pvalues(drawn, plain, count) if count > 1 else plain
    clear = np.abs(difference) > wide
    beyond = np.asarray(stats.t.sf((margin - np.abs(difference)) / family.se, family.df))
    small = holm(beyond)
    return {
        "kind": family.kind,
        "construct": family.construct,
        "unit_1": family.unit_1,
        "unit_2": family.unit_2,
        "index_1": family.index_1,
        "index_2": family.index_2,
        "difference": difference,
        "se": family.se,
        "df_welch": family.df,
        "ci_lower": difference - half,
        "ci_upper": difference + half,
        "simultaneous_lower": difference - wide,
        "simultaneous_upper": difference + wide,
        "z": t,
        "pvalue": plain,
        "pvalue_holm": holm(plain),
        "pvalue_bh": benjamini_hochberg(plain),
        "pvalue_simultaneous": np.where(tested, simultaneous, np.nan),
        "pvalue_equivalence": small,
        "equivalence": equivalence_words(small < alpha, clear, tested),
        "comparable": comparable,
        "verdict": verdict_words(difference, clear, tested),
        "why": family.why,
    }


def verdict_words(difference: Array, clear: Array, tested: Array) -> Array:
    """Whether the second is clearly higher or lower than the first."""
    words = [NOT_TESTED, NOT_CLEAR, HIGHER]
    return np.select([~tested, ~clear, difference > 0], words, LOWER)


def equivalence_words(small: Array, clear: Array, tested: Array) -> Array:
    """Whether differences are shown to lie within the margin, and whether they are clear all the same."""
    return np.select([~tested, small & clear, small], [NOT_TESTED, CLEAR_BUT_SMALL, EQUIVALENT], NOT_SHOWN)


def difference_frame(parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Columns of families one below another as the table of differences."""
    empty = typed_frame(DIFFERENCES, [])
    if not parts:
        return empty
    sizes = [len(part["difference"]) for part in parts]
    columns = {
        name: np.concatenate(
            [
                np.broadcast_to(np.asarray(part[name], dtype=kinds), size)
                for part, size in zip(parts, sizes, strict=True)
            ]
        )
        for name, kinds in (
            (column.name, object if column.kind == "text" else float) for column in DIFFERENCES.columns
        )
    }
    return pd.DataFrame(columns).astype(empty.dtypes)


def joined(first: Array, second: Array) -> Array:
    """Two reasons (K,) as one text each."""
    both = (first != "") & (second != "") & (first != second)
    return np.asarray(np.where(both, first + "; " + second, np.where(first != "", first, second)))
