"""A figure as SVG text: the same bytes every time, text as text, ready for several in one page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from matplotlib.figure import Figure
from matplotlib.text import Text

from csi_model.reporting import fonts, theme
from csi_model.reporting.drawing import style

_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r'\bid="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|xlink:href="#)')
_FAMILY = re.compile(r"font-family: [^;\"]*")
_SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_EM = "—"


def svg(figure: Figure, *, name: str | None = None, language: str = "en") -> str:
    """Return ``figure`` as a self-contained SVG document.

    Parameters
    ----------
    figure
        A figure; charts of this package carry their name, title and description.
    name
        Prefix of every id in the document, so that several documents can stand in one page.
    language
        Language of the texts, for readers and for the choice of glyphs.

    Returns
    -------
    str
        The document. Text stays text with a list of font families that ends in Chinese ones and the
        generic family; nothing is loaded from outside; there is no date, and ids do not vary.
    """
    gid = figure.get_gid()
    name = name or (gid if isinstance(gid, str) and gid else "chart")
    buffer = io.StringIO()
    with style(), _measurable(figure) as originals:
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for key, original in originals.items():
        text = _put_back(text, key, original)
    text = _TAG.sub(lambda match: _tag(match.group(), name), text)
    title = str(figure.get_label() or "")
    described = " ".join(
        label for ax in figure.axes if (label := str(ax.get_label())) and not label.startswith("<")
    )
    return _with_root(text, name, title, described, language)


@contextmanager
def _measurable(figure: Figure) -> Iterator[dict[str, str]]:
    """Hold the place of texts for which this machine has no glyphs with dashes of one em.

    Matplotlib would measure (and warn about) missing glyphs, though an SVG only names the font and
    the reader's program draws it.
    """
    originals: dict[str, str] = {}
    changed: list[tuple[Text, str, str | None]] = []
    for number, artist in enumerate(figure.findobj(Text)):
        if not isinstance(artist, Text) or fonts.can_show(artist.get_text()):
            continue
        key = f"glyphs-{number}"
        originals[key] = artist.get_text()
        changed.append((artist, artist.get_text(), artist.get_gid()))
        artist.set_text(_EM * len(artist.get_text()))
        artist.set_gid(key)
    try:
        yield originals
    finally:
        for artist, text, gid in changed:
            artist.set_text(text)
            artist.set_gid(gid)


def _put_back(text: str, key: str, original: str) -> str:
    pattern = re.compile(rf'(<g id=")({key})(">\s*<text [^>]*>)[^<]*(</text>)')
    return pattern.sub(
        lambda match: (
            match.group(1) + "text" + match.group(3) + escape(original, quote=False) + match.group(4)
        ),
        text,
    )


def _tag(tag: str, name: str) -> str:
    """Prefix ids and references of one tag, and name all font families."""
    tag = _ID.sub(lambda match: f'id="{name}-{match.group(1)}"', tag)
    tag = _REFERENCE.sub(lambda match: f"{match.group(1)}{name}-", tag)
    if tag.startswith("<text"):
        tag = _FAMILY.sub(f"font-family: {theme.font_stack()}", tag)
    return tag


def _with_root(text: str, name: str, title: str, description: str, language: str) -> str:
    """Give the document its root element, with title and description for screen readers."""
    found = _SIZE.search(text)
    box = found.group(1) if found else "0 0 1 1"
    width, height = box.split()[2:]
    body = text[found.end() :] if found else text
    # text groups get ids by number in matplotlib; ours do not depend on the fonts of the machine
    body = re.sub(rf'<g id="{name}-(?:text(?:_\d+)?)">', "<g>", body)
    body = re.sub(r"<style type=\"text/css\">.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"\s*<defs>\s*</defs>", "", body)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}pt" height="{height}pt" viewBox="{box}" role="img" '
        f'lang="{"zh-Hans" if language == "zh" else "en"}" '
        f'aria-labelledby="{name}-title {name}-desc" '
        f'style="stroke-linejoin: round; stroke-linecap: butt">'
    )
    return (
        f'{root}\n<title id="{name}-title">{escape(title, quote=False)}</title>'
        f'\n<desc id="{name}-desc">{escape(description, quote=False)}</desc>{body.rstrip()}\n'
    )


def for_page(document: str) -> str:
    """Return an SVG document for inlining: its colours become the variables of the page's theme."""
    variables = theme.colour_variables()

    def recolour(match: re.Match[str]) -> str:
        return re.sub(r"#[0-9a-f]{6}\b", lambda m: variables.get(m.group(), m.group()), match.group())

    body = re.sub(r'style="[^"]*"', recolour, document)
    return re.sub(r'(<svg [^>]*?) width="[^"]*" height="[^"]*"', r"\1", body, count=1)
