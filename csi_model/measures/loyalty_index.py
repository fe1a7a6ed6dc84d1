"""Loyalty index of three indicators: overall satisfaction, repurchase and recommendation.

The source text names the indicators (satisfaction in 5 steps; probability of buying again above 70 %, 30 to
70 %, below 30 %; recommending: large, possible, none), but gives neither scores nor weights. The convention
here is ours: each indicator is put on 0-100 (steps 0, 25 .. 100; bins 0, 50, 100) and the index is their
weighted mean, with equal weights unless others are given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csi_model.frames import typed_frame
from csi_model.measures.estimates import Design, Part, estimate
from csi_model.measures.quantities import Quantity, Row, Unit, mean_of
from csi_model.model.spec import Scale
from csi_model.survey.survey import Floats, Survey
from csi_model.vocabulary import MEASURES

BINS = (30.0, 70.0)
"""Percent: below the first scores 0, above the second 100, from the one to the other 50."""

GIVES_AWAY = "no contribution: with it the indicator beside it that is suppressed would be known"


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator of the index: its question, score of each respondent, weight, and how it was scored.

    ``scores`` (n,) are on 0-100, NaN without an answer; ``scored`` is ``linear`` or ``bins``.
    """

    item: str
    scores: Floats
    weight: float
    scored: str = "linear"


def scale_of(survey: Survey, name: str) -> Scale:
    """The scale of a question that was read."""
    return survey.scales[survey.names.index(name)]


def rescaled(answers: Any, low: float, high: float, *, low_is_best: bool = False) -> Floats:
    """Answers (n,) on 0-100: ``(x - low) / (high - low) * 100``; turned round where low answers are best."""
    scores = (np.asarray(answers, dtype=float) - low) / (high - low) * 100
    return np.asarray(100 - scores if low_is_best else scores)


def binned(percent: Any, bins: tuple[float, float] = BINS) -> Floats:
    """Probabilities in percent (n,) as 0, 50 or 100: below, within (ends included) and above ``bins``."""
    values = np.asarray(percent, dtype=float)
    scores = np.where(values < bins[0], 0.0, np.where(values > bins[1], 100.0, 50.0))
    return np.where(np.isfinite(values), scores, np.nan)


def normalised(weights: Sequence[float]) -> Floats:
    """Weights that sum to 1.

    Raises
    ------
    ValueError
        One is negative or not finite, or all are zero.
    """
    made = np.asarray(weights, dtype=float)
    if not np.all(np.isfinite(made)) or np.any(made < 0) or made.sum() <= 0:
        raise ValueError("weights must not be negative, and some must be positive")
    return np.asarray(made / made.sum())


def shares_of(indicators: Sequence[Indicator], at_least: int | None = None) -> Floats:
    """What each indicator adds to the index of each respondent (n, k); rows of NaN outside the base.

    ``w_k s_ik / sum w_k`` over the indicators that the respondent answered. So an index is a mean of
    respondents, not of the means of three different groups of them.

    Parameters
    ----------
    at_least
        Indicators that a respondent must have answered to be counted; by default all. With fewer the
        weights of those answered are scaled up to 1; an indicator of weight 0 does not count as answered.
    """
    weights = normalised([one.weight for one in indicators])
    scores = np.column_stack([one.scores for one in indicators])
    there = np.isfinite(scores) & (weights > 0)
    needed = int((weights > 0).sum()) if at_least is None else at_least
    totals = there @ weights
    counted = (there.sum(axis=1) >= needed) & (totals > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(there, scores, 0.0) * weights / totals[:, None]
    parts[~counted] = np.nan
    return np.asarray(parts)


def index_quantities(
    indicators: Sequence[Indicator], *, name: str, at_least: int | None = None
) -> list[Quantity]:
    """The loyalty index, and each indicator by itself among all who answered it.

    Parameters
    ----------
    indicators
        See ``Indicator``.
    name
        What stands as item of the index.
    at_least
        See ``shares_of``.
    """
    weights = normalised([one.weight for one in indicators])
    said = ", ".join(f"{one.item} {share:.4g}" for one, share in zip(indicators, weights, strict=True))
    index = shares_of(indicators, at_least).sum(axis=1)
    ends = (0.0, 100.0)
    made = [mean_of(index, measure="loyalty_index", item=name, metric="score", counted=said, bounds=ends)]
    made += [
        mean_of(one.scores, measure="loyalty_part", item=one.item, metric="score", bounds=ends)
        for one in indicators
    ]
    return made


def parts_frame(
    indicators: Sequence[Indicator],
    units: Sequence[Unit],
    design: Design,
    *,
    at_least: int | None = None,
    min_base: int = 30,
) -> pd.DataFrame:
    """Table ``loyalty_index_parts``: weight, mean score and contribution of each indicator by unit.

    All of them among the respondents of the index, so that contributions sum to the index; ``n`` are those
    of them who answered. In a group where too few of them answered an indicator, it is suppressed, and so are
    the contributions of the others, which together with the index would give it away.
    """
    weights = normalised([one.weight for one in indicators])
    shares = shares_of(indicators, at_least)
    counted = np.isfinite(shares[:, 0])
    rows: list[Row] = []
    for u, unit in enumerate(units):
        base = unit.mask & counted
        made: list[Row] = [
            {
                "unit": unit.name,
                "item": one.item,
                "scored": one.scored,
                "weight": weights[k],
                **_part(one.scores, shares[:, k], base, design, min_base if u else 0),
            }
            for k, one in enumerate(indicators)
        ]
        hidden = any(row["why"].startswith("suppressed") and row["weight"] > 0 for row in made)
        rows += [
            {**row, "contribution": math.nan, "why": GIVES_AWAY} if hidden and not row["why"] else row
            for row in made
        ]
    return typed_frame(MEASURES["loyalty_index_parts"], rows)


def _part(scores: Floats, share: Floats, base: Any, design: Design, min_base: int) -> Mapping[str, Any]:
    n = int(base.sum())
    answered = int((base & np.isfinite(scores)).sum())
    empty: Row = {"n": answered, "part_score": math.nan, "contribution": math.nan, "why": ""}
    if n == 0:
        return {**empty, "why": "nobody answered"}
    fewest = n if n < min_base or answered == 0 else answered
    if fewest < min_base:
        why = f"suppressed: {fewest} respondents are fewer than the minimum base of {min_base}"
        return {**empty, "n": fewest, "why": why}
    mean = estimate((Part(coefficient=1.0, scores=scores),), design.weights, base).value
    contribution = estimate((Part(coefficient=1.0, scores=share),), design.weights, base).value
    why = "" if math.isfinite(mean) else "nobody answered"
    return {**empty, "part_score": mean, "contribution": contribution, "why": why}
