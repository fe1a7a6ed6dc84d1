"""Scores of one level with what they rest on: respondents, units below, what was carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.unit_scores import UnitScores

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Units of one level, their scores, and by construct (U, m) what these rest on.

    Attributes
    ----------
    scores
        Index and joint covariance. Their ``df`` and ``n_eff`` are the smallest over the constructs.
    df : (U, m)
        Degrees of freedom of each standard error.
    n : (U, m) int
        Respondents behind the number; 0 where not known.
    n_eff : (U, m)
        Effective respondents, NaN where not known.
    measured : (U, m)
        Share of the unit's whole market that the number rests on; 0 without a number, NaN where not known.
    units : (U, m) int
        Units of the level below that it is made of; 0 for units that were not made here.
    carried : (U, m) int
        Units carried over from earlier results that it rests on, at whatever level.
    came : (U,) bool
        Units that were themselves carried over.
    why : (U, m) text
        Why there is no number or no standard error.
    """

    scores: UnitScores
    df: Array
    n: Array
    n_eff: Array
    measured: Array
    units: Array
    carried: Array
    came: Array
    why: Array

    def chosen(self, rows: Array) -> Standing:
        """Some of the units, in the order given."""
        parts = {name: getattr(self, name)[rows] for name in _ARRAYS}
        return Standing(scores=self.scores.chosen(rows), **parts)

    def beside(self, other: Standing) -> Standing:
        """These units, then others that are independent of them, of the same level and constructs."""
        first, second = self.scores, other.scores
        size, more = len(first.keys), len(second.keys)
        covariance = np.zeros((len(first.constructs), size + more, size + more))
        covariance[:, :size, :size] = first.covariance
        covariance[:, size:, size:] = second.covariance
        together = {
            name: np.concatenate([getattr(first, name), getattr(second, name)])
            for name in ("index", "df", "n", "n_eff")
        }
        parts = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in _ARRAYS}
        scores = UnitScores(
            level=first.level,
            keys=first.keys + second.keys,
            constructs=first.constructs,
            covariance=covariance,
            why=first.why + second.why,
            **together,
        )
        return Standing(scores=scores, **parts)


_ARRAYS = ("df", "n", "n_eff", "measured", "units", "carried", "came", "why")


def standing(scores: UnitScores | Standing, **known: Array) -> Standing:
    """Scores with what they rest on, as far as it is ``known``; else what the scores themselves say.

    Every unit with a number then counts as measured in whole, by all its respondents.
    """
    if isinstance(scores, Standing):
        return scores
    shape = scores.index.shape
    there = np.isfinite(scores.index)
    found: dict[str, Array] = {
        "df": np.broadcast_to(scores.df[:, None], shape),
        "n": np.where(there, scores.n[:, None], 0),
        "n_eff": np.broadcast_to(scores.n_eff[:, None], shape),
        "measured": there.astype(float),
        "units": np.zeros(shape, dtype=np.int64),
        "carried": np.zeros(shape, dtype=np.int64),
        "came": np.zeros(shape[0], dtype=bool),
        "why": np.repeat(np.array(scores.why, dtype=object)[:, None], shape[1], axis=1),
    }
    return Standing(scores=scores, **(found | known))
