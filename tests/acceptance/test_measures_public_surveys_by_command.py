"""Other measures of the public ACSI survey, as somebody types them, against plain pandas on the same file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from acsi_answers import INDUSTRIES, file_rows
from fit_builders import shared_data
from scipy import stats

Csi = Callable[..., Any]
COMPLAINED = {
    "all respondents": 0.175, "1001": 0.040, "3003": 0.125, "3013": 0.312, "5001": 0.179,
}  # fmt: skip
"""Shares of complainers among the answers; the data: Morgeson et al. (2023), Data in Brief 48, 109123."""

pytestmark = pytest.mark.slow


def tables(csi: Csi, name: str, *words: str) -> dict[str, pd.DataFrame]:
    ran = csi("measure", name, shared_data("data", "acsi2015.xlsx"), *words, "--json")
    assert ran.code == 0, ran.err
    assert "Traceback" not in ran.err
    return {key: pd.DataFrame(rows) for key, rows in json.loads(ran.out)["tables"].items()}


def answers(*names: str) -> pd.DataFrame:
    """Columns of the file with codes 98 and 99 out, and the industry as text."""
    rows = file_rows()
    found = rows[list(names)].where(~rows[list(names)].isin([98, 99]))
    return found.assign(INDUSTRY=rows["INDUSTRY"].astype(int).astype(str))


def test_complaint_rate_by_industry(csi: Csi) -> None:
    found = tables(csi, "complaint-rate", "--column", "COMP", "--by", "INDUSTRY")["measures"]
    rates = found.set_index("unit")
    for unit, published in COMPLAINED.items():
        assert rates.loc[unit, "value"] / 100 == pytest.approx(published, abs=5e-4)
        mine = answers("COMP")
        mine = mine[mine["INDUSTRY"].eq(unit)] if unit in INDUSTRIES else mine
        given = mine["COMP"].dropna()
        assert rates.loc[unit, "n"] == len(given)
        assert rates.loc[unit, "value"] == pytest.approx(100 * given.mean())
        interval = stats.binomtest(int(given.sum()), len(given)).proportion_ci(0.95, method="wilson")
        assert rates.loc[unit, ["ci_lower", "ci_upper"]].to_list() == pytest.approx(
            [100 * interval.low, 100 * interval.high]
        )


def still_buying(frame: pd.DataFrame, change: int) -> float:
    """Share that still buys at a price ``change`` percent from today's, code 26 held at 25, 101 left out."""
    high, low = frame["HIGHPTOL"].replace({101: np.nan}), frame["LOWPTOL"].replace({101: np.nan})
    asked_up = frame["REPUR"].between(6, 10)
    limit = np.where(asked_up, high.clip(upper=25), -low.clip(upper=25))
    known = limit[np.isfinite(limit) & frame["REPUR"].notna()]
    return float((known >= change).mean())


def test_price_tolerance_by_industry(csi: Csi) -> None:
    found = tables(csi, "price-tolerance", "--by", "INDUSTRY")
    curve = found["price_tolerance"].set_index(["unit", "change"])["share"]
    file = answers("REPUR", "HIGHPTOL", "LOWPTOL")
    for unit in ("all respondents", *INDUSTRIES):
        mine = file[file["INDUSTRY"].eq(unit)] if unit in INDUSTRIES else file
        for change in (-20, -10, -5, 5, 10, 20, 25):
            assert curve[(unit, change)] == pytest.approx(still_buying(mine, change), abs=1e-9), (
                unit,
                change,
            )
    assert curve.index.get_level_values("change").max() == 25


def test_codes_26_and_101_are_told(csi: Csi) -> None:
    ran = csi("measure", "price-tolerance", shared_data("data", "acsi2015.xlsx"))
    rows = file_rows()
    for column in ("HIGHPTOL", "LOWPTOL"):
        for code in (26, 101):
            count = int((rows[column] == code).sum())
            if count:
                assert str(count) in ran.err.replace(",", ""), (column, code, count)
    assert "26" in ran.err
    assert "101" in ran.err


def test_rate_and_degree_of_satisfaction(csi: Csi) -> None:
    found = tables(csi, "satisfaction-rate", "--column", "SATIS", "--by", "INDUSTRY")["measures"]
    rows = found.set_index(["measure", "unit"])["value"]
    for unit in INDUSTRIES:
        given = answers("SATIS").query("INDUSTRY == @unit")["SATIS"].dropna()
        assert rows[("satisfaction_rate", unit)] == pytest.approx(100 * (given >= 8).mean())
        assert rows[("satisfaction_degree", unit)] == pytest.approx(100 * (given.mean() - 1) / 9)


def test_relative_weights_and_shapley_add_up(csi: Csi) -> None:
    drivers = ["OVERALLQ", "CUSTOMQ", "WRONGQ", "PQ", "QP"]
    words = ("--target", "SATIS", "--drivers", ",".join(drivers), "--draws", "100")
    found = tables(csi, "importance", *words)["relative_importance"]
    mine = answers("SATIS", *drivers).drop(columns="INDUSTRY").dropna()
    corr = np.corrcoef(mine.to_numpy(dtype=float), rowvar=False)
    r2 = float(corr[0, 1:] @ np.linalg.solve(corr[1:, 1:], corr[0, 1:]))
    sums = found.groupby("method")["importance"].sum()
    assert sums["lmg"] == pytest.approx(r2)
    assert sums["johnson"] == pytest.approx(r2)


def test_the_funnel_of_complaints(csi: Csi) -> None:
    words = ("--complaint", "COMP", "--handling", "HANDLE", "--staying", "REPUR")
    found = tables(csi, "complaint-funnel", *words)["complaint_funnel"]
    counts = found[found["unit"] == "all respondents"].set_index("stage")["respondents"]
    file = answers("COMP", "HANDLE")
    assert counts["complained"] == int((file["COMP"] == 1).sum()) == 1393
