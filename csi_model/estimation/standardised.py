"""The standardised solution (lavaan's ``std.all``) and the correlations of the constructs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, matrices, row_values
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]


def root(values: Array) -> Array:
    """Square root; NaN where the (real part of the) value is not positive, without a warning."""
    positive = np.real(values) > 0
    return np.where(positive, np.sqrt(np.where(positive, values, 1.0)), np.nan)


def standardised(table: ParameterTable, values: Array) -> Array:
    """Every row of the table with all variables of variance 1, (..., rows).

    Covariances become (residual) correlations, variances become unexplained shares, as in lavaan.
    """
    mats = matrices(table, values)
    construct_sd = root(np.diagonal(mats.phi, axis1=-2, axis2=-1))
    item_sd = root(np.diagonal(mats.sigma, axis1=-2, axis2=-1))
    raw = row_values(table, values)
    made = np.empty_like(raw)
    for k, row in enumerate(table.rows):
        if row.matrix == "lambda":
            scale = construct_sd[..., row.j] / item_sd[..., row.i]
        elif row.matrix == "beta":
            scale = construct_sd[..., row.j] / construct_sd[..., row.i]
        elif row.i == row.j:
            scale = (construct_sd if row.matrix == "psi" else item_sd)[..., row.i] ** -2
        else:
            cells = mats.psi if row.matrix == "psi" else mats.theta
            scale = 1 / (root(cells[..., row.i, row.i]) * root(cells[..., row.j, row.j]))
        made[..., k] = raw[..., k] * scale
    return made


def construct_correlations(mats: Matrices) -> Array:
    """Correlations of the constructs, (..., m, m); NaN where a variance is not positive."""
    sd = root(np.diagonal(mats.phi, axis1=-2, axis2=-1))
    return np.asarray(mats.phi / (sd[..., :, None] * sd[..., None, :]))
