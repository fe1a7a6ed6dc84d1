"""The Word report read back: tables, headings, captions, pictures, fonts, contents, names from surveys."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, get_args

import docx
import pytest
from docx.oxml.ns import qn
from gallery import GALLERY, SCRIPT

from csi_model.reporting import theme
from csi_model.reporting.charts import pictures
from csi_model.reporting.look import Look
from csi_model.reporting.outline.blocks import Block, Figure, Fold, Heading, Table, walk
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.views import View
from csi_model.reporting.word import blocks as written_blocks
from csi_model.reporting.word.phrases import WORD
from csi_model.reporting.word.report import write
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

CHINESE = re.compile("[\u4e00-\u9fff]")
FIELDS = ("TOC ", "PAGEREF ", "SEQ ", "PAGE", "NUMPAGES")


@cache
def handed(name: str, language: str, drawn: bool = False) -> Handed:
    content = GALLERY[name]()
    drawings = pictures(content, language) if drawn else Pictures(figures={}, language=language)
    return Handed(content=content, outline=outline(content, language), pictures=drawings)


@cache
def written(name: str, language: str, drawn: bool = False) -> bytes:
    return write(handed(name, language, drawn))


def word(name: str, language: str, drawn: bool = False) -> Any:
    return docx.Document(io.BytesIO(written(name, language, drawn)))


def texts(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def paragraphs(document: Any) -> list[tuple[str, str]]:
    """Style and text of every paragraph of the body, those in tables included."""
    return [
        (one.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val")), texts(one))
        for one in document.element.body.iter(qn("w:p"))
    ]


def grids(document: Any) -> list[list[list[str]]]:
    """The cells of every table of numbers, row by row."""
    return [
        [[texts(cell) for cell in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))]
        for table in document.element.body.iter(qn("w:tbl"))
        if table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}").get(qn("w:val")) == "ReportTable"
    ]


def spaced(text: str) -> str:
    return " ".join(text.split())


def expected(view: View) -> list[list[str]]:
    rows = [[spaced(title) for title, _ in view.columns]]
    for block in view.blocks:
        if block.title and block.lines:
            rows.append([spaced(block.title)])
        for line in block.lines:
            cells = (line.head, *line.cells)
            rows.append([spaced(one.text) + (str(one.note) if one.note else "") for one in cells])
    return rows


def views(told: Outline) -> list[View]:
    return [block.view for block in told.blocks() if isinstance(block, Table) and block.view]


@pytest.mark.parametrize(("name", "language"), [("grouped", "en"), ("plain", "zh"), ("suppressed", "en")])
def test_every_table_holds_the_cells_of_its_view(name: str, language: str) -> None:
    found = [[[spaced(cell) for cell in row] for row in grid] for grid in grids(word(name, language))]
    assert len(found) > 10
    assert found == [expected(view) for view in views(handed(name, language).outline)]


@pytest.mark.slow
def test_a_long_table_ends_with_a_note_that_says_where_the_rest_is() -> None:
    document = word("four_hundred", "en")
    long = [view for view in views(handed("four_hundred", "en").outline)
            if sum(len(block.lines) for block in view.blocks) > 60]  # fmt: skip
    assert long
    found = {len([row for row in grid if len(row) > 1]) - 1 for grid in grids(document)}
    assert 40 in found
    assert max(found) <= 60
    notes = [text for style, text in paragraphs(document) if style == "TableNote" and "Shown are" in text]
    assert len(notes) == len(long)
    assert "the first 40 of 400 rows" in notes[0]
    first = next(grid for grid in grids(document) if len(grid[0]) == len(long[0].columns) and len(grid) >= 40)
    assert first[1:3] == [[spaced(cell) for cell in row] for row in expected(long[0])[1:3]]


def headings(found: tuple[Block, ...]) -> Iterator[str]:
    for block in walk(found):
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, Fold):
            yield block.title


@pytest.mark.parametrize(("name", "language"), [("plain", "en"), ("grouped", "zh"), ("inadmissible", "en")])
def test_headings_stand_in_the_order_of_the_outline(name: str, language: str) -> None:
    told = handed(name, language).outline
    wanted: list[str] = []
    for part, found in told.parts():
        shown = [one for one in found if any(block.kind != "what_if" for block in one.blocks)]
        if not shown:
            continue
        title = say(f"part_{part}", language)
        wanted += [title] if len(shown) > 1 else []
        for chapter in shown:
            same = len(shown) > 1 and chapter.title == title
            wanted += [say("docx_found", language) if same else chapter.title, *headings(chapter.blocks)]
    found_there = [(style, text) for style, text in paragraphs(word(name, language)) if "Heading" in style]
    assert found_there[0] == ("TOCHeading", say("contents", language))
    assert [text for _, text in found_there[1:]] == [spaced(text) for text in wanted]
    levels = [int(style[-1]) for style, _ in found_there[1:]]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_contents_list_the_headings_with_links_and_pages(language: str) -> None:
    document = word("plain", language)
    body = document.element.body
    marks = {}
    for one in body.iter(qn("w:p")):
        for mark in one.iter(qn("w:bookmarkStart")):
            assert mark.get(qn("w:name")) not in marks
            marks[mark.get(qn("w:name"))] = one
    links = list(body.iter(qn("w:hyperlink")))
    listed = [texts(marks[link.get(qn("w:anchor"))]) for link in links]
    assert listed == [text for style, text in paragraphs(document) if style in ("Heading1", "Heading2")]
    pages = []
    for link, text in zip(links, listed, strict=True):
        shown = texts(link)
        assert shown.startswith(text)
        pages.append(int(shown.removeprefix(text)))
        assert f" PAGEREF {link.get(qn('w:anchor'))} \\h " in [
            node.text for node in link.iter(qn("w:instrText"))
        ]
    assert pages[0] == 3  # after the cover and the contents
    assert pages == sorted(pages)
    assert pages[-1] > 10
    with zipfile.ZipFile(io.BytesIO(written("plain", language))) as held:
        assert b"updateFields" not in held.read("word/settings.xml")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "table", "figure"), [("en", "Table", "Figure"), ("zh", "表", "图")])
def test_captions_are_counted_and_charts_described(language: str, table: str, figure: str) -> None:
    document = word("no_groups", language, True)
    told = handed("no_groups", language, True)
    drawn = [block for block in told.outline.blocks()
             if isinstance(block, Figure) and block.chart in told.pictures]  # fmt: skip
    captions = {kind: [text for style, text in paragraphs(document) if style == kind]
                for kind in ("TableCaption", "Caption")}  # fmt: skip
    for kind, label, wanted in (
        ("TableCaption", table, [view.caption for view in views(told.outline)]),
        ("Caption", figure, [block.caption for block in drawn]),
    ):
        assert len(wanted) > 3
        assert captions[kind] == [
            f"{label} {number}" + say("docx_caption", language, caption=text)
            for number, text in enumerate(wanted, 1)
        ]
        codes = [node.text for node in document.element.body.iter(qn("w:instrText"))]
        assert codes.count(f" SEQ {label} \\* ARABIC ") == len(wanted)
    shown = list(document.element.body.iter(qn("wp:docPr")))
    assert [one.get("name") for one in shown] == [block.chart for block in drawn]
    for one, block in zip(shown, drawn, strict=True):
        assert told.pictures.described(block.chart)[0] in one.get("descr")
        assert len(one.get("descr")) > 20
    assert len(document.inline_shapes) == len(drawn)
    width = document.sections[0].page_width - 2 * document.sections[0].left_margin
    assert max(shape.width for shape in document.inline_shapes) == pytest.approx(width, rel=0.002)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_heads_are_repeated_rows_stay_whole_and_numbers_stand_right(language: str) -> None:
    document = word("grouped", language)
    for table, view in zip(
        [one for one in document.tables if one.style.name == "Report Table"],
        views(handed("grouped", language).outline), strict=True,
    ):  # fmt: skip
        rows = table._tbl.findall(qn("w:tr"))
        flags = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert flags == [True, *[False] * (len(rows) - 1)]
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        head = [
            one.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val")) for one in rows[0].iter(qn("w:p"))
        ]
        assert ["Number" in style for style in head] == [numeric for _, numeric in view.columns]
        for row in rows:
            cells = row.findall(qn("w:tc"))
            if len(cells) == 1 < len(view.columns):
                span = cells[0].find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                assert int(span.get(qn("w:val"))) == len(view.columns)
    for style in ("Table Number", "Table Number Small", "Table Head Number"):
        assert document.styles[style].paragraph_format.alignment == 2


def test_every_style_and_chinese_run_has_a_chinese_font() -> None:
    document = word("plain", "zh")
    sheet = document.styles.element
    fonts = list(sheet.iter(qn("w:rFonts")))
    assert len(fonts) >= 3
    assert {one.get(qn("w:eastAsia")) for one in fonts} == {"Microsoft YaHei"}
    assert {one.get(qn("w:ascii")) for one in fonts} == {"Arial", "Courier New"}
    assert not [name for one in fonts for name in one.attrib if "Theme" in name]
    lang = sheet.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia"))) == ("en-GB", "zh-CN")
    assert sheet.find(f".//{qn('w:pPrDefault')}//{qn('w:snapToGrid')}").get(qn("w:val")) == "0"
    seen = 0
    for run in document.element.body.iter(qn("w:r")):
        if CHINESE.search(texts(run)):
            # the text of fields, such as the label in a caption, is drawn by its style
            hinted = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            assert hinted is not None, texts(run)
            assert hinted.get(qn("w:hint")) == "eastAsia"
            seen += 1
    assert seen > 300


def test_paragraphs_carry_styles_that_the_file_defines() -> None:
    document = word("grouped", "en")
    defined = {one.get(qn("w:styleId")) for one in document.styles.element.iter(qn("w:style"))}
    body = document.element.body
    used = {
        one.get(qn("w:val"))
        for kind in ("pStyle", "rStyle", "tblStyle")
        for one in body.iter(qn(f"w:{kind}"))
    }
    assert used <= defined
    assert {"Title", "Heading1", "Heading2", "Heading3", "BodyText", "TableCaption", "ListBullet"} <= used
    assert not list(body.iter(qn("w:sz")))
    assert not list(body.iter(qn("w:color")))


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_names_from_surveys_are_texts(language: str) -> None:
    document = word("hostile", language)
    said = "\n".join(text for _, text in paragraphs(document))
    for text in (SCRIPT, '=HYPERLINK("http://x")', "&amp; &lt;i&gt;", "{{ 7*7 }}", "]]> -->"):
        assert text in said
    codes = [node.text.strip() for node in document.element.body.iter(qn("w:instrText"))]
    assert all(code.startswith(FIELDS) for code in codes)
    assert not [rel for rel in document.part.rels.values() if rel.is_external]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", said)
    assert "\x07" not in document.core_properties.title


def test_a_suppressed_unit_shows_no_number() -> None:
    rows = [row for grid in grids(word("suppressed", "en")) for row in grid if row[-1] == "suppressed"]
    assert rows
    for row in rows:
        numbers = [cell for cell in row[1:-1] if re.search(r"\d", re.sub(r"–\d+$", "–", cell))]
        assert len(numbers) <= 1  # how many were asked is told, what they answered is not


def test_an_inadmissible_fit_is_told_before_its_index() -> None:
    document = word("inadmissible", "en")
    styles = [style for style, _ in paragraphs(document)]
    assert styles.index("AlarmTitle") < styles.index("HeroNumber")
    assert "AlarmTitle" not in [style for style, _ in paragraphs(word("plain", "en"))]
    every = document.element.body.iter(qn("w:p"))
    number = next(one for one in every if one.find(f".//{qn('w:pStyle')}").get(qn("w:val")) == "HeroNumber")
    assert number.find(f".//{qn('w:rStyle')}").get(qn("w:val")) == "StateUnknown"
    assert "Read the box above before you use this number." in [text for _, text in paragraphs(document)]
    states = [text for _, text in paragraphs(document)]
    assert "✕ problem" in states


def test_the_cover_names_client_preparer_and_date() -> None:
    document = word("coloured", "zh", False)
    cover = [text for style, text in paragraphs(document) if style in ("Title", "CoverName", "CoverText")]
    assert cover == ["2026年顾客满意度", "委托方", "桤木银行", "编制方", "指数研究所", "日期", "2026年3月"]
    assert [one.get("name") for one in document.element.body.iter(qn("wp:docPr"))] == ["logo"]
    about = document.core_properties
    assert (about.author, about.language) == ("指数研究所", "zh-CN")
    assert about.title == handed("coloured", "zh").outline.page_title
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert texts(section.header._element) == "2026年顾客满意度"
    assert texts(section.footer._element) == "第 1 页，共 1 页"
    assert texts(section.first_page_header._element) == ""


def test_a_client_s_colours_are_those_of_the_styles() -> None:
    plain = word("plain", "en").styles["Heading 1"].font.color.rgb
    assert str(plain).lower() == theme.LIGHT.accent[1:]
    with theme.look(Look(accent="#7a1022")):
        made = docx.Document(io.BytesIO(write(handed("one_item", "en"))))
        wanted = theme.LIGHT.accent
    assert wanted != theme.LIGHT.accent
    assert str(made.styles["Heading 1"].font.color.rgb).lower() == wanted[1:]


def test_the_same_content_gives_the_same_bytes() -> None:
    one = written("no_groups", "zh", True)
    assert one == write(handed("no_groups", "zh", True))
    with zipfile.ZipFile(io.BytesIO(one)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in held.read("docProps/core.xml")
        assert not [name for name in held.namelist() if "thumbnail" in name or "app.xml" in name]


QUICK = ("empty", "inadmissible", "no_groups", "one_firm", "one_item", "plain")
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in sorted(GALLERY)]


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_every_content_gives_a_report(name: str) -> None:
    language = "zh" if name == "long_chinese" else "en"
    document = word(name, language)
    assert len(document.element.body) > 40
    assert document.sections[0].page_width.cm == pytest.approx(21.0, abs=0.01)


def test_every_kind_of_block_is_written() -> None:
    kinds = {kind.kind for kind in get_args(Block)}
    assert kinds == set(written_blocks.WRITERS) | written_blocks.SCREEN_ONLY


def test_phrases_are_there_in_both_languages() -> None:
    for key, phrase in WORD.items():
        assert key.startswith("docx_")
        assert CHINESE.search(phrase.zh) or not re.search("[a-z]", re.sub(r"\{\w+\}", "", phrase.zh)), key
        assert set(re.findall(r"\{\w+\}", phrase.en)) == set(re.findall(r"\{\w+\}", phrase.zh)), key
