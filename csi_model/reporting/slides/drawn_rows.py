"""Which rows of a chart are drawn, and between which ends its axes run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from csi_model.reporting import fonts
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.wording import say

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_STEPS = 6


MOST_ROWS, ON_SLIDE = 26, 22
"""Rows that a chart on one slide has room for, and how many a part of a longer one has at most."""


NAME_WIDTH = 300.0
"""Width of the longest name of a row, in points at a size of 10; it breaks into lines."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The categories of a chart that are drawn, with the numbers of each series."""

    chart: NativeChart
    categories: tuple[str, ...]
    series: tuple[Series, ...]


def drawn_rows(chart: NativeChart) -> Rows:
    """Return the rows with a number and the mark of a gap; what is suppressed is not in the file at all."""
    gap = {say("native_gap_mark", language) for language in ("en", "zh")}
    kept = [
        place
        for place, name in enumerate(chart.categories)
        if name in gap or any(one.values[place] is not None for one in chart.series)
    ]
    return Rows(
        chart=chart,
        categories=tuple(chart.categories[place] for place in kept),
        series=tuple(_only(one, kept) for one in chart.series),
    )


def in_parts(chart: NativeChart) -> list[NativeChart]:
    """Return a chart in as many parts as slides need for its rows, all on one scale."""
    if chart.kind not in {"bar", "dots", "stacked"} or len(drawn_rows(chart).categories) <= MOST_ROWS:
        return [chart]
    rows = drawn_rows(chart)
    count = -(-len(rows.categories) // ON_SLIDE)
    size = -(-len(rows.categories) // count)
    low, high = limits(chart, chart.series, whole=chart.kind == "bar")
    places = range(len(rows.categories))
    return [
        replace(
            chart,
            categories=rows.categories[start : start + size],
            series=tuple(_only(one, places[start : start + size]) for one in rows.series),
            low=low,
            high=high,
        )
        for start in range(0, len(rows.categories), size)
    ]


def _only(one: Series, kept: Sequence[int]) -> Series:
    def of(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
        return tuple(values[place] for place in kept) if values else ()

    return replace(one, values=of(one.values), lower=of(one.lower), upper=of(one.upper))


def ends(values: Iterable[float | None]) -> tuple[float, float] | None:
    """Return the least and the largest number; None where there is none."""
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    return (min(known), max(known)) if known else None


def limits(chart: NativeChart, series: Sequence[Series], *, whole: bool) -> tuple[float, float]:
    """Return round ends of the axis of values; with ``whole`` it begins or ends at zero."""
    known = [v for one in series for part in (one.values, one.lower, one.upper) for v in part]
    found = ends([*known, chart.low, chart.high]) or (0.0, 1.0)
    if whole:
        found = min(found[0], 0.0), max(found[1], 0.0)
    low, high = rounded(*found)
    if chart.low is not None and chart.high is not None and _is_scale(chart.low, chart.high):
        return chart.low, chart.high
    return low, high


def _is_scale(low: float, high: float) -> bool:
    """Whether the ends are those of a scale, such as 0 to 100, and stay as they are."""
    return (low, high) in {(0.0, 100.0), (0.0, 1.0)}


def rounded(low: float, high: float) -> tuple[float, float]:
    """Return ends on the steps of the axis that leave a little room."""
    if high - low < 1e-9:
        low, high = low - 1.0, high + 1.0
    step = 0.0
    while step != steps(low, high):
        step = steps(low, high)
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(low, 10), round(high, 10)


def steps(low: float, high: float) -> float:
    """Return a round step that parts an axis into about six."""
    raw = max(high - low, 1e-9) / _STEPS
    size = 10.0 ** math.floor(math.log10(raw))
    return float(next(nice * size for nice in _NICE if nice * size >= raw - 1e-12))


def short_name(name: str) -> str:
    """Return the name of a row as an axis has room for it; the notes have all of it."""
    return fonts.shorten(name, 10.0, NAME_WIDTH) or " "


def long_names(chart: NativeChart) -> list[str]:
    """Return the names of rows and points that a chart has to shorten."""
    names = [*chart.categories, *(point for one in chart.series for point in one.points)]
    return [name for name in dict.fromkeys(names) if fonts.width(fonts.clean(name), 10.0) > NAME_WIDTH]
