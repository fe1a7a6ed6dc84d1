"""Rows of the AHP tables for charts and sections: by hierarchy, in blocks of what belongs together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row

Block = tuple[str, list[Row]]


def hierarchies(content: Content, table: str = "ahp_weights") -> list[str]:
    """Names of the hierarchies in a table, in stored order."""
    return list(dict.fromkeys(records.word(row, "hierarchy") for row in records.across(content, table)))


def of_hierarchy(content: Content, table: str, name: str) -> list[Row]:
    """Rows of one hierarchy."""
    return [row for row in records.across(content, table) if records.word(row, "hierarchy") == name]


def factor_rows(
    content: Content, measure: str, *, name: str = "", unit: str = league_rows.EVERYBODY
) -> list[Row]:
    """Factors of a measure (``ahp_satisfaction``, ``ahp_loyalty``) in a unit, by default of one hierarchy."""
    rows = [
        row
        for row in records.across(content, "ahp_factors")
        if records.word(row, "measure") == measure and records.word(row, "unit") == unit
    ]
    wanted = name or (records.word(rows[0], "hierarchy") if rows else "")
    return [row for row in rows if records.word(row, "hierarchy") == wanted]


def by_parent(rows: Sequence[Row]) -> list[Block]:
    """Factors in blocks by what they belong to, in the order of the first of each."""
    made: dict[str, list[Row]] = {}
    parents = {records.word(row, "parent") for row in rows}
    for row in rows:
        if records.word(row, "node") not in parents:
            made.setdefault(records.word(row, "parent"), []).append(row)
    return list(made.items())


def way(content: Content, rows: Sequence[Row], name: str, language: str) -> str:
    """A criterion with everything above it below the goal: ``Service / Staff``; the goal by itself."""
    parents = {records.word(row, "node"): records.word(row, "parent") for row in rows}
    steps = [name]
    while parents.get(steps[0], "") in parents:
        steps.insert(0, parents[steps[0]])
    return " › ".join(content.label(step, language) for step in steps)


def ratio(value: object) -> str:
    """A judgement as judges write it: 5, 1/3; other numbers with two decimals."""
    if formats.is_empty(value):
        return formats.EMPTY
    number = float(value)  # type: ignore[arg-type]
    if number >= 1 and math.isclose(number, round(number), rel_tol=1e-9):
        return str(round(number))
    inverse = 1 / number
    if number < 1 and math.isclose(inverse, round(inverse), rel_tol=1e-9):
        return f"1/{round(inverse)}"
    return formats.number(number, 2)
