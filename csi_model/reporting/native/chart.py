"""A chart as data: categories, series, limits of intervals; what an Office program needs to draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series.

    Attributes
    ----------
    name
        Its words in the legend.
    values
        One number for each category (``scatter``: the vertical place of each point); None where a table
        has none, also where a cell is suppressed.
    lower, upper
        Ends of the intervals, as stored, or empty.
    across
        ``scatter`` only: the horizontal place of each point.
    points
        ``scatter`` only: the name of each point.
    across_lower, across_upper
        ``scatter`` only: ends of the horizontal intervals, as stored, or empty.
    role
        Its colour: a role of ``theme.Palette``.
    tint
        Share of white in the colour, 0 to below 1; tells series of one role apart.
    """

    name: str
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    across: tuple[float | None, ...] = ()
    across_lower: tuple[float | None, ...] = ()
    across_upper: tuple[float | None, ...] = ()
    points: tuple[str, ...] = ()
    role: str = "accent"
    tint: float = 0.0


@dataclass(frozen=True, kw_only=True)
class NativeChart:
    """A chart that is handed to Office programs as numbers.

    Attributes
    ----------
    key, title
        As in ``charts.CHARTS``, where there is such a picture, and its words.
    kind
        ``bar`` (horizontal bars), ``dots`` (a marker for each category with its interval), ``line``,
        ``scatter`` or ``stacked`` (horizontal bars of shares that add up to 1).
    categories
        Words of the categories in the order of the table, the first at the top.
    series
        In the order of the legend.
    value_title, category_title
        Words of the axes; of a scatter chart, of the vertical and the horizontal one.
    low, high
        Ends of the axis of values, None where the program may choose.
    cross_x, cross_y
        ``scatter`` only: where the lines of the quadrants cross.
    number_format
        How Excel writes the values, such as ``0.0`` or ``0%``.
    table
        The stored table whose cells the numbers are.
    note
        What has to be said beside the chart, such as which groups are suppressed.
    """

    key: str
    title: str
    kind: Literal["bar", "dots", "line", "scatter", "stacked"]
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...]
    value_title: str = ""
    category_title: str = ""
    low: float | None = None
    high: float | None = None
    cross_x: float | None = None
    cross_y: float | None = None
    number_format: str = "0.0"
    table: str
    note: str = ""
