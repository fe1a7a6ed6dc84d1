"""Tables on slides: native, with rules instead of boxes, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csi_model.reporting.slides.areas import EMU, Area
from csi_model.reporting.slides.grids import ABOVE, SIDE, GridPage, GridRow, indents
from csi_model.reporting.slides.lettering import Said, write
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.shapes import describe
from csi_model.reporting.slides.style import Style
from csi_model.reporting.views import Cell

_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The built-in table style without fills and rules."""

TONES: dict[str, tuple[str, float]] = {
    "better": ("accent", 0.72),
    "worse": ("series_2", 0.6),
    "none": ("", 0.0),
}
"""Tone of a cell > role and tint of its fill."""


def draw_table(slide: Any, area: Area, page: GridPage, style: Style, *, title: str, about: str) -> Any:
    """Add the part of a table to a slide.

    Parameters
    ----------
    slide
        The slide.
    area
        Its place; the height follows from the rows.
    page
        What it shows.
    style
        Colours and fonts.
    title, about
        Its name in the list of shapes, and words for readers who cannot see it.
    """
    headed = any(text for text, _ in page.columns)
    left, top, _, _ = area.emu
    heights = [round(high * EMU) for high in (page.heights if headed else page.heights[1:])]
    widths = [round(wide * EMU) for wide in page.widths]
    frame = slide.shapes.add_table(1, 1, left, top, sum(widths), sum(heights))
    describe(frame, title, about)
    table = frame._element.graphic.graphicData.tbl
    _looks(table, headed=headed)
    grid = table.find(qn("a:tblGrid"))
    for old in list(grid):
        grid.remove(old)
    for width in widths:
        child(grid, "a:gridCol").set("w", str(width))
    for old in table.findall(qn("a:tr")):
        table.remove(old)
    if headed:
        _header(table, page, heights[0], style)
    for row, high in zip(page.rows, heights[1 if headed else 0 :], strict=True):
        _row(table, row, page, high, style)
    return frame


def _looks(table: Any, *, headed: bool) -> None:
    looks = table.find(qn("a:tblPr"))
    for name in list(looks.attrib):
        del looks.attrib[name]
    if headed:
        looks.set("firstRow", "1")
    looks.find(qn("a:tableStyleId")).text = _PLAIN


def _header(table: Any, page: GridPage, high: int, style: Style) -> None:
    row = child(table, "a:tr")
    row.set("h", str(high))
    for (title, numeric), before in zip(page.columns, indents(page.columns), strict=True):
        said = Said(text=title, size=page.size - 0.5, role="muted", bold=True, align="r" if numeric else "l")
        _cell(row, said, style, rule="ink", width=1.0, anchor="b", before=before)


def _row(table: Any, row: GridRow, page: GridPage, high: int, style: Style) -> None:
    made = child(table, "a:tr")
    made.set("h", str(high))
    if row.title:
        said = Said(text=row.cells[0].text, size=page.size, role="accent", bold=True)
        first = _cell(made, said, style, rule="rule", width=0.75, anchor="b")
        if len(page.columns) > 1:
            first.set("gridSpan", str(len(page.columns)))
        for _ in page.columns[1:]:
            _cell(made, Said(text="", size=page.size), style, rule="rule", width=0.75).set("hMerge", "1")
        return
    cells = _complete(row.cells, len(page.columns))
    before = indents(page.columns)
    for place, cell in enumerate(cells):
        numeric = cell.numeric and bool(place)
        said = Said(
            text=cell.text,
            size=page.size,
            role="ink",
            bold=row.strong or cell.tone == "own",
            align="r" if numeric else "l",
        )
        fill = TONES.get(cell.tone, ("accent_soft" if row.strong else "", 0.0))
        made_cell = _cell(made, said, style, rule="rule", width=0.5, fill=fill, before=before[place])
        if cell.note:
            _raised(made_cell, str(cell.note), page.size, style)


def _complete(cells: Sequence[Cell], count: int) -> tuple[Cell, ...]:
    return (*cells[:count], *(Cell(text="") for _ in range(count - len(cells))))


def _cell(
    row: Any,
    said: Said,
    style: Style,
    *,
    rule: str,
    width: float,
    fill: tuple[str, float] = ("", 0.0),
    anchor: str = "ctr",
    before: float = SIDE,
) -> Any:
    cell = child(row, "a:tc")
    body = child(cell, "a:txBody")
    child(body, "a:bodyPr")
    child(body, "a:lstStyle")
    write(body, [said], style)
    looks = child(cell, "a:tcPr")
    for side, space in (("marL", before), ("marR", SIDE), ("marT", ABOVE), ("marB", ABOVE)):
        looks.set(side, str(round(space * EMU)))
    looks.set("anchor", anchor)
    for name in ("a:lnL", "a:lnR", "a:lnT"):
        made = child(looks, name)
        made.set("w", "0")
        child(made, "a:noFill")
    line = style.line(looks, rule, width)
    line.tag = qn("a:lnB")
    if fill[0]:
        style.fill(looks, *fill)
    else:
        child(looks, "a:noFill")
    return cell


def _raised(cell: Any, text: str, size: float, style: Style) -> None:
    """The number of a note behind the text of a cell."""
    paragraph = cell.find(qn("a:txBody")).find(qn("a:p"))
    for end in paragraph.findall(qn("a:endParaRPr")):
        paragraph.remove(end)
    run = child(paragraph, "a:r")
    style.letters(run, "a:rPr", size=size, role="muted", bold=False).set("baseline", "30000")
    child(run, "a:t").text = text
