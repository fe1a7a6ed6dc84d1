"""A page on paper: everything is there, opened and unframed, and nothing that only a screen needs."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

import inspection_samples as inspections
import league_samples as leagues
import pytest
import report_samples as samples
from playwright.sync_api import Page
from pypdf import PdfReader

from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Fold, Table
from csi_model.reporting.outline.whole import outline

Opened = Callable[..., Page]


def tight(text: str) -> str:
    """A text without spaces, letters that print takes for each other made alike."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def printed(page: Page) -> PdfReader:
    """The page as its browser prints it."""
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(
    "make", [samples.grouped, pytest.param(inspections.inspected, marks=pytest.mark.slow)]
)
def test_every_chapter_can_be_seen_and_what_is_folded_is_open(
    opened: Opened, make: Callable[[], Content]
) -> None:
    page = opened(make)
    page.emulate_media(media="print")
    chapters = outline(make(), "en").chapters
    sections = page.locator("main > section")
    assert sections.count() == len(chapters)
    for k, chapter in enumerate(chapters):
        assert sections.nth(k).locator("h2").is_visible()
        assert sections.nth(k).locator("h2").inner_text() == chapter.title
    folds = page.locator("main details.more:not(.choose)")
    assert folds.count() == sum(isinstance(one, Fold) for c in chapters for one in c.blocks)
    for k in range(folds.count()):
        assert folds.nth(k).locator("table, p, ul, figure").first.is_visible()
    for part in ("button.copy", "input", "select", "a.skip", "details.choose", ".menu"):
        assert page.locator(f"{part}:visible").count() == 0, part


def test_paper_shows_every_row_whatever_the_screen_left_out(opened: Opened) -> None:
    page = opened(samples.grouped)
    page.locator("details.choose summary").click()
    page.locator("details.choose input[type=checkbox]").first.check()
    page.get_by_label("Show only the chosen rows").check()
    questions = page.locator("#measurement .scroll").first.locator("tbody tr:visible")
    everything = questions.count()
    page.locator("#measurement .tools input").first.fill("no such question")
    assert questions.count() == 0
    assert page.locator("#groups tbody tr:visible").count() == 1
    page.emulate_media(media="print")
    assert questions.count() == everything
    assert page.locator("#groups tbody tr:visible").count() == 4


@pytest.mark.slow
def test_frames_are_open_on_paper(opened: Opened) -> None:
    page = opened(leagues.thirty)
    frame = page.locator("#groups .scroll")
    assert frame.evaluate("(one) => one.scrollHeight - one.clientHeight") > 0
    page.emulate_media(media="print")
    assert frame.evaluate("(one) => one.scrollHeight - one.clientHeight") <= 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("make", [inspections.inspected, leagues.thirty])
def test_the_printed_file_has_every_chapter_and_heads_on_every_page(
    opened: Opened, make: Callable[[], Content], language: str
) -> None:
    page = opened(make, language, color_scheme="dark")
    pages = [
        found.extract_text() for found in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    ]
    text = tight("".join(pages))
    whole = outline(make(), language)
    for chapter in whole.chapters:
        assert text.count(tight(chapter.title)) >= 2, chapter.title
    for block in whole.blocks():
        if isinstance(block, Table) and block.view:
            assert tight(block.view.blocks[-1].lines[-1].head.text) in text
    size = printed(page).pages[0].mediabox
    assert (round(float(size.width)), round(float(size.height))) == (595, 842)


@pytest.mark.slow
def test_the_head_of_a_long_table_stands_on_every_page_of_it(opened: Opened) -> None:
    page = opened(samples.grouped)
    page.locator("#groups tbody").evaluate("""(body) => { const row = body.rows[0];
        for (let k = 0; k < 150; k += 1) {
          const one = row.cloneNode(true);
          one.cells[0].textContent = `row ${k}`;
          body.append(one);
        }
    }""")
    pages = [
        found.extract_text() for found in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    ]
    with_rows = [text for text in pages if re.search(r"row \d+", text)]
    assert len(with_rows) > 2
    assert all("own weights" in text for text in with_rows)
