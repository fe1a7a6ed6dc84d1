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
from csi_model.survey.calibration import Calibration
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
class Kept:
    """What is kept of respondents who were summed up: is it a ``simple`` random sample, and the covariance
    (p, p) of its means under the design."""

    simple: bool
    mean_cov: Floats


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
    units
        Under a design: clusters (respondents, where there are none) of the whole survey by stratum
        code; the sample may be a domain that misses some. None for a simple random sample.
    calibration
        Where weights were raked to known margins: the whole survey, whose respondents ``at`` (n,) the
        sample is. Then what the margins explain of an influence adds nothing to its variance.
    rows
        Where the rows went: ``read``, reasons of rows left out while reading, ``incomplete_REASON``,
        ``used``; ``read`` is the sum of the others.
    kept
        None where the respondents are here. Else only the moments are, and ``answers`` (0, p) and
        ``weights`` (0,) are empty.
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
    units: NDArray[np.int64] | None = None
    calibration: Calibration | None = None
    at: NDArray[np.int64] | None = None
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    kept: Kept | None = None


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
        it understates variances and overstates n. ``available`` takes all rows with their gaps (NaN
        in ``answers``); ``mean`` and ``cov`` are then available-case moments, pair by pair, of which
        ``pairwise`` estimation makes use and full-information estimation only starts. NaN where no
        two answers meet.

    Raises
    ------
    UsageError
        Another rule, or a mask of the wrong length.
    """
    if missing_data not in ("complete", "mean", "pairwise", "available"):
        raise UsageError.at(
            "--missing-data",
            f"There is no rule {missing_data!r}.",
            "Choose complete (rows with every answer), mean (gaps filled with the item mean), pairwise "
            "or available (all rows with their gaps).",
            code="missing-data",
        )
    chosen = _checked_mask(survey, mask)
    rows = {"read": survey.read_rows, **survey.dropped} if mask is None else {"read": int(chosen.sum())}
    used = chosen
    if missing_data == "complete":
        used = chosen & np.all(survey.reasons == ANSWERED, axis=1)
        lost = lost_for(survey.reasons[chosen & ~used])
        rows.update(incomplete_rows(np.bincount(lost, minlength=OTHER + 1)))
    rows["used"] = int(used.sum())
    weights = survey.weights[used]
    answers = survey.answers[used]
    if missing_data in ("complete", "mean"):
        answers = _filled(answers, weights)
        mean, cov = weighted_moments(answers, weights)
    else:
        mean, cov = available_moments(answers, weights)
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
        units=_units(survey),
        calibration=_calibration(survey),
        at=None if _calibration(survey) is None else _fixed(np.flatnonzero(used)),
        rows=MappingProxyType(rows),
    )


def _units(survey: Survey) -> NDArray[np.int64] | None:
    """Clusters of the whole survey by stratum code, None without a design."""
    equal = len(survey) == 0 or bool(np.all(survey.weights == survey.weights[0]))
    if equal and survey.strata is None and survey.cluster is None and _calibration(survey) is None:
        return None
    strata = np.zeros(len(survey), dtype=np.int64) if survey.strata is None else survey.strata
    if survey.cluster is None:
        return np.bincount(strata)
    pairs = np.unique(np.stack([strata, survey.cluster]), axis=1)
    return np.bincount(pairs[0])


def _calibration(survey: Survey) -> Calibration | None:
    """The survey that weights were raked in, None where they were not."""
    if survey.weighting is None or survey.weighting.cells is None:
        return None
    return Calibration(
        cells=survey.weighting.cells, weights=survey.weights, strata=survey.strata, cluster=survey.cluster
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


def available_moments(answers: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return weighted means (p,) of the answers there are, and covariances (p, p) pair by pair.

    A covariance is taken over the respondents who answered both items, about their own means, with the
    sum of their weights as divisor; NaN where there are none.
    """
    there = (~np.isnan(answers)).astype(float)
    totals = weights @ there
    mean = _ratio(weights @ np.where(there > 0, answers, 0.0), totals)
    centred = np.where(there > 0, answers - mean, 0.0)
    pairs = (there * weights[:, None]).T @ there
    shift = _ratio((centred * weights[:, None]).T @ there, pairs)
    cov = _ratio((centred * weights[:, None]).T @ centred, pairs) - shift * shift.T
    return mean, (cov + cov.T) / 2


def _ratio(upper: Floats, lower: Floats) -> Floats:
    """upper / lower, NaN where lower is 0."""
    made: Floats = np.divide(upper, lower, out=np.full(lower.shape, np.nan), where=lower > 0)
    return made


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


def lost_for(reasons: NDArray[np.int8]) -> NDArray[np.int8]:
    """Why each row (n,) is incomplete: the first reason in ``_ORDER`` that occurs in it, 0 for none."""
    found = np.full(reasons.shape[0], ANSWERED, dtype=np.int8)
    for code, _ in reversed(_ORDER):
        found[np.any(reasons == code, axis=1)] = code
    return found


def incomplete_rows(counts: NDArray[np.int64]) -> dict[str, int]:
    """Rows lost by gaps, from the ``counts`` (5,) of ``lost_for``."""
    return {f"incomplete_{name}": int(counts[code]) for code, name in _ORDER if counts[code]}


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
