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
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.rungs import (
    Cuts,
    Ladder,
    Rung,
    configural_finding,
    item_of,
    judged,
    left_out_finding,
    may_release,
    measures_of,
    tried,
)
from csi_model.errors import Finding, UsageError
from csi_model.estimation.group_fitting import (
    GroupEvidence,
    JointFit,
    difference,
    fit_jointly,
    group_evidence,
)
from csi_model.estimation.joint import Key
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.score_tests import score_tests
from csi_model.evaluation.fit_measures import joint_srmr
from csi_model.model.spec import ModelSpec
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster
from csi_model.survey.moments import Sample, group_masks, sample_of
from csi_model.survey.survey import MissingRule, Survey

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("configural", ()),
    ("metric", ("loadings",)),
    ("scalar", ("loadings", "intercepts")),
    ("strict", ("loadings", "intercepts", "residuals")),
)
SMALL = 300
"""Up to this many respondents the stricter cut-offs hold."""


Step = Rung[JointFit]
Invariance = Ladder[JointFit]


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
    measured = checked_measurement(model, survey)
    names, samples, left_out = compared_groups(measured, survey, missing_data, min_base)
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


def checked_measurement(model: ModelSpec, survey: Survey) -> ModelSpec:
    """The ``measurement_model``, if answers can tell whether groups measure alike.

    Raises
    ------
    UsageError
        No construct has two items, or the only one has no more.
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
    return measured


def measurement_model(model: ModelSpec) -> ModelSpec:
    """Constructs with two items and more of their own, without paths."""
    kept = tuple(c for c in model.constructs if len(c.indicators) > 1 and not c.repeats)
    names = {c.name for c in kept} | {item.name for c in kept for item in c.indicators}
    modifiers = tuple(m for m in model.modifiers if m.op != "~" and m.lhs in names and m.rhs in names)
    return replace(model, constructs=kept, paths=(), modifiers=modifiers)


def compared_groups(
    model: ModelSpec, survey: Survey, missing_data: MissingRule, min_base: int
) -> tuple[list[str], list[Sample], list[tuple[str, str]]]:
    """``group_samples`` of two groups at least.

    Raises
    ------
    UsageError
        There are fewer.
    """
    names, samples, left_out = group_samples(model, survey, missing_data, min_base)
    if len(names) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out)
        raise UsageError.at(
            "invariance",
            f"there are no two groups to compare{f' ({reasons})' if reasons else ''}.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    return names, samples, left_out


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
        carried = (*released, *_followers(released, equal))
        fitted = fit_jointly(evidence, equal=equal, released=carried, robust=robust, start=start)
        step = _judged(name, fitted, below, carried)
        if step.holds == "no" and name in ("metric", "scalar") and fitted.converged:
            step = _in_part(step, evidence, equal, below, robust=robust)
        yield step
        if step.holds == "no":
            return
        below, released = step, step.released


def _judged(name: str, fitted: JointFit, below: Step | None, released: tuple[Key, ...]) -> Step:
    """A fit as a step of the ladder, judged against the one below."""
    return judged(
        name, fitted, below, released,
        measured=joint_measures, compared=difference, limit=cuts(name, fitted.evidence.n),
    )  # fmt: skip


def _in_part(
    step: Step, evidence: GroupEvidence, equal: tuple[str, ...], below: Step | None, *, robust: bool
) -> Step:
    """Release items one by one, by score tests, until the step holds or nothing may be released."""
    first = score_tests(step.fit)
    best, tests, table = step, first, evidence.parts[0].table
    wanted = "=~" if step.name == "metric" else "~1"
    while best.holds == "no":
        candidate = next(
            (
                test.key
                for test in tests
                if not test.group and test.op == wanted and may_release(table, test.key, best.released)
            ),
            None,
        )
        if candidate is None:
            return replace(step, tests=first)
        released = (*best.released, candidate)
        fitted = fit_jointly(evidence, equal=equal, released=released, robust=robust, start=best.fit)
        best = _judged(step.name, fitted, below, released)
        if best.holds == "no" and not fitted.converged:
            return replace(step, tests=first)
        tests = score_tests(fitted) if best.holds == "no" else ()
    return replace(best, tests=first, why=step.why)


def _followers(released: Sequence[Key], equal: Sequence[str]) -> tuple[Key, ...]:
    """What must be free with a released loading or intercept: the item's intercept, its error."""
    items = {item_of(key) for key in released}
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
    ending = "_robust" if fitted.test.robust is not None else ""
    return measures_of(fitted, ending=ending, srmr=joint_srmr(fitted))


def _findings(steps: Sequence[Step], left_out: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    yield from left_out_finding(left_out)
    yield from configural_finding(steps[0])


def try_invariance(
    model: ModelSpec, survey: Survey, *, robust: bool, missing_data: MissingRule, min_base: int
) -> tuple[Invariance | None, tuple[Finding, ...]]:
    """The ladder, or the findings that say why there is none."""
    return tried(
        lambda: invariance(model, survey, robust=robust, missing_data=missing_data, min_base=min_base)
    )
