"""The items of an ordinal analysis: which are ordered, their categories and thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Items:
    """Answers of one sample as an ordinal analysis sees them.

    Attributes
    ----------
    answers : (n, p) float
        Continuous answers; of ordered items the answers, too.
    weights : (n,) float
        Scaled to sum to n.
    ordered : (p,) bool
        Which items are ordered.
    codes : (n, p) int
        Place of the answer among those that occur in the sample, from 0; 0 for continuous items.
    levels
        For each item the answers that occur, rising; empty for continuous items. A step of the scale that
        nobody chose has no threshold of its own.
    thresholds
        For each item its thresholds (k - 1,), the normal quantiles of the cumulated weighted shares.
    """

    answers: Array
    weights: Array
    ordered: Array
    codes: Array
    levels: tuple[Array, ...]
    thresholds: tuple[Array, ...]

    @property
    def n(self) -> int:
        """Respondents."""
        return len(self.answers)

    def limits(self, item: int) -> Array:
        """Thresholds of an item with the infinite ends, (k + 1,)."""
        return np.concatenate([[-np.inf], self.thresholds[item], [np.inf]])


def items_of(answers: Array, weights: Array, ordered: Array) -> Items:
    """Return the items of complete ``answers`` (n, p)."""
    n, p = answers.shape
    weights = weights * (n / weights.sum())
    codes = np.zeros((n, p), dtype=np.int64)
    levels: list[Array] = []
    thresholds: list[Array] = []
    for place in range(p):
        if not ordered[place]:
            levels.append(np.zeros(0))
            thresholds.append(np.zeros(0))
            continue
        found, codes[:, place] = np.unique(answers[:, place], return_inverse=True)
        share = np.bincount(codes[:, place], weights=weights) / n
        levels.append(found)
        thresholds.append(special.ndtri(np.cumsum(share)[:-1]))
    return Items(
        answers=answers,
        weights=weights,
        ordered=ordered,
        codes=codes,
        levels=tuple(levels),
        thresholds=tuple(thresholds),
    )
