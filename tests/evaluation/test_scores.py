"""Scores of respondents: by hand, against the index, with gaps, groups, products, and both estimators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, survey_of

from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.scores import respondent_scores, weighted_scores
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.survey import Survey

ROUNDING = 1e-10
"""Of index points."""
NAMES = list(CHAIN.construct_names)


def made(survey: Survey, **options: Any) -> tuple[Fit, pd.DataFrame]:
    fitted = fit(survey.model, survey, **({"estimator": "pls", "bootstrap": 0, "folds": 0} | options))
    return fitted, respondent_scores(fitted, survey)


def index_of(fitted: Fit) -> dict[str, float]:
    rows = evaluate(fitted).pooled["index"]
    return dict(zip(rows["construct"], rows["index"], strict=True))


def gappy(n: int = 150) -> Floats:
    """One question of satisfaction left out by some; one respondent left out all of quality."""
    answers = chain_answers(n)
    answers[::7, 8] = np.nan
    answers[4, 3:6] = np.nan
    return answers


def test_scores_by_hand() -> None:
    """Two constructs of two questions; the third respondent left one out, the last all."""
    points = np.array([[0.0, 100, 50, 30], [20, 40, 10, 90], [60, np.nan, 70, 20], [np.nan] * 4])
    weights = np.array([[0.25, 0.75, 0, 0], [0, 0, 0.5, 0.5]])
    found = weighted_scores(points, weights)
    assert found[:3] == pytest.approx(np.array([[75, 40], [35, 50], [60, 45]]), abs=1e-12)
    assert np.isnan(found[3]).all()


def test_weights_that_sum_to_nothing_give_no_score() -> None:
    """What is left of the weights of opposite signs, or of a product, is no base to divide by."""
    points = np.array([[10.0, 20, 30]])
    found = weighted_scores(points, np.array([[0.5, -0.5, 0], [np.nan] * 3, [0, 0, 1]]))
    assert np.isnan(found[0, :2]).all()
    assert found[0, 2] == 30


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"estimator": "plsc"},
        {"estimator": "ml"},
        {"estimator": "ml", "weight_rule": "regression"},
        {"weight_rule": "equal"},
        {"metric": "common", "scheme": "centroid"},
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_their_weighted_mean_is_the_index(options: dict[str, Any], *, weighted: bool) -> None:
    w = 0.3 + np.random.default_rng(2).random(150) if weighted else np.ones(150)
    survey = survey_of(CHAIN, chain_answers(150), weights=w if weighted else None)
    fitted, scores = made(survey, **options)
    index = index_of(fitted)
    assert list(scores.columns) == ["row", *NAMES]
    for name in NAMES:
        assert np.average(scores[name], weights=w) == pytest.approx(index[name], abs=ROUNDING)


def test_each_score_is_what_the_index_weights_make_of_the_answers() -> None:
    answers = chain_answers(90)
    fitted, scores = made(survey_of(CHAIN, answers))
    rows = evaluate(fitted).pooled["weights"]
    items = [item.name for item in CHAIN.indicators]
    for name, own in rows.groupby("construct"):
        columns = [items.index(item) for item in own["indicator"]]
        wanted = 100 * (answers[:, columns] - 1) / 9 @ own["weight"].to_numpy()
        assert scores[name].to_numpy() == pytest.approx(wanted, abs=ROUNDING)


def test_rows_are_those_of_the_file_and_groups_stand_beside() -> None:
    answers = chain_answers(120)
    answers[[0, 50], 2] = np.nan
    groups = {"firm": ["a", "b"] * 60, "year": ["2023"] * 60 + ["2024"] * 60}
    fitted, scores = made(survey_of(CHAIN, answers, groups=groups), min_base=20)
    assert list(scores.columns) == ["row", "firm", "year", *NAMES]
    assert len(scores) == 118
    assert list(scores["row"][:2]) == [3, 4]  # row 1 of the file is its head, row 2 has a gap
    assert 52 not in set(scores["row"])
    second = scores.set_index("row").loc[61]
    assert (second["firm"], second["year"]) == ("b", "2023")
    # one ruler: the mean of a group is its index by the pooled weights
    index = evaluate(fitted).tables["index"].query("weights_from == 'pooled' and construct == 'loyalty'")
    means = scores.groupby(["firm", "year"])["loyalty"].mean()
    wanted = index.set_index(["firm", "year"])["index"]
    assert means.to_numpy() == pytest.approx(wanted[means.index].to_numpy(), abs=ROUNDING)


def test_mean_substitution_puts_the_mean_in_the_gap() -> None:
    answers = gappy()
    fitted, scores = made(survey_of(CHAIN, answers), missing_data="mean")
    filled = np.where(np.isnan(answers), np.nanmean(answers, axis=0), answers)
    weights = evaluate(fitted).pooled["weights"].query("construct == 'satisfaction'")["weight"].to_numpy()
    wanted = 100 * (filled[:, 6:9] - 1) / 9 @ weights
    assert scores["satisfaction"].to_numpy() == pytest.approx(wanted, abs=ROUNDING)
    index = index_of(fitted)
    for name in NAMES:
        assert scores[name].mean() == pytest.approx(index[name], abs=ROUNDING)


@pytest.mark.parametrize("estimator", ["pls", "fiml"])
def test_available_answers_are_what_a_score_is_made_of(estimator: str) -> None:
    answers = gappy()
    fitted, scores = made(survey_of(CHAIN, answers), estimator=estimator, missing_data="available")
    assert len(scores) == 150
    weights = evaluate(fitted).pooled["weights"].query("construct == 'satisfaction'")["weight"].to_numpy()
    points = 100 * (answers[:, 6:9] - 1) / 9
    two = points[7, :2] @ weights[:2] / weights[:2].sum()
    assert scores["satisfaction"][7] == pytest.approx(two, abs=ROUNDING)
    assert scores["satisfaction"][1] == pytest.approx(points[1] @ weights, abs=ROUNDING)
    assert np.isnan(scores["quality"][4])
    assert scores["quality"].drop(4).notna().all()
    assert scores["satisfaction"].mean() == pytest.approx(index_of(fitted)["satisfaction"], abs=1.0)


def test_an_interaction_has_no_score() -> None:
    model: ModelSpec = replace(
        CHAIN,
        constructs=(*CHAIN.constructs, Construct(name="both", product=("expectations", "quality"))),
        paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
    )
    _, scores = made(survey_of(model, chain_answers(90)))
    assert scores["both"].isna().all()
    assert scores[NAMES].notna().all(axis=None)


def test_a_whole_is_scored_from_its_parts_questions() -> None:
    constructs = tuple(one for one in CHAIN.constructs if one.name != "loyalty")
    model = replace(
        CHAIN,
        constructs=(*constructs, Construct(name="whole", repeats=("expectations", "quality"))),
        paths=(
            Path(source="expectations", target="whole"),
            Path(source="quality", target="whole"),
            Path(source="whole", target="satisfaction"),
        ),
    )
    survey = survey_of(model, chain_answers(120)[:, :9])
    for way in ("repeated", "two_stage", "disjoint"):
        fitted, scores = made(survey, higher_order=way)
        assert scores["whole"].mean() == pytest.approx(index_of(fitted)["whole"], abs=ROUNDING)
        assert scores["whole"].between(0, 100).all()


def test_a_fit_without_a_solution_has_no_scores() -> None:
    survey = survey_of(CHAIN, chain_answers(60))
    fitted = fit(CHAIN, survey, estimator="pls", bootstrap=0)
    with pytest.raises(ValueError, match="without a solution"):
        respondent_scores(replace(fitted, pooled=replace(fitted.pooled, solution=None)), survey)
