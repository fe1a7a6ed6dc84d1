"""Fit measures of a covariance structure by maximum likelihood, as lavaan defines them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from csi_model.estimation.covariance import matrices
from csi_model.estimation.group_fitting import JointFit
from csi_model.estimation.inference import ModelTest

Array = NDArray[Any]

NOT_POSITIVE = "the misfit expected by chance is not positive"

NO_MISFIT = 1e-9
"""Below this the misfit expected by chance, per degree of freedom, is nothing but rounding."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A fit measure, or NaN with the reason ``why`` it does not exist."""

    name: str
    value: float
    why: str = ""


def fit_measures(
    test: ModelTest, *, npar: int, sample: Array, sigma: Array, level: float = 0.90
) -> tuple[Measure, ...]:
    """Every fit measure of the contract, in its order; scaled and robust ones where the test is scaled.

    Parameters
    ----------
    test
        Chi-squares of the model and of the independence model, and the log-likelihood.
    npar
        Free parameters, intercepts included.
    sample, sigma : (p, p)
        Sample covariance with divisor n (saturated estimate where there are gaps), and the implied one.
    level
        Level of the RMSEA interval; 90 % is the convention (Browne & Cudeck 1992).

    Notes
    -----
    Baseline: independence on ``p (p - 1) / 2``. CFI: Bentler (1990); TLI: Tucker & Lewis (1973); RMSEA:
    Steiger & Lind (1980) with divisor n; SRMR: root mean square of the residual correlations, diagonal
    included (Bentler 1995), means left out; GFI, AGFI: Joreskog & Sorbom (1981) with W = Sigma^-1; AIC
    ``-2 logl + 2 npar``; BIC ``-2 logl + npar ln n``.
    """
    n, df, logl = test.n, test.df, test.logl
    none = test.why or ("" if df > 0 else "the model is saturated (no degrees of freedom)")
    gfi, agfi = _weighted_gfi(test) if test.least_squares else _gfi(sample, sigma, df)
    ratio = {name: Measure(name=name, value=value, why=none) for name, value in _ratios(test, level).items()}
    if test.why:
        ratio = {name: Measure(name=name, value=np.nan, why=test.why) for name in ratio}
    elif df == 0:
        ratio["chisq"] = replace(ratio["chisq"], why="")
        ratio["cfi"] = replace(ratio["cfi"], why="")
    if np.isnan(ratio["cfi"].value) and not none:
        ratio["cfi"] = replace(ratio["cfi"], why="the items are uncorrelated")
    likely = test.why or (NO_LIKELIHOOD if test.least_squares else "")
    other = "" if np.isfinite(gfi) or not test.least_squares else NO_LIKELIHOOD
    return (
        Measure(name="npar", value=npar),
        Measure(name="n", value=n),
        ratio.pop("chisq"),
        Measure(name="df", value=df),
        *ratio.values(),
        Measure(name="srmr", value=_srmr(sample, sigma)),
        Measure(name="gfi", value=gfi, why=other),
        Measure(name="agfi", value=agfi, why=other or ("" if df > 0 else none)),
        Measure(name="logl", value=np.nan if likely else logl, why=likely),
        Measure(name="aic", value=np.nan if likely else -2 * logl + 2 * npar, why=likely),
        Measure(name="bic", value=np.nan if likely else -2 * logl + npar * float(np.log(n)), why=likely),
        *_scaled(test, level),
        *_robust(test, level),
    )


def _ratios(test: ModelTest, level: float) -> dict[str, float]:
    """What rests on the plain chi-square."""
    chisq, df, base, base_df = test.chisq, test.df, test.baseline_chisq, test.baseline_df
    n = _divisor(test)
    lower, upper = _rmsea_interval(chisq, df, n, level)
    return {
        "chisq": chisq,
        "pvalue": float(stats.chi2.sf(chisq, df)) if df > 0 else np.nan,
        "cfi": _cfi(chisq, df, base, base_df),
        "tli": _tli(chisq, df, base, base_df),
        "rmsea": _rmsea(chisq, df, n),
        "rmsea_ci_lower": lower,
        "rmsea_ci_upper": upper,
    }


def _weighted_gfi(test: ModelTest) -> tuple[float, float]:
    """GFI of weighted least squares, and AGFI ``1 - statistics / df (1 - GFI)``, as lavaan has them."""
    agfi = 1 - test.statistics / test.df * (1 - test.gfi) if test.df > 0 else np.nan
    return test.gfi, agfi


def _divisor(test: ModelTest) -> float:
    """What an RMSEA divides by: respondents over groups (Steiger 1998, as lavaan)."""
    return (test.n - test.groups * test.least_squares) / test.groups


NO_LIKELIHOOD = "weighted least squares has no likelihood"


def _scaled(test: ModelTest, level: float) -> Iterator[Measure]:
    """Measures of a scaled test ``T / c``: the plain formulas, T0 scaled likewise.

    The interval of the RMSEA takes T with c df degrees of freedom, as lavaan 0.6 does; that of a scaled and
    shifted test ``T / c + b`` the test as it is.
    """
    if test.scaling is None or test.why:
        return
    c, df, df0, n = test.scaling.factor, test.df, test.baseline_df, _divisor(test)
    why = "" if c >= NO_MISFIT else NOT_POSITIVE
    c = np.nan if why else c
    chisq = test.chisq / c + test.scaling.shift
    base = test.baseline_chisq / test.scaling.baseline + test.scaling.baseline_shift
    lower, upper = np.nan, np.nan
    if test.least_squares and not why:
        lower, upper = _rmsea_interval(chisq, df, n, level)
    elif not why:
        lower, upper = _rmsea_interval(test.chisq, df * c, n, level)
    values = {
        "chisq": chisq,
        "df": float(df),
        "pvalue": float(stats.chi2.sf(chisq, df)),
        "chisq_scaling_factor": c,
        "cfi": _cfi(chisq, df, base, df0),
        "tli": _tli(chisq, df, base, df0),
        "rmsea": _rmsea(chisq, df, n),
        "rmsea_ci_lower": lower,
        "rmsea_ci_upper": upper,
    }
    for name, value in values.items():
        full = name if name.endswith("factor") else f"{name}_scaled"
        reason = "" if np.isfinite(value) else why or "the items are uncorrelated"
        yield Measure(name=full, value=value, why=reason)


def _robust(test: ModelTest, level: float) -> Iterator[Measure]:
    """Measures whose population values do not depend on the distribution, nor on gaps.

    With ``c`` the chi-square expected by chance per degree of freedom: CFI and TLI from
    ``T - c df`` and ``T0 - c0 df0`` (Brosseau-Liard & Savalei 2014, eq. 15 and 19), RMSEA that of
    ``T / c`` times sqrt(c) (Brosseau-Liard, Savalei & Li 2012, eq. 11).
    """
    robust, df, df0, n = test.robust, test.df, test.baseline_df, _divisor(test)
    if robust is None or test.why:
        return
    why = "" if robust.factor >= NO_MISFIT else NOT_POSITIVE
    c = robust.factor if not why else np.nan
    excess, base = robust.chisq - c * df, robust.baseline_chisq - robust.baseline_factor * df0
    largest = max(base, excess, 0.0)
    lower, upper = (np.nan, np.nan) if why else _rmsea_interval(robust.chisq / c, df, n, level)
    values = {
        "cfi_robust": 1 - max(excess, 0.0) / largest if largest > 0 else np.nan,
        "tli_robust": 1 - excess / df * df0 / base if base else np.nan,
        "rmsea_robust": _rmsea(robust.chisq / c, df, n) * float(np.sqrt(c)),
        "rmsea_ci_lower_robust": lower * float(np.sqrt(c)),
        "rmsea_ci_upper_robust": upper * float(np.sqrt(c)),
    }
    for name, value in values.items():
        yield Measure(
            name=name, value=value, why="" if np.isfinite(value) else why or "the items are uncorrelated"
        )


def joint_srmr(fit: JointFit) -> float:
    """SRMR of groups fitted together, means included: the average over groups, by respondents."""
    total = 0.0
    for g, part in enumerate(fit.evidence.parts):
        table, values = fit.values_of(g)
        mats = matrices(table, values)
        sd = np.sqrt(np.diag(part.sample.cov))
        residual = (part.sample.cov - mats.sigma) / np.outer(sd, sd)
        cells = np.concatenate([residual[np.tril_indices(len(sd))], (part.sample.mean - mats.mean) / sd])
        total += float(fit.evidence.shares[g]) * float(np.sqrt(np.mean(cells**2)))
    return total


def _cfi(chisq: float, df: int, base_chisq: float, base_df: int) -> float:
    excess = max(chisq - df, 0.0)
    base = max(base_chisq - base_df, excess)
    return 1 - excess / base if base > 0 else (1.0 if excess == 0 else np.nan)


def _tli(chisq: float, df: int, base_chisq: float, base_df: int) -> float:
    if df <= 0 or base_df <= 0 or base_chisq == base_df:
        return np.nan
    return (base_chisq / base_df - chisq / df) / (base_chisq / base_df - 1)


def _rmsea(chisq: float, df: int, n: float) -> float:
    return float(np.sqrt(max(chisq - df, 0.0) / (df * n))) if df > 0 else np.nan


def _rmsea_interval(chisq: float, df: float, n: float, level: float) -> tuple[float, float]:
    """Noncentrality that puts the observed chi-square at each tail (Browne & Cudeck 1992)."""
    if df <= 0 or not np.isfinite(chisq):
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
