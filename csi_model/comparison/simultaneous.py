"""Critical values for many differences at once, by simulating the errors of the units.

The distribution of the largest studentized difference (maximum modulus, a single-step method: Hochberg &
Tamhane 1987, *Multiple Comparison Procedures*, ch. 2) is drawn: errors of the units from their joint normal
distribution, each unit's variance from its chi-square. For all pairs of units of one variance this is the
studentized range of Tukey and Kramer, for unequal variances that of Games & Howell (1976, Journal of
Educational Statistics 1, 113-125), here with the joint distribution instead of one range for each pair.

Differences of different degrees of freedom are put on one scale before the largest is taken, that of a
standard normal by Wallace (1959, Annals of Mathematical Statistics 30, 1121-1130), so that each is given
about the same share of the error, as in Games & Howell. The level does not rest on the quality of that
approximation, since critical values are drawn on the same scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Array = NDArray[Any]

DRAWS = 10_000
"""Draws of critical values, where units are few: at 5 % they move the level by .0022 (one standard
deviation)."""

SEED = 20260101

_CELLS = 100_000
"""Units x draws that are held at a time."""


@dataclass(frozen=True, kw_only=True)
class JointErrors:
    """Errors of the scores of U units.

    Attributes
    ----------
    covariance : (U, U)
        Of the scores; finite.
    df : (U,)
        Degrees of freedom of each unit's variance; infinity where it is known.
    """

    covariance: Array
    df: Array

    def drawn(self, draws: int, seed: int) -> Iterator[tuple[Array, Array]]:
        """Errors (U, b) and variance ratios (U, b), estimated over true, for ``draws`` draws in all."""
        rng = np.random.default_rng(seed)
        count = len(self.df)
        root = square_root(self.covariance).astype(np.float32)
        free = np.isfinite(self.df)
        half = self.df[free, None] / 2
        width = max(64, _CELLS // max(count, 1))
        for start in range(0, draws, width):
            size = min(width, draws - start)
            normal = rng.standard_normal((count, size), dtype=np.float32)
            ratios = np.ones((count, size), dtype=np.float32)
            shapes = np.broadcast_to(half, (len(half), size))
            ratios[free] = rng.standard_gamma(shapes, dtype=np.float32) / half.astype(np.float32)
            yield (root * normal if root.shape[1] == 1 else root @ normal), ratios


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Standard errors (U, U) of the differences between units and their degrees of freedom (U, U).

    NaN where a difference cannot be tested.
    """

    se: Array
    df: Array


@dataclass(frozen=True, kw_only=True)
class PairMaxima:
    """Largest studentized differences on the normal scale, draw by draw.

    Attributes
    ----------
    above : (U, B)
        Of each unit, over the others: how far these come to lie above it by error alone.
    either : (U, B)
        The same to either side. Its largest over the units is that of all pairs.
    """

    above: Array
    either: Array


def one_thread(units: int) -> AbstractContextManager[Any]:
    """One thread for products of matrices of so many units; small ones do not take more anyway."""
    return threadpool_limits(1, user_api="blas") if units > 50 else nullcontext()


def square_root(covariance: Array) -> Array:
    """A root R with R R' = covariance, (U, U); (U, 1) standard deviations where nothing covaries."""
    if not np.any(covariance - np.diag(np.diag(covariance))):
        return np.asarray(np.sqrt(np.diag(covariance))[:, None])
    spectrum, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(spectrum, 0.0)))


def pair_spread(errors: JointErrors) -> Spread:
    """Standard errors and Welch's degrees of freedom of all differences between units.

    ``v = S_ii + S_jj - 2 S_ij``; ``df = v^2 / (a_i^2 / df_i + a_j^2 / df_j)`` with ``a_i = S_ii - S_ij``,
    for independent units Welch (1947, Biometrika 34, 28-35) and Satterthwaite (1946, Biometrics Bulletin 2,
    110-114); never below the smaller of ``df_i`` and ``df_j``, which units that share clusters would fall
    short of. A unit without variance and a difference without variance are not tested.
    """
    diagonal = np.diag(errors.covariance)
    own = diagonal[:, None] - errors.covariance
    variance = own + own.T
    tested = variance > 1e-12 * (diagonal[:, None] + diagonal)
    tested &= (diagonal[:, None] > 0) & (diagonal > 0)
    np.fill_diagonal(tested, val=False)
    variance = np.where(tested, variance, np.nan)
    uncertain = own**2 / errors.df[:, None]
    least = np.minimum(errors.df[:, None], errors.df)
    return Spread(se=np.sqrt(variance), df=degrees(variance, uncertain + uncertain.T, least))


def degrees(variance: Array, uncertain: Array, least: Array) -> Array:
    """Satterthwaite's degrees of freedom; ``uncertain`` is half the variance of ``variance``.

    Of independent parts they cannot be fewer than the fewest of a part (``least``). Of parts that share
    clusters the formula can give any number, as their shares in the variance may be negative; a difference
    over the same clusters has at least as many as the part that has fewest.
    """
    known = np.broadcast_to(uncertain == 0, variance.shape)
    made = np.square(variance) / np.where(known, 1.0, uncertain)
    return np.asarray(np.where(known & np.isfinite(variance), np.inf, np.maximum(made, least)))


def pair_maxima(
    errors: JointErrors,
    spread: Spread,
    partners: Sequence[Array] | None = None,
    *,
    draws: int | None = None,
    seed: int = SEED,
) -> PairMaxima:
    """Draw the largest studentized differences between units.

    Parameters
    ----------
    errors, spread
        Of the units; what ``spread`` does not test is left out.
    partners
        Of each unit those later ones that it is compared with; default: all.
    draws, seed
        Number of draws (default: ``draws_for`` as many units) and where they start.
    """
    count = len(errors.df)
    draws = draws or draws_for(count)
    chosen = _partners(spread, partners)
    above = np.empty((count, draws), dtype=np.float32)
    either = np.empty((count, draws), dtype=np.float32)
    start = 0
    with one_thread(count):
        for noise, ratios in errors.drawn(draws, seed):
            end = start + noise.shape[1]
            high, low = _extremes(errors, spread, chosen, noise, ratios)
            above[:, start:end] = high
            either[:, start:end] = np.maximum(high, -low)
            start = end
    return PairMaxima(above=_signed_root(above), either=_signed_root(either))


def draws_for(units: int) -> int:
    """Draws for the pairs of so many units: 10,000 up to 280 units, 2,500 from 566 on."""
    return int(np.clip(8e8 / max(units, 1) ** 2, 2_500, DRAWS))


def _signed_root(squares: Array) -> Array:
    return np.asarray(np.copysign(np.sqrt(np.abs(squares)), squares))


def _partners(spread: Spread, partners: Sequence[Array] | None) -> list[slice | Array]:
    """Later units that each unit is tested against: a slice where these are all."""
    count = len(spread.se)
    tested = np.isfinite(spread.se)
    made: list[slice | Array] = []
    for i in range(count):
        later = np.arange(i + 1, count) if partners is None else np.unique(partners[i])
        kept = later[tested[i, later]]
        made.append(slice(i + 1, count) if len(kept) == count - i - 1 else kept)
    return made


def _extremes(
    errors: JointErrors, spread: Spread, partners: Sequence[slice | Array], noise: Array, ratios: Array
) -> tuple[Array, Array]:
    """Signed squares (U, b) of the largest and the smallest differences of the others from each unit.

    Each pair is computed once: the differences of later units from unit i, kept for unit i (``ahead``)
    and, with their signs turned, for the later units (``behind``).
    """
    ahead = np.full((2, *noise.shape), [[[-np.inf]], [[np.inf]]], dtype=np.float32)
    behind = ahead.copy()
    squares = _Squares(errors, spread, noise, ratios)
    for i, rows in enumerate(partners):
        square = squares.of(i, rows)
        if len(square):
            np.maximum.reduce(square, axis=0, out=ahead[0, i])
            np.minimum.reduce(square, axis=0, out=ahead[1, i])
            _keep(np.maximum, behind[0], rows, square)
            _keep(np.minimum, behind[1], rows, square)
    return np.maximum(ahead[0], -behind[1]), np.minimum(ahead[1], -behind[0])


def _keep(choose: np.ufunc, into: Array, rows: slice | Array, values: Array) -> None:
    if isinstance(rows, slice):
        choose(into[rows], values, out=into[rows])
    else:
        into[rows] = choose(into[rows], values)


class _Squares:
    """Signed squares of studentized differences on the normal scale, for one chunk of draws."""

    def __init__(self, errors: JointErrors, spread: Spread, noise: Array, ratios: Array) -> None:
        self.noise, self.spread = noise, spread
        self.known = not np.any(np.isfinite(errors.df))
        self.covariance = errors.covariance.astype(np.float32)
        self.joint = bool(np.any(self.covariance - np.diag(np.diag(self.covariance))))
        self.own = np.diag(self.covariance)[:, None] * ratios
        self.scale = np.sqrt(ratios)
        self.buffers = np.empty((3, *noise.shape), dtype=np.float32)

    def of(self, i: int, rows: slice | Array) -> Array:
        """Those of the units ``rows`` less unit ``i``, (K, b); overwritten by the next call."""
        others = self.noise[rows]
        gap, square, variance = self.buffers[:, : len(others)]
        np.subtract(others, self.noise[i], out=gap)
        np.multiply(gap, gap, out=square)
        if self.known:
            square *= np.square(1 / self.spread.se[rows, i]).astype(np.float32)[:, None]
        else:
            np.add(self.own[rows], self.own[i], out=variance)
            if self.joint:
                shared = self.scale[rows] * self.scale[i]
                shared *= 2 * self.covariance[rows, i][:, None]
                variance -= shared
            square /= variance
            square = _normal_square(square, self.spread.df[rows, i])
        np.copysign(square, gap, out=square)
        return np.asarray(square)


def _normal_square(square: Array, df: Array) -> Array:
    """Squares (K, b) of t statistics as squares on the normal scale, in place (Wallace 1959, eq. 1)."""
    if np.all(np.isinf(df)):
        return square
    limited = np.minimum(df, 1e9)
    square *= (1 / limited).astype(np.float32)[:, None]
    np.log1p(square, out=square)
    square *= (limited * _shrinkage(limited) ** 2).astype(np.float32)[:, None]
    return square


def _shrinkage(df: Array) -> Array:
    return np.asarray((8 * df + 1) / (8 * df + 3))


def normal_scores(t: Array, df: Array) -> Array:
    """t statistics on the normal scale: ``(8 df + 1)/(8 df + 3) sqrt(df log(1 + t^2/df))``, with its sign."""
    limited = np.minimum(df, 1e9)
    size = _shrinkage(limited) * np.sqrt(limited * np.log1p(np.square(t) / limited))
    return np.asarray(np.copysign(size, t))


def t_values(scores: Array, df: Array) -> Array:
    """The t statistics that ``normal_scores`` turns into ``scores``."""
    limited = np.minimum(df, 1e9)
    size = np.sqrt(limited * np.expm1(np.square(scores / _shrinkage(limited)) / limited))
    return np.asarray(np.copysign(size, scores))


def mean_maxima(
    groups: Sequence[tuple[JointErrors, Array, Array, Array]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Array:
    """Draw the largest studentized difference between a unit and the mean of its group, (B,).

    Parameters
    ----------
    groups
        Of each: the errors of its units, their weights (n,) in the mean, which units are tested (n,) bool,
        and the degrees of freedom (n,) of their differences from the mean. Groups are independent.
    draws, seed
        Number of draws and where they start.
    """
    made = np.zeros(draws, dtype=np.float32)
    with one_thread(max((len(weights) for _, weights, _, _ in groups), default=0)):
        for place, (errors, weights, tested, df) in enumerate(groups):
            if not tested.any():
                continue
            start = 0
            for noise, ratios in errors.drawn(draws, seed + place):
                squares = _mean_squares(errors.covariance, weights, noise, ratios)[tested]
                largest = made[start : start + noise.shape[1]]
                np.maximum(largest, _normal_square(squares, df[tested]).max(axis=0), out=largest)
                start += noise.shape[1]
    return np.asarray(np.sqrt(made))


def _mean_squares(covariance: Array, weights: Array, noise: Array, ratios: Array) -> Array:
    """Squared t statistics (n, b) of units less the weighted mean of all of them."""
    common, share, scale = covariance.astype(np.float32), weights.astype(np.float32)[:, None], np.sqrt(ratios)
    cross = scale * (common @ (scale * share))
    variance = np.diag(common)[:, None] * ratios - 2 * cross + (share * cross).sum(axis=0)
    gap = noise - (share * noise).sum(axis=0)
    return np.asarray(gap * gap / np.where(variance > 0, variance, np.inf))


def critical(maxima: Array, alpha: float) -> Array:
    """The values (...) that a share ``alpha`` of the draws (..., B) reaches or passes."""
    count = maxima.shape[-1]
    place = max(math.ceil(alpha * count - 1e-9), 1)
    return np.asarray(np.partition(maxima, count - place, axis=-1)[..., count - place], dtype=float)


def tail(maxima: Array, values: Array) -> Array:
    """Share of the draws (B,) that reach each of the values, at least one of them.

    A share of none would claim more than so many draws can tell (Phipson & Smyth 2010, Statistical
    Applications in Genetics and Molecular Biology 9(1), 39).
    """
    ordered = np.sort(np.asarray(maxima, dtype=float))
    reached = len(ordered) - np.searchsorted(ordered, values, side="left")
    return np.asarray(np.maximum(reached, 1) / len(ordered))


def multipliers(score: Array | float, df: Array, alpha: float, tests: int, *, sides: int = 2) -> Array:
    """Multiples of standard errors for simultaneous intervals, from a critical value on the normal scale.

    Never below that of one interval alone nor above Bonferroni's: both bounds hold whatever is drawn.
    """
    alone, all_tests = (
        np.asarray(stats.t.isf(alpha / (sides * number), df), dtype=float) for number in (1, max(tests, 1))
    )
    return np.asarray(np.clip(t_values(np.asarray(score), df), alone, all_tests))


def bounded_pvalues(drawn: Array, alone: Array, tests: int) -> Array:
    """Single-step p-values, never below those of one test alone nor above Bonferroni's."""
    return np.asarray(np.clip(drawn, alone, np.minimum(1.0, tests * alone)))
