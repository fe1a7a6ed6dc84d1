"""Industries and the whole through the waves: against plain sums, with shared weights and shared persons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, survey_of

from csi_model.comparison.league import LeagueOptions, league
from csi_model.comparison.league_scores import league_scores, unit_means
from csi_model.comparison.level_trend import level_trend
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.unit_scores import UnitScores, independent_scores
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.survey import Survey

BY = ("industry", "firm", "wave")
KEYS = [
    (industry, firm, wave)
    for wave in ("1", "2")
    for industry, firm in (("Banks", "A"), ("Banks", "B"), ("Food", "C"))
]
REVENUE = LevelShares(level="firm", kind="revenue", amounts={"A": 3.0, "B": 1.0, "C": 5.0})
EQUAL = LevelShares(level="industry", kind="equal")


def scores(index: Floats, se: Floats) -> UnitScores:
    return independent_scores(
        level="wave", keys=KEYS, constructs=("x",), index=index[:, None], se=se[:, None], n=100, n_eff=100.0
    )


def followed(
    made: UnitScores, shares: tuple[LevelShares, ...] = (REVENUE, EQUAL), told: tuple[str, ...] = ()
) -> pd.DataFrame:
    trend = level_trend(made, BY, shares, "wave", ("1", "2"), np.full(len(made.keys), 100.0), 0.95)
    assert tuple(one.what for one in trend.findings) == told
    return trend.rows.set_index(["unit", "wave"])


def test_levels_by_hand() -> None:
    """Banks are 3/4 A and 1/4 B; the whole is half Banks, half Food."""
    rows = followed(scores(np.array([60.0, 80.0, 70.0, 64.0, 80.0, 60.0]), np.array([1.0, 2, 1, 1, 2, 1])))
    assert rows.loc[("Banks", "1"), "index"] == pytest.approx(65.0)
    assert rows.loc[("Banks", "2"), "index"] == pytest.approx(68.0)
    assert rows.loc[("total", "1"), "index"] == pytest.approx(67.5)
    assert rows.loc[("total", "2"), "index"] == pytest.approx(64.0)
    change = rows.loc[("Banks", "2")]
    variance = (9 * 1 + 1 * 4) / 16
    assert change["change"] == pytest.approx(3.0)
    assert change["change_se"] == pytest.approx(np.sqrt(2 * variance))
    assert change["z"] == pytest.approx(3 / np.sqrt(2 * variance))
    whole = rows.loc[("total", "2")]
    assert whole["change_se"] == pytest.approx(np.sqrt(2 * (variance + 1) / 4))
    assert whole["change_ci_upper"] == pytest.approx(-3.5 + 1.959964 * whole["change_se"], rel=1e-6)
    assert rows.loc[("Banks", "1"), "why"] == "the first wave has none before it"
    assert set(rows["weights_from"]) == {"pooled"}


def test_a_firm_that_leaves_takes_its_share_with_it() -> None:
    """In the second wave Banks are A alone, which a warning says; amounts of a firm of another wave are no
    mistake."""
    made = scores(np.array([60.0, 80.0, 70.0, 64.0, 80.0, 60.0]), np.ones(6))
    told = ("Only the earlier wave has a number for Banks / B.",)
    rows = followed(made.chosen([0, 1, 2, 3, 5]), told=told)
    assert rows.loc[("Banks", "1"), "index"] == pytest.approx(65.0)
    assert rows.loc[("Banks", "2"), "index"] == pytest.approx(64.0)
    assert rows.loc[("Banks", "2"), "change_se"] == pytest.approx(np.sqrt(1 + 10 / 16))


def test_an_industry_that_is_new() -> None:
    made = scores(np.array([60.0, 80.0, 70.0, 64.0, 80.0, 60.0]), np.ones(6))
    rows = followed(made.chosen([0, 1, 3, 4, 5]), told=("Only the later wave has a number for Food / C.",))
    assert np.isnan(rows.loc[("Food", "1"), "index"])
    assert rows.loc[("Food", "1"), "why"] == "not in this wave"
    assert np.isnan(rows.loc[("Food", "2"), "change"])
    assert rows.loc[("Food", "2"), "why"] == "1: not in this wave"


def test_shares_that_do_not_fit_a_wave_leave_it_untold() -> None:
    market = LevelShares(level="firm", kind="market_share", amounts={"A": 0.6, "B": 0.4, "C": 1.0})
    made = scores(np.array([60.0, 80.0, 70.0, 64.0, 80.0, 60.0]), np.ones(6)).chosen([0, 1, 2, 3, 5])
    trend = level_trend(made, BY, (market, EQUAL), "wave", ("1", "2"), np.full(5, 100.0), 0.95)
    assert trend.rows.empty
    assert [one.code for one in trend.findings] == ["no-level-trend"]
    assert "wave 2" in trend.findings[0].where


def panel(share: float) -> Survey:
    """Two waves of three firms; ``share`` of the second wave's persons were in the first one."""
    first = chain_answers(360, 4)
    fresh = chain_answers(360, 5)
    stay = np.arange(360) % 100 < 100 * share
    second = np.where(stay[:, None], first + np.random.default_rng(1).normal(0, 0.5, first.shape), fresh)
    firms = np.array(["A", "B", "C"])[np.arange(360) % 3]
    groups = {
        "industry": [*np.where(firms == "C", "Food", "Banks")] * 2,
        "firm": [*firms] * 2,
        "wave": ["1"] * 360 + ["2"] * 360,
    }
    persons = np.concatenate([np.arange(360), np.where(stay, np.arange(360), 1000 + np.arange(360))])
    return survey_of(CHAIN, np.vstack([first, second]), groups=groups, persons=persons)


def test_the_same_persons_in_both_waves() -> None:
    """With all persons staying and weights known, the change is that of paired differences."""
    survey = panel(1.0)
    fitted = fit(CHAIN, survey, weight_rule="equal")
    results = evaluate(fitted)
    options = LeagueOptions(nested=True, shares=(REVENUE, EQUAL), wave=("wave", "2"), waves=("1", "2"))
    rows = league(results, fitted, survey, options).tables["trend"].set_index(["unit", "construct", "wave"])
    own = (100 * (survey.answers[:, 6:9] - 1) / 9).mean(axis=1)
    moved = own[360:] - own[:360]
    expected = 0.0
    for firm, weight in (("A", 0.75), ("B", 0.25)):
        inside = np.array(survey.groups[1][:360]) == firm
        expected += weight**2 * moved[inside].var() / (inside.sum() - 1)
    row = rows.loc[("Banks", "satisfaction", "2")]
    assert row["method"] == "panel"
    assert row["change_se"] == pytest.approx(np.sqrt(expected), rel=0.01)


def test_persons_who_are_new_each_time_change_nothing() -> None:
    survey = panel(0.0)
    fitted = fit(CHAIN, survey, weight_rule="equal")
    results = evaluate(fitted)
    means = unit_means(results.moments["keys"], results.moments)
    made = league_scores(fitted, survey, results.tables["index"], means)
    off = ~np.eye(6, dtype=bool)
    assert np.abs(made.covariance[2][off]).max() < 1e-10 * np.diag(made.covariance[2]).max() + 1e-12
    options = LeagueOptions(nested=True, shares=(REVENUE, EQUAL), wave=("wave", "2"), waves=("1", "2"))
    trend = league(results, fitted, survey, options).tables["trend"]
    assert set(trend.loc[trend["wave"] == "2", "method"]) == {"independent"}
