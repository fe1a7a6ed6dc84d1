"""Who is in a resample: bootstrap counts, units left out, labels dealt anew.

A design has units (clusters, else respondents) within strata. With strata or clusters the bootstrap
draws one unit less than a stratum has, and the weights make up for it, so that strata of few units are
not taken for more precise than they are (Rao, Wu & Yue 1992, Survey Methodology 18, 209-217).

A plan cuts the draws into batches of a fixed size, which is part of its definition: batch ``k`` depends
on its own seed alone, and its first rows not on how many follow, so that a longer run begins with the
shorter one and nothing depends on who does the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError, UsageError
from csi_model.survey.moments import Sample

Array = NDArray[Any]

LARGEST_BATCH = 256
CELLS = 2**23
"""Largest batch times respondents: a matrix of this size takes 64 MiB."""
SLAB = 2**19
"""Numbers drawn at a time: small enough for the processor's cache."""
JACKKNIFE_UNITS = 2000
"""More units than this are left out by random groups."""
JACKKNIFE_GROUPS = 400


def batch_seed(seed: int, stream: int, k: int) -> np.random.SeedSequence:
    """The seed of batch ``k``: child ``k`` of the run's one seed sequence."""
    return np.random.SeedSequence([seed, stream], spawn_key=(k,))


def batch_size(n: int) -> int:
    """Draws in a batch of resamples of ``n`` respondents; fixed, since the numbers depend on it."""
    return int(np.clip(CELLS // max(n, 1), 1, LARGEST_BATCH))


@dataclass(frozen=True, kw_only=True)
class Units:
    """Sampling units, sorted by stratum.

    ``of_row`` (n,) is the unit of each respondent; ``stratum`` (u,) the stratum of each unit, counted
    from 0; ``designed`` is False for a simple random sample.
    """

    of_row: Array
    stratum: Array
    designed: bool

    @property
    def sizes(self) -> Array:
        """Units in each stratum, (strata,)."""
        return np.bincount(self.stratum)

    @property
    def first(self) -> Array:
        """The first unit of each stratum, (strata,)."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]])


def sampling_units(n: int, strata: Array | None = None, cluster: Array | None = None) -> Units:
    """Number the units of ``n`` respondents: clusters within strata, or respondents without clusters."""
    stratum_of_row = np.zeros(n, dtype=np.int64)
    if strata is not None:
        stratum_of_row = np.unique(strata, return_inverse=True)[1]
    inside = np.arange(n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    pairs, of_row = np.unique(stratum_of_row * max(n, 1) + inside, return_inverse=True)
    return Units(
        of_row=of_row, stratum=pairs // max(n, 1), designed=strata is not None or cluster is not None
    )


@dataclass(frozen=True, kw_only=True)
class BootstrapPlan:
    """Units drawn with replacement within their strata."""

    units: Units
    batch: int

    def draw(self, k: int, size: int, seed: np.random.SeedSequence) -> Array:
        """How often each respondent counts in ``size`` resamples, (size, n) float."""
        random = np.random.default_rng(seed)
        less = int(self.units.designed)
        sizes = self.units.sizes
        drawn = sizes - less
        # for every place of a resample: how many units it chooses from, and the first of them
        choices, first = np.repeat(sizes, drawn), np.repeat(self.units.first, drawn)
        factor = (sizes / drawn)[self.units.stratum]
        u, alone = len(factor), len(factor) == len(self.units.of_row)
        made = np.empty((size, len(self.units.of_row)))
        step = max(1, SLAB // len(choices))
        for start in range(0, size, step):
            rows = min(step, size - start)
            chosen = (random.random((rows, len(choices))) * choices).astype(np.int64)
            chosen += first + u * np.arange(rows)[:, None]
            counts = np.bincount(chosen.ravel(), minlength=rows * u).reshape(rows, u)
            if less:
                made[start : start + rows] = (counts * factor)[:, self.units.of_row]
            else:
                made[start : start + rows] = counts if alone else counts[:, self.units.of_row]
        return made


def bootstrap_plan(n: int, strata: Array | None = None, cluster: Array | None = None) -> BootstrapPlan:
    """The bootstrap of ``n`` respondents under their design.

    Raises
    ------
    EstimationError
        A stratum has a single unit.
    """
    units = sampling_units(n, strata, cluster)
    _check_strata(units)
    return BootstrapPlan(units=units, batch=batch_size(n))


@dataclass(frozen=True, kw_only=True)
class JackknifePlan:
    """Each unit left out once; its stratum's other units count ``m / (m - 1)`` (Wolter 2007, sec. 4.5).

    ``units`` are the blocks that are left out: clusters, respondents, or random groups of them, whose
    ``weight`` (u,) is the number of original units in each.
    """

    units: Units
    weight: Array
    batch: int

    @property
    def draws(self) -> int:
        """Replicates: one a unit."""
        return len(self.units.stratum)

    def draw(self, k: int, size: int, seed: np.random.SeedSequence) -> Array:
        """Numbers of the units left out, (size,) int."""
        return np.arange(k * self.batch, k * self.batch + size)

    def regain(self) -> Array:
        """What each stratum's remaining rows count once a unit is left out, (u,)."""
        whole = np.bincount(self.units.stratum, self.weight)[self.units.stratum]
        return np.asarray(whole / (whole - self.weight))

    def multipliers(self, left_out: Array) -> Array:
        """How much each respondent counts, (size, n) float, for an estimator that needs it said."""
        stratum = self.units.stratum
        same = stratum[left_out][:, None] == stratum[None, :]
        by_unit = np.where(same, self.regain()[left_out][:, None], 1.0)
        by_unit[np.arange(len(left_out)), left_out] = 0.0
        return np.asarray(by_unit[:, self.units.of_row])


def jackknife_plan(
    n: int,
    strata: Array | None = None,
    cluster: Array | None = None,
    *,
    seed: int,
    most: int = JACKKNIFE_UNITS,
    groups: int = JACKKNIFE_GROUPS,
) -> JackknifePlan:
    """Leave out each unit in turn, or random groups where there are more than ``most`` units.

    About ``groups`` groups are dealt out to the strata by their size, two at least to each (the
    delete-a-group jackknife: Wolter 2007, section 4.2); which unit is in which group follows from the seed.

    Raises
    ------
    EstimationError
        A stratum has a single unit.
    """
    units = sampling_units(n, strata, cluster)
    _check_strata(units)
    weight = np.ones(len(units.stratum))
    if len(units.stratum) > most:
        group = _random_groups(units, groups, np.random.default_rng([seed, 1]))
        stratum = np.empty(int(group.max()) + 1, dtype=np.int64)
        stratum[group] = units.stratum
        weight = np.bincount(group).astype(float)
        units = Units(of_row=group[units.of_row], stratum=stratum, designed=units.designed)
    return JackknifePlan(units=units, weight=weight, batch=batch_size(n))


def _random_groups(units: Units, groups: int, random: np.random.Generator) -> Array:
    """The group of each unit, (u,): numbered through the strata, sizes within one of each other."""
    made = np.empty(len(units.stratum), dtype=np.int64)
    offset = 0
    for first, size in zip(units.first, units.sizes, strict=True):
        count = int(np.clip(round(groups * size / len(made)), 2, size))
        made[first : first + size] = offset + random.permutation(size) % count
        offset += count
    return made


@dataclass(frozen=True, kw_only=True)
class PermutationPlan:
    """Labels dealt anew to the units of each stratum; ``labels`` (u,) of small integers, one a unit."""

    units: Units
    labels: Array
    batch: int

    def draw(self, k: int, size: int, seed: np.random.SeedSequence) -> Array:
        """Labels of the respondents, (size, n) int8."""
        random = np.random.default_rng(seed)
        made = np.empty((size, len(self.units.of_row)), dtype=np.int8)
        step = max(1, SLAB // len(self.labels))
        for start in range(0, size, step):
            rows = min(step, size - start)
            # sorting by stratum plus a fraction shuffles within strata
            order = np.argsort(self.units.stratum + random.random((rows, len(self.labels))), axis=1)
            made[start : start + rows] = self.labels[order][:, self.units.of_row]
        return made


def permutation_plan(
    labels: Array, strata: Array | None = None, cluster: Array | None = None
) -> PermutationPlan:
    """Permutations of group labels (n,): within strata, whole clusters.

    Raises
    ------
    UsageError
        A cluster has members in several groups, or no stratum has two groups.
    """
    labels = np.asarray(labels)
    units = sampling_units(len(labels), strata, cluster)
    of_unit = np.zeros(len(units.stratum), dtype=np.int8)
    of_unit[units.of_row] = labels
    if np.any(of_unit[units.of_row] != labels):
        raise UsageError.at(
            "permutation",
            "a cluster has members in several groups, so whole clusters cannot change places.",
            "Compare these groups by their bootstrap draws.",
            code="mixed-clusters",
        )
    blocks = np.split(of_unit, units.first[1:])
    if not any(np.ptp(block.astype(int)) for block in blocks if block.size):
        raise UsageError.at(
            "permutation",
            "no stratum has members of two groups, so there is nothing to exchange.",
            "Leave the strata out, or compare these groups by their bootstrap draws.",
            code="nothing-to-permute",
        )
    return PermutationPlan(units=units, labels=of_unit, batch=batch_size(len(labels)))


def permutations(
    labels: Array,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    strata: Array | None = None,
    cluster: Array | None = None,
) -> Iterator[Array]:
    """Yield batches of permuted labels, (b, n) int8 each, ``draws`` in all.

    Raises
    ------
    UsageError
        See ``permutation_plan``.
    """
    plan = permutation_plan(labels, strata, cluster)
    for k, first in enumerate(range(0, draws, plan.batch)):
        yield plan.draw(k, min(plan.batch, draws - first), batch_seed(seed, stream, k))


def _check_strata(units: Units) -> None:
    if np.any(units.sizes < 2):
        raise EstimationError.at(
            "design",
            "a stratum has only one cluster (or one respondent), so it cannot be resampled.",
            "Merge small strata, or leave --strata out.",
            code="single-cluster-stratum",
        )


def with_absent_units(sample: Sample) -> Sample:
    """The sample and one respondent of weight 0 for each unit of the design that has nobody in it.

    A group, or the respondents with complete answers, is a domain of the survey: a resample of the survey
    draws from all units of a stratum, whether they reach into the domain or not (Cochran 1977, *Sampling
    Techniques*, section 5A.14).
    """
    if sample.units is None or (sample.strata is None and sample.cluster is None):
        return sample
    strata = np.zeros(sample.n, dtype=np.int64) if sample.strata is None else sample.strata
    cluster = np.arange(sample.n) if sample.cluster is None else sample.cluster
    there = np.bincount(np.unique(np.stack([strata, cluster]), axis=1)[0], minlength=len(sample.units))
    absent = np.repeat(np.arange(len(there)), np.where(there > 0, sample.units - there, 0))
    if not absent.size:
        return sample
    new = cluster.max() + 1 + np.arange(absent.size)
    return replace(
        sample,
        n=sample.n + absent.size,
        answers=np.vstack([sample.answers, np.tile(sample.mean, (absent.size, 1))]),
        weights=np.concatenate([sample.weights, np.zeros(absent.size)]),
        strata=None if sample.strata is None else np.concatenate([strata, absent]),
        cluster=None if sample.cluster is None else np.concatenate([cluster, new]),
    )
