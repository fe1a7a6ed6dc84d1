"""Small hierarchies of units with scores, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from csi_model.comparison.aggregation import RollUp, roll_up
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.unit_scores import UnitScores, independent_scores

BY = ("sector", "industry", "firm")

Key = tuple[str, ...]

A, B = ("Services", "Banks", "A-Bank"), ("Services", "Banks", "B-Bank")
C, D = ("Services", "Airlines", "C-Air"), ("Goods", "Food", "D-Food")

REVENUE = {"A-Bank": 30.0, "B-Bank": 10.0, "C-Air": 7.0, "D-Food": 9.0}
INDUSTRIES = {"Banks": 2.0, "Airlines": 3.0, "Food": 5.0}
GDP = {"Services": 80.0, "Goods": 20.0}


def units(rows: Mapping[Key, tuple[float, float]], level: str = "firm", **more: Any) -> UnitScores:
    """Independent units from key > (index, se), one construct; NaN for a unit without a number."""
    values = np.array(list(rows.values()), dtype=float)
    common: dict[str, Any] = {"n": 100, "n_eff": 100.0}
    return independent_scores(
        level=level,
        keys=list(rows),
        constructs=("satisfaction",),
        index=values[:, :1],
        se=values[:, 1:],
        **(common | more),
    )


def four_firms(**more: Any) -> UnitScores:
    """Two banks, an airline and a food maker, with degrees of freedom 9, 4, 19 and 19."""
    rows = {A: (80.0, 1.0), B: (70.0, 2.0), C: (60.0, 1.5), D: (90.0, 0.5)}
    common: dict[str, Any] = {"df": np.array([9.0, 4, 19, 19]), "n_eff": np.array([100.0, 50, 80, 120])}
    return units(rows, **(common | more))


def all_shares() -> tuple[LevelShares, ...]:
    """Shares of every level for ``four_firms``."""
    return (
        LevelShares(level="firm", kind="revenue", amounts=REVENUE),
        LevelShares(level="industry", kind="revenue", amounts=INDUSTRIES),
        LevelShares(level="sector", kind="gdp", amounts=GDP),
    )


def flat(
    scores: Sequence[float], amounts: Mapping[str, Any] | None = None, kind: str = "revenue", **rules: str
) -> RollUp:
    """Units u1, u2, ... with standard errors of 1, rolled up to the total by their amounts."""
    rows = {(f"u{k + 1}",): (score, 1.0) for k, score in enumerate(scores)}
    given = LevelShares(level="firm", kind=kind, amounts=amounts or {}, **rules)
    return roll_up(units(rows), [given], ("firm",))


def index_of(rolled: RollUp, level: str, unit: str = "total") -> float:
    """Index of one unit of a level on the first construct."""
    scores = rolled.at(level).scores
    return float(scores.index[[*scores.names].index("" if unit == "total" else unit), 0])
