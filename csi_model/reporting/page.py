"""The report as one HTML file that loads nothing from outside."""

from __future__ import annotations

from csi_model.reporting import charts, document, theme
from csi_model.reporting.content import Content
from csi_model.reporting.interactive.page_tools import page_data
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.writers import Handed


def page(content: Content, language: str = "en") -> str:
    """Return the report on ``content`` as one self-contained HTML document.

    Parameters
    ----------
    content
        The stored tables and what goes with them.
    language
        ``en`` or ``zh``.

    Returns
    -------
    str
        HTML with inline style and charts, no request to anywhere; the same content gives the same text.
        Labels and texts from surveys are shown as text.

    Raises
    ------
    ReportError
        There is no such language.
    """
    document.check_language(language)
    with theme.look(content.look):
        pictures = charts.pictures(content, language)
        return write(Handed(content=content, outline=outline(content, language), pictures=pictures))


def write(handed: Handed) -> str:
    """Return a report of any kind as one self-contained HTML document."""
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
