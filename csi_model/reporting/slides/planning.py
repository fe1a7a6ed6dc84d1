"""From the outline to slides: which there are, in which order, and what stands on each."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, records, usability
from csi_model.reporting.native.charts import native_charts
from csi_model.reporting.outline.blocks import Alarm, Block, Fold, Hero, Points, Text
from csi_model.reporting.outline.outline import Chapter, Outline
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.chapters import ChapterPlan, plan_chapter
from csi_model.reporting.slides.lettering import Said
from csi_model.reporting.slides.sheets import AlarmBox, Contents, Headline, Sheet, Words
from csi_model.reporting.slides.sources import of_chapter
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

LEFT_OUT = frozenset({"tables", "paper", "lavaan", "questionnaire"})
"""Chapters that nobody reads on slides."""

_FIRST = frozenset({"headline", "summary"})
"""Chapters that the executive summary tells, where they hold nothing else."""

_CAUSE = frozenset({"drivers", "whatif", "model", "conclusions", "estimators"})
_ORDER = frozenset({"index", "groups", "league", "waves", "measures", "comparability"})
"""Chapters on effects, and on values that readers will want to rank."""


def plan_deck(handed: Handed, base: Base) -> list[Sheet]:
    """Return the slides after the title slide.

    Parameters
    ----------
    handed
        Tables, outline and charts.
    base
        What the slides stand on.
    """
    outline, language = handed.outline, handed.outline.language
    charts = native_charts(handed.content, language)
    chapters = [one for one in outline.chapters if one.key not in LEFT_OUT]
    alarm = _first(chapters, Alarm)
    cautions = _Cautions(handed)
    bodies = [
        sheet
        for chapter in chapters
        if not _told_first(chapter)
        for sheet in plan_chapter(
            ChapterPlan(
                handed=handed, base=base, charts=charts, chapter=chapter,
                cautions=tuple(cautions.of(chapter.key)),
            )
        )
    ]  # fmt: skip
    made = [_alarm(handed, base, alarm)] if isinstance(alarm, Alarm) else []
    top = list(_executive(handed, chapters, alarm))
    made.append(_contents(outline, [*top, *bodies]))
    return [*made, *top, *bodies, *_more(outline, base)]


class _Cautions:
    """What has to be said with the numbers of a chapter."""

    def __init__(self, handed: Handed) -> None:
        content, self.language = handed.content, handed.outline.language
        self.level = formats.level(records.confidence(content))
        self.suppressed = any(group.state == "suppressed" for group in records.groups(content))
        self.usable = usability.usable(content)

    def of(self, chapter: str) -> Iterator[str]:
        """Yield the cautions for the notes of a chapter."""
        if chapter in _CAUSE:
            yield say("pptx_care_cause", self.language)
        if chapter in _ORDER:
            yield say("pptx_care_interval", self.language)
        if chapter in _CAUSE | _ORDER:
            yield say("pptx_care_level", self.language, level=self.level)
        if chapter in _ORDER and self.suppressed:
            yield say("pptx_care_suppressed", self.language)
        if not self.usable:
            yield say("pptx_care_alarm", self.language)


def _told_first(chapter: Chapter) -> bool:
    """Whether the executive summary says all that a chapter says."""
    return chapter.key in _FIRST and all(isinstance(one, Hero | Points | Text) for one in chapter.blocks)


def _first(chapters: list[Chapter], kind: type) -> Block | None:
    return next((block for one in chapters for block in one.blocks if isinstance(block, kind)), None)


def _alarm(handed: Handed, base: Base, alarm: Alarm) -> Sheet:
    language = handed.outline.language
    texts = [alarm.title, *alarm.texts, *alarm.why, *alarm.named, alarm.remedy]
    return Sheet(
        title=alarm.title,
        kicker=say("h_verdict", language),
        chapter="verdict",
        parts=(AlarmBox(alarm=alarm),),
        notes=tuple(text for text in texts if text),
        sources=of_chapter(handed.content, "verdict"),
    )


def _executive(handed: Handed, chapters: list[Chapter], alarm: Block | None) -> Iterator[Sheet]:
    """The headline beside the findings of the summary, and the verdict under them."""
    language = handed.outline.language
    hero = _first(chapters, Hero)
    summary = next((one for one in chapters if one.key == "summary" and _told_first(one)), None)
    points = [block for block in (summary.blocks if summary else ()) if isinstance(block, Points)]
    findings = tuple(text for block in points for text in block.texts)
    if not isinstance(hero, Hero) and not findings:
        return
    said = hero.sentences if isinstance(hero, Hero) else ()
    small = [block.text for block in (summary.blocks if summary else ()) if isinstance(block, Text)]
    verdict = next((one for one in chapters if one.key == "verdict"), None)
    strong = [block.text for block in (verdict.blocks if verdict else ()) if isinstance(block, Text)]
    usable = isinstance(hero, Hero) and hero.usable
    title = said[0] if said and usable else say("pptx_executive", language)
    yield Sheet(
        title=title,
        kicker=say("pptx_executive", language),
        chapter="summary",
        parts=(
            Headline(
                hero=hero if isinstance(hero, Hero) else None,
                findings=findings or tuple(said[1:]),
                verdict=alarm.title if isinstance(alarm, Alarm) else (strong[0] if strong else ""),
                usable=usable,
            ),
        ),
        notes=(
            *findings, *said, *small,
            say("pptx_care_interval", language), say("pptx_care_cause", language),
        ),
        sources=of_chapter(handed.content, "summary") or of_chapter(handed.content, "headline"),
    )  # fmt: skip


def _contents(outline: Outline, sheets: list[Sheet]) -> Sheet:
    """Chapters that have slides, by part."""
    language = outline.language
    there = {sheet.chapter for sheet in sheets}
    parts = []
    for part, chapters in outline.parts():
        entries = [(one.key, one.title) for one in chapters if one.key in there and not _told_first(one)]
        if part == "summary" and "summary" in there:
            entries.insert(0, ("summary", say("pptx_executive", language)))
        if entries:
            parts.append((say(f"part_{part}", language), tuple(entries)))
    return Sheet(
        title=say("contents", language),
        kicker=outline.kicker,
        chapter="contents",
        parts=(Contents(parts=tuple(parts)),),
        notes=(say("pptx_notes_made", language),),
    )


def _more(outline: Outline, base: Base) -> Iterator[Sheet]:
    """What only the other files hold: chapters left out, and what a page keeps folded."""
    language = outline.language
    names = [one.title for one in outline.chapters if one.key in LEFT_OUT]
    for chapter in outline.chapters:
        if chapter.key not in LEFT_OUT:
            names += [
                f"{chapter.title}{say('colon', language)}{block.title}"
                for block in chapter.blocks
                if isinstance(block, Fold)
            ]
    if not names:
        return
    lead = Said(text=say("pptx_more_about", language), size=14.0, after=0.8)
    points = [Said(text=name, size=13.0, bullet="•", after=0.35) for name in dict.fromkeys(names)]
    yield Sheet(
        title=say("pptx_more_title", language),
        kicker=say("part_appendix", language),
        chapter="more",
        parts=(Words(paragraphs=(lead, *points)),),
        notes=(say("pptx_notes_made", language),),
    )
