"""What each respondent adds: estimates anew with one respondent's weight moved.

At a population that the model fits exactly, the cross products that influences rest on are the curvatures
themselves, so that influences are derivatives to rounding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from fit_builders import Scale, model_of
from numpy.typing import NDArray
from populations import mixed_items, two_constructs, two_items

from csi_model.estimation.ordinal.fitting import _start
from csi_model.estimation.ordinal.items import Items, items_of
from csi_model.estimation.ordinal.layout import ordinal_table
from csi_model.estimation.ordinal.moments import Moments, moments_of
from csi_model.estimation.ordinal.weighted import find, infer, weighted_of
from csi_model.estimation.parameters import parameter_table

Floats = NDArray[np.float64]


def moved(
    answers: Floats, shares: Floats, ordered: NDArray[np.bool_], row: int, of: Callable[[Items], Floats]
) -> Floats:
    """``n d estimate / d weight`` of one row, by central differences."""
    step = 1e-4 * shares[row]
    found = []
    for sign in (1, -1):
        weights = shares.copy()
        weights[row] += sign * step
        found.append(of(items_of(answers, weights, ordered)))
    return shares.sum() * (found[0] - found[1]) / (2 * step)


def statistics(items: Items) -> Floats:
    return moments_of(items).values


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.3, 0.65, 0.9])
def test_thresholds_and_polychoric_correlations(rho: float) -> None:
    answers, shares = two_items(rho, [-1.0, 0.1, 0.9], [-0.4, 0.7])
    ordered = np.ones(2, dtype=bool)
    made = moments_of(items_of(answers, shares, ordered))
    assert made.influences.shape == (12, 6)
    chosen = [row for row in range(12) if shares[row] > 1e-6]
    for row in chosen:
        wanted = moved(answers, shares, ordered, row, statistics)
        np.testing.assert_allclose(made.influences[row], wanted, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("rho", [-0.7, 0.0, 0.4, 0.8])
def test_polyserial_covariances(rho: float) -> None:
    answers, shares = mixed_items(rho, [-0.6, 0.5], mean=7.0, sd=2.5)
    ordered = np.array([True, False])
    made = moments_of(items_of(answers, shares, ordered))
    np.testing.assert_allclose(made.values[[2, 3, 4]], [7.0, 6.25, 2.5 * rho], atol=1e-5)
    for row in np.flatnonzero(shares > 1e-3)[::7]:
        wanted = moved(answers, shares, ordered, row, statistics)
        np.testing.assert_allclose(made.influences[row], wanted, rtol=1e-3, atol=1e-3)


def test_means_variances_and_covariances_of_continuous_items() -> None:
    """Exact for any sample, however skewed."""
    random = np.random.default_rng(1)
    x = np.exp(random.normal(size=(50, 2)) @ np.array([[1.0, 0.5], [0.0, 1.0]]))
    ordered = np.zeros(2, dtype=bool)
    made = moments_of(items_of(x, np.ones(50), ordered))
    for row in range(0, 50, 9):
        wanted = moved(x, np.ones(50), ordered, row, statistics)
        np.testing.assert_allclose(made.influences[row], wanted, rtol=1e-5, atol=1e-5)
    third = made.influences[:, 1] @ made.influences[:, 1] / 50
    assert third == pytest.approx(np.mean((x[:, 0] - x[:, 0].mean()) ** 4) - x[:, 0].var() ** 2)


def test_influences_sum_to_nothing() -> None:
    """Of thresholds, means and continuous moments in any sample; of correlations, too: scores are 0."""
    random = np.random.default_rng(2)
    x = random.normal(size=(150, 4)) + random.normal(size=(150, 1))
    answers = np.column_stack([np.searchsorted([-1, 0, 1], x[:, :3]), x[:, 3]]).astype(float)
    weights = random.uniform(0.5, 2, 150)
    made = moments_of(items_of(answers, weights, np.array([True, True, True, False])))
    np.testing.assert_allclose(weights @ made.influences / weights.sum(), 0, atol=1e-8)


def test_answers_follow_from_thresholds() -> None:
    """Influences of expected answers are the answers themselves, less their mean, in any sample."""
    random = np.random.default_rng(3)
    answers = np.column_stack([random.choice([1.0, 2.0, 5.0, 9.0], 80), random.integers(0, 2, 80),
                               random.normal(size=80)])  # fmt: skip
    weights = random.uniform(0.5, 2, 80)
    made = moments_of(items_of(answers, weights, np.array([True, True, False])))
    mean = weights @ answers / weights.sum()
    np.testing.assert_allclose(made.influences @ made.answer_slopes().T, answers - mean, atol=1e-10)


THREE_STEPS = Scale(low=0, high=2)
MODEL = model_of(
    {"a": "x1 x2 x3", "b": "y1 y2"},
    {"b": "a"},
    scales=dict.fromkeys(["x1", "x2", "x3", "y1", "y2"], THREE_STEPS),
)
LOADINGS = ((0.8, 0.6, 0.7), (0.75, 0.65))
CUTS = ((-0.7, 0.6), (0.3,), (-0.2,), (-0.9, 0.4), (0.1,))
PATH = 0.55


def solved(items: Items) -> tuple[Floats, Moments]:
    """Structural estimates with weights from the items' own influences."""
    moments = moments_of(items)
    table = parameter_table(MODEL)
    own = ordinal_table(table, items)
    share = items.weights / items.n
    problem = weighted_of(own, moments, share @ moments.influences**2)
    return find(problem, _start(table, own, moments)).values[0], moments


def test_the_population_is_recovered_and_its_influences_are_derivatives() -> None:
    answers, shares = two_constructs(LOADINGS, PATH, CUTS)
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    ordered = np.ones(5, dtype=bool)
    items = items_of(answers, shares, ordered)
    values, moments = solved(items)
    # standardised: b = path a with var(a) = .64, var(b) = .75^2, so beta = .55 x .75 / .8
    wanted = [0.6 / 0.8, 0.7 / 0.8, 0.65 / 0.75, PATH * 0.75 / 0.8]
    np.testing.assert_allclose(values[:4], wanted, atol=1e-5)
    np.testing.assert_allclose(sorted(values[4:]), sorted([0.64, 0.75**2 * (1 - PATH**2)]), atol=1e-5)
    own = ordinal_table(parameter_table(MODEL), items)
    gamma = (moments.influences * (items.weights / items.n)[:, None]).T @ moments.influences
    problem = weighted_of(own, moments, np.diag(gamma))
    fitted = moments.fitted
    made = infer(problem, moments, values, gamma[np.ix_(fitted, fitted)], n=1000)
    assert made.test.chisq == pytest.approx(0, abs=1e-5)
    for row in np.argsort(-shares)[:40:8]:
        moves = moved(answers, shares, ordered, int(row), lambda one: solved(one)[0])
        np.testing.assert_allclose(made.influences[row], moves, rtol=2e-3, atol=2e-3)
