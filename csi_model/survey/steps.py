"""Which questions are asked in steps, and so have ordered answers: decided once, from the whole survey.

A group or the ladder of invariance must not decide for itself: one answer between the steps,
given in one group only, would make a question continuous there and ordered elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.model.spec import MOST_STEPS, Indicator
from csi_model.survey.places import SHOWN, Hits, Mask
from csi_model.survey.survey import ANSWERED, Survey


def steps_of(survey: Survey, item: Indicator) -> float:
    """Steps of a question; infinite where answers lie between them, or there are too many to be steps."""
    if item.scale is None or not item.scale.in_steps or _between(survey, item).any():
        return np.inf
    return item.scale.width + 1


def ordered_items(survey: Survey) -> tuple[str, ...]:
    """Names of the questions with ordered answers, in model order."""
    return tuple(item.name for item in survey.model.indicators if np.isfinite(steps_of(survey, item)))


def step_findings(survey: Survey) -> Iterator[Finding]:
    """What to say where some answers are taken for ordered and others for numbers."""
    if not ordered_items(survey):
        return
    numbers = []
    for place, item in enumerate(survey.model.indicators):
        between = _between(survey, item)
        if item.scale is None or not item.scale.in_steps:
            numbers.append(item.name)
        elif between.any():
            given = int((survey.reasons[:, place] == ANSWERED).sum())
            yield Finding(
                code="between-steps",
                severity="warning",
                where=item.name,
                what=f"{between.sum()} of {given} answers lie between the steps of the scale "
                f"({_named(survey.rows[between])}), so that the question counts as a number, not as ordered "
                "steps.",
                fix="Correct these answers, or empty them, if the question was asked in steps.",
            )
    if numbers:
        yield Finding(
            code="not-in-steps",
            severity="note",
            where="answers",
            what=f"{', '.join(numbers)} count as numbers: their scales have no whole steps, or more than "
            f"{MOST_STEPS}.",
            fix="Declare their scales if they were asked in steps.",
        )


def _between(survey: Survey, item: Indicator) -> Mask:
    """Respondents (n,) whose answer to a question is no whole number."""
    place = survey.names.index(item.name)
    answers = survey.answers[:, place]
    return np.asarray((survey.reasons[:, place] == ANSWERED) & (answers != np.round(answers)))


def _named(rows: NDArray[np.int64]) -> Hits:
    return Hits(count=rows.size, first=tuple(str(row) for row in rows[:SHOWN]))
