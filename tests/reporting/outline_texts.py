"""What the chapters around the results say, as plain texts, and which numbers the stored tables allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain

import pandas as pd

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed
from csi_model.reporting.outline import approach, citation, conclusions, glossary, lookup, summary
from csi_model.reporting.outline.blocks import Block, Entries, Heading, Points, Table, Text, walk

Writer = Callable[[Content, str], Iterable[Block]]

CHAPTERS: dict[str, Writer] = {
    "summary": summary.summary,
    "background": approach.background,
    "approach": approach.approach,
    "conclusions": conclusions.conclusions,
    "questionnaire": lookup.questionnaire,
    "tables": lookup.table_list,
    "glossary": glossary.glossary,
    "paper": citation.paper,
    "lavaan": lookup.lavaan,
}
"""Key of a chapter > what writes it."""


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """Every sentence, heading, entry and cell of some blocks."""
    return list(chain.from_iterable(_texts(block) for block in walk(blocks)))


def _texts(block: Block) -> Iterable[str]:
    if isinstance(block, Text | Heading):
        return [block.text]
    if isinstance(block, Points):
        return block.texts
    if isinstance(block, Entries):
        return chain.from_iterable((one.name, one.value) for one in block.entries)
    if isinstance(block, Table):
        view = block.view
        lines = [line for part in view.blocks for line in part.lines]
        cells = [cell.text for line in lines for cell in (line.head, *line.cells)]
        titles = [title for title, _ in view.columns] + [part.title for part in view.blocks]
        return [view.caption, *titles, *cells, *view.notes]
    return []


def sentences_of(blocks: Iterable[Block]) -> list[str]:
    """The sentences of some blocks, without headings and tables."""
    made: list[str] = []
    for block in walk(blocks):
        if isinstance(block, Text):
            made.append(block.text)
        if isinstance(block, Points):
            made += block.texts
    return made


def written(content: Content, chapter: str, language: str) -> str:
    """All texts of a chapter, one a line."""
    return "\n".join(texts_of(CHAPTERS[chapter](content, language)))


NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?%?")

SCALE = frozenset({"0", "5", "100"})
"""Numbers that belong to the scale and to the rule of five points."""


def cells_of(content: Content) -> set[str]:
    """Every number of the stored tables as a sentence may show it, and what options and targets allow."""
    frames = [*content.tables.values(), *content.pooled.values(), *content.across.values()]
    made = set(SCALE) | {formats.level(records.confidence(content))}
    made |= set(chain.from_iterable(_shown(frame) for frame in frames))
    for mark in content.said.get("benchmarks", []):
        made.add(formats.number(mark["value"]))
    for name in ("bootstrap", "min_base", "seed"):
        made.add(formats.count(records.option(content, name) or 0))
    made |= {str(k) for k in range(len(records.groups(content)) + 1)}
    return made


def _shown(frame: pd.DataFrame) -> Iterable[str]:
    for column in frame.select_dtypes("number"):
        for value in frame[column].dropna().unique():
            for one in (float(value), abs(float(value))):
                yield from (formats.number(one, digits) for digits in (0, 1, 2, 3, 6))
                yield from (signed(one, digits) for digits in range(3))
                yield formats.percent(one)
                yield formats.number(one) + "%"


def numbers_in(text: str, *names: str) -> list[str]:
    """The numbers of a text, without those that stand in ``names``, longest name first."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return [found.rstrip(",") for found in NUMBER.findall(text)]
