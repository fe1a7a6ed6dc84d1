"""The README is what people try first: its commands and code blocks run here."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from csi_model.model.catalogue import catalogue
from csi_model.model.files import parse_model
from csi_model.reporting.requirements import problems
from csi_model.reporting.writers import FORMATS
from csi_model.study.measures.families import ENTRIES
from csi_model.study.report_schema import MethodEntry, ReportEntry

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
Csi = Callable[..., Any]


def blocks(language: str) -> list[str]:
    """Fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def simulated(csi: Csi, name: str, *model: str) -> None:
    assert csi("simulate", *(model or ("acsi-repurchase",)), "-n", "400", "--seed", "7", "-o", name).code == 0


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^    make (\w+)$", README, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= targets


def test_the_first_commands(tmp_path: Path, csi: Csi) -> None:
    commands = re.findall(r"^    csi (.*)$", README, re.MULTILINE)
    assert commands == ["fit acsi survey.xlsx"]
    simulated(csi, "survey.xlsx", "acsi")
    ran = csi(*shlex.split(commands[0]))
    assert ran.code == 0, ran.err
    said = re.findall(r"`(reports/[^`]+\.html)`", README)[0]
    assert said == "reports/acsi-survey/report.html"
    assert (tmp_path / said).is_file()


@pytest.mark.slow
def test_the_session(csi: Csi) -> None:
    session = "".join(blocks("console")).splitlines()
    lines = [line.removeprefix("$ csi ") for line in session if line.startswith("$ csi ")]
    assert len(lines) == len(session)
    for line in lines:
        if "--format all" in line and problems(FORMATS, "zh"):
            continue  # this machine lacks a font or Pango, which the command says
        ran = csi(*shlex.split(line))
        assert ran.code == 0, f"csi {line}\n{ran.err}"


def test_the_report_block(tmp_path: Path, csi: Csi) -> None:
    """The study file that says everything of its report is sound, and names every part of it."""
    (text,) = (block for block in blocks("yaml") if "preparer:" in block)
    (tmp_path / "report.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "demo.csv").write_bytes((ROOT / "data" / "demo.csv").read_bytes())
    ran = csi("check", "report.yaml")
    assert ran.code == 0, ran.err
    assert all(f"{name}:" in text for name in ReportEntry.model_fields if name != "benchmarks")
    assert all(f"{name}:" in text for name in MethodEntry.model_fields)


def test_every_format_stands_in_the_readme() -> None:
    section = README.partition("## Reports for clients")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE)) == FORMATS
    for picture in re.findall(r"\((reports/[^)]+\.png)\)", section):
        assert (ROOT / picture).is_file(), picture


def test_the_python_block(tmp_path: Path, csi: Csi) -> None:
    simulated(csi, "survey.csv")
    (code,) = blocks("python")
    with mpl.rc_context({"backend": "agg"}):
        names: dict[str, Any] = {}
        exec(compile(code, "README.md", "exec"), names)
        axes = names["axes"]
        assert axes.get_xlabel() or axes.get_title() or axes.texts
        plt.close(axes.figure)
    assert (tmp_path / "from-python" / "manifest.json").is_file()
    assert names["results"]._repr_html_().startswith("<pre>")


@pytest.mark.slow
def test_the_model_block(tmp_path: Path, csi: Csi) -> None:
    (text,) = (block for block in blocks("yaml") if "constructs:" in block)
    model = parse_model(text, "README.md")
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    ran = csi("check", "shop.yaml")
    assert (ran.code, ran.err) == (0, "")
    simulated(csi, "shop.csv", "shop.yaml")
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r").code == 0
    assert model.index == "satisfaction"


@pytest.mark.slow
def test_the_study_block(tmp_path: Path, csi: Csi) -> None:
    """The study of the README on the demo survey has all the tables that the README names."""
    (text,) = (block for block in blocks("yaml") if "what_if:" in block)
    (tmp_path / "league.yaml").write_text(
        text.replace("500", "100, permutations: 100, folds: 0"), encoding="utf-8"
    )
    frame = pd.read_csv(ROOT / "data" / "demo.csv")
    frame[frame["firm"].str.endswith(("A", "B"))].to_csv(tmp_path / "demo.csv", index=False)
    ran = csi("run", "league.yaml", "-o", "r")
    assert ran.code == 0, ran.err
    section = README.partition("## From one fit")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)\.csv`", section))
    assert {"differences", "aggregates", "decomposition"} <= named
    there = {path.stem for path in (tmp_path / "r" / "tables").glob("*.csv")}
    assert named - there == {"weighting"}  # only where weights are raked


def test_every_command_named_exists(csi: Csi) -> None:
    listed = re.findall(r"^  ([a-z]+) ", csi("--help").out.partition("Commands:")[2], re.MULTILINE)
    named = set(re.findall(r"`csi ([a-z]+)", README))
    assert named
    assert named <= set(listed)
    for command in listed:
        assert csi(command, "--help").code == 0
    options = set(re.findall(r"(--[a-z][a-z-]+)", README)) - {"--force"}
    assert "--by" in options
    measures = set(re.findall(r"csi measure ([a-z][a-z-]+)", README))
    assert measures
    helps = "".join(csi(command, "--help").out for command in listed)
    helps += "".join(csi("measure", name, "--help").out for name in measures)
    assert all(option in helps for option in options)


def test_every_measure_stands_in_the_readme() -> None:
    section = README.partition("## The field's other measures")[2].partition("\n## ")[0]
    rows = "".join(line for line in section.splitlines() if line.startswith("| "))
    assert set(re.findall(r"`([a-z-]+)`", rows)) == {name.replace("_", "-") for name in ENTRIES}


def test_the_numbers_that_the_readme_gives() -> None:
    (others,) = re.findall(r"\(ACSI, ECSI and (\d+) others", README)
    assert len(catalogue()) == int(others) + 2
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README
