"""The complaint funnel: who had a problem, complained, was handled well, and stayed; and recovery."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.measures.boxes import nobody
from csi_model.measures.estimates import Design, Estimate, Part, covariance, effective, estimate
from csi_model.measures.intervals import NONE, Interval, wilson
from csi_model.measures.quantities import Quantity, Row, Unit
from csi_model.survey.survey import Floats

NOBODY_THERE = "nobody reached the stage before"
HIDDEN_BEFORE = "suppressed: the stage before is, and its respondents would follow from this one"
"""A base that counts those who reached a suppressed stage says what was suppressed."""
GIVES_AWAY = "suppressed: with it the group beside it that is suppressed would be known"
NO_ANSWER = "nobody at the stage before answered the question"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage: its name, and who of those at the stage before reached it.

    ``reached`` (n,) is 1, 0, or NaN where there is no answer. It counts only for those of the stage before.
    """

    stage: str
    reached: Floats


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """What each respondent said along the way; (n,) of 1, 0, or NaN where there is no answer.

    Attributes
    ----------
    problem
        Had a problem; None where it was not asked.
    complained, handled_well, stayed
        Complained; the complaint was handled well; stays a customer. The latter two are None where they were
        not asked. ``handled_well`` is read of complainers only.
    """

    complained: Floats
    problem: Floats | None = None
    handled_well: Floats | None = None
    stayed: Floats | None = None

    def ways(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """Kind and steps of every row: ``funnel`` stages first, then ``recovery``."""
        start = () if self.problem is None else (Step(stage="problem", reached=self.problem),)
        complained = (*start, Step(stage="complained", reached=self.complained))
        yield from (("funnel", complained[: k + 1]) for k in range(len(complained)))
        well: tuple[Step, ...] = ()
        if self.handled_well is not None:
            well = (*complained, Step(stage="handled_well", reached=self.handled_well))
            yield "funnel", well
        if self.stayed is None:
            return
        if well:
            badly = (*complained, Step(stage="", reached=1 - well[-1].reached))
            yield "funnel", (*well, Step(stage="stayed", reached=self.stayed))
            yield "recovery", (*well, Step(stage="stayed_handled_well", reached=self.stayed))
            yield "recovery", (*badly, Step(stage="stayed_handled_badly", reached=self.stayed))
        else:
            yield "funnel", (*complained, Step(stage="stayed", reached=self.stayed))
        silent = (*start, Step(stage="", reached=1 - self.complained))
        yield "recovery", (*complained, Step(stage="stayed_complained", reached=self.stayed))
        yield "recovery", (*silent, Step(stage="stayed_silent", reached=self.stayed))
        if self.problem is not None:
            none = Step(stage="", reached=1 - self.problem)
            yield "recovery", (none, Step(stage="stayed_no_problem", reached=self.stayed))


def funnel_rows(
    funnel: Funnel, units: Sequence[Unit], design: Design, *, level: float = 0.95, min_base: int = 30
) -> list[Row]:
    """Rows of ``complaint_funnel``.

    ``share_of_previous`` is the share of those at the stage before who answered and reached this one, with
    Wilson's interval; ``share_of_all`` is the product of these shares along the way, so that a missing answer
    does not count as a loss. Where all answered it is the plain share of all respondents. Its interval is
    Wilson's for the respondents that a share with its linearised error would have had. In the rows on
    recovery the stage before is a group, such as the complainers who were handled badly.

    Parameters
    ----------
    funnel
        What the respondents said.
    units
        All respondents first; in a later one rows with a base below ``min_base`` are suppressed.
    """
    rows: list[Row] = []
    for place, unit in enumerate(units):
        first = funnel.problem if funnel.problem is not None else funnel.complained
        rows.append(_everybody(unit, first, design, min_base if place else 0))
        made = [
            _row(unit, kind, steps, design, level, min_base if place else 0) for kind, steps in funnel.ways()
        ]
        rows += _covered(made)
    return rows


def _covered(rows: list[Row]) -> list[Row]:
    """The rows of a unit without that of all complainers where it would give a suppressed part away."""
    parts = [row for row in rows if row["stage"] in ("stayed_handled_well", "stayed_handled_badly")]
    if [str(row["why"]).startswith("suppressed") for row in parts].count(True) != 1:
        return rows
    return [
        {**row, **_EMPTY, "why": GIVES_AWAY} if row["stage"] == "stayed_complained" else row for row in rows
    ]


_EMPTY: Row = {
    "respondents": None, "share_of_all": math.nan, "share_of_all_ci_lower": math.nan,
    "share_of_all_ci_upper": math.nan, "share_of_previous": math.nan,
    "share_of_previous_ci_lower": math.nan, "share_of_previous_ci_upper": math.nan, "ci_method": "",
    "n_eff": math.nan, "why": "",
}  # fmt: skip


def _everybody(unit: Unit, first: Floats, design: Design, min_base: int) -> Row:
    """All who answered the first question: the base of the funnel, without an interval."""
    there = unit.mask & np.isfinite(first)
    n = int(there.sum())
    row: Row = {"unit": unit.name, "kind": "funnel", "stage": "asked", "stage_base": n, **_EMPTY}
    if n < max(min_base, 1):
        return {**row, "why": _too_few(n, min_base) if n else "nobody answered"}
    weights = design.weights[there]
    return {
        **row,
        "respondents": n,
        "share_of_all": 1.0,
        "share_of_previous": 1.0,
        "n_eff": float(weights.sum() ** 2 / (weights @ weights)),
        "why": "the start: it has no interval",
    }


def _row(unit: Unit, kind: str, steps: Sequence[Step], design: Design, level: float, min_base: int) -> Row:
    row: Row = {"unit": unit.name, "kind": kind, "stage": steps[-1].stage, "stage_base": 0, **_EMPTY}
    before = unit.mask.copy()
    shares: list[Estimate] = []
    for step in steps:
        if shares and shares[-1].n < min_base:
            return {**row, "stage_base": None, "why": HIDDEN_BEFORE}
        if not before.any():
            return {**row, "why": NOBODY_THERE}
        shares.append(_share(step.reached, before, design))
        if shares[-1].n == 0:
            return {**row, "why": NO_ANSWER}
        asked = before & np.isfinite(step.reached)
        before = asked & (step.reached == 1)
    last = shares[-1]
    row["stage_base"] = last.n
    if last.n < min_base:
        return {**row, "why": _too_few(last.n, min_base)}
    lower, upper, n_eff = _wilson(last, design, level)
    of_all = product(shares)
    all_lower, all_upper, _ = _wilson(of_all, design, level)
    known = math.isfinite(lower) and math.isfinite(all_lower)
    return {
        **row,
        "respondents": int(before.sum()),
        "share_of_all": of_all.value,
        "share_of_all_ci_lower": all_lower,
        "share_of_all_ci_upper": all_upper,
        "share_of_previous": last.value,
        "share_of_previous_ci_lower": lower,
        "share_of_previous_ci_upper": upper,
        "ci_method": "wilson" if known else "",
        "n_eff": n_eff,
        "why": "" if known else "no standard error in this sample",
    }


def _share(reached: Floats, before: NDArray[np.bool_], design: Design) -> Estimate:
    part = Part(coefficient=1.0, scores=np.where(before, reached, np.nan))
    return estimate([part], design.weights, before, spread="share")


def product(shares: Sequence[Estimate]) -> Estimate:
    """Product of shares, with the influence of each respondent on it (product rule).

    With an answer of everybody at each stage this is exactly the share of all that reached the last one. Its
    respondents are those of the first share.
    """
    value = math.prod(one.value for one in shares)
    influence = np.zeros(len(shares[0].influence))
    for k, one in enumerate(shares):
        others = math.prod(other.value for j, other in enumerate(shares) if j != k)
        influence += others * one.influence
    first = shares[0]
    return Estimate(
        value=value,
        influence=influence,
        n=first.n,
        kish=first.kish,
        variance_of_one=value * (1 - value),
        spread="share",
        base=first.base,
    )


def _wilson(one: Estimate, design: Design, level: float) -> tuple[float, float, float]:
    """Wilson's limits, and the effective respondents: ``p (1 - p) / se^2``."""
    variance = float(covariance([one], design)[0, 0])
    if not math.isfinite(variance):
        return (*NONE, math.nan)
    n_eff = effective(one, math.sqrt(max(0.0, variance)), simple=False)
    limits: Interval = wilson(min(1.0, max(0.0, one.value)), n_eff, level)
    return (*limits, n_eff)


def _too_few(n: int, min_base: int) -> str:
    return f"suppressed: {n} respondents are fewer than the minimum base of {min_base}"


def covered_recovery(measures: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``recovery`` without the bases of units in which how complaints were handled is suppressed.

    Parameters
    ----------
    measures, stages
        The tables ``measures`` and ``complaint_funnel``.
    """
    units = set(stages.loc[stages["why"] == HIDDEN_BEFORE, "unit"])
    covered = measures.copy()
    rows = covered["unit"].isin(units) & covered["value"].isna()
    covered.loc[rows, "n"] = None
    covered.loc[rows, "why"] = HIDDEN_BEFORE
    return covered


def recovery(funnel: Funnel, item: str) -> Iterator[Quantity]:
    """How many more stay after a complaint that was handled well: than after a bad one, than without one.

    Differences of shares in percentage points. A second one above zero is what the literature calls the
    service recovery paradox (McCollough & Bharadwaj 1992).

    Parameters
    ----------
    item
        The question on staying.
    """
    if funnel.handled_well is None or funnel.stayed is None:
        return
    complained = funnel.complained == 1
    well = np.where(complained & (funnel.handled_well == 1), funnel.stayed, np.nan)
    badly = np.where(complained & (funnel.handled_well == 0), funnel.stayed, np.nan)
    silent = np.where(funnel.complained == 0, funnel.stayed, np.nan)
    if funnel.problem is not None:
        silent = np.where(funnel.problem == 1, silent, np.nan)
        well, badly = (np.where(funnel.problem == 1, one, np.nan) for one in (well, badly))
    for measure, other in (("recovery_gap", badly), ("recovery_gain", silent)):
        if nobody(well) or nobody(other):
            continue
        parts = (Part(coefficient=100.0, scores=well), Part(coefficient=-100.0, scores=other))
        yield Quantity(
            measure=measure,
            item=item,
            parts=parts,
            metric="percentage_points",
            interval="normal",
            bounds=(-100.0, 100.0),
        )
