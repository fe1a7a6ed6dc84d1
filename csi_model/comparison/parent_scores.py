"""Scores of parents from those of their units, errors carried upward.

I_p  = sum_c s_c I_c                 over the units c of p that have a number, s summing to 1
V    = A S A'                        A the weights of all parents, S the joint covariance of the units
nu_p = V_pp^2 / sum_c (s_c^2 S_cc)^2 / nu_c
                                     Welch (1947, Biometrika 34, 28-35), Satterthwaite (1946, Biometrics
                                     Bulletin 2, 110-114); covariances between units, which come from
                                     weights estimated in the pooled sample, count as known. Infinite
                                     where every nu_c is; level by level gives what one step would
n_p  = 1 / sum_c s_c^2 / n_c         effective respondents: those that a plain sample would need for the
                                     same precision, were answers as varied in every unit. It is Kish's
                                     (sum w)^2 / sum w^2 (1965, Survey Sampling, 11.7) with every
                                     respondent of c weighing s_c / n_c; n itself is a plain sum
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.shares import KnownShares
from csi_model.comparison.standing import Standing, standing
from csi_model.comparison.unit_scores import UnitScores

Array = NDArray[Any]

NOBODY = "no unit of it has a number"
NO_SHARE = "its units with a number have no share in it"
NO_ERROR = "a unit that counts in it has no standard error"


def unit_weights(units: Standing, shares: KnownShares) -> Array:
    """What the units with a number count by in their parents, (m, P, U).

    Rows sum to 1, or to 0 for a parent without a number.
    """
    has = np.isfinite(units.scores.index)
    counted = np.where(has, np.nan_to_num(shares.share)[:, None], 0.0).T
    within = np.arange(len(shares.parents))[:, None] == shares.parent_of
    total = counted @ within.T
    each = np.divide(counted, total[:, shares.parent_of], out=np.zeros_like(counted), where=counted > 0)
    return np.asarray(within * each[:, None, :])


def parent_scores(units: Standing, shares: KnownShares, weights: Array, level: str) -> Standing:
    """Scores of what the units belong to, from the weights of ``unit_weights``."""
    scores, count = units.scores, len(shares.parents)
    there = weights.sum(axis=2) > 0.5
    index = np.where(there, (weights @ np.nan_to_num(scores.index.T)[:, :, None])[:, :, 0], np.nan)
    covariance = _covariance(weights, scores.covariance, there)
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    own = weights**2 * np.nan_to_num(np.diagonal(scores.covariance, axis1=1, axis2=2))[:, None, :]
    counts = weights > 0
    why = _reasons(np.isfinite(scores.index), shares, there, np.isfinite(variance))
    df = np.where(np.isnan(variance), np.nan, _degrees(variance, own, units.df.T))
    n_eff = np.where(there, _effective(weights, units.n_eff.T), np.nan)
    n = (counts @ units.n.T[:, :, None])[:, :, 0]
    n[(counts & (units.n.T == 0)[:, None, :]).any(axis=2)] = 0
    return standing(
        UnitScores(
            level=level,
            keys=shares.parents,
            constructs=scores.constructs,
            index=index.T,
            covariance=covariance,
            df=_least(df),
            n=n.max(axis=0),
            n_eff=_least(n_eff),
            why=tuple(next((word for word in why[:, p] if word), "") for p in range(count)),
        ),
        df=df.T,
        n=n.T,
        n_eff=n_eff.T,
        measured=_measured(units, shares, counts).T,
        units=counts.sum(axis=2).T,
        carried=(counts @ units.carried.T[:, :, None])[:, :, 0].T,
        why=why.T,
    )


def _reasons(has: Array, shares: KnownShares, there: Array, error: Array) -> Array:
    """Why parents have no number or no standard error, (m, P) text."""
    within = np.arange(len(shares.parents))[:, None] == shares.parent_of
    nobody = ~(within.astype(np.int64) @ has).T.astype(bool)
    return np.select([nobody, ~there, ~error], [NOBODY, NO_SHARE, NO_ERROR], "").astype(object)


def _covariance(weights: Array, covariance: Array, there: Array) -> Array:
    """A S A' (m, P, P); NaN where something that counts has no error, or there is no number."""
    gaps = np.isnan(covariance)
    flipped = np.swapaxes(weights, 1, 2)
    found = weights @ np.where(gaps, 0.0, covariance) @ flipped
    found = (found + np.swapaxes(found, 1, 2)) / 2
    at = np.arange(found.shape[1])
    found[:, at, at] = np.maximum(found[:, at, at], 0.0)
    unknown = ~there[:, :, None] | ~there[:, None, :]
    if gaps.any():
        counts = (weights > 0).astype(float)
        unknown |= counts @ gaps.astype(float) @ np.swapaxes(counts, 1, 2) > 0
    return np.where(unknown, np.nan, found)


def _degrees(variance: Array, own: Array, df: Array) -> Array:
    """Welch-Satterthwaite degrees of freedom (m, P) from the units' own parts (m, P, U) of the variance."""
    spread = np.sum(np.where(own > 0, own**2 / df[:, None, :], 0.0), axis=2)
    whole = np.full(variance.shape, np.inf)
    np.divide(variance**2, spread, out=whole, where=(spread > 0) & ~(variance <= 0))
    return whole


def _effective(weights: Array, n_eff: Array) -> Array:
    """1 / sum s^2 / n_eff, (m, P)."""
    sound = np.where(n_eff > 0, n_eff, np.nan)[:, None, :]
    spread = np.sum(np.where(weights > 0, weights**2 / sound, 0.0), axis=2)
    found = np.full(spread.shape, np.nan)
    np.divide(1.0, spread, out=found, where=spread > 0)
    return found


def _measured(units: Standing, shares: KnownShares, counts: Array) -> Array:
    """Share of the whole market of each parent that its number rests on, down to the lowest level, (m, P)."""
    part = np.nan_to_num(shares.share)[:, None] * units.measured
    found = (1 - shares.left_out) * (counts @ part.T[:, :, None])[:, :, 0]
    return np.where(shares.known | ~counts.any(axis=2), found, np.nan)


def _least(values: Array) -> Array:
    """Smallest over constructs (m, P) > (P,), gaps left out; NaN where there is nothing but gaps."""
    least = np.min(np.where(np.isnan(values), np.inf, values), axis=0)
    return np.where(np.isnan(values).all(axis=0), np.nan, least)
