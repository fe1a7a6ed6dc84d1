"""The cells behind the charts: a block for each chart, which its numbers and words refer to."""

from __future__ import annotations

from dataclasses import dataclass

from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.axes import Scale, across_scale, value_scale
from csi_model.reporting.workbook.exact_sheet import ExactSheet, cell_name
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.table_sheets import write_value
from csi_model.reporting.workbook.text import clean, shorten

TITLE, LABEL, DOT, POINT = 76.0, 34.0, 26.0, 30.0
"""Columns of digits that a title, a category, that of a dot and the name of a point may take in a chart."""

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a series stands: its first and last row, and its columns by what they hold."""

    series: Series
    first: int
    last: int
    columns: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the numbers of a chart stand.

    Attributes
    ----------
    categories
        First and last row.
    series
        Each with its rows and columns.
    place, label_at
        Of dots: the columns of their places up the chart and of the left end, where names stand.
    lines
        Of a scatter chart: the first rows of its two crossing lines.
    """

    categories: tuple[int, int]
    series: tuple[Placed, ...]
    place: int = 0
    label_at: int = 0
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """A chart with its cells on the sheet of chart data: its titles, its numbers, and its axes."""

    chart: NativeChart
    sheet: str
    title: tuple[int, int]
    value_title: tuple[int, int] | None
    category_title: tuple[int, int] | None
    places: Places
    scale: Scale
    across: Scale

    def cell(self, row: int, column: int) -> str:
        """A reference to one cell."""
        return f"='{self.sheet}'!{cell_name(row, column)}"

    def cells(self, first: int, last: int, column: int) -> str:
        """A reference to cells of one column."""
        start, end = (cell_name(row, column) for row in (first, last))
        return f"='{self.sheet}'!{start}:{end}"


def write_block(
    sheet: ExactSheet, name: str, chart: NativeChart, top: int, styles: Styles, table: str
) -> tuple[Block, int]:
    """Write the numbers of a chart from row ``top`` on; return where they stand and the next free row."""
    strong = styles.of(bold=True, font_size=11, font_color=styles.colour("accent"), quote_prefix=True)
    small = styles.of(font_size=8, font_color=styles.colour("muted"), quote_prefix=True)
    sheet.write_string(top, 0, shorten(chart.title, TITLE), strong)
    titles: list[tuple[int, int] | None] = []
    for row, text in ((top + 1, chart.value_title), (top + 2, chart.category_title)):
        titles.append((row, 0) if text else None)
        if text:
            sheet.write_string(row, 0, shorten(text, 1.4 * TITLE), small)
    if table:
        link = styles.of(font_size=8, font_color=styles.colour("accent"))
        text = say("xlsx_from_table", styles.language, sheet=table)
        sheet.write_url(top + 3, 0, f"internal:'{table}'!A1", link, text)
    writer = _Writer(sheet=sheet, styles=styles, chart=chart, head=top + 4)
    places = writer.scatter() if chart.kind == "scatter" else writer.by_category()
    block = Block(
        chart=chart,
        sheet=name,
        title=(top, 0),
        value_title=titles[0],
        category_title=titles[1],
        places=places,
        scale=value_scale(chart),
        across=across_scale(chart),
    )
    return block, writer.next_row + 1


class _Writer:
    """Writes the columns of one chart side by side."""

    def __init__(self, *, sheet: ExactSheet, styles: Styles, chart: NativeChart, head: int) -> None:
        self.sheet, self.styles, self.chart, self.head = sheet, styles, chart, head
        self.next_row, self.next_column = head + 1, 0
        self.number = styles.of(num_format="General" if chart.kind == "scatter" else chart.number_format)
        self.word = styles.of(num_format="@")
        self.quoted = styles.of(num_format="@", quote_prefix=True)
        self.title = styles.of(
            bold=True, font_size=9, text_wrap=True, valign="top", bg_color=styles.colour("accent_soft"),
            quote_prefix=True,
        )  # fmt: skip

    def column(self, title: str, values: tuple[float | str | None, ...], first: int) -> int:
        place = self.next_column
        self.sheet.write_string(self.head, place, shorten(title, 60), self.title)
        for row, value in enumerate(values, first):
            if value is not None:
                shown = self.word if isinstance(value, str) else self.number
                write_value(self.sheet, row, place, value, shown, self.quoted)
        self.next_column += 1
        self.next_row = max(self.next_row, first + len(values))
        return place

    def by_category(self) -> Places:
        """A row for each category."""
        chart, language, first = self.chart, self.styles.language, self.head + 1
        last = first + len(chart.categories) - 1
        most = DOT if chart.kind == "dots" else LABEL
        words = tuple(shorten(name, most) or "–" for name in chart.categories)
        self.column(say("xlsx_category", language), words, first)
        place = label_at = 0
        if chart.kind == "dots":
            up = tuple(float(len(words) - k) for k in range(len(words)))
            place = self.column(say("xlsx_place", language), up, first)
            ends = tuple(value_scale(chart).low for _ in words)
            label_at = self.column(say("xlsx_label_at", language), ends, first)
        placed = []
        for one in chart.series:
            columns = {"value": self.column(one.name, one.values, first)}
            columns |= self.interval(one.name, "", one.values, one.lower, one.upper, first)
            placed.append(Placed(series=one, first=first, last=last, columns=columns))
        return Places(categories=(first, last), series=tuple(placed), place=place, label_at=label_at)

    def interval(
        self, name: str, end: str, values: Numbers, lower: Numbers, upper: Numbers, first: int
    ) -> dict[str, int]:
        """Both ends of the intervals as stored, and how far they are from the value."""
        if not any(value is not None for value in (*lower, *upper)):
            return {}
        language = self.styles.language
        minus = tuple(map(_distance, values, lower))
        plus = tuple(map(_distance, upper, values))
        return {
            f"{end}lower": self.column(say("xlsx_lower", language, name=name), lower, first),
            f"{end}upper": self.column(say("xlsx_upper", language, name=name), upper, first),
            f"{end}minus": self.column(say("xlsx_minus", language, name=name), minus, first),
            f"{end}plus": self.column(say("xlsx_plus", language, name=name), plus, first),
        }

    def scatter(self) -> Places:
        """A row for each point, the series below each other; then the ends of the crossing lines."""
        chart, language, row = self.chart, self.styles.language, self.head + 1
        first_row, placed = row, []
        for one in chart.series:
            self.next_column, last = 0, row + len(one.values) - 1
            self.column(say("xlsx_category", language), tuple(map(self.point, one.points)), row)
            self.column(say("xlsx_kind", language), tuple(shorten(one.name, LABEL) for _ in one.values), row)
            across = chart.category_title or say("xlsx_across", language, name=one.name)
            columns = {"name": 1, "across": self.column(across, one.across, row)}
            columns["value"] = self.column(chart.value_title or one.name, one.values, row)
            up, sideways = chart.value_title, chart.category_title
            columns |= self.interval(up, "", one.values, one.lower, one.upper, row)
            columns |= self.interval(sideways, "across_", one.across, one.across_lower, one.across_upper, row)
            placed.append(Placed(series=one, first=row, last=last, columns=columns))
            row = last + 1
        return Places(categories=(first_row, row - 1), series=tuple(placed), lines=self.crossing(row))

    def point(self, name: str) -> str:
        return shorten(name, POINT) or "–"

    def crossing(self, row: int) -> tuple[int, ...]:
        """The ends of a vertical and a horizontal line, each in two rows."""
        chart = self.chart
        if chart.cross_x is None or chart.cross_y is None:
            return ()
        up, across = value_scale(chart), across_scale(chart)
        ends = (
            (chart.cross_x, up.low), (chart.cross_x, up.high),
            (across.low, chart.cross_y), (across.high, chart.cross_y),
        )  # fmt: skip
        name = clean(say("xlsx_crossing", self.styles.language))
        for place, (x, y) in enumerate(ends, row):
            self.sheet.write_string(place, 1, name, self.word)
            self.sheet.write_number(place, 2, x, self.number)
            self.sheet.write_number(place, 3, y, self.number)
        self.next_row = max(self.next_row, row + len(ends))
        return row, row + 2


def _distance(more: float | None, less: float | None) -> float | None:
    return None if more is None or less is None else max(more - less, 0.0)
