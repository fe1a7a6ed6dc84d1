"""The rules of a ladder, each by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ladder_builders import events_of, ladder, one

from csi_model.measures.ladder import climb
from csi_model.measures.ladder_facts import Reports
from csi_model.measures.ladder_rules import (
    CHANGES,
    Added,
)

# each rule by itself


@pytest.mark.parametrize(("now", "met"), [(8, True), (8.0001, False), (10, False), (12, False)])
def test_rule_1_units_bought_drop_by_p1_percent(now: float, met: bool) -> None:
    rows = [(0, 0, 10, 100), (1, 0, now, 100)]
    assert ((1, "1") in one(rows)) is met


@pytest.mark.parametrize(
    ("cancelled", "amount", "met"), [(2, 80, True), (1, 80, False), (2, 81, False), (3, 10, True)]
)
def test_rule_2_more_than_k2_units_of_a_service_and_the_amount(
    cancelled: float, amount: float, met: bool
) -> None:
    rows = [(0, 0, 10, 50), (0, 1, 10, 50), (1, 0, 10, amount), (1, 1, 10 - cancelled, 0)]
    assert ((1, "2") in one(rows)) is met


def test_rule_2_is_about_one_service_not_about_their_sum() -> None:
    rows = [(0, 0, 10, 50), (0, 1, 10, 50), (1, 0, 9, 40), (1, 1, 9, 40)]
    assert (1, "2") not in one(rows)
    assert (1, "2") in one(rows, ladder(thresholds={"k2": 0}))


@pytest.mark.parametrize(
    ("gone", "revenue", "met"), [(True, 80, True), (False, 10, False), (True, 85, False)]
)
def test_rule_3_takes_revenue_where_it_is_told(gone: bool, revenue: float, met: bool) -> None:
    rows = [(0, 0, 10, 100), (0, 1, 1, 100), (1, 0, 10, 200), *([] if gone else [(1, 1, 1, 0)])]
    told = np.array([50.0, 50.0, revenue, *([] if gone else [0.0])])
    assert ((1, "3") in one(rows, revenue=told)) is met


@pytest.mark.parametrize(
    ("units", "amount", "met"), [(12, 120, True), (12, 119, False), (11, 130, False), (12, 100, False)]
)
def test_rule_4_units_and_amount_rise_alike(units: float, amount: float, met: bool) -> None:
    assert ((1, "4") in one([(0, 0, 10, 100), (1, 0, units, amount)])) is met


@pytest.mark.parametrize(
    ("added", "amount", "met"), [(2, 120, True), (1, 150, False), (2, 119, False), (2, 100, False)]
)
def test_rule_5_more_than_k5_units_of_a_service_and_the_amount(
    added: float, amount: float, met: bool
) -> None:
    rows = [(0, 0, 30, 50), (0, 1, 30, 50), (1, 0, 30, amount), (1, 1, 30 + added, 0)]
    assert ((1, "5") in one(rows)) is met


def test_rule_6_every_n6_periods_with_the_service_used_longest() -> None:
    """Service 0 in periods 0, 1, 3, 4, 5 (its fifth in 5), service 1 in 2 to 5 (its fourth in 5)."""
    of = ladder(thresholds={"n6": 2}, off=[name for name in CHANGES if name != "6"])
    rows = [(t, 0, 1, 9) for t in (0, 1, 3, 4, 5)] + [(t, 1, 1, 9) for t in (2, 3, 4, 5)]
    # longest use after each period: 1 2 2 3 4 5; it reaches 2 and 4 once
    assert one(rows, of) == [(1, "6"), (4, "6")]
    assert one(rows, ladder(thresholds={"n6": 1}, off=of_all_but("6"))) == [(t, "6") for t in (0, 1, 3, 4, 5)]


def of_all_but(*names: str) -> list[str]:
    return [name for name in CHANGES if name not in names]


@pytest.mark.parametrize(
    ("shares", "rule"),
    [([49.9], None), ([50], "7a"), ([79.9], "7a"), ([80], "7b"), ([50, 95], "7b"), ([30, 55], "7a")],
)
def test_rule_7_takes_only_its_highest_tier(shares: list[float], rule: str | None) -> None:
    count = len(shares)
    reports = Reports(
        customer=np.zeros(count, dtype=np.int64),
        period=np.full(count, 1),
        service=np.arange(count),
        share=np.array(shares, dtype=float),
    )
    rows = [(t, 0, 10, 100) for t in range(3)]
    assert one(rows, reports=reports) == ([(1, rule)] if rule else [])
    first = one(rows, ladder(off=["7b"]), reports=reports)
    assert first == ([(1, "7a")] if rule else [])  # without the second tier the first one counts


@pytest.mark.parametrize(
    ("kept", "known", "met"), [(1, 0, True), (2, 0, False), (1, 1, False), (0, 1, True), (0, 3, False)]
)
def test_rule_8_half_of_all_services_for_an_unknown_destination(kept: int, known: int, met: bool) -> None:
    """Three services; of those that go, ``known`` say where to: 2/3, 1/3, 1/3, 2/3 and 0/3 unknown."""
    gone = range(kept, 3)
    rows = [(0, s, 1, 10) for s in range(3)] + [(1, s, 1, 10) for s in range(kept)]
    rows += [(1, s, 0, 0) for s in gone]
    told = np.full(len(rows), -1)
    told[3 + kept : 3 + kept + known] = 0
    assert ((1, "8") in one(rows, destination=told)) is met


def test_a_destination_counts_only_in_the_row_in_which_the_service_is_gone() -> None:
    rows = [(0, 0, 1, 10), (1, 0, 0, 0)]
    assert (1, "8") in one(rows, destination=np.array([0, -1]))
    assert (1, "8") not in one(rows, destination=np.array([-1, 0]))


# how a file is taken


def test_a_missing_period_is_one_without_purchases() -> None:
    gap = one([(0, 0, 5, 50), (2, 0, 5, 50)])
    written = one([(0, 0, 5, 50), (1, 0, 0, 0), (2, 0, 5, 50)])
    assert gap == written == [(1, "1"), (1, "2"), (1, "3"), (1, "8"), (2, "4"), (2, "5")]


def test_a_rise_from_nothing_passes_every_threshold_and_nothing_to_nothing_none() -> None:
    of = ladder(thresholds={"p4": 1e9})
    assert (2, "4") in one([(0, 0, 1, 1), (1, 0, 0, 0), (2, 0, 1, 1)], of)
    assert one([(0, 0, 0, 0), (1, 0, 0, 0), (2, 0, 0, 0)]) == []


def test_nothing_is_told_of_a_customer_before_the_first_row() -> None:
    assert one([(3, 0, 5, 50)], periods=4) == []
    late = climb(events_of([(0, 3, 0, 5, 50.0), (1, 0, 0, 5, 50.0)], customers=2, periods=4), ladder())
    assert late.entry.tolist() == [3, 0]
    assert late.present.tolist() == [1, 1, 1, 2]
    assert late.entered.tolist() == [1, 0, 0, 1]
    assert late.level_sum[0] == 3


def test_rows_of_one_service_and_period_are_added() -> None:
    split = one([(0, 0, 4, 40), (0, 0, 6, 60), (1, 0, 8, 80)])
    assert split == one([(0, 0, 10, 100), (1, 0, 8, 80)])


def test_a_threshold_is_reached_in_spite_of_rounding() -> None:
    """From 0.5 to 0.4 is a fall by 20 %, and a little less in binary."""
    assert 100 * (0.5 - 0.4) / 0.5 < 20
    assert (1, "1") in one([(0, 0, 0.5, 1), (1, 0, 0.4, 1)])


# levels


def test_levels_stay_between_floor_and_ceiling() -> None:
    fall = [(0, 0, 0, 64.0, 64.0), (0, 1, 0, 1.0, 1.0), (0, 2, 0, 64.0, 64.0)]
    made = climb(events_of(fall, customers=1, periods=3), ladder(levels=4, start=2, off=["8", "3"]))
    # period 1: rules 1 and 2, -3, from 2 to the floor; period 2: rules 4 and 5, +2, to 3
    assert made.log.level_from.tolist() == [2, 2, 1, 1]
    assert made.log.level_to.tolist() == [1, 1, 3, 3]
    assert made.log.step.tolist() == [-3, -3, 2, 2]
    assert (made.end[0], made.lowest[0], made.highest[0], made.rises[0], made.falls[0]) == (3, 1, 3, 1, 1)
    high = climb(events_of(fall[1:], customers=1, periods=3), ladder(levels=4, start=4))
    assert (high.start[0], high.end[0], high.rises[0]) == (4, 4, 0)


def test_the_largest_drop_wins_or_the_largest_rise() -> None:
    rows = [(0, 0, 0, 10.0, 100.0), (0, 1, 0, 5.0, 50.0), (0, 2, 0, 10.0, 100.0)]
    of = ladder(levels=9, start=5, combine="largest_drop")
    made = climb(events_of(rows, customers=1, periods=3), of)
    taken = [of.rules[k].name for k in made.log.rule[made.log.counted]]
    assert taken == ["2", "4"]  # -2 of -1 and -2; of two rises by 1 the first by name
    assert made.log.level_to.tolist() == [3, 3, 4, 4]
    assert climb(events_of(rows, customers=1, periods=3), replace(of, combine="sum")).end[0] == 5 - 3 + 2


def test_a_drop_wins_over_a_larger_rise() -> None:
    of = ladder(levels=9, start=5, combine="largest_drop", changes={"6": 4}, thresholds={"n6": 2})
    made = climb(events_of([(0, 0, 0, 10.0, 9.0), (0, 1, 0, 5.0, 9.0)], customers=1, periods=2), of)
    assert made.end[0] == 4
    assert made.log.counted.tolist() == [True, False]


def test_customers_start_where_they_are_told_to() -> None:
    rows = [(k, t, 0, 10.0, 100.0) for k in range(3) for t in range(2)]
    made = climb(events_of(rows, customers=3, periods=2), ladder(), start=np.array([1, 3, 5]))
    assert made.start.tolist() == made.end.tolist() == [1, 3, 5]


def test_added_rules_and_rules_switched_off() -> None:
    doubled = Added(name="doubled", when={"amount_rise": 100, "units_added": 2}, change=2)
    of = ladder(off=["4", "5", "6", "7"], added=[doubled])
    assert {rule.name for rule in of.rules if not rule.on} == {"4", "5", "6", "7a", "7b"}
    assert one([(0, 0, 10, 100), (1, 0, 12, 200)], of) == [(1, "doubled")]
    assert one([(0, 0, 10, 100), (1, 0, 11, 200)], of) == []
    assert [rule.name for rule in of.rules] == ["1", "2", "3", "4", "5", "6", "7a", "7b", "8", "doubled"]
    assert of.rules[-1].thresholds == "amount_rise = 100%, units_added = 2"


@pytest.mark.parametrize(
    ("gauge", "limit", "rows", "met"),
    [
        ("services_cancelled", 2, [(0, 0, 1, 9), (0, 1, 1, 9), (0, 2, 1, 9), (1, 0, 1, 9)], True),
        ("services_cancelled", 3, [(0, 0, 1, 9), (0, 1, 1, 9), (0, 2, 1, 9), (1, 0, 1, 9)], False),
        ("services_cancelled_share", 66, [(0, 0, 1, 9), (0, 1, 1, 9), (0, 2, 1, 9), (1, 0, 1, 9)], True),
        ("revenue_rise", 50, [(0, 0, 1, 10), (1, 0, 1, 15)], True),
        ("amount_drop", 50, [(0, 0, 1, 10), (1, 0, 1, 5.1)], False),
        ("units_cancelled", 2, [(0, 0, 5, 9), (1, 0, 3, 9)], True),
        ("periods_used", 3, [(0, 0, 5, 9), (1, 0, 3, 9), (2, 0, 3, 9)], True),
    ],
)
def test_everything_that_an_added_rule_may_ask_for(gauge: str, limit: float, rows: Any, met: bool) -> None:
    of = ladder(off=list(CHANGES), added=[Added(name="mine", when={gauge: limit}, change=1)])
    assert bool(one(rows, of)) is met
