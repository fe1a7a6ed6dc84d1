"""Hierarchy files: every way to write judgements, and every mistake with its line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from csi_model.errors import StudyError
from csi_model.study.measures.ahp_file import parse_hierarchy, read_hierarchy, shipped_hierarchies
from csi_model.study.measures.ahp_judgements import number_in, read_matrix
from csi_model.survey.codebooks import shipped_codebooks

NAMES = ("a", "b", "c")
THREE = np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
HEAD = "children: {a: , b: , c: }\n"


@pytest.mark.parametrize(
    "written",
    [
        "[[1, 3, 5], [1/3, 1, 3], [1/5, 1/3, 1]]",
        "[[1, 3, 5], [.33, 1, 3], [0.2, 0.3333, 1]]",
        "[[1, 3, 5], ['', 1, 3], [~, '-', 1]]",
        "[[~, ~, ~], [1/3, ~, ~], [1/5, 1/3, ~]]",
        "[[3, 5], [3]]",
        "[[1, 3, 5], [1, 3], [1]]",
        "{a > b: 3, a > c: 5, b > c: 3}",
        "{a>b: 3, c < a: 5, c > b: 1/3}",
        "{a ＞ b: ３, c ＜ a: 5, b > c: 3.0}",
        "{a > b: 3, b > a: 1/3, a > c: 5, b > c: 3, b > b: 1}",
    ],
)
def test_ways_to_write_one_matrix(written: str) -> None:
    made = parse_hierarchy(f"{HEAD}judgements: {written}\n", "x.yaml")
    assert list(made.goal.judgements) == [""]
    assert made.goal.judgements[""] == pytest.approx(THREE, rel=1e-12)


def test_equal_judgements() -> None:
    made = parse_hierarchy(f"{HEAD}judgements: equal\n", "x.yaml")
    assert (made.goal.judgements[""] == 1).all()


def test_rounded_reciprocals_take_the_larger_cell() -> None:
    """1/8 as .13 is 4 % off and 1/9 as .11 below the scale; the cells of 8 and 9 hold."""
    made, mistakes = read_matrix([[1, 8, 9], [0.13, 1, 0.11], [0.11, 9, 1]], NAMES)
    assert not mistakes
    assert made is not None
    assert made[0, 1] == 8
    assert made[1, 0] == 1 / 8
    assert made[1, 2] == 1 / 9
    assert made * made.T == pytest.approx(np.ones((3, 3)))


@pytest.mark.parametrize(
    ("raw", "number"),
    [("1/3", 1 / 3), (" 2 / 5 ", 0.4), ("３", 3), ("0.25", 0.25), (7, 7), ("1／9", 1 / 9)],
)
def test_numbers(raw: Any, number: float) -> None:
    assert number_in(raw) == pytest.approx(number)


@pytest.mark.parametrize("raw", ["1/0", "three", True, None, float("inf"), "nan", [3], "1:3"])
def test_no_numbers(raw: Any) -> None:
    assert np.isnan(number_in(raw))


def test_several_judges_and_depths() -> None:
    text = """\
name: bank
goal: {en: Bank, zh: 银行}
judges: {Wang: 2, Li: 1}
judgements:
  Wang: {service > price: 3}
  Li: [[1, 1/2], [2, 1]]
children:
  service:
    label: Service
    judgements: [[2]]
    children:
      desk: {label: {zh: 柜台}, children: [wait, staff], judgements: [[4]]}
      app: {column: APP}
  price: Price
"""
    made = parse_hierarchy(text, "bank.yaml")
    assert [(node.name, node.parent, node.depth) for node in made.nodes] == [
        ("bank", "", 0), ("service", "bank", 1), ("desk", "service", 2), ("wait", "desk", 3),
        ("staff", "desk", 3), ("app", "service", 2), ("price", "bank", 1),
    ]  # fmt: skip
    assert [node.column for node in made.factors] == ["wait", "staff", "APP", "price"]
    assert made.judges == {"Wang": 2, "Li": 1}
    assert made.goal.judgements["Li"][0, 1] == 0.5
    assert made.goal.label == {"en": "Bank", "zh": "银行"}
    assert [node.where for node in made.nodes][:3] == ["bank.yaml:4", "bank.yaml:8", "bank.yaml:12"]
    assert {node.name: dict(node.label) for node in made.nodes}["price"] == {"en": "Price"}


def test_one_child_needs_no_judgement() -> None:
    made = parse_hierarchy("children: {a: {children: [b]}}\n", "x.yaml")
    assert made.name == "x"
    assert not made.goal.judgements


def test_a_file_may_be_called_like_one_of_its_factors() -> None:
    assert parse_hierarchy("children: [price]\n", "price.yaml").name == "price (goal)"


def test_codes() -> None:
    text = """\
children:
  a: {values: {gold: 3, 1: 1}}
  b: {steps: {5: 2, 0: 1}, max: 4}
  c: {max: 7}
judgements: equal
"""
    a, b, c = parse_hierarchy(text, "x.yaml").factors
    assert (a.values, a.maximum) == ({"gold": 3, "1": 1}, 3)
    assert (b.steps, b.maximum) == (((0, 1), (5, 2)), 4)
    assert c.maximum == 7


BAD = {
    "not reciprocal": (
        f"{HEAD}judgements:\n- [1, 3, 5]\n- [1/3, 1, 3]\n- [1/4, 1/2, 1]\n",
        "x.yaml:5: `x`: c over a is 0.25, but a over c is 5: it would have to be 1/5 (within 5 %).",
        "x.yaml:5: `x`: c over b is 0.5, but b over c is 3: it would have to be 1/3",
    ),
    "pairs that contradict": (
        f"{HEAD}judgements: {{a > b: 3, b > a: 3, a > c: 1, b > c: 1}}\n",
        "x.yaml:2: `x`: b over a is 3, but a over b is 3: it would have to be 1/3",
    ),
    "missing pairs": (
        f"{HEAD}judgements: {{a > b: 3}}\n",
        "x.yaml:2: `x`: 2 of 3 judgements are missing: a > c, b > c.",
    ),
    "missing cells": (
        f"{HEAD}judgements: [[1, 3, ~], [1/3, 1, 3], [~, 1/3, 1]]\n",
        "x.yaml:2: `x`: 1 of 3 judgements are missing: a > c.",
    ),
    "not square": (
        f"{HEAD}judgements:\n- [1, 3, 5]\n- [1/3, 1]\n- [1/5, 1/3, 1]\n",
        "x.yaml:4: `x`: Row 2 has 2 cells for 3 elements (a, b, c).",
    ),
    "too few rows": (
        f"{HEAD}judgements: [[1, 3], [1/3, 1]]\n",
        "x.yaml:2: `x`: The matrix has 2 rows for 3 elements (a, b, c).",
    ),
    "a row that is none": (f"{HEAD}judgements: [[1, 2, 3], 5, 6]\n", "x.yaml:2: `x`: Row 2 is no list."),
    "diagonal": (
        f"{HEAD}judgements:\n- [1, 3, 5]\n- [1/3, 2, 3]\n- [1/5, 1/3, 1]\n",
        "x.yaml:4: `x`: The cell of b with itself is 2.",
    ),
    "not positive": (
        f"{HEAD}judgements: {{a > b: 0, a > c: -3, b > c: 2}}\n",
        "a over b is 0; a judgement is a positive ratio.",
        "a over c is -3; a judgement is a positive ratio.",
    ),
    "off the scale": (
        f"{HEAD}judgements: {{a > b: 10, a > c: 0.1, b > c: 9}}\n",
        "a over b is 10; Saaty's scale ends at 1/9 and 9.",
        "a over c is 0.1; Saaty's scale ends at 1/9 and 9.",
    ),
    "no number": (
        f"{HEAD}judgements: {{a > b: strong, a > c: 1/0, b > c: yes}}\n",
        "a over b is 'strong', which is no number.",
        "a over c is '1/0', which is no number.",
        "b over c is 'yes', which is no number.",
    ),
    "twice": (
        f"{HEAD}judgements: {{a > b: 2, b < a: 3, a > c: 1, b > c: 1}}\n",
        "a over b stands here again, as 3 after 2.",
    ),
    "unknown element": (
        f"{HEAD}judgements: {{a > b: 2, a > cc: 3}}\n",
        "x.yaml:2: `x`: `cc` is not one of the elements.",
    ),
    "no pair": (f"{HEAD}judgements: {{a: 2, b: 3}}\n", "`a` names no pair.", "`b` names no pair."),
    "a number for judgements": (f"{HEAD}judgements: 3\n", "The judgements are 3, neither rows nor pairs."),
    "no judgements": (HEAD, "x.yaml:1: `x` has 3 children and no judgements over them."),
    "judgements of a leaf": (
        "children: {a: {judgements: [[2]]}}\n",
        "x.yaml:1: `a` has judgements, but no children.",
    ),
    "judge not declared": (
        f"judges: [Wang]\n{HEAD}judgements:\n  Wang: equal\n  Wong: equal\n",
        "x.yaml:5: 'Wong' is not among the `judges:` of the file. Did you mean 'Wang'?",
    ),
    "judge without weight": (
        f"judges: {{Wang: 0}}\n{HEAD}judgements: equal\n",
        "x.yaml:1: `judges.Wang` must be greater than 0",
    ),
    "judge of a taken name": (f"{HEAD}judgements: {{all judges: equal}}\n", "stands for all together"),
    "mistake of one judge": (
        f"{HEAD}judgements:\n  Wang: [[3, 5], [3]]\n  Li: {{a > b: 3}}\n",
        "x.yaml:4: `x` by Li: 2 of 3 judgements are missing",
    ),
    "name twice": (
        "judgements: [[2]]\nchildren:\n  a: {children: [c]}\n  b: {children: [c]}\n",
        "x.yaml:4: `c` stands in the hierarchy twice; the first is in line 3.",
    ),
    "goal among the factors": ("name: a\nchildren: [a]\n", "x.yaml:1: `a` stands in the hierarchy twice"),
    "unknown key": ("children: {a: {lable: A}}\n", "x.yaml:1: `lable` is not a known key", "'label'"),
    "american spelling": (f"judgments: equal\n{HEAD}", "x.yaml:1: `judgments`", "'judgements'"),
    "no children": ("name: x\n", "x.yaml:1: The key `children` is missing."),
    "empty children": ("children: {}\n", "x.yaml:1: `children` must have at least 1 entry"),
    "list at the top": ("- a\n", "The file holds a list at the top"),
    "empty": ("", "The file is empty."),
    "not yaml": ("children: [a\n", "x.yaml:"),
    "codes of a criterion": (
        "children: {a: {children: [b], max: 5, column: X}}\n",
        "x.yaml:1: `a` has children, so that `column` has no meaning.",
        "so that `max` has no meaning.",
    ),
    "values and steps": (
        "children: {a: {values: {x: 1}, steps: {0: 1}}}\n",
        "`a` has both `values` and `steps`.",
    ),
    "a bound that is no number": ("children: {a: {steps: {old: 1}}}\n", "The bound 'old' is no number."),
    "max below a code": ("children: {a: {values: {x: 6}, max: 5}}\n", "`max` of `a` is 5, but a code is 6."),
    "no code above zero": ("children: {a: {values: {x: 0}}}\n", "No code of `a` is above 0."),
    "negative code": ("children: {a: {values: {x: -1}}}\n", "`children.a.values.x` must be at least 0"),
    "truth word": ("children: {a: {max: true}}\n", "`children.a.max` needs a number, not a truth word."),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str) -> None:
    text, *says = BAD[name]
    with pytest.raises(StudyError) as told:
        parse_hierarchy(text, "x.yaml")
    shown = str(told.value)
    for said in says:
        assert said in shown, shown
    assert all(one.where and (one.fix or one.code == "yaml") for one in told.value.findings)


def test_all_mistakes_at_once_in_the_order_of_the_lines() -> None:
    text = """\
judgments: equal
children:
  a:
    judgements: [[1, 12], [1/3, 1]]
    children: [x, y]
  b:
    judgements: {x1 > y1: 0}
    children: [x1, y1]
  c: {children: [x2, y2]}
"""
    with pytest.raises(StudyError) as told:
        parse_hierarchy(text, "h.yaml")
    assert [one.where for one in told.value.findings] == ["h.yaml:1", "h.yaml:4", "h.yaml:7", "h.yaml:9"]


def test_no_such_hierarchy() -> None:
    with pytest.raises(StudyError, match="Did you mean 'satisfaction'"):
        read_hierarchy("satisfacton")
    with pytest.raises(StudyError, match="There is no such file"):
        read_hierarchy("nowhere.yaml")
    for survey in ("survey.csv", "survey.xlsx"):  # the arguments in the wrong order
        with pytest.raises(StudyError, match=rf"{survey}.*table of answers.*Name the hierarchy first"):
            read_hierarchy(survey)


def test_shipped_hierarchies() -> None:
    assert list(shipped_hierarchies()) == ["loyalty", "satisfaction"]
    made = read_hierarchy("satisfaction").hierarchy
    assert [len(node.children) for node in made.nodes if node.depth == 1] == [5, 4, 3]
    assert len(made.factors) == 12
    assert made.example
    assert all(set(node.label) == {"en", "zh"} for node in made.nodes)
    loyalty = read_hierarchy("loyalty").hierarchy
    assert loyalty.example
    assert all(node.maximum > 0 for node in loyalty.factors)


def test_shipped_hierarchies_are_no_codebooks() -> None:
    assert set(shipped_codebooks()) & set(shipped_hierarchies()) == set()
