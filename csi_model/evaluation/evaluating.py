"""Fit in, tables out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.errors import Finding
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit, Solution, is_brief
from csi_model.evaluation import inspection_tables as inspection
from csi_model.evaluation import measurement_tables as measurement
from csi_model.evaluation import structure_tables as structure
from csi_model.evaluation.composite_block import composite_findings, fill_composite
from csi_model.evaluation.composite_intervals import pooled_composite_index
from csi_model.evaluation.effect_correlations import correlation_rows
from csi_model.evaluation.gains import gain_rows
from csi_model.evaluation.intervals import How, intervals, pooled_index
from csi_model.evaluation.ordinal_reliability import ordinal_reliability_rows
from csi_model.evaluation.quantities import Metric, Quantities, metric_of, ways
from csi_model.evaluation.results import Results
from csi_model.evaluation.stored_moments import part_moments, stored_moments
from csi_model.frames import typed_frame
from csi_model.vocabulary import TABLES

Array = NDArray[Any]
Cells = dict[str, Any]


def evaluate(fit: Fit) -> Results:
    """Turn a fit into the tables of the contract.

    Returns
    -------
    Results
        ``tables`` with one block of rows per group (or one for the whole sample), ``pooled`` with the
        whole sample. Index, effects and drivers of groups rest on the pooled index weights, so that
        groups are measured with one ruler; ``index`` also holds each group's own weights.
    """
    with threadpool_limits(1, user_api="blas"):  # more threads would only wait for each other
        return _evaluate(fit)


def _evaluate(fit: Fit) -> Results:
    metric = metric_of(fit.model, fit.options.weight_rule, fit.options.given_weights)
    parts = (part_moments(fit, part) for part in (fit.pooled, *fit.groups))
    moments = stored_moments(fit.by, parts)
    groups = (tables_of(fit, fit.groups, metric),) if fit.groups else ()
    return results_of(fit, tables_of(fit, (fit.pooled,), metric), groups, moments)


Tables = Mapping[str, pd.DataFrame]
"""Every table of the contract by name."""


def results_of(fit: Fit, whole: Tables, groups: Sequence[Tables], moments: Mapping[str, Array]) -> Results:
    """Results of a fit from the tables of the whole sample and those of the groups, which are stacked."""
    pooled = MappingProxyType(dict(whole))
    tables = pooled
    if fit.by:
        tables = MappingProxyType({name: _stacked(name, groups, fit.by) for name in TABLES})
    return Results(
        model=fit.model,
        tables=tables,
        pooled=pooled,
        by=fit.by,
        group_labels=fit.group_labels,
        moments=MappingProxyType(dict(moments)),
        manifest=MappingProxyType(_manifest(fit)),
    )


def _stacked(name: str, groups: Sequence[Tables], by: tuple[str, ...]) -> pd.DataFrame:
    filled = [block[name] for block in groups if len(block[name])]
    return pd.concat(filled, ignore_index=True) if filled else typed_frame(TABLES[name], (), by)


def tables_of(fit: Fit, parts: Sequence[GroupFit], metric: Metric) -> Tables:
    """Every table of some groups, or (a part without a key) of the whole sample.

    Index, effects and drivers of a group rest on the index weights of ``fit.pooled``.
    """
    rows: dict[str, list[Cells]] = {name: [] for name in TABLES}
    for part in parts:
        named = dict(zip(fit.by, part.key, strict=True)) if part.key else {}
        for name, made in _rows(fit, part, metric, fit.pooled if part.key else None).items():
            rows[name] += ({**named, **cells} for cells in made)
    by = fit.by if parts[0].key else ()
    return {name: typed_frame(table, rows[name], by) for name, table in TABLES.items()}


def _rows(fit: Fit, part: GroupFit, metric: Metric, pooled: GroupFit | None) -> dict[str, list[Cells]]:
    """Rows of every table for one group."""
    made: dict[str, list[Cells]] = {name: [] for name in TABLES}
    made["rows"] = [{"reason": name, "rows": count} for name, count in part.sample.rows.items()]
    findings = part.findings
    if part.solution is None:
        made["index"] = _empty_index(fit, part)
        if pooled is not None and part.sample.n >= fit.options.min_base:
            by_weights = pooled_index if isinstance(pooled.solution, Solution) else pooled_composite_index
            scores = by_weights(part, metric, _how(fit), pooled)
            shown = structure.index_rows(fit.model, part, scores, fit.options.weight_rule, "pooled")
            made["index"][: len(fit.model.constructs)] = shown
            made["indicators"] = list(measurement.indicator_rows(fit.model, part))
    elif isinstance(part.solution, CompositeSolution):
        composites = fill_composite(made, fit, part, part.solution, metric, pooled)
        rest = composite_findings(part, part.solution, composites, made)
        findings = (*findings, *rest, *_weight_findings(fit, part, composites.weights))
    else:
        found = _fill(made, fit, part, part.solution, metric, pooled)
        cause = inspection.diagnosis_findings(part, part.solution)
        told = inspection.inspection_findings(part, part.solution)
        findings = (*cause, *findings, *told, *_weight_findings(fit, part, found.weights))
    if part.solution is not None and not is_brief(fit, part):
        made["effect_correlations"] = list(correlation_rows(fit, part))
    if not part.key:
        findings = (*fit.findings, *findings)
    made["findings"] = [asdict(finding) for finding in findings]
    return made


def _fill(
    made: dict[str, list[Cells]],
    fit: Fit,
    part: GroupFit,
    solution: Solution,
    metric: Metric,
    pooled: GroupFit | None,
) -> Quantities:
    model, rule, how = fit.model, fit.options.weight_rule, _how(fit)
    own, own_intervals = intervals(part, metric, how)
    found = own_intervals if pooled is None else intervals(part, metric, how, pooled)[1]
    made["parameters"] = list(measurement.parameter_rows(part, solution, how, fit.options.parameterisation))
    made["standardised"] = list(measurement.standardised_rows(part, solution, how))
    made["fit"] = list(measurement.fit_rows(part, solution))
    made["index"] = list(structure.index_rows(model, part, found["index"], rule, "pooled"))
    if pooled is not None:
        made["index"] += structure.index_rows(model, part, own_intervals["index"], rule, "group")
    loadings = measurement.construct_loadings(model, solution)
    made["weights"] = list(structure.weight_rows(model, own.weights, loadings, rule))
    made["indicators"] = list(measurement.indicator_rows(model, part))
    made["effects"] = list(structure.effect_rows(model, found))
    made["standardised_effects"] = list(structure.standardised_effect_rows(model, found))
    made["specific_effects"] = list(structure.specific_rows(model, ways(solution.table), found))
    made["drivers"] = list(structure.driver_rows(model, found))
    made["gains"] = list(gain_rows(model, made["drivers"], made["index"]))
    made["reliability"] = list(measurement.reliability_rows(model, part, solution))
    made["ordinal_reliability"] = list(ordinal_reliability_rows(model, part, solution, own.weights))
    made["validity"] = list(measurement.validity_rows(model, part, found["correlations"]))
    made["r2"] = list(structure.r2_rows(model, part, found["r2"]))
    made["collinearity"] = list(inspection.collinearity_rows(solution))
    made["resampling"] = list(inspection.resampling_rows(solution))
    if not is_brief(fit, part):
        made["modification"] = list(inspection.modification_rows(part, solution))
        made["residuals"] = list(inspection.residual_rows(part, solution))
        made["block_fit"] = list(inspection.block_rows(part, solution))
    return own


def _how(fit: Fit) -> How:
    return How(level=fit.options.level, method=fit.options.interval, seed=fit.options.seed)


def _empty_index(fit: Fit, part: GroupFit) -> list[Cells]:
    """A group without numbers: every construct once per kind of weights, with the reason."""
    suppressed = part.sample.n < fit.options.min_base
    return [
        {
            "construct": name,
            "index": np.nan,
            "se": np.nan,
            "ci_lower": np.nan,
            "ci_upper": np.nan,
            "ci_method": "",
            "n": part.sample.n,
            "n_eff": np.nan if suppressed else float(part.sample.n_eff),
            "weight_rule": fit.options.weight_rule,
            "weights_from": weights_from,
            "why": part.why,
        }
        for weights_from in ("pooled", "group")
        for name in fit.model.construct_names
    ]


def _weight_findings(fit: Fit, part: GroupFit, weights: Array) -> Iterable[Finding]:
    names = [item.name for item in fit.model.indicators]
    where = " / ".join(part.key)
    for j, construct in enumerate(fit.model.construct_names):
        negative = [names[i] for i in np.flatnonzero(weights[j] < 0)]
        if negative:
            yield Finding(
                code="negative-weight",
                severity="error",
                where=f"{where}: {construct}" if where else construct,
                what=f"{', '.join(negative)} would enter the index of {construct} with a negative weight.",
                fix="Check the direction of the question (mark it `reversed`), drop it, or use "
                "--weight-rule equal.",
            )


def _manifest(fit: Fit) -> dict[str, Any]:
    options = {part.name: getattr(fit.options, part.name) for part in fields(fit.options)}
    options["given_weights"] = dict(fit.options.given_weights)
    solution = fit.pooled.solution
    return {
        "kind": "fit",
        "model": fit.model.name,
        "options": options,
        "ordered_answers": [] if solution is None else list(solution.table.ordered),
        "by": list(fit.by),
        "weight": fit.weight,
        "survey": {"file": fit.source, "sha256": fit.sha256},
    }
