"""One question as shares and means need it: its answers, its declared scale, which end of it is good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.measures.quantities import Row
from csi_model.model.spec import Scale
from csi_model.survey.survey import DONT_KNOW, Floats, Survey

Ends = tuple[float, float]
"""The lowest and the highest answer that count."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a survey.

    Attributes
    ----------
    answers : (n,)
        In answer units, NaN where there is none.
    reasons : (n,)
        Why there is none, as in ``Survey.reasons``.
    low_is_good
        Whether low answers are good (1 = very satisfied).
    """

    name: str
    answers: Floats
    reasons: NDArray[np.int8]
    scale: Scale
    low_is_good: bool = False

    @property
    def orientation(self) -> str:
        """``high_is_good`` or ``low_is_good``."""
        return "low_is_good" if self.low_is_good else "high_is_good"

    @property
    def points(self) -> Floats:
        """The answers (n,) turned so that high is good: ``low + high - x`` where low answers are good."""
        if self.low_is_good:
            return np.asarray(self.scale.low + self.scale.high - self.answers)
        return self.answers

    @property
    def steps(self) -> int:
        """Number of answers that can be given in whole steps."""
        return int(np.floor(self.scale.width)) + 1

    @property
    def in_steps(self) -> bool:
        """Whether every answer is a whole step of the scale."""
        given = self.answers[np.isfinite(self.answers)] - self.scale.low
        return float(self.scale.width).is_integer() and bool(np.all(given == np.rint(given)))

    def best(self, k: int) -> Ends:
        """The ``k`` best answers."""
        return self._end(k, low=self.low_is_good)

    def worst(self, k: int) -> Ends:
        """The ``k`` worst answers."""
        return self._end(k, low=not self.low_is_good)

    def _end(self, k: int, *, low: bool) -> Ends:
        ends = self.scale
        return (ends.low, ends.low + k - 1) if low else (ends.high - k + 1, ends.high)


def question_of(survey: Survey, name: str, *, low_is_good: bool = False) -> Question:
    """A question of a survey with its declared scale."""
    place = survey.names.index(name)
    return Question(
        name=name,
        answers=survey.answers[:, place],
        reasons=survey.reasons[:, place],
        scale=survey.scales[place],
        low_is_good=low_is_good,
    )


def holds(answers: Any, ends: Ends) -> Floats:
    """1 for answers (n,) from the lower to the upper end, 0 for others, NaN where there is none."""
    values = np.asarray(answers, dtype=float)
    with np.errstate(invalid="ignore"):
        inside = (values >= ends[0]) & (values <= ends[1])
    return np.where(np.isfinite(values), inside.astype(float), np.nan)


def shown_ends(ends: Ends) -> str:
    """A range as tables show it: ``8-10``, ``1``."""
    low, high = ends
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def counted_of(ends: Ends, scale: Scale) -> str:
    """What counts, and on which scale: ``8-10 (1-10)``."""
    return f"{shown_ends(ends)} ({shown_ends((scale.low, scale.high))})"


def _example(question: Question, option: str) -> str:
    """The best answers as somebody would write them: never the whole scale."""
    ends = f"{question.best(1)[0]:g}" if question.steps < 3 else "{:g}:{:g}".format(*question.best(2))
    return f"--{option.replace('_', '-')} {ends} (`{option}` in a study file)"


def range_mistakes(question: Question, ends: Ends, option: str) -> Iterator[Finding]:
    """What is wrong with a range of answers that is to count; ``option`` is its name."""
    low, high = question.scale.low, question.scale.high
    said, scale = shown_ends(ends), shown_ends((low, high))
    fix = f"Give a part of the scale: {_example(question, option)}."
    if ends[0] < low or ends[1] > high:
        what = f"{said} is to count, but the scale is {scale}."
        yield Finding(code="range-off-scale", severity="error", where=question.name, what=what, fix=fix)
    elif ends == (low, high):
        what = f"{said} is to count, which is every answer of the scale {scale}."
        yield Finding(code="range-is-scale", severity="error", where=question.name, what=what, fix=fix)


def range_wanted(question: Question, option: str, what_counts: str) -> Finding:
    """Nobody said what counts, and there is no usual range on this scale."""
    scale = shown_ends((question.scale.low, question.scale.high))
    what = f"what counts as {what_counts} on a scale {scale} is not settled by custom."
    fix = f"Say it: {_example(question, option)}."
    return Finding(code="no-range", severity="error", where=question.name, what=what, fix=fix)


def scale_rows(measure: str, questions: Iterable[Question], counted: Sequence[str]) -> list[Row]:
    """Rows of ``answer_scales``: scale, orientation and answers of each question."""
    return [
        {
            "measure": measure,
            "item": one.name,
            "low": one.scale.low,
            "high": one.scale.high,
            "orientation": one.orientation,
            "counted": words,
            "n": int(np.isfinite(one.answers).sum()),
            "dont_know": int((one.reasons == DONT_KNOW).sum()),
        }
        for one, words in zip(questions, counted, strict=True)
    ]
