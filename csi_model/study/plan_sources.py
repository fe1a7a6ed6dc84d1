"""Standard deviations and design effects that a plan rests on: given, usual, or out of stored results."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.plan_assumptions import wrong_option
from csi_model.comparison.unit_scores import unit_name
from csi_model.errors import Finding, UsageError, suggest
from csi_model.evaluation.results import Results
from csi_model.storage import load
from csi_model.study.plan_asks import PlanAsk

Array = NDArray[Any]
Row = Mapping[Hashable, Any]

USUAL_SDS: tuple[float, ...] = (16.7, 21.0, 27.2)
"""Lowest, middle and highest of four industries in the public ACSI data of 2015."""
MOST_UNITS = 12
"""Groups of stored results that are planned for one by one; of more, three."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Standard deviation (index points) and design effect of one unit; ``unit`` is "" for any."""

    unit: str = ""
    sd: float
    deff: float = 1.0


def spreads_of(ask: PlanAsk) -> tuple[tuple[Spread, ...], tuple[Finding, ...]]:
    """Return what a plan rests on, with notes on where it comes from.

    Raises
    ------
    StorageError
        The results folder cannot be read.
    UsageError
        The folder has no such construct, or no number of it.
    """
    if ask.results is not None:
        return _stored(ask)
    deff = 1.0 if ask.deff is None else ask.deff
    if ask.sds:
        notes = tuple(_small(sd) for sd in ask.sds if sd < 5)
        return tuple(Spread(sd=sd, deff=deff) for sd in dict.fromkeys(ask.sds)), notes
    what = (
        "no standard deviation is given, so the lowest, a middle and the highest of four industries of the "
        "public ACSI survey of 2015 are taken."
    )
    note = _note(
        "usual-sd", "--sd", what, "Give --sd, or take it from a survey of your own by --from FOLDER."
    )
    return tuple(Spread(sd=sd, deff=deff) for sd in USUAL_SDS), (note,)


def _small(sd: float) -> Finding:
    what = f"{sd:g} is a small standard deviation in index points (0 to 100)."
    fix = f"If it is on a scale of 1 to 10, it is {100 * sd / 9:.1f} index points."
    return _note("small-sd", "--sd", what, fix)


def _note(code: str, where: str, what: str, fix: str = "") -> Finding:
    return Finding(code=code, severity="note", where=where, what=what, fix=fix)


def _stored(ask: PlanAsk) -> tuple[tuple[Spread, ...], tuple[Finding, ...]]:
    results = load(ask.results or "")
    construct = ask.construct or results.model.index
    names = [one.name for one in results.model.constructs if not one.product]
    if construct not in names:
        what = f"the results have no index of {construct!r}."
        raise UsageError(wrong_option("--index", what, suggest(construct, names)))
    found, left_out = [], []
    for unit, place, row in _units(results, construct):
        made = _spread(results, construct, unit, place, row, ask.deff)
        if made is None:
            left_out.append(unit or str(ask.results))
        else:
            found.append(made)
    if not found:
        what = f"no standard deviation of {construct} can be taken from these results."
        raise UsageError(wrong_option("--from", what, "Give --sd, or results with an index."))
    notes = (
        [_note("left-out", "--from", f"{', '.join(left_out)}: no index, not planned.")] if left_out else []
    )
    if len(found) > MOST_UNITS:
        ranked = sorted(found, key=lambda one: one.sd)
        what = f"of {len(found)} groups those with the smallest, middle and largest standard deviation stand."
        notes.append(_note("few-units", "--from", what))
        found = [ranked[0], ranked[len(ranked) // 2], ranked[-1]]
    return tuple(found), tuple(notes)


def _units(results: Results, construct: str) -> list[tuple[str, int, Row]]:
    """Every group with its place among the moments and its row of the index table; else the whole."""
    if not results.by:
        frame = results.pooled["index"]
        return [("", 0, frame[frame["construct"] == construct].to_dict("records")[0])]
    frame = results.tables["index"]
    frame = frame[(frame["construct"] == construct) & (frame["weights_from"] == "pooled")]
    places = {tuple(str(part) for part in key): k for k, key in enumerate(results.moments["keys"]) if k}
    made: list[tuple[str, int, Row]] = []
    for row in frame.to_dict("records"):
        key = tuple(str(row[column]) for column in results.by)
        made.append((unit_name(key), places.get(key, -1), row))
    return made


def _spread(
    results: Results, construct: str, unit: str, place: int, row: Row, deff: float | None
) -> Spread | None:
    """One unit's spread; None without an index, or where nobody differs.

    The standard deviation is that of the respondents' index, ``100 sqrt(q' S q) / width`` for one scale
    (the methodology's section 2.5), and the design effect what the stored standard error makes of it,
    ``n se^2 / sd^2``: weights, clusters and the estimation of the index weights are all in it. Without the
    covariances the standard deviation is ``se sqrt(n_eff)``, and the design effect that of the weights.
    """
    n, n_eff, se = (float(row[name]) for name in ("n", "n_eff", "se"))
    if not np.isfinite(float(row["index"])) or n < 2:
        return None
    by_weights = n / n_eff if n_eff > 0 else 1.0
    covariance = results.moments.get(f"cov_{place}")
    if covariance is None:
        sd, inflation = se * np.sqrt(n_eff), by_weights
    else:
        q = index_weights(results, construct)
        sd = float(np.sqrt(max(float(q @ covariance @ q), 0.0) * n / (n - 1)))
        inflation = n * se**2 / sd**2 if se > 0 and sd > 0 else by_weights
    if not (np.isfinite(sd) and sd > 0):
        return None
    return Spread(unit=unit, sd=float(sd), deff=float(inflation) if deff is None else deff)


def index_weights(results: Results, construct: str) -> Array:
    """Weights (p,) of answers, in answer units, that give the index of a construct but for a constant."""
    frame = results.pooled["weights"]
    frame = frame[frame["construct"] == construct]
    weight = dict(zip(frame["indicator"], frame["weight"], strict=True))
    items: Sequence[Any] = results.model.indicators
    return np.array(
        [
            100 * float(weight.get(item.name, 0.0)) / item.scale.width if item.scale is not None else 0.0
            for item in items
        ]
    )
