"""The tables that shares and means have in common, and ranges of answers that count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csi_model.errors import Finding, UsageError
from csi_model.study.measures.entry import Entry, Given, Measured

if TYPE_CHECKING:
    from csi_model.measures.boxes import Zones
    from csi_model.measures.quantities import Quantity
    from csi_model.measures.questions import Ends, Question


class AnswersEntry(Entry):
    """An entry whose tables tell how many respondents do not know."""

    def counts_dont_know(self) -> bool:
        """They are read."""
        return True


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a measure: what is measured of it, and the zones of its answers.

    ``counted`` says what counts; ``dont_know`` whether those who do not know are part of the base.
    """

    question: Question
    quantities: tuple[Quantity, ...]
    zones: Zones
    counted: str = ""
    dont_know: bool = False


def tabled(measure: str, asked: Sequence[Asked], given: Given, findings: Sequence[Finding] = ()) -> Measured:
    """Measures and differences, scales of the questions, distribution of their answers."""
    from csi_model.frames import typed_frame
    from csi_model.measures.distributions import answer_rows, has_distribution
    from csi_model.measures.estimates import Design
    from csi_model.measures.quantities import measure_tables, one_hidden, units_of
    from csi_model.measures.questions import scale_rows
    from csi_model.vocabulary import MEASURES

    survey = given.answers()
    quantities = [quantity for one in asked for quantity in one.quantities]
    tables = measure_tables(quantities, survey, level=given.level, min_base=given.min_base)
    design, units = Design.of(survey), units_of(survey)
    rows: list[dict[str, Any]] = []
    for one in asked:
        if has_distribution(one.question):
            rows += answer_rows(
                measure, one.question, one.zones, units, design,
                level=given.level, min_base=given.min_base, dont_know=one.dont_know,
            )  # fmt: skip
    scales = scale_rows(measure, [one.question for one in asked], [one.counted for one in asked])
    more = {
        "answer_scales": typed_frame(MEASURES["answer_scales"], scales),
        "answer_shares": typed_frame(MEASURES["answer_shares"], rows),
    }
    return Measured(tables={**tables, **more}, findings=(*findings, *one_hidden(tables)))


def ranges(
    questions: Sequence[Question],
    ends: Ends | None,
    usual: Callable[[Question], Ends | None],
    option: str,
    what: str,
) -> list[Ends]:
    """What counts of each question: as asked for, or as usual.

    Raises
    ------
    UsageError
        Ranges beyond a scale, or scales without a usual range: all at once.
    """
    made, wrong = sorted_out(questions, ends, usual, option, what)
    if wrong:
        raise UsageError(wrong)
    return made


def sorted_out(
    questions: Sequence[Question],
    ends: Ends | None,
    usual: Callable[[Question], Ends | None],
    option: str,
    what: str,
) -> tuple[list[Ends], list[Finding]]:
    """The same, with what is wrong in place of an error."""
    from csi_model.measures.questions import range_mistakes, range_wanted

    made: list[Ends] = []
    wrong: list[Finding] = []
    for question in questions:
        chosen = ends if ends is not None else usual(question)
        if chosen is None:
            wrong.append(range_wanted(question, option, what))
            continue
        wrong += range_mistakes(question, chosen, option)
        made.append(chosen)
    return made, wrong
