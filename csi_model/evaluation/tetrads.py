"""Vanishing tetrads: whether the questions of a construct can all be reflections of one thing.

If one cause stands behind four questions, the products of their covariances agree in pairs: their
differences, the tetrads, vanish (Bollen & Ting 2000, Psychological Methods 5, 3-22). For PLS they are
tested by the bootstrap (Gudergan, Ringle, Wende & Will 2008, Journal of Business Research 61, 1238-1249).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import UsageError
from csi_model.evaluation.bootstrap_intervals import DEFINED, MINIMUM_DRAWS

Array = NDArray[Any]
Four = tuple[int, int, int, int]

FEWEST = 4
"""Questions without which there is no tetrad."""


@dataclass(frozen=True, kw_only=True)
class Tetrad:
    """One tetrad ``value`` = s_gh s_ij - s_gi s_hj of the ``items`` (g, h, i, j).

    ``bias`` is that of its bootstrap draws, ``se`` their standard deviation; ``lower`` and ``upper`` the
    interval that holds together with those of the construct's other tetrads (Bonferroni), ``t`` = (value -
    bias) / se, ``pvalue`` its two-sided normal one and ``pvalue_bonferroni`` the adjusted one. What does
    not exist is NaN, and ``why`` says why.
    """

    construct: str
    items: Four
    value: float
    bias: float
    se: float
    lower: float
    upper: float
    t: float
    pvalue: float
    pvalue_bonferroni: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TetradVerdict:
    """Whether the tetrads of a construct contradict reflective measurement.

    ``contradicted`` is None where nothing can be said (``why``); ``pvalue`` the smallest adjusted one of
    the ``tetrads`` (a number), which is the p-value of all of them together.
    """

    construct: str
    tetrads: int
    contradicted: bool | None
    pvalue: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TetradTests:
    """All ``rows``, and one of ``verdicts`` for each construct."""

    rows: tuple[Tetrad, ...]
    verdicts: tuple[TetradVerdict, ...]


def vanishing(items: Sequence[int]) -> tuple[Four, ...]:
    """The p (p - 3) / 2 tetrads that say all that one common cause of p items says.

    One cause with p loadings fixes the p (p - 1) / 2 covariances, so that so many of their equations are
    free. The first item serves as the marker: its covariances with all the others, and that of the second
    with the third, fix the loadings; each tetrad then brings in one further covariance: s_2j by
    s_13 s_2j - s_1j s_23, s_3j by s_12 s_3j - s_13 s_2j (j from the fourth on), and s_jk by
    s_12 s_jk - s_1j s_2k (j < k from the fourth on). None follows from the others, and all the other
    tetrads follow from them, where s_12 and s_13 are not zero. The order of the items decides which are
    taken, hence their values but not what all of them together say of a population.

    Parameters
    ----------
    items
        Places of the items. Fewer than four have none.

    Returns
    -------
    tuple
        (g, h, i, j) for s_gh s_ij - s_gi s_hj.
    """
    if len(items) < FEWEST:
        return ()
    one, two, three, *others = items
    found: list[Four] = []
    for j in others:
        found += [(one, three, j, two), (one, two, three, j)]
    return (*found, *((one, two, j, k) for j, k in combinations(others, 2)))


def tetrads(cov: Array, items: Sequence[int]) -> Array:
    """Values of the tetrads of ``vanishing(items)``.

    Parameters
    ----------
    cov : (p, p) or (b, p, p)
        Covariances or correlations; tetrads vanish in both or in neither.
    items
        Places of a construct's items in ``cov``.

    Returns
    -------
    ndarray (k,) or (b, k)
        s_gh s_ij - s_gi s_hj (Bollen & Ting 2000).
    """
    g, h, i, j = np.array(vanishing(items), dtype=np.intp).reshape(-1, 4).T
    return np.asarray(cov[..., g, h] * cov[..., i, j] - cov[..., g, i] * cov[..., h, j])


def tetrad_tests(
    estimate: Array, draws: Array, blocks: Mapping[str, Sequence[int]], *, level: float = 0.95
) -> TetradTests:
    """Test the vanishing tetrads of every construct.

    Parameters
    ----------
    estimate : (p, p)
        Covariances or correlations of the items in the sample.
    draws : (b, p, p)
        The same of bootstrap resamples. A draw with a missing number counts for no tetrad with it.
    blocks
        Places of each construct's items.
    level
        Confidence level that the intervals of a construct hold together.

    Notes
    -----
    The interval is value - bias -+ z se, with z at 1 - (1 - level) / (2 k) for k tetrads (Gudergan et al.
    2008: bias-corrected, Bonferroni; Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 10,
    for the bias). It rests on the draws' spread, not on their quantiles: so far out in the tails
    there are hardly any draws. A construct is contradicted when an interval leaves out zero, which is the
    same as an adjusted p-value below 1 - level. Not being contradicted is no proof.

    Raises
    ------
    UsageError
        The level is none, the arrays do not fit, or an item stands twice or is not there.
    """
    _check(estimate, draws, blocks, level)
    rows: list[Tetrad] = []
    verdicts: list[TetradVerdict] = []
    for construct, items in blocks.items():
        made = _rows(construct, estimate, draws, tuple(items), level)
        rows += made
        verdicts.append(_verdict(construct, made, len(items), level))
    return TetradTests(rows=tuple(rows), verdicts=tuple(verdicts))


def _check(estimate: Array, draws: Array, blocks: Mapping[str, Sequence[int]], level: float) -> None:
    if not 0 < level < 1:
        raise UsageError.at("--level", f"{level:g} is not a confidence level.", "Write 0.95 for 95 %.")
    p = estimate.shape[-1]
    if estimate.shape != (p, p) or draws.ndim != 3 or draws.shape[1:] != (p, p):
        raise UsageError.at(
            "tetrads",
            f"covariances of the shape {estimate.shape} and draws of the shape {draws.shape} do not fit.",
            "Give one square matrix, and one of the same size for each draw.",
        )
    for construct, items in blocks.items():
        if len(set(items)) < len(items) or not set(items) <= set(range(p)):
            raise UsageError.at(
                construct,
                f"its items {tuple(items)} do not fit {p} columns.",
                "Name each item once, by its place.",
            )


def _rows(
    construct: str, estimate: Array, draws: Array, items: tuple[int, ...], level: float
) -> list[Tetrad]:
    chosen = vanishing(items)
    values, drawn = tetrads(estimate, items), tetrads(draws, items)
    z = float(stats.norm.isf((1 - level) / (2 * max(len(chosen), 1))))
    return [
        _row(construct, four, float(value), column, z, len(chosen))
        for four, value, column in zip(chosen, values, drawn.T, strict=True)
    ]


def _row(construct: str, items: Four, value: float, column: Array, z: float, count: int) -> Tetrad:
    there = column[np.isfinite(column)]
    why = _lacking(value, there, len(column))
    bias = se = t = pvalue = np.nan
    if not why:
        bias, se = float(there.mean()) - value, float(there.std(ddof=1))
        t = (value - bias) / se
        pvalue = float(2 * stats.norm.sf(abs(t)))
    return Tetrad(
        construct=construct,
        items=items,
        value=value,
        bias=bias,
        se=se,
        lower=value - bias - z * se,
        upper=value - bias + z * se,
        t=t,
        pvalue=pvalue,
        pvalue_bonferroni=min(1.0, count * pvalue) if not why else np.nan,
        why=why,
    )


def _lacking(value: float, there: Array, size: int) -> str:
    """Why a tetrad cannot be tested."""
    if not np.isfinite(value):
        return "it does not exist in the sample"
    if size < MINIMUM_DRAWS:
        return f"only {size} bootstrap replicates converged"
    if len(there) <= DEFINED * size:
        return f"it does not exist in {size - len(there)} of {size} bootstrap replicates"
    if np.ptp(there) <= 1e-12 * max(1.0, float(np.abs(there).max())):
        return "it never varies among the bootstrap replicates"
    return ""


def _verdict(construct: str, rows: Sequence[Tetrad], n_items: int, level: float) -> TetradVerdict:
    known = [row.pvalue_bonferroni for row in rows if not row.why]
    smallest = min(known, default=np.nan)
    if not rows:
        counted = "1 question" if n_items == 1 else f"{n_items} questions"
        why, contradicted = f"it has {counted}, a tetrad needs {FEWEST}", None
    elif smallest < 1 - level:
        why, contradicted = "", True
    elif len(known) < len(rows):
        lost = next(row.why for row in rows if row.why)
        why, contradicted = f"{len(rows) - len(known)} of {len(rows)} tetrads cannot be tested: {lost}", None
    else:
        why, contradicted = "", False
    return TetradVerdict(
        construct=construct, tetrads=len(rows), contradicted=contradicted, pvalue=smallest, why=why
    )
