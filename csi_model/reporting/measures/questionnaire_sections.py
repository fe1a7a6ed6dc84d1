"""What a page shows of the family ``questionnaire``."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_VERDICTS = ("follows", "does_not_follow")


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    questions = records.across(content, "questionnaire")
    if questions:
        yield Piece(
            title=say("qn_h_questions", language),
            says=(say("qn_written", language, count=len(questions)),),
            view=_questions(questions, language),
        )
    checks = records.across(content, "survey_check")
    if checks:
        verdicts = [row for row in checks if records.word(row, "check") in _VERDICTS]
        rest = [row for row in checks if row not in verdicts]
        yield Piece(
            title=say("qn_h_check", language),
            says=tuple(reason_in(records.word(row, "what"), language) for row in verdicts),
            view=_checks(rest, language) if rest else None,
        )
    gaps = records.across(content, "survey_questions")
    if gaps:
        yield Piece(
            title=say("qn_h_gaps", language),
            how=say("qn_how_gaps", language),
            view=_gaps(content, gaps, language),
            folded=True,
        )


def _questions(rows: list[Row], language: str) -> View:
    """Every question in the language of the page, else in the one that there is."""
    other = "en" if language == "zh" else "zh"

    def said(row: Row) -> str:
        return records.word(row, f"question_{language}") or records.word(row, f"question_{other}")

    def column(name: str) -> Column:
        return _words("questionnaire", name, language)

    scale = Column(
        title=say("qn_scale", language),
        show=lambda row: formats.interval(row.get("low"), row.get("high"), 0, language),
    )
    leads = text_column(
        column_title("questionnaire", "leads_to", language),
        lambda row: records.word(row, "leads_to").replace(" → ", "\u00a0→\u00a0"),
        absent="",
    )
    return view(
        MEASURES["questionnaire"].title[language],
        text_column(
            column_title("questionnaire", "question_no", language),
            lambda row: records.word(row, "question_no"),
        ),
        [
            text_column(say("qn_question", language), said),
            scale,
            column("asked_if"),
            leads,
            column("indicator"),
        ],
        [("", rows)],
        language,
    )


def _checks(rows: list[Row], language: str) -> View:
    """What was found, the gravest first."""
    order = ("error", "warning", "note")
    ordered = sorted(rows, key=lambda row: order.index(records.word(row, "severity")))

    def what(row: Row) -> str:
        return reason_in(records.word(row, "what"), language)

    return view(
        MEASURES["survey_check"].title[language],
        text_column(
            column_title("survey_check", "check", language),
            lambda row: term(records.word(row, "check"), language),
        ),
        [
            _words("survey_check", "severity", language),
            _words("survey_check", "indicator", language),
            count_column("survey_check", "found_cells", language),
            share_column("survey_check", "share", language),
            text_column(column_title("survey_check", "what", language), what),
        ],
        [("", ordered)],
        language,
    )


def _words(table: str, name: str, language: str) -> Column:
    return text_column(
        column_title(table, name, language), lambda row: term(records.word(row, name), language), absent=""
    )


def _gaps(content: Content, rows: list[Row], language: str) -> View:
    """Answers and missing answers by reason."""

    def name(row: Row) -> str:
        word = records.word(row, "indicator")
        label = content.label(word, language)
        return word if label == word else f"{label} ({word})"

    counts = ("n", "skipped", "dont_know", "refused", "other_missing", "contradicting")
    return view(
        MEASURES["survey_questions"].title[language],
        text_column(column_title("survey_questions", "indicator", language), name),
        [
            *(count_column("survey_questions", one, language) for one in counts),
            share_column("survey_questions", "share_of_asked", language),
        ],
        [("", rows)],
        language,
    )
