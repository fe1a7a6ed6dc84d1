"""AHP satisfaction and AHP loyalty on a page."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.ahp_columns import goal_blocks, term_column
from csi_model.reporting.measures.ahp_rows import by_parent, factor_rows
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view, several_units
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_SCORED = ("ahp_criterion", "ahp_factor")


def satisfaction_pieces(content: Content, language: str) -> Iterator[Piece]:
    """The score by unit, and its factors by weight and value."""
    rows = measure_rows(content, ("ahp_satisfaction",))
    if not rows:
        return
    title = term("ahp_satisfaction", language)
    plain = any(records.word(row, "counted") == "answer / highest answer" for row in rows)
    whole = [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]
    says = [_score(content, row, language) for row in whole]
    yield Piece(
        title=title,
        says=(*says, *([say("ahp_floor", language)] if plain else [])),
        chart="ahp_satisfaction",
        view=measures_view(content, rows, language, caption=title),
    )
    if differences := differences_view(content, ("ahp_satisfaction",), language):
        yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)
    factors = factor_rows(content, "ahp_satisfaction")
    urgent = [
        content.label(records.word(row, "node"), language)
        for row in factors
        if records.word(row, "quadrant") == "improve_first"
    ]
    yield Piece(
        title=say("ahp_h_map", language),
        says=(say("ahp_first", language, names=joined(urgent, language)),) if urgent else (),
        how=say("ahp_how_map", language),
        chart="ahp_map" if len(factors) > 1 else "",
        view=_factors_view(content, factors, language),
    )
    details = measure_rows(content, _SCORED)
    if details:
        yield Piece(
            title=say("ahp_h_criteria", language),
            view=measures_view(content, details, language, caption=say("ahp_h_criteria", language)),
            folded=True,
        )


def _score(content: Content, row: Row, language: str) -> str:
    lower, upper = row.get("ci_lower"), row.get("ci_upper")
    interval = ""
    if not formats.is_empty(lower):
        interval = say(
            "ahp_interval", language, level=formats.level(records.confidence(content)),
            interval=formats.interval(lower, upper, 1, language),
        )  # fmt: skip
    goal = content.label(records.word(row, "item"), language)
    return say("ahp_score", language, goal=goal, value=formats.number(row.get("value")), interval=interval)


def _factors_view(content: Content, rows: list[Row], language: str) -> View:
    table = "ahp_factors"
    numbers = {id(row): place + 1 for place, row in enumerate(rows)}

    def head(row: Row) -> str:
        return f"{numbers[id(row)]} {content.label(records.word(row, 'node'), language)}"

    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "node", language), head),
        [
            number_column(table, "global_weight", 3, language),
            number_column(table, "mean", 2, language),
            number_column(table, "factor_value", 3, language),
            number_column(table, "contribution", 2, language),
            number_column(table, "room", 2, language),
            term_column(table, "quadrant", language),
            count_column(table, "n", language),
        ],
        [(content.label(parent, language), block) for parent, block in by_parent(rows)],
        language,
    )


def loyalty_pieces(content: Content, language: str) -> Iterator[Piece]:
    """The score of the customers in classes and by segment, and its factors."""
    rows = records.across(content, "ahp_loyalty")
    if not rows:
        return
    whole = [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]
    yield Piece(
        title=term("ahp_loyalty", language),
        says=tuple(_customers(content, row, language) for row in whole),
        chart="ahp_loyalty",
        chart_title=MEASURES["ahp_loyalty_distribution"].title[language],
        view=_customers_view(content, rows, language),
    )
    measured = measure_rows(content, ("ahp_loyalty",))
    if several_units(measured):
        title = say("ahp_h_segments", language)
        yield Piece(
            title=title, chart="ahp_segments", view=measures_view(content, measured, language, caption=title)
        )
        if differences := differences_view(content, ("ahp_loyalty",), language):
            yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)
    yield Piece(
        title=say("ahp_h_factors_loyalty", language),
        how=say("ahp_how_map", language),
        view=_factors_view(content, factor_rows(content, "ahp_loyalty"), language),
    )
    yield Piece(
        title=MEASURES["ahp_loyalty_distribution"].title[language],
        view=_distribution_view(content, language),
        folded=True,
    )


def _customers(content: Content, row: Row, language: str) -> str:
    return say(
        "ahp_loyal", language, goal=content.label(records.word(row, "hierarchy"), language),
        mean=formats.number(row.get("mean")), median=formats.number(row.get("median")),
        low=formats.number(row.get("quantile_10")), high=formats.number(row.get("quantile_90")),
    )  # fmt: skip


def _unit_column(content: Content, table: str, language: str) -> Column:
    return text_column(
        column_title(table, "unit", language),
        lambda row: league_rows.unit_label(content, records.word(row, "unit"), language),
    )


def _customers_view(content: Content, rows: list[Row], language: str) -> View:
    table = "ahp_loyalty"
    names = ("mean", "sd", "quantile_10", "quantile_25", "median", "quantile_75", "quantile_90")
    return view(
        MEASURES[table].title[language],
        _unit_column(content, table, language),
        [
            count_column(table, "n", language),
            *(number_column(table, name, 1, language) for name in names),
        ],
        goal_blocks(content, table, language) if rows else [],
        language,
        strong=lambda row: len(rows) > 1 and records.word(row, "unit") == league_rows.EVERYBODY,
    )


def _distribution_view(content: Content, language: str) -> View:
    table = "ahp_loyalty_distribution"
    rows = records.across(content, table)
    units = dict.fromkeys(records.word(row, "unit") for row in rows)

    def head(row: Row) -> str:
        return formats.interval(row.get("score_from"), row.get("score_to"), 0, language)

    return view(
        MEASURES[table].title[language],
        text_column(term("ahp_loyalty", language), head),
        [count_column(table, "n", language), share_column(table, "share", language)],
        [
            (
                league_rows.unit_label(content, unit, language),
                [row for row in rows if records.word(row, "unit") == unit],
            )
            for unit in units
        ],
        language,
    )
