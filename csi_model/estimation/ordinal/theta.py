"""The theta parameterisation: error variances of ordered items are 1 instead of total variances.

The same model on another scale (Muthen & Asparouhov 2002, Mplus Web Note 4): every item i is stretched by
``d_i = 1 / sqrt(theta_ii)``, every construct j as its marker, ``s_j = d_marker``, so that

    lambda' = lambda d_i / s_j,   beta' = beta s_a / s_b,   psi' = psi s_a s_b,
    theta'  = theta d_i d_k,      tau'  = tau d_i

A construct that is an ordered item has disturbance 1. Index, effects and fit are the same in both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, matrices, row_values
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]

PARAMETERISATIONS: tuple[str, ...] = ("delta", "theta")


def theta_values(table: ParameterTable, values: Array) -> Array:
    """Value of every row of an ordinal table in the theta parameterisation, (..., rows).

    Complex values are allowed. A variance that is not positive has no such scale: NaN.
    """
    mats = matrices(table, values)
    item, construct = _scales(table, mats)
    raw = row_values(table, values)
    made = np.empty_like(raw)
    with np.errstate(invalid="ignore"):  # a scale that is NaN, where values are complex
        for k, row in enumerate(table.rows):
            if row.matrix == "lambda":
                scale = item[..., row.i] / construct[..., row.j]
            elif row.matrix == "beta":
                scale = construct[..., row.i] / construct[..., row.j]
            elif row.matrix == "psi":
                scale = construct[..., row.i] * construct[..., row.j]
            elif row.matrix == "theta":
                scale = item[..., row.i] * item[..., row.j]
            else:
                scale = item[..., row.i]
            made[..., k] = raw[..., k] * scale
    return made


def _scales(table: ParameterTable, mats: Matrices) -> tuple[Array, Array]:
    """Stretches of the items (..., p) and of the constructs (..., m)."""
    item = np.ones_like(np.diagonal(mats.theta, axis1=-2, axis2=-1))
    construct = np.ones_like(np.diagonal(mats.psi, axis1=-2, axis2=-1))
    for row in table.rows:
        if row.derived and row.matrix == "theta":
            item[..., row.i] = _per_root(mats.theta[..., row.i, row.i])
    for row in table.rows:
        if row.derived and row.matrix == "psi":
            stretch = _per_root(mats.psi[..., row.i, row.i])
            for loading in table.rows:
                if loading.matrix == "lambda" and loading.j == row.i:
                    item[..., loading.i] = stretch
    for row in table.rows:
        if row.matrix == "lambda" and row.free < 0 and row.value != 0:
            construct[..., row.j] = item[..., row.i]
    return item, construct


def _per_root(variance: Array) -> Array:
    positive = np.real(variance) > 0
    return np.where(positive, 1 / np.sqrt(np.where(positive, variance, 1.0)), np.nan)
