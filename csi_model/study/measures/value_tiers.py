"""Customer tiers as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding
from csi_model.study.measures.entry import Column, Entry, Given, Measured, Texts, field_mistake
from csi_model.study.measures.value_fields import as_text, customer_files, sheet_field

if TYPE_CHECKING:
    from csi_model.measures.tiers import Threshold


class CustomerTiersEntry(Entry):
    """Tiers of customers by contribution, loyalty and risk.

    Each criterion is high from a threshold on: a value, or a quantile of the customers such as q0.8. A high
    risk is watched; of the others, high contribution and loyalty are key, high contribution alone is to be
    kept, high loyalty alone can grow, neither is watched. --rules changes this. The file has one row for each
    customer; customers stand in no table or report.
    """

    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("file",)

    measure: Literal["customer_tiers"] = "customer_tiers"
    file: str = Field(description="Table of customers")
    customer: Column = Field(
        default="customer", description="Column of the customer [default: customer]", examples=["COLUMN"]
    )
    contribution: Column = Field(
        default="contribution", description="Column of contribution", examples=["COLUMN"]
    )
    loyalty: Column = Field(default="loyalty", description="Column of loyalty", examples=["COLUMN"])
    risk: Column = Field(default="risk", description="Column of risk", examples=["COLUMN"])
    contribution_from: Annotated[str, BeforeValidator(as_text)] = Field(
        default="q0.8", description="Where contribution is high [default: q0.8]", examples=["qQUANTILE|VALUE"]
    )
    loyalty_from: Annotated[str, BeforeValidator(as_text)] = Field(
        default="q0.5", description="Where loyalty is high [default: q0.5]", examples=["qQUANTILE|VALUE"]
    )
    risk_from: Annotated[str, BeforeValidator(as_text)] = Field(
        default="q0.8", description="Where risk is high [default: q0.8]", examples=["qQUANTILE|VALUE"]
    )
    rules: Texts = Field(
        default={},
        description="Tier of levels of contribution/loyalty/risk, high/low/low=NAME",
        examples=["LEVELS=TIER"],
    )
    write_customers: bool = Field(
        default=False, description="Write each customer's tier into the results folder"
    )
    sheet: str | None = sheet_field()

    def _thresholds(self) -> dict[str, Threshold | None]:
        from csi_model.measures.tiers import Threshold

        return {
            "contribution": Threshold.of(self.contribution_from),
            "loyalty": Threshold.of(self.loyalty_from),
            "risk": Threshold.of(self.risk_from),
        }

    def problems(self) -> list[Finding]:
        """Thresholds and rules that are none; columns named twice."""
        return [*self._threshold_problems(), *self._rule_problems()]

    def _threshold_problems(self) -> Iterator[Finding]:
        for name, threshold in self._thresholds().items():
            if threshold is None:
                text = getattr(self, f"{name}_from")
                fix = "Write a quantile from q0 to q1, such as q0.8, or a value."
                yield field_mistake(f"{name}_from", f"{text!r} is no threshold.", fix)
        columns = [self.customer, self.contribution, self.loyalty, self.risk]
        for name in ("contribution", "loyalty", "risk"):
            if columns.count(getattr(self, name)) > 1:
                what = f"The column {getattr(self, name)!r} is named for something else, too."
                yield field_mistake(name, what, "Name a column of its own.")

    def _rule_problems(self) -> Iterator[Finding]:
        from csi_model.measures.tiers import CELLS, cell_of

        for text, tier in self.rules.items():
            if cell_of(text) is None:
                fix = f"Write one of: {', '.join('/'.join(cell) for cell in CELLS)}."
                yield field_mistake("rules", f"{text!r} are no levels.", fix)
            if not tier or tier == "all customers":
                what = f"The tier of {text!r} has no name of its own."
                yield field_mistake("rules", what, "Write for example high/low/high=rescue.")

    def carry_out(self, given: Given) -> Measured:
        """Tiers with their customers and contribution, rules and thresholds."""
        from csi_model.measures import tiers
        from csi_model.survey.records import Field as Wanted
        from csi_model.survey.records import read_records

        fields = {name: Wanted(column=getattr(self, name), kind="number") for name in tiers.CRITERIA}
        read = read_records(
            given.folder / self.file, {"customer": Wanted(column=self.customer), **fields}, sheet=self.sheet
        )
        tiers.check_customers(read)
        thresholds = {name: one for name, one in self._thresholds().items() if one is not None}
        changed = {cell: tier for text, tier in self.rules.items() if (cell := tiers.cell_of(text))}
        made = tiers.tiered(
            {name: read[name] for name in tiers.CRITERIA}, thresholds, {**tiers.DEFAULT, **changed}
        )
        options = {name: f"--{name}-from" for name in tiers.CRITERIA}
        notes = list(tiers.one_sided(made, options))
        files: dict[str, bytes] = {}
        if self.write_customers:
            files, note = customer_files("customer_tiers", tiers.customer_file(read, made))
            notes.append(note)
        return Measured(tables=tiers.tier_tables(made, thresholds), findings=tuple(notes), files=files)
