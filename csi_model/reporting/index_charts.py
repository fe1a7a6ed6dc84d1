"""Charts of index scores: every construct, and the headline construct by group."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_NUMBERS = 150.0


def index_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the index of every construct with its interval, 0 to 100 index points.

    Parameters
    ----------
    content
        Table ``index`` is read; rows in model order.
    ax
        Axes to draw in; a new figure by default.
    language
        ``en`` or ``zh``.
    """
    rows = records.index_rows(content)
    labels = [_construct_label(content, records.word(row, "construct"), language) for row in rows]
    wrapped = [fonts.wrap(label, theme.SIZE_TEXT, _GUTTER - 14, lines=3) for label in labels]
    step = max(30.0, 14.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * step + 46,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=6, bottom=40),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*limits_of(rows, 0.0, 100.0))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        for place, (row, lines) in enumerate(zip(rows, wrapped, strict=True)):
            chosen = records.word(row, "construct") == content.index
            _index_row(axes, place, row, chosen, language)
            drawing.write_lines(
                axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"),
                weight="bold" if chosen else "normal",
            )  # fmt: skip
        axis_title(axes, say("axis_index", language, level=formats.level(records.confidence(content))))
        drawing.describe(
            axes,
            name="index",
            title=say("chart_index", language),
            description=say("list_break", language).join(
                f"{label} {formats.number(row.get('index'))}" for label, row in zip(labels, rows, strict=True)
            ),
        )
    return axes


def _construct_label(content: Content, name: str, language: str) -> str:
    label = content.label(name, language)
    return label + say("low_is_good_mark", language) if name in content.low_is_good else label


def limits_of(rows: list[records.Row], low: float, high: float) -> tuple[float, float]:
    """The range that holds ``low``, ``high`` and every number of the rows."""
    values = [records.number(row, name) for row in rows for name in ("index", "ci_lower", "ci_upper")]
    stored = [value for value in values if not math.isnan(value)]
    return min([low, *stored]), max([high, *stored])


def _index_row(ax: Axes, place: int, row: records.Row, chosen: bool, language: str) -> None:
    value, lower, upper = (records.number(row, name) for name in ("index", "ci_lower", "ci_upper"))
    ax.add_patch(Rectangle((0, place - 0.22), 100, 0.44, facecolor=_LIGHT.band, linewidth=0))
    at = ("axes fraction", "data")
    if math.isnan(value):
        drawing.write(
            ax, 1, place, say("no_value", language), ha="left", dx=12, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=at,
        )  # fmt: skip
        return
    colour = _LIGHT.accent if chosen else _LIGHT.faint
    ax.add_patch(Rectangle((0, place - 0.22), value, 0.44, facecolor=colour, linewidth=0))
    if not math.isnan(lower) and not math.isnan(upper):
        whisker(ax, lower, upper, place, half=0.13)
    drawing.write(ax, 1, place, formats.number(value), ha="right", dx=44, weight="bold", xycoords=at)
    drawing.write(
        ax, 1, place, formats.interval(lower, upper, 1, language), ha="left", dx=56,
        size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at,
    )  # fmt: skip


def whisker(ax: Axes, lower: float, upper: float, y: float, *, half: float) -> None:
    """Draw an interval as a line with ends."""
    ax.plot([lower, upper], [y, y], color=_LIGHT.ink, linewidth=1.3, zorder=4, solid_capstyle="butt")
    for end in (lower, upper):
        ax.plot([end, end], [y - half, y + half], color=_LIGHT.ink, linewidth=1.3, zorder=4)


def axis_title(ax: Axes, text: str) -> None:
    """Write what the horizontal axis shows."""
    drawing.write(
        ax, 0.5, 0, text, dy=-30, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
    )


def group_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the headline index of every group with its interval, from pooled weights.

    Groups stand in the order of the stored table and are not ranked. A group that is suppressed, failed
    or should not be used is named as such; the dashed line is the index of all respondents.
    """
    found = records.groups(content)
    wrapped = [fonts.wrap(group.label, theme.SIZE_TEXT, _GUTTER - 14, lines=2) for group in found]
    step = max(22.0, 10.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(found), 1) * step + 64,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=22, bottom=42),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(found), 1) - 0.5, -0.5)
        axes.set_yticks([])
        whole = [] if content.pooled is content.tables else [records.headline(content)]
        axes.set_xlim(*_zoom([group.index for group in found] + whole))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        for place, (group, lines) in enumerate(zip(found, wrapped, strict=True)):
            _group_row(axes, place, group, language)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        _pooled_line(axes, content, language)
        axis_title(axes, say("axis_groups", language, level=formats.level(records.confidence(content))))
        drawing.describe(
            axes,
            name="groups",
            title=say("chart_groups", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                f"{group.label} {_group_text(group, language)}" for group in found
            ),
        )
    return axes


def _zoom(rows: list[records.Row]) -> tuple[float, float]:
    """A range around all intervals, at least ten index points wide, with a little air."""
    low, high = limits_of(rows, math.inf, -math.inf)
    if not math.isfinite(low) or not math.isfinite(high):
        return 0.0, 100.0
    air = max(0.06 * (high - low), (10 - (high - low)) / 2, 0.5)
    return low - air, high + air


def _group_text(group: records.Group, language: str) -> str:
    """The index with pooled weights, which needs no fit of the group's own, or why there is none."""
    if math.isnan(records.number(group.index, "index")):
        return say(f"group_{group.state}", language)
    return formats.number(group.index.get("index"))


def _group_row(ax: Axes, place: int, group: records.Group, language: str) -> None:
    value, lower, upper = (records.number(group.index, name) for name in ("index", "ci_lower", "ci_upper"))
    at = ("axes fraction", "data")
    if math.isnan(value):
        drawing.write(
            ax, 1, place, _group_text(group, language), ha="left", dx=12, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=at,
        )  # fmt: skip
        return
    if not math.isnan(lower) and not math.isnan(upper):
        whisker(ax, lower, upper, place, half=0.16)
    ax.plot(
        [value],
        [place],
        marker="o",
        markersize=7.5,
        color=_LIGHT.accent,
        markeredgecolor=_LIGHT.paper,
        markeredgewidth=0.8,
        zorder=5,
    )
    drawing.write(
        ax, 1, place, formats.number(value), ha="right", dx=44, weight="bold", xycoords=at,
        color=_LIGHT.ink,
    )  # fmt: skip
    note = formats.interval(lower, upper, 1, language)
    drawing.write(
        ax, 1, place, note, ha="left", dx=56, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at
    )


def _pooled_line(ax: Axes, content: Content, language: str) -> None:
    value = records.number(records.headline(content), "index")
    if math.isnan(value) or content.pooled is content.tables:
        return
    ax.axvline(value, color=_LIGHT.muted, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    drawing.write(
        ax, value, 1, say("all_respondents", language, value=formats.number(value)), dy=9,
        size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=("data", "axes fraction"),
    )  # fmt: skip
