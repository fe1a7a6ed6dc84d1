"""PLS repeated on resamples: moments of a batch by one matrix product, then the algorithm on all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable, packed
from csi_model.estimation.covariance_refit import SMALLEST_EIGENVALUE, moments, weighted_sums
from csi_model.estimation.pls_stages import staged_weights
from csi_model.estimation.pls_weights import TOLERANCE
from csi_model.estimation.replicates import Flag, Outcome, Reason
from csi_model.survey.moments import Sample

Array = NDArray[Any]

REFIT_TOLERANCE = 1e-8
"""The step of a resample's weights at which it ends: far below the spread of the resamples."""


@dataclass(frozen=True, kw_only=True)
class CompositeRefit:
    """PLS on resamples of one sample: ``refit(multipliers)`` with (b, n).

    Attributes
    ----------
    centred : (p, n)
        Answers less the sample's means, one row a question.
    mean, sd : (p,)
        Of the sample.
    weights : (n,)
        Sampling weights, multiplied in here.
    start : (s,) or None
        The sample's outer weights.
    turn : (p, p) or None
        Answers are replaced by ``turn @ centred``: the transformed data of a test of fit.
    """

    table: CompositeTable
    centred: Array
    mean: Array
    sd: Array
    weights: Array
    start: Array | None = None
    tolerance: float = REFIT_TOLERANCE
    turn: Array | None = None

    def __call__(self, multipliers: Array, /) -> Outcome:
        """Estimates of a batch."""
        return self.traced(multipliers)[0]

    def traced(self, multipliers: Array) -> tuple[Outcome, Array, Array]:
        """Estimates of a batch with the steps (b,) and last changes (b,) of the algorithm."""
        shift, covariance = self.moments(multipliers)
        return self.from_moments(shift, covariance, multipliers)

    def moments(self, multipliers: Array) -> tuple[Array, Array]:
        """Means less the sample's (b, p) and covariances (b, p, p)."""
        sums = weighted_sums(self.centred, self.weights, multipliers)
        shift, covariance = moments(sums, len(self.mean))
        if self.turn is not None:
            shift, covariance = shift @ self.turn.T, self.turn @ covariance @ self.turn.T
        return shift, covariance

    def from_moments(
        self, shift: Array, covariance: Array, multipliers: Array
    ) -> tuple[Outcome, Array, Array]:
        """The same from means less the sample's (b, p) and covariances (b, p, p)."""
        table, size = self.table, len(covariance)
        reason = np.full(size, Reason.USED, dtype=np.int8)
        variances = np.diagonal(covariance, axis1=-2, axis2=-1) / self.sd**2
        reason[variances.min(axis=1) <= SMALLEST_EIGENVALUE] = Reason.CONSTANT_ITEM
        reason[multipliers @ self.weights <= 0] = Reason.NO_WEIGHT
        rows = np.flatnonzero(reason == Reason.USED)
        made = staged_weights(table, covariance[rows], start=self.start, tolerance=self.tolerance)
        steps, change = np.zeros(size, dtype=np.int64), np.full(size, np.nan)
        steps[rows], change[rows] = made.steps, made.change
        reason[rows[np.isnan(made.change)]] = Reason.SINGULAR
        reason[rows[made.change > 10 * self.tolerance]] = Reason.NOT_CONVERGED
        good = np.isfinite(made.change)  # what did not converge is handed on, and said to be so
        rows = rows[good]
        weights = np.zeros((len(rows), len(table.constructs), len(table.indicators)))
        weights[:, table.owner, table.item] = made.weights[good]
        phi, cross, spread = self._scores(weights, shift[rows], covariance[rows], multipliers[rows])
        values = packed(table, weights, covariance[rows], phi, cross, spread)
        all_values = np.full((size, values.shape[1]), np.nan)
        all_means = np.full((size, len(self.mean)), np.nan)
        all_values[rows], all_means[rows] = values, self.mean + shift[rows]
        flags = np.zeros(size, dtype=np.uint8)
        flags[rows] = flags_of(table, all_means[rows], values)
        outcome = Outcome(means=all_means, values=all_values, reason=reason, flags=flags)
        return outcome, steps, change

    def _scores(
        self, weights: Array, shift: Array, covariance: Array, multipliers: Array
    ) -> tuple[Array, Array, Array]:
        """What ``score_correlations`` says of each draw."""
        if self.table.linear:
            return np.empty(0), np.empty(0), np.empty(0)
        sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
        b, m, p = weights.shape
        phi, cross, spread = np.empty((b, m, m)), np.empty((b, p, m)), np.empty((b, len(self.table.products)))
        for k in range(b):  # products need the respondents: nothing shorter sums them up
            z = (self.centred - shift[k][:, None]) / sd[k][:, None]
            share = multipliers[k] * self.weights
            phi[k], cross[k], spread[k] = score_correlations(self.table, z, weights[k], share)
        return phi, cross, spread


def score_correlations(
    table: CompositeTable, z: Array, weights: Array, share: Array
) -> tuple[Array, Array, Array]:
    """Correlations of scores (m, m), of items with them (p, m), and spreads of the products (k,).

    Parameters
    ----------
    z : (p, n)
        Standardised answers.
    weights : (m, p)
    share : (n,)
        Weight of each respondent.

    A product is that of two standardised scores, standardised again (Henseler & Chin 2010, Structural
    Equation Modeling 17, 82-109: the two-stage approach).
    """
    scores = weights @ z
    share = share / share.sum()
    spread = np.empty(len(table.products))
    for k, (target, a, b) in enumerate(table.products):
        made = scores[a] * scores[b]
        made = made - share @ made
        spread[k] = np.sqrt(share @ made**2)
        scores[target] = made / spread[k]
    return (scores * share) @ scores.T, (z * share) @ scores.T, spread


def flags_of(table: CompositeTable, means: Array, values: Array) -> Array:
    """What is inadmissible in each estimate, (b,) uint8 of ``Flag``: only consistent ones can be."""
    if not table.consistent or not len(values):
        return np.zeros(len(values), dtype=np.uint8)
    made = composite_estimates(table, means, values)
    m = len(table.constructs)
    pairs = np.triu_indices(m, 1)
    among = made.correlation[:, pairs[0], pairs[1]]
    flags = np.where((~(np.abs(among) < 1)).any(axis=1), Flag.CORRELATION, 0)
    beyond = (np.abs(made.loadings[..., list(table.reflective)]) > 1).any(axis=(1, 2)) | ~(
        made.reliability > 0
    ).all(axis=1)
    flags |= np.where(beyond | (made.reliability > 1).any(axis=1), Flag.NEGATIVE_VARIANCE, 0)
    known = np.isfinite(made.correlation).all(axis=(1, 2))
    smallest = np.full(len(values), -1.0)
    smallest[known] = np.linalg.eigvalsh(made.correlation[known])[:, 0]
    return np.asarray(flags | np.where(smallest < -1e-12, Flag.LATENT_COVARIANCE, 0), dtype=np.uint8)


def composite_refit(table: CompositeTable, sample: Sample, start: Array | None = None) -> CompositeRefit:
    """Prepare the refit of a sample; ``start`` (s,) are the weights to begin with."""
    return CompositeRefit(
        table=table,
        centred=np.ascontiguousarray((sample.answers - sample.mean).T),
        mean=np.array(sample.mean),
        sd=np.sqrt(np.diag(sample.cov)),
        weights=np.array(sample.weights),
        start=start,
        tolerance=TOLERANCE if start is None else REFIT_TOLERANCE,
    )
