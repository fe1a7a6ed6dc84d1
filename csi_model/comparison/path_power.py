"""How often a path is found, by simulation: surveys drawn from a known truth, each fitted and tested.

A path counts as found where the estimator's own test says so at the level asked for: the estimate over its
standard error (of the bootstrap for PLS, of the information for maximum likelihood) beyond the normal
quantile, which is the p value that a results folder holds. A survey whose fit should not be used finds
nothing. The share found is a binomial proportion, with Wilson's interval for the number of surveys drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.plan_assumptions import wrong_option
from csi_model.errors import EstimationError, Finding, StudyError, SurveyError, UsageError, suggest
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.crew import Dask, at_work, check_workers
from csi_model.estimation.fits import CompositeSolution, Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions, is_composite
from csi_model.estimation.standardised import standardised
from csi_model.model.spec import ModelSpec
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import Truth, default_truth, population_paths, simulate
from csi_model.survey.simulation_checks import check_truth
from csi_model.survey.simulation_population import structure_of
from csi_model.survey.survey import ANSWERED, OTHER, Survey

Array = NDArray[Any]
Progress = Callable[[str, int, int], None]

BOOTSTRAP = 200
"""Resamples of each simulated survey: a standard error needs no more (Efron & Tibshirani 1993, ch. 6)."""
CHUNK = 20
"""Simulated surveys at a time."""
INTERVAL = 0.95
"""Confidence of the Monte Carlo interval."""


@dataclass(frozen=True, kw_only=True)
class PathPower:
    """How often one path was found in surveys of one size.

    Attributes
    ----------
    source, target, estimator, interviews
        What was estimated, how, from how many respondents.
    effect
        The path in the population, both constructs with standard deviation 1.
    points
        The same in index points per index point.
    level
        Of the test: a path is found where its p value is below 1 less that.
    draws
        Simulated surveys; ``unusable`` of them gave no fit that may be used, ``found`` found the path.
    mean, sd
        Of the standardised estimates; NaN without any.
    """

    source: str
    target: str
    estimator: str
    interviews: int
    effect: float
    points: float
    level: float
    draws: int
    unusable: int
    found: int
    mean: float
    sd: float

    @property
    def power(self) -> float:
        """Share of the surveys in which the path was found."""
        return self.found / self.draws

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the power: what the number of surveys leaves open."""
        made = stats.binomtest(self.found, self.draws).proportion_ci(INTERVAL, method="wilson")
        return float(made.low), float(made.high)


def path_power(
    model: ModelSpec,
    source: str,
    target: str,
    *,
    interviews: Sequence[int],
    truth: Truth | None = None,
    effects: Sequence[float] = (),
    estimator: str = "pls",
    level: float = 0.95,
    draws: int = 500,
    bootstrap: int | None = None,
    seed: int = FitOptions.seed,
    workers: int = 1,
    backend: Dask | None = None,
    progress: Progress | None = None,
) -> tuple[PathPower, ...]:
    """Simulate how often a path is found.

    Parameters
    ----------
    model, source, target
        The path ``source > target`` of the model.
    interviews
        Sample sizes; rows with a missing answer, where the truth has some, count.
    truth
        What to draw from; ``default_truth(model)`` if None.
    effects
        Standardised paths to put in place of the truth's own, see ``with_effect``; () for the truth's own.
    estimator, level
        As in ``fit``.
    draws
        Simulated surveys of each size and effect.
    bootstrap
        Resamples of each survey: 200 for PLS if None; maximum likelihood needs none.
    seed
        The same seed gives the same surveys; those of all effects differ by nothing but the effect.
    workers, backend
        Who does the work; the numbers are the same for any.
    progress
        Told ``(what, done, all)``.

    Returns
    -------
    tuple of PathPower
        By effect, then by size.

    Raises
    ------
    UsageError
        Everything about the options that does not fit, or an effect that the truth leaves no room for.
    StudyError
        The truth does not fit the model.
    """
    truth = truth or default_truth(model)
    options = checked_options(
        model,
        source,
        target,
        interviews=interviews,
        estimator=estimator,
        level=level,
        draws=draws,
        bootstrap=bootstrap,
        seed=seed,
    )
    check_workers(workers)
    wrong = check_truth(truth, model, ("respondent", "weight"))
    if wrong:
        raise StudyError(wrong)
    truths = [with_effect(truth, model, source, target, one) for one in effects] or [truth]
    made = []
    for population in truths:
        for size in interviews:
            study = _Study(
                model=model, truth=population, source=source, target=target, size=size, options=options
            )
            tell = None if progress is None else _told(progress, study)
            made.append(_power(study, draws, workers, backend, tell))
    return tuple(made)


def standardised_path(truth: Truth, model: ModelSpec, source: str, target: str) -> float:
    """Return a path of a population, both constructs with standard deviation 1 over all groups."""
    structure = structure_of(truth, model)
    s, t = structure.names.index(source), structure.names.index(target)
    sds = np.sqrt(np.diag(structure.pooled))
    return float(truth.paths[source, target] * sds[s] / sds[t])


def with_effect(truth: Truth, model: ModelSpec, source: str, target: str, effect: float) -> Truth:
    """Return the population with another path ``source > target``, everything else as it was.

    Other paths stay, and so do the variances of all constructs within groups: what the drivers explain
    more, the disturbances lose. Constructs without a disturbance (sums of others) go along.

    Parameters
    ----------
    effect
        The path, both constructs with standard deviation 1 (within groups).

    Raises
    ------
    UsageError
        The drivers would explain more than there is.
    """
    structure = structure_of(truth, model)
    place = {name: k for k, name in enumerate(structure.names)}
    before = np.diag(structure.within)
    scale = math.sqrt(before[place[target]] / before[place[source]])
    paths = {**truth.paths, (source, target): effect * scale}
    sds = dict(truth.sds)
    among = structure.disturbances.copy()  # of constructs that nothing drives; the others follow
    done: list[int] = [place[name] for name in structure.names if not model.drivers_of(name)]
    left = [name for name in structure.names if model.drivers_of(name)]
    while left:
        name = next(one for one in left if all(place[driver] in done for driver in model.drivers_of(one)))
        left.remove(name)
        k, drivers = place[name], [place[driver] for driver in model.drivers_of(name)]
        own = np.array([paths[driver, name] for driver in model.drivers_of(name)])
        among[k, done] = among[done, k] = own @ among[np.ix_(drivers, done)]
        explained = float(own @ among[np.ix_(drivers, drivers)] @ own)
        if truth.sds[name]:
            rest = before[k] - explained
            if rest < -1e-12 * before[k]:
                raise _no_room(source, target, effect, name)
            sds[name] = math.sqrt(max(rest, 0.0))
        among[k, k] = explained + sds[name] ** 2
        done.append(k)
    return replace(truth, paths=MappingProxyType(paths), sds=MappingProxyType(sds))


def _no_room(source: str, target: str, effect: float, name: str) -> UsageError:
    what = f"with a path {source} > {target} of {effect:g} the drivers of {name} would explain more than all."
    fix = "Give a smaller effect, or a truth file with smaller paths beside it."
    return UsageError(wrong_option("--effect", what, fix))


def path_findings(model: ModelSpec, source: str, target: str, where: str = "--path") -> Iterator[Finding]:
    """What is wrong with a path that is asked for."""
    names = model.construct_names
    unknown = [name for name in (source, target) if name not in names]
    for name in unknown:
        yield wrong_option(where, f"the model {model.name} has no construct {name!r}.", suggest(name, names))
    pairs = [(path.source, path.target) for path in model.paths]
    if unknown or (source, target) in pairs:
        return
    what = f"the model {model.name} has no path {source}:{target}."
    near = [f"{a}:{b}" for a, b in pairs if {a, b} & {source, target}] or [f"{a}:{b}" for a, b in pairs]
    fix = f"Choose one of: {', '.join(near)}."
    yield wrong_option(where, what, f"Did you mean {target}:{source}?" if (target, source) in pairs else fix)


def checked_options(
    model: ModelSpec,
    source: str,
    target: str,
    *,
    interviews: Sequence[int],
    estimator: str,
    level: float,
    draws: int,
    bootstrap: int | None,
    seed: int,
) -> FitOptions:
    """Return how each survey is fitted, or raise UsageError with all that does not fit."""
    wrong = list(path_findings(model, source, target))
    if not interviews or min(interviews) < 2:
        wrong.append(
            wrong_option("--interviews", "a survey needs respondents.", "Give sample sizes from 2 on.")
        )
    if draws < 1:
        wrong.append(wrong_option("--draws", f"{draws} surveys say nothing.", "Give 500 for a start."))
    options = FitOptions(estimator=estimator, level=level, seed=seed, beside=False)
    drawn = bootstrap if bootstrap is not None else BOOTSTRAP if is_composite(options) else 0
    options = replace(options, bootstrap=drawn)
    if is_composite(options) and not drawn:
        what = "PLS has no test of a path without resamples."
        wrong.append(wrong_option("--bootstrap", what, f"Give {BOOTSTRAP}, or leave it out."))
    try:
        options = check_options(options, model)
    except UsageError as error:
        wrong += error.findings
    if wrong:
        raise UsageError(wrong)
    return options


@dataclass(frozen=True, kw_only=True)
class _Study:
    """What is simulated: a population, a path, a sample size, an estimator; can be pickled."""

    model: ModelSpec
    truth: Truth
    source: str
    target: str
    size: int
    options: FitOptions


def _told(progress: Progress, study: _Study) -> Callable[[int, int], None]:
    effect = standardised_path(study.truth, study.model, study.source, study.target)
    name = f"{study.source} > {study.target} of {effect:.2f}, n = {study.size}"
    return lambda done, total: progress(name, done, total)


def _power(
    study: _Study, draws: int, workers: int, backend: Dask | None, tell: Callable[[int, int], None] | None
) -> PathPower:
    todo = [(first, min(CHUNK, draws - first)) for first in range(0, draws, CHUNK)]
    tested = np.empty((draws, 2))
    done = 0
    with at_work(_trials, (study,), todo, workers=workers, backend=backend) as results:
        for first, rows in results:
            tested[first : first + len(rows)] = rows
            done += len(rows)
            if tell is not None:
                tell(done, draws)
    usable = np.isfinite(tested).all(axis=1)
    estimates, z = tested[usable].T
    found = int((np.abs(z) > stats.norm.isf((1 - study.options.level) / 2)).sum())
    pair = (study.source, study.target)
    return PathPower(
        source=study.source,
        target=study.target,
        estimator=study.options.estimator,
        interviews=study.size,
        effect=standardised_path(study.truth, study.model, *pair),
        points=float(population_paths(study.truth, study.model)[pair]),
        level=study.options.level,
        draws=draws,
        unusable=int((~usable).sum()),
        found=found,
        mean=float(estimates.mean()) if len(z) else math.nan,
        sd=float(estimates.std(ddof=1)) if len(z) > 1 else math.nan,
    )


def _trials(study: _Study, first: int, count: int) -> tuple[int, Array]:
    """Standardised path and z (count, 2) of surveys ``first`` and so on; NaN without a usable fit."""
    rows = np.full((count, 2), np.nan)
    for k in range(count):
        seed = np.random.SeedSequence([study.options.seed, study.size, first + k])
        drawn, resampled = (int(one) for one in seed.generate_state(2))
        try:
            fitted = fit(
                study.model,
                _drawn_survey(study, drawn),
                estimator=study.options.estimator,
                bootstrap=study.options.bootstrap,
                seed=resampled,
                beside=False,
            )
        except (EstimationError, SurveyError):  # too few answers, no variation: such a survey finds nothing
            continue
        if fitted.trustworthy:
            rows[k] = _estimate(fitted, study.source, study.target)
    return first, rows


def _drawn_survey(study: _Study, seed: int) -> Survey:
    truth, model = study.truth, study.model
    frame, _ = simulate(model, study.size, seed=seed, truth=truth)
    weight = "weight" if truth.weight_sd else None
    if truth.rounded:
        return read_survey(frame, model, missing=tuple(truth.missing) or None, weight=weight)
    answers = frame[[item.name for item in model.indicators]].to_numpy(dtype=float)
    return Survey(
        model=model,
        answers=answers,
        reasons=np.where(np.isnan(answers), OTHER, ANSWERED).astype(np.int8),
        rows=np.arange(2, len(answers) + 2),
        weights=np.ones(len(answers)) if weight is None else frame[weight].to_numpy(dtype=float),
        weight=weight,
        read_rows=len(answers),
    )


def _estimate(fitted: Fit, source: str, target: str) -> tuple[float, float]:
    """Standardised path and its z, as the results folder has them."""
    solution = fitted.pooled.solution
    if isinstance(solution, CompositeSolution) and solution.draws is not None:
        table = solution.table
        at = (table.constructs.index(target), table.constructs.index(source))
        whole = float(composite_estimates(table, solution.means, solution.values).beta[at])
        drawn = composite_estimates(table, solution.draws.means, solution.draws.values).beta[:, *at]
        drawn = drawn[np.isfinite(drawn)]
        return whole, _ratio(whole, float(drawn.var(ddof=1)) if len(drawn) > 1 else math.nan)
    if not isinstance(solution, Solution):
        return math.nan, math.nan
    rows = solution.table.rows
    k = next(k for k, row in enumerate(rows) if row.op == "~" and (row.lhs, row.rhs) == (target, source))
    whole = float(standardised(solution.table, solution.values)[k])
    free = rows[k].free
    if free < 0:
        return whole, math.nan
    place = len(solution.means) + free
    return whole, _ratio(float(solution.values[free]), float(solution.covariance[place, place]))


def _ratio(value: float, variance: float) -> float:
    return value / math.sqrt(variance) if variance > 0 else math.nan
