"""Read a survey file, whatever its format, or take a data frame."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from csi_model.errors import CsiError, SurveyError
from csi_model.survey.raw_table import RawTable, check_names, check_records, text_of
from csi_model.survey.statistics_files import read_parquet, read_statistics_file
from csi_model.survey.text_tables import read_text_table
from csi_model.survey.workbooks import read_workbook

__all__ = ["ENDINGS", "RawTable", "read_table", "table_of"]

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".sav", ".zsav", ".dta", ".parquet")
"""Endings of the files that can be read."""


def read_table(path: str | Path, *, sheet: str | int | None = None) -> RawTable:
    """Read a survey file as stored.

    Parameters
    ----------
    path
        CSV or TSV (UTF-8, UTF-16, GB18030, Windows-1252; comma, semicolon or tab), XLSX, SAV, DTA or
        Parquet. The first row of a text file or sheet holds the column names.
    sheet
        Sheet of a workbook by name, or by number from 1; the first one if None.

    Raises
    ------
    SurveyError
        No such file, a folder, unknown ending, empty, header only, broken or renamed, protected,
        duplicate column names, no such sheet, rows with more fields than the header.
    """
    path = Path(path)
    data = _bytes(path)
    ending = path.suffix.lower()
    if sheet is not None and ending not in (".xlsx", ".xlsm"):
        raise SurveyError.at(
            path.name,
            f"A sheet ({sheet!r}) is named, but only a workbook (.xlsx) has sheets.",
            "Leave the sheet out.",
            code="no-sheet",
        )
    if ending in (".xlsx", ".xlsm"):
        table = read_workbook(data, path, sheet)
    elif ending in (".sav", ".zsav", ".dta"):
        table = read_statistics_file(data, path)
    elif ending == ".parquet":
        table = _from_frame(read_parquet(data, path), path.name)
    else:
        table = read_text_table(data, path)
    return RawTable(
        frame=table.frame,
        rows=table.rows,
        labels=table.labels,
        value_labels=table.value_labels,
        missing=table.missing,
        source=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        findings=table.findings,
        other_sheets=table.other_sheets,
    )


def table_of(frame: pd.DataFrame) -> RawTable:
    """Take a data frame as a survey table, without changing it; its first row counts as row 2.

    Raises
    ------
    SurveyError
        Column names in several levels, duplicate names, no rows.
    """
    return _from_frame(frame, "")


def _from_frame(frame: pd.DataFrame, source: str) -> RawTable:
    where = source or "the data frame"
    if isinstance(frame.columns, pd.MultiIndex):
        raise SurveyError.at(
            where,
            f"The column names have {frame.columns.nlevels} levels.",
            "Give every column one name, for example with frame.columns = [...].",
            code="column-levels",
        )
    names = [text_of(name) for name in frame.columns]
    check_names(names, where)
    check_records(len(frame), where)
    named = frame.set_axis(pd.Index(names, dtype=object), axis="columns")
    return RawTable(frame=named, rows=np.arange(2, len(frame) + 2, dtype=np.int64), source=source)


def check_file(path: Path) -> None:
    """Refuse what cannot be a survey file, by its name and place.

    Raises
    ------
    SurveyError
        No such file, a folder, a lock file, empty, or an ending that cannot be read.
    """
    known = ", ".join(ENDINGS)
    if path.name.startswith("~$"):
        raise SurveyError.at(
            path.name,
            "This is the lock file that Excel keeps beside an open workbook.",
            f"Name the workbook itself, {path.name[2:]!r}, and save it in Excel first.",
            code="lock-file",
        )
    if path.is_dir():
        raise SurveyError.at(path.name, "This is a folder.", "Name a survey file in it.", code="folder")
    if not path.exists():
        raise SurveyError.at(path.name, "There is no such file.", _neighbours(path), code="no-file")
    ending = path.suffix.lower()
    if ending == ".xls":
        raise SurveyError.at(
            path.name,
            "Old Excel workbooks (.xls) cannot be read.",
            "Open it in Excel and save it as .xlsx or CSV.",
            code="old-workbook",
        )
    if ending not in ENDINGS:
        ended = f"end in {ending}" if ending else "have no ending"
        raise SurveyError.at(
            path.name,
            f"Files that {ended} cannot be read.",
            f"Choose one of: {known}.",
            code="unknown-format",
        )
    if path.stat().st_size == 0:
        raise SurveyError.at(path.name, "The file is empty.", "Export the survey again.", code="empty-file")


def _bytes(path: Path) -> bytes:
    check_file(path)
    try:
        return path.read_bytes()
    except OSError as problem:
        raise unreadable(path, problem) from None


def unreadable(path: Path, problem: OSError) -> CsiError:
    """What to raise where a file that is there cannot be read."""
    reason = problem.strerror or "no reason given"
    return SurveyError.at(
        path.name, f"The file cannot be read: {reason}.", "Check its permissions.", code="unreadable"
    )


def _neighbours(path: Path) -> str:
    """The closest file name in the same folder, or a hint."""
    from difflib import get_close_matches

    if not path.parent.is_dir():
        return "Its folder does not exist either; check the path."
    names = sorted(other.name for other in path.parent.iterdir() if other.suffix.lower() in ENDINGS)
    close = get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else "Check its name and folder."
