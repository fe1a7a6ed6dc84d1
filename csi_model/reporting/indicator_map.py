"""Questions by importance and performance: the map with numbered points, and the table of the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from matplotlib.axes import Axes

from csi_model.reporting import drawing, fonts, formats, naming, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.driver_charts import (
    Point,
    axis_range,
    draw_label,
    draw_point,
    place_labels,
    quadrants,
)
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.views import interval_column, labelled, number_column, text_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import TABLES

_LIGHT = theme.LIGHT
_PLOT = 380.0
_KEY_LINE = 13.5
PENALTY = 4.0
"""Numbers stay near their points, across whiskers if need be."""
_MARGINS = {"left": 52.0, "right": 14.0, "top": 14.0}


def indicator_rows(content: Content) -> list[Row]:
    """Return the questions of the drivers of the headline index, the most important first."""
    rows = [
        row
        for row in records.pooled(content, "indicator_drivers")
        if records.word(row, "target") == content.index
    ]

    def key(row: Row) -> float:
        importance = records.number(row, "importance")
        return math.inf if math.isnan(importance) else -importance

    return sorted(rows, key=key)


def numbered_points(rows: list[Row]) -> list[Point]:
    """Return the points that have both numbers, named by their places in ``rows``."""
    made = []
    for place, row in enumerate(rows):
        x, y = records.number(row, "importance"), records.number(row, "performance")
        if math.isnan(x) or math.isnan(y):
            continue
        ends = {
            name: (records.number(row, f"{name}_ci_lower"), records.number(row, f"{name}_ci_upper"))
            for name in ("importance", "performance")
        }
        made.append(
            Point(
                name=str(place + 1),
                x=x,
                y=y,
                x_interval=ends["importance"],
                y_interval=ends["performance"],
                quadrant="question",
            )
        )
    return made


def indicator_map(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the questions of the drivers by importance (x) and performance (y).

    Points are numbered by importance, with a key below; the lines cross at the means; whiskers are the
    stored intervals of both.
    """
    rows = indicator_rows(content)
    points = numbered_points(rows)
    depth = math.ceil(len(rows) / 2) * _KEY_LINE
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=_PLOT + depth,
            margins=Margins(**_MARGINS, bottom=72 + depth),
        )
        drawing.plain(axes, sides=("left", "bottom"))
        axes.set_xlim(*axis_range([v for p in points for v in (p.x, *p.x_interval)], 0.01))
        axes.set_ylim(*axis_range([v for p in points for v in (p.y, *p.y_interval)], 4.0))
        if points:
            quadrants(axes, points, language)
        for point in points:
            draw_point(axes, point, alpha=0.4)
        for label in place_labels(axes, points, penalty=PENALTY):
            draw_label(axes, label)
        _titles(axes, content, points, language)
        _key(axes, content, rows, language)
        drawing.describe(
            axes,
            name="indicators",
            title=say("chart_indicators", language, construct=content.label(content.index, language)),
            description=say("list_break", language).join(
                say(
                    "indicator_item", language, number=place + 1, question=_question(content, row, language),
                    importance=formats.number(row.get("importance"), 3),
                    performance=formats.number(row.get("performance")),
                )
                for place, row in enumerate(rows)
            ),
        )  # fmt: skip
    return axes


def _question(content: Content, row: Row, language: str) -> str:
    return naming.named(content, records.word(row, "indicator"), language)


def _titles(ax: Axes, content: Content, points: list[Point], language: str) -> None:
    label = fonts.shorten(content.label(content.index, language), theme.SIZE_SMALL, 220)
    for text, dy in (
        (say("axis_item_importance", language, construct=label), -32),
        (say("map_note", language, level=formats.level(records.confidence(content))), -46),
    ):
        drawing.write(
            ax, 0.5, 0, text, dy=dy, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
        )
    drawing.write(
        ax, 0, 0.5, say("axis_item_performance", language), dx=-40, size=theme.SIZE_SMALL,
        color=_LIGHT.muted, xycoords="axes fraction", rotation=90,
    )  # fmt: skip
    if not points:
        drawing.write(ax, 0.5, 0.5, say("no_value", language), xycoords="axes fraction")


def _key(ax: Axes, content: Content, rows: list[Row], language: str) -> None:
    """The names of the numbers, in two columns below the plot."""
    wide = (theme.CHART_WIDTH - _MARGINS["right"] - 10) / 2
    half = math.ceil(len(rows) / 2)
    for place, row in enumerate(rows):
        column, line = divmod(place, half)
        left = 10 - _MARGINS["left"] + column * wide
        dy = -72 - line * _KEY_LINE
        drawing.write(
            ax, 0, 0, str(place + 1), ha="right", dx=left + 14, dy=dy, size=theme.SIZE_SMALL, weight="bold",
            xycoords="axes fraction",
        )  # fmt: skip
        text = fonts.shorten(_question(content, row, language), theme.SIZE_SMALL, wide - 34)
        drawing.write(
            ax, 0, 0, text, ha="left", dx=left + 20, dy=dy, size=theme.SIZE_SMALL, xycoords="axes fraction"
        )


def indicator_pieces(content: Content, language: str) -> Iterator[Piece]:
    """The map and its numbers."""
    rows: list[Row] = [{**row, "_number": place + 1} for place, row in enumerate(indicator_rows(content))]
    if not rows:
        return
    yield Piece(
        title=say("h_indicators", language),
        how=say("indicators_text", language),
        chart="indicators",
        chart_title=say("chart_indicators", language, construct=content.label(content.index, language)),
        view=view(
            TABLES["indicator_drivers"].title[language],
            text_column(
                say("h_questions", language),
                lambda row: say(
                    "numbered", language, number=row["_number"], text=_question(content, row, language)
                ),
            ),
            [
                text_column(
                    TABLES["drivers"].columns[1].term[language],
                    lambda row: labelled(content, records.word(row, "driver"), language),
                ),
                number_column("indicator_drivers", "importance", 3, language),
                interval_column(content, language, 3, "importance_ci"),
                number_column("indicator_drivers", "performance", 1, language),
                interval_column(content, language, 1, "performance_ci"),
                number_column("indicator_drivers", "impact_5", 2, language),
            ],
            [("", rows)],
            language,
        ),
        framed=True,
    )
