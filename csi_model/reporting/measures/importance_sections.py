"""What a page shows of the importance of drivers."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures import importance_rows as rows_of
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view, several_units
from csi_model.reporting.pieces import Piece, in_blocks, verdict_column
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import some
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

_TABLE = "relative_importance"
_STATED = ("stated_importance",)


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    for place, target in enumerate(rows_of.targets(content)):
        yield from _importance(content, target, language, drawn=place == 0)
    for place, target in enumerate(rows_of.targets(content, "importance_beside")):
        yield _beside(content, target, language, drawn=place == 0)
    for place, target in enumerate(rows_of.targets(content, "stated_derived")):
        yield from _stated(content, target, language, drawn=place == 0)


def _importance(content: Content, target: str, language: str, *, drawn: bool) -> Iterator[Piece]:
    yield Piece(
        title=say("imp_h", language, target=content.label(target, language)),
        says=tuple(_says(content, target, language)),
        how=say("imp_how", language),
        chart="relative_importance" if drawn else "",
        chart_title=say("imp_chart", language),
        view=_driver_view(content, target, language),
        framed=True,
    )
    yield Piece(
        title=say("imp_all", language),
        view=_all_view(content, target, language),
        folded=True,
        framed=True,
        about=content.label(target, language),
    )
    if len(rows_of.units(rows_of.rows_of(content, _TABLE, target))) > 1:
        yield from _groups(content, target, language, drawn=drawn)


def _says(content: Content, target: str, language: str) -> Iterator[str]:
    """R2, the first driver by both methods, and who is not above noise."""
    behind, rows = rows_of.regression(content, target), rows_of.wide(content, target)
    name = rows_of.namer(content, language)
    yield say(
        "imp_r2",
        language,
        r2=formats.percent(behind.get("r2")),
        target=content.label(target, language),
        n=formats.count(behind.get("n")),
    )
    first = rows[0]
    other = next(row for row in rows if row["johnson.rank"] == 1)
    agrees = records.word(other, "driver") == records.word(first, "driver")
    place = say("imp_johnson_agrees", language)
    if not agrees:
        place = say("imp_johnson_differs", language, driver=name(other))
    share = formats.percent(first.get("share"), 0)
    yield say("imp_first", language, driver=name(first), share=share, place=place)
    verdicts = [records.word(row, "above_noise") for row in rows]
    weak = [name(row) for row in rows if records.word(row, "above_noise") == "within_noise"]
    if weak:
        yield say("imp_weak", language, names=some(weak, language))
    elif all(verdicts):
        yield say("imp_clear", language)


def _driver_view(content: Content, target: str, language: str) -> View:
    """One row a driver: LMG with interval and verdict, Johnson's weights, correlation, beta."""

    def cell(method: str, column: str = "importance", *, share: bool = False) -> Column:
        key = f"{method}.{column}"
        return Column(
            title=term(method, language),
            show=lambda row: formats.percent(row.get(key)) if share else formats.number(row.get(key), 3),
        )

    return view(
        MEASURES[_TABLE].title[language],
        text_column(column_title(_TABLE, "driver", language), rows_of.namer(content, language)),
        [
            cell("lmg"),
            interval_column(content, language, 3),
            share_column(_TABLE, "share", language),
            text_column(
                column_title(_TABLE, "above_noise", language),
                lambda row: term(records.word(row, "above_noise"), language),
                absent="",
            ),
            cell("johnson"),
            cell("correlation"),
            cell("beta"),
            number_column(_TABLE, "performance", 1, language),
        ],
        [("", rows_of.wide(content, target))],
        language,
    )


def _all_view(content: Content, target: str, language: str) -> View:
    rows = rows_of.rows_of(content, _TABLE, target, unit=rows_of.EVERYBODY)
    share = column_title(_TABLE, "share", language)
    return view(
        say("imp_all", language),
        text_column(column_title(_TABLE, "driver", language), rows_of.namer(content, language)),
        [
            number_column(_TABLE, "importance", 3, language),
            interval_column(content, language, 3),
            Column(title=share, show=lambda row: formats.percent(row.get("share"))),
            count_column(_TABLE, "rank", language),
        ],
        in_blocks(rows, lambda row: term(records.word(row, "method"), language)),
        language,
    )


def _groups(content: Content, target: str, language: str, *, drawn: bool) -> Iterator[Piece]:
    """LMG of every group, and where groups differ."""

    def unit(row: Row) -> str:
        return league_rows.unit_label(content, records.word(row, "unit"), language)

    rows = rows_of.rows_of(content, _TABLE, target, method="lmg")
    yield Piece(
        title=say("imp_groups", language),
        chart="importance_groups" if drawn else "",
        chart_title=say("imp_chart_groups", language),
        view=view(
            say("imp_chart_groups", language),
            text_column(column_title(_TABLE, "unit", language), unit),
            [
                number_column(_TABLE, "importance", 3, language),
                interval_column(content, language, 3),
                share_column(_TABLE, "share", language),
                count_column(_TABLE, "rank", language),
                number_column(_TABLE, "performance", 1, language),
            ],
            in_blocks(rows, rows_of.namer(content, language)),
            language,
            strong=lambda row: records.word(row, "unit") == rows_of.EVERYBODY,
        ),
        framed=True,
        tall=True,
    )
    name = "importance_differences"
    differences = rows_of.rows_of(content, name, target)
    if differences:
        yield Piece(
            title=MEASURES[name].title[language],
            how=say("imp_differences_how", language),
            view=_difference_view(content, differences, language),
            folded=True,
            framed=True,
        )


def _difference_view(content: Content, rows: list[Row], language: str) -> View:
    name = "importance_differences"

    def pair(row: Row) -> str:
        sides = (records.word(row, side) for side in ("unit_1", "unit_2"))
        return " – ".join(league_rows.unit_label(content, side, language) for side in sides)

    return view(
        MEASURES[name].title[language],
        text_column(say("cmp_pair", language), pair),
        [
            number_column(name, "value_1", 3, language),
            number_column(name, "value_2", 3, language),
            number_column(name, "difference", 3, language),
            interval_column(content, language, 3),
            verdict_column(name, language),
        ],
        in_blocks(rows, rows_of.namer(content, language)),
        language,
    )


def _beside(content: Content, target: str, language: str, *, drawn: bool) -> Piece:
    table = "importance_beside"
    rows = rows_of.sorted_by(rows_of.rows_of(content, table, target), "importance")
    name = rows_of.namer(content, language)

    def first(column: str) -> str:
        return next((name(row) for row in rows if records.number(row, column) == 1), "")

    effect, lmg = first("rank_importance"), first("rank_lmg")
    says = say("imp_beside_other", language, effect=effect, lmg=lmg)
    if effect == lmg:
        says = say("imp_beside_same", language, driver=effect)
    columns = [number_column(table, "importance", 3, language)]
    columns += [interval_column(content, language, 3, "importance_ci")]
    columns += [count_column(table, "rank_importance", language)]
    for share, rank in (("lmg_share", "rank_lmg"), ("johnson_share", "rank_johnson")):
        columns += [share_column(table, share, language), count_column(table, rank, language)]
    columns += [number_column(table, "correlation", 3, language)]
    columns += [count_column(table, "rank_correlation", language)]
    return Piece(
        title=say("imp_beside", language, target=content.label(target, language)),
        says=(says,) if effect else (),
        how=say("imp_beside_how", language),
        chart="importance_beside" if drawn else "",
        chart_title=say("imp_chart_beside", language),
        view=view(
            MEASURES[table].title[language],
            text_column(column_title(table, "driver", language), name),
            columns,
            [("", rows)],
            language,
        ),
        framed=True,
    )


def _stated(content: Content, target: str, language: str, *, drawn: bool) -> Iterator[Piece]:
    table = "stated_derived"
    everybody = rows_of.rows_of(content, table, target, unit=rows_of.EVERYBODY)
    yield Piece(
        title=say("imp_stated", language, target=content.label(target, language)),
        says=tuple(_fields(content, everybody, language)),
        chart=table if drawn else "",
        chart_title=say("imp_chart_stated", language),
        view=_stated_view(content, rows_of.rows_of(content, table, target), language),
        framed=True,
    )
    if not drawn:
        return
    rows = measure_rows(content, _STATED)
    if rows and several_units(rows):
        title = term("stated_importance", language)
        yield Piece(title=title, view=measures_view(content, rows, language, caption=title), folded=True)
        differences = differences_view(content, _STATED, language)
        if differences:
            title = MEASURES["measure_differences"].title[language]
            yield Piece(title=title, view=differences, folded=True)


def _fields(content: Content, rows: list[Row], language: str) -> Iterator[str]:
    name = rows_of.namer(content, language)
    for field in ("key_driver", "hidden_driver", "cost_of_entry", "low_priority"):
        names = [name(row) for row in rows if records.word(row, "field") == field]
        if names:
            words = term(field, language)
            yield say("imp_field", language, field=words[:1].upper() + words[1:], names=some(names, language))
    unsure = [name(row) for row in rows if records.word(row, "borderline")]
    if unsure:
        yield say("imp_borderline", language, names=some(unsure, language))


def _stated_view(content: Content, rows: list[Row], language: str) -> View:
    table = "stated_derived"

    def words(column: str) -> Column:
        return text_column(
            column_title(table, column, language),
            lambda row: term(records.word(row, column), language) if records.word(row, column) else "",
            absent="",
        )

    def block(row: Row) -> str:
        return league_rows.unit_label(content, records.word(row, "unit"), language)

    blocks = in_blocks(rows, block)
    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "driver", language), rows_of.namer(content, language)),
        [
            number_column(table, "stated", 1, language),
            interval_column(content, language, 1, "stated_ci"),
            number_column(table, "derived", 3, language),
            interval_column(content, language, 3, "derived_ci"),
            words("field"),
            words("borderline"),
        ],
        [(title if len(blocks) > 1 else "", found) for title, found in blocks],
        language,
    )
