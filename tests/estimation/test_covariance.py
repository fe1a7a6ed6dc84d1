"""The covariance structure: implied covariances, discrepancy and derivatives against definitions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, model_of, modifier, random_covariance

from csi_model.estimation.covariance import (
    case_scores,
    discrepancy,
    gradient,
    gradient_and_information,
    matrices,
    observed_hessian,
    row_values,
)
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.model.spec import ModelSpec

MODELS = {
    "chain": CHAIN,
    "labels": model_of(
        {"a": "a1 a2 a3", "b": "b1 b2"},
        {"b": "a"},
        modifiers=[
            modifier(text) for text in ("a =~ k*a2", "b =~ k*b2", "a3 ~~ b2", "a1 ~~ e*a1", "a2 ~~ e*a2")
        ],
    ),
    "two exogenous, two outcomes": model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "c1 c2", "d": "d1"}, {"c": "a b", "d": "a b"}, index="c"
    ),
    "composite": model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "", "d": "d1 d2"},
        {"c": "a b", "d": "c"},
        repeats={"c": "a b"},
    ),
    "second order": model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "", "d": "d1 d2"},
        {"a": "c", "b": "c", "d": "c"},
        repeats={"c": "a b"},
    ),
}  # fmt: skip

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


def a_point(table: ParameterTable, seed: int = 3) -> Floats:
    """Parameters with a positive definite implied covariance: variances around 1, the rest small."""
    random = np.random.default_rng(seed)
    values = random.uniform(0.2, 0.7, size=table.n_free)
    for row in table.free_rows:
        if row.op == "~~":
            values[row.free] = random.uniform(0.8, 1.5) if row.i == row.j else 0.1
    assert np.linalg.eigvalsh(matrices(table, values).sigma)[0] > 0
    return values


def numerical(function: Callable[[Floats], Floats], at: Floats, step: float = 1e-5) -> Floats:
    """Central differences (k, d) of a function of (d,)."""
    columns = []
    for place in range(at.size):
        move = np.zeros(at.size)
        move[place] = step
        columns.append((np.asarray(function(at + move)) - np.asarray(function(at - move))) / (2 * step))
    return np.stack(columns, axis=-1)


def f_of(table: ParameterTable, sample: Floats) -> Callable[[Floats], Floats]:
    log_det = np.linalg.slogdet(sample)[1]
    return lambda values: discrepancy(matrices(table, values).sigma, sample, log_det)


@every_model
def test_sigma_identity(model: ModelSpec) -> None:
    """Sigma = Lambda (I - B)^-1 Psi (I - B)^-T Lambda' + Theta, cell by cell from the rows."""
    table = parameter_table(model)
    values = a_point(table)
    p, m = len(table.indicators), len(table.constructs)
    made = {"lambda": np.zeros((p, m)), "beta": np.zeros((m, m)), "psi": np.zeros((m, m)),
            "theta": np.zeros((p, p))}  # fmt: skip
    for row in table.rows:
        value = row.value if row.free < 0 else values[row.free]
        names = (
            {"lambda": (table.indicators.index(row.rhs), table.constructs.index(row.lhs))}
            if row.op == "=~"
            else {}
        )
        if row.op == "~":
            names = {"beta": (table.constructs.index(row.lhs), table.constructs.index(row.rhs))}
        if row.op == "~~":
            order = table.constructs if row.lhs in table.constructs else table.indicators
            where = "psi" if row.lhs in table.constructs else "theta"
            names = {where: (order.index(row.lhs), order.index(row.rhs))}
        ((where, place),) = names.items()
        made[where][place] = value
        if row.op == "~~":
            made[where][place[::-1]] = value
    inner = np.eye(m) - made["beta"]
    phi = np.linalg.solve(inner, np.linalg.solve(inner, made["psi"]).T).T
    sigma = made["lambda"] @ phi @ made["lambda"].T + made["theta"]
    mats = matrices(table, values)
    np.testing.assert_allclose(mats.sigma, sigma, atol=1e-13)
    np.testing.assert_allclose(mats.phi, phi, atol=1e-13)


@every_model
def test_gradient_against_differences(model: ModelSpec) -> None:
    table = parameter_table(model)
    values, sample = a_point(table), random_covariance(np.random.default_rng(1), len(table.indicators))
    slope = gradient(table, values, sample)
    np.testing.assert_allclose(slope, numerical(f_of(table, sample), values), atol=1e-7)
    np.testing.assert_allclose(gradient_and_information(table, values, sample)[0], slope, atol=1e-12)


@every_model
def test_observed_hessian_against_differences(model: ModelSpec) -> None:
    table = parameter_table(model)
    values, sample = a_point(table), random_covariance(np.random.default_rng(2), len(table.indicators))
    expected = numerical(lambda x: gradient(table, x, sample), values)
    np.testing.assert_allclose(observed_hessian(table, values, sample), expected, atol=1e-7)


@every_model
def test_expected_hessian_against_its_definition(model: ModelSpec) -> None:
    """H_rs = tr(W dSigma_r W dSigma_s), with dSigma by differences; it does not depend on S."""
    table = parameter_table(model)
    values, p = a_point(table), len(table.indicators)
    slopes = numerical(lambda x: matrices(table, x).sigma, values)
    w = np.linalg.inv(matrices(table, values).sigma)
    expected = np.einsum("ij,jkr,kl,lis->rs", w, slopes, w, slopes)
    for seed in (3, 4):
        sample = random_covariance(np.random.default_rng(seed), p)
        hessian = gradient_and_information(table, values, sample)[1]
        np.testing.assert_allclose(hessian, expected, atol=1e-7)


@every_model
def test_expected_equals_observed_hessian_where_the_model_holds(model: ModelSpec) -> None:
    table = parameter_table(model)
    values = a_point(table)
    sigma = matrices(table, values).sigma
    expected = gradient_and_information(table, values, sigma)
    np.testing.assert_allclose(expected[0], 0, atol=1e-12)
    np.testing.assert_allclose(expected[1], observed_hessian(table, values, sigma), atol=1e-10)
    assert discrepancy(sigma, sigma, np.linalg.slogdet(sigma)[1]) == pytest.approx(0, abs=1e-12)


@every_model
def test_case_scores_are_slopes_of_the_log_likelihood(model: ModelSpec) -> None:
    table = parameter_table(model)
    values, p = a_point(table), len(table.indicators)
    centred = np.random.default_rng(7).normal(size=(6, p))

    def log_likelihood(x: Floats) -> Floats:
        sigma = matrices(table, x).sigma
        inside = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(sigma), centred)
        return np.asarray(-0.5 * (np.linalg.slogdet(sigma)[1] + inside))

    scores = case_scores(table, values, centred)
    np.testing.assert_allclose(scores, numerical(log_likelihood, values), atol=1e-7)
    sample = centred.T @ centred / len(centred)
    np.testing.assert_allclose(
        scores.sum(axis=0), -len(centred) / 2 * gradient(table, values, sample), atol=1e-10
    )


def test_discrepancy_is_infinite_where_sigma_is_not_positive_definite() -> None:
    sample = np.eye(3)
    good = np.diag([1.0, 2.0, 0.5])
    singular = np.ones((3, 3))
    indefinite = np.diag([1.0, 1.0, -1.0])
    broken = np.full((3, 3), np.nan)
    found = discrepancy(np.stack([good, singular, indefinite, broken]), sample, np.zeros(4))
    # ln det = 0; trace = 1 + 1/2 + 2, less p = 3
    np.testing.assert_allclose(found, [0.5, np.inf, np.inf, np.inf])
    assert discrepancy(indefinite, sample, np.array(0.0)) == np.inf


def test_discrepancy_is_positive_away_from_the_sample() -> None:
    random = np.random.default_rng(11)
    for size in (2, 5, 9):
        sample, other = random_covariance(random, size), random_covariance(random, size)
        assert discrepancy(other, sample, np.linalg.slogdet(sample)[1]) > 1e-3


@every_model
def test_a_batch_equals_one_by_one(model: ModelSpec) -> None:
    table = parameter_table(model)
    points = np.stack([a_point(table, seed) for seed in range(4)])
    random = np.random.default_rng(8)
    samples = np.stack([random_covariance(random, len(table.indicators)) for _ in points])
    slopes, hessians = gradient_and_information(table, points, samples)
    rows = row_values(table, points)
    for k, (values, sample) in enumerate(zip(points, samples, strict=True)):
        slope, hessian = gradient_and_information(table, values, sample)
        np.testing.assert_allclose(slopes[k], slope, rtol=0, atol=1e-12)
        np.testing.assert_allclose(hessians[k], hessian, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(rows[k], row_values(table, values))


def test_one_bad_member_does_not_spoil_a_batch() -> None:
    table = parameter_table(CHAIN)
    good = a_point(table)
    bad = good.copy()
    bad[[row.free for row in table.free_rows if row.op == "~~"]] = -1.0
    sample = random_covariance(np.random.default_rng(1), len(table.indicators))
    found = f_of(table, sample)(np.stack([bad, good]))
    assert found[0] == np.inf
    assert found[1] == pytest.approx(float(f_of(table, sample)(good)))
