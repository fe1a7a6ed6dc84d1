"""The bootstrap: respondents drawn with replacement, the whole estimate repeated, in batches.

Draws are multinomial counts, so that a batch of means and covariances is one matrix product. With
strata and clusters, clusters are drawn within strata (Rao & Wu 1988, Journal of the American
Statistical Association 83, 231-241, with as many draws as clusters). The counts depend on the seed
alone, never on how the work is cut up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.solver import fisher_scoring
from csi_model.survey.moments import Sample

Array = NDArray[Any]

CHUNK = 128


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Bootstrap replicates that converged.

    ``means`` (b, p) and ``values`` (b, q); ``asked`` replicates were drawn, ``failed`` did not converge.
    """

    means: Array
    values: Array
    asked: int
    failed: int


def bootstrap(
    table: ParameterTable,
    sample: Sample,
    start: Array,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Draws:
    """Refit ``draws`` resamples of a sample from ``start`` (q,).

    ``stream`` makes groups independent under one seed. ``progress`` is told (done, all).
    """
    counts_of = _resampler(sample, np.random.default_rng([seed, stream]))
    products = _products(sample.answers)
    means, values, failed = [], [], 0
    for first in range(0, draws, CHUNK):
        size = min(CHUNK, draws - first)
        mean, covariance = _moments(counts_of(size), sample.weights, products, sample.answers.shape[1])
        usable = np.linalg.eigvalsh(covariance)[:, 0] > 1e-10 * np.trace(sample.cov)
        found = fisher_scoring(
            table,
            covariance[usable],
            np.repeat(start[None], int(usable.sum()), axis=0),
            tolerance=1e-6,
            max_iterations=200,
        )
        good = np.isfinite(found.f) & (found.gradient < 1e-5)
        failed += size - int(good.sum())
        means.append(mean[usable][good])
        values.append(found.values[good])
        if progress is not None:
            progress(first + size, draws)
    return Draws(means=np.vstack(means), values=np.vstack(values), asked=draws, failed=failed)


def _products(answers: Array) -> Array:
    """Answers and their products, (n, p + p(p+1)/2): sums of these give any resample's moments."""
    p = answers.shape[1]
    upper = np.triu_indices(p)
    return np.hstack([answers, answers[:, upper[0]] * answers[:, upper[1]]])


def _moments(counts: Array, weights: Array, products: Array, p: int) -> tuple[Array, Array]:
    """Means (b, p) and covariances (b, p, p) with divisor n, from counts (b, n)."""
    shares = counts * weights
    shares = shares / shares.sum(axis=1, keepdims=True)
    sums = shares @ products
    upper = np.triu_indices(p)
    mean = sums[:, :p]
    covariance = np.empty((len(counts), p, p))
    covariance[:, upper[0], upper[1]] = sums[:, p:] - mean[:, upper[0]] * mean[:, upper[1]]
    covariance[:, upper[1], upper[0]] = covariance[:, upper[0], upper[1]]
    return mean, covariance


def _resampler(sample: Sample, random: np.random.Generator) -> Callable[[int], Array]:
    """A function that draws (b, n) counts of respondents under the sample's design."""
    n = sample.n
    strata = np.zeros(n, dtype=np.int64) if sample.strata is None else sample.strata
    units = np.arange(n) if sample.cluster is None else sample.cluster
    pairs, index = np.unique(np.stack([strata, units]), axis=1, return_inverse=True)
    index = np.ravel(index)
    members = [np.flatnonzero(pairs[0] == stratum) for stratum in np.unique(pairs[0])]

    def draw(size: int) -> Array:
        counts = np.zeros((size, pairs.shape[1]))
        for block in members:
            chosen = random.integers(len(block), size=(size, len(block)))
            for k in range(size):
                counts[k, block] = np.bincount(chosen[k], minlength=len(block))
        return counts[:, index]

    return draw
