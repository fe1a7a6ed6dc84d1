"""Growth, lifetime value, delivered value and tiers: examples by hand, limits and identities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of, survey_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from csi_model.measures import lifetime
from csi_model.measures.customer_value import (
    ALL_CUSTOMERS,
    Counts,
    delivered_value,
    growth_row,
    within_points,
)
from csi_model.measures.lifetime import (
    Lifetimes,
    Unit,
    growth_factor,
    lifetime_tables,
    one_customer,
    retained_value,
    timed_value,
)
from csi_model.measures.quantities import measure_tables
from csi_model.measures.tiers import (
    CELLS,
    CRITERIA,
    DEFAULT,
    GROW,
    KEEP,
    KEY,
    WATCH,
    Threshold,
    cell_of,
    one_sided,
    tier_tables,
    tiered,
)
from csi_model.model.spec import Scale
from csi_model.survey.records import Records

NAN = math.nan
counts = st.integers(0, 10_000)


def lifetimes(horizon: int | None = None, first_year: int = 0, **values: Any) -> Lifetimes:
    given = {"margin": 1.0, **({} if "years" in values else {"discount": 0.0}), **values}
    size = max(np.size(one) for one in given.values())
    arrays = {name: np.broadcast_to(np.asarray(one, float), (size,)) for name, one in given.items()}
    return Lifetimes(values=arrays, horizon=horizon, first_year=first_year)


# growth


def test_growth_by_hand() -> None:
    row = growth_row("all", Counts(start=1000, new=120, lost=80))
    assert (row["growth"], row["churn"], row["retention"]) == pytest.approx((4, 8, 92))  # 40 and 80 of 1000
    assert row["end_customers"] == 1040
    assert row["why"] == ""
    assert growth_row("all", Counts(start=1000, new=120, lost=80), "source")["growth"] == pytest.approx(50)


def test_growth_that_is_not_defined_says_why() -> None:
    row = growth_row("a", Counts(start=500, new=80, lost=0), "source")
    assert math.isnan(row["growth"])
    assert row["why"] == "nobody was lost: growth by the lost is not defined"
    assert row["churn"] == 0
    row = growth_row("a", Counts(start=0, new=80, lost=0))
    assert math.isnan(row["growth"])
    assert math.isnan(row["churn"])
    assert row["why"] == "there was nobody at the start"
    row = growth_row("a", Counts(start=math.nan, new=80, lost=5))
    assert row["why"] == "the number at the start is not known"
    row = growth_row("a", Counts(start=10, new=20, lost=15))
    assert row["growth"] == pytest.approx(50)
    assert math.isnan(row["retention"])
    assert row["why"].startswith("more were lost than there were at the start")
    row = growth_row("a", Counts(start=NAN, new=20, lost=15), "source")
    assert row["growth"] == pytest.approx(100 / 3)
    assert row["why"] == "the number at the start is not known"


@settings(max_examples=30)
@given(counts, counts, counts, st.sampled_from(["usual", "source"]))
def test_an_empty_rate_always_has_a_reason(start: int, new: int, lost: int, form: Any) -> None:
    row = growth_row("a", Counts(start=start, new=new, lost=lost), form)
    empty = any(math.isnan(row[name]) for name in ("growth", "churn", "retention"))
    assert empty == bool(row["why"])


@settings(max_examples=30)
@given(st.integers(1, 10_000), counts, st.floats(0, 1))
def test_growth_is_new_by_start_less_churn(start: int, new: int, share: float) -> None:
    row = growth_row("a", Counts(start=start, new=new, lost=share * start))
    assert row["growth"] == pytest.approx(100 * new / start - row["churn"], abs=1e-6)
    assert row["end_customers"] == pytest.approx(start * (1 + row["growth"] / 100), abs=1e-6)


# lifetime value


def test_lifetime_value_by_hand() -> None:
    assert timed_value(50 * 12, 3.5) == pytest.approx(2100)
    # m 100, r .8, d .1: q = 8/11; endless from 0: 100 / (3/11) = 366.67; from 1: 100 * .8 / .3 = 266.67
    assert retained_value(100, 0.8, 0.1) == pytest.approx(1100 / 3)
    assert retained_value(100, 0.8, 0.1, first_year=1) == pytest.approx(800 / 3)
    # three years: 100 (1 + 8/11 + 64/121) = 225.62
    assert retained_value(100, 0.8, 0.1, horizon=3) == pytest.approx(100 * (121 + 88 + 64) / 121)
    assert retained_value(100, 0.8, 0.1, horizon=3, first_year=1) == pytest.approx(
        100 * (8 / 11) * (121 + 88 + 64) / 121
    )
    assert retained_value(100, 1, 0, horizon=7) == pytest.approx(700)  # q = 1
    assert retained_value(100, 0, 0.1, horizon=5) == pytest.approx(100)  # lost after the first year
    assert retained_value(100, 0, 0.1, first_year=1) == 0


def test_a_sum_without_end_that_has_none() -> None:
    assert np.isnan(retained_value(100, [1, 0.95], [0, -0.05])).all()
    assert np.isfinite(retained_value(100, 1, 0.05))


rates = st.floats(0, 1)
discounts = st.floats(-0.5, 1)


@settings(max_examples=40)
@given(st.floats(-1e4, 1e4), rates, discounts, st.integers(1, 60), st.sampled_from([0, 1]))
def test_the_closed_form_is_the_sum(m: float, r: float, d: float, years: int, first: int) -> None:
    terms = [m * r**t / (1 + d) ** t for t in range(first, first + years)]
    found = float(retained_value(m, r, d, horizon=years, first_year=first))
    assert found == pytest.approx(math.fsum(terms), rel=1e-9, abs=1e-9)


@settings(max_examples=30)
@given(st.floats(1, 1e4), rates, discounts, st.sampled_from([0, 1]))
def test_without_end_is_the_limit_of_many_years(m: float, r: float, d: float, first: int) -> None:
    q = float(growth_factor(r, d))
    assume(q < 0.99)
    many = float(retained_value(m, r, d, horizon=5000, first_year=first))
    assert float(retained_value(m, r, d, first_year=first)) == pytest.approx(many, rel=1e-9)


@settings(max_examples=30)
@given(st.floats(1, 1e4), st.floats(0, 0.99))
def test_without_discount_it_is_margin_times_expected_lifetime(m: float, r: float) -> None:
    assert float(retained_value(m, r)) == pytest.approx(float(timed_value(m, 1 / (1 - r))), rel=1e-9)


@settings(max_examples=30)
@given(st.floats(1, 1e4), st.floats(0.05, 1), st.floats(0.01, 1))
def test_the_two_starts_differ_by_the_first_margin(m: float, r: float, d: float) -> None:
    both = [float(retained_value(m, r, d, first_year=first)) for first in (0, 1)]
    assert both[0] - both[1] == pytest.approx(m, rel=1e-6)


@pytest.mark.parametrize("near", [1e-6, 1e-10, 1e-13, 0.0])
def test_close_to_one_the_closed_form_stays_exact(near: float) -> None:
    assert float(retained_value(1, 1 - near, 0, horizon=1000)) == pytest.approx(
        math.fsum((1 - near) ** t for t in range(1000)), rel=1e-10
    )


def test_the_years_add_up_to_the_value() -> None:
    one = lifetimes(amount=50, frequency=2, retention=0.8, discount=0.1, horizon=3)
    years = lifetime_tables(one_customer(one))["lifetime_years"]
    assert years["year"].tolist() == [0, 1, 2]
    assert years["year_value"].tolist() == pytest.approx([100, 100 * 8 / 11, 100 * 64 / 121])
    assert years["cumulative_share"].iloc[-1] == pytest.approx(1)
    timed = lifetime_tables(one_customer(lifetimes(amount=10, frequency=1, years=2.5)))["lifetime_years"]
    assert timed["year"].tolist() == [1, 2, 3]
    assert timed["year_value"].tolist() == pytest.approx([10, 10, 5])
    endless = lifetime_tables(one_customer(lifetimes(amount=1, frequency=1, retention=0.5)))["lifetime_years"]
    assert endless["cumulative_share"].iloc[-2] < 0.99 <= endless["cumulative_share"].iloc[-1]
    slow = lifetime_tables(one_customer(lifetimes(amount=1, frequency=1, retention=0.99)))["lifetime_years"]
    assert len(slow) == 30


def test_segments_weigh_by_their_customers() -> None:
    both = lifetimes(amount=[10, 40], frequency=1, years=[2, 1])  # 20 and 40
    unit = Unit(name=ALL_CUSTOMERS, lifetimes=both, customers=np.array([3.0, 1.0]))
    row = lifetime_tables([unit])["lifetime_values"].iloc[0]
    assert (row["lifetime_value"], row["total_value"]) == pytest.approx((25, 100))  # (3 * 20 + 40) / 4
    assert row["yearly_margin"] == pytest.approx((3 * 10 + 40) / 4)
    alone = Unit(name="a", lifetimes=both.among(np.array([True, False])), customers=np.array([NAN]))
    row = lifetime_tables([alone])["lifetime_values"].iloc[0]
    assert row["lifetime_value"] == pytest.approx(20)
    assert math.isnan(row["total_value"])
    assert row["why"] == "the number of customers is not given"


def test_segments_of_customers_are_in_natural_order() -> None:
    made = lifetimes(amount=[1, 2, 3], frequency=1, years=1)
    names = np.array(["tier 10", "tier 9", ""], dtype=object)
    read = Records(values={"segment": names}, rows=np.arange(2, 5), source="f.csv")
    assert [one.name for one in lifetime.customers(read, made)] == [ALL_CUSTOMERS, "tier 9", "tier 10"]


# delivered value

QUESTIONS = {"p1": [10, 1], "p2": [1, 1], "s": [10, 10], "m": [1, 10], "t": [10, 10]}
COLUMNS = {"product": ["p1", "p2"], "service": ["s"], "money": ["m"], "time": ["t"]}


def delivered(weights: dict[str, float] | None = None, turned: tuple[str, ...] = ()) -> pd.DataFrame:
    model = model_of(
        {"questions": " ".join(QUESTIONS)}, {}, scales=dict.fromkeys(QUESTIONS, Scale(low=1, high=10))
    )
    of = survey_of(model, np.column_stack([np.array(one, float) for one in QUESTIONS.values()]))
    quantities, rows = delivered_value(of, COLUMNS, weights or {}, turned)
    assert sum(row["weight"] for row in rows) == pytest.approx(0)  # 1 for value, -1 for cost
    made = within_points(measure_tables(quantities, of, min_base=1))["measures"]
    return made.set_index("item")


def test_delivered_value_by_hand() -> None:
    frame = delivered()
    # 0-100: product 50, 0 -> mean 25; service 100; money 0, 100 -> 50; time 100
    assert frame["value"]["value_product"] == pytest.approx(25)
    assert frame["value"]["value_total_value"] == pytest.approx(62.5)
    assert frame["value"]["value_total_cost"] == pytest.approx(75)
    assert frame["value"]["value_delivered"] == pytest.approx(-12.5)
    # by respondent: (50 + 100)/2 - (0 + 100)/2 = 25 and 50 - 100 = -50
    assert frame["se"]["value_delivered"] == pytest.approx(np.std([25, -50], ddof=1) / 2**0.5)
    assert frame["ci_lower"]["value_delivered"] == -100


def test_weights_and_turned_questions() -> None:
    frame = delivered({"product": 3, "service": 1, "money": 1, "time": 0}, turned=("t",))
    assert frame["value"]["value_time"] == pytest.approx(0)
    assert frame["value"]["value_total_value"] == pytest.approx(0.75 * 25 + 0.25 * 100)
    assert frame["value"]["value_total_cost"] == pytest.approx(50)
    assert frame["value"]["value_delivered"] == pytest.approx(43.75 - 50)


def test_the_error_of_delivered_value_is_that_of_a_score_by_respondent() -> None:
    rng = np.random.default_rng(1)
    answers = rng.integers(1, 11, (80, 4)).astype(float)
    model = model_of({"q": "a b c d"}, {}, scales=dict.fromkeys("abcd", Scale(low=1, high=10)))
    of = survey_of(model, answers)
    quantities, _ = delivered_value(of, {"product": ["a", "b"], "image": ["c"], "mental": ["d"]}, {}, ())
    row = measure_tables(quantities, of)["measures"].iloc[0]
    points = 100 * (answers - 1) / 9
    score = points[:, :2].mean(axis=1) / 2 + points[:, 2] / 2 - points[:, 3]
    low, high = stats.t.interval(0.95, 79, score.mean(), stats.sem(score))
    assert (row["value"], row["ci_lower"], row["ci_upper"]) == pytest.approx((score.mean(), low, high))


# tiers

BASE = {"contribution": Threshold(value=100), "loyalty": Threshold(value=50), "risk": Threshold(value=0.5)}


def test_every_cell_has_its_tier() -> None:
    criteria = {
        "contribution": np.array([100.0, 100, 99, 99, 500, 1]),
        "loyalty": np.array([50.0, 49, 50, 49, 90, 90]),
        "risk": np.array([0.4, 0.4, 0.4, 0.4, 0.5, 0.9]),
    }
    made = tiered(criteria, BASE)
    assert made.tiers.tolist() == [KEY, KEEP, GROW, WATCH, WATCH, WATCH]
    changed = tiered(criteria, BASE, {**DEFAULT, ("high", "high", "high"): "rescue"})
    assert changed.tiers.tolist()[4] == "rescue"
    tables = tier_tables(changed, BASE)
    rows = tables["customer_tiers"].set_index("tier")
    assert rows.loc["rescue", ["customers", "contribution_total"]].tolist() == [1, 500]
    assert rows.loc[WATCH, "customers"] == 2
    assert rows.loc["all customers", "contribution_total"] == 899
    assert rows.loc[KEY, "contribution_share"] == pytest.approx(100 / 899)
    assert rows.loc[WATCH, "loyalty_mean"] == pytest.approx(69.5)


def test_quantiles_are_numpys() -> None:
    values = np.array([1.0, 2, 3, 4, 10])
    assert Threshold(value=0.8, quantile=True).at(values) == pytest.approx(np.quantile(values, 0.8))
    criteria = dict.fromkeys(CRITERIA, values)
    thresholds = dict.fromkeys(CRITERIA, Threshold(value=0.8, quantile=True))
    table = tier_tables(tiered(criteria, thresholds), thresholds)["tier_thresholds"]
    assert table["high_customers"].tolist() == [1, 1, 1]  # 5.2: only the last one
    assert table["threshold"].tolist() == ["q0.8"] * 3


customers = st.lists(
    st.tuples(st.floats(-1e3, 1e6), st.floats(0, 100), st.floats(0, 1)), min_size=1, max_size=20
)


@settings(max_examples=12)
@given(customers, st.floats(0, 1))
def test_everybody_is_in_one_cell_and_one_tier(rows: list[tuple[float, ...]], q: float) -> None:
    criteria = dict(zip(CRITERIA, np.array(rows).T, strict=True))
    thresholds = dict.fromkeys(CRITERIA, Threshold(value=q, quantile=True))
    made = tiered(criteria, thresholds)
    assert set(made.tiers) <= set(DEFAULT.values())
    tables = tier_tables(made, thresholds)
    for name in ("customer_tiers", "tier_rules"):
        parts = tables[name][tables[name].get("tier") != "all customers"]
        assert parts["customers"].sum() == len(rows)
        assert parts["customer_share"].sum() == pytest.approx(1)
        assert parts["contribution_total"].sum() == pytest.approx(criteria["contribution"].sum(), abs=1e-3)
        empty = tables[name][["contribution_share", "loyalty_mean"]].isna().any(axis=1)
        assert (empty == (tables[name]["why"] != "")).all()


@settings(max_examples=20)
@given(customers, st.randoms())
def test_tiers_do_not_depend_on_the_order_of_customers(rows: list[tuple[float, ...]], random: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    thresholds = dict.fromkeys(CRITERIA, Threshold(value=0.5, quantile=True))
    one = tiered(dict(zip(CRITERIA, np.array(rows).T, strict=True)), thresholds).tiers
    two = tiered(dict(zip(CRITERIA, np.array(rows)[order].T, strict=True)), thresholds).tiers
    assert one[order].tolist() == two.tolist()


def test_a_threshold_that_parts_nobody_is_told() -> None:
    criteria = {name: np.array([1.0, 2.0]) for name in CRITERIA}
    thresholds = {**BASE, "loyalty": Threshold(value=1), "risk": Threshold(value=2)}
    told = list(one_sided(tiered(criteria, thresholds), {name: name for name in CRITERIA}))
    assert [(one.where, "low side" in one.what) for one in told] == [
        ("contribution", True),
        ("loyalty", False),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [("q0.8", "q0.8"), ("Q1", "q1"), ("1000", "1000"), (" -5 ", "-5"), ("q8", None), ("qx", None), ("", None),
     ("nan", None), ("inf", None), ("q-0.1", None), ("80%", None)],
)  # fmt: skip
def test_thresholds_as_they_are_written(text: str, found: str | None) -> None:
    made = Threshold.of(text)
    assert (None if made is None else str(made)) == found


def test_levels_as_they_are_written() -> None:
    assert cell_of(" High/low / LOW") == ("high", "low", "low")
    assert cell_of("high/low") is None
    assert cell_of("high/low/middle") is None
    assert len(set(CELLS)) == len(DEFAULT) == 8
