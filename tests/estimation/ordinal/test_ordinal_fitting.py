"""Whole fits of ordered answers: identities, designs, awkward surveys, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import YES_NO, Scale, model_of, survey_of
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.covariance import matrices, row_values
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.ordinal.fitting import solve_ordinal
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.layout import ordinal_table, structural
from csi_model.estimation.ordinal.moments import moments_of
from csi_model.estimation.ordinal.theta import theta_values
from csi_model.estimation.ordinal.weighted import find, weighted_of
from csi_model.estimation.parameters import parameter_table
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import sample_of
from csi_model.survey.survey import Survey

Floats = NDArray[np.float64]
FIVE = Scale(low=1, high=5)
ITEMS = "x1 x2 x3 y1 y2 y3 c"
SCALES = {**dict.fromkeys(ITEMS.split()[:6], FIVE), "c": YES_NO}


def _with(scales: dict[str, Scale]) -> ModelSpec:
    return model_of(
        {"quality": "x1 x2 x3", "satisfaction": "y1 y2 y3", "complaints": "c"},
        {"satisfaction": "quality", "complaints": "satisfaction"},
        index="satisfaction",
        scales=scales,
    )


MODEL = _with(SCALES)
FINE = _with({**SCALES, "y3": Scale(low=0, high=1000)})
"""The last question on satisfaction is answered on a continuous scale."""


def latent(n: int, seed: int = 1) -> Floats:
    """Responses (n, 7) of two constructs and a complaint."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(9, n))
    quality = noise[0]
    satisfaction = 0.7 * quality + 0.7 * noise[1]
    columns = [0.8 * quality + 0.6 * noise[2 + k] for k in range(3)]
    columns += [0.75 * satisfaction + 0.65 * noise[5 + k] for k in range(3)]
    return np.column_stack([*columns, -0.6 * satisfaction + 0.8 * noise[8]])


def answers(n: int = 300, seed: int = 1) -> Floats:
    made = 1.0 + np.searchsorted([-1.7, -1.0, -0.3, 0.6], latent(n, seed))
    made[:, 6] = latent(n, seed)[:, 6] > 0.9
    return made


def wlsmv(survey: Survey, **options: Any) -> Fit:
    return fit(survey.model, survey, estimator="wlsmv", **options)


def solution(made: Fit) -> Solution:
    assert isinstance(made.pooled.solution, Solution), made.pooled.why
    return made.pooled.solution


def errors(made: Fit) -> Floats:
    return np.sqrt(np.diag(solution(made).covariance))


PLAIN = wlsmv(survey_of(MODEL, answers()))


def test_latent_responses_have_variance_one() -> None:
    mats = matrices(solution(PLAIN).table, solution(PLAIN).values)
    np.testing.assert_allclose(np.diag(mats.sigma), 1.0, atol=1e-12)
    assert np.all(np.diag(mats.theta)[:6] > 0)
    assert PLAIN.trustworthy


def test_integer_weights_are_rows() -> None:
    given = answers()
    counts = np.random.default_rng(2).integers(1, 4, len(given))
    weighted = wlsmv(survey_of(MODEL, given, weights=counts))
    repeated = wlsmv(survey_of(MODEL, np.repeat(given, counts, axis=0)))
    np.testing.assert_allclose(weighted.pooled.sample.cov, repeated.pooled.sample.cov, atol=1e-9)
    # weights of the discrepancy follow the design, so that estimates differ by a hair
    chosen = [row.free for row in solution(weighted).table.free_rows if row.op == "|"]
    one, two = solution(weighted), solution(repeated)
    np.testing.assert_allclose(one.values[chosen], two.values[chosen], atol=1e-12)
    np.testing.assert_allclose(one.values, two.values, atol=0.01)


def test_equal_weights_are_none() -> None:
    made = wlsmv(survey_of(MODEL, answers(), weights=np.full(300, 2.5)))
    np.testing.assert_allclose(solution(made).values, solution(PLAIN).values, atol=1e-9)
    np.testing.assert_allclose(errors(made), errors(PLAIN), rtol=1e-9)


def test_respondents_who_stand_twice_in_a_cluster_count_once() -> None:
    given = answers()
    made = wlsmv(survey_of(MODEL, np.repeat(given, 2, axis=0), cluster=np.repeat(np.arange(300), 2)))
    np.testing.assert_allclose(solution(made).values, solution(PLAIN).values, atol=1e-8)
    np.testing.assert_allclose(errors(made), errors(PLAIN), rtol=1e-7)
    tests = solution(made).test, solution(PLAIN).test
    scaled = [t.chisq / t.scaling.factor + t.scaling.shift for t in tests if t.scaling is not None]
    assert scaled[0] == pytest.approx(scaled[1], rel=0.02)  # the factor n - 1 is of all rows


def test_spread_weights_cost_precision() -> None:
    weights = np.where(np.random.default_rng(3).random(300) < 0.5, 0.2, 1.8)
    made = wlsmv(survey_of(MODEL, answers(), weights=weights))
    # Kish (1965): the design effect of weights is 1 + cv^2
    effect = np.median(errors(made)[7:] / errors(PLAIN)[7:])
    assert effect == pytest.approx(np.sqrt(1 + weights.var() / weights.mean() ** 2), rel=0.1)


def test_a_reversed_item_turns_its_loading() -> None:
    given = answers()
    given[:, 1] = 6 - given[:, 1]
    made = wlsmv(survey_of(MODEL, given))
    for row, one, other in zip(
        solution(made).table.rows, row_values(solution(made).table, solution(made).values),
        row_values(solution(PLAIN).table, solution(PLAIN).values), strict=True,
    ):  # fmt: skip
        if row.op == "|" and row.lhs == "x2":
            continue
        sign = -1 if row.rhs == "x2" and row.op == "=~" else 1
        assert one == pytest.approx(sign * other, abs=1e-8), row
    assert solution(made).test.chisq == pytest.approx(solution(PLAIN).test.chisq, abs=1e-7)


def test_an_answer_that_nobody_gave() -> None:
    """It has no threshold; the others are those of the scale without it, and means count its step."""
    given = answers()
    given[given[:, 0] == 3, 0] = 2
    made = wlsmv(survey_of(MODEL, given))
    table = solution(made).table
    assert [row.rhs for row in table.rows if row.op == "|" and row.lhs == "x1"] == ["t1", "t2", "t3"]
    assert table.steps is not None
    assert table.steps[0] == (1.0, 2.0, 1.0)
    shorter = given.copy()
    shorter[shorter[:, 0] > 3, 0] -= 1
    other = wlsmv(survey_of(MODEL, shorter))
    np.testing.assert_allclose(solution(other).values, solution(made).values, atol=1e-10)
    mean = solution(made).means
    np.testing.assert_allclose(mean, given.mean(axis=0), atol=1e-12)


def test_errors_of_means_are_those_of_answers() -> None:
    """Also by way of thresholds: a mean is a function of them."""
    given = answers()
    p = given.shape[1]
    np.testing.assert_allclose(errors(PLAIN)[:p], given.std(axis=0, ddof=1) / np.sqrt(300), rtol=1e-9)
    weights = np.random.default_rng(4).uniform(0.5, 2, 300)
    made = wlsmv(survey_of(MODEL, given, weights=weights))
    share = weights / weights.sum()
    moved = share[:, None] * (given - share @ given)
    np.testing.assert_allclose(errors(made)[:p], np.sqrt(300 / 299 * (moved**2).sum(axis=0)), rtol=1e-9)


def test_two_identical_items() -> None:
    given = answers()
    given[:, 1] = given[:, 0]
    with pytest.raises(EstimationError, match="x1 and x2 order all respondents alike") as error:
        wlsmv(survey_of(MODEL, given))
    assert [one.code for one in error.value.findings] == ["linear-dependence"]
    given[:, 1] = 6 - given[:, 0]
    with pytest.raises(EstimationError, match="x1 and x2 order all respondents alike or in reverse"):
        wlsmv(survey_of(MODEL, given))


def test_an_item_that_everybody_answers_alike() -> None:
    given = answers()
    given[:, 4] = 4
    with pytest.raises(EstimationError, match="y2") as error:
        wlsmv(survey_of(MODEL, given))
    assert [one.code for one in error.value.findings] == ["constant-column"]


def test_correlations_that_contradict_each_other() -> None:
    """Few respondents, binary items: no normal distribution has all of their tetrachoric correlations."""
    binary = dict.fromkeys(["x1", "x2", "y1", "y2"], YES_NO)
    model = model_of({"a": "x1 x2", "b": "y1 y2"}, {"b": "a"}, scales=binary)
    random = np.random.default_rng(9)
    responses = 1.2 * random.normal(size=40)[:, None] + random.normal(size=(40, 4))
    given = (responses > np.array([0.8, -0.8, 0.3, -0.3])).astype(float)
    made = wlsmv(survey_of(model, given))
    smallest = np.linalg.eigvalsh(made.pooled.sample.cov)[0]
    found = [one for one in made.pooled.findings if one.code == "indefinite-polychoric"]
    assert smallest == pytest.approx(-0.074, abs=5e-4)
    assert f"smallest eigenvalue {smallest:.3f}" in found[0].what
    assert found[0].severity == "warning"
    assert np.all(np.isfinite(solution(made).values))


def test_mixed_items_have_means() -> None:
    """A continuous item has a mean and a variance; thresholds and means leave no degrees of freedom."""
    frame = pd.DataFrame(answers(), columns=ITEMS.split())
    frame["y3"] = 50 + 10 * latent(300)[:, 5]
    made = wlsmv(survey_of(FINE, frame.to_numpy()))
    table, values = solution(made).table, solution(made).values
    means = [row for row in table.rows if row.op == "~1"]
    assert [(row.lhs, values[row.free]) for row in means] == [("y3", pytest.approx(frame["y3"].mean()))]
    mats = matrices(table, values)
    assert mats.sigma[5, 5] == pytest.approx(mats.lam[5, 1] ** 2 * mats.phi[1, 1] + mats.theta[5, 5])
    # 21 pairs and a variance; 4 loadings, 2 paths, 2 (residual) variances and that of y3
    assert solution(made).test.df == 21 + 1 - (4 + 2 + 2 + 1)
    at = means[0].free
    p = 7
    assert errors(made)[p + at] == pytest.approx(frame["y3"].std() / np.sqrt(300), rel=1e-9)


def test_units_of_a_continuous_item_do_not_matter() -> None:
    frame = pd.DataFrame(answers(), columns=ITEMS.split())
    frame["y3"] = 5 + latent(300)[:, 5]
    small = wlsmv(survey_of(FINE, frame.to_numpy()))
    frame["y3"] *= 100
    large = wlsmv(survey_of(FINE, frame.to_numpy()))
    assert solution(small).test.chisq == pytest.approx(solution(large).test.chisq, rel=1e-9)
    loading = next(row.free for row in solution(small).table.free_rows if row.rhs == "y3" and row.op == "=~")
    ratio = solution(large).values[loading] / solution(small).values[loading]
    assert ratio == pytest.approx(100, rel=1e-6)
    assert errors(large)[7 + loading] / errors(small)[7 + loading] == pytest.approx(100, rel=1e-6)


def test_theta_is_the_same_model() -> None:
    """Rebuilt from theta's values, the correlations of the latent responses are those of delta."""
    table, values = solution(PLAIN).table, solution(PLAIN).values
    shown = dict(zip(((r.lhs, r.op, r.rhs) for r in table.rows), theta_values(table, values), strict=True))
    p, m = len(table.indicators), len(table.constructs)
    lam, beta, psi, theta = (np.zeros(shape) for shape in ((p, m), (m, m), (m, m), (p, p)))
    for row in table.rows:
        cell = {"lambda": lam, "beta": beta, "psi": psi, "theta": theta}.get(row.matrix)
        if cell is not None:
            cell[row.i, row.j] = shown[row.lhs, row.op, row.rhs] if not row.implied else cell[row.i, row.j]
    np.testing.assert_allclose(np.diag(theta)[:6], 1.0, atol=1e-12)
    assert psi[2, 2] == pytest.approx(1.0)
    lam[6, 2] = 1.0
    total = np.linalg.inv(np.eye(m) - beta)
    sigma = lam @ total @ psi @ total.T @ lam.T + theta
    sd = np.sqrt(np.diag(sigma))
    np.testing.assert_allclose(sigma / np.outer(sd, sd), matrices(table, values).sigma, atol=1e-10)
    tau = np.array([shown[row.lhs, "|", row.rhs] / sd[row.i] for row in table.rows if row.op == "|"])
    wanted = [values[row.free] for row in table.rows if row.op == "|"]
    np.testing.assert_allclose(tau, wanted, atol=1e-12)


def test_the_gradient_and_the_hessian_are_derivatives() -> None:
    survey = survey_of(MODEL, answers())
    sample = sample_of(survey)
    table = parameter_table(MODEL)
    moments = moments_of(items_of(sample.answers, sample.weights, np.ones(7, dtype=bool)))
    own = ordinal_table(table, moments.items)
    problem = weighted_of(own, moments, np.mean(moments.influences**2, axis=0))
    q, first = structural(own), np.zeros(1, dtype=int)
    # away from the optimum, so that residuals bend the surface
    at = solution(PLAIN).values[:q] * (1 + 0.1 * np.random.default_rng(5).normal(size=q))
    slope, _ = problem.derivatives(at[None], first)
    step = 1e-5
    steps = step * np.eye(q)
    numeric = [(problem.value((at + d)[None], first) - problem.value((at - d)[None], first))[0] / 2 / step
               for d in steps]  # fmt: skip
    np.testing.assert_allclose(slope[0], numeric, rtol=1e-5, atol=1e-7)

    def at_slope(moved: Floats) -> Floats:
        found: Floats = problem.derivatives((at + moved)[None], first)[0][0]
        return found

    curved = [(at_slope(d) - at_slope(-d)) / 2 / step for d in steps]
    np.testing.assert_allclose(problem.hessian(at), curved, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_model_that_fits_badly_converges(seed: int) -> None:
    """Items are mixed up between the constructs."""
    given = answers(400, seed)[:, [0, 3, 1, 4, 2, 5, 6]]
    made = solution(wlsmv(survey_of(MODEL, given)))
    assert made.verdicts.converged
    assert made.test.chisq > 20
    assert made.iterations < 100


def test_the_start_does_not_matter() -> None:
    sample = sample_of(survey_of(MODEL, answers()))
    moments = moments_of(items_of(sample.answers, sample.weights, np.ones(7, dtype=bool)))
    own = ordinal_table(parameter_table(MODEL), moments.items)
    problem = weighted_of(own, moments, np.mean(moments.influences**2, axis=0))
    best = solution(PLAIN).values[: structural(own)]
    random = np.random.default_rng(6)
    for _ in range(5):
        start = best * np.exp(0.5 * random.normal(size=best.size))
        np.testing.assert_allclose(find(problem, start).values[0], best, atol=1e-6)


def test_what_is_handed_on() -> None:
    sample = sample_of(survey_of(MODEL, answers()))
    changed, made = solve_ordinal(parameter_table(MODEL), sample, np.ones(7, dtype=bool), "survey.csv")
    np.testing.assert_allclose(np.diag(changed.cov), 1.0)
    np.testing.assert_array_equal(changed.mean, sample.mean)
    assert made.covariance.shape == (7 + made.table.n_free, 7 + made.table.n_free)
    assert np.linalg.eigvalsh(made.covariance)[0] > -1e-12


def test_the_scaled_and_shifted_test_has_mean_and_variance_of_its_chi_square() -> None:
    """With e = M e_s the test is a sum of squared normals, weighted by the roots of W^1/2 M G M' W^1/2."""
    sample = sample_of(survey_of(MODEL, answers()))
    table, moments = (
        parameter_table(MODEL),
        moments_of(items_of(sample.answers, sample.weights, np.ones(7) > 0)),
    )
    gamma = moments.influences.T @ moments.influences / sample.n
    problem = weighted_of(ordinal_table(table, moments.items), moments, np.diag(gamma))
    _, made = solve_ordinal(table, sample, np.ones(7, dtype=bool), "survey.csv")
    slopes = problem.slopes(made.values[: structural(made.table)])
    weighted = slopes * problem.weights[:, None]
    residual = np.eye(len(slopes)) - slopes @ np.linalg.solve(weighted.T @ slopes, weighted.T)
    root = np.sqrt(problem.weights)[:, None] * residual
    weights = np.linalg.eigvalsh(root @ gamma[np.ix_(moments.fitted, moments.fitted)] @ root.T)
    scaling, df = made.test.scaling, made.test.df
    assert scaling is not None
    assert weights.sum() / scaling.factor + scaling.shift == pytest.approx(df, rel=1e-6)
    assert 2 * (weights**2).sum() / scaling.factor**2 == pytest.approx(2 * df, rel=1e-6)
