"""Statistics without one respondent: what small samples do to the errors.

Robust errors rest on influences, which are derivatives: what a respondent adds if he counts ever so little.
In a sample of some hundred he counts for more than that, and the errors come out a few percent too small. The
jackknife leaves him out for good (Efron & Stein 1981, Annals of Statistics 9, 586-596: its variance is too
large, if anything):

    d_i = s_(-i) - s,      psi_i = -(n - w_i) / w_i d_i,      cov(s) = sum_i (w_i psi_i / n)^2

with ``psi_i`` the influence in the limit. Two answers decide what a pair of ordered items loses with a
respondent, so that a table of k x k answers has at most k x k tables without one: without weights the
jackknife is exact at the cost of some searches that begin where they end. A respondent of weight w takes off,
nearly, what was found at the mean weight v of his cell, the square part by its square:

    d_i = -w IF / (n - w) + w^2 r,      r = [d(v) + v IF / (n - v)] / v^2.

Continuous items and their pairs keep their influences.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from csi_model.estimation.ordinal.items import Items
from csi_model.estimation.ordinal.moments import Moments, threshold_moves
from csi_model.estimation.ordinal.polychoric import LARGEST, Cells, Pairs, code_columns, filled

Array = NDArray[Any]


def left_out_influences(moments: Moments) -> Array:
    """Pseudo-influences ``psi`` (n, m) of the respondents on the statistics, of weighted mean 0.

    What does not exist without a respondent (a threshold below which nobody else is, a correlation that
    would be 1) keeps its influence.
    """
    items, made = moments.items, moments.influences.copy(order="F")
    columns, per_weight = code_columns(items), items.weights * (items.n - items.weights)
    for place, at in enumerate(moments.places):
        if items.ordered[place]:
            made[:, at] -= per_weight[:, None] * _threshold_bends(items, place)[columns[place]]
    first, second = moments.pairs.first, moments.pairs.second
    both = np.flatnonzero(items.ordered[first] & items.ordered[second])
    if len(both):
        most = int(columns.max()) + 1
        crossed = columns[first[both]] * most + columns[second[both]]
        pulls = np.zeros((len(both), most * most))
        np.put_along_axis(pulls, crossed, made[:, moments.first_pair + both].T, axis=1)
        bends = _pair_bends(items, moments.pairs, both, crossed, pulls)
        for c, codes, bend in zip(both, crossed, bends, strict=True):
            made[:, moments.first_pair + c] -= per_weight * bend[codes]
    made -= items.weights @ made / items.n
    return made


def _bend(moved: Array, pull: Array, weight: Array, n: float) -> Array:
    """``r`` of what moves by ``moved`` where ``weight`` of influence ``pull`` is left out; 0 if unknown."""
    with np.errstate(divide="ignore"):
        made = (moved + weight * pull / (n - weight)) / weight**2
    return np.where(np.isfinite(made), made, 0.0)


def _threshold_bends(items: Items, place: int) -> Array:
    """``r`` (k, k - 1) of the answers to an item on its thresholds."""
    tau, codes = items.thresholds[place], items.codes[:, place]
    weight = (np.bincount(codes, weights=items.weights) / np.bincount(codes))[:, None]
    below = np.arange(len(tau) + 1)[:, None] < np.arange(1, len(tau) + 1)
    rest = items.n - weight
    moved = _quantiles((items.n * special.ndtr(tau) - weight * below) / rest) - tau
    return _bend(moved, threshold_moves(tau), weight, items.n)


def _pair_bends(items: Items, pairs: Pairs, chosen: Array, crossed: Array, pulls: Array) -> Array:
    """``r`` (c, k k) of the answers to ``chosen`` (c,) pairs on their correlations.

    ``crossed`` (c, n) are the cells of the respondents, ``pulls`` (c, k k) influences of the cells.
    """
    first, second, rho = pairs.first[chosen], pairs.second[chosen], pairs.rho[chosen]
    whole = Cells.of(items, first, second)
    most = whole.observed.shape[1]
    met = np.stack([np.bincount(codes, minlength=most * most) for codes in crossed])
    pair, cell = np.nonzero(met)
    weight = whole.observed.reshape(met.shape)[pair, cell] / met[pair, cell]
    without = whole.observed[pair]
    without.reshape(len(pair), -1)[np.arange(len(pair)), cell] -= weight
    tables = Cells(
        counts=filled(without),
        observed=without,
        row_limits=_limits(without.sum(axis=2), items.n - weight),
        column_limits=_limits(without.sum(axis=1), items.n - weight),
        n=items.n,
    )
    found, good = tables.continued(rho[pair])
    moved = np.where(good & (np.abs(found) < LARGEST), found - rho[pair], np.nan)
    made = np.zeros(met.shape)
    made[pair, cell] = _bend(moved, pulls[pair, cell], weight, items.n)
    return made


def _limits(margin: Array, n: Array) -> Array:
    """Thresholds (c, k + 1) of the margins (c, k), infinite where nobody is beyond."""
    tau = _quantiles(np.cumsum(margin, axis=1)[:, :-1] / n[:, None])
    ends = np.full((len(margin), 1), np.inf)
    return np.concatenate([-ends, tau, ends], axis=1)


def _quantiles(share: Array) -> Array:
    """Normal quantiles; shares that are 0 or 1 but for rounding have infinite ones."""
    return special.ndtri(np.where(share < _NOBODY, 0.0, np.where(share > 1 - _NOBODY, 1.0, share)))


_NOBODY = 1e-12
