"""The distribution of ranks under the estimated sampling distribution of the scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.simultaneous import DRAWS, SEED, one_thread, square_root

Array = NDArray[Any]

_CELLS = 400_000
"""Units x draws that are held at a time."""


def rank_distribution(
    values: Array, covariance: Array, *, draws: int | None = None, seed: int = SEED
) -> Array:
    """Probability of each rank of each unit, (n, n): units in rows, ranks from 1 in columns.

    Scores are drawn jointly from ``N(values, covariance)`` and ranked, draw by draw. This says how the ranks
    would scatter over repeated surveys if the scores that were found were the true ones; it is no posterior
    probability of the true ranks, and it spreads more than the scores themselves since their scatter is in
    it twice. Units that tie in a draw share their ranks in equal parts. With 10,000 draws a probability is
    known to .005 (one standard deviation at most).

    Parameters
    ----------
    values, covariance : (n,), (n, n)
        Scores, high is best, and their joint covariance.
    draws, seed
        Number of draws (default 10,000) and where they start.
    """
    count = len(values)
    draws = draws or DRAWS
    rng = np.random.default_rng(seed)
    counts = np.zeros(count * count)
    width = max(1, _CELLS // max(count, 1))
    places = np.arange(count)
    with one_thread(count):
        root = square_root(covariance)
        for start in range(0, draws, width):
            normal = rng.standard_normal((min(width, draws - start), count))
            errors = normal * root[:, 0] if root.shape[1] < count else normal @ root.T
            drawn = np.round(values + errors, 9)
            order = np.argsort(-drawn, axis=1)
            ordered = np.take_along_axis(drawn, order, axis=1)
            tied = np.any(ordered[:, 1:] == ordered[:, :-1], axis=1)
            counts += np.bincount((order[~tied] * count + places).ravel(), minlength=count * count)
            counts += _tied_counts(drawn[tied])
    return (counts / draws).reshape(count, count)


def _tied_counts(drawn: Array) -> Array:
    """How often each unit has each rank in draws (b, n) with ties, tied ranks shared: (n * n,)."""
    count = drawn.shape[1]
    made = np.zeros((count, count))
    if len(drawn):
        best = stats.rankdata(-drawn, method="min", axis=1)
        worst = stats.rankdata(-drawn, method="max", axis=1)
        for rank in range(1, count + 1):
            inside = (best <= rank) & (rank <= worst)
            made[:, rank - 1] = np.where(inside, 1 / (worst - best + 1), 0.0).sum(axis=0)
    return made.ravel()
