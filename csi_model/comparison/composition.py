"""Are composites made alike in two groups? The statistics of MICOM (Henseler, Ringle & Sarstedt 2016,
International Marketing Review 33, 405-431).

    c          correlation of the scores that both groups' weights make of their pooled answers (step 2)
    means      of scores by pooled weights, group 1 less group 0                                (step 3)
    variances  log of their ratio                                                               (step 3)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import CompositeTable, State

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Moments of the pooled answers and the weights (m, p) of standardised items that they give.

    ``mean``, ``sd`` (p,) in answer units; ``correlation`` (p, p).
    """

    mean: Array
    sd: Array
    correlation: Array
    weights: Array

    @classmethod
    def of(cls, state: State) -> Pooled:
        return cls(mean=state.mean, sd=state.sd, correlation=state.correlation, weights=state.weights)


def settled(table: CompositeTable) -> Array:
    """Constructs whose weights are no estimates: one item, equal or given weights; (m,) bool."""
    made = np.zeros(len(table.constructs), dtype=bool)
    for j, mode in zip(table.base, table.blocks.modes, strict=True):
        made[j] = mode == "fixed" and not table.parts[j]
    return made


def compositions(table: CompositeTable, pooled: Pooled, first: State, second: State) -> Array:
    """c of every construct, (..., m); 1 where weights are no estimates, NaN for products.

    Weights of standardised items are applied to the pooled standardised items; where the algorithm takes
    items on their common scale, its weights are those of the answers as they are.
    """
    one, two = (_weights(table, pooled, state) for state in (first, second))
    along = [
        np.asarray((w @ pooled.correlation * v).sum(axis=-1)) for w, v in ((one, two), (one, one), (two, two))
    ]
    size = along[1] * along[2]
    sound = (along[1] > 0) & (along[2] > 0)
    found = np.where(sound, along[0] / np.sqrt(np.where(sound, size, 1.0)), np.nan)
    return np.where(settled(table), 1.0, found)


def _weights(table: CompositeTable, pooled: Pooled, state: State) -> Array:
    if table.metric == "standardised":
        return state.weights
    return np.asarray(state.weights / state.sd[..., None, :] * pooled.sd)


def score_differences(
    pooled: Pooled, first: State, second: State, n_first: Array, n_second: Array
) -> tuple[Array, Array]:
    """Differences (..., m) of means and of log variances of the pooled scores, second less first.

    Scores are in standard deviations of the pooled ones; variances have the divisor n - 1, from the
    numbers of respondents (...,). NaN for products.
    """
    there = (pooled.weights != 0).any(axis=-1)
    per_answer = pooled.weights / pooled.sd
    shift = (second.mean - first.mean) @ per_answer.T
    logs = [
        _log_variance(per_answer, state.cov, there) + np.log(n / (n - 1))[..., None]
        for state, n in ((first, n_first), (second, n_second))
    ]
    return np.where(there, shift, np.nan), np.where(there, logs[1] - logs[0], np.nan)


def _log_variance(weights: Array, cov: Array, there: Array) -> Array:
    variance = np.asarray((weights @ cov * weights).sum(axis=-1))
    sound = there & (variance > 0)
    return np.where(sound, np.log(np.where(sound, variance, 1.0)), np.nan)
