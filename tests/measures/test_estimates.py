"""Errors of means, shares and their sums: textbook formulas, and Taylor linearisation written out plainly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from fit_builders import TEN, YES_NO, Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from statsmodels.stats.weightstats import DescrStatsW

from csi_model.errors import EstimationError
from csi_model.measures.estimates import Design, Estimate, Part, covariance, effective, estimate
from csi_model.survey.survey import Survey

ANSWERS = np.array([7.0, 9.0, 4.0, 10.0, 6.0, 8.0, 8.0, 3.0, 9.0, 10.0])


def survey(*columns: ArrayLike, **design: Any) -> Survey:
    """A survey of as many questions as there are columns."""
    names = " ".join(f"Q{k}" for k in range(len(columns)))
    model = model_of({"satisfaction": names}, {}, scales=dict.fromkeys(names.split(), TEN))
    return survey_of(model, np.column_stack([np.asarray(one, dtype=float) for one in columns]), **design)


def mean(scores: ArrayLike, coefficient: float = 1.0) -> tuple[Part, ...]:
    return (Part(coefficient=coefficient, scores=np.asarray(scores, dtype=float)),)


def errors(estimates: Sequence[Estimate], design: Design) -> Floats:
    return np.sqrt(np.diag(covariance(estimates, design)))


def linearised(scores: Floats, weights: Floats, strata: Floats, cluster: Floats, inside: Floats) -> float:
    """Variance of the weighted mean of a domain, written out: Taylor, with replacement, m / (m - 1)."""
    base = inside & np.isfinite(scores)
    total = weights[base].sum()
    middle = (weights[base] * scores[base]).sum() / total
    variance = 0.0
    for stratum in set(strata.tolist()):
        sums = []
        for code in sorted(set(cluster[strata == stratum].tolist())):
            of_it = (strata == stratum) & (cluster == code) & base
            sums.append((weights[of_it] * (scores[of_it] - middle)).sum() / total)
        m = len(sums)
        variance += m / (m - 1) * sum((one - sum(sums) / m) ** 2 for one in sums)
    return float(variance)


def test_a_mean_has_the_error_s_by_root_n() -> None:
    design = Design.of(survey(ANSWERS))
    one = estimate(mean(ANSWERS), design.weights)
    assert one.value == pytest.approx(7.4)
    # sum (x - 7.4)^2 = 52.4; 52.4 / 9 = 5.8222; / 10 = 0.58222
    assert covariance([one], design)[0, 0] == pytest.approx(52.4 / 9 / 10, rel=1e-12)
    assert errors([one], design)[0] == pytest.approx(ANSWERS.std(ddof=1) / 10**0.5)
    assert one.n == 10
    assert one.kish == pytest.approx(10)
    assert one.variance_of_one == pytest.approx(5.24)


def test_a_share_has_the_error_of_a_proportion() -> None:
    satisfied = (ANSWERS >= 8).astype(float)  # 6 of 10
    design = Design.of(survey(ANSWERS))
    one = estimate(mean(satisfied, 100.0), design.weights, spread="share")
    assert one.value == pytest.approx(60.0)
    assert covariance([one], design)[0, 0] == pytest.approx(100**2 * 0.6 * 0.4 / 10)
    assert one.variance_of_one == pytest.approx(100**2 * 0.24)


def test_answers_that_are_missing_are_outside_the_base() -> None:
    gaps = ANSWERS.copy()
    gaps[[2, 7]] = np.nan
    design = Design.of(survey(gaps))
    one = estimate(mean(gaps), design.weights)
    assert one.n == 8
    assert one.value == pytest.approx(np.nanmean(gaps))
    assert errors([one], design)[0] == pytest.approx(np.nanstd(gaps, ddof=1) / 8**0.5)
    assert not one.influence[[2, 7]].any()


def test_equal_weights_count_as_none() -> None:
    plain, heavy = (Design.of(survey(ANSWERS, weights=np.full(10, w))) for w in (1.0, 3.7))
    assert plain.simple
    assert heavy.simple
    made = [covariance([estimate(mean(ANSWERS), d.weights)], d)[0, 0] for d in (plain, heavy)]
    assert made[0] == pytest.approx(made[1], rel=1e-12)


def test_weights_alone_against_statsmodels_and_by_hand() -> None:
    weights = np.array([1.0, 2, 3, 1, 1, 2, 4, 1, 2, 3])
    design = Design.of(survey(ANSWERS, weights=weights))
    one = estimate(mean(ANSWERS), design.weights)
    yardstick = DescrStatsW(ANSWERS, weights=weights, ddof=0)
    assert one.value == pytest.approx(yardstick.mean)
    assert one.variance_of_one == pytest.approx(yardstick.var)
    by_hand = 10 / 9 * ((weights * (ANSWERS - one.value) / weights.sum()) ** 2).sum()
    assert covariance([one], design)[0, 0] == pytest.approx(by_hand, rel=1e-12)
    assert one.kish == pytest.approx(20**2 / (weights @ weights))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), with_cluster=st.booleans(), spread=st.sampled_from(["share", "score"]))
def test_any_design_against_the_formula_written_out(seed: int, with_cluster: bool, spread: Any) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    scores = rng.normal(size=n)
    scores[rng.random(n) < 0.1] = np.nan
    weights, strata = rng.uniform(0.5, 3, n), np.repeat([0, 1, 2], 20)
    cluster = np.tile(np.repeat([0, 1, 2, 3], 5), 3)  # the same codes in every stratum
    inside = rng.random(n) < 0.5
    given_design = {"weights": weights, "strata": strata, **({"cluster": cluster} if with_cluster else {})}
    design = Design.of(survey(scores, **given_design))
    one = estimate(mean(scores), design.weights, inside, spread=spread)
    units = cluster if with_cluster else np.arange(n)
    assert covariance([one], design)[0, 0] == pytest.approx(
        linearised(scores, weights, strata, units, inside), rel=1e-9
    )


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), designed=st.booleans())
def test_a_measure_of_parts_is_the_mean_of_the_combined_score(seed: int, designed: bool) -> None:
    """With one base, 0.5 mean(a) - 2 mean(b) + mean(c) is the mean of 0.5 a - 2 b + c, error and all."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=(3, 48)) * 3
    how = {"weights": rng.uniform(1, 3, 48), "cluster": np.repeat(np.arange(12), 4)} if designed else {}
    design = Design.of(survey(a, b, c, **how))
    parts = tuple(Part(coefficient=k, scores=s) for k, s in ((0.5, a), (-2.0, b), (1.0, c)))
    together = estimate(parts, design.weights)
    combined = estimate(mean(0.5 * a - 2 * b + c), design.weights)
    assert together.value == pytest.approx(combined.value)
    np.testing.assert_allclose(together.influence, combined.influence, atol=1e-14)
    made = covariance([together, combined], design)
    np.testing.assert_allclose(made, made[0, 0], rtol=1e-9)
    assert together.variance_of_one == pytest.approx(combined.variance_of_one)


def test_parts_with_bases_of_their_own_add_up() -> None:
    """Means of disjoint halves are independent: variances add up, up to the factor n / (n - 1)."""
    a = np.where(np.arange(10) < 5, ANSWERS, np.nan)
    b = np.where(np.arange(10) >= 5, ANSWERS, np.nan)
    design = Design.of(survey(ANSWERS))
    parts = (Part(coefficient=1.0, scores=a), Part(coefficient=-1.0, scores=b))
    one = estimate(parts, design.weights, spread="share")
    assert one.n == 10
    assert one.value == pytest.approx(np.nanmean(a) - np.nanmean(b))
    assert covariance([one], design)[0, 0] == pytest.approx(np.nanvar(a) / 5 + np.nanvar(b) / 5)


def test_groups_without_common_clusters_are_independent_and_others_not() -> None:
    rng = np.random.default_rng(3)
    town = np.repeat(np.arange(20), 10)
    x = rng.normal(size=20)[town] + rng.normal(size=200)
    nested, crossed = town < 10, np.tile([True, False], 100)
    design = Design.of(survey(x, cluster=town))

    def pair(mask: Floats) -> Floats:
        both = [estimate(mean(x), design.weights, one) for one in (mask, ~mask)]
        return covariance(both, design)

    assert pair(nested)[0, 1] == pytest.approx(0.0, abs=0.3 * pair(nested)[0, 0])
    apart, shared = pair(nested), pair(crossed)
    assert shared[0, 1] > 0.4 * shared[0, 0]
    # the difference of two groups is a measure of two parts, with the same error
    parts = (
        Part(coefficient=1.0, scores=np.where(crossed, x, np.nan)),
        Part(coefficient=-1.0, scores=np.where(crossed, np.nan, x)),
    )
    direct = covariance([estimate(parts, design.weights)], design)[0, 0]
    assert direct == pytest.approx(shared[0, 0] + shared[1, 1] - 2 * shared[0, 1], rel=1e-9)
    assert apart[0, 0] + apart[1, 1] - 2 * apart[0, 1] > 5 * direct


def test_covariance_is_symmetric_and_empty_without_estimates() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 40))
    design = Design.of(survey(a, b, weights=rng.uniform(1, 2, 40)))
    made = covariance([estimate(mean(one), design.weights) for one in (a, b, a + b)], design)
    np.testing.assert_allclose(made, made.T)
    assert made[0, 0] + made[1, 1] + 2 * made[0, 1] == pytest.approx(made[2, 2])
    assert covariance([], design).shape == (0, 0)


def test_an_empty_base_has_no_number_and_leaves_the_others_alone() -> None:
    design = Design.of(survey(ANSWERS))
    nobody = estimate(mean(np.full(10, np.nan)), design.weights)
    assert nobody.n == 0
    assert np.isnan(nobody.value)
    assert effective(nobody, np.nan, simple=True) == 0
    somebody = estimate(mean(ANSWERS), design.weights)
    made = covariance([nobody, somebody], design)
    assert np.isnan(made[0]).all()
    assert np.isnan(made[:, 0]).all()
    assert made[1, 1] == pytest.approx(52.4 / 90)
    parts = (*mean(ANSWERS), *mean(np.full(10, np.nan)))
    assert np.isnan(estimate(parts, design.weights).value)  # a part without a base


def test_one_respondent_has_a_mean_and_no_error() -> None:
    design = Design.of(survey(ANSWERS))
    alone = estimate(mean(ANSWERS), design.weights, np.arange(10) == 3)
    assert alone.value == 10
    assert np.isnan(covariance([alone], design)[0, 0])


@pytest.mark.parametrize("how", [{"weights": np.arange(1.0, 11)}, {"strata": [0] * 5 + [1] * 5}])
def test_one_respondent_of_a_designed_survey_has_no_error_either(how: dict[str, Any]) -> None:
    """Its influence is zero in itself, which would look like no error at all."""
    design = Design.of(survey(ANSWERS, **how))
    alone = estimate(mean(ANSWERS), design.weights, np.arange(10) == 3)
    rest = estimate(mean(ANSWERS), design.weights, np.arange(10) != 3)
    made = covariance([alone, rest], design)
    assert np.isnan(made[0]).all()
    assert made[1, 1] > 0
    # p (1 - p) / n of one respondent is 0, as in a simple sample: Wilson's interval of n = 1 holds
    share = estimate(mean(np.ones(10)), design.weights, np.arange(10) == 3, spread="share")
    assert covariance([share], design)[0, 0] == 0
    assert effective(share, 0.0, simple=False) == pytest.approx(1)


def test_a_group_that_is_one_cluster_has_no_error() -> None:
    """Influences sum to zero in the cluster whatever they are; groups of several clusters keep theirs."""
    design = Design.of(survey(ANSWERS, cluster=[0, 0, 0, 1, 1, 2, 2, 3, 3, 3]))
    groups = [np.arange(10) < 3, np.arange(10) >= 3]
    town, rest = (estimate(mean(ANSWERS), design.weights, group) for group in groups)
    made = covariance([town, rest], design)
    assert np.isnan(made[0]).all()
    assert np.isnan(made[:, 0]).all()
    assert made[1, 1] > 0
    assert np.isnan(effective(town, float(np.sqrt(made[0, 0])), simple=False))


def test_one_code_in_two_strata_is_two_clusters() -> None:
    how = {"strata": [0] * 5 + [1] * 5, "cluster": [0, 0, 1, 1, 1, 0, 0, 0, 1, 1]}
    design = Design.of(survey(ANSWERS, **how))
    both = estimate(mean(ANSWERS), design.weights, np.array(how["cluster"]) == 0)
    assert covariance([both], design)[0, 0] > 0


def test_a_survey_of_one_cluster_has_no_error() -> None:
    design = Design.of(survey(ANSWERS, cluster=[4] * 10))
    assert np.isnan(covariance([estimate(mean(ANSWERS), design.weights)], design)).all()


def test_a_stratum_of_one_cluster_is_refused() -> None:
    design = Design.of(survey(ANSWERS, strata=[0] * 9 + [1]))
    with pytest.raises(EstimationError, match="only one"):
        covariance([estimate(mean(ANSWERS), design.weights)], design)


def test_effective_respondents() -> None:
    simple = Design.of(survey(ANSWERS))
    one = estimate(mean(ANSWERS >= 8), simple.weights, spread="share")
    assert effective(one, 0.2, simple=True) == 10
    # the respondents of a simple sample with the same error: 0.24 / n_eff = se^2
    weights = np.array([1.0, 2, 3, 1, 1, 2, 4, 1, 2, 3])
    design = Design.of(survey(ANSWERS, weights=weights))
    one = estimate(mean(ANSWERS >= 8), design.weights, spread="share")
    se = float(errors([one], design)[0])
    share = one.value
    assert effective(one, se, simple=False) == pytest.approx(share * (1 - share) / se**2)
    alike = estimate(mean(np.ones(10)), design.weights, spread="share")
    assert effective(alike, 0.0, simple=False) == pytest.approx(400 / (weights @ weights))


def test_every_respondent_four_times_as_one_cluster_adds_nothing() -> None:
    once = Design.of(survey(ANSWERS, cluster=np.arange(10)))
    copied = np.repeat(ANSWERS, 4)
    four = Design.of(survey(copied, cluster=np.repeat(np.arange(10), 4)))
    a = covariance([estimate(mean(ANSWERS), once.weights)], once)[0, 0]
    b = covariance([estimate(mean(copied), four.weights)], four)[0, 0]
    assert a == pytest.approx(b, rel=1e-12)
    assert a == pytest.approx(52.4 / 90)


def test_influences_cannot_be_changed() -> None:
    one = estimate(mean(ANSWERS), np.ones(10))
    with pytest.raises(ValueError, match="read-only"):
        one.influence[0] = 1.0


def test_yes_and_no_are_a_scale_like_others() -> None:
    complained = np.array([1.0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    model = model_of({"complaints": "COMP"}, {}, scales={"COMP": YES_NO})
    design = Design.of(survey_of(model, complained[:, None]))
    one = estimate(mean(complained, 100.0), design.weights, spread="share")
    assert one.value == pytest.approx(20)
    assert errors([one], design)[0] == pytest.approx(100 * (0.2 * 0.8 / 10) ** 0.5)
