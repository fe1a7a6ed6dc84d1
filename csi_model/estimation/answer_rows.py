"""Rows with gaps: resamples of them in few numbers, and moments of the answers there are, pair by pair.

Available-case moments, and each step of PLS on available cases, are sums of products of linear functions
of a row. Respondents with gaps in the same places may thus be replaced by any rows of the same sums of
products, of which no more are needed than answers and one: the columns of a square root of the matrix of
these sums. A row is a constant q and answers x, both multiplied by the root of its weight. Arrays have the
resamples first and the rows last: (b, items, r).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance_refit import weighted_sums

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Respondents ``who`` (g,) with answers (k, g) to the same ``items`` (k,)."""

    who: Array
    items: Array
    answers: Array


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a resample is made of: respondents taken singly, then those alike, put together.

    ``who`` (r1,) are the single ones, with ``answers`` (p, r1), 0 in the gaps; ``there`` (p, r) says for
    all r rows which items they have.
    """

    who: Array
    answers: Array
    alike: tuple[Alike, ...]
    there: Array

    def drawn(self, share: Array) -> tuple[Array, Array]:
        """Constants (b, r) and answers (b, p, r) of the rows, for weights ``share`` (b, n)."""
        b, (p, r) = len(share), self.there.shape
        q, x = np.zeros((b, r)), np.zeros((b, p, r))
        first = len(self.who)
        q[:, :first] = np.sqrt(share[:, self.who])
        np.multiply(self.answers, q[:, None, :first], out=x[:, :, :first])
        for same in self.alike:
            k = len(same.items)
            sums = weighted_sums(same.answers, np.ones(len(same.who)), share[:, same.who])
            square = np.empty((b, k + 1, k + 1))
            upper = np.triu_indices(k + 1)
            square[:, upper[0], upper[1]] = square[:, upper[1], upper[0]] = sums
            values, vectors = np.linalg.eigh(square)
            root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
            cut = slice(first, first + k + 1)
            q[:, cut] = root[:, 0]
            x[:, same.items, cut] = root[:, 1:]
            first += k + 1
        return q, x


def rows_of(answers: Array, *, together: bool) -> Rows:
    """Arrange ``answers`` (n, p), NaN in the gaps; those alike stay apart unless ``together``."""
    there = ~np.isnan(answers)
    patterns, member, count = np.unique(there, axis=0, return_inverse=True, return_counts=True)
    member = member.reshape(-1)
    k = patterns.sum(axis=1)
    joined = np.flatnonzero((count > 2 * (k + 1)) & (k > 0)) if together else np.empty(0, dtype=np.int64)
    who = np.flatnonzero(~np.isin(member, joined) & there.any(axis=1))
    alike = []
    for g in joined:
        same, items = np.flatnonzero(member == g), np.flatnonzero(patterns[g])
        alike.append(
            Alike(who=same, items=items, answers=np.ascontiguousarray(answers[np.ix_(same, items)].T))
        )
    return Rows(
        who=who,
        answers=np.ascontiguousarray(np.where(there, answers, 0.0)[who].T),
        alike=tuple(alike),
        there=np.concatenate([there[who], np.repeat(patterns[joined], k[joined] + 1, axis=0)]).T,
    )


def pair_moments(q: Array, x: Array, there: Array, y: Array, scored: Array) -> tuple[Array, Array, Array]:
    """Covariances of x and y, variances of x, and of y, pair by pair, each (b, k, l).

    Over the rows that have both: ``q`` (b, r), ``x`` (b, k, r), ``y`` (b, l, r) with 0 in the gaps, which
    are those of ``there`` (k, r) and ``scored`` (l, r). NaN where no row has both.
    """
    count = there * (q**2)[:, None, :] @ scored.T
    count = np.where(count > 0, count, np.nan)
    mean_x = x @ transposed(q[:, None, :] * scored) / count
    mean_y = (q[:, None, :] * there) @ transposed(y) / count
    return (
        x @ transposed(y) / count - mean_x * mean_y,
        x**2 @ scored.T / count - mean_x**2,
        there @ transposed(y**2) / count - mean_y**2,
    )


def pair_correlations(q: Array, x: Array, there: Array, y: Array, scored: Array) -> Array:
    """Correlations (b, k, l) of x and y, as ``pair_moments``; NaN where there is no variance."""
    covariance, x_variance, y_variance = pair_moments(q, x, there, y, scored)
    sound = (x_variance > 0) & (y_variance > 0)
    return np.asarray(covariance / np.sqrt(np.where(sound, x_variance * y_variance, np.nan)))


def transposed(matrix: Array) -> Array:
    """The last two axes the other way round."""
    return np.swapaxes(matrix, -1, -2)
