"""Growth of the customer base, and delivered value from a survey (CRM formulas of the source texts)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.estimates import Part
from csi_model.measures.quantities import Quantity, column
from csi_model.model.spec import Scale
from csi_model.survey.records import Records
from csi_model.survey.survey import Floats, Survey
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]
Form = Literal["usual", "source"]

ALL_CUSTOMERS = "all customers"
"""The row of all segments together."""

MOST_SEGMENTS = 100
"""More rows than this are taken for customers, who stand in no table."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Customers at the start of a period (NaN where not known), won and lost in it."""

    start: float
    new: float
    lost: float


def growth_row(unit: str, counts: Counts, form: Form = "usual") -> Row:
    """One row of ``customer_growth``; what does not exist is empty and says why.

    ``usual``: growth = (new - lost) / start. ``source``: the source text's (new - lost) / lost, whose
    denominator is unusual: it is not defined where nobody was lost, and says nothing on the size of the base.
    churn = lost / start, retention = 1 - churn; both need that no more are lost than there were. All rates in
    percent.

    Parameters
    ----------
    unit
        The segment.
    counts
        Whole numbers, or thousands: only their ratios matter.
    form
        ``usual`` or ``source``.
    """
    start, new, lost = counts.start, counts.new, counts.lost
    base = start if form == "usual" else lost
    why: list[str] = []
    growth = 100 * (new - lost) / base if base > 0 else math.nan
    if not math.isfinite(growth):
        why.append(
            "nobody was lost: growth by the lost is not defined" if form == "source" else _no_base(start)
        )
    churn = 100 * lost / start if start > 0 and lost <= start else math.nan
    if not math.isfinite(churn) and (math.isnan(start) or start > 0):
        why.append(
            "the number at the start is not known"
            if math.isnan(start)
            else "more were lost than there were at the start, so that some of the new ones are among them"
        )
    elif not math.isfinite(churn) and form == "source":
        why.append(_no_base(start))
    return {
        "unit": unit, "form": f"{form} form", "start_customers": start, "new_customers": new,
        "lost_customers": lost, "end_customers": start + new - lost, "growth": growth, "churn": churn,
        "retention": 100 - churn, "why": "; ".join(dict.fromkeys(why)),
    }  # fmt: skip


def _no_base(start: float) -> str:
    return "there was nobody at the start" if start == 0 else "the number at the start is not known"


def growth_table(rows: Sequence[Row]) -> dict[str, pd.DataFrame]:
    """The table of such rows."""
    return {"customer_growth": typed_frame(MEASURES["customer_growth"], rows)}


def growth_of_segments(read: Records, form: Form = "usual") -> list[Row]:
    """Rows of all segments together and of each, from a file with one row a segment.

    Parameters
    ----------
    read
        ``segment``, ``start``, ``new``, ``lost``.

    Raises
    ------
    SurveyError
        A segment stands in several rows, or lost more than it ever had: all mistakes at once.
    """
    check_segments(read)
    start, new, lost = read["start"], read["new"], read["lost"]
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(lost > start + new)
    if len(wrong):
        raise SurveyError(
            too_many_lost(f"{read.source} row {read.rows[k]}", float(start[k]), float(new[k]), float(lost[k]))
            for k in wrong
        )
    total = Counts(start=float(start.sum()), new=float(new.sum()), lost=float(lost.sum()))
    rows = [growth_row(ALL_CUSTOMERS, total, form)] if len(read) > 1 else []
    for name, a, b, c in zip(read["segment"], start, new, lost, strict=True):
        rows.append(growth_row(str(name), Counts(start=float(a), new=float(b), lost=float(c)), form))
    return rows


def too_many_lost(where: str, start: float, new: float, lost: float) -> Finding:
    """More were lost than there were at the start and came since."""
    return Finding(
        code="too-many-lost",
        severity="error",
        where=where,
        what=f"{lost:g} customers were lost, but there were {start:g} at the start and {new:g} new ones.",
        fix="Count all three in the same period and unit.",
    )


def check_segments(read: Records) -> None:
    """Refuse a file of segments that names one twice, or has so many that they are customers.

    Raises
    ------
    SurveyError
        See above; or the file has no rows.
    """
    if not len(read):
        raise SurveyError.at(
            read.source, "It has no rows.", "Write one row for each segment.", code="no-rows"
        )
    names = [str(name) for name in read["segment"]]
    if len(names) > MOST_SEGMENTS:
        what = f"It has {len(names)} segments; more than {MOST_SEGMENTS} are taken for customers."
        fix = "Give segments in fewer rows; a file of customers needs the name of their column."
        raise SurveyError.at(read.source, what, fix, code="too-many-segments")
    wrong = {name: "stands in several rows" for name in names if names.count(name) > 1}
    if ALL_CUSTOMERS in names:
        wrong[ALL_CUSTOMERS] = "has the name of all segments together"
    if wrong:
        raise SurveyError(
            Finding(
                code="segment-twice",
                severity="error",
                where=f"{read.source} row {read.rows[names.index(name)]}",
                what=f"The segment {name!r} {what}.",
                fix="Give each segment one row and a name of its own.",
            )
            for name, what in wrong.items()
        )


VALUES = ("product", "service", "people", "image")
COSTS = ("money", "time", "effort", "mental")
"""Parts of total value and of total cost."""


def delivered_value(
    survey: Survey, columns: Mapping[str, Sequence[str]], weights: Mapping[str, float], turned: Sequence[str]
) -> tuple[list[Quantity], list[Row]]:
    """Customer delivered value = total value - total cost, in points from -100 to 100.

    Total value is made of product, service, people and image value, total cost of money, time, effort and
    mental cost. The source texts give no units and no weights. Our convention: every question on 0-100 by its
    scale, a part the mean of its questions, each total the weighted mean of its parts (weights summing to 1
    within it, equal by default and visible), so that both totals are on 0-100 whatever they are made of.

    Parameters
    ----------
    survey
        Holds the questions.
    columns
        Part > its questions; parts without questions are left out.
    weights
        Part > its weight within its total; equal if empty.
    turned
        Questions in which a high answer means little (of value, or of cost).

    Returns
    -------
    list of Quantity, list of rows
        Delivered value, the two totals, every part; rows of ``fixed_weights``.
    """
    scores = {
        name: _percent(column(survey, name), survey.scales[survey.names.index(name)], turned=name in turned)
        for names in columns.values()
        for name in names
    }
    totals: dict[str, list[Part]] = {}
    parts: list[Quantity] = []
    rows: list[Row] = []
    for total, members in (("total_value", VALUES), ("total_cost", COSTS)):
        there = [part for part in members if columns.get(part)]
        shares = _shares(there, weights)
        totals[total] = []
        for part in there:
            each = 1 / len(columns[part])
            means = tuple(Part(coefficient=each, scores=scores[name]) for name in columns[part])
            parts.append(_points(part, means, "delivered_value_part", ", ".join(columns[part])))
            totals[total] += [Part(coefficient=shares[part] * each, scores=one.scores) for one in means]
            signed = shares[part] * each * (1 if total == "total_value" else -1)
            rows += [
                {
                    "measure": "delivered_value",
                    "edition": "",
                    "part": f"value_{part}",
                    "item": name,
                    "part_weight": each,
                    "weight": signed,
                    "weights_from": "given" if weights else "equal",
                }
                for name in columns[part]
            ]
    costs = [Part(coefficient=-part.coefficient, scores=part.scores) for part in totals["total_cost"]]
    whole = _points("delivered", (*totals["total_value"], *costs), "delivered_value", "value_less_cost")
    both = [_points(name, tuple(made), "delivered_value_total", "") for name, made in totals.items()]
    return [whole, *both, *parts], rows


def _percent(answers: Floats, scale: Scale, *, turned: bool) -> Floats:
    scores = 100 * (answers - scale.low) / scale.width
    return np.asarray(100 - scores if turned else scores)


def _shares(parts: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    if not weights:
        return dict.fromkeys(parts, 1 / len(parts))
    total = sum(weights[part] for part in parts)
    return {part: weights[part] / total for part in parts}


def _points(item: str, parts: tuple[Part, ...], measure: str, counted: str) -> Quantity:
    return Quantity(
        measure=measure, item=f"value_{item}", counted=counted, parts=parts, metric="score", interval="t",
        compared=measure != "delivered_value_part",
    )  # fmt: skip


def within_points(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with intervals that end where delivered value and its totals end."""
    made = dict(tables)
    frame = made["measures"].copy()
    for name, low in (("delivered_value", -100), ("delivered_value_total", 0), ("delivered_value_part", 0)):
        rows = frame["measure"] == name
        for end in ("ci_lower", "ci_upper"):
            frame.loc[rows, end] = frame.loc[rows, end].clip(low, 100)
    made["measures"] = frame
    return made
