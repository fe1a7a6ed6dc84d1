"""The form of a study file, as pydantic classes; also exported as JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from csi_model.model.messages import mistake
from csi_model.study.league_schema import (
    AggregationEntry,
    ComparisonEntry,
    WavesEntry,
    WhatIfEntry,
)
from csi_model.study.measures.in_study import measure_schema
from csi_model.study.report_schema import ReportEntry
from csi_model.survey.codebooks import Code, ColumnEntry, Ends, Reason

_STRICT = ConfigDict(extra="forbid", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


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

    @model_validator(mode="after")
    def _in_order(self) -> _Case:
        if self.low > self.high:
            raise mistake(f"goes from {self.low:g} down to {self.high:g}", "Swap `from` and `to`.")
        return self


def _rising(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] >= ends[1]:
        what = f"is a scale that does not rise: [{ends[0]:g}, {ends[1]:g}]"
        raise mistake(what, "Write the lowest answer first, then the highest.")
    return ends


_Scale = Annotated[Ends, AfterValidator(_rising)]


class _Derived(BaseModel):
    model_config = _STRICT
    scale: _Scale | None = None
    cases: list[_Case] = Field(min_length=1)


_MARGINS = "each column with the shares of its categories, such as `sex: {m: 0.49, f: 0.51}`, or a table"
_MARGIN_FORMS = Discriminator(lambda given: "file name" if isinstance(given, str) else "shares by category")
_Margin = Annotated[
    Annotated[dict[str, Code], Tag("shares by category")] | Annotated[str, Tag("file name")], _MARGIN_FORMS
]
_BANDS = "where each band of a number begins, such as `age: [18, 35, 55]`"


class DesignEntry(BaseModel):
    """How the sample was drawn, and what its weights are made to meet."""

    model_config = _STRICT
    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None
    margins: dict[str, _Margin] = Field(default_factory=dict, description=_MARGINS)
    bands: dict[str, list[Code]] = Field(default_factory=dict, description=_BANDS)
    blanks: Literal["refuse", "keep"] = "refuse"
    margins_within: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    trim: Code | None = None


class _Estimator(BaseModel):
    model_config = _STRICT
    name: str = "ml"
    bootstrap: int | None = None
    seed: int | None = None
    level: float = 0.95
    weight_rule: str = "automatic"
    weights: dict[str, Code] = Field(default_factory=dict)
    missing_data: str = "automatic"
    interval: str = "percentile"
    jackknife: bool = False
    variances: str = "free"
    ridge: float = 0.0
    parameterisation: str = "delta"
    permutations: int = 0
    information: str = "automatic"
    scheme: str = "path"
    metric: str = "standardised"
    higher_order: str = "repeated"
    correlations: str = "plain"
    folds: int = 10
    repeats: int = 10
    necessity: int = 0
    segments: int = 0
    beside: bool = True
    scores: bool = False
    detail: str = "automatic"


_ESTIMATOR = "`name: ml` and more, such as `{name: ml, bootstrap: 1000, level: 0.95}`"
_MEASURES = "a list of measures, each with its options, such as `- {measure: nps, column: RECOMMEND}`"
_MISSING = "each code with its reason, such as `{98: dont_know, 99: refused}`"


class StudyFile(BaseModel):
    """A study: one model, its survey, and what to do with them."""

    model_config = _STRICT
    model: str = Field(description="a catalogue name, or a model file beside this one")
    survey: Annotated[list[str | _File], BeforeValidator(_as_list)] = Field(
        min_length=1, description="the survey file beside this one, or a list of files"
    )
    sheet: str | int | None = None
    columns: dict[str, Annotated[str, BeforeValidator(_as_text)]] = Field(default_factory=dict)
    missing: dict[Code, Reason] = Field(default_factory=dict, description=_MISSING)
    codebook: str | None = None
    answers: dict[str, ColumnEntry] = Field(default_factory=dict)
    scales: dict[str, _Scale] = Field(default_factory=dict)
    derived: dict[str, _Derived] = Field(default_factory=dict)
    groups: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    identifier: str | None = None
    design: DesignEntry = DesignEntry()
    estimator: _Estimator = Field(default=_Estimator(), description=_ESTIMATOR)
    index: str | None = None
    min_base: int = 30
    comparison: ComparisonEntry = ComparisonEntry()
    aggregation: AggregationEntry | None = None
    waves: WavesEntry | None = None
    what_if: WhatIfEntry | None = None
    measures: list[dict[str, Any]] = Field(default_factory=list, description=_MEASURES)
    report: ReportEntry = ReportEntry()


def study_schema() -> dict[str, Any]:
    """JSON Schema of the study file, for editors."""
    return measure_schema(StudyFile.model_json_schema(by_alias=True))
