"""Charts of the family ``loyalty``: index, price tolerance, loyalty by satisfaction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes

from csi_model.reporting import drawing, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.curves import Line, axis_titles, curves, legend, mark_points, panel, share_axis
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.rows import measure_rows
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_ROLES = ("accent", "series_2", "series_3", "series_4", "bad", "faint")
MOST_LINES = len(_ROLES)
"""Groups that a chart of lines shows."""


def heading(name: str, language: str) -> str:
    """The name of a measure as a heading."""
    words = term(name, language)
    return words[:1].upper() + words[1:]


def index_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the loyalty index of every unit with its interval."""
    dots = [
        Dot(
            label=league_rows.unit_label(content, records.word(row, "unit"), language),
            value=records.number(row, "value"),
            lower=records.number(row, "ci_lower"),
            upper=records.number(row, "ci_upper"),
            note=reason(records.word(row, "why"), language),
            strong=records.word(row, "unit") == league_rows.EVERYBODY,
        )
        for row in measure_rows(content, ("loyalty_index",))
    ]
    axis = say("loyalty_index_axis", language, level=formats.level(records.confidence(content)))
    title = heading("loyalty_index", language)
    return dot_chart(dots, name="loyalty-index", title=title, axis=axis, language=language, ax=ax)


def shown_units(content: Content, table: str) -> tuple[list[str], int]:
    """The units that a chart of lines shows, all respondents first, and how many more have numbers."""
    value = "share" if table == "price_tolerance" else "fitted"
    names = [
        records.word(row, "unit")
        for row in records.across(content, table)
        if not math.isnan(records.number(row, value))
    ]
    names = list(dict.fromkeys(names))
    return names[: MOST_LINES + 1], max(0, len(names) - MOST_LINES - 1)


def _lines(content: Content, table: str, axes: tuple[str, str], language: str) -> list[Line]:
    """A line a unit."""
    across, up = axes
    made = []
    for place, unit in enumerate(shown_units(content, table)[0]):
        rows = _unit_rows(content, table, unit, up)
        made.append(
            Line(
                words=(league_rows.unit_label(content, unit, language),),
                x=tuple(records.number(row, across) for row in rows),
                y=tuple(records.number(row, up) for row in rows),
                marked=(),
                colour=theme.colour("ink" if place == 0 else _ROLES[place - 1]),
            )
        )
    return made


def _unit_rows(content: Content, table: str, unit: str, value: str) -> list[Row]:
    return [
        row
        for row in records.across(content, table)
        if records.word(row, "unit") == unit and not math.isnan(records.number(row, value))
    ]


def _more(content: Content, table: str, language: str) -> tuple[str, ...]:
    left = shown_units(content, table)[1]
    return (say("loyalty_more_units", language, count=left),) if left else ()


def _band(ax: Axes, rows: Sequence[Row], across: str, start: str, colour: str) -> None:
    """A band between the limits of an interval, for the rows that have one."""
    known = [row for row in rows if not math.isnan(records.number(row, f"{start}_lower"))]
    x = [records.number(row, across) for row in known]
    low, high = ([records.number(row, f"{start}_{end}") for row in known] for end in ("lower", "upper"))
    ax.fill_between(x, low, high, color=colour, linewidth=0, zorder=1)


def price_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share still buying at each price change, a line a unit; a band where there is one unit."""
    lines = _lines(content, "price_tolerance", ("change", "share"), language)
    title = heading("price_tolerance", language)
    notes = _more(content, "price_tolerance", language)
    with drawing.style():
        axes = panel(ax, title)
        low, high = lines[0].x[0], lines[0].x[-1]
        axes.set_xlim(low, high)
        share_axis(axes)
        ticks = list(lines[0].x) if len(lines[0].x) <= 13 else [low, low / 2, 0.0, high / 2, high]
        axes.set_xticks(ticks, [_signed(tick) for tick in ticks])
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0, zorder=1)
        if len(lines) == 1:
            rows = _unit_rows(content, "price_tolerance", league_rows.EVERYBODY, "share")
            _band(axes, rows, "change", "ci", _LIGHT.accent_soft)
            level = formats.level(records.confidence(content))
            notes += (say("loyalty_price_band", language, level=level),)
        curves(axes, lines)
        for line in lines:
            _points(axes, line.x, line.y, line.colour)
        if len(lines) == 1:
            _mark_share(axes, lines[0])
        axis_titles(axes, say("loyalty_price_x", language), say("loyalty_price_y", language))
        legend(axes, lines, notes=notes)
        drawing.describe(axes, name="price-tolerance", title=title, description=_told(lines, language))
    return axes


def _signed(change: float) -> str:
    return "0" if change == 0 else ("+" if change > 0 else "") + formats.plain(change)


def _points(ax: Axes, x: Sequence[float], y: Sequence[float], colour: str) -> None:
    ax.plot(
        x, y, linestyle="none", marker="o", markersize=6, color=colour, markeredgecolor=_LIGHT.paper,
        markeredgewidth=0.6, zorder=4, clip_on=False,
    )  # fmt: skip


def _mark_share(ax: Axes, line: Line) -> None:
    at = [(x, y) for x, y in zip(line.x, line.y, strict=True) if x == 0]
    if at:
        mark_points(ax, at, [formats.percent(at[0][1])], ((-1, -1), (1, 1)))


def _told(lines: Sequence[Line], language: str) -> str:
    """Each line in words: its first, middle and last point."""
    parts = []
    for line in lines:
        places = dict.fromkeys((0, len(line.x) // 2, len(line.x) - 1))
        points = (f"{formats.plain(line.x[k])} {formats.number(line.y[k], 2)}" for k in places)
        parts.append(f"{line.words[0]} ({', '.join(points)})")
    return say("list_break", language).join(parts)


def curve_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw mean loyalty by satisfaction of all respondents: points, curve with band, named zones."""
    everybody = league_rows.EVERYBODY
    rows = [row for row in records.across(content, "loyalty_curve") if records.word(row, "unit") == everybody]
    zones = [
        row for row in records.across(content, "loyalty_zones") if records.word(row, "unit") == everybody
    ]
    title, level = heading("loyalty_curve", language), formats.level(records.confidence(content))
    fits = _lines(content, "loyalty_curve", ("satisfaction", "fitted"), language)[:1]
    if fits:
        fits = [Line(**{**vars(fits[0]), "words": (say("loyalty_curve_fit", language, level=level),)})]
    with drawing.style():
        axes = panel(ax, title)
        _scale_axes(axes, zones, fits)
        _zone_bands(axes, zones, language)
        _band(axes, rows, "satisfaction", "fitted_ci", _LIGHT.accent_soft)
        fits = [Line(**{**vars(line), "colour": _LIGHT.accent}) for line in fits]
        curves(axes, fits)
        for row in rows:
            x, y = records.number(row, "satisfaction"), records.number(row, "loyalty")
            low, high = records.number(row, "ci_lower"), records.number(row, "ci_upper")
            if not math.isnan(low):
                axes.plot([x, x], [low, high], color=_LIGHT.ink, linewidth=1.2, zorder=4)
            _points(axes, [x], [y], _LIGHT.ink)
        _axis_words(axes, content, language)
        legend(axes, fits, notes=("● " + say("loyalty_curve_points", language, level=level),))
        told = [f"{formats.plain(row['satisfaction'])} {formats.number(row['loyalty'])}" for row in rows]
        told_text = say("list_break", language).join(told)
        drawing.describe(axes, name="loyalty-curve", title=title, description=told_text)
    return axes


def group_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the curve of every unit, one line each, over the zones."""
    zones = [
        row
        for row in records.across(content, "loyalty_zones")
        if records.word(row, "unit") == league_rows.EVERYBODY
    ]
    lines = _lines(content, "loyalty_curve", ("satisfaction", "fitted"), language)
    title = say("loyalty_curve_group_title", language)
    with drawing.style():
        axes = panel(ax, title)
        _scale_axes(axes, zones, lines)
        _zone_bands(axes, zones, language)
        curves(axes, lines)
        _axis_words(axes, content, language)
        legend(axes, lines, notes=_more(content, "loyalty_curve", language))
        drawing.describe(axes, name="loyalty-curves", title=title, description=_told(lines, language))
    return axes


def _axis_words(ax: Axes, content: Content, language: str) -> None:
    rows = measure_rows(content, ("share_defection",), unit=league_rows.EVERYBODY)
    name = content.label(records.word(rows[0], "item"), language) if rows else ""
    axis_titles(ax, say("loyalty_curve_x", language, name=name), say("loyalty_curve_y", language))


def _scale_axes(ax: Axes, zones: Sequence[Row], lines: Sequence[Line]) -> None:
    """The whole satisfaction scale across, 0 to 100 up (a curve may leave it), with room for zone names."""
    low, high = records.number(zones[0], "from_answer"), records.number(zones[-1], "to_answer")
    air = 0.04 * (high - low)
    ax.set_xlim(low - air, high + air)
    fitted = [y for line in lines for y in line.y]
    ax.set_ylim(min([0.0, *(y - 2 for y in fitted)]), max([112.0, *(y + 10 for y in fitted)]))
    ax.set_yticks([0, 20, 40, 60, 80, 100])
    if low == round(low) and high == round(high) and high - low <= 12:
        ax.set_xticks([low + step for step in range(int(high - low) + 1)])


def _zone_bands(ax: Axes, zones: Sequence[Row], language: str) -> None:
    """The middle zone on a ground of its own, every zone with its name at the top."""
    left, right = ax.get_xlim()
    ends = [left]
    for before, after in pairwise(zones):
        ends.append((records.number(before, "to_answer") + records.number(after, "from_answer")) / 2)
    ends.append(right)
    top = ax.get_ylim()[1]
    ax.axvspan(ends[1], ends[2], color=_LIGHT.band, linewidth=0, zorder=0)
    for zone, start, end in zip(zones, ends, ends[1:], strict=False):
        name = term(records.word(zone, "zone"), language)
        drawing.write(ax, (start + end) / 2, top - 6, name, size=theme.SIZE_SMALL, color=_LIGHT.muted)


def _has_curve(content: Content) -> bool:
    rows = records.across(content, "loyalty_curve")
    return any(not math.isnan(records.number(row, "loyalty")) for row in rows)


CHARTS: dict[str, MeasureChart] = {
    "loyalty-index": MeasureChart(
        draw=index_chart, supported=lambda content: bool(measure_rows(content, ("loyalty_index",)))
    ),
    "price-tolerance": MeasureChart(
        draw=price_chart, supported=lambda content: bool(shown_units(content, "price_tolerance")[0])
    ),
    "loyalty-curve": MeasureChart(draw=curve_chart, supported=_has_curve),
    "loyalty-curves": MeasureChart(
        draw=group_chart, supported=lambda content: len(shown_units(content, "loyalty_curve")[0]) > 1
    ),
}
"""File stem > chart and whether the tables support it."""
