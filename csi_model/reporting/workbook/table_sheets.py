"""One sheet for each stored table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from csi_model.reporting import formats
from csi_model.reporting.content import Content
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.columns import SheetColumn, columns_of, frozen
from csi_model.reporting.workbook.exact_sheet import ExactSheet, Format, Value
from csi_model.reporting.workbook.number_formats import by_size
from csi_model.reporting.workbook.stored import StoredTable
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.text import lines, shorten, width

TITLE, ABOUT, TERMS, NAMES, FIRST = range(5)
"""Rows of a table's sheet: title, what it is, terms, column names of the contract, first row of numbers."""

MOST_ROWS = 1_048_000
"""Rows that a sheet has room for below its head."""

_LEAST, _WIDEST, _READ = 9.0, 46.0, 90.0
_FROZEN = 74.0
_SAMPLE = 300
_SENTENCES = frozenset({"what", "fix", "what_label", "fix_label"})
_MIXED = frozenset({"value", "value_1", "value_2", "bound_95", "bound_99"})
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_table(
    sheet: ExactSheet, content: Content, stored: StoredTable, styles: Styles, cover: str, footer: str
) -> None:
    """Write a stored table with its head; every number in full, text as text, empty cells empty."""
    language = styles.language
    columns = columns_of(content, stored, language, MOST_ROWS)
    widths = [_width(column) for column in columns]
    _head(sheet, stored, columns, widths, styles, cover)
    for place, (column, wide) in enumerate(zip(columns, widths, strict=True)):
        _column(sheet, place, column, wide, styles)
    rows = min(len(stored.frame), MOST_ROWS)
    sheet.autofilter(NAMES, 0, NAMES + rows, len(columns) - 1)
    sheet.freeze_panes(FIRST, frozen(columns, widths, _FROZEN))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{FIRST + rows}"})
    printed(sheet, say(f"xlsx_of_{stored.scope}", language, title=stored.title(language)), footer, styles)
    sheet.repeat_rows(TERMS, NAMES)


def printed(sheet: ExactSheet, title: str, footer: str, styles: Styles) -> None:
    """Set up the print: A4 across, as wide as the page, with title and page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
    sheet.hide_gridlines(2)
    face = f'&"{styles.font},Regular"&8'
    pages = say("xlsx_page", styles.language, page="&P", pages="&N")
    sheet.set_header(f"&L{face}{_escaped(title)}&R{face}&A", {"margin": 0.35})
    sheet.set_footer(f"&L{face}{_escaped(footer)}&R{face}{pages}", {"margin": 0.35})


def merged(sheet: ExactSheet, row: int, columns: tuple[int, int], text: str, shown: Format) -> None:
    """Write text across cells of a row; merged as blank cells first, so that text stays text."""
    sheet.merge_range(row, columns[0], row, columns[1], "", shown)
    sheet.write_string(row, columns[0], text, shown)


def _escaped(text: str) -> str:
    """Text in a header or footer, where ``&`` begins a code; a digit must not join the size before it."""
    return " " + shorten(text, 70).replace("&", "&&")


def _head(
    sheet: ExactSheet,
    stored: StoredTable,
    columns: Sequence[SheetColumn],
    widths: Sequence[float],
    styles: Styles,
    cover: str,
) -> None:
    language, muted = styles.language, styles.colour("muted")
    title = say(f"xlsx_of_{stored.scope}", language, title=stored.title(language))
    sheet.write_string(
        TITLE, 0, title, styles.of(bold=True, font_size=14, font_color=styles.colour("accent"))
    )
    sheet.set_row(TITLE, 24)
    link = styles.of(font_size=9, font_color=styles.colour("accent"))
    sheet.write_url(ABOUT, 0, f"internal:'{cover}'!A1", link, say("xlsx_back", language))
    count = len(stored.frame)
    told = say("xlsx_rows", language, count=formats.count(count))
    if count > MOST_ROWS:
        told = say(
            "xlsx_cut", language, shown=formats.count(MOST_ROWS), count=formats.count(count), name=stored.name
        )
    place = next((k for k in range(1, len(columns)) if sum(widths[:k]) > 14), 1)
    sheet.write_string(ABOUT, place, told, styles.of(font_size=9, font_color=muted))
    ground = styles.colour("accent_soft")
    for k, column in enumerate(columns):
        align = "left" if column.kind in {"text", "flag"} else "right"
        indent = 1 if align == "left" and k else 0
        term = styles.of(
            bold=True, bg_color=ground, align=align, indent=indent, valign="bottom", text_wrap=True, top=1,
            top_color=styles.colour("accent"), quote_prefix=True,
        )  # fmt: skip
        name = styles.of(
            font_size=8, font_color=muted, bg_color=ground, align=align, indent=indent, bottom=1,
            bottom_color=styles.colour("accent"), quote_prefix=True,
        )  # fmt: skip
        sheet.write_string(TERMS, k, column.title, term)
        sheet.write_string(NAMES, k, column.name, name)
    tall = max(lines(column.title, wide) for column, wide in zip(columns, widths, strict=True))
    sheet.set_row(TERMS, 4 + 13.5 * tall)


def _width(column: SheetColumn) -> float:
    """The width of a column: its widest cell, its name, and its title in a few lines."""
    if column.kind in {"text", "flag"}:
        shown = [width(str(value)) for value in islice(_there(column), _SAMPLE)]
        most = _READ if column.name in _SENTENCES else _WIDEST
    else:
        shown, most = [_number_width(value, column) for value in islice(_there(column), _SAMPLE)], _WIDEST
    title = max((width(word) for word in column.title.split()), default=0.0)
    title = max(title, width(column.title) / 3) if title <= 22 else width(column.title) / 3
    needed = max([_LEAST, *shown, 0.85 * width(column.name) + 3.5, min(title, 22.0)])
    return min(needed + 2.5, most)


def _there(column: SheetColumn) -> list[object]:
    step = max(1, len(column.values) // _SAMPLE)
    return [value for value in column.values[::step] if value is not None]


def _number_width(value: object, column: SheetColumn) -> float:
    if not isinstance(value, int | float):
        return width(str(value))
    digits = column.number_format.partition(".")[2].count("0")
    percent = column.number_format.endswith("%")
    return len(f"{value * (100 if percent else 1):,.{digits}f}") + percent


def _column(sheet: ExactSheet, place: int, column: SheetColumn, wide: float, styles: Styles) -> None:
    """Write the cells of a column; its format is that of the column, so that cells need none of their own."""
    sentences = column.name in _SENTENCES
    look = {"valign": "top", "align": "left", "indent": 1 if place else 0}
    text = {"num_format": "@", "text_wrap": sentences, **look}
    quoted = styles.of(**text, quote_prefix=True)
    if column.kind == "text":
        shown = styles.of(**text)
    elif column.kind == "flag":
        shown = styles.of(**look)
    else:
        shown = styles.of(num_format=column.number_format, valign="top", align="right")
    sheet.set_column(place, place, wide, shown)
    formats, chosen = [shown, quoted], [int(_risky(value)) for value in column.values]
    if column.kind == "number" and column.name in _MIXED:
        formats, chosen = _own_formats(column.values, styles)
    sheet.fill(FIRST, column.values, formats, chosen)


def _own_formats(values: Sequence[Value], styles: Styles) -> tuple[list[Format], list[int]]:
    """The formats of a column of different measures, and which each of its numbers has."""
    kinds = [by_size([float(value)]) if isinstance(value, int | float) else "@" for value in values]
    names = sorted(set(kinds))
    formats = [styles.of(num_format=name, valign="top", align="right") for name in names]
    return formats, [names.index(kind) for kind in kinds]


def _risky(value: Value) -> bool:
    """Whether text would become a formula, were its cell edited."""
    return isinstance(value, str) and value.startswith(_RISKY)


def write_value(
    sheet: ExactSheet, row: int, place: int, value: object, shown: Format | None, quoted: Format | None
) -> None:
    """Write one cell as what it is; text that looks like a formula stays text when its cell is edited."""
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value, shown)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, shown)
    else:
        text = str(value)
        sheet.write_string(row, place, text, quoted if _risky(text) else shown)
