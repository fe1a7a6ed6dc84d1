"""Judgements as people write them: a full matrix, its upper triangle, or pairs; every mistake by its cell."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from csi_model.errors import suggest
from csi_model.model.yaml_text import Loc
from csi_model.survey.survey import Floats

TOLERANCE = 0.05
"""How far ``a_ij a_ji`` may be from 1.

Reciprocals written with two decimals (.33, .13 for 1/8) are at most 4 % off; the wrong neighbour on Saaty's
scale is at least 11 % off. Of the two cells the one that is 1 or more holds.
"""
EQUAL = "equal"

_LOWEST, _HIGHEST = 1 / 9, 9.0
_PAIR = re.compile(r"(.+?)\s*([<>])\s*(.+)")
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)")
_SCALE_FIX = "Write a number from 1/9 to 9, such as 3, 1/3 or 0.2."


@dataclass(frozen=True, kw_only=True)
class CellMistake:
    """What is wrong with a part of a node's judgements.

    ``place`` is relative to them. After a mistake of ``shape`` it is not known which cell belongs where.
    """

    place: Loc
    what: str
    fix: str
    shape: bool = False


@dataclass(kw_only=True)
class _Cells:
    """What was written for each ordered pair of elements, and where."""

    names: tuple[str, ...]
    values: dict[tuple[int, int], float] = field(default_factory=dict)
    places: dict[tuple[int, int], Loc] = field(default_factory=dict)
    mistakes: list[CellMistake] = field(default_factory=list)

    def wrong(self, place: Loc, what: str, fix: str, *, shape: bool = False) -> None:
        self.mistakes.append(CellMistake(place=place, what=what, fix=fix, shape=shape))

    def put(self, i: int, j: int, raw: Any, place: Loc) -> None:
        """Take note of one cell; an empty one is left to its reciprocal."""
        if raw is None or (isinstance(raw, str) and raw.strip() in ("", "-", "?")):
            return
        self.places[i, j] = place
        number = number_in(raw)
        told = self.told(i, j)
        if math.isnan(number):
            self.wrong(place, f"{told} is {raw!r}, which is no number.", _SCALE_FIX)
        elif number <= 0:
            self.wrong(place, f"{told} is {number:g}; a judgement is a positive ratio.", _SCALE_FIX)
        elif i == j and abs(number - 1) > 1e-9:
            what = f"The cell of {self.names[i]} with itself is {number:g}."
            self.wrong(place, what, "Write 1: everything is as important as itself.")
        elif (i, j) in self.values and abs(self.values[i, j] / number - 1) > 1e-9:
            what = f"{told} stands here again, as {number:g} after {self.values[i, j]:g}."
            self.wrong(place, what, "Leave one of the two out.")
        elif not _on_scale(number):
            self.wrong(place, f"{told} is {number:g}; Saaty's scale ends at 1/9 and 9.", _SCALE_FIX)
        else:
            self.values[i, j] = number

    def told(self, i: int, j: int) -> str:
        return f"{self.names[i]} over {self.names[j]}"


def number_in(raw: Any) -> float:
    """A judgement as a number, NaN where it is none; fractions such as ``1/3`` may be written."""
    if isinstance(raw, bool):
        return math.nan
    if isinstance(raw, int | float):
        return float(raw) if math.isfinite(raw) else math.nan
    if not isinstance(raw, str):
        return math.nan
    text = unicodedata.normalize("NFKC", raw).strip()
    parts = _FRACTION.fullmatch(text)
    if parts is not None:
        below = float(parts.group(2))
        return float(parts.group(1)) / below if below > 0 else math.nan
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def is_pairs(raw: Any, names: Sequence[str]) -> bool:
    """Whether a mapping holds pairs (``a > b: 3``, or elements that want to be some), not judges."""
    return isinstance(raw, Mapping) and any(
        key in names or _PAIR.fullmatch(unicodedata.normalize("NFKC", str(key))) for key in raw
    )


def read_matrix(raw: Any, names: Sequence[str]) -> tuple[Floats | None, tuple[CellMistake, ...]]:
    """The reciprocal matrix (k, k) of judgements over ``names``, or all their mistakes.

    Parameters
    ----------
    raw
        ``equal``; a list of k rows of k cells; the upper triangle as k - 1 rows without (or k with) the
        diagonal; or a mapping ``a > b: 3``, which says that a is 3 times as important as b. An empty cell is
        filled from its reciprocal.
    names
        The elements, in the order of rows and columns.
    """
    cells = _Cells(names=tuple(names))
    if isinstance(raw, str) and raw.strip().lower() == EQUAL:
        return np.ones((len(names), len(names))), ()
    if isinstance(raw, list):
        _take_rows(cells, raw)
    elif isinstance(raw, Mapping):
        _take_pairs(cells, raw)
    else:
        shown = "empty" if raw is None else repr(raw)
        what = f"The judgements are {shown}, neither rows nor pairs."
        fix = f"Write rows such as [[1, 3], [1/3, 1]], or `{_example(names)}`."
        cells.wrong((), what, fix, shape=True)
    if any(one.shape for one in cells.mistakes):
        return None, tuple(cells.mistakes)
    matrix = _reciprocal(cells)
    return (None, tuple(cells.mistakes)) if cells.mistakes else (matrix, ())


def _example(names: Sequence[str]) -> str:
    return f"{names[0]} > {names[1]}: 3"


def _take_rows(cells: _Cells, rows: list[Any]) -> None:
    n = len(cells.names)
    strange = [k for k, row in enumerate(rows) if not isinstance(row, list)]
    if strange:
        what = f"Row {strange[0] + 1} is no list."
        cells.wrong((strange[0],), what, "Write a row such as [1, 3, 1/5].", shape=True)
        return
    lengths = [len(row) for row in rows]
    first = {tuple(range(n, 0, -1)): 0, tuple(range(n - 1, 0, -1)): 1}.get(tuple(lengths))
    if n == 1 or first is None:
        first = None
        _check_square(cells, lengths)
    if cells.mistakes:
        return
    for i, row in enumerate(rows):
        for k, raw in enumerate(row):
            cells.put(i, k if first is None else i + first + k, raw, (i, k))


def _check_square(cells: _Cells, lengths: list[int]) -> None:
    n, listed = len(cells.names), ", ".join(cells.names)
    fix = f"Write {n} rows of {n} cells, in this order, or only what is above the diagonal."
    if len(lengths) != n:
        what = f"The matrix has {len(lengths)} row{'s' * (len(lengths) != 1)} for {n} elements ({listed})."
        cells.wrong((), what, fix, shape=True)
        return
    for k, length in enumerate(lengths):
        if length != n:
            what = f"Row {k + 1} has {length} cell{'s' * (length != 1)} for {n} elements ({listed})."
            cells.wrong((k,), what, fix, shape=True)


def _take_pairs(cells: _Cells, pairs: Mapping[str, Any]) -> None:
    places = {name: k for k, name in enumerate(cells.names)}
    for key, raw in pairs.items():
        found = _PAIR.fullmatch(unicodedata.normalize("NFKC", str(key)).strip())
        if found is None:
            what = f"`{key}` names no pair."
            fix = f"Write `{_example(cells.names)}`: how much more the first matters."
            cells.wrong((key,), what, fix, shape=True)
            continue
        first, sign, second = found.group(1).strip(), found.group(2), found.group(3).strip()
        unknown = [name for name in (first, second) if name not in places]
        for name in unknown:
            fix = suggest(name, cells.names)
            cells.wrong((key,), f"`{name}` is not one of the elements.", fix, shape=True)
        if not unknown:
            i, j = places[first], places[second]
            cells.put(*((i, j) if sign == ">" else (j, i)), raw, (key,))


def _reciprocal(cells: _Cells) -> Floats:
    """The matrix, each pair from the cells that were written; mistakes are noted in ``cells``."""
    n = len(cells.names)
    made = np.ones((n, n))
    missing = []
    for i in range(n):
        for j in range(i + 1, n):
            if (i, j) in cells.values or (j, i) in cells.values:
                value = _pair_value(cells, i, j)
                made[i, j], made[j, i] = value, 1 / value
            elif (i, j) not in cells.places and (j, i) not in cells.places:
                missing.append(f"{cells.names[i]} > {cells.names[j]}")
    if missing:
        shown = ", ".join(missing[:12]) + (f" and {len(missing) - 12} more" if len(missing) > 12 else "")
        what = f"{len(missing)} of {n * (n - 1) // 2} judgements are missing: {shown}."
        cells.wrong((), what, "Write a judgement for each pair.")
    return made


def _pair_value(cells: _Cells, i: int, j: int) -> float:
    """The judgement of i over j, from its two cells or the one that is there."""
    one, other = cells.values.get((i, j)), cells.values.get((j, i))
    if one is not None and other is not None and abs(one * other - 1) > TOLERANCE:
        what = f"{cells.told(j, i)} is {other:g}, but {cells.told(i, j)} is {one:g}: "
        what += f"it would have to be {reciprocal_text(one)} (within {100 * TOLERANCE:g} %)."
        cells.wrong(cells.places[j, i], what, "Correct one of the two, or leave one cell empty.")
        return 1.0
    if one is not None and (other is None or one >= other):
        return min(max(one, _LOWEST), _HIGHEST)
    return 1 / min(max(other or 1.0, _LOWEST), _HIGHEST)


def _on_scale(number: float) -> bool:
    """Whether a judgement lies from 1/9 to 9; below, it may be a rounded 1/9, such as .11."""
    return _LOWEST * (1 - TOLERANCE) <= number <= _HIGHEST * (1 + 1e-9)


def reciprocal_text(number: float) -> str:
    """``1/3`` for 3, ``3`` for 1/3, three digits for others."""
    inverse = 1 / number
    if abs(number - round(number)) < 1e-9 and number > 1:
        return f"1/{round(number)}"
    return f"{inverse:.3g}"


def each_judge(raw: Any, names: Sequence[str]) -> Iterator[tuple[str, Any, Loc]]:
    """Judge, judgements and their place for what stands under ``judgements:``; one unnamed if no judges."""
    if isinstance(raw, Mapping) and raw and not is_pairs(raw, names):
        for judge, own in raw.items():
            yield str(judge), own, (str(judge),)
    else:
        yield "", raw, ()
