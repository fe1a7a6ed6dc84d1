"""The way of a survey that is too large for memory: one pass over its rows, a fit of what they sum up to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from csi_model.comparison.league import league as league_of
from csi_model.comparison.precision import precision_frame
from csi_model.comparison.what_if import what_if_tables
from csi_model.errors import Finding, UsageError
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import Progress
from csi_model.estimation.options import FitOptions
from csi_model.estimation.streamed import check_streamed, fit_streamed, needs_groups
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec
from csi_model.study.beyond import Beyond, beyond_options
from csi_model.study.survey_tables import with_across
from csi_model.survey.streamed import StreamedSurvey
from csi_model.survey.streaming import GROUPS, stream_moments


def analyse_streamed(
    model: ModelSpec,
    source: str | Path,
    *,
    survey: Mapping[str, Any] = MappingProxyType({}),
    options: Mapping[str, Any] = MappingProxyType({}),
    league: Mapping[str, Any] = MappingProxyType({}),
    progress: Progress | None = None,
) -> Results:
    """Read a Parquet file once, fit the moments of its units and evaluate the fit.

    Parameters
    ----------
    model, source
        The model, and a Parquet file.
    survey, options
        Keyword arguments of ``stream_moments`` and of ``fit_streamed``.
    league
        Keyword arguments of ``beyond_options``, without a wave: the trend needs respondents.
    progress
        Told ``(what, done, all)``: rows, then units.

    Raises
    ------
    CsiError
        Anything that the user can mend.
    """
    given = _reading(survey, league)
    asked = check_streamed(FitOptions(**options), model)  # before a long reading
    designed = any(given.get(name) is not None for name in ("weight", "strata", "cluster"))
    given.setdefault("groups", GROUPS if needs_groups(asked, designed=designed) else 1)
    read = stream_moments(source, model, **given, seed=asked.seed, progress=progress)
    beyond = beyond_options(given.get("by", ()), **league) if league else Beyond()
    fitted = fit_streamed(model, read, **options, progress=progress)
    return _with_tables(evaluate(fitted), fitted, read, beyond)


def _with_tables(results: Results, fitted: Fit, read: StreamedSurvey, beyond: Beyond) -> Results:
    """The results with what sums of respondents tell beyond them: league, goals, precision."""
    designed = read.strata is not None or read.cluster is not None
    plain = all(read.is_simple(unit) for unit in (read.whole, *read.units))
    across = {"precision": precision_frame(results, plain=plain)}
    findings: list[Finding] = []
    if results.by:
        sizes = {unit.key: unit.sum_w for unit in read.units}
        made = league_of(results, fitted, None, beyond.league, sizes=sizes)
        across |= made.tables
        findings += made.findings
        if designed:
            findings.append(_apart())
    tables, told = what_if_tables(fitted, beyond.what_if)
    across |= {name: frame for name, frame in tables.items() if len(frame)}
    return with_across(results, across, [*findings, *told])


def _apart() -> Finding:
    return Finding(
        code="units-apart",
        severity="note",
        where="--stream",
        what="units count as independent of each other: what clusters or strata that reach into several of "
        "them have in common is not kept.",
        fix="Leave --stream out where the survey fits into memory, if that matters for their differences.",
    )


_READ = (
    "by", "weight", "strata", "cluster", "missing", "scales", "columns", "codebook", "min_base", "derived",
    "groups", "rows",
)  # fmt: skip
"""Arguments of ``read_survey`` that one pass can take, and its own."""


def _reading(survey: Mapping[str, Any], league: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of ``stream_moments``; raises UsageError with everything that was asked for beyond them."""
    beyond = {name: value for name, value in survey.items() if name not in (*_READ, "sheet")}
    beyond["wave"] = league.get("wave")
    wrong = [
        Finding(
            code="needs-respondents",
            severity="error",
            where=f"--{name.replace('_', '-')}",
            what="it needs the respondents, and --stream keeps only sums of them.",
            fix="Leave it out, or leave --stream out where the survey fits into memory.",
        )
        for name, value in beyond.items()
        if value
    ]
    if survey.get("sheet") is not None:
        what = "a Parquet file has no sheets."
        wrong.append(
            Finding(code="no-sheet", severity="error", where="--sheet", what=what, fix="Leave it out.")
        )
    if wrong:
        raise UsageError(wrong)
    return {name: value for name, value in survey.items() if name in _READ}
