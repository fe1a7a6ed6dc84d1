"""Where the model misses: residual correlations, standardised residuals, SRMR by blocks of constructs.

    residual    e_ij = (s_ij - sigma_ij) / sqrt(s_ii s_jj)          (Bentler 1995, EQS manual)
    z           (s_ij - sigma_ij) / its standard error              (Joreskog & Sorbom 1981)

The residuals' covariance over samples is ``Q Gamma Q' / n`` with ``Q = I - Delta (Delta'A Delta)^-1
Delta'A``, ``Delta`` the derivatives of the implied covariances, ``A`` their information under the model
and ``Gamma_ij,kl = s_ik s_jl + s_il s_jk`` that of normal answers (Browne 1984, British Journal of
Mathematical and Statistical Psychology 37, 62-83). With the model's own covariances in ``Gamma`` it is
``Gamma / n - Delta V Delta'``, V the covariance of the estimates; with the sample's, as here, no
variance can turn negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, directions, matrices
from csi_model.estimation.modification import held_at_zero
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.verdicts import NOT_IDENTIFIED, weakest_direction

Array = NDArray[Any]

EXACT = 1e-10
"""Share of a sample covariance's variance below which the model reproduces it by construction."""
REPRODUCED = "the model reproduces this covariance exactly, whatever the sample"
NOT_KNOWN = "the model is not identified: the residual has no standard error"


@dataclass(frozen=True, kw_only=True)
class Residual:
    """Two items (or one): their correlation in the sample, what the model leaves of it, and its z.

    ``residual`` and ``sample`` share the sample's standard deviations, so that the residual of a
    variance is a share of it. ``z`` beyond 2.58 is rare (1 %) where the model holds; NaN says ``why``.
    """

    item_1: str
    item_2: str
    construct_1: str
    construct_2: str
    sample: float
    residual: float
    z: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class BlockSrmr:
    """Root mean square of the ``cells`` residual correlations within a construct, or between two."""

    construct_1: str
    construct_2: str
    cells: int
    srmr: float


def items_by_construct(table: ParameterTable) -> Mapping[str, tuple[int, ...]]:
    """Places of each construct's own items; a cross-loading item belongs where it loads first.

    Constructs without items of their own are left out.
    """
    home: dict[int, str] = {}
    for row in table.rows:
        if row.matrix == "lambda":
            home.setdefault(row.i, row.lhs)
    return MappingProxyType(
        {
            name: tuple(sorted(place for place, owner in home.items() if owner == name))
            for name in table.constructs
            if name in home.values()
        }
    )


def residuals(table: ParameterTable, values: Array, sample_cov: Array, n: int) -> tuple[Residual, ...]:
    """Residual correlation and z of every pair of items, and of every variance, in model order.

    Parameters
    ----------
    table
        Parameters of a covariance structure.
    values : (q,)
        Free parameters at the optimum.
    sample_cov : (p, p)
        Sample covariances with divisor n.
    n
        Respondents.

    Notes
    -----
    ``z`` is lavaan's ``residuals(fit, type = "standardized")``, its default standard error; lavaan's
    ``standardized.mplus`` is the simple difference, which may be negative. lavaan's ``lavResiduals``
    divides residual and standard error alike, and so shows the same z.
    """
    sigma = matrices(table, values).sigma
    first, second = np.tril_indices(len(sample_cov))
    raw = (sample_cov - sigma)[first, second]
    variances = np.diag(sample_cov)
    unit = np.sqrt(variances[first] * variances[second])
    share, why = _shares_left(table, values, sample_cov)
    known = _moment_variances(sample_cov, n)
    exact = ~(share > EXACT)
    error = np.sqrt(known * np.where(exact, np.nan, share))
    home = {item: name for name, items in items_by_construct(table).items() for item in items}
    return tuple(
        Residual(
            item_1=table.indicators[j],
            item_2=table.indicators[i],
            construct_1=home[j],
            construct_2=home[i],
            sample=float(sample_cov[i, j] / unit[k]),
            residual=float(raw[k] / unit[k]),
            z=float(raw[k] / error[k]),
            why=why or (REPRODUCED if exact[k] else ""),
        )
        for k, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
    )


def block_srmr(table: ParameterTable, values: Array, sample_cov: Array) -> tuple[BlockSrmr, ...]:
    """SRMR within every construct, then between every pair, in model order.

    Within a construct the variances count, as they do in SRMR, so that the mean of the squares over all
    cells is that of the fit measure.
    """
    sigma = matrices(table, values).sigma
    sd = np.sqrt(np.diag(sample_cov))
    scaled = (sample_cov - sigma) / np.outer(sd, sd)
    blocks = {name: np.array(places) for name, places in items_by_construct(table).items()}
    made = []
    for name, places in blocks.items():
        made.append(_block(name, name, scaled[np.ix_(places, places)][np.tril_indices(len(places))]))
    for one, other in combinations(blocks, 2):
        made.append(_block(one, other, scaled[np.ix_(blocks[one], blocks[other])].ravel()))
    return tuple(made)


def _block(first: str, second: str, cells: Array) -> BlockSrmr:
    srmr = float(np.sqrt(np.mean(cells**2)))
    return BlockSrmr(construct_1=first, construct_2=second, cells=cells.size, srmr=srmr)


def _moment_variances(cov: Array, n: int) -> Array:
    """Variance of every sample covariance under normality, lower triangle by rows."""
    first, second = np.tril_indices(len(cov))
    variances = np.diag(cov)
    return np.asarray((variances[first] * variances[second] + cov[first, second] ** 2) / n)


def _shares_left(table: ParameterTable, values: Array, sample_cov: Array) -> tuple[Array, str]:
    """Variance of each residual as a share of its sample covariance's own, or NaN and the reason."""
    mats = matrices(table, values)
    loose = ~held_at_zero(table, values)
    delta, weighted = (columns[:, loose] for columns in _derivatives(table, mats))
    information = delta.T @ weighted
    if weakest_direction(information)[0] < NOT_IDENTIFIED:
        return np.full(len(delta), np.nan), NOT_KNOWN
    scale = 1 / np.sqrt(np.diag(information))
    inverse = np.linalg.inv(information * np.outer(scale, scale)) * np.outer(scale, scale)
    project = np.eye(len(delta)) - delta @ inverse @ weighted.T
    first, second = np.tril_indices(len(sample_cov))
    gamma = (
        sample_cov[np.ix_(first, first)] * sample_cov[np.ix_(second, second)]
        + sample_cov[np.ix_(first, second)] * sample_cov[np.ix_(second, first)]
    )
    return np.asarray(((project @ gamma) * project).sum(axis=1) / np.diag(gamma)), ""


def _derivatives(table: ParameterTable, mats: Matrices) -> tuple[Array, Array]:
    """``Delta`` and ``A Delta``, both (p (p + 1) / 2, q), lower triangle by rows.

    ``A vech(X)`` holds the cells of ``W X W``, halved on the diagonal, W the inverse of Sigma.
    """
    u, v, *_, share = directions(table, mats)
    w = np.linalg.inv(mats.sigma)
    first, second = np.tril_indices(len(w))
    half = np.where(first == second, 0.5, 1.0)[:, None]

    def cells(left: Array, right: Array) -> Array:
        return np.asarray((left[first] * right[second] + right[first] * left[second]) @ share)

    return cells(u, v), half * cells(w @ u, w @ v)
