"""Several groups at once: one vector of free parameters, some of them shared between groups.

Each group keeps its own table; ``places`` say where its free parameters stand in the joint vector, and
equality across groups is two groups pointing at one place (Joreskog 1971, Psychometrika 36, 409-426).
One group is the case without sharing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import matrices
from csi_model.estimation.likelihood import Patterns
from csi_model.estimation.parameters import ParameterTable, Row

Array = NDArray[Any]

EQUAL = (
    "loadings", "intercepts", "residuals", "residual_covariances", "paths", "variances", "covariances",
    "means",
)  # fmt: skip
"""Kinds of parameters that can be held equal across groups."""

Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class JointTable:
    """Tables of groups and the places (q_g,) of their free parameters in the joint vector (n_free,)."""

    tables: tuple[ParameterTable, ...]
    places: tuple[Array, ...]
    n_free: int

    def degrees_of_freedom(self) -> int:
        """Moments of all groups less free parameters."""
        moments = sum(table.degrees_of_freedom() + table.n_free for table in self.tables)
        return moments - self.n_free

    def spread(self, values: Array, group: int) -> Array:
        """The parameters (..., q_g) of one group out of the joint ones (..., q)."""
        return np.asarray(values[..., self.places[group]])


@dataclass(frozen=True, kw_only=True, eq=False)
class LikelihoodProblem:
    """F of groups with patterns of answers: ``sum_g share_g F_g`` (see ``solver.Problem``).

    ``data[g]`` has a leading batch axis b; ``shares`` (G,) are the groups' shares of respondents,
    ``saturated`` (b,) the same sum for the saturated model.
    """

    joint: JointTable
    data: tuple[Patterns, ...]
    shares: Array
    saturated: Array

    def value(self, values: Array, members: Array) -> Array:
        total = -self.saturated[members]
        for g, (table, data) in enumerate(zip(self.joint.tables, self.data, strict=True)):
            own = matrices(table, self.joint.spread(values, g))
            total = total + self.shares[g] * likelihood.deviance(own, data[members])
        return np.asarray(total)

    def derivatives(self, values: Array, members: Array) -> tuple[Array, Array]:
        q = self.joint.n_free
        slope, hessian = np.zeros((len(values), q)), np.zeros((len(values), q, q))
        for g, (table, data) in enumerate(zip(self.joint.tables, self.data, strict=True)):
            at = self.joint.places[g]
            own = likelihood.slope_and_information(table, self.joint.spread(values, g), data[members])
            slope[:, at] += self.shares[g] * own[0]
            hessian[:, at[:, None], at] += self.shares[g] * own[1]
        return slope, hessian

    def hessian(self, values: Array) -> Array:
        made = np.zeros((self.joint.n_free, self.joint.n_free))
        for g, (table, data) in enumerate(zip(self.joint.tables, self.data, strict=True)):
            at = self.joint.places[g]
            own = likelihood.observed(table, self.joint.spread(values, g), data[0])
            made[at[:, None], at] += self.shares[g] * own
        return made

    def scores(self, values: Array, group: int, answers: Array, members: tuple[Array, ...]) -> Array:
        """Derivatives of each respondent's log-likelihood in one group, (n_g, q)."""
        data = replace(self.data[group][0], members=members)
        own = likelihood.scores(self.joint.tables[group], self.joint.spread(values, group), answers, data)
        made = np.zeros((len(answers), self.joint.n_free))
        made[:, self.joint.places[group]] = own
        return made


def single(table: ParameterTable) -> JointTable:
    """The joint table of one group."""
    return JointTable(tables=(table,), places=(np.arange(table.n_free),), n_free=table.n_free)


def joint_table(
    table: ParameterTable, groups: int, *, equal: Collection[str] = (), released: Collection[Key] = ()
) -> JointTable:
    """Lay out ``groups`` copies of a table, parameters of the kinds ``equal`` shared but for ``released``.

    With a mean structure and equal intercepts the means of constructs are free in all groups but the
    first, where they are 0 (unless ``means`` are equal too). An item that is a construct by itself keeps
    its own intercept in every group, which is its mean.

    Raises
    ------
    ValueError
        ``equal`` holds a word that is not in ``EQUAL``.
    """
    unknown = set(equal) - set(EQUAL)
    if unknown:
        raise ValueError(f"not in EQUAL: {sorted(unknown)}")
    shared: dict[Key, int] = {}
    tables, places, count = [], [], 0
    for group in range(groups):
        own = _with_means(table) if group and "intercepts" in equal and "means" not in equal else table
        place = np.full(own.n_free, -1)
        for row in own.free_rows:
            if place[row.free] >= 0:
                continue
            key = (row.lhs, row.op, row.rhs)
            held = kind(row, own) in equal and key not in released
            if held and key in shared:
                place[row.free] = shared[key]
                continue
            place[row.free] = count
            if held:
                shared[key] = count
            count += 1
        tables.append(own)
        places.append(place)
    return JointTable(tables=tuple(tables), places=tuple(places), n_free=count)


def kind(row: Row, table: ParameterTable) -> str:
    """Which of ``EQUAL`` a row belongs to; none for the intercept of an observed construct."""
    if row.matrix == "nu":
        return "" if row.lhs in table.constructs else "intercepts"
    if row.matrix == "alpha":
        return "means"
    if row.matrix == "lambda":
        return "loadings"
    if row.matrix == "beta":
        return "paths"
    if row.matrix == "psi":
        return "variances" if row.i == row.j else "covariances"
    return "residuals" if row.i == row.j else "residual_covariances"


def _with_means(table: ParameterTable) -> ParameterTable:
    """The table with free construct means (but of observed ones), numbered after the other parameters."""
    rows, count = [], table.n_free
    for row in table.rows:
        free = row.matrix == "alpha" and not row.implied
        rows.append(replace(row, free=count) if free else row)
        count += free
    return replace(table, rows=tuple(rows), n_free=count)


def joint_start(joint: JointTable, starts: Sequence[Array]) -> Array:
    """Start values (q,): the groups' own (q_g,), shared ones averaged."""
    total, count = np.zeros(joint.n_free), np.zeros(joint.n_free)
    for place, start in zip(joint.places, starts, strict=True):
        np.add.at(total, place, start)
        np.add.at(count, place, 1.0)
    return total / count
