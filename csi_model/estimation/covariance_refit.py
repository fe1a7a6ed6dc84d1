"""Maximum likelihood repeated: moments of many resamples at once, searches started at the first optimum.

The moments of a batch are one matrix product; beyond that nothing depends on the number of respondents.
A resample's optimum is near that of the sample, so the search begins with a chord step, by the Hessian of
the sample's own optimum (Ortega & Rheinboldt 1970, *Iterative Solution of Nonlinear Equations in Several
Variables*, section 7.1), which then learns from the gradients that are met. Members whose gradient rises
leave for Fisher scoring. With bounds the parameters that the sample has on theirs stay there at first; a
draw that would rather leave its bound, or meets another, leaves for scoring, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import (
    gradient,
    gradient_and_information,
    matrices,
    observed_hessian,
    row_values,
)
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.replicates import Flag, Outcome, Reason
from csi_model.estimation.resamples import JackknifePlan
from csi_model.estimation.solver import CovarianceProblem, minimise
from csi_model.estimation.standardised import construct_correlations
from csi_model.survey.moments import Sample

Array = NDArray[Any]

TOLERANCE = 1e-6
"""Scaled gradient at which Fisher scoring ends; a draw is used below ten times that."""
CHORD_STEPS = 36
SCORING_STEPS = 60
"""Where a minimum exists this is plenty; where the estimates run off to infinity, more would not help."""
SMALLEST_EIGENVALUE = 1e-10
"""Of a resample's covariances, over the sample's standard deviations."""
BLOCK = 4096
"""Respondents whose products are formed at a time."""


@dataclass(frozen=True, kw_only=True)
class CovarianceRefit:
    """Maximum likelihood on resamples of one sample: ``refit(multipliers)`` with (b, n).

    Attributes
    ----------
    centred : (p, n)
        Answers less the sample's means, one row a question: the difference of two large sums would
        lose digits.
    mean, sd : (p,)
        Of the sample.
    weights : (n,)
        Sampling weights, multiplied in here.
    start : (q,)
        The sample's optimum.
    inverse : (q, q)
        Inverse of the Hessian of F there.
    scale : (q,)
        1 / square roots of the expected second derivatives there.
    penalty : (q,) or None
        Weights of the squared parameters of a ridge fit.
    lower : (q,) or None
        Bounds of a bounded fit.
    """

    table: ParameterTable
    centred: Array
    mean: Array
    sd: Array
    weights: Array
    start: Array
    inverse: Array
    scale: Array
    penalty: Array | None = None
    lower: Array | None = None

    def __call__(self, multipliers: Array, /) -> Outcome:
        """Estimates of a batch."""
        return self.from_sums(weighted_sums(self.centred, self.weights, multipliers))

    def from_sums(self, sums: Array) -> Outcome:
        """Estimates from sums (b, 1 + p + p(p+1)/2) as ``weighted_sums`` makes them."""
        p, size = len(self.mean), len(sums)
        means = np.full((size, p), np.nan)
        values = np.full((size, len(self.start)), np.nan)
        flags = np.zeros(size, dtype=np.uint8)
        shift, covariance = moments(sums, p)
        answers = np.diagonal(covariance, axis1=-2, axis2=-1) / self.sd**2
        reason = unusable(sums[:, 0], answers, covariance / np.outer(self.sd, self.sd))
        rows = np.flatnonzero(reason == Reason.USED)
        found, good = self._search(covariance[rows])
        reason[rows[~good]] = Reason.NOT_CONVERGED
        rows = rows[good]
        means[rows] = self.mean + shift[rows]
        values[rows] = found[good]
        flags[rows] = inadmissibility(self.table, found[good])
        return Outcome(means=means, values=values, reason=reason, flags=flags)

    def _slope(self, values: Array, covariance: Array) -> Array:
        slope = gradient(self.table, values, covariance)
        return slope if self.penalty is None else np.asarray(slope + 2 * self.penalty * values)

    def _search(self, covariance: Array) -> tuple[Array, Array]:
        """Parameters (b, q) of a batch of covariances, and which of them are an optimum."""
        values, done = chord_steps(
            lambda at, members: self._slope(at, covariance[members]),
            len(covariance),
            self.start,
            inverse=self.inverse,
            scale=self.scale,
            lower=self.lower,
        )
        sigma = matrices(self.table, values[done]).sigma
        done[done] = np.linalg.eigvalsh(sigma / np.outer(self.sd, self.sd))[:, 0] > 0
        values[~done] = self.start
        rest = np.flatnonzero(~done)
        if rest.size:
            found = minimise(
                CovarianceProblem(table=self.table, sample=covariance[rest], penalty=self.penalty),
                values[rest],
                tolerance=TOLERANCE,
                max_iterations=SCORING_STEPS,
                lower=self.lower,
            )
            values[rest] = found.values
            done[rest] = np.isfinite(found.f) & (found.gradient < 10 * TOLERANCE)
        return values, done


def unusable(weight: Array, variances: Array, relative: Array) -> Array:
    """Why draws cannot be estimated, (b,) int8 of ``Reason``.

    ``weight`` (b,) is the sum of weights; ``variances`` (b, p) of the answers and the covariances
    ``relative`` (b, p, p) that are fitted are those of the draw over the sample's variances.
    """
    reason = np.full(len(weight), Reason.USED, dtype=np.int8)
    reason[np.linalg.eigvalsh(relative)[:, 0] <= SMALLEST_EIGENVALUE] = Reason.SINGULAR
    reason[variances.min(axis=1) <= SMALLEST_EIGENVALUE] = Reason.CONSTANT_ITEM
    reason[weight <= 0] = Reason.NO_WEIGHT
    return reason


def chord_steps(
    slope_of: Callable[[Array, Array], Array],
    size: int,
    start: Array,
    *,
    inverse: Array,
    scale: Array,
    lower: Array | None = None,
) -> tuple[Array, Array]:
    """Steps from ``start`` (q,) for a batch of ``size``: where they end, and which of them end well.

    A gradient may rise for a step, but not to twice its lowest. It is scaled by the sample's curvature, not
    the resample's, so it has to fall to a tenth of the tolerance. Those that do not end well are back at
    the start.

    Parameters
    ----------
    slope_of
        Gradient (a, q) of the members (a,) at values (a, q).
    inverse, scale
        See ``chord_matrix``.
    lower : (q,), optional
        Bounds; parameters that start on theirs stay there.
    """
    values, done = np.repeat(start[None], size, axis=0), np.zeros(size, dtype=bool)
    loose = np.ones(len(start), dtype=bool) if lower is None else start > lower
    active, best = np.arange(size), np.full(size, np.inf)
    own = np.broadcast_to(inverse, (size, *inverse.shape))
    step = before = np.zeros(values.shape)
    for _ in range(CHORD_STEPS):
        if not active.size:
            break
        try:
            slope = slope_of(values[active], active)
        except np.linalg.LinAlgError:  # somebody's Sigma is singular
            break
        scaled = np.max(np.abs(slope[:, loose]) * scale[loose], axis=1, initial=0.0)
        small = scaled < TOLERANCE / 10
        ended = small if lower is None else small & _within(values[active], slope * scale, lower, loose)
        done[active[ended]] = True
        going = ~small & (scaled < 2 * best)
        own = _learned(own[going], step[going], (slope - before)[going] * loose)
        active, best, before = active[going], np.minimum(best, scaled)[going], slope[going]
        step = -(own @ before[..., None])[..., 0]
        values[active] += step
    return np.where(done[:, None], values, start), done


def _learned(inverse: Array, step: Array, change: Array) -> Array:
    """Inverse Hessians (b, q, q) that explain the ``change`` (b, q) of the gradients by a ``step``.

    The BFGS update (Nocedal & Wright 2006, *Numerical Optimization*, eq. 6.17), left out where the slope
    did not rise along the step, as before the first one.
    """
    along = (step * change).sum(axis=1)
    clear = along > 1e-10 * np.linalg.norm(step, axis=1) * np.linalg.norm(change, axis=1)
    per = np.where(clear, 1 / np.where(clear, along, 1.0), 0.0)[:, None, None]
    turned = (inverse @ change[..., None]) * step[:, None, :] * per
    spread = 1 + per * (change[:, None, :] @ inverse @ change[..., None])
    return np.asarray(inverse - turned - _t(turned) + per * spread * step[:, :, None] * step[:, None, :])


def _within(values: Array, slope: Array, lower: Array, loose: Array) -> Array:
    """Whether (b,) no bound is crossed and every parameter on its bound presses against it."""
    inside = np.all(values >= lower, axis=1)
    return np.asarray(inside & np.all(slope[:, ~loose] > -TOLERANCE, axis=1))


def chord_matrix(hessian: Array, information: Array, loose: Array) -> tuple[Array, Array]:
    """Inverse (q, q) of the Hessian, 0 for parameters that are not ``loose`` (q,), and the scale (q,)."""
    curvature = np.diag(information)
    scale = 1 / np.sqrt(np.where(curvature > 0, curvature, 1.0))
    both = np.ix_(loose, loose)
    made = np.zeros(hessian.shape)
    # a minimum without curvature in some direction has a pseudo-inverse; chord steps then hardly
    # succeed and scoring takes over
    made[both] = np.linalg.pinv((hessian * np.outer(scale, scale))[both], hermitian=True)
    return np.outer(scale, scale) * made, scale


def covariance_refit(
    table: ParameterTable,
    sample: Sample,
    start: Array,
    *,
    penalty: Array | None = None,
    lower: Array | None = None,
) -> CovarianceRefit:
    """Prepare the refit of a sample from its optimum ``start`` (q,).

    ``penalty`` (q,) is that of a ridge fit, ``lower`` (q,) are the bounds of a bounded one.
    """
    cov, rise = sample.cov, 0.0 if penalty is None else np.diag(2 * penalty)
    loose = np.ones(len(start), dtype=bool) if lower is None else start > lower
    information = gradient_and_information(table, start, cov)[1] + rise
    inverse, scale = chord_matrix(observed_hessian(table, start, cov) + rise, information, loose)
    return CovarianceRefit(
        table=table,
        centred=np.ascontiguousarray((sample.answers - sample.mean).T),
        mean=np.array(sample.mean),
        sd=np.sqrt(np.diag(sample.cov)),
        weights=np.array(sample.weights),
        start=np.array(start, dtype=float),
        inverse=inverse,
        scale=scale,
        penalty=penalty,
        lower=lower,
    )


def weighted_sums(centred: Array, weights: Array, multipliers: Array) -> Array:
    """Sums of weights, answers and products of answers, (b, 1 + p + p(p+1)/2).

    ``centred`` (p, n); the products are those of ``np.triu_indices``. They are formed by blocks of
    respondents and never stored.
    """
    p, n = centred.shape
    sums = np.zeros((len(multipliers), 1 + p + p * (p + 1) // 2))
    block = np.empty((sums.shape[1], min(n, BLOCK)))
    for first in range(0, n, BLOCK):
        cut = slice(first, min(first + BLOCK, n))
        terms = block[:, : cut.stop - first]
        terms[0] = weights[cut]
        np.multiply(centred[:, cut], terms[0], out=terms[1 : 1 + p])
        place = 1 + p
        for i in range(p):
            np.multiply(terms[1 + i], centred[i:, cut], out=terms[place : place + p - i])
            place += p - i
        sums += multipliers[:, cut] @ terms.T
    return sums


def moments(sums: Array, p: int) -> tuple[Array, Array]:
    """Means (b, p) and covariances (b, p, p), divisor: the sum of weights; 0 where nobody has a weight."""
    total = np.where(sums[:, :1] > 0, sums[:, :1], np.inf)
    means = sums[:, 1 : 1 + p] / total
    i, j = np.triu_indices(p)
    covariance = np.empty((len(sums), p, p))
    covariance[:, i, j] = sums[:, 1 + p :] / total - means[:, i] * means[:, j]
    covariance[:, j, i] = covariance[:, i, j]
    return means, covariance


def inadmissibility(table: ParameterTable, values: Array) -> Array:
    """What is inadmissible in each of ``values`` (b, q): (b,) uint8 of ``Flag``."""
    mats = matrices(table, values)
    raw = row_values(table, values)
    variance = [k for k, row in enumerate(table.rows) if row.op == "~~" and row.i == row.j and row.free >= 0]
    flags = np.where((raw[:, variance] < 0).any(axis=1), Flag.NEGATIVE_VARIANCE, 0)
    pairs = np.triu_indices(len(table.constructs), 1)
    beyond = (np.abs(construct_correlations(mats)[:, pairs[0], pairs[1]]) >= 1).any(axis=1)
    flags |= np.where(beyond, Flag.CORRELATION, 0)
    # (I - B)^-1 keeps the signs of the eigenvalues: Psi is as definite as the constructs' covariance
    size = np.sqrt(np.abs(np.diagonal(mats.psi, axis1=-2, axis2=-1)))
    size = np.where(size > 0, size, 1.0)
    indefinite = np.linalg.eigvalsh(mats.psi / (size[:, :, None] * size[:, None, :]))[:, 0] < -1e-12
    return np.asarray(flags | np.where(indefinite, Flag.LATENT_COVARIANCE, 0), dtype=np.uint8)


@dataclass(frozen=True, kw_only=True)
class CovarianceJackknife:
    """Maximum likelihood without some unit: ``refit(left_out)`` with unit numbers (b,).

    The sums of what is left are those of the whole less those of the unit: ``by_unit`` (u, k) and
    ``by_stratum`` (strata, k) are sums as in ``weighted_sums``, ``regain`` (u,) is what the rest of the
    unit's stratum counts.
    """

    refit: CovarianceRefit
    by_unit: Array
    by_stratum: Array
    stratum: Array
    regain: Array

    def __call__(self, left_out: Array, /) -> Outcome:
        """Estimates of a batch."""
        own, rest = self.stratum[left_out], self.regain[left_out][:, None]
        others = self.by_stratum.sum(axis=0) - self.by_stratum[own]
        return self.refit.from_sums(others + rest * (self.by_stratum[own] - self.by_unit[left_out]))


def covariance_jackknife(refit: CovarianceRefit, plan: JackknifePlan) -> CovarianceJackknife:
    """Sum up the answers of each unit once."""
    units, strata = plan.units, int(plan.units.stratum.max()) + 1
    p = len(refit.mean)
    i, j = np.triu_indices(p)
    rows = [refit.weights, *(refit.weights * refit.centred)]
    sums = [np.bincount(units.of_row, row) for row in rows]
    sums += [np.bincount(units.of_row, rows[1 + a] * refit.centred[b]) for a, b in zip(i, j, strict=True)]
    by_unit = np.stack(sums, axis=1)
    by_stratum = np.stack([np.bincount(units.stratum, column, strata) for column in by_unit.T], axis=1)
    return CovarianceJackknife(
        refit=refit, by_unit=by_unit, by_stratum=by_stratum, stratum=units.stratum, regain=plan.regain()
    )


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)
