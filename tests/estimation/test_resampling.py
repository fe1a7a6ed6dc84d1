"""The bootstrap: reproducible, independent of how the work is cut up, and of the right size."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, survey_of

from csi_model.estimation import resampling
from csi_model.estimation.fitting import find_optimum, fit
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.resampling import Draws, bootstrap
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.moments import Sample, sample_of


def prepared(sample: Sample) -> tuple[ParameterTable, Floats]:
    table = parameter_table(CHAIN)
    return table, find_optimum(table, sample.cov, sample.n)[0].values[0]


def run(sample: Sample, **options: int) -> Draws:
    table, start = prepared(sample)
    return bootstrap(table, sample, start, **{"draws": 150, "seed": 3, **options})


DESIGN = {"strata": np.repeat([0, 1, 2], 100), "cluster": np.repeat(np.arange(30), 10)}


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_same_seed_same_draws(design: dict[str, Floats]) -> None:
    sample = sample_of(chain_survey(**design))
    first, again, other = run(sample), run(sample), run(sample, seed=4)
    np.testing.assert_array_equal(first.means, again.means)
    np.testing.assert_array_equal(first.values, again.values)
    assert not np.allclose(first.means, other.means)
    assert not np.allclose(first.means, run(sample, stream=1).means)


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_draws_do_not_depend_on_the_chunks(
    design: dict[str, Floats], monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = sample_of(chain_survey(**design))
    whole = run(sample)
    monkeypatch.setattr(resampling, "CHUNK", 37)
    cut = run(sample)
    np.testing.assert_allclose(cut.means, whole.means, rtol=1e-12)
    # matrix products of another size round differently; the search ends at a gradient of 1e-6
    np.testing.assert_allclose(cut.values, whole.values, rtol=1e-8, atol=1e-8)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    sample = sample_of(chain_survey())
    np.testing.assert_allclose(run(sample, draws=150).means[:100], run(sample, draws=100).means, rtol=1e-12)


def test_counts_keep_the_sample_size() -> None:
    sample = sample_of(chain_survey(n=60))
    counts = resampling._resampler(sample, np.random.default_rng(1))(200)
    assert (counts.sum(axis=1) == 60).all()
    assert counts.mean() == pytest.approx(1)
    assert counts.var(axis=0).mean() == pytest.approx(1 - 1 / 60, rel=0.05)  # multinomial


def test_clusters_are_drawn_whole_within_strata() -> None:
    strata, cluster = np.repeat([0, 1], [12, 20]), np.repeat([0, 1, 2, 0, 1, 2, 3], [4, 4, 4, 5, 5, 5, 5])
    sample = sample_of(chain_survey(n=32, strata=strata, cluster=cluster))
    counts = resampling._resampler(sample, np.random.default_rng(1))(100)
    for stratum, clusters in ((0, 3), (1, 4)):
        block = counts[:, strata == stratum].reshape(100, clusters, -1)
        np.testing.assert_array_equal(block, np.repeat(block[:, :, :1], block.shape[2], axis=2))
        # m - 1 draws that count m / (m - 1) each: whole multiples, with the stratum's size as their sum
        draws = block[:, :, 0] * (clusters - 1) / clusters
        np.testing.assert_allclose(draws, np.round(draws), atol=1e-12)
        np.testing.assert_allclose(draws.sum(axis=1), clusters - 1)


def test_variance_of_a_mean_under_few_clusters() -> None:
    """With two clusters a stratum the usual bootstrap would halve the variance; this one does not."""
    strata, cluster = np.repeat(np.arange(15), 20), np.repeat(np.arange(30), 10)
    answers = chain_answers(300) + np.random.default_rng(9).normal(size=30)[cluster][:, None]
    sample = sample_of(survey_of(CHAIN, answers, strata=strata, cluster=cluster))
    counts = resampling._resampler(sample, np.random.default_rng(2))(4000)
    means = counts @ sample.answers[:, 0] / counts.sum(axis=1)
    sums = sample.answers[:, 0].reshape(15, 2, 10).mean(axis=2)
    linearised = ((sums[:, 0] - sums[:, 1]) ** 2 / 4 / 15**2).sum()
    assert means.var() == pytest.approx(linearised, rel=0.08)


def test_moments_of_a_resample_are_those_of_its_rows() -> None:
    """Also for answers far from zero, where a difference of sums would lose digits."""
    weights = np.random.default_rng(6).uniform(0.5, 2, size=80)
    survey = survey_of(CHAIN, chain_answers(80) + 1e6, weights=weights)
    sample = sample_of(survey)
    counts = resampling._resampler(sample, np.random.default_rng(1))(3)
    products = resampling._products(sample.answers - sample.mean)
    mean, covariance = resampling._moments(counts, sample.weights, products, 11)
    for k in range(3):
        rows = np.repeat(np.arange(80), counts[k].astype(int))
        drawn, w = sample.answers[rows], sample.weights[rows]
        np.testing.assert_allclose(mean[k] + sample.mean, np.average(drawn, axis=0, weights=w), rtol=1e-12)
        np.testing.assert_allclose(covariance[k], np.cov(drawn.T, aweights=w, ddof=0), rtol=1e-6)


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
    fit(CHAIN, chain_survey(), bootstrap=200, progress=lambda *words: told.append(words))
    assert told == [("survey.csv", 128, 200), ("survey.csv", 200, 200)]


def test_failed_replicates_are_counted_and_reported() -> None:
    """Twelve respondents for eleven questions: many resamples have a singular covariance."""
    made = fit(CHAIN, chain_survey(n=14), bootstrap=100)
    solution = made.pooled.solution
    assert solution is not None
    assert solution.draws is not None
    assert solution.draws.failed + len(solution.draws.values) == solution.draws.asked == 100
    assert solution.draws.failed > 10
    (finding,) = [one for one in made.pooled.findings if one.code == "bootstrap-failures"]
    assert finding.severity == "error"
    assert f"{solution.draws.failed} of 100" in finding.what
    tables = evaluate(made).tables
    for table in (tables["index"], tables["parameters"].query("free")):
        assert table["se"].isna().all()
        assert table["ci_lower"].isna().all()
        assert table["why"].str.contains("bootstrap replicates converged").all()
