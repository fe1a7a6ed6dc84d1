"""Samples and item statistics against hand calculations and numpy."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from survey_builders import TEN, one_construct, small_frame, small_model

from csi_model.errors import UsageError
from csi_model.model.spec import Indicator, Scale
from csi_model.survey.moments import (
    group_masks,
    group_samples,
    item_statistics,
    natural_order,
    sample_of,
)
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey


def two_items(answers, reasons=None, weights=None, **changes) -> Survey:
    items = (Indicator(name="A", scale=TEN), Indicator(name="B", scale=TEN))
    answers = np.array(answers, dtype=float)
    n = len(answers)
    given = {
        "model": one_construct(*items),
        "answers": answers,
        "reasons": np.where(np.isnan(answers), 4, 0).astype(np.int8) if reasons is None else reasons,
        "rows": np.arange(2, n + 2),
        "weights": np.ones(n) if weights is None else np.array(weights, dtype=float),
        "read_rows": n,
    }
    return Survey(**{**given, **changes})


def test_weighted_moments_by_hand():
    # weights 1, 2, 1: means (2+2*4+6)/4 = 4 and (3+2*3+7)/4 = 4;
    # var A = (4+0+4)/4 = 2, var B = (1+2*1+9)/4 = 3, cov = ((-2)(-1)+0+(2)(3))/4 = 2
    sample = sample_of(two_items([[2, 3], [4, 3], [6, 7]], weights=[1, 2, 1]))
    assert sample.mean.tolist() == [4, 4]
    assert sample.cov.tolist() == [[2, 2], [2, 3]]
    assert (sample.n, sample.sum_w) == (3, 4)
    assert sample.n_eff == pytest.approx(16 / 6)


def test_unweighted_moments_agree_with_numpy():
    frame = small_frame(60)
    sample = sample_of(read_survey(frame, small_model()))
    np.testing.assert_allclose(sample.mean, frame.mean())
    np.testing.assert_allclose(sample.cov, np.cov(frame.T, bias=True))
    assert sample.n_eff == sample.sum_w == sample.n == 60
    assert sample.rows == {"read": 60, "used": 60}
    with pytest.raises(ValueError, match="read-only"):
        sample.cov[0, 0] = 1


def test_each_lost_row_has_one_reason_the_first_of_the_order():
    nan = np.nan
    answers = [[nan, nan], [nan, nan], [nan, nan], [nan, 3], [5, 6], [7, 2]]
    reasons = np.array([[2, 3], [4, 2], [1, 4], [1, 0], [0, 0], [0, 0]], dtype=np.int8)
    survey = two_items(answers, reasons, read_rows=9, dropped=MappingProxyType({"zero_weight": 3}))
    rows = sample_of(survey).rows
    assert rows == {
        "read": 9,
        "zero_weight": 3,
        "incomplete_refused": 1,
        "incomplete_dont_know": 1,
        "incomplete_other": 1,
        "incomplete_skipped": 1,
        "used": 2,
    }
    assert sample_of(survey, missing_data="mean").rows == {"read": 9, "zero_weight": 3, "used": 6}


def test_gaps_are_filled_with_the_weighted_mean_of_those_who_answered():
    sample = sample_of(two_items([[2, 3], [np.nan, 4], [8, 5]], weights=[1, 5, 2]), missing_data="mean")
    assert sample.answers.tolist() == [[2, 3], [6, 4], [8, 5]]
    assert sample.mean.tolist() == [6, pytest.approx(33 / 8)]
    assert sample.n == 3


def test_an_item_that_nobody_in_a_group_answered_has_no_mean():
    survey = two_items([[2, np.nan], [4, np.nan], [6, 7]])
    group = np.array([True, True, False])
    filled = sample_of(survey, group, "mean")
    assert filled.mean[0] == 3
    assert np.isnan(filled.mean[1])
    none = sample_of(survey, group)
    assert (none.n, none.n_eff, none.sum_w) == (0, 0, 0)
    assert np.isnan(none.mean).all()
    assert np.isnan(none.cov).all()
    assert none.rows == {"read": 2, "incomplete_other": 2, "used": 0}


def test_available_answers_pair_by_pair() -> None:
    """Means of the answers there are; a covariance over the rows with both, about their own means."""
    gap = float("nan")
    sample = sample_of(two_items([[2, 3], [4, gap], [6, 5], [gap, 1]]), missing_data="available")
    assert sample.n == 4
    np.testing.assert_allclose(sample.mean, [4, 3])
    np.testing.assert_allclose(sample.cov, [[8 / 3, 2], [2, 8 / 3]])  # both: (2, 3) and (6, 5)
    assert np.isnan(sample.answers).sum() == 2
    apart = sample_of(two_items([[2, gap], [4, gap], [gap, 1]]), missing_data="pairwise")
    assert np.isnan(apart.cov[0, 1])


def test_another_missing_rule_is_refused():
    with pytest.raises(UsageError, match=r"There is no rule 'listwise'.*Choose complete"):
        sample_of(two_items([[2, 3], [4, 3]]), missing_data="listwise")


@pytest.mark.parametrize("mask", [np.array([True]), np.array([1, 0])])
def test_a_mask_of_another_form_is_refused(mask):
    with pytest.raises(UsageError, match="The mask has shape"):
        sample_of(two_items([[2, 3], [4, 3]]), mask)


def test_groups_cross_in_natural_order():
    frame = small_frame(60)
    frame["firm"] = ([9] * 10 + [10] * 20) * 2
    frame["wave"] = ["w 2"] * 30 + ["w 10"] * 30
    frame["stratum"] = ["a", "b"] * 30
    survey = read_survey(frame, small_model(), by=["wave", "firm"], strata="stratum", min_base=1)
    samples = group_samples(survey)
    assert [key for key, _ in samples] == [("w 2", "9"), ("w 2", "10"), ("w 10", "9"), ("w 10", "10")]
    assert [sample.n for _, sample in samples] == [10, 20, 10, 20]
    np.testing.assert_allclose(samples[0][1].mean, frame.iloc[:10][["Q1", "Q2", "S1", "S2"]].mean())
    assert samples[1][1].rows == {"read": 20, "used": 20}
    assert samples[0][1].strata.tolist() == [0, 1] * 5
    assert sum(mask.sum() for _, mask in group_masks(survey)) == 60


def test_only_combinations_that_occur():
    frame = small_frame(40)
    frame["a"], frame["b"] = ["x"] * 20 + ["y"] * 20, ["u"] * 20 + ["v"] * 20
    keys = [key for key, _ in group_samples(read_survey(frame, small_model(), by=["a", "b"], min_base=1))]
    assert keys == [("x", "u"), ("y", "v")]


def test_without_group_columns_there_is_one_group_with_the_account_of_the_file():
    survey = two_items([[2, 3], [4, 3]], read_rows=5, dropped=MappingProxyType({"no_answer": 3}))
    ((key, sample),) = group_samples(survey)
    assert key == ()
    assert sample.rows == {"read": 5, "no_answer": 3, "used": 2}


def test_natural_order_sorts_numbers_as_numbers():
    texts = ["10", "9", "b", "A 10", "a 9", "2.5", "2.45"]
    assert sorted(texts, key=natural_order) == ["2.45", "2.5", "9", "10", "a 9", "A 10", "b"]


def test_item_statistics_against_scipy():
    frame = small_frame(50).astype(float)
    frame.loc[3, "Q1"] = np.nan
    survey = read_survey(frame, small_model(), missing=None)
    for item, name in zip(item_statistics(survey), frame, strict=True):
        values = frame[name].dropna().to_numpy()
        assert item.n == values.size
        assert item.mean == pytest.approx(values.mean())
        assert item.sd == pytest.approx(values.std(ddof=1))
        assert item.skewness == pytest.approx(stats.skew(values, bias=True))
        assert item.top2 == pytest.approx((values >= 9).mean())
        assert item.bottom2 == pytest.approx((values <= 2).mean())
        assert item.why == ""
    assert item_statistics(survey)[0].other_missing == 1


def test_item_statistics_with_whole_weights_are_those_of_repeated_rows():
    frame = small_frame(20)
    weights = np.array([1, 2, 3, 1] * 5)
    weighted = item_statistics(read_survey(frame.assign(w=weights), small_model(), weight="w"))
    repeated = item_statistics(read_survey(frame.loc[frame.index.repeat(weights)], small_model()))
    for one, other in zip(weighted, repeated, strict=True):
        assert one.mean == pytest.approx(other.mean)
        assert one.skewness == pytest.approx(other.skewness)
        assert one.top2 == pytest.approx(other.top2)
        # the same sum of squares over n - 1 with n respondents, not with the sum of the weights
        assert one.sd**2 * (20 - 1) / 20 == pytest.approx(other.sd**2 * (35 - 1) / 35)
        assert one.n == 20


def test_best_and_worst_follow_the_direction_of_the_question():
    items = (
        Indicator(name="A", scale=TEN),
        Indicator(name="B", scale=TEN, high_is_good=False),
        Indicator(name="C", scale=Scale(low=0, high=1), high_is_good=False),
        Indicator(name="D", scale=Scale(low=0.5, high=10)),
        Indicator(name="E", scale=Scale(low=1, high=5)),
    )
    values = [10, 9, 1, 5, 5, 5, 8, 2]
    frame = pd.DataFrame(
        {"A": values, "B": values, "C": [0, 1] * 4, "D": values, "E": [1, 2, 3, 4, 5, 5, 5, 5]}
    )
    a, b, c, d, e = item_statistics(read_survey(frame, one_construct(*items), min_base=1))
    assert (a.top2, a.bottom2) == (0.25, 0.25)
    assert (b.top2, b.bottom2) == (0.25, 0.25)
    assert (e.top2, e.bottom2) == (0.625, 0.25)
    assert c.top2 is c.bottom2 is d.top2 is d.bottom2 is None
    assert "at least 5 steps" in c.why
    assert c.mean == 0.5


def test_what_cannot_exist_says_why():
    survey = two_items([[2, np.nan], [5, np.nan], [5, 7]])
    nobody = item_statistics(survey, np.array([True, True, False]))[1]
    assert nobody.mean is nobody.sd is nobody.skewness is nobody.top2 is None
    assert (nobody.n, nobody.other_missing, nobody.why) == (0, 2, "nobody answered")
    single = item_statistics(survey)[1]
    assert (single.mean, single.sd, single.why) == (7, None, "one answer has no spread")
    equal = item_statistics(survey, np.array([False, True, True]))[0]
    assert (equal.mean, equal.sd, equal.skewness) == (5, 0, None)
    assert "all answers are equal" in equal.why
