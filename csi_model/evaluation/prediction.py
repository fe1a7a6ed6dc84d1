"""How well PLS predicts answers that it has not seen, and how well simpler models do.

PLSpredict (Shmueli, Ray, Velasquez Estrada & Chatla 2016, Journal of Business Research 69, 4552-4564;
Shmueli et al. 2019, European Journal of Marketing 53, 2322-2347) estimates the model without one fold of
the respondents and predicts theirs: item i of construct j is ``mean_i + sd_i loading_ij y_j``, with the
numbers of the training rows and the score y_j that the construct's antecedents predict. The benchmarks
are the mean of the training rows and a linear regression of the item on items of other constructs.

Errors are those of one run of the folds, averaged over the repetitions. Predictions are not averaged: the
mean of several models would be another, steadier predictor than the model that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import UsageError, suggest
from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.resamples import CELLS, Units, sampling_units
from csi_model.evaluation.predicted_scores import (
    APPROACHES,
    failure,
    obstacle,
    predicted_entries,
    predicted_scores,
)
from csi_model.survey.moments import Sample

Array = NDArray[Any]

BENCHMARKS = ("exogenous", "antecedents", "others")
STREAM = 0x0F01D
"""Keeps the folds apart from the numbers of the bootstrap."""
SINGULAR = 1e-10
"""Smallest eigenvalue of the regressors' correlations from which the linear model is unique."""
COLLINEAR = "drivers determine each other in a training sample"
NO_LINEAR_MODEL = "the questions of the linear model determine each other in a training sample"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How predictions are made; see ``predictions``."""

    folds: int
    repeats: int
    approach: str
    benchmark: str


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Out-of-sample predictions of the items of endogenous constructs.

    Attributes
    ----------
    constructs, indicators : (k,) names
        What is predicted: one entry an item, in model order.
    rmse, mae : (3, k)
        Root mean squared and mean absolute errors in answer units, sampling weights counted, of the model,
        the linear model and the mean. NaN where they do not exist.
    q2 : (k,)
        Q2_predict = 1 - SSE(model) / SSE(mean of the training rows) (Shmueli et al. 2016).
    losses : (3, n, k)
        Squared error of every respondent, averaged over the repetitions.
    why
        Why there are no predictions at all, else empty; ``why_lm`` (k,) the same for the linear model.
    """

    plan: Plan
    constructs: tuple[str, ...]
    indicators: tuple[str, ...]
    rmse: Array
    mae: Array
    q2: Array
    losses: Array
    why: str
    why_lm: tuple[str, ...]


def predictions(
    part: GroupFit,
    solution: CompositeSolution,
    *,
    folds: int = 10,
    repeats: int = 10,
    seed: int | None = None,
    approach: str = "earliest",
    benchmark: str | None = None,
) -> Prediction:
    """Predict the answers of respondents who are left out, fold by fold.

    The predictions of ``plsc`` are those of ``pls``: scores carry measurement error, and what they predict
    best follows from the regressions among them, not from the corrected ones. With ``--missing-data mean``
    the means in the gaps come from all respondents.

    Parameters
    ----------
    part, solution
        A group and its estimate.
    folds, repeats
        Parts of the sample, and how often it is divided anew. Whole clusters are in one fold.
    seed
        Makes the folds repeatable; default: the run's own.
    approach
        ``earliest``: from the answers to the questions of exogenous constructs alone; constructs in between
        are predicted (Shmueli et al. 2016; also the default of cSEM). ``direct``: from the answers to the
        questions of a construct's own drivers (the default of seminr).
    benchmark
        Items that the linear model rests on: ``exogenous``, those of exogenous constructs (Shmueli et al.
        2019; cSEM); ``antecedents``, those of the construct's own drivers; ``others``, those of all other
        constructs (the R package PLSpredict). Default: what the approach rests on, exogenous or antecedents.

    Raises
    ------
    UsageError
        Fewer than two folds, no repetition, an unknown approach or benchmark.
    """
    lm = benchmark or ("exogenous" if approach == "earliest" else "antecedents")
    plan = Plan(folds=folds, repeats=repeats, approach=approach, benchmark=lm)
    _check(plan)
    table, sample = replace(solution.table, consistent=False), part.sample
    units = _units(sample)
    why = obstacle(table, sample, approach)
    if not why and len(units.stratum) < folds:
        what = "respondents" if sample.cluster is None else "clusters"
        why = f"only {len(units.stratum)} {what} for {folds} folds"
    if why:
        return _nothing(table, sample.n, plan, why)
    run, stream = solution.seed
    assigned = fold_numbers(units, plan, (run if seed is None else seed, stream))
    return crossed(table, sample, assigned, plan, start=solution.values[: len(table.item)])


def _check(plan: Plan) -> None:
    if plan.folds < 2 or plan.repeats < 1:
        raise UsageError.at(
            "prediction",
            f"{plan.folds} folds, {plan.repeats} times, leave nothing to train on or nothing to predict.",
            "Take at least 2 folds and 1 repetition; 10 of each are usual.",
        )
    for what, given, known in (
        ("approach", plan.approach, APPROACHES),
        ("benchmark", plan.benchmark, BENCHMARKS),
    ):
        if given not in known:
            raise UsageError.at("prediction", f"there is no {what} {given!r}.", suggest(given, known))


def _units(sample: Sample) -> Units:
    """What stays in one fold: clusters, else respondents."""
    return sampling_units(sample.n, None if sample.cluster is None else sample.strata, sample.cluster)


def fold_numbers(units: Units, plan: Plan, seed: tuple[int, int]) -> Array:
    """Fold of each respondent in each repetition, (repeats, n): folds of equal numbers of units.

    More repetitions begin with those of fewer.
    """
    made = np.empty((plan.repeats, len(units.of_row)), dtype=np.int64)
    for r in range(plan.repeats):
        random = np.random.default_rng(np.random.SeedSequence([*seed, STREAM], spawn_key=(r,)))
        made[r] = (random.permutation(len(units.stratum)) % plan.folds)[units.of_row]
    return made


def crossed(
    table: CompositeTable, sample: Sample, assigned: Array, plan: Plan, *, start: Array | None = None
) -> Prediction:
    """Predict with given folds.

    Parameters
    ----------
    table
        Of ``pls``.
    assigned : (repeats, n)
        Fold of each respondent, counted from 0.
    start : (s,), optional
        Weights of the whole sample, to begin with.
    """
    few = sample.n - max(int(np.bincount(row).max()) for row in assigned)
    if few <= len(table.indicators):
        why = f"a training sample has {few} respondents for {len(table.indicators)} questions"
        return _nothing(table, sample.n, plan, why)
    entries = predicted_entries(table)
    losses, absolute = np.zeros((3, sample.n, len(entries))), np.zeros((3, len(entries)))
    step = max(1, CELLS // (plan.folds * sample.n))
    refit = composite_refit(table, sample, start)
    for first in range(0, plan.repeats, step):
        cut = assigned[first : first + step]
        trains = (cut[:, None, :] != np.arange(plan.folds)[:, None]).reshape(-1, sample.n)
        outcome = refit(trains.astype(float))
        why = failure(outcome.reason, "training samples")
        if not why:
            made = composite_estimates(table, outcome.means, outcome.values)
            why = "" if np.isfinite(made.beta).all() else COLLINEAR
        if why:
            return _nothing(table, sample.n, plan, why)
        slopes = linear_models(table, made.state.cov, entries, plan.benchmark)
        for b, train in enumerate(trains):
            errors = _errors(table, made, b, sample, train, plan.approach, entries, slopes[b])
            losses[:, ~train] += errors**2 / plan.repeats
            absolute += np.einsum("anb,n->ab", np.abs(errors), sample.weights[~train]) / plan.repeats
    return _summary(table, entries, losses, absolute, sample.weights, plan)


def regressors(table: CompositeTable, j: int, benchmark: str) -> Array:
    """Items that the linear model predicts those of construct ``j`` from."""
    if benchmark == "antecedents":
        chosen = table.drivers(j)
    elif benchmark == "others":
        chosen = [k for k in range(len(table.constructs)) if k != j]
    else:
        driven, driving = {target for _, target in table.paths}, {source for source, _ in table.paths}
        chosen = sorted(driving - driven)
    return np.flatnonzero(table.member[chosen].any(axis=0))


def linear_models(table: CompositeTable, covariance: Array, entries: Array, benchmark: str) -> Array:
    """Slopes (b, k, p) of the linear models, from item covariances (b, p, p) in answer units.

    NaN where the regressors determine each other in any sample of the batch.
    """
    made = np.zeros((len(covariance), len(entries), covariance.shape[1]))
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = covariance / (sd[:, :, None] * sd[:, None, :])
    for j in np.unique(table.owner[entries]):
        own, x = np.flatnonzero(table.owner[entries] == j), regressors(table, int(j), benchmark)
        among = correlation[:, x[:, None], x]
        if not len(x) or np.linalg.eigvalsh(among)[:, 0].min() < SINGULAR:
            made[:, own] = np.nan
            continue
        y = table.item[entries[own]]
        slopes = np.linalg.solve(among, correlation[:, x[:, None], y]) * sd[:, None, y] / sd[:, x, None]
        made[:, own[:, None], x] = np.swapaxes(slopes, -1, -2)
    return made


def _errors(
    table: CompositeTable,
    made: CompositeEstimates,
    b: int,
    sample: Sample,
    train: Array,
    approach: str,
    entries: Array,
    slopes: Array,
) -> Array:
    """Errors (3, held out, k) in answer units of training sample ``b``: model, linear model, mean.

    Products need the training rows, too, for the mean of what is predicted there.
    """
    state, (item, owner) = made.state, (table.item[entries], table.owner[entries])
    rows = np.ones(sample.n, dtype=bool) if table.products else ~train
    centred, share = sample.answers[rows] - state.mean[b], (train * sample.weights)[rows]
    scores = predicted_scores(
        table,
        state.weights[b],
        made.beta[b],
        state.spread[b],
        (centred / state.sd[b]).T,
        share=share / (share.sum() or 1.0),
        approach=approach,
    )
    held_out = ~train[rows]
    scores, centred = scores[:, held_out], centred[held_out]
    fitted = state.sd[b, item] * state.cross[b, item, owner] * scores[owner].T
    actual = centred[:, item]
    return np.stack([actual - fitted, actual - centred @ slopes.T, actual])


def _summary(
    table: CompositeTable, entries: Array, losses: Array, absolute: Array, weights: Array, plan: Plan
) -> Prediction:
    mse = np.einsum("anb,n->ab", losses, weights) / weights.sum()
    return Prediction(
        plan=plan,
        constructs=tuple(table.constructs[j] for j in table.owner[entries]),
        indicators=tuple(table.indicators[i] for i in table.item[entries]),
        rmse=np.sqrt(mse),
        mae=absolute / weights.sum(),
        q2=1 - mse[0] / mse[2],
        losses=losses,
        why="",
        why_lm=tuple("" if known else NO_LINEAR_MODEL for known in np.isfinite(mse[1])),
    )


def _nothing(table: CompositeTable, n: int, plan: Plan, why: str) -> Prediction:
    entries = predicted_entries(table)
    empty = np.full((3, len(entries)), np.nan)
    return Prediction(
        plan=plan,
        constructs=tuple(table.constructs[j] for j in table.owner[entries]),
        indicators=tuple(table.indicators[i] for i in table.item[entries]),
        rmse=empty,
        mae=empty,
        q2=empty[0],
        losses=np.full((3, n, len(entries)), np.nan),
        why=why,
        why_lm=(why,) * len(entries),
    )
