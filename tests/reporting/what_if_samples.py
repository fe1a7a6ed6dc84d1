"""A study whose drivers can be pushed: every level, total effect, interval and correlation by hand.

Firms: two that are usable, the second without stored correlations; one suppressed, one not admissible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from report_samples import CONSTRUCTS, NAN, PATHS, acsi, fit_rows, table

from csi_model.reporting.content import Content

Array = NDArray[Any]

TARGETS = ("satisfaction", "complaints", "loyalty")
DRIVERS = ("expectations", "quality", "value", "satisfaction", "complaints")
FIRMS = {"a": "Alder & Sons", "b": "Birch", "c": "Cedar", "d": "Dogwood"}
WEAK = "suppressed: 12 respondents are fewer than the minimum base of 30"


def total_effects(direct: Mapping[tuple[str, str], float]) -> Array:
    """(I - B)^-1 - I, [target, source]."""
    b = np.zeros((6, 6))
    for (source, target), effect in direct.items():
        b[CONSTRUCTS.index(target), CONSTRUCTS.index(source)] = effect
    return np.asarray(np.linalg.inv(np.eye(6) - b) - np.eye(6))


_Rows = dict[str, list[dict[str, Any]]]


def _rows(seed: int, levels: tuple[float, ...], *, correlated: bool = True) -> _Rows:
    random = np.random.default_rng(seed)
    direct = dict(zip(PATHS, (0.62, 0.1, 0.15, 0.55, 0.5, 0.31, -0.6, 0.7, -0.12), strict=True))
    total = total_effects({path: effect + random.normal(0, 0.02) for path, effect in direct.items()})
    index = [
        {"construct": name, "index": level, "se": 0.4, "ci_lower": level - 0.8, "ci_upper": level + 0.8,
         "ci_method": "delta", "n": 400, "n_eff": 380.0, "weight_rule": "loadings", "weights_from": "pooled",
         "why": ""}
        for name, level in zip(CONSTRUCTS, levels, strict=True)
    ]  # fmt: skip
    made: _Rows = {
        "index": index, "effects": [], "drivers": [], "gains": [], "effect_correlations": [],
    }  # fmt: skip
    for t, target in enumerate(CONSTRUCTS):
        sources = [name for s, name in enumerate(CONSTRUCTS) if total[t, s] != 0]
        for source in sources:
            effect = float(total[t, CONSTRUCTS.index(source)])
            below, above = random.uniform(0.02, 0.12, 2)
            cells = {
                "source": source, "target": target, "effect": effect, "se": 0.03, "why": "",
                "ci_lower": effect - below, "ci_upper": effect + above, "ci_method": "bootstrap",
                "std_effect": effect,
            }  # fmt: skip
            made["effects"].append(cells | {"kind": "total"})
            # a direct effect that nothing may take for the total one
            made["effects"].append(cells | {"kind": "direct", "effect": 9.0})
            if target in TARGETS:
                made["drivers"].append(
                    {"target": target, "driver": source, "importance": effect, "why": "", "quadrant": "keep",
                     "importance_ci_lower": effect - below, "importance_ci_upper": effect + above,
                     "performance": levels[CONSTRUCTS.index(source)], "ci_method": "bootstrap"}
                )  # fmt: skip
                sign = -1 if source == "complaints" else 1
                ends = sorted(5 * sign * end for end in (effect - below, effect + above))
                made["gains"].append(
                    {"target": target, "driver": source, "points": 5.0 * sign, "gain": 5 * sign * effect,
                     "ci_lower": ends[0], "ci_upper": ends[1], "ci_method": "bootstrap",
                     "level_from": levels[CONSTRUCTS.index(source)], "why": ""}
                )  # fmt: skip
        if target in TARGETS and correlated:
            root = random.normal(size=(len(sources), len(sources) + 2))
            spread = root @ root.T
            errors = np.sqrt(np.diag(spread))
            made["effect_correlations"] += [
                {"target": target, "source_1": one, "source_2": other, "why": "",
                 "correlation": float(spread[i, j] / errors[i] / errors[j])}
                for i, one in enumerate(sources) for j, other in enumerate(sources) if i < j
            ]  # fmt: skip
    return made


WHOLE = (79.512, 78.043, 72.734, 70.951, 17.804, 75.775)
ALDER = (71.3, 69.9, 66.1, 64.2, 31.7, 60.6)
BIRCH = (95.25, 93.75, 90.1, 88.4, 2.2, 93.9)


def study(**changes: Any) -> Content:
    """All respondents and four firms; ``changes`` are fields of the content."""
    whole = _rows(1, WHOLE)
    base = acsi(tables={name: table(name, rows) for name, rows in whole.items()})
    firms = {"a": _rows(2, ALDER), "b": _rows(3, BIRCH, correlated=False), "d": _rows(4, ALDER)}
    blank = [row | {"index": NAN, "ci_lower": NAN, "ci_upper": NAN, "n": 12, "why": WEAK}
             for row in firms["a"]["index"]]  # fmt: skip
    firms["c"] = {"index": blank}
    by = ("firm",)
    tables = dict(base.tables)
    for name in whole:
        rows = [{"firm": firm} | row for firm in sorted(firms) for row in firms[firm].get(name, [])]
        tables[name] = table(name, rows, by)
    fit = [{"firm": firm} | row for firm in "abd" for row in fit_rows(admissible=0 if firm == "d" else 1)]
    tables["fit"] = table("fit", fit, by)
    tables["findings"] = table(
        "findings",
        [{"firm": "c", "code": "group-suppressed", "severity": "warning", "where": "c",
          "what": "12 respondents are fewer than the minimum of 30.", "fix": "Interview more."}],
        by,
    )  # fmt: skip
    made = replace(base, tables=tables, by=by, group_labels={"firm": FIRMS})
    return replace(made, **changes)


def rows_of(content: Content, table_name: str, firm: str = "") -> pd.DataFrame:
    """Rows of a firm, of all respondents for none."""
    if not firm:
        return content.pooled[table_name]
    frame = content.tables[table_name]
    return frame[frame["firm"] == firm]


def pushes_of(content: Content, improved: Mapping[str, float]) -> Array:
    """Pushes (6,) of improvements: down where low is good."""
    signs = [-1.0 if name in content.low_is_good else 1.0 for name in CONSTRUCTS]
    return np.array([sign * improved.get(name, 0.0) for name, sign in zip(CONSTRUCTS, signs, strict=True)])


def stored_moves(content: Content, improved: Mapping[str, float], firm: str = "") -> Array:
    """(I + T) x of the stored total effects, (6,)."""
    total = np.zeros((6, 6))
    rows = rows_of(content, "effects", firm).query("kind == 'total'")
    for row in rows.itertuples():
        total[CONSTRUCTS.index(str(row.target)), CONSTRUCTS.index(str(row.source))] = row.effect
    return np.asarray((np.eye(6) + total) @ pushes_of(content, improved))


def stored_limits(
    content: Content, improved: Mapping[str, float], target: str, firm: str = ""
) -> tuple[float, float]:
    """Limits of a change: distances to the stored limits, joined by the stored correlations."""
    x = pushes_of(content, improved)
    rows = (
        rows_of(content, "effects", firm).query("kind == 'total' and target == @target").set_index("source")
    )
    names = [name for name in CONSTRUCTS if name in rows.index and x[CONSTRUCTS.index(name)] != 0]
    push = x[[CONSTRUCTS.index(name) for name in names]]
    effect, low, high = (rows.loc[names, key].to_numpy() for key in ("effect", "ci_lower", "ci_upper"))
    r = np.eye(len(names))
    frame = rows_of(content, "effect_correlations", firm).query("target == @target")
    for row in frame.itertuples():
        if {row.source_1, row.source_2} <= set(names):
            i, j = names.index(str(row.source_1)), names.index(str(row.source_2))
            r[i, j] = r[j, i] = row.correlation
    below = push * np.where(push > 0, effect - low, high - effect)
    above = push * np.where(push > 0, high - effect, effect - low)
    change = float(stored_moves(content, improved, firm)[CONSTRUCTS.index(target)])
    return change - float(np.sqrt(below @ r @ below)), change + float(np.sqrt(above @ r @ above))
