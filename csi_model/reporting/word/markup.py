"""Pieces of a Word document as markup: texts, runs, paragraphs, fields, bookmarks.

Every text passes through ``legal`` and is escaped, so that a name from a survey stays a text.
"""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls

from csi_model.reporting import fonts

_CLASSIC_HINT = ("“", "”", "‘", "’", "…", "—", "·")
"""Signs that Latin and Chinese typesetting share; beside Chinese text they take the Chinese font."""

NAMESPACES = nsdecls("w", "r", "wp", "a", "pic")
"""The namespaces that the pieces use."""


def legal(text: str) -> str:
    """Return ``text`` on one line without signs that XML does not allow; no-break spaces stay."""
    return "\u00a0".join(fonts.clean(part) for part in text.split("\u00a0")) if text else ""


def legal_line(text: str) -> str:
    """Return one line of code without signs that XML does not allow; its spaces stay."""
    kept = (sign for sign in text.replace("\t", "    ") if unicodedata.category(sign) not in _ILLEGAL)
    return "".join(kept)


_ILLEGAL = {"Cc", "Cs", "Cn"}


def quoted(text: str) -> str:
    """Return ``text`` as the value of an attribute, with its quotes."""
    return quoteattr(legal(text))


def _shares_signs(text: str) -> bool:
    return any(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def run(text: str, style: str = "", *, chinese: bool = False) -> str:
    """Return a run of an already legal text.

    Parameters
    ----------
    text
        On one line.
    style
        Id of a character style.
    chinese
        Whether the text around is Chinese: signs that both scripts have are then set in the Chinese font.
    """
    if not text:
        return ""
    hint = _shares_signs(text) or (chinese and any(sign in text for sign in _CLASSIC_HINT))
    inner = f'<w:rStyle w:val="{style}"/>' if style else ""
    inner += '<w:rFonts w:hint="eastAsia"/>' if hint else ""
    look = f"<w:rPr>{inner}</w:rPr>" if inner else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def coded(text: str, *, chinese: bool = False) -> str:
    """Return the runs of a text; what stands between backticks is set as code."""
    parts = legal(text).split("`")
    if len(parts) % 2 == 0:
        return run(legal(text), chinese=chinese)
    return "".join(run(part, "CodeText" if k % 2 else "", chinese=chinese) for k, part in enumerate(parts))


def paragraph(style: str, runs: str = "", *, look: str = "") -> str:
    """Return a paragraph of a style (by its id); ``look`` are its own properties in the schema's order."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{look}</w:pPr>{runs}</w:p>'


def field(code: str, shown: str, style: str = "") -> str:
    """Return the runs of a field that shows ``shown`` until it is updated."""
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{look}<w:t>{escape(shown)}</w:t></w:r>"
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmarked(number: int, name: str, runs: str) -> str:
    """Return runs within a bookmark, which other places can refer to."""
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'
    )  # fmt: skip
