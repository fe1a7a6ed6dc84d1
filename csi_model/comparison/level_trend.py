"""The trend of industries, sectors and the whole: each wave rolled up, changes with their joint error.

With Sigma the joint covariance of all units in all waves (common weights included) and A_w what the units of
wave w count by in a level, the change from wave v to wave w has the variance

    A_w Sigma_ww A_w' + A_v Sigma_vv A_v' - A_w Sigma_wv A_v' - (A_w Sigma_wv A_v')'

Shares are those of the study in every wave, so that a change is one of scores, not of markets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.aggregation import TOTAL, RollUp, intervals_of, roll_up
from csi_model.comparison.share_names import listed, units_by_name
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.unit_scores import UnitScores, unit_name
from csi_model.comparison.waves import FIRST, judge_changes
from csi_model.errors import Finding, UsageError
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LevelTrend:
    """Rows of table ``trend`` for the levels above the units, and what there is to say."""

    rows: pd.DataFrame
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class _Wave:
    """One wave rolled up: its name, places of its units among all, and of each level the weights (m, P, U)
    that lead there from the units."""

    name: str
    places: Array
    rolled: RollUp
    ways: tuple[Array, ...]


def level_trend(
    scores: UnitScores,
    by: tuple[str, ...],
    shares: Sequence[LevelShares],
    column: str,
    waves: Sequence[str],
    sizes: Array,
    level: float,
    *,
    panel: bool = False,
) -> LevelTrend:
    """Follow every level above the units through the waves.

    Parameters
    ----------
    scores
        Units in all waves; the wave is one value of their keys.
    by
        Group columns of the keys, the wave ``column`` among them.
    shares
        What units count by; amounts of units that a wave has not are left aside in it.
    waves
        Their order.
    sizes : (U,)
        What units count by sample size.
    level
        Confidence level.
    panel
        Some respondents are in several waves, which the covariance of the units allows for.

    Returns
    -------
    LevelTrend
        Under ``pooled`` weights. Without rows, and with a note, where the shares do not fit a wave; with a
        warning where a unit has a number in one of two waves only, so that the levels above rest on others.
    """
    place = by.index(column)
    left = by[:place] + by[place + 1 :]
    keys = [key[:place] + key[place + 1 :] for key in scores.keys]
    made: list[_Wave] = []
    for wave in waves:
        rows = np.array([k for k, key in enumerate(scores.keys) if key[place] == wave], dtype=np.int64)
        chosen = scores.chosen(rows)
        named = replace(chosen, keys=tuple(keys[k] for k in rows), level=left[-1])
        try:
            rolled = roll_up(named, _known(shares, left, keys, named.keys), left, sizes=sizes[rows])
        except UsageError as error:
            return LevelTrend(rows=typed_frame(SURVEY_TABLES["trend"], ()), findings=(_none(wave, error),))
        made.append(_Wave(name=wave, places=rows, rolled=rolled, ways=tuple(_ways(rolled))))
    method = "panel" if panel else "independent"
    found = [row for depth in range(len(left)) for row in _rows(scores, made, depth, level)]
    found = [{**row, "method": row["method"] and method} for row in found]
    return LevelTrend(rows=typed_frame(SURVEY_TABLES["trend"], found), findings=tuple(_other_units(made)))


def _known(
    shares: Sequence[LevelShares],
    by: Sequence[str],
    everywhere: Sequence[tuple[str, ...]],
    here: Sequence[tuple[str, ...]],
) -> tuple[LevelShares, ...]:
    """Shares without the amounts of units that are in other waves only."""
    made = []
    for one in shares:
        depth = by.index(one.level) + 1
        ours = units_by_name(list(dict.fromkeys(key[:depth] for key in here)))
        others = units_by_name(list(dict.fromkeys(key[:depth] for key in everywhere)))
        kept = {name: amount for name, amount in one.amounts.items() if name in ours or name not in others}
        made.append(replace(one, amounts=kept))
    return tuple(made)


def _ways(rolled: RollUp) -> Iterator[Array]:
    """Weights (m, P, U) from the units to each level above."""
    way = None
    for weights in rolled.weights:
        way = weights if way is None else weights @ way
        yield way


def _other_units(waves: Sequence[_Wave]) -> Iterator[Finding]:
    """A warning for every two waves in a row that rest on different units."""
    numbered = []
    for wave in waves:
        scores = wave.rolled.levels[0].scores
        there = np.isfinite(scores.index).any(axis=1)
        numbered.append(dict.fromkeys(unit_name(scores.keys[k]) for k in np.flatnonzero(there)))
    for k in range(1, len(waves)):
        earlier, later = numbered[k - 1], numbered[k]
        left = [name for name in earlier if name not in later]
        new = [name for name in later if name not in earlier]
        told = [
            f"Only the {which} wave has a number for {listed(names)}."
            for which, names in (("earlier", left), ("later", new))
            if names
        ]
        if told:
            yield Finding(
                code="other-units",
                severity="warning",
                where=f"{waves[k - 1].name} and {waves[k].name}",
                what=" ".join(told),
                fix="The change of a level above is in part one of which units have a number; read it beside "
                "the changes of the units.",
            )


def _none(wave: str, error: UsageError) -> Finding:
    return Finding(
        code="no-level-trend",
        severity="note",
        where=f"wave {wave}",
        what="levels above the units have no trend, as the shares do not fit this wave: "
        f"{error.findings[0].what}",
        fix="Give shares that hold in every wave; those of the last wave are used for its league.",
    )


def _rows(scores: UnitScores, waves: Sequence[_Wave], depth: int, level: float) -> Iterator[Cells]:
    """Rows of all units of one level."""
    quantile = float(stats.norm.ppf(0.5 + level / 2))
    units = list(dict.fromkeys(key for wave in waves for key in wave.rolled.levels[depth + 1].scores.keys))
    for key in units:
        for j, construct in enumerate(scores.constructs):
            cells = [_cells(wave, depth, key, j, level) for wave in waves]
            for k in range(1, len(waves)):
                pair = _Pair(waves=(waves[k - 1], waves[k]), depth=depth, key=key, construct=j)
                _change(scores, pair, cells[k - 1], cells[k], quantile)
            judge_changes(cells, level)
            named = {"unit": unit_name(key) or TOTAL, "construct": construct, "weights_from": "pooled"}
            yield from ({**named, **one} for one in cells)


def _cells(wave: _Wave, depth: int, key: tuple[str, ...], j: int, level: float) -> Cells:
    found = wave.rolled.levels[depth + 1]
    empty: Cells = dict.fromkeys(
        ("index", "se", "ci_lower", "ci_upper", "n_eff", "change", "change_se", "change_ci_lower",
         "change_ci_upper", "z"), np.nan
    )  # fmt: skip
    if key not in found.scores.keys:
        return empty | {"wave": wave.name, "n": 0, "ci_method": "", "method": "", "why": "not in this wave"}
    row = found.scores.keys.index(key)
    lower, upper = intervals_of(found, level)
    return empty | {
        "wave": wave.name,
        "index": found.scores.index[row, j],
        "se": found.scores.se[row, j],
        "ci_lower": lower[row, j],
        "ci_upper": upper[row, j],
        "ci_method": "aggregated" if np.isfinite(found.scores.se[row, j]) else "",
        "n": int(found.n[row, j]),
        "n_eff": found.n_eff[row, j],
        "method": "",
        "why": str(found.why[row, j]) or FIRST,
    }


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """A unit of a level and a construct in two waves."""

    waves: tuple[_Wave, _Wave]
    depth: int
    key: tuple[str, ...]
    construct: int

    def ways(self, count: int) -> tuple[Array, Array]:
        """What all units (U,) count by in either wave."""
        made = []
        for wave in self.waves:
            row = wave.rolled.levels[self.depth + 1].scores.keys.index(self.key)
            way = np.zeros(count)
            way[wave.places] = wave.ways[self.depth][self.construct, row]
            made.append(way)
        return made[0], made[1]


def _change(scores: UnitScores, pair: _Pair, before: Cells, now: Cells, quantile: float) -> None:
    """Put the change between two waves into the later one's cells."""
    difference = now["index"] - before["index"]
    now["why"] = "" if now["why"] == FIRST else now["why"]
    if not np.isfinite(difference):
        now["why"] = now["why"] or f"{before['wave']}: {before['why']}"
        return
    first, second = pair.ways(len(scores.keys))
    counted = np.flatnonzero((first != 0) | (second != 0))
    apart = (second - first)[counted]
    variance = apart @ scores.covariance[pair.construct][np.ix_(counted, counted)] @ apart
    se = float(np.sqrt(variance)) if variance >= 0 else np.nan
    now["change"], now["change_se"], now["method"] = difference, se, "independent"
    now["change_ci_lower"], now["change_ci_upper"] = difference - quantile * se, difference + quantile * se
    if se > 0:
        now["z"] = difference / se
    else:
        now["why"] = now["why"] or "the standard error of the change is zero"
