"""Raking: weights multiplied category by category until the margins are met; trimming and raking again.

Iterative proportional fitting (Deming & Stephan 1940, Annals of Mathematical Statistics 11, 427-444) gives
``w_i = d_i a_c(i) b_e(i) ...``, the weights nearest to the base weights ``d`` in the sense of Kullback that
meet the margins (Deville, Sarndal & Sautory 1993, JASA 88, 1013-1020). With one margin it is one step:
post-stratification (Holt & Smith 1979, JRSS A 142, 33-46).

Weights above a bound are cut to it and all are raked again, until both hold (Potter 1990, Proceedings of the
Section on Survey Research Methods, ASA, 225-230; Izrael, Battaglia & Frankel 2009, SAS Global Forum 258).
Both steps are Kullback projections, so that the end does not depend on the order of the margins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TOLERANCE = 1e-10
"""Largest relative error of a category's total at which raking ends."""
SWEEPS = 5000
"""Sweeps over the margins without reaching it: no weights meet the margins, or only in the limit."""
ROUNDS = 500
"""Most rounds of trimming and raking."""


@dataclass(frozen=True, kw_only=True)
class Raked:
    """Weights (n,) with a mean of 1; relative ``errors`` (c,) of the categories of each margin.

    ``held`` (n,) are at the bound; ``largest`` is the largest weight before any was cut; ``met``: the
    margins could be met without a bound.
    """

    weights: Array
    errors: tuple[Array, ...]
    held: Array
    largest: float
    met: bool

    @property
    def error(self) -> float:
        """The largest relative error."""
        return _largest(self.errors)


def rake(
    codes: Array, shares: Sequence[Array], base: Array | None = None, bound: float | None = None
) -> Raked:
    """Rake weights to margins.

    Parameters
    ----------
    codes : (margins, n) int
        Category of each respondent in each margin; every category occurs.
    shares
        For each margin the share of each category in the population, (c,), positive, summing to 1.
    base : (n,), optional
        Base weights, positive; ones if None.
    bound
        Largest weight over the mean, above 1; None for any. It is always kept: where the margins cannot be
        met with it, they are met as nearly as cutting and raking in turn comes.
    """
    n = codes.shape[1]
    weights = np.ones(n) if base is None else base / base.mean()
    cells, cell = np.unique(codes, axis=1, return_inverse=True)
    cell = np.ravel(cell)
    totals = tuple(n * np.asarray(share) / np.sum(share) for share in shares)
    factor, errors = _fit(cells, np.bincount(cell, weights), totals)
    weights = weights * factor[cell]
    largest, met = float(weights.max()), _largest(errors) <= TOLERANCE
    held = np.zeros(n, dtype=bool)
    if bound is not None and met and largest > bound:
        weights = _trimmed(cells, cell, weights, totals, bound)
        held = weights >= bound * (1 - TOLERANCE)
        errors = _errors(cells, np.bincount(cell, weights), totals)
    return Raked(weights=weights, errors=errors, held=held, largest=largest, met=met)


def trim(weights: Array, bound: float) -> Array:
    """Weights (n,) with their mean made 1 and none above ``bound``: what is cut goes to the others alike.

    Where the others have no weight left, which margins far from the sample can do, they share it equally.
    """
    made = np.asarray(weights / weights.mean())
    held = np.zeros(len(made), dtype=bool)
    while np.any(made[~held] > bound):
        held |= made >= bound
        left, others = len(made) - bound * held.sum(), made[~held]
        total = others.sum()
        made[~held] = others * (left / total) if total > 0 else left / len(others)
        made[held] = bound
    return made


def _trimmed(cells: Array, cell: Array, weights: Array, totals: tuple[Array, ...], bound: float) -> Array:
    """Cut and rake in turn until both hold or nothing moves; cut at last."""
    for _ in range(ROUNDS):
        cut = np.minimum(weights, bound)
        mass = np.bincount(cell, cut)
        if _largest(_errors(cells, mass, totals)) <= TOLERANCE:
            break
        factor, _ = _fit(cells, mass, totals)
        moved, weights = weights, cut * factor[cell]
        if np.allclose(moved, weights, rtol=TOLERANCE, atol=0):
            break
    return trim(np.minimum(weights, bound), bound)


def _fit(cells: Array, mass: Array, totals: tuple[Array, ...]) -> tuple[Array, tuple[Array, ...]]:
    """Factors (k,) of cells whose categories are ``cells`` (margins, k), and the errors they leave."""
    factor = np.ones(len(mass))
    errors = _errors(cells, mass, totals)
    for _ in range(SWEEPS):
        if _largest(errors) <= TOLERANCE:
            break
        for code, total in zip(cells, totals, strict=True):
            factor = factor * (total / np.bincount(code, mass * factor, len(total)))[code]
        errors = _errors(cells, mass * factor, totals)
    return factor, errors


def _errors(cells: Array, mass: Array, totals: tuple[Array, ...]) -> tuple[Array, ...]:
    """Relative errors of the categories' totals, (c,) by margin."""
    return tuple(
        np.bincount(code, mass, len(total)) / total - 1 for code, total in zip(cells, totals, strict=True)
    )


def _largest(errors: tuple[Array, ...]) -> float:
    return max((float(np.abs(one).max()) for one in errors), default=0.0)
