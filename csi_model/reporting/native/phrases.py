"""The words of the native charts, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

NATIVE: dict[str, Term] = {}
