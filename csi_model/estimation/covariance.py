"""The covariance structure: matrices, implied covariances, discrepancy and derivatives, in batches.

With ``C = (I - B)^-1``, ``Phi = C Psi C'`` and ``M = Lambda C`` the implied covariance is
``Sigma = Lambda Phi Lambda' + Theta`` (Bollen 1989, *Structural Equations with Latent Variables*,
eq. 8.5). Every derivative is ``u v' + v u'``: for Lambda[i,k] u = e_i, v = D[k]; for Beta[a,b]
u = M[:,a], v = D[b]; for Psi[a,b] u = M[:,a], v = M[:,b]; for Theta[i,j] u = e_i, v = e_j
(halved on diagonals), where ``D = Phi Lambda'``. So with ``W = Sigma^-1`` and ``G = W - W S W``

    gradient of F          g_r    = 2 u_r' G v_r
    expected Hessian of F  H_rs   = 2 [(u_r'W u_s)(v_r'W v_s) + (u_r'W v_s)(v_r'W u_s)]
    score of case z        s_r    = (z'W u_r)(z'W v_r) - u_r'W v_r

where ``F = ln|Sigma| + tr(S W) - ln|S| - p`` is the maximum likelihood discrepancy. With a mean
structure ``mu = nu + Lambda a``, ``a = C alpha``, every derivative of it is ``c u``: c = a[k] for
Lambda[i,k] and Beta[.,k], and 1 for nu[i] (u = e_i) and alpha[k] (u = M[:,k]). All functions
take any leading batch axes and complex parameters, so that derivatives by the complex step
(Squire & Trapp 1998, SIAM Review 40, 110-112) are exact to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Matrices:
    """Model matrices for a batch of parameter vectors, shapes (..., rows, columns).

    ``lam`` (p, m), ``beta`` (m, m), ``psi`` (m, m), ``theta`` (p, p), ``total`` = (I - B)^-1 (m, m),
    ``phi`` = covariance of the constructs (m, m), ``sigma`` = implied covariance (p, p), ``centre`` =
    means of the constructs (m,), ``mean`` = implied means (p,), both 0 without a mean structure.
    Of ordered items they are those of the latent responses, whose variance is 1, and ``slope`` (p,) are
    answer units per unit of the response: ``sum_t phi(tau_t) step_t``, the slope of the expected answer
    (Stein's identity); 1 for others.
    """

    lam: Array
    beta: Array
    psi: Array
    theta: Array
    total: Array
    phi: Array
    sigma: Array
    centre: Array
    mean: Array
    slope: Array


def matrices(table: ParameterTable, values: Array) -> Matrices:
    """Fill the model matrices from free parameters ``values`` (..., q)."""
    values = np.asarray(values)
    batch = values.shape[:-1]
    p, m = len(table.indicators), len(table.constructs)
    shapes = {"lambda": (p, m), "beta": (m, m), "psi": (m, m), "theta": (p, p)}
    shapes |= {"nu": (p, 1), "alpha": (m, 1)}
    made = {name: np.zeros(batch + shape, dtype=values.dtype) for name, shape in shapes.items()}
    for row in table.rows:
        cell = values[..., row.free] if row.free >= 0 else row.value
        if row.matrix == "tau" or row.derived:
            continue
        made[row.matrix][..., row.i, row.j] = cell
        if row.op == "~~":
            made[row.matrix][..., row.j, row.i] = cell
    total = np.linalg.inv(np.eye(m) - made["beta"])
    slope = np.ones((*batch, p))
    if table.steps is not None:
        _complete_variances(table, made, total)
        slope = _slopes(table, values)
    phi = total @ made["psi"] @ _t(total)
    sigma = made["lambda"] @ phi @ _t(made["lambda"]) + made["theta"]
    centre = total @ made["alpha"]
    return Matrices(
        lam=made["lambda"],
        beta=made["beta"],
        psi=made["psi"],
        theta=made["theta"],
        total=total,
        phi=phi,
        sigma=(sigma + _t(sigma)) / 2,
        centre=centre[..., 0],
        mean=(made["nu"] + made["lambda"] @ centre)[..., 0],
        slope=slope,
    )


def _complete_variances(table: ParameterTable, made: dict[str, Array], total: Array) -> None:
    """Fill in the variances that ordered items need: of constructs that are an item, then of errors.

    With ``C = (I - B)^-1`` the variance of construct j is ``(C Psi C')_jj``; those that must be 1 are
    linear equations in their disturbances: ``sum_k C_jk^2 psi_k = 1 - the rest``.
    """
    ones = [row.i for row in table.rows if row.derived and row.matrix == "psi"]
    if ones:
        rest = np.diagonal(total @ made["psi"] @ _t(total), axis1=-2, axis2=-1)[..., ones]
        squares = total[..., ones, :][..., ones] ** 2
        made["psi"][..., ones, ones] = np.linalg.solve(squares, (1 - rest)[..., None])[..., 0]
    phi = total @ made["psi"] @ _t(total)
    explained = np.diagonal(made["lambda"] @ phi @ _t(made["lambda"]), axis1=-2, axis2=-1)
    for row in table.rows:
        if row.derived and row.matrix == "theta":
            made["theta"][..., row.i, row.i] = 1 - explained[..., row.i]


def _slopes(table: ParameterTable, values: Array) -> Array:
    """Answer units per unit of the latent response, (..., p)."""
    ordered = np.array([bool(steps) for steps in table.steps or ()])
    made = np.where(ordered, 0.0, 1.0) + np.zeros((*values.shape[:-1], len(ordered)), dtype=values.dtype)
    for row in table.rows:
        if row.op == "|" and table.steps is not None:
            tau = values[..., row.free]
            made[..., row.i] += table.steps[row.i][row.j] * np.exp(-(tau**2) / 2) / np.sqrt(2 * np.pi)
    return made


def row_values(table: ParameterTable, values: Array) -> Array:
    """Value of every row of the table, (..., rows), fixed and derived ones included."""
    mats = matrices(table, values) if any(row.derived for row in table.rows) else None
    columns = []
    for row in table.rows:
        if row.derived and mats is not None:
            columns.append((mats.psi if row.matrix == "psi" else mats.theta)[..., row.i, row.i])
        elif row.free >= 0:
            columns.append(values[..., row.free])
        else:
            columns.append(np.full(values.shape[:-1], row.value))
    return np.stack(columns, axis=-1)


def directions(table: ParameterTable, mats: Matrices) -> tuple[Array, Array, Array, Array]:
    """Return ``U``, ``V`` (..., p, r), ``c`` (..., r) and ``K`` (r, q) over the r free rows.

    ``dSigma_r = u v' + v u'``, ``dmu_r = c u``; ``K`` adds up the rows of one free parameter.
    """
    rows = table.free_rows
    p = len(table.indicators)
    latent = mats.lam @ mats.total  # M (p, m)
    down = mats.phi @ _t(mats.lam)  # D (m, p)
    shape = (*mats.sigma.shape[:-2], p, len(rows))
    u = np.zeros(shape, dtype=mats.sigma.dtype)
    v = np.zeros(shape, dtype=mats.sigma.dtype)
    c = np.zeros((*shape[:-2], len(rows)), dtype=mats.sigma.dtype)
    share = np.zeros((len(rows), table.n_free))
    for r, row in enumerate(rows):
        share[r, row.free] = 1.0
        half = 0.5 if row.op == "~~" and row.i == row.j else 1.0
        if row.matrix in ("lambda", "nu"):
            u[..., row.i, r] = 1.0
        elif row.matrix in ("beta", "alpha"):
            u[..., r] = latent[..., row.i]
        if row.matrix in ("lambda", "beta"):
            v[..., r] = down[..., row.j, :]
            c[..., r] = mats.centre[..., row.j]
        elif row.op == "~1":
            c[..., r] = 1.0
        elif row.matrix == "psi":
            u[..., r] = latent[..., row.i]
            v[..., r] = half * latent[..., row.j]
        else:
            u[..., row.i, r] = 1.0
            v[..., row.j, r] = half
    return u, v, c, share


def discrepancy(sigma: Array, sample: Array, log_det_sample: Array) -> Array:
    """F of maximum likelihood (...); infinite where Sigma is not positive definite."""
    factors, good = cholesky(sigma)
    log_det = 2 * np.log(np.diagonal(factors, axis1=-2, axis2=-1)).sum(axis=-1)
    safe = np.where(good[..., None, None], sigma, np.eye(sigma.shape[-1]))
    trace = np.trace(np.linalg.solve(safe, sample), axis1=-2, axis2=-1)
    value = log_det + trace - log_det_sample - sigma.shape[-1]
    return np.asarray(np.where(good, value, np.inf))


def gradient(table: ParameterTable, values: Array, sample: Array) -> Array:
    """Gradient of F, (..., q); complex values allowed."""
    mats = matrices(table, values)
    u, v, _, share = directions(table, mats)
    w = np.linalg.inv(mats.sigma)
    g = w - w @ sample @ w
    return np.asarray((2 * (u * (g @ v)).sum(axis=-2)) @ share)


def gradient_and_information(table: ParameterTable, values: Array, sample: Array) -> tuple[Array, Array]:
    """Gradient (..., q) and expected Hessian (..., q, q) of F."""
    mats = matrices(table, values)
    u, v, _, share = directions(table, mats)
    w = np.linalg.inv(mats.sigma)
    g = w - w @ sample @ w
    slope = (2 * (u * (g @ v)).sum(axis=-2)) @ share
    wu, wv = w @ u, w @ v
    uv = _t(u) @ wv
    hessian = 2 * ((_t(u) @ wu) * (_t(v) @ wv) + uv * _t(uv))
    return slope, share.T @ hessian @ share


def observed_hessian(table: ParameterTable, values: Array, sample: Array) -> Array:
    """Hessian of F at ``values`` (q,), exact by the complex step; shape (q, q)."""
    step = 1e-20
    steps = values + 1j * step * np.eye(values.size)
    hessian = gradient(table, steps, sample).imag / step
    return np.asarray((hessian + hessian.T) / 2)


def case_scores(table: ParameterTable, values: Array, centred: Array) -> Array:
    """Score of each case at ``values``, (n, q), for centred answers (n, p); log-likelihood units."""
    mats = matrices(table, values)
    u, v, _, share = directions(table, mats)
    w = np.linalg.inv(mats.sigma)
    weighted = centred @ w
    expected = (u * (w @ v)).sum(axis=0)
    return np.asarray(((weighted @ u) * (weighted @ v) - expected) @ share)


def cholesky(sigma: Array) -> tuple[Array, Array]:
    """Cholesky factors, and which of the batch are positive definite (identity stands for the rest)."""
    try:
        return np.linalg.cholesky(sigma), np.ones(sigma.shape[:-2], dtype=bool)
    except np.linalg.LinAlgError:
        variance = np.diagonal(sigma, axis1=-2, axis2=-1)
        usable: Array = np.asarray(np.isfinite(sigma).all(axis=(-2, -1)) & (variance > 0).all(axis=-1))
        safe = np.where(usable[..., None, None], sigma, np.eye(sigma.shape[-1]))
        sd = np.sqrt(np.diagonal(safe, axis1=-2, axis2=-1))
        # of correlations, so that answer units do not matter
        smallest = np.linalg.eigvalsh(safe / (sd[..., :, None] * sd[..., None, :]))[..., 0]
        good = np.asarray(usable & (smallest > 1e-12))
        return np.linalg.cholesky(np.where(good[..., None, None], safe, np.eye(sigma.shape[-1]))), good


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)
