"""The delta method against derivatives by hand."""

from __future__ import annotations

import numpy as np
from fit_builders import Floats

from csi_model.estimation.delta import delta_errors, jacobian


def functions(x: Floats) -> Floats:
    a, b = x[..., 0], x[..., 1]
    return np.stack([a * b, a / b, np.sqrt(a), a * 0 + 3], axis=-1)


AT = np.array([2.0, 5.0])


def test_jacobian_by_hand() -> None:
    expected = [[5, 2], [1 / 5, -2 / 25], [1 / (2 * np.sqrt(2)), 0], [0, 0]]
    np.testing.assert_allclose(jacobian(functions, AT), expected, rtol=1e-15)


def test_errors_by_hand() -> None:
    """Variances .04 and .09, covariance .01: var(ab) = 25*.04 + 4*.09 + 2*10*.01 and so on."""
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    value, errors = delta_errors(functions, AT, covariance)
    np.testing.assert_allclose(value, [10, 0.4, np.sqrt(2), 3])
    ratio = 0.04 / 25 + 4 / 625 * 0.09 - 2 * (1 / 5) * (2 / 25) * 0.01
    np.testing.assert_allclose(errors, np.sqrt([1.56, ratio, 0.04 / 8, 0]), atol=1e-14)


def test_complex_step_does_not_lose_digits_far_from_one() -> None:
    slopes = jacobian(lambda x: np.exp(x), np.array([-30.0, 0.0, 30.0]))
    np.testing.assert_allclose(np.diag(slopes), np.exp([-30.0, 0.0, 30.0]), rtol=1e-15)


def test_no_error_where_the_covariance_is_not_one() -> None:
    _, errors = delta_errors(functions, AT, np.array([[-0.04, 0.0], [0.0, 0.01]]))
    assert np.isnan(errors[0])  # 25 * -.04 + 4 * .01 < 0
    assert errors[3] == 0


def test_no_error_where_a_value_does_not_exist() -> None:
    value, errors = delta_errors(lambda x: x * np.array([1.0, np.nan]), AT, np.eye(2))
    assert errors[0] == 1
    assert np.isnan(value[1])
    assert np.isnan(errors[1])


def test_rounding_below_zero_counts_as_zero() -> None:
    """a - a has no variance, whatever the rounding of a large covariance says."""
    covariance = np.array([[1e6, 1e6 * (1 + 1e-16)], [1e6, 1e6]])
    _, errors = delta_errors(lambda x: x[..., :1] - x[..., 1:], AT, covariance)
    assert errors[0] == 0
