"""Models as lavaan text.

What lavaan itself makes of such text was looked up with lavaan 0.6-14, ``lavaanify(model, auto = TRUE,
model.type = "sem", auto.fix.first = TRUE, auto.fix.single = TRUE, auto.var = TRUE, auto.cov.lv.x = TRUE,
auto.cov.y = TRUE, fixed.x = FALSE)``.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path as FilePath

import pytest

from csi_model.errors import ModelError
from csi_model.model.catalogue import catalogue, read_model
from csi_model.model.lavaan import examine_lavaan_file, parse_lavaan, read_lavaan_file, write_lavaan
from csi_model.model.spec import Construct, Indicator, ModelSpec, Modifier, Path, Scale

TEXT = """\
# a comment; with a semicolon
Image =~ i1 + i2   ! another comment
   + i3
Qual.ity =~ q1 +
   # between
   q2
SAT =~
   's 1' + 顾客_2 ; LOY =~ l1
Qual.ity + SAT ~ Image
SAT ~ b*Qual.ity
LOY ~ 0.5*SAT + b*Image
i1 ~~ i2
q1 ~~ -1e-2*q2
Image =~ i4
"""


def test_a_text_with_everything() -> None:
    spec = parse_lavaan(TEXT, "shop.lav")
    assert spec.name == "shop"
    assert spec.index == "SAT"
    assert spec.construct_names == ("Image", "Qual.ity", "SAT", "LOY")
    assert [item.name for item in spec.indicators] == [
        "i1",
        "i2",
        "i3",
        "i4",
        "q1",
        "q2",
        "s 1",
        "顾客_2",
        "l1",
    ]
    assert all(item.scale is None for item in spec.indicators)
    assert spec.paths == (
        Path(source="Image", target="Qual.ity"),
        Path(source="Image", target="SAT"),
        Path(source="Qual.ity", target="SAT"),
        Path(source="SAT", target="LOY"),
        Path(source="Image", target="LOY"),
    )
    assert spec.modifiers == (
        Modifier(lhs="SAT", op="~", rhs="Qual.ity", label="b"),
        Modifier(lhs="LOY", op="~", rhs="SAT", fixed=0.5),
        Modifier(lhs="LOY", op="~", rhs="Image", label="b"),
        Modifier(lhs="i1", op="~~", rhs="i2"),
        Modifier(lhs="q1", op="~~", rhs="q2", fixed=-0.01),
    )


def test_modifiers() -> None:
    text = (
        "F =~ NA*x1 + a*x2 + x3 + b*x3 + start(0.8)*x4 + 0.7?x5 + label('c d')*x6\n"
        "F ~~ 1*F\nsat =~ y\nsat ~ F"
    )
    spec = parse_lavaan(text, "m.lav")
    assert spec.modifiers == (
        Modifier(lhs="F", op="=~", rhs="x1"),
        Modifier(lhs="F", op="=~", rhs="x2", label="a"),
        Modifier(lhs="F", op="=~", rhs="x3", label="b"),
        Modifier(lhs="F", op="=~", rhs="x6", label="c d"),
        Modifier(lhs="F", op="~~", rhs="F", fixed=1.0),
    )


def test_a_label_shared_with_a_fixed_loading_fixes(tmp_path: FilePath) -> None:
    """lavaan: with ``F =~ a*x1 + a*x2 + x3`` the loading of x2 is 1, df = 1."""
    spec = parse_lavaan("F =~ a*x1 + a*x2 + x3\nsat =~ y\nsat ~ F", "m.lav")
    assert spec.modifiers == (
        Modifier(lhs="F", op="=~", rhs="x1", fixed=1.0),
        Modifier(lhs="F", op="=~", rhs="x2", fixed=1.0),
    )


def test_observed_variables_become_constructs() -> None:
    """lavaan leaves out the covariance of the latent F and the observed w: so is it fixed at 0 here."""
    spec = parse_lavaan("F =~ x1 + x2\nsat ~ F + w + v\nloyal ~ sat", "m.lav")
    assert spec.construct_names == ("F", "sat", "w", "v", "loyal")
    assert spec.construct("w").indicators == (Indicator(name="w"),)
    assert spec.modifiers == (
        Modifier(lhs="F", op="~~", rhs="w", fixed=0.0),
        Modifier(lhs="F", op="~~", rhs="v", fixed=0.0),
    )
    given = parse_lavaan("F =~ x1 + x2\nsat ~ F + w\nw ~~ F", "m.lav")
    assert given.modifiers == (Modifier(lhs="w", op="~~", rhs="F"),)


@pytest.mark.parametrize(
    ("names", "index"),
    [
        ("qual SAT", "SAT"),
        ("qual Satisfaction", "Satisfaction"),
        ("ECSI.value customer_satisfaction", "customer_satisfaction"),
        ("质量 顾客满意", "顾客满意"),
        ("CSI loyalty", "CSI"),
        ("satisfaction sat_staff", "satisfaction"),
    ],
)
def test_the_index_construct_is_found_by_its_name(names: str, index: str) -> None:
    first, second = names.split()
    spec = parse_lavaan(f"{first} =~ a\n{second} =~ b\n{second} ~ {first}", "m.lav")
    assert spec.index == index


def test_without_a_telling_name_the_index_must_be_given() -> None:
    text = "A =~ a1 + a2\nB =~ b1\nB ~ A"
    with pytest.raises(ModelError, match=r"`--index CONSTRUCT`; choose one of: A, B\."):
        parse_lavaan(text, "m.lav")
    assert parse_lavaan(text, "m.lav", index="B").index == "B"
    with pytest.raises(ModelError, match="there is no such construct"):
        parse_lavaan(text, "m.lav", index="C")
    with pytest.raises(ModelError, match="several may be meant: sat_a, sat_b"):
        parse_lavaan("sat_a =~ a\nsat_b =~ b\nsat_b ~ sat_a", "m.lav")


BAD = {
    "F =~ x1\nb == 2": (2, "==", "one label"),
    "F =~ x1\nb > 0": (2, "Constraints", "Remove"),
    "F =~ x1\nsat ~ 1": (2, "Intercepts", "means are estimated"),
    "F =~ x1\nx1 | t1": (2, "Thresholds", "numbers"),
    "F =~ x1\nx1 ~*~ 1*x1": (2, "Scaling factors", "Remove"),
    "F =~ x1\nG <~ x2": (2, "Composites", "--estimator pls"),
    "%block%\nF =~ x1": (1, "Blocks", "Remove"),
    "group: 1\nF =~ x1": (1, "`group:` blocks", "--by"),
    "F =~ c(1, NA)*x1": (1, "several groups (`c(1,NA)`)", "--by"),
    "F =~ equal('a')*x1": (1, "`equal(...)`", "label"),
    "F =~ x1 +\n": (1, "ends with `+`", "next variable"),
    "F =~\n": (1, "right of `=~`", "Name a variable"),
    "=~ x1": (1, "left of `=~`", "Name a variable"),
    "F G =~ x1": (1, "no list of names", "joined by `+`"),
    "F + =~ x1": (1, "missing before", "remove `+`"),
    "F =~ x1:x2": (1, "`x1:x2`", "Interactions"),
    "F =~ my-item": (1, "`my - item`", "in quotes"),
    "F =~ x1 x2": (1, "`x1 x2`", "after each `+`"),
    "F =~ (a+b)*x1": (1, "no modifier", "a number, NA"),
    "F =~ 1*2*x1": (1, "two values", "Keep one"),
    "F =~ x1\nsome words": (2, "no operator", "`construct =~"),
    "F =~ x1 ~ y": (1, "two operators", "new line"),
    "F =~ x1 & x2": (1, "'&'", "in quotes"),
    "F =~ x1\nG =~ F\nsat =~ y\nsat ~ G": (2, "itself a latent variable", "repeats"),
    "F =~ x1 + x2\nsat =~ y\nsat ~ x1": (3, "indicator of 'F' and also stands in a regression", "Write 'F'"),
    "F =~ x1\nsat =~ x1\nsat ~ F": (2, "'F' and 'sat'", "one construct"),
    "F =~ x1\nsat =~ y\nF ~ sat\nsat ~ F": (3, "circle", "Remove one"),
    "F =~ x1\nsat =~ y": (1, "No path", "remove"),
    "F =~ NA*x1 + a*x1 + x2\nsat =~ y\nsat ~ F": (1, "freed and labelled", "another loading"),
    "F =~ x1\nsat =~ y\nsat ~ F\nx1 ~~ z": (4, "'z'", "Choose one of"),
    "": (1, "no model", "construct =~"),
    "# nothing\n": (1, "no model", "construct =~"),
}


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_used_is_told_with_line_and_remedy(text: str) -> None:
    line, what, fix = BAD[text]
    with pytest.raises(ModelError) as caught:
        parse_lavaan(text, "bad.lav", index="F")
    matching = [
        one
        for one in caught.value.findings
        if one.where == f"bad.lav:{line}" and what in one.what and fix in one.fix
    ]
    assert matching, str(caught.value)


def test_all_mistakes_come_together() -> None:
    with pytest.raises(ModelError) as caught:
        parse_lavaan("F =~ x1\na == b\nsat ~ 1\nF =~ x1:x2\nx1 ~ F", "m.lav")
    assert [one.where for one in caught.value.findings] == ["m.lav:2", "m.lav:3", "m.lav:4", "m.lav:5"]


def test_a_defined_parameter_is_left_out_with_a_note(tmp_path: FilePath) -> None:
    path = tmp_path / "m.lav"
    path.write_text("F =~ x1 + x2\nsat =~ y\nsat ~ b*F\nab := b * 2 +\n  1\n", encoding="utf-8")
    examined = examine_lavaan_file(path)
    assert [(one.code, one.severity, one.where) for one in examined.findings] == [
        ("defined-parameter", "note", "m.lav:4")
    ]
    assert examined.spec == parse_lavaan("F =~ x1 + x2\nsat =~ y\nsat ~ b*F", "m.lav")


def test_a_starting_value_is_a_note(tmp_path: FilePath) -> None:
    path = tmp_path / "m.lav"
    path.write_text("F =~ x1 + start(0.8)*x2\nsat =~ y\nsat ~ F\n", encoding="utf-8")
    examined = examine_lavaan_file(path)
    assert [(one.severity, one.where) for one in examined.findings] == [("note", "m.lav:1")]
    assert examined.spec == read_lavaan_file(path)


def test_written_models_are_read_back() -> None:
    for name in catalogue():
        spec = read_model(name)
        if any(construct.repeats for construct in spec.constructs):
            continue
        back = parse_lavaan(write_lavaan(spec), f"{name}.lav", index=spec.index)
        assert back.construct_names == spec.construct_names
        assert set(back.paths) == set(spec.paths)
        assert [item.name for item in back.indicators] == [item.name for item in spec.indicators]
        assert back.modifiers == ()


@pytest.mark.parametrize(
    "text",
    [
        "F =~ NA*x1 + a*x2 + a*x3\nF ~~ 1*F\nsat =~ y1 + y2\nsat ~ 0.3*F\nx1 ~~ x2\ny1 ~~ 0.2*y1",
        "F =~ x1 + x2\nsat ~ F + w\nloyal ~ sat",
        "F =~ x1 + x2\nsat ~ F + w\nF ~~ w",
    ],
)
def test_written_text_says_the_same(text: str) -> None:
    spec = parse_lavaan(text, "m.lav")
    back = parse_lavaan(write_lavaan(spec), "m.lav", index=spec.index)
    assert (back.constructs, back.paths, back.index) == (spec.constructs, spec.paths, spec.index)
    assert set(back.modifiers) == set(spec.modifiers)


def test_names_and_items_that_lavaan_cannot_hold_are_told() -> None:
    spec = ModelSpec(
        name="m",
        title={"en": "Two\nlines; and more"},
        index="if",
        constructs=(
            Construct(name="my quality", indicators=(Indicator(name="a-b"), Indicator(name="a b"))),
            Construct(
                name="if", indicators=(Indicator(name="C", scale=Scale(low=1, high=5), reversed=True),)
            ),
        ),
        paths=(Path(source="my quality", target="if"),),
    )
    lines = write_lavaan(spec).splitlines()
    assert lines[0] == "# Two lines, and more"
    assert "# a_b stands for a-b." in lines
    assert "# a_b_ stands for a b." in lines
    assert "# C is reversed: use 6 - answer." in lines
    assert lines[-4:] == ["my_quality =~ a_b + a_b_", "x_if =~ C", "", "x_if ~ my_quality"]


def test_derived_and_repeating_items_have_comments() -> None:
    text = write_lavaan(read_model("acsi-extended"))
    assert "# RESERVATION is derived: 100 + -1 * LOWPTOL where 1 <= REPUR <= 5." in text
    assert "# quality repeats the indicators of product_quality, service_quality" in text
    assert "quality ~ 1*product_quality + service_quality\n" in text
    assert "quality ~~ 0*quality\n" in text


LAVAANIFY = """
suppressMessages(library(lavaan))
for (path in commandArgs(TRUE)) {
  text <- paste(readLines(path, encoding = "UTF-8"), collapse = "\\n")
  table <- lavaanify(text, auto = TRUE, model.type = "sem", auto.fix.first = TRUE, auto.fix.single = TRUE,
                     auto.var = TRUE, auto.cov.lv.x = TRUE, auto.cov.y = TRUE, fixed.x = FALSE)
  cat(max(table$free), length(lavNames(table, "ov")), length(lavNames(table, "lv")), "\\n")
}
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_lavaan_finds_the_parameters_of_the_catalogue(tmp_path: FilePath) -> None:
    """Free parameters by the rules of ``sem()``, counted by hand from the model."""
    script = tmp_path / "count.R"
    script.write_text(LAVAANIFY, encoding="utf-8")
    paths = []
    for name in catalogue():
        paths.append(tmp_path / f"{name}.lav")
        paths[-1].write_text(write_lavaan(read_model(name)), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(script), *map(str, paths)], capture_output=True, text=True, check=False
    )
    if "there is no package called" in done.stderr:
        pytest.skip("the R package lavaan is not installed")
    assert done.returncode == 0, done.stderr
    counted = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    expected = []
    for name in catalogue():
        spec = read_model(name)
        expected.append((_free(spec), len(spec.indicators), len(spec.constructs)))
    assert counted == expected


def _free(spec: ModelSpec) -> int:
    """Loadings but the first, errors but of single items, paths, variances, exogenous covariances."""
    blocks = [len(construct.indicators) for construct in spec.constructs if construct.indicators]
    sums = len(spec.constructs) - len(blocks)
    exogenous = len(spec.constructs) - len({path.target for path in spec.paths})
    loadings = sum(size - 1 for size in blocks)
    errors = sum(size for size in blocks if size > 1)
    sources = {path.source for path in spec.paths}
    last = len([name for name in spec.construct_names if name not in sources])
    covariances = exogenous * (exogenous - 1) // 2 + last * (last - 1) // 2
    return loadings + errors + len(spec.paths) - sums + len(blocks) + covariances
