"""The words of the printed report, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

PRINTED: dict[str, Term] = {}
