"""Sections, charts and words of every family of measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from csi_model.reporting import records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.measures import (
    ahp_sections,
    importance_sections,
    kano_sections,
    ladder_sections,
    loyalty_sections,
    national_sections,
    questionnaire_sections,
    shares_sections,
    value_sections,
)
from csi_model.reporting.pieces import Piece
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import retold
from csi_model.reporting.wording import say

SECTIONS: tuple[Callable[[Content, str], Iterator[Piece]], ...] = (
    shares_sections.pieces,
    national_sections.pieces,
    loyalty_sections.pieces,
    kano_sections.pieces,
    importance_sections.pieces,
    ahp_sections.pieces,
    ladder_sections.pieces,
    value_sections.pieces,
    questionnaire_sections.pieces,
)


def measure_pieces(content: Content, language: str) -> list[Piece]:
    """Everything that the tables hold of the other measures."""
    made = [piece for section in SECTIONS for piece in section(content, language)]
    made += _findings(content, language)
    return [replace(piece, framed=True) if piece.view and piece.view.long else piece for piece in made]


def _findings(content: Content, language: str) -> Iterator[Piece]:
    """What is to be known, the gravest first."""
    rows = records.across(content, "measure_findings")
    order = ("error", "warning", "note")
    rows.sort(key=lambda row: order.index(records.word(row, "severity")))
    if not rows:
        return
    says = []
    for row in rows:
        parts = [_told(content, records.word(row, name), language) for name in ("what", "fix")]
        where = records.word(row, "where")
        text = sentences.together([part for part in parts if part], language)
        says.append(f"{where}{say('colon', language)}{text}" if where else text)
    yield Piece(title=say("ms_h_findings", language), says=tuple(says))


def _told(content: Content, text: str, language: str) -> str:
    """What a finding says: of a measure, or of the survey as such."""
    words = reason_in(text, language)
    return retold(content, text, language) if words == text and text else words
