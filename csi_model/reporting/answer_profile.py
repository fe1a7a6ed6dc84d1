"""How the answers to every question of the model are distributed: chart and table."""

from __future__ import annotations

from matplotlib.axes import Axes

from csi_model.reporting import formats, measurement, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.answer_bars import Bar, answer_word, bar_chart
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    View,
    column_title,
    count_column,
    labelled,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import SURVEY_TABLES


def question_answers(content: Content) -> dict[str, list[Row]]:
    """Return the rows of ``answers`` by question, those with answers only, in stored order."""
    made: dict[str, list[Row]] = {}
    for row in records.across(content, "answers"):
        if records.word(row, "answer") and not formats.is_empty(row.get("share")):
            made.setdefault(records.word(row, "indicator"), []).append(row)
    return made


def has_answers(content: Content) -> bool:
    """Say whether any question has a distribution."""
    return bool(question_answers(content))


def answer_profile(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw a bar of answers for each question, low answers on the left, under the name of its construct."""
    return bar_chart(_bars(content, language), "answers", say("h_answers", language), language, ax)


def _bars(content: Content, language: str) -> list[Bar]:
    found = question_answers(content)
    stored = [row for row in records.pooled(content, "indicators") if records.word(row, "indicator") in found]
    made = []
    for title, questions in measurement.by_construct(content, stored, language):
        for place, question in enumerate(questions):
            name = records.word(question, "indicator")
            rows = tuple({**row, "n": question.get("n")} for row in found[name])
            label = content.label(name, language)
            made.append(Bar(label=label, heading="" if place else title, rows=rows))
    return made


def answers_view(content: Content, language: str) -> View:
    """How many gave each answer, question by question; those without a distribution with the reason."""
    rows = records.across(content, "answers")
    home = {
        records.word(row, "indicator"): records.word(row, "construct")
        for row in records.pooled(content, "indicators")
    }

    def title(name: str) -> str:
        label = content.label(name, language)
        question = label if label == name else label + say("in_brackets", language, text=name)
        construct = labelled(content, home.get(name, ""), language)
        return f"{construct} · {question}" if construct else question

    names = list(dict.fromkeys(records.word(row, "indicator") for row in rows))
    blocks = [
        (title(name), [row for row in rows if records.word(row, "indicator") == name]) for name in names
    ]
    return view(
        SURVEY_TABLES["answers"].title[language],
        text_column(
            column_title("answers", "answer", language),
            lambda row: answer_word(row, language) if records.word(row, "answer") else formats.EMPTY,
        ),
        [count_column("answers", "respondents", language), share_column("answers", "share", language)],
        blocks,
        language,
    )
