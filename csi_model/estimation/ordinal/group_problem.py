"""Diagonally weighted least squares of several groups: what a layout implies, and its derivatives.

A latent response of group g has mean mu and variance sigma_ii of its own, so that of the statistics

    tau*_it = (tau_it - mu_i) / sqrt(sigma_ii),      rho_ij = sigma_ij / sqrt(sigma_ii sigma_jj)

(Muthen & Asparouhov 2002, Mplus Web Note 4); a continuous item has its mean, variance and covariances as they
are. With s_g the statistics of group g and V_g the inverse of their sampling variances

    F = (1 / N) sum_g (1 - 1 / n_g) (s_g - s_g(theta))' V_g (s_g - s_g(theta)),      T = N F
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import matrices
from csi_model.estimation.ordinal.group_layout import GroupLayout, core
from csi_model.estimation.ordinal.group_moments import OrdinalGroups
from csi_model.estimation.parameters import ParameterTable

Array = NDArray[Any]

_STEP = 1e-20
"""Of derivatives by the complex step."""


@dataclass(frozen=True, kw_only=True)
class Tangent:
    """Derivatives ``slopes`` (m, c) of the statistics of a group by the joint parameters ``columns`` (c,)."""

    columns: Array
    slopes: Array

    def full(self, size: int) -> Array:
        """With a column for every joint parameter, (m, size)."""
        made = np.zeros((len(self.slopes), size))
        made[:, self.columns] = self.slopes
        return made


@dataclass(frozen=True, kw_only=True)
class GroupProblem:
    """F of groups (see ``solver.Problem``; batches of one)."""

    groups: OrdinalGroups
    layout: GroupLayout

    @cached_property
    def _places(self) -> tuple[Array, Array, Array]:
        """Where thresholds stand among the statistics, their items, and where the first pair stands."""
        counts, ordered = self.groups.counts, self.groups.ordered
        items = np.repeat(np.arange(len(counts)), counts)
        places = np.arange(len(items))
        chosen = ordered[items]
        return places[chosen], items[chosen], np.asarray(len(items))

    @cached_property
    def used(self) -> Array:
        """Statistics (m,) that the layout does not simply take over: all but a group's own thresholds."""
        made = np.ones(len(self.groups.parts[0].values), dtype=bool)
        places, _, _ = self._places
        rows = [row for row in self.layout.tables[0].rows if row.matrix == "tau"]
        made[places] = [row.free >= 0 for row in rows]
        return made

    def implied(self, values: Array, group: int) -> Array:
        """Statistics (..., m) of a group at joint ``values`` (..., q)."""
        table = self.layout.tables[group]
        local = self.layout.local(values, group)
        return self.implied_by(table, local)

    def implied_by(self, table: ParameterTable, local: Array) -> Array:
        """Statistics (..., m) that parameters (..., q_g) of a group's table imply."""
        mats, ordered = matrices(core(table), local), self.groups.ordered
        places, items, first_pair = self._places
        variance = np.diagonal(mats.sigma, axis1=-2, axis2=-1)
        scale = np.where(ordered, 1 / np.sqrt(np.where(ordered, variance, 1.0)), 1.0)
        made = np.empty((*local.shape[:-1], len(self.used)), dtype=scale.dtype)
        tau = np.stack(
            [local[..., row.free] if row.free >= 0 else np.full(local.shape[:-1], row.value)
             for row in table.rows if row.matrix == "tau"] or [np.zeros(local.shape[:-1])], axis=-1,
        )  # fmt: skip
        if places.size:
            made[..., places] = (tau - mats.mean[..., items]) * scale[..., items]
        starts = np.cumsum(self.groups.counts) - self.groups.counts
        for item in np.flatnonzero(~ordered):
            made[..., starts[item]] = mats.mean[..., item]
            made[..., starts[item] + 1] = variance[..., item]
        i, j = self.groups.pairs
        made[..., int(first_pair) :] = mats.sigma[..., i, j] * scale[..., i] * scale[..., j]
        return made

    def tangent(self, values: Array, group: int) -> Tangent:
        """Derivatives of a group's statistics, exact by the complex step.

        By a threshold it is ``1 / sqrt(sigma_ii)`` of its own statistic.
        """
        table, place = self.layout.tables[group], self.layout.places[group]
        rows = [row for row in table.rows if row.matrix == "tau"]
        tau = {int(place[row.free]) for row in rows if row.free >= 0}
        others = set(place[place >= 0].tolist()) - tau
        if np.any(self.layout.tied[group] >= 0):
            first = self.layout.places[0]
            others |= set(first.tolist()) - tau
        moved = np.array(sorted(others), dtype=np.int64)
        steps = np.repeat(values[None].astype(complex), len(moved), axis=0)
        steps[np.arange(len(moved)), moved] += 1j * _STEP
        slopes = self.implied(steps, group).imag.T / _STEP
        own = np.array(sorted(tau), dtype=np.int64)
        thresholds = np.zeros((len(slopes), len(own)))
        if len(own):
            mats = matrices(self.layout.cores[group], self.layout.local(values, group))
            column = {name: k for k, name in enumerate(own.tolist())}
            for at, row in zip(self._places[0], rows, strict=True):
                if row.free >= 0:
                    thresholds[at, column[int(place[row.free])]] = 1 / np.sqrt(mats.sigma[row.i, row.i])
        return Tangent(columns=np.concatenate([moved, own]), slopes=np.hstack([slopes, thresholds]))

    def residual(self, values: Array, group: int) -> Array:
        """Statistics less what is implied, (m,); 0 for those that are taken over."""
        with np.errstate(invalid="ignore", divide="ignore"):
            made = self.groups.parts[group].values - self.implied(values, group)
        return np.where(self.used, made, 0.0)

    def weights(self, group: int) -> Array:
        """``1 / var`` of the statistics of a group, (m,); 0 for those that are taken over."""
        return np.where(self.used, 1 / self.groups.variances[group], 0.0)

    # what ``minimise`` asks for, of a batch of one

    def value(self, values: Array, members: Array) -> Array:
        """F (b,), infinite where a variance is none."""
        found = []
        for one in values:
            f = sum(
                self._share(g) * float(self.residual(one, g) ** 2 @ self.weights(g))
                for g in range(len(self.groups.parts))
            )
            found.append(f if np.isfinite(f) else np.inf)
        return np.array(found)

    def derivatives(self, values: Array, members: Array) -> tuple[Array, Array]:
        """Gradient (b, q) and Gauss-Newton Hessian (b, q, q)."""
        q = self.layout.searched
        slope, hessian = np.zeros((len(values), q)), np.zeros((len(values), q, q))
        for b, one in enumerate(values):
            for g in range(len(self.groups.parts)):
                tangent, share = self.tangent(one, g), 2 * self._share(g)
                weighted = tangent.slopes * self.weights(g)[:, None]
                at = tangent.columns
                slope[b, at] -= share * (weighted.T @ self.residual(one, g))
                hessian[b][np.ix_(at, at)] += share * (weighted.T @ tangent.slopes)
        return slope, hessian

    def hessian(self, values: Array) -> Array:
        """Gauss-Newton Hessian (q, q)."""
        return np.asarray(self.derivatives(values[None], np.zeros(1, dtype=int))[1][0])

    def _share(self, group: int) -> float:
        return (1 - 1 / self.groups.parts[group].n) / self.groups.n
