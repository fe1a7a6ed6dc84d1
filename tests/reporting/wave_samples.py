"""Waves, decomposed changes and what-ifs made by hand, in the shape of stored tables."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import league_samples as leagues
import numpy as np
import report_samples as samples

from csi_model.reporting.content import Content

NAN = float("nan")
Cells = dict[str, Any]
QUARTERS = ("2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4")


def trend_rows(
    unit: str, waves: Sequence[str], values: Sequence[float], *, weights: str = "held", se: float = 0.6
) -> list[Cells]:
    """The headline index of a unit; a change of more than 1.96 standard errors is clear."""
    made: list[Cells] = []
    for k, (wave, value) in enumerate(zip(waves, values, strict=True)):
        change = value - values[k - 1] if k else NAN
        spread = se * 2**0.5
        verdict = "" if change != change else "no clear difference"
        if abs(change) > 1.96 * spread:
            verdict = "higher" if change > 0 else "lower"
        made.append(
            {"unit": unit, "construct": "satisfaction", "wave": wave, "weights_from": weights, "index": value,
             "se": se, "ci_lower": value - 1.96 * se, "ci_upper": value + 1.96 * se, "n": 900, "n_eff": 850.0,
             "change": change, "change_se": spread if k else NAN,
             "change_ci_lower": change - 1.96 * spread, "change_ci_upper": change + 1.96 * spread,
             "z": change / spread, "pvalue": 0.01 if k else NAN, "pvalue_holm": 0.02 if k else NAN,
             "method": "independent", "verdict": verdict,
             "why": "" if k else "the first wave has none before it"}
        )  # fmt: skip
    return made


def decomposition_rows(unit: str, waves: tuple[str, str]) -> list[Cells]:
    """Two levels, two effects and a rest: 1.2 - 0.4 + 0.9 + 0.2 - 0.5 = 1.4."""
    parts = (("level", "quality", 1.2), ("level", "value", -0.4), ("effect", "quality", 0.9),
             ("effect", "value", 0.2), ("unexplained", "", -0.5), ("effect_and_unexplained", "", 0.6),
             ("total", "", 1.4))  # fmt: skip
    return [
        {"unit": unit, "target": "satisfaction", "wave_1": waves[0], "wave_2": waves[1], "part": part,
         "driver": driver, "contribution": value, "se": 0.3, "ci_lower": value - 0.6,
         "ci_upper": value + 0.6, "ci_method": "delta"}
        for part, driver, value in parts
    ]  # fmt: skip


def check_rows(*, alike: bool = True) -> list[Cells]:
    return [
        {"wave_1": one, "wave_2": two, "subject": subject, "same": same,
         "what": "" if same else "QP: asked on 1 to 7, not 1 to 10"}
        for one, two in itertools.pairwise(QUARTERS)
        for subject in ("model", "questions", "scales", "codes")
        for same in (alike or subject != "scales" or one != QUARTERS[1],)
    ]  # fmt: skip


def with_waves(content: Content, units: Sequence[str] = (), *, alike: bool = True) -> Content:
    """The same study followed over four quarters, the total and ``units``."""
    rows = [
        row
        for weights, shift in (("held", 0.0), ("own", 0.21), ("chained", -0.13))
        for row in trend_rows(
            "total", QUARTERS, [70.3 + shift, 70.9, 73.2 - shift, 74.6 + shift], weights=weights
        )
    ]
    for k, unit in enumerate(units):
        values = 71 + 2 * np.sin(np.arange(4) * (1 + k % 3) + k)
        rows += trend_rows(unit, QUARTERS, values.tolist(), se=1.1)
    parts = [
        row for unit in ("total", *units) for row in decomposition_rows(unit, (QUARTERS[2], QUARTERS[3]))
    ]
    tables = {
        "trend": leagues.across("trend", rows),
        "decomposition": leagues.across("decomposition", parts),
        "wave_checks": leagues.across("wave_checks", check_rows(alike=alike)),
    }
    return replace(content, across={**content.across, **tables})


def gain_rows() -> list[Cells]:
    made = []
    for target, driver, importance, at in (
        ("satisfaction", "quality", 0.978, 78.043), ("satisfaction", "expectations", 0.743, 79.512),
        ("satisfaction", "value", 0.463, 72.734), ("loyalty", "satisfaction", 1.059, 70.951),
        ("loyalty", "complaints", -0.041, 17.804),
    ):  # fmt: skip
        for size in (1, 5, 10):
            points = -size if driver == "complaints" else size
            made.append(
                {"target": target, "driver": driver, "points": points, "gain": points * importance,
                 "ci_lower": points * importance - 0.06 * size, "ci_upper": points * importance + 0.06 * size,
                 "ci_method": "delta", "level_from": at, "level_to": at + points, "why": ""}
            )  # fmt: skip
    return made


def with_what_if(content: Content) -> Content:
    """The same study with gains, a plan and consequences."""
    gains = samples.table("gains", gain_rows())
    plan = leagues.across(
        "target_plan",
        [
            {"unit": "total", "target": "satisfaction", "driver": "quality", "push": 2.5,
             "level_from": 78.043, "level_to": 80.543, "gain": 2.445, "ci_lower": 2.2, "ci_upper": 2.7,
             "cost": 31.2, "verdict": "pushed"},
            {"unit": "total", "target": "satisfaction", "driver": "value", "push": 1.305,
             "level_from": 72.734, "level_to": 74.039, "gain": 0.604, "ci_lower": 0.5, "ci_upper": 0.7,
             "cost": 10.0, "verdict": "at_most"},
            {"unit": "total", "target": "satisfaction", "driver": "expectations", "push": 0.0,
             "level_from": 79.512, "level_to": 79.512, "gain": 0.0, "cost": 0.0, "verdict": "not_pushed"},
            {"unit": "total", "target": "satisfaction", "driver": "satisfaction", "push": 0.0,
             "level_from": 70.951, "level_to": 74.0, "gain": 3.049, "ci_lower": 2.8, "ci_upper": 3.3,
             "cost": 41.2, "marginal_cost": 15.4, "verdict": "reached"},
        ],
    )  # fmt: skip
    consequences = leagues.across(
        "consequences",
        [
            {"unit": "total", "scenario": scenario, "driver": driver, "measure": measure,
             "construct": construct, "value_from": now, "value_to": then, "difference": then - now,
             "ci_lower": then - now - abs(then - now) / 8, "ci_upper": then - now + abs(then - now) / 8}
            for scenario, driver in (("driver_5", "quality"), ("cheapest_plan", ""))
            for measure, construct, now, then in (
                ("index_score", "loyalty", 75.775, 80.9), ("complaint_rate", "complaints", 17.804, 16.9),
                ("customers_kept", "loyalty", 81250.0, 83110.0), ("revenue_kept", "loyalty", 9.75e7, 9.97e7),
            )
        ],
    )  # fmt: skip
    tables = {**content.tables, "gains": gains}
    pooled = tables if content.pooled is content.tables else {**content.pooled, "gains": gains}
    across = {**content.across, "target_plan": plan, "consequences": consequences}
    return replace(content, tables=tables, pooled=pooled, across=across)
