"""Index scores of many units with their joint error: what differences, ranks and roll-ups are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class UnitScores:
    """The units of one level (firms, industries, waves ...) and their scores on every construct.

    Attributes
    ----------
    level
        What the units are: the name of a group column, or ``total``.
    keys
        Values of the group columns of each unit, top to bottom: ``("Services", "Banks", "A-Bank")``.
    constructs
        Construct names in model order.
    index : (U, m)
        Index points, 0 to 100; NaN for a unit without a number.
    covariance : (m, U, U)
        Of the units' scores, one matrix a construct, in squared index points. Units of independent samples
        measured with common weights covary by the error of these weights. NaN in the rows and columns of
        units without a number, or without a standard error.
    df : (U,)
        Degrees of freedom of each unit's standard error; infinity where it counts as known.
    n : (U,)
        Respondents.
    n_eff : (U,)
        Effective respondents; NaN where a unit is suppressed.
    why
        Why a unit has no number or no standard error, else "".
    """

    level: str
    keys: tuple[tuple[str, ...], ...]
    constructs: tuple[str, ...]
    index: Array
    covariance: Array
    df: Array
    n: Array
    n_eff: Array
    why: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Units as they stand in tables: values joined by `` / ``."""
        return tuple(unit_name(key) for key in self.keys)

    @property
    def parents(self) -> tuple[str, ...]:
        """What each unit belongs to, "" at the top."""
        return tuple(unit_name(key[:-1]) for key in self.keys)

    @property
    def se(self) -> Array:
        """Standard errors (U, m)."""
        return np.asarray(np.sqrt(np.diagonal(self.covariance, axis1=-2, axis2=-1)).T)

    def of(self, construct: str) -> tuple[Array, Array]:
        """Index (U,) and covariance (U, U) of one construct."""
        j = self.constructs.index(construct)
        return self.index[:, j], self.covariance[j]

    def known(self, construct: str) -> Array:
        """Units that have a number and a positive standard error, (U,) bool."""
        index, covariance = self.of(construct)
        return np.asarray(np.isfinite(index) & (np.diag(covariance) > 0))

    def chosen(self, rows: Sequence[int] | Array) -> UnitScores:
        """Some of the units, in the order given."""
        at = np.asarray(rows, dtype=np.int64)
        return UnitScores(
            level=self.level,
            keys=tuple(self.keys[k] for k in at),
            constructs=self.constructs,
            index=self.index[at],
            covariance=self.covariance[:, at[:, None], at],
            df=self.df[at],
            n=self.n[at],
            n_eff=self.n_eff[at],
            why=tuple(self.why[k] for k in at),
        )


def unit_name(key: Sequence[str]) -> str:
    """A unit as it stands in tables."""
    return " / ".join(key)


def independent_scores(
    *,
    level: str,
    keys: Sequence[Sequence[str]],
    constructs: Sequence[str],
    index: Array,
    se: Array,
    df: Array | float = np.inf,
    n: Array | int = 0,
    n_eff: Array | float = np.nan,
    why: Sequence[str] = (),
) -> UnitScores:
    """Units of independent samples, from index and standard errors (U, m)."""
    count, m = index.shape
    covariance = np.zeros((m, count, count))
    at = np.arange(count)
    covariance[:, at, at] = se.T**2
    gaps = ~np.isfinite(se.T)
    covariance[np.repeat(gaps[:, :, None], count, axis=2)] = np.nan
    covariance[np.repeat(gaps[:, None, :], count, axis=1)] = np.nan
    return UnitScores(
        level=level,
        keys=tuple(tuple(key) for key in keys),
        constructs=tuple(constructs),
        index=np.array(index, dtype=float),
        covariance=covariance,
        df=np.broadcast_to(np.asarray(df, dtype=float), (count,)).copy(),
        n=np.broadcast_to(np.asarray(n), (count,)).copy(),
        n_eff=np.broadcast_to(np.asarray(n_eff, dtype=float), (count,)).copy(),
        why=tuple(why) or ("",) * count,
    )
