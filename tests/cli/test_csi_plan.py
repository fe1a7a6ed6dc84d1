"""``csi plan``: the worked checks as a consultant types them, tables, charts, files, and every mistake."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from mistakes import Csi, Mistake, as_parameters, check_mistake, contents, file
from shop import MODEL, shop_survey

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.files import parse_model
from csi_model.storage import load, save
from csi_model.survey.reading import read_survey
from csi_model.vocabulary import LANGUAGES, PLANS, term


def tables(csi: Csi, *words: str) -> dict[str, pd.DataFrame]:
    ran = csi("plan", *words, "--json")
    assert ran.code == 0, ran.err
    return {name: pd.DataFrame(rows) for name, rows in json.loads(ran.out)["tables"].items()}


def test_the_interviews_of_the_methodology(csi: Csi) -> None:
    """Half-width 2 at 90 %: 189 interviews for a standard deviation of 16.7, 501 for 27.2."""
    found = tables(csi, "--margin", "2", "--sd", "16.7,27.2", "--level", "0.90")["interviews"]
    needed = found[found["purpose"] == "one_unit"].set_index("index_sd")
    assert needed["interviews"].to_dict() == {16.7: 189, 27.2: 501}
    assert needed.loc[16.7, "unrounded"] == pytest.approx(188.637, abs=0.001)
    said = csi("plan", "--margin", "2", "--sd", "16.7", "--level", "90%").out
    assert "Interviews for a margin of ±2 index points (90% confidence)" in said
    assert ["index", "of", "one", "firm", "189", "188.64", "189"] in [
        line.split() for line in said.splitlines()
    ]


def test_what_250_interviews_give(csi: Csi) -> None:
    """The margin of a difference is 1.645 x 21 x sqrt(2 / 250) = 3.1, and what 80 % find is larger."""
    found = tables(csi, "--interviews", "250", "--sd", "21", "--level", "0.9")
    margins = found["interviews"].set_index("purpose")["margin"]
    assert margins["one_unit"] == pytest.approx(1.6448536 * 21 / 250**0.5)
    assert round(margins["one_difference"], 1) == 3.1
    power = found["power"].drop_duplicates("kind").set_index("kind")
    assert power.loc["difference_margin", "difference"] == margins["one_difference"]
    assert power.loc["difference_margin", "power"] == pytest.approx(0.5, abs=0.002)
    assert power.loc["detectable", "power"] == 0.8
    assert power.loc["detectable", "difference"] == pytest.approx(4.68, abs=0.01)
    said = csi("plan", "--interviews", "250", "--sd", "21", "--level", "0.9").out
    assert "found half the time" in said
    assert "3.09" in said
    assert "4.68" in said


def test_twelve_firms_compared_with_each_other(csi: Csi) -> None:
    found = tables(csi, "--margin", "2", "--sd", "16.7", "--deff", "1.3", "--firms", "12")["interviews"]
    shown = [tuple(row) for row in found[["purpose", "allowance", "comparisons"]].itertuples(index=False)]
    assert shown == [
        ("one_unit", "single", 1), ("each_unit", "bonferroni", 12), ("one_difference", "single", 1),
        ("all_differences", "bonferroni", 66), ("all_differences", "tukey", 66),
    ]  # fmt: skip
    # by hand: z = 1.95996, 3.36785 (0.05 / 132 in a tail), 4.6217 / sqrt(2) (studentized range of 12)
    by_hand = [(c * 16.7 / 2) ** 2 * 1.3 * pairs for c, pairs in ((1.95996, 1), (2.86526, 1), (1.95996, 2))]
    by_hand += [(c * 16.7 / 2) ** 2 * 1.3 * 2 for c in (3.36785, 4.62166 / 2**0.5)]
    assert found["unrounded"].tolist() == pytest.approx(by_hand, rel=1e-4)
    assert found["total"].tolist() == [12 * n for n in found["interviews"]]
    said = csi("plan", "--margin", "2", "--sd", "16.7", "--deff", "1.3", "--firms", "12").out
    assert "Bonferroni (66)" in said
    assert "Tukey (66)" in said
    assert "design effect 1.30" in said


def test_a_difference_to_be_found(csi: Csi) -> None:
    """sd 21, difference 4, 80 %: 434 interviews of each, as G*Power 3.1 has for d = 0.1905."""
    found = tables(csi, "--difference", "4", "--sd", "21", "--power", "80%", "--response", "30%")["power"]
    assert found["interviews"].tolist() == [434]
    assert found["invited"].tolist() == [1447]
    assert found["total"].tolist() == [868]
    panel = tables(csi, "--difference", "4", "--sd", "21", "--panel-correlation", "0.5")["power"]
    assert panel["purpose"].tolist() == ["one_change"]
    assert panel["interviews"].tolist() == [219]
    assert panel["total"].tolist() == [438]  # in both waves
    several = tables(csi, "--difference", "4", "--sd", "21", "--comparisons", "5")["power"]
    assert several["allowance"].tolist() == ["single", "bonferroni"]
    given = tables(csi, "--difference", "4", "--sd", "21", "--interviews", "100,434")["power"]
    assert given["power"].tolist() == pytest.approx([0.268, 0.8003], abs=0.0005)


def test_the_power_of_a_path(csi: Csi) -> None:
    words = ("--path", "quality:satisfaction", "--model", "acsi-repurchase", "--draws", "2", "--seed", "2")
    found = tables(csi, *words, "--interviews", "60", "--interviews", "90")["path_power"]
    assert found["interviews"].tolist() == [60, 90, 60, 90]
    assert found["std_effect"].tolist() == pytest.approx([0.2754, 0.2754, 0.0, 0.0], abs=1e-4)
    assert ((found["ci_lower"] <= found["power"]) & (found["power"] <= found["ci_upper"])).all()
    said = csi(
        "plan", *words, "--interviews", "60", "--effect", "0.4,0", "--estimator", "ml", "--lang", "zh"
    ).out
    assert "感知质量 → 顾客满意度" in said
    assert said.count("\n") == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_plan_is_there_in_both_languages(csi: Csi, language: str) -> None:
    for table in PLANS.values():
        assert table.title[language].strip()
        assert all(column.term[language].strip() for column in table.columns)
    for name in ("one_unit", "each_unit", "all_differences", "several_changes", "detectable", "power_at"):
        assert term(name, language) != name
    said = csi("plan", "--margin", "2", "--firms", "3", "--lang", language)
    assert said.code == 0
    assert said.err.startswith("note: --sd: no standard deviation is given")
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in said.out)
    assert chinese == (language == "zh")


def test_columns_stand_under_each_other_in_chinese(csi: Csi) -> None:
    from rich.cells import cell_len

    lines = csi("plan", "--margin", "2", "--sd", "21", "--firms", "3", "--lang", "zh").out.splitlines()
    rows = [line for line in lines if line.startswith("  ")]
    assert len(rows) == 6
    assert len({cell_len(line) for line in rows}) == 1


def test_a_plan_in_a_folder(csi: Csi, tmp_path: Path) -> None:
    ran = csi("plan", "--interviews", "250", "--sd", "21", "-o", "out")
    assert ran.code == 0
    assert ran.out.endswith("Written: out\n")
    stems = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    names = ("interviews", "power", "margin_curve", "power_curve")
    pictures = {f"charts/{name}.{ending}" for name in ("margin", "power") for ending in ("svg", "png")}
    assert stems == {"manifest.json", *(f"tables/{name}.csv" for name in names), *pictures}
    for name in names:
        frame = pd.read_csv(tmp_path / "out" / "tables" / f"{name}.csv")
        assert tuple(frame.columns) == PLANS[name].column_names
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "plan"
    assert manifest["ask"]["interviews"] == [250]
    assert manifest["command"] == "csi plan --interviews 250 --sd 21 -o out"
    before = contents(tmp_path)
    assert csi("plan", "--margin", "2", "--sd", "21", "-o", "out").code == 2
    assert contents(tmp_path) == before
    assert csi("plan", "--margin", "2", "--sd", "21", "-o", "out", "--force").code == 0
    assert not (tmp_path / "out" / "tables" / "power.csv").exists()
    refused = csi("report", "out")
    assert refused.code == 2
    assert "holds a plan" in refused.err


@pytest.mark.parametrize("name", ["plan.svg", "plan.png", "plan.csv"])
def test_a_plan_as_a_picture_with_its_table(csi: Csi, tmp_path: Path, name: str) -> None:
    ran = csi("plan", "--difference", "4", "--sd", "21", "-o", name)
    assert ran.code == 0
    picture = tmp_path / ("plan.png" if name == "plan.png" else "plan.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([picture.name, "plan.csv"])
    assert pd.read_csv(tmp_path / "plan.csv")["interviews"].tolist() == [434]
    if picture.suffix == ".svg":
        assert "434" in "".join(ElementTree.parse(picture).getroot().itertext())
    before = contents(tmp_path)
    again = csi("plan", "--difference", "5", "--sd", "21", "-o", name)
    assert again.code == 2
    assert "exists already" in again.err
    assert contents(tmp_path) == before


def test_spread_and_design_effect_from_results_of_ones_own(csi: Csi, tmp_path: Path) -> None:
    model = parse_model(MODEL, "shop.yaml")
    survey = read_survey(shop_survey(), model, by=["branch"], weight="weight")
    save(evaluate(fit(model, survey, estimator="mlr", beside=False)), tmp_path / "r")
    found = tables(csi, "--margin", "2", "--from", "r")["interviews"]
    found = found[found["purpose"] == "one_unit"]
    assert found["unit"].tolist() == ["north", "south", "west"]
    index = load(tmp_path / "r").tables["index"]
    rows = index[(index["construct"] == "satisfaction") & (index["weights_from"] == "pooled")]
    assert (found["index_sd"] ** 2 * found["deff"]).tolist() == pytest.approx(
        (rows["n"] * rows["se"] ** 2).tolist()
    )


def test_notes_say_where_a_number_needs_care(csi: Csi) -> None:
    assert "Use --distribution t" in csi("plan", "--margin", "9", "--sd", "21").err
    assert "25.6 index points" in csi("plan", "--margin", "2", "--sd", "2.3").err
    assert "--population" in csi("plan", "--interviews", "50", "--sd", "21", "--population", "80").err
    assert "good stratification" in csi("plan", "--margin", "2", "--sd", "21", "--deff", "0.8").err
    assert csi("plan", "--margin", "2", "--sd", "21").err == ""


PLAN = "plan --sd 21"
MISTAKES = (
    Mistake(name="nothing asked", command="plan", says=("nothing is asked", "--margin 2", "--path quality")),
    Mistake(
        name="two questions", command=f"{PLAN} --margin 2 --difference 4",
        says=("--difference: --margin and --difference are two questions", "Ask one at a time"),
    ),
    Mistake(
        name="nothing left to plan", command=f"{PLAN} --margin 2 --interviews 100",
        says=("--interviews: with margin and interviews both given",),
    ),
    Mistake(
        name="all three given", command=f"{PLAN} --difference 4 --interviews 100 --power 0.8",
        says=("--power: with difference, interviews and power all given",),
    ),
    Mistake(
        name="negative numbers", command="plan --margin -2 --sd -21 --deff -1 --response -0.3", errors=4,
        says=("--margin: -2 is not a margin", "--response: -0.3", "--sd: -21", "--deff: -1"),
    ),
    Mistake(
        name="shares beyond one", errors=3,
        command=f"{PLAN} --difference 4 --power 1.2 --level 95 --response 130%",
        says=("--power: 1.2 is not a power", "--response: 1.3", "--level: 95 is not a confidence level"),
    ),
    Mistake(
        name="power below false alarms", command=f"{PLAN} --difference 4 --power 0.05",
        says=("--power: a power of 0.05 is no more than the share of false alarms",),
    ),
    Mistake(
        name="words for numbers", errors=4,
        command="plan --margin two --sd 21,wide --firms many --level high --lang en",
        says=("--margin: 'two' is not a number", "--sd: 'wide'", "--level: 'high'", "--firms: 'many' is not"),
    ),
    Mistake(
        name="words beside other mistakes", command="plan --margin two --sd 80 --lang fr", errors=3,
        says=("--margin: 'two'", "--lang: 'fr'", "--sd: 80 is no standard deviation"),
    ),
    Mistake(name="level of nothing", command=f"{PLAN} --margin 2 --level 0", says=("--level: 0 is not",)),
    Mistake(name="one firm", command=f"{PLAN} --margin 2 --firms 1", says=("--firms: 1 firms have no",)),
    Mistake(
        name="firms and comparisons", command=f"{PLAN} --margin 2 --firms 3 --comparisons 3",
        says=("--comparisons: the number of firms already says",),
    ),
    Mistake(
        name="no comparisons", command=f"{PLAN} --margin 2 --comparisons 0",
        says=("--comparisons: 0 comparisons cannot be made",),
    ),
    Mistake(
        name="more interviews than customers", command=f"{PLAN} --interviews 100,300 --population 200",
        says=("--interviews: 300 interviews are more than the 200 customers",),
    ),
    Mistake(
        name="a simulation for a margin", command=f"{PLAN} --margin 2 --model acsi --draws 100", errors=2,
        says=("--model: this belongs to --path", "--draws: this belongs to --path"),
    ),
    Mistake(
        name="a spread for a path", command=f"{PLAN} --path quality:satisfaction",
        says=("--sd: a path is simulated from a model",),
    ),
    Mistake(
        name="unknown construct", command="plan --path quality:satisfactoin --model acsi",
        says=("--path: the model acsi has no construct 'satisfactoin'", "Did you mean 'satisfaction'?"),
    ),
    Mistake(
        name="path the wrong way round", command="plan --path satisfaction:quality",
        says=("--path: the model acsi has no path satisfaction:quality", "mean quality:satisfaction?"),
    ),
    Mistake(name="no path", command="plan --path quality", says=("--path: 'quality' is not", "FROM:TO")),
    Mistake(
        name="path options", errors=4,
        command="plan --path quality:satisfaction --estimator PLS --draws 0 --seed -1 --effect 2",
        says=("--effect: 2 is not a", "--draws: 0 surveys", "--estimator: 'PLS'", "--seed: -1"),
    ),
    Mistake(
        name="no room for an effect", command="plan --path expectations:satisfaction --effect 0.95",
        says=("--effect: with a path expectations > satisfaction of 0.95",),
    ),
    Mistake(
        name="unknown distribution", command=f"{PLAN} --margin 2 --distribution gauss",
        says=("--distribution: 'gauss' is not a distribution", "normal or t"),
    ),
    Mistake(name="no such results", command="plan --margin 2 --from nowhere", says=("nowhere: there is no",)),
    Mistake(
        name="spread twice", command=f"{PLAN} --margin 2 --from nowhere",
        says=("--sd: the results folder of --from has the standard deviation",),
    ),
    Mistake(
        name="construct without results", command=f"{PLAN} --margin 2 --index loyalty",
        says=("--index: this belongs to --from",),
    ),
    Mistake(
        name="file of another kind", command=f"{PLAN} --margin 2 -o plan.pdf",
        says=("plan.pdf: a plan cannot be written as .pdf", ".svg, .png, .csv"),
    ),
    Mistake(
        name="folder of others", command=f"{PLAN} --margin 2 -o photos", build=file("photos/cat.png", "cat"),
        says=("photos: the folder holds other files",),
    ),
)  # fmt: skip


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_mistakes_are_told_all_at_once_and_nothing_is_written(
    mistake: Mistake, csi: Csi, tmp_path: Path
) -> None:
    check_mistake(mistake, tmp_path, csi)
