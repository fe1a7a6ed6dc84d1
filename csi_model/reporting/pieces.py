"""Parts of a section: a heading, sentences, a chart, a table; and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, column_title, labelled, text_column
from csi_model.reporting.wording import has, say


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One part of a section.

    ``says`` are sentences on what was found, ``how`` tells how to read the table. ``folded`` parts stay
    closed until the reader opens them, with ``about`` beside the heading; ``framed`` tables and ``tall``
    charts scroll.
    """

    title: str
    says: tuple[str, ...] = ()
    how: str = ""
    chart: str = ""
    chart_title: str = ""
    view: View | None = None
    folded: bool = False
    framed: bool = False
    tall: bool = False
    about: str = ""


def verdict_words(value: str, language: str) -> str:
    """Return the words of a verdict; one that is not known stays as it is, without underscores."""
    key = f"v_{value.replace(' ', '_')}"
    words = say(key, language) if has(key) else value.replace("_", " ")
    return words.replace(" ", "\u00a0")


def verdict_column(table: str, language: str, *, prefix: str = "", name: str = "verdict") -> Column:
    """Show the verdict of a row in words; ``prefix`` where its words are those of this table alone."""
    return text_column(
        column_title(table, name, language),
        lambda row: verdict_words(prefix + word, language) if (word := records.word(row, name)) else "",
        absent="",
    )


def probability_column(table: str, name: str, language: str) -> Column:
    """Show a p value."""
    return Column(
        title=column_title(table, name, language), show=lambda row: formats.probability(row.get(name))
    )


def marked_column(
    table: str, name: str, digits: int, language: str, *, sign: str, wrong: Callable[[Row], bool]
) -> Column:
    """Show a number with a sign behind it where it is on the ``wrong`` side."""

    def show(row: Row) -> str:
        text = formats.number(row.get(name), digits)
        return f"{text} {sign}" if text != formats.EMPTY and wrong(row) else text

    return Column(title=column_title(table, name, language), show=show)


def construct_column(content: Content, table: str, name: str, language: str) -> Column:
    """Show the label of a construct."""
    return text_column(
        column_title(table, name, language),
        lambda row: labelled(content, records.word(row, name), language),
    )


def in_blocks(rows: list[Row], title: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    """Return the rows in blocks of one title each, in the order of their first rows."""
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(title(row), []).append(row)
    return list(made.items())


def reasons(*whys: str) -> str:
    """Return several stored reasons as one, each once."""
    parts = [part for why in whys for part in why.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))
