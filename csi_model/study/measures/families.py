"""Every measure that can be asked for, by family."""

from __future__ import annotations

from csi_model.study.measures import (
    ahp,
    importance,
    kano,
    ladder,
    loyalty,
    national,
    questionnaire,
    shares,
    value,
)
from csi_model.study.measures.entry import Entry

FAMILIES: dict[str, tuple[type[Entry], ...]] = {
    "shares": shares.ENTRIES,
    "national": national.ENTRIES,
    "loyalty": loyalty.ENTRIES,
    "ahp": ahp.ENTRIES,
    "ladder": ladder.ENTRIES,
    "kano": kano.ENTRIES,
    "importance": importance.ENTRIES,
    "value": value.ENTRIES,
    "questionnaire": questionnaire.ENTRIES,
}
"""Family > the entries that it offers."""


TITLES: dict[str, str] = {
    "shares": "Shares and means",
    "national": "National indices with fixed weights",
    "loyalty": "Loyalty",
    "ahp": "Analytic hierarchy process",
    "ladder": "Ladder rules",
    "kano": "Quality attributes",
    "importance": "Drivers without a path model",
    "value": "Customer value",
    "questionnaire": "The survey itself",
}
"""What each family is called."""


def name_of(entry: type[Entry]) -> str:
    """The name by which a measure is asked for."""
    return str(entry.model_fields["measure"].annotation.__args__[0])  # type: ignore[union-attr]


ENTRIES: dict[str, type[Entry]] = {
    name_of(entry): entry for entries in FAMILIES.values() for entry in entries
}
"""Measure > its entry."""
