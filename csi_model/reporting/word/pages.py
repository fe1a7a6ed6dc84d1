"""On which page every heading will stand: pages are filled as Word fills them, by the heights of lines.

Word writes page numbers into the contents when it updates fields (on printing, on saving as PDF, or when
asked); until then these stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from csi_model.reporting.word import letters
from csi_model.reporting.word.paper import room
from csi_model.reporting.word.styles import BY_ID, Style

_EMU = 12700
_RULE = 0.5
"""Height of a rule between rows; those at the edges of a table are twice as high."""
_TOLERANCE = 0.05
_FOLLOWING = 28.0
"""Space above the title of a part that begins no page, in points."""
_PANEL = 10.0
"""Room above and below what stands in a panel, in points."""
_CELL_MARGINS = {"ReportTable": 7.0, "ReportList": 9.0, "ReportPanel": 16.0}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Something that does not break: a line or a row; ``keep`` where it stays with what follows.

    Of the space after one and before the next, the larger counts; none does at the top of a page. ``head``
    is the height of the table's head, which is repeated where a page begins with this row. ``turns``
    begins a section, whose pages are turned or not.
    """

    height: float
    before: float = 0.0
    after: float = 0.0
    keep: bool = False
    new_page: bool = False
    marks: tuple[str, ...] = ()
    head: float = 0.0
    turns: bool | None = None


def pages(body: Any) -> dict[str, int]:
    """Return the page of every bookmark of a document's body."""
    made: dict[str, int] = {}
    page, used, after, high = 1, 0.0, 0.0, room(_turned(next(body.iter(qn("w:sectPr")))))[1]
    for chain in _chains(_units(body)):
        together = _height(chain, 0.0) <= high
        for k, unit in enumerate(chain):
            if unit.turns is not None:
                page, used, after, high = page + 1, 0.0, 0.0, room(unit.turns)[1]
                continue
            needed = _height(chain if together else [unit], after)
            breaks = used + needed > high + _TOLERANCE and (k == 0 or not together)
            if used and (unit.new_page or breaks):
                page, used, after = page + 1, unit.head, 0.0
            used += unit.height + (max(after, unit.before) if used else 0.0)
            after = unit.after
            made |= dict.fromkeys(unit.marks, page)
    return made


def _height(units: Sequence[Unit], after: float) -> float:
    """The height of units below something with that much space after it."""
    total = 0.0
    for unit in units:
        total += unit.height + max(after, unit.before)
        after = unit.after
    return total


def _chains(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Yield units that stay together."""
    chain: list[Unit] = []
    for unit in units:
        chain.append(unit)
        if not unit.keep:
            yield chain
            chain = []
    if chain:
        yield chain


def _units(body: Any) -> Iterator[Unit]:
    """Yield lines and rows; the end of a section gives the turn of the next one."""
    ends = list(body.iter(qn("w:sectPr")))
    width = room(_turned(ends[0]))[0]
    passed = 0
    for element in body:
        if element.tag == qn("w:p"):
            yield from _paragraph(element, width)
            if element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
                passed += 1
                width = room(_turned(ends[passed]))[0]
                yield Unit(height=0.0, turns=_turned(ends[passed]))
        elif element.tag == qn("w:tbl"):
            yield from _rows(element)


def _turned(properties: Any) -> bool:
    size = properties.find(qn("w:pgSz"))
    return size is not None and size.get(qn("w:orient")) == "landscape"


def _style(paragraph: Any) -> Style:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return BY_ID[found.get(qn("w:val"))]


def _keeps(paragraph: Any, style: Style) -> bool:
    return style.keep or paragraph.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None


def _lines(paragraph: Any, style: Style, width: float) -> int:
    runs = list(paragraph.iter(qn("w:r")))
    strong = plain = 0
    texts = []
    for run in runs:
        text = "".join(node.text or "" for node in run.iter(qn("w:t")))
        look = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        bold = look is not None and look.get(qn("w:val")) in ("Strong", "StateGood", "StateBad")
        strong, plain = strong + bold * len(text), plain + (not bold) * len(text)
        texts.append(text)
    bold = style.bold or strong > plain
    return letters.lines("".join(texts), style.size, width - style.left, bold=bold, mono=style.mono)


def _paragraph(element: Any, width: float) -> Iterator[Unit]:
    style = _style(element)
    marks = tuple(mark.get(qn("w:name")) for mark in element.iter(qn("w:bookmarkStart")))
    keep = _keeps(element, style)
    extents = list(element.iter(qn("wp:extent")))
    if extents:
        height = max(style.line, max(int(extent.get("cy")) for extent in extents) / _EMU)
        yield Unit(height=height, before=style.before, after=style.after, keep=keep, marks=marks)
        return
    count = _lines(element, style, width)
    before, new_page = style.before, style.new_page
    if element.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None:
        before, new_page = _FOLLOWING, False
    first = Unit(height=style.line, before=before, marks=marks, new_page=new_page)
    units = [first, *(Unit(height=style.line) for _ in range(count - 1))]
    units[-1] = replace(units[-1], after=style.after, keep=keep)
    whole = style.whole or count <= 3
    glued = range(count - 1) if whole else (0, count - 2)
    for k in glued:
        units[k] = replace(units[k], keep=True)
    yield from units


def _rows(table: Any) -> Iterator[Unit]:
    style = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}").get(qn("w:val"))
    head = 0.0
    rows = table.findall(qn("w:tr"))
    for row in rows:
        height = max(_cell(cell, _CELL_MARGINS[style]) for cell in row.findall(qn("w:tc"))) + _RULE
        is_head = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        height += _RULE * (is_head + (row is rows[-1])) + (_PANEL if style == "ReportPanel" else 0.0)
        first = next(row.iter(qn("w:p")))
        marks = tuple(mark.get(qn("w:name")) for mark in row.iter(qn("w:bookmarkStart")))
        yield Unit(height=height, keep=is_head or _keeps(first, _style(first)), marks=marks, head=head)
        head = height if is_head else head


def _cell(cell: Any, margins: float) -> float:
    properties = cell.find(qn("w:tcPr"))
    width = int(properties.find(qn("w:tcW")).get(qn("w:w"))) / 20 - margins
    own = properties.find(f"{qn('w:tcMar')}/{qn('w:left')}")
    width -= int(own.get(qn("w:w"))) / 20 - margins / 2 if own is not None else 0.0
    height = after = 0.0
    for paragraph in cell.findall(qn("w:p")):
        style = _style(paragraph)
        height += max(after, style.before) + _lines(paragraph, style, width) * style.line
        after = style.after
    return height + after
