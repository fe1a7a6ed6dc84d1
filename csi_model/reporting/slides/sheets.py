"""Slides before they are drawn: what stands on each, in which words, and what its notes say."""

from __future__ import annotations

from dataclasses import dataclass

from csi_model.reporting.native.chart import NativeChart
from csi_model.reporting.outline.blocks import Alarm, Card, Hero
from csi_model.reporting.slides.grids import GridPage, GridTable
from csi_model.reporting.slides.lettering import Said


@dataclass(frozen=True, kw_only=True)
class Words:
    """Paragraphs."""

    paragraphs: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A native chart under its caption."""

    chart: NativeChart
    caption: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart that has no native form, by its name among the pictures."""

    name: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """The path diagram of native shapes."""

    caption: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One slide's part of a table under its caption; ``table`` is all of it."""

    page: GridPage
    caption: str
    table: GridTable


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """Verdicts side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class AlarmBox:
    """What may not be used, and why."""

    alarm: Alarm


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The index, large, beside the findings that matter."""

    hero: Hero | None
    findings: tuple[str, ...]
    verdict: str
    usable: bool


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Chapters by part; the numbers of their slides are known when all of them are."""

    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


Part = Words | Chart | Picture | Diagram | Grid | CardRow | AlarmBox | Headline | Contents


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One slide.

    Attributes
    ----------
    title, kicker
        What it says, and the chapter it belongs to.
    chapter
        The key of its chapter.
    parts
        What stands on it, at most some words and one other thing.
    notes
        Paragraphs of the speaker notes.
    sources
        Files that its numbers are in.
    """

    title: str
    kicker: str = ""
    chapter: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
