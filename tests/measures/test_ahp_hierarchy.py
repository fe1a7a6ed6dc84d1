"""A whole hierarchy: global weights, total consistency, judges joined or left out, what is told of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from csi_model.errors import Finding
from csi_model.measures.ahp_hierarchy import Hierarchy, Settings, left_out, solve
from csi_model.measures.ahp_tables import ahp_findings, ahp_tables
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.ahp_file import parse_hierarchy

THREE = "[[3, 5], [3]]"
FOUR = "[[2, 4, 7], [3, 5], [2]]"
TWO_LEVELS = f"""\
name: goal
judgements: {{a > b: 3}}
children:
  a: {{children: [a1, a2, a3], judgements: {THREE}}}
  b: {{children: [b1, b2, b3, b4], judgements: {FOUR}}}
"""
JUDGES = """\
name: goal
judges: {good: 3, bad: 1}
judgements:
  good: [[3, 5], [3]]
  bad: {x > y: 3, y > z: 3, z > x: 5}
children: [x, y, z]
"""


def hierarchy(text: str) -> Hierarchy:
    return parse_hierarchy(text, "h.yaml")


def test_global_weights_are_products_from_the_goal_down() -> None:
    """3 : 1 for a and b; the weights of both worked matrices below them."""
    solved = solve(hierarchy(TWO_LEVELS))
    assert [solved.overall[name] for name in ("a", "b")] == pytest.approx([0.75, 0.25])
    below = [0.75 * w for w in (0.636986, 0.258285, 0.104729)]
    below += [0.25 * w for w in (0.50932, 0.308044, 0.118548, 0.064089)]
    factors = [node.name for node in solved.hierarchy.factors]
    assert [solved.overall[name] for name in factors] == pytest.approx(below, abs=6e-7)
    assert sum(solved.overall[name] for name in factors) == pytest.approx(1)
    assert solved.local["b2"] == pytest.approx(0.308044, abs=6e-7)


def test_total_consistency_by_hand() -> None:
    """(.75 * .019256 + .25 * .007159) / (.75 * .58 + .25 * .90) = .01623175 / .66 = .024594.

    The sheet's figures are rounded to six digits, which leaves 1e-6.
    """
    one, two = solve(hierarchy(TWO_LEVELS)).totals
    assert (one.depth, one.size, one.ci, one.ri, one.cr) == (1, 2, 0, 0, 0)
    assert (two.depth, two.size) == (2, 7)
    assert (two.ci, two.ri) == pytest.approx((0.0162317, 0.66), abs=1e-6)
    assert two.cr == pytest.approx(0.024594, abs=2e-6)


def test_three_levels_and_uneven_depth() -> None:
    text = """\
judgements: [[1]]
children:
  a:
    judgements: [[3]]
    children:
      deep: {judgements: [[4]], children: [x, y]}
      flat:
  b:
"""
    solved = solve(hierarchy(text))
    assert {name: solved.overall[name] for name in ("x", "y", "flat", "b")} == pytest.approx(
        {"x": 0.5 * 0.75 * 0.8, "y": 0.5 * 0.75 * 0.2, "flat": 0.125, "b": 0.5}
    )
    assert [(one.depth, one.size) for one in solved.totals] == [(1, 2), (2, 2), (3, 2)]


def test_a_single_child_has_all_the_weight() -> None:
    solved = solve(hierarchy("children: {a: {children: [b]}}\n"))
    assert solved.overall["b"] == 1
    assert not solved.splits
    assert ahp_tables(solved)["ahp_weights"]["global_weight"].tolist() == [1, 1]


def test_ranks_among_equals() -> None:
    """Factors of any depth together, criteria by themselves; ties share a rank."""
    text = """\
judgements: equal
children:
  a: {children: [x, y], judgements: [[1]]}
  b:
  c: {children: [u, v], judgements: [[3]]}
"""
    frame = ahp_tables(solve(hierarchy(text)))["ahp_weights"].set_index("node")
    assert frame.loc[["a", "c"], "rank"].tolist() == [1, 1]
    # b 1/3, v 1/12, u 1/4, x and y 1/6
    assert frame.loc[["b", "u", "x", "y", "v"], "rank"].tolist() == [1, 2, 3, 3, 5]


def test_judgements_joined_by_hand() -> None:
    """x over y is 3^(3/4) 3^(1/4) = 3; x over z 5^(3/4) (1/5)^(1/4) = 5^(1/2); y over z 3."""
    split = solve(hierarchy(JUDGES)).splits[0]
    assert split.matrix is not None
    assert [split.matrix[0, 1], split.matrix[0, 2], split.matrix[1, 2]] == pytest.approx([3, 5**0.5, 3])
    geometric = np.array([3 * 5**0.5, 1, 1 / (3 * 5**0.5)]) ** (1 / 3)
    assert split.weights == pytest.approx(geometric / geometric.sum())


@pytest.mark.parametrize("mean", ["geometric", "arithmetic"])
def test_weights_joined(mean: Any) -> None:
    solved = solve(hierarchy(JUDGES), Settings(combine="aip", mean=mean))
    good, bad = (one.weights for one in solved.splits[0].judged)
    joint = (3 * good + bad) / 4 if mean == "arithmetic" else good**0.75 * bad**0.25
    assert solved.splits[0].weights == pytest.approx(joint / joint.sum())
    assert solved.splits[0].consistency is None
    frame = ahp_tables(solved)["ahp_consistency"]
    whole = frame[frame["judge"] == "all judges"]
    assert whole["consistency_ratio"].isna().all()
    assert whole["why"].str.startswith("weights were averaged (aip)").all()
    assert set(whole["verdict"]) == {"not_known"}


def test_judges_with_a_bad_matrix_are_left_out() -> None:
    settings = Settings(drop=True)
    solved = solve(hierarchy(JUDGES), settings)
    assert left_out(solved.hierarchy.goal, settings) == ("bad",)
    assert solved.splits[0].weights == pytest.approx([0.636986, 0.258285, 0.104729], abs=6e-7)
    frame = ahp_tables(solved)["ahp_consistency"]
    single = frame[frame["ranking"] == "single_ranking"].set_index("judge")
    assert single["counted_in"].to_dict() == {"all judges": True, "good": True, "bad": False}
    assert single.loc["bad", "verdict"] == "inconsistent"
    assert "bad" in next(one.what for one in ahp_findings(solved) if one.code == "judges-left-out")


def test_each_judges_own_totals() -> None:
    text = JUDGES.replace(
        "children: [x, y, z]", "children: {x: {children: [p, q], judgements: [[2]]}, y: , z: }"
    )
    totals = {(one.judge, one.depth): one.cr for one in solve(hierarchy(text)).totals}
    assert list(totals) == [(judge, depth) for judge in ("all judges", "good", "bad") for depth in (1, 2)]
    assert totals["good", 1] == pytest.approx(0.033199, abs=6e-7)
    assert totals["bad", 1] > 1


def test_a_judge_who_did_not_judge_everything() -> None:
    text = """\
judges: [A, B]
judgements: {A: [[3]], B: [[5]]}
children: {x: {children: [p, q], judgements: {A: [[2]]}}, y: }
"""
    solved = solve(hierarchy(text))
    assert {one.judge for one in solved.totals} == {"all judges", "A"}
    (note,) = ahp_findings(solved)
    assert (note.code, note.severity, note.where) == ("judges-absent", "note", "h.yaml:3")
    assert "there is nothing from: B." in note.what


def test_the_table_of_consistency() -> None:
    frame = ahp_tables(solve(hierarchy(TWO_LEVELS)))["ahp_consistency"]
    assert frame["node"].tolist() == ["goal", "a", "b", "", ""]
    assert frame["elements"].tolist() == [2, 3, 4, 2, 7]
    assert frame["consistency_ratio"].tolist() == pytest.approx(
        [0, 0.033199, 0.007954, 0, 0.024594], abs=2e-6
    )
    numbers = frame.select_dtypes("number")
    assert (numbers.notna().all(axis=1) | (frame["why"] != "")).all()


def test_what_to_revisit_is_the_judges_own() -> None:
    """At a limit of .05 the joint matrix is inconsistent, too, but nobody gave its judgements."""
    tables = ahp_tables(solve(hierarchy(JUDGES), Settings(limit=0.05)))
    frame = tables["ahp_judgements"]
    assert set(frame["judge"]) == {"bad"}
    assert frame["rank"].tolist() == [1, 2, 3]
    assert frame.loc[0, ["node_1", "node_2", "judgement", "suggested"]].tolist() == ["z", "x", 5, 1]


def test_consistent_judges_have_nothing_to_revisit() -> None:
    text = JUDGES.replace("z > x: 5", "x > z: 9")
    solved = solve(hierarchy(text))
    assert ahp_tables(solved)["ahp_judgements"].empty
    assert not [one for one in ahp_findings(solved) if one.severity == "warning"]


def test_too_many_elements() -> None:
    names = ", ".join(f"f{k}" for k in range(16))
    solved = solve(hierarchy(f"children: [{names}]\njudgements: equal\n"))
    assert math.isnan(solved.totals[0].cr)
    frame = ahp_tables(solved)["ahp_consistency"]
    assert set(frame["why"]) == {"no random index for more than 15 elements"}
    (finding,) = ahp_findings(solved)
    assert finding.code == "no-random-index"


def findings_of_all_kinds() -> list[Finding]:
    names = ", ".join(f"f{k}" for k in range(16))
    bad = "children: [x, y, z]\njudgements: {x > y: 3, y > z: 3, z > x: 5}\n"
    texts = [JUDGES, f"children: [{names}]\njudgements: equal\n", bad, f"example: true\n{TWO_LEVELS}"]
    texts.append(JUDGES.replace("bad: 1}", "bad: 1, absent: 1}"))
    made = [one for text in texts for one in ahp_findings(solve(hierarchy(text)))]
    return made + list(ahp_findings(solve(hierarchy(JUDGES), Settings(drop=True))))


def test_findings_in_chinese() -> None:
    found = findings_of_all_kinds()
    assert {one.code for one in found} == {
        "example-judgements", "judges-left-out", "inconsistent-judgements", "no-random-index",
        "judges-absent", "inconsistent-level",
    }  # fmt: skip
    for one in found:
        for text in (one.what, one.fix):
            if text:
                said = reason_in(text, "zh")
                assert any("\u4e00" <= sign <= "\u9fff" for sign in said), text
                assert not any(word in said for word in (" the ", " is ", " of ")), said
