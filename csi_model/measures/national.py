"""National indices with fixed weights: KCSI, UKCSI, IKM and the means of the Kundenmonitor.

They are means of shares or answers, so that every one of them is a ``Quantity``: its error is the joint
error of all its parts. Bases differ by part: each mean is taken over those who answered its question.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.estimates import Part
from csi_model.measures.quantities import Quantity, column, mean_of, share_of
from csi_model.model.spec import Scale
from csi_model.survey.survey import Floats, Survey
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]

SEVEN, TEN, FOUR, FIVE = (Scale(low=1, high=top) for top in (7, 10, 4, 5))
"""Scales of KCSI, UKCSI, IKM and Kundenmonitor."""

KCSI_WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "current": (0.30, 0.50, 0.20),
    "older": (0.40, 0.40, 0.20),
}
"""Edition > weights of overall satisfaction, element satisfaction and repurchase (KMAC).

The current ones stand on the organiser's site, the older ones in press notes of 2002, 2005 and 2010; when
they changed is not known.
"""

UKCSI_DIMENSIONS = ("experience", "complaints", "customer_ethos", "emotional_connection", "ethics")
"""The five dimensions of the UKCSI (Institute of Customer Service)."""

IKM_ELEMENTS: Mapping[str, int] = {"2017": 9, "2004": 14}
"""Edition > number of service elements (PermenPANRB 14/2017; KEP/25/M.PAN/2/2004)."""

IKM_STARTS: Mapping[str, tuple[float, float, float, float]] = {
    "2017": (25.0, 65.0, 76.61, 88.31),
    "2004": (25.0, 43.76, 62.51, 81.26),
}
"""Edition > where the grades D, C, B and A begin, as printed, to two decimals."""

IKM_GRADES = ("D: not good", "C: less good", "B: good", "A: very good")
"""Grades of service quality, the lowest first (tidak baik, kurang baik, baik, sangat baik)."""

VERBAL_STEPS = (
    "step 1: completely satisfied",
    "step 2: very satisfied",
    "step 3: satisfied",
    "step 4: less satisfied",
    "step 5: dissatisfied",
)
"""Steps of the Kundenmonitor, the best first (vollkommen, sehr, -, weniger zufrieden, unzufrieden)."""


@dataclass(frozen=True, kw_only=True)
class FixedWeights:
    """An index with fixed weights: its quantities, and rows of ``fixed_weights`` and ``grade_bands``."""

    quantities: tuple[Quantity, ...]
    weights: tuple[Row, ...] = ()
    bands: tuple[Row, ...] = ()

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of weights and bands, those that hold something."""
        found = {"fixed_weights": self.weights, "grade_bands": self.bands}
        return {name: typed_frame(MEASURES[name], rows) for name, rows in found.items() if rows}


def weights_of(names: Sequence[str], given: Mapping[str, float]) -> dict[str, float]:
    """Weights of some names that sum to 1: the given ones over their sum, or equal where none are given.

    Parameters
    ----------
    names
        What is weighted.
    given
        A weight of zero or more for every name, or none at all.
    """
    if not given:
        return dict.fromkeys(names, 1 / len(names))
    total = sum(given[name] for name in names)
    return {name: given[name] / total for name in names}


def scale_of(survey: Survey, name: str) -> Scale:
    """The scale that holds for a question."""
    return survey.scales[survey.names.index(name)]


def check_scale(survey: Survey, names: Sequence[str], wanted: Scale, index: str) -> None:
    """Refuse questions on another scale than that which an index is defined on.

    Raises
    ------
    SurveyError
        One mistake for each such question.
    """
    wrong = [name for name in names if scale_of(survey, name) != wanted]
    if wrong:
        span = f"{wanted.low:g} to {wanted.high:g}"
        raise SurveyError(
            Finding(
                code="other-scale",
                severity="error",
                where=name,
                what=f"its scale is {scale_of(survey, name).low:g} to {scale_of(survey, name).high:g}, "
                f"but {index} is defined on answers from {span}.",
                fix=f"Take questions on {span}; on other scales take the measure of mean scores.",
            )
            for name in wrong
        )


def top_two(answers: Any, scale: Scale) -> Floats:
    """1 for the two best answers of a scale, 0 for others, NaN where there is none; (n,) answers."""
    values = np.asarray(answers, dtype=float)
    return np.where(np.isfinite(values), (values >= scale.high - 1).astype(float), np.nan)


def korean_index(
    survey: Survey,
    *,
    overall: str,
    elements: Sequence[str],
    repurchase: str,
    importance: Mapping[str, float],
    edition: str = "current",
) -> FixedWeights:
    """KCSI = 100 (a * overall + b * element + c * repurchase), each the share of the two best answers.

    Weights by edition: ``KCSI_WEIGHTS``. Element satisfaction is ``sum_j v_j * share_j`` with the customers'
    importance v_j of each item (summing to 1). The organiser publishes neither the items nor how they are
    combined: that the shares of the items are averaged, not the answers, is our reading.

    Parameters
    ----------
    survey
        Holds the questions.
    overall, elements, repurchase
        Questions on overall satisfaction, on product, service and image, on buying again.
    importance
        Element > its importance; equal if empty.
    edition
        ``current`` or ``older``.

    Returns
    -------
    FixedWeights
        The index, its three parts and the items of the elements, in percent.
    """
    shares = dict(zip(("overall", "element", "repurchase"), KCSI_WEIGHTS[edition], strict=True))
    element_weights = weights_of(elements, importance)
    asked = (overall, *elements, repurchase)
    scores = {name: top_two(column(survey, name), scale_of(survey, name)) for name in asked}
    element = tuple(Part(coefficient=100 * v, scores=scores[name]) for name, v in element_weights.items())
    whole = (
        Part(coefficient=100 * shares["overall"], scores=scores[overall]),
        *(Part(coefficient=shares["element"] * part.coefficient, scores=part.scores) for part in element),
        Part(coefficient=100 * shares["repurchase"], scores=scores[repurchase]),
    )
    quantities = [
        Quantity(
            measure="kcsi", item=f"kcsi_{edition}", counted="kcsi_formula", parts=whole, metric="score",
            interval="normal",
        ),
        share_of(
            scores[overall], measure="kcsi_part", item="kcsi_overall",
            counted=_counted(survey, (overall,)),
        ),
        Quantity(
            measure="kcsi_part", item="kcsi_elements", counted=_counted(survey, elements), parts=element,
            interval="normal",
        ),
        share_of(
            scores[repurchase], measure="kcsi_part", item="kcsi_repurchase",
            counted=_counted(survey, (repurchase,)),
        ),
        *(
            share_of(scores[name], measure="kcsi_item", item=name, counted=_counted(survey, (name,)),
                     compared=False)
            for name in elements
        ),
    ]  # fmt: skip
    origin, told = "given" if importance else "equal", f"{edition} edition"
    rows = [
        _weight("kcsi", "kcsi_overall", overall, 1.0, shares["overall"], told, "set by the edition"),
        *(
            _weight("kcsi", "kcsi_elements", name, v, shares["element"] * v, told, origin)
            for name, v in element_weights.items()
        ),
        _weight("kcsi", "kcsi_repurchase", repurchase, 1.0, shares["repurchase"], told, "set by the edition"),
    ]
    return FixedWeights(quantities=tuple(quantities), weights=tuple(rows))


def _counted(survey: Survey, names: Sequence[str]) -> str:
    """``6-7 (1-7)`` for one scale, each once where there are several."""
    scales = dict.fromkeys(scale_of(survey, name) for name in names)
    return ", ".join(f"{one.high - 1:g}-{one.high:g} ({one.low:g}-{one.high:g})" for one in scales)


def _weight(
    measure: str, part: str, item: str, within: float, weight: float, edition: str, origin: str
) -> Row:
    return {
        "measure": measure, "edition": edition, "part": part, "item": item, "part_weight": within,
        "weight": weight, "weights_from": origin,
    }  # fmt: skip


def british_index(survey: Survey, columns: Sequence[str], dimensions: Mapping[str, str]) -> FixedWeights:
    """UKCSI: the mean over customers of (mean of a customer's ratings, 1 to 10) x 10, so 10 to 100.

    Its floor is 10, not 0: it is no index on ``(x - 1) / 9``. A customer's mean is that of the ratings that
    he or she gave. A dimension is the same over its own ratings.

    Parameters
    ----------
    survey
        Holds the ratings.
    columns
        The ratings.
    dimensions
        Rating > its dimension; none if empty.

    Returns
    -------
    FixedWeights
        The index, and each dimension that has ratings, in points.
    """

    def customers(names: Sequence[str]) -> Floats:
        answers = np.column_stack([column(survey, name) for name in names])
        given = np.isfinite(answers).sum(axis=1)
        sums = np.nansum(answers, axis=1)
        return np.where(given > 0, 10 * sums / np.maximum(given, 1), np.nan)

    quantities = [
        mean_of(customers(columns), measure="ukcsi", item="ukcsi_all", metric="score", counted="ukcsi_floor")
    ]
    for dimension in UKCSI_DIMENSIONS:
        names = [name for name in columns if dimensions.get(name) == dimension]
        if names:
            quantities.append(
                mean_of(customers(names), measure="ukcsi_dimension", item=f"ukcsi_{dimension}",
                        metric="score", counted=", ".join(names))
            )  # fmt: skip
    return FixedWeights(quantities=tuple(quantities))


def indonesian_index(survey: Survey, columns: Sequence[str], edition: str = "2017") -> FixedWeights:
    """IKM = 25 * sum_i w_i * mean_i over k elements answered 1 to 4, w_i = 1/k; 25 to 100.

    KEP/25/M.PAN/2/2004 (14 elements) and PermenPANRB 14/2017 (9 elements). They print the weights as 0.071
    and 0.11; here they are exact, so that the best answers give 100.

    Parameters
    ----------
    survey
        Holds the elements.
    columns
        The elements.
    edition
        ``2017`` or ``2004``: whose grades are given.

    Returns
    -------
    FixedWeights
        The index with its grade, the mean of each element, and the grades as bands.
    """
    weight = 1 / len(columns)
    answers = {name: column(survey, name) for name in columns}
    whole = tuple(Part(coefficient=25 * weight, scores=values) for values in answers.values())
    quantities = [
        Quantity(
            measure="ikm", item=f"ikm_{edition}", counted="ikm_formula", parts=whole, metric="score",
            interval="t", band=lambda value: ikm_grade(value, edition),
        ),
        *(
            mean_of(values, measure="ikm_element", item=name, metric="answer_units", compared=False)
            for name, values in answers.items()
        ),
    ]  # fmt: skip
    rows = [_weight("ikm", "ikm_elements", name, weight, weight, edition, "equal") for name in columns]
    return FixedWeights(quantities=tuple(quantities), weights=tuple(rows), bands=tuple(ikm_bands(edition)))


def ikm_bands(edition: str) -> Iterator[Row]:
    """Rows of ``grade_bands``, from and to as printed: a grade ends a hundredth below the next."""
    starts = IKM_STARTS[edition]
    ends = (*(round(start - 0.01, 2) for start in starts[1:]), 100.0)
    for grade, low, high in zip(IKM_GRADES, starts, ends, strict=True):
        yield {"measure": "ikm", "edition": edition, "band": grade, "band_from": low, "band_to": high}


def ikm_grade(value: float, edition: str) -> str:
    """The grade of an IKM; empty where there is no value.

    The regulations print bands of numbers with two decimals (43.75 is D, 43.76 is C), which leave gaps
    between them. An index is therefore rounded half up to two decimals first: 43.755 is C, 43.7549 is D.
    """
    if not math.isfinite(value):
        return ""
    hundredths = math.floor(value * 100 + 0.5 + 1e-7)  # 43.755 is a little less in binary
    starts = [round(start * 100) for start in IKM_STARTS[edition]]
    place = sum(hundredths >= start for start in starts) - 1
    return IKM_GRADES[max(place, 0)]


def verbal_means(survey: Survey, name: str, *, best: float = 1.0) -> FixedWeights:
    """Mean and shares of global satisfaction on five verbal steps, as the Kundenmonitor reports them.

    Only "means on a five-step scale": there is no official model. The mean is in the answers as they were
    coded; in the original 1 is the best.

    Parameters
    ----------
    survey
        Holds the question, on 1 to 5.
    name
        The question.
    best
        The answer that is the best, 1 or 5.

    Returns
    -------
    FixedWeights
        The mean, the shares of the two best and the two worst steps, and that of each step in percent.
    """
    answers = column(survey, name)
    known = np.isfinite(answers)
    place = np.where(known, answers - 1 if best == 1 else 5 - answers, np.nan)

    def share(low: int, high: int, counted: str, *, compared: bool) -> Quantity:
        inside = np.where(known, ((place >= low) & (place <= high)).astype(float), np.nan)
        return share_of(inside, measure="kundenmonitor_share", item=name, counted=counted, compared=compared)

    quantities = [
        mean_of(answers, measure="kundenmonitor", item=name, metric="answer_units",
                counted=f"kundenmonitor_best_{best:g}"),
        share(0, 1, "two best steps", compared=True),
        share(3, 4, "two worst steps", compared=True),
        *(share(k, k, step, compared=False) for k, step in enumerate(VERBAL_STEPS)),
    ]  # fmt: skip
    return FixedWeights(quantities=tuple(quantities))


LIMITS: Mapping[str, tuple[float, float]] = {
    "kcsi": (0, 100), "kcsi_part": (0, 100), "ukcsi": (10, 100), "ukcsi_dimension": (10, 100),
    "ikm": (25, 100), "ikm_element": (1, 4), "kundenmonitor": (1, 5),
}  # fmt: skip
"""Lowest and highest value that a measure can have."""


def within_limits(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with intervals that end where the measure ends."""
    made = dict(tables)
    frame = made["measures"].copy()
    for name, (low, high) in LIMITS.items():
        rows = frame["measure"] == name
        for end in ("ci_lower", "ci_upper"):
            frame.loc[rows, end] = frame.loc[rows, end].clip(low, high)
    made["measures"] = frame
    return made
