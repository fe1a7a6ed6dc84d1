"""The PLS algorithm on covariance matrices, for many samples at once.

Outer weights w and scores y = w'x are improved in turn (Wold 1982, in Joreskog & Wold, *Systems under
indirect observation* II, 1-54; Lohmoller 1989, *Latent variable path modeling with partial least squares*,
ch. 2; Tenenhaus, Esposito Vinzi, Chatelin & Lauro 2005, Computational Statistics & Data Analysis 48,
section 2): inner proxies z_j = sum_k e_jk y_k of neighbours, then w_j = cov(x_j, z_j) (mode A) or the
regression of z_j on x_j (mode B). Only covariances of the x enter, so that a step costs the same for any
number of respondents. Arrays have the samples as their last axis: (s, m, b).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import Blocks

Array = NDArray[Any]

TOLERANCE = 1e-12
"""Largest change of a weight in the last step, over the item's standard deviation."""
MAX_STEPS = 1000
CHUNK = 256
"""Samples at a time: small enough for the processor's cache."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Outer weights (b, s) that give scores of variance 1; ``steps`` (b,); ``change`` (b,) of the last
    step, NaN where a block has no variance or drivers are collinear."""

    weights: Array
    steps: Array
    change: Array

    @property
    def converged(self) -> Array:
        return np.asarray(self.change <= TOLERANCE * 10)


def pls_weights(
    blocks: Blocks,
    covariance: Array,
    scheme: str,
    *,
    start: Array | None = None,
    tolerance: float = TOLERANCE,
) -> Weights:
    """Outer weights of each of a batch of covariance matrices.

    Parameters
    ----------
    blocks
        Blocks of variables, modes and paths.
    covariance : (b, v, v)
        Of the variables that the blocks are made of; correlations for standardised variables.
    scheme
        Inner weights e_jk of neighbours: ``centroid`` (sign of the correlation of the scores),
        ``factorial`` (the correlation) or ``path`` (regression coefficients for drivers, correlations for
        what is driven).
    start : (s,), optional
        Weights to begin with; default: equal ones.
    tolerance
        See ``TOLERANCE``.
    """
    size, s = len(covariance), len(blocks.columns)
    weights, steps, change = np.full((size, s), np.nan), np.zeros(size, dtype=np.int64), np.full(size, np.nan)
    for first in range(0, size, CHUNK):
        cut = slice(first, first + CHUNK)
        columns = blocks.columns
        part = np.ascontiguousarray(np.moveaxis(covariance[cut][:, columns[:, None], columns], 0, -1))
        weights[cut], steps[cut], change[cut] = _chunk(blocks, part, scheme, start, tolerance)
    return Weights(weights=weights, steps=steps, change=change)


def _chunk(
    blocks: Blocks, r: Array, scheme: str, start: Array | None, tolerance: float
) -> tuple[Array, Array, Array]:
    """Weights (c, s), steps (c,) and last change (c,) for covariances ``r`` (s, s, c)."""
    s, size = r.shape[0], r.shape[2]
    made, steps, last = np.full((s, size), np.nan), np.zeros(size, dtype=np.int64), np.full(size, np.nan)
    sd = np.sqrt(np.diagonal(r).T)
    inverses = _inverses(blocks, r)
    w = np.array(_first(blocks, sd) if start is None else np.repeat(start[:, None], size, axis=1))
    w, u, c = _scored(blocks, r, w)
    active = np.arange(size)
    for step in range(1, MAX_STEPS + 1):
        new, u, c = _scored(blocks, r, _outer(blocks, u, inner_weights(blocks, c, scheme), inverses, w))
        change = np.max(np.abs(np.abs(new) - np.abs(w)) * sd, axis=0)
        w = new
        done = ~(change > tolerance)  # NaN is done, too
        if done.any() or step == MAX_STEPS:
            ended = done | (step == MAX_STEPS)
            made[:, active[ended]] = (w * _signs(blocks, u, sd))[:, ended]
            steps[active[ended]], last[active[ended]] = step, change[ended]
            if ended.all():
                break
            on = ~ended
            active, r, sd, w, u, c = active[on], r[..., on], sd[:, on], w[:, on], u[..., on], c[..., on]
            inverses = {j: inverse[..., on] for j, inverse in inverses.items()}
    return made.T, steps, last


def _first(blocks: Blocks, sd: Array) -> Array:
    """Equal weights of the variables as they are; fixed weights as given."""
    w = np.ones(sd.shape)
    for j, given in enumerate(blocks.given):
        if given:
            entries = blocks.starts[j] + np.arange(len(given))
            w[entries] = np.array(given)[:, None]
    return w


def _scored(blocks: Blocks, r: Array, w: Array) -> tuple[Array, Array, Array]:
    """Weights (s, b) scaled to scores of variance 1, cov(x, y) (s, m, b) and cov(y, y) (m, m, b)."""
    u = np.add.reduceat(r * w, blocks.starts, axis=1)
    c = np.add.reduceat(u * w[:, None], blocks.starts, axis=0)
    variance = np.diagonal(c).T
    per = 1 / np.sqrt(np.where(variance > 0, variance, np.nan))
    return w * per[blocks.block_of], u * per, c * per * per[:, None]


def inner_weights(blocks: Blocks, c: Array, scheme: str) -> Array:
    """Inner weights e (m, m, b) with [proxy, neighbour], from correlations ``c`` (m, m, b) of the scores."""
    e = np.zeros(c.shape)
    for source, target in blocks.paths:
        shared = np.sign(c[source, target]) if scheme == "centroid" else c[source, target]
        e[source, target] = e[target, source] = shared
    if scheme == "path":
        for j in {target for _, target in blocks.paths}:
            drivers = blocks.drivers(j)
            if len(drivers) > 1:
                e[j, drivers] = solved(c[np.ix_(drivers, drivers)], c[drivers, j])
    alone = [j for j in range(len(c)) if not any(j in path for path in blocks.paths)]
    e[alone, alone] = 1.0  # nothing to be in line with but itself: the first principal component
    return e


def solved(a: Array, y: Array) -> Array:
    """x (k, b) with a x = y, for a (k, k, b) positive definite; NaN where it is not."""
    a, x = a.copy(), y.copy()
    k = len(a)
    for i in range(k):
        # diagonals are 1: a pivot is the share of variance that earlier columns do not explain
        per = 1 / np.where(a[i, i] > 1e-12, a[i, i], np.nan)
        factor = a[i + 1 :, i] * per
        a[i + 1 :, i + 1 :] -= factor[:, None] * a[i, i + 1 :]
        x[i + 1 :] -= factor * x[i]
        x[i] *= per
        a[i, i + 1 :] *= per
    for i in range(k - 2, -1, -1):
        x[i] -= (a[i, i + 1 :] * x[i + 1 :]).sum(axis=0)
    return np.asarray(x)


def _inverses(blocks: Blocks, r: Array) -> dict[int, Array]:
    """Inverses (k, k, b) of the covariances within blocks of mode B; NaN where there are none."""
    made = {}
    for j, mode in enumerate(blocks.modes):
        if mode == "B":
            cut = slice(blocks.starts[j], blocks.starts[j] + len(blocks.slots[j]))
            own = np.moveaxis(r[cut, cut], -1, 0)
            sd = np.sqrt(np.diagonal(own, axis1=-2, axis2=-1))
            scale = sd[:, :, None] * sd[:, None, :]
            sound = np.linalg.eigvalsh(own / scale)[:, 0] > 1e-10
            safe = np.where(sound[:, None, None], own / scale, np.eye(len(sd[0])))
            inverse = np.where(sound[:, None, None], np.linalg.inv(safe) / scale, np.nan)
            made[j] = np.ascontiguousarray(np.moveaxis(inverse, 0, -1))
    return made


def _outer(blocks: Blocks, u: Array, e: Array, inverses: dict[int, Array], w: Array) -> Array:
    """New weights (s, b), not yet scaled."""
    z = (u * e[blocks.block_of]).sum(axis=1)
    for j, mode in enumerate(blocks.modes):
        cut = slice(blocks.starts[j], blocks.starts[j] + len(blocks.slots[j]))
        if mode == "fixed":
            z[cut] = w[cut]
        elif mode == "B":
            z[cut] = (inverses[j] * z[cut]).sum(axis=1)
    return np.asarray(z)


def _signs(blocks: Blocks, u: Array, sd: Array) -> Array:
    """1 or -1 (s, b): the named variable, else the sum of loadings, is made positive."""
    loadings = u[np.arange(len(sd)), blocks.block_of] / sd
    sums = np.add.reduceat(loadings, blocks.starts, axis=0)
    for j, place in enumerate(blocks.signs):
        if place >= 0:
            sums[j] = loadings[blocks.starts[j] + place]
        if blocks.modes[j] == "fixed":
            sums[j] = 1.0
    return np.where(sums < 0, -1.0, 1.0)[blocks.block_of]
