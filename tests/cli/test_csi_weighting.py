"""Weighting to margins by the command: every mistake with its place and remedy, and what a run says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Build, Csi, Mistake, as_parameters, both, check_mistake, file, study, survey
from shop import write_shop

CHECK = "check study.yaml"
BANDS = "  bands: {age: [18, 35, 55]}\n"
AGE = "    age: {18-34: 0.3, 35-54: 0.4, 55+: 0.3}\n"
SEX = "    sex: {m: 0.49, f: 0.51}\n"


def with_people(frame: pd.DataFrame) -> pd.DataFrame:
    """The shop survey with sex (two women to one man), age and a wave."""
    rows = np.arange(len(frame))
    sex = np.where(rows % 3 == 0, "m", "f")
    return frame.assign(sex=sex, age=20 + (7 * rows) % 60, wave=np.where(rows % 2 == 0, "2024", "2025"))


def with_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """That survey, where all men are of kind a and all women of kind b."""
    made = with_people(frame)
    return made.assign(kind=made["sex"].replace({"m": "a", "f": "b"}))


def changed(column: str, rows: tuple[int, ...], value: object) -> Build:
    """That survey with other values in rows numbered as a spreadsheet shows them."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        made = with_people(frame).astype({column: object})
        for row in rows:
            made.loc[row - 2, column] = value
        return made

    return survey(change)


def margins(text: str, more: str = "", people: Build | None = None) -> Build:
    """A study with these margins, and other lines of its design."""
    return both(people or survey(with_people), study(more=f"design:\n  margins:\n{text}{more}"))


MISTAKES = (
    Mistake(
        name="shares that do not sum",
        command=CHECK,
        build=margins("    sex: {m: 0.49, f: 0.41}\n    wave: {2024: 50, 2025: 45}\n"),
        errors=2,
        says=(
            "study.yaml:5: the shares of sex sum to 0.9, not 1.",
            "category that is missing",
            "study.yaml:6: the shares of wave sum to 95, not 100.",
        ),
    ),
    Mistake(
        name="shares that are none",
        command=CHECK,
        build=margins("    sex:\n      m: -5\n      f: 0\n      x: many\n    wave: {2024: .nan, 2025: 1}\n"),
        errors=4,
        says=(
            "study.yaml:6: the share of 'm' in sex is -5",
            "study.yaml:7: the share of 'f' in sex is 0; a share is a positive number",
            "study.yaml:8: `design.margins.sex.x` must be a number; it is 'many'",
            "study.yaml:9: `design.margins.wave.2024`",
            "a number such as",
        ),
    ),
    Mistake(
        name="counts of different populations",
        command=CHECK,
        build=margins("    sex: {m: 490, f: 510}\n    wave: {2024: 700, 2025: 900}\n"),
        says=("study.yaml:6: sex counts 1,000 people, wave 1,600.", "same population"),
    ),
    Mistake(
        name="category without target",
        command=CHECK,
        build=margins(SEX, people=changed("sex", (4, 9), "divers")),
        says=("margin sex: 1 category has no target: 'divers' (2) (rows 4, 9).", "shares for m, f"),
    ),
    Mistake(
        name="base weights and margins",
        command=CHECK,
        build=margins("    sex: {m: 98, divers: 2}\n", "  weight: weight\n", changed("weight", (5,), -1)),
        errors=3,
        says=(
            "--weight weight: There is a negative weight in 1 row (row 5).",
            "margin sex: 1 category has no target: 'f' (160)",
            "margin sex: Nobody in the survey is in 'divers'.",
        ),
    ),
    Mistake(
        name="target that nobody is in",
        command=CHECK,
        build=margins("    sex: {m: 0.48, f: 0.5, divers: 0.02}\n"),
        says=("margin sex: Nobody in the survey is in 'divers'.", "join the category"),
    ),
    Mistake(
        name="blanks",
        command=CHECK,
        build=margins(SEX, people=changed("sex", (4, 9), "")),
        says=("margin sex: There is no answer to sex in 2 rows (rows 4, 9).", "`blanks: keep`"),
    ),
    Mistake(
        name="numbers without bands",
        command=CHECK,
        build=margins(AGE),
        errors=2,
        says=("margin age: 60 categories have no target: '20' (4),", "`bands: {age: [18, 35, 55]}`"),
    ),
    Mistake(
        name="bands that do not fit",
        command=CHECK,
        build=margins(AGE, "  bands: {age: [18, 35, 50], agee: [1, 2], sex: [1]}\n"),
        errors=7,
        says=(
            "study.yaml:5: '35-54' is no band of age; its bands are 18-34, 35-49, 50+.",
            "'35-49'?",
            "the band 50+ of age has no share",
            "study.yaml:6: no margin has the column 'agee'.",
            "'age'?",
            "study.yaml:6: no margin has the column 'sex'.",
        ),
    ),
    Mistake(
        name="age below the bands",
        command=CHECK,
        build=margins(AGE, BANDS, changed("age", (3,), 12)),
        says=("margin age: 1 row of age is below 18, where its first band begins: '12' (row 3).", "codebook"),
    ),
    Mistake(
        name="columns that are not there",
        command=CHECK,
        build=margins("    sexx: {m: 0.49, f: 0.51}\n", "  margins_within: [wawe]\n"),
        errors=2,
        says=(
            "shop.csv: There is no column 'sexx' (margin).",
            "'sex'?",
            "shop.csv: There is no column 'wawe' (margin).",
            "'wave'?",
        ),
    ),
    Mistake(
        name="a question as margin",
        command=CHECK,
        build=margins("    Q1: {1: 0.5, 2: 0.5}\n"),
        says=("margin Q1: The column is a question of the model", "age or region"),
    ),
    Mistake(
        name="options misspelt",
        command=CHECK,
        build=margins(SEX, "  trim: 1\n  blanks: drop\n  band: {}\n  margins_within: sex\n"),
        errors=4,
        says=(
            "study.yaml:6: 1 is no bound for weights",
            "such as 5",
            "study.yaml:7: `design.blanks` is 'drop'.",
            "refuse, keep",
            "study.yaml:8: `band` is not a known key in `design`.",
            "study.yaml:9: sex is the column of a margin already.",
        ),
    ),
    Mistake(
        name="margins that exclude each other",
        command=CHECK,
        build=margins(
            "    sex: {m: 0.5, f: 0.5}\n    kind: {a: 0.3, b: 0.7}\n",
            people=survey(with_kind),
        ),
        says=("Raking does not converge: ", " instead of 0.", "no weights meet all margins", "crossed"),
    ),
    Mistake(
        name="margins that contradict each other",
        command=CHECK,
        build=margins(
            "    sex: {m: 0.5, f: 0.5}\n    sex x wave:\n"
            "      {m / 2024: 0.2, m / 2025: 0.2, f / 2024: 0.3, f / 2025: 0.3}\n"
        ),
        says=("study.yaml:6: the margin sex is part of sex x wave.", "Leave sex out"),
    ),
    Mistake(
        name="table of margins",
        command=CHECK,
        build=both(
            file("cells.csv", "sex,wave,people\nm,2024,10\nm,2024,20\nf,2025,few\n"),
            margins("    sex x wave: cells.csv\n    age: ages.csv\n"),
        ),
        errors=3,
        says=(
            "study.yaml:5: cells.csv row 3: m / 2024 stands twice.",
            "study.yaml:5: cells.csv row 4: 'few' in people is no number.",
            "study.yaml:6: ages.csv: There is no such file.",
        ),
    ),
    Mistake(
        name="trimming nothing",
        command=CHECK,
        build=study(more="design: {trim: 5}\n"),
        says=("trim: There are no margins and no weights to trim.", "`margins` or a `weight`"),
    ),
    Mistake(
        name="bands and blanks of no margin",
        command=CHECK,
        build=study(more="design: {bands: {age: [18, 35]}, blanks: keep, margins_within: branch}\n"),
        errors=3,
        says=(
            "study.yaml:3: `bands` says how margins are met",
            "`margins_within`",
            "`blanks`",
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_bad_margins(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)


def test_a_run_is_weighted_and_says_so(tmp_path: Path, csi: Csi) -> None:
    write_shop(tmp_path)
    more = f"  weight: weight\n{BANDS}  trim: 3\n"
    margins(AGE + SEX, more)(tmp_path)
    ran = csi("run", "study.yaml", "-o", "out")
    assert ran.code == 0, ran.err
    assert "Weights are weight, raked to age, sex, trimmed to 3 times the mean." in ran.err
    assert "0 weights were trimmed" in ran.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["weight"] == "weight, raked to age, sex, trimmed to 3 times the mean"
    findings = pd.read_csv(tmp_path / "out" / "tables" / "findings.csv")
    assert {"weighted", "margins-known"} <= set(findings["code"])


def test_crossed_margins_within_waves_from_a_table(tmp_path: Path, csi: Csi) -> None:
    write_shop(tmp_path)
    (tmp_path / "cells.csv").write_text(
        "branch,people,sex\n" + "".join(f"{b},{k},{s}\n" for b in ("north", "south", "west")
                                          for k, s in ((300, "m"), (200, "f"))), encoding="utf-8"
    )  # fmt: skip
    people = survey(lambda frame: with_people(frame).assign(sex=np.where(np.arange(240) % 4 < 2, "m", "f")))
    margins("    branch x sex: cells.csv\n", "  margins_within: wave\n", people)(tmp_path)
    checked = csi("check", "study.yaml")
    assert checked.code == 0, checked.err
    assert "Weights are post-stratified to branch x sex within wave." in checked.err
