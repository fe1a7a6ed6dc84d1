"""Reasons for empty cells in tables of units, waves, plans and precision have Chinese words, all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import csi_model
from csi_model.comparison.aggregate_tables import CARRIED, NO_N, UNKNOWN, aggregate_frame, share_frame
from csi_model.comparison.aggregation import roll_up
from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import difference_table
from csi_model.comparison.ranking import rank_tables
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.unit_scores import independent_scores
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.sentences import reason
from csi_model.vocabulary import TERMS

ROOM = Path(csi_model.__file__).parent
OLDER = {
    "comparability", "estimators", "group_distances", "group_parameters", "invariance", "micom", "pls_groups",
    "segmentation", "segment_tables", "treatments", "path_power", "plan_assumptions", "planning",
}  # fmt: skip
"""Modules of the comparison of groups whose reasons other tests hold, and of plans, which have no page."""
MODULES = (
    *(path for path in sorted((ROOM / "comparison").glob("*.py")) if path.stem not in OLDER),
    ROOM / "evaluation" / "gains.py",
    ROOM / "survey" / "weighting.py",
    ROOM / "survey" / "item_statistics.py",
    ROOM / "evaluation" / "bootstrap_intervals.py",
)
NAMED = {"why", "reason", "reasons", "general", "told"}


def texts(node: ast.AST) -> Iterator[str]:
    """Texts in an expression, what is filled in as 5."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "5" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


def written(tree: ast.Module) -> Iterator[ast.AST]:
    """Expressions that become the reason of a row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(_named(target, node in tree.body) for target in node.targets):
            yield node.value
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "why")
        elif isinstance(node, ast.keyword) and node.arg == "why":
            yield node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"reasons.append", "reasons.insert"}:
            yield node
        elif isinstance(node, ast.FunctionDef) and MAKERS.search(node.name):
            found = (one for one in ast.walk(node) if isinstance(one, ast.Return | ast.Yield))
            yield from (one.value for one in found if one.value is not None)


MAKERS = re.compile("why|reason|absent|beyond|outside|undefined|no_number|too_few|adjusted|no_interval")
"""Names of functions that return reasons."""


def _named(target: ast.expr, at_top: bool) -> bool:
    """Whether what is assigned is a reason by its name, or a constant of the module."""
    name = ast.unparse(target)
    return (name.isupper() and at_top) or "'why'" in name or re.split(r"[\[.]", name)[0] in NAMED


NO_REASONS = {"no clear difference", "not tested", "clear but small", "not shown", "not stored", "all others",
              "all respondents", "share not given"}  # fmt: skip
"""Verdicts, names and parts of findings, which have words of their own."""


def reasons_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {text for node in written(tree) for text in texts(node)}
    return {
        text
        for text in found
        if " " in text.strip(" %:;5")
        and not text.endswith((".", "_"))
        and text not in {term.en for term in TERMS.values()} | NO_REASONS
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_reason_that_is_written_has_chinese_words(path: Path) -> None:
    subjects = path.stem == "wave_checks"  # names of what is checked, no reasons
    for text in set() if subjects else reasons_in(path):
        for one in text.split("; "):
            assert reason_in(one, "zh") != one, one


def test_the_search_finds_reasons_of_all_kinds() -> None:
    found = set().union(*map(reasons_in, MODULES))
    assert {
        "carried over from earlier results", "not in this wave", "the first wave has none before it",
        "5 has no other unit with a number", "no other unit has a number", "the target is reached already",
        "its improvement does not bring the target nearer", "equal shares need no amount",
        "how many customers are kept now is not given", "an effect is not defined in one of the waves",
        "beyond the end of the scale: at most 5 points are left", "not measured then",
        "no target: blanks keep their share of the sample", "5 is as far as the prices allow",
    } <= found  # fmt: skip


def chinese(why: str) -> bool:
    """Whether a stored reason, whole, has no English but names of units."""
    told = reason(why, "zh")
    return not re.search(r"[A-Za-z]{2,}", re.sub(r"firm \d|Banks|Food|Air|Old|Hsu", "", told))


def test_tables_of_real_units_have_no_reason_without_words() -> None:
    """Suppressed units, some without error, variance, share or another beside them, and one carried over."""
    keys = [*(("Banks", f"firm {k}") for k in range(5)), ("Food", "firm 6"), ("Air", "firm 7")]
    index = np.array([[70.0], [71], [np.nan], [72], [73], [60], [np.nan]])
    se = np.array([[1.0], [1], [np.nan], [np.nan], [0], [1], [np.nan]])
    hidden = "suppressed: 12 respondents are fewer than the minimum base of 30"
    why = ["", "", hidden, "no standard error in this sample", "", "", hidden]
    made = independent_scores(level="firm", keys=keys, constructs=("x",), index=index, se=se, why=why, n=0)
    earlier = independent_scores(
        level="industry", keys=[("Old",)], constructs=("x",), index=np.array([[50.0]]), se=np.array([[1.0]])
    )
    equal = LevelShares(level="industry", kind="equal")
    rolled = roll_up(made, (equal,), ("industry", "firm"), previous=(earlier,), sizes=np.ones(len(keys)))
    compared, shares = ComparedUnits(scores=made), np.array([1.0, 2, 1, 0, 1, 1, 1])
    frames = [
        aggregate_frame(rolled), share_frame(rolled), rank_tables(compared).ranks,
        difference_table(compared), difference_table(compared, shares=shares),
        difference_table(compared, within_parents=True),
    ]  # fmt: skip
    told = {why for frame in frames for why in frame["why"] if why}
    assert len(told) > 10
    assert all(map(chinese, told)), [why for why in told if not chinese(why)]
    assert any(CARRIED in why for why in told)


def test_several_reasons_in_one_cell() -> None:
    """Each has its words, with or without the name of a unit or a wave before it and a full stop behind."""
    failed = (
        "2024: everybody gave the same answer to C1. Without variation no loading can be estimated: drop the "
        "question for this sample.; 2025: suppressed: 9 respondents are fewer than the minimum base of 30"
    )
    assert reason(failed, "zh") == (
        "2024：所有人对 C1 的答案相同，无法估计载荷；2025：样本不足，不公布：受访者 9 名，"
        "少于最低样本量 30 名"
    )
    ranks = "ranks have no probabilities: A: no standard error; B: the standard error is zero; and 4 more"
    assert reason(ranks, "zh") == "名次没有概率：A：没有标准误；B：标准误为零；另有 4 项"
    assert reason(f"{CARRIED}; {UNKNOWN}; {NO_N}", "zh") == (
        "沿用前期结果；已测得份额：有单位没有指数，其份额未给定；样本量：并非每个单位都已给定"
    )
    assert reason("who knows; not in this wave", "zh") == "who knows；本期没有该单位"
    assert reason("A: no number; B: no number", "en") == "A: no number; B: no number"
