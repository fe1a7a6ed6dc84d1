"""Whether what a study asks of its effects makes sense for its model: every mistake at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from csi_model.comparison.consequences import Links, Retention, complaint_construct
from csi_model.comparison.target_plan import Cost, Target
from csi_model.comparison.what_if import WhatIf
from csi_model.errors import Finding, suggest
from csi_model.evaluation.structure_tables import ancestors
from csi_model.model.spec import ModelSpec


def check_what_if(options: WhatIf, model: ModelSpec) -> tuple[Finding, ...]:
    """Every mistake that can be known before the fit, each an error.

    ``where`` is the place in a study file, as ``what_if.costs.quality.most``. That a target is reached
    already, or out of reach, is known after the fit only: ``what_if_tables`` tells it.
    """
    target = options.target
    found = [] if target is None else list(_target(target, model))
    if target is not None and not options.costs:
        found.append(
            _wrong(
                "target", "there is a target, and no driver has a price.", "Add `costs`, such as "
                "`costs: {quality: 20000}`: what one index point of a driver costs.",
            )
        )  # fmt: skip
    if target is None and options.costs:
        found.append(
            _wrong(
                "costs", "there are costs, and no target to reach.",
                f"Add `target`, such as `target: {{construct: {model.index}, index: 80}}`.",
            )
        )  # fmt: skip
    known = target is not None and target.construct in _usable(model) and ancestors(model, target.construct)
    for name, cost in options.costs.items():
        found += _cost(name, cost, model)
        if target is not None and known:
            found += _part_played(name, target.construct, model)
    found += _links(options.links, model)
    return tuple(found)


def _wrong(place: str, what: str, fix: str, *, code: str = "bad-what-if") -> Finding:
    return Finding(code=code, severity="error", where=f"what_if.{place}", what=what, fix=fix)


def _usable(model: ModelSpec) -> list[str]:
    """Constructs that have an index."""
    return [construct.name for construct in model.constructs if not construct.product]


def _unknown(place: str, name: str, model: ModelSpec) -> Iterator[Finding]:
    if name not in model.construct_names:
        what, fix = f"the model {model.name} has no construct {name!r}.", suggest(name, _usable(model))
        yield _wrong(place, what, fix, code="unknown-name")
    elif name not in _usable(model):
        what = f"{name} is a product of constructs and has no index of its own."
        yield _wrong(place, what, "Name the constructs that it multiplies.")


def _target(target: Target, model: ModelSpec) -> Iterator[Finding]:
    yield from _unknown("target.construct", target.construct, model)
    if not 0 <= target.index <= 100:
        what = f"{target.index:g} is no index: an index lies between 0 and 100."
        yield _wrong("target.index", what, "Write the index points to be reached, such as 80.")
    if target.construct in _usable(model) and not ancestors(model, target.construct):
        drivers = [name for name in _usable(model) if ancestors(model, name)]
        what = f"nothing in the model drives {target.construct}."
        yield _wrong("target.construct", what, suggest("", drivers))


def _cost(name: str, cost: Cost, model: ModelSpec) -> Iterator[Finding]:
    place = f"costs.{name}"
    yield from _unknown(place, name, model)
    for key, price in (("per_point", cost.linear), ("quadratic", cost.quadratic)):
        if not (price >= 0 and np.isfinite(price)):
            fix = "Write what a point costs, as a number above 0."
            yield _wrong(f"{place}.{key}", f"{price:g} is no price.", fix)
    if cost.linear == 0 and cost.quadratic == 0:
        what = f"moving {name} costs nothing, so that any plan would move it as far as it goes."
        yield _wrong(place, what, "Write a price per point, or take it out.")
    if not cost.most > 0:
        what = f"{name} may move by at most {cost.most:g} points, which is none."
        yield _wrong(f"{place}.most", what, "Write the most points that it can be moved by, or take it out.")


def _part_played(name: str, target: str, model: ModelSpec) -> Iterator[Finding]:
    """A priced construct must come before the target, and be more than the sum of priced ones."""
    place, before = f"costs.{name}", [n for n in ancestors(model, target) if n in _usable(model)]
    if name == target:
        what = f"{name} is the target itself, and the plan is about what drives it."
        yield _wrong(place, what, suggest("", before))
    elif name in _usable(model) and name not in before:
        yield _wrong(place, f"{name} does not drive {target}.", suggest("", before))
    elif name in before:
        parts = model.construct(name).repeats
        if parts and set(parts) <= set(model.drivers_of(name)):
            what = f"{name} is made of {', '.join(parts)}, and cannot be moved apart from them."
            yield _wrong(place, what, "Give prices to its parts instead.")


def _links(links: Links, model: ModelSpec) -> Iterator[Finding]:
    numbers: dict[str, Any] = {
        "customers": links.customers,
        "revenue": links.revenue,
        "complaint_cost": links.complaint_cost,
    }
    for key, number in numbers.items():
        if number is not None and not (number > 0 and np.isfinite(number)):
            fix = "Write a number above 0, or take the line out."
            yield _wrong(f"consequences.{key}", f"{number:g} is not above 0.", fix)
    retention, cost = links.retention, links.complaint_cost
    if links.customers is None:
        for key, link in (("retention", retention), ("complaint_cost", cost)):
            if link is not None:
                fix = "Add `customers`, the number of customers."
                yield _wrong(f"consequences.{key}", "it needs to be known of how many customers.", fix)
    elif retention is None and cost is None:
        fix = "Add `retention` or `complaint_cost`, or take the line out."
        yield _wrong("consequences.customers", "nothing is said that would follow for customers.", fix)
    if links.revenue is not None and retention is None:
        fix = f"Add `retention`, such as `retention: {{construct: {model.index}, per_point: 0.4}}`."
        yield _wrong(
            "consequences.revenue", "revenue follows from customers kept, and there is no link.", fix
        )
    if retention is not None:
        yield from _retention(retention, model)
    if cost is not None and complaint_construct(model) is None:
        what = "the model has no complaint rate: one construct of one question, scale [0, 1], low is good."
        yield _wrong("consequences.complaint_cost", what, "Take the line out.")


def _retention(retention: Retention, model: ModelSpec) -> Iterator[Finding]:
    place, each = "consequences.retention", retention.per_point
    yield from _unknown(f"{place}.construct", retention.construct, model)
    if not 0 < abs(each) <= 100:
        what = f"{each:g} percentage points of customers per index point are no link."
        yield _wrong(f"{place}.per_point", what, "Write a share of customers in percent, such as 0.4.")
    elif retention.construct in _usable(model):
        good = model.construct(retention.construct).high_is_good
        if (each > 0) is not good:
            what = f"by {each:g}, fewer customers would be kept the better {retention.construct} is."
            yield _wrong(f"{place}.per_point", what, f"Write {-each:g}.")
    if not np.isnan(retention.now) and not 0 <= retention.now <= 100:
        what = f"{retention.now:g} % of customers cannot be kept."
        yield _wrong(f"{place}.now", what, "Write a percentage between 0 and 100.")
