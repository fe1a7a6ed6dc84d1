"""Units of a league looked up in stored tables: names, scores, ranks, blocks, benchmarks."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES, term

TOTAL = "total"
"""The level at the top, and its only unit, as they stand in tables."""

OTHERS = "all others"
"""The first side of a difference between a unit and all others together."""

EVERY = "all"
"""The scope of a ranking of all units of a level."""

SEPARATOR = " / "
"""Stands between the values of a unit's group columns."""


def unit_parts(content: Content, unit: str) -> list[str]:
    """Return the values that a unit is made of, top to bottom; one for a unit of a single group column."""
    return unit.split(SEPARATOR) if len(content.by) > 1 else [unit]


EVERYBODY = "all respondents"
"""The whole sample among units, where it is not the total of a roll-up; blank in some tables."""

_WORDS = {
    TOTAL: "league_total", OTHERS: "league_others", EVERYBODY: "league_everybody", "": "league_everybody",
}  # fmt: skip


def parent_of(unit: str) -> str:
    """Return what a unit belongs to, "" at the top."""
    return unit.rpartition(SEPARATOR)[0]


def unit_label(content: Content, unit: str, language: str) -> str:
    """Return the words for a unit: labels of its values top to bottom; all respondents where it is empty."""
    if unit in _WORDS:
        return (_top_label(content, language) if unit == TOTAL else "") or say(_WORDS[unit], language)
    parts = unit_parts(content, unit)
    columns = content.by if len(parts) == len(content.by) else unit_columns(content)
    if len(parts) > len(columns):
        return unit
    return " · ".join(map(content.group_label, columns, parts))


def _top_label(content: Content, language: str) -> str:
    """What the study calls the top of all levels, such as the nation; "" where it has no name for it."""
    said = content.manifest.get("report", {})
    top = said.get("top") if isinstance(said, Mapping) else None
    return str(top.get(language) or top.get("en") or "") if isinstance(top, Mapping) else ""


def wave_column(content: Content) -> str:
    """Return the group column that tells waves apart, "" where there is none: the one that holds them all."""
    waves, frame = set(values_of(content, "trend", "wave")), content.tables.get("index")
    if not waves or frame is None:
        return ""
    there = [name for name in content.by if name in frame.columns]
    return next((name for name in there if waves <= set(frame[name].astype("str"))), "")


def unit_columns(content: Content) -> tuple[str, ...]:
    """Return the group columns that make units, top to bottom: all but the one that tells waves apart."""
    column = wave_column(content)
    return tuple(name for name in content.by if name != column)


def own_label(content: Content, unit: str, language: str) -> str:
    """Return the words for a unit without those of what it belongs to."""
    return unit_label(content, unit, language).rpartition(" · ")[2]


def short_labels(content: Content, units: Iterable[str], language: str) -> dict[str, str]:
    """Return the words for units, without those of what they belong to where these are not needed."""
    names = list(dict.fromkeys(units))
    own = {name: own_label(content, name, language) for name in names}
    often = Counter(own.values())
    return {
        name: own[name] if often[own[name]] == 1 else unit_label(content, name, language) for name in names
    }


def level_label(content: Content, level: str, language: str) -> str:
    """Return the words for a level: the group column as it is named, or the total."""
    return say("league_total", language) if level == TOTAL else level


def frame_where(content: Content, table: str, **cells: str) -> pd.DataFrame:
    """Return the rows of a table about the survey as a whole whose text columns hold these values."""
    frame = content.across.get(table)
    if frame is None:
        return pd.DataFrame(columns=list(SURVEY_TABLES[table].column_names))
    kept = pd.Series(data=True, index=frame.index)
    for name, value in cells.items():
        kept &= frame[name].astype("str") == value
    return frame[kept]


def rows_where(content: Content, table: str, **cells: str) -> list[Row]:
    """Return the same rows as mappings: only these, since such a table may have hundreds of thousands."""
    return records.records(frame_where(content, table, **cells))


def values_of(content: Content, table: str, column: str) -> list[str]:
    """Return the values of a text column in the order of their first rows."""
    frame = content.across.get(table)
    return [] if frame is None else [str(value) for value in frame[column].dropna().unique() if str(value)]


def scores(content: Content, construct: str) -> dict[str, Row]:
    """Return the row that holds index and interval of every unit on one construct, pooled weights first.

    Groups come from ``index``, those of the last wave where there are several; what they are parts of comes
    from ``aggregates``, all that is in neither from the last wave of ``trend``.
    """
    made: dict[str, Row] = {}
    for row in trend_rows(content, construct):
        made[records.word(row, "unit")] = row
    for row in reversed(_pooled_first(rows_where(content, "aggregates", construct=construct))):
        made[records.word(row, "unit")] = row
    frame = content.tables.get("index")
    if content.by and frame is not None and set(content.by) <= set(frame.columns):
        column, columns = wave_column(content), unit_columns(content)
        kept = frame["construct"].astype("str") == construct
        if column:
            kept &= frame[column].astype("str") == values_of(content, "trend", "wave")[-1]
        grouped: dict[str, Row] = {}
        for row in _pooled_first(records.records(frame[kept])) if columns else ():
            grouped.setdefault(SEPARATOR.join(records.values_in(row, columns)), row)
        made = grouped | {unit: row for unit, row in made.items() if unit not in grouped}
    return made


def _pooled_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: records.word(row, "weights_from") not in {"pooled", ""})


def trend_weights(content: Content) -> str:
    """Return whose weights the trend is shown with, those that are stored first; "" where there is none."""
    return next(iter(values_of(content, "trend", "weights_from")), "")


def trend_rows(content: Content, construct: str, unit: str | None = None) -> list[Row]:
    """Return the trend of one construct with the weights that it is shown with, waves in stored order.

    Levels above the units, which are stored by pooled weights alone, come with these.
    """
    cells = {"construct": construct, **({} if unit is None else {"unit": unit})}
    rows = rows_where(content, "trend", **cells)
    headline = trend_weights(content)
    followed = {records.word(row, "unit") for row in rows if records.word(row, "weights_from") == headline}
    return [
        row
        for row in rows
        if records.word(row, "weights_from") == headline or records.word(row, "unit") not in followed
    ]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One unit of a league: its path, words, score, and its rank within ``block``.

    ``rank`` is the row of ``ranks`` for the block that the unit is shown in, ``overall`` the one among
    all units of the level; both are empty where none is stored. ``index`` is NaN for a unit that is
    suppressed or has no number; ``why`` then says so.
    """

    name: str
    label: str
    block: str
    index: float
    lower: float
    upper: float
    score: Row
    rank: Row
    overall: Row
    why: str

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return not math.isnan(self.index)

    @property
    def may_lead(self) -> bool:
        """Whether it cannot be told apart from the leader of its block."""
        return self.known and flag(self.rank, "may_lead")


def flag(row: Row, column: str) -> bool:
    """Return a yes or no of a stored table, no where it is empty."""
    return str(row.get(column)) in {"True", "true", "1", "1.0"}


@dataclass(frozen=True, kw_only=True)
class Block:
    """Units that are ranked against each other; ``name`` is what they belong to, "" where they are all."""

    name: str
    label: str
    units: tuple[Unit, ...]
    score: Row


def ranked_level(content: Content) -> str:
    """Return the lowest level that is ranked on the headline construct, "" where there is none."""
    levels = {records.word(row, "level") for row in rows_where(content, "ranks", construct=content.index)}
    order = {name: place for place, name in enumerate((TOTAL, *content.by))}
    return max(sorted(levels), key=lambda name: order.get(name, -1), default="")


def blocks(content: Content, language: str, construct: str | None = None) -> list[Block]:
    """Return the units of the lowest ranked level in the blocks within which they are ranked.

    Blocks stand in the order of the stored index; within a block units stand by their index, the best
    first, and after them those without a number.
    """
    construct = construct or content.index
    level = ranked_level(content)
    rows = rows_where(content, "ranks", construct=construct, level=level)
    every = {records.word(row, "unit"): row for row in rows if records.word(row, "within") == EVERY}
    within = {records.word(row, "unit"): row for row in rows if records.word(row, "within") != EVERY}
    parts = len({records.word(row, "within") for row in within.values()}) > 1
    found = scores(content, construct)
    places = {name: place for place, name in enumerate(found)}
    names = sorted({*every, *within, *_not_ranked(content, level, found)},
                   key=lambda name: (places.get(name, len(places)), name))  # fmt: skip
    made: dict[str, list[Unit]] = {}
    for name in names:
        score = found.get(name, {})
        rank = (within if parts else every or within).get(name, {})
        block = parent_of(name) if parts else ""
        unit = _unit(content, name, block, score, rank, every.get(name, {}), language)
        made.setdefault(block, []).append(unit)
    return [
        Block(
            name=block,
            label=unit_label(content, block, language) if block else "",
            units=tuple(sorted(units, key=lambda unit: best_first(content, construct, unit.index))),
            score=found.get(block, {}) if block else {},
        )
        for block, units in made.items()
    ]


def best_first(content: Content, construct: str, value: float) -> float:
    """Return what to sort indices of a construct by: the best first, empty ones last."""
    if math.isnan(value):
        return math.inf
    return value if construct in content.low_is_good else -value


def _not_ranked(content: Content, level: str, found: Mapping[str, Row]) -> list[str]:
    """Units of the level without a number, which the ranks may leave out."""
    if level not in unit_columns(content):
        return []
    depth = unit_columns(content).index(level) + 1
    empty = (name for name, row in found.items() if math.isnan(records.number(row, "index")))
    return [name for name in empty if name != TOTAL and len(unit_parts(content, name)) == depth]


def _unit(
    content: Content, name: str, block: str, score: Row, rank: Row, overall: Row, language: str
) -> Unit:
    row = score if score and not math.isnan(records.number(score, "index")) else rank or overall
    why = records.word(score, "why") or records.word(rank, "why") or records.word(overall, "why")
    hidden = is_suppressed(why)
    number = math.nan if hidden else records.number(row, "index")
    return Unit(
        name=name,
        label=own_label(content, name, language) if block else unit_label(content, name, language),
        block=block,
        index=number,
        lower=math.nan if hidden else records.number(score, "ci_lower"),
        upper=math.nan if hidden else records.number(score, "ci_upper"),
        score=score,
        rank={} if hidden else rank,
        overall={} if hidden else overall,
        why=why,
    )


def state_words(unit: Unit, language: str) -> str:
    """Say why a unit has no number: suppressed, or no value."""
    return say("group_suppressed" if is_suppressed(unit.why) else "no_value", language)


def is_suppressed(why: str) -> bool:
    """Say whether a stored reason, of one unit, is that it has too few respondents."""
    return bool(re.match(r"(?:.+: )?suppressed: ", why))


def ends(row: Row) -> tuple[float, float]:
    """Return the interval of a difference by which it is called clear: simultaneous where it is stored."""
    lower, upper = records.number(row, "simultaneous_lower"), records.number(row, "simultaneous_upper")
    if math.isnan(lower) or math.isnan(upper):
        return records.number(row, "ci_lower"), records.number(row, "ci_upper")
    return lower, upper


CLEAR = frozenset({"higher", "lower"})
"""Verdicts of differences and changes that a test calls clear."""


def clear(row: Row) -> bool:
    """Whether a test calls a difference or a change clear."""
    return records.word(row, "verdict") in CLEAR


def rank_words(row: Row, language: str) -> str:
    """Return a rank as its interval, ``2 to 5``; one number only where the interval is one."""
    lower, upper = records.number(row, "rank_lower"), records.number(row, "rank_upper")
    if math.isnan(lower) or math.isnan(upper):
        return ""
    if lower == upper:
        return f"{lower:.0f}"
    return say("league_rank_interval", language, lower=f"{lower:.0f}", upper=f"{upper:.0f}")


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A target or benchmark that the study gives for a construct: its value in index points and its name."""

    value: float
    label: str


def benchmarks(content: Content, construct: str, language: str) -> list[Benchmark]:
    """Return the targets and benchmarks of a construct, lowest first."""
    said = content.manifest.get("report", {})
    listed = said.get("benchmarks") if isinstance(said, Mapping) else None
    made = []
    for entry in listed or []:
        if not isinstance(entry, Mapping) or entry.get("construct") != construct:
            continue
        value, label = records.number(entry, "value"), entry.get("label")
        if isinstance(label, Mapping):
            label = label.get(language) or label.get("en")
        if not math.isnan(value):
            made.append(Benchmark(value=value, label=str(label or say("league_benchmark", language))))
    return sorted(made, key=lambda benchmark: benchmark.value)


def worded(prefix: str, value: str, language: str) -> str:
    """Return the words for a value of a table: those of the page, else those of the field, else the value."""
    key = f"{prefix}_{value.replace(' ', '_')}"
    return say(key, language) if has(key) else term(value, language)
