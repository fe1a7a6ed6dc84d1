"""Differences between units whose estimates rest on different respondents, from their values and errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scipy import stats

from csi_model.measures.intervals import wald
from csi_model.measures.quantities import PAIRS, Row, with_holm


@dataclass(frozen=True, kw_only=True)
class Value:
    """A number of one unit, with its standard error."""

    unit: str
    value: float
    se: float


def independent_pairs(
    values: Sequence[Value], *, measure: str, item: str, counted: str = "", level: float = 0.95
) -> Iterator[Row]:
    """Rows of ``measure_differences``: all pairs of up to ``PAIRS`` units, by Wald's z, adjusted after Holm.

    ``var(a - b) = var(a) + var(b)``, since no respondent is in both units. That holds for groups of one
    survey unless they share clusters. Units without a number or an error take no part.
    """
    known = [one for one in values if math.isfinite(one.value) and one.se > 0]
    if len(known) > PAIRS:
        return
    rows: list[Row] = []
    for place, one in enumerate(known):
        for two in known[place + 1 :]:
            difference, se = one.value - two.value, math.hypot(one.se, two.se)
            lower, upper = wald(difference, se, level)
            rows.append(
                {
                    "measure": measure, "item": item, "counted": counted, "kind": "pair",
                    "unit_1": one.unit, "unit_2": two.unit, "value_1": one.value, "value_2": two.value,
                    "difference": difference, "se": se, "ci_lower": lower, "ci_upper": upper,
                    "ci_method": "normal", "z": difference / se,
                    "pvalue": 2 * float(stats.norm.sf(abs(difference / se))), "pvalue_holm": math.nan,
                    "verdict": "", "why": "",
                }
            )  # fmt: skip
    yield from with_holm(rows, level)
