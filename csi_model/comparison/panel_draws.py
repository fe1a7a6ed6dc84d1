"""The bootstrap of a panel: persons are drawn, and every wave is estimated from those drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.panel import Respondents
from csi_model.errors import EstimationError
from csi_model.estimation.batches import Refit, run_batches
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.inference import Evidence
from csi_model.estimation.likelihood_refit import likelihood_refit
from csi_model.estimation.optimum import evidence_of, ridge_penalty, variance_bounds
from csi_model.estimation.options import FitOptions, draws_asked
from csi_model.estimation.parameters import ParameterTable
from csi_model.estimation.pls_fitting import prepared_refit
from csi_model.estimation.replicates import Outcome
from csi_model.estimation.resamples import bootstrap_plan
from csi_model.survey.moments import Sample

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class OfPersons:
    """A refit of one wave that is given how often each person counts; ``place`` (n,) is whose each row is."""

    refit: Refit
    place: Array

    def __call__(self, drawn: Array, /) -> Outcome:
        """Estimates of a batch; ``drawn`` (b, persons)."""
        return self.refit(drawn[:, self.place])


def paired_draws(
    table: ParameterTable | CompositeTable,
    waves: Sequence[Respondents],
    values: Sequence[Array],
    options: FitOptions,
    *,
    stream: int,
    how: Mapping[str, Any],
) -> list[tuple[Array, Array]]:
    """Draws of item means (b, p) and parameters (b, q) of each wave, row by row from the same persons.

    Parameters
    ----------
    table
        The model as the estimator sees it.
    waves, values
        Who answered in each wave, and the parameters that were found.
    options
        Those of the fit; ``bootstrap`` says how many are drawn.
    stream, how
        Of the random numbers, and arguments of ``run_batches``.

    Returns
    -------
    list of (means, values)
        One a wave; only draws that are used in every wave.

    Raises
    ------
    EstimationError
        Persons cannot be drawn, since some change their stratum or cluster from wave to wave, weights were
        raked to margins, or a stratum has a single unit.
    """
    persons = np.unique(np.concatenate([wave.persons for wave in waves]))
    place = [np.searchsorted(persons, wave.persons) for wave in waves]
    if any(wave.sample.calibration is not None for wave in waves):
        raise _infeasible("the weights were raked to margins that hold for all waves together")
    strata = _constant("strata", [wave.sample.strata for wave in waves], place, len(persons))
    cluster = _constant("clusters", [wave.sample.cluster for wave in waves], place, len(persons))
    plan = bootstrap_plan(len(persons), strata, cluster)
    found = [
        run_batches(
            OfPersons(refit=_refit(table, wave.sample, start, options), place=where),
            plan,
            draws=draws_asked(options),
            seed=options.seed,
            stream=stream,
            **how,
        )
        for wave, start, where in zip(waves, values, place, strict=True)
    ]
    used = np.logical_and.reduce([one.used for one in found])
    return [(one.means[used], one.values[used]) for one in found]


def _constant(what: str, codes: Sequence[Array | None], place: Sequence[Array], persons: int) -> Array | None:
    """The stratum or cluster of each person."""
    if any(code is None for code in codes):
        return None
    made = np.full(persons, -1, dtype=np.int64)
    for code, where in zip(codes, place, strict=True):
        if code is None:
            continue
        moved = (made[where] >= 0) & (made[where] != code)
        if moved.any():
            raise _infeasible(f"{int(moved.sum())} persons change their {what} from wave to wave")
        made[where] = code
    return made


def _infeasible(why: str) -> EstimationError:
    error = EstimationError.at(
        "panel",
        f"persons cannot be drawn anew for all waves at once: {why}.",
        "Read the intervals as somewhat too wide.",
        code="panel-not-paired",
    )
    return EstimationError(error.findings)


def _refit(
    table: ParameterTable | CompositeTable, sample: Sample, values: Array, options: FitOptions
) -> Refit:
    """The estimator that found ``values`` (q,), to be repeated."""
    if isinstance(table, CompositeTable):
        return prepared_refit(table, sample, values[: len(table.item)])
    lower = variance_bounds(table) if options.variances == "bounded" else None
    if table.has_means:
        return likelihood_refit(evidence_of(table, sample), values, lower=lower)
    evidence = Evidence(table=table, sample=sample)
    if options.ridge:
        evidence = replace(evidence, penalty=ridge_penalty(table, sample.cov, options.ridge))
    return covariance_refit(table, sample, values, penalty=evidence.penalty, lower=lower)
