"""Full information maximum likelihood repeated: resamples of answers with gaps.

A resample is known by the sums of its answers, pattern by pattern of gaps. Its gradient is that of
complete answers whose moments are expected from the ones given (Louis 1982, Journal of the Royal
Statistical Society B 44, 226-233), which needs inverses of the size of the gaps only. For a pattern with
``m`` answers missing and ``o`` given, ``P`` the inverse of Sigma and ``z`` an answer less mu,

    E[z_m | z_o] = R z_o,   R = -C P_mo,   Cov[z_m | z_o] = C = P_mm^-1

(Little & Rubin 2002, *Statistical Analysis with Missing Data*, section 11.2). The search goes as in
``covariance_refit``: steps from the sample's optimum, then scoring for those that need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import Matrices, matrices
from csi_model.estimation.covariance_refit import (
    SCORING_STEPS,
    TOLERANCE,
    chord_matrix,
    chord_steps,
    inadmissibility,
    unusable,
    weighted_sums,
)
from csi_model.estimation.inference import Evidence
from csi_model.estimation.joint import LikelihoodProblem, single
from csi_model.estimation.likelihood import Patterns, one_pattern
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.replicates import Outcome, Reason
from csi_model.estimation.solver import minimise

Array = NDArray[Any]

CELLS = 2**22
"""Largest number of second moments of patterns that are kept at a time: 32 MiB."""
SCORING_CELLS = 2**20
"""The same for the second derivatives of scoring, of which there are several."""


@dataclass(frozen=True, kw_only=True)
class LikelihoodRefit:
    """Full information maximum likelihood on resamples of one sample: ``refit(multipliers)`` with (b, n).

    Attributes
    ----------
    answered : (K, p)
        Patterns of answered questions.
    rows : (r,), ends : (K,)
        Respondents sorted by pattern, and where each pattern ends.
    centred : (p, r)
        Their answers less ``mean``, 0 for gaps.
    weights : (r,)
        Their sampling weights, multiplied in here.
    mean, sd : (p,)
        Of the sample.
    start : (q,), inverse : (q, q), scale : (q,)
        The sample's optimum; see ``covariance_refit.chord_matrix``.
    lower : (q,) or None
        Bounds of a bounded fit.
    """

    table: ParameterTable
    answered: Array
    rows: Array
    ends: Array
    centred: Array
    weights: Array
    mean: Array
    sd: Array
    start: Array
    inverse: Array
    scale: Array
    lower: Array | None = None

    def __call__(self, multipliers: Array, /) -> Outcome:
        """Estimates of a batch; ``means`` are the implied means of the answers."""
        patterns, p = self.answered.shape
        step = max(1, CELLS // (patterns * p * p))
        parts = [
            self._estimate(self._sums(multipliers[k : k + step])) for k in range(0, len(multipliers), step)
        ]
        return Outcome(
            means=np.vstack([part.means for part in parts]),
            values=np.vstack([part.values for part in parts]),
            reason=np.concatenate([part.reason for part in parts]),
            flags=np.concatenate([part.flags for part in parts]),
        )

    def _sums(self, multipliers: Array) -> PatternSums:
        p, size, patterns = len(self.mean), len(multipliers), len(self.answered)
        total, first = np.empty((size, patterns)), np.empty((size, patterns, p))
        second = np.empty((size, patterns, p, p))
        i, j = np.triu_indices(p)
        begin = 0
        for k, end in enumerate(self.ends):
            cut, begin = slice(begin, end), end
            made = weighted_sums(self.centred[:, cut], self.weights[cut], multipliers[:, self.rows[cut]])
            total[:, k], first[:, k] = made[:, 0], made[:, 1 : 1 + p]
            second[:, k, i, j] = second[:, k, j, i] = made[:, 1 + p :]
        return PatternSums(answered=self.answered, total=total, first=first, second=second)

    def _estimate(self, sums: PatternSums) -> Outcome:
        size = len(sums.total)
        means = np.full((size, len(self.mean)), np.nan)
        values = np.full((size, len(self.start)), np.nan)
        flags = np.zeros(size, dtype=np.uint8)
        reason = self._unusable(sums)
        rows = np.flatnonzero(reason == Reason.USED)
        found, good = self._search(sums[rows])
        reason[rows[~good]] = Reason.NOT_CONVERGED
        rows, found = rows[good], found[good]
        means[rows] = matrices(self.table, found).mean
        values[rows] = found
        flags[rows] = inadmissibility(self.table, found)
        return Outcome(means=means, values=values, reason=reason, flags=flags)

    def _unusable(self, sums: PatternSums) -> Array:
        """As with complete answers, gaps filled by what the sample's estimates expect."""
        weight = sums.total.sum(axis=1)
        given = sums.total @ self.answered
        count = np.where(given > 0, given, np.inf)
        square = np.diagonal(sums.second.sum(axis=1), axis1=-2, axis2=-1) / count
        variances = (square - (sums.first.sum(axis=1) / count) ** 2) / self.sd**2
        relative = np.zeros((len(weight), len(self.mean), len(self.mean)))
        there = np.flatnonzero(weight > 0)
        at = matrices(self.table, np.repeat(self.start[None], there.size, axis=0))
        filled = filled_moments(sums[there], at, self.mean)[1]
        relative[there] = filled / np.outer(self.sd, self.sd)
        return unusable(weight, variances, relative)

    def _search(self, sums: PatternSums) -> tuple[Array, Array]:
        """Parameters (b, q) of a batch, and which of them are an optimum."""

        def slope_of(values: Array, members: Array) -> Array:
            mean, cov = filled_moments(sums[members], matrices(self.table, values), self.mean)
            return likelihood.slope(self.table, values, one_pattern(mean, cov))

        values, done = chord_steps(
            slope_of, len(sums.total), self.start, inverse=self.inverse, scale=self.scale, lower=self.lower
        )
        sigma = matrices(self.table, values[done]).sigma
        done[done] = np.linalg.eigvalsh(sigma / np.outer(self.sd, self.sd))[:, 0] > 0
        rest = np.flatnonzero(~done)
        cells = len(self.answered) * len(self.table.free_rows) ** 2
        step = max(1, SCORING_CELLS // cells)
        for k in range(0, rest.size, step):
            members = rest[k : k + step]
            values[members], done[members] = self._score(sums[members])
        return values, done

    def _score(self, sums: PatternSums) -> tuple[Array, Array]:
        size = len(sums.total)
        problem = LikelihoodProblem(
            joint=single(self.table),
            data=(sums.patterns(self.mean),),
            shares=np.ones(1),
            saturated=np.zeros(size),  # moves F by a constant
        )
        found = minimise(
            problem,
            np.repeat(self.start[None], size, axis=0),
            tolerance=TOLERANCE,
            max_iterations=SCORING_STEPS,
            lower=self.lower,
        )
        return found.values, np.isfinite(found.f) & (found.gradient < 10 * TOLERANCE)


def likelihood_refit(evidence: Evidence, start: Array, *, lower: Array | None = None) -> LikelihoodRefit:
    """Prepare the refit of answers with gaps from their optimum ``start`` (q,).

    ``lower`` (q,) are the bounds of a bounded fit. Respondents beyond those of the evidence may be given
    multipliers; they count for nothing.
    """
    if evidence.data is None:
        raise ValueError("evidence without patterns has no likelihood with gaps")
    sample, data = evidence.sample, evidence.data
    rows = np.concatenate(data.members)
    loose = np.ones(len(start), dtype=bool) if lower is None else start > lower
    inverse, scale = chord_matrix(evidence.observed(start), evidence.expected(start), loose)
    answers = sample.answers[rows]
    return LikelihoodRefit(
        table=evidence.table,
        answered=data.answered,
        rows=rows,
        ends=np.cumsum([len(members) for members in data.members]),
        centred=np.ascontiguousarray(np.where(np.isnan(answers), 0.0, answers - sample.mean).T),
        weights=sample.weights[rows],
        mean=np.array(sample.mean),
        sd=np.sqrt(np.diag(sample.cov)),
        start=np.array(start, dtype=float),
        inverse=inverse,
        scale=scale,
        lower=lower,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class PatternSums:
    """Sums of weights ``total`` (b, K), of answers ``first`` (b, K, p), of their products ``second``.

    ``second`` is (b, K, p, p); 0 where not ``answered`` (K, p), and for patterns that nobody has.
    """

    answered: Array
    total: Array
    first: Array
    second: Array

    def __getitem__(self, chosen: Array) -> PatternSums:
        """The chosen members of a batch."""
        return PatternSums(
            answered=self.answered,
            total=self.total[chosen],
            first=self.first[chosen],
            second=self.second[chosen],
        )

    def patterns(self, origin: Array) -> Patterns:
        """Shares, means and covariances by pattern; sums were taken less ``origin`` (p,)."""
        count = np.where(self.total > 0, self.total, np.inf)[..., None]
        shift = self.first / count
        cov = self.second / count[..., None] - shift[..., :, None] * shift[..., None, :]
        return Patterns(
            answered=self.answered,
            share=self.total / self.total.sum(axis=1, keepdims=True),
            mean=np.where(self.answered, origin + shift, 0.0),
            cov=cov,
        )


def filled_moments(sums: PatternSums, mats: Matrices, origin: Array) -> tuple[Array, Array]:
    """Mean (b, p) and covariance (b, p, p) of the answers, gaps filled by expectation (see the top).

    ``mats`` hold the (b,) parameters that the expectations rest on; sums were taken less ``origin`` (p,)
    and need a positive total.
    """
    answered, p = sums.answered, len(origin)
    d = mats.mean - origin
    precision = np.linalg.inv(mats.sigma)
    # sums of z and z z' over the answers that are there
    one = sums.first.sum(axis=1) - (sums.total @ answered) * d
    mixed = (_t(sums.first) @ answered) * d[:, None, :]
    pairs = np.einsum("bk,ki,kj->bij", sums.total, answered, answered, optimize=True)
    two = sums.second.sum(axis=1) - mixed - _t(mixed) + pairs * d[:, :, None] * d[:, None, :]
    gaps = p - answered.sum(axis=1)
    for m in np.unique(gaps[gaps > 0]):
        chosen = np.flatnonzero(gaps == m)
        absent = np.nonzero(~answered[chosen])[1].reshape(-1, m)  # (k, m)
        given = answered[chosen].astype(float)
        total, first = sums.total[:, chosen, None], sums.first[:, chosen]
        c = np.linalg.inv(precision[:, absent[:, :, None], absent[:, None, :]])
        r = -(c @ precision[:, absent]) * given[:, None, :]  # (b, k, m, p)
        own = d[:, None, :] * given
        z = first - total * own
        # R A, where A = sum z z' = second - first d' - d z'
        ra = r @ sums.second[:, chosen]
        ra -= (r @ first[..., None]) * own[..., None, :] + (r @ own[..., None]) * z[..., None, :]
        inside = ra @ _t(r) + total[..., None] * c
        place = np.eye(p)[absent]  # (k, m, p)
        flat = place.reshape(-1, p).T
        one += (r @ z[..., None]).reshape(len(d), -1) @ flat.T
        across = flat @ ra.reshape(len(d), -1, p)
        two += across + _t(across) + flat @ (inside @ place).reshape(len(d), -1, p)
    weight = sums.total.sum(axis=1)
    shift = one / weight[:, None]
    return mats.mean + shift, two / weight[:, None, None] - shift[:, :, None] * shift[:, None, :]


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)
