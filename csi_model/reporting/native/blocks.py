"""Rows of measures as categories and series, cut where there are too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from csi_model.reporting import league_rows
from csi_model.reporting.content import Content
from csi_model.reporting.native.cells import MOST_ROWS, intervals, numbers
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.native.unit_charts import LINES
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

Build = Callable[[Content, str], NativeChart | None]
"""What makes a chart from the tables in a language."""

ROLES = (*LINES, "ink", "muted")
"""Colours of series in their order."""


def titled(name: str, language: str) -> str:
    """Return the words for a measure as a title."""
    words = term(name, language)
    return words[:1].upper() + words[1:]


def in_blocks(
    cells: Sequence[tuple[str, str, Row]], column: str, start: str = "ci"
) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """Categories and series of rows that come with the words of both; in the order of the rows.

    Rows of one series whose category has the same words are categories of their own.
    """
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[str, dict[tuple[str, int], Row]] = {}
    for category, name, row in cells:
        found.setdefault(name, {})[category, seen[category, name]] = row
        seen[category, name] += 1
    categories = list(dict.fromkeys(key for rows in found.values() for key in rows))
    made = []
    for place, (name, by_category) in enumerate(found.items()):
        rows: list[Row] = [by_category.get(key, {}) for key in categories]
        lower, upper = intervals(rows, start)
        role = ROLES[place % len(ROLES)]
        made.append(Series(name=name, values=numbers(rows, column), lower=lower, upper=upper, role=role))
    return tuple(name for name, _ in categories), tuple(made)


def cut(
    categories: tuple[str, ...], series: Sequence[Series], language: str
) -> tuple[tuple[str, ...], tuple[Series, ...], list[str]]:
    """The first categories where there are too many, and the sentence that says so."""
    if len(categories) <= MOST_ROWS:
        return categories, tuple(series), []
    shown = tuple(
        Series(
            name=one.name,
            values=one.values[:MOST_ROWS],
            lower=one.lower[:MOST_ROWS],
            upper=one.upper[:MOST_ROWS],
            role=one.role,
            tint=one.tint,
        )
        for one in series
    )
    return (
        categories[:MOST_ROWS],
        shown,
        [say("native_first", language, shown=MOST_ROWS, count=len(categories))],
    )


def empty_ones(
    categories: Sequence[str], series: Sequence[Series], whys: Mapping[str, str]
) -> list[list[str]]:
    """Categories without any number: the suppressed ones, the others."""
    none = [name for k, name in enumerate(categories) if all(one.values[k] is None for one in series)]
    hidden = [name for name in none if league_rows.is_suppressed(whys.get(name, ""))]
    return [hidden, [name for name in none if name not in hidden]]
