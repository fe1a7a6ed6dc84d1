"""How the numbers of each column are shown; what is stored is the whole number."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from csi_model.vocabulary import TableColumn

POINTS, SHARE, COUNT, PROBABILITY = "0.0", "0.0%", "#,##0", "0.000"

_POINT_COLUMNS = frozenset({"performance", "change", "contribution", "gain", "push", "half_width"})
_SHARES = frozenset({
    "share", "top2", "bottom2", "smallest", "measured", "p_first", "probability", "retention", "churn",
    "accuracy", "response", "power",
})  # fmt: skip
_ENDS = ("_ci_lower", "_ci_upper", "_from", "_to", "_lower", "_upper")
_NOT_MEASURED = frozenset({"se", "z", "pvalue", "ci_lower", "ci_upper", "simultaneous_lower", "low", "high"})


def number_format(column: TableColumn, values: Sequence[float], columns: Sequence[TableColumn]) -> str:
    """Return the number format of a column.

    Parameters
    ----------
    column
        Its name, kind and unit.
    values
        Its numbers that are there, which decide where name and unit do not.
    columns
        All columns of the table in their order: an interval is shown like what it belongs to.
    """
    if column.kind == "integer":
        return COUNT
    if column.name.startswith("pvalue"):
        return PROBABILITY
    if column.name != (owner := _owner(column, columns)).name:
        return number_format(owner, values, columns)
    if column.term.unit == "index points" or column.name in _POINT_COLUMNS:
        return POINTS
    if _is_share(column) and all(-1.000001 <= value <= 1.000001 for value in values):
        return SHARE
    return by_size(values)


def _is_share(column: TableColumn) -> bool:
    name = column.name
    return name in _SHARES or column.term.unit == "share" or "share_" in name or name.endswith("_share")


def _owner(column: TableColumn, columns: Sequence[TableColumn]) -> TableColumn:
    """The column whose interval a column holds, else the column itself."""
    by_name = {one.name: one for one in columns}
    for end in _ENDS:
        base = column.name.removesuffix(end)
        if base != column.name and base in by_name and by_name[base].kind == "number":
            return by_name[base]
    if column.name in {"ci_lower", "ci_upper", "simultaneous_lower", "simultaneous_upper"}:
        before = columns[: [one.name for one in columns].index(column.name)]
        measured = [one for one in before if one.kind == "number" and one.name not in _NOT_MEASURED]
        measured = [one for one in measured if one.name not in {"df_welch", "n_eff"}]
        return measured[-1] if measured else column
    return column


def by_size(values: Sequence[float]) -> str:
    """Return the number format for numbers of such a size."""
    if values and all(value == round(value) for value in values):
        return COUNT
    size = statistics.median(map(abs, values)) if values else 0.0
    if size >= 100:
        return "#,##0.0"
    return "0.00" if size >= 10 else "0.000"
