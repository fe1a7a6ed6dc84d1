"""Studies of many units made by hand: invented scores of independent samples, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import report_samples as samples
from scipy import stats

from csi_model.frames import typed_frame
from csi_model.reporting.content import Content
from csi_model.vocabulary import SURVEY_TABLES

NAN = float("nan")
HIDDEN = "suppressed: 12 respondents are fewer than the minimum base of 30"
SHIFTS = {"expectations": 8.5, "quality": 7.0, "value": 1.8, "satisfaction": 0.0, "complaints": -53.0,
          "loyalty": 4.8}  # fmt: skip
INDUSTRIES = ("Banks", "Insurers", "Airlines", "Hotels", "Bakers")
CHINESE = {
    "sector": {"Services": "服务业", "Goods": "制造业"},
    "industry": dict(zip(INDUSTRIES, ("银行", "保险", "航空", "酒店", "食品"), strict=True)),
    "firm": {"Alder": "桤木银行", "Birch": "白桦银行", "Cedar": "雪松银行", "Dogwood": "山茱萸银行"},
}

Cells = dict[str, Any]


def across(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table about the survey as a whole; absent cells are empty."""
    columns = SURVEY_TABLES[name].columns
    blank = {c.name: "" if c.kind == "text" else False if c.kind == "flag" else None for c in columns}
    return typed_frame(SURVEY_TABLES[name], [blank | dict(row) for row in rows])


def letters(rank_lower: np.ndarray) -> list[str]:
    """Letters by the lower end of the rank interval; enough for a chart."""
    names = {low: chr(97 + place % 26) for place, low in enumerate(sorted(set(rank_lower.tolist())))}
    return [names[low] for low in rank_lower.tolist()]


def ranking(names: Sequence[str], score: np.ndarray, se: np.ndarray, within: str, level: str) -> list[Cells]:
    """Ranks of independent scores: a unit counts as better where it is 1.96 standard errors above."""
    if len(score) == 0:
        return []
    gap = (score[None, :] - score[:, None]) / np.sqrt(se[None, :] ** 2 + se[:, None] ** 2)
    better, worse = (gap > 1.96).sum(axis=1), (gap < -1.96).sum(axis=1)
    order = np.argsort(-score)
    rank = np.empty(len(score), dtype=int)
    rank[order] = np.arange(1, len(score) + 1)
    leader = gap[:, order[0]] <= 1.96
    first = stats.norm.sf(gap[:, order[0]])
    marks = letters(better + 1)
    return [
        {"construct": "satisfaction", "level": level, "within": within, "unit": names[k], "index": score[k],
         "rank": rank[k], "rank_lower": better[k] + 1, "rank_upper": len(score) - worse[k],
         "simultaneous_rank_lower": 1, "simultaneous_rank_upper": len(score), "p_first": first[k],
         "may_lead": bool(leader[k]), "letters": marks[k], "units": len(score)}
        for k in range(len(score))
    ]  # fmt: skip


def probabilities(names: Sequence[str], score: np.ndarray, se: np.ndarray, level: str) -> list[Cells]:
    """Shares of 2,000 draws of independent scores in which a unit has a rank; ranks that were drawn."""
    draws = np.random.default_rng(7).normal(score, se, size=(2000, len(score)))
    ranks = (-draws).argsort(axis=1).argsort(axis=1) + 1
    made = []
    for k, name in enumerate(names):
        found, counts = np.unique(ranks[:, k], return_counts=True)
        made += [
            {"construct": "satisfaction", "level": level, "within": "all", "unit": name, "rank": int(r),
             "probability": count / 2000}
            for r, count in zip(found, counts, strict=True)
        ]  # fmt: skip
    return made


def difference(
    kind: str, one: str, other: str, first: float, second: float, se: float, **cells: Any
) -> Cells:
    value = second - first
    p = float(2 * stats.norm.sf(abs(value) / se)) if value == value else NAN
    verdict = "not tested" if p != p else "no clear difference" if p >= 0.01 else (
        "higher" if value > 0 else "lower"
    )  # fmt: skip
    return {"kind": kind, "construct": "satisfaction", "unit_1": one, "unit_2": other, "index_1": first,
            "index_2": second, "difference": value, "se": se, "df_welch": 400.0,
            "ci_lower": value - 1.96 * se, "ci_upper": value + 1.96 * se,
            "simultaneous_lower": value - 2.58 * se, "simultaneous_upper": value + 2.58 * se,
            "z": value / se, "pvalue": p, "pvalue_holm": min(1.0, 3 * p),
            "pvalue_simultaneous": min(1.0, 5 * p), "equivalence": "not shown",
            "comparable": "yes", "verdict": verdict, "why": "" if p == p else HIDDEN, **cells}  # fmt: skip


def differences(names: Sequence[str], score: np.ndarray, se: np.ndarray) -> list[Cells]:
    """Each unit against the rest and the best other one, and the pairs of the first forty."""
    made: list[Cells] = []
    for k, name in enumerate(names if len(names) > 1 else ()):
        rest = np.delete(np.arange(len(score)), k)
        best = rest[np.argmax(score[rest])]
        spread = float(np.hypot(se[k], np.sqrt((se[rest] ** 2).sum()) / len(rest)))
        for construct, shift in SHIFTS.items():
            mean = float(score[rest].mean()) + shift
            wobble = 2.0 * np.sin(k * 7 + len(construct)) if construct != "satisfaction" else 0.0
            made.append(
                difference("rest", "all others", name, mean, score[k] + shift + wobble, spread)
                | {"construct": construct}
            )
        made.append(
            difference("best", names[best], name, score[best], score[k], float(np.hypot(se[k], se[best])))
        )
    for a in range(min(len(names), 40)):
        made += [
            difference("pair", names[a], names[b], score[a], score[b], float(np.hypot(se[a], se[b])))
            for b in range(a + 1, min(len(names), 40))
        ]
    return made


def index_table(
    keys: Sequence[Sequence[str]], by: Sequence[str], score: np.ndarray, se: np.ndarray, hidden: Sequence[int]
) -> pd.DataFrame:
    rows = []
    for k, key in enumerate(keys):
        for rule in ("pooled", "group"):
            for c, construct in enumerate(SHIFTS):
                value = NAN if k in hidden else score[k] + SHIFTS[construct] + (k % 5) * 0.3 * (c % 3)
                rows.append(
                    dict(zip(by, key, strict=True))
                    | samples.index_rows([construct], [value], n=12 if k in hidden else 240 + k % 40,
                                         half=1.96 * se[k], why=HIDDEN if k in hidden else "")[0]
                    | {"weights_from": rule, "n_eff": NAN if k in hidden else 231.5}
                )  # fmt: skip
    return samples.table("index", rows, by)


def driver_table(keys: Sequence[Sequence[str]], by: Sequence[str], score: np.ndarray) -> pd.DataFrame:
    rows = []
    for k, key in enumerate(keys):
        for j, (name, importance) in enumerate((("expectations", 0.62), ("quality", 0.91), ("value", 0.44))):
            level = score[k] + SHIFTS[name]
            quadrant = ("keep", "improve_first", "low_priority")[(j + k) % 3]
            rows.append(
                dict(zip(by, key, strict=True))
                | samples.driver("satisfaction", name, importance + 0.05 * np.sin(3 * k + j), level, quadrant)
            )
    return samples.table("drivers", rows, by)


def aggregates(keys: Sequence[Sequence[str]], by: Sequence[str], score: np.ndarray) -> list[Cells]:
    """Equal means of the firms of every industry and sector and of all."""
    made = []
    for depth in range(len(by)):
        names = list(dict.fromkeys(tuple(key[:depth]) for key in keys))
        for name in names:
            members = [k for k, key in enumerate(keys) if tuple(key[:depth]) == name]
            for construct, shift in SHIFTS.items():
                known = [k for k in members if score[k] == score[k]]
                value = float(score[known].mean()) + shift if known else NAN
                se = 1.3 / np.sqrt(len(members))
                made.append(
                    {"level": by[depth - 1] if depth else "total", "unit": " / ".join(name) or "total",
                     "parent": " / ".join(name[:-1]) if depth > 1 else "total" if depth else "",
                     "construct": construct, "index": value, "se": se, "ci_lower": value - 1.96 * se,
                     "ci_upper": value + 1.96 * se, "n": 250 * len(members), "units": len(members),
                     "share_kind": "revenue" if depth == len(by) - 1 else "gdp", "measured": 0.83,
                     "carried": 0, "others": "", "weights_from": "pooled"}
                )  # fmt: skip
    return made


def league(
    keys: Sequence[Sequence[str]], by: Sequence[str], *, hidden: Sequence[int] = (), spread: float = 4.0,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Content:  # fmt: skip
    """A study of firms with ranks, differences and aggregates; ``hidden`` firms are suppressed."""
    k = np.arange(len(keys))
    score = 72.0 + spread * np.sin(k * 2.4) + 1.5 * np.cos(k * 0.31)
    se = 1.1 + 0.25 * np.cos(k * 1.7)
    shown = np.array([place for place in k if place not in hidden], dtype=int)
    names = [" / ".join(key) for key in keys]
    ranked = ranking([names[i] for i in shown], score[shown], se[shown], "all", by[-1])
    parents = [" / ".join(key[:-1]) for key in keys]
    for parent in dict.fromkeys(parents) if len(by) > 1 else ():
        mine = [i for i in shown if parents[i] == parent]
        if mine:
            ranked += ranking([names[i] for i in mine], score[mine], se[mine], parent, by[-1])
    ranked += [
        {"construct": "satisfaction", "level": by[-1], "within": "all", "unit": names[i], "why": HIDDEN}
        for i in hidden
    ]
    survey = {
        "ranks": across("ranks", ranked),
        "rank_probabilities": across(
            "rank_probabilities", probabilities([names[i] for i in shown], score[shown], se[shown], by[-1])
        ),
        "differences": across("differences", differences([names[i] for i in shown], score[shown], se[shown])),
        "aggregates": across("aggregates", aggregates(keys, by, np.where(np.isin(k, hidden), NAN, score))),
        "precision": precision([names[i] for i in shown], score[shown], se[shown]),
        "weighting": weighting(),
    }
    base = samples.acsi()
    tables = {
        "index": index_table(keys, by, score, se, hidden),
        "drivers": driver_table([keys[i] for i in shown], by, score[shown]),
        "fit": samples.table("fit", [], by),
        "findings": hidden_findings([keys[i] for i in hidden], by),
    }
    return replace(
        base,
        tables={**base.tables, **tables},
        across=survey,
        by=tuple(by),
        group_labels=labels or {},
        manifest={**base.manifest, "report": {"benchmarks": [
            {"construct": "satisfaction", "value": 75.0, "label": {"en": "Target 2026", "zh": "2026年目标"}},
        ]}},
    )  # fmt: skip


def hidden_findings(keys: Sequence[Sequence[str]], by: Sequence[str]) -> pd.DataFrame:
    note = {"code": "group-suppressed", "severity": "warning", "what": "12 respondents are fewer than 30.",
            "fix": "Interview more."}  # fmt: skip
    return samples.table(
        "findings", [dict(zip(by, key, strict=True)) | note | {"where": " / ".join(key)} for key in keys], by
    )


def precision(names: Sequence[str], score: np.ndarray, se: np.ndarray) -> pd.DataFrame:
    return across(
        "precision",
        [
            {"unit": name, "construct": "satisfaction", "index": score[k], "half_width": 1.96 * se[k],
             "n": 250, "n_eff": 221.3, "deff_weights": 1.13, "deff": 1.21}
            for k, name in enumerate(names)
        ],
    )  # fmt: skip


def weighting() -> pd.DataFrame:
    return across(
        "weighting",
        [
            {"variable": variable, "category": category, "target_share": target, "sample_share": sample,
             "weighted_share": target, "respondents": count}
            for variable, category, target, sample, count in (
                ("sex", "women", 0.513, 0.561, 561), ("sex", "men", 0.487, 0.439, 439),
                ("age", "18-34", 0.291, 0.204, 204), ("age", "35-54", 0.352, 0.361, 361),
                ("age", "55+", 0.357, 0.435, 435),
            )
        ],
    )  # fmt: skip


def four(labels: Mapping[str, Mapping[str, str]] | None = None) -> Content:
    """Four banks, of which Dogwood is suppressed."""
    return league([("Alder",), ("Birch",), ("Cedar",), ("Dogwood",)], ("firm",), hidden=[3], labels=labels)


def thirty(labels: Mapping[str, Mapping[str, str]] | None = None) -> Content:
    """Thirty firms in five industries of two sectors, two of them suppressed."""
    keys = [
        ("Goods" if industry == "Bakers" else "Services", industry, f"{industry[:-1]} {chr(65 + firm)}")
        for industry in INDUSTRIES
        for firm in range(6)
    ]
    return league(keys, ("sector", "industry", "firm"), hidden=[3, 17], labels=labels)


def many(count: int = 400) -> Content:
    """``count`` firms, ten in an industry, four industries in a sector."""
    keys = [(f"Sector {k // 40 + 1}", f"Industry {k // 10 + 1}", f"Firm {k + 1}") for k in range(count)]
    return league(keys, ("sector", "industry", "firm"), hidden=[5, 47])


def flat(count: int = 400) -> Content:
    """``count`` branches of one firm."""
    return league([(f"Branch {k + 1}",) for k in range(count)], ("branch",), hidden=[5])
