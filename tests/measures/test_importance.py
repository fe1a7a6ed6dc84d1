"""Importance of drivers as a measure: tables by unit, weights, gaps, groups, stated importance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from csi_model.errors import CsiError, SurveyError, UsageError
from csi_model.measures.importance_tables import NO_SHARE, ranks
from csi_model.measures.relative_importance import johnson, lmg
from csi_model.study.measures.importance import ImportanceEntry
from csi_model.study.measures.running import Outcome, measure

DRIVERS = ["service", "price", "range"]
EVERYBODY = "all respondents"


def shop(n: int = 300, seed: int = 1) -> pd.DataFrame:
    """Three drivers on 1-10 with a common part, a target on 1-5, branches, a weight, clusters."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    latent = {name: 0.6 * common + 0.8 * rng.normal(size=n) for name in DRIVERS}
    target = (
        0.6 * latent["service"] + 0.3 * latent["price"] + 0.1 * latent["range"] + 0.7 * rng.normal(size=n)
    )
    answers = {name: np.clip(np.rint(6 + 2 * one), 1, 10) for name, one in latent.items()}
    return pd.DataFrame(
        {
            **answers,
            "SAT": np.clip(np.rint(3.2 + target), 1, 5),
            "branch": np.array(["north", "south"])[np.arange(n) % 2],
            "w": np.round(rng.uniform(0.5, 2, size=n), 2),
            "shop": np.arange(n) // 10,
        }
    )


def asked(frame: pd.DataFrame, **more: Any) -> Outcome:
    scales = dict.fromkeys(frame.columns, (1, 10)) | {"SAT": (1, 5)} | more.pop("scales", {})
    more = {"target": "SAT", "drivers": DRIVERS, "draws": 0, **more}
    entry = ImportanceEntry(**{key: one for key, one in more.items() if key in ImportanceEntry.model_fields})
    used = {name: ends for name, ends in scales.items() if name in entry.questions()}
    return measure("importance", frame, scales=used, **more)


def values_of(outcome: Outcome, method: str, column: str = "importance", unit: str = EVERYBODY) -> Any:
    rows = outcome.tables["relative_importance"]
    rows = rows[(rows["method"] == method) & (rows["unit"] == unit)]
    return rows[column].to_numpy()


def row_of(outcome: Outcome, table: str, unit: str = EVERYBODY) -> Any:
    rows = outcome.tables[table]
    return rows[rows["unit"] == unit].iloc[0]


def correlations(frame: pd.DataFrame, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    cov = np.cov(frame[[*DRIVERS, "SAT"]].to_numpy(float).T, aweights=weights)
    scale = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(scale, scale))


def test_all_measures_of_one_survey() -> None:
    frame = shop()
    made, matrix = asked(frame), correlations(frame)
    z = (frame[[*DRIVERS, "SAT"]] - frame[[*DRIVERS, "SAT"]].mean()) / frame[[*DRIVERS, "SAT"]].std()
    fitted = sm.OLS(z["SAT"].to_numpy(), sm.add_constant(z[DRIVERS].to_numpy())).fit()
    r = matrix[:-1, -1]
    expected = {
        "lmg": lmg(matrix),
        "johnson": johnson(matrix),
        "correlation": r,
        "beta": fitted.params[1:],
        "squared_correlation": r**2,
        "pratt": fitted.params[1:] * r,
    }
    assert list(dict.fromkeys(made.tables["relative_importance"]["method"])) == list(expected)
    for method, values in expected.items():
        assert values_of(made, method) == pytest.approx(values, abs=1e-12)
    for method in ("lmg", "johnson", "pratt"):
        assert values_of(made, method, "share").sum() == pytest.approx(1)
    behind = row_of(made, "importance_regression")
    assert behind["r2"] == pytest.approx(fitted.rsquared)
    assert behind["r2_adjusted"] == pytest.approx(fitted.rsquared_adj)
    assert (behind["n"], behind["rows_left_out"], behind["lmg_by"]) == (300, 0, "exact_subsets")
    # performance: the mean on 0-100, 100 (mean - 1) / 9
    assert values_of(made, "lmg", "performance") == pytest.approx(100 * (frame[DRIVERS].mean() - 1) / 9)
    assert list(values_of(made, "lmg", "rank")) == [1, 2, 3]


def test_weights_are_those_of_the_weighted_regression() -> None:
    frame = shop()
    made = asked(frame, weight="w")
    w = frame["w"].to_numpy()
    assert values_of(made, "lmg") == pytest.approx(lmg(correlations(frame, w)), abs=1e-12)
    fitted = sm.WLS(frame["SAT"], sm.add_constant(frame[DRIVERS]), weights=w).fit()
    assert row_of(made, "importance_regression")["r2"] == pytest.approx(fitted.rsquared)
    spread = [np.sqrt(np.cov(frame[name], aweights=w)) for name in (*DRIVERS, "SAT")]
    betas = fitted.params.to_numpy()[1:] * spread[:3] / spread[3]
    assert values_of(made, "beta") == pytest.approx(betas, abs=1e-12)
    assert row_of(made, "importance_regression")["n_eff"] == pytest.approx(w.sum() ** 2 / (w @ w))
    performance = [100 * (np.average(frame[name], weights=w) - 1) / 9 for name in DRIVERS]
    assert values_of(made, "lmg", "performance") == pytest.approx(performance)


def test_gaps_are_left_out_listwise_and_counted() -> None:
    frame = shop()
    frame.loc[:9, "price"] = np.nan
    frame.loc[5:14, "SAT"] = np.nan
    made = asked(frame)
    assert values_of(made, "lmg") == pytest.approx(lmg(correlations(frame.loc[15:])), abs=1e-12)
    behind = row_of(made, "importance_regression")
    assert (behind["n"], behind["rows_left_out"]) == (285, 15)
    told = next(one for one in made.findings if one.code == "left-out")
    assert told.what.startswith("15 of 300 respondents")
    assert told.what.endswith("most gaps: price (10), SAT (10).")
    assert told.severity == "note"


def test_several_questions_are_a_mean_on_0_100() -> None:
    frame = shop()
    frame["SAT2"] = np.clip(frame["SAT"] * 2 + np.arange(300) % 3 - 1, 1, 10)
    made = asked(frame, target="SAT,SAT2", drivers="both=service+price,range")
    percent = {name: 100 * (frame[name] - 1) / (4 if name == "SAT" else 9) for name in frame.columns[:4]}
    percent["SAT2"] = 100 * (frame["SAT2"] - 1) / 9
    scores = np.column_stack(
        [
            (percent["service"] + percent["price"]) / 2,
            percent["range"],
            (percent["SAT"] + percent["SAT2"]) / 2,
        ]
    )
    assert values_of(made, "johnson") == pytest.approx(johnson(np.corrcoef(scores.T)), abs=1e-12)
    rows = made.tables["relative_importance"]
    assert list(rows["driver"][:2]) == ["both", "range"]
    assert set(rows["target"]) == {"SAT + SAT2"}
    assert row_of(made, "importance_regression")["scored_by"] == "equal_weights"
    # the same with names for both
    named = asked(frame, target="joy=SAT+SAT2", drivers=["both=service+price", "range"])
    assert set(named.tables["relative_importance"]["target"]) == {"joy"}
    assert values_of(named, "lmg") == pytest.approx(values_of(made, "lmg"), abs=0)


def test_every_group_is_a_survey_of_its_own() -> None:
    frame = shop()
    made = asked(frame, by=("branch",), draws=100)
    for unit, part in frame.groupby("branch"):
        assert values_of(made, "lmg", unit=str(unit)) == pytest.approx(lmg(correlations(part)), abs=1e-12)
        assert row_of(made, "importance_regression", str(unit))["n"] == len(part)
    rows = made.tables["importance_differences"]
    assert list(rows["driver"]) == DRIVERS
    expected = values_of(made, "lmg", unit="north") - values_of(made, "lmg", unit="south")
    assert rows["difference"].to_numpy() == pytest.approx(expected)
    holds = (rows["ci_lower"] > 0) | (rows["ci_upper"] < 0)
    assert [one != "no clear difference" for one in rows["verdict"]] == holds.tolist()


def test_groups_that_truly_differ_are_told_apart() -> None:
    frame = shop(600)
    south = frame["branch"] == "south"
    rng = np.random.default_rng(0)
    frame.loc[south, "SAT"] = np.clip(np.rint(frame["range"] / 2 + rng.normal(size=600) / 2), 1, 5)[south]
    rows = asked(frame, by=("branch",), draws=100).tables["importance_differences"].set_index("driver")
    assert rows.loc["service", "verdict"] == "higher"
    assert rows.loc["range", "verdict"] == "lower"


def test_small_and_flat_groups_say_why_they_have_no_numbers() -> None:
    frame = shop()
    frame.loc[:11, "branch"] = "tiny"
    frame.loc[frame["branch"] == "south", "range"] = 7
    made = asked(frame, by=("branch",), draws=100)
    rows = made.tables["relative_importance"].set_index("unit")
    assert set(rows.loc["tiny", "why"]) == {
        "suppressed: 12 respondents are fewer than the minimum base of 30"
    }
    assert set(rows.loc["south", "why"]) == {"everybody has the same value of range"}
    for unit in ("tiny", "south"):
        numbers = rows.loc[unit, ["importance", "share", "ci_lower", "rank", "performance"]]
        assert numbers.isna().all(axis=None)
    assert rows.loc["north", "importance"].notna().all()
    assert math.isnan(row_of(made, "importance_regression", "south")["r2"])
    assert "importance_differences" not in made.tables


def test_an_empty_number_has_a_reason() -> None:
    for made in (asked(shop()), asked(shop(), draws=100)):
        for name, columns in {
            "relative_importance": ["importance", "share", "ci_lower", "ci_upper"],
            "importance_regression": ["r2", "orders_error", "noise_lmg"],
        }.items():
            rows = made.tables[name]
            assert (rows["why"] != "")[rows[columns].isna().any(axis=1)].all()
            assert (rows["why"] == "")[rows[columns].notna().all(axis=1)].all()
    rows = asked(shop(), draws=100).tables["relative_importance"]
    assert set(rows.loc[rows["method"] == "beta", "why"]) == {NO_SHARE}


def test_intervals_noise_and_seed() -> None:
    frame = shop()
    frame["dice"] = np.random.default_rng(9).integers(1, 11, size=300)
    drivers = [*DRIVERS[:2], "dice"]
    made = asked(frame, drivers=drivers, draws=200)
    lower, upper = values_of(made, "lmg", "ci_lower"), values_of(made, "lmg", "ci_upper")
    assert (lower < values_of(made, "lmg")).all()
    assert (values_of(made, "lmg") < upper).all()
    for method in ("lmg", "johnson"):
        assert list(values_of(made, method, "above_noise")) == ["above_noise", "above_noise", "within_noise"]
    assert list(values_of(made, "beta", "above_noise")) == [""] * 3
    behind = row_of(made, "importance_regression")
    assert behind["draws"] == 200
    # a noise driver adds chance alone, 1 / n in the sample and as much in the resample, of what the drivers
    # before it left unexplained: between 2 (1 - R2) / n and 2 / n; the mean of 200 draws has an error of 10 %
    assert 0.7 * 2 * (1 - behind["r2"]) / 300 < behind["noise_lmg"] < 1.3 * 2 / 300
    again = asked(frame, drivers=drivers, draws=200)
    assert again.tables["relative_importance"].equals(made.tables["relative_importance"])
    other = asked(frame, drivers=drivers, draws=200, seed=5)
    assert (values_of(other, "lmg", "ci_lower") != lower).any()


def test_clusters_widen_the_intervals() -> None:
    frame = shop(400)
    # every respondent ten times: a cluster is one respondent's worth of knowledge
    frame = frame.loc[np.repeat(np.arange(40), 10)].reset_index(drop=True)
    frame["shop"] = np.repeat(np.arange(40), 10)
    plain, clustered = asked(frame, draws=200), asked(frame, draws=300, cluster="shop")
    width = [
        values_of(one, "correlation", "ci_upper") - values_of(one, "correlation", "ci_lower")
        for one in (plain, clustered)
    ]
    assert width[1] / width[0] == pytest.approx(np.full(3, 10**0.5), rel=0.3)
    assert values_of(plain, "lmg") == pytest.approx(values_of(clustered, "lmg"), abs=1e-12)


def test_more_drivers_than_all_subsets_are_taken_of() -> None:
    frame = shop()
    exact, sampled = asked(frame), asked(frame, exact=2, orders=600)
    behind = row_of(sampled, "importance_regression")
    assert (behind["lmg_by"], behind["orders"]) == ("sampled_orders", 600)
    assert 0 < behind["orders_error"] < 0.01
    difference = np.abs(values_of(sampled, "lmg") - values_of(exact, "lmg"))
    assert (difference < 5 * behind["orders_error"]).all()
    assert any(one.code == "sampled-orders" for one in sampled.findings)


def test_overlapping_drivers_are_told() -> None:
    frame = shop()
    frame["copy"] = frame["service"].where(np.arange(300) % 50 > 0, 5)
    made = asked(frame, drivers=[*DRIVERS, "copy"])
    told = next(one for one in made.findings if one.code == "collinear-drivers")
    assert told.severity == "warning"
    assert "service (" in told.what
    assert "copy (" in told.what
    assert "price" not in told.what


def test_a_suppressor_has_a_negative_product_and_is_told() -> None:
    rng = np.random.default_rng(2)
    signal, nuisance = rng.normal(size=(2, 400))
    frame = pd.DataFrame({"seen": signal + nuisance, "SAT": signal + 0.2 * nuisance, "nuisance": nuisance})
    frame = frame.clip(-4, 4)
    made = asked(
        frame, drivers=["seen", "nuisance"], scales=dict.fromkeys(("seen", "nuisance", "SAT"), (-4, 4))
    )
    assert values_of(made, "pratt")[1] < 0
    assert (values_of(made, "lmg") > 0).all()
    assert values_of(made, "lmg") == pytest.approx(values_of(made, "johnson"), abs=1e-10)
    told = next(one for one in made.findings if one.code == "turned-sign")
    assert told.what.endswith("nuisance.")


def test_few_respondents_for_many_drivers_are_told() -> None:
    made = asked(shop(25))
    told = next(one for one in made.findings if one.code == "few-respondents")
    assert told.what.startswith("25 respondents are few for 3 drivers")
    assert not any(one.code == "few-respondents" for one in asked(shop(30)).findings)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"drivers": ["service", "flat"]}, "flat: everybody who answered every question has the same value"),
        ({"target": "flat"}, "there is nothing to explain"),
        ({"drivers": ["service", "gone"]}, "nobody answered every question.*gone \\(300\\)"),
        ({"drivers": ["service", "price", "twin"]}, "the drivers service, twin determine each other exactly"),
        ({"drivers": []}, "no drivers are named"),
        ({"drivers": ["servce"]}, "no column 'servce'"),
    ],
)
def test_answers_that_explain_nothing(change: dict[str, Any], what: str) -> None:
    frame = shop()
    frame["flat"], frame["gone"], frame["twin"] = 5, np.nan, 11 - frame["service"]
    with pytest.raises(CsiError, match=what):
        asked(frame, **change)


def test_more_drivers_than_rows() -> None:
    with pytest.raises(SurveyError, match="4 respondents are too few for a regression on 3 drivers"):
        asked(shop(4))


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        ({"drivers": "service,service"}, "--drivers", "service stands twice"),
        ({"drivers": "service,SAT"}, "--drivers", r"SAT is \(part of\) the target"),
        ({"drivers": "service,all=price+SAT"}, "--drivers", r"all is \(part of\) the target"),
        ({"drivers": "service,X="}, "--drivers", "'X=' names no questions"),
        ({"drivers": "service,=price"}, "--drivers", "'=price' names no questions"),
        ({"drivers": "service,X=price++range"}, "--drivers", "names no questions"),
        ({"target": "SAT,X=price+range", "drivers": "service"}, "--target", "several targets are named"),
        ({"drivers": ",".join(f"Q{k}" for k in range(61))}, "--drivers", "61 drivers are too many"),
        ({"draws": 50}, "--draws", "50 draws are too few"),
        ({"draws": -1}, "--draws", "at least 0"),
        ({"exact": 30}, "--exact", "at most 20"),
        ({"orders": 3}, "--orders", "at least 100"),
        ({"stated": "srvice=a,price=b"}, "--stated", "'srvice' is no driver"),
        ({"stated": "service=a,price=a"}, "--stated", "a question states the importance of two drivers"),
        ({"stated": "service=a"}, "--stated", "one driver cannot be held against others"),
        ({"stated": "service=range,price=b"}, "--stated", "range is a driver or the target as well"),
        ({"stated": "service"}, "--stated", "names no value"),
        ({"stated_form": "order"}, "--stated-form", "'order'"),
        ({"cut": "middle"}, "--cut", "'middle'"),
        ({"derived_by": "pratt"}, "--derived-by", "'pratt'"),
        ({"results": "nowhere"}, "--results", "model, which is not named"),
    ],
)
def test_mistakes_in_what_is_asked(change: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as raised:
        measure("importance", shop(), **{"target": "SAT", "drivers": DRIVERS, **change})
    assert any(one.where == where and one.fix for one in raised.value.findings)


def test_ranks_go_by_size_whatever_the_sign() -> None:
    assert ranks([0.2, -0.5, 0.2, np.nan, 0.0]) == [2, 1, 2, None, 4]
