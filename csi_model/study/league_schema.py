"""The form of what a study file says of leagues, waves and goals, as pydantic classes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.survey.codebooks import Code

_STRICT = ConfigDict(extra="forbid", frozen=True)
_SHARES = "`revenue`, `market_share`, `gdp`, `cpi`, `sample_size` or `equal`, with `values` or a `file`"


def _as_label(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _as_kind(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


def _as_price(value: object) -> object:
    return {"per_point": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Label = Annotated[dict[Literal["en", "zh"], str], BeforeValidator(_as_label)]
_Text = Annotated[str, BeforeValidator(_as_text)]


class SharesEntry(BaseModel):
    """What the units of one level count by in the level above."""

    model_config = _STRICT
    kind: str
    values: dict[_Text, Code] = Field(default_factory=dict)
    file: str | None = None
    column: str = ""
    sheet: str | int | None = None
    others: str = ""
    others_unit: str = ""


class AggregationEntry(BaseModel):
    """Groups nest, top to bottom, and are rolled up."""

    model_config = _STRICT
    top: Label = Field(default_factory=dict)
    shares: dict[str, Annotated[SharesEntry, BeforeValidator(_as_kind)]] = Field(
        default_factory=dict, description=_SHARES
    )
    previous: str | None = None


class ComparisonEntry(BaseModel):
    """How units are compared."""

    model_config = _STRICT
    equivalence: Code = 2.0


class WavesEntry(BaseModel):
    """Which group column is the wave, and how waves are followed."""

    model_config = _STRICT
    column: str
    order: list[_Text] = Field(default_factory=list)
    weights: Literal["held", "own", "chained"] = "held"
    base: _Text | None = None
    identifier: str | None = None


class _Target(BaseModel):
    model_config = _STRICT
    named: str = Field(alias="construct")
    index: Code


class _Price(BaseModel):
    model_config = _STRICT
    per_point: Code = 0.0
    quadratic: Code = 0.0
    most: Code | None = None


class _Retention(BaseModel):
    model_config = _STRICT
    named: str = Field(alias="construct")
    per_point: Code
    now: Code | None = None


class _Consequences(BaseModel):
    model_config = _STRICT
    customers: Code | None = None
    revenue: Code | None = None
    retention: _Retention | None = None
    complaint_cost: Code | None = None


class WhatIfEntry(BaseModel):
    """A target, what points of drivers cost, and what follows for customers and money."""

    model_config = _STRICT
    target: _Target | None = None
    costs: dict[str, Annotated[_Price, BeforeValidator(_as_price)]] = Field(default_factory=dict)
    consequences: _Consequences = _Consequences()


class BenchmarkEntry(BaseModel):
    """A value that charts show as a line: a target, an industry norm."""

    model_config = _STRICT
    named: str = Field(alias="construct")
    value: Code
    label: Label
