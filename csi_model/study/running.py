"""The whole way from a survey and a model, or a study file, to results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from csi_model.comparison.many_units import measure_units
from csi_model.comparison.wave_checks import study_stamp
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.estimation.crew import Dask, check_workers
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import Progress, detail_for, fit
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import AUTOMATIC, FitOptions
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec
from csi_model.study.beyond import Beyond, check_beyond
from csi_model.study.files import StudySpec
from csi_model.study.measures.in_study import StudyMeasures, answers_for, with_measures
from csi_model.study.report_options import ReportOptions
from csi_model.study.survey_tables import with_survey_tables
from csi_model.survey.moments import group_masks
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey


def analyse(
    model: ModelSpec,
    source: Any,
    *,
    survey: Mapping[str, Any] = MappingProxyType({}),
    options: Mapping[str, Any] = MappingProxyType({}),
    beyond: Beyond | None = None,
    measures: StudyMeasures | None = None,
    report: ReportOptions | None = None,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Read a survey for a model, fit it and evaluate the fit.

    Parameters
    ----------
    model, source
        The model, and a survey file, several, or a data frame.
    survey, options
        Keyword arguments of ``read_survey`` and of ``fit``.
    beyond
        How groups are compared and rolled up, which of them are waves, what is asked of effects.
    measures
        Other measures of the same survey.
    report
        Title, client and language, stored with the results.
    workers, backend, checkpoint, progress
        See ``fit``.

    Raises
    ------
    CsiError
        Anything that the user can mend.
    """
    check_options(FitOptions(**options), model)  # before a long reading
    check_workers(workers)
    read = read_survey(source, model, **survey)
    beyond = beyond or Beyond()
    check_beyond(beyond, read, read.model, FitOptions(**options))
    measures = measures or StudyMeasures()
    asked = answers_for(measures, source, read.model, survey)
    crew: dict[str, Any] = {"workers": workers, "backend": backend, "progress": progress}
    results, fitted = _fitted(model, read, options, {**crew, "checkpoint": checkpoint})
    results = with_survey_tables(results, fitted, read, beyond, **crew)
    how = {name: getattr(fitted.options, name) for name in ("level", "min_base", "seed")}
    results = with_measures(results, measures, asked, **how, progress=progress)
    said: dict[str, Any] = {"study": study_stamp(results, read)}
    if beyond.waves is not None:
        said["waves"] = _followed(results, beyond.waves)
    if report is not None:
        said["report"] = report.stored()
        results = replace(results, files=MappingProxyType({**results.files, **report.files()}))
    return replace(results, manifest=MappingProxyType({**results.manifest, **said}))


def _followed(results: Results, waves: WaveOptions) -> dict[str, Any]:
    """What the manifest says of the waves: their order, the headline weights, and where these are held."""
    order = list(dict.fromkeys(results.across["trend"]["wave"])) if "trend" in results.across else []
    base = waves.base or (order[0] if order else "")
    return {"column": waves.column, "order": order, "weights": waves.weights, "base": base}


def _fitted(
    model: ModelSpec, survey: Survey, options: Mapping[str, Any], crew: Mapping[str, Any]
) -> tuple[Results, Fit]:
    """Fit and evaluate: all groups together, or one by one where tables say of each what a league needs."""
    detail = FitOptions(**options).detail
    if detail == AUTOMATIC:
        detail = detail_for(len(group_masks(survey)) if survey.by else 0)
    if detail == "units" and survey.by:
        return measure_units(model, survey, **options, **crew)
    fitted = fit(model, survey, **options, **crew)
    return evaluate(fitted), fitted


def run_study(
    study: StudySpec,
    *,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Carry out a study file.

    Parameters
    ----------
    study
        What ``read_study`` returned.
    workers, backend, checkpoint, progress
        See ``fit``.
    """
    return analyse(
        study.model,
        list(study.files),
        survey=study.survey,
        options=study.fit,
        beyond=study.beyond,
        measures=study.measures,
        report=study.report,
        workers=workers,
        backend=backend,
        checkpoint=checkpoint,
        progress=progress,
    )
