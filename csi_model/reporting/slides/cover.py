"""The title slide: kind of report, title, client, preparer, date, logo; what must be said at once."""

from __future__ import annotations

from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from csi_model.errors import ReportError
from csi_model.reporting.look import Look
from csi_model.reporting.slides.areas import Area, in_points
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.lettering import Said, cut_to, fitted, write
from csi_model.reporting.slides.shapes import box, drawing, picture
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed

_LOGO = (150.0, 60.0)
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}


def draw_cover(base: Base, handed: Handed, *, alarmed: bool) -> Any:
    """Add the title slide; return it."""
    slide = base.presentation.slides.add_slide(base.cover)
    outline, style = handed.outline, base.style
    title = next((one for one in slide.placeholders if one.placeholder_format.type in _TITLES), None)
    under = next(
        (one for one in slide.placeholders if one.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None
    )
    for one in list(slide.placeholders):
        if one not in (title, under):
            one._element.getparent().remove(one._element)
    place = _title(base, slide, title, outline.title)
    _under(base, handed, slide, under, place)
    kicker = Area(left=place.left, top=max(place.top - 30.0, 8.0), width=place.width, height=22.0)
    if base.own:
        kicker = Area(left=84.0, top=96.0, width=700.0, height=22.0)
    box(slide.shapes, kicker, [Said(text=outline.kicker, size=14.0, role="accent", bold=True)], style,
        name="Kicker")  # fmt: skip
    _foot(base, slide, outline.notes, alarmed=alarmed)
    _logo(base, slide, handed.content.look, outline.language)
    return slide


def _title(base: Base, slide: Any, title: Any, text: str) -> Area:
    """Write the title into its placeholder, as large as it fits; return its place."""
    area = base.title if title is None else in_points(title.left, title.top, title.width, title.height)
    size = 36.0 if base.own else 32.0
    said = fitted([Said(text=text, size=size, bold=True)], area.width - 4.0, area.height - 4.0, base.style,
                  least=14.0)  # fmt: skip
    said = cut_to(said, area.width - 4.0, area.height, base.style)
    if title is None:
        box(slide.shapes, area, said, base.style, name="Title")
    else:
        write(title._element.txBody, said, base.style)
    return area


def _under(base: Base, handed: Handed, slide: Any, under: Any, title: Area) -> None:
    """Client, preparer and date under the title."""
    outline, language = handed.outline, handed.outline.language
    lines = []
    for key, text in (
        ("prepared_for", outline.client),
        ("prepared_by", outline.preparer),
        ("date", outline.date),
    ):
        if text:
            role = "ink" if key == "prepared_for" else "muted"
            words = say(f"cover_{key}", language) + (
                " " if language == "en" and key != "date" else say("colon", language)
            )
            lines.append(
                Said(text=words + text, size=16.0 if key == "prepared_for" else 13.0, role=role, after=0.4)
            )
    if under is None:
        area = Area(left=title.left, top=title.bottom + 8.0, width=title.width, height=90.0)
        room = base.size.height - area.top - 60.0
        area = Area(left=area.left, top=area.top, width=area.width, height=max(min(room, 90.0), 20.0))
    else:
        area = in_points(under.left, under.top, under.width, under.height)
    fit = cut_to(fitted(lines, area.width - 14.0, area.height - 8.0, base.style), area.width - 14.0,
                 area.height - 4.0, base.style)  # fmt: skip
    if under is None:
        if fit:
            box(slide.shapes, area, fit, base.style, name="Subtitle")
    elif fit:
        write(under._element.txBody, fit, base.style)
    else:
        under._element.getparent().remove(under._element)


def _foot(base: Base, slide: Any, notes: tuple[str, ...], *, alarmed: bool) -> None:
    """What is uncertain about the model, and that some numbers may not be used."""
    style, size = base.style, base.size
    left = 84.0 if base.own else base.body.left
    width = min(700.0, size.width - 2 * left)
    if notes:
        area = Area(left=left, top=size.height - 84.0, width=width, height=60.0)
        said = [Said(text=text, size=10.0, role="muted") for text in notes]
        said = cut_to(fitted(said, area.width, area.height, style, least=8.0), area.width, area.height, style)
        box(slide.shapes, area, said, style, name="Notes", anchor="b")
    if alarmed:
        area = Area(left=left, top=size.height - 122.0, width=width, height=30.0)
        text = Said(text=say("pptx_alarm_cover", style.language), size=13.0, role="bad", bold=True)
        box(slide.shapes, area, fitted([text], width - 16.0, 22.0, style, least=8.0), style, name="Warning",
            fill="bad_soft", edge="bad", inset=4.0, anchor="ctr")  # fmt: skip


def _logo(base: Base, slide: Any, look: Look, language: str) -> None:
    """The client's logo at the upper right."""
    if not look.logo:
        return
    wide, high = _LOGO
    area = Area(left=base.size.width - wide - 40.0, top=32.0, width=wide, height=high)
    words = say("pptx_logo", language)
    try:
        if look.logo_type == "svg":
            drawing(slide, area, look.logo, title=words)
        else:
            picture(slide.shapes, area, look.logo, title=words, text=words)
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        raise ReportError.at(
            "report.logo",
            f"The logo cannot be opened as a picture ({type(error).__name__}).",
            "Save it again as PNG, JPEG or SVG, or leave `logo` out.",
            code="unreadable-logo",
        ) from error
