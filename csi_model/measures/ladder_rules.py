"""The rules of a loyalty ladder: what moves a customer, by how many levels, with every threshold a parameter.

The ladder (台阶分析法) gives each customer a level; events past a threshold move it. Its source has the eight
rules of ``EVENTS`` and leaves open the thresholds (but 50 % and 80 %), the step of rule 6, the number of
levels, the start, whether rules of one period add up, and floor and ceiling. What stands here in their place
is ours: see ``PARAMETERS``, ``CHANGES`` and ``Ladder``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from csi_model.errors import suggest
from csi_model.survey.moments import natural_order

Sense = Literal["at_least", "more_than", "every"]
Combine = Literal["sum", "largest_drop"]
Mistake = tuple[tuple[str, ...], str, str]
"""Place of a mistake among the settings, what is wrong, how to fix it."""

MOST_LEVELS = 100


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """What can be measured of a customer in a period: its unit, and the highest sensible threshold."""

    unit: Literal["percent", "units", "services", "periods"]
    high: float = math.inf
    sense: Sense = "at_least"


GAUGES: Mapping[str, Gauge] = MappingProxyType(
    {
        "purchases_drop": Gauge(unit="percent", high=100),
        "amount_drop": Gauge(unit="percent", high=100),
        "revenue_drop": Gauge(unit="percent", high=100),
        "purchases_rise": Gauge(unit="percent"),
        "amount_rise": Gauge(unit="percent"),
        "revenue_rise": Gauge(unit="percent"),
        "units_cancelled": Gauge(unit="units"),
        "units_added": Gauge(unit="units"),
        "services_cancelled": Gauge(unit="services"),
        "services_cancelled_share": Gauge(unit="percent", high=100),
        "unknown_cancelled_share": Gauge(unit="percent", high=100),
        "competitor_share": Gauge(unit="percent", high=100),
        "periods_used": Gauge(unit="periods", sense="every"),
    }
)
"""Everything that a rule can ask for.

``*_drop``, ``*_rise``: percent of the period before, of all units bought, of the amount, of the revenue (the
amount, where none is given). ``units_cancelled``, ``units_added``: of the one service of which it is most.
``services_cancelled``: services that the customer had in the period before and has no longer; ``*_share``:
in percent of all that he had, ``unknown_*`` only those without a known destination. ``competitor_share``:
largest share of a service that a competitor supplies, as reported for the period. ``periods_used``:
accumulated periods with the service used longest; a threshold of 12 is passed in the 12th, the 24th ...
"""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A threshold of the eight rules: what it is compared with, its default and how."""

    gauge: str
    default: float
    sense: Sense = "at_least"


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "p1": Parameter(gauge="purchases_drop", default=20),
        "k2": Parameter(gauge="units_cancelled", default=1, sense="more_than"),
        "p2": Parameter(gauge="amount_drop", default=20),
        "p3": Parameter(gauge="revenue_drop", default=20),
        "p4": Parameter(gauge="amount_rise", default=20),
        "k5": Parameter(gauge="units_added", default=1, sense="more_than"),
        "p5": Parameter(gauge="amount_rise", default=20),
        "n6": Parameter(gauge="periods_used", default=12, sense="every"),
        "p7a": Parameter(gauge="competitor_share", default=50),
        "p7b": Parameter(gauge="competitor_share", default=80),
        "p8": Parameter(gauge="unknown_cancelled_share", default=50),
    }
)
"""Thresholds by name: the letter and number of the source, ``n6``, ``p7a``, ``p7b``, ``p8`` ours."""

CHANGES: Mapping[str, int] = MappingProxyType(
    {"1": -1, "2": -2, "3": -1, "4": 1, "5": 1, "6": 1, "7a": -1, "7b": -2, "8": -2}
)
"""Levels by which each rule moves; that of rule 6 is not in the source."""

EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1": ("p1",),
        "2": ("k2", "p2"),
        "3": ("p3",),
        "4": ("p4",),
        "5": ("k5", "p5"),
        "6": ("n6",),
        "7a": ("p7a",),
        "7b": ("p7b",),
        "8": ("p8",),
    }
)
"""Thresholds of each rule. Rule 3 asks for a cancelled service, too, rule 4 for units and amount alike."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """``gauge`` at least ``threshold``, more than it, or at a multiple of it."""

    gauge: str
    threshold: float
    sense: Sense = "at_least"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule: all ``conditions`` met in a period move the customer by ``change`` levels.

    Of the rules with the same ``tier_of`` only the one with the highest threshold counts in a period.
    ``thresholds`` says in signs what is asked (``p1 = 20%``).
    """

    name: str
    conditions: tuple[Condition, ...]
    change: int
    thresholds: str
    tier_of: str = ""
    on: bool = True


@dataclass(frozen=True, kw_only=True)
class Added:
    """A rule of the user's own: ``when`` gives a threshold, which must be reached, for each gauge."""

    name: str
    when: Mapping[str, float]
    change: int


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Levels 1 to ``levels`` with floor and ceiling, and what moves a customer.

    Attributes
    ----------
    start
        Level of customers of whom no other is known.
    combine
        ``sum``: the changes of all rules that a period meets are added. ``largest_drop``: only the largest
        drop counts, and only where there is none the largest rise.
    rules
        In natural order of their names; nothing depends on the order in which they were written.
    """

    levels: int = 5
    start: int = 3
    combine: Combine = "sum"
    rules: tuple[Rule, ...]


def make_rules(
    thresholds: Mapping[str, float] = MappingProxyType({}),
    changes: Mapping[str, int] = MappingProxyType({}),
    off: Collection[str] = (),
    added: Sequence[Added] = (),
) -> tuple[Rule, ...]:
    """The eight rules and those that were added, in natural order of their names.

    Parameters
    ----------
    thresholds
        Parameter > value, where it is not the default.
    changes
        Rule > levels, where they are not the default.
    off
        Rules that are switched off; ``7`` stands for both tiers.
    added
        Rules of the user's own.
    """
    values = {name: float(thresholds.get(name, one.default)) for name, one in PARAMETERS.items()}
    rules = [
        Rule(
            name=name,
            conditions=_conditions(name, values),
            change=changes.get(name, CHANGES[name]),
            thresholds=", ".join(_shown(one, PARAMETERS[one].gauge, values[one]) for one in parameters),
            tier_of="7" if name in ("7a", "7b") else "",
            on=name not in off and name.rstrip("ab") not in off,
        )
        for name, parameters in EVENTS.items()
    ]
    rules += [
        Rule(
            name=one.name,
            conditions=tuple(
                Condition(gauge=gauge, threshold=value, sense=GAUGES[gauge].sense)
                for gauge, value in sorted(one.when.items())
            ),
            change=one.change,
            thresholds=", ".join(_shown(gauge, gauge, value) for gauge, value in sorted(one.when.items())),
            on=one.name not in off,
        )
        for one in added
    ]
    return tuple(sorted(rules, key=lambda rule: natural_order(rule.name)))


def _conditions(name: str, values: Mapping[str, float]) -> tuple[Condition, ...]:
    made = [
        Condition(gauge=PARAMETERS[one].gauge, threshold=values[one], sense=PARAMETERS[one].sense)
        for one in EVENTS[name]
    ]
    if name == "3":
        made.insert(0, Condition(gauge="services_cancelled", threshold=1))
    if name == "4":
        made.insert(0, Condition(gauge="purchases_rise", threshold=values["p4"]))
    return tuple(made)


def _shown(name: str, gauge: str, value: float) -> str:
    return f"{name} = {value:.10g}{'%' if GAUGES[gauge].unit == 'percent' else ''}"


def mistakes_in(
    thresholds: Mapping[str, float],
    changes: Mapping[str, float],
    off: Sequence[str],
    added: Sequence[Added] = (),
    known: Collection[str] = (),
) -> Iterator[Mistake]:
    """Everything that is wrong in settings of the rules; ``known`` are more names that may be ``off``."""
    for name, value in thresholds.items():
        if name not in PARAMETERS:
            yield ("thresholds", name), f"{name!r} is no threshold.", suggest(name, list(PARAMETERS))
        else:
            yield from _threshold(("thresholds", name), name, PARAMETERS[name].gauge, value)
    for name, value in changes.items():
        if name not in CHANGES:
            yield ("changes", name), f"{name!r} is none of the eight rules.", suggest(name, list(CHANGES))
        else:
            yield from _change(("changes", name), name, value)
    names = [*CHANGES, "7", *(one.name for one in added), *known]
    for place, name in enumerate(off):
        if name not in names:
            yield ("off", str(place)), f"There is no rule {name!r} to switch off.", suggest(name, names)
    for place, rule in enumerate(added):
        yield from _rule(("add", str(place)), rule, [one.name for one in added[:place]])


def tier_mistakes(thresholds: Mapping[str, float]) -> Iterator[Mistake]:
    """Where the second tier of rule 7 begins below the first."""
    first, second = (thresholds.get(name, PARAMETERS[name].default) for name in ("p7a", "p7b"))
    if first >= second:
        what = f"The first tier of rule 7 (p7a = {first:g}) is not below the second (p7b = {second:g})."
        yield ("thresholds",), what, "Write p7a smaller than p7b."


def level_mistakes(levels: int, start: int) -> Iterator[Mistake]:
    """Where the ladder has no room."""
    if not 2 <= levels <= MOST_LEVELS:
        yield ("levels",), f"A ladder has 2 to {MOST_LEVELS} levels, not {levels}.", "Write for example 5."
    elif not 1 <= start <= levels:
        what = f"Level {start} is not on a ladder from 1 to {levels}."
        yield ("start_level",), what, f"Write a level from 1 to {levels}."


def _threshold(place: tuple[str, ...], name: str, gauge: str, value: float) -> Iterator[Mistake]:
    asked = GAUGES[gauge]
    low = 0.0 if name in ("k2", "k5") else math.nextafter(0, 1)  # "more than 0 units" makes sense
    if asked.unit == "periods" and not (value >= 1 and float(value).is_integer()):
        yield place, f"{name} is {value:g}, but periods are counted.", "Write a whole number such as 12."
    elif not (low <= value <= asked.high and math.isfinite(value)):
        above = "of 0 or more" if low == 0 else "above 0"
        fix = (
            f"Write a number {above}." if math.isinf(asked.high) else f"Write a percentage {above} up to 100."
        )
        yield place, f"{name} is {value:g}.", fix


def _change(place: tuple[str, ...], name: str, value: float) -> Iterator[Mistake]:
    whole = math.isfinite(value) and float(value).is_integer()
    if not whole or value == 0 or abs(value) >= MOST_LEVELS:
        what = f"Rule {name} would move customers by {value:g} levels."
        yield place, what, "Write a whole number other than 0, such as -1; switch a rule off with `off`."


def _rule(place: tuple[str, ...], rule: Added, before: Collection[str]) -> Iterator[Mistake]:
    if not rule.name.strip():
        yield (*place, "name"), "A rule has no name.", "Write a short name."
    elif rule.name in (*CHANGES, "7"):
        what = f"{rule.name!r} is the name of one of the eight rules."
        yield (*place, "name"), what, "Choose another, or change that rule by `thresholds` and `changes`."
    elif rule.name in before:
        yield (*place, "name"), f"Two rules have the name {rule.name!r}.", "Give each its own."
    if not rule.when:
        yield (*place, "when"), f"Rule {rule.name!r} asks for nothing.", "Write `when: {amount_rise: 100}`."
    for gauge, value in rule.when.items():
        if gauge not in GAUGES:
            what = f"{gauge!r} is nothing that a rule can ask for."
            yield (*place, "when", gauge), what, suggest(gauge, list(GAUGES))
        else:
            yield from _threshold((*place, "when", gauge), gauge, gauge, value)
    yield from _change((*place, "change"), repr(rule.name), rule.change)
