"""LMG and Johnson's relative weights: worked examples, brute force over all orders, statsmodels."""

from __future__ import annotations

import math
import time
from functools import cache
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from csi_model.measures.relative_importance import (
    betas,
    correlations_of,
    gains_in_orders,
    johnson,
    lmg,
    lmg_sampled,
    lmg_with_noise,
    random_orders,
    shapley,
    smallest_eigenvalue,
    subset_r2,
)

Floats = NDArray[np.float64]

TWO = np.array([[1, 0.6, 0.7], [0.6, 1, 0.5], [0.7, 0.5, 1]])
THREE = np.array([[1, 0.6, 0.4, 0.7], [0.6, 1, 0.5, 0.5], [0.4, 0.5, 1, 0.3], [0.7, 0.5, 0.3, 1]])
"""The worked checks of the fact sheet, section 4.4: correlations of the drivers, then of the target."""


def made(p: int, seed: int, n: int = 200) -> tuple[Floats, Floats]:
    """Answers (n, p + 1) of overlapping drivers and a target, and their correlations."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    drivers = rng.normal(size=(n, p)) + common * rng.uniform(-1, 1.5, size=p)
    target = drivers @ rng.uniform(-1, 1, size=p) + rng.normal(size=n)
    values = np.column_stack([drivers, target])
    return values, np.corrcoef(values.T)


def r2_of(correlations: Floats, subset: tuple[int, ...]) -> float:
    """R2 on a subset from the normal equations, one at a time."""
    if not subset:
        return 0.0
    r = correlations[list(subset), -1]
    return float(r @ np.linalg.solve(correlations[np.ix_(subset, subset)], r))


def brute_force(correlations: Floats) -> Floats:
    """The mean gain of R2 over every order of entering."""
    p = correlations.shape[0] - 1
    gains = np.zeros(p)
    worth = cache(lambda subset: r2_of(correlations, tuple(subset)))
    for order in permutations(range(p)):
        for place, j in enumerate(order):
            gains[j] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
    return gains / math.factorial(p)


def test_two_predictors_of_the_fact_sheet() -> None:
    # R2 = (.49 + .25 - 2 * .6 * .7 * .5) / (1 - .36) = .32 / .64 = .5
    # LMG_1 = (.7^2 + .5 - .5^2) / 2 = .37, LMG_2 = (.5^2 + .5 - .7^2) / 2 = .13
    for values in (lmg(TWO), johnson(TWO)):
        assert values == pytest.approx([0.37, 0.13], abs=1e-12)


def test_three_predictors_of_the_fact_sheet() -> None:
    assert lmg(THREE) == pytest.approx([0.35403918, 0.11546775, 0.03070584], abs=5e-9)
    assert johnson(THREE) == pytest.approx([0.35301891, 0.11604758, 0.03114627], abs=5e-9)
    for values in (lmg(THREE), johnson(THREE)):
        assert values.sum() == pytest.approx(0.50021277, abs=5e-9)


SWISS = (
    # Agriculture, Examination, Education, Catholic, Infant.Mortality; Fertility: R's data set swiss (n = 47)
    (1, -0.68654221, -0.63952252, 0.40109505, -0.06085861, 0.35307918),
    (0, 1, 0.69841530, -0.57274180, -0.11402160, -0.64588270),
    (0, 0, 1, -0.15385892, -0.09932185, -0.66378886),
    (0, 0, 0, 1, 0.17549591, 0.46368470),
    (0, 0, 0, 0, 1, 0.41655603),
    (0, 0, 0, 0, 0, 1),
)


def test_lmg_of_the_swiss_data_is_that_of_relaimpo() -> None:
    # Groemping (2006), Journal of Statistical Software 17(1): calc.relimp(swiss, type = "lmg")
    upper = np.triu(SWISS, 1)
    parts = lmg(upper + upper.T + np.eye(6))
    assert parts == pytest.approx([0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592], abs=2e-8)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 5, 6])
def test_exact_lmg_is_the_mean_over_all_orders(p: int) -> None:
    _, correlations = made(p, seed=p)
    assert lmg(correlations) == pytest.approx(brute_force(correlations), abs=1e-12)


def test_every_subset_has_the_r2_of_its_own_regression() -> None:
    values, correlations = made(5, seed=3)
    found = subset_r2(correlations[None])[0]
    for size in range(6):
        for subset in combinations(range(5), size):
            place = sum(2**j for j in subset)
            assert found[place] == pytest.approx(r2_of(correlations, subset), abs=1e-12)
    whole = sm.OLS(values[:, -1], sm.add_constant(values[:, :-1])).fit()
    assert found[-1] == pytest.approx(whole.rsquared, rel=1e-12)


def test_shapley_value_of_a_known_game() -> None:
    # gloves: player 0 has a left one, 1 and 2 right ones; a pair is worth 1 (Shapley value 4/6, 1/6, 1/6)
    worth = [0, 0, 0, 1, 0, 1, 0, 1]
    assert shapley([worth])[0] == pytest.approx([4 / 6, 1 / 6, 1 / 6])


def test_weights_by_johnson_written_out() -> None:
    _, correlations = made(4, seed=9)
    drivers, r = correlations[:-1, :-1], correlations[:-1, -1]
    # L is the symmetric square root of R_xx
    d, v = np.linalg.eigh(drivers)
    root = v @ np.diag(np.sqrt(d)) @ v.T
    beta = np.linalg.inv(root) @ r
    expected = [sum(root[j, k] ** 2 * beta[k] ** 2 for k in range(4)) for j in range(4)]
    assert johnson(correlations) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=20)
@given(p=st.integers(1, 7), seed=st.integers(0, 10_000))
def test_both_divide_r2_into_parts_that_are_not_negative(p: int, seed: int) -> None:
    values, correlations = made(p, seed)
    r2 = sm.OLS(values[:, -1], sm.add_constant(values[:, :-1])).fit().rsquared
    for parts in (lmg(correlations), johnson(correlations)):
        assert parts.sum() == pytest.approx(r2, abs=1e-10)
        assert (parts >= -1e-12).all()
    assert betas(correlations) @ correlations[:-1, -1] == pytest.approx(r2, abs=1e-10)


@settings(max_examples=15)
@given(p=st.integers(2, 7), seed=st.integers(0, 10_000), data=st.data())
def test_the_order_of_the_drivers_does_not_matter(p: int, seed: int, data: Any) -> None:
    _, correlations = made(p, seed)
    order = data.draw(st.permutations(range(p)))
    places = [*order, p]
    moved = correlations[np.ix_(places, places)]
    for method in (lmg, johnson):
        assert method(moved) == pytest.approx(method(correlations)[order], abs=1e-10)


@settings(max_examples=15)
@given(r12=st.floats(-0.95, 0.95), r1=st.floats(-0.6, 0.6), r2=st.floats(-0.6, 0.6))
def test_with_two_drivers_both_agree(r12: float, r1: float, r2: float) -> None:
    correlations = np.array([[1, r12, r1], [r12, 1, r2], [r1, r2, 1]])
    assert lmg(correlations) == pytest.approx(johnson(correlations), abs=1e-9)


def test_orthogonal_drivers_have_their_squared_correlations() -> None:
    correlations = np.eye(5)
    correlations[:-1, -1] = correlations[-1, :-1] = r = np.array([0.5, -0.4, 0.3, 0.0])
    for method in (lmg, johnson):
        assert method(correlations) == pytest.approx(r**2, abs=1e-12)


def test_a_driver_without_any_part_in_it_gets_nothing() -> None:
    correlations = np.eye(4)
    correlations[:2, :2] = TWO[:2, :2]
    correlations[:2, -1] = correlations[-1, :2] = TWO[:2, -1]
    assert lmg(correlations) == pytest.approx([0.37, 0.13, 0.0], abs=1e-12)


def test_copies_of_a_driver_share_what_it_had() -> None:
    copied = TWO[np.ix_([0, 0, 1, 2], [0, 0, 1, 2])]
    parts = lmg(copied)
    assert parts[0] == pytest.approx(parts[1], abs=1e-12)
    assert parts.sum() == pytest.approx(0.5, abs=1e-9)
    # the Shapley value of a game with twins, from the subsets' R2 .49 (A), .25 (B), .5 (AB)
    assert parts[2] == pytest.approx((2 * 0.25 + 0.01 + 0.01 + 2 * 0.01) / 6, abs=1e-9)
    assert johnson(copied).sum() == pytest.approx(0.5, abs=1e-9)


def test_many_matrices_at_a_time_are_the_same_as_each_alone() -> None:
    several = np.stack([made(4, seed)[1] for seed in range(7)])
    for method in (lmg, johnson, betas):
        assert method(several) == pytest.approx(np.stack([method(one) for one in several]), abs=1e-13)
    assert smallest_eigenvalue(several)[3] == pytest.approx(np.linalg.eigvalsh(several[3][:-1, :-1])[0])


def test_one_search_gives_both_with_and_without_the_noise() -> None:
    several = np.stack([made(4, seed)[1] for seed in range(5)])
    without, beside = lmg_with_noise(several)
    kept = [0, 1, 2, 4]
    assert without == pytest.approx(lmg(several[:, kept][:, :, kept]), abs=1e-12)
    assert beside == pytest.approx(lmg(several), abs=1e-12)


def test_gains_in_an_order_are_the_increments_of_r2() -> None:
    _, correlations = made(4, seed=5)
    order = (2, 0, 3, 1)
    expected = np.zeros(4)
    for place, j in enumerate(order):
        expected[j] = r2_of(correlations, order[: place + 1]) - r2_of(correlations, order[:place])
    found = gains_in_orders(correlations, np.array([order]))[0]
    assert found == pytest.approx(expected, abs=1e-12)


def test_all_orders_sampled_are_exact() -> None:
    _, correlations = made(4, seed=6)
    every = np.array(list(permutations(range(4))))
    assert lmg_sampled(correlations, every).values == pytest.approx(lmg(correlations), abs=1e-12)


def test_sampled_orders_are_within_their_monte_carlo_error() -> None:
    _, correlations = made(12, seed=8)
    orders = random_orders(12, 3000, np.random.default_rng(1))
    assert (np.sort(orders, axis=1) == np.arange(12)).all()
    assert (orders[1::2] == orders[0::2, ::-1]).all()
    sampled = lmg_sampled(correlations, orders)
    exact = lmg(correlations)
    assert sampled.values.sum() == pytest.approx(exact.sum(), abs=1e-12)
    # twelve normal deviations: one beyond 4.5 errors happens once in 12,000 seeds
    assert (np.abs(sampled.values - exact) < 4.5 * sampled.errors).all()
    # and the error is of the right size: spread of the estimate over repetitions
    rng = np.random.default_rng(2)
    again = [lmg_sampled(correlations, random_orders(12, 200, rng)) for _ in range(60)]
    spread = np.std([one.values for one in again], axis=0, ddof=1)
    told = np.mean([one.errors for one in again], axis=0)
    assert spread == pytest.approx(told, rel=0.4)


def test_perfect_prediction_is_no_obstacle_to_sampling() -> None:
    correlations = np.eye(4)
    correlations[:-1, -1] = correlations[-1, :-1] = np.array([0.6, 0.8, 0.0])
    orders = random_orders(3, 10, np.random.default_rng(0))
    assert lmg_sampled(correlations, orders).values == pytest.approx([0.36, 0.64, 0.0], abs=1e-12)


def test_fifteen_drivers_take_less_than_a_second() -> None:
    _, correlations = made(15, seed=1)
    start = time.process_time()
    parts = lmg(correlations)
    assert time.process_time() - start < 1.0
    assert parts.sum() == pytest.approx(r2_of(correlations, tuple(range(15))), abs=1e-10)


def test_weighted_correlations_are_those_of_repeated_respondents() -> None:
    values, _ = made(3, seed=2, n=30)
    times = np.random.default_rng(0).integers(1, 4, size=30)
    repeated = np.corrcoef(np.repeat(values, times, axis=0).T)
    assert correlations_of(values, times) == pytest.approx(repeated, abs=1e-12)


def test_a_column_without_spread_has_no_correlation() -> None:
    values, _ = made(3, seed=2, n=30)
    values[:, 1] = 7.3
    found = correlations_of(values, np.ones(30))
    assert np.isnan(found[1]).all()
    assert np.isnan(found[:, 1]).all()
    assert np.isnan(smallest_eigenvalue(found))
    assert np.isfinite(found[np.ix_([0, 2, 3], [0, 2, 3])]).all()
