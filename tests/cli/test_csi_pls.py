"""PLS path modelling by command, from end to end: what lands in the folder and what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mistakes import Csi, contents
from shop import MODEL, QUESTIONS, STUDY, shop_survey, write_shop

from csi_model import read_model, read_survey
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.storage import load
from csi_model.vocabulary import SURVEY_TABLES, TABLES

NAMES = ["quality", "satisfaction", "loyalty"]
FEW = ("--estimator", "pls", "--bootstrap", "100", "--folds", "0", "--no-beside")
"""Enough for a test: few draws, nothing left out, nothing beside."""
NONE = ("--estimator", "pls", "--bootstrap", "0", "--folds", "0", "--no-beside")
INTERACTION = MODEL.replace("paths:\n", "  both: {product: [quality, satisfaction]}\npaths:\n").replace(
    "loyalty: [satisfaction]", "loyalty: [satisfaction, quality, both]"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    return tmp_path


def run(folder: Path, csi: Csi, *words: str, code: int = 0, to: str = "r") -> Any:
    """Fit the shop into ``to``."""
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", to, *words)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    page = (folder / to / "report.html").read_text(encoding="utf-8")
    assert len(page) > 10_000
    assert load(folder / to).manifest["options"] == options_of(folder, to)
    return ran


def options_of(folder: Path, to: str = "r") -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / to / "manifest.json").read_text(encoding="utf-8"))["options"]
    return told


def table(folder: Path, name: str, to: str = "r") -> pd.DataFrame:
    return pd.read_csv(folder / to / "tables" / f"{name}.csv", keep_default_na=False, na_values={})


def numbers(folder: Path, name: str, to: str = "r") -> pd.DataFrame:
    """A table with empty cells as NaN."""
    return pd.read_csv(folder / to / "tables" / f"{name}.csv")


def tables_there(folder: Path, to: str = "r") -> set[str]:
    return {path.stem for path in (folder / to / "tables").glob("*.csv")}


def same_bytes(folder: Path, one: str, two: str) -> None:
    first, second = (contents(folder / place / "tables") for place in (one, two))
    assert first == second


# ---- estimator, scheme, metric


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "options"),
    [
        ((), {}),
        (
            ("--scheme", "factorial", "--metric", "common", "--weight-rule", "outer"),
            {"scheme": "factorial", "metric": "common", "weight_rule": "outer"},
        ),
        (("--estimator", "plsc"), {"estimator": "plsc"}),
    ],
)
def test_the_command_is_the_function(
    words: tuple[str, ...], options: dict[str, Any], shop: Path, csi: Csi
) -> None:
    asked = {"estimator": "pls", "bootstrap": 0, "folds": 0, "beside": False} | options
    run(shop, csi, *NONE, *words)
    told = options_of(shop)
    assert {name: told[name] for name in asked} == asked
    model = read_model(shop / "shop.yaml")
    results = evaluate(fit(model, read_survey(shop / "shop.csv", model), **asked))
    for name, column in (
        ("index", "index"),
        ("parameters", "est"),
        ("effects", "effect"),
        ("weights", "weight"),
    ):
        wanted = results.tables[name][column].to_numpy()
        assert numbers(shop, name)[column].to_numpy() == pytest.approx(wanted, rel=1e-12), name


def test_a_full_run(shop: Path, csi: Csi) -> None:
    """With the defaults, but for the draws: prediction, and the other kind of estimator beside."""
    ran = run(shop, csi, "--estimator", "pls", "--bootstrap", "100", "--repeats", "2")
    assert tables_there(shop) == {*TABLES, "answers", "estimators", "precision"}
    for name, contract in (TABLES | SURVEY_TABLES).items():
        if name in tables_there(shop):
            head = (shop / "r/tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
            assert head == ",".join(contract.column_names)
    assert list(numbers(shop, "index")["construct"]) == NAMES
    assert set(table(shop, "parameters")["op"]) == {"=~", "<~", "~"}
    assert len(table(shop, "prediction")) == 5  # questions of satisfaction and loyalty
    assert len(table(shop, "cvpat"))
    for name in ("estimators", *TABLES):
        contract = (TABLES | SURVEY_TABLES)[name]
        if "why" not in contract.column_names:
            continue
        frame = pd.read_csv(shop / "r/tables" / f"{name}.csv", keep_default_na=False, dtype=str)
        columns = [c.name for c in contract.columns if c.kind in ("number", "integer")]
        empty = (frame[columns] == "").any(axis=1)
        assert (frame.loc[empty, "why"] != "").all(), name
    assert "note: estimators: the index of satisfaction is" in ran.err
    assert next(line for line in ran.out.splitlines() if line.startswith("* Satisfaction"))
    assert {path.suffix for path in (shop / "r" / "charts").iterdir()} == {".svg"}
    # what is made only where it is asked for
    assert table(shop, "necessity").empty
    assert not (shop / "r" / "scores.csv").exists()
    arrays = np.load(shop / "r" / "moments.npz")
    assert arrays["draws_values_0"].shape[0] == 100
    assert all(240 not in arrays[name].shape for name in arrays.files)


@pytest.mark.slow
def test_two_thousand_draws_where_nothing_is_said(shop: Path, csi: Csi) -> None:
    run(shop, csi, "--estimator", "pls", "--folds", "0", "--no-beside")
    assert options_of(shop)["bootstrap"] == 2000
    assert numbers(shop, "resampling").set_index("reason").loc["used", "draws"] == 2000


# ---- intervals


@pytest.mark.slow
def test_no_draws_leave_the_ends_empty_with_the_reason(shop: Path, csi: Csi) -> None:
    run(shop, csi, *NONE)
    for name in ("index", "effects", "drivers", "validity"):
        frame = numbers(shop, name)
        assert frame.filter(like="ci_lower").isna().all(axis=None), name
        assert frame["why"].str.contains("no interval without a bootstrap").all(), name
    assert numbers(shop, "index")["index"].between(0, 100).all()
    assert table(shop, "resampling").empty


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (("--jackknife",), "jackknife"),
        pytest.param(
            ("--bootstrap", "100", "--interval", "bca", "--level", "0.9"),
            "bootstrap_bca",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_intervals_by_their_method(words: tuple[str, ...], method: str, shop: Path, csi: Csi) -> None:
    run(shop, csi, "--estimator", "pls", "--folds", "0", "--no-beside", *words)
    for name in ("index", "effects", "drivers"):
        assert set(table(shop, name)["ci_method"]) == {method}
    assert options_of(shop)["bootstrap"] == (0 if method == "jackknife" else 100)
    index = numbers(shop, "index")
    assert (index["ci_lower"] < index["index"]).all()
    assert (index["index"] < index["ci_upper"]).all()


@pytest.mark.slow
def test_workers_change_no_byte(shop: Path, csi: Csi) -> None:
    words = ("--estimator", "pls", "--bootstrap", "300", "--seed", "3", "--folds", "0", "--no-beside")
    run(shop, csi, *words)
    run(shop, csi, *words, "--workers", "2", to="s")
    same_bytes(shop, "r", "s")
    assert (shop / "r/moments.npz").read_bytes() == (shop / "s/moments.npz").read_bytes()


# ---- answers, design, groups


@pytest.fixture
def gappy(shop: Path) -> Path:
    """Every seventh left S3 out, some others Q2."""
    frame = shop_survey().astype(dict.fromkeys(QUESTIONS, float))
    frame.loc[::7, "S3"] = np.nan
    frame.loc[3::11, "Q2"] = np.nan
    frame.to_csv(shop / "shop.csv", index=False)
    return shop


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["available", "mean"])
def test_missing_answers(rule: str, gappy: Path, csi: Csi) -> None:
    run(gappy, csi, *FEW, "--missing-data", rule)
    assert options_of(gappy)["missing_data"] == rule
    assert set(numbers(gappy, "index")["n"]) == {240}
    rows = numbers(gappy, "rows").set_index("reason")["rows"]
    assert rows["used"] == 240
    treated = numbers(gappy, "treatments")
    assert list(treated["treatment"].unique()) == ["complete", "mean", "available"]
    own = treated[treated["treatment"] == rule]
    assert (own["difference"] == 0).all()
    assert own["se"].notna().all()
    other = treated[treated["treatment"] != rule]
    assert other["index"].notna().all()
    assert other["why"].str.contains("--bootstrap 0").all()


def test_complete_cases_are_the_default(gappy: Path, csi: Csi) -> None:
    run(gappy, csi, *NONE)
    complete = shop_survey().assign(S3=lambda f: f["S3"].where(f.index % 7 != 0))
    left = 240 - complete["S3"].isna().sum() - sum(k % 7 != 0 for k in range(3, 240, 11))
    assert set(numbers(gappy, "index")["n"]) == {left}


@pytest.mark.slow
def test_weights_strata_and_clusters(shop: Path, csi: Csi) -> None:
    """With equal weights of questions an index is a weighted mean, and weighted answers move it."""
    frame = shop_survey()
    frame["house"] = np.arange(240) // 4
    frame["area"] = frame["house"] % 3
    frame.to_csv(shop / "shop.csv", index=False)
    design = ("--weight", "weight", "--strata", "area", "--cluster", "house")
    run(shop, csi, *FEW, *design, "--weight-rule", "equal")
    points = (frame[["S1", "S2", "S3"]].mean(axis="columns") - 1) / 9 * 100
    index = numbers(shop, "index").set_index("construct")
    wanted = np.average(points, weights=frame["weight"])
    assert index.loc["satisfaction", "index"] == pytest.approx(wanted, abs=1e-9)
    assert json.loads((shop / "r/manifest.json").read_text(encoding="utf-8"))["weight"] == "weight"
    run(shop, csi, *FEW, "--weight-rule", "equal", to="s")
    plain = numbers(shop, "index", "s").set_index("construct")
    assert index.loc["satisfaction", "se"] != pytest.approx(plain.loc["satisfaction", "se"], rel=0.01)
    assert (index["n_eff"] < 240).all()


@pytest.mark.slow
def test_groups(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    frame.loc[:19, "branch"] = "kiosk"
    frame.to_csv(shop / "shop.csv", index=False)
    ran = run(shop, csi, *FEW, "--by", "branch")
    index = numbers(shop, "index")
    assert list(index.columns) == ["branch", *TABLES["index"].column_names]
    kiosk = index[index["branch"] == "kiosk"]
    assert kiosk["index"].isna().all()
    assert kiosk["why"].str.contains("suppressed: 20 respondents").all()
    rest = index[index["branch"] != "kiosk"]
    assert rest["index"].notna().all()
    assert set(rest["weights_from"]) == {"pooled", "group"}
    assert {path.stem for path in (shop / "r/tables/pooled").iterdir()} == set(TABLES)
    assert "kiosk" in ran.err
    assert "Satisfaction by branch:" in ran.out


# ---- what is made beside


def test_scores_of_respondents(shop: Path, csi: Csi) -> None:
    run(shop, csi, *NONE, "--scores")
    scores = pd.read_csv(shop / "r" / "scores.csv")
    assert list(scores.columns) == ["row", *NAMES]
    assert list(scores["row"]) == list(range(2, 242))
    index = numbers(shop, "index").set_index("construct")["index"]
    for name in NAMES:
        assert scores[name].mean() == pytest.approx(index[name], abs=1e-9)
    for path in (shop / "r").rglob("*"):
        assert path.is_dir() or b"K1000" not in path.read_bytes()


def test_necessary_conditions_and_segments(shop: Path, csi: Csi) -> None:
    ran = run(shop, csi, *NONE, "--necessity", "100", "--segments", "2")
    necessity = numbers(shop, "necessity")
    pairs = necessity[["target", "driver"]].drop_duplicates().itertuples(index=False, name=None)
    assert list(pairs) == [("satisfaction", "quality"), ("loyalty", "satisfaction")]
    assert necessity["effect_size"].between(0, 1).all()
    assert necessity["pvalue"].between(1 / 101 - 1e-12, 1).all()
    assert len(numbers(shop, "bottlenecks"))
    segments = numbers(shop, "segments")
    assert list(segments["segments"]) == [1, 2]
    assert segments["chosen"].sum() == 1
    paths = numbers(shop, "segment_paths")
    assert len(paths) == 2 * int(segments.loc[segments["chosen"], "segments"].iloc[0])
    assert "segments: AIC3" in ran.err


# ---- models that are PLS's own


@pytest.mark.slow
def test_a_whole_in_two_stages(shop: Path, csi: Csi) -> None:
    assert csi("simulate", "ccsi-durables", "-n", "100", "--seed", "3", "-o", "wide.csv").code == 0
    ran = csi("fit", "ccsi-durables", "wide.csv", "-o", "r", *NONE, "--higher-order", "two_stage")
    assert ran.code == 0, ran.err
    r2 = numbers(shop, "r2").set_index("construct")["r2"]
    assert r2["quality"] == pytest.approx(1, abs=1e-9)  # made of its parts' scores


@pytest.mark.slow
def test_higher_order_models(shop: Path, csi: Csi) -> None:
    assert csi("simulate", "ccsi-durables", "-n", "160", "--seed", "3", "-o", "wide.csv").code == 0
    found = {}
    for way in ("repeated", "two_stage", "disjoint"):
        ran = csi("fit", "ccsi-durables", "wide.csv", "-o", way, *NONE, "--higher-order", way)
        assert ran.code == 0, ran.err
        assert options_of(shop, way)["higher_order"] == way
        weights = numbers(shop, "weights", way)
        found[way] = weights[weights["construct"] == "quality"]["weight"].to_numpy()
        assert len(found[way]) == 6
        assert found[way].sum() == pytest.approx(1)
    assert np.abs(found["repeated"] - found["two_stage"]).max() > 1e-4
    assert np.abs(found["disjoint"] - found["two_stage"]).max() > 1e-4


def test_an_interaction(shop: Path, csi: Csi) -> None:
    (shop / "shop.yaml").write_text(INTERACTION, encoding="utf-8")
    ran = run(shop, csi, "--estimator", "pls", "--bootstrap", "100", "--folds", "0")
    slopes = numbers(shop, "moderation")
    assert list(slopes["moderator_at"]) == ["low", "average", "high"] * 2
    assert slopes[["ci_lower", "ci_upper"]].notna().all(axis=None)
    assert "'both' is the product" in ran.err  # no likelihood beside it
    assert "estimators" not in tables_there(shop)
    assert read_model(shop / "r" / "model.yaml").products[0].product == ("quality", "satisfaction")


def test_maximum_likelihood_cannot_take_an_interaction(shop: Path, csi: Csi) -> None:
    (shop / "shop.yaml").write_text(INTERACTION, encoding="utf-8")
    before = contents(shop)
    for words in ((), ("--estimator", "fiml"), ("--estimator", "mlr")):
        ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", *words)
        assert (ran.code, ran.out) == (2, "")
        assert "'both' is the product of 'quality' and 'satisfaction'" in ran.err
        assert "-> Use --estimator pls, or take the interaction out of the model." in ran.err
    assert contents(shop) == before


def test_an_estimate_that_cannot_be_is_stored_marked_and_exits_1(shop: Path, csi: Csi) -> None:
    """Loyalty's questions hardly go together, and both with satisfaction: more than a correction bears."""
    frame = shop_survey()
    rng = np.random.default_rng(3)
    centre, apart = frame[["S1", "S2", "S3"]].mean(axis="columns"), rng.normal(size=240)
    for name, sign in (("L1", 1), ("L2", -1)):
        frame[name] = np.clip(np.rint(centre + sign * 1.5 * apart), 1, 10).astype(int)
    frame.to_csv(shop / "shop.csv", index=False)
    words = ("--bootstrap", "0", "--folds", "0", "--no-beside")
    ran = run(shop, csi, "--estimator", "plsc", *words, code=1)
    assert ran.out.startswith("NOT USABLE AS IT IS")
    assert "error: " in ran.err
    assert "use --estimator pls" in ran.err
    assert numbers(shop, "fit").set_index("measure").loc["admissible", "value"] == 0


# ---- a study file, the report again, two waves


@pytest.mark.slow
def test_a_study_file_says_it_all(shop: Path, csi: Csi) -> None:
    words = ("--scheme", "centroid", "--metric", "common", "--seed", "3", "--repeats", "1", "--folds", "4")
    run(shop, csi, "--estimator", "pls", "--bootstrap", "100", *words)
    (shop / "study.yaml").write_text(
        STUDY + "estimator: {name: pls, scheme: centroid, metric: common, bootstrap: 100, seed: 3,\n"
        "  repeats: 1, folds: 4}\n",
        encoding="utf-8",
    )
    ran = csi("run", "study.yaml", "-o", "s")
    assert ran.code == 0, ran.err
    assert options_of(shop, "s") == options_of(shop)
    same_bytes(shop, "r", "s")


def test_a_study_file_with_mistakes_names_their_lines(shop: Path, csi: Csi) -> None:
    (shop / "study.yaml").write_text(
        STUDY + "estimator:\n  name: plsc\n  scheme: centriod\n  metric: common\n  folds: 1\n",
        encoding="utf-8",
    )
    before = contents(shop)
    ran = csi("run", "study.yaml")
    assert (ran.code, ran.out) == (2, "")
    for place, said in ((5, "'centriod'"), (6, "plsc is for standardised items"), (7, "1 folds")):
        line = next(line for line in ran.err.splitlines() if said in line)
        assert f"study.yaml:{place}" in line
    assert contents(shop) == before


def test_given_weights_of_a_study(shop: Path, csi: Csi) -> None:
    weights = dict.fromkeys(QUESTIONS, 1.0) | {"S2": 3.0}
    (shop / "study.yaml").write_text(
        STUDY + f"estimator: {{name: pls, bootstrap: 0, weights: {json.dumps(weights)}}}\n", encoding="utf-8"
    )
    assert csi("run", "study.yaml", "-o", "s").code == 0
    found = numbers(shop, "weights", "s").set_index("indicator")["weight"]
    assert found[["S1", "S2", "S3"]].tolist() == pytest.approx([0.2, 0.6, 0.2])
    assert set(table(shop, "index", "s")["weight_rule"]) == {"given"}


@pytest.mark.slow
def test_the_report_again_in_chinese_touches_no_table(shop: Path, csi: Csi) -> None:
    run(shop, csi, *FEW)
    before = contents(shop / "r")
    english = (shop / "r" / "report.html").read_text(encoding="utf-8")
    ran = csi("report", "r", "--lang", "zh")
    assert ran.code == 0, ran.err
    after = contents(shop / "r")
    changed = {name for name in before if before[name] != after[name]}
    assert "report.html" in changed
    assert all(name == "report.html" or name.startswith("charts/") for name in changed)
    chinese = (shop / "r" / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in chinese
    assert "感知质量" in chinese
    assert csi("report", "r", "--lang", "en").code == 0
    assert (shop / "r" / "report.html").read_text(encoding="utf-8") == english


@pytest.mark.slow
def test_two_waves_compared(shop: Path, csi: Csi) -> None:
    run(shop, csi, *FEW, to="2023")
    later = shop_survey(seed=12)
    later[["S1", "S2", "S3"]] = np.clip(later[["S1", "S2", "S3"]] + 1, 1, 10)
    later.to_csv(shop / "shop.csv", index=False)
    run(shop, csi, *FEW, to="2024")
    ran = csi("compare", "2023", "2024", "-o", "change")
    assert ran.code == 0, ran.err
    rows = numbers(shop, "differences", "change").set_index("construct")
    index = [numbers(shop, "index", year).set_index("construct") for year in ("2023", "2024")]
    for name in NAMES:
        wanted = index[1].loc[name, "index"] - index[0].loc[name, "index"]
        assert rows.loc[name, "difference"] == pytest.approx(wanted)
        error = np.hypot(index[0].loc[name, "se"], index[1].loc[name, "se"])
        assert rows.loc[name, "se"] == pytest.approx(error, rel=0.05)
    assert rows.loc["satisfaction", "verdict"] == "higher"


# ---- json, and what is refused


def test_json_holds_every_table(shop: Path, csi: Csi) -> None:
    ran = run(shop, csi, *NONE, "--json")

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    told = json.loads(ran.out, parse_constant=refuse)
    assert told["trustworthy"] is True
    assert set(told["tables"]) >= set(TABLES)
    row = told["tables"]["index"][0]
    assert list(row) == list(TABLES["index"].column_names)
    assert row["ci_lower"] is None
    assert row["why"].startswith("no interval without a bootstrap")
    assert isinstance(row["index"], float)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--scheme centriod", "Did you mean 'centroid'?"),
        ("--metric raw", "Choose one of: standardised, common."),
        ("--higher-order twostage", "Did you mean 'two_stage'?"),
        ("--interval normal", "Choose one of: percentile, bc, bca."),
        ("--weight-rule regression", "Choose one of: pls, outer"),
        ("--missing-data pairwise", "Use --missing-data available"),
        ("--ridge 0.02", "it belongs to maximum likelihood, not to pls."),
        ("--bootstrap 20", "Give 0 for no intervals, or 100 and more"),
        ("--bootstrap many", "whole number"),
        ("--folds 1", "Give 0 for none, or 10."),
        ("--repeats 0", "Give 1 or more"),
        ("--segments 1", "2 to 10"),
        ("--necessity 10", "or 1000"),
        ("--workers 0", "Give 1 or more"),
        ("--estimator plsx", "pls, plsc"),
        ("--estimator plsc --metric common", "plsc is for standardised items."),
        ("--estimator ml --scheme centroid", "it belongs to PLS path modelling, not to ml."),
        ("--bootstrap 100 --jackknife", "Choose one."),
    ],
)
def test_options_that_do_not_fit(words: str, said: str, shop: Path, csi: Csi) -> None:
    before = contents(shop)
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--estimator", "pls", *words.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    lines = ran.err.splitlines()
    (place,) = [k for k, line in enumerate(lines) if line.startswith("error: ")]
    assert lines[place + 1].startswith("  -> ")
    assert contents(shop) == before


def test_every_mistake_is_told_at_once(shop: Path, csi: Csi) -> None:
    mistakes = {"scheme": "x", "metric": "y", "folds": "1", "segments": "1", "ridge": "0.5", "bootstrap": "3"}
    words = [word for option, value in mistakes.items() for word in (f"--{option}", value)]
    ran = csi("fit", "shop.yaml", "shop.csv", "--estimator", "plsc", *words)
    assert ran.code == 2
    told = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert len(told) == 6
    for option in mistakes:
        assert sum(f"error: --{option}: " in line for line in told) == 1, option
    assert not (shop / "reports").exists()
