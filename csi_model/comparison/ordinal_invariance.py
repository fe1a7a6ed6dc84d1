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
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.invariance import checked_measurement, compared_groups
from csi_model.comparison.rungs import (
    Cuts,
    Ladder,
    Rung,
    configural_finding,
    construct_of,
    item_of,
    judged,
    left_out_finding,
    may_release,
    measures_of,
    tried,
)
from csi_model.errors import Finding
from csi_model.estimation.covariance import matrices
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.group_moments import OrdinalGroups, ordinal_groups
from csi_model.estimation.ordinal.group_tests import ordinal_difference, ordinal_score_tests
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups
from csi_model.model.spec import ModelSpec
from csi_model.survey.steps import ordered_items
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
LIMIT = Cuts(cfi=0.004, rmsea=0.010, srmr=float("inf"))
"""How far scaled CFI may fall and scaled RMSEA rise from one step to the next; SRMR sees no thresholds."""

OrdinalStep = Rung[OrdinalJointFit]
OrdinalLadder = Ladder[OrdinalJointFit]


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
    measured = checked_measurement(model, survey)
    names, samples, left_out = compared_groups(measured, survey, "complete", min_base)
    with threadpool_limits(1, user_api="blas"):
        groups = ordinal_groups(measured, names, samples, ordered_items(survey))
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
    return tried(lambda: ordinal_invariance(model, survey, min_base=min_base))


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
    return judged(
        name, fitted, below, released,
        measured=scaled_measures, compared=ordinal_difference, limit=LIMIT,
    )  # fmt: skip


def _in_part(
    step: OrdinalStep, groups: OrdinalGroups, equal: tuple[str, ...], below: OrdinalStep | None
) -> OrdinalStep:
    """Release items one by one, by score tests, until the step holds or nothing may be released."""
    kind = equal[-1]
    first = ordinal_score_tests(step.fit, kind)
    best, tests = step, first
    while best.holds == "no":
        keys = [test.key for test in tests if not test.group]
        candidate = next((key for key in keys if may_release(groups.table, key, best.released)), None)
        if candidate is None:
            return replace(step, tests=first)
        released = (*best.released, candidate)
        fitted = fit_ordinal_groups(groups, equal=equal, released=released, start=best.fit)
        best = _judged(step.name, fitted, below, released)
        if best.holds == "no" and not fitted.converged:
            return replace(step, tests=first)
        tests = ordinal_score_tests(fitted, kind) if best.holds == "no" else ()
    return replace(best, tests=first, why=step.why)


def _followers(groups: OrdinalGroups, released: Sequence[Key], equal: Sequence[str]) -> tuple[Key, ...]:
    """What must be free with a released parameter: the item's loading, intercept and error, in this order."""
    items = {item_of(key): None for key in released}
    keys: list[Key] = []
    for item in items:
        if "loadings" in equal and (item, "|", "") in released:
            keys.append((construct_of(groups.table, item), "=~", item))
        if "intercepts" in equal:
            keys.append((item, "~1", ""))
        if "residuals" in equal:
            keys.append((item, "~~", item))
    return tuple(key for key in keys if key not in released)


def scaled_measures(fitted: OrdinalJointFit) -> dict[str, float]:
    """CFI, TLI and RMSEA in their scaled forms, and SRMR of the correlations."""
    ending = "_scaled" if fitted.test.scaling is not None else ""
    return measures_of(fitted, ending=ending, srmr=_srmr(fitted))


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
    yield from left_out_finding(left_out)
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
    yield from configural_finding(steps[0], ordinal=True)
