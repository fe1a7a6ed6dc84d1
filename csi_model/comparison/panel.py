"""Respondents who answered in several waves: what two waves' estimates share, by linearised influences.

With ``p_i`` and ``q_i`` the shares of person i in the weights of the two waves and ``u_i``, ``v_i`` the
influences on an estimate,

    cov = f sum over persons in both of (p_i u_i)(q_i v_i)'

which with equal weights is ``n12 / (n1 n2)`` times the covariance of the shared answers (Kish 1965, *Survey
Sampling*, section 12.4). Without a design the factor f makes it unbiased, and the paired formula exact where
everybody is in both waves:

    f = 1 / (1 - 1/n1 - 1/n2 + n12 / (n1 n2))

With weights, strata, clusters or margins it is the design-based covariance of both waves' influences in one
sample, whose units are the clusters, or persons where there are none (Wood 2008, Survey Methodology 34,
53-78).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.delta import jacobian
from csi_model.estimation.inference import Evidence
from csi_model.estimation.optimum import evidence_of, ridge_penalty, variance_bounds
from csi_model.estimation.options import FitOptions, errors_of
from csi_model.estimation.parameters import ParameterTable
from csi_model.evaluation.item_means import mean_influences
from csi_model.survey.linearised import design_covariance, inverse, is_simple
from csi_model.survey.moments import Sample

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Respondents:
    """A sample and who is in it: ``persons`` (n,) are numbers that a person has in every wave."""

    sample: Sample
    persons: Array


def person_numbers(codes: Array) -> Array:
    """``Survey.persons`` (n,) with a number of its own for everybody whom nobody knows."""
    unknown = codes < 0
    made = codes.copy()
    made[unknown] = codes.max(initial=-1) + 1 + np.arange(int(unknown.sum()))
    return made


def shared_persons(first: Respondents, second: Respondents) -> int:
    """How many persons are in both samples."""
    return int(np.intersect1d(first.persons, second.persons).size)


def panel_covariance(
    first: Respondents, second: Respondents, moved: tuple[Array, Array], everyone: Array
) -> Array:
    """Covariance (k, l) of two waves' estimates.

    Parameters
    ----------
    first, second
        Who answered in the two waves.
    moved : ((n1, k), (n2, l))
        Influences of the respondents: their weighted means are the errors of the estimates.
    everyone : (N,)
        Persons of the whole survey, which weights raked to margins depend on.

    Raises
    ------
    EstimationError
        A stratum has a single unit.
    """
    if is_simple(first.sample) and is_simple(second.sample):
        return _simple(first, second, moved)
    both = _stacked(first, second, everyone)
    sizes = [influence.shape[1] for influence in moved]
    influences = np.zeros((both.n, sum(sizes)))
    influences[: first.sample.n, : sizes[0]] = moved[0] * (both.sum_w / first.sample.weights.sum())
    influences[first.sample.n :, sizes[0] :] = moved[1] * (both.sum_w / second.sample.weights.sum())
    return design_covariance(influences, both)[: sizes[0], sizes[0] :]


def _simple(first: Respondents, second: Respondents, moved: tuple[Array, Array]) -> Array:
    shared = np.intersect1d(first.persons, second.persons)
    n1, n2 = first.sample.n, second.sample.n
    one = _summed(first.persons, moved[0] / n1, shared)
    two = _summed(second.persons, moved[1] / n2, shared)
    factor = 1 / (1 - 1 / n1 - 1 / n2 + len(shared) / (n1 * n2))
    return np.asarray(factor * one.T @ two)


def _summed(persons: Array, rows: Array, wanted: Array) -> Array:
    """Sums (len(wanted), k) of ``rows`` (n, k) over each wanted person; ``wanted`` is sorted."""
    there = np.isin(persons, wanted)
    made = np.zeros((len(wanted), rows.shape[1]))
    np.add.at(made, np.searchsorted(wanted, persons[there]), rows[there])
    return made


def _stacked(first: Respondents, second: Respondents, everyone: Array) -> Sample:
    """Both waves as one sample; a person's answers are one unit."""
    one, two = first.sample, second.sample
    cluster = _joined(one.cluster, two.cluster)
    calibration = one.calibration
    if cluster is None:
        cluster = np.concatenate([first.persons, second.persons])
        if calibration is not None:
            calibration = replace(calibration, cluster=everyone)
    weights = np.concatenate([one.weights, two.weights])
    return replace(
        one,
        n=one.n + two.n,
        sum_w=float(weights.sum()),
        answers=np.vstack([one.answers, two.answers]),
        weights=weights,
        strata=_joined(one.strata, two.strata),
        cluster=cluster,
        at=_joined(one.at, two.at),
        calibration=calibration,
    )


def _joined(first: Array | None, second: Array | None) -> Array | None:
    return None if first is None or second is None else np.concatenate([first, second])


def estimate_influences(
    table: ParameterTable | CompositeTable, sample: Sample, values: Array, options: FitOptions
) -> Array:
    """Influences (n, p + q) of respondents on item means and parameters.

    Of PLS, and of pairwise covariances, (n, p): those on the means alone.

    For parameters they are ``A^-1`` times the scores, A the information that standard errors rest on.

    Raises
    ------
    EstimationError
        Two items were never answered together.
    """
    if isinstance(table, CompositeTable) or (np.isnan(sample.answers).any() and not table.has_means):
        return mean_influences(sample)
    evidence = Evidence(table=table, sample=sample)
    if table.has_means:
        evidence = evidence_of(table, sample)
    elif options.ridge:
        evidence = replace(evidence, penalty=ridge_penalty(table, sample.cov, options.ridge))
    observed = errors_of(options) in ("observed", "robust") or not is_simple(sample)
    information = (evidence.observed(values) if observed else evidence.expected(values)) / 2
    free = np.ones(len(values), dtype=bool)
    if options.variances == "bounded":
        free = values > variance_bounds(table)
    bread = np.zeros(information.shape)
    bread[np.ix_(free, free)] = inverse(information[np.ix_(free, free)])
    moved = evidence.scores(values) @ bread
    means = moved @ jacobian(evidence.means, values).T if table.has_means else sample.answers - sample.mean
    return np.hstack([means, moved])
