"""Complaints as they are asked for: the complaint rate, and the funnel from problem to staying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from csi_model.errors import Finding, UsageError
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import Column, Entry, Given, Measured, Range, field_mistake
from csi_model.study.measures.rates import YES_NO, yes, yes_or_likely
from csi_model.study.measures.tabled import AnswersEntry, Asked, ranges, sorted_out, tabled

if TYPE_CHECKING:
    from csi_model.measures.complaints import Funnel
    from csi_model.measures.questions import Ends, Question
    from csi_model.survey.survey import Floats


class ComplaintRateEntry(AnswersEntry):
    """Complaint rate: the share of respondents who complained; low is good."""

    measure: Literal["complaint_rate"] = "complaint_rate"
    column: Column = Field(description="Has complained, 0/1", examples=["COLUMN"])
    counts: Range | None = Field(
        default=None, description="Answers that mean a complaint [default: 1 of 0-1]", examples=["LOW:HIGH"]
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on 0-1 unless declared otherwise."""
        return {self.column: YES_NO}

    def carry_out(self, given: Given) -> Measured:
        """The rate by unit and differences."""
        from csi_model.measures.boxes import zones_of
        from csi_model.measures.questions import question_of
        from csi_model.measures.rates import rate

        question = question_of(given.answers(), self.column, low_is_good=True)
        (ends,) = ranges([question], self.counts, yes, "counts", "a complaint")
        made = rate(question, ends, self.measure)
        zones = zones_of(ends, "counts", "counts_not")
        asked = Asked(question=question, quantities=(made,), zones=zones, counted=made.counted)
        return tabled(self.measure, [asked], given)


class ComplaintFunnelEntry(AnswersEntry):
    """Complaint funnel: who had a problem, complained, was handled well and stayed."""

    measure: Literal["complaint_funnel"] = "complaint_funnel"
    complaint: Column = Field(description="Has complained, 0/1", examples=["COLUMN"])
    handling: Column | None = Field(
        default=None, description="How the complaint was handled", examples=["COLUMN"]
    )
    staying: Column | None = Field(default=None, description="Stays, or will buy again", examples=["COLUMN"])
    problem: Column | None = Field(default=None, description="Had a problem, 0/1", examples=["COLUMN"])
    complained: Range | None = Field(
        default=None, description="Answers that mean a complaint [default: 1 of 0-1]", examples=["LOW:HIGH"]
    )
    well: Range | None = Field(
        default=None,
        description="Answers that mean handled well [default: 1 of 0-1, 4:5, 5:7, 8:10 of 5, 7, 10]",
        examples=["LOW:HIGH"],
    )
    stays: Range | None = Field(
        default=None, description="Answers that mean staying [default: likewise]", examples=["LOW:HIGH"]
    )
    had_problem: Range | None = Field(
        default=None, description="Answers that mean a problem [default: 1 of 0-1]", examples=["LOW:HIGH"]
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The questions by stage; complaint and problem are on 0-1 unless declared otherwise."""
        asked: dict[str, Scale | None] = {} if self.problem is None else {self.problem: YES_NO}
        asked[self.complaint] = YES_NO
        return asked | {name: None for name in (self.handling, self.staying) if name is not None}

    def problems(self) -> list[Finding]:
        """One question for two stages, what counts without its question, or nothing beyond the complaint."""
        asked = {
            "problem": self.problem,
            "complaint": self.complaint,
            "handling": self.handling,
            "staying": self.staying,
        }
        names = list(asked.values())
        made = [
            field_mistake(key, f"is {name!r} like another stage.", "Name a question for each stage.")
            for k, (key, name) in enumerate(asked.items())
            if name is not None and name in names[:k]
        ]
        for key, ends, question in (
            ("well", self.well, "handling"),
            ("stays", self.stays, "staying"),
            ("had_problem", self.had_problem, "problem"),
        ):
            if ends is not None and asked[question] is None:
                fix = f"Name it (--{question}), or leave this out."
                made.append(field_mistake(key, "says which answers count, but there is no question.", fix))
        if not made and (self.handling, self.staying, self.problem) == (None, None, None):
            what = "is the only stage."
            fix = "Add --handling, --staying or --problem, or measure complaint-rate."
            made.append(field_mistake("complaint", what, fix))
        return made

    def carry_out(self, given: Given) -> Measured:
        """The funnel by unit, and how many more stay after a complaint that was handled well."""
        from csi_model.frames import typed_frame
        from csi_model.measures.complaints import covered_recovery, funnel_rows, recovery
        from csi_model.measures.estimates import Design
        from csi_model.measures.quantities import measure_tables, one_hidden, units_of
        from csi_model.measures.questions import scale_rows
        from csi_model.vocabulary import MEASURES

        survey = given.answers()
        read, counted, funnel = self._funnel(given)
        rows = funnel_rows(
            funnel, units_of(survey), Design.of(survey), level=given.level, min_base=given.min_base
        )
        quantities = list(recovery(funnel, self.staying or ""))
        tables = measure_tables(quantities, survey, level=given.level, min_base=given.min_base)
        stages = typed_frame(MEASURES["complaint_funnel"], rows)
        tables["measures"] = covered_recovery(tables["measures"], stages)
        more = {
            "complaint_funnel": stages,
            "answer_scales": typed_frame(MEASURES["answer_scales"], scale_rows(self.measure, read, counted)),
        }
        hidden = one_hidden({"measures": stages.assign(measure=stages["stage"], item="", counted="")})
        findings = tuple(dict.fromkeys((*hidden, *one_hidden(tables))))
        return Measured(tables={**tables, **more}, findings=findings)

    def _funnel(self, given: Given) -> tuple[list[Question], list[str], Funnel]:
        """The questions in the order of the stages, what counts of each, and who reached which stage."""
        from csi_model.measures.complaints import Funnel
        from csi_model.measures.questions import counted_of, holds, question_of

        survey = given.answers()
        stages: tuple[tuple[str, str | None, Ends | None, Callable[[Question], Ends | None], str], ...] = (
            ("problem", self.problem, self.had_problem, yes, "had_problem"),
            ("complained", self.complaint, self.complained, yes, "complained"),
            ("handled_well", self.handling, self.well, yes_or_likely, "well"),
            ("stayed", self.staying, self.stays, yes_or_likely, "stays"),
        )
        read, counted, wrong = [], [], []
        reached: dict[str, Floats] = {}
        for stage, name, ends, usual, option in stages:
            if name is None:
                continue
            question = question_of(survey, name, low_is_good=stage in ("problem", "complained"))
            found, mistakes = sorted_out([question], ends, usual, option, f"“{stage.replace('_', ' ')}”")
            wrong += mistakes
            if mistakes:
                continue
            read.append(question)
            counted.append(counted_of(found[0], question.scale))
            reached[stage] = holds(question.answers, found[0])
        if wrong:
            raise UsageError(wrong)
        return read, counted, Funnel(**reached)


ENTRIES: tuple[type[Entry], ...] = (ComplaintRateEntry, ComplaintFunnelEntry)
