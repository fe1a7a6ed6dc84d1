"""Tests between fits of groups with ordered items: of restrictions, and of releasing one.

Difference of fits (Satorra 2000; Asparouhov & Muthen 2006, Mplus Web Note 10): with D1 the derivatives of the
freer model, D0 those of the restricted one and D0* their projection on D1,

    U = U(D0*) - U(D1),    T = (T0 - T1) / c + b      with c and b from tr(UC), tr[(UC)^2]

which is ``V D1 P^-1 A'(A P^-1 A')^-1 A P^-1 D1' V`` with ``P = D1'V D1`` and A orthogonal to what the
restricted model allows.

Releasing the copies r of shared parameters (generalised score test: Boos 1992, The American Statistician 46,
327-333; Satorra 1989, Psychometrika 54, 131-151): with residuals e and U of the restricted model

    s = D_r'V e,    T = s' (D_r'U C U D_r)^-1 s,    change of the parameter: (D_r'U D_r)^-1 s
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.linalg import block_diag

from csi_model.estimation.group_fitting import Difference
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.groups import OrdinalJointFit, inverted
from csi_model.estimation.ordinal.weighted import scaled_shifted
from csi_model.estimation.parameters import ParameterTable, Row
from csi_model.estimation.score_tests import ScoreTest

Array = NDArray[Any]

_STEP = 1e-20
"""Of derivatives by the complex step."""
METHOD = "Satorra 2000"
UNTESTABLE = "with two or three answers equal thresholds fit as well as free ones"
STILL_FREE = "questions with two answers are still free at this step"


def ordinal_difference(free: OrdinalJointFit, restricted: OrdinalJointFit) -> Difference:
    """Test the restrictions of ``restricted`` against ``free``, mean- and variance-adjusted."""
    df = restricted.test.df - free.test.df
    if df == 0:
        new = restricted.layout.rules.equal - free.layout.rules.equal
        why = UNTESTABLE if "thresholds" in new else STILL_FREE
        return Difference(chisq=np.nan, df=0, method="", why=why)
    if df < 0:
        return Difference(chisq=np.nan, df=df, method="", why="the models are not nested")
    factor, shift = scaled_shifted(df, _difference_traces(free, restricted))
    if not factor > 0:
        return Difference(chisq=np.nan, df=df, method="", why="the scaling of the difference is not positive")
    chisq = (restricted.test.chisq - free.test.chisq) / factor + shift
    return Difference(chisq=chisq, df=df, method=METHOD)


def _difference_traces(free: OrdinalJointFit, restricted: OrdinalJointFit) -> tuple[float, float]:
    """tr(UC) and tr[(UC)^2] of the difference."""
    groups = free.groups
    used0, used1 = restricted.problem.used, free.problem.used
    weights = [1 / variance for variance in groups.variances]
    full1 = [tangent.full(free.layout.searched) * used1[:, None] for tangent in free.tangents]
    full0 = [tangent.full(restricted.layout.searched) * used0[:, None] for tangent in restricted.tangents]
    crossed = sum((d1.T @ d0 for d1, d0 in zip(full1, full0, strict=True)), np.zeros(()))
    square = sum((d1.T @ d1 for d1 in full1), np.zeros(()))
    onto = inverted(square) @ crossed
    # what the freer model takes over it can follow anyway
    reached = [np.where(used1[:, None], d1 @ onto, d0) for d1, d0 in zip(full1, full0, strict=True)]
    bread0 = inverted(
        sum((d.T @ (v[:, None] * d) for d, v in zip(reached, weights, strict=True)), np.zeros(()))
    )
    return _subtracted(free, [used0, used1], weights, [reached, full1], [bread0, free.bread])


def _subtracted(
    fit: OrdinalJointFit,
    used: list[Array],
    weights: list[Array],
    slopes: list[list[Array]],
    bread: list[Array],
) -> tuple[float, float]:
    """tr(UC) and tr[(UC)^2] of ``U = U_0 - U_1``, each of ``V - V D B D'V`` on the statistics it uses."""
    first, second = 0.0, 0.0
    sizes = [len(bread[0]), len(bread[1])]
    meat = {(a, b): np.zeros((sizes[a], sizes[b])) for a in (0, 1) for b in (0, 1)}
    twice = {(a, b): np.zeros((sizes[a], sizes[a])) for a in (0, 1) for b in (0, 1)}
    for block in fit.groups.blocks:
        v = [np.concatenate([np.where(used[a], weights[g], 0.0) for g in block.groups]) for a in (0, 1)]
        w = [v[a][:, None] * np.vstack([slopes[a][g] for g in block.groups]) for a in (0, 1)]
        moved = [block.cov @ one for one in w]
        first += float((v[0] - v[1]) @ np.diag(block.cov))
        second += float((v[0] - v[1]) @ block.cov**2 @ (v[0] - v[1]))
        for a in (0, 1):
            for b in (0, 1):
                meat[a, b] += w[a].T @ moved[b]
                twice[a, b] += moved[a].T @ (v[b][:, None] * moved[a])
    first -= float((bread[0] * meat[0, 0]).sum() - (bread[1] * meat[1, 1]).sum())
    for a in (0, 1):
        for b in (0, 1):
            sign = 1.0 if a == b else -1.0
            inner = float((bread[a] @ meat[a, b] @ bread[b] * meat[a, b]).sum())
            outer = float((bread[a] * twice[a, b]).sum()) + float((bread[b] * twice[b, a]).sum())
            second += sign * (inner - outer)
    return first, second


@dataclass(frozen=True, kw_only=True)
class Release:
    """A parameter that could be free in every group, and the derivatives ``slopes[g]`` (m, k) by it."""

    key: Key
    slopes: tuple[Array, ...]


def ordinal_score_tests(fit: OrdinalJointFit, kind: str) -> tuple[ScoreTest, ...]:
    """Test releasing each parameter of a kind that the groups share: of each group, and of all together.

    ``kind`` is that of the step: ``thresholds`` (all of an item at once, ``(item, "|", "")``), ``loadings``
    (markers, too), or ``intercepts`` (of an item with two answers threshold and loading go along). All groups
    before single ones, the largest chi-square per degree of freedom first: thresholds have more of them.
    """
    found = [test for release in _releases(fit, kind) for test in _tests(fit, release)]
    return tuple(sorted(found, key=lambda test: (test.group != "", -test.chisq / max(test.df, 1))))


def _releases(fit: OrdinalJointFit, kind: str) -> Iterator[Release]:
    """What the groups share and could release."""
    table, rules = fit.groups.table, fit.layout.rules
    for row in table.rows:
        shared = row.matrix == "lambda" and row.rhs not in rules.alone and rules.loading(row)
        if kind == "loadings" and shared:
            yield Release(key=(row.lhs, "=~", row.rhs), slopes=_by_cells(fit, [row]))
        if row.matrix != "nu" or row.lhs in rules.alone:
            continue
        if kind == "thresholds" and rules.thresholds(row.i):
            yield Release(key=(row.lhs, "|", ""), slopes=_by_thresholds(fit, row.i))
        elif kind == "intercepts" and rules.shares_intercept(row.i):
            slopes = _by_cells(fit, [row])
            if rules.ordered[row.i] and rules.binary[row.i]:
                loadings = [one for one in table.rows if one.matrix == "lambda" and one.rhs == row.lhs]
                slopes = tuple(map(np.hstack, zip(slopes, _by_cells(fit, loadings), strict=True)))
            yield Release(key=(row.lhs, "~1", ""), slopes=slopes)


def _by_thresholds(fit: OrdinalJointFit, item: int) -> tuple[Array, ...]:
    """Each threshold of an item by itself moves its own statistic."""
    counts = fit.groups.counts
    start = int(counts[:item].sum())
    at = np.arange(start, start + int(counts[item]))
    return tuple(np.eye(len(part.values))[:, at] for part in fit.groups.parts)


def _by_cells(fit: OrdinalJointFit, rows: Sequence[Row]) -> tuple[Array, ...]:
    """Derivatives of the statistics of each group by cells of its matrices, whether free or fixed."""
    made = []
    for g in range(len(fit.groups.parts)):
        table, values = fit.values_of(g)
        columns = []
        for row in rows:
            freed, local = _freed(table, values, row)
            local = local.astype(complex)
            local[-1] += 1j * _STEP
            columns.append(fit.problem.implied_by(freed, local).imag / _STEP)
        made.append(np.column_stack(columns))
    return tuple(made)


def _freed(table: ParameterTable, values: Array, row: Row) -> tuple[ParameterTable, Array]:
    """The table with a parameter of its own for one cell, behind the others, and its values."""
    cell = (row.matrix, row.i, row.j)
    place = next(k for k, one in enumerate(table.rows) if (one.matrix, one.i, one.j) == cell)
    own = table.rows[place]
    value = float(values[own.free]) if own.free >= 0 else own.value
    rows = (*table.rows[:place], replace(own, free=table.n_free), *table.rows[place + 1 :])
    return replace(table, rows=rows, n_free=table.n_free + 1), np.append(values, value)


def _tests(fit: OrdinalJointFit, release: Release) -> Iterator[ScoreTest]:
    """The tests of one parameter: of all groups together, then of each."""
    scores = _scores(fit, release)
    width = release.slopes[0].shape[1]
    groups = np.repeat(np.arange(len(release.slopes)), width)
    chosen = [("", groups > 0), *((name, groups == g) for g, name in enumerate(fit.groups.names))]
    made = [_test(release.key, group, scores, places) for group, places in chosen]
    yield from (test for test in made if test.df)


@dataclass(frozen=True, kw_only=True)
class Scores:
    """``score`` = D_r'V e (k,), ``curvature`` = D_r'U D_r and ``spread`` = D_r'U C U D_r (k, k) of copies.

    ``alone`` (k,) are the variances of the scores were all other parameters known.
    """

    score: Array
    curvature: Array
    spread: Array
    alone: Array


def _scores(fit: OrdinalJointFit, release: Release) -> Scores:
    """Scores of the copies in all groups."""
    problem, count = fit.problem, len(release.slopes)
    weighted = [problem.weights(g)[:, None] * release.slopes[g] for g in range(count)]
    score = np.concatenate([w.T @ problem.residual(fit.values, g) for g, w in enumerate(weighted)])
    width = release.slopes[0].shape[1]
    moved = np.zeros((fit.layout.searched, count * width))
    for g, (tangent, w) in enumerate(zip(fit.tangents, weighted, strict=True)):
        moved[tangent.columns, g * width : (g + 1) * width] = tangent.slopes.T @ w
    adapted = fit.bread @ moved
    made = []
    for g, (tangent, w) in enumerate(zip(fit.tangents, weighted, strict=True)):
        own = -problem.weights(g)[:, None] * (tangent.slopes @ adapted[tangent.columns])
        own[:, g * width : (g + 1) * width] += w
        made.append(own)
    spread = np.zeros((count * width, count * width))
    for block in fit.groups.blocks:
        own = np.vstack([made[g] for g in block.groups])
        spread += own.T @ block.cov @ own
    direct = [w.T @ release.slopes[g] for g, w in enumerate(weighted)]
    alone = [
        np.einsum("ik,ij,jk->k", weighted[g], block.cov[at, at], weighted[g])
        for block in fit.groups.blocks
        for g, at in zip(block.groups, _slices(block.groups, len(weighted[0])), strict=True)
    ]
    return Scores(
        score=score,
        curvature=block_diag(*direct) - moved.T @ adapted,
        spread=spread,
        alone=np.concatenate(alone),
    )


def _slices(groups: Sequence[int], width: int) -> list[slice]:
    return [slice(k * width, (k + 1) * width) for k in range(len(groups))]


def _test(key: Key, group: str, scores: Scores, chosen: Array) -> ScoreTest:
    at = np.ix_(chosen, chosen)
    score = scores.score[chosen]
    inverse, df = _inverse(scores.spread[at], scores.alone[chosen])
    chisq = float(score @ inverse @ score)
    single = bool(group) and len(score) == df == 1
    epc = float(score[0] / scores.curvature[at][0, 0]) if single else np.nan
    lhs, op, rhs = key
    return ScoreTest(
        lhs=lhs, op=op, rhs=rhs, group=group, chisq=chisq, df=df,
        pvalue=float(stats.chi2.sf(chisq, df)) if df else np.nan, epc=epc,
    )  # fmt: skip


def _inverse(matrix: Array, alone: Array) -> tuple[Array, int]:
    """Pseudo-inverse of a covariance matrix, and its rank: what the model can follow anyway adds nothing."""
    scale = np.sqrt(alone)
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    good = values > 1e-8
    kept = vectors[:, good] / scale[:, None]
    return np.asarray((kept / values[good]) @ kept.T), int(good.sum())
