"""Ends and steps of the axes of a chart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from csi_model.reporting.native.chart import NativeChart


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Ends of an axis and the distance of its marks."""

    low: float
    high: float
    step: float


def value_scale(chart: NativeChart) -> Scale:
    """Return the axis of values: what the chart asks for, else around all numbers, in round steps.

    Bars begin at zero.
    """
    stored = _known(v for one in chart.series for v in (*one.values, *one.lower, *one.upper))
    low = chart.low if chart.low is not None else min(stored, default=0.0)
    high = chart.high if chart.high is not None else max(stored, default=1.0)
    if chart.kind in {"bar", "stacked"}:
        low, high = min(low, 0.0), max(high, 0.0)
    return rounded(low, high)


def across_scale(chart: NativeChart) -> Scale:
    """Return the horizontal axis of a scatter chart."""
    stored = _known(v for one in chart.series for v in (*one.across, *one.across_lower, *one.across_upper))
    low, high = min(stored, default=0.0), max(stored, default=1.0)
    air = 0.12 * (high - low) or 0.1
    return rounded(low - air, high + air)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def rounded(low: float, high: float, most: int = 8) -> Scale:
    """Return ends in round steps that hold both numbers.

    Examples
    --------
    >>> rounded(67.2, 80.8)
    Scale(low=66.0, high=82.0, step=2.0)
    """
    if not high > low:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1.0, 2.0, 5.0, 10.0) if k * power >= rough * 0.999999)
    digits = max(0, 1 - math.floor(math.log10(step)))
    start, end = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Scale(low=round(start, digits), high=round(end, digits), step=round(step, digits))
