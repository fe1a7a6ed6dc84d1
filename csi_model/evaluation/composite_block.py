"""All tables of one sample that was fitted by PLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from csi_model.errors import Finding
from csi_model.estimation.composites import unpacked
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit, is_brief
from csi_model.estimation.options import draws_asked
from csi_model.evaluation import composite_extras as extras
from csi_model.evaluation import composite_tables as composite
from csi_model.evaluation import inspection_tables as inspection
from csi_model.evaluation import measurement_tables as measurement
from csi_model.evaluation import structure_tables as structure
from csi_model.evaluation.blindfolding import blindfolding
from csi_model.evaluation.collinearity import CRITICAL
from csi_model.evaluation.composite_fit import composite_fit_rows, fit_draws
from csi_model.evaluation.composite_intervals import composite_intervals, pooled_weights
from csi_model.evaluation.composite_quantities import CompositeQuantities
from csi_model.evaluation.gains import gain_rows
from csi_model.evaluation.intervals import How
from csi_model.evaluation.prediction import predictions
from csi_model.evaluation.predictive_ability import cvpat_rows, prediction_rows
from csi_model.evaluation.quantities import Metric, ways_of

Cells = dict[str, Any]

POOR = 0.08
"""SRMR above which a fit is called poor (Hu & Bentler 1999, Structural Equation Modeling 6, 1-55)."""


def fill_composite(
    made: dict[str, list[Cells]],
    fit: Fit,
    part: GroupFit,
    solution: CompositeSolution,
    metric: Metric,
    pooled: GroupFit | None,
) -> CompositeQuantities:
    """Put the rows of every table into ``made``; return the quantities with the group's own weights."""
    model, rule = fit.model, fit.options.weight_rule
    how = How(level=fit.options.level, method=fit.options.interval, seed=fit.options.seed)
    own, own_intervals = composite_intervals(part, metric, how)
    found = own_intervals if pooled is None else composite_intervals(part, metric, how, pooled)[1]
    made["parameters"] = list(composite.parameter_rows(model, solution, found))
    made["fit"] = list(composite.fit_rows(part, solution))
    index = list(structure.index_rows(model, part, found["index"], rule, "pooled"))
    if pooled is not None:
        index += structure.index_rows(model, part, own_intervals["index"], rule, "group")
    made["index"] = list(composite.without_products(model, index, "construct"))
    loadings = np.full((len(model.constructs), len(model.indicators)), np.nan)
    loadings[solution.table.owner, solution.table.item] = own.loadings
    made["weights"] = list(structure.weight_rows(model, own.weights, loadings, rule))
    made["indicators"] = list(measurement.indicator_rows(model, part))
    effects = structure.effect_rows(model, found)
    made["effects"] = list(composite.without_products(model, effects, "source"))
    made["standardised_effects"] = list(structure.standardised_effect_rows(model, found))
    specific = structure.specific_rows(model, ways_of(solution.table.paths), found)
    made["specific_effects"] = list(composite.without_products(model, specific, "source"))
    made["drivers"] = list(composite.driver_rows(model, found))
    made["gains"] = list(gain_rows(model, made["drivers"], made["index"]))
    made["indicator_drivers"] = list(composite.indicator_driver_rows(model, solution, found))
    made["reliability"] = list(composite.reliability_rows(model, own))
    validity = measurement.validity_rows(model, _of_responses(part, solution), found["correlations"])
    made["validity"] = list(composite.without_products(model, validity, "construct_1", "construct_2"))
    made["r2"] = list(structure.r2_rows(model, part, found["r2"]))
    made["effect_sizes"] = list(composite.effect_size_rows(solution, found["f2"]))
    made["collinearity"] = list(composite.inflation_rows(solution, own))
    made["discriminant"] = list(composite.discriminant_rows(model, own, own_intervals))
    made["moderation"] = list(composite.moderation_rows(solution, found["slopes"]))
    made["resampling"] = list(inspection.resampling_rows(solution))
    if fit.options.necessity:
        weights = own.weights if pooled is None else pooled_weights(pooled, metric)
        conditions = extras.necessary_conditions(
            model, part, metric, weights, permutations=fit.options.necessity, seed=fit.options.seed
        )
        made["necessity"] = list(extras.necessity_rows(conditions))
        made["bottlenecks"] = list(extras.bottleneck_rows(conditions))
    if not is_brief(fit, part):
        made["cross_loadings"] = list(composite.cross_loading_rows(model, solution, own.cross))
        draws = fit_draws(part, solution, draws=draws_asked(fit.options), how={})
        made["composite_fit"] = list(composite_fit_rows(solution, draws))
        made["tetrads"] = list(extras.tetrad_rows(model, solution, fit.options.level))
        _fill_prediction(made, fit, part, solution, own)
    return own


def _of_responses(part: GroupFit, solution: CompositeSolution) -> GroupFit:
    """The part with the covariances that PLS was run on, where these are not those of the answers."""
    if not solution.table.polychoric:
        return part
    cov = unpacked(solution.table, solution.means, solution.values).cov
    return replace(part, sample=replace(part.sample, cov=cov))


def _fill_prediction(
    made: dict[str, list[Cells]],
    fit: Fit,
    part: GroupFit,
    solution: CompositeSolution,
    own: CompositeQuantities,
) -> None:
    """What left-out answers say: blindfolding, PLSpredict, CVPAT."""
    blind = blindfolding(part, solution)
    made["communalities"] = list(composite.communality_rows(solution, own, blind))
    made["redundancies"] = list(composite.redundancy_rows(solution, own, blind))
    if fit.options.folds:
        predicted = predictions(part, solution, folds=fit.options.folds, repeats=fit.options.repeats)
        made["prediction"] = list(prediction_rows(predicted))
        made["cvpat"] = list(cvpat_rows(predicted, part.sample, level=fit.options.level))


def composite_findings(
    part: GroupFit, solution: CompositeSolution, found: CompositeQuantities, made: dict[str, list[Cells]]
) -> Iterator[Finding]:
    """Collinear drivers and constructs that respondents hardly tell apart; said once, of the whole sample."""
    if part.key:
        return
    for row in made["collinearity"]:
        if row["vif"] >= CRITICAL:
            yield Finding(
                code="collinearity",
                severity="warning",
                where=f"{row['driver']} > {row['target']}",
                what=f"the other drivers of {row['target']} say almost the same as {row['driver']} "
                f"(VIF {row['vif']:.1f}).",
                fix="Read the separate effects with care, or merge the drivers.",
            )
    close = [
        f"{row['construct_1']} and {row['construct_2']} (HTMT {row['htmt']:.3f})"
        for row in made["discriminant"]
        if row["verdict"] == "not_distinct"
    ]
    if close:
        yield Finding(
            code="discriminant-validity",
            severity="note",
            where="constructs",
            what=f"respondents hardly tell apart {', '.join(close)}.",
            fix="Say so where their separate effects are read.",
        )
    misfit = [row for row in made["composite_fit"] if row["verdict"] == "does_not_fit"]
    if misfit:
        poor = any(row["measure"] == "srmr" and row["value"] > POOR for row in misfit)
        worst = "; ".join(f"{row['measure']} {row['value']:.3f} > {row['bound_95']:.3f}" for row in misfit)
        yield Finding(
            code="composite-misfit",
            severity="note",
            where="model",
            what=f"the item correlations differ from what the paths imply by more than chance ({worst}).",
            fix="Look for missing paths, as effects are read under this model. The index does not rest on it."
            if poor
            else "Usual in large samples; look for missing paths where effects are read one by one. The "
            "index does not rest on it.",
        )
