"""Units against the mean of their parent's units: all of them, or all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.compared_units import ComparedUnits, listed
from csi_model.comparison.difference_columns import Family
from csi_model.comparison.simultaneous import DRAWS, JointErrors, degrees, mean_maxima
from csi_model.errors import Finding

Array = NDArray[Any]

OTHERS = "all others"
"""The first side of a difference between a unit and the mean of all others of its parent."""


@dataclass(frozen=True, kw_only=True)
class MeanContrasts:
    """The n units of one parent against the mean of all that have a number.

    Attributes
    ----------
    share : (n,)
        In the mean, summing to 1; 0 without a number. All NaN where no unit with a number has a share.
    mean, mean_of_others : (n,)
        The mean, and that without the unit itself, in index points.
    se, df : (n,)
        Of the difference between the unit and the mean; NaN where it is not tested. The difference from all
        others is ``1 / (1 - share)`` times this one, with the same degrees of freedom.
    errors, member : JointErrors, (n,)
        Errors of the units that make up the mean, and which these are.
    """

    share: Array
    mean: Array
    mean_of_others: Array
    se: Array
    df: Array
    errors: JointErrors
    member: Array


def mean_contrasts(index: Array, covariance: Array, df: Array, amounts: Array) -> MeanContrasts:
    """Contrasts ``x_i - w' x`` of the units of one parent.

    Parameters
    ----------
    index, covariance, df : (n,), (n, n), (n,)
        Of the units. A unit with a number and a variance of zero counts in the mean with this variance; one
        with a number and a share but without a variance leaves the mean without one.
    amounts : (n,)
        Shares on any scale.

    Notes
    -----
    With c the contrast, ``v = c' S c = sum_k c_k (S c)_k``; the variance of unit k enters v by the term k,
    so Satterthwaite's ``df = v^2 / sum_k (c_k (S c)_k)^2 / df_k``.
    """
    numbered = np.isfinite(index)
    variance = np.diag(covariance)
    spread = np.isfinite(variance)
    total = amounts[numbered].sum()
    share = np.where(numbered, amounts, 0.0) / total if total > 0 else np.full(len(index), np.nan)
    member = numbered & spread
    errors = JointErrors(covariance=covariance[np.ix_(member, member)], df=df[member])
    points = np.where(numbered, index, 0.0)
    mean = np.full(len(index), share @ points)
    others = np.where(np.eye(len(index), dtype=bool), 0.0, share)
    left = others.sum(axis=1)
    se, free = np.full((2, len(index)), np.nan)
    if np.all(spread[share > 0]) and total > 0:
        se[member], free[member] = _errors_of_contrasts(errors, share[member])
    return MeanContrasts(
        share=share,
        mean=mean,
        mean_of_others=others @ points / np.where(left > 0, left, np.nan),
        se=se,
        df=free,
        errors=errors,
        member=member,
    )


def _errors_of_contrasts(errors: JointErrors, share: Array) -> tuple[Array, Array]:
    """Standard errors and degrees of freedom (k,); NaN where the unit or all others have no variance."""
    common, own = errors.covariance, np.diag(errors.covariance)
    contrasts = np.eye(len(share)) - share
    others = np.where(np.eye(len(share), dtype=bool), 0.0, share)
    terms = contrasts * (contrasts @ common)
    variance = terms.sum(axis=1)
    tested = (own > 0) & (variance > 1e-12 * (contrasts**2 @ own))
    tested &= (others * (others @ common)).sum(axis=1) > 1e-12 * (others**2 @ own)
    variance = np.where(tested, variance, np.nan)
    least = np.min(np.where(contrasts != 0, errors.df, np.inf), axis=1)
    return np.sqrt(variance), degrees(variance, (terms**2 / errors.df).sum(axis=1), least)


def mean_family(
    compared: ComparedUnits, construct: str, kind: str, parents: Mapping[str, Array], amounts: Array
) -> Family:
    """Units of some parents against all others (``rest``) or all units (``parent``) of their parent.

    Parameters
    ----------
    compared, construct, kind
        What is compared.
    parents
        Rows of the units of each parent.
    amounts : (U,)
        Shares on any scale.
    """
    index, covariance = compared.scores.of(construct)
    names, reason = np.array(compared.names, dtype=object), compared.reasons(construct)
    index_1, se, df = np.full((3, len(names)), np.nan)
    first, why = np.full((2, len(names)), OTHERS, dtype=object)
    groups = []
    for parent in sorted(parents):
        at = np.array(sorted(parents[parent], key=lambda k: compared.scores.keys[k]), dtype=np.int64)
        made = mean_contrasts(index[at], covariance[np.ix_(at, at)], compared.scores.df[at], amounts[at])
        if kind == "rest":
            index_1[at], se[at] = made.mean_of_others, made.se / np.where(made.share < 1, 1 - made.share, 1)
        else:
            index_1[at], se[at], first[at] = made.mean, made.se, parent
        df[at] = made.df
        why[at] = np.where(np.isfinite(made.se), "", _reasons_of_means(made, index[at], reason[at], parent))
        tested = np.isfinite(made.se[made.member])
        groups.append((made.errors, made.share[made.member], tested, made.df[made.member]))
    rows = np.sort(np.concatenate(list(parents.values())))
    return Family(
        kind=kind,
        construct=construct,
        unit_1=first[rows],
        unit_2=names[rows],
        index_1=index_1[rows],
        index_2=index[rows],
        se=se[rows],
        df=df[rows],
        maxima=mean_maxima(groups, draws=compared.draws or DRAWS, seed=compared.seed),
        why=why[rows],
    )


def _reasons_of_means(made: MeanContrasts, index: Array, reason: Array, parent: str) -> Array:
    """Why units are not tested against the mean (n,): their own reason, else that of the mean."""
    if np.isfinite(index).sum() == 1:
        general = f"{parent} has no other unit with a number"
    elif np.isnan(made.share).any():
        general = f"no unit of {parent} with a number has a share"
    elif missing := [text for text, share, inside in zip(reason, made.share, made.member, strict=True)
                     if share > 0 and not inside]:  # fmt: skip
        general = listed(missing)
    else:
        general = "all others have no share, or no standard error"
    return np.where(reason != "", reason, np.full(len(reason), general, dtype=object))


def left_out_of_means(compared: ComparedUnits) -> tuple[Finding, ...]:
    """Notes on units without any number: the means of their parents are of the other units."""
    numbered = np.asarray(np.isfinite(compared.scores.index).any(axis=1))
    return tuple(
        Finding(
            code="left-out-of-mean",
            severity="note",
            where=parent,
            what="the mean that units are compared with is without those that have no number: "
            f"{listed([compared.names[k] for k in rows[~numbered[rows]]], 5)}.",
        )
        for parent, rows in compared.families().items()
        if numbered[rows].any() and not numbered[rows].all()
    )
