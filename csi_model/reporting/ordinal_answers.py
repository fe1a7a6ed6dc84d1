"""What a report says of answers that are taken for ordered steps, beyond what it says of others."""

from __future__ import annotations

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece, construct_column
from csi_model.reporting.views import number_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import TABLES

COLUMNS = ("alpha", "ordinal_alpha", "ordinal_omega", "categorical_omega", "index_omega")


def reliability_pieces(content: Content, language: str) -> list[Piece]:
    """Reliability of the answers as they were given, beside that of the responses behind them."""
    rows = records.pooled(content, "ordinal_reliability")
    if not rows:
        return []
    title = TABLES["ordinal_reliability"].title[language]
    return [
        Piece(
            title=title,
            how=say("ordinal_reliability_text", language),
            view=view(
                title,
                construct_column(content, "ordinal_reliability", "construct", language),
                [number_column("ordinal_reliability", name, 3, language) for name in COLUMNS],
                [("", rows)],
                language,
            ),
        )
    ]
