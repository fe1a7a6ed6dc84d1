"""The analytic hierarchy process as it is asked for: weights, and satisfaction of a survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from csi_model.model.spec import Scale
from csi_model.study.measures.ahp_customers import AhpLoyaltyEntry
from csi_model.study.measures.ahp_options import WeightsEntry, copy_of, labels_of
from csi_model.study.measures.entry import Entry, Given, Measured


class AhpEntry(WeightsEntry):
    """Weights and consistency of a hierarchy of criteria and factors (AHP).

    The file holds judgements over the children of each node: how much more one matters than another, 1/9 to
    9. With -o FOLDER a copy of it is put there, so that a shipped one (satisfaction, loyalty) can be edited.
    """

    measure: Literal["ahp"] = "ahp"
    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("hierarchy",)

    def carry_out(self, given: Given) -> Measured:
        """Weights, consistency, and the judgements to revisit."""
        from csi_model.measures.ahp_tables import ahp_findings, ahp_tables

        source = self.source(given)
        solved = self.solved(source.hierarchy)
        return Measured(
            tables=ahp_tables(solved),
            findings=ahp_findings(solved),
            files=copy_of(source),
            labels=labels_of(source.hierarchy),
        )


class AhpSatisfactionEntry(WeightsEntry):
    """Satisfaction of a survey under the weights of a hierarchy (AHP).

    Each factor is a question, under its own name or that of its ``column``, on 1 to 5 unless declared
    otherwise. Its value is DC = mean / highest answer, which on 1 to 5 cannot be below 0.2; --rescale takes
    (mean - lowest) / (highest - lowest). The score is 100 times the sum of the values under the global
    weights. The source text speaks of 13 factors but lists 12, and its formulas are reconstructed; any number
    is taken.
    """

    measure: Literal["ahp_satisfaction"] = "ahp_satisfaction"
    arguments: ClassVar[tuple[str, ...]] = ("hierarchy",)
    rescale: bool = Field(False, description="(mean - lowest) / (highest - lowest): a score from 0, not 20")

    def questions(self) -> Mapping[str, Scale | None]:
        """The factors, on 1 to 5 unless declared otherwise; none before the file is read."""
        if self._source is None:
            return {}
        return {node.column: Scale(low=1, high=5) for node in self._source.hierarchy.factors}

    def carry_out(self, given: Given) -> Measured:
        """Score, criteria and factors by unit."""
        from csi_model.measures.ahp_scoring import factor_table, satisfaction_quantities, survey_values
        from csi_model.measures.ahp_tables import ahp_findings
        from csi_model.measures.quantities import column, measure_tables, one_hidden

        source = self.source(given)
        hierarchy = source.hierarchy
        survey, solved = given.answers(), self.solved(hierarchy)
        values = survey_values(solved, survey, rescale=self.rescale)
        quantities = satisfaction_quantities(solved, values, rescale=self.rescale)
        tables = measure_tables(quantities, survey, level=given.level, min_base=given.min_base)
        highest = dict(zip(survey.names, survey.scales, strict=True))
        means = {
            node.name: (column(survey, node.column), highest[node.column].high) for node in hierarchy.factors
        }
        factors = factor_table(
            solved, values, survey, measure=self.measure, means=means, min_base=given.min_base
        )
        return Measured(
            tables={**tables, "ahp_factors": factors},
            findings=(*ahp_findings(solved), *one_hidden(tables)),
            files=copy_of(source),
            labels=labels_of(hierarchy),
        )


ENTRIES: tuple[type[Entry], ...] = (AhpEntry, AhpSatisfactionEntry, AhpLoyaltyEntry)
