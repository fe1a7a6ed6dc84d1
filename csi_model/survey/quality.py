"""What a survey's answers say about their quality: duplicates, straight-lining, empty and flat columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.model.spec import REASONS, Indicator, Scale
from csi_model.survey.answers import finding
from csi_model.survey.places import Hits, Mask, Places, count_of
from csi_model.survey.repeats import repeated_rows
from csi_model.survey.survey import ANSWERED

FEWEST_ITEMS = 8
"""Fewer equal answers than this happen by chance."""


def check_columns(
    items: Sequence[Indicator],
    answers: NDArray[np.float64],
    reasons: NDArray[np.int8],
    faulty: frozenset[str],
) -> list[Finding]:
    """Find questions that nobody answered, or everybody alike: they cannot be fitted.

    ``faulty`` columns have an error already and are left out, with the items derived from them.
    """
    given = reasons == ANSWERED
    return column_findings(
        items,
        np.stack([(reasons == code).sum(axis=0) for code in range(len(REASONS) + 1)]),
        np.where(given, answers, np.inf).min(axis=0),
        np.where(given, answers, -np.inf).max(axis=0),
        faulty,
    )


def column_findings(
    items: Sequence[Indicator],
    counts: NDArray[np.int64],
    lowest: NDArray[np.float64],
    highest: NDArray[np.float64],
    faulty: frozenset[str],
) -> list[Finding]:
    """The same from rows by reason, ``counts`` (5, p), and the ``lowest`` and ``highest`` answers (p,)."""
    found = []
    for index, item in enumerate(items):
        if faulty & {item.name, *(name for case in item.cases for name in (case.when, case.take))}:
            continue
        size = int(counts[ANSWERED, index])
        if size == 0:
            missing = counts[ANSWERED + 1 :, index]
            why = ", ".join(
                f"{count} {reason}" for reason, count in zip(REASONS, missing, strict=True) if count
            )
            what = f"Nobody answered this question ({why})."
            fix = "Check its column and missing codes, or take the question out of the model."
            found.append(finding("no-answers", "error", item.name, what, fix))
        elif lowest[index] == highest[index]:
            what = f"The answers have no variation: all {size} are {lowest[index]:g}."
            fix = "Take the question out of the model, or read more respondents."
            found.append(finding("no-variation", "error", item.name, what, fix))
    return found


def straight_lines(items: Sequence[Indicator], answers: NDArray[np.float64]) -> Mask:
    """Rows with one answer to all ratings of a scale with five or more steps, at least eight answered."""
    scales = [item.scale for item in items if item.scale is not None and item.scale.width >= 4]
    rows = np.zeros(answers.shape[0], dtype=bool)
    for scale in dict.fromkeys(scales):
        ratings = _ratings(items, scale)
        if len(ratings) >= FEWEST_ITEMS:
            block = _as_stored(items, answers, ratings)
            given = np.isfinite(block)
            lowest = np.where(given, block, np.inf).min(axis=1)
            highest = np.where(given, block, -np.inf).max(axis=1)
            rows |= (given.sum(axis=1) >= FEWEST_ITEMS) & (lowest == highest)
    return rows


def check_straight_lines(rows: Mask, places: Places) -> list[Finding]:
    """Report straight-lining; the rows are kept."""
    return straight_line_findings(places.hits(rows), rows.size, places.where)


def straight_line_findings(hits: Hits, respondents: int, where: str) -> list[Finding]:
    """The same from the rows among so many ``respondents``."""
    if not hits:
        return []
    share = hits.count / respondents
    what = f"{hits.of('respondent')} ({100 * share:.1f} %) gave one answer to all ratings ({hits})."
    fix = "They are kept; check the interviews if the share is high."
    return [finding("straight-lining", "warning" if share > 0.1 else "note", where, what, fix)]


def check_duplicates(
    answers: NDArray[np.float64], groups: Sequence[NDArray[np.object_]], skip: Mask, places: Places
) -> list[Finding]:
    """Report rows with the same answers to all of at least eight questions and the same groups, where they
    are more than chance makes.

    ``skip`` are rows that are alike for another reason (straight-lining); rows with fewer than eight
    answers are not looked at.
    """
    if answers.shape[1] < FEWEST_ITEMS or answers.shape[0] < 2:
        return []
    units = np.zeros(answers.shape[0], dtype=np.int64)
    for texts in groups:
        values, codes = np.unique(texts.astype(str), return_inverse=True)
        units = units * len(values) + codes
    chosen = np.flatnonzero(~skip & (np.isfinite(answers).sum(axis=1) >= FEWEST_ITEMS))
    if chosen.size == 0:
        return []
    repeated = np.zeros(answers.shape[0], dtype=bool)
    repeated[chosen] = repeated_rows(answers[chosen], units[chosen])
    if not repeated.any():
        return []
    what = (
        f"In {count_of(repeated, 'row')} the answers to all {answers.shape[1]} questions repeat those of "
        f"an earlier row ({places.show(repeated)})."
    )
    fix = (
        "They are kept, though chance makes far fewer: interviews may have been entered twice, or "
        "respondents hardly told the questions apart."
    )
    return [finding("duplicate-answers", "warning", places.where, what, fix)]


def check_identifier(
    name: str, texts: NDArray[np.object_], places: Places, waves: NDArray[np.object_] | None = None
) -> list[Finding]:
    """Report identifiers that occur again in a later row, or in a later row of the same of ``waves``."""
    codes = np.unique(texts.astype(str), return_inverse=True)[1].astype(np.int64)
    if waves is not None:
        values, wave = np.unique(waves.astype(str), return_inverse=True)
        codes = codes * len(values) + wave
    _, first = np.unique(codes, return_index=True)
    repeated = np.ones(texts.size, dtype=bool)
    repeated[first] = False
    repeated &= texts != ""
    if not repeated.any():
        return []
    earlier = "an earlier row" if waves is None else "an earlier row of the same wave"
    what = f"{count_of(repeated, 'row')} with the identifier of {earlier} ({places.show(repeated)})."
    fix = "They are kept; check that no interview was entered twice."
    return [finding("duplicate-identifier", "warning", f"column {name}", what, fix)]


def persons_of(texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """A number for each identifier, -1 where it is blank."""
    codes = np.unique(texts.astype(str), return_inverse=True)[1].astype(np.int64)
    return np.where(texts == "", -1, codes)


def _ratings(items: Sequence[Indicator], scale: Scale) -> list[int]:
    return [index for index, item in enumerate(items) if item.scale == scale and not item.cases]


def _as_stored(
    items: Sequence[Indicator], answers: NDArray[np.float64], columns: Sequence[int]
) -> NDArray[np.float64]:
    """Answers before reversed items were turned round: what the respondent ticked."""
    block = answers[:, list(columns)].copy()
    for position, index in enumerate(columns):
        scale = items[index].scale
        if items[index].reversed and scale is not None:
            block[:, position] = scale.low + scale.high - block[:, position]
    return block
