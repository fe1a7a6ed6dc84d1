"""The content of a slide: words, charts, tables, verdicts, each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csi_model.reporting import fonts
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.chapters import READING_WIDTH, TEXT_SHARE
from csi_model.reporting.slides.charts import draw_chart
from csi_model.reporting.slides.diagram import draw_diagram
from csi_model.reporting.slides.lettering import Said, cut_to, fitted, height_of
from csi_model.reporting.slides.pages import LINK
from csi_model.reporting.slides.shapes import box, picture, rule
from csi_model.reporting.slides.sheets import (
    AlarmBox,
    CardRow,
    Chart,
    Contents,
    Diagram,
    Grid,
    Headline,
    Part,
    Picture,
    Sheet,
    Words,
)
from csi_model.reporting.slides.stacking import CAPTION, GAP, NOTE, grid_height, words_over
from csi_model.reporting.slides.style import Style
from csi_model.reporting.slides.tables import draw_table
from csi_model.reporting.slides.verdicts import draw_alarm, draw_cards, draw_headline
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

_GAP = 24.0


def draw_parts(slide: Any, base: Base, handed: Handed, sheet: Sheet) -> None:
    """Draw what stands on a slide.

    Parameters
    ----------
    slide
        The slide with its frame.
    base
        What it stands on.
    handed
        Tables and pictures.
    sheet
        What stands on it.
    """
    words = words_over(sheet.parts)
    others = [part for part in sheet.parts if not isinstance(part, Words)]
    area, style = base.body, base.style
    if not others:
        wide = Area(left=area.left, top=area.top, width=min(area.width, READING_WIDTH), height=area.height)
        draw_words(slide, wide, words.paragraphs if words else (), style)
        return
    below = [part for part in others[1:] if isinstance(part, Grid)]
    if isinstance(others[0], Grid):
        for grid in [others[0], *below] if below else []:
            _grid(slide, area, grid, sheet, style)
            area = area.below(grid_height(grid, style) + GAP)
        if below:
            return
    for grid in reversed(below):
        high = grid_height(grid, style)
        _grid(slide, area.below(area.height - high), grid, sheet, style)
        area = area.upper(area.height - high - GAP)
    _first(slide, area, others[0], words, handed, sheet, style)


def _first(
    slide: Any, area: Area, part: Part, words: Words | None, handed: Handed, sheet: Sheet, style: Style
) -> None:
    """Draw what the slide is about, with its words above, under or beside it."""
    if isinstance(part, Grid | Diagram) and words is not None:
        area = area.below(draw_words(slide, area, words.paragraphs, style) + 10.0)
    if isinstance(part, Grid):
        _grid(slide, area, part, sheet, style)
    elif isinstance(part, CardRow):
        used = draw_cards(slide, area, part.cards, style)
        if words is not None:
            draw_words(slide, area.below(used + 18.0), words.paragraphs, style)
    elif isinstance(part, Contents):
        _contents(slide, area, part, style)
    elif isinstance(part, AlarmBox):
        draw_alarm(slide, area, part.alarm, style)
    elif isinstance(part, Headline):
        draw_headline(slide, area, part, style)
    elif isinstance(part, Chart | Diagram | Picture):
        if words is not None and not isinstance(part, Diagram):
            area, beside = area.columns(1.0 - TEXT_SHARE, _GAP)
            line = Area(left=beside.left - _GAP / 2, top=beside.top, width=0.75, height=beside.height)
            rule(slide.shapes, line, style)
            draw_words(slide, beside, words.paragraphs, style)
        _chart(slide, area, part, handed, style)


def draw_words(slide: Any, area: Area, paragraphs: Sequence[Said], style: Style) -> float:
    """Write paragraphs as large as they fit; return the height they take."""
    said = fitted(paragraphs, area.width, area.height, style)
    said = cut_to(said, area.width, area.height, style)
    used = height_of(said, area.width, style)
    place = Area(left=area.left, top=area.top, width=area.width, height=min(used + 2.0, area.height))
    box(slide.shapes, place, said, style, name="Text")
    return used


def _caption(slide: Any, area: Area, text: str, style: Style) -> Area:
    if not text:
        return area
    said = cut_to([Said(text=text, size=12.0, role="muted", bold=True)], area.width, 18.0, style)
    box(slide.shapes, area.upper(CAPTION - 2.0), said, style, name="Caption")
    return area.below(CAPTION)


def _note(slide: Any, area: Area, texts: Sequence[str], style: Style) -> None:
    """Small print under a chart or table."""
    said = [Said(text=text, size=9.0, role="muted", after=0.1) for text in texts if text]
    said = cut_to(said, area.width, area.height, style)
    if said:
        box(slide.shapes, area, said, style, name="Note")


def _chart(slide: Any, area: Area, part: Chart | Diagram | Picture, handed: Handed, style: Style) -> None:
    area = _caption(slide, area, part.caption, style)
    if isinstance(part, Diagram):
        draw_diagram(slide, area, handed.content, style)
        return
    if isinstance(part, Picture):
        title, text = handed.pictures.described(part.name)
        picture(slide.shapes, area, handed.pictures.png(part.name), title=title, text=text, middle=True)
        return
    note = part.chart.note
    if note:
        lines = min(len(fonts.wrap(note, 9.0, area.width * 0.97, lines=9)), 4)
        high = lines * 9.0 * style.leading + 2.0
        held = Area(left=area.left, top=area.bottom - high, width=area.width, height=high)
        _note(slide, held, [note], style)
        area = area.upper(area.height - high - 4.0)
    draw_chart(slide, area, part.chart, style)


def _grid(slide: Any, area: Area, part: Grid, sheet: Sheet, style: Style) -> None:
    area = _caption(slide, area, part.caption, style)
    page, language = part.page, style.language
    columns = say("comma", language).join(title for title, _ in page.columns if title)
    about = say("pptx_table_about", language, rows=len(page.rows), columns=columns)
    draw_table(slide, area, page, style, title=part.caption or sheet.title, about=about)
    used = sum(page.heights) + 4.0
    left = area.below(used)
    texts = list(page.notes)
    if page.left_out:
        file = sheet.sources[0] if sheet.sources else "report.xlsx"
        texts.insert(0, say("pptx_more_rows", language, count=page.left_out, file=file))
    _note(slide, left.upper(max(left.height, NOTE - 4.0)), texts, style)


def _contents(slide: Any, area: Area, part: Contents, style: Style) -> None:
    """Chapters in two columns, under the names of their parts."""
    lines: list[tuple[str, str]] = []
    for name, entries in part.parts:
        lines.append(("", name))
        lines += entries
    columns = area.side_by_side(2, 48.0)
    half = (len(lines) + 1) // 2
    starts = [place for place, (key, _) in enumerate(lines) if not key]
    split = min(starts, key=lambda place: (abs(place - half), place)) if len(starts) > 1 else half
    if max(split, len(lines) - split) * 24.0 > area.height:
        split = half
    for column, held in zip(columns, (lines[:split], lines[split:]), strict=True):
        step = min(24.0, area.height / max(len(held), 1))
        for place, (key, text) in enumerate(held):
            row = Area(left=column.left, top=column.top + place * step, width=column.width, height=step)
            _line(slide, row, key, text, style)


def _line(slide: Any, row: Area, key: str, text: str, style: Style) -> None:
    if not key:
        said = Said(text=text, size=11.0, role="accent", bold=True)
        box(slide.shapes, row, cut_to([said], row.width, row.height, style), style, anchor="ctr", name="Part")
        return
    words, number = row.columns(0.88, 4.0)
    entry = cut_to([Said(text=text, size=13.0)], words.width, row.height, style)
    box(slide.shapes, words, entry, style, anchor="ctr", name=LINK + key)
    box(slide.shapes, number, [Said(text="0", size=13.0, role="muted", align="r")], style, anchor="ctr",
        name=f"{LINK}{key} number")  # fmt: skip
