"""The map of stated and derived importance with its four fields."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.driver_charts import Point, axis_range, draw_label, place_labels
from csi_model.reporting.measures import importance_rows as rows_of
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_TABLE = "stated_derived"
_ROLES = {
    "key_driver": "accent",
    "hidden_driver": "bad",
    "cost_of_entry": "series_3",
    "low_priority": "muted",
}
_MARKERS = {"key_driver": "o", "hidden_driver": "D", "cost_of_entry": "s", "low_priority": "^"}


def stated_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the drivers of the first target by stated (x) and derived (y) importance among all respondents.

    The crossing lines are the stored cuts; whiskers are the stored intervals; points whose interval holds a
    cut are hollow. Labels do not overlap.
    """
    target = rows_of.targets(content, _TABLE)[0]
    rows = rows_of.rows_of(content, _TABLE, target, unit=rows_of.EVERYBODY)
    name = rows_of.namer(content, language)
    points = [(row, _point(row, name(row))) for row in rows if records.word(row, "field")]
    with drawing.style():
        axes = drawing.canvas(
            ax, width=theme.CHART_WIDTH, height=430, margins=Margins(left=58, right=14, top=14, bottom=66)
        )
        drawing.plain(axes, sides=("left", "bottom"))
        axes.set_xlim(*axis_range([v for _, p in points for v in (p.x, *p.x_interval)], 3.0))
        axes.set_ylim(*axis_range([v for _, p in points for v in (p.y, *p.y_interval)], 0.01))
        if points:
            _fields(axes, points[0][0], language)
        for row, point in points:
            _draw(axes, row, point)
        for label in place_labels(axes, [point for _, point in points]):
            draw_label(axes, label)
        _titles(axes, content, records.word(rows[0], "method"), language)
        drawing.describe(
            axes,
            name=_TABLE,
            title=say("imp_chart_stated", language),
            description=say("list_break", language).join(
                say(
                    "imp_point", language, driver=name(row), stated=formats.number(row.get("stated")),
                    derived=formats.number(row.get("derived"), 3),
                    field=term(records.word(row, "field"), language),
                )
                for row, _ in points
            ),
        )  # fmt: skip
    return axes


def _point(row: Row, name: str) -> Point:
    return Point(
        name=name,
        x=records.number(row, "stated"),
        y=records.number(row, "derived"),
        x_interval=(records.number(row, "stated_ci_lower"), records.number(row, "stated_ci_upper")),
        y_interval=(records.number(row, "derived_ci_lower"), records.number(row, "derived_ci_upper")),
        quadrant=records.word(row, "field"),
    )


def _fields(ax: Axes, row: Row, language: str) -> None:
    """Lines at the cuts, and the words of the four corners."""
    x, y = records.number(row, "stated_cut"), records.number(row, "derived_cut")
    (x_low, x_high), (y_low, y_high) = ax.get_xlim(), ax.get_ylim()
    ax.add_patch(Rectangle((x_low, y), x - x_low, y_high - y, facecolor=_LIGHT.bad_soft, linewidth=0))
    for xs, ys in (([x, x], [y_low, y_high]), ([x_low, x_high], [y, y])):
        ax.plot(xs, ys, color=_LIGHT.faint, linewidth=0.9, zorder=1)
    corners = {
        "key_driver": (1, 1, "right", -6, -10),
        "hidden_driver": (0, 1, "left", 6, -10),
        "cost_of_entry": (1, 0, "right", -6, 10),
        "low_priority": (0, 0, "left", 6, 10),
    }
    for field, (fx, fy, ha, dx, dy) in corners.items():
        drawing.write(
            ax, fx, fy, term(field, language), ha=ha, dx=dx, dy=dy, size=theme.SIZE_SMALL, weight="bold",
            color=theme.colour("good" if field == "cost_of_entry" else _ROLES[field]),
            xycoords="axes fraction",
        )  # fmt: skip


def _draw(ax: Axes, row: Row, point: Point) -> None:
    colour = theme.colour(_ROLES.get(point.quadrant, "muted"))
    for ends, xs, ys in (
        (point.x_interval, point.x_interval, (point.y, point.y)),
        (point.y_interval, (point.x, point.x), point.y_interval),
    ):
        if not any(math.isnan(end) for end in ends):
            ax.plot(list(xs), list(ys), color=colour, linewidth=1.0, alpha=0.7, zorder=3)
    hollow = bool(records.word(row, "borderline"))
    inside, edge = (_LIGHT.paper, colour) if hollow else (colour, _LIGHT.paper)
    ax.plot(
        [point.x], [point.y], marker=_MARKERS.get(point.quadrant, "o"), markersize=8.5, zorder=4,
        markerfacecolor=inside, markeredgecolor=edge, markeredgewidth=1.5 if hollow else 0.9,
    )  # fmt: skip


def _titles(ax: Axes, content: Content, method: str, language: str) -> None:
    level = formats.level(records.confidence(content))
    for text, dy in (
        (say("imp_axis_stated", language), -32),
        (say("imp_map_note", language, level=level), -48),
    ):
        drawing.write(
            ax, 0.5, 0, text, dy=dy, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
        )
    text = fonts.shorten(
        say("imp_axis_derived", language, method=term(method, language)), theme.SIZE_SMALL, 300
    )
    drawing.write(
        ax, 0, 0.5, text, dx=-46, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction",
        rotation=90,
    )  # fmt: skip
