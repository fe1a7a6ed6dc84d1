"""What a chapter is made of: texts, tables, figures and the like, without any format.

Every writer (page, Word, slides, PDF) handles each class of ``Block`` once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from csi_model.reporting.pieces import Piece
from csi_model.reporting.views import View


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading within a chapter; ``level`` 3 stands below the chapter's own, 4 below that."""

    kind: ClassVar[str] = "heading"
    text: str
    level: Literal[3, 4] = 3


@dataclass(frozen=True, kw_only=True)
class Text:
    """A paragraph. ``look``: ``plain``, ``small`` (how to read something), ``strong``, ``stop`` (a warning
    not to use what follows) or ``boxed``.
    """

    kind: ClassVar[str] = "text"
    text: str
    look: Literal["plain", "small", "strong", "stop", "boxed"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Points:
    """Sentences in a list; with ``lead`` the first one stands out, with ``numbered`` each has its number."""

    kind: ClassVar[str] = "points"
    texts: tuple[str, ...]
    lead: bool = False
    numbered: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart by its name in ``charts.CHARTS``; ``wide`` and ``tall`` ones scroll on a page."""

    kind: ClassVar[str] = "figure"
    chart: str
    caption: str
    wide: bool = False
    tall: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of formatted cells; ``titled`` where the heading above it says what its caption says."""

    kind: ClassVar[str] = "table"
    view: View
    framed: bool = False
    titled: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """A short verdict: ``state`` is ``good``, ``caution``, ``bad`` or ``unknown``."""

    state: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Verdicts side by side."""

    kind: ClassVar[str] = "cards"
    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The box that says which numbers may not be used, why, what was found, and what to do instead."""

    kind: ClassVar[str] = "alarm"
    title: str
    texts: tuple[str, ...]
    why: tuple[str, ...]
    named: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Hero:
    """The headline index: large, with its interval, base and weights beside it."""

    kind: ClassVar[str] = "hero"
    label: str
    value: str
    interval_title: str
    interval: str
    n: str
    rule: str
    usable: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A name with its value, or with entries of its own (pairs of a name and a value, both as code)."""

    name: str
    value: str
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entries:
    """A list of names and what they stand for."""

    kind: ClassVar[str] = "entries"
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A finding in words: ``severity`` is ``error``, ``warning`` or ``note``."""

    severity: str
    severity_text: str
    title: str
    group: str
    where: str
    what: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """Findings, the gravest first."""

    kind: ClassVar[str] = "remarks"
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, kw_only=True)
class Code:
    """Lines to be copied as they stand, such as a model as lavaan text."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Blocks that a page keeps closed until the reader opens them; on paper they follow a heading."""

    kind: ClassVar[str] = "fold"
    title: str
    about: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """A panel on which readers push drivers and see what moves with them; only a page with a script has it.

    ``stop`` says why there is nothing to try out, and then there are no sliders. ``titles`` are those of
    the columns, ``data`` the numbers and words as JSON without any sign of markup, ``samples`` what can be
    chosen, ``left_out`` the groups that cannot, each with its state and the reason; ``on_paper`` stands
    where nothing can be moved.
    """

    kind: ClassVar[str] = "what_if"
    title: str
    how: str
    stop: str = ""
    margin: str = ""
    titles: tuple[str, ...] = ()
    data: str = ""
    samples: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str, str], ...] = ()
    on_paper: View | None = None


Block = (
    Heading | Text | Points | Figure | Table | Cards | Alarm | Hero | Entries | Remarks | Code | Fold
    | WhatIf
)  # fmt: skip


def of_piece(piece: Piece) -> Iterator[Block]:
    """Return the blocks of one piece of a section."""
    if piece.folded:
        yield Fold(title=piece.title, about=piece.about, blocks=tuple(_body(piece)))
        return
    yield Heading(text=piece.title)
    yield from _body(piece)


def of_pieces(pieces: Iterable[Piece]) -> list[Block]:
    """Return the blocks of several pieces, one after the other."""
    return [block for piece in pieces for block in of_piece(piece)]


def _body(piece: Piece) -> Iterator[Block]:
    yield from (Text(text=text) for text in piece.says)
    if piece.how:
        yield Text(text=piece.how, look="small")
    if piece.chart:
        yield Figure(chart=piece.chart, caption=piece.chart_title or piece.title, tall=piece.tall)
    if piece.view is not None:
        yield Table(view=piece.view, framed=piece.framed, titled=True)


def said(texts: Sequence[str], *, lead: bool = True) -> list[Block]:
    """Return sentences as a list, none where there are none."""
    return [Points(texts=tuple(texts), lead=lead)] if texts else []


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, what is folded included."""
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from walk(block.blocks)
