"""Do two independent groups differ? Tests from the bootstrap draws of each.

``parametric`` assumes equal spread in both (Keil et al. 2000, MIS Quarterly 24, 299-325; Chin 2000),
``welch`` does not (Welch-Satterthwaite: Nitzl 2010; Sarstedt, Henseler & Ringle 2011, Advances in
International Marketing 22, 195-218), ``henseler`` assumes no distribution (PLS-MGA: Henseler, Ringle &
Sinkovics 2009, Advances in International Marketing 20, 277-319; Henseler 2012). All two-sided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class GroupDraws:
    """Estimates (k,) of one group, their draws (b, k) and its number of respondents."""

    estimate: Array
    draws: Array
    n: int

    @property
    def se(self) -> Array:
        """Standard errors (k,); NaN where a tenth of the draws and more have no estimate."""
        there = np.isfinite(self.draws)
        enough = there.sum(axis=0) > max(0.9 * len(self.draws), 2)
        count = np.where(enough, there.sum(axis=0), 2)
        held = np.where(there, self.draws, 0.0)
        mean = held.sum(axis=0) / count
        square = np.where(there, held - mean, 0.0) ** 2
        return np.where(enough, np.sqrt(square.sum(axis=0) / (count - 1)), np.nan)


def parametric(first: GroupDraws, second: GroupDraws) -> Array:
    """p-values (k,) of Keil's t test.

    ``t = (b1 - b2) / (sqrt(((n1 - 1)^2 se1^2 + (n2 - 1)^2 se2^2) / (n1 + n2 - 2)) sqrt(1/n1 + 1/n2))`` with
    n1 + n2 - 2 degrees of freedom (Keil et al. 2000, appendix B).
    """
    n1, n2 = first.n, second.n
    spread = ((n1 - 1) ** 2 * first.se**2 + (n2 - 1) ** 2 * second.se**2) / (n1 + n2 - 2)
    return _two_sided(first.estimate - second.estimate, np.sqrt(spread * (1 / n1 + 1 / n2)), n1 + n2 - 2.0)


def welch(first: GroupDraws, second: GroupDraws) -> Array:
    """p-values (k,) of the Welch-Satterthwaite t test.

    ``t = (b1 - b2) / sqrt(v1 + v2)``, ``v = (n - 1) / n se^2``, with
    ``(v1 + v2)^2 / ((n1 - 1) / n1^2 se1^4 + (n2 - 1) / n2^2 se2^4) - 2`` degrees of freedom, rounded
    (Sarstedt, Henseler & Ringle 2011, eq. 4-5).
    """
    n1, n2 = first.n, second.n
    square = (n1 - 1) / n1 * first.se**2 + (n2 - 1) / n2 * second.se**2
    below = (n1 - 1) / n1**2 * first.se**4 + (n2 - 1) / n2**2 * second.se**4
    known = np.asarray(below > 0)
    df = np.where(known, np.round(square**2 / np.where(known, below, 1.0) - 2), 1.0)
    return _two_sided(first.estimate - second.estimate, np.sqrt(square), np.maximum(df, 1.0))


def _two_sided(difference: Array, se: Array, df: Array | float) -> Array:
    known = np.asarray(se > 0)
    t = np.abs(difference) / np.where(known, se, 1.0)
    return np.where(known, 2 * stats.t.sf(t, df), np.nan)


def henseler(first: GroupDraws, second: GroupDraws) -> Array:
    """p-values (k,) of PLS-MGA.

    Draws are moved so that their mean is the estimate; p1 is the share of pairs of draws, one of each
    group, in which the second group's is larger, pairs that are equal counted by half. The test is
    two-sided by ``2 min(p1, 1 - p1)``.
    """
    return np.array(
        [_pairs_above(_centred(first, k), _centred(second, k)) for k in range(len(first.estimate))]
    )


def _centred(group: GroupDraws, k: int) -> Array:
    there = group.draws[np.isfinite(group.draws[:, k]), k]
    if len(there) <= 0.9 * len(group.draws) or not len(there):
        return np.empty(0)
    return np.asarray(there - there.mean() + group.estimate[k])


def _pairs_above(first: Array, second: Array) -> float:
    if not len(first) or not len(second) or max(np.ptp(first), np.ptp(second)) < 1e-12:
        return float("nan")
    ordered = np.sort(first)
    below = np.searchsorted(ordered, second, side="left") + np.searchsorted(ordered, second, side="right")
    share = float(below.sum() / 2 / len(first) / len(second))
    return 2 * min(share, 1 - share)
