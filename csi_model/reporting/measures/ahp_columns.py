"""Columns and blocks that the views of the AHP tables have in common."""

from __future__ import annotations

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.ahp_rows import hierarchies, of_hierarchy
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, column_title, text_column
from csi_model.vocabulary import term


def label_column(content: Content, table: str, name: str, language: str) -> Column:
    """Show the label of a node."""

    def show(row: Row) -> str:
        return content.label(records.word(row, name), language) if records.word(row, name) else ""

    return text_column(column_title(table, name, language), show, absent="")


def term_column(table: str, name: str, language: str) -> Column:
    """Show a word of the vocabulary, nothing where there is none."""
    return text_column(
        column_title(table, name, language),
        lambda row: term(records.word(row, name), language) if records.word(row, name) else "",
        absent="",
    )


def goal_blocks(content: Content, table: str, language: str) -> list[tuple[str, list[Row]]]:
    """Rows in a block for each hierarchy, which has a heading where there are several."""
    names = hierarchies(content, table)
    return [
        (content.label(name, language) if len(names) > 1 else "", of_hierarchy(content, table, name))
        for name in names
    ]
