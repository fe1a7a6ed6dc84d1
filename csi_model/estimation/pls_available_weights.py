"""PLS on the answers there are: regressions on available cases, in the manner of NIPALS.

Wold (1966, in Krishnaiah, *Multivariate analysis*, 391-420); Lohmoller (1989, *Latent variable path
modeling with partial least squares*, ch. 2); Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005,
Computational Statistics & Data Analysis 48, section 2.2.3). Items are standardised with the means and
standard deviations of their answers; R are their covariances, pair by pair. A step of the algorithm is

    score          y_jn = w_j'x_jn, with the answers that a respondent's others in the block let expect,
                   R_ma R_aa^-1 x_a, in the gaps; standardised over the respondents who have one
    inner proxy    z_jn = sum_k e_jk y_kn over the neighbours whose score is there, the others at their mean
    weight         mode A: slope of x_jh on z_j over the respondents who have both; mode B: R_jj^-1 cov(x_j,
                   z_j) over the available cases; fixed weights stay

Nothing missing, this is the plain algorithm. The score is that of conditional means (Nelson, Taylor &
MacGregor 1996, Chemometrics and Intelligent Laboratory Systems 35, 45-65). The slope of the answers on
their weights, sum(w x) / sum(w^2), which the sources above take, grows beyond all bounds where the only
answer is one of small weight: with a fifth of the `mobi` answers taken away at random it ended further from
the complete data than mean substitution, and sometimes nowhere.

A respondent without any answer to a construct's questions has no score of it, and is left out pair by
pair where one is needed: of the correlations of that score, and of the weights of a block all of whose
neighbours are missing. Correlations are those of the respondents who have both.

Arrays have the samples first and the rows last: (b, items, r); for rows see ``answer_rows``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.answer_rows import pair_correlations
from csi_model.estimation.composites import Blocks
from csi_model.estimation.pls_weights import MAX_STEPS, inner_weights

Array = NDArray[Any]

SMALLEST = 1e-8
"""Eigenvalue of correlations within a block below which their direction predicts no gap."""


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Rows that lack the same of a block's entries: ``have`` and ``lack`` are entries, ``rows`` rows."""

    have: Array
    lack: Array
    rows: Array


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Where rows have gaps, as the blocks see it; 1 is there, 0 is not.

    ``there`` (s, r) entries, ``scored`` (m, r) blocks with an answer, ``reached`` (m, r) blocks with a
    neighbour that has one; ``holes`` are what can be filled.
    """

    there: Array
    scored: Array
    reached: Array
    holes: tuple[Hole, ...]


def gaps_of(blocks: Blocks, there: Array) -> Gaps:
    """The gaps of rows that have the variables ``there`` (v, r) bool."""
    entries, m, holes = there[blocks.columns], len(blocks.slots), []
    for j in range(m):
        cut = _cut(blocks, j)
        kinds, kind = np.unique(entries[cut], axis=1, return_inverse=True)
        for k, have in enumerate(kinds.T):
            if have.any() and not have.all():
                holes.append(
                    Hole(
                        have=cut.start + np.flatnonzero(have),
                        lack=cut.start + np.flatnonzero(~have),
                        rows=np.flatnonzero(kind.reshape(-1) == k),
                    )
                )
    scored = np.logical_or.reduceat(entries, blocks.starts, axis=0)
    near = np.zeros((m, m), dtype=bool)
    for source, target in blocks.paths:
        near[source, target] = near[target, source] = True
    alone = np.flatnonzero(~near.any(axis=1))
    near[alone, alone] = True
    return Gaps(
        there=entries.astype(float),
        scored=scored.astype(float),
        reached=(near.astype(float) @ scored > 0).astype(float),
        holes=tuple(holes),
    )


@dataclass(frozen=True, kw_only=True)
class Resamples:
    """A batch as the algorithm takes it.

    ``q`` (b, r), ``x`` (b, s, r) standardised answers; ``filled`` the same with expected answers in the
    gaps; ``sd`` (b, s) of the entries; ``count`` and ``mean`` (b, s) of the rows whose answer
    meets a proxy; ``inverses[j]`` (b, k, k) of the covariances in a block of mode B.
    """

    q: Array
    x: Array
    filled: Array
    sd: Array
    count: Array
    mean: Array
    inverses: dict[int, Array]

    def only(self, on: Array) -> Resamples:
        """Some of the batch."""
        return Resamples(
            q=self.q[on],
            x=self.x[on],
            filled=self.filled[on],
            sd=self.sd[on],
            count=self.count[on],
            mean=self.mean[on],
            inverses={j: inverse[on] for j, inverse in self.inverses.items()},
        )


def resamples_of(blocks: Blocks, gaps: Gaps, q: Array, x: Array, covariance: Array) -> Resamples:
    """Prepare ``x`` (b, v, r), whose available-case covariances are ``covariance`` (b, v, v)."""
    entries = x[:, blocks.columns]
    own = covariance[:, blocks.columns[:, None], blocks.columns]
    filled, inverses = entries.copy(), {}
    for hole in gaps.holes:
        filled[:, hole.lack[:, None], hole.rows] = (
            _rule(own, hole) @ entries[:, hole.have[:, None], hole.rows]
        )
    for j, mode in enumerate(blocks.modes):
        if mode == "B":
            inverses[j] = _inverse(own[:, _cut(blocks, j), _cut(blocks, j)])
    met = gaps.there * gaps.reached[blocks.block_of]
    count = q**2 @ met.T
    count = np.where(count > 0, count, np.nan)
    return Resamples(
        q=q,
        x=entries,
        filled=filled,
        sd=np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))[:, blocks.columns],
        count=count,
        mean=np.einsum("bsr,br,sr->bs", entries, q, met) / count,
        inverses=inverses,
    )


def _inverse(covariance: Array) -> Array:
    """Inverses (b, k, k); NaN where there are none."""
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    scale = sd[:, :, None] * sd[:, None, :]
    identity = np.eye(sd.shape[1])
    known = np.asarray(np.isfinite(covariance).all(axis=(1, 2)))
    safe = np.where(known[:, None, None], covariance / scale, identity)
    sound = np.asarray(known & (np.linalg.eigvalsh(safe)[:, 0] > 1e-10))
    safe = np.where(sound[:, None, None], safe, identity)
    return np.asarray(np.where(sound[:, None, None], np.linalg.inv(safe) / scale, np.nan))


def _rule(covariance: Array, hole: Hole) -> Array:
    """Regression (b, lacking, had) of the answers that a hole lacks on those it has."""
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    correlation = covariance / (sd[:, :, None] * sd[:, None, :])
    correlation = np.where(np.isfinite(correlation), correlation, 0.0)  # never met: says nothing
    values, vectors = np.linalg.eigh(correlation[:, hole.have[:, None], hole.have])
    per = np.divide(1.0, values, out=np.zeros(values.shape), where=values > SMALLEST)
    inverse = vectors * per[:, None, :] @ np.swapaxes(vectors, 1, 2)
    slopes = correlation[:, hole.lack[:, None], hole.have] @ inverse
    return np.asarray(slopes * sd[:, hole.lack, None] / sd[:, None, hole.have])


def scores(blocks: Blocks, gaps: Gaps, batch: Resamples, w: Array) -> tuple[Array, Array]:
    """Weights (b, s) scaled to scores of variance 1, and these scores (b, m, r), 0 where there are none."""
    y = np.empty((len(w), len(blocks.slots), batch.q.shape[1]))
    for j in range(len(blocks.slots)):
        cut = _cut(blocks, j)
        y[:, j] = (w[:, None, cut] @ batch.filled[:, cut])[:, 0]
    count = batch.q**2 @ gaps.scored.T
    count = np.where(count > 0, count, np.nan)
    mean = (y @ batch.q[:, :, None])[..., 0] / count
    y -= mean[..., None] * (batch.q[:, None] * gaps.scored)
    variance = np.einsum("bmr,bmr->bm", y, y) / count
    per = 1 / np.sqrt(np.where(variance > 0, variance, np.nan))
    y *= per[..., None]
    return w * per[:, blocks.block_of], y


def outer_weights(blocks: Blocks, gaps: Gaps, batch: Resamples, z: Array, w: Array) -> Array:
    """New weights (b, s), not yet scaled, from inner proxies ``z`` (b, m, r)."""
    new = np.empty(w.shape)
    sums, squares = z * batch.q[:, None], z**2
    for j, mode in enumerate(blocks.modes):
        cut = _cut(blocks, j)
        if mode == "fixed":
            new[:, cut] = w[:, cut]
            continue
        count = batch.count[:, cut]
        mean = sums[:, j] @ gaps.there[cut].T / count
        covariance = (batch.x[:, cut] @ z[:, j, :, None])[..., 0] / count - batch.mean[:, cut] * mean
        if mode == "A":
            variance = squares[:, j] @ gaps.there[cut].T / count - mean**2
            new[:, cut] = covariance / np.where(variance > 0, variance, np.nan)
        else:
            new[:, cut] = (batch.inverses[j] @ covariance[..., None])[..., 0]
    return new


def converged_weights(
    blocks: Blocks, gaps: Gaps, batch: Resamples, scheme: str, start: Array, tolerance: float
) -> tuple[Array, Array, Array]:
    """Weights (b, s) with signs, steps (b,) and last change (b,), NaN where there is no answer.

    ``start`` (s,) are weights to begin with; ``tolerance`` as in ``pls_weights``.
    """
    size, s = len(batch.q), len(blocks.columns)
    made, steps, last = np.full((size, s), np.nan), np.zeros(size, dtype=np.int64), np.full(size, np.nan)
    active = np.arange(size)
    w, y = scores(blocks, gaps, batch, np.repeat(start[None], size, axis=0))
    for step in range(1, MAX_STEPS + 1):
        c = np.moveaxis(pair_correlations(batch.q, y, gaps.scored, y, gaps.scored), 0, -1)
        z = np.moveaxis(inner_weights(blocks, c, scheme), -1, 0) @ y
        new, y = scores(blocks, gaps, batch, outer_weights(blocks, gaps, batch, z, w))
        change = np.max(np.abs(np.abs(new) - np.abs(w)) * batch.sd, axis=1)
        w = new
        ended = ~(change > tolerance) | (step == MAX_STEPS)  # NaN is done, too
        if ended.any():
            made[active[ended]] = w[ended] * _signs(blocks, gaps, batch.only(ended), y[ended])
            steps[active[ended]], last[active[ended]] = step, change[ended]
            if ended.all():
                break
            on = ~ended
            active, w, y, batch = active[on], w[on], y[on], batch.only(on)
    return made, steps, last


def _signs(blocks: Blocks, gaps: Gaps, batch: Resamples, y: Array) -> Array:
    """1 or -1 (b, s): the named variable, else the sum of loadings, is made positive."""
    made = np.ones((len(y), len(blocks.columns)))
    for j, place in enumerate(blocks.signs):
        if blocks.modes[j] != "fixed":
            cut = _cut(blocks, j)
            own = (batch.q, batch.x[:, cut], gaps.there[cut], y[:, j : j + 1], gaps.scored[j : j + 1])
            loadings = pair_correlations(*own)[..., 0]
            total = loadings[:, place] if place >= 0 else loadings.sum(axis=1)
            made[:, cut] = np.where(total < 0, -1.0, 1.0)[:, None]
    return made


def _cut(blocks: Blocks, j: int) -> slice:
    """The entries of block ``j``."""
    return slice(int(blocks.starts[j]), int(blocks.starts[j]) + len(blocks.slots[j]))
