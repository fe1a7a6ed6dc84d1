"""Whether answers may count as numbers or are ordered steps: by number of steps, skewness and sample size.

- Up to 4 steps: ordered. Estimates that take them for numbers are biased, whatever the sample (Rhemtulla,
  Brosseau-Liard & Savalei 2012, Psychological Methods 17, 354-373).
- 5 or 6 steps: numbers with robust errors where the answers are about symmetric and interviews few; ordered
  where they are skewed or interviews many (the same). Skewed is beyond 1 (Muthen & Kaplan 1985, British
  Journal of Mathematical and Statistical Psychology 38, 171-189).
- 7 steps and more: numbers.
- Ordered answers ask for interviews: below about 200 their standard errors are rough (Li 2016, Behavior
  Research Methods 48, 936-949).

A construct goes by its question with the fewest steps. A construct of one question, such as a complaint, has
nothing to be biased: it is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csi_model.errors import Finding
from csi_model.model.spec import MOST_STEPS, Construct, Indicator
from csi_model.survey.item_statistics import item_statistics
from csi_model.survey.moments import group_masks
from csi_model.survey.steps import steps_of
from csi_model.survey.survey import ANSWERED, Survey

FEW, SEVERAL = 4, 6
"""Most steps that are too few for numbers, and that leave it open."""
SKEWED = 1.0
"""Largest skewness of answers that still count as about symmetric."""
LEAST, ENOUGH = 200, 500
"""Respondents below which ordered answers are rough, and from which they are the better choice."""

NAMED = 20
"""Most groups that a note names one by one."""

NUMBERS = ("ml", "mlr", "mlm", "fiml")
"""Estimators that take answers for numbers and errors out of them."""
ORDERED = "wlsmv"
"""The estimator that takes answers for ordered steps."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the questions of one construct were asked and answered.

    Attributes
    ----------
    construct
        Its name.
    steps
        For each question the steps of its scale; infinite where there are more than 11, or none.
    skewness
        Of those answers in size the largest, with its sign; 0 where it is not known.
    """

    construct: str
    steps: tuple[float, ...]
    skewness: float

    @property
    def fewest(self) -> float:
        """Steps of the question that has the fewest."""
        return min(self.steps)


def is_ordered(asked: Asked, n: int) -> bool:
    """Whether answers of ``n`` respondents should count as ordered steps."""
    if asked.fewest <= FEW:
        return True
    if asked.fewest > SEVERAL:
        return False
    return n >= ENOUGH or (abs(asked.skewness) > SKEWED and n >= LEAST)


def advised(survey: Survey, estimator: str = "ml") -> Survey:
    """Return the survey with what ``treatment_advice`` says among its findings; as it is for PLS."""
    if estimator not in (*NUMBERS, ORDERED):
        return survey
    return replace(survey, findings=(*survey.findings, *treatment_advice(survey)))


def treatment_advice(survey: Survey) -> tuple[Finding, ...]:
    """Recommend an estimator for a survey.

    Nothing where no construct has several questions, or where a construct is made of others, which ordered
    steps cannot have.
    """
    found, n = _asked(survey), _complete(survey)
    ordered = [one for one in found if is_ordered(one, n)]
    if not found or (ordered and _made_of_others(survey)):
        return ()
    # the one that says most: what needs ordered steps, coarsest first, then the most skewed
    chosen = min(ordered or found, key=lambda one: (one.fewest, -abs(one.skewness)))
    return (advice(chosen, n),)


def treatment_note(survey: Survey, estimator: str, min_base: int = 0) -> tuple[Finding, ...]:
    """Contradict an estimator that takes coarse answers for numbers, or numbers for ordered steps, and say
    where there are too few interviews for ordered steps.

    Coarse is where two questions of a construct have few steps; a complaint asked with yes or no, alone or
    beside a rating, is no reason for it. Groups with fewer interviews than ``min_base`` have no numbers and
    are not named.
    """
    if estimator == ORDERED:
        if all(np.isinf(steps) for steps in _every(survey)):
            return (_NOTHING,)
        return tuple(_too_few(survey, min_base))
    if estimator not in NUMBERS or _made_of_others(survey):
        return ()
    coarse = [one for one in _asked(survey) if sum(steps <= FEW for steps in one.steps) > 1]
    if not coarse:
        return ()
    return (advice(min(coarse, key=lambda one: one.fewest), _complete(survey)),)


def _too_few(survey: Survey, min_base: int) -> Iterator[Finding]:
    """The whole sample, and all groups in one finding, where complete interviews are fewer than the least."""
    n = _complete(survey)
    fix = "Read intervals and tests as rough; what is close to a limit is open."
    said = {"code": "few-for-ordered", "where": "answers", "fix": fix}
    if n < LEAST:
        what = f"with {n} complete interviews the standard errors of wlsmv are rough: {LEAST} are the least"
        yield Finding(**said, severity="note", what=f"{what} (Li 2016).")
    given = (survey.reasons == ANSWERED).all(axis=1)
    sizes = {" / ".join(key): int(given[mask].sum()) for key, mask in group_masks(survey) if key}
    few = [f"{name} ({size})" for name, size in sizes.items() if min_base <= size < LEAST]
    if few:
        more = f" and {len(few) - NAMED} more" if len(few) > NAMED else ""
        what = f"these groups have fewer than {LEAST} complete interviews, so that their standard errors by "
        what += f"wlsmv are rough (Li 2016): {', '.join(few[:NAMED])}{more}."
        yield Finding(**said, severity="note", what=what)


def advice(asked: Asked, n: int) -> Finding:
    """Put the rule into words, for the construct that decides and ``n`` complete interviews."""
    ordered = is_ordered(asked, n)
    what = f"{_scale(asked)}{_because(asked, n)}"
    fix = _USE_ORDERED if ordered else _USE_NUMBERS
    if ordered and n < LEAST:
        fix += (
            f" With {n} complete interviews its standard errors are rough: {LEAST} are the least (Li 2016)."
        )
    return Finding(code="answer-treatment", severity="note", where="answers", what=what, fix=fix)


_NOTHING = Finding(
    code="nothing-ordered",
    severity="warning",
    where="answers",
    what=f"no question has whole steps, {MOST_STEPS} at most: wlsmv takes all answers for numbers here.",
    fix="Use --estimator mlr, or declare the scales of the questions.",
)

_USE_ORDERED = (
    "Take the answers for ordered steps: --estimator wlsmv (in a study file `name: wlsmv` under `estimator`)."
)
_USE_NUMBERS = "Take the answers for numbers, with robust errors: --estimator mlr."
_SOURCE = "(Rhemtulla, Brosseau-Liard & Savalei 2012)"


def _scale(asked: Asked) -> str:
    if np.isinf(asked.fewest):
        return f"questions of {asked.construct} have no steps, or more than {MOST_STEPS}"
    some = "" if max(asked.steps) == asked.fewest else "as few as "
    return f"questions of {asked.construct} are asked in {some}{asked.fewest:.0f} steps"


def _because(asked: Asked, n: int) -> str:
    if asked.fewest <= FEW:
        return f", too few to count as numbers: loadings and paths would be biased {_SOURCE}."
    if asked.fewest > SEVERAL:
        return f": answers so fine count as numbers {_SOURCE}."
    skewed = abs(asked.skewness) > SKEWED
    answered = f" and answered with a skewness of up to {asked.skewness:.2f}"
    if skewed and n < LEAST:
        return (
            f"{answered}, which speaks for ordered steps, but {n} complete interviews are too few for these: "
            f"{LEAST} are the least (Li 2016)."
        )
    if skewed:
        return f"{answered}: as numbers, loadings and paths would be biased {_SOURCE}."
    if n >= ENOUGH:
        return f", and {n} complete interviews are enough to take them for what they are {_SOURCE}."
    return f"{answered}, which is mild: with {n} complete interviews they may count as numbers {_SOURCE}."


def _asked(survey: Survey) -> list[Asked]:
    """Constructs with several questions of their own."""
    statistics = {one.name: one.skewness or 0.0 for one in item_statistics(survey)}
    return [
        _construct(survey, construct, statistics)
        for construct in survey.model.constructs
        if len(construct.indicators) > 1
    ]


def _construct(survey: Survey, construct: Construct, skewness: Mapping[str, float]) -> Asked:
    return Asked(
        construct=construct.name,
        steps=tuple(_steps(survey, construct.indicators)),
        skewness=max((skewness[item.name] for item in construct.indicators), key=abs),
    )


def _every(survey: Survey) -> Iterator[float]:
    """Steps of every question."""
    return _steps(survey, survey.model.indicators)


def _steps(survey: Survey, items: Sequence[Indicator]) -> Iterator[float]:
    return (steps_of(survey, item) for item in items)


def _made_of_others(survey: Survey) -> bool:
    """Whether a construct repeats the questions of others, or is a product of two."""
    return any(construct.repeats or construct.product for construct in survey.model.constructs)


def _complete(survey: Survey) -> int:
    """Respondents who answered every question."""
    return int((survey.reasons == ANSWERED).all(axis=1).sum())
