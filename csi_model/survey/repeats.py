"""Rows that repeat the answers of an earlier one: entered twice, or alike by chance?

On few steps respondents give the same answers without copying each other, the more so the more they agree: a
fifth of a survey with eight questions on five skewed steps may repeat an earlier row. How many pairs chance
makes is estimated from the survey itself. Rows that agree in everything have the same sum of answers; among
the N rows of like sums, a class, questions are taken as independent:

    E = N (N - 1) / 2 prod_j q_j,      q_j the share of the class's pairs that agree on question j

which is the unbiased estimate of the chance that two of the class agree on it. Over all classes that is near
what chance makes (within 40 % in simulated surveys), since most pairs agree on answers that most people give.
Where hardly any agree, questions hang together within classes, too, and chance makes several times as many;
but there an interview that was entered twice shows best. So repeats are told where they are more than twice
what is expected of all classes, or ten times what is expected of rare ones. Respondents who hardly tell the
questions apart (ACSI 2015 has hundreds) make such repeats as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Mask = NDArray[np.bool_]
Array = NDArray[Any]

CLASS = 25
"""Rows of like sums are taken together until there are so many."""
RARE = 0.01
"""Pairs expected per row up to which a class is one of rare answers."""
GRANTED, GRANTED_RARE = 2.0, 10.0
"""Times what is expected, of all classes and of rare ones."""
LEVEL = 0.01
"""Repeats that chance brings more often than this are not told."""


def repeated_rows(answers: Array, units: Array | None = None) -> Mask:
    """Rows (n,) whose answers (n, p), NaN where missing, repeat those of an earlier row of the same unit.

    All False where chance alone makes as many. ``units`` (n,) are numbers of the groups.
    """
    n = len(answers)
    of = np.zeros(n, dtype=np.int64) if units is None else np.unique(units, return_inverse=True)[1]
    columns = [np.unique(column, return_inverse=True)[1] for column in np.nan_to_num(answers, nan=-np.inf).T]
    table = np.column_stack([*columns, of])
    _, first, sizes = np.unique(table, axis=0, return_index=True, return_counts=True)
    repeated = np.ones(n, dtype=bool)
    repeated[first] = False
    classes = _classes(np.nansum(answers, axis=1))
    expected, rows = expected_pairs(table, classes), np.bincount(classes)
    found = np.bincount(classes[first], weights=sizes * (sizes - 1) / 2, minlength=len(rows))
    rare = expected <= RARE * rows
    more = _beyond(found, GRANTED * expected) or _beyond(found[rare], GRANTED_RARE * expected[rare])
    return repeated if more else np.zeros(n, dtype=bool)


def _beyond(found: Array, granted: Array) -> bool:
    return bool(stats.poisson.sf(found.sum() - 1, granted.sum()) <= LEVEL)


def expected_pairs(table: Array, classes: Array) -> Array:
    """Pairs of rows that agree by chance in all columns of a ``table`` (n, q) of codes, for each class.

    ``classes`` (n,) are the numbers of the rows' classes.
    """
    sizes = np.bincount(classes).astype(float)
    chance = sizes * (sizes - 1) / 2
    for codes in table.T:
        # of answers that are hardly ever the same there are as many codes as rows: no table of both
        both, counts = np.unique(classes * (int(codes.max()) + 1) + codes, return_counts=True)
        of = both // (int(codes.max()) + 1)
        agreeing = np.bincount(of, weights=counts * (counts - 1.0), minlength=len(sizes))
        chance = chance * np.divide(agreeing, sizes * (sizes - 1), out=np.zeros_like(sizes), where=sizes > 1)
    return np.asarray(chance)


def _classes(sums: Array) -> Array:
    """Numbers (n,) of classes of neighbouring sums, equal ones together, ``CLASS`` rows or more each."""
    _, place, counts = np.unique(np.round(sums, 9), return_inverse=True, return_counts=True)
    full = np.cumsum(counts) // CLASS
    return np.asarray(np.unique(np.concatenate([[0], full[:-1]]), return_inverse=True)[1][place])
