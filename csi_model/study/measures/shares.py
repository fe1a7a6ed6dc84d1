"""Shares and means as they are asked for: satisfaction rate, boxes, mean scores, CSAT, CES, NPS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, UsageError
from csi_model.model.spec import Scale
from csi_model.study.measures import complaints, rates
from csi_model.study.measures.entry import (
    Column,
    Columns,
    Entry,
    Given,
    Measured,
    Pairs,
    Range,
    field_mistake,
)
from csi_model.study.measures.tabled import AnswersEntry, Asked, ranges, tabled

if TYPE_CHECKING:
    from csi_model.measures.quantities import Quantity
    from csi_model.measures.questions import Ends, Question


def _as_word(value: object) -> object:
    """``left-out`` and ``Left out`` are ``left_out``."""
    return value.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(value, str) else value


class RatedEntry(AnswersEntry):
    """Questions on a scale, and which end of it is good; what the entries of this file have in common."""

    column: Columns = Field(description="Question; several by commas", examples=["COLUMN"])
    low_is_good: bool = Field(default=False, description="Low answers are good (1 = very satisfied)")

    def questions(self) -> Mapping[str, Scale | None]:
        """The questions; their scales must be declared."""
        return dict.fromkeys(self.column)

    def problems(self) -> list[Finding]:
        """No question, or one of them twice."""
        if not self.column:
            return [field_mistake("column", "names no question.", "Name at least one column of the survey.")]
        twice = sorted({one for one in self.column if self.column.count(one) > 1})
        return [field_mistake("column", f"names {one!r} twice.", "Name it once.") for one in twice]

    def read(self, given: Given) -> list[Question]:
        """The questions as they were answered."""
        from csi_model.measures.questions import question_of

        return [question_of(given.answers(), one, low_is_good=self.low_is_good) for one in self.column]


class SatisfactionRateEntry(RatedEntry):
    """Satisfaction rate S/C: the share of satisfied respondents, beside the satisfaction degree, a score.

    Satisfied are 4-5 of 5, 5-7 of 7 and 8-10 of 10 unless ``--satisfied`` says otherwise. The source texts
    leave open how "don't know" enters C: here it is left out unless it is to be counted.
    """

    measure: Literal["satisfaction_rate"] = "satisfaction_rate"
    satisfied: Range | None = Field(
        default=None, description="Answers that count as satisfied", examples=["LOW:HIGH"]
    )
    dont_know: Annotated[Literal["left_out", "counted"], BeforeValidator(_as_word)] = Field(
        default="left_out",
        description="Whether “don't know” belongs to C [default: left_out]",
        examples=["left_out|counted"],
    )

    def carry_out(self, given: Given) -> Measured:
        """Rate and degree by unit, differences, distribution of the answers."""
        from csi_model.measures import boxes
        from csi_model.survey.survey import DONT_KNOW

        questions = self.read(given)
        counted = ranges(questions, self.satisfied, boxes.usual_range, "satisfied", "satisfied")
        of_all = self.dont_know == "counted"
        asked, notes = [], []
        for one, ends in zip(questions, counted, strict=True):
            rate = boxes.satisfaction_rate(one, ends, of_all=of_all)
            zones = boxes.zones_of(ends, "satisfied", "not_satisfied")
            asked.append(
                Asked(
                    question=one,
                    quantities=(rate, boxes.satisfaction_degree(one)),
                    zones=zones,
                    counted=rate.counted,
                    dont_know=of_all,
                )
            )
            if of_all and not (one.reasons == DONT_KNOW).any():
                notes.append(_no_dont_know(one.name))
        return tabled(self.measure, asked, given, notes)


def _no_dont_know(name: str) -> Finding:
    return Finding(
        code="no-dont-know",
        severity="note",
        where=name,
        what="“don't know” was to be counted, but no answer is read as such.",
        fix="If a code stands for it, declare it: --missing 98=dont_know.",
    )


class BoxesEntry(RatedEntry):
    """Box scores: share of the best and of the worst answers, and the net of the two."""

    measure: Literal["boxes"] = "boxes"
    top: int = Field(default=2, description="So many best answers [default: 2]", examples=["K"])
    bottom: int | None = Field(
        default=None, description="So many worst answers [default: as many]", examples=["K"]
    )

    def problems(self) -> list[Finding]:
        """Boxes of no answer."""
        made = super().problems()
        for name, k in (("top", self.top), ("bottom", self.bottom)):
            if k is not None and k < 1:
                made.append(field_mistake(name, f"is {k}: that is no answer at all.", "Write 1 or more."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """Top, bottom and net boxes by unit, differences, distribution of the answers."""
        from csi_model.measures import boxes

        bottom = self.top if self.bottom is None else self.bottom
        questions = self.read(given)
        wrong = [one for question in questions for one in _box_mistakes(question, self.top, bottom)]
        if wrong:
            raise UsageError(wrong)
        asked = []
        for one in questions:
            quantities = tuple(boxes.box_scores(one, self.top, bottom))
            zones = boxes.box_zones(one, self.top, bottom)
            asked.append(
                Asked(question=one, quantities=quantities, zones=zones, counted=quantities[-1].counted)
            )
        return tabled(self.measure, asked, given)


def _box_mistakes(question: Question, top: int, bottom: int) -> list[Finding]:
    scale = f"{question.scale.low:g}-{question.scale.high:g}"
    if top + bottom > question.steps:
        what = f"{top} best and {bottom} worst of {question.steps} answers ({scale}) overlap."
        fix = "Take fewer (--top, --bottom)."
    elif not question.in_steps:
        what = f"some answers lie between the steps of {scale}; boxes count whole steps."
        fix = "Measure mean-score of it, or satisfaction-rate with a range."
    else:
        return []
    return [Finding(code="bad-boxes", severity="error", where=question.name, what=what, fix=fix)]


class MeanScoreEntry(RatedEntry):
    """Mean score in answer units, in percent of the highest answer, and in percent of the range.

    The two percent forms must not be mixed: of a mean of 3.725 on 1-5 they make 74.5 and 68.125. The first,
    mean / max, cannot fall below 20 on five steps; the second, (mean - low) / (high - low), runs from 0 to
    100.
    """

    measure: Literal["mean_score"] = "mean_score"

    def carry_out(self, given: Given) -> Measured:
        """The mean in all its forms by unit, differences, distribution of the answers."""
        from csi_model.measures import boxes

        asked, notes = [], []
        for one in self.read(given):
            quantities = tuple(boxes.mean_scores(one))
            asked.append(Asked(question=one, quantities=quantities, zones=boxes.no_zones))
            if not boxes.has_percent_of_max(one):
                what = "its scale begins below 0, so that the mean is not shown in percent of the maximum."
                fix = "Use the percent of the range."
                notes.append(
                    Finding(code="no-percent-of-max", severity="note", where=one.name, what=what, fix=fix)
                )
        return tabled(self.measure, asked, given, notes)


class CsatEntry(RatedEntry):
    """Customer satisfaction score (CSAT): the share of 4-5 on five points, and the mean.

    On other scales usage differs, so that ``--satisfied`` must say what counts.
    """

    measure: Literal["csat"] = "csat"
    satisfied: Range | None = Field(
        default=None,
        description="Answers that count as satisfied [default: 4:5 on 1-5]",
        examples=["LOW:HIGH"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The questions, on 1-5 unless declared otherwise."""
        return dict.fromkeys(self.column, Scale(low=1, high=5))

    def carry_out(self, given: Given) -> Measured:
        """Share and mean by unit, differences, distribution of the answers."""
        from csi_model.measures import boxes

        def usual(one: Question) -> Ends | None:
            return one.best(2) if (one.scale.low, one.scale.high) == (1, 5) else None

        questions = self.read(given)
        counted = ranges(questions, self.satisfied, usual, "satisfied", "satisfied")
        asked = []
        for one, ends in zip(questions, counted, strict=True):
            quantities = tuple(boxes.customer_satisfaction_score(one, ends))
            zones = boxes.zones_of(ends, "satisfied", "not_satisfied")
            asked.append(
                Asked(question=one, quantities=quantities, zones=zones, counted=quantities[0].counted)
            )
        return tabled(self.measure, asked, given)


class CesEntry(AnswersEntry):
    """Customer effort score (CES): the share that found it easy, and the mean.

    Version v2 asks whether the company made it easy, 1-7, high is good, and counts 5-7. Version v1 asks for
    the effort, 1-5, low is good; its usual form is the mean, and the share of 1-2 beside it is ours.
    """

    measure: Literal["ces"] = "ces"
    column: Column = Field(description="Question on effort or ease", examples=["COLUMN"])
    version: Annotated[Literal["v2", "v1"], BeforeValidator(_as_word)] = Field(
        default="v2",
        description="v2: “made it easy” 1-7, high is good; v1: effort 1-5, low is good [default: v2]",
        examples=["v2|v1"],
    )
    easy: Range | None = Field(
        default=None,
        description="Answers that count as easy [default: 5:7 of 1-7; v1: 1:2 of 1-5]",
        examples=["LOW:HIGH"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on the scale of the version unless declared otherwise."""
        return {self.column: Scale(low=1, high=7 if self.version == "v2" else 5)}

    def carry_out(self, given: Given) -> Measured:
        """Share and mean by unit, differences, distribution of the answers."""
        from csi_model.measures import boxes
        from csi_model.measures.questions import question_of

        question = question_of(given.answers(), self.column, low_is_good=self.version == "v1")

        def usual(one: Question) -> Ends | None:
            best = 3 if self.version == "v2" else 2
            return one.best(best) if one.scale == boxes.CES_SCALES[self.version] else None

        (ends,) = ranges([question], self.easy, usual, "easy", "easy")
        quantities = tuple(boxes.customer_effort_score(question, ends, self.version))
        zones = boxes.zones_of(ends, "easy", "not_easy")
        asked = Asked(question=question, quantities=quantities, zones=zones, counted=quantities[0].counted)
        return tabled(self.measure, [asked], given)


class NpsEntry(AnswersEntry):
    """Net promoter score of the question on recommending, with its error, intervals, zones and bands.

    No bands are built in: give those of your field with ``--bands``. The source texts have 50 and more for
    good, 70 to 80 for very loyal customers and 5 to 10 for most firms, but these figures are old.
    """

    measure: Literal["nps"] = "nps"
    column: Column = Field(description="Likelihood to recommend, 0 to 10", examples=["COLUMN"])
    bands: Pairs = Field(
        default_factory=dict,
        description="Names of bands and where each begins; none by default",
        examples=["good=50,very loyal=70"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on 0 to 10 unless declared otherwise."""
        return {self.column: Scale(low=0, high=10)}

    def problems(self) -> list[Finding]:
        """Bands that no score can reach, or two that begin at the same score."""
        made = [
            field_mistake("bands", f"lets {name!r} begin at {low:g}.", "Write a score from -100 to 100.")
            for name, low in self.bands.items()
            if not -100 <= low <= 100
        ]
        if len(set(self.bands.values())) < len(self.bands):
            made.append(field_mistake("bands", "lets two bands begin at the same score.", "Leave one out."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """Score with error and both intervals, zones, differences, distribution of the answers."""
        from csi_model.measures import promoters
        from csi_model.measures.questions import question_of

        question = question_of(given.answers(), self.column)
        scale = f"{question.scale.low:g}-{question.scale.high:g}"
        if not promoters.has_promoters(question.scale):
            what = f"promoters and detractors are defined on 0-10, not on {scale}."
            fix = "Use the question on recommending, or measure boxes with its net."
            raise UsageError.at(self.column, what, fix, code="no-nps-scale")
        lowest = question.scale.low
        notes = [] if lowest == 0 else [_not_from_zero(self.column)]
        band = promoters.band_of(self.bands) if self.bands else None
        scores: list[Quantity] = [
            promoters.net_promoter_score(
                question.answers, self.column, adjusted=one, lowest=lowest, band=band
            )
            for one in (False, True)
        ]
        scores += promoters.promoter_shares(question.answers, self.column, lowest=lowest)
        asked = Asked(
            question=question,
            quantities=tuple(scores),
            zones=promoters.promoter_zone,
            counted=scores[0].counted,
        )
        return tabled(self.measure, [asked], given, notes)


def _not_from_zero(name: str) -> Finding:
    return Finding(
        code="nps-from-one",
        severity="note",
        where=name,
        what="it was asked on 1-10, not 0-10: detractors are 1-6, and scores are not quite those of others.",
        fix="Compare it only with scores that were asked on 1-10.",
    )


ENTRIES: tuple[type[Entry], ...] = (
    SatisfactionRateEntry,
    BoxesEntry,
    MeanScoreEntry,
    CsatEntry,
    CesEntry,
    NpsEntry,
    *rates.ENTRIES,
    *complaints.ENTRIES,
)
