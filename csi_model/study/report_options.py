"""What a report says of itself and how it looks, as a study gives it and as results store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from csi_model.errors import Finding
from csi_model.model.document import Document
from csi_model.reporting.look import Look
from csi_model.study.report_schema import ReportEntry, plain, read_look

LOGO, TEMPLATE = "look/logo", "look/template.pptx"
"""Where a results folder keeps the client's own files."""

_Labels = Mapping[str, str]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """Title, client, preparer, date and background by language; the ``method`` sheet by line and language;
    ``language`` and ``formats``; ``benchmarks`` that charts show as lines (construct, value, label by
    language), what the ``top`` of all levels is called, and the client's ``look``.
    """

    title: _Labels = field(default_factory=_nothing)
    client: _Labels = field(default_factory=_nothing)
    preparer: _Labels = field(default_factory=_nothing)
    date: _Labels = field(default_factory=_nothing)
    background: _Labels = field(default_factory=_nothing)
    method: Mapping[str, _Labels] = field(default_factory=_nothing)
    language: str = "en"
    formats: tuple[str, ...] = ("html",)
    benchmarks: tuple[Mapping[str, Any], ...] = ()
    top: _Labels = field(default_factory=_nothing)
    look: Look = field(default_factory=Look)

    def stored(self) -> dict[str, Any]:
        """Return what the manifest says of the report; the look's files are stored beside it."""
        said: dict[str, Any] = {
            name: dict(value)
            for name in ("title", "client", "preparer", "date", "background", "method", "top")
            if (value := getattr(self, name)) or name == "title"
        }
        said["language"] = self.language
        said["formats"] = list(self.formats)
        if self.benchmarks:
            said["benchmarks"] = [dict(one) for one in self.benchmarks]
        look = {name: value for name in ("accent", "second") if (value := getattr(self.look, name))}
        if look:
            said["look"] = look
        return said

    def files(self) -> dict[str, bytes]:
        """Return the client's own files by their path in a results folder."""
        made = {f"{LOGO}.{self.look.logo_type}": self.look.logo} if self.look.logo else {}
        return made | ({TEMPLATE: self.look.template} if self.look.template else {})


def look_of(said: Mapping[str, Any], files: Mapping[str, bytes]) -> Look:
    """Return the look that a results folder stores."""
    colours = said.get("look", {})
    logo = next((name for name in files if name.startswith(f"{LOGO}.")), "")
    return Look(
        accent=colours.get("accent", ""),
        second=colours.get("second", ""),
        logo=files.get(logo, b""),
        logo_type=logo.rpartition(".")[2],
        template=files.get(TEMPLATE, b""),
    )


def report_options(
    entry: ReportEntry, top: _Labels, folder: Path, document: Document, mistakes: list[Finding]
) -> ReportOptions:
    """Return what a study file says of its report; mistakes in its files are added to ``mistakes``."""
    texts = {
        name: MappingProxyType({str(k): v for k, v in getattr(entry, name).items()})
        for name in ("title", "client", "preparer", "date", "background")
    }
    return ReportOptions(
        **texts,
        method=MappingProxyType(plain(entry.method)),
        language=entry.language,
        formats=tuple(dict.fromkeys(entry.formats)),
        benchmarks=tuple(MappingProxyType(one.model_dump(by_alias=True)) for one in entry.benchmarks),
        top=MappingProxyType(dict(top)),
        look=read_look(entry, folder, document, mistakes),
    )
