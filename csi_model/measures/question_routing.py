"""Routing: which question depends on which, and where every answer leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from csi_model.measures.questionnaire import Question, Skip
from csi_model.model.spec import Case, ModelSpec
from csi_model.survey.codebook import Column, Routing

MOST_ANSWERS = 101
"""Of scales with more whole numbers the questions that depend on them say when they are asked."""

Range = tuple[float, float]


def routing_of(spec: ModelSpec, known: Mapping[str, Column]) -> dict[str, Routing]:
    """Column > when it is asked.

    A codebook says so, or a derived item does: a column that its cases take only where another one has an
    answer in a range is asked only then.
    """
    direct = {item.name for item in spec.indicators if not item.cases}
    found: dict[str, list[Case]] = {}
    for item in spec.indicators:
        for case in item.cases:
            found.setdefault(case.take, []).append(case)
    made = {}
    for name, cases in found.items():
        controls = {case.when for case in cases}
        if name not in direct and len(controls) == 1 and name not in controls:
            low, high = min(case.low for case in cases), max(case.high for case in cases)
            made[name] = Routing(column=cases[0].when, low=low, high=high)
    for name, column in known.items():
        if column.asked_when is not None:
            made[name] = column.asked_when
    return made


def after_controls(questions: Sequence[Question]) -> list[Question]:
    """The questions in their order, those that depend on a later one moved behind it, into its block."""
    made = list(questions)
    for _ in range(len(made)):
        places = {one.name: k for k, one in enumerate(made)}
        late = next(
            (
                (k, places[one.asked_when.column])
                for k, one in enumerate(made)
                if one.asked_when is not None and places.get(one.asked_when.column, -1) > k
            ),
            None,
        )
        if late is None:
            break
        place, control = late
        moved = replace(made.pop(place), block=made[control - 1].block)
        made.insert(control, moved)
    return made


def with_skips(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Every question with where its answers lead; nothing where all lead to the next one."""
    return tuple(replace(one, skips=_skips(questions, k)) for k, one in enumerate(questions))


def _skips(questions: Sequence[Question], place: int) -> tuple[Skip, ...]:
    one = questions[place]
    known: dict[str, Range | None] = {}
    if one.asked_when is not None:
        known[one.asked_when.column] = (one.asked_when.low, one.asked_when.high)
    answers = _answers(one)
    led = [_led(questions, place, known | {one.name: (answer, answer)}) for answer in answers]
    none = _led(questions, place, known | {one.name: None})
    asks_none = one.dont_know is not None or one.refused is not None
    ends = one.ends_when
    if ends is None and set(led) | ({none} if asks_none or not led else set()) == {place + 1}:
        return ()
    if ends is None and len({*led, none}) == 1:
        return (_skip(questions, none, None, None),)
    made: list[Skip] = []
    start = 0
    over = [ends is not None and ends[0] <= answer <= ends[1] for answer in answers]
    for k in range(1, len(answers) + 1):
        if k == len(answers) or (led[k], over[k]) != (led[start], over[start]):
            low, high = answers[start], answers[k - 1]
            made.append(
                Skip(low=low, high=high, ends=True)
                if over[start]
                else _skip(questions, led[start], low, high)
            )
            start = k
    if asks_none:
        made.append(_skip(questions, none, None, None))
    return tuple(made)


def _answers(one: Question) -> list[float]:
    if one.choices:
        return [choice.code for choice in one.choices]
    if one.scale is None or not (float(one.scale.low).is_integer() and float(one.scale.high).is_integer()):
        return []
    if one.scale.width >= MOST_ANSWERS:
        return []
    return [float(k) for k in range(int(one.scale.low), int(one.scale.high) + 1)]


def _led(questions: Sequence[Question], place: int, known: Mapping[str, Range | None]) -> int:
    """Place of the question that comes next, given what is known of answers (None: there is none).

    Where it is not known whether a question is asked, it is the next one: it says itself when it is asked.
    """
    told = dict(known)
    for k in range(place + 1, len(questions)):
        routing = questions[k].asked_when
        if routing is None or routing.column not in told:
            return k
        answer = told[routing.column]
        if answer is not None and answer[1] >= routing.low and answer[0] <= routing.high:
            return k
        told[questions[k].name] = None
    return len(questions)


def _skip(questions: Sequence[Question], place: int, low: float | None, high: float | None) -> Skip:
    number = questions[place].number if place < len(questions) else ""
    return Skip(low=low, high=high, number=number)
