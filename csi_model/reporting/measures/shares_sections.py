"""What a page shows of shares and means."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting.content import Content
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view
from csi_model.reporting.pieces import Piece
from csi_model.vocabulary import MEASURES, term

_NPS = ("nps", "nps_adjusted")


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    rows = measure_rows(content, _NPS)
    if rows:
        yield Piece(
            title=term("nps", language),
            chart="nps",
            view=measures_view(content, rows, language, caption=term("nps", language)),
        )
        differences = differences_view(content, _NPS, language)
        if differences:
            yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)
