"""Diagonally weighted least squares on polychoric moments, with robust errors and tests.

    F      = (s - sigma)' W (s - sigma),          W = diag(Gamma)^-1          (Muthen, du Toit & Spisic 1997)
    theta  : IF = (D' W D)^-1 D' W IF_s,          D = dsigma / dtheta
    T      = (n - 1) F
    T_ss   = T / c + b,   1 / c = sqrt(df / tr[(U Gamma)^2]),   b = df - tr(U Gamma) / c
             with U = W - W D (D' W D)^-1 D' W                             (Asparouhov & Muthen 2010, eq. 6-8)

Thresholds, means of continuous items and their like are saturated: they are their sample values and leave
no residual. Covariances of statistics have divisor n - 1, Gamma is n - 1 times them, and T has the factor
n - 1, as in lavaan and Mplus.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import matrices
from csi_model.estimation.inference import ModelTest, Scaling
from csi_model.estimation.ordinal.layout import structure
from csi_model.estimation.ordinal.moments import Moments
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.solver import GRADIENT_TOLERANCE, Optimum, minimise, polish
from csi_model.survey.linearised import inverse

Array = NDArray[Any]

_STEP = 1e-20
"""Of derivatives by the complex step."""
_REAL_STEP = 1e-5
"""Of second derivatives, in units of a parameter's own curvature."""


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """The fitted statistics of a sample, their weights and what they estimate.

    ``values`` (f,), ``weights`` (f,) = 1 / [(n - 1) var]; ``rows``, ``columns`` (f,) their cells in the
    covariance matrix; ``rest`` (t,) the values of thresholds and means.
    """

    table: ParameterTable
    values: Array
    weights: Array
    rows: Array
    columns: Array
    rest: Array

    @cached_property
    def structure(self) -> ParameterTable:
        """The table of structural parameters alone."""
        return structure(self.table)

    def implied(self, structure: Array) -> Array:
        """Statistics (..., f) that structural parameters (..., q) imply."""
        sigma = matrices(self.structure, structure).sigma
        return np.asarray(sigma[..., self.rows, self.columns])

    def slopes(self, structure: Array) -> Array:
        """Derivatives (f, q) of the implied statistics, exact by the complex step."""
        steps = structure + 1j * _STEP * np.eye(structure.size)
        return np.asarray(self.implied(steps).imag.T / _STEP)

    def information(self, structure: Array) -> Array:
        """Gauss-Newton Hessian (q, q), ``2 D' W D``."""
        d = self.slopes(structure)
        return np.asarray(2 * (d * self.weights[:, None]).T @ d)

    # what ``minimise`` and ``polish`` ask for, of a batch of one

    def value(self, values: Array, members: Array) -> Array:
        """F (b,), infinite where a variance is none."""
        with np.errstate(invalid="ignore"):
            residual = self.values - self.implied(values)
        f = (residual**2 * self.weights).sum(axis=-1)
        return np.where(np.isfinite(f), f, np.inf)

    def derivatives(self, values: Array, members: Array) -> tuple[Array, Array]:
        """Gradient (b, q) and Gauss-Newton Hessian (b, q, q)."""
        slope, hessian = [], []
        for one in values:
            d = self.slopes(one)
            weighted = d * self.weights[:, None]
            slope.append(-2 * weighted.T @ (self.values - self.implied(one)))
            hessian.append(2 * weighted.T @ d)
        return np.array(slope), np.array(hessian)

    def hessian(self, values: Array) -> Array:
        """Hessian (q, q) with the curvature of the implied statistics, by differences of the gradient."""
        first = np.zeros(1, dtype=int)
        curvature = np.diag(self.information(values))
        steps = _REAL_STEP / np.sqrt(np.where(curvature > 0, curvature, 1.0))
        made = np.empty((values.size, values.size))
        for k, step in enumerate(steps):
            moved = step * np.eye(values.size)[k]
            up, down = (self.derivatives((values + sign * moved)[None], first)[0][0] for sign in (1, -1))
            made[k] = (up - down) / (2 * step)
        return (made + made.T) / 2


def weighted_of(table: ParameterTable, moments: Moments, gamma: Array) -> Weighted:
    """What a sample's moments are fitted by; ``gamma`` (m,) are n - 1 times their variances."""
    fitted = moments.fitted
    variances = np.flatnonzero(~moments.items.ordered)
    return Weighted(
        table=table,
        values=moments.values[fitted],
        weights=1 / gamma[fitted],
        rows=np.concatenate([variances, moments.pairs.first]),
        columns=np.concatenate([variances, moments.pairs.second]),
        rest=moments.values[moments.saturated],
    )


def find(problem: Weighted, start: Array) -> Optimum:
    """The minimum of F from structural ``start`` (q,).

    Gauss-Newton steps slow down where the model fits badly; Newton's method then ends the search.
    """
    optimum = minimise(problem, start[None], max_iterations=SCORING)
    return optimum if optimum.gradient[0] < GRADIENT_TOLERANCE else polish(problem, optimum)


SCORING = 300
"""Gauss-Newton steps at most."""


@dataclass(frozen=True, kw_only=True)
class Inference:
    """What follows at the optimum.

    ``pull`` (q, m) are the derivatives of the structural parameters by all statistics of ``moments``,
    ``test`` the model's test.
    """

    moments: Moments
    pull: Array
    test: ModelTest

    @property
    def influences(self) -> Array:
        """Influences (n, q) of the respondents on the structural parameters."""
        return np.asarray(self.moments.influences @ self.pull.T)


def infer(problem: Weighted, moments: Moments, structure: Array, gamma: Array, *, n: int) -> Inference:
    """Errors and test at the optimum.

    Parameters
    ----------
    structure : (q,)
    gamma : (f, f)
        n - 1 times the covariance of the fitted statistics.
    n
        Respondents.
    """
    d = problem.slopes(structure)
    weighted = d * problem.weights[:, None]
    pull = np.zeros((structure.size, len(moments.values)))
    pull[:, moments.fitted] = inverse(weighted.T @ d) @ weighted.T
    residual = problem.values - problem.implied(structure)
    chisq = (n - 1) * float(residual**2 @ problem.weights)
    df = problem.table.degrees_of_freedom()
    own = _scaling(df, _residual_maker(problem.weights, d), gamma)
    alone = problem.rows == problem.columns
    apart = np.eye(len(problem.values))[:, alone]
    base_df = int((~alone).sum())
    base = (n - 1) * float((problem.values**2 * problem.weights)[~alone].sum())
    baseline = _scaling(base_df, _residual_maker(problem.weights, apart), gamma)
    scaling = Scaling(factor=own[0], baseline=baseline[0], shift=own[1], baseline_shift=baseline[1])
    test = ModelTest(
        n=n,
        chisq=chisq,
        df=df,
        baseline_chisq=base,
        baseline_df=base_df,
        logl=np.nan,
        scaling=scaling if df > 0 else None,
        least_squares=True,
    )
    return Inference(moments=moments, pull=pull, test=test)


def goodness(moments: Moments, gamma: Array, f: float) -> float:
    """GFI ``1 - e' W e / s' W s`` over all statistics; ``gamma`` (m,), and ``f`` the minimum of F.

    Thresholds and means are reproduced exactly and count, as in lavaan, so that it is always high.
    """
    return 1 - f / float(moments.values**2 @ (1 / gamma))


def _residual_maker(weights: Array, d: Array) -> Array:
    """U (f, f); what the parameters cannot tell apart takes no degree of freedom twice."""
    length = np.sqrt(weights @ d**2)
    unit = np.sqrt(weights)[:, None] * d / np.where(length > 0, length, 1.0)
    root = np.sqrt(np.diag(weights))
    return np.asarray(root @ (np.eye(len(weights)) - unit @ np.linalg.pinv(unit)) @ root)


def _scaling(df: int, residual: Array, gamma: Array) -> tuple[float, float]:
    product = residual @ gamma
    return scaled_shifted(df, (float(np.trace(product)), float((product * product.T).sum())))


def scaled_shifted(df: int, found: tuple[float, float]) -> tuple[float, float]:
    """Factor c and shift b of a scaled and shifted test from tr(UC) and tr[(UC)^2]."""
    first, second = found
    if df <= 0 or not second > 0:
        return np.nan, np.nan
    factor = float(np.sqrt(second / df))
    return factor, df - first / factor
