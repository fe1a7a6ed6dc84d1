"""The deck as a whole: nothing beyond the slide, notes everywhere, fonts of both scripts, links, tables."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
import slides_reading as reading

from csi_model.reporting import formats, records
from csi_model.reporting.slides import grids
from csi_model.reporting.slides.own_design import own_design
from csi_model.reporting.slides.titles import first_sentence, title_fits
from csi_model.reporting.views import Block, Cell, Line, View
from csi_model.reporting.wording import say

LONGER = [("inadmissible", "en"), ("all_suppressed", "en"), ("one_firm", "zh"), ("composites", "en"),
          ("hostile", "zh"), ("waves", "en"), ("long_chinese", "zh"), ("four_hundred", "en")]  # fmt: skip
SEVERAL = [
    ("grouped", "zh"),
    ("one_item", "zh"),
    ("empty", "en"),
    *(pytest.param(*one, marks=pytest.mark.slow) for one in LONGER),
]
CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.mark.parametrize(("name", "language"), SEVERAL)
def test_nothing_reaches_beyond_its_slide(name: str, language: str) -> None:
    deck = reading.slides(name, language)
    for number, slide in enumerate(deck.slides, start=1):
        for shape in reading.flat(slide.shapes):
            place = (number, shape.name)
            assert shape.left >= 0, place
            assert shape.top >= 0, place
            assert shape.left + shape.width <= deck.slide_width + 1, place
            assert shape.top + shape.height <= deck.slide_height + 1, place


@pytest.mark.parametrize(("name", "language"), SEVERAL)
def test_tables_end_above_the_footer(name: str, language: str) -> None:
    deck = reading.slides(name, language)
    foot = min(s.top for s in deck.slides[1].shapes if s.is_placeholder and s.placeholder_format.type != 1)
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            if shape.has_table:
                height = sum(row.height for row in shape.table.rows)
                assert shape.top + height <= foot, number
                assert len(shape.table.rows) <= grids.CROWDED + 2


@pytest.mark.parametrize(("name", "language"), SEVERAL)
def test_every_slide_has_a_title_and_notes(name: str, language: str) -> None:
    for number, slide in enumerate(reading.slides(name, language).slides, start=1):
        assert reading.title(slide).strip(), number
        assert slide.has_notes_slide, number
        assert slide.notes_slide.notes_text_frame.text.strip(), number


def test_notes_say_where_the_numbers_are() -> None:
    deck = reading.slides("grouped", "zh")
    notes = {reading.title(slide): slide.notes_slide.notes_text_frame.text for slide in deck.slides}
    assert "tables/pooled/index.csv" in notes[say("h_index", "zh")]
    groups = next(text for title, text in notes.items() if "4 个组" in title)
    assert "tables/index.csv" in groups
    assert say("pptx_care_suppressed", "zh") in groups


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), [("grouped", "zh"), ("plain", "en")])
def test_charts_tables_and_diagram_are_described(name: str, language: str) -> None:
    found = 0
    for slide in reading.slides(name, language).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type in (6, 13):
                assert shape._element._nvXxPr.cNvPr.get("descr"), shape.name
                found += 1
    assert found > 10


def test_a_slide_with_a_native_chart_has_no_picture() -> None:
    for slide in reading.slides("grouped", "zh").slides:
        if any(shape.has_chart for shape in slide.shapes):
            assert not any(shape.shape_type == 13 for shape in slide.shapes)


def test_every_chinese_run_names_its_font_and_its_language() -> None:
    deck = reading.deck("grouped", "zh")
    seen = 0
    for kind in ("ppt/slides/slide", "ppt/notesSlides/", "ppt/charts/chart"):
        for name, data in reading.parts(deck, kind).items():
            if not name.endswith(".xml"):
                continue
            for run in reading.xml(data).iter(*(f"{{{reading.SPACES['a']}}}{tag}" for tag in ("r", "fld"))):
                if not CHINESE.search(run.xpath("string(a:t)", namespaces=reading.SPACES)):
                    continue
                looks = run.find("a:rPr", reading.SPACES)
                assert looks.get("lang") == "zh-CN", name
                assert looks.find("a:ea", reading.SPACES).get("typeface") == "Microsoft YaHei", name
                assert looks.find("a:latin", reading.SPACES).get("typeface") == "Arial", name
                seen += 1
    assert seen > 300


def test_charts_set_the_east_asian_font_for_texts_of_the_program() -> None:
    for data in reading.parts(reading.deck("grouped", "zh"), "ppt/charts/chart").values():
        if data[:2] == b"PK" or b"chartSpace" not in data:
            continue
        for looks in reading.xml(data).iter(f"{{{reading.SPACES['a']}}}defRPr"):
            assert looks.find("a:ea", reading.SPACES).get("typeface") == "Microsoft YaHei"


def test_the_same_content_gives_the_same_bytes() -> None:
    one = reading.written(reading.content("one_item"), "zh")
    assert one == reading.deck("one_item", "zh")
    with zipfile.ZipFile(BytesIO(one)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_document_says_title_and_author_but_no_time() -> None:
    about = reading.slides("plain").core_properties
    assert about.title == "Customer satisfaction 2026: customer satisfaction index report"
    assert about.author == "Index Institute"
    assert about.created is None
    assert about.modified is None


def test_the_summary_has_the_headline_and_its_interval() -> None:
    row = records.headline(reading.content("plain"))
    slide = next(s for s in reading.slides("plain").slides if "Verdict" in [one.name for one in s.shapes])
    text = reading.text(slide)
    assert formats.number(row["index"]) in text
    assert formats.interval(row["ci_lower"], row["ci_upper"], 1, "en") in text


def test_an_alarm_comes_first_and_on_the_cover() -> None:
    cover, alarm, contents = list(reading.slides("inadmissible").slides)[:3]
    assert say("pptx_alarm_cover", "en") in reading.text(cover)
    assert say("pptx_alarm_remedy", "en") in reading.text(alarm)
    assert reading.title(contents) == say("contents", "en")
    assert say("pptx_alarm_cover", "en") not in reading.text(reading.slides("plain").slides[0])


def test_contents_lead_to_their_chapters() -> None:
    deck = reading.slides("grouped", "zh")
    contents = next(slide for slide in deck.slides if reading.title(slide) == say("contents", "zh"))
    numbers = {slide.slide_id: place for place, slide in enumerate(deck.slides, start=1)}
    lines = [shape for shape in contents.shapes if shape.name.startswith("Contents ")]
    assert len(lines) > 12
    for shape in lines:
        target = shape.click_action.target_slide
        assert target is not None, shape.name
        if shape.name.endswith(" number"):
            assert int(shape.text_frame.text) == numbers[target.slide_id]
    drivers = next(shape for shape in lines if shape.name == "Contents drivers")
    kicker = [s.text_frame.text for s in drivers.click_action.target_slide.shapes if s.name == "Kicker"]
    assert kicker == [say("h_drivers", "zh")]


def test_the_diagram_is_of_boxes_that_do_not_overlap_and_glued_arrows() -> None:
    content = reading.content("plain")
    groups = [s for slide in reading.slides("plain").slides for s in slide.shapes if s.shape_type == 6]
    assert len(groups) == 1
    boxes = {s.name: s for s in groups[0].shapes if s.name in content.constructs}
    assert set(boxes) == set(content.constructs)
    placed = list(boxes.values())
    for k, one in enumerate(placed):
        for other in placed[k + 1 :]:
            apart = (
                one.left + one.width <= other.left or other.left + other.width <= one.left
                or one.top + one.height <= other.top or other.top + other.height <= one.top
            )  # fmt: skip
            assert apart, (one.name, other.name)
    ends = set()
    by_id = {shape.shape_id: name for name, shape in boxes.items()}
    for line in (s for s in groups[0].shapes if s._element.tag.endswith("cxnSp")):
        glued = line._element.nvCxnSpPr.cNvCxnSpPr
        ends.add((by_id[glued.stCxn.id], by_id[glued.endCxn.id]))
        assert line._element.find(".//a:tailEnd", reading.SPACES) is not None
    assert ends == set(content.paths)
    scores = {r["construct"]: formats.number(r["index"]) for r in records.index_rows(content)}
    for name, shape in boxes.items():
        assert shape.text_frame.text.endswith(scores[name])


@pytest.mark.slow
def test_hostile_names_are_text() -> None:
    deck = reading.deck("hostile")
    words = "\n".join(reading.text(slide) for slide in reading.slides("hostile").slides)
    assert "<script>alert(1)</script>" in words
    assert '=HYPERLINK("http://x")' in words
    for name, data in reading.parts(deck, "ppt/").items():
        if name.endswith((".xml", ".rels")):
            reading.xml(data)
            assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data), name
        assert b'TargetMode="External"' not in data, name


def table(count: int, label: str = "Firm {k}") -> View:
    lines = tuple(
        Line(head=Cell(text=label.format(k=k), numeric=False), cells=(Cell(text=f"{k}.0"),))
        for k in range(count)
    )
    return View(
        caption="Firms", columns=(("firm", False), ("index", True)), notes=(),
        blocks=(Block(title="", lines=lines),),
    )  # fmt: skip


def test_a_long_table_goes_on_with_its_titles_and_says_what_is_left_out() -> None:
    style = own_design("en").style
    made = grids.pages(grids.of_view(table(75)), 870.0, 340.0, style)
    shown = [row.cells[0].text for page in made for row in page.rows]
    assert shown == [f"Firm {k}" for k in range(grids.MOST_ROWS)]
    assert all(page.columns == (("firm", False), ("index", True)) for page in made)
    assert max(len(page.rows) for page in made) <= grids.ON_SLIDE
    assert max(len(p.rows) for p in made) - min(len(p.rows) for p in made) <= 1
    assert [page.left_out for page in made[:-1]] == [0] * (len(made) - 1)
    assert made[-1].left_out == 15
    assert all(sum(page.heights) <= 340.0 for page in made)


def test_a_long_label_is_shortened_and_kept_in_full() -> None:
    style = own_design("zh").style
    label = "第{k}" + "满意程度" * 75
    made = grids.pages(grids.of_view(table(2, label)), 400.0, 340.0, style)
    cell = made[0].rows[0].cells[0].text
    assert cell.endswith("…")
    assert label.format(k=0) in made[0].cut
    assert sum(made[0].heights) <= 340.0


def test_a_block_that_goes_on_has_its_title_again() -> None:
    style = own_design("en").style
    lines = table(20).blocks[0].lines
    view = View(
        caption="",
        columns=(("firm", False), ("index", True)),
        notes=(),
        blocks=(Block(title="Banks", lines=lines),),
    )
    made = grids.pages(grids.of_view(view), 870.0, 340.0, style)
    assert len(made) == 2
    assert [page.rows[0].cells[0].text for page in made] == ["Banks", "Banks"]


def test_a_sentence_is_a_title_only_where_it_fits_two_lines() -> None:
    base = own_design("en")
    assert title_fits("No driver is at once more important and weaker than the average of the drivers.", base)
    assert not title_fits("word " * 60, base)
    assert first_sentence("It holds. The rest follows.", "en") == ("It holds.", "The rest follows.")
    assert first_sentence("Dr. Oetker leads at 7.5 points. The rest follows.", "en")[0].startswith(
        "Dr. Oetker"
    )
    assert first_sentence("指数为 73.0 分。其余见后。", "zh") == ("指数为 73.0 分。", "其余见后。")
    assert first_sentence("One sentence only.", "en") == ("One sentence only.", "")


def test_findings_are_the_titles_of_their_slides() -> None:
    titles = [reading.title(slide) for slide in reading.slides("plain").slides]
    assert any(title.startswith("Improve first") for title in titles)
    assert any(title.startswith("The index of Customer satisfaction is") for title in titles)


@pytest.mark.slow
def test_four_hundred_firms_stay_a_deck() -> None:
    deck = reading.slides("four_hundred")
    assert len(deck.slides) < 75
    text = "\n".join(reading.text(slide) for slide in deck.slides)
    assert "more rows: see report.xlsx or tables/" in text
