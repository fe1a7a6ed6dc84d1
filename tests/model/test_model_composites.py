"""What PLS path modelling reads of a model file: modes, weights, signs, products of constructs."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

import pytest

from csi_model.errors import Finding, ModelError
from csi_model.estimation.covariance_models import model_findings
from csi_model.model.catalogue import catalogue, read_model
from csi_model.model.checks import check_model
from csi_model.model.files import examine_model_file, model_schema, parse_model, write_model
from csi_model.model.lavaan import parse_lavaan, write_lavaan
from csi_model.model.spec import Construct, ModelSpec, Modifier, Path

GOOD = """\
name: m
index: satisfaction
scale: [1, 10]
constructs:
  image: {mode: B, indicators: {I1: {}, I2: {}}}
  quality:
    mode: given
    weights: {Q1: 0.4, 1002: 2, no: 1e-3}
    sign: 1002
    indicators: {Q1: {}, 1002: {}, no: {}}
  satisfaction: {mode: sum, sign: S2, indicators: {S1: {}, S2: {}}}
  image_quality: {label: Image and quality, product: [image, quality]}
  quality_squared: {product: [quality, quality]}
paths:
  satisfaction: [image, quality, image_quality, quality_squared]
"""


def test_a_model_file_says_everything() -> None:
    spec = parse_model(GOOD, "m.yaml")
    image, quality, satisfaction, product, square = spec.constructs
    assert [one.mode for one in spec.constructs] == ["B", "given", "sum", "A", "A"]
    assert quality.weights == {"Q1": 0.4, "1002": 2.0, "no": 0.001}
    assert (image.sign, quality.sign, satisfaction.sign) == (None, "1002", "S2")
    assert (image.weights, image.product) == ({}, ())
    assert (product.product, square.product) == (("image", "quality"), ("quality", "quality"))
    assert spec.products == (product, square)
    assert check_model(spec) == ()


def test_a_product_has_no_items_and_no_columns() -> None:
    spec = parse_model(GOOD, "m.yaml")
    assert spec.items_of("image_quality") == ()
    assert spec.drivers_of("image_quality") == ()
    assert spec.columns() == ("I1", "I2", "Q1", "1002", "no", "S1", "S2")
    without = replace(spec, constructs=spec.constructs[:3], paths=spec.paths[:2])
    assert spec.indicators == without.indicators


def test_written_and_read_back_it_is_the_same() -> None:
    spec = parse_model(GOOD, "m.yaml")
    text = write_model(spec)
    assert parse_model(text, "m.yaml") == spec
    for line in (
        "    mode: B",
        '    weights: {Q1: 0.4, "1002": 2, "no": 0.001}',
        '    sign: "1002"',
        "    product: [image, quality]",
    ):
        assert line in text.splitlines()


def test_models_without_any_of_it_are_written_as_before() -> None:
    for name in catalogue():
        text = write_model(read_model(name))
        keys = {line.strip().split(":")[0] for line in text.splitlines() if line.startswith("    ")}
        assert not keys & {"mode", "weights", "sign", "product"}, name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mode: B, ", ""),
        ("Q1: 0.4", "Q1: 0.5"),
        ("sign: S2", "sign: S1"),
        ("[quality, quality]", "[image, image]"),
    ],
)
def test_models_that_differ_in_it_are_not_equal(old: str, new: str) -> None:
    assert old in GOOD
    assert parse_model(GOOD.replace(old, new), "m.yaml") != parse_model(GOOD, "m.yaml")


def test_repeated_items_may_have_weights_and_give_the_sign() -> None:
    text = GOOD.replace(
        "  image_quality:",
        "  both: {repeats: [image, quality], mode: given, sign: I2, "
        "weights: {I1: 1, I2: 1, Q1: 1, 1002: 1, no: 1}}\n  image_quality:",
    ).replace("paths:\n", "paths:\n  both: [image, quality]\n")
    spec = parse_model(text, "m.yaml")
    assert [item.name for item in spec.items_of("both")] == list(spec.construct("both").weights)
    assert check_model(spec) == ()


BASE = """\
name: m
index: sat
constructs:
  image: {indicators: {I1: {}, I2: {}}}
  qual: {indicators: {A: {}, B: {}}}
  sat: {indicators: {C: {}}}
  x: {product: [image, qual]}
paths:
  qual: [image]
  sat: [image, qual, x]
"""

BAD: dict[str, tuple[tuple[str, str], int, str, str]] = {
    "unknown mode": (("qual: {", "qual: {mode: formative, "), 5, "is 'formative'", "A, B, sum, given"),
    "mode in small letters": (("qual: {", "qual: {mode: b, "), 5, "is 'b'", "Did you mean 'B'?"),
    "mode misspelt": (("qual: {", "qual: {mode: gven, "), 5, "is 'gven'", "Did you mean 'given'?"),
    "mode as a number": (("qual: {", "qual: {mode: 1, "), 5, "is 1", "A, B, sum, given"),
    "weights without mode": (
        ("qual: {", "qual: {weights: {A: 1, B: 1}, "), 5, "its mode is A", "`mode: given`",
    ),
    "weights with another mode": (
        ("qual: {", "qual: {mode: B, weights: {A: 1, B: 1}, "), 5, "its mode is B", "`mode: given`",
    ),
    "given without weights": (
        ("qual: {", "qual: {mode: given, "), 5, "no `weights:`", "`weights: {A: 1, B: 1}`",
    ),
    "empty weights": (("qual: {", "qual: {mode: given, weights: {}, "), 5, "no `weights:`", "{A: 1, B: 1}"),
    "weights as a list": (
        ("qual: {", "qual: {mode: given, weights: [1, 2], "), 5, "must be `key: value` lines", "{Q1: 0.4",
    ),
    "weight for another's question": (
        ("qual: {", "qual: {mode: given, weights: {A: 1, B: 1, C: 1}, "), 5, "'C' has a weight", "A, B",
    ),
    "weight for a misspelt question": (
        ("{A: {}, B: {}}", "{A1: {}, B: {}}, mode: given, weights: {a1: 1, B: 1}"),
        5, "'a1' has a weight", "'A1'?",
    ),
    "weight that lacks": (
        ("qual: {", "qual: {mode: given, weights: {A: 1}, "), 5, "B has no weight in 'qual'", "every",
    ),
    "weight of zero": (("qual: {", "qual: {mode: given, weights: {A: 1, B: 0}, "), 5, "is 0", "positive"),
    "negative weight": (
        ("qual: {", "qual: {mode: given, weights: {A: -0.5, B: 1}, "), 5, "is -0.5", "`reversed: true`",
    ),
    "weight as a word": (
        ("qual: {", "qual: {mode: given, weights: {A: high, B: 1}, "), 5, "must be a number", "such as 10",
    ),
    "infinite weight": (
        ("qual: {", "qual: {mode: given, weights: {A: .inf, B: 1}, "), 5, "finite number", "such as 10",
    ),
    "sign of another's question": (("qual: {", "qual: {sign: C, "), 5, "no indicator", "Choose one of: A, B"),
    "sign in small letters": (("qual: {", "qual: {sign: a, "), 5, "'a', which is no ind", "mean 'A'?"),
    "product of one": (("[image, qual]}", "[image]}"), 7, "but of 1: 'image'", "quadratic term"),
    "product of three": (("[image, qual]}", "[image, qual, qual]}"), 7, "but of 3", "Name two"),
    "product as a text": (("[image, qual]}", "image*qual}"), 7, "must be a list", "[image, satisfaction]"),
    "product of an unknown construct": (("[image, qual]}", "[image, quall]}"), 7, "'quall'", "mean 'qual'?"),
    "product of a question": (("[image, qual]}", "[I1, qual]}"), 7, "of 'I1'", "image, qual, sat"),
    "product of itself": (("[image, qual]}", "[image, x]}"), 7, "product of itself", "have questions"),
    "product of a product": (
        ("qual]}\n", "qual]}\n  y: {product: [x, qual]}\n"), 8, "'x', which is a product, too", "of three",
    ),
    "product with indicators": (
        ("[image, qual]}", "[image, qual], indicators: {X1: {}}}"), 7, "also has `indicators:`", "not both",
    ),
    "product that repeats": (
        ("[image, qual]}", "[image, qual], repeats: [image]}"), 7, "also has `repeats:`", "not both",
    ),
    "product with a mode": (("[image, qual]}", "[image, qual], mode: B}"), 7, "has `mode:`", "not both"),
    "product with a sign": (("[image, qual]}", "[image, qual], sign: I1}"), 7, "has `sign:`", "not both"),
    "product with weights": (
        ("[image, qual]}", "[image, qual], weights: {I1: 1}}"), 7, "has `weights:`", "not both",
    ),
    "product as outcome": (
        ("paths:\n", "paths:\n  x: [image]\n"), 9, "to 'x', which is the product of 'image' and 'qual'",
        "nothing drives it",
    ),
    "product as index": (("index: sat", "index: x"), 2, "has no questions", "one of: image, qual, sat"),
    "product that drives nothing": (("qual, x]", "qual]"), 7, "drives nothing", "`OUTCOME: [..., x]`"),
    "product repeated": (
        ("  x: {", "  z: {repeats: [qual, x]}\n  x: {"), 7, "'x', which is the product of", "have questions",
    ),
    "product twice": (
        ("qual]}\n", "qual]}\n  y: {product: [qual, image]}\n"), 8, "'y' and 'x' are both", "Keep one",
    ),
    "product with what it drives": (
        ("[image, qual]}", "[image, sat]}"), 10, "in a circle: sat > x > sat", "Remove one",
    ),
    "product with what follows": (
        ("qual: [image]\n", "qual: [image, x]\n"), 9, "in a circle: qual > x > qual", "Remove one",
    ),
    "product with a loading": (
        ("name: m", 'name: m\nparameters: ["x =~ 1*A"]'), 2, "not one of 'x'", "'x' has none of its own",
    ),
}  # fmt: skip


def bad(*changes: tuple[str, str]) -> tuple[Finding, ...]:
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(ModelError) as caught:
        parse_model(text, "bad.yaml")
    return caught.value.findings


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_model_is_told_with_line_and_remedy(kind: str) -> None:
    change, line, what, fix = BAD[kind]
    findings = bad(change)
    shown = "\n".join(map(str, findings))
    matching = [
        one for one in findings if one.where == f"bad.yaml:{line}" and what in one.what and fix in one.fix
    ]
    assert matching, shown
    assert all(one.fix and one.severity == "error" for one in findings), shown


def test_the_base_of_the_bad_models_is_good() -> None:
    assert check_model(parse_model(BASE, "m.yaml")) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("qual: {", "qual: {mode: giben, weights: {A: 1, B: 1}, "), "choice"),
        (("qual: {", "qual: {mode: given, weights: {A: 1, B: x}, "), "form"),
        (("qual: {", "qual: {mode: given, wights: {A: 1, B: 1}, "), "unknown-key"),
        (("qual: {", "qual: {mod: given, weights: {A: 1, B: 1}, "), "unknown-key"),
        (("{A: {}", "{A: {scal: 1}"), "unknown-key"),
        (("{product: [image, qual]}", "{product: 5}"), "form"),
        (("{product: [image, qual]}", "{product: [[image], qual]}"), "form"),
        (("sat: [image, qual, x]", "sat: 5"), "form"),
    ],
)
def test_one_mistake_has_no_echo(change: tuple[str, str], code: str) -> None:
    with_weights = ("image: {", "image: {sign: I1, mode: given, weights: {I1: 1, I2: 1}, ")
    assert [one.code for one in bad(with_weights, change)] == [code]


def test_a_question_that_was_not_read_well_does_not_make_its_weight_or_sign_wrong() -> None:
    found = bad(
        ("{A: {}, B: {}}", "{A: [x], B: {}}, sign: A, mode: given, weights: {A: 1, B: 1}"),
        ("  x: {", "  z: {repeats: [image, qual], sign: A}\n  x: {"),
        ("qual, x]", "qual, x, xx, z]"),
    )
    assert [one.code for one in found] == ["form", "unknown-construct"]


@pytest.mark.parametrize("key", ["mode: given", "weights: {I1: 1}", "sign: I1"])
def test_what_a_product_cannot_have_is_told_once(key: str) -> None:
    assert [one.code for one in bad(("[image, qual]}", f"[image, qual], {key}}}"))] == ["product-and-own"]


def test_all_mistakes_come_together() -> None:
    found = bad(
        ("image: {", "image: {mode: given, weights: {I1: -1, I3: 1}, "),
        ("qual: {", "qual: {sign: Z, "),
        ("[image, qual]}", "[image, nobody], mode: sum}"),
    )
    assert [(one.where, one.code) for one in found] == [
        ("bad.yaml:4", "bad-weight"),
        ("bad.yaml:4", "bad-weight"),
        ("bad.yaml:4", "no-weights"),
        ("bad.yaml:5", "bad-sign"),
        ("bad.yaml:7", "unknown-construct"),
        ("bad.yaml:7", "product-and-own"),
    ]


@pytest.mark.parametrize(
    ("drivers", "lacking"),
    [("[image, x]", "'qual' does not"), ("[x]", "'image' and 'qual' do not")],
)
def test_an_interaction_without_main_effects_is_warned_of(
    tmp_path: FilePath, drivers: str, lacking: str
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(BASE.replace("[image, qual, x]", drivers), encoding="utf-8")
    (finding,) = examine_model_file(path).findings
    assert (finding.code, finding.severity, finding.where) == ("product-alone", "warning", "m.yaml:10")
    assert lacking in finding.what
    assert "to the drivers of sat" in finding.fix


def test_a_square_is_called_a_square() -> None:
    (finding,) = bad(("[image, qual]}", "[qual, qual]}"), ("qual, x]", "qual]"))
    assert finding.what == "'x' is the square of 'qual', but drives nothing."


def codes(spec: ModelSpec) -> list[str]:
    return [finding.code for finding in check_model(spec)]


def changed(spec: ModelSpec, name: str, **values: Any) -> ModelSpec:
    return replace(
        spec, constructs=tuple(replace(c, **values) if c.name == name else c for c in spec.constructs)
    )


def test_models_built_in_python_are_checked_alike() -> None:
    spec = parse_model(BASE, "m.yaml")
    assert codes(changed(spec, "qual", mode="C")) == ["bad-mode"]
    nan = float("nan")
    assert codes(changed(spec, "qual", mode="given", weights={"A": nan, "B": 1.0})) == ["bad-weight"]
    assert codes(changed(spec, "x", product=("x", "x"))) == ["product-of-product"]
    assert codes(changed(spec, "qual", repeats=("qual",), sign="A")) == [
        "repeats-and-own", "repeats-itself", "repeats-unlinked",
    ]  # fmt: skip
    assert codes(changed(spec, "x", product=("image", "sat"))) == ["cycle"]
    lone = Construct(name="y", product=("sat", "nobody"))
    assert codes(replace(spec, constructs=(*spec.constructs, lone))) == [
        "unknown-construct", "product-unused",
    ]  # fmt: skip


def test_a_circle_through_two_products_is_named_in_full() -> None:
    spec = parse_model(BASE, "m.yaml")
    more = (
        Construct(name="y", product=("sat", "image")),
        replace(spec.construct("sat"), name="loy", indicators=(replace(spec.indicators[0], name="L"),)),
    )
    paths = (*spec.paths, Path(source="y", target="loy"), Path(source="loy", target="qual"))
    (finding,) = [
        one
        for one in check_model(replace(spec, constructs=(*spec.constructs, *more), paths=paths))
        if one.severity == "error"
    ]
    assert finding.code == "cycle"
    circle = finding.what.removeprefix("The paths run in a circle: ").removesuffix(".").split(" > ")
    assert circle[0] == circle[-1]
    # each step is a path, or leads from a construct to a product of it
    steps = {(path.source, path.target) for path in paths}
    steps |= {("image", "x"), ("qual", "x"), ("sat", "y"), ("image", "y")}
    assert set(pairwise(circle)) <= steps


def test_the_index_option_cannot_name_a_product(tmp_path: FilePath) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(BASE, encoding="utf-8")
    assert read_model(path, index="qual").index == "qual"
    with pytest.raises(ModelError, match=r"--index: .*'x', which is the product.* image, qual, sat"):
        read_model(path, index="x")


def test_the_schema_for_editors_knows_the_keys() -> None:
    construct = model_schema()["$defs"]["_Construct"]["properties"]
    assert construct["mode"]["enum"] == ["A", "B", "sum", "given"]
    assert construct["weights"]["additionalProperties"] == {"type": "number"}
    assert {"sign", "product"} <= set(construct)
    assert json.loads(json.dumps(model_schema())) == model_schema()


def test_lavaan_text_tells_modes_in_comments() -> None:
    spec = parse_model(GOOD, "m.yaml")
    plain = replace(spec, constructs=spec.constructs[:3], paths=spec.paths[:2])
    text = write_lavaan(plain)
    for line in (
        "# With PLS, image has mode B (regression weights).",
        "# With PLS, quality has the given weights Q1 0.4, x_1002 2, no 0.001 (standardised indicators).",
        "# With PLS, the loading of x_1002 on quality is made positive.",
        "# With PLS, satisfaction has equal weights (standardised indicators).",
    ):
        assert line in text.splitlines()
    back = parse_lavaan(text, "m.lav", index="satisfaction")
    assert back.construct_names == plain.construct_names
    assert back.paths == plain.paths


def test_lavaan_text_has_no_form_for_products() -> None:
    with pytest.raises(ModelError) as caught:
        write_lavaan(parse_model(GOOD, "m.yaml"))
    assert [one.what for one in caught.value.findings] == [
        "'image_quality' is the product of 'image' and 'quality', which this text has no form for.",
        "'quality_squared' is the square of 'quality', which this text has no form for.",
    ]
    assert {one.where for one in caught.value.findings} == {"model m"}
    assert all("--as yaml" in one.fix for one in caught.value.findings)


def test_an_interaction_in_lavaan_text_is_sent_to_a_model_file() -> None:
    with pytest.raises(ModelError, match=r"m\.lav:3: `a:b` .*`product: \[a, b\]`.*--estimator pls"):
        parse_lavaan("a =~ x1\nb =~ x2\nsat ~ a + b + a:b", "m.lav")


def test_covariance_based_estimators_name_every_product() -> None:
    spec = parse_model(GOOD, "m.yaml")
    found = list(model_findings(spec))
    assert [(one.code, one.severity, one.where) for one in found] == 2 * [
        ("bad-option", "error", "--estimator")
    ]
    assert "'image_quality' is the product of 'image' and 'quality'" in found[0].what
    assert "'quality_squared' is the square of 'quality'" in found[1].what
    assert all("--estimator pls" in one.fix for one in found)


@pytest.mark.parametrize("name", catalogue())
def test_covariance_based_estimators_take_the_catalogue(name: str) -> None:
    assert list(model_findings(read_model(name))) == []


def test_parameters_of_the_paths_of_a_product_are_known() -> None:
    spec = replace(parse_model(BASE, "m.yaml"), modifiers=(Modifier(lhs="sat", op="~", rhs="x", fixed=0.1),))
    assert check_model(spec) == ()
    assert parse_model(write_model(spec), "m.yaml").modifiers == spec.modifiers
