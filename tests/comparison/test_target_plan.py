"""The cheapest way to a target: by hand, against closed forms, and against every corner of the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from csi_model.comparison.target_plan import Cost, Target, TargetPlan, cheapest_plan
from csi_model.evaluation.gains import Levers

Floats = NDArray[np.float64]
INF = float("inf")


def levers_of(levels: Mapping[str, float], paths: Mapping[tuple[str, str], float]) -> Levers:
    """Levels by construct, drivers first, and direct effects by (source, target)."""
    names = tuple(levels)
    direct = np.zeros((len(names), len(names)))
    for (source, target), effect in paths.items():
        direct[names.index(target), names.index(source)] = effect
    total = np.linalg.inv(np.eye(len(names)) - direct) - np.eye(len(names))
    return Levers(constructs=names, levels=np.array(list(levels.values())), total=total)


TWO = levers_of(
    {"quality": 60, "value": 50, "satisfaction": 70},
    {("quality", "satisfaction"): 0.5, ("value", "satisfaction"): 0.4},
)
CHAIN = levers_of(
    {"quality": 60, "value": 50, "satisfaction": 70},
    {("quality", "value"): 0.8, ("quality", "satisfaction"): 0.2, ("value", "satisfaction"): 0.5},
)
"""Quality works through value: its total effect is .2 + .8 * .5 = .6, that of value .5."""


def to(index: float, construct: str = "satisfaction") -> Target:
    return Target(construct=construct, index=index)


def pushes(plan: TargetPlan) -> dict[str, float]:
    return dict(zip(plan.drivers, plan.pushes.tolist(), strict=True))


def near(**wanted: float) -> Any:
    return pytest.approx(wanted, abs=1e-9)


# ---- linear prices by hand


def test_the_driver_that_is_cheapest_per_point_of_the_target() -> None:
    """4 points by quality at 10 / .5 = 20 each, by value at 9 / .4 = 22.5: 8 points of quality, cost 80."""
    plan = cheapest_plan(TWO, to(74), {"quality": Cost(linear=10), "value": Cost(linear=9)})
    assert pushes(plan) == near(quality=8, value=0)
    assert plan.costs == pytest.approx([80, 0])
    assert plan.gains == pytest.approx([4, 0])
    assert (plan.reached, plan.verdict, plan.single) == (pytest.approx(74), "reached", True)
    assert plan.further == pytest.approx(20)
    assert plan.marginal == pytest.approx([20, 22.5])
    assert (plan.at_most, plan.at_end) == ((), ())


def test_the_next_driver_takes_over_where_the_first_may_go_no_further() -> None:
    """6 points of quality give 3; the last one costs 2.5 points of value at 9."""
    prices = {"quality": Cost(linear=10, most=6), "value": Cost(linear=9)}
    plan = cheapest_plan(TWO, to(74), prices)
    assert pushes(plan) == near(quality=6, value=2.5)
    assert plan.costs.sum() == pytest.approx(60 + 22.5)
    assert plan.at_most == ("quality",)
    assert plan.further == pytest.approx(22.5)


def test_cheapest_per_own_point_is_not_cheapest_per_point_of_the_target() -> None:
    """Value costs 9 a point and quality 10, but quality brings .6, with what it does through value."""
    prices = {"quality": Cost(linear=10), "value": Cost(linear=9)}
    plan = cheapest_plan(CHAIN, to(73), prices)
    assert pushes(plan) == near(quality=5, value=0)
    assert plan.further == pytest.approx(10 / 0.6)
    # value moves along: 50 + .8 * 5
    assert plan.moved == pytest.approx([5, 4, 3])


def test_nothing_counts_twice_where_both_are_pushed() -> None:
    """Quality is held at 2.5, which gives 1.5; value's own 3 points give the other 1.5 and move it by 5."""
    prices = {"quality": Cost(linear=10, most=2.5), "value": Cost(linear=9)}
    plan = cheapest_plan(CHAIN, to(73), prices)
    assert pushes(plan) == near(quality=2.5, value=3)
    assert plan.gains == pytest.approx([1.5, 1.5])
    assert plan.moved == pytest.approx([2.5, 0.8 * 2.5 + 3, 3])


def test_a_level_may_not_leave_its_scale_through_what_comes_before() -> None:
    """Value at 97 is lifted by quality's .8: of quality 3.75 points are possible, then value is at 100."""
    levers = levers_of(
        {"quality": 60, "value": 97, "satisfaction": 70},
        {("quality", "value"): 0.8, ("quality", "satisfaction"): 0.2, ("value", "satisfaction"): 0.5},
    )
    plan = cheapest_plan(levers, to(80), {"quality": Cost(linear=10)})
    assert plan.verdict == "not_reachable"
    assert pushes(plan) == pytest.approx({"quality": 3.75}, abs=1e-6)
    assert plan.reached == pytest.approx(70 + 0.6 * 3.75, abs=1e-6)
    assert plan.at_end == ("value",)


def test_what_only_follows_is_no_obstacle() -> None:
    """Loyalty at 99 and complaints at 1 would leave their scales; satisfaction can rise all the same."""
    levers = levers_of(
        {"quality": 60, "satisfaction": 70, "complaints": 1, "loyalty": 99},
        {("quality", "satisfaction"): 0.5, ("satisfaction", "complaints"): -0.5,
         ("satisfaction", "loyalty"): 0.9},
    )  # fmt: skip
    plan = cheapest_plan(levers, to(75), {"quality": Cost(linear=1)}, ("complaints",))
    assert plan.verdict == "reached"
    assert pushes(plan) == near(quality=10)
    assert plan.at_end == ()


def test_where_low_is_good_drivers_are_pushed_down_and_targets_reached_from_above() -> None:
    levers = levers_of(
        {"delays": 30, "satisfaction": 70, "complaints": 20},
        {("delays", "satisfaction"): -0.4, ("satisfaction", "complaints"): -0.5},
    )
    low = ("delays", "complaints")
    up = cheapest_plan(levers, to(74), {"delays": Cost(linear=3)}, low)
    assert pushes(up) == near(delays=-10)
    assert up.gains == pytest.approx([4])
    assert up.costs == pytest.approx([30])
    fewer = cheapest_plan(levers, to(18, "complaints"), {"delays": Cost(linear=3, quadratic=0.1)}, low)
    assert pushes(fewer) == near(delays=-10)  # .2 of a complaint a point
    assert fewer.costs == pytest.approx([30 + 10])
    assert fewer.reached == pytest.approx(18)
    assert fewer.further == pytest.approx((3 + 0.2 * 10) / 0.2)
    end = cheapest_plan(levers, to(10, "complaints"), {"delays": Cost(linear=3)}, low)
    assert end.verdict == "not_reachable"
    assert end.reached == pytest.approx(20 - 0.2 * 30, abs=1e-6)
    assert end.at_end == ("delays",)


# ---- quadratic prices


def test_quadratic_prices_have_equal_marginal_costs() -> None:
    """Minimise q1 u1^2 + q2 u2^2 with .5 u1 + .4 u2 = 4: u_j = l T_j / 2 q_j, l = 8 / (T1^2/q1 + T2^2/q2)."""
    plan = cheapest_plan(TWO, to(74), {"quality": Cost(quadratic=2), "value": Cost(quadratic=1)})
    price = 8 / (0.5**2 / 2 + 0.4**2 / 1)
    assert pushes(plan) == near(quality=price * 0.5 / 4, value=price * 0.4 / 2)
    assert plan.further == pytest.approx(price)
    assert plan.marginal == pytest.approx([price, price])
    assert plan.reached == pytest.approx(74)


def test_a_quadratic_price_hands_over_to_a_linear_one() -> None:
    """Quality 10 u + u^2 costs (10 + 2 u) / .5 a point: below value's 9 / .4 until u = .625."""
    plan = cheapest_plan(TWO, to(74), {"quality": Cost(linear=10, quadratic=1), "value": Cost(linear=9)})
    assert pushes(plan) == near(quality=0.625, value=(4 - 0.3125) / 0.4)
    assert plan.further == pytest.approx(22.5)


def test_prices_of_very_different_size() -> None:
    """Prices as people write them: 20,000 a point and half a unit of money more with every square."""
    prices = {"quality": Cost(linear=20000, quadratic=0.5), "value": Cost(quadratic=1e-3)}
    plan = cheapest_plan(TWO, to(74), prices)
    assert pushes(plan) == near(quality=0, value=10)
    apart = cheapest_plan(TWO, to(74), {"quality": Cost(linear=1), "value": Cost(linear=1e6)})
    assert pushes(apart) == near(quality=8, value=0)
    hardly = cheapest_plan(TWO, to(74), {"quality": Cost(linear=1e6), "value": Cost(linear=0.8e6 - 1)})
    assert pushes(hardly) == near(quality=0, value=10)


# ---- the price of a further point


def test_at_a_bend_the_further_point_is_dearer_than_the_last() -> None:
    """6 points of quality bring exactly the 3 asked for; the next point is value's."""
    prices = {"quality": Cost(linear=10, most=6), "value": Cost(linear=9)}
    plan = cheapest_plan(TWO, to(73), prices)
    assert pushes(plan) == near(quality=6, value=0)
    assert plan.further == pytest.approx(22.5, rel=1e-6)


def test_where_no_further_point_is_to_be_had() -> None:
    plan = cheapest_plan(TWO, to(73), {"quality": Cost(linear=10, most=6)})
    assert (plan.verdict, plan.reached) == ("reached", pytest.approx(73))
    assert plan.further == INF
    assert cheapest_plan(TWO, to(74), {"quality": Cost(linear=10, most=6)}).further == INF


# ---- out of reach, reached already, of no use


def test_out_of_reach_is_as_far_as_the_bounds_let() -> None:
    """6 points of quality and 5 of value: 3 + 2 of the 20 that are asked for."""
    prices = {"quality": Cost(linear=10, most=6), "value": Cost(linear=9, quadratic=1, most=5)}
    plan = cheapest_plan(TWO, to(90), prices)
    assert plan.verdict == "not_reachable"
    assert pushes(plan) == pytest.approx({"quality": 6, "value": 5}, abs=1e-6)
    assert plan.reached == pytest.approx(75, abs=1e-6)
    assert plan.at_most == ("quality", "value")
    assert plan.costs == pytest.approx([60, 45 + 25], abs=1e-4)


def test_reached_already() -> None:
    for goal in (70.0, 60.0):
        plan = cheapest_plan(TWO, to(goal), {"quality": Cost(linear=10)})
        assert plan.verdict == "reached_already"
        assert (pushes(plan), plan.reached, plan.costs.sum()) == ({"quality": 0}, 70, 0)


def test_drivers_without_effect_or_with_the_wrong_one_are_left_alone() -> None:
    levers = levers_of(
        {"image": 50, "price": 40, "quality": 60, "satisfaction": 70},
        {("price", "satisfaction"): -0.3, ("quality", "satisfaction"): 0.5},
    )
    prices = {"image": Cost(linear=0.01), "price": Cost(linear=0.01), "quality": Cost(linear=10)}
    plan = cheapest_plan(levers, to(72), prices)
    assert pushes(plan) == near(image=0, price=0, quality=4)
    assert np.isnan(plan.marginal).tolist() == [True, True, False]
    useless = cheapest_plan(levers, to(72), {"image": Cost(linear=1), "price": Cost(quadratic=1)})
    assert useless.verdict == "not_reachable"
    assert (pushes(useless), useless.reached) == ({"image": 0, "price": 0}, 70)


def test_a_level_beyond_its_scale_goes_no_further() -> None:
    levers = levers_of({"quality": 102, "satisfaction": 70}, {("quality", "satisfaction"): 0.5})
    plan = cheapest_plan(levers, to(72), {"quality": Cost(linear=1)})
    assert (plan.verdict, pushes(plan)) == ("not_reachable", {"quality": 0})


def test_without_effects_there_is_no_plan() -> None:
    nothing = np.full((2, 2), np.nan)
    levers = Levers(constructs=("a", "b"), levels=nothing[0], total=nothing, why="suppressed")
    plan = cheapest_plan(levers, to(80, "b"), {"a": Cost(linear=1)})
    assert (plan.why, plan.verdict) == ("suppressed", "")
    assert np.isnan([*plan.pushes, *plan.costs, plan.reached]).all()


def test_a_tie_is_told() -> None:
    """Both cost 20 a point of the target: any mixture does, unless the prices rise."""
    tied = cheapest_plan(TWO, to(74), {"quality": Cost(linear=10), "value": Cost(linear=8)})
    assert not tied.single
    assert tied.costs.sum() == pytest.approx(80)
    rising = {"quality": Cost(linear=10, quadratic=1), "value": Cost(linear=8, quadratic=1)}
    assert cheapest_plan(TWO, to(74), rising).single


# ---- properties


@st.composite
def cases(draw: st.DrawFn) -> tuple[Levers, Target, dict[str, Cost], tuple[str, ...]]:
    """Four constructs along a chain with shortcuts, some effects zero or negative; the last is the target."""
    names = ("a", "b", "c", "target")
    effect = st.sampled_from([0.0, 0.0, -0.2, 0.1, 0.3, 0.5, 0.7]) | st.floats(-0.3, 0.8)
    paths = {(one, two): draw(effect) for one, two in combinations(names, 2)}
    levers = levers_of({name: draw(st.floats(20, 80)) for name in names}, paths)
    prices = st.builds(
        Cost,
        linear=st.floats(1, 1000),
        quadratic=st.just(0.0) | st.floats(0.01, 100),
        most=st.just(INF) | st.floats(1, 40),
    )
    costs = {name: draw(prices) for name in names[:3]}
    falling = tuple(name for name in names[:3] if draw(st.integers(0, 4)) == 0)
    goal = float(levers.levels[3]) + draw(st.floats(0.5, 8))
    return levers, to(goal, "target"), costs, falling


def constraints(
    levers: Levers, target: Target, costs: Mapping[str, Cost], falling: Sequence[str]
) -> tuple[Floats, Floats]:
    """The programme written down a second time: N u <= b for pushes u in the good direction."""
    turn = np.diag([-1.0 if name in falling else 1.0 for name in costs])
    moves = levers.reduced[:, : len(costs)] @ turn
    sides, ends = [-moves[-1]], [float(levers.levels[-1]) - target.index]
    for k, name in enumerate(levers.constructs):
        if name == target.construct or levers.total[-1, k] != 0:
            sides += [moves[k], -moves[k]]
            ends += [100 - float(levers.levels[k]), float(levers.levels[k])]
    for k, cost in enumerate(costs.values()):
        one = np.eye(len(costs))[k]
        sides += [-one, one]
        ends += [0.0, min(cost.most, 1e6)]
    return np.array(sides), np.array(ends)


def least_cost(sides: Floats, ends: Floats, costs: Sequence[Cost]) -> float:
    """The least cost over the optima on every set of binding constraints; infinite where none is kept."""
    linear, square = (np.array([getattr(c, name) for c in costs]) for name in ("linear", "quadratic"))
    best, d = INF, len(costs)
    for size in range(d + 1):
        for chosen in combinations(range(len(ends)), size):
            some = list(chosen)
            system = np.zeros((d + size, d + size))
            system[:d, :d] = np.diag(2 * square)
            system[:d, d:], system[d:, :d] = sides[some].T, sides[some]
            if np.linalg.matrix_rank(system) < d + size:
                continue
            u = np.linalg.solve(system, np.concatenate([-linear, ends[some]]))[:d]
            if (sides @ u <= ends + 1e-9).all():
                best = min(best, float(linear @ u + square @ u**2))
    return best


@settings(max_examples=25)
@given(cases())
def test_the_plan_is_the_best_of_all_corners(
    case: tuple[Levers, Target, dict[str, Cost], tuple[str, ...]],
) -> None:
    levers, target, costs, falling = case
    plan = cheapest_plan(levers, target, costs, falling)
    sides, ends = constraints(*case)
    best = least_cost(sides, ends, list(costs.values()))
    if plan.verdict == "not_reachable":
        assert best == INF
        return
    assert plan.verdict == "reached"
    assert plan.costs.sum() == pytest.approx(best, rel=1e-7)
    assert plan.reached == pytest.approx(target.index, abs=1e-8)
    u = plan.pushes * [-1.0 if name in falling else 1.0 for name in plan.drivers]
    assert (sides @ u <= ends + 1e-7).all()
    spent = [c.linear * x + c.quadratic * x**2 for c, x in zip(costs.values(), u, strict=True)]
    np.testing.assert_allclose(plan.costs, spent, rtol=1e-9, atol=1e-9)
    assert plan.gains.sum() == pytest.approx(target.index - float(levers.levels[-1]), abs=1e-8)


@settings(max_examples=15)
@given(cases(), st.sampled_from([2.0, 3.0, 0.01]))
def test_doubling_all_prices_changes_no_push(
    case: tuple[Levers, Target, dict[str, Cost], tuple[str, ...]], factor: float
) -> None:
    levers, target, costs, falling = case
    plan = cheapest_plan(levers, target, costs, falling)
    assume(plan.single)
    dearer = {
        name: Cost(linear=factor * c.linear, quadratic=factor * c.quadratic, most=c.most)
        for name, c in costs.items()
    }
    other = cheapest_plan(levers, target, dearer, falling)
    np.testing.assert_allclose(other.pushes, plan.pushes, atol=1e-7)
    np.testing.assert_allclose(other.costs, factor * plan.costs, rtol=1e-6, atol=1e-6)


@settings(max_examples=15)
@given(cases())
def test_a_further_point_costs_what_the_next_plan_costs_more(
    case: tuple[Levers, Target, dict[str, Cost], tuple[str, ...]],
) -> None:
    """The least cost is convex in the goal: its slope to the right lies between those of two chords."""
    levers, target, costs, falling = case
    plan = cheapest_plan(levers, target, costs, falling)
    step = 1e-3
    later = cheapest_plan(levers, to(target.index + step, "target"), costs, falling)
    assume(plan.verdict == later.verdict == "reached")
    slope = (later.costs.sum() - plan.costs.sum()) / step
    assert plan.further <= slope * (1 + 1e-5)
    assert slope <= later.further * (1 + 1e-5)
