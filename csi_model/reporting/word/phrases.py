"""The words of the Word document, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

WORD: dict[str, Term] = {}
