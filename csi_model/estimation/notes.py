"""What else a reader should know of a fit: findings beside the verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.errors import Finding
from csi_model.estimation.design import is_simple
from csi_model.estimation.fits import Solution
from csi_model.estimation.options import FitOptions
from csi_model.survey.moments import Sample


def solution_notes(solution: Solution, sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
    """What holds for one sample: its size, other minima, resampling that failed."""
    if sample.n < 5 * solution.table.n_free:
        yield Finding(
            code="small-sample",
            severity="warning",
            where=name,
            what=f"{sample.n} respondents for {solution.table.n_free} free parameters is thin; standard "
            "errors and fit measures are approximate.",
            fix="Five respondents per parameter is a common floor (Bentler & Chou 1987).",
        )
    bounded = any(finding.code == "negative-variance" for finding in solution.verdicts.findings)
    if solution.engine_f - solution.f > 1e-6 and not bounded:
        yield Finding(
            code="other-minimum",
            severity="warning",
            where=name,
            what=f"semopy's search ended at another point (discrepancy {solution.engine_f:.6f}) than the "
            f"lower one that is reported ({solution.f:.6f}): this sample has more than one minimum.",
            fix="Read the parameters with care; constructs may be hard to tell apart.",
        )
    draws = solution.draws
    if draws is not None and draws.failed:
        share = draws.failed / draws.asked
        yield Finding(
            code="bootstrap-failures",
            severity="error" if share > 0.1 else "warning",
            where=name,
            what=f"{draws.failed} of {draws.asked} bootstrap replicates ({share:.1%}) did not converge and "
            "are left out of the intervals.",
            fix="Intervals from so few replicates are too short; use the delta method or PLS."
            if share > 0.1
            else "",
        )


def method_notes(sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
    """What holds for the whole sample and every group alike, said once."""
    if options.missing_data == "mean":
        yield Finding(
            code="mean-substitution",
            severity="warning",
            where=name,
            what="missing answers were replaced by item means: variances and standard errors are too small.",
            fix="Use it to compare with indices that do the same; --missing-data complete for inference.",
        )
    if options.missing_data == "pairwise":
        yield Finding(
            code="pairwise-covariances",
            severity="warning",
            where=name,
            what="every covariance rests on other respondents, and standard errors pretend that all "
            f"{sample.n} answered everything: they are too small.",
            fix="Use --estimator fiml for inference.",
        )
    if not is_simple(sample):
        yield Finding(
            code="design-based",
            severity="note",
            where=name,
            what="standard errors allow for weights, strata and clusters (Taylor linearisation); so do the "
            "scaled chi-square and the scaled and robust fit measures, the plain ones do not.",
        )
    if options.ridge:
        yield Finding(
            code="ridge",
            severity="warning",
            where=name,
            what=f"a share of {options.ridge:g} of each item's variance was added while fitting and taken off"
            " again (ridge estimation): estimates are steadier and slightly biased; there is no chi-square.",
            fix="Report it as a ridge fit, or merge the constructs that respondents do not tell apart.",
        )
