"""Answers with gaps: saturated moments in closed form, refusals, and what full information is for."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of

from csi_model.errors import EstimationError
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.inference import item_mean_covariance
from csi_model.estimation.likelihood import patterns_of
from csi_model.estimation.missing import moment_table, moment_values, saturated
from csi_model.estimation.optimum import evidence_of
from csi_model.estimation.parameters import parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.moments import sample_of

CLOSED_FORM = 1e-7
"""The search for the saturated moments ends at a scaled gradient below 1e-8."""
CHAIN_NAMES = tuple(item.name for item in CHAIN.indicators)
PAIR = model_of({"x": "x", "y": "y"}, {"y": "x"})
LINE = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})


def solved(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


def with_gaps(answers: Floats, share: float = 0.12, seed: int = 3) -> Floats:
    made = answers.copy()
    made[np.random.default_rng(seed).random(made.shape) < share] = np.nan
    return made


def weights_of(n: int, *, equal: bool) -> Floats:
    return np.ones(n) if equal else np.random.default_rng(8).uniform(0.5, 2.5, n)


@pytest.mark.parametrize("equal", [True, False])
def test_a_monotone_pattern_in_closed_form(equal: bool) -> None:
    """x answered by all, y by the first 60, z by the first 35 (Anderson 1957, JASA 52, 200-203).

    The likelihood splits into that of x, of y on x among those with y, and of z on x and y among those
    with z; regressions put the moments together.
    """
    random = np.random.default_rng(2)
    n = 90
    x = random.normal(3, 1.5, n)
    y = 1 + 0.6 * x + random.normal(0, 1, n)
    z = 2 - 0.3 * x + 0.5 * y + random.normal(0, 1, n)
    answers = np.stack([x, y, z], axis=1)
    answers[60:, 1:] = np.nan
    answers[35:, 2] = np.nan
    weights = weights_of(n, equal=equal)
    mean, cov = np.zeros(3), np.zeros((3, 3))
    mean[0] = weights @ x / weights.sum()
    cov[0, 0] = weights @ (x - mean[0]) ** 2 / weights.sum()
    for k, rows in ((1, 60), (2, 35)):
        w, design = weights[:rows], np.hstack([np.ones((rows, 1)), answers[:rows, :k]])
        slopes = np.linalg.solve(design.T @ (w[:, None] * design), design.T @ (w * answers[:rows, k]))
        left = answers[:rows, k] - design @ slopes
        mean[k] = slopes[0] + slopes[1:] @ mean[:k]
        cov[k, :k] = cov[:k, k] = cov[:k, :k] @ slopes[1:]
        cov[k, k] = w @ left**2 / w.sum() + slopes[1:] @ cov[:k, :k] @ slopes[1:]
    found = saturated(patterns_of(answers, weights), ("x", "y", "z"))
    np.testing.assert_allclose(found.mean, mean, rtol=CLOSED_FORM)
    np.testing.assert_allclose(found.cov, cov, rtol=CLOSED_FORM)


def test_the_error_of_a_mean_with_gaps_in_closed_form() -> None:
    """x answered by n, y by m of them: the factored likelihood of x, and of y on x.

    ``var(mean y) = s2_y.x [1 / m + (mean x - mean_m x)^2 / (m s2_x,m)] + b^2 s2_x / n`` (Little & Rubin
    2002, section 7.2.2), from observed information.
    """
    random = np.random.default_rng(5)
    n, m = 120, 70
    x = random.normal(size=n)
    y = 0.7 * x + random.normal(size=n)
    answers = np.stack([x, y], axis=1)
    answers[m:, 1] = np.nan
    slope = np.cov(x[:m], y[:m], bias=True)[0, 1] / x[:m].var()
    left = y[:m] - y[:m].mean() - slope * (x[:m] - x[:m].mean())
    wanted = left.var() / m * (1 + (x.mean() - x[:m].mean()) ** 2 / x[:m].var()) + slope**2 * x.var() / n
    sample = sample_of(survey_of(PAIR, answers), None, "available")
    evidence = evidence_of(parameter_table(PAIR, means=True), sample)
    found = item_mean_covariance(evidence.sample)
    assert found[1, 1] == pytest.approx(wanted, rel=1e-6)
    assert found[0, 0] == pytest.approx(x.var() / n, rel=1e-6)


def test_complete_answers_need_no_search() -> None:
    answers = chain_answers(50)
    found = saturated(patterns_of(answers, np.ones(50)), CHAIN_NAMES)
    cov = np.cov(answers.T, bias=True)
    np.testing.assert_allclose(found.mean, answers.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(found.cov, cov, rtol=1e-11, atol=1e-13)
    assert found.deviance == pytest.approx(np.linalg.slogdet(cov)[1] + 11, rel=1e-12)
    assert found.baseline == pytest.approx(np.log(np.diag(cov)).sum() + 11, rel=1e-12)


def test_saturated_moments_are_where_the_slope_is_zero() -> None:
    answers = with_gaps(chain_answers(200), 0.3)
    data = patterns_of(answers, np.ones(200))
    found = saturated(data, CHAIN_NAMES)
    sample = sample_of(survey_of(CHAIN, answers), None, "available")
    evidence = evidence_of(moment_table(CHAIN_NAMES), sample)
    at = moment_values(evidence.table, found.mean, found.cov)
    slopes = evidence.scores(at).mean(axis=0)
    scale = np.sqrt(np.diag(evidence.expected(at)))
    assert np.abs(slopes / scale).max() < 1e-8
    np.testing.assert_allclose(evidence.sample.mean, found.mean, rtol=1e-12)


def test_independence_takes_each_item_by_itself() -> None:
    """``sum_v n_v (ln s2_v + 1) / n`` over the items' own answers."""
    answers = with_gaps(chain_answers(80), 0.2)
    found = saturated(patterns_of(answers, np.ones(80)), CHAIN_NAMES)
    count = (~np.isnan(answers)).sum(axis=0)
    wanted = (count * (np.log(np.nanvar(answers, axis=0)) + 1)).sum() / 80
    assert found.baseline == pytest.approx(wanted, rel=1e-12)


def test_pairs_that_nobody_answered_are_named() -> None:
    answers = chain_answers(200)
    answers[:100, 0] = np.nan
    answers[100:, [3, 4]] = np.nan
    with pytest.raises(EstimationError) as caught:
        saturated(patterns_of(answers, np.ones(200)), CHAIN_NAMES)
    (finding,) = caught.value.findings
    assert finding.code == "never-together"
    assert "x1 and q1, x1 and q2." in finding.what
    for options in ({"estimator": "fiml"}, {"missing_data": "pairwise"}):
        with pytest.raises(EstimationError, match="nobody answered both x1 and q1, x1 and q2"):
            fit(CHAIN, survey_of(CHAIN, answers), **options)


def test_rows_without_any_answer_change_no_estimate() -> None:
    """Readers drop such rows; a survey made in memory may have them."""
    answers = with_gaps(chain_answers(200))
    empty = np.full((25, answers.shape[1]), np.nan)
    for options in ({"estimator": "fiml"}, {"estimator": "mlr", "missing_data": "available"}):
        one = solved(fit(CHAIN, survey_of(CHAIN, answers), **options))
        two = solved(fit(CHAIN, survey_of(CHAIN, np.vstack([empty, answers])), **options))
        np.testing.assert_allclose(two.values, one.values, rtol=1e-8, atol=1e-10)
        # the covariances' last digits depend on where the search stopped
        np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-7, atol=1e-12)
        assert two.test.chisq == pytest.approx(one.test.chisq, rel=1e-9)
        assert two.test.logl == pytest.approx(one.test.logl, rel=1e-12)


def test_the_order_of_rows_and_patterns_does_not_matter() -> None:
    answers = with_gaps(chain_answers(250), 0.2)
    order = np.random.default_rng(1).permutation(250)
    one, two = (solved(fit(CHAIN, survey_of(CHAIN, x), estimator="fiml")) for x in (answers, answers[order]))
    np.testing.assert_allclose(two.values, one.values, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-7, atol=1e-12)


def test_pairwise_equals_complete_where_there_are_no_gaps() -> None:
    survey = survey_of(CHAIN, chain_answers())
    one, two = (evaluate(fit(CHAIN, survey, missing_data=rule)).tables for rule in ("complete", "pairwise"))
    for name in ("parameters", "fit", "index", "weights", "effects", "drivers"):
        numbers = [table[name].select_dtypes("number").to_numpy(dtype=float) for table in (one, two)]
        # the moments are summed in another order
        np.testing.assert_allclose(numbers[0], numbers[1], rtol=1e-7, atol=1e-9, err_msg=name)


def test_pairwise_moments_are_those_of_the_pairs() -> None:
    """The covariance of two items is that of the respondents who answered both."""
    answers = with_gaps(chain_answers(400))
    made = fit(CHAIN, survey_of(CHAIN, answers), missing_data="pairwise")
    both = ~np.isnan(answers[:, 0]) & ~np.isnan(answers[:, 3])
    wanted = np.cov(answers[both][:, [0, 3]].T, bias=True)[0, 1]
    assert made.pooled.sample.cov[0, 3] == pytest.approx(wanted, rel=1e-12)
    assert made.pooled.sample.n == 400
    codes = [finding.code for finding in made.pooled.findings]
    assert "pairwise" in " ".join(codes)


TRUTH = {"path": 0.8, "loading": 0.9, "mean": 6.0}


@cache
def thinned(seed: int, n: int = 4000) -> Floats:
    """Two constructs; the second one's items are missing where the first one's first answer was low (MAR).

    Of those below 6 only one in ten answers the items of b, of the others nine in ten.
    """
    random = np.random.default_rng(seed)
    a = random.normal(0, 1, n)
    b = TRUTH["path"] * a + random.normal(0, 0.6, n)
    columns = [
        TRUTH["mean"] + loading * construct + random.normal(0, 0.5, n)
        for construct in (a, b)
        for loading in (1.0, TRUTH["loading"], TRUTH["loading"])
    ]
    made = np.stack(columns, axis=1)
    chance = np.where(made[:, 0] < TRUTH["mean"], 0.1, 0.9)
    made[random.random(n) > chance, 3:] = np.nan
    return made


def test_full_information_recovers_what_listwise_deletion_distorts() -> None:
    """4,000 respondents: standard errors of means about .03, so that .1 is more than three of them."""
    survey = survey_of(LINE, thinned(11))
    whole, listwise = fit(LINE, survey, estimator="fiml"), fit(LINE, survey)
    parameters = {}
    for name, made in (("whole", whole), ("listwise", listwise)):
        table = evaluate(made).tables["parameters"].set_index(["lhs", "op", "rhs"])
        parameters[name] = {
            "path": table.loc[("b", "~", "a"), "est"],
            "spread": table.loc[("a", "~~", "a"), "est"],
        }
        parameters[name]["mean"] = solved(made).means[3]
    assert parameters["whole"]["path"] == pytest.approx(TRUTH["path"], abs=0.1)
    assert parameters["whole"]["spread"] == pytest.approx(1.0, abs=0.1)
    assert parameters["whole"]["mean"] == pytest.approx(TRUTH["mean"], abs=0.1)
    # among those who answered everything: E(a | a1 high) is far above 0, and its variance halved
    assert parameters["listwise"]["mean"] > TRUTH["mean"] + 0.3
    assert parameters["listwise"]["spread"] < 0.8


@pytest.mark.slow
def test_standard_errors_cover_the_truth_with_gaps() -> None:
    """Over 60 surveys of 400 the mean of b1 lies 1.96 errors off about three times: 10 is beyond chance."""
    missed = 0
    for seed in range(60):
        made = solved(fit(LINE, survey_of(LINE, thinned(100 + seed, 400)), estimator="fiml"))
        missed += abs(made.means[3] - TRUTH["mean"]) > 1.96 * np.sqrt(made.covariance[3, 3])
    assert missed < 10


def test_gaps_cost_precision_and_more_answers_buy_it_back() -> None:
    """Full information is at least as precise as listwise deletion, at most as the complete answers."""
    answers = chain_answers(400)
    gappy = survey_of(CHAIN, with_gaps(answers, 0.08))
    indexes = [
        evaluate(fit(CHAIN, survey, estimator=estimator)).tables["index"]["se"]
        for survey, estimator in ((survey_of(CHAIN, answers), "ml"), (gappy, "fiml"), (gappy, "ml"))
    ]
    assert (indexes[0] < indexes[1] * 1.02).all()
    assert (indexes[1] < indexes[2]).all()
