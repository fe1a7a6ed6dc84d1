"""The parameter table of a model with ordered items, from that of maximum likelihood.

Latent responses have variance 1 (the delta parameterisation: Muthen & Asparouhov 2002, Mplus Web Note 4), so
that the error of an ordered item is what its construct leaves, and a construct that is an ordered item has
the disturbance that makes its variance 1. Every threshold is free, and so is the mean of a continuous item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from csi_model.estimation.ordinal.items import Items
from csi_model.estimation.parameters import ParameterTable, Row


def ordinal_table(table: ParameterTable, items: Items) -> ParameterTable:
    """Return the table of a sample: structural parameters first, then thresholds, then means.

    Parameters
    ----------
    table
        As of maximum likelihood, without means.
    items
        Which items are ordered, and the answers that occur: a sample in which nobody chose some answer
        has a threshold less.
    """
    ordered = {name for name, one in zip(table.indicators, items.ordered, strict=True) if one}
    single = _single_items(table)
    rows: list[Row] = []
    places: dict[int, int] = {}
    for row in table.rows:
        if _follows(row, table, ordered, single):
            rows.append(replace(row, free=-1, value=np.nan, derived=True))
        elif row.free >= 0:
            rows.append(replace(row, free=places.setdefault(row.free, len(places))))
        else:
            rows.append(row)
    free = len(places)
    saturated = [*_thresholds(table, items), *_means(table, items)]
    rows += [replace(row, free=free + k) for k, row in enumerate(saturated)]
    free += len(saturated)
    steps = tuple(tuple(np.diff(levels).tolist()) for levels in items.levels)
    return replace(table, rows=tuple(rows), n_free=free, steps=steps)


def _thresholds(table: ParameterTable, items: Items) -> Iterator[Row]:
    for place, name in enumerate(table.indicators):
        for t in range(len(items.thresholds[place])):
            yield Row(lhs=name, op="|", rhs=f"t{t + 1}", matrix="tau", i=place, j=t, free=0, value=0.0)


def _means(table: ParameterTable, items: Items) -> Iterator[Row]:
    """Means of continuous items; latent responses have mean 0."""
    for place in np.flatnonzero(~items.ordered):
        name = table.indicators[place]
        yield Row(lhs=name, op="~1", rhs="", matrix="nu", i=int(place), j=0, free=0, value=0.0)


def _single_items(table: ParameterTable) -> dict[int, str]:
    """Constructs with one indicator and no error > the name of that indicator."""
    errorless = {row.i for row in table.rows if row.matrix == "theta" and row.free < 0 and row.value == 0}
    made: dict[int, str] = {}
    for construct in range(len(table.constructs)):
        items = [row.i for row in table.rows if row.matrix == "lambda" and row.j == construct]
        if len(items) == 1 and items[0] in errorless:
            made[construct] = table.indicators[items[0]]
    return made


def _follows(row: Row, table: ParameterTable, ordered: set[str], single: dict[int, str]) -> bool:
    """Whether a variance follows from the others."""
    if row.op != "~~" or row.i != row.j:
        return False
    if row.matrix == "theta":
        return table.indicators[row.i] in ordered and row.free >= 0
    return row.matrix == "psi" and single.get(row.i) in ordered


def is_saturated(row: Row) -> bool:
    """Whether every sample gives a row the value that its answers have: a threshold or a mean."""
    return row.op in ("|", "~1")


def structural(table: ParameterTable) -> int:
    """Free parameters before the thresholds and means."""
    return table.n_free - sum(is_saturated(row) and row.free >= 0 for row in table.rows)


def structure(table: ParameterTable) -> ParameterTable:
    """The table without thresholds and means, which no covariance depends on."""
    rows = tuple(row for row in table.rows if not is_saturated(row))
    return replace(table, rows=rows, n_free=structural(table))
