"""Permutation tests of two groups: labels dealt anew, both groups estimated anew.

Valid without normality where the groups would be exchangeable if they did not differ: within strata,
whole clusters (Good 2005, *Permutation, Parametric and Bootstrap Tests of Hypotheses*).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import EstimationError
from csi_model.estimation.batches import Refit, run_batches
from csi_model.estimation.crew import Dask
from csi_model.estimation.replicates import REASON_WORDS, Outcome, Reason
from csi_model.estimation.resamples import PermutationPlan

Array = NDArray[Any]

TIE = 1e-9
"""Relative to the difference found: closer than this is the same difference, but for rounding."""


class Derive(Protocol):
    """What is compared: a function of means (b, p) and parameters (b, q), (b, k); can be pickled."""

    def __call__(self, means: Array, values: Array, /) -> Array:
        """Derived quantities, one row an estimate."""


@dataclass(frozen=True, kw_only=True)
class GroupDifference:
    """Estimates of group 1 less those of group 0, given labels (b, n).

    ``refit`` is that of both groups' respondents together; the outcome's ``values`` are differences of
    what ``derive`` makes of an estimate, its ``means`` differences of means.
    """

    refit: Refit
    derive: Derive

    def __call__(self, labels: Array, /) -> Outcome:
        """Differences of a batch of labels."""
        zero, one = (self.refit((labels == group).astype(float)) for group in (0, 1))
        reason = np.where(zero.reason == Reason.USED, one.reason, zero.reason)
        used = np.flatnonzero(reason == Reason.USED)
        differences = self.derive(one.means[used], one.values[used]) - self.derive(
            zero.means[used], zero.values[used]
        )
        values = np.full((len(labels), differences.shape[1]), np.nan)
        values[used] = differences
        return Outcome(
            means=one.means - zero.means,
            values=values,
            reason=reason,
            flags=np.where(reason == Reason.USED, zero.flags | one.flags, 0).astype(np.uint8),
        )


@dataclass(frozen=True, kw_only=True)
class PermutationTest:
    """Differences ``observed`` (k,), two-sided ``pvalue`` (k,), and what became of the permutations."""

    observed: Array
    pvalue: Array
    used: int
    asked: int
    reasons: Mapping[str, int]


def permutation_test(
    statistic: Refit,
    plan: PermutationPlan,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PermutationTest:
    """Test every entry of a difference of two groups.

    ``p = (1 + #{|d*| >= |d|}) / (1 + permutations)``, never 0 (Phipson & Smyth 2010, Statistical
    Applications in Genetics and Molecular Biology 9(1), art. 39), over the permutations that gave an
    estimate. NaN for an entry that does not exist in the sample, or not in a tenth of the permutations.

    Parameters
    ----------
    statistic
        Given labels (b, n), returns differences in ``values``; see ``GroupDifference``.
    plan
        The groups' labels under their design.
    draws, seed, stream, workers, backend, checkpoint, progress
        See ``run_batches``, also for what is raised.

    Raises
    ------
    EstimationError
        The groups as they are have no estimate.
    """
    labels = plan.labels[plan.units.of_row]
    with threadpool_limits(1, user_api="blas"):
        first = statistic(labels[None])
    if first.reason[0] != Reason.USED:
        raise EstimationError.at(
            "permutation",
            f"a group cannot be estimated: {REASON_WORDS[Reason(int(first.reason[0]))]}.",
            "Compare larger groups.",
            code="group-failed",
        )
    observed = first.values[0]
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
    return PermutationTest(
        observed=observed,
        pvalue=pvalues(observed, made.values[made.used]),
        used=int(made.used.sum()),
        asked=made.asked,
        reasons=made.failed,
    )


def pvalues(observed: Array, permuted: Array) -> Array:
    """Two-sided p-values (k,) of ``observed`` (k,) among ``permuted`` (b, k); see ``permutation_test``."""
    there = np.isfinite(permuted)
    enough = there.sum(axis=0) > 0.9 * len(permuted)
    larger = np.where(there, np.abs(permuted), -1.0) >= np.abs(observed) * (1 - TIE)
    found = (1 + larger.sum(axis=0)) / (1 + there.sum(axis=0))
    return np.where(enough & np.isfinite(observed), found, np.nan)
