"""Drivers: importance, performance, priority and quadrants, by hand and against the effects."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import CHAIN, YES_NO, chain_survey, model_of

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.intervals import Interval
from csi_model.evaluation.structure_tables import ancestors, driver_rows
from csi_model.model.spec import ModelSpec


def interval(value: np.ndarray) -> Interval:
    return Interval(value=value, se=value * 0 + 1, lower=value - 2, upper=value + 2, method="delta")


def rows_of(
    model: ModelSpec, index: list[float], total: dict[tuple[str, str], float]
) -> dict[tuple[str, str], dict[str, object]]:
    """Driver rows from scores in model order and total effects by (source, target)."""
    names = model.construct_names
    effects = np.zeros((len(names), len(names)))
    for (source, target), effect in total.items():
        effects[names.index(target), names.index(source)] = effect
    found = {"index": interval(np.array(index)), "total": interval(effects)}
    return {(str(row["target"]), str(row["driver"])): row for row in driver_rows(model, found)}


SHOP = model_of(
    {"image": "i1 i2", "quality": "q1 q2", "price": "p1 p2", "service": "v1 v2", "satisfaction": "s1 s2",
     "complaints": "c1", "loyalty": "l1 l2"},
    {"satisfaction": "image quality price service", "complaints": "satisfaction",
     "loyalty": "satisfaction complaints"},
    index="satisfaction",
    scales={"c1": YES_NO},
    low_is_good=["c1"],
)  # fmt: skip

TO_SATISFACTION = {("image", "satisfaction"): 0.6, ("quality", "satisfaction"): 0.5,
                   ("price", "satisfaction"): 0.1, ("service", "satisfaction"): 0.2}  # fmt: skip
SCORES = [60.0, 90.0, 85.0, 55.0, 70.0, 20.0, 65.0]


def test_quadrants_and_priority_by_hand() -> None:
    """Mean importance .35, mean performance 72.5: each construct falls into another quadrant."""
    rows = rows_of(SHOP, SCORES, TO_SATISFACTION)
    found = {driver: rows["satisfaction", driver] for driver in ("image", "quality", "price", "service")}
    assert [row["quadrant"] for row in found.values()] == [
        "improve_first", "keep", "possible_overkill", "low_priority",
    ]  # fmt: skip
    assert [row["impact_5"] for row in found.values()] == pytest.approx([3.0, 2.5, 0.5, 1.0])
    # impact_5 times the room above: 3 * .4, 2.5 * .1, .5 * .15, 1 * .45
    assert [row["priority"] for row in found.values()] == pytest.approx([1.2, 0.25, 0.075, 0.45])
    assert found["image"]["importance_ci_lower"] == pytest.approx(-1.4)
    assert found["image"]["performance_ci_upper"] == pytest.approx(62)
    assert found["image"]["why"] == ""


def test_on_the_mean_counts_as_above() -> None:
    rows = rows_of(SHOP, [70.0] * 7, dict.fromkeys(TO_SATISFACTION, 0.3))
    assert {row["quadrant"] for key, row in rows.items() if key[0] == "satisfaction"} == {"keep"}


def test_targets_are_the_index_and_what_follows_it() -> None:
    rows = rows_of(SHOP, SCORES, TO_SATISFACTION)
    assert list(dict.fromkeys(target for target, _ in rows)) == [
        "satisfaction", "complaints", "loyalty",
    ]  # fmt: skip
    assert [driver for target, driver in rows if target == "loyalty"] == [
        "image", "quality", "price", "service", "satisfaction", "complaints",
    ]  # fmt: skip


def test_a_driver_where_low_is_good() -> None:
    """Complaints 20 of 100, effect -.3 on loyalty: fewer complaints, more loyalty; room is the 20."""
    total = {("satisfaction", "loyalty"): 0.9, ("complaints", "loyalty"): -0.3}
    row = rows_of(SHOP, SCORES, total)["loyalty", "complaints"]
    assert row["importance"] == pytest.approx(-0.3)
    assert row["impact_5"] == pytest.approx(-1.5)
    assert row["priority"] == pytest.approx(1.5 * 0.20)
    # oriented: importance .3 above the mean (0+0+0+0+.9+.3)/6 = .2; performance 80 above the mean 73.3
    assert row["quadrant"] == "keep"


def test_a_target_where_low_is_good() -> None:
    """What lowers complaints is important; what raises them is not, and its priority is negative."""
    total = {("satisfaction", "complaints"): -0.4, ("price", "complaints"): 0.2}
    rows = rows_of(SHOP, SCORES, total)
    assert rows["complaints", "satisfaction"]["priority"] == pytest.approx(5 * 0.4 * 0.30)
    assert rows["complaints", "satisfaction"]["quadrant"] == "improve_first"  # 70 is below the mean of 72
    assert rows["complaints", "price"]["priority"] == pytest.approx(-5 * 0.2 * 0.15)
    assert rows["complaints", "price"]["quadrant"] == "possible_overkill"


def test_both_low_is_good() -> None:
    """Complaints that breed complaints: a positive effect between two low-is-good constructs matters."""
    model = model_of(
        {"delays": "d1", "price": "p1 p2", "complaints": "c1"},
        {"complaints": "delays price"},
        scales={"c1": YES_NO},
        low_is_good=["c1", "d1"],
    )
    rows = rows_of(model, [30.0, 60.0, 20.0], {("delays", "complaints"): 0.5, ("price", "complaints"): -0.1})
    assert rows["complaints", "delays"]["priority"] == pytest.approx(5 * 0.5 * 0.30)
    assert rows["complaints", "delays"]["quadrant"] == "keep"  # 70 good points against 60
    assert rows["complaints", "price"]["quadrant"] == "low_priority"


def test_a_single_driver_has_no_quadrant() -> None:
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    row = rows_of(model, [60.0, 70.0], {("a", "b"): 0.5})["b", "a"]
    assert row["quadrant"] == ""
    assert "two drivers" in str(row["why"])
    assert row["priority"] == pytest.approx(5 * 0.5 * 0.4)


def test_scores_beyond_the_scale_are_shown_not_clipped() -> None:
    row = rows_of(SHOP, [104.0, *SCORES[1:]], TO_SATISFACTION)["satisfaction", "image"]
    assert row["performance"] == 104
    assert row["priority"] == pytest.approx(3.0 * -0.04)


def test_importance_is_the_total_effect_and_performance_the_index() -> None:
    tables = evaluate(fit(CHAIN, chain_survey())).tables
    totals = tables["effects"].query("kind == 'total'").set_index(["source", "target"])
    index = tables["index"].set_index("construct")
    assert len(tables["drivers"]) == 5  # two before satisfaction, three before loyalty
    for row in tables["drivers"].itertuples():
        total = totals.loc[(row.driver, row.target)]
        assert (row.importance, row.importance_ci_lower, row.importance_ci_upper) == (
            total["effect"], total["ci_lower"], total["ci_upper"],
        )  # fmt: skip
        own = index.loc[row.driver]
        assert (row.performance, row.performance_ci_lower, row.performance_ci_upper) == (
            own["index"], own["ci_lower"], own["ci_upper"],
        )  # fmt: skip
        assert row.impact_5 == pytest.approx(5 * row.importance)
        assert row.priority == pytest.approx(row.impact_5 * (100 - row.performance) / 100)


def test_ancestors() -> None:
    assert ancestors(SHOP, "loyalty") == (
        "image", "quality", "price", "service", "satisfaction", "complaints",
    )  # fmt: skip
    assert ancestors(SHOP, "image") == ()
