"""What every page needs: templates, style, inlined charts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from csi_model.reporting import svg, theme
from csi_model.reporting.wording import say

_ICONS = {"good": "✓", "caution": "!", "bad": "✕", "unknown": "?"}

SCRIPTS = ("page.js", "navigation.js", "tables.js", "hints.js", "choosing.js", "start.js")
"""Templates that make up the script of a page, in this order."""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may load for a page: nothing from anywhere."""

_OPENING = re.compile("[<>&\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r' id="([^"]*)"')
_REFERRED = re.compile(r'(?:url\(#|href="#)([^")]*)|aria-labelledby="([^"]*)"')
_NUMBERS = re.compile(r' (?:d|x|y|width|height)="[^"]*"')
_DIGITS = re.compile(r"-?\d+\.\d{3,}")
_NEEDLESS = (
    (re.compile(r"font-family: [^;\"]*; "), ""),
    (re.compile(r' transform="rotate\(-0 [^)]*\)"'), ""),
    (re.compile(r"var\((--[\w-]+), #[0-9a-f]{6}\)"), r"var(\1)"),
)


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


def inline(charts: Mapping[str, str]) -> dict[str, Markup]:
    """Return charts for use within a page; their labels are escaped by the SVG writer."""
    return {name: Markup(compact(svg.for_page(text))) for name, text in charts.items()}


def compact(chart: str) -> str:
    """Return a chart of a page without what the page gives anyway: fonts, colours behind its variables,
    ids that nothing refers to, digits beyond a hundredth of a point.
    """
    wanted = {found for pair in _REFERRED.findall(chart) for part in pair for found in part.split()}
    return _TAG.sub(lambda match: _compact_tag(match.group(), wanted), chart)


def _compact_tag(tag: str, wanted: set[str]) -> str:
    tag = _ID.sub(lambda match: match.group() if match.group(1) in wanted else "", tag)
    tag = _NUMBERS.sub(lambda match: _DIGITS.sub(lambda m: f"{float(m.group()):.2f}", match.group()), tag)
    for pattern, shorter in _NEEDLESS:
        tag = pattern.sub(shorter, tag)
    return tag


def data(value: Any) -> Markup:
    """Return a value as JSON for a script element that does not run; no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_OPENING.sub(lambda match: f"\\u{ord(match.group()):04x}", text))


def picture(image: bytes, kind: str) -> str:
    """Return an image as an address that holds it; an SVG shown by it can neither run nor load anything."""
    mime = {"svg": "svg+xml", "jpg": "jpeg"}.get(kind, kind)
    return f"data:image/{mime};base64,{base64.b64encode(image).decode('ascii')}"


def clean(text: str) -> str:
    """Return a text without the characters that HTML does not allow."""
    return _UNPRINTABLE.sub("", text)


def frame(language: str) -> dict[str, Any]:
    """Return what any page reads, whatever it is about: language, words, style, script."""
    return {
        "language": "zh-Hans" if language == "zh" else "en",
        "say": lambda key, **values: say(key, language, **values),
        "foreign": lambda text: language == "zh" and text.isascii() and any(c.isalpha() for c in text),
        "style": Markup(_style()),
        "script": Markup(scripts()),
        "policy": POLICY,
        "icons": _ICONS,
    }


@lru_cache(maxsize=1)
def scripts() -> str:
    """Return the script of a page; it is this package's own and holds no text of a survey."""
    return '(() => {\n"use strict";\n' + "".join(map(_source, SCRIPTS)) + "})();\n"


def _source(name: str) -> str:
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def guarded(page: str) -> str:
    """Return a page whose policy lets this package's own scripts run and no others, whatever it holds."""
    own = {text.strip() for text in (scripts(), _source("what_if.js"))}
    found = [text for text in _SCRIPT.findall(page) if text.strip() in own]
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in found)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
    return page.replace(str(escape(POLICY)), str(escape(f"{POLICY}; script-src {allowed}")), 1)


def _style() -> str:
    source = _environment().get_template("page.css")
    return source.render(
        light=Markup(theme.css_variables(theme.LIGHT)),
        dark=Markup(theme.css_variables(theme.DARK)),
        fonts=Markup(theme.font_stack()),
    )
