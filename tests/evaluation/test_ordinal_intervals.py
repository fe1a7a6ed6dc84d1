"""Intervals from ordered answers: the jackknife's in small samples, those of robust errors in large ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fit_builders import Scale, model_of, survey_of
from scipy import stats

from csi_model.estimation.fits import SMALL, Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate

MODEL = model_of(
    {"quality": "x1 x2 x3", "satisfaction": "y1 y2 y3"},
    {"satisfaction": "quality"},
    index="satisfaction",
    scales=dict.fromkeys(["x1", "x2", "x3", "y1", "y2", "y3"], Scale(low=1, high=5)),
)
QUANTILE = float(stats.norm.ppf(0.975))


def fitted(n: int, estimator: str = "wlsmv", seed: int = 11) -> Fit:
    random = np.random.default_rng(seed)
    quality = random.normal(size=(n, 1))
    satisfaction = 0.7 * quality + 0.7 * random.normal(size=(n, 1))
    latent = np.hstack([quality] * 3 + [satisfaction] * 3) * 0.8 + 0.6 * random.normal(size=(n, 6))
    answers = 1.0 + np.searchsorted([-1.9, -1.3, -0.7, 0.3], latent)
    return fit(MODEL, survey_of(MODEL, pd.DataFrame(answers, columns=list("abcdef"))), estimator=estimator)


def halves(made: Fit) -> pd.DataFrame:
    """Standardised values that have errors, with half their intervals."""
    table = evaluate(made).tables["standardised"]
    table = table[table["se"] > 0]
    return table.assign(half=(table["ci_upper"] - table["ci_lower"]) / 2)


def solution(made: Fit) -> Solution:
    assert isinstance(made.pooled.solution, Solution)
    return made.pooled.solution


def test_intervals_of_standardised_values() -> None:
    """A few percent wider than robust errors alone would have them at 250."""
    ratios = []
    for seed in range(10):
        table = halves(fitted(250, seed=seed))
        ratios.append((table["half"] / (QUANTILE * table["se"]))[table["op"].isin(["=~", "~"])])
    assert len(ratios[0]) == 7
    assert 1.01 < np.mean(ratios) < 1.06
    np.testing.assert_allclose((table["ci_upper"] + table["ci_lower"]) / 2, table["est"], atol=1e-12)


def test_more_than_a_few_respondents_have_robust_errors() -> None:
    made = fitted(SMALL + 1)
    np.testing.assert_array_equal(solution(made).spread, solution(made).covariance)
    table = halves(made)
    assert set(table["ci_method"]) == {"delta"}
    np.testing.assert_allclose(table["half"], QUANTILE * table["se"], rtol=1e-9)


def test_both_meet_where_samples_grow() -> None:
    small, large = (
        np.diag(solution(made).spread) / np.diag(solution(made).covariance)  # type: ignore[arg-type]
        for made in (fitted(250), fitted(SMALL))
    )
    assert abs(large.mean() - 1) < abs(small.mean() - 1) / 3
    np.testing.assert_allclose(large, 1, atol=0.07)


@pytest.mark.parametrize("estimator", ["ml", "mlr"])
def test_other_estimators_keep_their_errors(estimator: str) -> None:
    table = halves(fitted(250, estimator))
    np.testing.assert_allclose(table["half"], QUANTILE * table["se"], rtol=1e-9)


def test_effects_are_simulated() -> None:
    effects = evaluate(fitted(250)).tables["effects"]
    assert set(effects["ci_method"]) == {"monte_carlo"}
