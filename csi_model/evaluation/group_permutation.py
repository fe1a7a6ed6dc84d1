"""Do two groups differ? Permutation tests of index scores, paths and total effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.crew import Dask
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.permutation import GroupDifference, permutation_test
from csi_model.estimation.resamples import permutation_plan
from csi_model.evaluation.quantities import Metric, quantities
from csi_model.survey.moments import Sample

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class IndexAndEffects:
    """Index scores (m), direct (m, m) and total effects (m, m) of estimates, one below the other.

    In index points, each estimate with its own index weights.
    """

    table: ParameterTable
    metric: Metric

    def __call__(self, means: Array, values: Array, /) -> Array:
        """Quantities (b, m + 2 m m) of means (b, p) and parameters (b, q)."""
        found = quantities(self.table, self.metric, means, values)
        parts = (found.index, found.direct, found.total)
        return np.concatenate(
            [part.reshape(len(means), int(np.prod(part.shape[1:]))) for part in parts], axis=1
        )


@dataclass(frozen=True, kw_only=True)
class GroupPermutation:
    """Differences (group 1 less group 0) and p-values of ``index`` (m,), ``direct``, ``total`` (m, m).

    Effects are [target, source]; where there is no path the difference is 0 and the p-value 1.
    ``used`` of ``asked`` permutations gave an estimate; ``reasons`` counts why others did not.
    """

    difference: Mapping[str, Array]
    pvalue: Mapping[str, Array]
    used: int
    asked: int
    reasons: Mapping[str, int]


def permute_groups(
    table: ParameterTable,
    metric: Metric,
    sample: Sample,
    start: Array,
    labels: Array,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> GroupPermutation:
    """Test index scores and effects of two groups by maximum likelihood.

    Parameters
    ----------
    table, metric
        Model and scales.
    sample
        The respondents of both groups together, with their weights and design.
    start : (q,)
        The optimum of that sample.
    labels : (n,)
        0 or 1 for each respondent.
    draws, seed, stream, workers, backend, checkpoint, progress
        See ``run_batches``.

    Raises
    ------
    UsageError
        Nothing can be exchanged under the design.
    EstimationError
        The groups as they are have no estimate.
    """
    test = permutation_test(
        GroupDifference(
            refit=covariance_refit(table, sample, start), derive=IndexAndEffects(table=table, metric=metric)
        ),
        permutation_plan(labels, sample.strata, sample.cluster),
        draws=draws,
        seed=seed,
        stream=stream,
        workers=workers,
        backend=backend,
        checkpoint=checkpoint,
        progress=progress,
    )
    m = len(table.constructs)
    return GroupPermutation(
        difference=_parts(test.observed, m),
        pvalue=_parts(test.pvalue, m),
        used=test.used,
        asked=test.asked,
        reasons=test.reasons,
    )


def _parts(flat: Array, m: int) -> Mapping[str, Array]:
    index, direct, total = np.split(flat, [m, m + m * m])
    return MappingProxyType({"index": index, "direct": direct.reshape(m, m), "total": total.reshape(m, m)})
