"""One fit of several groups, parameters held equal by name; tests between such fits.

Groups are fitted together (Joreskog 1971): ``F = sum_g (n_g / N) F_g`` over one vector of parameters.
With sampling weights the shares are those of the weights.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance import matrices
from csi_model.estimation.inference import Evidence, ModelTest, RobustTest, Scaling, saturated_traces
from csi_model.estimation.joint import JointTable, Key, LikelihoodProblem, joint_start, joint_table
from csi_model.estimation.likelihood import Patterns
from csi_model.estimation.optimum import evidence_of, find_optimum
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.solver import minimise, polish
from csi_model.model.spec import ModelSpec
from csi_model.survey.linearised import design_covariance, inverse, is_simple
from csi_model.survey.moments import Sample

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class GroupEvidence:
    """What several groups are fitted to: names, evidence and start values (q_g,) of each alone."""

    names: tuple[str, ...]
    parts: tuple[Evidence, ...]
    starts: tuple[Array, ...]

    @cached_property
    def shares(self) -> Array:
        """Shares of the (weighted) respondents, (G,)."""
        total = np.array([part.sample.sum_w for part in self.parts])
        return np.asarray(total / total.sum())

    @cached_property
    def n(self) -> int:
        """Respondents of all groups."""
        return sum(part.sample.n for part in self.parts)

    @cached_property
    def traces(self) -> tuple[tuple[float, float], ...]:
        """Saturated and independence traces of each group, of which scaling factors are made."""
        return tuple(_traces(self, group) for group in range(len(self.parts)))

    @cached_property
    def whole(self) -> Sample:
        """All respondents stacked, for their weights, strata and clusters."""
        samples = [part.sample for part in self.parts]
        first = samples[0]

        def stack(name: str) -> Any:
            found = [getattr(sample, name) for sample in samples]
            return None if found[0] is None else np.concatenate(found)

        return replace(
            first,
            n=self.n,
            sum_w=sum(sample.sum_w for sample in samples),
            answers=stack("answers"),
            weights=stack("weights"),
            strata=stack("strata"),
            cluster=stack("cluster"),
            at=stack("at"),
        )


@dataclass(frozen=True, kw_only=True)
class JointFit:
    """Groups fitted together.

    ``values`` (q,) belong to ``joint``; ``gradient`` is the largest scaled one at the end of the search;
    ``sandwich``: whether errors are robust.
    """

    joint: JointTable
    evidence: GroupEvidence
    values: Array
    gradient: float
    test: ModelTest
    sandwich: bool

    @cached_property
    def covariance(self) -> Array:
        """Covariance (q, q) of the values, worked out when first asked for."""
        problem = _problem(self.evidence, self.joint)
        return _covariance(self.evidence, problem, self.values, sandwich=self.sandwich)

    @property
    def converged(self) -> bool:
        """True where the search ended at an optimum."""
        return bool(self.gradient < 1e-6)

    @property
    def n_free(self) -> int:
        """Free parameters of all groups."""
        return self.joint.n_free

    def values_of(self, group: int) -> tuple[ParameterTable, Array]:
        """Table and values (q_g,) of one group."""
        return self.joint.tables[group], self.values[self.joint.places[group]]

    def of_group(self, group: int) -> tuple[ParameterTable, Array, Array]:
        """Table, values (q_g,) and covariance (q_g, q_g) of one group."""
        at = self.joint.places[group]
        return self.joint.tables[group], self.values[at], self.covariance[np.ix_(at, at)]


def group_evidence(model: ModelSpec, names: Sequence[str], samples: Sequence[Sample]) -> GroupEvidence:
    """Collect what groups are fitted to; each is first fitted alone, for start values.

    Raises
    ------
    EstimationError
        A group cannot carry the model.
    """
    table, covariances = parameter_table(model, means=True), parameter_table(model)
    parts = tuple(evidence_of(table, sample) for sample in samples)
    starts = []
    for part in parts:
        alone, _ = find_optimum(covariances, part.sample.cov, part.sample.n)
        starts.append(np.concatenate([alone.values[0], part.sample.mean]))
    return GroupEvidence(names=tuple(names), parts=parts, starts=tuple(starts))


def fit_jointly(
    evidence: GroupEvidence,
    *,
    equal: Collection[str] = (),
    released: Collection[Key] = (),
    robust: bool = False,
    start: JointFit | None = None,
) -> JointFit:
    """Fit groups together.

    Parameters
    ----------
    evidence
        The groups.
    equal
        Kinds of parameters held equal (``joint.EQUAL``); equal intercepts free the constructs' means in
        all groups but the first.
    released
        Parameters (lhs, op, rhs) that stay free in every group although their kind is held equal.
    robust
        Huber-White standard errors and the scaled test (always so under a sampling design).
    start
        A fit of the same groups with other constraints, to start from.
    """
    table = evidence.parts[0].table
    joint = joint_table(table, len(evidence.parts), equal=equal, released=released)
    problem = _problem(evidence, joint)
    begin = joint_start(joint, _starts(joint, evidence, start))
    optimum = polish(problem, minimise(problem, begin[None]))
    values, f = optimum.values[0], float(optimum.f[0])
    sandwich = robust or not is_simple(evidence.whole)
    return JointFit(
        joint=joint,
        evidence=evidence,
        values=values,
        gradient=float(optimum.gradient[0]),
        test=_test(evidence, problem, values, f, scaled=sandwich),
        sandwich=sandwich,
    )


def _problem(evidence: GroupEvidence, joint: JointTable) -> LikelihoodProblem:
    data, level = [], 0.0
    for part, share in zip(evidence.parts, evidence.shares, strict=True):
        if part.data is None or part.level is None:
            raise ValueError("groups are fitted with means")
        data.append(
            Patterns(
                answered=part.data.answered,
                share=part.data.share[None],
                mean=part.data.mean[None],
                cov=part.data.cov[None],
            )
        )
        level += float(share) * part.level.deviance
    return LikelihoodProblem(
        joint=joint, data=tuple(data), shares=evidence.shares, saturated=np.array([level])
    )


def _starts(joint: JointTable, evidence: GroupEvidence, start: JointFit | None) -> list[Array]:
    """Start values of each group in its own table; construct means that are new start at 0."""
    made = []
    for g, table in enumerate(joint.tables):
        own = evidence.starts[g] if start is None else start.joint.spread(start.values, g)
        values = np.zeros(table.n_free)
        size = min(len(own), len(values))
        values[:size] = own[:size]
        made.append(values)
    return made


def _scores(evidence: GroupEvidence, problem: LikelihoodProblem, values: Array) -> Array:
    """Scores of all respondents, stacked (N, q)."""
    made = []
    for g, part in enumerate(evidence.parts):
        if part.data is not None:
            made.append(problem.scores(values, g, part.sample.answers, part.data.members))
    return np.concatenate(made)


def _covariance(
    evidence: GroupEvidence, problem: LikelihoodProblem, values: Array, *, sandwich: bool
) -> Array:
    """Inverse information (expected; observed with gaps), or the sandwich with observed information."""
    gaps = any(part.data is not None and not part.data.answered.all() for part in evidence.parts)
    if not sandwich:
        information = problem.hessian(values) if gaps else _expected(problem, values)
        return np.asarray(inverse(information / 2) / evidence.n)
    moved = _scores(evidence, problem, values) @ inverse(problem.hessian(values) / 2)
    return _spread(moved, evidence)


def _expected(problem: LikelihoodProblem, values: Array) -> Array:
    return np.asarray(problem.derivatives(values[None], np.zeros(1, dtype=np.int64))[1][0])


def _spread(influences: Array, evidence: GroupEvidence) -> Array:
    if is_simple(evidence.whole):
        return np.asarray(influences.T @ influences / evidence.n**2)
    return design_covariance(influences, evidence.whole)


def _test(
    evidence: GroupEvidence, problem: LikelihoodProblem, values: Array, f: float, *, scaled: bool
) -> ModelTest:
    n, p, groups = evidence.n, len(evidence.parts[0].table.indicators), len(evidence.parts)
    df, baseline_df = problem.joint.degrees_of_freedom(), groups * (p * (p - 1) // 2)
    levels = [part.level for part in evidence.parts]
    baseline = sum(
        float(share) * level.baseline
        for share, level in zip(evidence.shares, levels, strict=True)
        if level is not None
    )
    saturated = float(problem.saturated[0])
    answers = n * sum(
        float(share * (part.data.share @ part.data.answered.sum(axis=1)))
        for share, part in zip(evidence.shares, evidence.parts, strict=True)
        if part.data is not None
    )
    scaling = None
    if scaled and df > 0:
        scaling = Scaling(
            factor=scaling_factor(evidence, problem, values), baseline=_baseline_factor(evidence)
        )
    chisq, base = n * f, n * (baseline - saturated)
    robust = None
    if scaling is not None:
        robust = RobustTest(
            chisq=chisq, factor=scaling.factor, baseline_chisq=base, baseline_factor=scaling.baseline
        )
    return ModelTest(
        n=n,
        chisq=chisq,
        df=df,
        baseline_chisq=base,
        baseline_df=baseline_df,
        logl=-(n * (saturated + f) + answers * float(np.log(2 * np.pi))) / 2,
        scaling=scaling,
        robust=robust,
        groups=groups,
    )


def scaling_factor(evidence: GroupEvidence, problem: LikelihoodProblem, values: Array) -> float:
    """``c = [sum_g tr(B1 A1^-1) - tr(B A^-1)] / df`` (Asparouhov & Muthen 2005), at any ``values``."""
    bread = inverse(problem.hessian(values) / 2)
    own = evidence.n * float(np.sum(_spread(_scores(evidence, problem, values), evidence) * bread))
    full = sum(trace[0] for trace in evidence.traces)
    return (full - own) / problem.joint.degrees_of_freedom()


def _baseline_factor(evidence: GroupEvidence) -> float:
    p = len(evidence.parts[0].table.indicators)
    differences = [full - apart for full, apart in evidence.traces]
    return sum(differences) / (len(differences) * (p * (p - 1) // 2))


def _traces(evidence: GroupEvidence, group: int) -> tuple[float, float]:
    """Saturated and independence traces of a group under the design of the whole."""
    part = evidence.parts[group]
    if is_simple(part.sample) and not is_simple(evidence.whole):
        part = replace(part, sample=replace(part.sample, cluster=np.arange(part.sample.n)))
    by = evidence.n * float(evidence.shares[group]) / part.sample.n
    full, apart = saturated_traces(part)
    return by * full, by * apart


def restrict(free: JointFit, restricted: JointFit) -> Array:
    """The parameters of the ``free`` model's table that imply the ``restricted`` model's moments, (q,)."""
    made = np.zeros(free.joint.n_free)
    for g, table in enumerate(free.joint.tables):
        own, values = restricted.values_of(g)
        mats = matrices(own, values)
        has_means = any(row.matrix == "alpha" and row.free >= 0 for row in table.rows)
        cells = {"lambda": mats.lam, "beta": mats.beta, "psi": mats.psi, "theta": mats.theta}
        alpha = np.linalg.solve(mats.total, mats.centre)
        intercept = mats.mean - mats.lam @ mats.centre if has_means else mats.mean
        for row in table.free_rows:
            if row.matrix == "nu":
                value = intercept[row.i]
            elif row.matrix == "alpha":
                value = alpha[row.i]
            else:
                value = cells[row.matrix][row.i, row.j]
            made[free.joint.places[g][row.free]] = value
    return made


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Chi-square difference of nested fits; NaN with the reason ``why`` where it does not exist."""

    chisq: float
    df: int
    method: str
    why: str = ""


def difference(free: JointFit, restricted: JointFit) -> Difference:
    """Test the restrictions of ``restricted`` against ``free``, both fits of the same groups.

    Scaled tests by Satorra & Bentler (2001, Psychometrika 66, 507-514); where their factor is not
    positive, by their strictly positive one (2010, Psychometrika 75, 243-248).
    """
    chisq = restricted.test.chisq - free.test.chisq
    df = restricted.test.df - free.test.df
    if df <= 0:
        return Difference(chisq=np.nan, df=df, method="", why="the models are not nested")
    if free.test.scaling is None and restricted.test.scaling is None:
        return Difference(chisq=chisq, df=df, method="likelihood ratio")
    c0 = restricted.test.scaling.factor if restricted.test.scaling is not None else 1.0
    c1 = free.test.scaling.factor if free.test.scaling is not None else 0.0
    factor = (restricted.test.df * c0 - free.test.df * c1) / df
    if factor > 0:
        return Difference(chisq=chisq / factor, df=df, method="Satorra-Bentler 2001")
    return positive_difference(free, restricted)


def positive_difference(free: JointFit, restricted: JointFit) -> Difference:
    """The scaled difference test of Satorra & Bentler (2010), for robust fits."""
    chisq = restricted.test.chisq - free.test.chisq
    df = restricted.test.df - free.test.df
    if restricted.test.scaling is None or free.test.scaling is None:
        return Difference(chisq=np.nan, df=df, method="", why="the fits have no scaled test")
    problem = _problem(free.evidence, free.joint)
    between = scaling_factor(free.evidence, problem, restrict(free, restricted))
    factor = (restricted.test.df * restricted.test.scaling.factor - free.test.df * between) / df
    if not factor > 0:
        return Difference(chisq=np.nan, df=df, method="", why="the scaling of the difference is not positive")
    return Difference(chisq=chisq / factor, df=df, method="Satorra-Bentler 2010")
