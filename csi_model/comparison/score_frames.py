"""Stored tables of scores as scores again: earlier results, or a frame that a user brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.aggregation import TOTAL
from csi_model.comparison.share_names import Key
from csi_model.comparison.standing import Standing, standing
from csi_model.comparison.unit_scores import independent_scores
from csi_model.errors import UsageError

Array = NDArray[Any]


def scores_of_index(frame: pd.DataFrame, by: Sequence[str], *, weights_from: str = "pooled") -> Standing:
    """Scores of the lowest level from an index table of a results folder.

    Units count as independent, since a table holds no covariances (see ``standing_of_rows``).

    Parameters
    ----------
    frame
        ``tables/index.csv`` as loaded: the columns ``by``, then those of ``vocabulary.TABLES["index"]``.

    Raises
    ------
    UsageError
        The table has other group columns.
    """
    shown = frame[frame["weights_from"] == weights_from]
    missing = [name for name in by if name not in shown.columns]
    if missing:
        what = f"The earlier index has no column {', '.join(missing)}."
        raise UsageError.at("earlier scores", what, "Group both surveys alike.", code="earlier-scores")
    keys = [tuple(str(value) for value in row) for row in shown[list(by)].itertuples(index=False)]
    return standing_of_rows(by[-1], keys, shown)


def scores_of_aggregates(
    frame: pd.DataFrame, by: Sequence[str], *, weights_from: str = "pooled"
) -> tuple[Standing, ...]:
    """Scores of the levels between the lowest and the total, from a table of aggregates.

    Units count as independent, since a table holds no covariances (see ``standing_of_rows``).

    Raises
    ------
    UsageError
        A unit belongs to none of the rows of the level above.
    """
    shown = frame[frame["weights_from"] == weights_from]
    above: dict[str, Key] = {TOTAL: ()}
    found = []
    for level in by[:-1]:
        part = shown[shown["level"] == level]
        if not len(part):
            break
        orphans = sorted({str(parent) for parent in part["parent"]} - set(above))
        if orphans:
            what = f"Units of the level {level} belong to {', '.join(orphans)}, which has no row of its own."
            fix = "Use the table of aggregates as it was written."
            raise UsageError.at("earlier scores", what, fix, code="earlier-scores")
        keys = []
        for unit, parent in zip(part["unit"], part["parent"], strict=True):
            keys.append((*above[parent], str(unit).removeprefix(f"{parent} / " if above[parent] else "")))
        found.append(standing_of_rows(level, keys, part))
        above = {str(unit): key for unit, key in zip(part["unit"], keys, strict=True)}
    return tuple(found)


def standing_of_rows(level: str, keys: Sequence[Key], rows: pd.DataFrame) -> Standing:
    """Scores from rows of a unit and a construct each.

    Parameters
    ----------
    keys
        Unit of each row.
    rows
        Columns ``construct``, ``index``; optionally ``se``, ``n``, ``n_eff``, ``df``, ``measured``, ``why``.
        A unit that lacks a construct has no number for it. Without ``df`` it is that of the standard error
        of a mean, ``n_eff - 1`` or ``n - 1``; infinite where neither is known.
    """
    units, constructs = tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(rows["construct"].astype(str)))
    at_unit = {key: k for k, key in enumerate(units)}
    at_construct = {name: j for j, name in enumerate(constructs)}
    place = (
        np.array([at_unit[key] for key in keys], dtype=np.int64),
        np.array([at_construct[str(name)] for name in rows["construct"]], dtype=np.int64),
    )

    def grid(name: str, gap: float) -> Array:
        values = np.full((len(units), len(constructs)), gap)
        if name in rows.columns:
            values[place] = rows[name].to_numpy(dtype=float, na_value=np.nan)
        return values

    index, n_eff = grid("index", np.nan), grid("n_eff", np.nan)
    there = np.isfinite(index)
    why = np.full(index.shape, "", dtype=object)
    if "why" in rows.columns:
        why[place] = rows["why"].fillna("").astype(str).to_numpy(dtype=object)
    df = grid("df", np.nan)
    n = np.nan_to_num(grid("n", 0.0)).astype(np.int64)
    size = np.where(n_eff > 0, n_eff, n)
    df = np.where(np.isnan(df), np.where(size > 1, size - 1, np.inf), df)
    measured = np.where(there, grid("measured", 1.0), 0.0)
    scores = independent_scores(
        level=level,
        keys=units,
        constructs=constructs,
        index=index,
        se=np.where(there, grid("se", np.nan), np.nan),
        df=df.min(axis=1),
        n=n.max(axis=1),
        n_eff=_smallest(np.where(there, n_eff, np.nan)),
        why=[next((word for word in row if word), "") for row in why],
    )
    return standing(scores, df=df, n=np.where(there, n, 0), n_eff=n_eff, measured=measured, why=why)


def _smallest(values: Array) -> Array:
    """Smallest of each row, NaN where there is none."""
    least = np.where(np.isnan(values), np.inf, values).min(axis=1)
    return np.where(np.isfinite(least), least, np.nan)
