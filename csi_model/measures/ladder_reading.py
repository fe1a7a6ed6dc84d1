"""Read transactions and intelligence for a ladder; every mistake at once, what was assumed as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, Severity, SurveyError
from csi_model.measures.ladder_facts import Codes, Events, Reports
from csi_model.measures.ladder_periods import Per, cut_periods, in_order, period_findings, unsortable
from csi_model.survey.records import Field, Records, read_records
from csi_model.survey.survey import Floats

SHOWN = 5
"""Customers or values that a message names."""

ONE_SERVICE = "all"
"""The service, where the file tells none apart."""

USUAL = (
    "customer",
    "period",
    "service",
    "units",
    "amount",
    "revenue",
    "destination",
    "reason",
    "start_level",
)
"""Columns of the transactions; each may have another name in the file."""

_OPTIONAL = ("service", "revenue", "destination", "reason", "start_level")


@dataclass(frozen=True, kw_only=True)
class Book:
    """Transactions with the names behind their codes.

    Attributes
    ----------
    customers, periods, services, destinations, reasons
        Names by code; ``services`` may be longer than those bought, by those of the intelligence.
    start : (C,) int
        Start level of each customer, 0 where none is told.
    groups
        Group column > value of each customer.
    has_revenue, has_destination
        Whether the file tells them.
    """

    events: Events
    customers: tuple[str, ...]
    periods: tuple[str, ...]
    services: tuple[str, ...]
    destinations: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    start: Codes
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    has_revenue: bool
    has_destination: bool
    reports: Reports | None = None
    source: str = ""
    sha256: str = ""
    findings: tuple[Finding, ...] = ()


def read_book(
    path: Path,
    columns: Mapping[str, str],
    *,
    levels: int,
    by: Sequence[str] = (),
    per: Per | None = None,
    sheet: str | int | None = None,
) -> Book:
    """Read transactions: one row a customer, period and service; rows of the same three are added.

    Parameters
    ----------
    path
        CSV, TSV, XLSX or any other table.
    columns
        Role of ``USUAL`` > column of the file, where it has another name; what is named must be there.
    levels
        Levels of the ladder, for start levels.
    by
        Columns with a group of each customer.
    per
        Cut dates to months, quarters or years.
    sheet
        See ``read_records``.

    Raises
    ------
    SurveyError
        The file cannot be read, columns or cells are wrong, periods do not sort, there is only one, or
        a customer has two start levels or groups.
    """
    records = read_records(path, _fields(columns, levels, by), sheet=sheet)
    names = {role: columns.get(role, role) for role in USUAL}
    periods, period = _periods(records, "period", names["period"], per)
    customers, customer = _coded(records["customer"])
    texts = records["service"]
    services, service = _coded(np.where(texts == "", ONE_SERVICE, texts))
    destinations, destination = _coded(records["destination"], blank=True)
    reasons, reason = _coded(records["reason"], blank=True)
    where = records.source
    found, start = _starts(records, customer, customers, names["start_level"])
    groups: dict[str, tuple[str, ...]] = {}
    for column in by:
        more, groups[column] = _group(records, customer, customers, column)
        found += more
    if len(periods) < 2:
        fix = f"Check the column {names['period']!r}, or add the transactions of other periods."
        found.append(_error("one-period", where, f"all rows are of one period ({periods[0]}).", fix))
    if found:
        raise SurveyError(found)
    amount, revenue = records["amount"], records["revenue"]
    has_revenue = not bool(np.isnan(revenue).all())
    events = Events(
        customer=customer,
        period=period,
        service=service,
        units=records["units"],
        amount=amount,
        revenue=revenue if has_revenue else amount,
        destination=destination,
        reason=reason,
        customers=len(customers),
        periods=len(periods),
        services=len(services),
    )
    return Book(
        events=events,
        customers=customers,
        periods=periods,
        services=services,
        destinations=destinations,
        reasons=reasons,
        start=start,
        groups=MappingProxyType(groups),
        has_revenue=has_revenue,
        has_destination=bool(destinations),
        source=where,
        sha256=records.sha256,
        findings=tuple(_assumed(events, services, periods, where)),
    )


def _fields(columns: Mapping[str, str], levels: int, by: Sequence[str]) -> dict[str, Field]:
    made = {}
    for role in USUAL:
        number = role in ("units", "amount", "revenue", "start_level")
        made[role] = Field(
            column=columns.get(role, role),
            kind="number" if number else "text",
            blank=role in ("destination", "reason", "start_level"),
            absent=role in _OPTIONAL and role not in columns,
            low=1 if role == "start_level" else 0 if number else -np.inf,
            high=levels if role == "start_level" else np.inf,
        )
    return made | {f"by {column}": Field(column=column, blank=True) for column in by}


def _coded(texts: NDArray[Any], *, blank: bool = False) -> tuple[tuple[str, ...], Codes]:
    """Sorted names and codes; -1 for blanks."""
    codes, names = pd.factorize(np.asarray(texts, dtype=object))
    order = sorted(range(len(names)), key=lambda k: str(names[k]))
    if blank:
        order = [k for k in order if names[k] != ""]
    place = np.full(len(names), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return tuple(str(names[k]) for k in order), place[codes]


def _periods(records: Records, role: str, column: str, per: Per | None) -> tuple[tuple[str, ...], Codes]:
    names, codes = _coded(records[role])
    texts = list(names)
    if per is not None:
        texts, strange = cut_periods(names, per)
        if strange:
            row = records.rows[np.flatnonzero(codes == names.index(strange[0]))[0]]
            what = f"{column}: {strange[0]!r} is no date" + (
                f", nor are {len(strange) - 1} other values." if len(strange) > 1 else "."
            )
            fix = "Write 2024-03-31 or 2024-03, or leave --per out."
            raise SurveyError(_error("no-date", f"{records.source} row {row}", what, fix))
    wrong = unsortable(tuple(dict.fromkeys(texts)))
    if wrong is not None:
        raise SurveyError(_error("period-order", f"{records.source}: {column}", *wrong))
    ordered = in_order(list(dict.fromkeys(texts)))
    place = {text: k for k, text in enumerate(ordered)}
    return tuple(ordered), np.array([place[text] for text in texts], dtype=np.int64)[codes]


def _starts(
    records: Records, customer: Codes, customers: Sequence[str], column: str
) -> tuple[list[Finding], Codes]:
    """The start level of each customer, 0 where none is told."""
    told = records["start_level"]
    known = ~np.isnan(told)
    broken = known & (told != np.floor(np.where(known, told, 0)))
    found = [
        _error("no-level", f"{records.source} row {records.rows[k]}", f"{column}: {told[k]:g} is no level.",
               "Write a whole number.")
        for k in np.flatnonzero(broken)[:SHOWN]
    ]  # fmt: skip
    highest, lowest = np.zeros(len(customers)), np.full(len(customers), np.inf)
    np.maximum.at(highest, customer[known], told[known])
    np.minimum.at(lowest, customer[known], told[known])
    two = np.flatnonzero((highest > lowest) & (highest > 0))
    if len(two) and not found:
        first = (
            f"customer {customers[two[0]]!r} has the start levels {lowest[two[0]]:g} and {highest[two[0]]:g}"
        )
        found.append(_twice("two-levels", records.source, column, first, len(two)))
    return found, highest.astype(np.int64)


def _group(
    records: Records, customer: Codes, customers: Sequence[str], column: str
) -> tuple[list[Finding], tuple[str, ...]]:
    names, codes = _coded(records[f"by {column}"], blank=True)
    highest = np.full(len(customers), -1, dtype=np.int64)
    lowest = np.full(len(customers), len(names), dtype=np.int64)
    told = codes >= 0
    np.maximum.at(highest, customer[told], codes[told])
    np.minimum.at(lowest, customer[told], codes[told])
    found = []
    two = np.flatnonzero((highest > lowest) & (highest >= 0))
    if len(two):
        k = two[0]
        first = f"customer {customers[k]!r} is in {names[lowest[k]]!r} and in {names[highest[k]]!r}"
        found.append(_twice("two-groups", records.source, column, first, len(two)))
    none = np.flatnonzero(highest < 0)
    if len(none):
        first = f"customer {customers[none[0]]!r} is in no group"
        found.append(_twice("no-group", records.source, column, first, len(none)))
    return found, tuple(names[k] if k >= 0 else "" for k in highest.tolist())


def _twice(code: str, where: str, column: str, first: str, count: int) -> Finding:
    more = "." if count == 1 else f", and {count - 1} more customers have the same mistake."
    return _error(
        code, where, f"{column}: {first}{more}", "Write one value for a customer, in all rows or one."
    )


def _assumed(
    events: Events, services: Sequence[str], periods: Sequence[str], where: str
) -> Iterator[Finding]:
    """What a reader should know of how the file was taken."""
    yield from period_findings(periods, where)
    entry = np.full(events.customers, events.periods, dtype=np.int64)
    np.minimum.at(entry, events.customer, events.period)
    pairs = len(np.unique(events.customer * events.periods + events.period))
    missing = int((events.periods - entry).sum()) - pairs
    if missing:
        what = f"customers have no row in {missing} of their periods: there they count as buying nothing."
        yield _finding("no-purchases", "note", where, what, "")
    if tuple(services) == (ONE_SERVICE,):
        what = "no column tells services apart: all units count as those of one service."
        yield _finding("one-service", "note", where, what, "Name the column by --service.")
    idle = int(((events.destination >= 0) & (events.units > 0)).sum())
    if idle:
        what = f"{idle} rows with a destination have units: it counts only where a service has 0 units."
        fix = "Write it in a row of the period in which the service is gone, with 0 units."
        yield _finding("destination-idle", "warning", where, what, fix)


def with_reports(
    book: Book, path: Path, columns: Mapping[str, str], *, share: str = "share", per: Per | None = None
) -> Book:
    """The book with intelligence: customer, period, service and the percent that a competitor supplies.

    Raises
    ------
    SurveyError
        The file cannot be read, shares are no percentages, or a service is told twice for one period.
    """
    names = {role: columns.get(role, role) for role in ("customer", "period", "service")}
    fields = {role: Field(column=column) for role, column in names.items()}
    if book.services == (ONE_SERVICE,):
        fields["service"] = Field(column=names["service"], absent=True)
    fields["share"] = Field(column=share, kind="number", low=0, high=100)
    records = read_records(path, fields)
    shares = records["share"]
    _check_reports(records, shares, share)
    periods, period = _periods(records, "period", names["period"], per)
    texts = records["service"]
    named = np.where(texts == "", ONE_SERVICE, texts)
    services = (*book.services, *sorted(set(named.tolist()) - set(book.services)))
    customer = _placed(records["customer"], book.customers)
    at_period = _placed(np.array(periods, dtype=object), book.periods)[period]
    used = (customer >= 0) & (at_period >= 0)
    reports = Reports(
        customer=customer[used],
        period=at_period[used],
        service=_placed(named, services)[used],
        share=shares[used],
    )
    findings = _unused(records, customer, at_period)
    return replace(book, services=services, reports=reports, findings=(*book.findings, *findings))


def _check_reports(records: Records, shares: Floats, share: str) -> None:
    keys = pd.DataFrame({name: records[name] for name in ("customer", "period", "service")})
    found = []
    again = np.flatnonzero(keys.duplicated().to_numpy())
    for k in again[:SHOWN]:
        key = keys.iloc[k]
        first = records.rows[np.flatnonzero((keys == key).all(axis=1).to_numpy())[0]]
        told = f"customer {key['customer']!r}, period {key['period']!r}" + (
            f", service {key['service']!r}" if key["service"] else ""
        )
        what = f"{told} is told already in row {first}."
        found.append(
            _error("report-twice", f"{records.source} row {records.rows[k]}", what, "Keep one of the rows.")
        )
    if len(again) > SHOWN:
        what = f"{len(again) - SHOWN} more rows have the same mistake."
        found.append(_error("report-twice", records.source, what, "Keep one row for a service and period."))
    if bool((shares > 0).any()) and float(shares.max()) <= 1:
        what = f"{share}: no share is above 1, so that they look like parts of one, not percent."
        found.append(_error("no-percent", records.source, what, "Write 50 for half of a service."))
    if found:
        raise SurveyError(found)


def _placed(texts: NDArray[Any], names: Sequence[str]) -> Codes:
    """Place of each text among names, -1 where it is none of them."""
    return np.asarray(
        pd.Index(list(names), dtype=object).get_indexer(pd.Index(texts, dtype=object)), dtype=np.int64
    )


def _unused(records: Records, customer: Codes, period: Codes) -> Iterator[Finding]:
    for codes, role, fix in (
        (customer, "customer", "Check how customers are written in both files."),
        (period, "period", "Check how periods are written in both files."),
    ):
        strange = np.flatnonzero(codes < 0)
        if len(strange):
            where = f"{records.source} row {records.rows[strange[0]]}"  # no name: findings are in the report
            what = f"{len(strange)} rows are of a {role} without transactions: they are left out."
            yield _finding("report-unused", "warning", where, what, fix)


def _error(code: str, where: str, what: str, fix: str) -> Finding:
    return _finding(code, "error", where, what, fix)


def _finding(code: str, severity: Severity, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity=severity, where=where, what=what, fix=fix)
