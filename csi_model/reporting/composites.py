"""Measurement of composites: loadings and weights, cross-loadings, discriminant validity, tetrads."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, measurement, naming, records
from csi_model.reporting.content import Content
from csi_model.reporting.inspection import CRITICAL_VIF
from csi_model.reporting.pieces import (
    Piece,
    construct_column,
    marked_column,
    probability_column,
    verdict_column,
    verdict_words,
)
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import TABLES

LOADING_LIMIT = 0.708
"""A loading whose square is one half (Hair, Risher, Sarstedt & Ringle 2019, EBR 31, 2-24)."""


def loadings_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Loadings and weights, and what questions share with their construct and its drivers."""
    rows = records.pooled(content, "communalities")
    if not rows:
        return
    yield Piece(
        title=say("h_pls_loadings", language),
        how=say("pls_loadings_text", language),
        view=_loadings_view(content, rows, language),
    )
    whole = records.pooled(content, "redundancies")
    yield Piece(
        title=say("h_pls_communalities", language),
        how=say("pls_communalities_text", language, limit=f"{CRITICAL_VIF:.0f}"),
        view=_redundancy_view(content, whole, language) if whole else None,
    )
    yield Piece(
        title=say("h_pls_shares", language),
        about=say("about_pls_shares", language),
        view=_communality_view(content, rows, language),
        folded=True,
    )


def _entries(content: Content, op: str) -> dict[tuple[str, str], Row]:
    return {
        (records.word(row, "lhs"), records.word(row, "rhs")): row
        for row in records.pooled(content, "parameters")
        if records.word(row, "op") == op
    }


def _loadings_view(content: Content, rows: list[Row], language: str) -> View:
    parameters = {op: _entries(content, op) for op in ("=~", "<~")}
    weights = {
        (records.word(row, "construct"), records.word(row, "indicator")): row
        for row in records.pooled(content, "weights")
    }

    def cell(stored: dict[tuple[str, str], Row], row: Row) -> Row:
        return stored.get((records.word(row, "construct"), records.word(row, "indicator")), {})

    def interval(op: str) -> Column:
        def show(row: Row) -> str:
            found = cell(parameters[op], row)
            return formats.interval(found.get("ci_lower"), found.get("ci_upper"), 3, language)

        def estimated(row: Row) -> bool:
            return str(cell(parameters[op], row).get("free", "")) in {"True", "true", "1", "1.0"}

        return Column(title=interval_column(content, language, 3).title, show=show, applies=estimated)

    def number(title: str, name: str) -> Column:
        return Column(
            title=say(title, language),
            show=lambda row: (
                formats.number(row.get(name), 3)
                + (" ▼" if name == "loading" and abs(records.number(row, name)) < LOADING_LIMIT else "")
            ),
        )

    rows = [
        {**row, "why": next((w for op in parameters if (w := _why(cell(parameters[op], row)))), "")}
        for row in rows
    ]
    return view(
        say("h_pls_loadings", language),
        measurement.question_column(content, language),
        [
            number("pls_loading", "loading"),
            interval("=~"),
            number("pls_outer", "weight"),
            interval("<~"),
            Column(
                title=say("pls_index_weight", language),
                show=lambda row: formats.number(cell(weights, row).get("weight"), 3),
            ),
            text_column(
                column_title("communalities", "weighting", language), lambda row: _mode(row, language)
            ),
        ],
        measurement.by_construct(content, rows, language),
        language,
    )


def _why(row: Row) -> str:
    why = records.word(row, "why")
    return "" if why == "fixed, not estimated" else why


def _mode(row: Row, language: str) -> str:
    mode = records.word(row, "weighting")
    return say(f"pls_mode_{mode}", language) if has(f"pls_mode_{mode}") else mode


def _communality_view(content: Content, rows: list[Row], language: str) -> View:
    return view(
        say("h_pls_communalities", language),
        measurement.question_column(content, language),
        [
            *_shares("communalities", language),
            marked_column(
                "communalities", "vif", 2, language, sign="▲",
                wrong=lambda row: records.number(row, "vif") >= CRITICAL_VIF,
            ),
        ],
        measurement.by_construct(content, rows, language),
        language,
    )  # fmt: skip


def _shares(table: str, language: str) -> list[Column]:
    return [number_column(table, name, 3, language) for name in ("communality", "redundancy", "q2")]


def _redundancy_view(content: Content, rows: list[Row], language: str) -> View:
    return view(
        TABLES["redundancies"].title[language],
        construct_column(content, "redundancies", "construct", language),
        [
            *_shares("redundancies", language),
            text_column(
                column_title("redundancies", "weighting", language), lambda row: _mode(row, language)
            ),
        ],
        [("", rows)],
        language,
    )


def cross_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Every question with every construct, its own construct marked."""
    rows = records.pooled(content, "cross_loadings")
    if not rows:
        return
    yield Piece(
        title=TABLES["cross_loadings"].title[language],
        about=say("pls_cross_about", language),
        how=say("pls_cross_text", language),
        view=_cross_view(content, rows, language),
        folded=True,
        framed=True,
    )


def _owns(row: Row) -> bool:
    return str(row.get("own_construct")) in {"True", "true", "1", "1.0"}


def _cross_view(content: Content, rows: list[Row], language: str) -> View:
    inside = {records.word(row, "construct") for row in rows}
    names = [name for name in content.constructs if name in inside]
    found = {(records.word(row, "indicator"), records.word(row, "construct")): row for row in rows}
    lines: list[Row] = []
    for item in dict.fromkeys(records.word(row, "indicator") for row in rows):
        own = next((name for name in names if _owns(found.get((item, name), {}))), "")
        lines.append({"indicator": item, "construct": own, "why": records.word(found[item, names[0]], "why")})

    def column(place: int, name: str) -> Column:
        def cell(row: Row) -> Row:
            return found.get((str(row["indicator"]), name), {})

        def show(row: Row) -> str:
            text = formats.number(cell(row).get("loading"), 3)
            if _owns(cell(row)):
                return f"[{text}]"
            own = records.number(found.get((str(row["indicator"]), str(row["construct"])), {}), "loading")
            return f"{text} ▲" if abs(records.number(cell(row), "loading")) > abs(own) else text

        return Column(title=str(place + 1), show=show, tone=lambda row: "own" if _owns(cell(row)) else "")

    titled = [
        (f"{names.index(owner) + 1}  {title}" if (owner := str(members[0]["construct"])) in names else title,
         members)
        for title, members in measurement.by_construct(content, lines, language)
    ]  # fmt: skip
    return view(
        TABLES["cross_loadings"].title[language],
        measurement.question_column(content, language),
        [column(place, name) for place, name in enumerate(names)],
        titled,
        language,
    )


def discriminant_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Fornell-Larcker and HTMT with one-sided bounds for every pair."""
    rows = records.pooled(content, "discriminant")
    if not rows:
        return
    rows = [{**row, "why": _labelled_reason(content, records.word(row, "why"), language)} for row in rows]
    level = formats.level(records.confidence(content))
    yield Piece(
        title=say("h_validity", language),
        says=tuple(_told_apart(content, rows, language)),
        how=say("pls_discriminant_text", language, level=level),
        view=view(
            say("h_validity", language),
            construct_column(content, "discriminant", "construct_1", language),
            [
                construct_column(content, "discriminant", "construct_2", language),
                verdict_column("discriminant", language),
                *(
                    number_column("discriminant", name, 3, language)
                    for name in ("htmt", "htmt_upper", "htmt2", "htmt2_upper", "correlation", "sqrt_ave_1",
                                 "sqrt_ave_2")
                ),
                text_column(
                    column_title("discriminant", "fornell_larcker", language),
                    lambda row: _held(records.word(row, "fornell_larcker"), language),
                    absent="",
                ),
            ],
            [("", rows)],
            language,
        ),
        framed=True,
    )  # fmt: skip


def _labelled_reason(content: Content, why: str, language: str) -> str:
    """The reason with labels for the names of constructs that it begins with."""
    names, colon, rest = why.partition(": ")
    if not colon or not all(name in content.constructs for name in names.split(", ")):
        return why
    return joined([content.label(name, language) for name in names.split(", ")], language) + colon + rest


def _held(answer: str, language: str) -> str:
    return verdict_words({"yes": "held", "no": "not_held"}.get(answer, answer), language)


def _told_apart(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    close = [row for row in rows if records.word(row, "verdict") == "not_distinct"]
    if close:
        pairs = [
            _two(content, row, language)
            + say("in_brackets", language, text=f"HTMT {formats.number(row['htmt'], 3)}")
            for row in close
        ]
        yield say("pls_not_distinct", language, pairs=say("list_break", language).join(pairs))
    elif all(records.word(row, "verdict") in {"distinct", ""} for row in rows) and any(
        records.word(row, "verdict") for row in rows
    ):
        yield say("pls_all_distinct", language)


def _two(content: Content, row: Row, language: str) -> str:
    names = [content.label(records.word(row, key), language) for key in ("construct_1", "construct_2")]
    return joined(names, language)


def tetrad_pieces(content: Content, language: str) -> Iterator[Piece]:
    """Whether questions can be reflections of one thing."""
    rows = records.pooled(content, "tetrads")
    if not rows:
        return
    yield Piece(
        title=TABLES["tetrads"].title[language],
        about=say("pls_tetrads_about", language),
        says=tuple(_tetrad_says(content, rows, language)),
        how=say("pls_tetrads_text", language),
        view=view(
            TABLES["tetrads"].title[language],
            text_column(
                column_title("tetrads", "tetrad", language),
                lambda row: _questions(content, row, language),
            ),
            [
                number_column("tetrads", "value", 3, language),
                interval_column(content, language, 3),
                probability_column("tetrads", "pvalue", language),
            ],
            measurement.by_construct(content, rows, language),
            language,
        ),
        folded=True,
        framed=True,
    )


def _questions(content: Content, row: Row, language: str) -> str:
    names = records.word(row, "tetrad").split(", ")
    return say("comma", language).join(naming.named(content, name, language) for name in names)


def _tetrad_says(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    said = {records.word(row, "construct"): records.word(row, "verdict") for row in rows}
    for verdict in ("contradicted", "upheld"):
        names = [content.label(name, language) for name, found in said.items() if found == verdict]
        if names:
            yield say(f"pls_tetrads_{verdict}", language, names=joined(names, language))
