"""A client's template, colours and logo on slides."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import lru_cache

import pytest
import slides_reading as reading
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.util import Emu

from csi_model.errors import ReportError
from csi_model.reporting.content import Content
from csi_model.reporting.look import Look

WIDE, HIGH = 10_000_000, 5_625_000
SAMPLE = "Words of a sample slide"
SECTIONS = """
<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">
  <p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">
    <p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">
      <p14:section name="Start" id="{6B1F0A12-0000-4000-8000-000000000001}">
        <p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst>
      </p14:section>
    </p14:sectionLst>
  </p:ext>
</p:extLst>
"""


@lru_cache(maxsize=1)
def template() -> bytes:
    """Another size, layouts under other names and in another order, a sample slide in a section."""
    made = Presentation()
    made.slide_width, made.slide_height = Emu(WIDE), Emu(HIGH)
    for layout in list(made.slide_layouts):
        kind = layout._element.get("type")
        if kind not in {"title", "titleOnly", "obj"}:
            made.slide_layouts.remove(layout)
            continue
        layout.name = {"title": "Umschlag", "titleOnly": "Nur Kopf", "obj": "Inhalt"}[kind]
        del layout._element.attrib["type"]
        for one in layout.placeholders:
            top, high = (0.35, 0.25) if kind == "title" else (0.06, 0.14)
            if one.placeholder_format.type in (1, 3):
                one.left, one.top = Emu(int(WIDE * 0.04)), Emu(int(HIGH * top))
                one.width, one.height = Emu(int(WIDE * 0.92)), Emu(int(HIGH * high))
            elif one.placeholder_format.type in (13, 15, 16):
                one.left, one.top = Emu(int(WIDE * 0.04)), Emu(int(HIGH * 0.93))
                one.width, one.height = Emu(int(WIDE * 0.3)), Emu(int(HIGH * 0.05))
    listed = made.slide_layouts._sldLayoutIdLst
    listed.insert(0, listed[-1])
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = SAMPLE
    slide.notes_slide.notes_text_frame.text = SAMPLE
    made.part._element.append(parse_xml(SECTIONS))
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def as_potx(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(held, "w") as made:
        for name in read.namelist():
            inside = read.read(name)
            if name == "[Content_Types].xml":
                inside = inside.replace(b"presentationml.presentation.main", b"presentationml.template.main")
            made.writestr(name, inside)
    return held.getvalue()


def dressed(data: bytes, **look: str) -> Content:
    return replace(reading.content("one_item"), look=Look(template=data, **look))


@lru_cache(maxsize=4)
def deck(data: bytes) -> bytes:
    return reading.written(dressed(data))


def test_slides_take_size_and_layouts_of_the_template() -> None:
    made = reading.opened(deck(template()))
    assert (made.slide_width, made.slide_height) == (WIDE, HIGH)
    names = [slide.slide_layout.name for slide in made.slides]
    assert names[0] == "Umschlag"
    assert set(names[1:]) == {"Nur Kopf"}


def test_sample_slides_leave_nothing_behind() -> None:
    data = deck(template())
    count = len(reading.opened(data).slides)
    slides = [name for name in reading.parts(data, "ppt/slides/slide") if name.endswith(".xml")]
    notes = [name for name in reading.parts(data, "ppt/notesSlides/") if name.endswith(".xml")]
    assert (len(slides), len(notes)) == (count, count)
    assert not any(SAMPLE.encode() in part for part in reading.parts(data, "ppt/").values())
    assert b"sectionLst" not in reading.parts(data, "ppt/presentation.xml")["ppt/presentation.xml"]


def test_content_stays_inside_what_the_layout_leaves_free() -> None:
    made = reading.opened(deck(template()))
    for slide in list(made.slides)[1:]:
        title = slide.shapes.title
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= WIDE + 1
            assert shape.top + shape.height <= HIGH * 0.981, shape.name
            if shape.has_chart or shape.has_table:
                assert shape.top >= title.top + title.height


def test_a_potx_is_a_template_too() -> None:
    data = deck(as_potx(template()))
    assert len(reading.opened(data).slides) == len(reading.opened(deck(template())).slides)
    kinds = reading.parts(data, "[Content_Types].xml")["[Content_Types].xml"]
    assert b"template.main" not in kinds


@pytest.mark.parametrize("data", [b"not a zip", b"PK\x03\x04", as_potx(template())[:4000]])
def test_a_template_that_cannot_be_opened_is_one_message(data: bytes) -> None:
    with pytest.raises(ReportError) as caught:
        reading.written(dressed(data))
    (finding,) = caught.value.findings
    assert finding.where == "report.template"
    assert finding.fix


def test_a_workbook_is_no_template() -> None:
    from openpyxl import Workbook

    held = io.BytesIO()
    Workbook().save(held)
    with pytest.raises(ReportError, match=r"report\.template"):
        reading.written(dressed(held.getvalue()))


def test_the_accent_of_the_study_goes_before_that_of_the_template() -> None:
    own = reading.written(dressed(template(), accent="#7a1022"))
    kicker = next(shape for shape in reading.opened(own).slides[1].shapes if shape.name == "Kicker")
    assert kicker._element.find(".//a:solidFill/a:srgbClr", reading.SPACES).get("val") == "7A1022"
    theirs = reading.opened(deck(template()))
    kicker = next(shape for shape in theirs.slides[1].shapes if shape.name == "Kicker")
    assert kicker._element.find(".//a:solidFill/a:schemeClr", reading.SPACES).get("val") == "accent1"


def test_the_colours_of_the_study_are_those_of_the_theme() -> None:
    data = reading.deck("coloured")
    theme = next(
        part for name, part in sorted(reading.parts(data, "ppt/theme/").items()) if b"csi_model" in part
    )
    accent = reading.xml(theme).find(".//a:accent1/a:srgbClr", reading.SPACES)
    assert accent.get("val") == "7A1022"
    fonts = reading.xml(theme).find(".//a:minorFont", reading.SPACES)
    assert fonts.find("a:ea", reading.SPACES).get("typeface") == "Microsoft YaHei"


def test_the_logo_stands_on_the_title_slide() -> None:
    cover = reading.slides("coloured").slides[0]
    (logo,) = [shape for shape in cover.shapes if shape.shape_type == 13]
    assert logo.image.blob == reading.content("coloured").look.logo
    assert logo._element._nvXxPr.cNvPr.get("descr")


def test_a_drawing_as_logo_is_kept_as_a_drawing() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><rect width="30" height="10"/></svg>'
    content = replace(reading.content("one_item"), look=Look(logo=svg, logo_type="svg"))
    data = reading.written(content)
    assert svg in reading.parts(data, "ppt/media/").values()
    (logo,) = [shape for shape in reading.opened(data).slides[0].shapes if shape.shape_type == 13]
    assert logo.width / logo.height == pytest.approx(3.0, rel=0.01)


@pytest.mark.parametrize(("kind", "data"), [("png", b"not a picture"), ("svg", b"<svg")])
def test_a_logo_that_cannot_be_opened_is_one_message(kind: str, data: bytes) -> None:
    content = replace(reading.content("one_item"), look=Look(logo=data, logo_type=kind))
    with pytest.raises(ReportError) as caught:
        reading.written(content)
    (finding,) = caught.value.findings
    assert finding.where == "report.logo"
