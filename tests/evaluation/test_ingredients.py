"""Ingredients of index and effects: the stored tables follow from them, whatever the estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, chain_answers, model_of, survey_of

from csi_model.comparison.wave_reading import reader_of, stored_of
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.item_means import mean_influences, part_mean_covariance
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import sample_of

HIGHER = model_of(
    {"product": "x1 x2 x3", "service": "q1 q2 q3", "quality": "", "satisfaction": "s1 s2 s3"},
    {"quality": "product service", "satisfaction": "quality"},
    repeats={"quality": "product service"},
)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (CHAIN, {}),
        (CHAIN, {"estimator": "fiml", "weight_rule": "standardised"}),
        (CHAIN, {"weight_rule": "regression"}),
        (CHAIN, {"estimator": "pls"}),
        (CHAIN, {"estimator": "plsc", "weight_rule": "loadings"}),
        (HIGHER, {"estimator": "pls", "higher_order": "two_stage"}),
    ],
    ids=["ml", "fiml", "regression", "pls", "plsc", "higher order"],
)
def test_index_and_effects_follow_from_the_ingredients(model: ModelSpec, options: dict[str, Any]) -> None:
    answers = chain_answers(150, 4)[:, : len(model.indicators)]
    if options.get("estimator") == "fiml":
        answers[::7, 2] = np.nan
    if options.get("estimator", "ml")[0] == "p":
        options = {**options, "bootstrap": 0, "folds": 0}
    results = evaluate(fit(model, survey_of(model, answers), beside=False, **options))
    reader, layout = reader_of(results), reader_of(results).layout
    point = reader.block(stored_of(results).arrays(())).point
    shown = results.tables["index"].set_index("construct")["index"]
    np.testing.assert_allclose(layout.index(point[layout.x], point[layout.w]), shown[list(layout.constructs)])
    effects = results.tables["effects"]
    direct = effects[effects["kind"] == "direct"].set_index(["source", "target"])["effect"]
    made = layout.direct(point[layout.w], point[layout.l], point[layout.beta])
    for (source, target), value in zip(layout.paths, made, strict=True):
        assert value == pytest.approx(direct[layout.constructs[source], layout.constructs[target]])


def test_a_mean_with_gaps_errs_as_a_ratio_does() -> None:
    """Of those who answered only: s / sqrt(n) with n of them, but for the finite-sample factor."""
    answers = chain_answers(200, 3)
    answers[::3, 0] = np.nan
    sample = sample_of(survey_of(CHAIN, answers), None, "available")
    moved = mean_influences(sample)
    known = answers[np.isfinite(answers[:, 0]), 0]
    assert moved[:, 0].sum() == pytest.approx(0, abs=1e-9)
    assert np.sqrt((moved[:, 0] ** 2).sum()) / 200 == pytest.approx(known.std() / np.sqrt(len(known)))


@pytest.mark.parametrize("estimator", ["ml", "pls"])
def test_the_covariance_of_item_means_is_stored(estimator: str) -> None:
    """Of a plain sample S / n with divisor n - 1 in S; under clusters that of the cluster means."""
    answers = chain_answers(150, 3)
    options: dict[str, Any] = {"estimator": estimator, "bootstrap": 0, "folds": 0, "beside": False}
    plain = fit(CHAIN, survey_of(CHAIN, answers), **options)
    np.testing.assert_allclose(part_mean_covariance(plain.pooled), np.cov(answers.T) / 150)
    np.testing.assert_allclose(evaluate(plain).moments["mean_covariance_0"], np.cov(answers.T) / 150)
    clusters = np.arange(150) // 10
    made = part_mean_covariance(fit(CHAIN, survey_of(CHAIN, answers, cluster=clusters), **options).pooled)
    means = np.array([answers[clusters == c].mean(axis=0) for c in range(15)])
    np.testing.assert_allclose(made, np.cov(means.T) / 15)
