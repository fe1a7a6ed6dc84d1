"""The estimate of one sample with ordered items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError, Finding
from csi_model.estimation.fits import SMALL, Solution
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.layout import is_saturated, ordinal_table, structural
from csi_model.estimation.ordinal.left_out import left_out_influences
from csi_model.estimation.ordinal.moments import Moments, moments_of
from csi_model.estimation.ordinal.polychoric import Pairs
from csi_model.estimation.ordinal.weighted import Weighted, find, goodness, infer, weighted_of
from csi_model.estimation.parameters import ParameterTable, Row
from csi_model.estimation.starts import start_values
from csi_model.estimation.verdicts import judge
from csi_model.survey.linearised import design_covariance, is_simple, mean_covariance
from csi_model.survey.moments import Sample

Array = NDArray[Any]
Integer = int | np.signedinteger[Any]


def solve_ordinal(
    table: ParameterTable, sample: Sample, ordered: Array, name: str
) -> tuple[Sample, Solution]:
    """Estimate a model by diagonally weighted least squares.

    Parameters
    ----------
    table
        As of maximum likelihood, without means.
    sample
        Complete answers.
    ordered : (p,) bool
        Which items are ordered.
    name
        Of the sample, for messages.

    Returns
    -------
    Sample, Solution
        The covariances of the sample are now those of the latent responses; its means stay those of the
        answers, which are what thresholds imply.

    Raises
    ------
    EstimationError
        Two questions put respondents into the same order, so that their correlation is 1, or the likelihood
        of a correlation has no maximum that could be found.
    """
    items = items_of(sample.answers, sample.weights, ordered)
    moments = moments_of(items)
    check_pairs(moments.pairs, table.indicators, name)
    own = ordinal_table(table, items)
    spread = _spread(moments.influences, sample)
    gamma = (sample.n - 1) * spread
    problem = weighted_of(own, moments, np.diag(gamma))
    optimum = find(problem, _start(table, own, moments))
    structure = optimum.values[0]
    fitted = moments.fitted
    inference = infer(problem, moments, structure, gamma[np.ix_(fitted, fitted)], n=sample.n)
    values = np.concatenate([structure, problem.rest])
    covariance = _joint_covariance(sample, moments, inference.pull, spread)
    apart = covariance
    if sample.n <= SMALL:
        apart = _joint_covariance(
            sample, moments, inference.pull, _spread(left_out_influences(moments), sample)
        )
    p = len(table.indicators)
    information = _whole_information(problem, structure)
    f = float(optimum.f[0])
    test = replace(inference.test, gfi=goodness(moments, np.diag(gamma), f), statistics=len(moments.values))
    verdicts = judge(own, values, information, covariance[p:, p:], float(optimum.gradient[0]))
    found = (*verdicts.findings, *_indefinite(moments, table.indicators))
    return replace(sample, cov=moments.covariance()), Solution(
        table=own,
        values=values,
        means=sample.mean,
        covariance=covariance,
        f=f,
        engine_f=np.nan,
        test=test,
        iterations=optimum.iterations,
        verdicts=replace(verdicts, findings=found),
        spread=apart,
    )


TWINS = 0.9995
"""Polychoric correlation from which two items are one."""


def check_pairs(pairs: Pairs, names: tuple[str, ...], name: str) -> None:
    """Raise EstimationError where two items are one, or a correlation was not found."""
    same = [_pair(pairs, c, names) for c in np.flatnonzero(np.abs(pairs.rho) >= TWINS)]
    if same:
        raise EstimationError.at(
            name,
            f"the answers to {', '.join(same)} order all respondents alike or in reverse (polychoric "
            "correlation 1 or -1).",
            "Drop one of them: it is a copy or a recode of the other, or too few respondents tell them "
            "apart.",
            code="linear-dependence",
        )
    lost = [_pair(pairs, c, names) for c in np.flatnonzero(~pairs.converged)]
    if lost:
        raise EstimationError.at(
            name,
            f"the polychoric correlation of {', '.join(lost)} was not found: its likelihood has no clear "
            "maximum.",
            "Cross the answers to these questions; drop one of them, or merge answers that few gave.",
            code="correlation-not-found",
        )


def _pair(pairs: Pairs, c: Integer, names: tuple[str, ...]) -> str:
    return f"{names[pairs.first[c]]} and {names[pairs.second[c]]}"


def _indefinite(moments: Moments, names: tuple[str, ...]) -> Iterator[Finding]:
    told = contradicting(moments.pairs.matrix(len(names)), names)
    if told is not None:
        yield Finding(
            code="indefinite-polychoric",
            severity="warning",
            where="estimation",
            what=told,
            fix="The estimates stand, as each correlation counts by itself, but their errors are rough: "
            "merge answers that few gave, or drop one of these questions.",
        )


def contradicting(correlation: Array, names: tuple[str, ...]) -> str | None:
    """Which polychoric correlations, each from a table of its own, contradict each other; None: none do.

    ``correlation`` (p, p) of the items ``names``.
    """
    spectrum, vectors = np.linalg.eigh(correlation)
    if spectrum[0] > 0:
        return None
    part = np.sqrt(np.square(vectors[:, spectrum <= 0]).sum(axis=1))
    items = ", ".join(names[k] for k in np.flatnonzero(part > 0.1))
    return (
        f"the polychoric correlations of {items} contradict each other (smallest eigenvalue "
        f"{spectrum[0]:.3f}): each comes from a table of its own."
    )


def _joint_covariance(sample: Sample, moments: Moments, pull: Array, spread: Array) -> Array:
    """Covariance of item means, structural parameters, thresholds and means of continuous items.

    All are functions of the statistics, whose covariance is ``spread`` (m, m).
    """
    saturated = np.eye(len(moments.values))[moments.saturated]
    slopes = np.vstack([moments.answer_slopes(), pull, saturated])
    unknown = np.isnan(slopes).any(axis=1)
    made = np.where(unknown[:, None], 0.0, slopes)
    made = made @ spread @ made.T
    made[unknown], made[:, unknown] = np.nan, np.nan
    p = len(sample.mean)
    if is_simple(sample):
        made[:p, :p] = mean_covariance(sample)
    return made


def _spread(influences: Array, sample: Sample) -> Array:
    """Covariance of the weighted mean of ``influences`` (n, k) under the sample's design, divisor n - 1."""
    if is_simple(sample):
        return np.asarray(influences.T @ influences / (sample.n * (sample.n - 1)))
    return design_covariance(influences, sample)


def _start(table: ParameterTable, own: ParameterTable, moments: Moments) -> Array:
    """Structural start values from those of maximum likelihood on the polychoric covariances."""
    known = start_values(table, moments.covariance())
    places = {_key(row): known[row.free] for row in table.free_rows}
    made = np.zeros(structural(own))
    for row in own.free_rows:
        if not is_saturated(row):
            made[row.free] = places[_key(row)]
    return made


def _key(row: Row) -> tuple[str, str, str, str]:
    return row.lhs, row.op, row.rhs, row.matrix


def _whole_information(problem: Weighted, structure: Array) -> Array:
    """Information on structural parameters, thresholds and means; the latter are their sample values."""
    made = np.eye(len(structure) + len(problem.rest))
    made[: len(structure), : len(structure)] = problem.information(structure)
    return made
