"""Study files: which model, which survey, how to read it, how to fit it, how to report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from csi_model.errors import CsiError, Finding, ModelError, StudyError, UsageError, suggest
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions
from csi_model.model.catalogue import LAVAAN_ENDINGS, read_model
from csi_model.model.document import Document, inspect_document, line_number, read_document
from csi_model.model.products import index_problem
from csi_model.model.spec import Case, ModelSpec, Scale
from csi_model.study.beyond import Beyond, beyond_of
from csi_model.study.margin_targets import study_margins
from csi_model.study.measures.in_study import StudyMeasures, study_measures
from csi_model.study.report_options import ReportOptions, report_options
from csi_model.study.schema import StudyFile, study_schema
from csi_model.survey.codebook import Codebook
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.sources import SurveyFile
from csi_model.survey.tables import ENDINGS

__all__ = ["ReportOptions", "StudyFile", "StudySpec", "read_study", "study_schema"]

_NONE = "?"
_FILL: Mapping[str, Any] = MappingProxyType({"model": "", "survey": [_NONE]})
"""Stands in for keys that are missing, so that the rest of the file can be looked at."""

_OPTION_PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "--estimator": ("estimator", "name"),
        "--weight-rule": ("estimator", "weight_rule"),
        "--missing-data": ("estimator", "missing_data"),
        "--interval": ("estimator", "interval"),
        "--jackknife": ("estimator", "jackknife"),
        "--variances": ("estimator", "variances"),
        "--ridge": ("estimator", "ridge"),
        "--parameterisation": ("estimator", "parameterisation"),
        "--permutations": ("estimator", "permutations"),
        "--information": ("estimator", "information"),
        "--scheme": ("estimator", "scheme"),
        "--metric": ("estimator", "metric"),
        "--higher-order": ("estimator", "higher_order"),
        "--correlations": ("estimator", "correlations"),
        "--folds": ("estimator", "folds"),
        "--repeats": ("estimator", "repeats"),
        "--necessity": ("estimator", "necessity"),
        "--segments": ("estimator", "segments"),
        "--detail": ("estimator", "detail"),
        "--bootstrap": ("estimator", "bootstrap"),
        "--level": ("estimator", "level"),
        "--seed": ("estimator", "seed"),
        "--min-base": ("min_base",),
        "given weights": ("estimator", "weights"),
    }
)
"""Where an option of the command stands in a study file."""


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """A study file, read and checked.

    ``survey`` holds the keyword arguments of ``read_survey`` beyond source and model, ``fit`` those of
    ``fit`` beyond model and survey, ``beyond`` what is asked of the results, ``measures`` the other measures;
    ``text`` is the file as written.
    """

    name: str
    model: ModelSpec
    files: tuple[SurveyFile, ...]
    survey: Mapping[str, Any]
    fit: Mapping[str, Any]
    report: ReportOptions
    beyond: Beyond
    measures: StudyMeasures = field(default_factory=StudyMeasures)
    text: str


def read_study(path: str | Path) -> StudySpec:
    """Read a study file; paths in it are relative to it.

    Raises
    ------
    StudyError
        With every mistake, each with ``file:line``.
    """
    path = Path(path)
    if path.suffix.lower() in ENDINGS and path.is_file():
        raise StudyError.at(
            path.name,
            "This is a survey, not a study file.",
            f"Fit a model to it with `csi fit MODEL {path.name}`, or draft a study file with "
            f"`csi init {path.name}`.",
            code="not-a-study",
        )
    document = read_document(path, error=StudyError)
    if isinstance(document.data, Mapping) and "constructs" in document.data:
        raise StudyError.at(
            path.name,
            "This is a model file, not a study file.",
            f"Fit it with `csi fit {path.name} SURVEY`, or write a study file with the lines "
            f"`model: {path.name}` and `survey: FILE`.",
            code="not-a-study",
        )
    checked = inspect_document(document, StudyFile, fill=_FILL)
    mistakes = list(checked.findings)
    file = checked.value
    if file is None:
        raise StudyError(mistakes)
    codebook = _codebook(file, path.parent, document, mistakes)
    model = _model(file, path.parent, document, mistakes) if file.model else None
    files = tuple(_survey_files(file, path.parent, document, mistakes)) if file.survey != [_NONE] else ()
    margins = study_margins(file.design, path.parent, document, mistakes)
    fit = _fit_options(file)
    beyond = beyond_of(file, model, path.parent, document, mistakes)
    measures = study_measures(document, path.parent, mistakes)
    report = report_options(file.report, _top(file), path.parent, document, mistakes)
    if model is not None:
        measures = measures.in_model(model)
        mistakes += [*_unknown_names(file, model, document, measures), *_wrong_options(fit, model, document)]
    if mistakes or model is None:
        raise StudyError(sorted(dict.fromkeys(mistakes), key=line_number))
    if file.index is not None:
        model = replace(model, index=file.index)
    derived = {
        name: tuple(Case(when=c.when, low=c.low, high=c.high, take=c.take, times=c.times, plus=c.plus)
                    for c in entry.cases)
        for name, entry in file.derived.items()
    }  # fmt: skip
    scales: dict[str, Scale] = {name: Scale(low=low, high=high) for name, (low, high) in file.scales.items()}
    scales |= {
        name: Scale(low=entry.scale[0], high=entry.scale[1])
        for name, entry in file.derived.items()
        if entry.scale is not None
    }
    survey: dict[str, Any] = {
        "by": tuple(file.groups),
        "weight": file.design.weight,
        "strata": file.design.strata,
        "cluster": file.design.cluster,
        "margins": margins,
        "missing": dict(file.missing) or None,
        "scales": scales or None,
        "columns": dict(file.columns) or None,
        "codebook": codebook,
        "sheet": file.sheet,
        "min_base": file.min_base,
        "derived": derived or None,
        "identifier": file.identifier or (None if file.waves is None else file.waves.identifier),
        "wave": None if file.waves is None else file.waves.column,
    }
    return StudySpec(
        name=path.stem,
        model=model,
        files=files,
        survey=MappingProxyType(survey),
        fit=MappingProxyType(fit),
        report=report,
        beyond=beyond,
        measures=measures,
        text=path.read_text(encoding="utf-8-sig"),
    )


def _top(file: StudyFile) -> dict[str, str]:
    """What the top of all levels is called, by language."""
    return {} if file.aggregation is None else {str(k): v for k, v in file.aggregation.top.items()}


def _fit_options(file: StudyFile) -> dict[str, Any]:
    """Keyword arguments of ``fit`` that the study names."""
    said = file.estimator.model_dump(exclude={"name", "weights", "seed"})
    fit: dict[str, Any] = {
        **said,
        "estimator": file.estimator.name,
        "weight_rule": "given" if file.estimator.weights else file.estimator.weight_rule,
        "given_weights": dict(file.estimator.weights),
        "min_base": file.min_base,
    }
    if file.estimator.seed is not None:
        fit["seed"] = file.estimator.seed
    return fit


def _wrong_options(fit: Mapping[str, Any], model: ModelSpec, document: Document) -> list[Finding]:
    """Estimator options that do not fit, at their lines in the study file."""
    try:
        check_options(FitOptions(**fit), model)
    except UsageError as error:
        places = [_OPTION_PLACES.get(finding.where, ("estimator",)) for finding in error.findings]
        return [
            replace(finding, where=document.where(place), what=f"`{'.'.join(place)}`: {finding.what}")
            for place, finding in zip(places, error.findings, strict=True)
        ]
    return []


def _model(file: StudyFile, folder: Path, document: Document, mistakes: list[Finding]) -> ModelSpec | None:
    """The model: a file beside the study, or a catalogue name."""
    beside = folder / file.model
    named = beside if beside.is_file() or beside.suffix else file.model
    try:
        return read_model(named, index=file.index if beside.suffix.lower() in LAVAAN_ENDINGS else None)
    except ModelError as error:
        if beside.is_file() and all(":" in finding.where for finding in error.findings):
            mistakes += error.findings  # mistakes in the model file have their own places
        else:
            mistakes += [
                _at_home(finding, "model", file.model, folder, document) for finding in error.findings
            ]
        return None


def _at_home(finding: Finding, key: str, name: str, folder: Path, document: Document) -> Finding:
    """A finding about a file that the study names, told at the line that names it."""
    fix = finding.fix
    if (folder / name).suffix and not (folder / name).exists():
        fix = _closest_file(folder / name) or fix
    return replace(finding, where=document.where((key,)), what=f"{key} {name!r}: {finding.what}", fix=fix)


def _closest_file(path: Path) -> str:
    """A remedy that names the file most like ``path`` in its folder, or nothing."""
    there = sorted(other.name for other in path.parent.iterdir()) if path.parent.is_dir() else []
    close = get_close_matches(path.name, there, n=1, cutoff=0.75)
    return f"Did you mean {close[0]!r}?" if close else ""


def _codebook(file: StudyFile, folder: Path, document: Document, mistakes: list[Finding]) -> Codebook | None:
    """The codebook that the study names, with the study's own ``answers`` laid over it."""
    base = Codebook()
    if file.codebook is not None:
        beside = folder / file.codebook
        try:
            base = read_codebook(beside if beside.is_file() or beside.suffix else file.codebook)
        except CsiError as error:
            for finding in error.findings:
                inside = ":" in finding.where and beside.is_file()
                mistakes.append(
                    finding if inside else _at_home(finding, "codebook", file.codebook, folder, document)
                )
    if not file.answers and file.codebook is None:
        return None
    own = {name: entry.to_column(name) for name, entry in file.answers.items()}
    return replace(base, columns=MappingProxyType({**base.columns, **own}))


def _survey_files(
    file: StudyFile, folder: Path, document: Document, mistakes: list[Finding]
) -> list[SurveyFile]:
    made = []
    for k, entry in enumerate(file.survey):
        name = entry if isinstance(entry, str) else entry.file
        path = folder / name
        if not path.is_file():
            mistakes.append(
                Finding(
                    code="no-survey",
                    severity="error",
                    where=document.where(("survey", k)),
                    what=f"there is no file {name!r} beside the study file.",
                    fix=_closest_file(path) or "Check the path: it is taken from the study file's folder.",
                )
            )
        sheet = file.sheet if isinstance(entry, str) else entry.sheet
        add = {} if isinstance(entry, str) else dict(entry.set)
        made.append(SurveyFile(path=path, sheet=sheet, add=MappingProxyType(add)))
    return made


def _unknown_names(
    file: StudyFile, model: ModelSpec, document: Document, measures: StudyMeasures
) -> list[Finding]:
    """Names in the study that the model does not have, with the closest that it has."""
    items = [item.name for item in model.indicators]
    others = [name for entry in measures.entries for name in entry.questions()]
    columns = sorted({*items, *model.columns(), *others})
    checks: list[tuple[str, list[str], list[str], str]] = [
        ("columns", list(file.columns), columns, "question"),
        ("scales", list(file.scales), [*items, *others], "question"),
        ("derived", list(file.derived), items, "question"),
        ("answers", list(file.answers), [*columns, *_other_columns(file)], "question"),
    ]
    found = [
        Finding(
            code="unknown-name",
            severity="error",
            where=document.where((key, name)),
            what=f"the model {model.name} has no {word} {name!r}.",
            fix=suggest(name, known),
        )
        for key, names, known, word in checks
        for name in names
        if name not in known
    ]
    if file.index is not None and file.index not in model.construct_names:
        found.append(
            Finding(
                code="unknown-name",
                severity="error",
                where=document.where(("index",)),
                what=f"the model {model.name} has no construct {file.index!r}.",
                fix=suggest(file.index, list(model.construct_names)),
            )
        )
    problem = None if file.index is None else index_problem(model, file.index)
    if problem is not None:
        found.append(
            Finding(
                code=problem.code,
                severity="error",
                where=document.where(("index",)),
                what=problem.what,
                fix=problem.fix,
            )
        )
    return found


def _other_columns(file: StudyFile) -> list[str]:
    """Columns that a study may describe under ``answers`` although its model does not ask for them."""
    routing = [entry.asked_when.column for entry in file.answers.values() if entry.asked_when is not None]
    derived = [name for entry in file.derived.values() for c in entry.cases for name in (c.when, c.take)]
    margins = [column for name in file.design.margins for column in name.split(" x ")]
    return [*file.columns.values(), *file.groups, *margins, *routing, *derived]
