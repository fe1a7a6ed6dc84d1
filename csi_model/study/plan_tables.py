"""The tables of a plan: lines for one firm and for many at once, and the curves of its charts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csi_model.comparison.plan_assumptions import SINGLE, Allowance, Assumptions, all_pairs, bonferroni
from csi_model.comparison.planning import (
    detectable_difference,
    invitations,
    margin_of,
    power_of_difference,
    rounded_up,
    unrounded_interviews,
    unrounded_to_detect,
)
from csi_model.frames import typed_frame
from csi_model.study.plan_asks import PlanAsk
from csi_model.study.plan_sources import USUAL_SDS, Spread
from csi_model.vocabulary import PLANS

if TYPE_CHECKING:
    from csi_model.comparison.path_power import PathPower

Cells = dict[str, Any]

DIFFERENCES: tuple[float, ...] = (1, 2, 3, 4, 5, 6, 8, 10)
"""Differences, in index points, of which the power is told where only interviews are given."""
LINES = 4
"""Curves that a chart can tell apart."""
_STEPS = 48


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is to be said: of one index or a difference, by itself or together with others.

    ``units`` take part, each with the interviews of its line.
    """

    purpose: str
    allowance: Allowance = SINGLE
    difference: bool = True
    units: int = 1


def level_statements(ask: PlanAsk) -> Iterator[Statement]:
    """What is said of indices by themselves."""
    firms = ask.firms or 1
    yield Statement(purpose="one_unit", difference=False, units=firms)
    if firms > 1:
        yield Statement(purpose="each_unit", allowance=bonferroni(firms), difference=False, units=firms)


def difference_statements(ask: PlanAsk) -> Iterator[Statement]:
    """What is said of differences: between firms or independent waves, or of changes in panels."""
    if ask.panel_correlation is not None:
        units = ask.firms or 1
        yield Statement(purpose="one_change", units=units)
        changes = ask.firms or ask.comparisons or 1
        if changes > 1:
            yield Statement(purpose="several_changes", allowance=bonferroni(changes), units=units)
        return
    units = ask.firms or 2
    yield Statement(purpose="one_difference", units=units)
    if ask.firms is not None and ask.firms > 2:
        for made in (all_pairs(units, "bonferroni"), all_pairs(units)):
            yield Statement(purpose="all_differences", allowance=made, units=units)
    if ask.comparisons is not None and ask.comparisons > 1:
        made = bonferroni(ask.comparisons)
        yield Statement(purpose="several_differences", allowance=made, units=units)


def interviews_table(ask: PlanAsk, spreads: Sequence[Spread]) -> pd.DataFrame:
    """Interviews for the margin asked for, or margins of the interviews given."""
    rows = []
    for spread in spreads:
        for statement in (*level_statements(ask), *difference_statements(ask)):
            made = ask.assumptions(spread.sd, spread.deff, statement.allowance)
            if ask.margin is not None:
                n = unrounded_interviews(ask.margin, made, difference=statement.difference)
                rows.append(_line(ask, spread, statement, made, n, test=False) | {"margin": ask.margin})
                continue
            for n in ask.interviews:
                cells = _line(ask, spread, statement, made, n, test=False)
                rows.append(cells | {"margin": margin_of(n, made, difference=statement.difference)})
    return typed_frame(PLANS["interviews"], rows)


def power_table(ask: PlanAsk, spreads: Sequence[Spread]) -> pd.DataFrame:
    """Interviews for the difference asked for, power of it, or what is found with the interviews given."""
    rows: list[Cells] = []
    for spread in spreads:
        for statement in difference_statements(ask):
            made = ask.assumptions(spread.sd, spread.deff, statement.allowance)
            for kind, difference, power, n in _found(ask, made):
                cells = _line(ask, spread, statement, made, n, test=True)
                rows.append(cells | {"kind": kind, "difference": difference, "power": power})
    return typed_frame(PLANS["power"], rows)


def _found(ask: PlanAsk, made: Assumptions) -> Iterator[tuple[str, float, float, float]]:
    """Kind, difference, power and interviews of each line under one set of assumptions."""
    if ask.difference is not None and not ask.interviews:
        n = unrounded_to_detect(ask.difference, made, power=ask.power_wanted)
        yield "to_detect", ask.difference, power_of_difference(ask.difference, rounded_up(n), made), n
        return
    for n in ask.interviews:
        if ask.difference is not None:
            yield "power_at", ask.difference, power_of_difference(ask.difference, n, made), n
            continue
        half = margin_of(n, made, difference=True)
        yield "difference_margin", half, power_of_difference(half, n, made), n
        found = detectable_difference(n, made, power=ask.power_wanted)
        yield "detectable", found, ask.power_wanted, n
        if made.allowance == SINGLE:
            for difference in DIFFERENCES:
                yield "power_at", difference, power_of_difference(difference, n, made), n


def _line(
    ask: PlanAsk, spread: Spread, statement: Statement, made: Assumptions, n: float, *, test: bool
) -> Cells:
    """The cells that every line has: what it rests on, and what the interviews come to."""
    interviews = rounded_up(n)
    response = 1.0 if ask.response is None else ask.response
    waves = 2 if statement.difference and not made.independent else 1
    return {
        "unit": spread.unit,
        "purpose": statement.purpose,
        "allowance": allowance_word(made.allowance),
        "comparisons": made.allowance.comparisons,
        "index_sd": spread.sd,
        "confidence": made.level,
        "deff": spread.deff,
        "correlation": made.panel_correlation or 0.0,
        "distribution": _distribution(made, test=test),
        "interviews": interviews,
        "unrounded": float(n),
        "response": response,
        "invited": invitations(interviews, response),
        "units": statement.units,
        "total": interviews * statement.units * waves,
        "why": "",
    }


def allowance_word(allowance: Allowance) -> str:
    """How an allowance stands in tables."""
    return "single" if allowance.method == "none" else allowance.method


def _distribution(made: Assumptions, *, test: bool) -> str:
    by_t = made.distribution == "t" or (made.distribution == "automatic" and test)
    return "t_distribution" if by_t else "normal_distribution"


def shown_spreads(spreads: Sequence[Spread]) -> tuple[Spread, ...]:
    """As many as a chart can tell apart: smallest, middle and largest of more."""
    if len(spreads) <= LINES:
        return tuple(spreads)
    ranked = sorted(spreads, key=lambda one: one.sd)
    return ranked[0], ranked[len(ranked) // 2], ranked[-1]


def margin_curve(ask: PlanAsk, spreads: Sequence[Spread]) -> pd.DataFrame:
    """Margin of one index against interviews; a lone standard deviation stands among the usual ones."""
    shown = shown_spreads(spreads)
    needed = {}
    for spread in shown:
        made = ask.assumptions(spread.sd, spread.deff, SINGLE)
        asked = ask.interviews
        if ask.margin is not None:
            asked = (rounded_up(unrounded_interviews(ask.margin, made)),)
        needed[spread] = asked
    most = max(n for asked in needed.values() for n in asked)
    context: tuple[Spread, ...] = ()
    if len(shown) == 1 and not shown[0].unit:
        only = shown[0]
        context = tuple(
            Spread(sd=sd, deff=only.deff)
            for sd in (USUAL_SDS[0], USUAL_SDS[-1])
            if abs(sd / only.sd - 1) > 0.08
        )
    rows: list[Cells] = []
    for spread in (*shown, *context):
        made = ask.assumptions(spread.sd, spread.deff, SINGLE)
        marked = needed.get(spread, ())
        for n in _sizes(most, marked, ask.population, spread.deff):
            cells = {"unit": spread.unit, "index_sd": spread.sd, "interviews": n, "asked": n in marked}
            rows.append(cells | {"margin": margin_of(n, made)})
    return typed_frame(PLANS["margin_curve"], rows)


def _sizes(most: int, marked: Sequence[int], population: float | None, deff: float) -> list[int]:
    """Numbers of interviews along the horizontal axis, those that are asked for among them."""
    far = max(600.0, 1.4 * most) if population is None else min(max(600.0, 1.4 * most), population)
    near = min(max(25.0, 2 * deff, far / 40), *(marked or (far,)))
    steps = np.unique(np.geomspace(max(near, 2), max(far, near + 1), _STEPS).astype(int))
    return sorted({*(int(n) for n in steps if n <= (population or math.inf)), *marked})


def power_curve(ask: PlanAsk, power: pd.DataFrame) -> pd.DataFrame:
    """Power against the true difference with the interviews of the plan.

    Where several standard deviations are planned for, all curves are drawn for the interviews of the
    middle one: what it costs if another is true.
    """
    records = _drawn(power if ask.difference is not None else power[power["kind"] == "detectable"])
    sizes = [int(row["interviews"]) for row in records]
    if ask.difference is not None and not ask.interviews and len({row["index_sd"] for row in records}) > 1:
        sizes = [sorted(sizes)[len(sizes) // 2]] * len(sizes)
    far = 1.6 * max(float(row["difference"]) for row in records)
    rows: list[Cells] = []
    for row, n in zip(records, sizes, strict=True):
        made = ask.assumptions(float(row["index_sd"]), float(row["deff"]), _allowance(ask, row))
        marked = float(row["difference"])
        rows += [
            {
                **_identity(row),
                "interviews": n,
                "difference": difference,
                "power": power_of_difference(difference, n, made),
                "asked": difference == marked,
            }
            for difference in sorted({*np.linspace(0, far, _STEPS).tolist(), marked})
        ]
    return typed_frame(PLANS["power_curve"], rows)


def interviews_curve(ask: PlanAsk, power: pd.DataFrame) -> pd.DataFrame:
    """Power for the difference asked for against interviews."""
    records = _drawn(power)
    most = max(int(row["interviews"]) for row in records)
    rows: list[Cells] = []
    for key, group in itertools.groupby(records, key=_identity):
        lines = list(group)
        made = ask.assumptions(float(key["index_sd"]), float(lines[0]["deff"]), _allowance(ask, lines[0]))
        marked = {int(row["interviews"]) for row in lines}
        least = math.floor(made.deff) + 2
        sizes = np.linspace(least, max(1.6 * most, least + _STEPS), _STEPS).astype(int).tolist()
        rows += [
            {
                **key,
                "difference": ask.difference,
                "interviews": n,
                "power": power_of_difference(ask.difference or 0.0, n, made),
                "asked": n in marked,
            }
            for n in sorted({*sizes, *marked})
        ]
    return typed_frame(PLANS["interviews_curve"], rows)


def _identity(row: Any) -> Cells:
    return {name: row[name] for name in ("unit", "allowance", "comparisons", "index_sd")}


def _drawn(lines: pd.DataFrame) -> list[Any]:
    """Lines of the power table that a chart can tell apart, those of one curve together."""
    if len(set(zip(lines["unit"], lines["index_sd"], strict=True))) > 1:
        lines = lines[lines["allowance"] == "single"]
    records = lines.to_dict("records")
    if len(records) > LINES:
        picked = np.unique(np.linspace(0, len(records) - 1, LINES).round().astype(int))
        records = [records[k] for k in picked]
    return records


def _allowance(ask: PlanAsk, row: Any) -> Allowance:
    """The allowance of a line of the power table."""
    found = (one.allowance for one in difference_statements(ask))
    return next(one for one in found if allowance_word(one) == row["allowance"])


def path_table(found: Sequence[PathPower]) -> pd.DataFrame:
    """Power of a path by effect and size."""
    return typed_frame(PLANS["path_power"], [_path_row(one) for one in found])


def _path_row(one: PathPower) -> Cells:
    usable = one.draws - one.unusable
    lower, upper = one.interval
    return {
        "source": one.source,
        "target": one.target,
        "estimator": one.estimator,
        "interviews": one.interviews,
        "std_effect": one.effect,
        "effect": one.points,
        "confidence": one.level,
        "draws": one.draws,
        "unusable": one.unusable,
        "found": one.found,
        "power": one.power,
        "ci_lower": lower,
        "ci_upper": upper,
        "mean_estimate": one.mean,
        "sd_estimate": one.sd,
        "why": "" if usable > 1 else "fewer than two of the simulated surveys gave a fit that may be used",
    }
