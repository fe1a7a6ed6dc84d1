"""Values with their intervals as dots on one axis, a row each, in blocks under headings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, theme
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title, whisker
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_NUMBERS = 150.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One row: its label, number and interval; ``note`` stands where there is no number.

    ``strong`` rows (all respondents) are bold; a row with ``heading`` opens a block.
    """

    label: str
    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    note: str = ""
    strong: bool = False
    heading: str = ""
    digits: int = 1


def dot_chart(
    dots: Sequence[Dot],
    *,
    name: str,
    title: str,
    axis: str,
    language: str,
    ax: Axes | None = None,
    low: float | None = None,
    high: float | None = None,
    zero: bool = False,
) -> Axes:
    """Draw the dots; the axis holds ``low``, ``high`` and every number.

    Parameters
    ----------
    dots
        From the top down.
    name, title
        File stem and heading of the chart.
    axis
        What the horizontal axis shows.
    ax
        Axes to draw in; a new figure by default.
    low, high
        Ends of the axis that are shown whatever the numbers; by default it is close around these.
    zero
        Whether zero is marked by a line.
    """
    places, headings, at = [], [], 0.0
    for dot in dots:
        if dot.heading:
            at += 0.35 if at else 0.0
            headings.append((at, dot.heading))
            at += 0.8
        places.append(at)
        at += 1.0
    wrapped = [fonts.wrap(dot.label, theme.SIZE_TEXT, _GUTTER - 14, lines=2) for dot in dots]
    step = max(22.0, 10.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(at, 1) * step + 60,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=10, bottom=42),
        )
        drawing.plain(axes)
        axes.set_ylim(max(at, 1) - 0.5, -0.6)
        axes.set_yticks([])
        axes.set_xlim(*_range(dots, low, high))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        if zero:
            axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        for place, heading in headings:
            drawing.write(
                axes, 0, place, heading, ha="left", dx=-_GUTTER + 8, weight="bold",
                xycoords=("axes fraction", "data"),
            )  # fmt: skip
        for place, dot, lines in zip(places, dots, wrapped, strict=True):
            _draw(axes, place, dot, lines, language)
        axis_title(axes, axis)
        said = (f"{dot.label} {formats.number(dot.value, dot.digits)}" for dot in dots)
        drawing.describe(axes, name=name, title=title, description=say("list_break", language).join(said))
    return axes


def _range(dots: Sequence[Dot], low: float | None, high: float | None) -> tuple[float, float]:
    known = [n for dot in dots for n in (dot.value, dot.lower, dot.upper) if math.isfinite(n)]
    ends = [*known, *(end for end in (low, high) if end is not None)] or [0.0, 1.0]
    bottom, top = min(ends), max(ends)
    air = 0.05 * (top - bottom) or 1.0
    return (
        bottom if low is not None and bottom == low else bottom - air,
        top if high is not None and top == high else top + air,
    )


def _draw(ax: Axes, place: float, dot: Dot, lines: list[str], language: str) -> None:
    at = ("axes fraction", "data")
    weight = "bold" if dot.strong else "normal"
    drawing.write_lines(ax, 0, place, lines, ha="right", dx=-10, xycoords=at, weight=weight)
    if not math.isfinite(dot.value):
        drawing.write(
            ax, 1, place, dot.note or say("no_value", language), ha="left", dx=12, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=at,
        )  # fmt: skip
        return
    if math.isfinite(dot.lower) and math.isfinite(dot.upper):
        whisker(ax, dot.lower, dot.upper, place, half=0.16)
    ax.plot(
        [dot.value], [place], marker="o", markersize=7.5, zorder=5,
        color=_LIGHT.ink if dot.strong else _LIGHT.accent, markeredgecolor=_LIGHT.paper, markeredgewidth=0.8,
    )  # fmt: skip
    drawing.write(
        ax, 1, place, formats.number(dot.value, dot.digits), ha="right", dx=44, weight="bold", xycoords=at
    )
    drawing.write(
        ax, 1, place, formats.interval(dot.lower, dot.upper, dot.digits, language), ha="left", dx=56,
        size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at,
    )  # fmt: skip
