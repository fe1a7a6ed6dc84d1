"""Why a fit should not be used, in three lines: which variables, what it means, what to do.

A fit that fails has one cause and many symptoms; the verdicts list the symptoms. The cause is looked for
in this order: parameters that no data could tell apart, constructs that respondents do not tell apart,
a negative variance, drivers that overlap together, a weakly identified model, an unstable sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import Matrices, matrices, row_values
from csi_model.estimation.fits import Solution
from csi_model.estimation.parameters import ParameterTable, Row
from csi_model.estimation.standardised import construct_correlations, standardised
from csi_model.estimation.verdicts import HIGH_CORRELATION, Verdicts
from csi_model.evaluation.collinearity import SEVERE, correlation_text, inflation
from csi_model.evaluation.residual_tables import items_by_construct

Array = NDArray[Any]
Cause = Literal[
    "", "indistinct-constructs", "negative-variance", "overlapping-drivers", "not-identified", "unstable"
]

STRAY = 0.05
"""How much closer an item must be to the questions of another construct before it is named for it.

Some excess is no sign: an item's closeness to its own construct leaves out the item itself."""

RIDGE = "fit with `--ridge 0.02`, which steadies the paths at the price of some bias"
BOUNDED = "keep variances at or above zero (`--variances bounded`)"
PLS = "estimate by PLS path modelling (`--estimator pls`), which does not rest on these parameters"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The main cause of an unusable fit, empty for a sound one.

    ``lines`` are at most three sentences or so each: which variables, what it means, what to do (in the
    order in which to try it). ``constructs`` and ``indicators`` are those that the lines speak of.
    """

    cause: Cause = ""
    lines: tuple[str, ...] = ()
    constructs: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """A solution and its sample, as the causes look at them; ``items`` are correlations of the items."""

    table: ParameterTable
    values: Array
    verdicts: Verdicts
    mats: Matrices
    constructs: Array
    items: Array
    blocks: dict[str, tuple[int, ...]]

    def correlation(self, first: str, second: str) -> float:
        names = self.table.constructs
        return float(self.constructs[names.index(first), names.index(second)])

    def nearest(self, name: str) -> str:
        """The construct that correlates most with ``name``, or nothing."""
        others = [other for other in self.table.constructs if other != name]
        known = [other for other in others if np.isfinite(self.correlation(name, other))]
        return max(known, key=lambda other: abs(self.correlation(name, other)), default="")

    def exploding(self) -> Iterator[tuple[Row, float]]:
        """Rows with a standardised standard error above 1, and their standardised estimates."""
        places = {f.where for f in self.verdicts.findings if f.code == "exploding-standard-error"}
        estimates = standardised(self.table, self.values)
        for row, estimate in zip(self.table.rows, estimates, strict=True):
            if f"{row.lhs} {row.op} {row.rhs}" in places:
                yield row, float(estimate)


def diagnose(solution: Solution, sample_cov: Array) -> Diagnosis:
    """Say in plain words why a fit should not be used.

    Parameters
    ----------
    solution
        A covariance-based solution with its verdicts.
    sample_cov : (p, p)
        Sample covariances, to see which items go with another construct.

    Returns
    -------
    Diagnosis
        Empty where every number may be used.
    """
    if solution.verdicts.trustworthy:
        return Diagnosis()
    sd = np.sqrt(np.diag(sample_cov))
    mats = matrices(solution.table, solution.values)
    facts = _Facts(
        table=solution.table,
        values=solution.values,
        verdicts=solution.verdicts,
        mats=mats,
        constructs=construct_correlations(mats),
        items=sample_cov / np.outer(sd, sd),
        blocks=dict(items_by_construct(solution.table)),
    )
    causes = (_unidentified, _indistinct, _negative_variance, _overlapping, _weakly_identified)
    found = next((made for cause in causes if (made := cause(facts)) is not None), None) or _unstable(facts)
    if solution.table.steps is not None:  # weighted least squares has neither ridge nor bounds
        lines = [line.replace(f"; or {BOUNDED}", "").replace(f"; or {RIDGE}", "") for line in found.lines]
        found = replace(found, lines=tuple(lines))
    if solution.verdicts.converged:
        return found
    first = "The search for the best values did not end; no number holds. Where it stopped: " + found.lines[0]
    return replace(found, lines=(first, *found.lines[1:]))


def _unidentified(facts: _Facts) -> Diagnosis | None:
    """Parameters that no sample could tell apart, unless they only separate two constructs that are one."""
    if facts.verdicts.identified:
        return None
    rows = _moving_rows(facts)
    drivers = {row.rhs for row in rows}
    paths_only = all(row.matrix == "beta" for row in rows)
    if paths_only and any(drivers.issuperset(pair) for pair in _close_pairs(facts)):
        return None
    return _directions(facts, rows, "exactly as well")


def _weakly_identified(facts: _Facts) -> Diagnosis | None:
    if not facts.verdicts.weakly_identified:
        return None
    return _directions(facts, _moving_rows(facts), "almost as well")


def _moving_rows(facts: _Facts) -> tuple[Row, ...]:
    """Parameters that can move together with the least difference, the strongest first."""
    return tuple(row for k in facts.verdicts.moving for row in facts.table.free_rows if row.free == k)


def _directions(facts: _Facts, rows: tuple[Row, ...], how: str) -> Diagnosis:
    named = {name for row in rows for name in (row.lhs, row.rhs)}
    constructs = _in_order(facts, named)
    single = [name for name in constructs if len(facts.blocks.get(name, ())) == 1]
    steps = [f"ask a second question about {_listed(single)}"] if single else []
    steps += ["fix or remove one of these parameters in the model", PLS]
    return Diagnosis(
        cause="not-identified",
        lines=(
            f"This sample cannot tell these parameters apart: {_parameters(rows)}.",
            f"Other values of them would fit {how}, so that none of them can be read.",
            _advice(*steps),
        ),
        constructs=constructs,
        indicators=_items_of(facts, named - set(constructs)),
    )


def _indistinct(facts: _Facts) -> Diagnosis | None:
    """Two constructs that correlate .95 or more, the closest pair first."""
    pairs = _close_pairs(facts)
    if not pairs or not _to_blame(facts, pairs):
        return None
    first, second = pairs[0]
    value = facts.correlation(first, second)
    others = _in_order(facts, {name for pair in pairs for name in pair} - {first, second})
    what = f"Respondents do not tell {first} from {second}"
    if value < 0:
        what = f"Respondents answer {second} as the opposite of {first}"
    beyond = ", more than any answers can" if abs(value) >= 1 else ""
    what += f": the two constructs correlate {correlation_text(value)}{beyond}."
    if others:
        what += f" {_listed(others)} {'is' if len(others) == 1 else 'are'} hardly distinct from them either."
    stray = _stray_item(facts, first, second)
    steps = [f"merge {first} and {second} into one construct"]
    if stray:
        own, other = (first, second) if stray in _names(facts, first) else (second, first)
        steps.append(f"drop {stray}, which goes with the questions of {other} more than with those of {own}")
    return Diagnosis(
        cause="indistinct-constructs",
        lines=(what, _damage(facts, (first, second)), _advice(*steps, RIDGE, PLS)),
        constructs=(first, second, *others),
        indicators=(stray,) if stray else (),
    )


def _close_pairs(facts: _Facts) -> list[tuple[str, str]]:
    """Pairs of constructs too close to use, closest first.

    A construct without own items is made of others: only a correlation beyond 1 speaks against it.
    """
    found = []
    for pair in combinations(facts.table.constructs, 2):
        value = abs(facts.correlation(*pair))
        if value >= (HIGH_CORRELATION if all(name in facts.blocks for name in pair) else 1):
            found.append((-value, pair))
    return [pair for _, pair in sorted(found, key=lambda one: one[0])]


def _to_blame(facts: _Facts, pairs: list[tuple[str, str]]) -> bool:
    """Whether what went wrong touches a close pair; if not, it has another cause."""
    verdicts = facts.verdicts
    if not (verdicts.converged and verdicts.identified) or verdicts.weakly_identified:
        return True
    close = {name for pair in pairs for name in pair}
    touched = close.union(*(_names(facts, name) for name in close))
    wrong = [finding for finding in verdicts.findings if finding.severity == "error"]
    general = ("inadmissible-correlation", "latent-covariance")
    return any(one.code in general or touched.intersection(one.where.split()) for one in wrong)


def _damage(facts: _Facts, pair: tuple[str, str]) -> str:
    """What two constructs that are one did to the paths from and to them."""
    shaken = [(row, value) for row, value in facts.exploding() if row.matrix == "beta"]
    ours = [(row, value) for row, value in shaken if row.rhs in pair]
    shared = [one for one in ours if sum(other.lhs == one[0].lhs for other, _ in ours) == 2]
    shown = (shared or ours or shaken)[:2]
    if not shown:
        return "Their indices say the same thing twice, and what one does beyond the other cannot be told."
    paths = " and ".join(f"{row.rhs} > {row.lhs} {value:.2f}" for row, value in shown)
    rest = len(shaken) - len(shown)
    more = f"; {rest} more path{'s are' if rest > 1 else ' is'} as uncertain" if rest else ""
    return f"So the paths that should separate them are arbitrary (standardised: {paths}{more})."


def _stray_item(facts: _Facts, first: str, second: str) -> str:
    """The item of either construct that correlates clearly more with the other's items than with its own."""
    best, name = STRAY, ""
    for own, other in ((first, second), (second, first)):
        places = facts.blocks.get(own, ())
        if len(places) < 3:
            continue
        for item in places:
            excess = _closeness(facts, item, other) - _closeness(facts, item, own)
            if excess >= best:
                best, name = excess, facts.table.indicators[item]
    return name


def _closeness(facts: _Facts, item: int, construct: str) -> float:
    """Mean |correlation| of an item with the other items of a construct; 0 where there are none."""
    others = [place for place in facts.blocks.get(construct, ()) if place != item]
    return float(np.mean(np.abs(facts.items[item, others]))) if others else 0.0


def _negative_variance(facts: _Facts) -> Diagnosis | None:
    """The variance that is furthest below zero, as a share of all variance; that of an item first."""
    total = {"theta": np.diag(facts.mats.sigma), "psi": np.abs(np.diag(facts.mats.phi))}
    raw = row_values(facts.table, facts.values)
    negative = [
        (float(value / total[row.matrix][row.i]), row)
        for row, value in zip(facts.table.rows, raw, strict=True)
        if row.op == "~~" and row.i == row.j and (row.free >= 0 or row.derived) and value < 0
    ]
    if not negative:
        return None
    share, row = min(negative, key=lambda one: (one[1].matrix != "theta", one[0]))
    return (_negative_error if row.matrix == "theta" else _negative_construct)(facts, share, row)


def _negative_error(facts: _Facts, share: float, row: Row) -> Diagnosis:
    item = row.lhs
    own = next(name for name, places in facts.blocks.items() if row.i in places)
    others = [name for name in facts.blocks if name != own]
    rival = max(others, key=lambda name: _closeness(facts, row.i, name), default="")
    strays = _closeness(facts, row.i, rival) - _closeness(facts, row.i, own) >= STRAY
    two = len(facts.blocks[own]) == 2
    near = facts.nearest(own)
    means, step = "Few respondents, or a question that repeats another, is the usual reason.", f"drop {item}"
    if strays:
        means = f"{item} goes with the questions of {rival} more than with the others of {own}."
        step = f"move {item} to {rival}, or drop it"
    elif two:
        means = f"Two questions say too little about {own} to tell error from substance."
        step = f"ask more questions about {own}" + (f", or merge it with {near}" if near else "")
    return Diagnosis(
        cause="negative-variance",
        lines=(
            f"The error variance of {item} is negative ({share:.1%} of its variance, a Heywood case): {own} "
            "would explain more than all of its answers.",
            f"{means} The loadings of {own} cannot be read, nor what rests on them.",
            _advice(step, BOUNDED, RIDGE, PLS),
        ),
        constructs=_in_order(facts, {own, rival} if strays else {own}),
        indicators=(item,),
    )


def _negative_construct(facts: _Facts, share: float, row: Row) -> Diagnosis:
    name = row.lhs
    driven = any(other.matrix == "beta" and other.lhs == name for other in facts.table.rows)
    near = facts.nearest(name)
    if driven:
        means = f"Its drivers would explain more than all of {name}; its paths cannot be read."
        steps = [f"merge {name} and {near} into one construct"] if near else []
    else:
        means = f"The questions of {name} do not go together: no construct of that name is in the answers."
        steps = [f"check whether one of {_listed(_names(facts, name))} is coded the other way (`reversed`)"]
    return Diagnosis(
        cause="negative-variance",
        lines=(
            f"The unexplained variance of {name} is negative ({share:.1%} of the whole)."
            if driven
            else f"The variance of {name} is negative.",
            means,
            _advice(*steps, BOUNDED, RIDGE, PLS),
        ),
        constructs=(name, near) if driven and near else (name,),
        indicators=() if driven else _names(facts, name),
    )


def _overlapping(facts: _Facts) -> Diagnosis | None:
    """Drivers that no pair of correlations gives away, but that determine each other together."""
    rows = inflation(facts.table, facts.constructs)
    worst = max((row for row in rows if row.vif >= SEVERE), key=lambda row: row.vif, default=None)
    if worst is None:
        return None
    names = tuple(row.driver for row in rows if row.outcome == worst.outcome)
    rest = [name for name in names if name != worst.driver]
    closest = max(combinations(names, 2), key=lambda pair: abs(facts.correlation(*pair)))
    return Diagnosis(
        cause="overlapping-drivers",
        lines=(
            f"The drivers of {worst.outcome} overlap: what {worst.driver} says, {_listed(rest)} say together "
            f"almost completely (variance inflation {worst.vif:.0f}).",
            _damage(facts, closest),
            _advice(f"merge {_listed(closest)}, the closest of them", RIDGE, PLS),
        ),
        constructs=(*names, worst.outcome),
    )


def _unstable(facts: _Facts) -> Diagnosis:
    shaken = [row for row, _ in facts.exploding()]
    more = f" and {len(shaken) - 4} more" if len(shaken) > 4 else ""
    what = f"This sample says almost nothing about {_parameters(shaken[:4])}{more}."
    if not shaken:
        what = "The constructs' covariances contradict each other (their matrix is not positive definite)."
    named = {name for row in shaken[:4] for name in (row.lhs, row.rhs)}
    constructs = _in_order(facts, named)
    return Diagnosis(
        cause="unstable",
        lines=(
            what,
            "The model asks for more than these answers hold; another sample could show quite other values.",
            _advice("leave out these parameters, or collect more interviews", RIDGE, PLS),
        ),
        constructs=constructs,
        indicators=_items_of(facts, named - set(constructs)),
    )


def _advice(*steps: str) -> str:
    return "In this order: " + "; or ".join(steps) + "."


def _parameters(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row.lhs} {row.op} {row.rhs}" for row in rows)


def _names(facts: _Facts, construct: str) -> tuple[str, ...]:
    return tuple(facts.table.indicators[place] for place in facts.blocks.get(construct, ()))


def _in_order(facts: _Facts, names: set[str]) -> tuple[str, ...]:
    return tuple(name for name in facts.table.constructs if name in names)


def _items_of(facts: _Facts, names: set[str]) -> tuple[str, ...]:
    return tuple(name for name in facts.table.indicators if name in names)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
