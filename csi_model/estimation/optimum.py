"""From evidence to its optimum: semopy and our own search from the same start, the lower one kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import discrepancy, matrices
from csi_model.estimation.engine import semopy_optimum
from csi_model.estimation.inference import Evidence
from csi_model.estimation.joint import LikelihoodProblem, single
from csi_model.estimation.likelihood import Patterns, patterns_of
from csi_model.estimation.missing import saturated
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.solver import CovarianceProblem, Optimum, minimise, polish
from csi_model.estimation.starts import start_values
from csi_model.survey.moments import Sample

Array = NDArray[Any]


def evidence_of(table: ParameterTable, sample: Sample) -> Evidence:
    """The evidence of a table with means: answers with gaps by pattern, saturated moments beside them.

    Raises
    ------
    EstimationError
        Two items were never answered together.
    """
    data = patterns_of(sample.answers, sample.weights)
    level = saturated(data, table.indicators)
    return Evidence(
        table=table, sample=replace(sample, mean=level.mean, cov=level.cov), data=data, level=level
    )


def variance_bounds(table: ParameterTable) -> Array:
    """Lower bounds (q,): 0 for variances, none for the rest."""
    lower = np.full(table.n_free, -np.inf)
    for row in table.free_rows:
        if row.op == "~~" and row.i == row.j:
            lower[row.free] = 0.0
    return lower


def ridge_penalty(table: ParameterTable, cov: Array, strength: float) -> Array:
    """Weights (q,) of the squared paths in a ridge fit: ``strength var(driver) / var(outcome)``.

    F is minimised with ``strength * sum of squared standardised paths`` added (Jacobucci, Grimm & McArdle
    2016, Structural Equation Modeling 23, 555-566), so that drivers that respondents do not tell apart
    share an effect instead of taking huge ones of opposite sign. The variances are those of the start
    values, which depend on the sample's covariances (p, p) only.
    """
    variance = np.diag(matrices(table, start_values(table, cov)).phi)
    made = np.zeros(table.n_free)
    for row in table.free_rows:
        if row.matrix == "beta":
            made[row.free] += strength * float(variance[row.j] / variance[row.i])
    return made


def find_optimum(
    table: ParameterTable,
    cov: Array,
    n: int,
    *,
    start: Array | None = None,
    lower: Array | None = None,
    penalty: Array | None = None,
) -> tuple[Optimum, float]:
    """The minimum of F on covariances (p, p), and what semopy alone reached (NaN where it failed).

    Both searches start from the same values, which depend on the sample only. Our own path is preferred
    where they meet, since semopy's last digits differ from process to process. With a ``penalty`` (q,)
    our own search goes alone: it is nothing that semopy could be told of.
    """
    start = start_values(table, cov) if start is None else start
    problem = CovarianceProblem(table=table, sample=cov[None], penalty=penalty)

    def search(origin: Array) -> Optimum:
        return polish(problem, minimise(problem, origin[None], lower=lower), lower)

    own = search(start)
    reached = semopy_optimum(table, cov, n, start) if penalty is None else None
    if reached is None:
        return own, float("nan")
    engine_f = float(discrepancy(matrices(table, reached).sigma, cov, np.linalg.slogdet(cov)[1]))
    if own.gradient[0] < 1e-6 and own.f[0] <= engine_f + 1e-7:
        return own, engine_f
    again = search(reached)
    better = again.f[0] < own.f[0] or own.gradient[0] >= 1e-6
    return (again if better else own), engine_f


def find_full_optimum(evidence: Evidence, covariances: ParameterTable, lower: Array | None) -> Optimum:
    """The minimum of the likelihood with gaps, from the optimum on the saturated covariances.

    ``covariances`` is the same model without means; its free parameters come first in both tables.
    """
    if evidence.data is None or evidence.level is None:
        raise ValueError("evidence without patterns has no likelihood with gaps")
    data, sample = evidence.data, evidence.sample
    bound = None if lower is None else lower[: covariances.n_free]
    first, _ = find_optimum(covariances, sample.cov, sample.n, lower=bound)
    start = start_values(evidence.table, sample.cov, sample.mean)
    start[: covariances.n_free] = first.values[0]
    batch = Patterns(answered=data.answered, share=data.share[None], mean=data.mean[None], cov=data.cov[None])
    problem = LikelihoodProblem(
        joint=single(evidence.table),
        data=(batch,),
        shares=np.ones(1),
        saturated=np.array([evidence.level.deviance]),
    )
    return polish(problem, minimise(problem, start[None], lower=lower), lower)
