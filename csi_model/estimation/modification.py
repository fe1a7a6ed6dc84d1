"""What could be freed: score tests of every fixed, equal or absent parameter, with its expected change.

Near the optimum ``n F`` falls by ``n (g d + V d^2 / 2)`` when a parameter moves by ``d`` and the free ones
follow, where ``g`` is its gradient and ``V = H_cc - H_cm H_mm^-1 H_mc`` what the free parameters m leave
of its curvature. So

    modification index         MI  = n g^2 / (2 V)     (Sorbom 1989, Psychometrika 54, 371-384)
    expected parameter change  EPC = -g / V            (Saris, Satorra & Sorbom 1987,
                                                        Sociological Methodology 17, 105-129)

MI is the Lagrange multiplier statistic: chi-square with one degree of freedom if the restriction holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation.covariance import Matrices, gradient_and_information, matrices
from csi_model.estimation.likelihood import Patterns, beside
from csi_model.estimation.parameters import Matrix, Operator, ParameterTable, Row
from csi_model.estimation.solver import scaled_gradient
from csi_model.estimation.standardised import inverse_root, root
from csi_model.estimation.verdicts import GRADIENT_LIMIT, NOT_IDENTIFIED, weakest_direction

Array = NDArray[Any]
Kind = Literal["fixed", "equal", "new"]

TESTED: tuple[Matrix, ...] = ("lambda", "beta", "psi", "theta")
"""Matrices of the covariance structure; a saturated mean structure has nothing to free."""

NO_RESIDUAL = "no standardised change: a variance that it is measured by is not positive"
NOT_AT_OPTIMUM = "the search for the optimum did not end, so nothing can be tested"
MODEL_NOT_IDENTIFIED = "the model itself is not identified, so nothing can be tested"


@dataclass(frozen=True, kw_only=True)
class ModificationIndex:
    """What freeing one parameter would bring.

    ``kind`` is ``fixed`` (a parameter of the model that is held at a value), ``equal`` (one that shares
    a label: it alone is released) or ``new`` (one that the model does not have). ``mi`` is about the
    fall of chi-square, ``epc`` the change to expect in the parameter itself, ``sepc_all`` that change
    with all variables of variance 1: covariances in units of the residual standard deviations,
    variances as shares of the total variance. An empty number says ``why``.
    """

    lhs: str
    op: Operator
    rhs: str
    kind: Kind
    mi: float
    pvalue: float
    epc: float
    sepc_all: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A row to be freed; ``label`` is the free parameter that it leaves, -1 if it leaves none."""

    row: Row
    kind: Kind
    label: int = -1


def modification_indices(
    table: ParameterTable, values: Array, sample_cov: Array, n: int, data: Patterns | None = None
) -> tuple[ModificationIndex, ...]:
    """Test every parameter that could be freed, largest index first, empty ones last.

    Parameters
    ----------
    table
        Parameters of a covariance structure.
    values : (q,)
        Free parameters at the optimum.
    sample_cov : (p, p)
        Sample covariances with divisor n.
    n
        Respondents.
    data
        Patterns of answers, where the model was fitted to answers with gaps (then ``table`` has
        intercepts, and ``sample_cov`` is not used).

    Returns
    -------
    tuple of ModificationIndex
        Fixed parameters of the model (with a reason instead of numbers where freeing one leaves the
        model not identified, as the loading that sets a construct's scale), each parameter of a label,
        and what the model does not have: cross-loadings, covariances of errors and of constructs, and
        paths, also those that turn an existing path round. What cannot be identified and is not in the
        model is left out. An observed variable has no loadings and no error, so none are offered.

    Notes
    -----
    A variance that a bounded fit holds at 0 counts as fixed there. The expected information is used, as
    by lavaan's ``modificationIndices``. Two differences: the standardised change of a variance is its
    own, where lavaan shows the estimate, and covariances of observed variables' residuals are offered.
    """
    values = np.asarray(values, dtype=float)
    found = _candidates(table, values)
    extended, starts = _extended(table, values, found)
    if data is None:
        slope, hessian = gradient_and_information(extended, starts, sample_cov)
    else:
        slope, hessian = beside(extended, starts, data, table.n_free)
    q = table.n_free
    gradient, change, loss = np.full((3, len(found)), np.nan)
    loose = np.flatnonzero(~held_at_zero(table, values))
    trouble = _trouble(slope[loose], hessian[np.ix_(loose, loose)])
    if not trouble:
        gradient = slope[q:]
        loss, follow = _remaining_curvature(hessian, q, loose)
        stay = np.array([1 - follow[c.label, k] if c.label >= 0 else 1.0 for k, c in enumerate(found)])
        change = -gradient / loss * stay
    scale = _scales(matrices(table, values), [candidate.row for candidate in found])
    made = [
        _index(candidate, trouble, *numbers)
        for candidate, *numbers in zip(
            found, n * gradient**2 / (2 * loss), change, change * scale, strict=True
        )
        if candidate.kind != "new" or trouble or np.isfinite(numbers[0])
    ]
    return tuple(sorted(made, key=_rank))


def held_at_zero(table: ParameterTable, values: Array) -> Array:
    """Which free parameters (q,) are variances of exactly 0: a bounded fit holds them there."""
    held = np.zeros(table.n_free, dtype=bool)
    for row in table.free_rows:
        held[row.free] |= row.op == "~~" and row.i == row.j and values[row.free] == 0
    return held


def _rank(one: ModificationIndex) -> float:
    """Models that fit alike share an index but for its last digits: these keep the order of the table."""
    return -float(f"{one.mi:.9g}") if np.isfinite(one.mi) else np.inf


def _index(candidate: _Candidate, trouble: str, mi: float, epc: float, sepc: float) -> ModificationIndex:
    row = candidate.row
    why = ""
    if not np.isfinite(mi):
        why = trouble or _not_identified(row)
    elif not np.isfinite(sepc):
        why = NO_RESIDUAL
    return ModificationIndex(
        lhs=row.lhs,
        op=row.op,
        rhs=row.rhs,
        kind=candidate.kind,
        mi=float(mi),
        pvalue=float(stats.chi2.sf(mi, 1)),
        epc=float(epc),
        sepc_all=float(sepc),
        why=why,
    )


def _not_identified(row: Row) -> str:
    why = "freeing it alone would leave the model not identified"
    if row.matrix == "lambda":
        return f"{why}: it sets the scale of {row.lhs}"
    if row.matrix == "theta" and row.i == row.j:
        return f"{why}: the error of {row.lhs} could not be told from the variance of its construct"
    return why


def _trouble(slope: Array, hessian: Array) -> str:
    if not scaled_gradient(slope, hessian) < GRADIENT_LIMIT:
        return NOT_AT_OPTIMUM
    return "" if weakest_direction(hessian)[0] >= NOT_IDENTIFIED else MODEL_NOT_IDENTIFIED


def _remaining_curvature(hessian: Array, q: int, loose: Array) -> tuple[Array, Array]:
    """``V`` (c,), NaN where nothing is left, and ``H_mm^-1 H_mc`` (q, c): how free parameters follow."""
    own = np.diag(hessian)[q:]
    scale = 1 / np.sqrt(np.diag(hessian)[loose])
    unit = hessian[np.ix_(loose, loose)] * np.outer(scale, scale)
    cross = hessian[:q, q:]
    follow = np.zeros_like(cross)
    follow[loose] = scale[:, None] * np.linalg.solve(unit, scale[:, None] * cross[loose])
    left = own - (cross * follow).sum(axis=0)
    # the same measure as for the model itself: a share of the parameter's own curvature
    return np.where(left > NOT_IDENTIFIED * own, left, np.nan), follow


def _extended(
    table: ParameterTable, values: Array, found: tuple[_Candidate, ...]
) -> tuple[ParameterTable, Array]:
    """The table with every candidate as one more free row at its present value.

    A candidate that fills the cell of an existing row comes after it, with the same value: a fixed row
    becomes free, and a row of a label is counted for the label and for itself.
    """
    rows = (*table.rows, *(candidate.row for candidate in found))
    starts = np.array([candidate.row.value for candidate in found])
    return replace(table, rows=rows, n_free=table.n_free + len(found)), np.concatenate([values, starts])


def _candidates(table: ParameterTable, values: Array) -> tuple[_Candidate, ...]:
    found = [
        *(_Candidate(row=row, kind="fixed") for row in table.rows if row.free < 0 and _testable(row)),
        *_labelled(table, values),
        *(_Candidate(row=row, kind="new") for row in _absent(table)),
    ]
    return tuple(
        replace(candidate, row=replace(candidate.row, free=table.n_free + k))
        for k, candidate in enumerate(found)
    )


def _testable(row: Row) -> bool:
    return row.matrix in TESTED and not row.implied


def _labelled(table: ParameterTable, values: Array) -> Iterator[_Candidate]:
    """Every row that shares its free parameter with another."""
    places = [row.free for row in table.free_rows]
    for row in table.free_rows:
        if places.count(row.free) > 1 and _testable(row):
            present = replace(row, value=float(values[row.free]))
            yield _Candidate(row=present, kind="equal", label=row.free)


def _absent(table: ParameterTable) -> Iterator[Row]:
    """Rows that the model does not have; those of an observed variable's own making left out."""
    taken = {(row.matrix, row.i, row.j) for row in table.rows}
    taken |= {(row.matrix, row.j, row.i) for row in table.rows if row.op == "~~"}
    observed = {row.lhs for row in table.rows if row.implied}
    items = [(i, name) for i, name in enumerate(table.indicators) if name not in observed]
    # an implied construct that is no item stands for an extra source of variance, not for a variable
    sources = observed - set(table.indicators)
    constructs = [(k, name) for k, name in enumerate(table.constructs) if name not in sources]

    def new(lhs: str, op: Operator, rhs: str, matrix: Matrix, i: int, j: int) -> Iterator[Row]:
        if (matrix, i, j) not in taken:
            yield Row(lhs=lhs, op=op, rhs=rhs, matrix=matrix, i=i, j=j, free=-1, value=0.0)

    for k, construct in constructs:
        for i, item in items:
            if construct not in observed:
                yield from new(construct, "=~", item, "lambda", i, k)
    for (i, first), (j, second) in combinations(items, 2):
        yield from new(first, "~~", second, "theta", i, j)
    for (a, first), (b, second) in combinations(constructs, 2):
        yield from new(first, "~~", second, "psi", a, b)
    for (a, outcome), (b, driver) in permutations(constructs, 2):
        yield from new(outcome, "~", driver, "beta", a, b)


def _scales(mats: Matrices, rows: list[Row]) -> Array:
    """What turns a change into a standardised one, (rows,); NaN where a variance is not positive."""
    construct, item = np.diag(mats.phi), np.diag(mats.sigma)
    variances = {"psi": (construct, np.diag(mats.psi)), "theta": (item, np.diag(mats.theta))}
    made = np.empty(len(rows))
    for k, row in enumerate(rows):
        if row.matrix == "lambda":
            made[k] = root(construct[row.j]) * inverse_root(item[row.i])
        elif row.matrix == "beta":
            made[k] = root(construct[row.j]) * inverse_root(construct[row.i])
        else:
            total, residual = variances[row.matrix]
            chosen = total if row.i == row.j else residual
            made[k] = inverse_root(chosen[row.i]) * inverse_root(chosen[row.j])
    return made
