"""The chapters of a report on a fit, in the order of the field's practice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from csi_model.reporting.content import Content
from csi_model.reporting.outline import (
    appendix,
    approach,
    citation,
    conclusions,
    glossary,
    lookup,
    results,
    summary,
)
from csi_model.reporting.outline.blocks import Block
from csi_model.reporting.outline.outline import Chapter, Outline, Part
from csi_model.reporting.outline.provenance import cover_notes
from csi_model.reporting.wording import say

CHAPTERS: tuple[tuple[Part, str, Callable[[Content, str], Iterable[Block]]], ...] = (
    ("summary", "verdict", results.verdict),
    ("summary", "headline", results.headline),
    ("summary", "summary", summary.summary),
    ("background", "background", approach.background),
    ("method", "approach", approach.approach),
    ("results", "index", results.index),
    ("results", "answers", results.answers),
    ("results", "groups", results.groups),
    ("results", "league", results.league),
    ("results", "waves", results.waves),
    ("results", "comparability", results.comparability),
    ("results", "drivers", results.drivers),
    ("results", "whatif", results.what_if),
    ("results", "measures", results.measures),
    ("results", "model", results.model),
    ("conclusions", "conclusions", conclusions.conclusions),
    ("appendix", "questionnaire", lookup.questionnaire),
    ("appendix", "measurement", appendix.measurement_quality),
    ("appendix", "prediction", appendix.prediction),
    ("appendix", "necessity", appendix.necessity),
    ("appendix", "segments", appendix.segments),
    ("appendix", "estimators", appendix.estimators),
    ("appendix", "precision", appendix.precision),
    ("appendix", "rows", appendix.rows),
    ("appendix", "findings", appendix.findings),
    ("appendix", "tables", lookup.table_list),
    ("appendix", "glossary", glossary.glossary),
    ("appendix", "method", appendix.method),
    ("appendix", "paper", citation.paper),
    ("appendix", "lavaan", lookup.lavaan),
)
"""Part, key and blocks of every chapter; one without blocks is left out."""


def outline(content: Content, language: str) -> Outline:
    """Return the report on a fit without a format."""
    title = content.title.get(language) or content.title.get("en") or content.label(content.index, language)
    made = []
    for part, key, write in CHAPTERS:
        blocks = tuple(write(content, language))
        if blocks:
            made.append(Chapter(key=key, title=say(f"h_{key}", language), part=part, blocks=blocks))
    return Outline(
        language=language,
        kicker=say("kicker", language),
        title=title,
        page_title=say("page_title", language, title=title),
        notes=cover_notes(content, language),
        chapters=tuple(made),
        **cover(content, language),
    )


def cover(content: Content, language: str) -> dict[str, Any]:
    """Return client, preparer and date as the study file gives them."""
    said = content.said
    return {name: _in_language(said.get(name), language) for name in ("client", "preparer", "date")}


def _in_language(given: Any, language: str) -> str:
    """A text given once, or once for each language."""
    if isinstance(given, dict):
        given = given.get(language) or given.get("en") or next(iter(given.values()), "")
    return str(given or "")
