"""What a questionnaire document is written from: plain values, already in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["scale", "steps", "options", "number", "text"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer that can be ticked: its code, and its words (empty for a number between two ends)."""

    code: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Where answers lead: to question ``number``, to the close (empty), or ``ends`` the interview.

    ``answers`` names them (``6–10``, ``1``), ``codes`` lists them where they can be ticked one by one;
    ``none`` stands for no answer; all empty for every answer.
    """

    answers: str = ""
    codes: tuple[str, ...] = ()
    none: bool = False
    number: str = ""
    ends: bool = False


@dataclass(frozen=True, kw_only=True)
class Only:
    """A question that is asked only if the answer to ``number`` (column ``name``) is one of ``answers``."""

    number: str
    name: str
    answers: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question.

    Attributes
    ----------
    number, name
        As printed, and the column of the survey file.
    stem, text
        The question; questions of one battery share the stem.
    kind, answers, missing
        How it is answered, what can be ticked, and the codes for no answer.
    low, high, percent, over
        Ends of a number, whether in percent, and the code for more than the highest.
    only, leads
        Routing.
    suggested
        Whether the source of the model does not publish its topic.
    """

    number: str
    name: str
    stem: str = ""
    text: str
    kind: Kind
    answers: tuple[Answer, ...] = ()
    missing: tuple[Answer, ...] = ()
    low: str = ""
    high: str = ""
    percent: bool = False
    over: str = ""
    only: Only | None = None
    leads: tuple[Leads, ...] = ()
    suggested: bool = False

    @property
    def boxes(self) -> tuple[Answer, ...]:
        """Everything that can be ticked."""
        return self.answers + self.missing


@dataclass(frozen=True, kw_only=True)
class Part:
    """Questions under one heading; ``stage`` tells what is said before them."""

    title: str
    stage: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionnaireContent:
    """A questionnaire in one language.

    Attributes
    ----------
    language
        ``en`` or ``zh``.
    brand, product
        The company, and what it sells; texts of items have them filled in already.
    model, title, source
        Model that it serves.
    parts
        In order.
    mode
        ``interview``, with notes to the interviewer, or ``self``, with notes to the respondent.
    minutes
        About how long it takes.
    """

    language: str
    brand: str
    product: str
    model: str
    title: str
    source: str = ""
    parts: tuple[Part, ...]
    mode: Literal["interview", "self"] = "interview"
    minutes: int = 10

    @property
    def items(self) -> tuple[Item, ...]:
        """Every question in order."""
        return tuple(item for part in self.parts for item in part.items)


def together(part: Part) -> Iterator[tuple[Item, ...]]:
    """Questions that are asked in one table: neighbours with the same stem and answers, and no routing."""

    def alike(pair: tuple[int, Item]) -> object:
        place, item = pair
        alone = not item.stem or item.kind not in ("scale", "steps") or item.only is not None or item.leads
        return (place,) if alone else (item.stem, item.kind, item.boxes)

    for _, group in groupby(enumerate(part.items), key=alike):
        yield tuple(item for _, item in group)
