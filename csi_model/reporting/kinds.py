"""The kinds of report: on a fit, on a comparison, on other measures; each in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from csi_model.errors import Finding, ReportError
from csi_model.reporting import theme
from csi_model.reporting.content import Content
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.requirements import check_glyphs
from csi_model.reporting.writers import Handed, write_reports
from csi_model.vocabulary import LANGUAGES

Parts = tuple[Callable[[Content, str], Outline], Callable[[Content, str], Pictures]]
"""What makes the outline of a kind of report, and what draws its charts."""


def _results() -> Parts:
    from csi_model.reporting.charts import pictures
    from csi_model.reporting.outline.whole import outline

    return outline, pictures


def _comparison() -> Parts:
    from csi_model.reporting.comparison_page import comparison_outline, comparison_pictures

    return comparison_outline, comparison_pictures


def _measures() -> Parts:
    from csi_model.reporting.measures.page import measures_outline, measures_pictures

    return measures_outline, measures_pictures


_KINDS: Mapping[str, Callable[[], Parts]] = MappingProxyType(
    {"results": _results, "comparison": _comparison, "measures": _measures}
)


def report_files(kind: str, content: Content, language: str, formats: Iterable[str]) -> dict[str, bytes]:
    """Return the charts and reports of a results folder by their path in it.

    Parameters
    ----------
    kind
        ``results``, ``comparison`` or ``measures``.
    content
        The stored tables and what goes with them.
    language
        ``en`` or ``zh``.
    formats
        Any of ``writers.FORMATS``.

    Raises
    ------
    ReportError
        There is no such language, the client's template cannot be opened, or no font has a sign of a label.
    """
    _check_language(language)
    formats = tuple(formats)
    check_glyphs(content, language, formats)
    outline, pictures = _KINDS[kind]()
    with theme.look(content.look):
        told, drawn = outline(content, language), pictures(content, language)
        return write_reports(Handed(content=content, outline=told, pictures=drawn), formats)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise ReportError(
            Finding(
                code="unknown-language",
                severity="error",
                where="language",
                what=f"There is no report in the language {language!r}.",
                fix=f"Choose one of: {', '.join(LANGUAGES)}.",
            )
        )
