"""Whether a sample can carry a covariance model at all; if not, which items are to blame."""

from __future__ import annotations

import numpy as np

from csi_model.errors import EstimationError, Finding
from csi_model.estimation.parameters import ParameterTable
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster
from csi_model.survey.moments import Sample

TOO_FEW = "Collect more interviews, check the missing codes, or use --missing-data mean."
TOO_FEW_COMPLETE = "Collect more interviews, or check the missing codes."
"""What to do about too few rows: for estimators that fill in missing answers, and for others."""


def check_answers(table: ParameterTable, sample: Sample, name: str, *, too_few: str = TOO_FEW) -> None:
    """Raise EstimationError where there are too few rows, no answers, no variation, too few moments."""
    p = len(table.indicators)
    if sample.n <= p:
        raise _refused(
            name,
            "too-few-rows",
            f"{sample.n} respondents answered all {p} questions; the model needs more than {p}.",
            too_few,
        )
    check_items(table.indicators, sample, name, too_few=too_few)
    if table.degrees_of_freedom() < 0:
        raise _refused(
            name,
            "too-many-parameters",
            f"the model has {table.n_free} free parameters, the covariance matrix only "
            f"{p * (p + 1) // 2} entries.",
            "Add indicators, or remove paths and covariances.",
        )


FEWEST = 10
"""Respondents without whom no estimate is made at all."""


def check_items(items: tuple[str, ...], sample: Sample, name: str, *, too_few: str = TOO_FEW) -> None:
    """Raise EstimationError where there are too few rows or clusters, no answers or no variation."""
    if sample.n < FEWEST:
        raise _refused(
            name,
            "too-few-rows",
            f"{sample.n} respondents can be used; there is nothing to learn from fewer than {FEWEST}.",
            too_few,
        )
    if one_cluster(sample):
        raise _refused(
            name,
            "one-cluster",
            f"{ONE_CLUSTER}, so that no standard error can be estimated.",
            "Leave --cluster out, or join groups: clusters are where interviews were drawn, such as towns.",
        )
    empty = [item for item, mean in zip(items, sample.mean, strict=True) if np.isnan(mean)]
    if empty:
        raise _refused(
            name, "no-answers", f"nobody answered {', '.join(empty)}.", "Drop the question for this sample."
        )
    variance = np.diag(sample.cov)
    constant = [item for item, value in zip(items, variance, strict=True) if value < 1e-18]
    if constant:
        raise _refused(
            name,
            "constant-column",
            f"everybody gave the same answer to {', '.join(constant)}.",
            "Without variation no loading can be estimated: drop the question for this sample.",
        )


def check_covariance(table: ParameterTable, sample: Sample, name: str) -> None:
    """Raise EstimationError where the covariance matrix is not positive definite."""
    unknown = np.argwhere(np.triu(np.isnan(sample.cov)))
    if len(unknown):
        pairs = ", ".join(f"{table.indicators[i]} and {table.indicators[j]}" for i, j in unknown[:5])
        raise _refused(
            name,
            "never-together",
            f"nobody answered both {pairs}{' and others' if len(unknown) > 5 else ''}.",
            "Their covariance cannot be estimated: drop one of them from the model.",
        )
    sd = np.sqrt(np.diag(sample.cov))
    spectrum, vectors = np.linalg.eigh(sample.cov / np.outer(sd, sd))
    if spectrum[0] >= 1e-10:
        return
    # several dependences share one space, of which single vectors are arbitrary
    chosen = spectrum < (-1e-10 if spectrum[0] < -1e-10 else 1e-10)
    part = np.sqrt(np.square(vectors[:, chosen]).sum(axis=1))
    items = ", ".join(table.indicators[k] for k in np.flatnonzero(part > 0.1))
    if spectrum[0] < -1e-10:
        raise _refused(
            name,
            "indefinite-covariance",
            f"the pairwise covariances of {items} contradict each other (they come from different "
            "respondents), so that the matrix is not positive definite.",
            "Use --estimator fiml, which takes every answer and cannot contradict itself.",
        )
    raise _refused(
        name,
        "linear-dependence",
        f"the answers to {items} determine each other exactly.",
        "Drop one of them: it is a copy, a sum or a recode of the others.",
    )


def _refused(where: str, code: str, what: str, fix: str) -> EstimationError:
    return EstimationError([Finding(code=code, severity="error", where=where, what=what, fix=fix)])
