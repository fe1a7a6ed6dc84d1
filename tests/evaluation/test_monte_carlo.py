"""Ends of simulated intervals: against quantiles that are known, and as the tables show them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of
from scipy import integrate, optimize, stats

from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.part_fitting import SMALL
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.monte_carlo import simulated_ends
from csi_model.evaluation.results import Results

NOISE = 0.08
"""Of a 2.5 % quantile of 4,096 points in few dimensions, in standard deviations: ten times its spread over
seeds (.008; the tails of a product have about three times that)."""
WIDE_NOISE = 0.15
"""The same in twelve dimensions, where the points are hardly more even than random ones (.027)."""


def product(z: Floats) -> Floats:
    made: Floats = z.prod(axis=-1, keepdims=True)
    return made


def product_quantile(share: float, means: tuple[float, float], sds: tuple[float, float]) -> float:
    """Quantile of the product of two independent normal variables: P(x y < t) integrated over x."""

    x = means[0] + sds[0] * np.linspace(-9, 9, 20_000)
    density, other = stats.norm.pdf(x, means[0], sds[0]), stats.norm(means[1], sds[1])

    def below(t: float) -> float:
        chance = np.where(x > 0, other.cdf(t / x), other.sf(t / x))
        return float(integrate.trapezoid(density * chance, x))

    return float(optimize.brentq(lambda t: below(t) - share, -30, 30))


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(
    ("means", "sds"),
    [((0.5, 0.4), (0.1, 0.1)), ((0.3, 0.1), (0.1, 0.08)), ((0.0, 0.0), (1.0, 1.0)), ((2.0, 0.1), (0.2, 0.3))],
)
def test_a_product_of_two(means: tuple[float, float], sds: tuple[float, float], level: float) -> None:
    (a, b), (s, t) = means, sds
    sd = np.sqrt(a**2 * t**2 + b**2 * s**2 + s**2 * t**2)
    lower, upper = simulated_ends(product, np.array(means), np.diag(np.square(sds)), level, 1)
    assert lower[0] == pytest.approx(product_quantile((1 - level) / 2, means, sds), abs=NOISE * sd)
    assert upper[0] == pytest.approx(product_quantile((1 + level) / 2, means, sds), abs=NOISE * sd)


@pytest.mark.parametrize("mean", [0.0, 1.0, 3.0])
def test_a_singular_covariance(mean: float) -> None:
    """Two estimates that are one: their product is a square, noncentral chi-square with one df."""
    lower, upper = simulated_ends(product, np.full(2, mean), np.ones((2, 2)), 0.95, 3)
    known = stats.ncx2(1, mean**2) if mean else stats.chi2(1)
    sd = float(known.std())
    assert lower[0] == pytest.approx(float(known.ppf(0.025)), abs=NOISE * sd)
    assert upper[0] == pytest.approx(float(known.ppf(0.975)), abs=NOISE * sd)


def test_what_is_known_does_not_move() -> None:
    """Without any variance the interval is the point; a known factor scales the other's ends."""
    lower, upper = simulated_ends(lambda z: 2 * z, np.array([1.0, -3.0]), np.zeros((2, 2)), 0.95, 1)
    np.testing.assert_array_equal([lower, upper], [[2, -6], [2, -6]])
    lower, upper = simulated_ends(product, np.array([3.0, 1.0]), np.diag([0.0, 4.0]), 0.95, 1)
    np.testing.assert_allclose([lower[0], upper[0]], 3 + 6 * stats.norm.ppf([0.025, 0.975]), atol=NOISE * 6)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_linear_functions_have_normal_ends(level: float) -> None:
    random = np.random.default_rng(8)
    half, slopes, at = random.normal(size=(30, 12)), random.normal(size=(12, 20)), random.normal(size=12)
    covariance = half.T @ half / 30
    lower, upper = simulated_ends(lambda z: z @ slopes, at, covariance, level, 2)
    sd = np.sqrt(np.diag(slopes.T @ covariance @ slopes))
    reach = stats.norm.ppf(0.5 + level / 2)
    tolerance = WIDE_NOISE * (2 if level > 0.95 else 1)  # fewer points lie beyond
    np.testing.assert_allclose((lower - at @ slopes) / sd, -reach, atol=tolerance)
    np.testing.assert_allclose((upper - at @ slopes) / sd, reach, atol=tolerance)
    both = np.concatenate([(lower - at @ slopes) / sd + reach, (upper - at @ slopes) / sd - reach])
    assert abs(both.mean()) < WIDE_NOISE / 3


def test_a_quantity_that_mostly_exists_keeps_its_ends() -> None:
    """Undefined above the 92nd percentile: quantiles of the rest; above the 85th: none."""

    def cut(z: Floats) -> Floats:
        columns = [
            z,
            np.where(z < stats.norm.ppf(0.92), z, np.nan),
            np.where(z < stats.norm.ppf(0.85), z, np.nan),
        ]
        made: Floats = np.concatenate([*columns, np.full_like(z, np.inf)], axis=-1)
        return made

    lower, upper = simulated_ends(cut, np.zeros(1), np.eye(1), 0.95, 4)
    assert upper[0] == pytest.approx(stats.norm.ppf(0.975), abs=NOISE)
    wanted = stats.norm.ppf(np.array([0.025, 0.975]) * 0.92)
    np.testing.assert_allclose([lower[1], upper[1]], wanted, atol=NOISE)
    assert np.isnan([lower[2], upper[2], lower[3], upper[3]]).all()


def test_the_seed_decides() -> None:
    one, two, other = (simulated_ends(product, np.ones(2), np.eye(2), 0.95, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, two)
    assert np.abs(np.subtract(one, other)).max() > 1e-6


# --- in the tables


def solved(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


@cache
def robust(**options: object) -> Results:
    return evaluate(fit(CHAIN, chain_survey(120), estimator="mlr", **options))  # type: ignore[arg-type]


def test_the_tables_name_the_method() -> None:
    """Products are simulated under mlr; the index, hardly more than a mean, is not, nor anything under ml."""
    plain = evaluate(fit(CHAIN, chain_survey(120))).tables
    drawn = robust(bootstrap=100).tables
    for name in ("effects", "standardised_effects", "specific_effects", "drivers"):
        assert set(robust().tables[name]["ci_method"]) == {"monte_carlo"}, name
        assert set(plain[name]["ci_method"]) == {"delta"}, name
        assert set(drawn[name]["ci_method"]) == {"bootstrap"}, name
    assert set(robust().tables["index"]["ci_method"]) == {"delta"}
    assert set(robust(jackknife=True).tables["effects"]["ci_method"]) == {"jackknife"}


MEDIATED = model_of({"a": "a1", "b": "b1", "c": "c1"}, {"b": "a", "c": "b"})


@cache
def mediated(estimator: str) -> tuple[Solution, pd.DataFrame]:
    """Two weak paths, so that their product is clearly skewed; one question each: a path is in points."""
    random = np.random.default_rng(3)
    a = random.normal(size=120)
    b = 0.3 * a + random.normal(size=120)
    answers = 5 + np.stack([a, b, 0.3 * b + random.normal(size=120)], axis=1)
    made = fit(MEDIATED, survey_of(MEDIATED, answers), estimator=estimator)
    return solved(made), evaluate(made).tables["effects"].set_index(["kind", "source", "target"])


def test_the_ends_of_an_indirect_effect() -> None:
    """Those of the product of two normal variables with the spread of the paths, which hardly correlate."""
    solution, effects = mediated("mlr")
    places = [row.free for row in solution.table.rows if row.matrix == "beta"]
    assert solution.spread is not None
    spread = solution.spread[3:, 3:][np.ix_(places, places)]
    sds, means = np.sqrt(np.diag(spread)), solution.values[places]
    assert abs(spread[0, 1]) < 0.1 * sds.prod()
    row = effects.loc[("indirect", "a", "c")]
    assert row["effect"] == pytest.approx(means.prod())
    for share, end in ((0.025, "ci_lower"), (0.975, "ci_upper")):
        wanted = product_quantile(share, tuple(means), tuple(sds))
        assert row[end] == pytest.approx(wanted, abs=2 * NOISE * row["se"]), end
    np.testing.assert_allclose(
        effects.loc[("direct", "a", "b"), ["ci_lower", "ci_upper"]].astype(float),
        means[0] + sds[0] * stats.norm.ppf([0.025, 0.975]),
        atol=NOISE * sds[0],
    )


def test_ends_of_products_are_lopsided() -> None:
    """The far end on the side of the product; by the delta method both halves are equal."""
    for estimator in ("mlr", "ml"):
        row = mediated(estimator)[1].loc[("indirect", "a", "c")]
        above, below = row["ci_upper"] - row["effect"], row["effect"] - row["ci_lower"]
        assert min(above, below) > 0
        assert above > 1.3 * below if estimator == "mlr" else above == pytest.approx(below)


def test_seed_and_level_of_the_tables() -> None:
    other = evaluate(fit(CHAIN, chain_survey(120), estimator="mlr")).tables["effects"]
    np.testing.assert_array_equal(other["ci_lower"], robust().tables["effects"]["ci_lower"])
    moved = robust(seed=7).tables["effects"]
    assert (moved["ci_lower"] != other["ci_lower"]).all()
    narrow = robust(level=0.8).tables["effects"]
    assert (narrow["ci_lower"] > other["ci_lower"]).all()
    assert (narrow["ci_upper"] < other["ci_upper"]).all()


@pytest.mark.slow
def test_the_spread_of_a_small_sample_is_its_jackknife() -> None:
    """60 fits without one respondent each: (n - 1) / n times the sum of squares (Efron 1982, eq. 3.5)."""
    answers = chain_answers(60)
    made = solved(fit(CHAIN, survey_of(CHAIN, answers), estimator="mlr"))
    rows = []
    for k in range(60):
        one = solved(fit(CHAIN, survey_of(CHAIN, np.delete(answers, k, axis=0))))
        rows.append(np.concatenate([one.means, one.values]))
    assert made.spread is not None
    np.testing.assert_allclose(made.spread, 59**2 / 60 * np.cov(np.array(rows).T), rtol=1e-3, atol=1e-6)
    assert not np.allclose(made.spread, made.covariance, rtol=0.02)


def test_the_spread_of_a_large_sample_is_the_sandwich() -> None:
    large = solved(fit(CHAIN, chain_survey(SMALL + 1), estimator="mlr"))
    assert large.spread is not None
    np.testing.assert_array_equal(large.spread, large.covariance)
    small = solved(fit(CHAIN, chain_survey(SMALL), estimator="mlr"))
    assert small.spread is not None
    assert not np.array_equal(small.spread, small.covariance)
    # of 2,000 respondents both estimate one thing: 10 % of an error, which rests on fourth moments
    np.testing.assert_allclose(np.diag(small.spread), np.diag(small.covariance), rtol=0.1)


@pytest.mark.parametrize(
    "options", [{}, {"estimator": "fiml"}, {"estimator": "mlm"}, {"ridge": 0.02}], ids=str
)
def test_other_estimators_have_no_spread(options: dict[str, object]) -> None:
    assert solved(fit(CHAIN, chain_survey(120), **options)).spread is None  # type: ignore[arg-type]


def test_groups_under_pooled_weights() -> None:
    """Groups carry the pooled weights' error along; their effects are simulated too."""
    survey = chain_survey(240, groups={"firm": ["a", "b"] * 120})
    tables = evaluate(fit(CHAIN, survey, estimator="mlr")).tables
    assert set(tables["effects"]["ci_method"]) == {"monte_carlo"}
    assert tables["effects"][["ci_lower", "ci_upper"]].notna().all(axis=None)
    assert set(tables["index"]["ci_method"]) == {"delta"}
