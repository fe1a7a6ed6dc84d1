"""What the formats of a report need of a machine: fonts, and the system library that writes PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from csi_model.errors import Finding, ReportError

if TYPE_CHECKING:
    from csi_model.reporting.content import Content

DRAWN = ("docx", "pptx", "pdf")
"""Formats with pictures of charts, for which this machine needs a font for every letter."""

_NAMED = 12
_LIBRARY = re.compile(r"library '([^']+)'")

_FONT_FIX = (
    "Install one, such as fonts-noto-cjk (Debian and Ubuntu: `apt-get install fonts-noto-cjk`; macOS and "
    "Windows come with one), or choose html and xlsx, which need none."
)
_PANGO_FIX = (
    "Install it: on Debian and Ubuntu "
    "`apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`, "
    "on macOS `brew install pango`, on Windows with MSYS2 `pacman -S mingw-w64-ucrt-x86_64-pango`; "
    "or choose html, which a browser can print."
)


def problems(formats: Sequence[str], language: str) -> Iterator[Finding]:
    """Yield what keeps this machine from writing a report in ``formats``, each problem once.

    Nothing is drawn or written for that; fonts and libraries are only looked for where a format needs them.
    """
    drawn = [name for name in formats if name in DRAWN]
    if drawn and language == "zh" and not _has_chinese_font():
        yield Finding(
            code="no-chinese-font",
            severity="error",
            where=f"--format {','.join(drawn)}",
            what="No font with Chinese characters was found on this machine, so charts cannot be drawn.",
            fix=_FONT_FIX,
        )
    if "pdf" in formats:
        yield from _pdf_problems()


def _has_chinese_font() -> bool:
    from csi_model.reporting.fonts import cjk_family

    return cjk_family() is not None


def _pdf_problems() -> Iterator[Finding]:
    from csi_model.reporting.printed.engine import library

    try:
        library()
    except ImportError:
        yield Finding(
            code="no-pdf-library",
            severity="error",
            where="--format pdf",
            what="The Python package WeasyPrint, which writes PDF, is not installed.",
            fix="Install it: `pip install weasyprint`; or choose html, which a browser can print.",
        )
    except OSError as error:
        named = _LIBRARY.search(str(error))
        lacking = f" ({named.group(1)} cannot be loaded)" if named else ""
        yield Finding(
            code="no-pango",
            severity="error",
            where="--format pdf",
            what=f"The system library Pango, which PDF files are laid out with, was not found{lacking}.",
            fix=_PANGO_FIX,
        )


def missing_glyphs(content: Content, language: str) -> str:
    """Return the letters in names and labels that no font of this machine has, each once.

    Other signs, such as an emoji, are not among them: they are drawn as a question mark (see ``fonts``).
    """
    from csi_model.reporting.fonts import unreadable

    return unreadable("".join(_texts(content, language)))


def check_glyphs(content: Content, language: str, formats: Sequence[str]) -> None:
    """Raise ReportError where a label has a letter that no font of this machine has.

    Raises
    ------
    ReportError
        A format of ``DRAWN`` is among ``formats``, and a name or label cannot be drawn.
    """
    drawn = [name for name in formats if name in DRAWN]
    missing = missing_glyphs(content, language) if drawn else ""
    if missing:
        raise ReportError(no_letters(missing, f"--format {','.join(drawn)}"))


def no_letters(missing: str, where: str) -> Finding:
    """Return the finding that no font has the letters in ``missing``, the first of them named."""
    named = " ".join(missing[:_NAMED]) + (" ..." if len(missing) > _NAMED else "")
    return Finding(
        code="no-font",
        severity="error",
        where=where,
        what=f"No font on this machine has these signs of names and labels: {named}",
        fix="Install a font that has them, such as one of the Noto family (for Chinese fonts-noto-cjk), "
        "change the names, or choose html and xlsx, which need none.",
    )


def _texts(content: Content, language: str) -> Iterator[str]:
    names = [*content.constructs, *content.labels]
    yield from (content.label(name, language) for name in names)
    for column, labels in content.group_labels.items():
        yield from (column, *labels.values())
    yield from (str(text) for text in (content.title.get(language, ""), content.caveat.get(language, "")))
    yield from _leaves(content.said, language)
    for table in (content.tables.get("index"), content.pooled.get("indicators")):
        if table is not None:
            words = [name for name in (*content.by, "label") if name in table.columns]
            yield from (str(value) for name in words for value in table[name].unique())


def _leaves(said: Any, language: str) -> Iterator[str]:
    """Yield what a study file says of its report, in one language."""
    if isinstance(said, Mapping):
        other = language if language in said else "" if {"en", "zh"} & set(said) else None
        yield from (
            text for key, value in said.items() if other in {None, key} for text in _leaves(value, language)
        )
    elif isinstance(said, list | tuple):
        yield from (text for value in said for text in _leaves(value, language))
    elif isinstance(said, str):
        yield said
