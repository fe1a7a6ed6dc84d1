"""A whole report without a format: what stands on its cover, and its chapters in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from csi_model.reporting.outline.blocks import Block, walk

Part = Literal["summary", "background", "method", "results", "conclusions", "appendix"]
PARTS: tuple[Part, ...] = ("summary", "background", "method", "results", "conclusions", "appendix")
"""The parts of a report in their order."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter: ``key`` is its anchor and the same in every language, ``part`` where it belongs."""

    key: str
    title: str
    part: Part
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What every writer is handed.

    Attributes
    ----------
    language
        ``en`` or ``zh``.
    kicker, title, page_title
        The kind of report, what it is about, and the title of its window or file.
    client, preparer, date
        As the study file gives them; empty where it does not.
    notes
        Sentences that belong on the cover: what is uncertain about the model.
    chapters
        In the order of ``PARTS``; those without content are left out.
    """

    language: str
    kicker: str
    title: str
    page_title: str
    client: str = ""
    preparer: str = ""
    date: str = ""
    notes: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield every block of every chapter, what is folded included."""
        for chapter in self.chapters:
            yield from walk(chapter.blocks)

    def parts(self) -> Iterator[tuple[Part, tuple[Chapter, ...]]]:
        """Yield the parts that hold something, each with its chapters."""
        for part in PARTS:
            found = tuple(chapter for chapter in self.chapters if chapter.part == part)
            if found:
                yield part, found
