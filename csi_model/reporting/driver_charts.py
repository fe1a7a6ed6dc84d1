"""Charts of drivers: the map of importance and performance, and the impacts as bars."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Box, Margins
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
ROLES = {
    "improve_first": "bad",
    "keep": "accent",
    "possible_overkill": "series_3",
    "low_priority": "muted",
    "question": "accent",
}
"""Role of a driver's colour by its quadrant."""
MARKERS = {"improve_first": "D", "keep": "o", "possible_overkill": "s", "low_priority": "^"}
"""Marker of a driver by its quadrant."""
_LABEL = 9.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """A driver on the map, in data units, with its class."""

    name: str
    x: float
    y: float
    x_interval: tuple[float, float]
    y_interval: tuple[float, float]
    quadrant: str


def _points(content: Content, language: str) -> list[Point]:
    made = []
    for row in records.driver_rows(content):
        x, y = records.number(row, "importance"), records.number(row, "performance")
        if math.isnan(x) or math.isnan(y):
            continue
        made.append(
            Point(
                name=content.label(records.word(row, "driver"), language),
                x=x,
                y=y,
                x_interval=_interval(row, "importance"),
                y_interval=_interval(row, "performance"),
                quadrant=records.word(row, "quadrant"),
            )
        )
    return made


def _interval(row: records.Row, name: str) -> tuple[float, float]:
    return records.number(row, f"{name}_ci_lower"), records.number(row, f"{name}_ci_upper")


def driver_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the drivers of the headline index by importance (x) and performance (y).

    The ``quadrant`` column decides the class of a driver (marker and colour); the crossing lines are the
    means of the two columns. Whiskers are the stored intervals. Labels do not overlap.
    """
    points = _points(content, language)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=430,
            margins=Margins(left=52, right=14, top=14, bottom=66),
        )
        drawing.plain(axes, sides=("left", "bottom"))
        axes.set_xlim(*axis_range([v for p in points for v in (p.x, *p.x_interval)], 0.1))
        axes.set_ylim(*axis_range([v for p in points for v in (p.y, *p.y_interval)], 4.0))
        if points:
            quadrants(axes, points, language)
        for point in points:
            draw_point(axes, point)
        for label in place_labels(axes, points):
            draw_label(axes, label)
        _titles(axes, content, points, language)
        drawing.describe(
            axes,
            name="drivers",
            title=say("chart_drivers", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                say(
                    "driver_item", language, driver=p.name, importance=formats.number(p.x, 2),
                    performance=formats.number(p.y), quadrant=term(p.quadrant, language),
                )
                for p in points
            ),
        )  # fmt: skip
    return axes


def axis_range(values: list[float], least: float) -> tuple[float, float]:
    """Return the ends of an axis: all values with air around them, ``least`` at the least."""
    stored = [value for value in values if not math.isnan(value)] or [0.0, 1.0]
    low, high = min(stored), max(stored)
    air = max(0.16 * (high - low), least)
    return low - air, high + air


def quadrants(ax: Axes, points: list[Point], language: str) -> None:
    """Draw lines through the means of the points, and the words of the four corners."""
    x = sum(point.x for point in points) / len(points)
    y = sum(point.y for point in points) / len(points)
    x_low, x_high = ax.get_xlim()
    y_low, y_high = ax.get_ylim()
    ax.add_patch(Rectangle((x, y_low), x_high - x, y - y_low, facecolor=_LIGHT.bad_soft, linewidth=0))
    for xs, ys in (([x, x], [y_low, y_high]), ([x_low, x_high], [y, y])):
        ax.plot(xs, ys, color=_LIGHT.faint, linewidth=0.9, zorder=1)
    corners = {
        "improve_first": (1, 0, "right", -6, 10),
        "keep": (1, 1, "right", -6, -10),
        "possible_overkill": (0, 1, "left", 6, -10),
        "low_priority": (0, 0, "left", 6, 10),
    }
    for name, (fx, fy, ha, dx, dy) in corners.items():
        drawing.write(
            ax, fx, fy, term(name, language), ha=ha, dx=dx, dy=dy, size=theme.SIZE_SMALL, weight="bold",
            color=theme.colour(ROLES[name] if name != "possible_overkill" else "good"),
            xycoords="axes fraction",
        )  # fmt: skip


def draw_point(ax: Axes, point: Point, *, alpha: float = 0.7) -> None:
    """Draw the marker of a point and its whiskers, both ways where both intervals are stored."""
    colour = theme.colour(ROLES.get(point.quadrant, "muted"))
    for ends, xs, ys in (
        (point.x_interval, point.x_interval, (point.y, point.y)),
        (point.y_interval, (point.x, point.x), point.y_interval),
    ):
        if not any(math.isnan(end) for end in ends):
            ax.plot(list(xs), list(ys), color=colour, linewidth=1.0, alpha=alpha, zorder=3)
    ax.plot(
        [point.x], [point.y], marker=MARKERS.get(point.quadrant, "o"), markersize=8.5, color=colour,
        markeredgecolor=_LIGHT.paper, markeredgewidth=0.9, zorder=4,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PlacedLabel:
    """A label on the map: its lines, its box in points from the corner, and its point there."""

    lines: tuple[str, ...]
    box: Box
    anchor: tuple[float, float]


def place_labels(ax: Axes, points: list[Point], *, penalty: float = 45.0) -> list[PlacedLabel]:
    """Find a free place near its point for every label, in points from the lower left corner.

    Labels keep clear of each other and of all markers; they also avoid whiskers, the crossing lines and
    the words in the corners where a place nearby allows it; ``penalty`` is how many places further on a
    label goes to keep clear of one of these.
    """
    wide, high = drawing.size_of(ax)
    x_low, x_high = ax.get_xlim()
    y_low, y_high = ax.get_ylim()

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - x_low) / (x_high - x_low) * wide, (y - y_low) / (y_high - y_low) * high

    anchors = [at(p.x, p.y) for p in points]
    area = Box(left=2, bottom=2, right=wide - 2, top=high - 2)
    avoid = [Box.around(x, y, 130, 18) for x in (66, wide - 66) for y in (10, high - 10)]
    for point in points:
        left, right = at(point.x_interval[0], point.y)[0], at(point.x_interval[1], point.y)[0]
        low, top = at(point.x, point.y_interval[0])[1], at(point.x, point.y_interval[1])[1]
        x, y = at(point.x, point.y)
        avoid += [Box(left=left, right=right, bottom=y - 1, top=y + 1)]
        avoid += [Box(left=x - 1, right=x + 1, bottom=low, top=top)]
    if anchors:
        x, y = (sum(anchor[axis] for anchor in anchors) / len(anchors) for axis in (0, 1))
        avoid += [Box(left=x - 1, right=x + 1, bottom=0, top=high)]
        avoid += [Box(left=0, right=wide, bottom=y - 1, top=y + 1)]
    taken = [Box.around(x, y, 12, 12) for x, y in anchors]
    placed: list[PlacedLabel] = []
    for point, anchor in zip(points, anchors, strict=True):
        lines = fonts.wrap(point.name, _LABEL, 150, lines=3)
        size = max(fonts.width(line, _LABEL) for line in lines) + 4, len(lines) * _LABEL * 1.25 + 2
        box = _best_place(anchor, size, area, taken, avoid, penalty)
        taken.append(box)
        placed.append(PlacedLabel(lines=tuple(lines), box=box, anchor=anchor))
    return placed


def _best_place(
    anchor: tuple[float, float],
    size: tuple[float, float],
    area: Box,
    taken: list[Box],
    avoid: list[Box],
    penalty: float,
) -> Box:
    """The place with the least of distance and things covered; never on a label or marker."""
    best: tuple[float, Box] | None = None
    for number, box in enumerate(_candidates(anchor, size)):
        if best is not None and number > best[0]:
            break
        if not box.inside(area) or any(box.overlaps(other, 1.0) for other in taken):
            continue
        cost = number + penalty * sum(box.overlaps(other) for other in avoid)
        if best is None or cost < best[0]:
            best = (cost, box)
    if best is not None:
        return best[1]
    return next(
        (b for b in _candidates(anchor, size, 4000) if not any(b.overlaps(o, 1.0) for o in taken)),
        Box.around(*anchor, *size),
    )


def _candidates(anchor: tuple[float, float], size: tuple[float, float], farthest: int = 260) -> Iterator[Box]:
    """Boxes around a point, nearest first: right, left, above, below, then the diagonals."""
    x, y = anchor
    half_x, half_y = size[0] / 2, size[1] / 2
    for distance in range(10, farthest, 6):
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1),
                       (0.5, 1), (0.5, -1), (-0.5, 1), (-0.5, -1)):  # fmt: skip
            reach_x = half_x + distance if abs(dx) == 1 and dy == 0 else half_x * abs(dx) + distance
            yield Box.around(
                x + dx * reach_x, y + (dy * (half_y + distance) if dy else 0.0), size[0], size[1]
            )


def draw_label(ax: Axes, label: PlacedLabel) -> None:
    """Write a label at its place, with a line to its point where that is far."""
    wide, high = drawing.size_of(ax)
    box = label.box
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    near_x = min(max(label.anchor[0], box.left), box.right)
    near_y = min(max(label.anchor[1], box.bottom), box.top)
    if math.dist(label.anchor, (near_x, near_y)) > 16:
        ax.plot(
            [label.anchor[0] / wide, near_x / wide], [label.anchor[1] / high, near_y / high],
            color=_LIGHT.faint, linewidth=0.7, transform=ax.transAxes, zorder=2,
        )  # fmt: skip
    drawing.write_lines(ax, x / wide, y / high, list(label.lines), size=_LABEL, xycoords="axes fraction")


def _titles(ax: Axes, content: Content, points: list[Point], language: str) -> None:
    label = fonts.shorten(content.label(content.index, language), theme.SIZE_SMALL, 220)
    for text, dy in (
        (say("axis_importance", language, construct=label), -32),
        (say("map_note", language, level=formats.level(records.confidence(content))), -48),
    ):
        drawing.write(
            ax, 0.5, 0, text, dy=dy, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
        )
    drawing.write(
        ax, 0, 0.5, say("axis_performance", language), dx=-40, size=theme.SIZE_SMALL, color=_LIGHT.muted,
        xycoords="axes fraction", rotation=90,
    )  # fmt: skip
    if not points:
        drawing.write(ax, 0.5, 0.5, say("no_value", language), xycoords="axes fraction")


_GUTTER = 205.0


def driver_bars(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the impact of five points of each driver on the headline index, largest first.

    The whiskers are five times the stored interval of importance, as the impact is five times importance.
    """
    rows = sorted(records.driver_rows(content), key=lambda row: _largest_first(row))
    names = [content.label(records.word(row, "driver"), language) for row in rows]
    wrapped = [fonts.wrap(name, theme.SIZE_TEXT, _GUTTER - 14, lines=3) for name in names]
    step = max(30.0, 14.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * step + 46,
            margins=Margins(left=_GUTTER, right=70, top=6, bottom=40),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_bar_range(rows))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        for place, (row, lines) in enumerate(zip(rows, wrapped, strict=True)):
            _bar(axes, place, row, language)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        label = fonts.shorten(content.label(content.index, language), theme.SIZE_SMALL, 220)
        drawing.write(
            axes, 0.5, 0, say("axis_impact", language, construct=label), dy=-30, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords="axes fraction",
        )  # fmt: skip
        drawing.describe(
            axes,
            name="impacts",
            title=say("chart_impacts", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                f"{name} {formats.number(row.get('impact_5'), 2)}"
                for name, row in zip(names, rows, strict=True)
            ),
        )
    return axes


def _largest_first(row: records.Row) -> float:
    impact = records.number(row, "impact_5")
    return math.inf if math.isnan(impact) else -impact


def _bar_interval(row: records.Row) -> tuple[float, float]:
    lower, upper = _interval(row, "importance")
    return 5 * lower, 5 * upper


def _bar_range(rows: list[records.Row]) -> tuple[float, float]:
    values = [v for row in rows for v in (records.number(row, "impact_5"), *_bar_interval(row))]
    stored = [value for value in values if not math.isnan(value)]
    low, high = min([0.0, *stored]), max([0.0, *stored])
    air = 0.04 * (high - low) or 1.0
    return low - (air if low < 0 else 0.0), high + air


def _bar(ax: Axes, place: int, row: records.Row, language: str) -> None:
    value = records.number(row, "impact_5")
    at = ("axes fraction", "data")
    if math.isnan(value):
        drawing.write(
            ax, 1, place, say("no_value", language), ha="left", dx=8, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=at,
        )  # fmt: skip
        return
    lower, upper = _bar_interval(row)
    uncertain = lower <= 0 <= upper
    colour = _LIGHT.faint if uncertain else _LIGHT.accent if value >= 0 else _LIGHT.bad
    ax.add_patch(Rectangle((0, place - 0.22), value, 0.44, facecolor=colour, linewidth=0))
    if not math.isnan(lower) and not math.isnan(upper):
        ax.plot([lower, upper], [place, place], color=_LIGHT.ink, linewidth=1.3, zorder=4)
        for end in (lower, upper):
            ax.plot([end, end], [place - 0.13, place + 0.13], color=_LIGHT.ink, linewidth=1.3, zorder=4)
    drawing.write(ax, 1, place, formats.number(value, 2), ha="right", dx=50, weight="bold", xycoords=at)
