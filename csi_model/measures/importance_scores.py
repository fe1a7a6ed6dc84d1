"""Drivers and their target as one number of 0-100 for each respondent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.survey.survey import Floats, Survey

_NO_SPREAD = 1e-9
"""Rounding of scores."""
_EQUAL: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A driver, or the target: one question, or the mean of several on 0-100.

    Attributes
    ----------
    name
        What it is called in tables.
    columns
        Its questions.
    weights
        Question > weight in the mean; equal where empty.
    """

    name: str
    columns: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=lambda: _EQUAL)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Who answered everything, and what they said.

    Attributes
    ----------
    drivers, target
        Names.
    rows : (n,) bool
        Respondents of the survey with an answer to every question (listwise).
    scores : (n, p + 1)
        Drivers, then the target, 0-100; NaN outside ``rows``.
    """

    drivers: tuple[str, ...]
    target: str
    rows: NDArray[np.bool_]
    scores: Floats


def scored(survey: Survey, drivers: Sequence[Variable], target: Variable) -> Scored:
    """Scores of the respondents who answered every question of drivers and target.

    Every question is put on 0-100 by its declared scale before a mean is taken: ``100 (x - low) / (high -
    low)``. Questions are not turned: where a high answer is bad, the driver's correlation is negative.

    Raises
    ------
    SurveyError
        Nobody answered everything, or a driver or the target has the same value for everybody.
    """
    percent = _on_0_100(survey)
    columns = [_score(percent, survey.names, one) for one in (*drivers, target)]
    scores = np.column_stack(columns)
    rows = np.asarray(np.isfinite(scores).all(axis=1))
    if not rows.any():
        what = "nobody answered every question of the drivers and the target."
        emptiest = most_gaps(survey, (*drivers, target))
        fix = f"Leave questions out that few were asked; most gaps: {emptiest}."
        raise SurveyError.at("--drivers", what, fix, code="no-complete-answers")
    flat = [
        Finding(
            code="no-spread",
            severity="error",
            where=one.name,
            what="everybody who answered every question has the same value, so it can explain nothing."
            if one is not target
            else "everybody who answered every question has the same value: there is nothing to explain.",
            fix="Leave it out, or check the column and its missing codes.",
        )
        for place, one in enumerate((*drivers, target))
        if np.ptp(scores[rows, place]) <= _NO_SPREAD
    ]
    if flat:
        raise SurveyError(flat)
    return Scored(drivers=tuple(one.name for one in drivers), target=target.name, rows=rows, scores=scores)


def most_gaps(survey: Survey, variables: Sequence[Variable]) -> str:
    """The questions with the most gaps and how many each has, in words of a finding."""
    names = dict.fromkeys(column for one in variables for column in one.columns)
    gaps = Counter({name: int((survey.reasons[:, survey.names.index(name)] != 0).sum()) for name in names})
    return ", ".join(f"{name} ({count})" for name, count in gaps.most_common(3) if count)


def _on_0_100(survey: Survey) -> Floats:
    low = np.array([np.nan if item.scale is None else item.scale.low for item in survey.model.indicators])
    wide = np.array([np.nan if item.scale is None else item.scale.width for item in survey.model.indicators])
    return np.asarray(100 * (survey.answers - low) / wide)


def _score(percent: Floats, names: Sequence[str], variable: Variable) -> Floats:
    weights = np.array([variable.weights.get(name, 0.0) for name in variable.columns])
    if not variable.weights:
        weights = np.ones(len(variable.columns))
    places = [names.index(name) for name in variable.columns]
    return np.asarray(percent[:, places] @ (weights / weights.sum()))
