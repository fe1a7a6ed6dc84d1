"""Prediction of those left out, tests against benchmarks, and necessary conditions."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, measurement, records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import (
    Piece,
    construct_column,
    in_blocks,
    marked_column,
    probability_column,
    verdict_column,
    verdict_words,
)
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, reason
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    labelled,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import TABLES

OVERALL = "all"
"""The target of a test over all constructs."""


def prediction_pieces(content: Content, language: str) -> Iterator[Piece]:
    """How well answers of respondents left out are predicted, and whether that is more than chance."""
    rows = records.pooled(content, "prediction")
    if rows:
        yield Piece(
            title=say("h_predicted", language),
            says=tuple(_power(content, rows, language)),
            how=say("prediction_text", language),
            view=_prediction_view(content, rows, language),
            framed=True,
        )
    tests = records.pooled(content, "cvpat")
    if tests:
        yield Piece(
            title=say("h_cvpat", language),
            says=tuple(_ability(tests, language)),
            how=say("cvpat_text", language),
            view=_cvpat_view(content, tests, language),
        )


def _power(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    """One sentence for each degree of power, with its constructs."""
    said = {records.word(row, "construct"): records.word(row, "verdict") for row in rows}
    for verdict in ("high", "medium", "low", "none"):
        names = [content.label(name, language) for name, found in said.items() if found == verdict]
        if names:
            yield say(f"predicts_{verdict}", language, names=joined(names, language))
    for name, verdict in said.items():
        if not verdict:
            mine = (row for row in rows if records.word(row, "construct") == name)
            why = next((why for row in mine if (why := records.word(row, "why"))), "")
            label = content.label(name, language)
            yield say("predicts_unknown", language, names=label, why=reason(why, language))


def _prediction_view(content: Content, rows: list[Row], language: str) -> View:
    def number(name: str) -> Column:
        return number_column("prediction", name, 3, language)

    return view(
        TABLES["prediction"].title[language],
        measurement.question_column(content, language),
        [
            marked_column(
                "prediction", "q2_predict", 3, language, sign="▼",
                wrong=lambda row: records.number(row, "q2_predict") <= 0,
            ),
            marked_column(
                "prediction", "rmse_pls", 3, language, sign="▲",
                wrong=lambda row: records.number(row, "rmse_pls") > records.number(row, "rmse_lm"),
            ),
            *(number(name) for name in ("rmse_lm", "rmse_mean", "mae_pls", "mae_lm", "mae_mean")),
        ],
        measurement.by_construct(content, rows, language),
        language,
    )  # fmt: skip


def _ability(rows: list[Row], language: str) -> Iterator[str]:
    for benchmark in ("mean", "lm"):
        for row in rows:
            mine = records.word(row, "target") == OVERALL and records.word(row, "benchmark") == benchmark
            key = f"cvpat_{benchmark}_{records.word(row, 'verdict').replace(' ', '_')}"
            if mine and has(key):
                yield say(key, language)


def _cvpat_view(content: Content, rows: list[Row], language: str) -> View:
    def target(row: Row) -> str:
        name = records.word(row, "target")
        return say("all_constructs", language) if name == OVERALL else labelled(content, name, language)

    def benchmark(row: Row) -> str:
        name = records.word(row, "benchmark")
        return say(f"benchmark_{name}", language) if has(f"benchmark_{name}") else name

    def number(name: str) -> Column:
        return number_column("cvpat", name, 3, language)

    return view(
        TABLES["cvpat"].title[language],
        text_column(column_title("index", "construct", language), target),
        [
            verdict_column("cvpat", language),
            number("loss_pls"),
            number("loss_benchmark"),
            Column(
                title=say("loss_difference", language),
                show=lambda row: formats.number(row.get("difference"), 3),
            ),
            interval_column(content, language, 3),
            probability_column("cvpat", "pvalue", language),
        ],
        in_blocks(rows, benchmark),
        language,
        strong=lambda row: records.word(row, "target") == OVERALL,
    )


def necessity_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Conditions without which a level of the target was not reached."""
    rows = records.pooled(content, "necessity")
    if rows:
        yield Piece(
            title=TABLES["necessity"].title[language],
            says=tuple(_necessary(content, rows, language)),
            how=say("necessity_text", language),
            view=_necessity_view(content, rows, language),
        )
    levels = records.pooled(content, "bottlenecks")
    for target in dict.fromkeys(records.word(row, "target") for row in levels):
        label = content.label(target, language)
        yield Piece(
            title=say("h_bottlenecks", language, target=label),
            how=say("bottlenecks_text", language, target=label),
            view=_bottleneck_view(
                content, [row for row in levels if records.word(row, "target") == target], label, language
            ),
        )


def _necessary(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    for target in dict.fromkeys(records.word(row, "target") for row in rows):
        mine = [row for row in rows if records.word(row, "target") == target]
        names = dict.fromkeys(
            content.label(records.word(row, "driver"), language)
            for row in mine
            if records.word(row, "verdict") == "necessary"
        )
        label = content.label(target, language)
        if names:
            yield say("necessity_found", language, target=label, names=joined(list(names), language))
        elif any(records.word(row, "verdict") for row in mine):
            yield say("necessity_none", language, target=label)


def _necessity_view(content: Content, rows: list[Row], language: str) -> View:
    return view(
        TABLES["necessity"].title[language],
        construct_column(content, "necessity", "driver", language),
        [
            text_column(
                column_title("necessity", "ceiling", language),
                lambda row: verdict_words(records.word(row, "ceiling"), language),
            ),
            number_column("necessity", "effect_size", 3, language),
            probability_column("necessity", "pvalue", language),
            Column(
                title=column_title("necessity", "accuracy", language),
                show=lambda row: formats.percent(row.get("accuracy")),
            ),
            verdict_column("necessity", language),
        ],
        in_blocks(
            rows,
            lambda row: say(
                "cap_drivers_of", language, construct=content.label(records.word(row, "target"), language)
            ),
        ),
        language,
    )


def _bottleneck_view(content: Content, rows: list[Row], target: str, language: str) -> View:
    """Levels of the target as lines, drivers as columns."""
    found = {(records.number(row, "target_level"), records.word(row, "driver")): row for row in rows}
    drivers = dict.fromkeys(driver for _, driver in found)
    lines: list[Row] = [{"target_level": level} for level in dict.fromkeys(level for level, _ in found)]

    def column(driver: str) -> Column:
        def show(row: Row) -> str:
            cell = found.get((float(row["target_level"]), driver), {})
            if formats.is_empty(cell.get("required")):
                return "NN" if records.word(cell, "why").startswith("not necessary") else "NR"
            return formats.number(cell["required"], 1)

        return Column(title=content.label(driver, language), show=show)

    return view(
        say("h_bottlenecks", language, target=target),
        text_column(
            say("bottleneck_level", language, target=target),
            lambda row: formats.number(row["target_level"], 0),
        ),
        [column(driver) for driver in drivers],
        [("", lines)],
        language,
    )
