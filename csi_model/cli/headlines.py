"""What a run says on standard output: index scores, groups, levels above them, who leads, what changed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from csi_model.evaluation.results import Results

MOST = 60
"""Lines of a part; the rest stands in the tables."""

Row = Mapping[Hashable, Any]


def headline(results: Results) -> str:
    """The index of every construct, then what the results hold of groups and waves."""
    lines = (
        [] if results.trustworthy else ["NOT USABLE AS IT IS: some numbers should not be used, see below."]
    )
    index = {row["construct"]: row for row in results.pooled["index"].to_dict("records")}
    for name in results.model.construct_names:
        row = index[name]
        mark = "*" if name == results.model.index else " "
        lines.append(f"{mark} {padded(results.model.label(name))} {_shown(row)}")
    if results.by:
        lines += [*_groups(results), *_levels(results), *_leaders(results), *_changes(results)]
    return "\n".join(lines)


def padded(text: str, width: int = 32) -> str:
    """Text filled up to a width on the screen, where Chinese characters take two places."""
    from rich.cells import cell_len

    return text + " " * max(0, width - cell_len(text))


def _groups(results: Results) -> Iterator[str]:
    shown = results.tables["index"]
    shown = shown[(shown["construct"] == results.model.index) & (shown["weights_from"] == "pooled")]
    yield f"{results.model.label(results.model.index)} by {' x '.join(results.by)}:"
    for cells in shown.head(MOST).to_dict("records"):
        group = " / ".join(
            results.group_labels.get(column, {}).get(str(cells[column]), str(cells[column]))
            for column in results.by
        )
        yield f"  {padded(group)} {_shown(cells)}"
    yield from _rest(len(shown), "index.csv")


def _levels(results: Results) -> Iterator[str]:
    """Industries, sectors and the whole, the whole first."""
    rows = _of_index(results, "aggregates")
    rows = rows[rows["weights_from"] == "pooled"] if len(rows) else rows
    if not len(rows):
        return
    yield "rolled up:"
    top = results.manifest.get("report", {}).get("top", {}).get("en", "total")
    for cells in rows.iloc[::-1].head(MOST).to_dict("records"):
        name = top if cells["unit"] == "total" else str(cells["unit"])
        yield f"  {padded(name)} {_shown(cells)}"
    yield from _rest(len(rows), "aggregates.csv")


def _leaders(results: Results) -> Iterator[str]:
    """Who may be the best of all units of the lowest level."""
    rows = _of_index(results, "ranks")
    rows = rows[rows["within"] == "all"] if len(rows) else rows
    if not len(rows):
        return
    rows = rows[rows["level"] == rows["level"].iloc[0]]
    leading = [str(name) for name in rows[rows["may_lead"]]["unit"]]
    if len(leading) == 1:
        yield f"clearly the best: {leading[0]}"
    elif 1 < len(leading) < len(rows):
        more = f" and {len(leading) - 5} more" if len(leading) > 5 else ""
        yield f"cannot be told apart at the top: {', '.join(leading[:5])}{more}"
    elif leading:
        yield "no unit can be told apart at the top"


def _changes(results: Results) -> Iterator[str]:
    """The last change of every unit, by the weights that the trend is shown with."""
    rows = _of_index(results, "trend")
    if not len(rows):
        return
    waves = list(dict.fromkeys(rows["wave"]))
    if len(waves) < 2:
        return
    chosen = results.manifest.get("waves", {}).get("weights", "held")
    followed = set(rows[rows["weights_from"] == chosen]["unit"])
    last = rows[(rows["wave"] == waves[-1]) & rows["change"].notna()]
    last = last[(last["weights_from"] == chosen) | ~last["unit"].isin(followed)]
    yield f"change from {waves[-2]} to {waves[-1]}:"
    for cells in last.head(MOST).to_dict("records"):
        interval = f"[{cells['change_ci_lower']:+.2f}, {cells['change_ci_upper']:+.2f}]"
        known = interval if cells["change_ci_lower"] == cells["change_ci_lower"] else f"({cells['why']})"
        yield f"  {padded(str(cells['unit']))} {cells['change']:+6.2f}  {known}  {cells['verdict']}"
    yield from _rest(len(last), "trend.csv")


def _of_index(results: Results, name: str) -> pd.DataFrame:
    """Rows of a table about the survey as a whole that are about the headline construct."""
    frame = results.across.get(name, pd.DataFrame())
    return frame[frame["construct"] == results.model.index] if len(frame) else frame


def _rest(rows: int, file: str) -> Iterator[str]:
    if rows > MOST:
        yield f"  ... and {rows - MOST} more in tables/{file}"


def _shown(row: Row) -> str:
    """Index with interval and n, or why there is none."""
    if row["index"] != row["index"]:
        return f"     -  {row['why']}"
    known = row["ci_lower"] == row["ci_lower"]
    interval = f"[{row['ci_lower']:.2f}, {row['ci_upper']:.2f}]" if known else f"({row['why']})"
    return f"{row['index']:6.2f}  {interval}  n = {row['n']}"
