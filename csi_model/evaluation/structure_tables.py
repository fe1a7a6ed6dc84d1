"""Rows of index, weights, effects, drivers and R2: what the structural model says, in index points."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.fits import GroupFit
from csi_model.evaluation.intervals import Interval
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]

NO_ERROR = "no standard error in this sample: the fit is not admissible or not identified"
UNDEFINED = "not defined in this sample: a construct's variance is not positive"


def reason(interval: Interval, value: float, se: float) -> str:
    """Why a row of numbers has an empty cell, or nothing."""
    if np.isnan(value):
        return UNDEFINED
    return (interval.why or NO_ERROR) if np.isnan(se) else ""


def ancestors(model: ModelSpec, target: str) -> tuple[str, ...]:
    """Constructs with a directed way to ``target``, in model order."""
    found: set[str] = set()
    queue = [target]
    while queue:
        for driver in model.drivers_of(queue.pop()):
            if driver not in found:
                found.add(driver)
                queue.append(driver)
    return tuple(name for name in model.construct_names if name in found)


def index_rows(
    model: ModelSpec, part: GroupFit, interval: Interval, rule: str, weights_from: str
) -> Iterator[Cells]:
    """Index of every construct, in points 0-100, with its interval."""
    for j, name in enumerate(model.construct_names):
        value, se = float(interval.value[j]), float(interval.se[j])
        single = len(model.items_of(name)) == 1
        yield {
            "construct": name,
            "index": value,
            "se": se,
            "ci_lower": float(interval.lower[j]),
            "ci_upper": float(interval.upper[j]),
            "ci_method": interval.method,
            "n": part.sample.n,
            "n_eff": float(part.sample.n_eff),
            "weight_rule": "equal" if single else rule,
            "weights_from": weights_from,
            "why": reason(interval, value, se),
        }


def weight_rows(model: ModelSpec, weights: Array, std_loading: Array, rule: str) -> Iterator[Cells]:
    """Index weights beside standardised loadings, (m, p) each."""
    names = [item.name for item in model.indicators]
    for j, construct in enumerate(model.construct_names):
        items = model.items_of(construct)
        for item in items:
            i = names.index(item.name)
            weight = float(weights[j, i])
            why = "" if np.isfinite(weight) else UNDEFINED
            loading = float(std_loading[j, i])
            if np.isnan(loading):
                why = why or UNDEFINED
            elif weight < 0:
                why = "negative weight"
            yield {
                "construct": construct,
                "indicator": item.name,
                "weight": weight,
                "loading": loading,
                "weight_rule": "equal" if len(items) == 1 else rule,
                "why": why,
            }


def effect_places(model: ModelSpec) -> Iterator[tuple[str, str, str, tuple[int, int]]]:
    """(source, target, kind, place in the matrices) of every effect along a directed way."""
    names = model.construct_names
    for target in names:
        direct = model.drivers_of(target)
        for source in ancestors(model, target):
            between = any(source in ancestors(model, other) for other in direct)
            place = names.index(target), names.index(source)
            for kind, there in (("direct", source in direct), ("indirect", between), ("total", True)):
                if there:
                    yield source, target, kind, place


def effect_rows(model: ModelSpec, found: dict[str, Interval]) -> Iterator[Cells]:
    """Direct, indirect and total effects along every directed way, index points per index point."""
    for source, target, kind, place in effect_places(model):
        interval = found[kind]
        value, se = float(interval.value[place]), float(interval.se[place])
        std = float(found[f"std_{kind}"].value[place])
        yield {
            "source": source,
            "target": target,
            "kind": kind,
            **_interval_cells("effect", interval, place),
            "ci_method": interval.method,
            "std_effect": std,
            "why": reason(interval, value, se) or ("" if np.isfinite(std) else UNDEFINED),
        }


def standardised_effect_rows(model: ModelSpec, found: dict[str, Interval]) -> Iterator[Cells]:
    """The same effects in standard deviations, with errors of their own."""
    for source, target, kind, place in effect_places(model):
        interval = found[f"std_{kind}"]
        yield {
            "source": source,
            "target": target,
            "kind": kind,
            **_interval_cells("effect", interval, place),
            "ci_method": interval.method,
            "why": reason(interval, float(interval.value[place]), float(interval.se[place])),
        }


def _interval_cells(name: str, interval: Interval, place: tuple[int, ...]) -> Cells:
    """Value, error and ends at one place."""
    return {
        name: float(interval.value[place]),
        "se": float(interval.se[place]),
        "ci_lower": float(interval.lower[place]),
        "ci_upper": float(interval.upper[place]),
    }


def specific_rows(
    model: ModelSpec, chains: Sequence[tuple[int, ...]], found: dict[str, Interval]
) -> Iterator[Cells]:
    """Indirect effects way by way, index points per index point; ``chains`` as ``quantities.ways``."""
    names, interval = model.construct_names, found["specific"]
    for k, chain in enumerate(chains):
        value, se = float(interval.value[k]), float(interval.se[k])
        std = float(found["std_specific"].value[k])
        yield {
            "source": names[chain[0]],
            "target": names[chain[-1]],
            "path": " > ".join(names[step] for step in chain),
            **_interval_cells("effect", interval, (k,)),
            "ci_method": interval.method,
            "std_effect": std,
            "why": reason(interval, value, se) or ("" if np.isfinite(std) else UNDEFINED),
        }


def driver_rows(
    model: ModelSpec, found: dict[str, Interval], leave_out: Collection[str] = ()
) -> Iterator[Cells]:
    """Importance and performance of every construct before the index construct and those after it."""
    names = model.construct_names
    targets = [name for name in names if name == model.index or model.index in ancestors(model, name)]
    for target in targets:
        drivers = tuple(name for name in ancestors(model, target) if name not in leave_out)
        j = names.index(target)
        places = [names.index(driver) for driver in drivers]
        importance = found["total"].value[j, places]
        performance = found["index"].value[places]
        good = np.array([1.0 if model.construct(driver).high_is_good else -1.0 for driver in drivers])
        good *= 1.0 if model.construct(target).high_is_good else -1.0
        driver_good = np.array([model.construct(driver).high_is_good for driver in drivers])
        oriented = importance * good
        room = np.where(driver_good, 100 - performance, performance)
        quadrants = _quadrants(oriented, 100 - room)
        for d, driver in enumerate(drivers):
            yield {
                "target": target,
                "driver": driver,
                **_ends("importance", found["total"], (j, places[d])),
                **_ends("performance", found["index"], (places[d],)),
                "impact_5": 5 * float(importance[d]),
                "quadrant": quadrants[d],
                "priority": 5 * float(oriented[d]) * float(room[d]) / 100,
                "ci_method": found["total"].method,
                "why": reason(found["total"], float(importance[d]), float(found["total"].se[j, places[d]]))
                or ("no quadrant: the map needs two drivers" if not quadrants[d] else ""),
            }


def _ends(name: str, interval: Interval, place: tuple[int, ...]) -> Cells:
    return {
        name: float(interval.value[place]),
        f"{name}_ci_lower": float(interval.lower[place]),
        f"{name}_ci_upper": float(interval.upper[place]),
    }


def _quadrants(importance: Array, performance: Array) -> list[str]:
    """Quadrants of the map, crossing at the means; both axes oriented so that more is better."""
    if len(importance) < 2 or not np.all(np.isfinite(importance)) or not np.all(np.isfinite(performance)):
        return [""] * len(importance)
    names = {
        (True, False): "improve_first",
        (True, True): "keep",
        (False, True): "possible_overkill",
        (False, False): "low_priority",
    }
    across, up = float(importance.mean()), float(performance.mean())
    return [names[bool(x >= across), bool(y >= up)] for x, y in zip(importance, performance, strict=True)]


def r2_rows(model: ModelSpec, part: GroupFit, interval: Interval) -> Iterator[Cells]:
    """Explained variance of every construct that has drivers."""
    for j, name in enumerate(model.construct_names):
        drivers = model.drivers_of(name)
        if not drivers:
            continue
        value, se, n = float(interval.value[j]), float(interval.se[j]), part.sample.n
        rest = n - len(drivers) - 1
        yield {
            "construct": name,
            "r2": value,
            "r2_adjusted": 1 - (1 - value) * (n - 1) / rest if rest > 0 else np.nan,
            "se": se,
            "why": reason(interval, value, se),
        }
