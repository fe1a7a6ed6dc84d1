"""Charts of the family ``ahp``."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures.ahp_map import ahp_map_chart
from csi_model.reporting.measures.ahp_rows import (
    Block,
    by_parent,
    factor_rows,
    hierarchies,
    of_hierarchy,
    way,
)
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.rows import item_label, measure_rows, several_units
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_STEP = 25.0


def ahp_weights_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the global weight of every factor as a bar, in blocks by criterion, with the criterion's own."""
    names = hierarchies(content)
    blocks = [
        block for name in names for block in _weight_blocks(content, name, language, several=len(names) > 1)
    ]
    with drawing.style():
        axes = _bars(blocks, content, ax, language)
        axis_title(axes, say("ahp_axis_weight", language))
        said = [
            f"{content.label(records.word(row, 'node'), language)} "
            f"{formats.number(row.get('global_weight'), 3)}"
            for _, rows in blocks
            for row in rows
        ]
        title = MEASURES["ahp_weights"].title[language]
        drawing.describe(
            axes, name="ahp_weights", title=title, description=say("list_break", language).join(said)
        )
    return axes


def _weight_blocks(content: Content, name: str, language: str, *, several: bool) -> list[Block]:
    """Factors of a hierarchy under headings, which say what their criterion weighs."""
    rows = of_hierarchy(content, "ahp_weights", name)
    found = by_parent(rows)
    overall = {records.word(row, "node"): row for row in rows}
    made: list[Block] = []
    for parent, factors in found:
        title = way(content, rows, parent, language)
        if parent == name:
            title = title if several or len(found) > 1 else ""
        else:
            weight = formats.number(overall[parent].get("global_weight"), 3)
            title = say("ahp_heavy", language, name=title, weight=weight)
            title = f"{content.label(name, language)} › {title}" if several else title
        made.append((title, factors))
    return made


def _bars(blocks: list[Block], content: Content, ax: Axes | None, language: str) -> Axes:
    places: list[tuple[float, Row]] = []
    headings: list[tuple[float, str]] = []
    at = 0.0
    for title, rows in blocks:
        if title:
            at += 0.4 if at else 0.0
            headings.append((at, title))
            at += 0.9
        for row in rows:
            places.append((at, row))
            at += 1.0
    axes = drawing.canvas(
        ax,
        width=theme.CHART_WIDTH,
        height=max(at, 1) * _STEP + 60,
        margins=Margins(left=_GUTTER, right=70, top=10, bottom=42),
    )
    drawing.plain(axes)
    axes.set_ylim(max(at, 1) - 0.5, -0.6)
    axes.set_yticks([])
    axes.set_xlim(0, 1.04 * max((records.number(row, "global_weight") for _, row in places), default=1.0))
    axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
    for place, title in headings:
        shown = fonts.shorten(title, theme.SIZE_TEXT, theme.CHART_WIDTH - 30, weight="bold")
        drawing.write(
            axes, 0, place, shown, ha="left", dx=-_GUTTER + 8, weight="bold",
            xycoords=("axes fraction", "data"),
        )  # fmt: skip
    for place, row in places:
        _bar(axes, place, row, content, language)
    return axes


def _bar(ax: Axes, place: float, row: Row, content: Content, language: str) -> None:
    at = ("axes fraction", "data")
    value = records.number(row, "global_weight")
    ax.add_patch(Rectangle((0, place - 0.26), value, 0.52, facecolor=_LIGHT.accent, linewidth=0, zorder=3))
    label = fonts.shorten(content.label(records.word(row, "node"), language), theme.SIZE_TEXT, _GUTTER - 20)
    drawing.write(ax, 0, place, label, ha="right", dx=-10, xycoords=at)
    drawing.write(ax, 1, place, formats.number(value, 3), ha="right", dx=50, weight="bold", xycoords=at)


def ahp_satisfaction_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the score of every unit; without groups that of every criterion and factor, too."""
    rows = measure_rows(content, ("ahp_satisfaction",))
    dots = (
        _by_unit(content, rows, language) if several_units(rows) else _by_criterion(content, rows, language)
    )
    title = term("ahp_satisfaction", language)
    axis = say("ahp_axis_score", language, level=formats.level(records.confidence(content)))
    return dot_chart(dots, name="ahp_satisfaction", title=title, axis=axis, language=language, ax=ax)


def _dot(row: Row, label: str, language: str, *, strong: bool, heading: str = "") -> Dot:
    return Dot(
        label=label,
        value=records.number(row, "value"),
        lower=records.number(row, "ci_lower"),
        upper=records.number(row, "ci_upper"),
        note=reason(records.word(row, "why"), language) if math.isnan(records.number(row, "value")) else "",
        strong=strong,
        heading=heading,
    )


def _by_unit(content: Content, rows: list[Row], language: str) -> list[Dot]:
    several = len({records.word(row, "item") for row in rows}) > 1
    made = []
    before = ""
    for row in rows:
        item, unit = records.word(row, "item"), records.word(row, "unit")
        heading = item_label(content, row, language) if several and item != before else ""
        label = league_rows.unit_label(content, unit, language)
        made.append(_dot(row, label, language, strong=unit == league_rows.EVERYBODY, heading=heading))
        before = item
    return made


def _by_criterion(content: Content, rows: list[Row], language: str) -> list[Dot]:
    """The score, then block by block each criterion and the factors that belong to it."""
    made = [_dot(row, item_label(content, row, language), language, strong=True) for row in rows]
    values = {
        (records.word(row, "measure"), records.word(row, "item")): row
        for row in measure_rows(content, ("ahp_criterion", "ahp_factor"))
    }
    for name in hierarchies(content, "ahp_factors"):
        for parent, factors in by_parent(factor_rows(content, "ahp_satisfaction", name=name)):
            heading = content.label(parent, language)
            own = values.get(("ahp_criterion", parent))
            if own is not None:
                made.append(_dot(own, say("ahp_together", language), language, strong=True, heading=heading))
                heading = ""
            for factor in factors:
                found = values.get(("ahp_factor", records.word(factor, "node")))
                if found is not None:
                    label = item_label(content, found, language)
                    made.append(_dot(found, label, language, strong=False, heading=heading))
                    heading = ""
    return made


def ahp_loyalty_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the share of customers in every class of the loyalty score."""
    rows = _classes(content)
    shares = [100 * records.number(row, "share") for row in rows]
    with drawing.style():
        axes = drawing.canvas(
            ax, width=theme.CHART_WIDTH, height=300, margins=Margins(left=52, right=14, top=16, bottom=46)
        )
        drawing.plain(axes, sides=("bottom",))
        ends = [records.number(rows[0], "score_from"), records.number(rows[-1], "score_to")]
        axes.set_xlim(*ends)
        axes.set_ylim(0, 1.15 * max([*shares, 1.0]))
        axes.grid(axis="y", color=_LIGHT.rule, linewidth=0.6)
        axes.set_xticks([*(records.number(row, "score_from") for row in rows), ends[1]])
        for row, share in zip(rows, shares, strict=True):
            low, high = records.number(row, "score_from"), records.number(row, "score_to")
            air = 0.04 * (high - low)
            axes.add_patch(
                Rectangle((low + air, 0), high - low - 2 * air, share, facecolor=_LIGHT.accent, linewidth=0)
            )
            drawing.write(axes, (low + high) / 2, share, formats.number(share), dy=8, size=theme.SIZE_SMALL)
        axis_title(axes, say("ahp_axis_loyalty", language))
        drawing.write(
            axes, 0, 0.5, say("ahp_axis_share", language), dx=-40, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords="axes fraction", rotation=90,
        )  # fmt: skip
        said = [
            f"{formats.interval(row.get('score_from'), row.get('score_to'), 0, language)} "
            f"{formats.percent(row.get('share'))}"
            for row in rows
        ]
        title = MEASURES["ahp_loyalty_distribution"].title[language]
        drawing.describe(
            axes, name="ahp_loyalty", title=title, description=say("list_break", language).join(said)
        )
    return axes


def _classes(content: Content) -> list[Row]:
    """The classes of all customers, of the first hierarchy."""
    names = hierarchies(content, "ahp_loyalty_distribution")
    rows = of_hierarchy(content, "ahp_loyalty_distribution", names[0]) if names else []
    everybody = [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]
    return [row for row in everybody if not math.isnan(records.number(row, "share"))]


def ahp_segments_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the mean loyalty of every segment with its interval."""
    rows = measure_rows(content, ("ahp_loyalty",))
    title = say("ahp_h_segments", language)
    axis = say("ahp_axis_score", language, level=formats.level(records.confidence(content)))
    dots = _by_unit(content, rows, language)
    return dot_chart(dots, name="ahp_segments", title=title, axis=axis, language=language, ax=ax)


CHARTS: dict[str, MeasureChart] = {
    "ahp_weights": MeasureChart(
        draw=ahp_weights_chart, supported=lambda content: bool(records.across(content, "ahp_weights"))
    ),
    "ahp_satisfaction": MeasureChart(
        draw=ahp_satisfaction_chart,
        supported=lambda content: bool(measure_rows(content, ("ahp_satisfaction",))),
    ),
    "ahp_map": MeasureChart(
        draw=ahp_map_chart,
        supported=lambda content: len(factor_rows(content, "ahp_satisfaction")) > 1,
    ),
    "ahp_loyalty": MeasureChart(draw=ahp_loyalty_chart, supported=lambda content: bool(_classes(content))),
    "ahp_segments": MeasureChart(
        draw=ahp_segments_chart,
        supported=lambda content: several_units(measure_rows(content, ("ahp_loyalty",))),
    ),
}
"""File stem > chart and whether the tables support it."""
