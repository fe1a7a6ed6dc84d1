"""Excel workbooks (.xlsx, .xlsm)."""

from __future__ import annotations

import importlib
import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

from csi_model.errors import Finding, SurveyError, suggest
from csi_model.survey.raw_table import RawTable
from csi_model.survey.text_encoding import kind_of
from csi_model.survey.text_tables import grid_table

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(data: bytes, path: Path, sheet: str | int | None) -> RawTable:
    """Read one sheet of a workbook; its first row holds the names.

    Parameters
    ----------
    sheet
        Name, or number from 1; the first sheet if None.

    Raises
    ------
    SurveyError
        Not a workbook, an old or protected one, no such sheet, empty, header only.
    """
    _check_workbook(data, path.name)
    openpyxl = importlib.import_module("openpyxl")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            page = _sheet(book, sheet, path.name)
            page.reset_dimensions()
            rows: list[tuple[object, ...]] = list(page.iter_rows(values_only=True))
        except SurveyError:
            raise
        except Exception as problem:
            # a damaged archive surfaces as any of a dozen types: zip, XML, key, value, type errors
            raise _broken(path.name, f"The workbook cannot be read ({type(problem).__name__}).") from problem
    if not rows:
        raise SurveyError.at(
            path.name,
            f"The sheet {page.title!r} is empty.",
            f"Name another sheet: {', '.join(book.sheetnames)}." if len(book.sheetnames) > 1 else "",
            code="empty-file",
        )
    table = grid_table(rows[0], rows[1:], path.name)
    return RawTable(
        frame=table.frame,
        rows=table.rows,
        source=path.name,
        findings=table.findings + _notes(path.name, [str(one.message) for one in caught]),
        other_sheets=tuple(one.title for one in book.worksheets if one.title != page.title),
    )


def _sheet(book: Any, sheet: str | int | None, where: str) -> Any:
    names = [page.title for page in book.worksheets]
    if not names:
        raise SurveyError.at(where, "The workbook has no sheet with cells.", "", code="no-sheet")
    if sheet is None:
        return book.worksheets[0]
    if isinstance(sheet, str) and sheet in names:
        return book[sheet]
    number = int(sheet) if isinstance(sheet, int) or sheet.strip().isdecimal() else 0
    if 1 <= number <= len(names):
        return book.worksheets[number - 1]
    raise SurveyError.at(
        where,
        f"There is no sheet {sheet!r}.",
        f"{suggest(str(sheet), names)} A number from 1 to {len(names)} does as well.",
        code="no-sheet",
    )


def _check_workbook(data: bytes, where: str) -> None:
    if _ENCRYPTED in data:
        raise SurveyError.at(
            where,
            "The workbook is protected with a password.",
            "Open it in Excel, take the password off, and save it.",
            code="protected",
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SurveyError.at(
            where,
            "This is an old Excel workbook (.xls), whatever its name says.",
            "Open it in Excel and save it as .xlsx or CSV.",
            code="old-workbook",
        )
    if not zipfile.is_zipfile(io.BytesIO(data)):
        kind = kind_of(data)
        is_text = not kind and b"\0" not in data[:4096]
        seems = f"it looks like {kind}" if kind else "it looks like text" if is_text else "it may be cut off"
        fix = "Name it .csv." if is_text else "Export it again as .xlsx or CSV."
        raise SurveyError.at(where, f"The file is not an Excel workbook: {seems}.", fix, code="broken-file")


def _broken(where: str, what: str) -> Exception:
    return SurveyError.at(where, what, "Open it in Excel and save it again as .xlsx.", code="broken-file")


def _notes(where: str, messages: list[str]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="workbook-note",
            severity="note",
            where=where,
            what=f"The workbook reader says: {message}",
            fix="The cells were read; nothing to do if the numbers are right.",
        )
        for message in dict.fromkeys(messages)
    )
