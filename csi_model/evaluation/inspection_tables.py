"""Rows that look into a fit: modification indices, residuals, blocks, collinearity, resampling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import CompositeSolution, GroupFit, Solution
from csi_model.estimation.likelihood import patterns_of
from csi_model.estimation.modification import modification_indices
from csi_model.estimation.parameters import ParameterTable, without_means
from csi_model.estimation.standardised import construct_correlations
from csi_model.evaluation.collinearity import (
    CLOSE,
    ClosePair,
    close_pairs,
    collinearity_findings,
    correlation_text,
    inflation,
)
from csi_model.evaluation.diagnosis import diagnose
from csi_model.evaluation.residual_tables import block_srmr, residuals

Array = NDArray[Any]
Cells = dict[str, Any]


RIDGED = "a ridge fit is not at the optimum of the plain discrepancy"
WITH_GAPS = "not known with missing answers"
ORDINAL = "not known for polychoric correlations"


def modification_rows(part: GroupFit, solution: Solution) -> Iterator[Cells]:
    """What freeing each parameter would bring, largest first; nothing for a ridge fit."""
    if solution.test.why or solution.test.least_squares:
        return
    sample = part.sample
    data = patterns_of(sample.answers, sample.weights) if solution.table.has_means else None
    for one in modification_indices(solution.table, solution.values, sample.cov, sample.n, data):
        yield {
            "lhs": one.lhs,
            "op": one.op,
            "rhs": one.rhs,
            "mi": one.mi,
            "pvalue": one.pvalue,
            "epc": one.epc,
            "sepc_all": one.sepc_all,
            "why": one.why,
        }


def residual_rows(part: GroupFit, solution: Solution) -> Iterator[Cells]:
    """Residual correlations of all pairs of items, with their z for complete answers."""
    table, values = structure_of(solution)
    unknown = WITH_GAPS if solution.table.has_means else (RIDGED if solution.test.why else "")
    unknown = ORDINAL if solution.test.least_squares else unknown
    for one in residuals(table, values, part.sample.cov, part.sample.n):
        yield {
            "indicator_1": one.item_1,
            "indicator_2": one.item_2,
            "residual": one.residual,
            "z": np.nan if unknown else one.z,
            "why": unknown or one.why,
        }


def structure_of(solution: Solution) -> tuple[ParameterTable, Array]:
    """Table and values of the covariance structure, intercepts left out."""
    table = without_means(solution.table)
    return table, solution.values[: table.n_free]


def block_rows(part: GroupFit, solution: Solution) -> Iterator[Cells]:
    """SRMR within each construct and between each pair."""
    for one in block_srmr(*structure_of(solution), part.sample.cov):
        yield {
            "construct_1": one.construct_1,
            "construct_2": one.construct_2,
            "srmr": one.srmr,
            "why": "",
        }


def collinearity_rows(solution: Solution) -> Iterator[Cells]:
    """Variance inflation of every driver of every outcome."""
    for one in inflation(solution.table, _correlations(solution)):
        yield {"target": one.outcome, "driver": one.driver, "vif": one.vif, "why": one.why}


def resampling_rows(solution: Solution | CompositeSolution) -> Iterator[Cells]:
    """What became of the bootstrap draws: used, left out by reason, used though inadmissible by kind."""
    draws = solution.draws
    if draws is None:
        return
    rows = [("used", draws.asked - draws.failed, True)]
    rows += [(reason, count, False) for reason, count in draws.reasons.items()]
    rows += [(kind, count, True) for kind, count in draws.inadmissible.items()]
    for reason, count, used in rows:
        yield {"reason": reason, "draws": count, "share": count / draws.asked, "used": used}


def diagnosis_findings(part: GroupFit, solution: Solution) -> Iterator[Finding]:
    """The main cause in three lines, where the fit is not sound."""
    table, values = structure_of(solution)
    told = diagnose(replace(solution, table=table, values=values), part.sample.cov)
    if told.lines:
        what, fix = " ".join(told.lines[:-1]), told.lines[-1]
        yield _placed(Finding(code="diagnosis", severity="error", where="model", what=what, fix=fix), part)


def inspection_findings(part: GroupFit, solution: Solution) -> Iterator[Finding]:
    """Collinear drivers, and constructs that respondents hardly tell apart."""
    table, values = structure_of(solution)
    if part.key:
        return  # said once, of the whole sample; the groups' tables hold theirs
    yield from collinearity_findings(inflation(table, _correlations(solution)))
    pairs = [
        f"{pair.construct_1} and {pair.construct_2} ({_closeness(pair)})"
        for pair in close_pairs(table, values, part.sample.cov)
        if abs(pair.correlation) >= CLOSE or pair.htmt >= CLOSE
    ]
    if pairs:
        yield Finding(
            code="discriminant-validity",
            severity="note",
            where="constructs",
            what=f"respondents hardly tell apart {', '.join(pairs)}.",
            fix="Say so where their separate effects are read.",
        )


def _closeness(pair: ClosePair) -> str:
    htmt = f", HTMT {pair.htmt:.3f}" if np.isfinite(pair.htmt) else ""
    return f"correlation {correlation_text(pair.correlation)}{htmt}"


def _placed(finding: Finding, part: GroupFit) -> Finding:
    if not part.key:
        return finding
    return replace(finding, where=f"{' / '.join(part.key)}: {finding.where}")


def _correlations(solution: Solution) -> Array:
    return np.asarray(construct_correlations(matrices(solution.table, solution.values)))
