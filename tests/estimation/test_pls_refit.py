"""PLS on resamples: what a refit is of, whom it draws, and that nothing depends on who does the work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of

from csi_model.estimation.batches import run_batches
from csi_model.estimation.composites import CompositeTable, composite_table, unpacked
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import FitOptions
from csi_model.estimation.pls_refit import CompositeRefit, composite_refit
from csi_model.estimation.replicates import Flag, Reason, Replicates
from csi_model.estimation.resamples import BootstrapPlan, batch_seed, bootstrap_plan
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.moments import Sample, sample_of
from csi_model.survey.survey import Survey

WARM = 1e-8
"""Refits end at steps of 1e-9, and what is left of the way is about as long as the last step."""

PRODUCT = replace(
    CHAIN,
    constructs=(*CHAIN.constructs, Construct(name="both", product=("expectations", "quality"))),
    paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
)
WHOLE = model_of(
    {"x": "x1 x2 x3", "a": "q1 q2 q3", "b": "s1 s2 s3", "c": "", "y": "l1 l2"},
    {"a": "x", "b": "x", "c": "a b", "y": "c"},
    repeats={"c": "a b"},
)
MODELS = {"chain": CHAIN, "product": PRODUCT, "whole": WHOLE}


def prepared(survey: Survey, **changes: Any) -> tuple[CompositeTable, Sample]:
    options = FitOptions(**{"estimator": "pls", "missing_data": "complete", **changes})
    return composite_table(survey.model, options), sample_of(survey)


def refitting(survey: Survey, **changes: Any) -> CompositeRefit:
    return composite_refit(*prepared(survey, **changes))


def solution(survey: Survey, **changes: Any) -> CompositeSolution:
    made = fit(survey.model, survey, **{"estimator": "pls", "bootstrap": 0, **changes}).pooled.solution
    assert isinstance(made, CompositeSolution)
    return made


def counts(n: int, size: int, seed: int = 2) -> Floats:
    """How often each respondent is drawn, (size, n)."""
    drawn = np.random.default_rng(seed).integers(n, size=(size, n))
    return np.array([np.bincount(one, minlength=n) for one in drawn]).astype(float)


@pytest.mark.parametrize("higher_order", ["repeated", "two_stage", "disjoint"])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_refit_is_the_fit_of_the_rows_drawn(model: ModelSpec, higher_order: str) -> None:
    x = chain_answers(120)
    drawn = counts(120, 6)
    made = refitting(survey_of(model, x), higher_order=higher_order)(drawn)
    assert (made.reason == Reason.USED).all()
    for k in range(len(drawn)):
        rows = np.repeat(x, drawn[k].astype(int), axis=0)
        alone = solution(survey_of(model, rows), higher_order=higher_order)
        assert made.means[k] == pytest.approx(alone.means, abs=1e-10)
        assert made.values[k] == pytest.approx(alone.values, abs=1e-9)


def test_sampling_weights_multiply_the_counts() -> None:
    x, weights = chain_answers(90), np.random.default_rng(4).integers(1, 4, size=90).astype(float)
    drawn = counts(90, 4)
    made = refitting(survey_of(CHAIN, x, weights=weights))(drawn)
    for k in range(len(drawn)):
        rows = np.repeat(x, (weights * drawn[k]).astype(int), axis=0)
        assert made.values[k] == pytest.approx(solution(survey_of(CHAIN, rows)).values, abs=1e-9)


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
@pytest.mark.parametrize("mode", ["A", "B"])
def test_a_warm_start_ends_where_a_cold_one_does(mode: str, scheme: str) -> None:
    model = replace(
        CHAIN,
        constructs=tuple(replace(c, mode=mode) for c in CHAIN.constructs),  # type: ignore[arg-type]
    )
    survey = survey_of(model, chain_answers(150))
    table, sample = prepared(survey, scheme=scheme)
    begin = solution(survey, scheme=scheme).values[: len(table.item)]
    drawn = counts(150, 50)
    warm, cold = composite_refit(table, sample, begin)(drawn), composite_refit(table, sample)(drawn)
    assert warm.values == pytest.approx(cold.values, abs=WARM)


def whole_run(workers: int = 1, draws: int = 700, **changes: Any) -> Replicates:
    """Three batches of the chain's 80 respondents, the last one short."""
    refit = refitting(chain_survey(80))
    return run_batches(refit, bootstrap_plan(80), draws=draws, seed=7, workers=workers, **changes)


def test_two_workers_make_the_same_draws_to_the_last_bit() -> None:
    one, two = whole_run(), whole_run(workers=2)
    for name in ("means", "values", "reason", "flags"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    plan = bootstrap_plan(80)
    assert plan.batch < 300 < 700
    short, long = whole_run(draws=300), whole_run()
    # the last batch of the short run has fewer samples in it: sums of another shape, maybe another last bit
    assert short.values == pytest.approx(long.values[:300], abs=1e-12)
    np.testing.assert_array_equal(short.values[: plan.batch], long.values[: plan.batch])


def drawn_rows(plan: BootstrapPlan, batches: int, seed: int, stream: int) -> Floats:
    return np.vstack([plan.draw(k, plan.batch, batch_seed(seed, stream, k)) for k in range(batches)])


def test_no_resample_of_any_batch_or_group_comes_twice() -> None:
    """Of 80 respondents there are more resamples than atoms, so that a repetition is a repeated seed."""
    plan = bootstrap_plan(80)
    rows = np.vstack([drawn_rows(plan, 8, 7, stream) for stream in (0, 1, 2)])
    assert rows.sum(axis=1) == pytest.approx(80.0)
    assert len(np.unique(rows, axis=0)) == len(rows) == 3 * 8 * plan.batch


def test_refits_of_all_batches_differ() -> None:
    made = whole_run()
    assert made.used.all()
    assert len(np.unique(made.values, axis=0)) == 700


def test_the_bootstrap_of_a_correlation_has_the_error_that_normal_theory_gives() -> None:
    """(1 - r^2) / sqrt(n) for bivariate normal answers; 2,000 draws know a standard error to 1.6 %."""
    random, n = np.random.default_rng(11), 4000
    x = random.normal(size=n)
    pair = np.stack([x, 0.6 * x + 0.8 * random.normal(size=n)], axis=1)
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"})
    made = solution(survey_of(model, pair), bootstrap=2000)
    assert made.draws is not None
    state = unpacked(made.table, made.draws.means, made.draws.values)
    r = np.corrcoef(pair.T)[0, 1]
    wanted = (1 - r**2) / np.sqrt(n)
    # the sample's own fourth moments leave it another few percent
    assert state.phi[:, 0, 1].std() == pytest.approx(wanted, rel=0.07)


def test_what_cannot_be_refitted_says_why_and_leaves_the_others_alone() -> None:
    x = chain_answers(60)
    x[:, 0] = 5.0
    x[0, 0] = 9.0  # whoever leaves out the first respondent has one answer to x1
    drawn = counts(60, 5)
    drawn[:, 0] = [1, 0, 1, 1, 1]
    drawn[3] = 0.0
    made = refitting(survey_of(CHAIN, x))(drawn)
    assert made.reason.tolist() == [
        Reason.USED, Reason.CONSTANT_ITEM, Reason.USED, Reason.NO_WEIGHT, Reason.USED
    ]  # fmt: skip
    assert np.isnan(made.values[[1, 3]]).all()
    alone = refitting(survey_of(CHAIN, x))(drawn[[0, 2, 4]])
    assert made.values[[0, 2, 4]] == pytest.approx(alone.values, abs=1e-12)


def test_a_singular_block_of_mode_b_is_said() -> None:
    model = replace(CHAIN, constructs=tuple(replace(c, mode="B") for c in CHAIN.constructs))
    x = chain_answers(40)
    drawn = counts(40, 3)
    drawn[1] = 0.0
    drawn[1, :2] = 20.0  # two respondents span one dimension
    made = refitting(survey_of(model, x))(drawn)
    assert made.reason.tolist() == [Reason.USED, Reason.SINGULAR, Reason.USED]


def test_inadmissible_draws_of_a_consistent_estimate_are_flagged_and_kept() -> None:
    x = chain_answers(60)
    noise = 2.2 * np.random.default_rng(1).normal(size=60)
    x[:, 9], x[:, 10] = x[:, 6] + noise, x[:, 6] - noise
    survey = survey_of(CHAIN, x)
    consistent = refitting(survey, estimator="plsc")(counts(60, 80))
    assert (consistent.reason == Reason.USED).all()
    assert ((consistent.flags & Flag.NEGATIVE_VARIANCE) != 0).any()
    assert not refitting(survey)(counts(60, 80)).flags.any()


def test_products_are_made_anew_of_every_resample() -> None:
    x, drawn = chain_answers(100), counts(100, 3)
    refit = refitting(survey_of(PRODUCT, x))
    state = unpacked(refit.table, np.zeros((3, 11)), refit(drawn).values)
    for k in range(3):
        rows = np.repeat(x, drawn[k].astype(int), axis=0)
        z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
        scores = state.weights[k, :4] @ z.T
        assert state.phi[k] == pytest.approx(np.corrcoef([*scores, scores[0] * scores[1]]), abs=1e-10)


def test_turned_answers_have_the_covariances_that_the_turn_gives() -> None:
    """Bootstrapping the transformed answers of a test of fit (Beran & Srivastava 1985)."""
    x = chain_answers(100)
    turn = np.eye(11) + 0.1 * np.random.default_rng(5).normal(size=(11, 11))
    refit = replace(refitting(survey_of(CHAIN, x)), turn=turn)
    drawn = counts(100, 3)
    turned = (x - x.mean(axis=0)) @ turn.T + x.mean(axis=0)
    wanted = refitting(survey_of(CHAIN, turned))(drawn)
    assert refit(drawn).values == pytest.approx(wanted.values, abs=1e-9)
