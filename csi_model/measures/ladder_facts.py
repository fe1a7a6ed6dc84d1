"""What transactions say of each customer in each period: the numbers that the rules of a ladder ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.survey.survey import Floats

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Events:
    """Transactions, rows (n,) in any order, with codes for names.

    Attributes
    ----------
    customer, period, service : (n,) int
        Codes into the sorted names.
    units, amount, revenue : (n,) float
        Not negative.
    destination, reason : (n,) int
        Codes into the names of where a cancelled service went and why, -1 where nothing is said.
    customers, periods, services
        How many there are.
    """

    customer: Codes
    period: Codes
    service: Codes
    units: Floats
    amount: Floats
    revenue: Floats
    destination: Codes
    reason: Codes
    customers: int
    periods: int
    services: int


@dataclass(frozen=True, kw_only=True)
class Reports:
    """Intelligence (m,): the share in percent of a customer's service that a competitor supplies."""

    customer: Codes
    period: Codes
    service: Codes
    share: Floats


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Transactions added up by customer, service and period, sorted by these; see ``Events``."""

    customer: Codes
    service: Codes
    period: Codes
    units: Floats
    amount: Floats
    revenue: Floats
    destination: Codes
    reason: Codes
    periods: int


def cells_of(events: Events) -> Cells:
    """Add up rows, numbers in the order of their size, so that the order of rows does not matter."""
    order = np.lexsort(
        (events.revenue, events.amount, events.units, events.period, events.service, events.customer)
    )
    key = (events.customer * events.services + events.service) * events.periods + events.period
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))

    def added(values: Floats) -> Floats:
        return np.add.reduceat(values[order], first)

    def named(codes: Codes) -> Codes:
        return np.maximum.reduceat(codes[order], first)

    chosen = order[first]
    return Cells(
        customer=events.customer[chosen],
        service=events.service[chosen],
        period=events.period[chosen],
        units=added(events.units),
        amount=added(events.amount),
        revenue=added(events.revenue),
        destination=named(events.destination),
        reason=named(events.reason),
        periods=events.periods,
    )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Some customers (C) over all periods (T); arrays (C, T) unless said otherwise.

    ``entry`` (C,) is the first period with a row of the customer: before it he is none, and changes are told
    from the period after it. A period without a row is one without purchases. ``*_of`` are codes of the
    service that a number is about, ``destination`` and ``reason`` what was said in the period, -1 for none.
    """

    entry: Codes
    units: Floats
    amount: Floats
    revenue: Floats
    held: Floats
    cancelled: Floats
    cancelled_of: Codes
    added: Floats
    added_of: Codes
    services_cancelled: Floats
    services_unknown: Floats
    used: Floats
    used_of: Codes
    competitor: Floats
    competitor_of: Codes
    destination: Codes
    reason: Codes

    @cached_property
    def present(self) -> Flags:
        """Whether he is a customer in the period."""
        return np.arange(self.units.shape[1]) >= self.entry[:, None]

    def gauge(self, name: str) -> Floats:
        """What a rule asks for (see ``ladder_rules.GAUGES``), NaN where there is nothing to be told.

        A rise from nothing is infinite: it passes every threshold.
        """
        base, _, direction = name.rpartition("_")
        if direction in ("drop", "rise"):
            fall = self._fall({"purchases": self.units, "amount": self.amount, "revenue": self.revenue}[base])
            return fall if direction == "drop" else -fall
        later = {
            "units_cancelled": self.cancelled,
            "units_added": self.added,
            "services_cancelled": self.services_cancelled,
        }
        if name in later:
            return self._since_entry(later[name])
        if name in ("services_cancelled_share", "unknown_cancelled_share"):
            lost = self.services_unknown if name.startswith("unknown") else self.services_cancelled
            had = before(self.held)
            return self._since_entry(
                np.divide(100 * lost, had, out=np.full(had.shape, np.nan), where=had > 0)
            )
        value = self.used if name == "periods_used" else self.competitor
        return np.where(self.present, value, np.nan)

    def _since_entry(self, values: Floats) -> Floats:
        return np.where(np.arange(values.shape[1]) > self.entry[:, None], values, np.nan)

    def _fall(self, values: Floats) -> Floats:
        """Percent by which values fell since the period before; negative where they rose."""
        was = before(values)
        none = np.where(values > 0, -np.inf, 0.0)
        return self._since_entry(np.divide(100 * (was - values), was, out=none, where=was > 0))


def before(values: NDArray[Any]) -> NDArray[Any]:
    """The values of the period before; 0 for the first."""
    made = np.zeros_like(values)
    made[:, 1:] = values[:, :-1]
    return made


def facts_of(cells: Cells, reports: Reports | None, first: int, last: int) -> Facts:
    """The facts of customers ``first`` to ``last`` (not included)."""
    size, periods = last - first, cells.periods
    at = slice(*np.searchsorted(cells.customer, [first, last]))
    customer, service, period = cells.customer[at] - first, cells.service[at], cells.period[at]
    units = cells.units[at]
    place = customer * periods + period
    grid = _Grid(size, periods)

    pair = np.diff(customer, append=-1) == 0
    pair &= np.diff(service, append=-1) == 0
    pair &= np.diff(period, append=-1) == 1  # the next cell is that of the same service, a period later
    then = np.where(pair, np.append(units[1:], 0.0), 0.0)
    was = np.where(np.append(False, pair[:-1]), np.append(0.0, units[:-1]), 0.0)
    goes_on = period < periods - 1
    fell, rose = goes_on & (units > then), units > was
    gone = fell & (then == 0)
    told = np.where(pair, np.append(cells.destination[at][1:], -1), -1)
    run = _running(customer, service, units > 0)
    used, used_of = grid.most(place, run, service, units > 0)
    cancelled, cancelled_of = grid.most(place + 1, units - then, service, fell)
    added, added_of = grid.most(place, units - was, service, rose)
    competitor, competitor_of = _reported(reports, first, last, grid)
    entry = np.full(size, periods, dtype=np.int64)
    np.minimum.at(entry, customer, period)
    longest = before(np.maximum.accumulate(used, axis=1))
    return Facts(
        entry=entry,
        units=grid.total(place, units),
        amount=grid.total(place, cells.amount[at]),
        revenue=grid.total(place, cells.revenue[at]),
        held=grid.total(place, (units > 0).astype(float)),
        cancelled=cancelled,
        cancelled_of=cancelled_of,
        added=added,
        added_of=added_of,
        services_cancelled=grid.total(place[gone] + 1),
        services_unknown=grid.total(place[gone & (told < 0)] + 1),
        used=np.where(used > longest, used, np.nan),
        used_of=used_of,
        competitor=competitor,
        competitor_of=competitor_of,
        destination=grid.code(place, cells.destination[at]),
        reason=grid.code(place, cells.reason[at]),
    )


def _running(customer: Codes, service: Codes, used: Flags) -> Floats:
    """How many periods the service of each cell was used up to it."""
    counts = np.cumsum(used)
    begins = (np.diff(customer, prepend=-1) != 0) | (np.diff(service, prepend=-1) != 0)
    first = np.flatnonzero(begins)
    offset = np.where(first > 0, counts[first - 1], 0)
    since = counts - np.repeat(offset, np.diff(np.append(first, len(counts))))
    return np.asarray(since, dtype=float)


def _reported(reports: Reports | None, first: int, last: int, grid: _Grid) -> tuple[Floats, Codes]:
    if reports is None:
        return np.full(grid.shape, np.nan), np.full(grid.shape, -1, dtype=np.int64)
    inside = (reports.customer >= first) & (reports.customer < last)
    place = (reports.customer - first) * grid.shape[1] + reports.period
    share, service = grid.most(place, reports.share, reports.service, inside)
    return np.where(service < 0, np.nan, share), service


class _Grid:
    """Arrays (C, T) from values at flat places."""

    def __init__(self, size: int, periods: int) -> None:
        self.shape = (size, periods)
        self.cells = size * periods

    def total(self, place: Codes, values: Floats | None = None) -> Floats:
        """Sums, or numbers of values."""
        made = np.bincount(place, weights=values, minlength=self.cells).astype(float)
        return np.asarray(made).reshape(self.shape)

    def most(self, place: Codes, values: Floats, names: Codes, which: Flags) -> tuple[Floats, Codes]:
        """The largest value and its name, the first name among equals; 0 and -1 where there is none."""
        most, name = np.zeros(self.cells), np.full(self.cells, -1, dtype=np.int64)
        chosen = np.flatnonzero(which)
        chosen = chosen[np.lexsort((-names[chosen], values[chosen]))]  # the last of a place is kept
        most[place[chosen]] = values[chosen]
        name[place[chosen]] = names[chosen]
        return most.reshape(self.shape), name.reshape(self.shape)

    def code(self, place: Codes, codes: Codes) -> Codes:
        """The highest code."""
        made = np.full(self.cells, -1, dtype=np.int64)
        said = codes >= 0
        np.maximum.at(made, place[said], codes[said])
        return made.reshape(self.shape)
