"""The estimate of one sample, whole or a group of it, whatever the estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError, Finding
from csi_model.estimation.batches import Refit, run_batches
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.fits import SMALL, CompositeSolution, GroupFit, Solution
from csi_model.estimation.inference import Evidence, joint_covariance, model_test
from csi_model.estimation.likelihood_refit import likelihood_refit
from csi_model.estimation.notes import composite_notes, method_notes, solution_notes
from csi_model.estimation.optimum import (
    evidence_of,
    find_full_optimum,
    find_optimum,
    ridge_penalty,
    variance_bounds,
)
from csi_model.estimation.options import FitOptions, draws_asked, errors_of, is_ordinal
from csi_model.estimation.ordinal.composites import response_notes
from csi_model.estimation.ordinal.fitting import solve_ordinal
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.pls_fitting import solve_composites
from csi_model.estimation.resamples import bootstrap_plan, with_absent_units
from csi_model.estimation.resampling import Draws, Jackknife, draws_of
from csi_model.estimation.resampling import jackknife as leave_out
from csi_model.estimation.sample_checks import (
    TOO_FEW_COMPLETE,
    check_answers,
    check_covariance,
    check_items,
)
from csi_model.estimation.verdicts import judge
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import ItemStatistics, Sample

Array = NDArray[Any]

How = Callable[[str], dict[str, Any]]
"""Arguments of ``run_batches`` for what is told by a name."""


def alone(name: str) -> dict[str, Any]:
    """Resample in this process, keep nothing, tell nobody."""
    return {}


Solve = Callable[
    [ParameterTable | CompositeTable, ModelSpec, Sample, FitOptions, int, How, str],
    tuple[Sample, Solution | CompositeSolution],
]
"""Table, model, sample, options, stream of random numbers, who resamples, and the part's name > the sample as
the estimator sees it, and its estimate."""


def solve_part(
    table: ParameterTable | CompositeTable,
    model: ModelSpec,
    sample: Sample,
    options: FitOptions,
    stream: int,
    how: How,
    name: str,
) -> tuple[Sample, Solution | CompositeSolution]:
    """Estimate from respondents, and resample them.

    Raises
    ------
    EstimationError
        The sample cannot carry the model.
    """
    if isinstance(table, CompositeTable):
        check_items(table.indicators, sample, name)
        return sample, solve_composites(table, sample, options, stream=stream, how=how(name), name=name)
    if is_ordinal(options):
        check_answers(table, sample, name, too_few=TOO_FEW_COMPLETE)
        return solve_ordinal(table, sample, table.is_ordered, name)
    evidence = _evidence(table, sample, options, name)
    return evidence.sample, _solve(model, evidence, options, stream, how, name)


def fit_part(
    table: ParameterTable | CompositeTable,
    model: ModelSpec,
    sample: Sample,
    items: tuple[ItemStatistics, ...],
    options: FitOptions,
    *,
    key: tuple[str, ...] = (),
    source: str = "",
    stream: int = 0,
    how: How = alone,
    solve: Solve = solve_part,
) -> GroupFit:
    """Fit a sample; one that is too small or cannot be fitted says why.

    Parameters
    ----------
    table, model
        The model, laid out for the estimator, and as it was declared.
    sample, items
        Of the group, or of the whole survey.
    options
        Checked options.
    key, source
        Values of the group columns (none: the whole survey), and the survey's file.
    stream
        Of the random numbers: each part has its own.
    how
        Who resamples, and who is told.
    solve
        What makes the estimate.
    """
    name = " / ".join(key) or source or "the survey"
    part = GroupFit(key=key, sample=sample, items=items)
    if key and sample.n < options.min_base:
        why = f"suppressed: {sample.n} respondents are fewer than the minimum base of {options.min_base}"
        return replace(part, why=why, findings=(_suppressed(name, why),))
    try:
        sample, solution = solve(table, model, sample, options, stream, how, name)
    except EstimationError as error:
        why = " ".join(f"{finding.what} {finding.fix}" for finding in error.findings)
        failed = tuple(
            replace(finding, code="group-failed", severity="error") if key else finding
            for finding in error.findings
        )
        return replace(part, why=why, findings=failed)
    part = replace(part, sample=sample, solution=solution)
    return replace(part, findings=_findings(part, solution, options, name))


def _findings(
    part: GroupFit, solution: Solution | CompositeSolution, options: FitOptions, name: str
) -> tuple[Finding, ...]:
    """Verdicts and notes on an estimate."""
    judged = solution.verdicts.findings
    if part.key:
        judged = tuple(replace(finding, where=f"{name}: {finding.where}") for finding in judged)
    notes = (
        composite_notes(solution, part.sample, name)
        if isinstance(solution, CompositeSolution)
        else solution_notes(solution, part.sample, options, name)
    )
    findings = (*judged, *notes)
    if part.key:
        return findings
    answers = response_notes(solution, name)
    return (*findings, *answers, *method_notes(part.sample, options, name))


def _suppressed(name: str, why: str) -> Finding:
    return Finding(
        code="group-suppressed",
        severity="warning",
        where=name,
        what=f"{why}; no number is shown.",
        fix="Collect more interviews, merge groups, or set --min-base.",
    )


def _evidence(table: ParameterTable, sample: Sample, options: FitOptions, name: str) -> Evidence:
    """What the table is fitted to.

    Raises
    ------
    EstimationError
        The sample cannot carry the model.
    """
    check_answers(table, sample, name)
    evidence = Evidence(table=table, sample=sample)
    if options.missing_data == "available":
        evidence = evidence_of(table, sample)
    check_covariance(table, evidence.sample, name)
    return evidence


def _solve(
    model: ModelSpec, evidence: Evidence, options: FitOptions, stream: int, how: How, name: str
) -> Solution:
    table, p = evidence.table, len(evidence.table.indicators)
    lower = variance_bounds(table) if options.variances == "bounded" else None
    engine_f = np.nan
    if evidence.data is None:
        cov = evidence.sample.cov
        if options.ridge:
            evidence = replace(evidence, penalty=ridge_penalty(table, cov, options.ridge))
        optimum, engine_f = find_optimum(table, cov, evidence.sample.n, lower=lower, penalty=evidence.penalty)
    else:
        optimum = find_full_optimum(evidence, parameter_table(model), lower)
    values = optimum.values[0]
    loose = None if lower is None else values > lower
    errors = errors_of(options)
    covariance = joint_covariance(evidence, values, errors, loose)
    gradient = float(optimum.gradient[0])
    verdicts = judge(table, values, evidence.expected(values), covariance[p:, p:], gradient, loose)
    test = model_test(evidence, values, float(optimum.f[0]), errors, loose)
    draws, left_out, spread = None, None, None
    simulated = options.estimator == "mlr" and not (draws_asked(options) or options.jackknife)
    if draws_asked(options) or options.jackknife or (simulated and evidence.sample.n <= SMALL):
        sample = with_absent_units(evidence.sample)
        refit = _refit(replace(evidence, sample=sample), values, lower)
        if simulated:
            spread = _spread(leave_out(refit, sample, seed=options.seed))
        else:
            draws, left_out = _resample(refit, sample, options, stream, how, name)
    return Solution(
        table=table,
        values=values,
        means=evidence.means(values),
        covariance=covariance,
        f=float(optimum.f[0]),
        engine_f=engine_f,
        iterations=optimum.iterations,
        verdicts=verdicts,
        test=replace(test, why="a ridge fit has no chi-square") if options.ridge else test,
        draws=draws,
        jackknife=left_out,
        spread=covariance if simulated and spread is None else spread,
    )


def _spread(left_out: Jackknife) -> Array | None:
    """Jackknife covariance of means and parameters; None where the estimate does not exist without some."""
    rows = np.hstack([left_out.replicates.means, left_out.replicates.values])
    made = left_out.variance(rows)
    return made if np.all(np.isfinite(made)) else None


def _refit(evidence: Evidence, values: Array, lower: Array | None) -> Refit:
    """The estimator that found ``values`` (q,), to be repeated."""
    if evidence.data is not None:
        return likelihood_refit(evidence, values, lower=lower)
    return covariance_refit(evidence.table, evidence.sample, values, penalty=evidence.penalty, lower=lower)


def _resample(
    refit: Refit, sample: Sample, options: FitOptions, stream: int, how: How, name: str
) -> tuple[Draws | None, Jackknife | None]:
    """Bootstrap draws, and what comes out without each unit: by itself, or for the BCa interval."""
    draws, left_out = None, None
    if draws_asked(options):
        draws = draws_of(
            run_batches(
                refit,
                bootstrap_plan(sample.n, sample.strata, sample.cluster),
                draws=draws_asked(options),
                seed=options.seed,
                stream=stream,
                **how(name),
            )
        )
    if options.jackknife or options.interval == "bca":
        left_out = leave_out(refit, sample, seed=options.seed, **how(f"{name}, jackknife"))
    return draws, left_out
