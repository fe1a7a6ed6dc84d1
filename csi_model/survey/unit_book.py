"""The book of a streaming pass: what has been summed up so far of every unit, stratum and random group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import UsageError
from csi_model.model.spec import Indicator
from csi_model.survey.item_sums import ItemSums, add_items, no_items, row_items
from csi_model.survey.moment_sums import Sums, add_to, merged, no_sums, row_sums
from csi_model.survey.survey import ANSWERED

Array = NDArray[Any]
Arrays = TypeVar("Arrays", Sums, ItemSums)

MOST_BYTES = 2**27
"""Random groups are halved until their sums take no more than this."""
FEWEST_GROUPS = 16
"""Below this a standard error is hardly known: units by so many groups are refused instead."""


@dataclass(kw_only=True)
class UnitBook:
    """Sums of all rows so far; ``add`` changes it.

    ``domains`` are the pairs (unit, stratum) that occur, ``cells`` (domains, groups) their complete
    respondents, ``drawn`` (strata, groups) the survey's sampling units, ``seen`` the hashes of clusters in
    rising runs, each at least twice as long as the next.
    """

    indicators: Sequence[Indicator]
    groups: int
    units: dict[tuple[str, ...], int] = field(default_factory=dict)
    strata: dict[str, int] = field(default_factory=dict)
    domains: dict[tuple[int, int], int] = field(default_factory=dict)
    cells: Sums = field(init=False)
    items: ItemSums = field(init=False)
    drawn: Array = field(init=False)
    seen: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        p = len(self.indicators)
        self.cells, self.items = no_sums((1, self.groups), p), no_items(1, p)
        self.drawn = np.zeros((1, self.groups), dtype=np.int64)

    def add(
        self,
        answers: Array,
        reasons: Array,
        weights: Array,
        keys: Sequence[Array],
        strata: Array | None,
        dealt: Array,
        *,
        clustered: bool,
    ) -> None:
        """Sum up rows that are kept.

        Parameters
        ----------
        answers, reasons : (n, p)
        weights : (n,)
        keys
            Values (n,) of each group column.
        strata : (n,) of texts
        dealt : (n,) uint64
            Hash of each row's sampling unit; ``clustered`` if several rows share one.
        """
        unit = _numbered(self.units, keys, len(weights))
        stratum = np.zeros(len(weights), dtype=np.int64)
        if strata is not None:
            stratum = _numbered(self.strata, [strata], len(weights), single=True)
        width = max(len(self.strata), 1)
        pairs, domain = np.unique(unit * width + stratum, return_inverse=True)
        places = [
            self.domains.setdefault((pair // width, pair % width), len(self.domains))
            for pair in pairs.tolist()
        ]
        self._make_room()
        group = (dealt % np.uint64(self.groups)).astype(np.int64)
        self._count(stratum, group, dealt, clustered=clustered)
        add_items(self.items, *row_items(self.indicators, answers, reasons, weights, unit))
        complete = np.all(reasons == ANSWERED, axis=1)
        if complete.any():
            cell = np.array(places)[domain] * self.groups + group
            add_to(_flat(self.cells), *row_sums(answers[complete], weights[complete], cell[complete]))

    def _count(self, stratum: Array, group: Array, dealt: Array, *, clustered: bool) -> None:
        """Count sampling units, each once."""
        if clustered:
            # one hash for stratum and cluster together was dealt, so that it stands for both
            hashes, first = np.unique(dealt, return_index=True)
            new = ~np.logical_or.reduce([_among(hashes, run) for run in self.seen] or [hashes < 0])
            self.seen.append(hashes[new])
            while len(self.seen) > 1 and len(self.seen[-2]) < 2 * len(self.seen[-1]):
                last = self.seen.pop()
                self.seen[-1] = np.sort(np.concatenate([self.seen[-1], last]))
            stratum, group = stratum[first[new]], group[first[new]]
        np.add.at(self.drawn, (stratum, group), 1)

    def _make_room(self) -> None:
        """Halve the random groups where their sums would take too much; grow with units and strata."""
        each = 8 * len(self.domains) * (3 + self.cells.mean.shape[-1] + self.cells.products.shape[-1])
        while each * self.groups > MOST_BYTES and self.groups > FEWEST_GROUPS:
            half = self.groups // 2
            self.cells = merged(self.cells.at(np.s_[:, :half]), self.cells.at(np.s_[:, half:]))
            self.drawn = self.drawn[:, :half] + self.drawn[:, half:]
            self.groups = half
        if each * self.groups > 4 * MOST_BYTES:
            raise UsageError.at(
                "--by",
                f"{len(self.domains):,} groups (by stratum) are too many to be summed up at once.",
                "Leave a group column out, or take a part of the survey at a time.",
                code="too-many-groups",
            )
        self.cells = _grown(self.cells, len(self.domains))
        self.items = _grown(self.items, len(self.units))
        lacking = max(len(self.strata), 1) - len(self.drawn)
        if lacking > 0:
            self.drawn = np.pad(self.drawn, ((0, lacking), (0, 0)))


def _numbered(
    known: dict[Any, int], columns: Sequence[Array], size: int, *, single: bool = False
) -> NDArray[np.int64]:
    """Number each row (n,) by its values, new ones as they come."""
    if not columns:
        known.setdefault((), 0)
        return np.zeros(size, dtype=np.int64)
    codes = np.zeros(size, dtype=np.int64)
    for texts in columns:
        code, values = pd.factorize(texts)
        codes = codes * len(values) + code
    number, found = pd.factorize(codes)
    first = np.empty(len(found), dtype=np.int64)
    first[number[::-1]] = np.arange(size)[::-1]
    keys = [
        columns[0][row] if single else tuple(str(texts[row]) for texts in columns) for row in first.tolist()
    ]
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)[number]


def _among(values: Array, run: Array) -> Array:
    """Which of some values are in a rising run."""
    if not len(run):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(run, values), len(run) - 1)
    return np.asarray(run[place] == values)


def _flat(cells: Sums) -> Sums:
    """The same arrays with one axis of cells."""
    return Sums(
        **{
            one.name: getattr(cells, one.name).reshape(-1, *getattr(cells, one.name).shape[2:])
            for one in fields(cells)
        }
    )


def _grown(sums: Arrays, size: int) -> Arrays:
    """The same with room for ``size`` units at least."""
    lacking = size - len(getattr(sums, fields(sums)[0].name))
    if lacking <= 0:
        return sums
    room = max(lacking, size // 2)
    p = sums.mean.shape[-1]
    more = no_sums((room, sums.n.shape[1]), p) if isinstance(sums, Sums) else no_items(room, p)
    return type(sums)(
        **{
            one.name: np.concatenate([getattr(sums, one.name), getattr(more, one.name)])
            for one in fields(sums)
        }
    )
