"""Random groups of sampling units, dealt while rows pass by, and what comes out without each of them.

A unit (a cluster, or a respondent) falls into the group that a hash of it says, so that whole clusters stay
together, the file's order does not matter, and a number of groups that is a power of 2 can be halved later.

Without strata a group is left out (the delete-a-group jackknife: Wolter 2007, *Introduction to Variance
Estimation*, section 4.2). With strata the units of a group are left out of every stratum at once, the others
of the stratum count more, and both steps are scaled by

    c = sqrt(M / (M - 1) (n_h - n_hr) / n_h)

for M groups and ``n_hr`` of the ``n_h`` units of stratum h in group r, so that the squared steps add up to
the variance however few the units of a stratum are (Kott 2001, Journal of Official Statistics 17, 521-526,
for groups of any size): what is left out counts ``1 - c``, the rest ``1 + c n_hr / (n_h - n_hr)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[Any]

_STEP = 0x9E3779B97F4A7C15


def dealt(rows: Array, cluster: Array | None, strata: Array | None, seed: int) -> Array:
    """A random-looking number for every sampling unit, (n,) uint64.

    Parameters
    ----------
    rows : (n,) int
        Row numbers: respondents are the units where there are no clusters.
    cluster, strata : (n,) of texts
        Clusters of one name in two strata are two.
    """
    if cluster is None:
        return _mixed(rows.astype(np.uint64), seed)
    keys = _hashed(cluster)
    return _mixed(keys if strata is None else keys + _mixed(_hashed(strata), seed), seed)


def _hashed(texts: Array) -> Array:
    codes, known = pd.factorize(texts)
    keys = pd.util.hash_array(np.asarray(known, dtype=object), categorize=False)
    return np.asarray(keys, dtype=np.uint64)[codes]


def _mixed(keys: Array, seed: int) -> Array:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, fig. 17)."""
    z = keys + np.uint64((_STEP * (seed + 1)) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def multipliers(drawn: Array) -> tuple[Array, Array]:
    """What the units of each stratum count in each replicate.

    Parameters
    ----------
    drawn : (strata, M) int
        Sampling units of each stratum in each random group.

    Returns
    -------
    inside, outside : (strata, M)
        Of the units in the group, and of the others of their stratum.
    """
    whole = drawn.sum(axis=1, keepdims=True)
    rest = whole - drawn
    m = drawn.shape[1]
    scale = np.sqrt(m / (m - 1) * rest / whole)
    return 1 - scale, 1 + scale * drawn / np.where(rest > 0, rest, 1)
