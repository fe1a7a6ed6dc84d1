"""Rows of what is looked at beside a PLS estimate: necessary conditions, bottlenecks, tetrads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import unpacked
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.evaluation.necessity import Necessity, necessity
from csi_model.evaluation.quantities import Metric
from csi_model.evaluation.scores import weighted_scores
from csi_model.evaluation.structure_tables import ancestors
from csi_model.evaluation.tetrads import tetrad_tests
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]

NOTABLE = 0.1
"""Effect size from which a condition counts as necessary, if p < .05 too (Dul 2016, p. 30)."""


def necessary_conditions(
    model: ModelSpec, part: GroupFit, metric: Metric, weights: Array, *, permutations: int, seed: int
) -> tuple[tuple[str, str, Necessity], ...]:
    """(target, driver, analysis) of every direct driver of the index construct and those after it.

    On the 0-100 scores of the respondents by ``weights`` (m, p), within the whole scale; sampling weights
    do not move a ceiling.
    """
    names = model.construct_names
    scores = weighted_scores(100 * (part.sample.answers - metric.low) / metric.width, weights)
    products = {construct.name for construct in model.products}
    found = []
    for target in names:
        if target != model.index and model.index not in ancestors(model, target):
            continue
        for driver in model.drivers_of(target):
            if driver in products:
                continue
            x, y = scores[:, names.index(driver)], scores[:, names.index(target)]
            there = np.isfinite(x) & np.isfinite(y)
            made = necessity(
                x[there], y[there], low_x=0, high_x=100, low_y=0, high_y=100,
                permutations=permutations, seed=seed,
            )  # fmt: skip
            found.append((target, driver, made))
    return tuple(found)


def necessity_rows(found: tuple[tuple[str, str, Necessity], ...]) -> Iterator[Cells]:
    """Effect sizes of both ceiling lines."""
    for target, driver, made in found:
        for name, size, pvalue, accuracy in (
            ("ce_fdh", made.ce_fdh, made.pvalue_ce_fdh, 1.0),
            ("cr_fdh", made.cr_fdh, made.pvalue_cr_fdh, made.accuracy),
        ):
            known = np.isfinite(size)
            yield {
                "target": target,
                "driver": driver,
                "ceiling": name,
                "effect_size": size,
                "pvalue": pvalue,
                "accuracy": accuracy if known else np.nan,
                "verdict": ("necessary" if size >= NOTABLE and pvalue < 0.05 else "not_necessary")
                if known
                else "",
                "why": made.why or ("" if known else "not defined"),
            }


def bottleneck_rows(found: tuple[tuple[str, str, Necessity], ...]) -> Iterator[Cells]:
    """Level of the driver (index points) without which nobody reaches a level of the target."""
    for target, driver, made in found:
        for level, required in zip(made.bottleneck.outcome, made.bottleneck.ce_fdh, strict=True):
            value, why = float(required), ""
            if np.isnan(value):
                why = "not necessary at this level"
            elif np.isinf(value):
                value, why = np.nan, "nobody in the sample reached this level"
            yield {
                "target": target,
                "target_level": float(level),
                "driver": driver,
                "required": value,
                "why": why,
            }


def tetrad_rows(model: ModelSpec, solution: CompositeSolution, level: float) -> Iterator[Cells]:
    """Tetrads of every construct of four questions and more, with the construct's verdict on each row."""
    table, draws = solution.table, solution.draws
    own = {
        construct.name: tuple(table.indicators.index(item.name) for item in construct.indicators)
        for construct in model.constructs
        if len(construct.indicators) >= 4
    }
    if not own:
        return
    state = unpacked(table, solution.means, solution.values)
    drawn = np.empty((0, *state.cov.shape))
    if draws is not None:
        drawn = unpacked(table, draws.means, draws.values).correlation
    made = tetrad_tests(state.correlation, drawn, own, level=level)
    said = {
        one.construct: "" if one.contradicted is None else ("contradicted" if one.contradicted else "upheld")
        for one in made.verdicts
    }
    for row in made.rows:
        yield {
            "construct": row.construct,
            "tetrad": ", ".join(table.indicators[i] for i in row.items),
            "value": row.value,
            "se": row.se,
            "ci_lower": row.lower,
            "ci_upper": row.upper,
            "pvalue": row.pvalue_bonferroni,
            "verdict": said[row.construct],
            "why": row.why,
        }
