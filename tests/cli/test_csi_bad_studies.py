"""Study files as people get them wrong: every mistake at its line, all of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from mistakes import Csi, Mistake, as_parameters, both, cells, check_mistake, file, model, study, survey

CHECK = "check study.yaml"

MISTAKES = (
    Mistake(
        name="file name misspelt", command="run studdy.yaml", says=("studdy.yaml: There is no such file.",)
    ),
    Mistake(
        name="checked file misspelt",
        command="check studdy.yaml",
        says=("studdy.yaml: There is no such file.", "'study.yaml'?"),
    ),
    Mistake(
        name="folder",
        command="run answers",
        build=lambda folder: (folder / "answers").mkdir(),
        says=("answers: This is a folder", "Name a file"),
    ),
    Mistake(
        name="model in place of study",
        command="run shop.yaml",
        says=("shop.yaml: This is a model file", "csi fit shop.yaml SURVEY", "`model: shop.yaml`"),
    ),
    Mistake(
        name="survey in place of study",
        command="run shop.csv",
        says=("shop.csv: This is a survey", "csi fit MODEL shop.csv"),
    ),
    Mistake(
        name="survey beside a study",
        command="check study.yaml shop.csv",
        says=("shop.csv: the study file study.yaml says this itself", "Leave it out"),
    ),
    Mistake(
        name="options beside a study",
        command="check study.yaml --scale 1:7 --by branch --index loyalty",
        says=("--by, --scale, --index:", "study.yaml says this itself", "change the study file"),
    ),
    Mistake(
        name="two unknown keys",
        command=CHECK,
        build=study(more="group: branch\nestmator: {}\n"),
        errors=2,
        says=("study.yaml:3: `group`", "'groups'?", "study.yaml:4: `estmator`", "'estimator'?"),
    ),
    Mistake(
        name="unknown key without a likeness",
        command=CHECK,
        build=study(more="zz: red\n"),
        says=("study.yaml:3: `zz`", "Choose one of: model, survey"),
    ),
    Mistake(
        name="no model",
        command=CHECK,
        build=study(("model: shop.yaml\n", "")),
        says=("study.yaml:1: The key `model` is missing", "Add `model: ...`"),
    ),
    Mistake(
        name="no survey",
        command=CHECK,
        build=study(("survey: shop.csv\n", "")),
        says=("study.yaml:1: The key `survey` is missing", "Add `survey: ...`"),
    ),
    Mistake(
        name="model file absent",
        command=CHECK,
        build=study(("shop.yaml", "shopp.yaml")),
        says=("study.yaml:1: model 'shopp.yaml'", "'shop.yaml'?"),
    ),
    Mistake(
        name="catalogue name misspelt",
        command=CHECK,
        build=study(("shop.yaml", "acsii")),
        says=("study.yaml:1: model 'acsii'", "'acsi'?"),
    ),
    Mistake(
        name="survey absent",
        command="run study.yaml",
        build=study(("shop.csv", "shopp.csv")),
        says=("study.yaml:2: there is no file 'shopp.csv'", "'shop.csv'?"),
    ),
    Mistake(
        name="mistakes in the model file",
        command=CHECK,
        build=model(("[1, 10]", "[10, 1]"), ("index: satisfaction", "index: satisfacton")),
        errors=2,
        says=("shop.yaml:3:", "shop.yaml:4:"),
    ),
    Mistake(
        name="names that the model lacks",
        command=CHECK,
        build=study(more="columns: {Q11: q_1}\nscales: {S9: [1, 5]}\nanswers: {Q77: {}}\nindex: loyality\n"),
        errors=4,
        says=(
            "study.yaml:3:",
            "'Q11'",
            "'Q1'?",
            "study.yaml:4:",
            "'S9'",
            "study.yaml:5:",
            "'Q77'",
            "study.yaml:6:",
            "'loyalty'?",
        ),
    ),
    Mistake(
        name="column absent",
        command="run study.yaml",
        build=study(more="columns: {Q1: q_1}\n"),
        says=("shop.csv: There is no column 'q_1' (question Q1", "branch"),
    ),
    Mistake(
        name="group absent",
        command=CHECK,
        build=study(more="groups: [brnch]\n"),
        says=("shop.csv: There is no column 'brnch' (group", "'branch'?"),
    ),
    Mistake(
        name="design misspelt",
        command=CHECK,
        build=study(more="design: {weigth: weight}\n"),
        says=("study.yaml:3: `weigth`", "`design`", "'weight'?"),
    ),
    Mistake(
        name="weight absent",
        command=CHECK,
        build=study(more="design: {weight: wgt}\n"),
        says=("shop.csv: There is no column 'wgt' (weight)", "'weight'?"),
    ),
    Mistake(
        name="estimator and its options",
        command="run study.yaml",
        build=study(more="estimator:\n  name: ols\n  bootstrap: 10\n  level: 95\n"),
        errors=3,
        says=(
            "study.yaml:4: `estimator.name`: 'ols' is not an estimator of this version",
            "Choose one of: ml",
            "study.yaml:5:",
            "study.yaml:6:",
            "95 is not a confidence level",
            "0.95 for 95 %",
        ),
    ),
    Mistake(
        name="estimator as text",
        command=CHECK,
        build=study(more="estimator: ml\n"),
        says=("study.yaml:3: `estimator` must be", "{name: ml,"),
    ),
    Mistake(
        name="numbers that are none",
        command=CHECK,
        build=study(more="estimator: {level: high, bootstrap: 1.5}\nmin_base: few\n"),
        errors=3,
        says=("study.yaml:3:", "1.5", "'high'", "study.yaml:4:", "'few'"),
    ),
    Mistake(
        name="minimum base too small",
        command=CHECK,
        build=study(more="min_base: 1\n"),
        says=("study.yaml:3: `min_base`: 1 is too small", "30 is usual"),
    ),
    Mistake(
        name="weights of some questions",
        command=CHECK,
        build=study(more="estimator: {weights: {Q1: 1, Q9: 2}}\n"),
        errors=2,
        says=("study.yaml:3:", "'Q9' is no indicator", "Q2, Q3, S1", "have no positive weight"),
    ),
    Mistake(
        name="missing reasons",
        command=CHECK,
        build=study(more="missing: {98: dontknow, x: refused}\n"),
        errors=2,
        says=("study.yaml:3: `missing.98` is 'dontknow'", "'dont_know'?", "'x'"),
    ),
    Mistake(
        name="missing codes as a list",
        command=CHECK,
        build=study(more="missing: [98, 99]\n"),
        says=("study.yaml:3: `missing` must be", "{98: dont_know, 99: refused}"),
    ),
    Mistake(
        name="format and language",
        command=CHECK,
        build=study(more="report: {formats: [html, odt], language: cn}\n"),
        errors=2,
        says=("study.yaml:3:", "'cn'", "en, zh", "'odt' is not a format", "html, docx"),
    ),
    Mistake(
        name="codebook absent",
        command=CHECK,
        build=study(more="codebook: codes.yaml\n"),
        says=("study.yaml:3: codebook 'codes.yaml': There is no such file",),
    ),
    Mistake(
        name="codebook with a mistake",
        command=CHECK,
        build=both(
            file("codes.yaml", "columns:\n  Q1: {missing: {98: unknown}}\n"),
            study(more="codebook: codes.yaml\n"),
        ),
        says=("codes.yaml:2:", "'unknown'", "'dont_know'?"),
    ),
    Mistake(
        name="derived case upside down",
        command=CHECK,
        build=study(more="derived: {Q1: {cases: [{when: S1, from: 9, to: 1, take: S2}]}}\n"),
        says=("study.yaml:3:", "from 9 down to 1", "Swap"),
    ),
    Mistake(
        name="scale upside down",
        command=CHECK,
        build=study(more="scales: {Q1: [7, 1]}\n"),
        says=("study.yaml:3: `scales.Q1`", "[7, 1]", "lowest answer first"),
    ),
    Mistake(
        name="column absent in the second file",
        command=CHECK,
        build=both(
            survey(lambda frame: frame.drop(columns="S2"), "wave2.csv"),
            study(("shop.csv", "[shop.csv, wave2.csv]")),
        ),
        says=("wave2.csv: There is no column 'S2' (question S2",),
    ),
    Mistake(
        name="one file twice and a column set twice",
        command=CHECK,
        build=study(
            (
                "survey: shop.csv",
                "survey:\n  - {file: shop.csv, set: {wave: 1}}\n  - {file: shop.csv, set: {branch: 2}}",
            ),
            more="groups: [wave]\n",
        ),
        errors=2,
        says=(
            "shop.csv: The column 'branch' that is to be added",
            "another name",
            "would count twice",
            "Leave one",
        ),
    ),
    Mistake(
        name="scale narrower than the answers",
        command=CHECK,
        build=study(more="answers: {Q1: {scale: [1, 7]}}\n"),
        says=("Q1: 55 answers outside the scale 1-7: 8, 9, 10 (rows 4, 8,", "`scales` in a study file"),
    ),
    Mistake(
        name="text among the answers",
        command="run study.yaml",
        build=survey(cells("S1", (4, 9), "n/a?")),
        says=("S1: 2 cells with text instead of a number: 'n/a?' (rows 4, 9)", "codebook"),
    ),
    Mistake(
        name="tab",
        command=CHECK,
        build=study(more="design:\n\tweight: weight\n"),
        says=("study.yaml:4: A tab", "spaces"),
    ),
    Mistake(
        name="language option", command="run study.yaml --lang de", says=("--lang: 'de'", "Choose en or zh")
    ),
    Mistake(
        name="folder of other files",
        command="run study.yaml -o stuff --force",
        build=file("stuff/thesis.docx", "x"),
        says=("stuff: the folder holds other files", "new folder with -o"),
    ),
    Mistake(
        name="draft over a study",
        command="init shop.csv",
        says=("study.yaml: the file exists already", "--force"),
    ),
    Mistake(
        name="mistakes of every kind told together",
        command=CHECK,
        errors=4,
        build=study(
            ("shop.yaml", "shopp.yaml"),
            ("shop.csv", "shopp.csv"),
            more="estmator: {}\nreport: {language: cn}\n",
        ),
        says=("study.yaml:1:", "study.yaml:2:", "study.yaml:3:", "study.yaml:4:"),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_bad_study(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)
