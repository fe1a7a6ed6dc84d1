"""Charts for paper: lean SVG with the fonts of the charts, tall ones in strips that flow over pages.

Texts stay texts, in the embedded fonts for which the chart was laid out: so they can be searched and read
aloud, and a page takes a fraction of what outlines of every sign would take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from csi_model.reporting import fonts
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.printed.columns import SIDEWAYS, UPRIGHT

TALL = 560.0
"""Height that a chart may have on paper before it is printed in strips, in points."""

TALLEST = 2400.0
"""Height beyond which a chart is not printed."""

_STRIP = 150.0
_SMALLEST = 0.62
_SVG = "http://www.w3.org/2000/svg"
_TAG = re.compile(r"<[^<>]*>")
_PREFIX = re.compile(r" xlink:href=")
_NAMESPACES = re.compile(r' xmlns(?::xlink)?="[^"]*"')
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_FAMILY = re.compile(r"font-family: [^;\"]*")
_LEVEL = re.compile(r"rotate\(-?0 ")
_MOVED = re.compile(r"translate\(\S+ (\S+)\)")
_DRAWN = frozenset({"g", "path", "use", "text", "image"})


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart on paper.

    ``strips`` are its parts from top to bottom as SVG documents, ``foot`` repeats its axis under the last
    strip of each page (empty where there is only one strip), ``alt`` says what it shows. One that is too
    tall has no strips. ``share`` is its width on the page, in per cent.
    """

    strips: tuple[str, ...]
    foot: str
    alt: str
    sideways: bool
    share: float


@dataclass(frozen=True, kw_only=True)
class _Mark:
    """Something drawn and where it lies, from ``top`` to ``bottom``."""

    element: Element
    top: float
    bottom: float


def drawn(pictures: Pictures, name: str) -> Drawn:
    """Return a chart ready for paper."""
    wide, high = (72 * side for side in pictures.size(name))
    sideways = UPRIGHT / wide < _SMALLEST and high / wide < 0.6
    room = SIDEWAYS if sideways else UPRIGHT
    scale = min(1.0, room / wide)
    alt = ". ".join(text for text in pictures.described(name) if text)
    strips: list[str] = []
    foot = ""
    if high * scale <= TALLEST:
        root = ElementTree.fromstring(_in_chart_fonts(pictures.svgs[name]))
        strips, foot = _strips(root, wide, high, scale)
    share = round(100 * wide * scale / room, 2)
    return Drawn(strips=tuple(strips), foot=foot, alt=alt, sideways=sideways, share=share)


def _in_chart_fonts(document: str) -> str:
    families = ",".join(fonts.families())  # WeasyPrint reads no spaces here

    def plain(tag: re.Match[str]) -> str:
        return _FAMILY.sub(
            f"font-family: {families}", _PREFIX.sub(" href=", _NAMESPACES.sub("", tag.group()))
        )

    return _TAG.sub(plain, document)


def _strips(root: Element, wide: float, high: float, scale: float) -> tuple[list[str], str]:
    """Return the strips of a chart, and its foot where there is more than one."""
    defs, marks = _parts(root)
    marks = [mark for mark in marks if not _is_paper(mark, high)]
    if high * scale <= TALL:
        return [_image(defs, marks, wide, 0, high)], ""
    through = [mark for mark in marks if mark.bottom - mark.top > high / 2]
    end = max((mark.bottom for mark in through), default=high)
    below = [mark for mark in marks if mark.top >= end - 0.5]
    body = [mark for mark in marks if mark.top < end - 0.5]
    cuts = [0.0, *_cuts(body, through, end, _STRIP / scale), end]
    made = [
        _image(defs, [mark for mark in body if mark.bottom > top and mark.top < bottom], wide, top, bottom)
        for top, bottom in pairwise(cuts)
    ]
    return made, _image(defs, below, wide, end, high) if below else ""


def _cuts(body: Sequence[_Mark], through: Sequence[_Mark], end: float, step: float) -> Iterator[float]:
    """Yield where a chart is cut: between rows, every ``step`` or two, at the widest gap."""
    crossing = {id(mark) for mark in through}
    gaps: list[tuple[float, float]] = []
    reached = 0.0
    for mark in sorted((mark for mark in body if id(mark) not in crossing), key=lambda mark: mark.top):
        if mark.top > reached + 1:
            gaps.append(((reached + mark.top) / 2, round(mark.top - reached, 1)))
        reached = max(reached, mark.bottom)
    last = 0.0
    while near := [gap for gap in gaps if last + step <= gap[0] <= min(last + 2 * step, end - step / 2)]:
        last = max(near, key=lambda gap: gap[1])[0]
        yield last


def _is_paper(mark: _Mark, high: float) -> bool:
    return mark.bottom - mark.top >= high - 0.5 and mark.element.get("fill") == "#ffffff"


def _parts(root: Element) -> tuple[list[Element], list[_Mark]]:
    """Return what is only referred to, and what is drawn, groups without a look of their own dissolved."""
    shapes = {one.get("id", ""): one for one in root.iter("path")}
    defs = list(root.iter("clipPath"))
    marks: list[_Mark] = []

    def take(parent: Element) -> None:
        for child in parent:
            if child.tag == "g" and not set(child.attrib) - {"id"}:
                take(child)
            elif child.tag in _DRAWN:
                made = _plain(child, shapes)
                spans = [span for one in made.iter() if (span := _span(one)) is not None]
                tops, bottoms = zip(*(spans or [(0.0, 0.0)]), strict=True)
                marks.append(_Mark(element=made, top=min(tops), bottom=max(bottoms)))

    take(root)
    return defs, marks


def _plain(element: Element, shapes: Mapping[str, Element]) -> Element:
    """Return a drawn element with its look as attributes and markers in their places."""
    look = {key: value for key, value in element.attrib.items() if key not in {"id", "style"}}
    tag = element.tag
    if tag == "use" and (shape := shapes.get(look.pop("href", "#")[1:])) is not None:
        tag = "path"
        place = f"translate({look.pop('x', '0')} {look.pop('y', '0')})"
        look = {"d": shape.get("d", ""), "transform": place} | _styles(shape) | look
    made = Element(tag, look | _styles(element))
    if _LEVEL.match(made.get("transform", "")):
        del made.attrib["transform"]
    made.text = element.text
    made.extend(_plain(child, shapes) for child in element if child.tag in _DRAWN)
    return made


def _styles(element: Element) -> dict[str, str]:
    pairs = (one.partition(":") for one in element.get("style", "").split(";") if one.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _span(element: Element) -> tuple[float, float] | None:
    """Return how far down a drawn element reaches, from where."""
    y = float(element.get("y", "0"))
    if element.tag == "path":
        moved = _MOVED.match(element.get("transform", ""))
        down = float(moved.group(1)) if moved else 0.0
        numbers = [down + float(number) for number in _NUMBER.findall(element.get("d", ""))[1::2]]
        return (min(numbers), max(numbers)) if numbers else None
    if element.tag == "text":
        size = float(element.get("font-size", "10px").removesuffix("px"))
        return y - size, y + 0.3 * size
    return (y, y + float(element.get("height", "0"))) if element.tag == "image" else None


def _image(defs: Sequence[Element], marks: Sequence[_Mark], wide: float, top: float, bottom: float) -> str:
    """Return a part of a chart as an SVG document."""
    root = Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": f"0 {top:.2f} {wide:.2f} {bottom - top:.2f}",
            "width": f"{wide:.2f}pt",
            "height": f"{bottom - top:.2f}pt",
            "style": "stroke-linejoin: round; stroke-linecap: butt",
        },
    )
    kept = ElementTree.SubElement(root, "defs")
    kept.extend(defs)
    root.extend(mark.element for mark in marks)
    return ElementTree.tostring(root, encoding="unicode")
