"""What every page needs: templates, style, language, inlined charts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from csi_model.errors import Finding, ReportError
from csi_model.reporting import svg, theme
from csi_model.reporting.wording import say
from csi_model.vocabulary import LANGUAGES

_ICONS = {"good": "✓", "caution": "!", "bad": "✕", "unknown": "?"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("csi_model.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["coded"] = coded
    return made


def coded(text: str) -> Markup:
    """Return a text, escaped, with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    marked = (
        Markup("<code>{}</code>").format(part) if k % 2 else escape(part) for k, part in enumerate(parts)
    )
    return Markup("").join(marked)


def render(template: str, **context: Any) -> str:
    """Return a template of this package filled in; everything but charts and style is escaped."""
    return _environment().get_template(template).render(**context)


def check_language(language: str) -> None:
    """Raise ``ReportError`` where there is no report in ``language``."""
    if language not in LANGUAGES:
        raise ReportError(
            Finding(
                code="unknown-language",
                severity="error",
                where="language",
                what=f"There is no report in the language {language!r}.",
                fix=f"Choose one of: {', '.join(LANGUAGES)}.",
            )
        )


def inline(charts: Mapping[str, str]) -> dict[str, Markup]:
    """Return charts for use within a page; their labels are escaped by the SVG writer."""
    return {name: Markup(svg.for_page(text)) for name, text in charts.items()}


def frame(language: str) -> dict[str, Any]:
    """Return what any page reads, whatever it is about: language, words, style."""
    return {
        "language": "zh-Hans" if language == "zh" else "en",
        "say": lambda key, **values: say(key, language, **values),
        "foreign": lambda text: language == "zh" and text.isascii() and any(c.isalpha() for c in text),
        "style": Markup(_style()),
        "icons": _ICONS,
    }


def _style() -> str:
    source = _environment().get_template("page.css")
    return source.render(
        light=Markup(theme.css_variables(theme.LIGHT)),
        dark=Markup(theme.css_variables(theme.DARK)),
        fonts=Markup(theme.font_stack()),
    )
