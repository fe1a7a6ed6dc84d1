"""The paper: A4, its margins, pages that are turned, head and foot."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from csi_model.reporting import fonts
from csi_model.reporting.word.markup import NAMESPACES, field, paragraph, run
from csi_model.reporting.word.styles import points
from csi_model.reporting.wording import say

WIDTH, HEIGHT = 595.3, 841.9
"""A4, in points."""

SIDE, TOP, BOTTOM = 56.7, 68.0, 59.5
"""Margins, in points."""


def room(turned: bool = False) -> tuple[float, float]:
    """Return width and height of the text on a page, in points."""
    wide, high = (HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)
    return wide - 2 * SIDE, high - TOP - BOTTOM


def section(*, turned: bool = False, head: str = "", kind: str = "nextPage") -> str:
    """Return the properties of a section; ``head`` refers to its head and foot, else they go on."""
    wide, high = (HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)
    orientation = ' w:orient="landscape"' if turned else ""
    return (
        f'<w:sectPr>{head}<w:type w:val="{kind}"/>'
        f'<w:pgSz w:w="{points(wide)}" w:h="{points(high)}"{orientation}/>'
        f'<w:pgMar w:top="{points(TOP)}" w:right="{points(SIDE)}" w:bottom="{points(BOTTOM)}" '
        f'w:left="{points(SIDE)}" w:header="{points(34)}" w:footer="{points(30)}" w:gutter="0"/>'
        f'<w:cols w:space="720"/>{"<w:titlePg/>" if head else ""}</w:sectPr>'
    )


def head_and_foot(document: WordDocument, title: str, language: str) -> str:
    """Write head (the report's title) and foot (the page's number); return what refers to them."""
    first = document.sections[0]
    chinese = language == "zh"
    pattern = say("docx_page", language, page="\x00PAGE\x00", pages="\x00NUMPAGES\x00")
    foot = "".join(
        field(text, "1") if text in ("PAGE", "NUMPAGES") else run(text, chinese=chinese)
        for text in pattern.split("\x00")
    )
    head = run(fonts.shorten(title, 8.0, room()[0]), chinese=chinese)
    for story, style, runs in ((first.header, "Header", head), (first.footer, "Footer", foot)):
        story.is_linked_to_previous = False
        inner = story._element
        for child in list(inner):
            inner.remove(child)
        inner.append(parse_xml(paragraph(style, runs).replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))
    found = document.element.body.sectPr
    assert found is not None
    made = ""
    for name in ("header", "footer"):
        reference = found.find(qn(f"w:{name}Reference"))
        assert reference is not None
        made += f'<w:{name}Reference w:type="default" r:id="{reference.get(qn("r:id"))}"/>'
    return made
