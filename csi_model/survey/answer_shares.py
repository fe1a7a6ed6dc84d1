"""How the answers to every question are distributed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from csi_model.model.spec import MOST_STEPS, Indicator, Scale
from csi_model.survey.survey import ANSWERED, Floats, Survey

NOT_IN_STEPS = f"its answers are no whole steps, or more than {MOST_STEPS}"


def answer_rows(survey: Survey) -> Iterator[dict[str, Any]]:
    """Rows of the table ``answers``: how many gave each answer, and which share of all answers that is.

    Parameters
    ----------
    survey
        The survey; those who answered the question count, as in the table ``indicators``, also where the
        fit leaves them out for a gap elsewhere.

    Yields
    ------
    dict
        ``indicator``, ``answer`` (as text), ``respondents`` (unweighted), ``share`` (0 to 1, weighted where
        there are weights; the shares of a question add up to 1), ``why``. Every step of the declared scale
        has its row, also one that nobody chose. A question that is not asked in steps has one row without
        an answer that says so.
    """
    for place, item in enumerate(survey.model.indicators):
        given = survey.reasons[:, place] == ANSWERED
        yield from _rows(item, survey.answers[given, place], survey.weights[given])


def _rows(item: Indicator, answers: Floats, weights: Floats) -> Iterator[dict[str, Any]]:
    if item.scale is None or not _in_steps(item.scale, answers):
        empty = {"answer": "", "respondents": None, "share": np.nan}
        yield {"indicator": item.name, **empty, "why": NOT_IN_STEPS}
        return
    whole = float(weights.sum())
    for step in np.arange(item.scale.low, item.scale.high + 1):
        chosen = answers == step
        yield {
            "indicator": item.name,
            "answer": f"{step:g}",
            "respondents": int(chosen.sum()),
            "share": float(weights[chosen].sum()) / whole,
            "why": "",
        }


def _in_steps(scale: Scale, answers: Floats) -> bool:
    within = (answers >= scale.low) & (answers <= scale.high) & (answers == np.round(answers))
    return scale.in_steps and bool(within.all())
