"""The truth of a simulated population: every number that answers are drawn from, and its YAML file.

The population is the model's own: ``eta = a + B eta + zeta`` for the constructs, ``y = intercept +
loading * eta + error`` for the answer a respondent has in mind, which is then rounded to the nearest
answer that the scale offers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from csi_model.errors import StudyError
from csi_model.model.document import Document, parse_document, read_document, validate
from csi_model.model.spec import Scale
from csi_model.survey.codebook import Routing
from csi_model.survey.codebooks import Ends, RoutingEntry

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class ItemTruth:
    """How one question measures its construct.

    ``loading`` in answer units per unit of the construct, ``intercept`` the answer in mind where the
    construct is 0, ``error_sd`` the standard deviation of what is the question's own, in answer units.
    Reversed questions are given as the model uses them, after they were turned round.
    """

    loading: float
    intercept: float
    error_sd: float


@dataclass(frozen=True, kw_only=True)
class ExtraTruth:
    """A question that is asked, but stands outside the model: it follows ``construct``, on ``scale``."""

    construct: str
    scale: Scale
    item: ItemTruth


@dataclass(frozen=True, kw_only=True)
class GroupTruth:
    """One part of the population.

    ``key`` gives its value in each group column, ``share`` its part of the respondents. ``shifts``
    moves constructs, in their own units: the mean of one that nothing drives, the intercept of the
    structural equation of any other (so that a shift is passed on along the paths).
    """

    key: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    share: float = 1.0
    shifts: Mapping[str, float] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything that answers are drawn from.

    Attributes
    ----------
    model
        Name of the model.
    items
        Indicator > how it measures its construct; derived items included.
    paths
        (source, target) > path, in units of the target per unit of the source.
    sds
        Construct > standard deviation of its disturbance (its own one, where nothing drives it).
    covariances
        Pairs of constructs that nothing drives > covariance.
    groups
        Parts of the population; one without key, if there are no groups.
    extras
        Questions outside the model.
    raw_scales
        Column that a derived item is computed from > its answer scale.
    asked_when
        Column > the condition under which the question is asked. The columns of derived items need
        none: they are asked where their case holds.
    missing
        Code > share of the asked questions that are answered by it.
    weight_sd
        Standard deviation of the logarithm of the sampling weights; 0 for no weight column.
    rounded
        False leaves answers as they are in mind: neither rounded nor held to the scale.
    """

    model: str
    items: Mapping[str, ItemTruth]
    paths: Mapping[tuple[str, str], float]
    sds: Mapping[str, float]
    covariances: Mapping[tuple[str, str], float] = field(default_factory=lambda: _NOTHING)
    groups: tuple[GroupTruth, ...] = (GroupTruth(),)
    extras: Mapping[str, ExtraTruth] = field(default_factory=lambda: _NOTHING)
    raw_scales: Mapping[str, Scale] = field(default_factory=lambda: _NOTHING)
    asked_when: Mapping[str, Routing] = field(default_factory=lambda: _NOTHING)
    missing: Mapping[float, float] = field(default_factory=lambda: _NOTHING)
    weight_sd: float = 0.0
    rounded: bool = True

    @property
    def by(self) -> tuple[str, ...]:
        """Group columns."""
        return tuple(self.groups[0].key)


_STRICT = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
_Sd = Annotated[float, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]


class _Item(BaseModel):
    model_config = _STRICT
    loading: float
    intercept: float
    error_sd: _Sd

    def value(self) -> ItemTruth:
        return ItemTruth(loading=self.loading, intercept=self.intercept, error_sd=self.error_sd)


class _Extra(_Item):
    follows: str = Field(alias="construct")
    scale: Ends


class _Covariance(BaseModel):
    model_config = _STRICT
    between: tuple[str, str]
    value: float


class _Group(BaseModel):
    model_config = _STRICT
    key: dict[str, str] = Field(default_factory=dict)
    share: Annotated[float, Field(gt=0)] = 1.0
    shifts: dict[str, float] = Field(default_factory=dict)


class _TruthFile(BaseModel):
    model_config = _STRICT
    model: str
    rounded: bool = True
    items: dict[str, _Item]
    paths: dict[str, dict[str, float]]
    sds: dict[str, _Sd]
    covariances: list[_Covariance] = Field(default_factory=list)
    extras: dict[str, _Extra] = Field(default_factory=dict)
    raw_scales: dict[str, Ends] = Field(default_factory=dict)
    asked_when: dict[str, RoutingEntry] = Field(default_factory=dict)
    missing: dict[float, _Share] = Field(default_factory=dict)
    weight_sd: _Sd = 0.0
    groups: list[_Group] = Field(default_factory=lambda: [_Group()], min_length=1)


def read_truth(path: str | Path) -> Truth:
    """Read the truth of a simulated survey from its YAML file.

    Raises
    ------
    StudyError
        The file cannot be read or used; every mistake with ``file:line``.
    """
    return _truth(read_document(path, error=StudyError))


def parse_truth(text: str, name: str) -> Truth:
    """Read a truth from the text of its file; ``name`` stands for the file in messages.

    Raises
    ------
    StudyError
        The text cannot be used; every mistake with ``file:line``.
    """
    return _truth(parse_document(text, name, error=StudyError))


def _truth(document: Document) -> Truth:
    file = validate(document, _TruthFile, StudyError)
    return Truth(
        model=file.model,
        rounded=file.rounded,
        items=MappingProxyType({name: one.value() for name, one in file.items.items()}),
        paths=MappingProxyType(
            {(source, target): b for target, row in file.paths.items() for source, b in row.items()}
        ),
        sds=MappingProxyType(file.sds),
        covariances=MappingProxyType({one.between: one.value for one in file.covariances}),
        extras=MappingProxyType({name: _extra(one) for name, one in file.extras.items()}),
        raw_scales=MappingProxyType({name: _scale(ends) for name, ends in file.raw_scales.items()}),
        asked_when=MappingProxyType(
            {
                name: Routing(column=one.column, low=one.low, high=one.high)
                for name, one in file.asked_when.items()
            }
        ),
        missing=MappingProxyType(file.missing),
        weight_sd=file.weight_sd,
        groups=tuple(
            GroupTruth(key=MappingProxyType(one.key), share=one.share, shifts=MappingProxyType(one.shifts))
            for one in file.groups
        ),
    )


def _extra(one: _Extra) -> ExtraTruth:
    return ExtraTruth(construct=one.follows, scale=_scale(one.scale), item=one.value())


def _scale(ends: Sequence[float]) -> Scale:
    return Scale(low=ends[0], high=ends[1])


def write_truth(truth: Truth) -> str:
    """Return a truth as the text of a YAML file; reading it gives an equal truth."""
    return "\n".join((*_head(truth), *_items(truth), *_asking(truth), *_groups(truth))) + "\n"


def _head(truth: Truth) -> Iterator[str]:
    yield "# The truth that a simulated survey was drawn from."
    yield f"model: {_text(truth.model)}"
    yield "# Answers are rounded to the nearest possible one (false: left as they are in mind)."
    yield f"rounded: {'true' if truth.rounded else 'false'}"
    yield ""
    yield "# Paths by outcome: units of the outcome per unit of its driver."
    by_target: dict[str, dict[str, float]] = {}
    for (source, target), value in truth.paths.items():
        by_target.setdefault(target, {})[source] = value
    yield "paths:" if by_target else "paths: {}"
    for target, row in by_target.items():
        yield f"  {_text(target)}: {_mapping(row)}"
    yield ""
    yield "# Standard deviations of disturbances (of a construct that nothing drives: its own)."
    yield "sds:"
    for name, sd in truth.sds.items():
        yield f"  {_text(name)}: {_number(sd)}"
    if truth.covariances:
        yield ""
        yield "# Covariances of constructs that nothing drives."
        yield "covariances:"
    for (first, second), value in truth.covariances.items():
        yield f"  - {{between: [{_text(first)}, {_text(second)}], value: {_number(value)}}}"


def _items(truth: Truth) -> Iterator[str]:
    yield ""
    yield "# Questions: answer units per unit of the construct, answer in mind where the construct is 0,"
    yield "# standard deviation of what is the question's own (answer units)."
    yield "items:"
    for name, item in truth.items.items():
        yield f"  {_text(name)}: {_mapping(_item(item))}"
    if truth.extras:
        yield "# Questions outside the model, and the construct that they follow."
        yield "extras:"
    for name, extra in truth.extras.items():
        parts = {"construct": extra.construct, "scale": _ends(extra.scale), **_item(extra.item)}
        yield f"  {_text(name)}: {_mapping(parts)}"
    if truth.raw_scales:
        yield "# Scales of the columns that derived items are computed from."
        yield "raw_scales:"
    for name, scale in truth.raw_scales.items():
        low, high = _ends(scale)
        yield f"  {_text(name)}: [{_number(low)}, {_number(high)}]"


def _item(item: ItemTruth) -> dict[str, float]:
    return {"loading": item.loading, "intercept": item.intercept, "error_sd": item.error_sd}


def _asking(truth: Truth) -> Iterator[str]:
    if truth.asked_when:
        yield ""
        yield "# Questions that are asked only after certain answers."
        yield "asked_when:"
    for name, one in truth.asked_when.items():
        parts = {"column": one.column, "from": one.low, "to": one.high}
        yield f"  {_text(name)}: {_mapping(parts)}"
    if truth.missing:
        yield ""
        yield "# Missing codes and the share of the asked questions that they answer, at random."
        yield "missing:"
    for code, share in truth.missing.items():
        yield f"  {_number(code)}: {_number(share)}"
    if truth.weight_sd:
        yield ""
        yield "# Standard deviation of the logarithm of the sampling weights."
        yield f"weight_sd: {_number(truth.weight_sd)}"


def _groups(truth: Truth) -> Iterator[str]:
    yield ""
    yield "# Parts of the population: their value in each group column, their share, and by how much each"
    yield "# construct is shifted there (a shift is passed on along the paths)."
    yield "groups:"
    for group in truth.groups:
        parts: dict[str, Any] = {"key": group.key, "share": group.share, "shifts": group.shifts}
        yield f"  - {_mapping(parts)}"


def _mapping(parts: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{_text(key)}: {_value(value)}" for key, value in parts.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_number(one) for one in value) + "]"
    return _text(value) if isinstance(value, str) else _number(value)


def _ends(scale: Scale) -> tuple[float, float]:
    return scale.low, scale.high


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII) is not None
    words = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
    return text if plain and text.lower() not in words else json.dumps(text, ensure_ascii=False)
