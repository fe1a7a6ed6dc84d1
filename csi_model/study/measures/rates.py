"""Rates of customers as they are asked for: retention, churn, repurchase, recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from csi_model.errors import Finding
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import Column, Entry, Given, Measured, Range, field_mistake
from csi_model.study.measures.tabled import AnswersEntry, Asked, ranges, tabled

if TYPE_CHECKING:
    from csi_model.measures.questions import Ends, Question

YES_NO = Scale(low=0, high=1)


def yes(question: Question) -> Ends | None:
    """1 on 0-1; nothing is usual on other scales."""
    return (1.0, 1.0) if question.scale == YES_NO else None


def yes_or_likely(question: Question) -> Ends | None:
    """1 on 0-1; on the usual scales what counts as satisfied."""
    from csi_model.measures.boxes import usual_range

    return yes(question) or usual_range(question)


class IntentionEntry(AnswersEntry):
    """A question on what a customer will do; what repurchase and recommendation have in common."""

    column: Column = Field(description="Question on it", examples=["COLUMN"])
    counts: Range | None = Field(
        default=None,
        description="Answers that count [default: 1 of 0-1, 4:5 of 1-5, 5:7 of 1-7, 8:10 of 1-10]",
        examples=["LOW:HIGH"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The question; its scale must be declared."""
        return {self.column: None}

    def carry_out(self, given: Given) -> Measured:
        """The rate by unit, differences, distribution of the answers."""
        from csi_model.measures.boxes import zones_of
        from csi_model.measures.questions import question_of
        from csi_model.measures.rates import rate

        question = question_of(given.answers(), self.column)
        (ends,) = ranges([question], self.counts, yes_or_likely, "counts", self.measure.replace("_", " "))
        made = rate(question, ends, self.measure)
        zones = zones_of(ends, "counts", "counts_not")
        asked = Asked(question=question, quantities=(made,), zones=zones, counted=made.counted)
        return tabled(self.measure, [asked], given)


class RepurchaseRateEntry(IntentionEntry):
    """Repurchase rate: the share of respondents who bought again, or say that they will.

    What counts on a scale of likelihood is a convention (ours is that of the satisfaction rate).
    """

    measure: Literal["repurchase_rate"] = "repurchase_rate"


class RecommendationRateEntry(IntentionEntry):
    """Recommendation rate: the share of respondents who recommended, or say that they will.

    What counts on a scale of likelihood is a convention (ours is that of the satisfaction rate).
    """

    measure: Literal["recommendation_rate"] = "recommendation_rate"


class CustomerFlowEntry(AnswersEntry):
    """Retention and churn from answers or from counts; what the two have in common."""

    column: Column | None = Field(default=None, description="Question or record, 0/1", examples=["COLUMN"])
    counts: Range | None = Field(
        default=None, description="Answers that count [default: 1 of 0-1]", examples=["LOW:HIGH"]
    )
    start: int | None = Field(
        default=None, description="Customers at the start, in place of a question", examples=["N"]
    )
    lost: int | None = Field(default=None, description="How many of these were lost", examples=["N"])

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on 0-1 unless declared otherwise; none with counts."""
        return {} if self.column is None else {self.column: YES_NO}

    def problems(self) -> list[Finding]:
        """Neither a question nor counts, both, or counts that cannot be."""
        both = (self.start, self.lost)
        if self.column is not None:
            named = [name for name, value in zip(("start", "lost"), both, strict=True) if value is not None]
            fix = "Give a question (--column), or counts (--start and --lost)."
            return [field_mistake(name, "stands beside a question.", fix) for name in named]
        made = []
        if self.counts is not None:
            fix = "Name it (--column), or leave this out."
            made.append(field_mistake("counts", "says which answers count, but there is no question.", fix))
        if None in both:
            missing = "column" if both == (None, None) else "start" if self.start is None else "lost"
            fix = "Give a question (--column), or counts (--start and --lost)."
            return [*made, field_mistake(missing, "is missing.", fix)]
        return made + _count_mistakes(*both)

    def carry_out(self, given: Given) -> Measured:
        """Retention, churn and expected lifetime by unit, differences of the rate that is asked for."""
        if self.column is None:
            return self._counted(given)
        from csi_model.frames import typed_frame
        from csi_model.measures.boxes import zones_of
        from csi_model.measures.questions import question_of
        from csi_model.measures.rates import lifetime_rows, other_rate, rate
        from csi_model.vocabulary import MEASURES

        question = question_of(given.answers(), self.column)
        what = "a customer who stayed" if self.measure == "retention" else "a customer who left"
        (ends,) = ranges([question], self.counts, yes, "counts", what)
        other = "churn" if self.measure == "retention" else "retention"
        made = (rate(question, ends, self.measure), other_rate(question, ends, other))
        zones = zones_of(ends, "counts", "counts_not")
        asked = Asked(question=question, quantities=made, zones=zones, counted=made[0].counted)
        done = tabled(self.measure, [asked], given)
        rows: list[dict[Any, Any]] = done.tables["measures"].to_dict("records")
        rows += lifetime_rows(rows)
        tables = {**done.tables, "measures": typed_frame(MEASURES["measures"], rows)}
        return Measured(tables=tables, findings=done.findings)

    def _counted(self, given: Given) -> Measured:
        from csi_model.frames import typed_frame
        from csi_model.measures.rates import customer_rows
        from csi_model.vocabulary import MEASURES

        rows = customer_rows(self.start or 0, self.lost or 0, given.level)
        return Measured(tables={"measures": typed_frame(MEASURES["measures"], rows)})


def _count_mistakes(start: int | None, lost: int | None) -> list[Finding]:
    before, gone = start or 0, lost or 0
    if before == 0:
        return [field_mistake("start", "A rate of no customers is not defined.", "Write 1 or more.")]
    if before < 0:
        return [field_mistake("start", f"is {before}, fewer than none.", "Write 1 or more.")]
    if not 0 <= gone <= before:
        fix = f"Write a number from 0 to {before}: only customers of the start can be lost."
        return [field_mistake("lost", f"is {gone}, of {before} at the start.", fix)]
    return []


class RetentionEntry(CustomerFlowEntry):
    """Retention rate: the share of customers who stayed, with churn and the expected lifetime.

    From a survey column (1 = still a customer) or from counts: churn = lost / start, retention = 1 - churn,
    expected lifetime = 1 / churn in the same periods, if the churn stays as it is.
    """

    measure: Literal["retention"] = "retention"


class ChurnEntry(CustomerFlowEntry):
    """Churn rate: the share of customers who were lost, with retention and the expected lifetime.

    From a survey column (1 = left) or from counts: churn = lost / start, retention = 1 - churn, expected
    lifetime = 1 / churn in the same periods, if the churn stays as it is.
    """

    measure: Literal["churn"] = "churn"


ENTRIES: tuple[type[Entry], ...] = (
    RetentionEntry,
    ChurnEntry,
    RepurchaseRateEntry,
    RecommendationRateEntry,
)
