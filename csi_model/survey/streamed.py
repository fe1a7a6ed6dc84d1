"""A survey of which only sums are kept: moments of every unit, also without each random group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError, Finding
from csi_model.model.spec import ModelSpec
from csi_model.survey.item_statistics import ItemStatistics
from csi_model.survey.moment_sums import Sums, about
from csi_model.survey.random_groups import multipliers

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class UnitMoments:
    """The respondents of one unit who answered everything, summed up.

    Attributes
    ----------
    key
        Values of the group columns; empty for the whole survey.
    n, sum_w, n_eff
        Respondents, sum of their weights, effective respondents (Kish 1965).
    mean : (p,)
        Weighted means in answer units, columns in model order; NaN without respondents.
    cov : (p, p)
        Weighted covariances, divisor ``sum_w``.
    equal
        Whether all weights are equal.
    rows
        Where the rows went, see ``Sample``.
    items
        Statistics of every question over those who answered it.
    strata : (h,) int
        The strata that the unit has respondents in.
    cells : (h, R)
        The same respondents by stratum and random group.
    """

    key: tuple[str, ...]
    n: int
    sum_w: float
    n_eff: float
    mean: Array
    cov: Array
    equal: bool
    rows: Mapping[str, int]
    items: tuple[ItemStatistics, ...]
    strata: Array
    cells: Sums


@dataclass(frozen=True, kw_only=True)
class StreamedSurvey:
    """A survey that was read in one pass; no row of it is kept.

    Attributes
    ----------
    model
        The model as used, with scales.
    whole, units
        Moments of the whole survey, and of every combination of group values that occurs, in their order
        (none without group columns).
    drawn : (H, R) int
        Sampling units of the survey (clusters, or respondents) by stratum and random group.
    by, group_labels, weight, strata, cluster, read_rows, dropped, source, sha256, findings
        As in ``Survey``, but strata and cluster are the names of the columns.
    """

    model: ModelSpec
    whole: UnitMoments
    units: tuple[UnitMoments, ...]
    drawn: Array
    by: tuple[str, ...] = ()
    group_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None
    read_rows: int
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    sha256: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def groups(self) -> int:
        """Random groups, R."""
        return int(self.drawn.shape[1])

    def is_simple(self, unit: UnitMoments) -> bool:
        """Whether a unit is a simple random sample: equal weights, no strata, no clusters."""
        return unit.equal and self.strata is None and self.cluster is None

    @property
    def names(self) -> tuple[str, ...]:
        """Indicator names, the columns of means."""
        return tuple(item.name for item in self.model.indicators)


def left_out(survey: StreamedSurvey, unit: UnitMoments) -> Array:
    """Sums of a unit without each random group in turn, one row a replicate.

    Returns
    -------
    (M, 1 + p + p(p+1)/2)
        Sum of weights, of deviations from the unit's means, and of their products (``np.triu_indices``).
        The variance of an estimate is ``(M - 1) / M`` times the sum of its squared deviations from the mean
        of the replicates. Groups without anybody in the unit are left out where the unit is a sample of its
        own; where it is a domain of a design they count, as long as the survey has somebody in them.

    Raises
    ------
    EstimationError
        There are no two random groups, or a stratum has a single sampling unit.
    """
    sums = about(unit.cells, unit.mean)
    if survey.strata is None:
        there = survey.drawn[0] > 0 if survey.cluster is not None else unit.cells.n[0] > 0
        _check(int(there.sum()))
        return np.asarray(sums.sum(axis=(0, 1)) - sums[0, there])
    there = survey.drawn.sum(axis=0) > 0
    _check(int(there.sum()))
    if np.any(survey.drawn.sum(axis=1) < 2):
        raise EstimationError.at(
            "design",
            "a stratum has only one cluster (or one respondent), so its variance cannot be estimated.",
            "Merge small strata, or leave --strata out.",
            code="single-cluster-stratum",
        )
    inside, outside = (one[unit.strata] for one in multipliers(survey.drawn[:, there]))
    chosen = sums[:, there]
    rest = np.einsum("hr,hk->rk", outside, sums.sum(axis=1))
    return np.asarray(rest + np.einsum("hr,hrk->rk", inside - outside, chosen))


def _check(count: int) -> None:
    if count < 2:
        there = "is only 1 random group" if count else "are no random groups"
        raise EstimationError.at(
            "random groups",
            f"there {there} of respondents, and errors come from the differences between such groups.",
            "Read more respondents, more clusters, or with more random groups.",
            code="few-random-groups",
        )
