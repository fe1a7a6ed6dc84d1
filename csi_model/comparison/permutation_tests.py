"""Permutation tests between the groups of a survey: index scores, paths and total effects, pair by pair.

If group membership did not matter, any other division of the same respondents would do as well: the
p-value is the share of divisions with a difference at least as large (Chin & Dibbern 2010; Phipson &
Smyth 2010). Each estimate has its own index weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import CsiError
from csi_model.estimation.crew import Dask
from csi_model.estimation.fits import Fit
from csi_model.estimation.optimum import find_optimum
from csi_model.estimation.parameters import parameter_table
from csi_model.evaluation.group_permutation import GroupPermutation, permute_groups
from csi_model.evaluation.quantities import metric_of
from csi_model.evaluation.structure_tables import effect_places
from csi_model.frames import typed_frame
from csi_model.model.spec import ModelSpec
from csi_model.multiplicity import holm
from csi_model.survey.moments import group_masks, sample_of
from csi_model.survey.survey import MissingRule, Survey
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

STREAM = 1_000_000
"""Random streams of permutations begin here, apart from those of the bootstrap."""


def permutation_tests(
    fitted: Fit,
    survey: Survey,
    *,
    draws: int,
    workers: int = 1,
    backend: Dask | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Test every pair of groups that were fitted, by ``draws`` permutations each.

    Columns as ``vocabulary.SURVEY_TABLES["permutation_tests"]``: ``difference`` is group 2 less group 1,
    ``pvalue_holm`` adjusted over the pairs of the same quantity (Holm 1979). Respondents with complete
    answers (or filled means) take part; answers with gaps do not.
    """
    names = [part.key for part in fitted.groups if part.solution is not None]
    masks = dict(group_masks(survey))
    rows: list[Cells] = []
    for pair, (first, second) in enumerate(combinations(names, 2)):
        told = " / ".join(first), " / ".join(second)

        def tell(done: int, total: int, told: tuple[str, str] = told) -> None:
            if progress is not None:
                progress(f"{told[0]} - {told[1]}", done, total)

        try:
            with threadpool_limits(1, user_api="blas"):
                made = _pair(fitted, survey, masks[first], masks[second], draws, pair, workers, backend, tell)
        except CsiError as error:
            why = " ".join(finding.what for finding in error.findings)
            rows += _rows(fitted.model, told, None, why)
        else:
            rows += _rows(fitted.model, told, made, "")
    frame = typed_frame(SURVEY_TABLES["permutation_tests"], rows)
    return _adjusted(frame)


def _pair(
    fitted: Fit,
    survey: Survey,
    first: Array,
    second: Array,
    draws: int,
    pair: int,
    workers: int,
    backend: Dask | None,
    progress: Callable[[int, int], None],
) -> GroupPermutation:
    options = fitted.options
    rule: MissingRule = "mean" if options.missing_data == "mean" else "complete"
    both = first | second
    sample = sample_of(survey, both, rule)
    used = both if rule == "mean" else both & ~np.isnan(survey.answers).any(axis=1)
    table = parameter_table(fitted.model)
    return permute_groups(
        table,
        metric_of(fitted.model, options.weight_rule, options.given_weights),
        sample,
        find_optimum(table, sample.cov, sample.n)[0].values[0],
        second[used].astype(np.int64),
        draws=draws,
        seed=options.seed,
        stream=STREAM + pair,
        workers=workers,
        backend=backend,
        progress=progress,
    )


def _rows(
    model: ModelSpec, groups: tuple[str, str], made: GroupPermutation | None, why: str
) -> Iterator[Cells]:
    names = model.construct_names
    places: list[tuple[str, str, str, tuple[int, ...]]] = [
        ("", name, "index", (j,)) for j, name in enumerate(names)
    ]
    places += [one for one in effect_places(model) if one[2] != "indirect"]
    for source, target, kind, place in places:
        yield {
            "kind": kind,
            "source": source,
            "target": target,
            "group_1": groups[0],
            "group_2": groups[1],
            "difference": np.nan if made is None else float(made.difference[kind][place]),
            "pvalue": np.nan if made is None else float(made.pvalue[kind][place]),
            "draws": 0 if made is None else made.used,
            "why": why,
        }


def _adjusted(frame: pd.DataFrame) -> pd.DataFrame:
    """Holm's p-values over the pairs of each quantity."""
    for _, rows in frame.groupby(["kind", "source", "target"], sort=False):
        frame.loc[rows.index, "pvalue_holm"] = holm(rows["pvalue"].to_numpy(dtype=float))
    return frame
