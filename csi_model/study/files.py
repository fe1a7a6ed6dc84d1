"""Study files: which model, which survey, how to read it, how to fit it, how to report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.errors import CsiError, Finding, ModelError, StudyError, suggest
from csi_model.model.catalogue import read_model
from csi_model.model.document import Document, read_document, validate
from csi_model.model.spec import Case, ModelSpec, Scale
from csi_model.survey.codebook import Codebook
from csi_model.survey.codebooks import Code, ColumnEntry, Ends, Reason, read_codebook
from csi_model.survey.sources import SurveyFile

_STRICT = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What the report says about itself: title by language, client, language, formats."""

    title: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    client: str = ""
    language: str = "en"
    formats: tuple[str, ...] = ("html",)


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """A study file, read and checked.

    ``survey`` holds the keyword arguments of ``read_survey`` beyond source and model, ``fit`` those of
    ``fit`` beyond model and survey; ``text`` is the file as written.
    """

    name: str
    model: ModelSpec
    files: tuple[SurveyFile, ...]
    survey: Mapping[str, Any]
    fit: Mapping[str, Any]
    report: ReportOptions
    text: str


def _as_label(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_Label = Annotated[dict[Literal["en", "zh"], str], BeforeValidator(_as_label)]


class _File(BaseModel):
    model_config = _STRICT
    file: str
    sheet: str | int | None = None
    set: dict[str, Annotated[str, BeforeValidator(_as_text)]] = Field(default_factory=dict)


class _Case(BaseModel):
    model_config = _STRICT
    when: str
    low: Code = Field(alias="from")
    high: Code = Field(alias="to")
    take: str
    times: Code = 1.0
    plus: Code = 0.0


class _Derived(BaseModel):
    model_config = _STRICT
    scale: Ends | None = None
    cases: list[_Case] = Field(min_length=1)


class _Design(BaseModel):
    model_config = _STRICT
    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None


class _Estimator(BaseModel):
    model_config = _STRICT
    name: str = "ml"
    bootstrap: int = 0
    seed: int | None = None
    level: float = 0.95
    weight_rule: str = "loadings"
    weights: dict[str, Code] = Field(default_factory=dict)
    missing_data: str = "complete"


class _Report(BaseModel):
    model_config = _STRICT
    title: _Label = Field(default_factory=dict)
    client: str = ""
    language: Literal["en", "zh"] = "en"
    formats: Annotated[list[Literal["html"]], BeforeValidator(_as_list)] = ["html"]


class StudyFile(BaseModel):
    """A study: one model, its survey, and what to do with them."""

    model_config = _STRICT
    model: str
    survey: Annotated[list[str | _File], BeforeValidator(_as_list)] = Field(min_length=1)
    sheet: str | int | None = None
    columns: dict[str, Annotated[str, BeforeValidator(_as_text)]] = Field(default_factory=dict)
    missing: dict[Code, Reason] = Field(default_factory=dict)
    codebook: str | None = None
    answers: dict[str, ColumnEntry] = Field(default_factory=dict)
    scales: dict[str, Ends] = Field(default_factory=dict)
    derived: dict[str, _Derived] = Field(default_factory=dict)
    groups: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    identifier: str | None = None
    design: _Design = _Design()
    estimator: _Estimator = _Estimator()
    index: str | None = None
    min_base: int = 30
    report: _Report = _Report()


def study_schema() -> dict[str, Any]:
    """JSON Schema of the study file, for editors."""
    return StudyFile.model_json_schema(by_alias=True)


def read_study(path: str | Path) -> StudySpec:
    """Read a study file; paths in it are relative to it.

    Raises
    ------
    StudyError
        With every mistake, each with ``file:line``.
    """
    path = Path(path)
    document = read_document(path, error=StudyError)
    file = validate(document, StudyFile, StudyError)
    mistakes: list[Finding] = []
    codebook = _codebook(file, path.parent, document, mistakes)
    model = _model(file, path.parent, document, mistakes)
    files = tuple(_survey_files(file, path.parent, document, mistakes))
    if model is not None:
        mistakes += _unknown_names(file, model, document)
    if mistakes or model is None:
        raise StudyError(mistakes)
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
        "missing": dict(file.missing) or None,
        "scales": scales or None,
        "columns": dict(file.columns) or None,
        "codebook": codebook,
        "sheet": file.sheet,
        "min_base": file.min_base,
        "derived": derived or None,
        "identifier": file.identifier,
    }
    fit: dict[str, Any] = {
        "estimator": file.estimator.name,
        "bootstrap": file.estimator.bootstrap,
        "level": file.estimator.level,
        "weight_rule": "given" if file.estimator.weights else file.estimator.weight_rule,
        "given_weights": dict(file.estimator.weights),
        "missing_data": file.estimator.missing_data,
        "min_base": file.min_base,
    }
    if file.estimator.seed is not None:
        fit["seed"] = file.estimator.seed
    return StudySpec(
        name=path.stem,
        model=model,
        files=files,
        survey=MappingProxyType(survey),
        fit=MappingProxyType(fit),
        report=ReportOptions(
            title=MappingProxyType({str(k): v for k, v in file.report.title.items()}),
            client=file.report.client,
            language=file.report.language,
            formats=tuple(file.report.formats),
        ),
        text=path.read_text(encoding="utf-8-sig"),
    )


def _model(file: StudyFile, folder: Path, document: Document, mistakes: list[Finding]) -> ModelSpec | None:
    """The model: a file beside the study, or a catalogue name."""
    beside = folder / file.model
    try:
        return read_model(beside if beside.is_file() or beside.suffix else file.model, index=file.index)
    except ModelError as error:
        if all(":" in finding.where for finding in error.findings) and beside.is_file():
            mistakes += error.findings  # mistakes in the model file have their own places
        else:
            mistakes += [replace(f, where=document.where(("model",))) for f in error.findings]
        return None


def _codebook(file: StudyFile, folder: Path, document: Document, mistakes: list[Finding]) -> Codebook | None:
    """The codebook that the study names, with the study's own ``answers`` laid over it."""
    base = Codebook()
    if file.codebook is not None:
        beside = folder / file.codebook
        try:
            base = read_codebook(beside if beside.is_file() or beside.suffix else file.codebook)
        except CsiError as error:
            for finding in error.findings:
                at_home = ":" in finding.where and beside.is_file()
                mistakes.append(finding if at_home else replace(finding, where=document.where(("codebook",))))
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
            near = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
            mistakes.append(
                Finding(
                    code="no-survey",
                    severity="error",
                    where=document.where(("survey", k)),
                    what=f"there is no file {name!r} beside the study file.",
                    fix=suggest(path.name, sorted(near)) if near else "Check the path.",
                )
            )
        sheet = file.sheet if isinstance(entry, str) else entry.sheet
        add = {} if isinstance(entry, str) else dict(entry.set)
        made.append(SurveyFile(path=path, sheet=sheet, add=MappingProxyType(add)))
    return made


def _unknown_names(file: StudyFile, model: ModelSpec, document: Document) -> list[Finding]:
    """Names in the study that the model does not have, with the closest that it has."""
    items = [item.name for item in model.indicators]
    columns = sorted({*items, *model.columns()})
    checks: list[tuple[str, list[str], list[str], str]] = [
        ("columns", list(file.columns), columns, "question"),
        ("scales", list(file.scales), items, "question"),
        ("derived", list(file.derived), items, "question"),
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
    return found
