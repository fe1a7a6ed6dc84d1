"""Rows into data frames of the contract: columns in their order and kinds, whatever the rows hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from csi_model.vocabulary import Table

_KINDS: dict[str, Literal["str", "float64", "Int64", "bool"]] = {
    "text": "str", "number": "float64", "integer": "Int64", "flag": "bool",
}  # fmt: skip


def typed_frame(table: Table, rows: Sequence[Mapping[str, Any]], by: tuple[str, ...] = ()) -> pd.DataFrame:
    """A stored table from its rows, group columns ``by`` first."""
    frame = pd.DataFrame(list(rows), columns=[*by, *table.column_names])
    for group in by:
        frame[group] = frame[group].astype("str")
    for column in table.columns:
        frame[column.name] = frame[column.name].astype(_KINDS[column.kind])
    return frame
