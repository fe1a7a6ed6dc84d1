"""The columns of a table's sheet: what is stored, and beside it labels and words for the reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csi_model.reporting import league_rows
from csi_model.reporting.content import Content
from csi_model.reporting.retold import retold
from csi_model.reporting.retold_reasons import reasons
from csi_model.reporting.sentences import reason
from csi_model.reporting.views import reliability_title
from csi_model.reporting.wording import fit_name, say
from csi_model.reporting.workbook.exact_sheet import Value
from csi_model.reporting.workbook.number_formats import number_format
from csi_model.reporting.workbook.stored import StoredTable
from csi_model.reporting.workbook.text import clean
from csi_model.vocabulary import TableColumn, Term, term

_UNITS = frozenset({"unit", "unit_1", "unit_2", "parent"})
_CODED = frozenset({"quadrant", "verdict", "kind", "severity", "measure", "reason", "part", "zone", "stage"})
_FITS = frozenset({"fit", "composite_fit", "omnibus_tests"})
_TOLD = frozenset({"what", "fix"})
_WORDLESS = frozenset({"why", "label", "where", "op", "letters", "path", *_TOLD})


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column of a sheet.

    Attributes
    ----------
    title, name
        Its words, and its name in the contract; that of a label is the labelled name and ``_label``.
    kind
        ``text``, ``number``, ``integer`` or ``flag``.
    number_format
        How its numbers are shown.
    values
        One for each row, None where the cell is empty.
    leading
        Whether it says what a row is about and stands to the left of all numbers.
    """

    title: str
    name: str
    kind: str
    number_format: str
    values: list[Value]
    leading: bool = False


def columns_of(content: Content, stored: StoredTable, language: str, most: int) -> list[SheetColumn]:
    """Return the columns of a stored table in their order, the first ``most`` rows of each."""
    frame = stored.frame.head(most)
    known = {column.name: column for column in stored.table.columns} if stored.table else {}
    contract = [known.get(str(name)) or _unknown(str(name), frame[name]) for name in frame.columns]
    contract = [
        TableColumn(name=one.name, kind="text", term=one.term) if one.name in stored.by else one
        for one in contract
    ]
    made: list[SheetColumn] = []
    leading = True
    for column, name in zip(contract, frame.columns, strict=True):
        values = _values(frame[name], column.kind)
        leading = leading and column.kind == "text"
        numbers = [float(one) for one in values if isinstance(one, int | float)]
        made.append(
            SheetColumn(
                title=column.name if column.name in stored.by else _title(content, stored, column, language),
                name=column.name,
                kind=column.kind,
                number_format=number_format(column, numbers, contract),
                values=values,
                leading=leading,
            )
        )
        if beside := _beside(content, stored, made[-1], language):
            made.append(beside)
    return made


def _title(content: Content, stored: StoredTable, column: TableColumn, language: str) -> str:
    if stored.name == "reliability" and column.name == "alpha":
        return reliability_title(content, column.name, language)
    return column.term[language]


def _unknown(name: str, values: pd.Series[Any]) -> TableColumn:
    kind = "number" if pd.api.types.is_numeric_dtype(values) else "text"
    return TableColumn(name=name, kind="number" if kind == "number" else "text", term=Term(en=name, zh=name))


def _values(series: pd.Series[Any], kind: str) -> list[Value]:
    change = {"flag": _flag, "number": _number, "integer": _integer}.get(kind, _text)
    return [change(value) for value in series.tolist()]


def _text(value: Any) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    text = clean(str(value))
    return text or None


def _number(value: Any) -> Value:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _text(value)
    return number if math.isfinite(number) else None


def _integer(value: Any) -> Value:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _flag(value: Any) -> Value:
    text = _text(value)
    return {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}.get(
        (text or "").casefold(), text
    )


def _beside(content: Content, stored: StoredTable, column: SheetColumn, language: str) -> SheetColumn | None:
    """The labels of a column of names, or its reasons in the reader's language; None if nothing differs."""
    tell = _teller(content, stored, column, language)
    if tell is None:
        return None
    known: dict[str, str] = {}
    words: list[Value] = []
    for value in column.values:
        if not isinstance(value, str):
            words.append(None)
            continue
        if value not in known:
            known[value] = clean(tell(value))
        words.append(known[value])
    if all(told == value for value, told in known.items()):
        return None
    title = "xlsx_words_of" if column.name in _TOLD | {"why"} else "xlsx_label_of"
    return SheetColumn(
        title=say(title, language, title=column.title),
        name=f"{column.name}_label",
        kind="text",
        number_format="@",
        values=words,
        leading=column.leading,
    )


def _teller(
    content: Content, stored: StoredTable, column: SheetColumn, language: str
) -> Callable[[str], str] | None:
    name = column.name
    if name == "measure" and stored.name in _FITS:
        return lambda value: fit_name(value, language)
    if column.kind != "text" or f"{name}_label" in stored.frame.columns:
        return None
    if name in stored.by:
        return lambda value: content.group_label(name, value)
    if name == "why":
        return (
            (lambda value: reason(reasons(content, value, language), language)) if language != "en" else None
        )
    if name in _TOLD:
        return (lambda value: retold(content, value, language)) if language != "en" else None
    if name in _UNITS:
        return lambda value: league_rows.unit_label(content, value, language)
    if name in _CODED and language != "en":
        return lambda value: term(value, language)
    return None if name in _WORDLESS else lambda value: content.label(value, language)


def frozen(columns: Sequence[SheetColumn], widths: Sequence[float], most: float) -> int:
    """Return how many columns stay in sight: those that say what a row is about, as far as there is room."""
    count, used = 0, 0.0
    for column, width in zip(columns, widths, strict=True):
        used += width
        if not column.leading or (count and used > most):
            break
        count += 1
    return count
