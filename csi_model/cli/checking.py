"""``csi check``: findings without a fit. A model alone is checked without loading pandas."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csi_model.errors import Finding, UsageError
from csi_model.model.catalogue import examine_model
from csi_model.model.checks import check_model
from csi_model.model.document import read_document
from csi_model.model.spec import ModelSpec


def check_source(
    source: str, survey: Path | None, index: str | None, reading: Mapping[str, Any]
) -> tuple[list[str], list[Finding]]:
    """Lines to print and findings that are no errors; errors are raised."""
    if is_study(source):
        _refuse_more(Path(source), survey, index, reading)
        return _check_study(Path(source))
    examined = examine_model(source, index=index)
    model = examined.spec
    said = [_model_line(model)]
    findings = list(examined.findings)
    if survey is not None:
        from csi_model.survey.reading import read_survey
        from csi_model.survey.treatment_advice import advised

        read = advised(read_survey(survey, model, **reading))
        said.append(f"{survey.name}: {read.read_rows} rows, {len(read)} with answers")
        findings += read.findings
    return said, findings


def is_study(source: str) -> bool:
    """Whether ``source`` is a study file rather than a model."""
    path = Path(source)
    if path.suffix.lower() not in (".yaml", ".yml") or not path.is_file():
        return False
    data = read_document(path).data
    return isinstance(data, Mapping) and bool({"model", "survey"} & set(data)) and "constructs" not in data


def refuse_study(source: str) -> None:
    """Raise UsageError where a study file stands in the place of a model."""
    if is_study(source):
        name = Path(source).name
        raise UsageError.at(
            name,
            "This is a study file, not a model.",
            f"It names its own survey: csi run {name}.",
            code="not-a-model",
        )


def _refuse_more(study: Path, survey: Path | None, index: str | None, reading: Mapping[str, Any]) -> None:
    """Raise UsageError for what a study file says itself."""
    given = [f"--{name.rstrip('s') if name == 'scales' else name}" for name, one in reading.items() if one]
    given += ["--index"] if index is not None else []
    if survey is not None:
        given.insert(0, str(survey))
    if given:
        raise UsageError.at(
            ", ".join(given),
            f"the study file {study.name} says this itself.",
            "Leave it out, or change the study file.",
            code="bad-usage",
        )


def _check_study(path: Path) -> tuple[list[str], list[Finding]]:
    from csi_model.estimation.option_checks import check_options
    from csi_model.estimation.options import FitOptions
    from csi_model.reporting.look import look_notes
    from csi_model.study.beyond import check_beyond
    from csi_model.study.files import read_study
    from csi_model.study.measures.in_study import answers_for
    from csi_model.survey.reading import read_survey
    from csi_model.survey.treatment_advice import advised

    study = read_study(path)
    check_options(FitOptions(**study.fit), study.model)
    read = advised(
        read_survey(list(study.files), study.model, **study.survey), study.fit.get("estimator", "ml")
    )
    check_beyond(study.beyond, read, read.model, FitOptions(**study.fit))
    answers_for(study.measures, list(study.files), read.model, study.survey)
    said = [
        f"{path.name}: study of the model {study.model.name}",
        _model_line(study.model),
        f"{read.source}: {read.read_rows} rows, {len(read)} with answers",
    ]
    if study.measures.entries:
        said.append(f"measures: {', '.join(entry.measure for entry in study.measures.entries)}")
    findings = [finding for finding in check_model(study.model) if finding.severity != "error"]
    return said, [*findings, *read.findings, *look_notes(study.report.look, study.report.formats)]


def _model_line(model: ModelSpec) -> str:
    return (
        f"{model.name}: {len(model.constructs)} constructs, {len(model.indicators)} questions, "
        f"{len(model.paths)} paths; index: {model.index}"
    )
