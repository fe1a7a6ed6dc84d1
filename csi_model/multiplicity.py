"""P-values of several tests adjusted for their number.

statsmodels has these, too, but collects the whole heap on every call: a tenth of a second, with one call
for each of many families.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[Any]


def holm(pvalues: Array) -> Array:
    """P-values (K,) or columns of them (K, c), adjusted by Holm's step down over those that there are.

    The k-th smallest of K is multiplied by K - k + 1, and none is smaller than one before it (Holm 1979,
    Scandinavian Journal of Statistics 6, 65-70); NaN stays NaN and does not count.
    """
    values = np.asarray(pvalues, dtype=float)
    columns = values[:, None] if values.ndim == 1 else values
    known = np.isfinite(columns).sum(axis=0)
    order = np.argsort(columns, axis=0, kind="stable")  # NaN last
    left = np.maximum(known - np.arange(len(columns))[:, None], 1)
    stepped = np.fmax.accumulate(np.take_along_axis(columns, order, axis=0) * left, axis=0)
    made = np.empty(columns.shape)
    np.put_along_axis(made, order, np.minimum(stepped, 1.0), axis=0)
    return np.where(np.isfinite(columns), made, np.nan).reshape(values.shape)


def benjamini_hochberg(pvalues: Array) -> Array:
    """P-values (K,) adjusted for the share of false discoveries among those that there are; NaN stays NaN.

    Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57, 289-300.
    """
    made = np.full(len(pvalues), np.nan)
    known = np.isfinite(pvalues)
    if known.any():
        made[known] = stats.false_discovery_control(pvalues[known], method="bh")
    return made
