"""Decks read again for tests: written once for each content, opened with python-pptx and as XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from gallery import GALLERY
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation

from csi_model.reporting import theme
from csi_model.reporting.content import Content
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.slides.deck import write
from csi_model.reporting.writers import Handed

SPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
}


def handed(content: Content, language: str) -> Handed:
    """What a writer is handed, without pictures: they take long to draw."""
    nothing = Pictures(figures={}, language=language)
    return Handed(content=content, outline=outline(content, language), pictures=nothing)


def written(content: Content, language: str = "en") -> bytes:
    with theme.look(content.look):
        return write(handed(content, language))


@lru_cache(maxsize=32)
def content(name: str) -> Content:
    return GALLERY[name]()


@lru_cache(maxsize=32)
def deck(name: str, language: str = "en") -> bytes:
    return written(content(name), language)


def opened(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


@lru_cache(maxsize=32)
def slides(name: str, language: str = "en") -> Any:
    return opened(deck(name, language))


def flat(shapes: Any) -> Iterator[Any]:
    """Every shape, those in groups too."""
    for shape in shapes:
        yield shape
        if shape.shape_type is not None and shape.shape_type == 6:
            yield from flat(shape.shapes)


def title(slide: Any) -> str:
    return slide.shapes.title.text_frame.text if slide.shapes.title is not None else ""


def text(slide: Any) -> str:
    """Everything that is written on a slide."""
    parts = []
    for shape in flat(slide.shapes):
        if shape.has_text_frame:
            parts.append(shape.text_frame.text)
        if getattr(shape, "has_table", False) and shape.has_table:
            parts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(parts)


def parts(data: bytes, kind: str) -> dict[str, bytes]:
    """The parts of a deck whose names hold ``kind``."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist() if kind in name}


def charts(name: str, language: str = "en") -> dict[str, Any]:
    """Title of the chart > the chart, of every native chart of a deck."""
    found = {}
    for slide in slides(name, language).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                found.setdefault(shape.name, []).append(shape.chart)
    return found


def points(series: Any, name: str) -> dict[int, float]:
    """The cached numbers of a part of a series (``c:val``, ``c:xVal`` ...) by their place."""
    holder = series.find(name, SPACES)
    if holder is None:
        return {}
    return {
        int(one.get("idx")): float(one.find("c:v", SPACES).text)
        for one in holder.iter(f"{{{SPACES['c']}}}pt")
    }


def elements(chart: Any) -> list[Any]:
    return list(chart._chartSpace.iter(f"{{{SPACES['c']}}}ser"))


def book(chart: Any) -> Any:
    """The sheet inside a chart."""
    return load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]


def xml(data: bytes) -> Any:
    return etree.fromstring(data)
