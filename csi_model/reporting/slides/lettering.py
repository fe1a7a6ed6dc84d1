"""Texts on slides: paragraphs in both scripts, and the size at which they fit their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from csi_model.reporting import fonts
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.style import Style

BULLET = 12.0
"""Indent of a list, in points, at a size of 14."""

_TIGHT = 0.97
"""Share of the width that a line may take: programs break lines a little differently."""

_MOST_LINES = 400


@dataclass(frozen=True, kw_only=True)
class Said:
    """A paragraph: its text and look; ``after`` is the space under it as a share of its size."""

    text: str
    size: float = 14.0
    role: str = "ink"
    bold: bool = False
    align: str = "l"
    after: float = 0.45
    bullet: str = ""

    @property
    def indent(self) -> float:
        """Indent of its lines, in points."""
        return (BULLET * self.size / 14.0 * (1.5 if len(self.bullet) > 1 else 1.0)) if self.bullet else 0.0


def lines_of(said: Said, width: float) -> int:
    """Return how many lines a paragraph takes in a box of that width."""
    room = max((width - said.indent) * _TIGHT, said.size)
    weight = "bold" if said.bold else "normal"
    return len(fonts.wrap(said.text, said.size, room, weight=weight, lines=_MOST_LINES))


def height_of(paragraphs: Sequence[Said], width: float, style: Style) -> float:
    """Return the height of paragraphs, without the space under the last."""
    total = sum(lines_of(one, width) * one.size * style.leading + one.after * one.size for one in paragraphs)
    return total - (paragraphs[-1].after * paragraphs[-1].size if paragraphs else 0.0)


def fitted(
    paragraphs: Sequence[Said], width: float, height: float, style: Style, *, least: float = 11.0
) -> list[Said]:
    """Return the paragraphs at the largest size, at most their own, at which they fit; else the least."""
    made = list(paragraphs)
    largest = max((one.size for one in made), default=0.0)
    while made and largest > least and height_of(made, width, style) > height:
        share = max(largest - 1.0, least) / largest
        largest *= share
        made = [replace(one, size=one.size * share) for one in made]
    return made


def fits(paragraphs: Sequence[Said], width: float, height: float, style: Style) -> bool:
    """Say whether paragraphs fit as they are."""
    return height_of(paragraphs, width, style) <= height + 0.01


def shortened(said: Said, width: float, lines: int) -> Said:
    """Return a paragraph cut to that many lines, with an ellipsis where something was cut."""
    room = max((width - said.indent) * _TIGHT, said.size)
    weight = "bold" if said.bold else "normal"
    if lines_of(said, width) <= lines:
        return replace(said, text=fonts.clean(said.text))
    kept = fonts.wrap(said.text, said.size, room, weight=weight, lines=lines)
    return replace(said, text=_joined(kept))


def _joined(lines: Sequence[str]) -> str:
    """Lines as one text; between ideographs there is no space."""
    made = ""
    for line in lines:
        wide = made and max(ord(made[-1]), ord(line[:1] or " ")) > 0x2E80
        made += line if not made or wide else f" {line}"
    return made


def cut_to(paragraphs: Sequence[Said], width: float, height: float, style: Style) -> list[Said]:
    """Return what fits of paragraphs, the last one shortened; what is cut belongs into the notes."""
    made: list[Said] = []
    left = height
    for one in paragraphs:
        line = one.size * style.leading
        room = int((left + 0.01) // line)
        if room < 1:
            break
        short = shortened(one, width, room)
        made.append(short)
        left -= lines_of(short, width) * line + one.after * one.size
    return made


def in_pages(paragraphs: Sequence[Said], width: float, height: float, style: Style) -> list[list[Said]]:
    """Return paragraphs as pages that fit; one that is longer than a page is shortened."""
    pages: list[list[Said]] = [[]]
    for one in paragraphs:
        whole = cut_to([one], width, height, style)
        if pages[-1] and not fits([*pages[-1], *whole], width, height, style):
            pages.append([])
        pages[-1] += whole
    return [page for page in pages if page]


def write(body: Any, paragraphs: Sequence[Said], style: Style) -> None:
    """Put paragraphs into a text body in the place of what it holds."""
    for old in body.findall(qn("a:p")):
        body.remove(old)
    for place, one in enumerate(paragraphs or (Said(text=""),)):
        _paragraph(body, one, style, last=place == len(paragraphs) - 1)


def _paragraph(body: Any, said: Said, style: Style, *, last: bool) -> None:
    made = child(body, "a:p")
    looks = child(made, "a:pPr")
    if said.bullet:
        step = str(round(said.indent * 12700))
        looks.set("marL", step)
        looks.set("indent", f"-{step}")
    else:
        looks.set("marL", "0")
        looks.set("indent", "0")
    looks.set("algn", said.align)
    looks.set("eaLnBrk", "1")
    looks.set("latinLnBrk", "0")
    looks.set("hangingPunct", "1")
    _space(looks, "a:lnSpc", said.size * style.leading)
    _space(looks, "a:spcBef", 0.0)
    _space(looks, "a:spcAft", 0.0 if last else said.after * said.size)
    if said.bullet:
        style.colour(child(looks, "a:buClr"), "accent")
        child(looks, "a:buFont").set("typeface", "Arial")
        _mark(looks, said.bullet)
    else:
        child(looks, "a:buNone")
    text = fonts.clean(said.text)
    if text:
        run = child(made, "a:r")
        style.letters(run, "a:rPr", size=said.size, role=said.role, bold=said.bold)
        child(run, "a:t").text = text
    else:
        style.letters(made, "a:endParaRPr", size=said.size)


def _mark(looks: Any, bullet: str) -> None:
    """The sign of a list: a dot, or a number that goes on counting."""
    number = bullet.removesuffix(".")
    if number.isdigit():
        made = child(looks, "a:buAutoNum")
        made.set("type", "arabicPeriod")
        made.set("startAt", number)
    else:
        child(looks, "a:buChar").set("char", bullet)


def _space(parent: Any, name: str, points: float) -> None:
    made = child(parent, name)
    child(made, "a:spcPts").set("val", str(round(points * 100)))
