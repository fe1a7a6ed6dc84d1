"""Driver maps of many units side by side, on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.driver_charts import MARKERS, ROLES, axis_range
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Group, Row
from csi_model.reporting.wave_charts import Gaps, panel_of, panel_title, panel_width
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_COLUMNS = 3
_TALL = 172.0
_GAPS = Gaps(across=30.0, above=22.0, below=22.0)

MOST_PANELS = 12
"""Units whose driver map is drawn: those with the most respondents."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The drivers of one unit that have importance and performance."""

    label: str
    rows: tuple[Row, ...]


def usable_groups(content: Content) -> list[tuple[Group, list[Row]]]:
    """Return the groups whose effects may be used, each with its drivers of the headline index."""
    frame = content.tables.get("drivers")
    if not content.by or frame is None or not set(content.by) <= set(frame.columns):
        return []
    made: dict[tuple[str, ...], list[Row]] = {}
    for row in records.records(frame[frame["target"].astype("str") == content.index]):
        if not any(math.isnan(records.number(row, name)) for name in ("importance", "performance")):
            made.setdefault(records.group_key(content, row), []).append(row)
    states = {"suppressed", "failed", "unusable"}
    return [
        (group, made[group.key])
        for group in records.groups(content)
        if group.key in made and group.state not in states
    ]


def panels(content: Content) -> list[Panel]:
    """Return the units that are drawn, in stored order: of many, those with the most respondents."""
    found = usable_groups(content)
    order = sorted(range(len(found)), key=lambda k: -_respondents(found[k][0]))
    return [Panel(label=found[k][0].label, rows=tuple(found[k][1])) for k in sorted(order[:MOST_PANELS])]


def _respondents(group: Group) -> float:
    n = records.number(group.index, "n")
    return -1.0 if math.isnan(n) else n


def unit_driver_pieces(content: Content, language: str) -> list[Piece]:
    """Return the part of the page that shows the driver maps of units, nothing for fewer than two."""
    found = usable_groups(content)
    if len(found) < 2:
        return []
    notes = [say("driver_maps_text", language)]
    if len(found) > MOST_PANELS:
        notes.append(say("driver_maps_most", language, count=MOST_PANELS, all=len(found)))
    return [
        Piece(
            title=say("h_driver_maps", language),
            how=say("space", language).join(notes),
            chart="driver_maps",
            chart_title=say("chart_driver_maps", language, construct=content.label(content.index, language)),
        )
    ]


def driver_maps(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw importance (x) and performance (y) of the drivers of the headline index, one panel a unit.

    All panels have one scale. A driver has the same number everywhere, named under the panels; marker and
    colour are its quadrant within the unit, and the crossing lines are the means of the unit's drivers.
    """
    found = panels(content)
    drivers = {records.word(row, "driver") for panel in found for row in panel.rows}
    names = [name for name in content.constructs if name in drivers]
    numbers = {name: place + 1 for place, name in enumerate(names)}
    columns = min(len(found), _COLUMNS) or 1
    count = math.ceil(len(found) / columns) or 1
    key = _key(content, numbers, language)
    foot = 52 + 14.0 * len(key)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=count * _TALL + foot,
            margins=Margins(left=40, right=12, top=4, bottom=foot - 4),
        )
        axes.set_axis_off()
        rows = [row for panel in found for row in panel.rows]
        x = axis_range([records.number(row, "importance") for row in rows], 0.05)
        y = axis_range([records.number(row, "performance") for row in rows], 2.0)
        for place, panel in enumerate(found):
            inner = panel_of(axes, place, columns, count, _TALL, _GAPS)
            inner.set_xlim(*x)
            inner.set_ylim(*y)
            size = panel_width(axes, columns, _GAPS), _TALL - _GAPS.above - _GAPS.below
            _draw_panel(inner, panel, numbers, size)
        label = fonts.shorten(content.label(content.index, language), theme.SIZE_SMALL, 220)
        drawing.write(axes, 0.5, 0, say("axis_driver_maps", language, construct=label), dy=-12,
                      size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        _write_key(axes, key, language)
        drawing.describe(
            axes,
            name="driver_maps",
            title=say("chart_driver_maps", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                _spoken(content, panel, language) for panel in found
            ),
        )
    return axes


_AROUND = ((9.0, 6.0), (-9.0, 6.0), (9.0, -7.0), (-9.0, -7.0), (0.0, 11.0), (0.0, -12.0), (15.0, 0.0))
_CLEAR = 9.0


def number_places(
    ax: Axes, points: list[tuple[float, float]], size: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return how far each number stands from its point, clear of other points and of numbers before it.

    ``points`` are in data units, ``size`` is width and height of the panel in points, the result in points.
    """
    (x_low, x_high), (y_low, y_high) = ax.get_xlim(), ax.get_ylim()
    spots = [
        ((x - x_low) / (x_high - x_low) * size[0], (y - y_low) / (y_high - y_low) * size[1])
        for x, y in points
    ]
    taken, made = list(spots), []
    for x, y in spots:

        def room(move: tuple[float, float], x: float = x, y: float = y) -> float:
            return min(math.dist((x + move[0], y + move[1]), other) for other in taken)

        best = next((move for move in _AROUND if room(move) >= _CLEAR), max(_AROUND, key=room))
        taken.append((x + best[0], y + best[1]))
        made.append(best)
    return made


def _draw_panel(inner: Axes, panel: Panel, numbers: dict[str, int], size: tuple[float, float]) -> None:
    drawing.plain(inner, sides=("left", "bottom"))
    inner.tick_params(labelsize=7.0)
    inner.locator_params(nbins=4)
    xs = [records.number(row, "importance") for row in panel.rows]
    ys = [records.number(row, "performance") for row in panel.rows]
    inner.axvline(sum(xs) / len(xs), color=_LIGHT.rule, linewidth=0.9, zorder=1)
    inner.axhline(sum(ys) / len(ys), color=_LIGHT.rule, linewidth=0.9, zorder=1)
    places = number_places(inner, list(zip(xs, ys, strict=True)), size)
    for row, x, y, (dx, dy) in zip(panel.rows, xs, ys, places, strict=True):
        quadrant = records.word(row, "quadrant")
        inner.plot(
            [x], [y], marker=MARKERS.get(quadrant, "o"), markersize=6.5, linestyle="none",
            color=theme.colour(ROLES.get(quadrant, "muted")), markeredgecolor=_LIGHT.paper,
            markeredgewidth=0.6, zorder=4,
        )  # fmt: skip
        number = str(numbers[records.word(row, "driver")])
        drawing.write(inner, x, y, number, dx=dx, dy=dy, size=theme.SIZE_SMALL, weight="bold")
    panel_title(inner, panel.label, 190)


def _key(content: Content, numbers: dict[str, int], language: str) -> list[str]:
    """The numbers with their drivers, on as many lines as they need."""
    items = [f"{number} {content.label(name, language)}" for name, number in numbers.items()]
    made = [""]
    for item in items:
        longer = f"{made[-1]}  ·  {item}" if made[-1] else item
        if made[-1] and fonts.width(longer, theme.SIZE_SMALL) > theme.CHART_WIDTH - 60:
            made.append(item)
        else:
            made[-1] = longer
    return made


def _write_key(ax: Axes, key: list[str], language: str) -> None:
    """Under the panels: which number is which driver, and the markers of the quadrants."""
    wide, high = drawing.size_of(ax)
    for place, text in enumerate(key):
        drawing.write(ax, 0.5, 0, text, dy=-30 - 14 * place, size=theme.SIZE_SMALL, xycoords="axes fraction")
    dy = -32 - 14 * len(key)
    words = [term(name, language) for name in MARKERS]
    x = (wide - sum(fonts.width(text, theme.SIZE_SMALL) + 34 for text in words)) / 2
    for name, text in zip(MARKERS, words, strict=True):
        ax.plot([x / wide], [dy / high], marker=MARKERS[name], markersize=6.5,
                color=theme.colour(ROLES[name]), linestyle="none", transform=ax.transAxes,
                clip_on=False)  # fmt: skip
        drawing.write(ax, x / wide, dy / high, text, ha="left", dx=8, size=theme.SIZE_SMALL,
                      color=_LIGHT.muted, xycoords="axes fraction")  # fmt: skip
        x += fonts.width(text, theme.SIZE_SMALL) + 34


def _spoken(content: Content, panel: Panel, language: str) -> str:
    items = [
        say(
            "driver_item", language, driver=content.label(records.word(row, "driver"), language),
            importance=formats.number(row["importance"], 2),
            performance=formats.number(row["performance"]),
            quadrant=term(records.word(row, "quadrant"), language),
        )
        for row in panel.rows
    ]  # fmt: skip
    return panel.label + say("colon", language) + say("list_break", language).join(items)
