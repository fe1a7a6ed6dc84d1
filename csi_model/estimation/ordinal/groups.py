"""One fit of several groups with ordered items, parameters held equal by name.

Errors and tests are those of ``weighted``, for all groups at once: with the stacked statistics s, their
covariance C, V = diag(C)^-1 and D = ds / dtheta

    cov(theta) = (D'VD)^-1 D'V C V D (D'VD)^-1,     U = V - V D (D'VD)^-1 D'V
    T_ss = T / c + b,    1 / c = sqrt(df / tr[(UC)^2]),    b = df - tr(UC) / c
                                                          (Asparouhov & Muthen 2010, eq. 6-8)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from csi_model.estimation.covariance import matrices
from csi_model.estimation.inference import ModelTest, Scaling
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.group_layout import GroupLayout, lay_out
from csi_model.estimation.ordinal.group_moments import Block, OrdinalGroups, Place
from csi_model.estimation.ordinal.group_problem import GroupProblem, Tangent
from csi_model.estimation.ordinal.weighted import scaled_shifted
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.solver import minimise

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class OrdinalJointFit:
    """Groups with ordered items fitted together.

    ``values`` (q,) belong to ``layout``; ``gradient`` is the largest scaled one at the end of the search.
    """

    groups: OrdinalGroups
    layout: GroupLayout
    values: Array
    gradient: float
    test: ModelTest

    @property
    def converged(self) -> bool:
        """True where the search ended at an optimum."""
        return bool(self.gradient < 1e-6)

    @property
    def n_free(self) -> int:
        """Free parameters of all groups, thresholds of a group's own included."""
        return self.layout.n_free

    @cached_property
    def problem(self) -> GroupProblem:
        """What was minimised."""
        return GroupProblem(groups=self.groups, layout=self.layout)

    @cached_property
    def tangents(self) -> tuple[Tangent, ...]:
        """Derivatives of the statistics of each group at the optimum."""
        return tuple(self.problem.tangent(self.values, g) for g in range(len(self.groups.parts)))

    @cached_property
    def bread(self) -> Array:
        """``(D'VD)^-1`` (q, q)."""
        return bread_of(self.problem, self.tangents)

    @cached_property
    def covariance(self) -> Array:
        """Covariance (q, q) of the values."""
        meat = middle(self.problem, self.tangents)
        return np.asarray(self.bread @ meat @ self.bread)

    def values_of(self, group: int) -> tuple[ParameterTable, Array]:
        """Table and values (q_g,) of one group."""
        return self.layout.tables[group], self.layout.local(self.values, group)

    def of_group(self, group: int) -> tuple[ParameterTable, Array, Array]:
        """Table, values (q_g,) and covariance (q_g, q_g) of one group."""
        table, values = self.values_of(group)
        steps = self.values + 1j * 1e-20 * np.eye(len(self.values))
        slopes = self.layout.local(steps, group).imag.T / 1e-20
        return table, values, slopes @ self.covariance @ slopes.T


def fit_ordinal_groups(
    groups: OrdinalGroups,
    *,
    equal: Collection[str] = (),
    released: Collection[Key] = (),
    start: OrdinalJointFit | None = None,
) -> OrdinalJointFit:
    """Fit groups together by diagonally weighted least squares.

    Parameters
    ----------
    groups
        Their statistics.
    equal
        Kinds of parameters held equal (``group_layout.EQUAL``).
    released
        Parameters (lhs, op, rhs) that stay free in every group although their kind is held equal;
        ``(item, "|", "")`` stands for all thresholds of an item.
    start
        A fit of the same groups with other constraints, to start from.
    """
    layout = lay_out(
        groups.table,
        tuple(part.thresholds for part in groups.parts),
        ordered=groups.ordered,
        equal=equal,
        released=released,
    )
    problem = GroupProblem(groups=groups, layout=layout)
    optimum = minimise(problem, _start(groups, layout, start)[None])
    values = optimum.values[0]
    return OrdinalJointFit(
        groups=groups,
        layout=layout,
        values=values,
        gradient=float(optimum.gradient[0]),
        test=_test(problem, values, groups.n * float(optimum.f[0])),
    )


def _start(groups: OrdinalGroups, layout: GroupLayout, start: OrdinalJointFit | None) -> Array:
    """Joint start values (q,): the groups' own, shared ones averaged."""
    total, count = np.zeros(layout.searched), np.zeros(layout.searched)
    for g, (table, places) in enumerate(zip(layout.tables, layout.places, strict=True)):
        known = _known(groups, g, start)
        for row in table.free_rows:
            place = int(places[row.free])
            if place >= 0:
                total[place] += known.get((row.lhs, row.op, row.rhs, row.matrix), 0.0)
                count[place] += 1
    return total / np.maximum(count, 1)


def _known(groups: OrdinalGroups, group: int, start: OrdinalJointFit | None) -> dict[Place, float]:
    """Values of a group by name: of a fit, or start values of its own."""
    part = groups.parts[group]
    made = dict(part.starts)
    for name, tau in zip(groups.table.indicators, part.thresholds, strict=True):
        made |= {(name, "|", f"t{t + 1}", "tau"): float(value) for t, value in enumerate(tau)}
    if start is None:
        return made
    table, values = start.values_of(group)
    mats = matrices(table, values)
    cells = {"theta": mats.theta, "psi": mats.psi}
    for row in table.rows:
        key = (row.lhs, row.op, row.rhs, row.matrix)
        if row.derived:
            made[key] = float(cells[row.matrix][row.i, row.i])
        elif row.free >= 0:
            made[key] = float(values[row.free])
        elif row.matrix in ("lambda", "tau"):
            made[key] = row.value
    return made


def bread_of(problem: GroupProblem, tangents: Sequence[Tangent]) -> Array:
    """``(D'VD)^-1`` (q, q), the pseudo-inverse where it is singular."""
    made = np.zeros((problem.layout.searched, problem.layout.searched))
    for g, tangent in enumerate(tangents):
        at = tangent.columns
        made[np.ix_(at, at)] += (tangent.slopes * problem.weights(g)[:, None]).T @ tangent.slopes
    return inverted(made)


def inverted(matrix: Array) -> Array:
    """Inverse of a cross product (q, q), the pseudo-inverse where it is singular."""
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        factor = np.linalg.cholesky(matrix * np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return np.linalg.pinv(matrix, hermitian=True)
    if np.diag(factor).min() < 1e-7:
        return np.linalg.pinv(matrix, hermitian=True)
    half = solve_triangular(factor, np.diag(scale), lower=True)
    return np.asarray(half.T @ half)


def middle(problem: GroupProblem, tangents: Sequence[Tangent]) -> Array:
    """``D'V C V D`` (q, q)."""
    made = np.zeros((problem.layout.searched, problem.layout.searched))
    for block in problem.groups.blocks:
        at, slopes = _of_block(block, tangents)
        weighted = slopes * _weights(block, problem)[:, None]
        made[np.ix_(at, at)] += weighted.T @ block.cov @ weighted
    return made


def _of_block(block: Block, tangents: Sequence[Tangent]) -> tuple[Array, Array]:
    """Joint parameters that the groups of a block depend on, and the derivatives of its statistics."""
    at = np.unique(np.concatenate([tangents[g].columns for g in block.groups]))
    parts = []
    for g in block.groups:
        part = np.zeros((len(tangents[g].slopes), len(at)))
        part[:, np.searchsorted(at, tangents[g].columns)] = tangents[g].slopes
        parts.append(part)
    return at, np.vstack(parts)


def _weights(block: Block, problem: GroupProblem) -> Array:
    return np.concatenate([problem.weights(g) for g in block.groups])


def _test(problem: GroupProblem, values: Array, chisq: float) -> ModelTest:
    groups = problem.groups
    p, count = len(groups.ordered), len(groups.parts)
    df = count * len(groups.parts[0].values) - problem.layout.n_free
    base, base_df = _independence(groups), count * (p * (p - 1) // 2)
    scaling = None
    if df > 0 and np.isfinite(chisq):
        tangents = [problem.tangent(values, g) for g in range(count)]
        own = scaled_shifted(df, traces(problem, tangents))
        baseline = scaled_shifted(base_df, _independence_traces(groups))
        scaling = Scaling(factor=own[0], baseline=baseline[0], shift=own[1], baseline_shift=baseline[1])
    return ModelTest(
        n=groups.n,
        chisq=chisq,
        df=df,
        baseline_chisq=base,
        baseline_df=base_df,
        logl=np.nan,
        scaling=scaling,
        groups=count,
        least_squares=True,
    )


def traces(problem: GroupProblem, tangents: Sequence[Tangent]) -> tuple[float, float]:
    """``tr(UC)`` and ``tr[(UC)^2]`` without U itself, which is as large as all statistics together."""
    bread = bread_of(problem, tangents)
    q = problem.layout.searched
    first = second = 0.0
    meat, twice = np.zeros((q, q)), np.zeros((q, q))
    for block in problem.groups.blocks:
        at, slopes = _of_block(block, tangents)
        v = _weights(block, problem)
        weighted = slopes * v[:, None]
        moved = block.cov @ weighted
        first += float(v @ np.diag(block.cov))
        second += float(v @ block.cov**2 @ v)
        meat[np.ix_(at, at)] += weighted.T @ moved
        twice[np.ix_(at, at)] += moved.T @ (v[:, None] * moved)
    product = bread @ meat
    first -= float(np.trace(product))
    second += float((product * product.T).sum()) - 2 * float((bread * twice).sum())
    return first, second


def _pairs_of(groups: OrdinalGroups) -> Array:
    """Places of the pairs among the statistics of a group."""
    first = int(groups.counts.sum())
    return np.arange(first, len(groups.parts[0].values))


def _independence(groups: OrdinalGroups) -> float:
    """T of uncorrelated items."""
    at = _pairs_of(groups)
    return float(
        sum(
            (1 - 1 / part.n) * (part.values[at] ** 2 / variance[at]).sum()
            for part, variance in zip(groups.parts, groups.variances, strict=True)
        )
    )


def _independence_traces(groups: OrdinalGroups) -> tuple[float, float]:
    """The traces for uncorrelated items, where U is V of the pairs."""
    first = second = 0.0
    width = len(groups.parts[0].values)
    for block in groups.blocks:
        at = np.concatenate([_pairs_of(groups) + k * width for k in range(len(block.groups))])
        cov = block.cov[np.ix_(at, at)]
        v = 1 / np.diag(cov)
        first += float(v @ np.diag(cov))
        second += float(v @ cov**2 @ v)
    return first, second
