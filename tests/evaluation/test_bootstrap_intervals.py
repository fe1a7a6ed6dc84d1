"""Bootstrap intervals against scipy, hand calculation, and what they must say when there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import UsageError
from csi_model.evaluation.bootstrap_intervals import (
    METHODS,
    acceleration_of,
    bootstrap_intervals,
)

Array = NDArray[Any]


def skewed(n: int = 40) -> Array:
    return np.random.default_rng(8).exponential(size=n)


def variance_draws(sample: Array, count: int = 3000) -> Array:
    """Bootstrap variances of a sample, drawn as scipy draws them."""
    rows = np.random.default_rng(11).integers(len(sample), size=(count, len(sample)))
    return sample[rows].var(axis=1)


def jackknife_influence(sample: Array) -> Array:
    left = np.array([np.delete(sample, i).var() for i in range(len(sample))])
    return (left.mean() - left)[:, None]


@pytest.mark.parametrize(
    ("side", "alternative"), [("two", "two-sided"), ("lower", "greater"), ("upper", "less")]
)
@pytest.mark.parametrize(("method", "theirs"), [("percentile", "percentile"), ("bca", "BCa")])
def test_as_scipy(method: str, theirs: str, side: Any, alternative: str) -> None:
    """scipy 1.17.1: ``stats.bootstrap((x,), np.var, bootstrap_result=..., n_resamples=0)``.

    Given the same draws only rounding may differ: both read quantiles by linear interpolation.
    """
    sample = skewed()
    draws = variance_draws(sample)

    class Given:
        bootstrap_distribution = draws

    reference = stats.bootstrap(
        (sample,),
        lambda x, axis=-1: np.var(x, axis=axis),
        n_resamples=0,
        bootstrap_result=Given(),  # type: ignore[call-overload]
        confidence_level=0.9,
        method=theirs,
        alternative=alternative,
    )
    made = bootstrap_intervals(
        draws[:, None],
        np.array([sample.var()]),
        level=0.9,
        method=method,
        side=side,
        acceleration=acceleration_of(jackknife_influence(sample)),
    )
    low, high = reference.confidence_interval
    np.testing.assert_allclose([made.lower[0], made.upper[0]], [low, high], rtol=1e-10)
    assert made.se[0] == pytest.approx(reference.standard_error, rel=1e-12)
    assert made.why == ("",)


def test_bias_corrected_by_hand() -> None:
    """Draws 1 .. 1000, estimate 400.5: 40 % below, z0 = -0.2533; ends at Phi(2 z0 -+ 1.6449)."""
    draws = np.arange(1.0, 1001.0)[:, None]
    made = bootstrap_intervals(draws, np.array([400.5]), level=0.9, method="bc")
    # Phi(-2.15156) = 0.015716 and Phi(1.13816) = 0.872473, from tables of the normal distribution
    assert made.lower[0] == pytest.approx(1 + 999 * 0.015716, abs=0.01)
    assert made.upper[0] == pytest.approx(1 + 999 * 0.872473, abs=0.01)
    # no bias, no skewness: all three methods agree
    middle = np.array([500.5])
    ends = [bootstrap_intervals(draws, middle, method=method, acceleration=np.zeros(1)) for method in METHODS]
    for one in ends[1:]:
        np.testing.assert_allclose(
            [one.lower[0], one.upper[0]], [ends[0].lower[0], ends[0].upper[0]], rtol=1e-9
        )


def test_acceleration_by_hand() -> None:
    """Influences -1, -1, 2: sum of cubes 6, of squares 6; a = 6 / (6 * 6^1.5)."""
    assert acceleration_of(np.array([[-1.0], [-1.0], [2.0]]))[0] == pytest.approx(6**-1.5)
    assert acceleration_of(np.zeros((5, 1)))[0] == 0


def test_shifting_and_stretching_go_through() -> None:
    sample = skewed()
    draws, a = variance_draws(sample)[:, None], acceleration_of(jackknife_influence(sample))
    for method in METHODS:
        plain, other = (
            bootstrap_intervals(
                draws * factor + shift, np.array([sample.var()]) * factor + shift,
                method=method, acceleration=a,
            )
            for factor, shift in ((1.0, 0.0), (7.0, -3.0))
        )  # fmt: skip
        np.testing.assert_allclose(other.lower, 7 * plain.lower - 3, rtol=1e-9)
        np.testing.assert_allclose(other.upper, 7 * plain.upper - 3, rtol=1e-9)
        np.testing.assert_allclose(other.se, 7 * plain.se, rtol=1e-9)


def test_coverage_of_a_skewed_statistic_is_better_with_bca() -> None:
    """Variance of 30 exponentials: the percentile interval covers too seldom, BCa more often."""
    random = np.random.default_rng(3)
    hits = dict.fromkeys(METHODS, 0)
    for _ in range(300):
        sample = random.exponential(size=30)
        draws = sample[random.integers(30, size=(400, 30))].var(axis=1)[:, None]
        a = acceleration_of(jackknife_influence(sample))
        for method in METHODS:
            made = bootstrap_intervals(
                draws, np.array([sample.var()]), level=0.9, method=method, acceleration=a
            )
            hits[method] += bool(made.lower[0] < 1 < made.upper[0])
    assert hits["percentile"] < hits["bc"] < hits["bca"] < 285


@pytest.mark.parametrize("method", ["bc", "bca"])
def test_draws_on_one_side_have_no_interval(method: str) -> None:
    draws = np.random.default_rng(1).normal(size=(500, 2))
    made = bootstrap_intervals(draws, np.array([9.0, 0.0]), method=method, acceleration=np.zeros(2))
    assert np.isnan(made.lower[0])
    assert np.isnan(made.upper[0])
    assert made.why == ("all bootstrap replicates lie on one side of the estimate", "")
    assert np.isfinite([made.se[0], made.lower[1], made.upper[1]]).all()


def test_extreme_skewness_has_no_interval() -> None:
    draws = np.random.default_rng(1).normal(size=(500, 1))
    made = bootstrap_intervals(draws, np.zeros(1), method="bca", acceleration=np.array([0.9]))
    assert np.isnan(made.lower[0])
    assert made.why == ("the bootstrap distribution is too skewed for this method",)
    unknown = bootstrap_intervals(draws, np.zeros(1), method="bca", acceleration=np.array([np.nan]))
    assert "without one of the units" in unknown.why[0]
    absent = bootstrap_intervals(draws, np.array([np.nan]), method="bc")
    assert absent.why == ("it does not exist in the sample",)


@pytest.mark.parametrize("method", METHODS)
def test_a_quantity_that_never_varies_is_its_own_interval(method: str) -> None:
    rounding = np.random.default_rng(1).choice([1.0, np.nextafter(1.0, 2.0)], size=(200, 1))
    for draws, estimate in ((np.full((200, 1), 3.0), 3.0), (rounding, 1.0)):
        made = bootstrap_intervals(draws, np.array([estimate]), method=method, acceleration=np.zeros(1))
        np.testing.assert_allclose([made.lower[0], made.upper[0]], estimate, rtol=1e-15)
        assert made.se[0] == pytest.approx(0, abs=1e-15)


def test_draws_where_a_quantity_does_not_exist() -> None:
    """Up to a tenth is left out, for that quantity alone; infinite counts as absent."""
    draws = np.random.default_rng(1).normal(size=(200, 3))
    draws[:19, 0], draws[:20, 1], draws[3, 2] = np.nan, np.nan, np.inf
    made = bootstrap_intervals(draws, np.zeros(3), level=0.9)
    assert made.lower[0] == pytest.approx(np.quantile(draws[19:, 0], 0.05))
    assert made.se[0] == pytest.approx(draws[19:, 0].std(ddof=1))
    assert np.isnan([made.se[1], made.lower[1], made.upper[1]]).all()
    assert made.why[1] == "it does not exist in 20 of 200 bootstrap replicates"
    assert made.upper[2] == pytest.approx(np.quantile(np.delete(draws[:, 2], 3), 0.95))


def test_too_few_draws() -> None:
    made = bootstrap_intervals(np.zeros((99, 1)), np.zeros(1))
    assert np.isnan(made.se[0])
    assert made.why == ("only 99 bootstrap replicates converged",)


def test_what_is_asked_for_wrongly() -> None:
    draws, estimate = np.zeros((200, 1)), np.zeros(1)
    with pytest.raises(UsageError, match="Did you mean 'bca'"):
        bootstrap_intervals(draws, estimate, method="bcaa")
    with pytest.raises(UsageError, match="Run the jackknife"):
        bootstrap_intervals(draws, estimate, method="bca")
    with pytest.raises(UsageError, match="not a confidence level"):
        bootstrap_intervals(draws, estimate, level=95)
