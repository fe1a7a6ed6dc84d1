"""``csi measure``: how every measure is asked for, written, reported again, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Csi, Mistake, as_parameters, check_mistake, file
from shop import shop_survey, write_shop

from csi_model import CsiError, load, measure
from csi_model.study.measures.families import ENTRIES, FAMILIES
from csi_model.study.schema import study_schema


def recommending(folder: Path) -> pd.DataFrame:
    """162 promoters, 108 passives, 54 detractors, dealt to three firms in turn."""
    frame = pd.DataFrame({"REC": [10] * 162 + [7] * 108 + [2] * 54})
    frame["firm"] = np.array(["Ada", "Ben", "Cem"])[np.arange(len(frame)) % 3]
    frame.to_csv(folder / "rec.csv", index=False)
    return frame


def test_every_measure_has_a_command_with_help(csi: Csi) -> None:
    listed = csi("measure", "--help").out
    assert sum(len(entries) for entries in FAMILIES.values()) == len(ENTRIES)
    for name, entry in ENTRIES.items():
        assert f"  {name.replace('_', '-')} " in listed
        told = csi("measure", name.replace("_", "-"), "--help").out
        assert "--lang" in told
        for field, info in entry.model_fields.items():
            if field != "measure":
                assert info.description, f"{name}: {field} is not described"
                shown = field.upper() if field in entry.arguments else f"--{field.replace('_', '-')}"
                assert shown in told, f"{name}: {shown}"


def test_no_name_lists_the_measures(csi: Csi) -> None:
    ran = csi("measure")
    assert ran.code == 2
    assert "nps" in ran.err


def test_the_worked_example_as_typed(csi: Csi, tmp_path: Path) -> None:
    """NPS 33.33, standard error 4.141, 95 % limits -+8.116."""
    recommending(tmp_path)
    ran = csi("measure", "nps", "rec.csv", "--column", "REC", "--json")
    row = json.loads(ran.out)["tables"]["measures"][0]
    assert row["measure"] == "nps"
    assert row["value"] == pytest.approx(100 / 3)
    assert row["se"] == pytest.approx(4.141, abs=5e-4)
    assert (row["ci_upper"] - row["ci_lower"]) / 2 == pytest.approx(8.116, abs=5e-4)
    assert (ran.code, ran.err) == (0, "")
    assert "33.33" in csi("measure", "nps", "rec.csv", "--column", "REC").out
    said = csi("measure", "nps", "rec.csv", "--column", "REC", "--lang", "zh", "--by", "firm").out
    assert "净推荐值" in said
    assert "全体受访者" in said


@pytest.mark.slow
def test_a_folder_is_written_and_reported_again(csi: Csi, tmp_path: Path) -> None:
    recommending(tmp_path)
    assert csi("measure", "nps", "rec.csv", "--column", "REC", "--by", "firm", "-o", "out").code == 0
    made = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*.*"))
    assert {"manifest.json", "report.html", "tables/measures.csv", "charts/nps.svg"} <= set(made)
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "measures"
    assert manifest["measures"] == [{"measure": "nps", "column": "REC"}]
    assert manifest["survey"]["file"] == "rec.csv"
    first = Path("out/report.html").read_text(encoding="utf-8")
    assert "Ada" in first
    assert "<script>alert" not in first
    assert csi("report", "out", "--lang", "zh").code == 0
    assert "净推荐值" in Path("out/report.html").read_text(encoding="utf-8")
    assert csi("report", "out", "--lang", "en").code == 0
    assert Path("out/report.html").read_text(encoding="utf-8") == first
    again = csi("measure", "nps", "rec.csv", "--column", "REC", "-o", "out")
    assert again.code == 2
    assert "--force" in again.err
    table = Path("out/tables/measures.csv")
    table.write_text(table.read_text(encoding="utf-8").replace("33.3", "43.3"), encoding="utf-8")
    assert "changed after it was written" in csi("report", "out").err
    with pytest.raises(CsiError, match="other measures, not the results of a fit"):
        load("out")


def test_one_cluster_has_no_errors_and_says_so(csi: Csi, tmp_path: Path) -> None:
    recommending(tmp_path).assign(town="Bonn").to_csv(tmp_path / "rec.csv", index=False)
    ran = csi(
        "measure", "nps", "rec.csv", "--column", "REC", "--cluster", "town", "-o", "out", "--lang", "zh"
    )
    assert ran.code == 0
    assert "all respondents are of one cluster" in ran.err
    rows = pd.read_csv("out/tables/measures.csv")
    assert rows["se"].isna().all()
    assert rows["value"].notna().all()
    assert "全部受访者属于同一群组" in Path("out/report.html").read_text(encoding="utf-8")


def test_a_model_gives_scales_and_labels(csi: Csi, tmp_path: Path) -> None:
    write_shop(tmp_path)
    with pytest.raises(CsiError, match="no declared scale"):
        measure("satisfaction_rate", "shop.csv", column="S1")
    asked = ("measure", "satisfaction-rate", "shop.csv", "--column", "S1", "--model", "shop.yaml", "--json")
    row = json.loads(csi(*asked).out)["tables"]["measures"][0]
    answers = shop_survey()["S1"]
    assert row["value"] == pytest.approx(100 * (answers >= 8).mean())
    assert row["n"] == 240


STUDY = """\
model: shop.yaml
survey: shop.csv
groups: branch
estimator: {name: ml, beside: false}
measures:
  - {measure: nps, column: REC}
  - measure: satisfaction-rate
    column: S1
"""


def shop_with_measures(folder: Path) -> None:
    write_shop(folder)
    survey = shop_survey()
    survey["REC"] = np.arange(len(survey)) % 11
    survey.to_csv(folder / "shop.csv", index=False)
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")


@pytest.mark.slow
def test_a_study_stores_and_shows_them(csi: Csi, tmp_path: Path) -> None:
    shop_with_measures(tmp_path)
    assert "measures: nps, satisfaction_rate" in csi("check", "study.yaml").out
    assert csi("run", "study.yaml", "-o", "res").code in (0, 1)
    results = load("res")
    rows = results.across["measures"].set_index(["measure", "unit"])
    scores = 100.0 * ((np.arange(240) % 11 >= 9).astype(int) - (np.arange(240) % 11 <= 6))
    assert rows.loc[("nps", "all respondents"), "value"] == pytest.approx(scores.mean())
    assert rows.loc[("nps", "north"), "value"] == pytest.approx(scores[::3].mean())
    page = Path("res/report.html").read_text(encoding="utf-8")
    assert '<section id="measures"' in page
    assert "net promoter score" in page
    assert Path("res/charts/nps.svg").is_file()
    assert csi("report", "res", "--lang", "zh").code == 0
    assert "净推荐值" in Path("res/report.html").read_text(encoding="utf-8")


def test_the_schema_for_editors_knows_every_measure() -> None:
    forms = study_schema()["properties"]["measures"]["items"]["oneOf"]
    assert {form["properties"]["measure"]["const"] for form in forms} == set(ENTRIES)


def with_study(old: str, new: str) -> object:
    def build(folder: Path) -> None:
        shop_with_measures(folder)
        text = STUDY.replace(old, new)
        assert text != STUDY
        (folder / "study.yaml").write_text(text, encoding="utf-8")

    return build


NPS = "measure nps shop.csv --column S1"
MISTAKES = (
    Mistake(
        name="no such measure",
        command="measure npss shop.csv",
        says=("npss", "nps"),
    ),
    Mistake(name="no survey", command="measure nps --column S1", says=("SURVEY", "No survey is named")),
    Mistake(
        name="no column named",
        command="measure nps shop.csv",
        says=("--column", "It is needed", "recommend"),
    ),
    Mistake(
        name="no such column",
        command="measure nps shop.csv --column S11",
        says=("no column 'S11'", "S1"),
    ),
    Mistake(
        name="several options at once",
        command=f"{NPS} --level high --min-base few --lang de",
        says=("--lang", "--level", "--min-base"),
        errors=3,
    ),
    Mistake(
        name="numbers that cannot be",
        command=f"{NPS} --level 2 --min-base -1",
        says=("--level", "2 is no confidence level", "--min-base", "-1 is no number of respondents"),
        errors=2,
    ),
    Mistake(
        name="scale of another question",
        command=f"{NPS} --scale S2=1:10",
        says=("--scale", "'S2' is not among those"),
    ),
    Mistake(
        name="group that is a question",
        command=f"{NPS} --by S1",
        says=("--by S1", "question"),
    ),
    Mistake(name="no such group", command=f"{NPS} --by brunch", says=("no column 'brunch'", "branch")),
    Mistake(
        name="answers beyond the scale",
        command=f"{NPS} --scale 0:5",
        says=("S1",),
    ),
    Mistake(
        name="unknown measure of a study",
        command="run study.yaml -o res",
        build=with_study("measure: nps", "measure: nsp"),  # type: ignore[arg-type]
        says=("study.yaml:6", "no measure 'nsp'", "nps"),
    ),
    Mistake(
        name="key that a measure does not have",
        command="run study.yaml -o res",
        build=with_study("column: S1", "colum: S1"),  # type: ignore[arg-type]
        says=("study.yaml:7", "In entry 2 of `measures` the key `column` is missing",
              "study.yaml:8", "`colum` is not a known key", "column"),
        errors=2,
    ),
    Mistake(
        name="column of a measure that is not there",
        command="run study.yaml -o res",
        build=with_study("column: REC", "column: RECC"),  # type: ignore[arg-type]
        says=("no column 'RECC'", "REC"),
    ),
    Mistake(
        name="measures that are no list",
        command="run study.yaml -o res",
        build=file("study.yaml", "model: shop.yaml\nsurvey: shop.csv\nmeasures: nps\n"),
        says=("study.yaml:3", "`measures` must be a list"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_a_mistake_is_told(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)
