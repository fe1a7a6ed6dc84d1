"""Intervals of products by simulating the estimates (MacKinnon, Lockwood & Williams 2004, Multivariate
Behavioral Research 39, 99-128): a product of paths is skewed although the paths are not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

Array = NDArray[Any]

POINTS = 12
"""Two to this power points of a scrambled Sobol sequence, far more even than random ones."""


def simulated_ends(
    derive: Callable[[Array], Array], at: Array, covariance: Array, level: float, seed: int
) -> tuple[Array, Array]:
    """Quantiles (k,), (k,) of ``derive`` (b, d) -> (b, k) over N(``at``, ``covariance``).

    NaN for a quantity that does not exist in a tenth of the points or more, and for all where the
    covariance is not known.
    """
    if not np.all(np.isfinite(covariance)):
        nothing = np.full(derive(at[None]).shape[1], np.nan)
        return nothing, nothing.copy()
    spectrum, vectors = np.linalg.eigh(covariance)
    moving = spectrum > 1e-14 * max(float(spectrum[-1]), 0.0)
    # the first dimensions of a Sobol sequence are the most even: they get the largest variances
    root = (vectors[:, moving] * np.sqrt(spectrum[moving]))[:, ::-1]
    points = qmc.Sobol(root.shape[1], rng=np.random.default_rng(seed)).random_base2(POINTS)
    normal = stats.norm.ppf(np.clip(points, 1e-12, 1 - 1e-12))
    found = derive(at + normal @ root.T)
    known = np.isfinite(found)
    enough = known.mean(axis=0) > 0.9
    made = np.full((2, found.shape[1]), np.nan)
    tails = [(1 - level) / 2, (1 + level) / 2]
    made[:, enough] = np.nanquantile(np.where(known, found, np.nan)[:, enough], tails, axis=0)
    return made[0], made[1]
