"""Critical values that are drawn, against integrals of other programs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from contrast_builders import scores_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from csi_model.comparison.means_of_units import mean_contrasts
from csi_model.comparison.pair_tests import family_maxima, pair_tests
from csi_model.comparison.simultaneous import (
    JointErrors,
    bounded_pvalues,
    critical,
    draws_for,
    mean_maxima,
    multipliers,
    normal_scores,
    pair_maxima,
    pair_spread,
    t_values,
    tail,
)

MONTE_CARLO = 0.012
"""Relative error of a critical value from 10,000 draws, three standard deviations."""


def drawn_limit(se: Any, df: Any = np.inf, joint: Any = None, level: float = 0.95) -> tuple[float, float]:
    """The critical value of all pairs in standard errors of the difference, and the pairs' df."""
    tests = pair_tests(scores_of(np.zeros(len(se)), se, df=df, joint=joint), "satisfaction", level=level)
    score = float(critical(tests.maxima, tests.alpha))
    free = float(tests.spread.df[0, 1])
    return float(t_values(np.array(score), np.array(free))), free


@pytest.mark.parametrize("units", [3, 8, 25])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_equal_known_variances_give_the_studentized_range(units: int, level: float) -> None:
    limit, _ = drawn_limit(np.full(units, 1.7), level=level)
    expected = stats.studentized_range.isf(1 - level, units, np.inf) / np.sqrt(2)
    assert limit == pytest.approx(expected, rel=MONTE_CARLO)


@pytest.mark.parametrize(("units", "n"), [(4, 30), (10, 250)])
def test_equal_estimated_variances_come_near_games_and_howell(units: int, n: int) -> None:
    """Their range has one variance with the pair's df; here each pair has its own two."""
    limit, free = drawn_limit(np.full(units, 1.7), df=n - 1.0)
    assert free == pytest.approx(2 * (n - 1))
    expected = stats.studentized_range.isf(0.05, units, free) / np.sqrt(2)
    assert limit == pytest.approx(expected, rel=0.025)


def test_tukey_and_kramer_are_conservative_for_unequal_variances() -> None:
    """Hayter (1984): the range of equal variances is too wide for unequal ones, not too narrow."""
    limit, _ = drawn_limit([0.3, 0.3, 0.3, 3.0, 3.0])
    tukey = stats.studentized_range.isf(0.05, 5, np.inf) / np.sqrt(2)
    assert limit < tukey * 0.995


def test_two_chosen_pairs_have_the_critical_value_of_two_correlated_normals() -> None:
    se = np.array([2.0, 1.0, 0.5])
    maxima = family_maxima(
        scores_of([0, 0, 0], se), "satisfaction", np.array([0, 0]), np.array([1, 2])
    )  # fmt: skip
    correlation = 4 / np.sqrt(5 * 4.25)
    limit = float(critical(maxima, 0.05))
    both = stats.multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    inside = both.cdf([limit, limit], lower_limit=[-limit, -limit])
    assert inside == pytest.approx(0.95, abs=0.007)


def test_a_shared_error_that_all_units_have_alike_changes_nothing() -> None:
    alone, _ = drawn_limit([1.0, 2.0, 3.0, 1.5])
    shared, _ = drawn_limit([1.0, 2.0, 3.0, 1.5], joint=np.full((4, 4), 9.0))
    assert shared == pytest.approx(alone, rel=MONTE_CARLO)


def test_the_others_against_one_unit_have_dunnetts_critical_value() -> None:
    """P(no other comes q standard errors above unit i), integrated over the error of unit i."""
    se = np.array([1.0, 0.4, 2.0, 3.0])
    tests = pair_tests(scores_of(np.zeros(4), se), "satisfaction")

    def inside(z: float, i: int, q: float) -> float:
        others = np.delete(se, i)
        reach = (se[i] * z + q * np.hypot(se[i], others)) / others
        return float(stats.norm.pdf(z) * np.prod(stats.norm.cdf(reach)))

    for i, q in enumerate(tests.best_limits):
        assert integrate.quad(inside, -9, 9, args=(i, q))[0] == pytest.approx(0.95, abs=0.007)


def test_one_unit_against_all_others_on_both_sides() -> None:
    se = np.array([1.0, 0.4, 2.0, 3.0])
    tests = pair_tests(scores_of(np.zeros(4), se), "satisfaction")

    def inside(z: float, i: int, q: float) -> float:
        others = np.delete(se, i)
        ends = [(se[i] * z + side * q * np.hypot(se[i], others)) / others for side in (1, -1)]
        return float(stats.norm.pdf(z) * np.prod(stats.norm.cdf(ends[0]) - stats.norm.cdf(ends[1])))

    for i, q in enumerate(tests.unit_limits):
        assert integrate.quad(inside, -9, 9, args=(i, q))[0] == pytest.approx(0.95, abs=0.007)


def test_two_units_against_their_mean_are_one_test() -> None:
    made = mean_contrasts(
        np.array([1.0, 2.0]), np.diag([1.0, 4.0]), np.array([np.inf, np.inf]), np.array([1.0, 3.0])
    )
    maxima = mean_maxima([(made.errors, made.share, np.array([True, True]), made.df)])
    assert float(critical(maxima, 0.05)) == pytest.approx(stats.norm.isf(0.025), rel=0.03)


def test_parents_are_drawn_independently() -> None:
    made = mean_contrasts(np.array([1.0, 2.0]), np.eye(2), np.array([np.inf, np.inf]), np.ones(2))
    group = (made.errors, made.share, np.array([True, True]), made.df)
    limit = float(critical(mean_maxima([group] * 3), 0.05))
    assert limit == pytest.approx(stats.norm.isf((1 - 0.95 ** (1 / 3)) / 2), rel=0.03)


def test_a_unit_of_few_respondents_does_not_widen_the_intervals_of_the_others() -> None:
    """On a common scale of t its heavy tails would set the critical value of all."""
    df = np.array([3.0, *[1000.0] * 7])
    tests = pair_tests(scores_of(np.zeros(8), np.ones(8), df=df), "satisfaction")
    bounds = multipliers(float(critical(tests.maxima, 0.05)), tests.spread.df, 0.05, 28)
    many = stats.studentized_range.isf(0.05, 8, np.inf) / np.sqrt(2)
    assert bounds[6, 7] == pytest.approx(many, rel=0.03)
    alike = stats.t.isf(stats.norm.sf(many), tests.spread.df[0, 7])
    assert bounds[0, 7] == pytest.approx(alike, rel=0.03)
    assert alike > 1.2 * many


@given(st.floats(-40, 40), st.floats(0.5, 1e7))
def test_the_normal_scale_goes_there_and_back(t: float, df: float) -> None:
    assert t_values(normal_scores(np.array(t), np.array(df)), np.array(df)) == pytest.approx(t, abs=1e-6)


def test_the_normal_scale_is_wallaces() -> None:
    for df, t in ((10.0, 2.228), (30.0, 2.042), (5.0, 2.571)):
        assert float(normal_scores(np.array(t), np.array(df))) == pytest.approx(1.96, abs=0.01)


def test_tails_and_critical_values_agree() -> None:
    maxima = np.arange(1.0, 101.0)
    assert float(critical(maxima, 0.05)) == 96.0
    assert tail(maxima, np.array([96.0, 96.5, 0.0])).tolist() == pytest.approx([0.05, 0.04, 1])


def test_a_value_beyond_all_draws_is_no_impossible_one() -> None:
    drawn = tail(np.arange(1.0, 101.0), np.array([101.0]))
    assert drawn.tolist() == [0.01]
    alone = np.array([1e-8])
    assert bounded_pvalues(drawn, alone, 6) == pytest.approx(6e-8)  # Bonferroni, not that of one test


@settings(max_examples=20)
@given(st.lists(st.floats(0.1, 5), min_size=2, max_size=7), st.floats(3, 400))
def test_limits_lie_between_one_test_and_bonferroni(se: list[float], df: float) -> None:
    tests = pair_tests(scores_of(np.zeros(len(se)), se, df=df), "satisfaction", draws=400)
    pairs = len(se) * (len(se) - 1) // 2
    bounds = multipliers(float(critical(tests.maxima, 0.05)), tests.spread.df, 0.05, pairs)
    upper = np.triu_indices(len(se), k=1)
    free = tests.spread.df[upper]
    assert np.all(bounds[upper] >= stats.t.isf(0.025, free) - 1e-9)
    assert np.all(bounds[upper] <= stats.t.isf(0.025 / pairs, free) + 1e-9)


def test_chosen_pairs_of_all_units_are_all_pairs() -> None:
    scores = scores_of(np.zeros(6), np.linspace(1, 2, 6), df=40.0)
    first, second = np.triu_indices(6, k=1)
    chosen = family_maxima(scores, "satisfaction", second, first)
    np.testing.assert_array_equal(chosen, pair_tests(scores, "satisfaction").maxima)


def test_equal_units_with_one_error_are_not_tested() -> None:
    """Their difference has no variance; the others are drawn as without it."""
    errors = JointErrors(covariance=np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]]), df=np.full(3, 50.0))
    spread = pair_spread(errors)
    assert np.isnan(spread.se[0, 1])
    maxima = pair_maxima(errors, spread)
    assert np.isfinite(maxima.either).all()
    assert float(critical(maxima.either.max(axis=0), 0.05)) < 2.2


def test_draws_become_fewer_with_many_units() -> None:
    assert [draws_for(units) for units in (2, 280, 400, 2000)] == [10_000, 10_000, 5_000, 2_500]


def test_degrees_of_freedom_of_units_of_the_same_clusters() -> None:
    """Variances 4 and 1 with a covariance of 1.9: by the formula alone 1.2^2 / ((2.1^2 + .9^2) / 11) = 3.03,
    where the differences of 12 clusters have 11. Independent units keep Welch's."""
    shared = JointErrors(covariance=np.array([[4.0, 1.9], [1.9, 1.0]]), df=np.full(2, 11.0))
    assert pair_spread(shared).df[0, 1] == pytest.approx(11.0)
    apart = JointErrors(covariance=np.diag([4.0, 1.0]), df=np.full(2, 11.0))
    assert pair_spread(apart).df[0, 1] == pytest.approx(11 * 25 / 17)
