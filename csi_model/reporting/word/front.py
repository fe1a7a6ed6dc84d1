"""What stands before the chapters: the cover and the contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docx.oxml.ns import qn

from csi_model.reporting.look import Look
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.word import figures, letters, markup, package
from csi_model.reporting.word.manuscript import Listed, Manuscript
from csi_model.reporting.word.paper import room
from csi_model.reporting.word.styles import BY_ID
from csi_model.reporting.word.vector_size import vector_size
from csi_model.reporting.wording import say

_NO_PAGE = "0"
_TITLE_ROWS = 3
"""Lines of a title that is set in the largest type."""
_LOGO = (200.0, 64.0)
"""Largest width and height of a logo, in points."""


def write_cover(sheet: Manuscript, outline: Outline, look: Look) -> None:
    """Add the cover: logo, kind of report, title, for whom, by whom, when, what is uncertain."""
    drawn = _logo(sheet, look) if look.logo else ""
    sheet.add(markup.paragraph("CoverLogo", drawn))
    sheet.say("Subtitle", outline.kicker)
    title = BY_ID["Title"]
    rows = letters.lines(markup.legal(outline.title), title.size, room()[0], bold=True)
    sheet.say("Title" if rows <= _TITLE_ROWS else "TitleLong", outline.title)
    for key, text in (
        ("cover_prepared_for", outline.client),
        ("cover_prepared_by", outline.preparer),
        ("cover_date", outline.date),
    ):
        if text:
            sheet.say("CoverName", say(key, sheet.language))
            sheet.say("CoverText", text)
    for text in outline.notes:
        sheet.say("CoverNote", text)


def _logo(sheet: Manuscript, look: Look) -> str:
    vector = ""
    if look.logo_type == "svg":
        size = vector_size(look.logo)
        vector = package.drawing_part(sheet.document, look.logo, "logo")
        key, _, _ = package.picture(sheet.document, package.CLEAR)
    else:
        key, wide, high = package.picture(sheet.document, look.logo, "report.logo")
        size = wide, high
    scale = min(_LOGO[0] / size[0], _LOGO[1] / size[1])
    shown = (scale * size[0], scale * size[1])
    texts = (say("docx_logo", sheet.language), "")
    return figures.inline(key, sheet.count("drawing"), "logo", texts, shown, vector)


def contents(found: Sequence[Listed], language: str) -> str:
    """Return the contents as a field that Word can update, filled in with the headings."""
    made = markup.paragraph("TOCHeading", markup.run(say("contents", language)))
    opening = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> '
        'TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    for k, one in enumerate(found):
        page = markup.field(f"PAGEREF {one.mark} \\h", _NO_PAGE)
        runs = markup.run(one.text, chinese=language == "zh") + "<w:r><w:tab/></w:r>" + page
        linked = f'<w:hyperlink w:anchor="{one.mark}" w:history="1">{runs}</w:hyperlink>'
        made += markup.paragraph(f"TOC{min(one.level, 2)}", (opening if k == 0 else "") + linked)
    return made + markup.paragraph("TableEnd", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def number(body: Any, pages: Mapping[str, int]) -> None:
    """Write pages into the contents of a body, by the bookmarks of the headings."""
    for link in body.iter(qn("w:hyperlink")):
        mark = link.get(qn("w:anchor"))
        for text in link.iter(qn("w:t")):
            last = text
        last.text = str(pages[mark])
