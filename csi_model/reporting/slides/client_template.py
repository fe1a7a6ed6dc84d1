"""A client's own template: its size, master and layouts stay, its sample slides go."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml

from csi_model.errors import ReportError
from csi_model.reporting import theme
from csi_model.reporting.look import Look
from csi_model.reporting.slides.areas import Area, in_points
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.names import qn
from csi_model.reporting.slides.style import CHINESE, Style, luminance

_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_MACROS = b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml"
_PRESENTATION = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_FEET = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
_TEXTS = {PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY}
_DARK = 0.18
"""Luminance below which a background counts as dark."""
_LEAST = 150.0
"""Height that content needs, in points; a layout with less is not taken for pages."""


def client_template(look: Look, language: str) -> Base:
    """Return the client's template without its slides.

    Parameters
    ----------
    look
        Its template, and the accent where the study gives one.
    language
        ``en`` or ``zh``.

    Raises
    ------
    ReportError
        The template cannot be opened.
    """
    try:
        presentation = Presentation(io.BytesIO(_as_presentation(look.template)))
        layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
        if not layouts:
            raise ValueError("it has no layout")
        _without_slides(presentation)
        return _base(presentation, layouts, look, language)
    except Exception as error:
        # whatever a damaged file makes the reader trip over is one and the same mistake
        raise ReportError.at(
            "report.template",
            f"The template cannot be opened as a PowerPoint file ({type(error).__name__}).",
            "Open it in PowerPoint and save it again as .pptx or .potx, or leave `template` out.",
            code="unreadable-template",
        ) from error


def _as_presentation(data: bytes) -> bytes:
    """Return the bytes of a template as those of a presentation: the kind is written in its list of parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(held, "w") as made:
        for entry in read.infolist():
            inside = read.read(entry)
            if entry.filename == "[Content_Types].xml":
                inside = inside.replace(_TEMPLATE, _PRESENTATION).replace(_MACROS, _PRESENTATION)
            made.writestr(entry, inside)
    return held.getvalue()


def _without_slides(presentation: Any) -> None:
    """Remove the sample slides with all that only they hold, and lists that name them."""
    root = presentation.part._element
    listed = root.find(qn("p:sldIdLst"))
    for one in list(listed if listed is not None else ()):
        presentation.part.drop_rel(one.rId)
        listed.remove(one)
    for name in ("p:custShowLst", "p:extLst"):
        for old in root.findall(qn(name)):
            if name == "p:custShowLst":
                root.remove(old)
                continue
            for inside in list(old):
                if any("sectionLst" in str(part.tag) for part in inside):
                    old.remove(inside)
            if not len(old):
                root.remove(old)


def _base(presentation: Any, layouts: list[Any], look: Look, language: str) -> Base:
    size = in_points(0, 0, presentation.slide_width, presentation.slide_height)
    page = _page(layouts, size)
    title = _of_kind(page, _TITLES)
    margin = size.width * 0.05
    above = Area(left=margin, top=size.height * 0.06, width=size.width - 2 * margin, height=60.0)
    place = _place(title) if title is not None else above
    body, kicker = _free(page, place, size)
    return Base(
        presentation=presentation,
        cover=_cover(layouts),
        page=page,
        size=size,
        title=place,
        kicker=kicker,
        body=Area(left=body.left, top=body.top, width=body.width, height=body.height - 18.0),
        source=Area(left=body.left, top=body.bottom - 14.0, width=body.width, height=14.0),
        style=_style(page, look, language),
        title_size=_title_size(page, title),
        own=False,
    )


def _of_kind(layout: Any, kinds: set[Any]) -> Any:
    return next((one for one in layout.placeholders if one.placeholder_format.type in kinds), None)


def _place(placeholder: Any) -> Area:
    return in_points(
        placeholder.left or 0, placeholder.top or 0, placeholder.width or 0, placeholder.height or 0
    )


def _cover(layouts: list[Any]) -> Any:
    """The layout of the title slide: a centred title, best with a subtitle; else the first with a title."""

    def rank(layout: Any) -> int:
        kinds = {one.placeholder_format.type for one in layout.placeholders}
        centred = PP_PLACEHOLDER.CENTER_TITLE in kinds
        under = PP_PLACEHOLDER.SUBTITLE in kinds
        return 4 * centred + 2 * under + bool(kinds & _TITLES)

    return max(layouts, key=rank)


def _page(layouts: list[Any], size: Area) -> Any:
    """The layout of all other slides: a title and nothing else, else a title with one place for text."""

    def rank(layout: Any) -> tuple[int, float]:
        kinds = [one.placeholder_format.type for one in layout.placeholders]
        others = [kind for kind in kinds if kind not in _FEET | _TITLES]
        title = _of_kind(layout, {PP_PLACEHOLDER.TITLE})
        if title is None:
            return (1 if not others else 0), 0.0
        body, _ = _free(layout, _place(title), size)
        if body.height < _LEAST or body.width < size.width * 0.5:
            return 0, body.height
        if not others:
            return 4, body.height * body.width
        return (3 if len(others) == 1 and others[0] in _TEXTS else 2), body.height * body.width

    return max(layouts, key=rank)


def _free(layout: Any, title: Area, size: Area) -> tuple[Area, Area]:
    """What is free for content on a layout, and the line for the kicker."""
    text = [_place(one) for one in layout.placeholders if one.placeholder_format.type in _TEXTS]
    feet = [_place(one) for one in _feet(layout)]
    bottom = min((one.top for one in feet if one.top > size.height * 0.7), default=size.height * 0.94) - 4.0
    left, right, top = title.left, title.right, title.bottom + 6.0
    if len(text) == 1 and text[0].top >= title.bottom - 8.0:
        left, right, top = text[0].left, text[0].right, max(text[0].top, top)
        bottom = min(bottom, max(text[0].bottom, size.height * 0.8))
    if right - left < size.width * 0.5:
        left, right = size.width * 0.05, size.width * 0.95
    kicker = Area(left=title.left, top=title.top - 17.0, width=title.width, height=16.0)
    if kicker.top < 6.0:
        kicker = Area(left=left, top=top, width=right - left, height=16.0)
        top += 22.0
    body = Area(left=left, top=top, width=right - left, height=max(bottom - top, 0.0))
    return body, kicker


def _feet(layout: Any) -> Iterator[Any]:
    """Footer and page number of a layout; those that it leaves to its master stand there, too."""
    for one in layout.placeholders:
        if one.placeholder_format.type in _FEET:
            yield one


def _style(layout: Any, look: Look, language: str) -> Style:
    """The client's theme: its fonts, its accent, and dark texts or light ones as its background asks."""
    master = layout.slide_master
    root = parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    dark = luminance(_background(master, root)) < _DARK
    slots = {"ink": "tx1", "paper": "bg1"}
    if not look.accent:
        slots["accent"] = "accent1"
    minor = root.find(f".//{qn('a:minorFont')}/{qn('a:ea')}")
    east = (minor.get("typeface") if minor is not None else "") or CHINESE
    return Style(
        language=language,
        palette=theme.DARK if dark else theme.LIGHT,
        slots=slots,
        latin="+mn-lt",
        east=east,
    )


def _background(master: Any, root: Any) -> str:
    """The colour behind the slides as six digits; where a picture is, that of the theme's paper."""
    mapped = master._element.find(qn("p:clrMap"))
    fill = master._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
    given = fill.find(f".//{qn('a:srgbClr')}") if fill is not None else None
    if given is not None and fill.find(f".//{qn('a:gradFill')}") is None:
        return str(given.get("val"))
    named = fill.find(f".//{qn('a:schemeClr')}") if fill is not None else None
    name = named.get("val") if named is not None else "bg1"
    slot = mapped.get(name, "lt1") if mapped is not None and name in mapped.attrib else name
    colour = root.find(f".//{qn('a:clrScheme')}/{qn(f'a:{slot}')}")
    if colour is None or not len(colour):
        return "FFFFFF"
    return str(colour[0].get("lastClr") or colour[0].get("val") or "FFFFFF")[-6:]


def _title_size(layout: Any, title: Any) -> float:
    """The size that titles have in the template, in points."""
    places = (
        [title._element.find(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")] if title else []
    )
    styles = layout.slide_master._element.find(f"{qn('p:txStyles')}/{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    if styles is not None:
        places.append(styles.find(qn("a:defRPr")))
    sizes = [one.get("sz") for one in places if one is not None and one.get("sz")]
    return min(float(sizes[0]) / 100, 32.0) if sizes else 24.0
