"""Customer value as it is asked for: growth and delivered value; all entries of the family."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from csi_model.errors import Finding, suggest
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import (
    Column,
    Columns,
    Entry,
    Given,
    Measured,
    Pairs,
    Texts,
    field_mistake,
)
from csi_model.study.measures.value_fields import columns_problems, sheet_field
from csi_model.study.measures.value_lifetime import LifetimeValueEntry
from csi_model.study.measures.value_tiers import CustomerTiersEntry


class GrowthEntry(Entry):
    """Growth of the customer base: new less lost customers, by those at the start.

    Growth = (new - lost) / customers at the start. The source text divides by the lost customers instead
    (--form source), which is not defined where nobody was lost. Counts come from options, or from a file with
    one row for each segment.
    """

    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("file",)

    measure: Literal["growth"] = "growth"
    file: str | None = Field(default=None, description="Table of segments with start, new, lost")
    start: float | None = Field(default=None, description="Customers at the start", examples=["N"])
    new: float | None = Field(default=None, description="Customers won", examples=["N"])
    lost: float | None = Field(default=None, description="Customers lost", examples=["N"])
    form: Literal["usual", "source"] = Field(
        default="usual", description="By those at the start, or by the lost", examples=["usual|source"]
    )
    segment: Column = Field(
        default="segment", description="Column of the segment [default: segment]", examples=["COLUMN"]
    )
    columns: Texts = Field(
        default={}, description="Other column names, start=A,new=B,lost=C", examples=["NAME=COLUMN"]
    )
    sheet: str | None = sheet_field()

    def _counts(self) -> dict[str, float | None]:
        return {"start": self.start, "new": self.new, "lost": self.lost}

    def problems(self) -> list[Finding]:
        """Neither counts nor a file, or both; counts that cannot be."""
        given = {name: value for name, value in self._counts().items() if value is not None}
        if self.file is not None:
            made = [field_mistake(name, "A file is named, too.", "Give counts or a file.") for name in given]
            return [*made, *columns_problems(self.columns, ("start", "new", "lost"))]
        needed = ("start", "new", "lost") if self.form == "usual" else ("new", "lost")
        made = [
            field_mistake(name, "It is not given, and no file is named.", "Write a number, such as 120.")
            for name in needed
            if name not in given
        ]
        made += [
            field_mistake(name, f"{value:g} is no number of customers.", "Write a number of 0 or more.")
            for name, value in given.items()
            if not 0 <= value < math.inf
        ]
        if not made and self.start is not None and (self.lost or 0) > self.start + (self.new or 0):
            what = f"{self.lost:g} are lost, but only {self.start + (self.new or 0):g} were ever there."
            made.append(field_mistake("lost", what, "Count all three in the same period and unit."))
        if not made and self.form == "usual" and self.start == 0:
            what = "There was nobody at the start, so that growth is not defined."
            made.append(field_mistake("start", what, "Take a period that begins with customers."))
        if not made and self.form == "source" and self.lost == 0:
            what = "Nobody was lost, so that (new - lost) / lost is not defined."
            made.append(field_mistake("lost", what, "Take the usual form: --form usual."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """Growth, churn and retention by segment."""
        from csi_model.measures.customer_value import (
            ALL_CUSTOMERS,
            Counts,
            growth_of_segments,
            growth_row,
            growth_table,
        )
        from csi_model.survey.records import Field as Wanted
        from csi_model.survey.records import read_records

        if self.file is None:
            start = math.nan if self.start is None else self.start
            counts = Counts(start=start, new=self.new or 0.0, lost=self.lost or 0.0)
            rows = [growth_row(ALL_CUSTOMERS, counts, self.form)]
        else:
            fields = {
                name: Wanted(column=self.columns.get(name, name), kind="number", low=0)
                for name in ("start", "new", "lost")
            }
            fields["segment"] = Wanted(column=self.segment)
            rows = growth_of_segments(
                read_records(given.folder / self.file, fields, sheet=self.sheet), self.form
            )
        note = Finding(
            code="source-form",
            severity="note",
            where="",
            what="growth is (new - lost) / lost, the form of the source text: it is no growth of the base.",
            fix="The usual form divides by the customers at the start.",
        )
        return Measured(tables=growth_table(rows), findings=(note,) if self.form == "source" else ())


_VALUES = ("product", "service", "people", "image")
_COSTS = ("money", "time", "effort", "mental")


def _part(text: str) -> Any:
    return Field(default=[], description=text, examples=["COLUMN,COLUMN"])


class DeliveredValueEntry(Entry):
    """Customer delivered value: total value less total cost, both on 0 to 100, from a survey.

    Total value is made of product, service, people and image, total cost of money, time, effort and mental
    cost. Each question is put on 0-100 by its scale; parts weigh the same within their total unless --weights
    says otherwise.
    """

    measure: Literal["delivered_value"] = "delivered_value"
    product: Columns = _part("Questions on product value")
    service: Columns = _part("Questions on service value")
    people: Columns = _part("Questions on people value")
    image: Columns = _part("Questions on image value")
    money: Columns = _part("Questions on money cost")
    time: Columns = _part("Questions on time cost")
    effort: Columns = _part("Questions on effort")
    mental: Columns = _part("Questions on mental cost")
    weights: Pairs = Field(
        default={}, description="Weight of every part [default: equal]", examples=["product=2,service=1"]
    )
    turned: Columns = Field(
        default=[],
        description="Questions in which a high answer means little of it",
        examples=["COLUMN,COLUMN"],
    )

    def _parts(self) -> dict[str, list[str]]:
        return {name: getattr(self, name) for name in (*_VALUES, *_COSTS) if getattr(self, name)}

    def _all(self) -> list[str]:
        return [name for names in self._parts().values() for name in names]

    def questions(self) -> Mapping[str, Scale | None]:
        """All questions; their scales have to be declared."""
        return dict.fromkeys(self._all())

    def problems(self) -> list[Finding]:
        """No value or no cost; questions named twice; weights that do not fit."""
        parts, names = self._parts(), self._all()
        made = [
            field_mistake(members[0], f"No questions on any {what} are named.", f"Name some: {fix}.")
            for members, what, fix in (
                (_VALUES, "value", "--product COLUMN"), (_COSTS, "cost", "--money COLUMN"),
            )
            if not any(part in parts for part in members)
        ]  # fmt: skip
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            where = [part for part, columns in parts.items() if name in columns]
            what = f"The column {name!r} is named {names.count(name)} times."
            made.append(field_mistake(where[-1], what, "Name each column once."))
        made += [
            field_mistake("turned", f"{name!r} is no question of a part.", suggest(name, names))
            for name in self.turned
            if name not in names
        ]
        return [*made, *self._weight_problems(parts)]

    def _weight_problems(self, parts: Mapping[str, list[str]]) -> Iterator[Finding]:
        for name, value in self.weights.items():
            if name not in parts:
                yield field_mistake(
                    "weights", f"The part {name!r} has no questions.", suggest(name, list(parts))
                )
            if not 0 <= value < math.inf:
                yield field_mistake(
                    "weights", f"The weight of {name!r} is {value:g}.", "Write a number of 0 or more."
                )
        lacking = [name for name in parts if self.weights and name not in self.weights]
        if lacking:
            what = f"It has no number for {', '.join(lacking)}."
            yield field_mistake("weights", what, "Give every part a number, or none.")
        for members, what in ((_VALUES, "value"), (_COSTS, "cost")):
            given = [self.weights[part] for part in members if part in self.weights]
            if given and not lacking and sum(given) == 0:
                yield field_mistake(
                    "weights", f"All weights of parts of {what} are 0.", "Give one of them a number above 0."
                )

    def carry_out(self, given: Given) -> Measured:
        """Delivered value, totals and parts by unit, and their weights."""
        from csi_model.frames import typed_frame
        from csi_model.measures.customer_value import delivered_value, within_points
        from csi_model.measures.quantities import measure_tables, one_hidden
        from csi_model.vocabulary import MEASURES

        survey = given.answers()
        quantities, rows = delivered_value(survey, self._parts(), self.weights, self.turned)
        tables = measure_tables(quantities, survey, level=given.level, min_base=given.min_base)
        weights = typed_frame(MEASURES["fixed_weights"], rows)
        return Measured(
            tables={**within_points(tables), "fixed_weights": weights}, findings=one_hidden(tables)
        )


ENTRIES: tuple[type[Entry], ...] = (GrowthEntry, LifetimeValueEntry, DeliveredValueEntry, CustomerTiersEntry)
