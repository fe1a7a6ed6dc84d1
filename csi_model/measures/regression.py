"""Least squares on answers: coefficients, their errors under the design, explained variance.

The regressions themselves are those of statsmodels; this is the only file of the measures that imports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import WLS  # type: ignore[import-untyped]

from csi_model.errors import EstimationError
from csi_model.survey.survey import Floats

Array = NDArray[Any]

_ALONE = 1e-9
"""A respondent whose leverage is 1 but for this much is fitted exactly whatever the answer."""


@dataclass(frozen=True, kw_only=True)
class Regression:
    """A regression by (weighted) least squares of y on the columns of X.

    Attributes
    ----------
    coefficients : (k,)
        In the order of the columns of X; where ``ols`` put an intercept, it comes first.
    covariance : (k, k)
        Robust to unequal error variances, HC3 (MacKinnon & White 1985, Journal of Econometrics 29, 305-325),
        for independent respondents. Under a design take ``influences``.
    influences : (n, k)
        What each respondent adds to the error of each coefficient, ``(X'WX)^-1 x_i w_i e_i``; their sums of
        squares are the covariance HC0, and summed over clusters within strata that of the design (Binder
        1983). ``influences_hc3`` have ``e_i / (1 - h_i)`` in the place of ``e_i``.
    r2, r2_adjusted
        Shares of the (weighted) variance of y; NaN where y does not vary.
    df
        Respondents less coefficients.
    """

    coefficients: Floats
    covariance: Floats
    influences: Floats
    influences_hc3: Floats
    r2: float
    r2_adjusted: float
    n: int
    df: int


def ols(y: Any, X: Any, weights: Any | None = None, *, intercept: bool = True) -> Regression:
    """Regress ``y`` on the columns of ``X``.

    Parameters
    ----------
    y : (n,)
        Without gaps.
    X : (n, p)
        Without gaps and without a constant column, which ``intercept`` adds in front.
    weights : (n,), optional
        Sampling weights, all positive; ones by default.

    Raises
    ------
    EstimationError
        Fewer respondents than coefficients and one more, or columns that determine each other exactly.
    """
    target = np.asarray(y, dtype=float)
    columns = np.asarray(X, dtype=float).reshape(len(target), -1)
    w = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=float)
    design = np.column_stack([np.ones(len(target)), columns]) if intercept else columns
    n, k = design.shape
    if n <= k:
        what = f"{n} respondents are too few for a regression with {k} coefficients."
        raise EstimationError.at("", what, "Ask more people, or leave questions out.", code="too-few")
    if np.linalg.matrix_rank(design) < k:
        what = "the columns of a regression determine each other exactly."
        raise EstimationError.at("", what, "Leave one of them out.", code="collinear")
    fitted = WLS(target, design, weights=w).fit()
    residuals = np.asarray(fitted.resid, dtype=float)
    bread = np.asarray(fitted.normalized_cov_params, dtype=float)
    leverages = w * np.einsum("ij,jk,ik->i", design, bread, design)
    left = 1 - leverages
    far = np.where(left > _ALONE, residuals / np.maximum(left, _ALONE), 0.0)
    slopes = (design * w[:, None]) @ bread
    robust = slopes * far[:, None]
    varies = bool(np.ptp(target) > 0)
    return Regression(
        coefficients=np.asarray(fitted.params, dtype=float),
        covariance=robust.T @ robust,
        influences=slopes * residuals[:, None],
        influences_hc3=robust,
        r2=float(fitted.rsquared) if varies else np.nan,
        r2_adjusted=float(fitted.rsquared_adj) if varies else np.nan,
        n=n,
        df=n - k,
    )


def generalised_vif(X: Any, blocks: list[list[int]], weights: Any | None = None) -> list[float]:
    """How much blocks of columns overlap with all other columns; 1 where they do not.

    The generalised variance inflation factor ``det R_11 det R_22 / det R`` of a block of d columns (Fox &
    Monette 1992, JASA 87, 178-183), to the power 1/d, so that it is on the scale of the ordinary VIF of a
    single column.

    Parameters
    ----------
    X : (n, p)
        Columns that all vary and do not determine each other.
    blocks
        Places of the columns of each block.
    """
    columns = np.asarray(X, dtype=float)
    w = np.ones(len(columns)) if weights is None else np.asarray(weights, dtype=float)
    centred = columns - np.average(columns, axis=0, weights=w)
    covariance = (centred * w[:, None]).T @ centred
    scale = np.sqrt(np.diag(covariance))
    R = covariance / np.outer(scale, scale)
    made = []
    for block in blocks:
        others = [j for j in range(R.shape[0]) if j not in block]
        logs = [np.linalg.slogdet(R[np.ix_(part, part)])[1] for part in (block, others) if part]
        made.append(float(np.exp((sum(logs) - np.linalg.slogdet(R)[1]) / len(block))))
    return made
