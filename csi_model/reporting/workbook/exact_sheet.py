"""The parts of the library that are used, and a worksheet for long tables that writes numbers in full.

The library cuts numbers to 16 digits, which loses the last bit, and keeps every cell as an object of its
own, which is slow where there are a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.chart import Chart  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

__all__ = ["Chart", "ExactSheet", "Format", "Value", "Workbook", "cell_name", "new_book"]

Value = str | float | int | bool | None
"""What a cell holds; None where it is empty."""


@dataclass(frozen=True, kw_only=True)
class _Filled:
    """A column of cells: text as its number in the list of all texts, numbers and flags as they are."""

    values: Sequence[Value]
    texts: Sequence[int]
    formats: Sequence[Format]
    shown: Sequence[int]


class ExactSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose numbers read back as they are stored, and whose long columns are written at once."""

    dim_rowmax: int | None

    def fill(
        self, first: int, values: Sequence[Value], formats: Sequence[Format], shown: Sequence[int]
    ) -> None:
        """Put values into the next column of the rows from ``first`` on, which hold nothing else.

        Parameters
        ----------
        first
            The first row, the same for all columns.
        values
            Of one column; all columns are equally long.
        formats
            The formats that the column uses.
        shown
            For each value, which of them it has.
        """
        if not hasattr(self, "filled"):
            self.filled: list[_Filled] = []
            self.filled_from = first
        index = self.str_table._get_shared_string_index
        texts = [index(value) if isinstance(value, str) else -1 for value in values]
        place = len(self.filled)
        self.filled.append(_Filled(values=values, texts=texts, formats=formats, shown=shown))
        if values:
            self._check_dimensions(first, place)
            self._check_dimensions(first + len(values) - 1, place)

    def _write_rows(self) -> None:
        """Write the rows of single cells, then those of whole columns."""
        found = getattr(self, "filled", [])
        if not found or not found[0].values:
            super()._write_rows()
            return
        last, self.dim_rowmax = self.dim_rowmax, self.filled_from - 1
        super()._write_rows()
        self.dim_rowmax = last
        cells = [_written(xl_col_to_name(place), one) for place, one in enumerate(found)]
        for row, parts in enumerate(zip(*cells, strict=True), self.filled_from + 1):
            number = str(row)
            inside = "".join([part.replace("#", number, 1) for part in parts if part])
            self.fh.write(f'<row r="{number}">{inside}</row>')

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        written = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{written}><v>{number!r}</v></c>")

    def _calculate_spans(self) -> None:
        """Leave out which columns of a row hold something: readers do without it."""
        self.row_spans: dict[int, str] = {}


def _written(letters: str, column: _Filled) -> Iterator[str]:
    """The cells of a column one after the other, ``#`` for the row; nothing for an empty cell."""
    starts = [f'<c r="{letters}#" s="{one._get_xf_index()}"' for one in column.formats]
    for value, text, shown in zip(column.values, column.texts, column.shown, strict=True):
        if value is None:
            yield ""
        elif text >= 0:
            yield f'{starts[shown]} t="s"><v>{text}</v></c>'
        elif value is True or value is False:
            yield f'{starts[shown]} t="b"><v>{int(value)}</v></c>'
        else:
            yield f"{starts[shown]}><v>{value!r}</v></c>"


def new_book(into: BytesIO) -> Workbook:
    """Return a new workbook in memory, in which text is text whatever it looks like."""
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": False,
    }  # fmt: skip
    return Workbook(into, options)


def cell_name(row: int, column: int) -> str:
    """Return the absolute name of a cell, ``$A$1`` for the first."""
    name: str = xl_rowcol_to_cell(row, column, True, True)
    return name
