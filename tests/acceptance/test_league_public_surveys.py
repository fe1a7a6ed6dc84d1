"""Four industries of the public ACSI sample as a league: against plain numpy, scipy, statsmodels and lavaan.

What stands in the tables is computed again from the answers. Standard errors that count index weights as
known need not be those of the package, which carry the error of the weights: in 7,341 interviews it adds
next to nothing (.12 % at most, for expectations), in PLS less than the 400 draws of the bootstrap can tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from acsi_answers import (
    CODES,
    CONSTRUCTS,
    DRIVERS,
    INDUSTRIES,
    QUESTIONS,
    Run,
    file_rows,
    industries,
    of_construct,
    own_effects,
    points,
    regressions,
    run,
    score,
    scores,
    total_effects,
)
from fit_builders import Floats
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

import csi_model as csi_package
from csi_model.comparison.league import LeagueOptions, league
from csi_model.comparison.shares import LevelShares
from csi_model.storage import save

Csi = Callable[..., Any]

DRAWN = 0.12
"""Relative: 3.5 standard deviations of a bootstrap standard error of 400 draws, 1 / sqrt(800)."""
SE = {"ml": 0.002, "pls": DRAWN}
REVENUE = {"1001": 30.0, "3003": 50.0, "3013": 20.0, "5001": 100.0}
SHARES = np.array([0.15, 0.25, 0.10, 0.50])

SATISFACTION = """\
name: three-questions
title: {en: Satisfaction and a question that everybody answered}
index: satisfaction
scale: [1, 10]
constructs:
  other: {indicators: {OTHER: Anything}}
  satisfaction: {indicators: {SATIS: Overall, CONFIRM: Against expectations, IDEAL: Against the ideal}}
paths: {satisfaction: [other]}
"""

both = pytest.mark.parametrize("estimator", ["ml", "pls"])


@cache
def answers(industry: str = "") -> pd.DataFrame:
    """Complete answers on 0-100, of all or of one industry."""
    made = points(file_rows())
    code = file_rows().loc[made.index, "INDUSTRY"].astype(str)
    return made[code == industry] if industry else made


@cache
def few(estimator: str) -> Run:
    """150 interviews an industry, where not everything is clear."""
    return run(file_rows().groupby("INDUSTRY").sample(150, random_state=20150101), estimator)


def se_of(run: Run, industry: str, construct: str = "satisfaction") -> float:
    index = of_construct(run.results.tables["index"], construct, INDUSTRY=industry, weights_from="pooled")
    return float(index["se"].iloc[0])


class TestIndexAndDrivers:
    @pytest.mark.slow
    @both
    def test_an_index_is_the_weighted_mean_of_the_answers(self, estimator: str) -> None:
        made = industries(estimator)
        shown = made.results.tables["index"].set_index(["INDUSTRY", "weights_from", "construct"])["index"]
        for industry in INDUSTRIES:
            for kind, weights in (("pooled", made.weights()), ("group", made.weights(industry))):
                means = scores(answers(industry), weights).mean()
                for name in CONSTRUCTS:
                    assert shown[industry, kind, name] == pytest.approx(means[name], abs=1e-9)
        whole = made.results.pooled["index"].set_index("construct")["index"]
        means = scores(answers(), made.weights()).mean()
        assert [whole[name] for name in CONSTRUCTS] == pytest.approx(means.tolist(), abs=1e-9)

    @pytest.mark.slow
    def test_pls_of_all_is_that_of_the_methodology(self) -> None:
        whole = industries("pls").results.pooled["index"].set_index("construct")["index"]
        known = dict(zip(CONSTRUCTS, (79.756, 78.154, 72.851, 71.289, 17.804, 75.775), strict=True))
        assert whole.to_dict() == pytest.approx(known, abs=0.0005)

    @staticmethod
    def importances(table: pd.DataFrame) -> Floats:
        made = np.full((len(CONSTRUCTS), len(CONSTRUCTS)), np.nan)
        for target, driver, value in zip(table["target"], table["driver"], table["importance"], strict=True):
            made[CONSTRUCTS.index(target), CONSTRUCTS.index(driver)] = value
        return made

    @pytest.mark.slow
    def test_pls_drivers_are_regressions_among_scores(self) -> None:
        """Of an industry: among its own composites, in points of the index that is shown for it."""
        made = industries("pls")
        whole = self.importances(made.results.pooled["drivers"])
        plain = total_effects(regressions(scores(answers(), made.weights())))
        assert np.nanmax(np.abs(whole - plain)) < 1e-9
        for industry in INDUSTRIES:
            table = made.results.tables["drivers"]
            shown = self.importances(table[table["INDUSTRY"] == industry])
            slopes = own_effects(answers(industry), made.weights(industry), made.weights())
            assert np.isfinite(shown).sum() == 12  # 3 of satisfaction, 4 of complaints, 5 of loyalty
            assert np.nanmax(np.abs(shown - total_effects(slopes))) < 1e-9

    def test_ml_drivers_follow_from_its_loadings_and_paths(self) -> None:
        """A unit of a construct is worth ``sum_i w_i 100 lambda_i / width_i`` points of the index shown."""
        made = industries("ml")
        weights, table = made.weights(), made.results.tables["parameters"]
        for industry in INDUSTRIES:
            rows = table[table["INDUSTRY"] == industry].set_index(["op", "lhs", "rhs"])["est"]
            worth, slopes = {}, np.zeros((len(CONSTRUCTS), len(CONSTRUCTS)))
            for name, items in QUESTIONS.items():
                width = 1 if name == "complaints" else 9
                worth[name] = sum(weights[item] * 100 / width * rows["=~", name, item] for item in items)
            for outcome, driver in ((one, two) for one, others in DRIVERS.items() for two in others):
                place = CONSTRUCTS.index(outcome), CONSTRUCTS.index(driver)
                slopes[place] = rows["~", outcome, driver] * worth[outcome] / worth[driver]
            drivers = made.results.tables["drivers"]
            shown = self.importances(drivers[drivers["INDUSTRY"] == industry])
            assert np.nanmax(np.abs(shown - total_effects(slopes))) < 1e-9

    @both
    def test_performance_is_the_index_and_impact_five_times_the_importance(self, estimator: str) -> None:
        made = industries(estimator)
        index = made.results.tables["index"]
        index = index[index["weights_from"] == "pooled"].set_index(["INDUSTRY", "construct"])["index"]
        drivers = made.results.tables["drivers"]
        keys = list(zip(drivers["INDUSTRY"], drivers["driver"], strict=True))
        assert drivers["performance"].tolist() == pytest.approx(index[keys].tolist(), rel=1e-12)
        assert drivers["impact_5"].tolist() == pytest.approx((5 * drivers["importance"]).tolist(), rel=1e-12)


@both
class TestDifferences:
    def test_pairs_are_welch_tests_of_the_respondents_scores(self, estimator: str) -> None:
        made = industries(estimator)
        for name in CONSTRUCTS:
            table = of_construct(made.league["differences"], name, kind="pair")
            assert list(zip(table["unit_1"], table["unit_2"], strict=True)) == [*combinations(INDUSTRIES, 2)]
            for row in table.to_dict("records"):
                one, two = (score(answers(row[u]), made.weights(), name) for u in ("unit_1", "unit_2"))
                theirs = stats.ttest_ind_from_stats(
                    two.mean(), two.std(ddof=1), len(two), one.mean(), one.std(ddof=1), len(one),
                    equal_var=False,
                )  # fmt: skip
                assert row["difference"] == pytest.approx(two.mean() - one.mean(), abs=1e-9)
                assert row["z"] == pytest.approx(theirs.statistic, rel=SE[estimator])
                variance = np.array([one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)])
                df = variance.sum() ** 2 / (variance**2 / [len(one) - 1, len(two) - 1]).sum()
                assert row["df_welch"] == pytest.approx(df, rel=2 * SE[estimator])
                if theirs.pvalue > 1e-8 and estimator == "ml":  # |t| 5.4: .1 % of t are 3 % of p there
                    assert row["pvalue"] == pytest.approx(theirs.pvalue, rel=0.03)

    @pytest.mark.slow
    def test_p_values_follow_from_the_errors_shown(self, estimator: str) -> None:
        """Welch's df and t of the standard errors in the index table, adjusted by statsmodels."""
        for made, name in ((few(estimator), "satisfaction"), (industries(estimator), "expectations")):
            table = of_construct(made.league["differences"], name, kind="pair")
            n = made.results.tables["index"].drop_duplicates("INDUSTRY").set_index("INDUSTRY")["n"]
            for row in table.to_dict("records"):
                units = row["unit_1"], row["unit_2"]
                variance = np.array([se_of(made, unit, name) ** 2 for unit in units])
                df = variance.sum() ** 2 / (variance**2 / (n[list(units)] - 1)).sum()
                # common weights make the scores covary a little: 2 % of the variance with 600 interviews
                assert row["se"] == pytest.approx(np.sqrt(variance.sum()), rel=0.02)
                assert row["df_welch"] == pytest.approx(df, rel=0.04)
                assert row["pvalue"] == pytest.approx(2 * stats.t.sf(abs(row["z"]), row["df_welch"]))
                half = stats.t.ppf(0.975, row["df_welch"]) * row["se"]
                assert row["ci_upper"] - row["difference"] == pytest.approx(half)
            for column, method in (("pvalue_holm", "holm"), ("pvalue_bh", "fdr_bh")):
                theirs = multipletests(table["pvalue"], method=method)[1]
                assert table[column].tolist() == pytest.approx(theirs.tolist(), rel=1e-9)

    def test_simultaneous_ones_are_those_of_games_and_howell(self, estimator: str) -> None:
        """10,000 draws know p to sqrt(p / 10,000), at most .005, and the critical value 2.57 to .017."""
        table = of_construct(few(estimator).league["differences"], kind="pair")
        assert table["pvalue"].between(0.001, 0.5).any()
        q, df = np.sqrt(2) * table["z"].abs(), table["df_welch"]
        theirs = stats.studentized_range.sf(q, len(INDUSTRIES), df)
        shown = table["pvalue_simultaneous"].to_numpy()
        assert np.all(np.abs(shown - theirs) < 4 * np.sqrt(theirs / 1e4) + 0.001)
        table = industries(estimator).league["differences"]
        table = table[table["kind"] == "pair"]
        wide = (table["simultaneous_upper"] - table["difference"]) / table["se"]
        critical = stats.studentized_range.isf(0.05, len(INDUSTRIES), np.inf) / np.sqrt(2)
        assert len(wide) == 36
        assert wide.to_numpy() == pytest.approx(critical, abs=4 * 0.017)

    def test_a_simultaneous_p_value_is_never_that_of_one_test_alone(self, estimator: str) -> None:
        """Beyond all draws Bonferroni's holds: 6 tests at once are not as sure as one of them."""
        table = of_construct(industries(estimator).league["differences"], kind="pair")
        assert (table["pvalue"] < 1e-6).all()
        assert table["pvalue_simultaneous"].tolist() == pytest.approx((6 * table["pvalue"]).tolist())

    def test_each_against_the_others_is_a_contrast_of_four_means(self, estimator: str) -> None:
        made = industries(estimator)
        table = of_construct(made.league["differences"], kind="rest").set_index("unit_2")
        index = of_construct(made.results.tables["index"], weights_from="pooled").set_index("INDUSTRY")
        for industry in INDUSTRIES:
            others = index.drop(industry)
            assert table.loc[industry, "index_1"] == pytest.approx(others["index"].mean(), abs=1e-9)
            variance = index.loc[industry, "se"] ** 2 + (others["se"] ** 2).sum() / 9
            assert table.loc[industry, "se"] == pytest.approx(np.sqrt(variance), rel=0.005)

    def test_equivalence_is_two_one_sided_tests_adjusted(self, estimator: str) -> None:
        table = of_construct(few(estimator).league["differences"], kind="pair")
        above = stats.t.sf((table["difference"] + 2) / table["se"], table["df_welch"])
        below = stats.t.cdf((table["difference"] - 2) / table["se"], table["df_welch"])
        larger = np.maximum(above, below)
        theirs = multipletests(larger, method="holm")[1]
        assert table["pvalue_equivalence"].tolist() == pytest.approx(theirs.tolist(), rel=1e-9)
        assert set(table["equivalence"]) == {"not shown"}  # 150 interviews cannot show it for any two


@both
class TestRanks:
    def test_all_four_stand_apart_in_the_order_of_their_means(self, estimator: str) -> None:
        made = industries(estimator)
        for name in CONSTRUCTS:
            means = {u: score(answers(u), made.weights(), name).mean() for u in INDUSTRIES}
            best_first = sorted(means, key=lambda u: means[u], reverse=name != "complaints")
            table = of_construct(made.league["ranks"], name)
            assert table["unit"].tolist() == best_first
            assert best_first[0] == "1001"
            assert best_first[-1] == ("3003" if name == "expectations" else "3013")
            for column in ("rank", "rank_lower", "rank_upper"):
                assert table[column].tolist() == [1, 2, 3, 4]
            assert table["letters"].tolist() == ["a", "b", "c", "d"]
            assert table["may_lead"].tolist() == [True, False, False, False]

    def test_few_interviews_leave_ranks_open(self, estimator: str) -> None:
        made = few(estimator)
        table = of_construct(made.league["ranks"]).set_index("unit")
        assert (table["rank_upper"] > table["rank_lower"]).any()
        pairs = of_construct(made.league["differences"], kind="pair")
        for row in pairs.to_dict("records"):
            one, two = table.loc[row["unit_1"]], table.loc[row["unit_2"]]
            shared = set(one["letters"]) & set(two["letters"])
            assert bool(shared) is (row["verdict"] == "no clear difference")
        for unit in table.index:
            mine = pairs[(pairs["unit_1"] == unit) | (pairs["unit_2"] == unit)]
            sign = np.where(mine["unit_1"] == unit, 1, -1)
            better = (sign * mine["difference"] > 0) & (mine["verdict"] != "no clear difference")
            worse = (sign * mine["difference"] < 0) & (mine["verdict"] != "no clear difference")
            assert table.loc[unit, "simultaneous_rank_lower"] == 1 + better.sum()
            assert table.loc[unit, "simultaneous_rank_upper"] == 4 - worse.sum()
            within = (table["rank_lower"] <= table["rank"]) & (table["rank"] <= table["rank_upper"])
            assert within.all()

    def test_probabilities_of_ranks_are_those_of_four_normal_scores(self, estimator: str) -> None:
        """Two times 10,000 draws: 4 standard deviations are .028; common weights add a hundredth at most."""
        made = few(estimator)
        index = of_construct(made.results.tables["index"], weights_from="pooled").set_index("INDUSTRY")
        drawn = np.random.default_rng(1).normal(index["index"], index["se"], size=(10_000, 4))
        place = 1 + (drawn[:, :, None] < drawn[:, None, :]).sum(axis=2)
        table = of_construct(made.league["rank_probabilities"])
        shown = table.set_index(["unit", "rank"])["probability"]
        for k, unit in enumerate(index.index):
            for rank in range(1, 5):
                expected = (place[:, k] == rank).mean()
                assert shown.get((unit, rank), 0.0) == pytest.approx(expected, abs=0.038)
        first = of_construct(made.league["ranks"]).set_index("unit")["p_first"]
        assert first.sum() == pytest.approx(1, abs=1e-9)


@both
class TestRollUp:
    def test_total_by_revenue(self, estimator: str) -> None:
        made = industries(estimator)
        options = LeagueOptions(
            nested=True, shares=(LevelShares(level="INDUSTRY", kind="revenue", amounts=REVENUE),)
        )
        tables = league(made.results, made.fit, made.survey, options).tables
        assert tables["shares"]["share"].tolist() == pytest.approx(SHARES.tolist())
        for kind, tolerance in (("pooled", 0.02), ("group", 1e-9)):
            for name in CONSTRUCTS:
                units = of_construct(made.results.tables["index"], name, weights_from=kind)
                total = of_construct(tables["aggregates"], name, weights_from=kind).iloc[0]
                assert total["unit"] == "total"
                assert total["index"] == pytest.approx(float(SHARES @ units["index"]), abs=1e-9)
                error = np.sqrt(SHARES**2 @ units["se"] ** 2)
                assert total["se"] == pytest.approx(float(error), rel=tolerance)
                assert total["n"] == 7341
        against = of_construct(tables["differences"], kind="parent").set_index("unit_2")
        total = of_construct(tables["aggregates"], weights_from="pooled")["index"].iloc[0]
        assert against["index_1"].tolist() == pytest.approx([total] * 4)


class TestPrecision:
    @both
    def test_a_plain_survey_has_no_design_effect(self, estimator: str) -> None:
        made = industries(estimator)
        table = made.precision
        assert len(table) == 5 * len(CONSTRUCTS)
        assert (table["deff"] == 1).all()
        assert (table["deff_weights"] == 1).all()
        assert (table["n_eff"] == table["n"]).all()
        for industry in INDUSTRIES:
            values = score(answers(industry), made.weights(), "satisfaction")
            row = of_construct(table, unit=industry).iloc[0]
            half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
            assert row["half_width"] == pytest.approx(half, rel=SE[estimator])

    def test_deviations_and_margins_of_the_methodology(self, tmp_path: Path, csi: Csi) -> None:
        """All who answered the three questions, equal weights: section 9.3; margins of 250: section 2.5."""
        (tmp_path / "sat.yaml").write_text(SATISFACTION, encoding="utf-8")
        model = csi_package.read_model(tmp_path / "sat.yaml")
        rows = file_rows().assign(OTHER=np.random.default_rng(1).integers(1, 11, len(file_rows())))
        survey = csi_package.read_survey(rows, model, by=["INDUSTRY"], missing=CODES)
        results = csi_package.evaluate(csi_package.fit(model, survey, weight_rule="equal"))
        index = of_construct(results.tables["index"], weights_from="pooled")
        assert index["n"].tolist() == [1968, 1454, 2209, 2505]
        assert index["index"].tolist() == pytest.approx([77.243, 68.327, 60.745, 74.770], abs=0.0005)
        save(results, tmp_path / "sat")
        for level, margins in ((0.9, (1.74, 2.18, 2.83, 2.19)), (0.95, (2.07, 2.59, 3.37, 2.61))):
            ran = csi("plan", "--from", "sat", "--interviews", "250", "--level", str(level), "--json")
            table = one_unit(ran.out)
            assert table["unit"].tolist() == list(INDUSTRIES)
            assert table["index_sd"].tolist() == pytest.approx([16.701, 20.934, 27.203, 21.048], abs=0.0005)
            assert table["deff"].tolist() == pytest.approx([1.0] * 4)
            assert table["margin"].tolist() == pytest.approx(list(margins), abs=0.0051)
        needed = one_unit(csi("plan", "--from", "sat", "--margin", "2", "--level", "0.9", "--json").out)
        by_hand = [np.ceil((1.644854 * sd / 2) ** 2) for sd in (16.701, 20.934, 27.203, 21.048)]
        assert needed["interviews"].tolist() == by_hand
        assert (by_hand[0], by_hand[2]) == (189, 501)  # section 6

    def test_plan_rests_on_the_scores_of_the_fit(self, tmp_path: Path, csi: Csi) -> None:
        """Of those who answered all 13 questions, by the weights of the results."""
        made = industries("ml")
        save(made.results, tmp_path / "ml")
        table = one_unit(csi("plan", "--from", "ml", "--margin", "2", "--json").out)
        sds = [score(answers(u), made.weights(), "satisfaction").std(ddof=1) for u in INDUSTRIES]
        assert table["index_sd"].tolist() == pytest.approx(sds, rel=1e-9)
        # the error of estimated weights is part of the design effect here
        assert table["deff"].tolist() == pytest.approx([1.0] * 4, abs=0.002)


def one_unit(out: str) -> pd.DataFrame:
    """Rows of a plan that are about one firm."""
    table = pd.DataFrame(json.loads(out)["tables"]["interviews"])
    return table[table["purpose"] == "one_unit"]
