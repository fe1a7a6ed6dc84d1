"""Charts of Kano's model; those of penalty-reward contrasts are laid beside them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.driver_charts import Point
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures import kano_contrast_charts as contrast_charts
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.kano_drawing import (
    axis_names,
    bars_panel,
    draw_points,
    known_rows,
    legend,
    map_panel,
    row_label,
    several,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
CATEGORIES = ("attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable")
FILLS = dict(zip(CATEGORIES, ("series_3", "accent", "bad", "band", "rule", "faint"), strict=True))
"""Role of a category's colour in the bars; the first three, which satisfy or dissatisfy, stand out."""
POINTS = {**FILLS, "indifferent": "muted", "reverse": "faint"}
MARKERS = dict(zip(CATEGORIES, "sDo^vX", strict=True))


def kano_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw Better (y) and |Worse| (x) of every feature; marker and colour are those of its category."""
    rows = known_rows(content, "kano", "better", "worse")
    points = [
        Point(
            name=content.label(records.word(row, "feature"), language),
            x=abs(records.number(row, "worse")),
            y=records.number(row, "better"),
            x_interval=(
                abs(records.number(row, "worse_ci_upper")),
                abs(records.number(row, "worse_ci_lower")),
            ),
            y_interval=(records.number(row, "better_ci_lower"), records.number(row, "better_ci_upper")),
            quadrant=records.word(row, "category"),
        )
        for row in rows
    ]
    with drawing.style():
        axes = map_panel(ax, 520.0)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
        steps = [0.0, 0.25, 0.5, 0.75, 1.0]
        for ticks in (axes.set_xticks, axes.set_yticks):
            ticks(steps, [formats.number(step, 2) for step in steps])
        for line in (axes.axhline, axes.axvline):
            line(0.5, color=_LIGHT.faint, linewidth=0.9, zorder=1)
        _corners(axes, language)
        draw_points(axes, points, {name: theme.colour(role) for name, role in POINTS.items()}, MARKERS)
        level = formats.level(records.confidence(content))
        axis_names(axes, say("kano_axis_worse", language, level=level), say("kano_axis_better", language))
        said = (
            say(
                "kano_map_item", language, name=point.name, better=formats.number(point.y, 2),
                worse=formats.number(-point.x, 2), category=term(point.quadrant, language),
            )
            for point in points
        )  # fmt: skip
        title = say("kano_chart_map", language)
        text = say("list_break", language).join(said)
        drawing.describe(axes, name="kano_map", title=title, description=text)
    return axes


def _corners(ax: Axes, language: str) -> None:
    corners = {
        "attractive": (0, 1, "left", 6, -9),
        "one_dimensional": (1, 1, "right", -6, -9),
        "indifferent": (0, 0, "left", 6, 9),
        "must_be": (1, 0, "right", -6, 9),
    }
    for name, (fx, fy, ha, dx, dy) in corners.items():
        drawing.write(
            ax, fx, fy, term(name, language), ha=ha, dx=dx, dy=dy, size=theme.SIZE_SMALL, weight="bold",
            color=_LIGHT.muted, xycoords="axes fraction",
        )  # fmt: skip


def kano_answers(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the shares of the six categories as bars of one length, a row for every feature."""
    rows = known_rows(content, "kano_answers", "share")
    features = list(dict.fromkeys(records.word(row, "feature") for row in rows))
    labels = [content.label(name, language) for name in features]
    with drawing.style():
        axes, wrapped = bars_panel(ax, labels, top=34, right=20)
        axes.set_xlim(0, 1)
        steps = [0.0, 0.25, 0.5, 0.75, 1.0]
        axes.set_xticks(steps, [formats.percent(step, 0) for step in steps])
        wide = drawing.size_of(axes)[0]
        said = []
        for place, (name, lines, label) in enumerate(zip(features, wrapped, labels, strict=True)):
            shares = {
                records.word(row, "category"): records.number(row, "share")
                for row in rows
                if records.word(row, "feature") == name
            }
            _stack(axes, place, shares, wide)
            row_label(axes, place, lines)
            parts = (f"{term(key, language)} {formats.percent(share, 0)}" for key, share in shares.items())
            said.append(f"{label}{say('colon', language)}{say('comma', language).join(parts)}")
        legend(axes, [(term(name, language), theme.colour(FILLS[name])) for name in CATEGORIES])
        axis_title(axes, say("kano_axis_answers", language))
        title = say("kano_chart_answers", language)
        text = say("list_break", language).join(said)
        drawing.describe(axes, name="kano_answers", title=title, description=text)
    return axes


def _stack(ax: Axes, place: int, shares: dict[str, float], wide: float) -> None:
    left = 0.0
    for name in CATEGORIES:
        fill = theme.colour(FILLS[name])
        share = shares.get(name, 0.0)
        ax.add_patch(
            Rectangle(
                (left, place - 0.34),
                share,
                0.68,
                facecolor=fill,
                edgecolor=_LIGHT.paper,
                linewidth=0.8,
            )
        )
        text = formats.percent(share, 0)
        if share * wide > fonts.width(text, theme.SIZE_SMALL) + 6:
            drawing.write(ax, left + share / 2, place, text, size=theme.SIZE_SMALL, color=theme.on(fill))
        left += share


CHARTS: dict[str, MeasureChart] = {
    "kano_map": MeasureChart(draw=kano_map, supported=several("kano", "better", "worse")),
    "kano_answers": MeasureChart(draw=kano_answers, supported=several("kano_answers", "share")),
    **contrast_charts.CHARTS,
}
"""File stem > chart and whether the tables support it."""
