"""What the ladder of invariance allows, in words, and the tables that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.comparison.invariance import Invariance, Step
from csi_model.comparison.path_tests import PathTest
from csi_model.comparison.rungs import F, Ladder, Rung, equality_rows, item_of, mean_rows, step_rows
from csi_model.errors import Finding
from csi_model.estimation.joint import Key
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

ANSWERS = {"yes": "yes", "partial": "partly", "no": "no"}
"""What a step that holds, in part or not, says about what needs it."""
NAMED = 6
"""Most groups that a verdict names one by one."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """May this be compared between groups: ``answer`` is yes, partly or no, ``reason`` says why."""

    what: str
    answer: str
    reason: str


def verdicts(ladder: Invariance) -> tuple[Verdict, ...]:
    """Answers for paths, latent means and indices.

    Paths need equal loadings; latent means need equal intercepts too, for at least two items of a
    construct (Steenkamp & Baumgartner 1998, Journal of Consumer Research 25, 78-90). Indices by one set
    of weights are weighted sums of all items, so they need equal intercepts of all items.
    """
    metric, scalar = ladder.holds("metric"), ladder.holds("scalar")
    told, where = _told(ladder.step("scalar")), compared_in(ladder)
    loadings = {
        "yes": f"the questions measure the constructs in the same units {where or EVERYWHERE} (metric "
        "invariance).",
        "partial": f"loadings differ for some questions{_told(ladder.step('metric'))}, at least two per "
        "construct are equal.",
        "no": "loadings differ between groups: one unit of a construct is not the same everywhere.",
    }
    means = {
        "yes": f"loadings and intercepts are equal{where and f' {where}'} (scalar invariance).",
        "partial": f"some questions are answered differently at the same level of the construct{told}; the "
        "means rest on the others, at least two per construct.",
        "no": "at the same level of a construct groups answer the questions differently.",
    }
    sums = {
        "yes": "loadings and intercepts are equal (scalar invariance), so that one set of weights measures "
        f"the same {where or EVERYWHERE}.",
        "partial": f"part of a difference may come from questions that groups answer differently{told}.",
        "no": "differences between index scores may come from how groups answer rather than from how "
        "satisfied they are.",
    }
    level = scalar if metric != "no" else "no"
    if ladder.holds("configural") == "no":
        metric = level = "no"
        loadings["no"] = means["no"] = sums["no"] = "the groups could not be fitted together."
    elif metric == "no":
        means["no"] = "they need equal loadings, which the groups do not have."
    return (
        Verdict(what="paths", answer=ANSWERS[metric], reason=loadings[metric]),
        Verdict(what="latent means", answer=ANSWERS[level], reason=means[level]),
        Verdict(what="indices", answer=ANSWERS[level], reason=sums[level]),
    )


EVERYWHERE = "in every group"
"""Where something holds, if no group was left out."""


def compared_in(ladder: Ladder[F]) -> str:
    """Where a verdict holds, with the names of the groups; "" if no group was left out."""
    if not ladder.left_out:
        return ""
    more = f" and {len(ladder.groups) - NAMED} more" if len(ladder.groups) > NAMED else ""
    return f"in the groups that were compared ({', '.join(ladder.groups[:NAMED])}{more})"


def index_comparable(across: Mapping[str, pd.DataFrame]) -> str | dict[str, str]:
    """May indices of the groups be compared: ``yes``, ``partly``, ``no`` or ``not tested``.

    From the tables of the tests that were made. Under PLS by construct: composites must be made alike in
    every pair (MICOM, step 2); ``partly`` where some pairs have it. Else by the ladder, as in ``verdicts``:
    equal loadings and intercepts. It is about ``compared_groups`` only.
    """
    if "micom" in across:
        found = across["micom"].groupby("construct", sort=False)["verdict"]
        return {str(name): _of_pairs(list(rows)) for name, rows in found}
    if "invariance" not in across:
        return NOT_TESTED
    holds = dict(zip(across["invariance"]["step"], across["invariance"]["holds"], strict=True))
    if "no" in (holds.get("configural"), holds.get("thresholds"), holds.get("metric")):
        return "no"
    if "thresholds" in holds and holds.get("scalar") == "yes" and holds.get("strict") != "yes":
        return "partly"  # expected answers depend on the error variances, too
    return ANSWERS.get(str(holds.get("scalar")), NOT_TESTED)


def compared_groups(across: Mapping[str, pd.DataFrame]) -> frozenset[str] | None:
    """Names of the groups that the tests of comparability looked at; None where no table names them.

    A ladder that allows anything has latent means of every group that it compared, and one that breaks off
    has tests of what each would release. Only where not even a search came to its end is neither stored.
    """
    for name, columns in (
        ("micom", ("group_1", "group_2")),
        ("latent_means", ("group",)),
        ("equality_tests", ("group",)),
    ):
        if name in across:
            found = {str(group) for column in columns for group in across[name][column]} - {""}
            if found:
                return frozenset(found)
    return None


def pair_comparable(across: Mapping[str, pd.DataFrame]) -> dict[tuple[str, frozenset[str]], str]:
    """The same for each pair of groups that MICOM tested: (construct, names of both) > verdict."""
    if "micom" not in across:
        return {}
    table = across["micom"]
    named = zip(table["construct"], table["group_1"], table["group_2"], table["verdict"], strict=True)
    return {(str(name), frozenset((one, two))): _of_pairs([verdict]) for name, one, two, verdict in named}


def _of_pairs(verdicts: Sequence[str]) -> str:
    tested = [verdict for verdict in verdicts if verdict != NOT_TESTED]
    alike = [verdict for verdict in tested if verdict in ("partial", "full")]
    if not tested:
        return NOT_TESTED
    return "yes" if len(alike) == len(tested) else "partly" if alike else "no"


def comparability_finding(ladder: Invariance) -> Finding:
    """The verdicts as one finding: a warning where something may not be compared."""
    return finding_of(verdicts(ladder))


def finding_of(made: Sequence[Verdict]) -> Finding:
    """Verdicts as one finding: a warning where something may not be compared."""
    worst = [verdict for verdict in made if verdict.answer != "yes"]
    text = " ".join(f"{v.what.capitalize()}: {v.answer}, {v.reason}" for v in made)
    return Finding(
        code="comparability",
        severity="warning" if worst else "note",
        where="groups",
        what=f"May groups be compared? {text}",
        fix="Read differences of what is not comparable as differences of answers, and name the questions."
        if worst
        else "",
    )


def _told(step: Step | None) -> str:
    return "" if step is None else in_brackets(step.released, step.fit.evidence.parts[0].table.indicators)


def in_brackets(released: Sequence[Key], items: Sequence[str]) -> str:
    """Items of which something was released, in their order, as a text to follow others."""
    found = {item_of(key) for key in released}
    named = [item for item in items if item in found]
    return f" ({', '.join(named)})" if named else ""


def ladder_frames(ladder: Invariance, level: float) -> dict[str, pd.DataFrame]:
    """Tables ``invariance``, ``equality_tests`` and ``latent_means``."""
    return frames_of(ladder, ladder.step("scalar"), level)


def frames_of(ladder: Ladder[F], step: Rung[F] | None, level: float) -> dict[str, pd.DataFrame]:
    """The tables of a ladder, with means of constructs from a ``step`` if it was reached and holds."""
    means = () if step is None or step.holds == "no" else mean_rows(step, ladder.groups, level)
    rows = {
        "invariance": list(step_rows(ladder.steps)),
        "equality_tests": list(equality_rows(ladder.steps)),
        "latent_means": list(means),
    }
    return {name: typed_frame(SURVEY_TABLES[name], found) for name, found in rows.items()}


def path_frame(tests: Sequence[PathTest], level: float) -> pd.DataFrame:
    """Table ``path_tests``."""
    rows = [
        {
            "source": test.source,
            "target": test.target,
            "chisq": test.chisq,
            "wald": test.wald,
            "df": test.df,
            "pvalue": test.pvalue,
            "pvalue_holm": test.pvalue_holm,
            "method": test.method,
            "verdict": _differs(test, level),
            "why": test.why
            or ("" if np.isfinite(test.chisq) else "with many groups only Wald's test is made")
            or ("" if test.source else "all paths together: nothing to adjust for"),
        }
        for test in tests
    ]
    return typed_frame(SURVEY_TABLES["path_tests"], rows)


def _differs(test: PathTest, level: float) -> str:
    pvalue = test.pvalue_holm if test.source else test.pvalue
    if not np.isfinite(pvalue):
        return "not tested"
    return "differs" if pvalue < 1 - level else "no clear difference"
