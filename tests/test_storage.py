"""The results folder: what is stored comes back, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, CHECKOUT, chain_answers, chain_survey, exact_answers, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model import storage
from csi_model.errors import Finding, StorageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec
from csi_model.storage import load, read_files, save
from csi_model.vocabulary import TABLES


def plain() -> Results:
    return evaluate(fit(CHAIN, chain_survey(150)))


def grouped(**options: object) -> Results:
    """Group values that a spreadsheet would spoil, and one group that is suppressed."""
    firms = ["007"] * 100 + ["NA"] * 100 + ['say "hi", all'] * 90 + ["北京 "] * 10
    survey = chain_survey(300, groups={"firm": firms}, group_labels={"firm": {"007": "Agency", "NA": "北美"}})
    return evaluate(fit(CHAIN, survey, **options))  # type: ignore[arg-type]


def chinese_model() -> ModelSpec:
    model = model_of(
        {
            "期望": "预期1 预期2 预期3",
            "质量": "质量1 质量2 质量3",
            "满意度": "满意1 满意2 满意3",
            "忠诚": "忠1 忠2",
        },
        {"质量": "期望", "满意度": "期望 质量", "忠诚": "满意度"},
        index="满意度",
        name="中文模型",
    )
    return replace(model, title={"en": "Chinese", "zh": "顾客满意度"})


def chinese() -> Results:
    model = chinese_model()
    return evaluate(fit(model, survey_of(model, chain_answers(150), source="问卷.csv")))


def inadmissible() -> Results:
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    return evaluate(fit(model, survey_of(model, exact_answers(cov))))


CASES: dict[str, Callable[[], Results]] = {
    "plain": plain,
    "grouped": grouped,
    "grouped bootstrap": lambda: grouped(bootstrap=100),
    "bootstrap": lambda: evaluate(fit(CHAIN, chain_survey(150), bootstrap=100)),
    "chinese": chinese,
    "inadmissible": inadmissible,
    "given weights": lambda: evaluate(
        fit(
            CHAIN,
            chain_survey(150),
            weight_rule="given",
            given_weights={item.name: 0.1 + 0.2 for item in CHAIN.indicators},
        )
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_is_stored_comes_back(name: str, tmp_path: Path) -> None:
    made = CASES[name]()
    folder = save(made, tmp_path / "results")
    again = load(folder)
    for table in TABLES:
        assert again.tables[table].equals(made.tables[table]), table
        assert list(again.tables[table].dtypes) == list(made.tables[table].dtypes), table
    assert again == made
    assert again.trustworthy == made.trustworthy
    assert again.summary() == made.summary()
    # and once more
    assert load(save(again, tmp_path / "again")) == made


def test_the_layout_of_the_contract(tmp_path: Path) -> None:
    folder = save(
        grouped(), tmp_path / "results", files={"report.html": "<html>", "charts/index.svg": "<svg>"}
    )
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "manifest.json", "moments.npz", "model.yaml", "report.html", "charts/index.svg",
        *(f"tables/{name}.csv" for name in TABLES), *(f"tables/pooled/{name}.csv" for name in TABLES),
    }  # fmt: skip
    text = (folder / "tables/index.csv").read_bytes()
    assert b"\r" not in text
    assert text.decode("utf-8").startswith("firm,construct,index,se,")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"schema", "created", "versions", "options", "survey", "files", "by"} <= set(manifest)
    assert manifest["options"]["seed"] == 20260101
    assert "semopy" in manifest["versions"]


def test_numbers_keep_full_precision(tmp_path: Path) -> None:
    made = plain()
    again = load(save(made, tmp_path / "results"))
    for table in ("parameters", "effects", "index"):
        np.testing.assert_array_equal(
            made.tables[table].select_dtypes("float64"), again.tables[table].select_dtypes("float64")
        )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, the time of creation left out."""
    files = read_files(folder)
    manifest = json.loads(files["manifest.json"])
    del manifest["created"]
    return files | {"manifest.json": json.dumps(manifest).encode()}


def test_same_results_same_bytes(tmp_path: Path) -> None:
    first, second = (save(grouped(bootstrap=100), tmp_path / name) for name in ("one", "two"))
    assert contents(first) == contents(second)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from fit_builders import chain_survey, CHAIN
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.storage import save
survey = chain_survey(200, groups={"firm": ["b", "a"] * 100})
save(evaluate(fit(CHAIN, survey, bootstrap=100)), sys.argv[2])
"""


@pytest.mark.slow
def test_same_bytes_in_processes_with_other_hash_seeds(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


# ---- all or nothing


def test_an_existing_folder_is_not_overwritten_without_force(tmp_path: Path) -> None:
    made = plain()
    folder = save(made, tmp_path / "results")
    before = contents(folder)
    with pytest.raises(StorageError) as caught:
        save(chinese(), folder)
    assert caught.value.findings[0].code == "folder-exists"
    assert "--force" in caught.value.findings[0].fix
    assert contents(folder) == before
    save(chinese(), folder, force=True)
    assert load(folder).model.name == "中文模型"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "files",
    [
        {"thesis.docx": "years of work"},
        {"manifest.json": '{"name": "a web app", "version": "1.0"}', "app.js": "x"},
        {"manifest.json": "not even JSON"},
        {"manifest.json": "[1, 2]"},
    ],
    ids=["other files", "another manifest", "a broken manifest", "a list"],
)
def test_a_foreign_folder_is_refused_even_with_force(
    files: dict[str, str], force: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        save(plain(), folder, force=force)
    assert caught.value.findings[0].code == "not-a-results-folder"
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == files


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert load(save(plain(), tmp_path / "empty")) == plain()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file", encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        save(plain(), tmp_path / "results", force=True)
    assert caught.value.findings[0].code == "not-a-folder"
    assert (tmp_path / "results").read_text(encoding="utf-8") == "a file"


@pytest.mark.parametrize("moment", ["while a file is written", "while the folder is moved"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("existing", [True, False])
def test_a_failure_leaves_the_old_results_and_no_debris(
    moment: str, error: BaseException, existing: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plain()
    folder = tmp_path / "below" / "results"
    before = contents(save(made, folder)) if existing else {}
    count = 0
    write, rename = Path.write_bytes, Path.rename

    def failing_write(self: Path, data: bytes) -> int:
        nonlocal count
        count += 1
        if count == 4:
            raise error
        return write(self, data)

    def failing_rename(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise error
        return rename(self, target)

    if moment == "while a file is written":
        monkeypatch.setattr(Path, "write_bytes", failing_write)
    else:
        monkeypatch.setattr(Path, "rename", failing_rename)
    with pytest.raises((StorageError, KeyboardInterrupt)) as caught:
        save(chinese(), folder, force=True)
    monkeypatch.undo()
    if isinstance(error, OSError):
        assert isinstance(caught.value, StorageError)
        assert "No space left on device" in str(caught.value)
        assert "nothing was changed" in str(caught.value)
    if existing:
        assert contents(folder) == before
        assert load(folder) == made
        assert [path.name for path in folder.parent.iterdir()] == ["results"]
    else:
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        assert not folder.exists()


# ---- reading


def test_a_changed_table_is_detected(tmp_path: Path) -> None:
    folder = save(plain(), tmp_path / "results")
    path = folder / "tables/index.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("satisfaction,6", "satisfaction,9"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(StorageError) as caught:
        load(folder)
    (finding,) = caught.value.findings
    assert finding.code == "changed-file"
    assert finding.where.endswith("index.csv")


def test_a_folder_of_before_a_column_reads_it_as_empty(tmp_path: Path) -> None:
    made = plain()
    folder = save(made, tmp_path / "results")
    path, manifest = (
        folder / "tables" / "standardised.csv",
        json.loads((folder / "manifest.json").read_text()),
    )
    pd.read_csv(path, dtype=str, keep_default_na=False).drop(columns="ci_method").to_csv(path, index=False)
    manifest["files"]["tables/standardised.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    again = load(folder).tables["standardised"]
    assert (again["ci_method"] == "").all()
    assert again.drop(columns="ci_method").equals(made.tables["standardised"].drop(columns="ci_method"))


@pytest.mark.parametrize("name", ["moments.npz", "model.yaml", "tables/effects.csv"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = save(plain(), tmp_path / "results")
    (folder / name).unlink()
    with pytest.raises(StorageError) as caught:
        load(folder)
    assert caught.value.findings[0].code == "incomplete-folder"
    assert caught.value.findings[0].where.endswith(Path(name).name)


def test_a_report_may_be_edited(tmp_path: Path) -> None:
    """Reports and charts are for people; only numbers are guarded."""
    made = plain()
    folder = save(made, tmp_path / "results", files={"report.html": "first"})
    (folder / "report.html").write_text("second", encoding="utf-8")
    assert load(folder) == made


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda path: None, "no-results"),
        (lambda path: path.mkdir(), "no-results"),
        (lambda path: path.write_text("x"), "no-results"),
        (lambda path: (path.mkdir(), (path / "manifest.json").write_text("{")), "bad-manifest"),
        (lambda path: (path.mkdir(), (path / "manifest.json").write_text('{"schema": 99}')), "bad-manifest"),
    ],
    ids=["absent", "empty", "a file", "broken manifest", "another version"],
)
def test_what_is_no_results_folder(prepare: Callable[[Path], object], code: str, tmp_path: Path) -> None:
    prepare(tmp_path / "results")
    with pytest.raises(StorageError) as caught:
        load(tmp_path / "results")
    assert caught.value.findings[0].code == code


def test_the_clock_is_the_only_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plain()
    monkeypatch.setattr(storage, "versions", lambda: {"csi_model": "9.9"})
    folder = save(made, tmp_path / "results")
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["versions"] == {
        "csi_model": "9.9"
    }
    assert load(folder) == made  # versions tell where results come from; they do not change them


@pytest.mark.slow
@settings(max_examples=15, derandomize=True)
@given(
    text=st.text(alphabet=st.sampled_from(list("a,\"';\\|\t\n\r #=+-0NA北é\u2028 ")), min_size=1, max_size=12)
)
def test_any_text_in_a_group_or_finding_survives(text: str) -> None:
    finding = Finding(code="note", severity="note", where=text, what=text, fix=text)
    survey = chain_survey(80, groups={"firm": [text] * 80}, findings=(finding,))
    made = evaluate(fit(CHAIN, survey))
    with tempfile.TemporaryDirectory() as folder:
        assert load(save(made, Path(folder) / "results")) == made
