"""Medians and other quantiles of respondents, with an interval that holds under weights and designs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from csi_model.measures.estimates import Design, Mask, Part, covariance, effective, estimate
from csi_model.measures.intervals import NONE, Interval, wilson

_SAME = 1e-9
"""Shares of weights that differ by less are the same."""


@dataclass(frozen=True, kw_only=True)
class Quantile:
    """A quantile of one unit with its interval.

    ``value`` and the limits may be infinite where answers are known to lie beyond an end only. ``n`` are
    respondents, ``n_eff`` effective ones for the share at or below the value.
    """

    value: float
    interval: Interval
    n: int
    n_eff: float


def weighted_quantile(values: Any, weights: Any, p: float) -> float:
    """The smallest value that a share of at least ``p`` does not exceed.

    Where a value is exceeded by a share of 1 - p exactly, the middle between it and the next one, so that
    with equal weights the median is the usual one (Hyndman & Fan 1996, The American Statistician 50, 361-365,
    type 2).

    Parameters
    ----------
    values : (n,)
        At least one; infinite ones are in order, too.
    weights : (n,)
        Positive.
    p
        Between 0 and 1.
    """
    known, place = np.unique(np.asarray(values, dtype=float), return_inverse=True)
    sums = np.bincount(np.ravel(place), weights=np.asarray(weights, dtype=float))
    below = np.cumsum(sums) / sums.sum()
    k = min(int(np.searchsorted(below, p - _SAME)), len(known) - 1)
    if abs(below[k] - p) <= _SAME and k + 1 < len(known):
        low, high = float(known[k]), float(known[k + 1])
        return math.nan if math.isinf(low) and math.isinf(high) else (low + high) / 2
    return float(known[k])


def quantile(values: Any, mask: Mask, design: Design, p: float, level: float = 0.95) -> Quantile:
    """A quantile of the respondents of ``mask`` with Woodruff's interval.

    The share p gets an interval (Wilson's, for the effective number of respondents that the design leaves of
    the share at or below the quantile), and the limits are the quantiles of that interval's ends (Woodruff
    1952, JASA 47, 635-646). Under a simple random sample this is close to the interval of the sign test.

    Parameters
    ----------
    values : (n,)
        NaN outside the base; infinite where known to lie beyond an end.
    mask : (n,) bool
        Respondents of the unit.
    """
    scores = np.asarray(values, dtype=float)
    there = mask & ~np.isnan(scores)
    if not there.any():
        return Quantile(value=math.nan, interval=NONE, n=0, n_eff=math.nan)
    chosen, weights = scores[there], design.weights[there]
    value = weighted_quantile(chosen, weights, p)
    reached = np.full(len(scores), np.nan)
    reached[there] = chosen <= value
    share = estimate((Part(coefficient=1.0, scores=reached),), design.weights, there, spread="share")
    variance = float(covariance([share], design)[0, 0])
    n_eff = effective(share, math.sqrt(variance) if variance >= 0 else math.nan, simple=design.simple)
    ends = wilson(p, n_eff, level)
    interval = NONE
    if math.isfinite(ends[0]):
        interval = (weighted_quantile(chosen, weights, ends[0]), weighted_quantile(chosen, weights, ends[1]))
    return Quantile(value=value, interval=interval, n=int(there.sum()), n_eff=n_eff)
