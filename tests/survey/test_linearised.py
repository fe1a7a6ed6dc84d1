"""Design-based covariances against the textbook, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import CHAIN, chain_answers, chain_survey, survey_of

from csi_model.errors import EstimationError
from csi_model.estimation.covariance import gradient_and_information
from csi_model.estimation.fitting import fit
from csi_model.estimation.inference import Evidence, joint_covariance
from csi_model.estimation.optimum import find_optimum
from csi_model.estimation.parameters import parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.linearised import design_covariance, inverse, is_simple, one_cluster
from csi_model.survey.moments import sample_of


def test_stratified_clusters_by_hand() -> None:
    """Cochran's formula for a ratio mean: sum over strata of m/(m-1) sum of (z_c - mean z)^2.

    Two strata; stratum 0 has clusters {1, 2} and {3}, stratum 1 has {4} and {5, 6}; weights
    1, 1, 2, 1, 1, 2 (sum 8). Influences u = 3, -1, 0, 2, -2, 1, so that the cluster sums of w u / 8 are
    (3 - 1)/8, 0/8 and 2/8, (-2 + 2)/8: deviations +-1/8 in each stratum, variance 2 * 2 * (1/64) * 2.
    """
    survey = survey_of(
        CHAIN,
        chain_answers(6),
        weights=[1, 1, 2, 1, 1, 2],
        strata=[0, 0, 0, 1, 1, 1],
        cluster=[0, 0, 1, 2, 3, 3],
    )
    influences = np.array([[3.0], [-1.0], [0.0], [2.0], [-2.0], [1.0]])
    assert design_covariance(influences, sample_of(survey))[0, 0] == pytest.approx(8 / 64, rel=1e-12)


def test_clusters_of_the_same_code_in_two_strata_are_different() -> None:
    influences = np.array([[3.0], [-1.0], [0.0], [2.0], [-2.0], [1.0]])
    shared = {"strata": [0, 0, 0, 1, 1, 1], "weights": [1, 1, 2, 1, 1, 2]}
    made = [
        design_covariance(
            influences, sample_of(survey_of(CHAIN, chain_answers(6), cluster=cluster, **shared))
        )
        for cluster in ([0, 0, 1, 2, 3, 3], [7, 7, 9, 7, 9, 9])
    ]
    np.testing.assert_array_equal(made[0], made[1])


def test_a_domain_is_the_whole_survey_with_zeros_elsewhere() -> None:
    """The variance of a domain's mean: influences of all others are zero, their clusters still count."""
    survey = chain_survey(n=40, strata=[0] * 20 + [1] * 20, cluster=np.arange(40) // 4)
    inside = np.random.default_rng(8).random(40) < 0.4
    inside[4:8] = False  # a cluster without anybody of the domain
    part, whole = sample_of(survey, inside), sample_of(survey)
    influences = part.answers - part.mean
    padded = np.zeros(whole.answers.shape)
    padded[inside] = influences * 40 / inside.sum()  # as means over all rows
    np.testing.assert_allclose(
        design_covariance(influences, part), design_covariance(padded, whole), rtol=1e-12
    )


def test_without_design_it_is_the_variance_of_a_mean() -> None:
    survey = chain_survey(n=50)
    sample = sample_of(survey)
    centred = sample.answers - sample.mean
    expected = np.cov(survey.answers.T) / 50  # divisor n - 1, over n
    np.testing.assert_allclose(design_covariance(centred, sample), expected, rtol=1e-12)


def test_weighted_mean_without_strata_by_hand() -> None:
    """n/(n-1) sum (w_i (x_i - mean) / sum w)^2, the linearised variance of a weighted mean."""
    weights = np.array([1.0, 2.0, 3.0, 1.0, 1.0])
    survey = survey_of(CHAIN, chain_answers(5), weights=weights)
    sample = sample_of(survey)
    x = survey.answers[:, 0]
    mean = weights @ x / weights.sum()
    expected = 5 / 4 * ((weights * (x - mean) / weights.sum()) ** 2).sum()
    assert design_covariance(sample.answers - sample.mean, sample)[0, 0] == pytest.approx(expected)


def test_a_stratum_of_one_cluster_is_refused() -> None:
    survey = chain_survey(n=40, strata=[0] * 39 + [1])
    with pytest.raises(EstimationError) as caught:
        design_covariance(np.ones((40, 1)), sample_of(survey))
    assert caught.value.findings[0].code == "single-cluster-stratum"
    with pytest.raises(EstimationError, match="only one cluster"):
        fit(CHAIN, survey)


def test_equal_weights_are_a_simple_sample() -> None:
    assert is_simple(sample_of(chain_survey(n=20)))
    assert is_simple(sample_of(chain_survey(n=20, weights=np.full(20, 3.7))))
    assert not is_simple(sample_of(chain_survey(n=20, weights=np.arange(1, 21))))
    assert not is_simple(sample_of(chain_survey(n=20, cluster=np.arange(20))))


def test_simple_sample_uses_the_normal_model() -> None:
    sample = sample_of(chain_survey())
    table = parameter_table(CHAIN)
    values = find_optimum(table, sample.cov, sample.n)[0].values[0]
    hessian = gradient_and_information(table, values, sample.cov)[1]
    made = joint_covariance(Evidence(table=table, sample=sample), values, "expected")
    p = len(table.indicators)
    np.testing.assert_allclose(made[:p, :p], np.cov(sample.answers.T) / sample.n, rtol=1e-12)
    np.testing.assert_allclose(made[p:, p:] @ hessian, 2 / sample.n * np.eye(table.n_free), atol=1e-9)
    assert not made[:p, p:].any()


def test_weights_times_a_constant_change_nothing() -> None:
    weights = np.random.default_rng(4).uniform(0.5, 3, size=300)
    tables = [evaluate(fit(CHAIN, chain_survey(weights=weights * factor))).tables for factor in (1.0, 1000.0)]
    for name in ("parameters", "index", "effects", "fit"):
        numbers = [table[name].select_dtypes("number").to_numpy(dtype=float) for table in tables]
        np.testing.assert_allclose(numbers[0], numbers[1], rtol=1e-6, atol=1e-9, err_msg=name)


def test_weighting_is_like_repeating_rows_for_the_estimates() -> None:
    answers = chain_answers(120)
    weights = np.random.default_rng(5).integers(1, 4, size=120)
    weighted = fit(CHAIN, survey_of(CHAIN, answers, weights=weights)).pooled.solution
    repeated = fit(CHAIN, survey_of(CHAIN, np.repeat(answers, weights, axis=0))).pooled.solution
    assert weighted is not None
    assert repeated is not None
    np.testing.assert_allclose(weighted.values, repeated.values, atol=1e-8)
    assert weighted.f == pytest.approx(repeated.f, abs=1e-10)


def test_clusters_of_copies_widen_the_standard_error() -> None:
    """Every respondent four times, as one cluster: the information is that of the originals."""
    answers = chain_answers(100)
    once = evaluate(fit(CHAIN, survey_of(CHAIN, answers, cluster=np.arange(100)))).tables["index"]
    copied = evaluate(
        fit(CHAIN, survey_of(CHAIN, np.repeat(answers, 4, axis=0), cluster=np.repeat(np.arange(100), 4)))
    ).tables["index"]
    np.testing.assert_allclose(copied["se"], once["se"], rtol=1e-6)


def test_inverse_of_badly_scaled_and_singular_matrices() -> None:
    scale = np.array([1e-6, 1.0, 1e6])
    core = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 3.0]])
    found = inverse(core * np.outer(scale, scale)) * np.outer(scale, scale)
    np.testing.assert_allclose(found @ core, np.eye(3), atol=1e-14)
    assert np.isnan(inverse(np.diag([1.0, 0.0]))).all()
    assert np.isnan(inverse(np.ones((2, 2)))).all()
    assert np.isnan(inverse(np.full((2, 2), np.nan))).all()


def test_a_group_that_is_one_cluster_has_no_standard_error() -> None:
    """Its influences sum to zero in its cluster, which would look like no error; the others keep theirs."""
    firms = np.repeat(["A", "B", "C"], 100)
    towns = np.where(firms == "A", 0, 1 + np.arange(300) % 12)
    survey = survey_of(CHAIN, chain_answers(300), groups={"firm": list(firms)}, cluster=list(towns))
    fitted = fit(CHAIN, survey)
    index = evaluate(fitted).tables["index"]
    alone = index[index["firm"] == "A"]
    assert alone["se"].isna().all()
    assert alone["why"].str.startswith("all respondents are of one cluster").all()
    assert alone.loc[alone["weights_from"] == "pooled", "index"].notna().all()
    assert (index.loc[index["firm"] != "A", "se"] > 0.5).all()
    assert [finding.code for finding in fitted.groups[0].findings] == ["group-failed"]


def test_one_code_in_two_strata_is_two_clusters() -> None:
    design = {"strata": [0, 0, 1, 1], "cluster": [0, 0, 0, 0]}
    assert not one_cluster(sample_of(survey_of(CHAIN, chain_answers(4), **design)))
    assert one_cluster(sample_of(survey_of(CHAIN, chain_answers(4), cluster=[0, 0, 0, 0])))
