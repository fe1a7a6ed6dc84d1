"""The report of measures by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from csi_model.reporting import formats, records, views
from csi_model.reporting.content import Content
from csi_model.reporting.measures.drawn import MEASURE_CHARTS
from csi_model.reporting.measures.families import measure_pieces
from csi_model.reporting.outline.blocks import Block, Entries, Entry, Heading, Text, of_pieces
from csi_model.reporting.outline.outline import Chapter, Outline
from csi_model.reporting.outline.provenance import entry
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_SHOWN = ("command", "measures", "survey", "by", "options", "seed", "versions")


def measures_pictures(content: Content, language: str = "en") -> Pictures:
    """Return every chart that the tables support, drawn once, by file stem."""
    made = {
        name: chart.draw(content, language=language).get_figure(root=True)
        for name, chart in MEASURE_CHARTS.items()
        if chart.supported(content)
    }
    return Pictures(figures={name: one for name, one in made.items() if one}, language=language)


def measures_outline(content: Content, language: str) -> Outline:
    """Return the report on measures, whose tables stand in ``across``, without a format."""
    title = _title(content, language)
    results = tuple(of_pieces(measure_pieces(content, language)))
    method = tuple(_method(content, language))
    return Outline(
        language=language,
        kicker=say("ms_kicker", language),
        title=title,
        page_title=say("ms_page_title", language, names=title),
        chapters=(
            Chapter(key="measures", title=say("ms_h_results", language), part="results", blocks=results),
            Chapter(key="method", title=say("h_method", language), part="appendix", blocks=method),
        ),
    )


def _title(content: Content, language: str) -> str:
    asked = content.manifest.get("measures", [])
    names = dict.fromkeys(str(one["measure"]) for one in asked)
    said = say("comma", language).join(term(name, language) for name in names)
    return said[:1].upper() + said[1:]


def _method(content: Content, language: str) -> Iterator[Block]:
    yield Text(text=say("ms_method", language, level=formats.level(records.confidence(content))))
    made = []
    for name in _SHOWN:
        value = content.manifest.get(name)
        if value in (None, "", [], {}):
            continue
        title = say(f"m_{name}", language)
        if name == "measures" and isinstance(value, list):
            inside = [(term(str(one["measure"]), language), _options(one, language)) for one in value]
            made.append(Entry(name=title, value="", entries=tuple(inside)))
        else:
            made.append(entry(title, value, language))
    yield Heading(text=say("h_provenance", language))
    yield Entries(entries=tuple(made))


def _options(asked: Mapping[str, Any], language: str) -> str:
    options = {name: value for name, value in asked.items() if name != "measure"}
    return "; ".join(f"{name}: {views.plain_value(value, language)}" for name, value in options.items())
