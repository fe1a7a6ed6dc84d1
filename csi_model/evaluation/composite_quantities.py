"""Everything that is derived from a PLS estimate: index scores, effects, R2, reliability, HTMT.

Batched over estimates, so that one function serves the sample and its draws. Notation as in
``quantities``; a construct's standardised score (consistent PLS: the construct itself) has loadings
``l_i`` on standardised items, and

    w_i            outer weight / standard deviation of x100_i, summing to 1   (rule ``pls``)
    s_j            sum_i w_i sd(x100_i) l_i: index points per standard deviation of construct j
    direct k > j   beta_jk s_j / s_k

which for the rule ``pls`` are the coefficients of regressing the 0-100 scores on each other. With polychoric
correlations standard deviations are the slopes d of ``ordinal.composites``, which derives both rules; effects
are then those among the parts of the indices that latent responses explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.evaluation.quantities import Metric, along, index_scores, per, total_effects, ways_of

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class CompositeQuantities:
    """Derived values for a batch of estimates; shapes after the batch axes as in ``Quantities``.

    ``loadings`` (s,) and ``outer`` (s,) standardised, by entry of the table; ``cross`` (p, m); ``alpha``,
    ``rho_a``, ``rho_c``, ``ave`` (m,) NaN where they are not defined; ``htmt``, ``htmt2`` (m, m); ``f2``,
    ``vif`` (paths,); ``item_importance`` (m, s) [target, entry]; ``item_performance`` (p,). Of all estimates
    alike: ``blocks`` (m, p), the items that ``htmt`` counts for a construct.
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
    outer: Array
    loadings: Array
    cross: Array
    alpha: Array
    rho_a: Array
    rho_c: Array
    ave: Array
    f2: Array
    vif: Array
    item_importance: Array
    item_performance: Array
    slopes: Array
    item_correlation: Array
    blocks: Array

    @property
    def htmt(self) -> Array:
        """HTMT (m, m), NaN where it is not defined."""
        return self._ratios[0]

    @property
    def htmt2(self) -> Array:
        """HTMT2 (m, m), NaN where it is not defined."""
        return self._ratios[1]

    @cached_property
    def _ratios(self) -> tuple[Array, Array]:
        # most draws never need them
        return htmt_matrices(self.item_correlation, self.blocks)


def composite_quantities(
    table: CompositeTable, metric: Metric, means: Array, values: Array, weights: Array | None = None
) -> CompositeQuantities:
    """Derive everything from ``means`` (..., p) and ``values`` (..., q).

    ``weights`` (..., m, p) replaces the sample's own index weights (those of the pooled sample).
    """
    made = composite_estimates(table, means, values)
    if weights is None:
        weights = composite_index_weights(table, metric, made)
    sd100 = made.state.sd * (100 / metric.width)
    own = np.swapaxes(made.loadings, -1, -2)
    points = (np.where(table.member, weights * sd100[..., None, :], 0.0) * own).sum(axis=-1)
    points = np.where(table.member.any(axis=1), points, np.nan)
    paths = np.zeros(made.beta.shape[-2:], dtype=bool)
    for source, target in table.paths:
        paths[target, source] = True
    direct = np.where(paths, made.beta * points[..., :, None] * per(points)[..., None, :], 0.0)
    total = total_effects(direct)
    ways = ways_of(table.paths)
    alpha, rho_c, ave = reliabilities(table, made)
    vif, f2 = path_sizes(table, made)
    return CompositeQuantities(
        weights=weights,
        index=index_scores(metric, means, weights),
        direct=direct,
        total=total,
        std_direct=made.beta,
        std_total=total_effects(made.beta),
        r2=made.r2,
        correlations=made.correlation,
        specific=along(ways, direct),
        std_specific=along(ways, made.beta),
        outer=made.state.weights[..., table.owner, table.item],
        loadings=made.loadings[..., table.item, table.owner],
        cross=made.state.cross,
        alpha=alpha,
        rho_a=made.rho_a,
        rho_c=rho_c,
        ave=ave,
        f2=f2,
        vif=vif,
        item_importance=total[..., :, table.owner] * weights[..., table.owner, table.item][..., None, :],
        item_performance=100 * (means - metric.low) / metric.width,
        slopes=simple_slopes(table, made),
        item_correlation=made.state.correlation,
        blocks=first_order(table),
    )


def composite_index_weights(table: CompositeTable, metric: Metric, made: CompositeEstimates) -> Array:
    """Index weights (..., m, p) by the metric's rule, in the 0-100 metric, rows summing to 1.

    ``pls``: outer weight over standard deviation. ``outer``: the outer weights of standardised items as
    they are (what plspm's rescale takes). ``loadings``: unstandardised loadings. ``standardised``:
    standardised loadings over standard deviations. ``equal`` and ``given`` speak for themselves. NaN for
    products.
    """
    sd100 = (made.state.sd * (100 / metric.width))[..., None, :]
    own = np.swapaxes(made.loadings, -1, -2)
    member = table.member
    if metric.rule == "pls":
        raw = made.state.weights / sd100
    elif metric.rule == "outer":
        raw = made.state.weights
    elif metric.rule == "loadings":
        raw = own * sd100
    elif metric.rule == "standardised":
        raw = own / sd100
    else:
        raw = np.broadcast_to(1.0 if metric.rule == "equal" else metric.given, own.shape)
    raw = np.where(member.sum(axis=1, keepdims=True) == 1, 1.0, raw)
    raw = np.where(member, raw, 0.0)
    return np.asarray(raw * per(raw.sum(axis=-1, keepdims=True)))


def first_order(table: CompositeTable) -> Array:
    """Items of constructs that have their own, (m, p) bool: what repeats or multiplies others has none."""
    lower = np.array([not parts for parts in table.parts])
    return np.asarray(table.member & lower[:, None])


def reliabilities(table: CompositeTable, made: CompositeEstimates) -> tuple[Array, Array, Array]:
    """Alpha, rho_C and AVE (..., m), NaN for constructs of one item.

    Alpha is Cronbach's (1951, eq. 2) for standardised items, or for the items on their common scale where
    PLS takes them so; rho_C and AVE as in ``reliability``.
    """
    scale = made.state.correlation
    if table.metric == "common":
        width = np.array(table.width)
        scale = made.state.cov / np.outer(width, width)
    member = table.member.astype(float)
    k = member.sum(axis=1)
    several = k > 1
    sums = np.einsum("jp,...pq,jq->...j", member, scale, member)
    trace = np.einsum("jp,...pp->...j", member, scale)
    safe = np.where(several, k, 2.0)
    alpha = safe / (safe - 1) * (1 - trace * per(sums))
    loading = np.swapaxes(made.loadings, -1, -2)
    common = (loading * member).sum(axis=-1) ** 2
    error = ((1 - loading**2) * member).sum(axis=-1)
    rho_c = common * per(common + error)
    ave = (loading**2 * member).sum(axis=-1) / np.where(k > 0, k, 1.0)
    return (
        np.where(several, alpha, np.nan),
        np.where(several, rho_c, np.nan),
        np.where(several, ave, np.nan),
    )


def htmt_matrices(correlation: Array, member: Array) -> tuple[Array, Array]:
    """HTMT and HTMT2 (..., m, m) of item correlations (..., p, p); formulas as in ``reliability.htmt``."""
    size = np.abs(correlation)
    arithmetic = _ratios(size, member)
    safe = np.where(size > 0, size, np.nan)
    return arithmetic, np.exp(_ratios(np.log(safe), member, logs=True))


def _ratios(size: Array, member: Array, *, logs: bool = False) -> Array:
    """Mean between blocks over the geometric mean of those within (``logs``: their difference)."""
    k = member.sum(axis=1).astype(float)
    on = member.astype(float)
    # NaN (no logarithm) counts only for the pairs that it belongs to
    gaps = np.isnan(size)
    between = on @ np.where(gaps, 0.0, size) @ on.T
    lost = on @ gaps.astype(float) @ on.T > 0
    trace = np.einsum("jp,...pp->...j", on, np.where(gaps, 0.0, size))
    inside = np.diagonal(between, axis1=-2, axis2=-1) - trace
    pairs = k * (k - 1)
    within = np.where(pairs > 0, inside / np.where(pairs > 0, pairs, 1.0), np.nan)
    within = np.where(np.diagonal(lost, axis1=-2, axis2=-1), np.nan, within)
    mean = np.where(lost, np.nan, between / np.where(np.outer(k, k) > 0, np.outer(k, k), 1.0))
    if logs:
        return np.asarray(mean - (within[..., :, None] + within[..., None, :]) / 2)
    root = np.sqrt(np.where(within > 0, within, np.nan))
    return np.asarray(mean / (root[..., :, None] * root[..., None, :]))


def path_sizes(table: CompositeTable, made: CompositeEstimates) -> tuple[Array, Array]:
    """VIF of every path's driver and Cohen's f2 of the path, (..., paths) each.

    ``f2 = (R2 - R2 without the driver) / (1 - R2)`` (Cohen 1988, eq. 9.2.2), whose numerator is
    ``beta^2 / VIF``, the squared semipartial correlation.
    """
    batch = made.beta.shape[:-2]
    vif, f2 = np.full((*batch, len(table.paths)), np.nan), np.full((*batch, len(table.paths)), np.nan)
    for j in range(len(table.constructs)):
        drivers = table.drivers(j)
        if not drivers:
            continue
        factors = inflation_factors(made.correlation[..., drivers, :][..., drivers])
        left = 1 - made.r2[..., j]
        for k, driver in enumerate(drivers):
            place = table.paths.index((driver, j))
            vif[..., place] = factors[..., k]
            gain = made.beta[..., j, driver] ** 2 / factors[..., k]
            f2[..., place] = gain / np.where(left > 0, left, np.nan)
    return vif, f2


def inflation_factors(among: Array) -> Array:
    """Diagonal of the inverse of correlations (..., k, k); NaN where they are singular."""
    k = among.shape[-1]
    known = np.asarray(np.isfinite(among).all(axis=(-1, -2)))
    safe = np.where(known[..., None, None], among, np.eye(k))
    sound = np.asarray(known & (np.abs(np.linalg.det(safe)) > 1e-12))
    inverse = np.linalg.inv(np.where(sound[..., None, None], safe, np.eye(k)))
    return np.where(sound[..., None], np.diagonal(inverse, axis1=-2, axis2=-1), np.nan)


LEVELS: tuple[float, ...] = (-1.0, 0.0, 1.0)
"""Where simple slopes are taken: standard deviations of the moderator."""


def moderations(table: CompositeTable) -> tuple[tuple[int, int, int, int], ...]:
    """(target, driver, moderator, product) for every product that drives something; both ways round."""
    found = []
    for place, (product, a, b) in enumerate(table.products):
        for source, target in table.paths:
            if source == product:
                found.append((target, a, b, place))
                if a != b:
                    found.append((target, b, a, place))
    return tuple(found)


def simple_slopes(table: CompositeTable, made: CompositeEstimates) -> Array:
    """Standardised effect of each driver at each of ``LEVELS`` of its moderator, (..., moderations, 3).

    ``beta_a + v beta_ab / spread`` with v the moderator's standardised score and spread the standard
    deviation of the product (Aiken & West 1991, *Multiple Regression*, ch. 2); twice that for a square.
    """
    batch = made.beta.shape[:-2]
    rows: Sequence[tuple[int, int, int, int]] = moderations(table)
    slopes = np.zeros((*batch, len(rows), len(LEVELS)))
    for k, (target, driver, moderator, place) in enumerate(rows):
        product = table.products[place][0]
        steep = made.beta[..., target, product] * per(made.state.spread[..., place])
        steep = steep * (2.0 if driver == moderator else 1.0)
        slopes[..., k, :] = made.beta[..., target, driver, None] + steep[..., None] * np.array(LEVELS)
    return slopes
