"""Estimators and tests by command, from end to end: what lands in the folder and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Csi
from shop import QUESTIONS, STUDY, shop_survey, write_shop

from csi_model.storage import load
from csi_model.vocabulary import SURVEY_TABLES, TABLES

MEASURES = ("chisq", "cfi", "rmsea")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    return tmp_path


@pytest.fixture
def gappy(shop: Path) -> Path:
    """Every seventh left S3 out, some others Q2."""
    frame = shop_survey().astype(dict.fromkeys(QUESTIONS, float))
    frame.loc[::7, "S3"] = np.nan
    frame.loc[3::11, "Q2"] = np.nan
    frame.to_csv(shop / "shop.csv", index=False)
    return shop


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "r" / "tables" / f"{name}.csv", keep_default_na=False)


def options_of(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "r" / "manifest.json").read_text(encoding="utf-8"))[
        "options"
    ]
    return told


def measures(folder: Path) -> pd.Series[str]:
    return table(folder, "fit").set_index("measure")["value"]


def tables_there(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "r" / "tables").glob("*.csv")}


def run(folder: Path, csi: Csi, *words: str, code: int = 0) -> str:
    """Fit the shop into ``r``; what was said to standard error."""
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", *words)
    assert ran.code == code, ran.err
    assert ran.out.count("Report:") == 1
    page = (folder / "r" / "report.html").read_text(encoding="utf-8")
    assert "Traceback" not in ran.err
    assert len(page) > 10_000
    assert load(folder / "r").manifest["options"] == options_of(folder)
    return str(ran.err)


@pytest.mark.slow
def test_permutations(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    west = frame["branch"] == "west"
    frame.loc[west, ["S1", "S2", "S3"]] = np.clip(frame.loc[west, ["S1", "S2", "S3"]] + 2, 1, 10)
    frame.to_csv(shop / "shop.csv", index=False)
    run(shop, csi, "--by", "branch", "--permutations", "100")
    assert options_of(shop)["permutations"] == 100
    rows = table(shop, "permutation_tests")
    assert list(rows.columns) == list(SURVEY_TABLES["permutation_tests"].column_names)
    assert (rows["draws"] == 100).all()
    index = rows[(rows["kind"] == "index") & (rows["target"] == "satisfaction")].set_index(
        ["group_1", "group_2"]
    )
    assert list(index.index) == [("north", "south"), ("north", "west"), ("south", "west")]
    assert index["pvalue"].iloc[1:].to_numpy() == pytest.approx(1 / 101, rel=1e-14)
    assert index["pvalue"].iloc[0] > 0.05
    assert (index["difference"].iloc[1:] > 10).all()
    assert tables_there(shop) >= set(TABLES) | {"invariance", "path_tests", "permutation_tests"}


@pytest.mark.slow
def test_permutations_of_a_study_with_two_workers(shop: Path, csi: Csi) -> None:
    """The same bytes from a study file, whoever deals the labels."""
    run(shop, csi, "--by", "branch", "--permutations", "150", "--seed", "3")
    (shop / "study.yaml").write_text(
        STUDY + "groups: branch\nestimator: {permutations: 150, seed: 3}\n", encoding="utf-8"
    )
    ran = csi("run", "study.yaml", "-o", "s", "--workers", "2")
    assert ran.code == 0, ran.err
    for name in ("permutation_tests", "index", "path_tests"):
        path = Path("tables") / f"{name}.csv"
        assert (shop / "r" / path).read_bytes() == (shop / "s" / path).read_bytes()


@pytest.mark.slow
def test_no_permutations_unless_asked_for(shop: Path, csi: Csi) -> None:
    run(shop, csi, "--by", "branch")
    assert "permutation_tests" not in tables_there(shop)


def test_fiml(gappy: Path, csi: Csi) -> None:
    run(gappy, csi, "--estimator", "fiml")
    assert options_of(gappy)["missing_data"] == "available"
    assert set(table(gappy, "index")["n"]) == {240}
    intercepts = table(gappy, "parameters").query("op == '~1'")
    assert set(intercepts["lhs"]) == {*QUESTIONS, "quality", "satisfaction", "loyalty"}
    assert (intercepts.set_index("lhs").loc[["quality", "satisfaction", "loyalty"], "est"] == 0).all()
    assert all(np.isfinite(float(measures(gappy)[name])) for name in MEASURES)
    treated = table(gappy, "treatments")
    assert list(treated["treatment"].unique()) == ["complete", "mean", "pairwise", "available"]
    assert (treated.query("treatment == 'available'")["difference"].astype(float) == 0).all()
    assert np.isfinite(table(gappy, "modification")["mi"].iloc[:5].astype(float)).all()
    residual = table(gappy, "residuals")
    assert (residual["z"] == "").all()
    assert (residual["why"] != "").all()
    rows = table(gappy, "rows").set_index("reason")["rows"]
    assert rows["used"] == rows["read"] == 240


def test_complete_cases_beside_it(gappy: Path, csi: Csi) -> None:
    run(gappy, csi)
    answers = pd.read_csv(gappy / "shop.csv")[list(QUESTIONS)]
    complete = int(answers.notna().all(axis=1).sum())
    assert set(table(gappy, "index")["n"]) == {complete}
    assert "treatments" in tables_there(gappy)
    assert complete < 240


@pytest.mark.slow
def test_mlr(shop: Path, csi: Csi) -> None:
    run(shop, csi, "--estimator", "mlr")
    robust, est = measures(shop), table(shop, "parameters").set_index(["lhs", "op", "rhs"])
    for name in ("chisq_scaled", "chisq_scaling_factor", "cfi_robust", "rmsea_robust"):
        assert np.isfinite(float(robust[name])), name
    scaled = float(robust["chisq"]) / float(robust["chisq_scaling_factor"])
    assert float(robust["chisq_scaled"]) == pytest.approx(scaled)
    for name in ("effects", "standardised_effects", "specific_effects", "drivers"):
        assert set(table(shop, name)["ci_method"]) == {"monte_carlo"}, name
    assert set(table(shop, "index")["ci_method"]) == {"delta"}
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--force")
    assert ran.code == 0
    plain = table(shop, "parameters").set_index(["lhs", "op", "rhs"])
    np.testing.assert_array_equal(plain["est"], est["est"])
    free = plain["free"].astype(str).str.lower().isin(["true", "1"])
    assert (plain.loc[free, "se"].astype(float) != est.loc[free, "se"].astype(float)).all()
    assert "chisq_scaled" not in measures(shop).index or measures(shop)["chisq_scaled"] == ""


@pytest.mark.slow
def test_a_ridge(shop: Path, csi: Csi) -> None:
    said = run(shop, csi, "--ridge", "0.05")
    assert "paths were drawn towards 0 by a ridge of strength 0.05" in said
    assert options_of(shop)["ridge"] == 0.05
    shown = table(shop, "fit").set_index("measure")
    for name in MEASURES:
        assert (shown.loc[name, "value"], shown.loc[name, "why"]) == ("", "a ridge fit has no chi-square")
    assert len(table(shop, "modification")) == 0
    steadied = table(shop, "standardised").query("op == '~'").set_index(["lhs", "rhs"])["est"]
    assert "ridge of strength 0.05" in (shop / "r" / "report.html").read_text(encoding="utf-8")
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--force").code == 0
    plain = table(shop, "standardised").query("op == '~'").set_index(["lhs", "rhs"])["est"]
    assert (steadied.abs() < plain.abs()).all()


@pytest.mark.slow
def test_bounded_variances(shop: Path, csi: Csi) -> None:
    """Both loyalty questions follow satisfaction, yet hardly each other: a variance would be negative."""
    frame = shop_survey()
    apart = np.random.default_rng(3).normal(size=240)
    centre = frame[["S1", "S2", "S3"]].mean(axis="columns")
    for name, sign in (("L1", 1), ("L2", -1)):
        frame[name] = np.clip(np.rint(centre + sign * 1.5 * apart), 1, 10).astype(int)
    frame.to_csv(shop / "shop.csv", index=False)
    assert "error: loyalty" in run(shop, csi, code=1)
    negative = table(shop, "parameters").query("op == '~~' and lhs == rhs")
    assert (negative["est"].astype(float) < 0).sum() == 1
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--force", "--variances", "bounded")
    assert "is held at 0" in ran.err
    held = table(shop, "parameters").query("op == '~~' and lhs == rhs").set_index("lhs")
    where = negative.loc[negative["est"].astype(float) < 0, "lhs"].item()
    assert held.loc[where, "est"] == 0
    assert (held.loc[where, "se"], held.loc[where, "why"] != "") == ("", True)
    assert (held["est"].drop(index=where) > 0).all()
    assert "negative-variance" not in set(table(shop, "findings")["code"])


@pytest.mark.parametrize(
    "words",
    [
        "--estimator mlm",
        "--missing-data pairwise",
        "--estimator mlr --missing-data available",
        "--ridge 0.02 --by branch",
        "--estimator fiml --by branch",
        "--variances bounded --estimator mlr",
    ],
)
@pytest.mark.slow
def test_options_together(words: str, gappy: Path, csi: Csi) -> None:
    """Every table of the contract is there, and no empty number without its reason."""
    run(gappy, csi, *words.split())
    assert tables_there(gappy) >= {*TABLES, "treatments"}
    for name in sorted(tables_there(gappy)):
        contract = TABLES.get(name) or SURVEY_TABLES[name]
        if "why" not in contract.column_names:
            continue
        frame = table(gappy, name).astype(str)
        numbers = [column.name for column in contract.columns if column.kind in ("number", "integer")]
        empty = (frame[numbers] == "").any(axis=1)
        assert (frame.loc[empty, "why"] != "").all(), name


@pytest.mark.slow
def test_what_missing_answers_do_is_told_and_stored(gappy: Path, csi: Csi) -> None:
    """Those who are dissatisfied leave S3 out: the finding stands on the screen and in the folder."""
    frame = pd.read_csv(gappy / "shop.csv")
    frame.loc[frame["S1"] <= 5, "S3"] = np.nan
    frame.to_csv(gappy / "shop.csv", index=False)
    said = run(gappy, csi)
    assert "those who left questions out differ from the others" in said
    assert "missing-data-matters" in set(table(gappy, "findings")["code"])
    before = (gappy / "r" / "report.html").read_text(encoding="utf-8")
    assert csi("report", "r").code == 0
    assert (gappy / "r" / "report.html").read_text(encoding="utf-8") == before
