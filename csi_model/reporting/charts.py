"""The charts of a report; each function takes a ``Content`` and returns matplotlib axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from matplotlib.axes import Axes

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.driver_charts import driver_bars, driver_map
from csi_model.reporting.index_charts import group_chart, index_chart
from csi_model.reporting.indicator_map import indicator_map, indicator_rows
from csi_model.reporting.moderation_chart import moderation_chart
from csi_model.reporting.path_diagram import path_diagram
from csi_model.reporting.reliability_chart import reliability_chart
from csi_model.reporting.svg import svg

__all__ = [
    "charts",
    "driver_bars",
    "driver_map",
    "group_chart",
    "index_chart",
    "indicator_map",
    "moderation_chart",
    "path_diagram",
    "reliability_chart",
    "svg",
]


class Chart(Protocol):
    """A function that draws one chart."""

    def __call__(self, content: Content, ax: Axes | None = None, language: str = "en") -> Axes: ...


def _has_drivers(content: Content) -> bool:
    return bool(records.driver_rows(content))


CHARTS: dict[str, tuple[Chart, Callable[[Content], bool]]] = {
    "index": (index_chart, lambda content: bool(records.index_rows(content))),
    "groups": (group_chart, lambda content: bool(records.groups(content))),
    "drivers": (driver_map, _has_drivers),
    "impacts": (driver_bars, _has_drivers),
    "indicators": (indicator_map, lambda content: bool(indicator_rows(content))),
    "paths": (path_diagram, lambda content: bool(content.constructs)),
    "reliability": (reliability_chart, lambda content: bool(records.pooled(content, "reliability"))),
    "moderation": (moderation_chart, lambda content: bool(records.pooled(content, "moderation"))),
}
"""File stem > chart and whether the tables support it."""


def charts(content: Content, language: str = "en") -> dict[str, str]:
    """Return every chart that the tables support, as SVG by file stem.

    The same content gives the same bytes; ids differ between charts, so that all can stand in one page.
    """
    made: dict[str, str] = {}
    for name, (draw, supported) in CHARTS.items():
        if not supported(content):
            continue
        figure = draw(content, language=language).get_figure(root=True)
        if figure is not None:
            made[name] = svg(figure, name=name, language=language)
    return made
