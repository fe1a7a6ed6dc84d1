"""The report as one HTML file that loads nothing from outside."""

from __future__ import annotations

from csi_model.reporting import document, theme
from csi_model.reporting.interactive.page_tools import page_data
from csi_model.reporting.writers import Handed


def write(handed: Handed) -> str:
    """Return a report of any kind as one self-contained HTML document.

    Style and charts are inline, without a request to anywhere; the same content gives the same text. Labels
    and texts from surveys are shown as text.
    """
    content, outline = handed.content, handed.outline
    look = content.look
    with theme.look(look):
        text = document.render(
            "report.html.j2",
            **document.frame(outline.language),
            outline=outline,
            charts=document.inline(handed.pictures.svgs),
            logo=document.picture(look.logo, look.logo_type) if look.logo else "",
            page_data=document.data(page_data(content, outline.language)),
        )
    return document.guarded(document.clean(text))
