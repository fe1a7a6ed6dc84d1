"""The report as a Word document, as an agency hands it over."""

from __future__ import annotations

from docx.oxml import parse_xml

from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.word import archive, front, package, paper
from csi_model.reporting.word.blocks import on_paper, write_blocks
from csi_model.reporting.word.manuscript import Manuscript, Piece
from csi_model.reporting.word.markup import NAMESPACES, legal
from csi_model.reporting.word.pages import pages
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed


def write(handed: Handed) -> bytes:
    """Return a report as the bytes of a ``.docx`` file, the same for the same content.

    Parameters
    ----------
    handed
        The tables, the report without a format, and the charts.

    Raises
    ------
    ReportError
        The client's logo is no picture.
    """
    outline = handed.outline
    document = package.new_document(outline.language, paper.room()[0])
    author = legal(outline.preparer) or "csi_model"
    archive.describe(document, title=legal(outline.page_title), language=outline.language, author=author)
    head = paper.head_and_foot(document, outline.title, outline.language)
    sheet = Manuscript(document=document, pictures=handed.pictures, language=outline.language)
    front.write_cover(sheet, outline, handed.content.look)
    place = len(sheet.pieces)
    _write_chapters(sheet, outline)
    listed = Piece(text=front.contents(sheet.contents, outline.language))
    sheet.pieces.insert(place, listed)
    body = parse_xml(f"<w:body {NAMESPACES}>{sheet.body(head)}</w:body>")
    front.number(body, pages(body))
    old = document.element.body
    old.getparent().replace(old, body)
    return archive.saved(document)


def _write_chapters(sheet: Manuscript, outline: Outline) -> None:
    """Parts as the highest headings; one of a single chapter bears that chapter's title."""
    before = ""
    for part, found in outline.parts():
        chapters = [chapter for chapter in found if on_paper(chapter.blocks)]
        if not chapters:
            continue
        title = say(f"part_{part}", outline.language)
        sheet.depth = -1 if len(chapters) == 1 else 0
        sheet.heading(1, chapters[0].title if sheet.depth else title, follows=(before, part) in _SHARING)
        for chapter in chapters:
            if not sheet.depth:
                named = chapter.title if chapter.title != title else say("docx_found", sheet.language)
                sheet.heading(2, named)
            write_blocks(sheet, chapter.blocks)
        before = part


_SHARING = {("background", "method")}
"""Parts of which the second begins on the page where the first ends."""
