"""PLS on polychoric correlations: its resamples are estimates of the respondents that they repeat."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from fit_builders import CHAIN, YES_NO, Floats, chain_answers, survey_of
from response_builders import (
    MIXED,
    ORDERED,
    SCALES,
    estimates,
    mixed_answers,
    mixed_survey,
    ordered_survey,
    refit_of,
    scaled,
    solved,
    standard,
)

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.ordinal.composites import limits_of, tabulated
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.polychoric import Cells, correlate, filled
from csi_model.estimation.replicates import Reason


def counts(n: int, size: int, seed: int = 2) -> Floats:
    drawn = np.random.default_rng(seed).integers(n, size=(size, n))
    return np.array([np.bincount(one, minlength=n) for one in drawn]).astype(float)


def test_a_draw_is_the_estimate_of_the_respondents_it_repeats() -> None:
    survey = mixed_survey(120)
    multipliers = counts(120, 4)
    made = refit_of(survey)(multipliers)
    assert (made.reason == Reason.USED).all()
    for k, times in enumerate(multipliers):
        again = solved(survey_of(MIXED, np.repeat(survey.answers, times.astype(int), axis=0)))
        np.testing.assert_allclose(made.means[k], again.means, rtol=1e-12)
        np.testing.assert_allclose(made.values[k], again.values, atol=2e-7)


def test_a_draw_may_lack_answers_that_the_sample_has() -> None:
    survey = mixed_survey(120)
    kept = (survey.answers[:, 0] != 3) & (survey.answers[:, 3] != 5)
    made = refit_of(survey)(kept.astype(float)[None])
    again = solved(survey_of(MIXED, survey.answers[kept]))
    assert made.reason[0] == Reason.USED
    np.testing.assert_allclose(made.values[0], again.values, atol=2e-7)


def test_a_draw_with_an_empty_cell_has_half_a_respondent_there() -> None:
    """Its two questions of two answers would else have no correlation within -1 and 1."""
    binary = scaled(CHAIN, dict.fromkeys(SCALES, YES_NO))
    answers = (standard(chain_answers(200)) > 0.2).astype(float)
    kept = ~((answers[:, 0] == 0) & (answers[:, 4] == 1))
    made = refit_of(survey_of(binary, answers))(kept.astype(float)[None])
    again = solved(survey_of(binary, answers[kept]))
    assert 0.8 < estimates(again).state.correlation[0, 4] < 0.99
    items = items_of(answers[kept], np.ones(kept.sum()), np.ones(11, dtype=bool))
    np.testing.assert_allclose(estimates(again).state.correlation, correlate(items).matrix(11), atol=1e-9)
    np.testing.assert_allclose(made.values[0], again.values, atol=2e-7)


def test_sampling_weights_are_respondents() -> None:
    answers = mixed_answers(90)
    weights = np.random.default_rng(3).integers(1, 4, size=90)
    weighted = solved(survey_of(MIXED, answers, weights=weights))
    repeated = solved(survey_of(MIXED, np.repeat(answers, weights, axis=0)))
    np.testing.assert_allclose(weighted.values, repeated.values, atol=2e-7)


def test_whole_batches_and_single_draws_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    refit, multipliers = refit_of(ordered_survey(80)), counts(80, 5)
    whole = refit(multipliers)
    monkeypatch.setattr("csi_model.estimation.ordinal.composites.CELLS_AT_ONCE", 1)
    single = pickle.loads(pickle.dumps(refit))(multipliers)
    np.testing.assert_allclose(single.values, whole.values, atol=1e-12)


def test_a_draw_of_one_answer_or_of_nobody_is_left_out() -> None:
    survey = ordered_survey(80)
    alike = (survey.answers[:, 4] == 5).astype(float)
    made = refit_of(survey)(np.stack([alike, np.zeros(80), np.ones(80)]))
    assert made.reason.tolist() == [Reason.CONSTANT_ITEM, Reason.NO_WEIGHT, Reason.USED]
    assert np.isnan(made.values[:2]).all()


def test_a_correlation_that_is_not_found_costs_the_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    refit = refit_of(mixed_survey(80))
    monkeypatch.setattr("csi_model.estimation.ordinal.composites._STEPS", 1)
    made = refit(counts(80, 3))
    assert made.reason.tolist() == [Reason.NOT_CONVERGED] * 3
    assert np.isnan(made.values).all()


def test_intervals_come_from_the_draws_and_from_the_jackknife() -> None:
    survey = ordered_survey(60)
    drawn = solved(survey, bootstrap=100)
    assert drawn.draws is not None
    assert drawn.draws.values.shape[1] == len(drawn.values)
    assert drawn.draws.values.std(axis=0).max() > 0.01
    left_out = solved(survey, jackknife=True, bootstrap=0).jackknife
    assert left_out is not None
    assert left_out.replicates.used.all()


def test_units_of_the_design_without_anybody_are_no_answers() -> None:
    """A group that misses some clusters is drawn with them: they count nothing, and steps remain steps."""
    n, firm = 160, np.repeat([0, 1], 80)
    cluster = np.where(firm == 0, np.arange(n) % 12, 12 + np.arange(n) % 9)
    survey = ordered_survey(n, cluster=cluster, groups={"firm": [str(one) for one in firm]})
    found = fit(ORDERED, survey, estimator="pls", correlations="polychoric", bootstrap=100, beside=False)
    for part in found.groups:
        made = part.solution
        assert isinstance(made, CompositeSolution)
        assert made.draws is not None
        assert not made.draws.failed
        drawn = composite_estimates(made.table, made.draws.means, made.draws.values).state
        assert np.abs(np.median(drawn.sd, axis=0) - estimates(made).state.sd).max() < 0.1
        assert np.abs(np.median(drawn.correlation, axis=0) - estimates(made).state.correlation).max() < 0.06


def test_finished_batches_are_taken_up_again(tmp_path: Path) -> None:
    survey = mixed_survey(60)
    first, again = (solved(survey, bootstrap=100, checkpoint=tmp_path) for _ in range(2))
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert first.draws is not None
    assert again.draws is not None
    np.testing.assert_array_equal(first.draws.values, again.draws.values)


def test_one_ordered_question_among_numbers_and_all_in_two_steps() -> None:
    x = 5.5 + chain_answers(200)
    x[:, 0] = 1.0 + (x[:, 0] > x[:, 0].mean())
    made = solved(survey_of(CHAIN, x))
    plain = np.corrcoef(x[:, 1:].T)
    np.testing.assert_allclose(estimates(made).state.correlation[1:, 1:], plain, atol=1e-12)
    binary = scaled(CHAIN, dict.fromkeys(SCALES, YES_NO))
    answers = (standard(chain_answers(200)) > 0.2).astype(float)
    refit = refit_of(survey_of(binary, answers))
    assert (refit(counts(200, 20)).reason == Reason.USED).all()
    items = items_of(answers, np.ones(200), np.ones(11, dtype=bool))
    np.testing.assert_allclose(
        estimates(solved(survey_of(binary, answers))).state.correlation,
        correlate(items).matrix(11),
        atol=1e-9,
    )


def test_tables_by_one_product() -> None:
    keys = np.array([[0, 1, 1, 2], [2, 2, 0, 0]])
    share = np.array([[1.0, 2.0, 0.5, 0.0], [0.0, 1.0, 1.0, 1.0]])
    made = tabulated(keys, 3, share)
    assert made.tolist() == [[[1, 2.5, 0], [0.5, 0, 3]], [[0, 2, 1], [2, 0, 1]]]


def test_thresholds_of_answers_that_nobody_gave() -> None:
    made = limits_of(np.array([0.0, 2.0, 0.0, 2.0, 0.0]))
    assert made.tolist() == [-np.inf, -np.inf, 0.0, 0.0, np.inf, np.inf]


def test_an_empty_cell_is_filled_as_in_the_sample() -> None:
    answers = np.array([[0, 0]] * 5 + [[1, 0]] * 3 + [[1, 1]] * 4, dtype=float)
    items = items_of(answers, np.ones(12), np.array([True, True]))
    known = Cells.of(items, np.array([0]), np.array([1])).counts
    table = np.zeros((2, 3, 3))
    table[0][np.ix_([0, 2], [1, 2])] = [[5, 0], [3, 4]]
    table[1] = 1.0
    table = filled(table)
    np.testing.assert_array_equal(table[0][np.ix_([0, 2], [1, 2])], known[0])
    assert (table[1] == 1).all()
