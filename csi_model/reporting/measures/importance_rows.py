"""Rows on the importance of drivers, looked up for sections and charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from csi_model.reporting import league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row

EVERYBODY = league_rows.EVERYBODY
METHODS = ("lmg", "johnson", "correlation", "beta", "squared_correlation", "pratt")


def targets(content: Content, table: str = "relative_importance") -> list[str]:
    """Targets of a table, in stored order."""
    return list(dict.fromkeys(records.word(row, "target") for row in records.across(content, table)))


def rows_of(content: Content, table: str, target: str, **cells: str) -> list[Row]:
    """Rows of a table on a target with these cells."""
    return [
        row
        for row in records.across(content, table)
        if records.word(row, "target") == target
        and all(records.word(row, name) == value for name, value in cells.items())
    ]


def units(rows: Sequence[Row]) -> list[str]:
    """Units of rows, in stored order."""
    return list(dict.fromkeys(records.word(row, "unit") for row in rows))


def sorted_by(rows: Sequence[Row], column: str) -> list[Row]:
    """The rows, largest first; those without a number last."""

    def key(row: Row) -> float:
        value = records.number(row, column)
        return math.inf if math.isnan(value) else -value

    return sorted(rows, key=key)


def by_driver(content: Content, target: str, unit: str = EVERYBODY) -> list[dict[str, Row]]:
    """Method > row of each driver in a unit, the most important by LMG first."""
    first = sorted_by(rows_of(content, "relative_importance", target, unit=unit, method="lmg"), "importance")
    rows = rows_of(content, "relative_importance", target, unit=unit)
    return [
        {
            records.word(row, "method"): row
            for row in rows
            if records.word(row, "driver") == records.word(one, "driver")
        }
        for one in first
    ]


def wide(content: Content, target: str) -> list[Row]:
    """One row a driver among all respondents, cells of the methods side by side as ``METHOD.COLUMN``."""
    made: list[Row] = []
    for methods in by_driver(content, target):
        row = dict(methods["lmg"])
        for method, one in methods.items():
            row |= {f"{method}.{column}": one.get(column) for column in ("importance", "share", "rank")}
        made.append(row)
    return made


def regression(content: Content, target: str, unit: str = EVERYBODY) -> Row:
    """The regression behind the importance; empty where there is none."""
    return next(iter(rows_of(content, "importance_regression", target, unit=unit)), {})


def namer(content: Content, language: str) -> Callable[[Row], str]:
    """The driver of a row in words."""
    return lambda row: content.label(records.word(row, "driver"), language)
