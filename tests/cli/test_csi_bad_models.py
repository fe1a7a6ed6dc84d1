"""Model files as people get them wrong: every mistake at its line, with a remedy, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from mistakes import Build, Csi, Mistake, as_parameters, check_mistake, file, model

CHECK = "check shop.yaml"
LOYALTY = "    indicators: {L1: Would buy again, L2: Would recommend}\n"
MEASURES = "quality =~ Q1 + Q2 + Q3\nSAT =~ S1 + S2 + S3\n"


def loyalty(indicators: str) -> Build:
    return model((LOYALTY, f"    indicators: {indicators}\n"))


def in_gbk(folder: Path) -> None:
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    (folder / "shop.yaml").write_bytes(text.encode("gbk"))


MISTAKES = (
    Mistake(
        name="catalogue name misspelt",
        command="check acsii",
        says=("acsii: There is no such model", "'acsi'?", "ecsi-complaints"),
    ),
    Mistake(
        name="catalogue name in capitals",
        command="check ACSI",
        says=("ACSI: There is no such model", "Did you mean 'acsi'?"),
    ),
    Mistake(
        name="model page of no model",
        command="models ecsi-complaint",
        says=("ecsi-complaint:", "'ecsi-complaints'?"),
    ),
    Mistake(
        name="file name misspelt",
        command="check shopp.yaml",
        says=("shopp.yaml: There is no such file.", "'shop.yaml'?"),
    ),
    Mistake(
        name="model and survey swapped",
        command="fit shop.csv shop.yaml",
        says=("shop.csv: This is a survey", "csi fit MODEL SURVEY"),
    ),
    Mistake(
        name="study in place of model",
        command="fit study.yaml shop.csv",
        says=("study.yaml: This is a study file", "csi run study.yaml"),
    ),
    Mistake(
        name="study to simulate from",
        command="simulate study.yaml -n 50 -o s.csv",
        says=("study.yaml: This is a study file", "csi run study.yaml"),
    ),
    Mistake(
        name="folder",
        command="check models.d",
        build=lambda folder: (folder / "models.d").mkdir(),
        says=("models.d: This is a folder", ".yaml"),
    ),
    Mistake(
        name="word document",
        command="check shop.docx",
        build=file("shop.docx", "x"),
        says=("shop.docx: A model cannot be read", ".lav"),
    ),
    Mistake(
        name="tab indentation",
        command=CHECK,
        build=model(("  quality:\n", "\tquality:\n")),
        says=("shop.yaml:6: A tab", "spaces"),
    ),
    Mistake(
        name="empty file",
        command=CHECK,
        build=file("shop.yaml"),
        says=("shop.yaml:1: The file is empty.", "key: value"),
    ),
    Mistake(
        name="list at the top",
        command=CHECK,
        build=file("shop.yaml", "- a\n- b\n"),
        says=("shop.yaml:1: The file holds a list", "`name: my-model`"),
    ),
    Mistake(
        name="saved as GBK",
        command=CHECK,
        build=in_gbk,
        says=("shop.yaml:2: The file is not text in UTF-8", "Save it as UTF-8"),
    ),
    Mistake(
        name="colon forgotten",
        command=CHECK,
        build=model(("index: satisfaction", "index satisfaction")),
        says=("shop.yaml:3:", "no colon", "`key: value`"),
    ),
    Mistake(
        name="quote not closed",
        command=CHECK,
        build=model(("index: satisfaction", 'index: "satisfaction')),
        says=("shop.yaml:3:", "never closed", "Close it"),
    ),
    Mistake(
        name="unknown key",
        command=CHECK,
        build=model(("scale: [1, 10]", "scales: [1, 10]")),
        says=("shop.yaml:4: `scales` is not a known key", "'scale'?"),
    ),
    Mistake(
        name="no index",
        command=CHECK,
        build=model(("index: satisfaction\n", "")),
        says=("shop.yaml:1: The key `index` is missing", "Add `index: ...`"),
    ),
    Mistake(
        name="index of no construct",
        command=CHECK,
        build=model(("index: satisfaction", "index: satisfacton")),
        says=("shop.yaml:3:", "'satisfacton'", "'satisfaction'?"),
    ),
    Mistake(
        name="index option of no construct",
        command=f"{CHECK} --index Satisfaction",
        says=("--index:", "'Satisfaction'", "'satisfaction'?"),
    ),
    Mistake(
        name="scale upside down",
        command=CHECK,
        build=model(("[1, 10]", "[10, 1]")),
        says=("shop.yaml:4: The scale runs from 10 to 1", "[low, high]"),
    ),
    Mistake(
        name="scale as text",
        command=CHECK,
        build=model(("[1, 10]", "1-10")),
        says=("shop.yaml:4: `scale` must be a list; it is '1-10'", "[1, 10]"),
    ),
    Mistake(
        name="scale with a middle",
        command=CHECK,
        build=model(("[1, 10]", "[1, 5, 10]")),
        says=("shop.yaml:4: `scale` must have at most 2", "[1, 10]"),
    ),
    Mistake(
        name="paths in a circle",
        command=CHECK,
        build=model(("  satisfaction: [quality]", "  quality: [loyalty]\n  satisfaction: [quality]")),
        says=(
            "shop.yaml:15: The paths run in a circle",
            "loyalty > quality > satisfaction > loyalty",
            "Remove one",
        ),
    ),
    Mistake(
        name="path to itself",
        command=CHECK,
        build=model(("[quality]", "[quality, satisfaction]")),
        says=("shop.yaml:15:", "'satisfaction' to itself", "Remove it"),
    ),
    Mistake(
        name="driver misspelt",
        command=CHECK,
        build=model(("[quality]", "[qualty]")),
        errors=2,
        says=("shop.yaml:6: No path", "shop.yaml:15:", "'qualty'", "'quality'?"),
    ),
    Mistake(
        name="drivers not a list",
        command=CHECK,
        build=model(("[quality]", "quality")),
        says=("shop.yaml:15: `paths.satisfaction` must be a list", "[a, b]"),
    ),
    Mistake(
        name="question in two constructs",
        command=CHECK,
        build=model(("L1: Would", "S1: Would")),
        says=("shop.yaml:13: The indicator 'S1'", "'satisfaction' and 'loyalty'", "Leave it in one"),
    ),
    Mistake(
        name="construct twice",
        command=CHECK,
        build=model(("  loyalty:\n", "  quality:\n")),
        errors=2,
        says=(
            "shop.yaml:12: The key `quality` stands twice; it is first on line 6",
            "shop.yaml:16:",
            "'loyalty'",
        ),
    ),
    Mistake(
        name="construct without questions",
        command=CHECK,
        build=model((LOYALTY, "    label: Loyalty\n")),
        says=("shop.yaml:12: The construct 'loyalty' has no indicators", "Add `indicators:`"),
    ),
    Mistake(
        name="reconstructed without caveat",
        command=CHECK,
        build=model(("index: satisfaction", "index: satisfaction\nstructure: reconstructed")),
        says=("shop.yaml:4:", "no caveat", "Add `caveat:"),
    ),
    Mistake(
        name="codebook that is not shipped",
        command="fit shop.yaml shop.csv",
        build=model(("index: satisfaction", "index: satisfaction\ncodebook: acsi2016")),
        says=("acsi2016:", "'acsi2015'?"),
    ),
    Mistake(
        name="derived cases overlap",
        command=CHECK,
        build=loyalty(
            "{L1: again, R: {scale: [75, 125], derived: {cases: ["
            "{when: L1, from: 6, to: 10, take: HIGH, plus: 100}, {when: L1, from: 1, to: 6, take: LOW}]}}}"
        ),
        says=("shop.yaml:13: Two cases of 'R' hold when L1 is 6", "one case"),
    ),
    Mistake(
        name="derived case with a wrong key",
        command=CHECK,
        build=loyalty(
            "{L1: again, R: {scale: [75, 125], derived: {cases: [{if: L1, from: 6, to: 10, take: HIGH}]}}}"
        ),
        errors=2,
        says=("shop.yaml:13:", "no `when`", "`if` is not a known key", "when, from, to, take"),
    ),
    Mistake(
        name="four mistakes told together",
        command=CHECK,
        errors=5,
        build=model(
            ("title:", "tittle:"),
            ("index: satisfaction", "index: satisfacton"),
            ("[1, 10]", "[10, 1]"),
            ("  loyalty: [satisfaction]", "  loyality: [satisfaction]"),
        ),
        says=(
            "shop.yaml:2: `tittle`",
            "'title'?",
            "shop.yaml:3:",
            "shop.yaml:4:",
            "shop.yaml:12:",
            "shop.yaml:16:",
            "'loyalty'?",
        ),
    ),
    Mistake(
        name="lavaan without scales",
        command="fit shop.lav shop.csv --index SAT",
        build=file("shop.lav", MEASURES + "SAT ~ quality\n"),
        errors=1,
        says=("Q1, Q2, Q3, S1, S2, S3: 6 questions have no declared scale", "--scale 1:10 for all"),
    ),
    Mistake(
        name="lavaan syntax",
        command="check shop.lav",
        build=file("shop.lav", "quality =~ Q1 + Q2\nSAT =~ S1 ++ S2\nSAT ~~~ quality\n"),
        errors=2,
        says=("shop.lav:2: `+ S2` is no variable name", "shop.lav:3: There are two operators"),
    ),
    Mistake(
        name="lavaan driver misspelt",
        command="check shop.lav",
        build=file("shop.lav", MEASURES + "SAT ~ qualty\n"),
        says=(
            "shop.lav:1: No path leads to or from the construct 'quality'",
            "Is 'qualty' meant to be 'quality'?",
        ),
    ),
    Mistake(
        name="lavaan statements beyond the model",
        command="check shop.lav",
        build=file("shop.lav", MEASURES + "SAT ~ a*quality\na == 2\nQ1 | t1\n"),
        errors=2,
        says=("shop.lav:4: Constraints", "one label", "shop.lav:5: Thresholds"),
    ),
    Mistake(
        name="lavaan empty",
        command="check shop.lav",
        build=file("shop.lav"),
        says=("shop.lav:1: The file holds no model", "=~"),
    ),
    Mistake(
        name="lavaan index misspelt",
        command="check shop.lav --index SATT",
        build=file("shop.lav", MEASURES + "SAT ~ quality\n"),
        says=("shop.lav:", "'SATT'", "'SAT'?"),
    ),
    Mistake(
        name="form of a model misspelt", command="models acsi --as lavan", says=("--as: 'lavan'", "'lavaan'?")
    ),
    Mistake(
        name="schema misspelt", command="models --schema modell", says=("--schema: 'modell'", "'model'?")
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_bad_model(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)
