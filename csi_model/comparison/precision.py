"""How precise the index is, and what the weights cost: tables of margins, half-widths and design effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.comparison.unit_scores import unit_name
from csi_model.evaluation.quantities import metric_of
from csi_model.evaluation.results import Results
from csi_model.frames import typed_frame
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

UNKNOWN = "no design effect: the error of the item means is not known"
CONSTANT = "no design effect: everybody gave the same answers"
UNDEFINED = "no design effect: the construct has no index weights"


def weighting_frame(survey: Survey) -> pd.DataFrame:
    """Margins before and after weighting, in the columns of ``SURVEY_TABLES["weighting"]``.

    Shares are 0 to 1, ``sample_share`` by the base weights; a category without text holds the blanks. Empty
    where weights were taken as they are.
    """
    made = () if survey.weighting is None else survey.weighting.categories
    rows = [
        {
            "unit": one.unit,
            "variable": one.variable,
            "category": one.category,
            "target_share": one.target,
            "sample_share": one.sample,
            "weighted_share": one.weighted,
            "respondents": one.respondents,
            "why": one.why,
        }
        for one in made
    ]
    return typed_frame(SURVEY_TABLES["weighting"], rows)


def precision_frame(results: Results, *, plain: bool) -> pd.DataFrame:
    """Precision of every index score, in the columns of ``SURVEY_TABLES["precision"]``.

    The whole sample (unit "") first, then the groups, each by the pooled index weights. With w the weights
    of a construct on 0-100, V the linearised covariance of the item means under the design and S the
    (weighted) covariance of the items,

        half_width    (ci_upper - ci_lower) / 2 of the index table, index points
        deff_weights  n / n_eff = 1 + CV^2 of the weights     (Kish 1965, *Survey Sampling*, section 11.7)
        deff          w'V w / (w'S w / (n - 1))               (Kish 1965, section 8.2)

    ``deff`` sets weights, strata, clusters and margins met against a simple random sample of as many
    complete interviews, index weights counting as known; gaps that a fit allows for are part of it. Without
    a design and gaps it is 1.

    Parameters
    ----------
    results
        Of a fit, with or without groups.
    plain
        A simple random sample of complete interviews, see ``is_plain``.
    """
    scores = _index_weights(results)
    keys = [tuple(key) for key in results.moments["keys"].tolist()]
    place = {key: k for k, key in enumerate(keys) if k > 0}
    rows: list[Cells] = []
    whole = results.pooled["index"]
    for _, row in whole[whole["weights_from"] == "pooled"].iterrows():
        effect = _effect(results, scores[str(row["construct"])], 0, plain=plain)
        rows.append(_row("", row, effect))
    if results.by:
        shown = results.tables["index"]
        for _, row in shown[shown["weights_from"] == "pooled"].iterrows():
            key = tuple(str(row[name]) for name in results.by)
            effect = _effect(results, scores[str(row["construct"])], place[key], plain=plain)
            rows.append(_row(unit_name(key), row, effect))
    return typed_frame(SURVEY_TABLES["precision"], rows)


def is_plain(results: Results, survey: Survey) -> bool:
    """Whether the survey is a simple random sample of complete interviews."""
    weights = survey.weights
    designed = survey.strata is not None or survey.cluster is not None or survey.weighting is not None
    whole = results.manifest["options"]["missing_data"] in ("complete", "mean")
    return whole and not designed and bool(np.all(weights == weights[0]))


def _index_weights(results: Results) -> Mapping[str, Array]:
    """Weights of each construct's items in answer units, (p,): index points per point of an item's mean."""
    metric = metric_of(results.model, "equal", {})
    items = [item.name for item in results.model.indicators]
    made = {name: np.zeros(len(items)) for name in results.model.construct_names}
    table = results.pooled["weights"]
    for name, item, weight in zip(table["construct"], table["indicator"], table["weight"], strict=True):
        made[str(name)][items.index(str(item))] = weight
    return {name: weights * 100 / metric.width for name, weights in made.items()}


def _effect(results: Results, weights: Array, k: int, *, plain: bool) -> tuple[float, str]:
    """The design effect of a part, or why there is none."""
    covariance, cov = (results.moments.get(f"{name}_{k}") for name in ("mean_covariance", "cov"))
    if covariance is None or cov is None:
        return np.nan, UNKNOWN
    if np.isnan(weights).any() or not weights.any():
        return np.nan, UNDEFINED
    used = np.flatnonzero(weights)
    within = np.ix_(used, used)
    weights, n = weights[used], int(results.moments["n"][k])
    simple = float(weights @ cov[within] @ weights) / (n - 1)
    if not simple > 0:
        return np.nan, CONSTANT if simple == 0 else UNKNOWN
    made = 1.0 if plain else float(weights @ covariance[within] @ weights) / simple
    return made, "" if np.isfinite(made) else UNKNOWN


def _row(unit: str, row: pd.Series[Any], effect: tuple[float, str]) -> Cells:
    known = bool(np.isfinite(row["index"]))
    n, n_eff = int(row["n"]), float(row["n_eff"])
    deff, why = effect if known else (np.nan, "")
    return {
        "unit": unit,
        "construct": row["construct"],
        "index": row["index"],
        "half_width": (row["ci_upper"] - row["ci_lower"]) / 2,
        "n": n,
        "n_eff": n_eff,
        "deff_weights": n / n_eff if n_eff > 0 else np.nan,
        "deff": deff,
        "why": str(row["why"]) or why,
    }
