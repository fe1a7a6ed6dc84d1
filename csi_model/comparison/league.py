"""From groups to a league table: differences, ranks, and scores of the levels above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.aggregate_tables import aggregate_frame, share_frame
from csi_model.comparison.aggregation import RollUp, roll_up
from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import difference_table
from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.comparison.league_scores import cluster_degrees, league_scores, unit_means
from csi_model.comparison.level_trend import level_trend
from csi_model.comparison.means_of_units import left_out_of_means
from csi_model.comparison.ranking import rank_tables
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import UnitScores
from csi_model.comparison.untested import untested_parts, without_untested
from csi_model.errors import Finding
from csi_model.estimation.fits import Fit
from csi_model.evaluation.results import Results
from csi_model.survey.moments import group_masks
from csi_model.survey.survey import Survey

Array = NDArray[Any]

SEVERAL = 40
"""Up to this many units all pairs, the best and ranks are those of every construct, beyond that of the index
alone."""

MARGIN = 2.0
"""Index points within which units count as equivalent."""


@dataclass(frozen=True, kw_only=True)
class LeagueOptions:
    """How units are compared and rolled up.

    Attributes
    ----------
    nested
        Group columns nest, top to bottom: the units of the last belong to those of the one before.
    shares
        What units count by in the level above; used where they nest.
    previous
        Scores of an earlier run, one level each, that stand in where this survey has nothing new.
    margin
        Index points within which units count as equivalent.
    wave, waves
        Group column and value: where one of the columns is a wave, the one that is compared and rolled up;
        and all waves in their order, through which levels above the units are followed.
    """

    nested: bool = False
    shares: tuple[LevelShares, ...] = ()
    previous: tuple[UnitScores | Standing, ...] = ()
    margin: float = MARGIN
    wave: tuple[str, str] | None = None
    waves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class League:
    """Tables by name, and what there is to say."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()


def league(
    results: Results,
    fitted: Fit,
    survey: Survey | None,
    options: LeagueOptions,
    comparable: str | Mapping[str, str] = NOT_TESTED,
    *,
    pairs: Mapping[tuple[str, frozenset[str]], str] = MappingProxyType({}),
    groups: frozenset[str] | None = None,
    sizes: Mapping[tuple[str, ...], float] | None = None,
) -> League:
    """Compare the groups of a survey, and roll them up where they nest.

    Parameters
    ----------
    results, fitted, survey
        Tables of the groups, the fit (its groups may be missing), and the survey that it was made of; None
        where only sums of its respondents were kept.
    options
        How.
    comparable
        Verdict on whether indices of these groups may be compared, for all constructs or by construct.
    pairs
        The same for single pairs, where they were tested: (construct, names of both) > verdict.
    groups
        Names of the groups that the verdict is about; None for all. What involves another one is not tested.
    sizes
        What each group counts by sample size; default: the sums of its weights in the survey.

    Raises
    ------
    UsageError
        Shares or earlier scores that do not fit.
    """
    keys = [tuple(map(str, key)) for key in results.moments["keys"]]
    means = unit_means(keys, results.moments)
    if sizes is None:
        masks = () if survey is None else group_masks(survey)
        sizes = {key: float(survey.weights[mask].sum()) for key, mask in masks if survey is not None}
    index = results.tables["index"]
    scores = {
        weights_from: league_scores(fitted, survey, index, means, weights_from)
        for weights_from in ("pooled", "group")
    }
    units = {weights_from: _at(one, sizes, fitted, options, groups) for weights_from, one in scores.items()}
    shown = units["pooled"]
    if not shown.by:
        return League()
    alone = tuple(one_suppressed(scores["pooled"], fitted.options.min_base))
    if not options.nested:
        made = _joined([*_compared(fitted, shown, options, comparable, None)])
        return League(tables=MappingProxyType(_with_pairs(made, pairs)), findings=alone)
    rolled = {name: _rolled(one, options, survey) for name, one in units.items()}
    upward = rolled["pooled"]
    known = upward.shares[0].share[: len(shown.scores.keys)]
    parts = [*_compared(fitted, shown, options, comparable, known)]
    for one in upward.levels[1:-1]:
        untested = untested_parts(shown.scores, shown.untested, one.scores)
        level = replace(shown, scores=one.scores, untested=untested)
        parts += _compared(fitted, level, options, _above(comparable), None)
    frames = [
        aggregate_frame(one, level=fitted.options.level, weights_from=name) for name, one in rolled.items()
    ]
    parts.append({"aggregates": pd.concat(frames, ignore_index=True), "shares": share_frame(upward)})
    findings = (*alone, *upward.findings, *left_out_of_means(ComparedUnits(scores=shown.scores)))
    if options.wave is not None:
        whole = np.array([sizes[key] for key in scores["pooled"].keys])
        followed = level_trend(
            scores["pooled"], fitted.by, options.shares, options.wave[0], options.waves, whole,
            fitted.options.level, panel=survey is not None and _returning(survey, options.wave[0]),
        )  # fmt: skip
        parts.append({"trend": followed.rows})
        findings = (*findings, *followed.findings)
    return League(tables=MappingProxyType(_with_pairs(_joined(parts), pairs)), findings=findings)


def turned_round(keys: Sequence[tuple[str, ...]], by: Sequence[str]) -> Iterator[Finding]:
    """Neighbouring columns that nest the other way round, which a roll-up would not notice.

    Every value of the upper one has a single value of the lower one, which stands under several: each firm
    would be the parent of its industry.
    """
    for place, (upper, lower) in enumerate(pairwise(by)):
        pairs = {key[place : place + 2] for key in keys}
        above, below = {one for one, _ in pairs}, {two for _, two in pairs}
        if len(pairs) == len(above) > len(below) > 1:
            wanted = [*by[:place], lower, upper, *by[place + 2 :]]
            yield Finding(
                code="turned-round",
                severity="error",
                where=f"{upper}, {lower}",
                what=f"groups are rolled up top to bottom, and here every {upper} has one {lower} while a "
                f"{lower} has several values of {upper}.",
                fix=f"Name them the other way round: {', '.join(wanted)}.",
            )


def one_suppressed(scores: UnitScores, min_base: int) -> Iterator[Finding]:
    """A warning where a single group is suppressed: the others and the whole sample give it away."""
    small = [name for name, n in zip(scores.names, scores.n, strict=True) if n < min_base]
    if len(small) == 1 and len(scores.names) > 1:
        yield Finding(
            code="one-suppressed",
            severity="warning",
            where=small[0],
            what="it is the only suppressed group: its index follows from those of all respondents and of "
            "the other groups.",
            fix="Join it with another group, or publish no index of all respondents beside the groups.",
        )


def _with_pairs(
    tables: dict[str, pd.DataFrame], pairs: Mapping[tuple[str, frozenset[str]], str]
) -> dict[str, pd.DataFrame]:
    """The tables with the verdict on each pair that was tested by itself."""
    if not pairs or "differences" not in tables:
        return tables
    frame = tables["differences"]
    named = zip(frame["construct"], frame["unit_1"], frame["unit_2"], frame["comparable"], strict=True)
    told = [pairs.get((str(name), frozenset((one, two))), known) for name, one, two, known in named]
    return {**tables, "differences": frame.assign(comparable=pd.Series(told, index=frame.index, dtype="str"))}


def _above(comparable: str | Mapping[str, str]) -> str | dict[str, str]:
    """The verdict for levels made of these groups: what is alike in all of them is alike in their levels;
    where it is not, levels were not tested by themselves."""
    if isinstance(comparable, str):
        return comparable if comparable == "yes" else NOT_TESTED
    return {name: answer if answer == "yes" else NOT_TESTED for name, answer in comparable.items()}


def _returning(survey: Survey, column: str) -> bool:
    """Whether anybody answered in two waves."""
    if survey.persons is None:
        return False
    waves = np.unique(np.array(survey.groups[survey.by.index(column)], dtype=str), return_inverse=True)[1]
    answered = np.unique(np.stack([survey.persons, waves])[:, survey.persons >= 0], axis=1)
    return bool(len(np.unique(answered[0])) < answered.shape[1])


@dataclass(frozen=True, kw_only=True)
class _Units:
    """Units that are compared, the columns of their keys, and what they count by sample size (U,).

    ``untested`` are the names of those that the verdict on comparability is not about.
    """

    scores: UnitScores
    by: tuple[str, ...]
    sizes: Array
    untested: frozenset[str]


def _at(
    scores: UnitScores,
    sizes: Mapping[tuple[str, ...], float],
    fitted: Fit,
    options: LeagueOptions,
    groups: frozenset[str] | None,
) -> _Units:
    """The units, those of one wave where one column is the wave."""
    by = fitted.by
    known = np.array([sizes[key] for key in scores.keys])
    tested = np.array([groups is None or name in groups for name in scores.names], dtype=bool)
    if options.wave is None:
        return _Units(scores=scores, by=by, sizes=known, untested=_names(scores, ~tested))
    place = by.index(options.wave[0])
    rows = [k for k, key in enumerate(scores.keys) if key[place] == options.wave[1]]
    chosen = scores.chosen(rows)
    left = by[:place] + by[place + 1 :]
    keys = tuple(key[:place] + key[place + 1 :] for key in chosen.keys)
    named = replace(chosen, keys=keys, level=left[-1] if left else "")
    return _Units(scores=named, by=left, sizes=known[rows], untested=_names(named, ~tested[rows]))


def _names(scores: UnitScores, chosen: Array) -> frozenset[str]:
    return frozenset(name for name, one in zip(scores.names, chosen, strict=True) if one)


def _rolled(units: _Units, options: LeagueOptions, survey: Survey | None) -> RollUp:
    made = roll_up(units.scores, options.shares, units.by, previous=options.previous, sizes=units.sizes)
    if survey is None or survey.cluster is None:
        return made
    levels = [_within_clusters(one, units.by, options, survey) for one in made.levels[1:]]
    return replace(made, levels=(made.levels[0], *levels))


def _within_clusters(
    level: Standing, by: tuple[str, ...], options: LeagueOptions, survey: Survey
) -> Standing:
    """A level whose degrees of freedom are no more than its clusters allow: firms may share them.

    What rests on earlier results, whose clusters are not known, stays as it is.
    """
    keys = level.scores.keys
    columns = [np.array(survey.groups[survey.by.index(name)], dtype=str) for name in by]
    unit = np.full(len(survey), -1, dtype=np.int64)
    for k, key in enumerate(keys):
        inside = np.ones(len(survey), dtype=bool)
        for column, value in zip(columns, key, strict=False):
            inside &= column == value
        unit[inside] = k
    if options.wave is not None:
        name, wave = options.wave
        unit[np.array(survey.groups[survey.by.index(name)], dtype=str) != wave] = -1
    most = cluster_degrees(survey, unit, len(keys))[:, None]
    df = np.where(level.carried > 0, level.df, np.minimum(level.df, most))
    return replace(level, df=df, scores=replace(level.scores, df=df.min(axis=1)))


def _compared(
    fitted: Fit,
    units: _Units,
    options: LeagueOptions,
    comparable: str | Mapping[str, str],
    shares: Array | None,
) -> Iterator[dict[str, pd.DataFrame]]:
    """Differences and ranks of the units of one level."""
    scores = units.scores
    if len(scores.keys) < 2:
        return
    low = tuple(
        one.name for one in fitted.model.constructs if not one.high_is_good and one.name in scores.constructs
    )
    compared = ComparedUnits(
        scores=scores, level=fitted.options.level, low_is_good=low, seed=fitted.options.seed
    )
    said: dict[str, Any] = {"margin": options.margin, "comparable": comparable}
    chosen = None if len(scores.keys) <= SEVERAL else (fitted.model.index,)
    kinds = ("rest", "parent") if options.nested else ("rest",)
    pairs = difference_table(compared, kinds=("pair", "best"), constructs=chosen, **said)
    others = difference_table(compared, kinds=kinds, shares=shares, **said)
    ranks = rank_tables(compared, constructs=chosen)
    both = pd.concat([pairs, others], ignore_index=True)
    yield {
        "differences": without_untested(both, compared, units.untested),
        "ranks": ranks.ranks,
        "rank_probabilities": ranks.probabilities,
    }


def _joined(parts: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Tables of several levels, one below the other."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True) for name in names
    }
