"""Converged, admissible, identified: what the three verdicts mean for PLS path modelling.

Converged: the last step left every weight where it was. Admissible: always for composites; consistent
estimates need reliabilities between 0 and 1, loadings and correlations of constructs below 1, and a
positive definite correlation matrix of the constructs (Dijkstra & Henseler 2015, section 4). Identified:
the drivers of every construct are no linear function of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.estimation.composite_estimates import CompositeEstimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.verdicts import HIGH_CORRELATION, NOT_IDENTIFIED, WEAKLY_IDENTIFIED, Verdicts

Array = NDArray[Any]


def judge_composites(
    table: CompositeTable, made: CompositeEstimates, change: float, tolerance: float
) -> Verdicts:
    """Judge one estimate (no batch axes) whose last step changed a weight by ``change``."""
    converged = bool(change <= tolerance)
    eigenvalue, weakest = _drivers(table, made.correlation)
    identified = bool(eigenvalue >= NOT_IDENTIFIED)
    weak = identified and eigenvalue < WEAKLY_IDENTIFIED
    inadmissible = [*_reliabilities(table, made), *_correlations(table, made)]
    findings = [*inadmissible, *_close(table, made.correlation), *_negative(table, made)]
    if not converged:
        findings.insert(
            0,
            _error(
                "not-converged",
                "estimation",
                f"the weights still moved by {change:.1e} in the last step.",
                "No number of this fit can be used: try --scheme centroid, and look for a construct "
                "without relation to its neighbours.",
            ),
        )
    if not identified or weak:
        findings.append(
            _error(
                "weakly-identified" if identified else "not-identified",
                "paths",
                f"the drivers of {weakest} determine each other"
                + (" almost" if identified else "")
                + f" exactly (smallest eigenvalue of their correlations {eigenvalue:.1e}).",
                "Do not read their separate effects: merge them, or drop one.",
            )
        )
    return Verdicts(
        converged=converged,
        admissible=not inadmissible,
        identified=identified,
        weakly_identified=weak,
        gradient=float(change),
        eigenvalue=float(eigenvalue),
        findings=tuple(findings),
    )


def _drivers(table: CompositeTable, correlation: Array) -> tuple[float, str]:
    """Smallest eigenvalue among all sets of drivers, and the construct that they drive."""
    worst, name = 1.0, ""
    for j, target in enumerate(table.constructs):
        drivers = table.drivers(j)
        among = correlation[np.ix_(drivers, drivers)]
        if len(drivers) > 1 and np.isfinite(among).all():
            smallest = float(np.linalg.eigvalsh(among)[0])
            if smallest < worst:
                worst, name = smallest, target
    return max(worst, 0.0), name


def _reliabilities(table: CompositeTable, made: CompositeEstimates) -> Iterator[Finding]:
    if not table.consistent:
        return
    for j in np.flatnonzero(table.reflective):
        value = float(made.rho_a[j])
        if not 0 < value <= 1:
            yield _error(
                "reliability",
                table.constructs[j],
                f"the reliability (rho A) of {table.constructs[j]} is {value:.3f}, which cannot be.",
                "The consistent estimate does not exist here: use --estimator pls, declare the construct "
                "as a composite (`mode: B` or `mode: sum`), or drop the question that goes against the rest.",
            )
    for i, j in np.argwhere(np.abs(made.loadings) > 1):
        if table.reflective[j]:
            yield _error(
                "loading",
                f"{table.constructs[j]} =~ {table.indicators[i]}",
                f"the loading of {table.indicators[i]} on {table.constructs[j]} is "
                f"{made.loadings[i, j]:.3f}: its error variance is negative.",
                "Drop the question, or use --estimator pls.",
            )


def _correlations(table: CompositeTable, made: CompositeEstimates) -> Iterator[Finding]:
    if not table.consistent:
        return
    names = table.constructs
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            value = float(made.correlation[a, b])
            if abs(value) >= 1:
                yield _error(
                    "inadmissible-correlation",
                    f"{names[a]} - {names[b]}",
                    f"the constructs {names[a]} and {names[b]} correlate {value:.3f} after the correction.",
                    "A correlation cannot reach 1: respondents do not tell them apart. Merge them, or use "
                    "--estimator pls.",
                )
    free = [j for j in range(len(names)) if not _made_up(table, j)]
    among = made.correlation[np.ix_(free, free)]
    if np.isfinite(among).all() and np.linalg.eigvalsh(among)[0] <= 0:
        yield _error(
            "latent-covariance",
            "constructs",
            "the corrected correlation matrix of the constructs is not positive definite.",
            "The consistent estimate does not exist here: use --estimator pls.",
        )
    for j in (j for j in free if made.r2[j] >= 1):
        yield _error(
            "explained-variance",
            names[j],
            f"the drivers explain {made.r2[j]:.3f} of the variance of {names[j]}.",
            "The consistent estimate does not exist here: use --estimator pls.",
        )


def _made_up(table: CompositeTable, j: int) -> bool:
    """True for a construct made of others that are not corrected: it is a sum of theirs, and R2 is 1."""
    return bool(table.parts[j]) and not any(table.reflective[part] for part in table.parts[j])


def _close(table: CompositeTable, correlation: Array) -> Iterator[Finding]:
    names = table.constructs
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            related = a in table.parts[b] or b in table.parts[a]
            if HIGH_CORRELATION <= abs(correlation[a, b]) < 1 and not related:
                yield Finding(
                    code="high-correlation",
                    severity="warning",
                    where=f"{names[a]} - {names[b]}",
                    what=f"the constructs {names[a]} and {names[b]} correlate {correlation[a, b]:.3f}: "
                    "this survey hardly tells them apart.",
                    fix="Read their separate effects with care, or merge them.",
                )


def _negative(table: CompositeTable, made: CompositeEstimates) -> Iterator[Finding]:
    """Questions that load against their construct: its score is not what its name says."""
    for j in table.base:
        for i in np.flatnonzero(table.member[j]):
            if made.state.cross[i, j] < 0:
                yield Finding(
                    code="negative-loading",
                    severity="warning",
                    where=f"{table.constructs[j]} =~ {table.indicators[i]}",
                    what=f"{table.indicators[i]} runs against the other questions of {table.constructs[j]} "
                    f"(loading {made.state.cross[i, j]:.3f}).",
                    fix="Check its direction (mark it `reversed`), or drop it; `sign: QUESTION` in the model "
                    "file says which question gives the construct its direction.",
                )


def _error(code: str, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity="error", where=where, what=what, fix=fix)
