"""Stored tables made by hand, for charts and pages: invented numbers in the shape of a results folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from csi_model.reporting.content import Content
from csi_model.vocabulary import TABLES

NAN = float("nan")

LABELS: dict[str, dict[str, str]] = {
    "expectations": {"en": "Customer expectations", "zh": "顾客期望"},
    "quality": {"en": "Perceived quality", "zh": "感知质量"},
    "value": {"en": "Perceived value", "zh": "感知价值"},
    "satisfaction": {"en": "Customer satisfaction", "zh": "顾客满意度"},
    "complaints": {"en": "Complaints", "zh": "顾客抱怨"},
    "loyalty": {"en": "Customer loyalty", "zh": "顾客忠诚"},
    "OVERALLX": {"en": "Expected overall quality", "zh": "对总体质量的期望"},
    "SATIS": {"en": "Overall satisfaction", "zh": "总体满意程度"},
}
CONSTRUCTS = ("expectations", "quality", "value", "satisfaction", "complaints", "loyalty")
PATHS = (
    ("expectations", "quality"),
    ("expectations", "value"),
    ("expectations", "satisfaction"),
    ("quality", "value"),
    ("quality", "satisfaction"),
    ("value", "satisfaction"),
    ("satisfaction", "complaints"),
    ("satisfaction", "loyalty"),
    ("complaints", "loyalty"),
)
EFFECTS = (0.834, 0.061, -0.048, 0.912, 0.556, 0.463, -0.612, 1.034, -0.041)
SCORES = (79.512, 78.043, 72.734, 70.951, 17.804, 75.775)
ITEMS = (
    "OVERALLX CUSTOMX WRONGX", "OVERALLQ CUSTOMQ WRONGQ", "PQ QP", "SATIS CONFIRM IDEAL", "COMP", "REPUR",
)  # fmt: skip


def table(name: str, rows: Sequence[Mapping[str, Any]], by: Sequence[str] = ()) -> pd.DataFrame:
    """A stored table with every column of the contract; absent cells are empty."""
    return pd.DataFrame([dict(row) for row in rows], columns=[*by, *TABLES[name].column_names])


def index_rows(
    constructs: Sequence[str], scores: Sequence[float], *, n: int = 7341, half: float = 0.52, why: str = ""
) -> list[dict[str, Any]]:
    return [
        {
            "construct": name, "index": score, "se": half / 1.96, "ci_lower": score - half,
            "ci_upper": score + half, "ci_method": "delta", "n": n, "n_eff": float(n),
            "weight_rule": "loadings", "weights_from": "pooled", "why": why,
        }
        for name, score in zip(constructs, scores, strict=True)
    ]  # fmt: skip


def effect_rows(paths: Sequence[tuple[str, str]], effects: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {
            "source": a, "target": b, "kind": "direct", "effect": effect, "se": 0.03,
            "ci_lower": effect - 0.06, "ci_upper": effect + 0.06, "ci_method": "delta",
            "std_effect": effect * 0.9, "why": "",
        }
        for (a, b), effect in zip(paths, effects, strict=True)
    ]  # fmt: skip


def driver(
    target: str, name: str, importance: float, performance: float, quadrant: str, **cells: Any
) -> dict[str, Any]:
    return {
        "target": target, "driver": name, "importance": importance,
        "importance_ci_lower": importance - 0.07, "importance_ci_upper": importance + 0.07,
        "performance": performance, "performance_ci_lower": performance - 0.6,
        "performance_ci_upper": performance + 0.6, "impact_5": 5 * importance, "quadrant": quadrant,
        "priority": 5 * importance * (100 - performance) / 100, "ci_method": "delta", "why": "", **cells,
    }  # fmt: skip


def fit_rows(
    *, converged: float = 1, admissible: float = 1, identified: float = 1, eigenvalue: float = 0.0021
) -> list[dict[str, Any]]:
    values = {
        "npar": 33, "n": 7341, "chisq": 2994.629, "df": 58, "pvalue": 0.0, "cfi": 0.96691, "tli": 0.9555,
        "rmsea": 0.08305, "rmsea_ci_lower": 0.08053, "rmsea_ci_upper": 0.0856, "srmr": 0.03882,
        "gfi": 0.94195, "agfi": 0.90892, "logl": -151491.067, "aic": 303048.134, "bic": 303275.874,
        "converged": converged, "gradient": 8.5e-7, "admissible": admissible, "identified": identified,
        "information_eigenvalue": eigenvalue,
    }  # fmt: skip
    return [{"measure": name, "value": value, "why": ""} for name, value in values.items()]


def _measurement() -> dict[str, pd.DataFrame]:
    pairs = [(name, item) for name, items in zip(CONSTRUCTS, ITEMS, strict=True) for item in items.split()]
    sizes = {name: len(items.split()) for name, items in zip(CONSTRUCTS, ITEMS, strict=True)}
    single = "a single indicator has no reliability"
    return {
        "weights": table(
            "weights",
            [
                {"construct": c, "indicator": i, "weight": 1 / sizes[c], "loading": 0.95, "why": "",
                 "weight_rule": "loadings"}
                for c, i in pairs
            ],
        ),
        "indicators": table(
            "indicators",
            [
                {"indicator": i, "construct": c, "label": LABELS.get(i, {}).get("en", i.title()),
                 "low": 0 if i == "COMP" else 1, "high": 1 if i == "COMP" else 10, "n": 7900 + k,
                 "skipped": 0, "dont_know": 12 + k, "refused": 3, "other_missing": 0, "mean": 7.1 + k / 10,
                 "sd": 2.1, "skewness": -0.9, "top2": NAN if i == "COMP" else 0.452,
                 "bottom2": NAN if i == "COMP" else 0.031,
                 "why": "a scale of two steps has no top two" if i == "COMP" else ""}
                for k, (c, i) in enumerate(pairs)
            ],
        ),
        "reliability": table(
            "reliability",
            [
                {"construct": c, "alpha": 0.871 if sizes[c] > 1 else NAN,
                 "why": "" if sizes[c] > 1 else single,
                 "rho_a": 0.884 if sizes[c] > 1 else NAN, "rho_c": 0.879 if sizes[c] > 1 else NAN,
                 "ave": 0.712 if sizes[c] > 2 else (0.489 if sizes[c] > 1 else NAN)}
                for c in CONSTRUCTS
            ],
        ),
        "validity": table(
            "validity",
            [
                {"construct_1": a, "construct_2": b, "correlation": 0.81, "htmt": 0.954, "htmt2": 0.949,
                 "ci_lower": 0.94, "ci_upper": 0.968, "why": ""}
                for a, b in (("quality", "satisfaction"), ("value", "satisfaction"))
            ],
        ),
        "r2": table(
            "r2",
            [
                {"construct": c, "r2": 0.749, "r2_adjusted": 0.748, "se": 0.008, "why": ""}
                for c in CONSTRUCTS[1:]
            ],
        ),
        "rows": table(
            "rows",
            [{"reason": "read", "rows": 8239}, {"reason": "no_answer", "rows": 20},
             {"reason": "incomplete_dont_know", "rows": 741}, {"reason": "incomplete_refused", "rows": 137},
             {"reason": "used", "rows": 7341}],
        ),
    }  # fmt: skip


def findings(
    *rows: tuple[str, str, str, str, str], by: Sequence[str] = (), key: Sequence[str] = ()
) -> pd.DataFrame:
    names = ("code", "severity", "where", "what", "fix")
    return table(
        "findings",
        [dict(zip(names, row, strict=True)) | dict(zip(by, key, strict=True)) for row in rows],
        by,
    )


TOP_CODED = (
    "recoded", "note", "HIGHPTOL", "12 answers of 26 are top-coded to 25.",
    "Change `recode` in a codebook to read it otherwise."
)  # fmt: skip


def acsi(**changes: Any) -> Content:
    """An ungrouped study with the six constructs of the ACSI."""
    tables = _measurement() | {
        "index": table("index", index_rows(CONSTRUCTS, SCORES)),
        "effects": table(
            "effects",
            [
                *effect_rows(PATHS, EFFECTS),
                effect_rows([("expectations", "satisfaction")], [0.791])[0] | {"kind": "indirect"},
                effect_rows([("expectations", "satisfaction")], [0.743])[0] | {"kind": "total"},
                effect_rows([("quality", "satisfaction")], [0.978])[0] | {"kind": "total"},
                effect_rows([("value", "satisfaction")], [0.463])[0] | {"kind": "total"},
            ],
        ),
        "drivers": table(
            "drivers",
            [
                driver("satisfaction", "expectations", 0.743, 79.512, "keep"),
                driver("satisfaction", "quality", 0.978, 76.043, "improve_first"),
                driver("satisfaction", "value", 0.463, 72.734, "low_priority"),
                driver("loyalty", "satisfaction", 1.059, 70.951, "improve_first"),
                driver("loyalty", "complaints", -0.041, 17.804, "low_priority"),
            ],
        ),
        "fit": table("fit", fit_rows()),
        "findings": findings(TOP_CODED),
    }
    tables |= changes.pop("tables", {})
    values: dict[str, Any] = {
        "tables": tables,
        "pooled": tables,
        "constructs": CONSTRUCTS,
        "paths": PATHS,
        "index": "satisfaction",
        "low_is_good": frozenset({"complaints"}),
        "labels": LABELS,
        "title": {"en": "American Customer Satisfaction Index", "zh": "美国顾客满意度指数"},
        "source": "Fornell, Johnson, Anderson, Cha & Bryant (1996), Journal of Marketing 60(4), 7-18",
        "manifest": {
            "versions": {"csi_model": "0.1.0", "python": "3.11.7", "semopy": "2.3.11"},
            "command": "csi fit acsi survey.csv",
            "seed": 20240501,
            "options": {"estimator": "ml", "level": 0.95, "bootstrap": 0, "missing_data": "complete",
                        "weight_rule": "loadings", "min_base": 30, "by": []},
            "survey": {"file": "survey.csv", "sha256": "5d41402abc4b2a76b9719d911017c592" * 2},
        },
    }  # fmt: skip
    return Content(**(values | changes))


GROUPS = {"1001": "Processed food", "3003": "Airlines", "3013": "Internet providers", "5001": "Banks"}


def grouped(scores: Mapping[str, float] | None = None) -> Content:
    """The ACSI study by industry: airlines inadmissible, internet providers suppressed."""
    base = acsi()
    scores = scores or {"1001": 77.243, "3003": 68.327, "3013": NAN, "5001": 74.77}
    index: list[dict[str, Any]] = []
    fit: list[dict[str, Any]] = []
    for key, score in scores.items():
        why = "suppressed: 12 respondents are fewer than the minimum base of 30" if score != score else ""
        for rule, shift in (("pooled", 0.0), ("group", 0.31)):
            rows = index_rows(
                CONSTRUCTS,
                [score + shift + k for k in (8, 7, 2, 0, -50, 5)],
                n=12 if why else 1968,
                half=0.8,
                why=why,
            )
            index += [{"INDUSTRY": key} | row | {"weights_from": rule} for row in rows]
        fit += [{"INDUSTRY": key} | row for row in fit_rows(admissible=0 if key == "3003" else 1)]
    notes = [
        {"INDUSTRY": "3013", "code": "group-suppressed", "severity": "warning", "where": "3013",
         "what": "12 respondents are fewer than the minimum of 30.", "fix": "Interview more."},
        {"INDUSTRY": "3003", "code": "inadmissible-correlation", "severity": "error",
         "where": "3003: quality - satisfaction",
         "what": "the constructs quality and satisfaction correlate 1.020.", "fix": "Merge them."},
    ]  # fmt: skip
    by = ("INDUSTRY",)
    tables = {
        "index": table("index", index, by),
        "fit": table("fit", fit, by),
        "findings": table("findings", [note for note in notes if note["INDUSTRY"] in scores], by),
    }
    labels = {"INDUSTRY": {key: GROUPS.get(key, key) for key in scores}}
    return replace(base, tables={**base.tables, **tables}, by=by, group_labels=labels)


def inadmissible() -> Content:
    """A study whose solution cannot exist, weakly identified as well."""
    return acsi(
        tables={
            "fit": table("fit", fit_rows(admissible=0, eigenvalue=3e-7)),
            "findings": findings(
                ("inadmissible-correlation", "error", "quality - satisfaction",
                 "the constructs quality and satisfaction correlate 1.040.", "Merge them."),
                ("weakly-identified", "warning", "", "The information is nearly singular.",
                 "Simplify the model."),
            ),
        }
    )  # fmt: skip


LONG = {
    name: {
        "en": f"{text} of the products and services of the company",
        "zh": f"{zh}（包括产品、服务与售后支持的总体评价）",
    }
    for name, text, zh in (
        ("tangibles", "Tangible elements", "有形性"), ("reliability", "Reliability", "可靠性"),
        ("responsiveness", "Responsiveness", "响应性"), ("assurance", "Assurance", "保证性"),
        ("empathy", "Empathy", "移情性"), ("price", "Price index", "价格指数"),
        ("handling", "Complaint handling", "抱怨处理"), ("satisfaction", "Satisfaction", "顾客满意度"),
        ("image", "Corporate image", "企业形象"), ("affective", "Affective commitment", "情感承诺"),
        ("calculative", "Calculative commitment", "算计性承诺"), ("loyalty", "Loyalty", "顾客忠诚"),
    )
}  # fmt: skip


def twelve() -> Content:
    """A model of twelve constructs with long labels, in the shape of the newer Norwegian one."""
    names = tuple(LONG)
    paths = [(name, "satisfaction") for name in names[:7]]
    paths += [("satisfaction", name) for name in names[8:]]
    paths += [(name, "loyalty") for name in ("price", "handling", "image", "affective", "calculative")]
    effects = [0.05 + 0.07 * k * (-1) ** k for k in range(len(paths))]
    tables = {
        "index": table("index", index_rows(names, [50 + 3.3 * k for k in range(12)])),
        "effects": table("effects", effect_rows(paths, effects)),
        "drivers": table(
            "drivers",
            [
                driver("satisfaction", n, 0.3 + 0.01 * k, 60 + k / 5, "improve_first")
                for k, n in enumerate(names[:7])
            ],
        ),
        "fit": table("fit", fit_rows()),
    }
    return acsi(
        constructs=names, paths=tuple(paths), labels=LONG, tables={}, low_is_good=frozenset(), pooled=tables
    )


def ecsi() -> Content:
    """Seven constructs, each before the next, twelve paths: the hardest shape of the catalogue."""
    names = ("image", "expectations", "quality", "value", "satisfaction", "complaints", "loyalty")
    text = "image>expectations image>satisfaction image>loyalty expectations>quality expectations>value"
    text += " expectations>satisfaction quality>value quality>satisfaction value>satisfaction"
    text += " satisfaction>complaints satisfaction>loyalty complaints>loyalty"
    paths = tuple((a, b) for a, b in (pair.split(">") for pair in text.split()))
    effects = (0.49, 0.15, 0.21, 0.55, 0.05, 0.04, 0.54, 0.54, 0.2, 0.54, 0.47, 0.03)
    tables = {
        "index": table("index", index_rows(names, (73.5, 72.5, 75.0, 62.3, 72.5, 67.4, 70.6))),
        "effects": table("effects", effect_rows(paths, effects)),
        "fit": table("fit", fit_rows()),
    }
    return acsi(constructs=names, paths=paths, tables={}, pooled=tables, low_is_good=frozenset())
