"""Tables of the measurement section: questions, weights, reliability, validity; and the findings."""

from __future__ import annotations

from csi_model.reporting import finding_places, formats, records, retold, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.reliability_chart import CONVERGENT, RELIABLE
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    labelled,
    number_column,
    reliability_title,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIMITS = dict.fromkeys(("alpha", "rho_a", "rho_c"), RELIABLE) | {"ave": CONVERGENT}

HTMT_LIMIT = 0.90
"""Usual upper limit of HTMT (Henseler, Ringle and Sarstedt, 2015, J. Acad. Marketing Science 43(1))."""


def by_construct(content: Content, rows: list[Row], language: str) -> list[tuple[str, list[Row]]]:
    """Rows in blocks of one construct each, in model order; unknown constructs come last."""
    order = list(dict.fromkeys([*content.constructs, *(records.word(row, "construct") for row in rows)]))
    blocks = [
        (labelled(content, name, language), [r for r in rows if records.word(r, "construct") == name])
        for name in order
    ]
    return [(title, members) for title, members in blocks if members]


def question_column(content: Content, language: str) -> Column:
    """Show a question: its label, with its column behind it."""

    def show(row: Row) -> str:
        name = records.word(row, "indicator")
        label = content.label(name, language)
        if label == name:
            label = records.word(row, "label") or name
        return label if label == name else f"{label} ({name})"

    return text_column(column_title("indicators", "indicator", language), show)


def questions_view(content: Content, language: str) -> View:
    """Answers to every question, in answer units, on its own scale."""
    counts = ("n", "skipped", "dont_know", "refused", "other_missing")
    return view(
        say("h_questions", language),
        question_column(content, language),
        [
            text_column(
                say("scale", language),
                lambda row: f"{formats.plain(row.get('low'))}–{formats.plain(row.get('high'))}",
            ),
            *(count_column("indicators", name, language) for name in counts),
            number_column("indicators", "mean", 2, language),
            number_column("indicators", "sd", 2, language),
            number_column("indicators", "skewness", 2, language),
            share_column("indicators", "top2", language),
            share_column("indicators", "bottom2", language),
        ],
        by_construct(content, records.pooled(content, "indicators"), language),
        language,
    )


def _loading_interval(content: Content, language: str) -> list[Column]:
    """The interval of a standardised loading, where such intervals are stored."""
    stored = {
        (records.word(row, "lhs"), records.word(row, "rhs")): row
        for row in records.pooled(content, "standardised")
        if records.word(row, "op") == "=~"
    }

    def found(row: Row) -> Row:
        return stored.get((records.word(row, "construct"), records.word(row, "indicator")), {})

    def show(row: Row) -> str:
        return formats.interval(found(row).get("ci_lower"), found(row).get("ci_upper"), 3, language)

    def estimated(row: Row) -> bool:
        return records.number(found(row), "ci_lower") < records.number(found(row), "ci_upper")

    title = interval_column(content, language, 3).title
    return [Column(title=title, show=show, applies=estimated)] if stored else []


def weights_view(content: Content, language: str) -> View:
    """Weights, which sum to 1 in a construct, and loadings."""
    return view(
        say("h_weights", language),
        question_column(content, language),
        [
            number_column("weights", "weight", 3, language),
            number_column("weights", "loading", 3, language),
            *_loading_interval(content, language),
            text_column(
                column_title("weights", "weight_rule", language),
                lambda row: term(records.word(row, "weight_rule"), language),
            ),
        ],
        by_construct(content, records.pooled(content, "weights"), language),
        language,
    )


def _construct(content: Content, table: str, column: str, language: str) -> Column:
    return text_column(
        column_title(table, column, language),
        lambda row: labelled(content, records.word(row, column), language),
    )


def _flagged(
    table: str, name: str, limit: float, language: str, *, title: str = "", above: bool = False
) -> Column:
    """A number with three decimals, marked where it is on the wrong side of its usual limit."""

    def show(row: Row) -> str:
        text, value = formats.number(row.get(name), 3), records.number(row, name)
        wrong = value > limit if above else value < limit
        return f"{text} ▲" if wrong and above else f"{text} ▼" if wrong else text

    return Column(title=title or column_title(table, name, language), show=show)


def reliability_view(content: Content, language: str) -> View:
    """Reliability; a mark says that a number is below its usual limit."""
    return view(
        say("h_reliability", language),
        _construct(content, "reliability", "construct", language),
        [
            _flagged("reliability", name, limit, language, title=reliability_title(content, name, language))
            for name, limit in _LIMITS.items()
        ],
        [("", records.pooled(content, "reliability"))],
        language,
    )


def validity_view(content: Content, language: str) -> View:
    """Correlation, HTMT and HTMT2 of pairs of constructs; a mark says that one is above its limit."""
    return view(
        say("h_validity", language),
        _construct(content, "validity", "construct_1", language),
        [
            _construct(content, "validity", "construct_2", language),
            number_column("validity", "correlation", 3, language),
            _flagged("validity", "htmt", HTMT_LIMIT, language, above=True),
            _flagged("validity", "htmt2", HTMT_LIMIT, language, above=True),
            interval_column(content, language, 3),
        ],
        [("", records.pooled(content, "validity"))],
        language,
    )


def r2_view(content: Content, language: str) -> View:
    """Explained variance."""
    return view(
        say("h_r2", language),
        _construct(content, "r2", "construct", language),
        [number_column("r2", name, 3, language) for name in ("r2", "r2_adjusted", "se")],
        [("", records.pooled(content, "r2"))],
        language,
    )


def findings_of(content: Content, language: str) -> list[dict[str, str]]:
    """Return findings of all respondents and of the groups, the gravest first, diagnoses before others."""
    rows: list[tuple[str, Row]] = [("", row) for row in records.pooled(content, "findings")]
    rows += [(group.label, row) for group in records.groups(content) for row in group.findings]
    order = {"error": 0, "warning": 1, "note": 2}
    rows.sort(
        key=lambda pair: (
            order.get(records.word(pair[1], "severity"), 3),
            records.word(pair[1], "code") != "diagnosis",
        )
    )
    return [
        {
            "severity": records.word(row, "severity"),
            "severity_text": term(records.word(row, "severity"), language),
            "title": sentences.finding_title(records.word(row, "code"), language),
            "group": group,
            "where": finding_places.place_words(content, row, language),
            "what": retold.retold(content, records.word(row, "what"), language),
            "fix": retold.retold(content, records.word(row, "fix"), language),
        }
        for group, row in rows
    ]
