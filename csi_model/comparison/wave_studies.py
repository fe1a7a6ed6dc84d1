"""One fit with a wave column as a study of several waves: its trend, decomposition and checks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.decomposition import decomposition
from csi_model.comparison.wave_checks import answer_checks, check_findings
from csi_model.comparison.wave_panels import Keyed, with_panels
from csi_model.comparison.wave_reading import Stored, reader_of, stored_of
from csi_model.comparison.wave_samples import (
    TOTAL,
    WaveOptions,
    WaveStudy,
    checked_options,
    standing_of,
    unit_of,
)
from csi_model.comparison.wave_sources import Progress, WaveSource, Whole, whole_of
from csi_model.comparison.waves import choice_findings, trend
from csi_model.errors import Finding, UsageError, suggest
from csi_model.estimation.crew import Dask
from csi_model.estimation.fits import Fit
from csi_model.evaluation.results import Results
from csi_model.survey.moments import natural_order
from csi_model.survey.survey import Survey


def wave_tables(
    results: Results,
    fitted: Fit,
    survey: Survey,
    options: WaveOptions,
    *,
    workers: int = 1,
    backend: Dask | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """Trend, decomposition and checks of the waves of one fit, by name, and what is to be said of them.

    Parameters, errors: see ``wave_study``.
    """
    study, findings = wave_study(
        results, fitted, survey, options, workers=workers, backend=backend, progress=progress
    )
    followed = trend(study)
    checks = answer_checks(survey, options.column, study.waves)
    tables = {"trend": followed, "decomposition": decomposition(study), "wave_checks": checks}
    told = (*findings, *check_findings(checks), *choice_findings(study, followed, results.model.index))
    return tables, told


def wave_study(
    results: Results,
    fitted: Fit,
    survey: Survey,
    options: WaveOptions,
    *,
    workers: int = 1,
    backend: Dask | None = None,
    progress: Progress | None = None,
) -> tuple[WaveStudy, tuple[Finding, ...]]:
    """One fit whose group columns contain a wave column as a study of several waves.

    Units are what the other group columns tell apart, or the whole sample. Each wave's own weights are those
    of its whole sample, which is fitted here where units stand below it.

    Parameters
    ----------
    results, fitted, survey
        The evaluated fit, the fit (its groups are not needed), and the survey that it was made of.
    options
        Which column is the wave, and what is shown.
    workers, backend, progress
        Who resamples, and who is told.

    Returns
    -------
    WaveStudy, findings
        Findings are about panels.

    Raises
    ------
    UsageError
        The wave column is no group column or has a single value, or an option does not fit.
    """
    stored = stored_of(results)
    order, base = _order(stored, options)
    source = WaveSource(
        stored=stored,
        fitted=fitted,
        survey=survey,
        reader=reader_of(results),
        column=options.column,
        waves=order,
        workers=workers,
        backend=backend,
        progress=progress,
    )
    # more threads would only wait for each other, and could move last digits
    with threadpool_limits(1, user_api="blas"):
        wholes = [whole_of(source, wave) for wave in order]
        keys = dict.fromkeys(source.short_key(key) for key in stored.keys)
        units, findings = with_panels(source, wholes, [_unit(source, wholes, key) for key in keys])
        pooled = source.reader.block(stored.arrays(()))
    study = WaveStudy(
        layout=source.reader.layout,
        waves=order,
        base=base,
        headline=options.weights,
        level=fitted.options.level,
        units=tuple(unit for _, unit in units),
        why=tuple(whole.why for whole in wholes),
        no_error=source.reader.no_error,
        pooled=pooled,
    )
    return study, (*findings, *_shared_clusters(survey, options.column))


def _order(stored: Stored, options: WaveOptions) -> tuple[tuple[str, ...], int]:
    """Waves in their order, and the place of the base."""
    results = stored.results
    if options.column not in results.by:
        raise UsageError.at(
            "waves",
            f"{options.column!r} is no group column of this fit.",
            suggest(options.column, results.by) or "Name the column of the waves with --by.",
            code="wave-not-a-group",
        )
    at = results.by.index(options.column)
    found = sorted({key[at] for key in stored.keys}, key=natural_order)
    if len(found) < 2:
        raise UsageError.at(
            "waves",
            f"the column {options.column!r} has one value only ({', '.join(found)}).",
            "Add the survey of another wave, or leave `waves` out.",
            code="one-wave",
        )
    return checked_options(options, found)


def _unit(source: WaveSource, wholes: list[Whole], key: tuple[str, ...]) -> Keyed:
    standings = [
        standing_of(source.reader, source.stored, source.full_key(wave, key)) for wave in source.waves
    ]
    rulers = [whole.block for whole in wholes]
    name = " / ".join(key) if key else TOTAL
    return key, unit_of(name, source.reader.layout, standings, rulers, whole=not key)


def _shared_clusters(survey: Survey, column: str) -> Iterator[Finding]:
    """A warning where waves drew from the same clusters and nobody says who is who."""
    if survey.cluster is None or survey.persons is not None:
        return
    waves = np.unique(np.array(survey.groups[survey.by.index(column)], dtype=str), return_inverse=True)[1]
    pairs = np.unique(np.stack([survey.cluster, waves]), axis=1)
    if len(np.unique(pairs[0])) < pairs.shape[1]:
        yield Finding(
            code="shared-clusters",
            severity="warning",
            where="waves",
            what="some clusters have respondents in several waves, but standard errors of changes take the "
            "waves as independent.",
            fix="Name the identifier of the respondents, so that clusters count as the same in every wave.",
        )
