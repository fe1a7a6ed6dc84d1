"""Differences between units: all pairs, each unit against the rest, its industry and the best other one.

Every difference is a contrast ``c' x`` of the units' scores with variance ``c' S c`` (S their joint
covariance) and Welch's degrees of freedom, ``index_2 - index_1`` in the table:

========  ====================================================================  =============
kind      ``unit_1``                                                            ``unit_2``
========  ====================================================================  =============
pair      the unit that stands first                                            the other one
rest      all others: share-weighted mean of the other units of the parent      the unit
parent    share-weighted mean of all units of the parent, the unit included     the unit
best      the best other unit of the scope                                      the unit
========  ====================================================================  =============

With s the unit's share, ``parent = (1 - s) rest``, so these two have the same t and p-values.

The tests are Welch's and rest on means of many answers being normal. By simulation with 8 tied firms they
raise false alarms over a family in 4 to 6 % for normal answers and any sizes from 30 to 400, and for skewed
answers (-1.1) from samples of 100 on; with samples of 30 of such answers in 7 % (pairs of firms of 30 to
400) to 9 % (firms of 30 against the rest).

p-values and intervals are adjusted over a **family**: the rows of one construct and one kind; where units
are compared within parents only, those of one parent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.best_other import NO_ERROR, best_columns
from csi_model.comparison.compared_units import ALL, ComparedUnits
from csi_model.comparison.contrast_checks import KINDS, check_differences, check_pairs, verdict_of
from csi_model.comparison.difference_columns import (
    MARGIN,
    NOT_TESTED,
    Columns,
    Family,
    difference_frame,
    family_columns,
    joined,
)
from csi_model.comparison.means_of_units import mean_family
from csi_model.comparison.pair_tests import family_maxima
from csi_model.comparison.simultaneous import degrees

Array = NDArray[Any]


def difference_table(
    compared: ComparedUnits,
    *,
    kinds: Sequence[str] = KINDS,
    constructs: Sequence[str] | None = None,
    within_parents: bool = False,
    shares: Array | None = None,
    margin: float = MARGIN,
    comparable: str | Mapping[str, str] = NOT_TESTED,
) -> pd.DataFrame:
    """Differences between units with their tests and intervals: the table ``differences``.

    Parameters
    ----------
    compared
        The units, level and draws.
    kinds
        Kinds of difference, see above.
    constructs
        Which constructs; default: all, in the order of the scores.
    within_parents
        Compare only units of one parent (all pairs, and the best other one), each parent a family of its
        own. Otherwise all units are one family. Rest and parent are always of the unit's own parent.
    shares : (U,)
        Share of each unit in its parent, on any scale; default: equal. Units without a number do not count.
    margin
        Index points within which units count as equivalent.
    comparable
        ``yes``, ``partly``, ``no`` or ``not tested``: the verdict on the comparison, for all constructs or
        by construct.

    Returns
    -------
    pandas.DataFrame
        Rows by kind, construct, family and unit. A unit without a number, or without a positive standard
        error, is not tested; its rows say why.

    Raises
    ------
    UsageError
        A kind, construct, share, margin or verdict that there is none of.
    """
    constructs = tuple(constructs) if constructs is not None else compared.scores.constructs
    check_differences(compared, kinds, constructs, margin, comparable, shares)
    amounts = np.ones(len(compared.names)) if shares is None else np.asarray(shares, dtype=float)
    everything = np.arange(len(compared.names))
    scopes = compared.families() if within_parents else {ALL: everything}
    parts: list[Columns] = []
    for kind, construct in ((kind, construct) for kind in KINDS if kind in kinds for construct in constructs):
        verdict = verdict_of(comparable, construct)
        for scope, rows in scopes.items():
            if kind == "best":
                parts.append(best_columns(compared, construct, scope, rows, verdict))
                continue
            if kind == "pair":
                maxima = compared.tests(construct, scope).maxima
                family = pair_family(compared, construct, *_all_pairs(rows), maxima)
            else:
                parents = {scope: rows} if within_parents else compared.families()
                family = mean_family(compared, construct, kind, parents, amounts)
            parts.append(family_columns(family, level=compared.level, margin=margin, comparable=verdict))
    return difference_frame(parts)


def pair_table(
    compared: ComparedUnits,
    pairs: Sequence[tuple[int, int]],
    *,
    constructs: Sequence[str] | None = None,
    margin: float = MARGIN,
    comparable: str | Mapping[str, str] = NOT_TESTED,
) -> pd.DataFrame:
    """Differences of chosen pairs, the second less the first: rows of kind ``pair``.

    Parameters
    ----------
    compared
        The units, level and draws.
    pairs
        Rows of the scores, (first, second). All pairs of a construct are one family.
    constructs, margin, comparable
        See ``difference_table``.

    Raises
    ------
    UsageError
        A pair that there is none of, or as in ``difference_table``.
    """
    constructs = tuple(constructs) if constructs is not None else compared.scores.constructs
    check_pairs(compared, pairs, constructs, margin, comparable)
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    parts = []
    for construct in constructs:
        maxima = family_maxima(
            compared.scores, construct, first, second, draws=compared.draws, seed=compared.seed
        )
        family = pair_family(compared, construct, first, second, maxima)
        verdict = verdict_of(comparable, construct)
        parts.append(family_columns(family, level=compared.level, margin=margin, comparable=verdict))
    return difference_frame(parts)


def _all_pairs(rows: Array) -> tuple[Array, Array]:
    first, second = np.triu_indices(len(rows), k=1)
    return rows[first], rows[second]


def pair_family(
    compared: ComparedUnits, construct: str, first: Array, second: Array, maxima: Array
) -> Family:
    """Differences of pairs ``first``, ``second`` (K,), rows of the scores; ``maxima`` (B,) of them all."""
    index, covariance = compared.scores.of(construct)
    reason, names = compared.reasons(construct), np.array(compared.names, dtype=object)
    own = np.diag(covariance)
    shared = covariance[first, second]
    one, two = own[first] - shared, own[second] - shared
    variance = one + two
    tested = (reason[first] == "") & (reason[second] == "")
    tested &= variance > 1e-12 * (own[first] + own[second])
    variance = np.where(tested, variance, np.nan)
    df = compared.scores.df
    why = joined(reason[first], reason[second])
    why = np.where(tested | (why != ""), why, NO_ERROR)
    return Family(
        kind="pair",
        construct=construct,
        unit_1=names[first],
        unit_2=names[second],
        index_1=index[first],
        index_2=index[second],
        se=np.sqrt(variance),
        df=degrees(variance, one**2 / df[first] + two**2 / df[second], np.minimum(df[first], df[second])),
        maxima=maxima,
        why=why,
    )
