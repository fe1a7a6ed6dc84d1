"""Tables of driver importance: by unit, driver and method; the regressions; differences between groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from csi_model.frames import typed_frame
from csi_model.measures.importance_draws import METHODS, NOISY, percentiles
from csi_model.measures.importance_scores import Scored
from csi_model.measures.importance_units import UnitImportance
from csi_model.measures.quantities import PAIRS
from csi_model.survey.survey import Floats
from csi_model.vocabulary import MEASURES

Row = dict[str, Any]

ADDING = ("lmg", "johnson", "pratt")
"""Methods that divide R2, so that a driver has a share of it."""
NO_SHARE = "no share: it does not add up to R\u00b2"


def importance_tables(
    units: Sequence[UnitImportance], answers: Scored, *, level: float, scored_by: str
) -> dict[str, pd.DataFrame]:
    """Tables ``relative_importance``, ``importance_regression`` and ``importance_differences``.

    Parameters
    ----------
    units
        All respondents first.
    scored_by
        How constructs were scored: ``single_questions``, ``equal_weights`` or ``index_weights``.
    """
    rows = [row for unit in units for row in _importance_rows(unit, answers, level)]
    regressions = [_regression_row(unit, answers, scored_by) for unit in units]
    differences = list(_differences(units[1:], answers, level))
    made = {"relative_importance": rows, "importance_regression": regressions}
    made["importance_differences"] = differences
    return {name: typed_frame(MEASURES[name], found) for name, found in made.items()}


def ranks(values: Any) -> list[int | None]:
    """Places by size, whatever the sign: 1 for the largest; equals share the better one; None where NaN."""
    sizes = np.abs(np.asarray(values, dtype=float))
    return [None if np.isnan(one) else 1 + int((sizes > one).sum()) for one in sizes]


def _importance_rows(unit: UnitImportance, answers: Scored, level: float) -> Iterator[Row]:
    nothing = np.full(len(answers.drivers), np.nan)
    for method in METHODS:
        values = unit.values.get(method, nothing)
        share = values / unit.r2 if method in ADDING and unit.r2 > 0 else nothing
        lower, upper = nothing, nothing
        above = [""] * len(values)
        if not unit.no_interval and unit.draws is not None:
            lower, upper = unit.draws.interval(method, level)
            if method in NOISY:
                sure = unit.draws.above_noise(method, level)
                above = ["above_noise" if one else "within_noise" for one in sure]
        whys = [unit.why] if unit.why else [unit.no_interval, "" if method in ADDING else NO_SHARE]
        for j, rank in enumerate(ranks(values)):
            yield {
                "unit": unit.unit,
                "target": answers.target,
                "driver": answers.drivers[j],
                "method": method,
                "importance": values[j],
                "share": share[j],
                "ci_lower": lower[j],
                "ci_upper": upper[j],
                "above_noise": above[j],
                "rank": rank,
                "performance": unit.performance[j],
                "why": "; ".join(why for why in whys if why),
            }


def _regression_row(unit: UnitImportance, answers: Scored, scored_by: str) -> Row:
    known = unit.draws is not None and not unit.no_interval
    whys = [unit.no_interval]
    if not unit.why and not unit.orders:
        whys.append("exact, without Monte Carlo error")
    return {
        "unit": unit.unit,
        "target": answers.target,
        "n": unit.n,
        "rows_left_out": unit.left_out,
        "n_eff": unit.n_eff,
        "r2": unit.r2,
        "r2_adjusted": unit.r2_adjusted,
        "lmg_by": "" if unit.why else ("sampled_orders" if unit.orders else "exact_subsets"),
        "orders": unit.orders or None,
        "orders_error": unit.orders_error,
        "draws": unit.draws.used if unit.draws is not None else None,
        **{
            f"noise_{method}": float(unit.draws.noise[method].mean()) if known and unit.draws else np.nan
            for method in NOISY
        },
        "scored_by": scored_by,
        "why": "; ".join(why for why in whys if why),
    }


def _differences(units: Sequence[UnitImportance], answers: Scored, level: float) -> Iterator[Row]:
    """Differences of LMG between pairs of groups, up to ``PAIRS`` groups.

    Percentile intervals of the difference in the draws, which are the same draws of the survey under strata
    or clusters, and independent ones otherwise. They are not adjusted for the number of comparisons.
    """
    shown = [unit for unit in units if not unit.no_interval]
    if len(shown) > PAIRS:
        return
    for one, two in combinations(shown, 2):
        lower, upper = _difference_limits(one, two, level)
        for j, driver in enumerate(answers.drivers):
            first, second = one.values["lmg"][j], two.values["lmg"][j]
            verdict = "no clear difference"
            if lower[j] > 0 or upper[j] < 0:
                verdict = "higher" if lower[j] > 0 else "lower"
            yield {
                "target": answers.target,
                "driver": driver,
                "method": "lmg",
                "unit_1": one.unit,
                "unit_2": two.unit,
                "value_1": first,
                "value_2": second,
                "difference": first - second,
                "ci_lower": lower[j],
                "ci_upper": upper[j],
                "verdict": verdict,
                "why": "",
            }


def _difference_limits(one: UnitImportance, two: UnitImportance, level: float) -> Floats:
    if one.draws is None or two.draws is None:  # those that are shown have some
        return np.full((2, len(one.vif)), np.nan)
    # the same draws of the survey go together, which matters where groups share clusters
    _, first, second = np.intersect1d(one.draws.kept, two.draws.kept, return_indices=True)
    return percentiles(one.draws.values["lmg"][first] - two.draws.values["lmg"][second], level)
