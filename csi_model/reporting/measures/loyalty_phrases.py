"""Words of the sections and charts of the family ``loyalty``."""

from __future__ import annotations

from csi_model.columns import Term

PHRASES: dict[str, Term] = {}
REASONS: dict[str, str] = {}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = ()
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
