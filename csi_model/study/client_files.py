"""Whether a client's logo and slide template are what their endings say, and safe to put into a report."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

LOGO_TYPES: Final = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg"}
"""Ending > kind of picture."""
TEMPLATE_ENDINGS: Final = (".pptx", ".potx")

MOST_BYTES: Final = {"logo": 2 * 1024**2, "template": 50 * 1024**2}
"""Largest files; every report in every format holds the logo."""
LARGEST_SIDE: Final = 5000
"""Most points of a side of a logo."""

_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_SVG = "http://www.w3.org/2000/svg"
_URL = re.compile(r"url\(\s*[\"']?\s*(?!#|data:image/)", re.IGNORECASE)

Problem = tuple[str, str, str]
"""Code, what is wrong, how to mend it."""


def file_problems(path: Path, key: str) -> Iterator[Problem]:
    """Yield what is wrong with the file of a ``logo`` or ``template``; it exists and has a known ending."""
    try:
        size, data = path.stat().st_size, path.read_bytes()
    except OSError as error:
        yield "no-file", f"{path.name!r} cannot be read: {error.strerror}.", "Check the rights of the file."
        return
    if size > MOST_BYTES[key]:
        yield (
            "file-too-large",
            f"{path.name!r} has {size / 1024**2:.1f} MB; {MOST_BYTES[key] // 1024**2} MB are the most.",
            "Save it smaller.",
        )
        return
    if key == "template":
        yield from _template_problems(path.name, data)
        return
    kind = LOGO_TYPES[path.suffix.lower()]
    yield from _svg_problems(path.name, data) if kind == "svg" else _raster_problems(path.name, data, kind)


def _raster_problems(name: str, data: bytes, kind: str) -> Iterator[Problem]:
    other = _kind_of(data)
    if other != kind:
        is_a = f"it is {other.upper()}" if other else "its content is another one"
        yield (
            "wrong-kind-of-file",
            f"{name!r} is no {kind.upper()} picture: {is_a}.",
            "Give it the ending of what it is, or save it anew as PNG.",
        )
        return
    sides = _png_sides(data) if kind == "png" else _jpeg_sides(data)
    ends = data.rstrip(b"\0").endswith(_PNG_END if kind == "png" else _JPEG_END)
    if sides is None or not ends or not all(sides):
        yield "broken-file", f"{name!r} is cut off or damaged.", "Save it anew from the original."
    elif max(sides) > LARGEST_SIDE:
        yield (
            "file-too-large",
            f"{name!r} has {sides[0]} by {sides[1]} points; {LARGEST_SIDE} a side are the most.",
            "Save it smaller; 800 points are plenty for a logo.",
        )


def _kind_of(data: bytes) -> str:
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_JPEG):
        return "jpeg"
    return "svg" if b"<svg" in data[:4096] else ""


def _png_sides(data: bytes) -> tuple[int, int] | None:
    if len(data) < 33 or data[12:16] != b"IHDR":
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_sides(data: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            high, wide = data[place + 5 : place + 7], data[place + 7 : place + 9]
            return int.from_bytes(wide, "big"), int.from_bytes(high, "big")
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


class _UnsafeError(Exception):
    """Something in an SVG file that a logo does not need; its words say what."""


def _svg_problems(name: str, data: bytes) -> Iterator[Problem]:
    """A logo is a drawing: no script, nothing from elsewhere, no entities."""
    try:
        _read_svg(data)
    except expat.ExpatError as error:
        yield (
            "broken-file",
            f"{name!r} is no SVG picture: line {error.lineno} of it cannot be read as XML.",
            "Save it anew as SVG or PNG.",
        )
    except _UnsafeError as found:
        yield (
            "unsafe-logo",
            f"{name!r} holds {found}, which a logo must not.",
            "Save it as plain SVG without scripts and links, or as PNG.",
        )


def _read_svg(data: bytes) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = [0]

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, element = tag.rpartition(" ")
        if depth[0] == 0 and (space, element) != (_SVG, "svg"):
            raise _UnsafeError(f"<{element}> and no SVG drawing")
        depth[0] += 1
        if element.lower() in {"script", "handler", "listener"}:
            raise _UnsafeError("a script")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].lower(), value)

    def refuse_entity(*_: object) -> None:
        raise _UnsafeError("entities")

    def instruction(target: str, _: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _UnsafeError("a style sheet from elsewhere")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse_entity
    parser.ProcessingInstructionHandler = instruction
    parser.CharacterDataHandler = _check_style
    parser.buffer_text = True
    parser.buffer_size = MOST_BYTES["logo"]
    parser.Parse(data, True)


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise _UnsafeError(f"a script ({name})")
    if name in {"href", "src"} and not value.strip().startswith(("#", "data:image/")):
        raise _UnsafeError(f"a link ({value.strip()[:60]})")
    if name == "attributename" and value.strip().lower().endswith("href"):
        raise _UnsafeError("a link that changes")
    _check_style(value)


def _check_style(text: str) -> None:
    if "\\" in text:
        raise _UnsafeError("a backslash, which can hide other signs")
    if "@import" in text.lower() or _URL.search(text):
        raise _UnsafeError("something that is loaded from elsewhere")


def _template_problems(name: str, data: bytes) -> Iterator[Problem]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = set(parts.namelist())
    except zipfile.BadZipFile:
        names = set()
    if not {"[Content_Types].xml", "ppt/presentation.xml"} <= names:
        yield (
            "wrong-kind-of-file",
            f"{name!r} is no PowerPoint file.",
            "Save it in PowerPoint as .pptx; older .ppt files and PDF do not serve.",
        )
