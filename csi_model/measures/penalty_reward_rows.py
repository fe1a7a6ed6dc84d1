"""Penalty-reward contrasts of a survey: dummies, one regression for each unit, rows of the tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.measures.estimates import Design, Estimate, Mask, covariance
from csi_model.measures.independent import Value, independent_pairs
from csi_model.measures.intervals import NONE, wald
from csi_model.measures.penalty_reward import (
    MIN_CELL,
    NO_EFFECT,
    OPPOSITE,
    UNCLASSED,
    Asymmetry,
    Attribute,
    Contrast,
    asymmetry,
    class_of_asymmetry,
    factor_of,
    p_value,
    standard_error,
)
from csi_model.measures.quantities import EVERYBODY, Row, Unit, degrees_of_freedom
from csi_model.measures.regression import Regression, generalised_vif, ols
from csi_model.survey.survey import Floats

Array = NDArray[Any]


TOGETHER = "the low and high answers of attributes determine each other"


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The respondents of a unit who answered everything, and what each attribute's answers are.

    Attributes
    ----------
    there : (n,) bool
        Respondents with all answers; counts of low, middle and high answers of each attribute are ``counts``
        (a, 3).
    columns : (m, k)
        Dummies of the ``m`` respondents; ``place[attribute, 0 or 1]`` is the column of penalty or reward.
    """

    there: Mask
    counts: NDArray[np.int64]
    columns: Floats
    place: dict[tuple[int, int], int]


def cells_of(attributes: Sequence[Attribute], target: Floats, mask: Mask, smallest: int = 1) -> Cells:
    """The dummies: 1 for low answers (penalty) and 1 for high ones (reward), the middle is the reference.

    A dummy stands for every low or high cell with ``smallest`` respondents, also for one too small to be
    shown, so that it does not spoil the reference. Where an attribute has no middle answer, it has the dummy
    of the penalty only.
    """
    there = mask & np.isfinite(target)
    for one in attributes:
        there = there & np.isfinite(one.ratings)
    counts = np.zeros((len(attributes), 3), dtype=np.int64)
    columns: list[Floats] = []
    place: dict[tuple[int, int], int] = {}
    for k, one in enumerate(attributes):
        ratings = one.ratings[there]
        low, high = ratings <= one.low, ratings >= one.high
        counts[k] = low.sum(), len(ratings) - low.sum() - high.sum(), high.sum()
        for side, dummy in ((0, low), (1, high)):
            alone = side == 1 and (k, 0) in place and counts[k, 1] == 0
            if smallest <= dummy.sum() < len(ratings) and not alone:
                place[k, side] = len(columns)
                columns.append(dummy.astype(float))
    matrix = np.column_stack(columns) if columns else np.zeros((int(there.sum()), 0))
    return Cells(there=there, counts=counts, columns=matrix, place=place)


def penalty_reward_tables(
    attributes: Sequence[Attribute],
    target: Floats,
    target_name: str,
    units: Sequence[Unit],
    design: Design,
    *,
    level: float = 0.95,
    min_base: int = 30,
    min_cell: int = MIN_CELL,
    seed: int = 20_100,
) -> dict[str, list[Row]]:
    """Rows of ``penalty_reward`` and ``penalty_reward_fit``: one regression for each unit.

    The overall satisfaction is regressed on the dummies of all attributes at once (respondents who answered
    everything), weighted. Errors are HC3 for a simple random sample, else linearised over the design.

    Parameters
    ----------
    target : (n,)
        Overall satisfaction, in answer units.
    min_cell
        Contrasts with fewer answers in the low or high cell, or in the middle, are not shown.
    """
    made: dict[str, list[Row]] = {"penalty_reward": [], "penalty_reward_fit": []}
    for number, unit in enumerate(units):
        least = min_base if number else 0
        cells = cells_of(attributes, target, unit.mask)
        fit, why = _fitted(cells, target, design, least)
        if why == TOGETHER:  # perhaps only cells that are not shown anyway
            cells = cells_of(attributes, target, unit.mask, min_cell)
            fit, why = _fitted(cells, target, design, least)
        summary, rows = _unit_rows(attributes, cells, fit, why, design, level, min_cell, seed)
        made["penalty_reward_fit"].append({"unit": unit.name, "item": target_name, **summary})
        made["penalty_reward"] += [{"unit": unit.name, **row} for row in rows]
    return made


def contrast_differences(rows: Sequence[Row], design: Design, level: float) -> Iterator[Row]:
    """Rows of ``measure_differences``: penalties and rewards of all pairs of groups, attribute by attribute.

    Groups rest on different respondents, so that their errors add up; under clusters, which may reach into
    several groups, they are not compared.
    """
    if design.sample.cluster is not None:
        return
    for measure in ("penalty", "reward"):
        for attribute in dict.fromkeys(row["attribute"] for row in rows):
            values = [
                Value(unit=row["unit"], value=row[measure], se=row[f"{measure}_se"])
                for row in rows
                if row["attribute"] == attribute and row["unit"] != EVERYBODY
            ]
            yield from independent_pairs(values, measure=measure, item=attribute, level=level)


def _fitted(cells: Cells, target: Floats, design: Design, least: int) -> tuple[Regression | None, str]:
    n = int(cells.there.sum())
    if n == 0:
        return None, "nobody answered all of the questions"
    if n < least:
        return None, f"suppressed: {n} respondents are fewer than the minimum base of {least}"
    if np.ptp(target[cells.there]) == 0:
        return None, "overall satisfaction has the same answer from everybody"
    if not cells.columns.shape[1]:
        return None, "no attribute has both low or high answers and others"
    try:
        return ols(target[cells.there], cells.columns, design.weights[cells.there]), ""
    except EstimationError as error:
        code = error.findings[0].code
    few = f"only {n} respondents for {cells.columns.shape[1] + 1} coefficients"
    return None, few if code == "too-few" else TOGETHER


def _unit_rows(
    attributes: Sequence[Attribute],
    cells: Cells,
    fit: Regression | None,
    why: str,
    design: Design,
    level: float,
    min_cell: int,
    seed: int,
) -> tuple[Row, list[Row]]:
    """The row on the regression, and a row for each attribute."""
    used = design.weights[cells.there]
    n = len(used)
    summary: Row = {"n": n, "n_eff": math.nan, "r2": math.nan, "r2_adjusted": math.nan, "method": ""}
    hidden = why.startswith("suppressed")
    empty = [_empty(one, None if hidden else counts, why) for one, counts in _each(attributes, cells)]
    if fit is None:
        return {**summary, "why": why}, empty
    cov, df = _covariance(fit, cells, design)
    pairs = sorted({k for k, _ in cells.place})
    blocks = [[cells.place[k, side] for side in (0, 1) if (k, side) in cells.place] for k in pairs]
    vifs = dict(zip(pairs, generalised_vif(cells.columns, blocks, used), strict=True))
    rows = []
    for k, (one, counts) in enumerate(_each(attributes, cells)):
        contrast, reasons = _contrast(k, counts, cells, fit, cov, df, min_cell)
        row = {**_empty(one, counts, reasons), "vif": vifs.get(k, math.nan)}
        rows.append(row | _numbers(contrast, reasons, level, seed))
    kish = float(used.sum() ** 2 / (used @ used))
    summary |= {
        "n_eff": float(n) if design.simple else kish,
        "r2": fit.r2,
        "r2_adjusted": fit.r2_adjusted,
        "method": "hc3" if design.simple else "design_based",
        "why": "" if np.isfinite(cov).all() else "no standard error in this sample",
    }
    return summary, rows


def _each(attributes: Sequence[Attribute], cells: Cells) -> Iterator[tuple[Attribute, Array]]:
    return zip(attributes, cells.counts, strict=True)


def _covariance(fit: Regression, cells: Cells, design: Design) -> tuple[Array, float]:
    """Covariance of all coefficients, and degrees of freedom of their tests.

    Respondents less coefficients; by effective n under weights; clusters less strata, where there are any.
    """
    if design.simple:
        return fit.covariance, float(fit.df)
    used = design.weights[cells.there]
    estimates = []
    for k, value in enumerate(fit.coefficients):
        influence = np.zeros(len(cells.there))
        influence[cells.there] = fit.influences[:, k]
        made = Estimate(
            value=float(value), influence=influence, n=fit.n, kish=float(used.sum() ** 2 / (used @ used)),
            variance_of_one=math.nan, spread="score", base=cells.there,
        )  # fmt: skip
        estimates.append(made)
    df = degrees_of_freedom(estimates[0], design)
    lost = 0 if design.sample.cluster is not None else len(fit.coefficients) - 1
    return covariance(estimates, design), df - lost


def _contrast(
    k: int, counts: Array, cells: Cells, fit: Regression, cov: Array, df: float, min_cell: int
) -> tuple[Contrast, str]:
    """Penalty and reward of the attribute ``k``, as far as its cells are large enough, and why not."""
    values, covariances, reasons = [math.nan, math.nan], np.full((2, 2), np.nan), []
    low, middle, high = (int(count) for count in counts)
    shown: list[int] = []
    if middle < min_cell:
        reasons.append(f"{middle} middle answers are fewer than the {min_cell} that a reference needs")
    else:
        sides = ((0, low, "penalty: {} low"), (1, high, "reward: {} high"))
        shown = [side for side, count, _ in sides if count >= min_cell]
        reasons += [
            f"{name.format(count)} answers are fewer than {min_cell}"
            for _, count, name in sides
            if count < min_cell
        ]
    at = [cells.place[k, side] + 1 for side in shown]  # the intercept comes first
    for side, place in zip(shown, at, strict=True):
        values[side] = float(fit.coefficients[place])
    covariances[np.ix_(shown, shown)] = cov[np.ix_(at, at)]
    made = Contrast(penalty=values[0], reward=values[1], covariance=covariances, df=df)
    return made, "; ".join(reasons)


def _empty(one: Attribute, counts: Array | None, why: str) -> Row:
    names = ("penalty", "penalty_se", "penalty_ci_lower", "penalty_ci_upper", "pvalue_penalty", "reward",
             "reward_se", "reward_ci_lower", "reward_ci_upper", "pvalue_reward", "pvalue_balance",
             "impact_range", "asymmetry", "asymmetry_ci_lower", "asymmetry_ci_upper", "vif")  # fmt: skip
    low, middle, high = (None, None, None) if counts is None else (int(count) for count in counts)
    row: Row = {
        "attribute": one.name, "answers_low": one.low_words, "answers_high": one.high_words,
        "n_low": low, "n_middle": middle, "n_high": high, "class3": "", "class5": "", "why": why,
    }  # fmt: skip
    return row | dict.fromkeys(names, math.nan)


def _numbers(contrast: Contrast, reasons: str, level: float, seed: int) -> Row:
    """What a contrast says, and why something of it is empty."""
    made: Row = {}
    for name, value, of in (("penalty", contrast.penalty, (1, 0)), ("reward", contrast.reward, (0, 1))):
        se = standard_error(contrast, of)
        lower, upper = wald(value, se, level, contrast.df) if contrast.df > 0 else NONE
        made |= {name: value, f"{name}_se": se, f"{name}_ci_lower": lower, f"{name}_ci_upper": upper}
        made[f"pvalue_{name}"] = p_value(contrast, of)
    made["pvalue_balance"] = p_value(contrast, (1, 1))
    factor = factor_of(contrast, level)
    found = asymmetry(contrast, level=level, seed=seed)
    if factor in UNCLASSED:
        found = Asymmetry(impact_range=found.impact_range, value=math.nan, interval=NONE)
    why = [part for part in (reasons, *_told(contrast, found, factor)) if part]
    made |= {
        "impact_range": found.impact_range,
        "asymmetry": found.value,
        "asymmetry_ci_lower": found.interval[0],
        "asymmetry_ci_upper": found.interval[1],
        "class3": factor,
        "class5": class_of_asymmetry(found.value),
        "why": "; ".join(why),
    }
    return made


def _told(contrast: Contrast, found: Asymmetry, factor: str) -> Iterator[str]:
    if not (math.isfinite(contrast.penalty) and math.isfinite(contrast.reward)):
        return
    if factor in ("no_clear_effect", "opposite"):
        yield NO_EFFECT if factor == "no_clear_effect" else OPPOSITE
        return
    if contrast.penalty > 0:
        yield "the penalty has the wrong sign and counts as none in range and asymmetry"
    if contrast.reward < 0:
        yield "the reward has the wrong sign and counts as none in range and asymmetry"
    if not np.isfinite(contrast.covariance).all():
        yield "no standard error in this sample"
    elif math.isfinite(found.value) and not math.isfinite(found.interval[0]):
        yield "asymmetry: a tenth of the draws and more have neither penalty nor reward"
