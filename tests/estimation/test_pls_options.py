"""Options of PLS: what is filled in, what contradicts each other, all of it told at once with remedies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fit_builders import CHAIN, YES_NO, chain_answers, chain_survey, model_of, modifier, survey_of

from csi_model.errors import Finding, UsageError
from csi_model.estimation.fitting import fit
from csi_model.estimation.option_checks import check_design, check_options
from csi_model.estimation.options import (
    COMPOSITE_ESTIMATORS,
    COMPOSITE_RULES,
    COVARIANCE_ESTIMATORS,
    HIGHER_ORDER,
    METRICS,
    SCHEMES,
    FitOptions,
    draws_asked,
    is_composite,
)
from csi_model.model.spec import Construct, ModelSpec, Path

INTERACTION = replace(
    CHAIN,
    constructs=(*CHAIN.constructs, Construct(name="both", product=("expectations", "quality"))),
    paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
)
both_estimators = pytest.mark.parametrize("estimator", COMPOSITE_ESTIMATORS)


def refused(model: ModelSpec = CHAIN, **options: Any) -> dict[str, Finding]:
    """What is told of each option."""
    with pytest.raises(UsageError) as error:
        check_options(FitOptions(**options), model)
    found = error.value.findings
    for finding in found:
        assert (finding.code, finding.severity) == ("bad-option", "error")
        assert finding.fix, finding
    assert len({finding.where for finding in found}) == len(found)
    return {finding.where: finding for finding in found}


# ---- what is filled in


@both_estimators
def test_what_nobody_said(estimator: str) -> None:
    found = check_options(FitOptions(estimator=estimator), CHAIN)
    assert (found.weight_rule, found.missing_data, found.bootstrap) == ("pls", "complete", 2000)
    assert is_composite(found)


def test_no_draws_are_made_beside_a_jackknife_unless_asked_for() -> None:
    assert draws_asked(check_options(FitOptions(estimator="pls", jackknife=True), CHAIN)) == 0
    assert draws_asked(check_options(FitOptions(estimator="pls", bootstrap=0), CHAIN)) == 0
    assert draws_asked(check_options(FitOptions(estimator="ml"), CHAIN)) == 0
    assert draws_asked(check_options(FitOptions(estimator="pls", bootstrap=150), CHAIN)) == 150


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("higher_order", HIGHER_ORDER)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("rule", [rule for rule in COMPOSITE_RULES if rule != "given"])
def test_what_fits_together_is_left_as_it_is(rule: str, scheme: str, higher_order: str, metric: str) -> None:
    asked = FitOptions(
        estimator="pls", weight_rule=rule, scheme=scheme, higher_order=higher_order, metric=metric,
        missing_data="available", bootstrap=100, interval="bca", necessity=100, segments=10,
    )  # fmt: skip
    assert check_options(asked, INTERACTION) == asked


# ---- one mistake each


@pytest.mark.parametrize(
    ("options", "where", "what", "fix"),
    [
        ({"scheme": "centriod"}, "--scheme", "'centriod'", "'centroid'"),
        ({"metric": "standardized"}, "--metric", "'standardized'", "'standardised'"),
        ({"higher_order": "twostage"}, "--higher-order", "'twostage'", "'two_stage'"),
        ({"interval": "bcaa"}, "--interval", "'bcaa'", "'bca'"),
        ({"weight_rule": "regression"}, "--weight-rule", "'regression' is not a weight rule", "pls, outer"),
        ({"missing_data": "availble"}, "--missing-data", "'availble'", "'available'"),
        ({"missing_data": "pairwise"}, "--missing-data", "pairwise covariances", "--missing-data available"),
        ({"ridge": 0.02}, "--ridge", "belongs to maximum likelihood, not to pls", "Leave it out."),
        ({"variances": "bounded"}, "--variances", "belongs to maximum likelihood", "Leave it out."),
        ({"information": "observed"}, "--information", "belongs to maximum likelihood", "Leave it out."),
        ({"bootstrap": 99}, "--bootstrap", "99 replicates", "Give 0 for no intervals"),
        ({"bootstrap": -1}, "--bootstrap", "-1 replicates", "Give 0 for no intervals"),
        ({"bootstrap": 200, "jackknife": True}, "--jackknife", "both asked for", "Choose one."),
        ({"folds": 1}, "--folds", "1 folds", "Give 0 for none, or 10."),
        ({"folds": -2}, "--folds", "-2 folds", "Give 0 for none, or 10."),
        ({"repeats": 0}, "--repeats", "0 repetitions", "Give 1 or more"),
        ({"necessity": 50}, "--necessity", "50 permutations", "or 1000"),
        ({"segments": 1}, "--segments", "1 cannot", "2 to 10"),
        ({"segments": 11}, "--segments", "11 cannot", "2 to 10"),
        ({"level": 95}, "--level", "95 is not", "0.95"),
        ({"seed": -4}, "--seed", "-4 is negative", "from 0 on"),
    ],
)  # fmt: skip
def test_one_mistake(options: Mapping[str, Any], where: str, what: str, fix: str) -> None:
    found = refused(estimator="pls", **options)
    assert set(found) == {where}
    assert what in found[where].what
    assert fix in found[where].fix


@pytest.mark.parametrize("estimator", COVARIANCE_ESTIMATORS)
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("scheme", "factorial"),
        ("metric", "common"),
        ("higher_order", "disjoint"),
        ("necessity", 100),
        ("segments", 2),
    ],
)
def test_what_belongs_to_pls(option: str, value: object, estimator: str) -> None:
    found = refused(estimator=estimator, **{option: value})
    (finding,) = found.values()
    assert finding.where == f"--{option.replace('_', '-')}"
    assert f"not to {estimator}" in finding.what
    assert finding.fix == "Leave it out, or give --estimator pls."


@pytest.mark.parametrize("rule", ["pls", "outer"])
def test_weight_rules_of_pls_are_no_others(rule: str) -> None:
    found = refused(estimator="ml", weight_rule=rule)
    assert "not a weight rule of this estimator" in found["--weight-rule"].what


def test_an_estimator_that_there_is_not() -> None:
    found = refused(estimator="plsx")
    assert "pls, plsc" in found["--estimator"].fix


def test_plsc_cannot_correct_everything() -> None:
    found = refused(INTERACTION, estimator="plsc", metric="common")
    assert found["--estimator"].what == "plsc cannot correct the product both for measurement error."
    assert found["--estimator"].fix == "Use --estimator pls."
    assert found["--metric"].what == "plsc is for standardised items."


@both_estimators
def test_a_model_with_fixed_parameters(estimator: str) -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2"},
        {"b": "a"},
        modifiers=[modifier("a =~ 1*a2"), modifier("b ~ p*a"), modifier("a1 ~~ b1")],
    )
    finding = refused(model, estimator=estimator)["--estimator"]
    assert "a =~ a2, b ~ a." in finding.what
    assert "--estimator ml" in finding.fix


def test_given_weights() -> None:
    items = [item.name for item in CHAIN.indicators]
    none = refused(estimator="pls", weight_rule="given")["--weight-rule"]
    assert "weights: {QUESTION: WEIGHT, ...}" in none.fix
    given = {**dict.fromkeys(items, 1.0), "q1": 0.0, "s11": 1.0}
    with pytest.raises(UsageError) as error:
        check_options(FitOptions(estimator="pls", weight_rule="given", given_weights=given), CHAIN)
    unknown, empty = error.value.findings
    assert "'s11' is no indicator" in unknown.what
    assert "'s1'" in unknown.fix
    assert "q1 has no positive weight" in empty.what


# ---- everything at once


def test_every_contradiction_is_told_at_once() -> None:
    found = refused(
        INTERACTION,
        estimator="plsc",
        metric="common",
        scheme="middle",
        missing_data="pairwise",
        bootstrap=20,
        jackknife=True,
        ridge=0.1,
        variances="bounded",
        folds=1,
        segments=40,
        necessity=3,
        weight_rule="regression",
        level=0.2,
    )
    assert set(found) == {
        "--estimator", "--metric", "--scheme", "--missing-data", "--bootstrap", "--jackknife", "--ridge",
        "--variances", "--folds", "--segments", "--necessity", "--weight-rule", "--level",
    }  # fmt: skip


def test_an_interaction_asks_for_pls() -> None:
    found = refused(INTERACTION, estimator="ml", scheme="centroid")
    assert "'both' is the product of 'expectations' and 'quality'" in found["--estimator"].what
    assert "Use --estimator pls" in found["--estimator"].fix
    assert "--scheme" in found


def test_nothing_is_estimated_before_the_options_are_right() -> None:
    with pytest.raises(UsageError):
        fit(CHAIN, chain_survey(60), estimator="pls", scheme="centriod")


@both_estimators
def test_any_design_will_do(estimator: str) -> None:
    survey = chain_survey(
        90, weights=[1.0, 2.0, 0.5] * 30, strata=[0, 1] * 45, cluster=[k // 2 for k in range(90)]
    )
    for rule in ("complete", "mean", "available"):
        check_design(FitOptions(estimator=estimator, missing_data=rule), survey)
    made = fit(CHAIN, survey, estimator=estimator, bootstrap=0)
    assert made.pooled.solution is not None


def test_a_metric_in_common_takes_the_declared_scales() -> None:
    """One question on 0-1 beside others on 1-10: with a common metric its weight is not blown up."""
    answers = chain_answers(200)
    answers[:, 0] = (answers[:, 0] - 1) / 9
    model = model_of({"x": "x1 x2 x3", "q": "q1 q2 q3"}, {"q": "x"}, scales={"x1": YES_NO})
    plain = model_of({"x": "x1 x2 x3", "q": "q1 q2 q3"}, {"q": "x"})
    made = fit(model, survey_of(model, answers[:, :6]), estimator="pls", metric="common", bootstrap=0)
    same = fit(
        plain, survey_of(plain, chain_answers(200)[:, :6]), estimator="pls", metric="common", bootstrap=0
    )
    assert made.pooled.solution is not None
    assert same.pooled.solution is not None
    assert made.pooled.solution.values[:6] == pytest.approx(same.pooled.solution.values[:6], abs=1e-10)
