"""Ranks of units with intervals, the probability of each rank, and who may lead.

Rank intervals by pairwise comparisons (Mogstad, Romano, Shaikh & Wilhelm 2024, Review of Economic Studies
91, 476-518; Klein, Wright & Wieczorek 2020, Journal of the Royal Statistical Society A 183, 1041-1060, from
intervals of the scores): a unit ranks behind all that are clearly better and before all that are clearly
worse. *Marginal* intervals cover the true rank of one unit with the level, by simultaneous tests of this
unit against all others; *simultaneous* ones cover the true ranks of all units at once, by simultaneous
tests of all pairs. Of tied true scores any rank that the tie allows is covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.compared_units import ALL, ComparedUnits, listed, mistake, unknown_constructs
from csi_model.comparison.letters import letters
from csi_model.comparison.rank_draws import rank_distribution
from csi_model.errors import UsageError
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

RARE = 0.001
"""Ranks of a smaller probability have no row."""


@dataclass(frozen=True, kw_only=True)
class RankTables:
    """Tables ``ranks`` and ``rank_probabilities``."""

    ranks: pd.DataFrame
    probabilities: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Ranks of the n units of a scope that have a number, best first.

    Attributes
    ----------
    units : (n,)
        Rows of the units in the scores.
    rank : (n,)
        1 = best; tied units have the better rank both.
    interval, simultaneous : (n, 2)
        Marginal and simultaneous intervals: from and to.
    may_lead : (n,)
        The units that no other one is clearly better than (Hsu 1984): this set contains the truly best one
        with at least the level.
    letters
        Compact letters by the simultaneous tests of all pairs.
    probability : (n, n) or None
        Of each unit (row) and rank (column); None where a unit has no standard error.
    """

    units: Array
    rank: Array
    interval: Array
    simultaneous: Array
    may_lead: Array
    letters: tuple[str, ...]
    probability: Array | None


def rank_tables(
    compared: ComparedUnits, *, constructs: Sequence[str] | None = None, scopes: Sequence[str] | None = None
) -> RankTables:
    """Ranks of all units and within each parent.

    Parameters
    ----------
    compared
        The units, level and draws. Rank 1 is the highest index, or the lowest where low is good.
    constructs
        Which constructs; default: all, in the order of the scores.
    scopes
        ``all`` and names of parents; default: both, parents where there are several.

    Returns
    -------
    RankTables
        ``ranks``: best first in each construct and scope. A unit without a number has no rank and says why.
        One with a number but without a positive standard error cannot be told apart from any other: its
        interval holds every rank, it may lead and it shares a letter with all; ranks in its scope have no
        probabilities. ``rank_probabilities``: see ``rank_distribution``; ranks with a probability below
        .001 are left out, so the rows of a unit may sum to a little less than 1.

    Raises
    ------
    UsageError
        A construct or scope that there is none of.
    """
    constructs = tuple(constructs) if constructs is not None else compared.scores.constructs
    known = compared.scopes()
    chosen = tuple(scopes) if scopes is not None else tuple(known)
    wrong = [*unknown_constructs(compared.scores, constructs, "constructs")]
    wrong += [
        mistake("scopes", f"no unit belongs to {scope!r}.", f"Write {ALL!r} or the name of a parent.")
        for scope in chosen
        if scope not in known
    ]
    if wrong:
        raise UsageError(wrong)
    ranks: list[Cells] = []
    chances = [typed_frame(SURVEY_TABLES["rank_probabilities"], [])]
    for construct in constructs:
        for scope in chosen:
            ranking = ranked(compared, construct, scope)
            ranks += _rank_rows(compared, construct, scope, ranking)
            chances.append(_probabilities(compared, construct, scope, ranking))
    return RankTables(
        ranks=typed_frame(SURVEY_TABLES["ranks"], ranks),
        probabilities=pd.concat(chances, ignore_index=True),
    )


def ranked(compared: ComparedUnits, construct: str, scope: str = ALL) -> Ranking:
    """Rank the units of a scope (``all``, or a parent's name) in one construct."""
    index, covariance = compared.scores.of(construct)
    tests = compared.tests(construct, scope)
    score = index if tests.high_is_good else -index
    numbered = [int(k) for k in compared.scopes()[scope] if np.isfinite(index[k])]
    units = np.array(sorted(numbered, key=lambda k: (-score[k], compared.scores.keys[k])), dtype=np.int64)
    place = np.zeros(len(index), dtype=np.int64)
    place[units] = np.arange(len(units))
    at = place[tests.units]
    from_each, all_pairs, better = np.zeros((3, len(units), len(units)), dtype=bool)
    from_each[np.ix_(at, at)] = tests.different_from_each()
    all_pairs[np.ix_(at, at)] = tests.different()
    better[np.ix_(at, at)] = tests.better_by > 0
    may_lead = np.ones(len(units), dtype=bool)
    may_lead[at] = tests.may_be_best()
    chances = None
    if 0 < len(tests.units) == len(units):
        joint = covariance[np.ix_(units, units)]
        chances = rank_distribution(score[units], joint, draws=compared.draws, seed=compared.seed)
    return Ranking(
        units=units,
        rank=1 + (score[units] > score[units][:, None]).sum(axis=1),
        interval=_intervals(from_each, better),
        simultaneous=_intervals(all_pairs, better),
        may_lead=may_lead,
        letters=letters(all_pairs),
        probability=chances,
    )


def _intervals(different: Array, better: Array) -> Array:
    """Ranks (n, 2) from and to: behind the clearly better units, before the clearly worse ones."""
    ahead, behind = (different & better).sum(axis=1), (different & ~better).sum(axis=1)
    return np.stack([1 + ahead, len(different) - behind], axis=1)


def _rank_rows(compared: ComparedUnits, construct: str, scope: str, ranking: Ranking) -> Iterator[Cells]:
    index, _ = compared.scores.of(construct)
    reason, names = compared.reasons(construct), compared.names
    unsure = [reason[k] for k in ranking.units if reason[k]]
    general = f"ranks have no probabilities: {listed(unsure)}" if unsure else ""
    where = {"construct": construct, "level": compared.scores.level, "within": scope}
    for place, k in enumerate(ranking.units):
        chances = ranking.probability
        yield where | {
            "unit": names[k],
            "index": index[k],
            "rank": ranking.rank[place],
            "rank_lower": ranking.interval[place, 0],
            "rank_upper": ranking.interval[place, 1],
            "simultaneous_rank_lower": ranking.simultaneous[place, 0],
            "simultaneous_rank_upper": ranking.simultaneous[place, 1],
            "p_first": np.nan if chances is None else chances[place, 0],
            "may_lead": bool(ranking.may_lead[place]),
            "letters": ranking.letters[place],
            "units": len(ranking.units),
            "why": f"not told apart from any other unit: {reason[k]}" if reason[k] else general,
        }
    for k in compared.scopes()[scope]:
        if not np.isfinite(index[k]):
            yield where | {
                "unit": names[k],
                "may_lead": False,
                "letters": "",
                "units": len(ranking.units),
                "why": reason[k],
            }


def _probabilities(compared: ComparedUnits, construct: str, scope: str, ranking: Ranking) -> pd.DataFrame:
    table = SURVEY_TABLES["rank_probabilities"]
    found = np.zeros((0, 0)) if ranking.probability is None else ranking.probability
    place, rank = np.nonzero(found >= RARE)
    columns = {
        "construct": construct,
        "level": compared.scores.level,
        "within": scope,
        "unit": np.array(compared.names, dtype=object)[ranking.units[place]],
        "rank": rank + 1,
        "probability": found[place, rank],
    }
    return pd.DataFrame(columns, columns=list(table.column_names)).astype(typed_frame(table, []).dtypes)
