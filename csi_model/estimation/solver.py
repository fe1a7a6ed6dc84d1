"""Finding the optimum: damped Fisher scoring in batches, finished by Newton steps.

Levenberg's damping of the expected Hessian (Fletcher 1987, *Practical Methods of Optimization*,
section 5.2). Variances are not bounded unless asked, as in lavaan, so that a negative one shows. What is
minimised is a ``Problem``: a batch of samples of one model, of several groups, or with gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import (
    discrepancy,
    gradient_and_information,
    matrices,
    observed_hessian,
)
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]

GRADIENT_TOLERANCE = 1e-8
"""Largest gradient of F, each entry divided by the square root of its expected second derivative."""


class Problem(Protocol):
    """A batch of samples and their model: F with its derivatives."""

    def value(self, values: Array, members: Array) -> Array:
        """F (b,) at ``values`` (b, q) for the samples ``members`` (b,); infinite where impossible."""

    def derivatives(self, values: Array, members: Array) -> tuple[Array, Array]:
        """Gradient (b, q) and expected Hessian (b, q, q)."""

    def hessian(self, values: Array) -> Array:
        """Observed Hessian (q, q) at ``values`` (q,) for the first sample."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CovarianceProblem:
    """Covariance matrices ``sample`` (b, p, p) with divisor n of one model without mean structure.

    With a ``penalty`` (q,) the sum of ``penalty * values^2`` is added to F.
    """

    table: ParameterTable
    sample: Array
    penalty: Array | None = None

    def value(self, values: Array, members: Array) -> Array:
        chosen = self.sample[members]
        f = discrepancy(matrices(self.table, values).sigma, chosen, np.linalg.slogdet(chosen)[1])
        return f if self.penalty is None else np.asarray(f + values**2 @ self.penalty)

    def derivatives(self, values: Array, members: Array) -> tuple[Array, Array]:
        slope, hessian = gradient_and_information(self.table, values, self.sample[members])
        if self.penalty is None:
            return slope, hessian
        return slope + 2 * self.penalty * values, hessian + np.diag(2 * self.penalty)

    def hessian(self, values: Array) -> Array:
        made = observed_hessian(self.table, values, self.sample[0])
        return made if self.penalty is None else np.asarray(made + np.diag(2 * self.penalty))


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """Where the search ended: ``values`` (..., q), ``f`` (...), scaled ``gradient`` (...), steps."""

    values: Array
    f: Array
    gradient: Array
    iterations: int

    @property
    def converged(self) -> Array:
        return np.asarray(np.isfinite(self.f) & (self.gradient < 100 * GRADIENT_TOLERANCE))


def scaled_gradient(slope: Array, hessian: Array) -> Array:
    """Largest |g_r| / sqrt(H_rr); a free parameter without curvature counts by its gradient alone."""
    curvature = np.sqrt(np.diagonal(hessian, axis1=-2, axis2=-1))
    scaled = np.abs(slope) / np.where(curvature > 0, curvature, 1.0)
    return np.asarray(np.max(scaled, axis=-1, initial=0.0))


def fisher_scoring(
    table: ParameterTable,
    sample: Array,
    start: Array,
    *,
    tolerance: float = GRADIENT_TOLERANCE,
    max_iterations: int = 500,
) -> Optimum:
    """Minimise F for a batch of sample covariances (b, p, p) from ``start`` (b, q)."""
    return minimise(
        CovarianceProblem(table=table, sample=sample),
        start,
        tolerance=tolerance,
        max_iterations=max_iterations,
    )


def minimise(
    problem: Problem,
    start: Array,
    *,
    tolerance: float = GRADIENT_TOLERANCE,
    max_iterations: int = 500,
    lower: Array | None = None,
) -> Optimum:
    """Minimise a batch from ``start`` (b, q), parameters not below ``lower`` (q,).

    Members that have converged leave the batch; one that cannot go on keeps its last point, and its
    gradient says so. At a bound only the gradient that points inside counts.
    """
    values = np.array(start, dtype=float)
    if lower is not None:
        values = np.maximum(values, lower)
    f = problem.value(values, np.arange(len(values)))
    damping = np.full(len(values), 1e-3)
    slopes = np.full(len(values), np.inf)
    active = np.flatnonzero(np.isfinite(f))
    iteration = 0
    while active.size and iteration < max_iterations:
        iteration += 1
        slope, hessian = problem.derivatives(values[active], active)
        if lower is not None:
            slope, hessian = _held(values[active], slope, hessian, lower)
        slopes[active] = scaled_gradient(slope, hessian)
        going = (slopes[active] >= tolerance) & (damping[active] < 1e12)
        active, slope, hessian = active[going], slope[going], hessian[going]
        if not active.size:
            break
        trial = values[active] + _damped_step(slope, hessian, damping[active])
        if lower is not None:
            trial = np.maximum(trial, lower)
        trial_f = problem.value(trial, active)
        # rounding leaves F uncertain by about 1e-14: a step that changes it by less is accepted
        better = trial_f <= f[active] + 1e-14 * (1 + np.abs(f[active]))
        values[active[better]] = trial[better]
        f[active[better]] = trial_f[better]
        eased = np.where(damping[active] < 1e-9, 0.0, damping[active] / 10)
        damping[active] = np.where(better, eased, np.maximum(damping[active], 1e-9) * 10)
    return Optimum(values=values, f=f, gradient=slopes, iterations=iteration)


def _held(values: Array, slope: Array, hessian: Array, lower: Array) -> tuple[Array, Array]:
    """Take parameters that press against their bound out of the step."""
    held = (values <= lower) & (slope > 0)
    loose = ~held
    both = loose[..., :, None] & loose[..., None, :]
    identity = np.eye(slope.shape[-1], dtype=bool)
    return np.where(held, 0.0, slope), np.where(both | identity, hessian, 0.0)


def _damped_step(slope: Array, hessian: Array, damping: Array) -> Array:
    diagonal = np.diagonal(hessian, axis1=-2, axis2=-1)
    # scaling to a unit diagonal keeps mixed answer scales from hiding a direction
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    unit = hessian / (scale[..., :, None] * scale[..., None, :])
    ridge = np.maximum(damping, 1e-12)[..., None, None] * np.eye(hessian.shape[-1])
    return np.asarray(-np.linalg.solve(unit + ridge, (slope / scale)[..., None])[..., 0] / scale)


def polish(problem: Problem, optimum: Optimum, lower: Array | None = None) -> Optimum:
    """Newton steps with the exact Hessian from a single ``optimum`` (batch of one).

    Fisher scoring slows down where the model fits badly; Newton's method ends the search quadratically.
    A step is kept only if the scaled gradient falls and F does not rise. Parameters on their bound stay.
    """
    first = np.zeros(1, dtype=np.int64)
    values, f, slopes = optimum.values[0], float(optimum.f[0]), float(optimum.gradient[0])
    bound = np.full(values.size, -np.inf) if lower is None else lower
    loose = values > bound
    count = 0
    for _ in range(20):
        if slopes < 1e-13:
            break
        hessian = problem.hessian(values)[np.ix_(loose, loose)]
        if np.any(np.diag(hessian) <= 0):
            break
        scale = 1 / np.sqrt(np.diag(hessian))
        unit = hessian * np.outer(scale, scale)
        if np.linalg.eigvalsh(unit)[0] <= 1e-14:
            break
        slope = problem.derivatives(values[None], first)[0][0]
        trial = values.copy()
        trial[loose] -= scale * np.linalg.solve(unit, scale * slope[loose])
        trial_f = float(problem.value(trial[None], first)[0])
        if not np.isfinite(trial_f) or trial_f > f + 1e-12 * (1 + abs(f)) or np.any(trial < bound):
            break
        slope, information = problem.derivatives(trial[None], first)
        trial_slope = float(scaled_gradient(slope[0][loose], information[0][np.ix_(loose, loose)]))
        if trial_slope >= slopes:
            break
        values, f, slopes, count = trial, trial_f, trial_slope, count + 1
    return Optimum(
        values=values[None],
        f=np.array([f]),
        gradient=np.array([slopes]),
        iterations=optimum.iterations + count,
    )
