"""Rows of every table for a sample that was fitted by PLS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.evaluation import structure_tables as structure
from csi_model.evaluation.blindfolding import Q2
from csi_model.evaluation.composite_fit import discrepancies, goodness_of_fit
from csi_model.evaluation.composite_quantities import (
    LEVELS,
    CompositeQuantities,
    inflation_factors,
    moderations,
)
from csi_model.evaluation.intervals import Interval
from csi_model.evaluation.structure_tables import UNDEFINED, ancestors
from csi_model.model.spec import ModelSpec
from csi_model.vocabulary import FIT_MEASURES

Array = NDArray[Any]
Cells = dict[str, Any]

NO_LIKELIHOOD = "PLS has no likelihood, so that there is no such measure"
PRODUCT = "an interaction has no index points of its own"
SINGLE = "a single indicator has no reliability"
COMPOSITE = "not defined for this construct: its weights are not those of mode A"
NO_RELIABILITY = "rho_c, ave: not defined, since the reliability (rho A) is not positive"
NO_GOF = "not defined: it needs a construct of several questions, and one that is driven"
CLOSE = 0.90
"""HTMT from which constructs are hardly told apart (Henseler, Ringle & Sarstedt 2015)."""


def numbers(name: str, interval: Interval, place: tuple[int, ...]) -> Cells:
    """Estimate with error, z, p and interval at one place."""
    value, se = float(interval.value[place]), float(interval.se[place])
    z = value / se if se > 1e-12 else np.nan
    known = np.isfinite(z)
    return {
        name: value,
        "se": se if known else np.nan,
        "z": z,
        "pvalue": float(2 * stats.norm.sf(abs(z))) if known else np.nan,
        "ci_lower": float(interval.lower[place]) if known else np.nan,
        "ci_upper": float(interval.upper[place]) if known else np.nan,
    }


def parameter_rows(
    model: ModelSpec, solution: CompositeSolution, found: dict[str, Interval]
) -> Iterator[Cells]:
    """Loadings, outer weights and paths, all standardised, with bootstrap errors."""
    table = solution.table
    for op, name in (("=~", "loadings"), ("<~", "outer")):
        for k, (j, i) in enumerate(zip(table.owner, table.item, strict=True)):
            cells = numbers("est", found[name], (k,))
            alone = len(model.items_of(table.constructs[j])) == 1
            fixed = alone or (op == "<~" and _fixed(table.constructs[j], model))
            why = "fixed, not estimated" if fixed else _why(found[name], cells)
            if fixed:
                cells |= dict.fromkeys(("se", "z", "pvalue", "ci_lower", "ci_upper"), np.nan)
            yield {
                "lhs": table.constructs[j],
                "op": op,
                "rhs": table.indicators[i],
                **cells,
                "std_all": cells["est"],
                "free": not fixed,
                "why": why,
            }
    for source, target in sorted(table.paths, key=lambda path: (path[1], path[0])):
        cells = numbers("est", found["std_direct"], (target, source))
        yield {
            "lhs": table.constructs[target],
            "op": "~",
            "rhs": table.constructs[source],
            **cells,
            "std_all": cells["est"],
            "free": True,
            "why": _why(found["std_direct"], cells),
        }


def _fixed(construct: str, model: ModelSpec) -> bool:
    return model.construct(construct).mode in ("sum", "given")


def _why(interval: Interval, cells: Cells) -> str:
    if np.isnan(cells["est"]):
        return UNDEFINED
    return "" if np.isfinite(cells["se"]) else (interval.why or "it does not vary")


def fit_rows(part: GroupFit, solution: CompositeSolution) -> Iterator[Cells]:
    """Distances and GoF, then the three verdicts; measures of a likelihood say that there is none."""
    table, verdicts = solution.table, solution.verdicts
    made = composite_estimates(table, solution.means, solution.values)
    found = discrepancies(table, made)
    undefined = "not defined: a correlation matrix is not positive definite"
    values = {"n": float(part.sample.n), "npar": float(len(table.item) + len(table.paths))}
    values["srmr"] = float(found["estimated"].srmr)
    for measure in FIT_MEASURES:
        value = values.get(measure, np.nan)
        why = NO_LIKELIHOOD if measure not in values else (undefined if np.isnan(value) else "")
        yield {"measure": measure, "value": value, "why": why}
    gof = goodness_of_fit(table, made)
    more: dict[str, Any] = {
        "srmr_saturated": found["saturated"].srmr,
        "d_uls": found["estimated"].d_uls,
        "d_uls_saturated": found["saturated"].d_uls,
        "d_g": found["estimated"].d_g,
        "d_g_saturated": found["saturated"].d_g,
    }
    for measure, number in more.items():
        yield {
            "measure": measure,
            "value": float(number),
            "why": undefined if np.isnan(number) else "",
        }
    yield {"measure": "gof", "value": gof, "why": NO_GOF if np.isnan(gof) else ""}
    inadmissible = "; ".join(
        f.what.rstrip(".") for f in verdicts.findings
        if f.severity == "error" and f.code not in ("not-converged", "weakly-identified", "not-identified")
    )  # fmt: skip
    weak = "weakly identified" if verdicts.weakly_identified else ""
    for measure, number, why in (
        ("iterations", float(solution.steps), ""),
        ("converged", float(verdicts.converged), ""),
        ("gradient", verdicts.gradient, ""),
        ("admissible", float(verdicts.admissible), inadmissible),
        ("identified", float(verdicts.identified), weak),
        ("information_eigenvalue", verdicts.eigenvalue, weak),
    ):
        yield {"measure": measure, "value": number, "why": why}


def without_products(model: ModelSpec, rows: Iterable[Cells], *columns: str) -> Iterator[Cells]:
    """Rows as they are, with the reason where one of the ``columns`` names an interaction."""
    products = {construct.name for construct in model.products}
    for row in rows:
        if any(row[column] in products for column in columns):
            yield row | {"why": PRODUCT}
        else:
            yield row


def driver_rows(model: ModelSpec, found: dict[str, Interval]) -> Iterator[Cells]:
    """Drivers as for other estimators; interactions are none, they change the others' effects."""
    products = {construct.name for construct in model.products}
    return structure.driver_rows(model, found, leave_out=products)


def reliability_rows(model: ModelSpec, found: CompositeQuantities) -> Iterator[Cells]:
    """Reliability of every construct from its items and loadings."""
    for j, name in enumerate(model.construct_names):
        values = {key: float(getattr(found, key)[j]) for key in ("alpha", "rho_a", "rho_c", "ave")}
        why = ""
        if model.construct(name).product:
            why = PRODUCT
        elif len(model.items_of(name)) == 1:
            why = SINGLE
        elif np.isnan(values["rho_a"]):
            why = f"rho_a: {COMPOSITE}" if model.construct(name).mode != "A" else UNDEFINED
        elif np.isnan(values["rho_c"]):
            why = NO_RELIABILITY
        yield {"construct": name, **values, "why": why}


def cross_loading_rows(model: ModelSpec, solution: CompositeSolution, cross: Array) -> Iterator[Cells]:
    """Correlation of every item with every score."""
    table = solution.table
    for i, item in enumerate(table.indicators):
        for j, construct in enumerate(table.constructs):
            value = float(cross[i, j])
            yield {
                "indicator": item,
                "construct": construct,
                "loading": value,
                "own_construct": bool(table.member[j, i]),
                "why": "" if np.isfinite(value) else UNDEFINED,
            }


def communality_rows(solution: CompositeSolution, found: CompositeQuantities, blind: Q2) -> Iterator[Cells]:
    """What each item shares with its construct, and with what drives the construct.

    Redundancy is the communality times the construct's R2; VIF is that of the item among the items of its
    construct.
    """
    table = solution.table
    made = composite_estimates(table, solution.means, solution.values)
    modes = dict(zip(table.base, table.blocks.modes, strict=True))
    factors = item_inflation(solution, made.state.correlation)
    for k, (j, i) in enumerate(zip(table.owner, table.item, strict=True)):
        alone = int(table.member[j].sum()) == 1
        exogenous = bool(np.isnan(found.r2[j]))
        reasons = []
        if exogenous:
            reasons.append("redundancy and Q2: nothing drives the construct")
        elif np.isnan(blind.entries[k]):
            reasons.append(f"Q2: {blind.why[j]}")
        if np.isnan(factors[k]) and not alone:
            reasons.append("VIF: the questions determine each other exactly")
        square = float(found.loadings[k]) ** 2
        yield {
            "construct": table.constructs[j],
            "indicator": table.indicators[i],
            "weighting": "single" if alone else modes[j],
            "weight": float(found.outer[k]),
            "loading": float(found.loadings[k]),
            "communality": square,
            "redundancy": square * float(found.r2[j]),
            "q2": float(blind.entries[k]),
            "vif": 1.0 if alone else float(factors[k]),
            "why": "; ".join(reasons) or ("" if np.isfinite(square) else UNDEFINED),
        }


def redundancy_rows(solution: CompositeSolution, found: CompositeQuantities, blind: Q2) -> Iterator[Cells]:
    """The same over the items of each construct, which count alike."""
    table = solution.table
    modes = dict(zip(table.base, table.blocks.modes, strict=True))
    for j in table.base:
        items = table.owner == j
        communality = float((found.loadings[items] ** 2).mean())
        exogenous = bool(np.isnan(found.r2[j]))
        why = "redundancy and Q2: nothing drives the construct" if exogenous else ""
        if not exogenous and np.isnan(blind.constructs[j]):
            why = f"Q2: {blind.why[j]}"
        yield {
            "construct": table.constructs[j],
            "weighting": "single" if int(items.sum()) == 1 else modes[j],
            "communality": communality,
            "redundancy": communality * float(found.r2[j]),
            "q2": float(blind.constructs[j]),
            "why": why or ("" if np.isfinite(communality) else UNDEFINED),
        }


def item_inflation(solution: CompositeSolution, correlation: Array) -> Array:
    """VIF of every entry among the items of its construct, (s,)."""
    table = solution.table
    blocks = [inflation_factors(correlation[np.ix_(slot, slot)]) for slot in table.blocks.slots]
    return np.concatenate(blocks)


def discriminant_rows(
    model: ModelSpec, found: CompositeQuantities, bounds: dict[str, Interval]
) -> Iterator[Cells]:
    """Fornell-Larcker (1981, p. 46) and HTMT with one-sided bounds for each pair of constructs with items."""
    names = [c.name for c in model.constructs if not c.product]
    place = {name: j for j, name in enumerate(model.construct_names)}
    for x, first in enumerate(names):
        for second in names[x + 1 :]:
            a, b = place[first], place[second]
            yield _pair(model, found, bounds, (first, second), (a, b))


def _pair(
    model: ModelSpec,
    found: CompositeQuantities,
    bounds: dict[str, Interval],
    names: tuple[str, str],
    at: tuple[int, int],
) -> Cells:
    roots = [float(np.sqrt(found.ave[j])) for j in at]
    correlation = float(found.correlations[at])
    shared = {item.name for item in model.items_of(names[0])} & {i.name for i in model.items_of(names[1])}
    single = [name for name in names if len(model.items_of(name)) == 1]
    ratio, upper = float(found.htmt[at]), float(bounds["htmt"].upper[at])
    why = []
    if shared:
        why.append("the constructs share indicators")
        ratio, upper = np.nan, np.nan
    elif single:
        why.append(f"{', '.join(single)}: HTMT and AVE need two indicators")
    elif np.isnan([ratio, upper, found.htmt2[at], bounds["htmt2"].upper[at]]).any():
        why.append(bounds["htmt"].why or "HTMT is not defined")
    unknown = not single and np.isnan([correlation, *roots]).any()
    if unknown:
        why.append("a reliability (rho A) is not positive")
    held = "" if shared or single or unknown else ("yes" if abs(correlation) < min(roots) else "no")
    verdict = ""
    if np.isfinite(ratio):
        beyond = upper if np.isfinite(upper) else ratio
        verdict = "distinct" if beyond < CLOSE else ("doubtful" if ratio < CLOSE else "not_distinct")
    return {
        "construct_1": names[0],
        "construct_2": names[1],
        "correlation": correlation,
        "sqrt_ave_1": roots[0],
        "sqrt_ave_2": roots[1],
        "fornell_larcker": held,
        "htmt": ratio,
        "htmt_upper": upper,
        "htmt2": np.nan if shared else float(found.htmt2[at]),
        "htmt2_upper": np.nan if shared else float(bounds["htmt2"].upper[at]),
        "verdict": verdict,
        "why": "; ".join(why),
    }


def effect_size_rows(solution: CompositeSolution, interval: Interval) -> Iterator[Cells]:
    """Cohen's f2 of every path with its class (Cohen 1988, section 9.2.1: .02, .15, .35)."""
    table = solution.table
    for k, (source, target) in sorted(enumerate(table.paths), key=lambda one: (one[1][1], one[1][0])):
        value = float(interval.value[k])
        sizes = ((0.35, "large"), (0.15, "medium"), (0.02, "small"))
        yield {
            "target": table.constructs[target],
            "driver": table.constructs[source],
            "f2": value,
            "ci_lower": float(interval.lower[k]),
            "ci_upper": float(interval.upper[k]),
            "verdict": next((word for least, word in sizes if value >= least), "negligible")
            if np.isfinite(value)
            else "",
            "why": UNDEFINED if np.isnan(value) else ("" if np.isfinite(interval.se[k]) else interval.why),
        }


def inflation_rows(solution: CompositeSolution, found: CompositeQuantities) -> Iterator[Cells]:
    """Variance inflation of every driver of every outcome."""
    table = solution.table
    for k, (source, target) in sorted(enumerate(table.paths), key=lambda one: (one[1][1], one[1][0])):
        value = float(found.vif[k])
        yield {
            "target": table.constructs[target],
            "driver": table.constructs[source],
            "vif": value,
            "why": "" if np.isfinite(value) else _no_inflation(solution, found, target),
        }


def _no_inflation(solution: CompositeSolution, found: CompositeQuantities, target: int) -> str:
    drivers = solution.table.drivers(target)
    known = np.isfinite(found.correlations[np.ix_(drivers, drivers)]).all()
    return "the drivers determine each other exactly" if known else UNDEFINED


def indicator_driver_rows(
    model: ModelSpec, solution: CompositeSolution, found: dict[str, Interval]
) -> Iterator[Cells]:
    """Importance and performance of every question of every driver (IPMA on indicators).

    Importance = index weight x total effect of the construct: index points of the target per point (0-100)
    of the question (Ringle & Sarstedt 2016, Industrial Management & Data Systems 116, 1865-1886).
    """
    table, names = solution.table, model.construct_names
    importance, performance = found["item_importance"], found["item_performance"]
    targets = [name for name in names if name == model.index or model.index in ancestors(model, name)]
    for target in targets:
        j, drivers = names.index(target), ancestors(model, target)
        for k, (owner, item) in enumerate(zip(table.owner, table.item, strict=True)):
            if names[owner] not in drivers:
                continue
            value = float(importance.value[j, k])
            yield {
                "target": target,
                "driver": names[owner],
                "indicator": table.indicators[item],
                "importance": value,
                "importance_ci_lower": float(importance.lower[j, k]),
                "importance_ci_upper": float(importance.upper[j, k]),
                "performance": float(performance.value[item]),
                "performance_ci_lower": float(performance.lower[item]),
                "performance_ci_upper": float(performance.upper[item]),
                "impact_5": 5 * value,
                "ci_method": importance.method,
                "why": structure.reason(importance, value, float(importance.se[j, k])),
            }


def moderation_rows(solution: CompositeSolution, interval: Interval) -> Iterator[Cells]:
    """Standardised effect of a driver where its moderator is low, average and high."""
    table = solution.table
    for k, (target, driver, moderator, _) in enumerate(moderations(table)):
        for v, level in enumerate(LEVELS):
            yield {
                "source": table.constructs[driver],
                "target": table.constructs[target],
                "moderator": table.constructs[moderator],
                "moderator_at": {-1.0: "low", 0.0: "average", 1.0: "high"}[level],
                "effect": float(interval.value[k, v]),
                "se": float(interval.se[k, v]),
                "ci_lower": float(interval.lower[k, v]),
                "ci_upper": float(interval.upper[k, v]),
                "ci_method": interval.method,
                "why": structure.reason(interval, float(interval.value[k, v]), float(interval.se[k, v])),
            }
