"""Factors of a hierarchy by weight and value: the map with numbered points, its key below."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.driver_charts import (
    Point,
    axis_range,
    draw_label,
    draw_point,
    place_labels,
    quadrants,
)
from csi_model.reporting.measures.ahp_rows import factor_rows
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_PLOT = 380.0
_KEY_LINE = 14.0
_NOTES = 66.0
_LEFT, _RIGHT = 58.0, 14.0
_NONE = (math.nan, math.nan)


def ahp_map_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the factors by global weight (x) and value DC (y), all respondents, numbered in stored order."""
    rows = factor_rows(content, "ahp_satisfaction")
    points = _points(rows)
    depth = math.ceil(len(rows) / 2) * _KEY_LINE
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=_PLOT + depth,
            margins=Margins(left=_LEFT, right=_RIGHT, top=14, bottom=_NOTES + depth),
        )
        drawing.plain(axes, sides=("left", "bottom"))
        axes.set_xlim(*axis_range([point.x for point in points], 0.01))
        axes.set_ylim(*axis_range([point.y for point in points], 0.02))
        if points:
            quadrants(axes, points, language)
        for point in points:
            draw_point(axes, point)
        for label in place_labels(axes, points, penalty=4.0):
            draw_label(axes, label)
        _titles(axes, language)
        _key(axes, content, rows, language)
        drawing.describe(
            axes,
            name="ahp_map",
            title=say("ahp_h_map", language),
            description=say("list_break", language).join(
                say(
                    "ahp_map_item", language, number=place + 1,
                    factor=content.label(records.word(row, "node"), language),
                    weight=formats.number(row.get("global_weight"), 3),
                    value=formats.number(row.get("factor_value"), 3),
                    quadrant=term(records.word(row, "quadrant"), language),
                )
                for place, row in enumerate(rows)
            ),
        )  # fmt: skip
    return axes


def _points(rows: list[Row]) -> list[Point]:
    made = []
    for place, row in enumerate(rows):
        x, y = records.number(row, "global_weight"), records.number(row, "factor_value")
        if not math.isnan(y):
            made.append(
                Point(
                    name=str(place + 1), x=x, y=y, x_interval=_NONE, y_interval=_NONE,
                    quadrant=records.word(row, "quadrant"),
                )
            )  # fmt: skip
    return made


def _titles(ax: Axes, language: str) -> None:
    for text, dy in ((say("ahp_axis_weight", language), -32), (say("ahp_map_note", language), -47)):
        drawing.write(
            ax, 0.5, 0, text, dy=dy, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
        )
    drawing.write(
        ax, 0, 0.5, say("ahp_axis_value", language), dx=-44, size=theme.SIZE_SMALL, color=_LIGHT.muted,
        xycoords="axes fraction", rotation=90,
    )  # fmt: skip


def _key(ax: Axes, content: Content, rows: list[Row], language: str) -> None:
    """The names of the numbers, in two columns below the plot."""
    wide = (theme.CHART_WIDTH - _RIGHT - 10) / 2
    half = math.ceil(len(rows) / 2)
    for place, row in enumerate(rows):
        column, line = divmod(place, half)
        left = 10 - _LEFT + column * wide
        dy = -_NOTES - 4 - line * _KEY_LINE
        drawing.write(
            ax, 0, 0, str(place + 1), ha="right", dx=left + 14, dy=dy, size=theme.SIZE_SMALL, weight="bold",
            xycoords="axes fraction",
        )  # fmt: skip
        name = content.label(records.word(row, "node"), language)
        text = fonts.shorten(name, theme.SIZE_SMALL, wide - 34)
        drawing.write(
            ax, 0, 0, text, ha="left", dx=left + 20, dy=dy, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
