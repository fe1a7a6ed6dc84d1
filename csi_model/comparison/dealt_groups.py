"""Group labels dealt anew, every group estimated anew by PLS, and what is compared.

One dealing serves all tests of the same groups: composition of scores, their means and variances, paths,
total effects, R2, distances of correlation matrices. Two groups are dealt among the two alone: with more
groups in the game, a difference between others would change what chance looks like for these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.composition import Pooled, compositions, score_differences
from csi_model.comparison.group_distances import group_distances
from csi_model.errors import CsiError, EstimationError, UsageError
from csi_model.estimation.batches import Refit, run_batches
from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.crew import Dask
from csi_model.estimation.replicates import REASON_WORDS, Outcome, Reason
from csi_model.estimation.resamples import PermutationPlan, permutation_plan, sampling_units
from csi_model.evaluation.quantities import total_effects
from csi_model.survey.moments import Sample, available_moments, sample_of, weighted_moments
from csi_model.survey.survey import ANSWERED, MissingRule, Survey

Array = NDArray[Any]
Key = tuple[str, str, str]

EXCHANGEABLE = 0.5
"""Dealing needs at least this share of respondents in strata (clusters) with members of two groups."""


def members(survey: Survey, masks: Sequence[Array], rule: MissingRule) -> tuple[Sample, Array]:
    """The respondents of several groups as one sample, and the number of each one's group (n,) int8.

    Unequal sampling weights are scaled to a mean of 1 in each group: that changes no group's estimate,
    and keeps a group that was sampled more thinly from being heavier wherever its members are dealt to.
    """
    chosen = np.logical_or.reduce(list(masks))
    sample = sample_of(survey, chosen, rule)
    used = chosen & np.all(survey.reasons == ANSWERED, axis=1) if rule == "complete" else chosen
    group = np.zeros(len(survey), dtype=np.int8)
    for k, mask in enumerate(masks):
        group[mask] = k
    labels = group[used]
    if np.all(sample.weights == sample.weights[0]):
        return sample, labels
    size = np.bincount(labels)
    weights = sample.weights * (size / np.bincount(labels, sample.weights))[labels]
    moments = available_moments if rule == "available" else weighted_moments
    mean, cov = moments(sample.answers, weights)
    return replace(sample, weights=weights, mean=mean, cov=cov), labels


def dealing(sample: Sample, labels: Array) -> PermutationPlan:
    """How labels may change places if groups do not matter.

    Within strata. Clusters that lie within groups are dealt whole; where groups run through the clusters,
    labels are dealt within each cluster.

    Raises
    ------
    UsageError
        Most respondents have nobody to change places with.
    """
    if sample.cluster is None:
        plan = permutation_plan(labels, sample.strata)
    else:
        inside = sampling_units(sample.n, sample.strata, sample.cluster).of_row
        crossed = _mixed(inside, labels).any()
        plan = (
            permutation_plan(labels, inside)
            if crossed
            else permutation_plan(labels, sample.strata, sample.cluster)
        )
    block = plan.units.stratum[plan.units.of_row]
    share = float(_mixed(block, labels).mean())
    if share < EXCHANGEABLE:
        raise UsageError.at(
            "permutation",
            f"only {share:.0%} of the respondents are in a stratum or cluster with members of two groups, "
            "so that labels can hardly change places.",
            "Compare these groups by their bootstrap draws (--bootstrap).",
            code="nothing-to-permute",
        )
    return plan


def shared_clusters(sample: Sample, labels: Array) -> bool:
    """Whether a cluster has members of two groups, so that the groups are not independent."""
    if sample.cluster is None:
        return False
    inside = sampling_units(sample.n, sample.strata, sample.cluster).of_row
    return bool(_mixed(inside, labels).any())


def _mixed(block: Array, labels: Array) -> Array:
    """Whether each row's block has two labels, (n,) bool."""
    high = np.zeros(int(block.max()) + 1, dtype=np.int64)
    low = np.full(len(high), np.iinfo(np.int64).max)
    np.maximum.at(high, block, labels)
    np.minimum.at(low, block, labels)
    return np.asarray((high > low)[block])


def divisions(plan: PermutationPlan) -> float:
    """In how many ways the labels can be dealt: the product of multinomial coefficients of the strata."""
    logs = 0.0
    for own in np.split(plan.labels, plan.units.first[1:]):
        logs += gammaln(len(own) + 1) - gammaln(np.bincount(own) + 1).sum()
    return float(np.exp(min(logs, 700.0)))


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Which parameters are compared: ``keys`` are (kind, source, target), in the order of ``of``.

    ``index`` is the place of the construct whose total effects are compared.
    """

    table: CompositeTable
    index: int

    @property
    def sources(self) -> list[int]:
        """Constructs with a way to the index construct."""
        found: set[int] = set()
        left = [self.index]
        while left:
            new = set(self.table.drivers(left.pop())) - found
            found |= new
            left += new
        return sorted(found)

    @property
    def targets(self) -> list[int]:
        """Constructs that have drivers."""
        return [j for j in range(len(self.table.constructs)) if self.table.drivers(j)]

    @property
    def keys(self) -> list[Key]:
        name = self.table.constructs
        made = [("path", name[source], name[target]) for source, target in self.table.paths]
        made += [("total_effect", name[source], name[self.index]) for source in self.sources]
        return made + [("r2", "", name[target]) for target in self.targets]

    def of(self, made: CompositeEstimates) -> Array:
        """Standardised paths, total effects and R2 (..., k) of estimates."""
        source = [k for k, _ in self.table.paths]
        target = [k for _, k in self.table.paths]
        total = total_effects(made.beta)
        return np.concatenate(
            [
                made.beta[..., target, source],
                total[..., self.index, self.sources],
                made.r2[..., self.targets],
            ],
            axis=-1,
        )


@dataclass(frozen=True, kw_only=True)
class Contrasts:
    """What becomes of one dealing, (b, ...) each; see ``split``."""

    composition: Array
    mean: Array
    variance: Array
    parameters: Array
    distances: Array


@dataclass(frozen=True, kw_only=True)
class DealtGroups:
    """Statistics of groups given labels (b, n) from 0 to ``groups - 1``; a ``Refit``.

    ``refit`` is that of all their respondents together. With two groups and their ``pooled`` estimate,
    ``values`` has the correlations of scores (m,), differences of score means and log variances (m,),
    differences of parameters (k,), group 1 less group 0; with ``distances`` the distances (4,).
    """

    refit: Refit
    parameters: Parameters
    groups: int
    pooled: Pooled | None
    distances: bool

    @property
    def table(self) -> CompositeTable:
        return self.parameters.table

    def __call__(self, labels: Array, /) -> Outcome:
        """Statistics of a batch of labels."""
        outcomes = [self.refit((labels == group).astype(float)) for group in range(self.groups)]
        reason = outcomes[0].reason
        for one in outcomes[1:]:
            reason = np.where(reason == Reason.USED, one.reason, reason)
        used = np.flatnonzero(reason == Reason.USED)
        made = [composite_estimates(self.table, one.means[used], one.values[used]) for one in outcomes]
        parts = []
        if self.pooled is not None:
            sizes = [(labels[used] == group).sum(axis=1) for group in (0, 1)]
            parts += [
                compositions(self.table, self.pooled, made[0].state, made[1].state),
                *score_differences(self.pooled, made[0].state, made[1].state, sizes[0], sizes[1]),
                self.parameters.of(made[1]) - self.parameters.of(made[0]),
            ]
        if self.distances:
            parts.append(group_distances(self.table, made))
        found = np.concatenate(parts, axis=1)
        values = np.full((len(labels), found.shape[1]), np.nan)
        values[used] = found
        return Outcome(
            means=np.zeros((len(labels), 0)),
            values=values,
            reason=np.asarray(reason, dtype=np.int8),
            flags=np.zeros(len(labels), dtype=np.uint8),
        )

    def split(self, values: Array) -> Contrasts:
        """``values`` (..., q) taken apart; what was not asked for has no columns."""
        m, k = len(self.table.constructs), len(self.parameters.keys)
        sizes = [m, m, m, k] if self.pooled is not None else [0, 0, 0, 0]
        parts = np.split(values, np.cumsum(sizes), axis=-1)
        return Contrasts(
            composition=parts[0], mean=parts[1], variance=parts[2], parameters=parts[3], distances=parts[4]
        )


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """Statistics of the groups as they are and of every dealing used.

    ``smallest`` is the smallest p-value that could come out, by the number of dealings and of divisions.
    """

    observed: Contrasts
    permuted: Contrasts
    used: int
    smallest: float


def deal(
    statistic: DealtGroups,
    plan: PermutationPlan,
    *,
    draws: int,
    seed: int,
    stream: int,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Dealt:
    """Deal labels ``draws`` times; see ``run_batches`` for the other arguments and what is raised.

    Raises
    ------
    EstimationError
        A group has no estimate as it is, or in a tenth of the dealings and more.
    """
    with threadpool_limits(1, user_api="blas"):
        first = statistic(plan.labels[plan.units.of_row][None])
    if first.reason[0] != Reason.USED:
        raise _failed(REASON_WORDS[Reason(int(first.reason[0]))])
    made = run_batches(
        statistic,
        plan,
        draws=draws,
        seed=seed,
        stream=stream,
        workers=workers,
        backend=backend,
        checkpoint=checkpoint,
        progress=progress,
    )
    used = int(made.used.sum())
    if used <= 0.9 * draws:
        raise EstimationError.at(
            "permutation",
            f"{draws - used} of {draws} permutations gave no estimate: {'; '.join(made.failed)}.",
            "Compare larger groups.",
            code="group-failed",
        )
    return Dealt(
        observed=statistic.split(first.values[0]),
        permuted=statistic.split(made.values[made.used]),
        used=used,
        smallest=max(1 / (1 + used), 1 / divisions(plan)),
    )


def _failed(words: str) -> CsiError:
    return EstimationError.at(
        "permutation",
        f"a group cannot be estimated: {words}.",
        "Compare larger groups.",
        code="group-failed",
    )


def pooled_estimate(table: CompositeTable, refit: Refit, n: int) -> tuple[Pooled, Array]:
    """The estimate of all respondents together, and its weights (s,) to begin refits with.

    Raises
    ------
    EstimationError
        There is none.
    """
    with threadpool_limits(1, user_api="blas"):
        whole = refit(np.ones((1, n)))
    if whole.reason[0] != Reason.USED:
        raise _failed(REASON_WORDS[Reason(int(whole.reason[0]))])
    made = composite_estimates(table, whole.means[0], whole.values[0])
    return Pooled.of(made.state), whole.values[0, : len(table.item)]
