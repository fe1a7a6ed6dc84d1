"""Surveys whose answers are steps of normal responses, and PLS on their polychoric correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from fit_builders import CHAIN, YES_NO, Floats, chain_answers, survey_of

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable, composite_table
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions
from csi_model.estimation.ordinal.composites import ResponseRefit, response_refit
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.moments import sample_of
from csi_model.survey.steps import ordered_items
from csi_model.survey.survey import Survey

FIVE = Scale(low=1, high=5)
PERCENT = Scale(low=0, high=100)
CUTS = {"skewed": (-1.6, -1.0, -0.4, 0.4), "even": (-1.2, -0.4, 0.4, 1.2)}
SCALES = {item.name: FIVE for item in CHAIN.indicators} | {
    "x2": Scale(low=1, high=7), "l1": PERCENT, "l2": YES_NO
}  # fmt: skip
"""Five steps; of ``x2`` nobody uses the last two, ``l1`` is continuous, ``l2`` is yes or no."""


def scaled(model: ModelSpec, scales: dict[str, Scale]) -> ModelSpec:
    constructs = tuple(
        replace(one, indicators=tuple(replace(item, scale=scales[item.name]) for item in one.indicators))
        for one in model.constructs
    )
    return replace(model, constructs=constructs)


MIXED = scaled(CHAIN, SCALES)
ORDERED = scaled(CHAIN, dict.fromkeys(SCALES, FIVE))


def standard(x: Floats) -> Floats:
    made: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return made


def cut(x: Floats, kind: str = "skewed") -> Floats:
    """Answers 1 to 5."""
    made: Floats = 1.0 + np.searchsorted(CUTS[kind], standard(x).ravel()).reshape(x.shape)
    return made


def mixed_answers(n: int = 250, seed: int = 5) -> Floats:
    x = chain_answers(n, seed)
    made = cut(x)
    made[:, 9] = 50 + 10 * standard(x)[:, 9]
    made[:, 10] = (standard(x)[:, 10] > 0.3).astype(float)
    return made


def mixed_survey(n: int = 250, seed: int = 5, **changes: Any) -> Survey:
    return survey_of(MIXED, mixed_answers(n, seed), **changes)


def ordered_survey(n: int = 250, seed: int = 5, **changes: Any) -> Survey:
    return survey_of(ORDERED, cut(chain_answers(n, seed)), **changes)


def table_for(model: ModelSpec, **options: Any) -> CompositeTable:
    asked = FitOptions(**{"estimator": "pls", "correlations": "polychoric", **options})
    return composite_table(model, check_options(asked, model))


def solved(survey: Survey, **options: Any) -> CompositeSolution:
    asked = {"estimator": "pls", "correlations": "polychoric", "bootstrap": 0, **options}
    made = fit(survey.model, survey, **asked).pooled.solution
    assert isinstance(made, CompositeSolution)
    return made


def estimates(solution: CompositeSolution) -> CompositeEstimates:
    return composite_estimates(solution.table, solution.means, solution.values)


def refit_of(survey: Survey, start: Floats | None = None) -> ResponseRefit:
    return response_refit(
        replace(table_for(survey.model), ordered=ordered_items(survey)), sample_of(survey), start
    )
