"""Shares from a file: columns named like the group columns, and one of amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.shares import LevelShares, wrong
from csi_model.comparison.unit_scores import unit_name
from csi_model.errors import Finding, StudyError, suggest
from csi_model.survey.conversion import show_number, to_numbers, to_texts
from csi_model.survey.raw_table import RawTable
from csi_model.survey.tables import read_table

Array = NDArray[Any]


def read_shares(
    path: str | Path,
    *,
    level: str,
    by: Sequence[str],
    kind: str,
    amount: str = "",
    sheet: str | int | None = None,
    others: str = "",
    others_unit: str = "",
) -> LevelShares:
    """Read the amounts of one level from a file.

    Parameters
    ----------
    path
        CSV, TSV, XLSX or any other survey table. The column ``level`` holds the units; columns of levels
        above it are used where they are there, to tell units of one name apart.
    by
        Group columns, top to bottom.
    kind, others, others_unit
        See ``LevelShares``.
    amount
        Column of the amounts; not needed where there is only one more column.
    sheet
        Sheet of a workbook, by name or by number from 1.

    Raises
    ------
    SurveyError
        The file cannot be read.
    StudyError
        Every mistake with file and row: no such level or columns, blank units or amounts, amounts that are
        no number or negative, a unit that stands twice.
    """
    if level not in by:
        what = f"There is no level {level!r} whose units could have shares."
        raise StudyError(wrong("shares-level", Path(path).name, what, suggest(level, by)))
    table = read_table(path, sheet=sheet)
    named = [column for column in by[: by.index(level) + 1] if column in table.columns]
    problems = list(_column_problems(table, level, by, amount))
    if problems:
        raise StudyError(problems)
    column = amount or next(name for name in table.columns if name not in by)
    texts = [to_texts(table.frame[name]) for name in named]
    units = [tuple(str(value) for value in row) for row in zip(*texts, strict=True)]
    cells = to_numbers(table.frame[column], {})
    blank = np.array([not any(unit) for unit in units]) & np.isnan(cells.numbers) & ~cells.bad
    found = list(_cell_problems(table, named, units, column, blank))
    if found:
        raise StudyError(found)
    kept = np.flatnonzero(~blank)
    names = [unit_name(units[row]) for row in kept]
    places = {name: _row(table, row) for name, row in zip(names, kept, strict=True)}
    amounts = {name: float(cells.numbers[row]) for name, row in zip(names, kept, strict=True)}
    return LevelShares(
        level=level,
        kind=kind,
        amounts=MappingProxyType(amounts),
        others=others,
        others_unit=others_unit,
        places=MappingProxyType(places),
    )


def _column_problems(table: RawTable, level: str, by: Sequence[str], amount: str) -> Iterator[Finding]:
    if level not in table.columns:
        what = f"There is no column {level!r}, which would hold the units."
        yield wrong("shares-column", table.where, what, suggest(level, table.columns))
    rest = [name for name in table.columns if name not in by]
    if amount and amount not in table.columns:
        what = f"There is no column {amount!r}, which would hold the amounts."
        yield wrong("shares-column", table.where, what, suggest(amount, rest))
    elif amount in by:
        what = f"The column {amount!r} holds units, not amounts."
        yield wrong("shares-column", table.where, what, suggest(amount, rest))
    elif not amount and len(rest) != 1:
        what = f"Several columns could hold the amounts: {', '.join(rest)}." if rest else ""
        say = "Keep one of them, or say which it is (`column` in a study file, `amount` in Python)."
        fix = say if rest else "Add one, with any name."
        yield wrong("shares-column", table.where, what or "There is no column of amounts.", fix)


def _cell_problems(
    table: RawTable, named: list[str], units: list[tuple[str, ...]], column: str, blank: Array
) -> Iterator[Finding]:
    cells = to_numbers(table.frame[column], {})
    first: dict[tuple[str, ...], int] = {}
    for row in np.flatnonzero(~blank):
        unit, where, value = units[row], _row(table, row), float(cells.numbers[row])
        empty = [name for name, text in zip(named, unit, strict=True) if not text]
        if empty:
            what = f"The cell of {', '.join(empty)} is empty."
            yield wrong("shares-blank-unit", where, what, "Name the unit.")
        elif unit in first:
            what = f"{unit_name(unit)} stands in {_row(table, first[unit])} already."
            fix = "Keep one row, or tell them apart by a column of a level above."
            yield wrong("share-twice", where, what, fix)
        first.setdefault(unit, int(row))
        if cells.bad[row] or cells.labelled[row] or np.isinf(value):
            shown = cells.texts[row] or show_number(value)
            what = f"The amount of {unit_name(unit)} is no number: {shown!r}."
            yield wrong("share-no-number", where, what, f"Write a number into the column {column}.")
        elif np.isnan(value):
            what = f"{unit_name(unit)} has no amount in the column {column}."
            yield wrong("share-missing", where, what, "Write a number, or delete the row.")
        elif value < 0:
            what = f"The amount of {unit_name(unit)} is negative: {show_number(value)}."
            yield wrong("share-negative", where, what, "Write a number of zero or more.")


def _row(table: RawTable, row: Any) -> str:
    return f"{table.where} row {table.rows[row]}"
