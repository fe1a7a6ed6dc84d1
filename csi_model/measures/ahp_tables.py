"""Weights, consistency and judgements to revisit of a hierarchy, as tables and findings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from csi_model.errors import Finding
from csi_model.frames import typed_frame
from csi_model.measures.ahp_hierarchy import (
    AVERAGED,
    EVERY_JUDGE,
    UNNAMED,
    Judged,
    Node,
    Solved,
    Split,
    Total,
    left_out,
)
from csi_model.measures.ahp_matrix import SCALE, Consistency, Revision, revisions_of
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]

MOST_REVISIONS = 3


def ahp_tables(solved: Solved) -> dict[str, pd.DataFrame]:
    """The tables ``ahp_weights``, ``ahp_judge_weights``, ``ahp_consistency`` and ``ahp_judgements``."""
    rows = {
        "ahp_weights": _weights(solved),
        "ahp_judge_weights": _judge_weights(solved),
        "ahp_consistency": _consistency(solved),
        "ahp_judgements": _judgements(solved),
    }
    return {name: typed_frame(MEASURES[name], list(made)) for name, made in rows.items()}


def _weights(solved: Solved) -> Iterator[Row]:
    """Every node below the goal; factors are ranked among all factors, criteria within their level."""
    nodes = [node for node in solved.hierarchy.nodes if node.depth]

    def peers(node: Node) -> list[float]:
        same = [
            one
            for one in nodes
            if bool(one.children) == bool(node.children) and (not node.children or one.depth == node.depth)
        ]
        return [solved.overall[one.name] for one in same]

    for node in nodes:
        own = solved.overall[node.name]
        yield {
            "hierarchy": solved.hierarchy.name,
            "node": node.name,
            "parent": node.parent,
            "depth": node.depth,
            "weight": solved.local[node.name],
            "global_weight": own,
            "rank": 1 + sum(other > own * (1 + 1e-9) for other in peers(node)),
        }


def _judge_weights(solved: Solved) -> Iterator[Row]:
    for split in solved.splits:
        if not split.several:
            continue
        for one in split.judged:
            for child, weight in zip(split.node.children, one.weights, strict=True):
                yield {
                    "hierarchy": solved.hierarchy.name,
                    "judge": one.judge,
                    "node": child.name,
                    "parent": split.node.name,
                    "weight": float(weight),
                    "counted_in": one.used,
                }


def _consistency(solved: Solved) -> Iterator[Row]:
    name = solved.hierarchy.name
    for split in solved.splits:
        about: Row = {
            "hierarchy": name,
            "ranking": "single_ranking",
            "node": split.node.name,
            "depth": split.node.depth + 1,
        }
        if split.several:
            yield about | _consistency_row(solved, EVERY_JUDGE, split.consistency, used=True)
        for one in split.judged:
            yield about | _consistency_row(solved, one.judge, one.consistency, used=one.used)
    for total in solved.totals:
        yield {
            "hierarchy": name, "ranking": "total_ranking", "node": "", "depth": total.depth,
            "judge": total.judge, "elements": total.size, "lambda_max": math.nan,
            "consistency_index": total.ci, "random_index": total.ri, "consistency_ratio": total.cr,
            "gci": math.nan, "gci_limit": math.nan, "verdict": _verdict(total.cr, solved),
            "counted_in": True, "why": total.why or _NO_MATRIX,
        }  # fmt: skip


_NO_MATRIX = "a level is no matrix of its own"


def _consistency_row(solved: Solved, judge: str, one: Consistency | None, *, used: bool) -> Row:
    if one is None:
        blank = dict.fromkeys(
            ("lambda_max", "consistency_index", "random_index", "consistency_ratio", "gci", "gci_limit"),
            math.nan,
        )
        return {**blank, "judge": judge, "elements": pd.NA, "verdict": "not_known", "counted_in": used,
                "why": AVERAGED}  # fmt: skip
    return {
        "judge": judge, "elements": one.size, "lambda_max": one.lambda_max, "consistency_index": one.ci,
        "random_index": one.ri, "consistency_ratio": one.cr, "gci": one.gci, "gci_limit": one.gci_limit,
        "verdict": _verdict(one.cr, solved), "counted_in": used, "why": one.why,
    }  # fmt: skip


def _verdict(cr: float, solved: Solved) -> str:
    if math.isnan(cr):
        return "not_known"
    return "inconsistent" if cr >= solved.settings.limit else "consistent"


def _inconsistent(split: Split, solved: Solved) -> list[Judged]:
    """Judges' matrices to be revisited.

    The joint matrix is nobody's own, and never worse than the worst of them: its lambda max is at most the
    weighted geometric mean of theirs (Elsner, Johnson & Dias da Silva 1988, Linear and Multilinear Algebra
    24, 1-13).
    """
    return [one for one in split.judged if one.consistency.cr >= solved.settings.limit]


def _revisions(one: Judged, solved: Solved) -> tuple[Revision, ...]:
    made = solved.settings
    return revisions_of(one.matrix, method=made.method, ri_table=made.ri_table, most=MOST_REVISIONS)


def _judgements(solved: Solved) -> Iterator[Row]:
    for split in solved.splits:
        names = [child.name for child in split.node.children]
        for one in _inconsistent(split, solved):
            for place, revision in enumerate(_revisions(one, solved)):
                yield {
                    "hierarchy": solved.hierarchy.name,
                    "node": split.node.name,
                    "judge": one.judge,
                    "rank": place + 1,
                    "node_1": names[revision.row],
                    "node_2": names[revision.column],
                    "judgement": revision.judgement,
                    "implied": revision.implied,
                    "suggested": revision.suggested,
                    "deviation": revision.deviation,
                    "consistency_ratio": one.consistency.cr,
                    "consistency_ratio_then": revision.cr,
                    "others_imply": revision.others,
                    "others_suggested": revision.others_suggested,
                    "others_ratio_then": revision.others_cr,
                }


def ahp_findings(solved: Solved) -> tuple[Finding, ...]:
    """What is to be known of the judgements: invented, inconsistent, left out, of too many elements."""
    hierarchy = solved.hierarchy
    made: list[Finding] = []
    if hierarchy.example:
        made.append(
            _warning(
                "example-judgements", hierarchy.name,
                "its judgements are an example, not those of anybody who knows the market.",
                "Write your own judgements into the file and take `example: true` out.",
            )
        )  # fmt: skip
    for split in solved.splits:
        made += _split_findings(split, solved)
    limit = solved.settings.limit
    made += [_total_finding(one, solved) for one in solved.totals[: _levels(solved)] if one.cr >= limit]
    return tuple(made)


def _levels(solved: Solved) -> int:
    """Totals of the joint judgements, which stand first."""
    return len({split.node.depth for split in solved.splits})


def _split_findings(split: Split, solved: Solved) -> Iterator[Finding]:
    node, limit = split.node, solved.settings.limit
    dropped = left_out(node, solved.settings)
    if dropped:
        what = f"judgements over the parts of {node.name} were left out, their CR is {limit:g} or more: "
        yield _warning(
            "judges-left-out", node.where, f"{what}{', '.join(dropped)}.", "Ask these judges again."
        )
    for one in _inconsistent(split, solved):
        revision = _revisions(one, solved)[0]
        names = [child.name for child in node.children]
        by = "" if one.judge == UNNAMED else f" by {one.judge}"
        what = (
            f"the judgements{by} over the parts of {node.name} have a CR of {one.consistency.cr:.3f}, which "
        )
        what += f"is {limit:g} or more."
        fix = f"Revisit first: {names[revision.row]} over {names[revision.column]} is "
        fix += f"{ratio_text(revision.judgement)}; the weights imply {ratio_text(revision.implied)} (with "
        fix += f"{ratio_text(revision.suggested)} the CR is {revision.cr:.3f}), the other judgements "
        fix += f"{ratio_text(revision.others)} (with {ratio_text(revision.others_suggested)} it is "
        fix += f"{revision.others_cr:.3f})."
        yield _warning("inconsistent-judgements", node.where, what, fix)
    if any(math.isnan(one.consistency.cr) for one in split.judged):
        what = (
            f"{node.name} has {len(node.children)} parts; no random index is known for more than 15, so that "
        )
        yield _warning(
            "no-random-index",
            node.where,
            f"{what}there is no CR.",
            "Put the parts into groups of 9 or fewer.",
        )
    absent = [judge for judge in solved.hierarchy.judges if judge not in node.judgements]
    if absent and set(node.judgements) != {UNNAMED}:
        what = f"not everybody judged the parts of {node.name}; there is nothing from: {', '.join(absent)}."
        yield Finding(code="judges-absent", severity="note", where=node.where, what=what)


def _total_finding(total: Total, solved: Solved) -> Finding:
    what = (
        f"the total CR of level {total.depth} is {total.cr:.3f}, which is {solved.settings.limit:g} or more."
    )
    return _warning(
        "inconsistent-level", solved.hierarchy.name, what, "Revisit the judgements that are named."
    )


def _warning(code: str, where: str, what: str, fix: str) -> Finding:
    return Finding(code=code, severity="warning", where=where, what=what, fix=fix)


def ratio_text(number: float) -> str:
    """A judgement as it is written: 3, 1/3, otherwise two decimals."""
    on_scale = next((value for value in SCALE if abs(value - number) < 1e-9), None)
    if on_scale is None:
        return f"{number:.2f}"
    return f"{on_scale:g}" if on_scale >= 1 else f"1/{round(1 / on_scale)}"
