"""Charts of customer value: growth, lifetime value, delivered value, tiers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from csi_model.reporting import curves, drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import dot_chart
from csi_model.reporting.measures.national_charts import interval_axis, unit_blocks
from csi_model.reporting.measures.rows import measure_rows, several_units
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_GUTTER, _RIGHT, _STEP = 205.0, 90.0, 28.0
_ALL = "all customers"
_MOST_CURVES = 6
_ROLES = ("ink", "accent", "series_2", "series_3", "series_4", "bad")


def growth_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the growth of every segment as a bar from zero, in percent."""
    return _bars(
        records.across(content, "customer_growth"), "growth", ax, language, name="customer_growth", digits=1,
        axis=say("value_axis_growth", language), title=term("growth", language),
    )  # fmt: skip


def lifetime_values_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the lifetime value of a customer of every segment as a bar from zero."""
    return _bars(
        records.across(content, "lifetime_values"), "lifetime_value", ax, language, name="lifetime_values",
        digits=0, axis=say("value_axis_lifetime", language), title=term("lifetime_value", language),
    )  # fmt: skip


def _bars(
    rows: Sequence[Row],
    column: str,
    ax: Axes | None,
    language: str,
    *,
    name: str,
    digits: int,
    axis: str,
    title: str,
) -> Axes:
    at = ("axes fraction", "data")
    values = [records.number(row, column) for row in rows]
    known = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    air = 0.04 * (high - low) or 1.0
    said = []
    with drawing.style():
        axes = drawing.canvas(
            ax, width=theme.CHART_WIDTH, height=len(rows) * _STEP + 52,
            margins=Margins(left=_GUTTER, right=_RIGHT, top=6, bottom=42),
        )  # fmt: skip
        drawing.plain(axes)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(low - (air if low < 0 else 0), high + (air if high > 0 else 0))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.xaxis.set_major_formatter(lambda at, _: f"{at:,.6g}".replace("-", "\u2212"))
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0, zorder=4)
        for place, (row, value) in enumerate(zip(rows, values, strict=True)):
            unit = records.word(row, "unit")
            strong = unit == _ALL and len(rows) > 1
            label, weight = term(unit, language), "bold" if strong else "normal"
            lines = fonts.wrap(label, theme.SIZE_TEXT, _GUTTER - 14, lines=2)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=at, weight=weight)
            text = formats.number(value, digits)
            said.append(f"{label} {text}")
            if not math.isfinite(value):
                note = reason(records.word(row, "why"), language)
                note = fonts.shorten(note, theme.SIZE_SMALL, drawing.size_of(axes)[0] - 20)
                drawing.write(
                    axes, 0, place, note, ha="left", dx=12, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                    xycoords=at,
                )  # fmt: skip
                continue
            colour = _LIGHT.ink if strong else _LIGHT.accent
            axes.barh(place, value, height=0.56, color=colour, linewidth=0, zorder=3)
            drawing.write(axes, 1, place, text, ha="right", dx=_RIGHT - 10, weight="bold", xycoords=at)
        axis_title(axes, axis)
        drawing.describe(axes, name=name, title=title, description=say("list_break", language).join(said))
    return axes


def lifetime_years_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how the lifetime value adds up by year; of a single unit what each year adds, too.

    With many segments the first ones are drawn, all customers together before them.
    """
    found: dict[str, list[Row]] = {}
    for row in records.across(content, "lifetime_years"):
        found.setdefault(records.word(row, "unit"), []).append(row)
    shown = dict(list(found.items())[:_MOST_CURVES])
    with drawing.style():
        axes = curves.panel(ax, say("value_years_title", language))
        years = [int(records.number(row, "year")) for rows in shown.values() for row in rows]
        axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
        tops = [records.number(row, "cumulative_value") for rows in shown.values() for row in rows]
        single = next(iter(shown.values())) if len(shown) == 1 else []
        tops += [records.number(row, "year_value") for row in single]
        low, high = min([0.0, *tops]), max([0.0, *tops])
        axes.set_ylim(low * 1.05, high * 1.08 or 1.0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: formats.number(value, 0))
        axes.bar(
            [records.number(row, "year") for row in single],
            [records.number(row, "year_value") for row in single],
            width=0.62, color=_LIGHT.accent_soft, edgecolor=_LIGHT.accent, linewidth=0.8, zorder=2,
        )  # fmt: skip
        lines = [
            _line(unit, rows, theme.colour(role), language)
            for (unit, rows), role in zip(shown.items(), _ROLES, strict=False)
        ]
        curves.curves(axes, lines)
        for line in lines:
            axes.plot(line.x, line.y, marker="o", markersize=4, color=line.colour, linestyle="none", zorder=4)
        notes = [say("value_years_bars", language)] if single else []
        if len(found) > len(shown):
            notes.append(say("value_years_more", language, count=len(found) - len(shown)))
        curves.legend(axes, lines, tuple(notes))
        curves.axis_titles(axes, say("value_axis_year", language), say("value_axis_cumulative", language))
        drawing.describe(
            axes, name="lifetime_years", title=say("value_years_title", language),
            description=say("list_break", language).join(" ".join(line.words) for line in lines),
        )  # fmt: skip
    return axes


def _line(unit: str, rows: Sequence[Row], colour: str, language: str) -> curves.Line:
    points = [(records.number(row, "year"), records.number(row, "cumulative_value")) for row in rows]
    return curves.Line(
        words=(
            term(unit, language),
            say(
                "value_years_sum", language, value=formats.number(points[-1][1], 0), year=f"{points[-1][0]:g}"
            ),
        ),
        x=tuple(x for x, _ in points),
        y=tuple(y for _, y in points),
        marked=(),
        colour=colour,
    )


def delivered_value_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw delivered value and both totals of every unit; without groups their parts, too."""
    parts = ["delivered_value_total"]
    if not several_units(measure_rows(content, ("delivered_value",))):
        parts.append("delivered_value_part")
    dots = unit_blocks(content, "delivered_value", parts, language)
    return dot_chart(
        dots, name="delivered_value", title=term("delivered_value", language),
        axis=interval_axis(content, "nat_axis_points", language), language=language, ax=ax, low=0, high=100,
        zero=True,
    )  # fmt: skip


_TIER_ROLES: Mapping[str, str] = {
    "key customers": "accent_soft",
    "customers to keep": "caution_soft",
    "customers to grow": "band",
    "customers to watch": "bad_soft",
}
_PLACES = {"low": 0, "high": 1}
_PANEL, _GAP = 2.0, 0.22


def tiers_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the eight cells of contribution, loyalty and risk with their tiers and customers; no customer."""
    rows = records.across(content, "tier_rules")
    with drawing.style():
        axes = drawing.canvas(
            ax, width=theme.CHART_WIDTH, height=290,
            margins=Margins(left=96, right=14, top=34, bottom=48),
        )  # fmt: skip
        drawing.plain(axes, sides=())
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlim(0, 2 * _PANEL + _GAP)
        axes.set_ylim(0, 2)
        said = [_cell(axes, row, language) for row in rows]
        _levels(axes, language)
        drawing.describe(
            axes, name="customer_tiers", title=term("customer_tiers", language),
            description=say("list_break", language).join(said),
        )  # fmt: skip
    return axes


def _cell(ax: Axes, row: Row, language: str) -> str:
    """One cell: its tier, number of customers and share of the contribution."""
    x = (
        _PLACES[records.word(row, "risk_level")] * (_PANEL + _GAP)
        + _PLACES[records.word(row, "loyalty_level")]
    )
    y = _PLACES[records.word(row, "contribution_level")]
    tier = records.word(row, "tier")
    ax.add_patch(
        Rectangle(
            (x + 0.02, y + 0.02), 0.96, 0.96, facecolor=theme.colour(_TIER_ROLES.get(tier, "panel")),
            edgecolor=_LIGHT.rule, linewidth=0.8,
        )
    )  # fmt: skip
    wide = drawing.size_of(ax)[0] / (2 * _PANEL + _GAP) - 14
    name = fonts.wrap(term(tier, language), theme.SIZE_TEXT, wide, weight="bold", lines=2)
    drawing.write_lines(ax, x + 0.5, y + 0.5, name, dy=24, weight="bold")
    count, share = formats.count(row.get("customers")), formats.percent(row.get("customer_share"))
    told = [say("value_tier_customers", language, count=count, share=share)]
    part = formats.percent(row.get("contribution_share"))
    if part != formats.EMPTY:
        told.append(say("value_tier_contribution", language, share=part))
    lines = [one for text in told for one in fonts.wrap(text, theme.SIZE_SMALL, wide, lines=2)]
    drawing.write_lines(ax, x + 0.5, y + 0.5, lines, dy=-14, size=theme.SIZE_SMALL, color=_LIGHT.muted)
    return say("value_tier_told", language, tier=term(tier, language), count=count)


def _levels(ax: Axes, language: str) -> None:
    """What columns, rows and halves of the map stand for."""
    for level, place in _PLACES.items():
        words = say(f"value_contribution_{level}", language)
        lines = fonts.wrap(words, theme.SIZE_SMALL, 84, lines=2)
        drawing.write_lines(
            ax, 0, place + 0.5, lines, ha="right", dx=-8, size=theme.SIZE_SMALL, color=_LIGHT.muted
        )
        start = place * (_PANEL + _GAP)
        drawing.write(ax, start + _PANEL / 2, 2, say(f"value_risk_{level}", language), dy=14, weight="bold")
        for half in (0.0, _PANEL + _GAP):
            drawing.write(
                ax, half + place + 0.5, 0, say(f"value_loyalty_{level}", language), dy=-14,
                size=theme.SIZE_SMALL, color=_LIGHT.muted,
            )  # fmt: skip


def _several(table: str) -> Callable[[Content], bool]:
    return lambda content: len(records.across(content, table)) > 1


CHARTS: dict[str, MeasureChart] = {
    "customer_growth": MeasureChart(draw=growth_chart, supported=_several("customer_growth")),
    "lifetime_values": MeasureChart(draw=lifetime_values_chart, supported=_several("lifetime_values")),
    "lifetime_years": MeasureChart(draw=lifetime_years_chart, supported=_several("lifetime_years")),
    "delivered_value": MeasureChart(
        draw=delivered_value_chart,
        supported=lambda content: bool(measure_rows(content, ("delivered_value",))),
    ),
    "customer_tiers": MeasureChart(draw=tiers_chart, supported=_several("tier_rules")),
}
"""File stem > chart and whether the tables support it."""
