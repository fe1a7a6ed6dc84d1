"""Looking into the fit: what freeing a parameter brings, residuals, blocks, overlap of drivers, ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from csi_model.reporting import formats, naming, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, reason
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    labelled,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import TABLES

SHOWN = 10
"""Rows of a long table that the page shows; the file holds all."""

CRITICAL_VIF = 5.0
"""From here on collinearity is likely to matter (Hair, Risher, Sarstedt & Ringle 2019, EBR 31, 2-24)."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One table of the section: heading, subject, a sentence on how to read it, view (None: only words)."""

    title: str
    about: str
    text: str
    view: View | None


def parts(content: Content, language: str) -> list[Part]:
    """Return what there is to look into; empty where no such table was stored with rows."""
    made = []
    for name, show in _TABLES:
        rows = records.pooled(content, name)
        if not rows:
            continue
        shown = show(content, rows, language)
        text = say(f"inspect_{name}", language, limit=f"{CRITICAL_VIF:.0f}")
        if shown is None:
            text = say("inspect_none", language, why=reason(records.word(rows[0], "why"), language))
        title = TABLES[name].title[language] if shown is None else shown.caption
        made.append(Part(title=title, about=say(f"about_{name}", language), text=text, view=shown))
    return made


def files(content: Content, language: str) -> str:
    """Name the files that hold the whole of these tables, empty where there is none."""
    names = [f"{name}.csv" for name, _ in _TABLES if records.pooled(content, name)]
    folder = "tables/pooled" if content.by else "tables"
    return say("inspect_files", language, files=joined(names, language), folder=folder) if names else ""


def largest(rows: list[Row], column: str) -> list[Row]:
    """Return the rows with the largest values of a column, whatever their sign; empty cells left out."""
    stored = [row for row in rows if not formats.is_empty(row.get(column))]
    return sorted(stored, key=lambda row: -abs(records.number(row, column)))[:SHOWN]


def _modification(content: Content, rows: list[Row], language: str) -> View | None:
    top = largest(rows, "mi")
    if not top:
        return None
    return view(
        say("cap_modification", language, count=len(top)),
        text_column(say("col_parameter", language), lambda row: in_words(content, row, language)),
        [
            number_column("modification", "mi", 1, language),
            Column(
                title=column_title("modification", "pvalue", language),
                show=lambda row: formats.probability(row.get("pvalue")),
            ),
            number_column("modification", "epc", 3, language),
            number_column("modification", "sepc_all", 3, language),
        ],
        [("", top)],
        language,
    )


def in_words(content: Content, row: Row, language: str) -> str:
    """Return the parameter of a row with ``lhs``, ``op`` and ``rhs`` in words."""
    lhs, op, rhs = (records.word(row, name) for name in ("lhs", "op", "rhs"))
    return naming.parameter(content, lhs, op, rhs, language)


def _residuals(content: Content, rows: list[Row], language: str) -> View | None:
    pairs = [row for row in rows if records.word(row, "indicator_1") != records.word(row, "indicator_2")]
    top = largest(pairs, "residual")
    if not top:
        return None

    def pair(row: Row) -> str:
        names = (records.word(row, key) for key in ("indicator_1", "indicator_2"))
        return joined([naming.named(content, name, language) for name in names], language)

    return view(
        say("cap_residuals", language, count=len(top)),
        text_column(say("col_pair", language), pair),
        [number_column("residuals", "residual", 3, language), number_column("residuals", "z", 2, language)],
        [("", top)],
        language,
    )


def _block_fit(content: Content, rows: list[Row], language: str) -> View | None:
    """A triangle: constructs as rows, their numbers as columns."""
    found = {
        frozenset((records.word(row, "construct_1"), records.word(row, "construct_2"))): row for row in rows
    }
    inside = {name for pair in found for name in pair}
    names = [name for name in content.constructs if name in inside]
    lines: list[Row] = [
        {"_name": name, "_place": place, "why": next(iter(_reasons(found, name, names[: place + 1])), "")}
        for place, name in enumerate(names)
    ]

    def column(place: int, name: str) -> Column:
        def cell(row: Row) -> Row:
            return found.get(frozenset((str(row["_name"]), name)), {})

        return Column(
            title=str(place + 1),
            show=lambda row: formats.number(cell(row).get("srmr"), 3),
            applies=lambda row: int(row["_place"]) >= place and bool(cell(row)),
        )

    return view(
        TABLES["block_fit"].title[language],
        text_column(
            column_title("index", "construct", language),
            lambda row: f"{int(row['_place']) + 1}  {content.label(str(row['_name']), language)}",
        ),
        [column(place, name) for place, name in enumerate(names)],
        [("", lines)],
        language,
    )


def _reasons(found: dict[frozenset[str], Row], name: str, others: list[str]) -> list[str]:
    rows = (found.get(frozenset((name, other)), {}) for other in others)
    return [why for row in rows if (why := records.word(row, "why"))]


def _collinearity(content: Content, rows: list[Row], language: str) -> View:
    def factor(row: Row) -> str:
        text = formats.number(row.get("vif"), 2)
        return f"{text} ▲" if records.number(row, "vif") >= CRITICAL_VIF else text

    return view(
        TABLES["collinearity"].title[language],
        text_column(
            column_title("collinearity", "driver", language),
            lambda row: labelled(content, records.word(row, "driver"), language),
        ),
        [Column(title=column_title("collinearity", "vif", language), show=factor)],
        _by_target(content, rows, "cap_drivers_of", language),
        language,
    )


def _by_target(content: Content, rows: list[Row], key: str, language: str) -> list[tuple[str, list[Row]]]:
    targets = dict.fromkeys(records.word(row, "target") for row in rows)
    return [
        (
            say(key, language, construct=content.label(target, language)),
            [row for row in rows if records.word(row, "target") == target],
        )
        for target in targets
    ]


_TABLES: tuple[tuple[str, Callable[[Content, list[Row], str], View | None]], ...] = (
    ("modification", _modification),
    ("residuals", _residuals),
    ("block_fit", _block_fit),
    ("collinearity", _collinearity),
)


def ways_view(content: Content, language: str) -> View:
    """Indirect effects way by way, one block for each target."""
    rows = records.pooled(content, "specific_effects")
    return view(
        TABLES["specific_effects"].title[language],
        text_column(
            column_title("specific_effects", "path", language),
            lambda row: naming.way(content, records.word(row, "path").split(" > "), language),
        ),
        [
            Column(title=say("effect_unit", language), show=lambda row: formats.number(row.get("effect"), 2)),
            interval_column(content, language, 2),
            number_column("specific_effects", "se", 3, language),
            number_column("specific_effects", "std_effect", 2, language),
        ],
        _by_target(content, rows, "cap_ways_to", language),
        language,
    )
