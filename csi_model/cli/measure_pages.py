"""What ``csi measure`` prints: the tables in words, what is the same in all rows above them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from csi_model.cli.output import report_lines
from csi_model.reporting import formats
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.families import FAMILIES, TITLES, name_of
from csi_model.study.measures.running import Outcome
from csi_model.vocabulary import MEASURES, Table, TableColumn, term

MOST_ROWS = 30
"""Rows of a table that are printed; a folder and ``--json`` hold all."""
MOST_FURTHER_ROWS = 12
"""The same of a table that is not the first."""

EVERYBODY, OTHERS = "all respondents", "all others"
_NOT_PRINTED = {"measure_findings"}
_IN_FULL_ONLY = {"se", "ci_method", "z", "pvalue", "ci_lower", "ci_upper"}
"""Columns that are left to the folder, or joined in an interval."""
_UNITS = {"unit", "unit_1", "unit_2"}
_QUESTIONS = {"item", "question"}

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Printed:
    """One printed column: its heading, the text of a row, whether it stands at the right."""

    title: str
    show: Callable[[Row], str]
    right: bool


def listing() -> Iterator[str]:
    """Every measure with what it is, by family, for 80 columns."""
    yield "Usage: csi measure NAME [OPTIONS] [SURVEY]"
    yield ""
    yield "  The field's other measures, straight from answers. csi measure NAME --help tells"
    yield "  what a measure rests on, and its options; a study file lists them under measures:."
    for family, entries in FAMILIES.items():
        yield ""
        yield f"{TITLES[family]}:"
        for entry in entries:
            told = (entry.__doc__ or "").strip().partition("\n\n")[0]
            lines = textwrap.wrap(" ".join(told.split()), 56)
            yield f"  {name_of(entry).replace('_', '-'):20} {lines[0]}"
            yield from (f"{'':23}{line}" for line in lines[1:])


def page(outcome: Outcome, language: str, folder: Path | None) -> Iterator[str]:
    """The lines of the printed result."""
    most = MOST_ROWS
    for name, frame in outcome.tables.items():
        if name in _NOT_PRINTED or not len(frame):
            continue
        yield from _table(MEASURES[name], frame, outcome, language, most)
        most = MOST_FURTHER_ROWS
    if folder is not None:
        yield f"{'结果' if language == 'zh' else 'Results'}: {folder}"
        yield from report_lines(folder, "报告" if language == "zh" else "Report")


def _table(table: Table, frame: pd.DataFrame, outcome: Outcome, language: str, most: int) -> Iterator[str]:
    from rich.cells import cell_len

    columns = [one for one in table.columns if one.name not in _IN_FULL_ONLY and _says_something(frame, one)]
    same = [one for one in columns if _same_in_all(frame, one)]
    printed = [_column(one, frame, outcome, language) for one in columns if one not in same]
    interval = _interval(table, frame, outcome, language)
    if interval is not None:
        printed.insert(_after_value(columns, same), interval)
    heading = [_text(str(frame[one.name].iloc[0]), one, outcome, language) for one in same]
    yield " · ".join([table.title[language], *(text for text in heading if text)])
    rows: list[Row] = frame.head(most).to_dict("records")  # type: ignore[assignment]
    cells = [[one.title for one in printed], *([one.show(row) for one in printed] for row in rows)]
    widths = [max(cell_len(row[k]) for row in cells) for k in range(len(printed))]
    for row in cells:
        parts = []
        for k, text in enumerate(row):
            gap = " " * (widths[k] - cell_len(text))
            parts.append(gap + text if printed[k].right else text + gap)
        yield ("  " + "   ".join(parts)).rstrip()
    if len(frame) > most:
        more = len(frame) - most
        yield f"  … 另有 {more} 行" if language == "zh" else f"  … and {more} more rows (-o FOLDER, --json)"
    yield ""


def _says_something(frame: pd.DataFrame, column: TableColumn) -> bool:
    cells = frame[column.name]
    if column.name == "unit" and set(cells) <= {EVERYBODY, ""}:
        return False
    if column.name == "n_eff" and "n" in frame:
        return not bool((cells.fillna(0) == frame["n"].astype("float64").fillna(0)).all())
    return bool(cells.notna().any()) and not bool((cells.astype("str") == "").all())


def _same_in_all(frame: pd.DataFrame, column: TableColumn) -> bool:
    return column.kind == "text" and len(frame) > 1 and len(set(frame[column.name])) == 1


def _after_value(columns: Sequence[TableColumn], same: Sequence[TableColumn]) -> int:
    """Place of the interval: after the difference, where there is one, else after the first number."""
    left = [one for one in columns if one not in same]
    numbers = [k for k, one in enumerate(left) if one.kind == "number"]
    difference = [k for k in numbers if left[k].name == "difference"]
    return next((k + 1 for k in (*difference, *numbers)), len(left))


def _interval(table: Table, frame: pd.DataFrame, outcome: Outcome, language: str) -> _Printed | None:
    if not {"ci_lower", "ci_upper"} <= set(table.column_names) or not frame["ci_lower"].notna().any():
        return None
    before = table.column_names[: table.column_names.index("ci_lower")]
    times = 100.0 if before[-1] == "share" else 1.0  # the interval is that of the number before it
    level = formats.level(outcome.level)
    digits = 1 if times > 1 else _digits([*frame["ci_lower"], *frame["ci_upper"]])

    def show(row: Row) -> str:
        return formats.interval(times * row["ci_lower"], times * row["ci_upper"], digits, language)

    title = f"{level} 置信区间" if language == "zh" else f"{level} interval"
    return _Printed(title=title, show=show, right=True)


def _column(column: TableColumn, frame: pd.DataFrame, outcome: Outcome, language: str) -> _Printed:
    digits = _digits(frame[column.name].tolist()) if column.kind == "number" else 0

    def show(row: Row) -> str:
        value = row[column.name]
        if formats.is_empty(value):
            return "" if column.kind in ("text", "flag") else formats.EMPTY
        if column.kind == "number":
            return _number(float(value), column.name, digits)
        if column.kind == "integer":
            return formats.count(value)
        if column.kind == "flag":
            return "✓" if value else ""
        return _text(str(value), column, outcome, language)

    return _Printed(title=column.term[language], show=show, right=column.kind in ("number", "integer"))


def _text(value: str, column: TableColumn, outcome: Outcome, language: str) -> str:
    if column.name in _UNITS:
        return _unit(value, outcome, language)
    if column.name == "why":
        return reason_in(value, language)
    if column.name in _QUESTIONS and value in outcome.labels:
        return value  # a column of the survey, whatever its name means elsewhere
    return term(value, language)


def _number(value: float, name: str, digits: int) -> str:
    if name.startswith("pvalue"):
        return formats.probability(value)
    if name == "share" or name.endswith("_share") or name.startswith(("share_of", "share_ci")):
        return formats.percent(value)
    return formats.number(value, digits)


def _digits(values: Sequence[float]) -> int:
    """Decimals of a column: none for whole numbers, three for small ones, else two."""
    known = [abs(value) for value in values if not formats.is_empty(value)]
    if all(value == round(value) for value in known):
        return 0
    return 3 if max(known) < 10 else 2


def _unit(name: str, outcome: Outcome, language: str) -> str:
    """A unit by the labels of its values."""
    parts = name.split(" / ") if len(outcome.by) > 1 else [name]
    if name in (EVERYBODY, OTHERS) or len(parts) != len(outcome.by):
        return term(name, language)
    labels = (outcome.group_labels.get(column, {}) for column in outcome.by)
    shown = [found.get(part, part) for found, part in zip(labels, parts, strict=True)]
    return " · ".join(shown)
