"""A plan as text for a terminal: a title, what it rests on, tables in columns, and how to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from csi_model.reporting import formats
from csi_model.reporting.wording import say
from csi_model.study.planning import Plan
from csi_model.vocabulary import PLANS, term

Row = dict[str, Any]
Column = tuple[str, Callable[[Row], str]]


def page(made: Plan, written: Sequence[Path], language: str) -> Iterator[str]:
    """Lines of a plan, and of the files that were written."""
    ask = made.ask
    if ask.kind == "path":
        yield from _path_part(made, language)
    if "interviews" in made.tables:
        yield from _interviews_part(made, language)
    if "power" in made.tables:
        yield from _power_part(made, language)
    if written:
        yield ""
        yield f"{say('plan_files', language)} {', '.join(str(path) for path in written)}"


def _rows(made: Plan, table: str) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in made.tables[table].to_dict("records")]


def _interviews_part(made: Plan, language: str) -> Iterator[str]:
    ask, rows = made.ask, _rows(made, "interviews")
    level = formats.level(ask.level)
    if ask.margin is not None:
        yield say("plan_title_margin", language, margin=formats.plain(ask.margin), level=level)
    else:
        n = say("comma", language).join(formats.count(n) for n in ask.interviews)
        yield say("plan_title_interviews", language, n=n, level=level)
    yield from _conditions(made, language)
    columns = _shared_columns(made, rows, language)
    if ask.margin is not None:
        columns += _size_columns(made, language)
    else:
        if len(ask.interviews) > 1:
            columns.append(
                (_head("interviews", "interviews", language), lambda row: formats.count(row["interviews"]))
            )
        columns.append((say("plan_margin_column", language), lambda row: formats.number(row["margin"], 2)))
        if ask.response is not None:
            columns.append(
                (_head("interviews", "invited", language), lambda row: formats.count(row["invited"]))
            )
    yield from _table(rows, columns)
    if ask.margin is not None and ask.panel_correlation is None:
        yield say("plan_note_pairs", language)
    yield from _allowance_note(rows, language)


def _power_part(made: Plan, language: str) -> Iterator[str]:
    ask, rows = made.ask, _rows(made, "power")
    alpha = formats.level(1 - ask.level)
    power = formats.percent(ask.power_wanted, 0 if round(100 * ask.power_wanted, 6) % 1 == 0 else 1)
    if ask.difference is None:
        yield say("plan_title_power", language, alpha=alpha)
    else:
        key = "plan_title_power_at" if ask.interviews else "plan_title_detect"
        yield say(key, language, difference=formats.plain(ask.difference), power=power, alpha=alpha)
    if ask.difference is not None:
        yield from _conditions(made, language)
    columns = _shared_columns(made, rows, language)
    if ask.difference is None:
        columns[0] = (columns[0][0], lambda row: term(str(row["kind"]), language))
    if ask.difference is not None and not ask.interviews:
        columns += _size_columns(made, language)
    elif len(ask.interviews) > 1:
        columns.append((_head("power", "interviews", language), lambda row: formats.count(row["interviews"])))
    if ask.difference is None:
        head = _head("power", "difference", language)
        columns.append((head, lambda row: formats.number(row["difference"], 2)))
    columns.append((_head("power", "power", language), lambda row: formats.percent(row["power"])))
    yield from _table(rows, columns)
    if ask.difference is None:
        yield say("plan_note_half", language, power=power)
    if "interviews" not in made.tables:
        yield from _allowance_note(rows, language)


def _shared_columns(made: Plan, rows: Sequence[Row], language: str) -> list[Column]:
    """What the line is about, whose spread, and what is allowed for; each where lines differ in it."""
    purposes: list[Column] = [
        (_head("interviews", "purpose", language), lambda row: term(str(row["purpose"]), language))
    ]
    if any(row["comparisons"] > 1 for row in rows):
        purposes.append((_head("interviews", "allowance", language), lambda row: _allowance(row, language)))
    if any(spread.unit for spread in made.spreads):
        purposes.append((_head("interviews", "unit", language), lambda row: str(row["unit"])))
    if len(made.spreads) > 1:
        head = _head("interviews", "index_sd", language)
        purposes.append((head, lambda row: formats.number(row["index_sd"], 1)))
    if len({spread.deff for spread in made.spreads}) > 1:
        purposes.append((_head("interviews", "deff", language), lambda row: formats.number(row["deff"], 2)))
    return purposes


def _size_columns(made: Plan, language: str) -> list[Column]:
    """Interviews, whom to invite for them, and what all firms come to."""
    table = "interviews"
    columns: list[Column] = [
        (_head(table, "interviews", language), lambda row: formats.count(row["interviews"])),
        (_head(table, "unrounded", language), lambda row: formats.number(row["unrounded"], 2)),
    ]
    if made.ask.response is not None:
        columns.append((_head(table, "invited", language), lambda row: formats.count(row["invited"])))
    columns.append((_head(table, "total", language), lambda row: formats.count(row["total"])))
    return columns


def _allowance(row: Row, language: str) -> str:
    if row["allowance"] == "single":
        return formats.EMPTY
    return f"{term(str(row['allowance']), language)} ({row['comparisons']})"


def _allowance_note(rows: Sequence[Row], language: str) -> Iterator[str]:
    methods = {row["allowance"] for row in rows}
    if "tukey" in methods:
        yield say("plan_note_allowance", language)
    elif "bonferroni" in methods:
        yield say("plan_note_bonferroni", language)


def _conditions(made: Plan, language: str) -> Iterator[str]:
    """What the whole plan rests on, as far as the lines do not differ in it."""
    ask, parts = made.ask, []
    if len(made.spreads) == 1:
        parts.append(say("plan_line_sd", language, sd=formats.plain(round(made.spreads[0].sd, 2))))
    deffs = {spread.deff for spread in made.spreads}
    if len(deffs) == 1 and deffs != {1.0}:
        parts.append(say("plan_deff", language, deff=formats.number(deffs.pop(), 2)))
    if ask.population is not None:
        parts.append(say("plan_population", language, population=formats.count(ask.population)))
    if ask.response is not None:
        parts.append(say("plan_response", language, response=formats.level(ask.response)))
    if ask.panel_correlation is not None:
        parts.append(say("plan_panel", language, correlation=formats.plain(ask.panel_correlation)))
    if parts:
        yield say("list_break", language).join(parts)


def _path_part(made: Plan, language: str) -> Iterator[str]:
    ask, rows = made.ask, _rows(made, "path_power")
    ends = {
        name: made.labels.get(str(rows[0][name]), {}).get(language) or str(rows[0][name])
        for name in ("source", "target")
    }
    yield say(
        "plan_title_path",
        language,
        **ends,
        model=made.model,
        estimator=rows[0]["estimator"],
        alpha=formats.level(1 - ask.level),
        draws=formats.count(rows[0]["draws"]),
    )
    table = "path_power"
    columns: list[Column] = [
        (_head(table, "std_effect", language), lambda row: formats.number(row["std_effect"], 3)),
        (_head(table, "effect", language), lambda row: formats.number(row["effect"], 3)),
        (_head(table, "interviews", language), lambda row: formats.count(row["interviews"])),
        (_head(table, "power", language), lambda row: formats.percent(row["power"])),
        (
            say("plan_interval", language),
            lambda row: f"{formats.percent(row['ci_lower'])} – {formats.percent(row['ci_upper'])}",
        ),
        (_head(table, "mean_estimate", language), lambda row: formats.number(row["mean_estimate"], 3)),
    ]
    if any(row["unusable"] for row in rows):
        head = _head(table, "unusable", language)
        columns.append((head, lambda row: formats.count(row["unusable"])))
    yield from _table(rows, columns, words=0)
    yield say("plan_note_path", language)


def _head(table: str, column: str, language: str) -> str:
    return next(one.term[language] for one in PLANS[table].columns if one.name == column)


def _table(rows: Sequence[Row], columns: Sequence[Column], *, words: int = 1) -> Iterator[str]:
    """Rows in columns; the first ``words`` of them at the left, numbers at the right."""
    from rich.cells import cell_len

    cells = [[head for head, _ in columns], *([show(row) for _, show in columns] for row in rows)]
    widths = [max(cell_len(row[k]) for row in cells) for k in range(len(columns))]
    yield ""
    for row in cells:
        parts = []
        for k, text in enumerate(row):
            gap = " " * (widths[k] - cell_len(text))
            parts.append(text + gap if k < words else gap + text)
        yield ("  " + "   ".join(parts)).rstrip()
    yield ""
