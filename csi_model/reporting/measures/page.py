"""The report of measures by themselves: one page, its charts inlined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csi_model.reporting import document, formats, records, views
from csi_model.reporting.content import Content
from csi_model.reporting.measures.drawn import MEASURE_CHARTS
from csi_model.reporting.measures.families import measure_pieces
from csi_model.reporting.svg import svg
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_SHOWN = ("command", "measures", "survey", "by", "options", "seed", "versions")


def measures_charts(content: Content, language: str = "en") -> dict[str, str]:
    """Return every chart that the tables support, as SVG by file stem."""
    made: dict[str, str] = {}
    for name, chart in MEASURE_CHARTS.items():
        if not chart.supported(content):
            continue
        figure = chart.draw(content, language=language).get_figure(root=True)
        if figure is not None:
            made[name] = svg(figure, name=name, language=language)
    return made


def measures_page(content: Content, language: str = "en", *, drawn: Mapping[str, str] | None = None) -> str:
    """Return the report on measures as one self-contained HTML document.

    Parameters
    ----------
    content
        The stored tables in ``across``.
    language
        ``en`` or ``zh``.
    drawn
        What ``measures_charts`` returned, where it was made already.

    Raises
    ------
    ReportError
        There is no such language.
    """
    document.check_language(language)
    shown = measures_charts(content, language) if drawn is None else drawn
    return document.render(
        "measures.html.j2",
        **document.frame(language),
        title=_title(content, language),
        charts=document.inline(shown),
        pieces=measure_pieces(content, language),
        method=say("ms_method", language, level=formats.level(records.confidence(content))),
        draws_text="",
        draws_view=None,
        provenance=_provenance(content, language),
    )


def _title(content: Content, language: str) -> str:
    asked = content.manifest.get("measures", [])
    names = dict.fromkeys(str(one["measure"]) for one in asked)
    said = say("comma", language).join(term(name, language) for name in names)
    return said[:1].upper() + said[1:]


def _provenance(content: Content, language: str) -> list[dict[str, Any]]:
    made = []
    for name in _SHOWN:
        value = content.manifest.get(name)
        if value in (None, "", [], {}):
            continue
        if name == "measures" and isinstance(value, list):
            entries = [(term(str(one["measure"]), language), _options(one, language)) for one in value]
            made.append(document.item(say(f"m_{name}", language), "", entries))
        elif isinstance(value, Mapping):
            made.append(document.item(say(f"m_{name}", language), "", document.flat(value, language)))
        else:
            made.append(document.item(say(f"m_{name}", language), views.plain_value(value, language)))
    return made


def _options(asked: Mapping[str, Any], language: str) -> str:
    options = {name: value for name, value in asked.items() if name != "measure"}
    return "; ".join(f"{name}: {views.plain_value(value, language)}" for name, value in options.items())
