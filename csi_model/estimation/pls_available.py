"""PLS on the answers there are, repeated on resamples; the algorithm stands in ``pls_available_weights``.

The products of scores are those of the respondents who have both, standardised again (Henseler & Chin 2010,
Structural Equation Modeling 17, 82-109).

A consistent estimate (plsc) needs correlations that measurement error has attenuated in the way that its
reliabilities say; scores of fewer items are attenuated more. There, phi = W R W' and cross = R W' with the
available-case correlations R of the items, as if every row had been complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.answer_rows import Rows, pair_correlations, pair_moments, rows_of
from csi_model.estimation.composites import CompositeTable, packed
from csi_model.estimation.covariance_refit import SMALLEST_EIGENVALUE
from csi_model.estimation.pls_available_weights import (
    Gaps,
    Resamples,
    converged_weights,
    gaps_of,
    resamples_of,
    scores,
)
from csi_model.estimation.pls_refit import REFIT_TOLERANCE, flags_of
from csi_model.estimation.pls_weights import TOLERANCE
from csi_model.estimation.replicates import Outcome, Reason
from csi_model.survey.moments import Sample

Array = NDArray[Any]

CELLS = 2**18
"""Numbers worked on at a time: small enough for the processor's cache."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Rows, answers standardised by the sample's moments, and their gaps as the model's blocks see them."""

    rows: Rows
    gaps: Gaps


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Moments of a batch in standard deviations of the sample: ``shift`` (c, p) of the means, available-case
    ``covariance`` (c, p, p), and ``scale`` (c, p), which answers are divided by."""

    shift: Array
    covariance: Array
    scale: Array


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """Rows as the algorithm takes them, and the ``items`` (c, p, r) of these, ``there`` (p, r)."""

    gaps: Gaps
    batch: Resamples
    items: Array
    there: Array


@dataclass(frozen=True, kw_only=True)
class AvailableRefit:
    """PLS on the answers there are, for resamples of one sample: ``refit(multipliers)`` with (b, n).

    Attributes
    ----------
    layout
        The respondents, those with the same gaps put together.
    single
        The same, none put together, where there are products of scores: these need every respondent.
    mean, sd : (p,)
        Of the sample's answers.
    weights : (n,)
        Sampling weights, multiplied in here.
    start : (s,) or None
        The sample's outer weights.
    """

    table: CompositeTable
    layout: Layout
    single: Layout | None
    mean: Array
    sd: Array
    weights: Array
    start: Array | None = None
    tolerance: float = REFIT_TOLERANCE

    def __call__(self, multipliers: Array, /) -> Outcome:
        """Estimates of a batch."""
        return self.traced(multipliers)[0]

    def traced(self, multipliers: Array) -> tuple[Outcome, Array, Array]:
        """Estimates of a batch with the steps (b,) and last changes (b,) of the algorithm."""
        table, size = self.table, len(multipliers)
        p, m, s = len(table.indicators), len(table.constructs), len(table.item)
        q = s + p * (p + 1) // 2 + m * (m - 1) // 2 + p * m + len(table.products)
        means, values = np.full((size, p), np.nan), np.full((size, q), np.nan)
        steps, change = np.zeros(size, dtype=np.int64), np.full(size, np.nan)
        reason = np.full(size, Reason.NO_WEIGHT, dtype=np.int8)
        drawn = np.flatnonzero(multipliers @ self.weights > 0)
        longest = (self.single or self.layout).rows
        chunk = max(1, CELLS // max(1, longest.there.shape[1] * (s + m)))
        for first in range(0, len(drawn), chunk):
            at = drawn[first : first + chunk]
            share = multipliers[at] * self.weights
            means[at], values[at], reason[at], steps[at], change[at] = self._chunk(share)
        flags = np.zeros(size, dtype=np.uint8)
        made = np.flatnonzero(np.isfinite(change))
        flags[made] = flags_of(table, means[made], values[made])
        return Outcome(means=means, values=values, reason=reason, flags=flags), steps, change

    def _chunk(self, share: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Means, values, reasons, steps and last changes for weights ``share`` (c, n)."""
        size = len(share)
        q, x = self.layout.rows.drawn(share)
        shift, covariance = item_moments(q, x, self.layout.rows.there)
        # NaN, an item without answers, is not above the bound either
        varied = (np.diagonal(covariance, axis1=1, axis2=2) > SMALLEST_EIGENVALUE).all(axis=1)
        reason = np.where(varied, Reason.USED, Reason.CONSTANT_ITEM).astype(np.int8)
        on = np.flatnonzero(varied)
        at = _Place(shift=shift[on], covariance=covariance[on], scale=self._scale(covariance[on]))
        found = self._estimates(share[on], q[on], x[on], at)
        means, values, steps, change = (_placed(part, on, size) for part in found)
        reason[on[~np.isfinite(change[on])]] = Reason.SINGULAR
        reason[change > 10 * self.tolerance] = Reason.NOT_CONVERGED  # handed on, and said to be so
        return means, values, reason, steps, change

    def _estimates(self, share: Array, q: Array, x: Array, at: _Place) -> tuple[Array, Array, Array, Array]:
        """Means, values, steps and last changes; NaN where the estimate does not exist."""
        table, taken = self.table, self._taken(self.layout, q, x, at)
        w, steps, change = converged_weights(
            table.blocks, taken.gaps, taken.batch, table.scheme, self._start(), self.tolerance
        )
        if self.single is None:
            phi, cross, spread = self._correlations(taken, w)
        else:
            whole = self._taken(self.single, *self.single.rows.drawn(share), at)
            phi, cross, spread = self._correlations(whole, w)
        weights = np.zeros((len(share), len(table.constructs), len(table.indicators)))
        weights[:, table.owner, table.item] = w * taken.batch.sd
        if table.consistent:
            weights, phi, cross = _as_if_complete(weights, at.covariance)
        raw = at.covariance * np.outer(self.sd, self.sd)
        values = packed(table, weights, raw, phi, cross, spread)
        exists = np.asarray(np.isfinite(values).all(axis=1))
        means = self.mean + at.shift * self.sd
        values[~exists], means[~exists], change[~exists] = np.nan, np.nan, np.nan
        return means, values, steps, change

    def _taken(self, layout: Layout, q: Array, x: Array, at: _Place) -> _Taken:
        rows, gaps = layout.rows, layout.gaps
        x = (x - at.shift[:, :, None] * q[:, None] * rows.there) / at.scale[:, :, None]
        relative = at.covariance / (at.scale[:, :, None] * at.scale[:, None, :])
        batch = resamples_of(self.table.blocks, gaps, q, x, relative)
        return _Taken(gaps=gaps, batch=batch, items=x, there=rows.there.astype(float))

    def _correlations(self, taken: _Taken, w: Array) -> tuple[Array, Array, Array]:
        """Correlations of scores (c, m, m), of items with scores (c, p, m), and spreads of products."""
        table, q = self.table, taken.batch.q
        m, (size, r) = len(table.constructs), q.shape
        y, scored = np.zeros((size, m, r)), np.zeros((m, r))
        y[:, table.base] = scores(table.blocks, taken.gaps, taken.batch, w)[1]
        scored[list(table.base)] = taken.gaps.scored
        per = np.divide(1.0, q, out=np.zeros(q.shape), where=q > 0)
        spread = np.empty((size, len(table.products)))
        for k, (target, a, b) in enumerate(table.products):
            y[:, target] = y[:, a] * y[:, b] * per  # the root of the weight, q, stands in both factors
            scored[target] = scored[a] * scored[b]
            own = y[:, [target]], scored[[target]]
            spread[:, k] = np.sqrt(np.maximum(pair_moments(q, *own, *own)[0][:, 0, 0], 0.0))
        phi = pair_correlations(q, y, scored, y, scored)
        return phi, pair_correlations(q, taken.items, taken.there, y, scored), spread

    def _scale(self, covariance: Array) -> Array:
        """What standardised answers are divided by, (c, p): their sd, or the width of their scale."""
        if self.table.metric == "standardised":
            return np.asarray(np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)))
        return np.broadcast_to(np.array(self.table.width) / self.sd, covariance.shape[:2])

    def _start(self) -> Array:
        """Weights (s,) to begin with: those of the sample, else equal or given ones."""
        if self.start is not None and self.table.metric == "standardised":
            return self.start
        blocks = self.table.blocks
        return np.concatenate(
            [given or (1.0,) * len(slot) for given, slot in zip(blocks.given, blocks.slots, strict=True)]
        )


def item_moments(q: Array, x: Array, there: Array) -> tuple[Array, Array]:
    """Means (b, p) and covariances (b, p, p) of the answers there are, pair by pair; NaN without any.

    As ``available_moments``, for rows as ``answer_rows`` has them.
    """
    mask = there.astype(float)
    total = q**2 @ mask.T
    mean = (x @ q[:, :, None])[..., 0] / np.where(total > 0, total, np.nan)
    return mean, pair_moments(q, x, mask, x, mask)[0]


def _placed(part: Array, at: Array, size: int) -> Array:
    """``part`` in the rows ``at`` of ``size`` rows; the others are NaN, or 0 if numbers are whole."""
    made = np.full((size, *part.shape[1:]), np.nan if part.dtype.kind == "f" else 0, dtype=part.dtype)
    made[at] = part
    return made


def _as_if_complete(weights: Array, covariance: Array) -> tuple[Array, Array, Array]:
    """Weights (c, m, p), correlations of scores (c, m, m) and of items with them (c, p, m), from the
    available-case covariances (c, p, p): what they would be if every row were complete."""
    sd = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    r = covariance / (sd[:, :, None] * sd[:, None, :])
    variance = np.einsum("cmi,cij,cmj->cm", weights, r, weights)
    weights = weights / np.sqrt(np.where(variance > 0, variance, np.nan))[..., None]
    cross = r @ np.swapaxes(weights, 1, 2)
    return weights, weights @ cross, cross


def available_refit(table: CompositeTable, sample: Sample, start: Array | None = None) -> AvailableRefit:
    """Prepare the refit of a sample with gaps; ``start`` (s,) are the weights to begin with.

    Raises
    ------
    EstimationError
        Two questions that (nearly) nobody answered both of; constructs of constructs in two stages.
    """
    if table.higher_order != "repeated":
        raise EstimationError.at(
            "--higher-order",
            f"{table.higher_order} takes the scores of one stage as the items of the next, and with "
            "--missing-data available these have gaps of their own.",
            "Use --higher-order repeated, or --missing-data mean.",
            code="stages-with-gaps",
        )
    sd = np.sqrt(np.diag(sample.cov))
    answers = (sample.answers - sample.mean) / sd
    rows = rows_of(answers, together=True)
    _check_pairs(table, rows, sample.weights)
    single = rows_of(answers, together=False) if table.products else None
    return AvailableRefit(
        table=table,
        layout=Layout(rows=rows, gaps=gaps_of(table.blocks, rows.there)),
        single=None if single is None else Layout(rows=single, gaps=gaps_of(table.blocks, single.there)),
        mean=np.array(sample.mean),
        sd=sd,
        weights=np.array(sample.weights),
        start=start,
        tolerance=TOLERANCE if start is None else REFIT_TOLERANCE,
    )


def _check_pairs(table: CompositeTable, rows: Rows, weights: Array) -> None:
    """Raise EstimationError where two questions vary among nobody who answered both."""
    mask = rows.there.astype(float)
    q, x = rows.drawn(weights[None])
    varied = pair_moments(q, x, mask, x, mask)[1][0] > SMALLEST_EIGENVALUE
    apart = np.argwhere(np.triu(~(varied & varied.T)))
    if not len(apart):
        return
    pairs = ", ".join(f"{table.indicators[i]} and {table.indicators[j]}" for i, j in apart[:5])
    raise EstimationError.at(
        "missing answers",
        f"nobody, or only people who agree, answered both {pairs}{' and others' if len(apart) > 5 else ''}.",
        "Their correlation cannot be estimated: drop one of them from the model.",
        code="never-together",
    )
