"""What a page shows of shares and means."""

from __future__ import annotations

import math
from collections.abc import Iterator

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.answer_bars import answer_word
from csi_model.reporting.measures.funnel_bars import funnel_rows, several
from csi_model.reporting.measures.rows import (
    differences_view,
    item_label,
    measure_rows,
    measures_view,
    value_text,
)
from csi_model.reporting.measures.share_topics import TOPICS, Topic, answer_rows, chart_rows, unit_name
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

MANY = 30
"""Rows beyond which a chart scrolls."""
SAID = 5
"""Numbers that are told in sentences; the table holds all."""
_INTENTIONS = ("repurchase_rate", "recommendation_rate")
_CAPTIONED = ("satisfaction_rate", "mean_score", "csat", "boxes")
_RECOVERY = ("recovery_gap", "recovery_gain")
_VALUES = {
    "percent": "shares_percent_value",
    "score": "shares_points_value",
    "percentage_points": "shares_percentage_points_value",
    "periods": "shares_periods_value",
}


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    for topic in TOPICS:
        yield from _topic(content, topic, language)
    yield from _funnel(content, language)


def _topic(content: Content, topic: Topic, language: str) -> Iterator[Piece]:
    rows = measure_rows(content, topic.measures)
    if not rows:
        return
    title = capital(term(topic.key, language))
    how = "intention" if topic.key in _INTENTIONS else topic.key
    charted = chart_rows(content, topic)
    yield Piece(
        title=title,
        says=tuple(_found(content, rows, language)),
        how=say(f"shares_how_{how}", language),
        chart=topic.key if len(charted) > 1 or topic.key == "nps" else "",
        chart_title=say("shares_chart_values", language, level=formats.level(records.confidence(content))),
        view=measures_view(content, rows, language, caption=title),
        tall=len(charted) > MANY,
    )
    answers = answer_rows(content, topic)
    if answers:
        name = say("shares_answers_of", language, measure=title)
        bars = len({(row["item"], row["unit"]) for row in answers})
        made = _answers_view(content, answers, topic, language)
        chart_title = say("shares_axis_answers", language)
        yield Piece(title=name, chart=f"answers_{topic.key}", chart_title=chart_title, tall=bars > MANY)
        yield Piece(title=MEASURES["answer_shares"].title[language], view=made, about=title, folded=True)
    differences = differences_view(content, topic.measures, language)
    if differences:
        yield Piece(
            title=MEASURES["measure_differences"].title[language], about=title, view=differences, folded=True
        )


def _found(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    """What the numbers of all respondents are; one sentence for each of the first few."""
    whole = [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]
    if len(whole) > SAID:
        whole = [row for row in whole if row["measure"] == whole[0]["measure"]][:SAID]
    for row in whole:
        if math.isnan(records.number(row, "value")):
            continue
        said = {
            "measure": capital(term(records.word(row, "measure"), language)),
            "item": item_label(content, row, language),
            "value": with_unit(row, language),
            "n": formats.count(row.get("n")),
        }
        if math.isnan(records.number(row, "ci_lower")):
            yield say("shares_value_only", language, **said)
            continue
        yield say(
            "shares_value",
            language,
            level=formats.level(records.confidence(content)),
            interval=formats.interval(
                row.get("ci_lower"), row.get("ci_upper"), 2 if _fine(row) else 1, language
            ),
            **said,
        )


def _fine(row: Row) -> bool:
    return records.word(row, "metric") in ("answer_units", "periods")


def with_unit(row: Row, language: str) -> str:
    """A value of ``measures`` with what it is in."""
    key = _VALUES.get(records.word(row, "metric"), "")
    return say(key, language, value=value_text(row)) if key else value_text(row)


def _answers_view(content: Content, rows: list[Row], topic: Topic, language: str) -> View:
    """Answers of all respondents, in blocks by question; seven steps with their captions."""
    whole = [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]
    items = list(dict.fromkeys(records.word(row, "item") for row in whole))
    blocks = [
        (item_label(content, {"item": item}, language), [row for row in whole if row["item"] == item])
        for item in items
    ]
    columns: list[Column] = []
    if any(records.word(row, "zone") for row in whole):
        zone = column_title("answer_shares", "zone", language)
        columns.append(text_column(zone, lambda row: term(records.word(row, "zone"), language), absent=""))
    captioned = _captioned(content, topic)
    if captioned:
        columns.append(
            text_column(
                say("shares_caption", language),
                lambda row: step_caption(row, language) if records.word(row, "item") in captioned else "",
                absent="",
            )
        )
    columns += [
        count_column("answer_shares", "respondents", language),
        share_column("answer_shares", "share", language),
        _share_interval(content, "ci", language),
    ]
    return view(
        MEASURES["answer_shares"].title[language],
        text_column(
            column_title("answer_shares", "answer", language), lambda row: answer_word(row, language)
        ),
        columns,
        blocks,
        language,
    )


def _captioned(content: Content, topic: Topic) -> set[str]:
    """Questions of a topic on satisfaction that are answered on 1-7, high answers good."""
    if topic.key not in _CAPTIONED:
        return set()
    return {
        records.word(row, "item")
        for row in records.across(content, "answer_scales")
        if records.word(row, "measure") in topic.distributions
        and (records.number(row, "low"), records.number(row, "high")) == (1, 7)
        and records.word(row, "orientation") == "high_is_good"
    }


def step_caption(row: Row, language: str) -> str:
    """What one of seven steps of satisfaction means, with the behaviour that goes with it."""
    step = records.word(row, "answer")
    return say(f"shares_step_{step}", language) if step in set("1234567") else ""


def _share_interval(content: Content, start: str, language: str) -> Column:
    def show(row: Row) -> str:
        ends = [records.number(row, f"{start}_{end}") for end in ("lower", "upper")]
        return formats.interval(100 * ends[0], 100 * ends[1], 1, language)

    title = interval_column(content, language, 1).title
    return Column(title=f"{title} (%)", show=show)


def _funnel(content: Content, language: str) -> Iterator[Piece]:
    rows = funnel_rows(content, "funnel")
    if rows:
        yield Piece(
            title=capital(term("complaint_funnel", language)),
            says=tuple(_stages(rows, language)),
            how=say("shares_how_funnel", language),
            chart="complaint_funnel",
            chart_title=say("shares_chart_stages", language),
            view=_funnel_view(content, rows, "complaint_funnel", language),
            tall=len(rows) > MANY,
        )
    stayed = funnel_rows(content, "recovery")
    if not stayed:
        return
    yield Piece(
        title=say("shares_h_recovery", language),
        says=(*_staying(stayed, language), *_found(content, measure_rows(content, _RECOVERY), language)),
        how=say("shares_how_recovery", language),
        chart="complaint_recovery",
        chart_title=capital(term("recovery", language)),
        view=_funnel_view(content, stayed, "recovery", language),
        tall=len(stayed) > MANY,
    )
    measured = measure_rows(content, _RECOVERY)
    if measured:
        title = MEASURES["measures"].title[language]
        yield Piece(title=title, view=measures_view(content, measured, language), folded=True)
    differences = differences_view(content, _RECOVERY, language)
    if differences:
        yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)


def _stages(rows: list[Row], language: str) -> Iterator[str]:
    for row in rows:
        first = records.word(row, "unit") == league_rows.EVERYBODY and records.word(row, "stage") != "asked"
        if first and not math.isnan(records.number(row, "share_of_all")):
            yield say(
                "shares_stage",
                language,
                stage=capital(term(records.word(row, "stage"), language)),
                share=formats.percent(row.get("share_of_all")),
                before=formats.percent(row.get("share_of_previous")),
            )


def _staying(rows: list[Row], language: str) -> Iterator[str]:
    for row in rows:
        whole = records.word(row, "unit") == league_rows.EVERYBODY
        if whole and not math.isnan(records.number(row, "share_of_previous")):
            yield say(
                "shares_stay",
                language,
                stage=capital(term(records.word(row, "stage"), language)),
                share=formats.percent(row.get("share_of_previous")),
                n=formats.count(row.get("stage_base")),
            )


def capital(words: str) -> str:
    """Words at the head of a sentence or as a title."""
    return words[:1].upper() + words[1:]


def _funnel_view(content: Content, rows: list[Row], caption: str, language: str) -> View:
    units = list(dict.fromkeys(records.word(row, "unit") for row in rows))
    blocks = [
        (
            unit_name(content, {"unit": unit}, language) if several(rows) else "",
            [row for row in rows if records.word(row, "unit") == unit],
        )
        for unit in units
    ]
    return view(
        term(caption, language),
        text_column(
            column_title("complaint_funnel", "stage", language),
            lambda row: term(records.word(row, "stage"), language),
        ),
        [
            count_column("complaint_funnel", "respondents", language),
            count_column("complaint_funnel", "stage_base", language),
            share_column("complaint_funnel", "share_of_all", language),
            _share_interval(content, "share_of_all_ci", language),
            share_column("complaint_funnel", "share_of_previous", language),
            _share_interval(content, "share_of_previous_ci", language),
        ],
        blocks,
        language,
    )
