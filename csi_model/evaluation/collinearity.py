"""Whether constructs can be told apart: variance inflation of drivers, discriminant validity of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.estimation.covariance import Matrices, matrices
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.standardised import construct_correlations, inverse_root
from csi_model.estimation.verdicts import HIGH_CORRELATION
from csi_model.evaluation.reliability import htmt
from csi_model.evaluation.residual_tables import items_by_construct

Array = NDArray[Any]

CRITICAL = 5.0
"""From here on collinearity is likely to matter (Hair, Risher, Sarstedt & Ringle 2019, EBR 31, 2-24)."""
SEVERE = 10.0
"""The older, laxer limit (Kutner, Nachtsheim, Neter & Li 2004, *Applied Linear Statistical Models*)."""

CLOSE = 0.90
"""Correlation of two constructs, or HTMT of two alike ones, from which validity is in doubt
(Henseler, Ringle & Sarstedt 2015, Journal of the Academy of Marketing Science 43, 115-135)."""
CLOSE_HTMT = 0.85
"""The limit of HTMT for constructs that differ in meaning (the same paper)."""


@dataclass(frozen=True, kw_only=True)
class Inflation:
    """Collinearity of one driver of an outcome.

    ``vif`` = 1 / (1 - R2), R2 that of the driver on the outcome's other drivers: the factor by which
    they raise the variance of its path. ``own`` = 1 / vif is the share of the driver's differences that
    the others do not have (tolerance). NaN says ``why``.
    """

    outcome: str
    driver: str
    vif: float
    own: float
    why: str = ""


def correlation_text(value: float) -> str:
    """Three digits, or six where three would look like a correlation of 1."""
    return f"{value:.6f}" if 0.9995 <= abs(value) < 1 else f"{value:.3f}"


def drivers_of(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """Drivers of every outcome, in the order of the table; paths fixed at 0 are none."""
    found: dict[str, list[str]] = {}
    for row in table.rows:
        if row.matrix == "beta" and (row.free >= 0 or row.value != 0):
            found.setdefault(row.lhs, []).append(row.rhs)
    return {outcome: tuple(drivers) for outcome, drivers in found.items()}


def inflation(table: ParameterTable, correlations: Array) -> tuple[Inflation, ...]:
    """Variance inflation of every driver of every outcome.

    Parameters
    ----------
    table
        Its paths say which constructs drive which.
    correlations : (m, m)
        Correlations of the constructs; NaN where a variance is not positive.

    Notes
    -----
    VIFs are the diagonal of the inverse of the drivers' correlation matrix (Kutner et al. 2004,
    section 10.5). A single driver has VIF 1. A correlation matrix that no answers could have (not
    positive definite) has none.
    """
    places = {name: k for k, name in enumerate(table.constructs)}
    made: list[Inflation] = []
    for outcome, drivers in drivers_of(table).items():
        block = [places[driver] for driver in drivers]
        values, why = _factors(correlations[np.ix_(block, block)], drivers)
        made += [
            Inflation(outcome=outcome, driver=driver, vif=float(vif), own=float(1 / vif), why=why)
            for driver, vif in zip(drivers, values, strict=True)
        ]
    return tuple(made)


def _factors(correlations: Array, names: tuple[str, ...]) -> tuple[Array, str]:
    nothing = np.full(len(names), np.nan)
    lost = [name for name, value in zip(names, np.diag(correlations), strict=True) if np.isnan(value)]
    if lost:
        return nothing, f"the variance of {', '.join(lost)} is not positive"
    smallest = np.linalg.eigvalsh(correlations)[0]
    if smallest < -1e-10:
        return nothing, "the drivers' correlations are not admissible (their matrix is not positive definite)"
    if smallest < 1e-10:
        return nothing, "the drivers determine each other exactly: no path of theirs can be told apart"
    return np.asarray(np.diag(np.linalg.inv(correlations))), ""


def collinearity_findings(rows: Iterable[Inflation]) -> tuple[Finding, ...]:
    """One warning for each outcome with drivers of VIF 5 or more, in words."""
    by_outcome: dict[str, list[Inflation]] = {}
    for row in rows:
        if row.vif >= CRITICAL:
            by_outcome.setdefault(row.outcome, []).append(row)
    return tuple(_finding(outcome, found) for outcome, found in by_outcome.items())


def _finding(outcome: str, rows: list[Inflation]) -> Finding:
    worst = max(rows, key=lambda row: row.vif)
    severe = worst.vif >= SEVERE
    names = ", ".join(f"{row.driver} (VIF {row.vif:.1f})" for row in rows)
    return Finding(
        code="severe-collinearity" if severe else "collinearity",
        severity="warning",
        where=outcome,
        what=f"the drivers of {outcome} {'can hardly be told apart' if severe else 'overlap'}: {names}. Only "
        f"{worst.own:.1%} of what {worst.driver} says is its own, and its path is {np.sqrt(worst.vif):.1f} "
        "times as uncertain as it would be among unrelated drivers.",
        fix="Read these drivers together, not one by one; merge those that mean the same to respondents, or "
        "drop one.",
    )


@dataclass(frozen=True, kw_only=True)
class ClosePair:
    """Two constructs whose discriminant validity is in doubt, with the criteria that say so.

    ``ave_1``, ``ave_2`` are the shares of their items' variance that the constructs explain, on average;
    NaN, like ``htmt``, where a construct has fewer than two items of its own.
    """

    construct_1: str
    construct_2: str
    correlation: float
    htmt: float
    ave_1: float
    ave_2: float
    reasons: tuple[str, ...]


def close_pairs(table: ParameterTable, values: Array, sample_cov: Array) -> tuple[ClosePair, ...]:
    """Pairs of constructs that fail a criterion of discriminant validity, in model order.

    Parameters
    ----------
    table, values
        The model and its estimates (q,).
    sample_cov : (p, p)
        Sample covariances, for HTMT.

    Notes
    -----
    The criteria: |correlation| of .90 or more (.95 or more is what the verdicts call hardly told apart);
    HTMT of .85 or more, the strict limit, or .90, the lenient one (Henseler et al. 2015); an average
    variance extracted below the squared correlation (Fornell & Larcker 1981, Journal of Marketing
    Research 18, 39-50).
    """
    mats = matrices(table, values)
    correlations = construct_correlations(mats)
    sd = np.sqrt(np.diag(sample_cov))
    items = sample_cov / np.outer(sd, sd)
    blocks = items_by_construct(table)
    extracted = {
        name: _extracted(mats, table.constructs.index(name), block) for name, block in blocks.items()
    }
    made = []
    for (a, first), (b, second) in combinations(enumerate(table.constructs), 2):
        pair = ClosePair(
            construct_1=first,
            construct_2=second,
            correlation=float(correlations[a, b]),
            htmt=htmt(
                items, np.array(blocks.get(first, ()), int), np.array(blocks.get(second, ()), int)
            ).htmt,
            ave_1=extracted.get(first, np.nan),
            ave_2=extracted.get(second, np.nan),
            reasons=(),
        )
        reasons = tuple(_reasons(pair))
        if reasons:
            made.append(replace(pair, reasons=reasons))
    return tuple(made)


def _extracted(mats: Matrices, construct: int, block: tuple[int, ...]) -> float:
    """Mean squared correlation of a construct with its items (Fornell & Larcker 1981, eq. 11)."""
    if len(block) < 2:
        return np.nan
    places = list(block)
    covariance = (mats.lam @ mats.phi)[places, construct]
    scale = inverse_root(mats.phi[construct, construct]) * inverse_root(np.diag(mats.sigma)[places])
    return float(np.mean((covariance * scale) ** 2))


def _reasons(pair: ClosePair) -> Iterator[str]:
    size = abs(pair.correlation)
    if size >= CLOSE:
        word = "hardly told apart" if size >= HIGH_CORRELATION else "close"
        yield f"they correlate {correlation_text(pair.correlation)} ({word})"
    if pair.htmt >= CLOSE_HTMT:
        limit = (
            f"{CLOSE:.2f}, the lenient limit" if pair.htmt >= CLOSE else f"{CLOSE_HTMT:.2f}, the strict limit"
        )
        yield f"HTMT is {pair.htmt:.3f} (not below {limit})"
    for name, ave in ((pair.construct_1, pair.ave_1), (pair.construct_2, pair.ave_2)):
        if ave < size**2:
            yield (
                f"{name} shares more variance with the other construct ({size**2:.3f}) than with its own "
                f"questions (AVE {ave:.3f})"
            )
