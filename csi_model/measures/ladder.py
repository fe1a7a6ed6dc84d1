"""Loyalty as a ladder: customers climb and fall by rules about their transactions; every move is logged.

Ladder analysis (台阶分析法): each customer has a level, events past a threshold move it and say why. Rules
are judged by what happened in a period, none by the level or by another rule, so that their order does not
matter; nor does that of the rows. What the source leaves open is decided in ``ladder_rules``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.measures.ladder_facts import Codes, Events, Facts, Flags, Reports, cells_of, facts_of
from csi_model.measures.ladder_rules import Condition, Ladder, Rule
from csi_model.survey.survey import Floats

BLOCK_CELLS = 400_000
"""Customers are taken in blocks of about so many cells (customers times periods)."""

TOLERANCE = 1e-9
"""Rounding that a threshold allows: a fall from 0.5 to 0.4 is one of 20 %."""


@dataclass(frozen=True, kw_only=True)
class Log:
    """Every rule that was met (k,), by customer, period and rule.

    ``rule`` is the place among the rules; ``counted`` says whether its change was taken; ``step`` is the
    change of the whole period before floor and ceiling, ``level_from`` and ``level_to`` the customer's level
    before and after it. ``numbers`` (k, 3) are what the words need, see ``ladder_words``; ``service``,
    ``destination`` and ``reason`` are codes, -1 for none.
    """

    customer: Codes
    period: Codes
    rule: Codes
    counted: Flags
    step: Codes
    level_from: Codes
    level_to: Codes
    numbers: dict[str, Floats]
    services: dict[str, Codes]
    destination: Codes
    reason: Codes


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """What became of the customers (C,) over the periods (T,).

    Attributes
    ----------
    start, end, lowest, highest : (C,) int
        Level at entry before anything happened, and at the end of the last period; lowest and highest.
    entry : (C,) int
        Period of entry.
    rises, falls : (C,) int
        Periods in which the level rose, fell.
    met, applied, customers : (R,) int
        How often each rule was met, how often its change was taken, of how many customers.
    present, entered, up, down : (T,) int
        Customers there, new, moved up, moved down in each period.
    level_sum : (T,) float
        Sum of the levels of those there, at the end of each period.
    """

    start: Codes
    end: Codes
    lowest: Codes
    highest: Codes
    entry: Codes
    rises: Codes
    falls: Codes
    met: Codes
    applied: Codes
    customers: Codes
    present: Codes
    entered: Codes
    up: Codes
    down: Codes
    level_sum: Floats
    log: Log


def climb(
    events: Events,
    ladder: Ladder,
    *,
    reports: Reports | None = None,
    start: Codes | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Climbed:
    """Let every customer climb and fall.

    Parameters
    ----------
    events
        Transactions.
    ladder
        Levels and rules.
    reports
        Intelligence on competitors; without it ``competitor_share`` is never there.
    start : (C,) int, optional
        Level of each customer at entry; ``ladder.start`` by default.
    progress
        Told ``(what, done, all)`` in customers.
    """
    cells = cells_of(events)
    begin = np.full(events.customers, ladder.start, dtype=np.int64) if start is None else start
    step = max(1, BLOCK_CELLS // events.periods)
    blocks = []
    for first in range(0, events.customers, step):
        last = min(first + step, events.customers)
        facts = facts_of(cells, reports, first, last)
        blocks.append(_block(facts, ladder, begin[first:last], first))
        if progress is not None:
            progress("customers", last, events.customers)
    return _joined(blocks)


def moved(facts: Facts, rules: Sequence[Rule]) -> list[Flags]:
    """Where (C, T) each rule counts: it is on and met, and no higher tier of it is met."""
    gauges: dict[str, Floats] = {}

    def met(condition: Condition) -> Flags:
        name = condition.gauge
        if name not in gauges:
            gauges[name] = facts.gauge(name)
        return passed(gauges[name], condition)

    found: list[Flags] = []
    for rule in rules:
        held = np.full(facts.units.shape, rule.on)
        for condition in rule.conditions if rule.on else ():
            held &= met(condition)
        found.append(held)
    for one, lower in enumerate(rules):
        for other, higher in enumerate(rules):
            if lower.tier_of and lower.tier_of == higher.tier_of and _above(higher, lower):
                found[one] = found[one] & ~found[other]
    return found


def _above(higher: Rule, lower: Rule) -> bool:
    return higher.conditions[0].threshold > lower.conditions[0].threshold


def passed(values: Floats, condition: Condition) -> Flags:
    """Whether values meet a condition; NaN never does."""
    limit = condition.threshold
    air = TOLERANCE * max(1.0, abs(limit))
    with np.errstate(invalid="ignore"):
        if condition.sense == "more_than":
            return np.asarray(values > limit + air)
        if condition.sense == "every":
            return np.asarray((values >= limit) & (np.mod(values, limit) == 0))
        return np.asarray(values >= limit - air)


def combined(ladder: Ladder, found: Sequence[Flags]) -> tuple[Codes, list[Flags]]:
    """The change of each period (C, T), and where each rule's change is taken."""
    changes = [rule.change * held.astype(np.int64) for rule, held in zip(ladder.rules, found, strict=True)]
    if ladder.combine == "sum":
        return np.sum(changes, axis=0), list(found)
    lowest, highest = np.min(changes, axis=0), np.max(changes, axis=0)
    step = np.where(lowest < 0, lowest, highest)
    taken, free = [], np.ones(step.shape, dtype=bool)
    for change, held in zip(changes, found, strict=True):  # of equals the first by name
        this = held & free & (change == step)
        free &= ~this
        taken.append(this)
    return step, taken


def walk(step: Codes, present: Flags, start: Codes, levels: int) -> tuple[Codes, Codes]:
    """Level (C, T) before and after each period, held between 1 and ``levels``; 0 before entry."""
    was, now = np.zeros_like(step), np.zeros_like(step)
    level = start.copy()
    for t in range(step.shape[1]):
        there = present[:, t]
        after = np.where(there, np.clip(level + step[:, t], 1, levels), level)
        was[:, t], now[:, t] = np.where(there, level, 0), np.where(there, after, 0)
        level = after
    return was, now


def _block(facts: Facts, ladder: Ladder, start: Codes, first: int) -> Climbed:
    found = moved(facts, ladder.rules)
    step, taken = combined(ladder, found)
    was, now = walk(step, facts.present, start, ladder.levels)
    there = facts.present
    periods = there.shape[1]
    passing = np.where(there, now, start[:, None])
    return Climbed(
        start=start,
        end=now[:, -1],
        lowest=np.minimum(passing.min(axis=1), start),
        highest=np.maximum(passing.max(axis=1), start),
        entry=facts.entry,
        rises=(now > was).sum(axis=1),
        falls=(now < was).sum(axis=1),
        met=np.array([held.sum() for held in found], dtype=np.int64),
        applied=np.array([held.sum() for held in taken], dtype=np.int64),
        customers=np.array([held.any(axis=1).sum() for held in taken], dtype=np.int64),
        present=there.sum(axis=0),
        entered=np.bincount(facts.entry, minlength=periods),
        up=(now > was).sum(axis=0),
        down=(now < was).sum(axis=0),
        level_sum=now.sum(axis=0).astype(float),
        log=_log(facts, ladder.rules, found, taken, (step, was, now), first),
    )


def _log(
    facts: Facts,
    rules: Sequence[Rule],
    found: Sequence[Flags],
    taken: Sequence[Flags],
    levels: tuple[Codes, Codes, Codes],
    first: int,
) -> Log:
    places = [np.nonzero(held) for held in found]
    rule = np.repeat(np.arange(len(rules)), [len(one[0]) for one in places])
    customer = np.concatenate([one[0] for one in places]) if places else np.zeros(0, dtype=np.int64)
    period = np.concatenate([one[1] for one in places]) if places else np.zeros(0, dtype=np.int64)
    order = np.lexsort((rule, period, customer))
    rule, at = rule[order], (customer[order], period[order])
    earlier = (at[0], np.maximum(at[1] - 1, 0))
    counted = np.zeros(len(rule), dtype=bool)
    for k, held in enumerate(taken):
        counted[rule == k] = held[at][rule == k]
    step, was, now = levels
    numbers = {
        f"{name}_{when}": getattr(facts, name)[spot]
        for name in ("units", "amount", "revenue")
        for when, spot in (("was", earlier), ("now", at))
    }
    numbers |= {"held": facts.held[earlier]}
    shown = ("cancelled", "added", "services_cancelled", "services_unknown", "used", "competitor")
    numbers |= {name: getattr(facts, name)[at] for name in shown}
    services = {
        name: getattr(facts, f"{name}_of")[at] for name in ("cancelled", "added", "used", "competitor")
    }
    return Log(
        customer=at[0] + first,
        period=at[1],
        rule=rule,
        counted=counted,
        step=step[at],
        level_from=was[at],
        level_to=now[at],
        numbers=numbers,
        services=services,
        destination=facts.destination[at],
        reason=facts.reason[at],
    )


_SUMS = ("met", "applied", "customers", "present", "entered", "up", "down", "level_sum")
_LOGGED = (
    "customer", "period", "rule", "counted", "step", "level_from", "level_to", "destination", "reason",
)  # fmt: skip
_ROWS = ("start", "end", "lowest", "highest", "entry", "rises", "falls")


def _joined(blocks: Sequence[Climbed]) -> Climbed:
    made: dict[str, Any] = {}
    for name in _SUMS:
        made[name] = np.sum([getattr(one, name) for one in blocks], axis=0)
    for name in _ROWS:
        made[name] = np.concatenate([getattr(one, name) for one in blocks])
    logs = [one.log for one in blocks]
    columns: dict[str, Any] = {name: _together(getattr(log, name) for log in logs) for name in _LOGGED}
    for name in ("numbers", "services"):
        keys = getattr(logs[0], name)
        columns[name] = {key: _together(getattr(log, name)[key] for log in logs) for key in keys}
    return Climbed(**made, log=Log(**columns))


def _together(parts: Iterator[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(list(parts))
