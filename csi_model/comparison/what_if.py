"""What a study asks of its effects: a target, prices, what customers are worth; and the tables in answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.consequences import Links, Retention, Scenario, consequence_rows
from csi_model.comparison.target_plan import ALREADY, Cost, Target, TargetPlan, cheapest_plan
from csi_model.errors import Finding
from csi_model.estimation.fits import Fit, GroupFit
from csi_model.evaluation.gains import Levers, beyond, improvement, levers, moves
from csi_model.evaluation.intervals import Interval
from csi_model.evaluation.structure_tables import NO_ERROR, ancestors
from csi_model.frames import typed_frame
from csi_model.model.spec import ModelSpec
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

EVERYBODY = "all respondents"
"""What the whole sample is called among units: not the total of a roll-up, which counts firms by shares."""
STEP = 5.0
"""Index points of the move of a driver whose consequences are told."""
_NO_COSTS: Mapping[str, Cost] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What is asked: with a ``target`` and ``costs`` the cheapest plan, with ``links`` its consequences."""

    target: Target | None = None
    costs: Mapping[str, Cost] = field(default_factory=lambda: _NO_COSTS)
    links: Links = field(default_factory=Links)


def what_if_of(given: Mapping[str, Any]) -> WhatIf:
    """What the key ``what_if`` of a study file says, its form checked already.

    A price that is a number is the price per point. ``check_what_if`` says whether it makes sense.
    """
    target = given.get("target")
    linked = dict(given.get("consequences") or {})
    retention = linked.pop("retention", None)
    return WhatIf(
        target=None if target is None else Target(construct=target["construct"], index=target["index"]),
        costs=MappingProxyType({name: _cost(price) for name, price in (given.get("costs") or {}).items()}),
        links=Links(**linked, retention=None if retention is None else Retention(**_said(retention))),
    )


def _cost(price: Any) -> Cost:
    if not isinstance(price, Mapping):
        return Cost(linear=price)
    said = _said(price)
    return Cost(linear=said.pop("per_point", 0.0), **said)


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one sample answers: rows of ``target_plan`` and ``consequences``, and the plan, if asked for."""

    unit: str
    plan: TargetPlan | None
    plan_rows: tuple[Cells, ...]
    consequence_rows: tuple[Cells, ...]


def what_if_tables(fit: Fit, asked: WhatIf) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """Tables ``target_plan`` and ``consequences`` for the whole sample and each group, and what to say.

    ``asked`` has passed ``check_what_if``. Where nothing is asked there are neither tables nor findings.
    """
    if asked == WhatIf():
        return {}, ()
    answers = [answer(fit, part, asked) for part in (fit.pooled, *fit.groups)]
    rows = {
        "target_plan": [row for one in answers for row in one.plan_rows],
        "consequences": [row for one in answers for row in one.consequence_rows],
    }
    tables = {name: typed_frame(SURVEY_TABLES[name], made) for name, made in rows.items()}
    return tables, tuple(what_if_findings(fit.model, answers))


def answer(fit: Fit, part: GroupFit, asked: WhatIf) -> Answer:
    """Answer for the whole sample or one group.

    Customers are those of the whole, so that groups get no numbers of customers or money that follow from
    them; their plan has the same prices.
    """
    model, unit = fit.model, " / ".join(part.key) or EVERYBODY
    found = levers(fit, part)
    falling = [name for name in found.constructs if improvement(model, name) < 0]
    plan = None if asked.target is None else cheapest_plan(found, asked.target, asked.costs, falling)
    if found.why:
        return Answer(
            unit=unit,
            plan=plan,
            plan_rows=() if plan is None else tuple(plan_rows(plan, unit, None)),
            consequence_rows=(_unknown(unit, model, found.why),),
        )
    drivers = _scenario_drivers(model)
    pushes = [_single(found, name, STEP * improvement(model, name)) for name in drivers]
    planned = plan is not None and not plan.why
    if plan is not None and planned:
        each = zip(plan.drivers, plan.pushes, strict=True)
        pushes += [_single(found, name, push) for name, push in each]
        pushes.append(np.sum(pushes[len(drivers) :], axis=0))
    made = moves(fit, part, np.array(pushes)) if pushes else None
    scenarios = [] if made is None else list(_scenarios(model, found, drivers, made, plan))
    links = Links() if part.key else asked.links
    rows = (row for one in scenarios for row in consequence_rows(model, found, one, links))
    ends = _of(made, slice(len(drivers), None)) if made is not None and planned else None
    return Answer(
        unit=unit,
        plan=plan,
        plan_rows=() if plan is None else tuple(plan_rows(plan, unit, ends)),
        consequence_rows=tuple({"unit": unit, **row} for row in rows),
    )


def _scenario_drivers(model: ModelSpec) -> tuple[str, ...]:
    """The index construct, and all that come before it or before what follows it; no products."""
    after = [name for name in model.construct_names if model.index in ancestors(model, name)]
    before = {driver for target in (model.index, *after) for driver in ancestors(model, target)}
    products = {construct.name for construct in model.products}
    return tuple(name for name in model.construct_names if name in before and name not in products)


def _single(found: Levers, construct: str, push: float) -> Array:
    """Pushes (c,) of one construct alone."""
    made = np.zeros(len(found.constructs))
    made[found.place(construct)] = push
    return made


def _scenarios(
    model: ModelSpec, found: Levers, drivers: Sequence[str], made: Interval, plan: TargetPlan | None
) -> Iterator[Scenario]:
    """A step of every driver, then the plan, which is the last of the pushes."""
    level = found.level_of()
    for k, name in enumerate(drivers):
        why = beyond(level[name], STEP * improvement(model, name))
        yield Scenario(name="driver_5", driver=name, pushed=(name,), moves=_of(made, k), why=why)
    if plan is not None and not plan.why:
        used = tuple(name for name, push in zip(plan.drivers, plan.pushes, strict=True) if push)
        yield Scenario(name="cheapest_plan", driver="", pushed=used, moves=_of(made, -1))


def _of(made: Interval, rows: int | slice) -> Interval:
    return Interval(
        value=made.value[rows],
        se=made.se[rows],
        lower=made.lower[rows],
        upper=made.upper[rows],
        method=made.method,
        why=made.why,
    )


def _unknown(unit: str, model: ModelSpec, why: str) -> Cells:
    return {
        "unit": unit,
        "scenario": "",
        "driver": "",
        "measure": "index_score",
        "construct": model.index,
        "ci_method": "",
        "why": why,
    }


def plan_rows(plan: TargetPlan, unit: str, ends: Interval | None) -> Iterator[Cells]:
    """Rows of the table ``target_plan``: a priced driver each, then the target itself with the sums.

    Parameters
    ----------
    plan, unit
        The plan and whose it is.
    ends : arrays (d + 1, c)
        What the push of each driver alone moves, and all of them together, with intervals; None where
        nothing is known.
    """
    at, levels = plan.levers.place(plan.target.construct), plan.levers.level_of()
    for k, driver in enumerate(plan.drivers):
        place = plan.levers.place(driver)
        yield {
            "unit": unit,
            "target": plan.target.construct,
            "driver": driver,
            "push": float(plan.pushes[k]),
            "level_from": levels[driver],
            "level_to": levels[driver] + float(plan.moved[place]),
            "gain": float(plan.gains[k]),
            **_ends(ends, (k, at)),
            "cost": float(plan.costs[k]),
            "marginal_cost": float(plan.marginal[k]),
            "verdict": "" if plan.why else _driver_verdict(plan, k),
            "why": plan.why or _driver_why(plan, k, ends),
        }
    yield {
        "unit": unit,
        "target": plan.target.construct,
        "driver": plan.target.construct,
        "push": np.nan if plan.why else 0.0,
        "level_from": plan.level,
        "level_to": plan.reached,
        "gain": plan.reached - plan.level,
        **_ends(ends, (-1, at)),
        "cost": float(plan.costs.sum()) if not plan.why else np.nan,
        "marginal_cost": plan.further if np.isfinite(plan.further) else np.nan,
        "verdict": plan.verdict,
        "why": plan.why or _target_why(plan, ends),
    }


def _ends(ends: Interval | None, place: tuple[int, int]) -> Cells:
    if ends is None:
        return {"ci_lower": np.nan, "ci_upper": np.nan, "ci_method": ""}
    return {
        "ci_lower": float(ends.lower[place]),
        "ci_upper": float(ends.upper[place]),
        "ci_method": ends.method,
    }


def _driver_verdict(plan: TargetPlan, k: int) -> str:
    if plan.drivers[k] in plan.at_most:
        return "at_most"
    if plan.drivers[k] in plan.at_end:
        return "at_scale_end"
    return "pushed" if plan.pushes[k] else "not_pushed"


def _driver_why(plan: TargetPlan, k: int, ends: Interval | None) -> str:
    reasons = []
    if np.isnan(plan.marginal[k]):
        reasons.append("its improvement does not bring the target nearer")
    return "; ".join([*reasons, *_no_interval(plan, ends, k)])


def _target_why(plan: TargetPlan, ends: Interval | None) -> str:
    reasons = list(_no_interval(plan, ends, -1))
    if plan.verdict == "reached_already":
        reasons.insert(0, ALREADY)
    elif not np.isfinite(plan.further):
        reasons.insert(0, f"{plan.reached:.1f} is as far as the prices allow")
    return "; ".join(reasons)


def _no_interval(plan: TargetPlan, ends: Interval | None, k: int) -> Iterator[str]:
    at = plan.levers.place(plan.target.construct)
    if ends is None or np.isnan(ends.lower[k, at]):
        yield (ends.why if ends is not None else "") or NO_ERROR


def what_if_findings(model: ModelSpec, answers: Sequence[Answer]) -> Iterator[Finding]:
    """Targets out of reach, and what else a reader of the plans must know; groups are told together."""
    for one in answers[:1]:
        if one.plan is not None:
            yield from _whole_findings(one.plan)
    groups = [one for one in answers[1:] if one.plan is not None]
    short = [one for one in groups if one.plan is not None and one.plan.verdict == "not_reachable"]
    if short:
        units = ", ".join(one.unit for one in short[:SHOWN]) + (" ..." if len(short) > SHOWN else "")
        yield Finding(
            code="target-out-of-reach",
            severity="warning",
            where="what_if.target",
            what=f"{len(short)} of {len(groups)} groups cannot reach the target: {units}.",
            fix="See how far each can get in the table target_plan.",
        )
    if model.products:
        yield Finding(
            code="effects-at-the-mean",
            severity="note",
            where="what_if",
            what="effects that interact or bend are taken as they are at the means.",
            fix="Read moves of many points with care.",
        )


SHOWN = 5
"""Groups that a finding names."""


def _whole_findings(plan: TargetPlan) -> Iterator[Finding]:
    name, goal = plan.target.construct, f"{plan.target.index:g}"
    said = {"where": "what_if.target", "fix": ""}
    if plan.why:
        yield Finding(code="no-plan", severity="warning", what=f"there is no plan: {plan.why}.", **said)
    elif plan.verdict == "reached_already":
        what = f"{name} is at {plan.level:.1f} already, and the target is {goal}."
        yield Finding(code="target-reached", severity="warning", what=what, **said)
    elif plan.verdict == "not_reachable":
        most = [f"{driver} can be pushed no further than `most`" for driver in plan.at_most]
        binding = "; ".join([*most, *(f"{driver} is at the end of its scale" for driver in plan.at_end)])
        yield Finding(
            code="target-out-of-reach",
            severity="warning",
            where="what_if.target",
            what=f"{name} cannot reach {goal}: the priced drivers bring it from {plan.level:.1f} to "
            f"{plan.reached:.1f} ({binding or 'none of them brings it nearer'}).",
            fix="Lower the target, allow more (`most`), or price more drivers.",
        )
    if not plan.single:
        what = "other plans reach as far at the same cost; one of them is shown."
        yield Finding(code="several-plans", severity="note", what=what, **said)
