"""Raking by hand, by closed form and by what any raked weights must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from csi_model.survey.raking import Raked, rake, trim

Array = NDArray[Any]


def cells_of(counts: Array) -> Array:
    """Codes (2, n) of respondents from a table of counts."""
    return np.repeat(np.array(np.unravel_index(np.arange(counts.size), counts.shape)), counts.ravel(), axis=1)


def table_of(codes: Array, weights: Array, shape: tuple[int, ...]) -> Array:
    return np.bincount(np.ravel_multi_index(tuple(codes), shape), weights, int(np.prod(shape))).reshape(shape)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Array, list[Array], Array, tuple[int, int]]:
    """Codes, shares and base weights of a survey in whose every cell there is somebody."""
    shape = (draw(st.integers(2, 4)), draw(st.integers(2, 4)))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    codes = cells_of(random.integers(1, 12, size=shape))
    shares = [random.dirichlet(np.full(size, 3.0)) + 0.02 for size in shape]
    base = random.uniform(0.3, 3.0, size=codes.shape[1]) if draw(st.booleans()) else np.ones(codes.shape[1])
    return codes, [share / share.sum() for share in shares], base, shape


def test_two_by_two_by_hand() -> None:
    """Counts 20 10 / 10 40, both margins to one half.

    The odds ratio 20 * 40 / (10 * 10) = 8 stays, so the raked table x, 40 - x / 40 - x, x has
    x / (40 - x) = sqrt(8): x = 40 sqrt(8) / (1 + sqrt(8)) = 29.551845.
    """
    codes = cells_of(np.array([[20, 10], [10, 40]]))
    raked = rake(codes, [np.array([0.5, 0.5])] * 2)
    x = 40 * np.sqrt(8) / (1 + np.sqrt(8))
    expected = np.array([[x / 20, (40 - x) / 10], [(40 - x) / 10, x / 40]])
    np.testing.assert_allclose(raked.weights, expected[tuple(codes)], rtol=1e-9)
    assert x == pytest.approx(29.551845, abs=1e-6)


def test_what_is_cut_goes_to_the_others() -> None:
    """Of 4: one held at 1.5, the other 2.5 in proportion 1 to 3 to 1; where the others are zero, equally."""
    np.testing.assert_allclose(trim(np.array([7.0, 0.5, 1.5, 0.5]), 1.5), [1.5, 0.5, 1.5, 0.5])
    np.testing.assert_allclose(trim(np.array([3.0, 2.0, 0.0, 0.0]), 1.25), [1.25, 1.25, 0.75, 0.75])


def test_deming_and_stephan_is_one_step_for_one_margin() -> None:
    """Post-stratification: share / (base-weighted share of the sample) times the base weight."""
    code = np.array([0, 0, 0, 1, 1, 2])
    base = np.array([1.0, 2.0, 1.0, 3.0, 1.0, 4.0])
    shares = np.array([0.5, 0.2, 0.3])
    raked = rake(code[None], [shares], base)
    expected = 6 * shares[code] * base / np.array([4.0, 4.0, 4.0])[code]
    np.testing.assert_allclose(raked.weights, expected, rtol=1e-12)
    assert raked.met
    assert raked.error < 1e-12


@settings(max_examples=25)
@given(surveys())
def test_raked_margins_are_the_targets_and_odds_ratios_stay(
    survey: tuple[Array, list[Array], Array, tuple[int, int]],
) -> None:
    codes, shares, base, shape = survey
    raked = rake(codes, shares, base)
    n = codes.shape[1]
    for code, share in zip(codes, shares, strict=True):
        np.testing.assert_allclose(np.bincount(code, raked.weights) / n, share, rtol=1e-9)
    before, after = (np.log(table_of(codes, one, shape)) for one in (base, raked.weights))
    moved = after - before
    # log weights are additive in the margins: every 2 x 2 odds ratio is what it was
    np.testing.assert_allclose(moved - moved[:1] - moved[:, :1] + moved[0, 0], 0, atol=1e-8)
    same = raked.weights / base
    for cell in range(int(np.prod(shape))):
        inside = np.ravel_multi_index(tuple(codes), shape) == cell
        np.testing.assert_allclose(same[inside], same[inside][0], rtol=1e-9)


@settings(max_examples=8)
@given(surveys(), st.floats(1.2, 4.0))
def test_order_of_margins_and_of_rows_does_not_matter(
    survey: tuple[Array, list[Array], Array, tuple[int, int]], bound: float
) -> None:
    codes, shares, base, _ = survey
    turned = np.random.default_rng(1).permutation(codes.shape[1])
    for limit in (None, bound):
        raked = rake(codes, shares, base, limit)
        other = rake(codes[::-1][:, turned], shares[::-1], base[turned] * 7.0, limit)
        np.testing.assert_allclose(other.weights, raked.weights[turned], rtol=1e-5, atol=1e-7)


@pytest.mark.slow
@settings(max_examples=25)
@given(surveys(), st.floats(1.05, 6.0))
def test_no_weight_is_above_the_bound_and_the_mean_is_one(
    survey: tuple[Array, list[Array], Array, tuple[int, int]], bound: float
) -> None:
    codes, shares, base, _ = survey
    raked = rake(codes, shares, base, bound)
    assert raked.weights.max() <= bound * (1 + 1e-12)
    assert raked.weights.mean() == pytest.approx(1, rel=1e-9)
    assert raked.weights.min() > 0
    free = rake(codes, shares, base)
    assert raked.largest == pytest.approx(free.weights.max())
    if free.weights.max() <= bound:
        np.testing.assert_array_equal(raked.weights, free.weights)
        assert not raked.held.any()
    else:
        assert raked.held.any()


def test_trimmed_weights_are_those_nearest_to_the_base_within_the_bound() -> None:
    """Kuhn and Tucker: below the bound, log(w / d) is additive in the margins; above, it would be larger."""
    random = np.random.default_rng(4)
    n = 600
    codes = np.vstack([random.integers(0, 3, n), random.integers(0, 2, n)])
    base = random.lognormal(0, 0.5, n)
    shares = [np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.7])]
    raked = rake(codes, shares, base, 3.0)
    assert raked.error < 1e-9
    assert 5 < raked.held.sum() < 200
    indicators = np.column_stack([np.eye(3)[codes[0]], np.eye(2)[codes[1]]])
    free = ~raked.held
    ratio = np.log(raked.weights / base)
    effects, *_ = np.linalg.lstsq(indicators[free], ratio[free], rcond=None)
    np.testing.assert_allclose(ratio[free], indicators[free] @ effects, atol=1e-3)
    wanted = base * np.exp(indicators @ effects)
    assert np.all(wanted[raked.held] >= 3.0 * (1 - 1e-3))


def test_a_bound_that_is_too_low_leaves_an_error() -> None:
    """One respondent in ten stands for half the people: with weights up to 3 it is three tenths."""
    code = np.array([0] + [1] * 9)
    raked = rake(code[None], [np.array([0.5, 0.5])], bound=3.0)
    assert raked.met
    assert raked.weights[0] == pytest.approx(3.0)
    np.testing.assert_allclose(raked.weights[1:], 7 / 9)
    assert raked.error == pytest.approx(0.4)
    assert raked.largest == pytest.approx(5.0)


def test_margins_that_no_weights_meet() -> None:
    """Everybody young is a woman and the rest men, but the population is not so."""
    codes = np.array([[0, 0, 1, 1, 1], [0, 0, 1, 1, 1]])
    raked: Raked = rake(codes, [np.array([0.5, 0.5]), np.array([0.3, 0.7])])
    assert not raked.met
    assert raked.error == pytest.approx(0.4)


def test_trimming_by_hand() -> None:
    """Weights 1 1 1 5, mean 2: the largest is 2.5 times it. Cut to 2, the others share 4 - 2."""
    made = trim(np.array([1.0, 1.0, 1.0, 5.0]), 2.0)
    np.testing.assert_allclose(made, [2 / 3, 2 / 3, 2 / 3, 2.0])
    np.testing.assert_allclose(trim(np.array([2.0, 4.0]), 1.5), [2 / 3, 4 / 3])


def test_trimming_one_weight_may_lift_another_to_the_bound() -> None:
    """1 1 1 1 2.9 9, mean 2.65, to 1.7: the others share 6 - 1.7, of which 2.9 / 6.9 is 1.81: held, too."""
    made = trim(np.array([1.0, 1.0, 1.0, 1.0, 2.9, 9.0]), 1.7)
    np.testing.assert_allclose(made, [0.65, 0.65, 0.65, 0.65, 1.7, 1.7])
