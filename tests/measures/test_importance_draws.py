"""Bootstrap of importance: who is drawn, what a draw computes, the noise driver, coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from csi_model.errors import SurveyError
from csi_model.measures.importance_draws import (
    METHODS,
    Draws,
    Resampling,
    all_methods,
    bootstrap,
    percentiles,
)
from csi_model.measures.relative_importance import johnson, lmg

Floats = NDArray[np.float64]

DRIVERS = np.array([[1, 0.5, 0.2, 0.0], [0.5, 1, 0.3, 0.0], [0.2, 0.3, 1, 0.0], [0, 0, 0, 1]])
SLOPES = np.array([0.5, 0.3, 0.2, 0.0])
"""Four standard normal drivers; the last has no effect and no overlap."""


def sample(n: int, random: np.random.Generator) -> Floats:
    x = random.multivariate_normal(np.zeros(4), DRIVERS, size=n)
    return np.column_stack([x, x @ SLOPES + 0.8 * random.normal(size=n)])


def population() -> Floats:
    """Correlations of the drivers and the target in the population."""
    cov = DRIVERS @ SLOPES
    variance = SLOPES @ cov + 0.64
    return np.block([[DRIVERS, cov[:, None] / variance**0.5], [cov[None] / variance**0.5, np.ones((1, 1))]])


def drawn(values: Floats, draws: int = 200, seed: int = 3, **more: Any) -> Draws:
    n = len(values)
    weights = more.pop("weights", np.ones(n))
    resampling = more.pop("resampling", Resampling.of(n))
    return bootstrap(
        values, weights, resampling, np.ones(n, dtype=bool), draws=draws, seed=seed, **more
    )  # fmt: skip


def test_a_simple_sample_is_drawn_with_replacement() -> None:
    counts = Resampling.of(40).draw(500, np.random.default_rng(1))
    assert (counts.sum(axis=1) == 40).all()
    # counts are binomial (40, 1/40): mean 1, variance 39/40
    assert counts.mean() == 1
    assert counts.var() == pytest.approx(39 / 40, rel=0.03)


def test_whole_clusters_are_drawn_within_their_strata() -> None:
    strata = np.repeat([7, 9], [6, 8])
    cluster = np.array([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3])  # numbered anew in each stratum
    counts = Resampling.of(14, strata, cluster).draw(400, np.random.default_rng(2))
    assert (counts[:, 0::2] == counts[:, 1::2]).all()
    # 2 of 3 clusters with weights 3/2, 3 of 4 with 4/3: the sum of a stratum stays what it is
    assert counts[:, :6].sum(axis=1) == pytest.approx(np.full(400, 6.0))
    assert counts[:, 6:].sum(axis=1) == pytest.approx(np.full(400, 8.0))
    assert counts.mean(axis=0) == pytest.approx(np.ones(14), abs=0.2)
    # variance of the mean of the three clusters of a stratum: s^2 / 3, as for drawing from the population
    means = counts[:, [0, 2, 4]] @ np.array([1.0, 2.0, 6.0]) / 3
    assert means.var() == pytest.approx(np.var([1, 2, 6], ddof=1) / 3, rel=0.2)


@pytest.mark.parametrize(
    ("strata", "cluster"), [([0, 0, 0, 1], None), (None, [5, 5, 5, 5]), ([0, 0, 1, 1], [1, 1, 2, 3])]
)
def test_a_lone_cluster_cannot_be_resampled(strata: Any, cluster: Any) -> None:
    with pytest.raises(SurveyError, match="only one cluster"):
        Resampling.of(4, strata, cluster)


def test_a_draw_is_the_importance_among_those_who_were_drawn() -> None:
    random = np.random.default_rng(4)
    values, weights = sample(60, random), random.uniform(0.5, 2, size=60)
    made = drawn(values, 5, weights=weights)
    # the same stream again: first who is drawn, then the noise
    again = np.random.default_rng(np.random.SeedSequence([3, 4_400, 0], spawn_key=(0,)))
    counts = Resampling.of(60).draw(5, again)
    noise = again.standard_normal((5, 60))
    for k in range(5):
        w = counts[k] * weights
        plain = np.cov(values.T, aweights=w)
        scale = np.sqrt(np.diag(plain))
        correlations = plain / np.outer(scale, scale)
        for method, expected in {"lmg": lmg(correlations), **all_methods(correlations)}.items():
            assert made.values[method][k] == pytest.approx(expected, abs=1e-10)
        beside = np.column_stack([values[:, :4], noise[k], values[:, 4]])
        plain = np.cov(beside.T, aweights=w)
        scale = np.sqrt(np.diag(plain))
        for method, function in (("lmg", lmg), ("johnson", johnson)):
            parts = function(plain / np.outer(scale, scale))
            assert made.noise[method][k] == pytest.approx(parts[4], abs=1e-10)
            assert made.over_noise[method][k] == pytest.approx(parts[:4] - parts[4], abs=1e-10)


def test_a_longer_run_of_the_same_seed_begins_with_the_shorter() -> None:
    values = sample(30, np.random.default_rng(5))
    short, long = drawn(values, 100), drawn(values, 250)
    assert long.values["lmg"][:100] == pytest.approx(short.values["lmg"], abs=0)
    assert not np.allclose(drawn(values, 100, seed=4).values["lmg"], short.values["lmg"])
    assert not np.allclose(drawn(values, 100, stream=1).values["lmg"], short.values["lmg"])


def test_draws_without_spread_are_left_out_and_counted() -> None:
    random = np.random.default_rng(6)
    values = sample(40, random)
    values[:, 3] = 0.0
    values[:2, 3] = 1.0  # a resample has none of the two with probability (1 - 2/40)^40 = .1285
    made = drawn(values, 400)
    assert made.asked == 400
    assert made.used == pytest.approx(400 * (1 - 0.1285), abs=4 * (400 * 0.1285 * 0.8715) ** 0.5)
    assert np.isfinite(made.values["beta"]).all()
    assert len(made.noise["lmg"]) == made.used


def test_no_draw_can_be_used() -> None:
    values = sample(30, np.random.default_rng(6))
    values[:, 3] = values[:, 2]
    made = drawn(values, 150)
    assert (made.asked, made.used) == (150, 0)
    assert made.values["lmg"].shape == (0, 4)


def test_with_many_drivers_orders_are_sampled_in_each_draw() -> None:
    values = sample(80, np.random.default_rng(7))
    exact, sampled = drawn(values, 60), drawn(values, 60, exact=3)
    for method in METHODS:
        if method != "lmg":
            assert sampled.values[method] == pytest.approx(exact.values[method], abs=1e-12)
    assert sampled.values["lmg"] == pytest.approx(exact.values["lmg"], abs=0.03)
    assert sampled.values["lmg"].sum(axis=1) == pytest.approx(exact.values["lmg"].sum(axis=1), abs=1e-10)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    drawn(sample(30, np.random.default_rng(8)), 250, tell=lambda done, total: told.append((done, total)))
    assert told == [(100, 250), (200, 250), (250, 250)]


def test_percentiles_are_those_of_numpy() -> None:
    values = np.arange(101.0)[:, None] * [1.0, 2.0]
    assert percentiles(values, 0.9) == pytest.approx(np.array([[5, 10], [95, 190]]))


@pytest.mark.slow
def test_intervals_cover_and_the_noise_driver_tells_who_has_no_effect() -> None:
    """500 samples of 300: 95 % intervals of LMG and Johnson's weights of the drivers with an effect."""
    truth = {"lmg": lmg(population()), "johnson": johnson(population())}
    random = np.random.default_rng(20)
    covered = {method: np.zeros(3) for method in truth}
    above = {method: np.zeros(4) for method in truth}
    times = 500
    for k in range(times):
        made = drawn(sample(300, random), 400, seed=k)
        for method, true in truth.items():
            lower, upper = made.interval(method, 0.95)
            covered[method] += (lower[:3] <= true[:3]) & (true[:3] <= upper[:3])
            above[method] += made.above_noise(method, 0.95)
    for method in truth:
        rates = covered[method] / times
        print(method, "coverage", rates.round(3), "above noise", (above[method] / times).round(3))
        # 0.95 -+ four standard errors of 500 samples (0.039); percentile intervals of parts of R2 are a
        # little short in samples of this size
        assert (rates > 0.95 - 0.039).all()
        assert (rates < 0.95 + 0.039).all()
        # two-sided 95 %: a driver without an effect is above noise in at most 2.5 % of the samples
        assert above[method][3] / times < 0.025 + 4 * (0.025 * 0.975 / times) ** 0.5
        assert above[method][0] / times > 0.99
