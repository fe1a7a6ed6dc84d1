"""PLS on the answers there are, beside loops over respondents and beside the plain algorithm."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of
from numpy.typing import ArrayLike

from csi_model.errors import EstimationError
from csi_model.estimation.answer_rows import pair_moments, rows_of
from csi_model.estimation.batches import run_batches
from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable, composite_table
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import FitOptions
from csi_model.estimation.pls_available import available_refit
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.replicates import Reason
from csi_model.estimation.resamples import bootstrap_plan
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.moments import available_moments, sample_of

SCHEMES = ("path", "centroid", "factorial")
ROUNDING = 1e-10
"""Same formulas, other sums: both end at steps of 1e-12, with a rate of convergence near .1 here."""
NEAR = 1e-9
"""Refits that begin elsewhere, or loops that stop by themselves: some steps of 1e-12 apart."""

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


def with_modes(model: ModelSpec = CHAIN, **modes: str) -> ModelSpec:
    """The model with other modes; given weights are 3, 2, 1."""
    made = []
    for one in model.constructs:
        mode = modes.get(one.name, one.mode)
        weights = {item.name: 3.0 - k for k, item in enumerate(one.indicators)} if mode == "given" else {}
        made.append(replace(one, mode=mode, weights=weights))  # type: ignore[arg-type]
    return replace(model, constructs=tuple(made))


MODELS = {
    "A": CHAIN,
    "B": with_modes(expectations="B", satisfaction="B"),
    "fixed": with_modes(expectations="sum", quality="given"),
    "sign": replace(CHAIN, constructs=(replace(CHAIN.constructs[0], sign="x2"), *CHAIN.constructs[1:])),
    "product": PRODUCT,
    "whole": WHOLE,
}


def with_gaps(answers: Floats, share: float = 0.2, seed: int = 1) -> Floats:
    """The answers without a share of them, taken at random."""
    gaps = np.random.default_rng(seed).random(answers.shape) < share
    return np.where(gaps, np.nan, answers)


def table_of(model: ModelSpec, **options: Any) -> CompositeTable:
    return composite_table(model, FitOptions(**{"estimator": "pls", "missing_data": "available", **options}))


def estimated(
    model: ModelSpec,
    answers: Floats,
    *,
    rule: str = "available",
    weights: ArrayLike | None = None,
    times: ArrayLike | None = None,
    **options: Any,
) -> CompositeEstimates:
    """The estimate of answers (n, p) that each count ``times`` (n,)."""
    survey = survey_of(model, answers, weights=weights)
    table = table_of(model, missing_data=rule, **options)
    sample = sample_of(survey, None, rule)  # type: ignore[arg-type]
    refit = (available_refit if rule == "available" else composite_refit)(table, sample)
    drawn = np.ones((1, sample.n)) if times is None else np.array(times, dtype=float)[None]
    made = refit(drawn)
    assert made.reason.tolist() == [Reason.USED]
    return composite_estimates(table, made.means[0], made.values[0])


def assert_same(one: CompositeEstimates, other: CompositeEstimates, tolerance: float) -> None:
    for part in ("mean", "cov", "weights", "phi", "cross", "spread"):
        first, second = getattr(one.state, part), getattr(other.state, part)
        np.testing.assert_allclose(first, second, rtol=0, atol=tolerance, err_msg=part)
    np.testing.assert_allclose(one.beta, other.beta, rtol=0, atol=tolerance)


# --- nothing missing


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", MODELS)
def test_without_gaps_it_is_the_plain_algorithm(name: str, scheme: str) -> None:
    answers = chain_answers(120)
    times = np.random.default_rng(8).integers(0, 4, size=120)
    weights = np.random.default_rng(9).uniform(0.5, 2.0, size=120)
    how: dict[str, Any] = {"weights": weights, "times": times, "scheme": scheme}
    assert_same(
        estimated(MODELS[name], answers, **how),
        estimated(MODELS[name], answers, rule="complete", **how),
        ROUNDING,
    )


@pytest.mark.parametrize("options", [{"estimator": "plsc"}, {"metric": "common"}], ids=str)
def test_without_gaps_options_mean_the_same(options: dict[str, Any]) -> None:
    answers = chain_answers(120)
    one = estimated(CHAIN, answers, **options)
    other = estimated(CHAIN, answers, rule="complete", **options)
    assert_same(one, other, ROUNDING)
    np.testing.assert_allclose(one.loadings, other.loadings, rtol=0, atol=ROUNDING)


# --- loops over respondents


def weighted(values: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Covariance and variances of (weight, a, b)."""
    total = sum(w for w, _, _ in values)
    a = sum(w * x for w, x, _ in values) / total
    b = sum(w * y for w, _, y in values) / total
    return (
        sum(w * (x - a) * (y - b) for w, x, y in values) / total,
        sum(w * (x - a) ** 2 for w, x, _ in values) / total,
        sum(w * (y - b) ** 2 for w, _, y in values) / total,
    )


class Loops:
    """The algorithm as its description reads, one respondent after the other; None is missing."""

    def __init__(self, table: CompositeTable, answers: Floats, weights: Floats) -> None:
        self.blocks, self.scheme, self.table, self.share = table.blocks, table.scheme, table, weights
        n, p = answers.shape
        self.n, self.m = n, len(self.blocks.slots)
        columns = []
        for i in range(p):
            own = [None if math.isnan(one) else float(one) for one in answers[:, i]]
            mean = sum(w * a for w, a in zip(weights, own, strict=True) if a is not None)
            mean /= sum(w for w, a in zip(weights, own, strict=True) if a is not None)
            sd = math.sqrt(self.pair(own, own)[1])
            columns.append([None if one is None else (one - mean) / sd for one in own])
        self.x = columns
        self.r = np.array([[self.pair(a, b)[0] for b in columns] for a in columns])

    def pair(self, a: list[Any], b: list[Any]) -> tuple[float, float, float]:
        """Covariance and variances over the respondents who have both."""
        both = zip(self.share, a, b, strict=True)
        return weighted([(w, x, y) for w, x, y in both if x is not None and y is not None])

    def correlation(self, a: list[Any], b: list[Any]) -> float:
        covariance, first, second = self.pair(a, b)
        return covariance / math.sqrt(first * second)

    def score(self, j: int, w: list[float]) -> tuple[list[Any], list[float]]:
        slot = self.blocks.slots[j]
        made: list[Any] = []
        for n in range(self.n):
            have = [k for k, i in enumerate(slot) if self.x[i][n] is not None]
            if not have:
                made.append(None)
                continue
            known = [self.x[slot[k]][n] for k in have]
            total = 0.0
            for k, i in enumerate(slot):
                value = self.x[i][n]
                if value is None:
                    among = self.r[np.ix_([slot[h] for h in have], [slot[h] for h in have])]
                    value = float(np.linalg.solve(among, self.r[[slot[h] for h in have], i]) @ known)
                total += w[k] * value
            made.append(total)
        return self.standard(made, w)

    def standard(self, made: list[Any], w: list[float]) -> tuple[list[Any], list[float]]:
        there = [(share, y) for share, y in zip(self.share, made, strict=True) if y is not None]
        mean = sum(share * y for share, y in there) / sum(share for share, _ in there)
        sd = math.sqrt(self.pair(made, made)[1])
        return [None if y is None else (y - mean) / sd for y in made], [one / sd for one in w]

    def inner(self, y: list[list[Any]], j: int) -> list[Any]:
        weights: dict[int, float] = {}
        drivers = [source for source, target in self.blocks.paths if target == j]
        for k in range(self.m):
            if (j, k) in self.blocks.paths or (k, j) in self.blocks.paths:
                c = self.correlation(y[j], y[k])
                weights[k] = math.copysign(1.0, c) if self.scheme == "centroid" else c
        if self.scheme == "path" and drivers:
            among = np.array([[self.correlation(y[a], y[b]) for b in drivers] for a in drivers])
            onto = np.array([self.correlation(y[a], y[j]) for a in drivers])
            weights.update(zip(drivers, np.linalg.solve(among, onto).tolist(), strict=True))
        made: list[Any] = []
        for n in range(self.n):
            near = [e * y[k][n] for k, e in weights.items() if y[k][n] is not None]
            made.append(sum(near) if near else None)
        return made

    def outer(self, j: int, z: list[Any], w: list[float]) -> list[float]:
        if self.blocks.modes[j] == "fixed":
            return w
        moments = [self.pair(self.x[i], z) for i in self.blocks.slots[j]]
        if self.blocks.modes[j] == "A":
            return [covariance / variance for covariance, _, variance in moments]
        slot = self.blocks.slots[j]
        found = np.linalg.solve(self.r[np.ix_(slot, slot)], np.array([one[0] for one in moments]))
        return [float(one) for one in found]

    def run(self) -> tuple[list[list[float]], Floats, Floats, list[float]]:
        """Weights by block, correlations of scores and of items with scores, spreads of products."""
        slots = self.blocks.slots
        w = [list(given or (1.0,) * len(slot)) for given, slot in zip(self.blocks.given, slots, strict=True)]
        pairs = [self.score(j, w[j]) for j in range(self.m)]
        for _ in range(60):
            y = [one for one, _ in pairs]
            new = [self.outer(j, self.inner(y, j), pairs[j][1]) for j in range(self.m)]
            before, pairs = pairs, [self.score(j, new[j]) for j in range(self.m)]
            moves = [
                abs(a - b)
                for p, q in zip(before, pairs, strict=True)
                for a, b in zip(p[1], q[1], strict=True)
            ]
            if max(moves) < 1e-13:
                break
        y = [one for one, _ in pairs]
        spread = []
        for _, a, b in self.table.products:
            made = [None if s is None or t is None else s * t for s, t in zip(y[a], y[b], strict=True)]
            spread.append(math.sqrt(self.pair(made, made)[1]))
            y.append(made)
        phi = np.array([[self.correlation(a, b) for b in y] for a in y])
        cross = np.array([[self.correlation(a, b) for b in y] for a in self.x])
        return [one for _, one in pairs], phi, cross, spread


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["A", "B", "fixed", "product"])
def test_loops_over_respondents_find_the_same(name: str, scheme: str) -> None:
    """Products stand last among the constructs, so that the loops number them alike."""
    answers = with_gaps(chain_answers(60), 0.15)
    answers[:4, 6:9] = np.nan  # no satisfaction
    answers[3:6, :6] = np.nan  # neither of its drivers
    answers[7] = np.nan
    answers[8:12, 3:6] = np.nan  # one factor of a product without the other
    weights = np.random.default_rng(2).uniform(0.5, 2.0, size=60)
    made = estimated(MODELS[name], answers, weights=weights, scheme=scheme)
    w, phi, cross, spread = Loops(table_of(MODELS[name], scheme=scheme), answers, weights).run()
    for j, slot in enumerate(table_of(MODELS[name]).blocks.slots):
        np.testing.assert_allclose(made.state.weights[j, list(slot)], w[j], rtol=0, atol=NEAR)
    np.testing.assert_allclose(made.state.phi, phi, rtol=0, atol=NEAR)
    np.testing.assert_allclose(made.state.cross, cross, rtol=0, atol=NEAR)
    np.testing.assert_allclose(made.state.spread, spread, rtol=0, atol=NEAR)


def test_moments_are_those_of_available_cases() -> None:
    answers = with_gaps(chain_answers(80))
    weights = np.random.default_rng(3).uniform(0.5, 2.0, size=80)
    made = estimated(CHAIN, answers, weights=weights).state
    mean, cov = available_moments(answers, weights)
    np.testing.assert_allclose(made.mean, mean, rtol=1e-12)
    np.testing.assert_allclose(made.cov, cov, rtol=0, atol=1e-12)


def test_rows_put_together_have_the_sums_of_their_respondents() -> None:
    random = np.random.default_rng(5)
    answers = random.normal(size=(200, 3))
    answers[:60, 0], answers[50:55] = np.nan, np.nan
    share = random.integers(0, 3, size=(4, 200)).astype(float)
    joined, single = rows_of(answers, together=True), rows_of(answers, together=False)
    assert joined.there.shape[1] == 3 + 4  # two answers and one, three answers and one
    assert single.there.shape[1] == 195
    found = []
    for rows in (joined, single):
        q, x = rows.drawn(share)
        mask = rows.there.astype(float)
        found.append(pair_moments(q, x, mask, x, mask))
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-12)


# --- who counts


@pytest.mark.parametrize("name", ["A", "B", "product", "whole"])
def test_weight_two_is_a_repeated_row(name: str) -> None:
    answers = with_gaps(chain_answers(90))
    twice = np.arange(90) % 3 == 0
    repeated = estimated(MODELS[name], np.vstack([answers, answers[twice]]))
    assert_same(estimated(MODELS[name], answers, weights=1.0 + twice), repeated, NEAR)
    assert_same(estimated(MODELS[name], answers, times=1.0 + twice), repeated, NEAR)


def test_who_answered_nothing_or_was_not_drawn_does_not_count() -> None:
    answers = with_gaps(chain_answers(90))
    without = estimated(CHAIN, answers)
    nothing = np.vstack([answers, np.full((5, 11), np.nan)])
    assert_same(estimated(CHAIN, nothing), without, NEAR)
    more = np.vstack([answers, chain_answers(30, seed=77)])
    assert_same(estimated(CHAIN, more, times=np.arange(120) < 90), without, NEAR)


def test_an_empty_block_leaves_the_respondent_in_all_others() -> None:
    """Those who never became customers answer on expectations alone."""
    answers = chain_answers(200)
    alone = chain_answers(100, seed=3)
    alone[:, 3:] = np.nan
    made = estimated(CHAIN, np.vstack([answers, alone])).state
    customers = estimated(CHAIN, answers, rule="complete").state
    np.testing.assert_allclose(made.mean[3:], customers.mean[3:], rtol=1e-12)
    everyone = np.vstack([answers, alone])[:, :3].mean(axis=0)
    np.testing.assert_allclose(made.mean[:3], everyone, rtol=1e-12)
    # paths among the others rest on customers; weights of their blocks only through expectations'
    np.testing.assert_allclose(made.phi[2, 3], customers.phi[2, 3], atol=0.01)


def test_units_of_the_answers_do_not_matter() -> None:
    answers = with_gaps(chain_answers(90))
    unit, zero = np.linspace(0.5, 20, 11), np.linspace(-50, 50, 11)
    one, other = estimated(CHAIN, answers), estimated(CHAIN, answers * unit + zero)
    np.testing.assert_allclose(other.state.weights, one.state.weights, rtol=0, atol=NEAR)
    np.testing.assert_allclose(other.beta, one.beta, rtol=0, atol=NEAR)
    np.testing.assert_allclose(other.state.mean, one.state.mean * unit + zero, rtol=1e-12)


def test_a_weak_question_answered_alone_stays_in_bounds() -> None:
    """sum(w x) / sum(w^2) would be x / w here; what an unrelated answer lets expect is the mean."""
    random = np.random.default_rng(6)
    answers = chain_answers(400)
    answers[:, 10] = random.normal(size=400)  # says nothing about loyalty
    answers[:80, 9] = np.nan
    made = estimated(CHAIN, answers).state
    complete = estimated(CHAIN, answers[80:], rule="complete").state
    l1, l2 = 9, 10
    assert abs(complete.weights[3, l2] / complete.weights[3, l1]) < 0.2
    # scores of a fifth near the mean: those of the others stretch by sqrt(5 / 4) to keep the variance
    assert made.weights[3, l1] / complete.weights[3, l1] == pytest.approx(math.sqrt(5 / 4), rel=0.03)


# --- what it is for


def distance(rule: str, estimator: str) -> Floats:
    """Root mean square distance of paths to those of the answers before a fifth was taken away."""
    moved = []
    for seed in range(12):
        answers = chain_answers(500, seed=seed)
        full = estimated(CHAIN, answers, rule="complete", estimator=estimator).beta
        gaps = with_gaps(answers, 0.2, seed=seed + 100)
        moved.append((estimated(CHAIN, gaps, rule=rule, estimator=estimator).beta - full)[full != 0])
    made: Floats = np.sqrt((np.array(moved) ** 2).mean(axis=0))
    return made


def test_paths_are_nearer_to_the_whole_truth_than_mean_substitution_gets() -> None:
    assert distance("available", "pls").mean() < 0.75 * distance("mean", "pls").mean()
    assert distance("available", "pls").mean() < 0.5 * distance("complete", "pls").mean()


def test_consistent_estimates_stay_consistent_with_gaps() -> None:
    """The answers come from loadings and errors that are known: see ``chain_answers``."""
    answers = with_gaps(chain_answers(20000, seed=11), 0.2, seed=12)
    made = estimated(CHAIN, answers, estimator="plsc")
    spread = np.array([1.3, 1.1, 0.9])  # of the construct in its three questions, beside errors of 0.8
    variance = np.array([1.0, 0.36 + 0.49])  # expectations, quality
    for j in range(2):
        true = spread * np.sqrt(variance[j])
        loadings = made.loadings[3 * j : 3 * j + 3, j]
        np.testing.assert_allclose(loadings, true / np.sqrt(true**2 + 0.64), rtol=0, atol=0.02)
    assert made.beta[1, 0] == pytest.approx(0.6 / math.sqrt(0.85), abs=0.02)


# --- where there is no estimate


def test_a_question_that_nobody_drawn_answered_is_a_reason() -> None:
    answers = chain_answers(60)
    answers[:50, 4] = np.nan
    answers[50:53, 4] = 7.0
    table = table_of(CHAIN)
    refit = available_refit(table, sample_of(survey_of(CHAIN, answers), None, "available"))
    drawn = np.array([np.arange(60) < 50, np.arange(60) < 53, np.zeros(60), np.ones(60)]).astype(float)
    made, steps, change = refit.traced(drawn)
    assert made.reason.tolist() == [
        Reason.CONSTANT_ITEM,
        Reason.CONSTANT_ITEM,
        Reason.NO_WEIGHT,
        Reason.USED,
    ]
    for part in (made.means, made.values):
        assert np.isnan(part[:3]).all()
        assert np.isfinite(part[3]).all()
    assert np.isnan(change[:3]).all()
    assert steps[3] > 1


def test_questions_never_drawn_together_are_a_reason() -> None:
    answers = chain_answers(60)
    answers[:30, 0], answers[20:50, 1] = np.nan, np.nan
    refit = available_refit(table_of(CHAIN), sample_of(survey_of(CHAIN, answers), None, "available"))
    drawn = np.array([np.arange(60) < 50, np.ones(60)]).astype(float)
    assert refit(drawn).reason.tolist() == [Reason.SINGULAR, Reason.USED]


def test_questions_never_answered_together_are_named() -> None:
    answers = chain_answers(60)
    answers[:30, 0], answers[30:, 5] = np.nan, np.nan
    with pytest.raises(EstimationError, match="answered both x1 and q3") as caught:
        fit(CHAIN, survey_of(CHAIN, answers), estimator="pls", missing_data="available", bootstrap=0)
    assert caught.value.findings[0].code == "never-together"


@pytest.mark.parametrize("stages", ["two_stage", "disjoint"])
def test_stages_are_refused_with_gaps(stages: str) -> None:
    sample = sample_of(survey_of(WHOLE, with_gaps(chain_answers(80))), None, "available")
    with pytest.raises(EstimationError, match="Use --higher-order repeated") as caught:
        available_refit(table_of(WHOLE, higher_order=stages), sample)
    assert caught.value.findings[0].code == "stages-with-gaps"


def test_collinear_questions_of_mode_b_are_a_reason() -> None:
    answers = chain_answers(80)
    answers[:, 1] = answers[:, 0]
    answers[:10, 5] = np.nan
    survey = survey_of(MODELS["B"], answers)
    refit = available_refit(table_of(MODELS["B"]), sample_of(survey, None, "available"))
    assert refit(np.ones((1, 80))).reason.tolist() == [Reason.SINGULAR]


def test_a_copied_question_of_mode_a_fills_its_twin() -> None:
    """Exact dependence within a block predicts exactly: gaps in the copy change nothing but its weight."""
    answers = chain_answers(80)
    answers[:, 1] = answers[:, 0]
    full = estimated(CHAIN, answers, rule="complete")
    answers[::4, 1] = np.nan
    assert np.isfinite(estimated(CHAIN, answers).state.weights).all()
    assert estimated(CHAIN, answers).beta[1, 0] == pytest.approx(full.beta[1, 0], abs=0.05)


# --- resampling


def test_refits_begin_at_the_sample_and_end_where_a_cold_start_does() -> None:
    answers = with_gaps(chain_answers(150))
    table, sample = table_of(CHAIN), sample_of(survey_of(CHAIN, answers), None, "available")
    cold = available_refit(table, sample)
    begin = cold(np.ones((1, 150))).values[0, : len(table.item)]
    warm = available_refit(table, sample, begin)
    drawn = np.random.default_rng(4).multinomial(150, np.full(150, 1 / 150), size=40).astype(float)
    one, other = cold.traced(drawn), warm.traced(drawn)
    assert (one[0].reason == Reason.USED).all()
    np.testing.assert_allclose(one[0].values, other[0].values, rtol=0, atol=1e-7)  # warm steps end at 1e-9
    assert other[1].mean() < one[1].mean()


def test_the_batch_a_draw_is_in_does_not_matter() -> None:
    answers = with_gaps(chain_answers(150))
    table, sample = table_of(PRODUCT), sample_of(survey_of(PRODUCT, answers), None, "available")
    refit = pickle.loads(pickle.dumps(available_refit(table, sample)))
    drawn = np.random.default_rng(4).multinomial(150, np.full(150, 1 / 150), size=9).astype(float)
    together = refit(drawn)
    for k in range(9):
        np.testing.assert_allclose(refit(drawn[k : k + 1]).values[0], together.values[k], rtol=0, atol=NEAR)


def test_finished_batches_are_taken_up_again(tmp_path: FilePath) -> None:
    """The refit made anew has the same fingerprint: nothing is worked out twice."""
    survey = survey_of(CHAIN, with_gaps(chain_answers(100)))
    plan = replace(bootstrap_plan(100), batch=10)
    made = []
    for draws in (10, 20, 20):
        refit = available_refit(table_of(CHAIN), sample_of(survey, None, "available"))
        made.append(run_batches(refit, plan, draws=draws, seed=1, checkpoint=tmp_path).values)
        assert len(list(tmp_path.iterdir())) == draws // 10
    np.testing.assert_array_equal(made[0], made[1][:10])
    np.testing.assert_array_equal(made[1], made[2])


@pytest.mark.parametrize("estimator", ["pls", "plsc"])
def test_fit_takes_every_answer(estimator: str) -> None:
    answers = with_gaps(chain_answers(200))
    made = fit(
        CHAIN, survey_of(CHAIN, answers), estimator=estimator, missing_data="available", bootstrap=100
    ).pooled
    assert isinstance(made.solution, CompositeSolution)
    assert made.sample.n == 200
    assert made.solution.verdicts.converged
    assert made.solution.draws is not None
    assert made.solution.draws.failed == 0
    np.testing.assert_allclose(made.solution.means, np.nanmean(answers, axis=0), rtol=1e-12)
