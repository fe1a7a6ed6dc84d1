"""The PDF report, read back by another program."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pdf_reading as reading
import printed_samples as printed
import pytest
import report_samples as samples
from gallery import SCRIPT, coloured, told

from csi_model.errors import ReportError
from csi_model.reporting import fonts, views
from csi_model.reporting.outline.blocks import Code, Figure, Fold, Points, Table, Text
from csi_model.reporting.printed import engine, pdf
from csi_model.reporting.views import Block, Cell, Line, View
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

CHAPTERS = ("headline", "index", "drivers", "model", "findings")
LANGUAGES = ("en", "zh")

needs_chinese = pytest.mark.skipif(fonts.cjk_family() is None, reason="no font with Chinese characters")


def handed(language: str) -> Handed:
    return printed.short(told(samples.acsi()), language, CHAPTERS, ("index", "paths"))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {language: pdf.write(handed(language)) for language in LANGUAGES}


@pytest.fixture(scope="module")
def texts(made: dict[str, bytes]) -> dict[str, str]:
    return {language: reading.text_of(data) for language, data in made.items()}


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that WeasyPrint does not know, and no image that it does not find."""
    yield
    for when in ("setup", "call"):
        assert [record.getMessage() for record in caplog.get_records(when)] == []


def rows(view: View) -> list[str]:
    """The rows of a table as the text of a page has them, each cell with the number of its note."""
    lines = [(line.head, *line.cells) for block in view.blocks for line in block.lines]
    return [reading.squeezed("".join(f"{cell.text}{cell.note or ''}" for cell in line)) for line in lines]


@needs_chinese
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_holds_every_title_and_every_number(texts: dict[str, str], language: str) -> None:
    content = handed(language).content
    text = texts[language]
    for chapter in handed(language).outline.chapters:
        assert text.count(reading.squeezed(chapter.title)) >= 2  # in the contents and above the chapter
    for view in (
        views.index_view(content, language),
        views.effects_view(content, language),
        *(views.driver_view(content, name, language) for name in ("satisfaction", "loyalty")),
    ):
        assert rows(view)
        for row in rows(view):
            assert row in text


@needs_chinese
def test_numbers_are_those_of_the_stored_table(texts: dict[str, str]) -> None:
    text = texts["en"]
    index = handed("en").content.pooled["index"]
    for score, low, high in zip(index["index"], index["ci_lower"], index["ci_upper"], strict=True):
        assert f"{score:.1f}{low:.1f}to{high:.1f}" in text


@needs_chinese
@pytest.mark.parametrize("language", LANGUAGES)
def test_fonts_are_embedded_and_no_glyph_is_missing(made: dict[str, bytes], language: str) -> None:
    reader = reading.read(made[language])
    assert all(reading.program(font) for font in reading.fonts_of(reader).values())
    drawn = set(reading.check_glyphs(made[language]))
    outline = handed(language).outline
    wanted = "".join(chapter.title for chapter in outline.chapters) + outline.title + outline.client
    assert {sign for sign in wanted if not sign.isspace()} <= drawn


@needs_chinese
def test_chinese_is_drawn_in_a_chinese_face(made: dict[str, bytes]) -> None:
    """Not in the Japanese one, which a page would get that does not say which it means."""
    names = {str(font["/BaseFont"]) for font in reading.fonts_of(reading.read(made["zh"])).values()}
    assert not any("CJK-JP" in name for name in names)


@needs_chinese
def test_charts_are_shapes_and_their_texts_can_be_read(made: dict[str, bytes], texts: dict[str, str]) -> None:
    reader = reading.read(made["en"])
    assert not [image for page in reader.pages for image in page.images]
    assert reading.squeezed(say("axis_index", "en", level="95%")) in texts["en"]


def _alternatives(reader: object) -> list[str]:
    root = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[attr-defined]
    found: list[str] = []
    stack = [root]
    while stack:
        node = stack.pop().get_object()
        if not hasattr(node, "get"):
            continue
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        kids = node.get("/K")
        if isinstance(kids, list):
            stack += [kid for kid in kids if hasattr(kid.get_object(), "get")]
        elif hasattr(kids, "get_object") and hasattr(kids.get_object(), "get"):
            stack.append(kids)
    return found


@needs_chinese
def test_it_is_tagged_and_charts_say_what_they_show(made: dict[str, bytes]) -> None:
    reader = reading.read(made["en"])
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    figure = handed("en").pictures
    for name in figure:
        title, _ = figure.described(name)
        assert any(title in text for text in _alternatives(reader))


@needs_chinese
@pytest.mark.parametrize("language", LANGUAGES)
def test_bookmarks_are_the_parts_and_chapters(made: dict[str, bytes], language: str) -> None:
    found = reading.bookmarks(reading.read(made[language]))
    chapters = [chapter.title for chapter in handed(language).outline.chapters]
    assert [title for depth, title in found if depth == 1] == chapters
    assert [depth for depth, _ in found].count(0) == 4  # contents, summary, results, appendix


@needs_chinese
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_says_what_it_is_and_no_time(made: dict[str, bytes], language: str) -> None:
    reader, outline = reading.read(made[language]), handed(language).outline
    assert reader.metadata is not None
    assert reader.metadata.title == outline.page_title
    assert reader.metadata.author == outline.preparer
    assert reader.trailer["/Root"]["/Lang"] == {"en": "en", "zh": "zh-Hans"}[language]
    assert reader.metadata.creation_date is None
    assert reader.metadata.modification_date is None


@needs_chinese
def test_the_same_content_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    assert pdf.write(handed("zh")) == made["zh"]


@pytest.mark.slow
def test_contents_name_the_page_of_each_part() -> None:
    data = pdf.write(printed.short(samples.acsi(), "en", ("headline", "index", "findings"), ("index",)))
    pages = [page.extract_text() for page in reading.read(data).pages]
    for title in ("Summary", "Results", "Appendix"):
        page = next(n for n, text in enumerate(pages, 1) if n > 2 and text.startswith(title))
        assert reading.squeezed(f"{title}{page}") in reading.squeezed(pages[1]).replace(".", "")
        assert f"Page {page} of {len(pages)}" in pages[page - 1]


def long_view(rows: int, title: str = "Caption") -> View:
    lines = tuple(
        Line(head=Cell(text=f"row {n}", numeric=False), cells=(Cell(text=f"{n}.5"),)) for n in range(rows)
    )
    return View(
        caption=title,
        columns=(("name", False), ("value", True)),
        blocks=(Block(title="", lines=lines),),
        notes=(),
    )


def test_of_a_long_table_the_first_rows_are_printed_and_the_rest_is_named() -> None:
    blocks = (Table(view=long_view(61)), Table(view=long_view(60)))
    text = reading.text_of(pdf.write(printed.of_blocks(samples.acsi(), "en", *blocks)))
    assert text.count("row3939.5") == 2
    assert text.count("row4040.5") == 1  # of the table with 60 rows
    assert "row6060.5" not in text
    assert reading.squeezed("The first 40 of 61 rows are printed here.") in text
    assert "report.xlsx" in text


def test_folded_blocks_are_printed_open_under_their_title() -> None:
    fold = Fold(title="More", about="What is in it", blocks=(Text(text="inside"), Code(text="a =~ b")))
    text = reading.text_of(pdf.write(printed.of_blocks(samples.acsi(), "en", fold)))
    assert "MoreWhatisinitinsidea=~b" in text


def test_what_only_a_page_can_do_is_left_out() -> None:
    class Sliders:
        kind = "what_if"

    report = printed.of_blocks(samples.acsi(), "en", Sliders(), Text(text="kept"))  # type: ignore[arg-type]
    assert "kept" in reading.text_of(pdf.write(report))


def test_a_wide_table_lies_on_its_side() -> None:
    columns = (("name", False), *((f"a long heading {n}", True) for n in range(14)))
    line = Line(head=Cell(text="row", numeric=False), cells=tuple(Cell(text="1,234.56 to 2,345.67"[:13])
                for _ in range(14)))  # fmt: skip
    view = View(caption="Wide", columns=columns, blocks=(Block(title="", lines=(line,)),), notes=())
    data = pdf.write(printed.of_blocks(samples.acsi(), "en", Text(text="before"), Table(view=view)))
    wide = [page for page in reading.read(data).pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1
    assert "Wide" in wide[0].extract_text()
    assert "before" not in wide[0].extract_text()


def test_names_from_surveys_are_texts() -> None:
    content = replace(told(samples.acsi()), title={"en": SCRIPT})
    report = printed.short(content, "en", ("headline",))
    points = Points(
        texts=(SCRIPT, '=HYPERLINK("http://x")', "</style></p>{{ 7*7 }}", "bell\x07 null\x00 \uffff.")
    )
    chapter = replace(report.outline.chapters[0], blocks=(points,))
    data = pdf.write(replace(report, outline=replace(report.outline, chapters=(chapter,), title=SCRIPT)))
    text = reading.text_of(data)
    assert text.count(SCRIPT) >= 3  # cover, running head, list
    assert '=HYPERLINK("http://x")' in text
    assert "</style></p>{{7*7}}bellnull." in text
    reader = reading.read(data)
    assert not {"/JavaScript", "/OpenAction", "/AA"} & set(reader.trailer["/Root"])
    actions = [note.get_object().get("/A", {}) for page in reader.pages for note in page.get("/Annots", [])]
    assert not any("/URI" in action for action in actions)


@pytest.mark.parametrize("address", ["http://localhost/a.png", "file:///etc/hostname", "data:text/plain,a"])
def test_nothing_is_read_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="nothing from outside"):
        engine.fetcher({}).fetch(address)


def test_a_logo_and_colours_of_a_client_are_used() -> None:
    content = coloured()
    data = pdf.write(printed.short(content, "en", ("headline",)))
    reader = reading.read(data)
    assert len(list(reader.pages[0].images)) == 1
    colour = " ".join(f"{int(content.look.accent[k : k + 2], 16) / 255:.3f}"[:4] for k in (1, 3, 5))
    operands = reader.pages[0].get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]
    assert any(
        " ".join(part[:4] for part in line.split()[:3]) == colour for line in operands.splitlines() if line
    )


def test_a_sign_that_no_font_has_is_a_question_mark_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "other_family", lambda sign: None)
    data = pdf.write(printed.of_blocks(samples.acsi(), "en", Text(text="bank \U0001f389 of trust\ufe0f.")))
    text = reading.text_of(data)
    assert "bank?oftrust." in text
    assert "U+1F389" in text
    reading.check_glyphs(data)


def test_a_letter_that_no_font_has_is_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "other_family", lambda sign: None)
    with pytest.raises(ReportError, match=r"No font on this machine has these signs .*: ሀ ለ"):
        pdf.write(printed.of_blocks(samples.acsi(), "en", Text(text="bank ሀለ")))


def test_a_chart_that_was_not_drawn_leaves_nothing() -> None:
    report = printed.of_blocks(
        samples.acsi(), "en", Text(text="kept"), Figure(chart="league", caption="gone")
    )
    text = reading.text_of(pdf.write(report))
    assert "kept" in text
    assert "gone" not in text


@needs_chinese
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
def test_another_program_draws_every_page(made: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(made["zh"])
    call = ["pdftoppm", "-r", "20", "-png", "report.pdf", "page"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(list(tmp_path.glob("page*.png"))) == len(reading.read(made["zh"]).pages)
