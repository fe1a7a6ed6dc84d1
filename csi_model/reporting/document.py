"""What every page needs: templates, style, language, inlined charts, how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from csi_model.errors import Finding, ReportError
from csi_model.reporting import measurement, records, sentences, svg, theme, treatments, views
from csi_model.reporting.content import Content
from csi_model.reporting.wording import say
from csi_model.vocabulary import LANGUAGES

_ICONS = {"good": "✓", "caution": "!", "bad": "✕", "unknown": "?"}


_SHOWN = ("command", "survey", "surveys", "units", "by", "weight", "options", "seed", "versions", "sha256")
"""Entries of the manifest that a report shows; never the time, so that the same run gives the same page."""


_OF_COVARIANCE = frozenset({"variances", "information", "ridge"})
_OF_COMPOSITES = frozenset({"scheme", "metric", "higher_order", "folds", "repeats", "necessity", "segments"})
"""Options that say nothing of a run by the other kind of estimator."""


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


def common(content: Content, language: str) -> dict[str, Any]:
    """Return what every template reads: language, words, style, findings and how it was made."""
    return {
        **frame(language),
        "findings": measurement.findings_of(content, language),
        **_provenance(content, language),
    }


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


def _provenance(content: Content, language: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        item(say("m_source", language), content.source or say("not_stored", language)),
        item(say("m_structure", language), say(f"structure_{_structure(content)}", language)),
    ]
    caveat = content.caveat.get(language) or content.caveat.get("en", "")
    if caveat:
        items.append(item(say("m_caveat", language), caveat))
    for name in _SHOWN:
        if name not in content.manifest:
            continue
        title, value = say(f"m_{name}", language), content.manifest[name]
        if name == "options" and isinstance(value, Mapping):
            foreign = _OF_COVARIANCE if records.is_composite(content) else _OF_COMPOSITES
            value = {key: one for key, one in value.items() if key not in foreign}
        if isinstance(value, Mapping) and value:
            items.append(item(title, "", flat(value, language)))
        else:
            items.append(item(title, views.plain_value(value, language)))
    items.append(item(say("m_hashes", language), say("m_hashes_where", language)))
    return {
        "method": sentences.method(content, language),
        "draws_text": treatments.draws_text(content, language),
        "draws_view": treatments.draws_view(content, language),
        "provenance": items,
        "caveat": caveat,
        "structure": _structure(content),
    }


def _structure(content: Content) -> str:
    return "reconstructed" if content.structure == "reconstructed" else "published"


def item(name: str, value: str, entries: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """One line on how the report was made, with entries of its own where it has some."""
    return {"name": name, "value": value, "entries": entries}


def flat(value: Mapping[str, Any], language: str, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested entries as pairs of a name with dots and words."""
    made: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            made += flat(item, language, f"{prefix}{key}.")
        else:
            made.append((f"{prefix}{key}", views.plain_value(item, language)))
    return made
