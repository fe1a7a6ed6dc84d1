"""What the entries on files of customers and segments have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from csi_model.errors import Finding, suggest
from csi_model.study.measures.entry import field_mistake

if TYPE_CHECKING:
    import pandas as pd


def sheet_field() -> Any:
    """The sheet of a workbook."""
    return Field(default=None, description="Sheet of a workbook", examples=["NAME"])


def as_text(value: object) -> object:
    """A number as the text that a choice is written as."""
    return f"{value:.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def customer_files(name: str, frame: pd.DataFrame) -> tuple[dict[str, bytes], Finding]:
    """A file of customers for the results folder, and what is to be said of it."""
    from csi_model.storage import csv_bytes

    path = f"customers/{name}.csv"
    note = Finding(
        code="customer-file",
        severity="note",
        where=path,
        what="each customer stands in this file of the results folder, and in no table or report.",
        fix="It holds personal data. It is written with -o FOLDER only.",
    )
    return {path: csv_bytes(frame)}, note


def columns_problems(columns: Mapping[str, str], names: tuple[str, ...]) -> Iterator[Finding]:
    """Names that stand for nothing that is read."""
    for name in columns:
        if name not in names:
            yield field_mistake("columns", f"{name!r} is nothing that is read.", suggest(name, names))
