"""Fits of a streamed survey: from the moments of every unit, with errors from its random groups.

Maximum likelihood of a simple random sample has the errors of normal theory, which covariances determine.
Everything else is repeated without each random group in turn (the delete-a-group jackknife).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import EstimationError, Finding, UsageError
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.covariance_refit import covariance_refit, moments
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit, Solution
from csi_model.estimation.fitting import Progress, detail_for, table_of
from csi_model.estimation.inference import Evidence
from csi_model.estimation.optimum import variance_bounds
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import AUTOMATIC, FitOptions, is_composite
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.part_fitting import How, alone, fit_part, solve_part
from csi_model.estimation.pls_fitting import undetermined
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.pls_verdicts import judge_composites
from csi_model.estimation.pls_weights import TOLERANCE
from csi_model.estimation.replicates import Outcome, Reason, gathered
from csi_model.estimation.resamples import JackknifePlan, Units
from csi_model.estimation.resampling import Jackknife
from csi_model.estimation.sample_checks import check_items
from csi_model.estimation.verdicts import judge
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import Kept, Sample
from csi_model.survey.streamed import StreamedSurvey, UnitMoments, left_out

Array = NDArray[Any]


def fit_streamed(
    model: ModelSpec, survey: StreamedSurvey, *, progress: Progress | None = None, **options: Any
) -> Fit:
    """Fit a model to the moments of a survey, and to those of each of its units.

    Estimates are those of ``fit`` with complete cases. Under ``ml`` a simple random sample has the same
    errors, too; weights, strata, clusters and PLS have those of the delete-a-group jackknife.

    Parameters
    ----------
    model, survey
        ``survey`` was read for this model by ``stream_moments``.
    progress
        Told ``(what, units done, all units)``.
    **options
        See ``FitOptions``: ``ml``, ``pls`` or ``plsc``, and what needs no respondents.

    Returns
    -------
    Fit
        Its samples have no respondents, only moments (``Sample.kept``).

    Raises
    ------
    UsageError
        An option does not fit, or needs respondents.
    EstimationError
        The whole sample cannot be fitted, or there are too few random groups for its errors.
    """
    checked = check_streamed(FitOptions(**options), model)
    if survey.model.construct_names != model.construct_names:
        raise UsageError.at(
            f"model {model.name}",
            f"the survey was read for another model ({survey.model.name}).",
            "Read the survey again with this model.",
            code="other-model",
        )
    if checked.detail == AUTOMATIC:
        checked = replace(checked, detail=detail_for(len(survey.units)))
    table = table_of(survey.model, checked)
    with threadpool_limits(1, user_api="blas"):  # as in ``fit``
        pooled = _fitted(table, survey, survey.whole, checked)
        if pooled.solution is None:
            raise EstimationError(pooled.findings)
        parts = []
        for done, unit in enumerate(survey.units, start=1):
            parts.append(_fitted(table, survey, unit, checked))
            if progress is not None:
                progress(" x ".join(survey.by), done, len(survey.units))
    return Fit(
        model=survey.model,
        options=checked,
        by=survey.by,
        group_labels=survey.group_labels,
        pooled=pooled,
        groups=tuple(parts),
        findings=(*survey.findings, *_notes(survey, pooled)),
        weight=survey.weight,
        source=survey.source,
        sha256=survey.sha256,
    )


def check_streamed(options: FitOptions, model: ModelSpec) -> FitOptions:
    """Check options for a survey of which only sums are kept, and fill in the automatic ones.

    Raises
    ------
    UsageError
        With every option that does not fit, or that needs respondents.
    """
    wrong = list(_needing_respondents(options, model))
    if wrong:
        raise UsageError(wrong)
    without = replace(options, bootstrap=0, folds=0, beside=False)
    if is_composite(options):
        without = replace(without, jackknife=True)
    return check_options(without, model)


def _needing_respondents(options: FitOptions, model: ModelSpec) -> Iterator[Finding]:
    plain = FitOptions()
    for option, needed in (
        (f"--estimator {options.estimator}", options.estimator in ("mlr", "mlm", "fiml")),
        ("--bootstrap", bool(options.bootstrap)),
        ("--interval", options.interval != plain.interval),
        ("--missing-data", options.missing_data not in (AUTOMATIC, "complete")),
        ("--permutations", options.permutations != 0),
        ("--necessity", options.necessity != 0),
        ("--segments", options.segments != 0),
        ("--scores", options.scores),
        ("--correlations", options.correlations != plain.correlations),
        ("--ridge", options.ridge != 0),
    ):
        if needed:
            yield _refused(option, "it needs the respondents")
    products = [construct.name for construct in model.products]
    if is_composite(options) and products:
        yield _refused("--stream", f"the product {', '.join(products)} needs the respondents' scores")


def _refused(where: str, why: str) -> Finding:
    return Finding(
        code="needs-respondents",
        severity="error",
        where=where,
        what=f"{why}, and --stream keeps only sums of them.",
        fix="Leave it out, or leave --stream out where the survey fits into memory.",
    )


def _fitted(
    table: ParameterTable | CompositeTable, survey: StreamedSurvey, unit: UnitMoments, options: FitOptions
) -> GroupFit:
    replicates, problem = None, None
    if options.jackknife or not survey.is_simple(unit):
        try:
            replicates = _Replicates.of(left_out(survey, unit))
        except EstimationError as error:
            problem = error
    return fit_part(
        table,
        survey.model,
        _sample(survey, unit, replicates),
        unit.items,
        options,
        key=unit.key,
        source=survey.source,
        solve=_Solver(replicates=replicates, problem=problem),
    )


@dataclass(frozen=True, kw_only=True)
class _Replicates:
    """Sums (M, 1 + p + p(p+1)/2) of a unit without each random group, about the unit's mean."""

    sums: Array
    plan: JackknifePlan

    @classmethod
    def of(cls, sums: Array) -> _Replicates:
        """Replicates of one stratum: what strata do is in the sums."""
        m = len(sums)
        units = Units(of_row=np.empty(0, dtype=np.int64), stratum=np.zeros(m, dtype=np.int64), designed=False)
        return cls(sums=sums, plan=JackknifePlan(units=units, weight=np.ones(m), batch=m))

    def jackknife(self, made: Outcome) -> Jackknife:
        """Estimates of the replicates, ready to be compared."""
        return Jackknife(replicates=gathered([made]), plan=self.plan)

    def mean_cov(self, p: int) -> Array:
        """Covariance (p, p) of the means."""
        nothing = np.empty((len(self.sums), 0))
        blank = Outcome(
            means=nothing,
            values=nothing,
            reason=np.zeros(len(self.sums), dtype=np.int8),
            flags=np.zeros(len(self.sums), dtype=np.uint8),
        )
        return self.jackknife(blank).variance(moments(self.sums, p)[0])


def _sample(survey: StreamedSurvey, unit: UnitMoments, replicates: _Replicates | None) -> Sample:
    p = len(unit.mean)
    simple = survey.is_simple(unit)
    mean_cov = unit.cov / max(unit.n - 1, 1)
    if not simple and replicates is not None:
        mean_cov = replicates.mean_cov(p)
    return Sample(
        n=unit.n,
        sum_w=unit.sum_w,
        n_eff=unit.n_eff,
        mean=unit.mean,
        cov=unit.cov,
        answers=np.empty((0, p)),
        weights=np.empty(0),
        rows=MappingProxyType(dict(unit.rows)),
        kept=Kept(simple=simple, mean_cov=mean_cov),
    )


@dataclass(frozen=True, kw_only=True)
class _Solver:
    """Makes the estimate of one unit, and repeats it for the ``replicates`` if there are any.

    ``problem`` is why there are none although errors should come from them.
    """

    replicates: _Replicates | None
    problem: EstimationError | None

    def __call__(
        self,
        table: ParameterTable | CompositeTable,
        model: ModelSpec,
        sample: Sample,
        options: FitOptions,
        stream: int,
        how: How,
        name: str,
        /,
    ) -> tuple[Sample, Solution | CompositeSolution]:
        """See ``part_fitting.Solve``.

        Raises
        ------
        EstimationError
            The sample cannot carry the model.
        """
        if self.problem is not None:
            raise self.problem
        if isinstance(table, CompositeTable):
            return sample, self._composites(table, sample, options, name)
        return sample, self._covariances(table, model, sample, options, name)

    def _composites(
        self, table: CompositeTable, sample: Sample, options: FitOptions, name: str
    ) -> CompositeSolution:
        check_items(table.indicators, sample, name)
        first = replace(composite_refit(table, sample), weights=np.ones(1))
        total = np.array([[sample.sum_w]])
        made, steps, change = first.from_moments(np.zeros((1, len(sample.mean))), sample.cov[None], total)
        if made.reason[0] not in (Reason.USED, Reason.NOT_CONVERGED):
            raise undetermined(table, sample, name)
        means, values = made.means[0], made.values[0]
        repeated = None
        if self.replicates is not None:
            refit = replace(composite_refit(table, sample, values[: len(table.item)]), weights=np.ones(1))
            sums = self.replicates.sums
            again, _, _ = refit.from_moments(*moments(sums, len(means)), sums[:, :1])
            repeated = self.replicates.jackknife(again)
        return CompositeSolution(
            table=table,
            values=values,
            means=means,
            steps=int(steps[0]),
            change=float(change[0]),
            verdicts=judge_composites(
                table, composite_estimates(table, means, values), float(change[0]), 10 * TOLERANCE
            ),
            jackknife=repeated,
            seed=(options.seed, 0),
        )

    def _covariances(
        self, table: ParameterTable, model: ModelSpec, sample: Sample, options: FitOptions, name: str
    ) -> Solution:
        n = max(sample.n - 1, 1)
        simple = replace(sample, kept=Kept(simple=True, mean_cov=sample.cov / n))
        _, made = solve_part(table, model, simple, replace(options, jackknife=False), 0, alone, name)
        if not isinstance(made, Solution):
            raise TypeError("a table of parameters has a solution of its own kind")
        if self.replicates is None:
            return made
        lower = variance_bounds(table) if options.variances == "bounded" else None
        refit = covariance_refit(table, sample, made.values, lower=lower)
        repeated = self.replicates.jackknife(refit.from_sums(self.replicates.sums))
        rows = np.hstack([repeated.replicates.means, repeated.replicates.values])
        covariance, p = repeated.variance(rows), len(sample.mean)
        verdicts = judge(
            table,
            made.values,
            Evidence(table=table, sample=simple).expected(made.values),
            covariance[p:, p:],
            made.verdicts.gradient,
            None if lower is None else made.values > lower,
        )
        return replace(made, covariance=covariance, verdicts=verdicts, jackknife=repeated)


def _notes(survey: StreamedSurvey, pooled: GroupFit) -> Iterator[Finding]:
    """What a reader of a streamed fit should know, said once."""
    what = (
        "the rows were read in one pass and only sums of them were kept, so that Q2, predictions, scores and "
        "repeated answers are not looked at."
    )
    solution = pooled.solution
    if solution is not None and solution.jackknife is not None:
        m = solution.jackknife.plan.draws
        units = "clusters" if survey.cluster else "respondents"
        what += (
            f" Standard errors come from a jackknife over {m} random groups of {units} and are themselves "
            f"known to about {100 / np.sqrt(2 * (m - 1)):.0f} %."
        )
    yield Finding(code="streamed", severity="note", where=survey.source, what=what)


def needs_groups(options: FitOptions, *, designed: bool) -> bool:
    """Whether errors come from random groups; ``designed``: the survey has weights, strata or clusters."""
    return designed or options.jackknife or is_composite(options)
