"""Printed reports for tests: whole ones, and short ones of a few chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from csi_model.reporting.charts import CHARTS
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Block
from csi_model.reporting.outline.outline import Chapter, Outline
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.writers import Handed


def drawn(content: Content, language: str, names: Sequence[str]) -> Pictures:
    """Some charts of a content."""
    figures = {}
    for name in names:
        figure = CHARTS[name][0](content, language=language).get_figure(root=True)
        assert figure is not None
        figures[name] = figure
    return Pictures(figures=figures, language=language)


def short(content: Content, language: str, chapters: Sequence[str], charts: Sequence[str] = ()) -> Handed:
    """A report of some chapters, with some charts."""
    whole = outline(content, language)
    kept = tuple(chapter for chapter in whole.chapters if chapter.key in chapters)
    return Handed(
        content=content,
        outline=replace(whole, chapters=kept),
        pictures=drawn(content, language, charts),
    )


def of_blocks(content: Content, language: str, *blocks: Block, charts: Sequence[str] = ()) -> Handed:
    """A report of one chapter with these blocks."""
    made = Outline(
        language=language,
        kicker="Kind",
        title="Title",
        page_title="Title of the file",
        chapters=(Chapter(key="index", title="Chapter", part="results", blocks=blocks),),
    )
    return Handed(content=content, outline=made, pictures=drawn(content, language, charts))
