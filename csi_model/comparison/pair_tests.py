"""All units of a scope against each other in one construct: what differences, letters and ranks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.simultaneous import (
    SEED,
    JointErrors,
    Spread,
    bounded_pvalues,
    critical,
    multipliers,
    normal_scores,
    pair_maxima,
    pair_spread,
    tail,
)
from csi_model.comparison.unit_scores import UnitScores

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class PairTests:
    """Tests of all differences between the n units of a scope that have a number and a standard error.

    Units stand in the order of their names, whatever the order of the scores, so that the same units get
    the same draws.

    Attributes
    ----------
    construct
        The construct.
    units : (n,)
        Rows of the units in the scores.
    values : (n,)
        Index points.
    high_is_good
        Whether the best unit is the highest.
    spread
        Standard errors and degrees of freedom of the differences, (n, n).
    alpha
        One less the level.
    maxima : (B,)
        Largest studentized differences of all pairs, on the normal scale.
    unit_limits, best_limits : (n,)
        Critical values on the normal scale: of the differences of one unit from all others, to both sides,
        and of the others from it, to the side where they are better.
    best_pvalues : (n,)
        That the unit is the best one: small where another one is clearly better.
    """

    construct: str
    units: Array
    values: Array
    high_is_good: bool
    spread: Spread
    alpha: float
    maxima: Array
    unit_limits: Array
    best_limits: Array
    best_pvalues: Array

    @property
    def t(self) -> Array:
        """Studentized differences (n, n): unit of the column less unit of the row; NaN where not tested."""
        return np.asarray((self.values - self.values[:, None]) / self.spread.se)

    @property
    def better_by(self) -> Array:
        """The same, positive where the unit of the column is the better one."""
        return self.t if self.high_is_good else -self.t

    def different(self) -> Array:
        """Pairs (n, n) bool that differ by the simultaneous tests of all pairs."""
        count = len(self.units)
        limit = float(critical(self.maxima, self.alpha))
        bounds = multipliers(limit, self.spread.df, self.alpha, count * (count - 1) // 2)
        return np.asarray(np.abs(self.t) > bounds)

    def different_from_each(self) -> Array:
        """Pairs (n, n) bool that differ by simultaneous tests of the unit of the row against all others."""
        bounds = multipliers(self.unit_limits[:, None], self.spread.df, self.alpha, len(self.units) - 1)
        return np.asarray(np.abs(self.t) > bounds)

    def best_bounds(self) -> Array:
        """Multiples (n, n) of standard errors, by which others must be better than the unit of the row."""
        others = len(self.units) - 1
        return multipliers(self.best_limits[:, None], self.spread.df, self.alpha, others, sides=1)

    def may_be_best(self) -> Array:
        """Units (n,) bool that no other one is clearly better than (Hsu 1984; contains the best unit)."""
        return np.asarray(np.all(~(self.better_by > self.best_bounds()), axis=1))


def pair_tests(
    scores: UnitScores,
    construct: str,
    rows: Sequence[int] | Array | None = None,
    *,
    level: float = 0.95,
    high_is_good: bool = True,
    draws: int | None = None,
    seed: int = SEED,
) -> PairTests:
    """Test all differences between units.

    Parameters
    ----------
    scores, construct
        What is compared.
    rows
        Units of the scope; default: all. Those without a number or a positive standard error are left out.
    level, high_is_good
        Confidence level; whether the best unit is the highest.
    draws, seed
        Of the critical values.
    """
    index, covariance = scores.of(construct)
    known = scores.known(construct)
    scope = range(len(scores.keys)) if rows is None else rows
    units = np.array(
        sorted((int(k) for k in scope if known[k]), key=lambda k: scores.keys[k]), dtype=np.int64
    )
    errors = JointErrors(covariance=covariance[np.ix_(units, units)], df=scores.df[units])
    spread = pair_spread(errors)
    maxima = pair_maxima(errors, spread, draws=draws, seed=seed)
    values = index[units]
    alpha = round(1 - level, 12)
    better = (values - values[:, None]) / spread.se * (1 if high_is_good else -1)
    # where low is good the errors turn their signs, which does not change their distribution
    above = maxima.above
    return PairTests(
        construct=construct,
        units=units,
        values=values,
        high_is_good=high_is_good,
        spread=spread,
        alpha=alpha,
        maxima=maxima.either.max(axis=0, initial=0.0),
        unit_limits=critical(maxima.either, alpha),
        best_limits=critical(above, alpha),
        best_pvalues=_best_pvalues(better, spread.df, above),
    )


def _best_pvalues(better: Array, df: Array, above: Array) -> Array:
    """Of each unit, that no other one is better: single step, one-sided (Dunnett 1955), unequal errors."""
    tested = np.isfinite(better)
    made = np.full(len(better), np.nan)
    for i in np.flatnonzero(tested.any(axis=1)):
        t, free = better[i, tested[i]], df[i, tested[i]]
        drawn = tail(above[i], np.array([normal_scores(t, free).max()]))
        alone = np.array([np.min(stats.t.sf(t, free))])
        made[i] = bounded_pvalues(drawn, alone, len(t))[0]
    return made


def family_maxima(
    scores: UnitScores,
    construct: str,
    first: Array,
    second: Array,
    *,
    draws: int | None = None,
    seed: int = SEED,
) -> Array:
    """Largest studentized differences (B,) of the pairs ``first``, ``second`` (rows of the scores)."""
    _, covariance = scores.of(construct)
    known = scores.known(construct)
    kept = known[first] & known[second]
    units = np.unique(np.concatenate([first[kept], second[kept]]))
    units = np.array(sorted(units, key=lambda k: scores.keys[k]), dtype=np.int64)
    errors = JointErrors(covariance=covariance[np.ix_(units, units)], df=scores.df[units])
    place = np.zeros(len(scores.keys), dtype=np.int64)
    place[units] = np.arange(len(units))
    ends = np.sort(np.stack([place[first[kept]], place[second[kept]]]), axis=0)
    order = np.argsort(ends[0], kind="stable")
    cuts = np.searchsorted(ends[0][order], np.arange(1, len(units)))
    partners = np.split(ends[1][order], cuts)
    maxima = pair_maxima(errors, pair_spread(errors), partners, draws=draws, seed=seed)
    return np.asarray(maxima.either.max(axis=0, initial=0.0))
