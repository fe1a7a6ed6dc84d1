"""Reliability and validity of the measurement, from covariances and standardised loadings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Reliability of one construct; NaN where it does not exist, with the reason."""

    alpha: float
    rho_a: float
    rho_c: float
    ave: float
    why: str = ""


def cronbach_alpha(covariance: Array) -> float:
    """``k / (k - 1) (1 - trace S / sum S)`` (Cronbach 1951, eq. 2) from a (k, k) covariance matrix."""
    k = len(covariance)
    total = float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if k > 1 and total > 0 else np.nan


def rho_a(correlation: Array, loadings: Array) -> float:
    """Dijkstra & Henseler (2015, MIS Quarterly 39, 297-316, eq. 3) for weights ``w`` in the direction
    of the standardised loadings, scaled to ``w'Rw = 1``:
    ``(w'w)^2  w'(R - diag R)w / w'(ww' - diag ww')w``.
    """
    variance = float(loadings @ correlation @ loadings)
    if len(loadings) < 2 or not variance > 0:
        return np.nan
    w = loadings / np.sqrt(variance)
    outer = np.outer(w, w)
    below = float(w @ (outer - np.diag(np.diag(outer))) @ w)
    above = float(w @ (correlation - np.eye(len(w))) @ w)
    return float(w @ w) ** 2 * above / below if below > 0 else np.nan


def reliability(covariance: Array, loadings: Array) -> Reliability:
    """Reliability of a construct.

    Parameters
    ----------
    covariance : (k, k)
        Covariances of its indicators on 0-100.
    loadings : (k,)
        Standardised loadings.

    Notes
    -----
    rho_C is Joreskog's (1971) composite reliability ``(sum l)^2 / ((sum l)^2 + sum(1 - l^2))``, AVE the
    mean of ``l^2`` (Fornell & Larcker 1981, eq. 9 and 11).
    """
    if len(loadings) < 2:
        return Reliability(
            alpha=np.nan, rho_a=np.nan, rho_c=np.nan, ave=np.nan, why="a single indicator has no reliability"
        )
    sd = np.sqrt(np.diag(covariance))
    total = float(loadings.sum()) ** 2
    error = float((1 - loadings**2).sum())
    return Reliability(
        alpha=cronbach_alpha(covariance),
        rho_a=rho_a(covariance / np.outer(sd, sd), loadings),
        rho_c=total / (total + error),
        ave=float(np.mean(loadings**2)),
    )


@dataclass(frozen=True, kw_only=True)
class Distinctness:
    """HTMT of two constructs; NaN where it does not exist, with the reason."""

    htmt: float
    htmt2: float
    why: str = ""


def htmt(correlation: Array, first: Array, second: Array) -> Distinctness:
    """Heterotrait-monotrait ratios of two blocks of items (index arrays into ``correlation``).

    HTMT: arithmetic means of absolute correlations (Henseler, Ringle & Sarstedt 2015, eq. 6); HTMT2:
    geometric means (Roemer, Schuberth & Henseler 2021, eq. 5).
    """
    if len(first) < 2 or len(second) < 2:
        return Distinctness(htmt=np.nan, htmt2=np.nan, why="HTMT needs two indicators in each construct")
    if set(first) & set(second):
        return Distinctness(htmt=np.nan, htmt2=np.nan, why="the constructs share indicators")
    size = np.abs(correlation)
    between = size[np.ix_(first, second)].ravel()
    within = [size[np.ix_(block, block)][np.triu_indices(len(block), 1)] for block in (first, second)]
    arithmetic = between.mean() / np.sqrt(within[0].mean() * within[1].mean())
    parts = [between, *within]
    if any(np.any(part <= 0) for part in parts):
        return Distinctness(htmt=float(arithmetic), htmt2=np.nan, why="an item correlation is zero: no HTMT2")
    logs = [float(np.log(part).mean()) for part in parts]
    return Distinctness(htmt=float(arithmetic), htmt2=float(np.exp(logs[0] - (logs[1] + logs[2]) / 2)))
