"""Satisfaction rate and degree, box scores, mean scores, CSAT, CES: shares and means of one question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from csi_model.measures.estimates import Part
from csi_model.measures.quantities import Quantity, mean_of, share_of
from csi_model.measures.questions import Ends, Question, counted_of, holds, shown_ends
from csi_model.model.spec import Scale
from csi_model.survey.survey import DONT_KNOW

USUALLY_SATISFIED = {(1.0, 5.0): 2, (1.0, 7.0): 3, (1.0, 10.0): 3}
"""Scale > how many of its best answers are usually taken for satisfied: 4-5, 5-7, 8-10."""

CES_SCALES = {"v2": Scale(low=1, high=7), "v1": Scale(low=1, high=5)}
"""Version of the customer effort score > its scale."""

Zones = Callable[[float], str]
"""Answer > the zone that it lies in."""


def usual_range(question: Question) -> Ends | None:
    """The answers that usually count as satisfied; None on scales where nothing is usual."""
    best = USUALLY_SATISFIED.get((question.scale.low, question.scale.high))
    return question.best(best) if best is not None else None


def satisfaction_rate(question: Question, ends: Ends, *, of_all: bool = False) -> Quantity:
    """Satisfaction rate ``S / C``, in percent.

    S are the respondents whose answer counts as satisfied, C the customers that were asked: by default those
    with an answer; with ``of_all`` also those who said that they do not know, who are then not satisfied.
    Refusals and questions that were not asked never count. The source texts leave the treatment of "don't
    know" open; leaving it out is what we decided on as the default. Interval: Wilson (1927).

    Parameters
    ----------
    question
        The question on satisfaction.
    ends
        Answers that count, in answer units; see ``usual_range``.
    of_all
        Whether "don't know" belongs to C.
    """
    scores = holds(question.answers, ends)
    if of_all:
        scores = np.where(question.reasons == DONT_KNOW, 0.0, scores)
    return share_of(
        scores,
        measure="satisfaction_rate_of_all" if of_all else "satisfaction_rate",
        item=question.name,
        counted=counted_of(ends, question.scale),
    )


def satisfaction_degree(question: Question) -> Quantity:
    """Satisfaction degree: how satisfied the respondents are on average, a score of 0 to 100.

    ``(mean - low) / (high - low) * 100``, turned where low answers are good. It is no share of people: all of
    them moderately satisfied gives a middling degree and a rate of 0 or 100.
    """
    return _percent_of_range(question, "satisfaction_degree", "score")


def box_scores(question: Question, top: int, bottom: int) -> Iterator[Quantity]:
    """Share of the ``top`` best answers, of the ``bottom`` worst, and their difference, in percent.

    The net score is ``100 (T - B)`` with the variance ``T + B - (T - B)^2`` of one answer, as for the net
    promoter score. Whole steps are presupposed.
    """
    best, worst = question.best(top), question.worst(bottom)
    high, low = holds(question.answers, best), holds(question.answers, worst)
    for measure, ends, scores in (("top_box", best, high), ("bottom_box", worst, low)):
        yield share_of(scores, measure=measure, item=question.name, counted=counted_of(ends, question.scale))
    yield Quantity(
        measure="net_box",
        item=question.name,
        counted=f"{shown_ends(best)} \u2212 {shown_ends(worst)}",
        parts=(Part(coefficient=100.0, scores=high - low),),
        metric="percentage_points",
        interval="normal",
        bounds=(-100.0, 100.0),
    )


def mean_scores(question: Question) -> Iterator[Quantity]:
    """The mean in answer units, and its two percent forms, which must not be mixed.

    ``percent_of_max = mean / high * 100`` is the Chinese practice of 20-40-60-80-100 on five steps: its floor
    is ``low / high``, not 0. ``percent_of_range = (mean - low) / (high - low) * 100`` runs from 0 to 100. A
    mean of 3.725 on 1-5 is 74.5 in the one and 68.125 in the other. Percent of the highest answer is left out
    where the scale begins below 0 (see ``has_percent_of_max``).
    """
    scale = shown_ends((question.scale.low, question.scale.high))
    yield _mean("mean_score", question)
    if has_percent_of_max(question):
        yield mean_of(
            100 * question.points / question.scale.high,
            measure="percent_of_max",
            item=question.name,
            metric="percent",
            counted=scale,
            bounds=(100 * question.scale.low / question.scale.high, 100.0),
        )
    yield _percent_of_range(question, "percent_of_range", "percent")


def has_percent_of_max(question: Question) -> bool:
    """Whether the mean in percent of the highest answer means something: no answer is below 0."""
    return question.scale.low >= 0


def _percent_of_range(question: Question, measure: str, metric: str) -> Quantity:
    scale = question.scale
    return mean_of(
        100 * (question.points - scale.low) / scale.width,
        measure=measure,
        item=question.name,
        metric=metric,
        counted=shown_ends((scale.low, scale.high)),
        bounds=(0.0, 100.0),
    )


def customer_satisfaction_score(question: Question, ends: Ends) -> Iterator[Quantity]:
    """CSAT: the share of satisfied answers (4-5 on five steps), and the mean that some report instead."""
    counted = counted_of(ends, question.scale)
    yield share_of(holds(question.answers, ends), measure="csat", item=question.name, counted=counted)
    yield _mean("csat_mean", question)


def customer_effort_score(question: Question, ends: Ends, version: str) -> Iterator[Quantity]:
    """CES: the share that found it easy, and the mean; the name of each tells its orientation.

    Version ``v2`` asks for agreement that the company made it easy, 1-7, high is good; its share is that of
    5-7. Version ``v1`` (Dixon, Freeman & Toman 2010, Harvard Business Review 88(7/8), 116-122) asks for the
    effort, 1-5, low is good; its usual form is the mean, and the share of 1-2 beside it is our addition.
    """
    counted = counted_of(ends, question.scale)
    share = holds(question.answers, ends)
    yield share_of(share, measure=f"ces_{version}", item=question.name, counted=counted)
    yield _mean(f"ces_{version}_mean", question)


def _mean(measure: str, question: Question) -> Quantity:
    ends = question.scale.low, question.scale.high
    return mean_of(
        question.answers,
        measure=measure,
        item=question.name,
        metric="answer_units",
        counted=shown_ends(ends),
        bounds=ends,
    )


def zones_of(ends: Ends, inside: str, outside: str) -> Zones:
    """Zones of a range that counts and of all other answers."""
    return lambda answer: inside if ends[0] <= answer <= ends[1] else outside


def box_zones(question: Question, top: int, bottom: int) -> Zones:
    """Zones of the boxes: top, middle, bottom."""
    best, worst = question.best(top), question.worst(bottom)

    def zone(answer: float) -> str:
        if best[0] <= answer <= best[1]:
            return "top"
        return "bottom" if worst[0] <= answer <= worst[1] else "middle"

    return zone


def no_zones(answer: float) -> str:
    """No answer lies in a zone."""
    return ""


def nobody(scores: Any) -> bool:
    """Whether there is no score at all."""
    return not bool(np.isfinite(np.asarray(scores, dtype=float)).any())
