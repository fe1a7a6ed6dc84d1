"""Another program opens the deck: as many pages as slides, its words on them, fonts for every sign."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import slides_reading as reading
from pypdf import PdfReader

from csi_model.reporting import formats, records
from csi_model.reporting.fonts import cjk_family

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]


def as_pdf(data: bytes, folder: Path) -> PdfReader:
    source = folder / "deck.pptx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return PdfReader(folder / "deck.pdf")


def squeezed(text: str) -> str:
    """Words without spaces: a PDF breaks lines where it likes."""
    return "".join(text.split())


@pytest.mark.parametrize(("name", "language"), [("grouped", "en"), ("waves", "zh"), ("hostile", "en")])
def test_every_slide_is_a_page_with_its_title(name: str, language: str, tmp_path: Path) -> None:
    if language == "zh" and cjk_family() is None:
        pytest.skip("no Chinese font is installed")
    deck = reading.slides(name, language)
    pdf = as_pdf(reading.deck(name, language), tmp_path)
    assert len(pdf.pages) == len(deck.slides)
    row = records.headline(reading.content(name))
    texts = [squeezed(page.extract_text()) for page in pdf.pages]
    assert any(formats.number(row["index"]) in text for text in texts)
    for slide, page in zip(deck.slides, texts, strict=True):
        assert squeezed(reading.title(slide))[:12] in page


def test_chinese_signs_have_glyphs(tmp_path: Path) -> None:
    if cjk_family() is None:
        pytest.skip("no Chinese font is installed")
    pdf = as_pdf(reading.deck("one_item", "zh"), tmp_path)
    fonts = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            held = font.get_object()
            inner = held["/DescendantFonts"][0].get_object() if "/DescendantFonts" in held else held
            about = inner.get("/FontDescriptor")
            assert about is not None
            assert any(key in about.get_object() for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            fonts.add(str(held["/BaseFont"]))
    assert any("CJK" in name or "Hei" in name or "Han" in name for name in fonts)
    assert not any("\ufffd" in page.extract_text() for page in pdf.pages)
