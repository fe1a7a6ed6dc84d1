"""Reliability of ordered answers: by hand, by integrating over the construct, by a million respondents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, model_of, shared_data, survey_of
from scipy import special

from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.ordinal_reliability import NOT_ORDERED, Answers, categorical_omega
from csi_model.evaluation.reliability import cronbach_alpha
from csi_model.model.lavaan import parse_lavaan
from csi_model.model.spec import Scale
from csi_model.reporting.reasons import reason_in
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

FIVE = Scale(low=1, high=5)
UNLIKE = (
    Answers(thresholds=np.array([-1.6, -0.9, -0.1, 0.8]), steps=np.ones(4)),
    Answers(thresholds=np.array([-1.2, 0.3]), steps=np.array([1.0, 2.0])),
    Answers(thresholds=np.array([0.4]), steps=np.array([3.0])),
)
LOADINGS = np.array([0.85, 0.7, 0.45])


def one_factor(loadings: Floats) -> Floats:
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation)


@pytest.mark.parametrize("k", [2, 3, 7])
def test_equal_binary_questions_by_hand(k: int) -> None:
    """Thresholds 0, loadings sqrt(.5): P(both above) is 1/4 + asin(rho) / 2 pi, so that questions covary 1/12
    with a variance of 1/4, and k of them have k / (k + 2); their latent responses have k / (k + 1)."""
    half = np.full(k, np.sqrt(0.5))
    coin = Answers(thresholds=np.zeros(1), steps=np.ones(1))
    assert coin.variance() == pytest.approx(1 / 4)
    assert coin.covariance(coin, 0.5) == pytest.approx(1 / 12)
    assert categorical_omega([coin] * k, half, one_factor(half)) == pytest.approx(k / (k + 2))
    assert cronbach_alpha(one_factor(half)) == pytest.approx(k / (k + 1))


def integrated(answers: Sequence[Answers], loadings: Floats) -> float:
    """Variance of E[sum | construct] over that of the sum where one construct is all they share."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    expected, spread = np.zeros(len(nodes)), np.zeros(len(nodes))
    for one, loading in zip(answers, loadings, strict=True):
        rest = np.sqrt(1 - loading**2)
        above = special.ndtr((loading * nodes[:, None] - one.thresholds) / rest)
        values = np.concatenate([[0.0], np.cumsum(one.steps)])
        chances = -np.diff(above, axis=1, prepend=1.0, append=0.0)
        mean = chances @ values
        expected += mean
        spread += chances @ values**2 - mean**2
    explained = float(weights @ expected**2 - (weights @ expected) ** 2)
    return explained / (explained + float(weights @ spread))


def test_unlike_questions_by_integration() -> None:
    """Other numbers of answers, uneven steps, other loadings; also one that runs the other way."""
    for loadings in (LOADINGS, LOADINGS * [1, 1, -1]):
        made = categorical_omega(UNLIKE, loadings, one_factor(loadings))
        assert made == pytest.approx(integrated(UNLIKE, loadings), abs=1e-8)


def test_a_million_respondents_answer_two_forms() -> None:
    """Reliability is the correlation of the sums of two parallel forms (Green & Yang 2009, eq. 9)."""
    random = np.random.default_rng(7)
    construct = random.normal(size=1_000_000)
    sums = np.zeros((2, construct.size))
    for form in sums:
        for one, loading in zip(UNLIKE, LOADINGS, strict=True):
            response = loading * construct + np.sqrt(1 - loading**2) * random.normal(size=construct.size)
            values = np.concatenate([[0.0], np.cumsum(one.steps)])
            form += values[np.searchsorted(one.thresholds, response)]
    simulated = np.corrcoef(sums)[0, 1]
    assert categorical_omega(UNLIKE, LOADINGS, one_factor(LOADINGS)) == pytest.approx(simulated, abs=1e-3)


def test_two_forms_of_a_weighted_index() -> None:
    """The index of a fit, measured twice: 400,000 answer by the model that was fitted, with its weights."""
    fitted = fit(MODEL, survey(), estimator="wlsmv", weight_rule="given", beside=False, given_weights=GIVEN)
    made = evaluate(fitted)
    rows = made.tables["ordinal_reliability"].set_index("construct")
    parameters, weights = made.tables["parameters"], made.tables["weights"].set_index("indicator")
    random = np.random.default_rng(8)
    construct = random.normal(size=400_000)
    indices = np.zeros((2, construct.size))
    for form in indices:
        for name in ("q1", "q2", "q3"):
            row = weights.loc[name]
            cuts = parameters.loc[(parameters["op"] == "|") & (parameters["lhs"] == name), "est"].to_numpy()
            noise = np.sqrt(1 - row["loading"] ** 2) * random.normal(size=construct.size)
            form += 25 * row["weight"] * np.searchsorted(cuts, row["loading"] * construct + noise)
    simulated = np.corrcoef(indices)[0, 1]
    assert rows.loc["quality", "index_omega"] == pytest.approx(simulated, abs=2e-3)
    assert abs(rows.loc["quality", "categorical_omega"] - simulated) > 0.03


def test_equal_weights_leave_the_omega_of_the_sum() -> None:
    fitted = fit(MODEL, survey(), estimator="wlsmv", weight_rule="equal", beside=False)
    rows = tables(fitted)[0].set_index("construct")
    for name in ("quality", "loyalty"):
        assert rows.loc[name, "index_omega"] == pytest.approx(rows.loc[name, "categorical_omega"])


def test_correlated_errors_count_as_no_reliability() -> None:
    """What two questions share beside the construct is in the variance of the sum only."""
    correlation = one_factor(LOADINGS)
    correlation[0, 1] = correlation[1, 0] = correlation[0, 1] + 0.1
    assert categorical_omega(UNLIKE, LOADINGS, correlation) < integrated(UNLIKE, LOADINGS) - 0.01


def test_fine_steps_come_to_composite_reliability() -> None:
    """200 answers of equal width are as good as none: (sum l)^2 / ((sum l)^2 + sum(1 - l^2))."""
    fine = Answers(thresholds=np.linspace(-4, 4, 199), steps=np.ones(199))
    rho_c = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    assert categorical_omega([fine] * 3, LOADINGS, one_factor(LOADINGS)) == pytest.approx(rho_c, abs=1e-3)


def test_continuous_questions_beside_ordered_ones() -> None:
    """A continuous answer is its response times its spread; the slope of a binary one is its density."""
    number = Answers(thresholds=np.zeros(0), steps=np.array([2.0]))
    coin = Answers(thresholds=np.zeros(1), steps=np.ones(1))
    assert number.variance() == 4
    assert number.covariance(number, 0.3) == pytest.approx(1.2)
    assert coin.covariance(number, 0.3) == pytest.approx(0.6 / np.sqrt(2 * np.pi))
    explained = 4 * 0.64 + 2 * 2 * 0.48 / np.sqrt(2 * np.pi) + np.arcsin(0.36) / (2 * np.pi)
    total = 4 + 2 * 2 * 0.48 / np.sqrt(2 * np.pi) + 0.25
    loadings = np.array([0.8, 0.6])
    assert categorical_omega([number, coin], loadings, one_factor(loadings)) == pytest.approx(
        explained / total
    )


def test_impossible_loadings_have_none() -> None:
    for loadings in (np.array([1.0, 0.5, 0.5]), np.array([0.5, 1.2, 0.5]), np.array([0.5, 0.5, np.nan])):
        assert np.isnan(categorical_omega(UNLIKE, loadings, one_factor(LOADINGS)))


MODEL = model_of(
    {"quality": "q1 q2 q3", "price": "p1 p2", "complaints": "c1", "loyalty": "l1 l2"},
    {"loyalty": "quality price", "complaints": "quality"},
    index="loyalty",
    scales={
        **dict.fromkeys(("q1", "q2", "q3", "l1"), FIVE),
        "c1": Scale(low=0, high=1),
        "p1": Scale(low=0, high=100),
        "p2": Scale(low=0, high=100),
        "l2": Scale(low=0, high=100),
    },
    low_is_good=("c1",),
)
"""Ordered questions, a construct of continuous ones, one of a single question, and a mixed one."""
GIVEN = dict(zip(("q1", "q2", "q3", "p1", "p2", "c1", "l1", "l2"), (8, 1, 1, 1, 1, 1, 1, 1), strict=True))


def survey(n: int = 600, **changes: Any) -> Survey:
    random = np.random.default_rng(3)
    quality, price = random.normal(size=n), random.normal(size=n)
    loyalty = 0.6 * quality + 0.3 * price + 0.6 * random.normal(size=n)
    noise = random.normal(size=(8, n))
    cuts = np.array([-1.5, -0.9, -0.1, 0.8])
    ordered = [1.0 + np.searchsorted(cuts, 0.8 * quality + 0.6 * noise[k]) for k in range(3)]
    numbers = [np.clip(50 + 12 * price + 8 * noise[k], 0, 100) for k in (3, 4)]
    complaint = (quality + noise[5] < -1).astype(float)
    pair = [
        1.0 + np.searchsorted(cuts, 0.8 * loyalty + 0.5 * noise[6]),
        np.clip(50 + 12 * loyalty + 8 * noise[7], 0, 100),
    ]
    return survey_of(MODEL, np.array([*ordered, *numbers, complaint, *pair]).T, **changes)


def tables(fitted: Fit) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = evaluate(fitted)
    return made.tables["ordinal_reliability"], made.tables["reliability"]


def test_the_table_of_a_fit() -> None:
    """Alpha of the answers on 0-100, alpha of the latent responses, and what the construct explains."""
    answered = survey()
    fitted = fit(MODEL, answered, estimator="wlsmv", beside=False)
    rows, usual = (frame.set_index("construct") for frame in tables(fitted))
    assert list(rows.index) == list(MODEL.construct_names)
    answers = answered.answers
    assert rows.loc["quality", "alpha"] == pytest.approx(cronbach_alpha(np.cov(answers[:, :3].T)))
    both = answers[:, 6:] * [25.0, 1.0]
    assert rows.loc["loyalty", "alpha"] == pytest.approx(cronbach_alpha(np.cov(both.T)))
    polychoric = fitted.pooled.sample.cov[:3, :3]
    np.testing.assert_allclose(np.diag(polychoric), 1)
    assert rows.loc["quality", "ordinal_alpha"] == pytest.approx(cronbach_alpha(polychoric))
    mixed = fitted.pooled.sample.cov[6:, 6:]
    r = mixed[0, 1] / np.sqrt(mixed[0, 0] * mixed[1, 1])
    assert rows.loc["loyalty", "ordinal_alpha"] == pytest.approx(2 * r / (1 + r))
    for name in ("quality", "loyalty"):
        assert rows.loc[name, "ordinal_alpha"] == pytest.approx(usual.loc[name, "alpha"])
        assert rows.loc[name, "ordinal_omega"] == pytest.approx(usual.loc[name, "rho_c"])
        assert rows.loc[name, "why"] == ""
    assert rows.loc["quality", "alpha"] < rows.loc["quality", "ordinal_alpha"] - 0.02


def test_categorical_omega_of_a_fit_by_integration() -> None:
    """From the parameters that are stored: thresholds and standardised loadings."""
    fitted = fit(MODEL, survey(), estimator="wlsmv", beside=False)
    made = evaluate(fitted)
    parameters, weights = made.tables["parameters"], made.tables["weights"].set_index("indicator")
    names = ["q1", "q2", "q3"]
    thresholds = [
        parameters.loc[(parameters["op"] == "|") & (parameters["lhs"] == name), "est"].to_numpy()
        for name in names
    ]
    answers = [Answers(thresholds=tau, steps=np.ones(len(tau))) for tau in thresholds]
    loadings = weights.loc[names, "loading"].to_numpy()
    shown = made.tables["ordinal_reliability"].set_index("construct").loc["quality", "categorical_omega"]
    assert shown == pytest.approx(integrated(answers, loadings), abs=1e-7)


def test_what_has_no_ordered_answers_says_so() -> None:
    """The continuous construct keeps its usual reliability, from answers on 0-100."""
    answered = survey()
    rows, usual = (
        frame.set_index("construct")
        for frame in tables(fit(MODEL, answered, estimator="wlsmv", beside=False))
    )
    alpha = cronbach_alpha(np.cov(answered.answers[:, 3:5].T))
    assert usual.loc["price", "alpha"] == pytest.approx(alpha)
    assert rows.loc["price", "alpha"] == pytest.approx(alpha)
    assert rows.loc["price", "why"] == NOT_ORDERED
    assert rows.loc["complaints", "why"] == "a single indicator has no reliability"
    numbers = ["ordinal_alpha", "ordinal_omega", "categorical_omega", "index_omega"]
    assert rows.loc[["price", "complaints"], numbers].isna().all(axis=None)
    assert np.isnan(rows.loc["complaints", "alpha"])
    for why in rows["why"][rows["why"] != ""]:
        assert reason_in(why, "zh") != why


def test_groups_and_weights() -> None:
    """Each group has its own rows; alpha counts weights."""
    weights = np.where(np.arange(600) % 3 == 0, 2.0, 0.5)
    answered = survey(weights=weights, groups={"firm": ["a", "b"] * 300})
    fitted = fit(MODEL, answered, estimator="wlsmv", beside=False)
    rows = tables(fitted)[0].set_index(["firm", "construct"])
    assert [key[0] for key in rows.index] == ["a"] * 4 + ["b"] * 4
    for place, firm in enumerate("ab"):
        chosen = slice(place, None, 2)
        cov = np.cov(answered.answers[chosen, :3].T, aweights=weights[chosen])
        assert rows.loc[(firm, "quality"), "alpha"] == pytest.approx(cronbach_alpha(cov))
        polychoric = fitted.groups[place].sample.cov[:3, :3]
        assert rows.loc[(firm, "quality"), "ordinal_alpha"] == pytest.approx(cronbach_alpha(polychoric))


def test_other_estimators_have_no_such_rows() -> None:
    for estimator in ("mlr", "pls"):
        made = evaluate(fit(MODEL, survey(), estimator=estimator, bootstrap=0, folds=0, beside=False))
        assert made.tables["ordinal_reliability"].empty


@pytest.mark.slow
def test_ordinal_alpha_of_mobile_phones_from_lavaan_polychorics() -> None:
    """mobi, lavaan 0.6.14: ``lavCor(d, ordered = names(d))`` in ``mobi_wlsmv_lavaan.json``."""
    said = json.loads(shared_data("reference", "mobi_wlsmv_lavaan.json").read_text(encoding="utf-8"))
    model = parse_lavaan(said["meta"]["model"], "mobi", index="Satisfaction")
    frame = pd.read_csv(shared_data("data", "mobi.csv"))
    answered = read_survey(frame[[item.name for item in model.indicators]], model, scales={"": (1, 10)})
    rows = tables(fit(model, answered, estimator="wlsmv", beside=False))[0].set_index("construct")
    names = said["wlsmv"]["sampstat"]["cov"]["rows"]
    polychoric = pd.DataFrame(said["wlsmv"]["sampstat"]["cov"]["data"], names, names)
    for construct in model.constructs:
        items = [item.name for item in construct.indicators]
        if len(items) > 1:
            alpha = cronbach_alpha(polychoric.loc[items, items].to_numpy())
            assert rows.loc[construct.name, "ordinal_alpha"] == pytest.approx(alpha, abs=1e-6)
