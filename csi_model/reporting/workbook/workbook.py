"""The report as an Excel workbook: cover, charts that can be edited, every stored table on its sheet."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import groupby

from csi_model.reporting.content import Content
from csi_model.reporting.native.charts import native_charts
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.chart_data import Block, write_block
from csi_model.reporting.workbook.cover import Listed, alarm_of, write_cover
from csi_model.reporting.workbook.dashboard import write_dashboard
from csi_model.reporting.workbook.exact_sheet import ExactSheet, Workbook, new_book
from csi_model.reporting.workbook.names import name_rows, write_names
from csi_model.reporting.workbook.stored import StoredTable, stored_tables
from csi_model.reporting.workbook.styles import Styles, styles
from csi_model.reporting.workbook.table_sheets import printed, write_table
from csi_model.reporting.workbook.text import clean, one_line, shorten
from csi_model.reporting.writers import Handed

_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Date of every workbook, so that the same report gives the same bytes."""

_TABS = {"groups": "accent", "pooled": "series_3", "across": "series_2"}


def write(handed: Handed) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    handed
        Tables, outline and pictures; the pictures are not used, as Excel draws its own.
    """
    content, outline = handed.content, handed.outline
    made = io.BytesIO()
    book = new_book(made)
    look = styles(book, content.look, outline.language)
    book.formats[0].set_font_name(look.font)
    book.formats[0].set_font_size(10)
    _properties(book, outline)
    _Book(book, content, outline, look).write()
    book.close()
    return made.getvalue()


def _properties(book: Workbook, outline: Outline) -> None:
    book.set_properties(
        {"title": one_line(outline.page_title)[:250], "subject": one_line(outline.kicker)[:250],
         "author": one_line(outline.preparer)[:250], "company": one_line(outline.client)[:250],
         "created": _DATE}
    )  # fmt: skip


class _Book:
    """Writes the sheets in their order."""

    def __init__(self, book: Workbook, content: Content, outline: Outline, look: Styles) -> None:
        self.book, self.content, self.outline, self.look = book, content, outline, look
        self.language = outline.language
        keys = ("xlsx_cover", "xlsx_dashboard", "xlsx_data", "xlsx_names")
        self.cover, self.dashboard, self.data, self.names = (say(key, self.language) for key in keys)
        self.stored = stored_tables(content, (self.cover, self.dashboard, self.data, self.names))
        self.natives = native_charts(content, self.language)
        self.name_rows = name_rows(content, self.language)
        self.footer = shorten(" · ".join(filter(None, (outline.title, outline.client, outline.date))), 90)

    def sheet(self, name: str, tab: str) -> ExactSheet:
        made: ExactSheet = self.book.add_worksheet(name, ExactSheet)
        made.set_tab_color(self.look.colour(tab))
        return made

    def write(self) -> None:
        """Write every sheet."""
        cover, dashboard = self.sheet(self.cover, "ink"), self.sheet(self.dashboard, "bad")
        for stored in self.stored:
            sheet = self.sheet(stored.sheet, _TABS[stored.scope])
            write_table(sheet, self.content, stored, self.look, self.cover, self.footer)
        if self.name_rows:
            names = self.sheet(self.names, "faint")
            write_names(names, self.name_rows, self.look, self.cover)
            printed(names, self.names, self.footer, self.look)
        charts = self.charts()
        alarm = alarm_of(self.outline)
        space, colon = say("space", self.language), say("colon", self.language)
        told = "" if alarm is None else clean(alarm.title + colon + space.join(alarm.texts))
        write_dashboard(
            dashboard, self.outline.title, told, charts, self.links(), self.look, self.cover, self.footer
        )
        write_cover(cover, self.content, self.outline, self.listed(len(charts)), self.look, self.footer)
        cover.activate()

    def links(self) -> dict[str, str]:
        """Chart > the sheet of the table that its numbers come from."""
        return {
            name: sheet
            for name, chart in self.natives.items()
            if (sheet := self._sheet_of(chart.table, grouped=name == "groups"))
        }

    def _sheet_of(self, table: str, *, grouped: bool) -> str:
        """The sheet of a table: of groups only where a chart is of groups."""
        order = ("groups", "pooled", "across") if grouped else ("pooled", "across", "groups")
        found = {one.scope: one.sheet for one in self.stored if one.name == table}
        return next((found[scope] for scope in order if scope in found), "")

    def charts(self) -> list[Block]:
        """Write the numbers of the charts, return where they stand."""
        if not self.natives:
            return []
        sheet = self.sheet(self.data, "faint")
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 60, 15)
        title = self.look.of(bold=True, font_size=14, font_color=self.look.colour("accent"))
        sheet.write_string(0, 0, self.data, title)
        link = self.look.of(font_size=9, font_color=self.look.colour("accent"))
        sheet.write_url(1, 0, f"internal:'{self.cover}'!A1", link, say("xlsx_back", self.language))
        small = self.look.of(font_size=9, font_color=self.look.colour("muted"))
        sheet.write_string(2, 0, say("xlsx_data_how", self.language), small)
        made, row, links = [], 4, self.links()
        for name, chart in self.natives.items():
            block, row = write_block(sheet, self.data, chart, row, self.look, links.get(name, ""))
            made.append(block)
        printed(sheet, self.data, self.footer, self.look)
        return made

    def listed(self, charts: int) -> list[Listed]:
        """Every sheet with what it holds, under the heading of its kind."""
        made = [
            Listed(holds=say("xlsx_scope_charts", self.language)),
            Listed(sheet=self.dashboard, holds=say("xlsx_about_dashboard", self.language)),
        ]
        if charts:
            made.append(Listed(sheet=self.data, holds=say("xlsx_about_data", self.language)))
        for scope, tables in groupby(self.stored, key=lambda one: one.scope):
            made.append(Listed(holds=say(f"xlsx_scope_{scope}", self.language)))
            made += [_table_line(one, self.language) for one in tables]
        if self.name_rows:
            about = say("xlsx_about_names", self.language)
            made.append(Listed(sheet=self.names, holds=about, rows=len(self.name_rows)))
        return made


def _table_line(stored: StoredTable, language: str) -> Listed:
    return Listed(sheet=stored.sheet, holds=stored.title(language), rows=len(stored.frame))
