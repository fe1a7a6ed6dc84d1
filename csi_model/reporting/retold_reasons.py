"""Reasons that findings are the words of, such as why a fit is not admissible, in the reader's words."""

from __future__ import annotations

from csi_model.reporting.content import Content
from csi_model.reporting.retold import retold


def reasons(content: Content, why: str, language: str) -> str:
    """Return a stored reason whose known sentences are told anew; in English as it is stored."""
    if language == "en":
        return why
    parts = why.split("; ")
    told = [retold(content, f"{part}.", language) for part in parts]
    return "; ".join(
        part if new == f"{part}." else new.rstrip("。") for part, new in zip(parts, told, strict=True)
    )
