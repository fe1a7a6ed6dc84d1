"""What the ladder of ordered answers allows, in words, and the tables that show it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from csi_model.comparison.comparability import Cells, Verdict
from csi_model.comparison.ordinal_invariance import OrdinalLadder, OrdinalStep, item_of
from csi_model.errors import Finding
from csi_model.estimation.covariance import matrices
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

_ANSWERS = {"yes": "yes", "partial": "partly", "no": "no"}


def ordinal_verdicts(ladder: OrdinalLadder) -> tuple[Verdict, ...]:
    """Answers for paths, latent means and indices.

    Paths need equal thresholds and loadings, latent means equal intercepts too. An expected answer, and so an
    index, depends on the error variance as well: ``E = sum_t P(y* > tau_t)`` with ``y*`` of variance theta
    about ``nu + lambda eta``, so that equal indices at equal satisfaction need the strict step.
    """
    if ladder.holds("configural") == "no":
        none = "the groups could not be fitted together."
        whats = ("paths", "latent means", "indices")
        return tuple(Verdict(what=what, answer="no", reason=none) for what in whats)
    metric, scalar = ladder.holds("metric"), ladder.holds("scalar")
    paths = "partial" if metric == "yes" and _without_unit(ladder) else metric
    level = scalar if metric != "no" else "no"
    indices = "partial" if level == "yes" and ladder.holds("strict") != "yes" else level
    return (
        Verdict(what="paths", answer=_ANSWERS[paths], reason=_of_paths(ladder)),
        Verdict(what="latent means", answer=_ANSWERS[level], reason=_of_means(ladder, metric, level)),
        Verdict(what="indices", answer=_ANSWERS[indices], reason=_of_indices(ladder, level)),
    )


def _of_paths(ladder: OrdinalLadder) -> str:
    if ladder.holds("thresholds") == "no":
        return "groups use the steps of the scale differently (thresholds differ): there is no common unit."
    if ladder.holds("metric") == "yes" and _without_unit(ladder):
        return (
            "thresholds and loadings are equal, but constructs with nothing but questions of two answers "
            f"({', '.join(_without_unit(ladder))}) have a unit of their own in every group."
        )
    return {
        "yes": "thresholds and loadings are equal, so that constructs have the same units in every group.",
        "partial": "thresholds or loadings differ for some questions"
        f"{_told(ladder.step('metric'))}, at least two per construct are equal.",
        "no": "loadings differ between groups: one unit of a construct is not the same everywhere.",
    }[ladder.holds("metric")]


def _of_means(ladder: OrdinalLadder, metric: str, level: str) -> str:
    if metric == "no":
        return "they need equal thresholds and loadings, which the groups do not have."
    return {
        "yes": "thresholds, loadings and intercepts are equal.",
        "partial": f"some questions are answered differently at the same level of the construct"
        f"{_told(ladder.step('scalar'))}; the means rest on the others, at least two per construct.",
        "no": "at the same level of a construct groups answer the questions differently.",
    }[level]


def _of_indices(ladder: OrdinalLadder, level: str) -> str:
    if level == "yes" and ladder.holds("strict") != "yes":
        return (
            "answers scatter more in some groups than in others at the same level of a construct, which "
            "moves expected answers a little."
        )
    return {
        "yes": "thresholds, loadings, intercepts and error variances are equal, so that one set of weights "
        "measures the same in every group.",
        "partial": "part of a difference may come from questions that groups answer differently"
        f"{_told(ladder.step('scalar'))}.",
        "no": "differences between index scores may come from how groups answer rather than from how "
        "satisfied they are.",
    }[level]


def _without_unit(ladder: OrdinalLadder) -> tuple[str, ...]:
    return ladder.steps[0].fit.groups.without_unit


def ordinal_comparability_finding(ladder: OrdinalLadder) -> Finding:
    """The verdicts as one finding: a warning where something may not be compared."""
    made = ordinal_verdicts(ladder)
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


def _told(step: OrdinalStep | None) -> str:
    if step is None:
        return ""
    found = {item_of(key) for key in step.released}
    items = [name for name in step.fit.groups.table.indicators if name in found]
    return f" ({', '.join(items)})" if items else ""


def ordinal_ladder_frames(ladder: OrdinalLadder, level: float) -> dict[str, pd.DataFrame]:
    """Tables ``invariance``, ``equality_tests`` and ``latent_means``."""
    rows = {
        "invariance": list(_step_rows(ladder)),
        "equality_tests": list(_test_rows(ladder)),
        "latent_means": list(_mean_rows(ladder, level)),
    }
    return {name: typed_frame(SURVEY_TABLES[name], found) for name, found in rows.items()}


def _step_rows(ladder: OrdinalLadder) -> Iterator[Cells]:
    for k, step in enumerate(ladder.steps):
        test, drop = step.fit.test, step.difference
        chisq = test.chisq
        if test.scaling is not None:
            chisq = test.chisq / test.scaling.factor + test.scaling.shift
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
            "npar": step.fit.layout.n_free,
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


def _test_rows(ladder: OrdinalLadder) -> Iterator[Cells]:
    for step in ladder.steps:
        for test in step.tests:
            reason = "" if np.isfinite(test.epc) else "several parameters at once: there is no one change"
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
                "why": reason if test.group else "all groups together: the change differs by group",
            }


def _mean_rows(ladder: OrdinalLadder, level: float) -> Iterator[Cells]:
    """Means of constructs against the first group, in units of the marker's latent response there.

    From the scalar step; where a construct has nothing but questions of two answers from the strict one, if
    it holds, since free error variances tell such a mean only dimly.
    """
    step = ladder.step("scalar")
    if step is None or step.holds == "no":
        return
    strict = ladder.step("strict")
    if _without_unit(ladder) and strict is not None and strict.holds != "no":
        step = strict
    quantile = stats.norm.ppf(0.5 + level / 2)
    for group, name in enumerate(ladder.groups):
        table, values, covariance = step.fit.of_group(group)
        mats = matrices(step.fit.layout.cores[group], values)
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
