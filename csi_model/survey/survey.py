"""What was asked and answered: the values that the survey room hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.calibration import Weighting

Floats = NDArray[np.float64]

ANSWERED, SKIPPED, DONT_KNOW, REFUSED, OTHER = range(5)
"""Codes in ``Survey.reasons``; 1-4 follow ``csi_model.model.spec.REASONS``."""

MissingRule = Literal["complete", "mean", "pairwise", "available"]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The answers to one model's questions, cleaned, with everything needed to account for them.

    Attributes
    ----------
    model
        The model as used: every indicator has its scale; options such as ``--scale`` applied.
    answers : (n, p) float
        Answers in answer units, columns in ``model.indicators`` order; NaN where there is none.
        Reversed items are already ``low + high - x``; derived items are computed.
    reasons : (n, p) int8
        0 answered, 1 skipped by routing, 2 don't know, 3 refused, 4 other missing.
    top_coded : (n, p) bool or None
        Answers that stood for more than the end of the scale and count as that end, by the codebook's
        ``recode``; None: not known.
    rows : (n,) int
        Row number of each respondent in the file as a spreadsheet shows it (the header is row 1).
    weights : (n,) float
        Sampling weights, all positive; ones where none were given (then ``weight`` is None). ``weight`` is
        their column, or says in words how they were made.
    weighting
        How weights were made to meet known margins; None where they were taken as they are.
    strata, cluster : (n,) int or None
        Codes of the design; None where none was given.
    by
        Names of the group columns, in the order asked for.
    groups : tuple of n-tuples of str
        For each group column the value of each row, as text; empty text never occurs.
    group_labels
        For each group column a map from value to label, where the file or codebook has labels.
    persons : (n,) int or None
        A number for each respondent, the same in every row of one person, -1 where the identifier is
        blank; None where no identifier was given. The identifiers themselves are not kept.
    codes
        Column that the model reads > its missing codes, recoded values and routing, in words.
    read_rows
        Rows in the file; ``dropped`` maps a reason to the rows left out already while reading
        (``blank_group``, ``zero_weight`` ...), so that read = n + sum(dropped).
    source
        File name without folder; ``sha256`` of the file's bytes.
    """

    model: ModelSpec
    answers: Floats
    reasons: NDArray[np.int8]
    rows: NDArray[np.int64]
    weights: Floats
    weight: str | None = None
    weighting: Weighting | None = None
    strata: NDArray[np.int64] | None = None
    cluster: NDArray[np.int64] | None = None
    by: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    group_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    persons: NDArray[np.int64] | None = None
    top_coded: NDArray[np.bool_] | None = None
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    read_rows: int
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    sha256: str = ""
    findings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return int(self.answers.shape[0])

    @property
    def names(self) -> tuple[str, ...]:
        """Indicator names, the columns of ``answers``."""
        return tuple(indicator.name for indicator in self.model.indicators)

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The declared scale of each column of ``answers``."""
        return tuple(item.scale for item in self.model.indicators if item.scale is not None)
