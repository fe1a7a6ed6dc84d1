"""Blocks in the order in which paper takes them: nothing folded, wide tables on pages of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from csi_model.reporting.outline.blocks import Block, Figure, Fold, Heading, Table, Text
from csi_model.reporting.printed.columns import Fitted, fitted
from csi_model.reporting.printed.figures import Drawn

_KINDS = frozenset(["heading", "text", "points", "cards", "alarm", "hero", "entries", "remarks", "code"])
"""What can be printed beside figures, tables and folds; sliders and the like cannot."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One block, with its fitted table or its chart where it is one."""

    block: Block
    table: Fitted | None = None
    chart: Drawn | None = None

    @property
    def sideways(self) -> bool:
        """Whether it is too wide for an upright page."""
        return any(part is not None and part.sideways for part in (self.table, self.chart))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Blocks on pages of one kind: upright, or ``sideways`` for what is wide."""

    items: tuple[Item, ...]
    sideways: bool = False


def stretches(blocks: Iterable[Block], charts: Mapping[str, Drawn]) -> tuple[Stretch, ...]:
    """Return the blocks of a chapter in stretches; what is wide takes its heading with it.

    A figure whose chart is not among ``charts`` is left out, as the tables do not support it.
    """
    made: list[tuple[bool, list[Item]]] = [(False, [])]
    for item in _items(blocks, charts):
        sideways, items = made[-1]
        if item.sideways and not sideways:
            made.append((True, [*_taken(items), item]))
        elif sideways and not _stays(item):
            made.append((False, [item]))
        else:
            items.append(item)
    return tuple(Stretch(items=tuple(items), sideways=sideways) for sideways, items in made if items)


def _items(blocks: Iterable[Block], charts: Mapping[str, Drawn]) -> Iterator[Item]:
    for block in blocks:
        if isinstance(block, Fold):
            yield Item(block=Heading(text=block.title))
            if block.about:
                yield Item(block=Text(text=block.about, look="small"))
            yield from _items(block.blocks, charts)
        elif isinstance(block, Figure):
            if block.chart in charts:
                yield Item(block=block, chart=charts[block.chart])
        elif isinstance(block, Table):
            yield Item(block=block, table=fitted(block.view) if block.view else None)
        elif block.kind in _KINDS:
            yield Item(block=block)


def _stays(item: Item) -> bool:
    """Whether a block may stand behind a wide one, on the same page."""
    return item.sideways or (isinstance(item.block, Text) and item.block.look == "small")


def _taken(items: list[Item]) -> list[Item]:
    """Take what introduces a table out of ``items``: its heading and all texts after it."""
    start = len(items)
    while start and isinstance(items[start - 1].block, Text):
        start -= 1
    if not start or not isinstance(items[start - 1].block, Heading):
        return []
    taken = items[start - 1 :]
    del items[start - 1 :]
    return taken
