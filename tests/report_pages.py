"""Reports as one HTML page, made as those in a results folder are."""

from __future__ import annotations

from csi_model.reporting.content import Content
from csi_model.reporting.kinds import report_files


def _page(kind: str, content: Content, language: str) -> str:
    return report_files(kind, content, language, ["html"])["report.html"].decode("utf-8")


def page(content: Content, language: str = "en") -> str:
    """The report on results."""
    return _page("results", content, language)


def comparison_page(content: Content, language: str = "en") -> str:
    """The report of a comparison."""
    return _page("comparison", content, language)


def measures_page(content: Content, language: str = "en") -> str:
    """The report on measures by themselves."""
    return _page("measures", content, language)
