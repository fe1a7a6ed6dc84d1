"""What estimation hands on: the estimate of every sample, with its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.inference import ModelTest
from csi_model.estimation.options import FitOptions
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.resampling import Draws, Jackknife
from csi_model.estimation.verdicts import Verdicts
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import ItemStatistics, Sample

Array = NDArray[Any]


SMALL = 2000
"""Up to this many respondents robust errors are too small by a few percent where effects multiply or answers
are ordered, and a solution has a jackknife's covariance beside its own."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """One sample's estimate.

    ``values`` (q,) are the free parameters of ``table``; ``means`` (p,) the item means that the index
    rests on; ``covariance`` (p + q, p + q) is that of both together; ``f`` the minimum of the
    discrepancy; ``engine_f`` what semopy reached on its own (NaN where it failed or cannot go).
    ``spread`` (p + q, p + q), where there is one, is the jackknife's covariance, by which intervals of
    skewed quantities are simulated, and those of standardised values from ordered answers are made.
    """

    table: ParameterTable
    values: Array
    means: Array
    covariance: Array
    f: float
    engine_f: float
    test: ModelTest
    iterations: int
    verdicts: Verdicts
    draws: Draws | None = None
    jackknife: Jackknife | None = None
    spread: Array | None = None


@dataclass(frozen=True, kw_only=True)
class CompositeSolution:
    """One sample's estimate by PLS path modelling.

    ``means`` (p,) item means in answer units and ``values`` (q,) as ``composites`` lays them out; ``steps``
    of the algorithm and the ``change`` of weights in its last one. ``seed`` is that of the sample's own
    resampling (run's seed, stream), for what is drawn beside the bootstrap.
    """

    table: CompositeTable
    values: Array
    means: Array
    steps: int
    change: float
    verdicts: Verdicts
    draws: Draws | None = None
    jackknife: Jackknife | None = None
    seed: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class GroupFit:
    """The estimate of one group (``key`` empty: the whole sample), or the reason why there is none.

    Under full information the moments of ``sample`` are the saturated estimates.
    """

    key: tuple[str, ...] = ()
    sample: Sample
    items: tuple[ItemStatistics, ...]
    solution: Solution | CompositeSolution | None = None
    why: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What ``fit`` returns: the whole sample first, then the groups in the order of their keys."""

    model: ModelSpec
    options: FitOptions
    by: tuple[str, ...]
    group_labels: Mapping[str, Mapping[str, str]]
    pooled: GroupFit
    groups: tuple[GroupFit, ...]
    findings: tuple[Finding, ...]
    weight: str | None
    source: str
    sha256: str

    @property
    def trustworthy(self) -> bool:
        """True when every fitted group may be used."""
        parts = [part.solution for part in (self.pooled, *self.groups) if part.solution is not None]
        failed = any(finding.code == "group-failed" for part in self.groups for finding in part.findings)
        return not failed and all(part.verdicts.trustworthy for part in parts)


def is_brief(fit: Fit, part: GroupFit) -> bool:
    """Whether tables say of a part what a league table needs, and no more."""
    return bool(part.key) and fit.options.detail == "units"
