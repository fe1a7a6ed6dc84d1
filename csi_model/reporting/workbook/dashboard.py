"""The dashboard: charts two by two, each with its note and a link to its table."""

from __future__ import annotations

from collections.abc import Sequence

from csi_model.reporting.wording import say
from csi_model.reporting.workbook import drawn
from csi_model.reporting.workbook.chart_data import Block
from csi_model.reporting.workbook.exact_sheet import ExactSheet
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.table_sheets import merged, printed
from csi_model.reporting.workbook.text import clean, lines

_COLUMN, _GAP = 91.0, 3.0
_ROW = 20
_PLACES = (1, 3)
_PAGE = 880
"""Height of a printed page in pixels, where it is as wide as the charts."""


def write_dashboard(
    sheet: ExactSheet,
    title: str,
    alarm: str,
    blocks: Sequence[Block],
    links: dict[str, str],
    styles: Styles,
    cover: str,
    footer: str,
) -> None:
    """Write the charts with their notes.

    Parameters
    ----------
    sheet
        To write on.
    title
        Of the report.
    alarm
        What must not be used, empty where all may be.
    blocks
        The charts in their order.
    links
        Chart > the sheet of its table.
    styles, cover, footer
        Formats, name of the cover, text at the foot of printed pages.
    """
    language = styles.language
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, _COLUMN)
    sheet.set_column(2, 2, _GAP)
    sheet.set_column(3, 3, _COLUMN)
    strong = styles.of(
        bold=True, font_size=16, font_color=styles.colour("accent"), quote_prefix=True, text_wrap=True,
        valign="vcenter",
    )  # fmt: skip
    merged(sheet, 0, (1, 3), clean(title), strong)
    sheet.set_row(0, 10 + 20 * lines(title, 2 * _COLUMN / 1.75))
    link = styles.of(font_size=9, font_color=styles.colour("accent"))
    sheet.write_url(1, 1, f"internal:'{cover}'!A1", link, say("xlsx_back", language))
    top = 3
    if alarm:
        red = styles.colour("bad")
        box = styles.of(
            bold=True, font_color=red, bg_color=styles.colour("bad_soft"), text_wrap=True, valign="vcenter",
            border=1, border_color=red,
        )  # fmt: skip
        merged(sheet, 2, (1, 3), alarm, box)
        sheet.set_row(2, 10 + 14 * lines(alarm, 2 * _COLUMN))
        top = 4
    if not blocks:
        sheet.write_string(top, 1, say("xlsx_no_charts", language), styles.of())
    breaks, used = [], 90
    for start in range(0, len(blocks), 2):
        pair = blocks[start : start + 2]
        tall = max(drawn.height(block) for block in pair)
        if used + tall > _PAGE and start:
            breaks.append(top)
            used = 0
        used += tall + 110
        top = _write_pair(sheet, pair, top, tall, links, styles)
    sheet.set_h_pagebreaks(breaks)
    printed(sheet, title, footer, styles)


def _write_pair(
    sheet: ExactSheet, pair: Sequence[Block], top: int, tall: int, links: dict[str, str], styles: Styles
) -> int:
    """Two charts side by side, below each its note; returns the next free row."""
    rows = -(-tall // _ROW)
    under = top + rows
    for row in range(top, under):
        sheet.set_row_pixels(row, _ROW)
    small = styles.of(font_size=9, font_color=styles.colour("muted"), text_wrap=True, valign="top",
                      quote_prefix=True)  # fmt: skip
    link = styles.of(font_size=9, font_color=styles.colour("accent"))
    needed = 1
    for block, place in zip(pair, _PLACES, strict=False):
        chart = block.chart
        told = clean(f"{chart.title}. {chart.note}")[:500]
        sheet.insert_chart(top, place, drawn.draw(block, styles), {"object_position": 2, "description": told})
        if chart.note:
            note = clean(chart.note)
            sheet.write_string(under, place, note, small)
            needed = max(needed, lines(note, _COLUMN * 1.1))
        if chart.key in links:
            target = links[chart.key]
            text = say("xlsx_from_table", styles.language, sheet=target)
            sheet.write_url(under + 1, place, f"internal:'{target}'!A1", link, text)
    sheet.set_row(under, 4 + 12.5 * needed)
    return under + 3
