"""The likelihood over patterns of answers: against densities of single respondents and differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from fit_builders import CHAIN, YES_NO, Floats, model_of, modifier, random_covariance
from scipy import stats

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import discrepancy, gradient, gradient_and_information, matrices
from csi_model.estimation.likelihood import Patterns, patterns_of
from csi_model.estimation.missing import moment_table, moment_values
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.model.spec import ModelSpec

MODELS = {
    "chain": CHAIN,
    "labels and a residual covariance": model_of(
        {"a": "a1 a2 a3", "b": "b1 b2"},
        {"b": "a"},
        modifiers=[modifier(text) for text in ("a =~ k*a2", "b =~ k*b2", "a3 ~~ b2", "a1 ~~ e*a1")],
    ),
    "single items": model_of(
        {"a": "a1 a2", "b": "b1", "c1": "c1"}, {"b": "a", "c1": "a b"}, scales={"c1": YES_NO}
    ),
    "second order": model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "", "d": "d1 d2"},
        {"a": "c", "b": "c", "d": "c"},
        repeats={"c": "a b"},
    ),
}

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
DIFFERENCES = 1e-6
"""Central differences with steps of 1e-5 of functions of size 10 to 100."""


def a_point(table: ParameterTable, seed: int = 3) -> Floats:
    """Parameters with a positive definite implied covariance and means around 1."""
    random = np.random.default_rng(seed)
    values = random.uniform(0.2, 0.7, size=table.n_free)
    for row in table.free_rows:
        if row.op == "~~":
            values[row.free] = random.uniform(0.8, 1.5) if row.i == row.j else 0.1
        elif row.op == "~1":
            values[row.free] = random.normal(1.0, 0.5)
    assert np.linalg.eigvalsh(matrices(table, values).sigma)[0] > 0
    return values


def gappy(p: int, n: int = 40, seed: int = 4, *, share: float = 0.25) -> Floats:
    """Answers (n, p) with gaps anywhere; the first row is complete, the second empty."""
    random = np.random.default_rng(seed)
    half = random.normal(size=(p, p))
    made: Floats = random.normal(size=(n, p)) @ half / np.sqrt(p) + 1
    made[random.random((n, p)) < share] = np.nan
    made[0], made[1] = random.normal(size=p), np.nan
    return made


def numerical(function: Callable[[Floats], Floats], at: Floats, step: float = 1e-5) -> Floats:
    """Central differences (k, d) of a function of (d,)."""
    moves = step * np.eye(at.size)
    columns = [(np.asarray(function(at + m)) - np.asarray(function(at - m))) / (2 * step) for m in moves]
    return np.stack(columns, axis=-1)


def densities(mean: Floats, sigma: Floats, answers: Floats) -> Floats:
    """Log-density (n,) of each respondent's answers, 0 for nobody's answers; by scipy."""
    made = np.zeros(len(answers))
    for row, answer in enumerate(answers):
        there = np.flatnonzero(~np.isnan(answer))
        if there.size:
            made[row] = stats.multivariate_normal.logpdf(
                answer[there], mean[there], sigma[np.ix_(there, there)]
            )
    return made


def of_model(model: ModelSpec) -> tuple[ParameterTable, Floats, Floats, Patterns]:
    """Table, point, answers and their patterns with weights 1."""
    table = parameter_table(model, means=True)
    answers = gappy(len(table.indicators))
    return table, a_point(table), answers, patterns_of(answers, np.ones(len(answers)))


def of_patterns(data: Patterns, order: list[int]) -> Patterns:
    """The patterns in another order."""
    return replace(
        data,
        answered=data.answered[order],
        share=data.share[order],
        mean=data.mean[order],
        cov=data.cov[order],
        members=tuple(data.members[k] for k in order),
    )


def test_patterns_by_hand() -> None:
    """Two items. Both: (1, 2), (3, 6), weights 1 and 3; first only: 4 (2); second only: 5 (1); none (1)."""
    nan = np.nan
    answers = np.array([[1, 2], [4, nan], [3, 6], [nan, 5], [nan, nan]])
    data = patterns_of(answers, np.array([1.0, 2.0, 3.0, 1.0, 1.0]))
    found = {tuple(row): k for k, row in enumerate(data.answered.tolist())}
    both, first, second, none = (
        found[key] for key in ((True, True), (True, False), (False, True), (False, False))
    )
    np.testing.assert_allclose(data.share[[both, first, second, none]], [0.5, 0.25, 0.125, 0.125])
    # mean (1 + 9) / 4 and (2 + 18) / 4; deviations (-1.5, -3) with weight 1, (.5, 1) with weight 3
    np.testing.assert_allclose(data.mean[both], [2.5, 5.0])
    np.testing.assert_allclose(data.cov[both], [[0.75, 1.5], [1.5, 3.0]])
    np.testing.assert_allclose(data.mean[[first, second, none]], [[4, 0], [0, 5], [0, 0]])
    assert not data.cov[[first, second, none]].any()
    assert [sorted(data.members[k]) for k in (both, first, second, none)] == [[0, 2], [1], [3], [4]]


@every_model
def test_deviance_is_minus_twice_the_log_likelihood(model: ModelSpec) -> None:
    table, values, answers, _ = of_model(model)
    mats = matrices(table, values)
    weights = np.random.default_rng(1).uniform(0.5, 2, len(answers))
    constant = (~np.isnan(answers)).sum(axis=1) * np.log(2 * np.pi)
    wanted = weights @ (-2 * densities(mats.mean, mats.sigma, answers) - constant) / weights.sum()
    assert likelihood.deviance(mats, patterns_of(answers, weights)) == pytest.approx(wanted, rel=1e-12)


@every_model
def test_slope_against_differences(model: ModelSpec) -> None:
    table, values, _, data = of_model(model)
    slope = likelihood.slope(table, values, data)
    wanted = numerical(lambda x: likelihood.deviance(matrices(table, x), data), values)
    np.testing.assert_allclose(slope, wanted, atol=DIFFERENCES)
    again = likelihood.slope_and_information(table, values, data)[0]
    np.testing.assert_allclose(again, slope, rtol=1e-12, atol=1e-12)


@every_model
def test_observed_hessian_is_the_jacobian_of_the_slope(model: ModelSpec) -> None:
    table, values, _, data = of_model(model)
    wanted = numerical(lambda x: likelihood.slope(table, x, data), values)
    np.testing.assert_allclose(likelihood.observed(table, values, data), wanted, atol=DIFFERENCES)


@pytest.mark.slow
@every_model
def test_expected_hessian_against_its_definition(model: ModelSpec) -> None:
    """``sum_k s_k [tr(W S_r W S_s) + 2 m_r'W m_s]`` with the derivatives by differences."""
    table, values, _, data = of_model(model)
    sigma = matrices(table, values).sigma
    covariances = numerical(lambda x: matrices(table, x).sigma, values)
    means = numerical(lambda x: matrices(table, x).mean, values)
    wanted = np.zeros((table.n_free, table.n_free))
    for answered, share in zip(data.answered, data.share, strict=True):
        w = np.zeros(sigma.shape)
        block = np.ix_(answered, answered)
        w[block] = np.linalg.inv(sigma[block])
        wanted += share * np.einsum("ij,jkr,kl,lis->rs", w, covariances, w, covariances)
        wanted += 2 * share * means.T @ w @ means
    hessian = likelihood.slope_and_information(table, values, data)[1]
    np.testing.assert_allclose(hessian, wanted, atol=DIFFERENCES)


@every_model
def test_scores_are_slopes_of_single_respondents(model: ModelSpec) -> None:
    table, values, answers, data = of_model(model)
    scores = likelihood.scores(table, values, answers, data)
    wanted = numerical(
        lambda x: densities(matrices(table, x).mean, matrices(table, x).sigma, answers), values
    )
    np.testing.assert_allclose(scores, wanted, atol=DIFFERENCES)
    assert not scores[1].any(), "nobody's answers say nothing"


@every_model
def test_scores_sum_to_the_slope(model: ModelSpec) -> None:
    """``sum_i w_i s_i = -sum w / 2`` times the gradient of F."""
    table, values, answers, _ = of_model(model)
    weights = np.random.default_rng(2).uniform(0.5, 2, len(answers))
    data = patterns_of(answers, weights)
    scores = likelihood.scores(table, values, answers, data)
    slope = likelihood.slope(table, values, data)
    np.testing.assert_allclose(weights @ scores, -weights.sum() / 2 * slope, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("covariances", [True, False])
def test_observed_linear_equals_observed(means: bool, covariances: bool) -> None:
    """Away from the optimum, so that no term is zero by chance."""
    names = ("a", "b", "c", "d")
    table = moment_table(names, covariances=covariances, means=means)
    data = patterns_of(gappy(len(names)), np.ones(40))
    sigma = random_covariance(np.random.default_rng(6), len(names))
    values = moment_values(table, np.array([0.3, 1.0, -0.5, 2.0]), sigma)
    linear = likelihood.observed_linear(table, values, data)
    np.testing.assert_allclose(linear, likelihood.observed(table, values, data), rtol=1e-10, atol=1e-10)


@every_model
def test_complete_answers_are_the_covariance_structure_and_the_means(model: ModelSpec) -> None:
    """Without gaps, means apart: F, its gradient and its Hessian are those of ``covariance``."""
    table, plain = parameter_table(model, means=True), parameter_table(model)
    p, q = len(table.indicators), plain.n_free
    values = a_point(table)
    mats = matrices(table, values)
    cov = random_covariance(np.random.default_rng(9), p)
    data = likelihood.one_pattern(mats.mean, cov)
    log_det = np.linalg.slogdet(cov)[1]
    f = likelihood.deviance(mats, data) - log_det - p
    assert f == pytest.approx(float(discrepancy(mats.sigma, cov, log_det)), abs=1e-12)
    slope, hessian = likelihood.slope_and_information(table, values, data)
    np.testing.assert_allclose(slope[:q], gradient(plain, values[:q], cov), atol=1e-12)
    np.testing.assert_allclose(slope[q:], 0, atol=1e-12)
    np.testing.assert_allclose(
        hessian[:q, :q], gradient_and_information(plain, values[:q], cov)[1], atol=1e-12
    )
    np.testing.assert_allclose(hessian[q:, q:], 2 * np.linalg.inv(mats.sigma), atol=1e-12)
    assert not hessian[:q, q:].any()


def test_one_pattern_is_what_complete_answers_sort_into() -> None:
    answers = np.random.default_rng(3).normal(size=(30, 4))
    made = patterns_of(answers, np.ones(30))
    wanted = likelihood.one_pattern(answers.mean(axis=0), np.cov(answers.T, bias=True))
    for name in ("answered", "share", "mean", "cov"):
        np.testing.assert_allclose(getattr(made, name), getattr(wanted, name), atol=1e-14, err_msg=name)


@every_model
def test_the_order_of_patterns_and_rows_does_not_matter(model: ModelSpec) -> None:
    table, values, answers, data = of_model(model)
    backwards = of_patterns(data, list(range(len(data.share)))[::-1])
    order = np.random.default_rng(5).permutation(len(answers))
    shuffled = patterns_of(answers[order], np.ones(len(answers)))
    for other in (backwards, shuffled):
        for function in (likelihood.slope, likelihood.observed):
            np.testing.assert_allclose(
                function(table, values, other), function(table, values, data), rtol=1e-11, atol=1e-11
            )
    scores = likelihood.scores(table, values, answers, data)
    np.testing.assert_array_equal(likelihood.scores(table, values, answers, backwards), scores)
    np.testing.assert_allclose(
        likelihood.scores(table, values, answers[order], shuffled), scores[order], atol=1e-12
    )


def test_an_empty_row_only_dilutes() -> None:
    """Shares are of all rows: with k of n rows empty, F is (n - k) / n of what it is without them."""
    table, values, answers, data = of_model(CHAIN)
    kept = np.delete(answers, 1, axis=0)
    without = patterns_of(kept, np.ones(len(kept)))
    assert not np.isnan(kept).all(axis=1).any()
    ratio = len(kept) / len(answers)
    mats = matrices(table, values)
    assert likelihood.deviance(mats, data) == pytest.approx(ratio * likelihood.deviance(mats, without))
    np.testing.assert_allclose(
        likelihood.slope(table, values, data), ratio * likelihood.slope(table, values, without), rtol=1e-10
    )


def test_a_batch_equals_one_by_one() -> None:
    table, _, answers, data = of_model(CHAIN)
    points = np.stack([a_point(table, seed) for seed in range(3)])
    batch = replace(
        data,
        share=np.stack([data.share] * 3),
        mean=np.stack([data.mean * k for k in (1, 2, 3)]),
        cov=np.stack([data.cov] * 3),
        members=(),
    )
    f = likelihood.deviance(matrices(table, points), batch)
    slopes, hessians = likelihood.slope_and_information(table, points, batch)
    for k, values in enumerate(points):
        one = batch[k]
        assert f[k] == pytest.approx(float(likelihood.deviance(matrices(table, values), one)), rel=1e-12)
        slope, hessian = likelihood.slope_and_information(table, values, one)
        np.testing.assert_allclose(slopes[k], slope, rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(hessians[k], hessian, rtol=1e-11, atol=1e-11)
    assert len(answers) == 40


def test_an_impossible_member_is_infinite_and_leaves_the_others_alone() -> None:
    table, good, _, data = of_model(CHAIN)
    bad = good.copy()
    bad[[row.free for row in table.free_rows if row.op == "~~"]] = -1.0
    batch = replace(
        data,
        share=np.stack([data.share] * 2),
        mean=np.stack([data.mean] * 2),
        cov=np.stack([data.cov] * 2),
        members=(),
    )
    found = likelihood.deviance(matrices(table, np.stack([bad, good])), batch)
    assert found[0] == np.inf
    assert found[1] == pytest.approx(float(likelihood.deviance(matrices(table, good), data)))
