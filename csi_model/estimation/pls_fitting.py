"""PLS path modelling of one sample: estimate, verdicts, resampling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError, Finding
from csi_model.estimation.batches import run_batches
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.options import FitOptions, draws_asked
from csi_model.estimation.ordinal.composites import ResponseRefit, check_responses, response_refit
from csi_model.estimation.pls_available import AvailableRefit, available_refit
from csi_model.estimation.pls_refit import CompositeRefit, composite_refit
from csi_model.estimation.pls_verdicts import judge_composites
from csi_model.estimation.pls_weights import TOLERANCE
from csi_model.estimation.replicates import Reason
from csi_model.estimation.resamples import bootstrap_plan, with_absent_units
from csi_model.estimation.resampling import draws_of, jackknife
from csi_model.survey.moments import Sample

Array = NDArray[Any]


def prepared_refit(
    table: CompositeTable, sample: Sample, start: Array | None
) -> CompositeRefit | AvailableRefit | ResponseRefit:
    """The estimator of a sample, to be repeated; ``start`` (s,) are weights to begin with.

    Raises
    ------
    EstimationError
        See ``available_refit``.
    """
    if table.available:
        return available_refit(table, sample, start)
    if table.polychoric:
        return response_refit(table, sample, start)
    return composite_refit(table, sample, start)


def solve_composites(
    table: CompositeTable,
    sample: Sample,
    options: FitOptions,
    *,
    stream: int,
    how: dict[str, Any],
    name: str,
) -> CompositeSolution:
    """Fit one sample; ``how`` are arguments of ``run_batches``.

    Raises
    ------
    EstimationError
        A block of mode B, or the drivers of a construct, determine each other exactly; polychoric: two
        questions order respondents alike, or a correlation was not found.
    """
    refit, once = prepared_refit(table, sample, None), np.ones((1, sample.n))
    if isinstance(refit, ResponseRefit):
        check_responses(refit, name)
    made, steps, change = refit.traced(once)
    if made.reason[0] not in (Reason.USED, Reason.NOT_CONVERGED):
        if isinstance(refit, ResponseRefit):
            sample = replace(sample, cov=refit.moments(once)[1][0])
        raise undetermined(table, sample, name)
    means, values = made.means[0], made.values[0]
    estimates = composite_estimates(table, means, values)
    verdicts = judge_composites(table, estimates, float(change[0]), 10 * TOLERANCE)
    draws, left_out = None, None
    sample = with_absent_units(sample)
    refit = prepared_refit(table, sample, values[: len(table.item)])
    if draws_asked(options):
        plan = bootstrap_plan(sample.n, sample.strata, sample.cluster)
        draws = draws_of(
            run_batches(refit, plan, draws=draws_asked(options), seed=options.seed, stream=stream, **how)
        )
    if options.jackknife or options.interval == "bca":
        left_out = jackknife(refit, sample, seed=options.seed, **how)
    return CompositeSolution(
        table=table,
        values=values,
        means=means,
        steps=int(steps[0]),
        change=float(change[0]),
        verdicts=verdicts,
        draws=draws,
        jackknife=left_out,
        seed=(options.seed, stream),
    )


def undetermined(table: CompositeTable, sample: Sample, name: str) -> EstimationError:
    """What to raise where PLS has no estimate: which block or which drivers determine each other."""
    sd = np.sqrt(np.diag(sample.cov))
    correlation = sample.cov / np.outer(sd, sd)
    for block, (mode, slot) in enumerate(zip(table.blocks.modes, table.blocks.slots, strict=True)):
        if mode == "B" and np.linalg.eigvalsh(correlation[np.ix_(slot, slot)])[0] < 1e-10:
            construct = table.constructs[table.base[block]]
            items = ", ".join(table.indicators[i] for i in slot)
            what = f"mode B cannot weigh the questions of {construct} ({items}): they determine each other."
            return _dependence(name, what, "Drop the copy, or estimate the construct by `mode: A`.")
    what = "the scores of some drivers determine each other exactly, so that the path scheme has no answer."
    return _dependence(name, what, "Use --scheme centroid, or merge the drivers.")


def _dependence(where: str, what: str, fix: str) -> EstimationError:
    return EstimationError(
        [Finding(code="linear-dependence", severity="error", where=where, what=what, fix=fix)]
    )
