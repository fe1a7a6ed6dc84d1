"""Charts of the importance of drivers: by method, by group, beside the path model."""

from __future__ import annotations

import math
from collections.abc import Callable

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title, whisker
from csi_model.reporting.measures import importance_rows as rows_of
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.importance_beside_chart import beside_chart
from csi_model.reporting.measures.importance_map import stated_map
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_NUMBERS = 118.0
_BARS = (("lmg", -0.2, "accent"), ("johnson", 0.13, "series_2"))
"""Method, place within a driver's row, role of its colour."""
_MARKS = (("squared_correlation", "D", "muted"), ("pratt", "o", "series_3"))
_HEIGHT = 0.3


def importance_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw LMG and Johnson's weights of every driver as bars with intervals, and the level of noise.

    Squared correlations and Pratt's measure are marks in the same rows. Drivers of the first target, the most
    important on top; behind each its share of R2 by LMG.
    """
    target = rows_of.targets(content)[0]
    drivers = rows_of.by_driver(content, target)
    name = rows_of.namer(content, language)
    wrapped = [fonts.wrap(name(one["lmg"]), theme.SIZE_TEXT, _GUTTER - 14, lines=3) for one in drivers]
    step = max(38.0, 14.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=len(drivers) * step + 84,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=22, bottom=62),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(len(drivers) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_range(drivers))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        noise = records.number(rows_of.regression(content, target), "noise_lmg")
        if math.isfinite(noise):
            axes.axvline(noise, color=_LIGHT.bad, linewidth=1.1, linestyle=(0, (4, 3)), zorder=6)
        for place, (one, lines) in enumerate(zip(drivers, wrapped, strict=True)):
            _driver(axes, place, one, language)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        drawing.write(
            axes, 1, 1, say("imp_lmg_share", language), ha="right", dx=_NUMBERS - 52, dy=12,
            size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction",
        )  # fmt: skip
        axis_title(axes, say("imp_axis", language, level=formats.level(records.confidence(content))))
        _legend(axes, language)
        drawing.describe(
            axes,
            name="relative_importance",
            title=say("imp_chart", language),
            description=say("list_break", language).join(
                f"{name(one['lmg'])} {formats.number(one['lmg'].get('importance'), 3)}" for one in drivers
            ),
        )
    return axes


def _range(drivers: list[dict[str, Row]]) -> tuple[float, float]:
    rows = [one[method] for one in drivers for method, *_ in (*_BARS, *_MARKS)]
    bars = [one[method] for one in drivers for method, *_ in _BARS]
    values = [records.number(row, "importance") for row in rows]
    values += [records.number(row, end) for row in bars for end in ("ci_lower", "ci_upper")]
    known = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    air = 0.04 * (high - low) or 0.1
    return low - (air if low < 0 else 0.0), high + air


def _driver(ax: Axes, place: int, one: dict[str, Row], language: str) -> None:
    """The bars and marks of one driver, and its share at the right."""
    for method, shift, role in _BARS:
        row = one[method]
        value = records.number(row, "importance")
        if not math.isfinite(value):
            continue
        ax.barh(place + shift, value, height=_HEIGHT, color=theme.colour(role), linewidth=0, zorder=2)
        lower, upper = records.number(row, "ci_lower"), records.number(row, "ci_upper")
        if math.isfinite(lower) and math.isfinite(upper):
            whisker(ax, lower, upper, place + shift, half=0.07)
    for method, marker, role in _MARKS:
        value = records.number(one[method], "importance")
        if math.isfinite(value):
            ax.plot(
                [value], [place - 0.03], marker=marker, markersize=6, markerfacecolor=_LIGHT.paper, zorder=5,
                markeredgecolor=theme.colour(role), markeredgewidth=1.5,
            )  # fmt: skip
    first = one["lmg"]
    at = ("axes fraction", "data")
    drawing.write(
        ax, 1, place, formats.percent(first.get("share"), 0), ha="right", dx=_NUMBERS - 52, weight="bold",
        xycoords=at,
    )  # fmt: skip
    if records.word(first, "above_noise") == "within_noise":
        words = fonts.wrap(term("within_noise", language), 7.5, 46, lines=2)
        drawing.write_lines(ax, 1, place, words, ha="left", dx=_NUMBERS - 48, size=7.5, color=_LIGHT.bad,
                            xycoords=at)  # fmt: skip


def _legend(ax: Axes, language: str) -> None:
    """What the bars and marks are, in one line below the axis."""
    wide, high = drawing.size_of(ax)
    x = -_GUTTER + 12.0
    for method, marker, role in (
        *((method, "s", role) for method, _, role in _BARS),
        *_MARKS,
    ):
        filled, colour = marker == "s", theme.colour(role)
        ax.plot(
            [x / wide], [-50 / high], marker=marker, markersize=6.5, markeredgecolor=colour,
            markerfacecolor=colour if filled else _LIGHT.paper, markeredgewidth=1.5, clip_on=False,
            transform=ax.transAxes,
        )  # fmt: skip
        text = term(method, language)
        drawing.write(
            ax, 0, 0, text, ha="left", dx=x + 8, dy=-50, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
        x += fonts.width(text, theme.SIZE_SMALL) + 30


def group_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw LMG of every driver in every unit with its interval, a block a driver; of the first target."""
    target = rows_of.targets(content)[0]
    dots = []
    for one in rows_of.by_driver(content, target):
        driver = records.word(one["lmg"], "driver")
        rows = rows_of.rows_of(content, "relative_importance", target, method="lmg", driver=driver)
        for place, row in enumerate(rows):
            dots.append(
                Dot(
                    label=league_rows.unit_label(content, records.word(row, "unit"), language),
                    value=records.number(row, "importance"),
                    lower=records.number(row, "ci_lower"),
                    upper=records.number(row, "ci_upper"),
                    note=reason(records.word(row, "why"), language),
                    strong=records.word(row, "unit") == rows_of.EVERYBODY,
                    heading="" if place else content.label(driver, language),
                    digits=3,
                )
            )
    level = formats.level(records.confidence(content))
    axis = say("imp_axis_groups", language, target=content.label(target, language), level=level)
    return dot_chart(
        dots,
        name="importance_groups",
        title=say("imp_chart_groups", language),
        axis=axis,
        language=language,
        ax=ax,
        low=0.0,
    )


def _has(table: str) -> Callable[[Content], bool]:
    return lambda content: bool(records.across(content, table))


def _grouped(content: Content) -> bool:
    return len(rows_of.units(records.across(content, "relative_importance"))) > 1


CHARTS: dict[str, MeasureChart] = {
    "relative_importance": MeasureChart(draw=importance_chart, supported=_has("relative_importance")),
    "importance_groups": MeasureChart(draw=group_chart, supported=_grouped),
    "importance_beside": MeasureChart(draw=beside_chart, supported=_has("importance_beside")),
    "stated_derived": MeasureChart(draw=stated_map, supported=_has("stated_derived")),
}
"""File stem > chart and whether the tables support it."""
