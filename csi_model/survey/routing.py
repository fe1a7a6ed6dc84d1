"""Questions that were not asked, items derived from others, reversed items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from csi_model.model.spec import Indicator
from csi_model.survey.answers import Answers, column_where
from csi_model.survey.places import Hits, Places
from csi_model.survey.plans import Plan
from csi_model.survey.remarks import Remark
from csi_model.survey.survey import ANSWERED, OTHER, SKIPPED


def apply_routing(plan: Plan, columns: Mapping[str, Answers], places: Places) -> tuple[Answers, list[Remark]]:
    """Mark blanks of a question as not asked where its routing says so.

    The routing question decides by its answer; where it was answered "don't know" or refused, or was
    itself skipped, the condition is not met either. Where it is merely blank, nothing is known, and
    the blank stays one.
    """
    answers = columns[plan.name]
    routing = plan.asked_when
    if routing is None:
        return answers, []
    control = columns[routing.column]
    with np.errstate(invalid="ignore"):
        asked = (control.values >= routing.low) & (control.values <= routing.high)
    not_asked = ~asked & (control.reasons != OTHER)
    reasons = answers.reasons.copy()
    reasons[not_asked & (reasons == OTHER)] = SKIPPED
    odd = not_asked & (reasons == ANSWERED)

    def say(hits: Hits, samples: tuple[str, ...]) -> str:
        return (
            f"{hits.of('answer')} although the question is asked only when {routing.column} is "
            f"{routing.low:g}-{routing.high:g} ({hits}); nothing is left out."
        )

    remarks: list[Remark] = []
    if odd.any():
        fix = "Check the routing in the codebook, or blank these cells."
        remarks.append(
            Remark(
                code="answered-not-asked",
                severity="warning",
                where=column_where(plan),
                hits=places.hits(odd),
                say=say,
                fix=fix,
            )
        )
    return replace(answers, reasons=reasons), remarks


def derive(item: Indicator, columns: Mapping[str, Answers], places: Places) -> tuple[Answers, list[Remark]]:
    """Compute a derived item: the first case whose ``when`` lies in its range gives the value.

    A value is missing for the reason of the column that its case takes; where the ``when`` of the
    cases is missing, for the reason of the first of them; where no case covers the answer, ``other``.
    """
    size = columns[item.cases[0].when].values.size
    values = np.full(size, np.nan)
    reasons = np.full(size, OTHER, dtype=np.int8)
    open_rows = np.ones(size, dtype=bool)
    for case in item.cases:
        when, take = columns[case.when], columns[case.take]
        with np.errstate(invalid="ignore"):
            applies = open_rows & (when.values >= case.low) & (when.values <= case.high)
        values[applies] = case.plus + case.times * take.values[applies]
        reasons[applies] = take.reasons[applies]
        open_rows &= ~applies
    for case in reversed(item.cases):
        when = columns[case.when]
        unknown = open_rows & (when.reasons != ANSWERED)
        reasons[unknown] = when.reasons[unknown]
    uncovered = open_rows.copy()
    for case in item.cases:
        uncovered &= columns[case.when].reasons == ANSWERED
    names = ", ".join(dict.fromkeys(case.when for case in item.cases))

    def say(hits: Hits, samples: tuple[str, ...]) -> str:
        return f"For {hits.of('row')} no case covers the answer to {names}."

    remarks: list[Remark] = []
    if uncovered.any():
        fix = "They are missing; widen the ranges of the cases if they should not be."
        hits = places.hits(uncovered)
        remarks.append(
            Remark(code="no-case", severity="warning", where=item.name, hits=hits, say=say, fix=fix)
        )
    return Answers(values=values, reasons=reasons, top_coded=np.zeros(size, dtype=bool)), remarks


def turn_round(item: Indicator, answers: Answers) -> Answers:
    """Return ``low + high - x`` for a reversed item, any other as it is."""
    if not item.reversed or item.scale is None:
        return answers
    return replace(answers, values=item.scale.low + item.scale.high - answers.values)
