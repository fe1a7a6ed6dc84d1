"""What a page shows of the family ``ladder``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.ladder_charts import MOST_BARS, MOST_FIELDS, level_rows, trend_rows
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, text_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

NAMES = ("ladder_level", "ladder_change", "ladder_up", "ladder_down")


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    levels = level_rows(content)
    if not levels:
        return
    yield Piece(
        title=term("ladder", language),
        says=tuple(_findings(content, language)),
        how=say("ladder_how", language),
        chart="ladder_levels" if len(levels) <= MOST_BARS else "",
        chart_title=_title("ladder_levels", language),
        view=_view("ladder_levels", levels, "level", language),
    )
    rows = measure_rows(content, NAMES)
    if rows:
        caption = say("ladder_h_customers", language)
        yield Piece(title=caption, view=measures_view(content, rows, language, caption=caption))
    differences = differences_view(content, NAMES, language)
    if differences:
        yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)
    if len(levels) <= MOST_FIELDS:
        yield Piece(title=_title("ladder_moves", language), chart="ladder_moves")
    yield Piece(
        title=_title("ladder_rules", language),
        how=say("ladder_rules_how", language),
        view=_view("ladder_rules", records.across(content, "ladder_rules"), "ladder_rule", language),
    )
    trend = trend_rows(content)
    if trend:
        yield Piece(
            title=_title("ladder_trend", language),
            chart="ladder_trend" if len(trend) > 1 else "",
            view=_view("ladder_trend", trend, "ladder_period", language),
            framed=True,
        )


def _title(table: str, language: str) -> str:
    return MEASURES[table].title[language]


def _findings(content: Content, language: str) -> Iterator[str]:
    """Where customers stand, who moved, and what moved most."""
    everybody = measure_rows(content, NAMES, unit="all respondents")
    value = {records.word(row, "measure"): row for row in everybody}
    if {"ladder_level", "ladder_up", "ladder_down"} <= set(value):
        yield say(
            "ladder_stand",
            language,
            n=formats.count(value["ladder_level"].get("n")),
            level=formats.number(value["ladder_level"].get("value"), 2),
            up=formats.number(value["ladder_up"].get("value")),
            down=formats.number(value["ladder_down"].get("value")),
        )
    rules = [row for row in records.across(content, "ladder_rules") if records.number(row, "steps") < 0]
    if rules:
        worst = min(rules, key=lambda row: records.number(row, "steps"))
        yield say(
            "ladder_worst",
            language,
            rule=records.word(worst, "ladder_rule"),
            event=term(records.word(worst, "ladder_event"), language),
            times=formats.count(worst.get("times_counted")),
            customers=formats.count(worst.get("customers_moved")),
        )


_DIGITS = {"share_start": 1, "share_end": 1, "mean_level": 2}


def _view(table: str, rows: Sequence[Row], head: str, language: str) -> View:
    """A stored table as it is: the column ``head`` first, then the others but the reasons."""
    columns = {one.name: one for one in MEASURES[table].columns}
    made = []
    for name, column in columns.items():
        if name in (head, "why"):
            continue
        if column.kind == "text":
            made.append(text_column(column.term[language], _words(name, language), absent=""))
        else:
            made.append(Column(title=column.term[language], show=_number(name)))
    return view(
        _title(table, language),
        text_column(columns[head].term[language], lambda row: records.word(row, head)),
        made,
        [("", rows)],
        language,
    )


def _words(name: str, language: str) -> Callable[[Row], str]:
    return lambda row: term(records.word(row, name), language)


def _number(name: str) -> Callable[[Row], str]:
    if name in _DIGITS:
        return lambda row: formats.number(row.get(name), _DIGITS[name])
    return lambda row: formats.count(row.get(name))
