"""Waves and goals on two public surveys.

The public ACSI sample is split at random into two "waves", between which nothing changes; then the second
one answers the three satisfaction questions one step higher wherever there is a step left. What that moves
is known exactly, since weights held at the first wave know nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
from acsi_answers import (
    CODES,
    CONSTRUCTS,
    DRIVERS,
    RUNS,
    WAVES,
    of_construct,
    own_effects,
    points,
    score,
    scores,
    split,
)
from fit_builders import shared_data
from scipy import stats

import csi_model as csi
from csi_model.comparison.league import LeagueOptions, league
from csi_model.comparison.target_plan import Cost, Target
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.comparison.wave_studies import wave_tables
from csi_model.comparison.what_if import WhatIf, what_if_tables
from csi_model.estimation.fits import Fit
from csi_model.evaluation.results import Results
from csi_model.survey.survey import Survey

both = pytest.mark.parametrize("estimator", ["ml", "pls"])


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Two waves: the fit, the tables of the waves, and what is said of the choice of weights."""

    survey: Survey
    fit: Fit
    results: Results
    tables: Mapping[str, pd.DataFrame]
    said: str

    def held(self, construct: str = "satisfaction") -> pd.DataFrame:
        return of_construct(self.tables["trend"], construct, weights_from="held")

    def weights(self, wave: str) -> pd.Series[float]:
        """Index weights of a wave's own."""
        table = self.results.tables["weights"]
        return table[table["wave"] == wave].set_index("indicator")["weight"]

    def parts(self, target: str = "satisfaction") -> dict[tuple[str, str], float]:
        """Contributions by part and driver."""
        table = self.tables["decomposition"]
        rows = table[table["target"] == target]
        keys = zip(rows["part"], rows["driver"], strict=True)
        return dict(zip(keys, rows["contribution"].tolist(), strict=True))


def follow(rows: pd.DataFrame, estimator: str) -> Followed:
    read = csi.read_survey(rows, csi.read_model("acsi-repurchase"), by=["wave"], missing=CODES)
    made = csi.fit(read.model, read, **RUNS[estimator])
    results = csi.evaluate(made)
    tables, findings = wave_tables(results, made, read, WaveOptions(column="wave"))
    said = next(one.what for one in findings if one.code == "trend-weights")
    return Followed(survey=read, fit=made, results=results, tables=tables, said=said)


@cache
def followed(estimator: str, *, raised: bool = False) -> Followed:
    return follow(split(2015, raised=raised), estimator)


def answers(wave: str, *, raised: bool = False) -> pd.DataFrame:
    rows = split(2015, raised=raised)
    return points(rows[rows["wave"] == wave])


def shift(weights: pd.Series[float]) -> float:
    """What one step up does to the index of satisfaction: the weights of the questions that could rise."""
    before, after = (scores(answers("2015", raised=raised), weights) for raised in (False, True))
    assert len(before) == len(after)
    return float((after["satisfaction"] - before["satisfaction"]).mean())


@both
class TestNothingChanged:
    @pytest.mark.slow
    def test_trend_is_a_welch_test_of_two_halves(self, estimator: str) -> None:
        made = followed(estimator)
        for name in CONSTRUCTS:
            held, ruler = made.held(name), made.weights("2014")
            first, second = (score(answers(wave), ruler, name) for wave in WAVES)
            assert held["index"].tolist() == pytest.approx([first.mean(), second.mean()], abs=1e-9)
            change, theirs = held.iloc[1], stats.ttest_ind(second, first, equal_var=False)
            assert change["change"] == pytest.approx(second.mean() - first.mean(), abs=1e-9)
            # standard errors of .2 % and, from 400 draws, 12 %: see the league of industries
            assert change["z"] == pytest.approx(theirs.statistic, rel={"ml": 0.002, "pls": 0.12}[estimator])
            assert change["method"] == "independent"
        assert made.held()["verdict"].iloc[1] == "no clear difference"

    @pytest.mark.slow
    def test_choices_of_weights_move_what_the_finding_says(self, estimator: str) -> None:
        made = followed(estimator)
        rows = of_construct(made.tables["trend"])
        shown = rows[rows["weights_from"] == "held"].set_index("wave")
        moved = dict.fromkeys(("index", "change"), 0.0)
        for kind in ("own", "chained", "pooled"):
            other = rows[rows["weights_from"] == kind].set_index("wave")
            for name in moved:
                moved[name] = max(moved[name], float((other[name] - shown[name]).abs().max()))
        told = re.search(r"satisfaction by up to ([\d.]+) and its changes by up to ([\d.]+)", made.said)
        assert told is not None
        assert [float(value) for value in told.groups()] == pytest.approx(list(moved.values()), abs=0.0501)
        assert max(moved.values()) < 0.1
        for wave in WAVES:
            own = rows[(rows["weights_from"] == "own") & (rows["wave"] == wave)]["index"].iloc[0]
            mean = score(answers(wave), made.weights(wave), "satisfaction").mean()
            assert own == pytest.approx(mean, abs=1e-9)

    def test_checks_find_one_study(self, estimator: str) -> None:
        assert followed(estimator).tables["wave_checks"]["same"].all()

    def test_the_halves_are_equivalent_within_two_points(self, estimator: str) -> None:
        made = followed(estimator)
        compared = league(made.results, made.fit, made.survey, LeagueOptions()).tables["differences"]
        row = of_construct(compared, kind="pair").iloc[0]
        pvalue = stats.t.sf((2 - abs(row["difference"])) / row["se"], row["df_welch"])
        assert row["pvalue_equivalence"] == pytest.approx(pvalue)
        assert row["equivalence"] == "equivalent"
        assert row["verdict"] == "no clear difference"


@both
class TestOneStepUp:
    @pytest.mark.slow
    def test_the_change_is_found_exactly(self, estimator: str) -> None:
        made, before = followed(estimator, raised=True), followed(estimator)
        change, expected = made.held().iloc[1], shift(made.weights("2014"))
        assert 8 < expected < 100 / 9
        assert change["change"] - before.held()["change"].iloc[1] == pytest.approx(expected, abs=1e-9)
        assert change["change_ci_lower"] < expected < change["change_ci_upper"]
        assert change["verdict"] == "higher"
        for name in ("expectations", "quality", "value", "complaints", "loyalty"):
            row = made.held(name).iloc[1]
            assert abs(row["change"]) < 3 * row["change_se"]

    @pytest.mark.slow
    def test_drivers_take_none_of_it(self, estimator: str) -> None:
        """Drivers stand where they stood, so that effects and the unexplained part take all of it."""
        made, before = followed(estimator, raised=True), followed(estimator)
        expected = shift(made.weights("2014"))
        both = "effect_and_unexplained", ""
        # what is left: slopes are lower near the ceiling, and the halves differ by .25 points in drivers
        assert made.parts()[both] - before.parts()[both] == pytest.approx(expected, abs=0.05)
        for name in DRIVERS["satisfaction"]:
            assert made.parts()["level", name] == pytest.approx(before.parts()["level", name], abs=0.05)

    def test_the_parts_add_up(self, estimator: str) -> None:
        for made in (followed(estimator), followed(estimator, raised=True)):
            for target, drivers in DRIVERS.items():
                found = made.parts(target)
                assert len(found) == 3 + 2 * len(drivers)
                levels = sum(found["level", name] for name in drivers)
                effects = sum(found["effect", name] for name in drivers)
                change = made.held(target)["change"].iloc[1]
                assert found["total", ""] == pytest.approx(change, abs=1e-9)
                assert levels + effects + found["unexplained", ""] == pytest.approx(change, abs=1e-9)
                assert found["effect_and_unexplained", ""] == pytest.approx(change - levels, abs=1e-9)


def test_parts_of_pls_are_those_of_plain_regressions() -> None:
    """``(b1 + b2) / 2 (I2 - I1)`` and ``(I1 + I2) / 2 (b2 - b1)``, on the ruler of the first wave."""
    made = followed("pls", raised=True)
    ruler, known = made.weights("2014"), [answers(wave, raised=True) for wave in WAVES]
    index = [scores(one, ruler).mean() for one in known]
    slopes = [own_effects(one, made.weights(wave), ruler) for wave, one in zip(WAVES, known, strict=True)]
    for target, drivers in DRIVERS.items():
        found = made.parts(target)
        for name in drivers:
            place = CONSTRUCTS.index(target), CONSTRUCTS.index(name)
            one, two = (float(slope[place]) for slope in slopes)
            level = (one + two) / 2 * (index[1][name] - index[0][name])
            effect = (index[0][name] + index[1][name]) / 2 * (two - one)
            assert found["level", name] == pytest.approx(level, abs=1e-8)
            assert found["effect", name] == pytest.approx(effect, abs=1e-8)


@pytest.mark.slow
def test_no_more_false_alarms_than_chance_allows() -> None:
    """Twenty splits, ML: at 5 % more than 4 alarms come up once in 390 times; sum of z^2 is chi-square."""
    z = np.array([follow(split(seed), "ml").held()["z"].iloc[1] for seed in range(20)])
    assert (np.abs(z) > 1.96).sum() <= 4
    assert stats.chi2.ppf(0.001, 20) < (z**2).sum() < stats.chi2.ppf(0.999, 20)


EFFECTS = {"image": 0.4138, "expectations": 0.4318, "quality": 0.6359, "value": 0.1355}
LOYALTY = {"image": 0.6380, "expectations": 0.3396, "quality": 0.5000, "value": 0.1065}


class TestGoals:
    """The mobile phone survey; effects and indices of the methodology, section 9.1, four digits."""

    @staticmethod
    @cache
    def firm() -> Fit:
        model = csi.read_model("ecsi-complaints")
        survey = csi.read_survey(shared_data("data", "mobi.csv"), model)
        return csi.fit(survey.model, survey, estimator="pls", scheme="centroid", bootstrap=100, folds=0)

    def test_gains_are_points_times_the_total_effect(self) -> None:
        table = csi.evaluate(self.firm()).tables["gains"]
        for target, effects in (("satisfaction", EFFECTS), ("loyalty", LOYALTY)):
            gains = table[table["target"] == target].set_index(["driver", "points"])["gain"]
            for driver, effect in effects.items():
                for step in (1, 5, 10):
                    assert gains[driver, step] == pytest.approx(step * effect, abs=step * 0.00005)
        assert (table["level_to"] - table["level_from"]).tolist() == pytest.approx(table["points"].tolist())

    @pytest.mark.parametrize("driver", list(EFFECTS))
    def test_a_push_times_the_total_effect_is_the_gap(self, driver: str) -> None:
        asked = WhatIf(target=Target(construct="satisfaction", index=75), costs={driver: Cost(linear=7.0)})
        plan = what_if_tables(self.firm(), asked)[0]["target_plan"].set_index("driver")
        push = (75 - 72.543) / EFFECTS[driver]
        assert plan.loc[driver, "push"] == pytest.approx(push, rel=0.001)  # 2.457 and .1355, rounded
        assert plan.loc[driver, "cost"] == pytest.approx(7 * plan.loc[driver, "push"])
        assert plan.loc[driver, "marginal_cost"] == pytest.approx(7 / EFFECTS[driver], rel=0.0005)
        assert plan.loc["satisfaction", "level_to"] == pytest.approx(75, abs=1e-9)
        assert plan.loc["satisfaction", "verdict"] == "reached"
        assert plan.loc["satisfaction", "ci_lower"] < 2.457 < plan.loc["satisfaction", "ci_upper"]

    def test_the_best_plan_is_found_by_trying(self) -> None:
        """Linear and quadratic prices: no plan on a fine grid that reaches the target costs less."""
        costs = {"quality": Cost(linear=100, quadratic=40), "image": Cost(linear=150, most=6)}
        asked = WhatIf(target=Target(construct="satisfaction", index=76), costs=costs)
        plan = what_if_tables(self.firm(), asked)[0]["target_plan"].set_index("driver")
        image = np.linspace(0, 6, 60_001)
        quality = np.maximum((76 - 72.5428 - 0.413819 * image) / 0.635865, 0)
        spent = 150 * image + 100 * quality + 40 * quality**2
        assert plan.loc["satisfaction", "cost"] == pytest.approx(spent.min(), rel=1e-4)
        assert plan.loc["image", "push"] == pytest.approx(image[spent.argmin()], abs=0.001)
