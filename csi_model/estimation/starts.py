"""Start values that depend on the sample only, close enough that few scoring steps remain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.parameters import ParameterTable, Row

Array = NDArray[Any]


def start_values(table: ParameterTable, sample: Array, mean: Array | None = None) -> Array:
    """Instrumental-variable start values for the free parameters, shape (q,).

    ``sample`` (p, p) are covariances; ``mean`` (p,) item means, for the intercepts of a mean structure.

    Loadings as in Hägglund (1982, Psychometrika 47, 209-222): the ratio of an indicator's to the
    marker's covariances with the other indicators of the construct; construct covariances are
    averages over disattenuated cross covariances; paths are the regressions among them.
    """
    m = len(table.constructs)
    loading = _loadings(table, sample)
    phi = _construct_covariance(table, loading, sample)
    beta = np.zeros((m, m))
    psi = np.diag(phi).copy()
    for target in range(m):
        drivers = [row.j for row in table.rows if row.matrix == "beta" and row.i == target]
        if not drivers:
            continue
        slopes = np.linalg.solve(
            phi[np.ix_(drivers, drivers)] + 1e-6 * np.diag(np.diag(phi)[drivers]), phi[drivers, target]
        )
        beta[target, drivers] = slopes
        psi[target] = max(phi[target, target] - slopes @ phi[drivers, target], 0.1 * phi[target, target])
    common = np.einsum("ik,kl,il->i", loading, phi, loading)
    errors = np.clip(np.diag(sample) - common, 0.1 * np.diag(sample), None)
    values = np.zeros(table.n_free)
    for row in table.free_rows:
        if row.op != "~1":
            values[row.free] = _start(row, loading, beta, psi, phi, errors, table)
        elif row.matrix == "nu" and mean is not None:
            values[row.free] = mean[row.i]
    return values


def _start(
    row: Row, loading: Array, beta: Array, psi: Array, phi: Array, errors: Array, table: ParameterTable
) -> float:
    if row.matrix == "lambda":
        return float(loading[row.i, row.j])
    if row.matrix == "beta":
        return float(beta[row.i, row.j])
    if row.matrix == "theta":
        return float(errors[row.i]) if row.i == row.j else 0.0
    if row.i == row.j:
        return float(psi[row.i])
    outcomes = {other.i for other in table.rows if other.matrix == "beta"}
    return float(phi[row.i, row.j]) if row.i not in outcomes and row.j not in outcomes else 0.0


def _loadings(table: ParameterTable, sample: Array) -> Array:
    """(p, m) start loadings; a construct whose variance is fixed is scaled to it."""
    loading = np.zeros((len(table.indicators), len(table.constructs)))
    sd = np.sqrt(np.diag(sample))
    correlation = sample / np.outer(sd, sd)
    for construct in range(len(table.constructs)):
        rows = [row for row in table.rows if row.matrix == "lambda" and row.j == construct]
        if not rows:
            continue
        items = [row.i for row in rows]
        fixed = next((row for row in rows if row.free < 0 and row.value != 0), None)
        marker = fixed.i if fixed is not None else items[0]
        for item in items:
            others = [other for other in items if other not in (item, marker)]
            if item == marker:
                ratio = 1.0
            elif others:
                ratio = _ratio(correlation[item, others].sum(), correlation[marker, others].sum())
            else:
                ratio = float(np.sign(sample[item, marker])) or 1.0
            loading[item, construct] = ratio * sd[item] / sd[marker]
        if fixed is not None:
            loading[items, construct] *= fixed.value
        else:
            loading[items, construct] *= np.sqrt(_factor_variance(items, loading[:, construct], sample))
        for row in rows:
            if row.free < 0:
                loading[row.i, construct] = row.value
    return loading


def _ratio(upper: float, lower: float) -> float:
    """upper / lower, kept within reason where the marker is weak."""
    if abs(lower) < 1e-12:
        return 1.0
    return float(np.clip(upper / lower, -5.0, 5.0)) or 0.5


def _factor_variance(items: list[int], loading: Array, sample: Array) -> float:
    """Variance of a construct from the covariances of its indicators, at least 5 % of what an item allows."""
    if len(items) == 1:
        return float(sample[items[0], items[0]]) / float(loading[items[0]]) ** 2
    pairs = [(a, b) for k, a in enumerate(items) for b in items[k + 1 :]]
    weight = np.array([loading[a] * loading[b] for a, b in pairs])
    covariance = np.array([sample[a, b] for a, b in pairs])
    floor = 0.05 * float(min(sample[a, a] / loading[a] ** 2 for a in items))
    return max(float(weight @ covariance / (weight @ weight)), floor)


def _construct_covariance(table: ParameterTable, loading: Array, sample: Array) -> Array:
    """(m, m) positive definite start covariance of the constructs."""
    m = len(table.constructs)
    used = [np.flatnonzero(loading[:, k]) for k in range(m)]
    phi = np.eye(m)
    for a in range(m):
        for b in range(a, m):
            if a == b and len(used[a]):
                phi[a, a] = _factor_variance(list(used[a]), loading[:, a], sample)
            elif len(used[a]) and len(used[b]):
                outer = np.outer(loading[used[a], a], loading[used[b], b])
                block = sample[np.ix_(used[a], used[b])]
                phi[a, b] = phi[b, a] = (outer * block).sum() / (outer**2).sum()
    _fill_repeating(table, phi, [k for k in range(m) if not len(used[k])])
    scale = np.sqrt(np.diag(phi))
    values, vectors = np.linalg.eigh(phi / np.outer(scale, scale))
    smooth = (vectors * np.clip(values, 0.05, None)) @ vectors.T
    return np.asarray(smooth * np.outer(scale, scale))


def _fill_repeating(table: ParameterTable, phi: Array, empty: list[int]) -> None:
    """A construct without indicators starts as the sum of the constructs that it is linked to."""
    for k in empty:
        parts = [row.j for row in table.rows if row.matrix == "beta" and row.i == k] or [
            row.i for row in table.rows if row.matrix == "beta" and row.j == k
        ]
        mix = np.zeros(len(phi))
        mix[[part for part in parts if part not in empty]] = 1.0
        row = phi @ mix
        row[k] = mix @ phi @ mix
        phi[k, :] = phi[:, k] = row
