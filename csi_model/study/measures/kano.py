"""Kano's model and penalty-reward contrasts as they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, SurveyError, UsageError
from csi_model.model.messages import mistake
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import Column, Columns, Entry, Given, Measured, Range, field_mistake

if TYPE_CHECKING:
    from csi_model.measures.penalty_reward import Attribute
    from csi_model.survey.survey import Survey

FIVE = Scale(low=1, high=5)
"""Like, must-be, neutral, live with, dislike."""
_HOW = "Write FEATURE=FUNCTIONAL:DYSFUNCTIONAL, such as wifi=WIFI_F:WIFI_D."


def _as_question_pairs(value: object) -> object:
    """``FEATURE=F:D`` texts, or a mapping of such pairs, as feature > two columns."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        parts = [part.strip() for one in value for part in str(one).split(",") if part.strip()]
        wrong = [part for part in parts if "=" not in part]
        if wrong:
            raise mistake(f"has {wrong[0]!r}, which names no feature", _HOW)
        named = [(part.partition("=")[0].strip(), part.partition("=")[2].strip()) for part in parts]
        twice = [name for name, count in Counter(name for name, _ in named).items() if count > 1]
        if twice:
            raise mistake(f"names the feature {twice[0]!r} twice", "Give every feature a name of its own.")
        value = dict(named)
    if not isinstance(value, Mapping):
        return value
    return {name: _two(str(name), pair) for name, pair in value.items()}


def _two(name: str, pair: object) -> object:
    """The two columns of a pair: a list, ``F:D``, ``F/D``, or keys functional and dysfunctional."""
    if isinstance(pair, Mapping) and set(pair) == {"functional", "dysfunctional"}:
        pair = [pair["functional"], pair["dysfunctional"]]
    if isinstance(pair, str):
        pair = pair.split(":" if ":" in pair else "/")
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise mistake(f"does not give {name!r} two columns", _HOW)
    if not all(isinstance(one, str) for one in pair):
        raise mistake(f"has a column of {name!r} that is no text", "Write column names as text, in quotes.")
    columns = [one.strip() for one in pair]
    if not (name.strip() and all(columns)):
        raise mistake(f"leaves a name of {name!r} blank", _HOW)
    return tuple(columns)


QuestionPairs = Annotated[dict[str, tuple[str, str]], BeforeValidator(_as_question_pairs)]
"""Feature > its functional and its dysfunctional question."""


class KanoEntry(Entry):
    """Kano categories and Better-Worse coefficients of features from pairs of questions.

    The functional question asks how one feels with the feature, the dysfunctional one how without it.
    Answers: 1 I like it, 2 it must be so, 3 neutral, 4 I can live with it, 5 I dislike it.
    """

    measure: Literal["kano"] = "kano"
    pairs: QuestionPairs = Field(
        description="Features with their functional and dysfunctional question",
        examples=["FEATURE=F:D,..."],
        min_length=1,
    )
    coding: Literal["like_first", "like_last"] = Field(
        default="like_first",
        description="like_first: 1 is like, 5 dislike; like_last: 1 is dislike, 5 like [default: like_first]",
        examples=["like_first|like_last"],
    )
    evaluation: Literal["standard", "pouliot"] = Field(
        default="standard",
        description="pouliot: must-be twice and live-with twice are questionable [default: standard]",
        examples=["standard|pouliot"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """Both questions of every feature, on five answers."""
        return {name: FIVE for pair in self.pairs.values() for name in pair}

    def problems(self) -> list[Finding]:
        """A question that stands twice."""
        used = Counter(name for pair in self.pairs.values() for name in pair)
        return [
            field_mistake("pairs", f"The question {name!r} stands in {count} places.", "Name each once.")
            for name, count in used.items()
            if count > 1
        ]

    def carry_out(self, given: Given) -> Measured:
        """Categories, strengths, coefficients and scores by unit, and differences of the coefficients."""
        from csi_model.frames import typed_frame
        from csi_model.measures.estimates import Design
        from csi_model.measures.kano import feature, kano_tables, quantities_of
        from csi_model.measures.quantities import measure_tables, one_hidden, units_of
        from csi_model.vocabulary import MEASURES

        survey = given.answers()
        codes = five_answers(survey, list(self.questions()), turned=self.coding == "like_last")
        features = [
            feature(name, codes[with_it], codes[without], self.evaluation)
            for name, (with_it, without) in self.pairs.items()
        ]
        options: dict[str, Any] = {"level": given.level, "min_base": given.min_base}
        made = kano_tables(features, units_of(survey), Design.of(survey), **options)
        tables = measure_tables(quantities_of(features), survey, **options)
        findings = one_hidden(tables)
        tables |= {name: typed_frame(MEASURES[name], rows) for name, rows in made.items()}
        return Measured(tables=tables, findings=(*findings, *_kano_findings(made["kano"])))


def five_answers(survey: Survey, names: list[str], *, turned: bool) -> dict[str, Any]:
    """Answers to Kano questions as 1 like to 5 dislike, by question.

    Raises
    ------
    UsageError
        A question has another number of answers.
    SurveyError
        An answer lies between two.
    """
    import numpy as np

    from csi_model.measures.quantities import column

    scales = dict(zip(survey.names, survey.scales, strict=True))
    other = [name for name in names if scales[name].high - scales[name].low != FIVE.high - FIVE.low]
    if other:
        raise UsageError(
            field_mistake(
                f"--scale {name}",
                f"A question of a Kano pair has five answers, not {scales[name].low:g} to "
                f"{scales[name].high:g}.",
                f"Declare --scale {name}=1:5, or name another column.",
            )
            for name in other
        )
    made, between = {}, []
    for name in names:
        answers = column(survey, name) - scales[name].low + 1
        if np.any(answers[np.isfinite(answers)] % 1):
            between.append(name)
        made[name] = 6 - answers if turned else answers
    if between:
        what = "some answers lie between those of a Kano question, 1 to 5 in whole numbers."
        raise SurveyError(
            Finding(code="not-whole", severity="error", where=name, what=what, fix="Mend them in the file.")
            for name in between
        )
    return made


def _kano_findings(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """Features without answers, of many questionable answers, or that may be coded the other way round."""
    from csi_model.measures.kano import NOBODY
    from csi_model.measures.quantities import EVERYBODY

    for row in rows:
        if row["unit"] != EVERYBODY:
            continue
        if row["why"] == NOBODY:
            what, fix = "nobody answered both questions.", "Check the columns and their missing codes."
            yield Finding(code="no-pair", severity="warning", where=row["feature"], what=what, fix=fix)
        elif row["category"] in ("reverse", "questionable"):
            what = "most answers are reverse or questionable."
            fix = "Check which column is the functional question, and the direction of the coding (--coding)."
            yield Finding(code="odd-pair", severity="warning", where=row["feature"], what=what, fix=fix)


class PenaltyRewardEntry(Entry):
    """What low and high ratings of attributes go with in overall satisfaction (penalty-reward contrasts).

    Low and high answers are by default the lowest 40 % and the highest 20 % of a scale's answers: 1-4 and
    9-10 of ten, 1-3 and 7 of seven, 1-2 and 5 of five.
    """

    measure: Literal["penalty_reward"] = "penalty_reward"
    target: Column = Field(description="Overall satisfaction", examples=["COLUMN"])
    attributes: Columns = Field(
        description="Ratings of attributes", examples=["COLUMN,COLUMN,..."], min_length=1
    )
    low: Range | None = Field(
        default=None, description="Low answers, in place of the usual ones", examples=["LOW:HIGH"]
    )
    high: Range | None = Field(
        default=None, description="High answers, in place of the usual ones", examples=["LOW:HIGH"]
    )
    min_cell: int = Field(
        default=10,
        ge=2,
        description="Fewest low, middle or high answers of a contrast that is shown [default: 10]",
        examples=["N"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """Overall satisfaction and the attributes; their scales must be declared."""
        return dict.fromkeys([self.target, *self.attributes])

    def problems(self) -> list[Finding]:
        """Attributes named twice, the target among them, and ranges that meet."""
        made = [
            field_mistake("attributes", f"{name!r} is named {count} times.", "Name each attribute once.")
            for name, count in Counter(self.attributes).items()
            if count > 1
        ]
        if self.target in self.attributes:
            what = f"{self.target!r} is the overall satisfaction itself."
            made.append(field_mistake("attributes", what, "Leave it out of the attributes."))
        if self.low and self.high and self.low[1] >= self.high[0]:
            what = f"It begins with {self.high[0]:g}, low answers end with {self.low[1]:g}."
            made.append(field_mistake("high", what, "Leave answers between low and high ones."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """Penalties, rewards, ranges and classes by unit."""
        from csi_model.frames import typed_frame
        from csi_model.measures.estimates import Design
        from csi_model.measures.penalty_reward_rows import contrast_differences, penalty_reward_tables
        from csi_model.measures.quantities import column, units_of
        from csi_model.vocabulary import MEASURES

        survey = given.answers()
        attributes = list(self._attributes(survey))
        design = Design.of(survey)
        made = penalty_reward_tables(
            attributes,
            column(survey, self.target),
            self.target,
            units_of(survey),
            design,
            level=given.level,
            min_base=given.min_base,
            min_cell=self.min_cell,
            seed=given.seed,
        )
        pairs = list(contrast_differences(made["penalty_reward"], design, given.level))
        stored = {**made, "measure_differences": pairs}
        tables = {name: typed_frame(MEASURES[name], rows) for name, rows in stored.items()}
        return Measured(tables=tables, findings=tuple(_contrast_findings(made, survey, self.attributes)))

    def _attributes(self, survey: Survey) -> Iterator[Attribute]:
        """Every attribute with its low and high answers.

        Raises
        ------
        UsageError
            Low and high answers that a scale does not have, or that leave none between: all at once.
        """
        from csi_model.measures.penalty_reward import Attribute, usual_cuts
        from csi_model.measures.quantities import column

        scales = dict(zip(survey.names, survey.scales, strict=True))
        wrong = []
        for name in self.attributes:
            scale = scales[name]
            cuts = usual_cuts(scale)
            low = self.low or ((scale.low, cuts[0]) if cuts else None)
            high = self.high or ((cuts[1], scale.high) if cuts else None)
            found = _cut_mistake(name, scale, low, high)
            if found is not None:
                wrong.append(found)
            elif low is not None and high is not None:
                yield Attribute(
                    name=name, ratings=column(survey, name), low=low[1], high=high[0],
                    low_words=_words(scale.low, low[1]), high_words=_words(high[0], scale.high),
                )  # fmt: skip
        if wrong:
            raise UsageError(wrong)


def _words(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def _cut_mistake(
    name: str, scale: Scale, low: tuple[float, float] | None, high: tuple[float, float] | None
) -> Finding | None:
    """Why an attribute cannot be cut into low, middle and high answers like this."""
    told = f"the scale of {name}, {scale.low:g} to {scale.high:g}"
    if low is None or high is None:
        what = f"{told[0].upper()}{told[1:]}, has too few answers for low, middle and high ones."
        return field_mistake("--attributes", what, "Leave the attribute out: three answers are needed.")
    if not (scale.low <= low[1] < high[0] <= scale.high):
        what = f"Low answers up to {low[1]:g} and high ones from {high[0]:g} do not fit {told}."
        return field_mistake("--low, --high", what, "Write answers of its scale, the low ones first.")
    if low[0] > scale.low or high[1] < scale.high:
        what = f"Low answers begin and high ones end inside {told}."
        fix = f"Let low answers begin with {scale.low:g} and high ones end with {scale.high:g}."
        return field_mistake("--low, --high", what, fix)
    if high[0] - low[1] <= 1:
        what = f"Low answers up to {low[1]:g} and high ones from {high[0]:g} leave none between in {told}."
        return field_mistake("--low, --high", what, "Leave at least one answer between them.")
    return None


def _contrast_findings(
    made: Mapping[str, list[dict[str, Any]]], survey: Survey, attributes: list[str]
) -> Iterator[Finding]:
    """Answers that are missing, attributes that overlap, and coefficients of the wrong sign."""
    import numpy as np

    from csi_model.measures.penalty_reward import OVERLAP
    from csi_model.measures.quantities import EVERYBODY, column

    used = int(made["penalty_reward_fit"][0]["n"])
    if used < len(survey):
        gaps = {name: int(np.isnan(column(survey, name)).sum()) for name in attributes}
        worst = max(gaps, key=lambda name: gaps[name])
        what = f"{used} of {len(survey)} respondents answered all of the questions; the others are left out."
        fix = f"Most answers are missing to {worst} ({gaps[worst]}); you may leave it out."
        fix = fix if gaps[worst] else ""  # all gaps are the target's, which nobody can leave out
        severity: Literal["warning", "note"] = "warning" if used < 0.8 * len(survey) else "note"
        yield Finding(code="incomplete", severity=severity, where="", what=what, fix=fix)
    for row in made["penalty_reward"]:
        if row["unit"] != EVERYBODY:
            continue
        if row["vif"] >= OVERLAP:
            what = f"its low and high answers overlap with those of the others (inflation {row['vif']:.1f})."
            fix = "Read its penalty and reward with care, or leave out one that it goes with."
            yield Finding(code="overlap", severity="warning", where=row["attribute"], what=what, fix=fix)
        signs = {"penalty": row["penalty_ci_lower"] > 0, "reward": row["reward_ci_upper"] < 0}
        for name in (name for name, wrong in signs.items() if wrong):
            what = f"its {name} has clearly the wrong sign."
            fix = "Check the direction of its scale, and whether another attribute says the same."
            yield Finding(code="wrong-sign", severity="warning", where=row["attribute"], what=what, fix=fix)


ENTRIES: tuple[type[Entry], ...] = (KanoEntry, PenaltyRewardEntry)
