"""Options, folders and stored results that do not fit: the option named, a remedy, nothing touched."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from mistakes import Build, Csi, Mistake, as_parameters, both, check_mistake, file, study
from shop import MODEL, shop_survey, write_shop

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.files import parse_model
from csi_model.storage import save
from csi_model.survey.reading import read_survey

FIT = "fit shop.yaml shop.csv"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results folders to copy from: ``one``, ``two`` (another survey), ``other`` (another scale)."""
    home = tmp_path_factory.mktemp("stored")
    for name, text, seed in (
        ("one", MODEL, 11),
        ("two", MODEL, 12),
        ("other", MODEL.replace("[1, 10]", "[0, 10]"), 13),
    ):
        model = parse_model(text, "shop.yaml")
        results = evaluate(fit(model, read_survey(shop_survey(seed=seed), model)))
        save(results, home / name, files={"report.html": "<!doctype html>"})
    return home


def overwrite(path: str, old: str, new: str) -> Build:
    def build(folder: Path) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return build


def renamed(old: str, new: str) -> Build:
    return lambda folder: shutil.copytree(folder / old, folder / new)


OPTIONS = (
    Mistake(
        name="unknown command",
        command="fitt acsi",
        says=("No such command 'fitt'", "'fit'?", "demo, models, init"),
    ),
    Mistake(
        name="no arguments",
        command="fit",
        says=("Missing argument 'MODEL'", "csi fit [OPTIONS] MODEL SURVEY", "csi fit --help"),
    ),
    Mistake(name="no survey", command="fit acsi", says=("Missing argument 'SURVEY'", "csi fit --help")),
    Mistake(
        name="one argument too many",
        command=f"{FIT} results",
        says=("unexpected extra argument", "results", "csi fit --help"),
    ),
    Mistake(
        name="unknown option",
        command=f"{FIT} --estimater ml",
        says=("--estimater", "--estimator", "csi fit --help"),
    ),
    Mistake(
        name="option without its value",
        command=f"{FIT} --level",
        says=("--level", "requires an argument", "--help"),
    ),
    Mistake(
        name="comparison without output",
        command="compare a b",
        says=("Missing option", "--output", "csi compare --help"),
    ),
    Mistake(
        name="level in percent",
        command=f"{FIT} --level 95",
        says=("--level: 95 is not a confidence level", "0.95 for 95 %"),
    ),
    Mistake(
        name="level in words", command=f"{FIT} --level high", says=("--level: 'high' is not a number", "0.95")
    ),
    Mistake(
        name="few replicates",
        command=f"{FIT} --bootstrap 10",
        says=("--bootstrap: 10 replicates", "100 and more"),
    ),
    Mistake(
        name="replicates with a comma",
        command=f"{FIT} --bootstrap 2,000",
        says=("--bootstrap: '2,000' is not a whole number", "digits only, such as 2000"),
    ),
    Mistake(
        name="seed in letters",
        command=f"{FIT} --seed abc",
        says=("--seed: 'abc' is not a whole number", "digits only"),
    ),
    Mistake(
        name="minimum base in letters",
        command=f"{FIT} --min-base few",
        says=("--min-base: 'few' is not a whole number",),
    ),
    Mistake(
        name="missing codes in letters",
        command=f"{FIT} --missing abc,98=dontknow",
        errors=2,
        says=(
            "--missing: 'abc' is not a number",
            "98,99 or 98=dont_know",
            "'dontknow' is not a reason",
            "'dont_know'?",
        ),
    ),
    Mistake(
        name="scale upside down",
        command=f"{FIT} --scale 10:1",
        says=("--scale: '10:1' does not rise", "1:10"),
    ),
    Mistake(
        name="two scales that are none",
        command=f"{FIT} --scale 1-10 --scale Q1=x",
        errors=2,
        says=("--scale: '1-10'", "1:10, or COMP=0:1", "'Q1=x'"),
    ),
    Mistake(
        name="scale of no question",
        command=f"{FIT} --scale QQ=0:1",
        says=("--scale: The model has no question 'QQ'", "Q1, Q2, Q3"),
    ),
    Mistake(
        name="estimator in capitals",
        command=f"{FIT} --estimator PLS --segments 3",
        says=("--estimator: 'PLS' is not an estimator of this version", "Write pls."),
    ),
    Mistake(
        name="an option of PLS without it",
        command=f"{FIT} --scheme centroid",
        says=("--scheme: it belongs to PLS path modelling, not to ml", "give --estimator pls"),
    ),
    Mistake(
        name="weight rule misspelt",
        command=f"{FIT} --weight-rule loading",
        says=("--weight-rule: 'loading'", "'loadings'?"),
    ),
    Mistake(
        name="given weights without weights",
        command=f"{FIT} --weight-rule given",
        says=("--weight-rule: 'given' needs the weights", "`weights: {QUESTION: WEIGHT, ...}`"),
    ),
    Mistake(
        name="missing data rule",
        command=f"{FIT} --missing-data listwise",
        says=("--missing-data: 'listwise' is not a choice", "'pairwise'?"),
    ),
    Mistake(
        name="missing data rule against the estimator",
        command=f"{FIT} --estimator fiml --missing-data complete",
        says=("--missing-data: fiml takes every answer", "--estimator ml with complete"),
    ),
    Mistake(
        name="robust errors of pairwise covariances",
        command=f"{FIT} --missing-data pairwise --estimator mlr",
        says=("--missing-data: pairwise covariances come from different respondents", "available"),
    ),
    Mistake(
        name="ridge of more than everything",
        command=f"{FIT} --ridge 1.5",
        says=("--ridge: 1.5 is no strength", "0.02"),
    ),
    Mistake(
        name="kind of bootstrap interval", command=f"{FIT} --interval bcaa", says=("--interval", "'bca'?")
    ),
    Mistake(
        name="bounds of variances", command=f"{FIT} --variances bound", says=("--variances", "'bounded'?")
    ),
    Mistake(
        name="no workers",
        command=f"{FIT} --bootstrap 200 --workers 0",
        says=("--workers: 0 workers", "Give 1 or more"),
    ),
    Mistake(
        name="fewer than no workers, and nothing to resample",
        command="run study.yaml --workers -2",
        says=("--workers: -2 workers", "Give 1 or more"),
    ),
    Mistake(
        name="workers in letters",
        command=f"{FIT} --workers all",
        says=("--workers: 'all' is not a whole number", "digits only"),
    ),
    Mistake(
        name="workers in a study file",
        command="run study.yaml",
        build=study(more="estimator: {bootstrap: 200, workers: 2}\n"),
        says=("study.yaml:3: `workers` is not a known key in `estimator`",),
    ),
    Mistake(
        name="bootstrap and jackknife",
        command=f"{FIT} --bootstrap 200 --jackknife",
        says=("--jackknife: bootstrap and jackknife were both asked for", "Choose one"),
    ),
    Mistake(
        name="few permutations",
        command=f"{FIT} --by branch --permutations 50",
        says=("--permutations: 50 permutations give no test", "100 and more"),
    ),
    Mistake(
        name="fewer than no permutations",
        command=f"{FIT} --permutations -100",
        says=("--permutations: -100 permutations", "Give 0 for none"),
    ),
    Mistake(
        name="permutations in letters",
        command=f"{FIT} --permutations many",
        says=("--permutations: 'many' is not a whole number", "digits only"),
    ),
    Mistake(
        name="few permutations in a study file",
        command="run study.yaml",
        build=study(more="groups: branch\nestimator: {permutations: 50}\n"),
        says=("study.yaml", "50 permutations give no test", "100 and more"),
    ),
    Mistake(
        name="negative ridge",
        command=f"{FIT} --ridge -0.1",
        says=("--ridge: -0.1 is no strength", "0 is none"),
    ),
    Mistake(
        name="ridge in words",
        command=f"{FIT} --ridge little",
        says=("--ridge: 'little' is not a number", "0.02"),
    ),
    Mistake(
        name="ridge under full information",
        command=f"{FIT} --ridge 0.02 --estimator fiml",
        says=("--ridge: a ridge fit needs complete answers", "--missing-data complete or mean"),
    ),
    Mistake(
        name="Satorra-Bentler with gaps",
        command=f"{FIT} --estimator mlm --missing-data available",
        says=("--estimator: mlm is for complete answers", "--estimator mlr --missing-data available"),
    ),
    Mistake(
        name="resampled pairwise covariances",
        command=f"{FIT} --missing-data pairwise --bootstrap 200",
        says=("--missing-data: pairwise covariances come from different respondents", "available"),
    ),
    Mistake(
        name="Satorra-Bentler with weights",
        command=f"{FIT} --estimator mlm --weight weight",
        says=("--estimator: mlm is for simple random samples", "--estimator mlr"),
    ),
    Mistake(
        name="four options told together",
        command=f"{FIT} --permutations 5 --ridge 2 --variances none --interval bcs",
        errors=5,
        says=("--permutations:", "--interval:", "--variances:", "--ridge:", "without ridge or bounds"),
    ),
    Mistake(name="language", command=f"{FIT} --lang cn", says=("--lang: 'cn'", "Choose en or zh")),
    Mistake(
        name="five options told together",
        command=f"{FIT} --estimator ols --level 0 --bootstrap -1 --seed -4 --min-base 0",
        errors=5,
        says=("--estimator:", "--bootstrap:", "--level:", "--seed: -4 is negative", "--min-base:"),
    ),
    Mistake(
        name="negative respondents",
        command="simulate shop.yaml -n -5 -o s.csv",
        says=("-n: -5 respondents cannot be drawn", "1 or more"),
    ),
    Mistake(
        name="respondents in letters",
        command="simulate shop.yaml -n many -o s.csv",
        says=("-n: 'many' is not a whole number",),
    ),
    Mistake(
        name="negative seed of a simulation",
        command="simulate shop.yaml -n 50 --seed -2 -o s.csv",
        says=("--seed: -2 is negative", "from 0 on"),
    ),
    Mistake(
        name="simulation over a survey",
        command="simulate shop.yaml -n 50 -o shop.csv",
        says=("shop.csv: the file exists already", "--force"),
    ),
    Mistake(
        name="simulation as SPSS",
        command="simulate shop.yaml -n 50 -o s.sav",
        says=("--output: a survey cannot be written as 's.sav'", ".csv, .tsv, .xlsx, .parquet"),
    ),
    Mistake(
        name="simulation below a file",
        command="simulate shop.yaml -n 50 -o shop.csv/s.csv",
        says=("shop.csv/s.csv: shop.csv is a file", "another name with -o"),
    ),
    Mistake(
        name="simulation of no model",
        command="simulate shopp -n 50 -o s.csv",
        says=("shopp: There is no such model", "acsi"),
    ),
    Mistake(
        name="truth absent",
        command="simulate shop.yaml -n 50 -o s.csv --truth t.yaml",
        says=("t.yaml: There is no such file",),
    ),
    Mistake(
        name="truth incomplete",
        command="simulate shop.yaml -n 50 -o s.csv --truth t.yaml",
        build=file("t.yaml", "model: shop\npaths: {}\nfoo: 1\n"),
        errors=3,
        says=("t.yaml:1: The key `items` is missing", "t.yaml:3: `foo`"),
    ),
    Mistake(
        name="output is a file",
        command=f"{FIT} -o shop.csv --force",
        says=("shop.csv: this is a file, not a folder", "-o"),
    ),
    Mistake(
        name="output below a file",
        command=f"{FIT} -o shop.csv/results",
        says=("shop.csv/results: shop.csv is a file", "-o"),
    ),
    Mistake(
        name="output is here",
        command=f"{FIT} -o . --force",
        says=(".: this is the folder that you are in", "-o results"),
    ),
    Mistake(
        name="output holds other files",
        command=f"{FIT} -o stuff --force",
        build=file("stuff/thesis.docx", "x"),
        says=("stuff: the folder holds other files", "new folder with -o"),
    ),
    Mistake(
        name="report of nothing",
        command="report nothing",
        says=("nothing: there is no such folder", "csi fit"),
    ),
    Mistake(
        name="report of an empty folder",
        command="report empty",
        build=lambda folder: (folder / "empty").mkdir(),
        says=("empty: no results are stored here", "csi fit"),
    ),
    Mistake(
        name="report of a file",
        command="report shop.yaml",
        says=("shop.yaml: this is a file, not a folder", "csi fit"),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(OPTIONS))
def test_bad_option(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)


def test_the_bare_command_shows_its_help_and_exits_2(csi: Csi) -> None:
    ran = csi()
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: csi" in ran.err
    assert "simulate" in ran.err


STORED = (
    Mistake(
        name="results there already",
        command=f"{FIT} -o one",
        says=("one: the folder already holds results", "--force"),
    ),
    Mistake(
        name="study into results there already",
        command="run study.yaml -o one",
        says=("one: the folder already holds results", "--force"),
    ),
    Mistake(
        name="unknown format",
        command="report one --format html,odt",
        says=("--format: 'odt' is not a format of this version", "html, docx, pptx, xlsx, pdf"),
    ),
    Mistake(name="report in no language", command="report one --lang cn", says=("--lang: 'cn'", "en or zh")),
    Mistake(
        name="table edited by hand",
        command="report one",
        build=overwrite("one/tables/index.csv", "satisfaction,5", "satisfaction,7"),
        says=("one/tables/index.csv: the file was changed after it was written", "Fit again"),
    ),
    Mistake(
        name="table deleted",
        command="report one",
        build=lambda folder: (folder / "one/tables/r2.csv").unlink(),
        says=("one/tables/r2.csv: the file is missing", "Fit again"),
    ),
    Mistake(
        name="manifest broken",
        command="report one",
        build=file("one/manifest.json", "{"),
        says=("one/manifest.json: the manifest cannot be read", "Fit again"),
    ),
    Mistake(
        name="manifest of another version",
        command="compare one two -o c",
        build=file("one/manifest.json", json.dumps({"schema": 99})),
        says=("one/manifest.json:", "another version", "Fit again"),
    ),
    Mistake(
        name="comparison of one", command="compare one -o c", says=("compare: there are no two units", "--by")
    ),
    Mistake(
        name="comparison with an absent folder",
        command="compare one three -o c",
        says=("three: there is no such folder", "csi fit"),
    ),
    Mistake(
        name="comparison of different models",
        command="compare one other -o c",
        says=("one and other: their questions and scales differ", "Fit both with the same"),
    ),
    Mistake(
        name="comparison of folders of one name",
        command="compare one w2/one -o c",
        build=renamed("two", "w2/one"),
        says=("compare: two folders have the same name (one, one)", "Rename one"),
    ),
    Mistake(
        name="comparison in percent",
        command="compare one two -o c --level 95",
        says=("--level: 95 is not a confidence level", "0.95 for 95 %"),
    ),
    Mistake(
        name="comparison over its own input",
        command="compare one two -o one --force",
        says=("-o: the comparison would be written into one", "folder of its own"),
    ),
    Mistake(
        name="comparison inside its own input",
        command="compare one two -o two/change",
        says=("-o: the comparison would be written into two", "folder of its own"),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(STORED))
def test_bad_results(mistake: Mistake, tmp_path: Path, csi: Csi, stored: Path) -> None:
    copies = tuple(
        lambda folder, name=name: shutil.copytree(stored / name, folder / name)
        for name in ("one", "two", "other")
    )
    whole = Mistake(
        name=mistake.name,
        command=mistake.command,
        build=both(*copies, mistake.build),
        says=mistake.says,
        errors=mistake.errors,
    )
    check_mistake(whole, tmp_path, csi)


def test_a_place_without_permission_is_refused_before_the_fit(
    tmp_path: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permission is asked of the system, so that the test also holds for the administrator."""
    write_shop(tmp_path)
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
    monkeypatch.setattr("csi_model.cli.running.analyse", lambda *_, **__: pytest.fail("was fitted"))
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "locked/results")
    assert (ran.code, ran.out) == (2, "")
    assert "locked/results: you may not write there." in ran.err
    assert "-o" in ran.err


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch) -> None:
    write_shop(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "moments.npz":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "new/deep/results")
    assert (ran.code, ran.out) == (2, "")
    assert f"{Path('new/deep/results')}: the results cannot be written (No space left on device)" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before
