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


def inverse_root(values: Array) -> Array:
    """1 / ``root``; a complex division by NaN would raise a warning."""
    positive = np.real(values) > 0
    return np.where(positive, 1 / np.sqrt(np.where(positive, values, 1.0)), np.nan)


def standardised(table: ParameterTable, values: Array) -> Array:
    """Every row of the table with all variables of variance 1, (..., rows).

    Covariances become (residual) correlations, variances become unexplained shares, intercepts are
    divided by the standard deviation, as in lavaan.
    """
    mats = matrices(table, values)
    construct_variance = np.diagonal(mats.phi, axis1=-2, axis2=-1)
    item_variance = np.diagonal(mats.sigma, axis1=-2, axis2=-1)
    construct_sd, per_construct_sd = root(construct_variance), inverse_root(construct_variance)
    per_item_sd = inverse_root(item_variance)
    raw = row_values(table, values)
    made = np.empty_like(raw)
    for k, row in enumerate(table.rows):
        if row.op == "|":
            scale = per_item_sd[..., row.i]
        elif row.op == "~1":
            scale = (per_item_sd if row.matrix == "nu" else per_construct_sd)[..., row.i]
        elif row.matrix == "lambda":
            scale = construct_sd[..., row.j] * per_item_sd[..., row.i]
        elif row.matrix == "beta":
            scale = construct_sd[..., row.j] * per_construct_sd[..., row.i]
        elif row.i == row.j:
            scale = (per_construct_sd if row.matrix == "psi" else per_item_sd)[..., row.i] ** 2
        else:
            cells = mats.psi if row.matrix == "psi" else mats.theta
            scale = inverse_root(cells[..., row.i, row.i]) * inverse_root(cells[..., row.j, row.j])
        made[..., k] = raw[..., k] * scale
    return made


def construct_correlations(mats: Matrices) -> Array:
    """Correlations of the constructs, (..., m, m); NaN where a variance is not positive."""
    per_sd = inverse_root(np.diagonal(mats.phi, axis1=-2, axis2=-1))
    return np.asarray(mats.phi * (per_sd[..., :, None] * per_sd[..., None, :]))
