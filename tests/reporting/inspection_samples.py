"""A study with every table that looks into a fit or across groups: invented numbers, labels with signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import report_samples as samples

from csi_model.reporting.content import Content
from csi_model.vocabulary import SURVEY_TABLES

NAN = float("nan")

MODIFICATIONS = (
    ("WRONGX", "~~", "WRONGQ", 1431.7172),
    ("complaints", "=~", "WRONGQ", 212.5872),
    ("quality", "~~", "complaints", 195.3737),
    ("quality", "~", "complaints", 195.3736),
)
RESAMPLING = (
    ("used", 488, 0.976, True),
    ("the search for the optimum did not end", 12, 0.024, False),
    ("two constructs correlate 1 or more", 31, 0.062, True),
)
VERDICT = (
    "May groups be compared? Paths: yes, the questions measure the constructs in the same units in every "
    "group (metric invariance). Latent means: partly, some questions are answered differently at the same "
    "level of the construct (SATIS); the means rest on the others, at least two per construct. Indices: "
    "no, differences between index scores may come from how groups answer rather than from how satisfied "
    "they are."
)


def survey_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table about the survey as a whole; absent cells are empty."""
    return pd.DataFrame([dict(row) for row in rows], columns=list(SURVEY_TABLES[name].column_names))


def inspection() -> dict[str, pd.DataFrame]:
    """Tables that look into the fit of all respondents together."""
    changes = [
        {"lhs": a, "op": op, "rhs": b, "mi": mi, "pvalue": 0.0, "epc": 0.5 + k, "sepc_all": 0.1 + k / 9}
        for k, (a, op, b, mi) in enumerate(MODIFICATIONS)
    ]
    changes[2] |= {"sepc_all": NAN, "why": "no standardised change: a variance that it is measured by is "
                   "not positive"}  # fmt: skip
    changes += [
        {"lhs": "value", "op": "=~", "rhs": f"X{k}", "mi": 20.0 - k, "pvalue": 0.01} for k in range(9)
    ]
    changes.append({"lhs": "value", "op": "=~", "rhs": "PQ", "mi": NAN, "why": "it sets the scale of value"})
    items = ("SATIS", "CONFIRM", "IDEAL", "PQ", "QP")
    pairs = [(a, b) for k, a in enumerate(items) for b in items[: k + 1]]
    return {
        "modification": samples.table("modification", changes),
        "residuals": samples.table(
            "residuals",
            [
                {"indicator_1": b, "indicator_2": a, "residual": 0.9 if a == b else (-1) ** k * k / 100,
                 "z": NAN if a == b else 1.5 + k, "why": "exact" if a == b else ""}
                for k, (a, b) in enumerate(pairs)
            ],
        ),
        "block_fit": samples.table(
            "block_fit",
            [
                {"construct_1": a, "construct_2": b, "srmr": value}
                for a, b, value in (
                    ("quality", "quality", 0.0081), ("value", "value", 0.0123), ("quality", "value", 0.0977),
                )
            ],
        ),
        "collinearity": samples.table(
            "collinearity",
            [
                {"target": "satisfaction", "driver": "quality", "vif": 5.0},
                {"target": "satisfaction", "driver": "value", "vif": 4.996},
                {"target": "loyalty", "driver": "satisfaction", "vif": 1.0},
            ],
        ),
        "specific_effects": samples.table(
            "specific_effects",
            [
                {"source": "expectations", "target": "satisfaction",
                 "path": "expectations > quality > satisfaction", "effect": 0.6568, "se": 0.0183,
                 "ci_lower": 0.621, "ci_upper": 0.6926, "ci_method": "delta", "std_effect": 0.4559},
                {"source": "quality", "target": "loyalty", "path": "quality > satisfaction > loyalty",
                 "effect": 0.7027, "se": 0.019, "ci_lower": 0.665, "ci_upper": 0.74, "ci_method": "delta",
                 "std_effect": 0.66},
            ],
        ),
        "standardised": samples.table(
            "standardised",
            [
                {"lhs": "satisfaction", "op": "=~", "rhs": "SATIS", "est": 0.95, "ci_lower": 0.941,
                 "ci_upper": 0.959},
                {"lhs": "complaints", "op": "=~", "rhs": "COMP", "est": 1.0, "ci_lower": 1.0,
                 "ci_upper": 1.0},
            ],
        ),
        "resampling": samples.table(
            "resampling",
            [dict(zip(("reason", "draws", "share", "used"), row, strict=True)) for row in RESAMPLING],
        ),
    }  # fmt: skip


def scaled_fit() -> list[dict[str, Any]]:
    """Fit measures with scaled and robust versions."""
    more = {
        "chisq_scaled": 2011.36, "df_scaled": 58.0, "pvalue_scaled": 0.0123, "chisq_scaling_factor": 1.4889,
        "cfi_scaled": 0.95754, "tli_scaled": 0.9429, "rmsea_scaled": 0.06773,
        "rmsea_ci_lower_scaled": 0.06566, "rmsea_ci_upper_scaled": 0.06983, "cfi_robust": 0.96721,
        "tli_robust": NAN, "rmsea_robust": 0.08265, "rmsea_ci_lower_robust": 0.07957,
        "rmsea_ci_upper_robust": 0.08577,
    }  # fmt: skip
    rows = [{"measure": name, "value": value, "why": ""} for name, value in more.items()]
    rows[10]["why"] = "the misfit expected by chance is not positive"
    return samples.fit_rows() + rows


def across() -> dict[str, pd.DataFrame]:
    """Tables about the survey as a whole."""
    steps = [
        {"step": "configural", "holds": "yes", "chisq": 2827.57, "df": 152, "npar": 156, "cfi": 0.9637,
         "tli": 0.9475, "rmsea": 0.0979, "srmr": 0.0424,
         "why": "the first step: nothing to compare it with"},
        {"step": "metric", "holds": "yes", "chisq": 3059.58, "df": 173, "npar": 135, "cfi": 0.9608,
         "tli": 0.9502, "rmsea": 0.0954, "srmr": 0.0514, "chisq_difference": 232.01, "df_difference": 21,
         "pvalue": 0.0, "cfi_difference": -0.0029, "rmsea_difference": -0.0026, "srmr_difference": 0.009,
         "method": "likelihood ratio"},
        {"step": "scalar", "holds": "partial", "chisq": 3394.22, "df": 194, "npar": 114, "cfi": 0.9566,
         "tli": 0.9508, "rmsea": 0.0948, "srmr": 0.0539, "chisq_difference": 334.64, "df_difference": 21,
         "pvalue": 0.021, "cfi_difference": -0.0043, "rmsea_difference": -0.0005, "srmr_difference": 0.0025,
         "released": "satisfaction =~ SATIS, SATIS ~1", "method": "likelihood ratio",
         "why": "the fit drops too far: CFI -0.021"},
    ]  # fmt: skip
    treated = [("complete", 70.951, 0.0, 7341), ("mean", 70.4256, -0.5259, 8239),
               ("pairwise", 71.2, 0.25, 8239), ("available", NAN, NAN, 8239)]  # fmt: skip
    return {
        "treatments": survey_table(
            "treatments",
            [
                {"treatment": rule, "construct": name, "index": value + shift, "se": 0.25,
                 "ci_lower": value + shift - 0.5, "ci_upper": value + shift + 0.5, "n": n,
                 "difference": difference, "why": "" if value == value else "no optimum"}
                for rule, value, difference, n in treated
                for name, shift in (("satisfaction", 0.0), ("loyalty", 5.0))
            ],
        ),
        "invariance": survey_table("invariance", steps),
        "equality_tests": survey_table(
            "equality_tests",
            [
                {"step": "scalar", "lhs": "SATIS", "op": "~1", "rhs": "", "group": "", "mi": 88.125, "df": 3,
                 "pvalue": 0.0, "why": "all groups together: the change differs by group"},
                {"step": "scalar", "lhs": "PQ", "op": "~1", "rhs": "", "group": "1001", "mi": 99.0, "df": 1,
                 "pvalue": 0.0, "epc": 0.2},
            ],
        ),
        "latent_means": survey_table(
            "latent_means",
            [
                {"group": "1001", "construct": "satisfaction", "mean": 0.0, "std_mean": 0.0,
                 "why": "the first group is the zero point"},
                {"group": "3003", "construct": "satisfaction", "mean": -0.8684, "se": 0.06, "z": -14.5,
                 "pvalue": 0.0, "ci_lower": -0.9858, "ci_upper": -0.7510, "std_mean": -0.4969},
            ],
        ),
        "path_tests": survey_table(
            "path_tests",
            [
                {"source": "", "target": "", "chisq": 559.56, "wald": 571.59, "df": 27, "pvalue": 0.0,
                 "method": "likelihood ratio", "verdict": "differs",
                 "why": "all paths together: nothing to adjust for"},
                {"source": "expectations", "target": "quality", "chisq": 17.2026, "wald": 17.1052, "df": 3,
                 "pvalue": 0.00064, "pvalue_holm": 0.00321, "method": "likelihood ratio",
                 "verdict": "differs"},
                {"source": "quality", "target": "value", "chisq": 0.7325, "wald": 0.7339, "df": 3,
                 "pvalue": 0.8655, "pvalue_holm": 0.89, "method": "likelihood ratio",
                 "verdict": "no clear difference"},
            ],
        ),
    }  # fmt: skip


def inspected() -> Content:
    """The grouped study with all of these tables and the findings that go with them."""
    base = samples.grouped()
    findings = samples.findings(
        ("comparability", "warning", "groups", VERDICT, "Read differences of what is not comparable as "
         "differences of answers, and name the questions."),
        samples.TOP_CODED,
    )  # fmt: skip
    pooled = {
        **base.pooled,
        **inspection(),
        "fit": samples.table("fit", scaled_fit()),
        "findings": findings,
    }
    manifest = {**base.manifest, "options": {**base.manifest["options"], "bootstrap": 500}}
    return replace(base, pooled=pooled, across=across(), manifest=manifest)
