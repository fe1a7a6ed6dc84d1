"""Charts of the model as data: indices, groups, drivers, reliability, answers."""

from __future__ import annotations

import math
from collections import Counter

from csi_model.reporting import formats, index_charts, records, usability
from csi_model.reporting.answer_profile import question_answers
from csi_model.reporting.content import Content
from csi_model.reporting.driver_charts import ROLES, axis_range
from csi_model.reporting.league_charts import air_around
from csi_model.reporting.native.cells import (
    MOST_ROWS,
    Numbers,
    intervals,
    known,
    level,
    listed,
    numbers,
    together,
    without_numbers,
)
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.records import Row
from csi_model.reporting.views import reliability_title
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


def index_chart(content: Content, language: str) -> NativeChart:
    """The index of every construct with its interval, 0 to 100 index points."""
    rows = records.index_rows(content)
    names = [records.word(row, "construct") for row in rows]
    low, high = index_charts.limits_of(rows, 0.0, 100.0)
    lower, upper = intervals(rows)
    return NativeChart(
        key="index",
        title=say("chart_index", language),
        kind="bar",
        categories=tuple(_construct(content, name, language) for name in names),
        series=(
            Series(
                name=say("h_headline", language),
                values=numbers(rows, "index"),
                lower=lower,
                upper=upper,
            ),
        ),
        value_title=say("axis_index", language, level=level(content)),
        low=low,
        high=high,
        table="index",
    )


def _construct(content: Content, name: str, language: str) -> str:
    label = content.label(name, language)
    return label + say("low_is_good_mark", language) if name in content.low_is_good else label


def group_chart(content: Content, language: str) -> NativeChart:
    """The headline index of every group with its interval, from pooled weights, in stored order."""
    every = records.groups(content)
    found = every[:MOST_ROWS]
    rows: list[Row] = [{} if group.state == "suppressed" else group.index for group in found]
    lower, upper = intervals(rows)
    values = numbers(rows, "index")
    hidden = [group.label for group in found if group.state == "suppressed"]
    empty = [
        group.label
        for group, value in zip(found, values, strict=True)
        if value is None and group.state != "suppressed"
    ]
    whole = records.number(records.headline(content), "index")
    if math.isfinite(whole) and content.pooled is not content.tables:
        told = [say("native_all", language, value=formats.number(whole))]
    else:
        told = []
    told += without_numbers(hidden, empty, language)
    if len(every) > len(found):
        told.append(say("native_first", language, shown=len(found), count=len(every)))
    ends = [value for value in (*values, *lower, *upper) if value is not None]
    low, high = air_around(ends)
    return NativeChart(
        key="groups",
        title=say("chart_groups", language, construct=content.label(content.index, language)),
        kind="dots",
        categories=tuple(group.label for group in found),
        series=(
            Series(name=content.label(content.index, language), values=values, lower=lower, upper=upper),
        ),
        value_title=say("axis_groups", language, level=level(content)),
        low=low,
        high=high,
        table="index",
        note=together(told, language),
    )


def driver_map(content: Content, language: str) -> NativeChart:
    """The drivers of the headline index by importance (across) and performance (up), a series a quadrant."""
    rows = [
        row
        for row in records.driver_rows(content)
        if None not in (*numbers([row], "importance"), *numbers([row], "performance"))
    ]
    across = [records.number(row, "importance") for row in rows]
    up = [records.number(row, "performance") for row in rows]
    ends = [*numbers(rows, "performance_ci_lower"), *numbers(rows, "performance_ci_upper"), *up]
    low, high = axis_range([value for value in ends if value is not None], 4.0)
    told = [*_warned(content, language), say("native_crossing_means", language)]
    told.append(say("native_intervals", language, level=level(content)))
    return NativeChart(
        key="drivers",
        title=say("chart_drivers", language, construct=content.label(content.index, language)),
        kind="scatter",
        series=tuple(
            _quadrant(content, name, role, rows, language)
            for name, role in (*ROLES.items(), ("", "accent"))
            if any(records.word(row, "quadrant") == name for row in rows)
        ),
        value_title=say("axis_performance", language),
        category_title=say("axis_importance", language, construct=content.label(content.index, language)),
        low=low,
        high=high,
        cross_x=sum(across) / len(across) if across else None,
        cross_y=sum(up) / len(up) if up else None,
        number_format="0.00",
        table="drivers",
        note=together(told, language),
    )


def _warned(content: Content, language: str) -> list[str]:
    """What must not be used of effects and drivers, nothing where the fit is sound."""
    return [] if usability.usable(content) else [say("native_not_to_be_used", language)]


def _quadrant(content: Content, name: str, role: str, rows: list[Row], language: str) -> Series:
    inside = [row for row in rows if records.word(row, "quadrant") == name]
    lower, upper = intervals(inside, "performance_ci")
    across_lower, across_upper = intervals(inside, "importance_ci")
    return Series(
        name=term(name, language) if name else say("group_empty", language),
        values=numbers(inside, "performance"),
        lower=lower,
        upper=upper,
        across=numbers(inside, "importance"),
        across_lower=across_lower,
        across_upper=across_upper,
        points=tuple(content.label(records.word(row, "driver"), language) for row in inside),
        role=role,
    )


def impact_chart(content: Content, language: str) -> NativeChart:
    """The impact of five points of each driver, largest first; intervals are five times the importance's."""

    def largest_first(row: Row) -> float:
        impact = records.number(row, "impact_5")
        return math.inf if math.isnan(impact) else -impact

    rows = sorted(records.driver_rows(content), key=largest_first)
    lower, upper = (_five_times(numbers(rows, f"importance_ci_{end}")) for end in ("lower", "upper"))
    construct = content.label(content.index, language)
    return NativeChart(
        key="impacts",
        title=say("chart_impacts", language, construct=construct),
        kind="bar",
        categories=tuple(content.label(records.word(row, "driver"), language) for row in rows),
        series=(
            Series(
                name=say("h_impacts", language), values=numbers(rows, "impact_5"), lower=lower, upper=upper
            ),
        ),
        value_title=say("axis_impact", language, construct=construct),
        number_format="0.00",
        table="drivers",
        note=together(
            [*_warned(content, language), say("native_intervals", language, level=level(content))], language
        ),
    )


def _five_times(values: Numbers) -> Numbers:
    return tuple(None if value is None else known(5 * value) for value in values)


_RELIABILITY = (("alpha", "accent"), ("rho_a", "series_2"), ("rho_c", "series_3"), ("ave", "series_4"))


def reliability_chart(content: Content, language: str) -> NativeChart:
    """Alpha, rho A, rho C and the average variance extracted of every construct."""
    rows = records.pooled(content, "reliability")
    names = [content.label(records.word(row, "construct"), language) for row in rows]
    series = [
        Series(name=reliability_title(content, column, language), values=numbers(rows, column), role=role)
        for column, role in _RELIABILITY
    ]
    stored = [value for one in series for value in one.values if value is not None]
    empty = [name for k, name in enumerate(names) if all(one.values[k] is None for one in series)]
    return NativeChart(
        key="reliability",
        title=say("chart_reliability", language),
        kind="dots",
        categories=tuple(names),
        series=tuple(one for one in series if any(value is not None for value in one.values)) or (series[0],),
        low=min([0.3, *stored]),
        high=max([1.0, *stored]),
        number_format="0.00",
        table="reliability",
        note=together(without_numbers([], empty, language), language),
    )


def answer_chart(content: Content, language: str) -> NativeChart | None:
    """The shares of the answers to every question, of the scale that most questions have."""
    asked = {
        name: {records.word(row, "answer"): known(records.number(row, "share")) for row in rows}
        for name, rows in question_answers(content).items()
    }
    if not asked:
        return None
    scales = _scales(content, asked)
    scale = Counter(scales.values()).most_common(1)[0][0]
    chosen = [name for name in asked if scales[name] == scale]
    shown = chosen[:MOST_ROWS]
    answers = sorted({answer for name in shown for answer in asked[name]}, key=_by_number)
    others = [content.label(name, language) for name in asked if scales[name] != scale]
    told = []
    if others:
        told.append(say("native_other_scales", language, names=listed(others, language)))
    if len(chosen) > len(shown):
        told.append(say("native_first", language, shown=len(shown), count=len(chosen)))
    return NativeChart(
        key="answers",
        title=say("h_answers", language),
        kind="stacked",
        categories=tuple(content.label(name, language) for name in shown),
        series=tuple(
            Series(
                name=term(answer, language),
                values=tuple(asked[name].get(answer) for name in shown),
                role="accent",
                tint=round(0.88 - 0.88 * place / max(len(answers) - 1, 1), 3),
            )
            for place, answer in enumerate(answers)
        ),
        value_title=say("native_answers_share", language),
        low=0.0,
        high=1.0,
        number_format="0%",
        table="answers",
        note=together(told, language),
    )


def _scales(content: Content, asked: dict[str, dict[str, float | None]]) -> dict[str, tuple[float, ...]]:
    """The ends of the scale of every question, by its own answers where no ends are stored."""
    ends = {
        records.word(row, "indicator"): (records.number(row, "low"), records.number(row, "high"))
        for row in records.pooled(content, "indicators")
    }
    made: dict[str, tuple[float, ...]] = {}
    for name, found in asked.items():
        stored = ends.get(name, (math.nan, math.nan))
        made[name] = stored if all(map(math.isfinite, stored)) else (float(len(found)),)
    return made


def _by_number(answer: str) -> tuple[float, str]:
    try:
        return float(answer), answer
    except ValueError:
        return math.inf, answer
