"""The design of decks without a client's template: 16:9, its own theme colours and fonts, few layouts."""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.shapes.shapetree import SlideShapes

from csi_model.reporting import theme
from csi_model.reporting.slides import shapes
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.base import HIGH, WIDE, Base
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.style import CHINESE, LATIN, Style

MARGIN = 44.0
TITLE_SIZE = 22.0
_TITLE = Area(left=MARGIN, top=42.0, width=WIDE - 2 * MARGIN, height=56.0)
_BODY = Area(left=MARGIN, top=108.0, width=WIDE - 2 * MARGIN, height=372.0)
_FOOT = Area(left=MARGIN, top=508.0, width=WIDE - 2 * MARGIN, height=18.0)
_COVER_TITLE = Area(left=84.0, top=150.0, width=700.0, height=150.0)
_COVER_TEXT = Area(left=84.0, top=312.0, width=700.0, height=90.0)
_KEPT = ("title", "titleOnly", "obj", "blank")
"""Layouts that stay: those that slides use, and two for slides that a colleague adds."""


def own_design(language: str) -> Base:
    """Return a presentation without slides in the colours of ``theme.LIGHT``."""
    presentation: Any = Presentation()
    style = Style(language=language, palette=theme.LIGHT)
    size = Area(left=0, top=0, width=WIDE, height=HIGH)
    presentation.slide_width, presentation.slide_height = size.emu[2], size.emu[3]
    master = presentation.slide_master
    _theme(master)
    _title_style(master)
    _places(master, style)
    layouts = {layout._element.get("type"): layout for layout in presentation.slide_layouts}
    for kind, layout in layouts.items():
        if kind in _KEPT:
            _layout(layout, kind, style)
        else:
            presentation.slide_layouts.remove(layout)
    return Base(
        presentation=presentation,
        cover=layouts["title"],
        page=layouts["titleOnly"],
        size=size,
        title=_TITLE,
        kicker=Area(left=MARGIN, top=24.0, width=WIDE - 2 * MARGIN, height=16.0),
        body=_BODY,
        source=Area(left=MARGIN, top=486.0, width=WIDE - 2 * MARGIN, height=14.0),
        style=style,
        title_size=TITLE_SIZE,
    )


def _theme(master: Any) -> None:
    """Colours and fonts of the theme: what a colleague sees in the lists of colours and fonts."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = parse_xml(part.blob)
    root.set("name", "csi_model")
    colours = root.find(f".//{qn('a:clrScheme')}")
    fonts = root.find(f".//{qn('a:fontScheme')}")
    if colours is None or fonts is None:  # pragma: no cover - every theme has both
        return
    colours.set("name", "csi_model")
    fonts.set("name", "csi_model")
    light = theme.LIGHT
    slots = {
        "dk1": light.ink, "lt1": light.paper, "dk2": light.muted, "lt2": light.panel,
        "accent1": light.accent, "accent2": light.series_2, "accent3": light.series_3,
        "accent4": light.series_4, "accent5": light.good, "accent6": light.bad,
        "hlink": light.accent, "folHlink": light.muted,
    }  # fmt: skip
    for name, colour in slots.items():
        slot = colours.find(qn(f"a:{name}"))
        if slot is not None:
            slot.clear()
            child(slot, "a:srgbClr").set("val", colour.removeprefix("#").upper())
    for kind in ("a:majorFont", "a:minorFont"):
        family = fonts.find(qn(kind))
        if family is None:  # pragma: no cover
            continue
        for script, name in (("a:latin", LATIN), ("a:ea", CHINESE)):
            face = family.find(qn(script))
            if face is not None:
                face.set("typeface", name)
        for face in family.findall(qn("a:font")):
            if face.get("script") == "Hans":
                face.set("typeface", CHINESE)
    part._blob = serialize_part_xml(root)


def _title_style(master: Any) -> None:
    styles = master._element.find(qn("p:txStyles"))
    first = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    first.set("algn", "l")
    first.find(qn("a:defRPr")).set("sz", str(round(TITLE_SIZE * 100)))
    first.find(qn("a:defRPr")).set("b", "1")
    for place, level in enumerate(styles.find(qn("p:bodyStyle"))):
        face = level.find(qn("a:defRPr"))
        if face is not None:
            face.set("sz", str((18, 16, 14, 12, 12)[min(place, 4)] * 100))


def _places(master: Any, style: Style) -> None:
    """Where title, text, footer and page number stand on the master."""
    for one in master.placeholders:
        kind = one.placeholder_format.type
        if kind == PP_PLACEHOLDER.TITLE:
            _put(one, _TITLE, anchor="t")
        elif kind == PP_PLACEHOLDER.BODY:
            _put(one, _BODY, anchor="t")
        elif kind == PP_PLACEHOLDER.FOOTER:
            _put(one, _FOOT.columns(0.9, 8.0)[0])
            _foot(one, style, "l")
        elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
            _put(one, _FOOT.columns(0.9, 8.0)[1])
            _foot(one, style, "r")
        elif kind == PP_PLACEHOLDER.DATE:
            one._element.getparent().remove(one._element)
    rule = Area(left=MARGIN, top=504.0, width=WIDE - 2 * MARGIN, height=0.75)
    _behind(master, rule, style, "rule")


def _layout(layout: Any, kind: str, style: Style) -> None:
    for one in list(layout.placeholders):
        found = one.placeholder_format.type
        if found == PP_PLACEHOLDER.DATE:
            one._element.getparent().remove(one._element)
        elif kind == "title" and found == PP_PLACEHOLDER.CENTER_TITLE:
            _put(one, _COVER_TITLE, anchor="b")
            _size(one, 36.0, bold=True, role="ink", style=style)
        elif kind == "title" and found == PP_PLACEHOLDER.SUBTITLE:
            _put(one, _COVER_TEXT, anchor="t")
            _size(one, 16.0, bold=False, role="muted", style=style)
        elif kind == "title":
            one._element.getparent().remove(one._element)
        elif found == PP_PLACEHOLDER.OBJECT:
            _put(one, _BODY, anchor="t")
        elif found == PP_PLACEHOLDER.TITLE:
            _put(one, _TITLE, anchor="t")
    if kind == "title":
        layout._element.set("showMasterSp", "0")
        _behind(layout, Area(left=0, top=0, width=22.0, height=HIGH), style, "accent")


def _put(placeholder: Any, area: Area, anchor: str = "ctr") -> None:
    placeholder.left, placeholder.top, placeholder.width, placeholder.height = area.emu
    looks = placeholder._element.txBody.find(qn("a:bodyPr"))
    looks.set("anchor", anchor)
    for side in ("lIns", "tIns", "rIns", "bIns"):
        looks.set(side, "0")


def _foot(placeholder: Any, style: Style, align: str) -> None:
    _size(placeholder, 9.0, bold=False, role="muted", style=style)
    for level in placeholder._element.txBody.find(qn("a:lstStyle")):
        level.set("algn", align)


def _size(placeholder: Any, size: float, *, bold: bool, role: str, style: Style) -> None:
    """The look of a placeholder's text, on the layout or master."""
    listed = placeholder._element.txBody.find(qn("a:lstStyle"))
    level = listed.find(qn("a:lvl1pPr"))
    if level is None:
        level = child(listed, "a:lvl1pPr")
    for old in level.findall(qn("a:defRPr")):
        level.remove(old)
    level.set("algn", "l")
    face = child(level, "a:defRPr")
    face.set("sz", str(round(size * 100)))
    face.set("b", "1" if bold else "0")
    style.fill(face, role)


def _behind(layout: Any, area: Area, style: Style, role: str) -> None:
    """A strip behind everything else on a master or layout."""
    tree = layout.shapes._spTree
    made = shapes.rule(SlideShapes(tree, layout), area, style, role=role)
    element = made._element
    tree.remove(element)
    tree.insert(2, element)
