"""Model and survey in, fit out: options, groups, missing answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of

from csi_model.errors import EstimationError, StoppedError, UsageError
from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.fits import Fit, GroupFit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.notes import solution_notes
from csi_model.estimation.optimum import find_optimum, ridge_penalty
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.replicates import FLAG_WORDS, REASON_WORDS, Flag, Reason
from csi_model.estimation.resamples import bootstrap_plan, with_absent_units
from csi_model.estimation.resampling import Draws
from csi_model.estimation.solver import CovarianceProblem, fisher_scoring, minimise
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.linearised import mean_covariance
from csi_model.survey.moments import group_samples, sample_of


def codes(part: GroupFit) -> list[str]:
    return [finding.code for finding in part.findings]


def grouped(answers: Floats, firms: list[str], **options: object) -> Fit:
    return fit(CHAIN, survey_of(CHAIN, answers, groups={"firm": firms}), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"estimator": "ols"}, "--estimator"),
        ({"weight_rule": "pls"}, "--weight-rule"),
        ({"missing_data": "pairwise", "bootstrap": 200}, "--missing-data"),
        ({"missing_data": "pairwise", "estimator": "mlr"}, "--missing-data"),
        ({"missing_data": "complete", "estimator": "fiml"}, "--missing-data"),
        ({"missing_data": "available", "estimator": "mlm"}, "--estimator"),
        ({"missing_data": "available", "ridge": 0.1}, "--ridge"),
        ({"ridge": 1.5}, "--ridge"),
        ({"ridge": -0.1}, "--ridge"),
        ({"estimator": "fiml", "ridge": 0.1}, "--ridge"),
        ({"variances": "positive"}, "--variances"),
        ({"interval": "normal"}, "--interval"),
        ({"bootstrap": 200, "jackknife": True}, "--jackknife"),
        ({"bootstrap": 50}, "--bootstrap"),
        ({"bootstrap": -1}, "--bootstrap"),
        ({"level": 95.0}, "--level"),
        ({"level": 0.3}, "--level"),
        ({"seed": -1}, "--seed"),
        ({"min_base": 1}, "--min-base"),
        ({"weight_rule": "given"}, "--weight-rule"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, object], where: str) -> None:
    with pytest.raises(UsageError) as caught:
        fit(CHAIN, chain_survey(50), **options)  # type: ignore[arg-type]
    (finding,) = caught.value.findings
    assert finding.where == where
    assert finding.fix


def test_every_wrong_option_is_reported_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        fit(CHAIN, chain_survey(50), estimator="mlx", level=2.0, seed=-3)
    assert [finding.where for finding in caught.value.findings] == ["--estimator", "--level", "--seed"]


def test_given_weights_name_the_questions() -> None:
    weights = {item.name: 1.0 for item in CHAIN.indicators} | {"x2": 0.0, "q9": 1.0}
    with pytest.raises(UsageError) as caught:
        fit(CHAIN, chain_survey(50), weight_rule="given", given_weights=weights)
    texts = [str(finding) for finding in caught.value.findings]
    assert any("'q9' is no indicator. Choose one of: x1, x2" in text for text in texts)
    assert any("x2 has no positive weight" in text for text in texts)


def test_a_survey_of_another_model_is_refused() -> None:
    other = model_of({"a": "x1 x2 x3"}, {}, name="other")
    with pytest.raises(UsageError, match="read for another model"):
        fit(other, chain_survey(50))


def test_groups_come_in_natural_order_and_equal_their_own_fit() -> None:
    firms = (["10"] * 120) + (["9"] * 100) + (["banana"] * 80)
    made = grouped(chain_answers(300), firms)
    assert [part.key for part in made.groups] == [("9",), ("10",), ("banana",)]
    alone = fit(CHAIN, survey_of(CHAIN, chain_answers(300)[:120])).pooled.solution
    together = made.groups[1].solution
    assert alone is not None
    assert together is not None
    np.testing.assert_allclose(together.values, alone.values, atol=1e-9)
    whole = fit(CHAIN, chain_survey(300)).pooled.solution
    assert whole is not None
    assert made.pooled.solution is not None
    np.testing.assert_array_equal(made.pooled.solution.values, whole.values)


def test_crossed_groups() -> None:
    survey = chain_survey(200, groups={"firm": ["a", "b"] * 100, "wave": ["1"] * 100 + ["2"] * 100})
    made = fit(CHAIN, survey)
    assert made.by == ("firm", "wave")
    assert [part.key for part in made.groups] == [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]
    assert sum(part.sample.n for part in made.groups) == 200


def test_a_failing_group_says_why_and_stops_no_other() -> None:
    answers = chain_answers(300)
    answers[100:200, 4] = 7.0
    made = grouped(answers, ["a"] * 100 + ["b"] * 100 + ["c"] * 100)
    first, failing, last = made.groups
    assert first.solution is not None
    assert last.solution is not None
    assert failing.solution is None
    assert "everybody gave the same answer to q2" in failing.why
    assert "drop the question" in failing.why
    assert codes(failing) == ["group-failed"]
    assert failing.findings[0].where == "b"
    assert failing.findings[0].severity == "error"
    assert not made.trustworthy


def test_a_small_group_is_suppressed() -> None:
    made = grouped(chain_answers(129), ["a"] * 100 + ["b"] * 29)
    small = made.groups[1]
    assert small.solution is None
    assert small.why == "suppressed: 29 respondents are fewer than the minimum base of 30"
    assert codes(small) == ["group-suppressed"]
    assert made.trustworthy
    kept = grouped(chain_answers(129), ["a"] * 100 + ["b"] * 29, min_base=29)
    assert kept.groups[1].solution is not None


def test_the_base_counts_complete_respondents() -> None:
    answers = chain_answers(140)
    answers[100:111, 0] = np.nan
    made = grouped(answers, ["a"] * 100 + ["b"] * 40)
    assert "29 respondents" in made.groups[1].why


def test_findings_of_a_group_name_it() -> None:
    made = grouped(chain_answers(160), ["a"] * 80 + ["b"] * 80)
    for part in made.groups:
        assert codes(part) == ["small-sample"]
        assert all(finding.where.startswith(part.key[0]) for finding in part.findings)


def test_a_whole_sample_that_cannot_be_fitted_raises() -> None:
    with pytest.raises(EstimationError):
        fit(CHAIN, chain_survey(8))


def test_mean_substitution_uses_every_row_and_says_so() -> None:
    answers = chain_answers(200)
    answers[:50, 0] = np.nan
    complete = fit(CHAIN, survey_of(CHAIN, answers))
    filled = fit(CHAIN, survey_of(CHAIN, answers), missing_data="mean")
    assert (complete.pooled.sample.n, filled.pooled.sample.n) == (150, 200)
    assert "mean-substitution" in codes(filled.pooled)
    assert "mean-substitution" not in codes(complete.pooled)
    assert filled.pooled.sample.mean[0] == pytest.approx(np.nanmean(answers[:, 0]))


def test_a_design_is_noted() -> None:
    assert "design-based" in codes(fit(CHAIN, chain_survey(200, cluster=np.arange(200) // 4)).pooled)
    assert "design-based" not in codes(fit(CHAIN, chain_survey(200)).pooled)


def test_a_search_from_far_away_ends_at_the_same_optimum() -> None:
    from csi_model.estimation.solver import CovarianceProblem, fisher_scoring, polish

    sample, table = sample_of(chain_survey()), parameter_table(CHAIN)
    best, engine_f = find_optimum(table, sample.cov, sample.n)
    random = np.random.default_rng(3)
    far = best.values * random.uniform(0.5, 1.6, size=best.values.shape)
    again = polish(
        CovarianceProblem(table=table, sample=sample.cov[None]), fisher_scoring(table, sample.cov[None], far)
    )
    np.testing.assert_allclose(again.values, best.values, atol=1e-9)
    assert engine_f == pytest.approx(float(best.f[0]), abs=1e-9)


@pytest.mark.slow
def test_the_batch_search_equals_single_searches() -> None:
    from csi_model.estimation.solver import fisher_scoring

    table = parameter_table(CHAIN)
    covs = np.stack([sample_of(chain_survey(seed=seed)).cov for seed in range(4)])
    start = find_optimum(table, covs[0], 300)[0].values
    together = fisher_scoring(table, covs, np.repeat(start, 4, axis=0))
    assert together.converged.all()
    for k in range(4):
        alone = fisher_scoring(table, covs[k : k + 1], start)
        np.testing.assert_allclose(together.values[k], alone.values[0], atol=1e-9)


def test_another_minimum_of_the_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(table: ParameterTable, sample: Floats, n: int, start: Floats) -> Floats:
        return start

    monkeypatch.setattr("csi_model.estimation.optimum.semopy_optimum", elsewhere)
    found = fit(CHAIN, chain_survey()).pooled.findings
    assert [finding.code for finding in found] == ["other-minimum"]
    assert "more than one minimum" in found[0].what


# --- resampling


ESTIMATORS: tuple[dict[str, Any], ...] = (
    {"estimator": "mlr"},
    {"missing_data": "mean"},
    {"ridge": 0.1},
    {"variances": "bounded"},
    {"estimator": "fiml"},
    {"estimator": "fiml", "variances": "bounded"},
)


def pooled(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


@pytest.mark.parametrize("options", ESTIMATORS, ids=str)
def test_every_estimator_is_resampled_under_a_design(options: dict[str, Any]) -> None:
    """Weights, strata and clusters, some answers missing: draws and jackknife near the delta method."""
    answers = chain_answers(400)
    answers[np.random.default_rng(4).random(answers.shape) < 0.01] = np.nan
    design = {
        "weights": np.random.default_rng(6).uniform(0.7, 1.4, size=400),
        "strata": np.repeat([0, 1], 200),
        "cluster": np.repeat(np.arange(100), 4),
    }
    survey = survey_of(CHAIN, answers, **design)
    solution = pooled(fit(CHAIN, survey, bootstrap=200, interval="bca", **options))
    draws, left = solution.draws, solution.jackknife
    assert draws is not None
    assert left is not None
    assert draws.asked == 200
    assert draws.failed == sum(draws.reasons.values()) < 5
    assert left.replicates.asked == 100
    assert left.replicates.used.all()
    # 5 % of error of 200 draws (the largest of 40), 7 % of 100 units, and the tails of small samples
    p, errors = len(CHAIN.indicators), np.sqrt(np.diag(solution.covariance))
    free = errors[p:] > 0
    np.testing.assert_allclose(draws.means.std(axis=0, ddof=1), errors[:p], rtol=0.25)
    np.testing.assert_allclose(draws.values.std(axis=0, ddof=1)[free], errors[p:][free], rtol=0.4)
    leave_out = np.sqrt(np.diag(left.variance(left.replicates.means)))
    np.testing.assert_allclose(leave_out, errors[:p], rtol=0.05)
    np.testing.assert_allclose(
        np.sqrt(np.diag(left.variance(left.replicates.values)))[free], errors[p:][free], rtol=0.3
    )


@pytest.mark.parametrize("options", [{}, {"estimator": "fiml"}], ids=["ml", "fiml"])
def test_jackknife_errors_of_item_means(options: dict[str, str]) -> None:
    """s / sqrt(n) with divisor n - 1, and the same of an index that is a mean of answers."""
    answers = chain_answers(120)
    made = fit(CHAIN, survey_of(CHAIN, answers), jackknife=True, weight_rule="equal", **options)  # type: ignore[arg-type]
    left = pooled(made).jackknife
    assert left is not None
    errors = np.sqrt(np.diag(left.variance(left.replicates.means)))
    np.testing.assert_allclose(errors, answers.std(axis=0, ddof=1) / np.sqrt(120), rtol=1e-6)
    scores = 100 * (answers - 1) / 9
    index = evaluate(made).tables["index"].set_index("construct")
    for name, items in (
        ("expectations", slice(0, 3)),
        ("satisfaction", slice(6, 9)),
        ("loyalty", slice(9, 11)),
    ):
        wanted = scores[:, items].mean(axis=1).std(ddof=1) / np.sqrt(120)
        assert index.loc[name, "se"] == pytest.approx(wanted, rel=1e-6)
    assert set(index["ci_method"]) == {"jackknife"}


def test_what_is_resampled() -> None:
    survey = chain_survey(150)
    for options, drawn, left in (
        ({}, False, False),
        ({"bootstrap": 100}, True, False),
        ({"bootstrap": 100, "interval": "bca"}, True, True),
        ({"jackknife": True}, False, True),
        ({"interval": "bca"}, False, False),
    ):
        solution = pooled(fit(CHAIN, survey, **options))  # type: ignore[arg-type]
        assert (solution.draws is not None, solution.jackknife is not None) == (drawn, left), options


def test_a_draw_of_a_ridge_fit() -> None:
    """The minimum on the resample's covariances with the sample's penalty, found from far away."""
    answers = chain_answers(80)
    sample, table = sample_of(survey_of(CHAIN, answers)), parameter_table(CHAIN)
    penalty = ridge_penalty(table, sample.cov, 0.1)
    made = pooled(fit(CHAIN, survey_of(CHAIN, answers), ridge=0.1, bootstrap=100))
    counts = bootstrap_plan(80).draw(0, 5, np.random.SeedSequence([20260101, 0], spawn_key=(0,)))
    found = covariance_refit(table, sample, made.values, penalty=penalty)(np.vstack([np.ones(80), counts]))
    np.testing.assert_allclose(found.values[0], made.values, atol=1e-6)
    assert made.draws is not None
    np.testing.assert_allclose(found.values[1:], made.draws.values[:5], atol=1e-5)
    for k in range(5):
        drawn = np.repeat(answers, counts[k].astype(int), axis=0)
        problem = CovarianceProblem(table=table, sample=np.cov(drawn.T, ddof=0)[None], penalty=penalty)
        direct = minimise(problem, np.asarray(made.values * 1.1)[None])
        np.testing.assert_allclose(found.values[k + 1], direct.values[0], atol=2e-5)
        without = fisher_scoring(table, problem.sample, made.values[None])
        assert np.abs(without.values[0] - direct.values[0]).max() > 1e-2


def test_reasons_are_counted_for_a_ridge_fit() -> None:
    """Of 14 respondents a resample holds about nine, too few for eleven questions."""
    draws = pooled(fit(CHAIN, chain_survey(14), ridge=0.1, bootstrap=100)).draws
    assert draws is not None
    assert draws.reasons[REASON_WORDS[Reason.SINGULAR]] > 50
    assert sum(draws.reasons.values()) == draws.failed == draws.asked - len(draws.values)


def heywood(n: int = 60) -> Floats:
    """Answers of which the second question nearly repeats the first: an error variance near 0."""
    answers = chain_answers(n)
    answers[:, 1] = answers[:, 0] + 0.15 * np.random.default_rng(2).normal(size=n)
    return answers


def test_draws_of_a_bounded_fit() -> None:
    answers = heywood()
    survey = survey_of(CHAIN, answers)
    free = pooled(fit(CHAIN, survey, bootstrap=200)).draws
    made = pooled(fit(CHAIN, survey, variances="bounded", bootstrap=200))
    assert free is not None
    assert made.draws is not None
    assert FLAG_WORDS[Flag.NEGATIVE_VARIANCE] in free.inadmissible
    assert FLAG_WORDS[Flag.NEGATIVE_VARIANCE] not in made.draws.inadmissible
    table = made.table
    variances = [row.free for row in table.free_rows if row.op == "~~" and row.i == row.j]
    drawn = made.draws.values[:, variances]
    assert (drawn >= 0).all()
    assert 0.05 < (drawn == 0).any(axis=1).mean() < 1
    counts = bootstrap_plan(60).draw(0, 4, np.random.SeedSequence([20260101, 0], spawn_key=(0,)))
    for k in range(4):
        rows = np.repeat(answers, counts[k].astype(int), axis=0)
        direct = pooled(fit(CHAIN, survey_of(CHAIN, rows), variances="bounded"))
        np.testing.assert_allclose(made.draws.values[k], direct.values, atol=2e-5)


@pytest.mark.slow
def test_workers_and_a_checkpoint_change_no_number(tmp_path: Path) -> None:
    survey = chain_survey(120, groups={"firm": ["a", "b"] * 60})
    options: dict[str, Any] = {"bootstrap": 300, "interval": "bca", "min_base": 30}
    alone = fit(CHAIN, survey, **options)
    for work in ({"workers": 2}, {"checkpoint": tmp_path / "kept"}, {"checkpoint": str(tmp_path / "kept")}):
        other = fit(CHAIN, survey, **options, **work)
        for one, two in zip((alone.pooled, *alone.groups), (other.pooled, *other.groups), strict=True):
            assert one.solution is not None
            assert two.solution is not None
            assert one.solution.draws is not None
            assert two.solution.draws is not None
            assert one.solution.jackknife is not None
            assert two.solution.jackknife is not None
            np.testing.assert_array_equal(one.solution.draws.values, two.solution.draws.values)
            np.testing.assert_array_equal(one.solution.draws.means, two.solution.draws.means)
            np.testing.assert_array_equal(
                one.solution.jackknife.replicates.values, two.solution.jackknife.replicates.values
            )
        assert one.findings == two.findings
    assert alone.options == other.options
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 3 * 3  # two batches and a jackknife, thrice


def test_nothing_is_written_without_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fit(CHAIN, chain_survey(100), bootstrap=100, jackknife=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("workers", [0, -2])
def test_workers_below_one(workers: int) -> None:
    with pytest.raises(UsageError, match="Give 1 or more") as caught:
        fit(CHAIN, chain_survey(100), workers=workers)
    assert caught.value.findings[0].where == "--workers"


def test_an_interrupt_in_a_group_is_no_failure_of_the_group(tmp_path: Path) -> None:
    survey = chain_survey(120, groups={"firm": ["a", "b"] * 60})

    def stop(what: str, done: int, total: int) -> None:
        if what == "b":
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match="100 of 100 draws are done and kept"):
        fit(CHAIN, survey, bootstrap=100, checkpoint=tmp_path, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        fit(CHAIN, survey, bootstrap=100, progress=stop)


def test_a_group_is_a_domain_of_the_design() -> None:
    """The group has members in a few of each stratum's clusters: resampling draws from all of them."""
    strata, cluster = np.repeat([0, 1], 300), np.repeat(np.arange(40), 15)
    answers = chain_answers(600) + 0.8 * np.random.default_rng(9).normal(size=40)[cluster][:, None]
    answers[strata == 1] += 3.0
    firm = np.where(cluster % 4 == 0, "a", "b")
    survey = survey_of(CHAIN, answers, strata=strata, cluster=cluster, groups={"firm": firm.tolist()})
    sample = dict(group_samples(survey))[("a",)]
    wide = with_absent_units(sample)
    assert (wide.n, int((wide.weights == 0).sum())) == (sample.n + 30, 30)
    assert len(np.unique(np.stack([wide.strata, wide.cluster]), axis=1).T) == 40
    whole = sample_of(survey)
    assert with_absent_units(whole) is whole
    errors = np.sqrt(np.diag(mean_covariance(sample)))
    narrow = np.sqrt(np.diag(mean_covariance(replace(sample, units=None))))
    assert (errors > 1.4 * narrow).all()  # the strata's sums count as well
    made = fit(CHAIN, survey, bootstrap=400, interval="bca", min_base=50).groups[0].solution
    assert made is not None
    assert made.draws is not None
    assert made.jackknife is not None
    # ten of forty clusters: the mean is far from linear in their sums
    np.testing.assert_allclose(made.draws.means.std(axis=0, ddof=1), errors, rtol=0.15)
    left = np.sqrt(np.diag(made.jackknife.variance(made.jackknife.replicates.means)))
    np.testing.assert_allclose(left, errors, rtol=0.15)


# --- what is told of it


def told(solution: Solution, draws: Draws) -> dict[str, Any]:
    sample = sample_of(chain_survey(300))
    options = fit(CHAIN, chain_survey(100)).options
    return {one.code: one for one in solution_notes(replace(solution, draws=draws), sample, options, "here")}


def test_replicates_left_out_are_told_by_reason() -> None:
    solution = pooled(fit(CHAIN, chain_survey(300), bootstrap=100))
    assert solution.draws is not None
    assert "bootstrap-failures" not in told(solution, solution.draws)
    reasons = {REASON_WORDS[Reason.CONSTANT_ITEM]: 7, REASON_WORDS[Reason.NOT_CONVERGED]: 3}
    some = replace(solution.draws, failed=10, reasons=reasons)
    finding = told(solution, some)["bootstrap-failures"]
    assert (finding.severity, finding.where) == ("warning", "here")
    assert "10 of 100 (10.0%)" in finding.what
    assert "7: a question had the same answer from everybody drawn; 3: the search" in finding.what
    many = told(solution, replace(some, failed=11))["bootstrap-failures"]
    assert many.severity == "error"
    assert many.fix


def test_inadmissible_replicates_are_told_by_kind() -> None:
    solution = pooled(fit(CHAIN, chain_survey(300), bootstrap=100))
    assert solution.draws is not None
    kinds = {FLAG_WORDS[Flag.NEGATIVE_VARIANCE]: 9, FLAG_WORDS[Flag.LATENT_COVARIANCE]: 4}
    some = replace(solution.draws, flagged=10, inadmissible=kinds)
    assert "bootstrap-inadmissible" not in told(solution, some)
    finding = told(solution, replace(some, flagged=11))["bootstrap-inadmissible"]
    assert finding.severity == "warning"
    assert "11 of 100 (11.0%)" in finding.what
    assert "9: a variance is negative; 4: the covariance matrix of the constructs" in finding.what
    assert "counted in the intervals" in finding.what
    assert "--variances bounded" in finding.fix


def test_a_jackknife_without_some_estimate_is_told() -> None:
    answers = chain_answers(200)
    answers[:, 4] = 5.0
    answers[17, 4] = 9.0  # without this respondent everybody gives the same answer
    made = fit(CHAIN, survey_of(CHAIN, answers), jackknife=True)
    (finding,) = [one for one in made.pooled.findings if one.code == "jackknife-failures"]
    assert finding.severity == "error"
    assert "1 of 200 (0.5%)" in finding.what
    assert "same answer" in finding.what
    table = evaluate(made).tables["index"]
    assert table["se"].isna().all()
    assert table["why"].str.contains("does not exist").all()
