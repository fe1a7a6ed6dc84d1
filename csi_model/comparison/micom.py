"""MICOM: is a composite the same thing in two groups? (Henseler, Ringle & Sarstedt 2016, International
Marketing Review 33, 405-431).

Step 1, the same items, treatment of answers and algorithm, is given: one model and one set of options are
fitted to every group. Step 2, the composites are made alike (c = 1); without it (verdict ``none``) neither
paths nor levels mean the same. With it (``partial``) they may be compared between groups. Step 3, scores
have equal means and variances; then (``full``) respondents of the groups may also be pooled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.composition import settled
from csi_model.comparison.dealt_groups import Dealt
from csi_model.errors import Finding
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.permutation import pvalues
from csi_model.multiplicity import holm

Array = NDArray[Any]
Cells = dict[str, Any]

TIE = 1e-12
"""Correlations of scores closer than this are equal but for rounding."""
SETTLED = "c is 1 by construction: no weights are estimated (one question, equal or given weights)"
PRODUCT = "a product has no weights of its own: see its factors"


@dataclass(frozen=True, kw_only=True)
class Micom:
    """Every construct of one pair of groups, (m,) each; NaN where there is none.

    ``compositional`` is c, ``bound`` the quantile of dealings that it should not be below; differences are
    group 2 less group 1. ``smallest`` is the smallest p-value that could come out.
    """

    groups: tuple[str, str]
    compositional: Array
    bound: Array
    pvalue_compositional: Array
    mean_difference: Array
    pvalue_mean: Array
    variance_difference: Array
    pvalue_variance: Array
    used: int
    smallest: float
    why: str = ""


def micom(groups: tuple[str, str], dealt: Dealt, level: float) -> Micom:
    """The statistics of both steps and their p-values: one-sided for c, two-sided for differences."""
    observed, permuted = dealt.observed, dealt.permuted
    return Micom(
        groups=groups,
        compositional=observed.composition,
        bound=_bound(permuted.composition, 1 - level),
        pvalue_compositional=composition_pvalues(observed.composition, permuted.composition),
        mean_difference=observed.mean,
        pvalue_mean=pvalues(observed.mean, permuted.mean),
        variance_difference=observed.variance,
        pvalue_variance=pvalues(observed.variance, permuted.variance),
        used=dealt.used,
        smallest=dealt.smallest,
    )


def untested(groups: tuple[str, str], constructs: int, why: str) -> Micom:
    """A pair without dealings."""
    none = np.full(constructs, np.nan)
    return Micom(
        groups=groups, compositional=none, bound=none, pvalue_compositional=none, mean_difference=none,
        pvalue_mean=none, variance_difference=none, pvalue_variance=none, used=0, smallest=np.nan, why=why,
    )  # fmt: skip


def composition_pvalues(observed: Array, permuted: Array) -> Array:
    """Share (k,) of dealings with a correlation as low, ``(1 + #{c* <= c}) / (1 + dealings)``.

    NaN where a tenth of the dealings and more have none.
    """
    there = np.isfinite(permuted)
    enough = there.sum(axis=0) > 0.9 * len(permuted)
    lower = np.where(there, permuted, np.inf) <= observed + TIE
    found = (1 + lower.sum(axis=0)) / (1 + there.sum(axis=0))
    return np.where(enough & np.isfinite(observed), found, np.nan)


def _bound(permuted: Array, share: float) -> Array:
    columns = [column[np.isfinite(column)] for column in permuted.T]
    return np.array([np.quantile(column, share) if len(column) else np.nan for column in columns])


def micom_rows(table: CompositeTable, pairs: Sequence[Micom], level: float) -> list[Cells]:
    """Rows of table ``micom``; verdicts by p-values adjusted over the pairs of a construct (Holm 1979)."""
    tests = [
        holm(np.array([getattr(pair, name) for pair in pairs]).reshape(len(pairs), len(table.constructs)))
        for name in ("pvalue_compositional", "pvalue_mean", "pvalue_variance")
    ]
    return [
        _row(
            table,
            pair,
            j,
            _verdict(table, pair, j, [test[k, j] for test in tests], len(pairs), 1 - level),
            level,
        )
        for k, pair in enumerate(pairs)
        for j in range(len(table.constructs))
    ]


def _verdict(
    table: CompositeTable, pair: Micom, j: int, adjusted: Sequence[float], pairs: int, share: float
) -> str:
    if pairs * pair.smallest > share or not np.isfinite(adjusted).all():
        return "not tested"
    if adjusted[0] < share:
        return "none"
    return "full" if min(adjusted[1:]) >= share else "partial"


def _row(table: CompositeTable, pair: Micom, j: int, verdict: str, level: float) -> Cells:
    why = []
    if pair.why:
        why.append(pair.why)
    elif any(j == product for product, _, _ in table.products):
        why.append(PRODUCT)
    elif verdict == "not tested":
        why.append(
            f"so few dealings that nothing could fall below {1 - level:.2g} after adjustment over the pairs"
            if np.isfinite(pair.pvalue_compositional[j])
            else "not defined in a tenth of the permutations and more"
        )
    if settled(table)[j] and not pair.why:
        why.append(SETTLED)
    return {
        "construct": table.constructs[j],
        "group_1": pair.groups[0],
        "group_2": pair.groups[1],
        "compositional": float(pair.compositional[j]),
        "bound": float(pair.bound[j]),
        "pvalue_compositional": float(pair.pvalue_compositional[j]),
        "mean_difference": float(pair.mean_difference[j]),
        "pvalue_mean": float(pair.pvalue_mean[j]),
        "variance_difference": float(pair.variance_difference[j]),
        "pvalue_variance": float(pair.pvalue_variance[j]),
        "verdict": verdict,
        "draws": pair.used,
        "why": "; ".join(why),
    }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """May this be compared between groups: ``answer`` is yes, partly, no or not tested."""

    what: str
    answer: str
    reason: str


WHATS = ("paths", "index levels", "one model for all")


def answers(rows: Sequence[Cells], products: Sequence[str] = ()) -> tuple[Answer, ...]:
    """Answers for paths, index levels and pooling, from the rows of table ``micom``.

    Paths and levels need composites that are made alike (step 2); that levels then differ is a finding and
    no obstacle. One model for everybody needs equal means and variances as well (step 3).
    """
    judged = [row for row in rows if row["construct"] not in products]
    tested = [row for row in judged if row["verdict"] != "not tested"]
    if not tested:
        why = next((row["why"] for row in judged if row["why"]), "there is nothing to compare")
        return tuple(_answer(what, "not tested", f"{why}.") for what in WHATS)
    left = [row for row in judged if row["verdict"] == "not tested"]
    broken = [row for row in tested if row["verdict"] == "none"]
    unequal = [row for row in tested if row["verdict"] == "partial"]
    alike = "no" if broken else "yes"
    if (broken or left) and {row["construct"] for row in (*broken, *left)} < {
        row["construct"] for row in judged
    }:
        alike = "partly"
    untested = f" Not tested: {_told(left)}." if left else ""
    same = "constructs are made of their questions alike in all groups (compositional invariance)."
    unlike = f"made differently of their questions: {_told(broken)}."
    pooled = "means and variances of the scores are equal too."
    if broken:
        pooled = "composites are not made alike."
    elif unequal:
        pooled = f"means or variances of scores differ: {_told(unequal)}."
    return (
        _answer(WHATS[0], alike, (unlike if broken else same) + untested),
        _answer(
            WHATS[1], alike, "scores of these are not on one footing." if broken else "for the same reason."
        ),
        _answer(WHATS[2], "no" if broken or unequal else alike, pooled),
    )


def _answer(what: str, answer: str, reason: str) -> Answer:
    return Answer(what=what, answer=answer, reason=reason)


def _told(rows: Sequence[Cells]) -> str:
    """Constructs with their pairs, at most three of each."""
    pairs: dict[str, list[str]] = {}
    for row in rows:
        pairs.setdefault(row["construct"], []).append(f"{row['group_1']} - {row['group_2']}")
    return ", ".join(f"{name} ({_some(which)}{_lowest(rows, name)})" for name, which in pairs.items())


def _lowest(rows: Sequence[Cells], name: str) -> str:
    """The lowest c where a construct is made differently: a large sample finds what hardly is below 1."""
    found = [row["compositional"] for row in rows if row["construct"] == name and row["verdict"] == "none"]
    return f"; lowest c {min(found):.6f}" if found else ""


def _some(pairs: Sequence[str]) -> str:
    return ", ".join(pairs[:3]) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")


def micom_finding(rows: Sequence[Cells], products: Sequence[str] = ()) -> Finding:
    """The answers as one finding: a warning where paths or levels may not be compared."""
    found = answers(rows, products)
    text = " ".join(f"{one.what.capitalize()}: {one.answer}, {one.reason}" for one in found)
    sound = found[0].answer == "yes"
    fix = (
        "Compare what is made alike, and look at the weights of the others group by group."
        if found[0].answer in ("partly", "no")
        else ""
    )
    return Finding(
        code="composite-comparability",
        severity="note" if sound or found[0].answer == "not tested" else "warning",
        where="groups",
        what="May groups be compared? Questions, treatment of answers and algorithm are the same in every "
        f"group. {text}",
        fix=fix,
    )


def few_dealings(pairs: Sequence[Micom], level: float) -> Iterator[Finding]:
    """Say how many permutations the adjustment over the pairs needs, where there were fewer."""
    used = next((pair.used for pair in pairs if pair.used), 0)
    if used and len(pairs) / (1 + used) > 1 - level:
        many = f"{len(pairs)} pairs" if len(pairs) > 1 else "one pair"
        yield Finding(
            code="few-permutations",
            severity="note",
            where="--permutations",
            what=f"over {many} of groups, {used} permutations cannot show that composites are made "
            "differently.",
            fix=f"Give --permutations {needed(len(pairs), level)} or more.",
        )


def needed(tests: int, level: float) -> int:
    """Permutations with which the smallest p-value is below the level after adjustment, in round hundreds."""
    return int(np.ceil(1.2 * tests / (1 - level) / 100) * 100)
