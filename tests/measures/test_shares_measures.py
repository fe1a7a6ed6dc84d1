"""Satisfaction rate and degree, boxes, mean scores, CSAT, CES, distributions: by hand and by statsmodels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from csi_model.measures import boxes
from csi_model.measures.distributions import answer_rows, has_distribution
from csi_model.measures.estimates import Design
from csi_model.measures.quantities import Quantity, measure_tables, units_of
from csi_model.measures.questions import Question, counted_of, holds, question_of, range_mistakes, scale_rows
from csi_model.model.spec import Scale
from csi_model.survey.survey import DONT_KNOW, Survey

FIVE = Scale(low=1, high=5)
SEVEN = Scale(low=1, high=7)
TEN = Scale(low=1, high=10)
COUNTS = np.repeat([5.0, 4, 3, 2, 1], [40, 90, 50, 15, 5])
"""The example of the methodology: 200 answers on five steps."""


def survey(answers: Any, scale: Scale = FIVE, groups: list[str] | None = None, **design: Any) -> Survey:
    model = model_of({"satisfaction": "Q"}, {}, scales={"Q": scale})
    more = {"groups": {"shop": groups}} if groups is not None else {}
    return survey_of(model, np.asarray(answers, dtype=float)[:, None], **more, **design)


def question(answers: Any, scale: Scale = FIVE, *, low_is_good: bool = False) -> Question:
    return question_of(survey(answers, scale), "Q", low_is_good=low_is_good)


def table(of: Survey, *quantities: Quantity, **options: Any) -> pd.DataFrame:
    return measure_tables(quantities, of, **options)["measures"].set_index("measure")


# satisfaction rate


def test_the_worked_satisfaction_rate() -> None:
    """160 of 200 satisfied: 80 %, Wilson .739145 to .849548."""
    answers = np.repeat([5.0, 4, 3], [70, 90, 40])
    row = table(survey(answers), boxes.satisfaction_rate(question(answers), (4, 5))).loc["satisfaction_rate"]
    assert row["value"] == 80
    assert (round(row["ci_lower"] / 100, 6), round(row["ci_upper"] / 100, 6)) == (0.739145, 0.849548)
    assert row["counted"] == "4-5 (1-5)"
    assert row["n"] == 200


@pytest.mark.parametrize(
    ("scale", "ends"), [(FIVE, (4, 5)), (SEVEN, (5, 7)), (TEN, (8, 10)), (Scale(low=0, high=10), None)]
)
def test_what_counts_by_default(scale: Scale, ends: tuple[float, float] | None) -> None:
    assert boxes.usual_range(question([1.0, 2], scale)) == ends


def test_low_answers_may_be_good() -> None:
    """1 = very satisfied: 1-2 of 5 count, and the degree of (1, 2, 5) is (100 + 75 + 0) / 3."""
    asked = question([1.0, 2, 5], low_is_good=True)
    assert boxes.usual_range(asked) == (1, 2)
    made = table(
        survey([1.0, 2, 5]), boxes.satisfaction_rate(asked, (1, 2)), boxes.satisfaction_degree(asked)
    )
    assert made["value"].tolist() == pytest.approx([200 / 3, 175 / 3])


@pytest.mark.parametrize(("k", "n"), [(0, 7), (5, 7), (90, 120), (160, 200), (50, 50)])
def test_intervals_against_statsmodels(k: int, n: int) -> None:
    answers = np.repeat([5.0, 1], [k, n - k])
    row = table(survey(answers), boxes.satisfaction_rate(question(answers), (4, 5))).iloc[0]
    expected = proportion_confint(k, n, method="wilson")
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx([100 * one for one in expected], abs=1e-9)


def test_two_firms_against_statsmodels() -> None:
    """30 of 80 against 33 of 60: two-proportion z, and Newcombe's interval."""
    answers = np.repeat([5.0, 1, 5, 1], [30, 50, 33, 27])
    of = survey(answers, groups=["a"] * 80 + ["b"] * 60)
    rate = boxes.satisfaction_rate(question_of(of, "Q"), (4, 5))
    row = measure_tables([rate], of)["measure_differences"].iloc[0]
    z, p = proportions_ztest([30, 33], [80, 60])
    low, high = confint_proportions_2indep(30, 80, 33, 60, method="newcomb", compare="diff")
    assert (row["z"], row["pvalue"]) == pytest.approx((z, p))
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((100 * low, 100 * high), abs=1e-6)
    assert row["ci_method"] == "newcombe"


def test_dont_know_enters_c_only_where_it_is_asked_for() -> None:
    """8 satisfied, 2 not, 10 do not know, 5 refuse: 8 of 10, or 8 of 20; never of 25."""
    answers = np.repeat([5.0, 1, np.nan], [8, 2, 15])
    of = survey(answers)
    reasons = np.zeros((25, 1), dtype=np.int8)
    reasons[10:20], reasons[20:] = DONT_KNOW, 3
    asked = Question(name="Q", answers=answers, reasons=reasons[:, 0], scale=FIVE)
    made = table(
        of,
        boxes.satisfaction_rate(asked, (4, 5)),
        boxes.satisfaction_rate(asked, (4, 5), of_all=True),
        boxes.satisfaction_degree(asked),
    )
    assert made["value"].tolist() == pytest.approx([80, 40, 80])
    assert made["n"].tolist() == [10, 20, 10]
    assert made.index.tolist()[:2] == ["satisfaction_rate", "satisfaction_rate_of_all"]


def test_rate_and_degree_are_different_things() -> None:
    """Everybody answers 4 of 5: all are satisfied, and the degree is 75."""
    answers = np.full(40, 4.0)
    asked = question(answers)
    made = table(survey(answers), boxes.satisfaction_rate(asked, (4, 5)), boxes.satisfaction_degree(asked))
    assert made["value"].tolist() == [100, 75]
    assert made["metric"].tolist() == ["percent", "score"]


# boxes


def test_boxes_by_hand() -> None:
    """Top two 130, bottom two 20 of 200: 65 %, 10 %, net 55 with the variance .75 - .55^2 of one answer."""
    made = table(survey(COUNTS), *boxes.box_scores(question(COUNTS), 2, 2))
    assert made["value"].tolist() == pytest.approx([65, 10, 55])
    assert made.loc["net_box", "se"] == pytest.approx(100 * math.sqrt((0.75 - 0.55**2) / 200))
    assert made["counted"].tolist() == ["4-5 (1-5)", "1-2 (1-5)", "4-5 \u2212 1-2"]
    low = table(survey(COUNTS), *boxes.box_scores(question(COUNTS, low_is_good=True), 1, 2))
    assert low["value"].tolist() == pytest.approx([2.5, 65, -62.5])


@settings(max_examples=6)
@given(st.lists(st.integers(1, 10), min_size=3, max_size=50), st.integers(1, 5), st.integers(1, 5))
def test_boxes_of_any_answers(answers: list[int], top: int, bottom: int) -> None:
    values = np.array(answers, dtype=float)
    made = table(survey(values, TEN), *boxes.box_scores(question(values, TEN), top, bottom))
    high, low = 100 * np.mean(values > 10 - top), 100 * np.mean(values <= bottom)
    assert made["value"].tolist() == pytest.approx([high, low, high - low])
    zones = [boxes.box_zones(question(values, TEN), top, bottom)(one) for one in answers]
    assert 100 * zones.count("top") / len(zones) == pytest.approx(high)
    assert 100 * zones.count("bottom") / len(zones) == pytest.approx(low)


# means


def test_the_worked_means() -> None:
    """5:40 4:90 3:50 2:15 1:5 make 3.725; 74.5 percent of the highest answer; 68.125 of the range."""
    made = table(survey(COUNTS), *boxes.mean_scores(question(COUNTS)))
    assert made["value"].to_dict() == pytest.approx(
        {"mean_score": 3.725, "percent_of_max": 74.5, "percent_of_range": 68.125}, abs=1e-9
    )
    assert made["metric"].tolist() == ["answer_units", "percent", "percent"]
    sd = np.std(COUNTS, ddof=1)
    assert made["se"].tolist() == pytest.approx([sd / 200**0.5 * k for k in (1, 20, 25)])
    assert set(made["ci_method"]) == {"t"}


@pytest.mark.parametrize("scale", [FIVE, SEVEN, TEN])
def test_percent_forms_have_different_floors(scale: Scale) -> None:
    lowest = np.full(5, scale.low)
    made = table(survey(lowest, scale), *boxes.mean_scores(question(lowest, scale)))
    assert made.loc["percent_of_max", "value"] == pytest.approx(100 / scale.high)
    assert made.loc["percent_of_range", "value"] == 0
    highest = np.full(5, scale.high)
    made = table(survey(highest, scale), *boxes.mean_scores(question(highest, scale)))
    assert made["value"].tolist() == pytest.approx([scale.high, 100, 100])


def test_no_percent_of_the_maximum_below_zero() -> None:
    around = Scale(low=-2, high=2)
    made = table(survey([-2.0, 2, 1], around), *boxes.mean_scores(question([-2.0, 2, 1], around)))
    assert made.index.tolist() == ["mean_score", "percent_of_range"]
    assert made.loc["percent_of_range", "value"] == pytest.approx(100 * (1 / 3 + 2) / 4)


def test_csat_and_effort() -> None:
    made = table(survey(COUNTS), *boxes.customer_satisfaction_score(question(COUNTS), (4, 5)))
    assert made["value"].to_dict() == pytest.approx({"csat": 65, "csat_mean": 3.725})
    ease = np.repeat([7.0, 5, 4, 1], [3, 2, 4, 1])
    made = table(survey(ease, SEVEN), *boxes.customer_effort_score(question(ease, SEVEN), (5, 7), "v2"))
    assert made["value"].to_dict() == pytest.approx({"ces_v2": 50, "ces_v2_mean": 4.8})
    effort = question(COUNTS, low_is_good=True)
    made = table(survey(COUNTS), *boxes.customer_effort_score(effort, effort.best(2), "v1"))
    assert made["value"].to_dict() == pytest.approx({"ces_v1": 10, "ces_v1_mean": 3.725})
    assert effort.orientation == "low_is_good"


# ranges and scales


def test_ranges() -> None:
    assert holds([7.9, 8, 10, np.nan], (8, 10)).tolist()[:3] == [0, 1, 1]
    assert counted_of((1, 1), Scale(low=0, high=1)) == "1 (0-1)"
    asked = question(COUNTS)
    assert not list(range_mistakes(asked, (4, 5), "satisfied"))
    (beyond,) = range_mistakes(asked, (8, 10), "satisfied")
    assert str(beyond) == (
        "Q: 8-10 is to count, but the scale is 1-5. Give a part of the scale: --satisfied 4:5 "
        "(`satisfied` in a study file)."
    )
    (whole,) = range_mistakes(asked, (1, 5), "satisfied")
    assert "every answer" in whole.what


def test_the_account_of_a_question() -> None:
    answers = np.array([5.0, 1, np.nan])
    asked = Question(name="Q", answers=answers, reasons=np.array([0, 0, 2], dtype=np.int8), scale=FIVE)
    assert scale_rows("boxes", [asked], ["x"]) == [
        {"measure": "boxes", "item": "Q", "low": 1, "high": 5, "orientation": "high_is_good",
         "counted": "x", "n": 2, "dont_know": 1}
    ]  # fmt: skip


# distributions


def rows_of(of: Survey, **options: Any) -> pd.DataFrame:
    zones = boxes.zones_of((4, 5), "satisfied", "not_satisfied")
    rows = answer_rows("boxes", question_of(of, "Q"), zones, units_of(of), Design.of(of), **options)
    return pd.DataFrame(rows)


def test_the_distribution_by_hand_and_by_statsmodels() -> None:
    made = rows_of(survey(COUNTS))
    assert made["answer"].tolist() == ["1", "2", "3", "4", "5"]
    assert made["respondents"].tolist() == [5, 15, 50, 90, 40]
    assert made["share"].tolist() == pytest.approx([0.025, 0.075, 0.25, 0.45, 0.2])
    assert made["zone"].tolist() == ["not_satisfied"] * 3 + ["satisfied"] * 2
    low, high = proportion_confint(90, 200, method="wilson")
    assert (made["ci_lower"][3], made["ci_upper"][3]) == pytest.approx((low, high))


@settings(max_examples=6)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from("ab"), st.floats(0.1, 9)), min_size=4, max_size=40)
)
def test_shares_add_up_to_one(people: list[tuple[int, str, float]]) -> None:
    answers, groups, weights = zip(*people, strict=True)
    made = rows_of(survey(answers, groups=list(groups), weights=weights), min_base=1)
    for _, rows in made.groupby("unit"):
        assert rows["share"].sum() == pytest.approx(1)
        assert rows["respondents"].sum() == rows["n"].iloc[0]
        assert (rows["ci_lower"] <= rows["share"] + 1e-9).all()
        assert (rows["share"] <= rows["ci_upper"] + 1e-9).all()


def test_a_small_group_shows_no_answers() -> None:
    of = survey([5.0] * 30 + [4.0] * 5 + [np.nan] * 3, groups=["a"] * 30 + ["b"] * 5 + ["c"] * 3)
    made = rows_of(of).set_index("unit")
    assert made.loc["a", "share"].max() == 1
    assert made.loc["b", "share"].isna().all()
    assert made.loc["b", "respondents"].isna().all()
    assert set(made.loc["b", "why"]) == {"suppressed: 5 respondents are fewer than the minimum base of 30"}
    assert set(made.loc["c", "why"]) == {"nobody answered"}


def test_dont_know_is_an_answer_of_its_own_where_it_counts() -> None:
    answers = np.array([5.0, 5, 1, np.nan])
    of = survey(answers)
    asked = Question(name="Q", answers=answers, reasons=np.array([0, 0, 0, 2], dtype=np.int8), scale=FIVE)
    rows = answer_rows("m", asked, boxes.no_zones, units_of(of), Design.of(of), dont_know=True)
    shares = {row["answer"]: row["share"] for row in rows}
    assert shares == pytest.approx({"1": 0.25, "2": 0, "3": 0, "4": 0, "5": 0.5, "no_opinion": 0.25})


def test_which_questions_have_a_distribution() -> None:
    assert has_distribution(question([1.0, 5]))
    assert not has_distribution(question([1.0, 4.5]))
    assert not has_distribution(question([1.0, 50], Scale(low=0, high=100)))
    assert has_distribution(question([0.0, 10], Scale(low=0, high=10)))


def test_shares_of_floats() -> None:
    """Answers of type int as a list are read like floats."""
    values: Floats = holds([1, 2, 3], (2, 3))
    assert values.tolist() == [0, 1, 1]
