"""PLS on the latent responses behind ordered answers: for a sample, and for many resamples of it.

The algorithm is run on polychoric and polyserial correlations R of the latent responses x* (Cantaluppi &
Boari 2016, in Abdi et al., *The multiple facets of partial least squares and related methods*, 295-306;
consistent: Schuberth, Henseler & Dijkstra 2018, Quality & Quantity 52, 9-35). Weights, loadings, paths, R2,
reliabilities and HTMT are then those of latent responses.

Index points. What is handed on is not R but the covariance ``D R D`` with

    d_i = sum_t phi(tau_t) a_t      answer units per unit of the response, a_t the step between two answers;
                                    of a continuous item its standard deviation

For bivariate normal responses ``cov(x_i, x*_k) = d_i rho_ik`` (Stein's identity), so that the regression of
answer i on all responses is ``mean_i + d_i x*_i``. A weighted mean of answers ``sum v_i x_i`` therefore goes
with the responses as the score ``y = sum w_i x*_i`` does if and only if

    v_i is proportional to w_i / d_i

which for continuous items is the rule of plain PLS, outer weight over standard deviation. In the same way
``s_j = sum v_i d_i l_i`` are index points per standard deviation of construct j, and ``beta_jk s_j / s_k``
index points per index point, with d in the place of the standard deviation everywhere.

What is approximate. The index remains the weighted mean of the answers themselves; its steps add variance
that no response explains. Effects are those among the parts of the indices that responses explain, so that
they exceed what a regression among the observed 0-100 scores gives, which the steps attenuate. All rests on
normal responses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from csi_model.errors import Finding
from csi_model.estimation.composites import CompositeTable, unpacked
from csi_model.estimation.fits import CompositeSolution, Solution
from csi_model.estimation.ordinal.bivariate import normal_density
from csi_model.estimation.ordinal.fitting import check_pairs, contradicting
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.polychoric import (
    BEND,
    Cells,
    Pairs,
    correlate,
    filled,
    pairs_of,
    polyserial_slope,
    stepped,
)
from csi_model.estimation.pls_refit import CompositeRefit, composite_refit
from csi_model.estimation.replicates import Outcome, Reason
from csi_model.survey.moments import Sample

Array = NDArray[Any]

CELLS_AT_ONCE = 2**21
"""Cells of tables, or answers, that are computed at once."""
_STEPS, _TOLERANCE, _GOOD = 100, 1e-11, 1e-8
"""Most steps of a search, the step at which it ends, a step that counts as arrived."""


@dataclass(frozen=True, kw_only=True)
class ResponseRefit:
    """PLS on latent responses of resamples of one sample: ``refit(multipliers)`` with (b, n).

    Attributes
    ----------
    plain
        The same with the answers as they are; it has the answers, weights and table.
    ordered : (p,) bool
    codes : (o, n) int
        Of the o ordered items, the place of each answer among those that occur in the sample.
    steps : (o, k - 1)
        How far apart these answers are; 0 beyond those of an item.
    rho : (c,)
        Correlations of all pairs in the sample, where searches begin.
    converged : (c,) bool
    """

    plain: CompositeRefit
    ordered: Array
    codes: Array
    steps: Array
    rho: Array
    converged: Array

    def __call__(self, multipliers: Array, /) -> Outcome:
        """Estimates of a batch."""
        return self.traced(multipliers)[0]

    def traced(self, multipliers: Array) -> tuple[Outcome, Array, Array]:
        """Estimates of a batch with the steps (b,) and last changes (b,) of the algorithm."""
        shift, covariance, found = self.moments(multipliers)
        outcome, steps, change = self.plain.from_moments(shift, covariance, multipliers)
        lost = ~found & np.isin(outcome.reason, (Reason.USED, Reason.SINGULAR, Reason.NOT_CONVERGED))
        return _without(outcome, lost), steps, change

    def moments(self, multipliers: Array) -> tuple[Array, Array, Array]:
        """Means less the sample's (b, p), ``D R D`` (b, p, p), and whether all of R was found (b,)."""
        shift, covariance = self.plain.moments(multipliers)
        made, found = np.empty_like(covariance), np.ones(len(covariance), dtype=bool)
        o, n = self.codes.shape
        each = max(1, CELLS_AT_ONCE // max(o * (o - 1) // 2 * (self.steps.shape[1] + 1) ** 2, n))
        for first in range(0, len(made), each):
            cut = slice(first, first + each)
            drawn = _Drawn.of(self, multipliers[cut], shift[cut], covariance[cut])
            made[cut], found[cut] = drawn.responses()
        return shift, made, found


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """Some resamples.

    ``share`` (b, n) are the weights of the respondents, which sum to ``size`` (b,), the respondents drawn;
    ``limits`` (b, o, k + 1) the thresholds of the ordered items with their infinite ends; ``shift`` (b, p)
    and ``cov`` (b, p, p) the moments of the answers; ``place`` (p,) the row of each item among those of its
    kind.
    """

    refit: ResponseRefit
    share: Array
    size: Array
    limits: Array
    shift: Array
    cov: Array
    place: Array

    @classmethod
    def of(cls, refit: ResponseRefit, multipliers: Array, shift: Array, cov: Array) -> _Drawn:
        weights, ordered = refit.plain.weights, refit.ordered
        share, size = multipliers * weights, multipliers @ (weights > 0)
        total = share.sum(axis=1)
        share *= (size / np.where(total > 0, total, np.inf))[:, None]
        return cls(
            refit=refit,
            share=share,
            size=size,
            limits=limits_of(tabulated(refit.codes, refit.steps.shape[1] + 1, share)),
            shift=shift,
            cov=cov,
            place=np.where(ordered, np.cumsum(ordered), np.cumsum(~ordered)) - 1,
        )

    def responses(self) -> tuple[Array, Array]:
        """``D R D`` (b, p, p), and whether all correlations were found (b,)."""
        ordered, p = self.refit.ordered, len(self.refit.ordered)
        sd = np.sqrt(np.diagonal(self.cov, axis1=-2, axis2=-1))
        per = 1 / np.where(sd > 0, sd, np.inf)
        made = self.cov * per[:, :, None] * per[:, None, :]
        first, second = pairs_of(p)
        both = np.flatnonzero(ordered[first] & ordered[second])
        made[:, first[both], second[both]], found = self._polychoric(first[both], second[both], both)
        for c in np.flatnonzero(ordered[first] != ordered[second]):
            i, j = (first[c], second[c]) if ordered[first[c]] else (second[c], first[c])
            z = (self.refit.plain.centred[j] - self.shift[:, j, None]) * per[:, j, None]
            made[:, first[c], second[c]], one = self._polyserial(int(self.place[i]), z, self.refit.rho[c])
            found &= one
        made[:, second, first] = made[:, first, second]
        made[:, np.arange(p), np.arange(p)] = 1.0
        sd[:, ordered] = (normal_density(self.limits[..., 1:-1]) * self.refit.steps).sum(axis=-1)
        return made * sd[:, :, None] * sd[:, None, :], found

    def _polychoric(self, first: Array, second: Array, pairs: Array) -> tuple[Array, Array]:
        """Correlations (b, c) of pairs of ordered items, and whether all were found (b,)."""
        draws, most = len(self.share), self.limits.shape[-1] - 1
        if not len(first):
            return np.empty((draws, 0)), np.ones(draws, dtype=bool)
        codes, rows, columns = self.refit.codes, self.place[first], self.place[second]
        counts = tabulated(codes[rows] * most + codes[columns], most * most, self.share)
        counts = filled(counts.reshape(-1, most, most))
        n = float(codes.shape[1])
        counts *= np.repeat(n / np.maximum(self.size, 1), len(first))[:, None, None]
        cells = Cells(
            counts=counts,
            observed=counts,
            row_limits=self.limits[:, rows].reshape(-1, most + 1),
            column_limits=self.limits[:, columns].reshape(-1, most + 1),
            n=n,
        )
        rho, done = cells.maximise(np.tile(self.refit.rho[pairs], draws))
        return rho.reshape(draws, -1), np.asarray(done.reshape(draws, -1).all(axis=1))

    def _polyserial(self, row: int, z: Array, start: float) -> tuple[Array, Array]:
        """Correlations (b,) of an ordered item with a continuous one, ``z`` (b, n), and which were found.

        Scores' cross products stand for the information; where they mislead, steps turn back and are halved.
        """
        codes, limits = self.refit.codes[row], self.limits[:, row]
        rho, moved = np.full(len(z), np.clip(start, -BEND, BEND)), np.full(len(z), np.inf)
        last, part, active = np.zeros(len(z)), np.ones(len(z)), np.arange(len(z))
        for _ in range(_STEPS):
            at = rho[active]
            ends = limits[active][:, codes + 1], limits[active][:, codes]
            score = polyserial_slope(z[active], *ends, at[:, None])
            share = self.share[active]
            pull = (share * score).sum(axis=1)
            part[active] *= np.where(pull * last[active] < 0, 0.5, 1.0)
            found = stepped(at, part[active] * pull, (share * score**2).sum(axis=1))
            moved[active], rho[active], last[active] = np.abs(found - at), found, pull
            active = active[moved[active] >= _TOLERANCE]
            if not len(active):
                break
        return rho, np.asarray(moved < _GOOD)


def tabulated(keys: Array, width: int, share: Array) -> Array:
    """Weighted counts (b, r, width) of ``keys`` (r, n), whole numbers below ``width``, by ``share`` (b, n).

    Counts are linear in the weights: one product with the indicators of the keys serves all draws.
    """
    r, n = keys.shape
    made = np.empty((len(share), r, width))
    each = max(1, CELLS_AT_ONCE // max(n, 1))
    for first in range(0, r, each):
        block = keys[first : first + each]
        rows = block + width * np.arange(len(block))[:, None]
        columns = np.broadcast_to(np.arange(n), block.shape)
        shape = (len(block) * width, n)
        indicators = sparse.csr_array((np.ones(block.size), (rows.ravel(), columns.ravel())), shape=shape)
        counts = indicators @ np.ascontiguousarray(share.T)
        made[:, first : first + each] = counts.T.reshape(len(share), len(block), width)
    return made


def limits_of(counts: Array) -> Array:
    """Thresholds (..., k + 1) with infinite ends from counts (..., k) of the answers to an item.

    Answers that nobody gave have thresholds that coincide, or infinite ones at the ends of the scale.
    """
    below = np.cumsum(counts, axis=-1)
    above = np.cumsum(counts[..., ::-1], axis=-1)[..., ::-1]
    made = np.full((*counts.shape[:-1], counts.shape[-1] + 1), np.inf)
    made[..., 0] = -np.inf
    total = np.where(below[..., -1:] > 0, below[..., -1:], 1.0)
    inner = special.ndtri(np.minimum(below[..., :-1] / total, 1.0))
    made[..., 1:-1] = np.where(above[..., 1:] > 0, inner, np.inf)
    return made


def _without(outcome: Outcome, lost: Array) -> Outcome:
    """The outcome without the draws whose correlations were not found."""
    return Outcome(
        means=np.where(lost[:, None], np.nan, outcome.means),
        values=np.where(lost[:, None], np.nan, outcome.values),
        reason=np.where(lost, np.int8(Reason.NOT_CONVERGED), outcome.reason),
        flags=np.where(lost, np.uint8(0), outcome.flags),
    )


def response_refit(table: CompositeTable, sample: Sample, start: Array | None = None) -> ResponseRefit:
    """Prepare the refit of a sample; ``start`` (s,) are the weights to begin with."""
    ordered, counted = table.is_ordered, sample.weights > 0
    # those without a weight stand for units of the design that have nobody: what they answer is no answer
    answers = np.where(counted[:, None], sample.answers, sample.answers[np.argmax(counted)])
    items = items_of(answers, sample.weights, ordered)
    pairs = correlate(items)
    levels = [items.levels[i] for i in np.flatnonzero(ordered)]
    steps = np.zeros((len(levels), max((len(level) for level in levels), default=1) - 1))
    for row, level in zip(steps, levels, strict=True):
        row[: len(level) - 1] = np.diff(level)
    return ResponseRefit(
        plain=composite_refit(table, sample, start),
        ordered=ordered,
        codes=np.ascontiguousarray(items.codes.T[ordered]),
        steps=steps,
        rho=pairs.rho,
        converged=pairs.converged,
    )


def check_responses(refit: ResponseRefit, name: str) -> None:
    """Raise EstimationError where two items order respondents alike, or a correlation was not found."""
    first, second = pairs_of(len(refit.ordered))
    some = refit.ordered[first] | refit.ordered[second]
    pairs = Pairs(
        first=first[some], second=second[some], rho=refit.rho[some], converged=refit.converged[some]
    )
    check_pairs(pairs, refit.plain.table.indicators, name)


def response_notes(solution: Solution | CompositeSolution, name: str) -> Iterator[Finding]:
    """What was taken for ordered in the whole sample; nothing for a fit to answers as they are."""
    table = solution.table
    if not (isinstance(table, CompositeTable) and table.polychoric):
        return
    if not table.ordered:
        yield Finding(
            code="nothing-ordered",
            severity="warning",
            where=name,
            what="no question has whole steps, 11 at most: polychoric correlations are the plain ones here.",
            fix="Leave --correlations out, or declare the scales of the questions.",
        )
        return
    yield Finding(
        code="polychoric",
        severity="note",
        where=name,
        what="weights, loadings, paths and R2 are those of the normal responses behind ordered answers "
        "(polychoric correlations); the index is that of the answers themselves.",
        fix="",
    )


def indefinite_notes(solution: CompositeSolution, name: str) -> Iterator[Finding]:
    """A warning where polychoric correlations, each from a table of its own, contradict each other."""
    if not solution.table.polychoric:
        return
    correlation = unpacked(solution.table, solution.means, solution.values).correlation
    told = contradicting(correlation, solution.table.indicators)
    if told is None:
        return
    yield Finding(
        code="indefinite-polychoric",
        severity="warning",
        where=name,
        what=told,
        fix="Merge answers that few gave, or drop one of these questions: reliabilities and R2 are rough.",
    )
