"""What the ladder of ordered answers allows, in words, and the tables that show it."""

from __future__ import annotations

import pandas as pd

from csi_model.comparison.comparability import (
    ANSWERS,
    EVERYWHERE,
    Verdict,
    compared_in,
    finding_of,
    frames_of,
    in_brackets,
)
from csi_model.comparison.ordinal_invariance import OrdinalLadder, OrdinalStep
from csi_model.errors import Finding


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
        Verdict(what="paths", answer=ANSWERS[paths], reason=_of_paths(ladder)),
        Verdict(what="latent means", answer=ANSWERS[level], reason=_of_means(ladder, metric, level)),
        Verdict(what="indices", answer=ANSWERS[indices], reason=_of_indices(ladder, level)),
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
        "yes": "thresholds and loadings are equal, so that constructs have the same units "
        f"{compared_in(ladder) or EVERYWHERE}.",
        "partial": "thresholds or loadings differ for some questions"
        f"{_told(ladder.step('metric'))}, at least two per construct are equal.",
        "no": "loadings differ between groups: one unit of a construct is not the same everywhere.",
    }[ladder.holds("metric")]


def _of_means(ladder: OrdinalLadder, metric: str, level: str) -> str:
    if metric == "no":
        return "they need equal thresholds and loadings, which the groups do not have."
    where = compared_in(ladder)
    return {
        "yes": f"thresholds, loadings and intercepts are equal{where and f' {where}'}.",
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
        f"measures the same {compared_in(ladder) or EVERYWHERE}.",
        "partial": "part of a difference may come from questions that groups answer differently"
        f"{_told(ladder.step('scalar'))}.",
        "no": "differences between index scores may come from how groups answer rather than from how "
        "satisfied they are.",
    }[level]


def _without_unit(ladder: OrdinalLadder) -> tuple[str, ...]:
    return ladder.steps[0].fit.groups.without_unit


def ordinal_comparability_finding(ladder: OrdinalLadder) -> Finding:
    """The verdicts as one finding: a warning where something may not be compared."""
    return finding_of(ordinal_verdicts(ladder))


def _told(step: OrdinalStep | None) -> str:
    return "" if step is None else in_brackets(step.released, step.fit.groups.table.indicators)


def ordinal_ladder_frames(ladder: OrdinalLadder, level: float) -> dict[str, pd.DataFrame]:
    """Tables ``invariance``, ``equality_tests`` and ``latent_means``.

    Means are in units of the marker's latent response in the first group, from the scalar step; where a
    construct has nothing but questions of two answers from the strict one, if it holds, since free error
    variances tell such a mean only dimly.
    """
    scalar, strict = ladder.step("scalar"), ladder.step("strict")
    dim = bool(_without_unit(ladder)) and strict is not None and strict.holds != "no"
    return frames_of(ladder, strict if dim else scalar, level)
