"""Tables, columns and words of the family ``ahp``."""

from __future__ import annotations

from csi_model.columns import Kind, Term

COLUMNS: dict[str, tuple[Kind, Term]] = {}
WORDS: dict[str, Term] = {}
TABLES: tuple[tuple[str, str, str, str], ...] = ()
