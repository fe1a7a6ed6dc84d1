"""Scores of a few units for tests of differences and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.unit_scores import UnitScores, independent_scores


def scores_of(
    index: ArrayLike,
    se: ArrayLike,
    *,
    df: ArrayLike = np.inf,
    keys: Sequence[Sequence[str]] = (),
    constructs: Sequence[str] = ("satisfaction",),
    why: Sequence[str] = (),
    joint: ArrayLike | None = None,
) -> UnitScores:
    """Units a, b, c ... of independent samples; ``joint`` is added to their covariance."""
    points = np.atleast_2d(np.asarray(index, dtype=float).T).T
    errors = np.broadcast_to(np.atleast_2d(np.asarray(se, dtype=float).T).T, points.shape)
    made = independent_scores(
        level="firm",
        keys=keys or [(chr(ord("a") + k),) for k in range(len(points))],
        constructs=constructs,
        index=points,
        se=errors,
        df=np.asarray(df, dtype=float),
        n=250,
        why=why,
    )
    return made if joint is None else replace(made, covariance=made.covariance + np.asarray(joint))


def compared(*args: Any, level: float = 0.95, low_is_good: Sequence[str] = (), **more: Any) -> ComparedUnits:
    """``scores_of`` with the settings of their tests."""
    return ComparedUnits(scores=scores_of(*args, **more), level=level, low_is_good=tuple(low_is_good))


def row_of(table: pd.DataFrame, **cells: Any) -> dict[str, Any]:
    """The one row with these cells."""
    found = table
    for name, value in cells.items():
        found = found[found[name] == value]
    assert len(found) == 1, found
    return {str(name): value for name, value in found.iloc[0].items()}
