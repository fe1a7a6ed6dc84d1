"""The Word report opened by another program: numbers, pages and glyphs of what LibreOffice makes of it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from gallery import GALLERY
from matplotlib import font_manager

from csi_model.reporting.charts import pictures
from csi_model.reporting.fonts import cjk_family
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.views import index_view
from csi_model.reporting.word.report import write
from csi_model.reporting.writers import Handed

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed"),
]
CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="word")


@cache
def opened(name: str, language: str) -> tuple[Any, Any]:
    """The document, and what LibreOffice prints of it."""
    pypdf = pytest.importorskip("pypdf")
    if language == "zh" and cjk_family() is None:
        pytest.skip("no font with Chinese signs is installed")
    content = GALLERY[name]()
    handed = Handed(content=content, outline=outline(content, language), pictures=pictures(content, language))
    at = Path(folder().name)
    file = at / f"{name}-{language}.docx"
    file.write_bytes(write(handed))
    profile = f"-env:UserInstallation={(at / 'profile').as_uri()}"
    command = [str(OFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", str(at), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return docx.Document(str(file)), pypdf.PdfReader(file.with_suffix(".pdf"))


def texts(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def close(text: str) -> str:
    return re.sub(r"\s", "", text)


CASES = [("grouped", "en"), ("plain", "zh"), ("inadmissible", "en"), ("long_chinese", "zh")]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_numbers_of_the_index_are_printed(name: str, language: str) -> None:
    _, printed = opened(name, language)
    said = close("".join(page.extract_text() for page in printed.pages))
    for block in index_view(GALLERY[name](), language).blocks:
        for line in block.lines:
            assert close("".join(cell.text for cell in line.cells)) in said


@pytest.mark.parametrize(("name", "language"), CASES[:3])
def test_the_contents_name_the_pages_where_headings_stand(name: str, language: str) -> None:
    document, printed = opened(name, language)
    pages = [close(page.extract_text()) for page in printed.pages]
    marks = {
        mark.get(qn("w:name")): mark.getparent() for mark in document.element.body.iter(qn("w:bookmarkStart"))
    }
    links = list(document.element.body.iter(qn("w:hyperlink")))
    right = 0
    for link in links:
        title = texts(marks[link.get(qn("w:anchor"))])
        page = int(texts(link).removeprefix(title))
        assert any(close(title) in text for text in pages[page - 2 : page + 1]), title
        right += close(title) in pages[page - 1]
    assert right >= 0.9 * len(links)


@pytest.mark.parametrize(("name", "language"), CASES[:3])
def test_no_page_is_empty_and_the_summary_fits_on_one(name: str, language: str) -> None:
    document, printed = opened(name, language)
    assert all(len(close(page.extract_text())) > 80 for page in printed.pages[1:])
    pages = [int(re.search(r"(\d+)$", texts(link)).group(1))  # type: ignore[union-attr]
             for link in document.element.body.iter(qn("w:hyperlink"))]  # fmt: skip
    assert pages[0] == 3
    assert sorted(set(pages))[1] == 4
    summary = close(printed.pages[2].extract_text())
    found = [texts(one._p) for one in document.paragraphs if one.style.style_id == "ListNumber"][:3]
    assert len(found) == 3
    assert all(close(text)[:40] in summary for text in found)


def test_chinese_signs_are_drawn_by_embedded_chinese_fonts() -> None:
    tools = pytest.importorskip("fontTools.ttLib")
    document, printed = opened("plain", "zh")
    drawn: dict[str, set[str]] = {}
    for page in printed.pages:

        def visit(text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
            signs = set(CHINESE.findall(text))
            if signs and font is not None:
                inner = font.get("/DescendantFonts", [font])[0].get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner), font["/BaseFont"]
                drawn.setdefault(font["/BaseFont"], set()).update(signs)

        page.extract_text(visitor_text=visit)
    assert all(re.search("CJK|SourceHan|YaHei|SimHei|WenQuanYi", name) for name in drawn)
    wanted = set(CHINESE.findall(texts(document.element.body)))
    assert len(wanted) > 200
    assert wanted <= set().union(*drawn.values())
    path = font_manager.findfont(font_manager.FontProperties(family=cjk_family()))
    with tools.TTFont(str(path), fontNumber=0, lazy=True) as face:
        assert {ord(sign) for sign in wanted} <= set(face.getBestCmap())


@pytest.mark.parametrize(("name", "language"), CASES)
def test_no_sign_is_missing_in_an_embedded_font(name: str, language: str) -> None:
    tools = pytest.importorskip("fontTools.ttLib")
    _, printed = opened(name, language)
    seen: dict[str, int] = {}
    for page in printed.pages:
        for one in page["/Resources"]["/Font"].values():
            font = one.get_object()
            if font["/BaseFont"] in seen or font["/Subtype"] != "/TrueType":
                continue
            mapped = "".join(re.findall(r"beginbfchar(.*?)endbfchar", said(font["/ToUnicode"]), re.DOTALL))
            pairs = re.findall(r"<([0-9A-F]+)> <([0-9A-F]+)>", mapped)
            face = tools.TTFont(io.BytesIO(font["/FontDescriptor"]["/FontFile2"].get_data()))
            glyphs = face["cmap"].tables[0].cmap
            for code, sign in pairs:
                glyph = glyphs[int(code, 16)]
                assert glyph != ".notdef", sign
                assert face["glyf"][glyph].numberOfContours or chr(int(sign[:4], 16)).isspace(), sign
            seen[font["/BaseFont"]] = len(pairs)
    assert sum(seen.values()) > 60


def said(stream: Any) -> str:
    return str(stream.get_object().get_data().decode("ascii"))
