"""Words, reasons and findings of every family of measures."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.reporting.measures import (
    ahp_phrases,
    general_phrases,
    importance_phrases,
    kano_phrases,
    ladder_phrases,
    loyalty_phrases,
    national_phrases,
    questionnaire_phrases,
    shares_phrases,
    value_phrases,
)

_FAMILIES = (
    general_phrases,
    shares_phrases,
    national_phrases,
    loyalty_phrases,
    kano_phrases,
    importance_phrases,
    ahp_phrases,
    ladder_phrases,
    value_phrases,
    questionnaire_phrases,
)

MEASURE_PHRASES: dict[str, Term] = {key: term for family in _FAMILIES for key, term in family.PHRASES.items()}
MEASURE_REASONS: dict[str, str] = {
    text: words for family in _FAMILIES for text, words in family.REASONS.items()
}
MEASURE_PATTERNS: tuple[tuple[str, str], ...] = tuple(
    pattern for family in _FAMILIES for pattern in family.PATTERNS
)
