"""The words of the workbook, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

WORKBOOK: dict[str, Term] = {}
