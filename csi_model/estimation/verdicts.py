"""What a fit must say about itself: converged, admissible, identified - three separate verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.estimation.covariance import matrices, row_values
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.standardised import construct_correlations, standardised

Array = NDArray[Any]

NOT_IDENTIFIED = 1e-8
"""Smallest eigenvalue of the information, scaled to a unit diagonal, below which nothing holds."""
WEAKLY_IDENTIFIED = 1e-5
HIGH_CORRELATION = 0.95
GRADIENT_LIMIT = 1e-6

PLS_ADVICE = (
    "Merge or drop constructs that respondents do not tell apart, or estimate the index by PLS path "
    "modelling (--estimator pls), which does not need this covariance matrix to be invertible."
)


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """The three verdicts with the numbers behind them, and findings that name the variables.

    ``moving`` are places of free parameters that can move together with the least difference to the fit, the
    strongest first.
    """

    converged: bool
    admissible: bool
    identified: bool
    weakly_identified: bool
    gradient: float
    eigenvalue: float
    findings: tuple[Finding, ...]
    moving: tuple[int, ...] = ()

    @property
    def trustworthy(self) -> bool:
        """True when every number may be used."""
        return self.converged and self.admissible and self.identified and not self.weakly_identified


def judge(
    table: ParameterTable,
    values: Array,
    hessian: Array,
    covariance: Array,
    gradient: float,
    loose: Array | None = None,
) -> Verdicts:
    """Judge an optimum.

    Parameters
    ----------
    values : (q,)
    hessian : (q, q)
        Expected Hessian of F.
    covariance : (q, q)
        Covariance of the estimates.
    gradient
        Largest scaled gradient of F.
    loose : (q,) bool
        False for variances on their bound, where the fit is bounded.
    """
    keep = np.ones(len(values), dtype=bool) if loose is None else loose
    eigenvalue, direction = weakest_direction(hessian[np.ix_(keep, keep)])
    weakest = np.zeros(len(values))
    weakest[keep] = direction
    converged = bool(np.isfinite(gradient) and gradient < GRADIENT_LIMIT)
    identified = bool(eigenvalue >= NOT_IDENTIFIED)
    weak = identified and eigenvalue < WEAKLY_IDENTIFIED
    inadmissible = list(_inadmissible(table, values, covariance, keep))
    findings = [*inadmissible, *_bounds(table, keep)]
    findings += list(_high_correlations(table, values))
    if not converged:
        findings.insert(
            0,
            Finding(
                code="not-converged",
                severity="error",
                where="estimation",
                what=f"the search for the optimum did not end (scaled gradient {gradient:.2g}).",
                fix="No number of this fit can be used. " + PLS_ADVICE,
            ),
        )
    order = np.argsort(-np.abs(weakest), kind="stable")[:4]
    moving = tuple(int(k) for k in order if abs(weakest[k]) > 0.1)
    if not identified or weak:
        findings.append(_identification(table, eigenvalue, moving, identified))
    return Verdicts(
        converged=converged,
        admissible=not inadmissible,
        identified=identified,
        weakly_identified=weak,
        gradient=float(gradient),
        eigenvalue=float(eigenvalue),
        findings=tuple(findings),
        moving=moving,
    )


def weakest_direction(hessian: Array) -> tuple[float, Array]:
    """Smallest eigenvalue of the information scaled to a unit diagonal, and its eigenvector (q,)."""
    if not hessian.size:
        return 1.0, np.zeros(0)
    diagonal = np.diag(hessian)
    if not np.all(np.isfinite(hessian)) or np.any(diagonal <= 0):
        return 0.0, (~(diagonal > 0)).astype(float)
    scale = 1 / np.sqrt(diagonal)
    spectrum, vectors = np.linalg.eigh(hessian * np.outer(scale, scale))
    return float(spectrum[0]), np.asarray(vectors[:, 0])


def _identification(
    table: ParameterTable, eigenvalue: float, moving: tuple[int, ...], identified: bool
) -> Finding:
    names = ", ".join(table.name(k) for k in moving)
    word = "weakly identified" if identified else "not identified"
    return Finding(
        code="weakly-identified" if identified else "not-identified",
        severity="error",
        where="estimation",
        what=f"the model is {word} in this sample (smallest eigenvalue of the scaled information "
        f"{eigenvalue:.1e}); the data hardly tell apart: {names}.",
        fix="Do not use these parameters. " + PLS_ADVICE,
    )


def _bounds(table: ParameterTable, loose: Array) -> Iterator[Finding]:
    """Variances that a bounded fit holds at 0, named."""
    names = [table.name(int(k)).split(" ~~ ")[0] for k in np.flatnonzero(~loose)]
    if names:
        yield Finding(
            code="variance-on-bound",
            severity="warning",
            where="estimation",
            what=f"the variance of {', '.join(names)} would be negative and is held at 0; it has no "
            "standard error, and the chi-square is not exactly a chi-square (Stoel et al. 2006).",
            fix="Drop the indicator that causes it, or merge the construct with its neighbour.",
        )


def _inadmissible(table: ParameterTable, values: Array, covariance: Array, loose: Array) -> Iterator[Finding]:
    mats = matrices(table, values)
    raw = row_values(table, values)
    for row, value in zip(table.rows, raw, strict=True):
        if row.op == "~~" and row.i == row.j and (row.free >= 0 or row.derived) and value < 0:
            yield _finding(
                "negative-variance",
                f"{row.lhs} ~~ {row.rhs}",
                f"the {'residual ' if row.matrix == 'theta' else ''}variance of {row.lhs} is negative "
                f"({value:.4g}, a Heywood case).",
                "Drop the indicator that causes it, or merge the construct with its neighbour.",
            )
    correlations = construct_correlations(mats)
    names = table.constructs
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            if abs(correlations[a, b]) >= 1:
                yield _finding(
                    "inadmissible-correlation",
                    f"{names[a]} - {names[b]}",
                    f"the constructs {names[a]} and {names[b]} correlate {correlations[a, b]:.3f}.",
                    "A correlation cannot reach 1: respondents do not tell them apart. Merge them.",
                )
    if np.linalg.eigvalsh(mats.phi)[0] <= 0 and not np.any(np.diag(mats.psi) == 0):
        yield _finding(
            "latent-covariance",
            "constructs",
            "the covariance matrix of the constructs is not positive definite.",
            PLS_ADVICE,
        )
    yield from _exploding(table, values, covariance, loose)


def _exploding(table: ParameterTable, values: Array, covariance: Array, loose: Array) -> Iterator[Finding]:
    """Standardised standard errors above 1, named; a standard error that does not exist counts."""
    estimates, errors = delta_errors(lambda x: standardised(table, x), values, covariance)
    for row, estimate, error in zip(table.rows, estimates, errors, strict=True):
        if row.op in ("~1", "|") or (row.free < 0 and not (row.op == "~~" and row.i == row.j)):
            continue  # an intercept's error in standard deviations grows with the distance from 0
        if row.free >= 0 and not loose[row.free]:
            continue
        if error > 1 or (row.free >= 0 and np.isnan(error)):
            said = "does not exist" if np.isnan(error) else f"is {error:.1f}"
            yield _finding(
                "exploding-standard-error",
                f"{row.lhs} {row.op} {row.rhs}",
                f"the standardised standard error of {_words(row.lhs, row.op, row.rhs)} {said} "
                f"(estimate {estimate:.2f}).",
                "Do not read this parameter.",
            )


def _words(lhs: str, op: str, rhs: str) -> str:
    if op == "~":
        return f"the path {rhs} > {lhs}"
    if op == "=~":
        return f"the loading of {rhs} on {lhs}"
    return f"the variance of {lhs}" if lhs == rhs else f"the covariance of {lhs} and {rhs}"


def _high_correlations(table: ParameterTable, values: Array) -> Iterator[Finding]:
    correlations = construct_correlations(matrices(table, values))
    names = table.constructs
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            if HIGH_CORRELATION <= abs(correlations[a, b]) < 1:
                yield Finding(
                    code="high-correlation",
                    severity="warning",
                    where=f"{names[a]} - {names[b]}",
                    what=f"the constructs {names[a]} and {names[b]} correlate {correlations[a, b]:.3f}: "
                    "this survey hardly tells them apart.",
                    fix="Read their separate effects with care, or merge them.",
                )


def _finding(code: str, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity="error", where=where, what=what, fix=fix)
