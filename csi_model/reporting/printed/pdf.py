"""The report as a PDF file: laid out for paper, fonts embedded, nothing loaded from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from csi_model.errors import ReportError
from csi_model.reporting import document, fonts, theme
from csi_model.reporting.outline.blocks import Figure
from csi_model.reporting.outline.outline import Outline
from csi_model.reporting.printed import columns, engine
from csi_model.reporting.printed.figures import Drawn, drawn
from csi_model.reporting.printed.paper import Stretch, stretches
from csi_model.reporting.requirements import no_letters
from csi_model.reporting.wording import say

if TYPE_CHECKING:
    from csi_model.reporting.writers import Handed

_HEAD = 8.0
_NAMED = 8
_LOGO = "csi-logo:logo"
_CSS_WORDS = ("figure", "table", "number_end", "page", "page_of", "page_end")


@dataclass(frozen=True, kw_only=True)
class _Chapter:
    key: str
    title: str
    stretches: tuple[Stretch, ...]

    @property
    def sideways(self) -> bool:
        """Whether its first page lies on its side."""
        return self.stretches[0].sideways


@dataclass(frozen=True, kw_only=True)
class _Part:
    key: str
    title: str
    chapters: tuple[_Chapter, ...]


def write(handed: Handed) -> bytes:
    """Return a report of any kind as a PDF; the same content gives the same bytes.

    Raises
    ------
    ReportError
        No font of this machine has the letters of a label.
    """
    with theme.look(handed.content.look):
        text, images = page(handed)
    identifier = hashlib.sha256(text.encode("utf-8")).digest()[:16]
    return engine.pdf(text, images, identifier=identifier)


def page(handed: Handed) -> tuple[str, Mapping[str, tuple[str, bytes]]]:
    """Return the report as HTML for paper, in which no font lacks a sign, and its images by address."""
    outline, look = handed.outline, handed.content.look
    names = {block.chart for block in outline.blocks() if isinstance(block, Figure)}
    charts = {name: drawn(handed.pictures, name) for name in sorted(names) if name in handed.pictures}
    images = {
        address: ("image/svg+xml", fonts.replaced(part).encode("utf-8"))
        for name in charts
        for address, part in _images(name, charts[name])
    }
    if look.logo:
        images[_LOGO] = (f"image/{'svg+xml' if look.logo_type == 'svg' else look.logo_type}", look.logo)
    parts = {
        **document.frame(outline.language),
        "outline": outline,
        "sheet": Markup(_sheet(outline.language)),
        "parts": list(_parts(outline, charts)),
        "logo": _LOGO if look.logo else "",
        "running": fonts.shorten(outline.title, _HEAD, 330),
        "by": fonts.shorten(" · ".join(filter(None, (outline.client, outline.preparer))), _HEAD, 300),
    }
    text = document.clean(document.render("printed.html.j2", **parts, unshown=""))
    texts = "".join([text, *(part for name in charts for _, part in _images(name, charts[name]))])
    if missing := fonts.unreadable(texts):
        raise ReportError(no_letters(missing, "--format pdf"))
    if lost := fonts.unshown(texts):
        named = ", ".join(f"U+{ord(sign):04X}" for sign in lost[:_NAMED])
        text = document.clean(document.render("printed.html.j2", **parts, unshown=named))
    return fonts.replaced(text), images


def _images(name: str, chart: Drawn) -> Iterator[tuple[str, str]]:
    """Yield the parts of a chart by the addresses that the template gives them."""
    yield from ((f"csi-chart:{name}/{place}", part) for place, part in enumerate(chart.strips))
    if chart.foot:
        yield f"csi-chart:{name}/foot", chart.foot


def _parts(outline: Outline, charts: Mapping[str, Drawn]) -> Iterator[_Part]:
    for key, chapters in outline.parts():
        made = tuple(
            _Chapter(key=one.key, title=one.title, stretches=found)
            for one in chapters
            if (found := stretches(one.blocks, charts))
        )
        if made:
            yield _Part(key=key, title=say(f"part_{key}", outline.language), chapters=made)


def _sheet(language: str) -> str:
    words = {name: Markup(_quoted(say(f"pdf_{name}", language))) for name in _CSS_WORDS}
    return document.render(
        "printed.css",
        faces=Markup(engine.faces()),
        light=Markup(theme.css_variables(theme.LIGHT)),
        fonts=Markup(theme.font_stack()),
        sizes=theme.PAPER,
        dense=columns.DENSE,
        muted=Markup(theme.LIGHT.muted),
        **words,
    )


def _quoted(text: str) -> str:
    """Return a text as a string of CSS."""
    return '"' + "".join(f"\\{ord(sign):x} " if sign in '"\\<>\n' else sign for sign in text) + '"'
