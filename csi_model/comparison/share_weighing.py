"""From what was given to shares that sum to 1 in every parent, with everything that does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.share_names import listed
from csi_model.comparison.shares import (
    AMOUNTS,
    OTHERS,
    KnownShares,
    LevelShares,
    LevelUnits,
    read_amounts,
    totals,
    whole_name,
    wrong,
)
from csi_model.comparison.unit_scores import unit_name
from csi_model.errors import Finding, suggest

Array = NDArray[Any]

ROUNDING = 0.005
"""What rounded market shares may be away from 1: half a percentage point."""

UNCLEAR = 0.05
"""A percent level has no parent of which less than this is measured: such a sum is one of fractions."""

APART = 5.0
"""Index points by which firms that nobody asked about might differ, to say what leaving them out risks."""


def weigh(units: LevelUnits, given: LevelShares | None) -> tuple[KnownShares, list[Finding]]:
    """Shares of the units of a level in their parents; equal where none are given.

    Parameters
    ----------
    units
        All units of the level, also those without a number.
    given
        Shares whose kind and rule exist (``shares.declaration_problems``).

    Returns
    -------
    KnownShares, list of Finding
        The findings are errors, which make the shares useless, and notes.
    """
    if given is None or given.kind not in AMOUNTS:
        return _without_amounts(units, given)
    amount, bad, found = read_amounts(units, given)
    other, told = _others_units(units, given, amount)
    found += told
    missing = units.measured & np.isnan(amount) & ~bad & ~other
    found += _missing(units, given, missing)
    parent_of, count = units.parent_of, len(units.parents)
    sick = np.bincount(parent_of[missing | bad], minlength=count) > 0
    left_out = np.zeros(count)
    if given.kind == "market_share":
        market = _Market.of(units, given, amount, other, sick)
        found += market.findings()
        amount, left_out = np.where(other, market.residual[parent_of], amount), market.left_out
    total = totals(amount, parent_of, count)
    measured = np.bincount(parent_of[units.measured], minlength=count) > 0
    empty = (total <= 0) & measured & ~sick
    found += _zero_sums(units, given, empty)
    source = np.where(other, "residual_share", np.where(np.isnan(amount), "", "given"))
    gaps = np.bincount(parent_of[np.isnan(amount)], minlength=count) > 0
    known = ~gaps | (given.kind == "market_share")
    return _known(units, given, amount, source, left_out, known), found


def _known(
    units: LevelUnits, given: LevelShares, amount: Array, source: Array, left_out: Array, known: Array
) -> KnownShares:
    parent_of = units.parent_of
    total = totals(amount, parent_of, len(units.parents))[parent_of]
    return KnownShares(
        level=units.level,
        kind=given.kind,
        keys=units.keys,
        parents=units.parents,
        parent_of=parent_of,
        amount=amount if given.kind != "equal" else np.full(len(amount), np.nan),
        share=np.divide(amount, total, out=np.full(len(amount), np.nan), where=total > 0),
        share_from=tuple(str(word) for word in source),
        left_out=left_out,
        known=known,
        others=OTHERS.get(given.others, ""),
    )


def _without_amounts(units: LevelUnits, given: LevelShares | None) -> tuple[KnownShares, list[Finding]]:
    """Equal shares, or respondents; without any wish equal ones.

    Sample sizes say how interviews were planned, not how large a firm is, so that they are no default.
    """
    count, parents = len(units.keys), len(units.parents)
    declared = given or LevelShares(level=units.level, kind="equal")
    by_size = declared.kind == "sample_size"
    amount = units.size.astype(float) if by_size else np.ones(count)
    word = "default_equal" if given is None else "respondents" if by_size else "declared_equal"
    nothing, certain = np.zeros(parents), np.ones(parents, dtype=bool)
    known = _known(units, declared, amount, np.full(count, word), nothing, certain)
    unknown = units.measured & ~(amount > 0)
    if unknown.any():
        names = listed(unit_name(units.keys[k]) for k in np.flatnonzero(unknown))
        what = f"The number of respondents is not known for {names}."
        fix = "Give it, or choose shares of another kind."
        return known, [wrong("share-missing", declared.where, what, fix)]
    if given is not None or count == parents:
        return known, []
    note = Finding(
        code="shares-default",
        severity="note",
        where=declared.where,
        what=f"No shares are given, so that every {units.level} counts the same in the level above.",
        fix=f"Give shares for the level {units.level} (by {', '.join(AMOUNTS)}), or say `equal`.",
    )
    return known, [note]


def _others_units(units: LevelUnits, given: LevelShares, amount: Array) -> tuple[Array, list[Finding]]:
    """Which units (U,) stand for all others; they take a residual, so that they have no amount."""
    other = np.zeros(len(units.keys), dtype=bool)
    if given.others != "unit":
        return other, []
    other |= np.array([key[-1] == given.others_unit for key in units.keys])
    if not other.any():
        what = f"No unit of the level {given.level} is called {given.others_unit!r}."
        leaves = list(dict.fromkeys(key[-1] for key in units.keys))
        return other, [wrong("share-unknown-unit", given.where, what, suggest(given.others_unit, leaves))]
    doubled = [unit_name(units.keys[k]) for k in np.flatnonzero(other & np.isfinite(amount))]
    if not doubled:
        return other, []
    what = f"The all-others unit takes what the others leave, but has an amount: {listed(doubled)}."
    return other, [wrong("shares-others", given.where, what, "Leave its amount out, or the rule.")]


def _missing(units: LevelUnits, given: LevelShares, missing: Array) -> Iterator[Finding]:
    if missing.any() and not given.amounts:
        what = f"There are no amounts for shares by {given.kind}."
        yield wrong("share-missing", given.where, what, "Give one for every unit, or say `equal`.")
        return
    for p in np.unique(units.parent_of[missing]):
        names = [
            unit_name(units.keys[k]) for k in np.flatnonzero(missing) if units.parent_of[k] == p
        ]  # fmt: skip
        what = f"No amount is given for {listed(names)}."
        fix = "Give it; 0 for a unit that does not count, such as one that left the market."
        yield wrong("share-missing", given.where, what, fix)


def _zero_sums(units: LevelUnits, given: LevelShares, empty: Array) -> Iterator[Finding]:
    for p in np.flatnonzero(empty):
        names = [unit_name(key) for key in units.keys if key[:-1] == units.parents[p]]
        what = f"The amounts in {whole_name(units.parents[p])} sum to zero: {listed(names)}."
        yield wrong("share-zero-sum", given.where, what, "Give at least one of them an amount above zero.")


@dataclass(frozen=True, kw_only=True)
class _Market:
    """Market shares of a level against the whole of each parent's market.

    ``whole`` is 1 or 100; ``total`` (P,) sums as fractions of 1; ``counted`` (P,) units with an amount;
    ``surveyed`` (P,) whether the all-others unit is there; ``sick`` (P,) parents with other mistakes.
    """

    parents: tuple[tuple[str, ...], ...]
    given: LevelShares
    whole: float
    total: Array
    counted: Array
    surveyed: Array
    sick: Array

    @classmethod
    def of(cls, units: LevelUnits, given: LevelShares, amount: Array, other: Array, sick: Array) -> _Market:
        count, parent_of = len(units.parents), units.parent_of
        own = np.where(other, np.nan, amount)
        # no fraction is above 1, so that one such amount makes the whole level percent
        whole = 100.0 if np.nanmax(own, initial=0.0) > 1 + ROUNDING else 1.0
        return cls(
            parents=units.parents,
            given=given,
            whole=whole,
            total=totals(own, parent_of, count) / whole,
            counted=np.bincount(parent_of[np.isfinite(own)], minlength=count),
            surveyed=np.bincount(parent_of[other], minlength=count) > 0,
            sick=sick,
        )

    @property
    def residual(self) -> Array:
        """What is left for the all-others unit of each parent, in the unit of the amounts."""
        return np.asarray(self.whole * np.maximum(1 - self.total, 0.0))

    @property
    def left_out(self) -> Array:
        """Share of each parent's market that belongs to no unit."""
        if self.given.others not in ("renormalise", "mean"):
            return np.zeros(len(self.parents))
        return np.where(self.counted > 0, np.maximum(1 - self.total, 0.0), 0.0)

    def findings(self) -> Iterator[Finding]:
        """Sums that are wrong, and notes about what was done with the rest."""
        for p, parent in enumerate(self.parents):
            if self.sick[p] or not (self.counted[p] or self.surveyed[p]):
                continue
            problem = self._problem(p, whole_name(parent))
            yield from [problem] if problem is not None else self._notes(p, whole_name(parent))

    def _show(self, share: float) -> str:
        return f"{share * self.whole:.4g}" + (" %" if self.whole == 100 else "")

    def _problem(self, p: int, name: str) -> Finding | None:
        total, where = float(self.total[p]), f"{self.given.where}: {name}"
        if self.whole == 100 and self.counted[p] and 0 < total < UNCLEAR:
            what = f"The market shares of {name} sum to {total * 100:.4g}, where this level is in percent."
            fix = "Write all shares of a level as fractions of 1, or all in percent."
            return wrong("market-share-scale", where, what, fix)
        if total > 1 + ROUNDING:
            fix = f"They can be {self._show(1)} at most, fractions of 1 or percent of one market."
            what = f"The market shares of {name} sum to {self._show(total)}, more than the whole."
            return wrong("market-share-sum", where, what, fix)
        nothing = self.counted[p] and total <= 0 and not self.surveyed[p]
        if nothing or total >= 1 - ROUNDING or self.given.others in ("renormalise", "mean"):
            return None  # nothing: sums of zero are told of for all kinds alike
        rest = self._show(1 - total)
        if not self.given.others:
            what = f"The market shares of {name} sum to {self._show(total)}, not {self._show(1)}."
            fix = f"Say who has the other {rest}: `others: unit` (a surveyed all-others unit), `renormalise` "
            return wrong("market-share-sum", where, what, fix + "(measured ones only) or `mean`.")
        if self.surveyed[p]:
            return None
        what = f"{rest} of {name} is left for {self.given.others_unit!r}, which was not surveyed there."
        return wrong("market-share-sum", where, what, "Survey it, or choose `renormalise` or `mean`.")

    def _notes(self, p: int, name: str) -> Iterator[Finding]:
        total, rule, where = float(self.total[p]), self.given.others, f"{self.given.where}: {name}"
        if rule in ("renormalise", "mean"):
            if self.left_out[p] > 1e-9 and self.counted[p]:
                yield Finding(code="market-left-out", severity="note", where=where, what=self._left(p, name))
        elif rule == "unit" and self.surveyed[p]:
            if total >= 1:
                what = f"The market shares of {name} leave nothing for {self.given.others_unit!r}."
                yield Finding(code="others-nothing-left", severity="warning", where=where, what=what)
        elif abs(total - 1) > 1e-9:
            what = f"The market shares of {name} sum to {self._show(total)}, scaled to {self._show(1)}."
            yield Finding(code="market-share-rounded", severity="note", where=where, what=what)

    def _left(self, p: int, name: str) -> str:
        left = float(self.left_out[p])
        risk = f"were it {APART:g} index points from the rest, the whole would be {APART * left:.2g} off"
        if self.given.others == "mean":
            return (
                f"{100 * left:.4g} % of {name} was not measured and counts with the mean of the measured; "
                f"{risk}, which no standard error holds."
            )
        return f"{100 * left:.4g} % of {name} was not measured and is left out: the score is of the rest."
