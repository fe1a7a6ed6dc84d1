"""Reliability and HTMT by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csi_model.evaluation.reliability import cronbach_alpha, htmt, reliability, rho_a


def test_alpha_by_hand() -> None:
    """Variances 4, 1, 1 and covariances 1, 1, .5: sum 11, so 3/2 (1 - 6/11)."""
    covariance = np.array([[4.0, 1.0, 1.0], [1.0, 1.0, 0.5], [1.0, 0.5, 1.0]])
    assert cronbach_alpha(covariance) == pytest.approx(1.5 * 5 / 11)


def test_composite_reliability_and_ave_by_hand() -> None:
    """Loadings .9, .8, .7: (2.4)^2 / (2.4^2 + .19 + .36 + .51), AVE (.81 + .64 + .49) / 3."""
    loadings = np.array([0.9, 0.8, 0.7])
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1.0)
    made = reliability(correlation * 25, loadings)
    assert made.rho_c == pytest.approx(5.76 / 6.82)
    assert made.ave == pytest.approx(1.94 / 3)
    assert made.why == ""


@given(st.lists(st.floats(0.3, 0.95), min_size=2, max_size=6))
def test_the_three_coefficients_where_the_model_holds(loadings: list[float]) -> None:
    """One factor: rho_A is the reliability of the loading-weighted sum; alpha is at most rho_C."""
    each = np.array(loadings)
    correlation = np.outer(each, each)
    np.fill_diagonal(correlation, 1.0)
    made = reliability(correlation, each)
    assert made.rho_a == pytest.approx((each @ each) ** 2 / (each @ correlation @ each))
    assert made.alpha <= made.rho_c + 1e-12
    if np.ptp(each) == 0:
        assert made.alpha == pytest.approx(made.rho_c)


def test_rho_a_does_not_depend_on_the_scale_of_weights() -> None:
    correlation = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1.0]])
    weights = np.array([0.5, 0.3, 0.4])
    assert rho_a(correlation, weights) == pytest.approx(rho_a(correlation, 7 * weights))


def test_a_single_item_has_no_reliability() -> None:
    made = reliability(np.array([[4.0]]), np.array([1.0]))
    assert np.isnan([made.alpha, made.rho_a, made.rho_c, made.ave]).all()
    assert made.why == "a single indicator has no reliability"
    assert np.isnan(cronbach_alpha(np.array([[4.0]])))


CORRELATION = np.array(
    [
        [1.0, 0.64, 0.4, 0.5],
        [0.64, 1.0, 0.3, 0.2],
        [0.4, 0.3, 1.0, 0.49],
        [0.5, 0.2, 0.49, 1.0],
    ]
)


def test_htmt_by_hand() -> None:
    """Between: mean of .4 .5 .3 .2 = .35; within: .64 and .49, whose geometric mean is .56."""
    made = htmt(CORRELATION, np.array([0, 1]), np.array([2, 3]))
    assert made.htmt == pytest.approx(0.35 / 0.56)
    assert made.htmt2 == pytest.approx((0.4 * 0.5 * 0.3 * 0.2) ** 0.25 / 0.56)
    assert made.why == ""


def test_htmt_of_a_reversed_item_is_the_same() -> None:
    flip = np.diag([1.0, -1.0, 1.0, 1.0])
    first = htmt(CORRELATION, np.array([0, 1]), np.array([2, 3]))
    assert htmt(flip @ CORRELATION @ flip, np.array([0, 1]), np.array([2, 3])) == first


@pytest.mark.parametrize(
    ("second", "why"), [([2], "two indicators"), ([1, 2], "share indicators")]
)  # fmt: skip
def test_htmt_that_cannot_exist_says_why(second: list[int], why: str) -> None:
    made = htmt(CORRELATION, np.array([0, 1]), np.array(second))
    assert np.isnan(made.htmt)
    assert np.isnan(made.htmt2)
    assert why in made.why


def test_htmt2_needs_correlations_other_than_zero() -> None:
    correlation = CORRELATION.copy()
    correlation[0, 2] = correlation[2, 0] = 0.0
    made = htmt(correlation, np.array([0, 1]), np.array([2, 3]))
    assert made.htmt == pytest.approx(0.25 / 0.56)
    assert np.isnan(made.htmt2)
    assert "HTMT2" in made.why
