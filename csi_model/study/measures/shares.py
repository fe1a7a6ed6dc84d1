"""Shares and means as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from csi_model.model.spec import Scale
from csi_model.study.measures.entry import Column, Entry, Given, Measured


class NpsEntry(Entry):
    """Net promoter score of the question on recommending, with its error, interval and bands."""

    measure: Literal["nps"] = "nps"
    column: Column = Field(description="Likelihood to recommend, 0 to 10", examples=["COLUMN"])

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on 0 to 10 unless declared otherwise."""
        return {self.column: Scale(low=0, high=10)}

    def carry_out(self, given: Given) -> Measured:
        """Score, error and interval by unit, and differences."""
        from csi_model.measures.promoters import net_promoter_score
        from csi_model.measures.quantities import column, measure_tables, one_hidden

        survey = given.answers()
        answers = column(survey, self.column)
        asked = [net_promoter_score(answers, self.column, adjusted=one) for one in (False, True)]
        tables = measure_tables(asked, survey, level=given.level, min_base=given.min_base)
        return Measured(tables=tables, findings=one_hidden(tables))


ENTRIES: tuple[type[Entry], ...] = (NpsEntry,)
