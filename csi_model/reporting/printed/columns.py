"""How wide the columns of a printed table are, and whether it needs a page on its side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from csi_model.reporting import fonts, theme
from csi_model.reporting.views import Block, Cell, View

SIZE = theme.PAPER.table
"""Size of the text of a table, in points."""

DENSE = SIZE - 1
"""Size of the text of a table that would else need a page on its side, or more than that."""

UPRIGHT, SIDEWAYS = 499.0, 746.0
"""Widths of the text on an upright page and on one on its side, in points."""

MOST = 60
"""Rows that a table may have before only the first ``SHOWN`` of them are printed."""

SHOWN = 40

_PADDING = 9.5
_WORD = 84.0
_LINE = 190.0


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A table as it is printed.

    ``widths`` of its columns are in per cent; a ``dense`` one has smaller type, one ``sideways`` needs a page
    on its side, a ``short`` one stays on one page. ``shown`` of its ``rows`` are printed.
    """

    view: View
    widths: tuple[float, ...]
    dense: bool
    sideways: bool
    short: bool
    rows: int
    shown: int


def fitted(view: View) -> Fitted:
    """Return a table with the widths of its columns; of a long one the first rows only."""
    rows = sum(len(block.lines) for block in view.blocks)
    shown = replace(view, blocks=tuple(_first(view.blocks, SHOWN))) if rows > MOST else view
    least, wanted = zip(*(_need(view, place) for place in range(len(view.columns))), strict=True)
    dense = sum(least) > UPRIGHT
    sideways = sum(least) * DENSE / SIZE > UPRIGHT
    lines = sum(len(block.lines) + bool(block.title) for block in view.blocks)
    room = (SIDEWAYS if sideways else UPRIGHT) * (SIZE / DENSE if dense and not sideways else 1)
    return Fitted(
        view=shown,
        widths=_shared(least, wanted, room),
        dense=dense,
        sideways=sideways,
        short=lines <= (10 if sideways else 18),
        rows=rows,
        shown=min(rows, SHOWN) if rows > MOST else rows,
    )


def _first(blocks: tuple[Block, ...], count: int) -> Iterator[Block]:
    for block in blocks:
        if count > 0 and block.lines:
            yield replace(block, lines=block.lines[:count])
        count -= len(block.lines)


def _cells(view: View, place: int) -> Iterator[Cell]:
    lines = [line for block in view.blocks for line in block.lines][: MOST + 1]
    yield from ((line.head, *line.cells)[place] for line in lines if place <= len(line.cells))


def _need(view: View, place: int) -> tuple[float, float]:
    """Return the least width of a column and the one it would like."""
    title = view.columns[place][0]
    whole = fonts.width(title, SIZE, "bold")
    least = max(_widest_word(title, "bold"), min(whole, 6 * SIZE))
    wanted = min(whole, 9 * SIZE)
    for cell in _cells(view, place):
        weight = "bold" if place == 0 else "normal"
        full = fonts.width(cell.text, SIZE, weight) + (SIZE if cell.note else 0.0)
        single = full if cell.numeric else max(_widest_word(cell.text, weight), min(full, 6 * SIZE))
        least = max(least, min(single, _LINE))
        wanted = max(wanted, min(full, _LINE * (1.4 if place == 0 else 1.0)))
    beside = place > 0 and view.columns[place - 1][1] and not view.columns[place][1]
    padding = 2 * _PADDING if beside else _PADDING
    return least + padding, max(least, wanted) + padding


def _widest_word(text: str, weight: str) -> float:
    widest = max((fonts.width(piece.strip(), SIZE, weight) for piece in fonts.pieces(text)), default=0.0)
    return min(widest, _WORD)


def _shared(least: tuple[float, ...], wanted: tuple[float, ...], room: float) -> tuple[float, ...]:
    """Give every column its least, then share what is left by what each would like."""
    spare = max(0.0, room - sum(least))
    wishes = [want - need for need, want in zip(least, wanted, strict=True)]
    asked = sum(wishes)
    part = min(1.0, spare / asked) if asked else 0.0
    given = [need + part * wish for need, wish in zip(least, wishes, strict=True)]
    total = sum(given)
    return tuple(round(100 * one / total, 3) for one in given)
