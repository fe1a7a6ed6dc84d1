"""What ``csi measure`` prints: the tables in words, columns that say nothing left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from csi_model.reporting import formats
from csi_model.study.measures.running import Outcome
from csi_model.vocabulary import MEASURES, TableColumn, term

MOST_ROWS = 30
_LEFT_OUT = {"measure_findings"}


def page(outcome: Outcome, language: str, folder: Path | None) -> Iterator[str]:
    """The lines of the printed result."""
    for name, frame in outcome.tables.items():
        if name in _LEFT_OUT or not len(frame):
            continue
        table = MEASURES[name]
        yield table.title[language]
        columns = [column for column in table.columns if _says_something(frame, column)]
        yield from _table(frame, columns, language)
    if folder is not None:
        yield f"{'结果' if language == 'zh' else 'Results'}: {folder}"
        if (folder / "report.html").is_file():
            yield f"{'报告' if language == 'zh' else 'Report'}:  {folder / 'report.html'}"


def _says_something(frame: pd.DataFrame, column: TableColumn) -> bool:
    cells = frame[column.name]
    if (
        column.name in ("unit", "kind", "within")
        and cells.nunique() < 2
        and set(cells) <= {"all respondents", ""}
    ):
        return False
    return bool(cells.notna().any()) and not bool((cells.astype("str") == "").all())


def _table(frame: pd.DataFrame, columns: Sequence[TableColumn], language: str) -> Iterator[str]:
    from rich.cells import cell_len

    rows = frame.head(MOST_ROWS).to_dict("records")
    cells = [[column.term[language] for column in columns]]
    cells += [[_cell(row[column.name], column, language) for column in columns] for row in rows]
    widths = [max(cell_len(row[k]) for row in cells) for k in range(len(columns))]
    for row in cells:
        parts = []
        for k, text in enumerate(row):
            gap = " " * (widths[k] - cell_len(text))
            parts.append(gap + text if columns[k].kind in ("number", "integer") else text + gap)
        yield ("  " + "   ".join(parts)).rstrip()
    if len(frame) > MOST_ROWS:
        more = len(frame) - MOST_ROWS
        yield f"  … 另有 {more} 行" if language == "zh" else f"  … and {more} more rows (-o FOLDER, --json)"
    yield ""


def _cell(value: Any, column: TableColumn, language: str) -> str:
    if formats.is_empty(value):
        return "" if column.kind in ("text", "flag") else formats.EMPTY
    if column.kind == "number":
        if column.name.startswith("pvalue"):
            return formats.probability(value)
        return formats.number(value, 3 if abs(float(value)) < 10 else 2)
    if column.kind == "integer":
        return formats.count(value)
    if column.kind == "flag":
        return "✓" if value else ""
    return term(str(value), language)
