"""The bootstrap and the jackknife of a sample: respondents drawn or left out, the estimate repeated.

Who is drawn stands in ``resamples``, the estimate in ``covariance_refit``, the work in ``batches``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.estimation.batches import Refit, run_batches
from csi_model.estimation.covariance_refit import CovarianceRefit, covariance_jackknife, covariance_refit
from csi_model.estimation.crew import Dask
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.replicates import Outcome, Replicates
from csi_model.estimation.resamples import JackknifePlan, bootstrap_plan, jackknife_plan
from csi_model.survey.moments import Sample

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Bootstrap replicates that are used.

    ``means`` (b, p) and ``values`` (b, q); ``asked`` replicates were drawn, ``failed`` of them left out,
    for the ``reasons`` counted. ``inadmissible`` counts used replicates by defect (one may have several),
    ``flagged`` those with any.
    """

    means: Array
    values: Array
    asked: int
    failed: int
    reasons: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    inadmissible: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    flagged: int = 0


def draws_of(replicates: Replicates) -> Draws:
    """The used ones among all replicates."""
    used = replicates.used
    return Draws(
        means=replicates.means[used],
        values=replicates.values[used],
        asked=replicates.asked,
        failed=replicates.asked - int(used.sum()),
        reasons=replicates.failed,
        inadmissible=replicates.inadmissible,
        flagged=int((replicates.flags != 0).sum()),
    )


def bootstrap(
    table: ParameterTable,
    sample: Sample,
    start: Array,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Draws:
    """Refit ``draws`` resamples of a sample from its optimum ``start`` (q,).

    See ``run_batches`` for the other arguments and what is raised.
    """
    return draws_of(
        run_batches(
            covariance_refit(table, sample, start),
            bootstrap_plan(sample.n, sample.strata, sample.cluster),
            draws=draws,
            seed=seed,
            stream=stream,
            workers=workers,
            backend=backend,
            checkpoint=checkpoint,
            progress=progress,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Jackknife:
    """Estimates without each unit (or random group) in turn, as ``plan`` says."""

    replicates: Replicates
    plan: JackknifePlan

    def variance(self, estimates: Array) -> Array:
        """Covariance (k, k) of derived ``estimates`` (units, k), one row a replicate.

        ``sum_h (m_h - 1) / m_h sum_i (t_hi - mean_h)(t_hi - mean_h)'`` (Wolter 2007, *Introduction to
        Variance Estimation*, section 4.5). NaN if a row is NaN: a unit without which there is no estimate.
        """
        deviations, m = self._deviations(estimates)
        return np.asarray((deviations * ((m - 1) / m)[:, None]).T @ deviations)

    def influence(self, estimates: Array) -> Array:
        """Influence (units, k) of each unit on derived ``estimates`` (units, k).

        ``(m_h - 1) / m_h (mean_h - t_hi)``, whose skewness is the acceleration of BCa intervals (Davison
        & Hinkley 1997, *Bootstrap Methods and their Application*, section 5.3.2).
        """
        deviations, m = self._deviations(estimates)
        return np.asarray(-((m - 1) / m)[:, None] * deviations)

    def _deviations(self, estimates: Array) -> tuple[Array, Array]:
        stratum, sizes = self.plan.units.stratum, self.plan.units.sizes
        means = np.stack([np.bincount(stratum, column) for column in estimates.T], axis=1) / sizes[:, None]
        return estimates - means[stratum], sizes[stratum].astype(float)


def jackknife(
    refit: Refit,
    sample: Sample,
    *,
    seed: int,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Jackknife:
    """Repeat an estimate without each unit of a sample: its clusters, or its respondents.

    Samples of more than 2,000 units leave out about 400 random groups, which follow from ``seed``.
    Maximum likelihood takes the unit's sums off those of the whole; other estimators are given the
    multipliers of the respondents. See ``run_batches`` for the other arguments and what is raised.
    """
    plan = jackknife_plan(sample.n, sample.strata, sample.cluster, seed=seed)
    without: Refit = WithoutUnits(refit=refit, plan=plan)
    if isinstance(refit, CovarianceRefit):
        with threadpool_limits(1, user_api="blas"):
            without = covariance_jackknife(refit, plan)
    replicates = run_batches(
        without,
        plan,
        draws=plan.draws,
        seed=seed,
        workers=workers,
        backend=backend,
        checkpoint=checkpoint,
        progress=progress,
    )
    return Jackknife(replicates=replicates, plan=plan)


@dataclass(frozen=True, kw_only=True)
class WithoutUnits:
    """Any refit, given units to leave out (b,) instead of multipliers."""

    refit: Refit
    plan: JackknifePlan

    def __call__(self, left_out: Array, /) -> Outcome:
        """Estimates of a batch."""
        return self.refit(self.plan.multipliers(left_out))
