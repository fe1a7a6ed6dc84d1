"""The stored tables of a report, each with the name of its sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from csi_model.reporting.content import Content
from csi_model.vocabulary import PLANS, SURVEY_TABLES, TABLES, Table

Scope = Literal["groups", "pooled", "across"]
SCOPES: tuple[Scope, ...] = ("groups", "pooled", "across")

LONGEST = 31
"""Characters of a sheet's name."""

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
KNOWN: Mapping[str, Table] = {**PLANS, **SURVEY_TABLES, **TABLES}


@dataclass(frozen=True, kw_only=True)
class StoredTable:
    """A stored table that holds rows.

    Attributes
    ----------
    sheet
        Name of its sheet: that of the table; ``pooled.NAME`` for all respondents of a study with groups.
    name, table
        Its name and its columns in the contract; None for a table that the contract does not know.
    scope
        By group, all respondents together, or the survey as a whole.
    by
        Group columns in front of the others.
    """

    sheet: str
    name: str
    table: Table | None
    scope: Scope
    by: tuple[str, ...]
    frame: pd.DataFrame

    def title(self, language: str) -> str:
        """What the table holds, in words."""
        return self.table.title[language] if self.table else self.name


def stored_tables(content: Content, taken: tuple[str, ...]) -> list[StoredTable]:
    """Return every table with rows, those by group first; ``taken`` are sheet names given away already."""
    used = {name.casefold() for name in (*taken, "history")}
    made = []
    for prefix, scope, tables in _parts(content):
        for name, frame in tables.items():
            if frame is None or frame.empty:
                continue
            sheet = sheet_name(prefix + name, used)
            used.add(sheet.casefold())
            by = tuple(column for column in content.by if scope == "groups" and column in frame.columns)
            held: Scope = "pooled" if scope == "groups" and not by else scope
            made.append(
                StoredTable(sheet=sheet, name=name, table=KNOWN.get(name), scope=held, by=by, frame=frame)
            )
    return sorted(made, key=lambda one: SCOPES.index(one.scope))


def _parts(content: Content) -> Iterator[tuple[str, Scope, Mapping[str, pd.DataFrame]]]:
    grouped = bool(content.by) and content.pooled is not content.tables
    if grouped:
        yield "", "groups", content.tables
        own = {name: frame for name, frame in content.pooled.items() if frame is not content.tables.get(name)}
        yield "pooled.", "pooled", own
    elif content.by:
        yield "", "groups", content.tables
    else:
        yield "", "pooled", content.pooled or content.tables
    yield "", "across", content.across


def sheet_name(name: str, used: set[str]) -> str:
    """Return a name that a sheet may have and that no other has, whatever the case of its letters."""
    base = name.translate(_FORBIDDEN).strip() or "table"
    made, number = base[:LONGEST], 2
    while made.casefold() in used:
        end = f"_{number}"
        made, number = base[: LONGEST - len(end)] + end, number + 1
    return made
