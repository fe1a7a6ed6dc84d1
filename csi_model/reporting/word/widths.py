"""Widths of the columns of a table by what stands in them, so that no number breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csi_model.reporting.views import View
from csi_model.reporting.word.letters import measured, words
from csi_model.reporting.word.styles import SMALL, TINY

_PADDING = 9.0
GAP = 8.0
"""Room left of a text that follows a number, in points."""
_FEW_SIGNS, _HEAD, _HEAD_OF_MANY = 3.3, 7.0, 4.5
"""Ems that a text takes before it breaks, and that the head of a column of numbers asks for."""
_MANY = 11
"""Columns of a table in which heads leave room to the texts."""
_WORD = 96.0
"""A word of a text wider than this may break, in points."""
_ROOMY = 1.25
"""How much narrower than its unbroken text a table may be before it is set in smaller type."""
_LEAST_SHARE = 0.6
"""Part of the text's width that a table of few narrow columns takes."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How a table is set: the suffix of its cells' styles, its columns' widths in points, whether turned."""

    suffix: str
    widths: tuple[float, ...]
    turned: bool = False


@dataclass(frozen=True)
class _Need:
    """What a column needs: the width of its widest word or number, and of its widest text."""

    least: float
    most: float


def setting(view: View, width: float, turned_width: float) -> Setting:
    """Return how to set a table in a column of text ``width`` points wide, or on a page that is turned."""
    for suffix, size in (("", SMALL), ("Small", TINY)):
        needs = _needs(view, size)
        least, most = sum(n.least for n in needs), sum(n.most for n in needs)
        roomy = suffix != "" or most <= _ROOMY * width or len(needs) < 6
        if least <= width and roomy:
            return Setting(suffix=suffix, widths=_shared(needs, width))
    return Setting(suffix="Small", widths=_shared(_needs(view, TINY), turned_width), turned=True)


def _needs(view: View, size: float) -> list[_Need]:
    made = []
    heads = _HEAD if len(view.columns) < _MANY else _HEAD_OF_MANY
    for place, (title, numeric) in enumerate(view.columns):
        head = measured(title, size, bold=True)
        least = max((measured(word, size, bold=True) for word in words(title)), default=0.0)
        least = max(least, min(head, _FEW_SIGNS * size))
        most = max(least, min(head, heads * size) if numeric else head)
        for text, strong in _texts(view, place):
            whole = measured(text, size, bold=strong)
            most = max(most, whole)
            least = max(least, whole if numeric else _breakable(text, whole, size, strong))
        gap = GAP if follows_number(view, place) else 0.0
        made.append(_Need(least + _PADDING + gap, most + _PADDING + gap))
    return made


def follows_number(view: View, place: int) -> bool:
    """Whether a column of texts stands right of one of numbers, so that it needs a gap."""
    return place > 0 and not view.columns[place][1] and view.columns[place - 1][1]


def _breakable(text: str, whole: float, size: float, bold: bool) -> float:
    """The least width of a text: its widest word, a few signs of a text without spaces."""
    word = max((measured(word, size, bold=bold) for word in words(text)), default=0.0)
    return max(min(word, _WORD), min(whole, _FEW_SIGNS * size))


def _texts(view: View, place: int) -> list[tuple[str, bool]]:
    """The texts of one column with their notes' numbers, and whether they are bold."""
    made = []
    for block in view.blocks:
        for line in block.lines:
            cell = line.head if place == 0 else line.cells[place - 1]
            made.append((cell.text + (str(cell.note) if cell.note else ""), line.strong))
    return made


def _shared(needs: Sequence[_Need], width: float) -> tuple[float, ...]:
    """Share ``width`` among columns: all they ask for; else what words need, and the rest by small wishes."""
    least, most = sum(n.least for n in needs), sum(n.most for n in needs)
    if most <= width:
        target = min(width, max(most + 12 * len(needs), _LEAST_SHARE * width))
        return tuple(n.most + (target - most) / len(needs) for n in needs)
    if least > width:
        return tuple(n.least * width / least for n in needs)
    made, rest = [n.least for n in needs], width - least
    order = sorted(range(len(needs)), key=lambda k: needs[k].most - needs[k].least)
    for place, k in enumerate(order):
        more = min(needs[k].most - needs[k].least, rest / (len(order) - place))
        made[k] += more
        rest -= more
    return tuple(made)
