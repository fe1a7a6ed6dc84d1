"""Two kinds of estimators side by side: values of both, verdicts, and where the other one is absent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    survey_of,
)

from csi_model.comparison.estimators import LIMITS, beside
from csi_model.errors import Finding
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

FEW: dict[str, Any] = {"estimator": "pls", "bootstrap": 0, "folds": 0}
KINDS = {"index": "index", "weight": "weight", "path": "std_effect", "total_effect": "effect"}


def both(survey: Survey, **options: Any) -> tuple[pd.DataFrame, tuple[Finding, ...], Results]:
    fitted = fit(survey.model, survey, **(FEW | options))
    results = evaluate(fitted)
    table, told = beside(fitted, results, survey)
    assert list(table.columns) == list(SURVEY_TABLES["estimators"].column_names)
    return table, told, results


def values(results: Results, kind: str, index: str) -> dict[tuple[str, str], float]:
    """One kind of numbers by (element, target), in the order of the results."""
    tables = results.pooled
    if kind == "index":
        return {(row.construct, ""): row.index for row in tables["index"].itertuples(index=False)}  # type: ignore[misc]
    if kind == "weight":
        return {(row.indicator, row.construct): row.weight for row in tables["weights"].itertuples()}
    rows = tables["effects"]
    rows = rows[rows["kind"] == ("direct" if kind == "path" else "total")]
    if kind == "total_effect":
        rows = rows[rows["target"] == index]
    return {(row.source, row.target): getattr(row, KINDS[kind]) for row in rows.itertuples()}


@pytest.mark.parametrize(
    ("options", "other"),
    [
        ({}, {"estimator": "ml"}),
        ({"estimator": "plsc"}, {"estimator": "ml"}),
        ({"estimator": "ml"}, {"estimator": "pls"}),
        ({"estimator": "mlr"}, {"estimator": "pls"}),
        ({"weight_rule": "equal"}, {"estimator": "ml", "weight_rule": "equal"}),
        (
            {"estimator": "ml", "weight_rule": "standardised"},
            {"estimator": "pls", "weight_rule": "standardised"},
        ),
    ],
)
def test_values_are_those_of_both_fits(options: dict[str, Any], other: dict[str, Any]) -> None:
    survey = chain_survey(200)
    table, _, results = both(survey, **options)
    against = evaluate(fit(CHAIN, survey, **(FEW | other)))
    assert set(table["estimator_1"]) == {options.get("estimator", "pls")}
    assert set(table["estimator_2"]) == {other["estimator"]}
    assert list(dict.fromkeys(table["kind"])) == list(KINDS)
    for kind, rows in table.groupby("kind"):
        first, second = (values(one, str(kind), CHAIN.index) for one in (results, against))
        places = list(rows[["element", "target"]].itertuples(index=False, name=None))
        assert places == list(first)  # in the order of the model
        assert rows["value_1"].tolist() == pytest.approx([first[place] for place in places], rel=1e-12)
        assert rows["value_2"].tolist() == pytest.approx([second[place] for place in places], rel=1e-12)
    assert (table["difference"] == table["value_1"] - table["value_2"]).all()
    assert (table["why"] == "").all()


def test_a_difference_counts_from_its_limit_on() -> None:
    table, _, _ = both(chain_survey(200))
    assert {"agree", "differ"} <= set(table["verdict"])
    for row in table.itertuples():
        beyond = abs(row.difference) >= LIMITS[row.kind]
        assert row.verdict == ("differ" if beyond else "agree")


def population(beta: tuple[float, float], ab: float, reliable: float) -> tuple[ModelSpec, Floats]:
    """a and b overlap and drive c; the questions of a have the loading ``reliable``, all others .95."""
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"})
    ac, bc = beta[0] + beta[1] * ab, beta[0] * ab + beta[1]
    phi = np.array([[1, ab, ac], [ab, 1, bc], [ac, bc, 1]])
    loading = np.array([reliable, reliable, 0.95, 0.95, 0.95, 0.95])
    lam = np.kron(np.eye(3), np.ones((2, 1))) * loading[:, None]
    return model, exact_answers(factor_covariance(lam, phi, 1 - loading**2))


def attenuated(beta: tuple[float, float], ab: float, reliable: float) -> float:
    """The path from b to c among sums of two questions, reliable by Spearman and Brown's formula."""
    rho_a, rho = (2 * loading**2 / (1 + loading**2) for loading in (reliable, 0.95))
    ac, bc = beta[0] + beta[1] * ab, beta[0] * ab + beta[1]
    ab, ac, bc = ab * np.sqrt(rho_a * rho), ac * np.sqrt(rho_a * rho), bc * rho
    return float((bc - ab * ac) / (1 - ab**2))


def test_measurement_error_can_turn_a_path_round() -> None:
    """ML gives the population's -.15; scores with error in a leave b to stand in for it."""
    truth = ((0.9, -0.15), 0.85, 0.65)
    model, answers = population(*truth)
    table, told, _ = both(survey_of(model, answers))
    row = table.query("kind == 'path' and element == 'b'").iloc[0]
    assert row["value_2"] == pytest.approx(-0.15, abs=1e-6)
    assert row["value_1"] == pytest.approx(attenuated(*truth), abs=1e-6)
    assert row["verdict"] == "opposite"
    (finding,) = told
    assert "the paths that differ by 0.10 or more: a > c, b > c." in finding.what
    assert "measurement error" in finding.fix


def test_nothing_differs_where_nothing_is_in_error() -> None:
    """Questions that hardly err: both estimate the same, and the finding says so."""
    loading = np.full(6, 0.995)
    lam = np.kron(np.eye(3), np.ones((2, 1))) * loading[:, None]
    phi = np.array([[1, 0.5, 0.5], [0.5, 1, 0.6], [0.5, 0.6, 1]])
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"})
    table, told, _ = both(survey_of(model, exact_answers(factor_covariance(lam, phi, 1 - loading**2))))
    assert set(table["verdict"]) == {"agree"}
    (finding,) = told
    assert finding.code == "estimators-beside"
    assert finding.severity == "note"
    assert finding.what.endswith("by ml; no path differs notably.")
    assert finding.fix == ""


def test_small_values_of_other_signs_agree() -> None:
    """-.03 beside .04 is no contradiction: neither reaches the limit."""
    truth = ((0.7, -0.03), 0.5, 0.85)
    model, answers = population(*truth)
    table, _, _ = both(survey_of(model, answers))
    row = table.query("kind == 'path' and element == 'b'").iloc[0]
    assert (row["value_1"], row["value_2"]) == pytest.approx((attenuated(*truth), -0.03), abs=1e-6)
    assert row["value_1"] > 0
    assert row["verdict"] == "agree"


def test_effects_are_not_judged_beside_an_unsound_fit() -> None:
    """Maximum likelihood finds a negative variance here; what is computed is shown, not judged."""
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    table, told, _ = both(survey_of(model, exact_answers(cov)))
    effects = table[table["kind"].isin(["path", "total_effect"])]
    assert len(effects) == 2
    assert set(effects["verdict"]) == {""}
    assert set(effects["why"]) == {"the ml fit should not be read"}
    assert effects[["value_1", "value_2"]].notna().all(axis=None)
    assert set(table.query("kind == 'index'")["verdict"]) <= {"agree", "differ"}
    (finding,) = told
    assert "the ml fit is not sound" in finding.what


def test_a_number_that_one_of_them_lacks() -> None:
    """No variance of a construct, no weights by its loadings: PLS stands alone, with the reason."""
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})
    lam = np.kron(np.eye(3), np.ones((3, 1)))
    cov = factor_covariance(lam, [[-0.1, 0.1, 0.1], [0.1, 1, 0.3], [0.1, 0.3, 1]], [1.0] * 9)
    table, _, _ = both(survey_of(model, exact_answers(cov)))
    lacking = table[table["value_2"].isna()]
    assert len(lacking)
    assert lacking["value_1"].notna().all()
    assert set(lacking["why"]) == {"the other estimator has none"}
    assert set(lacking["verdict"]) == {""}
    assert lacking["difference"].isna().all()


def test_an_interaction_has_no_likelihood_beside_it() -> None:
    model = replace(
        CHAIN,
        constructs=(*CHAIN.constructs, Construct(name="both", product=("expectations", "quality"))),
        paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
    )
    table, told, _ = both(survey_of(model, chain_answers(120)))
    assert table.empty
    (finding,) = told
    assert (finding.code, finding.severity, finding.where) == ("not-beside", "note", "estimators")
    assert "'both' is the product" in finding.what


def test_a_loop_has_no_pls_beside_it() -> None:
    model = model_of(
        {"x": "x1 x2 x3", "z": "q1 q2 q3", "s": "s1 s2 s3", "l": "l1 l2"},
        {"s": "x l", "l": "z s"},
        index="s",
    )
    table, told, _ = both(survey_of(model, chain_answers(300)), estimator="ml")
    assert table.empty
    (finding,) = told
    assert finding.code == "not-beside"
    assert "lead back" in finding.what


@pytest.mark.parametrize(
    ("options", "other"),
    [
        ({"missing_data": "available"}, {"estimator": "fiml"}),
        ({"missing_data": "mean"}, {"estimator": "ml", "missing_data": "mean"}),
        ({"estimator": "fiml"}, {"estimator": "pls", "missing_data": "available"}),
        ({"estimator": "ml", "missing_data": "pairwise"}, {"estimator": "pls"}),
    ],
)
def test_both_take_the_same_answers(options: dict[str, Any], other: dict[str, Any]) -> None:
    answers = chain_answers(150)
    answers[::9, 8] = np.nan
    survey = survey_of(CHAIN, answers)
    table, _, _ = both(survey, **options)
    wanted = values(evaluate(fit(CHAIN, survey, **(FEW | other))), "index", CHAIN.index)
    assert set(table["estimator_2"]) == {other["estimator"]}
    found = table.query("kind == 'index'")["value_2"]
    assert found.tolist() == pytest.approx(list(wanted.values()), rel=1e-12)


def test_groups_are_taken_together_and_the_design_holds() -> None:
    weights = 0.4 + np.random.default_rng(1).random(150)
    groups = {"firm": ["a", "b"] * 75}
    alone = both(chain_survey(150, weights=weights))[0]
    grouped = both(chain_survey(150, weights=weights, groups=groups))[0]
    pd.testing.assert_frame_equal(alone, grouped)
    plain = both(chain_survey(150))[0]
    assert not np.allclose(alone["value_2"], plain["value_2"], atol=1e-3)
