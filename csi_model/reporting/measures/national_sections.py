"""What a page shows of the national indices with fixed weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.rows import (
    differences_view,
    item_label,
    measure_rows,
    measures_view,
    value_text,
)
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, column_title, number_column, text_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_EVERYBODY = league_rows.EVERYBODY


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    yield from _index(content, language, "kcsi", "kcsi_part", "kcsi_item", say("nat_kcsi_how", language))
    yield from _index(content, language, "ukcsi", "ukcsi_dimension", "", say("nat_ukcsi_how", language))
    yield from _index(content, language, "ikm", "", "ikm_element", say("nat_ikm_how", language))
    rows = measure_rows(content, ("kundenmonitor",))
    if rows:
        best = "5" if records.word(rows[0], "counted").endswith("5") else "1"
        how = say(f"nat_kunden_how_{best}", language)
        yield from _index(content, language, "kundenmonitor", "", "kundenmonitor_share", how)


def _index(content: Content, language: str, name: str, parts: str, items: str, how: str) -> Iterator[Piece]:
    """The index in words, chart and table with its parts; its items, differences and weights folded."""
    shown = tuple(one for one in (name, parts) if one)
    rows = measure_rows(content, shown)
    if not measure_rows(content, (name,)):
        return
    title = term(name, language)
    yield Piece(
        title=title,
        says=tuple(_says(content, language, name, parts, items)),
        how=how,
        chart=name,
        view=measures_view(content, rows, language, caption=title),
    )
    if items:
        yield Piece(
            title=term(items, language),
            chart=items if items == "ikm_element" else "",
            view=measures_view(content, measure_rows(content, (items,)), language),
            folded=True,
            about=title,
        )
    differences = differences_view(content, (*shown, *([items] if items else [])), language)
    if differences:
        yield Piece(
            title=MEASURES["measure_differences"].title[language], view=differences, folded=True, about=title
        )
    for table, made in (("fixed_weights", weights_view), ("grade_bands", _bands)):
        found = [row for row in records.across(content, table) if records.word(row, "measure") == name]
        if found:
            yield Piece(
                title=MEASURES[table].title[language],
                view=made(content, found, language),
                folded=True,
                about=title,
            )


def _says(content: Content, language: str, name: str, part: str, items: str) -> Iterator[str]:
    row = measure_rows(content, (name,), unit=_EVERYBODY)[0]
    yield say(
        "nat_value",
        language,
        name=term(records.word(row, "counted" if name == "kundenmonitor" else "item"), language),
        value=value_text(row),
        level=formats.level(records.confidence(content)),
        interval=formats.interval(row.get("ci_lower"), row.get("ci_upper"), _digits(row), language),
    )
    band = records.word(row, "band")
    if band:
        yield say("nat_grade", language, band=term(band, language))
    if items == "ikm_element":
        yield from _lowest(content, measure_rows(content, (items,), unit=_EVERYBODY), language)
    parts = measure_rows(content, (part,), unit=_EVERYBODY) if part else []
    if parts:
        shown = say("list_break", language).join(
            say("nat_part", language, name=item_label(content, one, language), value=_amount(one))
            for one in parts
        )
        yield say("nat_parts", language, parts=shown)


def _lowest(content: Content, rows: Sequence[Row], language: str) -> Iterator[str]:
    known = [row for row in rows if not math.isnan(records.number(row, "value"))]
    if len(known) > 1:
        lowest = min(known, key=lambda row: records.number(row, "value"))
        name = item_label(content, lowest, language)
        yield say("nat_lowest", language, name=name, value=value_text(lowest))


def _digits(row: Row) -> int:
    return 2 if records.word(row, "metric") == "answer_units" else 1


def _amount(row: Row) -> str:
    return value_text(row) + ("%" if records.word(row, "metric") == "percent" else "")


def weights_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """Weights of an index: of each question in its part, and in the whole."""

    def words(name: str) -> Column:
        return text_column(
            column_title("fixed_weights", name, language), lambda row: term(records.word(row, name), language)
        )

    return view(
        MEASURES["fixed_weights"].title[language],
        text_column(
            column_title("fixed_weights", "item", language), lambda row: item_label(content, row, language)
        ),
        [
            words("part"),
            number_column("fixed_weights", "part_weight", 3, language),
            number_column("fixed_weights", "weight", 3, language),
            words("weights_from"),
        ],
        [("", rows)],
        language,
    )


def _bands(content: Content, rows: Sequence[Row], language: str) -> View:
    return view(
        MEASURES["grade_bands"].title[language],
        text_column(
            column_title("grade_bands", "band", language),
            lambda row: term(records.word(row, "band"), language),
        ),
        [number_column("grade_bands", name, 2, language) for name in ("band_from", "band_to")],
        [("", rows)],
        language,
    )
