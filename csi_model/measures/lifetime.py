"""Lifetime value of customers: by the retention time, or by retention rate and discount."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.customer_value import ALL_CUSTOMERS, MOST_SEGMENTS, Row, check_segments
from csi_model.survey.moments import natural_order
from csi_model.survey.records import SHOWN, Records
from csi_model.survey.survey import Floats
from csi_model.vocabulary import MEASURES

NAMES = ("amount", "frequency", "margin", "years", "retention", "discount", "customers")
"""What a lifetime value is made of; each from an option or a column of the file."""

ONE_CUSTOMER = "one customer"
MOST_YEARS = 30
"""Years of an endless sum that are shown."""
NEARLY_ALL = 0.99
"""Share of an endless sum after which no more years are shown."""


def growth_factor(retention: ArrayLike, discount: ArrayLike) -> Floats:
    """q = r / (1 + d): what a year's expected margin is worth beside that of the year before."""
    return np.asarray(np.asarray(retention, dtype=float) / (1 + np.asarray(discount, dtype=float)))


def retained_value(
    margin: ArrayLike,
    retention: ArrayLike,
    discount: ArrayLike = 0.0,
    *,
    horizon: int | None = None,
    first_year: int = 0,
) -> Floats:
    """CLV = sum_t m r^t / (1 + d)^t, with q = r / (1 + d).

    t goes from ``first_year`` on. With 0 the first year's margin counts in full (it is earned now), which
    without discount agrees with margin x expected retention time 1 / (1 - r); with 1 it is already behind
    (Gupta & Lehmann 2003, Journal of Interactive Marketing 17(1), 9-24: m r / (1 + d - r)). Closed form:
    m q^first / (1 - q) without end, m q^first (1 - q^N) / (1 - q) for N years, m N for q = 1.

    Parameters
    ----------
    margin : (n,)
        Margin of a year, in money.
    retention, discount : (n,)
        r from 0 to 1, and d above -1, by year.
    horizon
        Number of years N; None: without end.
    first_year
        0 or 1.

    Returns
    -------
    (n,) float
        In money; NaN where an endless sum does not exist (r >= 1 + d).
    """
    q = growth_factor(retention, discount)
    with np.errstate(divide="ignore", invalid="ignore"):
        if horizon is None:
            times = np.where(q < 1, 1 / (1 - q), np.nan)
        else:
            log = np.log(q)  # (1 - q^N) / (1 - q), exact also for q close to 1
            times = np.where(q == 1, float(horizon), np.expm1(horizon * log) / np.expm1(log))
    return np.asarray(np.asarray(margin, dtype=float) * q**first_year * times)


def timed_value(margin: ArrayLike, years: ArrayLike) -> Floats:
    """CLV of the source text: mean amount x transactions per year x retention time in years."""
    return np.asarray(np.asarray(margin, dtype=float) * np.asarray(years, dtype=float))


@dataclass(frozen=True, kw_only=True)
class Lifetimes:
    """Customers or segments (n,), and how their value is made.

    Attributes
    ----------
    values
        ``amount``, ``frequency``, ``margin`` (share of the amount that is profit), and either ``years`` or
        ``retention`` and ``discount``.
    horizon, first_year
        See ``retained_value``.
    """

    values: Mapping[str, Floats]
    horizon: int | None = None
    first_year: int = 0

    @property
    def timed(self) -> bool:
        """Whether the retention time is given."""
        return "years" in self.values

    @property
    def yearly(self) -> Floats:
        """Margin of a year (n,)."""
        return np.asarray(self.values["amount"] * self.values["frequency"] * self.values["margin"])

    @property
    def lifetime(self) -> Floats:
        """Lifetime value (n,)."""
        if self.timed:
            return timed_value(self.yearly, self.values["years"])
        return retained_value(
            self.yearly,
            self.values["retention"],
            self.values["discount"],
            horizon=self.horizon,
            first_year=self.first_year,
        )

    def year(self, t: int) -> Floats:
        """What year ``t`` adds (n,); of a retention time the years count from 1, the last one in part."""
        if self.timed:
            return np.asarray(self.yearly * np.clip(self.values["years"] - (t - 1), 0, 1))
        factor = growth_factor(self.values["retention"], self.values["discount"])
        return np.asarray(self.yearly * factor**t)

    @property
    def shown_years(self) -> range:
        """Years that a table by year shows at most."""
        if self.timed:
            longest = math.ceil(float(self.values["years"].max()))
            return range(1, min(longest, MOST_YEARS) + 1)
        number = MOST_YEARS if self.horizon is None else min(self.horizon, MOST_YEARS)
        return range(self.first_year, self.first_year + number)

    def among(self, mask: Any) -> Lifetimes:
        """Some of them."""
        values = {name: values[mask] for name, values in self.values.items()}
        return Lifetimes(values=values, horizon=self.horizon, first_year=self.first_year)


def endless(lifetimes: Lifetimes) -> np.ndarray[Any, Any]:
    """Places of those whose sum without end does not exist."""
    if lifetimes.timed or lifetimes.horizon is not None:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(lifetimes.values["retention"] >= 1 + lifetimes.values["discount"])


def no_end(where: str, retention: float, discount: float) -> Finding:
    """The sum of such a customer grows without bound."""
    return Finding(
        code="no-end",
        severity="error",
        where=where,
        what=f"The retention rate {retention:g} is not below 1 + discount = {1 + discount:g}, so that the "
        "sum has no end.",
        fix="Give a horizon in years, a lower retention rate, or a higher discount.",
    )


def read_lifetimes(
    read: Records, constants: Mapping[str, float], *, horizon: int | None, first_year: int
) -> Lifetimes:
    """Values of the rows of a file; what an option gives holds for all of them.

    Raises
    ------
    SurveyError
        Rows whose sum has no end.
    """
    values = {name: np.full(len(read), float(value)) for name, value in constants.items()}
    values |= {name: read[name] for name in NAMES if name in read.values}
    made = Lifetimes(values=values, horizon=horizon, first_year=first_year)
    wrong = endless(made)
    if len(wrong):
        r, d = made.values["retention"], made.values["discount"]
        findings = [
            no_end(f"{read.source} row {read.rows[k]}", float(r[k]), float(d[k])) for k in wrong[:SHOWN]
        ]
        if len(wrong) > len(findings):
            what = f"{len(wrong) - len(findings)} more rows have the same mistake."
            findings.append(
                Finding(code="no-end", severity="error", where=read.source, what=what, fix=findings[0].fix)
            )
        raise SurveyError(findings)
    return made


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Rows that stand together, and the customers in each of them (NaN where not known)."""

    name: str
    lifetimes: Lifetimes
    customers: Floats


def one_customer(lifetimes: Lifetimes) -> list[Unit]:
    """The single unit of values given by options."""
    return [Unit(name=ONE_CUSTOMER, lifetimes=lifetimes, customers=np.ones(1))]


def segments(read: Records, lifetimes: Lifetimes) -> list[Unit]:
    """All customers, where the segments' numbers are known, and each segment of a file with one row each."""
    check_segments(read)
    known = "customers" in lifetimes.values
    customers = lifetimes.values["customers"] if known else np.full(len(read), np.nan)
    units = []
    if known and len(read) > 1 and customers.sum() > 0:
        units.append(Unit(name=ALL_CUSTOMERS, lifetimes=lifetimes, customers=customers))
    for k, name in enumerate(read["segment"]):
        mask = np.arange(len(read)) == k
        units.append(Unit(name=str(name), lifetimes=lifetimes.among(mask), customers=customers[mask]))
    return units


def customers(read: Records, lifetimes: Lifetimes) -> list[Unit]:
    """All customers, and the segments that they are in, of a file with one row a customer.

    Raises
    ------
    SurveyError
        There are so many segments that they are customers, or one has the name of all together.
    """
    names = read["segment"].astype(str)
    found = sorted(set(names.tolist()) - {""}, key=natural_order)
    fix = "Name a column of few segments, or none."
    if len(found) > MOST_SEGMENTS:
        what = f"It has {len(found)} segments; more than {MOST_SEGMENTS} are taken for customers."
        raise SurveyError.at(read.source, what, fix, code="too-many-segments")
    if ALL_CUSTOMERS in found:
        what = f"The segment {ALL_CUSTOMERS!r} has the name of all segments together."
        raise SurveyError.at(read.source, what, "Rename it.", code="segment-twice")
    units = [Unit(name=ALL_CUSTOMERS, lifetimes=lifetimes, customers=np.ones(len(read)))]
    for name in found:
        mask = names == name
        units.append(Unit(name=name, lifetimes=lifetimes.among(mask), customers=np.ones(int(mask.sum()))))
    return units


def lifetime_tables(units: Sequence[Unit]) -> dict[str, pd.DataFrame]:
    """Lifetime values by unit, what they were made of, and how they come about by year."""
    return {
        "lifetime_values": typed_frame(MEASURES["lifetime_values"], [_value_row(one) for one in units]),
        "lifetime_inputs": typed_frame(
            MEASURES["lifetime_inputs"], [row for one in units for row in _input_rows(one)]
        ),
        "lifetime_years": typed_frame(
            MEASURES["lifetime_years"], [row for one in units for row in _year_rows(one)]
        ),
    }


def _mean(unit: Unit, values: Floats) -> float:
    """Mean over customers; each row counts as many as it holds."""
    if len(values) == 1:
        return float(values[0])
    return float(unit.customers @ values / unit.customers.sum())


def _value_row(unit: Unit) -> Row:
    number = float(unit.customers.sum())
    known = math.isfinite(number)
    value = _mean(unit, unit.lifetimes.lifetime)
    return {
        "unit": unit.name,
        "form": "by retention time" if unit.lifetimes.timed else "by retention rate",
        "customer_number": number,
        "yearly_margin": _mean(unit, unit.lifetimes.yearly),
        "lifetime_value": value,
        "total_value": value * number if known else math.nan,
        "why": "" if known else "the number of customers is not given",
    }


def _input_rows(unit: Unit) -> Iterator[Row]:
    for name in NAMES[:-1]:
        if name in unit.lifetimes.values:
            values = unit.lifetimes.values[name]
            yield {"unit": unit.name, "input": f"lifetime_{name}", "mean_value": _mean(unit, values)}
    if not unit.lifetimes.timed:
        if unit.lifetimes.horizon is not None:
            yield {
                "unit": unit.name, "input": "lifetime_horizon", "mean_value": float(unit.lifetimes.horizon)
            }  # fmt: skip
        yield {
            "unit": unit.name, "input": "lifetime_first_year", "mean_value": float(unit.lifetimes.first_year)
        }  # fmt: skip


def _year_rows(unit: Unit) -> Iterator[Row]:
    whole = _mean(unit, unit.lifetimes.lifetime)
    total = 0.0
    for t in unit.lifetimes.shown_years:
        value = _mean(unit, unit.lifetimes.year(t))
        total += value
        share = total / whole if whole else math.nan
        yield {
            "unit": unit.name, "year": t, "year_value": value, "cumulative_value": total,
            "cumulative_share": share, "why": "" if whole else "the lifetime value is zero",
        }  # fmt: skip
        endless_sum = unit.lifetimes.horizon is None and not unit.lifetimes.timed
        if endless_sum and share >= NEARLY_ALL:
            return


def customer_file(read: Records, lifetimes: Lifetimes) -> pd.DataFrame:
    """Every customer's lifetime value, for a file that was asked for by name."""
    made = {"customer": read["customer"].astype(str)}
    if any(read["segment"] != ""):
        made["segment"] = read["segment"].astype(str)
    return pd.DataFrame({**made, "yearly_margin": lifetimes.yearly, "lifetime_value": lifetimes.lifetime})
