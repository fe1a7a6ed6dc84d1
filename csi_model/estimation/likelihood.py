"""The normal likelihood over patterns of answered questions, with means, for one table of parameters.

For respondents who answered the items of pattern k (share ``s_k``, mean ``m_k``, covariance ``S_k``
with divisor n), ``d = m_k - mu``, ``A_k = S_k + d d'`` and ``W_k`` the inverse of the answered block of
Sigma, zero elsewhere (Arbuckle 1996, full information maximum likelihood),

    F     = sum_k s_k [ln|Sigma_k| + tr(W_k A_k)] - the same for the saturated model
    g_r   = 2 u_r'G v_r - 2 c_r u_r'h,   G = sum_k s_k (W_k - W_k A_k W_k),   h = sum_k s_k W_k d
    H_rs  = 2 sum_k s_k [(u_r'W u_s)(v_r'W v_s) + (u_r'W v_s)(v_r'W u_s) + c_r c_s u_r'W u_s]

with ``u, v, c`` of ``csi_model.estimation.covariance``; without gaps there is one pattern. ``H`` is the
Hessian expected from complete answers of each pattern; with answers missing at random only the observed
Hessian gives standard errors (Kenward & Molenberghs 1998, Statistical Science 13, 236-247).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, cholesky, directions, matrices
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Moments by pattern of answered items.

    Attributes
    ----------
    answered : (K, p) bool
    share : (..., K)
        Share of (weighted) respondents, summing to 1.
    mean : (..., K, p), cov : (..., K, p, p)
        Zero where not answered; covariances with divisor n.
    members : K arrays of int
        Rows of the sample in each pattern; empty for a batch of resamples.
    """

    answered: Array
    share: Array
    mean: Array
    cov: Array
    members: tuple[Array, ...] = ()

    def __getitem__(self, chosen: Any) -> Patterns:
        """The chosen members of a batch."""
        return Patterns(
            answered=self.answered, share=self.share[chosen], mean=self.mean[chosen], cov=self.cov[chosen]
        )


def patterns_of(answers: Array, weights: Array) -> Patterns:
    """Sort respondents ``answers`` (n, p), NaN for a gap, with ``weights`` (n,) into patterns."""
    there = ~np.isnan(answers)
    answered, member = _distinct(there)
    order = np.argsort(member, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(member))[:-1])
    p, total = answers.shape[1], weights.sum()
    mean, cov = np.zeros((len(answered), p)), np.zeros((len(answered), p, p))
    share = np.zeros(len(answered))
    for k, rows in enumerate(members):
        block = np.where(answered[k], answers[rows], 0.0)
        weight = weights[rows]
        share[k] = weight.sum() / total
        mean[k] = weight @ block / weight.sum()
        centred = np.where(answered[k], block - mean[k], 0.0)
        cov[k] = (centred * weight[:, None]).T @ centred / weight.sum()
    return Patterns(answered=answered, share=share, mean=mean, cov=cov, members=tuple(members))


def _distinct(there: Array) -> tuple[Array, Array]:
    """Different rows (K, p), and which of them each row (n,) is."""
    p = there.shape[1]
    if p > 62:
        answered, member = np.unique(there, axis=0, return_inverse=True)
        return answered, np.ravel(member)
    codes = there @ (1 << np.arange(p - 1, -1, -1, dtype=np.int64))
    _, first, member = np.unique(codes, return_index=True, return_inverse=True)
    return there[first], np.ravel(member)


def one_pattern(mean: Array, cov: Array) -> Patterns:
    """Complete answers: ``mean`` (..., p), ``cov`` (..., p, p)."""
    return Patterns(
        answered=np.ones((1, mean.shape[-1]), dtype=bool),
        share=np.ones((*mean.shape[:-1], 1)),
        mean=mean[..., None, :],
        cov=cov[..., None, :, :],
        members=(),
    )


def deviance(mats: Matrices, data: Patterns) -> Array:
    """Minus twice the log-likelihood per respondent, less the ``p_k ln 2 pi``; infinite if impossible."""
    block = _blocks(mats.sigma, data.answered)
    factors, good = cholesky(block)
    log_det = 2 * np.log(np.diagonal(factors, axis1=-2, axis2=-1)).sum(axis=-1)
    safe = np.where(good[..., None, None], block, np.eye(block.shape[-1]))
    trace = np.trace(np.linalg.solve(safe, _second(mats, data)[0]), axis1=-2, axis2=-1)
    value = (data.share * (log_det + trace)).sum(axis=-1)
    return np.asarray(np.where(np.all(good, axis=-1), value, np.inf))


def slope(table: ParameterTable, values: Array, data: Patterns) -> Array:
    """Gradient of F (..., q); complex values allowed."""
    mats = matrices(table, values)
    u, v, c, share = directions(table, mats)
    g, h = _pull(mats, data, _inverses(mats.sigma, data.answered))
    return np.asarray((2 * (u * (g @ v)).sum(axis=-2) - 2 * c * _along(u, h)) @ share)


def slope_and_information(table: ParameterTable, values: Array, data: Patterns) -> tuple[Array, Array]:
    """Gradient (..., q) and expected Hessian (..., q, q) of F."""
    mats = matrices(table, values)
    u, v, c, share = directions(table, mats)
    w = _inverses(mats.sigma, data.answered)
    g, h = _pull(mats, data, w)
    first = (2 * (u * (g @ v)).sum(axis=-2) - 2 * c * _along(u, h)) @ share
    hessian = np.zeros((*first.shape[:-1], u.shape[-1], u.shape[-1]))
    weights = np.broadcast_to(data.share, w.shape[:-2])
    step = max(1, LARGEST // (u.shape[-1] ** 2 * max(1, math.prod(first.shape[:-1]))))
    for start in range(0, w.shape[-3], step):  # all at once would need too much memory
        part = slice(start, start + step)
        hessian += _expected(u, v, c, w[..., part, :, :], weights[..., part])
    return first, share.T @ hessian @ share


LARGEST = 200_000
"""Cells of the patterns' Hessians that are held at a time."""


def _expected(u: Array, v: Array, c: Array, w: Array, weights: Array) -> Array:
    """Sum of the patterns' expected Hessians over rows, (..., r, r)."""
    u, v, c = u[..., None, :, :], v[..., None, :, :], c[..., None, :]
    wu, wv = w @ u, w @ v
    uu, uv = _t(u) @ wu, _t(u) @ wv
    terms = uu * (_t(v) @ wv) + uv * _t(uv) + c[..., :, None] * c[..., None, :] * uu
    return np.asarray(2 * (weights[..., None, None] * terms).sum(axis=-3))


def beside(table: ParameterTable, values: Array, data: Patterns, q: int) -> tuple[Array, Array]:
    """Gradient (n,) and expected Hessian (n, n) without the cells between parameters from ``q`` on.

    Each of these has one row of the table; what they have in common with each other is left at 0, which
    saves most of the work where many candidates stand beside a model of q parameters.
    """
    mats = matrices(table, values)
    u, v, c, share = directions(table, mats)
    w = _inverses(mats.sigma, data.answered)
    g, h = _pull(mats, data, w)
    first = (2 * (u * (g @ v)).sum(axis=-2) - 2 * c * _along(u, h)) @ share
    inside = np.array([row.free < q for row in table.free_rows])
    cross, own = np.zeros((len(inside), int(inside.sum()))), np.zeros(len(inside))
    for k, weight in enumerate(data.share):
        wu, wv = w[k] @ u, w[k] @ v
        uu, uv, vu, vv = (left.T @ right[:, inside] for left in (u, v) for right in (wu, wv))
        cross += 2 * weight * (uu * vv + uv * vu + c[:, None] * c[inside] * uu)
        own_uu, own_uv = (u * wu).sum(axis=0), (u * wv).sum(axis=0)
        own += 2 * weight * (own_uu * (v * wv).sum(axis=0) + own_uv**2 + c**2 * own_uu)
    made = np.zeros((table.n_free, table.n_free))
    made[:, :q] = share.T @ cross @ share[inside][:, :q]
    made[:q] = made[:, :q].T
    made[np.arange(q, table.n_free), np.arange(q, table.n_free)] = own[~inside] @ share[~inside][:, q:]
    return first, made


def observed(table: ParameterTable, values: Array, data: Patterns) -> Array:
    """Observed Hessian of F at ``values`` (q,), exact to rounding; shape (q, q).

    ``observed_linear`` with the derivatives of the moments, and what their curvature adds: the derivative
    of the gradient with G and h held, by the complex step.
    """
    mats = matrices(table, values)
    g, h = _pull(mats, data, _inverses(mats.sigma, data.answered))
    step = 1e-20
    u, v, c, share = directions(table, matrices(table, values + 1j * step * np.eye(values.size)))
    curvature = ((2 * (u * (g @ v)).sum(axis=-2) - 2 * c * _along(u, h)) @ share).imag / step
    hessian = observed_linear(table, values, data) + curvature
    return np.asarray((hessian + hessian.T) / 2)


def observed_linear(table: ParameterTable, values: Array, data: Patterns) -> Array:
    """Observed Hessian (q, q) as if Sigma and mu were linear in the parameters, as moments themselves are.

    ``H_rs = sum_k s_k {2 tr(S_r W S_s X) - tr(S_r W S_s W) + 2 m_r'W m_s + 2 (m_r'W S_s + m_s'W S_r) W d}``
    with ``S_r, m_r`` the derivatives, ``X = W A W``.
    """
    mats = matrices(table, values)
    u, v, c, share = directions(table, mats)
    w = _inverses(mats.sigma, data.answered)
    a, d = _second(mats, data)
    hessian = np.zeros((u.shape[-1], u.shape[-1]))
    step = max(1, LARGEST // u.shape[-1] ** 2)
    for start in range(0, len(w), step):
        part = slice(start, start + step)
        hessian += _observed_linear(u, v, c, w[part], a[part], d[part], data.share[part])
    return np.asarray(share.T @ hessian @ share)


def _observed_linear(u: Array, v: Array, c: Array, w: Array, a: Array, d: Array, weights: Array) -> Array:
    """Sum over some patterns of what ``observed_linear`` adds up, over rows (r, r)."""
    x, pull = w @ a @ w, (w @ d[..., None])
    uu, uv, vv = _t(u) @ w @ u, _t(u) @ w @ v, _t(v) @ w @ v
    xuv = _t(u) @ x @ v
    twice = _t(uv) * xuv + vv * (_t(u) @ x @ u) + uu * (_t(v) @ x @ v) + uv * _t(xuv)
    mixed = c[:, None] * (uu * _t(_t(v) @ pull) + uv * _t(_t(u) @ pull))
    terms = 2 * twice - 2 * (uu * vv + uv * _t(uv)) + 2 * c[:, None] * c * uu + 2 * (mixed + _t(mixed))
    return np.asarray((weights[:, None, None] * terms).sum(axis=0))


def scores(table: ParameterTable, values: Array, answers: Array, data: Patterns) -> Array:
    """Derivatives of each respondent's log-likelihood, (n, q); ``answers`` (n, p) with NaN for gaps."""
    mats = matrices(table, values)
    u, v, c, share = directions(table, mats)
    w = _inverses(mats.sigma, data.answered)
    made = np.zeros((len(answers), table.n_free))
    for k, rows in enumerate(data.members):
        z = np.where(data.answered[k], answers[rows] - mats.mean, 0.0) @ w[k]
        along = z @ u
        made[rows] = (along * (z @ v) - (u * (w[k] @ v)).sum(axis=0) + c * along) @ share
    return made


def _second(mats: Matrices, data: Patterns) -> tuple[Array, Array]:
    """``A_k`` (..., K, p, p) and ``d`` (..., K, p)."""
    d = np.where(data.answered, data.mean - mats.mean[..., None, :], 0.0)
    return data.cov + d[..., :, None] * d[..., None, :], d


def _pull(mats: Matrices, data: Patterns, w: Array) -> tuple[Array, Array]:
    """``G`` (..., p, p) and ``h`` (..., p)."""
    a, d = _second(mats, data)
    share = data.share[..., None, None]
    g = (share * (w - w @ a @ w)).sum(axis=-3)
    return g, (share * (w @ d[..., None])).sum(axis=-3)[..., 0]


def _along(u: Array, h: Array) -> Array:
    return np.asarray((_t(u) @ h[..., None])[..., 0])


def _blocks(sigma: Array, answered: Array) -> Array:
    """Answered blocks of ``sigma`` (..., p, p), the identity elsewhere: (..., K, p, p)."""
    both = answered[:, :, None] & answered[:, None, :]
    return np.where(both, sigma[..., None, :, :], np.eye(sigma.shape[-1]))


def _inverses(sigma: Array, answered: Array) -> Array:
    """Inverses of answered blocks, zero elsewhere: (..., K, p, p)."""
    both = answered[:, :, None] & answered[:, None, :]
    return np.where(both, np.linalg.inv(_blocks(sigma, answered)), 0.0)


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)
