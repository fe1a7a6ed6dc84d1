"""Files of statistics programs: SPSS, Stata, and Parquet."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import Finding, SurveyError
from csi_model.survey.raw_table import RawTable, UserMissing, check_names, check_records, text_of
from csi_model.survey.text_encoding import kind_of, looks_chinese

_OTHER_ENCODINGS = ("GB18030", "GBK", "WINDOWS-1252", "LATIN1")


def read_statistics_file(data: bytes, path: Path) -> RawTable:
    """Read a .sav, .zsav or .dta file with labels and user-missing codes.

    Raises
    ------
    SurveyError
        Broken or renamed file, no rows.
    """
    import pyreadstat

    reader: Callable[..., Any] = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    frame, meta, encoding = _read(reader, data, path)
    frame = frame.rename(columns=str)
    check_names(list(frame.columns), path.name)
    check_records(len(frame), path.name)
    findings: tuple[Finding, ...] = ()
    if encoding:
        findings = (
            Finding(
                code="encoding-guessed",
                severity="note",
                where=path.name,
                what=f"The texts do not fit the encoding that the file names; they were read as {encoding}.",
                fix="If names or labels look wrong, save the file as Unicode in its program.",
            ),
        )
    labels = {name: label for name, label in meta.column_names_to_labels.items() if label}
    return RawTable(
        frame=frame,
        rows=np.arange(2, len(frame) + 2, dtype=np.int64),
        labels=MappingProxyType(labels),
        value_labels=MappingProxyType(_value_labels(meta.variable_value_labels)),
        missing=MappingProxyType(_user_missing(meta)),
        source=path.name,
        findings=findings,
    )


def read_parquet(data: bytes, path: Path) -> pd.DataFrame:
    """Read a Parquet file.

    Raises
    ------
    SurveyError
        Broken or renamed file.
    """
    arrow = importlib.import_module("pyarrow")

    try:
        return pd.read_parquet(io.BytesIO(data), engine="pyarrow")
    except (arrow.ArrowException, OSError, ValueError) as problem:
        raise broken_file(data, path, "a Parquet file") from problem


def _read(reader: Callable[..., Any], data: bytes, path: Path) -> tuple[pd.DataFrame, Any, str]:
    """Read with the encoding that the file names, else with the first other one that fits."""
    for encoding in (None, *_OTHER_ENCODINGS):
        try:
            frame, meta = reader(str(path), user_missing=True, encoding=encoding)
        except Exception as problem:
            # a damaged file surfaces as the reader's own errors, and as index, value or overflow errors
            text = str(problem).lower()
            if isinstance(problem, UnicodeDecodeError) or "encoding" in text or "convert" in text:
                continue
            format_name = "a Stata file" if path.suffix.lower() == ".dta" else "an SPSS file"
            raise broken_file(data, path, format_name) from problem
        if encoding is None and _garbled(meta):
            continue
        return frame, meta, encoding or ""
    raise SurveyError.at(
        path.name,
        "The texts in the file fit none of UTF-8, GB18030, GBK, Windows-1252.",
        "Save the file as Unicode in its program, or export it as CSV in UTF-8.",
        code="encoding",
    )


def _garbled(meta: Any) -> bool:
    """Whether texts read as Western are Chinese ones: an old file that names no or a wrong encoding."""
    if str(meta.file_encoding or "").upper().startswith(("UTF", "GB", "CP936", "BIG5")):
        return False
    texts = [label for label in meta.column_labels if label]
    texts += [str(label) for labels in meta.variable_value_labels.values() for label in labels.values()]
    raw = "".join(texts).encode("cp1252", errors="ignore")
    return any(value > 127 for value in raw) and looks_chinese(raw)


def _value_labels(stored: Mapping[str, Mapping[Any, str]]) -> dict[str, Mapping[str, str]]:
    return {
        str(name): MappingProxyType({text_of(value): str(label).strip() for value, label in labels.items()})
        for name, labels in stored.items()
        if labels
    }


def _user_missing(meta: Any) -> dict[str, tuple[UserMissing, ...]]:
    codes: dict[str, tuple[UserMissing, ...]] = {}
    for name, ranges in (meta.missing_ranges or {}).items():
        codes[str(name)] = tuple(_range(entry) for entry in ranges)
    for name, letters in (meta.missing_user_values or {}).items():
        codes[str(name)] = codes.get(str(name), ()) + tuple(str(letter) for letter in letters)
    return codes


def _range(entry: Mapping[str, Any]) -> UserMissing:
    low, high = entry["lo"], entry["hi"]
    return text_of(low) if isinstance(low, str) else (float(low), float(high))


def broken_file(data: bytes, path: Path, expected: str) -> Exception:
    """What to raise where a file is not what its ending says; ``data`` is its beginning."""
    kind = kind_of(data)
    if kind.startswith(expected):
        told = f"The file begins like {kind}, but is broken or cut off."
    else:
        seems = f"it looks like {kind}" if kind else "it is broken, cut off, or has the wrong ending"
        told = f"The file is not {expected}: {seems}."
    return SurveyError.at(
        path.name,
        told,
        "Export it again, or give it the ending of its format.",
        code="broken-file",
    )
