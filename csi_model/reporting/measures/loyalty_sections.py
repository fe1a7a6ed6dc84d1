"""What a page shows of the family ``loyalty``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.loyalty_charts import CHARTS, heading
from csi_model.reporting.measures.rows import differences_view, item_label, measure_rows, measures_view
from csi_model.reporting.pieces import Piece, in_blocks, probability_column
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, together
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

INDEX = ("loyalty_index", "loyalty_part")
PRICES = (
    "reservation_price", "reservation_q1", "reservation_median", "reservation_q3", "price_rise", "price_cut",
)  # fmt: skip
CURVE = ("loyalty_score", "share_defection", "share_indifference", "share_affection")
_EVERYBODY = league_rows.EVERYBODY


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    if measure_rows(content, ("loyalty_index",)):
        yield from _index(content, language)
    if records.across(content, "price_tolerance"):
        yield from _price(content, language)
    if records.across(content, "loyalty_curve"):
        yield from _curve(content, language)


def _chart(content: Content, name: str) -> str:
    return name if CHARTS[name].supported(content) else ""


def _differences(content: Content, names: Sequence[str], language: str) -> Iterator[Piece]:
    found = differences_view(content, names, language)
    if found:
        yield Piece(title=found.caption, view=found, folded=True, framed=found.long)


def _of_everybody(content: Content, table: str) -> list[Row]:
    return [row for row in records.across(content, table) if records.word(row, "unit") == _EVERYBODY]


def _unit(content: Content, language: str) -> Callable[[Row], str]:
    return lambda row: league_rows.unit_label(content, records.word(row, "unit"), language)


def _units(content: Content, rows: list[Row], language: str) -> list[tuple[str, list[Row]]]:
    """Rows in blocks by unit, without a heading where there is one unit only."""
    blocks = in_blocks(rows, _unit(content, language))
    return blocks if len(blocks) > 1 else [("", rows)]


def _interval(row: Row, digits: int, language: str) -> str:
    return formats.interval(row.get("ci_lower"), row.get("ci_upper"), digits, language)


# loyalty index


def _index(content: Content, language: str) -> Iterator[Piece]:
    title = heading("loyalty_index", language)
    rows = measure_rows(content, INDEX)
    level = formats.level(records.confidence(content))
    whole = measure_rows(content, ("loyalty_index",), unit=_EVERYBODY)[0]
    parts = [
        say(
            "loyalty_index_weight",
            language,
            name=content.label(records.word(row, "item"), language),
            weight=formats.percent(row.get("weight")),
        )
        for row in _of_everybody(content, "loyalty_index_parts")
    ]
    says = [
        say(
            "loyalty_index_says", language, value=formats.number(whole.get("value")), level=level,
            interval=_interval(whole, 1, language),
        ),
        say("loyalty_index_weights", language, parts=joined(parts, language)),
    ]  # fmt: skip
    yield Piece(
        title=title,
        says=tuple(says),
        chart=_chart(content, "loyalty-index"),
        view=measures_view(content, rows, language, caption=title),
    )
    parts_view = _parts_view(content, language)
    yield Piece(title=parts_view.caption, view=parts_view, framed=parts_view.long)
    yield from _differences(content, INDEX, language)


def _parts_view(content: Content, language: str) -> View:
    table = "loyalty_index_parts"
    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "item", language), lambda row: item_label(content, row, language)),
        [
            text_column(
                column_title(table, "scored", language),
                lambda row: term(records.word(row, "scored"), language),
            ),
            share_column(table, "weight", language),
            number_column(table, "part_score", 1, language),
            number_column(table, "contribution", 1, language),
            count_column(table, "n", language),
        ],
        _units(content, records.across(content, table), language),
        language,
    )


# price tolerance


def _price(content: Content, language: str) -> Iterator[Piece]:
    title = heading("price_tolerance", language)
    yield Piece(
        title=title,
        says=tuple(_price_says(content, language)),
        how=say("loyalty_price_how", language),
        chart=_chart(content, "price-tolerance"),
        view=measures_view(content, measure_rows(content, PRICES), language, caption=title),
    )
    curve = _price_view(content, language)
    yield Piece(title=curve.caption, view=curve, folded=curve.long, framed=curve.long)
    answers = _answers_view(content, language)
    yield Piece(title=answers.caption, view=answers, framed=answers.long)
    yield from _differences(content, PRICES, language)


def _price_says(content: Content, language: str) -> Iterator[str]:
    rows = _of_everybody(content, "price_tolerance")
    today = next((row for row in rows if records.number(row, "change") == 0), None)
    if today is not None:
        yield say(
            "loyalty_price_today", language, today=formats.percent(today.get("share")),
            dear=formats.percent(rows[-1].get("share")), change=formats.plain(rows[-1].get("change")),
        )  # fmt: skip
    for row in measure_rows(content, ("reservation_median",), unit=_EVERYBODY):
        if not math.isnan(records.number(row, "value")):
            yield say(
                "loyalty_price_median", language, value=formats.number(row.get("value")),
                level=formats.level(records.confidence(content)), interval=_interval(row, 1, language),
            )  # fmt: skip


def _percents(start: str, content: Content, language: str) -> Column:
    """An interval of a share, in percent."""

    def show(row: Row) -> str:
        low, high = (records.number(row, f"{start}_{end}") for end in ("lower", "upper"))
        return formats.interval(100 * low, 100 * high, 1, language)

    level = formats.level(records.confidence(content))
    return Column(title=say("interval", language, level=level), show=show)


def _price_view(content: Content, language: str) -> View:
    table = "price_tolerance"
    return view(
        MEASURES[table].title[language],
        text_column(say("loyalty_price_x", language), lambda row: formats.plain(row.get("change"))),
        [
            share_column(table, "share", language),
            _percents("ci", content, language),
            count_column(table, "n", language),
        ],
        _units(content, records.across(content, table), language),
        language,
        strong=lambda row: records.number(row, "change") == 0,
    )


def _answers_view(content: Content, language: str) -> View:
    table = "price_tolerance_answers"
    counts = ("asked_of", "answered", "beyond_end", "dont_know", "refused", "other_missing")
    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "item", language), lambda row: item_label(content, row, language)),
        [count_column(table, name, language) for name in counts],
        _units(content, records.across(content, table), language),
        language,
    )


# satisfaction-loyalty curve


def _curve(content: Content, language: str) -> Iterator[Piece]:
    zones, tests = _zones_view(content, language), _tests_view(content, language)
    yield Piece(
        title=heading("loyalty_curve", language),
        says=tuple(_curve_says(content, language)),
        how=say("loyalty_curve_how", language),
        chart=_chart(content, "loyalty-curve"),
        view=zones,
        framed=zones.long,
    )
    if _chart(content, "loyalty-curves"):
        title = say("loyalty_curve_group_title", language)
        yield Piece(title=title, says=tuple(_group_says(content, language)), chart="loyalty-curves")
    yield Piece(title=tests.caption, view=tests, framed=tests.long)
    slopes, curve = _slopes_view(content, language), _curve_view(content, language)
    yield Piece(title=slopes.caption, view=slopes, framed=slopes.long)
    yield Piece(title=curve.caption, view=curve, folded=True, framed=curve.long)
    yield from _differences(content, CURVE, language)


def _curve_says(content: Content, language: str) -> Iterator[str]:
    for row in _of_everybody(content, "loyalty_curve_tests"):
        pattern, p = records.word(row, "pattern"), formats.probability(row.get("pvalue"))
        if not pattern:
            continue
        shown = p if p.startswith("<") else f"= {p}"
        yield say(
            f"loyalty_curve_{pattern}", language, f=formats.number(row.get("f_statistic"), 2),
            p=shown.replace("<", "< "),
        )  # fmt: skip
    slopes = [formats.number(row.get("slope"), 2) for row in _of_everybody(content, "loyalty_zones")]
    if len(slopes) == 3 and formats.EMPTY not in slopes:
        yield say("loyalty_curve_slopes", language, low=slopes[0], middle=slopes[1], high=slopes[2])


def _group_says(content: Content, language: str) -> Iterator[str]:
    rows = [
        row
        for row in records.across(content, "loyalty_curve_tests")
        if records.word(row, "unit") != _EVERYBODY and records.word(row, "pattern")
    ]
    said = []
    for pattern, found in in_blocks(rows, lambda row: term(records.word(row, "pattern"), language)):
        names = joined([_unit(content, language)(row) for row in found], language)
        words = pattern[:1].upper() + pattern[1:]
        said.append(say("loyalty_curve_groups", language, pattern=words, names=names))
    if said:
        yield together(said, language)


def _zones_view(content: Content, language: str) -> View:
    table = "loyalty_zones"

    def answers(row: Row) -> str:
        low, high = (formats.plain(row.get(name)) for name in ("from_answer", "to_answer"))
        return low if low == high else f"{low}–{high}"

    return view(
        MEASURES[table].title[language],
        text_column(
            column_title(table, "zone", language), lambda row: term(records.word(row, "zone"), language)
        ),
        [
            text_column(column_title("loyalty_curve", "satisfaction", language), answers),
            share_column(table, "share", language),
            _percents("share_ci", content, language),
            number_column(table, "loyalty", 1, language),
            interval_column(content, language, 1, "loyalty_ci"),
            number_column(table, "slope", 2, language),
            interval_column(content, language, 2, "slope_ci"),
            count_column(table, "n", language),
        ],
        _units(content, records.across(content, table), language),
        language,
    )


def _words(table: str, name: str, language: str) -> Column:
    return text_column(
        column_title(table, name, language),
        lambda row: term(records.word(row, name), language),
        absent="",
    )


def _tests_view(content: Content, language: str) -> View:
    table = "loyalty_curve_tests"
    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "unit", language), _unit(content, language)),
        [
            number_column(table, "f_statistic", 2, language),
            count_column(table, "df", language),
            number_column(table, "df_error", 0, language),
            probability_column(table, "pvalue", language),
            probability_column(table, "pvalue_holm", language),
            _words(table, "verdict", language),
            _words(table, "pattern", language),
        ],
        [("", records.across(content, table))],
        language,
        strong=lambda row: records.word(row, "unit") == _EVERYBODY,
    )


def _slopes_view(content: Content, language: str) -> View:
    table = "loyalty_slopes"
    return view(
        MEASURES[table].title[language],
        text_column(
            column_title(table, "kind", language), lambda row: term(records.word(row, "kind"), language)
        ),
        [
            number_column(table, "difference", 2, language),
            interval_column(content, language, 2),
            probability_column(table, "pvalue_holm", language),
            _words(table, "verdict", language),
        ],
        _units(content, records.across(content, table), language),
        language,
    )


def _curve_view(content: Content, language: str) -> View:
    table = "loyalty_curve"
    return view(
        MEASURES[table].title[language],
        text_column(
            column_title(table, "satisfaction", language), lambda row: formats.plain(row.get("satisfaction"))
        ),
        [
            number_column(table, "loyalty", 1, language),
            interval_column(content, language, 1),
            number_column(table, "fitted", 1, language),
            interval_column(content, language, 1, "fitted_ci"),
            count_column(table, "n", language),
        ],
        _units(content, records.across(content, table), language),
        language,
    )
