"""Do PLS estimates differ between groups? All tests of the groups of a survey, and the tables that show them.

Up to ``PAIRS`` groups every pair is tested, beyond that each group against all others together: the labels
of a pair are dealt among its own respondents, so that there is one run of permutations a pair. One more run
deals all labels at once, for the tests of all differences together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.bootstrap_tests import GroupDraws
from csi_model.comparison.dealt_groups import (
    Dealt,
    DealtGroups,
    Parameters,
    deal,
    dealing,
    members,
    pooled_estimate,
    shared_clusters,
)
from csi_model.comparison.group_distances import distance_rows, untested_distances
from csi_model.comparison.group_parameters import Contest, few_for_parameters, parameter_rows
from csi_model.comparison.micom import Micom, few_dealings, micom, micom_finding, micom_rows, untested
from csi_model.errors import CsiError, EstimationError, Finding, UsageError
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.crew import Dask
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit
from csi_model.estimation.pls_fitting import prepared_refit
from csi_model.estimation.replicates import Reason
from csi_model.estimation.resamples import PermutationPlan
from csi_model.frames import typed_frame
from csi_model.survey.moments import Sample, group_masks
from csi_model.survey.survey import MissingRule, Survey
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

STREAM = 2_000_000
"""Random streams of these permutations begin here: that of all groups at once, then one a pair."""
PAIRS = 10
"""Up to this many groups are compared pair by pair."""
LARGEST = 40
"""More groups than this are not tested: the answer would be about too many at once."""
OTHERS = "all others"


@dataclass(frozen=True, kw_only=True)
class _Party:
    """One side of a comparison: its rows of the survey and, of a group that was fitted, what it gave."""

    name: str
    mask: Array
    fitted: GroupDraws | None = None


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What every run of permutations needs besides its groups."""

    fitted: Fit
    survey: Survey
    table: CompositeTable
    draws: int
    crew: dict[str, Any]
    progress: Callable[[str, int, int], None] | None

    @property
    def parameters(self) -> Parameters:
        return Parameters(table=self.table, index=self.table.constructs.index(self.fitted.model.index))

    def members(self, masks: Sequence[Array]) -> tuple[Sample, Array]:
        rules: dict[str, MissingRule] = {"mean": "mean", "available": "available"}
        return members(self.survey, masks, rules.get(self.fitted.options.missing_data, "complete"))

    def how(self, name: str, stream: int) -> dict[str, Any]:
        tell = self.progress
        progress = None if tell is None else lambda done, total: tell(name, done, total)
        seed = self.fitted.options.seed
        return {
            "draws": self.draws,
            "seed": seed,
            "stream": STREAM + stream,
            "progress": progress,
            **self.crew,
        }


def composite_group_tables(
    fitted: Fit,
    survey: Survey,
    *,
    draws: int,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Tables ``micom``, ``group_tests`` and ``omnibus_tests`` of the groups that PLS was fitted to.

    Empty with fewer than two such groups. Where permutations are not valid under the design, or a group
    cannot be refitted, cells are empty with the reason; so are bootstrap tests without draws.

    Parameters
    ----------
    fitted, survey
        The fit with its groups, and the survey that it was made of.
    draws
        Permutations of each pair, 1,000 and more for a report.
    workers, backend, checkpoint
        See ``run_batches``, also for what is raised; the numbers are the same for any.
    progress
        Told (which groups, done, all) permutations.
    """
    solved = {
        part.key: (part, part.solution)
        for part in fitted.groups
        if isinstance(part.solution, CompositeSolution)
    }
    if len(solved) < 2:
        return {}, []
    if len(solved) > LARGEST:
        return {}, [_too_many(len(solved))]
    work = _Work(
        fitted=fitted,
        survey=survey,
        table=next(solution.table for _, solution in solved.values()),
        draws=draws,
        crew={"workers": workers, "backend": backend, "checkpoint": checkpoint},
        progress=progress,
    )
    masks = dict(group_masks(survey))
    parties = [
        _Party(name=" / ".join(key), mask=masks[key], fitted=_draws_of(work.parameters, part, solution))
        for key, (part, solution) in solved.items()
    ]
    contests = [_contest(work, *pair, k, len(parties)) for k, pair in enumerate(_pairs(parties))]
    return _tables(work, contests, _omnibus(work, parties, contests), list(_notes(work, parties)))


def _draws_of(parameters: Parameters, part: GroupFit, solution: CompositeSolution) -> GroupDraws:
    table, drawn = parameters.table, solution.draws
    estimate = parameters.of(composite_estimates(table, solution.means, solution.values))
    draws = np.empty((0, len(estimate)))
    if drawn is not None:
        draws = parameters.of(composite_estimates(table, drawn.means, drawn.values))
    return GroupDraws(estimate=estimate, draws=draws, n=part.sample.n)


def _pairs(parties: Sequence[_Party]) -> list[tuple[_Party, _Party]]:
    if len(parties) <= PAIRS:
        return list(combinations(parties, 2))
    everyone = np.logical_or.reduce([party.mask for party in parties])
    return [(party, _Party(name=OTHERS, mask=everyone & ~party.mask)) for party in parties]


def _contest(work: _Work, first: _Party, second: _Party, place: int, groups: int) -> Contest:
    told = first.name, second.name
    other, dealt = second.fitted, None
    sample, labels = work.members([first.mask, second.mask])
    try:
        statistic = _statistic(work, sample, 2, pair=True, distances=groups == 2)
        if other is None:
            other = _estimate(statistic, labels)
        plan, why = _planned(sample, labels)
        if plan is not None:
            dealt = deal(statistic, plan, **work.how(" - ".join(told), place + 1))
    except EstimationError as error:
        why = _told(error)
    own = second.fitted is not None
    return Contest(groups=told, first=first.fitted, second=other, dealt=dealt, why=why, own=own)


def _statistic(work: _Work, sample: Sample, groups: int, *, pair: bool, distances: bool) -> DealtGroups:
    cold = prepared_refit(work.table, sample, None)
    pooled, start = pooled_estimate(work.table, cold, sample.n)
    return DealtGroups(
        refit=prepared_refit(work.table, sample, start),
        parameters=work.parameters,
        groups=groups,
        pooled=pooled if pair else None,
        distances=distances,
    )


def _estimate(statistic: DealtGroups, labels: Array) -> GroupDraws | None:
    """The second group's estimate, where it has no fit of its own."""
    with threadpool_limits(1, user_api="blas"):
        made = statistic.refit((labels == 1).astype(float)[None])
    if made.reason[0] != Reason.USED:
        return None
    estimate = statistic.parameters.of(composite_estimates(statistic.table, made.means[0], made.values[0]))
    return GroupDraws(estimate=estimate, draws=np.empty((0, len(estimate))), n=int((labels == 1).sum()))


def _planned(sample: Sample, labels: Array) -> tuple[PermutationPlan | None, str]:
    """How labels are dealt, or why they cannot be."""
    try:
        return dealing(sample, labels), ""
    except UsageError as error:
        return None, _told(error)


def _told(error: CsiError) -> str:
    return " ".join(finding.what for finding in error.findings)


def _omnibus(work: _Work, parties: Sequence[_Party], contests: Sequence[Contest]) -> tuple[Dealt | None, str]:
    """Dealings of all labels at once, or why there are none."""
    if len(parties) == 2:
        return contests[0].dealt, contests[0].why
    sample, labels = work.members([party.mask for party in parties])
    try:
        statistic = _statistic(work, sample, len(parties), pair=False, distances=True)
        plan, why = _planned(sample, labels)
        if plan is None:
            return None, why
        return deal(statistic, plan, **work.how("all groups", 0)), ""
    except EstimationError as error:
        return None, _told(error)


def _tables(
    work: _Work, contests: Sequence[Contest], omnibus: tuple[Dealt | None, str], notes: Sequence[Finding]
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    table, level, keys = work.table, work.fitted.options.level, work.parameters.keys
    pairs = [_micom(contest, table, level) for contest in contests]
    composites = micom_rows(table, pairs, level)
    dealt, why = omnibus
    distances = untested_distances(why)
    if dealt is not None:
        distances = distance_rows(dealt.observed.distances, dealt.permuted.distances, level, dealt.smallest)
    rows = {
        "micom": composites,
        "group_tests": parameter_rows(keys, contests, level),
        "omnibus_tests": list(distances),
    }
    products = [table.constructs[j] for j, _, _ in table.products]
    findings = [
        micom_finding(composites, products),
        *few_dealings(pairs, level),
        *few_for_parameters(keys, contests, level),
        *notes,
    ]
    return {name: typed_frame(SURVEY_TABLES[name], cells) for name, cells in rows.items() if cells}, findings


def _micom(contest: Contest, table: CompositeTable, level: float) -> Micom:
    if contest.dealt is None:
        return untested(contest.groups, len(table.constructs), contest.why)
    return micom(contest.groups, contest.dealt, level)


def _notes(work: _Work, parties: Sequence[_Party]) -> Iterator[Finding]:
    if len(parties) > PAIRS:
        yield Finding(
            code="groups-against-others",
            severity="note",
            where="groups",
            what=f"{len(parties)} groups have too many pairs to test: each is compared with all others "
            "together.",
            fix="Run the groups that matter alone to compare them pair by pair.",
        )
    if shared_clusters(*work.members([party.mask for party in parties])):
        yield Finding(
            code="shared-clusters",
            severity="note",
            where="groups",
            what="clusters have members of several groups: parametric, Welch and Henseler tests take groups "
            "for independent, permutations within clusters do not.",
            fix="Go by the permutation test.",
        )


def _too_many(count: int) -> Finding:
    return Finding(
        code="no-composite-tests",
        severity="note",
        where="groups",
        what=f"{count} groups are too many for tests of their differences.",
        fix="Run them for the groups that are compared with each other, such as industries.",
    )
