"""Charts of the family ``ladder``: levels at start and end, moves between them, the mean level over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES

MOST_BARS, MOST_FIELDS = 30, 15
"""Levels that the bars and the map of moves have room for."""

_LIGHT = theme.LIGHT
_GUTTER, _NUMBERS = 90.0, 120.0
_CELL = 30.0
_TICKS = 13


def level_rows(content: Content) -> list[Row]:
    """Levels, the highest first."""
    return records.across(content, "ladder_levels")[::-1]


def level_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share of customers on every level, at the start and at the end."""
    rows = level_rows(content)
    title = MEASURES["ladder_levels"].title[language]
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * 38 + 72,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=30, bottom=42),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        shares = [records.number(row, f"share_{end}") for row in rows for end in ("start", "end")]
        axes.set_xlim(0, max(1.04 * max(shares, default=1), 1.0))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        for place, row in enumerate(rows):
            words = say("ladder_level_n", language, level=records.word(row, "level"))
            drawing.write(axes, 0, place, words, ha="right", dx=-10, xycoords=("axes fraction", "data"))
            for end, shift, colour in (("start", -0.2, _LIGHT.faint), ("end", 0.2, _LIGHT.accent)):
                _bar(axes, place + shift, row, end, colour)
        _key(axes, language)
        axis_title(axes, say("ladder_axis_share", language))
        said = (
            f"{records.word(row, 'level')}: {formats.number(row.get('share_start'))}"
            f" → {formats.number(row.get('share_end'))}"
            for row in rows
        )
        drawing.describe(
            axes, name="ladder_levels", title=title, description=say("list_break", language).join(said)
        )
    return axes


def _bar(ax: Axes, place: float, row: Row, end: str, colour: str) -> None:
    share = records.number(row, f"share_{end}")
    ax.barh([place], [share], height=0.36, color=colour, zorder=2)
    text = f"{formats.count(row.get(f'customers_{end}'))} ({formats.number(share)}%)"
    drawing.write(
        ax, share, place, text, ha="left", dx=6, size=theme.SIZE_SMALL,
        weight="bold" if end == "end" else "normal", color=_LIGHT.ink if end == "end" else _LIGHT.muted,
    )  # fmt: skip


def _key(ax: Axes, language: str) -> None:
    """Which bar is which, above the bars."""
    wide, high = drawing.size_of(ax)
    x = 0.0
    for key, colour in (("ladder_at_start", _LIGHT.faint), ("ladder_at_end", _LIGHT.accent)):
        words = say(key, language)
        ax.add_patch(
            Rectangle((x / wide, 1 + 10 / high), 12 / wide, 10 / high, facecolor=colour, linewidth=0,
                      transform=ax.transAxes, clip_on=False)
        )  # fmt: skip
        drawing.write(
            ax, x / wide, 1, words, ha="left", dx=18, dy=15, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
        x += 18 + fonts.width(words, theme.SIZE_SMALL) + 24


def moves_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how many customers went from each level to each; the shade is the share of the level left.

    Fields right of the diagonal are moves up, those left of it moves down; on it customers stayed. Rows of
    levels that nobody started on are empty.
    """
    rows = records.across(content, "ladder_moves")
    size = max((int(records.number(row, "level_end")) for row in rows), default=1)
    title = MEASURES["ladder_moves"].title[language]
    side = min((theme.CHART_WIDTH - _GUTTER - 24) / size, 96.0)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=size * _CELL + 92,
            margins=Margins(left=_GUTTER, right=theme.CHART_WIDTH - _GUTTER - side * size, top=46, bottom=46),
        )
        drawing.plain(axes, sides=())
        axes.set_xlim(0.5, size + 0.5)
        axes.set_ylim(0.5, size + 0.5)  # the highest level on top, as on a ladder
        axes.set_xticks([])
        axes.set_yticks([])
        for level in range(1, size + 1):
            _rectangle(axes, level, level, _LIGHT.band, 1.0)
        for row in rows:
            _field(axes, row)
        _levels_along(axes, size, language)
        said = (
            f"{formats.count(row.get('level_start'))} → {formats.count(row.get('level_end'))}: "
            f"{formats.count(row.get('customers_moved'))}"
            for row in rows
            if records.number(row, "customers_moved")
        )
        drawing.describe(
            axes, name="ladder_moves", title=title, description=say("list_break", language).join(said)
        )
    return axes


def _field(ax: Axes, row: Row) -> None:
    start, end = records.number(row, "level_start"), records.number(row, "level_end")
    count, share = records.number(row, "customers_moved"), records.number(row, "share_moved")
    if count > 0:
        colour = _LIGHT.accent if end > start else _LIGHT.series_2 if end < start else _LIGHT.faint
        _rectangle(ax, end, start, colour, 0.12 + 0.48 * share / 100)
    drawing.write(
        ax, end, start, formats.count(count), size=9.0, weight="bold" if start == end and count else "normal",
        color=_LIGHT.ink if count else _LIGHT.faint,
    )  # fmt: skip


def _rectangle(ax: Axes, x: float, y: float, colour: str, alpha: float) -> None:
    ax.add_patch(
        Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, alpha=alpha, linewidth=0, zorder=1)
    )


def _levels_along(ax: Axes, size: int, language: str) -> None:
    for level in range(1, size + 1):
        drawing.write(ax, 0, level, str(level), ha="right", dx=-8, xycoords=("axes fraction", "data"))
        drawing.write(ax, level, 1, str(level), dy=10, xycoords=("data", "axes fraction"))
    small: dict[str, Any] = {"size": theme.SIZE_SMALL, "color": _LIGHT.muted, "xycoords": "axes fraction"}
    words = fonts.wrap(say("ladder_at_start", language), theme.SIZE_SMALL, _GUTTER - 32, lines=3)
    drawing.write_lines(ax, 0, 0.5, words, ha="right", dx=-26, **small)
    drawing.write(ax, 0.5, 1, say("ladder_at_end", language), dy=30, **small)
    drawing.write(ax, 0, 0, say("ladder_moves_key", language), ha="left", dx=-_GUTTER + 10, dy=-24, **small)


def trend_rows(content: Content) -> list[Row]:
    """Periods in order."""
    return records.across(content, "ladder_trend")


def trend_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the mean level by period."""
    rows = trend_rows(content)
    values = [records.number(row, "mean_level") for row in rows]
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=230,
            margins=Margins(left=44, right=44, top=16, bottom=52),
        )
        drawing.plain(axes)
        axes.grid(axis="y", color=_LIGHT.rule, linewidth=0.6)
        axes.plot(range(len(rows)), values, color=_LIGHT.accent, linewidth=2.0, marker="o", markersize=4.5)
        low, high = min(values), max(values)
        air = max(0.15 * (high - low), 0.1)
        axes.set_ylim(low - air, high + air)
        axes.set_xlim(-0.5, len(rows) - 0.5)
        _periods_along(axes, rows)
        for place in {0, len(rows) - 1}:
            drawing.write(axes, place, values[place], formats.number(values[place], 2), dy=12, weight="bold")
        axis_title(axes, say("ladder_axis_mean", language))
        drawing.describe(
            axes,
            name="ladder_trend",
            title=MEASURES["ladder_trend"].title[language],
            description=say("list_break", language).join(
                f"{records.word(row, 'ladder_period')} {formats.number(value, 2)}"
                for row, value in zip(rows, values, strict=True)
            ),
        )
    return axes


def _periods_along(ax: Axes, rows: Sequence[Row]) -> None:
    """As many names of periods as there is room for, the last one always."""
    names = [records.word(row, "ladder_period") for row in rows]
    wide, _ = drawing.size_of(ax)
    widest = max(fonts.width(name, theme.SIZE_SMALL) for name in names) + 10
    step = max(1, -(-len(names) // max(1, min(_TICKS, int(wide // widest)))))
    shown = range((len(names) - 1) % step, len(names), step)
    ax.set_xticks(list(shown), [""] * len(shown))
    for place in shown:
        drawing.write(
            ax, place, 0, fonts.shorten(names[place], theme.SIZE_SMALL, 90), dy=-13, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=("data", "axes fraction"),
        )  # fmt: skip


CHARTS: dict[str, MeasureChart] = {
    "ladder_levels": MeasureChart(
        draw=level_chart, supported=lambda content: 0 < len(level_rows(content)) <= MOST_BARS
    ),
    "ladder_moves": MeasureChart(
        draw=moves_chart, supported=lambda content: 0 < len(level_rows(content)) <= MOST_FIELDS
    ),
    "ladder_trend": MeasureChart(draw=trend_chart, supported=lambda content: len(trend_rows(content)) > 1),
}
"""File stem > chart and whether the tables support it."""
