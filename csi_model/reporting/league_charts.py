"""Charts of a league: every unit with its interval and rank interval, and the gap to the best."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.league_rows import Block, Unit
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 190.0
_COLUMNS = (40.0, 116.0, 130.0)
"""Right of the plot: where index and rank end and where letters begin, in points."""

THIN = 38
"""Rows beyond which a chart of units is drawn with thin rows; so many fit on a printed page."""

FRAMED = 60
"""Rows beyond which a page shows the chart of units in a frame that scrolls."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Height of a row, type size and size of markers, in points."""

    step: float
    size: float
    marker: float


def look(rows: int) -> Look:
    """Return how rows are drawn, so that hundreds still fit."""
    if rows > THIN:
        return Look(step=13.0, size=8.0, marker=4.5)
    return Look(step=21.0, size=9.5, marker=7.0)


def league_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the headline index of every unit with its interval; rank intervals and letters beside it.

    Units stand in the blocks within which they are ranked, by their index; filled markers are units that
    cannot be told apart from the leader of their block. Suppressed units come last and have no number.
    The dashed line is the total, dotted lines are targets and benchmarks.
    """
    found = league_rows.blocks(content, language)
    titled = len(found) > 1
    rows = sum(len(block.units) + titled for block in found)
    drawn = look(rows)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(rows, 1) * drawn.step + 104,
            margins=Margins(left=_GUTTER, right=172, top=44, bottom=60),
        )
        drawing.plain(axes)
        axes.set_ylim(max(rows, 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_league_range(content, found, language))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        _column_titles(axes, language)
        place = 0
        for block in found:
            if titled:
                _block_row(axes, place, block, drawn)
                place += 1
            for unit in block.units:
                _unit_row(axes, place, unit, drawn, language)
                place += 1
        reference_lines(axes, content, language)
        level = formats.level(records.confidence(content))
        below_axis(axes, [say("axis_league", language, level=level), say("axis_league_key", language)])
        drawing.describe(
            axes,
            name="league",
            title=say("chart_league", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                _spoken(unit, language) for block in found for unit in block.units
            ),
        )
    return axes


def _league_range(content: Content, found: list[Block], language: str) -> tuple[float, float]:
    names = ("index", "ci_lower", "ci_upper")
    values = [records.number(block.score, name) for block in found for name in names]
    values += [v for block in found for unit in block.units for v in (unit.index, unit.lower, unit.upper)]
    values += [mark.value for mark in league_rows.benchmarks(content, content.index, language)]
    return air_around([value for value in values if not math.isnan(value)])


def air_around(values: list[float], least: float = 10.0) -> tuple[float, float]:
    """Return the ends of an axis: all values, at least ``least`` index points, with a little air."""
    if not values:
        return 0.0, 100.0
    low, high = min(values), max(values)
    air = max(0.05 * (high - low), (least - (high - low)) / 2, 0.5)
    return low - air, high + air


def _column_titles(ax: Axes, language: str) -> None:
    titles = ("league_col_index", "league_col_rank", "league_col_letters")
    for key, at, ha in zip(titles, _COLUMNS, ("right", "right", "left"), strict=True):
        drawing.write(
            ax, 1, 1, say(key, language), ha=ha, dx=at, dy=10, size=theme.SIZE_SMALL, color=_LIGHT.muted,
            xycoords="axes fraction",
        )  # fmt: skip


def _block_row(ax: Axes, place: int, block: Block, drawn: Look) -> None:
    """The name of a block and its own score, where one is stored."""
    at = ("axes fraction", "data")
    text = fonts.shorten(block.label, drawn.size, _GUTTER - 8, weight="bold")
    drawing.write(ax, 0, place, text, ha="left", dx=-_GUTTER + 4, size=drawn.size, weight="bold", xycoords=at)
    ax.axhline(place - 0.5, color=_LIGHT.rule, linewidth=0.6, zorder=0)
    value = records.number(block.score, "index")
    if math.isnan(value):
        return
    span(ax, records.number(block.score, "ci_lower"), records.number(block.score, "ci_upper"), place,
         _LIGHT.ink, 1.6)  # fmt: skip
    ax.plot([value], [place], marker="D", markersize=drawn.marker, color=_LIGHT.ink, linestyle="none",
            markeredgecolor=_LIGHT.paper, markeredgewidth=0.6, zorder=5)  # fmt: skip
    drawing.write(ax, 1, place, formats.number(value), ha="right", dx=_COLUMNS[0], size=drawn.size,
                  weight="bold", xycoords=at)  # fmt: skip


def span(ax: Axes, lower: float, upper: float, y: float, colour: str, width: float) -> None:
    """Draw an interval as a line, nothing where it is not stored."""
    if not math.isnan(lower) and not math.isnan(upper):
        ax.plot([lower, upper], [y, y], color=colour, linewidth=width, zorder=3, solid_capstyle="butt")


def _unit_row(ax: Axes, place: int, unit: Unit, drawn: Look, language: str) -> None:
    at = ("axes fraction", "data")
    label = fonts.shorten(unit.label, drawn.size, _GUTTER - 16)
    drawing.write(ax, 0, place, label, ha="right", dx=-8, size=drawn.size, xycoords=at)
    small = min(drawn.size, theme.SIZE_SMALL)
    if not unit.known:
        drawing.write(ax, 1, place, league_rows.state_words(unit, language), ha="left", dx=10, size=small,
                      color=_LIGHT.muted, xycoords=at)  # fmt: skip
        return
    colour = _LIGHT.accent if unit.may_lead else _LIGHT.faint
    span(ax, unit.lower, unit.upper, place, colour, 1.6)
    ax.plot(
        [unit.index], [place], marker="o", markersize=drawn.marker, linestyle="none",
        color=colour if unit.may_lead else _LIGHT.paper, markeredgecolor=colour, markeredgewidth=1.1,
        zorder=5,
    )  # fmt: skip
    index, rank, letters = _COLUMNS
    drawing.write(ax, 1, place, formats.number(unit.index), ha="right", dx=index, size=drawn.size,
                  weight="bold", xycoords=at)  # fmt: skip
    if words := league_rows.rank_words(unit.rank, language):
        drawing.write(ax, 1, place, words, ha="right", dx=rank, size=small, xycoords=at)
    if marks := records.word(unit.rank, "letters"):
        text = fonts.shorten(marks, small, 30)
        drawing.write(ax, 1, place, text, ha="left", dx=letters, size=small, color=_LIGHT.muted, xycoords=at)


def _spoken(unit: Unit, language: str) -> str:
    if not unit.known:
        return f"{unit.label} {league_rows.state_words(unit, language)}"
    rank = league_rows.rank_words(unit.rank, language)
    words = f"{unit.label} {formats.number(unit.index)}"
    return words + say("in_brackets", language, text=say("league_rank_is", language, rank=rank)) * bool(rank)


def below_axis(ax: Axes, lines: list[str]) -> None:
    """Write what the horizontal axis shows, one line under the other."""
    for number, text in enumerate(lines):
        drawing.write(
            ax, 0.5, 0, text, dy=-32 - 15 * number, size=theme.SIZE_SMALL, color=_LIGHT.muted,
            xycoords="axes fraction",
        )  # fmt: skip


def reference_lines(ax: Axes, content: Content, language: str) -> None:
    """Draw the total of the headline index and the targets as lines with their names above the chart."""
    marks: list[tuple[float, str, str, tuple[float, tuple[float, ...]]]] = []
    total = records.number(league_rows.scores(content, content.index).get(league_rows.TOTAL, {}), "index")
    if not math.isnan(total):
        text = say("league_total_line", language, value=formats.number(total))
        marks.append((total, text, _LIGHT.muted, (0, (4, 3))))
    marks += [
        (mark.value, f"{mark.label} {formats.number(mark.value)}", _LIGHT.good, (0, (1, 2)))
        for mark in league_rows.benchmarks(content, content.index, language)
    ]
    wide, _ = drawing.size_of(ax)
    low, high = ax.get_xlim()
    ends: list[float] = []
    for value, text, colour, dashes in sorted(marks, key=lambda mark: mark[0]):
        ax.axvline(value, color=colour, linewidth=1.1, linestyle=dashes, zorder=1)
        half = fonts.width(text, theme.SIZE_SMALL) / 2
        middle = (value - low) / (high - low) * wide
        row = next((k for k, end in enumerate(ends) if end + 8 < middle - half), len(ends))
        ends[row : row + 1] = [middle + half]
        drawing.write(ax, value, 1, text, dy=8 + 12 * row, size=theme.SIZE_SMALL, color=colour,
                      xycoords=("data", "axes fraction"))  # fmt: skip


NEAREST = 36
"""Units that the chart of gaps shows: those with the smallest gap."""


def gap_rows(content: Content) -> list[Row]:
    """Return the differences of ranked units to the best other one, the leader first.

    A unit may stand against the best of all and against the best of its block; the latter is taken.
    """
    units = known_units(content, "en")
    found: dict[str, Row] = {}
    for row in league_rows.rows_where(content, "differences", kind="best", construct=content.index):
        one, other = records.word(row, "unit_1"), records.word(row, "unit_2")
        if other in units and (
            other not in found or league_rows.parent_of(one) == league_rows.parent_of(other)
        ):
            found[other] = row
    return sorted(
        found.values(),
        key=lambda row: league_rows.best_first(content, content.index, records.number(row, "difference")),
    )


def known_units(content: Content, language: str) -> dict[str, Unit]:
    """Return the ranked units by name, those without a number included."""
    return {unit.name: unit for block in league_rows.blocks(content, language) for unit in block.units}


def gap_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how far every unit stands from the best of the others, with the interval of the difference.

    Filled markers are differences that the test calls clear. Of many units, those with the smallest gap.
    """
    rows = gap_rows(content)[:NEAREST]
    sides = [[records.word(row, side) for row in rows] for side in ("unit_2", "unit_1")]
    short = league_rows.short_labels(content, [name for side in sides for name in side], language)
    labels, others = ([short[name] for name in side] for side in sides)
    units = known_units(content, language)
    states = [league_rows.state_words(units[name], language) for name in sides[0]]
    drawn = look(len(rows))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * drawn.step + 72,
            margins=Margins(left=_GUTTER + 20, right=190, top=24, bottom=48),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_gap_range(rows))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        drawing.write(axes, 1, 1, say("gap_against", language), ha="left", dx=52, dy=8,
                      size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        for place, row in enumerate(rows):
            _gap_row(axes, place, row, (labels[place], others[place], states[place]), drawn)
        below_axis(axes, [say("axis_gap", language, level=formats.level(records.confidence(content)))])
        drawing.describe(
            axes,
            name="gap",
            title=say("chart_gap", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                f"{label} {formats.number(row.get('difference'))}"
                for label, row in zip(labels, rows, strict=True)
            ),
        )
    return axes


def _gap_range(rows: list[Row]) -> tuple[float, float]:
    values = [value for row in rows for value in (records.number(row, "difference"), *league_rows.ends(row))]
    return air_around([0.0, *(value for value in values if not math.isnan(value))], 4.0)


def _gap_row(ax: Axes, place: int, row: Row, words: tuple[str, str, str], drawn: Look) -> None:
    """``words``: the unit, what it is compared with, and what stands where there is no difference."""
    at, (label, other, state) = ("axes fraction", "data"), words
    text = fonts.shorten(label, drawn.size, _GUTTER + 4)
    drawing.write(ax, 0, place, text, ha="right", dx=-8, size=drawn.size, xycoords=at)
    small = min(drawn.size, theme.SIZE_SMALL)
    value = records.number(row, "difference")
    if math.isnan(value):
        drawing.write(ax, 1, place, state, ha="left", dx=10, size=small, color=_LIGHT.muted, xycoords=at)
        return
    clear = league_rows.clear(row)
    colour = _LIGHT.accent if clear else _LIGHT.faint
    span(ax, *league_rows.ends(row), place, colour, 1.6)
    ax.plot([value], [place], marker="o", markersize=drawn.marker, linestyle="none", markeredgecolor=colour,
            color=colour if clear else _LIGHT.paper, markeredgewidth=1.1, zorder=5)  # fmt: skip
    drawing.write(ax, 1, place, signed(value), ha="right", dx=44, size=drawn.size, weight="bold", xycoords=at)
    drawing.write(ax, 1, place, fonts.shorten(other, small, 130), ha="left", dx=52, size=small,
                  color=_LIGHT.muted, xycoords=at)  # fmt: skip


def signed(value: float, digits: int = 1) -> str:
    """Return a number with its sign, a plus included; zero has none."""
    text = formats.number(value, digits)
    return f"+{text}" if value > 0 and text != formats.number(0, digits) else text
