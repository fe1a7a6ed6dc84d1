"""What groups with ordered items are fitted to: statistics of each group and their joint covariance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.ordinal.categories import Joined, join_categories
from csi_model.estimation.ordinal.fitting import check_pairs
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.moments import Moments, moments_of
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.starts import start_values
from csi_model.model.spec import ModelSpec
from csi_model.survey.linearised import design_covariance, is_simple
from csi_model.survey.moments import Sample

Array = NDArray[Any]

Place = tuple[str, str, str, str]
"""Names a parameter within a group: lhs, op, rhs, matrix."""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The statistics of one group, in the order of ``Moments``.

    ``values`` (m,); ``thresholds`` (k - 1,) of each item, empty for a continuous one; ``cov`` (p, p) of the
    latent responses; ``n`` respondents; ``starts`` values to start from, without thresholds.
    """

    values: Array
    thresholds: tuple[Array, ...]
    cov: Array
    n: int
    starts: dict[Place, float]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Groups whose statistics are correlated with each other and with no other group's.

    ``cov`` (sum of m_g) square, the statistics of ``groups`` one group after the other.
    """

    groups: tuple[int, ...]
    cov: Array


@dataclass(frozen=True, kw_only=True)
class OrdinalGroups:
    """Several groups with the same items and the same categories.

    Attributes
    ----------
    names
        Of the groups.
    table
        Of maximum likelihood with means.
    ordered : (p,) bool
    parts
        Statistics of each group.
    blocks
        Covariance of the statistics: a block for each group, one for all under a sampling design.
    variances : (m,) each
        Sampling variances of the statistics of each group.
    joined
        Answers that were joined to make categories the same.
    """

    names: tuple[str, ...]
    table: ParameterTable
    ordered: Array
    parts: tuple[Statistics, ...]
    blocks: tuple[Block, ...]
    variances: tuple[Array, ...]
    joined: tuple[Joined, ...] = ()

    @property
    def n(self) -> int:
        """Respondents of all groups."""
        return sum(part.n for part in self.parts)

    @cached_property
    def pairs(self) -> tuple[Array, Array]:
        """Places of both items of every pair of items."""
        first, second = np.triu_indices(len(self.ordered), 1)
        return first, second

    @cached_property
    def counts(self) -> Array:
        """Statistics of each item by itself, (p,): thresholds, or mean and variance."""
        return np.array([len(tau) if one else 2 for tau, one in self._items()])

    def _items(self) -> list[tuple[Array, bool]]:
        return list(zip(self.parts[0].thresholds, self.ordered.tolist(), strict=True))

    @property
    def without_unit(self) -> tuple[str, ...]:
        """Constructs of several items that all have two answers: thresholds and loadings give no unit."""
        made: dict[str, list[bool]] = {}
        for row in self.table.rows:
            if row.matrix == "lambda":
                made.setdefault(row.lhs, []).append(self.categories.get(row.rhs) == 2)
        return tuple(name for name, binary in made.items() if len(binary) > 1 and all(binary))

    @property
    def categories(self) -> dict[str, int]:
        """Categories of each ordered item."""
        named = zip(self.table.indicators, self._items(), strict=True)
        return {name: len(tau) + 1 for name, (tau, one) in named if one}


def ordinal_groups(
    model: ModelSpec, names: Sequence[str], samples: Sequence[Sample], ordered: Collection[str]
) -> OrdinalGroups:
    """Collect what groups are fitted to.

    Parameters
    ----------
    model
        Its items are the columns of the samples.
    names, samples
        Complete answers of each group.
    ordered
        Names of the items that are ordered (``survey.steps.ordered_items``).

    Raises
    ------
    EstimationError
        Groups share no two answers to a question, an item never varies, or two items are one.
    """
    table = parameter_table(model, means=True)
    steps = np.array([name in ordered for name in table.indicators])
    answers, joined = join_categories([sample.answers for sample in samples], steps, table.indicators)
    samples = [replace(sample, answers=own) for sample, own in zip(samples, answers, strict=True)]
    simple = all(is_simple(sample) for sample in samples)
    parts, blocks, influences = [], [], []
    for group, (name, sample) in enumerate(zip(names, samples, strict=True)):
        moments = moments_of(items_of(sample.answers, sample.weights, steps))
        check_pairs(moments.pairs, table.indicators, name)
        parts.append(_statistics(model, moments))
        if simple:
            spread = moments.influences.T @ moments.influences / sample.n**2
            blocks.append(Block(groups=(group,), cov=spread))
        else:
            influences.append(moments.influences)
    if not simple:
        blocks.append(_designed(samples, influences))
    variances = _variances(blocks, parts)
    if not all(np.all(one > 0) for one in variances):
        raise EstimationError.at(
            "invariance", "an answer has no sampling variance.", "Leave out questions that never vary.",
            code="no-variation",
        )  # fmt: skip
    return OrdinalGroups(
        names=tuple(names),
        table=table,
        ordered=steps,
        parts=tuple(parts),
        blocks=tuple(blocks),
        variances=variances,
        joined=joined,
    )


def _statistics(model: ModelSpec, moments: Moments) -> Statistics:
    plain, cov = parameter_table(model), moments.covariance()
    values = start_values(plain, cov)
    starts: dict[Place, float] = {}
    starts |= {(row.lhs, row.op, row.rhs, row.matrix): float(values[row.free]) for row in plain.free_rows}
    for name, place, ordered in zip(plain.indicators, moments.places, moments.items.ordered, strict=True):
        if not ordered:
            starts[(name, "~1", "", "nu")] = float(moments.values[place.start])
    return Statistics(
        values=moments.values,
        thresholds=moments.items.thresholds,
        cov=cov,
        n=moments.items.n,
        starts=starts,
    )


def _designed(samples: Sequence[Sample], influences: Sequence[Array]) -> Block:
    """One block for all groups, under the design of the whole: clusters and strata may hold several groups.

    A statistic of group g is a mean over its respondents: among all, its influence counts
    ``sum w / sum_g w`` times, and 0 outside of g.
    """
    whole = _stacked(samples)
    total = whole.weights.sum()
    width = influences[0].shape[1]
    stacked = np.zeros((whole.n, width * len(samples)))
    start = 0
    for group, (sample, moved) in enumerate(zip(samples, influences, strict=True)):
        rows = slice(start, start + sample.n)
        stacked[rows, group * width : (group + 1) * width] = moved * (total / sample.weights.sum())
        start += sample.n
    return Block(groups=tuple(range(len(samples))), cov=design_covariance(stacked, whole))


def _stacked(samples: Sequence[Sample]) -> Sample:
    """All respondents, for their weights, strata and clusters."""
    first = samples[0]

    def stack(name: str) -> Any:
        found = [getattr(sample, name) for sample in samples]
        return None if found[0] is None else np.concatenate(found)

    return replace(
        first,
        n=sum(sample.n for sample in samples),
        sum_w=sum(sample.sum_w for sample in samples),
        answers=stack("answers"),
        weights=stack("weights"),
        strata=stack("strata"),
        cluster=stack("cluster"),
        at=stack("at"),
    )


def _variances(blocks: Sequence[Block], parts: Sequence[Statistics]) -> tuple[Array, ...]:
    found: dict[int, Array] = {}
    for block in blocks:
        width = len(parts[0].values)
        for k, group in enumerate(block.groups):
            found[group] = np.diag(block.cov)[k * width : (k + 1) * width]
    return tuple(found[group] for group in range(len(parts)))
