"""The chapters on what was found: the index, its groups and waves, its drivers, the model."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import (
    answer_profile,
    comparable,
    composite_groups,
    composite_structure,
    formats,
    gain_sections,
    indicator_map,
    inspection,
    league_rows,
    league_sections,
    measurement,
    records,
    sentences,
    small_multiples,
    usability,
    views,
    wave_sections,
)
from csi_model.reporting.content import Content
from csi_model.reporting.interactive.what_if import panel
from csi_model.reporting.measures.families import measure_pieces
from csi_model.reporting.outline.blocks import (
    Alarm,
    Block,
    Card,
    Cards,
    Figure,
    Fold,
    Heading,
    Hero,
    Table,
    Text,
    of_pieces,
    said,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import SURVEY_TABLES, term


def verdict(content: Content, language: str) -> Iterator[Block]:
    """May the numbers be used?"""
    yield Text(text=usability.overall(content, language)[1], look="strong")
    alert = usability.alert(content, language)
    if alert is not None:
        yield Alarm(
            title=alert.title, texts=alert.texts, why=alert.why, named=alert.named, remedy=alert.remedy
        )
    found = usability.verdicts(content, language)
    yield Cards(cards=tuple(Card(state=one.state, title=one.title, text=one.text) for one in found))


def headline(content: Content, language: str) -> Iterator[Block]:
    """The index itself."""
    row = records.headline(content)
    yield Hero(
        label=views.labelled(content, content.index, language),
        value=formats.number(row.get("index")),
        interval_title=say("interval", language, level=formats.level(records.confidence(content))),
        interval=formats.interval(row.get("ci_lower"), row.get("ci_upper"), 1, language),
        n=formats.count(row.get("n")),
        rule=term(records.word(row, "weight_rule"), language) or say("not_stored", language),
        usable=usability.index_usable(content),
        sentences=tuple(sentences.headline(content, language)),
    )


def index(content: Content, language: str) -> Iterator[Block]:
    """The index of every construct."""
    direction = sentences.direction(content, language)
    if direction:
        yield Text(text=direction)
    yield Figure(chart="index", caption=say("chart_index", language))
    yield Table(view=views.index_view(content, language))


def answers(content: Content, language: str) -> Iterator[Block]:
    """How the answers to the questions are distributed."""
    if not answer_profile.has_answers(content):
        return
    yield Text(text=say("answers_how", language), look="small")
    yield Figure(chart="answers", caption=say("h_answers", language))
    table = Table(view=answer_profile.answers_view(content, language), framed=True, titled=True)
    yield Fold(
        title=SURVEY_TABLES["answers"].title[language], about=say("about_answers", language), blocks=(table,)
    )


def groups(content: Content, language: str) -> Iterator[Block]:
    """The headline index by group."""
    if not content.by:
        return
    found = views.group_view(content, language)
    yield from said(sentences.groups(content, language), lead=False)
    if not league_rows.ranked_level(content):
        yield Figure(chart="groups", caption=found.caption)
    yield Table(view=found, framed=True)


def league(content: Content, language: str) -> list[Block]:
    """Units with their ranks."""
    return of_pieces(league_sections.league_pieces(content, language))


def waves(content: Content, language: str) -> list[Block]:
    """The trend, and what moved it."""
    return of_pieces(wave_sections.wave_pieces(content, language))


def comparability(content: Content, language: str) -> Iterator[Block]:
    """May the groups be compared?"""
    if not comparable.stored(content):
        return
    box = comparable.box(content, language)
    if box is not None:
        if box.answers:
            yield Cards(cards=tuple(Card(state=a.state, title=a.title, text=a.text) for a in box.answers))
        else:
            yield Text(text=box.text, look="boxed")
        yield from (Text(text=text) for text in box.texts)
    if view := comparable.ladder_view(content, language):
        yield Heading(text=say("h_ladder", language))
        yield Text(text=comparable.ladder_text(content, language), look="small")
        yield Table(view=view, titled=True)
        yield from (Text(text=text, look="small") for text in comparable.ladder_notes(content, language))
    if view := comparable.equality_view(content, language):
        how = Text(text=say("equality_text", language), look="small")
        table = Table(view=view, framed=True, titled=True)
        yield Fold(
            title=say("h_equality", language), about=say("about_equality", language), blocks=(how, table)
        )
    if view := comparable.means_view(content, language):
        yield Heading(text=say("h_means", language))
        yield Text(text=comparable.means_text(content, language), look="small")
        yield Table(view=view, framed=True, titled=True)
    if view := comparable.paths_view(content, language):
        yield Heading(text=say("h_path_tests", language))
        yield Text(text=comparable.paths_text(content, language))
        yield Table(view=view, titled=True)
    yield from of_pieces(composite_groups.group_pieces(content, language))


def drivers(content: Content, language: str) -> Iterator[Block]:
    """What drives the index."""
    may_use = usability.usable(content)
    texts = sentences.drivers(content, language, may_use_effects=may_use)
    if may_use:
        yield from said(texts)
    else:
        yield Text(text=texts[0], look="stop")
    label = views.labelled(content, content.index, language)
    view = views.driver_view(content, content.index, language)
    yield Heading(text=say("h_map", language))
    yield Figure(chart="drivers", caption=say("chart_drivers", language, construct=label))
    yield Heading(text=say("h_impacts", language))
    yield Figure(chart="impacts", caption=view.caption)
    yield Table(view=view)
    yield from of_pieces(small_multiples.unit_driver_pieces(content, language))
    yield from of_pieces(indicator_map.indicator_pieces(content, language))
    targets = [name for name in content.constructs if name != content.index]
    others = [one for name in targets if (one := views.driver_view(content, name, language))]
    if others:
        yield Heading(text=say("h_other_drivers", language))
        yield from (Table(view=one) for one in others)


def what_if(content: Content, language: str) -> list[Block]:
    """What can be tried out, what improvements go with, and what a goal needs."""
    return [*panel(content, language), *of_pieces(gain_sections.what_if_pieces(content, language))]


def measures(content: Content, language: str) -> list[Block]:
    """The field's other measures: complaints, loyalty, rates."""
    return of_pieces(measure_pieces(content, language))


def model(content: Content, language: str) -> Iterator[Block]:
    """Path diagram, effects, explained variance."""
    yield from stopped(content, language)
    yield Text(text=say("effects_unit", language))
    yield Figure(chart="paths", caption=say("chart_paths", language), wide=True)
    yield Table(view=views.effects_view(content, language))
    if ways := inspection.ways_view(content, language):
        table = Table(view=ways, framed=True, titled=True)
        yield Fold(title=ways.caption, about=say("about_ways", language), blocks=(table,))
    if records.is_composite(content):
        yield from of_pieces(composite_structure.path_pieces(content, language))
    yield from of_pieces(composite_structure.moderation_pieces(content, language))
    yield Table(view=measurement.r2_view(content, language))


def stopped(content: Content, language: str) -> Iterator[Block]:
    """A warning where effects may not be used."""
    alert = usability.alert(content, language)
    if not usability.usable(content) and alert is not None:
        yield Text(text=alert.title, look="stop")
