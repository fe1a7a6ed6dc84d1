"""Price tolerance: two questions joined, the curve against pandas, quartiles and where they lie beyond."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of, shared_data, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from csi_model.measures.estimates import Design
from csi_model.measures.price_answers import answers_frame, price_findings
from csi_model.measures.price_tolerance import (
    ABOVE,
    BELOW,
    OPEN_UP,
    Tolerance,
    buying_at,
    changes_of,
    curve_frame,
    price_quantities,
    quartile_rows,
    tolerances,
)
from csi_model.measures.quantiles import quantile, weighted_quantile
from csi_model.measures.quantities import measure_tables, units_of
from csi_model.model.spec import Scale
from csi_model.study.measures.running import measure
from csi_model.survey.survey import ANSWERED, DONT_KNOW, OTHER, REFUSED, SKIPPED, Survey

GAP = math.nan
MODEL = model_of(
    {"price": "R H L"},
    {},
    scales={"R": Scale(low=1, high=10), "H": Scale(low=0, high=25), "L": Scale(low=0, high=25)},
)


def survey(answers: Any, groups: list[str] | None = None, **more: Any) -> Survey:
    given = {"groups": {"shop": groups}} if groups else {}
    return survey_of(MODEL, answers, **given, **more)


def of(answers: Any, **options: Any) -> Tolerance:
    values = np.asarray(answers, dtype=float)
    return tolerances(values[:, 0], values[:, 1], values[:, 2], **options)


HAND = [
    (10, 20, GAP),  # 120
    (8, 0, GAP),  # 100
    (6, 26, GAP),  # more than 125
    (5, GAP, 10),  # 90
    (1, GAP, 26),  # less than 75
    (9, GAP, GAP),  # asked, no answer
    (GAP, 5, 5),  # not asked
    (3, 15, GAP),  # asked for the cut, answered the rise
]


def test_the_two_questions_make_one_reservation_price() -> None:
    """RP = 100 + rise for 6-10, 100 - cut for 1-5; 26 is more than the last percent, 25."""
    found = of(HAND)
    assert found.prices[:5].tolist() == [120, 100, 125, 90, 75]
    assert np.isnan(found.prices[5:]).all()
    assert found.beyond.tolist() == [0, 0, 1, 0, -1, 0, 0, 0]
    assert found.asked.tolist() == [1, 1, 1, -1, -1, 1, 0, -1]
    assert found.ordered[:5].tolist() == [120, 100, math.inf, 90, -math.inf]


def test_the_curve_by_hand() -> None:
    """Of five: at +25 one (who accepts more), at +20 two, today three, at -10 four, at -25 four."""
    shares = {
        change: float(np.nanmean(buying_at(of(HAND), change).parts[0].scores))
        for change in (25, 20, 0, -10, -25)
    }
    assert shares == {25: 0.2, 20: 0.4, 0: 0.6, -10: 0.8, -25: 0.8}


def test_answers_that_were_top_coded_count_as_beyond_the_end() -> None:
    """Stored as 25 and known to mean more: still buying at +25, but not at -25 where a cut was asked."""
    answers = [(9, 25, GAP), (9, 25, GAP), (2, GAP, 25), (2, GAP, 25)]
    top = np.array([False, True, False, True])
    found = of(answers, rise_beyond=top, cut_beyond=top)
    assert found.beyond.tolist() == [0, 1, 0, -1]
    assert buying_at(found, -25).parts[0].scores.tolist() == [1, 1, 1, 0]
    assert buying_at(found, 25).parts[0].scores.tolist() == [1, 1, 0, 0]


def test_how_censored_answers_count_in_the_mean() -> None:
    """120, 100, 125, 90: mean 108.75. Left out: 310 / 3. Assumed 40: (120 + 100 + 140 + 90) / 4 = 112.5."""
    few = of(HAND[:4])
    means = [float(np.nanmean(few.counted(how))) for how in ("end", "left_out", 40.0)]
    assert means == pytest.approx([108.75, 310 / 3, 112.5])
    found = of(HAND)
    assert found.counted(40.0)[[2, 4]].tolist() == [140, 60]


def test_means_of_rise_and_cut() -> None:
    quantities = price_quantities(of(HAND), ("H", "L"))
    made = {one.measure: float(np.nanmean(one.parts[0].scores)) for one in quantities}
    assert made == pytest.approx({"reservation_price": 102, "price_rise": 15, "price_cut": 17.5})


def test_a_question_that_nobody_answered_has_no_mean() -> None:
    made = price_quantities(of([(9, 5, GAP), (8, 10, GAP)]), ("H", "L"))
    assert [one.measure for one in made] == ["reservation_price", "price_rise"]


def test_a_curve_never_goes_beyond_what_was_asked() -> None:
    with pytest.raises(ValueError, match="30"):
        buying_at(of(HAND), 30)
    assert changes_of(25, 5).tolist() == [-25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25]
    assert changes_of(25, 10).tolist() == [-25, -20, -10, 0, 10, 20, 25]
    assert changes_of(0.3, 0.1).tolist() == pytest.approx([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3])


answers_of = st.lists(
    st.one_of(
        st.tuples(st.integers(6, 10), st.integers(0, 26), st.just(GAP)),
        st.tuples(st.integers(1, 5), st.just(GAP), st.integers(0, 26)),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25)
@given(answers_of)
def test_the_share_never_rises_with_the_price(answers: list[tuple[float, ...]]) -> None:
    found = of(answers)
    shares = [buying_at(found, change).parts[0].scores.mean() for change in changes_of(25, 1)]
    assert all(a >= b for a, b in pairwise(shares))
    likely = np.array([row[0] >= 6 for row in answers])
    assert shares[25] >= likely.mean()  # those who need a cut of 0 buy today, too


def random_answers(n: int = 400) -> Any:
    rng = np.random.default_rng(8)
    likely = rng.integers(1, 11, n).astype(float)
    percent = rng.choice([0.0, 5, 10, 15, 20, 25, 26, GAP], n)
    return np.column_stack([likely, np.where(likely >= 6, percent, GAP), np.where(likely <= 5, percent, GAP)])


def test_the_curve_against_pandas_with_groups() -> None:
    values = random_answers()
    shops = [f"s{k % 3}" for k in range(len(values))]
    whole = survey(np.minimum(values, [10, 25, 25]), shops)
    frame = curve_frame(of(values), units_of(whole), Design.of(whole))
    price = np.where(values[:, 0] >= 6, 100 + values[:, 1], 100 - values[:, 2])
    table = pd.DataFrame({"shop": shops, "price": price}).dropna()
    assert len(frame) == 4 * 11
    for row in frame.itertuples():
        part = table if row.unit == "all respondents" else table[table["shop"] == row.unit]
        buying = (part["price"] >= 100 + row.change).sum()
        assert row.share == pytest.approx(buying / len(part), abs=1e-12)
        assert row.n == len(part)
        limits = proportion_confint(buying, len(part), method="wilson")
        assert (row.ci_lower, row.ci_upper) == pytest.approx(limits, abs=1e-12)


def test_weights_count_in_curve_and_quartiles() -> None:
    """A respondent of weight 2 is two respondents: shares and quartiles are those of the longer file."""
    values = random_answers(60)
    weights = np.tile([1.0, 2.0], 30)
    twice = np.repeat(values, weights.astype(int), axis=0)
    one = survey(np.minimum(values, [10, 25, 25]), weights=weights)
    two = survey(np.minimum(twice, [10, 25, 25]))
    frames = [curve_frame(of(v), units_of(s), Design.of(s)) for v, s in ((values, one), (twice, two))]
    assert frames[0]["share"].tolist() == pytest.approx(frames[1]["share"].tolist())
    quartiles = [
        [row["value"] for row in quartile_rows(of(v), units_of(s), Design.of(s), level=0.95, min_base=30)]
        for v, s in ((values, one), (twice, two))
    ]
    assert quartiles[0] == pytest.approx(quartiles[1], nan_ok=True)


def test_a_small_group_is_suppressed_everywhere() -> None:
    values = random_answers(100)
    whole = survey(np.minimum(values, [10, 25, 25]), ["big"] * 90 + ["small"] * 10)
    found, units, design = of(values), units_of(whole), Design.of(whole)
    curve = curve_frame(found, units, design)
    hidden = curve[curve["unit"] == "small"]
    assert hidden["share"].isna().all()
    assert hidden["why"].str.startswith("suppressed").all()
    rows = quartile_rows(found, units, design, level=0.95, min_base=30)
    assert all(math.isnan(row["value"]) for row in rows if row["unit"] == "small")
    counts = answers_frame(found, whole, units, ("H", "L"))
    assert counts.loc[counts["unit"] == "small", "answered"].isna().all()


def test_a_small_group_that_named_nothing_is_suppressed_too() -> None:
    """Three were asked and none named a percent: that they did not is what they said."""
    values = np.concatenate([np.tile([9.0, 10.0, GAP], (40, 1)), np.tile([9.0, GAP, GAP], (3, 1))])
    whole = survey(values, ["big"] * 40 + ["small"] * 3)
    counts = answers_frame(of(values), whole, units_of(whole), ("H", "L")).set_index(["unit", "item"])
    assert counts.loc[("small", "H"), "why"].startswith("suppressed: 3 respondents")
    assert pd.isna(counts.loc[("small", "H"), "asked_of"])
    assert counts.loc[("all respondents", "H"), "asked_of"] == 43


def test_means_end_at_the_largest_percent_asked_about() -> None:
    values = np.tile([9.0, 25.0, GAP], (10, 1))
    values[0, 1] = 0.0
    made = measure_tables(price_quantities(of(values), ("H", "L")), survey(values))["measures"]
    assert (made["value"] + 2 * made["se"] > [125, 25]).all()
    assert made["ci_upper"].tolist() == [125, 25]


# quantiles


def test_the_median_is_numpys() -> None:
    rng = np.random.default_rng(2)
    for n in (5, 6, 31, 32):
        values = rng.integers(0, 9, n).astype(float)
        assert weighted_quantile(values, np.ones(n), 0.5) == np.median(values)


def test_quartiles_are_type_2() -> None:
    values = np.arange(1.0, 12)
    found = [weighted_quantile(values, np.ones(11), p) for p in (0.25, 0.5, 0.75)]
    kind = "averaged_inverted_cdf"
    assert found == [float(np.quantile(values, p, method=kind)) for p in (0.25, 0.5, 0.75)]


def test_woodruffs_interval_by_hand() -> None:
    """n = 100, p = 1/2: Wilson .4038 to .5962, so the 41st and the 60th of the ordered answers."""
    values = np.arange(1.0, 101)
    whole = survey(np.column_stack([np.full(100, 9.0), np.full(100, 5.0), np.full(100, GAP)]))
    found = quantile(values, np.ones(100, dtype=bool), Design.of(whole), 0.5)
    assert found.value == 50.5
    assert found.interval == (41, 60)
    assert found.n == 100


@pytest.mark.slow
def test_woodruffs_interval_covers() -> None:
    """Nominal 95 %: of 2,000 samples of 60, between 93 % and 97.5 % hold the median of the population."""
    rng, hits = np.random.default_rng(6), 0
    whole = survey(np.column_stack([np.full(60, 9.0), np.full(60, 5.0), np.full(60, GAP)]))
    design, everybody = Design.of(whole), np.ones(60, dtype=bool)
    for _ in range(2000):
        low, high = quantile(rng.gamma(2.0, size=60), everybody, design, 0.5).interval
        hits += low <= stats.gamma.ppf(0.5, 2.0) <= high
    assert 0.93 < hits / 2000 < 0.975


def test_a_quartile_beyond_the_end_is_not_known() -> None:
    values = [(9, 26, GAP)] * 30 + [(9, 10, GAP)] * 60 + [(2, GAP, 26)] * 30
    whole = survey(np.minimum(values, [10, 25, 25]))
    rows = quartile_rows(of(values), units_of(whole), Design.of(whole), level=0.95, min_base=30)
    low, median, high = rows
    # a quarter exactly lies below the end, a quarter above: half-way to the next answer is not known
    assert math.isnan(low["value"])
    assert low["why"] == BELOW
    assert median["value"] == 110
    assert math.isnan(high["value"])
    assert high["why"] == ABOVE


def test_an_interval_may_be_open() -> None:
    values = [(9, 26, GAP)] * 24 + [(9, 10, GAP)] * 76
    whole = survey(np.minimum(values, [10, 25, 25]))
    rows = quartile_rows(of(values), units_of(whole), Design.of(whole), level=0.95, min_base=30)
    assert rows[2]["value"] == 110
    assert rows[2]["ci_lower"] == 110
    assert math.isnan(rows[2]["se"])
    assert rows[1]["se"] == 0  # the interval of the median holds one answer
    assert math.isnan(rows[2]["ci_upper"])
    assert OPEN_UP in rows[2]["why"]


# what became of the answers


def test_answers_are_accounted_for() -> None:
    answers = np.minimum(HAND, [10, 25, 25])
    reasons = np.where(np.isnan(answers), SKIPPED, ANSWERED).astype(np.int8)
    reasons[5, 1], reasons[7, 2] = DONT_KNOW, REFUSED
    whole = replace(survey(answers), reasons=reasons, codes={"H": "98 is dont_know; 101 is other", "L": ""})
    found = of(HAND)
    frame = answers_frame(found, whole, units_of(whole), ("H", "L")).set_index("item")
    assert frame.loc["H", ["asked_of", "answered", "beyond_end", "dont_know"]].tolist() == [4, 3, 1, 1]
    assert frame.loc["L", ["asked_of", "answered", "beyond_end", "refused"]].tolist() == [3, 2, 1, 1]
    said = [f"{one.where}: {one.what}" for one in price_findings(found, whole, ("H", "L"), "end")]
    assert said == [
        "H: 1 of 4 who were asked named no percent (1 don't know, 0 refused, 0 blank or coded 101): they are "
        "not in the curve.",
        "H: 1 of 3 answers (33.3 %) are more than 25 percent: they count as 25 in means.",
        "H: 2 answers from respondents who were not to be asked: not counted.",
        "L: 1 of 3 who were asked named no percent (0 don't know, 1 refused, 0 blank or other): they are not "
        "in the curve.",
        "L: 1 of 2 answers (50.0 %) are more than 25 percent: they count as 25 in means.",
        "L: 1 answer from respondents who were not to be asked: not counted.",
    ]


def test_nothing_is_said_where_all_is_well() -> None:
    answers = [(9, 5, GAP), (2, GAP, 10)]
    whole = replace(survey(answers), reasons=np.where(np.isnan(answers), SKIPPED, ANSWERED).astype(np.int8))
    assert not list(price_findings(of(answers), whole, ("H", "L"), "end"))
    assert OTHER not in whole.reasons


def test_a_mean_with_an_interval_in_the_common_table() -> None:
    values = random_answers(200)
    whole = survey(np.minimum(values, [10, 25, 25]))
    row = measure_tables(price_quantities(of(values), ("H", "L")), whole)["measures"].iloc[0]
    prices = of(values).prices
    prices = prices[np.isfinite(prices)]
    limits = stats.t.interval(0.95, len(prices) - 1, prices.mean(), stats.sem(prices))
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx(limits)


# the public survey


@pytest.mark.slow
def test_acsi_2015() -> None:
    """Codes 26 and 101 as the shipped codebook declares them; the curve as pandas makes it from the file."""
    path = shared_data("data", "acsi2015.xlsx")
    made = measure("price_tolerance", path, by=("INDUSTRY",))
    data = pd.read_excel(path)
    rise, cut = (data[name].where(data[name] <= 26) for name in ("HIGHPTOL", "LOWPTOL"))
    price = np.where(data["REPUR"] <= 5, 100 - cut, np.where(data["REPUR"] <= 10, 100 + rise, np.nan))
    table = pd.DataFrame({"unit": data["INDUSTRY"].astype(str), "price": price}).dropna()
    assert (len(table), len(made.tables["price_tolerance"])) == (5748, 55)
    for row in made.tables["price_tolerance"].itertuples():
        part = table if row.unit == "all respondents" else table[table["unit"] == row.unit]
        assert row.share == pytest.approx((part["price"] >= 100 + row.change).mean(), abs=1e-12)
    counts = made.tables["price_tolerance_answers"].iloc[:2]
    assert counts["beyond_end"].tolist() == [1274, 490]  # code 26
    assert counts["other_missing"].tolist() == [422, 180]  # code 101
