"""The same content as the same bytes: no dates, one order, one compression."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from csi_model.reporting.slides.names import qn

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def timeless(data: bytes) -> bytes:
    """Return an Office file whose parts carry one fixed date."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in read.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            made.writestr(entry, read.read(name))
    return held.getvalue()


def about(presentation: Any, *, title: str, author: str, language: str) -> None:
    """Write the properties of the document; when it was made is left out."""
    core = presentation.core_properties
    core.title, core.author, core.last_modified_by = title[:250], author[:250], author[:250]
    core.subject, core.keywords, core.comments, core.category = "", "", "", ""
    core.language = "zh-CN" if language == "zh" else "en-GB"
    core.revision = 1
    element = core._element
    for name in ("dcterms:created", "dcterms:modified", "cp:lastPrinted"):
        for old in element.findall(qn(name)):
            element.remove(old)
