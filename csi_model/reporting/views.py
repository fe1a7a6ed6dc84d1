"""Tables as a page shows them: formatted cells, and a note for every empty number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import SURVEY_TABLES, TABLES, term

LONG = 24
"""Rows that a table of groups or ways may have before it scrolls in a frame."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: its text, the number of its note (0 for none) and whether it is a number."""

    text: str
    note: int = 0
    numeric: bool = True
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row: the header cell, then the others; ``strong`` marks the headline."""

    head: Cell
    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows under a common heading (empty where there is only one block)."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class View:
    """A table for the page: caption, column titles (whether numeric), blocks of rows, notes."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(block.lines for block in self.blocks)

    @property
    def long(self) -> bool:
        """Whether the table is so long that it scrolls in a frame of its own."""
        return sum(len(block.lines) for block in self.blocks) > LONG


@dataclass(frozen=True, kw_only=True)
class Column:
    """How to show one column: title, text of a row, whether it is a number, whether it needs a reason.

    ``absent`` stands where a text that needs no reason is empty; by default the word for none. Where
    ``applies`` says no, the cell is blank: there is nothing to show, and nothing to explain. ``tone`` is
    the look of a single cell.
    """

    title: str
    show: Callable[[Row], str]
    numeric: bool = True
    explained: bool = True
    absent: str | None = None
    applies: Callable[[Row], bool] = lambda row: True
    tone: Callable[[Row], str] = lambda row: ""


class Notes:
    """The reasons under a table, each once, numbered in the order of their first use."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts: list[str] = []

    def number(self, why: str) -> int:
        """Return the number of the note for a stored reason."""
        text = reason(why, self.language)
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def column_title(table: str, name: str, language: str) -> str:
    """Return the words for a column of a stored table."""
    columns = (TABLES | SURVEY_TABLES)[table].columns
    return next(column.term[language] for column in columns if column.name == name)


def reliability_title(content: Content, name: str, language: str) -> str:
    """Return the words for a column of the table ``reliability``; of ordered answers alpha is ordinal."""
    if name == "alpha" and records.has_latent_alpha(content):
        return column_title("ordinal_reliability", "ordinal_alpha", language)
    return column_title("reliability", name, language)


def number_column(table: str, name: str, digits: int, language: str) -> Column:
    """Show a number of a stored table."""
    return Column(
        title=column_title(table, name, language), show=lambda row: formats.number(row.get(name), digits)
    )


def count_column(table: str, name: str, language: str) -> Column:
    """Show a number of respondents."""
    return Column(title=column_title(table, name, language), show=lambda row: formats.count(row.get(name)))


def share_column(table: str, name: str, language: str) -> Column:
    """Show a share of answers as a percentage."""
    return Column(title=column_title(table, name, language), show=lambda row: formats.percent(row.get(name)))


def text_column(title: str, show: Callable[[Row], str], *, absent: str | None = None) -> Column:
    """Show words, which need no reason when there are none."""
    return Column(title=title, show=show, numeric=False, explained=False, absent=absent)


def interval_column(content: Content, language: str, digits: int, start: str = "ci") -> Column:
    """Show an interval from its two columns."""
    return Column(
        title=say("interval", language, level=formats.level(records.confidence(content))),
        show=lambda row: formats.interval(
            row.get(f"{start}_lower"), row.get(f"{start}_upper"), digits, language
        ),
    )


def view(
    caption: str,
    head: Column,
    columns: Sequence[Column],
    blocks: Iterable[tuple[str, Sequence[Row]]],
    language: str,
    *,
    strong: Callable[[Row], bool] = lambda row: False,
    tone: Callable[[Row], str] = lambda row: "",
) -> View:
    """Make the view of a table; an empty number gets a note with the reason stored in its row."""
    notes = Notes(language)
    made = []
    for title, rows in blocks:
        lines = []
        for row in rows:
            cells = [_cell(column, row, notes, tone(row) or column.tone(row)) for column in columns]
            why = records.word(row, "why")
            partly = bool(why) and not any(cell.note for cell in cells)
            name = Cell(text=head.show(row), note=notes.number(why) if partly else 0, numeric=False)
            lines.append(Line(head=name, cells=tuple(cells), strong=strong(row)))
        made.append(Block(title=title, lines=tuple(lines)))
    return View(
        caption=caption,
        columns=((head.title, False), *((column.title, column.numeric) for column in columns)),
        blocks=tuple(made),
        notes=tuple(notes.texts),
    )


def _cell(column: Column, row: Row, notes: Notes, tone: str) -> Cell:
    if not column.applies(row):
        return Cell(text="", numeric=column.numeric, tone=tone)
    text = column.show(row)
    empty = text == formats.EMPTY or not text
    if not empty or not column.explained:
        absent = say("none", notes.language) if column.absent is None else column.absent
        shown = absent if empty else text
        return Cell(text=shown, numeric=column.numeric, tone=tone)
    return Cell(text=formats.EMPTY, note=notes.number(records.word(row, "why")), numeric=column.numeric)


def labelled(content: Content, name: str, language: str) -> str:
    """Return the label of a construct or question, marked where low is good."""
    mark = say("low_is_good_mark", language) if name in content.low_is_good else ""
    return content.label(name, language) + mark


def index_view(content: Content, language: str) -> View:
    """The index of every construct."""
    return view(
        TABLES["index"].title[language],
        text_column(
            column_title("index", "construct", language),
            lambda row: labelled(content, records.word(row, "construct"), language),
        ),
        [
            number_column("index", "index", 1, language),
            interval_column(content, language, 1),
            number_column("index", "se", 2, language),
            count_column("index", "n", language),
        ],
        [("", records.index_rows(content))],
        language,
        strong=lambda row: records.word(row, "construct") == content.index,
    )


def group_view(content: Content, language: str) -> View:
    """The headline index of every group, pooled weights first, own weights beside."""
    found = records.groups(content)
    rows: list[Row] = [
        dict(group.index)
        | {
            "_label": group.label,
            "_state": group.state,
            "_own": group.own.get("index", math.nan),
            "why": records.word(group.index, "why") or records.word(group.own, "why") or _group_why(group),
        }
        for group in found
    ]

    def state(row: Row) -> str:
        name = str(row["_state"])
        if name == "failed" and not math.isnan(records.number(row, "index")):
            name = "failed_index"
        sign = {"ok": "✓ ", "unusable": "! ", "failed_index": "! "}.get(name, "")
        return sign + say(f"group_{name}", language)

    return view(
        say("chart_groups", language, construct=content.label(content.index, language)),
        text_column(" · ".join(content.by), lambda row: str(row["_label"])),
        [
            number_column("index", "index", 1, language),
            interval_column(content, language, 1),
            Column(title=say("own_weights", language), show=lambda row: formats.number(row.get("_own"), 1)),
            count_column("index", "n", language),
            text_column(say("state", language), state),
        ],
        [("", rows)],
        language,
    )


def _group_why(group: records.Group) -> str:
    return next(
        (
            records.word(row, "what")
            for row in group.findings
            if records.word(row, "code").startswith("group-")
        ),
        "",
    )


def driver_view(content: Content, target: str, language: str) -> View:
    """The drivers of one construct, highest priority first."""
    importance = interval_column(content, language, 2, "importance_ci")
    return view(
        say("chart_impacts", language, construct=content.label(target, language)),
        text_column(
            column_title("drivers", "driver", language),
            lambda row: labelled(content, records.word(row, "driver"), language),
        ),
        [
            number_column("drivers", "importance", 2, language),
            importance,
            number_column("drivers", "performance", 1, language),
            number_column("drivers", "impact_5", 2, language),
            number_column("drivers", "priority", 2, language),
            Column(
                title=column_title("drivers", "quadrant", language),
                show=lambda row: term(records.word(row, "quadrant"), language),
                numeric=False,
            ),
        ],
        [("", records.driver_rows(content, target))],
        language,
    )


def effects_view(content: Content, language: str) -> View:
    """Direct, indirect and total effects, each kind a block."""
    rows = records.pooled(content, "effects")

    def name(row: Row) -> str:
        source, target = (content.label(records.word(row, key), language) for key in ("source", "target"))
        return f"{source} → {target}"

    source, target = (column_title("effects", key, language) for key in ("source", "target"))
    return view(
        say("h_effects", language),
        text_column(f"{source} → {target}", name),
        [
            Column(title=say("effect_unit", language), show=lambda row: formats.number(row.get("effect"), 2)),
            interval_column(content, language, 2),
            number_column("effects", "se", 3, language),
            number_column("effects", "std_effect", 2, language),
        ],
        [
            (say(f"kind_{kind}", language), [row for row in rows if records.word(row, "kind") == kind])
            for kind in ("direct", "indirect", "total")
        ],
        language,
    )


def rows_view(content: Content, language: str) -> View:
    """The account of rows."""
    return view(
        say("h_rows", language),
        text_column(
            column_title("rows", "reason", language), lambda row: term(records.word(row, "reason"), language)
        ),
        [count_column("rows", "rows", language)],
        [("", records.pooled(content, "rows"))],
        language,
        strong=lambda row: records.word(row, "reason") in {"read", "used"},
    )


def plain_value(value: Any, language: str) -> str:
    """Return an option or version for reading."""
    if isinstance(value, bool):
        return say("on" if value else "off", language)
    if value is None or value == "" or value == [] or value == {}:
        return say("none", language)
    if isinstance(value, list | tuple):
        return ", ".join(plain_value(item, language) for item in value)
    return formats.plain(value)
