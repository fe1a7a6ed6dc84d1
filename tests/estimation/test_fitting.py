"""Model and survey in, fit out: options, groups, missing answers."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of

from csi_model.errors import EstimationError, UsageError
from csi_model.estimation.fits import Fit, GroupFit
from csi_model.estimation.fitting import fit
from csi_model.estimation.optimum import find_optimum
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.survey.moments import sample_of


def codes(part: GroupFit) -> list[str]:
    return [finding.code for finding in part.findings]


def grouped(answers: Floats, firms: list[str], **options: object) -> Fit:
    return fit(CHAIN, survey_of(CHAIN, answers, groups={"firm": firms}), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"estimator": "pls"}, "--estimator"),
        ({"weight_rule": "pls"}, "--weight-rule"),
        ({"missing_data": "pairwise", "bootstrap": 200}, "--missing-data"),
        ({"missing_data": "pairwise", "estimator": "mlr"}, "--missing-data"),
        ({"missing_data": "complete", "estimator": "fiml"}, "--missing-data"),
        ({"missing_data": "available", "estimator": "mlm"}, "--estimator"),
        ({"missing_data": "available", "ridge": 0.1}, "--ridge"),
        ({"ridge": 1.0}, "--ridge"),
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
