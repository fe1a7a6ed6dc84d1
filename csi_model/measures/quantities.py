"""From what counts to the tables: every measure in every unit with its interval, and how units differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from csi_model.errors import Finding, SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.estimates import Design, Estimate, Mask, Part, Spread, covariance, effective, estimate
from csi_model.measures.intervals import NONE, Interval, newcombe, wald, wilson
from csi_model.multiplicity import holm
from csi_model.survey.moments import group_masks
from csi_model.survey.survey import Survey
from csi_model.vocabulary import MEASURES

EVERYBODY = "all respondents"
"""The whole sample among the units of a table."""
OTHERS = "all others"
SEPARATOR = " / "
ALL_ALIKE = "the answers of both are all the same: there is nothing to test"
"""Why a difference of zero without any spread has no test statistic."""
PAIRS = 12
"""With more units than this each is compared with all others together only."""

Kind = Literal["wilson", "normal", "t"]
Row = dict[str, Any]
Limits = Callable[[Estimate, float, float, float], Interval]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One measure of one item: what each respondent counts, and how its interval is made.

    Attributes
    ----------
    measure, item, counted
        Name of the measure, question (or part), and what counts in words of the file (``8-10 of 1-10``).
    parts
        See ``Part``; the value is their sum.
    metric
        ``percent``, ``score`` or ``answer_units``.
    interval
        ``wilson`` for one 0/1 score; ``normal`` or ``t``.
    limits
        Own rule for the interval, from estimate, standard error, effective n and level; ``method`` names it.
    band
        Grade of a value, such as an Indonesian quality band.
    bounds
        Lowest and highest value that it can have: the interval of a unit ends there.
    compared
        Whether units are tested against each other in it.
    """

    measure: str
    item: str
    counted: str = ""
    parts: tuple[Part, ...]
    metric: str = "percent"
    interval: Kind = "wilson"
    limits: Limits | None = None
    method: str = ""
    band: Callable[[float], str] | None = None
    bounds: Interval = (-math.inf, math.inf)
    compared: bool = True

    @property
    def spread(self) -> Spread:
        """Divisor n for shares and their like, n - 1 for scores."""
        return "score" if self.interval == "t" else "share"

    @property
    def scale(self) -> float:
        """Value of a share of one, for a measure of one part."""
        return self.parts[0].coefficient


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit of the tables: its name, and its respondents."""

    name: str
    mask: Mask


def share_of(
    scores: Any, *, measure: str, item: str, counted: str = "", metric: str = "percent", **more: Any
) -> Quantity:
    """A share in percent: ``scores`` (n,) are 1, 0, or NaN outside the base."""
    parts = (Part(coefficient=100.0, scores=np.asarray(scores, dtype=float)),)
    return Quantity(measure=measure, item=item, counted=counted, parts=parts, metric=metric, **more)


def mean_of(scores: Any, *, measure: str, item: str, metric: str, counted: str = "", **more: Any) -> Quantity:
    """A mean with Student's interval: ``scores`` (n,) in the metric named, NaN outside the base."""
    parts = (Part(coefficient=1.0, scores=np.asarray(scores, dtype=float)),)
    return Quantity(
        measure=measure, item=item, counted=counted, parts=parts, metric=metric, interval="t", **more
    )


def units_of(survey: Survey) -> tuple[Unit, ...]:
    """All respondents first, then every group, named by its values joined with `` / ``.

    Raises
    ------
    SurveyError
        A group has a name that means something else in the tables.
    """
    units = [Unit(name=EVERYBODY, mask=np.ones(len(survey), dtype=bool))]
    if survey.by:
        units += [Unit(name=SEPARATOR.join(key), mask=mask) for key, mask in group_masks(survey)]
    names = [unit.name for unit in units]
    taken = [name for name in (EVERYBODY, OTHERS) if names[1:].count(name)]
    if taken:
        what = f"a group has the name {taken[0]!r}, which stands for something else in the tables."
        raise SurveyError.at(
            f"--by {' '.join(survey.by)}", what, "Rename it in the survey.", code="name-twice"
        )
    return tuple(units)


def column(survey: Survey, name: str) -> Any:
    """Answers (n,) to a question, NaN where there is none."""
    return survey.answers[:, survey.names.index(name)]


def measure_tables(
    quantities: Sequence[Quantity], survey: Survey, *, level: float = 0.95, min_base: int = 30
) -> dict[str, pd.DataFrame]:
    """The tables ``measures`` and ``measure_differences`` of these quantities in every unit of the survey.

    A group whose base, or that of a part, is smaller than ``min_base`` is suppressed: its row says so and
    holds no number.

    Raises
    ------
    SurveyError
        Nobody at all is in the base of a quantity.
    """
    design, units = Design.of(survey), units_of(survey)
    rows: list[Row] = []
    differences: list[Row] = []
    for quantity in quantities:
        made = [estimate(quantity.parts, design.weights, unit.mask, spread=quantity.spread) for unit in units]
        if made[0].n == 0:
            what = f"nobody is in the base of {quantity.measure}: a share of none is not known."
            raise SurveyError.at(
                quantity.item, what, "Check the column, its missing codes and its routing.", code="empty-base"
            )
        rows += [
            measure_row(quantity, unit.name, one, design, level=level, min_base=min_base if k else 0)
            for k, (unit, one) in enumerate(zip(units, made, strict=True))
        ]
        if quantity.compared and len(units) > 2:
            shown = [k for k in range(1, len(units)) if made[k].fewest >= max(min_base, 1)]
            differences += list(_differences(quantity, units, made, shown, design, level, max(min_base, 1)))
    return {
        "measures": typed_frame(MEASURES["measures"], rows),
        "measure_differences": typed_frame(MEASURES["measure_differences"], differences),
    }


def measure_row(
    quantity: Quantity, unit: str, one: Estimate, design: Design, *, level: float, min_base: int
) -> Row:
    """One row of ``measures``."""
    row: Row = {
        "measure": quantity.measure, "item": quantity.item, "counted": quantity.counted, "unit": unit,
        "metric": quantity.metric, "value": math.nan, "se": math.nan, "ci_lower": math.nan,
        "ci_upper": math.nan, "ci_method": "", "n": one.n, "n_eff": math.nan, "band": "", "why": "",
    }  # fmt: skip
    if one.n == 0:
        return {**row, "why": "nobody answered"}
    if one.fewest < min_base:
        why = f"suppressed: {one.fewest} respondents are fewer than the minimum base of {min_base}"
        return {**row, "why": why}
    se = float(np.sqrt(np.maximum(covariance([one], design)[0, 0], 0.0)))  # NaN stays NaN
    n_eff = effective(one, se, simple=design.simple)
    limits = limits_of(quantity, one, se, n_eff, design, level)
    lower, upper = np.clip(limits, *quantity.bounds).tolist()  # NaN stays NaN
    known = math.isfinite(lower)
    return {
        **row,
        "value": one.value,
        "se": se,
        "ci_lower": lower,
        "ci_upper": upper,
        "ci_method": (quantity.method or quantity.interval) if known else "",
        "n_eff": n_eff,
        "band": quantity.band(one.value) if quantity.band is not None else "",
        "why": "" if known else "no standard error in this sample",
    }


def limits_of(
    quantity: Quantity, one: Estimate, se: float, n_eff: float, design: Design, level: float
) -> Interval:
    """The interval of a value by the rule of its quantity."""
    if quantity.limits is not None:
        return quantity.limits(one, se, n_eff, level)
    if quantity.interval == "wilson":
        return _scaled(quantity, wilson(one.value / quantity.scale, n_eff, level))
    if quantity.interval == "t":
        df = degrees_of_freedom(one, design)
        return wald(one.value, se, level, df) if df > 0 else NONE
    return wald(one.value, se, level)


def _scaled(quantity: Quantity, limits: Interval) -> Interval:
    """Limits of a share on the scale of its quantity, whose sign may turn them round."""
    low, high = (quantity.scale * limit for limit in limits)
    return (low, high) if quantity.scale > 0 else (high, low)


def degrees_of_freedom(one: Estimate, design: Design) -> float:
    """Respondents less one; with clusters, clusters less strata of the whole survey; else by effective n."""
    sample = design.sample
    if sample.cluster is not None:
        strata = np.zeros(sample.n, dtype=np.int64) if sample.strata is None else sample.strata
        clusters = np.unique(np.stack([strata, sample.cluster]), axis=1)  # a code is another in each stratum
        return float(clusters.shape[1] - len(np.unique(strata)))
    return (one.n if design.simple else one.kish) - 1


def _differences(
    quantity: Quantity,
    units: Sequence[Unit],
    made: Sequence[Estimate],
    shown: Sequence[int],
    design: Design,
    level: float,
    least: int,
) -> Iterator[Row]:
    """Each unit against all others together, and all pairs of up to ``PAIRS`` units; Holm within a kind.

    All others together are a unit, too: they need a base of ``least``.
    """
    rest = []
    for k in shown if len(units) > 3 else ():
        everybody = units[0].mask & ~units[k].mask
        other = estimate(quantity.parts, design.weights, everybody, spread=quantity.spread)
        if other.fewest >= least:
            rest.append(("rest", units[k].name, OTHERS, made[k], other))
    pairs = []
    if len(shown) <= PAIRS:
        pairs = [
            ("pair", units[i].name, units[j].name, made[i], made[j])
            for place, i in enumerate(shown)
            for j in shown[place + 1 :]
        ]
    for block in (rest, pairs):
        rows = [_difference(quantity, one, design, level) for one in block]
        yield from with_holm(rows, level)


def _difference(
    quantity: Quantity, pair: tuple[str, str, str, Estimate, Estimate], design: Design, level: float
) -> Row:
    kind, name_1, name_2, one, two = pair
    cov = covariance([one, two], design)
    difference = one.value - two.value
    variance = float(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    se = math.sqrt(variance) if variance >= 0 else math.nan
    lower, upper, method, z, pvalue = _tested(quantity, one, two, cov, se, design, level)
    known = math.isfinite(pvalue)
    return {
        "measure": quantity.measure, "item": quantity.item, "counted": quantity.counted, "kind": kind,
        "unit_1": name_1, "unit_2": name_2, "value_1": one.value, "value_2": two.value,
        "difference": difference, "se": se, "ci_lower": lower, "ci_upper": upper,
        "ci_method": method if math.isfinite(lower) else "", "z": z, "pvalue": pvalue,
        "pvalue_holm": math.nan, "verdict": "",
        "why": (ALL_ALIKE if math.isnan(z) else "") if known else "no standard error in this sample",
    }  # fmt: skip


def _tested(
    quantity: Quantity, one: Estimate, two: Estimate, cov: Any, se: float, design: Design, level: float
) -> tuple[float, float, str, float, float]:
    """Limits, their method, statistic and p value of a difference.

    Independent shares: pooled two-proportion z and Newcombe's interval. Scores: Welch's t. Else Wald's z.
    """
    difference = one.value - two.value
    independent = design.simple and float(cov[0, 1]) == 0
    if quantity.interval == "wilson" and independent and quantity.limits is None:
        a, b = one.value / quantity.scale, two.value / quantity.scale
        pool = min(1.0, max(0.0, (a * one.n + b * two.n) / (one.n + two.n)))  # rounding may lead beyond
        error = math.sqrt(pool * (1 - pool) * (1 / one.n + 1 / two.n))
        z = (a - b) / error if error > 0 else math.nan
        low, high = _scaled(quantity, newcombe(a, one.n, b, two.n, level))
        p = 2 * float(stats.norm.sf(abs(z))) if error > 0 else 1.0
        return low, high, "newcombe", math.copysign(1.0, quantity.scale) * z, p
    if not se > 0:
        same = se == 0 and difference == 0
        return (*NONE, "", math.nan, 1.0 if same else math.nan)
    z = difference / se
    if quantity.interval != "t":
        low, high = wald(difference, se, level)
        return low, high, "normal", z, 2 * float(stats.norm.sf(abs(z)))
    v, w = float(cov[0, 0]), float(cov[1, 1])
    below = v**2 / max(degrees_of_freedom(one, design), 1) + w**2 / max(degrees_of_freedom(two, design), 1)
    df = (v + w) ** 2 / below if below > 0 else math.inf
    if design.sample.cluster is not None:
        df = degrees_of_freedom(one, design)
    low, high = wald(difference, se, level, df)
    return low, high, "welch" if independent else "t", z, 2 * float(stats.t.sf(abs(z), df))


def with_holm(rows: list[Row], level: float) -> Iterator[Row]:
    """The rows with p values after Holm (1979) and a verdict by them."""
    for row, p in zip(rows, holm(np.array([row["pvalue"] for row in rows])), strict=True):
        verdict = "no clear difference" if math.isfinite(p) else "not tested"
        if p < 1 - level:
            verdict = "higher" if row["difference"] > 0 else "lower"
        yield {**row, "pvalue_holm": float(p), "verdict": verdict}


def one_hidden(tables: Mapping[str, pd.DataFrame]) -> tuple[Finding, ...]:
    """A warning where a single group of a quantity is suppressed: the others and the whole give it away."""
    rows = tables["measures"]
    hidden = rows[rows["why"].str.startswith("suppressed")]
    alone = hidden.groupby(["measure", "item", "counted"])["unit"].agg(["size", "first"])
    names = dict.fromkeys(alone.loc[alone["size"] == 1, "first"])
    return tuple(
        Finding(
            code="one-suppressed",
            severity="warning",
            where=str(name),
            what="it is the only suppressed group: its numbers follow from those of all respondents and "
            "of the other groups.",
            fix="Join it with another group before you pass the tables on.",
        )
        for name in names
    )
