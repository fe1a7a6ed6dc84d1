"""Cells of stored tables as the numbers of a chart; names that a note lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import THIN
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

Numbers = tuple[float | None, ...]

MOST_ROWS = THIN
"""Categories that a chart shows, so many as fit on a slide or a printed page."""

MOST_NAMES = 8
"""Names that a note lists."""

LONGEST_NAME = 40
"""Characters of a name in a note."""


def known(value: float) -> float | None:
    """Return a number, None for NaN and infinity."""
    return value if math.isfinite(value) else None


def numbers(rows: Iterable[Row], column: str) -> Numbers:
    """Return the cells of a column, None where they are empty."""
    return tuple(known(records.number(row, column)) for row in rows)


def intervals(rows: Sequence[Row], start: str = "ci") -> tuple[Numbers, Numbers]:
    """Return both ends of the intervals in the columns ``START_lower`` and ``START_upper``."""
    return numbers(rows, f"{start}_lower"), numbers(rows, f"{start}_upper")


def level(content: Content) -> str:
    """Return the confidence level of the stored intervals in words."""
    return formats.level(records.confidence(content))


def listed(names: Sequence[str], language: str) -> str:
    """Return names as one list, the first few where they are many."""
    cut = [
        name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names[:MOST_NAMES]
    ]
    shown = say("comma", language).join(cut)
    left = len(names) - MOST_NAMES
    return say("native_names_more", language, names=shown, count=left) if left > 0 else shown


def without_numbers(suppressed: Sequence[str], empty: Sequence[str], language: str) -> list[str]:
    """Return the sentences that name what is suppressed and what has no value."""
    told = []
    if suppressed:
        told.append(say("native_suppressed", language, names=listed(suppressed, language)))
    if empty:
        told.append(say("native_no_value", language, names=listed(empty, language)))
    return told


def together(sentences: Iterable[str], language: str) -> str:
    """Return sentences as one text."""
    return say("space", language).join(text for text in sentences if text)
