"""Means and cross products of many cells of respondents, from rows that come a few at a time.

Each batch is centred at its own cell means, and cells are merged by Chan, Golub & LeVeque (1983, American
Statistician 37, 242-247, eq. 2.1): with ``d`` the difference of two means,

    W = W_a + W_b      mean = mean_a + d W_b / W      M = M_a + M_b + d d' W_a W_b / W
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Respondents of cells summed up; the cells have any shape, (...).

    Attributes
    ----------
    n, sum_w, sum_w2 : (...)
        Respondents, and the sums of their weights and of the squares of these.
    mean : (..., p)
        Weighted means; 0 in empty cells.
    products : (..., p (p + 1) / 2)
        ``sum w (x - mean)(x - mean)'``, by ``np.triu_indices``.
    """

    n: Array
    sum_w: Array
    sum_w2: Array
    mean: Array
    products: Array

    def at(self, place: Any) -> Sums:
        """Some cells, by an index of the cells' axes."""
        return Sums(**{one.name: getattr(self, one.name)[place] for one in fields(self)})

    @property
    def cov(self) -> Array:
        """Covariances (..., p, p), divisor: the sum of weights; NaN in empty cells."""
        p = self.mean.shape[-1]
        i, j = np.triu_indices(p)
        made = np.empty((*self.n.shape, p, p))
        made[..., i, j] = self.products / np.where(self.sum_w > 0, self.sum_w, np.nan)[..., None]
        made[..., j, i] = made[..., i, j]
        return made


def no_sums(shape: Sequence[int], p: int) -> Sums:
    """Empty cells."""
    size = tuple(shape)
    return Sums(
        n=np.zeros(size, dtype=np.int64),
        sum_w=np.zeros(size),
        sum_w2=np.zeros(size),
        mean=np.zeros((*size, p)),
        products=np.zeros((*size, p * (p + 1) // 2)),
    )


def row_sums(answers: Array, weights: Array, cell: Array) -> tuple[Array, Sums]:
    """Sum up respondents by cell.

    Parameters
    ----------
    answers : (n, p)
        Without gaps.
    weights : (n,)
        Positive.
    cell : (n,) int

    Returns
    -------
    cells : (k,) int
        Those that occur, rising, and the sums of each.
    """
    order = np.argsort(cell, kind="stable")
    x, w, sorted_cell = np.ascontiguousarray(answers[order].T), weights[order], cell[order]
    cells, starts, n = np.unique(sorted_cell, return_index=True, return_counts=True)
    sum_w = np.add.reduceat(w, starts)
    mean = np.add.reduceat(x * w, starts, axis=1) / sum_w
    x -= np.repeat(mean, n, axis=1)
    p = len(x)
    products = np.empty((len(cells), p * (p + 1) // 2))
    first = 0
    for i in range(p):
        block = np.add.reduceat(x[i] * w * x[i:], starts, axis=1)
        products[:, first : first + p - i] = block.T
        first += p - i
    made = Sums(n=n, sum_w=sum_w, sum_w2=np.add.reduceat(w**2, starts), mean=mean.T, products=products)
    return cells, made


def merged(first: Sums, second: Sums) -> Sums:
    """Both together, cell by cell."""
    total = first.sum_w + second.sum_w
    safe = np.where(total > 0, total, 1.0)
    share = (second.sum_w / safe)[..., None]
    gap = second.mean - first.mean
    i, j = np.triu_indices(gap.shape[-1])
    between = (first.sum_w * second.sum_w / safe)[..., None]
    return Sums(
        n=first.n + second.n,
        sum_w=total,
        sum_w2=first.sum_w2 + second.sum_w2,
        mean=first.mean + gap * share,
        products=first.products + second.products + gap[..., i] * gap[..., j] * between,
    )


def add_to(known: Sums, cells: Array, more: Sums) -> None:
    """Merge sums of ``cells`` (k,) into the arrays of ``known``, whose cells have one axis."""
    made = merged(known.at(cells), more)
    for one in fields(Sums):
        getattr(known, one.name)[cells] = getattr(made, one.name)


def stacked(parts: Sequence[Sums]) -> Sums:
    """Cells of one shape, along a new first axis."""
    return Sums(**{one.name: np.stack([getattr(part, one.name) for part in parts]) for one in fields(Sums)})


def total_of(sums: Sums, axes: tuple[int, ...]) -> Sums:
    """All cells along some axes together."""
    p = sums.mean.shape[-1]
    sum_w = sums.sum_w.sum(axis=axes)
    weighted = (sums.mean * sums.sum_w[..., None]).sum(axis=axes)
    mean = weighted / np.where(sum_w > 0, sum_w, 1.0)[..., None]
    gap = sums.mean - np.expand_dims(mean, axes)
    i, j = np.triu_indices(p)
    between = gap[..., i] * gap[..., j] * sums.sum_w[..., None]
    return Sums(
        n=sums.n.sum(axis=axes),
        sum_w=sum_w,
        sum_w2=sums.sum_w2.sum(axis=axes),
        mean=mean,
        products=(sums.products + between).sum(axis=axes),
    )


def about(sums: Sums, centre: Array) -> Array:
    """Sums of weights, of deviations from ``centre`` (p,) and of their products, (..., 1 + p + p(p+1)/2)."""
    gap = sums.mean - centre
    i, j = np.triu_indices(gap.shape[-1])
    w = sums.sum_w[..., None]
    return np.concatenate([w, gap * w, sums.products + gap[..., i] * gap[..., j] * w], axis=-1)
