"""The frame of a slide: kicker, title, source, footer, page number, speaker notes, links of the contents."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from csi_model.reporting import fonts
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.lettering import Said, cut_to, fitted, write
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.shapes import box
from csi_model.reporting.slides.sheets import Sheet
from csi_model.reporting.slides.style import Style
from csi_model.reporting.wording import say

_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
LINK = "Contents "
"""Beginning of the names of the lines of the contents; the key of the chapter follows."""


def add_page(base: Base, sheet: Sheet, *, number: int, footer: str) -> Any:
    """Add a slide with everything but its content; return it."""
    slide = base.presentation.slides.add_slide(base.page)
    title = next((one for one in slide.placeholders if one.placeholder_format.type in _TITLES), None)
    for one in list(slide.placeholders):
        if title is None or one._element is not title._element:
            one._element.getparent().remove(one._element)
    said = title_words(sheet.title, base)
    if title is None:
        box(slide.shapes, base.title, said, base.style, name="Title")
    else:
        write(title._element.txBody, said, base.style)
    if sheet.kicker:
        kicker = Said(text=sheet.kicker, size=11.0, role="accent", bold=True)
        box(slide.shapes, base.kicker, cut_to([kicker], base.kicker.width, 16.0, base.style), base.style,
            name="Kicker")  # fmt: skip
    if sheet.sources:
        files = say("comma", base.style.language).join(sheet.sources)
        text = Said(text=say("pptx_source", base.style.language, files=files), size=9.0, role="muted")
        box(slide.shapes, base.source, cut_to([text], base.source.width, 14.0, base.style), base.style,
            name="Source")  # fmt: skip
    _feet(slide, base, footer, number)
    return slide


def title_words(text: str, base: Base) -> list[Said]:
    """Return the title at the size at which it fits its place."""
    said = Said(text=text, size=base.title_size, bold=True)
    width, height = (
        base.title.width - (0.0 if base.own else 16.0),
        base.title.height - (0.0 if base.own else 6.0),
    )
    made = fitted([said], width, height, base.style, least=16.0)
    return [replace(one, after=0.0) for one in cut_to(made, width, max(height, 20.0), base.style)]


def _feet(slide: Any, base: Base, footer: str, number: int) -> None:
    """Footer and page number as the layout has them; slides do not inherit them by themselves."""
    for one in base.page.placeholders:
        kind = one.placeholder_format.type
        if kind not in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            continue
        element = copy.deepcopy(one._element)
        slide.shapes._spTree.append(element)
        about = element.find(f"{qn('p:nvSpPr')}/{qn('p:cNvPr')}")
        about.set(
            "id", str(max(int(each.get("id", 0)) for each in slide.shapes._spTree.iter(qn("p:cNvPr"))) + 1)
        )
        looks = element.find(qn("p:spPr"))
        for old in list(looks):
            looks.remove(old)
        body = element.find(qn("p:txBody"))
        for old in body.findall(qn("a:p")):
            body.remove(old)
        paragraph = child(body, "a:p")
        if kind == PP_PLACEHOLDER.FOOTER:
            width = (one.width or 0) / 12700
            size = 9.0 if base.own else 12.5
            _run(paragraph, "a:r", fonts.shorten(footer, size, max(width - 16.0, 40.0)), base.style)
        else:
            field = _run(paragraph, "a:fld", str(number), base.style)
            field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
            field.set("type", "slidenum")


def _run(paragraph: Any, name: str, text: str, style: Style) -> Any:
    run = child(paragraph, name)
    style.letters(run, "a:rPr")
    child(run, "a:t").text = text
    return run


def write_notes(slide: Any, texts: Sequence[str], files: Sequence[str], style: Style) -> None:
    """Write the speaker notes: what to say and mind, and where the numbers come from."""
    frame = slide.notes_slide.notes_text_frame
    if frame is None:  # pragma: no cover - the notes master of python-pptx has one
        return
    plain = Style(language=style.language, palette=style.palette)
    said = [Said(text=text, size=12.0) for text in texts if text]
    if files:
        listed = say("comma", style.language).join(files)
        said.append(Said(text=say("pptx_notes_source", style.language, files=listed), size=12.0))
    body = frame._txBody
    write(body, said, plain)
    for run in body.iter(qn("a:rPr")):
        for fill in run.findall(qn("a:solidFill")):
            run.remove(fill)


def link_contents(slides: Sequence[Any], sheets: Sequence[Sheet], base: Base) -> None:
    """Let each line of the contents lead to the first slide of its chapter, and write its number."""
    first: dict[str, tuple[int, Any]] = {}
    for number, (sheet, slide) in enumerate(zip(sheets, slides, strict=True), start=2):
        first.setdefault(sheet.chapter, (number, slide))
    for sheet, slide in zip(sheets, slides, strict=True):
        if sheet.chapter != "contents":
            continue
        for shape in slide.shapes:
            key = shape.name.removeprefix(LINK)
            if key == shape.name or key.removesuffix(" number") not in first:
                continue
            number, target = first[key.removesuffix(" number")]
            shape.click_action.target_slide = target
            if key.endswith(" number"):
                said = Said(text=str(number), size=13.0, role="muted", align="r")
                write(shape._element.txBody, [said], base.style)
