"""Effects of drivers where their moderator is low, average and high."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, naming, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.pieces import in_blocks, verdict_words
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

_LIGHT = theme.LIGHT
_GUTTER = 230.0
_STEP = 24.0


def level_words(row: Row, language: str) -> str:
    """Return where the moderator stands, in words."""
    at = records.word(row, "moderator_at")
    return verdict_words("high_level" if at == "high" else at, language)


def moderated(content: Content, row: Row, language: str) -> str:
    """Return the path of a row and what moderates it."""
    way = naming.way(content, [records.word(row, key) for key in ("source", "target")], language)
    moderator = content.label(records.word(row, "moderator"), language)
    return say("pls_moderated", language, way=way, moderator=moderator)


def moderation_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw every effect at each level of its moderator as a point with its interval, one block a path."""
    blocks = in_blocks(records.pooled(content, "moderation"), lambda row: moderated(content, row, language))
    lines = sum(1 + len(rows) for _, rows in blocks)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=lines * _STEP + 50,
            margins=Margins(left=_GUTTER, right=60, top=6, bottom=44),
        )
        drawing.plain(axes, sides=("bottom",))
        axes.set_ylim(lines - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_range([row for _, rows in blocks for row in rows]))
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=_LIGHT.muted, linewidth=1.0)
        _draw_blocks(axes, blocks, language)
        drawing.write(
            axes,
            0.5,
            0,
            say("axis_moderation", language, level=formats.level(records.confidence(content))),
            dy=-32,
            size=theme.SIZE_SMALL,
            color=_LIGHT.muted,
            xycoords="axes fraction",
        )
        drawing.describe(
            axes,
            name="moderation",
            title=say("chart_moderation", language),
            description=say("list_break", language).join(
                f"{title}{say('colon', language)}{level_words(row, language)} "
                f"{formats.number(row.get('effect'), 2)}"
                for title, rows in blocks
                for row in rows
            ),
        )  # fmt: skip
    return axes


def _range(rows: list[Row]) -> tuple[float, float]:
    values = [records.number(row, name) for row in rows for name in ("effect", "ci_lower", "ci_upper")]
    stored = [0.0, *(value for value in values if not math.isnan(value))]
    air = 0.06 * (max(stored) - min(stored)) or 0.1
    return min(stored) - air, max(stored) + air


def _draw_blocks(ax: Axes, blocks: list[tuple[str, list[Row]]], language: str) -> None:
    place, at = 0, ("axes fraction", "data")
    for title, rows in blocks:
        low, high = ax.get_xlim()
        band = Rectangle((low, place - 0.5), high - low, 1, facecolor=_LIGHT.paper, linewidth=0, zorder=2.6)
        ax.add_patch(band)
        text = fonts.shorten(title, theme.SIZE_TEXT, theme.CHART_WIDTH - 20)
        drawing.write(ax, 0, place, text, ha="left", dx=-_GUTTER + 8, weight="bold", xycoords=at)
        for row in rows:
            place += 1
            drawing.write(ax, 0, place, level_words(row, language), ha="right", dx=-10, xycoords=at)
            _draw_effect(ax, place, row, language)
        place += 1


def _draw_effect(ax: Axes, place: int, row: Row, language: str) -> None:
    value, lower, upper = (records.number(row, name) for name in ("effect", "ci_lower", "ci_upper"))
    at = ("axes fraction", "data")
    if math.isnan(value):
        drawing.write(ax, 1, place, say("no_value", language), ha="right", dx=50, xycoords=at)
        return
    colour = _LIGHT.faint if records.covers_zero(row, "ci_lower", "ci_upper") else _LIGHT.accent
    if not math.isnan(lower + upper):
        ax.plot([lower, upper], [place, place], color=colour, linewidth=1.6, zorder=3)
    ax.plot([value], [place], marker="o", markersize=7.5, color=colour, zorder=4)
    drawing.write(ax, 1, place, formats.number(value, 2), ha="right", dx=50, weight="bold", xycoords=at)
