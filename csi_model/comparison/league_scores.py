"""The joint error of the scores of a survey's groups, from the fit and its tables.

Groups measured with one set of weights share its error; groups whose clusters or strata overlap, or that
have the same persons in several waves, share respondents. With X the units' item means on 0-100 (U, p) and W
a construct's index weights,

    Cov(I_u, I_v) = x_u' Cov(W) x_v + r_uv s_u s_v              for u != v

where ``r_uv`` is the correlation of two domains of a design by linearised sums over clusters (Cochran 1977,
*Sampling Techniques*, section 5A.14; Binder 1983) and ``s_u`` what of a unit's standard error is not that of
the weights. Standard errors are those of the index table, whatever made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from csi_model.comparison.panel import person_numbers
from csi_model.comparison.unit_scores import UnitScores
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import jacobian
from csi_model.estimation.fits import CompositeSolution, Fit, Solution
from csi_model.evaluation.composite_quantities import composite_index_weights
from csi_model.evaluation.quantities import Metric, index_weights, metric_of
from csi_model.evaluation.scores import weighted_scores
from csi_model.survey.survey import ANSWERED, Survey

Array = NDArray[Any]

ROUNDING = 1e-6
"""Index points below which a standard error is one of rounding: everybody gave the same answers."""


def league_scores(
    fitted: Fit,
    survey: Survey | None,
    index: pd.DataFrame,
    means: Mapping[tuple[str, ...], Array],
    weights_from: str = "pooled",
) -> UnitScores:
    """Scores of the groups of a survey with their joint error.

    Parameters
    ----------
    fitted, survey
        The fit (its groups may be missing), and the survey that it was made of. Without one (only sums of
        respondents were kept) units count as sharing none.
    index
        The index table of its results.
    means
        Item means (p,) in answer units of each group that has numbers.
    weights_from
        ``pooled`` or ``group``: which rows of the table.
    """
    by, constructs = list(fitted.by), fitted.model.construct_names
    rows = index[index["weights_from"] == weights_from]
    rows = rows[rows["construct"].isin(constructs)]
    keys = [tuple(key) for key in rows[by].drop_duplicates().itertuples(index=False, name=None)]
    names = [name for name in constructs if (rows["construct"] == name).any()]
    shape = (len(keys), len(names))
    scores, se = (rows[column].to_numpy(dtype=float).reshape(shape) for column in ("index", "se"))
    se = np.where(se < ROUNDING, 0.0, se)
    why = rows["why"].to_numpy(dtype=object).reshape(shape)
    place = [constructs.index(name) for name in names]
    metric = metric_of(fitted.model, fitted.options.weight_rule, fitted.options.given_weights)
    covariance = np.zeros((len(names), len(keys), len(keys)))
    if weights_from == "pooled":
        covariance += _by_weights(fitted, metric, keys, means)[place]
    at = np.arange(len(keys))
    if survey is not None and (survey.strata is not None or _clusters(survey) is not None):
        own = np.sqrt(np.maximum(se.T**2 - covariance[:, at, at], 0.0))
        alike = _correlations(_by_design(fitted, survey, metric, keys)[place])
        covariance += alike * own[:, :, None] * own[:, None, :]
    covariance *= (se.T[:, :, None] > 0) & (se.T[:, None, :] > 0)
    covariance[:, at, at] = se.T**2
    unknown = ~np.isfinite(se.T)
    covariance[unknown] = np.nan
    covariance = np.where(unknown[:, None, :], np.nan, covariance)
    first = rows.drop_duplicates(by)
    n = first["n"].to_numpy(dtype=np.int64)
    n_eff = first["n_eff"].to_numpy(dtype=float)
    return UnitScores(
        level=by[-1],
        keys=tuple(keys),
        constructs=tuple(names),
        index=scores,
        covariance=covariance,
        df=_degrees(survey, keys, n_eff),
        n=n,
        n_eff=n_eff,
        why=tuple(next((text for text in line if text), "") for line in why),
    )


def unit_means(keys: Sequence[Sequence[str]], moments: Mapping[str, Array]) -> dict[tuple[str, ...], Array]:
    """Item means of each group from what a results folder keeps (the whole sample stands first)."""
    return {
        tuple(map(str, key)): moments[f"mean_{k}"]
        for k, key in enumerate(keys)
        if k > 0 and f"mean_{k}" in moments
    }


def _by_weights(
    fitted: Fit, metric: Metric, keys: Sequence[tuple[str, ...]], means: Mapping[tuple[str, ...], Array]
) -> Array:
    """What the error of common weights adds, (m, U, U)."""
    spread = weight_covariance(fitted, metric)
    nothing = np.zeros(len(metric.low))
    points = np.array([100 * (means[key] - metric.low) / metric.width if key in means else nothing
                       for key in keys])  # fmt: skip
    return np.asarray(np.einsum("up,jpq,vq->juv", points, spread, points, optimize=True))


def weight_covariance(fitted: Fit, metric: Metric) -> Array:
    """Covariance (m, p, p) of the whole sample's index weights; zero where they count as known."""
    solution = fitted.pooled.solution
    if isinstance(solution, CompositeSolution):
        return _of_composite(solution, metric)
    if not isinstance(solution, Solution):
        raise ValueError("a fit without a solution has no weights")
    p = len(solution.means)

    def weights(values: Array) -> Array:
        made = index_weights(solution.table, metric, matrices(solution.table, values))
        return made.reshape(*made.shape[:-2], -1)

    if solution.draws is not None:
        return _spread(weights(solution.draws.values).reshape(-1, len(metric.member), p))
    moved = jacobian(weights, solution.values).reshape(len(metric.member), p, -1)
    within = solution.covariance[p:, p:]
    if not np.all(np.isfinite(within)):
        return np.zeros((len(metric.member), p, p))
    return np.asarray(moved @ within @ np.swapaxes(moved, -1, -2))


def _of_composite(solution: CompositeSolution, metric: Metric) -> Array:
    table = solution.table

    def weights(means: Array, values: Array) -> Array:
        made = composite_index_weights(table, metric, composite_estimates(table, means, values))
        return np.where(np.isfinite(made), made, 0.0)

    if solution.draws is not None:
        return _spread(weights(solution.draws.means, solution.draws.values))
    m, p = metric.member.shape
    if solution.jackknife is None:
        return np.zeros((m, p, p))
    made = solution.jackknife.replicates
    drawn = weights(made.means, made.values)
    return np.stack([solution.jackknife.variance(drawn[:, j]) for j in range(m)])


def _spread(drawn: Array) -> Array:
    """Covariances (m, p, p) of draws (b, m, p)."""
    apart = drawn - drawn.mean(axis=0)
    return np.asarray(np.einsum("bjp,bjq->jpq", apart, apart, optimize=True) / (len(drawn) - 1))


def _by_design(fitted: Fit, survey: Survey, metric: Metric, keys: Sequence[tuple[str, ...]]) -> Array:
    """Linearised covariances (m, U, U) of the units as domains of the design."""
    used = np.all(survey.reasons == ANSWERED, axis=1) | (fitted.options.missing_data != "complete")
    place = {key: k for k, key in enumerate(keys)}
    unit = np.array([place.get(key, -1) for key in zip(*survey.groups, strict=True)])
    used &= unit >= 0
    unit, weights = unit[used], survey.weights[used]
    scores = weighted_scores(
        100 * (survey.answers[used] - metric.low) / metric.width, _weights(fitted, metric)
    )
    known = np.isfinite(scores)
    strata = np.zeros(len(unit), dtype=np.int64) if survey.strata is None else survey.strata[used]
    clusters = _clusters(survey)
    cluster = np.arange(len(unit)) if clusters is None else clusters[used]
    pairs, row = np.unique(np.stack([strata, cluster]), axis=1, return_inverse=True)
    sizes = _strata_sizes(survey)
    made = np.zeros((scores.shape[1], len(keys), len(keys)))
    for j in range(scores.shape[1]):
        own = np.where(known[:, j], scores[:, j], 0.0)
        share = np.where(known[:, j], weights, 0.0)
        totals = np.bincount(unit, share, minlength=len(keys))
        level = np.bincount(unit, share * own, minlength=len(keys)) / np.where(totals > 0, totals, np.nan)
        moved = share * (own - level[unit]) / totals[unit]
        sums = sparse.csr_array((moved, (np.ravel(row), unit)), shape=(pairs.shape[1], len(keys)))
        made[j] = _between(sums, pairs[0], sizes)
    return made


def _clusters(survey: Survey) -> Array | None:
    """Clusters of the design, else persons who answer in several waves, else None."""
    if survey.cluster is not None or survey.persons is None:
        return survey.cluster
    return person_numbers(survey.persons)


def _correlations(covariance: Array) -> Array:
    """Correlations (m, U, U); 0 where a variance is none."""
    sd = np.sqrt(np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0))
    scale = sd[:, :, None] * sd[:, None, :]
    found: Array = np.divide(covariance, scale, out=np.zeros(covariance.shape), where=scale > 0)
    return found


def _between(sums: sparse.csr_array, stratum: Array, sizes: Mapping[int, int]) -> Array:
    """Covariances (U, U) of the columns' totals (clusters, U), clusters drawn within strata."""
    made = np.zeros((sums.shape[1], sums.shape[1]))
    for code, m in sizes.items():
        block = sums[np.flatnonzero(stratum == code)]
        if m < 2 or not block.nnz:
            continue
        total = np.asarray(block.sum(axis=0)).ravel()
        made += m / (m - 1) * ((block.T @ block).toarray() - np.outer(total, total) / m)
    return made


def _strata_sizes(survey: Survey) -> dict[int, int]:
    """Clusters (respondents, where there are none) of the whole survey by stratum."""
    strata = np.zeros(len(survey), dtype=np.int64) if survey.strata is None else survey.strata
    clusters = _clusters(survey)
    cluster = np.arange(len(survey)) if clusters is None else clusters
    pairs = np.unique(np.stack([strata, cluster]), axis=1)
    codes, counts = np.unique(pairs[0], return_counts=True)
    return dict(zip(codes.tolist(), counts.tolist(), strict=True))


def _weights(fitted: Fit, metric: Metric) -> Array:
    """Index weights (m, p) of the whole sample."""
    solution = fitted.pooled.solution
    if isinstance(solution, CompositeSolution):
        made = composite_estimates(solution.table, solution.means, solution.values)
        return composite_index_weights(solution.table, metric, made)
    if not isinstance(solution, Solution):
        raise ValueError("a fit without a solution has no weights")
    return index_weights(solution.table, metric, matrices(solution.table, solution.values))


def _degrees(survey: Survey | None, keys: Sequence[tuple[str, ...]], n_eff: Array) -> Array:
    """Degrees of freedom (U,): clusters less strata that a unit reaches into, else effective n less 1."""
    plain = np.where(np.isfinite(n_eff), np.maximum(n_eff - 1, 1), np.nan)
    if survey is None or survey.cluster is None:
        return np.asarray(plain)
    place = {key: k for k, key in enumerate(keys)}
    unit = np.array([place.get(key, -1) for key in zip(*survey.groups, strict=True)])
    return np.where(np.isfinite(plain), cluster_degrees(survey, unit, len(keys)), np.nan)


def cluster_degrees(survey: Survey, unit: Array, count: int) -> Array:
    """Clusters less strata that each of ``count`` units reaches into, (count,); at least 1.

    ``unit`` (n,) is the unit of each respondent, -1 for none. The survey has clusters.
    """
    if survey.cluster is None:
        raise ValueError("a survey without clusters has no degrees of freedom by them")
    strata = np.zeros(len(survey), dtype=np.int64) if survey.strata is None else survey.strata
    clusters = np.unique(np.stack([unit, strata, survey.cluster]), axis=1)
    layers = np.unique(np.stack([unit, strata]), axis=1)
    reached = np.bincount(clusters[0][clusters[0] >= 0], minlength=count)
    return np.asarray(np.maximum(reached - np.bincount(layers[0][layers[0] >= 0], minlength=count), 1))
