"""May groups with ordered answers be compared? The ladder of invariance in the order that they need.

configural > thresholds > metric (loadings, too) > scalar (intercepts, too, latent means free) > strict (error
variances, too). Thresholds come first: without them latent responses have no unit in common, so that equal
loadings would mean nothing (Wu & Estabrook 2016, Psychometrika 81, 1014-1045; Svetina, Rutkowski & Rutkowski
2020, Structural Equation Modeling 27, 111-130). What identifies each step by the number of answers is told in
``estimation/ordinal/group_layout.py``: equal thresholds can be tested from four answers on, and an item with
two answers is tested as a whole at the step of intercepts.

A step holds if the fit hardly drops - scaled CFI by no more than .004 and scaled RMSEA up by no more than
.010 (Rutkowski & Svetina 2017, Applied Measurement in Education 30, 39-51), since thresholds are seen by CFI
only dimly - or if the mean- and variance-adjusted chi-square of the difference (Satorra 2000) is not
significant.
A step that does not hold is tried again with single items released, as ``comparison/invariance.py`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.invariance import group_samples, measurement_model
from csi_model.errors import CsiError, Finding, UsageError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.group_fitting import Difference
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.group_moments import OrdinalGroups, ordinal_groups
from csi_model.estimation.ordinal.group_tests import ordinal_difference, ordinal_score_tests
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.score_tests import ScoreTest
from csi_model.evaluation.fit_measures import fit_measures
from csi_model.model.spec import ModelSpec
from csi_model.survey.survey import Survey

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("configural", ()),
    ("thresholds", ("thresholds",)),
    ("metric", ("thresholds", "loadings")),
    ("scalar", ("thresholds", "loadings", "intercepts")),
    ("strict", ("thresholds", "loadings", "intercepts", "residuals")),
)
RELEASED = ("thresholds", "metric", "scalar")
"""Steps at which single items may be released."""
CFI, RMSEA = 0.004, 0.010
"""How far scaled CFI may fall and scaled RMSEA rise from one step to the next."""


@dataclass(frozen=True, kw_only=True)
class OrdinalStep:
    """One rung: its fit, the drop from the rung below, and whether it ``holds`` (yes, no, partial).

    ``measures`` are scaled CFI, TLI and RMSEA, and SRMR; ``released`` the parameters left free; ``tests`` the
    score tests of the step before anything was released.
    """

    name: str
    fit: OrdinalJointFit
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
class OrdinalLadder:
    """The ladder of a survey's groups; see ``invariance.Invariance``."""

    groups: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    constructs: tuple[str, ...]
    steps: tuple[OrdinalStep, ...]
    findings: tuple[Finding, ...]

    def step(self, name: str) -> OrdinalStep | None:
        """The step of that name, if it was reached."""
        return next((step for step in self.steps if step.name == name), None)

    def holds(self, name: str) -> str:
        """``yes``, ``partial`` or ``no`` for a step; a step not reached does not hold."""
        found = self.step(name)
        return "no" if found is None else found.holds


def ordinal_invariance(model: ModelSpec, survey: Survey, *, min_base: int = 30) -> OrdinalLadder:
    """Climb the ladder for the groups of a survey (its ``by`` columns).

    The measurement of all constructs with two items and more is compared, constructs correlating freely.

    Parameters
    ----------
    model, survey
        As for ``fit``; respondents with every answer are used.
    min_base
        Smaller groups are left out.

    Raises
    ------
    UsageError
        There are fewer than two groups to compare, or no construct has two items.
    EstimationError
        The groups cannot be fitted together, or share no two answers to a question.
    """
    measured = measurement_model(survey.model if survey.model.name == model.name else model)
    _check_measurement(measured)
    names, samples, left_out = group_samples(measured, survey, "complete", min_base)
    if len(names) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out)
        raise UsageError.at(
            "invariance",
            f"there are no two groups to compare{f' ({reasons})' if reasons else ''}.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    with threadpool_limits(1, user_api="blas"):
        groups = ordinal_groups(measured, names, samples)
        steps = tuple(_climb(groups))
    return OrdinalLadder(
        groups=tuple(names),
        left_out=tuple(left_out),
        constructs=measured.construct_names,
        steps=steps,
        findings=tuple(_findings(groups, steps, left_out)),
    )


def try_ordinal_invariance(
    model: ModelSpec, survey: Survey, *, min_base: int
) -> tuple[OrdinalLadder | None, tuple[Finding, ...]]:
    """The ladder, or the findings that say why there is none."""
    try:
        made = ordinal_invariance(model, survey, min_base=min_base)
    except CsiError as error:
        return None, tuple(replace(f, severity="note", code="no-invariance") for f in error.findings)
    return made, made.findings


def _check_measurement(measured: ModelSpec) -> None:
    if not measured.constructs:
        raise UsageError.at(
            "invariance",
            "no construct has two questions of its own.",
            "Whether a single question means the same to all groups cannot be seen from the answers.",
            code="no-measurement",
        )
    if parameter_table(measured).degrees_of_freedom() < 0:
        raise UsageError.at(
            "invariance",
            "two questions of one construct are too few to tell what they measure.",
            "Whether they mean the same to all groups can be seen from three questions or two constructs.",
            code="no-measurement",
        )


def _climb(groups: OrdinalGroups) -> Iterator[OrdinalStep]:
    below: OrdinalStep | None = None
    released: tuple[Key, ...] = ()
    for name, equal in STEPS:
        start = None if below is None else below.fit
        carried = (*released, *_followers(groups, released, equal))
        fitted = fit_ordinal_groups(groups, equal=equal, released=carried, start=start)
        step = _judged(name, fitted, below, carried)
        if step.holds == "no" and name in RELEASED and fitted.converged:
            step = _in_part(step, groups, equal, below)
        yield step
        if step.holds == "no":
            return
        below, released = step, step.released


def _judged(
    name: str, fitted: OrdinalJointFit, below: OrdinalStep | None, released: tuple[Key, ...]
) -> OrdinalStep:
    """A fit as a step of the ladder, judged against the one below."""
    if not fitted.converged:
        nothing = dict.fromkeys(("cfi", "tli", "rmsea", "srmr"), np.nan)
        return OrdinalStep(name=name, fit=fitted, measures=nothing, released=released, holds="no",
                           why="the search for the optimum did not end")  # fmt: skip
    measures = scaled_measures(fitted)
    if below is None:
        return OrdinalStep(name=name, fit=fitted, measures=measures, released=released)
    drop = {key: measures[key] - below.measures[key] for key in ("cfi", "rmsea", "srmr")}
    too_far = [
        f"{label} {drop[key]:+.3f}"
        for key, label, bad in (
            ("cfi", "CFI", drop["cfi"] < -CFI),
            ("rmsea", "RMSEA", drop["rmsea"] > RMSEA),
        )
        if bad
    ]
    step = OrdinalStep(
        name=name, fit=fitted, measures=measures, difference=ordinal_difference(below.fit, fitted), drop=drop,
        released=released,
    )  # fmt: skip
    if too_far and not step.pvalue >= 0.05 and step.difference is not None and step.difference.df > 0:
        return replace(step, holds="no", why=f"the fit drops too far: {', '.join(too_far)}")
    return replace(step, holds="partial" if released else "yes")


def _in_part(
    step: OrdinalStep, groups: OrdinalGroups, equal: tuple[str, ...], below: OrdinalStep | None
) -> OrdinalStep:
    """Release items one by one, by score tests, until the step holds or nothing may be released."""
    kind = equal[-1]
    first = ordinal_score_tests(step.fit, kind)
    best, tests = step, first
    while best.holds == "no":
        keys = [test.key for test in tests if not test.group]
        candidate = next((key for key in keys if _may_release(groups, key, best.released)), None)
        if candidate is None:
            return replace(step, tests=first)
        released = (*best.released, candidate)
        fitted = fit_ordinal_groups(groups, equal=equal, released=released, start=best.fit)
        best = _judged(step.name, fitted, below, released)
        if best.holds == "no" and not fitted.converged:
            return replace(step, tests=first)
        tests = ordinal_score_tests(fitted, kind) if best.holds == "no" else ()
    return replace(best, tests=first, why=step.why)


def item_of(key: Key) -> str:
    """The item that a released parameter belongs to."""
    lhs, op, rhs = key
    return rhs if op == "=~" else lhs


def _construct_of(groups: OrdinalGroups, item: str) -> str:
    return next(row.lhs for row in groups.table.rows if row.matrix == "lambda" and row.rhs == item)


def _may_release(groups: OrdinalGroups, key: Key, released: Sequence[Key]) -> bool:
    """True if the construct keeps two items with everything equal."""
    construct = _construct_of(groups, item_of(key))
    items = {row.rhs for row in groups.table.rows if row.matrix == "lambda" and row.lhs == construct}
    return len(items - {item_of(other) for other in released} - {item_of(key)}) >= 2


def _followers(groups: OrdinalGroups, released: Sequence[Key], equal: Sequence[str]) -> tuple[Key, ...]:
    """What must be free with a released parameter: the item's loading, intercept and error, in this order."""
    items = {item_of(key): None for key in released}
    keys: list[Key] = []
    for item in items:
        if "loadings" in equal and (item, "|", "") in released:
            keys.append((_construct_of(groups, item), "=~", item))
        if "intercepts" in equal:
            keys.append((item, "~1", ""))
        if "residuals" in equal:
            keys.append((item, "~~", item))
    return tuple(key for key in keys if key not in released)


def scaled_measures(fitted: OrdinalJointFit) -> dict[str, float]:
    """CFI, TLI and RMSEA in their scaled forms, and SRMR of the correlations."""
    found = {
        measure.name: measure.value
        for measure in fit_measures(fitted.test, npar=fitted.layout.n_free, sample=np.eye(2), sigma=np.eye(2))
    }
    ending = "_scaled" if fitted.test.scaling is not None else ""
    made = {name: found[f"{name}{ending}"] for name in ("cfi", "tli", "rmsea")}
    return {**made, "srmr": _srmr(fitted)}


def _srmr(fitted: OrdinalJointFit) -> float:
    """SRMR, thresholds left out: the average over groups, by respondents."""
    groups, total = fitted.groups, 0.0
    for g, part in enumerate(groups.parts):
        sigma = matrices(fitted.layout.cores[g], fitted.values_of(g)[1]).sigma
        scale = np.where(groups.ordered, np.sqrt(np.diag(sigma)), 1.0)
        sd = np.sqrt(np.diag(part.cov))
        residual = (part.cov - sigma / np.outer(scale, scale)) / np.outer(sd, sd)
        total += part.n / groups.n * float(np.sqrt(np.mean(residual[np.tril_indices(len(sd))] ** 2)))
    return total


def _findings(
    groups: OrdinalGroups, steps: Sequence[OrdinalStep], left_out: Sequence[tuple[str, str]]
) -> Iterator[Finding]:
    if left_out:
        yield Finding(
            code="groups-left-out",
            severity="note",
            where="invariance",
            what="not compared: " + ", ".join(f"{name} ({why})" for name, why in left_out) + ".",
        )
    if groups.joined:
        listed = "; ".join(
            f"{one.item} {' with '.join(f'{answer:g}' for answer in one.answers)}" for one in groups.joined
        )
        yield Finding(
            code="categories-joined",
            severity="note",
            where="invariance",
            what=f"some groups never gave certain answers, which are joined with a neighbour: {listed}.",
            fix="Thresholds can be equal only between answers that every group gives.",
        )
    few = [name for name, count in groups.categories.items() if count == 2]
    if few:
        yield Finding(
            code="two-answers",
            severity="note",
            where="invariance",
            what=f"with two answers threshold and loading cannot be tested one by one: {', '.join(few)}.",
            fix="They are held equal together with the intercept, at the scalar step.",
        )
    first = steps[0]
    if first.measures["rmsea"] > 0.08 or first.measures["cfi"] < 0.90:
        yield Finding(
            code="poor-configural-fit",
            severity="warning",
            where="invariance",
            what="already the model without equalities fits the groups poorly (CFI "
            f"{first.measures['cfi']:.3f}, RMSEA {first.measures['rmsea']:.3f}), so that the later steps "
            "say less.",
            fix="Mend the measurement first: see the modification indices.",
        )
