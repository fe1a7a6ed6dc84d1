"""Total effects of the path model beside relative weights: a table whose cells are bars."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title
from csi_model.reporting.measures import importance_rows as rows_of
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_GUTTER = 165.0
_TABLE = "importance_beside"
_COLUMNS = (
    ("importance", "rank_importance", "imp_total_effect", "series_3"),
    ("lmg_share", "rank_lmg", "imp_lmg_share", "accent"),
    ("johnson_share", "rank_johnson", "imp_johnson_share", "series_2"),
    ("correlation", "rank_correlation", "correlation", "muted"),
)
"""Column of the table, its rank, its heading, the role of its colour."""
_CELL = 0.86
"""Width of a cell, of the distance between two."""


def beside_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw total effect, LMG share, Johnson share and correlation of every driver, each with its rank.

    Each column has its own scale, from 0 (or the lowest number) to the largest number. Drivers of the first
    target, the largest total effect on top.
    """
    target = rows_of.targets(content, _TABLE)[0]
    rows = rows_of.sorted_by(rows_of.rows_of(content, _TABLE, target), "importance")
    name = rows_of.namer(content, language)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=len(rows) * 40.0 + 72,
            margins=Margins(left=_GUTTER, right=12, top=30, bottom=42),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, len(_COLUMNS))
        axes.set_xticks([])
        axes.set_yticks([])
        for place, row in enumerate(rows):
            lines = fonts.wrap(name(row), theme.SIZE_TEXT, _GUTTER - 14, lines=2)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        for number in range(len(_COLUMNS)):
            _column(axes, number, rows, language)
        axis_title(axes, say("imp_beside_axis", language, level=formats.level(records.confidence(content))))
        drawing.describe(
            axes,
            name=_TABLE,
            title=say("imp_chart_beside", language),
            description=say("list_break", language).join(
                f"{name(row)} {formats.number(row.get('importance'), 3)}, "
                f"{formats.percent(row.get('lmg_share'))}"
                for row in rows
            ),
        )
    return axes


def _column(ax: Axes, number: int, rows: list[Row], language: str) -> None:
    """One column: heading, bars with their numbers and ranks."""
    column, rank, heading, role = _COLUMNS[number]
    words = term(heading, language) if heading == "correlation" else say(heading, language)
    title = words[:1].upper() + words[1:]
    drawing.write(
        ax, number, 1, title, ha="left", dy=12, size=theme.SIZE_SMALL, weight="bold",
        xycoords=("data", "axes fraction"),
    )  # fmt: skip
    ends = ["importance_ci_lower", "importance_ci_upper"] if column == "importance" else []
    values = [records.number(row, name) for row in rows for name in (column, *ends)]
    known = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    times = _CELL / (high - low) if high > low else 0.0

    def at(value: float) -> float:
        return number + (value - low) * times

    for place, row in enumerate(rows):
        value = records.number(row, column)
        if not math.isfinite(value):
            drawing.write(
                ax, number, place, say("no_value", language), ha="left", size=theme.SIZE_SMALL,
                color=_LIGHT.muted,
            )  # fmt: skip
            continue
        left, wide = min(at(0.0), at(value)), abs(value) * times
        ax.add_patch(
            Rectangle((left, place + 0.06), wide, 0.24, facecolor=theme.colour(role), linewidth=0, zorder=2)
        )
        lower, upper = (records.number(row, end) for end in ends) if ends else (math.nan, math.nan)
        if math.isfinite(lower) and math.isfinite(upper):
            ax.plot([at(lower), at(upper)], [place + 0.18] * 2, color=_LIGHT.ink, linewidth=1.3, zorder=4)
        text = formats.percent(value) if column.endswith("share") else formats.number(value, 2)
        drawing.write(ax, number, place - 0.16, text, ha="left", weight="bold")
        drawing.write(
            ax, number, place - 0.16, say("imp_rank", language, rank=formats.count(row.get(rank))), ha="left",
            dx=fonts.width(text, theme.SIZE_TEXT, "bold") + 8, size=theme.SIZE_SMALL, color=_LIGHT.muted,
        )  # fmt: skip
    ax.plot([at(0.0)] * 2, [-0.5, len(rows) - 0.5], color=_LIGHT.rule, linewidth=0.8, zorder=1)
