"""What the ladder of invariance allows, in words, and the tables that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.comparison.invariance import Invariance, Step
from csi_model.comparison.path_tests import PathTest
from csi_model.errors import Finding
from csi_model.estimation.covariance import matrices
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Cells = dict[str, Any]


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
    told = _told(ladder.step("scalar"))
    loadings = {
        "yes": "the questions measure the constructs in the same units in every group (metric invariance).",
        "partial": f"loadings differ for some questions{_told(ladder.step('metric'))}, at least two per "
        "construct are equal.",
        "no": "loadings differ between groups: one unit of a construct is not the same everywhere.",
    }
    means = {
        "yes": "loadings and intercepts are equal (scalar invariance).",
        "partial": f"some questions are answered differently at the same level of the construct{told}; the "
        "means rest on the others, at least two per construct.",
        "no": "at the same level of a construct groups answer the questions differently.",
    }
    sums = {
        "yes": "loadings and intercepts are equal (scalar invariance), so that one set of weights measures "
        "the same in every group.",
        "partial": f"part of a difference may come from questions that groups answer differently{told}.",
        "no": "differences between index scores may come from how groups answer rather than from how "
        "satisfied they are.",
    }
    answers = {"yes": "yes", "partial": "partly", "no": "no"}
    level = scalar if metric != "no" else "no"
    if ladder.holds("configural") == "no":
        metric = level = "no"
        loadings["no"] = means["no"] = sums["no"] = "the groups could not be fitted together."
    elif metric == "no":
        means["no"] = "they need equal loadings, which the groups do not have."
    return (
        Verdict(what="paths", answer=answers[metric], reason=loadings[metric]),
        Verdict(what="latent means", answer=answers[level], reason=means[level]),
        Verdict(what="indices", answer=answers[level], reason=sums[level]),
    )


def index_comparable(across: Mapping[str, pd.DataFrame]) -> str | dict[str, str]:
    """May indices of the groups be compared: ``yes``, ``partly``, ``no`` or ``not tested``.

    From the tables of the tests that were made. Under PLS by construct: composites must be made alike in
    every pair (MICOM, step 2); ``partly`` where some pairs have it. Else by the ladder, as in ``verdicts``:
    equal loadings and intercepts.
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
    answers = {"yes": "yes", "partial": "partly", "no": "no"}
    return answers.get(str(holds.get("scalar")), NOT_TESTED)


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
    made = verdicts(ladder)
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
    items = _released_items(step)
    return f" ({', '.join(items)})" if items else ""


def _released_items(step: Step | None) -> list[str]:
    if step is None:
        return []
    found = {lhs if op == "~1" else rhs for lhs, op, rhs in step.released if op in ("=~", "~1")}
    return [name for name in step.fit.evidence.parts[0].table.indicators if name in found]


def ladder_frames(ladder: Invariance, level: float) -> dict[str, pd.DataFrame]:
    """Tables ``invariance``, ``equality_tests`` and ``latent_means``."""
    return {
        "invariance": _frame("invariance", list(_step_rows(ladder))),
        "equality_tests": _frame("equality_tests", list(_test_rows(ladder))),
        "latent_means": _frame("latent_means", list(_mean_rows(ladder, level))),
    }


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
    return _frame("path_tests", rows)


def _differs(test: PathTest, level: float) -> str:
    pvalue = test.pvalue_holm if test.source else test.pvalue
    if not np.isfinite(pvalue):
        return "not tested"
    return "differs" if pvalue < 1 - level else "no clear difference"


def _step_rows(ladder: Invariance) -> Iterator[Cells]:
    for k, step in enumerate(ladder.steps):
        test, drop = step.fit.test, step.difference
        chisq = test.chisq / test.scaling.factor if test.scaling is not None else test.chisq
        none = [] if drop is None else [drop.why]
        if k == 0:
            none = ["the first step: nothing to compare it with"]
        if test.df == 0:
            none.append("no degrees of freedom, so no TLI or RMSEA")
        elif k and ladder.steps[k - 1].fit.test.df == 0:
            none.append("the step below has no degrees of freedom, so no RMSEA to compare with")
        yield {
            "step": step.name,
            "holds": step.holds,
            "chisq": chisq if np.isfinite(chisq) else np.nan,
            "df": test.df,
            "npar": step.fit.joint.n_free,
            "cfi": step.measures["cfi"],
            "tli": step.measures["tli"],
            "rmsea": step.measures["rmsea"],
            "srmr": step.measures["srmr"],
            "chisq_difference": np.nan if drop is None else drop.chisq,
            "df_difference": np.nan if drop is None else float(drop.df),
            "pvalue": step.pvalue,
            "cfi_difference": step.drop.get("cfi", np.nan),
            "rmsea_difference": step.drop.get("rmsea", np.nan),
            "srmr_difference": step.drop.get("srmr", np.nan),
            "released": ", ".join(f"{lhs} {op} {rhs}".rstrip() for lhs, op, rhs in step.released),
            "method": "" if drop is None else drop.method,
            "why": "; ".join(text for text in (step.why, *none) if text),
        }


def _test_rows(ladder: Invariance) -> Iterator[Cells]:
    for step in ladder.steps:
        for test in step.tests:
            yield {
                "step": step.name,
                "lhs": test.lhs,
                "op": test.op,
                "rhs": test.rhs,
                "group": test.group,
                "mi": test.chisq,
                "df": test.df,
                "pvalue": test.pvalue,
                "epc": test.epc,
                "why": "" if test.group else "all groups together: the change differs by group",
            }


def _mean_rows(ladder: Invariance, level: float) -> Iterator[Cells]:
    """Means of constructs against the first group, from the highest step that allows them."""
    step = ladder.step("scalar")
    if step is None or step.holds == "no":
        return
    quantile = stats.norm.ppf(0.5 + level / 2)
    for group, name in enumerate(ladder.groups):
        table, values, covariance = step.fit.of_group(group)
        mats = matrices(table, values)
        for row in table.rows:
            if row.matrix != "alpha" or row.implied:
                continue
            mean, free = float(mats.centre[row.i]), row.free >= 0
            se = float(np.sqrt(covariance[row.free, row.free])) if free else np.nan
            z = mean / se if free and se > 0 else np.nan
            yield {
                "group": name,
                "construct": row.lhs,
                "mean": mean,
                "se": se,
                "z": z,
                "pvalue": float(2 * stats.norm.sf(abs(z))) if np.isfinite(z) else np.nan,
                "ci_lower": mean - quantile * se,
                "ci_upper": mean + quantile * se,
                "std_mean": mean / float(np.sqrt(mats.phi[row.i, row.i])),
                "why": "" if free else "the first group is the zero point",
            }


def _frame(name: str, rows: list[Cells]) -> pd.DataFrame:
    return typed_frame(SURVEY_TABLES[name], rows)
