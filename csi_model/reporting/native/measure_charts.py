"""Charts of the other measures as data: prices, loyalty, Kano, importance, national indices, value."""

from __future__ import annotations

from collections.abc import Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures import importance_rows, kano_charts, kano_drawing, loyalty_charts
from csi_model.reporting.measures.dots import Dot
from csi_model.reporting.measures.national_charts import unit_blocks
from csi_model.reporting.measures.rows import measure_rows
from csi_model.reporting.measures.share_topics import unit_name
from csi_model.reporting.native.blocks import Build, cut, empty_ones, in_blocks, titled
from csi_model.reporting.native.cells import (
    Numbers,
    intervals,
    known,
    level,
    numbers,
    together,
    without_numbers,
)
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.native.unit_charts import LINES
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


def _prices(content: Content, language: str) -> NativeChart:
    """The share still buying at each price change, a line a unit."""
    units, left = loyalty_charts.shown_units(content, "price_tolerance")
    units, left = units[: len(LINES)], left + max(0, len(units) - len(LINES))
    rows = [row for row in records.across(content, "price_tolerance") if records.word(row, "unit") in units]
    changes = sorted({records.number(row, "change") for row in rows})
    series = []
    for unit, role in zip(units, LINES, strict=False):
        at = {records.number(row, "change"): row for row in rows if records.word(row, "unit") == unit}
        line: list[Row] = [at.get(change, {}) for change in changes]
        lower, upper = intervals(line) if len(units) == 1 else ((), ())
        series.append(
            Series(
                name=league_rows.unit_label(content, unit, language),
                values=numbers(line, "share"),
                lower=lower,
                upper=upper,
                role=role,
            )
        )
    return NativeChart(
        key="price-tolerance",
        title=titled("price_tolerance", language),
        kind="line",
        categories=tuple(("+" if change > 0 else "") + formats.plain(change) for change in changes),
        series=tuple(series),
        value_title=say("loyalty_price_y", language),
        category_title=say("loyalty_price_x", language),
        low=0.0,
        high=1.0,
        number_format="0%",
        table="price_tolerance",
        note=say("native_units", language, count=left) if left else "",
    )


def _loyalty(content: Content, language: str) -> NativeChart:
    """The loyalty index of every unit with its interval."""
    rows = measure_rows(content, ("loyalty_index",))
    cells = [(unit_name(content, row, language), titled("loyalty_index", language), row) for row in rows]
    categories, series = in_blocks(cells, "value")
    whys = {category: records.word(row, "why") for category, _, row in cells}
    hidden, empty = empty_ones(categories, series, whys)
    categories, series, told = cut(categories, series, language)
    return NativeChart(
        key="loyalty-index",
        title=titled("loyalty_index", language),
        kind="bar",
        categories=categories,
        series=series,
        value_title=say("loyalty_index_axis", language, level=level(content)),
        low=0.0,
        high=100.0,
        table="measures",
        note=together([*told, *without_numbers(hidden, empty, language)], language),
    )


_KANO = dict(
    zip(kano_charts.CATEGORIES, ("series_3", "accent", "bad", "muted", "series_4", "faint"), strict=True)
)


def _kano_map(content: Content, language: str) -> NativeChart:
    """Better (up) and the size of Worse (across) of every feature, a series a category."""
    rows = kano_drawing.known_rows(content, "kano", "better", "worse")
    series = []
    for name, role in _KANO.items():
        inside = [row for row in rows if records.word(row, "category") == name]
        if not inside:
            continue
        lower, upper = intervals(inside, "better_ci")
        series.append(
            Series(
                name=term(name, language),
                values=numbers(inside, "better"),
                lower=lower,
                upper=upper,
                across=_sizes(numbers(inside, "worse")),
                across_lower=_sizes(numbers(inside, "worse_ci_upper")),
                across_upper=_sizes(numbers(inside, "worse_ci_lower")),
                points=tuple(content.label(records.word(row, "feature"), language) for row in inside),
                role=role,
            )
        )
    return NativeChart(
        key="kano_map",
        title=say("kano_chart_map", language),
        kind="scatter",
        series=tuple(series),
        value_title=say("kano_axis_better", language),
        category_title=say("kano_axis_worse", language, level=level(content)),
        low=0.0,
        high=1.0,
        cross_x=0.5,
        cross_y=0.5,
        number_format="0.00",
        table="kano",
    )


def _sizes(values: Numbers) -> Numbers:
    return tuple(None if value is None else abs(value) for value in values)


def _kano_answers(content: Content, language: str) -> NativeChart:
    """The shares of the six categories, a bar for every feature."""
    rows = kano_drawing.known_rows(content, "kano_answers", "share")
    cells = [
        (content.label(records.word(row, "feature"), language), records.word(row, "category"), row)
        for row in rows
    ]
    categories, series = in_blocks(cells, "share")
    by_name = {one.name: one for one in series}
    stacked = [
        Series(name=term(name, language), values=by_name[name].values, role=role, tint=0.15)
        for name, role in _KANO.items()
        if name in by_name
    ]
    categories, series, told = cut(categories, stacked, language)
    return NativeChart(
        key="kano_answers",
        title=say("kano_chart_answers", language),
        kind="stacked",
        categories=categories,
        series=series,
        value_title=say("kano_axis_answers", language),
        low=0.0,
        high=1.0,
        number_format="0%",
        table="kano_answers",
        note=together(told, language),
    )


def _importance(content: Content, language: str) -> NativeChart:
    """LMG and Johnson's weights of the drivers of the first target, the most important on top."""
    target = importance_rows.targets(content)[0]
    drivers = importance_rows.by_driver(content, target)
    name = importance_rows.namer(content, language)
    cells = [
        (name(one["lmg"]), term(method, language), one[method])
        for one in drivers
        for method in ("lmg", "johnson")
        if method in one
    ]
    categories, series = in_blocks(cells, "importance")
    categories, series, told = cut(categories, series, language)
    return NativeChart(
        key="relative_importance",
        title=say("imp_chart", language),
        kind="bar",
        categories=categories,
        series=series,
        value_title=say(
            "native_axis_importance", language, target=content.label(target, language), level=level(content)
        ),
        number_format="0.00",
        table="relative_importance",
        note=together(told, language),
    )


_FIELDS = {
    "key_driver": "accent", "hidden_driver": "bad", "cost_of_entry": "series_3", "low_priority": "muted",
}  # fmt: skip


def _stated(content: Content, language: str) -> NativeChart | None:
    """Stated (across) and derived (up) importance of the drivers of the first target."""
    table = "stated_derived"
    target = importance_rows.targets(content, table)[0]
    rows = [
        row
        for row in importance_rows.rows_of(content, table, target, unit=importance_rows.EVERYBODY)
        if records.word(row, "field")
    ]
    if not rows:
        return None
    series = []
    for field, role in _FIELDS.items():
        inside = [row for row in rows if records.word(row, "field") == field]
        if not inside:
            continue
        lower, upper = intervals(inside, "derived_ci")
        across_lower, across_upper = intervals(inside, "stated_ci")
        series.append(
            Series(
                name=term(field, language),
                values=numbers(inside, "derived"),
                lower=lower,
                upper=upper,
                across=numbers(inside, "stated"),
                across_lower=across_lower,
                across_upper=across_upper,
                points=tuple(content.label(records.word(row, "driver"), language) for row in inside),
                role=role,
            )
        )
    method = term(records.word(rows[0], "method"), language)
    return NativeChart(
        key=table,
        title=say("imp_chart_stated", language),
        kind="scatter",
        series=tuple(series),
        value_title=say("imp_axis_derived", language, method=method),
        category_title=say("imp_axis_stated", language),
        cross_x=known(records.number(rows[0], "stated_cut")),
        cross_y=known(records.number(rows[0], "derived_cut")),
        number_format="0.00",
        table=table,
        note=say("native_intervals", language, level=level(content)),
    )


def _national(index: str, parts: tuple[str, ...], low: float, high: float) -> Build:
    """An index with fixed weights of every unit, and its parts."""

    def build(content: Content, language: str) -> NativeChart:
        return _of_dots(
            unit_blocks(content, index, parts, language),
            content, language, key=index, low=low, high=high,
        )  # fmt: skip

    return build


def _of_dots(
    dots: Sequence[Dot], content: Content, language: str, *, key: str, low: float, high: float
) -> NativeChart:
    cells: list[tuple[str, str, Row]] = []
    name = term(key, language)
    for dot in dots:
        name = dot.heading or name
        row = {"value": dot.value, "ci_lower": dot.lower, "ci_upper": dot.upper}
        cells.append((dot.label, name, row))
    if len({label for label, _, _ in cells}) == 1:  # a row for each part
        cells = [(name, term(key, language), row) for _, name, row in cells]
    categories, series = in_blocks(cells, "value")
    notes = {dot.label: dot.note for dot in dots}
    _, empty = empty_ones(categories, series, {})
    categories, series, told = cut(categories, series, language)
    colon = say("colon", language)
    return NativeChart(
        key=key,
        title=titled(key, language),
        kind="dots",
        categories=categories,
        series=series,
        value_title=say("nat_axis_points", language, level=level(content)),
        low=low,
        high=high,
        table="measures",
        note=together(
            [*told, *(f"{name}{colon}{notes[name]}" for name in empty[:8] if notes.get(name))], language
        ),
    )


def _amounts(table: str, column: str, axis: str, title: str, number_format: str) -> Build:
    """An amount of every segment of customers as a bar from zero."""

    def build(content: Content, language: str) -> NativeChart:
        rows = records.across(content, table)
        cells = [(term(records.word(row, "unit"), language), term(title, language), row) for row in rows]
        categories, series = in_blocks(cells, column)
        series = tuple(Series(name=one.name, values=one.values, role=one.role) for one in series)
        _, empty = empty_ones(categories, series, {})
        categories, series, told = cut(categories, series, language)
        return NativeChart(
            key=table,
            title=titled(title, language),
            kind="bar",
            categories=categories,
            series=series,
            value_title=say(axis, language),
            number_format=number_format,
            table=table,
            note=together([*told, *without_numbers([], empty, language)], language),
        )

    return build


MEASURES: dict[str, Build] = {
    "price-tolerance": _prices,
    "loyalty-index": _loyalty,
    "kano_map": _kano_map,
    "kano_answers": _kano_answers,
    "relative_importance": _importance,
    "stated_derived": _stated,
    "kcsi": _national("kcsi", ("kcsi_part",), 0.0, 100.0),
    "ukcsi": _national("ukcsi", ("ukcsi_dimension",), 10.0, 100.0),
    "ikm": _national("ikm", (), 25.0, 100.0),
    "customer_growth": _amounts("customer_growth", "growth", "value_axis_growth", "growth", "0.0"),
    "lifetime_values": _amounts(
        "lifetime_values", "lifetime_value", "value_axis_lifetime", "lifetime_value", "#,##0"
    ),
}
"""Chart, as it is called among the pictures > what makes it."""
