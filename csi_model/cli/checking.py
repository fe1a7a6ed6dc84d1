"""``csi check``: findings without a fit. A model alone is checked without loading pandas."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csi_model.errors import Finding, UsageError
from csi_model.model.catalogue import read_model
from csi_model.model.checks import check_model
from csi_model.model.document import read_document
from csi_model.model.spec import ModelSpec


def check_source(
    source: str, survey: Path | None, index: str | None, reading: Mapping[str, Any]
) -> tuple[list[str], list[Finding]]:
    """Lines to print and findings that are no errors; errors are raised."""
    if _is_study(source):
        if survey is not None:
            raise UsageError.at(
                str(survey), "a study file names its own survey.", "Leave the survey out.", code="bad-usage"
            )
        return _check_study(Path(source))
    model = read_model(source, index=index)
    said = [_model_line(model)]
    findings = [finding for finding in check_model(model) if finding.severity != "error"]
    if survey is not None:
        from csi_model.survey.reading import read_survey

        read = read_survey(survey, model, **reading)
        said.append(f"{survey.name}: {read.read_rows} rows, {len(read)} with answers")
        findings += read.findings
    return said, findings


def _is_study(source: str) -> bool:
    path = Path(source)
    if path.suffix.lower() not in (".yaml", ".yml") or not path.is_file():
        return False
    data = read_document(path).data
    return isinstance(data, Mapping) and "model" in data and "constructs" not in data


def _check_study(path: Path) -> tuple[list[str], list[Finding]]:
    from csi_model.estimation.fitting import FitOptions, check_options
    from csi_model.study.files import read_study
    from csi_model.survey.reading import read_survey

    study = read_study(path)
    check_options(FitOptions(**study.fit), study.model)
    read = read_survey(list(study.files), study.model, **study.survey)
    said = [
        f"{path.name}: study of the model {study.model.name}",
        _model_line(study.model),
        f"{read.source}: {read.read_rows} rows, {len(read)} with answers",
    ]
    findings = [finding for finding in check_model(study.model) if finding.severity != "error"]
    return said, [*findings, *read.findings]


def _model_line(model: ModelSpec) -> str:
    return (
        f"{model.name}: {len(model.constructs)} constructs, {len(model.indicators)} questions, "
        f"{len(model.paths)} paths; index: {model.index}"
    )
