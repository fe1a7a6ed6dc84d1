"""What every run does: exit codes, the two outputs, the results folder, the same bytes twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Csi, contents
from shop import MODEL, QUESTIONS, shop_survey, write_shop

from csi_model.model.catalogue import catalogue, read_model
from csi_model.vocabulary import DIFFERENCES, TABLES

CHARTS = {"answers", "index", "drivers", "impacts", "paths", "reliability"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    return tmp_path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False, dtype=str)


def without_time(folder: Path) -> dict[str, object]:
    """Hash of every file; the manifest as a value, its creation time left out."""
    found: dict[str, object] = dict(contents(folder))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop("created")
    return {**found, "manifest.json": manifest}


def test_a_fit_writes_the_contract(shop: Path, csi: Csi) -> None:
    ran = csi("fit", "shop.yaml", "shop.csv")
    assert ran.code == 0
    folder = shop / "reports" / "shop-shop"
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "moments.npz", "model.yaml", "tables", "charts", "report.html",
    }  # fmt: skip
    assert {path.stem for path in (folder / "tables").iterdir()} == {
        *TABLES,
        "answers",
        "estimators",
        "precision",
    }
    assert {path.stem for path in (folder / "charts").iterdir()} == CHARTS
    for name, contract in TABLES.items():
        raw = (folder / "tables" / f"{name}.csv").read_bytes()
        assert raw.decode("utf-8").splitlines()[0] == ",".join(contract.column_names)
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
    assert f"Report:  {Path('reports/shop-shop/report.html')}" in ran.out
    assert sorted(path.name for path in shop.iterdir()) == ["reports", "shop.csv", "shop.yaml", "study.yaml"]


def test_every_empty_number_has_its_reason(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch", "--min-base", "81")
    for place in ("r/tables", "r/tables/pooled"):
        for name, contract in TABLES.items():
            if "why" not in contract.column_names:
                continue
            frame = pd.read_csv(shop / place / f"{name}.csv", keep_default_na=False, dtype=str)
            numbers = [c.name for c in contract.columns if c.kind in ("number", "integer")]
            empty = (frame[numbers] == "").any(axis=1)
            assert (frame.loc[empty, "why"] != "").all(), name


def test_numbers_are_stored_in_full(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--weight-rule", "equal")
    index = table(shop / "r", "index").set_index("construct")["index"]
    answers = shop_survey()[["S1", "S2", "S3"]].to_numpy(dtype=float)
    assert float(index["satisfaction"]) == pytest.approx(((answers - 1) / 9 * 100).mean(), abs=1e-10)
    assert len(index["satisfaction"].replace(".", "")) >= 15


def test_a_grouped_run(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    frame.loc[:19, "branch"] = "kiosk"
    frame.to_csv(shop / "shop.csv", index=False)
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch")
    assert ran.code == 0
    folder = shop / "r"
    assert {path.stem for path in (folder / "tables" / "pooled").iterdir()} == set(TABLES)
    for name in TABLES:
        head = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert head == ",".join(("branch", *TABLES[name].column_names))
    index = table(folder, "index")
    assert set(index["branch"]) == {"kiosk", "north", "south", "west"}
    kiosk = index[index["branch"] == "kiosk"]
    assert (kiosk["index"] == "").all()
    assert kiosk["why"].str.contains("suppressed: 20 respondents").all()
    for name in ("parameters", "weights", "effects", "drivers", "reliability", "validity", "r2", "fit"):
        assert "kiosk" not in set(table(folder, name)["branch"])
    assert "kiosk" not in set(table(folder, "indicators")["branch"])
    assert set(index["weights_from"]) == {"pooled", "group"}
    assert "kiosk" in ran.err
    assert "no number is shown" in ran.err
    assert "kiosk" in ran.out
    stored = np.load(folder / "moments.npz")
    left_out = 1 + ["kiosk", "north", "south", "west"].index("kiosk")
    assert f"mean_{left_out}" not in stored.files


@pytest.mark.slow
def test_crossed_groups_come_first_in_the_order_asked(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    frame["year"] = [2023 if k < 120 else 2024 for k in range(240)]
    frame.to_csv(shop / "shop.csv", index=False)
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "year", "--by", "branch")
    index = table(shop / "r", "index")
    assert list(index.columns[:2]) == ["year", "branch"]
    assert set(index["year"]) == {"2023", "2024"}
    assert len(index.drop_duplicates(["year", "branch"])) == 6


@pytest.mark.slow
def test_json_is_json_and_findings_are_elsewhere(shop: Path, csi: Csi) -> None:
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch", "--min-base", "81", "--json")

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    told = json.loads(ran.out, parse_constant=refuse)
    assert told["trustworthy"] is True
    assert told["folder"] == "r"
    assert set(told["tables"]) == set(TABLES)
    row = told["tables"]["index"][0]
    assert list(row) == ["branch", *TABLES["index"].column_names]
    assert row["index"] is None
    assert row["why"].startswith("suppressed")
    assert "suppressed" in ran.err
    checked = json.loads(csi("check", "shop.yaml", "shop.csv", "--json").out, parse_constant=refuse)
    assert {"checked", "findings"} == set(checked)
    assert all({"code", "severity", "where", "what", "fix"} == set(one) for one in checked["findings"])


@pytest.mark.slow
def test_force_replaces_results_and_leaves_no_old_file(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch")
    assert (shop / "r" / "tables" / "pooled").is_dir()
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r").code == 2
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--force").code == 0
    assert not (shop / "r" / "tables" / "pooled").exists()
    assert not [path for path in shop.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_the_same_bytes_twice(shop: Path, csi: Csi) -> None:
    """The folders have one name, since the report tells the command (without the folders above)."""
    options = ("--bootstrap", "100", "--seed", "5", "--by", "branch")
    for place in ("first/r", "second/r"):
        assert csi("fit", "shop.yaml", "shop.csv", "-o", place, *options).code == 0
    assert without_time(shop / "first/r") == without_time(shop / "second/r")


@pytest.mark.slow
def test_the_report_again_in_chinese_touches_no_table(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r")
    before = contents(shop / "r")
    english = (shop / "r" / "report.html").read_text(encoding="utf-8")
    ran = csi("report", "r", "--lang", "zh")
    assert (ran.code, ran.out.strip()) == (0, str(Path("r/report.html")))
    after = contents(shop / "r")
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert "report.html" in changed
    assert all(name == "report.html" or name.startswith("charts/") for name in changed)
    chinese = (shop / "r" / "report.html").read_text(encoding="utf-8")
    assert "门店满意度" in chinese
    assert 'lang="zh' in chinese
    assert "Shop satisfaction" in english
    csi("report", "r", "--lang", "en")
    assert (shop / "r" / "report.html").read_text(encoding="utf-8") == english


@pytest.mark.slow
def test_a_study_says_what_its_files_are_and_stores_itself(shop: Path, csi: Csi) -> None:
    ran = csi("check", "study.yaml")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "study.yaml: study of the model shop",
        "shop: 3 constructs, 8 questions, 2 paths; index: satisfaction",
        "shop.csv: 240 rows, 240 with answers",
    ]
    assert csi("run", "study.yaml").code == 0
    assert (shop / "reports/study/study.yaml").read_bytes() == (shop / "study.yaml").read_bytes()
    csi("fit", "shop.yaml", "shop.csv", "-o", "r")
    assert table(shop / "reports/study", "index").equals(table(shop / "r", "index"))


FLAT = [name for name in catalogue() if not any(one.repeats for one in read_model(name).constructs)]


def test_lavaan_text_of_a_second_order_model_is_refused_with_its_remedy(tmp_path: Path, csi: Csi) -> None:
    """lavaan has no word for a construct that repeats others' questions; a model file does."""
    assert set(catalogue()) - set(FLAT) == {"acsi-extended", "ccsi-durables"}
    (tmp_path / "m.lav").write_text(csi("models", "ccsi-durables", "--as", "lavaan").out, encoding="utf-8")
    ran = csi("check", "m.lav", "--index", "satisfaction")
    assert ran.code == 2
    assert "m.lav:" in ran.err
    assert "`repeats: [...]`" in ran.err


@pytest.mark.parametrize("name", FLAT)
def test_models_as_lavaan_are_read_back_with_the_same_structure(name: str, tmp_path: Path, csi: Csi) -> None:
    text = csi("models", name, "--as", "lavaan").out
    (tmp_path / "m.lav").write_text(text, encoding="utf-8")
    model = read_model(name)
    back = read_model(tmp_path / "m.lav", index=model.index)
    assert {
        construct.name: tuple(item.name for item in back.items_of(construct.name))
        for construct in back.constructs
    } == {
        construct.name: tuple(item.name for item in model.items_of(construct.name))
        for construct in model.constructs
    }
    assert set(back.paths) == set(model.paths)


@pytest.mark.parametrize("name", catalogue())
def test_models_as_yaml_are_read_back_the_same(name: str, tmp_path: Path, csi: Csi) -> None:
    (tmp_path / "m.yaml").write_text(csi("models", name, "--as", "yaml").out, encoding="utf-8")
    assert read_model(tmp_path / "m.yaml") == read_model(name)


LAVAAN = """\
# the shop, with a complaint question
quality =~ Q1 + Q2 + Q3
SAT =~ S1 + S2 + S3
complaints =~ COMP
SAT ~ quality
complaints ~ SAT
"""


def test_a_lavaan_model_with_scales_and_index(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    frame["COMP"] = (frame["S1"] + frame["Q1"] < 10).astype(int)
    frame.to_csv(shop / "shop.csv", index=False)
    (shop / "shop.lav").write_text(LAVAAN, encoding="utf-8")
    ran = csi(
        "fit", "shop.lav", "shop.csv", "-o", "r",
        "--scale", "1:10", "--scale", "COMP=0:1", "--index", "SAT",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    index = table(shop / "r", "index").set_index("construct")["index"].astype(float)
    assert index["complaints"] == pytest.approx(100 * frame["COMP"].mean())
    assert next(line for line in ran.out.splitlines() if line.startswith("*")).startswith("* SAT")
    assert read_model(shop / "r" / "model.yaml").index == "SAT"


def written(frame: pd.DataFrame, path: Path) -> None:
    import pyreadstat

    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".tsv":
            frame.to_csv(path, index=False, sep="\t")
        case ".xlsx":
            frame.to_excel(path, index=False)
        case ".parquet":
            frame.to_parquet(path, index=False)
        case ".sav":
            pyreadstat.write_sav(frame, str(path))
        case ".dta":
            pyreadstat.write_dta(frame, str(path))


@pytest.mark.slow
def test_every_format_gives_the_same_tables(shop: Path, csi: Csi) -> None:
    frame = shop_survey()[[*QUESTIONS, "branch", "weight"]]
    tables = {}
    for ending in ("csv", "tsv", "xlsx", "sav", "dta", "parquet"):
        written(frame, shop / f"answers.{ending}")
        options = ("--weight", "weight", "--by", "branch", "-o", ending)
        ran = csi("fit", "shop.yaml", f"answers.{ending}", *options)
        assert ran.code == 0, ran.err
        tables[ending] = {
            name: digest
            for name, digest in contents(shop / ending / "tables").items()
            if not name.endswith("findings.csv")  # these name the file
        }
    assert all(found == tables["csv"] for found in tables.values())


def test_findings_come_in_one_order(shop: Path, csi: Csi) -> None:
    frame = shop_survey()
    frame.loc[3, "Q1"] = 98
    frame.loc[5, "S1"] = 99
    frame.to_csv(shop / "shop.csv", index=False)
    arguments = ("fit", "shop.yaml", "shop.csv", "--missing", "98=dont_know,99=refused", "--by", "branch")
    first = csi(*arguments, "-o", "a")
    second = csi(*arguments, "-o", "b")
    assert first.err == second.err
    assert table(shop / "a", "findings").equals(table(shop / "b", "findings"))
    rows = pd.read_csv(shop / "a/tables/pooled/rows.csv").set_index("reason")["rows"]
    assert rows["read"] == 240
    assert rows["incomplete_dont_know"] == 1
    assert rows["incomplete_refused"] == 1
    assert rows["used"] == 238
    assert rows.drop("read").sum() == 240


@pytest.mark.slow
def test_an_inadmissible_fit_is_stored_marked_and_exits_1(shop: Path, csi: Csi) -> None:
    """Both loyalty questions follow satisfaction, yet hardly each other: a variance comes out negative."""
    frame = shop_survey()
    rng = np.random.default_rng(3)
    apart = rng.normal(size=240)
    centre = frame[["S1", "S2", "S3"]].mean(axis="columns")
    for name, sign in (("L1", 1), ("L2", -1)):
        frame[name] = np.clip(np.rint(centre + sign * 1.5 * apart), 1, 10).astype(int)
    frame.to_csv(shop / "shop.csv", index=False)
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r")
    assert ran.code == 1, ran.err
    assert ran.out.startswith("NOT USABLE AS IT IS")
    assert "error: loyalty" in ran.err
    assert (shop / "r" / "report.html").is_file()
    told = json.loads(csi("fit", "shop.yaml", "shop.csv", "-o", "s", "--json").out)
    assert told["trustworthy"] is False
    assert csi("compare", "r", "s", "-o", "c").code == 1


@pytest.mark.slow
def test_a_comparison_of_two_waves(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "2023")
    later = shop_survey(seed=12)
    later[["S1", "S2", "S3"]] = np.clip(later[["S1", "S2", "S3"]] + 1, 1, 10)
    later.to_csv(shop / "shop.csv", index=False)
    csi("fit", "shop.yaml", "shop.csv", "-o", "2024")
    ran = csi("compare", "2023", "2024", "-o", "change")
    assert ran.code == 0, ran.err
    assert "2023 -> 2024: +" in ran.out
    assert {path.name for path in (shop / "change").iterdir()} == {
        "manifest.json", "model.yaml", "tables", "charts", "report.html",
    }  # fmt: skip
    rows = table(shop / "change", "differences").set_index("construct")
    assert list(rows.columns) == [name for name in DIFFERENCES.column_names if name != "construct"]
    satisfaction = rows.loc["satisfaction"]
    index = [float(table(shop / year, "index").set_index("construct").loc["satisfaction", "index"])
             for year in ("2023", "2024")]  # fmt: skip
    assert float(satisfaction["difference"]) == pytest.approx(index[1] - index[0])
    assert satisfaction["verdict"] == "higher"
    told = json.loads(csi("compare", "2023", "2024", "-o", "again", "--json").out)
    assert len(told["differences"]) == 3


@pytest.mark.slow
def test_a_comparison_is_not_taken_for_results(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch")
    assert csi("compare", "r", "-o", "branches").code == 0
    before = contents(shop)
    ran = csi("compare", "branches", "r", "-o", "c")
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert "branches" in ran.err
    assert "comparison" in ran.err
    assert "  -> " in ran.err
    assert contents(shop) == before


@pytest.mark.slow
def test_a_comparison_is_reported_again(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--by", "branch")
    assert csi("compare", "r", "-o", "branches").code == 0
    first = contents(shop)
    assert csi("report", "branches").code == 0
    assert contents(shop) == first
    ran = csi("report", "branches", "--format", "html,xlsx", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [str(Path("branches") / f"report.{name}") for name in ("html", "xlsx")]
    assert 'lang="zh' in (shop / "branches" / "report.html").read_text(encoding="utf-8")
    (shop / "branches" / "model.yaml").unlink()
    assert csi("report", "branches").code == 2


@pytest.mark.slow
def test_the_demo(tmp_path: Path, csi: Csi) -> None:
    ran = csi("demo", "-o", "demo")
    assert ran.code == 0, ran.err
    assert f"Report:  {Path('demo/report.html')}" in ran.out
    assert (tmp_path / "demo" / "study.yaml").is_file()
    assert csi("demo", "-o", "demo").code == 2
    assert csi("demo", "-o", "demo", "--force", "--lang", "zh").code == 0
    assert 'lang="zh' in (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_is_stored_without_folders(shop: Path, csi: Csi) -> None:
    csi("fit", shop / "shop.yaml", shop / "shop.csv", "-o", shop / "deep" / "r")
    text = (shop / "deep/r/manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["command"] == "csi fit shop.yaml shop.csv -o r"
    for path in (shop / "deep" / "r").rglob("*"):
        assert path.is_dir() or str(shop).encode() not in path.read_bytes()


def test_no_respondent_row_is_stored(shop: Path, csi: Csi) -> None:
    csi("fit", "shop.yaml", "shop.csv", "-o", "r")
    for path in (shop / "r").rglob("*"):
        assert path.is_dir() or b"K1000" not in path.read_bytes()
    arrays = np.load(shop / "r" / "moments.npz")
    assert all(240 not in arrays[name].shape for name in arrays.files)


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """``csi`` as its own process."""
    import os

    command = [sys.executable, "-c", "from csi_model.cli import main; main()", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fit shop.yaml shopp.csv", b"'shop.csv'?"),
        ("check shop.yaml --index Quality", b"'quality'?"),
        ("run study.yaml -o shop.csv", b"not a folder"),
        ("fit shop.yaml shop.csv --seed abc", b"whole number"),
        ("report nothing", b"no such folder"),
    ],
)
def test_mistakes_in_a_process_of_their_own(shop: Path, words: str, said: bytes) -> None:
    before = contents(shop)
    ran = run(shop, *words.split())
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert said in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert contents(shop) == before


def test_a_terminal_without_chinese_still_gets_the_listing(tmp_path: Path) -> None:
    ran = run(tmp_path, "models", "--lang", "zh", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.returncode == 0
    assert b"acsi" in ran.stdout
    assert b"\\u" in ran.stdout


def test_json_is_utf8_whatever_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(MODEL, encoding="utf-8")
    ran = run(tmp_path, "models", "--schema", "model", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(ran.stdout.decode("utf-8"))["title"] == "csi_model model file"


HEAVY = ("pandas", "scipy", "matplotlib", "semopy", "numpy", "statsmodels")


@pytest.mark.parametrize(
    "words", ["models", "models acsi", "check acsi", "check shop.yaml", "--version", "--help"]
)
def test_the_light_commands_load_nothing_heavy(shop: Path, words: str) -> None:
    probe = (
        "import sys\nfrom csi_model.cli import main\n"
        "try:\n    main()\nfinally:\n"
        f"    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", probe, *words.split()],
        cwd=shop, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0
    assert ran.stderr.splitlines()[-1] == "[]"
