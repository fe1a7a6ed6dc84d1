"""Tiers of customers by contribution, loyalty and risk."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.survey.records import SHOWN, Records
from csi_model.survey.survey import Floats
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]
Cell = tuple[str, str, str]

CRITERIA = ("contribution", "loyalty", "risk")
LEVELS = ("high", "low")
CELLS: tuple[Cell, ...] = tuple(itertools.product(LEVELS, LEVELS, reversed(LEVELS)))
"""Levels of contribution, loyalty and risk, as they stand in the table of rules."""

KEY, KEEP, GROW, WATCH = "key customers", "customers to keep", "customers to grow", "customers to watch"
TIERS = (KEY, KEEP, GROW, WATCH)

DEFAULT: Mapping[Cell, str] = {
    (c, s, r): WATCH
    if r == "high" or (c, s) == ("low", "low")
    else {("high", "high"): KEY, ("high", "low"): KEEP, ("low", "high"): GROW}[(c, s)]
    for c, s, r in CELLS
}
"""Cell > tier. Who is a high risk is to be watched, whatever else; of the others those who contribute much
and are loyal are key, those who contribute much without loyalty are to be kept, loyal ones who contribute
little can grow, and the rest is watched."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Where a criterion begins to be high: a value, or a quantile of the customers (0 to 1)."""

    value: float
    quantile: bool = False

    @classmethod
    def of(cls, text: str) -> Threshold | None:
        """``q0.8`` as a quantile, ``1000`` as a value; None where it is neither."""
        stripped = text.strip().lower()
        try:
            number = float(stripped.removeprefix("q"))
        except ValueError:
            return None
        quantile = stripped.startswith("q")
        good = 0 <= number <= 1 if quantile else math.isfinite(number)
        return cls(value=number, quantile=quantile) if good else None

    def at(self, values: Floats) -> float:
        """The value from which a criterion is high; quantiles as of Hyndman & Fan (1996), type 7."""
        return float(np.quantile(values, self.value)) if self.quantile else self.value

    def __str__(self) -> str:
        return f"q{self.value:g}" if self.quantile else f"{self.value:g}"


@dataclass(frozen=True, kw_only=True)
class Tiered:
    """Customers with their tiers: criteria (n,) by name, where each is high, the tier of each customer."""

    criteria: Mapping[str, Floats]
    from_value: Mapping[str, float]
    high: Mapping[str, NDArray[np.bool_]]
    tiers: NDArray[Any]
    rules: Mapping[Cell, str]

    def mask(self, cell: Cell) -> NDArray[np.bool_]:
        """Customers of a cell."""
        made = np.ones(len(self.tiers), dtype=bool)
        for name, level in zip(CRITERIA, cell, strict=True):
            made &= self.high[name] == (level == "high")
        return made


def tiered(
    criteria: Mapping[str, Floats], thresholds: Mapping[str, Threshold], rules: Mapping[Cell, str] = DEFAULT
) -> Tiered:
    """Give every customer a tier: each criterion is high from its threshold on, and the rules do the rest.

    Parameters
    ----------
    criteria
        ``contribution``, ``loyalty`` and ``risk`` (n,).
    thresholds
        Criterion > where it begins to be high (the value itself is high).
    rules
        Levels of the three > tier.
    """
    at = {name: thresholds[name].at(criteria[name]) for name in CRITERIA}
    high = {name: np.asarray(criteria[name] >= at[name]) for name in CRITERIA}
    tiers = np.full(len(criteria["risk"]), "", dtype=object)
    made = Tiered(criteria=criteria, from_value=at, high=high, tiers=tiers, rules=rules)
    for cell in CELLS:
        tiers[made.mask(cell)] = rules[cell]
    tiers.setflags(write=False)
    return made


def check_customers(read: Records) -> None:
    """Refuse a file that names a customer twice, or has none.

    Raises
    ------
    SurveyError
        See above.
    """
    if not len(read):
        raise SurveyError.at(
            read.source, "It has no rows.", "Write one row for each customer.", code="no-rows"
        )
    names = pd.Series(read["customer"].astype(str))
    twice = np.flatnonzero(names.duplicated().to_numpy())
    if not len(twice):
        return
    fix = "Give each customer one row."
    told = [
        (f"{read.source} row {read.rows[k]}", "The customer of this row stands in an earlier row, too.")
        for k in twice[:SHOWN]
    ]
    if len(twice) > SHOWN:
        told.append((read.source, f"{len(twice) - SHOWN} more rows have the same mistake."))
    raise SurveyError(
        Finding(code="customer-twice", severity="error", where=where, what=what, fix=fix)
        for where, what in told
    )


def tier_tables(made: Tiered, thresholds: Mapping[str, Threshold]) -> dict[str, pd.DataFrame]:
    """Tables of the tiers, of the rules with their customers, and of the thresholds."""
    names = list(
        dict.fromkeys([*(tier for tier in TIERS if tier in made.rules.values()), *made.rules.values()])
    )
    rows = [{"tier": name, **_sums(made, made.tiers == name)} for name in names]
    rows.append({"tier": "all customers", **_sums(made, np.ones(len(made.tiers), dtype=bool))})
    cells = [
        {
            **{f"{name}_level": level for name, level in zip(CRITERIA, cell, strict=True)},
            "tier": made.rules[cell],
            **_sums(made, made.mask(cell)),
        }
        for cell in CELLS
    ]
    return {
        "customer_tiers": typed_frame(MEASURES["customer_tiers"], rows),
        "tier_rules": typed_frame(MEASURES["tier_rules"], cells),
        "tier_thresholds": typed_frame(MEASURES["tier_thresholds"], list(_threshold_rows(made, thresholds))),
    }


def _sums(made: Tiered, mask: NDArray[np.bool_]) -> Row:
    """Number, share, contribution and means of the criteria of some customers."""
    number = int(mask.sum())
    whole = float(made.criteria["contribution"].sum())
    amount = float(made.criteria["contribution"][mask].sum())
    why = [] if number else ["there is no such customer"]
    if not whole > 0:
        why.append("all contributions together are not above zero")

    def mean(name: str) -> float:
        return float(made.criteria[name][mask].mean()) if number else math.nan

    return {
        "customers": number,
        "customer_share": number / len(mask),
        "contribution_total": amount,
        "contribution_share": amount / whole if whole > 0 else math.nan,
        "contribution_mean": mean("contribution"),
        "loyalty_mean": mean("loyalty"),
        "risk_mean": mean("risk"),
        "why": "; ".join(why),
    }


def _threshold_rows(made: Tiered, thresholds: Mapping[str, Threshold]) -> Iterator[Row]:
    for name in CRITERIA:
        number = int(made.high[name].sum())
        yield {
            "criterion": f"tier_{name}",
            "threshold": str(thresholds[name]),
            "high_from": made.from_value[name],
            "high_customers": number,
            "high_share": number / len(made.tiers),
        }


def one_sided(made: Tiered, options: Mapping[str, str]) -> Iterator[Finding]:
    """A warning for each threshold that all customers are on one side of; ``options`` names them."""
    for name in CRITERIA:
        number = int(made.high[name].sum())
        if number in (0, len(made.tiers)):
            side = "low" if number == 0 else "high"
            yield Finding(
                code="one-sided-threshold",
                severity="warning",
                where=options[name],
                what=f"all customers are on the {side} side of {made.from_value[name]:g}, so that this "
                "criterion parts nobody.",
                fix="Choose another threshold.",
            )


def customer_file(read: Records, made: Tiered) -> pd.DataFrame:
    """Every customer's tier, for a file that was asked for by name."""
    levels = {f"{name}_level": np.where(made.high[name], "high", "low") for name in CRITERIA}
    return pd.DataFrame({"customer": read["customer"].astype(str), **levels, "tier": made.tiers.astype(str)})


def cell_of(text: str) -> Cell | None:
    """``high/low/high`` as levels of contribution, loyalty and risk; None where it is none of the eight."""
    parts: Sequence[str] = [part.strip().lower() for part in text.split("/")]
    return next((cell for cell in CELLS if list(cell) == parts), None)
