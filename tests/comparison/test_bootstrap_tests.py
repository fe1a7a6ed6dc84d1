"""Tests of two groups from their bootstrap draws: by hand, against scipy, and against normal theory."""

from __future__ import annotations

import numpy as np
from scipy import stats

from csi_model.comparison.bootstrap_tests import GroupDraws, henseler, parametric, welch


def drawn(estimate: float, se: float, n: int) -> GroupDraws:
    """Two draws that have exactly this standard error, ten times over."""
    half = se * np.sqrt(19 / 20)
    return GroupDraws(
        estimate=np.array([estimate]), draws=np.array([[-half], [half]] * 10) + estimate + 0.01, n=n
    )


def test_parametric_and_welch_by_hand() -> None:
    """Paths .50 (se .05, n 100) and .30 (se .08, n 60), difference .20.

    Keil: (99^2 .0025 + 59^2 .0064) / 158 = (24.5025 + 22.2784) / 158 = .296082; its root .544134 times
    sqrt(1/100 + 1/60) = .163299 gives .088857; t = 2.250811 with 158 degrees of freedom.
    Welch: .99 .0025 + .983333 .0064 = .002475 + .00629333 = .00876833, root .0936394; t = 2.135853;
    df = .00876833^2 / (99/100^2 .0025^2 + 59/60^2 .0064^2) - 2 = 7.688367e-5 / (6.1875e-8 + 6.712889e-7) - 2
    = 102.86, rounded 103.
    """
    first, second = drawn(0.50, 0.05, 100), drawn(0.30, 0.08, 60)
    np.testing.assert_allclose(first.se, 0.05)
    np.testing.assert_allclose(parametric(first, second), 2 * stats.t.sf(2.250811, 158), rtol=1e-4)
    np.testing.assert_allclose(welch(first, second), 2 * stats.t.sf(2.135853, 103), rtol=1e-4)


def test_both_are_the_t_tests_of_means() -> None:
    """With se^2 = s^2 / (n - 1), Keil's is Student's t test and the other Welch's with two degrees of
    freedom less, rounded (scipy 1.17, ttest_ind_from_stats)."""
    first, second = drawn(0.5, 1.2 / np.sqrt(39), 40), drawn(0.1, 0.7 / np.sqrt(24), 25)
    student = stats.ttest_ind_from_stats(0.5, 1.2, 40, 0.1, 0.7, 25)
    np.testing.assert_allclose(parametric(first, second), student.pvalue)
    other = stats.ttest_ind_from_stats(0.5, 1.2, 40, 0.1, 0.7, 25, equal_var=False)
    v = np.array([1.2**2 / 40, 0.7**2 / 25])
    df = v.sum() ** 2 / (v**2 / [39, 24]).sum()
    np.testing.assert_allclose(
        welch(first, second), 2 * stats.t.sf(abs(other.statistic), round(df - 2)), rtol=1e-10
    )


def test_henseler_by_hand() -> None:
    """Draws 1 2 6 and 2 3 4 4, estimates 2 and 4, so centred 0 1 5 and 2.75 3.75 4.75 4.75: of twelve
    pairs the second is larger in eight; p = 2 min(8/12, 4/12)."""
    first = GroupDraws(estimate=np.array([2.0]), draws=np.array([[1.0], [2.0], [6.0]]), n=50)
    second = GroupDraws(estimate=np.array([4.0]), draws=np.array([[2.0], [3.0], [4.0], [4.0]]), n=60)
    np.testing.assert_allclose(henseler(first, second), [2 / 3])
    np.testing.assert_allclose(henseler(second, first), [2 / 3])


def test_henseler_counts_equal_pairs_by_half() -> None:
    """Centred 0 1 and 0 1: one pair larger, two equal, of four: p1 = 1/2."""
    one = GroupDraws(estimate=np.array([0.5]), draws=np.array([[0.0], [1.0]]), n=50)
    np.testing.assert_allclose(henseler(one, one), [1.0])


def test_henseler_nears_the_normal_test() -> None:
    """Normal draws of standard deviations 3 and 4 whose estimates are 6 apart: 2 Phi(-6/5) = .2301; of
    4,000 draws each the share of pairs has a standard error of .006 at most."""
    random = np.random.default_rng(1)
    first = GroupDraws(estimate=np.zeros(1), draws=3 * random.normal(size=(4000, 1)), n=100)
    second = GroupDraws(estimate=np.full(1, 6.0), draws=4 * random.normal(size=(4000, 1)), n=100)
    np.testing.assert_allclose(henseler(first, second), 2 * stats.norm.sf(1.2), atol=0.025)


def test_draws_without_an_estimate() -> None:
    """Some are left out; with a tenth and more of them there is no test, nor where draws do not differ."""
    draws = np.tile(np.array([[-1.0], [1.0]]), (50, 3))
    draws[:5, 0], draws[:20, 1], draws[:, 2] = np.nan, np.nan, 1.0
    one = GroupDraws(estimate=np.zeros(3), draws=draws, n=50)
    for test in (parametric, welch, henseler):
        np.testing.assert_array_equal(np.isfinite(test(one, one)), [True, False, False])
