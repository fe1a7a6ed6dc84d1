"""The charts of a report as data, for the programs that draw them themselves."""

from __future__ import annotations

from csi_model.reporting.charts import CHARTS
from csi_model.reporting.content import Content
from csi_model.reporting.native import measure_charts, model_charts, share_charts, unit_charts
from csi_model.reporting.native.blocks import Build
from csi_model.reporting.native.chart import NativeChart

BUILDERS: dict[str, Build] = {
    "index": model_charts.index_chart,
    "groups": model_charts.group_chart,
    "league": unit_charts.league_chart,
    "gap": unit_charts.gap_chart,
    "differences": unit_charts.difference_chart,
    "trend": unit_charts.trend_chart,
    "waterfall": unit_charts.change_chart,
    "drivers": model_charts.driver_map,
    "impacts": model_charts.impact_chart,
    "answers": model_charts.answer_chart,
    "reliability": model_charts.reliability_chart,
    **share_charts.SHARES,
    **measure_charts.MEASURES,
}
"""Chart, as it is called among the pictures where there is such a one > what makes it."""

_OF_ALL = frozenset({"index", "drivers", "impacts", "reliability"})
"""Charts of all respondents together, which a comparison of results has none of."""


def native_charts(content: Content, language: str) -> dict[str, NativeChart]:
    """Return every chart that the tables support and Office programs can draw, by the name of its picture.

    A chart shows the rows that its picture shows; where these are more than a slide has room for, it shows
    some and its note says which. Suppressed cells are None.

    Parameters
    ----------
    content
        The stored tables.
    language
        ``en`` or ``zh``.
    """
    made: dict[str, NativeChart] = {}
    only_groups = bool(content.by) and content.pooled is content.tables
    for name, build in BUILDERS.items():
        if (only_groups and name in _OF_ALL) or (name in CHARTS and not CHARTS[name][1](content)):
            continue
        chart = build(content, language)
        if chart is not None and _has_numbers(chart):
            made[name] = chart
    return made


def _has_numbers(chart: NativeChart) -> bool:
    return any(value is not None for one in chart.series for value in one.values)
