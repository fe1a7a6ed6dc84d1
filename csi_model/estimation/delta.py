"""The delta method, with derivatives by the complex step (Squire & Trapp 1998): no step size to choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def jacobian(function: Callable[[Array], Array], at: Array) -> Array:
    """Derivatives (k, d) of ``function`` (..., d) -> (..., k) at ``at`` (d,).

    ``function`` must be analytic and take a batch of complex vectors.
    """
    step = 1e-20
    return np.asarray((function(at + 1j * step * np.eye(at.size)).imag / step).T)


def delta_errors(function: Callable[[Array], Array], at: Array, covariance: Array) -> tuple[Array, Array]:
    """Value (k,) and standard error (k,) of ``function`` of estimates ``at`` with ``covariance`` (d, d).

    A standard error that does not exist (negative variance from a covariance that is not positive
    semidefinite, a value that is NaN, or one that depends on an estimate whose variance is NaN) is NaN.
    """
    value = np.asarray(function(at[None])[0], dtype=float)
    slopes = jacobian(function, at)
    unknown = np.isnan(np.diag(covariance))
    known = np.where(unknown[:, None] | unknown, 0.0, covariance)
    variance = np.einsum("kd,de,ke->k", slopes, known, slopes)
    # rounding may leave a variance of exactly zero slightly negative
    floor = 1e-12 * np.einsum("kd,d,kd->k", slopes, np.abs(np.diag(known)), slopes)
    variance = np.where(np.abs(variance) <= floor, 0.0, variance)
    bad = ~(variance >= 0) | np.any(slopes[:, unknown] != 0, axis=1)
    return value, np.where(bad, np.nan, np.sqrt(np.where(bad, 0.0, variance)))
