"""The charts of a report; each function takes a ``Content`` and returns matplotlib axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from csi_model.reporting import answer_profile, league_charts, league_rows, rank_charts, records, wave_charts
from csi_model.reporting.content import Content
from csi_model.reporting.driver_charts import driver_bars, driver_map
from csi_model.reporting.heat_map import has_rows, heat_map
from csi_model.reporting.index_charts import group_chart, index_chart
from csi_model.reporting.indicator_map import indicator_map, indicator_rows
from csi_model.reporting.league_charts import gap_chart, league_chart
from csi_model.reporting.measures.drawn import MEASURE_CHARTS
from csi_model.reporting.moderation_chart import moderation_chart
from csi_model.reporting.path_diagram import path_diagram
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.rank_charts import rank_chart
from csi_model.reporting.reliability_chart import reliability_chart
from csi_model.reporting.small_multiples import driver_maps, usable_groups
from csi_model.reporting.svg import svg
from csi_model.reporting.wave_charts import trend_chart, waterfall_chart

__all__ = [
    "charts",
    "driver_bars",
    "driver_map",
    "driver_maps",
    "gap_chart",
    "group_chart",
    "heat_map",
    "index_chart",
    "indicator_map",
    "league_chart",
    "moderation_chart",
    "path_diagram",
    "pictures",
    "rank_chart",
    "reliability_chart",
    "svg",
    "trend_chart",
    "waterfall_chart",
]


class Chart(Protocol):
    """A function that draws one chart."""

    def __call__(self, content: Content, ax: Axes | None = None, language: str = "en") -> Axes: ...


def _has_drivers(content: Content) -> bool:
    return bool(records.driver_rows(content))


def _has_group_chart(content: Content) -> bool:
    """Of many groups the league takes its place, where there is one."""
    return bool(found := records.groups(content)) and (
        len(found) <= league_charts.FRAMED or not league_rows.ranked_level(content)
    )


CHARTS: dict[str, tuple[Chart, Callable[[Content], bool]]] = {
    "index": (index_chart, lambda content: bool(records.index_rows(content))),
    "groups": (group_chart, _has_group_chart),
    "league": (league_chart, lambda content: bool(league_rows.ranked_level(content))),
    "ranks": (rank_chart, lambda content: bool(rank_charts.chances(content, "en"))),
    "gap": (gap_chart, lambda content: bool(league_charts.gap_rows(content))),
    "heatmap": (heat_map, has_rows),
    "trend": (trend_chart, lambda content: bool(wave_charts.lines(content, "en"))),
    "waterfall": (waterfall_chart, lambda content: bool(wave_charts.changes(content))),
    "answers": (answer_profile.answer_profile, answer_profile.has_answers),
    "drivers": (driver_map, _has_drivers),
    "impacts": (driver_bars, _has_drivers),
    "driver_maps": (driver_maps, lambda content: len(usable_groups(content)) > 1),
    "indicators": (indicator_map, lambda content: bool(indicator_rows(content))),
    "paths": (path_diagram, lambda content: bool(content.constructs)),
    "reliability": (reliability_chart, lambda content: bool(records.pooled(content, "reliability"))),
    "moderation": (moderation_chart, lambda content: bool(records.pooled(content, "moderation"))),
    **{name: (chart.draw, chart.supported) for name, chart in MEASURE_CHARTS.items()},
}
"""File stem > chart and whether the tables support it."""


def pictures(content: Content, language: str = "en") -> Pictures:
    """Return every chart that the tables support, drawn once, by file stem."""
    made: dict[str, Figure] = {}
    for name, (draw, supported) in CHARTS.items():
        figure = draw(content, language=language).get_figure(root=True) if supported(content) else None
        if figure is not None:
            made[name] = figure
    return Pictures(figures=made, language=language)


def charts(content: Content, language: str = "en") -> dict[str, str]:
    """Return every chart that the tables support, as SVG by file stem.

    The same content gives the same bytes; ids differ between charts, so that all can stand in one page.
    """
    return dict(pictures(content, language).svgs)
