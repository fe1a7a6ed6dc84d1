"""Penalty-reward contrasts: regression, cells, factors, asymmetry with its interval, planted attributes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from csi_model.errors import EstimationError
from csi_model.measures.penalty_reward import (
    NO_EFFECT,
    OPPOSITE,
    Contrast,
    asymmetry,
    class_of_asymmetry,
    factor_of,
    usual_cuts,
)
from csi_model.measures.penalty_reward_rows import TOGETHER
from csi_model.measures.regression import generalised_vif, ols
from csi_model.model.spec import Scale
from csi_model.study.measures.running import Outcome, measure

EFFECTS = {"clean": (-1.5, 0.0), "staff": (-0.9, 0.9), "surprise": (0.0, 1.3), "lift": (0.0, 0.0)}
"""What low and high answers to planted attributes add to overall satisfaction."""


def planted(n: int, seed: int) -> pd.DataFrame:
    """Ratings of 1-10 that correlate .25, and an overall satisfaction with the effects and noise."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    made = {name: np.clip(np.round(6.3 + common + 1.75 * rng.normal(size=n)), 1, 10) for name in EFFECTS}
    overall = 6.0 + rng.normal(size=n)
    for name, (penalty, reward) in EFFECTS.items():
        overall += penalty * (made[name] <= 4) + reward * (made[name] >= 9)
    return pd.DataFrame(made).assign(overall=np.clip(overall, 1, 10))


def asked(frame: pd.DataFrame, attributes: Sequence[str] = tuple(EFFECTS), **more: Any) -> Outcome:
    more.setdefault("scales", {"": (1, 10)})
    return measure("penalty_reward", frame, target="overall", attributes=list(attributes), **more)


def rows_of(outcome: Outcome, unit: str = "all respondents") -> pd.DataFrame:
    rows = outcome.tables["penalty_reward"]
    return rows[rows["unit"] == unit].set_index("attribute")


# ---- the regression


def test_the_regression_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 3))
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=60) * np.exp(X[:, 0] / 3)
    w = rng.uniform(0.5, 2, size=60)
    for weights in (None, w):
        mine = ols(y, X, weights)
        used = np.ones(60) if weights is None else w
        theirs = sm.WLS(y, sm.add_constant(X), weights=used).fit(cov_type="HC3")
        assert mine.coefficients == pytest.approx(theirs.params)
        assert mine.covariance == pytest.approx(theirs.cov_params())
        assert (mine.r2, mine.r2_adjusted) == pytest.approx((theirs.rsquared, theirs.rsquared_adj))
        assert (mine.n, mine.df) == (60, 56)
        hc0 = sm.WLS(y, sm.add_constant(X), weights=used).fit(cov_type="HC0").cov_params()
        assert mine.influences.T @ mine.influences == pytest.approx(hc0)
        assert mine.influences.sum(axis=0) == pytest.approx(0, abs=1e-12)
    assert ols(y, X, intercept=False).coefficients == pytest.approx(np.linalg.lstsq(X, y, rcond=None)[0])


def test_a_respondent_fitted_exactly_adds_no_error_to_the_others() -> None:
    """A dummy of one respondent takes him out: the other coefficients and errors are those without him."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=20), rng.normal(size=20)
    alone = np.arange(20) == 0
    made, without = ols(y, np.column_stack([x, alone])), ols(y[1:], x[1:])
    assert made.coefficients[:2] == pytest.approx(without.coefficients)
    assert made.covariance[:2, :2] == pytest.approx(without.covariance)


def test_regressions_that_cannot_be_made() -> None:
    with pytest.raises(EstimationError, match="3 respondents are too few for a regression with 3"):
        ols([1, 2, 3], np.eye(3)[:, :2])
    x = np.arange(8.0)
    with pytest.raises(EstimationError, match="determine each other"):
        ols(x**2, np.column_stack([x, 2 * x]))
    assert math.isnan(ols(np.ones(8), x).r2)


def test_inflation_of_blocks() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(80, 4))
    X[:, 3] += X[:, 0]
    constant = sm.add_constant(X)
    single = [variance_inflation_factor(constant, k + 1) for k in range(4)]
    assert generalised_vif(X, [[0], [1], [2], [3]]) == pytest.approx(single)
    # det R11 det R22 / det R does not depend on the coordinates within a block (Fox & Monette)
    turned = np.column_stack([X[:, 0] + X[:, 1], X[:, 0] - 2 * X[:, 1], X[:, 2:]])
    assert generalised_vif(X, [[0, 1]]) == pytest.approx(generalised_vif(turned, [[0, 1]]))
    assert generalised_vif(X[:, :1], [[0]]) == [pytest.approx(1.0)]


# ---- cells and contrasts


@pytest.mark.parametrize(
    ("low", "high", "cuts"),
    [
        (1, 10, (4, 9)), (1, 7, (3, 7)), (1, 5, (2, 5)), (0, 10, (3, 9)), (1, 4, (2, 4)), (1, 3, (1, 3)),
        (1, 2, None), (0, 1, None),
    ],
)  # fmt: skip
def test_usual_low_and_high_answers(low: int, high: int, cuts: Any) -> None:
    assert usual_cuts(Scale(low=low, high=high)) == cuts


def test_one_attribute_by_hand() -> None:
    """With one attribute P and R are differences of cell means: 4 - 6 and 9 - 6 of 12, 12 and 12 answers.

    Answers vary by -+1 in each cell, so that HC3 has e = 1 and h = 1 / 12 everywhere: the variance of a mean
    is 12 (1 / (11 / 12))^2 / 12^2, that of a difference twice, and cov(P, R) that of the middle mean once.
    """
    ratings = np.repeat([2, 6, 10], 12)
    overall = np.repeat([4.0, 6.0, 9.0], 12) + np.tile([1.0, -1.0], 18)
    frame = pd.DataFrame({"clean": ratings, "overall": overall})
    row = rows_of(asked(frame, ["clean"])).loc["clean"]
    one = (12 / 11) ** 2 / 12
    assert (row["n_low"], row["n_middle"], row["n_high"]) == (12, 12, 12)
    assert (row["answers_low"], row["answers_high"]) == ("1-4", "9-10")
    assert (row["penalty"], row["reward"]) == pytest.approx((-2, 3))
    assert (row["penalty_se"], row["reward_se"]) == pytest.approx((math.sqrt(2 * one),) * 2)
    assert row["impact_range"] == pytest.approx(5)
    assert row["asymmetry"] == pytest.approx((3 - 2) / (3 + 2))
    assert row["vif"] == pytest.approx(1)
    from scipy import stats

    quantile = stats.t.ppf(0.975, 33)
    assert row["reward_ci_upper"] == pytest.approx(3 + quantile * math.sqrt(2 * one))
    balance = (3 - 2) / math.sqrt(2 * one + 2 * one + 2 * one)  # var P + var R + 2 cov(P, R)
    assert row["pvalue_balance"] == pytest.approx(2 * stats.t.sf(balance, 33))
    assert row["class3"] == ("performance_factor" if row["pvalue_balance"] > 0.05 else "excitement_factor")


def test_planted_factors_are_found() -> None:
    outcome = asked(planted(1500, 5))
    rows = rows_of(outcome)
    for name, (penalty, reward) in EFFECTS.items():
        assert rows.loc[name, "penalty"] == pytest.approx(penalty, abs=4 * rows.loc[name, "penalty_se"])
        assert rows.loc[name, "reward"] == pytest.approx(reward, abs=4 * rows.loc[name, "reward_se"])
    assert rows["class3"].to_dict() == {
        "clean": "basic_factor",
        "staff": "performance_factor",
        "surprise": "excitement_factor",
        "lift": "no_clear_effect",
    }
    assert rows["class5"].to_dict() == {
        "clean": "frustrator",
        "staff": "hybrid",
        "surprise": "delighter",
        "lift": "",
    }
    assert math.isnan(rows.loc["lift", "asymmetry"])
    assert rows.loc["lift", "why"] == NO_EFFECT
    fit = outcome.tables["penalty_reward_fit"].iloc[0]
    assert (fit["item"], fit["n"], fit["method"]) == ("overall", 1500, "hc3")


def test_all_dummies_are_in_one_regression() -> None:
    frame = planted(400, 6)
    dummies = {}
    for name in EFFECTS:
        dummies[f"{name} P"] = (frame[name] <= 4).astype(float)
        dummies[f"{name} R"] = (frame[name] >= 9).astype(float)
    theirs = sm.OLS(frame["overall"], sm.add_constant(pd.DataFrame(dummies))).fit(cov_type="HC3", use_t=True)
    outcome = asked(frame)
    rows, limits = rows_of(outcome), theirs.conf_int()
    for side, name in (("P", "penalty"), ("R", "reward")):
        keys = [f"{attribute} {side}" for attribute in EFFECTS]
        assert rows[name].to_list() == pytest.approx(theirs.params[keys].to_list())
        assert rows[f"{name}_se"].to_list() == pytest.approx(theirs.bse[keys].to_list())
        assert rows[f"pvalue_{name}"].to_list() == pytest.approx(theirs.pvalues[keys].to_list())
        assert rows[f"{name}_ci_lower"].to_list() == pytest.approx(limits.loc[keys, 0].to_list())
    assert outcome.tables["penalty_reward_fit"]["r2"].iloc[0] == pytest.approx(theirs.rsquared)


def test_errors_under_weights_and_clusters() -> None:
    """Linearised: HC0 of the weighted regression times n / (n - 1), by clusters times G / (G - 1)."""
    frame = planted(400, 7)
    rng = np.random.default_rng(7)
    frame = frame.assign(w=rng.uniform(0.5, 2, 400), g=np.arange(400) % 40)
    X = sm.add_constant(
        np.column_stack([mark for name in EFFECTS for mark in (frame[name] <= 4, frame[name] >= 9)]) * 1.0
    )
    model = sm.WLS(frame["overall"], X, weights=frame["w"])
    hc0 = model.fit(cov_type="HC0").bse * math.sqrt(400 / 399)
    groups = {"groups": frame["g"], "use_correction": False}
    clustered = model.fit(cov_type="cluster", cov_kwds=groups).bse * math.sqrt(40 / 39)
    for design, theirs in (({"weight": "w"}, hc0), ({"weight": "w", "cluster": "g"}, clustered)):
        outcome = asked(frame, **design)
        rows = rows_of(outcome)
        assert rows["penalty_se"].to_list() == pytest.approx(theirs.iloc[1::2].to_list())
        assert rows["reward_se"].to_list() == pytest.approx(theirs.iloc[2::2].to_list())
        fit = outcome.tables["penalty_reward_fit"].iloc[0]
        assert fit["method"] == "design_based"
        assert fit["n_eff"] == pytest.approx(frame["w"].sum() ** 2 / (frame["w"] ** 2).sum())


# ---- what cannot be shown


def test_small_cells_are_refused_and_do_not_spoil_the_reference() -> None:
    frame = planted(500, 8)
    low = frame.index[frame["clean"] <= 4]
    frame.loc[low[5:], "clean"] = 6
    row = rows_of(asked(frame)).loc["clean"]
    assert (row["n_low"], row["why"]) == (5, "penalty: 5 low answers are fewer than 10")
    assert row[["penalty", "penalty_se", "impact_range", "asymmetry"]].isna().all()
    assert (row["class3"], row["class5"]) == ("", "")
    # five respondents of a cell with a dummy of its own: the reward is that with the penalty shown, too
    shown = rows_of(asked(frame, min_cell=5)).loc["clean"]
    assert shown["reward"] == pytest.approx(row["reward"])
    assert math.isfinite(shown["penalty"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"clean": 3.0}, "0 middle answers are fewer than the 10 that a reference needs"),
        (
            {"clean": 6.0},
            "penalty: 0 low answers are fewer than 10; reward: 0 high answers are fewer than 10",
        ),
        ({"clean": 9.0}, "0 middle answers are fewer than the 10 that a reference needs"),
        ({"overall": 7.0}, "overall satisfaction has the same answer from everybody"),
    ],
)
def test_answers_without_contrast(change: dict[str, float], why: str) -> None:
    rows = rows_of(asked(planted(200, 9).assign(**change)))
    assert rows.loc["clean", "why"] == why
    others_shown = math.isfinite(rows.loc["staff", "penalty"])
    assert others_shown == ("overall" not in change)


def test_low_and_high_answers_without_any_between() -> None:
    frame = planted(200, 9)
    frame["clean"] = np.where(frame["clean"] <= 6, 2, 10)
    row = rows_of(asked(frame)).loc["clean"]
    assert row["why"] == "0 middle answers are fewer than the 10 that a reference needs"
    assert pd.isna(row["penalty"])


def test_attributes_that_cannot_be_told_apart() -> None:
    frame = planted(200, 10)
    rows = rows_of(asked(frame.assign(lift=frame["clean"])))
    assert set(rows["why"]) == {TOGETHER}
    # the only low answers of two attributes are of the same respondents: too few to be shown, left aside
    few = frame.copy()
    few["clean"], few["staff"] = (few[name].where(few[name] > 4, 6) for name in ("clean", "staff"))
    few.loc[:4, ["clean", "staff"]] = 1
    rows = rows_of(asked(few))
    assert rows.loc["clean", "why"] == "penalty: 5 low answers are fewer than 10"
    assert math.isfinite(rows.loc["surprise", "reward"])


def test_groups_have_regressions_of_their_own() -> None:
    frame = planted(300, 11)
    frame["g"] = np.where(np.arange(300) < 130, "a", np.where(np.arange(300) < 280, "b", "c"))
    outcome = asked(frame, by=["g"])
    assert rows_of(outcome, "a")["penalty"].to_list() == pytest.approx(
        rows_of(asked(frame[frame["g"] == "a"]))["penalty"].to_list(), nan_ok=True
    )
    small = rows_of(outcome, "c")
    assert small["why"].str.startswith("suppressed: 20 respondents").all()
    assert small[["n_low", "n_middle", "n_high", "penalty"]].isna().all(axis=None)
    tiny = asked(frame.head(8), min_cell=2)
    assert rows_of(tiny)["why"].iloc[0].startswith(("only 8 respondents for", TOGETHER))


def test_groups_are_compared_attribute_by_attribute() -> None:
    """Two branches with a staff penalty of -0.9 and of -2.4: the difference of what their own rows say."""
    one, two = planted(700, 5).assign(branch="a"), planted(700, 6).assign(branch="b")
    two["overall"] = np.clip(two["overall"] - 1.5 * (two["staff"] <= 4), 1, 10)
    both = pd.concat([one, two], ignore_index=True)
    outcome = asked(both, by=["branch"])
    a, b = rows_of(outcome, "a").loc["staff"], rows_of(outcome, "b").loc["staff"]
    found = outcome.tables["measure_differences"].set_index(["measure", "item"]).loc[("penalty", "staff")]
    assert (found["unit_1"], found["unit_2"], found["verdict"]) == ("a", "b", "higher")
    assert found["difference"] == pytest.approx(a["penalty"] - b["penalty"])
    assert found["se"] == pytest.approx(math.hypot(a["penalty_se"], b["penalty_se"]))
    z = found["difference"] / found["se"]
    assert found["pvalue"] == pytest.approx(2 * stats.norm.sf(abs(z)))
    assert found["difference"] == pytest.approx(1.5, abs=4 * found["se"])
    clustered = asked(both.assign(town=np.arange(1400) % 40), by=["branch"], cluster="town")
    assert "measure_differences" not in clustered.tables


def test_findings_on_the_answers() -> None:
    frame = planted(400, 12)
    frame.loc[:119, "staff"] = np.nan
    frame["lift"] = frame["clean"].where(np.arange(400) % 40 > 0, 6)
    frame["surprise"] = 11 - frame["surprise"]
    outcome = asked(frame)
    found = {(one.code, one.where): one for one in outcome.findings}
    assert found["incomplete", ""].severity == "warning"
    assert found["incomplete", ""].what.startswith("280 of 400 respondents answered all")
    assert "staff (120)" in found["incomplete", ""].fix
    assert {("overlap", "clean"), ("overlap", "lift")} <= set(found)
    assert ("wrong-sign", "surprise") in found
    rows = rows_of(outcome)
    assert rows.loc["clean", "vif"] > 5
    assert (rows.loc["surprise", "class3"], rows.loc["surprise", "why"]) == ("opposite", OPPOSITE)
    assert math.isnan(rows.loc["surprise", "asymmetry"])


def test_nobody_is_told_to_leave_out_what_is_explained() -> None:
    frame = planted(400, 12)
    frame.loc[:119, "overall"] = np.nan
    found = {one.code: one for one in asked(frame).findings}
    assert found["incomplete"].what.startswith("280 of 400")
    assert found["incomplete"].fix == ""
    frame.loc[390:, "staff"] = np.nan
    found = {one.code: one for one in asked(frame).findings}
    assert "staff (10)" in found["incomplete"].fix


# ---- factors and asymmetry


def contrast(penalty: float, reward: float, se: float = 0.1, r: float = 0.0) -> Contrast:
    covariance = se**2 * np.array([[1, r], [r, 1]])
    return Contrast(penalty=penalty, reward=reward, covariance=covariance, df=math.inf)


@pytest.mark.parametrize(
    ("penalty", "reward", "factor"),
    [
        (-1.0, 0.0, "basic_factor"),
        (-1.0, 0.5, "basic_factor"),  # both shown, but 0.5 is 3.5 standard errors of P + R below 1
        (-0.6, 0.5, "performance_factor"),
        (0.0, 1.0, "excitement_factor"),
        (-0.25, 0.1, "not_told_apart"),  # the penalty is shown, the reward not, and they do not differ
        (-0.1, 0.15, "no_clear_effect"),
        (0.1, -0.1, "no_clear_effect"),
        (0.9, 0.9, "opposite"),
        (-0.9, -0.5, "opposite"),
        (math.nan, 0.5, ""),
    ],
)
def test_factors_by_tests(penalty: float, reward: float, factor: str) -> None:
    assert factor_of(contrast(penalty, reward)) == factor


def test_asymmetry_by_hand() -> None:
    made = asymmetry(contrast(-0.3, 0.9, se=0.01))
    assert (made.impact_range, made.value) == pytest.approx((1.2, 0.5))
    # delta method: dA/dP = 2R / (R - P)^2 = 1.25, dA/dR = -2P / (R - P)^2 = .4166...
    se = 0.01 * math.hypot(1.25, 0.6 / 1.44)
    assert made.interval == pytest.approx((0.5 - 1.96 * se, 0.5 + 1.96 * se), abs=0.002)
    together = asymmetry(contrast(-0.3, 0.9, se=0.01, r=0.5)).interval
    wider = 0.01 * math.sqrt(1.25**2 + (0.6 / 1.44) ** 2 + 1.25 * 0.6 / 1.44)
    assert together == pytest.approx((0.5 - 1.96 * wider, 0.5 + 1.96 * wider), abs=0.002)


def test_asymmetry_of_wrong_signs_and_of_nothing() -> None:
    made = asymmetry(contrast(0.2, 0.8))
    assert (made.impact_range, made.value, made.interval[1]) == (0.8, 1.0, 1.0)
    assert -1 <= asymmetry(contrast(0.05, 0.2)).interval[0] < 0.5
    neither = asymmetry(contrast(0.2, -0.8))
    assert neither.impact_range == 0
    assert math.isnan(neither.value)
    assert math.isnan(asymmetry(contrast(-0.01, 0.01)).interval[0])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1.0, "delighter"), (0.71, "delighter"), (0.7, "satisfier"), (0.21, "satisfier"), (0.2, "hybrid"),
        (0.0, "hybrid"), (-0.2, "hybrid"), (-0.21, "dissatisfier"), (-0.7, "dissatisfier"),
        (-0.71, "frustrator"), (-1.0, "frustrator"), (math.nan, ""),
    ],
)  # fmt: skip
def test_classes_of_asymmetry(value: float, name: str) -> None:
    assert class_of_asymmetry(value) == name


@pytest.mark.slow
def test_the_interval_of_the_asymmetry_covers_it() -> None:
    """Of 600 samples with the asymmetry .5 and 0 about 95 % of the intervals hold it (2 binomial errors)."""
    rng = np.random.default_rng(13)
    for penalty, reward in ((-0.3, 0.9), (-0.6, 0.6)):
        truth, covered = (reward + penalty) / (reward - penalty), 0
        for seed in range(600):
            p, r = rng.multivariate_normal([penalty, reward], 0.15**2 * np.array([[1, 0.3], [0.3, 1]]))
            low, high = asymmetry(contrast(p, r, se=0.15, r=0.3), seed=seed).interval
            covered += low <= truth <= high
        assert covered / 600 == pytest.approx(0.95, abs=2 * math.sqrt(0.95 * 0.05 / 600) + 0.005)
