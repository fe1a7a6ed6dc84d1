"""Standard errors and tests of the estimators: identities, densities by scipy, and what robust means."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of
from scipy import stats

from csi_model.estimation.covariance import (
    case_scores,
    gradient_and_information,
    matrices,
    observed_hessian,
)
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.inference import Evidence, item_mean_covariance, joint_covariance, model_test
from csi_model.estimation.parameters import parameter_table
from csi_model.evaluation.evaluating import evaluate

P = len(CHAIN.indicators)
SAME = 1e-8
"""Two searches for one optimum, each to a scaled gradient of 1e-8 at least."""
SATURATED = model_of({"a": "a1 a2 a3"}, {})
OPTIONS = {
    "ml": {"estimator": "ml"},
    "mlr": {"estimator": "mlr"},
    "mlm": {"estimator": "mlm"},
    "fiml": {"estimator": "fiml"},
    "robust fiml": {"estimator": "mlr", "missing_data": "available"},
}


def gappy(n: int = 300, seed: int = 3) -> Floats:
    made = chain_answers(n)
    made[np.random.default_rng(seed).random(made.shape) < 0.12] = np.nan
    return made


@cache
def fitted(name: str, data: str = "complete") -> Fit:
    survey = chain_survey() if data == "complete" else survey_of(CHAIN, gappy())
    return fit(CHAIN, survey, **OPTIONS[name])


def solved(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


def measures(made: Fit) -> dict[str, float]:
    table = evaluate(made).tables["fit"]
    return dict(zip(table["measure"], table["value"], strict=True))


def density(mean: Floats, sigma: Floats, answers: Floats) -> float:
    """Log-likelihood of answers with gaps, by scipy."""
    total = 0.0
    for row in answers:
        there = ~np.isnan(row)
        if there.any():
            block = sigma[np.ix_(there, there)]
            total += float(stats.multivariate_normal.logpdf(row[there], mean[there], block))
    return total


@pytest.mark.parametrize("name", OPTIONS)
def test_one_set_of_estimates_for_complete_answers(name: str) -> None:
    q = solved(fitted("ml")).values.size
    np.testing.assert_allclose(solved(fitted(name)).values[:q], solved(fitted("ml")).values, rtol=SAME)
    assert solved(fitted(name)).f == pytest.approx(solved(fitted("ml")).f, rel=SAME)


@pytest.mark.parametrize("name", ["fiml", "robust fiml"])
def test_full_information_equals_ml_without_gaps(name: str) -> None:
    """What rests on the likelihood and on covariances; only the count of parameters grows by the means."""
    one, two = measures(fitted("ml")), measures(fitted(name))
    counted = {"npar", "aic", "bic", "gradient", "information_eigenvalue"}
    for measure in set(one) - counted:
        assert two[measure] == pytest.approx(one[measure], rel=1e-7, abs=1e-9), measure
    assert two["npar"] == one["npar"] + P
    assert two["aic"] == pytest.approx(one["aic"] + 2 * P, rel=1e-12)
    assert two["bic"] == pytest.approx(one["bic"] + P * np.log(300), rel=1e-12)
    means = chain_survey().answers.mean(axis=0)
    np.testing.assert_allclose(solved(fitted(name)).means, means, rtol=1e-10)


def test_full_information_errors_without_gaps() -> None:
    """Those of observed information, which the means do not touch; near the expected ones of ml."""
    made, plain = solved(fitted("fiml")), solved(fitted("ml"))
    q = plain.values.size
    cov = fitted("ml").pooled.sample.cov
    observed = np.linalg.inv(observed_hessian(plain.table, plain.values, cov) / 2) / 300
    np.testing.assert_allclose(made.covariance[P : P + q, P : P + q], observed, rtol=1e-6, atol=1e-12)
    sigma = matrices(made.table, made.values).sigma
    np.testing.assert_allclose(made.covariance[:P, :P], sigma / 300, rtol=1e-6)
    np.testing.assert_allclose(made.covariance[:P, P : P + q], 0, atol=1e-12)
    ratio = np.sqrt(np.diag(made.covariance)[P : P + q] / np.diag(plain.covariance)[P:])
    # of order 1 / sqrt(n): the model holds in this survey
    assert np.abs(ratio - 1).max() < 0.15


@pytest.mark.parametrize("name", ["ml", "mlr", "mlm"])
def test_parameter_covariance_by_definition(name: str) -> None:
    """Inverse expected information; the sandwich with observed, and with expected information."""
    made, sample = solved(fitted(name)), fitted(name).pooled.sample
    expected = gradient_and_information(made.table, made.values, sample.cov)[1] / 2
    observed = observed_hessian(made.table, made.values, sample.cov) / 2
    bread = np.linalg.inv(observed if name == "mlr" else expected)
    wanted = bread / 300
    if name != "ml":
        scores = case_scores(made.table, made.values, sample.answers - sample.mean)
        scores = scores - scores.mean(axis=0)
        wanted = bread @ (scores.T @ scores / 300) @ bread / 300
    np.testing.assert_allclose(made.covariance[P:, P:], wanted, rtol=1e-8, atol=1e-13)


def test_robust_covariance_of_means_and_parameters_is_one_sandwich() -> None:
    """Influences of means are deviations; their covariance with parameters is not zero when robust."""
    made, sample = solved(fitted("mlr")), fitted("mlr").pooled.sample
    centred = sample.answers - sample.mean
    np.testing.assert_allclose(made.covariance[:P, :P], centred.T @ centred / 300**2, rtol=1e-10)
    bread = np.linalg.inv(observed_hessian(made.table, made.values, sample.cov) / 2)
    wanted = centred.T @ case_scores(made.table, made.values, centred) @ bread / 300**2
    np.testing.assert_allclose(made.covariance[:P, P:], wanted, rtol=1e-6, atol=1e-12)
    assert np.abs(wanted).max() > 0


@pytest.mark.parametrize(("name", "data"), [("ml", "complete"), ("fiml", "complete"), ("fiml", "gaps")])
def test_log_likelihood_and_chi_square_by_densities(name: str, data: str) -> None:
    """Twice the difference of log-likelihoods; independence takes each item by itself."""
    made = fitted(name, data)
    answers = chain_survey().answers if data == "complete" else gappy()
    mats, sample, test = (
        matrices(solved(made).table, solved(made).values),
        made.pooled.sample,
        solved(made).test,
    )
    logl = density(solved(made).means, mats.sigma, answers)
    saturated = density(sample.mean, sample.cov, answers)
    alone = density(np.nanmean(answers, axis=0), np.diag(np.nanvar(answers, axis=0)), answers)
    assert test.logl == pytest.approx(logl, rel=1e-12)
    assert test.chisq == pytest.approx(2 * (saturated - logl), rel=1e-8)
    assert test.baseline_chisq == pytest.approx(2 * (saturated - alone), rel=1e-8)
    shown = measures(made)
    assert shown["aic"] == pytest.approx(-2 * logl + 2 * solved(made).values.size, rel=1e-12)
    assert shown["df"] == solved(fitted("ml")).test.df


@pytest.mark.slow
def test_the_fit_is_the_best_there_is() -> None:
    """No step of a tenth of a standard error in any direction raises the likelihood with gaps."""
    made = solved(fitted("fiml", "gaps"))
    errors = np.sqrt(np.diag(made.covariance)[P:])
    for place in range(made.values.size):
        for sign in (-1, 1):
            moved = made.values.copy()
            moved[place] += sign * 0.1 * errors[place]
            mats = matrices(made.table, moved)
            assert density(mats.mean, mats.sigma, gappy()) < made.test.logl


def test_copies_in_clusters_double_everything_robust() -> None:
    """Every respondent twice, as one cluster: B doubles, with (m - 1) / m for the originals' divisor m.

    Estimates and errors of the originals' robust fit stay; the plain chi-square doubles, the scaled one
    does not.
    """
    answers, m = chain_answers(150), 150
    for options in ({}, {"missing_data": "available"}):
        once = solved(fit(CHAIN, survey_of(CHAIN, answers), estimator="mlr", **options))
        twice = solved(
            fit(
                CHAIN,
                survey_of(CHAIN, np.repeat(answers, 2, axis=0), cluster=np.repeat(np.arange(m), 2)),
                estimator="mlr",
                **options,
            )
        )
        np.testing.assert_allclose(twice.values, once.values, rtol=SAME)
        np.testing.assert_allclose(twice.covariance, once.covariance * m / (m - 1), rtol=1e-6, atol=1e-12)
        assert once.test.scaling is not None
        assert twice.test.scaling is not None
        assert twice.test.chisq == pytest.approx(2 * once.test.chisq, rel=SAME)
        # the design's B has a divisor for sums of the model's scores; the trace is linear in it
        for name in ("factor", "baseline"):
            ratio = getattr(twice.test.scaling, name) / getattr(once.test.scaling, name)
            assert ratio == pytest.approx(2 * m / (m - 1), rel=1e-6), name


def elliptical(random: np.random.Generator, n: int, *, heavy: bool) -> Floats:
    """Normal answers, or the same times a respondent's own size, of kurtosis 1 + k = E(t^4) / E(t^2)^2.

    t^2 is .5 or 2 at equal odds: E(t^4) = 2.125, E(t^2) = 1.25, 1 + k = 1.36.
    """
    made = chain_answers(n, int(random.integers(1 << 30)))
    if not heavy:
        return made
    size = np.sqrt(random.choice([0.5, 2.0], n))
    centre = 6.5 + 0.2 * np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1])
    return np.asarray(centre + size[:, None] * (made - centre))


@pytest.mark.parametrize("name", ["mlr", "mlm", "robust fiml"])
def test_scaling_factor_is_the_kurtosis(name: str) -> None:
    """1 for normal answers, 1 + k for elliptical ones (Browne 1984, section 4); 20,000 respondents.

    Where the model holds, that is: not for independence. The factor averages 40 fourth moments, of relative
    error about 2 / sqrt(20,000): .05 is beyond chance.
    """
    random = np.random.default_rng(4)
    for heavy, wanted in ((False, 1.0), (True, 1.36)):
        made = solved(fit(CHAIN, survey_of(CHAIN, elliptical(random, 20_000, heavy=heavy)), **OPTIONS[name]))
        assert made.test.scaling is not None
        assert made.test.scaling.factor == pytest.approx(wanted, abs=0.05)


@pytest.mark.slow
def test_robust_errors_hold_where_plain_ones_do_not() -> None:
    """Heavy tails: the spread of an error variance over 120 surveys against the mean of both errors."""
    random = np.random.default_rng(9)
    model = model_of({"a": "a1 a2 a3 a4"}, {})
    place = next(row.free for row in parameter_table(model).free_rows if row.lhs == "a1")
    estimates, errors = [], {"ml": 0.0, "mlr": 0.0}
    for _ in range(120):
        answers = 5 + random.normal(size=(300, 1)) + random.normal(size=(300, 4))
        answers = 5 + np.sqrt(random.choice([0.25, 4.0], (300, 1))) * (answers - 5)
        for name in errors:
            made = solved(fit(model, survey_of(model, answers), estimator=name))
            errors[name] += float(np.sqrt(made.covariance[4 + place, 4 + place])) / 120
        estimates.append(made.values[place])
    spread = float(np.std(estimates, ddof=1))
    # a standard deviation over 120 draws is known to 7 %
    assert errors["mlr"] == pytest.approx(spread, rel=0.2)
    assert errors["ml"] < 0.75 * spread


@pytest.mark.parametrize("name", OPTIONS)
def test_a_saturated_model_has_no_scaled_test(name: str) -> None:
    answers = chain_answers(100)[:, :3]
    made = fit(SATURATED, survey_of(SATURATED, answers), **OPTIONS[name])
    test = solved(made).test
    assert (test.df, test.scaling, test.robust) == (0, None, None)
    assert test.chisq == pytest.approx(0, abs=1e-10)
    shown = evaluate(made).tables["fit"]
    assert not any(measure.endswith(("_scaled", "_robust")) for measure in shown["measure"])
    empty = shown[shown["value"].isna()]
    assert set(empty["measure"]) >= {"pvalue", "rmsea", "tli"}
    assert (empty["why"] != "").all()


def test_parameters_on_a_bound_count_as_known() -> None:
    """The covariance of the others is that of a model without the held parameter."""
    made, sample = solved(fitted("ml")), fitted("ml").pooled.sample
    loose = np.ones(made.values.size, dtype=bool)
    loose[4] = False
    evidence = Evidence(table=made.table, sample=sample)
    whole = evidence.expected(made.values) / 2
    held = joint_covariance(evidence, made.values, "expected", loose)[P:, P:]
    inner = np.ix_(loose, loose)
    np.testing.assert_allclose(held[inner], np.linalg.inv(whole[inner]) / 300, rtol=1e-8, atol=1e-13)
    assert not held[4].any()
    free = model_test(evidence, made.values, made.f, "robust")
    bound = model_test(evidence, made.values, made.f, "robust", loose)
    assert free.scaling is not None
    assert bound.scaling is not None
    assert bound.scaling.factor > free.scaling.factor, "one parameter less takes up B"
    assert bound.scaling.baseline == free.scaling.baseline


def test_item_mean_covariance_without_gaps_is_the_usual_one() -> None:
    sample = fitted("ml").pooled.sample
    np.testing.assert_allclose(item_mean_covariance(sample), np.cov(sample.answers.T) / 300, rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_item_mean_covariance_with_gaps_is_that_of_a_saturated_model(weighted: bool) -> None:
    """A model without restrictions on three items has the saturated moments and their errors."""
    answers = gappy()[:, :3]
    weights = np.random.default_rng(2).uniform(0.5, 2, 300) if weighted else None
    made = fit(SATURATED, survey_of(SATURATED, answers, weights=weights), estimator="fiml")
    sample = made.pooled.sample
    np.testing.assert_allclose(
        item_mean_covariance(sample), solved(made).covariance[:3, :3], rtol=1e-5, atol=1e-12
    )
    np.testing.assert_allclose(solved(made).means, sample.mean, rtol=1e-7)


def test_index_interval_of_full_information_rests_on_all_answers() -> None:
    """With ``equal`` weights the index is the mean of its items' means on 0-100: its error by hand."""
    made = fit(CHAIN, survey_of(CHAIN, gappy()), estimator="fiml", weight_rule="equal")
    row = evaluate(made).tables["index"].set_index("construct").loc["satisfaction"]
    items = [k for k, item in enumerate(CHAIN.indicators) if item.name.startswith("s")]
    points = 100 / 9 / len(items)
    covariance = solved(made).covariance[np.ix_(items, items)]
    assert row["index"] == pytest.approx(100 / 9 * (solved(made).means[items].mean() - 1), rel=1e-10)
    assert row["se"] == pytest.approx(points * np.sqrt(covariance.sum()), rel=1e-8)
    assert row["n"] == 300


def test_intercepts_are_rows_of_the_table() -> None:
    table = evaluate(fitted("fiml", "gaps")).tables["parameters"]
    intercepts = table.query("op == '~1'").set_index("lhs")
    items = [item.name for item in CHAIN.indicators]
    np.testing.assert_allclose(intercepts.loc[items, "est"], solved(fitted("fiml", "gaps")).means)
    assert intercepts.loc[items, "free"].all()
    constructs = intercepts.loc[list(CHAIN.construct_names)]
    assert (constructs["est"] == 0).all()
    assert not constructs["free"].any()
    assert (constructs["why"] == "fixed, not estimated").all()
    assert not evaluate(fitted("ml")).tables["parameters"]["op"].eq("~1").any()


def test_intercepts_come_after_all_other_parameters() -> None:
    """The table without means is the first part of the one with them, place by place."""
    plain, full = parameter_table(CHAIN), parameter_table(CHAIN, means=True)
    assert full.rows[: len(plain.rows)] == plain.rows
    assert full.degrees_of_freedom() == plain.degrees_of_freedom()
    assert (full.n_free, full.has_means, plain.has_means) == (plain.n_free + P, True, False)


def test_an_intercept_far_from_zero_is_no_trouble() -> None:
    """In units of the standard deviation its error grows with the mean: that says nothing of the fit."""
    made = fit(CHAIN, survey_of(CHAIN, chain_answers() + 100), estimator="fiml")
    assert [finding.code for finding in made.pooled.findings] == [
        finding.code for finding in fitted("ml").pooled.findings
    ]
    assert made.trustworthy
