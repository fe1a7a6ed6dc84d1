"""AHP satisfaction of a survey, AHP loyalty of customers: factor values DC_i under global weights C_i.

The source text of both (in Chinese) has lost its formula images; they are reconstructed from its legend of
symbols: with level values x_ij, n_ij valid customers and the highest value x_i,max

    DC_i = sum_j x_ij n_ij / (x_i,max sum_j n_ij),   Score = sum_i C_i DC_i,   C_i = b_k c_i|k.

It speaks of 13 factors, but lists 12 (service content: image, care, attitude, procedures, satisfaction in
use; service quality: reliability, safety, transaction speed, error rate; benefit: profit won, cost saved,
benefits gained); probably image was meant as two. Any number of factors is taken here. With answers 1 to 5
the lowest DC is 0.2, not 0. For loyalty, X_i is one coded value of each customer: DC_i = X_i / X_i,max.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.ahp_hierarchy import Node, Solved
from csi_model.measures.estimates import Design, Part, estimate
from csi_model.measures.quantities import Quantity, column, mean_of, units_of
from csi_model.model.spec import Scale
from csi_model.survey.survey import Floats, Survey
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]

PLAIN = "answer / highest answer"
RESCALED = "(answer - lowest) / (highest - lowest)"
CODED = "code / highest code"


def factor_values(answers: Any, scale: Scale, *, rescale: bool = False) -> Floats:
    """What each respondent adds to DC: ``x / x_max``, or ``(x - x_min) / (x_max - x_min)`` rescaled; (n,)."""
    x = np.asarray(answers, dtype=float)
    return (x - scale.low) / (scale.high - scale.low) if rescale else x / scale.high


def survey_values(solved: Solved, survey: Survey, *, rescale: bool = False) -> dict[str, Floats]:
    """Factor > what each respondent adds to its DC (n,).

    Raises
    ------
    SurveyError
        A scale begins below 0, or its highest answer is not above 0, so that x / x_max means nothing.
    """
    scales = dict(zip(survey.names, survey.scales, strict=True))
    wrong = [
        Finding(
            code="no-ratio-scale",
            severity="error",
            where=node.column,
            what=f"the scale runs from {scales[node.column].low:g} to {scales[node.column].high:g}, where an "
            "answer divided by the highest one means nothing.",
            fix="Ask for --rescale.",
        )
        for node in solved.hierarchy.factors
        if not rescale and (scales[node.column].low < 0 or scales[node.column].high <= 0)
    ]
    if wrong:
        raise SurveyError(wrong)
    return {
        node.name: factor_values(column(survey, node.column), scales[node.column], rescale=rescale)
        for node in solved.hierarchy.factors
    }


def satisfaction_quantities(
    solved: Solved, values: Mapping[str, Floats], *, rescale: bool = False
) -> list[Quantity]:
    """The score ``100 sum_i C_i DC_i``, the same of each criterion, and ``100 DC_i`` of each factor.

    The score is a sum of means with fixed weights, each over those who answered, so that its error has their
    covariances in it. Within a criterion the weights are ``C_i`` over its own weight.
    """
    counted = RESCALED if rescale else PLAIN
    made = []
    for node in solved.hierarchy.nodes:
        if not node.children:
            continue
        own = solved.overall[node.name]
        parts = tuple(
            Part(coefficient=100 * solved.overall[leaf.name] / own, scores=values[leaf.name])
            for leaf in node.walk()
            if not leaf.children
        )
        made.append(
            Quantity(
                measure="ahp_criterion" if node.depth else "ahp_satisfaction", item=node.name,
                counted=counted, parts=parts, interval="t", bounds=(0.0, 100.0), compared=not node.depth,
            )
        )  # fmt: skip
    for node in solved.hierarchy.factors:
        scores = 100 * values[node.name]
        made.append(
            mean_of(
                scores,
                measure="ahp_factor",
                item=node.name,
                metric="percent",
                counted=counted,
                bounds=(0.0, 100.0),
                compared=False,
            )
        )
    return made


def factor_table(
    solved: Solved,
    values: Mapping[str, Floats],
    survey: Survey,
    *,
    measure: str,
    means: Mapping[str, tuple[Floats, float]],
    min_base: int,
) -> pd.DataFrame:
    """The table ``ahp_factors``: C_i, mean, DC_i, contribution and points to be gained in every unit.

    Parameters
    ----------
    values
        Factor > what each respondent adds to DC (n,).
    measure
        ``ahp_satisfaction`` or ``ahp_loyalty``.
    means
        Factor > answers or codes (n,), and the highest of the scale.
    min_base
        Smaller groups are suppressed; all respondents never are.
    """
    design = Design.of(survey)
    rows: list[Row] = []
    for place, unit in enumerate(units_of(survey)):
        made = []
        for node in solved.hierarchy.factors:
            answers, highest = means[node.name]
            one, mean = (
                estimate((Part(coefficient=1.0, scores=scores),), design.weights, unit.mask)
                for scores in (values[node.name], answers)
            )
            why = _hidden(one.n, min_base if place else 0)
            dc, weight = math.nan if why else one.value, solved.overall[node.name]
            made.append(
                {
                    "measure": measure, "hierarchy": solved.hierarchy.name, "unit": unit.name,
                    "node": node.name, "parent": node.parent, "global_weight": weight,
                    "mean": math.nan if why else mean.value, "high": highest, "factor_value": dc,
                    "contribution": 100 * weight * dc, "room": 100 * weight * (1 - dc), "quadrant": "",
                    "n": one.n, "why": why,
                }
            )  # fmt: skip
        rows += _with_quadrants(made)
    return typed_frame(MEASURES["ahp_factors"], rows)


def _hidden(n: int, least: int) -> str:
    if n == 0:
        return "nobody answered"
    return f"suppressed: {n} respondents are fewer than the minimum base of {least}" if n < least else ""


def _with_quadrants(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of a unit in four fields, which cross at the means of the weights and of the values."""
    known = [row for row in rows if not row["why"]]
    if len(known) < 2:
        yield from rows
        return
    weight = sum(row["global_weight"] for row in known) / len(known)
    value = sum(row["factor_value"] for row in known) / len(known)
    for row in rows:
        heavy = row["global_weight"] >= weight * (1 - 1e-9)
        if heavy:
            name = "keep" if row["factor_value"] >= value else "improve_first"
        else:
            name = "possible_overkill" if row["factor_value"] >= value else "low_priority"
        yield row if row["why"] else {**row, "quadrant": name}


def coded(node: Node, cells: Any) -> Floats:
    """Codes X (n,) of a factor's cells: by category, by steps, or the number itself; NaN where blank."""
    if node.values:
        return np.array([node.values.get(str(cell), math.nan) for cell in cells], dtype=float)
    numbers = np.asarray(cells, dtype=float)
    if not node.steps:
        return numbers
    bounds, codes = (np.array(part, dtype=float) for part in zip(*node.steps, strict=True))
    places = np.searchsorted(bounds, numbers, side="right") - 1
    return np.where(np.isfinite(numbers) & (places >= 0), codes[np.maximum(places, 0)], math.nan)


def loyalty_scores(solved: Solved, codes: Mapping[str, Floats]) -> Floats:
    """``100 sum_i C_i X_i / X_i,max`` of each customer (n,), NaN where a factor is not known."""
    nodes = solved.hierarchy.factors
    return np.asarray(
        sum(100 * solved.overall[node.name] * codes[node.name] / node.maximum for node in nodes), dtype=float
    )


_QUANTILES = {"quantile_10": 0.1, "quantile_25": 0.25, "median": 0.5, "quantile_75": 0.75, "quantile_90": 0.9}
WIDTH = 10
"""Points of 0 to 100 in one class of the distribution."""


def loyalty_tables(name: str, scores: Floats, survey: Survey, *, min_base: int) -> dict[str, pd.DataFrame]:
    """The tables ``ahp_loyalty`` and ``ahp_loyalty_distribution``: customers by segment, in no other detail.

    Parameters
    ----------
    name
        The hierarchy.
    scores : (n,)
        0 to 100, NaN where a customer has none.
    survey
        The customers, with their segments as groups.
    min_base
        Smaller segments are suppressed.
    """
    stated: list[Row] = []
    classes: list[Row] = []
    for place, unit in enumerate(units_of(survey)):
        own = scores[unit.mask]
        known = own[np.isfinite(own)]
        why = _hidden(len(known), min_base if place else 0)
        row = {"hierarchy": name, "unit": unit.name, "n": len(known), "why": why}
        numbers = dict.fromkeys(("mean", "sd", *_QUANTILES), math.nan)
        if not why:
            sd = float(known.std(ddof=1)) if len(known) > 1 else math.nan
            quantiles = {key: float(np.quantile(known, share)) for key, share in _QUANTILES.items()}
            numbers = {"mean": float(known.mean()), "sd": sd, **quantiles}
            row["why"] = "" if len(known) > 1 else "one answer has no spread"
        stated.append(row | numbers)
        classes += _classes(name, unit.name, known, why)
    return {
        "ahp_loyalty": typed_frame(MEASURES["ahp_loyalty"], stated),
        "ahp_loyalty_distribution": typed_frame(MEASURES["ahp_loyalty_distribution"], classes),
    }


def _classes(hierarchy: str, unit: str, scores: Floats, why: str) -> Iterator[Row]:
    """How many customers have 0 to below 10, ... 90 to 100 points."""
    row = {"hierarchy": hierarchy, "unit": unit, "why": why}
    if why:
        yield {**row, "score_from": 0.0, "score_to": 100.0, "n": pd.NA, "share": math.nan}
        return
    # a score such as 70 may be 69.999999999 by rounding
    places = np.minimum(np.floor(scores / WIDTH + 1e-9), 100 // WIDTH - 1).astype(int)
    counts = np.bincount(places, minlength=100 // WIDTH)
    for place, count in enumerate(counts):
        ends = {"score_from": float(place * WIDTH), "score_to": float((place + 1) * WIDTH)}
        yield {**row, **ends, "n": int(count), "share": float(count / len(scores))}
