"""From a model and a codebook to a questionnaire: what is asked, in which order, on which scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from csi_model.columns import Term
from csi_model.columns import make_term as _t
from csi_model.measures import question_frame as frame
from csi_model.measures.answer_scales import NO_YES, ends, steps
from csi_model.measures.question_routing import after_controls, routing_of, with_skips
from csi_model.measures.question_wording import (
    Wording,
    label_term,
    role_of,
    topic_label,
    topic_of,
    wording,
)
from csi_model.measures.questionnaire import (
    DONT_KNOW_CODE,
    REFUSED_CODE,
    Block,
    Choice,
    Kind,
    Question,
    Questionnaire,
)
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Scale
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.codebooks import read_codebook

YES_NO = Scale(low=0.0, high=1.0)
USUAL = Scale(low=1.0, high=10.0)

SCREENING, PERSON, EXTRA = "screening", "person", "recommendation_extra"
_STAGES = (
    "image_first", "expectations", "quality", "value", "satisfaction", "image", "commitment", "other",
    "complaints", "loyalty", "characteristics",
)  # fmt: skip
"""Order of the blocks: that of the methodology sheet, section 6; image first where nothing drives it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is wanted of a questionnaire.

    Attributes
    ----------
    scale
        Scale of the ratings in place of the model's usual one; None keeps that, and is 1 to 10 for questions
        without any. Questions that route others keep their own.
    months
        Window of the screening question.
    named
        Whether it is about one company, so that none is asked for.
    model_only
        Whether only what the model reads is asked: no screening, no extras, nothing about the person.
    """

    scale: Scale | None = None
    months: int = 6
    named: bool = False
    model_only: bool = False


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A column that is to be asked: an indicator, or a source of a derived one."""

    name: str
    item: Indicator
    case: Case | None
    construct: Construct
    role: str


@dataclass(frozen=True, kw_only=True)
class _Book:
    """What codebooks say: the given one over that of the model."""

    columns: Mapping[str, Column]
    own: Mapping[str, Column]
    routing: Mapping[str, Routing]
    dont_know: float
    refused: float


def build(spec: ModelSpec, codebook: Codebook | None = None, wanted: Wanted | None = None) -> Questionnaire:
    """The questionnaire of a model.

    Parameters
    ----------
    spec
        The model. Derived items are replaced by the columns that they are made of.
    codebook
        Scales, missing codes, routing and labels of answers that hold in place of those of the model and of
        the codebook that it names.
    wanted
        Options.

    Raises
    ------
    StudyError
        The model names a codebook that does not exist.
    """
    wanted = wanted or Wanted()
    book = _book(spec, codebook or Codebook())
    sources = _sources(spec)
    usual = _usual(spec)
    controls = {one.column for one in book.routing.values()}
    controls |= {case.when for item in spec.indicators for case in item.cases}
    asked = [
        _question(one, book, _scale(one, book, usual, wanted, fixed=one.name in controls)) for one in sources
    ]
    ordered, titles, stages = _ordered(spec, sources, asked)
    agency = _agency(spec)
    if not wanted.model_only:
        ordered = [_coded(one, book) for one in _framed(ordered, titles, stages, wanted, agency)]
    numbered = with_skips(_numbered(after_controls(ordered), stages))
    blocks = dict.fromkeys(one.block for one in numbered)
    return Questionnaire(
        model=spec.name,
        title=spec.title,
        source=spec.source,
        blocks=tuple(
            Block(
                name=name,
                stage=stages[name],
                title=titles[name],
                questions=tuple(one for one in numbered if one.block == name),
            )
            for name in blocks
        ),
        agency=agency,
        suggested=tuple(item.name for item in spec.indicators if item.suggested),
        known=book.columns,
    )


def _book(spec: ModelSpec, given: Codebook) -> _Book:
    shipped = read_codebook(spec.codebook) if spec.codebook else Codebook()
    columns = {**shipped.columns, **given.columns}
    codes = {reason: code for code, reason in {**shipped.missing, **given.missing}.items()}
    return _Book(
        columns=columns,
        own=given.columns,
        routing=routing_of(spec, columns),
        dont_know=codes.get("dont_know", DONT_KNOW_CODE),
        refused=codes.get("refused", REFUSED_CODE),
    )


def _sources(spec: ModelSpec) -> list[_Source]:
    """Every column once, where it is read first."""
    made: dict[str, _Source] = {}
    for construct in spec.constructs:
        role = role_of(construct.name, construct.label)
        for item in construct.indicators:
            names: list[tuple[str, Case | None]] = [(item.name, None)]
            if item.cases:
                names = [(case.when, None) for case in item.cases] + [
                    (case.take, case) for case in item.cases
                ]
            for name, case in names:
                own = next((one for one in spec.indicators if one.name == name and not one.cases), item)
                found = _Source(name=name, item=own, case=case, construct=construct, role=role)
                if name not in made:
                    made[name] = found
    return list(made.values())


def _usual(spec: ModelSpec) -> Scale | None:
    scales = [item.scale for item in spec.indicators if item.scale is not None and not item.cases]
    return Counter(scales).most_common(1)[0][0] if scales else None


def _scale(one: _Source, book: _Book, usual: Scale | None, wanted: Wanted, *, fixed: bool) -> Scale:
    """The scale of a question: the first that is told of the given codebook, the option, the model ..."""
    own = book.own.get(one.name)
    if own is not None and own.scale is not None:
        return own.scale
    direct = one.item.name == one.name
    declared = one.item.scale if direct else None
    if wanted.scale is not None and not fixed and direct and declared in (None, usual):
        return wanted.scale
    known = book.columns.get(one.name)
    if declared is not None:
        return declared
    if known is not None and known.scale is not None:
        return known.scale
    return _from_case(one) or usual or USUAL


def _from_case(one: _Source) -> Scale | None:
    """Ends of a column from those of the item that is derived from it; an amount starts at zero."""
    case, scale = one.case, one.item.scale
    if case is None or scale is None or case.times == 0:
        return None
    low, high = sorted((end - case.plus) / case.times for end in (scale.low, scale.high))
    return Scale(low=0.0 if low < 0 < high else low + 0.0, high=high)


def _question(one: _Source, book: _Book, scale: Scale) -> Question:
    known = book.columns.get(one.name, Column(name=one.name))
    direct = one.item.name == one.name
    label = dict((one.item.label if direct else {}) or known.label)
    said = wording(one.name, label, one.role, yes_no=scale == YES_NO)
    topic = topic_of(one.name, label)
    person = frame.about_person(one.name, scale) if one.role == "characteristics" else None
    kind, choices = _answers(said, scale, known)
    if person is not None:
        said, (kind, choices) = Wording(kind="", text=person[0]), ("options", person[1])
    own = book.own.get(one.name, Column(name=one.name))
    reversed_ = (one.item.reversed or own.reversed) if direct else known.reversed
    low, high = ends(said.kind or "level") if kind == "scale" else (None, None)
    if reversed_:
        low, high = high, low
        if kind == "steps":
            labels = [choice.label for choice in reversed(choices)]
            choices = tuple(replace(old, label=new) for old, new in zip(choices, labels, strict=True))
    percent = "(percent)" in topic
    codes = _codes(scale, book)
    return Question(
        name=one.name,
        block=one.construct.name,
        label=label or topic_label(one.name),
        stem=said.stem,
        text=said.text,
        kind=kind,
        scale=scale,
        low_label=low,
        high_label=high,
        choices=choices,
        percent=percent,
        over=scale.high + 1 if percent and scale.high + 1 not in codes else None,
        dont_know=codes[0],
        refused=codes[1],
        asked_when=book.routing.get(one.name),
        reversed=reversed_,
    )


def _answers(said: Wording, scale: Scale, known: Column) -> tuple[Kind, tuple[Choice, ...]]:
    """How a question is answered on a scale."""
    if scale == YES_NO:
        return "options", tuple(Choice(code=float(k), label=label) for k, label in enumerate(NO_YES))
    if not scale.in_steps:
        return "number", ()
    codes = [scale.low + k for k in range(int(scale.width) + 1)]
    told = [known.values.get(f"{code:g}", "") for code in codes]
    if all(told):
        kind: Kind = "steps" if len(codes) in (5, 7) else "options"
        return kind, tuple(Choice(code=c, label=_t(t, t)) for c, t in zip(codes, told, strict=True))
    if len(codes) in (5, 7):
        words = steps(said.kind or "level", len(codes))
        return "steps", tuple(Choice(code=c, label=label) for c, label in zip(codes, words, strict=True))
    return "scale", ()


def _codes(scale: Scale, book: _Book) -> tuple[float, float]:
    """Codes of don't know and refused that are no answers: those declared, else 98 and 99, 998 and 999."""
    codes = (book.dont_know, book.refused)
    ten = 10.0
    while any(scale.low <= code <= scale.high for code in codes):
        ten *= 10
        codes = (ten - 2, ten - 1)
    return codes


def _coded(one: Question, book: _Book) -> Question:
    """A question around those of the model with the codes that these have."""
    if one.model or one.dont_know is None:
        return one
    last = max((choice.code for choice in one.choices), default=1.0)
    dont_know, refused = _codes(one.scale or Scale(low=0.0, high=last), book)
    return replace(one, dont_know=dont_know, refused=refused)


def _ordered(
    spec: ModelSpec, sources: Sequence[_Source], asked: Sequence[Question]
) -> tuple[list[Question], dict[str, Term], dict[str, str]]:
    """Questions in the order of their blocks; titles and stages of the blocks."""
    before = _before(spec, spec.index)
    titles: dict[str, Term] = {}
    stages: dict[str, str] = {}
    for one in sources:
        name = one.construct.name
        titles[name] = label_term(name, one.construct.label)
        stages[name] = one.role
        if one.role == "image" and not spec.drivers_of(name):
            stages[name] = "image_first"
        if one.role == "other" and name in before:
            stages[name] = "quality"
    order = sorted(asked, key=lambda question: _STAGES.index(stages[question.block]))
    return order, titles, stages


def _before(spec: ModelSpec, name: str) -> set[str]:
    """Constructs from which a chain of paths leads to one."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        for driver in spec.drivers_of(ahead.pop()):
            if driver not in found:
                found.add(driver)
                ahead.append(driver)
    return found


def _agency(spec: ModelSpec) -> bool:
    roles = {role_of(one.name, one.label) for one in spec.constructs}
    return "trust" in spec.construct_names and "value" not in roles


def _framed(
    questions: list[Question], titles: dict[str, Term], stages: dict[str, str], wanted: Wanted, agency: bool
) -> list[Question]:
    """The questions of the model with those around them."""
    titles |= {
        SCREENING: _t("Screening", "甄别"),
        PERSON: _t("About yourself", "个人情况"),
        EXTRA: _t("Recommendation", "推荐意愿"),
    }
    stages |= {SCREENING: "screening", PERSON: "characteristics", EXTRA: "loyalty"}
    made = list(_with_complaints(questions, stages))
    names = {one.name for one in made}
    if not frame.recommends(made) and "RECOMMEND" not in names:
        block = next((one.block for one in reversed(made) if stages[one.block] == "loyalty"), EXTRA)
        places = [k for k, one in enumerate(made) if one.block == block]
        later = next((k for k, one in enumerate(made) if stages[one.block] == "characteristics"), len(made))
        made.insert(places[-1] + 1 if places else later, frame.recommending_question(block=block))
    block = next((one.block for one in made if stages[one.block] == "characteristics"), PERSON)
    first = frame.screening_questions(
        names, months=wanted.months, named=wanted.named, agency=agency, block=SCREENING
    )
    return [*first, *made, *frame.person_questions(names, block=block)]


def _with_complaints(questions: Sequence[Question], stages: Mapping[str, str]) -> Iterator[Question]:
    """Handling behind a question whether one complained; that question before one on handling."""
    names = {one.name for one in questions}
    complaints = [one for one in questions if stages[one.block] == "complaints"]
    asked = [one for one in complaints if one.scale == YES_NO]
    handled = any(topic_of(one.name, one.label) == "quality of complaint handling" for one in questions)
    for one in questions:
        handling = topic_of(one.name, one.label) == "quality of complaint handling"
        if handling and not asked and one.asked_when is None and "COMP" not in names:
            yield frame.complaint_question(block=one.block)
            yield replace(one, asked_when=Routing(column="COMP", low=1.0, high=1.0))
            continue
        yield one
        if one in asked and len(asked) == 1 and not handled and "HANDLE" not in names:
            yield frame.handling_question(one.name, block=one.block)


def _numbered(questions: Sequence[Question], stages: Mapping[str, str]) -> list[Question]:
    letters = {"screening": "S", "characteristics": "D"}
    counts: Counter[str] = Counter()
    made = []
    for one in questions:
        letter = letters.get(stages[one.block], "Q")
        counts[letter] += 1
        made.append(replace(one, number=f"{letter}{counts[letter]}"))
    return made
