"""The charts of every family of measures."""

from __future__ import annotations

from csi_model.reporting.measures import (
    ahp_charts,
    importance_charts,
    kano_charts,
    ladder_charts,
    loyalty_charts,
    national_charts,
    shares_charts,
    value_charts,
)
from csi_model.reporting.measures.chart import MeasureChart

MEASURE_CHARTS: dict[str, MeasureChart] = {
    **shares_charts.CHARTS,
    **national_charts.CHARTS,
    **loyalty_charts.CHARTS,
    **kano_charts.CHARTS,
    **importance_charts.CHARTS,
    **ahp_charts.CHARTS,
    **ladder_charts.CHARTS,
    **value_charts.CHARTS,
}
"""File stem > chart and whether the tables support it."""
