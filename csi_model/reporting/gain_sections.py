"""What-ifs, precision and weighting on a page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records, usability
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed
from csi_model.reporting.pieces import Piece, construct_column, in_blocks
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import together
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    labelled,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES, TABLES, term

MOST_UNITS = 60
"""Units whose margins a page shows."""

MOST_ROWS = 60
"""Rows of plans and consequences beyond which a page shows those of the whole sample alone."""

_TOLD = 3


def what_if_pieces(content: Content, language: str) -> list[Piece]:
    """Gains, the cheapest way to a target, and what goes with it, as far as they are stored."""
    return [*_gains(content, language), *_plan(content, language), *_consequences(content, language)]


def _gains(content: Content, language: str) -> Iterator[Piece]:
    rows = records.pooled(content, "gains")
    if not rows:
        return
    usable = usability.usable(content)
    says = tuple(_gain_sentences(content, rows, language)) if usable else (say("gains_unusable", language),)
    yield Piece(
        title=TABLES["gains"].title[language],
        says=says,
        how=say("gains_how", language),
        view=gains_view(content, rows, language),
        framed=True,
    )


def _gain_sentences(content: Content, rows: Sequence[Row], language: str) -> Iterator[str]:
    """The largest gains of the headline index for one size of move whose interval excludes zero."""
    mine = [
        row
        for row in rows
        if records.word(row, "target") == content.index
        and not math.isnan(records.number(row, "ci_lower"))
        and not records.covers_zero(row, "ci_lower", "ci_upper")
    ]
    sizes = sorted({abs(records.number(row, "points")) for row in mine})
    size = 5.0 if 5.0 in sizes else sizes[0] if sizes else 0.0
    told = [row for row in mine if abs(records.number(row, "points")) == size]
    for row in sorted(told, key=lambda row: -abs(records.number(row, "gain")))[:_TOLD]:
        yield say(
            "gain_says", language, points=signed(records.number(row, "points"), 0),
            driver=content.label(records.word(row, "driver"), language),
            gain=signed(records.number(row, "gain"), 2), target=content.label(content.index, language),
            level=formats.level(records.confidence(content)),
            interval=formats.interval(row.get("ci_lower"), row.get("ci_upper"), 2, language),
        )  # fmt: skip


def gains_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """One line a driver, its gains by size of move side by side; the headline index first."""
    sizes = sorted({abs(records.number(row, "points")) for row in rows} - {0.0})
    found: dict[tuple[str, str], dict[float, Row]] = {}
    for row in rows:
        key = (records.word(row, "target"), records.word(row, "driver"))
        found.setdefault(key, {})[abs(records.number(row, "points"))] = row
    lines: list[Row] = [
        {"target": target, "driver": driver, "_by": by, "why": _why(list(by.values())),
         "level_from": next(iter(by.values())).get("level_from")}
        for (target, driver), by in found.items()
    ]  # fmt: skip

    def gain(size: float) -> Column:
        def show(row: Row) -> str:
            value = records.number(row["_by"].get(size, {}), "gain")
            return formats.EMPTY if math.isnan(value) else signed(value, 2)

        return Column(title=say("gain_of", language, points=formats.plain(size)), show=show)

    def interval(size: float) -> Column:
        def show(row: Row) -> str:
            one = row["_by"].get(size, {})
            return formats.interval(one.get("ci_lower"), one.get("ci_upper"), 2, language)

        title = say("interval", language, level=formats.level(records.confidence(content)))
        return Column(title=title, show=show)

    chosen = 5.0 if 5.0 in sizes else sizes[-1] if sizes else 0.0
    columns = [number_column("gains", "level_from", 1, language)]
    for size in sizes:
        columns += [gain(size), interval(size)] if size == chosen else [gain(size)]
    lines.sort(key=lambda row: row["target"] != content.index)
    return view(
        TABLES["gains"].title[language],
        construct_column(content, "gains", "driver", language),
        columns,
        in_blocks(lines, lambda row: labelled(content, str(row["target"]), language)),
        language,
    )


def _why(rows: Sequence[Row]) -> str:
    """Why some of several gains are missing."""
    return "; ".join(dict.fromkeys(why for row in rows if (why := records.word(row, "why"))))


def _few(content: Content, table: str, language: str) -> tuple[list[Row], str]:
    """The rows of a table, of many only those of the whole sample, and then a note that says so."""
    rows = records.across(content, table)
    whole = [
        row for row in rows if records.word(row, "unit") in {league_rows.EVERYBODY, league_rows.TOTAL, ""}
    ]
    if len(rows) <= MOST_ROWS or not whole or len(whole) == len(rows):
        return rows, ""
    return whole, say("whole_only", language, table=table)


def _unit_name(content: Content, row: Row, language: str) -> str:
    return league_rows.unit_label(content, records.word(row, "unit"), language)


def _plan(content: Content, language: str) -> Iterator[Piece]:
    rows, note = _few(content, "target_plan", language)
    if not rows:
        return

    def name(row: Row) -> str:
        return labelled(content, records.word(row, "driver" if _of_driver(row) else "target"), language)

    def title(row: Row) -> str:
        target = content.label(records.word(row, "target"), language)
        return f"{_unit_name(content, row, language)} · {target}"

    yield Piece(
        title=SURVEY_TABLES["target_plan"].title[language],
        says=tuple(_plan_sentences(content, rows, language)),
        how=together([say("target_plan_how", language), note], language),
        view=view(
            SURVEY_TABLES["target_plan"].title[language],
            text_column(column_title("target_plan", "driver", language), name),
            [
                Column(title=column_title("target_plan", "push", language), applies=_of_driver,
                       show=lambda row: formats.number(row.get("push"), 2)),
                *(number_column("target_plan", column, 1, language) for column in ("level_from", "level_to")),
                number_column("target_plan", "gain", 2, language),
                interval_column(content, language, 2),
                number_column("target_plan", "cost", 1, language),
                text_column(column_title("target_plan", "verdict", language),
                            lambda row: term(records.word(row, "verdict"), language), absent=""),
            ],
            in_blocks(rows, title),
            language,
            strong=lambda row: not _of_driver(row),
        ),
        framed=True,
    )  # fmt: skip


def _of_driver(row: Row) -> bool:
    """Whether a row of a plan is that of a driver, not that of the target with the sums."""
    return records.word(row, "driver") not in {"", records.word(row, "target")}


def _plan_sentences(content: Content, rows: Sequence[Row], language: str) -> Iterator[str]:
    """What each target costs, for the first units."""
    for row in [row for row in rows if not _of_driver(row)][:_TOLD]:
        key = f"target_plan_{records.word(row, 'verdict')}"
        if math.isnan(records.number(row, "level_to")) or not has(key):
            continue
        yield say(
            key, language, unit=_unit_name(content, row, language),
            target=content.label(records.word(row, "target"), language),
            level_from=formats.number(row.get("level_from")), level_to=formats.number(row.get("level_to")),
            cost=formats.number(row.get("cost")),
        )  # fmt: skip


def _consequences(content: Content, language: str) -> Iterator[Piece]:
    rows, note = _few(content, "consequences", language)
    if not rows:
        return

    def title(row: Row) -> str:
        driver = records.word(row, "driver")
        scenario = term(records.word(row, "scenario"), language)
        parts = [_unit_name(content, row, language), scenario]
        return " · ".join([*parts, content.label(driver, language)] if driver else parts)

    def measure(row: Row) -> str:
        words, construct = term(records.word(row, "measure"), language), records.word(row, "construct")
        return (
            words + say("in_brackets", language, text=content.label(construct, language))
            if construct
            else words
        )

    def number(name: str) -> Column:
        return Column(
            title=column_title("consequences", name, language), show=lambda row: _amount(row.get(name), row)
        )

    level = formats.level(records.confidence(content))
    yield Piece(
        title=SURVEY_TABLES["consequences"].title[language],
        how=together([say("consequences_how", language), note], language),
        view=view(
            SURVEY_TABLES["consequences"].title[language],
            text_column(column_title("consequences", "measure", language), measure),
            [
                *(number(name) for name in ("value_from", "value_to", "difference")),
                Column(
                    title=say("interval", language, level=level),
                    show=lambda row: formats.interval(
                        row.get("ci_lower"), row.get("ci_upper"), _digits(row), language
                    ),
                ),
            ],
            in_blocks(rows, title),
            language,
        ),
        framed=True,
    )


def _digits(row: Row) -> int:
    """One decimal for what is on the scale of an index, none for thousands of customers or currency."""
    return 0 if abs(records.number(row, "value_from")) >= 1000 else 1


def _amount(value: object, row: Row) -> str:
    return formats.number(value, _digits(row))


def precision_pieces(content: Content, language: str) -> list[Piece]:
    """Margins of the index, and how the sample was weighted to known margins."""
    return [*_precision(content, language), *_weighting(content, language)]


def _precision(content: Content, language: str) -> Iterator[Piece]:
    rows = league_rows.rows_where(content, "precision", construct=content.index)
    if not rows:
        return
    widths = sorted(w for row in rows if not math.isnan(w := records.number(row, "half_width")))
    says = []
    if widths:
        level = formats.level(records.confidence(content))
        low, high = formats.number(widths[0]), formats.number(widths[-1])
        key = "precision_one" if low == high else "precision_range"
        says.append(say(key, language, level=level, low=low, high=high))
    shown = rows
    if len(rows) > MOST_UNITS:
        shown = sorted(rows, key=lambda row: -_zero(records.number(row, "half_width")))[:MOST_UNITS]
        says.append(say("precision_most", language, count=MOST_UNITS, all=len(rows)))
    yield Piece(
        title=say("h_precision_table", language),
        says=(say("space", language).join(says),) if says else (),
        how=say("precision_how", language),
        view=view(
            say("h_precision_table", language),
            text_column(column_title("precision", "unit", language),
                        lambda row: _unit_name(content, row, language)),
            [
                number_column("precision", "index", 1, language),
                number_column("precision", "half_width", 2, language),
                count_column("precision", "n", language),
                count_column("precision", "n_eff", language),
                number_column("precision", "deff_weights", 2, language),
                number_column("precision", "deff", 2, language),
            ],
            [("", shown)],
            language,
        ),
        framed=True,
    )  # fmt: skip


def _zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _weighting(content: Content, language: str) -> Iterator[Piece]:
    rows, note = _few(content, "weighting", language)
    if not rows:
        return

    def title(row: Row) -> str:
        unit = records.word(row, "unit")
        return (_unit_name(content, row, language) + " · " if unit else "") + records.word(row, "variable")

    yield Piece(
        title=SURVEY_TABLES["weighting"].title[language],
        how=together([say("weighting_how", language), note], language),
        view=view(
            SURVEY_TABLES["weighting"].title[language],
            text_column(column_title("weighting", "category", language),
                        lambda row: records.word(row, "category") or say("weighting_blank", language)),
            [
                *(share_column("weighting", name, language)
                  for name in ("target_share", "sample_share", "weighted_share")),
                count_column("weighting", "respondents", language),
            ],
            in_blocks(rows, title),
            language,
        ),
        framed=True,
    )  # fmt: skip
