"""Structure and fit of a composite model: paths with their sizes, moderation, distances, GoF."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.inspection import CRITICAL_VIF
from csi_model.reporting.moderation_chart import level_words, moderated
from csi_model.reporting.pieces import (
    Piece,
    construct_column,
    in_blocks,
    marked_column,
    probability_column,
    reasons,
    verdict_column,
    verdict_words,
)
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, reason, together
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import fit_name, has, say
from csi_model.vocabulary import TABLES

BEHIND_THE_FIT = ("n", "npar", "iterations", "converged", "gradient", "admissible", "identified",
                  "information_eigenvalue")  # fmt: skip
"""Rows of ``fit.csv`` that PLS has beside the distances."""

SRMR_LIMIT = 0.08
"""Usual upper limit of the SRMR (Hu & Bentler 1999)."""


def path_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Standardised paths with intervals, effect sizes and variance inflation."""
    rows = list(_paths(content))
    if rows:
        yield Piece(
            title=say("h_pls_paths", language),
            how=say("pls_paths_text", language, limit=f"{CRITICAL_VIF:.0f}"),
            view=_paths_view(content, rows, language),
        )


def _paths(content: Content) -> Iterator[Row]:
    """One row for each path, from the tables that hold it."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for row in records.pooled(content, "parameters"):
        if records.word(row, "op") == "~":
            found[records.word(row, "rhs"), records.word(row, "lhs")] = dict(row)
    for name in ("effect_sizes", "collinearity"):
        for row in records.pooled(content, name):
            mine = found.setdefault((records.word(row, "driver"), records.word(row, "target")), {})
            why = reasons(records.word(mine, "why"), records.word(row, "why"))
            mine |= {key: row.get(key) for key in ("f2", "verdict", "vif") if key in row} | {"why": why}
    order = {name: place for place, name in enumerate(content.constructs)}
    for (driver, target), cells in sorted(found.items(), key=lambda one: order.get(one[0][1], len(order))):
        yield {"driver": driver, "target": target, **cells}


def _paths_view(content: Content, rows: list[Row], language: str) -> View:
    return view(
        say("h_pls_paths", language),
        construct_column(content, "effect_sizes", "driver", language),
        [
            Column(title=say("pls_path", language), show=lambda row: formats.number(row.get("est"), 3)),
            interval_column(content, language, 3),
            probability_column("parameters", "pvalue", language),
            number_column("effect_sizes", "f2", 3, language),
            text_column(
                say("pls_size", language),
                lambda row: verdict_words(records.word(row, "verdict"), language),
                absent="",
            ),
            marked_column(
                "collinearity", "vif", 2, language, sign="▲",
                wrong=lambda row: records.number(row, "vif") >= CRITICAL_VIF,
            ),
        ],
        in_blocks(
            rows,
            lambda row: say(
                "cap_drivers_of", language, construct=content.label(records.word(row, "target"), language)
            ),
        ),
        language,
    )  # fmt: skip


def moderation_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Effects of a driver where its moderator is low, average and high."""
    rows = records.pooled(content, "moderation")
    if not rows:
        return
    yield Piece(
        title=say("h_pls_moderation", language),
        how=say("pls_moderation_text", language),
        chart="moderation",
        view=view(
            say("h_pls_moderation", language),
            text_column(
                column_title("moderation", "moderator_at", language), lambda row: level_words(row, language)
            ),
            [number_column("moderation", "effect", 3, language), interval_column(content, language, 3)],
            in_blocks(rows, lambda row: moderated(content, row, language)),
            language,
        ),
    )


def fit_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Overall fit, GoF and what stands behind the verdicts."""
    rows = records.pooled(content, "composite_fit")
    if rows:
        yield Piece(
            title=say("h_fit", language),
            says=tuple(_fit_says(content, rows, language)),
            how=say("pls_fit_text", language),
            view=_fit_view(rows, language),
        )
    behind = _behind(content, language)
    if behind:
        yield Piece(
            title=say("pls_fit_other", language),
            about=say("pls_fit_other_about", language),
            view=behind,
            folded=True,
        )


def _fit_says(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    tested = [row for row in rows if records.word(row, "verdict")]
    beyond = [row for row in tested if records.word(row, "verdict") == "does_not_fit"]
    if not tested:
        yield say("pls_fit_untested", language, why=reason(records.word(rows[0], "why"), language))
    elif beyond:
        names = joined([fit_name(records.word(row, "measure"), language) for row in beyond], language)
        yield together([say("pls_does_not_fit", language, names=names), _size(beyond, language)], language)
    else:
        yield say("pls_fits", language)
    value = records.measures(records.pooled(content, "fit")).get("gof", {}).get("value")
    if not formats.is_empty(value):
        yield say("pls_gof", language, value=formats.number(value, 3))


def _size(rows: list[Row], language: str) -> str:
    """Say whether the misfit is small by its SRMR, where that is beyond chance."""
    row = next((row for row in rows if records.word(row, "measure") == "srmr"), {})
    value = records.number(row, "value")
    if not row:
        return ""
    key = "pls_misfit_small" if value <= SRMR_LIMIT else "pls_misfit_large"
    return say(key, language, value=formats.number(value, 3))


def _fit_view(rows: list[Row], language: str) -> View:
    def estimated(row: Row) -> bool:
        return records.word(row, "model_form") == "estimated"

    def bound(name: str) -> Column:
        return Column(
            title=column_title("composite_fit", name, language),
            show=lambda row: formats.number(row.get(name), 3),
            applies=estimated,
        )

    def form(row: Row) -> str:
        name = records.word(row, "model_form")
        return say(f"pls_form_{name}", language) if has(f"pls_form_{name}") else name

    shown = [row if estimated(row) else _valued(row) for row in rows]
    return view(
        TABLES["composite_fit"].title[language],
        text_column(
            column_title("composite_fit", "measure", language),
            lambda row: fit_name(records.word(row, "measure"), language),
        ),
        [
            number_column("composite_fit", "value", 3, language),
            bound("bound_95"),
            bound("bound_99"),
            Column(
                title=column_title("composite_fit", "pvalue", language),
                show=lambda row: formats.probability(row.get("pvalue")),
                applies=estimated,
            ),
            verdict_column("composite_fit", language),
        ],
        in_blocks(shown, form),
        language,
    )


def _valued(row: Row) -> Row:
    """The row without the reason for a test that is not shown."""
    return row if formats.is_empty(row.get("value")) else {**row, "why": ""}


def _behind(content: Content, language: str) -> View:
    stored = records.measures(records.pooled(content, "fit"))

    def value(row: Row) -> str:
        name = records.word(row, "measure")
        if name in {"converged", "admissible", "identified"}:
            known = not formats.is_empty(row.get("value"))
            return (
                say("no" if records.number(row, "value") == 0 else "yes", language)
                if known
                else formats.EMPTY
            )
        if name in {"gradient", "information_eigenvalue"}:
            return formats.scientific(row.get("value"))
        return formats.count(row.get("value"))

    def name(row: Row) -> str:
        measure = records.word(row, "measure")
        return (
            say(f"fit_pls_{measure}", language) if has(f"fit_pls_{measure}") else fit_name(measure, language)
        )

    return view(
        say("pls_fit_other", language),
        text_column(column_title("fit", "measure", language), name),
        [Column(title=column_title("fit", "value", language), show=value)],
        [("", [stored[measure] for measure in BEHIND_THE_FIT if measure in stored])],
        language,
    )
