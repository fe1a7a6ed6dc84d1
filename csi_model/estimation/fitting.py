"""Model and survey in, Fit out: the whole sample and every group, each with its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import EstimationError, Finding, UsageError
from csi_model.estimation.batches import Dask, Refit, run_batches
from csi_model.estimation.composites import CompositeTable, composite_table
from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit, Solution
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
from csi_model.estimation.option_checks import check_design, check_options
from csi_model.estimation.options import AUTOMATIC, FitOptions, draws_asked, errors_of, is_composite
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.pls_fitting import solve_composites
from csi_model.estimation.resamples import bootstrap_plan, with_absent_units
from csi_model.estimation.resampling import Draws, Jackknife, draws_of
from csi_model.estimation.resampling import jackknife as leave_out
from csi_model.estimation.sample_checks import check_answers, check_covariance, check_items
from csi_model.estimation.verdicts import judge
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import Sample, group_masks, item_statistics, sample_of
from csi_model.survey.survey import MissingRule, Survey

Array = NDArray[Any]

Progress = Callable[[str, int, int], None]

_RULES: Mapping[str, MissingRule] = MappingProxyType(
    {"complete": "complete", "mean": "mean", "pairwise": "pairwise", "available": "available"}
)


def fit(
    model: ModelSpec,
    survey: Survey,
    *,
    estimator: str = "ml",
    weight_rule: str = AUTOMATIC,
    given_weights: Mapping[str, float] | None = None,
    missing_data: str = AUTOMATIC,
    bootstrap: int | None = None,
    jackknife: bool = False,
    scheme: str = "path",
    metric: str = "standardised",
    higher_order: str = "repeated",
    interval: str = "percentile",
    variances: str = "free",
    ridge: float = 0.0,
    permutations: int = 0,
    information: str = AUTOMATIC,
    folds: int = 10,
    repeats: int = 10,
    necessity: int = 0,
    segments: int = 0,
    beside: bool = True,
    scores: bool = False,
    seed: int = FitOptions.seed,
    level: float = 0.95,
    min_base: int = 30,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Fit a model to a survey, and to each of its groups.

    Parameters
    ----------
    model, survey
        ``survey`` was read for this model; its own copy of the model (with scales) is used.
    estimator, weight_rule, given_weights, missing_data, bootstrap, jackknife, scheme, metric, higher_order,
    interval, variances, ridge, permutations, information, folds, repeats, necessity, segments, beside,
    scores, seed, level, min_base
        See ``FitOptions``.
    workers, backend, checkpoint
        Who resamples, and the folder where finished draws are kept; nothing is written without one. None
        of them changes a number: see ``run_batches``.
    progress
        Told ``(what, done, all)`` while resampling.

    Raises
    ------
    UsageError
        An option does not fit; the Dask cluster does not answer.
    EstimationError
        The whole sample cannot be fitted at all (too few rows, no variation, a linear dependence).
        A group that cannot be fitted says why and does not stop the others.
    StorageError
        ``checkpoint`` cannot be written.
    StoppedError
        Stopped by the user while resampling; what was finished is in ``checkpoint``.
    """
    check_workers(workers)
    options = check_options(
        FitOptions(
            estimator=estimator,
            weight_rule=weight_rule,
            given_weights=MappingProxyType(dict(given_weights or {})),
            missing_data=missing_data,
            bootstrap=bootstrap,
            jackknife=jackknife,
            scheme=scheme,
            metric=metric,
            higher_order=higher_order,
            interval=interval,
            variances=variances,
            ridge=ridge,
            permutations=permutations,
            information=information,
            folds=folds,
            repeats=repeats,
            necessity=necessity,
            segments=segments,
            beside=beside,
            scores=scores,
            seed=seed,
            level=level,
            min_base=min_base,
        ),
        survey.model,
    )
    if survey.model.construct_names != model.construct_names:
        raise UsageError.at(
            f"model {model.name}",
            f"the survey was read for another model ({survey.model.name}).",
            "Read the survey again with this model.",
            code="other-model",
        )
    check_design(options, survey)
    table: ParameterTable | CompositeTable
    if is_composite(options):
        table = composite_table(survey.model, options)
    else:
        table = parameter_table(survey.model, means=options.missing_data == "available")
    crew = _Crew(workers=workers, backend=backend, checkpoint=checkpoint, progress=progress)
    # the matrices are small: more threads would only wait for each other, and could move last digits
    with threadpool_limits(1, user_api="blas"):
        pooled = _fit_group(table, survey, options, (), None, stream=0, crew=crew)
        if pooled.solution is None:
            raise EstimationError(pooled.findings)
        groups = tuple(
            _fit_group(table, survey, options, key, mask, stream=k + 1, crew=crew)
            for k, (key, mask) in enumerate(group_masks(survey) if survey.by else ())
        )
    return Fit(
        model=survey.model,
        options=options,
        by=survey.by,
        group_labels=survey.group_labels,
        pooled=pooled,
        groups=groups,
        findings=survey.findings,
        weight=survey.weight,
        source=survey.source,
        sha256=survey.sha256,
    )


def check_workers(workers: int) -> None:
    """Raise UsageError for a number of workers below 1."""
    if workers < 1:
        raise UsageError.at(
            "--workers",
            f"{workers} workers do no work.",
            "Give 1 or more; the numbers are the same for any.",
            code="bad-option",
        )


@dataclass(frozen=True, kw_only=True)
class _Crew:
    """Who resamples, where finished draws are kept, and who is told."""

    workers: int
    backend: Dask | None
    checkpoint: Path | str | None
    progress: Progress | None

    def how(self, name: str) -> dict[str, Any]:
        """Arguments of ``run_batches`` for what is told as ``name``."""
        tell = self.progress
        return {
            "workers": self.workers,
            "backend": self.backend,
            "checkpoint": self.checkpoint,
            "progress": None if tell is None else lambda done, total: tell(name, done, total),
        }


def _fit_group(
    table: ParameterTable | CompositeTable,
    survey: Survey,
    options: FitOptions,
    key: tuple[str, ...],
    mask: Array | None,
    *,
    stream: int,
    crew: _Crew,
) -> GroupFit:
    sample = sample_of(survey, mask, missing_data=_RULES[options.missing_data])
    items = item_statistics(survey, mask)
    name = " / ".join(key) or survey.source or "the survey"
    part = GroupFit(key=key, sample=sample, items=items)
    if key and sample.n < options.min_base:
        why = f"suppressed: {sample.n} respondents are fewer than the minimum base of {options.min_base}"
        return replace(part, why=why, findings=(_suppressed(name, why),))
    try:
        solution: Solution | CompositeSolution
        if isinstance(table, CompositeTable):
            check_items(table.indicators, sample, name)
            solution = solve_composites(table, sample, options, stream=stream, how=crew.how(name), name=name)
        else:
            evidence = _evidence(table, sample, options, name)
            part = replace(part, sample=evidence.sample)
            solution = _solve(survey.model, evidence, options, stream, crew, name)
    except EstimationError as error:
        why = " ".join(f"{finding.what} {finding.fix}" for finding in error.findings)
        failed = tuple(
            replace(finding, code="group-failed", severity="error") if key else finding
            for finding in error.findings
        )
        return replace(part, why=why, findings=failed)
    judged = solution.verdicts.findings
    if key:
        judged = tuple(replace(finding, where=f"{name}: {finding.where}") for finding in judged)
    notes = (
        composite_notes(solution, sample, name)
        if isinstance(solution, CompositeSolution)
        else solution_notes(solution, sample, options, name)
    )
    findings = (*judged, *notes)
    if not key:
        findings = (*findings, *method_notes(sample, options, name))
    return replace(part, solution=solution, findings=findings)


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
    model: ModelSpec, evidence: Evidence, options: FitOptions, stream: int, crew: _Crew, name: str
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
            draws, left_out = _resample(refit, sample, options, stream, crew, name)
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


SMALL = 2000
"""Up to this many respondents robust errors are too small by a few percent where effects multiply."""


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
    refit: Refit, sample: Sample, options: FitOptions, stream: int, crew: _Crew, name: str
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
                **crew.how(name),
            )
        )
    if options.jackknife or options.interval == "bca":
        left_out = leave_out(refit, sample, seed=options.seed, **crew.how(f"{name}, jackknife"))
    return draws, left_out
