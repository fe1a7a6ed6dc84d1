"""The cover: what the report is about, whether it may be used, what it found, and what stands where."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Alarm, Block, Entries, Entry, Hero, Points, Text, walk
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.exact_sheet import ExactSheet
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.table_sheets import merged, printed
from csi_model.reporting.workbook.text import clean, lines

_WIDTHS = (2.0, 27.0, 76.0, 12.0)
_LEFT, _MIDDLE, _RIGHT = 1, 2, 3
_ALL = sum(_WIDTHS[1:])
_LOGO = (190, 64)
"""Most pixels of a logo, across and down."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A sheet in the list: its name, what it holds, its rows; without a name it is a heading."""

    sheet: str = ""
    holds: str
    rows: int | None = None


def alarm_of(outline: Outline) -> Alarm | None:
    """Return the box that says what must not be used, None where all may be."""
    return next((block for block in outline.blocks() if isinstance(block, Alarm)), None)


def write_cover(
    sheet: ExactSheet,
    content: Content,
    outline: Outline,
    listed: Sequence[Listed],
    styles: Styles,
    footer: str,
) -> None:
    """Write the cover from top to bottom."""
    for place, wide in enumerate(_WIDTHS):
        sheet.set_column(place, place, wide)
    page = _Page(sheet, styles)
    _logo(sheet, content)
    page.text(outline.kicker, font_color=styles.colour("accent"), bold=True, font_size=10)
    page.text(outline.title, bold=True, font_size=22, valign="vcenter", tall=30.0)
    for key, value in (
        ("cover_prepared_for", outline.client),
        ("cover_prepared_by", outline.preparer),
        ("cover_date", outline.date),
    ):
        if value:
            page.pair(say(key, styles.language), value)
    for note in outline.notes:
        page.text(note, font_size=9, font_color=styles.colour("caution"))
    _verdict(page, outline)
    _headline(page, content, outline)
    _findings(page, outline)
    _sheets(page, listed)
    _made(page, outline)
    printed(sheet, outline.title, footer, styles)
    sheet.set_portrait()
    sheet.print_area(0, 0, page.row, _RIGHT)


class _Page:
    """A sheet that is written line by line."""

    def __init__(self, sheet: ExactSheet, styles: Styles) -> None:
        self.sheet, self.styles, self.row = sheet, styles, 1

    def heading(self, text: str) -> None:
        self.row += 1
        shown = self.styles.of(
            bold=True, font_size=13, font_color=self.styles.colour("accent"), bottom=1,
            bottom_color=self.styles.colour("rule"), quote_prefix=True, text_wrap=True, valign="bottom",
        )  # fmt: skip
        text = clean(text)
        merged(self.sheet, self.row, (_LEFT, _RIGHT), text, shown)
        self.sheet.set_row(self.row, 5 + 17 * lines(text, _ALL / 1.4))
        self.row += 1

    def text(self, text: str, *, tall: float = 13.5, **look: Any) -> None:
        """A paragraph across the page."""
        text = clean(text)
        size = float(look.get("font_size", 10))
        shown = self.styles.of(**{"text_wrap": True, "valign": "top", "quote_prefix": True, **look})
        merged(self.sheet, self.row, (_LEFT, _RIGHT), text, shown)
        self.sheet.set_row(
            self.row,
            min(4 + tall * lines(text, _ALL * 10 / size / (1.08 if look.get("bold") else 1.0)), 400.0),
        )
        self.row += 1

    def pair(self, name: str, value: str, *, small: bool = False) -> None:
        """A name and what it stands for."""
        size = 9 if small else 10
        name, value = clean(name), clean(value)
        left = self.styles.of(font_color=self.styles.colour("muted"), valign="top", text_wrap=True,
                              font_size=size, quote_prefix=True)  # fmt: skip
        right = self.styles.of(valign="top", text_wrap=True, font_size=size, quote_prefix=True)
        self.sheet.write_string(self.row, _LEFT, name, left)
        merged(self.sheet, self.row, (_MIDDLE, _RIGHT), value, right)
        tall = max(lines(value, _WIDTHS[_MIDDLE] + _WIDTHS[_RIGHT]), lines(name, _WIDTHS[_LEFT]))
        self.sheet.set_row(self.row, min(3 + (12 if small else 13) * tall, 400.0))
        self.row += 1


def _logo(sheet: ExactSheet, content: Content) -> None:
    """The client's logo in the upper right corner, as large as there is room; SVG has no place in Excel."""
    look = content.look
    if not look.logo or look.logo_type not in {"png", "jpeg"}:
        return
    from PIL import Image

    wide, high = Image.open(io.BytesIO(look.logo)).size
    scale = min(_LOGO[0] / wide, _LOGO[1] / high, 1.0)
    sheet.insert_image(
        0, _MIDDLE, f"logo.{look.logo_type}",
        {"image_data": io.BytesIO(look.logo), "x_scale": scale, "y_scale": scale, "object_position": 3,
         "x_offset": max(0.0, 7.0 * (_WIDTHS[_MIDDLE] + _WIDTHS[_RIGHT]) - wide * scale), "y_offset": 6,
         "decorative": True},
    )  # fmt: skip


def _verdict(page: _Page, outline: Outline) -> None:
    """Whether the numbers may be used, in red words where they may not."""
    chapter = next((one for one in outline.chapters if one.key == "verdict"), None)
    alarm = alarm_of(outline)
    if chapter is None and alarm is None:
        return
    page.heading(chapter.title if chapter else say("xlsx_verdict", page.styles.language))
    styles = page.styles
    if alarm is None:
        for block in chapter.blocks if chapter else ():
            if isinstance(block, Text):
                page.text(block.text, bold=True)
        return
    red: dict[str, Any] = {"font_color": styles.colour("bad"), "bg_color": styles.colour("bad_soft")}
    page.text(alarm.title, bold=True, font_size=12, tall=17.0, **red)
    for text in (*alarm.texts, *alarm.why, *(() if alarm.why else alarm.named), alarm.remedy):
        if text:
            page.text(text, **red)


def _headline(page: _Page, content: Content, outline: Outline) -> None:
    """The index with its interval; the number is the stored one."""
    hero = next((block for block in outline.blocks() if isinstance(block, Hero)), None)
    row = records.headline(content)
    value = records.number(row, "index")
    if hero is None or value != value:
        return
    styles = page.styles
    page.heading(hero.label)
    colour = styles.colour("accent" if hero.usable else "bad")
    large = styles.of(bold=True, font_size=26, font_color=colour, num_format="0.0", align="left",
                      valign="vcenter")  # fmt: skip
    page.sheet.write_number(page.row, _LEFT, value, large)
    told = clean(f"{hero.interval_title}{say('colon', styles.language)}{hero.interval}    n = {hero.n}")
    merged(page.sheet, page.row, (_MIDDLE, _RIGHT), told, styles.of(valign="vcenter", font_size=11))
    page.sheet.set_row(page.row, 36)
    page.row += 1
    for sentence in hero.sentences:
        page.text(sentence)


def _findings(page: _Page, outline: Outline) -> None:
    chapter = next((one for one in outline.chapters if one.key == "summary"), None)
    texts = list(_sentences(chapter.blocks)) if chapter else []
    if not texts:
        return
    page.heading(chapter.title if chapter else "")
    for text in texts:
        page.text(text)


def _sentences(blocks: Sequence[Block]) -> Iterator[str]:
    """What texts and lists say, one after the other."""
    for block in walk(blocks):
        if isinstance(block, Text):
            yield block.text
        elif isinstance(block, Points):
            numbered = (f"{k}. {text}" for k, text in enumerate(block.texts, 1))
            yield from numbered if block.numbered else (f"• {text}" for text in block.texts)


def _sheets(page: _Page, listed: Sequence[Listed]) -> None:
    """A line for each sheet with a link to it."""
    styles, sheet = page.styles, page.sheet
    page.heading(say("xlsx_sheets", styles.language))
    page.text(say("xlsx_how", styles.language), font_size=9, font_color=styles.colour("muted"))
    head = styles.of(bold=True, font_size=9, bg_color=styles.colour("accent_soft"))
    link = styles.of(font_color=styles.colour("accent"), underline=1, valign="top")
    plain = styles.of(valign="top", text_wrap=True, quote_prefix=True)
    count = styles.of(num_format="#,##0", align="right", valign="top")
    rows = styles.of(bold=True, font_size=9, align="right", bg_color=styles.colour("accent_soft"))
    for one in listed:
        if one.sheet:
            sheet.write_url(page.row, _LEFT, f"internal:'{one.sheet}'!A1", link, one.sheet)
            sheet.write_string(page.row, _MIDDLE, clean(one.holds), plain)
            if one.rows is not None:
                sheet.write_number(page.row, _RIGHT, one.rows, count)
        else:
            sheet.write_string(page.row, _LEFT, one.holds, head)
            sheet.write_blank(page.row, _MIDDLE, None, head)
            sheet.write_string(page.row, _RIGHT, say("xlsx_col_rows", styles.language), rows)
        page.row += 1


def _made(page: _Page, outline: Outline) -> None:
    """How the report was made: command, options, versions."""
    chapter = next((one for one in outline.chapters if one.key == "method"), None)
    entries = [
        entry
        for block in walk(chapter.blocks if chapter else ())
        if isinstance(block, Entries)
        for entry in block.entries
    ]
    if not entries:
        return
    page.heading(say("xlsx_made", page.styles.language))
    for entry in entries:
        page.pair(entry.name, _value(entry), small=True)


def _value(entry: Entry) -> str:
    inside = "\n".join(f"{name}: {value}" for name, value in entry.entries)
    return "\n".join(text for text in (entry.value, inside) if text)
