"""Stated against derived importance: what respondents say matters, and what goes with their satisfaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.importance_units import UnitImportance
from csi_model.measures.quantities import Quantity, mean_of
from csi_model.survey.survey import Floats, Survey
from csi_model.vocabulary import MEASURES

Form = Literal["rating", "rank", "sum"]
Cut = Literal["mean", "median"]
Row = dict[str, Any]

MEASURE = "stated_importance"
FIELDS = {
    (True, True): "key_driver",
    (True, False): "cost_of_entry",
    (False, True): "hidden_driver",
    (False, False): "low_priority",
}
"""(stated high, derived high) > field."""
NO_CUT = "no fields: the stated importance of a driver is not known"
_AT_THE_CUT = {
    (): "",
    ("stated",): "stated_only",
    ("derived",): "derived_only",
    ("stated", "derived"): "stated_and_derived",
}
"""Intervals that hold the cut > word."""


def stated_scores(answers: Any, form: Form, scales: Sequence[tuple[float, float]]) -> Floats:
    """Stated importance of each driver by each respondent, 0-100; NaN where it is not known.

    ``rating``: the answer on 0-100 by its scale. ``rank``: 1 is the most important of k; ``100 (k - rank) /
    (k - 1)``; a respondent who ranked only some gives the others the mean of the places that are left, and
    equal ranks share the mean of their places. ``sum``: the share of the points that a respondent dealt out,
    in percent; a blank counts as none once any point was given.

    Parameters
    ----------
    answers : (n, k)
        In answer units, NaN for a gap.
    scales
        Ends of the scale of each column.
    """
    given = np.asarray(answers, dtype=float)
    if form == "rating":
        low, high = np.array(scales, dtype=float).T
        return np.asarray(100 * (given - low) / (high - low))
    if form == "sum":
        total = np.nansum(given, axis=1, keepdims=True)
        share = 100 * np.nan_to_num(given) / np.where(total > 0, total, np.nan)
        return np.asarray(share)
    k = given.shape[1]
    places = stats.rankdata(np.where(np.isnan(given), np.inf, given), axis=1, method="average")
    scores = 100 * (k - places) / (k - 1)
    scores[np.isnan(given).all(axis=1)] = np.nan
    return np.asarray(scores)


def stated_quantities(
    survey: Survey, stated: Mapping[str, str], form: Form
) -> tuple[list[Quantity], list[Finding]]:
    """Means of stated importance as quantities, and what is odd about the answers.

    Parameters
    ----------
    stated
        Driver > the question that states its importance.

    Raises
    ------
    SurveyError
        Points below 0, or nobody answered.
    """
    places = [survey.names.index(column) for column in stated.values()]
    answers = survey.answers[:, places]
    scales = [
        (scale.low, scale.high)
        for scale in (survey.model.indicators[place].scale for place in places)
        if scale is not None
    ]
    findings = list(_oddities(answers, list(stated.values()), form))
    wrong = [one for one in findings if one.severity == "error"]
    if wrong:
        raise SurveyError(wrong)
    scores = stated_scores(answers, form, scales)
    quantities = [
        mean_of(
            scores[:, j], measure=MEASURE, item=driver, metric="score", counted=column, bounds=(0.0, 100.0)
        )
        for j, (driver, column) in enumerate(stated.items())
    ]
    return quantities, findings


def _oddities(answers: Floats, columns: Sequence[str], form: Form) -> Iterator[Finding]:
    """What is odd about stated importance (n, k): ties, gaps and sums that differ."""
    where, answered = ", ".join(columns), ~np.isnan(answers).all(axis=1)
    base = int(answered.sum())
    if form == "rank" and base:
        tied = int((np.diff(np.sort(answers, axis=1), axis=1) == 0).any(axis=1).sum())
        if tied:
            what = f"{tied} of {base} respondents gave a rank twice; such drivers share their mean place."
            yield _note("tied-ranks", where, what)
        part = int((np.isnan(answers).any(axis=1) & answered).sum())
        if part:
            what = f"{part} of {base} respondents ranked only some drivers; the others share the places left."
            yield _note("partial-ranks", where, what)
    if form == "sum" and base:
        yield from _odd_sums(answers[answered], where)


def _odd_sums(answers: Floats, where: str) -> Iterator[Finding]:
    if np.any(answers < 0):
        what = "points below 0 were given, so that shares of the points mean nothing."
        fix = "Check the columns and their missing codes."
        yield Finding(code="negative-points", severity="error", where=where, what=what, fix=fix)
        return
    base, totals = len(answers), np.nansum(answers, axis=1)
    none = int((totals == 0).sum())
    if none:
        what = f"{none} of {base} respondents gave no points at all; they are left out."
        yield _note("no-points", where, what)
    values, counts = np.unique(totals[totals > 0], return_counts=True)
    if len(values) > 1:
        usual = values[np.argmax(counts)]
        others = int(counts.sum() - counts.max())
        what = f"the points of {others} of {base} respondents do not sum to {usual:g}; all count as shares."
        yield _note("other-sum", where, what)


def _note(code: str, where: str, what: str) -> Finding:
    return Finding(code=code, severity="note", where=where, what=what)


def stated_derived_table(
    units: Sequence[UnitImportance],
    drivers: Sequence[str],
    target: str,
    measures: pd.DataFrame,
    *,
    method: str,
    cut: Cut,
    level: float,
) -> pd.DataFrame:
    """Table ``stated_derived``: four fields, cut at the mean or median of the drivers in each unit.

    High is above the cut. Stated high and derived low is the cost of entry: expected, but it moves nobody;
    stated low and derived high is a hidden driver. A driver is borderline where an interval holds the cut,
    which is itself taken as known. The form and names follow section 4.3 of the project's fact sheet.

    Parameters
    ----------
    units
        Importance by unit.
    drivers, target
        Names in the order of the columns of ``units``.
    measures
        The table ``measures`` with rows of ``stated_importance``, whose items are drivers.
    method
        Derived importance by ``lmg``, ``johnson``, ``correlation`` or ``beta``; by its size.
    """
    stated = {
        (row["unit"], row["item"]): row for row in measures[measures["measure"] == MEASURE].to_dict("records")
    }
    both = [name for name in drivers if (units[0].unit, name) in stated]
    places = [list(drivers).index(name) for name in both]
    rows: list[Row] = []
    for unit in units:
        said = [stated[(unit.unit, name)] for name in both]
        rows += _rows(unit, both, places, target, said, method, cut, level)
    return typed_frame(MEASURES["stated_derived"], rows)


def _rows(
    unit: UnitImportance,
    names: Sequence[str],
    places: Sequence[int],
    target: str,
    said: Sequence[Mapping[Any, Any]],
    method: str,
    cut: Cut,
    level: float,
) -> Iterator[Row]:
    middle = np.mean if cut == "mean" else np.median
    derived, lower, upper = _sizes(unit, places, method, level)
    stated = np.array([float(row["value"]) for row in said])
    cuts = float(middle(stated)), float(middle(derived))
    known = bool(np.isfinite(cuts).all())
    for j, (name, row) in enumerate(zip(names, said, strict=True)):
        ends = float(row["ci_lower"]), float(row["ci_upper"])
        beside = [
            which
            for which, (low, high), at in (
                ("stated", ends, cuts[0]),
                ("derived", (lower[j], upper[j]), cuts[1]),
            )
            if known and low <= at <= high
        ]
        whys = dict.fromkeys((unit.no_interval, str(row["why"]), "" if known or unit.why else NO_CUT))
        yield {
            "unit": unit.unit,
            "target": target,
            "driver": name,
            "method": method,
            "stated": stated[j],
            "stated_ci_lower": ends[0],
            "stated_ci_upper": ends[1],
            "stated_cut": cuts[0],
            "derived": derived[j],
            "derived_ci_lower": lower[j],
            "derived_ci_upper": upper[j],
            "derived_cut": cuts[1],
            "field": FIELDS[bool(stated[j] > cuts[0]), bool(derived[j] > cuts[1])] if known else "",
            "borderline": _AT_THE_CUT[tuple(beside)],
            "why": "; ".join(why for why in whys if why),
        }


def _sizes(
    unit: UnitImportance, places: Sequence[int], method: str, level: float
) -> tuple[Floats, Floats, Floats]:
    """Derived importance of the drivers at ``places`` and its limits; of signed measures the size."""
    nothing = np.full(len(places), np.nan)
    if unit.why:
        return nothing, nothing, nothing
    values = unit.values[method][list(places)]
    if unit.no_interval or unit.draws is None:
        return np.abs(values), nothing, nothing
    lower, upper = unit.draws.interval(method, level)[:, list(places)]
    turned = values < 0
    ends = np.where(turned, -upper, lower), np.where(turned, -lower, upper)
    return np.abs(values), np.asarray(ends[0]), np.asarray(ends[1])
