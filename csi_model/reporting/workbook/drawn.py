"""Charts that Excel draws and its readers edit, from the cells of the sheet of chart data."""

from __future__ import annotations

from typing import Any

from csi_model.reporting.workbook.axes import Scale
from csi_model.reporting.workbook.chart_data import DOT, Block, Placed
from csi_model.reporting.workbook.exact_sheet import Chart
from csi_model.reporting.workbook.point_chart import new_points
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.text import shorten, width

WIDE = 640
"""Width of a chart, in pixels."""

_HEAD, _FOOT, _ROW, _BAR = 56, 96, 25, 15
_LEAST, _TALLEST = 300, 1000
_SIZE, _PIXELS = 8, 5.6
_TYPES = {
    "bar": {"type": "bar"}, "stacked": {"type": "bar", "subtype": "stacked"}, "line": {"type": "line"},
}  # fmt: skip


def height(block: Block) -> int:
    """Return the height of a chart in pixels: so many rows need so much room."""
    chart = block.chart
    if chart.kind in {"line", "scatter"}:
        return 430 if chart.kind == "scatter" else 360
    bars = max(1, len(chart.series)) if chart.kind == "bar" else 1
    return min(max(_HEAD + _FOOT + len(chart.categories) * max(_ROW, bars * _BAR + 8), _LEAST), _TALLEST)


def draw(block: Block, styles: Styles) -> Chart:
    """Return a chart of the workbook."""
    wanted = _TYPES.get(block.chart.kind)
    made: Chart = styles.book.add_chart(dict(wanted)) if wanted else new_points(styles.book)
    made.set_size({"width": WIDE, "height": height(block)})
    made.set_title({
        "name": block.cell(*block.title), "overlay": False,
        "name_font": {"name": styles.font, "size": 11, "bold": True, "color": styles.colour("ink")},
    })  # fmt: skip
    made.set_chartarea({"border": {"color": styles.colour("rule")}})
    made.show_blanks_as("gap")
    {"bar": _bars, "stacked": _stacked, "line": _lines, "dots": _dots, "scatter": _points}[block.chart.kind](
        made, block, styles
    )
    return made


def _font(styles: Styles, **more: Any) -> dict[str, Any]:
    return {"name": styles.font, "size": _SIZE, "color": styles.colour("muted"), "bold": False, **more}


def _titled(block: Block, cell: tuple[int, int] | None, styles: Styles) -> dict[str, Any]:
    return {"name": block.cell(*cell), "name_font": _font(styles)} if cell else {}


def _value_axis(block: Block, styles: Styles, scale: Scale, *, grid: bool = True) -> dict[str, Any]:
    return {
        "min": scale.low, "max": scale.high, "major_unit": scale.step,
        "num_format": _axis_format(block.chart.number_format, scale), "num_font": _font(styles),
        "major_gridlines": {"visible": grid, "line": {"color": styles.colour("rule"), "width": 0.5}},
        "line": {"color": styles.colour("rule")},
    }  # fmt: skip


def _axis_format(number_format: str, scale: Scale) -> str:
    """As the values, but without decimals where all marks are whole numbers."""
    if number_format.endswith("%") or ";" in number_format:
        return number_format
    whole = all(float(value).is_integer() for value in (scale.low, scale.step))
    return "#,##0" if whole else ("0.0" if (10 * scale.step).is_integer() else "0.00")


def _category_axis(block: Block, styles: Styles) -> dict[str, Any]:
    return {
        "num_font": _font(styles, color=styles.colour("ink")), "line": {"color": styles.colour("muted")},
        "major_tick_mark": "none", "label_position": "low",
    }  # fmt: skip


def _whiskers(block: Block, placed: Placed, styles: Styles, end: str = "") -> dict[str, Any] | None:
    columns = placed.columns
    if f"{end}plus" not in columns:
        return None
    return {
        "type": "custom",
        "plus_values": block.cells(placed.first, placed.last, columns[f"{end}plus"]),
        "minus_values": block.cells(placed.first, placed.last, columns[f"{end}minus"]),
        "end_style": 1,
        "line": {"color": styles.colour("ink" if block.chart.kind == "bar" else "muted"), "width": 1.0},
    }


def _legend(made: Chart, block: Block, styles: Styles, hidden: tuple[int, ...] = ()) -> None:
    if len(block.places.series) < 2 and block.chart.kind != "scatter":
        made.set_legend({"none": True})
        return
    made.set_legend({
        "position": "bottom", "font": _font(styles, color=styles.colour("ink")),
        "delete_series": list(hidden),
    })  # fmt: skip


def _by_category(block: Block, placed: Placed, styles: Styles) -> dict[str, Any]:
    return {
        "name": block.cell(placed.first - 1, placed.columns["value"]),
        "categories": block.cells(*block.places.categories, 0),
        "values": block.cells(placed.first, placed.last, placed.columns["value"]),
        "fill": {"color": styles.colour(placed.series.role, placed.series.tint)},
    }


def _bars(made: Chart, block: Block, styles: Styles) -> None:
    for placed in block.places.series:
        one = _by_category(block, placed, styles)
        if found := _whiskers(block, placed, styles):
            one["y_error_bars"] = found
        made.add_series({**one, "gap": 60, "overlap": -5 if len(block.places.series) > 1 else 0})
    _across(made, block, styles)


def _stacked(made: Chart, block: Block, styles: Styles) -> None:
    for placed in block.places.series:
        border = {"color": styles.colour("paper"), "width": 0.75}
        made.add_series({**_by_category(block, placed, styles), "border": border, "gap": 45})
    _across(made, block, styles)


def _across(made: Chart, block: Block, styles: Styles) -> None:
    """Axes of horizontal bars, the first category at the top."""
    made.set_x_axis({
        **_value_axis(block, styles, block.scale), **_titled(block, block.value_title, styles),
    })  # fmt: skip
    made.set_y_axis({
        **_category_axis(block, styles), **_titled(block, block.category_title, styles),
        "reverse": True, "crossing": "max",
    })  # fmt: skip
    _legend(made, block, styles)


def _marker(colour: str, styles: Styles, kind: str = "circle") -> dict[str, Any]:
    return {
        "type": kind, "size": 7, "fill": {"color": colour}, "border": {"color": styles.colour("paper")},
    }  # fmt: skip


def _lines(made: Chart, block: Block, styles: Styles) -> None:
    for placed in block.places.series:
        colour = styles.colour(placed.series.role, placed.series.tint)
        one = _by_category(block, placed, styles)
        one.pop("fill")
        if found := _whiskers(block, placed, styles):
            one["y_error_bars"] = {**found, "line": {"color": colour, "width": 0.75}}
        made.add_series({**one, "line": {"color": colour, "width": 2.0}, "marker": _marker(colour, styles)})
    made.set_x_axis({**_category_axis(block, styles), **_titled(block, block.category_title, styles)})
    made.set_y_axis({
        **_value_axis(block, styles, block.scale), **_titled(block, block.value_title, styles),
    })  # fmt: skip
    _legend(made, block, styles)


def _dots(made: Chart, block: Block, styles: Styles) -> None:
    """Dots by category: places up the chart, the names of the categories as labels at its left end."""
    first, last = block.places.categories
    for placed in block.places.series:
        colour = styles.colour(placed.series.role, placed.series.tint)
        one: dict[str, Any] = {
            "name": block.cell(placed.first - 1, placed.columns["value"]),
            "categories": block.cells(placed.first, placed.last, placed.columns["value"]),
            "values": block.cells(first, last, block.places.place),
            "line": {"none": True},
            "marker": _marker(colour, styles),
        }
        if found := _whiskers(block, placed, styles):
            one["x_error_bars"] = {**found, "line": {"color": colour, "width": 1.25}, "end_style": 0}
        made.add_series(one)
    made.add_series({
        "name": block.cell(first - 1, block.places.label_at),
        "categories": block.cells(first, last, block.places.label_at),
        "values": block.cells(first, last, block.places.place),
        "line": {"none": True},
        "marker": {"type": "none"},
        "data_labels": {
            "value": True, "position": "left", "font": _font(styles, color=styles.colour("ink")),
            "custom": [{"value": block.cell(row, 0)} for row in range(first, last + 1)],
            "cells": block.cells(first, last, 0),
        },
    })  # fmt: skip
    made.set_x_axis({
        **_value_axis(block, styles, block.scale), **_titled(block, block.value_title, styles),
    })  # fmt: skip
    made.set_y_axis({
        "min": 0.4, "max": last - first + 1.6, "major_unit": 1, "visible": False,
        "major_gridlines": {"visible": False},
    })  # fmt: skip
    tall = height(block)
    left = (max(width(shorten(name, DOT)) for name in block.chart.categories) * _PIXELS + 26) / WIDE
    head, foot = 46 / tall, (88 if len(block.places.series) > 1 else 62) / tall
    made.set_plotarea({
        "layout": {"x": left, "y": head, "width": 0.96 - left, "height": 1 - head - foot},
    })  # fmt: skip
    _legend(made, block, styles, hidden=(len(block.places.series),))


_KINDS = ("diamond", "circle", "square", "triangle", "long_dash", "x")


def _points(made: Chart, block: Block, styles: Styles) -> None:
    """Points with their names beside them and lines that cross."""
    for placed, kind in zip(
        block.places.series, _KINDS * (1 + len(block.places.series) // len(_KINDS)), strict=False
    ):
        colour = styles.colour(placed.series.role, placed.series.tint)
        rows = range(placed.first, placed.last + 1)
        one: dict[str, Any] = {
            "name": block.cell(placed.first, placed.columns["name"]),
            "categories": block.cells(placed.first, placed.last, placed.columns["across"]),
            "values": block.cells(placed.first, placed.last, placed.columns["value"]),
            "line": {"none": True},
            "marker": _marker(colour, styles, kind),
            "data_labels": {
                "value": True, "position": "above", "font": _font(styles, color=styles.colour("ink")),
                "custom": [{"value": block.cell(row, 0)} for row in rows],
                "cells": block.cells(placed.first, placed.last, 0),
            },
        }  # fmt: skip
        line = {"color": styles.colour(placed.series.role, 0.45), "width": 0.75}
        for name, end in (("y_error_bars", ""), ("x_error_bars", "across_")):
            if found := _whiskers(block, placed, styles, end):
                one[name] = {**found, "line": line, "end_style": 0}
        made.add_series(one)
    for row in block.places.lines:
        made.add_series({
            "name": block.cell(row, 1),
            "categories": block.cells(row, row + 1, 2),
            "values": block.cells(row, row + 1, 3),
            "line": {"color": styles.colour("faint"), "width": 1.0, "dash_type": "dash"},
            "marker": {"type": "none"},
        })  # fmt: skip
    made.set_x_axis({
        **_value_axis(block, styles, block.across, grid=False), "label_position": "low",
        **_titled(block, block.category_title, styles),
    })  # fmt: skip
    made.set_y_axis({
        **_value_axis(block, styles, block.scale, grid=False), "label_position": "low",
        **_titled(block, block.value_title, styles),
    })  # fmt: skip
    crossing = tuple(len(block.places.series) + place for place in range(len(block.places.lines)))
    _legend(made, block, styles, hidden=crossing)
