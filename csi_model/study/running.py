"""The whole way: survey and model in, results folder with charts and report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from csi_model.comparison.many_units import measure_units
from csi_model.comparison.wave_checks import study_stamp
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.errors import ReportError, suggest
from csi_model.estimation.crew import Dask, check_workers
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import Progress, detail_for, fit
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import AUTOMATIC, FitOptions
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec
from csi_model.reporting.content import Content
from csi_model.storage import (
    check_target,
    folder_kind,
    load,
    read_files,
    read_manifest,
    save,
    versions,
    write_folder,
)
from csi_model.study.beyond import Beyond, check_beyond
from csi_model.study.files import ReportOptions, StudySpec
from csi_model.study.measures.delivering import report_measures
from csi_model.study.measures.in_study import StudyMeasures, answers_for, with_measures
from csi_model.study.survey_tables import with_survey_tables
from csi_model.survey.moments import group_masks
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS: tuple[str, ...] = ("html",)


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
        said["report"] = _said(report)
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


def _said(report: ReportOptions) -> dict[str, Any]:
    """What the report says about itself, as results store it."""
    said: dict[str, Any] = {
        "title": dict(report.title),
        "client": report.client,
        "language": report.language,
    }
    if report.benchmarks:
        said["benchmarks"] = [dict(one) for one in report.benchmarks]
    if report.top:
        said["top"] = dict(report.top)
    return said


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


def deliver(
    results: Results,
    folder: str | Path,
    *,
    language: str = "en",
    force: bool = False,
    command: str = "",
    study_text: str = "",
) -> Path:
    """Store results with charts and the HTML report, all or nothing.

    Raises
    ------
    StorageError
        The folder cannot be written; nothing was changed.
    """
    check_target(Path(folder), force=force)
    content = content_of(results, {**results.manifest, "command": command, "versions": versions()})
    files: dict[str, str | bytes] = dict(_report_files(content, language))
    if study_text:
        files["study.yaml"] = study_text
    return save(results, folder, force=force, files=files, command=command)


def report(folder: str | Path, *, formats: Sequence[str] = ("html",), language: str | None = None) -> Path:
    """Write the reports of a stored results folder again, without a new fit.

    Parameters
    ----------
    folder
        A results folder.
    formats
        ``html``.
    language
        ``en`` or ``zh``; default: that of the study.

    Raises
    ------
    StorageError, ReportError
        The folder holds no sound results; a format does not exist.
    """
    folder = Path(folder)
    for name in formats:
        if name not in FORMATS:
            raise ReportError.at(
                "--format", f"{name!r} is not a format of this version.", suggest(name, FORMATS),
                code="unknown-format",
            )  # fmt: skip
    if folder_kind(folder) == "measures":
        return report_measures(folder, language)
    manifest = read_manifest(folder)
    results = load(folder)
    language = language or manifest.get("report", {}).get("language", "en")
    contents = {
        name: data for name, data in read_files(folder).items() if not name.startswith(("charts/", "report."))
    }
    made = _report_files(content_of(results, manifest), language)
    contents |= {name: text.encode("utf-8") for name, text in made.items()}
    write_folder(folder, contents, force=True)
    return folder / "report.html"


def _report_files(content: Content, language: str) -> dict[str, str]:
    from csi_model.reporting.charts import charts
    from csi_model.reporting.page import page

    drawn = charts(content, language)
    return {
        **{f"charts/{name}.svg": text for name, text in drawn.items()},
        "report.html": page(content, language, drawn=drawn),
    }


def chart(results: Results, name: str, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw one chart of the report and return its matplotlib axes.

    Parameters
    ----------
    results
        What ``evaluate`` or ``load`` returned.
    name
        ``index``, ``groups``, ``drivers``, ``impacts``, ``indicators``, ``moderation``, ``paths`` or
        ``reliability``.
    ax
        Axes to draw into; default: a new figure.
    language
        ``en`` or ``zh``.

    Raises
    ------
    ReportError
        There is no such chart, or the tables do not support it.
    """
    from csi_model.reporting.charts import CHARTS

    content = content_of(results, results.manifest)
    if name not in CHARTS or not CHARTS[name][1](content):
        there = [other for other, (_, supported) in CHARTS.items() if supported(content)]
        raise ReportError.at(
            "chart", f"{name!r} cannot be drawn.", suggest(name, there), code="unknown-chart"
        )
    return CHARTS[name][0](content, ax, language)


def content_of(results: Results, manifest: Mapping[str, Any]) -> Content:
    """What the reporting room is handed: tables, words and structure."""
    model = results.model
    labels = {construct.name: dict(construct.label) for construct in model.constructs}
    labels |= {item.name: dict(item.label) for item in model.indicators}
    labels = {**manifest.get("measure_labels", {}), **labels}
    said = manifest.get("report", {})
    return Content(
        tables=results.tables,
        pooled=results.pooled,
        across=results.across,
        by=results.by,
        constructs=model.construct_names,
        paths=tuple((path.source, path.target) for path in model.paths),
        index=model.index,
        low_is_good=frozenset(c.name for c in model.constructs if not c.high_is_good),
        labels=MappingProxyType(labels),
        group_labels=results.group_labels,
        title=said.get("title") or model.title or {"en": model.name},
        source=model.source,
        structure=model.structure,
        caveat=model.caveat,
        manifest=manifest,
    )
