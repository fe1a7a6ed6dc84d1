"""Fit measures of a covariance structure by maximum likelihood, as lavaan defines them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A fit measure, or NaN with the reason ``why`` it does not exist."""

    name: str
    value: float
    why: str = ""


def fit_measures(
    *, f: float, df: int, npar: int, n: int, sample: Array, sigma: Array, level: float = 0.90
) -> tuple[Measure, ...]:
    """Every fit measure of the contract, in its order.

    Parameters
    ----------
    f
        Minimum of the discrepancy; chi-square is ``n f`` (lavaan's ``likelihood = "normal"``).
    df, npar, n
        Degrees of freedom, free parameters, respondents.
    sample, sigma : (p, p)
        Sample covariance with divisor n, and the implied one.
    level
        Level of the RMSEA interval; 90 % is the convention (Browne & Cudeck 1992).

    Notes
    -----
    Baseline: independence, ``n (sum ln s_ii - ln|S|)`` on ``p (p - 1) / 2``. CFI: Bentler (1990); TLI:
    Tucker & Lewis (1973); RMSEA: Steiger & Lind (1980) with divisor n; SRMR: root mean square of the
    residual correlations, diagonal included (Bentler 1995); GFI, AGFI: Joreskog & Sorbom (1981) with
    W = Sigma^-1; AIC ``-2 logl + 2 npar``; BIC ``-2 logl + npar ln n``.
    """
    p = len(sample)
    chisq = n * f
    log_det = float(np.linalg.slogdet(sample)[1])
    base_chisq = n * (float(np.log(np.diag(sample)).sum()) - log_det)
    base_df = p * (p - 1) // 2
    logl = -n / 2 * (p * np.log(2 * np.pi) + float(np.linalg.slogdet(sigma)[1])
                     + float(np.trace(np.linalg.solve(sigma, sample))))  # fmt: skip
    saturated = "" if df > 0 else "the model is saturated (no degrees of freedom)"
    cfi, tli = _cfi(chisq, df, base_chisq, base_df), _tli(chisq, df, base_chisq, base_df)
    lower, upper = _rmsea_interval(chisq, df, n, level)
    gfi, agfi = _gfi(sample, sigma, df)
    return (
        Measure(name="npar", value=npar),
        Measure(name="n", value=n),
        Measure(name="chisq", value=chisq),
        Measure(name="df", value=df),
        Measure(name="pvalue", value=float(stats.chi2.sf(chisq, df)) if df > 0 else np.nan, why=saturated),
        Measure(name="cfi", value=cfi, why="" if np.isfinite(cfi) else "the items are uncorrelated"),
        Measure(name="tli", value=tli, why="" if np.isfinite(tli) else saturated),
        Measure(name="rmsea", value=_rmsea(chisq, df, n), why=saturated),
        Measure(name="rmsea_ci_lower", value=lower, why=saturated),
        Measure(name="rmsea_ci_upper", value=upper, why=saturated),
        Measure(name="srmr", value=_srmr(sample, sigma)),
        Measure(name="gfi", value=gfi),
        Measure(name="agfi", value=agfi, why=saturated),
        Measure(name="logl", value=logl),
        Measure(name="aic", value=-2 * logl + 2 * npar),
        Measure(name="bic", value=-2 * logl + npar * float(np.log(n))),
    )


def _cfi(chisq: float, df: int, base_chisq: float, base_df: int) -> float:
    excess = max(chisq - df, 0.0)
    base = max(base_chisq - base_df, excess)
    return 1 - excess / base if base > 0 else (1.0 if excess == 0 else np.nan)


def _tli(chisq: float, df: int, base_chisq: float, base_df: int) -> float:
    if df <= 0 or base_df <= 0 or base_chisq == base_df:
        return np.nan
    return (base_chisq / base_df - chisq / df) / (base_chisq / base_df - 1)


def _rmsea(chisq: float, df: int, n: int) -> float:
    return float(np.sqrt(max(chisq - df, 0.0) / (df * n))) if df > 0 else np.nan


def _rmsea_interval(chisq: float, df: int, n: int, level: float) -> tuple[float, float]:
    """Noncentrality that puts the observed chi-square at each tail (Browne & Cudeck 1992)."""
    if df <= 0:
        return np.nan, np.nan
    tail = (1 - level) / 2

    def bound(probability: float) -> float:
        if stats.chi2.cdf(chisq, df) < probability:
            return 0.0
        top = max(chisq, 1.0)
        while stats.ncx2.cdf(chisq, df, top) > probability:
            top *= 2
        found = optimize.brentq(
            lambda nc: stats.ncx2.cdf(chisq, df, nc) - probability, 1e-12, top, xtol=1e-10, rtol=1e-14
        )
        return float(np.sqrt(found / (df * n)))

    return bound(1 - tail), bound(tail)


def _srmr(sample: Array, sigma: Array) -> float:
    sd = np.sqrt(np.diag(sample))
    residual = ((sample - sigma) / np.outer(sd, sd))[np.tril_indices(len(sample))]
    return float(np.sqrt(np.mean(residual**2)))


def _gfi(sample: Array, sigma: Array, df: int) -> tuple[float, float]:
    p = len(sample)
    ratio = np.linalg.solve(sigma, sample)
    off = ratio - np.eye(p)
    gfi = 1 - float(np.trace(off @ off) / np.trace(ratio @ ratio))
    return gfi, 1 - p * (p + 1) / (2 * df) * (1 - gfi) if df > 0 else np.nan
