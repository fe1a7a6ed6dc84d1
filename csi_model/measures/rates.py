"""Rates of customers: retention, churn, repurchase, complaint; from answers or counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from csi_model.measures.intervals import wilson
from csi_model.measures.quantities import EVERYBODY, Quantity, Row, share_of
from csi_model.measures.questions import Ends, Question, counted_of, holds

NO_CHURN = "nobody was lost: one over a churn of zero is not defined"
"""Why there is no expected lifetime."""


def rate(question: Question, ends: Ends, measure: str, *, compared: bool = True) -> Quantity:
    """The share, in percent, of respondents whose answer lies in a range; the base are those who answered."""
    return share_of(
        holds(question.answers, ends),
        measure=measure,
        item=question.name,
        counted=counted_of(ends, question.scale),
        compared=compared,
    )


def other_rate(question: Question, ends: Ends, measure: str) -> Quantity:
    """The share, in percent, of those whose answer does not lie in the range: churn from retention."""
    return share_of(
        1 - holds(question.answers, ends),
        measure=measure,
        item=question.name,
        counted=f"\u00ac {counted_of(ends, question.scale)}",
        compared=False,
    )


def lifetime_row(churn: Row) -> Row:
    """Expected lifetime of a customer, in periods of the churn: one over it, if it stays constant.

    The mean of the geometric distribution, ``1 / churn``; the ends of its interval are those of the churn
    turned over, since the lifetime falls with it. ``se`` is by the delta method, ``se / churn^2``.

    Parameters
    ----------
    churn
        A row of ``measures`` with a churn in percent.
    """
    row: Row = {**churn, "measure": "expected_lifetime", "metric": "periods", "band": ""}
    value, lower, upper = (float(churn[name]) / 100 for name in ("value", "ci_lower", "ci_upper"))
    if not math.isfinite(value):
        return row
    if value <= 0:
        nothing = {"value": math.nan, "se": math.nan, "ci_lower": math.nan, "ci_upper": math.nan}
        return {**row, **nothing, "ci_method": "", "why": NO_CHURN}
    known = math.isfinite(lower) and lower > 0
    return {
        **row,
        "value": 1 / value,
        "se": float(churn["se"]) / 100 / value**2,
        "ci_lower": 1 / upper if known else math.nan,
        "ci_upper": 1 / lower if known else math.nan,
        "ci_method": churn["ci_method"] if known else "",
        "why": churn["why"] if known else churn["why"] or "no standard error in this sample",
    }


def customer_rows(start: int, lost: int, level: float = 0.95) -> list[Row]:
    """Retention, churn and expected lifetime from counts: ``churn = lost / start``, retention the rest.

    Wilson's intervals take the customers at the start as a sample of those that might have been there: they
    say how far a churn may differ by chance from one period to the next.

    Parameters
    ----------
    start
        Customers at the start of the period, at least 1.
    lost
        How many of these were lost in it, at most ``start``.
    """
    rows = []
    for measure, count in (("retention", start - lost), ("churn", lost)):
        share = count / start
        lower, upper = wilson(share, start, level)
        rows.append(
            {
                "measure": measure, "item": "customers", "counted": f"{count:,} / {start:,}",
                "unit": EVERYBODY, "metric": "percent", "value": 100 * share,
                "se": 100 * math.sqrt(share * (1 - share) / start), "ci_lower": 100 * lower,
                "ci_upper": 100 * upper, "ci_method": "wilson", "n": start, "n_eff": float(start),
                "band": "", "why": "",
            }
        )  # fmt: skip
    return [*rows, lifetime_row(rows[1])]


def lifetime_rows(rows: Sequence[Row]) -> list[Row]:
    """The expected lifetime of every unit, from the rows of its churn."""
    return [lifetime_row(row) for row in rows if row["measure"] == "churn"]
