"""A survey file as stored: every column untouched, with what the file itself says about it."""

from __future__ import annotations

import datetime
import math
import numbers
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError

UserMissing = tuple[float, float] | str
"""A user-missing declaration of a file: a range of codes (both ends included), or a text code."""

EXCEL_ERRORS = frozenset(
    {"#NULL!", "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
"""What a spreadsheet shows where a cell has no value; read as blanks."""


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """A survey file before anything is done to it.

    Attributes
    ----------
    frame : (n, columns) DataFrame
        Every column as stored, names as text. Not to be changed.
    rows : (n,) int
        Row number of each record as a spreadsheet shows it; the header is row 1.
    labels
        Column > label, where the file has labels (SPSS, Stata).
    value_labels
        Column > value as text > label.
    missing
        Column > user-missing codes that the file declares.
    source, sha256
        File name without folder, and the hash of its bytes; empty for a data frame.
    findings
        What had to be guessed while reading.
    other_sheets
        Sheets of the workbook that were not read.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    missing: Mapping[str, tuple[UserMissing, ...]] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    sha256: str = ""
    findings: tuple[Finding, ...] = ()
    other_sheets: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.frame.shape[0])

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(self.frame.columns)

    @property
    def where(self) -> str:
        """The table as messages name it."""
        return self.source or "the data frame"


def text_of(value: object) -> str:
    """Return a stored value as exact text: ``1001`` for 1001.0, ISO dates, no outer blanks."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, str):
        text = value.strip()
        return "" if text in EXCEL_ERRORS else text
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value).strip()


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse duplicate column names.

    Raises
    ------
    SurveyError
        With every duplicate and its positions.
    """
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if not doubled:
        return
    found = []
    for name in doubled:
        places = ", ".join(str(index + 1) for index, other in enumerate(names) if other == name)
        found.append(
            Finding(
                code="duplicate-column",
                severity="error",
                where=where,
                what=f"The name {name!r} stands over several columns (columns {places}).",
                fix="Give every column its own name in the first row.",
            )
        )
    raise SurveyError(found)


def check_records(count: int, where: str) -> None:
    """Refuse a table without a single record.

    Raises
    ------
    SurveyError
        There are column names, but no rows.
    """
    if count == 0:
        raise SurveyError.at(
            where,
            "There are column names, but no rows of answers.",
            "Export the survey with its answers, one row a respondent.",
            code="no-rows",
        )
