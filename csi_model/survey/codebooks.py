"""Read a codebook: what a survey's columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from csi_model.errors import StudyError, suggest
from csi_model.model.document import read_document, validate
from csi_model.model.messages import mistake
from csi_model.model.shipped import shipped
from csi_model.model.spec import Scale
from csi_model.survey.codebook import Codebook, Column, Reason, Routing

__all__ = [
    "Code",
    "CodebookFile",
    "ColumnEntry",
    "Ends",
    "Label",
    "Reason",
    "RoutingEntry",
    "read_codebook",
    "shipped_codebooks",
]

_STRICT = ConfigDict(extra="forbid", frozen=True)


def _code(value: object) -> object:
    if isinstance(value, bool):
        raise mistake("needs a number, not a truth word", "Write 0 or 1 instead of no or yes.")
    return value


Code = Annotated[float, BeforeValidator(_code), Field(allow_inf_nan=False)]
Ends = tuple[Code, Code]
"""Lowest and highest answer."""


def _label(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


Label = Annotated[dict[Literal["en", "zh"], str], BeforeValidator(_label)]


class RoutingEntry(BaseModel):
    """``asked_when: {column: REPUR, from: 6, to: 10}``."""

    model_config = _STRICT
    column: str
    low: Code = Field(alias="from")
    high: Code = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> RoutingEntry:
        if self.low > self.high:
            raise mistake(f"goes from {self.low:g} down to {self.high:g}", "Swap `from` and `to`.")
        return self


class ColumnEntry(BaseModel):
    """One column of a codebook file."""

    model_config = _STRICT
    label: Label = Field(default_factory=dict)
    scale: Ends | None = None
    missing: dict[Code, Reason] = Field(default_factory=dict)
    recode: dict[Code, Code] = Field(default_factory=dict)
    asked_when: RoutingEntry | None = None
    values: dict[str, str] = Field(default_factory=dict)
    reversed: bool = False
    optional: bool = False

    @model_validator(mode="after")
    def _sensible(self) -> ColumnEntry:
        if self.scale is not None and self.scale[0] >= self.scale[1]:
            low, high = self.scale
            what = f"has a scale that does not rise: [{low:g}, {high:g}]"
            raise mistake(what, "Write the lowest answer first, then the highest.")
        both = sorted(set(self.missing) & set(self.recode))
        if both:
            shown = ", ".join(f"{code:g}" for code in both)
            raise mistake(f"has {shown} both as missing and as recoded", "Leave one of the two out.")
        return self

    def to_column(self, name: str) -> Column:
        """Return the value that the survey room works with."""
        routing = self.asked_when
        return Column(
            name=name,
            label=MappingProxyType({str(language): text for language, text in self.label.items()}),
            scale=None if self.scale is None else Scale(low=self.scale[0], high=self.scale[1]),
            missing=MappingProxyType(dict(self.missing)),
            recode=MappingProxyType(dict(self.recode)),
            asked_when=None
            if routing is None
            else Routing(column=routing.column, low=routing.low, high=routing.high),
            values=MappingProxyType(dict(self.values)),
            reversed=self.reversed,
            optional=self.optional,
        )


class CodebookFile(BaseModel):
    """A whole codebook file."""

    model_config = _STRICT
    name: str = ""
    source: str = ""
    missing: dict[Code, Reason] = Field(default_factory=dict)
    columns: dict[str, ColumnEntry] = Field(default_factory=dict)

    def to_codebook(self, name: str = "") -> Codebook:
        """Return the value that the survey room works with; ``name`` stands in for a missing name."""
        return Codebook(
            name=self.name or name,
            source=self.source,
            missing=MappingProxyType(dict(self.missing)),
            columns=MappingProxyType({key: entry.to_column(key) for key, entry in self.columns.items()}),
        )


def read_codebook(source: str | Path) -> Codebook:
    """Read a codebook file, or one that comes with the package.

    Parameters
    ----------
    source
        Path of a YAML file, or the name of a shipped codebook (``acsi2015``).

    Returns
    -------
    Codebook
        Missing codes by reason, recodes, routing, scales and labels.

    Raises
    ------
    StudyError
        With every mistake, each with ``file:line``; or there is no such file or shipped codebook.
    """
    path = Path(source)
    if path.suffix.lower() not in (".yaml", ".yml") and not path.is_file():
        path = _shipped_path(str(source))
    return validate(read_document(path, error=StudyError), CodebookFile, StudyError).to_codebook(path.stem)


def shipped_codebooks() -> Mapping[str, Path]:
    """Codebooks that come with the package: name > file; the files of the demo study are none."""
    files = sorted(shipped("data").glob("*.yaml"))
    return {path.stem: path for path in files if not path.stem.startswith("demo")}


def _shipped_path(name: str) -> Path:
    known = shipped_codebooks()
    if name not in known:
        raise StudyError.at(
            name,
            "There is no shipped codebook of that name.",
            f"{suggest(name, list(known))} A file of your own ends in .yaml.",
            code="no-codebook",
        )
    return known[name]
