"""Model files: YAML in, ``ModelSpec`` out.

The form is the pydantic classes below (also exported as JSON Schema for editors); what goes beyond
form is in ``checks``. Writing is in ``writing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from csi_model.errors import Finding, ModelError
from csi_model.model.checks import model_problems
from csi_model.model.document import (
    Document,
    inspect_document,
    line_number,
    parse_document,
    read_document,
)
from csi_model.model.lavaan_text import parameter_modifiers, parse_statements
from csi_model.model.problems import Examined
from csi_model.model.spec import Case, Construct, Indicator, Mode, ModelSpec, Modifier, Path, Scale
from csi_model.model.writing import write_model
from csi_model.model.yaml_text import Loc

__all__ = ["examine_model_file", "model_schema", "parse_model", "read_model_file", "write_model"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class _AlsoText:
    """Marks a mapping that may be written as a plain text, its English label (or left empty)."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, {"type": "null"}, handler(schema)]}


def _from_text(value: Any) -> Any:
    if value is None:
        return {}
    return {"en": str(value)} if isinstance(value, str | int | float) else value


_TWO_NUMBERS = "two numbers, the lowest and the highest possible answer, such as [1, 10]"
_Pair = Annotated[tuple[float, float], Field(description=_TWO_NUMBERS)]


class _Label(_Part):
    en: str | None = Field(None, description="text in English")
    zh: str | None = Field(None, description="text in Chinese")


_LabelText = Annotated[_Label, BeforeValidator(_from_text), _AlsoText()]


class _Case(_Part):
    when: str = Field(description="the survey column that decides whether this case holds")
    low: float = Field(alias="from", description="lowest answer for which this case holds, such as 6")
    high: float = Field(alias="to", description="highest answer for which this case holds, such as 10")
    take: str = Field(description="the survey column whose answer is taken")
    times: float = Field(1.0, description="the factor that the answer is multiplied by, such as -1")
    plus: float = Field(0.0, description="the number that is then added, such as 100")


class _Derived(_Part):
    cases: list[_Case] = Field(
        min_length=1, description="a list of cases, each `{when: A, from: 6, to: 10, take: B}`"
    )


class _Indicator(_Label):
    scale: _Pair | None = Field(None, description=_TWO_NUMBERS)
    high_is_good: bool = Field(True, description="whether a high answer is good (for wording): true or false")
    reversed: bool = Field(
        False, description="whether low + high - answer is to be used everywhere: true or false"
    )
    suggested: bool = Field(
        False, description="whether the question topic is a suggestion that the source lacks: true or false"
    )
    derived: _Derived | None = Field(None, description="`cases:` that compute the item from survey columns")


_IndicatorText = Annotated[_Indicator, BeforeValidator(_from_text), _AlsoText()]


class _Construct(_Part):
    label: _LabelText = Field(default=_Label(), description="name for readers: `{en: ..., zh: ...}`")
    indicators: dict[str, _IndicatorText] = Field(
        default={}, description="`NAME: {en: topic, zh: topic}` for each survey question"
    )
    repeats: list[str] = Field(
        default=[], description="a list of constructs whose indicators measure this one"
    )
    mode: Mode = Field(
        "A", description="how PLS makes its weights: A (correlations), B (regression), sum (equal) or given"
    )
    weights: dict[str, float] = Field(
        default={},
        description="for `mode: given`, a positive number for each indicator: `{Q1: 0.4, Q2: 0.6}`",
    )
    sign: str | None = Field(None, description="the indicator whose PLS loading is made positive")
    product: list[str] = Field(
        default=[],
        description="two constructs whose product this one is (an interaction; PLS only), such as "
        "[image, satisfaction]",
    )
    suggested: bool = Field(
        False, description="whether all its question topics are suggestions: true or false"
    )


class _ModelFile(_Part):
    """A customer satisfaction model."""

    name: str = Field(description="a short name without blanks, such as acsi")
    title: _LabelText | None = Field(None, description="title for readers: `{en: ..., zh: ...}`")
    source: str = Field("", description="the publication that the model is from")
    structure: Literal["published", "reconstructed"] = Field(
        "published", description="published, or reconstructed (then `caveat:` is needed)"
    )
    caveat: _LabelText | None = Field(None, description="what is uncertain: `{en: ..., zh: ...}`")
    codebook: str | None = Field(None, description="name of a codebook that comes with the package")
    index: str = Field(description="the construct that the index is read from")
    scale: _Pair | None = Field(None, description="the scale of every indicator without one: " + _TWO_NUMBERS)
    constructs: dict[str, _Construct] = Field(
        min_length=1, description="`NAME: {label: ..., indicators: ...}` for each construct"
    )
    paths: dict[str, list[str]] = Field(
        description="`outcome: [its drivers]`, such as `satisfaction: [quality, value]`"
    )
    parameters: list[str] = Field(
        default=[],
        description='lines in lavaan syntax for parameters beyond the defaults, such as "a ~~ b"',
    )


_FILL: Mapping[str, Any] = MappingProxyType({"name": "?", "index": "?", "constructs": {}, "paths": {}})


def read_model_file(path: str | FilePath) -> ModelSpec:
    """Read a model file (YAML).

    Raises
    ------
    ModelError
        The file cannot be read or used; every mistake with ``file:line`` and a remedy.
    """
    return examine_model_file(path).spec


def examine_model_file(path: str | FilePath) -> Examined:
    """Read a model file together with its warnings, each with ``file:line``; see ``read_model_file``."""
    return _model(read_document(path))


def parse_model(text: str, name: str) -> ModelSpec:
    """Read a model from the text of a model file; ``name`` stands for the file in messages.

    Raises
    ------
    ModelError
        The text cannot be used; every mistake with ``file:line`` and a remedy.
    """
    return _model(parse_document(text, name)).spec


def model_schema() -> dict[str, Any]:
    """Return the JSON Schema of model files, for editors that check while one types."""
    schema = _ModelFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "csi_model model file",
    }


def _model(document: Document) -> Examined:
    checked = inspect_document(document, _ModelFile, fill=_FILL)
    errors: list[Finding] = list(checked.findings)
    others: list[Finding] = []
    if checked.value is not None:
        file, mistakes = _right_default_scale(checked.value, document)
        spec, lines, more = _spec(file, document)
        errors += mistakes + more
        place = Document(name=document.name, data=None, lines=lines)
        written = document.data.get("constructs")
        for problem in model_problems(spec, tuple(written) if isinstance(written, dict) else ()):
            if not any(problem.touches(gone) for gone in checked.left_out):
                finding = problem.finding(place.where(problem.part))
                (errors if problem.severity == "error" else others).append(finding)
        if not errors:
            return Examined(spec=spec, findings=tuple(others))
    raise ModelError(sorted(dict.fromkeys(errors), key=line_number))


def _right_default_scale(file: _ModelFile, document: Document) -> tuple[_ModelFile, list[Finding]]:
    """Tell a wrong default scale once, not for every indicator."""
    if file.scale is None or file.scale[0] < file.scale[1]:
        return file, []
    what = f"The scale runs from {file.scale[0]:g} to {file.scale[1]:g}."
    fix = "Write the lowest possible answer first, then the highest: [low, high]."
    where = document.where(("scale",))
    mistake = Finding(code="bad-scale", severity="error", where=where, what=what, fix=fix)
    return file.model_copy(update={"scale": None}), [mistake]


def _spec(file: _ModelFile, document: Document) -> tuple[ModelSpec, dict[Loc, int], list[Finding]]:
    """Return the model, the lines of its parts, and mistakes in ``parameters``."""
    modifiers, modifier_lines, mistakes = _modifiers(file.parameters, document)
    spec = ModelSpec(
        name=file.name,
        title=_text(file.title) or MappingProxyType({"en": file.name}),
        index=file.index,
        constructs=tuple(_construct(name, one, file.scale) for name, one in file.constructs.items()),
        paths=tuple(
            Path(source=source, target=target) for target, sources in file.paths.items() for source in sources
        ),
        source=file.source,
        structure=file.structure,
        caveat=_text(file.caveat),
        codebook=file.codebook,
        modifiers=modifiers,
    )
    return spec, {**document.lines, **modifier_lines}, mistakes


def _modifiers(
    texts: list[str], document: Document
) -> tuple[tuple[Modifier, ...], dict[Loc, int], list[Finding]]:
    modifiers: list[Modifier] = []
    lines: dict[Loc, int] = {}
    mistakes: list[Finding] = []
    for number, text in enumerate(texts):
        where = document.where(("parameters", number))
        statements, found = parse_statements(text, document.name)
        mistakes += [
            Finding(code=one.code, severity="error", where=where, what=one.what, fix=one.fix) for one in found
        ]
        for statement in statements:
            for modifier in parameter_modifiers(statement):
                lines["modifiers", len(modifiers)] = document.line(("parameters", number))
                modifiers.append(modifier)
    return tuple(modifiers), lines, mistakes


def _construct(name: str, one: _Construct, scale: tuple[float, float] | None) -> Construct:
    return Construct(
        name=name,
        label=_text(one.label),
        indicators=tuple(
            _indicator(item, written, scale, one.suggested) for item, written in one.indicators.items()
        ),
        repeats=tuple(one.repeats),
        mode=one.mode,
        weights=MappingProxyType(dict(one.weights)),
        sign=one.sign,
        product=tuple(one.product),
    )


def _indicator(name: str, one: _Indicator, scale: tuple[float, float] | None, suggested: bool) -> Indicator:
    ends = one.scale or scale
    return Indicator(
        name=name,
        label=_text(one),
        scale=Scale(low=ends[0], high=ends[1]) if ends is not None else None,
        high_is_good=one.high_is_good,
        reversed=one.reversed,
        cases=tuple(
            Case(
                when=case.when, low=case.low, high=case.high, take=case.take, times=case.times, plus=case.plus
            )
            for case in (one.derived.cases if one.derived is not None else ())
        ),
        suggested=one.suggested or suggested,
    )


def _text(label: _Label | None) -> Mapping[str, str]:
    if label is None:
        return MappingProxyType({})
    texts = {"en": label.en, "zh": label.zh}
    return MappingProxyType({language: text for language, text in texts.items() if text is not None})
