"""Rows of the measures table for sections: by measure and unit, as views and as sentences' parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import probability_column, verdict_words
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

DIGITS = {"percent": 1, "score": 1, "answer_units": 2, "percentage_points": 1}
"""Decimals of a value by what it is in."""


def measure_rows(content: Content, names: Collection[str], *, unit: str | None = None) -> list[Row]:
    """Rows of ``measures`` of these measures, in stored order; of one unit if it is named."""
    return [
        row
        for row in records.across(content, "measures")
        if records.word(row, "measure") in names and unit in (None, records.word(row, "unit"))
    ]


def several_units(rows: Iterable[Row]) -> bool:
    """Whether there are groups among the units."""
    return len({records.word(row, "unit") for row in rows}) > 1


def item_label(content: Content, row: Row, language: str) -> str:
    """The question (or part) of a row in words."""
    name = records.word(row, "item")
    if name in content.labels:  # a question, whatever its name means elsewhere
        return content.label(name, language)
    return term(name, language)


def value_text(row: Row, name: str = "value") -> str:
    """A value with the decimals that belong to what it is in; the reader finds the unit in its own column."""
    return formats.number(row.get(name), DIGITS.get(records.word(row, "metric"), 2))


def measures_view(content: Content, rows: Sequence[Row], language: str, *, caption: str = "") -> View:
    """Value, interval and base of measures, in blocks by measure where there are several."""
    titles = dict.fromkeys(_block(row, language) for row in rows)
    blocks = [
        (title if len(titles) > 1 else "", [r for r in rows if _block(r, language) == title])
        for title in titles
    ]
    grouped = several_units(rows)
    items = len({records.word(row, "item") for row in rows}) > 1

    def head(row: Row) -> str:
        return item_label(content, row, language)

    def unit(row: Row) -> str:
        return league_rows.unit_label(content, records.word(row, "unit"), language)

    columns: list[Column] = []
    if grouped and items:
        columns.append(text_column(column_title("measures", "unit", language), unit))
    columns += [
        Column(title=column_title("measures", "value", language), show=value_text),
        _interval(content, language),
        count_column("measures", "n", language),
    ]
    for name in ("counted", "metric", "band"):
        if any(records.word(row, name) for row in rows):
            columns.append(_words(name, language))
    title = "unit" if grouped and not items else "item"
    return view(
        caption or MEASURES["measures"].title[language],
        text_column(column_title("measures", title, language), unit if title == "unit" else head),
        columns,
        blocks,
        language,
        strong=lambda row: grouped and records.word(row, "unit") == league_rows.EVERYBODY,
    )


def _block(row: Row, language: str) -> str:
    return term(records.word(row, "measure"), language)


def _interval(content: Content, language: str) -> Column:
    """Intervals with the decimals of their values."""

    def show(row: Row) -> str:
        digits = DIGITS.get(records.word(row, "metric"), 2)
        return formats.interval(row.get("ci_lower"), row.get("ci_upper"), digits, language)

    return Column(title=interval_column(content, language, 1).title, show=show)


def _words(name: str, language: str) -> Column:
    return text_column(
        column_title("measures", name, language),
        lambda row: term(records.word(row, name), language),
        absent="",
    )


def differences_view(content: Content, names: Collection[str], language: str) -> View:
    """Differences of these measures between units."""
    rows = [
        row for row in records.across(content, "measure_differences") if records.word(row, "measure") in names
    ]
    titles = dict.fromkeys(_difference_block(content, row, language) for row in rows)
    blocks = [
        (title, [row for row in rows if _difference_block(content, row, language) == title])
        for title in titles
    ]

    def pair(row: Row) -> str:
        units = (
            league_rows.unit_label(content, records.word(row, name), language)
            for name in ("unit_1", "unit_2")
        )
        return " – ".join(units)

    return view(
        MEASURES["measure_differences"].title[language],
        text_column(say("cmp_pair", language), pair),
        [
            Column(
                title=column_title("measure_differences", "difference", language),
                show=lambda row: formats.number(row.get("difference"), 2),
            ),
            interval_column(content, language, 2),
            probability_column("measure_differences", "pvalue_holm", language),
            text_column(
                column_title("measure_differences", "verdict", language),
                lambda row: verdict_words(term(records.word(row, "verdict"), language), language),
            ),
        ],
        blocks,
        language,
    )


def _difference_block(content: Content, row: Row, language: str) -> str:
    parts = [_block(row, language), item_label(content, row, language)]
    if records.word(row, "kind") == "rest":
        parts.append(term("rest", language))
    return " · ".join(parts)
