"""Parts of a chapter by heading, and words that wait for the slide they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from csi_model.reporting.outline.blocks import Alarm, Block, Code, Heading, Points, Text
from csi_model.reporting.outline.outline import Chapter
from csi_model.reporting.slides.lettering import Said, height_of
from csi_model.reporting.slides.sheets import Sheet
from csi_model.reporting.slides.style import Style

_SHORT = 64.0
"""Height of words that go to what follows them, in points."""


@dataclass
class Section:
    """What stands under one heading."""

    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def wordy(self) -> bool:
        """Whether it holds nothing but words."""
        return all(isinstance(block, Text | Points | Code) for block in self.blocks)


@dataclass
class Waiting:
    """Slides made so far, and words that wait for the slide they belong to."""

    said: list[Said] = field(default_factory=list)
    how: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    made: list[Sheet] = field(default_factory=list)


def sections(chapter: Chapter, width: float, style: Style) -> list[Section]:
    """Parts of a chapter by heading; a few words without more go to what follows them."""
    made = [Section(heading="")]
    alarmed = any(isinstance(block, Alarm) for block in chapter.blocks)
    for block in chapter.blocks:
        if alarmed and isinstance(block, Text):
            continue  # it points to the box of the alarm, which has a slide of its own
        if isinstance(block, Heading):
            made.append(Section(heading=block.text))
        else:
            made[-1].blocks.append(block)
    found = [section for section in made if section.blocks]
    for before, after in pairwise(found):
        opening = not before.heading or _short(before, width, style)
        if before.wordy and not after.wordy and opening and chapter.part != "conclusions":
            after.blocks = [*before.blocks, *after.blocks]
            before.blocks = []
    return [section for section in found if section.blocks]


def _short(section: Section, width: float, style: Style) -> bool:
    held = Waiting()
    for block in section.blocks:
        take_words(block, held)
    return height_of(held.said, width, style) <= _SHORT


def take_words(block: Block, held: Waiting) -> None:
    """Let the words of a block wait; what only explains goes to the notes."""
    if isinstance(block, Points):
        marks = [f"{place}." if block.numbered else "•" for place in range(1, len(block.texts) + 1)]
        held.said += [Said(text=text, bullet=mark) for text, mark in zip(block.texts, marks, strict=True)]
    elif isinstance(block, Code):
        held.said.append(Said(text=block.text, size=11.0))
    elif isinstance(block, Text) and block.look == "small":
        held.how.append(block.text)
    elif isinstance(block, Text):
        stop = block.look == "stop"
        held.said.append(Said(text=block.text, role="bad" if stop else "ink", bold=stop))
