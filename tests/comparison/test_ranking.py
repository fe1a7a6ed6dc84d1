"""Ranks, their intervals and probabilities, the leaders, and each unit against the best of the others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from contrast_builders import compared, row_of, scores_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import difference_table
from csi_model.comparison.rank_draws import rank_distribution
from csi_model.comparison.ranking import rank_tables, ranked
from csi_model.errors import UsageError
from csi_model.vocabulary import SURVEY_TABLES

DUNNETT = 1.916
"""One-sided 5 % value of two units against a third, known variances (Dunnett 1955, table 1a: 1.92)."""


class TestByHand:
    def test_two_units_that_cannot_be_told_apart_and_one_that_can(self) -> None:
        """Difference 1 and 20 with a standard error of 1.41; the largest of three needs 2.34 of these."""
        table = rank_tables(compared([79, 60, 80], 1)).ranks
        assert table["unit"].tolist() == ["c", "a", "b"]
        assert table["rank"].tolist() == [1, 2, 3]
        assert table[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]
        simultaneous = table[["simultaneous_rank_lower", "simultaneous_rank_upper"]]
        assert simultaneous.to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]
        assert table["may_lead"].tolist() == [True, True, False]
        assert table["letters"].tolist() == ["a", "a", "b"]
        assert set(table["units"]) == {3}
        assert set(table["within"]) == {"all"}
        assert set(table["why"]) == {""}

    def test_marginal_intervals_are_the_narrower_ones(self) -> None:
        """3.2 / 1.41 = 2.26: past the 2.21 of one unit against two others, not past the 2.34 of all pairs."""
        table = rank_tables(compared([70, 73.2, 76.4], 1)).ranks
        middle = row_of(table, unit="b")
        assert (middle["rank_lower"], middle["rank_upper"]) == (2, 2)
        assert (middle["simultaneous_rank_lower"], middle["simultaneous_rank_upper"]) == (1, 3)

    def test_two_units_have_the_normal_probability_of_being_first(self) -> None:
        tables = rank_tables(compared([70, 71], [0.6, 0.8]))
        first = stats.norm.cdf(1)
        assert row_of(tables.ranks, unit="b")["p_first"] == pytest.approx(first, abs=0.012)
        assert row_of(tables.probabilities, unit="b", rank=2)["probability"] == pytest.approx(
            1 - first, abs=0.012
        )

    def test_low_is_good_turns_the_ranks_round(self) -> None:
        units = compared(
            [[10, 10], [30, 30]], 1, constructs=("value", "complaints"), low_is_good=["complaints"]
        )
        table = rank_tables(units).ranks
        assert row_of(table, construct="value", rank=1)["unit"] == "b"
        best = row_of(table, construct="complaints", rank=1)
        assert (best["unit"], best["index"], best["may_lead"], best["p_first"]) == ("a", 10, True, 1)
        assert not row_of(table, construct="complaints", rank=2)["may_lead"]

    def test_parents_have_ranks_of_their_own(self) -> None:
        keys = [("Banks", "a"), ("Banks", "b"), ("Food", "c"), ("Food", "d")]
        table = rank_tables(compared([70, 90, 60, 80], 1, keys=keys)).ranks
        assert list(dict.fromkeys(table["within"])) == ["all", "Banks", "Food"]
        assert row_of(table, within="all", unit="Food / d")["rank"] == 2
        inside = row_of(table, within="Food", unit="Food / d")
        assert (inside["rank"], inside["rank_upper"], inside["units"]) == (1, 1, 2)

    def test_equal_units_have_the_better_rank_both(self) -> None:
        table = rank_tables(compared([70, 75, 75, 80], 0.1)).ranks
        assert table["rank"].tolist() == [1, 2, 2, 4]
        assert table[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 1], [2, 3], [2, 3], [4, 4]]


class TestProbabilities:
    def test_units_that_are_alike_share_all_ranks(self) -> None:
        found = rank_distribution(np.zeros(3), np.eye(3))
        np.testing.assert_allclose(found, 1 / 3, atol=0.015)

    def test_ties_are_split(self) -> None:
        """Two units with one error and one score tie in every draw; the third is far below."""
        joint = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
        found = rank_distribution(np.array([70.0, 70, 20]), joint, draws=500)
        np.testing.assert_allclose(found, [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])

    def test_a_shared_error_does_not_blur_ranks(self) -> None:
        found = rank_distribution(np.array([70.0, 71]), np.full((2, 2), 100.0) + 0.001 * np.eye(2))
        np.testing.assert_allclose(found, [[0, 1], [1, 0]])

    def test_each_unit_has_a_rank_and_each_rank_a_unit(self) -> None:
        found = rank_distribution(np.array([70.0, 71, 71, 69]), np.diag([1.0, 2, 3, 0.5]), draws=2000)
        np.testing.assert_allclose(found.sum(axis=0), 1)
        np.testing.assert_allclose(found.sum(axis=1), 1)

    def test_rare_ranks_have_no_row(self) -> None:
        probabilities = rank_tables(compared([60, 80, 79], 1)).probabilities
        assert probabilities["probability"].min() >= 0.001
        assert row_of(probabilities, unit="a")["rank"] == 3
        assert list(probabilities.columns) == list(SURVEY_TABLES["rank_probabilities"].column_names)


class TestBestOther:
    def test_three_units_by_hand(self) -> None:
        """Errors of differences 1.41, allowance 1.916 x 1.41 = 2.71: only a may lead, by up to 5 + 2.71."""
        table = difference_table(compared([80, 75, 74], 1), kinds=["best"])
        a, b, c = (row_of(table, unit_2=unit) for unit in "abc")
        allowance = DUNNETT * np.sqrt(2)
        assert [row["unit_1"] for row in (a, b, c)] == ["b", "a", "a"]
        assert (a["simultaneous_lower"], a["simultaneous_upper"]) == pytest.approx(
            (0, 5 + allowance), abs=0.1
        )
        assert (b["simultaneous_lower"], b["simultaneous_upper"]) == pytest.approx(
            (-5 - allowance, 0), abs=0.1
        )
        assert (c["difference"], c["ci_lower"], c["ci_upper"]) == pytest.approx(
            (-6, -6 - allowance, 0), abs=0.1
        )
        assert [row["verdict"] for row in (a, b, c)] == ["higher", "lower", "lower"]
        assert np.isnan(a["pvalue"])
        assert "simultaneous" in a["why"]

    def test_units_that_may_lead_have_intervals_on_both_sides_of_zero(self) -> None:
        table = difference_table(compared([80, 79, 60], 1), kinds=["best"])
        a, b, c = (row_of(table, unit_2=unit) for unit in "abc")
        allowance = DUNNETT * np.sqrt(2)
        assert (a["ci_lower"], a["ci_upper"]) == pytest.approx((1 - allowance, 1 + allowance), abs=0.1)
        assert (b["ci_lower"], b["ci_upper"]) == pytest.approx((-1 - allowance, -1 + allowance), abs=0.1)
        assert [row["verdict"] for row in (a, b, c)] == ["no clear difference"] * 2 + ["lower"]

    def test_two_units_are_one_one_sided_test(self) -> None:
        table = difference_table(compared([72, 70], [0.6, 0.8], df=[50, 50]), kinds=["best"])
        df = 1 / (0.36**2 / 50 + 0.64**2 / 50)
        for unit in "ab":
            assert row_of(table, unit_2=unit)["pvalue_simultaneous"] == pytest.approx(stats.t.sf(2, df))
        assert row_of(table, unit_2="a")["ci_upper"] == pytest.approx(2 + stats.t.isf(0.05, df))

    def test_low_is_good_mirrors_the_intervals(self) -> None:
        high = difference_table(compared([80, 75, 74], [1, 2, 1]), kinds=["best"])
        low = difference_table(
            compared([20, 25, 26], [1, 2, 1], low_is_good=["satisfaction"]), kinds=["best"]
        )
        np.testing.assert_allclose(low["difference"], -high["difference"])
        np.testing.assert_allclose(low["ci_lower"], -high["ci_upper"])
        np.testing.assert_allclose(low["ci_upper"], -high["ci_lower"])
        assert low["unit_1"].tolist() == high["unit_1"].tolist()
        assert low["verdict"].tolist() == ["lower", "higher", "higher"]

    def test_verdicts_agree_with_the_leaders(self) -> None:
        units = compared(np.linspace(70, 80, 8), 1.5, df=80.0)
        table = difference_table(units, kinds=["best"])
        leads = rank_tables(units).ranks.set_index("unit")["may_lead"]
        np.testing.assert_array_equal(table["verdict"] == "lower", ~leads[table["unit_2"]].to_numpy())
        np.testing.assert_array_equal(table["verdict"] == "lower", table["pvalue_simultaneous"] < 0.05)


class TestWithoutNumbers:
    """d is suppressed, c has no standard error."""

    units = compared(
        [70, 80, 75, np.nan], [1, 1, np.nan, np.nan], why=["", "", "no resampling", "base of 12, below 30"]
    )

    def test_the_suppressed_have_no_rank_and_say_why(self) -> None:
        row = row_of(rank_tables(self.units).ranks, unit="d")
        assert pd.isna(row["rank"])
        assert pd.isna(row["rank_lower"])
        assert (row["letters"], row["may_lead"], row["units"]) == ("", False, 3)
        assert row["why"] == "d: base of 12, below 30"

    def test_one_without_a_standard_error_may_be_anywhere(self) -> None:
        tables = rank_tables(self.units)
        row = row_of(tables.ranks, unit="c")
        assert (row["rank"], row["rank_lower"], row["rank_upper"]) == (2, 1, 3)
        assert (row["may_lead"], row["letters"]) == (True, "ab")
        assert "no resampling" in row["why"]
        other = row_of(tables.ranks, unit="b")
        assert (other["rank_lower"], other["rank_upper"], other["may_lead"]) == (1, 2, True)
        assert np.isnan(other["p_first"])
        assert "no resampling" in other["why"]
        assert tables.probabilities.empty

    def test_the_best_of_the_others_may_be_one_without_a_standard_error(self) -> None:
        table = difference_table(self.units, kinds=["best"])
        a, b, c = (row_of(table, unit_2=unit) for unit in "abc")
        assert (a["verdict"], a["ci_upper"]) == ("lower", 0)
        assert np.isnan(a["ci_lower"])
        assert (b["unit_1"], b["verdict"]) == ("c", "no clear difference")
        assert np.isnan(b["pvalue_simultaneous"])
        assert (c["verdict"], c["why"]) == ("not tested", "c: no resampling")

    def test_without_any_standard_error_nobody_is_ranked_apart(self) -> None:
        table = rank_tables(compared([70, 80, 90], [np.nan] * 3)).ranks
        assert table["rank"].tolist() == [1, 2, 3]
        assert table[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 3]] * 3
        assert table["may_lead"].all()
        assert set(table["letters"]) == {"a"}
        assert table["p_first"].isna().all()

    def test_one_unit_and_none(self) -> None:
        row = row_of(rank_tables(compared([70], 1)).ranks)
        assert (row["rank"], row["rank_upper"], row["p_first"], row["letters"]) == (1, 1, 1, "a")
        empty = rank_tables(compared([np.nan], [np.nan], why=["few"]))
        assert (row_of(empty.ranks)["units"], len(empty.probabilities)) == (0, 0)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.floats(0.2, 5)), min_size=1, max_size=8),
    st.booleans(),
)
def test_intervals_hold_the_rank_found_in_whatever_order_units_come(
    units: list[tuple[int, float]], low: bool
) -> None:
    index, se = np.array(units, dtype=float).T
    scores = scores_of(index, se, df=40.0)
    order = np.random.default_rng(len(units)).permutation(len(units))
    settings_of = {"draws": 300, "low_is_good": ("satisfaction",) if low else ()}
    tables = [rank_tables(ComparedUnits(scores=s, **settings_of)) for s in (scores, scores.chosen(order))]
    pd.testing.assert_frame_equal(tables[0].ranks, tables[1].ranks)
    pd.testing.assert_frame_equal(tables[0].probabilities, tables[1].probabilities)
    ranks = tables[0].ranks
    ends = ("simultaneous_rank_lower", "rank_lower", "rank", "rank_upper", "simultaneous_rank_upper")
    for one, next_one in pairwise(ends):
        assert (ranks[one] <= ranks[next_one]).all()
    assert ranks["p_first"].sum() == pytest.approx(1)
    assert ranks.loc[ranks["rank"] == 1, "may_lead"].all()


def test_letters_and_verdicts_of_pairs_agree() -> None:
    units = compared(np.linspace(60, 80, 12), np.linspace(1, 3, 12), df=50.0)
    letters = rank_tables(units).ranks.set_index("unit")["letters"]
    for _, row in difference_table(units, kinds=["pair"]).iterrows():
        apart = not set(letters[row["unit_1"]]) & set(letters[row["unit_2"]])
        assert apart == (row["verdict"] in {"higher", "lower"})


def test_tests_of_a_scope_are_made_once() -> None:
    units = compared([70, 75, 80], 1)
    difference_table(units, kinds=["pair", "best"])
    assert units.tests("satisfaction") is units.tests("satisfaction")
    assert ranked(units, "satisfaction").units.tolist() == [2, 1, 0]


def test_scopes_that_there_are_not() -> None:
    with pytest.raises(UsageError) as caught:
        rank_tables(compared([70, 75], 1), constructs=["valu"], scopes=["Banks"])
    assert [finding.where for finding in caught.value.findings] == ["constructs", "scopes"]


@pytest.mark.slow
def test_four_hundred_units_and_all_their_pairs() -> None:
    """79,800 pairs: as many rows, and the critical value of the studentized range."""
    rng = np.random.default_rng(1)
    keys = [(f"{k // 10:02d}", f"{k:03d}") for k in range(400)]
    units = compared(rng.normal(72, 5, 400), 1.5, keys=keys)
    table = difference_table(units, kinds=["pair"])
    assert len(table) == 79_800
    half = (table["simultaneous_upper"] - table["simultaneous_lower"]) / 2 / table["se"]
    assert half.mean() == pytest.approx(stats.studentized_range.isf(0.05, 400, np.inf) / np.sqrt(2), rel=0.01)
    ranks = rank_tables(units, scopes=["all"]).ranks
    assert (ranks["rank_lower"] >= ranks["simultaneous_rank_lower"]).all()
