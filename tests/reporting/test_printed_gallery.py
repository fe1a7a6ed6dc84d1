"""Extreme contents as PDF, in both languages."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import gallery
import pdf_reading as reading
import printed_samples as printed
import pytest

from csi_model.reporting import fonts, formats, records, views
from csi_model.reporting.charts import pictures
from csi_model.reporting.content import Content
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.printed import pdf
from csi_model.reporting.writers import Handed

MOST_SECONDS = 60
"""For 400 firms on a busy machine; a quiet one takes some eight."""


def whole(content: Content, language: str) -> Handed:
    return Handed(content=content, outline=outline(content, language), pictures=pictures(content, language))


@pytest.mark.slow
def test_of_a_suppressed_group_only_its_name_and_base_are_printed() -> None:
    content = gallery.suppressed()
    text = reading.text_of(pdf.write(printed.short(content, "en", ("groups",))))
    empty = f"{formats.EMPTY}1"
    for group in records.groups(content):
        if group.state == "suppressed":
            assert reading.squeezed(f"{group.label}{3 * empty}") in text
    assert "suppressed" in text


@pytest.mark.slow
@pytest.mark.skipif(fonts.cjk_family() is None, reason="no font with Chinese characters")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", gallery.CONTENTS)
def test_every_extreme_content_is_readable(
    name: str, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    handed = whole(gallery.GALLERY[name](), language)
    data = pdf.write(handed)
    assert [record.getMessage() for record in caplog.records] == []
    reading.check_glyphs(data)
    reader = reading.read(data)
    text = reading.squeezed("".join(page.extract_text() for page in reader.pages))
    for chapter in handed.outline.chapters:
        if all(block.kind == "what_if" for block in chapter.blocks):
            continue  # sliders only
        assert reading.squeezed(chapter.title) in text
    index = views.index_view(handed.content, language)
    for line in (line for block in index.blocks for line in block.lines):
        assert reading.squeezed("".join(f"{cell.text}{cell.note or ''}" for cell in line.cells)) in text
    assert not {"/JavaScript", "/OpenAction", "/AA"} & set(reader.trailer["/Root"])
    assert len(data) < 4_000_000


@pytest.mark.slow
def test_four_hundred_firms_take_a_reasonable_time_and_few_pages() -> None:
    handed = whole(gallery.four_hundred(), "en")
    start = time.process_time()
    data = pdf.write(handed)
    assert time.process_time() - start < MOST_SECONDS
    assert len(reading.read(data).pages) < 80
    assert "charts/league.svg" in reading.text_of(data)


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """With another order of sets and another time zone."""
    script = """
        import hashlib, sys
        import gallery
        import test_printed_gallery as here
        from csi_model.reporting.printed import pdf

        print(hashlib.sha256(pdf.write(here.whole(gallery.grouped(), "en"))).hexdigest())
    """
    folder = str(Path(__file__).parent)
    seen = {hashlib.sha256(pdf.write(whole(gallery.grouped(), "en"))).hexdigest()}
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": folder, "TZ": "Asia/Tokyo"}
        call = [sys.executable, "-c", textwrap.dedent(script)]
        done = subprocess.run(call, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
        seen.add(done.stdout.strip())
    assert len(seen) == 1
