"""What follows from the weights: loadings, reliabilities, paths, in the metric of standardised items.

Batched over estimates. Consistent PLS (Dijkstra & Henseler 2015, MIS Quarterly 39, 297-316) corrects the
correlations of reflective constructs for measurement error:

    rho_A_j    (w'w)^2 w'(S - diag S)w / w'(ww' - diag ww')w                 (their eq. 3)
    loadings   sqrt(rho_A) w / w'w
    phi_jk     r_jk / sqrt(rho_j rho_k), rho = 1 where nothing is corrected
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import CompositeTable, State, unpacked

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class CompositeEstimates:
    """A batch of estimates taken as far as the path model; shapes after the batch axes.

    ``rho_a`` (m,), NaN where a construct has one item or is no mode A block; ``reliability`` (m,) that
    correlations are corrected by, 1 where they are not; ``loadings`` (p, m) own ones, else 0;
    ``correlation`` (m, m) of constructs; ``beta`` (m, m) standardised paths [target, source]; ``r2`` (m,)
    NaN for exogenous constructs.
    """

    state: State
    rho_a: Array
    reliability: Array
    loadings: Array
    correlation: Array
    beta: Array
    r2: Array


def composite_estimates(table: CompositeTable, means: Array, values: Array) -> CompositeEstimates:
    """Derive what ``means`` (..., p) and ``values`` (..., q) say."""
    state = unpacked(table, means, values)
    rho_a = consistent_reliability(table, state)
    corrected = table.consistent & np.array(table.reflective)
    reliability = np.where(corrected, rho_a, 1.0)
    member = table.member.T
    loadings = np.where(member, state.cross, 0.0)
    # a negative reliability has no root: NaN goes on to whatever rests on it
    root = np.sqrt(np.where(reliability > 0, reliability, np.nan))
    if table.consistent:
        weights = np.swapaxes(state.weights, -1, -2)
        square = (weights**2).sum(axis=-2)
        attenuated = weights * (root / np.where(square > 0, square, np.nan))[..., None, :]
        loadings = np.where(member & corrected, attenuated, loadings)
    correlation = state.phi / (root[..., :, None] * root[..., None, :])
    at = np.arange(len(table.constructs))
    correlation[..., at, at] = 1.0
    beta, r2 = path_model(table, correlation)
    return CompositeEstimates(
        state=state,
        rho_a=rho_a,
        reliability=reliability,
        loadings=loadings,
        correlation=correlation,
        beta=beta,
        r2=r2,
    )


def consistent_reliability(table: CompositeTable, state: State) -> Array:
    """rho_A (..., m), NaN where it is not defined."""
    w, s = state.weights, state.correlation
    square = (w**2).sum(axis=-1)
    quartic = (w**4).sum(axis=-1)
    s_w = (w @ s * w).sum(axis=-1) - (w**2 * np.diagonal(s, axis1=-2, axis2=-1)[..., None, :]).sum(axis=-1)
    below = square**2 - quartic
    several = (table.member.sum(axis=1) > 1) & np.array([mode == "A" for mode in _modes(table)])
    return np.asarray(np.where(several, square**2 * s_w / np.where(below > 0, below, np.nan), np.nan))


def _modes(table: CompositeTable) -> list[str]:
    modes = dict(zip(table.base, table.blocks.modes, strict=True))
    return [modes.get(j, "") for j in range(len(table.constructs))]


def path_model(table: CompositeTable, correlation: Array) -> tuple[Array, Array]:
    """Standardised paths (..., m, m) by least squares and R2 (..., m) from correlations (..., m, m)."""
    batch, m = correlation.shape[:-2], correlation.shape[-1]
    beta, r2 = np.zeros((*batch, m, m)), np.full((*batch, m), np.nan)
    for j in range(m):
        drivers = table.drivers(j)
        if drivers:
            among = correlation[..., drivers, :][..., drivers]
            onto = correlation[..., drivers, j]
            beta[..., j, drivers] = regressed(among, onto)
            r2[..., j] = (beta[..., j, drivers] * onto).sum(axis=-1)
    return beta, r2


def regressed(among: Array, onto: Array) -> Array:
    """Coefficients (..., k) with correlations ``among`` (..., k, k) the drivers and ``onto`` (..., k) the
    target; NaN where the drivers determine each other."""
    if among.shape[-1] == 1:
        return onto
    known = np.asarray(np.isfinite(among).all(axis=(-1, -2)) & np.isfinite(onto).all(axis=-1))
    safe = np.where(known[..., None, None], among, np.eye(among.shape[-1]))
    sound = np.asarray(known & (np.abs(np.linalg.det(safe)) > 1e-12))
    safe = np.where(sound[..., None, None], safe, np.eye(among.shape[-1]))
    found = np.linalg.solve(safe, np.where(sound[..., None], onto, 0.0)[..., None])[..., 0]
    return np.where(sound[..., None], found, np.nan)
