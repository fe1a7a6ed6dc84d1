"""The chart of rank probabilities: how likely each unit is to have each rank."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 190.0
_STEP = 24.0

MOST_UNITS = 12
"""Units that the chart shows: those most likely to be first."""

MOST_RANKS = 20
"""Ranks that the chart shows."""

_SHOWN = 0.005
"""Probability from which a cell is drawn; below it would read 0%."""


@dataclass(frozen=True, kw_only=True)
class Chances:
    """A unit with its rank row and the probability of each rank that it may have."""

    label: str
    rank: Row
    by_rank: Mapping[int, float]


def chances(content: Content, language: str) -> list[Chances]:
    """Return the units most likely to be first among all of the lowest ranked level, by their index."""
    level = league_rows.ranked_level(content)
    cells = {"construct": content.index, "level": level, "within": league_rows.EVERY}
    ranks = [
        row
        for row in league_rows.rows_where(content, "ranks", **cells)
        if not math.isnan(records.number(row, "index"))
    ]
    likely = sorted(ranks, key=lambda row: (-_or_zero(row, "p_first"), _order(content, row)))
    chosen = sorted(likely[:MOST_UNITS], key=lambda row: _order(content, row))
    found: dict[str, dict[int, float]] = {records.word(row, "unit"): {} for row in chosen}
    frame = league_rows.frame_where(content, "rank_probabilities", **cells)
    for row in records.records(frame[frame["unit"].astype("str").isin(list(found))]):
        found[records.word(row, "unit")][int(records.number(row, "rank"))] = _or_zero(row, "probability")
    labels = league_rows.short_labels(content, found, language)
    return [
        Chances(label=labels[unit], rank=row, by_rank=found[unit])
        for row in chosen
        if found[unit := records.word(row, "unit")]
    ]


def _order(content: Content, row: Row) -> float:
    return league_rows.best_first(content, content.index, records.number(row, "index"))


def _or_zero(row: Row, column: str) -> float:
    value = records.number(row, column)
    return 0.0 if math.isnan(value) else value


def last_rank(found: list[Chances]) -> int:
    """Return the last rank that the chart shows: the last that a unit may well have, up to the limit."""
    likely = [rank for unit in found for rank, share in unit.by_rank.items() if share >= _SHOWN]
    ends = [number for unit in found if not math.isnan(number := records.number(unit.rank, "rank_upper"))]
    return min(int(max([1, *likely, *ends])), MOST_RANKS)


def rank_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the probability of each rank for the units most likely to be first; darker is likelier.

    The frame around the cells of a unit is its rank interval.
    """
    found = chances(content, language)
    ranks = last_rank(found)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(found), 1) * _STEP + 74,
            margins=Margins(left=_GUTTER, right=14, top=28, bottom=46),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(len(found), 1) - 0.5, -0.5)
        axes.set_xlim(0.5, ranks + 0.5)
        axes.set_yticks([])
        axes.set_xticks([])
        for rank in range(1, ranks + 1):
            drawing.write(axes, rank, 1, str(rank), dy=10, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                          xycoords=("data", "axes fraction"))  # fmt: skip
        drawing.write(axes, 0, 1, say("league_rank", language), ha="right", dx=-10, dy=10,
                      size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        for place, unit in enumerate(found):
            _draw_unit(axes, place, unit, ranks, language)
        level = formats.level(records.confidence(content))
        for number, key in enumerate(("axis_ranks", "axis_ranks_frame")):
            drawing.write(axes, 0.5, 0, say(key, language, level=level), dy=-16 - 15 * number,
                          size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        drawing.describe(
            axes,
            name="ranks",
            title=say("chart_ranks", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(_spoken(unit, language) for unit in found),
        )
    return axes


def chance_words(share: float) -> str:
    """Return a probability in whole percent; ``<1%`` and ``>99%`` at the ends, as it rests on draws."""
    if math.isnan(share):
        return ""
    if share < 0.01:
        return "<1%"
    return ">99%" if share > 0.99 else formats.percent(share, 0)


def _draw_unit(ax: Axes, place: int, unit: Chances, ranks: int, language: str) -> None:
    text = fonts.shorten(unit.label, theme.SIZE_TEXT, _GUTTER - 14)
    drawing.write(ax, 0, place, text, ha="right", dx=-10, xycoords=("axes fraction", "data"))
    ax.add_patch(Rectangle((0.5, place - 0.42), ranks, 0.84, facecolor=_LIGHT.panel, linewidth=0, zorder=0))
    wide = drawing.size_of(ax)[0] / ranks
    for rank, share in sorted(unit.by_rank.items()):
        if rank > ranks or share < _SHOWN:
            continue
        ax.add_patch(
            Rectangle((rank - 0.5, place - 0.42), 1, 0.84, facecolor=_LIGHT.accent, linewidth=0,
                      alpha=round(0.06 + 0.44 * math.sqrt(share), 3), zorder=1)
        )  # fmt: skip
        words = chance_words(share).removesuffix("%")
        if fonts.width(words, theme.SIZE_SMALL) <= wide - 2:
            drawing.write(ax, rank, place, words, size=theme.SIZE_SMALL)
    lower, upper = records.number(unit.rank, "rank_lower"), records.number(unit.rank, "rank_upper")
    if math.isnan(lower) or math.isnan(upper):
        return
    end = min(upper, ranks) + (0.5 if upper <= ranks else 0.7)
    ax.add_patch(
        Rectangle((lower - 0.5, place - 0.42), end - lower + 0.5, 0.84, facecolor="none",
                  edgecolor=_LIGHT.ink, linewidth=1.2, zorder=3)
    )  # fmt: skip


def _spoken(unit: Chances, language: str) -> str:
    first = chance_words(records.number(unit.rank, "p_first"))
    words = say("league_first_is", language, share=first)
    if rank := league_rows.rank_words(unit.rank, language):
        words += say("comma", language) + say("league_rank_is", language, rank=rank)
    return f"{unit.label} {words}"
