"""Charts of waves: trend lines with intervals, and the waterfall of a change."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.league_charts import air_around, below_axis, signed, span
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT

MOST_PANELS = 12
"""Units whose trend is drawn, those at the top of the hierarchy first."""

_COLUMNS = 3


@dataclass(frozen=True, kw_only=True)
class Line:
    """The trend of one unit: its rows in the order of the waves."""

    unit: str
    label: str
    rows: tuple[Row, ...]


def lines(content: Content, language: str) -> list[Line]:
    """Return the trend of the headline index of every unit that has a number, the total first, then by level.

    Only the first ``MOST_PANELS`` are drawn.
    """
    made: dict[str, list[Row]] = {}
    for row in league_rows.trend_rows(content, content.index):
        made.setdefault(records.word(row, "unit"), []).append(row)
    found = [
        Line(unit=unit, label=league_rows.unit_label(content, unit, language), rows=tuple(rows))
        for unit, rows in made.items()
        if any(not math.isnan(records.number(row, "index")) for row in rows)
    ]

    def depth(line: Line) -> int:
        return 0 if line.unit in {league_rows.TOTAL, ""} else len(league_rows.unit_parts(content, line.unit))

    return sorted(found, key=depth)


def waves_of(content: Content) -> list[str]:
    """Return the waves in stored order."""
    return league_rows.values_of(content, "trend", "wave")


def trend_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the headline index over the waves with intervals, one panel a unit, all on one scale.

    A filled marker is a wave whose change from the wave before is clear by the stored test. A line between
    two waves marks that something in the study is not the same in both. Dotted lines are targets.
    """
    found = lines(content, language)[:MOST_PANELS]
    columns = min(len(found), _COLUMNS) or 1
    tall = 250.0 if len(found) < 2 else 150.0
    count = math.ceil(len(found) / columns) if found else 1
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=count * tall + 46,
            margins=Margins(left=34, right=14, top=6, bottom=40),
        )
        axes.set_axis_off()
        limits = _limits(content, found, language)
        for place, line in enumerate(found):
            panel = panel_of(axes, place, columns, count, tall, _GAPS)
            _draw_trend(panel, content, line, limits, language)
            panel_title(panel, line.label, panel_width(axes, columns, _GAPS))
            if len(found) == 1:
                target_names(panel, content, language)
        level = formats.level(records.confidence(content))
        weights = league_rows.worded("weights_of", league_rows.trend_weights(content), language)
        keys = say("axis_trend_key", language)
        if _broken(content):
            keys += say("list_break", language) + say("axis_trend_break", language)
        for number, text in enumerate([say("axis_trend", language, level=level, weights=weights), keys]):
            drawing.write(axes, 0.5, 0, text, dy=-12 - 15 * number, size=theme.SIZE_SMALL,
                          color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        drawing.describe(
            axes,
            name="trend",
            title=say("chart_trend", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(_spoken(line, language) for line in found),
        )
    return axes


def _limits(content: Content, found: Sequence[Line], language: str) -> tuple[float, float]:
    names = ("index", "ci_lower", "ci_upper")
    values = [records.number(row, name) for line in found for row in line.rows for name in names]
    values += [mark.value for mark in league_rows.benchmarks(content, content.index, language)]
    low, high = air_around([value for value in values if not math.isnan(value)], 6.0)
    return low, high + 0.14 * (high - low)  # for the numbers above the points


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Space between panels and for their titles and wave names, in points."""

    across: float
    above: float
    below: float


_GAPS = Gaps(across=26.0, above=20.0, below=20.0)


def panel_of(ax: Axes, place: int, columns: int, rows: int, tall: float, gaps: Gaps) -> Axes:
    """Return axes for one of several panels within ``ax``, left to right, then down."""
    wide, high = drawing.size_of(ax)
    tall = min(tall, high / rows)
    row, column = divmod(place, columns)
    width = panel_width(ax, columns, gaps)
    bottom = high - (row + 1) * tall + gaps.below
    return ax.inset_axes(
        (
            column * (width + gaps.across) / wide,
            bottom / high,
            width / wide,
            max(tall - gaps.above - gaps.below, 1.0) / high,
        )
    )


def panel_width(ax: Axes, columns: int, gaps: Gaps) -> float:
    """Return the width of one of several panels within ``ax``, in points."""
    return (drawing.size_of(ax)[0] - (columns - 1) * gaps.across) / columns


def panel_title(panel: Axes, text: str, width: float) -> None:
    """Write the name of a panel above it."""
    shown = fonts.shorten(text, 9.0, width, weight="bold")
    drawing.write(panel, 0, 1, shown, ha="left", dy=9, size=9.0, weight="bold", xycoords="axes fraction")


def _draw_trend(
    panel: Axes, content: Content, line: Line, limits: tuple[float, float], language: str
) -> None:
    waves = waves_of(content)
    drawing.plain(panel, sides=("bottom",))
    panel.set_xlim(-0.4, len(waves) - 0.6)
    panel.set_ylim(*limits)
    panel.set_xticks([])
    panel.grid(axis="y", color=_LIGHT.rule, linewidth=0.6)
    for mark in league_rows.benchmarks(content, content.index, language):
        panel.axhline(mark.value, color=_LIGHT.good, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1)
    for place in _broken(content):
        panel.axvline(place - 0.5, color=_LIGHT.bad, linewidth=1.0, linestyle=(0, (3, 2)), zorder=1)
        drawing.write(panel, place - 0.5, 1, "≠", dy=-6, dx=7, color=_LIGHT.bad, weight="bold",
                      xycoords=("data", "axes fraction"))  # fmt: skip
    _draw_line(panel, line, waves)
    for place, wave in enumerate(waves):
        if place % max(1, math.ceil(len(waves) / 6)) == 0 or place == len(waves) - 1:
            drawing.write(panel, place, 0, fonts.shorten(wave, theme.SIZE_SMALL, 60), dy=-11,
                          size=theme.SIZE_SMALL, color=_LIGHT.muted,
                          xycoords=("data", "axes fraction"))  # fmt: skip


def _draw_line(panel: Axes, line: Line, waves: Sequence[str]) -> None:
    at = {wave: place for place, wave in enumerate(waves)}
    points = [
        (at[records.word(row, "wave")], records.number(row, "index"), row)
        for row in line.rows
        if not math.isnan(records.number(row, "index"))
    ]
    for (x, y, _), (to_x, to_y, _) in itertools.pairwise(points):
        gap = to_x - x > 1
        panel.plot([x, to_x], [y, to_y], color=_LIGHT.accent, linewidth=1.6, zorder=3,
                   linestyle=(0, (2, 2)) if gap else "-")  # fmt: skip
    for x, y, row in points:
        lower, upper = records.number(row, "ci_lower"), records.number(row, "ci_upper")
        if not math.isnan(lower) and not math.isnan(upper):
            panel.plot([x, x], [lower, upper], color=_LIGHT.accent, linewidth=1.1, zorder=2)
        panel.plot(
            [x], [y], marker="o", markersize=6.0, markeredgecolor=_LIGHT.accent, markeredgewidth=1.2,
            color=_LIGHT.accent if league_rows.clear(row) else _LIGHT.paper, linestyle="none", zorder=4,
        )  # fmt: skip
    ends = dict.fromkeys((0, len(points) - 1)) if len(waves) > 4 else range(len(points))
    for place in ends:
        x, y, row = points[place]
        top = records.number(row, "ci_upper")
        written = drawing.write(panel, x, y if math.isnan(top) else top, formats.number(y), dy=8,
                                size=theme.SIZE_SMALL, weight="bold")  # fmt: skip
        written.set_bbox({"facecolor": _LIGHT.paper, "edgecolor": "none", "pad": 0.6})


def target_names(panel: Axes, content: Content, language: str) -> None:
    """Name the lines of targets at the left end, above the line."""
    for mark in league_rows.benchmarks(content, content.index, language):
        text = f"{mark.label} {formats.number(mark.value)}"
        drawing.write(panel, 0, mark.value, text, ha="left", dx=4, dy=7, size=theme.SIZE_SMALL,
                      color=_LIGHT.good, xycoords=("axes fraction", "data"))  # fmt: skip


def _broken(content: Content) -> list[int]:
    """Places of waves that are not alike with the one before."""
    waves = waves_of(content)
    found = {
        (records.word(row, "wave_1"), records.word(row, "wave_2"))
        for row in records.across(content, "wave_checks")
        if not league_rows.flag(row, "same")
    }
    return [k for k in range(1, len(waves)) if (waves[k - 1], waves[k]) in found]


def _spoken(line: Line, language: str) -> str:
    items = [f"{records.word(row, 'wave')} {formats.number(row.get('index'))}" for row in line.rows]
    return line.label + say("colon", language) + say("comma", language).join(items)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of one unit: the parts that are drawn, which add up, its total, and all stored rows."""

    unit: str
    wave_1: str
    wave_2: str
    parts: tuple[Row, ...]
    total: Row
    rows: tuple[Row, ...]


_WHOLE = "total"
_TOGETHER = "effect_and_unexplained"


def changes(content: Content) -> list[Change]:
    """Return the decomposed changes of the headline index: the total first, the last two waves before others,
    then the largest change before others.

    What is drawn of a change are the levels of the drivers and, in one part, changed effects and what is
    unexplained: how points fall between these two depends on where the scale begins, their sum does not.
    """
    made: dict[tuple[str, str, str], list[Row]] = {}
    for row in league_rows.rows_where(content, "decomposition", target=content.index):
        key = (records.word(row, "unit"), records.word(row, "wave_1"), records.word(row, "wave_2"))
        made.setdefault(key, []).append(row)
    found = [
        Change(
            unit=unit,
            wave_1=one,
            wave_2=two,
            parts=tuple(_adding_up(rows)),
            total=next((row for row in rows if records.word(row, "part") == _WHOLE), {}),
            rows=tuple(rows),
        )
        for (unit, one, two), rows in made.items()
    ]
    order = league_rows.values_of(content, "decomposition", "wave_1")

    def place(change: Change) -> tuple[bool, int, float]:
        size = records.number(change.total, "contribution")
        small = 0.0 if math.isnan(size) else -abs(size)
        return change.unit not in {_WHOLE, ""}, -order.index(change.wave_1), small

    return sorted(found, key=place)


def _adding_up(rows: Sequence[Row]) -> list[Row]:
    """The levels, then effects and unexplained as one, or one by one where no sum is stored."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(records.word(row, "part"), []).append(row)
    apart = [*parts.get("effect", []), *parts.get("unexplained", [])]
    return [*parts.get("level", []), *parts.get(_TOGETHER, apart)]


def part_words(content: Content, row: Row, language: str) -> str:
    """Return what a part of a change is, with its driver."""
    part, driver = records.word(row, "part"), records.word(row, "driver")
    words = league_rows.worded("part", part, language)
    if not driver:
        return words
    return say("part_of_driver", language, driver=content.label(driver, language), part=words)


_GUTTER = 235.0
_STEP = 24.0
_ROLES = {"level": "accent", "effect": "series_2", _TOGETHER: "series_2"}


def waterfall_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the parts of the last change of the headline index, each from where the one before ends.

    Lines are the intervals of the parts. The total is drawn from zero.
    """
    change = changes(content)[0]
    rows = [*change.parts, change.total] if change.total else list(change.parts)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * _STEP + 68,
            margins=Margins(left=_GUTTER, right=150, top=8, bottom=60),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        starts = _starts(change)
        axes.set_xlim(*_fall_range(rows, starts))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        for place, (row, start) in enumerate(zip(rows, starts, strict=False)):
            _fall_row(axes, content, place, row, start, language)
        level = formats.level(records.confidence(content))
        unit = league_rows.unit_label(content, change.unit, language)
        below_axis(
            axes,
            [say("axis_waterfall", language, wave_1=change.wave_1, wave_2=change.wave_2, unit=unit)],
        )
        drawing.key(
            axes,
            [(theme.colour(_ROLES["level"]), say("waterfall_levels", language)),
             (theme.colour(_ROLES["effect"]), say("waterfall_rest", language))],
            say("axis_waterfall_key", language, level=level),
            dy=-47,
        )  # fmt: skip
        drawing.describe(
            axes,
            name="waterfall",
            title=say("chart_waterfall", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                f"{part_words(content, row, language)} {signed(records.number(row, 'contribution'))}"
                for row in rows
            ),
        )
    return axes


def _starts(change: Change) -> list[float]:
    """Where every part begins, and zero for the total."""
    at, made = 0.0, []
    for row in change.parts:
        made.append(at)
        value = records.number(row, "contribution")
        at += 0.0 if math.isnan(value) else value
    return [*made, 0.0]


def _fall_range(rows: Sequence[Row], starts: Sequence[float]) -> tuple[float, float]:
    values = [0.0]
    for row, start in zip(rows, starts, strict=False):
        cells = (records.number(row, name) for name in ("contribution", "ci_lower", "ci_upper"))
        values += [start + value for value in cells if not math.isnan(value)]
    return air_around(values, 2.0)


def _fall_row(ax: Axes, content: Content, place: int, row: Row, start: float, language: str) -> None:
    at, whole = ("axes fraction", "data"), records.word(row, "part") == _WHOLE
    bold = "bold" if whole else "normal"
    text = fonts.shorten(part_words(content, row, language), theme.SIZE_TEXT, _GUTTER - 14, weight=bold)
    drawing.write(ax, 0, place, text, ha="right", dx=-10, weight=bold, xycoords=at)
    value = records.number(row, "contribution")
    if math.isnan(value):
        drawing.write(ax, 1, place, say("no_value", language), ha="left", dx=12, size=theme.SIZE_SMALL,
                      color=_LIGHT.muted, xycoords=at)  # fmt: skip
        return
    colour = theme.colour("muted" if whole else _ROLES.get(records.word(row, "part"), "faint"))
    ax.add_patch(Rectangle((start, place - 0.3), value, 0.6, facecolor=colour, linewidth=0, zorder=2))
    lower, upper = records.number(row, "ci_lower"), records.number(row, "ci_upper")
    span(ax, start + lower, start + upper, place, _LIGHT.ink, 1.2)
    if not whole:
        end = start + value
        ax.plot([end, end], [place + 0.3, place + 0.7], color=_LIGHT.faint, linewidth=0.8, zorder=1)
    drawing.write(ax, 1, place, signed(value), ha="right", dx=44, weight="bold", xycoords=at)
    interval = formats.interval(lower, upper, 1, language)
    drawing.write(ax, 1, place, interval, ha="left", dx=54, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                  xycoords=at)  # fmt: skip
