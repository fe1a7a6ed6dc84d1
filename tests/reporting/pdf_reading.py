"""Reading a PDF back: text, fonts, glyphs, bookmarks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import C_F_F_
from pypdf import PdfReader
from pypdf.generic import ContentStream


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def squeezed(text: str) -> str:
    """Text without any space, as lines break anywhere."""
    return re.sub(r"\s+", "", text)


def text_of(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(data).pages))


def bookmarks(reader: PdfReader) -> list[tuple[int, str]]:
    """Depth and title of every bookmark, in order."""

    def walk(entries: list[Any], depth: int) -> Iterator[tuple[int, str]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, str(entry.title)

    return list(walk(reader.outline, 0))


def fonts_of(reader: PdfReader) -> dict[str, Any]:
    """Every font of the document by its name in the resources."""
    found: dict[str, Any] = {}
    for page in reader.pages:
        found |= {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
    return found


def descriptor(font: Any) -> Any:
    return font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


def program(font: Any) -> bytes:
    """The embedded font file; fails where there is none."""
    files = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor(font)]
    assert files, f"{font['/BaseFont']} is not embedded"
    return bytes(descriptor(font)[files[0]].get_object().get_data())


def glyph_count(font: Any) -> int:
    """How many glyphs the embedded font has, as fontTools reads it."""
    data = program(font)
    if data[:1] == b"\x01":
        table = C_F_F_.table_C_F_F_()
        table.decompile(data, TTFont())
        return len(table.cff[0].CharStrings)
    return int(TTFont(io.BytesIO(data), lazy=True)["maxp"].numGlyphs)


def used_glyphs(reader: PdfReader) -> dict[str, set[int]]:
    """Numbers of the glyphs that pages draw, by the name of the font."""
    used: dict[str, set[int]] = {}

    def walk(stream: Any, resources: Any) -> None:
        current = ""
        for operands, operator in ContentStream(stream, reader).operations:
            if operator == b"Tf":
                current = str(operands[0])
            elif operator in {b"Tj", b"TJ"}:
                parts = operands[0] if operator == b"TJ" else operands
                for part in parts:
                    data = getattr(part, "original_bytes", None)
                    if data is not None:
                        pairs = zip(data[::2], data[1::2], strict=True)
                        used.setdefault(current, set()).update(256 * high + low for high, low in pairs)
            elif operator == b"Do" and "/XObject" in resources:
                inner = resources["/XObject"][operands[0]].get_object()
                if inner["/Subtype"] == "/Form":
                    walk(inner, inner.get("/Resources", resources).get_object())

    for page in reader.pages:
        walk(page.get_contents(), page["/Resources"])
    return used


def shown_signs(font: Any) -> dict[int, str]:
    """What each glyph of a font stands for."""
    text = font["/ToUnicode"].get_object().get_data().decode("ascii")
    pairs = re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", text)
    return {int(glyph, 16): bytes.fromhex(signs).decode("utf-16-be") for glyph, signs in pairs}


def check_glyphs(data: bytes) -> str:
    """Fail where a font is not embedded or a glyph is missing; return every sign that is drawn."""
    reader = read(data)
    fonts = fonts_of(reader)
    used = used_glyphs(reader)
    signs: set[str] = set()
    for name, glyphs in used.items():
        assert 0 not in glyphs, f"{fonts[name]['/BaseFont']} draws boxes"
        assert max(glyphs) < glyph_count(fonts[name])
        said = shown_signs(fonts[name])
        signs |= {sign for glyph in glyphs for sign in said.get(glyph, "")}
    return "".join(sorted(signs))
