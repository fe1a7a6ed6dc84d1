"""Lifetime value as it is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, suggest
from csi_model.study.measures.entry import Column, Entry, Given, Measured, Texts, field_mistake
from csi_model.study.measures.value_fields import as_text, columns_problems, customer_files, sheet_field

if TYPE_CHECKING:
    from csi_model.survey.records import Records

_INPUTS = ("amount", "frequency", "margin", "years", "retention", "discount", "customers")
_BOUNDS: dict[str, tuple[float, float]] = {
    "amount": (0, math.inf), "frequency": (0, math.inf), "margin": (-math.inf, 1), "years": (0, math.inf),
    "retention": (0, 1), "discount": (-0.99, 1), "customers": (0, math.inf),
}  # fmt: skip


class LifetimeValueEntry(Entry):
    """Customer lifetime value: by the retention time, or summed over years by retention and discount.

    With --years: mean transaction amount x transactions per year x retention time (the source text). With
    --retention: the sum over years t of margin x r^t / (1 + d)^t, without end or over --horizon years. t
    begins at 0 (the first year's margin counts in full) unless --first-year 1. Values come from options, or
    from columns of a file with one row for each segment or, with --customer, for each customer.
    """

    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("file",)

    measure: Literal["lifetime_value"] = "lifetime_value"
    file: str | None = Field(default=None, description="Table of segments or customers")
    amount: float | None = Field(default=None, description="Mean transaction amount", examples=["MONEY"])
    frequency: float | None = Field(default=None, description="Transactions per year", examples=["N"])
    margin: float | None = Field(
        default=None, description="Profit as a share of the amount [default: 1]", examples=["0.3"]
    )
    years: float | None = Field(default=None, description="Retention time in years", examples=["N"])
    retention: float | None = Field(default=None, description="Retention rate of a year", examples=["0.8"])
    discount: float | None = Field(
        default=None, description="Discount rate of a year [default: 0]", examples=["0.1"]
    )
    horizon: int | None = Field(
        default=None, ge=1, le=1000, description="Years of the sum [default: without end]", examples=["N"]
    )
    first_year: Annotated[Literal["0", "1"], BeforeValidator(as_text)] = Field(
        default="0", description="Where t begins [default: 0]", examples=["0|1"]
    )
    segment: Column | None = Field(default=None, description="Column of the segment", examples=["COLUMN"])
    customer: Column | None = Field(
        default=None, description="Column of the customer, where rows are customers", examples=["COLUMN"]
    )
    columns: Texts = Field(
        default={}, description="Other column names, amount=A,frequency=B", examples=["NAME=COLUMN"]
    )
    write_customers: bool = Field(
        default=False, description="Write each customer's value into the results folder"
    )
    sheet: str | None = sheet_field()

    def _constants(self) -> dict[str, float]:
        found = {name: getattr(self, name) for name in _INPUTS[:-1]}
        return {name: float(value) for name, value in found.items() if value is not None}

    def problems(self) -> list[Finding]:
        """Values that cannot be, that contradict each other, or that are lacking."""
        given = self._constants()
        made = [one for name, value in given.items() for one in _out_of_bounds(name, value)]
        made += columns_problems(self.columns, _INPUTS)
        both = [name for name in self.columns if name in given]
        made += [field_mistake(name, "It has a column, too.", "Give a number or a column.") for name in both]
        made += self._file_problems() if self.file is not None else self._option_problems(given)
        timed = "years" in given or "years" in self.columns
        for name in ("retention", "discount"):
            if timed and (name in given or name in self.columns):
                what = "A retention time is given, which is a value of its own."
                fix = (
                    f"Leave out --years or --{name}; to discount a fixed time write --retention 1 --horizon N"
                )
                fix += "."
                made.append(field_mistake(name, what, fix))
        if timed and self.horizon is not None:
            what = "A retention time is given, which is the horizon already."
            made.append(field_mistake("horizon", what, "Leave it out, or give --retention."))
        return made

    def _file_problems(self) -> list[Finding]:
        if self.segment is None and self.customer is None:
            what = "It is not named, and neither is the customers' column."
            return [field_mistake("segment", what, "Say whether rows are segments or customers.")]
        if self.write_customers and self.customer is None:
            return [
                field_mistake("write_customers", "Rows are segments.", "Name the column with --customer.")
            ]
        if self.customer is not None and "customers" in self.columns:
            what = "A number of customers is named, but each row is one customer."
            return [field_mistake("columns", what, "Leave it out, or leave out --customer.")]
        return []

    def _option_problems(self, given: Mapping[str, float]) -> Iterator[Finding]:
        for name in ("segment", "customer"):
            if getattr(self, name) is not None:
                yield field_mistake(name, "It names a column, but there is no file.", "Name the file.")
        if self.columns or self.write_customers:
            yield field_mistake(
                "columns" if self.columns else "write_customers", "There is no file.", "Name the file."
            )
        for name in ("amount", "frequency"):
            if name not in given:
                yield field_mistake(name, "It is not given, and no file is named.", "Write a number.")
        if "years" not in given and "retention" not in given:
            what = "Neither it nor a retention time is given."
            yield field_mistake("retention", what, "Write --years 5, or --retention 0.8.")
        r, d = given.get("retention", 0.0), given.get("discount", 0.0)
        if self.horizon is None and 1 + d <= r <= 1:
            what = f"The retention rate {r:g} is not below 1 + discount = {1 + d:g}: the sum has no end."
            fix = "Give --horizon N, a lower retention rate, or a higher discount."
            yield field_mistake("retention", what, fix)

    def carry_out(self, given: Given) -> Measured:
        """Lifetime values by segment, and by year."""
        import numpy as np

        from csi_model.measures import lifetime

        constants = self._constants()
        if self.file is None:
            values = _completed(constants, "years" in constants)
            arrays = {name: np.array([value]) for name, value in values.items()}
            one = lifetime.Lifetimes(values=arrays, horizon=self.horizon, first_year=int(self.first_year))
            units = lifetime.one_customer(one)
            return Measured(tables=lifetime.lifetime_tables(units), findings=self._findings(one))
        read = self._read(given, constants)
        timed = "years" in read.values or "years" in constants
        rows = lifetime.read_lifetimes(
            read, _completed(constants, timed, read), horizon=self.horizon, first_year=int(self.first_year)
        )
        if self.customer is None:
            units = lifetime.segments(read, rows)
            return Measured(tables=lifetime.lifetime_tables(units), findings=self._findings(rows))
        from csi_model.measures.tiers import check_customers

        check_customers(read)
        files: dict[str, bytes] = {}
        notes = list(self._findings(rows))
        if self.write_customers:
            files, note = customer_files("lifetime_values", lifetime.customer_file(read, rows))
            notes.append(note)
        tables = lifetime.lifetime_tables(lifetime.customers(read, rows))
        return Measured(tables=tables, findings=tuple(notes), files=files)

    def _wanted(self, there: Sequence[str], constants: Mapping[str, float]) -> dict[str, str]:
        """What is read > its column: columns that are named, and those of the plain name that are needed."""
        wanted = {
            name: self.columns.get(name, name)
            for name in _INPUTS
            if name not in constants and (name in self.columns or name in there)
        }
        left_out = ["customers"] if self.customer is not None else []
        if "years" in constants or "years" in self.columns:
            left_out += ["retention", "discount"]
        elif "retention" in constants or "retention" in self.columns:
            left_out.append("years")
        return {name: column for name, column in wanted.items() if name not in left_out}

    def _read(self, given: Given, constants: Mapping[str, float]) -> Records:
        from csi_model.errors import SurveyError
        from csi_model.survey.records import Field as Wanted
        from csi_model.survey.records import read_records
        from csi_model.survey.tables import read_table

        path = given.folder / str(self.file)
        there = list(read_table(path, sheet=self.sheet).columns)
        wanted = self._wanted(there, constants)
        known = {*constants, *wanted}
        mistakes = [
            (f"There is no column {name!r}, and no option gives it.", suggest(name, there))
            for name in ("amount", "frequency")
            if name not in known
        ]
        if ("years" in known) == ("retention" in known):
            both = "Both a retention time (years) and a retention rate (retention) are there."
            neither = "Neither a retention time (years) nor a retention rate (retention) is there."
            what = both if "years" in known else neither
            mistakes.append((what, "Name the one to take, such as --columns retention=COLUMN."))
        if mistakes:
            raise SurveyError(
                Finding(code="no-column", severity="error", where=path.name, what=what, fix=fix)
                for what, fix in mistakes
            )
        fields = {
            name: Wanted(column=column, kind="number", low=_BOUNDS[name][0], high=_BOUNDS[name][1])
            for name, column in wanted.items()
        }
        fields["segment"] = Wanted(
            column=self.segment or "\0", blank=self.customer is not None, absent=self.segment is None
        )
        if self.customer is not None:
            fields["customer"] = Wanted(column=self.customer)
        return read_records(path, fields, sheet=self.sheet)

    def _findings(self, made: Any) -> tuple[Finding, ...]:
        if self.margin is not None or not (made.values["margin"] == 1).all():
            return ()
        return (
            Finding(
                code="no-margin",
                severity="note",
                where="",
                what="no margin is given: the lifetime value counts sales, not profit.",
                fix="Give the profit as a share of the amount: --margin 0.3.",
            ),
        )


def _completed(constants: Mapping[str, float], timed: bool, read: Records | None = None) -> dict[str, float]:
    """The constants with the defaults of what neither an option nor a column gives."""
    defaults = {"margin": 1.0} | ({} if timed else {"discount": 0.0})
    there = read.values if read is not None else {}
    return {**{name: value for name, value in defaults.items() if name not in there}, **constants}


def _out_of_bounds(name: str, value: float) -> Iterator[Finding]:
    low, high = _BOUNDS[name]
    if low <= value <= high and math.isfinite(value):
        return
    fix = "Write a number of 0 or more."
    if name in ("margin", "retention", "discount"):
        fix = "Write a share: 0.8 for 80 %."
    yield field_mistake(name, f"{value:g} is out of bounds.", fix)
