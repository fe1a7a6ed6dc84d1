"""Gain tables by hand and against the driver table; what pushes move, against draws and the effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    YES_NO,
    chain_answers,
    chain_survey,
    exact_answers,
    model_of,
    shared_data,
    survey_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import csi_model as csi
from csi_model.estimation.fits import Fit, GroupFit, Solution
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.gains import NOT_USABLE, Levers, beyond, gain_rows, levers, moves
from csi_model.evaluation.quantities import metric_of, quantities
from csi_model.evaluation.results import Results
from csi_model.evaluation.structure_tables import NO_ERROR, UNDEFINED
from csi_model.model.spec import Construct, Path

SHOP = model_of(
    {"quality": "q1 q2", "satisfaction": "s1 s2", "complaints": "c1", "loyalty": "l1 l2"},
    {"satisfaction": "quality", "complaints": "satisfaction", "loyalty": "satisfaction complaints"},
    index="satisfaction",
    scales={"c1": YES_NO},
    low_is_good=["c1"],
)


def driver_row(
    target: str, driver: str, importance: float, performance: float, **more: Any
) -> dict[str, Any]:
    """A row of the driver table whose importance has an interval of half a unit on both sides."""
    made = {
        "target": target, "driver": driver, "importance": importance,
        "importance_ci_lower": importance - 0.5, "importance_ci_upper": importance + 0.5,
        "performance": performance, "ci_method": "delta", "why": "",
    }  # fmt: skip
    return made | more


def gains_of(levels: Mapping[str, float], *drivers: dict[str, Any]) -> list[dict[str, Any]]:
    scores = [{"construct": name, "index": level, "weights_from": "pooled"} for name, level in levels.items()]
    own = [row | {"index": -50.0, "weights_from": "group"} for row in scores]
    return list(gain_rows(SHOP, drivers, [*scores, *own]))


# ---- gain tables by hand


def test_gains_by_hand() -> None:
    """An effect of .8 (.3 to 1.3) on a satisfaction of 70."""
    rows = gains_of({"satisfaction": 70}, driver_row("satisfaction", "quality", 0.8, 60.0))
    assert [row["points"] for row in rows] == [1, 5, 10]
    assert [row["gain"] for row in rows] == pytest.approx([0.8, 4, 8])
    assert [row["ci_lower"] for row in rows] == pytest.approx([0.3, 1.5, 3])
    assert [row["ci_upper"] for row in rows] == pytest.approx([1.3, 6.5, 13])
    assert [row["level_to"] for row in rows] == [61, 65, 70]
    assert {(row["level_from"], row["ci_method"], row["why"]) for row in rows} == {(60, "delta", "")}


def test_where_low_is_good_the_move_is_downwards() -> None:
    """An effect of -.2 of complaints on loyalty: five points less of them go with 1 point more loyalty."""
    rows = gains_of({"loyalty": 70}, driver_row("loyalty", "complaints", -0.2, 20.0))
    assert [row["points"] for row in rows] == [-1, -5, -10]
    assert [row["gain"] for row in rows] == pytest.approx([0.2, 1, 2])
    # the interval of the effect is -.7 to .3
    assert [row["ci_lower"] for row in rows] == pytest.approx([-0.3, -1.5, -3])
    assert [row["ci_upper"] for row in rows] == pytest.approx([0.7, 3.5, 7])
    assert [row["level_to"] for row in rows] == [19, 15, 10]


def test_a_move_beyond_the_scale_has_no_gain_and_the_reason_says_what_is_left() -> None:
    rows = gains_of({"satisfaction": 70}, driver_row("satisfaction", "quality", 0.8, 95.06))
    assert rows[0]["gain"] == pytest.approx(0.8)
    for row in rows[1:]:
        assert np.isnan([row["gain"], row["ci_lower"], row["ci_upper"], row["level_to"]]).all()
        # 4.94 are left: 4.9, as 5.0 would say that five points can be had
        assert row["why"] == "beyond the end of the scale: at most 4.9 points are left"
    down = gains_of({"loyalty": 70}, driver_row("loyalty", "complaints", -0.2, 3.0))
    assert [np.isnan(row["gain"]) for row in down] == [False, True, True]
    assert down[1]["why"] == "beyond the end of the scale: at most 3.0 points are left"


def test_the_very_end_of_the_scale_can_be_reached() -> None:
    rows = gains_of({"satisfaction": 70}, driver_row("satisfaction", "quality", 0.8, 95.0))
    assert rows[1]["level_to"] == 100
    assert rows[1]["gain"] == pytest.approx(4)
    assert beyond(0.1 + 0.2, -0.3) == ""  # .30000000000000004
    assert beyond(104.0, 1.0) == "beyond the end of the scale: at most 0.0 points are left"
    assert beyond(104.0, -5.0) == ""


def test_a_target_beyond_its_scale_is_no_gain() -> None:
    rows = gains_of({"satisfaction": 95.04}, driver_row("satisfaction", "quality", 1.0, 50.0))
    assert [np.isnan(row["gain"]) for row in rows] == [False, True, True]
    assert rows[1]["why"] == "satisfaction would leave its scale: it is at 95.0"
    assert rows[1]["level_to"] == 55
    fewer = gains_of({"complaints": 3.0}, driver_row("complaints", "satisfaction", -0.7, 50.0))
    assert [np.isnan(row["gain"]) for row in fewer] == [False, True, True]


def test_reasons_for_empty_gains() -> None:
    gap = {"importance_ci_lower": np.nan, "importance_ci_upper": np.nan}
    level = {"satisfaction": 70.0}
    for row, why in (
        (driver_row("satisfaction", "quality", 0.8, 60, why="no quadrant: the map needs two drivers"), ""),
        (driver_row("satisfaction", "quality", 0.8, 60, why="only 20 draws", **gap), "only 20 draws"),
        (driver_row("satisfaction", "quality", 0.8, 60, **gap), NO_ERROR),
        (driver_row("satisfaction", "quality", np.nan, 60, **gap), UNDEFINED),
        (driver_row("satisfaction", "quality", 0.8, np.nan), UNDEFINED),
    ):
        assert {made["why"] for made in gains_of(level, row)} == {why}


# ---- gain tables of fits


@cache
def fitted(name: str) -> Fit:
    groups = {"firm": ["a"] * 150 + ["b"] * 150}
    pls = {"estimator": "pls", "folds": 0}
    runs: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "ml": ({}, {}),
        "ml by firm": ({}, {"groups": groups}),
        "ml bootstrap": ({"bootstrap": 150}, {}),
        "mlr": ({"estimator": "mlr"}, {}),
        "ml jackknife": ({"jackknife": True}, {}),
        "pls": (pls | {"bootstrap": 150}, {"groups": groups}),
        "pls jackknife": (pls | {"jackknife": True}, {}),
        "pls without draws": (pls | {"bootstrap": 0}, {}),
    }
    options, survey = runs[name]
    return fit(CHAIN, chain_survey(**survey), **options)


@cache
def evaluated(name: str) -> Results:
    return evaluate(fitted(name))


METHODS = {
    "ml": "delta", "ml by firm": "delta", "ml bootstrap": "bootstrap", "mlr": "monte_carlo",
    "ml jackknife": "jackknife", "pls": "bootstrap", "pls jackknife": "jackknife", "pls without draws": "",
}  # fmt: skip
every_run = pytest.mark.parametrize("name", METHODS)


@every_run
def test_five_points_are_the_impact_of_the_driver_table(name: str) -> None:
    tables = evaluated(name).tables
    drivers, gains = tables["drivers"], tables["gains"]
    assert len(gains) == 3 * len(drivers)
    five = gains[gains["points"] == 5].reset_index(drop=True)
    np.testing.assert_allclose(five["gain"], drivers["impact_5"], rtol=1e-14)
    for end in ("lower", "upper"):
        np.testing.assert_allclose(five[f"ci_{end}"], 5 * drivers[f"importance_ci_{end}"], rtol=1e-14)
    pd.testing.assert_series_equal(five["level_from"], drivers["performance"], check_names=False)
    assert (five["why"] != "").all() if name == "pls without draws" else (five["why"] == "").all()


def test_gains_of_a_suppressed_group_are_none() -> None:
    firms = ["big"] * 280 + ["small"] * 20
    made = evaluate(fit(CHAIN, chain_survey(groups={"firm": firms})))
    assert set(made.tables["gains"]["firm"]) == {"big"}
    assert len(made.pooled["gains"]) == 15


@pytest.mark.slow
def test_acsi_2015_gains() -> None:
    """Published impacts of five points (methodology, section 4.1), those of complaints turned round."""
    survey = csi.read_survey(shared_data("data", "acsi2015.xlsx"), csi.read_model("acsi-repurchase"))
    run = fit(survey.model, survey, estimator="pls", scheme="centroid", bootstrap=0)
    rows = evaluate(run).tables["gains"].query("abs(points) == 5").set_index(["target", "driver"])["gain"]
    wanted = {
        ("satisfaction", "expectations"): 4.163, ("satisfaction", "quality"): 4.605,
        ("satisfaction", "value"): 2.409, ("loyalty", "expectations"): 4.099, ("loyalty", "quality"): 4.535,
        ("loyalty", "value"): 2.372, ("loyalty", "satisfaction"): 4.923, ("loyalty", "complaints"): 0.189,
    }  # fmt: skip
    assert {key: rows[key] for key in wanted} == pytest.approx(wanted, abs=5e-4)


# ---- what pushes move


def parts(name: str) -> tuple[GroupFit, ...]:
    made = fitted(name)
    return (made.pooled, *made.groups)


@every_run
def test_levels_and_effects_are_those_of_the_tables(name: str) -> None:
    run = fitted(name)
    tables = evaluated(name)
    for part in parts(name):
        made, shown = levers(run, part), tables.tables if part.key else tables.pooled
        index = shown["index"].query("weights_from == 'pooled'")
        total = shown["effects"].query("kind == 'total'")
        if part.key:
            index, total = (frame[frame["firm"] == part.key[0]] for frame in (index, total))
        assert dict(zip(index["construct"], index["index"], strict=True)) == pytest.approx(made.level_of())
        wanted = np.zeros((4, 4))
        for row in total.itertuples():
            wanted[made.place(str(row.target)), made.place(str(row.source))] = row.effect
        np.testing.assert_allclose(made.total, wanted, rtol=1e-12, atol=1e-14)
        assert made.why == ""


@every_run
def test_a_single_push_has_the_interval_of_the_driver_table(name: str) -> None:
    """Up and down: a fall of 3 quality points mirrors the interval of a rise."""
    run = fitted(name)
    tables = evaluated(name)
    for part in parts(name):
        drivers = tables.tables["drivers"] if part.key else tables.pooled["drivers"]
        if part.key:
            drivers = drivers[drivers["firm"] == part.key[0]]
        row = drivers.query("target == 'loyalty' and driver == 'quality'").iloc[0]
        pushes = np.zeros((2, 4))
        pushes[:, 1] = 3.0, -3.0
        made = moves(run, part, pushes)
        assert made.method == METHODS[name]
        ends = 3 * row["importance_ci_lower"], 3 * row["importance_ci_upper"]
        assert made.value[0, 3] == pytest.approx(3 * row["importance"])
        assert (made.lower[0, 3], made.upper[0, 3]) == pytest.approx(ends, nan_ok=True)
        assert (made.lower[1, 3], made.upper[1, 3]) == pytest.approx((-ends[1], -ends[0]), nan_ok=True)
        # the push on quality itself is exact, and nothing that comes before moves
        assert made.value[:, 1] == pytest.approx([3, -3])
        assert (made.value[:, 0] == 0).all()
        if made.method:
            assert made.lower[0, 1] == pytest.approx(3)
            assert made.upper[0, 1] == pytest.approx(3)


def test_the_interval_of_several_pushes_is_that_of_their_sum_in_every_draw() -> None:
    """Brute force: total effects draw by draw, their sum, its quantiles; not a sum of intervals."""
    run = fitted("ml bootstrap")
    solution = run.pooled.solution
    assert isinstance(solution, Solution)
    assert solution.draws is not None
    metric = metric_of(CHAIN, run.options.weight_rule, {})
    found = []
    for means, values in zip(solution.draws.means, solution.draws.values, strict=True):
        total = quantities(solution.table, metric, means, values).total
        found.append(total[3, 0] * 2 + total[3, 1] * 4)
    made = moves(run, run.pooled, np.array([[2.0, 4, 0, 0]]))
    assert made.lower[0, 3] == pytest.approx(np.quantile(found, 0.025))
    assert made.upper[0, 3] == pytest.approx(np.quantile(found, 0.975))
    single = moves(run, run.pooled, np.array([[2.0, 0, 0, 0], [0, 4.0, 0, 0]]))
    assert made.upper[0, 3] < single.upper[:, 3].sum()


@settings(max_examples=30)
@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_moves_add_up(pushes: list[float]) -> None:
    one, two = np.array(pushes[:4]), np.array(pushes[4:])
    run = fitted("ml")
    made = moves(run, run.pooled, np.array([one, two, one + two]))
    np.testing.assert_allclose(made.value[0] + made.value[1], made.value[2], atol=1e-10)
    np.testing.assert_allclose(made.value[2], levers(run, run.pooled).reduced @ (one + two), atol=1e-10)


def test_a_push_of_a_construct_moves_the_fitted_means_so() -> None:
    """The identity behind it all: a shift of quality's disturbance, put through the paths one by one."""
    direct = {("expectations", "quality"): 0.5, ("expectations", "satisfaction"): 0.3,
              ("quality", "satisfaction"): 0.6, ("satisfaction", "loyalty"): 0.9}  # fmt: skip
    names = CHAIN.construct_names
    paths = np.zeros((4, 4))
    for (source, target), effect in direct.items():
        paths[names.index(target), names.index(source)] = effect
    total = np.linalg.inv(np.eye(4) - paths) - np.eye(4)
    made = Levers(constructs=names, levels=np.full(4, 60.0), total=total).reduced @ [2.0, 3.0, 0, 0]
    quality = 3 + 0.5 * 2
    satisfaction = 0.3 * 2 + 0.6 * quality
    assert made == pytest.approx([2, quality, satisfaction, 0.9 * satisfaction])


def test_products_are_no_levers() -> None:
    """An interaction has no index; effects of its factors are those at the means, as in the driver table."""
    product = Construct(name="both", product=("expectations", "quality"))
    paths = (*CHAIN.paths, Path(source="both", target="satisfaction"))
    model = replace(CHAIN, constructs=(*CHAIN.constructs, product), paths=paths)
    run = fit(model, survey_of(model, chain_answers()), estimator="pls", bootstrap=100, folds=0)
    made = levers(run, run.pooled)
    assert made.constructs == CHAIN.construct_names
    assert np.isfinite(made.total).all()
    tables = evaluate(run).tables
    assert "both" not in set(tables["gains"]["driver"])
    row = tables["drivers"].query("target == 'loyalty' and driver == 'expectations'").iloc[0]
    moved = moves(run, run.pooled, np.array([[1.0, 0, 0, 0]]))
    assert moved.value[0, 3] == pytest.approx(row["importance"])
    assert moved.lower[0, 3] == pytest.approx(row["importance_ci_lower"])


def test_a_fit_that_should_not_be_used_moves_nothing() -> None:
    """A negative error variance (loading above 1), and a group without a fit."""
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    run = fit(model, survey_of(model, exact_answers(cov)))
    made = levers(run, run.pooled)
    assert made.why == NOT_USABLE
    assert np.isnan(made.levels).all()
    assert made.total.shape == (2, 2)
    small = fit(CHAIN, chain_survey(groups={"firm": ["big"] * 280 + ["small"] * 20}))
    why = levers(small, small.groups[1]).why
    assert why.startswith("suppressed: 20 respondents")
