"""Answers with gaps: the saturated and the independence likelihood that chi-square and CFI rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.joint import LikelihoodProblem, single
from csi_model.estimation.likelihood import Patterns, deviance
from csi_model.estimation.parameters import Matrix, ParameterTable, Row
from csi_model.estimation.solver import minimise

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Saturated:
    """Moments of all answers under normality and missingness at random.

    ``mean`` (p,), ``cov`` (p, p) are the maximum likelihood estimates; ``deviance`` and ``baseline`` are
    minus twice the log-likelihood per respondent (without ``ln 2 pi``) of the saturated and of the
    independence model.
    """

    mean: Array
    cov: Array
    deviance: float
    baseline: float


def moment_table(names: tuple[str, ...], *, covariances: bool = True, means: bool = True) -> ParameterTable:
    """Table of the saturated model (or, without ``covariances``, of independent items)."""
    rows: list[Row] = []

    def add(lhs: str, op: str, rhs: str, matrix: Matrix, i: int, j: int) -> None:
        rows.append(
            Row(lhs=lhs, op="~1" if op == "~1" else "~~", rhs=rhs, matrix=matrix, i=i, j=j, free=len(rows),
                value=0.0)
        )  # fmt: skip

    for i, first in enumerate(names):
        for j in range(i, len(names) if covariances else i + 1):
            add(first, "~~", names[j], "theta", i, j)
    if means:
        for i, first in enumerate(names):
            add(first, "~1", "", "nu", i, 0)
    return ParameterTable(rows=tuple(rows), indicators=names, constructs=(), n_free=len(rows))


def moment_values(table: ParameterTable, mean: Array, cov: Array) -> Array:
    """Moments as the parameters (q,) of a ``moment_table``."""
    return np.array([cov[row.i, row.j] if row.op == "~~" else mean[row.i] for row in table.rows])


def saturated(data: Patterns, names: tuple[str, ...]) -> Saturated:
    """Estimate the saturated and independence moments of patterns with gaps.

    EM steps (Dempster, Laird & Rubin 1977; Little & Rubin 2002, section 11.2) from available-case
    moments, then scoring and Newton steps to a scaled gradient below 1e-8.

    Raises
    ------
    EstimationError
        Two items were never answered together by anybody.
    """
    together = np.einsum("k,ki,kj->ij", data.share, data.answered, data.answered)
    apart = np.argwhere(np.triu(together == 0))
    if len(apart):
        pairs = ", ".join(f"{names[i]} and {names[j]}" for i, j in apart[:5])
        raise EstimationError.at(
            "missing answers",
            f"nobody answered both {pairs}{' and others' if len(apart) > 5 else ''}.",
            "Their covariance cannot be estimated: drop one of them from the model.",
            code="never-together",
        )
    mean, cov = _available(data)
    baseline = float(_independence(data, mean))
    if len(data.answered) > 1 or not data.answered.all():
        mean, cov = _expectation_maximisation(data, mean, cov)
        table = moment_table(names)
        batch = Patterns(
            answered=data.answered, share=data.share[None], mean=data.mean[None], cov=data.cov[None]
        )
        problem = LikelihoodProblem(
            joint=single(table), data=(batch,), shares=np.ones(1), saturated=np.zeros(1)
        )
        found = minimise(problem, moment_values(table, mean, cov)[None])
        mats = matrices(table, found.values[0])
        mean, cov = mats.mean, mats.sigma
    table = moment_table(names)
    level = float(deviance(matrices(table, moment_values(table, mean, cov)), data))
    return Saturated(mean=mean, cov=cov, deviance=level, baseline=baseline)


def _available(data: Patterns) -> tuple[Array, Array]:
    """Available-case means, and variances with covariances shrunk until positive definite."""
    weight = data.share[:, None] * data.answered
    mean = (weight * data.mean).sum(axis=0) / weight.sum(axis=0)
    d = np.where(data.answered, data.mean - mean, 0.0)
    pair = data.share[:, None, None] * data.answered[:, :, None] * data.answered[:, None, :]
    cov = (pair * (data.cov + d[:, :, None] * d[:, None, :])).sum(axis=0) / pair.sum(axis=0)
    sd = np.sqrt(np.diag(cov))
    spectrum, vectors = np.linalg.eigh(cov / np.outer(sd, sd))
    if spectrum[0] < 0.01:
        cov = (vectors * np.clip(spectrum, 0.01, None)) @ vectors.T * np.outer(sd, sd)
    return mean, cov


def _independence(data: Patterns, mean: Array) -> Array:
    """Deviance of items without covariances: ``sum_v share_v (ln s2_v + 1)``."""
    weight = data.share[:, None] * data.answered
    d = np.where(data.answered, data.mean - mean, 0.0)
    square = (weight * (np.diagonal(data.cov, axis1=1, axis2=2) + d**2)).sum(axis=0)
    share = weight.sum(axis=0)
    return np.asarray((share * (np.log(square / share) + 1)).sum())


def _expectation_maximisation(data: Patterns, mean: Array, cov: Array) -> tuple[Array, Array]:
    """EM steps until no entry moves by more than 1e-5 standard deviations, 200 at most."""
    both = data.answered[:, :, None] & data.answered[:, None, :]
    share = data.share[:, None]
    identity = np.eye(len(mean))
    for _ in range(200):
        inverse = np.where(both, np.linalg.inv(np.where(both, cov, identity)), 0.0)
        rule = cov @ inverse  # regression of all items on those answered, (K, p, p)
        d = np.where(data.answered, data.mean - mean, 0.0)
        filled = (rule @ d[..., None])[..., 0]
        new_mean = mean + (share * filled).sum(axis=0)
        shift = mean + filled - new_mean
        spread = rule @ data.cov @ np.swapaxes(rule, -1, -2) + cov - rule @ cov
        new_cov = (share[..., None] * (spread + shift[:, :, None] * shift[:, None, :])).sum(axis=0)
        sd = np.sqrt(np.diag(cov))
        moved = max(np.abs((new_mean - mean) / sd).max(), np.abs((new_cov - cov) / np.outer(sd, sd)).max())
        mean, cov = new_mean, (new_cov + new_cov.T) / 2
        if moved < 1e-5:
            break
    return mean, cov
