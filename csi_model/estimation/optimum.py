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
from csi_model.estimation.parameters import ParameterTable, Row
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


def ridged(table: ParameterTable, ridge: Array) -> ParameterTable:
    """The table with ``ridge`` (p,) added to the implied variances, whatever the parameters.

    A fixed extra source of variance of each item stands for it, so that fitting ``S + diag(ridge)`` by
    this table is ridge estimation (Yuan & Chan 2008, Computational Statistics & Data Analysis 52,
    4842-4858) with the parameters in their usual places.
    """
    m = len(table.constructs)
    extra = []
    for i, value in enumerate(ridge):
        name = f"ridge {i}"
        for matrix, row, column, number in (("lambda", i, m + i, 1.0), ("psi", m + i, m + i, float(value))):
            extra.append(
                Row(lhs=name, op="=~" if matrix == "lambda" else "~~", rhs=name,
                    matrix="lambda" if matrix == "lambda" else "psi", i=row, j=column, free=-1,
                    value=number, implied=True)
            )  # fmt: skip
    names = (*table.constructs, *(f"ridge {i}" for i in range(len(ridge))))
    return replace(table, rows=(*table.rows, *extra), constructs=names)


def with_ridge(evidence: Evidence, share: float) -> Evidence:
    """The evidence of a ridge fit: ``share`` of each item's variance added on both sides."""
    if not share:
        return evidence
    ridge = share * np.diag(evidence.sample.cov)
    sample = replace(evidence.sample, cov=evidence.sample.cov + np.diag(ridge))
    return replace(evidence, table=ridged(evidence.table, ridge), sample=sample)


def find_optimum(
    table: ParameterTable,
    cov: Array,
    n: int,
    *,
    start: Array | None = None,
    lower: Array | None = None,
    engine: bool = True,
) -> tuple[Optimum, float]:
    """The minimum of F on covariances (p, p), and what semopy alone reached (NaN where it failed).

    Both searches start from the same values, which depend on the sample only. Our own path is preferred
    where they meet, since semopy's last digits differ from process to process. Without ``engine`` our own
    search goes alone (a ridge is nothing that semopy could be told of).
    """
    start = start_values(table, cov) if start is None else start
    problem = CovarianceProblem(table=table, sample=cov[None])

    def search(origin: Array) -> Optimum:
        return polish(problem, minimise(problem, origin[None], lower=lower), lower)

    own = search(start)
    reached = semopy_optimum(table, cov, n, start) if engine else None
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
