"""CSV and TSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.survey.raw_table import RawTable, check_names, check_records, text_of
from csi_model.survey.text_encoding import decode

Row = Sequence[object]


def read_text_table(data: bytes, path: Path) -> RawTable:
    """Read the bytes of a CSV or TSV file; the separator is detected (comma, semicolon, tab).

    Raises
    ------
    SurveyError
        Not text, empty, header only, duplicate names, rows longer than the header, open quotes.
    """
    text, findings = decode(data, path.name)
    if not text.strip():
        raise SurveyError.at(path.name, "The file is empty.", "Export the survey again.", code="empty-file")
    separator = _separator(text, prefer="\t" if path.suffix.lower() == ".tsv" else ",")
    rows = _parse(text, separator, path.name)
    table = grid_table(rows[0], rows[1:], path.name, tell_short_rows=True)
    return RawTable(frame=table.frame, rows=table.rows, source=path.name, findings=findings + table.findings)


def grid_table(header: Row, records: Sequence[Row], where: str, *, tell_short_rows: bool = False) -> RawTable:
    """Make a table from a header and the rows below it (rows 2, 3, ...), as stored.

    Empty rows at the end are not rows; a nameless column gets its number for a name.

    Raises
    ------
    SurveyError
        Header only, no header, duplicate names, rows with more fields than the header.
    """
    names = [text_of(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SurveyError.at(
            where,
            "The first row is empty.",
            "Put the column names into the first row.",
            code="no-header",
        )
    if sum(_is_number(name) for name in names) > len(names) / 2:
        raise SurveyError.at(
            where,
            "The first row holds numbers, not column names.",
            "Put the column names into the first row.",
            code="no-header",
        )
    check_names([name for name in names if name], where)
    last = len(records)
    while last and not any(text_of(cell) for cell in records[last - 1]):
        last -= 1
    check_records(last, where)
    records = records[:last]
    findings = _check_lengths(records, len(names), where, tell_short_rows)
    columns = _columns(records, len(names))
    for index, name in enumerate(names):
        if not name:
            names[index] = f"(column {index + 1} without a name)"
    return RawTable(
        frame=pd.DataFrame(dict(zip(names, columns, strict=True)), columns=names, dtype=object),
        rows=np.arange(2, last + 2, dtype=np.int64),
        source=where,
        findings=findings,
    )


def _check_lengths(
    records: Sequence[Row], width: int, where: str, tell_short_rows: bool
) -> tuple[Finding, ...]:
    lengths = np.fromiter((len(record) for record in records), dtype=np.int64, count=len(records))
    longer = [
        index
        for index in np.flatnonzero(lengths > width).tolist()
        if any(text_of(cell) for cell in records[index][width:])
    ]
    if longer:
        raise SurveyError.at(
            where,
            f"{_rows_have(len(longer))} more fields than the {_names(width)} of the header "
            f"({_listed(longer)}).",
            "A text with the separator in it must stand in quotes; or a column lacks its name."
            if width > 1
            else "If a title stands above the column names, delete it: the first row must hold the names.",
            code="too-many-fields",
        )
    shorter = np.flatnonzero((lengths < width) & (lengths > 0)).tolist()
    if not shorter or not tell_short_rows:
        return ()
    return (
        Finding(
            code="short-rows",
            severity="warning",
            where=where,
            what=f"{_rows_have(len(shorter))} fewer fields than the header has names ({_listed(shorter)}).",
            fix="Their last cells are taken as blank; check for line breaks inside a text.",
        ),
    )


def _columns(records: Sequence[Row], width: int) -> list[NDArray[np.object_]]:
    whole: Iterable[Row] = records
    if any(len(record) != width for record in records):
        whole = [[*record[:width], *[None] * (width - len(record))] for record in records]
    return [_object_array(column) for column in zip(*whole, strict=True)]


def _object_array(values: Sequence[object]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _listed(indexes: Sequence[int], limit: int = 5) -> str:
    shown = ", ".join(str(index + 2) for index in indexes[:limit])
    more = len(indexes) - limit
    if len(indexes) == 1:
        return f"row {shown}"
    return f"rows {shown} and {more} more" if more > 0 else f"rows {shown}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows_have(count: int) -> str:
    return "1 row has" if count == 1 else f"{count} rows have"


def _names(count: int) -> str:
    return "1 name" if count == 1 else f"{count} names"


def _parse(text: str, separator: str, where: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as problem:
        raise SurveyError.at(
            f"{where}:{reader.line_num}",
            f"A quoted text is not closed or is followed by other signs ({problem}).",
            'Write a quotation mark inside a quoted text twice: "".',
            code="quotes",
        ) from None
    return rows


def _separator(text: str, prefer: str) -> str:
    """The separator that gives the first lines the same number of fields, and the most of them."""
    head = io.StringIO("\n".join(text[:200_000].splitlines()[:60]))
    best, best_score = prefer, (0.0, 0)
    for separator in dict.fromkeys((prefer, ",", ";", "\t")):
        head.seek(0)
        widths = [len(row) for row in csv.reader(head, delimiter=separator) if row]
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best_score:
            best, best_score = separator, score
    return best
