"""What shares a slide: small tables under each other, or under the chart that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from csi_model.reporting.slides.drawn_rows import drawn_rows
from csi_model.reporting.slides.lettering import Said, height_of
from csi_model.reporting.slides.sheets import Chart, Grid, Part, Sheet, Words
from csi_model.reporting.slides.style import Style

CAPTION = 20.0
"""Height of the caption over a chart or table, in points."""

NOTE = 24.0
"""Height of the lines under a chart or table, where there are none yet."""

GAP = 16.0
"""Space between two things under each other."""

_MOST_ROWS = 18
_MOST_BARS = 8
_LEAST_CHART = 150.0


def grid_height(part: Grid, style: Style) -> float:
    """Return the height of a table with its caption and its notes."""
    notes = [Said(text=text, size=9.0, after=0.1) for text in part.page.notes]
    under = height_of(notes, sum(part.page.widths), style) + 6.0 if notes else 0.0
    under += 14.0 if part.page.left_out else 0.0
    return (CAPTION if part.caption else 0.0) + sum(part.page.heights) + under


def chart_needs(part: Chart) -> float:
    """Return the least height of a chart by its rows, endless where it wants all the room."""
    if part.chart.kind not in {"bar", "dots"}:
        return float("inf")
    rows = drawn_rows(part.chart)
    bars = len(rows.categories) * (len(rows.series) if part.chart.kind == "bar" else 1)
    if bars > _MOST_BARS:
        return float("inf")
    return max(_LEAST_CHART, 78.0 + 18.0 * bars) + (CAPTION if part.caption else 0.0)


def stacked(sheet: Sheet, grid: Grid, height: float, style: Style) -> Sheet | None:
    """Return a slide with a table added under what it holds, None where there is no room.

    Parameters
    ----------
    sheet
        The slide before.
    grid
        The table, all of it.
    height
        Of the place for content, in points.
    style
        Language and fonts.
    """
    others = [part for part in sheet.parts if not isinstance(part, Words)]
    if not others or not all(isinstance(part, Chart | Grid) for part in others):
        return None
    grids: list[Grid] = [part for part in others if isinstance(part, Grid)] + [grid]
    if sum(len(one.page.rows) for one in grids) > _MOST_ROWS or any(one.page.number > 1 for one in grids):
        return None
    if grids[0] is not grid and (grids[0].page.left_out or len(others) == len(sheet.parts) - 1):
        return None
    used = sum(grid_height(one, style) for one in grids) + GAP * (len(others))
    used += sum(chart_needs(part) for part in others if isinstance(part, Chart))
    if used > height:
        return None
    return replace(sheet, parts=(*sheet.parts, grid))


def words_over(sheet_parts: Sequence[Part]) -> Words | None:
    """Return the words of a slide, None where there are none."""
    return next((part for part in sheet_parts if isinstance(part, Words)), None)
