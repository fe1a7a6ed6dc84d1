"""How the answers to a question are distributed in every unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from csi_model.measures.boxes import Zones
from csi_model.measures.estimates import Design, Estimate, Part, covariance, effective, estimate
from csi_model.measures.intervals import wilson
from csi_model.measures.quantities import Row, Unit
from csi_model.measures.questions import Question, holds
from csi_model.model.spec import MOST_STEPS
from csi_model.survey.survey import DONT_KNOW, Floats


def has_distribution(question: Question) -> bool:
    """Whether single answers can be shown: whole steps, and not too many of them."""
    return question.in_steps and question.steps <= MOST_STEPS


def answer_rows(
    measure: str,
    question: Question,
    zones: Zones,
    units: Sequence[Unit],
    design: Design,
    *,
    level: float = 0.95,
    min_base: int = 30,
    dont_know: bool = False,
) -> Iterator[Row]:
    """Rows of ``answer_shares``: the share (0 to 1) of every answer in every unit, with Wilson's interval.

    Parameters
    ----------
    measure
        The measure that the distribution belongs to.
    question
        Its question; see ``has_distribution``.
    zones
        Answer > its zone.
    units
        All respondents first; a later one with a base below ``min_base`` is suppressed.
    dont_know
        Whether those who said that they do not know are part of the base, as an answer of their own.
    """
    answers = [question.scale.low + k for k in range(question.steps)]
    scores: list[tuple[str, str, Floats]] = [
        (f"{answer:g}", zones(answer), holds(question.answers, (answer, answer))) for answer in answers
    ]
    if dont_know:
        said = question.reasons == DONT_KNOW
        scores = [(name, zone, np.where(said, 0.0, hit)) for name, zone, hit in scores]
        unknown = np.where(said, 1.0, np.where(np.isfinite(question.answers), 0.0, np.nan))
        scores.append(("no_opinion", "no_opinion", unknown))
    for place, unit in enumerate(units):
        made = [
            estimate([Part(coefficient=1.0, scores=hit)], design.weights, unit.mask, spread="share")
            for _, _, hit in scores
        ]
        variances = np.diag(covariance(made, design))
        for (name, zone, hit), one, variance in zip(scores, made, variances, strict=True):
            row = _row(one, int(np.nansum(hit[unit.mask])), float(variance), design, level)
            if place and 0 < one.n < min_base:
                row = _suppressed(one.n, min_base)
            yield {"measure": measure, "item": question.name, "unit": unit.name, "answer": name,
                   "zone": zone, **row}  # fmt: skip


def _row(one: Estimate, respondents: int, variance: float, design: Design, level: float) -> Row:
    if one.n == 0:
        return {"respondents": None, "share": math.nan, "ci_lower": math.nan, "ci_upper": math.nan,
                "ci_method": "", "n": 0, "why": "nobody answered"}  # fmt: skip
    se = math.sqrt(variance) if variance >= 0 else math.nan
    lower, upper = wilson(one.value, effective(one, se, simple=design.simple), level)
    known = math.isfinite(lower)
    return {"respondents": respondents, "share": one.value, "ci_lower": lower, "ci_upper": upper,
            "ci_method": "wilson" if known else "", "n": one.n,
            "why": "" if known else "no standard error in this sample"}  # fmt: skip


def _suppressed(n: int, min_base: int) -> Row:
    why = f"suppressed: {n} respondents are fewer than the minimum base of {min_base}"
    return {"respondents": None, "share": math.nan, "ci_lower": math.nan, "ci_upper": math.nan,
            "ci_method": "", "n": n, "why": why}  # fmt: skip
