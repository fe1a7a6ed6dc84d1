"""Polychoric, polyserial and plain correlations by two steps.

Thresholds, means and variances come from each item by itself; given them, the correlation of a pair
maximises its likelihood (Olsson 1979, Psychometrika 44, 443-460, section 4; Olsson, Drasgow & Dorans 1982,
Psychometrika 47, 337-347):

    l(rho) = sum_ab n_ab ln pi_ab(rho)                              two ordered items
    l(rho) = sum_r w_r ln [Phi(u_c+1) - Phi(u_c)],  u = (tau - rho z) / sqrt(1 - rho^2)   one of them

Cells. A cell that nobody chose counts as it is (0). A cell whose probability falls below ``FLOOR`` is held
there and pulls no more: a few respondents whose two answers contradict each other would else decide the
correlation of thousands (the floor is lavaan's, too). The likelihood may then have several maxima: one that
follows the many, and one that gives way to the few. The first counts, unless the other is clearly higher
(``_CLEARLY``): between near equals the few should not decide.

A 2 x 2 table with one empty cell has .5 put into it, its margins kept, since its likelihood has no maximum
within -1 and 1. In any other table without contradiction (of no two respondents one answers higher here and
the other there, or always, as where both cells of a diagonal are empty) the likelihood grows up to 1 or -1:
the correlation is ``LARGEST``, and ``fitting.check_pairs`` names the pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from csi_model.estimation.ordinal.bivariate import BANDS, density, normal_density, probability
from csi_model.estimation.ordinal.items import Items

Array = NDArray[Any]

FLOOR = float(np.sqrt(np.finfo(float).eps))
"""Smallest probability of a cell."""
_FIRST_FLOOR = 1e-6
"""The search starts with this one, so that it follows the many where a few answers contradict them."""
LARGEST = 0.9999
"""Correlations end here."""
BEND = 0.95
"""The search starts within these correlations."""
_ROUGH, _TOLERANCE, _GOOD = 1e-5, 1e-11, 1e-8
"""Last steps of the search with the first floor and with the other; a step that counts as arrived."""
_CLEARLY = 1.92
"""Log-likelihood by which one maximum beats another: half the 95 % quantile of chi-square with 1 df."""
_SEVERAL = 400
"""Pairs whose cells are computed at once."""
_SMALLEST = float(np.finfo(float).eps)
"""Smallest chance of a category given a continuous answer."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Every pair of items i < j, in the order of the lower triangle by columns.

    ``first``, ``second`` (c,) their places, ``rho`` (c,) correlations, ``converged`` (c,).
    """

    first: Array
    second: Array
    rho: Array
    converged: Array

    def matrix(self, p: int) -> Array:
        """The correlations as a symmetric matrix (p, p)."""
        made = np.eye(p)
        made[self.first, self.second] = made[self.second, self.first] = self.rho
        return made


def pairs_of(p: int) -> tuple[Array, Array]:
    """Places of both items of every pair, (c,) each."""
    first, second = np.triu_indices(p, 1)
    return first, second


def correlate(items: Items, cells: Cells | None = None) -> Pairs:
    """Return the correlation of every pair; ``cells`` are those of the ordered ones, where they are known."""
    p = items.answers.shape[1]
    first, second = pairs_of(p)
    plain = _plain(items)
    rho = plain[first, second]
    done = np.ones(len(rho), dtype=bool)
    both = items.ordered[first] & items.ordered[second]
    if both.any():
        known = cells if cells is not None else Cells.of(items, first[both], second[both])
        rho[both], done[both] = known.maximise(rho[both])
    for c in np.flatnonzero(items.ordered[first] != items.ordered[second]):
        ordinal, other = (first[c], second[c]) if items.ordered[first[c]] else (second[c], first[c])
        rho[c], done[c] = _polyserial(items, int(ordinal), int(other))
    return Pairs(first=first, second=second, rho=rho, converged=done)


def _plain(items: Items) -> Array:
    """Product-moment correlations of the answers."""
    share = items.weights / items.weights.sum()
    centred = items.answers - share @ items.answers
    cov = (centred * share[:, None]).T @ centred
    sd = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(sd, sd))


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Contingency tables of c pairs, padded to k categories.

    ``counts`` (c, k, k) weighted counts as they are fitted, ``observed`` as they were; ``row_limits``,
    ``column_limits`` (c, k + 1) thresholds of both items, infinite beyond their own categories; ``n``
    respondents.
    """

    counts: Array
    observed: Array
    row_limits: Array
    column_limits: Array
    n: float

    @classmethod
    def of(cls, items: Items, first: Array, second: Array) -> Cells:
        """Cross every pair."""
        limits = padded_limits(items)
        most = limits.shape[1] - 1
        columns = code_columns(items)
        weights = None if np.all(items.weights == 1) else items.weights
        observed = np.empty((len(first), most, most))
        for c, (i, j) in enumerate(zip(first, second, strict=True)):
            found = np.bincount(columns[i] * most + columns[j], weights=weights, minlength=most * most)
            observed[c] = found.reshape(most, most)
        return cls(
            counts=filled(observed),
            observed=observed,
            row_limits=limits[first],
            column_limits=limits[second],
            n=float(items.weights.sum()),
        )

    def chosen(self, chosen: Array) -> Cells:
        """The cells of some pairs."""
        return Cells(
            counts=self.counts[chosen],
            observed=self.observed[chosen],
            row_limits=self.row_limits[chosen],
            column_limits=self.column_limits[chosen],
            n=self.n,
        )

    def at(self, rho: Array) -> tuple[Array, Array]:
        """Probabilities of all cells and their derivatives by rho, (c, k, k) each."""
        pi, slope = np.empty_like(self.counts), np.empty_like(self.counts)
        band = np.searchsorted(BANDS, np.abs(rho))
        for one in np.unique(band):
            members = np.flatnonzero(band == one)
            for low in range(0, len(members), _SEVERAL):
                part = members[low : low + _SEVERAL]
                h, k = self.row_limits[part], self.column_limits[part]
                pi[part], slope[part] = _cells(h, k, rho[part])
        return pi, slope

    def held(self, rho: Array, floor: float = FLOOR) -> tuple[Array, Array]:
        """The same with cells below ``floor`` held there, without a slope."""
        pi, slope = self.at(rho)
        return np.maximum(pi, floor), np.where(pi < floor, 0.0, slope)

    def maximise(self, start: Array) -> tuple[Array, Array]:
        """Correlations of the largest likelihood, and whether they are.

        Fisher scoring on Fisher's z, once with a higher floor first. Where given cells end at the floor the
        likelihood has several maxima; a search without that detour then shows another, which counts if it is
        clearly higher.
        Where the steps do not end (cells come and go at the floor), a search of the likelihood itself within
        -1 and 1.
        """
        sign, begin = self.orders(), np.clip(start, -BEND, BEND)
        rho, moved = LARGEST * sign, np.zeros(sign.shape)
        within = np.flatnonzero(sign == 0)
        loose = self.chosen(within)
        found, _ = loose._scored(begin[within], _FIRST_FLOOR, _ROUGH)
        rho[within], moved[within] = loose._scored(found, FLOOR, _TOLERANCE)
        held = within[((loose.at(rho[within])[0] <= FLOOR) & (loose.observed > 0)).any(axis=(1, 2))]
        if held.size:
            some = self.chosen(held)
            other, step = some._scored(begin[held], FLOOR, _TOLERANCE)
            better = (step < _GOOD) & (some.likelihoods(other) > some.likelihoods(rho[held]) + _CLEARLY)
            rho[held[better]], moved[held[better]] = other[better], step[better]
        for c in np.flatnonzero(~(moved < _GOOD)):
            rho[c], moved[c] = _searched(self.chosen(np.array([c])).likelihood)
        return rho, np.isfinite(rho) & (moved < _GOOD)

    def continued(self, start: Array) -> tuple[Array, Array]:
        """Correlations of tables that differ little from those whose correlations are ``start``, to 1e-5 or
        better, and whether they were found."""
        rho, moved = self._scored(start, FLOOR, _ROUGH)
        return rho, np.isfinite(rho) & (moved < _ROUGH)

    def orders(self) -> Array:
        """1 where no two respondents are ordered differently by the two questions of a pair, -1 where
        none are ordered alike, else 0, (c,)."""
        given = self.counts > 0
        return np.asarray(1.0 * _rises(given) - 1.0 * _rises(given[:, :, ::-1]))

    def likelihoods(self, rho: Array) -> Array:
        """Log-likelihoods (c,) of the pairs."""
        pi, _ = self.held(rho)
        return np.asarray((self.counts * np.log(pi)).sum(axis=(1, 2)))

    def likelihood(self, rho: float) -> float:
        """Log-likelihood of a single pair."""
        return float(self.likelihoods(np.array([rho]))[0])

    def _scored(self, rho: Array, floor: float, tolerance: float) -> tuple[Array, Array]:
        """Correlations after scoring until steps fall below ``tolerance``, and their last steps."""
        rho, moved = rho.copy(), np.full(rho.shape, np.inf)
        going, active = self, np.arange(len(rho))
        for _ in range(60):
            at = rho[active]
            pi, slope = going.held(at, floor)
            score = (going.counts * slope / pi).sum(axis=(1, 2))
            information = self.n * (slope**2 / pi).sum(axis=(1, 2))
            found = stepped(at, score, information)
            moved[active], rho[active] = np.abs(found - at), found
            left = moved[active] >= tolerance
            if not left.any():
                break
            if not left.all():
                active, going = active[left], going.chosen(np.flatnonzero(left))
        return rho, moved


def _rises(given: Array) -> Array:
    """Which tables (c,) have their cells in a staircase: no row begins before the rows above it end."""
    places = np.arange(given.shape[2])
    last = np.where(given, places, -1).max(axis=2)
    first = np.where(given, places, given.shape[2]).min(axis=2)
    return np.asarray(np.all(first[:, 1:] >= np.maximum.accumulate(last, axis=1)[:, :-1], axis=1))


def _cells(row_limits: Array, column_limits: Array, rho: Array) -> tuple[Array, Array]:
    """Probabilities of the cells of some pairs, and their derivatives by rho."""
    # only inner corners need quadrature: outer ones are margins
    h, k, r = row_limits[:, 1:-1, None], column_limits[:, None, 1:-1], rho[:, None, None]
    c, a, b = len(rho), row_limits.shape[1], column_limits.shape[1]
    corner, peak = np.zeros((c, a, b)), np.zeros((c, a, b))
    corner[:, 1:-1, 1:-1], peak[:, 1:-1, 1:-1] = probability(h, k, r), density(h, k, r)
    corner[:, 1:, -1] = special.ndtr(row_limits[:, 1:])
    corner[:, -1, 1:] = special.ndtr(column_limits[:, 1:])
    return _differences(corner), _differences(peak)


def _differences(values: Array) -> Array:
    return np.asarray(values[:, 1:, 1:] - values[:, :-1, 1:] - values[:, 1:, :-1] + values[:, :-1, :-1])


def stepped(rho: Array, score: Array, information: Array) -> Array:
    """The next correlations of scoring on Fisher's z."""
    step = score / np.maximum(information, 1e-12) / (1 - rho**2)
    return np.asarray(np.clip(np.tanh(np.arctanh(rho) + np.clip(step, -0.5, 0.5)), -LARGEST, LARGEST))


def _searched(likelihood: Callable[[float], float]) -> tuple[float, float]:
    """The correlation of the largest likelihood, and how exact it is (infinite: not found)."""
    found = optimize.minimize_scalar(
        lambda rho: -likelihood(rho), bounds=(-LARGEST, LARGEST), method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x), 1e-9 if found.success and np.isfinite(found.fun) else np.inf


def code_columns(items: Items) -> Array:
    """The codes of each item (p, n), one item's in one piece."""
    return np.ascontiguousarray(items.codes.T)


def padded_limits(items: Items) -> Array:
    """Limits (p, k + 1) of every item, infinite beyond its own categories."""
    most = max(max(len(level) for level in items.levels), 1)
    made = np.full((len(items.levels), most + 1), np.inf)
    for place, level in enumerate(items.levels):
        made[place, : max(len(level), 1) + 1] = items.limits(place)
    return made


def filled(tables: Array) -> Array:
    """Tables (t, k, k) with .5 in the empty cell of each that has two rows, two columns and one such.

    Its margins are kept.
    """
    made, there = tables.copy(), np.asarray(tables > 0)
    rows, columns = np.asarray(there.any(axis=2)), np.asarray(there.any(axis=1))
    square = (rows.sum(axis=1) == 2) & (columns.sum(axis=1) == 2) & (there.sum(axis=(1, 2)) == 3)
    parity = np.add.outer(np.arange(2), np.arange(2)) % 2
    for t in np.flatnonzero(square):
        cells = np.ix_(np.flatnonzero(rows[t]), np.flatnonzero(columns[t]))
        empty = np.argwhere(made[t][cells] == 0)[0].sum() % 2
        made[t][cells] += np.where(parity == empty, 0.5, -0.5)
    return made


def _polyserial(items: Items, ordinal: int, other: int) -> tuple[float, bool]:
    """Correlation of an ordered item with a continuous one."""
    z, limits, codes = standardised(items, other), items.limits(ordinal), items.codes[:, ordinal]
    above, below = limits[codes + 1], limits[codes]
    # the start: cov(category, z) = rho sum phi(tau) (Olsson, Drasgow & Dorans 1982, ad hoc estimator)
    covariance = float(items.weights @ (codes * z)) / items.weights.sum()
    rho = float(np.clip(covariance / normal_density(items.thresholds[ordinal]).sum(), -BEND, BEND))
    moved = np.inf
    for _ in range(60):
        score = polyserial_slope(z, above, below, rho)
        slope, information = float(items.weights @ score), float(items.weights @ score**2)
        found = float(stepped(np.array(rho), np.array(slope), np.array(information)))
        moved, rho = abs(found - rho), found
        if moved < _TOLERANCE:
            break
    if not moved < _GOOD:
        rho, moved = _searched(lambda at: _polyserial_likelihood(items.weights, z, above, below, at))
    return rho, bool(np.isfinite(rho) and moved < _GOOD)


def standardised(items: Items, place: int) -> Array:
    """Answers to a continuous item as z values, divisor n."""
    share = items.weights / items.weights.sum()
    x = items.answers[:, place]
    mean = share @ x
    return np.asarray((x - mean) / np.sqrt(share @ (x - mean) ** 2))


def _polyserial_likelihood(weights: Array, z: Array, above: Array, below: Array, rho: float) -> float:
    rest = np.sqrt((1 - rho) * (1 + rho))
    return float(weights @ np.log(_chance((above - rho * z) / rest, (below - rho * z) / rest)))


def _chance(u: Array, v: Array) -> Array:
    """``Phi(u) - Phi(v)`` for u > v, exact in both tails."""
    upper = v > 0
    high, low = np.where(upper, -v, u), np.where(upper, -u, v)
    return np.asarray(np.maximum(special.ndtr(high) - special.ndtr(low), _SMALLEST))


def polyserial_slope(z: Array, above: Array, below: Array, rho: float | Array) -> Array:
    """Derivatives of respondents' log-likelihoods of answers between limits, given ``z``, by ``rho``.

    The likelihood is ``Phi(u) - Phi(v)`` with ``u = (above - rho z) / sqrt(1 - rho^2)``, v likewise (Olsson,
    Drasgow & Dorans 1982, eq. 12). Arrays broadcast.
    """
    rest = np.sqrt((1 - rho) * (1 + rho))
    u, v = (above - rho * z) / rest, (below - rho * z) / rest
    upper = normal_density(u) * (rho * np.where(np.isfinite(above), above, 0) - z)
    lower = normal_density(v) * (rho * np.where(np.isfinite(below), below, 0) - z)
    return np.asarray((upper - lower) / rest**3 / _chance(u, v))


def polyserial_scores(z: Array, codes: Array, limits: Array, rho: float) -> tuple[Array, Array, Array, Array]:
    """Derivatives (n,) of respondents' log-likelihoods by rho, the upper and the lower limit, and z."""
    rest = np.sqrt((1 - rho) * (1 + rho))
    above, below = limits[codes + 1], limits[codes]
    u, v = (above - rho * z) / rest, (below - rho * z) / rest
    chance = _chance(u, v)
    du, dv = normal_density(u), normal_density(v)
    by_above, by_below = du / rest / chance, -dv / rest / chance
    by_z = -rho * (du - dv) / rest / chance
    return polyserial_slope(z, above, below, rho), by_above, by_below, by_z
