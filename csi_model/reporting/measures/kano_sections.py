"""What a page shows of the family ``kano``."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    yield from ()
