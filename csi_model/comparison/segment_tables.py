"""Unobserved segments of a survey as tables: how many, and what drives satisfaction in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from csi_model.comparison.segmentation import Choice, SegmentSolution, choose, segment_solutions
from csi_model.errors import CsiError, Finding
from csi_model.estimation.composites import unpacked
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Cells = dict[str, Any]

ALONE = "en: one segment has nothing to be separated from"


def segment_tables(fitted: Fit) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Segments of the whole sample of a PLS fit, up to ``options.segments`` of them.

    Returns
    -------
    dict, list
        ``segments`` and ``segment_paths`` of ``vocabulary.SURVEY_TABLES``; a finding says how many there
        are and why, or why none were looked for.
    """
    part = fitted.pooled
    if not isinstance(part.solution, CompositeSolution):
        raise ValueError("segments are looked for in a PLS fit")
    table = part.solution.table
    if table.products or np.isnan(part.sample.answers).any():
        return {}, [_none("segments are looked for in complete answers and models without interactions.")]
    if not table.paths:
        return {}, [_none("segments differ in their paths, and the model has none.")]
    state = unpacked(table, part.solution.means, part.solution.values)
    scores = (part.sample.answers - state.mean) / state.sd @ state.weights.T
    try:
        found = segment_solutions(
            scores,
            table.paths,
            part.sample.weights,
            segments=tuple(range(1, fitted.options.segments + 1)),
            seed=fitted.options.seed,
        )
    except CsiError as error:
        return {}, [_none(finding.what) for finding in error.findings]
    choice = choose(found, part.sample.n, minimum_base=fitted.options.min_base)
    made = {
        "segments": typed_frame(SURVEY_TABLES["segments"], list(_criteria(found, choice))),
        "segment_paths": typed_frame(
            SURVEY_TABLES["segment_paths"], list(_paths(table.constructs, table.paths, choice.solution))
        ),
    }
    several = choice.segments > 1
    finding = Finding(
        code="segments",
        severity="warning" if several else "note",
        where="segments",
        what=choice.sentence,
        fix="The effects of the whole sample are averages over unlike segments: look for a question that "
        "tells the segments apart, and report by it."
        if several
        else "",
    )
    return made, [finding]


def _criteria(found: tuple[SegmentSolution, ...], choice: Choice) -> Iterator[Cells]:
    for one in found:
        yield {
            "segments": one.segments,
            "logl": one.log_likelihood,
            **{name: float(one.criteria[name]) for name in ("aic", "aic3", "aic4", "bic", "caic", "mdl5")},
            "en": one.entropy,
            "smallest": float(one.smallest),
            "chosen": one.segments == choice.segments,
            "why": choice.refused.get(one.segments, "") or ("" if np.isfinite(one.entropy) else ALONE),
        }


def _paths(
    names: tuple[str, ...], paths: tuple[tuple[int, int], ...], solution: SegmentSolution
) -> Iterator[Cells]:
    r2 = np.asarray(solution.r2)
    for s in range(solution.segments):
        for k, (source, target) in enumerate(paths):
            yield {
                "segment": s + 1,
                "share": float(solution.share[s]),
                "source": names[source],
                "target": names[target],
                "std_effect": float(solution.paths[s, k]),
                "r2": float(r2[s, solution.outcomes.index(target)]),
                "why": "",
            }


def _none(what: str) -> Finding:
    return Finding(code="no-segments", severity="note", where="--segments", what=what, fix="")
