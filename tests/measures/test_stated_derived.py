"""Stated against derived importance: forms by hand, four fields, cuts, borderline cases, odd answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import CsiError
from csi_model.measures.stated_derived import NO_CUT, stated_scores
from csi_model.study.measures.running import Outcome, measure

DRIVERS = ["service", "price", "range"]
STATED = {name: f"i_{name}" for name in DRIVERS}


def shop() -> pd.DataFrame:
    """Service drives satisfaction, price a little; stated importance of 3, 9 and 8 of 10."""
    rng = np.random.default_rng(1)
    common = rng.normal(size=300)
    latent = {name: 0.6 * common + 0.8 * rng.normal(size=300) for name in DRIVERS}
    signal = 0.6 * latent["service"] + 0.3 * latent["price"] + 0.1 * latent["range"]
    frame = pd.DataFrame({name: np.clip(np.rint(6 + 2 * one), 1, 10) for name, one in latent.items()})
    frame["SAT"] = np.clip(np.rint(6 + 2 * (signal + 0.7 * rng.normal(size=300))), 1, 10)
    for name, middle in {"service": 3, "price": 9, "range": 8}.items():
        frame[f"i_{name}"] = np.clip(np.rint(middle + rng.normal(size=300)), 1, 10)
    frame["branch"] = np.array(["north", "south"])[np.arange(300) % 2]
    return frame


def asked(frame: pd.DataFrame, ends: tuple[float, float] = (1, 10), **more: Any) -> Outcome:
    more = {"target": "SAT", "drivers": DRIVERS, "stated": STATED, "draws": 0, **more}
    scales = dict.fromkeys([*DRIVERS, "SAT"], (1, 10)) | dict.fromkeys(more["stated"].values(), ends)
    return measure("importance", frame, scales=scales, **more)


def derived(outcome: Outcome, method: str, column: str = "importance") -> Any:
    rows = outcome.tables["relative_importance"]
    return rows.loc[rows["method"] == method, column].to_numpy()


def fields(outcome: Outcome) -> dict[Any, Any]:
    return dict(outcome.tables["stated_derived"].set_index("driver")["field"])


def test_forms_by_hand() -> None:
    ratings = stated_scores([[1, 10], [5.5, np.nan]], "rating", [(1, 10), (1, 10)])
    assert ratings == pytest.approx(np.array([[0, 100], [50, np.nan]]), nan_ok=True)
    ranked = stated_scores(
        [[1, 2, 3], [3, 1, 2], [1, np.nan, np.nan], [1, 1, 3], [np.nan] * 3], "rank", [(1, 3)] * 3
    )
    # places 1, 2, 3 are worth 100, 50, 0; two that were not ranked share places 2 and 3
    assert ranked == pytest.approx(
        np.array([[100, 50, 0], [0, 100, 50], [100, 25, 25], [75, 75, 0], [np.nan] * 3]), nan_ok=True
    )
    dealt = stated_scores([[50, 30, 20], [5, np.nan, 15], [0, 0, 0], [np.nan] * 3], "sum", [(0, 100)] * 3)
    assert dealt == pytest.approx(
        np.array([[50, 30, 20], [25, 0, 75], [np.nan] * 3, [np.nan] * 3]), nan_ok=True
    )


def test_both_importances_cuts_and_borderline_cases() -> None:
    frame = shop()
    made = asked(frame, draws=100)
    rows = made.tables["stated_derived"].set_index("driver")
    for name in DRIVERS:
        scores = 100 * (frame[f"i_{name}"] - 1) / 9
        half = 1.9679 * scores.std() / 300**0.5  # t(299), 97.5 %
        assert rows.loc[name, "stated"] == pytest.approx(scores.mean())
        assert rows.loc[name, "stated_ci_upper"] == pytest.approx(scores.mean() + half, abs=1e-3)
    assert rows["derived"].to_numpy() == pytest.approx(derived(made, "lmg"))
    assert rows["derived_ci_lower"].to_numpy() == pytest.approx(derived(made, "lmg", "ci_lower"))
    assert rows["stated_cut"].to_numpy() == pytest.approx(rows["stated"].mean())
    assert rows["derived_cut"].to_numpy() == pytest.approx(rows["derived"].mean())
    for name, row in rows.iterrows():
        inside = row["derived_ci_lower"] <= row["derived_cut"] <= row["derived_ci_upper"]
        assert row["borderline"] == ("derived_only" if inside else ""), name
    item = made.tables["measures"].set_index("item")
    assert item.loc["price", "measure"] == "stated_importance"
    assert item.loc["price", "counted"] == "i_price"


def test_all_four_fields() -> None:
    # stated 2, 9, 8 and derived high, low, low
    assert fields(asked(shop())) == {
        "service": "hidden_driver", "price": "cost_of_entry", "range": "cost_of_entry",
    }  # fmt: skip
    turned = shop().rename(columns={"i_service": "i_range", "i_range": "i_service"})
    assert fields(asked(turned)) == {
        "service": "key_driver", "price": "cost_of_entry", "range": "low_priority",
    }  # fmt: skip


def test_cut_at_the_median() -> None:
    turned = shop().rename(columns={"i_service": "i_range", "i_range": "i_service"})
    made = asked(turned, cut="median", draws=100)
    rows = made.tables["stated_derived"].set_index("driver")
    assert rows.loc["service", "stated_cut"] == rows.loc["service", "stated"]
    assert rows.loc["service", "derived_cut"] == rows.loc["price", "derived"]
    # a driver at the median itself is not above it, but borderline
    assert fields(made) == {
        "service": "hidden_driver", "price": "cost_of_entry", "range": "low_priority",
    }  # fmt: skip
    assert rows.loc["service", "borderline"] == "stated_only"
    assert rows.loc["price", "borderline"].startswith("derived")


def test_in_groups() -> None:
    made = asked(shop(), by=("branch",), draws=100)
    rows = made.tables["stated_derived"]
    assert list(dict.fromkeys(rows["unit"])) == ["all respondents", "north", "south"]
    for unit, part in rows.groupby("unit"):
        assert part["stated_cut"].to_numpy() == pytest.approx(part["stated"].mean()), unit
        assert part["derived_cut"].to_numpy() == pytest.approx(part["derived"].mean()), unit
    frame = shop()
    frame.loc[:9, "branch"] = "tiny"
    rows = asked(frame, by=("branch",), draws=100).tables["stated_derived"].set_index("unit")
    assert set(rows.loc["tiny", "why"]) == {
        "suppressed: 10 respondents are fewer than the minimum base of 30"
    }
    assert rows.loc["tiny", ["stated", "derived", "stated_cut"]].isna().all(axis=None)
    assert set(rows.loc["tiny", "field"]) == {""}


def test_only_drivers_whose_importance_is_stated() -> None:
    made = asked(shop(), stated={"price": "i_price", "service": "i_service"})
    rows = made.tables["stated_derived"]
    assert list(rows["driver"]) == ["service", "price"]
    assert rows["derived"].to_numpy() == pytest.approx(derived(made, "lmg")[:2])


def test_without_draws_there_is_a_reason() -> None:
    rows = asked(shop()).tables["stated_derived"]
    assert rows["derived_ci_lower"].isna().all()
    assert set(rows["why"]) == {"no bootstrap draws were asked for"}
    assert rows["field"].ne("").all()


def test_derived_by_a_signed_measure_is_its_size() -> None:
    frame = shop()
    frame["service"] = 11 - frame["service"]  # now a high answer is bad
    made = asked(frame, derived_by="correlation", draws=100)
    rows = made.tables["stated_derived"].set_index("driver")
    assert derived(made, "correlation")[0] < 0
    assert rows.loc["service", "derived"] == pytest.approx(-derived(made, "correlation")[0])
    assert rows.loc["service", "derived_ci_lower"] == pytest.approx(
        -derived(made, "correlation", "ci_upper")[0]
    )
    assert rows.loc["service", "field"] == "hidden_driver"


def test_a_suppressed_driver_leaves_no_fields_and_says_why() -> None:
    """Ten of the north stated the importance of price: there is no mean of the drivers to cut at."""
    frame = shop()
    north = np.flatnonzero(frame["branch"] == "north")
    frame.loc[north[10:], "i_price"] = np.nan
    rows = asked(frame, by=["branch"]).tables["stated_derived"].set_index(["unit", "driver"])
    assert set(rows.loc["north", "field"]) == {""}
    assert rows.loc[("north", "service"), "why"].endswith(NO_CUT)
    assert NO_CUT not in rows.loc[("south", "service"), "why"]
    assert rows.loc[("south", "service"), "field"] == "hidden_driver"


def test_odd_ranks() -> None:
    frame = shop()
    for place, name in enumerate(DRIVERS):
        frame[f"i_{name}"] = 1.0 + (place + np.arange(300)) % 3
    frame.loc[0, "i_price"] = frame.loc[0, "i_service"]
    frame.loc[1, "i_range"] = np.nan
    made = asked(frame, (1, 3), stated_form="rank")
    codes = {one.code: one.what for one in made.findings}
    assert codes["tied-ranks"].startswith("1 of 300 respondents")
    assert codes["partial-ranks"].startswith("1 of 300 respondents")


def test_odd_points() -> None:
    frame = shop()
    frame[list(STATED.values())] = [50, 30, 20]
    frame.loc[0, list(STATED.values())] = 0
    frame.loc[1, "i_price"] = 40
    made = asked(frame, (0, 100), stated_form="sum")
    codes = {one.code: one.what for one in made.findings}
    assert codes["no-points"].startswith("1 of 300 respondents")
    assert codes["other-sum"] == "the points of 1 of 300 respondents do not sum to 100; all count as shares."
    stated = made.tables["measures"].set_index("item")["value"]
    assert stated["service"] == pytest.approx((298 * 50 + 50 / 110 * 100) / 299)
    frame.loc[2, "i_price"] = -10
    with pytest.raises(CsiError, match="points below 0"):
        asked(frame, (-10, 100), stated_form="sum")
