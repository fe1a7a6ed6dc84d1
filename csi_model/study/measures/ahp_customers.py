"""AHP loyalty of customers: codes of a customer file under the weights of a hierarchy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from csi_model.errors import Finding, StudyError, SurveyError
from csi_model.study.measures.ahp_options import WeightsEntry, copy_of, labels_of
from csi_model.study.measures.entry import Column, Given, Measured, field_mistake

if TYPE_CHECKING:
    import pandas as pd

    from csi_model.measures.ahp_hierarchy import Hierarchy, Node, Solved
    from csi_model.survey.records import Field as RecordField
    from csi_model.survey.records import Records

SCORES = "ahp_loyalty_scores.csv"
_SCORE = "ahp_loyalty"


class AhpLoyaltyEntry(WeightsEntry):
    """Loyalty of each customer under the weights of a hierarchy (AHP).

    Each factor is a column of the customer file with a coded value X; the hierarchy says how it is coded:
    ``values`` by category, ``steps`` by lower bounds, or ``max`` where the number itself is the code. DC =
    X / X max, Loyalty = 100 times the sum under the global weights (reconstructed: the source text has lost
    its formulas, and gives no codes). Customers are shown in classes and segments only; --scores writes them
    one by one. Intervals and tests take the file for a sample of customers.
    """

    measure: Literal["ahp_loyalty"] = "ahp_loyalty"
    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("hierarchy", "customers")
    customers: str = Field(description="File with a row for each customer")
    segment: Column | None = Field(None, description="Column of segments to compare", examples=["COLUMN"])
    scores: bool = Field(False, description="Write the score of every customer (ahp_loyalty_scores.csv, -o)")
    customer: Column | None = Field(
        None, description="Column that names the customers in that file", examples=["COLUMN"]
    )
    sheet: str | None = Field(None, description="Sheet of a workbook", examples=["NAME"])
    smallest: int | None = Field(
        None, ge=1, description="Smaller segments are suppressed [default: 30]", examples=["N"]
    )

    def problems(self) -> list[Finding]:
        """Also a name column without scores."""
        found = super().problems()
        if self.customer is not None and not self.scores:
            found.append(field_mistake("customer", "No scores are asked for.", "Ask for scores, too."))
        return found

    def carry_out(self, given: Given) -> Measured:
        """Distribution, segments, factors; scores where they are asked for."""
        from csi_model.measures.ahp_scoring import coded, loyalty_scores
        from csi_model.measures.ahp_tables import ahp_findings
        from csi_model.survey.records import read_records

        source = self.source(given)
        hierarchy = source.hierarchy
        _check_codes(hierarchy)
        solved = self.solved(hierarchy)
        fields = self._fields(hierarchy)
        records = read_records(given.folder / self.customers, fields, sheet=self.sheet)
        codes = {node.name: coded(node, records[node.name]) for node in hierarchy.factors}
        scores = loyalty_scores(solved, codes)
        tables, findings = self._by_segment(solved, codes, scores, records, given)
        written = {SCORES: self._scores(hierarchy, codes, scores, records)} if self.scores else {}
        return Measured(
            tables=tables,
            findings=(*ahp_findings(solved), *_unscored(scores, records), *findings),
            files=copy_of(source) | written,
            labels=labels_of(hierarchy),
        )

    def _fields(self, hierarchy: Hierarchy) -> dict[str, RecordField]:
        """What is read of the customer file; names of factors cannot begin with a blank."""
        from csi_model.survey.records import Field as Wanted

        fields = {node.name: _field(node) for node in hierarchy.factors}
        for key, name in ((" segment", self.segment), (" customer", self.customer)):
            if name is not None:
                fields[key] = Wanted(column=name, blank=True)
        return fields

    def _by_segment(
        self, solved: Solved, codes: Mapping[str, Any], scores: Any, records: Records, given: Given
    ) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
        """All tables: scores are the answers to one question, segments the groups of a survey."""
        from csi_model.measures.ahp_scoring import CODED, factor_table, loyalty_tables
        from csi_model.measures.quantities import mean_of, measure_tables, one_hidden

        survey = _as_survey(scores, records, self.segment)
        there = survey.rows - 2  # the header is row 1
        min_base = given.min_base if self.smallest is None else self.smallest
        score = mean_of(
            scores[there], measure=self.measure, item=solved.hierarchy.name, metric="percent", counted=CODED
        )
        tables = measure_tables([score], survey, level=given.level, min_base=min_base)
        nodes = solved.hierarchy.factors
        tables["ahp_factors"] = factor_table(
            solved,
            {node.name: codes[node.name][there] / node.maximum for node in nodes},
            survey,
            measure=self.measure,
            means={node.name: (codes[node.name][there], node.maximum) for node in nodes},
            min_base=min_base,
        )
        tables |= loyalty_tables(solved.hierarchy.name, scores[there], survey, min_base=min_base)
        found = [replace(one, where=one.where.replace("--by", "--segment")) for one in survey.findings]
        return tables, (*found, *one_hidden(tables))

    def _scores(self, hierarchy: Hierarchy, codes: Mapping[str, Any], scores: Any, records: Records) -> bytes:
        """Row, name and segment where asked for, DC of each factor, score and why there is none."""
        import pandas as pd

        from csi_model.storage import csv_bytes

        columns: dict[str, Any] = {"row": pd.array(records.rows, dtype="Int64")}
        if self.customer is not None:
            columns["customer"] = pd.array(list(records[" customer"]), dtype="str")
        if self.segment is not None:
            columns["segment"] = pd.array(list(records[" segment"]), dtype="str")
        columns |= {f"DC {node.name}": codes[node.name] / node.maximum for node in hierarchy.factors}
        columns["score"] = scores
        blank = [
            "; ".join(
                f"no {node.name}" for node in hierarchy.factors if codes[node.name][k] != codes[node.name][k]
            )
            for k in range(len(records))
        ]
        columns["why"] = pd.array(blank, dtype="str")
        return csv_bytes(pd.DataFrame(columns))


def _field(node: Node) -> RecordField:
    from csi_model.survey.records import Field as Wanted

    if node.values:
        return Wanted(column=node.column, choices=tuple(node.values), blank=True)
    if node.steps:
        return Wanted(column=node.column, kind="number", low=node.steps[0][0], blank=True)
    return Wanted(column=node.column, kind="number", low=0, high=node.maximum, blank=True)


def _check_codes(hierarchy: Hierarchy) -> None:
    """Raise StudyError where the file does not say how a factor is coded."""
    bare = [node for node in hierarchy.factors if not node.maximum > 0]
    if bare:
        raise StudyError(
            Finding(
                code="no-codes",
                severity="error",
                where=node.where,
                what=f"`{node.name}` has no codes.",
                fix="Write `values: {gold: 3, other: 1}`, `steps: {0: 1, 5: 2}`, or `max: 5` where the "
                "column holds the code itself.",
            )
            for node in bare
        )


def _as_survey(scores: Any, records: Records, segment: str | None) -> Any:
    """The customers as a survey with one question, their segments as groups.

    Raises
    ------
    SurveyError
        No customer has a score.
    """
    import numpy as np
    import pandas as pd

    from csi_model.model.spec import Scale
    from csi_model.survey.asked import read_answers

    if not np.isfinite(scores).any():
        what = "no customer has a value for every factor."
        raise SurveyError.at(records.source, what, "Fill the empty cells.", code="empty-base")
    frame = pd.DataFrame({_SCORE: np.clip(scores, 0, 100)})
    if segment is not None:
        frame[segment] = pd.array(list(records[" segment"]), dtype="str")
    by = (segment,) if segment is not None else ()
    return read_answers(frame, {_SCORE: Scale(low=0, high=100)}, by=by, min_base=1)


def _unscored(scores: Any, records: Records) -> tuple[Finding, ...]:
    import numpy as np

    blank = int((~np.isfinite(scores)).sum())
    if not blank:
        return ()
    what = f"{blank} of {len(scores)} customers have no score: a factor is blank."
    return (
        Finding(
            code="customers-without-score",
            severity="note",
            where=records.source,
            what=what,
            fix="They are left out. Fill the cells to keep them.",
        ),
    )
