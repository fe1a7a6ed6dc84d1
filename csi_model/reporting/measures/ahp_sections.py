"""What a page shows of the family ``ahp``."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.ahp_columns import goal_blocks, label_column, term_column
from csi_model.reporting.measures.ahp_rows import by_parent, hierarchies, of_hierarchy, ratio, way
from csi_model.reporting.measures.ahp_scored import loyalty_pieces, satisfaction_pieces
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_FIRST = 3


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    yield from _weights(content, language)
    yield from satisfaction_pieces(content, language)
    yield from loyalty_pieces(content, language)


def _weights(content: Content, language: str) -> Iterator[Piece]:
    names = hierarchies(content)
    if not names:
        return
    yield Piece(
        title=MEASURES["ahp_weights"].title[language],
        says=tuple(_heaviest(content, name, language) for name in names),
        how=say("ahp_how_weights", language),
        chart="ahp_weights",
        view=_weights_view(content, language),
    )
    bad = [
        row for row in records.across(content, "ahp_consistency")
        if records.word(row, "verdict") == "inconsistent"
    ]  # fmt: skip
    whose = list(dict.fromkeys(_whose(content, row, language) for row in bad))
    says = say("ahp_some_inconsistent", language, names=joined(whose, language))
    yield Piece(
        title=MEASURES["ahp_consistency"].title[language],
        says=(says if bad else say("ahp_all_consistent", language),),
        how=say("ahp_how_consistency", language),
        view=_consistency_view(content, language),
        framed=True,
    )
    if records.across(content, "ahp_judgements"):
        yield Piece(
            title=MEASURES["ahp_judgements"].title[language],
            how=say("ahp_how_judgements", language),
            view=_judgements_view(content, language),
            framed=True,
        )
    if records.across(content, "ahp_judge_weights"):
        title = MEASURES["ahp_judge_weights"].title[language]
        yield Piece(title=title, view=_judges_view(content, language), folded=True)


def _whose(content: Content, row: Row, language: str) -> str:
    """Which matrix or level a row of consistency is about."""
    node = content.label(records.word(row, "node"), language)
    if records.word(row, "ranking") == "total_ranking":
        node = say("ahp_level", language, depth=formats.count(row.get("depth")))
    judge = records.word(row, "judge")
    return say("ahp_by", language, node=node, judge=term(judge, language)) if judge else node


def _heaviest(content: Content, name: str, language: str) -> str:
    rows = [row for _, block in by_parent(of_hierarchy(content, "ahp_weights", name)) for row in block]
    rows.sort(key=lambda row: records.number(row, "rank"))
    told = [
        say(
            "ahp_heavy", language, name=content.label(records.word(row, "node"), language),
            weight=formats.number(row.get("global_weight"), 3),
        )
        for row in rows[:_FIRST]
    ]  # fmt: skip
    return say("ahp_heaviest", language, goal=content.label(name, language), names=joined(told, language))


def _weights_view(content: Content, language: str) -> View:
    table = "ahp_weights"
    blocks = []
    for title, rows in goal_blocks(content, table, language):
        parents = dict.fromkeys(records.word(row, "parent") for row in rows)
        for parent in parents:
            heading = way(content, rows, parent, language)
            goal = parent == records.word(rows[0], "hierarchy")
            blocks.append(
                (
                    f"{title} › {heading}" if title and not goal else heading,
                    [row for row in rows if records.word(row, "parent") == parent],
                )
            )
    return view(
        MEASURES[table].title[language],
        label_column(content, table, "node", language),
        [
            number_column(table, "weight", 3, language),
            number_column(table, "global_weight", 3, language),
            count_column(table, "rank", language),
        ],
        blocks,
        language,
    )


def _consistency_view(content: Content, language: str) -> View:
    table = "ahp_consistency"
    several = any(records.word(row, "judge") for row in records.across(content, table))

    def head(row: Row) -> str:
        if records.word(row, "ranking") == "total_ranking":
            level = say("ahp_level", language, depth=formats.count(row.get("depth")))
            return f"{term('total_ranking', language)} · {level}"
        return content.label(records.word(row, "node"), language)

    columns = [term_column(table, "judge", language)] if several else []
    columns += [
        count_column(table, "elements", language),
        number_column(table, "lambda_max", 4, language),
        number_column(table, "consistency_index", 4, language),
        number_column(table, "random_index", 3, language),
        number_column(table, "consistency_ratio", 4, language),
        number_column(table, "gci", 3, language),
        number_column(table, "gci_limit", 2, language),
        term_column(table, "verdict", language),
    ]
    return view(
        MEASURES[table].title[language],
        text_column(column_title(table, "node", language), head),
        columns,
        goal_blocks(content, table, language),
        language,
    )


def _judgements_view(content: Content, language: str) -> View:
    table = "ahp_judgements"

    def block(row: Row) -> str:
        node = content.label(records.word(row, "node"), language)
        judge = records.word(row, "judge")
        cr = f"CR {formats.number(row.get('consistency_ratio'), 3)}"
        whose = say("ahp_by", language, node=node, judge=term(judge, language)) if judge else node
        return f"{whose} · {cr}"

    def ratio_column(name: str) -> Column:
        return Column(title=column_title(table, name, language), show=lambda row: ratio(row.get(name)))

    rows = records.across(content, table)
    titles = dict.fromkeys(block(row) for row in rows)
    return view(
        MEASURES[table].title[language],
        label_column(content, table, "node_1", language),
        [
            label_column(content, table, "node_2", language),
            ratio_column("judgement"),
            ratio_column("implied"),
            ratio_column("suggested"),
            number_column(table, "consistency_ratio_then", 3, language),
            ratio_column("others_imply"),
            ratio_column("others_suggested"),
            number_column(table, "others_ratio_then", 3, language),
        ],
        [(title, [row for row in rows if block(row) == title]) for title in titles],
        language,
    )


def _judges_view(content: Content, language: str) -> View:
    table = "ahp_judge_weights"
    rows = records.across(content, table)
    judges = dict.fromkeys(records.word(row, "judge") for row in rows)
    return view(
        MEASURES[table].title[language],
        label_column(content, table, "node", language),
        [label_column(content, table, "parent", language), number_column(table, "weight", 3, language)],
        [(judge, [row for row in rows if records.word(row, "judge") == judge]) for judge in judges],
        language,
    )
