"""One chapter as slides: its sections, each chart and table on a slide of its own with its words beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from csi_model.reporting.native.chart import NativeChart
from csi_model.reporting.outline.blocks import (
    Block,
    Cards,
    Entries,
    Figure,
    Fold,
    Remarks,
    Table,
)
from csi_model.reporting.outline.outline import Chapter
from csi_model.reporting.slides import grids, sources
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.drawn_rows import in_parts, long_names
from csi_model.reporting.slides.heat_grid import heat_grid
from csi_model.reporting.slides.lettering import Said, fits, height_of, in_pages
from csi_model.reporting.slides.sheets import CardRow, Chart, Diagram, Grid, Part, Picture, Sheet, Words
from csi_model.reporting.slides.stacking import CAPTION, NOTE, stacked
from csi_model.reporting.slides.titles import titled
from csi_model.reporting.slides.waiting import Section, Waiting, sections, take_words
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

TEXT_SHARE = 0.3
"""Share of the width that words beside a chart take."""

READING_WIDTH = 780.0
"""Widest lines of words, in points."""

STACKED_SIZE = 10.5
"""Size of letters in tables that share a slide, in points."""

_ABOVE = 0.3
_LEAST_SCALE = 0.72
_TABLE_CHARTS = frozenset({"heatmap"})
_ALL_ROWS = frozenset({"league", "groups", "model", "glossary", "findings", "method", "approach"})
"""Chapters whose tables are shown to ``grids.MOST_ROWS``; those of others repeat themselves by unit."""


@dataclass(frozen=True, kw_only=True)
class ChapterPlan:
    """What the slides of one chapter are made of; ``cautions`` belong into its notes."""

    handed: Handed
    base: Base
    charts: Mapping[str, NativeChart]
    chapter: Chapter
    cautions: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The language of the deck."""
        return self.handed.outline.language


def plan_chapter(plan: ChapterPlan) -> list[Sheet]:
    """Return the slides of a chapter."""
    made: list[Sheet] = []
    waiting: list[Section] = []
    for section in sections(plan.chapter, plan.base.body.width, plan.base.style):
        if section.wordy:
            waiting.append(section)
            continue
        made += _word_sections(plan, waiting)
        waiting = []
        made += _section(plan, section, {sheet.title for sheet in made})
    return [*made, *_word_sections(plan, waiting)]


def _word_sections(plan: ChapterPlan, sections: Sequence[Section]) -> list[Sheet]:
    """Sections of words alone, several on a slide under their headings where they fit together."""
    made: list[Sheet] = []
    together: list[Section] = []
    for section in sections:
        if together and not _fit_together(plan, [*together, section]):
            made += _together(plan, together)
            together = []
        together.append(section)
    return made + (_together(plan, together) if together else [])


def _fit_together(plan: ChapterPlan, sections: Sequence[Section]) -> bool:
    body = plan.base.body
    said, _ = _headed(plan, sections)
    return fits(said, min(body.width, READING_WIDTH), body.height, plan.base.style)


def _headed(plan: ChapterPlan, sections: Sequence[Section]) -> tuple[list[Said], list[str]]:
    said: list[Said] = []
    how: list[str] = []
    for section in sections:
        held = Waiting()
        for block in section.blocks:
            take_words(block, held)
        how += held.how
        if held.said:
            heading = section.heading or plan.chapter.title
            said.append(Said(text=heading, size=14.0, role="accent", bold=True, after=0.3))
            said += [*held.said[:-1], replace(held.said[-1], after=1.1)]
    return said, how


def _together(plan: ChapterPlan, sections: Sequence[Section]) -> list[Sheet]:
    held = Waiting()
    if len(sections) == 1:
        for block in sections[0].blocks:
            take_words(block, held)
        _rest(plan, sections[0].heading or plan.chapter.title, held)
        return held.made
    said, held.how = _headed(plan, sections)
    found = sources.of_chapter(plan.handed.content, plan.chapter.key)
    _add(plan, held, plan.chapter.title, [Words(paragraphs=tuple(said))], found)
    return held.made


def _section(plan: ChapterPlan, section: Section, used: set[str]) -> list[Sheet]:
    held = Waiting()
    heading = section.heading or plan.chapter.title
    for block in section.blocks:
        _take(plan, block, heading, held, used)
    _rest(plan, heading, held)
    return held.made


def _take(plan: ChapterPlan, block: Block, heading: str, held: Waiting, used: set[str]) -> None:
    """Words wait; everything else makes a slide, or several."""
    if isinstance(block, Fold):
        held.folded.append(block.title)
    elif isinstance(block, Figure):
        _figure(plan, block, _name(heading, block.caption, held, used), held)
    elif isinstance(block, Cards):
        found = sources.of_chapter(plan.handed.content, plan.chapter.key)
        _sheet(plan, heading, held, CardRow(cards=block.cards), found)
    elif isinstance(block, Table | Entries | Remarks):
        caption = block.view.caption if isinstance(block, Table) else ""
        _table(plan, block, _name(heading, caption, held, used), held)
    else:
        take_words(block, held)


def _name(heading: str, caption: str, held: Waiting, used: set[str]) -> str:
    """The heading, or the caption where the heading already is the title of a slide before."""
    there = used | {sheet.title for sheet in held.made}
    return caption if caption and heading in there else heading


def _figure(plan: ChapterPlan, block: Figure, heading: str, held: Waiting) -> None:
    content, language = plan.handed.content, plan.language
    name, caption = block.chart, "" if block.caption == heading else block.caption
    native = plan.charts.get(name)
    found = sources.of_chart(content, name, native.table if native else "")
    if native is not None:
        held.how += [say(f"pptx_how_{native.kind}", language), say("pptx_notes_chart", language)]
        held.how += [say("pptx_notes_text", language, text=text) for text in long_names(native)]
        first, *more = in_parts(native)
        _sheet(plan, heading, held, Chart(chart=first, caption=caption), found)
        for part in more:
            title = say("pptx_continued", language, title=heading)
            _add(plan, held, title, [Chart(chart=part, caption=caption)], found)
    elif name == "paths":
        held.how.append(say("pptx_how_paths", language))
        _sheet(plan, heading, held, Diagram(caption=caption), found)
    elif name in _TABLE_CHARTS:
        held.how.append(say("pptx_how_heat", language))
        _grids(plan, heading, held, heat_grid(content, language), caption, found)
    elif _readable(plan, name):
        _sheet(plan, heading, held, Picture(name=name, caption=caption), found)


def _readable(plan: ChapterPlan, name: str) -> bool:
    """Whether a picture stays readable in the size of a slide."""
    if name not in plan.handed.pictures:
        return False
    wide, high = plan.handed.pictures.size(name)
    body = plan.base.body
    return min(body.width / (wide * 72), (body.height - CAPTION) / (high * 72)) >= _LEAST_SCALE


def _table(plan: ChapterPlan, block: Table | Entries | Remarks, heading: str, held: Waiting) -> None:
    content, language = plan.handed.content, plan.language
    if isinstance(block, Table):
        if not block.view:
            return
        found = sources.of_view(content, plan.chapter.key, block.view, language)
        caption = "" if block.view.caption == heading else block.view.caption
        _grids(plan, heading, held, grids.of_view(block.view), caption, found)
        return
    found = sources.of_chapter(content, plan.chapter.key)
    if isinstance(block, Entries):
        _grids(plan, heading, held, grids.of_entries(block), "", found)
        return
    names = [say(f"pptx_remark_{name}", language) for name in ("severity", "about", "what", "fix")]
    _grids(plan, heading, held, grids.of_remarks(block, names), "", found)


def _grids(
    plan: ChapterPlan,
    heading: str,
    held: Waiting,
    table: grids.GridTable,
    caption: str,
    found: tuple[str, ...],
) -> None:
    """The slides of a table: words above it where they are short, else on a slide before it."""
    body, style = plan.base.body, plan.base.style
    title, rest = titled(held.said, heading, plan.chapter.key, plan.base)
    held.said = []
    above = _sized(rest, 13.0)
    used = height_of(above, body.width, style) + 10.0 if above else 0.0
    if used > body.height * _ABOVE:
        _words(plan, title, held, rest, found)
        title, above, used = heading, [], 0.0
    most = grids.MOST_ROWS if plan.chapter.key in _ALL_ROWS else grids.FEWER_ROWS
    under = NOTE if table.notes or len(table.rows) > most else 0.0
    room = body.height - (CAPTION if caption else 0.0) - under
    if title == heading and not above and held.made:
        small = grids.pages(table, body.width, room, style, most=most, largest=STACKED_SIZE)
        if len(small) == 1 and _stack(
            plan, held, Grid(page=small[0], caption=caption or heading, table=table), found
        ):
            return
    made = grids.pages(table, body.width, room, style, most=most, first=used)
    for page in made:
        held.how += [say("pptx_notes_text", plan.language, text=text) for text in page.cut]
        parts: list[Part] = [Words(paragraphs=tuple(above))] if above and page.number == 1 else []
        parts.append(Grid(page=page, caption=caption, table=table))
        name = title if page.number == 1 else say("pptx_continued", plan.language, title=heading)
        _add(plan, held, name, parts, found)


def _stack(plan: ChapterPlan, held: Waiting, grid: Grid, found: tuple[str, ...]) -> bool:
    """Put a small table under what the slide before holds; say whether there was room."""
    before, body, style = held.made[-1], plan.base.body, plan.base.style
    last = before.parts[-1]
    if isinstance(last, Chart) and grid.caption in (last.caption, before.title):
        grid = replace(grid, caption="")
    if isinstance(last, Grid):
        small = grids.pages(last.table, body.width, body.height, style, largest=STACKED_SIZE)
        if len(small) == 1 and not last.page.left_out:
            before = replace(before, parts=(*before.parts[:-1], replace(last, page=small[0])))
    both = stacked(before, grid, body.height, style)
    if both is None:
        return False
    files = tuple(dict.fromkeys((*both.sources, *found)))
    cut = [say("pptx_notes_text", plan.language, text=text) for text in grid.page.cut]
    held.made[-1] = replace(both, sources=files, notes=tuple(dict.fromkeys((*both.notes, *held.how, *cut))))
    held.how = []
    return True


def _sheet(plan: ChapterPlan, heading: str, held: Waiting, part: Part, found: tuple[str, ...]) -> None:
    """A slide with one thing and the words that waited for it; too many words get a slide before it."""
    body, style = plan.base.body, plan.base.style
    title, rest = titled(held.said, heading, plan.chapter.key, plan.base)
    held.said = []
    beside = _sized(rest, 14.0)
    over = isinstance(part, CardRow | Diagram)
    width = body.width if over else body.width * TEXT_SHARE
    room = body.height * (0.2 if isinstance(part, Diagram) else 0.4) if over else body.height
    if beside and not fits([replace(one, size=11.5) for one in beside], width, room, style):
        _words(plan, title, held, rest, found)
        title, beside = heading, []
    words: list[Part] = [Words(paragraphs=tuple(beside))] if beside else []
    _add(plan, held, title, [*words, part], found)


def _sized(texts: Sequence[Said], size: float) -> list[Said]:
    return [replace(one, size=min(size, one.size)) for one in texts]


def _words(
    plan: ChapterPlan, title: str, held: Waiting, said: Sequence[Said], found: tuple[str, ...]
) -> None:
    """Slides of words alone; what had to be shortened stands in full in the notes."""
    body, style = plan.base.body, plan.base.style
    width = min(body.width, READING_WIDTH)
    large = [replace(one, size=16.0 if one.size > 12.0 else one.size, after=0.7) for one in said]
    small = [replace(one, after=0.7) for one in said]
    pages = in_pages(large if fits(large, width, body.height, style) else small, width, body.height, style)
    shown = {one.text for page in pages for one in page}
    cut = [one.text for one in said if one.text not in shown]
    for place, page in enumerate(pages):
        name = title if place == 0 else say("pptx_continued", plan.language, title=title)
        if place == 0:
            held.how += [say("pptx_notes_text", plan.language, text=text) for text in cut]
        _add(plan, held, name, [Words(paragraphs=tuple(page))], found)


def _rest(plan: ChapterPlan, heading: str, held: Waiting) -> None:
    """Words at the end of a section: on a slide of their own, or as notes where they only explain."""
    found = sources.of_chapter(plan.handed.content, plan.chapter.key)
    if held.said and _under_cards(plan, held):
        held.said = []
    if held.said:
        title, rest = titled(held.said, heading, plan.chapter.key, plan.base)
        if not rest:
            title, rest = heading, [Said(text=title)]
        held.said = []
        _words(plan, title, held, rest, found)
    extra = [*held.how, *_folded(plan, held)]
    if extra and held.made:
        last = held.made[-1]
        held.made[-1] = replace(last, notes=tuple(dict.fromkeys((*last.notes, *extra))))
    held.how, held.folded = [], []


def _under_cards(plan: ChapterPlan, held: Waiting) -> bool:
    """Put words under verdicts that stand alone on the slide before; say whether there was room."""
    if not held.made or len(held.made[-1].parts) > 1 or not isinstance(held.made[-1].parts[0], CardRow):
        return False
    said, body = _sized(held.said, 14.0), plan.base.body
    if not fits(said, body.width, body.height * 0.4, plan.base.style):
        return False
    last = held.made[-1]
    held.made[-1] = replace(last, parts=(Words(paragraphs=tuple(said)), *last.parts))
    return True


def _folded(plan: ChapterPlan, held: Waiting) -> Iterator[str]:
    if held.folded:
        names = say("comma", plan.language).join(held.folded)
        yield say("pptx_notes_folded", plan.language, names=names)


def _add(plan: ChapterPlan, held: Waiting, title: str, parts: Sequence[Part], found: tuple[str, ...]) -> None:
    chapter = plan.chapter
    part = say(f"part_{chapter.part}", plan.language)
    above = [chapter.title, part, plan.handed.outline.kicker]
    kicker = next(text for text in above if text != title or text is above[-1])
    notes = dict.fromkeys(text for text in (*held.how, *plan.cautions) if text)
    held.how = []
    held.made.append(
        Sheet(title=title, kicker=kicker, chapter=chapter.key, parts=tuple(parts), sources=found,
              notes=tuple(notes))
    )  # fmt: skip
