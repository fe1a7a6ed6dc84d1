"""Scores of firms rolled up to industries, sectors and the whole (formulas in ``parent_scores``).

A unit without a number leaves its share to the others of its parent in proportion, and a finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.carrying import carried_units
from csi_model.comparison.parent_scores import parent_scores, unit_weights
from csi_model.comparison.share_names import listed
from csi_model.comparison.share_weighing import weigh
from csi_model.comparison.shares import (
    KnownShares,
    LevelShares,
    LevelUnits,
    declaration_problems,
    totals,
    whole_name,
)
from csi_model.comparison.standing import Standing, standing
from csi_model.comparison.unit_scores import UnitScores, unit_name
from csi_model.errors import Finding, UsageError

Array = NDArray[Any]

TOTAL = "total"
"""Name of the level above all group columns, whose one unit has the key ``()``."""


@dataclass(frozen=True, kw_only=True)
class RollUp:
    """Scores of every level.

    Attributes
    ----------
    levels
        From the units that were handed in (with those carried over) to the total.
    shares
        Of the units of each level but the total in the level above.
    weights
        (m, P, U) of each level but the total: what its units in fact count by in their parents, construct
        by construct; rows sum to 1, or to 0 for a parent without a number.
    findings
        Notes and warnings.
    """

    levels: tuple[Standing, ...]
    shares: tuple[KnownShares, ...]
    weights: tuple[Array, ...]
    findings: tuple[Finding, ...]

    def at(self, level: str) -> Standing:
        """Scores of one level by its name."""
        for one in self.levels:
            if one.scores.level == level:
                return one
        raise KeyError(level)

    @property
    def total(self) -> UnitScores:
        """The whole."""
        return self.levels[-1].scores


def roll_up(
    scores: UnitScores | Standing,
    shares: Sequence[LevelShares],
    by: tuple[str, ...],
    *,
    previous: RollUp | Sequence[UnitScores | Standing] = (),
    sizes: Array | None = None,
) -> RollUp:
    """Roll scores of the lowest level up to the total, level by level.

    Parameters
    ----------
    scores
        Units of the lowest level, keys as long as ``by``.
    shares
        At most one a level; units of a level without any count the same (a note says so).
    by
        Group columns, top to bottom: ``("sector", "industry", "firm")``.
    previous
        Earlier scores, of one level each. A unit of theirs that this survey lacks is carried over with its
        index and standard error of then, as independent of everything new; at the highest level where it
        is lacking, so that a whole sector comes as the number it was.
    sizes : (U,)
        What the units count by sample size: sums of sampling weights; respondents if None.

    Returns
    -------
    RollUp

    Raises
    ------
    UsageError
        Every mistake in the shares of all levels at once, naming the unit; no units; earlier scores of an
        unknown level, or of other constructs.
    """
    found = list(declaration_problems(shares, by))
    bottom = standing(scores)
    if not bottom.scores.keys:
        raise UsageError.at("aggregation", "There are no units to roll up.", code="no-units")
    earlier = previous.levels if isinstance(previous, RollUp) else tuple(previous)
    carried, told = carried_units(bottom, [standing(one) for one in earlier], by)
    if any(one.severity == "error" for one in told):
        raise UsageError([*found, *(one for one in told if one.severity == "error")])
    sound = {one.level: one for one in shares if not any(declaration_problems([one], by))}
    plan = _plan(bottom, carried, by, sizes)
    weighed = [weigh(units, sound.get(units.level)) for units in plan]
    findings = [finding for _, some in weighed for finding in some]
    found += [finding for finding in findings if finding.severity == "error"]
    if found:
        raise UsageError(found)
    levels, weights, lost = _climb(bottom, carried, [one for one, _ in weighed], by)
    return RollUp(
        levels=tuple(levels),
        shares=tuple(one for one, _ in weighed),
        weights=tuple(weights),
        findings=(*told, *findings, *lost),
    )


def intervals_of(one: Standing, level: float) -> tuple[Array, Array]:
    """Ends (U, m) of intervals by Student's t at the units' degrees of freedom; NaN without an error."""
    half = stats.t.ppf(0.5 + level / 2, one.df) * one.scores.se
    return one.scores.index - half, one.scores.index + half


def _plan(
    bottom: Standing, carried: dict[str, Standing], by: tuple[str, ...], sizes: Array | None
) -> list[LevelUnits]:
    """Units of every level below the total, before anything is weighed."""
    keys = bottom.scores.keys
    measured: Array = np.asarray(np.isfinite(bottom.scores.index).any(axis=1))
    size = np.asarray(bottom.scores.n if sizes is None else sizes, dtype=float)
    found = []
    for depth in range(len(by), 0, -1):
        level = by[depth - 1]
        if level in carried:
            more = carried[level].scores
            keys += more.keys
            measured = np.concatenate([measured, np.isfinite(more.index).any(axis=1)])
            size = np.concatenate([size, np.asarray(more.n, dtype=float)])
        units = LevelUnits(level=level, keys=keys, measured=measured, size=size)
        found.append(units)
        parent_of, count = units.parent_of, len(units.parents)
        keys, size = units.parents, totals(np.where(measured, size, 0.0), parent_of, count)
        measured = np.bincount(parent_of[measured], minlength=count) > 0
    return found


def _climb(
    bottom: Standing, carried: dict[str, Standing], shares: list[KnownShares], by: tuple[str, ...]
) -> tuple[list[Standing], list[Array], list[Finding]]:
    levels, weights, lost = [], [], []
    here = bottom
    for one in shares:
        if one.level in carried:
            here = here.beside(carried[one.level])
        levels.append(here)
        weights.append(unit_weights(here, one))
        lost += list(_lost(here, one, weights[-1]))
        depth = by.index(one.level)
        here = parent_scores(here, one, weights[-1], by[depth - 1] if depth else TOTAL)
    return [*levels, here], weights, lost


def _lost(units: Standing, shares: KnownShares, weights: Array) -> Iterator[Finding]:
    """Units without a number: what became of their share."""
    gone = np.asarray(np.isnan(units.scores.index).any(axis=1))
    for p in np.unique(shares.parent_of[gone]):
        rows = np.flatnonzero(gone & (shares.parent_of == p)).tolist()
        name = whole_name(shares.parents[p])
        left = "counts with the others in proportion" if weights[:, p].any() else "leaves no number"
        yield Finding(
            code="share-lost",
            severity="warning",
            where=f"shares of {shares.level}: {name}",
            what=f"{listed(_with_share(units.scores, shares, k) for k in rows)} of {name} "
            f"{'has' if len(rows) == 1 else 'have'} no number; the share {left}.",
            fix=f"See the reason in its own row; `measured` says what the score of {name} rests on.",
        )


def _with_share(scores: UnitScores, shares: KnownShares, k: int) -> str:
    share = float(shares.share[k])
    told = f"{100 * share:.4g} %" if np.isfinite(share) else "share not given"
    gaps = np.isnan(scores.index[k])
    if not gaps.all():
        told += f", on {listed(np.array(scores.constructs)[gaps])}"
    return f"{unit_name(scores.keys[k])} ({told})"
