"""Covariances linearised from the survey design.

Influence values of respondents are summed over clusters and compared within strata (Taylor
linearisation: Binder 1983, International Statistical Review 51, 279-292; pseudo maximum likelihood:
Skinner 1989). A group, or the respondents with complete answers, is a domain of the survey: clusters
without any of them count with a sum of zero (Cochran 1977, section 5A.14). Weights that were raked to known
margins count as that, not as given (``calibrated``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.survey.calibrated import calibrated_covariance, stratum_factor
from csi_model.survey.moments import Sample

Array = NDArray[Any]

ONE_CLUSTER = "all respondents are of one cluster"
"""Why a sample has no standard errors."""


def is_simple(sample: Sample) -> bool:
    """True for a simple random sample: equal weights, no strata, no clusters, no margins met."""
    if sample.kept is not None:
        return sample.kept.simple
    equal = bool(np.all(sample.weights == sample.weights[0]))
    return equal and sample.strata is None and sample.cluster is None and sample.calibration is None


def one_cluster(sample: Sample) -> bool:
    """True where all respondents are of one cluster, so that nothing tells how clusters differ."""
    codes, strata = sample.cluster, sample.strata
    if codes is None or (strata is not None and np.any(strata != strata[0])):
        return False
    return bool(np.all(codes == codes[0]))


def mean_covariance(sample: Sample) -> Array:
    """Covariance (p, p) of the item means under the sample's design."""
    if sample.kept is not None:
        return sample.kept.mean_cov
    if is_simple(sample):
        return np.asarray(sample.cov / (sample.n - 1))
    return design_covariance(sample.answers - sample.mean, sample)


def inverse(hessian: Array) -> Array:
    """Inverse by way of the unit-diagonal form; NaN where the matrix is singular."""
    diagonal = np.diag(hessian)
    if not np.all(np.isfinite(hessian)) or np.any(diagonal <= 0):
        return np.full(hessian.shape, np.nan)
    scale = 1 / np.sqrt(diagonal)
    unit = hessian * np.outer(scale, scale)
    try:
        made = np.linalg.inv(unit)
    except np.linalg.LinAlgError:
        return np.full(hessian.shape, np.nan)
    return np.asarray((made + made.T) / 2 * np.outer(scale, scale))


def design_covariance(influences: Array, sample: Sample) -> Array:
    """Covariance of weighted means of ``influences`` (n, k) under the sample's design.

    NaN where the sample is one cluster of a larger survey: its influences sum to zero in it whatever they
    are.

    Raises
    ------
    EstimationError
        A stratum has a single cluster, so that its variance cannot be estimated.
    """
    share = sample.weights / sample.weights.sum()
    totals = influences * share[:, None]
    if sample.calibration is not None:
        made = calibrated_covariance(totals, sample, sample.calibration)
        return np.full(made.shape, np.nan) if one_cluster(sample) else made
    strata = np.zeros(sample.n, dtype=np.int64) if sample.strata is None else sample.strata
    units = np.arange(sample.n) if sample.cluster is None else sample.cluster
    _, index = np.unique(np.stack([strata, units]), axis=1, return_inverse=True)
    index = np.ravel(index)
    count = int(index.max()) + 1
    order = np.argsort(index, kind="stable")
    sums = np.add.reduceat(totals[order], np.searchsorted(index[order], np.arange(count)), axis=0)
    stratum_of = np.zeros(count, dtype=np.int64)
    stratum_of[index] = strata
    made = np.zeros((totals.shape[1], totals.shape[1]))
    for stratum in np.unique(stratum_of):
        block = sums[stratum_of == stratum]
        m = len(block) if sample.units is None else int(sample.units[stratum])
        factor = stratum_factor(m)
        mean = block.sum(axis=0) / m
        deviations = block - mean
        made += factor * (deviations.T @ deviations + (m - len(block)) * np.outer(mean, mean))
    return np.full(made.shape, np.nan) if one_cluster(sample) else made
