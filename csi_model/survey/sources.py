"""The files that make up a survey: opened, stacked, and searched for the columns that are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError, UsageError, suggest
from csi_model.survey.conversion import to_texts
from csi_model.survey.places import Places
from csi_model.survey.raw_table import RawTable
from csi_model.survey.tables import read_table, table_of


@dataclass(frozen=True, kw_only=True)
class SurveyFile:
    """One of several files of a survey; ``add`` gives it constant columns such as ``wave: "2024"``."""

    path: str | Path
    sheet: str | int | None = None
    add: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


OneSource = str | Path | SurveyFile | RawTable | pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Part:
    """An opened file with its constant columns."""

    table: RawTable
    add: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the stored and the added columns."""
        return (*self.table.columns, *self.add)

    def column(self, name: str) -> pd.Series:
        """A column by name, constant ones included."""
        if name in self.add:
            return pd.Series(np.full(len(self.table), self.add[name], dtype=object), dtype=object)
        series: pd.Series = self.table.frame[name]
        return series


def open_parts(source: OneSource | Sequence[OneSource], sheet: str | int | None) -> tuple[Part, ...]:
    """Open every file of a survey; all mistakes of all files are told at once.

    Raises
    ------
    SurveyError
        A file cannot be read, is listed twice, or already has a column that is to be added.
    UsageError
        No file at all.
    """
    each: list[OneSource]
    each = [source] if isinstance(source, str | Path | SurveyFile | RawTable | pd.DataFrame) else list(source)
    if not each:
        raise UsageError.at("survey", "The list of survey files is empty.", "Name a file.", code="option")
    parts: list[Part] = []
    mistakes: list[Finding] = []
    for one in each:
        try:
            parts.append(_open(one, sheet))
        except SurveyError as problem:
            mistakes.extend(problem.findings)
    mistakes.extend(_clashes(parts))
    if mistakes:
        raise SurveyError(mistakes)
    return tuple(parts)


def places_of(parts: Sequence[Part]) -> Places:
    """Row numbers of the stacked parts."""
    sizes = [len(part.table) for part in parts]
    return Places(
        rows=np.concatenate([part.table.rows for part in parts]),
        files=np.repeat(np.arange(len(parts), dtype=np.int64), sizes),
        names=tuple(part.table.source for part in parts),
    )


def texts_of(parts: Sequence[Part], name: str) -> NDArray[np.object_]:
    """A stacked column as exact texts, empty where there is none."""
    return np.concatenate([to_texts(part.column(name)) for part in parts])


def missing_columns(parts: Sequence[Part], wanted: Mapping[str, str]) -> list[Finding]:
    """Find columns that a file lacks.

    Parameters
    ----------
    wanted
        Column in the file > what it is wanted for ("question SATIS of the model").
    """
    questions = [name for name, purpose in wanted.items() if purpose.startswith("question")]
    strange = [part for part in parts if len(questions) > 1 and not set(questions) & set(part.columns)]
    found = [_no_question(part, questions) for part in strange]
    for name, purpose in wanted.items():
        lacking = [
            part
            for part in parts
            if name not in part.columns and not (name in questions and any(part is one for one in strange))
        ]
        if lacking:
            found.append(_lacking(name, purpose, lacking))
    return found


def _no_question(part: Part, questions: Sequence[str]) -> Finding:
    """One finding for a file that has none of the model's columns: another file, sheet or model is meant."""
    table = part.table
    wanted = f"{', '.join(questions[:5])}{' ...' if len(questions) > 5 else ''}"
    there = f"{', '.join(part.columns[:10])}{' ...' if len(part.columns) > 10 else ''}"
    fix = "If they have other names, say so under `columns` of a study file (`csi init` drafts one)."
    fix = _with_comma(questions[0], part.columns) or fix
    if table.other_sheets:
        fix = f"Name another sheet with --sheet: {', '.join(table.other_sheets)}. {fix}"
    return Finding(
        code="no-column",
        severity="error",
        where=table.where,
        what=f"None of the {len(questions)} columns that are read ({wanted}) is there; the columns "
        f"are {there}.",
        fix=fix,
    )


def _with_comma(name: str, columns: Sequence[str]) -> str:
    """What to write where a name is a piece of a column's name, cut at a comma."""
    meant = [one for one in columns if "," in one and name in (part.strip() for part in one.split(","))]
    return f"Write a name with a comma in double quotes: '\"{meant[0]}\"'." if meant else ""


def _lacking(name: str, purpose: str, lacking: Sequence[Part]) -> Finding:
    columns = lacking[0].columns
    other_case = [column for column in columns if column.lower() == name.lower()]
    fix = suggest(name, columns)
    fix = _with_comma(name, columns) or fix
    if other_case:
        fix = f"There is {other_case[0]!r}: capital and small letters differ."
    if purpose.startswith("question"):
        fix += " If the column has another name, say so under `columns` of a study file."
    return Finding(
        code="no-column",
        severity="error",
        where=", ".join(part.table.where for part in lacking),
        what=f"There is no column {name!r} ({purpose}).",
        fix=fix,
    )


def _open(one: OneSource, sheet: str | int | None) -> Part:
    if isinstance(one, RawTable):
        return Part(table=one, add={})
    if isinstance(one, pd.DataFrame):
        return Part(table=table_of(one), add={})
    if isinstance(one, SurveyFile):
        own = sheet if one.sheet is None else one.sheet
        return Part(table=read_table(one.path, sheet=own), add=one.add)
    return Part(table=read_table(one, sheet=sheet), add={})


def _clashes(parts: Sequence[Part]) -> list[Finding]:
    found = []
    for part in parts:
        for name in part.add:
            if name in part.table.columns:
                what = f"The column {name!r} that is to be added is in the file already."
                found.append(_error("added-column", part.table.where, what, "Add it under another name."))
    seen: dict[tuple[str, int], str] = {}
    for part in parts:
        key = (part.table.sha256, len(part.table))
        if part.table.sha256 and key in seen:
            what = f"The file has the same content as {seen[key]}: its respondents would count twice."
            found.append(_error("same-file", part.table.where, what, "Leave one of the two out."))
        seen[key] = part.table.where
    return found


def _error(code: str, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity="error", where=where, what=what, fix=fix)
