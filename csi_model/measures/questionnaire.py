"""What a questionnaire asks: blocks in order, every question with its scale, codes and routing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from csi_model.columns import Term
from csi_model.model.spec import Scale
from csi_model.survey.codebook import Codebook, Column, Reason, Routing

Kind = Literal["scale", "steps", "options", "number", "text"]
"""Numbers between two worded ends, a word for each step, a list, a number, or words of one's own."""

DONT_KNOW_CODE, REFUSED_CODE = 98.0, 99.0
"""Usual codes, as in the public survey of the American index."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer that can be ticked: its code and its words."""

    code: float
    label: Term


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Where an answer leads: to the question ``number``, or (empty) to the ``end``.

    ``low`` and ``high`` are the ends of the range of answers; both None for no answer (don't know, refused),
    or for every answer where it is the only one of its question. ``ends`` says that the interview is over:
    the person does not belong to the population.
    """

    low: float | None = None
    high: float | None = None
    number: str = ""
    ends: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    Attributes
    ----------
    name
        Column of the survey file.
    number
        As printed: ``S1`` (screening), ``Q7``, ``D2`` (about the person).
    block
        Name of its block.
    label
        Topic by language.
    stem, text
        The question, with ``{brand}`` and ``{product}`` to be filled in; questions of one battery share the
        stem.
    kind, scale
        How it is answered, and the ends of the scale in answer units.
    low_label, high_label
        Words for the ends of a numeric scale.
    choices
        Answers of ``steps`` and ``options``.
    percent, over
        Whether a number is in percent; the code for "more than the highest", which is read as the highest.
    dont_know, refused
        Codes; None where the question has no such answer.
    asked_when
        Routing: asked only where another column has an answer in a range.
    ends_when
        Answers with which the interview is over.
    reversed
        Whether the model turns its answers round.
    model
        Whether the model reads it; others may be left out of a survey.
    skips
        Where the answers lead, if not all to the next question.
    """

    name: str
    number: str = ""
    block: str
    label: Mapping[str, str]
    stem: Term | None = None
    text: Term
    kind: Kind
    scale: Scale | None = None
    low_label: Term | None = None
    high_label: Term | None = None
    choices: tuple[Choice, ...] = ()
    percent: bool = False
    over: float | None = None
    dont_know: float | None = DONT_KNOW_CODE
    refused: float | None = REFUSED_CODE
    asked_when: Routing | None = None
    ends_when: tuple[float, float] | None = None
    reversed: bool = False
    model: bool = True
    skips: tuple[Skip, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Block:
    """Questions under one heading; ``stage`` tells which introduction it has."""

    name: str
    stage: str
    title: Term
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A whole questionnaire.

    Attributes
    ----------
    model, title, source
        The model that it serves.
    blocks
        In the order in which they are asked.
    agency
        Whether it is about a public agency, which sells nothing.
    suggested
        Topics that the source of the model does not publish.
    known
        What a codebook says of its columns.
    """

    model: str
    title: Mapping[str, str]
    source: str = ""
    blocks: tuple[Block, ...]
    agency: bool = False
    suggested: tuple[str, ...] = ()
    known: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for block in self.blocks for question in block.questions)

    def codebook(self, language: str = "en") -> Codebook:
        """What the columns of its survey mean; labels of answers in ``language``."""
        alike = {(one.dont_know, one.refused) for one in self.questions if one.dont_know is not None}
        common = _missing(*next(iter(alike))) if len(alike) == 1 else {}
        columns = {one.name: self._column(one, common, language) for one in self.questions}
        return Codebook(
            name=self.model,
            source=self.source,
            missing=MappingProxyType(common),
            columns=MappingProxyType(columns),
        )

    def _column(self, one: Question, common: Mapping[float, Reason], language: str) -> Column:
        known = self.known.get(one.name, Column(name=one.name))
        missing = {} if common else _missing(one.dont_know, one.refused)
        missing |= {code: reason for code, reason in known.missing.items() if common.get(code) != reason}
        values = {f"{choice.code:g}": choice.label[language] for choice in one.choices}
        recode = dict(known.recode)
        if one.scale is not None:
            for code, label in ((one.scale.low, one.low_label), (one.scale.high, one.high_label)):
                if label is not None:
                    values[f"{code:g}"] = label[language]
            if one.over is not None:
                recode[one.over] = one.scale.high
        return Column(
            name=one.name,
            label=MappingProxyType(dict(one.label)),
            scale=one.scale,
            missing=MappingProxyType(missing),
            recode=MappingProxyType(recode),
            asked_when=one.asked_when,
            values=MappingProxyType(values),
            reversed=one.reversed,
            optional=not one.model,
        )


def _missing(dont_know: float | None, refused: float | None) -> dict[float, Reason]:
    made: dict[float, Reason] = {}
    if dont_know is not None:
        made[dont_know] = "dont_know"
    if refused is not None:
        made[refused] = "refused"
    return made
