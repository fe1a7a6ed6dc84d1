"""The statistics that an ordinal analysis fits, and what each respondent adds to them.

Statistics in their order: of each item its thresholds, or (continuous) mean and variance; then of each pair
the correlation, or the covariance where one of the two is continuous (rho sd) or both are. Their influences
follow from the scores of the two steps (Muthen 1984, Psychometrika 49, 115-132, eq. 21-23)

    IF_tau = A11^-1 s_tau,      IF_rho = (s_rho - A21 IF_tau) / A22

with A21, A22 cross products of scores. Thresholds, means and variances are functions of shares and sample
moments, so that their influences are exact whatever the distribution (lavaan inverts cross products of normal
scores for means and variances instead, which needs their third and fourth moments to be normal). The
covariance of the statistics is that of weighted means of influences, so that sampling weights, strata and
clusters are allowed for as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from csi_model.estimation.ordinal.bivariate import conditional, normal_density
from csi_model.estimation.ordinal.items import Items
from csi_model.estimation.ordinal.polychoric import (
    Cells,
    Pairs,
    code_columns,
    correlate,
    polyserial_scores,
    standardised,
)

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Statistics of a sample with their influences.

    Attributes
    ----------
    items, pairs
        What they are about.
    values : (m,)
        The statistics.
    influences : (n, m)
        ``value_hat - value`` is about the weighted mean of a respondent's influences. Columns lie in one
        piece each (Fortran order).
    places
        Where the statistics of each item stand.
    first_pair
        Where the first pair stands; the others follow.
    """

    items: Items
    pairs: Pairs
    values: Array
    influences: Array
    places: tuple[slice, ...]
    first_pair: int

    @property
    def fitted(self) -> Array:
        """Places (f,) of what a covariance structure is fitted to: variances, and all pairs."""
        variances = [
            at.stop - 1 for at, ordered in zip(self.places, self.items.ordered, strict=True) if not ordered
        ]
        return np.concatenate([np.array(variances, dtype=int), np.arange(self.first_pair, len(self.values))])

    @property
    def saturated(self) -> Array:
        """Places (t,) of what every model reproduces: thresholds, then means of continuous items."""
        ordered = self.items.ordered
        thresholds = [
            np.arange(at.start, at.stop) for at, one in zip(self.places, ordered, strict=True) if one
        ]
        means = [at.start for at, one in zip(self.places, ordered, strict=True) if not one]
        return np.concatenate([*thresholds, np.array(means, dtype=int)])

    def covariance(self) -> Array:
        """Covariances (p, p) of the latent responses: variance 1 of ordered items."""
        p = len(self.places)
        made = np.eye(p)
        for place, (at, ordered) in enumerate(zip(self.places, self.items.ordered, strict=True)):
            if not ordered:
                made[place, place] = self.values[at.stop - 1]
        first, second = self.pairs.first, self.pairs.second
        made[first, second] = made[second, first] = self.values[self.first_pair :]
        return made

    def answer_slopes(self) -> Array:
        """Derivatives (p, m) of the expected answers by the statistics.

        An answer is the lowest one and the steps that it has passed, so that its mean falls by
        ``step_t phi(tau_t)`` with threshold t.
        """
        made = np.zeros((len(self.places), len(self.values)))
        for place, (at, ordered) in enumerate(zip(self.places, self.items.ordered, strict=True)):
            if ordered:
                steps = np.diff(self.items.levels[place])
                made[place, at] = -steps * normal_density(self.items.thresholds[place])
            else:
                made[place, at.start] = 1.0
        return made


def moments_of(items: Items) -> Moments:
    """Return the statistics of a sample."""
    places: list[slice] = []
    start = 0
    for tau, ordered in zip(items.thresholds, items.ordered, strict=True):
        places.append(slice(start, start + (len(tau) if ordered else 2)))
        start = places[-1].stop
    p = len(places)
    values = np.empty(start + p * (p - 1) // 2)
    influences = np.empty((items.n, len(values)), order="F")
    columns = code_columns(items)
    for place, at in enumerate(places):
        _univariate(items, place, columns[place], values[at], influences[:, at])
    first, second = np.triu_indices(p, 1)
    both = np.flatnonzero(items.ordered[first] & items.ordered[second])
    cells = Cells.of(items, first[both], second[both]) if len(both) else None
    pairs = correlate(items, cells)
    values[start:] = pairs.rho
    if cells is not None:
        _polychoric(items, pairs, both, cells, columns, influences[:, start:])
    for c in np.flatnonzero(~(items.ordered[first] & items.ordered[second])):
        i, j = int(first[c]), int(second[c])
        if items.ordered[i] or items.ordered[j]:
            ordinal, other = (i, j) if items.ordered[i] else (j, i)
            made = _polyserial(items, ordinal, other, float(pairs.rho[c]), influences, places)
        else:
            made = _covariance(items, i, j)
        values[start + c], influences[:, start + c] = made
    return Moments(
        items=items,
        pairs=pairs,
        values=values,
        influences=influences,
        places=tuple(places),
        first_pair=start,
    )


def _univariate(items: Items, place: int, codes: Array, values: Array, influences: Array) -> None:
    """Fill in thresholds, or mean and variance, with influences."""
    if not items.ordered[place]:
        share = items.weights / items.n
        x = items.answers[:, place]
        values[0] = share @ x
        values[1] = share @ (x - values[0]) ** 2
        influences[:, 0] = x - values[0]
        influences[:, 1] = (x - values[0]) ** 2 - values[1]
        return
    values[:] = items.thresholds[place]
    moves = threshold_moves(items.thresholds[place])
    for t in range(len(values)):
        influences[:, t] = moves[codes, t]


def threshold_moves(tau: Array) -> Array:
    """Influences (k, k - 1) of an answer in category a on the thresholds.

    Of a quantile of a cumulated share: ``(1[answer below] - share) / density``.
    """
    below = np.arange(len(tau) + 1)[:, None] < np.arange(1, len(tau) + 1)
    return np.asarray((below - special.ndtr(tau)) / normal_density(tau))


def _covariance(items: Items, i: int, j: int) -> tuple[float, Array]:
    share = items.weights / items.n
    x, y = items.answers[:, i], items.answers[:, j]
    product = (x - share @ x) * (y - share @ y)
    value = float(share @ product)
    return value, product - value


def _polychoric(
    items: Items, pairs: Pairs, chosen: Array, cells: Cells, columns: Array, moved: Array
) -> None:
    """Fill the columns of ``moved`` that belong to pairs of ordered items.

    Two answers decide what a respondent adds to the correlation of a pair: a table of k x k values.
    """
    first, second, rho = pairs.first[chosen], pairs.second[chosen], pairs.rho[chosen]
    pi, slope = cells.held(rho)
    score = slope / pi
    information = (cells.observed * score**2).sum(axis=(1, 2)) / cells.n
    pull = cells.observed * score / pi / cells.n
    by_row = _threshold_slopes(cells.row_limits, cells.column_limits, rho, pull)
    by_column = _threshold_slopes(cells.column_limits, cells.row_limits, rho, np.swapaxes(pull, 1, 2))
    moves = _padded_moves(items, pi.shape[1])
    of_row = np.einsum("cat,ct->ca", moves[first], by_row)
    of_column = np.einsum("cat,ct->ca", moves[second], by_column)
    added = score - of_row[:, :, None] - of_column[:, None, :]
    added /= np.maximum(information, 1e-12)[:, None, None]
    k = pi.shape[1]
    for c, (i, j) in enumerate(zip(first, second, strict=True)):
        np.take(added[c].ravel(), columns[i] * k + columns[j], out=moved[:, chosen[c]], mode="clip")


def _padded_moves(items: Items, most: int) -> Array:
    """Influences (p, k, k - 1) of every category on the thresholds of its item; 0 where there are none."""
    made = np.zeros((len(items.thresholds), most, most - 1))
    for place, tau in enumerate(items.thresholds):
        if items.ordered[place]:
            made[place, : len(tau) + 1, : len(tau)] = threshold_moves(tau)
    return made


def _threshold_slopes(limits: Array, others: Array, rho: Array, pull: Array) -> Array:
    """Cross products (c, k - 1) of the score of rho with those of the thresholds of one item of each pair.

    A threshold that rises by d moves ``phi(tau) P(other category | tau) d`` from the category above it to
    the one below.
    """
    tau = limits[:, 1:-1]
    part = np.diff(conditional(tau[:, :, None], others[:, None, :], rho[:, None, None]), axis=2)
    flow = normal_density(tau)[:, :, None] * part
    return np.asarray((flow * (pull[:, :-1] - pull[:, 1:])).sum(axis=2))


def _polyserial(
    items: Items, ordinal: int, other: int, rho: float, influences: Array, places: list[slice]
) -> tuple[float, Array]:
    """Covariance of an ordered item (variance 1) and a continuous one, ``rho sd``, with influences."""
    z, codes, limits = standardised(items, other), items.codes[:, ordinal], items.limits(ordinal)
    by_rho, by_above, by_below, by_z = polyserial_scores(z, codes, limits, rho)
    share = items.weights / items.n
    information = float(share @ by_rho**2)
    pull: Array = share * by_rho
    crossed = np.bincount(codes + 1, weights=pull * by_above, minlength=len(limits))
    crossed += np.bincount(codes, weights=pull * by_below, minlength=len(limits))
    mean, variance = places[other].start, places[other].stop - 1
    sd = _sd(items, other)
    # z = (x - mean) / sd; the marginal density of x adds its own scores
    by_mean, by_sd = (z - by_z) / sd, (z**2 - 1 - by_z * z) / sd
    raw: Array = by_rho - influences[:, places[ordinal]] @ crossed[1:-1]
    raw = raw - float(pull @ by_mean) * influences[:, mean]
    raw = raw - float(pull @ by_sd) * influences[:, variance] / (2 * sd)
    moved = raw / max(information, 1e-12)
    return rho * sd, moved * sd + rho * influences[:, variance] / (2 * sd)


def _sd(items: Items, place: int) -> float:
    share, x = items.weights / items.weights.sum(), items.answers[:, place]
    return float(np.sqrt(share @ (x - share @ x) ** 2))
