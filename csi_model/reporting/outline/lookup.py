"""What a reader looks up: the questions asked, the tables stored, the model as lavaan text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from csi_model.reporting import formats, measurement, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Block, Code, Table, Text
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, column_title, reliability_title, text_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import SURVEY_TABLES, TABLES
from csi_model.vocabulary import Table as StoredTable

HELD = 6
"""Columns that the list of tables names of each table."""

_MARGINS = frozenset({"se", "ci_lower", "ci_upper", "ci_method", "why", "df", "n", "z"})
"""Columns that nearly every table has, and that say nothing of what it holds."""

_CODE = re.compile(r"(?P<code>\S+) is (?P<reason>dont_know|refused|skipped|other)")
_RECODE = re.compile(r"(?P<code>\S+) counts as (?P<value>\S+)")
_ASKED = re.compile(r"asked where (?P<column>.+) is (?P<low>\S+) to (?P<high>\S+)")
_FILE = re.compile(r"(?P<code>.+) is declared missing in the file")


def questionnaire(content: Content, language: str) -> Iterator[Block]:
    """Every question used: its words, column, scale, direction, codes and routing, by construct."""
    asked: list[Row] = [{**row, "why": ""} for row in records.pooled(content, "indicators")]
    blocks = [
        *measurement.by_construct(content, asked, language),
        *_asked_for_others(content, language),
    ]
    if blocks:
        yield Text(text=say("asked_how", language), look="small")
        yield Table(view=questions_view(content, blocks, language), titled=True)


def _asked_for_others(content: Content, language: str) -> Iterator[tuple[str, list[Row]]]:
    """Questions of other measures, and those that derived items are computed from."""
    known = {records.word(row, "indicator") for row in records.pooled(content, "indicators")}
    others: dict[str, Row] = {}
    for row in records.across(content, "answer_scales"):
        name = records.word(row, "item")
        if name and name not in known:
            others.setdefault(name, {**row, "indicator": name, "why": ""})
    if others:
        yield say("asked_for_measures", language), list(others.values())
    parts = [name for name in _codes(content) if name not in known and name not in others]
    if parts:
        yield say("asked_for_derived", language), [{"indicator": name} for name in parts]


def _codes(content: Content) -> Mapping[str, str]:
    """Column > its codes and routing, as the results store them."""
    study = content.manifest.get("study", {})
    codes = study.get("codes") if isinstance(study, Mapping) else None
    return {str(k): str(v) for k, v in codes.items()} if isinstance(codes, Mapping) else {}


def questions_view(
    content: Content, blocks: Sequence[tuple[str, list[Row]]], language: str
) -> View:  # fmt: skip
    """One line a question."""
    codes = _codes(content)

    def label(row: Row) -> str:
        name = records.word(row, "indicator")
        found = content.label(name, language)
        return found if found != name else records.word(row, "label") or name

    def scale(row: Row) -> str:
        ends = [formats.plain(row.get(end)) for end in ("low", "high")]
        return "" if formats.EMPTY in ends else say("rule_between", language, lower=ends[0], upper=ends[1])

    def direction(row: Row) -> str:
        low = records.word(row, "construct") in content.low_is_good
        low = low or records.word(row, "orientation") == "low_is_good"
        return say("asked_low" if low else "asked_high", language) if scale(row) else ""

    def coded(row: Row) -> str:
        name = records.word(row, "indicator")
        if codes and name not in codes and records.word(row, "construct"):
            return say("asked_derived", language)
        parts = [coded_words(part, language) for part in codes.get(name, "").split("; ") if part]
        return say("list_break", language).join(part for part in parts if part)

    columns = [
        text_column(say("asked_column", language), lambda row: records.word(row, "indicator")),
        text_column(say("scale", language), scale, absent=""),
        text_column(say("asked_direction", language), direction, absent=""),
    ]
    if codes:
        columns.append(text_column(say("asked_codes", language), coded, absent=""))
    return view(
        say("h_questionnaire", language),
        text_column(column_title("indicators", "indicator", language), label),
        columns,
        blocks,
        language,
    )


def coded_words(part: str, language: str) -> str:
    """Return a code, a recode or a routing as it is stored (in English) in words; empty for anything else."""
    for key, pattern in (
        ("code", _CODE),
        ("recode", _RECODE),
        ("routing", _ASKED),
        ("file", _FILE),
    ):
        if found := pattern.fullmatch(part):
            said = found.groupdict()
            if key == "code":
                return say(f"coded_{said['reason']}", language, code=said["code"])
            return say(f"coded_{key}", language, **said)
    return ""


def table_list(content: Content, language: str) -> Iterator[Block]:
    """Every stored table that has rows: its file, title, what it holds, number of rows, groups."""
    rows = list(_files(content))
    if not rows:
        return
    yield Text(text=say("files_how", language), look="small")
    yield Table(view=files_view(content, rows, language), titled=True, framed=True)


def _files(content: Content) -> Iterator[Row]:
    """Tables in the order of the contract: by group, of all respondents, about the survey as a whole."""
    parts: list[tuple[str, Mapping[str, pd.DataFrame], Mapping[str, StoredTable]]] = []
    if content.by:
        parts = [("groups", content.tables, TABLES), ("whole", content.pooled, TABLES)]
    else:
        parts = [("whole", content.pooled or content.tables, TABLES)]
    parts.append(("survey", content.across, SURVEY_TABLES))
    for kind, tables, contract in parts:
        folder = "tables/pooled" if content.by and kind == "whole" else "tables"
        for name, table in contract.items():
            frame = tables.get(name)
            if frame is not None and len(frame):
                yield {"kind": kind, "file": f"{folder}/{name}.csv", "table": table, "rows": len(frame)}


def files_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """One line a table, in blocks by what its rows are."""
    names = sentences.joined(list(content.by), language)
    titles = {
        kind: say(f"files_{kind}", language, names=names) for kind in ("groups", "whole", "survey")
    }  # fmt: skip
    return view(
        say("h_tables", language),
        text_column(say("files_file", language), lambda row: str(row["file"])),
        [
            text_column(say("files_title", language), lambda row: row["table"].title[language]),
            text_column(say("files_holds", language), lambda row: holds(content, row["table"], language)),
            Column(title=column_title("rows", "rows", language), show=lambda row: formats.count(row["rows"])),
        ],
        [
            (title, [row for row in rows if row["kind"] == kind])
            for kind, title in titles.items()
            if any(row["kind"] == kind for row in rows)
        ],
        language,
    )


def holds(content: Content, table: StoredTable, language: str) -> str:
    """Say what a table holds: its first columns, without those that nearly every table has."""
    names = [
        reliability_title(content, column.name, language)
        if table.name == "reliability"
        else column.term[language]
        for column in table.columns
        if column.name not in _MARGINS
    ]
    shown = list(dict.fromkeys(names))
    more = "" if len(shown) <= HELD else say("files_more", language)
    return say("comma", language).join(shown[:HELD]) + more


def lavaan(content: Content, language: str) -> Iterator[Block]:
    """The model as lavaan text, to be copied."""
    if content.lavaan.strip():
        yield Text(text=say("lavaan_how", language), look="small")
        yield Code(text=content.lavaan)
