"""Blocks made by hand as Word shows them: long, wide and tall ones, lists, code, verdicts, logos."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import docx
import numpy as np
import pytest
import report_samples as samples
from docx.oxml.ns import qn
from matplotlib.figure import Figure as Drawing
from PIL import Image

from csi_model.errors import ReportError
from csi_model.reporting.look import Look
from csi_model.reporting.outline.blocks import (
    Block,
    Card,
    Cards,
    Code,
    Entries,
    Entry,
    Figure,
    Fold,
    Heading,
    Points,
    Remark,
    Remarks,
    Table,
    Text,
)
from csi_model.reporting.outline.outline import Chapter, Outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.views import Block as Rows
from csi_model.reporting.views import Cell, Line, View
from csi_model.reporting.word import figures, letters, package, widths
from csi_model.reporting.word.paper import room
from csi_model.reporting.word.report import write
from csi_model.reporting.word.styles import SMALL, TINY
from csi_model.reporting.word.vector_size import vector_size
from csi_model.reporting.writers import Handed

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect width="300" height="100"/></svg>'


def view(rows: int = 3, columns: int = 2, *, label: str = "row", strong: int = -1, title: str = "") -> View:
    lines = tuple(
        Line(
            head=Cell(text=f"{label} {k}", numeric=False),
            cells=tuple(
                Cell(text=f"{k}.{c} to {k}.{c + 1}", note=1 if k == 1 else 0) for c in range(columns)
            ),
            strong=k == strong,
        )
        for k in range(rows)
    )
    titles = (("name", False), *((f"column {c}", True) for c in range(columns)))
    return View(
        caption="made", columns=titles, blocks=(Rows(title=title, lines=lines),), notes=("why", "why not")
    )


def made(
    *blocks: Block, language: str = "en", look: Look | None = None, drawings: dict[str, Drawing] | None = None
) -> Any:
    chapters = (Chapter(key="made", title="Made", part="results", blocks=blocks),)
    told = Outline(language=language, kicker="kind", title="title", page_title="title", chapters=chapters)
    content = samples.acsi()
    if look is not None:
        content = replace(content, look=look)
    drawn = Pictures(figures=drawings or {}, language=language)
    return docx.Document(io.BytesIO(write(Handed(content=content, outline=told, pictures=drawn))))


def texts(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def told(document: Any) -> list[tuple[str, str]]:
    """Style and text of the paragraphs after the contents."""
    every = [(one.style.style_id, texts(one._p)) for one in document.paragraphs]
    return every[every.index(("Heading1", "Made")) :]


def test_a_table_is_cut_only_when_it_is_longer_than_sixty_rows() -> None:
    assert len(made(Table(view=view(60))).tables[0].rows) == 61
    document = made(Table(view=view(61)))
    assert len(document.tables[0].rows) == 41
    notes = [text for style, text in told(document) if style == "TableNote"]
    assert notes == [
        "1 why",
        "Shown are the first 40 of 61 rows; all of them stand in the CSV files of the results folder "
        "(tables/).",
    ]


def test_notes_that_no_shown_row_refers_to_are_left_out() -> None:
    assert [text for style, text in told(made(Table(view=view()))) if style == "TableNote"] == ["1 why"]
    assert not [1 for style, _ in told(made(Table(view=view(1)))) if style == "TableNote"]


def test_a_wide_table_stands_on_a_turned_page_with_its_heading() -> None:
    document = made(
        Heading(text="before"), Text(text="a"), Heading(text="wide"), Text(text="how", look="small"),
        Table(view=view(columns=14)), Heading(text="after"),
    )  # fmt: skip
    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned == [False, True, False]
    ends = [
        index
        for index, element in enumerate(document.element.body)
        if element.findall(f".//{qn('w:sectPr')}")
    ]
    between = [texts(one) for one in list(document.element.body)[ends[0] : ends[1]]]
    assert between[1:3] == ["wide", "how"]
    assert "after" not in between
    assert texts(list(document.element.body)[ends[1] + 1]) == "after"
    assert [section.different_first_page_header_footer for section in document.sections] == [
        True,
        False,
        False,
    ]
    assert all(section.header.is_linked_to_previous for section in list(document.sections)[1:])


def test_two_wide_tables_in_a_row_share_their_section() -> None:
    document = made(Table(view=view(columns=14)), Heading(text="next"), Table(view=view(columns=14)))
    assert [section.page_width > section.page_height for section in document.sections] == [False, True]


@pytest.mark.parametrize("columns", [1, 2, 5, 8, 11, 14])
@pytest.mark.parametrize("label", ["row", "a label of many words that may break between them", "满意度" * 30])
def test_no_number_breaks(columns: int, label: str) -> None:
    shown = view(columns=columns, label=label, strong=2)
    how = widths.setting(shown, room()[0], room(turned=True)[0])
    assert sum(how.widths) <= room(how.turned)[0] + 0.01
    size = SMALL if how.suffix == "" else TINY
    for place, (_, numeric) in enumerate(shown.columns):
        for line in shown.blocks[0].lines:
            cell = (line.head, *line.cells)[place]
            if numeric:
                needed = letters.measured(cell.text, size, bold=line.strong) + 7.0
                assert needed <= how.widths[place]


def test_widths_of_letters_are_those_of_the_font() -> None:
    assert letters.measured("0123456789", 10) == pytest.approx(55.6)  # a digit of Arial is 0.556 em wide
    assert letters.measured("AV", 100) == pytest.approx(133.4)
    assert letters.measured("A", 100, bold=True) == pytest.approx(72.2)
    assert letters.measured("满意度，", 10) == pytest.approx(40.0)
    assert letters.measured("code", 10, mono=True) == pytest.approx(24.0)


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("", 100, 1),
        ("aa aa aa", 12, 3),
        ("aa aa aa", 30, 2),  # 11.1, a space of 2.8, 11.1
        ("满意度指数", 20, 3),
        ("满意度指数", 50, 1),
        ("a" * 20, 55.7, 2),  # a word wider than the line is broken
    ],
)
def test_texts_break_into_lines(text: str, limit: float, wanted: int) -> None:
    assert letters.lines(text, 10, limit) == wanted


def test_every_numbered_list_begins_with_one() -> None:
    document = made(Points(texts=("a", "b"), numbered=True), Points(texts=("c",), numbered=True))
    numbers = [
        one._p.pPr.numPr.numId.val for one in document.paragraphs if one.style.style_id == "ListNumber"
    ]
    assert numbers[0] == numbers[1] != numbers[2]
    defined = {one.get(qn("w:numId")): one for one in document.part.numbering_part._element.iter(qn("w:num"))}
    for number in set(numbers):
        start = defined[str(number)].find(f".//{qn('w:startOverride')}")
        assert start.get(qn("w:val")) == "1"


def test_the_first_of_points_with_a_lead_stands_out() -> None:
    found = told(made(Points(texts=("first", "second `code`"), lead=True), Points(texts=("third",))))
    assert found[1:] == [("Lead", "first"), ("ListBullet", "second code"), ("ListBullet", "third")]


def test_a_fold_is_a_heading_and_what_it_holds() -> None:
    fold = Fold(title="more", about="what", blocks=(Heading(text="within", level=4), Text(text="body")))
    found = told(made(Heading(text="above"), fold))
    assert found[1:] == [
        ("Heading2", "above"), ("Heading2", "more"), ("Small", "what"), ("Heading3", "within"),
        ("BodyText", "body"),
    ]  # fmt: skip


def test_code_keeps_its_lines_and_spaces() -> None:
    found = told(made(Code(text="a =~ b\n  c\t<d>\n")))
    assert found[1:] == [("CodeLine", "a =~ b"), ("Code", "  c    <d>")]


def test_entries_are_pairs_and_nested_ones_stand_below_their_name() -> None:
    document = made(
        Entries(
            entries=(
                Entry(name="source", value="a paper"),
                Entry(name="options", value="", entries=(("seed", "1"),)),
            )
        )
    )
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [["source", "a paper"], ["options", "options"], ["seed", "1"]]


@pytest.mark.parametrize(("language", "word"), [("en", "✕ problem"), ("zh", "✕ 有问题")])
def test_verdicts_have_a_sign_and_a_word(language: str, word: str) -> None:
    document = made(Cards(cards=(Card(state="bad", title="t", text="x"),)), language=language)
    assert [cell.text for cell in document.tables[0].rows[0].cells] == [word, "t", "x"]


def test_findings_begin_with_their_severity() -> None:
    remark = Remark(
        severity="warning", severity_text="warning", title="odd", group="Bank A", where="demo.csv",
        what="Row `3` is odd.", fix="Look.",
    )  # fmt: skip
    found = told(made(Remarks(remarks=(remark,))))
    assert found[1:] == [
        ("Finding", "[warning] odd · Bank A · demo.csv"),
        ("FindingText", "Row 3 is odd. Look."),
    ]


def test_the_box_of_a_table_without_rows_says_so() -> None:
    empty = View(caption="none", columns=(("a", False),), blocks=(), notes=())
    assert told(made(Table(view=empty)))[1:] == [("Small", "none: The results folder holds no such table.")]


def drawing(height: float) -> Drawing:
    made_of = Drawing(figsize=(9.44, height))
    ax = made_of.add_axes((0, 0, 1, 1), label="what it shows")
    ax.set_axis_off()
    made_of.set_label("tall")
    return made_of


@pytest.mark.parametrize(("height", "pictures"), [(4.0, 1), (12.0, 1), (20.0, 2), (28.0, 3), (80.0, 0)])
def test_a_tall_chart_goes_over_pages_or_is_named(height: float, pictures: int) -> None:
    document = made(Figure(chart="league", caption="units"), drawings={"league": drawing(height)})
    assert len(document.inline_shapes) == pictures
    captions = [text for style, text in told(document) if style == "Caption"]
    if pictures == 0:
        assert "charts/league.svg" in told(document)[1][1]
    elif pictures == 1:
        assert captions == ["Figure 1. units"]
    else:
        assert captions[-1] == f"Figure {pictures}. units ({pictures} of {pictures})"
    wide, high = room()
    for shape in document.inline_shapes:
        assert shape.width.pt <= wide + 0.01
        assert shape.height.pt <= high - figures.CAPTION + 0.01
        assert shape.width.pt / (72 * 9.44) >= 0.6


def test_a_picture_is_cut_where_it_is_empty() -> None:
    dots = np.full((300, 40, 3), 255, dtype=np.uint8)
    dots[:140], dots[160:] = 60, 90
    held = io.BytesIO()
    Image.fromarray(dots).save(held, "png")
    parts = figures.cut(held.getvalue(), 2)
    assert [share for _, share in parts] == [pytest.approx(0.5), pytest.approx(0.5)]
    again = np.concatenate([np.asarray(Image.open(io.BytesIO(data))) for data, _ in parts])
    assert np.array_equal(again, dots)


def picture(kind: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(held, kind)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(picture("png"), "png"), (picture("jpeg"), "jpeg"), (SVG, "svg")],
    ids=["png", "jpeg", "svg"],
)
def test_a_logo_keeps_its_shape(data: bytes, kind: str) -> None:
    document = made(look=Look(logo=data, logo_type=kind))
    extent = next(document.element.body.iter(qn("wp:extent")))
    assert int(extent.get("cx")) / int(extent.get("cy")) == pytest.approx(3.0, rel=0.01)
    assert next(document.element.body.iter(qn("wp:docPr"))).get("descr").startswith("Logo")
    held = io.BytesIO()
    document.save(held)
    with zipfile.ZipFile(held) as read:
        assert data in [read.read(name) for name in read.namelist() if "media" in name]


@pytest.mark.parametrize(
    ("data", "kind"), [(b"GIF?", "png"), (b"", "jpeg"), (b"<svg", "svg"), (b"<html/>", "svg")]
)
def test_a_logo_that_is_no_picture_is_told(data: bytes, kind: str) -> None:
    with pytest.raises(ReportError) as error:
        made(look=Look(logo=data or b"\x89PNG", logo_type=kind))
    assert error.value.findings[0].where == "report.logo"
    assert error.value.findings[0].fix


def test_what_stands_for_a_drawing_of_lines_is_clear() -> None:
    with Image.open(io.BytesIO(package.CLEAR)) as dot:
        assert dot.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="10mm"/>', (20.0, 10.0)),
        (b'<svg viewBox="0,0,12.5,5"/>', (12.5, 5.0)),
        (b"<svg/>", (3.0, 1.0)),
    ],
)
def test_the_size_of_an_svg(text: bytes, wanted: tuple[float, float]) -> None:
    assert vector_size(text) == wanted
