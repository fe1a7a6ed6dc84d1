"""Charts of shares and means as data: rates, answers, the zones of a net promoter score, complaints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.answer_bars import answer_word, bars_of
from csi_model.reporting.measures.funnel_bars import funnel_rows
from csi_model.reporting.measures.rows import measure_rows, several_units
from csi_model.reporting.measures.share_topics import TOPICS, Topic, chart_rows, heading, row_label, unit_name
from csi_model.reporting.native.blocks import Build, cut, empty_ones, in_blocks, titled
from csi_model.reporting.native.cells import (
    Numbers,
    known,
    level,
    together,
    without_numbers,
)
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.native.unit_charts import LINES
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


def _rate(topic: Topic) -> Build:
    """The measures of a topic with their intervals; percentages as bars from zero, others as dots."""

    def build(content: Content, language: str) -> NativeChart:
        rows = chart_rows(content, topic)
        cells = [
            (
                row_label(content, row, rows, language),
                heading(content, row, rows, language) or term(records.word(row, "measure"), language),
                row,
            )
            for row in rows
        ]
        if not several_units(rows):  # a row for each measure or question
            cells = [_one_series(cell, cells, topic, language) for cell in cells]
        categories, series = in_blocks(cells, "value")
        whys = {category: records.word(row, "why") for category, _, row in cells}
        hidden, empty = empty_ones(categories, series, whys)
        categories, series, told = cut(categories, series, language)
        shares = {records.word(row, "metric") for row in rows} <= _FROM_ZERO and topic.key != "nps"
        lowest = min([0.0, *(v for one in series for v in (*one.values, *one.lower) if v is not None)])
        return NativeChart(
            key=topic.key,
            title=titled(topic.key, language),
            kind="bar" if shares else "dots",
            categories=categories,
            series=series,
            value_title=say(topic.axis, language, level=level(content)),
            low=lowest if shares else None,
            high=100.0 if shares else None,
            number_format="0.00" if topic.digits == 2 else "0.0",
            table="measures",
            note=together([*told, *without_numbers(hidden, empty, language)], language),
        )

    return build


def _one_series(
    cell: tuple[str, str, Row], cells: Sequence[tuple[str, str, Row]], topic: Topic, language: str
) -> tuple[str, str, Row]:
    label, name, row = cell
    measures = {records.word(one, "measure") for _, _, one in cells}
    labels = {one for one, _, _ in cells}
    if len(measures) < 2:
        return label, term(topic.key, language), row
    words = name if len(labels) == 1 else f"{label} · {name}"
    return words, term(topic.key, language), row


_FROM_ZERO = {"percent", "percentage_points", "score"}
"""What is drawn as bars from zero."""

_ZONES = {"nps_detractors": "bad", "nps_passives": "faint", "nps_promoters": "accent"}
_GOOD, _BAD = {"promoters", "satisfied", "top", "easy", "counts"}, {"detractors", "bottom"}


def _zones(content: Content, language: str) -> NativeChart | None:
    """Detractors, passives and promoters as parts of one bar for each unit, as shares."""
    rows = measure_rows(content, tuple(_ZONES))
    if not rows:
        return None
    items = len({records.word(row, "item") for row in rows}) > 1
    cells = []
    for row in rows:
        label = unit_name(content, row, language)
        if items:
            label = f"{content.label(records.word(row, 'item'), language)} · {label}"
        cells.append((label, records.word(row, "measure"), row))
    categories, series = in_blocks(cells, "value")
    whys = {category: records.word(row, "why") for category, _, row in cells}
    hidden, empty = empty_ones(categories, series, whys)
    by_name = {one.name: one for one in series}
    stacked = [
        Series(name=term(name, language), values=_hundredths(by_name[name].values), role=role, tint=0.25)
        for name, role in _ZONES.items()
        if name in by_name
    ]
    categories, series, told = cut(categories, stacked, language)
    told = [*_scores(content, language), *told, *without_numbers(hidden, empty, language)]
    return NativeChart(
        key="answers_nps",
        title=say("shares_answers_of", language, measure=term("nps", language)),
        kind="stacked",
        categories=categories,
        series=series,
        value_title=say("native_answers_share", language),
        low=0.0,
        high=1.0,
        number_format="0%",
        table="measures",
        note=together(told, language),
    )


def _scores(content: Content, language: str) -> list[str]:
    """The net promoter score of all respondents."""
    rows = measure_rows(content, ("nps",), unit=league_rows.EVERYBODY)
    return [
        say("native_nps", language, unit=unit_name(content, row, language),
            value=formats.number(row.get("value")))
        for row in rows[:1]
        if math.isfinite(records.number(row, "value"))
    ]  # fmt: skip


def _hundredths(values: Numbers) -> Numbers:
    """Percentages as shares, which Office programs write as percentages."""
    return tuple(None if value is None else value / 100 for value in values)


def _answers(topic: Topic) -> Build:
    """The distribution of the answers of a topic, a bar for each question and unit."""

    def build(content: Content, language: str) -> NativeChart | None:
        if topic.key == "nps":
            return _zones(content, language)
        bars = bars_of(content, topic, language)
        words, title = [], ""
        for bar in bars:
            title = bar.heading or title
            words.append(f"{title} · {bar.label}" if title else bar.label)
        answers = list(dict.fromkeys(answer_word(row, language) for bar in bars for row in bar.rows))
        found = [{answer_word(row, language): row for row in bar.rows} for bar in bars]
        zones = {answer_word(row, language): records.word(row, "zone") for bar in bars for row in bar.rows}
        series = [
            Series(
                name=answer,
                values=tuple(known(records.number(one.get(answer, {}), "share")) for one in found),
                role=_zone_role(zones[answer]),
                tint=_tint(answer, answers, zones),
            )
            for answer in answers
        ]
        whys = {
            word: records.word(bar.rows[0], "why") for word, bar in zip(words, bars, strict=True) if bar.rows
        }
        hidden, empty = empty_ones(words, series, whys)
        categories, series_, told = cut(tuple(words), series, language)
        return NativeChart(
            key=f"answers_{topic.key}",
            title=say("shares_answers_of", language, measure=term(topic.key, language)),
            kind="stacked",
            categories=categories,
            series=series_,
            value_title=say("shares_axis_answers", language),
            low=0.0,
            high=1.0,
            number_format="0%",
            table="answer_shares",
            note=together([*told, *without_numbers(hidden, empty, language)], language),
        )

    return build


def _zone_role(zone: str) -> str:
    if zone in _BAD:
        return "bad"
    return "accent" if not zone or zone in _GOOD else "faint"


def _tint(answer: str, answers: Sequence[str], zones: Mapping[str, str]) -> float:
    """Lighter towards the middle of the scale, so that neighbours of one zone differ."""
    alike = [name for name in answers if _zone_role(zones[name]) == _zone_role(zones[answer])]
    place = alike.index(answer) / max(len(alike) - 1, 1)
    if _zone_role(zones[answer]) == "accent":
        place = 1 - place
    return round(0.15 + 0.6 * place, 3)


def _stages(kind: str, key: str, column: str, title: str, axis: str) -> Build:
    """The stages of complaints or of those who stayed, all respondents first, then a few groups."""

    def build(content: Content, language: str) -> NativeChart:
        every = funnel_rows(content, kind)
        units = list(dict.fromkeys(records.word(row, "unit") for row in every))
        shown = units if len(units) <= len(LINES) else units[:1]
        rows = [row for row in every if records.word(row, "unit") in shown]
        cells = [
            (term(records.word(row, "stage"), language), unit_name(content, row, language), row)
            for row in rows
        ]
        categories, series = in_blocks(cells, column, f"{column}_ci")
        told = [say("native_intervals", language, level=level(content))]
        if len(units) > len(shown):
            told.append(say("native_units", language, count=len(units) - len(shown)))
        hidden = [one.name for one in series if all(value is None for value in one.values)]
        return NativeChart(
            key=key,
            title=titled(title, language),
            kind="bar",
            categories=categories,
            series=tuple(one for one in series if one.name not in hidden),
            value_title=say(axis, language),
            low=0.0,
            high=1.0,
            number_format="0%",
            table="complaint_funnel",
            note=together([*told, *without_numbers(hidden, [], language)], language),
        )

    return build


SHARES: dict[str, Build] = {
    **{topic.key: _rate(topic) for topic in TOPICS},
    **{f"answers_{topic.key}": _answers(topic) for topic in TOPICS if topic.distributions},
    "complaint_funnel": _stages(
        "funnel", "complaint_funnel", "share_of_all", "complaint_funnel", "native_share_of_all"
    ),
    "complaint_recovery": _stages(
        "recovery", "complaint_recovery", "share_of_previous", "recovery", "native_share_stayed"
    ),
}
"""Chart, as it is called among the pictures > what makes it."""
