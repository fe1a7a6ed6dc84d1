"""Estimates of one survey by two estimators side by side: where they agree, and where not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import CsiError, Finding
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import FitOptions, is_composite, is_ordinal
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.frames import typed_frame
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

Cells = dict[str, Any]

LIMITS = {"index": 1.0, "weight": 0.05, "path": 0.10, "total_effect": 0.10}
"""From these differences on two estimates are said to differ: index points, shares, standardised
coefficients, index points per index point. Below them no recommendation changes."""

ABSENT = "the other estimator has none"


def beside(fitted: Fit, results: Results, survey: Survey) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The whole sample estimated the other way, beside its own estimates.

    Parameters
    ----------
    fitted, results
        The fit and its tables: PLS, which is then shown beside maximum likelihood, or the other way round;
        ordered answers are shown beside answers taken for numbers.
    survey
        The survey that it was fitted to.

    Returns
    -------
    DataFrame
        Columns of ``vocabulary.SURVEY_TABLES["estimators"]``: weights and index of every construct,
        standardised paths, total effects on the index construct. Empty where the other estimator cannot
        take the model or the sample; then a finding says why.
    """
    table = SURVEY_TABLES["estimators"]
    try:
        other = fit(fitted.model, replace(survey, by=(), groups=()), **_other_options(fitted.options))
    except CsiError as error:
        told = tuple(
            replace(finding, code="not-beside", severity="note", where="estimators", fix="")
            for finding in error.findings
        )
        return typed_frame(table, []), told
    against = evaluate(other)
    names = fitted.options.estimator, other.options.estimator
    rows = list(_rows(results, against, fitted.model.index))
    made = typed_frame(
        table,
        [row | {"estimator_1": names[0], "estimator_2": names[1]} for row in _judged(rows, fitted, other)],
    )
    return made, tuple(_findings(made, fitted.model.index, names, [_sound(one) for one in (fitted, other)]))


def _other_options(options: FitOptions) -> Cells:
    """The usual estimator of the other kind on the same answers; beside ordered ones, those as numbers."""
    rule = "complete" if options.missing_data == "pairwise" else options.missing_data
    common: Cells = {"level": options.level, "bootstrap": 0, "folds": 0, "beside": False}
    if options.weight_rule in ("equal", "given", "standardised"):
        common |= {"weight_rule": options.weight_rule, "given_weights": options.given_weights}
    if is_ordinal(options):
        return common | {"estimator": "mlr", "missing_data": rule}
    if not is_composite(options):
        return common | {"estimator": "pls", "missing_data": rule}
    return common | {"estimator": "fiml" if rule == "available" else "ml", "missing_data": rule}


def _sound(fitted: Fit) -> bool:
    """Whether the whole sample's estimate may be used."""
    solution = fitted.pooled.solution
    return solution is not None and solution.verdicts.trustworthy


def _rows(first: Results, second: Results, index: str) -> Iterator[Cells]:
    """Every pair of numbers; NaN where one estimator has none."""
    for kind, table, keys, value in (
        ("index", "index", ["construct"], "index"),
        ("weight", "weights", ["construct", "indicator"], "weight"),
        ("path", "effects", ["source", "target"], "std_effect"),
        ("total_effect", "effects", ["source", "target"], "effect"),
    ):
        one, two = (_chosen(results, table, kind, index) for results in (first, second))
        both = one.merge(two, on=keys, how="left", suffixes=("_1", "_2"))
        for cells in both.to_dict("records"):
            yield {
                "kind": kind,
                "element": cells["indicator"] if kind == "weight" else cells[keys[0]],
                "target": cells["construct"] if kind == "weight" else cells.get("target", ""),
                "value_1": float(cells[f"{value}_1"]),
                "value_2": float(cells[f"{value}_2"]),
            }


def _chosen(results: Results, table: str, kind: str, index: str) -> pd.DataFrame:
    frame = results.pooled[table]
    if kind == "index":
        return frame.loc[frame["weights_from"] == "pooled", ["construct", "index"]]
    if kind == "weight":
        return frame[["construct", "indicator", "weight"]]
    if kind == "path":
        return frame.loc[frame["kind"] == "direct", ["source", "target", "std_effect"]]
    total = (frame["kind"] == "total") & (frame["target"] == index)
    return frame.loc[total, ["source", "target", "effect"]]


def _judged(rows: list[Cells], *fits: Fit) -> Iterator[Cells]:
    """The rows with difference and verdict; effects of a fit that is not sound are not compared."""
    names = [one.options.estimator for one in fits if not _sound(one)]
    unsound = f"the {' and the '.join(names)} fit should not be read" if names else ""
    for row in rows:
        first, second = row["value_1"], row["value_2"]
        verdict, why = "", ABSENT
        if np.isfinite(first) and np.isfinite(second):
            limit, why = LIMITS[row["kind"]], ""
            verdict = "agree" if abs(first - second) < limit else "differ"
            if first * second < 0 and max(abs(first), abs(second)) >= limit and row["kind"] != "index":
                verdict = "opposite"
            if unsound and row["kind"] in ("path", "total_effect"):
                verdict, why = "", unsound
        yield row | {"difference": first - second, "verdict": verdict, "why": why}


def _findings(
    table: pd.DataFrame, index: str, names: tuple[str, str], sound: list[bool]
) -> Iterator[Finding]:
    shown = table[(table["kind"] == "index") & (table["element"] == index)]
    values = shown[["value_1", "value_2"]].to_numpy(dtype=float).ravel()
    if len(values) != 2 or not np.isfinite(values).all():
        return
    paths = table[table["kind"] == "path"]
    apart = paths[paths["verdict"].isin(["differ", "opposite"])]
    said = f"the index of {index} is {values[0]:.1f} by {names[0]} and {values[1]:.1f} by {names[1]}"
    if not all(sound):
        unsound = names[sound.index(False)]
        said += f"; the {unsound} fit is not sound, so that its effects are not compared"
    elif len(apart):
        pairs = ", ".join(f"{row.element} > {row.target}" for row in apart.itertuples())
        said += f"; the paths that differ by {LIMITS['path']:.2f} or more: {pairs}"
    else:
        said += "; no path differs notably"
    yield Finding(
        code="estimators-beside",
        severity="note",
        where="estimators",
        what=said + ".",
        fix=_apart(names) if len(apart) else "",
    )


def _apart(names: tuple[str, str]) -> str:
    """Why two estimators may come to other paths."""
    if "wlsmv" in names:
        return (
            "Taken for numbers, answers in few steps understate how strongly questions go together; wlsmv "
            "corrects this, asks for more interviews, and supposes that what stands behind the answers is "
            "normally distributed."
        )
    return (
        "PLS weighs what predicts its neighbours and leaves measurement error in its scores; the "
        "covariance-based fit takes it out and asks more of the data."
    )
