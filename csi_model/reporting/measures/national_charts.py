"""Charts of the national indices with fixed weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.rows import item_label, measure_rows
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_MOST_UNITS = 8
"""With more units than this only the index itself is shown for each, parts for all respondents."""


def kcsi_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the KCSI of every unit and its three parts, 0 to 100."""
    dots = unit_blocks(content, "kcsi", ("kcsi_part",), language)
    return dot_chart(
        dots, name="kcsi", title=term("kcsi", language),
        axis=interval_axis(content, "nat_axis_points", language), language=language, ax=ax, low=0, high=100,
    )  # fmt: skip


def ukcsi_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the UKCSI of every unit and its dimensions; the axis ends at 100."""
    dots = unit_blocks(content, "ukcsi", ("ukcsi_dimension",), language)
    return dot_chart(
        dots, name="ukcsi", title=term("ukcsi", language),
        axis=interval_axis(content, "nat_axis_points", language), language=language, ax=ax, low=10, high=100,
    )  # fmt: skip


def ikm_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the IKM of every unit on the bands of its grades, 25 to 100."""
    dots = unit_blocks(content, "ikm", (), language)
    axes = dot_chart(
        dots, name="ikm", title=term("ikm", language),
        axis=interval_axis(content, "nat_axis_grades", language), language=language, ax=ax, low=25, high=100,
    )  # fmt: skip
    bands = records.across(content, "grade_bands")
    starts = [records.number(row, "band_from") for row in bands]
    ends = [*starts[1:], records.number(bands[-1], "band_to")]
    with drawing.style():
        axes.grid(visible=False)
        axes.set_xticks(list(dict.fromkeys([*starts, ends[-1]])))
        axes.set_xticklabels([f"{tick:g}" for tick in axes.get_xticks()])
        for k, (row, low, high) in enumerate(zip(bands, starts, ends, strict=True)):
            shade = _LIGHT.band if k % 2 else _LIGHT.panel
            axes.axvspan(low, high, color=shade, linewidth=0, zorder=0)
            words = term(records.word(row, "band"), language)
            wide = (high - low) / 75 * drawing.size_of(axes)[0]
            if fonts.width(words, theme.SIZE_SMALL) > wide - 4:
                words = words[:1]
            drawing.write(axes, (low + high) / 2, 0, words, size=theme.SIZE_SMALL, color=_LIGHT.muted)
    return axes


def ikm_elements_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the mean of every element among all respondents, 1 to 4."""
    rows = measure_rows(content, ("ikm_element",), unit=league_rows.EVERYBODY)
    dots = [_dot(row, item_label(content, row, language), language, digits=2) for row in rows]
    return dot_chart(
        dots, name="ikm_element", title=term("ikm_element", language),
        axis=interval_axis(content, "nat_axis_mean_4", language), language=language, ax=ax, low=1, high=4,
    )  # fmt: skip


def interval_axis(content: Content, key: str, language: str) -> str:
    """What an axis with intervals shows."""
    return say(key, language, level=formats.level(records.confidence(content)))


def unit_blocks(content: Content, index: str, parts: Sequence[str], language: str) -> list[Dot]:
    """The index of every unit, and its parts in blocks of their own; a block for each item."""
    whole = measure_rows(content, (index,))
    names = {records.word(row, "unit") for row in whole}
    unit = None if len(names) <= _MOST_UNITS else league_rows.EVERYBODY
    dots: list[Dot] = []
    seen = ""
    for row in [*whole, *measure_rows(content, parts, unit=unit)]:
        label = league_rows.unit_label(content, records.word(row, "unit"), language)
        item = item_label(content, row, language)
        everybody = records.word(row, "unit") == league_rows.EVERYBODY
        heading = item if item != seen else ""
        seen = item
        dots.append(_dot(row, label, language, heading=heading, strong=everybody and len(names) > 1))
    return dots


def _dot(
    row: Row, label: str, language: str, *, heading: str = "", strong: bool = False, digits: int = 1
) -> Dot:
    return Dot(
        label=label,
        value=records.number(row, "value"),
        lower=records.number(row, "ci_lower"),
        upper=records.number(row, "ci_upper"),
        note=reason(records.word(row, "why"), language),
        strong=strong,
        heading=heading,
        digits=digits,
    )


_STEPS = ("good", "series_3", "rule", "series_2", "bad")
"""Roles of the colours of the five steps, the best first."""
_GUTTER, _RIGHT, _STEP = 190.0, 70.0, 30.0


def kundenmonitor_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the shares of the five steps in every unit as one bar each, with the mean beside."""
    means = measure_rows(content, ("kundenmonitor",))
    steps = [
        row
        for row in measure_rows(content, ("kundenmonitor_share",))
        if records.word(row, "counted").startswith("step ")
    ]
    with drawing.style():
        axes = drawing.canvas(
            ax, width=theme.CHART_WIDTH, height=len(means) * _STEP + 100,
            margins=Margins(left=_GUTTER, right=_RIGHT, top=52, bottom=42),
        )  # fmt: skip
        drawing.plain(axes)
        axes.set_xlim(0, 100)
        axes.set_ylim(len(means) - 0.5, -0.5)
        axes.set_yticks([])
        told = []
        for place, row in enumerate(means):
            unit = records.word(row, "unit")
            label = league_rows.unit_label(content, unit, language)
            shares = [one for one in steps if records.word(one, "unit") == unit]
            _bar(axes, place, row, label, shares, language)
            values = say("comma", language).join(formats.number(one.get("value")) for one in shares)
            told.append(say("nat_share_item", language, unit=label, shares=values))
        _legend(axes, list(dict.fromkeys(records.word(one, "counted") for one in steps)), language)
        axis_title(axes, say("nat_axis_shares", language))
        drawing.describe(
            axes, name="kundenmonitor", title=term("kundenmonitor", language),
            description=say("list_break", language).join(told),
        )  # fmt: skip
    return axes


def _bar(ax: Axes, place: int, row: Row, label: str, shares: Sequence[Row], language: str) -> None:
    at = ("axes fraction", "data")
    lines = fonts.wrap(label, theme.SIZE_TEXT, _GUTTER - 14, lines=2)
    drawing.write_lines(ax, 0, place, lines, ha="right", dx=-10, xycoords=at)
    if math.isnan(records.number(row, "value")):
        note = reason(records.word(row, "why"), language)
        text = fonts.shorten(note, theme.SIZE_SMALL, drawing.size_of(ax)[0] - 16)
        drawing.write(
            ax, 0, place, text, ha="left", dx=8, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at
        )
        return
    left = 0.0
    for one, role in zip(shares, _STEPS, strict=True):
        colour = theme.colour(role)
        value = records.number(one, "value")
        ax.barh(place, value, left=left, height=0.62, color=colour, linewidth=0, zorder=2)
        text = formats.number(value, 0)
        if value / 100 * drawing.size_of(ax)[0] > fonts.width(text, theme.SIZE_SMALL) + 6:
            drawing.write(ax, left + value / 2, place, text, size=theme.SIZE_SMALL, color=theme.on(colour))
        left += value
    drawing.write(
        ax, 1, place, formats.number(row.get("value"), 2), ha="right", dx=48, weight="bold", xycoords=at
    )


def _legend(ax: Axes, names: Sequence[str], language: str) -> None:
    """The five steps above the bars, in their colours, and what the number at the right is."""
    wide, high = drawing.size_of(ax)
    x = -_GUTTER + 10
    for name, role in zip(names, _STEPS, strict=True):
        words = term(name, language)
        ax.plot(
            [x / wide, (x + 10) / wide], [1 + 26 / high] * 2, color=theme.colour(role), linewidth=9,
            solid_capstyle="butt", transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        drawing.write(
            ax, 0, 1, words, ha="left", dx=x + 16, dy=26, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
        x += fonts.width(words, theme.SIZE_SMALL) + 34
    drawing.write(
        ax, 1, 1, say("nat_mean", language), ha="right", dx=48, dy=8, size=theme.SIZE_SMALL,
        color=_LIGHT.muted, xycoords="axes fraction",
    )  # fmt: skip


def _has(*names: str) -> Callable[[Content], bool]:
    return lambda content: bool(measure_rows(content, names))


CHARTS: dict[str, MeasureChart] = {
    "kcsi": MeasureChart(draw=kcsi_chart, supported=_has("kcsi")),
    "ukcsi": MeasureChart(draw=ukcsi_chart, supported=_has("ukcsi")),
    "ikm": MeasureChart(draw=ikm_chart, supported=_has("ikm")),
    "ikm_element": MeasureChart(draw=ikm_elements_chart, supported=_has("ikm_element")),
    "kundenmonitor": MeasureChart(draw=kundenmonitor_chart, supported=_has("kundenmonitor")),
}
"""File stem > chart and whether the tables support it."""
