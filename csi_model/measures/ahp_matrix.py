"""Judgement matrices of the analytic hierarchy process: weights, consistency, groups, what to revisit.

A matrix A (n, n) holds how much more element i matters than element j, ``a_ij`` from 1/9 to 9, with
``a_ji = 1 / a_ij`` (Saaty 1980, The Analytic Hierarchy Process, McGraw-Hill).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from csi_model.survey.survey import Floats

Method = Literal["eigenvector", "geometric", "sum"]
RiTable = Literal["A", "B"]
Mean = Literal["geometric", "arithmetic"]

RANDOM_INDEX: dict[RiTable, tuple[float, ...]] = {
    "A": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "B": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}
"""Mean CI of random matrices of 1, 2 ... 15 elements: A is Saaty's (1980), B that of many Chinese texts.

The dip of A at 12 elements is an old quirk, kept so that results can be compared.
"""

LIMIT = 0.10
"""Consistency ratio from which judgements are to be revisited (Saaty 1980)."""

SCALE = tuple([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])
"""The 17 values of Saaty's scale, ascending: 1/9 ... 1/2, 1, 2 ... 9."""

TOO_MANY = "no random index for more than 15 elements"
ALWAYS = "two elements are always consistent: no limit is needed"

_STEPS = 40
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """How well the judgements of one matrix agree with each other.

    Attributes
    ----------
    size
        Elements n.
    lambda_max, ci, ri, cr
        ``(1/n) sum_i (A w)_i / w_i``, ``(lambda_max - n) / (n - 1)``, the random index, CI / RI. CR is 0 for
        n <= 2; with more than 15 elements RI and CR are NaN and ``why`` says so.
    gci, gci_limit
        Geometric consistency index and its cut; the cut is NaN for n <= 2.
    """

    size: int
    lambda_max: float
    ci: float
    ri: float
    cr: float
    gci: float
    gci_limit: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One judgement that agrees least with the weights, turned round so that it is 1 or more.

    Attributes
    ----------
    row, column
        Positions of the two elements: ``judgement`` says how much more the first matters.
    judgement, implied, suggested
        ``a_ij``; ``w_i / w_j``; the value of Saaty's scale next to it (on the log scale).
    deviation
        ``|ln(a_ij w_j / w_i)|``.
    cr
        Consistency ratio of the matrix with ``suggested`` in place of ``judgement``, nothing else changed.
    others, others_suggested, others_cr
        The same where the weights are made without this judgement: what all others imply in its place. The
        weights themselves are drawn towards a judgement that is far off, such as one written the wrong way
        round.
    """

    row: int
    column: int
    judgement: float
    implied: float
    suggested: float
    deviation: float
    cr: float
    others: float
    others_suggested: float
    others_cr: float


def weights_of(matrix: Any, method: Method = "eigenvector") -> Floats:
    """Weights of the elements of a judgement matrix, sum 1.

    Parameters
    ----------
    matrix : (n, n)
        Positive and reciprocal.
    method
        ``eigenvector``: principal right eigenvector, by power iteration (Saaty 1980); ``geometric``: means of
        the rows, ``w_i = (prod_j a_ij)^(1/n)`` (Crawford & Williams 1985, J. Mathematical Psychology 29,
        387-405), the same for n <= 3; ``sum``: mean of the columns, each divided by its sum.

    Returns
    -------
    (n,) array
    """
    A = np.asarray(matrix, dtype=float)
    if method == "sum":
        return np.asarray((A / A.sum(axis=0)).mean(axis=1))
    w = np.exp(np.log(A).mean(axis=1))
    w /= w.sum()
    return _principal(A, w) if method == "eigenvector" else np.asarray(w)


def _principal(A: Floats, start: Floats) -> Floats:
    """Perron vector of a positive matrix: ``w <- B w / sum(B w)`` with B = A, A^2, A^4 ... until it stands.

    Squaring makes the number of steps small even where judgements contradict each other throughout.
    """
    w, B = start, A / A.max()
    for _ in range(_STEPS):
        new = B @ w
        new /= new.sum()
        still = bool(np.max(np.abs(new - w) / new) < 1e-14)
        w = new
        if still:
            break
        B = B @ B
        B /= B.max()
    w = A @ w
    return np.asarray(w / w.sum())


def consistency_of(
    matrix: Any, weights: Any = None, *, method: Method = "eigenvector", ri_table: RiTable = "A"
) -> Consistency:
    """Lambda max, CI, CR and GCI of a judgement matrix (n, n), with these or its own weights (n,)."""
    A = np.asarray(matrix, dtype=float)
    n = len(A)
    w = weights_of(A, method) if weights is None else np.asarray(weights, dtype=float)
    lambda_max = float(np.mean(A @ w / w))
    ci = (lambda_max - n) / (n - 1) if n > 2 else 0.0
    ci = 0.0 if abs(ci) < _ROUNDING else ci
    table = RANDOM_INDEX[ri_table]
    ri = table[n - 1] if n <= len(table) else math.nan
    cr = 0.0 if n <= 2 else ci / ri
    why = TOO_MANY if n > len(table) else ALWAYS if n <= 2 else ""
    return Consistency(
        size=n, lambda_max=lambda_max, ci=ci, ri=float(ri), cr=cr, gci=geometric_consistency(A),
        gci_limit=_gci_limit(n), why=why,
    )  # fmt: skip


def geometric_consistency(matrix: Any) -> float:
    """GCI = ``2 / ((n-1)(n-2)) sum_{i<j} ln^2(a_ij w_j / w_i)`` with geometric weights; 0 for n <= 2.

    Aguaron & Moreno-Jimenez (2003), European J. of Operational Research 147, 137-145.
    """
    A = np.asarray(matrix, dtype=float)
    n = len(A)
    if n <= 2:
        return 0.0
    errors = _log_errors(A, weights_of(A, "geometric"))
    return float(2 * np.sum(np.triu(errors, 1) ** 2) / ((n - 1) * (n - 2)))


def _gci_limit(n: int) -> float:
    """Cuts that stand for CR = 0.10 (Aguaron & Moreno-Jimenez 2003)."""
    return math.nan if n <= 2 else {3: 0.31, 4: 0.35}.get(n, 0.37)


def _log_errors(A: Floats, w: Floats) -> Floats:
    """``ln(a_ij w_j / w_i)`` (n, n)."""
    return np.asarray(np.log(A * w[None, :] / w[:, None]))


def revisions_of(
    matrix: Any, *, method: Method = "eigenvector", ri_table: RiTable = "A", most: int = 3
) -> tuple[Revision, ...]:
    """The judgements that agree least with the weights, the worst first.

    Each is looked at alone: what the weights imply in its place, the value of the scale next to that, and the
    consistency ratio that this one change would give (Saaty 2003, European J. of Operational Research 145,
    85-91, looks for the largest ``a_ij w_j / w_i``; taking the logarithm finds those that are too small as
    well). Of those that deviate alike, which is always so among three elements, the one whose change gives
    the lowest ratio comes first. What the other judgements imply is from the matrix without this one (Harker
    1987, Mathematical Modelling 9, 353-360: zeros in its two cells, 2 in the diagonal of its elements). The
    judges decide whether they change it; nothing is changed here.

    Parameters
    ----------
    matrix : (n, n)
        Positive and reciprocal.
    most
        How many to return; a judgement that agrees exactly is never among them.
    """
    A = np.asarray(matrix, dtype=float)
    w = weights_of(A, method)
    errors = np.abs(_log_errors(A, w))
    pairs = [(i, j) for i in range(len(A)) for j in range(i + 1, len(A)) if errors[i, j] > 1e-9]
    made = []
    for first, second in pairs:
        i, j = (first, second) if A[first, second] >= 1 else (second, first)
        implied, others = float(w[i] / w[j]), _implied_by_others(A, i, j)
        suggested, by_others = nearest_on_scale(implied), nearest_on_scale(others)
        cr, others_cr = (
            consistency_of(_changed(A, i, j, value), method=method, ri_table=ri_table).cr
            for value in (suggested, by_others)
        )
        made.append(
            Revision(
                row=i, column=j, judgement=float(A[i, j]), implied=implied, suggested=suggested,
                deviation=float(errors[i, j]), cr=cr, others=others, others_suggested=by_others,
                others_cr=others_cr,
            )
        )  # fmt: skip
    made.sort(key=lambda one: (-round(one.deviation, 9), round(one.cr, 9)))
    return tuple(made[:most])


def _changed(A: Floats, i: int, j: int, value: float) -> Floats:
    made = A.copy()
    made[i, j], made[j, i] = value, 1 / value
    return made


def _implied_by_others(A: Floats, i: int, j: int) -> float:
    """``w_i / w_j`` of the matrix without a_ij and a_ji (Harker 1987)."""
    B = A.copy()
    B[i, j] = B[j, i] = 0.0
    B[i, i] = B[j, j] = 2.0
    w = _principal(B, np.full(len(B), 1 / len(B)))
    return float(w[i] / w[j])


def nearest_on_scale(ratio: float) -> float:
    """The value of Saaty's scale next to a positive ratio, by the distance of logarithms."""
    return min(SCALE, key=lambda value: abs(math.log(ratio / value)))


def joint_matrix(matrices: Sequence[Any], shares: Any) -> Floats:
    """Joint judgements (AIJ): the weighted geometric mean of each entry, ``prod_k a_ij^(k) ^ s_k``.

    It is the only mean that keeps ``a_ji = 1 / a_ij`` (Aczel & Saaty 1983, J. Mathematical Psychology 27,
    93-102).

    Parameters
    ----------
    matrices : K times (n, n)
        One for each judge.
    shares : (K,)
        Weights of the judges, positive; they are made to sum to 1.
    """
    s = np.asarray(shares, dtype=float)
    logs = np.log(np.stack([np.asarray(one, dtype=float) for one in matrices]))
    return np.asarray(np.exp(np.tensordot(s / s.sum(), logs, axes=1)))


def joint_weights(weights: Sequence[Any], shares: Any, mean: Mean = "geometric") -> Floats:
    """Joint priorities (AIP): the weighted mean of the judges' weights, made to sum to 1.

    Forman & Peniwati (1998), European J. of Operational Research 108, 165-169.

    Parameters
    ----------
    weights : K times (n,)
        One for each judge.
    shares : (K,)
        Weights of the judges, positive.
    mean
        ``geometric`` or ``arithmetic``.
    """
    s = np.asarray(shares, dtype=float)
    W = np.stack([np.asarray(one, dtype=float) for one in weights])
    s = s / s.sum()
    joint = s @ W if mean == "arithmetic" else np.exp(s @ np.log(W))
    return np.asarray(joint / joint.sum())
