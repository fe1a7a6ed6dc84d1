"""Tables about a survey as a whole: what missing answers do, whether its groups may be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from csi_model.comparison.comparability import (
    comparability_finding,
    compared_groups,
    index_comparable,
    ladder_frames,
    pair_comparable,
    path_frame,
)
from csi_model.comparison.estimators import beside
from csi_model.comparison.invariance import try_invariance
from csi_model.comparison.league import league
from csi_model.comparison.micom import needed
from csi_model.comparison.ordinal_tables import ordinal_group_tables
from csi_model.comparison.path_tests import path_tests
from csi_model.comparison.permutation_tests import permutation_tests
from csi_model.comparison.pls_groups import composite_group_tables
from csi_model.comparison.precision import is_plain, precision_frame, weighting_frame
from csi_model.comparison.segment_tables import segment_tables
from csi_model.comparison.treatments import treatment_findings, treatments
from csi_model.comparison.wave_studies import wave_tables
from csi_model.comparison.what_if import what_if_tables
from csi_model.errors import CsiError, Finding
from csi_model.estimation.crew import Dask
from csi_model.estimation.fits import Fit
from csi_model.estimation.options import is_composite, is_ordinal
from csi_model.evaluation.results import Results
from csi_model.evaluation.scores import respondent_scores
from csi_model.frames import typed_frame
from csi_model.study.beyond import Beyond, waves_in_order
from csi_model.survey.answer_shares import answer_rows
from csi_model.survey.linearised import is_simple
from csi_model.survey.survey import MissingRule, Survey
from csi_model.vocabulary import SURVEY_TABLES, TABLES

FEWEST_DEALINGS, MOST_DEALINGS = 1000, 3000
"""Permutations of groups under PLS, where their number is not given."""
MANY = 40
"""Beyond this many groups the ladder is left out: its verdict would be about too many at once."""


def with_survey_tables(
    results: Results,
    fitted: Fit,
    survey: Survey,
    beyond: Beyond,
    *,
    workers: int = 1,
    backend: Dask | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Results:
    """The results with ``across`` filled in, and what follows from it among the findings."""
    across: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    crew: dict[str, Any] = {"workers": workers, "backend": backend, "progress": progress}
    for made, told in _parts(results, fitted, survey, crew):
        across |= {name: frame for name, frame in made.items() if len(frame)}
        findings += told
    for made, told in _beyond(results, fitted, survey, beyond, across, crew):
        for name, frame in made.items():
            if len(frame):
                across[name] = pd.concat([across[name], frame]) if name in across else frame
        findings += told
    scores = respondent_scores(fitted, survey) if fitted.options.scores else None
    return replace(with_across(results, across, findings), scores=scores)


def with_across(results: Results, across: dict[str, pd.DataFrame], findings: list[Finding]) -> Results:
    """The results with tables about the survey as a whole, and findings among those of the whole sample."""
    pooled = _with_findings(results.pooled, findings)
    tables = results.tables if results.by else pooled
    return replace(results, across=_ordered(across), pooled=pooled, tables=tables)


def _parts(
    results: Results, fitted: Fit, survey: Survey, crew: dict[str, Any]
) -> Iterator[tuple[dict[str, pd.DataFrame], Iterable[Finding]]]:
    """Tables and findings, one subject after the other."""
    options = fitted.options
    treated = treatments(fitted, survey)
    told = treatment_findings(treated, fitted.model.index, composite=is_composite(options))
    yield {"treatments": treated}, told if len(treated) else ()
    yield {"answers": typed_frame(SURVEY_TABLES["answers"], list(answer_rows(survey)))}, ()
    if options.beside:
        pairs, differing = beside(fitted, results, survey)
        yield {"estimators": pairs}, differing
    if options.segments:
        yield segment_tables(fitted)
    if options.permutations and not fitted.by:
        yield {}, [_no_groups()]
    if not fitted.by:
        return
    if not fitted.groups:
        yield {}, [_too_many(len(results.moments["keys"]) - 1)]
        return
    if is_composite(options):
        yield composite_group_tables(fitted, survey, draws=options.permutations or _dealings(fitted), **crew)
        return
    yield _groups(fitted, survey)
    if options.permutations:
        tests = permutation_tests(fitted, survey, draws=options.permutations, **crew)
        yield {"permutation_tests": tests}, ()


def _beyond(
    results: Results,
    fitted: Fit,
    survey: Survey,
    beyond: Beyond,
    across: dict[str, pd.DataFrame],
    crew: dict[str, Any],
) -> Iterator[tuple[dict[str, pd.DataFrame], Iterable[Finding]]]:
    """Leagues, waves, goals and precision; ``across`` holds the tables that are there already."""
    options = beyond.league
    if beyond.waves is not None:
        yield wave_tables(results, fitted, survey, beyond.waves, **crew)
        order = waves_in_order(survey, beyond.waves)
        options = replace(options, wave=(beyond.waves.column, order[-1]), waves=order)
    if fitted.by:
        comparable, pairs = index_comparable(across), pair_comparable(across)
        groups = compared_groups(across)
        made = league(results, fitted, survey, options, comparable, pairs=pairs, groups=groups)
        yield dict(made.tables), made.findings
    yield what_if_tables(fitted, beyond.what_if)
    plain = is_plain(results, survey)
    yield {"precision": precision_frame(results, plain=plain), "weighting": weighting_frame(survey)}, ()


def _dealings(fitted: Fit) -> int:
    """Enough permutations for a path to show a difference after adjustment for all pairs, within bounds."""
    solved = sum(part.solution is not None for part in fitted.groups)
    tests = solved * (solved - 1) // 2 * len(fitted.model.paths)
    return int(np.clip(needed(tests, fitted.options.level), FEWEST_DEALINGS, MOST_DEALINGS))


def _ordered(across: dict[str, pd.DataFrame]) -> MappingProxyType[str, pd.DataFrame]:
    return MappingProxyType({name: across[name] for name in SURVEY_TABLES if name in across})


def _with_findings(
    tables: MappingProxyType[str, pd.DataFrame] | object, findings: list[Finding]
) -> MappingProxyType[str, pd.DataFrame]:
    if not isinstance(tables, MappingProxyType):
        raise TypeError("tables of results are read-only mappings")
    rows = [*tables["findings"].to_dict("records"), *(asdict(finding) for finding in findings)]
    return MappingProxyType({**tables, "findings": typed_frame(TABLES["findings"], rows)})


def _groups(fitted: Fit, survey: Survey) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    options, model = fitted.options, fitted.model
    solved = [part for part in fitted.groups if part.solution is not None]
    if len(solved) > MANY:
        return {}, [_too_many(len(solved))]
    if is_ordinal(options):
        return ordinal_group_tables(model, survey, level=options.level, min_base=options.min_base)
    robust = options.estimator in ("mlr", "mlm") or not is_simple(fitted.pooled.sample)
    rule: MissingRule = "complete"
    if options.missing_data in ("mean", "available"):
        rule = "mean" if options.missing_data == "mean" else "available"
    ladder, told = try_invariance(model, survey, robust=robust, missing_data=rule, min_base=options.min_base)
    if ladder is None:
        return {}, list(told)
    made = ladder_frames(ladder, options.level)
    findings = [*told, comparability_finding(ladder)]
    try:
        tests = path_tests(
            model,
            survey,
            robust=robust,
            missing_data=rule,
            min_base=options.min_base,
            released=ladder.released("metric"),
        )
    except CsiError as error:
        findings += _untested(error)
    else:
        made["path_tests"] = path_frame(tests, options.level)
    return {name: frame for name, frame in made.items() if len(frame)}, findings


def _untested(error: CsiError) -> Iterator[Finding]:
    for finding in error.findings:
        yield replace(finding, code="no-path-tests", severity="note")


def _no_groups() -> Finding:
    return Finding(
        code="no-permutations",
        severity="note",
        where="--permutations",
        what="there are no groups to permute.",
        fix="Name a group column with --by.",
    )


def _too_many(count: int) -> Finding:
    return Finding(
        code="no-invariance",
        severity="note",
        where="groups",
        what=f"{count} groups are too many for one test of measurement invariance.",
        fix="Run it for the groups that are compared with each other, such as industries.",
    )
