"""What the treatment of missing answers does to the index: the same survey, treated in every way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import CsiError, Finding
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import MISSING_DATA, FitOptions, is_composite
from csi_model.evaluation.composite_intervals import composite_intervals
from csi_model.evaluation.intervals import How, intervals
from csi_model.evaluation.quantities import metric_of
from csi_model.frames import typed_frame
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

Cells = dict[str, Any]

NOTABLE = 1.0
"""Index points between treatments that are worth a warning."""


def treatments(fitted: Fit, survey: Survey) -> pd.DataFrame:
    """Index of every construct under each treatment of missing answers.

    Intervals are those of the delta method; PLS has none but for the fit's own treatment.

    Parameters
    ----------
    fitted
        The fit whose treatment is the base of ``difference``; its other options hold for all.
    survey
        The survey that it was fitted to.

    Returns
    -------
    DataFrame
        Columns of ``vocabulary.SURVEY_TABLES["treatments"]``, index points; a treatment that fails says
        why. Empty where nobody left a question out.
    """
    rows: list[Cells] = []
    if np.isnan(survey.answers).any():
        whole = replace(survey, by=(), groups=())
        base = _index(fitted)
        rules = [rule for rule in MISSING_DATA if rule != "pairwise" or not is_composite(fitted.options)]
        rows = [row for rule in rules for row in _rows(fitted, whole, rule, base)]
    return typed_frame(SURVEY_TABLES["treatments"], rows)


def treatment_findings(table: pd.DataFrame, index: str, *, composite: bool = False) -> Iterator[Finding]:
    """A warning where the headline index moves notably with the treatment; ``composite``: of a PLS fit."""
    shown = table[(table["construct"] == index) & table["index"].notna()]
    if len(shown) < 2:
        return
    words = _WORDS | ({"available": "all answers there are"} if composite else {})
    by_treatment = dict(zip(shown["treatment"], shown["index"], strict=True))
    low, high = (
        min(by_treatment, key=by_treatment.__getitem__),
        max(by_treatment, key=by_treatment.__getitem__),
    )
    if by_treatment[high] - by_treatment[low] >= NOTABLE:
        yield Finding(
            code="missing-data-matters",
            severity="warning",
            where=index,
            what=f"the index is {by_treatment[low]:.1f} with {words[low]} and {by_treatment[high]:.1f} with "
            f"{words[high]}: those who left questions out differ from the others.",
            fix="Say which treatment was used; --missing-data available uses every answer."
            if composite
            else "Say which treatment was used; full information (--estimator fiml) uses every answer.",
        )


_WORDS = {
    "complete": "complete cases",
    "mean": "mean substitution",
    "pairwise": "pairwise covariances",
    "available": "full information",
}


def _index(fitted: Fit) -> Any:
    metric = metric_of(fitted.model, fitted.options.weight_rule, fitted.options.given_weights)
    make = composite_intervals if is_composite(fitted.options) else intervals
    return make(fitted.pooled, metric, How(level=fitted.options.level))[1]["index"]


def _rows(fitted: Fit, survey: Survey, rule: str, base: Any) -> Iterator[Cells]:
    names = fitted.model.construct_names
    found, n, why = None, 0, ""
    if rule == fitted.options.missing_data:
        found, n = base, fitted.pooled.sample.n
    else:
        try:
            other = fit(fitted.model, survey, **_options(fitted.options, rule))
            found, n = _index(other), other.pooled.sample.n
        except CsiError as error:
            why = " ".join(finding.what for finding in error.findings)
    for j, name in enumerate(names):
        value, se = (np.nan, np.nan) if found is None else (float(found.value[j]), float(found.se[j]))
        yield {
            "treatment": rule,
            "construct": name,
            "index": value,
            "se": se,
            "ci_lower": np.nan if found is None else float(found.lower[j]),
            "ci_upper": np.nan if found is None else float(found.upper[j]),
            "n": n,
            "difference": value - float(base.value[j]),
            "why": why or _why(value, se, found),
        }


def _why(value: float, se: float, found: Any) -> str:
    if np.isfinite(se):
        return ""
    if np.isnan(value):
        return "not defined"
    return found.why or "no standard error in this sample"


def _options(options: FitOptions, rule: str) -> Cells:
    """Options of a fit with another treatment: normal-theory errors where the estimator cannot follow."""
    estimator = options.estimator
    if is_composite(options):
        return {
            "estimator": estimator,
            "missing_data": rule,
            "weight_rule": options.weight_rule,
            "given_weights": options.given_weights,
            "scheme": options.scheme,
            "metric": options.metric,
            "higher_order": options.higher_order,
            "bootstrap": 0,
            "level": options.level,
        }
    if estimator == "wlsmv":  # it takes complete answers only
        estimator = "ml"
    if rule == "available":
        estimator = "mlr" if estimator in ("mlr", "mlm") else "fiml"
    elif rule == "pairwise" or estimator == "fiml":
        estimator = "ml"
    return {
        "estimator": estimator,
        "missing_data": rule,
        "weight_rule": options.weight_rule,
        "given_weights": options.given_weights,
        "variances": options.variances,
        "ridge": options.ridge if rule in ("complete", "mean") else 0.0,
        "level": options.level,
    }
