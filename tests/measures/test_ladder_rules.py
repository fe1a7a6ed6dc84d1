"""The rules of a ladder: each by hand, all against a plain walk written out, and in any order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.errors import CsiError, StudyError
from csi_model.measures import ladder as climbing
from csi_model.measures.ladder import Climbed, climb
from csi_model.measures.ladder_facts import Events, Reports
from csi_model.measures.ladder_periods import cut_periods, in_order, period_findings, unsortable
from csi_model.measures.ladder_rules import (
    CHANGES,
    PARAMETERS,
    Added,
    Ladder,
    level_mistakes,
    make_rules,
    mistakes_in,
    tier_mistakes,
)
from csi_model.study.measures.ladder_schema import LadderFile, ladder_of, read_rules

Row = tuple[int, int, int, float, float]
"""Customer, period, service, units, amount."""


def events_of(rows: Sequence[Row], *, customers: int, periods: int, services: int = 3, **more: Any) -> Events:
    table = np.array(rows, dtype=float).reshape(-1, 5)
    codes = {name: table[:, k].astype(np.int64) for k, name in enumerate(("customer", "period", "service"))}
    said = {"destination": np.full(len(table), -1), "reason": np.full(len(table), -1)}
    return Events(
        **codes,
        units=table[:, 3],
        amount=table[:, 4],
        **{"revenue": table[:, 4], **said, **more},
        customers=customers,
        periods=periods,
        services=services,
    )


def ladder(**settings: Any) -> Ladder:
    rules = {
        name: settings.pop(name) for name in ("thresholds", "changes", "off", "added") if name in settings
    }
    return Ladder(rules=make_rules(**rules), **settings)


def fired(climbed: Climbed, of: Ladder) -> list[tuple[int, str]]:
    """Period and rule of every event, of one customer."""
    log = climbed.log
    return [(t, of.rules[k].name) for t, k in zip(log.period.tolist(), log.rule.tolist(), strict=True)]


def one(rows: Sequence[tuple[float, ...]], of: Ladder | None = None, **more: Any) -> list[tuple[int, str]]:
    """Events of a single customer from rows of period, service, units, amount."""
    of = of or ladder()
    made = [(0, *row) for row in rows]
    periods = int(more.pop("periods", max(row[0] for row in rows) + 1))
    reports = more.pop("reports", None)
    return fired(climb(events_of(made, customers=1, periods=periods, **more), of, reports=reports), of)


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


# against a plain walk


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Rules as the methodology has them, one customer and period at a time."""

    p: Mapping[str, float]
    levels: int
    combine: str

    def changes(
        self, was: Mapping[int, float], now: Mapping[int, float], money: tuple[float, float]
    ) -> list[int]:
        a, b = sum(was.values()), sum(now.values())
        m, n = money

        def rise(x: float, y: float) -> float:
            return (y - x) / x * 100 if x else (math.inf if y else 0.0)

        fewer = max((was[s] - now.get(s, 0) for s in was), default=0)
        more = max((now[s] - was.get(s, 0) for s in now), default=0)
        had = [s for s in was if was[s] > 0]
        gone = [s for s in had if not now.get(s)]
        made = []
        if rise(a, b) <= -self.p["p1"]:
            made.append(-1)
        if fewer > self.p["k2"] and rise(m, n) <= -self.p["p2"]:
            made.append(-2)
        if gone and rise(m, n) <= -self.p["p3"]:
            made.append(-1)
        if rise(a, b) >= self.p["p4"] and rise(m, n) >= self.p["p4"]:
            made.append(1)
        if more > self.p["k5"] and rise(m, n) >= self.p["p5"]:
            made.append(1)
        if had and len(gone) / len(had) * 100 >= self.p["p8"]:
            made.append(-2)
        return made

    def walk(self, rows: Sequence[Row], customer: int, periods: int) -> list[int]:
        own = [row for row in rows if row[0] == customer]
        entry, level, path = min(row[1] for row in own), 3, []
        used: dict[int, int] = {}
        for t in range(entry, periods):
            units: list[dict[int, float]] = [{}, {}]
            money = [0.0, 0.0]
            for _, period, service, count, amount in own:
                for k, at in enumerate((t - 1, t)):
                    if period == at:
                        units[k][service] = units[k].get(service, 0) + count
                        money[k] += amount
            made = self.changes(units[0], units[1], (money[0], money[1])) if t > entry else []
            longest = max(used.values(), default=0)
            for service, count in units[1].items():
                used[service] = used.get(service, 0) + (count > 0)
            reached = max(used.values(), default=0)
            if reached > longest and reached % self.p["n6"] == 0:
                made.append(1)
            step = sum(made) if self.combine == "sum" else min([*made, 0]) or max([*made, 0])
            level = min(max(level + step, 1), self.levels)
            path.append(level)
        return path


@st.composite
def transactions(draw: st.DrawFn) -> tuple[list[Row], int, int]:
    customers, periods = draw(st.integers(1, 5)), draw(st.integers(2, 6))
    row = st.tuples(
        st.integers(0, customers - 1),
        st.integers(0, periods - 1),
        st.integers(0, 2),
        st.integers(0, 6).map(float),
        st.integers(0, 12).map(lambda k: k * 10.0),
    )
    rows = draw(st.lists(row, max_size=40))
    rows += [(k, draw(st.integers(0, periods - 1)), 0, 1.0, 10.0) for k in range(customers)]
    return rows, customers, periods


NUMBERS = st.fixed_dictionaries(
    {
        **{name: st.sampled_from([10.0, 25.0, 50.0, 100.0]) for name in ("p1", "p2", "p3", "p4", "p5", "p8")},
        "k2": st.integers(0, 3).map(float),
        "k5": st.integers(0, 3).map(float),
        "n6": st.integers(1, 4).map(float),
    }
)
COMBINE = st.sampled_from(["sum", "largest_drop"])


@settings(max_examples=50, deadline=None)
@given(made=transactions(), p=NUMBERS, levels=st.integers(3, 7), combine=COMBINE)
def test_all_rules_against_a_plain_walk(made: Any, p: Any, levels: int, combine: Any) -> None:
    rows, customers, periods = made
    of = ladder(thresholds=p, levels=levels, start=3, combine=combine)
    found = climb(events_of(rows, customers=customers, periods=periods), of)
    plain = Plain(p=p, levels=levels, combine=combine)
    paths = [plain.walk(rows, k, periods) for k in range(customers)]
    assert found.end.tolist() == [path[-1] for path in paths]
    assert found.level_sum.sum() == sum(map(sum, paths))
    assert found.rises.tolist() == [
        sum(b > a for a, b in zip([3, *path], path, strict=False)) for path in paths
    ]


def same(one: Climbed, two: Climbed) -> None:
    for name, value in vars(one).items():
        if name != "log":
            np.testing.assert_array_equal(value, getattr(two, name), err_msg=name)
    for name, value in vars(one.log).items():
        if isinstance(value, dict):
            for key in value:
                np.testing.assert_array_equal(value[key], getattr(two.log, name)[key], err_msg=key)
        else:
            np.testing.assert_array_equal(value, getattr(two.log, name), err_msg=name)


@settings(max_examples=20, deadline=None)
@given(made=transactions(), combine=COMBINE, seed=st.integers(0, 999))
def test_the_order_of_rows_does_not_matter(made: Any, combine: Any, seed: int) -> None:
    """Nor in the last digit: amounts such as 0.1, 0.2, 0.3 are added in one order."""
    rows, customers, periods = made
    rows = [(*row[:4], row[4] * 0.1 + 0.1) for row in rows]
    order = np.random.default_rng(seed).permutation(len(rows))
    of = ladder(combine=combine)
    same(
        climb(events_of(rows, customers=customers, periods=periods), of),
        climb(events_of([rows[k] for k in order], customers=customers, periods=periods), of),
    )


@settings(max_examples=20, deadline=None)
@given(made=transactions(), combine=COMBINE, seed=st.integers(0, 999))
def test_the_order_of_rules_does_not_matter(made: Any, combine: Any, seed: int) -> None:
    rows, customers, periods = made
    added = [
        Added(name="a", when={"amount_rise": 10}, change=1),
        Added(name="b", when={"amount_rise": 10}, change=1),
        Added(name="c", when={"units_cancelled": 1}, change=-2),
    ]
    rng = np.random.default_rng(seed)
    events = events_of(rows, customers=customers, periods=periods)
    written = [added[k] for k in rng.permutation(3)]
    of, other = (ladder(combine=combine, added=some) for some in (added, written))
    assert of == other
    same(climb(events, of), climb(events, other))
    shuffled = replace(of, rules=tuple(of.rules[k] for k in rng.permutation(len(of.rules))))
    one, two = climb(events, of), climb(events, shuffled)
    assert one.end.tolist() == two.end.tolist()
    assert one.level_sum.tolist() == two.level_sum.tolist()
    assert one.met.sum() == two.met.sum()


@settings(max_examples=10, deadline=None)
@given(made=transactions())
def test_blocks_of_customers_make_no_difference(made: Any) -> None:
    rows, customers, periods = made
    events = events_of(rows, customers=customers, periods=periods)
    whole = climb(events, ladder())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(climbing, "BLOCK_CELLS", 2 * periods)
        same(whole, climb(events, ladder()))


@settings(max_examples=20, deadline=None)
@given(made=transactions(), combine=COMBINE)
def test_the_log_explains_every_level(made: Any, combine: Any) -> None:
    """Counted changes of a customer and period add up to its change; levels follow one from the other."""
    rows, customers, periods = made
    of = ladder(combine=combine)
    found = climb(events_of(rows, customers=customers, periods=periods), of)
    level = found.start.copy()
    log = found.log
    keys = list(dict.fromkeys(zip(log.customer.tolist(), log.period.tolist(), strict=True)))
    assert keys == sorted(keys)
    for customer, period in keys:
        lines = (log.customer == customer) & (log.period == period)
        counted = log.rule[lines & log.counted]
        step = sum(of.rules[k].change for k in counted)
        assert set(log.step[lines].tolist()) == {step}
        assert set(log.level_from[lines].tolist()) == {level[customer]}
        level[customer] = min(max(level[customer] + step, 1), of.levels)
        assert set(log.level_to[lines].tolist()) == {level[customer]}
    assert level.tolist() == found.end.tolist()
    assert found.met.sum() == len(log.rule)
    assert found.applied.sum() == log.counted.sum()


# settings


def test_the_defaults_are_those_that_are_told() -> None:
    told = {"p1": 20, "k2": 1, "p2": 20, "p3": 20, "p4": 20, "k5": 1, "p5": 20, "n6": 12}
    told |= {"p7a": 50, "p7b": 80, "p8": 50}
    assert {name: one.default for name, one in PARAMETERS.items()} == told
    assert dict(CHANGES) == {"1": -1, "2": -2, "3": -1, "4": 1, "5": 1, "6": 1, "7a": -1, "7b": -2, "8": -2}
    of = ladder_of(LadderFile(), LadderFile())
    assert (of.levels, of.start, of.combine) == (5, 3, "sum")
    assert ladder_of(LadderFile(levels=8), LadderFile()).start == 4
    assert [rule.thresholds for rule in of.rules][:3] == ["p1 = 20%", "k2 = 1, p2 = 20%", "p3 = 20%"]


@pytest.mark.parametrize(
    ("thresholds", "changes", "off", "says"),
    [
        ({"p1": 0}, {}, [], "p1 is 0"),
        ({"p1": 101}, {}, [], "p1 is 101"),
        ({"p4": -5}, {}, [], "p4 is -5"),
        ({"k2": -1}, {}, [], "k2 is -1"),
        ({"n6": 2.5}, {}, [], "periods are counted"),
        ({"n6": 0}, {}, [], "periods are counted"),
        ({"p4": math.inf}, {}, [], "p4 is inf"),
        ({"q1": 5}, {}, [], "'q1' is no threshold"),
        ({}, {"1": 0}, [], "by 0 levels"),
        ({}, {"1": 0.5}, [], "by 0.5 levels"),
        ({}, {"7": -1}, [], "'7' is none of the eight rules"),
        ({}, {"1": 500}, [], "by 500 levels"),
        ({}, {}, ["9"], "no rule '9'"),
    ],
)
def test_settings_that_make_no_sense(thresholds: Any, changes: Any, off: Any, says: str) -> None:
    found = list(mistakes_in(thresholds, changes, off))
    assert len(found) == 1
    assert says in found[0][1]
    assert found[0][2]


def test_settings_that_do() -> None:
    assert not list(mistakes_in({"p1": 100, "k2": 0, "p4": 500, "n6": 24}, {"6": 2}, ["7", "7a", "6"]))
    assert not list(tier_mistakes({"p7a": 60}))
    assert len(list(tier_mistakes({"p7a": 80}))) == 1
    assert not list(level_mistakes(2, 1))
    assert all(len(list(level_mistakes(*one))) == 1 for one in ((1, 1), (5, 6), (5, 0), (101, 3)))


RULES = """\
levels: 7
start_level: 4
combine: largest_drop
thresholds: {p1: 30, k2: 2}
changes: {6: 2}
off: [8]
add:
  - {name: doubled, when: {amount_rise: 100, units_added: 2}, change: 2}
"""


def test_a_rule_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    of = ladder_of(read_rules(path), LadderFile())
    assert (of.levels, of.start, of.combine) == (7, 4, "largest_drop")
    by_name = {rule.name: rule for rule in of.rules}
    assert by_name["1"].conditions[0].threshold == 30
    assert by_name["6"].change == 2
    assert not by_name["8"].on
    assert by_name["doubled"].change == 2
    asked = ladder_of(read_rules(path), LadderFile(levels=9, thresholds={"p1": 40}, off=["doubled"]))
    assert (asked.levels, asked.start) == (9, 4)
    assert {rule.name: rule for rule in asked.rules}["1"].conditions[0].threshold == 40
    assert not {rule.name: rule for rule in asked.rules}["doubled"].on


def test_every_mistake_of_a_rule_file_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = RULES.replace("p1: 30", "p1: 130, pq: 3").replace("{6: 2}", "{6: 0}").replace("[8]", "[8, 12]")
    text = text.replace("amount_rise: 100", "amount_rose: 100")
    text += (
        "  - {name: '4', when: {}, change: -1}\n  - {name: doubled, when: {amount_drop: 300}, change: 1}\n"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_rules(path)
    told = [(one.where, one.what) for one in caught.value.findings]
    assert told == [
        ("rules.yaml:4", "p1 is 130."),
        ("rules.yaml:4", "'pq' is no threshold."),
        ("rules.yaml:5", "Rule 6 would move customers by 0 levels."),
        ("rules.yaml:6", "There is no rule '12' to switch off."),
        ("rules.yaml:8", "'amount_rose' is nothing that a rule can ask for."),
        ("rules.yaml:9", "'4' is the name of one of the eight rules."),
        ("rules.yaml:9", "Rule '4' asks for nothing."),
        ("rules.yaml:10", "Two rules have the name 'doubled'."),
        ("rules.yaml:10", "amount_drop is 300."),
    ]
    assert all(one.fix for one in caught.value.findings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("levels: five", "`levels` must be a whole number"),
        ("thresholds: {p1: 30%}", "must be a number"),
        ("levels: 5\nstep: 3", "`step` is not a known key"),
        ("combine: add", "`combine` is 'add'"),
        ("add: [{name: x, change: 1}]", "has no `when`"),
        ("- a\n- b", "a list"),
    ],
)
def test_files_that_are_no_rules(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CsiError) as caught:
        read_rules(path)
    assert says in str(caught.value)
    assert caught.value.findings[0].where.startswith("rules.yaml:")


@pytest.mark.parametrize(
    ("file", "asked", "says"),
    [
        (LadderFile(levels=1), LadderFile(), "2 to 100 levels"),
        (LadderFile(levels=4), LadderFile(start_level=5), "Level 5 is not on a ladder"),
        (LadderFile(thresholds={"p7a": 70}), LadderFile(thresholds={"p7b": 60}), "first tier"),
        (LadderFile(), LadderFile(off=["x"]), "no rule 'x'"),
        (LadderFile(), LadderFile(off=["1", "2", "3", "4", "5", "6", "7", "8"]), "All rules"),
    ],
)
def test_what_makes_no_ladder(file: LadderFile, asked: LadderFile, says: str) -> None:
    with pytest.raises(StudyError, match=says):
        ladder_of(file, asked)


# periods


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["10", "9", "1"], ["1", "9", "10"]),
        (["2024-11", "2024-02", "2023-12"], ["2023-12", "2024-02", "2024-11"]),
        (["2024-Q2", "2024-Q1"], ["2024-Q1", "2024-Q2"]),
        (["2024-1-31", "2024-1-4"], ["2024-1-4", "2024-1-31"]),
        (["wave 10", "wave 9"], ["wave 9", "wave 10"]),
        (["2024年10月", "2024年9月"], ["2024年9月", "2024年10月"]),
        (["FY 2024", "FY 2023"], ["FY 2023", "FY 2024"]),
    ],
)
def test_periods_sort_by_time(given: list[str], ordered: list[str]) -> None:
    assert unsortable(given) is None
    assert in_order(given) == ordered


@pytest.mark.parametrize(
    "texts",
    [
        ["01/2024", "02/2024"],
        ["31.01.2024", "28.02.2024"],
        ["1/31/2024", "2/28/2024"],
        ["Q1 2024", "Q2 2024"],
        ["Jan-24", "Feb-24"],
        ["January 2024", "March 2024"],
        ["2024.1", "2024.10"],
        ["2024-1", "2024-01"],
    ],
)
def test_periods_that_do_not_sort_are_refused(texts: list[str]) -> None:
    wrong = unsortable(texts)
    assert wrong is not None
    assert all(wrong)


def test_dates_are_cut_to_periods() -> None:
    dates = ["2024-03-31", "2024-4", "2024/12/01", "2024-01-05 10:30"]
    assert cut_periods(dates, "month") == (["2024-03", "2024-04", "2024-12", "2024-01"], [])
    assert cut_periods(dates, "quarter")[0] == ["2024-Q1", "2024-Q2", "2024-Q4", "2024-Q1"]
    assert cut_periods(dates, "year")[0] == ["2024"] * 4
    assert cut_periods(["2024-13", "5", "2024-02-30", "31.01.2024"], "month")[1] == [
        "2024-13", "5", "2024-02-30", "31.01.2024",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("periods", "codes"),
    [
        (["2024-01", "2024-02", "2024-03"], []),
        (["2023-12", "2024-01"], []),
        (["2024-01", "2024-02", "2024-04"], ["period-gap"]),
        (["202311", "202312", "202401"], []),
        (["1", "2", "5"], ["period-gap"]),
        (["2019", "2020", "2022"], ["period-gap"]),
        (["2024-01-31", "2024-02-29"], []),
        (["2024-01-30", "2024-01-31"], ["period-days"]),
        (["wave 1", "wave 3"], []),
    ],
)
def test_gaps_and_days_are_told(periods: list[str], codes: list[str]) -> None:
    assert [one.code for one in period_findings(periods, "sales.csv")] == codes
