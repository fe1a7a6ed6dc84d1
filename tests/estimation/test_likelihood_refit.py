"""Full information repeated: moments of patterns, reasons, bounds, against fits of the rows themselves."""

from __future__ import annotations

import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, survey_of

from csi_model.estimation import covariance_refit as complete
from csi_model.estimation import likelihood
from csi_model.estimation import likelihood_refit as refitting
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.inference import Evidence
from csi_model.estimation.likelihood import one_pattern
from csi_model.estimation.likelihood_refit import LikelihoodRefit, filled_moments, likelihood_refit
from csi_model.estimation.optimum import evidence_of, find_full_optimum, variance_bounds
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.replicates import Reason
from csi_model.estimation.resamples import bootstrap_plan
from csi_model.estimation.solver import scaled_gradient
from csi_model.survey.moments import sample_of
from csi_model.survey.survey import Survey

TABLE = parameter_table(CHAIN, means=True)
PLAIN = parameter_table(CHAIN)
SEED = np.random.SeedSequence(1)


def gapped(n: int = 300, share: float = 0.08, seed: int = 4) -> Floats:
    """Answers to ``CHAIN`` with a share of gaps; the first question of each respondent is answered."""
    answers = chain_answers(n)
    gaps = np.random.default_rng(seed).random(answers.shape) < share
    gaps[:, 0] = False
    answers[gaps] = np.nan
    return answers


def prepared(survey: Survey, *, bounded: bool = False) -> tuple[Evidence, LikelihoodRefit]:
    evidence = evidence_of(TABLE, sample_of(survey, missing_data="available"))
    lower = variance_bounds(TABLE) if bounded else None
    optimum = find_full_optimum(evidence, PLAIN, lower)
    assert optimum.gradient[0] < 1e-8
    return evidence, likelihood_refit(evidence, optimum.values[0], lower=lower)


def solved(survey: Survey, **options: Any) -> Solution:
    solution = fit(CHAIN, survey, **options).pooled.solution
    assert solution is not None
    return solution


def sums_of(refit: LikelihoodRefit, counts: Floats) -> refitting.PatternSums:
    return refit._sums(counts)


def test_without_gaps_it_is_maximum_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same draws from the same seed, whichever way they are estimated."""
    for module in (refitting, complete):
        monkeypatch.setattr(module, "TOLERANCE", 1e-8)  # so that the searches end at one place
    survey = survey_of(CHAIN, chain_answers(400), weights=np.random.default_rng(6).uniform(0.5, 2, size=400))
    full = solved(survey, missing_data="available", bootstrap=300).draws
    plain = solved(survey, bootstrap=300).draws
    assert full is not None
    assert plain is not None
    assert (full.asked, full.failed, full.flagged) == (plain.asked, plain.failed, plain.flagged)
    np.testing.assert_allclose(full.values[:, : PLAIN.n_free], plain.values, atol=1e-6)
    np.testing.assert_allclose(full.means, plain.means, atol=1e-6)


def test_moments_expected_from_the_answers_given_give_the_same_gradient() -> None:
    """Filled moments of complete answers against the likelihood over patterns, some of them missed."""
    weights = np.random.default_rng(6).uniform(0.5, 2, size=300)
    _, refit = prepared(survey_of(CHAIN, gapped(), weights=weights))
    sums = sums_of(refit, bootstrap_plan(300).draw(0, 6, SEED))
    assert (sums.total == 0).any()
    steps = np.random.default_rng(2).normal(size=(6, TABLE.n_free))
    values = refit.start + 0.05 * refit.scale * steps
    mean, cov = filled_moments(sums, matrices(TABLE, values), refit.mean)
    own = likelihood.slope(TABLE, values, one_pattern(mean, cov))
    wanted = likelihood.slope(TABLE, values, sums.patterns(refit.mean))
    np.testing.assert_allclose(own * refit.scale, wanted * refit.scale, atol=1e-13)
    assert np.abs(wanted * refit.scale).max() > 0.01


def test_patterns_of_a_resample_are_those_of_its_rows() -> None:
    answers = gapped(120)
    weights = np.random.default_rng(6).uniform(0.5, 2, size=120)
    _, refit = prepared(survey_of(CHAIN, answers, weights=weights))
    counts = bootstrap_plan(120).draw(0, 1, SEED)
    own = sums_of(refit, counts).patterns(refit.mean)
    drawn = np.repeat(np.arange(120), counts[0].astype(int))
    direct = likelihood.patterns_of(answers[drawn], weights[drawn])
    there = own.share[0] > 0
    np.testing.assert_array_equal(own.answered[there], direct.answered)
    np.testing.assert_allclose(own.share[0, there], direct.share, rtol=1e-12)
    np.testing.assert_allclose(own.mean[0, there], direct.mean, atol=1e-12)
    np.testing.assert_allclose(own.cov[0, there], direct.cov, atol=1e-10)
    assert np.isfinite(own.mean).all()
    assert np.isfinite(own.cov).all()


@pytest.mark.parametrize("options", [{}, {"variances": "bounded"}], ids=["free", "bounded"])
def test_a_draw_is_the_fit_of_its_rows(options: dict[str, str]) -> None:
    answers = gapped(150)
    if options:  # nearly a copy: its error variance is 0 in some draws
        answers[:, 1] = answers[:, 0] + 0.3 * np.random.default_rng(2).normal(size=150)
    evidence, refit = prepared(survey_of(CHAIN, answers), bounded=bool(options))
    counts = bootstrap_plan(evidence.sample.n).draw(0, 4, SEED)
    made = refit(counts)
    assert (made.reason == Reason.USED).all()
    for k in range(4):
        drawn = np.repeat(np.arange(150), counts[k].astype(int))
        direct = solved(survey_of(CHAIN, answers[drawn]), missing_data="available", **options)
        np.testing.assert_allclose(made.values[k], direct.values, atol=2e-5)
        np.testing.assert_allclose(made.means[k], direct.means, atol=2e-5)


def test_every_used_draw_is_an_optimum() -> None:
    _, refit = prepared(survey_of(CHAIN, gapped()))
    counts = bootstrap_plan(300).draw(0, 40, SEED)
    made = refit(counts)
    used = np.flatnonzero(made.reason == Reason.USED)
    assert used.size == 40
    data = sums_of(refit, counts).patterns(refit.mean)[used]
    own = scaled_gradient(*likelihood.slope_and_information(TABLE, made.values[used], data))
    assert own.max() < 1e-5
    assert np.median(own) < 1e-6
    np.testing.assert_allclose(made.means, matrices(TABLE, made.values).mean, rtol=1e-12)


def test_chord_steps_and_scoring_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    _, refit = prepared(survey_of(CHAIN, gapped(600)))
    counts = bootstrap_plan(600).draw(0, 30, SEED)
    fast = refit(counts)
    monkeypatch.setattr("csi_model.estimation.covariance_refit.CHORD_STEPS", 0)
    monkeypatch.setattr(refitting, "SCORING_CELLS", 1)
    slow = refit(counts)
    np.testing.assert_array_equal(fast.reason, slow.reason)
    np.testing.assert_allclose(fast.values, slow.values, atol=1e-4)


def test_slabs_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    _, refit = prepared(survey_of(CHAIN, gapped()))
    counts = bootstrap_plan(300).draw(0, 30, SEED)
    whole = refit(counts)
    monkeypatch.setattr(refitting, "CELLS", 7 * len(refit.answered) * 11**2)
    np.testing.assert_allclose(refit(counts).values, whole.values, atol=1e-6)


@pytest.mark.slow
def test_a_batch_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """All second moments of the patterns of this batch at once would take 40 MiB."""
    _, refit = prepared(survey_of(CHAIN, gapped(600, share=0.2)))
    counts = bootstrap_plan(600).draw(0, 256, SEED)
    whole = 8 * 256 * len(refit.answered) * 11**2
    assert whole > 40 * 2**20
    monkeypatch.setattr(refitting, "CELLS", 2**18)
    tracemalloc.start()
    refit(counts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < whole / 3


def test_a_pickled_refit_is_the_same() -> None:
    _, refit = prepared(survey_of(CHAIN, gapped()))
    counts = bootstrap_plan(300).draw(0, 10, SEED)
    again = pickle.loads(pickle.dumps(refit))(counts)
    np.testing.assert_array_equal(again.values, refit(counts).values)


def test_why_a_draw_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = chain_answers(60)
    answers[:30, 2] = np.nan
    answers[30:40, 2] = 7.0
    _, refit = prepared(survey_of(CHAIN, answers))
    counts = np.ones((6, 60))
    counts[1] = 0
    counts[2, 30:] = 0  # nobody drawn answered the third question
    counts[3, 40:] = 0  # everybody drawn gave it the same answer
    counts[4], counts[4, 42:51] = 0, 1  # nine respondents, eleven questions
    monkeypatch.setattr("csi_model.estimation.covariance_refit.CHORD_STEPS", 0)
    monkeypatch.setattr(refitting, "SCORING_STEPS", 1)
    counts[5] = bootstrap_plan(60).draw(0, 1, SEED)
    left = refit(counts)
    wanted = [
        Reason.USED,
        Reason.NO_WEIGHT,
        Reason.CONSTANT_ITEM,
        Reason.CONSTANT_ITEM,
        Reason.SINGULAR,
        Reason.NOT_CONVERGED,
    ]
    assert [Reason(int(one)) for one in left.reason] == wanted
    np.testing.assert_array_equal(np.isnan(left.values).all(axis=1), left.reason != Reason.USED)
    np.testing.assert_array_equal(np.isnan(left.means).all(axis=1), left.reason != Reason.USED)


def test_standard_errors_near_the_observed_information() -> None:
    """Missing completely at random, normal answers: both estimate the same errors."""
    made = solved(survey_of(CHAIN, gapped(400, share=0.03)), estimator="fiml", bootstrap=300)
    assert made.draws is not None
    p = len(TABLE.indicators)
    errors = np.sqrt(np.diag(made.covariance))
    # 300 draws: 4 % of error, and the tails of small samples
    np.testing.assert_allclose(made.draws.values.std(axis=0, ddof=1), errors[p:], rtol=0.25)
    np.testing.assert_allclose(made.draws.means.std(axis=0, ddof=1), errors[:p], rtol=0.15)


def test_respondents_beyond_those_of_the_evidence_count_for_nothing() -> None:
    _, refit = prepared(survey_of(CHAIN, gapped()))
    counts = bootstrap_plan(300).draw(0, 5, SEED)
    more = np.hstack([counts, np.full((5, 7), 3.0)])
    np.testing.assert_array_equal(refit(more).values, refit(counts).values)
