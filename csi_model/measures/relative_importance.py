"""How much of R2 each driver is worth: Shapley values (LMG) and Johnson's relative weights.

Everything is computed from correlation matrices (..., p + 1, p + 1) whose last row and column is the target,
so that bootstrap draws are computed many at a time. Correlated drivers share variance that belongs to none of
them alone; the two methods divide it, and both sum to R2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.survey.survey import Floats

Ints = NDArray[np.int64]

EXACT_UP_TO = 15
"""More drivers than this are taken in sampled orders by default."""
CELLS = 2**17
"""Numbers that are held at a time in the search through all subsets: 1 MiB."""
SINGULAR = 1e-10
"""A variance (of a standardised driver, given the others) below this counts as none."""


def subset_r2(correlations: Any) -> Floats:
    """R2 of the regression of the target on every subset of the drivers.

    One driver after another is swept out, once for all subsets of those before it, so that all 2^p
    regressions take about 6 * 2^p operations. A driver that the others of a subset determine adds nothing.

    Parameters
    ----------
    correlations : (b, p + 1, p + 1)
        The target is last.

    Returns
    -------
    (b, 2^p)
        Bit j of the place says whether driver j is in the subset.
    """
    rest = np.asarray(correlations, dtype=float)[:, None, :, :]
    found = np.zeros(rest.shape[:2])
    for _ in range(rest.shape[-1] - 1):
        pivot, row, below = rest[..., 0, 0], rest[..., 0, 1:], rest[..., 1:, 1:]
        times = np.where(pivot > SINGULAR, 1.0, 0.0) / np.where(pivot > SINGULAR, pivot, 1.0)
        scaled = row * times[..., None]
        found = np.concatenate([found, found + scaled[..., -1] * row[..., -1]], axis=1)
        rest = np.concatenate([below, below - scaled[..., :, None] * row[..., None, :]], axis=1)
    return np.asarray(found)


def shapley(values: Any) -> Floats:
    """Shapley values (b, p) of a game whose worth of every coalition is in ``values`` (b, 2^p).

    ``sum over S not containing j of |S|! (p - |S| - 1)! / p! * (v(S + j) - v(S))`` (Shapley 1953).
    """
    worth = np.asarray(values, dtype=float)
    p = int(worth.shape[1]).bit_length() - 1
    weights = np.array([1 / (p * math.comb(p - 1, size)) for size in range(p)])
    sizes = np.bitwise_count(np.arange(2 ** max(p - 1, 0)))  # of the other p - 1 drivers
    factors = weights[sizes]
    made = np.empty((len(worth), p))
    for j in range(p):
        # places without bit j, in order, have the other bits as their number
        split = worth.reshape(len(worth), 2 ** (p - 1 - j), 2, 2**j)
        gains = (split[:, :, 1, :] - split[:, :, 0, :]).reshape(len(worth), -1)
        made[:, j] = gains @ factors
    return made


def lmg(correlations: Any) -> Floats:
    """LMG: the gain of R2 by each driver, averaged over all orders of entering; the Shapley value of R2.

    Lindeman, Merenda & Gold (1980), *Introduction to Bivariate and Multivariate Analysis*, p. 119; Kruskal
    (1987), The American Statistician 41, 6-10. Exact: all 2^p subsets, see ``subset_r2``.

    Parameters
    ----------
    correlations : (p + 1, p + 1) or (b, p + 1, p + 1)
        The target is last.

    Returns
    -------
    (p,) or (b, p)
        Not negative, sums to R2.
    """
    given = np.asarray(correlations, dtype=float)
    many = given if given.ndim == 3 else given[None]
    step = max(1, CELLS >> (many.shape[-1] - 1))
    made = [shapley(subset_r2(many[k : k + step])) for k in range(0, len(many), step)]
    values = np.concatenate(made) if made else np.zeros((0, many.shape[-1] - 1))
    return values if given.ndim == 3 else np.asarray(values[0])


def lmg_with_noise(correlations: Any) -> tuple[Floats, Floats]:
    """LMG without and with the last driver, which is noise, in one search through the subsets.

    Parameters
    ----------
    correlations : (b, p + 2, p + 2)
        p drivers, the noise, the target.

    Returns
    -------
    (b, p), (b, p + 1)
    """
    many = np.asarray(correlations, dtype=float)
    p = many.shape[-1] - 2
    step = max(1, CELLS >> (p + 1))
    without, beside = [np.zeros((0, p))], [np.zeros((0, p + 1))]
    for k in range(0, len(many), step):
        worth = subset_r2(many[k : k + step])
        without.append(shapley(worth[:, : 2**p]))  # the highest bit is the noise
        beside.append(shapley(worth))
    return np.concatenate(without), np.concatenate(beside)


def random_orders(p: int, count: int, random: np.random.Generator) -> Ints:
    """Orders of p drivers (count, p), each second one the reverse of the first, which steadies the mean."""
    half = random.permuted(np.tile(np.arange(p), ((count + 1) // 2, 1)), axis=1)
    return np.stack([half, half[:, ::-1]], axis=1).reshape(-1, p)[:count]


def gains_in_orders(correlations: Any, orders: Ints) -> Floats:
    """What each driver adds to R2 when the drivers enter in the given orders.

    The last row of the Cholesky factor of the matrix in an order holds the semipartial correlations.

    Parameters
    ----------
    correlations : (p + 1, p + 1)
        Positive definite among the drivers; the target is last.
    orders : (m, p)

    Returns
    -------
    (m, p)
        Columns are the drivers in their own order.
    """
    matrix = np.array(correlations, dtype=float)
    p = matrix.shape[0] - 1
    matrix[p, p] = 2.0  # the factor's last row does not depend on it, and R2 = 1 stays definite
    places = np.concatenate([orders, np.full((len(orders), 1), p, dtype=np.int64)], axis=1)
    factor = np.linalg.cholesky(matrix[places[:, :, None], places[:, None, :]])
    made = np.empty((len(orders), p))
    np.put_along_axis(made, orders, factor[:, p, :p] ** 2, axis=1)
    return made


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """LMG from sampled orders: ``values`` (p,), and the Monte Carlo standard ``errors`` (p,) of them."""

    values: Floats
    errors: Floats


def lmg_sampled(correlations: Any, orders: Ints) -> Sampled:
    """LMG as the mean over sampled orders, for more drivers than all subsets can be taken of.

    Castro, Gomez & Tejada (2009), Computers & Operations Research 36, 1726-1730. It sums to R2 exactly, as
    the gains of every order do. Errors are those of the means of an order and its reverse.

    Parameters
    ----------
    correlations : (p + 1, p + 1)
    orders : (m, p)
        From ``random_orders``.
    """
    gains = np.concatenate(
        [gains_in_orders(correlations, orders[k : k + 512]) for k in range(0, len(orders), 512)]
    )
    pairs = (gains[0::2][: len(gains) // 2] + gains[1::2]) / 2
    errors = np.full(gains.shape[1], np.nan)
    if len(pairs) > 1:
        errors = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return Sampled(values=gains.mean(axis=0), errors=errors)


def johnson(correlations: Any) -> Floats:
    """Johnson's relative weights.

    ``R_xx = V D V'``, ``L = V D^(1/2) V'``, ``beta = L^-1 r_xy``, ``RW_j = sum_k L_jk^2 beta_k^2``: the
    drivers are replaced by the uncorrelated variables closest to them, and what these explain is given back
    by the squared correlations with the drivers (Johnson 2000, Multivariate Behavioral Research 35, 1-19).

    Parameters
    ----------
    correlations : (..., p + 1, p + 1)
        The target is last.

    Returns
    -------
    (..., p)
        Not negative, sums to R2; with two drivers the same as LMG.
    """
    given = np.asarray(correlations, dtype=float)
    drivers, validities = given[..., :-1, :-1], given[..., :-1, -1]
    d, v = np.linalg.eigh(drivers)
    there = d > SINGULAR
    roots = np.sqrt(np.where(there, d, 0.0))
    inverse = np.where(there, 1.0, 0.0) / np.where(there, roots, 1.0)
    loadings = (v * roots[..., None, :]) @ np.swapaxes(v, -1, -2)
    along = np.swapaxes(v, -1, -2) @ validities[..., None]
    beta = v @ (inverse[..., None] * along)
    return np.asarray((loadings**2 @ beta**2)[..., 0])


def betas(correlations: Any) -> Floats:
    """Standardised regression coefficients (..., p) from correlations (..., p + 1, p + 1), target last."""
    given = np.asarray(correlations, dtype=float)
    return np.asarray(np.linalg.solve(given[..., :-1, :-1], given[..., :-1, -1:])[..., 0])


def smallest_eigenvalue(correlations: Any) -> Floats:
    """Smallest eigenvalue (...) of the correlations among the drivers; NaN where one has no spread."""
    drivers = np.asarray(correlations, dtype=float)[..., :-1, :-1]
    known = np.isfinite(drivers).all(axis=(-1, -2))
    safe = np.where(known[..., None, None], drivers, np.eye(drivers.shape[-1]))
    return np.where(known, np.linalg.eigvalsh(safe)[..., 0], np.nan)


def correlations_of(scores: Any, weights: Any) -> Floats:
    """Weighted correlations (k, k) of the columns of ``scores`` (n, k); NaN where one has no spread.

    Parameters
    ----------
    scores : (n, k)
        No gaps.
    weights : (n,)
    """
    values, w = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    share = w / w.sum()
    centred = values - share @ values
    cov = (centred * share[:, None]).T @ centred
    spread = np.sqrt(np.diag(cov))
    flat = np.ptp(values[w > 0], axis=0) == 0
    spread[flat | (spread == 0)] = np.nan
    made = cov / np.outer(spread, spread)
    np.fill_diagonal(made, np.where(np.isnan(spread), np.nan, 1.0))
    return np.asarray((made + made.T) / 2)
