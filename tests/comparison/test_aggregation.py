"""Scores rolled up: worked examples, identities, errors by simulation, units without a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from unit_builders import (
    BY,
    GDP,
    INDUSTRIES,
    REVENUE,
    A,
    B,
    C,
    D,
    all_shares,
    flat,
    four_firms,
    index_of,
    units,
)

from csi_model.comparison.aggregate_tables import aggregate_frame, share_frame
from csi_model.comparison.aggregation import intervals_of, roll_up
from csi_model.comparison.parent_scores import NO_ERROR, NO_SHARE, NOBODY
from csi_model.comparison.shares import KINDS, OTHERS, LevelShares
from csi_model.comparison.unit_scores import UnitScores
from csi_model.errors import UsageError
from csi_model.vocabulary import SURVEY_TABLES, TERMS

Array = Any


def test_three_levels_by_hand() -> None:
    """Banks 3:1, Services 2:3, the whole 80:20; variances are sums of s^2 times the units' variances."""
    rolled = roll_up(four_firms(), all_shares(), BY)
    industries, sectors, total = (rolled.at(level) for level in ("industry", "sector", "total"))
    assert industries.scores.names == ("Services / Banks", "Services / Airlines", "Goods / Food")
    # 3/4 80 + 1/4 70 = 77.5;  9/16 1 + 1/16 4 = .8125
    assert industries.scores.index[:, 0] == pytest.approx([77.5, 60, 90])
    assert industries.scores.se[:, 0] ** 2 == pytest.approx([0.8125, 2.25, 0.25])
    # .4 77.5 + .6 60 = 67;  .16 .8125 + .36 2.25 = .94
    assert sectors.scores.index[:, 0] == pytest.approx([67, 90])
    assert sectors.scores.se[:, 0] ** 2 == pytest.approx([0.94, 0.25])
    # .8 67 + .2 90 = 71.6;  .64 .94 + .04 .25 = .6116
    assert total.scores.index[0, 0] == pytest.approx(71.6)
    assert total.scores.se[0, 0] ** 2 == pytest.approx(0.6116)
    assert total.scores.keys == ((),)
    assert [one.n[:, 0].tolist() for one in (industries, sectors, total)] == [
        [200, 100, 100],
        [300, 100],
        [400],
    ]
    assert [one.units[:, 0].tolist() for one in (industries, sectors, total)] == [[2, 1, 1], [2, 1], [2]]
    assert total.measured[0, 0] == pytest.approx(1)


def test_degrees_of_freedom_by_hand() -> None:
    """.8125^2 / (.5625^2 / 9 + .25^2 / 4) = .66015625 / .05078125 = 13."""
    rolled = roll_up(four_firms(), all_shares(), BY)
    assert rolled.at("industry").df[:, 0] == pytest.approx([13, 19, 19])
    # level by level is what one step from the firms would give: V^2 / sum of (s^2 V_f)^2 / nu_f
    share = np.array([0.8 * 0.4 * 0.75, 0.8 * 0.4 * 0.25, 0.8 * 0.6, 0.2])
    parts = share**2 * np.array([1, 4, 2.25, 0.25])
    at_once = parts.sum() ** 2 / (parts**2 / np.array([9, 4, 19, 19])).sum()
    assert rolled.total.df[0] == pytest.approx(at_once)


def test_known_errors_stay_known() -> None:
    assert roll_up(four_firms(df=np.inf), all_shares(), BY).total.df[0] == np.inf
    half_known = roll_up(four_firms(df=np.array([9, np.inf, np.inf, np.inf])), all_shares(), BY)
    assert half_known.at("industry").df[0, 0] == pytest.approx(0.8125**2 / (0.5625**2 / 9))


def test_a_covariance_of_units_counts_as_known() -> None:
    """(1/4 + 1/4 + 2 1/4 1/2)^2 / (2 (1/4)^2 / 9) = .75^2 / .01388889 = 40.5."""
    scores = replace(
        units({("a",): (80, 1), ("b",): (60, 1)}, df=9), covariance=np.array([[[1, 0.5], [0.5, 1]]])
    )
    total = roll_up(scores, [LevelShares(level="firm", kind="equal")], ("firm",)).total
    assert total.se[0, 0] ** 2 == pytest.approx(0.75)
    assert total.df[0] == pytest.approx(40.5)


def test_effective_respondents_are_kish_of_the_share_weighted_sample() -> None:
    rolled = roll_up(four_firms(), all_shares(), BY)
    share = np.array([0.24, 0.08, 0.48, 0.2])
    size = np.array([100, 50, 80, 120])
    each = np.repeat(share / size, size)
    assert rolled.total.n_eff[0] == pytest.approx(each.sum() ** 2 / (each**2).sum())
    assert rolled.at("industry").n_eff[0, 0] == pytest.approx(1 / (0.75**2 / 100 + 0.25**2 / 50))


def test_rolling_up_at_once_is_the_product_of_the_shares() -> None:
    rolled = roll_up(four_firms(), all_shares(), BY)
    firm, industry, sector = (weights[0] for weights in rolled.weights)
    assert sector @ industry @ firm == pytest.approx(np.array([[0.24, 0.08, 0.48, 0.2]]))
    known = [shares.share for shares in rolled.shares]
    assert known[0] * known[1][[0, 0, 1, 2]] * known[2][[0, 0, 0, 1]] == pytest.approx(
        [0.24, 0.08, 0.48, 0.2]
    )


def test_equal_shares_are_the_mean() -> None:
    rolled = flat([80, 60, 64], kind="equal")
    assert index_of(rolled, "total") == pytest.approx(68)
    assert rolled.total.se[0, 0] == pytest.approx(1 / np.sqrt(3))


def test_sample_sizes_give_the_mean_of_all_respondents() -> None:
    n = np.array([30, 400, 120, 50])
    shares = [LevelShares(level=level, kind="sample_size") for level in BY]
    rolled = roll_up(four_firms(n=n), shares, BY)
    assert index_of(rolled, "total") == pytest.approx(n @ [80, 70, 60, 90] / n.sum())
    assert rolled.shares[0].amount == pytest.approx(n)
    sums = np.array([3.0, 1, 1, 1])
    weighted = roll_up(four_firms(n=n), shares, BY, sizes=sums)
    assert index_of(weighted, "total") == pytest.approx(sums @ [80, 70, 60, 90] / 6)


def correlated(random: np.random.Generator, count: int, m: int) -> tuple[Array, Array]:
    index = random.uniform(40, 90, (count, m))
    parts = random.normal(size=(m, count, count + 2))
    return index, parts @ np.swapaxes(parts, 1, 2)


def test_joint_errors_are_those_of_simulated_scores() -> None:
    """Weighted means of correlated draws, made by plain loops, vary and covary as the roll-up says."""
    random = np.random.default_rng(8)
    keys = [("S", "I", "a"), ("S", "I", "b"), ("S", "J", "c"), ("T", "K", "d"), ("T", "K", "e")]
    amount = {"a": 5.0, "b": 2.0, "c": 4.0, "d": 1.0, "e": 9.0}
    industry = {"I": 3.0, "J": 1.0, "K": 7.0}
    index, covariance = correlated(random, 5, 1)
    scores = replace(units(dict.fromkeys(keys, (0, 1))), index=index, covariance=covariance)
    shares = [
        LevelShares(level="firm", kind="revenue", amounts=amount),
        LevelShares(level="industry", kind="revenue", amounts=industry),
        LevelShares(level="sector", kind="gdp", amounts={"S": 1, "T": 3}),
    ]
    rolled = roll_up(scores, shares, BY)
    draws = random.multivariate_normal(index[:, 0], covariance[0], 40_000)
    made = {}
    for name in ("I", "J", "K"):
        rows = [k for k, key in enumerate(keys) if key[1] == name]
        whole = sum(amount[keys[k][2]] for k in rows)
        made[name] = sum(draws[:, k] * amount[keys[k][2]] / whole for k in rows)
    made["S"] = (3 * made["I"] + made["J"]) / 4
    made["total"] = (made["S"] + 3 * made["K"]) / 4
    simulated = np.cov([made["I"], made["J"], made["K"]])
    found = rolled.at("industry").scores.covariance[0]
    # a covariance of 40,000 draws has a standard error of at most sqrt(2 / 40,000) of the variances
    bound = 4 * np.sqrt(2 / 40_000) * np.sqrt(np.outer(np.diag(found), np.diag(found)))
    assert (np.abs(simulated - found) < bound).all()
    total = rolled.total.covariance[0, 0, 0]
    assert np.var(made["total"]) == pytest.approx(total, rel=4 * np.sqrt(2 / 40_000))
    assert np.mean(made["total"]) == pytest.approx(rolled.total.index[0, 0], abs=4 * np.sqrt(total / 40_000))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 9), factor=st.floats(0.01, 1000))
def test_a_whole_lies_among_its_units_whatever_the_scale_of_amounts(
    seed: int, count: int, factor: float
) -> None:
    random = np.random.default_rng(seed)
    keys = [(f"S{random.integers(2)}", f"I{random.integers(3)}", f"f{k}") for k in range(count)]
    index, covariance = correlated(random, count, 2)
    scores = replace(units(dict.fromkeys(keys, (0, 1))), index=index, covariance=covariance)
    scores = replace(scores, constructs=("quality", "satisfaction"))
    amounts = {f"f{k}": float(amount) for k, amount in enumerate(random.uniform(0.1, 9, count))}
    scaled = {name: factor * amount for name, amount in amounts.items()}
    one, other = (
        roll_up(scores, [LevelShares(level="firm", kind="revenue", amounts=given)], BY)
        for given in (amounts, scaled)
    )
    for level in ("industry", "sector", "total"):
        found = one.at(level).scores
        assert found.index == pytest.approx(other.at(level).scores.index)
        assert (found.index >= index.min(axis=0) - 1e-9).all()
        assert (found.index <= index.max(axis=0) + 1e-9).all()
        assert (np.linalg.eigvalsh(found.covariance) > -1e-9).all()
    for weights in one.weights:
        assert weights.sum(axis=2) == pytest.approx(np.ones(weights.shape[:2]))


def gap(rows: dict[Any, tuple[float, float]], **more: Any) -> UnitScores:
    why = ["n below the minimum base of 30" if np.isnan(index) else "" for index, _ in rows.values()]
    return units(rows, why=why, **more)


NAN = float("nan")


def test_a_suppressed_unit_leaves_its_share_to_the_others_and_a_finding() -> None:
    rows = {A: (80, 1), B: (NAN, NAN), C: (60, 1.5), D: (90, 0.5)}
    rolled = roll_up(gap(rows), all_shares(), BY)
    banks = rolled.at("industry")
    assert banks.scores.index[0, 0] == 80
    assert banks.scores.se[0, 0] == 1
    assert banks.measured[:, 0] == pytest.approx([0.75, 1, 1])
    assert banks.n[0, 0] == 100
    # a quarter of two fifths of four fifths of the whole
    assert rolled.at("total").measured[0, 0] == pytest.approx(1 - 0.25 * 0.4 * 0.8)
    (finding,) = rolled.findings
    assert (finding.code, finding.severity) == ("share-lost", "warning")
    assert "Services / Banks / B-Bank (25 %) of Services / Banks has no number" in finding.what
    shares = share_frame(rolled)
    assert shares["share"].tolist()[:2] == [0.75, 0.25]
    assert shares["why"].tolist()[:2] == ["", "no number, its share does not count"]


def test_what_a_suppressed_unit_would_have_scored_is_nowhere() -> None:
    """All that is left of it is its name, its share and its respondents."""
    rows = {A: (80, 1), B: (NAN, NAN), C: (60, 1.5), D: (90, 0.5)}
    without = {key: value for key, value in rows.items() if key != B}
    less = [
        LevelShares(level="firm", kind="revenue", amounts={k: v for k, v in REVENUE.items() if k != "B-Bank"})
    ]
    one = roll_up(gap(rows), all_shares(), BY)
    other = roll_up(gap(without), [*less, *all_shares()[1:]], BY)
    for level in ("industry", "sector", "total"):
        assert one.at(level).scores.index == pytest.approx(other.at(level).scores.index)
        assert one.at(level).scores.covariance == pytest.approx(other.at(level).scores.covariance)
        assert one.at(level).n.tolist() == other.at(level).n.tolist()


def test_a_whole_without_a_measured_unit_has_no_number_and_is_lost_in_turn() -> None:
    rolled = roll_up(gap({A: (NAN, NAN), B: (NAN, NAN), C: (60, 1.5), D: (90, 0.5)}), all_shares(), BY)
    banks = rolled.at("industry").scores
    assert np.isnan(banks.index[0, 0])
    assert np.isnan(banks.se[0, 0])
    assert np.isnan(banks.df[0])
    assert banks.why == (NOBODY, "", "")
    assert rolled.at("sector").scores.index[0, 0] == 60
    assert rolled.at("sector").measured[:, 0] == pytest.approx([0.6, 1])
    assert [finding.code for finding in rolled.findings] == ["share-lost", "share-lost"]
    assert "Services / Banks (40 %) of Services has no number" in rolled.findings[1].what


def test_how_much_is_measured_may_not_be_known() -> None:
    """A suppressed unit without an amount: unknown of revenues, within the rest of market shares."""
    rows = {A: (80, 1), B: (NAN, NAN), C: (60, 1.5), D: (90, 0.5)}
    amounts = {"A-Bank": 0.6, "C-Air": 1.0, "D-Food": 1.0}
    unknown = roll_up(gap(rows), [LevelShares(level="firm", kind="revenue", amounts=amounts)], BY)
    assert unknown.at("industry").measured[:, 0] == pytest.approx([NAN, 1, 1], nan_ok=True)
    assert np.isnan(unknown.at("total").measured[0, 0])
    told = aggregate_frame(unknown)["why"].tolist()
    assert told[0] == told[-1] == "measured: the share of a unit without a number is not given"
    assert told[1] == ""
    assert "B-Bank (share not given)" in unknown.findings[-1].what
    assert share_frame(unknown)["why"].tolist()[1] == "no number, and no amount is given"
    market = LevelShares(level="firm", kind="market_share", amounts=amounts, others="mean")
    known = roll_up(gap(rows), [market], BY)
    assert known.at("industry").measured[:, 0] == pytest.approx([0.6, 1, 1])


def test_a_suppressed_unit_counts_by_its_respondents_until_its_share_is_lost() -> None:
    rows = {A: (80, 1), B: (NAN, NAN), C: (60, 1.5), D: (90, 0.5)}
    given = [LevelShares(level=level, kind="sample_size") for level in BY]
    rolled = roll_up(gap(rows, n=np.array([75, 25, 150, 250])), given, BY)
    assert rolled.at("industry").measured[:, 0] == pytest.approx([0.75, 1, 1])
    # the mean of those who are in a number
    assert index_of(rolled, "total") == pytest.approx((75 * 80 + 150 * 60 + 250 * 90) / 475)


def test_amounts_of_zero_are_no_matter_where_nothing_is_measured() -> None:
    rows = {A: (NAN, NAN), B: (NAN, NAN), C: (60, 1), D: (90, 1)}
    zeros = LevelShares(level="firm", kind="revenue", amounts=REVENUE | {"A-Bank": 0, "B-Bank": 0})
    assert roll_up(gap(rows), [zeros], BY).at("industry").scores.why[0] == NOBODY


def test_nothing_measured_is_no_number() -> None:
    rolled = roll_up(gap({A: (NAN, NAN), B: (NAN, NAN)}), [], BY)
    frame = aggregate_frame(rolled)
    assert frame[["index", "se", "ci_lower", "ci_upper"]].isna().all(axis=None)
    assert (frame["why"] == NOBODY).all()
    assert (frame["measured"] == 0).all()


def test_measured_units_of_share_zero_make_no_number() -> None:
    shares = LevelShares(level="firm", kind="revenue", amounts=REVENUE | {"A-Bank": 0.0})
    rolled = roll_up(gap({A: (80, 1), B: (NAN, NAN), C: (60, 1), D: (90, 1)}), [shares], BY)
    assert rolled.at("industry").scores.why == (NO_SHARE, "", "")
    counted = roll_up(four_firms(), [shares], BY).at("industry")
    assert (counted.scores.index[0, 0], counted.units[0, 0], counted.n[0, 0]) == (70, 1, 100)


def test_a_number_without_an_error_makes_a_whole_without_one() -> None:
    rows = {A: (80, 1), B: (70, NAN), C: (60, 1), D: (90, 1)}
    rolled = roll_up(units(rows), all_shares(), BY)
    industries = rolled.at("industry").scores
    assert industries.index[:, 0] == pytest.approx([77.5, 60, 90])
    assert np.isnan(industries.covariance[0]).tolist() == [
        [True, True, True],
        [True, False, False],
        [True, False, False],
    ]
    assert industries.why == (NO_ERROR, "", "")
    assert rolled.total.index[0, 0] == pytest.approx(71.6)
    assert np.isnan(rolled.total.se[0, 0])
    told = aggregate_frame(rolled).query("level == 'total'").iloc[0]
    assert told["why"] == NO_ERROR


def test_answers_without_spread_are_carried_upward_as_they_are() -> None:
    rolled = roll_up(units({A: (80, 0), B: (70, 0), C: (60, 1), D: (90, 0)}), [], BY)
    assert rolled.at("industry").scores.se[0, 0] == 0
    lower, upper = intervals_of(rolled.at("industry"), 0.95)
    assert lower[0, 0] == upper[0, 0] == 75


def test_a_construct_without_a_number_is_missing_alone() -> None:
    scores = replace(
        units({A: (0, 1), B: (0, 1)}),
        constructs=("complaints", "satisfaction"),
        index=np.array([[10.0, 80], [NAN, 60]]),
        covariance=np.array([[[1, NAN], [NAN, NAN]], [[1, 0], [0, 1]]]),
    )
    rolled = roll_up(scores, [LevelShares(level="firm", kind="equal")], BY)
    total = rolled.at("total")
    assert total.scores.index.tolist() == [[10, 70]]
    assert total.scores.se == pytest.approx(np.array([[1, np.sqrt(0.5)]]))
    assert total.measured.tolist() == [[0.5, 1]]
    assert total.n.tolist() == [[100, 200]]
    assert "B-Bank (50 %, on complaints)" in rolled.findings[0].what


def test_one_unit_is_its_own_whole() -> None:
    rolled = roll_up(units({("only",): (73, 2)}, df=29), [], ("firm",))
    assert (rolled.total.index[0, 0], rolled.total.se[0, 0], rolled.total.df[0]) == (73, 2, 29)
    assert not rolled.findings


def test_no_units_are_an_error() -> None:
    with pytest.raises(UsageError, match="no units"):
        roll_up(units({A: (1, 1)}).chosen([]), [], BY)


def test_tables_have_the_columns_of_the_contract_and_no_silent_gap() -> None:
    rolled = roll_up(four_firms(), all_shares(), BY)
    frame, shares = aggregate_frame(rolled, level=0.9, weights_from="group"), share_frame(rolled)
    for name, made in (("aggregates", frame), ("shares", shares)):
        table = SURVEY_TABLES[name]
        assert tuple(made.columns) == table.column_names
        numbers = [c.name for c in table.columns if c.kind in ("number", "integer")]
        assert not made[numbers].isna().any(axis=1)[made["why"] == ""].any(), name
    assert frame["unit"].tolist() == [
        "Services / Banks", "Services / Airlines", "Goods / Food", "Services", "Goods", "total",
    ]  # fmt: skip
    assert frame["parent"].tolist() == ["Services", "Services", "Goods", "total", "total", ""]
    assert frame["share_kind"].tolist() == ["revenue"] * 5 + ["gdp"]
    assert set(frame["weights_from"]) == {"group"}
    half = stats.t.ppf(0.95, 13) * np.sqrt(0.8125)
    assert frame.loc[0, ["ci_lower", "ci_upper"]].tolist() == pytest.approx([77.5 - half, 77.5 + half])
    assert shares["level"].tolist() == ["firm"] * 4 + ["industry"] * 3 + ["sector"] * 2
    assert shares["share"].tolist() == pytest.approx([0.75, 0.25, 1, 1, 0.4, 0.6, 1, 0.8, 0.2])
    assert shares["amount"].tolist() == [*REVENUE.values(), *INDUSTRIES.values(), *GDP.values()]


def test_words_of_the_tables_are_in_both_languages() -> None:
    words = {
        *KINDS,
        *OTHERS.values(),
        "given",
        "residual_share",
        "respondents",
        "declared_equal",
        "default_equal",
    }
    assert words <= set(TERMS)
