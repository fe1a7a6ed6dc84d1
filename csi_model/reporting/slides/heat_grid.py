"""The heat map of a league as a table: an index in every cell, clear differences marked and coloured."""

from __future__ import annotations

import math
from collections.abc import Mapping

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.heat_map import HeatRow, heat
from csi_model.reporting.league_rows import clear
from csi_model.reporting.records import Row
from csi_model.reporting.slides.grids import GridRow, GridTable
from csi_model.reporting.views import Cell, labelled
from csi_model.reporting.wording import say


def heat_grid(content: Content, language: str) -> GridTable:
    """Return units by constructs; the sign says what the colour says."""
    shown = heat(content, language)
    titles = [labelled(content, name, language) for name in shown.constructs]
    columns = ((say("pptx_heat_unit", language), False), *((title, True) for title in titles))
    rows = [_row(row, shown.constructs, shown.tests, content) for row in shown.rows]
    return GridTable(columns=columns, rows=tuple(rows))


def _row(
    row: HeatRow, constructs: tuple[str, ...], tests: Mapping[tuple[str, str], Row], content: Content
) -> GridRow:
    head = Cell(text=row.label, numeric=False, tone="none")
    if row.words:
        blank = tuple(Cell(text=row.words if place == 0 else "") for place in range(len(constructs)))
        return GridRow(cells=(head, *blank))
    cells = []
    for name in constructs:
        test: Row = tests.get((name, row.unit), {})
        cells.append(_cell(row.values.get(name, math.nan), test, low_is_good=name in content.low_is_good))
    return GridRow(cells=(head, *cells), strong=row.heading)


def _cell(value: float, test: Row, *, low_is_good: bool) -> Cell:
    if math.isnan(value):
        return Cell(text="", tone="none")
    if not clear(test):
        return Cell(text=formats.number(value), tone="none")
    better = (records.number(test, "difference") > 0) != low_is_good
    sign = "▲" if better else "▼"
    return Cell(text=f"{sign} {formats.number(value)}", tone="better" if better else "worse")
