"""Model and survey in, Fit out: the whole sample and every group, each with its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import EstimationError, Finding, UsageError
from csi_model.estimation.composites import CompositeTable, composite_table
from csi_model.estimation.crew import Dask, check_workers
from csi_model.estimation.fits import Fit, GroupFit
from csi_model.estimation.option_checks import check_design, check_options
from csi_model.estimation.options import AUTOMATIC, FitOptions, is_composite, is_ordinal
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.part_fitting import fit_part
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import Sample, group_masks, item_statistics, sample_of
from csi_model.survey.steps import ordered_items, step_findings
from csi_model.survey.survey import MissingRule, Survey
from csi_model.survey.treatment_advice import treatment_note

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
    correlations: str = "plain",
    interval: str = "percentile",
    variances: str = "free",
    ridge: float = 0.0,
    parameterisation: str = "delta",
    permutations: int = 0,
    information: str = AUTOMATIC,
    folds: int = 10,
    repeats: int = 10,
    necessity: int = 0,
    segments: int = 0,
    beside: bool = True,
    scores: bool = False,
    detail: str = AUTOMATIC,
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
    correlations, interval, variances, ridge, parameterisation, permutations, information, folds, repeats,
    necessity, segments, beside, scores, detail, seed, level, min_base
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
            correlations=correlations,
            interval=interval,
            variances=variances,
            ridge=ridge,
            parameterisation=parameterisation,
            permutations=permutations,
            information=information,
            folds=folds,
            repeats=repeats,
            necessity=necessity,
            segments=segments,
            beside=beside,
            scores=scores,
            detail=detail,
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
    masks = group_masks(survey) if survey.by else ()
    if options.detail == AUTOMATIC:
        options = replace(options, detail=detail_for(len(masks)))
    table = table_of(survey.model, options)
    told: tuple[Finding, ...] = ()
    if is_ordinal(options) or options.correlations == "polychoric":
        table = replace(table, ordered=ordered_items(survey))
        told = tuple(step_findings(survey))
    crew = _Crew(workers=workers, backend=backend, checkpoint=checkpoint, progress=progress)
    # the matrices are small: more threads would only wait for each other, and could move last digits
    with threadpool_limits(1, user_api="blas"):

        def fitted(key: tuple[str, ...], mask: Array | None, stream: int) -> GroupFit:
            sample, items = group_sample(survey, mask, options), item_statistics(survey, mask)
            said: dict[str, Any] = {"key": key, "source": survey.source, "stream": stream, "how": crew.how}
            return fit_part(table, survey.model, sample, items, options, **said)

        pooled = fitted((), None, 0)
        if pooled.solution is None:
            raise EstimationError(pooled.findings)
        groups = tuple(fitted(key, mask, k + 1) for k, (key, mask) in enumerate(masks))
    return Fit(
        model=survey.model,
        options=options,
        by=survey.by,
        group_labels=survey.group_labels,
        pooled=pooled,
        groups=groups,
        findings=(
            *survey.findings,
            *treatment_note(survey, options.estimator, options.min_base),
            *told,
        ),
        weight=survey.weight,
        source=survey.source,
        sha256=survey.sha256,
    )


MANY_GROUPS = 40
"""Beyond this many groups tables say of each group what a league table needs, unless all is asked for."""


def detail_for(groups: int) -> str:
    """How much tables say of each of so many groups, where nobody asks."""
    return "units" if groups > MANY_GROUPS else "full"


def table_of(model: ModelSpec, options: FitOptions) -> ParameterTable | CompositeTable:
    """The model as the estimator of checked options sees it."""
    if is_composite(options):
        return composite_table(model, options)
    return parameter_table(model, means=options.missing_data == "available")


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


def group_sample(survey: Survey, mask: Array | None, options: FitOptions) -> Sample:
    """The respondents of a group (all: None) that the estimator uses."""
    return sample_of(survey, mask, missing_data=_RULES[options.missing_data])
