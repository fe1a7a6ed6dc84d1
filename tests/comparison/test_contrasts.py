"""Differences between units: hand-worked, against scipy and statsmodels, and where there is no number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from contrast_builders import compared, row_of, scores_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]
from statsmodels.stats.weightstats import ttost_ind  # type: ignore[import-untyped]

from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import difference_table, pair_table
from csi_model.comparison.means_of_units import left_out_of_means
from csi_model.errors import UsageError
from csi_model.vocabulary import DIFFERENCES

BANKS = [("Banks", "a"), ("Banks", "b"), ("Banks", "c")]
TWO_PARENTS = [*BANKS, ("Food", "d"), ("Food", "e")]


class TestByHand:
    """Numbers that can be followed with a pencil."""

    def test_two_units(self) -> None:
        """v = 9 + 16 = 25; df = 625 / (81/9 + 256/16) = 25; t = 5/5; t(.975; 25) = 2.0595."""
        table = difference_table(compared([70, 75], [3, 4], df=[9, 16]), kinds=["pair"])
        row = row_of(table)
        assert (row["unit_1"], row["unit_2"]) == ("a", "b")
        assert (row["index_1"], row["index_2"], row["difference"]) == (70, 75, 5)
        assert (row["se"], row["z"]) == (5, 1)
        assert row["df_welch"] == pytest.approx(25)
        assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((5 - 10.2977, 5 + 10.2977), abs=1e-3)
        assert row["pvalue"] == pytest.approx(0.3269, abs=1e-4)
        for name in ("pvalue_holm", "pvalue_bh", "pvalue_simultaneous"):
            assert row[name] == row["pvalue"]
        assert (row["simultaneous_lower"], row["simultaneous_upper"]) == pytest.approx(
            (row["ci_lower"], row["ci_upper"])
        )
        assert (row["verdict"], row["equivalence"], row["why"]) == ("no clear difference", "not shown", "")

    def test_three_units_with_shares(self) -> None:
        """Mean .5 x 70 + .3 x 80 + .2 x 75 = 74; of a less the mean: .25 + .09 x 4 + .04 x 4 = .77."""
        units = compared([70, 80, 75], [1, 2, 2], keys=BANKS)
        table = difference_table(units, kinds=["rest", "parent"], shares=np.array([50.0, 30, 20]))
        parent = row_of(table, kind="parent", unit_2="Banks / a")
        assert (parent["unit_1"], parent["index_1"], parent["difference"]) == ("Banks", 74, -4)
        assert parent["se"] == pytest.approx(np.sqrt(0.77))
        rest = row_of(table, kind="rest", unit_2="Banks / a")
        assert (rest["unit_1"], rest["index_1"], rest["difference"]) == ("all others", 78, -8)
        assert rest["se"] == pytest.approx(np.sqrt(1 + 0.36 * 4 + 0.16 * 4))
        assert rest["df_welch"] == np.inf
        assert rest["pvalue"] == pytest.approx(2 * stats.norm.sf(8 / np.sqrt(3.08)))

    def test_units_that_covary(self) -> None:
        """S_ab = .5: pair 1 + 4 - 1 = 4; a less the mean .77 + 2 x .5 x (-.3) x .5 = .62."""
        joint = np.array([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])
        units = compared([70, 80, 75], [1, 2, 2], keys=BANKS, joint=joint)
        table = difference_table(units, kinds=["pair", "parent"], shares=np.array([5, 3, 2]))
        assert row_of(table, kind="pair", unit_2="Banks / b")["se"] == pytest.approx(2)
        assert row_of(table, kind="parent", unit_2="Banks / a")["se"] == pytest.approx(np.sqrt(0.62))

    def test_equal_shares_where_none_are_given(self) -> None:
        row = row_of(difference_table(compared([70, 80, 78], 1), kinds=["rest"]), unit_2="a")
        assert (row["index_1"], row["se"]) == (79, pytest.approx(np.sqrt(1.5)))

    def test_each_unit_is_compared_with_its_own_parent(self) -> None:
        table = difference_table(
            compared([70, 80, 78, 50, 60], 1, keys=TWO_PARENTS), kinds=["rest", "parent"]
        )
        assert row_of(table, kind="rest", unit_2="Food / e")["index_1"] == 50
        parent = row_of(table, kind="parent", unit_2="Food / d")
        assert (parent["unit_1"], parent["index_1"]) == ("Food", 55)
        assert (
            row_of(difference_table(compared([1, 2], 1), kinds=["parent"]), unit_2="a")["unit_1"] == "total"
        )

    def test_satterthwaites_df_of_a_mean(self) -> None:
        """a less (a + b + c) / 3: terms 4/9 x 4, 1/9 x 1, 1/9 x 9; v = 26/9."""
        row = row_of(
            difference_table(compared([1, 2, 3], [2, 1, 3], df=[10, 20, 40]), kinds=["parent"]), unit_2="a"
        )
        terms = np.array([16 / 9, 1 / 9, 1])
        assert row["df_welch"] == pytest.approx((26 / 9) ** 2 / (terms**2 / [10, 20, 40]).sum())


class TestAgainstOtherPrograms:
    @pytest.mark.parametrize("n", [(30, 400), (250, 250)])
    def test_welch_is_scipys(self, n: tuple[int, int]) -> None:
        sd = np.array([17.0, 25.0])
        units = compared([71.0, 78.0], sd / np.sqrt(n), df=np.array(n) - 1.0)
        row = row_of(difference_table(units, kinds=["pair"]))
        theirs = stats.ttest_ind_from_stats(78, 25, n[1], 71, 17, n[0], equal_var=False)
        assert (row["z"], row["pvalue"]) == pytest.approx((theirs.statistic, theirs.pvalue))

    def test_two_one_sided_tests_are_statsmodels(self) -> None:
        rng = np.random.default_rng(4)
        one, two = rng.normal(70, 8, 200), rng.normal(70.5, 9, 300)
        means, errors = [one.mean(), two.mean()], [stats.sem(one), stats.sem(two)]
        table = difference_table(compared(means, errors, df=[199, 299]), kinds=["pair"], margin=2.0)
        theirs = ttost_ind(two, one, -2.0, 2.0, usevar="unequal")[0]
        assert row_of(table)["pvalue_equivalence"] == pytest.approx(theirs)

    @pytest.mark.slow
    def test_adjustments_are_statsmodels_over_one_construct_and_kind(self) -> None:
        units = compared([[70, 1], [72, 1], [75, 9]], [[1, 1]] * 3, constructs=("quality", "value"))
        table = difference_table(units, kinds=["pair", "rest"])
        for _, family in table.groupby(["kind", "construct"]):
            for name, method in (("pvalue_holm", "holm"), ("pvalue_bh", "fdr_bh")):
                np.testing.assert_allclose(family[name], multipletests(family["pvalue"], method=method)[1])

    def test_simultaneous_tests_are_tukeys_for_equal_known_errors(self) -> None:
        """scipy's studentized range; a p-value of .05 is known to .0022 x 3."""
        table = difference_table(compared([70, 70.9, 72.6, 70.2, 70.5], 0.9), kinds=["pair"])
        for _, row in table.iterrows():
            q = abs(row["z"]) * np.sqrt(2)
            theirs = stats.studentized_range.sf(q, 5, np.inf)
            assert row["pvalue_simultaneous"] == pytest.approx(theirs, abs=3 * np.sqrt(theirs / 1e4) + 1e-3)
        half = (table["simultaneous_upper"] - table["simultaneous_lower"]) / 2
        limit = stats.studentized_range.isf(0.05, 5, np.inf) / np.sqrt(2)
        np.testing.assert_allclose(half, limit * table["se"], rtol=0.012)


class TestVerdicts:
    def test_a_verdict_says_what_the_simultaneous_interval_says(self) -> None:
        index = np.linspace(60, 80, 9)
        table = difference_table(compared(index, 2.2, df=60.0), kinds=["pair", "rest", "parent"])
        clear = (table["simultaneous_lower"] > 0) | (table["simultaneous_upper"] < 0)
        np.testing.assert_array_equal(clear, table["verdict"].isin(["higher", "lower"]))
        np.testing.assert_array_equal(clear, table["pvalue_simultaneous"] < 0.05)
        assert 0 < clear.sum() < len(clear)
        np.testing.assert_array_equal(table["verdict"] == "higher", clear & (table["difference"] > 0))
        assert np.all(table["pvalue_simultaneous"] >= table["pvalue"])

    def test_words_for_equivalence(self) -> None:
        """Differences 0, 1, 1 and 9 with a standard error of 1.41, .141, 1.41: margin of 2."""
        tight = difference_table(compared([70, 70.1, 71], 0.1), kinds=["pair"])
        words = [row_of(tight, unit_1=a, unit_2=b)["equivalence"] for a, b in ("ab", "ac")]
        assert words == ["equivalent", "clear but small"]
        wide = difference_table(compared([70, 70, 79], 1), kinds=["pair"])
        assert set(wide["equivalence"]) == {"not shown"}
        assert row_of(wide, unit_1="a", unit_2="c")["pvalue_equivalence"] == pytest.approx(1)

    def test_equivalence_is_adjusted_by_holm(self) -> None:
        table = difference_table(compared([70, 70, 70], 0.7), kinds=["pair"])
        alone = stats.norm.sf(2 / np.sqrt(0.98))
        np.testing.assert_allclose(table["pvalue_equivalence"], 3 * alone)
        assert alone < 0.05 < 3 * alone
        assert set(table["equivalence"]) == {"not shown"}

    def test_the_verdict_on_the_comparison_stands_beside_it(self) -> None:
        units = compared([[70, 1], [72, 1]], [[1, 1]] * 2, constructs=("quality", "value"))
        table = difference_table(units, kinds=["pair"], comparable={"value": "partly"})
        assert table["comparable"].tolist() == ["not tested", "partly"]
        assert set(difference_table(units, comparable="no")["comparable"]) == {"no"}

    def test_families_within_parents_are_smaller(self) -> None:
        index = [70, 72, 74, 70, 72]
        units = compared(index, 1, keys=TWO_PARENTS)
        alone, everything = (difference_table(units, kinds=["pair"], within_parents=w) for w in (True, False))
        assert (len(alone), len(everything)) == (4, 10)
        pair = {"unit_1": "Food / d", "unit_2": "Food / e"}
        one, other = row_of(alone, **pair), row_of(everything, **pair)
        assert one["pvalue_holm"] == one["pvalue"] == other["pvalue"]
        assert one["pvalue_simultaneous"] < other["pvalue_simultaneous"]


class TestChosenPairs:
    def test_are_second_less_first(self) -> None:
        table = pair_table(compared([70, 75, 80], 1), [(1, 0), (0, 2)])
        assert table[["unit_1", "unit_2"]].to_numpy().tolist() == [["b", "a"], ["a", "c"]]
        assert table["difference"].tolist() == [-5, 10]
        assert table["verdict"].tolist() == ["lower", "higher"]

    def test_one_pair_is_one_plain_test(self) -> None:
        row = row_of(pair_table(compared([70, 75, 80], [3, 4, 1], df=[9, 16, 9]), [(0, 1)]))
        assert row["pvalue_simultaneous"] == row["pvalue_holm"] == row["pvalue"]
        assert row["simultaneous_lower"] == pytest.approx(row["ci_lower"])

    def test_no_pairs_are_an_empty_table(self) -> None:
        table = pair_table(compared([70, 75], 1), [])
        assert list(table.columns) == list(DIFFERENCES.column_names)
        assert len(table) == 0

    def test_all_pairs_are_all_pairs(self) -> None:
        units = compared([70, 75, 80], 1, df=100.0)
        pd.testing.assert_frame_equal(
            pair_table(units, [(0, 1), (0, 2), (1, 2)]), difference_table(units, kinds=["pair"])
        )


shares = st.lists(st.floats(0.01, 1), min_size=2, max_size=6)


@settings(max_examples=15)
@given(shares, st.integers(0, 10_000), st.booleans())
def test_against_the_parent_is_the_unit_s_share_less_than_against_the_rest(
    amounts: list[float], seed: int, joint: bool
) -> None:
    rng, count = np.random.default_rng(seed), len(amounts)
    v = rng.normal(size=(count, 2)) * joint
    scores = scores_of(
        rng.normal(70, 5, count), rng.uniform(0.5, 3, count), df=rng.uniform(5, 300, count), joint=v @ v.T
    )
    units = ComparedUnits(scores=scores, draws=200)
    table = difference_table(units, kinds=["rest", "parent"], shares=np.array(amounts))
    rest, parent = (table[table["kind"] == kind].reset_index() for kind in ("rest", "parent"))
    left = 1 - np.array(amounts) / sum(amounts)
    for name in ("difference", "se", "ci_lower", "ci_upper", "simultaneous_lower", "simultaneous_upper"):
        np.testing.assert_allclose(parent[name], left * rest[name], rtol=1e-8, atol=1e-10)
    for name in ("df_welch", "z", "pvalue", "pvalue_holm", "pvalue_simultaneous"):
        np.testing.assert_allclose(parent[name], rest[name], rtol=1e-6)


def test_the_order_of_the_units_changes_signs_at_most() -> None:
    rng = np.random.default_rng(2)
    keys = [*TWO_PARENTS, ("Food", "f"), ("Banks", "g")]
    v = rng.normal(size=(7, 2))
    scores = scores_of(
        rng.normal(70, 3, 7), rng.uniform(1, 2, 7), df=rng.uniform(29, 300, 7), keys=keys, joint=v @ v.T
    )
    amounts, order = rng.uniform(1, 2, 7), rng.permutation(7)
    one, other = (
        difference_table(ComparedUnits(scores=scores.chosen(rows)), shares=amounts[rows])
        for rows in (np.arange(7), order)
    )
    names = ["se", "df_welch", "pvalue", "pvalue_holm", "pvalue_simultaneous", "equivalence"]
    found = []
    for table in (one, other):
        pair = table["kind"] == "pair"
        ends = [sorted(row) for row in table[["unit_1", "unit_2"]].to_numpy().tolist()]
        table["ends"] = [" - ".join(end) if p else f"{u} {v}" for end, p, u, v in
                         zip(ends, pair, table["unit_1"], table["unit_2"], strict=True)]  # fmt: skip
        table["size"] = np.where(pair, table["difference"].abs(), table["difference"])
        found.append(
            table.sort_values(["kind", "ends"])[["kind", "ends", "size", *names]].reset_index(drop=True)
        )
    pd.testing.assert_frame_equal(*found, check_exact=False, rtol=1e-12)


class TestWithoutNumbers:
    """c is suppressed, d has no standard error, e one of zero."""

    units = compared(
        [70, 72, np.nan, 75, 80],
        [1, 1, np.nan, np.nan, 0],
        keys=TWO_PARENTS,
        df=[50, 50, 0, 50, 50],
        why=["", "", "base of 12, below 30", "no resampling", ""],
    )

    def test_pairs_say_why_they_are_not_tested(self) -> None:
        table = difference_table(self.units, kinds=["pair"])
        assert len(table) == 10
        tested = table["verdict"] != "not tested"
        assert table[tested][["unit_1", "unit_2"]].to_numpy().tolist() == [["Banks / a", "Banks / b"]]
        assert (table.loc[~tested, "why"] != "").all()
        assert (table.loc[tested, "why"] == "").all()
        for name in ("se", "z", "pvalue", "pvalue_holm", "pvalue_simultaneous", "ci_lower"):
            assert table.loc[~tested, name].isna().all()
        row = row_of(table, unit_1="Banks / c", unit_2="Food / d")
        assert row["why"] == "Banks / c: base of 12, below 30; Food / d: no resampling"
        row = row_of(table, unit_1="Banks / a", unit_2="Food / e")
        assert (row["difference"], row["why"]) == (10, "Food / e: the standard error is zero")

    def test_the_suppressed_are_not_in_the_mean(self) -> None:
        row = row_of(difference_table(self.units, kinds=["rest"]), unit_2="Banks / a")
        assert (row["index_1"], row["se"]) == (72, pytest.approx(np.sqrt(2)))
        (note,) = left_out_of_means(self.units)
        assert (note.where, note.severity) == ("Banks", "note")
        assert "Banks / c" in note.what

    def test_a_mean_with_a_unit_of_unknown_error_has_none(self) -> None:
        table = difference_table(compared([70, 72, 74], [1, 1, np.nan]), kinds=["rest", "parent"])
        assert table["difference"].tolist() == pytest.approx([-3, 0, 3, -2, 0, 2])
        assert set(table["verdict"]) == {"not tested"}
        assert set(table["why"]) == {"c: no standard error"}

    def test_a_unit_whose_answers_are_all_alike_counts_in_the_mean(self) -> None:
        row = row_of(difference_table(compared([70, 72, 74], [1, 2, 0]), kinds=["rest"]), unit_2="a")
        assert row["se"] == pytest.approx(np.sqrt(1 + 0.25 * 4))

    def test_one_unit_alone(self) -> None:
        table = difference_table(compared([70], 1))
        assert table["kind"].tolist() == ["rest", "parent", "best"]
        assert set(table["verdict"]) == {"not tested"}
        assert (table["why"] != "").all()

    def test_no_unit_with_a_number(self) -> None:
        table = difference_table(compared([np.nan, np.nan], [np.nan, np.nan], why=["few", "few"]))
        assert set(table["verdict"]) == {"not tested"}
        assert (table["why"] != "").all()

    def test_a_unit_that_has_all_the_shares(self) -> None:
        table = difference_table(compared([70, 72], 1), kinds=["rest"], shares=np.array([1.0, 0]))
        assert row_of(table, unit_2="b")["verdict"] == "no clear difference"
        assert row_of(table, unit_2="a")["why"] == "all others have no share, or no standard error"

    def test_units_with_one_error_are_not_tested(self) -> None:
        table = difference_table(compared([70, 72], 0.0, joint=np.ones((2, 2))), kinds=["pair"])
        assert row_of(table)["why"] == "the standard error of the difference is zero"


class TestMistakes:
    def test_all_are_named_at_once(self) -> None:
        units = compared([70, 72, 74], 1, keys=BANKS)
        with pytest.raises(UsageError) as caught:
            difference_table(
                units, kinds=["pairs"], constructs=["satisfction"], margin=0,
                comparable="perhaps", shares=np.array([1, -1, np.nan]),
            )  # fmt: skip
        where = [finding.where for finding in caught.value.findings]
        assert where == [
            "kinds",
            "constructs",
            "margin",
            "comparable",
            "share of Banks / b",
            "share of Banks / c",
        ]
        assert "Did you mean 'pair'?" in str(caught.value)

    @pytest.mark.parametrize(("amounts", "words"), [([0, 0], "all 0"), ([1, 1, 1], "3 shares for 2 units")])
    def test_shares_that_make_no_mean(self, amounts: list[float], words: str) -> None:
        with pytest.raises(UsageError, match=words):
            difference_table(compared([70, 72], 1), shares=np.array(amounts, dtype=float))

    @pytest.mark.parametrize("pair", [(0, 0), (0, 2), (-1, 1)])
    def test_pairs_that_there_are_not(self, pair: tuple[int, int]) -> None:
        with pytest.raises(UsageError, match="no pair of different units"):
            pair_table(compared([70, 72], 1), [pair])

    def test_settings_that_there_are_not(self) -> None:
        with pytest.raises(UsageError) as caught:
            ComparedUnits(
                scores=scores_of([70, 72], 1, keys=[("a",), ("a",)], df=[0, 9]),
                level=95,
                draws=3,
                low_is_good=("x",),
            )
        where = [finding.where for finding in caught.value.findings]
        assert where == ["low_is_good", "level", "draws", "unit 'a'", "unit 'a'"]
