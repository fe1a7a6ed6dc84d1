"""The rungs of a ladder of invariance, whatever was fitted: how one is judged, and the tables of all.

``invariance.py`` climbs with continuous answers, ``ordinal_invariance.py`` with ordered ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import CsiError, Finding
from csi_model.estimation.covariance import matrices
from csi_model.estimation.group_fitting import Difference
from csi_model.estimation.inference import ModelTest
from csi_model.estimation.joint import Key
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.score_tests import ScoreTest
from csi_model.evaluation.fit_measures import fit_measures

Array = NDArray[Any]
Cells = dict[str, Any]

UNENDED = "the search for the optimum did not end"
"""Why such a fit says nothing."""


class Fitted(Protocol):
    """A fit of several groups together."""

    @property
    def test(self) -> ModelTest:
        """Against the saturated model."""

    @property
    def converged(self) -> bool:
        """True where the search ended at an optimum."""

    @property
    def n_free(self) -> int:
        """Free parameters of all groups."""

    def of_group(self, group: int) -> tuple[ParameterTable, Array, Array]:
        """Table, values (q_g,) and covariance (q_g, q_g) of one group."""


F = TypeVar("F", bound=Fitted)


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """How far fit may drop from one step to the next."""

    cfi: float
    rmsea: float
    srmr: float


@dataclass(frozen=True, kw_only=True)
class Rung(Generic[F]):
    """One step: its fit, the drop from the step below, and whether it ``holds`` (yes, no, partial).

    ``measures`` are CFI, TLI and RMSEA (robust or scaled where the test is) and SRMR; ``released`` the
    parameters left free; ``tests`` the score tests of the step before anything was released.
    """

    name: str
    fit: F
    measures: dict[str, float]
    difference: Difference | None = None
    drop: dict[str, float] = field(default_factory=dict)
    released: tuple[Key, ...] = ()
    tests: tuple[ScoreTest, ...] = ()
    holds: str = "yes"
    why: str = ""

    @property
    def pvalue(self) -> float:
        """Of the chi-square difference to the step below."""
        if self.difference is None or not np.isfinite(self.difference.chisq):
            return float("nan")
        return float(stats.chi2.sf(self.difference.chisq, self.difference.df))


@dataclass(frozen=True, kw_only=True)
class Ladder(Generic[F]):
    """The ladder of a survey's groups.

    ``groups`` are the compared ones, ``left_out`` the others with the reason; ``steps`` end where one
    does not hold even in part, the last step telling why.
    """

    groups: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    constructs: tuple[str, ...]
    steps: tuple[Rung[F], ...]
    findings: tuple[Finding, ...]

    def step(self, name: str) -> Rung[F] | None:
        """The step of that name, if it was reached."""
        return next((step for step in self.steps if step.name == name), None)

    def holds(self, name: str) -> str:
        """``yes``, ``partial`` or ``no`` for a step; a step not reached does not hold."""
        found = self.step(name)
        return "no" if found is None else found.holds

    def released(self, name: str) -> tuple[Key, ...]:
        """What a step that holds in part left free; nothing at any other step."""
        found = self.step(name)
        return () if found is None or found.holds != "partial" else found.released


def judged(
    name: str,
    fitted: F,
    below: Rung[F] | None,
    released: tuple[Key, ...],
    *,
    measured: Callable[[F], dict[str, float]],
    compared: Callable[[F, F], Difference],
    limit: Cuts,
) -> Rung[F]:
    """A fit as a step of the ladder, judged against the one below.

    Parameters
    ----------
    name, fitted, released
        Of the step.
    below
        The step below, if there is one.
    measured
        The measures of a fit.
    compared
        The test of a restricted fit (second) against a free one (first). A step that restricts nothing
        cannot fail.
    limit
        How far fit may drop.
    """
    if not fitted.converged:
        nothing = dict.fromkeys(("cfi", "tli", "rmsea", "srmr"), np.nan)
        return Rung(name=name, fit=fitted, measures=nothing, released=released, holds="no", why=UNENDED)
    measures = measured(fitted)
    if below is None:
        return Rung(name=name, fit=fitted, measures=measures, released=released)
    drop = {key: measures[key] - below.measures[key] for key in ("cfi", "rmsea", "srmr")}
    too_far = [
        f"{label} {drop[key]:+.3f}"
        for key, label, bad in (
            ("cfi", "CFI", drop["cfi"] < -limit.cfi),
            ("rmsea", "RMSEA", drop["rmsea"] > limit.rmsea),
            ("srmr", "SRMR", drop["srmr"] > limit.srmr),
        )
        if bad
    ]
    test = compared(below.fit, fitted)
    step = Rung(name=name, fit=fitted, measures=measures, difference=test, drop=drop, released=released)
    if too_far and test.df > 0 and not step.pvalue >= 0.05:
        return replace(step, holds="no", why=f"the fit drops too far: {', '.join(too_far)}")
    return replace(step, holds="partial" if released else "yes")


def measures_of(fitted: Fitted, *, ending: str, srmr: float) -> dict[str, float]:
    """CFI, TLI and RMSEA in the form that ``ending`` names (``""``, ``_scaled``, ``_robust``), and SRMR."""
    found = {
        measure.name: measure.value
        for measure in fit_measures(fitted.test, npar=fitted.n_free, sample=np.eye(2), sigma=np.eye(2))
    }
    return {**{name: found[f"{name}{ending}"] for name in ("cfi", "tli", "rmsea")}, "srmr": srmr}


def item_of(key: Key) -> str:
    """The item that a released parameter belongs to."""
    lhs, op, rhs = key
    return rhs if op == "=~" else lhs


def construct_of(table: ParameterTable, item: str) -> str:
    """The construct that an item measures."""
    return next(row.lhs for row in table.rows if row.matrix == "lambda" and row.rhs == item)


def may_release(table: ParameterTable, key: Key, released: Sequence[Key]) -> bool:
    """True if the construct keeps two items with everything equal."""
    construct = construct_of(table, item_of(key))
    items = {row.rhs for row in table.rows if row.matrix == "lambda" and row.lhs == construct}
    return len(items - {item_of(other) for other in released} - {item_of(key)}) >= 2


def left_out_finding(left_out: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Which groups are not compared, and why."""
    if left_out:
        yield Finding(
            code="groups-left-out",
            severity="note",
            where="invariance",
            what="not compared: " + ", ".join(f"{name} ({why})" for name, why in left_out) + ".",
        )


def configural_finding(first: Rung[F], *, ordinal: bool = False) -> Iterator[Finding]:
    """A first step that already fits poorly.

    The limits were not made for ``ordinal`` answers, of which the same misfit looks better (Xia & Yang 2019):
    there a fit within them says nothing, but one beyond them is poor all the more.
    """
    if first.measures["rmsea"] > 0.08 or first.measures["cfi"] < 0.90:
        kind, though = ("scaled ", ", though ordered answers make fit look better (Xia & Yang 2019)")
        yield Finding(
            code="poor-configural-fit",
            severity="warning",
            where="invariance",
            what=f"already the model without equalities fits the groups poorly ({kind * ordinal}CFI "
            f"{first.measures['cfi']:.3f}, {kind * ordinal}RMSEA {first.measures['rmsea']:.3f})"
            f"{though * ordinal}, so that the later steps say less.",
            fix="Mend the measurement first: see the "
            f"{'residual correlations' if ordinal else 'modification indices'}.",
        )


def tried(climb: Callable[[], Ladder[F]]) -> tuple[Ladder[F] | None, tuple[Finding, ...]]:
    """The ladder, or the findings that say why there is none."""
    try:
        made = climb()
    except CsiError as error:
        return None, tuple(replace(f, severity="note", code="no-invariance") for f in error.findings)
    return made, made.findings


def step_rows(steps: Sequence[Rung[F]]) -> Iterator[Cells]:
    """Rows of the table ``invariance``."""
    for k, step in enumerate(steps):
        test, drop = step.fit.test, step.difference
        chisq = test.chisq
        if test.scaling is not None:
            chisq = test.chisq / test.scaling.factor + test.scaling.shift
        none = [] if drop is None else [drop.why]
        if k == 0:
            none = ["the first step: nothing to compare it with"]
        if test.df == 0:
            none.append("no degrees of freedom, so no TLI or RMSEA")
        elif k and steps[k - 1].fit.test.df == 0:
            none.append("the step below has no degrees of freedom, so no RMSEA to compare with")
        yield {
            "step": step.name,
            "holds": step.holds,
            "chisq": chisq if np.isfinite(chisq) else np.nan,
            "df": test.df,
            "npar": step.fit.n_free,
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


def equality_rows(steps: Sequence[Rung[F]]) -> Iterator[Cells]:
    """Rows of the table ``equality_tests``."""
    for step in steps:
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


def mean_rows(step: Rung[F], groups: Sequence[str], level: float) -> Iterator[Cells]:
    """Rows of the table ``latent_means``: means of constructs against the first group, from one step."""
    quantile = stats.norm.ppf(0.5 + level / 2)
    for group, name in enumerate(groups):
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
