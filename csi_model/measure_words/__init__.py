"""Tables, columns and words of the other measures, by family; laid into the vocabulary."""

from __future__ import annotations

from csi_model.columns import COLUMN_TERMS, Kind, Table, TableColumn, Term, make_term
from csi_model.measure_words import (
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

_FAMILIES = (shares, national, loyalty, ahp, ladder, kano, importance, value, questionnaire)


def _columns() -> dict[str, tuple[Kind, Term]]:
    made = dict(COLUMN_TERMS)
    for family in _FAMILIES:
        for name, entry in family.COLUMNS.items():
            if made.setdefault(name, entry) != entry:
                raise ValueError(f"the column {name!r} of {family.__name__} has another meaning already")
    return made


def _words() -> dict[str, Term]:
    made: dict[str, Term] = {}
    for family in _FAMILIES:
        for name, entry in family.WORDS.items():
            if made.setdefault(name, entry) != entry:
                raise ValueError(f"the word {name!r} of {family.__name__} has another meaning already")
    return made


def _tables() -> dict[str, Table]:
    terms, made = _columns(), {}
    for family in _FAMILIES:
        for name, en, zh, columns in family.TABLES:
            cells = tuple(
                TableColumn(name=column, kind=terms[column][0], term=terms[column][1])
                for column in columns.split()
            )
            made[name] = Table(name=name, title=make_term(en, zh), columns=cells)
    return made


MEASURE_WORDS: dict[str, Term] = _words()
"""Names of measures and other values that stand in their tables."""

MEASURES: dict[str, Table] = _tables()
"""Tables of the other measures by name, in the order in which they are written."""
