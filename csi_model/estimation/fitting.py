"""Model and survey in, Fit out: the whole sample and every group, each with its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import CsiError, EstimationError, Finding, UsageError
from csi_model.estimation.covariance import discrepancy, gradient_and_information, matrices
from csi_model.estimation.design import is_simple, joint_covariance
from csi_model.estimation.engine import semopy_optimum
from csi_model.estimation.fits import Fit, GroupFit, Solution
from csi_model.estimation.options import FitOptions, check_options
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.resampling import bootstrap
from csi_model.estimation.solver import Optimum, fisher_scoring, polish
from csi_model.estimation.starts import start_values
from csi_model.estimation.verdicts import judge
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import Sample, group_masks, item_statistics, sample_of
from csi_model.survey.survey import MissingRule, Survey

Array = NDArray[Any]

Progress = Callable[[str, int, int], None]


def fit(
    model: ModelSpec,
    survey: Survey,
    *,
    estimator: str = "ml",
    weight_rule: str = "loadings",
    given_weights: Mapping[str, float] | None = None,
    missing_data: str = "complete",
    bootstrap: int = 0,
    seed: int = FitOptions.seed,
    level: float = 0.95,
    min_base: int = 30,
    progress: Progress | None = None,
) -> Fit:
    """Fit a model to a survey, and to each of its groups.

    Parameters
    ----------
    model, survey
        ``survey`` was read for this model; its own copy of the model (with scales) is used.
    estimator, weight_rule, given_weights, missing_data, bootstrap, seed, level, min_base
        See ``FitOptions``.
    progress
        Told ``(what, done, all)`` while bootstrapping.

    Raises
    ------
    UsageError
        An option does not fit.
    EstimationError
        The whole sample cannot be fitted at all (too few rows, no variation, a linear dependence).
        A group that cannot be fitted says why and does not stop the others.
    """
    options = check_options(
        FitOptions(
            estimator=estimator,
            weight_rule=weight_rule,
            given_weights=MappingProxyType(dict(given_weights or {})),
            missing_data=missing_data,
            bootstrap=bootstrap,
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
    table = parameter_table(survey.model)
    # the matrices are small: more threads would only wait for each other, and could move last digits
    with threadpool_limits(1, user_api="blas"):
        pooled = _fit_group(table, survey, options, (), None, stream=0, progress=progress)
        if pooled.solution is None:
            raise EstimationError(pooled.findings)
        groups = tuple(
            _fit_group(table, survey, options, key, mask, stream=k + 1, progress=progress)
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


def _fit_group(
    table: ParameterTable,
    survey: Survey,
    options: FitOptions,
    key: tuple[str, ...],
    mask: Array | None,
    *,
    stream: int,
    progress: Progress | None,
) -> GroupFit:
    rule: MissingRule = "mean" if options.missing_data == "mean" else "complete"
    sample = sample_of(survey, mask, missing_data=rule)
    items = item_statistics(survey, mask)
    name = " / ".join(key) or survey.source or "the survey"
    part = GroupFit(key=key, sample=sample, items=items)
    if key and sample.n < options.min_base:
        why = f"suppressed: {sample.n} respondents are fewer than the minimum base of {options.min_base}"
        return replace(part, why=why, findings=(_suppressed(name, why),))
    try:
        _check_sample(table, sample, name)
        solution = _solve(table, sample, options, stream, progress, name)
    except CsiError as error:
        why = " ".join(f"{finding.what} {finding.fix}" for finding in error.findings)
        failed = tuple(
            replace(finding, code="group-failed", severity="error") if key else finding
            for finding in error.findings
        )
        return replace(part, why=why, findings=failed)
    judged = solution.verdicts.findings
    if key:
        judged = tuple(replace(finding, where=f"{name}: {finding.where}") for finding in judged)
    findings = (*judged, *_notes(solution, sample, options, name))
    if not key:
        findings = (*findings, *_method_notes(sample, options, name))
    return replace(part, solution=solution, findings=findings)


def _suppressed(name: str, why: str) -> Finding:
    return Finding(
        code="group-suppressed",
        severity="warning",
        where=name,
        what=f"{why}; no number is shown.",
        fix="Collect more interviews, merge groups, or set --min-base.",
    )


def _check_sample(table: ParameterTable, sample: Sample, name: str) -> None:
    """Raise EstimationError where a covariance matrix cannot carry the model, naming the items."""
    p = len(table.indicators)
    found: list[Finding] = []

    def add(code: str, what: str, fix: str) -> None:
        found.append(Finding(code=code, severity="error", where=name, what=what, fix=fix))

    if sample.n <= p:
        add(
            "too-few-rows",
            f"{sample.n} respondents answered all {p} questions; the model needs more than {p}.",
            "Collect more interviews, check the missing codes, or use --missing-data mean.",
        )
        raise EstimationError(found)
    empty = [item for item, mean in zip(table.indicators, sample.mean, strict=True) if np.isnan(mean)]
    if empty:
        add("no-answers", f"nobody answered {', '.join(empty)}.", "Drop the question for this sample.")
        raise EstimationError(found)
    sd = np.sqrt(np.diag(sample.cov))
    constant = [item for item, value in zip(table.indicators, sd, strict=True) if value < 1e-9]
    if constant:
        add(
            "constant-column",
            f"everybody gave the same answer to {', '.join(constant)}.",
            "Without variation no loading can be estimated: drop the question for this sample.",
        )
        raise EstimationError(found)
    correlation = sample.cov / np.outer(sd, sd)
    spectrum, vectors = np.linalg.eigh(correlation)
    if spectrum[0] < 1e-10:
        items = [table.indicators[k] for k in np.flatnonzero(np.abs(vectors[:, 0]) > 0.1)]
        add(
            "linear-dependence",
            f"the answers to {', '.join(items)} determine each other exactly.",
            "Drop one of them: it is a copy, a sum or a recode of the others.",
        )
        raise EstimationError(found)
    if table.degrees_of_freedom() < 0:
        add(
            "too-many-parameters",
            f"the model has {table.n_free} free parameters, the covariance matrix only "
            f"{p * (p + 1) // 2} entries.",
            "Add indicators, or remove paths and covariances.",
        )
        raise EstimationError(found)


def _solve(
    table: ParameterTable,
    sample: Sample,
    options: FitOptions,
    stream: int,
    progress: Progress | None,
    name: str,
) -> Solution:
    optimum, engine_f = find_optimum(table, sample.cov, sample.n)
    values = optimum.values[0]
    hessian = gradient_and_information(table, values, sample.cov)[1]
    p = len(table.indicators)
    covariance = joint_covariance(table, values, hessian, sample)
    verdicts = judge(table, values, hessian, covariance[p:, p:], float(optimum.gradient[0]))
    draws = None
    if options.bootstrap:
        draws = bootstrap(
            table,
            sample,
            values,
            draws=options.bootstrap,
            seed=options.seed,
            stream=stream,
            progress=None if progress is None else lambda done, total: progress(name, done, total),
        )
    return Solution(
        table=table,
        values=values,
        covariance=covariance,
        f=float(optimum.f[0]),
        engine_f=engine_f,
        iterations=optimum.iterations,
        verdicts=verdicts,
        draws=draws,
    )


def find_optimum(table: ParameterTable, cov: Array, n: int) -> tuple[Optimum, float]:
    """The minimum of F: semopy's and our own search must agree, the lower one is kept.

    Both start from the same values, which depend on the sample only. Our own path is preferred where
    they meet, since semopy's last digits differ from process to process.
    """
    start = start_values(table, cov)
    own = polish(table, cov, fisher_scoring(table, cov[None], start[None]))
    engine = semopy_optimum(table, cov, n, start)
    if engine is None:
        return own, float("nan")
    engine_f = float(discrepancy(matrices(table, engine).sigma, cov, np.linalg.slogdet(cov)[1]))
    if own.gradient[0] < 1e-6 and own.f[0] <= engine_f + 1e-7:
        return own, engine_f
    again = polish(table, cov, fisher_scoring(table, cov[None], engine[None]))
    better = again.f[0] < own.f[0] or own.gradient[0] >= 1e-6
    return (again if better else own), engine_f


def _notes(solution: Solution, sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
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


def _method_notes(sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
    """What holds for the whole sample and every group alike, said once."""
    if options.missing_data == "mean":
        yield Finding(
            code="mean-substitution",
            severity="warning",
            where=name,
            what="missing answers were replaced by item means: variances and standard errors are too small.",
            fix="Use it to compare with indices that do the same; --missing-data complete for inference.",
        )
    if not is_simple(sample):
        yield Finding(
            code="design-based",
            severity="note",
            where=name,
            what="standard errors allow for weights, strata and clusters (Taylor linearisation); the "
            "chi-square and what rests on it do not.",
        )
