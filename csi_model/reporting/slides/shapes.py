"""Boxes, rules and pictures on a slide, each with its name and, where it says something, its description."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from PIL import Image
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml

from csi_model.reporting import fonts
from csi_model.reporting.slides.areas import EMU, Area
from csi_model.reporting.slides.lettering import Said, write
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.style import Style

_DECORATIVE = (
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
)

_SVG = (
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{}"/>'
)

MOST_SIGNS = 2000
"""Signs of a description; readers who hear it do not want more."""


def box(
    shapes: Any,
    area: Area,
    paragraphs: Sequence[Said],
    style: Style,
    *,
    name: str = "",
    fill: str = "",
    edge: str = "",
    width: float = 0.75,
    inset: float = 0.0,
    anchor: str = "t",
    form: str = "rect",
) -> Any:
    """Add a box with text; without ``fill`` and ``edge`` it is only text.

    Parameters
    ----------
    shapes
        Shapes of a slide or a group.
    area
        Its place.
    paragraphs
        Its text.
    style
        Colours and fonts.
    name
        What the box is called in the list of shapes.
    fill, edge
        Roles of its colours.
    width
        Of its edge, in points.
    inset
        Space between edge and text, in points.
    anchor
        ``t``, ``ctr`` or ``b``.
    form
        ``rect`` or ``roundRect``.
    """
    made = shapes.add_textbox(*area.emu)
    if name:
        made.name = fonts.clean(name)
    looks = made._element.spPr
    for old in list(looks):
        if old.tag != qn("a:xfrm"):
            looks.remove(old)
    drawn = child(looks, "a:prstGeom")
    drawn.set("prst", form)
    listed = child(drawn, "a:avLst")
    if form == "roundRect":
        guide = child(listed, "a:gd")
        guide.set("name", "adj")
        guide.set("fmla", "val 9000")
    if fill:
        style.fill(looks, fill)
    else:
        child(looks, "a:noFill")
    style.line(looks, edge, width)
    body = made._element.txBody
    _body_looks(body, inset, anchor)
    write(body, paragraphs, style)
    return made


def _body_looks(body: Any, inset: float, anchor: str) -> None:
    looks = body.find(qn("a:bodyPr"))
    for old in list(looks):
        looks.remove(old)
    looks.set("wrap", "square")
    looks.set("rtlCol", "0")
    looks.set("anchor", anchor)
    for side in ("lIns", "tIns", "rIns", "bIns"):
        looks.set(side, str(round(inset * EMU)))
    child(looks, "a:noAutofit")


def rule(shapes: Any, area: Area, style: Style, *, role: str = "rule", name: str = "Rule") -> Any:
    """Add a filled strip: a rule, or the bar at the side of a box. It means nothing to a reader."""
    made = box(shapes, area, (), style, fill=role, name=name)
    decorative(made)
    return made


def decorative(shape: Any) -> None:
    """Mark a shape as one that readers who cannot see it need not hear of."""
    about = shape._element._nvXxPr.cNvPr
    listed = child(about, "a:extLst")
    inside = child(listed, "a:ext")
    inside.set("uri", "{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    inside.append(parse_xml(_DECORATIVE))


def describe(shape: Any, title: str, text: str) -> None:
    """Give a shape its name in the list of shapes, and words for readers who cannot see it."""
    about = shape._element._nvXxPr.cNvPr
    about.set("name", fonts.clean(title)[:200])
    about.set("descr", fonts.clean(text or title)[:MOST_SIGNS])


def picture(shapes: Any, area: Area, data: bytes, *, title: str, text: str, middle: bool = False) -> Any:
    """Add a picture as large as its place allows, at the upper left of it or in its middle."""
    made = shapes.add_picture(io.BytesIO(data), 0, 0)
    share = min(area.width * EMU / made.width, area.height * EMU / made.height)
    made.width, made.height = int(made.width * share), int(made.height * share)
    left, top, wide, high = area.emu
    made.left = left + ((wide - made.width) // 2 if middle else 0)
    made.top = top + ((high - made.height) // 2 if middle else 0)
    describe(made, title, text)
    return made


def drawing(slide: Any, area: Area, data: bytes, *, title: str) -> Any:
    """Add an SVG drawing at the upper right of its place.

    PowerPoint draws it from 2016 on; older programs show the blank picture that has to stand for it.
    """
    wide, high = _proportions(data)
    share = min(area.width / wide, area.height / high)
    held = Area(left=area.right - wide * share, top=area.top, width=wide * share, height=high * share)
    made = slide.shapes.add_picture(io.BytesIO(_blank()), *held.emu)
    describe(made, title, title)
    package = slide.part.package
    part = Part(PackURI("/ppt/media/logo.svg"), "image/svg+xml", package, data)
    named = slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = made._element.find(f".//{qn('a:blip')}")
    listed = child(child(blip, "a:extLst"), "a:ext", uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}")
    listed.append(parse_xml(_SVG.format(named)))
    return made


def _proportions(data: bytes) -> tuple[float, float]:
    """Width and height of an SVG drawing, from its view box or its own words."""
    root = parse_xml(data)
    box_of = [float(part) for part in (root.get("viewBox") or "").replace(",", " ").split()]
    if len(box_of) == 4 and box_of[2] > 0 and box_of[3] > 0:
        return box_of[2], box_of[3]
    sizes = [float(re.sub(r"[^0-9.]", "", root.get(name) or "") or 0) for name in ("width", "height")]
    return (sizes[0], sizes[1]) if min(sizes) > 0 else (2.5, 1.0)


def _blank() -> bytes:
    """A PNG of one transparent point."""
    held = io.BytesIO()
    Image.new("RGBA", (1, 1), (255, 255, 255, 0)).save(held, "PNG")
    return held.getvalue()
