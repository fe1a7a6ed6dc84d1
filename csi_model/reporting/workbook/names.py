"""The sheet of names: labels of constructs, questions and groups in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting.content import Content
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.exact_sheet import ExactSheet
from csi_model.reporting.workbook.styles import Styles
from csi_model.reporting.workbook.table_sheets import write_value
from csi_model.reporting.workbook.text import clean, width


def name_rows(content: Content, language: str) -> list[tuple[str, str, str, str]]:
    """Return kind, name, English and Chinese label of everything that has one."""
    return list(_rows(content, language))


def _rows(content: Content, language: str) -> Iterator[tuple[str, str, str, str]]:
    for name, texts in content.labels.items():
        kind = "xlsx_kind_construct" if name in content.constructs else "xlsx_kind_question"
        yield say(kind, language), name, texts.get("en", ""), texts.get("zh", "")
    for column, labels in content.group_labels.items():
        for value, label in labels.items():
            if label != value:
                yield column, value, label, label


def write_names(sheet: ExactSheet, rows: list[tuple[str, str, str, str]], styles: Styles, cover: str) -> None:
    """Write the names with their labels."""
    language = styles.language
    title = styles.of(bold=True, font_size=14, font_color=styles.colour("accent"))
    sheet.write_string(0, 0, say("xlsx_names", language), title)
    sheet.set_row(0, 24)
    link = styles.of(font_size=9, font_color=styles.colour("accent"))
    sheet.write_url(1, 0, f"internal:'{cover}'!A1", link, say("xlsx_back", language))
    head = styles.of(bold=True, bg_color=styles.colour("accent_soft"), bottom=1,
                     bottom_color=styles.colour("accent"))  # fmt: skip
    keys = ("xlsx_kind", "xlsx_name", "xlsx_label_en", "xlsx_label_zh")
    for place, key in enumerate(keys):
        sheet.write_string(2, place, say(key, language), head)
    plain = styles.of(num_format="@", valign="top", text_wrap=True)
    quoted = styles.of(num_format="@", valign="top", text_wrap=True, quote_prefix=True)
    for row, cells in enumerate(rows, 3):
        for place, text in enumerate(cells):
            if cleaned := clean(text):
                write_value(sheet, row, place, cleaned, plain, quoted)
    for place in range(len(keys)):
        needed = max([12.0, *(width(cells[place]) + 2 for cells in rows)])
        sheet.set_column(place, place, min(needed, 24.0 if place < 2 else 70.0))
    sheet.autofilter(2, 0, 2 + len(rows), len(keys) - 1)
    sheet.freeze_panes(3, 2)
