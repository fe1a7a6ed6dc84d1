"""Covariances of item means under the survey's design, for every part of a fit that has numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.fits import CompositeSolution, GroupFit, Solution
from csi_model.estimation.inference import item_mean_covariance
from csi_model.survey.linearised import design_covariance, is_simple, mean_covariance
from csi_model.survey.moments import Sample

Array = NDArray[Any]


def mean_influences(sample: Sample) -> Array:
    """What each respondent moves the item means by, (n, p): their weighted mean is the means' error.

    ``x - mean``; with gaps ``(x - mean) sum w / sum of w of those who answered`` and 0 in a gap, the
    linearised available-case mean, which is a ratio (Cochran 1977, *Sampling Techniques*, section 6.3).
    """
    there = np.isfinite(sample.answers)
    answered = sample.weights @ there
    share = sample.sum_w / np.where(answered > 0, answered, np.nan)
    return np.asarray(np.where(there, sample.answers - sample.mean, 0.0) * share)


def part_mean_covariance(part: GroupFit) -> Array:
    """Covariance (p, p) of a part's item means in squared answer units; NaN where the design has none."""
    sample = part.sample
    p = len(sample.mean)
    if isinstance(part.solution, Solution):
        return np.asarray(part.solution.covariance[:p, :p])
    try:
        if not isinstance(part.solution, CompositeSolution):
            return item_mean_covariance(sample)
        if not np.isnan(sample.answers).any():
            return mean_covariance(sample)
        moved = mean_influences(sample)
        if is_simple(sample):
            return np.asarray(moved.T @ moved / (sample.n * (sample.n - 1)))
        return design_covariance(moved, sample)
    except EstimationError:
        return np.full((p, p), np.nan)
