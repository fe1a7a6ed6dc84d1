"""The workbook inside a native chart: stored numbers with both ends of their intervals beside them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]

from csi_model.reporting import fonts
from csi_model.reporting.native.chart import Series
from csi_model.reporting.wording import say

CREATED = datetime(2000, 1, 1)
"""Date of every workbook, so that the same numbers give the same bytes."""

Numbers = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """The lengths of the error bars of a series, and the cells that hold them."""

    minus: tuple[float | None, ...]
    plus: tuple[float | None, ...]
    minus_ref: str
    plus_ref: str
    direction: str = ""


def lengths(values: Numbers, lower: Numbers, upper: Numbers) -> tuple[Numbers, Numbers]:
    """Return how far an interval reaches below and above each value; None where there is none."""
    pairs = list(zip(values, lower, upper, strict=True)) if lower and upper else []
    known = [(v, a, b) if None not in (v, a, b) else None for v, a, b in pairs]
    minus = tuple(None if one is None else max(float(one[0] or 0) - float(one[1] or 0), 0.0) for one in known)
    plus = tuple(None if one is None else max(float(one[2] or 0) - float(one[0] or 0), 0.0) for one in known)
    return minus, plus


class Book:
    """One sheet, filled cell by cell."""

    def __init__(self, number_format: str) -> None:
        self.held = io.BytesIO()
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        }  # fmt: skip
        self.book = Workbook(self.held, options)
        self.book.set_properties({"created": CREATED, "author": "csi_model"})
        self.sheet = self.book.add_worksheet("Sheet1")
        self.look = self.book.add_format({"num_format": number_format})
        self.bold = self.book.add_format({"bold": True})

    def text(self, row: int, column: int, text: str) -> None:
        """Write words, never as a formula."""
        self.sheet.write_string(row, column, fonts.clean(text), self.bold if row == 0 else None)

    def column(self, row: int, column: int, values: Numbers) -> None:
        """Write numbers from a row downward; a missing one leaves its cell blank."""
        for place, value in enumerate(values):
            if value is not None:
                self.sheet.write_number(row + place, column, float(value), self.look)

    def bars(
        self, row: int, column: int, values: Numbers, lower: Numbers, upper: Numbers, value_column: int
    ) -> tuple[str, str]:
        """Write both ends, and the lengths as formulas beside them; return the cells of the lengths."""
        self.column(row, column, lower)
        self.column(row, column + 1, upper)
        minus, plus = lengths(values, lower, upper)
        for place, (less, more) in enumerate(zip(minus, plus, strict=True)):
            if less is None or more is None:
                continue
            value, low, high = (
                xl_rowcol_to_cell(row + place, one) for one in (value_column, column, column + 1)
            )
            self.sheet.write_formula(row + place, column + 2, f"={value}-{low}", self.look, less)
            self.sheet.write_formula(row + place, column + 3, f"={high}-{value}", self.look, more)
        return self.range(row, column + 2, len(minus)), self.range(row, column + 3, len(plus))

    def range(self, row: int, column: int, count: int) -> str:
        """Return the reference of cells in one column."""
        letter = xl_col_to_name(column)
        return f"Sheet1!${letter}${row + 1}:${letter}${row + max(count, 1)}"

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        self.sheet.set_column(0, 0, 30)
        self.book.close()
        return self.held.getvalue()


def category_book(
    categories: Sequence[str], series: Sequence[Series], number_format: str, language: str
) -> tuple[bytes, list[Bars | None]]:
    """Return the workbook of a chart by categories, and the error bars of each series.

    Categories stand in the first column and one series in each column after it, as the chart refers to
    them; to their right stand the ends of the intervals.
    """
    book = Book(number_format)
    for place, category in enumerate(categories):
        book.text(place + 1, 0, category)
    made: list[Bars | None] = []
    column = len(series) + 2
    for place, one in enumerate(series):
        book.text(0, place + 1, one.name)
        book.column(1, place + 1, one.values)
        if not (one.lower and one.upper):
            made.append(None)
            continue
        _titles(book, 0, column, one.name, language)
        refs = book.bars(1, column, one.values, one.lower, one.upper, place + 1)
        minus, plus = lengths(one.values, one.lower, one.upper)
        made.append(Bars(minus=tuple(minus), plus=tuple(plus), minus_ref=refs[0], plus_ref=refs[1]))
        column += 4
    return book.bytes(), made


@dataclass(frozen=True, kw_only=True)
class PointSeries:
    """A series of points as the workbook holds it: places, names, intervals in both directions."""

    name: str
    across: tuple[float | None, ...]
    values: tuple[float | None, ...]
    points: tuple[str, ...] = ()
    across_lower: tuple[float | None, ...] = ()
    across_upper: tuple[float | None, ...] = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()


def point_book(
    series: Sequence[PointSeries], number_format: str, language: str
) -> tuple[bytes, list[list[Bars]]]:
    """Return the workbook of a scatter chart, and the error bars of each series.

    Each series is a block of rows with its title above it: across, upward, name, then the intervals.
    """
    book = Book(number_format)
    made = []
    row = 0
    for one in series:
        book.text(row, 1, one.name)
        book.column(row + 1, 0, one.across)
        book.column(row + 1, 1, one.values)
        for place, name in enumerate(one.points):
            book.text(row + 1 + place, 2, name)
        made.append(list(_both_ways(book, row, one, language)))
        row += len(one.values) + 2
    return book.bytes(), made


def _both_ways(book: Book, row: int, one: PointSeries, language: str) -> Iterator[Bars]:
    column = 3
    for direction, values, lower, upper, at in (
        ("x", one.across, one.across_lower, one.across_upper, 0),
        ("y", one.values, one.lower, one.upper, 1),
    ):
        if not (lower and upper):
            continue
        _titles(book, row, column, say(f"pptx_book_{direction}", language), language)
        refs = book.bars(row + 1, column, values, lower, upper, at)
        minus, plus = lengths(values, lower, upper)
        yield Bars(
            minus=tuple(minus), plus=tuple(plus), minus_ref=refs[0], plus_ref=refs[1], direction=direction
        )
        column += 4


def _titles(book: Book, row: int, column: int, name: str, language: str) -> None:
    for place, key in enumerate(("lower", "upper", "minus", "plus")):
        text: Any = say(f"pptx_book_{key}", language)
        book.text(row, column + place, f"{name}: {text}")
