"""Everything that is derived from item means and parameters: index scores, effects, R2, correlations.

One analytic function of ``z = (item means, free parameters)`` gives them all, so that one covariance
of ``z`` (delta method) or one set of draws (bootstrap) gives every interval.

Notation: ``x100 = 100 (x - low) / (high - low)``; ``lambda100`` loadings in that metric; ``w`` index
weights, summing to 1 in a construct; ``s_j`` index points per unit of construct j, the slope of its
weighted items on it (``w' lambda100`` where items load on one construct only).

    index_j        sum_i w_ji mean(x100_i)                  (Fornell et al. 1996, p. 8, eq. for ACSI)
    direct k > j   beta_jk s_j / s_k                        index points per index point
    total          (I - B)^-1 - I                           (Bollen 1989, p. 382)
    indirect       total - direct
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, matrices
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.standardised import construct_correlations, inverse_root, root
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What turns answers into index points: scales, and which items belong to which construct.

    ``low``, ``width`` (p,); ``member`` (m, p) True where an item counts for a construct's index,
    repeated items included; ``repeats[j]`` are the constructs that construct j repeats.
    """

    low: Array
    width: Array
    member: Array
    repeats: tuple[tuple[int, ...], ...]
    rule: str
    given: Array


def metric_of(model: ModelSpec, rule: str, given: Mapping[str, float]) -> Metric:
    """Collect scales and membership; every indicator has a declared scale by now."""
    items = model.indicators
    names = [item.name for item in items]
    member = np.zeros((len(model.constructs), len(items)), dtype=bool)
    for j, name in enumerate(model.construct_names):
        for item in model.items_of(name):
            member[j, names.index(item.name)] = True
    places = {name: j for j, name in enumerate(model.construct_names)}
    return Metric(
        low=np.array([item.scale.low if item.scale else np.nan for item in items]),
        width=np.array([item.scale.width if item.scale else np.nan for item in items]),
        member=member,
        repeats=tuple(tuple(places[part] for part in c.repeats) for c in model.constructs),
        rule=rule,
        given=np.array([given.get(name, np.nan) for name in names]),
    )


@dataclass(frozen=True, kw_only=True)
class Quantities:
    """Derived values for a batch of estimates; shapes after the batch axes.

    ``weights`` (m, p), ``index`` (m,), ``direct``, ``total``, ``std_direct``, ``std_total`` (m, m) with
    [target, source], ``r2`` (m,) NaN for exogenous constructs, ``correlations`` (m, m); ``specific``,
    ``std_specific`` (w,) the effect along each of ``ways`` of the table.
    """

    weights: Array
    index: Array
    direct: Array
    total: Array
    std_direct: Array
    std_total: Array
    r2: Array
    correlations: Array
    specific: Array
    std_specific: Array


def ways(table: ParameterTable) -> tuple[tuple[int, ...], ...]:
    """``ways_of`` the paths of a table."""
    return ways_of(tuple((row.j, row.i) for row in table.rows if row.matrix == "beta"))


@cache
def ways_of(paths: tuple[tuple[int, int], ...]) -> tuple[tuple[int, ...], ...]:
    """Every directed way of two paths (source, target) and more, as constructs from source to target; loops
    are not gone."""
    onward: dict[int, list[int]] = {}
    for source, target in paths:
        onward.setdefault(source, []).append(target)
    found: list[tuple[int, ...]] = []
    queue: list[tuple[int, ...]] = [(source,) for source in sorted(onward)]
    while queue:
        way = queue.pop(0)
        longer = [(*way, step) for step in onward.get(way[-1], []) if step not in way]
        found += [one for one in longer if len(one) > 2]
        queue += longer
    return tuple(sorted(found, key=lambda way: (way[-1], way[0], len(way), way)))


def along(ways: tuple[tuple[int, ...], ...], direct: Array) -> Array:
    """Product of the direct effects (..., m, m) along each way, (..., w)."""
    columns = [
        np.prod(np.stack([direct[..., to, start] for start, to in pairwise(way)], axis=-1), axis=-1)
        for way in ways
    ]
    return np.stack(columns, axis=-1) if columns else np.zeros((*direct.shape[:-2], 0), dtype=direct.dtype)


def quantities(
    table: ParameterTable, metric: Metric, means: Array, values: Array, weights: Array | None = None
) -> Quantities:
    """Derive everything from ``means`` (..., p) and ``values`` (..., q).

    ``weights`` (..., m, p) replaces the sample's own index weights (those of the pooled sample).
    """
    mats = matrices(table, values)
    loading100 = mats.lam * (mats.slope * (100 / metric.width))[..., None]
    if weights is None:
        weights = index_weights(table, metric, mats)
    index = index_scores(metric, means, weights)
    variance = np.diagonal(mats.phi, axis1=-2, axis2=-1)
    points = np.diagonal(weights @ loading100 @ mats.phi, axis1=-2, axis2=-1) * per(variance)
    paths = np.zeros(mats.beta.shape[-2:], dtype=bool)
    for row in table.rows:
        if row.matrix == "beta":
            paths[row.i, row.j] = True
    # where there is no path there is no effect, even if a construct's points are undefined
    direct = np.where(paths, mats.beta * points[..., :, None] * per(points)[..., None, :], 0.0)
    total = total_effects(direct)
    sd = root(variance)
    std_direct = np.where(paths, mats.beta * sd[..., None, :] * inverse_root(variance)[..., :, None], 0.0)
    residual = np.diagonal(mats.psi, axis1=-2, axis2=-1)
    r2 = np.where(paths.any(axis=1), 1 - residual * per(variance), np.nan)
    return Quantities(
        weights=weights,
        index=index,
        direct=direct,
        total=total,
        std_direct=std_direct,
        std_total=total_effects(std_direct),
        r2=r2,
        correlations=construct_correlations(mats),
        specific=along(ways(table), direct),
        std_specific=along(ways(table), std_direct),
    )


def index_scores(metric: Metric, means: Array, weights: Array) -> Array:
    """Index of every construct, (..., m): weighted means of the items on 0-100."""
    return np.asarray((weights @ (100 * (means - metric.low) / metric.width)[..., None])[..., 0])


def total_effects(direct: Array) -> Array:
    """(I - B)^-1 - I; NaN paths leave only the effects undefined that run through them."""
    m = direct.shape[-1]
    gaps = np.isnan(direct)
    total = np.linalg.inv(np.eye(m) - np.where(gaps, 0.0, direct)) - np.eye(m)
    if not gaps.any():
        return np.asarray(total)
    ways = np.linalg.matrix_power(np.eye(m) + (direct != 0), m) > 0  # [to, from], itself included
    through = ways.astype(float) @ gaps.astype(float) @ ways.astype(float) > 0
    return np.where(through, np.nan, total)


def per(values: Array) -> Array:
    """1 / values, NaN for zero and NaN (a complex division by NaN would raise a warning)."""
    there = (values != 0) & ~np.isnan(values)
    return np.where(there, 1 / np.where(there, values, 1.0), np.nan)


def index_weights(table: ParameterTable, metric: Metric, mats: Matrices) -> Array:
    """Index weights (..., m, p) by the metric's rule, in the 0-100 metric, rows summing to 1.

    ``loadings``: proportional to the unstandardised loadings in the 0-100 metric. ``standardised``: to
    standardised loadings over standard deviations. ``regression``:
    Thurstone's ``Phi Lambda' Sigma^-1``, a construct's own items kept. A construct that repeats others
    weighs them by how they make it up (composite) or by implied loadings (second-order factor).
    """
    batch = mats.sigma.shape[:-2]
    p = len(table.indicators)
    if metric.rule == "equal":
        raw = np.broadcast_to(metric.member.astype(float), (*batch, *metric.member.shape))
    elif metric.rule == "given":
        raw = np.broadcast_to(np.where(metric.member, metric.given, 0.0), (*batch, *metric.member.shape))
    elif metric.rule == "regression":
        scores = mats.phi @ np.swapaxes(mats.lam, -1, -2) @ np.linalg.inv(mats.sigma)
        raw = scores * (metric.width / 100) * metric.member
    else:
        loading100 = mats.lam * (mats.slope * (100 / metric.width))[..., None]
        if metric.rule == "standardised":
            variance = np.diagonal(mats.sigma, axis1=-2, axis2=-1) * (100 / metric.width) ** 2
            loading100 = loading100 * per(variance)[..., :, None]
        raw = np.swapaxes(loading100, -1, -2) * metric.member
        raw = _repeated(metric, mats, loading100, np.array(raw))
    single = metric.member.sum(axis=1, keepdims=True) == 1
    raw = np.where(single & metric.member, 1.0, raw)
    return np.asarray(raw * per(raw.sum(axis=-1, keepdims=True)) + np.zeros(p))


def _repeated(metric: Metric, mats: Matrices, loading100: Array, raw: Array) -> Array:
    """Fill the rows of constructs that repeat others' items."""
    for j, parts in enumerate(metric.repeats):
        for part in parts:
            own = raw[..., part, :] * per(raw[..., part, :].sum(axis=-1, keepdims=True))
            points = (own * loading100[..., part]).sum(axis=-1)
            up, down = mats.beta[..., j, part], mats.beta[..., part, j]
            composite = bool(np.any(np.real(up) != 0))
            share = up * per(points) if composite else None
            if share is not None:
                raw[..., j, :] += share[..., None] * own
            else:
                raw[..., j, :] += loading100[..., part] * down[..., None]
    return raw
