"""Charts as pictures in the text: their size on a page, and their markup with a description."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from csi_model.reporting.word.markup import paragraph, quoted
from csi_model.reporting.word.paper import room

_EMU = 12700
"""Word's units of a picture in a point."""

_SMALLEST = 0.6
"""Smallest scale at which the text of a chart is read with ease."""

_MOST_PARTS = 3
"""Pages that one chart may take."""
_FILLED = 0.85
"""Part of a page that a part of a chart takes at most on average: cuts are made where a chart is empty."""
_WHITE = 250

CAPTION = 40.0
"""Height that is kept free for a caption, in points."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a chart goes: its size in points, whether the page is turned, on how many pages it goes."""

    width: float
    height: float
    turned: bool = False
    parts: int = 1


def placed(size: tuple[float, float]) -> Placed | None:
    """Return how a chart of ``size`` points goes on a page; None where it would take too many pages."""
    for turned in (False, True):
        wide, high = room(turned)
        scale = min(1.0, wide / size[0], (high - CAPTION) / size[1])
        if scale >= _SMALLEST:
            return Placed(width=scale * size[0], height=scale * size[1], turned=turned)
    wide, high = room()
    scale = min(1.0, wide / size[0])
    parts = math.ceil(scale * size[1] / (_FILLED * (high - CAPTION)))
    if scale < _SMALLEST or parts > _MOST_PARTS:
        return None
    return Placed(width=scale * size[0], height=scale * size[1], parts=parts)


def cut(data: bytes, parts: int) -> list[tuple[bytes, float]]:
    """Cut a picture across where it is emptiest; return each part with its share of the height."""
    if parts == 1:
        return [(data, 1.0)]
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    ink = (np.asarray(picture.convert("L")) < _WHITE).sum(axis=1)
    high = picture.height
    edges = [0, *(_quiet(ink, high * k // parts, high // (8 * parts)) for k in range(1, parts)), high]
    made = []
    for top, bottom in pairwise(edges):
        held = io.BytesIO()
        picture.crop((0, top, picture.width, bottom)).save(held, "png")
        made.append((held.getvalue(), (bottom - top) / high))
    return made


def _quiet(ink: NDArray[Any], near: int, reach: int) -> int:
    """The middle of the longest run of emptiest rows near a row."""
    start = near - reach
    window = ink[start : near + reach]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], window == window.min(), [0]]).astype(int)))
    runs = edges.reshape(-1, 2)
    first, last = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(start + (first + last) // 2)


def figure(key: str, number: int, name: str, texts: tuple[str, str], size: tuple[float, float]) -> str:
    """Return a paragraph with a picture that stays with its caption."""
    return paragraph("Figure", inline(key, number, name, texts, size))


def inline(
    key: str, number: int, name: str, texts: tuple[str, str], size: tuple[float, float], vector: str = ""
) -> str:
    """Return the run of a picture.

    Parameters
    ----------
    key
        Its relationship.
    number, name
        What the drawing is counted and called.
    texts
        Title and description for readers who cannot see it.
    size
        Width and height, in points.
    vector
        Relationship of the same picture as SVG, where there is one.
    """
    wide, high = (round(length * _EMU) for length in size)
    title, description = texts
    shown = quoted(f"{title}. {description}" if description else title)
    extent = f'cx="{wide}" cy="{high}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name={quoted(name)} descr={shown}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name={quoted(name)} descr={shown}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}">{_vector(vector)}</a:blip>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _vector(key: str) -> str:
    if not key:
        return ""
    return (
        '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
        '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
        f'r:embed="{key}"/></a:ext></a:extLst>'
    )
