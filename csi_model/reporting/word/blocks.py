"""Blocks of an outline as paragraphs, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import zip_longest
from typing import Any

from csi_model.reporting import fonts
from csi_model.reporting.outline import blocks as kinds
from csi_model.reporting.outline.blocks import Block
from csi_model.reporting.word import figures, package, paper, tables, widths
from csi_model.reporting.word.manuscript import Manuscript, lines
from csi_model.reporting.word.markup import coded, legal, legal_line, paragraph, run
from csi_model.reporting.wording import say

_LOOKS = {"plain": "BodyText", "small": "Small", "strong": "Lead", "stop": "Stop", "boxed": "Boxed"}
_LABEL_SIZE, _LABEL = 11.0, 400.0
"""Size of the headline's label and how long it may be on one line, in points."""
_CODE, _CODE_ENDS = 30, 3
"""Lines of code that are kept on one page, and lines that stay together at the ends of longer code."""
_SEVERITIES = {"error": "StateBad", "warning": "StateCaution", "note": "StateUnknown"}


def on_paper(found: Iterable[Block]) -> bool:
    """Whether paper can show any of the blocks."""
    return any(block.kind not in SCREEN_ONLY for block in found)


def write_blocks(sheet: Manuscript, found: Iterable[Block]) -> None:
    """Add blocks to a report, one after the other; a block for screens only is left out."""
    shown = [block for block in found if block.kind not in SCREEN_ONLY]
    for block, after in zip_longest(shown, shown[1:]):
        if isinstance(block, kinds.Text) and isinstance(after, _LED_TO):
            _lead(sheet, block, after)
        else:
            WRITERS[block.kind](sheet, block)


_LED_TO = kinds.Figure | kinds.Table | kinds.Text


def _lead(sheet: Manuscript, block: kinds.Text, after: Block) -> None:
    """A text before a figure or table stays with it, and so does one that is followed by how to read it."""
    small = isinstance(after, kinds.Text) and after.look == "small"
    sheet.say(_LOOKS[block.look], block.text, leads=small or not isinstance(after, kinds.Text))


def _heading(sheet: Manuscript, block: kinds.Heading) -> None:
    sheet.heading(block.level + sheet.depth, block.text)


def _text(sheet: Manuscript, block: kinds.Text) -> None:
    sheet.say(_LOOKS[block.look], block.text)


def _points(sheet: Manuscript, block: kinds.Points) -> None:
    texts = list(block.texts)
    if block.numbered:
        counted = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{sheet.restarted()}"/></w:numPr>'
        for text in texts:
            sheet.add(paragraph("ListNumber", coded(text, chinese=sheet.chinese), look=counted))
        return
    if block.lead and texts:
        sheet.say("Lead", texts.pop(0))
    sheet.add(lines("ListBullet", texts, chinese=sheet.chinese))


def _figure(sheet: Manuscript, block: kinds.Figure) -> None:
    if block.chart not in sheet.pictures:
        return
    wide, high = sheet.pictures.size(block.chart)
    how = figures.placed((72 * wide, 72 * high))
    if how is None:
        said = say("docx_chart_elsewhere", sheet.language, caption="\x00", chart=block.chart)
        sheet.say("Small", said.replace("\x00", legal(block.caption)))
        return
    title, description = sheet.pictures.described(block.chart)
    parts = figures.cut(sheet.pictures.png(block.chart), how.parts)
    for k, (data, share) in enumerate(parts, 1):
        named = partial(_part, sheet.language, k, len(parts))
        key, _, _ = package.picture(sheet.document, data)
        texts = (named(title or block.caption), description)
        size = (how.width, share * how.height)
        drawn = figures.figure(key, sheet.count("drawing"), block.chart, texts, size)
        sheet.add(drawn + sheet.caption("figure", named(block.caption)), turned=how.turned)


def _part(language: str, part: int, parts: int, caption: str) -> str:
    """The caption of one part of a chart that goes over several pages."""
    if parts == 1:
        return caption
    said = say("docx_chart_part", language, caption="\x00", part=part, parts=parts)
    return said.replace("\x00", legal(caption))


def _table(sheet: Manuscript, block: kinds.Table) -> None:
    view = block.view
    if not view:
        sheet.say("Small", view.caption + say("colon", sheet.language) + say("no_rows", sheet.language))
        return
    shown = tables.shortened(view)
    how = widths.setting(shown, paper.room()[0], paper.room(turned=True)[0])
    made = sheet.caption("table", view.caption) + tables.table(shown, how)
    sheet.add(made + tables.notes(view, shown, sheet.language), turned=how.turned)


def _cards(sheet: Manuscript, block: kinds.Cards) -> None:
    sheet.add(tables.cards(block.cards, paper.room()[0], sheet.language))


def _alarm(sheet: Manuscript, block: kinds.Alarm) -> None:
    language, chinese = sheet.language, sheet.chinese
    mark = say("colon", language)
    made = paragraph("AlarmTitle", run("✕ ") + run(legal(block.title), chinese=chinese))
    made += lines("Alarm", block.texts, chinese=chinese)
    for k, text in enumerate(block.why):
        lead = run(say("box_why", language) + mark, "Strong", chinese=chinese) if k == 0 else ""
        made += paragraph("Alarm", lead + coded(text, chinese=chinese))
    named = lines("Alarm", [f"• {text}" for text in block.named], chinese=chinese)
    if named and not block.why:
        made += paragraph("Alarm", run(say("box_named", language), "Strong")) if block.remedy else ""
        made += named
    if block.remedy:
        lead = run(say("box_do", language) + mark, "Strong", chinese=chinese) if block.why else ""
        made += paragraph("Alarm", lead + coded(block.remedy, chinese=chinese))
    if named and block.why:
        made += paragraph("Alarm", run(say("box_symptoms", language), "Strong", chinese=chinese)) + named
    sheet.add(made + paragraph("TableEnd"))


def _hero(sheet: Manuscript, block: kinds.Hero) -> None:
    language, chinese = sheet.language, sheet.chinese
    width = paper.room()[0]
    facts = (
        (block.interval_title, block.interval),
        ("n", block.n),
        (say("weights_title", language), block.rule),
    )
    look = "" if block.usable else "StateUnknown"
    label = fonts.shorten(block.label, _LABEL_SIZE, _LABEL)
    left = paragraph("HeroLabel", run(label, chinese=chinese))
    left += paragraph("HeroNumber", run(legal(block.value), look))
    left += paragraph("HeroText", run(say("points_of_100", language), chinese=chinese))
    for name, value in facts:
        said = run(legal(name) + say("colon", language), chinese=chinese)
        left += paragraph("HeroText", said + run(legal(value), "Strong", chinese=chinese))
    right = "" if block.usable else paragraph("Stop", run(say("headline_stop", language), chinese=chinese))
    right += lines("BodyText", block.sentences, chinese=chinese) or paragraph("BodyText")
    shares = (0.36 * width, 0.64 * width)
    cells = (tables.cell(left, shares[0], shade="accent_soft"), tables.cell(right, shares[1]))
    sheet.add(tables.framed("ReportPanel", shares, [tables.row(cells)], head=False) + paragraph("TableEnd"))


def _entries(sheet: Manuscript, block: kinds.Entries) -> None:
    if block.entries:
        sheet.add(tables.entries(block.entries, paper.room()[0]))


def _remarks(sheet: Manuscript, block: kinds.Remarks) -> None:
    chinese = sheet.chinese
    for one in block.remarks:
        runs = run(f"[{legal(one.severity_text)}] ", _SEVERITIES.get(one.severity, "Strong"), chinese=chinese)
        runs += run(legal(one.title), "Strong", chinese=chinese)
        runs += run(f" · {legal(one.group)}") if one.group else ""
        runs += run(" · ") + run(legal(one.where), "CodeText") if one.where else ""
        made = paragraph("Finding", runs)
        said = coded(one.what, chinese=chinese)
        if one.fix:
            said += run(" " if one.fix.isascii() else say("space", sheet.language)) + coded(
                one.fix, chinese=chinese
            )
        sheet.add(made + paragraph("FindingText", said))


def _code(sheet: Manuscript, block: kinds.Code) -> None:
    """One paragraph a line; the first and last lines of code do not stand alone on a page."""
    texts = block.text.rstrip("\n").split("\n")
    for k, text in enumerate(texts):
        last = k == len(texts) - 1
        keep = not last and (len(texts) <= _CODE or k < _CODE_ENDS or k >= len(texts) - _CODE_ENDS)
        look = "<w:keepNext/>" if keep else ""
        sheet.add(paragraph("Code" if last else "CodeLine", run(legal_line(text.rstrip("\r"))), look=look))


def _fold(sheet: Manuscript, block: kinds.Fold) -> None:
    sheet.heading(3 + sheet.depth, block.title)
    if block.about:
        sheet.say("Small", block.about, leads=True)
    write_blocks(sheet, block.blocks)


SCREEN_ONLY = frozenset({"what_if"})
"""Kinds of blocks that paper cannot show."""

WRITERS: Mapping[str, Callable[[Manuscript, Any], None]] = {
    "heading": _heading,
    "text": _text,
    "points": _points,
    "figure": _figure,
    "table": _table,
    "cards": _cards,
    "alarm": _alarm,
    "hero": _hero,
    "entries": _entries,
    "remarks": _remarks,
    "code": _code,
    "fold": _fold,
}
"""Kind of a block > what writes it."""
