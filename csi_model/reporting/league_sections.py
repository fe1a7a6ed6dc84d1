"""The league on a page: who leads, index and ranks of every unit, aggregates, gaps, the heat map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csi_model.reporting import (
    difference_sections,
    formats,
    heat_map,
    league_charts,
    league_rows,
    rank_charts,
    records,
)
from csi_model.reporting.content import Content
from csi_model.reporting.league_rows import Block, Unit
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import some
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_BLOCKS_TOLD = 6
"""Blocks whose leaders a sentence names."""


def league_pieces(content: Content, language: str) -> list[Piece]:
    """Everything about units beside each other that the tables hold."""
    return [
        *_league(content, language),
        *_ranks(content, language),
        *_aggregates(content, language),
        *_gap(content, language),
        *_heat(content, language),
        *difference_sections.difference_pieces(content, language),
    ]


def _league(content: Content, language: str) -> Iterator[Piece]:
    found = league_rows.blocks(content, language)
    rows = sum(len(block.units) for block in found)
    if not any(unit.rank for block in found for unit in block.units):
        return
    yield Piece(
        title=say("h_top", language),
        says=tuple(top_sentences(content, found, language)),
        how=say("league_how", language),
        chart="league",
        chart_title=say("chart_league", language, construct=content.label(content.index, language)),
        tall=rows > league_charts.FRAMED,
    )
    yield Piece(
        title=say("h_league_table", language),
        view=league_view(content, found, language),
        framed=True,
    )


def top_sentences(content: Content, found: Sequence[Block], language: str) -> Iterator[str]:
    """Say who cannot be told apart at the top, and who is suppressed; never a rank within the margin."""
    if len(found) == 1:
        yield from _leaders(found[0].units, language)
    elif len(found) <= _BLOCKS_TOLD:
        for block in found:
            for text in _leaders(block.units, language):
                yield say("top_in", language, block=block.label, text=text)
    else:
        yield say("top_blocks", language)
    if len(found) > 1:
        yield from _overall(content, found, language)
    hidden = [u for block in found for u in block.units if not u.known and league_rows.is_suppressed(u.why)]
    if hidden:
        labels = league_rows.short_labels(content, [unit.name for unit in hidden], language)
        names, base = some(list(labels.values()), language), records.option(content, "min_base")
        key = "groups_suppressed" if base is None else "groups_suppressed_base"
        yield say(key, language, names=names, base=base)
        yield say("league_suppressed", language)


def _overall(content: Content, found: Sequence[Block], language: str) -> Iterator[str]:
    """How many of all units may lead, where they are ranked all together, too."""
    ranked = [unit for block in found for unit in block.units if unit.known and unit.overall]
    lead = [unit for unit in ranked if league_rows.flag(unit.overall, "may_lead")]
    if len(lead) == 1:
        name = league_rows.unit_label(content, lead[0].name, language)
        yield say("top_overall_one", language, count=formats.count(len(ranked)), name=name)
    elif lead:
        counts = {"count": formats.count(len(ranked)), "lead": formats.count(len(lead))}
        yield say("top_overall", language, **counts)


def _leaders(units: Sequence[Unit], language: str) -> Iterator[str]:
    ranked = [unit for unit in units if unit.known and unit.rank]
    top = [unit for unit in ranked if unit.may_lead]
    if not top or len(ranked) < 2:
        return
    if len(top) == len(ranked):
        yield say("top_all", language, count=len(ranked))
    elif len(top) > 1:
        yield say("top_many", language, names=some([unit.label for unit in top], language))
    elif records.number(top[0].rank, "rank_upper") == 1:
        yield say("top_one", language, name=top[0].label)
    else:
        yield say("top_first", language, name=top[0].label, index=formats.number(top[0].index))


def league_view(content: Content, found: Sequence[Block], language: str) -> View:
    """Index, interval, respondents and rank interval of every unit, in the blocks of their ranks."""
    several = len(found) > 1
    blocks = []
    for block in found:
        title = block.label
        value = records.number(block.score, "index")
        if title and not formats.is_empty(value):
            title += f" · {formats.number(value)}"
        blocks.append((title, [_line(unit) for unit in block.units]))
    columns = [
        number_column("index", "index", 1, language),
        interval_column(content, language, 1),
        count_column("index", "n", language),
        count_column("index", "n_eff", language),
        _rank_column("_rank", "league_col_rank", language),
        *([_rank_column("_overall", "league_col_overall", language)] if several else []),
        text_column(say("league_col_letters", language), lambda row: records.word(row["_rank"], "letters"),
                    absent=""),
        Column(
            title=say("league_col_first", language),
            show=lambda row: rank_charts.chance_words(records.number(row["_rank"], "p_first")),
            applies=lambda row: bool(row["_rank"]),
            explained=False,
            absent="",
        ),
        text_column(say("league_col_leads", language), lambda row: _leads(row, language), absent=""),
    ]  # fmt: skip
    return view(
        say("h_league_table", language),
        text_column(column_title("ranks", "unit", language), lambda row: str(row["_label"])),
        columns,
        blocks,
        language,
    )


def _line(unit: Unit) -> Row:
    """The row of a unit: its score as shown (nothing where it is suppressed) and its ranks."""
    return {
        "_label": unit.label, "_rank": unit.rank if unit.known else {},
        "_overall": unit.overall if unit.known else {}, "index": unit.index, "ci_lower": unit.lower,
        "ci_upper": unit.upper, "n": unit.score.get("n"), "n_eff": unit.score.get("n_eff"),
        "why": unit.why,
    }  # fmt: skip


def _rank_column(name: str, title: str, language: str) -> Column:
    return Column(
        title=say(title, language),
        show=lambda row: league_rows.rank_words(row[name], language),
        explained=False,
        absent="",
    )


def _leads(row: Row, language: str) -> str:
    if not row["_rank"]:
        return ""
    leads = league_rows.flag(row["_rank"], "may_lead")
    return say("league_leads" if leads else "league_not_leads", language)


def _ranks(content: Content, language: str) -> Iterator[Piece]:
    found = rank_charts.chances(content, language)
    if not found:
        return
    known = {
        unit.name for block in league_rows.blocks(content, language) for unit in block.units if unit.known
    }
    notes = []
    if len(found) < len(known):
        notes.append(say("ranks_most", language, count=len(found), all=len(known)))
    last = rank_charts.last_rank(found)
    ends = [records.number(unit.rank, "rank_upper") for unit in found]
    if any(end > last for end in ends):
        notes.append(say("ranks_cut", language, last=last))
    yield Piece(
        title=say("h_ranks", language),
        how=say("space", language).join(notes),
        chart="ranks",
        chart_title=say("chart_ranks", language, construct=content.label(content.index, language)),
    )


def _aggregates(content: Content, language: str) -> Iterator[Piece]:
    rows = league_rows.rows_where(content, "aggregates", construct=content.index)
    rows = _with_own_weights(rows, content)
    if not rows:
        return
    yield Piece(
        title=say("h_aggregates", language),
        how=say("aggregates_how", language),
        view=aggregates_view(content, rows, language),
        framed=True,
    )


def _with_own_weights(rows: Sequence[Row], content: Content) -> list[Row]:
    """The rows by pooled weights, each with its index by own weights and its rank among all of its level."""
    own = {
        records.word(row, "unit"): row.get("index")
        for row in rows
        if records.word(row, "weights_from") == "group"
    }
    ranks = league_rows.rows_where(content, "ranks", construct=content.index, within=league_rows.EVERY)
    ranked = {records.word(row, "unit"): row for row in ranks}
    return [
        {**row, "_own": own.get(unit := records.word(row, "unit")), "_rank": ranked.get(unit, {})}
        for row in rows
        if records.word(row, "weights_from") in {"pooled", ""}
    ]


def nested(rows: Sequence[Row]) -> list[Row]:
    """Return aggregates with every unit under what it belongs to, the total first."""
    order = {records.word(row, "unit"): place for place, row in enumerate(rows)}

    def key(row: Row) -> tuple[int, ...]:
        unit = records.word(row, "unit")
        if unit == league_rows.TOTAL:
            return ()
        parts = unit.split(league_rows.SEPARATOR)
        paths = [league_rows.SEPARATOR.join(parts[: k + 1]) for k in range(len(parts))]
        return tuple(order.get(path, len(order)) for path in paths)

    return sorted(rows, key=key)


def aggregates_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """Scores of all levels above the units, nested; columns that say nothing are left out."""

    def name(row: Row) -> str:
        unit = records.word(row, "unit")
        depth = 0 if unit == league_rows.TOTAL else len(league_rows.unit_parts(content, unit))
        return "\u2003" * depth + league_rows.own_label(content, unit, language)

    def words(column: str) -> Column:
        return text_column(
            column_title("aggregates", column, language),
            lambda row: term(records.word(row, column), language),
            absent="",
        )

    there = {column for column in ("others", "share_kind") if any(records.word(row, column) for row in rows)}
    carried = any(records.number(row, "carried") > 0 for row in rows)
    own = any(not formats.is_empty(row.get("_own")) for row in rows)
    ranked = any(row.get("_rank") for row in rows)
    return view(
        say("h_aggregates", language),
        text_column(column_title("aggregates", "unit", language), name),
        [
            number_column("aggregates", "index", 1, language),
            interval_column(content, language, 1),
            *([_own_column(language)] if own else []),
            *([_rank_column("_rank", "league_col_rank", language)] if ranked else []),
            count_column("aggregates", "n", language),
            count_column("aggregates", "units", language),
            *([words("share_kind")] if "share_kind" in there else []),
            share_column("aggregates", "measured", language),
            *([words("others")] if "others" in there else []),
            *([count_column("aggregates", "carried", language)] if carried else []),
        ],
        [("", nested(rows))],
        language,
        strong=lambda row: records.word(row, "unit") == league_rows.TOTAL,
    )


def _own_column(language: str) -> Column:
    return Column(title=say("own_weights", language), show=lambda row: formats.number(row.get("_own"), 1))


def _gap(content: Content, language: str) -> Iterator[Piece]:
    rows = league_charts.gap_rows(content)
    if not rows:
        return
    notes = [say("gap_how", language)]
    if len(rows) > league_charts.NEAREST:
        notes.append(say("gap_most", language, count=league_charts.NEAREST, all=len(rows)))
    yield Piece(
        title=say("h_gap", language),
        how=say("space", language).join(notes),
        chart="gap",
        chart_title=say("chart_gap", language, construct=content.label(content.index, language)),
    )


def _heat(content: Content, language: str) -> Iterator[Piece]:
    if not heat_map.has_rows(content):
        return
    shown = heat_map.heat(content, language)
    notes = []
    if shown.part == "level":
        notes.append(
            say("heat_level", language, level=league_rows.level_label(content, shown.level, language))
        )
    if shown.part == "ends":
        notes.append(say("heat_ends", language, half=heat_map.MOST_ROWS // 2))
    if set(shown.constructs) & content.low_is_good:
        notes.append(say("heat_low", language))
    yield Piece(
        title=say("h_heat", language),
        how=say("space", language).join(notes),
        chart="heatmap",
        chart_title=say("chart_heat", language),
    )
