"""The part of a study file on its report: cover, background, method sheet, look, formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.errors import Finding, suggest
from csi_model.model.document import Document
from csi_model.model.messages import mistake
from csi_model.reporting.look import Look
from csi_model.reporting.writers import FORMATS
from csi_model.study.client_files import LOGO_TYPES, TEMPLATE_ENDINGS, file_problems
from csi_model.study.league_schema import BenchmarkEntry, Label

_STRICT = ConfigDict(extra="forbid", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_date(value: object) -> object:
    """YAML reads 2026-03-01 as a date and 2026 as a number; the cover shows both as they were written."""
    return value if isinstance(value, str | dict) else str(value)


def _known_format(name: str) -> str:
    if name not in FORMATS:
        raise mistake(f"{name!r} is not a format", suggest(name, FORMATS))
    return name


def _colour(text: str) -> str:
    digits = text.strip().removeprefix("#").lower()
    if len(digits) == 3:
        digits = "".join(2 * sign for sign in digits)
    if len(digits) != 6 or not set(digits) <= set("0123456789abcdef"):
        raise mistake(f"{text!r} is not a colour", 'Write it as "#0072b2", in quotes.')
    return f"#{digits}"


_Colour = Annotated[str, AfterValidator(_colour)]


class ColoursEntry(BaseModel):
    """A client's colours."""

    model_config = _STRICT
    accent: _Colour | None = None
    second: _Colour | None = None


class MethodEntry(BaseModel):
    """How the survey was carried out, in words, for the method sheet."""

    model_config = _STRICT
    mode: Label = Field(default_factory=dict, description="telephone, online panel, face to face ...")
    population: Label = Field(default_factory=dict, description="whom the survey speaks of")
    sampling: Label = Field(default_factory=dict, description="how respondents were drawn")
    fieldwork: Label = Field(default_factory=dict, description="when and where it was asked")
    response: Label = Field(default_factory=dict, description="response rate, and how it was counted")


class ReportEntry(BaseModel):
    """What the report says of itself and how it looks."""

    model_config = _STRICT
    title: Label = Field(default_factory=dict)
    client: Label = Field(default_factory=dict)
    preparer: Label = Field(default_factory=dict)
    date: Annotated[Label, BeforeValidator(_as_date)] = Field(default_factory=dict)
    background: Label = Field(default_factory=dict, description="why the study was done; blank lines part it")
    method: MethodEntry = MethodEntry()
    language: Literal["en", "zh"] = "en"
    formats: Annotated[list[Annotated[str, AfterValidator(_known_format)]], BeforeValidator(_as_list)] = [
        "html"
    ]
    benchmarks: list[BenchmarkEntry] = Field(default_factory=list)
    colours: ColoursEntry = ColoursEntry()
    logo: str | None = Field(default=None, description="a PNG, JPEG or SVG file beside the study file")
    template: str | None = Field(default=None, description="a PowerPoint file whose master the slides take")


def read_look(entry: ReportEntry, folder: Path, document: Document, mistakes: list[Finding]) -> Look:
    """Return the client's look; what is wrong with its files goes to ``mistakes``."""
    look = Look(accent=entry.colours.accent or "", second=entry.colours.second or "")
    if entry.logo is not None:
        found = list(_problems(entry.logo, folder, tuple(LOGO_TYPES), "logo"))
        mistakes += [replace(one, where=document.where(("report", "logo"))) for one in found]
        if not found:
            path = folder / entry.logo
            look = replace(look, logo=path.read_bytes(), logo_type=LOGO_TYPES[path.suffix.lower()])
    if entry.template is not None:
        found = list(_problems(entry.template, folder, TEMPLATE_ENDINGS, "template"))
        mistakes += [replace(one, where=document.where(("report", "template"))) for one in found]
        if not found:
            look = replace(look, template=(folder / entry.template).read_bytes())
    return look


def _problems(name: str, folder: Path, endings: tuple[str, ...], key: str) -> Iterator[Finding]:
    path = folder / name
    if path.suffix.lower() not in endings:
        yield Finding(
            code="wrong-kind-of-file",
            severity="error",
            where=key,
            what=f"`report.{key}`: {name!r} has none of the endings {', '.join(endings)}.",
            fix="Give a file of one of these kinds.",
        )
    elif not path.is_file():
        yield Finding(
            code="no-file",
            severity="error",
            where=key,
            what=f"`report.{key}`: there is no file {name!r} beside the study file.",
            fix="Check the path: it is taken from the study file's folder.",
        )
    else:
        for code, what, fix in file_problems(path, key):
            yield Finding(code=code, severity="error", where=key, what=f"`report.{key}`: {what}", fix=fix)


def plain(labels: BaseModel) -> dict[str, Any]:
    """Return the texts of an entry that are given, by name and language."""
    return {name: dict(text) for name, text in labels if text}
