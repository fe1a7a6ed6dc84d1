"""The bootstrap: respondents drawn with replacement, the whole estimate repeated, in batches.

Draws are multinomial counts, so that a batch of means and covariances is one matrix product. With
strata or clusters, one cluster less than a stratum has is drawn from it, and the weights make up for
it, so that strata of few clusters are not taken for more precise than they are (Rao, Wu & Yue 1992,
Survey Methodology 18, 209-217). The counts depend on the seed alone, never on how the work is cut up.
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
    # products of centred answers: the difference of two large sums would lose digits
    products = _products(sample.answers - sample.mean)
    sd = np.sqrt(np.diag(sample.cov))
    means, values, failed = [], [], 0
    for first in range(0, draws, CHUNK):
        size = min(CHUNK, draws - first)
        mean, covariance = _moments(counts_of(size), sample.weights, products, sample.answers.shape[1])
        usable = np.linalg.eigvalsh(covariance / np.outer(sd, sd))[:, 0] > 1e-10
        found = fisher_scoring(
            table,
            covariance[usable],
            np.repeat(start[None], int(usable.sum()), axis=0),
            tolerance=1e-6,
            max_iterations=200,
        )
        good = np.isfinite(found.f) & (found.gradient < 1e-5)
        failed += size - int(good.sum())
        means.append(sample.mean + mean[usable][good])
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
    """A function that draws (b, n) counts of respondents under the sample's design.

    Every stratum has its own stream of random numbers. Under a design the ``m - 1`` draws from the
    ``m`` clusters of a stratum count ``m / (m - 1)`` each.
    """
    n = sample.n
    strata = np.zeros(n, dtype=np.int64) if sample.strata is None else sample.strata
    units = np.arange(n) if sample.cluster is None else sample.cluster
    pairs, index = np.unique(np.stack([strata, units]), axis=1, return_inverse=True)
    index = np.ravel(index)
    members = [np.flatnonzero(pairs[0] == stratum) for stratum in np.unique(pairs[0])]
    less = 0 if sample.strata is None and sample.cluster is None else 1
    streams = random.spawn(len(members))

    def draw(size: int) -> Array:
        counts = np.zeros((size, pairs.shape[1]))
        for block, stream in zip(members, streams, strict=True):
            m = len(block)
            chosen = stream.integers(m, size=(size, m - less))
            for k in range(size):
                counts[k, block] = np.bincount(chosen[k], minlength=m) * (m / (m - less))
        return counts[:, index]

    return draw
