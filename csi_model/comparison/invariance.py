"""May groups be compared? The ladder of measurement invariance, with a verdict in words.

configural (same constructs and items) > metric (equal loadings) > scalar (equal intercepts too, latent
means free) > strict (equal error variances too); Meredith (1993, Psychometrika 58, 525-543). A step
holds if the fit hardly drops: CFI by no more than .010 (Cheung & Rensvold 2002, Structural Equation
Modeling 9, 233-255), RMSEA up by no more than .015 and SRMR by no more than .030 (metric) or .010
(Chen 2007, Structural Equation Modeling 14, 464-504), for 300 respondents and fewer .005, .010, .025 and
.005 - or if chi-square does not rise significantly. At the sample sizes of satisfaction surveys
chi-square alone rejects everything.

A step that does not hold is tried again with single items released, the largest score test first, as
long as every construct keeps two items that are equal (Byrne, Shavelson & Muthen 1989, Psychological
Bulletin 105, 456-466).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import CsiError, Finding, UsageError
from csi_model.estimation.group_fitting import (
    Difference,
    GroupEvidence,
    JointFit,
    difference,
    fit_jointly,
    group_evidence,
)
from csi_model.estimation.joint import Key
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.score_tests import ScoreTest, score_tests
from csi_model.evaluation.fit_measures import fit_measures, joint_srmr
from csi_model.model.spec import ModelSpec
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster
from csi_model.survey.moments import Sample, group_masks, sample_of
from csi_model.survey.survey import MissingRule, Survey

Array = NDArray[Any]

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("configural", ()),
    ("metric", ("loadings",)),
    ("scalar", ("loadings", "intercepts")),
    ("strict", ("loadings", "intercepts", "residuals")),
)
SMALL = 300
"""Up to this many respondents the stricter cut-offs hold."""


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """How far fit may drop from one step to the next."""

    cfi: float
    rmsea: float
    srmr: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """One rung: its fit, the drop from the rung below, and whether it ``holds`` (yes, no, partial).

    ``measures`` are CFI, TLI, RMSEA (robust where the test is scaled) and SRMR; ``released`` the
    parameters left free; ``tests`` the score tests of the step before anything was released.
    """

    name: str
    fit: JointFit
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
class Invariance:
    """The ladder of a survey's groups.

    ``groups`` are the compared ones, ``left_out`` the others with the reason; ``steps`` end where one
    does not hold even in part, the last step telling why.
    """

    groups: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    constructs: tuple[str, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    def step(self, name: str) -> Step | None:
        """The step of that name, if it was reached."""
        return next((step for step in self.steps if step.name == name), None)

    def holds(self, name: str) -> str:
        """``yes``, ``partial`` or ``no`` for a step; a step not reached does not hold."""
        found = self.step(name)
        return "no" if found is None else found.holds


def cuts(step: str, n: int) -> Cuts:
    """Cut-offs of a step for ``n`` respondents in all."""
    if n <= SMALL:
        return Cuts(cfi=0.005, rmsea=0.010, srmr=0.025 if step == "metric" else 0.005)
    return Cuts(cfi=0.010, rmsea=0.015, srmr=0.030 if step == "metric" else 0.010)


def invariance(
    model: ModelSpec,
    survey: Survey,
    *,
    robust: bool = False,
    missing_data: MissingRule = "complete",
    min_base: int = 30,
) -> Invariance:
    """Climb the ladder for the groups of a survey (its ``by`` columns).

    The measurement of all constructs with two items and more is compared, constructs correlating freely;
    a single item cannot show whether it means the same to all.

    Parameters
    ----------
    model, survey
        As for ``fit``.
    robust
        Scaled tests and robust fit measures (always so under a sampling design).
    missing_data
        ``complete``, ``mean`` or ``available`` (full information).
    min_base
        Smaller groups are left out.

    Raises
    ------
    UsageError
        There are fewer than two groups to compare, or no construct has two items.
    EstimationError
        The groups cannot be fitted together.
    """
    measured = measurement_model(survey.model if survey.model.name == model.name else model)
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
    names, samples, left_out = group_samples(measured, survey, missing_data, min_base)
    if len(names) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out)
        raise UsageError.at(
            "invariance",
            f"there are no two groups to compare{f' ({reasons})' if reasons else ''}.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    with threadpool_limits(1, user_api="blas"):
        evidence = group_evidence(measured, names, samples)
        steps = tuple(_climb(evidence, robust=robust))
    return Invariance(
        groups=tuple(names),
        left_out=tuple(left_out),
        constructs=measured.construct_names,
        steps=steps,
        findings=tuple(_findings(steps, left_out)),
    )


def measurement_model(model: ModelSpec) -> ModelSpec:
    """Constructs with two items and more of their own, without paths."""
    kept = tuple(c for c in model.constructs if len(c.indicators) > 1 and not c.repeats)
    names = {c.name for c in kept} | {item.name for c in kept for item in c.indicators}
    modifiers = tuple(m for m in model.modifiers if m.op != "~" and m.lhs in names and m.rhs in names)
    return replace(model, constructs=kept, paths=(), modifiers=modifiers)


def group_samples(
    model: ModelSpec, survey: Survey, missing_data: MissingRule, min_base: int
) -> tuple[list[str], list[Sample], list[tuple[str, str]]]:
    """Names and samples of the groups that can be fitted, columns of ``model`` only; and the others.

    Respondents are those of the whole model, so that the ladder and the index speak of the same people.
    """
    columns = [survey.names.index(item.name) for item in model.indicators]
    names, samples, left_out = [], [], []
    for key, mask in group_masks(survey):
        name = " / ".join(key)
        sample = restricted_sample(sample_of(survey, mask, missing_data), columns)
        variance = np.diag(sample.cov)
        if sample.n < max(min_base, len(columns) + 1):
            left_out.append((name, f"{sample.n} respondents"))
        elif one_cluster(sample):
            left_out.append((name, ONE_CLUSTER))
        elif not np.all(variance > 1e-18):
            constant = [model.indicators[k].name for k in np.flatnonzero(~(variance > 1e-18))]
            left_out.append((name, f"no variation in {', '.join(constant)}"))
        else:
            names.append(name)
            samples.append(sample)
    return names, samples, left_out


def restricted_sample(sample: Sample, columns: Sequence[int]) -> Sample:
    """The sample with some of its items only."""
    at = list(columns)
    return replace(
        sample, mean=sample.mean[at], cov=sample.cov[np.ix_(at, at)], answers=sample.answers[:, at]
    )


def _climb(evidence: GroupEvidence, *, robust: bool) -> Iterator[Step]:
    below: Step | None = None
    released: tuple[Key, ...] = ()
    for name, equal in STEPS:
        start = None if below is None else below.fit
        carried = (*released, *_followers(evidence, released, equal))
        fitted = fit_jointly(evidence, equal=equal, released=carried, robust=robust, start=start)
        step = _step(name, fitted, below, carried)
        if step.holds == "no" and name in ("metric", "scalar") and fitted.converged:
            step = _in_part(step, evidence, equal, below, robust=robust)
        yield step
        if step.holds == "no":
            return
        below, released = step, step.released


def _step(name: str, fitted: JointFit, below: Step | None, released: tuple[Key, ...]) -> Step:
    """A fit as a step of the ladder, judged against the one below."""
    if not fitted.converged:
        nothing = dict.fromkeys(("cfi", "tli", "rmsea", "srmr"), np.nan)
        return Step(name=name, fit=fitted, measures=nothing, released=released, holds="no",
                    why="the search for the optimum did not end")  # fmt: skip
    measures = joint_measures(fitted)
    if below is None:
        return Step(name=name, fit=fitted, measures=measures, released=released)
    drop = {key: measures[key] - below.measures[key] for key in ("cfi", "rmsea", "srmr")}
    limit = cuts(name, fitted.evidence.n)
    too_far = [
        f"{label} {drop[key]:+.3f}"
        for key, label, bad in (
            ("cfi", "CFI", drop["cfi"] < -limit.cfi),
            ("rmsea", "RMSEA", drop["rmsea"] > limit.rmsea),
            ("srmr", "SRMR", drop["srmr"] > limit.srmr),
        )
        if bad
    ]
    step = Step(
        name=name, fit=fitted, measures=measures, difference=difference(below.fit, fitted), drop=drop,
        released=released,
    )  # fmt: skip
    if too_far and not step.pvalue >= 0.05:
        return replace(step, holds="no", why=f"the fit drops too far: {', '.join(too_far)}")
    return replace(step, holds="partial" if released else "yes")


def _in_part(
    step: Step, evidence: GroupEvidence, equal: tuple[str, ...], below: Step | None, *, robust: bool
) -> Step:
    """Release items one by one, by score tests, until the step holds or nothing may be released."""
    first = score_tests(step.fit)
    best, tests = step, first
    wanted = "=~" if step.name == "metric" else "~1"
    while best.holds == "no":
        candidate = next(
            (
                test.key
                for test in tests
                if not test.group and test.op == wanted and _may_release(evidence, test.key, best.released)
            ),
            None,
        )
        if candidate is None:
            return replace(step, tests=first)
        released = (*best.released, candidate)
        fitted = fit_jointly(evidence, equal=equal, released=released, robust=robust, start=best.fit)
        best = _step(step.name, fitted, below, released)
        tests = score_tests(fitted) if best.holds == "no" else ()
    return replace(best, tests=first, why=step.why)


def _construct_of(evidence: GroupEvidence, key: Key) -> tuple[str, str]:
    """(construct, item) that a loading or intercept belongs to."""
    lhs, op, rhs = key
    item = rhs if op == "=~" else lhs
    row = next(r for r in evidence.parts[0].table.rows if r.matrix == "lambda" and r.rhs == item)
    return row.lhs, item


def _may_release(evidence: GroupEvidence, key: Key, released: Sequence[Key]) -> bool:
    """True if the construct keeps two items with everything equal."""
    construct, item = _construct_of(evidence, key)
    items = {r.rhs for r in evidence.parts[0].table.rows if r.matrix == "lambda" and r.lhs == construct}
    gone = {_construct_of(evidence, other)[1] for other in released if other[1] in ("=~", "~1")}
    return len(items - gone - {item}) >= 2


def _followers(evidence: GroupEvidence, released: Sequence[Key], equal: Sequence[str]) -> tuple[Key, ...]:
    """What must be free with a released loading or intercept: the item's intercept, its error."""
    items = {_construct_of(evidence, key)[1] for key in released if key[1] in ("=~", "~1")}
    wanted = [("~1", "intercepts"), ("~~", "residuals")]
    keys = [
        (item, op, item if op == "~~" else "")
        for op, kind in wanted
        if kind in equal
        for item in sorted(items)
    ]
    return tuple(key for key in keys if key not in released)


def joint_measures(fitted: JointFit) -> dict[str, float]:
    """CFI, TLI and RMSEA, robust where the test is scaled, and SRMR with means."""
    found = {
        measure.name: measure.value
        for measure in fit_measures(fitted.test, npar=fitted.joint.n_free, sample=np.eye(2), sigma=np.eye(2))
    }
    ending = "_robust" if fitted.test.robust is not None else ""
    made = {name: found[f"{name}{ending}"] for name in ("cfi", "tli", "rmsea")}
    return {**made, "srmr": joint_srmr(fitted)}


def _findings(steps: Sequence[Step], left_out: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    if left_out:
        yield Finding(
            code="groups-left-out",
            severity="note",
            where="invariance",
            what="not compared: " + ", ".join(f"{name} ({why})" for name, why in left_out) + ".",
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


def try_invariance(
    model: ModelSpec, survey: Survey, *, robust: bool, missing_data: MissingRule, min_base: int
) -> tuple[Invariance | None, tuple[Finding, ...]]:
    """The ladder, or the findings that say why there is none."""
    try:
        made = invariance(model, survey, robust=robust, missing_data=missing_data, min_base=min_base)
    except CsiError as error:
        return None, tuple(replace(f, severity="note", code="no-invariance") for f in error.findings)
    return made, made.findings
