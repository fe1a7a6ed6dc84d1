"""A PLS study with every table that such a run may hold: invented numbers, stored as results are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import report_samples as samples
from inspection_samples import survey_table

from csi_model.reporting.content import Content

NAN = float("nan")
NO_LIKELIHOOD = "PLS has no likelihood, so that there is no such measure"
ITEMS = {"quality": ("OVERALLQ", "CUSTOMQ"), "value": ("PQ", "QP"), "satisfaction": ("SATIS", "IDEAL")}
LOADINGS = {"OVERALLQ": 0.912, "CUSTOMQ": 0.644, "PQ": 0.871, "QP": 0.893, "SATIS": 0.934, "IDEAL": 0.881}
COMPARABLE = (
    "May groups be compared? Questions, treatment of answers and algorithm are the same in every group. "
    "Paths: partly, made differently of their questions: quality (1001 - 3003; lowest c 0.981234). Index "
    "levels: partly, scores of these are not on one footing. One model for all: no, composites are not made "
    "alike."
)


def _entries() -> list[tuple[str, str]]:
    return [(construct, item) for construct, items in ITEMS.items() for item in items]


def measurement() -> dict[str, pd.DataFrame]:
    """Loadings, weights, communalities, cross-loadings, discriminant validity and tetrads."""
    parameters: list[dict[str, Any]] = []
    for op, start in (("=~", 0.0), ("<~", -0.4)):
        parameters += [
            {"lhs": c, "op": op, "rhs": i, "est": LOADINGS[i] + start, "ci_lower": LOADINGS[i] + start - 0.02,
             "ci_upper": LOADINGS[i] + start + 0.02, "free": True}
            for c, i in _entries()
        ]  # fmt: skip
    parameters += [
        {"lhs": "value", "op": "~", "rhs": "quality", "est": 0.731, "pvalue": 0.0, "ci_lower": 0.702,
         "ci_upper": 0.764, "free": True},
        {"lhs": "satisfaction", "op": "~", "rhs": "quality", "est": 0.452, "pvalue": 0.012,
         "ci_lower": 0.401, "ci_upper": 0.503, "free": True},
    ]  # fmt: skip
    none = "redundancy and Q2: nothing drives the construct"
    return {
        "parameters": samples.table("parameters", parameters),
        "communalities": samples.table(
            "communalities",
            [
                {"construct": c, "indicator": i, "weighting": "B" if c == "value" else "A",
                 "weight": LOADINGS[i] - 0.4, "loading": LOADINGS[i], "communality": LOADINGS[i] ** 2,
                 "redundancy": NAN if c == "quality" else 0.311, "q2": NAN if c == "quality" else 0.297,
                 "vif": 5.25 if i == "PQ" else 1.75, "why": none if c == "quality" else ""}
                for c, i in _entries()
            ],
        ),
        "redundancies": samples.table(
            "redundancies",
            [{"construct": "quality", "weighting": "A", "communality": 0.623, "why": none},
             {"construct": "value", "weighting": "B", "communality": 0.778, "redundancy": 0.415,
              "q2": 0.402}],
        ),
        "cross_loadings": samples.table(
            "cross_loadings",
            [
                {"indicator": item, "construct": construct, "own_construct": construct == own,
                 "loading": LOADINGS[item] if construct == own else 0.7}
                for own, item in _entries()
                for construct in ITEMS
            ],
        ),
        "discriminant": samples.table(
            "discriminant",
            [
                {"construct_1": "quality", "construct_2": "value", "correlation": 0.731, "sqrt_ave_1": 0.79,
                 "sqrt_ave_2": 0.882, "fornell_larcker": "yes", "htmt": 0.812, "htmt_upper": 0.844,
                 "htmt2": 0.808, "htmt2_upper": 0.841, "verdict": "distinct"},
                {"construct_1": "quality", "construct_2": "satisfaction", "correlation": 0.861,
                 "sqrt_ave_1": 0.79, "sqrt_ave_2": 0.907, "fornell_larcker": "no", "htmt": 0.953,
                 "htmt_upper": 0.981, "htmt2": 0.947, "htmt2_upper": 0.979, "verdict": "not_distinct"},
                {"construct_1": "value", "construct_2": "satisfaction", "correlation": 0.662,
                 "sqrt_ave_1": 0.882, "sqrt_ave_2": 0.907, "fornell_larcker": "yes", "htmt": 0.881,
                 "htmt_upper": 0.922, "htmt2": 0.877, "htmt2_upper": 0.919, "verdict": "doubtful"},
                {"construct_1": "value", "construct_2": "complaints", "correlation": -0.2,
                 "sqrt_ave_1": 0.882, "why": "complaints: HTMT and AVE need two indicators"},
            ],
        ),
        "tetrads": samples.table(
            "tetrads",
            [{"construct": "quality", "tetrad": "SATIS, PQ, QP, IDEAL", "value": 0.113, "se": 0.02,
              "ci_lower": 0.061, "ci_upper": 0.165, "pvalue": 0.0004, "verdict": "contradicted"}],
        ),
    }  # fmt: skip


def structure() -> dict[str, pd.DataFrame]:
    """Effect sizes, collinearity, moderation, fit, questions as drivers."""
    fit = {"npar": 11.0, "n": 7341.0, "chisq": NAN, "cfi": NAN, "srmr": 0.0512, "gof": 0.6321,
           "iterations": 9.0, "converged": 1.0, "gradient": 3.1e-9, "admissible": 1.0, "identified": 1.0,
           "information_eigenvalue": 0.231}  # fmt: skip
    untested = {"why": "no test without a bootstrap of data in which the model holds"}
    return {
        "effect_sizes": samples.table(
            "effect_sizes",
            [{"target": "value", "driver": "quality", "f2": 1.1472, "verdict": "large"},
             {"target": "satisfaction", "driver": "quality", "f2": 0.0112, "verdict": "negligible"}],
        ),
        "collinearity": samples.table(
            "collinearity",
            [{"target": "value", "driver": "quality", "vif": 1.0},
             {"target": "satisfaction", "driver": "quality", "vif": 5.125}],
        ),
        "moderation": samples.table(
            "moderation",
            [{"source": "quality", "target": "satisfaction", "moderator": "value", "moderator_at": at,
              "effect": effect, "se": 0.03, "ci_lower": effect - 0.25, "ci_upper": effect + 0.25,
              "ci_method": "bootstrap"}
             for at, effect in (("low", 0.214), ("average", 0.321), ("high", 0.428))],
        ),
        "composite_fit": samples.table(
            "composite_fit",
            [
                {"measure": "srmr", "model_form": "estimated", "value": 0.0512, "bound_95": 0.0307,
                 "bound_99": 0.0331, "pvalue": 0.002, "draws": 500, "verdict": "does_not_fit"},
                {"measure": "d_g", "model_form": "estimated", "value": 0.2107, "bound_95": 0.3013,
                 "bound_99": 0.3344, "pvalue": 0.412, "draws": 500, "verdict": "fits"},
                {"measure": "srmr", "model_form": "saturated", "value": 0.0291, "draws": 0} | untested,
            ],
        ),
        "fit": samples.table(
            "fit",
            [{"measure": name, "value": value, "why": NO_LIKELIHOOD if value != value else ""}
             for name, value in fit.items()],
        ),
        "indicator_drivers": indicator_drivers(),
    }  # fmt: skip


def indicator_drivers(count: int = 4) -> pd.DataFrame:
    """``count`` questions as drivers of satisfaction, crowded around one place."""
    return samples.table(
        "indicator_drivers",
        [
            {"target": "satisfaction", "driver": "quality", "indicator": f"Q{k}",
             "importance": 0.101 + 0.002 * (k * 7 % count), "importance_ci_lower": 0.081 + 0.002 * k,
             "importance_ci_upper": 0.131 + 0.002 * k, "performance": 71.24 + 0.4 * (k * 5 % count),
             "performance_ci_lower": 70.2 + 0.3 * k, "performance_ci_upper": 72.3 + 0.4 * k,
             "impact_5": 5 * (0.101 + 0.002 * (k * 7 % count)), "ci_method": "bootstrap"}
            for k in range(count)
        ],
    )  # fmt: skip


def prediction() -> dict[str, pd.DataFrame]:
    """PLSpredict, CVPAT, necessary conditions and bottlenecks."""
    return {
        "prediction": samples.table(
            "prediction",
            [
                {"construct": c, "indicator": i, "q2_predict": q2, "rmse_pls": 1.512, "rmse_lm": lm,
                 "rmse_mean": 1.911, "mae_pls": 1.101, "mae_lm": 1.108, "mae_mean": 1.409, "verdict": verdict}
                for c, i, q2, lm, verdict in (
                    ("satisfaction", "SATIS", 0.451, 1.534, "medium"),
                    ("satisfaction", "IDEAL", -0.012, 1.499, "medium"),
                    ("value", "PQ", 0.222, 1.601, "high"),
                )
            ],
        ),
        "cvpat": samples.table(
            "cvpat",
            [
                {"target": target, "benchmark": benchmark, "loss_pls": 2.105, "loss_benchmark": 2.305,
                 "difference": -0.2, "se": 0.03, "z": -6.7, "pvalue": 0.0001, "ci_lower": -0.259,
                 "ci_upper": -0.141, "verdict": verdict}
                for target, benchmark, verdict in (
                    ("satisfaction", "mean", "better"), ("all", "mean", "better"),
                    ("satisfaction", "lm", "worse"), ("all", "lm", "no difference"),
                )
            ],
        ),
        "necessity": samples.table(
            "necessity",
            [
                {"target": "satisfaction", "driver": driver, "ceiling": ceiling, "effect_size": size,
                 "pvalue": 0.01, "accuracy": 0.975, "verdict": verdict}
                for driver, ceiling, size, verdict in (
                    ("quality", "ce_fdh", 0.324, "necessary"), ("quality", "cr_fdh", 0.287, "necessary"),
                    ("value", "ce_fdh", 0.031, "not_necessary"),
                )
            ],
        ),
        "bottlenecks": samples.table(
            "bottlenecks",
            [
                {"target": "satisfaction", "target_level": level, "driver": driver, "required": required,
                 "why": why}
                for level, driver, required, why in (
                    (50.0, "quality", 31.25, ""), (50.0, "value", NAN, "not necessary at this level"),
                    (100.0, "quality", 66.6667, ""),
                    (100.0, "value", NAN, "nobody in the sample reached this level"),
                )
            ],
        ),
    }  # fmt: skip


def across() -> dict[str, pd.DataFrame]:
    """Tables about the survey as a whole."""
    return {
        "micom": survey_table(
            "micom",
            [
                {"construct": construct, "group_1": "1001", "group_2": other, "compositional": c,
                 "bound": 0.9931, "pvalue_compositional": 0.002, "mean_difference": -0.311,
                 "pvalue_mean": 0.001, "variance_difference": 0.204, "pvalue_variance": 0.031,
                 "verdict": verdict, "draws": 1000}
                for construct, other, c, verdict in (
                    ("quality", "3003", 0.981234, "none"), ("quality", "all others", 0.9999, "partial"),
                    ("value", "3003", 0.9998, "full"),
                )
            ],
        ),
        "group_tests": survey_table(
            "group_tests",
            [
                {"kind": kind, "source": source, "target": target, "group_1": "1001", "group_2": "3003",
                 "value_1": 0.701, "value_2": 0.512, "difference": -0.189, "pvalue_permutation": 0.001,
                 "pvalue_parametric": 0.002, "pvalue_welch": 0.003, "pvalue_henseler": 0.004,
                 "pvalue_holm": 0.011, "verdict": verdict}
                for kind, source, target, verdict in (
                    ("path", "quality", "value", "differs"), ("r2", "", "value", "no clear difference"),
                )
            ],
        ),
        "omnibus_tests": survey_table(
            "omnibus_tests",
            [{"measure": "geodesic_items", "value": 0.4174, "bound_95": 0.0991, "pvalue": 0.001,
              "draws": 1000, "verdict": "differs"}],
        ),
        "segments": survey_table(
            "segments",
            [
                {"segments": k, "logl": -1700.0 + 100 * k, "aic": 3500.5 - 100 * k, "aic3": 3520.0,
                 "aic4": 3540.0, "bic": 3560.0, "caic": 3580.0, "mdl5": 3960.0,
                 "en": NAN if k == 1 else 0.618, "smallest": 1.0 if k == 1 else 0.406, "chosen": k == 2}
                for k in (1, 2)
            ],
        ),
        "segment_paths": survey_table(
            "segment_paths",
            [
                {"segment": k, "share": share, "source": "quality", "target": "value", "std_effect": effect,
                 "r2": effect / 2}
                for k, share, effect in ((1, 0.594, 0.784), (2, 0.406, 0.198))
            ],
        ),
        "estimators": survey_table(
            "estimators",
            [
                {"kind": kind, "element": element, "target": target, "estimator_1": "pls",
                 "estimator_2": "ml", "value_1": 71.25, "value_2": 70.95, "difference": 0.3,
                 "verdict": verdict}
                for kind, element, target, verdict in (
                    ("index", "satisfaction", "", "agree"), ("weight", "PQ", "value", "differ"),
                    ("path", "quality", "value", "opposite"),
                )
            ],
        ),
    }  # fmt: skip


def options(**changes: Any) -> Mapping[str, Any]:
    """A manifest of a PLS run."""
    base = samples.acsi().manifest
    chosen = {
        "estimator": "pls", "scheme": "path", "metric": "standardised", "level": 0.95, "bootstrap": 500,
        "missing_data": "complete", "weight_rule": "pls", "variances": "free", "folds": 10, "min_base": 30,
    }  # fmt: skip
    return {**base, "options": chosen | changes}


def plain(**changes: Any) -> Content:
    """A PLS run without groups, with every table of one sample."""
    rows = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    index = [row | {"weight_rule": "pls", "ci_method": "bootstrap"} for row in rows]
    tables = {
        **samples.acsi().tables, **measurement(), **structure(), **prediction(),
        "index": samples.table("index", index), **changes.pop("tables", {}),
    }  # fmt: skip
    base = samples.acsi()
    return replace(base, **{"tables": tables, "pooled": tables, "manifest": options(), **changes})


def grouped() -> Content:
    """A PLS run by industry, with the tables about its groups."""
    base, groups = plain(), samples.grouped()
    finding = ("composite-comparability", "warning", "groups", COMPARABLE, "Compare what is made alike, and "
               "look at the weights of the others group by group.")  # fmt: skip
    pooled = {**base.pooled, "findings": samples.findings(finding)}
    return replace(
        base, tables=groups.tables, pooled=pooled, by=groups.by, group_labels=groups.group_labels,
        across=across(),
    )  # fmt: skip
