"""The chapters that a reader looks things up in: measurement, rows, findings, how this was made."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import (
    composite_groups,
    composite_structure,
    composites,
    fit_tables,
    gain_sections,
    inspection,
    measurement,
    ordinal_answers,
    predictions,
    records,
    sentences,
    side_by_side,
    treatments,
    views,
)
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import (
    Block,
    Figure,
    Fold,
    Heading,
    Remark,
    Remarks,
    Table,
    Text,
    of_pieces,
)
from csi_model.reporting.outline.provenance import made_how
from csi_model.reporting.outline.results import stopped
from csi_model.reporting.wording import say


def measurement_quality(content: Content, language: str) -> Iterator[Block]:
    """Questions, weights, reliability, validity, fit."""
    composite = records.is_composite(content)
    yield Table(view=measurement.questions_view(content, language))
    loadings = of_pieces(composites.loadings_pieces(content, language))
    yield from loadings or [Table(view=measurement.weights_view(content, language))]
    yield Heading(text=say("h_reliability", language))
    limits = [say("reliability_limits", language)]
    limits += [say("pls_reliability_limits", language)] if composite else []
    limits += [say("reliability_limits_ordinal", language)] if records.has_latent_alpha(content) else []
    yield Text(text=sentences.together(limits, language), look="small")
    yield Figure(chart="reliability", caption=say("chart_reliability", language))
    yield Table(view=measurement.reliability_view(content, language))
    yield from of_pieces(ordinal_answers.reliability_pieces(content, language))
    yield from _validity(content, language)
    if composite:
        yield from of_pieces(composite_structure.fit_pieces(content, language))
    else:
        yield Heading(text=say("h_fit", language))
        yield from _fit(content, language)


def _validity(content: Content, language: str) -> Iterator[Block]:
    pieces = of_pieces(
        [
            *composites.discriminant_pieces(content, language),
            *composites.cross_pieces(content, language),
            *composites.tetrad_pieces(content, language),
        ]
    )
    if pieces:
        yield from pieces
        return
    yield Heading(text=say("h_validity", language))
    yield Text(text=say("validity_limits", language), look="small")
    yield Table(view=measurement.validity_view(content, language), titled=True)


def _fit(content: Content, language: str) -> Iterator[Block]:
    yield Text(text=sentences.together(fit_tables.about(content, language), language), look="small")
    yield Table(view=fit_tables.fit_view(content, language), titled=True)
    parts = inspection.parts(content, language)
    other = fit_tables.other_view(content, language)
    if not parts and not other:
        return
    inside: list[Block] = []
    if files := inspection.files(content, language):
        inside.append(Text(text=files, look="small"))
    for part in parts:
        inside += [Heading(text=part.title, level=4), Text(text=part.text, look="small")]
        inside += [Table(view=part.view, titled=True)] if part.view else []
    if other:
        inside += [Heading(text=other.caption, level=4), Table(view=other, titled=True)]
    about = say("comma", language).join(part.about for part in parts if part.view)
    yield Fold(title=say("h_inspection", language), about=about, blocks=tuple(inside))


def prediction(content: Content, language: str) -> list[Block]:
    """How well the model predicts."""
    return of_pieces(predictions.prediction_pieces(content, language))


def necessity(content: Content, language: str) -> list[Block]:
    """Necessary conditions."""
    return of_pieces(predictions.necessity_pieces(content, language))


def segments(content: Content, language: str) -> list[Block]:
    """Hidden segments."""
    return of_pieces(composite_groups.segment_pieces(content, language))


def estimators(content: Content, language: str) -> list[Block]:
    """The index under other estimators."""
    found = of_pieces(side_by_side.estimator_pieces(content, language))
    return [*stopped(content, language), *found] if found else []


def precision(content: Content, language: str) -> list[Block]:
    """Margins, and how the sample was weighted."""
    return of_pieces(gain_sections.precision_pieces(content, language))


def rows(content: Content, language: str) -> Iterator[Block]:
    """Rows read, left out and used."""
    sentence = sentences.rows(content, language)
    if sentence:
        yield Text(text=sentence)
    yield Table(view=views.rows_view(content, language))
    if view := treatments.treatments_view(content, language):
        yield Heading(text=say("h_treatments", language))
        yield Text(text=treatments.treatments_text(content, language))
        yield Table(view=view, titled=True)
        yield Text(text=say("treatments_files", language), look="small")


def findings(content: Content, language: str) -> list[Block]:
    """What is to be known about data and fit, the gravest first."""
    found = tuple(Remark(**one) for one in measurement.findings_of(content, language))
    return [Remarks(remarks=found)] if found else [Text(text=say("no_findings", language))]


def method(content: Content, language: str) -> Iterator[Block]:
    """How the numbers came about, and with which options and versions."""
    yield Text(text=sentences.method(content, language))
    if text := treatments.draws_text(content, language):
        yield Heading(text=say("h_draws", language))
        yield Text(text=text)
        yield Table(view=treatments.draws_view(content, language))
    yield from made_how(content, language)
