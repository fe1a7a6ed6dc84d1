"""The report of a comparison: index of every unit, differences with their tests."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from matplotlib.axes import Axes

from csi_model.reporting import (
    drawing,
    fonts,
    formats,
    measurement,
    records,
    sentences,
    theme,
    views,
    wave_charts,
    wave_sections,
)
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title, group_chart, whisker
from csi_model.reporting.outline import appendix
from csi_model.reporting.outline.blocks import Alarm, Block, Figure, Table, Text, of_pieces, said
from csi_model.reporting.outline.outline import Chapter, Outline, Part
from csi_model.reporting.outline.provenance import made_how
from csi_model.reporting.outline.whole import cover
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.records import Row
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import DIFFERENCES

_GUTTER = 235.0
_MOST_SENTENCES = 6


def _rows(content: Content, construct: str) -> list[Row]:
    """The differences of one construct in stored order."""
    found = records.records(content.tables.get("differences"))
    return [row for row in found if records.word(row, "construct") == construct]


def _pair(row: Row) -> str:
    return f"{records.word(row, 'unit_1')} → {records.word(row, 'unit_2')}"


def _clear(row: Row) -> bool:
    return records.word(row, "verdict") in {"higher", "lower"}


def difference_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the differences in the headline construct, second minus first, with their intervals.

    Filled markers are differences that the test calls clear.
    """
    rows = _rows(content, content.index)
    wrapped = [fonts.wrap(_pair(row), theme.SIZE_TEXT, _GUTTER - 14, lines=3) for row in rows]
    step = max(24.0, 10.0 + 12.5 * max((len(lines) for lines in wrapped), default=1))
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(len(rows), 1) * step + 50,
            margins=Margins(left=_GUTTER, right=150, top=8, bottom=42),
        )
        drawing.plain(axes)
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xlim(*_range(rows))
        axes.grid(axis="x", color=theme.LIGHT.rule, linewidth=0.6)
        axes.axvline(0, color=theme.LIGHT.muted, linewidth=1.0)
        for place, (row, lines) in enumerate(zip(rows, wrapped, strict=True)):
            _draw_row(axes, place, row, language)
            drawing.write_lines(axes, 0, place, lines, ha="right", dx=-10, xycoords=("axes fraction", "data"))
        level = formats.level(records.confidence(content))
        axis_title(axes, say("axis_differences", language, level=level))
        label = content.label(content.index, language)
        drawing.describe(
            axes,
            name="differences",
            title=say("chart_differences", language, construct=label),
            description=say("list_break", language).join(
                f"{_pair(row)} {formats.number(row.get('difference'))}" for row in rows
            ),
        )
    return axes


def _range(rows: list[Row]) -> tuple[float, float]:
    names = ("difference", "ci_lower", "ci_upper")
    values = [records.number(row, name) for row in rows for name in names]
    stored = [0.0, *(value for value in values if not math.isnan(value))]
    air = max(0.06 * (max(stored) - min(stored)), 0.5)
    return min(stored) - air, max(stored) + air


def _draw_row(ax: Axes, place: int, row: Row, language: str) -> None:
    value, lower, upper = (records.number(row, name) for name in ("difference", "ci_lower", "ci_upper"))
    at, small = ("axes fraction", "data"), theme.SIZE_SMALL
    if math.isnan(value):
        text = say("no_value", language)
        drawing.write(ax, 1, place, text, ha="left", dx=12, size=small, color=theme.LIGHT.muted, xycoords=at)
        return
    if not math.isnan(lower) and not math.isnan(upper):
        whisker(ax, lower, upper, place, half=0.16)
    ax.plot(
        [value],
        [place],
        marker="o",
        markersize=7.5,
        color=theme.LIGHT.accent if _clear(row) else theme.LIGHT.paper,
        markeredgecolor=theme.LIGHT.accent if _clear(row) else theme.LIGHT.muted,
        zorder=5,
    )
    drawing.write(ax, 1, place, formats.number(value), ha="right", dx=44, weight="bold", xycoords=at)
    interval = formats.interval(lower, upper, 1, language)
    drawing.write(ax, 1, place, interval, ha="left", dx=54, size=small, color=theme.LIGHT.muted, xycoords=at)


def comparison_pictures(content: Content, language: str = "en") -> Pictures:
    """Return the charts of a comparison, drawn once, by file stem."""
    drawn = {"groups": group_chart, "differences": difference_chart}
    if wave_charts.lines(content, language):
        drawn["trend"] = wave_charts.trend_chart
    if wave_charts.changes(content):
        drawn["waterfall"] = wave_charts.waterfall_chart
    made = {name: draw(content, language=language).get_figure(root=True) for name, draw in drawn.items()}
    return Pictures(figures={name: one for name, one in made.items() if one}, language=language)


def comparison_outline(content: Content, language: str) -> Outline:
    """Return the report of a comparison without a format.

    ``content`` has the tables ``index`` (with one group column), ``differences`` and ``findings``; where
    results of waves were compared, ``across`` holds ``trend``, ``decomposition`` and ``wave_checks``.
    """
    title = content.title.get(language) or content.title.get("en") or content.index
    parts: tuple[tuple[Part, str, Iterable[Block]], ...] = (
        ("summary", "headline", _compared(content, language)),
        ("results", "differences", _differing(content, language)),
        ("results", "waves", of_pieces(wave_sections.wave_pieces(content, language))),
        ("results", "others", _others(content, language)),
        ("appendix", "findings", appendix.findings(content, language)),
        ("appendix", "method", _method(content, language)),
    )
    made = [
        Chapter(key=key, title=say(f"cmp_h_{key}", language), part=part, blocks=found)
        for part, key, blocks in parts
        if (found := tuple(blocks))
    ]
    return Outline(
        language=language,
        kicker=say("cmp_kicker", language),
        title=title,
        page_title=say("cmp_page_title", language, title=title),
        chapters=tuple(made),
        **cover(content, language),
    )


def _compared(content: Content, language: str) -> Iterator[Block]:
    found = measurement.findings_of(content, language)
    errors = [f"{i['where']}{say('colon', language)}{i['what']}" for i in found if i["severity"] == "error"]
    if errors:
        title = say("cmp_box_title", language)
        yield Alarm(title=title, texts=(), why=(), named=tuple(errors), remedy="")
    yield from said(comparison_sentences(content, language))
    view = _index_view(content, language)
    yield Figure(chart="groups", caption=view.caption)
    yield Table(view=view)


def _differing(content: Content, language: str) -> Iterator[Block]:
    view = _view(content, content.index, language)
    yield Text(text=say("cmp_test", language))
    yield Figure(chart="differences", caption=view.caption)
    yield Table(view=view)


def _others(content: Content, language: str) -> Iterator[Block]:
    direction = sentences.direction(content, language)
    if direction:
        yield Text(text=direction)
    for name in content.constructs:
        if name != content.index:
            yield Table(view=_view(content, name, language))


def _method(content: Content, language: str) -> Iterator[Block]:
    yield Text(text=say("cmp_method", language))
    yield from made_how(content, language)


def comparison_sentences(content: Content, language: str) -> list[str]:
    """Return the clear differences in the headline construct, the largest first, or that there are none."""
    rows = _rows(content, content.index)
    clear = sorted(filter(_clear, rows), key=lambda row: -abs(records.number(row, "difference")))
    if clear:
        made = [_sentence(content, row, language) for row in clear[:_MOST_SENTENCES]]
        return [*made, say("cmp_more", language)] if len(rows) > len(made) else made
    tested = [row for row in rows if records.word(row, "verdict") != "not tested"]
    if not tested:
        why = next((records.word(row, "why") for row in rows if records.word(row, "why")), "")
        return [say("cmp_untested", language, why=sentences.reason(why, language))]
    label = content.label(content.index, language)
    first, second = records.word(tested[0], "unit_1"), records.word(tested[0], "unit_2")
    return [
        sentences.counted("cmp_unclear", len(tested), language, first=first, second=second, construct=label)
    ]


def _sentence(content: Content, row: Row, language: str) -> str:
    p = formats.probability(row.get("pvalue_holm"))
    return say(
        "cmp_above" if records.number(row, "difference") > 0 else "cmp_below",
        language,
        first=records.word(row, "unit_1"),
        second=records.word(row, "unit_2"),
        difference=formats.number(abs(records.number(row, "difference"))),
        level=formats.level(records.confidence(content)),
        interval=formats.interval(row.get("ci_lower"), row.get("ci_upper"), 1, language),
        p=p.replace("<", "< ") if p.startswith("<") else f"= {p}",
    )


def _index_view(content: Content, language: str) -> views.View:
    rows = [
        row
        for row in records.records(content.tables.get("index"))
        if records.word(row, "construct") == content.index
    ]
    return views.view(
        say("chart_units", language, construct=content.label(content.index, language)),
        views.text_column(say("cmp_pair", language), lambda row: records.word(row, content.by[0])),
        [
            views.number_column("index", "index", 1, language),
            views.interval_column(content, language, 1),
            views.number_column("index", "se", 2, language),
            views.count_column("index", "n", language),
        ],
        [("", rows)],
        language,
    )


def _title(name: str, language: str) -> str:
    return next(column.term[language] for column in DIFFERENCES.columns if column.name == name)


def _column(name: str, digits: int, language: str) -> views.Column:
    return views.Column(title=_title(name, language), show=lambda row: formats.number(row.get(name), digits))


def _verdict(row: Row, language: str) -> str:
    word = records.word(row, "verdict")
    return say(f"cmp_verdict_{word}", language) if has(f"cmp_verdict_{word}") else word


def _view(content: Content, construct: str, language: str) -> views.View:
    def holm(row: Row) -> str:
        return formats.probability(row.get("pvalue_holm"))

    columns: list[Any] = [
        *(_column(name, 1, language) for name in ("index_1", "index_2", "difference")),
        views.interval_column(content, language, 1),
        views.Column(title=_title("pvalue_holm", language), show=holm),
        views.text_column(_title("verdict", language), lambda row: _verdict(row, language)),
    ]
    return views.view(
        say("chart_differences", language, construct=views.labelled(content, construct, language)),
        views.text_column(say("cmp_pair", language), _pair),
        columns,
        [("", _rows(content, construct))],
        language,
    )
