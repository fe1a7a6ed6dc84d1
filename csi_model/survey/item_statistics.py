"""Plain statistics of each question: counts by reason, mean, spread, skewness, best and worst answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi_model.model.spec import Indicator, Scale
from csi_model.survey.places import Mask
from csi_model.survey.survey import ANSWERED, DONT_KNOW, OTHER, REFUSED, SKIPPED, Floats, Survey

FEWEST_STEPS = 5
"""Scales with fewer whole steps have no meaningful "top two"."""


@dataclass(frozen=True, kw_only=True)
class ItemStatistics:
    """One question in one group, over those who answered it (not listwise).

    ``n`` counts answers, the next four the gaps by reason. ``mean``, ``sd`` are in answer units,
    ``skewness`` is the moment coefficient g1 = m3 / m2^(3/2), ``top2`` and ``bottom2`` are shares
    of the answers on the two best and the two worst steps of the declared scale (``high_is_good``
    says which end is best). With weights, all but the counts are weighted. What cannot exist is
    None, and ``why`` says so.
    """

    name: str
    n: int
    skipped: int
    dont_know: int
    refused: int
    other_missing: int
    mean: float | None
    sd: float | None
    skewness: float | None
    top2: float | None
    bottom2: float | None
    why: str


def item_statistics(survey: Survey, mask: Mask | None = None) -> tuple[ItemStatistics, ...]:
    """Describe every question, in model order.

    Parameters
    ----------
    survey
        The survey.
    mask : (n,) bool, optional
        Rows of a group; all rows if None.
    """
    rows = np.ones(len(survey), dtype=bool) if mask is None else mask
    answers, reasons, weights = survey.answers[rows], survey.reasons[rows], survey.weights[rows]
    return tuple(
        _describe(item, answers[:, index], reasons[:, index], weights)
        for index, item in enumerate(survey.model.indicators)
    )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the answers to one question sum up to.

    Attributes
    ----------
    counts : (5,) int
        Rows by reason (see ``Survey.reasons``); the first are those who answered, on whom the rest rests.
    mean, m2, m3
        Weighted mean, and weighted means of (x - mean)^2 and (x - mean)^3.
    lowest, highest
        Answers.
    top, bottom
        Weighted shares of the answers within one step of the high and of the low end of the scale.
    """

    counts: NDArray[np.int64]
    mean: float = np.nan
    m2: float = np.nan
    m3: float = np.nan
    lowest: float = np.nan
    highest: float = np.nan
    top: float = np.nan
    bottom: float = np.nan


def _describe(item: Indicator, answers: Floats, reasons: NDArray[np.int8], weights: Floats) -> ItemStatistics:
    counts = np.bincount(reasons, minlength=OTHER + 1)
    given = reasons == ANSWERED
    x, w = answers[given], weights[given]
    if x.size == 0:
        return described(item, Tally(counts=counts))
    share = w / w.sum()
    mean = float(share @ x)
    centred = x - mean
    low, high = end_steps(item)
    return described(
        item,
        Tally(
            counts=counts,
            mean=mean,
            m2=float(share @ centred**2),
            m3=float(share @ centred**3),
            lowest=float(x.min()),
            highest=float(x.max()),
            top=float(share[x >= high].sum()),
            bottom=float(share[x <= low].sum()),
        ),
    )


def described(item: Indicator, tally: Tally) -> ItemStatistics:
    """Statistics of a question from what its answers sum up to."""
    counts, n = tally.counts, int(tally.counts[ANSWERED])
    why: list[str] = []
    mean = sd = skewness = None
    if n == 0:
        why.append("nobody answered")
    else:
        mean, sd, skewness = _shape(tally, n)
        if sd is None:
            why.append("one answer has no spread")
        elif skewness is None:
            why.append("all answers are equal: no skewness")
    top2, bottom2 = _ends(tally, item)
    if n and top2 is None:
        why.append(f"top and bottom two need a scale of whole numbers with at least {FEWEST_STEPS} steps")
    return ItemStatistics(
        name=item.name,
        n=n,
        skipped=int(counts[SKIPPED]),
        dont_know=int(counts[DONT_KNOW]),
        refused=int(counts[REFUSED]),
        other_missing=int(counts[OTHER]),
        mean=mean,
        sd=sd,
        skewness=skewness,
        top2=top2,
        bottom2=bottom2,
        why="; ".join(why),
    )


def _shape(tally: Tally, n: int) -> tuple[float, float | None, float | None]:
    """Mean, standard deviation and skewness.

    The standard deviation has divisor n - 1 with weights scaled to sum to n:
    ``sd^2 = sum (n w / sum w) (x - m)^2 / (n - 1)``, the usual one for equal weights.
    """
    if n == 1:
        return tally.mean, None, None
    if tally.lowest == tally.highest:
        return tally.mean, 0.0, None
    return tally.mean, math.sqrt(tally.m2 * n / (n - 1)), tally.m3 / tally.m2**1.5


def _ends(tally: Tally, item: Indicator) -> tuple[float | None, float | None]:
    """Shares of the two best and the two worst steps."""
    if tally.counts[ANSWERED] == 0 or item.scale is None or not _has_steps(item.scale):
        return None, None
    return (tally.top, tally.bottom) if item.high_is_good else (tally.bottom, tally.top)


def end_steps(item: Indicator) -> tuple[float, float]:
    """The last of the two lowest and the first of the two highest steps of a question's scale."""
    if item.scale is None:
        return -np.inf, np.inf
    return item.scale.low + 1, item.scale.high - 1


def _has_steps(scale: Scale) -> bool:
    whole = float(scale.low).is_integer() and float(scale.high).is_integer()
    return whole and scale.width >= FEWEST_STEPS - 1
