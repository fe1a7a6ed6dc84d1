"""The sheets of stored tables: every cell as it is stored, text as text, the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pandas as pd
import pytest
import report_samples as samples
from gallery import CONTENTS, FORMULAS, GALLERY
from league_samples import across

from csi_model.reporting.content import Content
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.workbook.phrases import WORKBOOK
from csi_model.reporting.workbook.stored import sheet_name, stored_tables
from csi_model.reporting.workbook.text import MOST, clean, lines, shorten, width
from csi_model.reporting.workbook.workbook import write
from csi_model.reporting.writers import Handed

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES, FIRST = 4, 5
"""Rows with the column names of the contract and with the first numbers, counted from 1."""

QUICK = ("plain", "grouped", "hostile", "empty")
"""Contents of quick tests; the others are slow."""


def written(content: Content, language: str = "en") -> bytes:
    pictures = Pictures(figures={}, language=language)
    return write(Handed(content=content, outline=outline(content, language), pictures=pictures))


@cache
def content_of(name: str) -> Content:
    return GALLERY[name]()


@cache
def book_of(name: str, language: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(content_of(name), language)))


def tables_of(content: Content) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name of the sheet and stored table, as the results folder has them."""
    grouped = bool(content.by) and content.pooled is not content.tables
    for name, frame in (content.tables if content.by else content.pooled or content.tables).items():
        yield name, frame
    for name, frame in content.pooled.items() if grouped else ():
        if frame is not content.tables.get(name):
            yield f"pooled.{name}", frame
    yield from content.across.items()


def is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value))


def check_cell(cell: Any, value: Any) -> None:
    if is_empty(value) or clean(str(value)) == "":
        assert cell.value is None
    elif isinstance(value, bool | str):
        assert cell.data_type == ("b" if isinstance(value, bool) else "s")
        assert cell.value == (value if isinstance(value, bool) else clean(value))
    else:
        assert cell.data_type == "n"
        assert float(cell.value) == float(value)


def check_book(content: Content, book: Any) -> None:
    checked = 0
    for name, frame in tables_of(content):
        if frame.empty:
            assert name not in book.sheetnames
            continue
        sheet = book[name]
        places = {cell.value: cell.column for cell in sheet[NAMES]}
        for column in frame.columns:
            as_text = column in content.by
            for row, value in enumerate(frame[column].tolist(), FIRST):
                stored = str(value) if as_text and not is_empty(value) else value
                check_cell(sheet.cell(row=row, column=places[column]), stored)
                checked += 1
        assert sheet.max_row == FIRST - 1 + len(frame)
    assert checked or not any(not frame.empty for _, frame in tables_of(content))


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_every_cell_is_as_it_is_stored(name: str) -> None:
    check_book(content_of(name), book_of(name, "en"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CONTENTS if name != "four_hundred"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_cell_of_every_content_is_as_it_is_stored(name: str, language: str) -> None:
    check_book(content_of(name), book_of(name, language))


@pytest.mark.slow
def test_four_hundred_firms_are_written_in_time() -> None:
    content = content_of("four_hundred")
    handed = Handed(
        content=content, outline=outline(content, "en"), pictures=Pictures(figures={}, language="en")
    )
    start = time.process_time()
    made = write(handed)
    assert time.process_time() - start < 10
    check_book(content, openpyxl.load_workbook(io.BytesIO(made)))


@pytest.mark.parametrize("name", QUICK)
def test_no_cell_is_a_formula_or_an_error(name: str) -> None:
    for sheet in book_of(name, "en"):
        for row in sheet.iter_rows():
            assert all(cell.data_type in {"n", "s", "b"} for cell in row)


def test_a_double_reads_back_to_its_last_bit() -> None:
    awkward = [0.1 + 0.2, 1 / 3, 77.9455705406007, 5.03836146989785e-156, 1e300, -0.0, 123456789.123456789]
    rows = [{"construct": "quality", "index": value, "weights_from": "pooled"} for value in awkward]
    rows.append({"construct": "quality", "index": math.inf, "why": "infinite"})
    tables = {"index": samples.table("index", rows)}
    content = samples.acsi(tables=tables)
    sheet = openpyxl.load_workbook(io.BytesIO(written(content)))["index"]
    place = next(cell.column for cell in sheet[NAMES] if cell.value == "index")
    found = [sheet.cell(row=FIRST + k, column=place).value for k in range(len(rows))]
    assert [math.copysign(1, v) * v if v else v for v in found[:-1]] == [abs(v) for v in awkward]
    assert found[-1] is None


def test_the_head_names_every_column_twice() -> None:
    sheet = book_of("plain", "zh")["index"]
    terms = {sheet.cell(row=NAMES, column=k).value: sheet.cell(row=NAMES - 1, column=k).value
             for k in range(1, sheet.max_column + 1)}  # fmt: skip
    assert terms["construct"] == "潜变量"
    assert terms["ci_lower"] == "区间下限"
    assert terms["construct_label"] == "潜变量（标签）"
    frame = pd.read_excel(io.BytesIO(written(content_of("plain"))), sheet_name="index", header=NAMES - 1)
    assert list(frame["index"]) == list(samples.SCORES)
    assert list(frame["construct_label"])[:2] == ["Customer expectations", "Perceived quality"]


def test_groups_stand_with_their_labels() -> None:
    sheet = book_of("grouped", "en")["index"]
    names = [cell.value for cell in sheet[NAMES]]
    assert names[:2] == ["INDUSTRY", "INDUSTRY_label"]
    assert [sheet.cell(row=FIRST, column=k).value for k in (1, 2)] == ["1001", "Processed food"]


def test_reasons_are_told_in_chinese_beside_the_stored_ones() -> None:
    sheet = book_of("grouped", "zh")["index"]
    names = [cell.value for cell in sheet[NAMES]]
    told = {
        sheet.cell(row=row, column=names.index("why") + 1).value:
        sheet.cell(row=row, column=names.index("why_label") + 1).value
        for row in range(FIRST, sheet.max_row + 1)
    }  # fmt: skip
    (why,) = [key for key in told if key]
    assert why.startswith("suppressed: ")
    assert CHINESE.search(told[why])
    assert told[None] is None


def test_sheets_are_set_up_for_reading_and_printing() -> None:
    book = book_of("grouped", "zh")
    sheet = book["index"]
    assert sheet.freeze_panes == "E5"
    assert sheet.auto_filter.ref == f"A{NAMES}:{openpyxl.utils.get_column_letter(sheet.max_column)}" + str(
        sheet.max_row
    )
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth in {None, 1}
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$4"
    assert "第" in sheet.oddFooter.right.text
    assert sheet.cell(row=FIRST, column=1).font.name == "Microsoft YaHei"
    assert book_of("grouped", "en")["index"].cell(row=FIRST, column=1).font.name == "Arial"
    widths = {key: one.width for key, one in sheet.column_dimensions.items()}
    assert all(8 < wide < 95 for wide in widths.values())


def test_number_formats_go_by_kind() -> None:
    book = book_of("plain", "en")

    def shown(sheet: str, column: str, row: int = FIRST) -> str:
        place = next(cell.column for cell in book[sheet][NAMES] if cell.value == column)
        return str(book[sheet].cell(row=row, column=place).number_format)

    assert shown("index", "index") == shown("index", "ci_lower") == shown("index", "ci_upper") == "0.0"
    assert shown("index", "n") == shown("indicators", "n") == "#,##0"
    assert shown("indicators", "top2") == "0.0%"
    assert shown("effects", "effect") == shown("effects", "ci_lower") == "0.000"
    assert shown("drivers", "performance_ci_upper") == "0.0"
    assert shown("index", "construct") == "@"
    fit = book["fit"]
    place = {cell.value: cell.column for cell in fit[NAMES]}
    formats = {
        fit.cell(row=row, column=place["measure"]).value:
        fit.cell(row=row, column=place["value"]).number_format for row in range(FIRST, fit.max_row + 1)
    }  # fmt: skip
    assert (formats["n"], formats["rmsea"], formats["aic"]) == ("#,##0", "0.000", "#,##0.0")


@pytest.mark.parametrize("name", ["hostile", "grouped"])
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert written(GALLERY[name]()) == written(GALLERY[name]())


def test_hostile_names_stay_text_also_when_their_cell_is_edited() -> None:
    book = book_of("hostile", "en")
    seen = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t")):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                    seen.add(cell.value)
    assert {text for text in FORMULAS if text.startswith("=")} <= seen


def test_illegal_and_formatted_and_long_text() -> None:
    runs = "<r><t>bold</t></r>"
    rows = [
        {"reason": "a\x00b\x07c\x0b\ufffe", "rows": 1}, {"reason": runs, "rows": 2},
        {"reason": "x" * 40_000, "rows": 3}, {"reason": "\U0001f600" * 20_000, "rows": 4},
        {"reason": "_x0041_", "rows": 5},
    ]  # fmt: skip
    content = samples.acsi(tables={"rows": samples.table("rows", rows)})
    sheet = openpyxl.load_workbook(io.BytesIO(written(content)))["rows"]
    found = [sheet.cell(row=FIRST + k, column=1).value for k in range(len(rows))]
    assert found[0] == "abc"
    assert found[1] == runs + " "
    assert len(found[2]) == MOST
    assert len(found[3].encode("utf-16-le")) // 2 <= MOST
    assert found[4] == "_x0041_"
    assert clean("a\ud800") == "a"


def test_names_of_sheets_are_short_and_unlike() -> None:
    used: set[str] = set()
    for name in ("pooled." + "x" * 40, "pooled." + "x" * 41, "a/b:c", "A_B_C", "", "history", "'quoted'"):
        made = sheet_name(name, used | {"history"})
        assert 1 <= len(made) <= 31
        assert not set("[]:*?/\\'") & set(made)
        assert made.casefold() not in used | {"history"}
        used.add(made.casefold())


def test_a_table_may_be_called_like_the_cover() -> None:
    content = samples.acsi(across={"Cover": pd.DataFrame({"a": [1.5]})})
    book = openpyxl.load_workbook(io.BytesIO(written(content)))
    assert book["Cover_2"].cell(row=FIRST, column=1).value == 1.5
    assert [one.sheet for one in stored_tables(content, ("Cover",)) if one.scope == "across"] == ["Cover_2"]


def test_an_empty_results_folder_makes_a_workbook() -> None:
    book = book_of("empty", "en")
    assert book.sheetnames[:2] == ["Cover", "Dashboard"]
    assert "Chart data" not in book.sheetnames


def test_flags_are_yes_or_no() -> None:
    row = {"construct": "satisfaction", "level": "firm", "within": "all", "unit": "A", "may_lead": True}
    content = samples.acsi(across={"ranks": across("ranks", [row])}, by=("firm",))
    sheet = openpyxl.load_workbook(io.BytesIO(written(content)))["ranks"]
    place = next(cell.column for cell in sheet[NAMES] if cell.value == "may_lead")
    assert sheet.cell(row=FIRST, column=place).value is True


def test_a_column_of_labels_that_the_table_has_itself_is_not_made_again() -> None:
    frame = pd.DataFrame({"construct": ["quality"], "construct_label": ["own"]})
    content = samples.acsi(across={"odd": frame})
    sheet = openpyxl.load_workbook(io.BytesIO(written(content)))["odd"]
    assert [cell.value for cell in sheet[NAMES]] == ["construct", "construct_label"]
    assert [cell.value for cell in sheet[FIRST]] == ["quality", "own"]


def test_widths_and_cuts_of_text() -> None:
    assert (width("abc"), width("顾客"), width("ab\nabcd"), width("")) == (3, 4, 4, 0)
    assert shorten("满意度满意度", 7) == "满意度…"
    assert shorten("a\nb", 10) == "a b"
    assert lines("x" * 100, 50) >= 2
    assert lines("", 50) == 1


def test_parts_of_the_file_have_no_time_of_their_own() -> None:
    with zipfile.ZipFile(io.BytesIO(written(content_of("plain")))) as found:
        assert {one.date_time[:3] for one in found.infolist()} == {(1980, 1, 1)}
        core = found.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


def test_a_suppressed_group_leaves_no_number() -> None:
    content = content_of("suppressed")
    book = book_of("suppressed", "en")
    frame = content.tables["index"]
    hidden = frame.index[frame["why"].astype(str).str.startswith("suppressed")]
    assert len(hidden)
    place = {cell.value: cell.column for cell in book["index"][NAMES]}
    for row in hidden:
        cells = [book["index"].cell(row=FIRST + row, column=place[name]) for name in ("index", "ci_lower")]
        assert [cell.value for cell in cells] == [None, None]


def test_phrases_are_in_both_languages() -> None:
    for key, one in WORKBOOK.items():
        assert key.startswith("xlsx_")
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (one.en, one.zh)]
        assert places[0] == places[1], key
        assert not CHINESE.search(one.en), key
        assert CHINESE.search(one.zh) or one.zh == one.en == "{title}", key


def test_the_client_is_named_in_the_properties() -> None:
    book = book_of("coloured", "en")
    said = outline(content_of("coloured"), "en")
    assert book.properties.title == said.page_title
    assert (book.properties.creator or "") == said.preparer
    plain = replace(content_of("plain"), manifest={})
    assert openpyxl.load_workbook(io.BytesIO(written(plain))).sheetnames[0] == "Cover"
