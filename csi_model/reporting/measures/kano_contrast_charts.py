"""Charts of penalty-reward contrasts."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.driver_charts import Point
from csi_model.reporting.index_charts import axis_title, whisker
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.kano_drawing import (
    axis_names,
    bars_panel,
    draw_points,
    everybody,
    known_rows,
    legend,
    map_panel,
    row_label,
    several,
)
from csi_model.reporting.records import Row
from csi_model.reporting.views import column_title
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
CLASSES = ("delighter", "satisfier", "hybrid", "dissatisfier", "frustrator")
CUTS = (0.7, 0.2, -0.2, -0.7)
"""Asymmetry between the classes, from the top down."""


def contrast_rows(content: Content) -> list[Row]:
    """Attributes of all respondents with a penalty or a reward, those that reward most first."""
    rows = [
        row
        for row in everybody(content, "penalty_reward")
        if any(math.isfinite(records.number(row, name)) for name in ("penalty", "reward"))
    ]

    def order(row: Row) -> tuple[bool, float]:
        value = records.number(row, "asymmetry")
        return math.isnan(value), -value if math.isfinite(value) else 0.0

    return sorted(rows, key=order)


def target_of(content: Content, language: str) -> str:
    """The overall satisfaction that was explained, in words."""
    fit = everybody(content, "penalty_reward_fit")
    return content.label(records.word(fit[0], "item"), language) if fit else ""


def penalty_reward(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw penalties to the left and rewards to the right of zero; pale where the interval covers zero."""
    rows = contrast_rows(content)
    labels = [content.label(records.word(row, "attribute"), language) for row in rows]
    with drawing.style():
        axes, wrapped = bars_panel(ax, labels, top=34, right=120)
        ends = [
            records.number(row, name)
            for row in rows
            for side in ("penalty", "reward")
            for name in (side, f"{side}_ci_lower", f"{side}_ci_upper")
        ]
        known = [0.0, *(end for end in ends if math.isfinite(end))]
        air = 0.04 * (max(known) - min(known)) or 1.0
        axes.set_xlim(min(known) - air, max(known) + air)
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        for place, (row, lines) in enumerate(zip(rows, wrapped, strict=True)):
            _side(axes, place - 0.17, row, "penalty", _LIGHT.bad, language)
            _side(axes, place + 0.17, row, "reward", _LIGHT.series_3, language)
            row_label(axes, place, lines)
            drawing.write(
                axes, 1, place, term(records.word(row, "class3"), language), ha="left", dx=10,
                size=theme.SIZE_SMALL, xycoords=("axes fraction", "data"),
            )  # fmt: skip
        names = (("penalty", _LIGHT.bad), ("reward", _LIGHT.series_3))
        legend(axes, [(_column(name, language), colour) for name, colour in names])
        target = fonts.shorten(target_of(content, language), theme.SIZE_SMALL, 150)
        level = formats.level(records.confidence(content))
        axis_title(axes, say("kano_pr_axis", language, target=target, level=level))
        said = (
            say(
                "kano_pr_item", language, name=label, penalty=formats.number(row.get("penalty"), 2),
                reward=formats.number(row.get("reward"), 2),
                factor=term(records.word(row, "class3"), language),
            )
            for label, row in zip(labels, rows, strict=True)
        )  # fmt: skip
        title = say("kano_pr_chart", language)
        text = say("list_break", language).join(said)
        drawing.describe(axes, name="penalty_reward", title=title, description=text)
    return axes


def _column(name: str, language: str) -> str:
    return column_title("penalty_reward", name, language)


def _side(ax: Axes, place: float, row: Row, name: str, colour: str, language: str) -> None:
    value, lower, upper = (records.number(row, f"{name}{end}") for end in ("", "_ci_lower", "_ci_upper"))
    if not math.isfinite(value):
        left = name == "penalty"
        drawing.write(
            ax, 0, place, say("no_value", language), ha="right" if left else "left", dx=-6 if left else 6,
            size=theme.SIZE_SMALL, color=_LIGHT.muted,
        )  # fmt: skip
        return
    pale = _LIGHT.rule if lower <= 0 <= upper else colour
    ax.add_patch(Rectangle((min(0.0, value), place - 0.15), abs(value), 0.3, facecolor=pale, linewidth=0))
    if math.isfinite(lower) and math.isfinite(upper):
        whisker(ax, lower, upper, place, half=0.09)


def asymmetry_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw asymmetry (y) against the range of impact (x), with the classes as bands."""
    points = [
        Point(
            name=content.label(records.word(row, "attribute"), language),
            x=records.number(row, "impact_range"),
            y=records.number(row, "asymmetry"),
            x_interval=(records.number(row, "impact_range"),) * 2,
            y_interval=(records.number(row, "asymmetry_ci_lower"), records.number(row, "asymmetry_ci_upper")),
            quadrant=records.word(row, "class3"),
        )
        for row in known_rows(content, "penalty_reward", "asymmetry")
    ]
    colours = {"basic_factor": _LIGHT.bad, "excitement_factor": _LIGHT.series_3}
    colours |= {"performance_factor": _LIGHT.accent}
    markers = {
        "basic_factor": "o",
        "excitement_factor": "s",
        "performance_factor": "D",
        "not_told_apart": "^",
    }
    with drawing.style():
        axes = map_panel(ax, 430.0)
        largest = max((point.x for point in points), default=1.0)
        axes.set_xlim(0, 1.3 * largest)
        axes.set_ylim(-1.08, 1.08)
        steps = [-1.0, *reversed(CUTS), 1.0]
        axes.set_yticks(steps, [formats.number(step, 1) for step in steps])
        for cut in CUTS:
            axes.axhline(cut, color=_LIGHT.rule, linewidth=0.9, zorder=1)
        bounds = (1.0, *CUTS, -1.0)
        for name, high, low in zip(CLASSES, bounds, bounds[1:], strict=False):
            drawing.write(
                axes, 1, (high + low) / 2, term(name, language), ha="right", dx=-6, size=theme.SIZE_SMALL,
                weight="bold", color=_LIGHT.muted, xycoords=("axes fraction", "data"),
            )  # fmt: skip
        draw_points(axes, points, colours, markers)
        target = fonts.shorten(target_of(content, language), theme.SIZE_SMALL, 200)
        axis_names(axes, say("kano_pr_map_x", language, target=target), say("kano_pr_map_y", language))
        said = (
            say(
                "kano_pr_map_item", language, name=point.name, range=formats.number(point.x, 2),
                asymmetry=formats.number(point.y, 2),
            )
            for point in points
        )  # fmt: skip
        title = say("kano_pr_map", language)
        text = say("list_break", language).join(said)
        drawing.describe(axes, name="asymmetry_map", title=title, description=text)
    return axes


CHARTS: dict[str, MeasureChart] = {
    "penalty_reward": MeasureChart(
        draw=penalty_reward, supported=lambda content: bool(contrast_rows(content))
    ),
    "asymmetry_map": MeasureChart(
        draw=asymmetry_map, supported=several("penalty_reward", "asymmetry", least=2)
    ),
}
"""File stem > chart and whether the tables support it."""
