"""Rows of parameters, fit, indicators, reliability, validity and rows: the measurement behind the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation.covariance import matrices, row_values
from csi_model.estimation.fits import GroupFit, Solution
from csi_model.estimation.ordinal.theta import theta_values
from csi_model.estimation.standardised import root, standardised
from csi_model.evaluation.fit_measures import fit_measures
from csi_model.evaluation.intervals import How, Interval, by_jackknife, derived_interval
from csi_model.evaluation.reliability import htmt, reliability
from csi_model.evaluation.structure_tables import NO_ERROR, UNDEFINED, reason
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]


def parameter_rows(
    part: GroupFit, solution: Solution, how: How, parameterisation: str = "delta"
) -> Iterator[Cells]:
    """Every parameter in lavaan's order; fixed ones have no error, and say so."""
    table, size = solution.table, len(solution.means)
    shown = theta_values if parameterisation == "theta" else row_values
    standard = standardised(table, solution.values)
    at = np.concatenate([solution.means, solution.values])
    interval = derived_interval(part, lambda z: shown(table, z[..., size:]), at, solution.covariance, how)
    for k, row in enumerate(table.rows):
        if row.implied:
            continue
        held = row.free >= 0 and not interval.se[k] > 0 and solution.values[row.free] == 0
        why = ""
        if row.derived:
            why = _derived(interval.value[k], parameterisation)
        elif row.free < 0:
            why = "fixed, not estimated" if np.isfinite(interval.value[k]) else NO_SCALE
        elif held and row.op == "~~":
            why = "held at its bound"
        elif not np.isfinite(interval.value[k]):
            why = NO_SCALE
        elif not interval.se[k] > 0:
            why = interval.why or NO_ERROR
        if np.isnan(standard[k]):
            why = why or UNDEFINED
        yield {
            "lhs": row.lhs,
            "op": row.op,
            "rhs": row.rhs,
            **_numbers("est", interval, k, known=row.free >= 0 and not why),
            "std_all": float(standard[k]),
            "free": row.free >= 0,
            "why": why,
        }


NO_SCALE = "a variance is not positive, so that there is no such scale"
"""Why a parameter of ordered answers has no value in the theta parameterisation."""


def _derived(value: float, parameterisation: str) -> str:
    """Why a variance behind an ordered item is not estimated."""
    if parameterisation == "delta":
        return "not estimated: it follows, as the response behind the answers has variance 1"
    return "fixed, not estimated" if np.isfinite(value) else NO_SCALE


def standardised_rows(part: GroupFit, solution: Solution, how: How) -> Iterator[Cells]:
    """The standardised solution (``std_all``) with errors of its own (lavaan's standardizedSolution).

    Thresholds of ordered items are the same numbers as among the parameters, with the same intervals.
    """
    table, size = solution.table, len(solution.means)
    at = np.concatenate([solution.means, solution.values])

    def derive(z: Array) -> Array:
        return standardised(table, z[..., size:])

    plain = derived_interval(part, derive, at, solution.covariance, how)
    interval = by_jackknife(part, plain, derive, how)
    for k, row in enumerate(table.rows):
        if row.implied:
            continue
        value, se = float(interval.value[k]), float(interval.se[k])
        known = se > _ROUNDING
        why = "" if known else reason(interval, value, se) or "it does not vary"
        yield {
            "lhs": row.lhs,
            "op": row.op,
            "rhs": row.rhs,
            **_numbers("est", plain if row.op == "|" else interval, k, known=known),
            "ci_method": (plain if row.op == "|" else interval).method if known else "",
            "why": why,
        }


_ROUNDING = 1e-12
"""A standardised value (of unit size) with a smaller error is 1 or 0 by definition."""


def _numbers(name: str, interval: Interval, k: int, *, known: bool) -> Cells:
    """Estimate with error, z, p and interval; only the estimate where the others are not ``known``."""
    value = float(interval.value[k])
    se, lower, upper = (
        float(array[k]) if known else np.nan for array in (interval.se, interval.lower, interval.upper)
    )
    z = value / se if se > 0 else np.nan
    return {
        name: value,
        "se": se,
        "z": z,
        "pvalue": float(2 * stats.norm.sf(abs(z))) if np.isfinite(z) else np.nan,
        "ci_lower": lower,
        "ci_upper": upper,
    }


def fit_rows(part: GroupFit, solution: Solution) -> Iterator[Cells]:
    """Fit measures, then the three verdicts with the numbers behind them."""
    table, sample, verdicts = solution.table, part.sample, solution.verdicts
    for measure in fit_measures(
        solution.test,
        npar=table.n_free,
        sample=sample.cov,
        sigma=matrices(table, solution.values).sigma,
    ):
        yield {"measure": measure.name, "value": measure.value, "why": measure.why}
    codes = [finding.code for finding in verdicts.findings if finding.severity == "error"]
    inadmissible = "; ".join(
        f.what.rstrip(".") for f in verdicts.findings
        if f.severity == "error" and f.code not in ("not-converged", "weakly-identified", "not-identified")
    )  # fmt: skip
    yield {"measure": "converged", "value": float(verdicts.converged), "why": ""}
    yield {"measure": "gradient", "value": verdicts.gradient, "why": ""}
    yield {"measure": "admissible", "value": float(verdicts.admissible), "why": inadmissible}
    weak = "weakly identified" if "weakly-identified" in codes else ""
    yield {"measure": "identified", "value": float(verdicts.identified), "why": weak}
    yield {"measure": "information_eigenvalue", "value": verdicts.eigenvalue, "why": weak}


def indicator_rows(model: ModelSpec, part: GroupFit) -> Iterator[Cells]:
    """What was answered to every question: counts by reason, moments in answer units, shares."""
    home = {item.name: c.name for c in model.constructs for item in c.indicators}
    for item, count in zip(model.indicators, part.items, strict=True):
        yield {
            "indicator": item.name,
            "construct": home[item.name],
            "label": model.label(item.name),
            "low": item.scale.low if item.scale else np.nan,
            "high": item.scale.high if item.scale else np.nan,
            "n": count.n,
            "skipped": count.skipped,
            "dont_know": count.dont_know,
            "refused": count.refused,
            "other_missing": count.other_missing,
            "mean": count.mean,
            "sd": count.sd,
            "skewness": count.skewness,
            "top2": count.top2,
            "bottom2": count.bottom2,
            "why": count.why,
        }


def construct_loadings(model: ModelSpec, solution: Solution) -> Array:
    """Correlation of every item with every construct, (m, p): the standardised loading of own items."""
    mats = matrices(solution.table, solution.values)
    construct_sd = root(np.diag(mats.phi))
    item_sd = root(np.diag(mats.sigma))
    return np.asarray((mats.lam @ mats.phi).T / construct_sd[:, None] / item_sd)


def reliability_rows(model: ModelSpec, part: GroupFit, solution: Solution) -> Iterator[Cells]:
    """Reliability of every construct, from the items in the 0-100 metric.

    Where a construct has ordered items, from the correlations of its latent responses, which have no units.
    """
    width = np.array([item.scale.width if item.scale else np.nan for item in model.indicators])
    ordered = np.array([bool(steps) for steps in solution.table.steps or [()] * len(width)])
    loadings = construct_loadings(model, solution)
    for j, name in enumerate(model.construct_names):
        places = item_places(model, name)
        covariance = part.sample.cov[np.ix_(places, places)]
        unit = 1 / root(np.diag(covariance)) if ordered[places].any() else 100 / width[places]
        made = reliability(covariance * np.outer(unit, unit), loadings[j, places])
        numbers = (made.alpha, made.rho_a, made.rho_c, made.ave)
        why = made.why or (UNDEFINED if np.isnan(numbers).any() else "")
        yield {
            "construct": name,
            "alpha": made.alpha,
            "rho_a": made.rho_a,
            "rho_c": made.rho_c,
            "ave": made.ave,
            "why": why,
        }


def validity_rows(model: ModelSpec, part: GroupFit, interval: Interval) -> Iterator[Cells]:
    """Correlations of constructs with their intervals, and HTMT; each pair once."""
    sd = np.sqrt(np.diag(part.sample.cov))
    correlation = part.sample.cov / np.outer(sd, sd)
    names = model.construct_names
    for a, first in enumerate(names):
        for b in range(a + 1, len(names)):
            made = htmt(correlation, item_places(model, first), item_places(model, names[b]))
            value, se = float(interval.value[a, b]), float(interval.se[a, b])
            beyond = "no interval: the correlation reaches 1" if abs(value) >= 1 else ""
            yield {
                "construct_1": first,
                "construct_2": names[b],
                "correlation": value,
                "htmt": made.htmt,
                "htmt2": made.htmt2,
                "ci_lower": float(interval.lower[a, b]),
                "ci_upper": float(interval.upper[a, b]),
                "why": "; ".join(text for text in (reason(interval, value, se), beyond, made.why) if text),
            }


def item_places(model: ModelSpec, construct: str) -> Array:
    """Columns of a construct's items, repeated ones included."""
    names = [item.name for item in model.indicators]
    return np.array([names.index(item.name) for item in model.items_of(construct)], dtype=int)
