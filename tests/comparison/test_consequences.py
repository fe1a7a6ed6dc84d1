"""What goes with moves: complaint rate, loyalty, customers kept, revenue, cost of complaints, all by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fit_builders import YES_NO, model_of

from csi_model.comparison.consequences import (
    NOT_SAID,
    Links,
    Retention,
    Scenario,
    complaint_construct,
    consequence_rows,
)
from csi_model.evaluation.gains import Levers
from csi_model.evaluation.intervals import Interval
from csi_model.evaluation.structure_tables import NO_ERROR
from csi_model.model.spec import ModelSpec

SHOP = model_of(
    {"quality": "q1 q2", "value": "v1 v2", "satisfaction": "s1 s2", "complaints": "c1", "loyalty": "l1 l2"},
    {"value": "quality", "satisfaction": "quality value", "complaints": "satisfaction",
     "loyalty": "satisfaction complaints"},
    index="satisfaction",
    scales={"c1": YES_NO},
    low_is_good=["c1"],
)  # fmt: skip
LEVELS = {"quality": 60.0, "value": 50.0, "satisfaction": 70.0, "complaints": 20.0, "loyalty": 65.0}
KEPT = Retention(construct="loyalty", per_point=0.4, now=80)
ALL = Links(customers=1000, revenue=50, retention=KEPT, complaint_cost=30)

Row = dict[str, Any]


def levers(**changed: float) -> Levers:
    levels = np.array(list((LEVELS | changed).values()))
    return Levers(constructs=SHOP.construct_names, levels=levels, total=np.zeros((5, 5)))


def scenario(
    *moved: float, half: float = 1.0, driver: str = "quality", pushed: tuple[str, ...] = (), why: str = ""
) -> Scenario:
    """Moves of the five constructs, ``half`` a point uncertain on both sides."""
    value = np.array(moved, dtype=float)
    made = Interval(value=value, se=value * 0, lower=value - half, upper=value + half, method="delta")
    return Scenario(name="driver_5", driver=driver, pushed=pushed or (driver,), moves=made, why=why)


MOVED = scenario(5, 4, 3, -2, 2.5)


def rows_of(given: Scenario, links: Links = ALL, model: ModelSpec = SHOP, **changed: float) -> dict[str, Row]:
    """Rows by measure and, for indices, construct."""
    made = {}
    for row in consequence_rows(model, levers(**changed), given, links):
        made[f"index {row['construct']}" if row["measure"] == "index_score" else row["measure"]] = row
    return made


def numbers(row: Row) -> list[float]:
    return [row[key] for key in ("value_from", "value_to", "difference", "ci_lower", "ci_upper")]


def test_every_consequence_by_hand() -> None:
    rows = rows_of(MOVED)
    assert list(rows) == [
        "index satisfaction", "complaint_rate", "index loyalty", "customers_kept", "revenue_kept",
        "complaint_cost",
    ]  # fmt: skip
    assert numbers(rows["index satisfaction"]) == pytest.approx([70, 73, 3, 2, 4])
    assert numbers(rows["complaint_rate"]) == pytest.approx([20, 18, -2, -3, -1])
    assert numbers(rows["index loyalty"]) == pytest.approx([65, 67.5, 2.5, 1.5, 3.5])
    # 2.5 points of loyalty keep 1 % more of 1,000 customers; half a point of loyalty is .2 %
    assert numbers(rows["customers_kept"]) == pytest.approx([800, 810, 10, 6, 14])
    assert numbers(rows["revenue_kept"]) == pytest.approx([40000, 40500, 500, 300, 700])
    # 200 complaints at 30; two percentage points are 20 complaints fewer
    assert numbers(rows["complaint_cost"]) == pytest.approx([6000, 5400, -600, -900, -300])
    assert {row["why"] for row in rows.values()} == {""}
    assert {row["construct"] for row in rows.values()} == {"satisfaction", "complaints", "loyalty"}
    assert {(row["scenario"], row["driver"]) for row in rows.values()} == {("driver_5", "quality")}


def test_only_what_the_study_links() -> None:
    indices = ["index satisfaction", "complaint_rate", "index loyalty"]
    assert list(rows_of(MOVED, Links())) == indices
    assert list(rows_of(MOVED, Links(customers=1000, retention=KEPT))) == [*indices, "customers_kept"]
    assert list(rows_of(MOVED, Links(customers=1000, complaint_cost=30))) == [*indices, "complaint_cost"]


def test_only_what_the_push_reaches() -> None:
    """Fewer complaints do nothing for satisfaction, which comes before them."""
    fewer = scenario(0, 0, 0, -5, 1, driver="complaints")
    assert list(rows_of(fewer)) == [
        "complaint_rate", "index loyalty", "customers_kept", "revenue_kept", "complaint_cost",
    ]  # fmt: skip
    loyal = scenario(0, 0, 0, 0, 5, driver="loyalty")
    assert list(rows_of(loyal)) == ["index loyalty", "customers_kept", "revenue_kept"]


def test_a_link_through_complaints() -> None:
    """Each percentage point of complainers loses .3 % of customers: 2 points fewer keep 6 of 1,000."""
    link = Links(customers=1000, retention=Retention(construct="complaints", per_point=-0.3, now=80))
    assert numbers(rows_of(MOVED, link)["customers_kept"]) == pytest.approx([800, 806, 6, 3, 9])


def test_without_a_share_kept_now_only_the_difference_is_known() -> None:
    link = Links(customers=1000, revenue=50, retention=Retention(construct="loyalty", per_point=0.4))
    rows = rows_of(MOVED, link)
    for name, wanted in (("customers_kept", [10, 6, 14]), ("revenue_kept", [500, 300, 700])):
        assert numbers(rows[name])[2:] == pytest.approx(wanted)
        assert np.isnan(numbers(rows[name])[:2]).all()
        assert rows[name]["why"] == NOT_SAID


def test_no_more_customers_than_there_are() -> None:
    """At 99.5 % kept 5 of 1,000 can be won: 10 cannot, and the end of an interval stops there."""
    most = Links(customers=1000, retention=Retention(construct="loyalty", per_point=0.4, now=99.5))
    row = rows_of(MOVED, most)["customers_kept"]
    assert row["value_from"] == pytest.approx(995)
    assert np.isnan(numbers(row)[1:]).all()
    assert row["why"] == "it would be less than none, or more than of all customers"
    little = rows_of(scenario(5, 4, 3, -2, 1.0), most)["customers_kept"]
    assert numbers(little) == pytest.approx([995, 999, 4, 0, 5])
    steep = Links(customers=1000, retention=Retention(construct="loyalty", per_point=50))
    assert np.isnan(rows_of(MOVED, steep)["customers_kept"]["difference"])


def test_no_fewer_complaints_than_none() -> None:
    """At a rate of 1 %, 2 points fewer are impossible, and so is their saving."""
    rows = rows_of(MOVED, complaints=1.0)
    for name in ("complaint_rate", "complaint_cost"):
        assert np.isnan(numbers(rows[name])[1:]).all()
    assert rows["complaint_rate"]["why"] == "it would leave its scale: it is at 1.0"
    assert rows["index loyalty"]["why"] == ""
    # at 2.5 %, the interval of -3 to -1 stops at -2.5, the cost at none
    rows = rows_of(MOVED, complaints=2.5)
    assert numbers(rows["complaint_rate"]) == pytest.approx([2.5, 0.5, -2, -2.5, -1])
    assert numbers(rows["complaint_cost"]) == pytest.approx([750, 150, -600, -750, -300])


def test_a_plan_that_ends_at_the_end_of_the_scale_is_within_it() -> None:
    """A programme keeps levels within their scales up to 1e-7 of a point."""
    rows = rows_of(scenario(5, 4, 30 + 1e-7, -2, 2.5))
    assert rows["index satisfaction"]["value_to"] == 100
    assert rows["index satisfaction"]["ci_upper"] == pytest.approx(30)


def test_a_scenario_that_cannot_be_done_has_no_numbers() -> None:
    rows = rows_of(scenario(5, 4, 3, -2, 2.5, why="beyond the end of the scale"))
    for row in rows.values():
        assert row["why"] == "beyond the end of the scale"
        assert np.isnan(numbers(row)[1:]).all()
        assert np.isfinite(row["value_from"])


def test_differences_without_intervals_say_why() -> None:
    bare = scenario(5, 4, 3, -2, 2.5, half=np.nan)
    assert rows_of(bare)["index loyalty"]["why"] == NO_ERROR
    assert numbers(rows_of(bare)["customers_kept"])[:3] == pytest.approx([800, 810, 10])


def test_the_complaint_rate_is_that_of_one_yes_no_question() -> None:
    assert complaint_construct(SHOP) == "complaints"
    parts = {"s": "s1", "complaints": "c1 c2"}
    two = model_of(parts, {"complaints": "s"}, scales={"c1": YES_NO, "c2": YES_NO}, low_is_good=["c1", "c2"])
    ten = model_of({"s": "s1", "complaints": "c1"}, {"complaints": "s"}, low_is_good=["c1"])
    good = model_of({"s": "s1", "complaints": "c1"}, {"complaints": "s"}, scales={"c1": YES_NO})
    assert {complaint_construct(model) for model in (two, ten, good)} == {None}
    scales = {"v1": YES_NO, "c1": YES_NO}
    voice = model_of({"s": "s1", "voice": "v1"}, {"voice": "s"}, scales=scales, low_is_good=["v1"])
    assert complaint_construct(voice) == "voice"
    both = {"s": "s1", "voice": "v1", "other": "c1"}
    several = model_of(both, {"voice": "s", "other": "s"}, scales=scales, low_is_good=["v1", "c1"])
    assert complaint_construct(several) is None
