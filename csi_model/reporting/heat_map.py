"""The heat map of a league: every unit on every construct, coloured where a difference is clear."""

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
_GUTTER = 170.0
_STEP, _THIN_STEP = 20.0, 16.5
_FEW = 36
_SHADES = (0.14, 0.3, 0.46)
_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)
_Scores = Mapping[str, Mapping[str, Row]]

MOST_ROWS = 50
"""Rows that the map holds; with more units it shows what they belong to, or the first and the last."""


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """A row: its words, index by construct (NaN where there is none), or a heading."""

    label: str
    values: Mapping[str, float]
    unit: str = ""
    heading: bool = False
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Heat:
    """What the map shows: rows, constructs, tests by ``(construct, unit)``; ``part`` says which rows."""

    rows: tuple[HeatRow, ...]
    constructs: tuple[str, ...]
    tests: Mapping[tuple[str, str], Row]
    part: str
    level: str = ""


def has_rows(content: Content) -> bool:
    """Say whether there are ranked units, and several constructs."""
    return bool(league_rows.ranked_level(content)) and len(content.constructs) > 1


def heat(content: Content, language: str) -> Heat:
    """Return what the map shows, all units where they fit.

    Of more units than fit, the rows are those of the lowest level of aggregates that does, else the first
    and the last by index; ``part`` is then ``level`` or ``ends``.
    """
    found = {name: league_rows.scores(content, name) for name in content.constructs}
    rows, part, level = _chosen(content, found, language)
    names = {row.unit for row in rows}
    return Heat(
        rows=tuple(rows),
        constructs=tuple(name for name in content.constructs if found[name]),
        tests={key: row for key, row in _tests(content).items() if key[1] in names},
        part=part,
        level=level,
    )


def _chosen(content: Content, found: _Scores, language: str) -> tuple[list[HeatRow], str, str]:
    """The rows of the map, which part of all rows they are, and their level where it is not the lowest."""
    blocks = league_rows.blocks(content, language)
    units = [unit for block in blocks for unit in block.units]
    if len(units) <= MOST_ROWS:
        rows = []
        for block in blocks:
            if len(blocks) > 1:
                rows.append(_row(content, block.name, block.label, found, heading=True))
            rows += [_unit_row(unit, found, language) for unit in block.units]
        return rows, "all", ""
    level, names = _level_that_fits(content)
    if names:
        labels = [league_rows.unit_label(content, name, language) for name in names]
        return (
            [_row(content, n, label, found) for n, label in zip(names, labels, strict=True)],
            "level",
            level,
        )
    known = sorted((unit for unit in units if unit.known), key=lambda unit: _order(content, unit))
    first, last = (
        [_unit_row(unit, found, language) for unit in part]
        for part in (known[: MOST_ROWS // 2], known[-(MOST_ROWS // 2) :])
    )
    return [*first, HeatRow(label="⋮", values={}), *last], "ends", ""


def _order(content: Content, unit: league_rows.Unit) -> float:
    return league_rows.best_first(content, content.index, unit.index)


def _level_that_fits(content: Content) -> tuple[str, list[str]]:
    """The lowest level of aggregates whose units fit, and those with more than one."""
    levels = league_rows.values_of(content, "aggregates", "level")
    for level in (name for name in reversed(content.by) if name in levels):
        rows = league_rows.rows_where(content, "aggregates", level=level, construct=content.index)
        names = list(dict.fromkeys(records.word(row, "unit") for row in rows))
        if 1 < len(names) <= MOST_ROWS:
            return level, names
    return "", []


def _row(content: Content, name: str, label: str, found: _Scores, *, heading: bool = False) -> HeatRow:
    values = {c: records.number(found[c].get(name, {}), "index") for c in content.constructs}
    return HeatRow(label=label, values=values, unit=name, heading=heading)


def _unit_row(unit: league_rows.Unit, found: _Scores, language: str) -> HeatRow:
    if not unit.known:
        return HeatRow(label=unit.label, values={}, words=league_rows.state_words(unit, language))
    values = {name: records.number(rows.get(unit.name, {}), "index") for name, rows in found.items()}
    return HeatRow(label=unit.label, values=values, unit=unit.name)


def _tests(content: Content) -> dict[tuple[str, str], Row]:
    """The tests of each unit against all others, else against what it belongs to, by construct and unit."""
    for kind in ("rest", "parent"):
        rows = league_rows.rows_where(content, "differences", kind=kind)
        if rows:
            return {(records.word(row, "construct"), records.word(row, "unit_2")): row for row in rows}
    return {}


def heat_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw units by constructs with the index in every cell.

    Cells in the accent are clearly better than all other units together, those in the second colour worse,
    by the stored test; the shade is the size of the difference. Where none is tested, cells have no colour.
    """
    shown = heat(content, language)
    steps = _shade_steps(shown)
    titles = [fonts.wrap(content.label(name, language) + _mark(content, name), theme.SIZE_SMALL, 74, lines=3)
              for name in shown.constructs]  # fmt: skip
    top = 14 + 11 * max((len(lines) for lines in titles), default=1)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(shown.rows), 1) * (_STEP if len(shown.rows) <= _FEW else _THIN_STEP) + top + 50,
            margins=Margins(left=_GUTTER, right=8, top=top, bottom=50),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(len(shown.rows), 1) - 0.5, -0.5)
        axes.set_xlim(-0.5, max(len(shown.constructs), 1) - 0.5)
        axes.set_xticks([])
        axes.set_yticks([])
        for column, lines in enumerate(titles):
            chosen = shown.constructs[column] == content.index
            drawing.write_lines(
                axes, column, 1, lines, dy=top / 2, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                weight="bold" if chosen else "normal", xycoords=("data", "axes fraction"),
            )  # fmt: skip
        for place, row in enumerate(shown.rows):
            _draw_row(axes, place, row, shown, content, steps)
        _legend(axes, shown, steps, language)
        drawing.describe(
            axes,
            name="heatmap",
            title=say("chart_heat", language),
            description=say("list_break", language).join(
                f"{row.label} {row.words or formats.number(row.values.get(content.index))}"
                for row in shown.rows
                if row.words or row.values
            ),
        )
    return axes


def _mark(content: Content, name: str) -> str:
    return " ↓" if name in content.low_is_good else ""


def _shade_steps(shown: Heat) -> tuple[float, float]:
    """Differences at which a second and a third shade begin: round numbers that part the clear ones."""
    sizes = sorted(
        abs(records.number(row, "difference")) for row in shown.tests.values() if league_rows.clear(row)
    )
    if not sizes:
        return 2.0, 4.0
    middle = sizes[len(sizes) // 2]
    first = max((step for step in _STEPS if step <= middle), default=_STEPS[0])
    return first, 2 * first


def _draw_row(
    ax: Axes, place: int, row: HeatRow, shown: Heat, content: Content, steps: tuple[float, float]
) -> None:
    at, bold = ("axes fraction", "data"), "bold" if row.heading else "normal"
    side, dx, room = ("left", -_GUTTER + 4, _GUTTER - 8) if row.heading else ("right", -8, _GUTTER - 14)
    text = fonts.shorten(row.label, 9.0, room, weight=bold)
    drawing.write(ax, 0, place, text, ha=side, dx=dx, size=9.0, weight=bold, xycoords=at)
    ax.axhline(place - 0.5, color=_LIGHT.rule, linewidth=0.5, zorder=0)
    if row.words:
        drawing.write(ax, 0, place, row.words, ha="left", dx=8, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                      xycoords=at)  # fmt: skip
    for column, name in enumerate(shown.constructs):
        value = row.values.get(name, math.nan)
        if math.isnan(value):
            continue
        test = shown.tests.get((name, row.unit), {})
        if league_rows.clear(test):
            better = (records.number(test, "difference") > 0) != (name in content.low_is_good)
            size = sum(abs(records.number(test, "difference")) >= step for step in steps)
            _cell(ax, column, place, better=better, shade=size)
        drawing.write(ax, column, place, formats.number(value), size=9.0, weight=bold)


def _cell(ax: Axes, x: float, y: float, *, better: bool, shade: int) -> None:
    colour = _LIGHT.accent if better else _LIGHT.series_2
    ax.add_patch(
        Rectangle((x - 0.48, y - 0.44), 0.96, 0.88, facecolor=colour, alpha=_SHADES[shade], linewidth=0,
                  zorder=1)
    )  # fmt: skip


def _legend(ax: Axes, shown: Heat, steps: tuple[float, float], language: str) -> None:
    """The shades with their words in one line under the map, or that nothing was tested."""
    key = "heat_key" if shown.tests else "heat_untested"
    drawing.write(ax, 0.5, 0, say(key, language), dy=-16, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                  xycoords="axes fraction")  # fmt: skip
    if not shown.tests:
        return
    wide, high = drawing.size_of(ax)
    texts = [formats.plain(step) for step in steps]
    names = [
        say("heat_worse", language), f"≥ {texts[1]}", f"{texts[0]}–{texts[1]}", f"< {texts[0]}",
        f"< {texts[0]}", f"{texts[0]}–{texts[1]}", f"≥ {texts[1]}", say("heat_better", language),
    ]  # fmt: skip
    shades = [None, (False, 2), (False, 1), (False, 0), (True, 0), (True, 1), (True, 2), None]
    x = (wide - 6 * 50) / 2
    for text, shade in zip(names, shades, strict=True):
        if shade is None:
            end = text == names[0]
            drawing.write(ax, (x - 8 if end else x + 8) / wide, -35 / high, text, size=theme.SIZE_SMALL,
                          ha="right" if end else "left", color=_LIGHT.muted,
                          xycoords="axes fraction")  # fmt: skip
            continue
        better, size = shade
        ax.add_patch(
            Rectangle((x / wide, -42 / high), 50 / wide, 14 / high, transform=ax.transAxes, clip_on=False,
                      facecolor=_LIGHT.accent if better else _LIGHT.series_2, alpha=_SHADES[size],
                      linewidth=0)
        )  # fmt: skip
        drawing.write(ax, (x + 25) / wide, -35 / high, text, size=theme.SIZE_SMALL,
                      xycoords="axes fraction")  # fmt: skip
        x += 50
