"""What the charts of the family ``kano`` have in common: rows, panels, points with labels, a legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.driver_charts import Point, draw_label, place_labels
from csi_model.reporting.records import Row

_LIGHT = theme.LIGHT
_LEFT = 205.0


def everybody(content: Content, table: str) -> list[Row]:
    """Rows of a table on all respondents."""
    rows = records.across(content, table)
    return [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]


def known_rows(content: Content, table: str, *names: str) -> list[Row]:
    """Rows on all respondents that have these numbers."""
    return [
        row
        for row in everybody(content, table)
        if all(math.isfinite(records.number(row, name)) for name in names)
    ]


def map_panel(ax: Axes | None, height: float) -> Axes:
    """A wide panel with both axes."""
    axes = drawing.canvas(
        ax, width=theme.CHART_WIDTH, height=height, margins=Margins(left=56, right=16, top=14, bottom=52)
    )
    drawing.plain(axes, sides=("left", "bottom"))
    return axes


def axis_names(ax: Axes, horizontal: str, vertical: str) -> None:
    """What the axes show."""
    drawing.write(
        ax, 0.5, 0, horizontal, dy=-34, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
    )
    drawing.write(
        ax, 0, 0.5, vertical, dx=-42, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction",
        rotation=90,
    )  # fmt: skip


def draw_points(ax: Axes, points: list[Point], colours: dict[str, str], markers: dict[str, str]) -> None:
    """Light whiskers, markers, and labels that do not overlap."""
    for point in points:
        colour = colours.get(point.quadrant, _LIGHT.muted)
        for ends, xs, ys in (
            (point.x_interval, point.x_interval, (point.y, point.y)),
            (point.y_interval, (point.x, point.x), point.y_interval),
        ):
            if all(math.isfinite(end) for end in ends):
                ax.plot(list(xs), list(ys), color=colour, linewidth=1.0, alpha=0.45, zorder=3)
        ax.plot(
            [point.x], [point.y], marker=markers.get(point.quadrant, "o"), markersize=8.0, color=colour,
            markeredgecolor=_LIGHT.paper, markeredgewidth=0.9, zorder=4, clip_on=False,
        )  # fmt: skip
    for label in place_labels(ax, points):
        draw_label(ax, label)


def bars_panel(
    ax: Axes | None, labels: Sequence[str], *, top: float, right: float
) -> tuple[Axes, list[list[str]]]:
    """A panel with a row for each label, and the labels in lines."""
    wrapped = [fonts.wrap(label, theme.SIZE_TEXT, _LEFT - 14, lines=3) for label in labels]
    step = max(28.0, 12.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    axes = drawing.canvas(
        ax,
        width=theme.CHART_WIDTH,
        height=max(len(labels), 1) * step + top + 42,
        margins=Margins(left=_LEFT, right=right, top=top, bottom=42),
    )
    drawing.plain(axes)
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    axes.set_yticks([])
    return axes, wrapped


def row_label(ax: Axes, place: int, lines: list[str]) -> None:
    """The label of a row of bars."""
    drawing.write_lines(ax, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))


def legend(ax: Axes, entries: Sequence[tuple[str, str]]) -> None:
    """Colours with their words in one line above the panel, from the left edge of the chart."""
    wide, high = drawing.size_of(ax)
    needed = sum(fonts.width(words, theme.SIZE_SMALL) + 30 for words, _ in entries)
    at = min(0.0, wide - needed)
    for words, colour in entries:
        ax.add_patch(
            Rectangle(
                (at / wide, 1 + 12 / high), 10 / wide, 10 / high, facecolor=colour, linewidth=0,
                transform=ax.transAxes, clip_on=False,
            )
        )  # fmt: skip
        drawing.write(
            ax, 0, 1, words, ha="left", dx=at + 15, dy=17, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
        at += fonts.width(words, theme.SIZE_SMALL) + 30


def several(table: str, *names: str, least: int = 1) -> Callable[[Content], bool]:
    """Whether a table has so many rows on all respondents with these numbers."""
    return lambda content: len(known_rows(content, table, *names)) >= least
