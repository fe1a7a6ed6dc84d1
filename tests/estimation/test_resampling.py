"""Resampling of a fitted sample: plans, moments, refits, reasons, the jackknife, permutations."""

from __future__ import annotations

import pickle
import tracemalloc
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import EstimationError, UsageError
from csi_model.estimation import covariance_refit as refitting
from csi_model.estimation.covariance import gradient_and_information
from csi_model.estimation.covariance_refit import (
    CovarianceRefit,
    covariance_jackknife,
    covariance_refit,
    inadmissibility,
    moments,
    weighted_sums,
)
from csi_model.estimation.fitting import fit
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.permutation import permutation_test, pvalues
from csi_model.estimation.replicates import FLAG_WORDS, REASON_WORDS, Flag, Outcome, Reason
from csi_model.estimation.resamples import (
    bootstrap_plan,
    jackknife_plan,
    permutation_plan,
    permutations,
)
from csi_model.estimation.resampling import Draws, WithoutUnits, bootstrap, jackknife
from csi_model.estimation.solver import fisher_scoring, scaled_gradient
from csi_model.estimation.starts import start_values
from csi_model.evaluation.bootstrap_intervals import acceleration_of
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.group_permutation import permute_groups
from csi_model.evaluation.quantities import metric_of
from csi_model.survey.moments import Sample, sample_of

TABLE = parameter_table(CHAIN)
SEED = np.random.SeedSequence(1)
DESIGN = {"strata": np.repeat([0, 1, 2], 100), "cluster": np.repeat(np.arange(30), 10)}
UNEVEN = {
    "strata": np.repeat([0, 1], [12, 20]),
    "cluster": np.repeat([0, 1, 2, 0, 1, 2, 3], [4, 4, 4, 5, 5, 5, 5]),
}


def optimum(table: ParameterTable, cov: Floats) -> Floats:
    found = fisher_scoring(table, cov[None], start_values(table, cov)[None])
    assert found.converged.all()
    return np.asarray(found.values[0])


def prepared(sample: Sample) -> CovarianceRefit:
    return covariance_refit(TABLE, sample, optimum(TABLE, sample.cov))


def run(sample: Sample, **options: Any) -> Draws:
    return bootstrap(TABLE, sample, optimum(TABLE, sample.cov), **{"draws": 300, "seed": 3, **options})


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_same_seed_same_draws(design: dict[str, Floats]) -> None:
    sample = sample_of(chain_survey(**design))
    first, again, other = run(sample), run(sample), run(sample, seed=4)
    np.testing.assert_array_equal(first.means, again.means)
    np.testing.assert_array_equal(first.values, again.values)
    assert not np.allclose(first.means, other.means)
    assert not np.allclose(first.means, run(sample, stream=1).means)


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_a_longer_run_begins_with_the_shorter_one(design: dict[str, Floats]) -> None:
    sample = sample_of(chain_survey(**design))
    long, short = run(sample, draws=300), run(sample, draws=280)
    # matrix products of another size may round differently; the search ends at a gradient of 1e-7
    np.testing.assert_allclose(long.means[:280], short.means, rtol=1e-12)
    np.testing.assert_allclose(long.values[:280], short.values, rtol=1e-6, atol=1e-6)


def test_counts_keep_the_sample_size() -> None:
    counts = bootstrap_plan(60).draw(0, 200, SEED)
    assert (counts.sum(axis=1) == 60).all()
    assert counts.var(axis=0).mean() == pytest.approx(1 - 1 / 60, rel=0.05)  # multinomial


def test_counts_do_not_depend_on_the_slabs(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = bootstrap_plan(32, **UNEVEN)
    whole = plan.draw(0, 40, SEED)
    monkeypatch.setattr("csi_model.estimation.resamples.SLAB", 70)
    np.testing.assert_array_equal(plan.draw(0, 40, SEED), whole)


def test_clusters_are_drawn_whole_within_strata() -> None:
    counts = bootstrap_plan(32, **UNEVEN).draw(0, 100, SEED)
    for stratum, clusters in ((0, 3), (1, 4)):
        block = counts[:, UNEVEN["strata"] == stratum].reshape(100, clusters, -1)
        np.testing.assert_array_equal(block, np.repeat(block[:, :, :1], block.shape[2], axis=2))
        # m - 1 draws that count m / (m - 1) each: whole multiples, with the stratum's size as their sum
        draws = block[:, :, 0] * (clusters - 1) / clusters
        np.testing.assert_allclose(draws, np.round(draws), atol=1e-12)
        np.testing.assert_allclose(draws.sum(axis=1), clusters - 1)


def test_variance_of_a_mean_under_few_clusters() -> None:
    """With two clusters a stratum the usual bootstrap would halve the variance; this one does not."""
    strata, cluster = np.repeat(np.arange(15), 20), np.repeat(np.arange(30), 10)
    x = (chain_answers(300) + np.random.default_rng(9).normal(size=30)[cluster][:, None])[:, 0]
    counts = bootstrap_plan(300, strata, cluster).draw(0, 4000, SEED)
    means = counts @ x / counts.sum(axis=1)
    sums = x.reshape(15, 2, 10).mean(axis=2)
    linearised = ((sums[:, 0] - sums[:, 1]) ** 2 / 4 / 15**2).sum()
    assert means.var() == pytest.approx(linearised, rel=0.08)


def test_a_stratum_with_one_cluster_cannot_be_resampled() -> None:
    strata = np.array([0, 0, 0, 1])
    for plan in (bootstrap_plan, lambda n, s: jackknife_plan(n, s, seed=1)):
        with pytest.raises(EstimationError, match="only one cluster"):
            plan(4, strata)


@pytest.mark.parametrize("rows", [17, 4096])
def test_moments_of_a_resample_are_those_of_its_rows(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for answers far from zero, and whatever the blocks of respondents."""
    monkeypatch.setattr(refitting, "BLOCK", rows)
    weights = np.random.default_rng(6).uniform(0.5, 2, size=80)
    sample = sample_of(survey_of(CHAIN, chain_answers(80) + 1e6, weights=weights))
    counts = bootstrap_plan(80).draw(0, 3, SEED)
    centred = (sample.answers - sample.mean).T.copy()
    mean, covariance = moments(weighted_sums(centred, sample.weights, counts), 11)
    for k in range(3):
        drawn = np.repeat(np.arange(80), counts[k].astype(int))
        answers, w = sample.answers[drawn], sample.weights[drawn]
        np.testing.assert_allclose(mean[k] + sample.mean, np.average(answers, axis=0, weights=w), rtol=1e-12)
        np.testing.assert_allclose(covariance[k], np.cov(answers.T, aweights=w, ddof=0), rtol=1e-6)


def test_a_batch_of_a_large_survey_is_small() -> None:
    """100,000 respondents: one batch takes a fixed share of memory, whatever is asked for."""
    n, p = 100_000, 11
    plan = bootstrap_plan(n)
    centred = np.random.default_rng(1).normal(size=(p, n))
    tracemalloc.start()
    weighted_sums(centred, np.ones(n), plan.draw(0, plan.batch, SEED))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150 * 2**20


@pytest.mark.parametrize("n", [80, 600])
def test_every_used_draw_is_an_optimum(n: int) -> None:
    """The chord steps end where Fisher scoring ends, and the gradient there is what was promised."""
    sample = sample_of(chain_survey(n))
    refit = prepared(sample)
    counts = bootstrap_plan(n).draw(0, 150, SEED)
    found = refit(counts)
    used = found.reason == Reason.USED
    assert used.sum() > 140
    covariance = moments(weighted_sums(refit.centred, refit.weights, counts), 11)[1][used]
    own = scaled_gradient(*gradient_and_information(TABLE, found.values[used], covariance))
    assert own.max() < 1e-5
    assert np.median(own) < 1e-6
    exact = fisher_scoring(TABLE, covariance, found.values[used], tolerance=1e-9)
    # in units of the standard errors, sqrt(2 / n / H): a scaled gradient of 1e-5 moves them little
    errors = np.sqrt(2 / n) * refit.scale
    np.testing.assert_allclose((found.values[used] - exact.values) / errors, 0, atol=0.01)


def test_chord_steps_and_scoring_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = sample_of(chain_survey(600))
    refit, counts = prepared(sample), bootstrap_plan(600).draw(0, 100, SEED)
    fast = refit(counts)
    monkeypatch.setattr(refitting, "CHORD_STEPS", 0)
    slow = refit(counts)
    np.testing.assert_array_equal(fast.reason, slow.reason)
    np.testing.assert_allclose(fast.values, slow.values, atol=1e-4)


def test_standard_errors_near_the_delta_method() -> None:
    survey = chain_survey(n=600)
    delta = evaluate(fit(CHAIN, survey)).tables
    boot = evaluate(fit(CHAIN, survey, bootstrap=600)).tables
    for name, column in (("index", "se"), ("effects", "se"), ("r2", "se")):
        np.testing.assert_allclose(boot[name][column], delta[name][column], rtol=0.15, err_msg=name)
    assert set(boot["index"]["ci_method"]) == {"bootstrap"}
    assert set(delta["index"]["ci_method"]) == {"delta"}


def test_cluster_bootstrap_near_linearisation() -> None:
    cluster = np.repeat(np.arange(60), 10)
    answers = chain_answers(600) + 0.7 * np.random.default_rng(9).normal(size=60)[cluster][:, None]
    survey = survey_of(CHAIN, answers, cluster=cluster)
    delta = evaluate(fit(CHAIN, survey)).tables["index"]
    boot = evaluate(fit(CHAIN, survey, bootstrap=500)).tables["index"]
    np.testing.assert_allclose(boot["se"], delta["se"], rtol=0.15)
    simple = evaluate(fit(CHAIN, survey_of(CHAIN, answers))).tables["index"]
    assert (delta["se"] > 1.3 * simple["se"]).all()


def test_intervals_are_percentiles_of_the_draws() -> None:
    made = fit(CHAIN, chain_survey(), bootstrap=200, level=0.9)
    solution = made.pooled.solution
    assert solution is not None
    assert solution.draws is not None
    row = evaluate(made).tables["parameters"].query("free").iloc[0]
    first = next(r for r in solution.table.rows if r.free >= 0)
    draws = solution.draws.values[:, first.free]
    assert row["ci_lower"] == pytest.approx(np.quantile(draws, 0.05))
    assert row["ci_upper"] == pytest.approx(np.quantile(draws, 0.95))
    assert row["se"] == pytest.approx(draws.std(ddof=1))


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    fit(CHAIN, chain_survey(), bootstrap=300, progress=lambda *words: told.append(words))
    assert told == [("survey.csv", 256, 300), ("survey.csv", 300, 300)]


def test_failed_replicates_are_counted_and_reported() -> None:
    """Twelve respondents for eleven questions: many resamples have a singular covariance."""
    made = fit(CHAIN, chain_survey(n=14), bootstrap=100)
    solution = made.pooled.solution
    assert solution is not None
    draws = solution.draws
    assert draws is not None
    assert draws.failed + len(draws.values) == draws.asked == 100
    assert draws.failed > 10
    assert sum(draws.reasons.values()) == draws.failed
    assert REASON_WORDS[Reason.SINGULAR] in draws.reasons
    (finding,) = [one for one in made.pooled.findings if one.code == "bootstrap-failures"]
    assert finding.severity == "error"
    assert f"{draws.failed} of 100" in finding.what
    tables = evaluate(made).tables
    for table in (tables["index"], tables["parameters"].query("free")):
        assert table["se"].isna().all()
        assert table["ci_lower"].isna().all()
        assert table["why"].str.contains("bootstrap replicates converged").all()


def test_why_a_draw_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = chain_answers(60)
    answers[:30, 2] = 7.0
    refit = prepared(sample_of(survey_of(CHAIN, answers)))
    counts = np.ones((4, 60))
    counts[1], counts[2, 30:] = 0, 0
    counts[3], counts[3, 25:36] = 0, 1
    monkeypatch.setattr(refitting, "CHORD_STEPS", 0)
    monkeypatch.setattr(refitting, "SCORING_STEPS", 1)
    left = refit(np.vstack([counts, bootstrap_plan(60).draw(0, 1, SEED)]))
    wanted = [Reason.USED, Reason.NO_WEIGHT, Reason.CONSTANT_ITEM, Reason.SINGULAR, Reason.NOT_CONVERGED]
    assert [Reason(int(one)) for one in left.reason] == wanted
    np.testing.assert_array_equal(np.isnan(left.values).all(axis=1), left.reason != Reason.USED)
    np.testing.assert_array_equal(np.isnan(left.means).any(axis=1), left.reason != Reason.USED)
    assert set(REASON_WORDS) == set(Reason) - {Reason.USED}
    assert set(FLAG_WORDS) == set(Flag)


def test_what_is_inadmissible_in_a_draw() -> None:
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})
    table = parameter_table(model)
    names = [table.name(k) for k in range(table.n_free)]
    fine = np.array([1.0 if "~~" in name else 0.5 for name in names])
    fine[names.index("a ~~ b")] = 0.5
    rows = np.repeat(fine[None], 5, axis=0)
    rows[1, names.index("b2 ~~ b2")] = -0.1
    rows[2, names.index("a ~~ b")] = -1.1
    # the residual of c is negative, though no correlation reaches 1: c = a / 2 + b / 2, variance 0.73
    rows[3, names.index("c ~~ c")] = -0.02
    rows[3, names.index("c ~ b")] = 0.5
    rows[4, names.index("c ~~ c")] = 0.0
    wanted = [
        Flag(0),
        Flag.NEGATIVE_VARIANCE,
        Flag.CORRELATION | Flag.LATENT_COVARIANCE,
        Flag.NEGATIVE_VARIANCE | Flag.LATENT_COVARIANCE,
        Flag(0),
    ]
    assert [Flag(int(one)) for one in inadmissibility(table, rows)] == wanted


def test_inadmissible_draws_are_used_and_counted() -> None:
    """Two items of one construct nearly the same: in some draws one error variance is negative."""
    answers = chain_answers(60)
    answers[:, 1] = answers[:, 0] + 0.15 * np.random.default_rng(2).normal(size=60)
    draws = run(sample_of(survey_of(CHAIN, answers)))
    words = FLAG_WORDS[Flag.NEGATIVE_VARIANCE]
    diagonal = [row.free for row in TABLE.free_rows if row.op == "~~" and row.i == row.j]
    negative = int((draws.values[:, diagonal] < 0).any(axis=1).sum())
    assert draws.inadmissible[words] == negative > 0
    assert draws.flagged >= negative


# --- the jackknife


def test_without_a_unit_is_without_its_rows() -> None:
    """Downdated sums against the rows that are left, the stratum's others making up for the unit."""
    weights = np.random.default_rng(6).uniform(0.5, 2, size=32)
    sample = sample_of(survey_of(CHAIN, chain_answers(32), weights=weights, **UNEVEN))
    plan = jackknife_plan(32, sample.strata, sample.cluster, seed=1)
    assert plan.draws == 7
    refit = prepared(sample)
    down = covariance_jackknife(refit, plan)(np.arange(7))
    direct = WithoutUnits(refit=refit, plan=plan)(np.arange(7))
    for unit in range(7):
        stratum = 0 if unit < 3 else 1
        m = 3 if unit < 3 else 4
        w = weights * np.where(UNEVEN["strata"] == stratum, m / (m - 1), 1.0)
        left = (UNEVEN["strata"] != stratum) | (UNEVEN["cluster"] != unit - 3 * stratum)
        mean = np.average(sample.answers[left], axis=0, weights=w[left])
        for made in (down, direct):
            if made.reason[unit] == Reason.USED:
                np.testing.assert_allclose(made.means[unit], mean, rtol=1e-12)
    np.testing.assert_array_equal(down.reason, direct.reason)
    assert (down.reason == Reason.USED).any()


def test_jackknife_variance_of_a_mean_is_the_usual_one() -> None:
    sample = sample_of(chain_survey(n=90))
    made = jackknife(prepared(sample), sample, seed=1)
    np.testing.assert_allclose(made.variance(made.replicates.means), sample.cov / 89, rtol=1e-9, atol=1e-12)
    skewness = stats.skew(sample.answers) / 6 / np.sqrt(90)
    np.testing.assert_allclose(
        acceleration_of(made.influence(made.replicates.means)), skewness, rtol=1e-6, atol=1e-9
    )


def test_jackknife_variance_under_strata_and_clusters() -> None:
    """Equal clusters: ``sum_h m/(m-1) sum (mean_hi - mean_h)^2 / 30^2``, as for any linear statistic."""
    sample = sample_of(chain_survey(**DESIGN))
    made = jackknife(prepared(sample), sample, seed=1)
    means = sample.answers.reshape(3, 10, 10, 11).mean(axis=2)
    deviations = (means - means.mean(axis=1, keepdims=True)).reshape(30, 11)
    wanted = 10 / 9 * deviations.T @ deviations / 30**2
    np.testing.assert_allclose(made.variance(made.replicates.means), wanted, rtol=1e-8, atol=1e-10)


def test_jackknife_errors_near_the_delta_method() -> None:
    survey = chain_survey(n=600)
    solution = fit(CHAIN, survey).pooled.solution
    assert solution is not None
    sample = sample_of(survey)
    made = jackknife(prepared(sample), sample, seed=1)
    errors = np.sqrt(np.diag(made.variance(made.replicates.values)))
    p = len(TABLE.indicators)
    np.testing.assert_allclose(errors, np.sqrt(np.diag(solution.covariance)[p:]), rtol=0.2)


def test_many_units_are_left_out_by_random_groups() -> None:
    sample = sample_of(chain_survey(n=2500))
    made = jackknife(prepared(sample), sample, seed=1)
    assert made.replicates.asked == made.plan.draws == 400
    assert made.plan.weight.sum() == 2500
    assert np.ptp(made.plan.weight) == 1
    ratio = np.diag(made.variance(made.replicates.means)) / np.diag(sample.cov) * 2499
    # the variance of 400 groups has a relative error of sqrt(2 / 400) = 0.07
    np.testing.assert_allclose(ratio, 1, atol=0.25)
    assert ratio.mean() == pytest.approx(1, abs=0.1)
    other = jackknife_plan(2500, seed=2)
    assert not np.array_equal(other.units.of_row, made.plan.units.of_row)


def test_random_groups_stay_within_strata() -> None:
    strata = np.repeat([0, 1, 2], [2400, 97, 3])
    plan = jackknife_plan(2500, strata, seed=1)
    np.testing.assert_array_equal(plan.units.stratum[plan.units.of_row], strata)
    assert plan.units.sizes.tolist() == [384, 16, 2]
    np.testing.assert_allclose(
        plan.multipliers(np.arange(plan.draws)) @ (strata == 1), np.full(plan.draws, 97), rtol=1e-12
    )


# --- permutations


def test_permutations_keep_groups_strata_and_clusters() -> None:
    labels = np.array([0, 1, 1, 0, 1, 0, 0])[3 * UNEVEN["strata"] + UNEVEN["cluster"]]
    made = np.vstack(list(permutations(labels, draws=300, seed=1, **UNEVEN)))
    assert made.shape == (300, 32)
    first, second = made[:, :12].reshape(300, 3, 4), made[:, 12:].reshape(300, 4, 5)
    for block, ones in ((first, 2), (second, 1)):
        assert (np.ptp(block, axis=2) == 0).all()
        assert (block[:, :, 0].sum(axis=1) == ones).all()
        # every cluster is as often in group 1 as any other: binomial, 4 standard errors
        share = ones / block.shape[1]
        error = np.sqrt(share * (1 - share) / 300)
        np.testing.assert_allclose(block[:, :, 0].mean(axis=0), share, atol=4 * error)


def test_labels_that_cannot_change_places() -> None:
    with pytest.raises(UsageError, match="a cluster has members in several groups"):
        permutation_plan(np.array([0, 1, 0, 1]), cluster=np.array([0, 0, 1, 1]))
    with pytest.raises(UsageError, match="nothing to exchange"):
        permutation_plan(np.array([0, 0, 1, 1]), strata=np.array([0, 0, 1, 1]))


def test_pvalues_by_hand() -> None:
    permuted = np.array([[1.0, 0.0], [-3.0, 0.0], [2.0, 0.0], [0.5, 0.0]])
    # |1|, |-3|, |2| reach 1: (1 + 3) / (1 + 4); a difference that is always 0 never surprises
    np.testing.assert_allclose(pvalues(np.array([-1.0, 0.0]), permuted), [0.8, 1.0])
    gaps = np.tile(np.array([[1.0, 2.0]]), (20, 1))
    gaps[:1, 0], gaps[:2, 1] = np.nan, np.nan
    found = pvalues(np.array([2.0, 1.0]), gaps)
    assert found[0] == pytest.approx(1 / 20)
    assert np.isnan(found[1])
    assert np.isnan(pvalues(np.array([np.nan]), np.ones((9, 1)))[0])


@dataclass(frozen=True, kw_only=True)
class MeanDifference:
    """Difference of two groups' means."""

    x: NDArray[Any]

    def __call__(self, labels: NDArray[Any], /) -> Outcome:
        ones = labels.astype(float)
        values = (ones @ self.x / ones.sum(axis=1) - (1 - ones) @ self.x / (1 - ones).sum(axis=1))[:, None]
        size = len(labels)
        return Outcome(
            means=values, values=values, reason=np.zeros(size, np.int8), flags=np.zeros(size, np.uint8)
        )


def test_permutation_of_two_means_as_scipy() -> None:
    """scipy 1.17.1: ``stats.permutation_test`` over all 252 partitions of ten values."""
    x = np.array([3.1, 4.2, 2.2, 5.9, 4.4, 6.8, 7.1, 3.9, 8.0, 6.2])
    exact = stats.permutation_test(
        (x[:5], x[5:]), lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis), vectorized=True
    )
    plan = permutation_plan(np.repeat([0, 1], 5))
    made = permutation_test(MeanDifference(x=x), plan, draws=20_000, seed=1)
    assert made.observed[0] == pytest.approx(x[5:].mean() - x[:5].mean())
    assert made.pvalue[0] == pytest.approx(exact.pvalue, abs=4 * np.sqrt(0.25 / 20_000))
    assert made.used == made.asked == 20_000


def test_groups_that_differ_in_satisfaction_alone() -> None:
    answers = np.vstack([chain_answers(150), chain_answers(150, seed=6, shift=1.0)])
    sample = sample_of(survey_of(CHAIN, answers))
    made = permute_groups(
        TABLE,
        metric_of(CHAIN, "loadings", {}),
        sample,
        optimum(TABLE, sample.cov),
        np.repeat([0, 1], 150),
        draws=99,
        seed=1,
    )
    assert made.used == 99
    expectations, satisfaction = 0, 2
    assert made.pvalue["index"][satisfaction] == 1 / 100
    assert made.pvalue["index"][expectations] > 0.05
    scores = [evaluate(fit(CHAIN, survey_of(CHAIN, part))).tables["index"] for part in np.split(answers, 2)]
    np.testing.assert_allclose(made.difference["index"], scores[1]["index"] - scores[0]["index"], atol=1e-4)
    assert made.pvalue["direct"][expectations, satisfaction] == 1  # there is no such path
    assert ((made.pvalue["total"] > 0) & (made.pvalue["total"] <= 1)).all()


def test_a_group_that_cannot_be_estimated() -> None:
    sample = sample_of(chain_survey(n=60))
    labels = np.zeros(60, dtype=int)
    labels[:5] = 1
    with pytest.raises(EstimationError, match="determine each other exactly"):
        permute_groups(
            TABLE, metric_of(CHAIN, "loadings", {}), sample, optimum(TABLE, sample.cov), labels,
            draws=10, seed=1,
        )  # fmt: skip


def test_a_refit_can_be_sent_and_shares_nothing_with_the_sample() -> None:
    sample = sample_of(chain_survey())
    refit = prepared(sample)
    for name in ("mean", "weights"):
        assert not np.shares_memory(getattr(refit, name), getattr(sample, name))
    counts = bootstrap_plan(300).draw(0, 5, SEED)
    sent = pickle.loads(pickle.dumps(refit))
    np.testing.assert_array_equal(sent(counts).values, refit(counts).values)
