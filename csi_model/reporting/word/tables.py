"""Tables as markup: of numbers with their notes, of names and values, of verdicts, and panels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csi_model.reporting.outline.blocks import Card, Entry
from csi_model.reporting.views import Block, Cell, Line, View
from csi_model.reporting.word.markup import legal, legal_line, paragraph, run
from csi_model.reporting.word.styles import colour, points
from csi_model.reporting.word.widths import GAP, Setting, follows_number
from csi_model.reporting.wording import say

LONGEST, SHOWN = 60, 40
"""A table of more rows than the first shows as many as the second."""

_TOGETHER, _LONG_LABEL = 12, 80
"""Rows of a table that is kept on one page, and signs that a label of such a table may have."""

_TONES = {"bad": "StateBad", "own": "Strong"}
_STATES = {"good": "StateGood", "caution": "StateCaution", "bad": "StateBad", "unknown": "StateUnknown"}


def shortened(view: View) -> View:
    """Return a long table cut to its first rows, with the notes that are still referred to."""
    if rows_of(view) <= LONGEST:
        return view
    blocks, left = [], SHOWN
    for block in view.blocks:
        lines = block.lines[:left]
        left -= len(lines)
        if lines:
            blocks.append(Block(title=block.title, lines=lines))
    return View(caption=view.caption, columns=view.columns, blocks=tuple(blocks), notes=view.notes)


def rows_of(view: View) -> int:
    """Return the number of rows of a table, without its headings."""
    return sum(len(block.lines) for block in view.blocks)


def _signs(view: View) -> int:
    return sum(len(line.head.text) for block in view.blocks for line in block.lines)


def table(view: View, how: Setting) -> str:
    """Return a table of formatted cells; its head is repeated on every page."""
    few = rows_of(view) <= _TOGETHER and _signs(view) <= _TOGETHER * _LONG_LABEL
    rows = [_head(view, how)]
    last = [block for block in view.blocks if block.lines][-1].lines[-1]
    for block in view.blocks:
        if block.title and block.lines:
            rows.append(_title(block.title, how))
        for k, line in enumerate(block.lines):
            rows.append(_line(line, view, how, keep=line is not last and (few or k == 0)))
    return framed("ReportTable", how.widths, rows)


def framed(style: str, widths: Sequence[float], rows: Iterable[str], *, head: bool = True) -> str:
    """Return a table of a style with columns of fixed widths, in points."""
    grid = "".join(f'<w:gridCol w:w="{points(width)}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{points(sum(widths))}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0020" if head else "0000"}" w:firstRow="{int(head)}" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(cells: Iterable[str], *, head: bool = False) -> str:
    """Return a row that does not break across pages."""
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def cell(content: str, width: float, *, span: int = 1, shade: str = "", gap: bool = False) -> str:
    """Return a cell of paragraphs; ``shade`` is a colour's role, a ``gap`` keeps it off a number."""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{colour(shade)}"/>' if shade else ""
    side = f'<w:tcMar><w:left w:w="{points(GAP + 3.5)}" w:type="dxa"/></w:tcMar>' if gap else ""
    sized = f'<w:tcW w:w="{points(width)}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{sized}{spanned}{shaded}{side}</w:tcPr>{content}</w:tc>"


def _head(view: View, how: Setting) -> str:
    cells = []
    for k, ((title, numeric), width) in enumerate(zip(view.columns, how.widths, strict=True)):
        style = f"TableHead{'Number' if numeric else ''}{how.suffix}"
        cells.append(cell(paragraph(style, run(legal(title))), width, gap=follows_number(view, k)))
    return row(cells, head=True)


def _title(title: str, how: Setting) -> str:
    inner = paragraph(f"TableGroup{how.suffix}", run(legal(title)))
    return row([cell(inner, sum(how.widths), span=len(how.widths), shade="panel")])


def _line(line: Line, view: View, how: Setting, *, keep: bool) -> str:
    look = "<w:keepNext/>" if keep else ""
    shade = "accent_soft" if line.strong else ""
    made = []
    for k, (one, width) in enumerate(zip((line.head, *line.cells), how.widths, strict=True)):
        numeric = k > 0 and one.numeric
        style = f"Table{'Number' if numeric else 'Text'}{how.suffix}"
        inner = paragraph(style, _cell_runs(one, strong=line.strong), look=look)
        made.append(cell(inner, width, shade=shade, gap=follows_number(view, k)))
    return row(made)


def _cell_runs(one: Cell, *, strong: bool) -> str:
    look = _TONES.get(one.tone, "Strong" if strong else "")
    return run(legal(one.text), look) + (run(str(one.note), "NoteMark") if one.note else "")


def notes(view: View, shown: View, language: str) -> str:
    """Return the notes of a table that its shown rows refer to, and what was left out."""
    used = {one.note for block in shown.blocks for line in block.lines for one in (line.head, *line.cells)}
    made = [
        paragraph("TableNote", run(str(number), "NoteMark") + run(f" {legal(text)}"))
        for number, text in enumerate(view.notes, 1)
        if number in used
    ]
    if shown is not view:
        said = say("docx_rows_shown", language, shown=rows_of(shown), rows=rows_of(view))
        made.append(paragraph("TableNote", run(said)))
    return "".join(made) + paragraph("TableEnd")


def entries(found: Sequence[Entry], width: float) -> str:
    """Return names and what they stand for as a table of two columns."""
    widths = (0.3 * width, 0.7 * width)
    rows = []
    for one in found:
        if not one.entries:
            rows.append(_pair(paragraph("TableName", run(legal(one.name))), _text(one.value), widths))
            continue
        rows.append(row([cell(paragraph("TableGroup", run(legal(one.name))), width, span=2, shade="panel")]))
        for name, value in one.entries:
            left, right = (paragraph("TableText", run(legal_line(t), "CodeText")) for t in (name, value))
            rows.append(_pair(left, right, widths))
    return framed("ReportList", widths, rows, head=False) + paragraph("TableEnd")


def _text(text: str) -> str:
    return paragraph("TableText", run(legal(text)))


def _pair(left: str, right: str, widths: tuple[float, float]) -> str:
    return row([cell(left, widths[0]), cell(right, widths[1])])


def cards(found: Sequence[Card], width: float, language: str) -> str:
    """Return verdicts as rows: sign and word of the state, what it is about, what it says."""
    widths = (0.17 * width, 0.25 * width, 0.58 * width)
    rows = []
    for k, card in enumerate(found):
        look = "<w:keepNext/>" if k + 1 < len(found) else ""
        state = run(say(f"docx_state_{card.state}", language), _STATES[card.state])
        texts = (state, run(legal(card.title), "Strong"), run(legal(card.text)))
        inner = [paragraph("TableText", text, look=look) for text in texts]
        rows.append(row(cell(text, wide) for text, wide in zip(inner, widths, strict=True)))
    return framed("ReportList", widths, rows, head=False) + paragraph("TableEnd")
