"""Measures by unit: intervals and tests against statsmodels, scipy and published examples; suppression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import TEN, Floats, model_of, survey_of
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from csi_model.errors import SurveyError
from csi_model.measures.estimates import Design, Part, estimate
from csi_model.measures.intervals import newcombe, wald, wilson
from csi_model.measures.promoters import net_promoter_score
from csi_model.measures.quantities import (
    ALL_ALIKE,
    EVERYBODY,
    PAIRS,
    Quantity,
    degrees_of_freedom,
    mean_of,
    measure_tables,
    one_hidden,
    share_of,
    units_of,
)
from csi_model.survey.survey import Survey

MODEL = model_of({"satisfaction": "Q"}, {}, scales={"Q": TEN})


def survey(answers: ArrayLike, groups: Sequence[str] | None = None, **design: Any) -> Survey:
    more = {"groups": {"shop": list(groups)}} if groups is not None else {}
    return survey_of(MODEL, np.asarray(answers, dtype=float)[:, None], **more, **design)


def yes(k: int, n: int) -> Floats:
    return (np.arange(n) < k).astype(float)


def tables_of(*quantities: Quantity, of: Survey, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = measure_tables(quantities, of, **{"min_base": 1, **options})
    return made["measures"], made["measure_differences"]


def satisfied(scores: ArrayLike, **more: Any) -> Quantity:
    return share_of(scores, measure="satisfaction_rate", item="Q", **more)


def average(scores: ArrayLike, **more: Any) -> Quantity:
    return mean_of(scores, measure="mean", item="Q", metric="answer_units", **more)


# intervals


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (160, 200), (199, 200), (30, 30)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_wilson_against_statsmodels(k: int, n: int, level: float) -> None:
    expected = proportion_confint(k, n, alpha=1 - level, method="wilson")
    assert wilson(k / n, n, level) == pytest.approx(expected, abs=1e-12)


def test_wilson_of_the_methodology() -> None:
    """160 of 200: 80 %, .7391 to .8495."""
    assert wilson(0.8, 200) == pytest.approx((0.7391, 0.8495), abs=5e-5)


def test_no_interval_without_a_base() -> None:
    for made in (wilson(0.5, 0), wilson(math.nan, 10), wald(1.0, math.nan), wald(math.nan, 1.0)):
        assert all(math.isnan(end) for end in made)


def test_newcombe_of_the_paper() -> None:
    """Newcombe (1998, table II, a): 56/70 and 48/80, method 10: 0.0524 to 0.3339."""
    assert newcombe(56 / 70, 70, 48 / 80, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_newcombe_of_extreme_shares() -> None:
    """Newcombe (1998, table II, h): 10/10 and 0/10, method 10: 0.6075 to 1.0000; g: 10/10 and 0/20."""
    assert newcombe(1.0, 10, 0.0, 10) == pytest.approx((0.6075, 1.0), abs=5e-5)
    assert newcombe(1.0, 10, 0.0, 20) == pytest.approx((0.6791, 1.0), abs=5e-5)


def test_wald_is_normal_or_students() -> None:
    assert wald(10, 2) == pytest.approx(stats.norm.interval(0.95, 10, 2))
    assert wald(10, 2, 0.9, 7) == pytest.approx(stats.t.interval(0.9, 7, 10, 2))


# one unit


def test_a_share_of_all_respondents() -> None:
    measures, differences = tables_of(satisfied(yes(160, 200)), of=survey(np.full(200, 8)))
    row = measures.iloc[0]
    assert row["unit"] == EVERYBODY
    assert row["value"] == pytest.approx(80)
    assert row["se"] == pytest.approx(100 * math.sqrt(0.8 * 0.2 / 200))
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((73.91, 84.95), abs=5e-3)
    assert (row["ci_method"], row["n"], row["n_eff"], row["why"]) == ("wilson", 200, 200, "")
    assert len(measures) == 1
    assert differences.empty


def test_a_mean_has_students_interval() -> None:
    x = np.random.default_rng(1).normal(7, 2, 25)
    row = tables_of(average(x), of=survey(x))[0].iloc[0]
    expected = stats.t.interval(0.95, 24, x.mean(), stats.sem(x))
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx(expected)
    assert row["ci_method"] == "t"


def test_shares_take_effective_respondents_under_weights() -> None:
    rng = np.random.default_rng(2)
    w, score = rng.uniform(0.5, 4, 120), (rng.random(120) < 0.7).astype(float)
    row = tables_of(satisfied(score), of=survey(np.full(120, 8), weights=w))[0].iloc[0]
    p = w @ score / w.sum()
    variance = 120 / 119 * ((w * (score - p) / w.sum()) ** 2).sum()
    n_eff = p * (1 - p) / variance
    assert row["n_eff"] == pytest.approx(n_eff)
    assert (row["ci_lower"] / 100, row["ci_upper"] / 100) == pytest.approx(wilson(p, n_eff))


def test_degrees_of_freedom() -> None:
    """Clusters less strata, also where each stratum numbers its clusters from 1."""
    x = np.arange(24.0)
    strata, inside = np.repeat([0, 1, 2], 8), np.tile(np.repeat([1, 2, 3, 4], 2), 3)
    for how, df in (
        ({}, 23.0),
        ({"cluster": np.repeat(np.arange(6), 4)}, 5.0),
        ({"strata": strata, "cluster": inside}, 12.0 - 3),
        ({"strata": strata, "cluster": 10 * strata + inside}, 12.0 - 3),
    ):
        design = Design.of(survey(x, **how))
        one = estimate((Part(coefficient=1.0, scores=x),), design.weights)
        assert degrees_of_freedom(one, design) == df
    weights = np.repeat([1.0, 3.0], 12)
    design = Design.of(survey(x, weights=weights))
    one = estimate((Part(coefficient=1.0, scores=x),), design.weights)
    assert degrees_of_freedom(one, design) == pytest.approx(48**2 / (weights @ weights) - 1)


def test_nested_cluster_codes_have_an_interval() -> None:
    """Many strata, clusters 1 and 2 in each: fewer codes than strata, but as many clusters as there are."""
    x = np.random.default_rng(4).normal(7, 1, 80)
    how = {"strata": np.repeat(np.arange(10), 8), "cluster": np.tile(np.repeat([1, 2], 4), 10)}
    row = tables_of(average(x), of=survey(x, **how))[0].iloc[0]
    assert row["ci_upper"] - row["value"] == pytest.approx(stats.t.ppf(0.975, 10) * row["se"])


def test_a_quantity_of_its_own_rule_and_band() -> None:
    x = yes(30, 40)
    quantity = satisfied(
        x,
        limits=lambda one, se, n, level: (one.value - 1, one.value + n),
        method="mine",
        band=lambda v: "good",
    )
    row = tables_of(quantity, of=survey(np.full(40, 8)))[0].iloc[0]
    assert (row["ci_lower"], row["ci_upper"], row["ci_method"], row["band"]) == (74, 115, "mine", "good")


def test_answers_that_are_all_alike() -> None:
    measures, differences = tables_of(
        satisfied(np.ones(40)), average(np.full(40, 7.0)), of=survey(np.full(40, 7), ["a", "b"] * 20)
    )
    assert (measures["se"] == 0).all()
    assert measures.loc[0, "ci_lower"] == pytest.approx(100 * proportion_confint(40, 40, method="wilson")[0])
    assert differences["pvalue"].tolist() == [1.0, 1.0]
    assert set(differences["verdict"]) == {"no clear difference"}
    assert differences["z"].isna().all()
    assert set(differences["why"]) == {ALL_ALIKE}


def test_an_interval_ends_at_the_bounds_of_its_quantity() -> None:
    """Nine answers of 10 and a 7 on 1-10: 9.7 with Student's interval of 9.02 to 10.38."""
    scores = [10.0] * 9 + [7.0]
    free, bound = average(scores), average(scores, bounds=(1.0, 10.0))
    made = tables_of(free, bound, of=survey(scores))[0]
    assert made["ci_upper"].tolist() == pytest.approx([9.7 + stats.t.ppf(0.975, 9) * 0.3, 10])
    assert made.loc[0, "ci_lower"] == made.loc[1, "ci_lower"]
    alone = tables_of(average([10.0], bounds=(1.0, 10.0)), of=survey([10.0]))[0].iloc[0]
    assert alone[["ci_lower", "ci_upper"]].isna().all()


@pytest.mark.parametrize("weight", [0.1, 0.3, 3.7, 1 / 3])
@pytest.mark.parametrize("n", [30, 70, 210, 999])
def test_rounding_leads_to_no_share_beyond_one(weight: float, n: int) -> None:
    """A dot product and a sum may differ in the last digit: 100 % of both groups stays testable."""
    groups = np.where(np.arange(n) % 3 == 0, "a", "b")
    of = survey(np.full(n, 8), groups.tolist(), weights=np.full(n, weight))
    measures, differences = tables_of(satisfied(np.ones(n)), of=of)
    assert measures["ci_upper"].to_numpy() == pytest.approx(100)
    assert differences["pvalue"].tolist() == pytest.approx([1.0], abs=1e-4)


# groups


def test_two_shares_against_statsmodels_and_newcombe() -> None:
    score = np.concatenate([yes(56, 70), yes(48, 80)])
    of = survey(np.full(150, 8), ["north"] * 70 + ["south"] * 80)
    measures, differences = tables_of(satisfied(score), of=of)
    assert measures["unit"].tolist() == [EVERYBODY, "north", "south"]
    row = differences.iloc[0]
    z, p = proportions_ztest([56, 48], [70, 80])
    assert (row["z"], row["pvalue"]) == pytest.approx((z, p))
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((5.24, 33.39), abs=5e-3)
    assert (row["kind"], row["ci_method"], row["verdict"]) == ("pair", "newcombe", "higher")
    assert row["difference"] == pytest.approx(20)


def test_two_means_against_scipy() -> None:
    rng = np.random.default_rng(6)
    a, b = rng.normal(7, 1, 40), rng.normal(7.6, 3, 65)
    of = survey(np.concatenate([a, b]), ["a"] * 40 + ["b"] * 65)
    row = tables_of(average(of.answers[:, 0]), of=of)[1].iloc[0]
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert (row["z"], row["pvalue"]) == pytest.approx((welch.statistic, welch.pvalue))
    ends = welch.confidence_interval()
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((ends.low, ends.high))
    assert row["ci_method"] == "welch"


def test_several_groups_are_adjusted_after_holm() -> None:
    rng = np.random.default_rng(7)
    names = np.repeat(["a", "b", "c", "d"], 50)
    score = (rng.random(200) < np.repeat([0.5, 0.6, 0.75, 0.9], 50)).astype(float)
    differences = tables_of(satisfied(score), of=survey(np.full(200, 8), names.tolist()))[1]
    for kind, count in (("rest", 4), ("pair", 6)):
        block = differences[differences["kind"] == kind]
        assert len(block) == count
        reject, adjusted, *_ = multipletests(block["pvalue"], method="holm")
        np.testing.assert_allclose(block["pvalue_holm"].to_numpy(), adjusted, rtol=1e-12)
        assert ((block["verdict"] != "no clear difference") == reject).all()
    rest = differences[(differences["kind"] == "rest") & (differences["unit_1"] == "d")].iloc[0]
    z, _ = proportions_ztest([score[150:].sum(), score[:150].sum()], [50, 150])
    assert rest["z"] == pytest.approx(z)
    assert (rest["unit_2"], rest["verdict"]) == ("all others", "higher")


def test_two_groups_are_compared_once() -> None:
    differences = tables_of(satisfied(yes(30, 60)), of=survey(np.full(60, 8), ["a", "b"] * 30))[1]
    assert differences["kind"].tolist() == ["pair"]


def test_many_groups_are_compared_with_all_others_only() -> None:
    names = [f"shop {k}" for k in range(PAIRS + 1)] * 10
    rng = np.random.default_rng(8)
    score = (rng.random(len(names)) < 0.5).astype(float)
    differences = tables_of(satisfied(score), of=survey(np.full(len(names), 8), names))[1]
    assert set(differences["kind"]) == {"rest"}
    assert differences["unit_1"].tolist() == [f"shop {k}" for k in range(PAIRS + 1)]


def test_groups_that_share_clusters_are_compared_within_them() -> None:
    rng = np.random.default_rng(9)
    town = np.repeat(np.arange(15), 8)
    x = 2 * rng.normal(size=15)[town] + rng.normal(size=120)
    of = survey(x, ["m", "f"] * 60, cluster=town)
    measures, differences = tables_of(average(x), of=of)
    row = differences.iloc[0]
    # by hand: influences of the difference, summed over towns
    sign = np.tile([1, -1], 60)
    means = np.where(sign > 0, x[sign > 0].mean(), x[sign < 0].mean())
    sums = np.bincount(town, sign * (x - means) / 60)
    # units are sorted: f, m
    assert row["difference"] == pytest.approx(x[sign < 0].mean() - x[sign > 0].mean())
    assert row["se"] == pytest.approx(math.sqrt(15 / 14 * (sums**2).sum()))
    apart = math.hypot(*measures["se"].iloc[1:])
    assert row["se"] < 0.6 * apart
    assert row["ci_upper"] - row["difference"] == pytest.approx(stats.t.ppf(0.975, 14) * row["se"])


def test_weighted_shares_are_tested_by_their_standard_errors() -> None:
    rng = np.random.default_rng(10)
    score = (rng.random(200) < 0.6).astype(float)
    of = survey(np.full(200, 8), ["a", "b"] * 100, weights=rng.uniform(1, 3, 200))
    measures, differences = tables_of(satisfied(score), of=of)
    row, se = differences.iloc[0], measures["se"].iloc[1:].to_numpy()
    # whole-survey linearisation has the factor 200 / 199 for both groups, and their small covariance
    assert row["se"] == pytest.approx(math.hypot(*se), rel=0.01)
    assert row["z"] == pytest.approx(row["difference"] / row["se"])
    assert row["pvalue"] == pytest.approx(2 * stats.norm.sf(abs(row["z"])))
    assert row["ci_method"] == "normal"


def test_a_small_group_is_suppressed_and_in_no_comparison() -> None:
    names = ["a"] * 40 + ["b"] * 40 + ["c"] * 40 + ["d"] * 9
    score = yes(70, 129)
    measures, differences = tables_of(satisfied(score), of=survey(np.full(129, 8), names), min_base=10)
    hidden = measures[measures["unit"] == "d"].iloc[0]
    assert hidden["why"] == "suppressed: 9 respondents are fewer than the minimum base of 10"
    assert hidden[["value", "se", "ci_lower", "ci_upper", "n_eff"]].isna().all()
    assert hidden["n"] == 9
    assert "d" not in set(differences["unit_1"]) | set(differences["unit_2"])
    assert (differences["kind"] == "pair").sum() == 3
    assert [one.where for one in one_hidden({"measures": measures})] == ["d"]
    shown = tables_of(satisfied(score), of=survey(np.full(129, 8), names), min_base=9)[0]
    assert not one_hidden({"measures": shown})


def test_every_part_of_a_measure_needs_the_minimum_base() -> None:
    """The second question was put to 5 of group b: half of the sum is the mean of these 5."""
    first, second = np.full(80, 4.0), np.where(np.arange(80) < 45, 2.0, math.nan)
    whole = Quantity(
        measure="mean",
        item="Q",
        parts=(Part(coefficient=0.5, scores=first), Part(coefficient=0.5, scores=second)),
        interval="t",
    )
    of = survey(np.full(80, 8), ["a"] * 40 + ["b"] * 40)
    measures, differences = tables_of(whole, of=of, min_base=30)
    row = measures.set_index("unit").loc["b"]
    assert row["why"] == "suppressed: 5 respondents are fewer than the minimum base of 30"
    assert math.isnan(row["value"])
    assert row["n"] == 40
    assert differences.empty
    assert measures.set_index("unit").loc["a", "value"] == pytest.approx(3)


def test_two_suppressed_groups_hide_each_other() -> None:
    names = ["a"] * 40 + ["b"] * 5 + ["c"] * 5
    measures = tables_of(satisfied(yes(20, 50)), of=survey(np.full(50, 8), names), min_base=10)[0]
    assert not one_hidden({"measures": measures})


def test_all_others_need_the_minimum_base_too() -> None:
    names = ["a"] * 60 + ["b"] * 4 + ["c"] * 3
    differences = tables_of(satisfied(yes(40, 67)), of=survey(np.full(67, 8), names), min_base=10)[1]
    assert differences.empty


def test_the_whole_sample_is_shown_however_small() -> None:
    measures = tables_of(satisfied(yes(3, 8)), of=survey(np.full(8, 8), ["a", "b"] * 4), min_base=30)[0]
    assert measures.loc[0, "value"] == pytest.approx(37.5)
    assert measures["value"].iloc[1:].isna().all()


def test_a_group_without_answers_says_so() -> None:
    score = np.where(np.arange(60) < 40, yes(20, 60), np.nan)
    names = ["a"] * 20 + ["b"] * 20 + ["c"] * 20
    measures, differences = tables_of(satisfied(score), of=survey(np.full(60, 8), names))
    assert measures.set_index("unit").loc["c", "why"] == "nobody answered"
    assert not {"c"} & (set(differences["unit_1"]) | set(differences["unit_2"]))


def test_only_one_group_with_answers_is_compared_with_nobody() -> None:
    score = np.where(np.arange(60) < 20, yes(10, 60), np.nan)
    names = ["a"] * 20 + ["b"] * 20 + ["c"] * 20
    differences = tables_of(satisfied(score), of=survey(np.full(60, 8), names))[1]
    assert differences.empty


def test_nobody_at_all_in_the_base_is_one_clear_message() -> None:
    with pytest.raises(SurveyError, match="nobody is in the base of satisfaction_rate") as caught:
        tables_of(satisfied(np.full(40, np.nan)), of=survey(np.full(40, 8)))
    assert caught.value.findings[0].code == "empty-base"
    assert caught.value.findings[0].where == "Q"


def test_a_group_of_one_cluster_has_a_value_and_no_interval() -> None:
    x = np.random.default_rng(11).normal(7, 1, 120)
    town = np.repeat(np.arange(12), 10)
    firm = np.where(town == 0, "a", np.where(town < 6, "b", "c"))
    measures, differences = tables_of(
        average(x), satisfied((x > 7).astype(float)), of=survey(x, firm.tolist(), cluster=town)
    )
    alone = measures[measures["unit"] == "a"]
    assert alone["value"].notna().all()
    assert alone[["se", "ci_lower", "ci_upper", "n_eff"]].isna().all(axis=None)
    assert (alone["why"] == "no standard error in this sample").all()
    of_it = differences[(differences["unit_1"] == "a") & (differences["kind"] == "pair")]
    assert (of_it["verdict"] == "not tested").all()
    assert measures.loc[measures["unit"] != "a", "ci_lower"].notna().all()


@pytest.mark.parametrize("name", ["all respondents", "all others"])
def test_a_group_may_not_be_named_like_everybody(name: str) -> None:
    with pytest.raises(SurveyError, match=name) as caught:
        units_of(survey(np.full(40, 8), ["a", name] * 20))
    assert caught.value.findings[0].code == "name-twice"
    assert "shop" in caught.value.findings[0].where


def test_groups_of_two_columns_cross() -> None:
    of = survey_of(MODEL, np.full((8, 1), 8), groups={"firm": ["a", "b"] * 4, "wave": ["10"] * 4 + ["9"] * 4})
    assert [unit.name for unit in units_of(of)] == [EVERYBODY, "a / 9", "a / 10", "b / 9", "b / 10"]


def test_units_can_be_left_uncompared() -> None:
    of = survey(np.full(60, 8), ["a", "b"] * 30)
    assert tables_of(satisfied(yes(30, 60), compared=False), of=of)[1].empty


def test_a_grouped_measure_is_that_of_the_group_alone() -> None:
    """Without a design, a group is a sample of its own: its row is that of a survey of it alone."""
    rng = np.random.default_rng(12)
    x = rng.integers(0, 11, 150).astype(float)
    names = np.array(["a", "b", "c"])[np.arange(150) % 3]
    of = survey(x, names.tolist())
    for make in (lambda v: net_promoter_score(v, "Q"), average, lambda v: satisfied((v >= 7).astype(float))):
        whole = tables_of(make(x), of=of)[0].set_index("unit")
        alone = tables_of(make(x[names == "b"]), of=survey(x[names == "b"]))[0].iloc[0]
        for column in ("value", "se", "ci_lower", "ci_upper", "n", "n_eff"):
            assert whole.loc["b", column] == pytest.approx(alone[column], rel=1e-12), column


def test_the_order_of_respondents_does_not_matter() -> None:
    rng = np.random.default_rng(13)
    x, names, w = rng.normal(7, 1, 90), np.array(["a", "b", "c"] * 30), rng.uniform(1, 2, 90)
    order = rng.permutation(90)
    made = [
        tables_of(average(x[o]), of=survey(x[o], names[o].tolist(), weights=w[o]))
        for o in (np.arange(90), order)
    ]
    for one, two in zip(*made, strict=True):
        pd.testing.assert_frame_equal(one, two, rtol=1e-9)


# the long study


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20_100])
def test_intervals_cover_the_truth(seed: int) -> None:
    """2,000 surveys of 150: a rate, an NPS and a mean, each by itself and weighted in 30 clusters.

    The binomial error of 2,000 trials is half a point. Superpopulation: answers 0-10 rounded from a normal
    with a cluster effect, weights independent of the answers; the truth comes from a million respondents.
    """
    rng = np.random.default_rng(seed)

    def draw(clusters: int, size: int, spread: float) -> Floats:
        latent = spread * rng.normal(size=clusters)[:, None] + rng.normal(size=(clusters, size))
        return np.clip(np.rint(8 + 1.5 * latent), 0, 10).ravel()

    def quantities(x: Floats) -> list[Quantity]:
        return [satisfied((x >= 8).astype(float)), net_promoter_score(x, "Q"), average(x)]

    for spread, designed in ((0.0, False), (0.4, True)):
        crowd = draw(200_000, 5, spread)
        truth = [tables_of(one, of=survey(crowd))[0]["value"][0] for one in quantities(crowd)]
        hits = np.zeros(3)
        for _ in range(2_000):
            x = draw(30, 5, spread)
            how = {"weights": rng.uniform(0.5, 2, 150), "cluster": np.repeat(np.arange(30), 5)}
            rows = tables_of(*quantities(x), of=survey(x, **(how if designed else {})))[0]
            hits += (rows["ci_lower"] <= truth).to_numpy() & (rows["ci_upper"] >= truth).to_numpy()
        print(f"spread {spread}: {hits / 2000}")
        assert (hits / 2_000 > 0.93).all(), hits
        assert (hits / 2_000 < 0.97).all(), hits
