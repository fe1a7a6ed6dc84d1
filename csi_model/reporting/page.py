"""The report as one HTML file that loads nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from csi_model.errors import Finding, ReportError
from csi_model.reporting import formats, measurement, records, sentences, svg, theme, usability, views
from csi_model.reporting.charts import charts
from csi_model.reporting.content import Content
from csi_model.reporting.wording import say
from csi_model.vocabulary import LANGUAGES, term

_SHOWN = ("command", "survey", "surveys", "units", "by", "weight", "options", "seed", "versions", "sha256")
"""Entries of the manifest that a report shows; never the time, so that the same run gives the same page."""

_ICONS = {"good": "✓", "caution": "!", "bad": "✕", "unknown": "?"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("csi_model.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


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
        HTML with inline style and charts, no script, no request to anywhere; the same content gives the
        same text. Labels and texts from surveys are shown as text.

    Raises
    ------
    ReportError
        There is no such language.
    """
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
    return _environment().get_template("page.html.j2").render(**_context(content, language))


def _context(content: Content, language: str) -> dict[str, Any]:
    title = content.title.get(language) or content.title.get("en") or content.label(content.index, language)
    return {
        "language": "zh-Hans" if language == "zh" else "en",
        "say": lambda key, **values: say(key, language, **values),
        "foreign": lambda text: language == "zh" and text.isascii() and any(c.isalpha() for c in text),
        "style": Markup(_style()),
        "title": title,
        "client": _client(content),
        "charts": {name: Markup(svg.for_page(text)) for name, text in charts(content, language).items()},
        "icons": _ICONS,
        "sections": _sections(content),
        **_first_screen(content, language),
        **_results(content, language),
        **_measurement(content, language),
        **_provenance(content, language),
    }


def _client(content: Content) -> str:
    said = content.manifest.get("report", {})
    return str(said.get("client") or "") if isinstance(said, Mapping) else ""


def _style() -> str:
    source = _environment().get_template("page.css")
    return source.render(
        light=Markup(theme.css_variables(theme.LIGHT)),
        dark=Markup(theme.css_variables(theme.DARK)),
        fonts=Markup(theme.font_stack()),
    )


def _sections(content: Content) -> tuple[str, ...]:
    names = ("verdict", "headline", "index", "groups", "drivers", "model", "measurement", "rows",
             "findings", "method")  # fmt: skip
    return tuple(name for name in names if name != "groups" or content.by)


def _first_screen(content: Content, language: str) -> dict[str, Any]:
    state, sentence = usability.overall(content, language)
    row = records.headline(content)
    return {
        "overall": {"state": state, "text": sentence},
        "verdicts": usability.verdicts(content, language),
        "alert": usability.alert(content, language),
        "headline": {
            "label": views.labelled(content, content.index, language),
            "value": formats.number(row.get("index")),
            "interval": formats.interval(row.get("ci_lower"), row.get("ci_upper"), 1, language),
            "interval_title": say("interval", language, level=formats.level(records.confidence(content))),
            "n": formats.count(row.get("n")),
            "rule": term(records.word(row, "weight_rule"), language) or say("not_stored", language),
            "sentences": sentences.headline(content, language),
            "usable": usability.index_usable(content),
        },
    }


def _results(content: Content, language: str) -> dict[str, Any]:
    targets = [name for name in content.constructs if name != content.index]
    return {
        "direction": sentences.direction(content, language),
        "index_view": views.index_view(content, language),
        "group_sentences": sentences.groups(content, language),
        "group_view": views.group_view(content, language),
        "driver_sentences": sentences.drivers(content, language, may_use_effects=usability.usable(content)),
        "driver_view": views.driver_view(content, content.index, language),
        "other_driver_views": [
            found for name in targets if (found := views.driver_view(content, name, language))
        ],
        "effects_view": views.effects_view(content, language),
        "r2_view": measurement.r2_view(content, language),
        "effects_usable": usability.usable(content),
    }


def _measurement(content: Content, language: str) -> dict[str, Any]:
    return {
        "questions_view": measurement.questions_view(content, language),
        "weights_view": measurement.weights_view(content, language),
        "reliability_view": measurement.reliability_view(content, language),
        "validity_view": measurement.validity_view(content, language),
        "fit_view": measurement.fit_view(content, language),
        "rows_sentence": sentences.rows(content, language),
        "rows_view": views.rows_view(content, language),
        "findings": measurement.findings_of(content, language),
    }


def _provenance(content: Content, language: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        _item(say("m_source", language), content.source or say("not_stored", language)),
        _item(say("m_structure", language), say(f"structure_{_structure(content)}", language)),
    ]
    caveat = content.caveat.get(language) or content.caveat.get("en", "")
    if caveat:
        items.append(_item(say("m_caveat", language), caveat))
    for name in _SHOWN:
        if name not in content.manifest:
            continue
        title, value = say(f"m_{name}", language), content.manifest[name]
        if isinstance(value, Mapping) and value:
            items.append(_item(title, "", _flat(value, language)))
        else:
            items.append(_item(title, views.plain_value(value, language)))
    items.append(_item(say("m_hashes", language), say("m_hashes_where", language)))
    return {"method": sentences.method(content, language), "provenance": items, "caveat": caveat}


def _structure(content: Content) -> str:
    return "reconstructed" if content.structure == "reconstructed" else "published"


def _item(name: str, value: str, entries: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """One line on how the report was made, with entries of its own where it has some."""
    return {"name": name, "value": value, "entries": entries}


def _flat(value: Mapping[str, Any], language: str, prefix: str = "") -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            made += _flat(item, language, f"{prefix}{key}.")
        else:
            made.append((f"{prefix}{key}", views.plain_value(item, language)))
    return made
