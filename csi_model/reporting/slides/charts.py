"""Native charts on slides: what is common to all, and the charts by categories."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from csi_model.reporting import fonts, formats
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.slides import chart_xml, scatter
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.chart_book import Bars, category_book
from csi_model.reporting.slides.chart_parts import SMALL, TEXT, finish, value_axis_look
from csi_model.reporting.slides.drawn_rows import Rows, drawn_rows, limits, short_name, steps
from csi_model.reporting.slides.names import qn
from csi_model.reporting.slides.shapes import describe
from csi_model.reporting.slides.style import Style, luminance
from csi_model.reporting.wording import say

_LABELLED_POINTS = 10
_SMALLEST_SHARE = 0.035
_LEAST_BAR = 12.5
"""Height of a bar with its gap that has room for a label, in points."""


def draw_chart(slide: Any, area: Area, chart: NativeChart, style: Style) -> Any:
    """Add a native chart to a slide, with its numbers in a workbook inside.

    Parameters
    ----------
    slide
        The slide.
    area
        Its place.
    chart
        The chart as data; rows without any number are left out.
    style
        Colours and fonts.
    """
    if chart.kind == "scatter":
        frame = scatter.draw_map(slide, area, chart, style)
    elif chart.kind == "dots":
        frame = scatter.draw_dots(slide, area, drawn_rows(chart), style)
    elif chart.kind == "line":
        frame = _lines(
            slide, area, Rows(chart=chart, categories=chart.categories, series=chart.series), style
        )
    else:
        frame = _bars(slide, area, drawn_rows(chart), style)
    describe(frame, chart.title, _told(chart, style.language))
    return frame


def _told(chart: NativeChart, language: str) -> str:
    """The numbers of a chart in words, for readers who cannot see it."""
    digits = 0 if "%" in chart.number_format else len(chart.number_format.rpartition(".")[2].rstrip("%;"))
    parts = []
    for one in chart.series:
        names = one.points or chart.categories
        for name, value in zip(names, one.values, strict=False):
            if value is None:
                continue
            shown = formats.percent(value, 1) if "%" in chart.number_format else formats.number(value, digits)
            parts.append(f"{name} {shown}" if len(chart.series) == 1 else f"{name}, {one.name} {shown}")
    kind = say(f"pptx_kind_{chart.kind}", language)
    return kind + say("colon", language) + say("list_break", language).join(parts[:80])


def _added(slide: Any, area: Area, kind: Any, rows: Rows, style: Style) -> tuple[Any, Any, list[Bars | None]]:
    chart = rows.chart
    data: Any = CategoryChartData(number_format=chart.number_format)  # type: ignore[no-untyped-call]
    data.categories = [short_name(name) for name in rows.categories]
    for one in rows.series:
        data.add_series(fonts.clean(one.name) or " ", one.values)
    frame = slide.shapes.add_chart(kind, *area.emu, data)
    blob, bars = category_book(
        [short_name(name) for name in rows.categories], rows.series, chart.number_format, style.language
    )
    frame.chart.part.chart_workbook.update_from_xlsx_blob(blob)
    return frame, frame.chart, bars


def _bars(slide: Any, area: Area, rows: Rows, style: Style) -> Any:
    stacked = rows.chart.kind == "stacked"
    kind = XL_CHART_TYPE.BAR_STACKED if stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame, made, bars = _added(slide, area, kind, rows, style)
    finish(made, style, legend=len(rows.series) > 1)
    plot = made.plots[0]
    plot.gap_width = 35 if stacked else (60 if len(rows.series) == 1 else 45)
    if not stacked:
        plot.overlap = -5 if len(rows.series) > 1 else 0
    _category_axis(made, area, rows, style, upright=False)
    low, high = _value_axis(made, rows, style, stacked=stacked)
    thin = (area.height - 70.0) / max(len(rows.categories) * len(rows.series), 1) < _LEAST_BAR
    for place, (element, one) in enumerate(zip(plot._element.findall(qn("c:ser")), rows.series, strict=True)):
        chart_xml.series_look(element, style, fill=one.role, tint=one.tint)
        invert = element.find(qn("c:invertIfNegative"))
        if invert is not None:
            invert.set("val", "0")
        if stacked:
            _share_labels(element, one, rows, style)
        elif not thin:
            _bar_labels(element, one, rows, style, low, high)
        found = bars[place]
        if found is not None:
            chart_xml.error_bars(element, found, rows.chart.number_format, style, role="ink", width=1.0)
    return frame


def _bar_labels(element: Any, one: Series, rows: Rows, style: Style, low: float, high: float) -> None:
    """Values at the foot of long bars, where no interval crosses them; beside short ones."""
    inside = text_on(style, one.role, one.tint)
    with_bars = any(value is not None for value in one.upper)
    span = max(high - low, 1e-12)
    short = {
        place: ("outEnd", "ink")
        for place, value in enumerate(one.values)
        if value is not None and abs(value - max(low, min(0.0, high))) < 0.13 * span
    }
    size = TEXT if len(rows.categories) * len(rows.series) <= 16 else SMALL
    chart_xml.value_labels(
        element,
        style,
        number_format=rows.chart.number_format,
        size=size,
        role=inside if with_bars else "ink",
        place="inBase" if with_bars else "outEnd",
        bold=True,
        others=short if with_bars else None,
        without=[place for place, value in enumerate(one.values) if value is None],
    )


def _share_labels(element: Any, one: Series, rows: Rows, style: Style) -> None:
    small = [k for k, value in enumerate(one.values) if value is None or value < _SMALLEST_SHARE]
    size = SMALL if len(rows.categories) <= 20 else 8.0
    chart_xml.value_labels(
        element, style, number_format=rows.chart.number_format, size=size,
        role=text_on(style, one.role, one.tint), place="ctr", without=small,
    )  # fmt: skip


def text_on(style: Style, role: str, tint: float) -> str:
    """Return the role of letters that can be read on a colour."""
    light = luminance(style.rgb(role, tint))
    return "paper" if light < 0.3 else "ink"


def _category_axis(made: Any, area: Area, rows: Rows, style: Style, *, upright: bool) -> None:
    axis = made.category_axis
    element = axis._element
    axis.has_major_gridlines = False
    axis.reverse_order = not upright
    size = SMALL if len(rows.categories) > 16 else TEXT
    looks = chart_xml.text_look(element, style, size=size, role="ink", rotation=0 if not upright else None)
    chart_xml.before(element, looks, ("c:crossAx",))
    line = chart_xml.shape(element, style, edge="rule", width=1.0)
    chart_xml.before(element, line, ("c:txPr", "c:crossAx"))
    for name in ("c:majorTickMark", "c:minorTickMark"):
        for mark in element.findall(qn(name)):
            mark.set("val", "none")
    for label in element.findall(qn("c:tickLblPos")):
        label.set("val", "low")
    if not upright:
        crossing = made.value_axis._element.find(qn("c:crosses"))
        if crossing is not None:
            crossing.set("val", "max")


def _value_axis(made: Any, rows: Rows, style: Style, *, stacked: bool) -> tuple[float, float]:
    """The axis of values: quiet, with its title; return its ends."""
    chart = rows.chart
    low, high = limits(chart, rows.series, whole=chart.kind == "bar")
    if stacked:
        low, high = 0.0, 1.0
    axis = made.value_axis
    axis.minimum_scale, axis.maximum_scale = low, high
    step = steps(low, high)
    axis.major_unit = step
    value_axis_look(axis, style, chart.number_format, step)
    if chart.value_title:
        rotation = -5400000 if chart.kind == "line" else None
        chart_xml.axis_title(axis._element, chart.value_title, style, size=SMALL, rotation=rotation)
    return low, high


def _lines(slide: Any, area: Area, rows: Rows, style: Style) -> Any:
    frame, made, bars = _added(slide, area, XL_CHART_TYPE.LINE_MARKERS, rows, style)
    finish(made, style, legend=len(rows.series) > 1)
    _category_axis(made, area, rows, style, upright=True)
    _value_axis(made, rows, style, stacked=False)
    if rows.chart.category_title:
        chart_xml.axis_title(made.category_axis._element, rows.chart.category_title, style, size=SMALL)
    plot = made.plots[0]
    single = len(rows.series) == 1
    for place, (element, one) in enumerate(zip(plot._element.findall(qn("c:ser")), rows.series, strict=True)):
        chart_xml.series_look(element, style, edge=one.role, width=2.25 if place == 0 else 1.5)
        symbol = ("circle", "square", "diamond", "triangle")[place % 4]
        chart_xml.marker(element, style, symbol=symbol, size=7 if place == 0 else 6, role=one.role)
        smooth = element.find(qn("c:smooth"))
        if smooth is not None:
            smooth.set("val", "0")
        known = [k for k, value in enumerate(one.values) if value is not None]
        _line_labels(element, one, rows, style, known, single=single)
        found = bars[place]
        if found is not None:
            chart_xml.error_bars(element, found, rows.chart.number_format, style, role=one.role, width=0.75)
    return frame


def _line_labels(
    element: Any, one: Series, rows: Rows, style: Style, known: Sequence[int], *, single: bool
) -> None:
    """Values above the points of a single line, at the ends of several that end apart from each other."""
    if not known:
        return
    all_of_them = single and len(known) <= _LABELLED_POINTS
    shown = set(known) if all_of_them else ({known[-1]} if _end_apart(rows) else set())
    with_bars = any(value is not None for value in one.upper)
    chart_xml.value_labels(
        element,
        style,
        number_format=rows.chart.number_format,
        size=TEXT,
        role="ink",
        place="r" if with_bars or not single else "t",
        bold=single,
        without=[k for k in range(len(one.values)) if k not in shown],
    )


def _end_apart(rows: Rows) -> bool:
    """Whether the last values of all lines are far enough from each other for labels."""
    low, high = limits(rows.chart, rows.series, whole=False)
    last = sorted(
        next((value for value in reversed(one.values) if value is not None), low) for one in rows.series
    )
    gaps = [after - before for before, after in pairwise(last)]
    return min(gaps, default=high) > 0.05 * (high - low)
