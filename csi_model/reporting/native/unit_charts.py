"""Charts of units and waves as data: league, gaps, trend, where a change comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from csi_model.reporting import formats, league_charts, league_rows, records, wave_charts
from csi_model.reporting.content import Content
from csi_model.reporting.league_rows import Unit
from csi_model.reporting.native.cells import (
    MOST_ROWS,
    Numbers,
    intervals,
    known,
    level,
    numbers,
    together,
    without_numbers,
)
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

FIRST, LAST = 25, 10
"""Of more units than a chart has rows for: how many from the top and from the end."""

MOST_LINES = 6
"""Units whose trend is drawn in one chart, the total first."""

LINES = ("accent", "series_2", "series_3", "series_4", "bad", "faint")
"""Colours of lines in their order."""


@dataclass(frozen=True, kw_only=True)
class _League:
    """The units of a chart with their words; a unit of None is the gap between the first and the last."""

    units: tuple[Unit | None, ...]
    labels: tuple[str, ...]
    count: int


def league_chart(content: Content, language: str) -> NativeChart:
    """The headline index of every unit with its interval, in the order of the league.

    Of many units, those with the best and those with the worst index are shown. Suppressed units have no
    number and stand in the note.
    """
    blocks = league_rows.blocks(content, language)
    units = [unit for block in blocks for unit in block.units]
    shown = _shown(content, units, language)
    several = len(blocks) > 1
    lower, upper = _ends(shown.units)
    marks = [mark.value for mark in league_rows.benchmarks(content, content.index, language)]
    values = tuple(_number(unit) for unit in shown.units)
    low, high = league_charts.air_around(
        [value for value in (*values, *lower, *upper, *marks) if value is not None]
    )
    return NativeChart(
        key="league",
        title=say("chart_league", language, construct=content.label(content.index, language)),
        kind="dots",
        categories=shown.labels,
        series=tuple(
            Series(
                name=say(key, language),
                values=_kept(values, inside),
                lower=_kept(lower, inside),
                upper=_kept(upper, inside),
                role=role,
            )
            for key, role, lead in (
                ("native_may_lead", "accent", True),
                ("native_other_units", "faint", False),
            )
            if any(
                inside := [unit is not None and unit.known and unit.may_lead is lead for unit in shown.units]
            )
        )
        or (Series(name=content.label(content.index, language), values=values),),
        value_title=say("axis_league", language, level=level(content)),
        low=low,
        high=high,
        table="ranks",
        note=together(_league_note(content, units, shown, language, several=several), language),
    )


def _shown(content: Content, units: Sequence[Unit], language: str) -> _League:
    known_units = [unit for unit in units if unit.known]
    if len(units) <= MOST_ROWS:
        chosen: list[Unit | None] = [*units]
    elif len(known_units) <= FIRST + LAST:
        chosen = [*known_units]
    else:
        ordered = sorted(
            known_units, key=lambda unit: league_rows.best_first(content, content.index, unit.index)
        )
        chosen = [*ordered[:FIRST], None, *ordered[-LAST:]]
    words = league_rows.short_labels(content, [unit.name for unit in chosen if unit], language)
    labels = tuple(words[unit.name] if unit else say("native_gap_mark", language) for unit in chosen)
    return _League(units=tuple(chosen), labels=labels, count=len(known_units))


def _number(unit: Unit | None) -> float | None:
    return None if unit is None else known(unit.index)


def _ends(units: Sequence[Unit | None]) -> tuple[Numbers, Numbers]:
    return (
        tuple(known(unit.lower) if unit and unit.known else None for unit in units),
        tuple(known(unit.upper) if unit and unit.known else None for unit in units),
    )


def _kept(values: Numbers, inside: Sequence[bool]) -> Numbers:
    return tuple(value if kept else None for value, kept in zip(values, inside, strict=True))


def _league_note(
    content: Content, units: Sequence[Unit], shown: _League, language: str, *, several: bool
) -> list[str]:
    told = []
    total = records.number(league_rows.scores(content, content.index).get(league_rows.TOTAL, {}), "index")
    if math.isfinite(total):
        told.append(say("native_total", language, value=formats.number(total)))
    told += [
        say("native_target", language, label=mark.label, value=formats.number(mark.value))
        for mark in league_rows.benchmarks(content, content.index, language)
    ]
    if None in shown.units:
        told.append(say("native_ends", language, count=shown.count, first=FIRST, last=LAST))
    unknown = [unit for unit in units if not unit.known]
    names = league_rows.short_labels(content, [unit.name for unit in unknown], language)
    hidden = [names[unit.name] for unit in unknown if league_rows.is_suppressed(unit.why)]
    empty = [names[unit.name] for unit in unknown if not league_rows.is_suppressed(unit.why)]
    return told + without_numbers(hidden, empty, language)


def gap_chart(content: Content, language: str) -> NativeChart:
    """How far every unit stands from the best of the others, with the interval of the difference."""
    rows = [
        row
        for row in league_charts.gap_rows(content)[: league_charts.NEAREST]
        if math.isfinite(records.number(row, "difference"))
    ]
    names = league_rows.short_labels(content, [records.word(row, "unit_2") for row in rows], language)
    values = numbers(rows, "difference")
    lower = tuple(known(league_rows.ends(row)[0]) for row in rows)
    upper = tuple(known(league_rows.ends(row)[1]) for row in rows)
    low, high = league_charts.air_around(
        [0.0, *(value for value in (*values, *lower, *upper) if value is not None)], 4.0
    )
    every = league_charts.gap_rows(content)
    return NativeChart(
        key="gap",
        title=say("chart_gap", language, construct=content.label(content.index, language)),
        kind="dots",
        categories=tuple(names[records.word(row, "unit_2")] for row in rows),
        series=_by_clearness(rows, values, lower, upper, language)
        or (Series(name=say("native_unclear", language), values=values),),
        value_title=say("native_axis_gap", language, level=level(content)),
        low=low,
        high=high,
        number_format="+0.0;\u22120.0;0.0",
        table="differences",
        note=(
            say("native_first", language, shown=league_charts.NEAREST, count=len(every))
            if len(every) > league_charts.NEAREST
            else ""
        ),
    )


def difference_chart(content: Content, language: str) -> NativeChart | None:
    """The differences that a comparison of stored results holds, second less first; clear ones apart."""
    every = [
        row
        for row in records.records(content.tables.get("differences"))
        if records.word(row, "construct") == content.index
    ]
    rows = every[:MOST_ROWS]
    if not rows:
        return None
    names = [f"{records.word(row, 'unit_1')} → {records.word(row, 'unit_2')}" for row in rows]
    values, (lower, upper) = numbers(rows, "difference"), intervals(rows)
    low, high = league_charts.air_around(
        [0.0, *(value for value in (*values, *lower, *upper) if value is not None)], 4.0
    )
    told = (
        [say("native_first", language, shown=len(rows), count=len(every))] if len(every) > len(rows) else []
    )
    empty = [name for name, value in zip(names, values, strict=True) if value is None]
    return NativeChart(
        key="differences",
        title=say("chart_differences", language, construct=content.label(content.index, language)),
        kind="dots",
        categories=tuple(names),
        series=_by_clearness(rows, values, lower, upper, language),
        value_title=say("axis_differences", language, level=level(content)),
        low=low,
        high=high,
        number_format="+0.0;\u22120.0;0.0",
        table="differences",
        note=together([*told, *without_numbers([], empty, language)], language),
    )


def _by_clearness(
    rows: Sequence[Row], values: Numbers, lower: Numbers, upper: Numbers, language: str
) -> tuple[Series, ...]:
    """Clear differences and others as two series."""
    made = []
    for key, role, wanted in (("native_clear", "accent", True), ("native_unclear", "faint", False)):
        inside = [league_rows.clear(row) is wanted for row in rows]
        if any(inside):
            kept = (_kept(each, inside) for each in (values, lower, upper))
            value, low, high = kept
            made.append(Series(name=say(key, language), values=value, lower=low, upper=high, role=role))
    return tuple(made)


def trend_chart(content: Content, language: str) -> NativeChart:
    """The headline index over the waves with intervals, a line a unit, the total first, then by level."""
    found = wave_charts.lines(content, language)
    waves = wave_charts.waves_of(content)
    series = []
    for line, role in zip(found, LINES, strict=False):
        by_wave = {records.word(row, "wave"): row for row in line.rows}
        rows: list[Row] = [by_wave.get(wave, {}) for wave in waves]
        lower, upper = intervals(rows)
        series.append(
            Series(name=line.label, values=numbers(rows, "index"), lower=lower, upper=upper, role=role)
        )
    stored = [v for one in series for v in (*one.values, *one.lower, *one.upper) if v is not None]
    low, high = league_charts.air_around(stored, 6.0)
    told = [
        say("native_target", language, label=mark.label, value=formats.number(mark.value))
        for mark in league_rows.benchmarks(content, content.index, language)
    ]
    told += [say("native_broken", language, wave_1=one, wave_2=two) for one, two in _broken(content)]
    if len(found) > len(series):
        told.append(say("native_units", language, count=len(found) - len(series)))
    weights = league_rows.worded("weights_of", league_rows.trend_weights(content), language)
    return NativeChart(
        key="trend",
        title=say("chart_trend", language, construct=content.label(content.index, language)),
        kind="line",
        categories=tuple(waves),
        series=tuple(series),
        value_title=say("axis_trend", language, level=level(content), weights=weights),
        low=low,
        high=high,
        table="trend",
        note=together(told, language),
    )


def _broken(content: Content) -> list[tuple[str, str]]:
    """Pairs of waves that are not alike."""
    return list(
        dict.fromkeys(
            (records.word(row, "wave_1"), records.word(row, "wave_2"))
            for row in records.across(content, "wave_checks")
            if not league_rows.flag(row, "same")
        )
    )


def change_chart(content: Content, language: str) -> NativeChart:
    """The parts of the last change of the headline index and its total, each from zero."""
    change = wave_charts.changes(content)[0]
    rows = [*change.parts, change.total] if change.total else list(change.parts)
    lower, upper = intervals(rows)
    unit = league_rows.unit_label(content, change.unit, language)
    return NativeChart(
        key="waterfall",
        title=say("chart_waterfall", language, construct=content.label(content.index, language)),
        kind="bar",
        categories=tuple(wave_charts.part_words(content, row, language) for row in rows),
        series=(
            Series(
                name=say("native_contribution", language),
                values=numbers(rows, "contribution"),
                lower=lower,
                upper=upper,
            ),
        ),
        value_title=say("axis_waterfall", language, wave_1=change.wave_1, wave_2=change.wave_2, unit=unit),
        number_format="+0.0;\u22120.0;0.0",
        table="decomposition",
        note=say("native_intervals", language, level=level(content)),
    )
