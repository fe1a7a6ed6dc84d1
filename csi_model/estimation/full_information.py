"""RMSEA and CFI under full information that mean what they mean with complete answers.

The chi-square of full information measures misfit by what the gaps leave to be seen, so that its RMSEA
shrinks with the share of gaps. Zhang & Savalei (2023, Psychological Methods 28, 263-283) measure it by
the complete-data discrepancy of the saturated and the model's moments instead,

    F = ln|Sigma| - ln|S| + tr(S Sigma^-1) - p + d' Sigma^-1 d,    E(n F) - n F0 = k = tr(J P Omega P')

with the difference ``d`` of the saturated and the implied means, the complete-data information J of the
moments at S, their covariance Omega / n, and ``P = I - D (D'A D)^-1 D'A`` for the observed information A
of the moments and their derivatives D by the parameters; ``k / df`` plays the part of a scaling factor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import jacobian
from csi_model.estimation.missing import moment_table, moment_values
from csi_model.estimation.parameters import ParameterTable
from csi_model.survey.linearised import inverse

Array = NDArray[Any]


def moment_function(table: ParameterTable, values: Array) -> Array:
    """Implied moments (..., p (p + 1) / 2 + p) in the order of ``moment_table``."""
    mats, p = matrices(table, values), len(table.indicators)
    upper = np.triu_indices(p)
    return np.concatenate([mats.sigma[..., upper[0], upper[1]], mats.mean], axis=-1)


def complete_discrepancy(
    table: ParameterTable, values: Array, mean: Array, cov: Array, information: Array, omega: Array
) -> tuple[float, float]:
    """``F`` of a model at ``values`` (q,) and ``k``.

    Parameters
    ----------
    mean : (p,), cov : (p, p)
        Saturated moments.
    information : (s, s)
        Observed information of the moments per respondent; s = p (p + 1) / 2 + p.
    omega : (s, s)
        Covariance of the moments times n.
    """
    mats = matrices(table, values)
    gap = mean - mats.mean
    f = float(np.linalg.slogdet(mats.sigma)[1] - np.linalg.slogdet(cov)[1]) - len(cov)
    f += float(np.trace(np.linalg.solve(mats.sigma, cov + np.outer(gap, gap))))
    moments = moment_table(table.indicators)
    at = moment_values(moments, mean, cov)
    complete = likelihood.slope_and_information(moments, at, likelihood.one_pattern(mean, cov))[1] / 2
    slopes = jacobian(lambda x: moment_function(table, x), values)
    weighted = slopes.T @ information
    project = np.eye(len(at)) - slopes @ inverse(weighted @ slopes) @ weighted
    return f, float(np.trace(complete @ project @ omega @ project.T))
