"""What index scores and effects are made of, so that another ruler (another sample's weights) can be laid on.

Both are simple functions of four ingredients of a sample, whatever the estimator:

    x_i       mean of item i on 0-100
    w_e       index weight of entry e (a construct and an item of it), summing to 1 in a construct
    l_e       slope of that item, on 0-100, on the construct (per unit, or per standard deviation, of it)
    beta_jk   path from construct k to j in the same units

    index_j = sum_e w_e x_e      s_j = sum_e w_e l_e      direct effect of k on j = beta_jk s_j / s_k

(``quantities`` and ``composite_quantities`` are the same formulas). With ``w`` of another sample both are in
that sample's ruler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import jacobian
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.pls_weights import CHUNK
from csi_model.evaluation.composite_quantities import composite_index_weights
from csi_model.evaluation.quantities import Metric, index_weights, per
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the ingredients stand in a vector (..., d): ``x`` (p), ``w`` (S), ``l`` (S), ``beta`` (P).

    ``owner`` and ``item`` (S,) are the construct and the item of each entry, ``paths`` (source, target).
    """

    constructs: tuple[str, ...]
    items: int
    owner: Array
    item: Array
    paths: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """Length d of the vector."""
        return self.items + 2 * len(self.owner) + len(self.paths)

    @property
    def x(self) -> slice:
        """Item means."""
        return slice(0, self.items)

    @property
    def w(self) -> slice:
        """Weights."""
        return slice(self.items, self.items + len(self.owner))

    @property
    def l(self) -> slice:  # noqa: E743 - the letter of the formula
        """Slopes."""
        return slice(self.w.stop, self.w.stop + len(self.owner))

    @property
    def beta(self) -> slice:
        """Paths."""
        return slice(self.l.stop, self.size)

    @cached_property
    def scored(self) -> Array:
        """Places of the constructs that have items, hence an index: a product of constructs has none."""
        return np.unique(self.owner)

    @cached_property
    def _starts(self) -> Array:
        """First entry of each of them; entries stand by construct."""
        return np.searchsorted(self.owner, self.scored)

    def _sums(self, entries: Array) -> Array:
        """Sums by construct (..., m) of (..., S), NaN for a product."""
        made = np.full((*entries.shape[:-1], len(self.constructs)), np.nan, dtype=entries.dtype)
        made[..., self.scored] = np.add.reduceat(entries, self._starts, axis=-1)
        return made

    def index(self, x: Array, w: Array) -> Array:
        """Index (..., m) of item means (..., p) under weights (..., S)."""
        return self._sums(w * x[..., self.item])

    def direct(self, w: Array, slopes: Array, beta: Array) -> Array:
        """Direct effects (..., P) in index points per index point under weights (..., S)."""
        points = self._sums(w * slopes)
        source, target = self.ends
        return np.asarray(beta * points[..., target] * per(points[..., source]))

    @property
    def ends(self) -> tuple[Array, Array]:
        """Sources and targets of the paths, (P,) each."""
        found = np.array(self.paths, dtype=np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]


def layout_of(model: ModelSpec, metric: Metric) -> Layout:
    """The layout of a model's ingredients."""
    names = model.construct_names
    owner, item = np.nonzero(metric.member)
    return Layout(
        constructs=names,
        items=metric.member.shape[1],
        owner=owner,
        item=item,
        paths=tuple((names.index(path.source), names.index(path.target)) for path in model.paths),
    )


def ingredients(
    table: ParameterTable | CompositeTable, metric: Metric, layout: Layout, means: Array, values: Array
) -> Array:
    """Ingredients (..., d) of estimates: item means (..., p) in answer units, parameters (..., q)."""
    source, target = layout.ends
    if isinstance(table, CompositeTable):
        made = composite_estimates(table, means, values)
        weights = composite_index_weights(table, metric, made)
        sd100 = made.state.sd * (100 / metric.width)
        slopes = sd100[..., layout.item] * made.loadings[..., layout.item, layout.owner]
        beta = made.beta
    else:
        mats = matrices(table, values)
        weights = index_weights(table, metric, mats)
        loading100 = mats.lam * (mats.slope * (100 / metric.width))[..., None]
        variance = np.diagonal(mats.phi, axis1=-2, axis2=-1)
        slopes = ((loading100 @ mats.phi) * per(variance)[..., None, :])[..., layout.item, layout.owner]
        beta = mats.beta
    x = 100 * (means - metric.low) / metric.width
    parts = [x, weights[..., layout.owner, layout.item], slopes, beta[..., target, source]]
    batch = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
    return np.concatenate([np.broadcast_to(part, (*batch, part.shape[-1])) for part in parts], axis=-1)


def ingredient_draws(
    table: ParameterTable | CompositeTable, metric: Metric, layout: Layout, means: Array, values: Array
) -> Array:
    """Ingredients (b, d) of bootstrap draws, some at a time: the processor's cache holds them."""
    if not len(values):
        return np.empty((0, layout.size))
    pieces = [slice(first, first + CHUNK) for first in range(0, len(values), CHUNK)]
    return np.concatenate(
        [ingredients(table, metric, layout, means[piece], values[piece]) for piece in pieces]
    )


def carried(function: Callable[[Array], Array], at: Array, covariance: Array) -> Array:
    """Covariance (k, k) of ``function`` of estimates ``at`` (d,) by the delta method; NaN where unknown."""
    return through(jacobian(function, at), covariance)


def through(slopes: Array, covariance: Array) -> Array:
    """``J C J'`` (k, k); NaN in what depends on an estimate whose variance is NaN."""
    unknown = np.isnan(np.diag(covariance))
    made = slopes @ np.where(unknown[:, None] | unknown, 0.0, covariance) @ slopes.T
    lost = np.any(slopes[:, unknown] != 0, axis=1) | np.isnan(slopes).any(axis=1)
    return np.where(lost[:, None] | lost, np.nan, made)
