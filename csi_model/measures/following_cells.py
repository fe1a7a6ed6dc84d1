"""The cells of a survey by what its codebook says: answers, missing answers, and what contradicts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from csi_model.survey.answers import REASON_CODES, reason_of_label, user_missing
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.conversion import show_number, to_numbers, to_texts
from csi_model.survey.places import Places
from csi_model.survey.raw_table import RawTable, text_of
from csi_model.survey.survey import ANSWERED, OTHER

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """One column: ``values`` (n,), NaN where ``reasons`` (n,) is not 0; cells that contradict the codebook.

    ``off`` lie outside the scale, ``undeclared`` are codes that nobody declared, ``between`` lie between two
    steps, ``words`` are texts where a number is needed; ``blank`` cells hold nothing. ``numbers`` and
    ``texts`` are what is stored.
    """

    values: NDArray[np.float64]
    reasons: NDArray[np.int8]
    off: Mask
    undeclared: Mask
    between: Mask
    words: Mask
    blank: Mask
    numbers: NDArray[np.float64]
    texts: NDArray[np.object_]

    @property
    def strange(self) -> Mask:
        """Cells that contradict the codebook."""
        return self.off | self.undeclared | self.between | self.words

    def shown(self, mask: Mask) -> list[str]:
        """What stands in some cells, each once."""
        pairs = zip(self.numbers[mask], self.texts[mask], strict=True)
        found = (show_number(number) if np.isfinite(number) else str(text)[:40] for number, text in pairs)
        return list(dict.fromkeys(found))


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is looked at."""

    table: RawTable
    book: Codebook
    places: Places
    cells: Mapping[str, Cells] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rows(self) -> int:
        return len(self.table)


def read_cells(table: RawTable, column: Column, book: Codebook) -> Cells:
    """Cells of a column by what the codebook says of it."""
    stored = table.frame[column.name]
    labels = {**table.value_labels.get(column.name, {}), **column.values}
    cells = to_numbers(stored, labels)
    texts = to_texts(stored)
    size = len(table)
    reasons = np.zeros(size, dtype=np.int8)
    nothing = np.zeros(size, dtype=bool)
    if not is_closed(column):
        reasons[texts == ""] = OTHER
        return Cells(
            values=np.full(size, np.nan), reasons=reasons, off=nothing, undeclared=nothing, between=nothing,
            words=nothing, blank=np.asarray(texts == "", dtype=bool), numbers=cells.numbers, texts=texts,
        )  # fmt: skip
    numbers = cells.numbers.copy()
    declared = user_missing(table, column.name, numbers, cells.texts.tolist())
    for index in np.flatnonzero(declared):
        key = text_of(numbers[index]) or str(cells.texts[index])
        reasons[index] = REASON_CODES[reason_of_label(labels.get(key, ""))]
    for code, reason in {**book.missing, **column.missing}.items():
        inside = column.scale is not None and column.scale.low <= code <= column.scale.high
        if not inside or code in column.missing:
            reasons[numbers == code] = REASON_CODES[reason]
    words = cells.bad & (reasons == ANSWERED)
    blank = np.isnan(numbers) & ~cells.bad & (reasons == ANSWERED)
    reasons[blank] = OTHER
    for code, used in column.recode.items():
        numbers[(cells.numbers == code) & (reasons == ANSWERED)] = used
    numbers[(reasons != ANSWERED) | words] = np.nan
    off, undeclared, between = _strange(column, numbers)
    numbers[off | undeclared | between] = np.nan
    return Cells(
        values=numbers, reasons=reasons, off=off, undeclared=undeclared, between=between, words=words,
        blank=blank, numbers=cells.numbers, texts=texts,
    )  # fmt: skip


def is_closed(column: Column) -> bool:
    """Whether the answers are declared: a scale, or codes for all of them."""
    return column.scale is not None or bool(column.values)


def _strange(column: Column, numbers: NDArray[np.float64]) -> tuple[Mask, Mask, Mask]:
    """Cells outside the scale, with undeclared codes, between two steps.

    A number off the scale is taken for a code, not for an answer, if it is below zero or lies beyond the end
    by as much as the scale is wide.
    """
    given = np.isfinite(numbers)
    nothing = np.zeros(numbers.size, dtype=bool)
    scale = column.scale
    if scale is None:
        known = [float(key) for key in column.values if _is_number(key)]
        return nothing, given & ~np.isin(numbers, known) if known else nothing, nothing
    with np.errstate(invalid="ignore"):
        outside = given & ((numbers < scale.low) | (numbers > scale.high))
        code = outside & ((numbers < min(0.0, scale.low)) | (numbers - scale.high >= scale.width))
        whole = float(scale.low).is_integer() and float(scale.high).is_integer() and scale.width <= 10
        between = given & ~outside & (numbers != np.round(numbers)) if whole else nothing
    return outside & ~code, code, between


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def asked_of(control: Cells, routing: Routing) -> tuple[Mask, Mask]:
    """Rows in which a question is to be asked, and those in which it is not.

    Neither where the routing question is blank, or its answer contradicts its own scale: then nothing is
    known.
    """
    with np.errstate(invalid="ignore"):
        asked = (control.values >= routing.low) & (control.values <= routing.high)
    return asked, ~asked & (control.reasons != OTHER) & ~control.strange


def base_of(given: Given, column: Column) -> Mask:
    """Rows in which a question was to be asked, as far as is known."""
    routing = column.asked_when
    if routing is None or routing.column not in given.cells:
        return np.ones(given.rows, dtype=bool)
    return ~asked_of(given.cells[routing.column], routing)[1]
