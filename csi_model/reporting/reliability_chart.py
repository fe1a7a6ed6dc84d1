"""The chart of reliability."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.views import reliability_title
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_SERIES = (
    ("alpha", "o", "accent", -0.18),
    ("rho_a", "s", "series_2", -0.06),
    ("rho_c", "D", "series_3", 0.06),
    ("ave", "^", "series_4", 0.18),
)

RELIABLE = 0.70
"""Usual lower limit of alpha, rho A and rho C."""
CONVERGENT = 0.50
"""Usual lower limit of the average variance extracted."""


def reliability_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw alpha, rho A, rho C and the average variance extracted of every construct.

    The dashed lines are the usual limits: .70 for the three reliabilities (Nunnally, 1978,
    "Psychometric Theory", for alpha; Hair, Risher, Sarstedt and Ringle, 2019, European Business Review
    31(1), for rho A and rho C) and .50 for the average variance extracted (Fornell and Larcker, 1981,
    Journal of Marketing Research 18(1)). Constructs without any of the four numbers are named as such.
    Alpha of ordered answers is named as the ordinal one.
    """
    rows = records.pooled(content, "reliability")
    names = [content.label(records.word(row, "construct"), language) for row in rows]
    wrapped = [fonts.wrap(name, theme.SIZE_TEXT, _GUTTER - 14, lines=3) for name in names]
    step = max(34.0, 14.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * step + 76,
            margins=Margins(left=_GUTTER, right=20, top=42, bottom=34),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_range(rows))
        for place, (row, lines) in enumerate(zip(rows, wrapped, strict=True)):
            _draw_row(axes, place, row, language)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        _limits(axes, language)
        _legend(axes, content, language)
        drawing.describe(
            axes,
            name="reliability",
            title=say("chart_reliability", language),
            description=say("list_break", language).join(
                f"{name}: " + ", ".join(f"{c} {formats.number(row.get(c), 3)}" for c, *_ in _SERIES)
                for name, row in zip(names, rows, strict=True)
            ),
        )
    return axes


def _range(rows: list[records.Row]) -> tuple[float, float]:
    values = [records.number(row, column) for row in rows for column, *_ in _SERIES]
    stored = [value for value in values if not math.isnan(value)]
    return min([0.3, *stored]) - 0.02, max([1.0, *stored]) + 0.02


def _draw_row(ax: Axes, place: int, row: records.Row, language: str) -> None:
    values = [(records.number(row, column), marker, role, dy) for column, marker, role, dy in _SERIES]
    if all(math.isnan(value) for value, *_ in values):
        drawing.write(
            ax, 0, place, say("no_value", language), ha="left", dx=8, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=("axes fraction", "data"),
        )  # fmt: skip
        return
    ax.axhline(place, color=_LIGHT.rule, linewidth=0.6, zorder=0)
    for value, marker, role, dy in values:
        if not math.isnan(value):
            ax.plot(
                [value], [place + dy], marker=marker, markersize=7, color=theme.colour(role),
                linestyle="none", markeredgecolor=_LIGHT.paper, markeredgewidth=0.7, zorder=4,
            )  # fmt: skip


def _limits(ax: Axes, language: str) -> None:
    names = ((CONVERGENT, "ave_limit"), (RELIABLE, "reliability_limit"))
    for limit, key in names:
        ax.axvline(limit, color=_LIGHT.muted, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
        drawing.write(
            ax, limit, 1, say(key, language, limit=formats.number(limit, 2)), dy=8, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=("data", "axes fraction"),
        )  # fmt: skip


def _legend(ax: Axes, content: Content, language: str) -> None:
    """Markers with their names in one line above the chart, as wide as the names need."""
    wide, high = drawing.size_of(ax)
    x = -_GUTTER + 14.0
    for column, marker, role, _ in _SERIES:
        name = reliability_title(content, column, language)
        ax.plot(
            [x / wide], [1 + 29 / high], marker=marker, markersize=7, color=theme.colour(role),
            linestyle="none", transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        drawing.write(
            ax, x / wide, 1 + 29 / high, name, ha="left", dx=8, size=theme.SIZE_SMALL,
            xycoords="axes fraction",
        )  # fmt: skip
        x += fonts.width(name, theme.SIZE_SMALL) + 30
