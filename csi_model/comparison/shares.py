"""Shares that units have in the level above: revenue, market share, GDP, price basket, sample size, equal.

Shares are taken as known without error. Of a market that is measured in part, the part left out is never
silent: a surveyed pseudo-firm takes it (``others: unit``), or it is named as left out (``renormalise``) or
as counted with the mean of the measured firms (``mean``). The last two give the same point value, since
``S I + (1 - S) I = I`` for the measured share S, and the same standard error, which is that of sampling
alone. They say different things: the first is a score of the measured firms, the second one of the whole
market, whose error by firms that nobody asked about is in no standard error. A finding gives its size: were
they d points from the measured ones, the score of the whole market would be ``(1 - S) d`` off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.share_names import Key, likely, listed, units_by_name
from csi_model.comparison.unit_scores import unit_name
from csi_model.errors import Finding, suggest
from csi_model.survey.conversion import show_number
from csi_model.survey.raw_table import text_of

Array = NDArray[Any]

AMOUNTS = ("revenue", "market_share", "gdp", "cpi")
"""Kinds of shares that need an amount a unit."""

KINDS = (*AMOUNTS, "sample_size", "equal")
"""Kinds of shares: ``sample_size`` counts respondents, or the sums of their weights where handed in."""

OTHERS = {"unit": "others_unit", "renormalise": "others_renormalised", "mean": "others_mean"}
"""Rules for what market shares leave out > their words in tables."""


@dataclass(frozen=True, kw_only=True)
class LevelShares:
    """What the units of one level count by in the level above.

    Attributes
    ----------
    level
        Group column whose units are weighed: ``firm`` for firms in their industry.
    kind
        One of ``KINDS``.
    amounts
        Unit > amount. A unit is named by its own value (``A-Bank``), by its path (``Banks / A-Bank``), or
        by as much of the path as makes it the only one. Market shares are fractions of 1 or percent, the
        same throughout the level; others are on any positive scale.
    others
        For what market shares leave out: "" (nothing may be left out) or a key of ``OTHERS``.
    others_unit
        The surveyed "all others" unit of each parent, by its own value, for ``others="unit"``.
    places
        Unit as in ``amounts`` > where its amount stands (``shares.csv row 7``), for messages.
    """

    level: str
    kind: str
    amounts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    others: str = ""
    others_unit: str = ""
    places: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def where(self) -> str:
        """The shares as messages name them."""
        return f"shares of {self.level}"

    def place(self, name: str) -> str:
        """Where the amount of one unit stands."""
        return self.places.get(name, self.where)


@dataclass(frozen=True, kw_only=True)
class LevelUnits:
    """The units of a level before they are weighed.

    ``keys`` of U units; ``measured`` (U,) those with a number; ``size`` (U,) what they count by sample size.
    """

    level: str
    keys: tuple[Key, ...]
    measured: Array
    size: Array

    @property
    def parents(self) -> tuple[Key, ...]:
        """What the units belong to, in order of first appearance."""
        return tuple(dict.fromkeys(key[:-1] for key in self.keys))

    @property
    def parent_of(self) -> Array:
        """Position in ``parents`` of each unit's parent, (U,) int."""
        at = {parent: p for p, parent in enumerate(self.parents)}
        return np.array([at[key[:-1]] for key in self.keys], dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class KnownShares:
    """Shares of the units of a level in their parents.

    Attributes
    ----------
    amount : (U,)
        As given, respondents for ``sample_size``, the residual for an "all others" unit; else NaN.
    share : (U,)
        Sum to 1 in every parent, units without a number included; NaN for such a unit without an amount.
    share_from
        ``given``, ``residual_share``, ``respondents``, ``declared_equal`` (as asked for), ``default_equal``
        (as nothing was given), "" where there is none.
    left_out : (P,)
        Share of each parent's market that belongs to no unit.
    known : (P,) bool
        Whether the share of everything in the parent is known.
    others
        Word of ``OTHERS``, "" where no rule was given.
    """

    level: str
    kind: str
    keys: tuple[Key, ...]
    parents: tuple[Key, ...]
    parent_of: Array
    amount: Array
    share: Array
    share_from: tuple[str, ...]
    left_out: Array
    known: Array
    others: str = ""


def declaration_problems(shares: Sequence[LevelShares], by: Sequence[str]) -> Iterator[Finding]:
    """Levels that are not there or weighed twice, kinds and rules that there are not."""
    seen: set[str] = set()
    for one in shares:
        if one.level not in by:
            what = f"There is no level {one.level!r} whose units could have shares."
            yield wrong("shares-level", "shares", what, suggest(one.level, list(by)))
        elif one.level in seen:
            yield wrong("shares-twice", one.where, "Shares of this level are given twice.", "Give one kind.")
        seen.add(one.level)
        if one.kind not in KINDS:
            fix = suggest(one.kind, KINDS)
            yield wrong("shares-kind", one.where, f"There are no shares by {one.kind!r}.", fix)
        elif one.kind not in AMOUNTS and one.amounts:
            what = f"Shares by {one.kind} need no amounts."
            fix = f"Leave them out, or say what they are: {', '.join(AMOUNTS)}."
            yield wrong("shares-not-needed", one.where, what, fix)
        yield from _rule_problems(one)


def _rule_problems(one: LevelShares) -> Iterator[Finding]:
    if one.others and one.others not in OTHERS:
        what = f"There is no rule {one.others!r} for what the shares leave out."
        yield wrong("shares-others", one.where, what, suggest(one.others, list(OTHERS)))
    elif one.others and one.kind != "market_share" and one.kind in KINDS:
        what = f"Only market shares say how much is left out; these are shares by {one.kind}."
        fix = "Leave `others` out; give an all-others unit its own amount."
        yield wrong("shares-others", one.where, what, fix)
    elif one.others == "unit" and not one.others_unit:
        fix = "Name the unit that stands for all others, such as `others_unit: All others`."
        yield wrong("shares-others", one.where, "The all-others unit has no name.", fix)
    elif one.others_unit and one.others != "unit":
        what = f"An all-others unit is named ({one.others_unit}), but no rule gives it the rest."
        yield wrong("shares-others", one.where, what, "Write `others: unit`, or leave the name out.")


def read_amounts(units: LevelUnits, given: LevelShares) -> tuple[Array, Array, list[Finding]]:
    """Amounts (U,) of the units, NaN where none is given; units (U,) whose amount is none; what is wrong."""
    amount, bad = np.full(len(units.keys), np.nan), np.zeros(len(units.keys), dtype=bool)
    known = units_by_name(units.keys)
    named: dict[int, str] = {}
    found: list[Finding] = []
    for name, value in given.amounts.items():
        place, text = given.place(name), text_of(name)
        fits = known.get(text, ())
        told = list(_value_problems(place, text, value))
        bad[list(fits)] |= bool(told)
        found += told
        if not fits:
            what = f"No unit of the level {given.level} is called {text!r}."
            found.append(wrong("share-unknown-unit", place, what, likely(text, known, units.keys)))
        elif len(fits) > 1:
            bad[list(fits)] = True
            paths = listed(unit_name(units.keys[k]) for k in fits)
            what = f"{text!r} fits several units: {paths}."
            found.append(wrong("share-ambiguous", place, what, "Write the path of the one that is meant."))
        elif fits[0] in named:
            what = f"{unit_name(units.keys[fits[0]])} has two amounts, as {named[fits[0]]!r} and {text!r}."
            found.append(wrong("share-twice", place, what, "Give one."))
        elif not told:
            named[fits[0]] = text
            amount[fits[0]] = float(value)
    return amount, bad, found


def _value_problems(place: str, name: str, value: object) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, Real) or not np.isfinite(float(value)):
        what = f"The amount of {name} is no number: {value!r}."
        yield wrong("share-no-number", place, what, "Write a number of zero or more.")
    elif value < 0:
        what = f"The amount of {name} is negative: {show_number(float(value))}."
        yield wrong("share-negative", place, what, "Write a number of zero or more.")


def totals(values: Array, parent_of: Array, count: int) -> Array:
    """Sums (P,) of the units' values (U,) in each parent, gaps left out."""
    return np.bincount(parent_of, weights=np.nan_to_num(values), minlength=count)


def whole_name(parent: Key) -> str:
    """A parent as messages and tables name it; the top is ``total``."""
    return unit_name(parent) or "total"


def wrong(code: str, where: str, what: str, fix: str) -> Finding:
    """An error of the shares."""
    return Finding(code=code, severity="error", where=where, what=what, fix=fix)
