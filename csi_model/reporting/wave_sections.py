"""Waves on a page: are they of one study, the trend, what the weights move, where a change comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records, retold_waves, wave_charts
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed
from csi_model.reporting.pieces import Piece, in_blocks
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, some
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wave_charts import Change, Line
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES

MOST_ROWS = 60
"""Rows of the trend that a page shows."""

MOST_CHANGES = 12
"""Changes whose parts a page shows."""

_UNITS_TOLD = 4


def wave_pieces(content: Content, language: str) -> list[Piece]:
    """Everything about waves that the tables hold."""
    return [
        *_checks(content, language),
        *_trend(content, language),
        *_weights(content, language),
        *_decomposition(content, language),
    ]


def _checks(content: Content, language: str) -> Iterator[Piece]:
    """What is not the same in two waves; a sentence alone where all is the same."""
    rows = records.across(content, "wave_checks")
    if not rows:
        return

    def waves(row: Row) -> str:
        return f"{records.word(row, 'wave_1')} → {records.word(row, 'wave_2')}"

    differ = [row for row in rows if not league_rows.flag(row, "same")]
    shown = view(
        say("h_checks", language),
        text_column(column_title("wave_checks", "subject", language), lambda row: _subject(row, language)),
        [
            text_column(
                column_title("wave_checks", "what", language),
                lambda row: retold_waves.differing(content, records.word(row, "what"), language),
            )
        ],
        in_blocks(differ, waves),
        language,
    )
    yield Piece(
        title=say("h_checks", language),
        says=tuple(_check_sentences(differ, language)),
        how=say("checks_rest", language) if differ else "",
        view=shown if differ else None,
        framed=True,
    )


def _subject(row: Row, language: str) -> str:
    return league_rows.worded("wave_subject", records.word(row, "subject"), language)


def _check_sentences(differ: Sequence[Row], language: str) -> Iterator[str]:
    if not differ:
        yield say("checks_same", language)
    pairs = in_blocks(list(differ), lambda row: f"{row.get('wave_1')} → {row.get('wave_2')}")
    for _, rows in pairs:
        subjects = dict.fromkeys(_subject(row, language) for row in rows)
        yield say(
            "checks_differ", language, wave_1=records.word(rows[0], "wave_1"),
            wave_2=records.word(rows[0], "wave_2"), subjects=joined(list(subjects), language),
        )  # fmt: skip


def _trend(content: Content, language: str) -> Iterator[Piece]:
    lines = wave_charts.lines(content, language)
    if not lines:
        return
    notes = [say("trend_how", language)]
    if len(lines) > wave_charts.MOST_PANELS:
        notes.append(say("trend_panels", language, count=wave_charts.MOST_PANELS, all=len(lines)))
    rows = league_rows.trend_rows(content, content.index)
    if any(records.word(row, "weights_from") != league_rows.trend_weights(content) for row in rows):
        notes.append(say("trend_levels", language))
    shown = trend_rows_shown(rows)
    if len(shown) < len(rows):
        notes.append(say("trend_most", language, count=len(shown), all=formats.count(len(rows))))
    yield Piece(
        title=say("h_trend", language),
        says=tuple(trend_sentences(content, language)),
        how=say("space", language).join(notes),
        chart="trend",
        chart_title=say("chart_trend", language, construct=content.label(content.index, language)),
        view=trend_view(content, shown, language),
        framed=True,
    )


def trend_rows_shown(rows: Sequence[Row]) -> list[Row]:
    """Return all rows of a trend where they fit, else the clear changes first, the largest of them first."""
    if len(rows) <= MOST_ROWS:
        return list(rows)

    def key(row: Row) -> tuple[bool, float]:
        size = records.number(row, "change")
        return not league_rows.clear(row), 0.0 if math.isnan(size) else -abs(size)

    return sorted(rows, key=key)[:MOST_ROWS]


def trend_sentences(content: Content, language: str) -> Iterator[str]:
    """Say what changed between the last two waves: the total or a few units, then how many of all."""
    waves = wave_charts.waves_of(content)
    if len(waves) < 2:
        return
    last = {"wave_1": waves[-2], "wave_2": waves[-1]}
    lines = wave_charts.lines(content, language)
    found = [(line, row) for line in lines for row in line.rows if records.word(row, "wave") == waves[-1]]
    few = len(found) <= _UNITS_TOLD
    for line, row in found:
        if few or line.unit in {league_rows.TOTAL, ""}:
            yield _moved(content, line.label, row, last, language)
    tested = [(line, row) for line, row in found if _tested(row)]
    if not few and tested:
        yield from _counted(content, tested, last, language)


def _counted(
    content: Content, tested: Sequence[tuple[Line, Row]], last: dict[str, str], language: str
) -> Iterator[str]:
    """How many units changed clearly, and which."""
    rose, fell = (
        [line.unit for line, row in tested if league_rows.clear(row) and _up(row) == up]
        for up in (True, False)
    )
    yield say("trend_count", language, tested=len(tested), clear=len(rose) + len(fell), higher=len(rose),
              lower=len(fell), **last)  # fmt: skip
    short = league_rows.short_labels(content, [line.unit for line, _ in tested], language)
    for key, units in (("trend_rose", rose), ("trend_fell", fell)):
        if units:
            yield say(key, language, names=some([short[unit] for unit in units], language))


def _up(row: Row) -> bool:
    return records.number(row, "change") > 0


def _tested(row: Row) -> bool:
    return not math.isnan(records.number(row, "change")) and records.word(row, "verdict") not in {
        "", "not tested",
    }  # fmt: skip


def _moved(content: Content, label: str, row: Row, last: dict[str, str], language: str) -> str:
    if not _tested(row):
        return say("trend_untested", language, unit=label, **last)
    return say(
        "trend_changed" if league_rows.clear(row) else "trend_unclear", language, unit=label,
        change=signed(records.number(row, "change")), level=formats.level(records.confidence(content)),
        interval=formats.interval(row.get("change_ci_lower"), row.get("change_ci_upper"), 1, language),
        **last,
    )  # fmt: skip


def trend_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """Index and change of every unit and wave, one block a unit."""
    level = formats.level(records.confidence(content))

    def change_interval(row: Row) -> str:
        return formats.interval(row.get("change_ci_lower"), row.get("change_ci_upper"), 1, language)

    def label(row: Row) -> str:
        return league_rows.unit_label(content, records.word(row, "unit"), language)

    first = next(iter(wave_charts.waves_of(content)), "")

    def later(row: Row) -> bool:
        return records.word(row, "wave") != first

    return view(
        SURVEY_TABLES["trend"].title[language],
        text_column(column_title("trend", "wave", language), lambda row: records.word(row, "wave")),
        [
            number_column("trend", "index", 1, language),
            interval_column(content, language, 1),
            count_column("trend", "n", language),
            Column(title=say("trend_change", language), applies=later,
                   show=lambda row: formats.EMPTY if formats.is_empty(row.get("change"))
                   else signed(records.number(row, "change"))),
            Column(title=say("interval", language, level=level), show=change_interval, applies=later),
            Column(title=column_title("trend", "pvalue_holm", language), applies=later,
                   show=lambda row: formats.probability(row.get("pvalue_holm"))),
            text_column(
                column_title("trend", "verdict", language),
                lambda row: league_rows.worded("wave_verdict", word, language)
                if (word := records.word(row, "verdict")) else "",
                absent="",
            ),
        ],
        in_blocks([_explained(row, first) for row in rows], label),
        language,
    )  # fmt: skip


def _explained(row: Row, first: str) -> Row:
    """The row without its reason in the first wave, where there is no change to explain."""
    known = not any(math.isnan(records.number(row, name)) for name in ("index", "ci_lower", "ci_upper"))
    return {**row, "why": ""} if known and records.word(row, "wave") == first else row


def _weights(content: Content, language: str) -> Iterator[Piece]:
    """The index of the first units by every choice of weights, side by side."""
    kinds = league_rows.values_of(content, "trend", "weights_from")
    if len(kinds) < 2:
        return
    units = [line.unit for line in wave_charts.lines(content, language)][:_UNITS_TOLD]
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for unit in units:
        for row in league_rows.rows_where(content, "trend", construct=content.index, unit=unit):
            key = (unit, records.word(row, "wave"))
            found.setdefault(key, {})[records.word(row, "weights_from")] = row
    rows = [{"unit": unit, "wave": wave, "_by": by, "why": _why(by)} for (unit, wave), by in found.items()]

    def column(kind: str) -> Column:
        return Column(
            title=league_rows.worded("weights_of", kind, language),
            show=lambda row: formats.number(row["_by"].get(kind, {}).get("index")),
            applies=lambda row: kind in row["_by"],
        )

    yield Piece(
        title=say("h_trend_weights", language),
        about=say("about_trend_weights", language),
        view=view(
            say("h_trend_weights", language),
            text_column(column_title("trend", "wave", language), lambda row: str(row["wave"])),
            [column(kind) for kind in kinds],
            in_blocks(list(rows), lambda row: league_rows.unit_label(content, str(row["unit"]), language)),
            language,
        ),
        folded=True,
        framed=True,
    )


def _why(by: dict[str, Row]) -> str:
    """Why one of several numbers is missing, nothing where none is."""
    empty = [row for row in by.values() if math.isnan(records.number(row, "index"))]
    return next((why for row in empty if (why := records.word(row, "why"))), "")


def _decomposition(content: Content, language: str) -> Iterator[Piece]:
    found = wave_charts.changes(content)
    if not found:
        return
    shown = found[:MOST_CHANGES]
    notes = [say("decomposition_how", language)]
    if len(shown) < len(found):
        notes.append(say("decomposition_most", language, count=len(shown), all=formats.count(len(found))))
    yield Piece(
        title=say("h_decomposition", language),
        says=(_largest(content, found[0], language),),
        how=say("space", language).join(notes),
        chart="waterfall",
        chart_title=say("chart_waterfall", language, construct=content.label(content.index, language)),
        view=_parts_view(content, shown, language),
        framed=True,
    )


def _largest(content: Content, change: Change, language: str) -> str:
    """Name the largest part whose interval excludes zero, or say that there is none."""
    named = {
        "unit": league_rows.unit_label(content, change.unit, language),
        "wave_1": change.wave_1,
        "wave_2": change.wave_2,
    }
    known = [
        row
        for row in change.parts
        if not math.isnan(records.number(row, "ci_lower"))
        and not records.covers_zero(row, "ci_lower", "ci_upper")
    ]
    if not known or math.isnan(records.number(change.total, "contribution")):
        return say("decomposition_none", language, **named)
    row = max(known, key=lambda one: abs(records.number(one, "contribution")))
    return say(
        "decomposition_largest", language, total=signed(records.number(change.total, "contribution")),
        part=_said_part(content, row, language),
        contribution=signed(records.number(row, "contribution")),
        level=formats.level(records.confidence(content)),
        interval=formats.interval(row.get("ci_lower"), row.get("ci_upper"), 1, language), **named,
    )  # fmt: skip


def _said_part(content: Content, row: Row, language: str) -> str:
    key, driver = f"said_{records.word(row, 'part')}", records.word(row, "driver")
    if not has(key):
        return wave_charts.part_words(content, row, language)
    return say(key, language, driver=content.label(driver, language))


def _parts_view(content: Content, shown: Sequence[Change], language: str) -> View:
    """All stored parts of the changes, one block a change."""

    def title(change: Change) -> str:
        unit = league_rows.unit_label(content, change.unit, language)
        return say("change_of", language, unit=unit, wave_1=change.wave_1, wave_2=change.wave_2)

    return view(
        SURVEY_TABLES["decomposition"].title[language],
        text_column(
            column_title("decomposition", "part", language),
            lambda row: wave_charts.part_words(content, row, language),
        ),
        [
            Column(
                title=column_title("decomposition", "contribution", language),
                show=lambda row: (
                    formats.EMPTY
                    if formats.is_empty(row.get("contribution"))
                    else signed(records.number(row, "contribution"), 2)
                ),
            ),
            interval_column(content, language, 2),
        ],
        [(title(change), list(change.rows)) for change in shown],
        language,
        strong=lambda row: records.word(row, "part") == "total",
    )
