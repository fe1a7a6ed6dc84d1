"""All rules of a ladder against a plain walk written out, and in any order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ladder_builders import Row, events_of, ladder

from csi_model.measures import ladder as climbing
from csi_model.measures.ladder import Climbed, climb
from csi_model.measures.ladder_rules import (
    Added,
)

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


@settings(max_examples=50)
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


@settings(max_examples=20)
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


@settings(max_examples=20)
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


@settings(max_examples=10)
@given(made=transactions())
def test_blocks_of_customers_make_no_difference(made: Any) -> None:
    rows, customers, periods = made
    events = events_of(rows, customers=customers, periods=periods)
    whole = climb(events, ladder())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(climbing, "BLOCK_CELLS", 2 * periods)
        same(whole, climb(events, ladder()))


@settings(max_examples=20)
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
