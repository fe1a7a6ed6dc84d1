"""Leagues, waves, goals and one-pass fits of two public surveys, as somebody types them.

The reference ``acsi2015_invariance_INDUSTRY_lavaan.json`` is by lavaan 0.6-14, its call in ``meta``;
everything else is computed again from the answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from acsi_answers import (
    CONSTRUCTS,
    WAVES,
    file_rows,
    industries,
    of_construct,
    points,
    score,
    scores,
    split,
)
from fit_builders import shared_data

Csi = Callable[..., Any]
REVENUE = {"1001": 30, "3003": 50, "3013": 20, "5001": 100}
SHARES = np.array([0.15, 0.25, 0.10, 0.50])

pytestmark = pytest.mark.slow


def stored_tables(folder: Path) -> Callable[[str], pd.DataFrame]:
    """Read tables of a results folder by name, industries as text."""
    texts = dict.fromkeys(("INDUSTRY", "group", "group_1", "group_2", "unit", "unit_1", "unit_2"), "str")
    return lambda name: pd.read_csv(folder / "tables" / f"{name}.csv", dtype=texts)


def test_ml_goes_by_the_ladder(tmp_path: Path, csi: Csi) -> None:
    path = shared_data("reference", "acsi2015_invariance_INDUSTRY_lavaan.json")
    reference = json.loads(path.read_text(encoding="utf-8"))["ML"]
    lines = [f"{industry},{amount}\n" for industry, amount in REVENUE.items()]
    (tmp_path / "shares.csv").write_text("".join(["INDUSTRY,revenue\n", *lines]), encoding="utf-8")
    words = ("--by", "INDUSTRY", "--shares", "INDUSTRY=revenue:shares.csv", "-o", "r")
    ran = csi("fit", "acsi-repurchase", shared_data("data", "acsi2015.xlsx"), *words)
    assert ran.code == 0
    stored = stored_tables(tmp_path / "r")
    ladder = stored("invariance").set_index("step")
    holds = {"configural": "yes", "metric": "yes", "scalar": "yes", "strict": "no"}
    assert ladder["holds"].to_dict() == holds
    for step, row in ladder.iterrows():
        theirs = reference[step]["fit"]
        assert row["df"] == theirs["df"]
        for name, near in (("chisq", 1e-3), ("cfi", 1e-6), ("rmsea", 1e-6), ("srmr", 1e-4)):
            assert row[name] == pytest.approx(theirs[name], abs=near)
    means = stored("latent_means").set_index(["construct", "group"])["mean"]["satisfaction"]
    theirs = reference["scalar"]["latent_means"]
    for industry in REVENUE:  # theirs count from airlines, in answer steps of SATIS as ours
        assert means[industry] - means["3003"] == pytest.approx(theirs[industry]["SAT"], abs=1e-3)
    differences = stored("differences")
    assert set(differences["comparable"]) == {"yes"}
    assert "Indices: yes" in ran.err
    assert "fits the groups poorly (CFI 0.964, RMSEA 0.098)" in ran.err
    quick = of_construct(industries("ml").league["differences"], kind="pair")
    shown = of_construct(differences, kind="pair")
    for name in ("difference", "se", "pvalue_simultaneous"):
        assert shown[name].tolist() == pytest.approx(quick[name].tolist(), rel=1e-6)
    total = of_construct(stored("aggregates"), weights_from="pooled")["index"].iloc[0]
    index = of_construct(stored("index"), weights_from="pooled")["index"]
    assert total == pytest.approx(float(SHARES @ index), abs=1e-9)
    assert not (tmp_path / "r" / "tables" / "weighting.csv").exists()  # the file has no weights


def test_pls_goes_by_micom_construct_by_construct(tmp_path: Path, csi: Csi) -> None:
    """c: scores of the pair's standardised answers by the outer weights of either group."""
    words = ("--by", "INDUSTRY", "--estimator", "pls", "--scheme", "centroid", "--bootstrap", "100")
    data = shared_data("data", "acsi2015.xlsx")
    ran = csi("fit", "acsi-repurchase", data, *words, "--folds", "0", "--no-beside", "-o", "r")
    assert ran.code == 0
    stored = stored_tables(tmp_path / "r")
    weights = stored("weights").set_index(["INDUSTRY", "indicator"])["weight"]
    micom, common = stored("micom"), industries("pls").weights()
    everybody = points(file_rows())
    industry = file_rows().loc[everybody.index, "INDUSTRY"].astype(str)
    for row in micom.to_dict("records"):
        name, groups = row["construct"], [row["group_1"], row["group_2"]]
        pair = everybody[industry.isin(groups)]
        outer = [weights[group] * everybody[industry == group].std() for group in groups]
        first, second = (score(pair / pair.std(), one, name) for one in outer)
        assert row["compositional"] == pytest.approx(np.corrcoef(first, second)[0, 1], abs=1e-8)
        means = scores(pair, common)[name].groupby(industry[pair.index]).mean()
        assert row["mean_difference"] * (means[groups[1]] - means[groups[0]]) > 0
    differences = stored("differences")
    for name in CONSTRUCTS:
        alike = of_construct(micom, name)["verdict"].isin(["partial", "full"])
        expected = "yes" if alike.all() else "partly" if alike.any() else "no"
        rows = of_construct(differences, name)
        assert set(rows[rows["kind"] == "rest"]["comparable"]) == {expected}
        tested = of_construct(micom, name).set_index(["group_1", "group_2"])["verdict"]
        for row in rows[rows["kind"] == "pair"].to_dict("records"):
            pair = "yes" if tested[row["unit_1"], row["unit_2"]] in ("partial", "full") else "no"
            assert row["comparable"] == pair
        assert alike.all() or name not in ("complaints", "loyalty")  # of one question each
    for name in ("expectations", "quality", "satisfaction"):
        worst = of_construct(micom, name, group_1="1001", group_2="3013").iloc[0]
        assert worst["verdict"] == "none"
        assert worst["compositional"] == of_construct(micom, name)["compositional"].min()
    assert "Index levels: partly" in ran.err


@pytest.mark.parametrize("estimator", ["ml", "pls"])
def test_one_pass_over_a_parquet_file_gives_the_same(estimator: str, tmp_path: Path, csi: Csi) -> None:
    file_rows().to_parquet(tmp_path / "acsi2015.parquet")
    words = ["--by", "INDUSTRY", "--missing", "98=dont_know,99=refused", "--estimator", estimator, "--stream"]
    words += ["--scheme", "centroid"] if estimator == "pls" else []
    ran = csi("fit", "acsi-repurchase", "acsi2015.parquet", *words, "-o", "r")
    assert ran.code == 0
    stored, memory = stored_tables(tmp_path / "r"), industries(estimator).results
    # jackknife over 256 groups against 400 draws: errors of 4.4 % and 3.5 %, 3.5 standard deviations
    errors = {"ml": 1e-6, "pls": 0.2}[estimator]
    for name, values, uncertain in (
        ("index", ["index", "n"], ["se"]),
        ("weights", ["weight", "loading"], []),
        ("drivers", ["importance", "performance", "impact_5"], []),
        ("indicators", ["mean", "sd", "skewness", "n", "dont_know", "refused", "other_missing"], []),
        ("effects", ["effect", "std_effect"], []),
        ("r2", ["r2"], []),
    ):
        ours, theirs = stored(name), memory.tables[name]
        assert len(ours) == len(theirs)
        for column in values:
            assert ours[column].to_numpy(dtype=float) == pytest.approx(
                theirs[column].to_numpy(dtype=float), rel=1e-6, abs=1e-6, nan_ok=True
            )
        for column in uncertain:
            assert ours[column].tolist() == pytest.approx(theirs[column].tolist(), rel=errors)
    rows = stored("rows").set_index(["INDUSTRY", "reason"])["rows"]
    assert rows[:, "read"].tolist() == [1968, 1479, 2287, 2505]  # section 6 of the methodology
    assert rows[:, "used"].sum() == 7341
    theirs = memory.tables["rows"].set_index(["INDUSTRY", "reason"])["rows"]
    assert rows.to_dict() == theirs.to_dict()


def test_two_folders_are_the_waves_of_one_study(tmp_path: Path, csi: Csi) -> None:
    """A fit of both waves, and a comparison of a fit of each: trend and decomposition are the same."""
    rows = split(2015)
    rows.to_parquet(tmp_path / "both.parquet")
    words = ("--missing", "98=dont_know,99=refused", "--no-beside")
    ran = csi(
        "fit", "acsi-repurchase", "both.parquet", *words, "--by", "wave", "--wave", "wave", "-o", "both"
    )
    assert ran.code == 0
    for wave in WAVES:
        rows[rows["wave"] == wave].drop(columns="wave").to_parquet(tmp_path / f"{wave}.parquet")
        assert csi("fit", "acsi-repurchase", f"{wave}.parquet", *words, "-o", wave).code == 0
    ran = csi("compare", *WAVES, "-o", "compared")
    assert ran.code == 0
    assert "no clear difference" in ran.out
    one, two = stored_tables(tmp_path / "both"), stored_tables(tmp_path / "compared")
    together = one("trend")
    together = together[together["weights_from"] != "pooled"].reset_index(drop=True)
    apart = two("trend")
    for name in ("construct", "weights_from", "wave", "n", "verdict"):
        assert apart[name].dropna().tolist() == together[name].dropna().tolist()
    for name in ("index", "se", "change", "change_se", "pvalue"):
        assert apart[name].tolist() == pytest.approx(together[name].tolist(), rel=1e-6, abs=1e-9, nan_ok=True)
    for name in ("contribution", "se"):
        ours, theirs = (stored("decomposition")[name].tolist() for stored in (one, two))
        assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-7)
    assert one("wave_checks")["same"].all()
    assert two("wave_checks")["same"].all()


GOAL = """\
model: ecsi-complaints
survey: {data}
estimator: {{name: {name}{more}}}
what_if:
  target: {{construct: satisfaction, index: 76}}
  costs: {{image: 1000, quality: {{per_point: 900, most: 4}}, value: 600}}
"""


def test_a_goal_of_the_mobile_phone_firm(tmp_path: Path, csi: Csi) -> None:
    """Quality is cheapest a point (900 / .6359) but capped at 4, image next (1000 / .4138), value last."""
    goal = GOAL.format(
        data=shared_data("data", "mobi.csv"), name="pls", more=", scheme: centroid, bootstrap: 100, folds: 0"
    )
    (tmp_path / "goal.yaml").write_text(goal, encoding="utf-8")
    ran = csi("run", "goal.yaml", "-o", "r")
    assert ran.code == 0
    plan = stored_tables(tmp_path / "r")("target_plan").set_index("driver")
    image = (76 - 72.543 - 4 * 0.6359) / 0.4138
    assert plan.loc["image", "push"] == pytest.approx(image, abs=0.003)
    assert plan.loc["quality", "push"] == 4
    assert plan.loc["value", "push"] == 0
    verdicts = {"image": "pushed", "quality": "at_most", "value": "not_pushed", "satisfaction": "reached"}
    assert plan["verdict"].to_dict() == verdicts
    assert plan.loc["satisfaction", "cost"] == pytest.approx(1000 * image + 900 * 4, abs=3)
    assert plan.loc["satisfaction", "level_to"] == pytest.approx(76, abs=1e-9)


def test_an_inadmissible_fit_has_no_plan(tmp_path: Path, csi: Csi) -> None:
    goal = GOAL.format(data=shared_data("data", "mobi.csv"), name="ml", more="")
    (tmp_path / "goal.yaml").write_text(goal, encoding="utf-8")
    ran = csi("run", "goal.yaml", "-o", "r")
    assert ran.code == 1
    assert "there is no plan: the effects of this fit should not be used" in ran.err
    plan = stored_tables(tmp_path / "r")("target_plan")
    assert plan[["push", "level_to", "gain", "cost", "marginal_cost"]].isna().all(axis=None)
    assert set(plan["why"]) == {"the effects of this fit should not be used"}
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "Do not act on the gains below" in page
