"""Stacked bars of the answers to questions, their zones told by place, label and colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.measures.share_topics import Topic, answer_rows, heading, row_label
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_RIGHT = 64.0
_STEP = 36.0
_GOOD = {"promoters", "satisfied", "top", "easy", "counts"}
_BAD = {"detractors", "bottom"}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its label, the rows of its answers from left to right, and the heading above it."""

    label: str
    heading: str
    rows: tuple[Row, ...]


def bars_of(content: Content, topic: Topic, language: str) -> list[Bar]:
    """The bars of a topic: one for each question and unit, in stored order."""
    rows = answer_rows(content, topic)
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = tuple(records.word(row, name) for name in ("measure", "item", "unit"))
        found.setdefault(key, []).append(row)
    made, last = [], ""
    for group in found.values():
        title = heading(content, group[0], rows, language)
        label = row_label(content, group[0], rows, language)
        made.append(Bar(label=label, heading=title if title != last else "", rows=tuple(group)))
        last = title
    return made


def answer_chart(content: Content, topic: Topic, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the distribution of the answers: a bar for each question and unit, low answers on the left."""
    title = say("shares_answers_of", language, measure=term(topic.key, language))
    return bar_chart(bars_of(content, topic, language), f"answers_{topic.key}", title, language, ax)


def bar_chart(
    bars: Sequence[Bar], name: str, title: str, language: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw bars of answers under their headings.

    Parameters
    ----------
    bars
        In their order, the first on top; their rows have ``answer``, ``share``, ``n``, ``why``, and ``zone``
        where answers belong to one.
    name, title
        Of the chart.
    language, ax
        As for every chart.
    """
    places, at = [], 0.0
    for bar in bars:
        at += 0.7 if bar.heading else 0.0
        places.append(at)
        at += 1.0
    keys = _legend(bars, language)
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(at, 1) * _STEP + 86,
            margins=Margins(left=_GUTTER, right=_RIGHT, top=34, bottom=44),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(at, 1) - 0.5, -0.6)
        axes.set_xlim(0, 1)
        axes.set_yticks([])
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        _draw_legend(axes, keys)
        for place, bar in zip(places, bars, strict=True):
            _draw_bar(axes, place, bar, language)
        drawing.write(
            axes, 0.5, 0, say("shares_axis_answers", language), dy=-30, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords="axes fraction",
        )  # fmt: skip
        said = say("list_break", language).join(_spoken(bar, language) for bar in bars)
        drawing.describe(axes, name=name, title=title, description=said)
    return axes


def answer_word(row: Row, language: str) -> str:
    """An answer as it is shown: its number, or ``don't know``."""
    return term(records.word(row, "answer"), language)


def _legend(bars: Sequence[Bar], language: str) -> list[tuple[str, str, float]]:
    """Words, colour and opacity of every zone, with its answers where they are the same in all bars."""
    spans: dict[str, set[str]] = {}
    for bar in bars:
        zones: dict[str, list[str]] = {}
        for row in bar.rows:
            zones.setdefault(records.word(row, "zone"), []).append(answer_word(row, language))
        for zone, answers in zones.items():
            span = "\u2013".join(dict.fromkeys((answers[0], answers[-1])))
            spans.setdefault(zone, set()).add("" if zone == "no_opinion" else f" {span}")
    return [
        (term(zone, language) + (next(iter(found)) if len(found) == 1 else ""), *_look(zone, 0, 1))
        for zone, found in spans.items()
        if zone
    ]


def _look(zone: str, place: int, count: int) -> tuple[str, float]:
    """Colour and opacity of an answer."""
    if zone in _GOOD:
        return _LIGHT.accent, 0.5
    if zone in _BAD:
        return _LIGHT.bad, 0.5
    if zone:
        return _LIGHT.faint, 0.15 if zone == "no_opinion" else 0.35
    return _LIGHT.accent, round(0.1 + 0.5 * place / max(count - 1, 1), 3)


def _draw_legend(ax: Axes, keys: Sequence[tuple[str, str, float]]) -> None:
    wide, high = drawing.size_of(ax)
    x = 0.0
    for words, colour, alpha in keys:
        ax.add_patch(
            Rectangle((x / wide, 1 + 11 / high), 10 / wide, 10 / high, transform=ax.transAxes,
                      facecolor=colour, alpha=alpha, linewidth=0, clip_on=False)
        )  # fmt: skip
        drawing.write(
            ax, 0, 1, words, ha="left", dx=x + 15, dy=16, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )
        x += 15 + fonts.width(words, theme.SIZE_SMALL) + 18


def _draw_bar(ax: Axes, place: float, bar: Bar, language: str) -> None:
    at = ("axes fraction", "data")
    if bar.heading:
        drawing.write(
            ax, 0, place - 0.72, bar.heading, ha="left", dx=-_GUTTER + 8, weight="bold", xycoords=at
        )
    lines = fonts.wrap(bar.label, theme.SIZE_TEXT, _GUTTER - 14, lines=2)
    drawing.write_lines(ax, 0, place, lines, ha="right", dx=-10, xycoords=at)
    shares = [records.number(row, "share") for row in bar.rows]
    if not all(math.isfinite(share) for share in shares):
        why = reason(records.word(bar.rows[0], "why"), language)
        drawing.write(
            ax, 0, place, why, ha="left", dx=4, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at
        )
        return
    wide, left = drawing.size_of(ax)[0], 0.0
    for k, (row, share) in enumerate(zip(bar.rows, shares, strict=True)):
        colour, alpha = _look(records.word(row, "zone"), k, len(shares))
        ax.add_patch(Rectangle((left, place - 0.36), share, 0.72, facecolor=colour, alpha=alpha, linewidth=0))
        if left > 0 and share > 0:
            ax.plot([left, left], [place - 0.36, place + 0.36], color=_LIGHT.paper, linewidth=1.2, zorder=3)
        _label(ax, left + share / 2, place, row, share * wide, language)
        left += share
    n = formats.count(bar.rows[0].get("n"))
    drawing.write(
        ax, 1, place, f"n = {n}", ha="left", dx=8, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at
    )


def _label(ax: Axes, x: float, place: float, row: Row, room: float, language: str) -> None:
    """The answer, and its share below, where there is room for them."""
    answer, share = answer_word(row, language), formats.percent(row.get("share"), 0)
    if fonts.width(answer, theme.SIZE_SMALL) > room - 3:
        return
    both = fonts.width(share, theme.SIZE_SMALL - 1) <= room - 3
    drawing.write(ax, x, place, answer, dy=6 if both else 0, size=theme.SIZE_SMALL, weight="bold")
    if both:
        drawing.write(ax, x, place, share, dy=-6, size=theme.SIZE_SMALL - 1)


def _spoken(bar: Bar, language: str) -> str:
    parts = [
        f"{answer_word(row, language)} {formats.percent(row.get('share'), 0)}"
        for row in bar.rows
        if math.isfinite(records.number(row, "share"))
    ]
    return f"{bar.label}{say('colon', language)}{say('comma', language).join(parts)}"
