"""Hundreds of units in one run: each is fitted, put into tables and let go, so that memory does not grow.

The numbers are those of ``fit`` and ``evaluate`` to the last bit: a unit has the random stream of its place
among the groups, whoever works on it. Units are dealt out in chunks of a fixed size; finished chunks can be
kept, and are taken up by the next run of the same definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.unit_checkpoints import UnitStore, unit_store
from csi_model.errors import Finding, StoppedError
from csi_model.estimation.crew import Dask, at_work
from csi_model.estimation.fits import Fit, GroupFit
from csi_model.estimation.fitting import fit, group_sample
from csi_model.estimation.part_fitting import fit_part
from csi_model.evaluation.evaluating import Tables, results_of, tables_of
from csi_model.evaluation.quantities import Metric, metric_of
from csi_model.evaluation.results import Results
from csi_model.evaluation.stored_moments import PartMoments, part_moments, stored_moments
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import Sample, group_masks, item_statistics
from csi_model.survey.survey import Survey

Array = NDArray[Any]

CHUNK = 8
"""Units in a chunk."""


@dataclass(frozen=True, kw_only=True)
class UnitChunk:
    """What some units gave, in their order: their tables stacked, and what is stored of each."""

    tables: Tables
    moments: tuple[PartMoments, ...]


def measure_units(
    model: ModelSpec,
    survey: Survey,
    *,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: Path | str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    **options: Any,
) -> tuple[Results, Fit]:
    """Fit the whole sample, and every group by itself.

    Parameters
    ----------
    model, survey
        The survey has group columns.
    workers, backend, checkpoint, progress
        See ``fit``; units are shared out, not draws.
    **options
        Further arguments of ``fit``.

    Returns
    -------
    Results
        As ``evaluate`` makes them, in the detail ``units``; draws of units are not stored.
    Fit
        The fit of the whole sample, with the group columns and without groups.

    Raises
    ------
    CsiError
        See ``fit``.
    """
    crew: dict[str, Any] = {"workers": workers, "backend": backend, "checkpoint": checkpoint}
    options["detail"] = "units"
    whole = fit(model, replace(survey, by=(), groups=()), **options, **crew, progress=progress)
    fitted = replace(whole, by=survey.by)
    metric = metric_of(fitted.model, fitted.options.weight_rule, fitted.options.given_weights)
    masks = group_masks(survey)
    account = _Account(
        places=tuple(range(first, min(first + CHUNK, len(masks))) for first in range(0, len(masks), CHUNK)),
        store=None if checkpoint is None else unit_store(checkpoint, survey, fitted.options),
        tell=_teller(progress, " x ".join(survey.by), len(masks)),
    )

    def prepared(unit: int) -> _Prepared:
        key, mask = masks[unit]
        sample, items = group_sample(survey, mask, fitted.options), item_statistics(survey, mask)
        return _Prepared(key=key, place=unit, sample=sample, items=items)

    chunks = _measured(account, fitted, metric, prepared, workers=workers, backend=backend)
    parts = [one for chunk in chunks for one in chunk.moments]
    moments = stored_moments(survey.by, (part_moments(fitted, fitted.pooled), *parts))
    blocks = [chunk.tables for chunk in chunks]
    with threadpool_limits(1, user_api="blas"):  # as in ``evaluate``
        whole_block = tables_of(fitted, (fitted.pooled,), metric)
    return results_of(fitted, whole_block, blocks, moments), fitted


@dataclass(frozen=True, kw_only=True)
class _Account:
    """Chunks of a run: which units are in each, where finished ones are kept, and who is told."""

    places: tuple[range, ...]
    store: UnitStore | None
    tell: Callable[[int], None]

    @property
    def units(self) -> int:
        """All of them."""
        return sum(len(place) for place in self.places)

    def done(self, found: Mapping[int, UnitChunk]) -> int:
        """Units in finished chunks."""
        return sum(len(self.places[k]) for k in found)

    def kept(self) -> dict[int, UnitChunk]:
        """Chunks that an earlier run finished."""
        if self.store is None:
            return {}
        stored = ((k, self.store.read(k, len(place))) for k, place in enumerate(self.places))
        return {k: UnitChunk(tables=one[0], moments=one[1]) for k, one in stored if one is not None}

    def keep(self, k: int, chunk: UnitChunk) -> None:
        """Keep a chunk for a later run."""
        if self.store is not None:
            self.store.write(k, chunk.tables, chunk.moments)

    def stopped(self, found: Mapping[int, UnitChunk]) -> StoppedError | KeyboardInterrupt:
        """What to raise after an interrupt."""
        if self.store is None:
            return KeyboardInterrupt()
        finding = Finding(
            code="interrupted",
            severity="error",
            where=str(self.store.folder),
            what=f"stopped; {self.done(found)} of {self.units} units are done and kept.",
            fix="The same command goes on from there.",
        )
        return StoppedError(finding)


def _measured(
    account: _Account,
    fitted: Fit,
    metric: Metric,
    prepared: Callable[[int], _Prepared],
    *,
    workers: int,
    backend: Dask | None,
) -> list[UnitChunk]:
    """All chunks in their order."""
    found = account.kept()
    account.tell(account.done(found))
    todo = [k for k in range(len(account.places)) if k not in found]
    tasks = ((k, [prepared(unit) for unit in account.places[k]]) for k in todo)
    try:
        with at_work(_chunk, (_light(fitted), metric), tasks, workers=workers, backend=backend) as finished:
            for k, chunk in finished:
                account.keep(k, chunk)
                found[k] = chunk
                account.tell(account.done(found))
    except KeyboardInterrupt:
        raise account.stopped(found) from None
    return [found[k] for k in range(len(account.places))]


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """A unit to be fitted: its key, place among the groups, respondents and item statistics."""

    key: tuple[str, ...]
    place: int
    sample: Sample
    items: tuple[Any, ...]


def _teller(progress: Callable[[str, int, int], None] | None, what: str, units: int) -> Callable[[int], None]:
    return lambda done: None if progress is None else progress(what, done, units)


def _light(fitted: Fit) -> Fit:
    """The fit of the whole sample as far as a unit's tables need it: without respondents."""
    pooled = fitted.pooled
    p = len(pooled.sample.mean)
    sample = replace(pooled.sample, answers=np.empty((0, p)), weights=np.empty(0), strata=None, cluster=None)
    return replace(fitted, pooled=replace(pooled, sample=sample, items=(), findings=()), findings=())


def _chunk(fitted: Fit, metric: Metric, k: int, units: Sequence[_Prepared]) -> tuple[int, UnitChunk]:
    """Fit some units and put them into tables."""
    parts = [_fitted(fitted, unit) for unit in units]
    moments = tuple(part_moments(fitted, part) for part in parts)
    return k, UnitChunk(tables=tables_of(fitted, parts, metric), moments=moments)


def _fitted(fitted: Fit, unit: _Prepared) -> GroupFit:
    solution = fitted.pooled.solution
    if solution is None:
        raise ValueError("without a fit of the whole sample there is nothing to measure units by")
    return fit_part(
        solution.table,
        fitted.model,
        unit.sample,
        unit.items,
        fitted.options,
        key=unit.key,
        stream=unit.place + 1,
    )
