"""Native charts of points: the driver map, and dots with their intervals, one row for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE

from csi_model.reporting import fonts, formats
from csi_model.reporting.drawing import Box
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.slides import chart_xml
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.chart_book import Bars, PointSeries, point_book
from csi_model.reporting.slides.chart_parts import SMALL, finish, value_axis_look
from csi_model.reporting.slides.drawn_rows import Rows, ends, limits, rounded, short_name, steps
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.style import Style
from csi_model.reporting.wording import say

_NAME = 10.0
_MARKER = 9
_LEGEND = 26.0
_UNDER = 38.0
"""Height of legend and of the axis under the plotting area, in points."""


def draw_dots(slide: Any, area: Area, rows: Rows, style: Style) -> Any:
    """Add a chart with a row for each unit: its dot, its interval, its name at the left.

    The first row stands at the top. Intervals are lines between their stored ends, not error bars: programs
    other than PowerPoint leave level error bars out. The names are labels of a series without markers.
    """
    chart = rows.chart
    count = len(rows.categories)
    low, high = limits(chart, rows.series, whole=False)
    places = tuple(float(count - k) for k in range(count))
    size = _NAME if count <= 22 else 8.5
    row_height = (area.height - _LEGEND - _UNDER) / max(count, 1)
    gutter = _gutter(rows.categories, size, area.width * 0.36)
    lines = [_interval(one, places, style) for one in rows.series if one.lower and one.upper]
    dots = [_turned(one, places, rows.categories) for one in rows.series]
    names = PointSeries(
        name=say("pptx_book_names", style.language), across=(low,) * count, values=places,
        points=tuple(short_name(name) for name in rows.categories),
    )  # fmt: skip
    frame, made, _ = _added(slide, area, [*lines, *dots, names], chart.number_format, style)
    finish(made, style, legend=len(dots) > 1)
    _dots_axes(made, chart, style, low, high, count)
    legend = _LEGEND if len(dots) > 1 else 4.0
    chart_xml.plot_place(
        made, gutter / area.width, legend / area.height, (area.width - gutter - 34.0) / area.width,
        (area.height - legend - _UNDER) / area.height,
    )  # fmt: skip
    elements = made.plots[0]._element.findall(qn("c:ser"))
    roles = [one.role for one in rows.series if one.lower and one.upper]
    for element, role in zip(elements, roles, strict=False):
        chart_xml.series_look(element, style, edge=role, width=2.0)
        chart_xml.marker(element, style, symbol="none", size=0, role="")
    for place, (element, one) in enumerate(zip(elements[len(lines) :], rows.series, strict=False)):
        symbol = ("circle", "diamond", "square", "triangle")[place % 4]
        _points(element, style, one, symbol, _MARKER if row_height > 14 else 6)
    _value_words(elements, rows, style, len(lines), row_height)
    many = 2 if row_height >= 2.6 * size else 1
    labels = {
        k: (fonts.wrap(name, size, gutter - 10.0, lines=many), "l", "ink")
        for k, name in enumerate(rows.categories)
    }
    _nameless(elements[-1], style)
    chart_xml.point_labels(elements[-1], style, labels, size=size)
    for hidden in sorted({*range(len(lines)), len(elements) - 1}, reverse=True):
        chart_xml.hide_in_legend(made, hidden)
    return frame


def _interval(one: Series, places: tuple[float, ...], style: Style) -> PointSeries:
    """The intervals of a series as lines: both ends, then a gap."""
    across: list[float | None] = []
    upward: list[float | None] = []
    for low, high, place in zip(one.lower, one.upper, places, strict=True):
        known = low is not None and high is not None
        across += [low, high, None] if known else [None, None, None]
        upward += [place, place, None] if known else [None, None, None]
    name = say("pptx_book_interval", style.language, name=one.name)
    return PointSeries(name=name, across=tuple(across), values=tuple(upward))


def _turned(one: Series, places: tuple[float, ...], names: Sequence[str]) -> PointSeries:
    """A series of values as points: values across, rows upward. A row without a value has no point."""
    return PointSeries(
        name=one.name,
        across=one.values,
        values=tuple(y if x is not None else None for x, y in zip(one.values, places, strict=True)),
        points=tuple(name if x is not None else "" for x, name in zip(one.values, names, strict=True)),
    )


def _gutter(names: Sequence[str], size: float, most: float) -> float:
    longest = max((fonts.width(fonts.clean(name), size) for name in names), default=0.0)
    return min(longest * 1.05 + 14.0, most)


def _value_words(elements: Sequence[Any], rows: Rows, style: Style, lines: int, row_height: float) -> None:
    """The value of each row behind its interval, or behind its dot, where a row has one value only."""
    per_row = [sum(one.values[k] is not None for one in rows.series) for k in range(len(rows.categories))]
    if row_height < 11.0 or max(per_row, default=0) > 1:
        return
    intervals = iter(elements[:lines])
    for one, dots in zip(rows.series, elements[lines:], strict=False):
        holder = next(intervals, None) if one.lower and one.upper else None
        shown: dict[object, dict[int, tuple[list[str], str, str]]] = {"line": {}, "dot": {}}
        for k, value in enumerate(one.values):
            if value is None:
                continue
            known = holder is not None and one.lower[k] is not None and one.upper[k] is not None
            words = ([in_format(value, rows.chart.number_format)], "r", "ink")
            shown["line" if known else "dot"][3 * k + 1 if known else k] = words
        size = SMALL if row_height >= 14.0 else 8.0
        if holder is not None and shown["line"]:
            chart_xml.point_labels(holder, style, shown["line"], size=size, bold=True)
        if shown["dot"]:
            chart_xml.point_labels(dots, style, shown["dot"], size=size, bold=True)


def in_format(value: float, number_format: str) -> str:
    """Return a number as the number format of a chart writes it."""
    if "%" in number_format:
        return formats.percent(value, 0)
    digits = len(number_format.split(";")[0].partition(".")[2])
    text = formats.number(value, digits)
    return f"+{text}" if number_format.startswith("+") and value > 0 and text.strip("0.") else text


def _dots_axes(made: Any, chart: NativeChart, style: Style, low: float, high: float, count: int) -> None:
    across, upward = made.category_axis, made.value_axis
    step = steps(low, high)
    across.minimum_scale, across.maximum_scale, across.major_unit = low, high, step
    value_axis_look(across, style, chart.number_format, step)
    if chart.value_title:
        chart_xml.axis_title(across._element, chart.value_title, style, size=SMALL)
    upward.minimum_scale, upward.maximum_scale, upward.major_unit = 0.4, count + 0.6, 1.0
    value_axis_look(upward, style, "0", 1.0, lines=False)
    for label in upward._element.findall(qn("c:tickLblPos")):
        label.set("val", "none")
    _cross(upward, low)
    _cross(across, 0.4)


def _cross(axis: Any, at: float) -> None:
    """Let an axis stand where the other one has that value."""
    element = axis._element
    for name in ("c:crosses", "c:crossesAt"):
        for old in element.findall(qn(name)):
            element.remove(old)
    made = child(element, "c:crossesAt", val=repr(float(at)))
    element.find(qn("c:crossAx")).addnext(made)


def _added(
    slide: Any, area: Area, series: Sequence[PointSeries], number_format: str, style: Style
) -> tuple[Any, Any, list[list[Bars]]]:
    data: Any = XyChartData(number_format=number_format)  # type: ignore[no-untyped-call]
    for one in series:
        held = data.add_series(fonts.clean(one.name) or " ")
        for x, y in zip(one.across, one.values, strict=True):
            held.add_data_point(x, y)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *area.emu, data)
    blob, bars = point_book(series, number_format, style.language)
    frame.chart.part.chart_workbook.update_from_xlsx_blob(blob)
    for element in frame.chart.plots[0]._element.findall(qn("c:ser")):
        _without_missing(element)
    return frame, frame.chart, bars


def _without_missing(element: Any) -> None:
    """Take out the points that have no number: an empty one is no valid part of a chart."""
    for point in list(element.iter(qn("c:pt"))):
        value = point.find(qn("c:v"))
        if value is None or value.text in {None, "", "None"}:
            point.getparent().remove(point)


def _points(element: Any, style: Style, one: Series, symbol: str, size: int) -> None:
    chart_xml.series_look(element, style)
    chart_xml.marker(element, style, symbol=symbol, size=size, role=one.role, tint=one.tint)


def _nameless(element: Any, style: Style) -> None:
    chart_xml.series_look(element, style)
    chart_xml.marker(element, style, symbol="none", size=0, role="")


@dataclass(frozen=True, kw_only=True)
class Plot:
    """The plotting area of a map in points, and the ends of its axes."""

    area: Area
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies, in points from the upper left corner of the chart."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        upward = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.area.left + across * self.area.width, self.area.bottom - upward * self.area.height


def draw_map(slide: Any, area: Area, chart: NativeChart, style: Style) -> Any:
    """Add a map of points with their names, and axes that cross where its quadrants meet."""
    series = [
        PointSeries(
            name=one.name, across=one.across, values=one.values, points=one.points, lower=one.lower,
            upper=one.upper,
        )
        for one in chart.series
    ]  # fmt: skip
    level = [one for one in chart.series if one.across_lower and one.across_upper]
    lines = [_level(one, style) for one in level]
    frame, made, bars = _added(slide, area, [*lines, *series], chart.number_format, style)
    finish(made, style, legend=len(series) > 1)
    plot = _plot(area, chart)
    _map_axes(made, chart, style, plot)
    held = plot.area
    chart_xml.plot_place(
        made, held.left / area.width, held.top / area.height, held.width / area.width,
        held.height / area.height,
    )  # fmt: skip
    labels = _labels(chart, plot)
    elements = made.plots[0]._element.findall(qn("c:ser"))
    for hidden in reversed(range(len(lines))):
        chart_xml.hide_in_legend(made, hidden)
    owners = [place for place, one in enumerate(chart.series) if one in level]
    for element, place in zip(elements, owners, strict=False):
        chart_xml.series_look(element, style, edge=chart.series[place].role, width=1.0)
        chart_xml.marker(element, style, symbol="none", size=0, role="")
        ends_of = {
            3 * k + (side == "r"): (words, side, role)
            for (owner, k), (words, side, role, at_end) in labels.items()
            if owner == place and at_end
        }
        chart_xml.point_labels(element, style, ends_of, size=_NAME)
    for place, element in enumerate(elements[len(lines) :]):
        one = chart.series[place]
        _points(element, style, one, ("circle", "diamond", "square", "triangle")[place % 4], 10)
        for found in bars[len(lines) + place]:
            chart_xml.error_bars(element, found, chart.number_format, style, role=one.role, width=1.0)
        mine = {
            k: (words, side, role)
            for (owner, k), (words, side, role, at_end) in labels.items()
            if owner == place and not at_end
        }
        chart_xml.point_labels(element, style, mine, size=_NAME)
    return frame


def _level(one: Series, style: Style) -> PointSeries:
    """The level intervals of points as lines between their stored ends."""
    across: list[float | None] = []
    upward: list[float | None] = []
    for low, high, place in zip(one.across_lower, one.across_upper, one.values, strict=True):
        known = None not in (low, high, place)
        across += [low, high, None] if known else [None, None, None]
        upward += [place, place, None] if known else [None, None, None]
    name = say("pptx_book_interval", style.language, name=one.name)
    return PointSeries(name=name, across=tuple(across), values=tuple(upward))


def _plot(area: Area, chart: NativeChart) -> Plot:
    legend = _LEGEND if len(chart.series) > 1 else 6.0
    upward = limits(chart, chart.series, whole=False)
    known = [
        v for one in chart.series for part in (one.across, one.across_lower, one.across_upper) for v in part
    ]
    across = ends([*known, chart.cross_x]) or (0.0, 1.0)
    room = (across[1] - across[0]) * 0.12 or 0.1
    lowest = across[0] - room if across[0] < 0 or across[0] - room > 0 else 0.0
    return Plot(
        area=Area(left=52.0, top=legend, width=area.width - 72.0, height=area.height - legend - 46.0),
        x=rounded(lowest, across[1] + 2.2 * room),
        y=upward,
    )


def _map_axes(made: Any, chart: NativeChart, style: Style, plot: Plot) -> None:
    for axis, (low, high), title, rotation, number_format in (
        (made.category_axis, plot.x, chart.category_title, None, chart.number_format),
        (made.value_axis, plot.y, chart.value_title, -5400000, "0.0"),
    ):
        step = steps(low, high)
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
        value_axis_look(axis, style, number_format, step, lines=False)
        line = chart_xml.shape(axis._element, style, edge="faint", width=1.0, dash="dash")
        chart_xml.before(axis._element, line, ("c:txPr", "c:crossAx"))
        for label in axis._element.findall(qn("c:tickLblPos")):
            label.set("val", "low")
        if title:
            chart_xml.axis_title(axis._element, title, style, size=SMALL, rotation=rotation)
    if chart.cross_y is not None:
        _cross(made.category_axis, chart.cross_y)
    if chart.cross_x is not None:
        _cross(made.value_axis, chart.cross_x)


_Label = tuple[list[str], str, str, bool]
"""Lines, side, role, and whether the label hangs at the end of the level interval."""


def _labels(chart: NativeChart, plot: Plot) -> Mapping[tuple[int, int], _Label]:
    """Names of the points at the side where they touch neither each other nor a point, if there is one."""
    found: dict[tuple[int, int], _Label] = {}
    marks = [
        _Mark(place, k, one, float(x), float(y), plot)
        for place, one in enumerate(chart.series)
        for k, (x, y) in enumerate(zip(one.across, one.values, strict=True))
        if x is not None and y is not None
    ]
    taken = [box for mark in marks for box in mark.boxes]
    if chart.cross_x is not None:
        x = plot.place(chart.cross_x, plot.y[0])[0]
        taken.append(Box(left=x - 1.0, right=x + 1.0, bottom=plot.area.top, top=plot.area.bottom))
    if chart.cross_y is not None:
        y = plot.place(plot.x[0], chart.cross_y)[1]
        taken.append(Box(left=plot.area.left, right=plot.area.right, bottom=y - 1.0, top=y + 1.0))
    for mark in marks:
        names = chart.series[mark.place].points
        lines = fonts.wrap(names[mark.k] if mark.k < len(names) else "", _NAME, 150.0, lines=2)
        wide = max(fonts.width(line, _NAME) for line in lines) + 6.0
        side, box = _side(mark, wide, len(lines) * _NAME * 1.25 + 2.0, taken, plot.area)
        taken.append(box)
        found[mark.place, mark.k] = (lines, side, "ink", mark.level and side in "lr")
    return found


class _Mark:
    """A point on the map with its intervals, in points of the chart."""

    def __init__(self, place: int, k: int, one: Series, x: float, y: float, plot: Plot) -> None:
        self.place, self.k = place, k
        self.x, self.y = plot.place(x, y)
        low, high = _ends_of(one.across_lower, one.across_upper, k, x)
        self.left, self.right = plot.place(low, y)[0], plot.place(high, y)[0]
        below, above = _ends_of(one.lower, one.upper, k, y)
        self.bottom, self.top = plot.place(x, below)[1], plot.place(x, above)[1]
        self.level = bool(one.across_lower and one.across_upper) and self.right > self.left

    @property
    def boxes(self) -> list[Box]:
        """What the point and its intervals cover."""
        return [
            Box.around(self.x, self.y, 13.0, 13.0),
            Box(left=self.left, right=self.right, bottom=self.y - 1.0, top=self.y + 1.0),
            Box(left=self.x - 1.0, right=self.x + 1.0, bottom=self.top, top=self.bottom),
        ]


def _ends_of(
    lower: Sequence[float | None], upper: Sequence[float | None], k: int, value: float
) -> tuple[float, float]:
    low = lower[k] if k < len(lower) else None
    high = upper[k] if k < len(upper) else None
    return (value, value) if low is None or high is None else (float(low), float(high))


def _side(mark: _Mark, wide: float, high: float, taken: Sequence[Box], area: Area) -> tuple[str, Box]:
    gap = 5.0 if mark.level else 9.0
    choices = {
        "r": Box.around(max(mark.right, mark.x + 4.0) + gap + wide / 2, mark.y, wide, high),
        "l": Box.around(min(mark.left, mark.x - 4.0) - gap - wide / 2, mark.y, wide, high),
        "t": Box.around(mark.x, mark.y - 9.0 - high / 2, wide, high),
        "b": Box.around(mark.x, mark.y + 9.0 + high / 2, wide, high),
    }
    whole = Box(left=area.left, bottom=area.top, right=area.right + 14.0, top=area.bottom)

    def faults(side: str) -> tuple[int, int]:
        box = choices[side]
        hits = sum(box.overlaps(other) for other in taken)
        return 2 * (not box.inside(whole)) + hits, list(choices).index(side)

    best = min(choices, key=faults)
    return best, choices[best]
