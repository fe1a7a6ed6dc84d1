"""The formats of a report and who writes each; what is missing for one is told before any work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from csi_model.errors import Finding, ReportError, suggest
from csi_model.reporting.requirements import problems

if TYPE_CHECKING:
    from csi_model.reporting.content import Content
    from csi_model.reporting.outline.outline import Outline
    from csi_model.reporting.pictures import Pictures


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What every writer is handed: the tables, the report without a format, and the charts."""

    content: Content
    outline: Outline
    pictures: Pictures


def _html(handed: Handed) -> bytes:
    from csi_model.reporting.page import write

    return write(handed).encode("utf-8")


def _docx(handed: Handed) -> bytes:
    from csi_model.reporting.word.report import write

    return write(handed)


def _pptx(handed: Handed) -> bytes:
    from csi_model.reporting.slides.deck import write

    return write(handed)


def _xlsx(handed: Handed) -> bytes:
    from csi_model.reporting.workbook.workbook import write

    return write(handed)


def _pdf(handed: Handed) -> bytes:
    from csi_model.reporting.printed.pdf import write

    return write(handed)


WRITERS: Mapping[str, Callable[[Handed], bytes]] = MappingProxyType(
    {"html": _html, "docx": _docx, "pptx": _pptx, "xlsx": _xlsx, "pdf": _pdf}
)
"""Format > what writes it; the file is ``report.`` and the format."""

FORMATS: tuple[str, ...] = tuple(WRITERS)


def write_reports(handed: Handed, formats: Iterable[str]) -> dict[str, bytes]:
    """Return the files of a report by relative path: its charts, and one file for each format."""
    made = {f"charts/{name}.svg": text.encode("utf-8") for name, text in handed.pictures.svgs.items()}
    return made | {f"report.{name}": WRITERS[name](handed) for name in dict.fromkeys(formats)}


def check_formats(formats: Iterable[str], language: str) -> None:
    """Raise ReportError where a format does not exist or cannot be written on this machine.

    Raises
    ------
    ReportError
        With every problem: unknown formats, a missing Chinese font, a missing library.
    """
    found = list(_problems(list(dict.fromkeys(formats)), language))
    if found:
        raise ReportError(found)


def _problems(formats: list[str], language: str) -> Iterable[Finding]:
    for name in formats:
        if name not in WRITERS:
            yield Finding(
                code="unknown-format",
                severity="error",
                where="--format",
                what=f"{name!r} is not a format of this version.",
                fix=suggest(name, FORMATS),
            )
    yield from problems([name for name in formats if name in WRITERS], language)
