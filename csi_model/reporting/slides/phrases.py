"""The words of the slides, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

SLIDES: dict[str, Term] = {}
