"""Stone-Geisser Q2 by blindfolding: how well a construct's own answers can be put back from its drivers.

Every D-th answer to the questions of an endogenous construct is taken away and the mean of the others put
in its place; the model is estimated, and the construct's drivers predict what was taken away. D such rounds
take away every answer once (Wold 1982; Chin 1998, in Marcoulides, *Modern methods for business research*,
295-336; Hair, Hult, Ringle & Sarstedt 2017, *A primer on PLS-SEM*, 2nd ed., ch. 6). The cross-validated
redundancy is

    Q2 = 1 - sum_D SSE_D / sum_D SSO_D

with SSE_D the squared errors of the predictions of round D, SSO_D those of the mean of the answers left.
It is no test on new respondents, whose answers all take part in the estimate: PLSpredict is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import UsageError
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.pls_refit import CompositeRefit, composite_refit
from csi_model.estimation.replicates import Replicates, gathered
from csi_model.evaluation.predicted_scores import failure, obstacle, predicted_scores
from csi_model.survey.moments import Sample

Array = NDArray[Any]

DISTANCE = 7
"""Between 5 and 12 is usual (Hair et al. 2017)."""


@dataclass(frozen=True, kw_only=True)
class Q2:
    """Cross-validated redundancies.

    ``entries`` (s,) for each pair of a construct and an item of it, as ``CompositeTable`` lays them out;
    ``constructs`` (m,) over the standardised items of each construct; NaN where there is none, and ``why``
    (m,) says so. ``distance`` is the omission distance that was used.
    """

    distance: int
    entries: Array
    constructs: Array
    why: tuple[str, ...]


def blindfolding(part: GroupFit, solution: CompositeSolution, distance: int = DISTANCE) -> Q2:
    """Stone-Geisser Q2 of each endogenous construct and each of its items.

    Answers are counted question by question in the order of the rows. A distance that divides the number
    of respondents would take away whole respondents; the next that does not is used (Hair et al. 2017).
    Predictions go back to answer units by the mean and standard deviation of the altered answers. Sampling
    weights count in every sum. As in ``predictions``, ``plsc`` has the numbers of ``pls``.

    Raises
    ------
    UsageError
        A distance below 2.
    """
    if distance < 2:
        raise UsageError.at(
            "blindfolding", f"an omission distance of {distance} leaves no answers.", "Take one from 5 to 12."
        )
    table, sample = replace(solution.table, consistent=False), part.sample
    while sample.n > distance and sample.n % distance == 0:
        distance += 1
    entries, constructs = np.full(len(table.item), np.nan), np.full(len(table.constructs), np.nan)
    general = obstacle(table, sample, "direct")
    if not general and sample.n <= max(distance, len(table.indicators)):
        general = f"only {sample.n} respondents for {len(table.indicators)} questions"
    why = [_unfit(table, j) or general for j in range(len(table.constructs))]
    for j in (j for j, reason in enumerate(why) if not reason):
        own = np.flatnonzero(table.owner == j)
        refit = composite_refit(table, sample, solution.values[: len(table.item)])
        errors, why[j] = _squared_errors(refit, sample, j, distance)
        if not why[j]:
            entries[own] = 1 - errors[0] / errors[1]
            total = (errors / np.diag(sample.cov)[table.item[own]]).sum(axis=1)
            constructs[j] = 1 - total[0] / total[1]
    return Q2(distance=distance, entries=entries, constructs=constructs, why=tuple(why))


def _unfit(table: CompositeTable, j: int) -> str:
    if not table.member[j].any():
        return "it has no questions"
    if not table.drivers(j):
        return "nothing drives it"
    if table.blocks.modes[table.base.index(j)] == "B":
        return "its questions form it (mode B), and blindfolding is for those that reflect it"
    return ""


def _squared_errors(refit: CompositeRefit, sample: Sample, j: int, distance: int) -> tuple[Array, str]:
    """Sums (2, items of the construct) of squared errors of predictions and means, or why there are none."""
    items = np.flatnonzero(refit.table.member[j])
    answer = np.arange(len(items))[:, None] * sample.n + np.arange(sample.n)
    taken = answer % distance == np.arange(distance)[:, None, None]
    if not ((~taken) @ sample.weights > 0).all():
        return np.empty(0), "nobody with a weight is left in a round"
    share = sample.weights / sample.weights.sum()
    own = refit.centred[items]
    means = ((~taken * own) @ share) / (~taken @ share)
    left = np.where(taken, 0.0, own - means[:, :, None])
    found = _refitted(refit, items, left, means, share)
    if why := failure(found.reason, "rounds"):
        return np.empty(0), why
    made = composite_estimates(refit.table, found.means, found.values)
    if not np.isfinite(made.beta).all():
        return np.empty(0), "drivers determine each other in a round"
    errors, state = np.zeros((2, len(items))), made.state
    for k in range(distance):
        altered = refit.centred - (state.mean[k] - refit.mean)[:, None]
        altered[items] = left[k]
        scores = predicted_scores(
            refit.table,
            state.weights[k],
            made.beta[k],
            state.spread[k],
            altered / state.sd[k][:, None],
            share=share,
            approach="direct",
        )
        actual = own - means[k][:, None]
        fitted = (state.sd[k] * state.cross[k, :, j])[items, None] * scores[j]
        for a, error in enumerate((actual - fitted, actual)):
            errors[a] += (error**2 * taken[k]) @ sample.weights
    return errors, ""


def _refitted(refit: CompositeRefit, items: Array, left: Array, means: Array, share: Array) -> Replicates:
    """The model on the altered answers of every round.

    ``left`` (D, items, n) less the ``means`` (D, items) of the answers left, 0 in the place of the others:
    only the moments of these items differ from those of the sample.
    """
    distance, n = len(left), left.shape[2]
    shift = np.zeros((distance, len(refit.mean)))
    shift[:, items] = means
    rest = (refit.centred * share) @ refit.centred.T
    covariance = np.repeat(rest[None], distance, axis=0)
    across = (left * share) @ refit.centred.T
    across[:, :, items] = (left * share) @ np.swapaxes(left, -1, -2)
    covariance[:, items] = across
    covariance[:, :, items] = np.swapaxes(across, -1, -2)
    if refit.table.linear:
        return gathered([refit.from_moments(shift, covariance, np.ones((distance, n)))[0]])
    made = []
    for k in range(distance):
        cut, altered = slice(k, k + 1), refit.centred.copy()
        altered[items] = left[k] + means[k][:, None]
        made.append(
            replace(refit, centred=altered).from_moments(shift[cut], covariance[cut], np.ones((1, n)))[0]
        )
    return gathered(made)
