"""Necessary condition analysis on plots small enough for a pencil, and what must hold for any plot."""

from __future__ import annotations

from itertools import pairwise, permutations
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from csi_model.errors import UsageError
from csi_model.evaluation import necessity as module
from csi_model.evaluation.necessity import Necessity, necessity

Array = NDArray[Any]

X = np.array([0.0, 2, 4, 6, 10, 3, 8])
Y = np.array([1.0, 3, 4, 10, 6, 0, 9])
"""Upper left points (0, 1), (2, 3), (4, 4), (6, 10) of the scope 0..10 x 0..10."""

coarse = st.integers(0, 10).map(float)
plots = st.integers(2, 40).flatmap(lambda n: hnp.arrays(np.float64, (2, n), elements=coarse))


def varying(plot: Array) -> tuple[Array, Array]:
    assume(np.ptp(plot[0]) > 0 and np.ptp(plot[1]) > 0)
    return plot[0], plot[1]


def staircase(x: Array, y: Array, scope: tuple[float, float, float, float]) -> float:
    """Share above the step line, from its definition: column by column over all places of x."""
    low_x, high_x, low_y, high_y = scope
    edges = np.unique(np.concatenate([x, [low_x, high_x]]))
    area = 0.0
    for left, right in pairwise(edges):
        below = y[x <= left]
        area += (right - left) * (high_y - (below.max() if below.size else low_y))
    return area / ((high_x - low_x) * (high_y - low_y))


def under_a_line(found: Necessity) -> float:
    """Share above the regression line, by the midpoint rule on a fine grid."""
    low_x, high_x, low_y, high_y = found.scope
    middle = low_x + (high_x - low_x) * (np.arange(20_000) + 0.5) / 20_000
    height = np.clip(high_y - (found.intercept + found.slope * middle), 0, high_y - low_y)
    return float(height.mean() / (high_y - low_y))


def test_step_line_by_hand() -> None:
    """Empty columns: 2 wide and 9 high, 2 x 7, 2 x 6, and none from 6 on: 44 of 100."""
    found = necessity(X, Y, permutations=0)
    assert found.scope == (0, 10, 0, 10)
    assert found.peers.tolist() == [[0, 1], [2, 3], [4, 4], [6, 10]]
    assert found.ce_fdh == pytest.approx(0.44)
    assert np.isnan(found.pvalue_ce_fdh)
    assert found.why == ""


def test_regression_line_by_hand() -> None:
    """Means 3 and 4.5; sum dx dy = 28, sum dx^2 = 20: y = .3 + 1.4 x, which meets the roof at x = 9.7 / 1.4.

    Empty: the triangle above, 9.7^2 / (2 x 1.4). Above the line lie (0, 1), (2, 3) is below at 3.1,
    (6, 10) is above 8.7; the others below: 5 of 7.
    """
    found = necessity(X, Y, permutations=0)
    assert (found.intercept, found.slope) == pytest.approx((0.3, 1.4))
    assert found.cr_fdh == pytest.approx(9.7**2 / 2.8 / 100)
    assert found.accuracy == pytest.approx(5 / 7)


def test_theoretical_scope_by_hand() -> None:
    """Scope -5..15 x -5..20: left of 0 all 25 high, above 10 a roof 10 high over the other 15."""
    found = necessity(X, Y, low_x=-5, high_x=15, low_y=-5, high_y=20, permutations=0)
    empty = 5 * 25 + 15 * 10 + 44
    assert found.ce_fdh == pytest.approx(empty / (20 * 25))
    # the line enters at y = -5, x = -5.3 / 1.4, and leaves at y = 20, x = 19.7 / 1.4 = 14.07
    enters, leaves = -5.3 / 1.4, 19.7 / 1.4
    assert found.cr_fdh == pytest.approx(((enters + 5) * 25 + 25 * (leaves - enters) / 2) / 500)
    assert (found.intercept, found.slope) == pytest.approx((0.3, 1.4))


def test_bottleneck_by_hand() -> None:
    """Which x the first point at or above each level of y has; on the line, (y - .3) / 1.4."""
    table = necessity(X, Y, permutations=0).bottleneck
    assert table.percent.tolist() == list(range(0, 101, 10))
    assert table.outcome.tolist() == list(range(11))
    expected = [np.nan, np.nan, 2, 2, 4, 6, 6, 6, 6, 6, 6]
    assert table.ce_fdh == pytest.approx(expected, nan_ok=True)
    line = [np.nan, *((level - 0.3) / 1.4 for level in range(1, 11))]
    assert table.cr_fdh == pytest.approx(line, nan_ok=True)


def test_levels_that_nobody_reached_are_infinite() -> None:
    table = necessity(X, Y, low_y=0, high_y=20, permutations=0).bottleneck
    assert table.ce_fdh == pytest.approx([np.nan, 2, 4, *[6] * 3, *[np.inf] * 5], nan_ok=True)
    # y = 14.3 is where the line leaves the scope, between 70 and 80 %
    assert np.isinf(table.cr_fdh).tolist() == [False] * 8 + [True] * 3


@given(plots)
def test_step_line_by_its_definition(plot: Array) -> None:
    x, y = varying(plot)
    for scope in ((x.min(), x.max(), y.min(), y.max()), (-1.0, 12.0, -3.0, 11.0)):
        low_x, high_x, low_y, high_y = scope
        found = necessity(x, y, low_x=low_x, high_x=high_x, low_y=low_y, high_y=high_y, permutations=0)
        assert found.ce_fdh == pytest.approx(staircase(x, y, scope), abs=1e-12)


@given(plots)
def test_regression_line_by_its_definition(plot: Array) -> None:
    """numpy's least squares through the points; the area within the grid's error of 1 / 20,000."""
    x, y = varying(plot)
    found = necessity(x, y, permutations=0)
    if len(found.peers) == 1:
        assert found.cr_fdh == 0
        assert found.why == "one upper left point alone: it has no regression line"
        assert np.isnan(found.slope)
        assert np.isnan(found.accuracy)
        assert np.all(np.isnan(found.bottleneck.cr_fdh))
        return
    slope, intercept = np.polyfit(found.peers[:, 0], found.peers[:, 1], 1)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=1e-9)
    assert found.slope > 0
    assert found.cr_fdh == pytest.approx(under_a_line(found), abs=1e-4)
    assert found.accuracy == np.mean(y <= intercept + slope * x + 1e-7)


@given(plots)
def test_nobody_lies_above_the_steps(plot: Array) -> None:
    """Each corner is a respondent, corners rise strictly, and nobody is higher with less."""
    x, y = varying(plot)
    # the unit scope is rounded to 12 digits
    peers = necessity(x, y, permutations=0).peers.round(9)
    assert np.all(np.diff(peers, axis=0) > 0)
    assert {tuple(peer) for peer in peers} <= set(zip(x, y, strict=True))
    for a, b in zip(x, y, strict=True):
        assert b <= peers[peers[:, 0] <= a, 1].max()


@given(plots, st.randoms(use_true_random=False))
def test_order_copies_and_units_change_nothing(plot: Array, random: Any) -> None:
    x, y = varying(plot)
    plain = necessity(x, y, permutations=0)
    order = list(range(len(x)))
    random.shuffle(order)
    rows = order + [random.choice(order) for _ in range(5)]
    other = necessity(7 + 0.3 * x[rows], -2 + 9 * y[rows], permutations=0)
    assert other.ce_fdh == pytest.approx(plain.ce_fdh, abs=1e-9)
    assert other.cr_fdh == pytest.approx(plain.cr_fdh, abs=1e-9)
    assert other.bottleneck.ce_fdh == pytest.approx(7 + 0.3 * plain.bottleneck.ce_fdh, nan_ok=True)
    assert other.bottleneck.cr_fdh == pytest.approx(7 + 0.3 * plain.bottleneck.cr_fdh, nan_ok=True)
    if plain.slope == plain.slope:
        assert other.slope == pytest.approx(30 * plain.slope)


def test_p_values_against_all_permutations() -> None:
    """All 720 orders of six respondents; 20,000 random ones within 4 standard errors of 1 / 280."""
    x, y = np.array([0.0, 1, 2, 3, 4, 5]), np.array([0.0, 2, 1, 3, 5, 4])
    found = necessity(x, y, permutations=20_000, seed=3)
    each = [necessity(x, y[list(order)], permutations=0) for order in permutations(range(6))]
    exact = np.mean(
        [[one.ce_fdh >= found.ce_fdh - 1e-9, one.cr_fdh >= found.cr_fdh - 1e-9] for one in each], 0
    )
    assert exact.min() > 0
    assert exact.max() < 0.2
    assert (found.pvalue_ce_fdh, found.pvalue_cr_fdh) == pytest.approx(tuple(exact), abs=4 / 280 * 0.4)


def test_no_p_value_is_zero() -> None:
    x = np.arange(50.0)
    found = necessity(x, x, permutations=99)
    assert found.pvalue_ce_fdh == found.pvalue_cr_fdh == 1 / 100


def test_a_seed_repeats_whatever_the_size_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    x, y = random.integers(0, 20, size=(2, 60)) * 5.0
    first = necessity(x, y, permutations=300, seed=8)
    assert necessity(x, y, permutations=300, seed=9).pvalue_ce_fdh != first.pvalue_ce_fdh
    monkeypatch.setattr(module, "CELLS", 60 * 7)
    again = necessity(x, y, permutations=300, seed=8)
    assert (again.pvalue_ce_fdh, again.pvalue_cr_fdh) == (first.pvalue_ce_fdh, first.pvalue_cr_fdh)


def test_unrelated_drivers_have_even_p_values() -> None:
    """100 samples without any relation: p is at most .1 in one of ten, give or take 4 x 3 %."""
    random = np.random.default_rng(21)
    small = [necessity(*random.normal(size=(2, 40)), permutations=99).pvalue_ce_fdh for _ in range(100)]
    assert np.mean(np.array(small) <= 0.1) == pytest.approx(0.1, abs=0.12)
    assert np.mean(small) == pytest.approx(0.5, abs=4 * 0.029)


def test_a_necessary_condition_is_found() -> None:
    """y never above x: half of the square is empty, however many have much x and little y."""
    random = np.random.default_rng(7)
    x = random.uniform(0, 100, size=4000)
    y = x * random.uniform(0, 1, size=4000)
    found = necessity(x, y, low_x=0, high_x=100, low_y=0, high_y=100, permutations=200)
    assert found.ce_fdh == pytest.approx(0.5, abs=0.03)
    assert found.cr_fdh == pytest.approx(0.5, abs=0.03)
    assert found.pvalue_ce_fdh == 1 / 201
    # the line y = x: 60 % of the outcome need 60 of the driver
    assert found.bottleneck.cr_fdh[6] == pytest.approx(60, abs=3)


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        ([1, 1, 1], [1, 2, 3], "one of the two never varies"),
        ([1, 2, 3], [4, 4, 4], "one of the two never varies"),
        ([1], [1], "only 1 respondents have both"),
        ([], [], "only 0 respondents have both"),
        ([1, np.nan], [np.nan, 2], "only 0 respondents have both"),
    ],
)
def test_plots_without_a_scope(x: list[float], y: list[float], why: str) -> None:
    found = necessity(np.array(x), np.array(y), permutations=10)
    assert found.why == why
    assert np.isnan([found.ce_fdh, found.cr_fdh, found.pvalue_ce_fdh, found.accuracy]).all()
    assert np.isnan(found.bottleneck.ce_fdh).all()


def test_a_constant_driver_in_a_theoretical_scope() -> None:
    """Below 40 nobody is: that column is empty, and the roof above 80; dealing anew changes nothing."""
    found = necessity(
        np.full(5, 40.0), np.arange(0.0, 81, 20), low_x=0, high_x=100, low_y=0, high_y=100, permutations=9
    )
    assert found.ce_fdh == pytest.approx(0.4 + 0.6 * 0.2)
    assert found.pvalue_ce_fdh == 1
    assert found.cr_fdh == 0


def test_missing_answers_are_left_out() -> None:
    x = np.append(X, [np.nan, 0.0, np.inf])
    y = np.append(Y, [10.0, np.nan, 10.0])
    found = necessity(x, y, permutations=20)
    assert found.n == 7
    assert found.ce_fdh == necessity(X, Y, permutations=20).ce_fdh


def test_rounding_makes_no_new_points() -> None:
    """Equal answers computed in two ways, 0.1 + 0.2 and 0.3, are one place of x."""
    x, y = np.array([0.0, 0.3, 0.1 + 0.2, 1.0]), np.array([0.0, 0.5, 0.8, 1.0])
    assert len(necessity(x, y, permutations=0).peers) == 3
    scores = np.array([0.0, 50.0, 100.00000000000001])
    assert necessity(scores, scores, low_x=0, high_x=100, low_y=0, high_y=100, permutations=0).n == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(3)}, r"the shapes \(7,\) and \(3,\)"),
        ({"low_x": 1.0}, "x reaches from 0 to 10, beyond its scope of 1 to 10"),
        ({"high_y": 9.5}, "y reaches from 0 to 10, beyond its scope of 0 to 9.5"),
        ({"low_x": 100.0, "high_x": 0.0}, "beyond its scope of 100 to 0"),
        ({"permutations": -1}, "-1 is no number of permutations"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        necessity(**({"x": X, "y": Y} | change))


def test_many_respondents_take_little_time() -> None:
    """10,000 respondents and 1,000 permutations: about 0.3 s on one core; 5 s leave room for a busy one."""
    random = np.random.default_rng(1)
    start = perf_counter()
    necessity(*random.normal(size=(2, 10_000)), permutations=1000)
    assert perf_counter() - start < 5
