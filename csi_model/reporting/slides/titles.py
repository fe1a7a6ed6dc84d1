"""Titles that say what was found: a first sentence of the outline that fits the head of a slide."""

from __future__ import annotations

from collections.abc import Sequence

from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.lettering import Said, lines_of

_LINES = 2
_NO_FINDING = frozenset({"index", "model", "method", "approach", "background", "glossary", "questionnaire"})
"""Chapters whose first sentence explains and finds nothing."""


def titled(said: Sequence[Said], heading: str, chapter: str, base: Base) -> tuple[str, list[Said]]:
    """Return the title of a slide and the words that are left.

    Parameters
    ----------
    said
        Words that wait for the slide; the first of them may be its title.
    heading
        The title where no sentence is one.
    chapter
        The key of the chapter.
    base
        Where titles stand, and how large.
    """
    if not said or chapter in _NO_FINDING or said[0].role != "ink":
        return heading, list(said)
    if title_fits(said[0].text, base):
        return said[0].text, list(said[1:])
    first, rest = first_sentence(said[0].text, base.style.language)
    if rest and title_fits(first, base):
        return first, [Said(text=rest, bullet=said[0].bullet), *said[1:]]
    return heading, list(said)


def title_fits(text: str, base: Base) -> bool:
    """Say whether a text fits the title of a slide in two lines."""
    size = min(base.title_size, 24.0)
    return lines_of(Said(text=text, size=size, bold=True), base.title.width) <= _LINES


def first_sentence(text: str, language: str) -> tuple[str, str]:
    """Return the first sentence of a text and the rest; all of it where its end cannot be told for sure."""
    end, length = ("。", 1) if language == "zh" else (". ", 2)
    place = text.find(end)
    while place >= 0:
        before, after = text[: place + 1], text[place + length :]
        word = before.rstrip(".").rpartition(" ")[2]
        whole = language == "zh" or (len(word) > 3 and after[:1].isupper())
        if whole and after.strip():
            return before.strip(), after.strip()
        place = text.find(end, place + 1)
    return text, ""
