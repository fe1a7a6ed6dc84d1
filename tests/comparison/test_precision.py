"""Half-widths and design effects: published figures, closed forms, what is absent and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, TEN, chain_answers, chain_survey, model_of, shared_data, survey_of
from numpy.typing import NDArray

from csi_model.comparison.precision import CONSTANT, UNKNOWN, is_plain, precision_frame, weighting_frame
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.margins import margins_of
from csi_model.survey.places import Places
from csi_model.survey.survey import Survey
from csi_model.survey.weighting import weigh
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]

INDUSTRIES = {"food": 16.701, "airlines": 20.934, "providers": 27.203, "banks": 21.048}
"""Standard deviations of the satisfaction index in ACSI 2015."""
AT_250 = {0.90: [1.74, 2.18, 2.83, 2.19], 0.95: [2.07, 2.59, 3.37, 2.61]}
"""Half-widths of 250 interviews, by level."""


def precision(survey: Survey, **options: Any) -> pd.DataFrame:
    results = evaluate(fit(survey.model, survey, **{"weight_rule": "equal", **options}))
    return precision_frame(results, plain=is_plain(results, survey))


def satisfaction(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["construct"] == "satisfaction"].set_index("unit")


def with_spread(sd: float, seed: int) -> Array:
    """Answers of 250 people whose equally weighted satisfaction index has this standard deviation."""
    made = chain_answers(250, seed)
    index = (100 * (made[:, 6:9] - 1) / 9).mean(axis=1)
    return np.asarray(made.mean(axis=0) + (made - made.mean(axis=0)) * sd / index.std(ddof=1))


@pytest.mark.parametrize("level", [0.90, 0.95])
def test_half_widths_of_four_industries(level: float) -> None:
    """z sd / sqrt(250), to the digits of the published table."""
    answers = np.vstack([with_spread(sd, k) for k, sd in enumerate(INDUSTRIES.values())])
    survey = survey_of(CHAIN, answers, groups={"industry": np.repeat(list(INDUSTRIES), 250).tolist()})
    made = satisfaction(precision(survey, level=level))
    np.testing.assert_allclose(made.loc[list(INDUSTRIES), "half_width"], AT_250[level], atol=0.005)
    assert made.loc[list(INDUSTRIES), "n"].tolist() == [250] * 4
    np.testing.assert_allclose(made["deff"], 1)
    np.testing.assert_allclose(made["deff_weights"], 1)


def test_copies_in_a_cluster_count_once() -> None:
    """Everybody four times: deff = (n - 1) / (m - 1) for m clusters of four, n = 4 m."""
    answers = np.repeat(chain_answers(60), 4, axis=0)
    survey = survey_of(CHAIN, answers, cluster=np.repeat(np.arange(60), 4))
    made = precision(survey)
    np.testing.assert_allclose(made["deff"], 239 / 59, rtol=1e-9)
    np.testing.assert_allclose(made["deff_weights"], 1)


def test_strata_spare_what_lies_between_them() -> None:
    """Two strata of 100: 200 sum_h s_h^2 / 200 against the variance of all, s with divisor n - 1."""
    answers = chain_answers(200)
    answers[:100, 6:9] += 1.5
    survey = survey_of(CHAIN, answers, strata=[0] * 100 + [1] * 100)
    index = (100 * (answers[:, 6:9] - 1) / 9).mean(axis=1)
    within = (index[:100].var(ddof=1) + index[100:].var(ddof=1)) / 2
    made = satisfaction(precision(survey))
    assert made.loc["", "deff"] == pytest.approx(within / index.var(ddof=1), rel=1e-9)
    assert made.loc["", "half_width"] == pytest.approx(1.959964 * np.sqrt(within / 200), rel=1e-6)


def test_weights_by_formula() -> None:
    """deff = n/(n-1) sum (w (x - m))^2 / W^2 over the weighted variance / (n - 1); Kish beside it."""
    weights = np.random.default_rng(3).uniform(0.3, 3, 300)
    answers = chain_answers(300)
    made = satisfaction(precision(survey_of(CHAIN, answers, weights=weights)))
    x = (100 * (answers[:, 6:9] - 1) / 9).mean(axis=1)
    share = weights / weights.sum()
    centred = x - share @ x
    variance = 300 / 299 * ((share * centred) ** 2).sum()
    assert made.loc["", "deff"] == pytest.approx(variance / ((share @ centred**2) / 299), rel=1e-9)
    kish = 300 * (weights**2).sum() / weights.sum() ** 2
    assert made.loc["", "deff_weights"] == pytest.approx(kish, rel=1e-12)
    assert made.loc["", "n_eff"] == pytest.approx(300 / kish)


def raked(n: int = 400) -> Survey:
    random = np.random.default_rng(5)
    texts = {
        "age": random.choice(["y", "o"], n, p=[0.7, 0.3]).astype(object),
        "sex": random.choice(["f", "m"], n, p=[0.6, 0.4]).astype(object),
    }
    answers = chain_answers(n) + 2.0 * (texts["age"] == "o")[:, None]
    known = margins_of({"age": {"y": 0.5, "o": 0.5}, "sex": {"f": 0.5, "m": 0.5}})
    places = Places(rows=np.arange(n) + 2, files=np.zeros(n, dtype=np.int64), names=("",))
    weights, weighting, _ = weigh(known, texts, np.ones(n), places)
    return survey_of(
        CHAIN,
        answers,
        weights=weights,
        weighting=weighting,
        groups={"firm": random.choice(["A", "B"], n).tolist()},
    )


def test_margins_that_explain_answers_pay_for_their_weights() -> None:
    """The spread of the weights costs (deff_weights > 1), the known margins give back more (deff < 1)."""
    made = satisfaction(precision(raked()))
    assert made.loc["", "deff_weights"] > 1.1
    assert made.loc["", "deff"] < 0.95
    assert made.index.tolist() == ["", "A", "B"]


def test_the_account_of_weighting() -> None:
    survey = raked()
    made = weighting_frame(survey)
    assert list(made.columns) == list(SURVEY_TABLES["weighting"].column_names)
    assert made["variable"].tolist() == ["age", "age", "sex", "sex"]
    np.testing.assert_allclose(made["weighted_share"], made["target_share"], rtol=1e-9)
    np.testing.assert_allclose(made["sample_share"], made["respondents"] / 400)
    assert made["respondents"].groupby(made["variable"]).sum().tolist() == [400, 400]
    assert weighting_frame(replace(survey, weighting=None)).empty


def test_small_groups_and_missing_intervals_say_why() -> None:
    survey = chain_survey(200, groups={"firm": ["A"] * 180 + ["B"] * 20})
    made = satisfaction(precision(survey))
    small = made.loc["B"]
    assert small[["index", "half_width", "n_eff", "deff_weights", "deff"]].isna().all()
    assert small["n"] == 20
    assert "minimum base" in small["why"]
    assert made.loc["A", "why"] == ""
    bare = precision(chain_survey(200), estimator="pls", bootstrap=0, weight_rule="pls")
    assert bare["half_width"].isna().all()
    assert bare["why"].str.contains("bootstrap").all()
    np.testing.assert_allclose(bare["deff"], 1)


def test_an_effect_that_does_not_exist_says_why() -> None:
    survey = survey_of(CHAIN, chain_answers(200), weights=np.linspace(0.5, 1.5, 200))
    results = evaluate(fit(CHAIN, survey))
    for name, array, why in (
        ("mean_covariance_0", np.full((11, 11), np.nan), UNKNOWN),
        ("cov_0", np.zeros((11, 11)), CONSTANT),
    ):
        made = precision_frame(
            replace(results, moments={**results.moments, name: array}), plain=is_plain(results, survey)
        )
        assert made["deff"].isna().all()
        assert made["why"].eq(why).all()
        assert made["half_width"].notna().all()


@pytest.mark.slow
def test_acsi_2015_at_250_interviews() -> None:
    """The public file: index of three items answered, equal weights, by industry."""
    path = shared_data("data", "acsi2015.xlsx")
    table = pd.read_excel(path)
    names = ["SATIS", "CONFIRM", "IDEAL"]
    answers = table[names].where(table[names] <= 10)
    there = answers.notna().all(axis=1)
    industry = table.loc[there, "INDUSTRY"].astype(str)
    model = model_of({"satisfaction": " ".join(names)}, {}, scales=dict.fromkeys(names, TEN))
    survey = survey_of(model, answers[there], groups={"industry": industry.tolist()})
    keys, sd = ["1001", "3003", "3013", "5001"], list(INDUSTRIES.values())
    for level, z in ((0.90, 1.644854), (0.95, 1.959964)):
        made = satisfaction(precision(survey, level=level)).loc[keys]
        assert made["n"].tolist() == [1968, 1454, 2209, 2505]
        root = np.sqrt(made["n"].to_numpy(dtype=float))
        np.testing.assert_allclose(made["half_width"] * root / z, sd, atol=6e-4)
        np.testing.assert_allclose(made["half_width"] * root / np.sqrt(250), AT_250[level], atol=0.005)
