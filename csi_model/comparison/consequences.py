"""What goes with a move of the index: complaints, loyalty, customers kept, revenue.

Everything follows from the moves of the constructs, in index points, by the links that a study gives. A
complaints construct of one yes/no question has the complaint rate, in percent, for its index. With N
customers, a link of ``r`` percentage points of customers kept per index point of a construct that moves by
dI, a share kept now ``k`` (percent), revenue ``v`` per customer and period, and a cost ``a`` per complaint:

    customers kept     N k / 100,  by  N r dI / 100
    revenue kept       v times customers kept
    cost of complaints a N rate / 100       (one complaint a complainer)

Intervals carry the error of the effects alone: links and customers count as known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.evaluation.gains import Levers
from csi_model.evaluation.intervals import Interval
from csi_model.evaluation.structure_tables import NO_ERROR, ancestors
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]

NOT_SAID = "how many customers are kept now is not given"
SLACK = 1e-6
"""Index points by which rounding or a programme may carry a level beyond its scale."""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Customers kept: ``per_point`` percentage points more of them per index point of ``construct``; ``now``
    percent are kept as things are, NaN where that is not said."""

    construct: str
    per_point: float
    now: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class Links:
    """What a study says about its customers; None where it does not.

    ``customers`` their number, ``revenue`` money per customer and period, ``retention`` how many are kept,
    ``complaint_cost`` money per complaint.
    """

    customers: float | None = None
    revenue: float | None = None
    retention: Retention | None = None
    complaint_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Pushes of constructs and what they move.

    ``name`` is ``driver_5`` (then ``driver`` says which) or ``cheapest_plan``; ``pushed`` the constructs
    pushed; ``moves`` those of all constructs, arrays (c,) with intervals. ``why``: it cannot be done.
    """

    name: str
    driver: str
    pushed: tuple[str, ...]
    moves: Interval
    why: str = ""


def complaint_construct(model: ModelSpec) -> str | None:
    """The construct whose index is the complaint rate: one yes/no question for which low is good.

    ``complaints``, if it is one of these, else the only one there is; None where there is none or several.
    """
    found = [
        construct.name
        for construct in model.constructs
        if not construct.product and not construct.high_is_good and _yes_no(model, construct.name)
    ]
    if "complaints" in found:
        return "complaints"
    return found[0] if len(found) == 1 else None


def _yes_no(model: ModelSpec, construct: str) -> bool:
    scales = [item.scale for item in model.items_of(construct)]
    return len(scales) == 1 and scales[0] is not None and (scales[0].low, scales[0].high) == (0, 1)


def consequence_rows(
    model: ModelSpec, levers: Levers, scenario: Scenario, links: Links
) -> Iterator[dict[str, Any]]:
    """Rows of the table ``consequences`` for one scenario, without the unit.

    The index construct and what comes after it, as far as the pushes reach; then what the links make of it.
    A number that would leave its bounds (a scale, no customers, all customers) is left empty, as the links
    do not hold so far; ends of intervals stop at the bounds.
    """
    rate = complaint_construct(model)
    for construct in _followers(model, scenario):
        place = levers.place(construct)
        measure = "complaint_rate" if construct == rate else "index_score"
        level = float(levers.levels[place])
        yield _row(scenario, measure, construct, place, 1.0, level, (0.0, 100.0))
    yield from _customer_rows(model, levers, scenario, links)
    each, customers = links.complaint_cost, links.customers
    if rate is not None and each is not None and customers is not None and _reaches(model, scenario, rate):
        place, factor = levers.place(rate), customers * each / 100
        now = factor * float(levers.levels[place])
        yield _row(scenario, "complaint_cost", rate, place, factor, now, (0.0, 100 * factor))


def _customer_rows(model: ModelSpec, levers: Levers, scenario: Scenario, links: Links) -> Iterator[Cells]:
    """Customers kept, and their revenue."""
    retention, customers = links.retention, links.customers
    if retention is None or customers is None or not _reaches(model, scenario, retention.construct):
        return
    place = levers.place(retention.construct)
    for measure, money in (("customers_kept", 1.0), ("revenue_kept", links.revenue)):
        if money is not None:
            factor = money * customers * retention.per_point / 100
            now, most = money * customers * retention.now / 100, money * customers
            yield _row(scenario, measure, retention.construct, place, factor, now, (0.0, most))


def _followers(model: ModelSpec, scenario: Scenario) -> tuple[str, ...]:
    """The index construct and those after it that the pushes reach."""
    return tuple(
        construct.name
        for construct in model.constructs
        if (construct.name == model.index or model.index in ancestors(model, construct.name))
        and _reaches(model, scenario, construct.name)
    )


def _reaches(model: ModelSpec, scenario: Scenario, construct: str) -> bool:
    return bool({construct, *ancestors(model, construct)} & set(scenario.pushed))


def _row(
    scenario: Scenario,
    measure: str,
    construct: str,
    place: int,
    factor: float,
    now: float,
    bounds: tuple[float, float],
) -> Cells:
    """A row whose number is ``now`` and moves by ``factor`` times the move of a construct."""
    moves, why = scenario.moves, scenario.why
    change = factor * float(moves.value[place])
    ends = np.sort([factor * float(moves.lower[place]), factor * float(moves.upper[place])])
    # without a starting point, all that is certain is that nobody can be won or lost twice
    low, high = (bounds[0] - now, bounds[1] - now) if np.isfinite(now) else (-bounds[1], bounds[1])
    near = abs(factor) * SLACK
    if not why and not low - near <= change <= high + near:
        why = _outside(measure, now)
    if not why:
        change = float(np.clip(change, low, high))
    cells: Cells = {
        "scenario": scenario.name,
        "driver": scenario.driver,
        "measure": measure,
        "construct": construct,
        "value_from": now,
        "value_to": now + change,
        "difference": change,
        "ci_method": moves.method,
    }
    cells |= dict(zip(("ci_lower", "ci_upper"), np.clip(ends, low, high).tolist(), strict=True))
    if why:
        cells |= dict.fromkeys(("value_to", "difference", "ci_lower", "ci_upper"), np.nan)
    elif np.isnan(now):
        why = NOT_SAID
    elif np.isnan(ends).any():
        why = moves.why or NO_ERROR
    return cells | {"why": why}


def _outside(measure: str, now: float) -> str:
    if measure in ("index_score", "complaint_rate"):
        return f"it would leave its scale: it is at {now:.1f}"
    return "it would be less than none, or more than of all customers"
