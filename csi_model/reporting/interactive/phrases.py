"""The words of the interactive parts of a page, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

INTERACTIVE: dict[str, Term] = {}
