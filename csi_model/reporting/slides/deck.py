"""The report as a PowerPoint deck: native charts, tables and diagram that a colleague can edit."""

from __future__ import annotations

import io
from typing import Any

from csi_model.reporting import fonts
from csi_model.reporting.outline.blocks import Alarm
from csi_model.reporting.slides import steady
from csi_model.reporting.slides.base import Base
from csi_model.reporting.slides.client_template import client_template
from csi_model.reporting.slides.cover import draw_cover
from csi_model.reporting.slides.drawing_parts import draw_parts
from csi_model.reporting.slides.own_design import own_design
from csi_model.reporting.slides.pages import add_page, link_contents, write_notes
from csi_model.reporting.slides.planning import plan_deck
from csi_model.reporting.slides.sheets import Sheet
from csi_model.reporting.wording import say
from csi_model.reporting.writers import Handed


def write(handed: Handed) -> bytes:
    """Return a report as the bytes of a ``.pptx`` file, the same for the same content.

    Parameters
    ----------
    handed
        Tables, outline and charts.

    Raises
    ------
    ReportError
        The client's template or logo cannot be opened.
    """
    outline, look = handed.outline, handed.content.look
    base = client_template(look, outline.language) if look.template else own_design(outline.language)
    sheets = plan_deck(handed, base)
    alarmed = any(isinstance(block, Alarm) for block in outline.blocks())
    cover = draw_cover(base, handed, alarmed=alarmed)
    write_notes(cover, [say("pptx_notes_made", outline.language)], (), base.style)
    slides = [_slide(handed, base, sheet, number) for number, sheet in enumerate(sheets, start=2)]
    link_contents(slides, sheets, base)
    steady.about(
        base.presentation,
        title=fonts.clean(outline.page_title),
        author=fonts.clean(outline.preparer) or "csi_model",
        language=outline.language,
    )
    held = io.BytesIO()
    base.presentation.save(held)
    return steady.timeless(held.getvalue())


def _slide(handed: Handed, base: Base, sheet: Sheet, number: int) -> Any:
    slide = add_page(base, sheet, number=number, footer=_footer(handed))
    draw_parts(slide, base, handed, sheet)
    made = say("pptx_notes_made", handed.outline.language)
    write_notes(slide, sheet.notes or [made], sheet.sources, base.style)
    return slide


def _footer(handed: Handed) -> str:
    outline = handed.outline
    return " · ".join(part for part in (outline.title, outline.client) if part)
