"""Scores of respondents on every construct, 0-100: an output that is only made when it is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import CompositeSolution, Fit, Solution
from csi_model.evaluation.composite_quantities import composite_index_weights
from csi_model.evaluation.quantities import index_weights, metric_of
from csi_model.survey.survey import ANSWERED, Survey

Array = NDArray[Any]


def respondent_scores(fit: Fit, survey: Survey) -> pd.DataFrame:
    """Score of every respondent of the estimation sample, by the whole sample's index weights.

    Returns
    -------
    DataFrame
        ``row`` (of the file, as a spreadsheet counts), the group columns, then one column a construct,
        0-100. The weighted mean of a column is the construct's index; where answers are missing (all
        available answers are used) the score is that of the questions answered, and their mean only
        nearly so. NaN where none was answered, and for interactions.
    """
    model, options = fit.model, fit.options
    solution = fit.pooled.solution
    metric = metric_of(model, options.weight_rule, options.given_weights)
    if isinstance(solution, CompositeSolution):
        made = composite_estimates(solution.table, solution.means, solution.values)
        weights = composite_index_weights(solution.table, metric, made)
    elif isinstance(solution, Solution):
        weights = index_weights(solution.table, metric, matrices(solution.table, solution.values))
    else:
        raise ValueError("a fit without a solution has no scores")
    used = np.ones(len(survey), dtype=bool)
    answers = survey.answers
    if options.missing_data == "complete":
        used = np.all(survey.reasons == ANSWERED, axis=1)
    elif options.missing_data == "mean":
        answers = np.where(np.isnan(answers), fit.pooled.sample.mean, answers)
    scores = weighted_scores(100 * (answers[used] - metric.low) / metric.width, weights)
    columns: dict[str, Any] = {"row": survey.rows[used]}
    for name, values in zip(survey.by, survey.groups, strict=True):
        columns[name] = np.array(values, dtype=str)[used]
    columns |= {name: scores[:, j] for j, name in enumerate(model.construct_names)}
    return pd.DataFrame(columns)


def weighted_scores(points: Array, weights: Array) -> Array:
    """Scores (n, m) of answers on 0-100 (n, p) by weights (m, p), over the answers there are (NaN: gap)."""
    there = ~np.isnan(points)
    known = np.where(np.isfinite(weights), weights, 0.0)
    shares = there.astype(float) @ known.T
    sums = np.where(there, points, 0.0) @ known.T
    return np.asarray(np.divide(sums, shares, out=np.full(sums.shape, np.nan), where=np.abs(shares) > 1e-12))
