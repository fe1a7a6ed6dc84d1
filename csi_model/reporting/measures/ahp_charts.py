"""Charts of the family ``ahp``."""

from __future__ import annotations

from csi_model.reporting.measures.chart import MeasureChart

CHARTS: dict[str, MeasureChart] = {}
"""File stem > chart and whether the tables support it."""
