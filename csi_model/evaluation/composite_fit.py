"""How well a composite model reproduces the item correlations: SRMR, d_ULS, d_G, GoF, and their test.

The implied correlations of items in different constructs are ``l_i phi_jk l_k``; within a construct they
are the observed ones (a composite is made of its items) or, where a consistent estimate takes it for a
common factor, ``l_i l_k`` (Henseler et al. 2014, Organizational Research Methods 17, 182-209; Dijkstra &
Henseler 2015, Computational Statistics & Data Analysis 81, 10-23). ``saturated``: phi as estimated;
``estimated``: phi as the paths imply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.batches import run_batches
from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.replicates import Replicates
from csi_model.estimation.resamples import bootstrap_plan, with_absent_units
from csi_model.evaluation.composite_quantities import first_order

Array = NDArray[Any]
Cells = dict[str, Any]

FORMS = ("estimated", "saturated")
MEASURES = ("srmr", "d_uls", "d_g")
STREAM = 2**20
"""Its own stream of random numbers: the test's draws are not those of the intervals."""


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """Distances between observed and implied correlations, batched; NaN where they do not exist."""

    srmr: Array
    d_uls: Array
    d_g: Array


def implied_constructs(table: CompositeTable, made: CompositeEstimates) -> Array:
    """Correlations (..., m, m) of the constructs that the paths imply, exogenous ones as they are."""
    phi = np.array(made.correlation)
    before: list[int] = []
    for j in table.order:
        if table.drivers(j):
            row = (made.beta[..., j, :, None] * phi).sum(axis=-2)
            phi[..., j, before] = row[..., before]
            phi[..., before, j] = row[..., before]
        before.append(j)
    return phi


def implied_items(table: CompositeTable, made: CompositeEstimates, phi: Array) -> Array:
    """Correlations (..., p, p) of the items for correlations ``phi`` (..., m, m) of the constructs."""
    member = first_order(table)
    loadings = np.where(member.T, made.loadings, 0.0)
    there = member.any(axis=1)
    among = np.where(np.outer(there, there), phi, 0.0)
    factor = table.consistent & np.array(table.reflective)
    composite = (member & ~factor[:, None]).astype(float)
    within = (composite.T @ composite) > 0
    between = loadings @ among @ np.swapaxes(loadings, -1, -2)
    sigma = np.asarray(np.where(within, made.state.correlation, between))
    at = np.arange(sigma.shape[-1])
    sigma[..., at, at] = 1.0
    return sigma


def discrepancy(observed: Array, implied: Array) -> Discrepancy:
    """Distances of correlation matrices (..., p, p).

    d_ULS is half the squared Euclidean distance; SRMR the root of the mean squared difference of the
    p (p + 1) / 2 entries; d_G the geodesic distance ``sum log(eigenvalues of S^-1 Sigma)^2 / 2`` (Swain
    1975, Psychometrika 40, 315-335; Dijkstra & Henseler 2015, eq. 12-13).
    """
    p = observed.shape[-1]
    upper = np.triu_indices(p)
    square = ((observed - implied)[..., upper[0], upper[1]] ** 2).sum(axis=-1)
    return Discrepancy(srmr=np.sqrt(square / len(upper[0])), d_uls=square, d_g=_geodesic(observed, implied))


def _geodesic(observed: Array, implied: Array) -> Array:
    known = np.asarray(np.isfinite(implied).all(axis=(-1, -2)) & np.isfinite(observed).all(axis=(-1, -2)))
    eye = np.eye(observed.shape[-1])
    s = np.where(known[..., None, None], observed, eye)
    sigma = np.where(known[..., None, None], implied, eye)
    try:
        lower = np.linalg.cholesky(s)
    except np.linalg.LinAlgError:  # somebody's S is singular: the others have a distance all the same
        known = np.asarray(known & (np.linalg.eigvalsh(s)[..., 0] > 1e-10))
        lower = np.linalg.cholesky(np.where(known[..., None, None], s, eye))
    # squared pivots are the shares of variance that the variables before do not explain
    known = np.asarray(known & (np.diagonal(lower, axis1=-2, axis2=-1).min(axis=-1) ** 2 > 1e-10))
    lower = np.where(known[..., None, None], lower, eye)
    half = np.linalg.solve(lower, sigma)
    relative = np.linalg.eigvalsh(np.linalg.solve(lower, np.swapaxes(half, -1, -2)))
    sound = np.asarray(known & (relative[..., 0] > 1e-12))
    logs = np.log(np.where(relative > 1e-12, relative, 1.0))
    return np.where(sound, (logs**2).sum(axis=-1) / 2, np.nan)


def discrepancies(table: CompositeTable, made: CompositeEstimates) -> dict[str, Discrepancy]:
    """Distances of both ``FORMS``."""
    return {
        "estimated": estimated_discrepancy(table, made),
        "saturated": discrepancy(made.state.correlation, implied_items(table, made, made.correlation)),
    }


def estimated_discrepancy(table: CompositeTable, made: CompositeEstimates) -> Discrepancy:
    """Distances to what the paths imply."""
    return discrepancy(made.state.correlation, implied_items(table, made, implied_constructs(table, made)))


def goodness_of_fit(table: CompositeTable, made: CompositeEstimates) -> float:
    """GoF: root of the mean communality of items in constructs of several items times the mean R2
    (Tenenhaus, Amato & Esposito Vinzi 2004). It is no measure of fit: it does not tell right from wrong
    models (Henseler & Sarstedt 2013, Computational Statistics 28, 565-580)."""
    several = table.member.sum(axis=1) > 1
    square = made.loadings[table.item, table.owner][several[table.owner]] ** 2
    if not len(square) or np.isnan(made.r2).all():
        return float("nan")
    return float(np.sqrt(square.mean() * np.nanmean(made.r2)))


def fit_draws(
    part: GroupFit, solution: CompositeSolution, *, draws: int, how: dict[str, Any]
) -> Replicates | None:
    """Refits of resamples of data in which the model holds, as ``composite_fit_rows`` needs them.

    The answers are turned by ``Sigma^1/2 S^-1/2`` so that their correlations are the implied ones (Beran &
    Srivastava 1985, Annals of Statistics 13, 95-115; Dijkstra & Henseler 2015). None where no draws are
    asked for, S is singular, the implied matrix is no correlation matrix, scores are not linear in complete
    answers, or the correlations are those of latent responses, which nobody can turn.
    """
    table = solution.table
    made = composite_estimates(table, solution.means, solution.values)
    s, sd = made.state.correlation, made.state.sd
    sigma = implied_items(table, made, implied_constructs(table, made))
    if table.polychoric or not (draws and table.linear and np.isfinite(sigma).all()):
        return None
    if min(np.linalg.eigvalsh(s)[0], np.linalg.eigvalsh(sigma)[0]) < 1e-10:
        return None
    turn = sd[:, None] * (_power(sigma, 0.5) @ _power(s, -0.5)) / sd
    sample = with_absent_units(part.sample)
    refit = replace(composite_refit(table, sample, solution.values[: len(table.item)]), turn=turn)
    plan = bootstrap_plan(sample.n, sample.strata, sample.cluster)
    seed, stream = solution.seed
    return run_batches(refit, plan, draws=draws, seed=seed, stream=STREAM + stream, **how)


def _power(matrix: Array, exponent: float) -> Array:
    spectrum, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * spectrum**exponent) @ vectors.T)


def composite_fit_rows(solution: CompositeSolution, replicates: Replicates | None) -> Iterator[Cells]:
    """Each measure of each form beside what a true model would reach, where there are ``replicates``."""
    table = solution.table
    found = discrepancies(table, composite_estimates(table, solution.means, solution.values))
    drawn = None
    if replicates is not None and replicates.used.any():
        used = replicates.used
        drawn = estimated_discrepancy(
            table, composite_estimates(table, replicates.means[used], replicates.values[used])
        )
    for form in FORMS:
        for measure in MEASURES:
            value = float(getattr(found[form], measure))
            cells: Cells = {"measure": measure, "model_form": form, "value": value}
            if form == "saturated":
                yield cells | _untested(value, SATURATED)
            else:
                without = ORDERED if table.polychoric else NO_TEST
                yield cells | _against(value, None if drawn is None else getattr(drawn, measure), without)


ORDERED = "no test with polychoric correlations: ordered answers cannot be turned into data that fit"
NO_TEST = "no test without a bootstrap of data in which the model holds"
SATURATED = "the test is that of the estimated model"
ROUNDING = 1e-12
"""Distances are known up to this much; a model that cannot misfit has 0 within it, and so have its draws."""


def _untested(value: float, why: str, draws: int = 0) -> Cells:
    undefined = "not defined: a correlation matrix is not positive definite"
    return {
        "bound_95": np.nan,
        "bound_99": np.nan,
        "pvalue": np.nan,
        "draws": draws,
        "verdict": "",
        "why": undefined if np.isnan(value) else why,
    }


def _against(value: float, draws: Array | None, without: str) -> Cells:
    if draws is None or np.isnan(value):
        return _untested(value, without)
    there = draws[np.isfinite(draws)]
    if len(there) < 100:
        return _untested(value, "fewer than 100 resamples have it", len(there))
    bounds = np.quantile(there, [0.95, 0.99])
    return {
        "bound_95": float(bounds[0]),
        "bound_99": float(bounds[1]),
        "pvalue": float((1 + (there >= value - ROUNDING).sum()) / (1 + len(there))),
        "draws": len(there),
        "verdict": "fits" if value <= bounds[0] + ROUNDING else "does_not_fit",
        "why": "",
    }
