"""Five skewed steps: what consistent PLS finds of a known truth by plain and polychoric correlations."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fit_builders import YES_NO, Floats, model_of, survey_of

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.model.spec import Scale

CUTS = (-1.6, -1.0, -0.4, 0.4)
"""Shares of 5, 11, 19, 31 and 34 %: the skewness of satisfied customers."""
LOADINGS = np.array([0.8, 0.75, 0.7] * 3 + [1.0])
MODEL = model_of(
    {"a": "x1 x2 x3", "b": "q1 q2 q3", "c": "s1 s2 s3", "d": "y"}, {"b": "a", "c": "a b", "d": "c"}
)
FIVE = replace(
    MODEL,
    constructs=tuple(
        replace(one, indicators=tuple(replace(item, scale=scale) for item in one.indicators))
        for one, scale in zip(MODEL.constructs, [Scale(low=1, high=5)] * 3 + [YES_NO], strict=True)
    ),
)
PATHS = {(1, 0): 0.6, (2, 0): 0.25, (2, 1): 0.5, (3, 2): -0.5}
"""[target, source], standardised."""


def answers(n: int, seed: int) -> Floats:
    """Nine questions on three constructs, and whether somebody complained."""
    random = np.random.default_rng(seed)
    e = random.normal(size=(4, n))
    a = e[0]
    b = 0.6 * a + 0.8 * e[1]
    c = 0.25 * a + 0.5 * b + np.sqrt(1 - 0.25**2 - 0.5**2 - 2 * 0.25 * 0.5 * 0.6) * e[2]
    latent = np.repeat(np.stack([a, b, c], axis=1), 3, axis=1)
    responses = LOADINGS[:9] * latent + np.sqrt(1 - LOADINGS[:9] ** 2) * random.normal(size=(n, 9))
    steps = 1.0 + np.searchsorted(CUTS, responses.ravel()).reshape(n, 9)
    return np.column_stack([steps, -0.5 * c + np.sqrt(0.75) * e[3] > 0.7])


def solved(n: int, seed: int, correlations: str, draws: int = 0) -> CompositeSolution:
    made = fit(
        FIVE, survey_of(FIVE, answers(n, seed)), estimator="plsc", correlations=correlations, bootstrap=draws
    ).pooled.solution
    assert isinstance(made, CompositeSolution)
    return made


def estimates(made: CompositeSolution) -> CompositeEstimates:
    return composite_estimates(made.table, made.means, made.values)


@cache
def bias(correlations: str, n: int) -> tuple[Floats, float]:
    """Mean error of each path, and mean absolute bias of loadings."""
    found = [estimates(solved(n, seed, correlations)) for seed in range(60)]
    paths = np.mean([[one.beta[place] for place in PATHS] for one in found], axis=0)
    loadings = np.mean([one.loadings.sum(axis=1) for one in found], axis=0)
    return paths - list(PATHS.values()), float(np.abs(loadings - LOADINGS)[:9].mean())


@pytest.mark.slow
@pytest.mark.parametrize("n", [250, 1000])
def test_polychoric_correlations_take_the_bias_of_steps_away(n: int) -> None:
    """Steps lower loadings, and the path to what a yes or no stands for.

    Among constructs of several questions consistent PLS bears them well: all correlations fall alike.
    """
    plain, polychoric = bias("plain", n), bias("polychoric", n)
    assert np.abs(polychoric[0]).max() < 0.025
    assert plain[0][3] > 0.08
    assert np.abs(polychoric[0]).mean() < np.abs(plain[0]).mean() / 2
    assert polychoric[1] < 0.01
    assert plain[1] > 3 * polychoric[1]


@pytest.mark.slow
def test_bootstrap_intervals_cover() -> None:
    """250 respondents, 200 draws each; 200 samples find a true 95 % as 91 to 98 %."""
    inside = []
    for seed in range(200):
        draws = solved(250, 1000 + seed, "polychoric", 200).draws
        assert draws is not None
        made = composite_estimates(solved(250, 1000 + seed, "polychoric").table, draws.means, draws.values)
        for place, truth in PATHS.items():
            low, high = np.quantile(made.beta[:, place[0], place[1]], [0.025, 0.975])
            inside.append([low <= truth <= high])
    assert 0.91 <= np.mean(inside) <= 0.98
