"""What weights were made to meet: margins before and after, and what that spares the standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class WeightedCategory:
    """A category of a margin: shares (0 to 1) aimed at, in the sample, and after weighting.

    ``unit`` is the part of the survey that was weighted by itself, "" for all of it; ``category`` is empty
    for blanks. ``target`` is NaN where there is none, for the reason ``why``; ``sample`` is by the base
    weights (by heads, where there are none).
    """

    unit: str
    variable: str
    category: str
    target: float
    sample: float
    weighted: float
    respondents: int
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Respondents by cell: those who share a category in every margin, and their unit.

    Attributes
    ----------
    of_row : (n,) int
        Cell of each respondent of the survey.
    unit : (cells,) int
        Unit of each cell.
    category : (margins, cells) int
        Category of each cell in each margin; numbered through all margins and units.
    aimed : (categories,) bool
        False for blanks, whose share is not given from outside.
    held : (n,) bool
        Respondents at the bound of trimming: their weights do not move with the margins.
    """

    of_row: Codes
    unit: Codes
    category: Codes
    aimed: NDArray[np.bool_]
    held: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Weighting:
    """How the weights of a survey were made.

    Attributes
    ----------
    text
        In words: ``raked to age, sex``.
    categories
        Margins before and after, in the order given.
    n, n_eff, deff
        Respondents; ``n_eff = n / deff``; ``deff = 1 + CV^2`` of the weights (Kish 1965, section 11.7;
        1992, Journal of Official Statistics 8, 183-200).
    smallest, largest
        Over the mean weight (of their unit).
    trim
        Largest weight that was allowed over the mean, None for any; ``trimmed`` respondents are there, and
        ``untrimmed`` is what the largest would be without it.
    error
        Largest relative error of a margin that is left: 0 but for rounding, if nothing was trimmed.
    cells
        Who counts alike; None where there are no margins, or trimming leaves them unmet.
    """

    text: str
    categories: tuple[WeightedCategory, ...]
    n: int
    n_eff: float
    deff: float
    smallest: float
    largest: float
    trim: float | None
    trimmed: int
    untrimmed: float
    error: float
    cells: Cells | None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The whole survey that the weights of a sample were raked in, as linearisation needs it.

    ``weights`` (n,), ``strata`` and ``cluster`` (n,) or None are those of all its respondents.
    """

    cells: Cells
    weights: Floats
    strata: Codes | None
    cluster: Codes | None
