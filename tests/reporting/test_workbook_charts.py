"""Cover and charts of the workbook: what they say, and which cells each chart takes its numbers from."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import report_samples as samples
from gallery import CONTENTS, GALLERY
from openpyxl.utils import range_boundaries

from csi_model.reporting.content import Content
from csi_model.reporting.look import Look
from csi_model.reporting.native.chart import NativeChart
from csi_model.reporting.native.charts import native_charts
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.workbook.axes import rounded
from csi_model.reporting.workbook.text import clean, shorten
from csi_model.reporting.workbook.workbook import write
from csi_model.reporting.writers import Handed

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
C15 = "{http://schemas.microsoft.com/office/drawing/2012/chart}"
QUICK = ("waves", "hostile")


@cache
def bytes_of(name: str, language: str = "en") -> bytes:
    return written(GALLERY[name](), language)


def written(content: Content, language: str = "en") -> bytes:
    pictures = Pictures(figures={}, language=language)
    return write(Handed(content=content, outline=outline(content, language), pictures=pictures))


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def charts_in(data: bytes) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        names = sorted(
            (name for name in found.namelist() if name.startswith("xl/charts/chart")),
            key=lambda name: int(re.findall(r"\d+", name)[0]),
        )
        return [ElementTree.fromstring(found.read(name)) for name in names]


def cells(book: Any, reference: str) -> list[Any]:
    """What stands in the cells that a chart refers to."""
    sheet, _, area = reference.replace("$", "").rpartition("!")
    left, top, right, bottom = range_boundaries(area)
    found = book[sheet.strip("'")].iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right)
    return [cell.value for row in found for cell in row]


def taken(book: Any, series: ElementTree.Element, path: str) -> list[Any]:
    found = series.find("/".join(C + part for part in path.split("/")) + f"//{C}f")
    return [] if found is None or not found.text else cells(book, found.text)


def check_series(book: Any, drawn: list[ElementTree.Element], chart: NativeChart) -> None:
    scatter = chart.kind in {"scatter", "dots"}
    for place, one in enumerate(chart.series):
        values = taken(book, drawn[place], "xVal" if chart.kind == "dots" else "yVal" if scatter else "val")
        assert values == [None if v is None else pytest.approx(v, abs=0) for v in one.values], chart.key
        assert taken(book, drawn[place], "tx")[0] == (shorten(one.name, 60) or None) or scatter
        if chart.kind == "scatter":
            assert taken(book, drawn[place], "xVal") == list(one.across)
        check_whiskers(book, drawn[place], one.values, one.lower, one.upper)


def check_whiskers(book: Any, drawn: ElementTree.Element, values: Any, lower: Any, upper: Any) -> None:
    """The first error bars reach from the value to both ends of its interval."""
    bars = drawn.findall(f"{C}errBars")
    if not any(end is not None for end in (*lower, *upper)):
        assert not bars
        return
    up = [bar for bar in bars if (found := bar.find(f"{C}errDir")) is None or found.get("val") == "y"]
    bar = (up or bars)[0]
    for name, one, other in (("plus", upper, values), ("minus", values, lower)):
        assert bar.find(f"{C}{name}//{C}f") is not None
        lengths = taken(book, bar, name)
        for length, more, less in zip(lengths, one, other, strict=True):
            expected = None if more is None or less is None else max(more - less, 0.0)
            assert length == expected


def check_charts(name: str, language: str) -> None:
    content, data = GALLERY[name](), bytes_of(name, language)
    book, drawn = book_of(data), charts_in(data)
    charts = list(native_charts(content, language).values())
    assert len(drawn) == len(charts)
    for root, chart in zip(drawn, charts, strict=True):
        title = root.find(f"{C}chart/{C}title//{C}f")
        assert title is not None
        assert cells(book, title.text or "") == [shorten(chart.title, 76)]
        check_series(book, list(root.iter(f"{C}ser")), chart)


@pytest.mark.parametrize("name", QUICK)
def test_charts_take_the_stored_numbers_from_cells(name: str) -> None:
    check_charts(name, "en")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CONTENTS if name != "four_hundred"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_charts_of_every_content_take_the_stored_numbers(name: str, language: str) -> None:
    check_charts(name, language)


def test_points_of_the_driver_map_have_names_from_cells_and_lines_that_cross() -> None:
    data = written(samples.acsi())
    book = book_of(data)
    root = next(one for one in charts_in(data) if len(list(one.iter(f"{C}scatterChart"))) == 1)
    series = list(root.iter(f"{C}ser"))
    assert len(series) == 3 + 2
    ranges = [one.find(f".//{C15}datalabelsRange/{C15}f") for one in series]
    named = [cells(book, one.text or "") for one in ranges if one is not None]
    assert named == [["Perceived quality"], ["Customer expectations"], ["Perceived value"]]
    shown = [one.text for one in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")]
    assert shown[:3] == ["Perceived quality", "Customer expectations", "Perceived value"]
    across, up = (0.743 + 0.978 + 0.463) / 3, (79.512 + 76.043 + 72.734) / 3
    assert taken(book, series[3], "xVal") == [pytest.approx(across)] * 2
    assert taken(book, series[4], "yVal") == [pytest.approx(up)] * 2
    low, high = taken(book, series[3], "yVal")
    ends = [float(one.get("val", "nan")) for one in root.iter(f"{C}min")]
    assert low in ends
    assert low < min(79.512, 76.043, 72.734) - 1
    assert high > 79.512


def test_dots_have_the_names_of_their_categories() -> None:
    data = bytes_of("waves")
    book, chart = book_of(data), native_charts(GALLERY["waves"](), "en")["groups"]
    root = charts_in(data)[1]
    (found,) = root.iter(f"{C15}datalabelsRange")
    text = found.find(f"{C15}f")
    assert text is not None
    assert cells(book, text.text or "") == [shorten(name, 26) for name in chart.categories]
    first = next(root.iter(f"{C}ser"))
    assert taken(book, first, "yVal") == [4, 3, 2, 1]


def test_the_chart_data_hold_the_ends_of_the_intervals_as_stored() -> None:
    sheet = book_of(written(samples.acsi()))["Chart data"]
    values = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)}
    for score in samples.SCORES:
        assert {score, score - 0.52, score + 0.52} <= values


def test_the_cover_says_what_was_found() -> None:
    content = replace(samples.acsi(), look=Look())
    book = book_of(written(content))
    said = outline(content, "en")
    cover = book["Cover"]
    texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value is not None]
    for text in (said.kicker, said.title, "What this workbook holds", "How this was made"):
        assert text in texts
    assert 70.951 in texts
    assert any("70.4 to 71.5" in str(text) for text in texts)
    assert any("csi fit acsi survey.csv" in str(text) for text in texts)
    links = [cell.hyperlink for row in cover.iter_rows() for cell in row if cell.hyperlink]
    linked = {one.location.split("!")[0].strip("'") for one in links}
    assert linked == set(book.sheetnames) - {"Cover"}


def test_the_cover_in_chinese() -> None:
    book = book_of(bytes_of("waves", "zh"))
    assert book.sheetnames[:2] == ["封面", "图表总览"]
    assert {"图表数据", "名称对照"} <= set(book.sheetnames)
    texts = [cell.value for row in book["封面"].iter_rows() for cell in row if cell.value]
    assert "2026年顾客满意度" in texts
    assert "桤木银行" in texts
    assert "本工作簿的内容" in texts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_inadmissible_fit_is_said_in_red_on_cover_and_dashboard(language: str) -> None:
    content = samples.inadmissible()
    book = book_of(written(content, language))
    title = next(
        block for block in outline(content, language).blocks() if type(block).__name__ == "Alarm"
    ).title
    for sheet in book.worksheets[:2]:
        cell = next(one for row in sheet.iter_rows() for one in row if str(one.value).startswith(title))
        assert cell.font.color.rgb == "FFB5420A"
        assert cell.font.b


def test_a_sound_fit_has_no_alarm() -> None:
    cover = book_of(written(samples.acsi()))["Cover"]
    texts = [str(cell.value) for row in cover.iter_rows() for cell in row if cell.value]
    assert any(text.startswith("Yes. The estimation converged") for text in texts)


def test_a_logo_and_colours_of_the_client() -> None:
    data = bytes_of("coloured")
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        pictures = [name for name in found.namelist() if name.startswith("xl/media/")]
    look = GALLERY["coloured"]().look
    assert bool(pictures) == (look.logo_type in {"png", "jpeg"})
    assert look.accent


def test_axes_end_in_round_steps() -> None:
    for low, high in ((67.2, 80.8), (0.0, 100.0), (0.0, 1.0), (-0.004, 0.0031), (5.0, 5.0), (-1e6, 3.0)):
        scale = rounded(low, high)
        assert scale.low <= low <= high <= scale.high
        assert 2 <= round((scale.high - scale.low) / scale.step) <= 11
        assert scale.low / scale.step == pytest.approx(round(scale.low / scale.step), abs=1e-6)
    assert (rounded(0.0, 100.0).low, rounded(0.0, 100.0).high) == (0.0, 100.0)


def converted(data: bytes, folder: Path, kind: str) -> None:
    (folder / "book.xlsx").write_bytes(data)
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
            "--outdir", str(folder), str(folder / "book.xlsx"),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["hostile", "waves"])
def test_another_program_reads_the_same_numbers(name: str, tmp_path: Path) -> None:
    content = GALLERY[name]()
    converted(
        bytes_of(name), tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,,,-1"
    )
    found = {path.stem.removeprefix("book-"): path for path in tmp_path.glob("book-*.csv")}
    frame = content.tables["index"]
    with found["index"].open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    place = lines[3].index("index")
    numbers = [float(line[place]) if line[place] else None for line in lines[4:]]
    expected = [None if value != value else value for value in frame["index"].astype(float)]
    assert numbers == [None if value is None else pytest.approx(value, rel=1e-13) for value in expected]
    column = content.by[-1]
    names = [line[lines[3].index(column)] for line in lines[4:]]
    assert names == [clean(str(value)) for value in frame[column]]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["hostile", "long_chinese", "empty"])
def test_another_program_prints_the_workbook(name: str, tmp_path: Path) -> None:
    converted(bytes_of(name, "zh"), tmp_path, "pdf")
    assert (tmp_path / "book.pdf").stat().st_size > 5_000
