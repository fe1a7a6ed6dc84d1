"""A Word document as a file: what it says of itself, and bytes that do not depend on the time."""

from __future__ import annotations

import io
import zipfile

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

_LONGEST = 255
"""Signs that Word allows in a property."""


def describe(document: WordDocument, *, title: str, language: str, author: str = "csi_model") -> None:
    """Set what a file says of itself; no times, which would differ from run to run."""
    about = document.core_properties
    about.title, about.author, about.comments = title[:_LONGEST], author[:_LONGEST], ""
    about.last_modified_by = about.author
    about.language = "zh-CN" if language == "zh" else "en-GB"
    for name in ("dcterms:created", "dcterms:modified"):
        for found in about._element.findall(qn(name)):
            about._element.remove(found)


def saved(document: WordDocument) -> bytes:
    """Return the document as a file, without the times of its parts."""
    held = io.BytesIO()
    document.save(held)
    made = io.BytesIO()
    with zipfile.ZipFile(held) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in read.infolist():
            entry = zipfile.ZipInfo(one.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, read.read(one.filename))
    return made.getvalue()
