"""From a survey to what estimators take: the sample of a group with its moments and row account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import UsageError
from csi_model.survey.item_statistics import ItemStatistics, item_statistics
from csi_model.survey.places import Mask
from csi_model.survey.survey import ANSWERED, DONT_KNOW, OTHER, REFUSED, SKIPPED, Floats, MissingRule, Survey

__all__ = [
    "ItemStatistics",
    "Sample",
    "group_masks",
    "group_samples",
    "item_statistics",
    "natural_order",
    "sample_of",
    "weighted_moments",
]

Number = TypeVar("Number", bound=np.generic)

_ORDER = ((REFUSED, "refused"), (DONT_KNOW, "dont_know"), (OTHER, "other"), (SKIPPED, "skipped"))
"""Which reason a row is lost for, if several occur in it: the first of these."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The respondents of one group that an estimator uses, and their moments.

    Attributes
    ----------
    n
        Respondents; ``sum_w`` the sum of their weights, ``n_eff`` = (sum w)^2 / sum w^2 (Kish 1965).
    mean : (p,) float
        Weighted item means in answer units, columns in model order. NaN where there are no rows, or
        (rule ``mean`` only) for an item that nobody in the group answered.
    cov : (p, p) float
        Weighted covariances, divisor ``sum_w``: ``sum w (x - m)(x - m)' / sum w``.
    answers : (n, p) float
        Answers in answer units, no gaps (but see ``mean``).
    weights : (n,) float
    strata, cluster : (n,) int or None
    rows
        Where the rows went: ``read``, reasons of rows left out while reading, ``incomplete_REASON``,
        ``used``; ``read`` is the sum of the others.
    """

    n: int
    sum_w: float
    n_eff: float
    mean: Floats
    cov: Floats
    answers: Floats
    weights: Floats
    strata: NDArray[np.int64] | None = None
    cluster: NDArray[np.int64] | None = None
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def sample_of(survey: Survey, mask: Mask | None = None, missing_data: MissingRule = "complete") -> Sample:
    """Return the sample that an estimator uses.

    Parameters
    ----------
    survey
        The survey.
    mask : (n,) bool, optional
        The rows of a group; all rows if None. The row account of a group begins with the rows that
        the survey holds of it; that of all rows with the rows of the file.
    missing_data
        ``complete`` takes the rows with an answer to every question. ``mean`` takes all rows, with
        the weighted mean of the answered values in place of every gap, as the published ACSI does;
        it understates variances and overstates n.

    Raises
    ------
    UsageError
        Another rule, or a mask of the wrong length.
    """
    if missing_data not in ("complete", "mean"):
        raise UsageError.at(
            "--missing-data",
            f"This estimator cannot take the rule {missing_data!r}.",
            "Choose complete (rows with every answer) or mean (gaps filled with the item mean).",
            code="missing-data",
        )
    chosen = _checked_mask(survey, mask)
    rows = {"read": survey.read_rows, **survey.dropped} if mask is None else {"read": int(chosen.sum())}
    used = chosen
    if missing_data == "complete":
        used = chosen & np.all(survey.reasons == ANSWERED, axis=1)
        rows.update(_incomplete(survey.reasons[chosen & ~used]))
    rows["used"] = int(used.sum())
    weights = survey.weights[used]
    answers = _filled(survey.answers[used], weights)
    mean, cov = weighted_moments(answers, weights)
    sum_w, sum_w2 = float(weights.sum()), float(weights @ weights)
    return Sample(
        n=int(used.sum()),
        sum_w=sum_w,
        n_eff=sum_w**2 / sum_w2 if sum_w2 else 0.0,
        mean=_fixed(mean),
        cov=_fixed(cov),
        answers=_fixed(answers),
        weights=_fixed(weights),
        strata=None if survey.strata is None else _fixed(survey.strata[used]),
        cluster=None if survey.cluster is None else _fixed(survey.cluster[used]),
        rows=MappingProxyType(rows),
    )


def weighted_moments(answers: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean (p,) and covariance (p, p) with divisor sum w; NaN without rows."""
    n, p = answers.shape
    if n == 0:
        return np.full(p, np.nan), np.full((p, p), np.nan)
    total = weights.sum()
    mean: Floats = weights @ answers / total
    centred = answers - mean
    cov: Floats = (centred * weights[:, None]).T @ centred / total
    return mean, (cov + cov.T) / 2


def group_masks(survey: Survey) -> tuple[tuple[tuple[str, ...], Mask], ...]:
    """Return the combinations of group values that occur, with their rows, sorted (numbers as such).

    Without group columns there is one group with the empty key.
    """
    everyone = np.ones(len(survey), dtype=bool)
    if not survey.by:
        return (((), everyone),)
    codes = np.zeros(len(survey), dtype=np.int64)
    for texts in survey.groups:
        values, code = np.unique(np.array(texts, dtype=str), return_inverse=True)
        codes = codes * len(values) + code
    _, first, member = np.unique(codes, return_index=True, return_inverse=True)
    found = [
        (tuple(texts[row] for texts in survey.groups), np.asarray(member == group, dtype=bool))
        for group, row in enumerate(first.tolist())
    ]
    return tuple(sorted(found, key=lambda one: tuple(natural_order(value) for value in one[0])))


def group_samples(
    survey: Survey, missing_data: MissingRule = "complete"
) -> tuple[tuple[tuple[str, ...], Sample], ...]:
    """Return the sample of each combination of group values that occurs, in the order of their keys.

    Raises
    ------
    UsageError
        See ``sample_of``.
    """
    if not survey.by:
        return (((), sample_of(survey, None, missing_data)),)
    return tuple((key, sample_of(survey, mask, missing_data)) for key, mask in group_masks(survey))


def natural_order(text: str) -> tuple[tuple[int, float, str], ...]:
    """Sorting key that puts ``9`` before ``10`` and ``wave 9`` before ``wave 10``."""
    parts = re.findall(r"\d+(?:\.\d+)?|[^\d]+", text)
    return tuple((0, float(part), "") if part[0].isdecimal() else (1, 0.0, part.casefold()) for part in parts)


def _checked_mask(survey: Survey, mask: Mask | None) -> Mask:
    if mask is None:
        return np.ones(len(survey), dtype=bool)
    if mask.shape != (len(survey),) or mask.dtype != bool:
        raise UsageError.at(
            "mask",
            f"The mask has shape {mask.shape} and type {mask.dtype}; the survey has {len(survey)} rows.",
            "Give one True or False a row.",
            code="option",
        )
    return mask


def _incomplete(reasons: NDArray[np.int8]) -> dict[str, int]:
    """Rows lost by gaps, each counted once under the first reason in ``_ORDER`` that occurs in it."""
    left = np.ones(reasons.shape[0], dtype=bool)
    counts = {}
    for code, name in _ORDER:
        hit = left & np.any(reasons == code, axis=1)
        if hit.any():
            counts[f"incomplete_{name}"] = int(hit.sum())
        left &= ~hit
    return counts


def _filled(answers: Floats, weights: Floats) -> Floats:
    """Answers with the weighted mean of the answered values of its column in every gap."""
    gaps = np.isnan(answers)
    if not gaps.any():
        return answers
    totals = np.where(gaps, 0.0, weights[:, None]).sum(axis=0)
    sums = weights @ np.where(gaps, 0.0, answers)
    means = np.divide(sums, totals, out=np.full(totals.shape, np.nan), where=totals > 0)
    return np.where(gaps, means, answers)


def _fixed(array: NDArray[Number]) -> NDArray[Number]:
    copied = np.array(array)
    copied.setflags(write=False)
    return copied
