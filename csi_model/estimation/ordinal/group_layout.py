"""Which parameters of ordered items groups share at a step, and what fixes their scales.

A latent response has neither origin nor unit of its own. Without equal thresholds its intercept is 0 and its
variance 1 in every group. Equal thresholds carry both from the first group to the others, where intercept
and variance are then free: two thresholds fix them, so that three answers cannot show whether thresholds
are equal, and four and more can (Wu & Estabrook 2016, Psychometrika 81, 1014-1045, propositions 1-3). An item
with two answers has one threshold, which fixes neither: its threshold and loading say something about
groups only together with an equal intercept (their section 5), so that it is free until that step.

An item whose thresholds are released has no unit in common with other groups, so that its loading, intercept
and variance are its own, too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import matrices
from csi_model.estimation.joint import Key
from csi_model.estimation.parameters import ParameterTable, Row

Array = NDArray[Any]

EQUAL = ("thresholds", "loadings", "intercepts", "residuals", "paths")
"""Kinds of parameters that can be held equal across groups of ordered items."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is equal at a step: kinds, and what is released from them.

    ``binary``, ``ordered`` (p,) bool; ``alone`` the items that are a construct by themselves.
    """

    table: ParameterTable
    equal: frozenset[str]
    released: frozenset[Key]
    ordered: Array
    binary: Array
    alone: frozenset[str]

    def loading(self, row: Row) -> bool:
        """Whether the loading of an item is the same in all groups."""
        at, key = row.i, (row.lhs, row.op, row.rhs)
        if "loadings" not in self.equal or key in self.released:
            return False
        return not self.ordered[at] or self.thresholds(at) or row.rhs in self.alone

    def thresholds(self, at: int) -> bool:
        """Whether the thresholds of an item are the same in all groups."""
        name = self.table.indicators[at]
        if "thresholds" not in self.equal or (name, "|", "") in self.released or not self.ordered[at]:
            return False
        if not self.binary[at]:
            return True
        whole = "intercepts" in self.equal and name not in self.alone
        return whole and not self._shifted(at)

    def intercept(self, at: int) -> bool:
        """Whether an intercept is the same in all groups (0 for an ordered item)."""
        name = self.table.indicators[at]
        if self.ordered[at] and not self.thresholds(at):
            return True
        return "intercepts" in self.equal and name not in self.alone and not self._shifted(at)

    def shares_intercept(self, at: int) -> bool:
        """Whether an equal intercept is a restriction, and not only an origin."""
        return self.intercept(at) and (not self.ordered[at] or self.thresholds(at))

    def residual(self, at: int) -> bool:
        """Whether an error variance is the same in all groups."""
        name = self.table.indicators[at]
        return "residuals" in self.equal and (name, "~~", name) not in self.released

    def _shifted(self, at: int) -> bool:
        """Whether the intercept of an item, or a loading of it, is released."""
        name = self.table.indicators[at]
        return any((key[1] == "~1" and key[0] == name) or (key[1] == "=~" and key[2] == name)
                   for key in self.released)  # fmt: skip

    def anchored(self, construct: int) -> bool:
        """Whether a construct takes its unit from the first group by an equal loading of some item."""
        rows = [row for row in self.table.rows if row.matrix == "lambda" and row.j == construct]
        return any(self.loading(row) for row in rows)


@dataclass(frozen=True, kw_only=True)
class GroupLayout:
    """Tables of groups and the places (q_g,) of their free parameters in the joint vector (searched,).

    A place of -1 is an error variance equal to that of the first group, where it follows from the variance
    of 1; ``tied[g]`` are the items of these parameters (-1 for others). Thresholds of a group's own are not
    searched for but are those of its sample; ``saturated`` counts them.
    """

    tables: tuple[ParameterTable, ...]
    places: tuple[Array, ...]
    tied: tuple[Array, ...]
    searched: int
    saturated: int
    rules: Rules

    @property
    def n_free(self) -> int:
        """Free parameters, thresholds of a group's own included."""
        return self.searched + self.saturated

    @cached_property
    def cores(self) -> tuple[ParameterTable, ...]:
        """The tables of the groups without thresholds, of which moments of latent responses are made."""
        return tuple(core(table) for table in self.tables)

    def local(self, values: Array, group: int) -> Array:
        """The parameters (..., q_g) of a group out of the joint ones (..., searched)."""
        places, tied = self.places[group], self.tied[group]
        made = values[..., np.maximum(places, 0)]
        if np.any(tied >= 0):
            theta = matrices(self.cores[0], self.local(values, 0)).theta
            made[..., tied >= 0] = theta[..., tied[tied >= 0], tied[tied >= 0]]
        return np.asarray(made)


def core(table: ParameterTable) -> ParameterTable:
    """A table of ordered items without its thresholds; places of free parameters stay."""
    rows = tuple(row for row in table.rows if row.matrix != "tau")
    return replace(table, rows=rows, steps=((),) * len(table.indicators))


def lay_out(
    table: ParameterTable,
    thresholds: tuple[tuple[Array, ...], ...],
    *,
    ordered: Array,
    equal: Collection[str] = (),
    released: Collection[Key] = (),
) -> GroupLayout:
    """Lay out the groups of a step.

    Parameters
    ----------
    table
        Of maximum likelihood, with means.
    thresholds
        Of each group the sample thresholds (k - 1,) of each item; equally many in every group.
    ordered : (p,) bool
    equal, released
        Kinds held equal (``EQUAL``), and parameters (lhs, op, rhs) that are free in all groups although
        their kind is held equal; ``(item, "|", "")`` are all thresholds of an item.

    Raises
    ------
    ValueError
        ``equal`` holds a word that is not in ``EQUAL``.
    """
    unknown = set(equal) - set(EQUAL)
    if unknown:
        raise ValueError(f"not in EQUAL: {sorted(unknown)}")
    rules = Rules(
        table=table,
        equal=frozenset(equal),
        released=frozenset(released),
        ordered=ordered,
        binary=np.array([len(tau) == 1 for tau in thresholds[0]]),
        alone=_alone(table),
    )
    building = _Building(rules)
    for group, own in enumerate(thresholds):
        building.add_group(group, own)
    return GroupLayout(
        tables=tuple(building.tables),
        places=tuple(building.places),
        tied=tuple(building.tied),
        searched=building.count,
        saturated=building.saturated,
        rules=rules,
    )


def _alone(table: ParameterTable) -> frozenset[str]:
    """Items that are the only one of their construct."""
    items: dict[int, list[str]] = {}
    for row in table.rows:
        if row.matrix == "lambda":
            items.setdefault(row.j, []).append(row.rhs)
    return frozenset(names[0] for names in items.values() if len(names) == 1)


class _Building:
    """Collects the tables of groups; parameters of one name are shared where the rules say so."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.tables: list[ParameterTable] = []
        self.places: list[Array] = []
        self.tied: list[Array] = []
        self.shared: dict[tuple[str, ...], int] = {}
        self.count = 0
        self.saturated = 0

    def add_group(self, group: int, thresholds: tuple[Array, ...]) -> None:
        """Add one more group with its sample thresholds."""
        rules = self.rules
        self._own: list[tuple[int, int]] = []
        self._labels: dict[int, int] = {}
        rows = [self._row(row, group) for row in rules.table.rows]
        for at, tau in enumerate(thresholds):
            for t, value in enumerate(tau):
                rows.append(self._threshold(at, t, float(value)))
        steps = tuple(tuple([1.0] * len(tau)) for tau in thresholds)
        self.tables.append(replace(rules.table, rows=tuple(rows), n_free=len(self._own), steps=steps))
        self.places.append(np.array([place for place, _ in self._own], dtype=np.int64))
        self.tied.append(np.array([item for _, item in self._own], dtype=np.int64))

    def _threshold(self, at: int, t: int, value: float) -> Row:
        name = self.rules.table.indicators[at]
        row = Row(lhs=name, op="|", rhs=f"t{t + 1}", matrix="tau", i=at, j=t, free=-1, value=value)
        if self.rules.thresholds(at):
            return self._free(row, equal=True)
        self.saturated += 1
        return row

    def _row(self, row: Row, group: int) -> Row:
        if row.matrix == "nu":
            return self._intercept(row, group)
        if row.matrix == "alpha":
            means = "intercepts" in self.rules.equal and group > 0 and not row.implied
            return self._free(row, equal=False) if means else row
        if row.matrix == "lambda":
            return self._loading(row, group)
        if row.op == "~~" and row.i == row.j:
            return self._variance(row, group)
        if row.free < 0:
            return row
        return self._free(row, equal=row.matrix == "beta" and "paths" in self.rules.equal
                          and (row.lhs, row.op, row.rhs) not in self.rules.released)  # fmt: skip

    def _intercept(self, row: Row, group: int) -> Row:
        rules, equal = self.rules, self.rules.intercept(row.i)
        if not rules.ordered[row.i]:
            return self._free(row, equal=equal)
        if group == 0 or equal:
            return replace(row, free=-1, value=0.0)
        return self._free(row, equal=False)

    def _loading(self, row: Row, group: int) -> Row:
        rules = self.rules
        if row.free >= 0:
            return self._free(row, equal=rules.loading(row))
        moves = "loadings" in rules.equal and not rules.loading(row) and rules.anchored(row.j)
        return self._free(row, equal=False) if group and moves else row

    def _variance(self, row: Row, group: int) -> Row:
        """An error variance, or the variance (disturbance) of a construct."""
        rules = self.rules
        item = row.i if row.matrix == "theta" else self._only_item(row.i)
        if item < 0 or not rules.ordered[item] or row.free < 0:
            shared = row.matrix == "theta" and rules.residual(row.i)
            return row if row.free < 0 else self._free(row, equal=shared)
        if group == 0 or not rules.thresholds(item):
            return replace(row, free=-1, value=np.nan, derived=True)
        if row.matrix == "theta" and rules.residual(item):
            self._own.append((-1, item))
            return replace(row, free=len(self._own) - 1)
        return self._free(row, equal=False)

    def _only_item(self, construct: int) -> int:
        """The item that a construct is, without error; -1 for others."""
        table = self.rules.table
        items = [row.i for row in table.rows if row.matrix == "lambda" and row.j == construct]
        if len(items) != 1:
            return -1
        error = [row for row in table.rows if row.matrix == "theta" and row.i == row.j == items[0]]
        return items[0] if all(row.free < 0 and row.value == 0 for row in error) else -1

    def _free(self, row: Row, *, equal: bool) -> Row:
        """The row with a place of its own, or that of its name in the groups before."""
        if row.free >= 0 and row.free in self._labels:
            return replace(row, free=self._labels[row.free])
        key = (row.lhs, row.op, row.rhs, row.matrix)
        place = self.shared.get(key, self.count) if equal else self.count
        if place == self.count:
            self.count += 1
        if equal:
            self.shared[key] = place
        self._own.append((place, -1))
        if row.free >= 0:
            self._labels[row.free] = len(self._own) - 1
        return replace(row, free=len(self._own) - 1)
