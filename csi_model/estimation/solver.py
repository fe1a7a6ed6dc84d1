"""Finding the optimum: damped Fisher scoring in batches, finished by Newton steps.

Levenberg's damping of the expected Hessian (Fletcher 1987, *Practical Methods of Optimization*,
section 5.2); variances are not bounded, as in lavaan, so that a negative one shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import (
    discrepancy,
    gradient,
    gradient_and_information,
    matrices,
    observed_hessian,
)
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]

GRADIENT_TOLERANCE = 1e-8
"""Largest gradient of F, each entry divided by the square root of its expected second derivative."""


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
    """Minimise F for a batch of sample covariances (b, p, p) from ``start`` (b, q).

    Members that have converged leave the batch; one that cannot go on keeps its last point, and its
    gradient says so.
    """
    values = np.array(start, dtype=float)
    log_det = np.linalg.slogdet(sample)[1]
    f = discrepancy(matrices(table, values).sigma, sample, log_det)
    damping = np.full(len(values), 1e-3)
    slopes = np.full(len(values), np.inf)
    active = np.flatnonzero(np.isfinite(f))
    iteration = 0
    while active.size and iteration < max_iterations:
        iteration += 1
        slope, hessian = gradient_and_information(table, values[active], sample[active])
        slopes[active] = scaled_gradient(slope, hessian)
        going = (slopes[active] >= tolerance) & (damping[active] < 1e12)
        active, slope, hessian = active[going], slope[going], hessian[going]
        if not active.size:
            break
        step = _damped_step(slope, hessian, damping[active])
        trial = values[active] + step
        trial_f = discrepancy(matrices(table, trial).sigma, sample[active], log_det[active])
        # rounding leaves F uncertain by about 1e-14: a step that changes it by less is accepted
        better = trial_f <= f[active] + 1e-14 * (1 + np.abs(f[active]))
        values[active[better]] = trial[better]
        f[active[better]] = trial_f[better]
        eased = np.where(damping[active] < 1e-9, 0.0, damping[active] / 10)
        damping[active] = np.where(better, eased, np.maximum(damping[active], 1e-9) * 10)
    return Optimum(values=values, f=f, gradient=slopes, iterations=iteration)


def _damped_step(slope: Array, hessian: Array, damping: Array) -> Array:
    diagonal = np.diagonal(hessian, axis1=-2, axis2=-1)
    # scaling to a unit diagonal keeps mixed answer scales from hiding a direction
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    unit = hessian / (scale[..., :, None] * scale[..., None, :])
    ridge = np.maximum(damping, 1e-12)[..., None, None] * np.eye(hessian.shape[-1])
    return np.asarray(-np.linalg.solve(unit + ridge, (slope / scale)[..., None])[..., 0] / scale)


def polish(table: ParameterTable, sample: Array, optimum: Optimum) -> Optimum:
    """Newton steps with the exact Hessian from a single ``optimum`` (batch of one).

    Fisher scoring slows down where the model fits badly; Newton's method ends the search quadratically.
    A step is kept only if the scaled gradient falls and F does not rise.
    """
    values, f, slopes = optimum.values[0], float(optimum.f[0]), float(optimum.gradient[0])
    log_det = np.linalg.slogdet(sample)[1]
    count = 0
    for _ in range(20):
        hessian = observed_hessian(table, values, sample)
        if slopes < 1e-13 or np.any(np.diag(hessian) <= 0):
            break
        scale = 1 / np.sqrt(np.diag(hessian))
        unit = hessian * np.outer(scale, scale)
        if np.linalg.eigvalsh(unit)[0] <= 1e-14:
            break
        trial = values - scale * np.linalg.solve(unit, scale * gradient(table, values, sample))
        trial_f = float(discrepancy(matrices(table, trial).sigma, sample, log_det))
        if not np.isfinite(trial_f) or trial_f > f + 1e-12 * (1 + abs(f)):
            break
        trial_slope = float(scaled_gradient(*gradient_and_information(table, trial, sample)))
        if trial_slope >= slopes:
            break
        values, f, slopes, count = trial, trial_f, trial_slope, count + 1
    return Optimum(
        values=values[None],
        f=np.array([f]),
        gradient=np.array([slopes]),
        iterations=optimum.iterations + count,
    )
