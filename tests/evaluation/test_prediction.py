"""Out-of-sample prediction against the package PLSpredict, loops over folds, and identities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, shared_data, survey_of
from naive_pls import NaivePls, weighted_regression
from scipy import stats

from csi_model.errors import UsageError
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.fitting import fit
from csi_model.evaluation import prediction as module
from csi_model.evaluation.prediction import Plan, Prediction, crossed, fold_numbers, predictions
from csi_model.evaluation.predictive_ability import cvpat, cvpat_rows, prediction_rows, predictive_power
from csi_model.model.spec import Construct, ModelSpec
from csi_model.vocabulary import TABLES

FIXED_POINT = 1e-6
"""Errors rest on weights that stop within 1e-9 of their fixed point."""

PLSPREDICT_FOLDS = (
    "0183589903511732979959538382184965640598004842982815416675623929612568674705414093628431710400"
    "3582765759087102330337655851405187391479736886828240913926575717640497158347927410044405246198"
    "08761266698554237472426312533200038637166422523979019721163908"
)
"""R: set.seed(12345, sample.kind = "Rounding"); r[sample(250, 250)] <- cut(1:250, 10, labels = FALSE) - 1."""


def fitted(model: ModelSpec, answers: Floats, estimator: str = "pls", **changes: Any) -> GroupFit:
    survey = survey_of(model, answers, **changes)
    return fit(model, survey, estimator=estimator, bootstrap=0).pooled


def predicted(part: GroupFit, **options: Any) -> Prediction:
    assert isinstance(part.solution, CompositeSolution)
    return predictions(part, part.solution, **options)


def with_product(model: ModelSpec, a: str, b: str, target: str) -> ModelSpec:
    """``model`` with the product of two constructs among the drivers of ``target``."""
    path = replace(model.paths[0], source="product", target=target)
    product = Construct(name="product", product=(a, b))
    return replace(model, constructs=(*model.constructs, product), paths=(*model.paths, path))


def blocks_of(model: ModelSpec) -> dict[str, list[int]]:
    items = [item.name for item in model.indicators]
    return {c.name: [items.index(i.name) for i in c.indicators] for c in model.constructs if not c.product}


def naive_model(model: ModelSpec, x: Floats, w: Floats) -> NaivePls:
    drivers = {c.name: model.drivers_of(c.name) for c in model.constructs if model.drivers_of(c.name)}
    products = {c.name: (c.product[0], c.product[1]) for c in model.products}
    return NaivePls(x, w, blocks_of(model), drivers, products)


def linear_columns(model: ModelSpec, target: str, benchmark: str) -> list[int]:
    blocks = blocks_of(model)
    chosen = {
        "exogenous": [name for name in blocks if not model.drivers_of(name)],
        "antecedents": [name for name in model.drivers_of(target) if name in blocks],
        "others": [name for name in blocks if name != target],
    }[benchmark]
    return sorted(i for name in chosen for i in blocks[name])


def naive_errors(model: ModelSpec, x: Floats, w: Floats, folds: Floats, how: Mapping[str, str]) -> Floats:
    """Errors (3, n, items of endogenous constructs) of one run of the folds."""
    blocks = blocks_of(model)
    targets = [name for name in blocks if model.drivers_of(name)]
    made = np.full((3, *x.shape), np.nan)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        trained, mean = naive_model(model, x[train], w[train]), np.average(x[train], axis=0, weights=w[train])
        for name in targets:
            block, used = blocks[name], linear_columns(model, name, how["benchmark"])
            slopes = weighted_regression((x[train] - mean)[:, used], (x[train] - mean)[:, block], w[train])
            actual = x[np.ix_(test, block)]
            made[np.ix_([0], test, block)] = actual - trained.items(name, x[test], how["approach"])
            made[np.ix_([1], test, block)] = actual - mean[block] - (x[test] - mean)[:, used] @ slopes
            made[np.ix_([2], test, block)] = actual - mean[block]
    return made[:, :, [i for name in targets for i in blocks[name]]]


def mobile_phones(constructs: Mapping[str, str], paths: Mapping[str, str]) -> Prediction:
    """The mobile phone survey predicted as ``predict_DA`` of the R package PLSpredict does."""
    lines = shared_data("data", "mobi.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].replace('"', "").split(",")
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines[1:]])
    model = model_of(constructs, paths)
    part = fitted(model, table[:, [names.index(item.name) for item in model.indicators]])
    assert isinstance(part.solution, CompositeSolution)
    folds = np.array([[int(digit) for digit in PLSPREDICT_FOLDS]])
    plan = Plan(folds=10, repeats=1, approach="direct", benchmark="others")
    return crossed(part.solution.table, part.sample, folds, plan)


FOUR = {
    "image": "IMAG1 IMAG2 IMAG3 IMAG4 IMAG5",
    "expectation": "CUEX1 CUEX2 CUEX3",
    "value": "PERV1 PERV2",
    "satisfaction": "CUSA1 CUSA2 CUSA3",
}


def test_the_mobile_phone_survey_as_the_package_plspredict() -> None:
    """Numbers of the R package PLSpredict (github.com/sem-in-r/pls-predict).

    ``predict_pls(estimate_pls(mobi, ...), technique = predict_DA, noFolds = 10)`` after ``set.seed(12345)``
    in R before 3.6; tests/fixtures/item_metrics_DA.csv, RMSE and MAD out of sample of CUSA1 to CUSA3. Its
    search for the weights stops at changes of 1e-7, which leaves less than 1e-6 in these errors of size 1.
    """
    found = mobile_phones(FOUR, {"satisfaction": "image expectation value"})
    assert found.rmse[0] == pytest.approx([0.98995444374815, 1.44938758854545, 1.27353762504696], abs=1e-6)
    assert found.mae[0] == pytest.approx([0.746501720745501, 1.05734604639536, 0.908296487635169], abs=1e-6)


def test_the_linear_model_as_the_package_plspredict() -> None:
    """The same file, columns LM: R's ``lm`` on all other questions of the survey, in the model or not."""
    rest = {"quality": " ".join(f"PERQ{k}" for k in range(1, 8)), "complaints": "CUSCO"}
    everything = FOUR | rest | {"loyalty": "CUSL1 CUSL2 CUSL3"}
    drivers = "image expectation value quality complaints loyalty"
    found = mobile_phones(everything, {"satisfaction": drivers})
    assert found.rmse[1] == pytest.approx([0.953507971810565, 1.37502705617396, 1.15278325897345], rel=1e-12)
    assert found.mae[1] == pytest.approx([0.731788966845564, 1.04123298527433, 0.82657725064708], rel=1e-12)


@pytest.mark.parametrize("approach", ["earliest", "direct"])
@pytest.mark.parametrize("rests_on", ["exogenous", "antecedents", "others"])
def test_a_loop_over_folds_makes_the_same(approach: str, rests_on: str) -> None:
    answers, weights = chain_answers(60), np.random.default_rng(1).uniform(0.5, 2, size=60)
    part = fitted(CHAIN, answers, weights=weights)
    how = {"approach": approach, "benchmark": rests_on}
    found = predicted(part, folds=4, repeats=2, seed=3, **how)
    plan = Plan(folds=4, repeats=2, **how)
    assigned = fold_numbers(module._units(part.sample), plan, (3, 0))
    errors = np.array([naive_errors(CHAIN, answers, weights, folds, how) for folds in assigned])
    assert found.indicators == tuple(item.name for item in CHAIN.indicators[3:])
    assert found.losses == pytest.approx((errors**2).mean(axis=0), abs=FIXED_POINT)
    mse = np.average((errors**2).mean(axis=0), axis=1, weights=weights)
    assert found.rmse == pytest.approx(np.sqrt(mse), abs=FIXED_POINT)
    mae = np.average(np.abs(errors).mean(axis=0), axis=1, weights=weights)
    assert found.mae == pytest.approx(mae, abs=FIXED_POINT)
    assert found.q2 == pytest.approx(1 - mse[0] / mse[2], abs=FIXED_POINT)


@pytest.mark.parametrize(
    ("a", "b", "target"),
    [("expectations", "expectations", "quality"), ("expectations", "quality", "satisfaction")],
)
@pytest.mark.parametrize("approach", ["earliest", "direct"])
def test_products_are_made_of_what_predicts_their_factors(a: str, b: str, target: str, approach: str) -> None:
    model = with_product(CHAIN, a, b, target)
    answers, weights = chain_answers(60), np.random.default_rng(1).uniform(0.5, 2, size=60)
    part = fitted(model, answers, weights=weights)
    how = {"approach": approach, "benchmark": "exogenous"}
    found = predicted(part, folds=4, repeats=1, seed=3, **how)
    folds = fold_numbers(module._units(part.sample), Plan(folds=4, repeats=1, **how), (3, 0))[0]
    errors = naive_errors(model, answers, weights, folds, how)
    assert found.why == ""
    assert found.losses == pytest.approx(errors**2, abs=FIXED_POINT)


def test_both_approaches_agree_where_all_drivers_are_exogenous() -> None:
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2", "c": "c1 c2 c3"}, {"c": "a b"})
    part = fitted(model, chain_answers(80)[:, :8])
    earliest, direct = predicted(part), predicted(part, approach="direct")
    assert np.array_equal(earliest.losses, direct.losses)
    assert (earliest.plan.benchmark, direct.plan.benchmark) == ("exogenous", "antecedents")


def test_answers_without_noise_are_predicted() -> None:
    x = np.random.default_rng(4).normal(5, 1, size=(100, 1))
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    answers = x @ np.array([[1.0, 0.5, 2.0, 0.7]]) + 1e-4 * np.random.default_rng(5).normal(size=(100, 4))
    found = predicted(fitted(model, answers))
    assert np.all(found.q2 > 1 - 1e-6)


def test_noise_is_not_predicted() -> None:
    """Nothing to learn: a model that was fitted to noise is worse than the mean, but for chance.

    By chance slopes of size 1 / sqrt(n) gain 1 / n of the variance of an item.
    """
    found = predicted(fitted(CHAIN, np.random.default_rng(6).normal(5, 1, size=(200, 11))))
    assert found.q2.mean() < 0
    assert np.all(found.q2 < 1 / 200)
    assert "high" not in predictive_power(found)


def test_the_seed_decides_the_folds() -> None:
    part = fitted(CHAIN, chain_answers(80))
    first, again, other = (predicted(part, repeats=2, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.losses, again.losses)
    assert not np.array_equal(first.losses, other.losses)
    assert np.array_equal(predicted(part, repeats=2).losses, predicted(part, repeats=2).losses)


def test_more_repetitions_begin_with_those_of_fewer() -> None:
    units = module._units(fitted(CHAIN, chain_answers(80)).sample)
    many, few = (
        fold_numbers(units, Plan(folds=10, repeats=r, approach="", benchmark=""), (1, 0)) for r in (5, 2)
    )
    assert np.array_equal(many[:2], few)
    assert not np.array_equal(many[0], many[1])
    assert all(np.array_equal(np.bincount(row), np.full(10, 8)) for row in many)


def test_the_size_of_batches_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    part = fitted(CHAIN, chain_answers(80))
    whole = predicted(part, repeats=4)
    monkeypatch.setattr(module, "CELLS", 2000)  # two repetitions at a time
    assert predicted(part, repeats=4).losses == pytest.approx(whole.losses, rel=1e-9)


def test_whole_clusters_stay_in_one_fold() -> None:
    cluster = np.repeat(np.arange(20), [3, 5] * 10)
    part = fitted(CHAIN, chain_answers(80), cluster=cluster, strata=np.repeat([0, 1], 40))
    plan = Plan(folds=5, repeats=3, approach="", benchmark="")
    for row in fold_numbers(module._units(part.sample), plan, (1, 0)):
        of_cluster = [set(row[cluster == c]) for c in range(20)]
        assert all(len(folds) == 1 for folds in of_cluster)
        assert np.array_equal(np.bincount([fold for (fold,) in of_cluster]), [4] * 5)


def test_a_weight_of_two_is_a_second_respondent() -> None:
    answers, weights = chain_answers(60), np.tile([1.0, 2.0, 1.0], 20)
    folds, twice = np.arange(60)[None] % 4, np.repeat(np.arange(60), weights.astype(int))
    plan = Plan(folds=4, repeats=1, approach="earliest", benchmark="exogenous")
    weighted = fitted(CHAIN, answers, weights=weights)
    doubled = fitted(CHAIN, answers[twice])
    assert isinstance(weighted.solution, CompositeSolution)
    table = weighted.solution.table
    one = crossed(table, weighted.sample, folds, plan)
    two = crossed(table, doubled.sample, folds[:, twice], plan)
    assert one.rmse == pytest.approx(two.rmse, rel=1e-9)
    assert one.mae == pytest.approx(two.mae, rel=1e-9)


def test_consistent_estimates_predict_as_plain_ones() -> None:
    answers = chain_answers(80)
    plain, consistent = (
        predicted(fitted(CHAIN, answers, estimator=name), seed=1) for name in ("pls", "plsc")
    )
    assert consistent.rmse == pytest.approx(plain.rmse, rel=1e-9)


def why_of(part: GroupFit, **options: Any) -> str:
    """The reason, after a look at whether every number is gone."""
    found = predicted(part, **options)
    assert np.isnan(found.rmse).all()
    rows = [*prediction_rows(found), *cvpat_rows(found, part.sample)]
    assert all(row["why"] == found.why and row["verdict"] == "" for row in rows)
    return found.why


def test_what_cannot_be_predicted_says_why() -> None:
    answers = chain_answers(80)
    clustered = fitted(CHAIN, answers, cluster=np.repeat(np.arange(8), 10))
    assert why_of(clustered) == "only 8 clusters for 10 folds"
    assert why_of(fitted(CHAIN, answers), folds=81) == "only 80 respondents for 81 folds"
    assert why_of(fitted(CHAIN, answers[:20]), folds=2) == (
        "a training sample has 10 respondents for 11 questions"
    )
    apart = answers.copy()
    apart[:, 3] = 5
    apart[0, 3] = 6  # the question varies by one respondent
    assert why_of(fitted(CHAIN, apart), repeats=1) == (
        "1 of 10 training samples gave no estimate: a question had the same answer from everybody drawn"
    )
    with_gaps = fitted(CHAIN, answers)
    gaps = answers.copy()
    gaps[3, 2] = np.nan
    assert "missing" in why_of(replace(with_gaps, sample=replace(with_gaps.sample, answers=gaps)))


def test_products_that_lead_back_say_why() -> None:
    """Loyalty comes after quality, so that no prediction of it can help to predict quality."""
    back = fitted(with_product(CHAIN, "expectations", "loyalty", "quality"), chain_answers(80))
    assert why_of(back) == "product leads back to a construct that it is made of"
    assert predicted(back, approach="direct").why == ""
    itself = fitted(with_product(CHAIN, "expectations", "quality", "quality"), chain_answers(80))
    assert (
        why_of(itself) == why_of(itself, approach="direct") == "product drives quality, which it is made of"
    )


def test_higher_order_models_say_why() -> None:
    model = model_of(
        {"a": "a1 a2 a3", "b": "b1 b2 b3", "whole": "", "c": "c1 c2 c3"},
        {"c": "whole"},
        repeats={"whole": "a b"},
    )
    answers = chain_answers(80)[:, :9]
    assert "repeats the questions of others" in why_of(fitted(model, answers))


def test_linear_models_of_dependent_questions_say_why() -> None:
    """A sum among the regressors: the path model predicts, the regression has no unique answer."""
    answers = chain_answers(80)
    answers[:, 2] = answers[:, 0] + answers[:, 1]
    part = fitted(CHAIN, answers)
    found = predicted(part)
    assert found.why == ""
    assert np.isfinite(found.rmse[[0, 2]]).all()
    assert np.isnan(found.rmse[1]).all()
    for row in prediction_rows(found):
        assert row["why"] == "the questions of the linear model determine each other in a training sample"
        assert row["verdict"] == ""
    tests = cvpat(found, part.sample)
    assert all((test.why == "") == (test.benchmark == "mean") for test in tests)


@pytest.mark.parametrize(
    "options", [{"folds": 1}, {"repeats": 0}, {"approach": "latest"}, {"benchmark": "everything"}]
)
def test_options_that_do_not_fit_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        predicted(fitted(CHAIN, chain_answers(40)), **options)


def judged(pls: list[float], lm: list[float], q2: list[float]) -> tuple[str, ...]:
    k = len(pls)
    return predictive_power(
        Prediction(
            plan=Plan(folds=10, repeats=1, approach="earliest", benchmark="exogenous"),
            constructs=("y",) * k,
            indicators=tuple(f"y{i}" for i in range(k)),
            rmse=np.array([pls, lm, np.ones(k)]),
            mae=np.ones((3, k)),
            q2=np.array(q2),
            losses=np.ones((3, 1, k)),
            why="",
            why_lm=("",) * k,
        )
    )


@pytest.mark.parametrize(
    ("lm", "q2", "power"),
    [
        ([0.9, 0.9, 0.9, 0.9], [0.1] * 4, "high"),
        ([0.9, 0.9, 0.9, 0.7], [0.1] * 4, "medium"),
        ([0.9, 0.9, 0.7, 0.8], [0.1] * 4, "medium"),
        ([0.9, 0.7, 0.7, 0.8], [0.1] * 4, "low"),
        ([0.7, 0.7, 0.7, 0.8], [0.1] * 4, "none"),
        ([0.9, 0.9, 0.9, 0.9], [0.1, 0.1, 0.1, -0.1], "medium"),
        ([0.9, 0.9, 0.9, np.nan], [0.1] * 4, ""),
    ],
)
def test_predictive_power_counts_items(lm: list[float], q2: list[float], power: str) -> None:
    assert judged([0.8] * 4, lm, q2) == (power,) * 4


def test_rows_fit_their_tables() -> None:
    part = fitted(CHAIN, chain_answers(80))
    found = predicted(part, repeats=2)
    rows = list(prediction_rows(found))
    assert [row["indicator"] for row in rows] == [item.name for item in CHAIN.indicators[3:]]
    assert all(tuple(row) == TABLES["prediction"].column_names for row in rows)
    assert len({row["verdict"] for row in rows if row["construct"] == "quality"}) == 1
    tests = list(cvpat_rows(found, part.sample))
    assert all(tuple(row) == TABLES["cvpat"].column_names for row in tests)
    assert [row["target"] for row in tests[::2]] == ["quality", "satisfaction", "loyalty", "all"]
    assert [row["benchmark"] for row in tests[:2]] == ["mean", "lm"]


def test_cvpat_is_a_paired_t_test() -> None:
    """scipy.stats.ttest_rel of the losses of respondents."""
    part = fitted(CHAIN, chain_answers(80))
    found = predicted(part, repeats=3)
    own = [k for k, name in enumerate(found.constructs) if name == "satisfaction"]
    losses = found.losses[:, :, own].mean(axis=2)
    test = next(t for t in cvpat(found, part.sample) if (t.target, t.benchmark) == ("satisfaction", "mean"))
    paired = stats.ttest_rel(losses[0], losses[2])
    interval = paired.confidence_interval(0.95)
    assert test.z == pytest.approx(paired.statistic, rel=1e-9)
    assert test.pvalue == pytest.approx(paired.pvalue, rel=1e-9)
    assert (test.ci_lower, test.ci_upper) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert test.loss_pls == pytest.approx(losses[0].mean())
    assert test.verdict == "better"
    whole = next(t for t in cvpat(found, part.sample) if (t.target, t.benchmark) == ("all", "lm"))
    assert whole.difference == pytest.approx((found.losses[0] - found.losses[1]).mean())


def test_cvpat_of_clusters_compares_their_sums() -> None:
    """Var = m / (m - 1) sum (u_c - u)^2 of the sums of clusters u_c, t with m - 1 degrees of freedom."""
    cluster, weights = np.repeat(np.arange(20), 4), np.tile([1.0, 2.0], 40)
    part = fitted(CHAIN, chain_answers(80), cluster=cluster, weights=weights)
    found = predicted(part, folds=5, repeats=2)
    test = cvpat(found, part.sample)[0]
    own = [k for k, name in enumerate(found.constructs) if name == "quality"]
    losses = found.losses[:, :, own].mean(axis=2)
    share = weights / weights.sum()
    difference = share @ (losses[0] - losses[2])
    sums = np.bincount(cluster, share * (losses[0] - losses[2] - difference))
    se = np.sqrt(20 / 19 * ((sums - sums.mean()) ** 2).sum())
    assert test.difference == pytest.approx(difference, rel=1e-9)
    assert test.se == pytest.approx(se, rel=1e-9)
    assert test.pvalue == pytest.approx(2 * stats.t.sf(abs(difference / se), 19), rel=1e-9)


def test_cvpat_of_equal_predictions_or_a_lonely_cluster_says_why() -> None:
    """One question predicts one other: the path model is the linear model."""
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"})
    part = fitted(model, chain_answers(300)[:, [0, 3]])
    found = predicted(part)
    mean, linear, *_ = cvpat(found, part.sample)
    assert mean.verdict == "better"
    assert (linear.why, linear.verdict) == ("both make the same predictions", "")
    assert np.isnan([linear.se, linear.z, linear.pvalue, linear.ci_lower, linear.ci_upper]).all()
    assert predictive_power(found) == ("none",)
    lonely = replace(
        part.sample, strata=np.repeat([0, 1], [299, 1]), cluster=np.arange(300), units=np.array([299, 1])
    )
    assert {test.why for test in cvpat(found, lonely) if test.benchmark == "mean"} == {
        "a stratum has only one cluster"
    }


def test_a_model_that_is_worse_is_called_worse() -> None:
    """A chain that leaves out the direct way from the first to the last: regression beats it."""
    random = np.random.default_rng(9)
    x, noise = random.normal(size=300), random.normal(size=(300, 3))
    answers = np.stack([x, noise[:, 0] + 0.3 * x, x + 0.2 * noise[:, 1]], axis=1) + 5
    part = fitted(model_of({"a": "a1", "b": "b1", "c": "c1"}, {"b": "a", "c": "b"}), answers)
    found = predicted(part)
    verdicts = {(t.target, t.benchmark): t.verdict for t in cvpat(found, part.sample)}
    assert verdicts["c", "lm"] == "worse"
    assert verdicts["c", "mean"] == "better"
