"""The parameter table of a model with ordered items, from that of maximum likelihood.

Latent responses have variance 1 (the delta parameterisation: Muthen & Asparouhov 2002, Mplus Web Note 4), so
that the error of an ordered item is what its construct leaves, and a construct that is an ordered item has
the disturbance that makes its variance 1. Every threshold is free, and so is the mean of a continuous item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.ordinal.items import Items
from csi_model.estimation.parameters import ParameterTable, Row

Array = NDArray[Any]


Steps = tuple[tuple[float, ...], ...]
"""Of every item the answer units between one answer and the next; none of a continuous item."""


def ordinal_table(table: ParameterTable, items: Items) -> ParameterTable:
    """Return the table of a sample: ``laid_out`` by the answers that occur in it.

    A sample in which nobody chose some answer has a threshold less.
    """
    return laid_out(table, tuple(tuple(np.diff(levels).tolist()) for levels in items.levels))


def laid_out(table: ParameterTable, steps: Steps) -> ParameterTable:
    """Return the table with ordered items: structural parameters first, then thresholds, then means.

    Parameters
    ----------
    table
        As of maximum likelihood, without means.
    steps
        Of every item; an ordered item has a threshold for each.
    """
    ordered = {name for name, one in zip(table.indicators, steps, strict=True) if one}
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
    saturated = [*_thresholds(table, steps), *_means(table, steps)]
    rows += [replace(row, free=free + k) for k, row in enumerate(saturated)]
    return replace(table, rows=tuple(rows), n_free=free + len(saturated), steps=steps)


def _thresholds(table: ParameterTable, steps: Steps) -> Iterator[Row]:
    for place, name in enumerate(table.indicators):
        for t in range(len(steps[place])):
            yield Row(lhs=name, op="|", rhs=f"t{t + 1}", matrix="tau", i=place, j=t, free=0, value=0.0)


def _means(table: ParameterTable, steps: Steps) -> Iterator[Row]:
    """Means of continuous items; latent responses have mean 0."""
    for place, name in enumerate(table.indicators):
        if not steps[place]:
            yield Row(lhs=name, op="~1", rhs="", matrix="nu", i=place, j=0, free=0, value=0.0)


def steps_array(steps: Steps) -> Array:
    """The steps as an array (p, k), NaN behind the last of an item, as results store them."""
    made = np.full((len(steps), max((len(one) for one in steps), default=0)), np.nan)
    for place, one in enumerate(steps):
        made[place, : len(one)] = one
    return made


def steps_of(stored: Array) -> Steps:
    """The steps from ``steps_array``."""
    return tuple(tuple(row[~np.isnan(row)].tolist()) for row in stored)


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
