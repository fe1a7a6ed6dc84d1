"""Read a table of a business: customers, transactions, attributes; every mistake with its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError, suggest
from csi_model.survey.conversion import show_number, to_numbers, to_texts
from csi_model.survey.raw_table import RawTable
from csi_model.survey.tables import read_table

SHOWN = 5
"""Mistakes of one kind in one column that are told one by one."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column that is wanted.

    Attributes
    ----------
    column
        Its name in the file.
    kind
        ``text`` or ``number``.
    blank
        Whether cells may be empty (NaN, ``""``).
    absent
        Whether the column may be missing altogether; then all its cells are empty.
    low, high
        Bounds of numbers, included.
    choices
        The only texts that may stand in it; any if empty.
    """

    column: str
    kind: Literal["text", "number"] = "text"
    blank: bool = False
    absent: bool = False
    low: float = -np.inf
    high: float = np.inf
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Records:
    """What was read: an array (n,) by name, the row of each record as a spreadsheet shows it, the file."""

    values: Mapping[str, NDArray[Any]] = field(default_factory=lambda: MappingProxyType({}))
    rows: NDArray[np.int64]
    source: str = ""
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.values[name]


def read_records(path: str | Path, fields: Mapping[str, Field], *, sheet: str | int | None = None) -> Records:
    """Read columns of a table.

    Parameters
    ----------
    path
        CSV, TSV, XLSX or any other survey table.
    fields
        Name in the result > what is wanted.
    sheet
        Sheet of a workbook, by name or by number from 1.

    Raises
    ------
    SurveyError
        The file cannot be read, columns are missing, or cells are no numbers, out of bounds, no choice, or
        empty: all mistakes at once, each with its row.
    """
    table = read_table(path, sheet=sheet)
    lacking = [one for one in fields.values() if not one.absent and one.column not in table.columns]
    if lacking:
        raise SurveyError(
            _wrong(
                "no-column",
                table.where,
                f"There is no column {one.column!r}.",
                suggest(one.column, table.columns),
            )
            for one in lacking
        )
    values: dict[str, NDArray[Any]] = {}
    mistakes: list[Finding] = []
    for name, wanted in fields.items():
        if wanted.column not in table.columns:
            empty = np.full(len(table), "" if wanted.kind == "text" else np.nan)
            values[name] = empty.astype(object) if wanted.kind == "text" else empty
            continue
        found, wrong = _column(table, wanted)
        values[name] = found
        mistakes += wrong
    if mistakes:
        raise SurveyError(mistakes)
    for array in values.values():
        array.setflags(write=False)
    return Records(values=MappingProxyType(values), rows=table.rows, source=table.source, sha256=table.sha256)


def _column(table: RawTable, wanted: Field) -> tuple[NDArray[Any], list[Finding]]:
    if wanted.kind == "text":
        texts = to_texts(table.frame[wanted.column])
        empty = np.asarray(texts == "", dtype=bool)
        mistakes = list(_blank(table, wanted, empty))
        if wanted.choices:
            strange = ~empty & ~np.isin(texts.astype(str), wanted.choices)
            mistakes += _cells(
                table, wanted, strange, "strange-value", lambda k: f"{texts[k]!r} is none of the values.",
                f"Write one of: {', '.join(wanted.choices)}.",
            )  # fmt: skip
        return texts, mistakes
    cells = to_numbers(table.frame[wanted.column], {})
    numbers = cells.numbers

    def no_number(k: int) -> str:
        return f"{cells.texts[k] or show_number(float(numbers[k]))!r} is no number."

    wrong = cells.bad | cells.labelled | np.isinf(numbers)  # `10 k` is no answer with a label: it is no 10
    mistakes = list(_cells(table, wanted, wrong, "no-number", no_number, "Write a number."))
    mistakes += _blank(table, wanted, np.isnan(numbers) & ~cells.bad)
    with np.errstate(invalid="ignore"):
        outside = (numbers < wanted.low) | (numbers > wanted.high)
    mistakes += _cells(
        table, wanted, outside & ~wrong, "out-of-bounds",
        lambda k: f"{show_number(float(numbers[k]))} is out of bounds.", f"Write a number {_bounds(wanted)}.",
    )  # fmt: skip
    return numbers, mistakes


def _bounds(wanted: Field) -> str:
    if np.isinf(wanted.high):
        return f"of {wanted.low:g} or more"
    return (
        f"of {wanted.high:g} or less" if np.isinf(wanted.low) else f"from {wanted.low:g} to {wanted.high:g}"
    )


def _blank(table: RawTable, wanted: Field, empty: NDArray[np.bool_]) -> Iterator[Finding]:
    if not wanted.blank:
        fix = "Fill it, or take the row out."
        yield from _cells(table, wanted, empty, "blank-cell", lambda _: "the cell is empty.", fix)


def _cells(
    table: RawTable, wanted: Field, wrong: NDArray[np.bool_], code: str, say: Any, fix: str
) -> Iterator[Finding]:
    """One finding a cell, and one for all that are left."""
    places = np.flatnonzero(wrong)
    for k in places[:SHOWN]:
        yield _wrong(code, f"{table.where} row {table.rows[k]}", f"{wanted.column}: {say(k)}", fix)
    if len(places) > SHOWN:
        what = f"{wanted.column}: {len(places) - SHOWN} more rows have the same mistake."
        yield _wrong(code, table.where, what, fix)


def _wrong(code: str, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity="error", where=where, what=what, fix=fix)
