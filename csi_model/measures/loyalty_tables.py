"""Tables of the satisfaction-loyalty curve: by answer, by zone, slopes compared, test of a straight line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from csi_model.errors import SurveyError
from csi_model.frames import typed_frame
from csi_model.measures.estimates import Design, Mask, estimate
from csi_model.measures.intervals import wald
from csi_model.measures.loyalty_curve import (
    EMPTY_ZONE,
    MOST_ANSWERS,
    NO_ERRORS,
    ZONES,
    Curve,
    Slopes,
    Wald,
    Zones,
    bend_test,
    no_slopes,
    pattern_of,
    smooth_curve,
    spline_basis,
    zone_slopes,
)
from csi_model.measures.quantities import Quantity, Row, Unit, mean_of, measure_row, share_of
from csi_model.measures.questions import counted_of
from csi_model.multiplicity import holm
from csi_model.survey.survey import Floats
from csi_model.vocabulary import MEASURES

KINDS = ("lower_middle", "upper_middle")


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Both answers of every respondent: ``satisfaction`` (n,) in answers, ``loyalty`` (n,) on 0-100.

    ``both`` are those who gave both.
    """

    satisfaction: Floats
    loyalty: Floats
    zones: Zones

    @property
    def both(self) -> Mask:
        """Respondents with both (n,)."""
        return np.isfinite(self.satisfaction) & np.isfinite(self.loyalty)

    @property
    def position(self) -> Floats:
        """Satisfaction (n,) on 0-100."""
        return self.zones.position(self.satisfaction)


@dataclass(frozen=True, kw_only=True)
class UnitCurve:
    """What was fitted to one unit: ``mask`` (n,) its respondents with both answers; ``why`` hides it all."""

    unit: Unit
    mask: Mask
    curve: Curve
    slopes: Slopes
    test: Wald
    why: str = ""


def unit_curves(
    pairs: Pairs, units: Sequence[Unit], design: Design, *, where: str, min_base: int
) -> list[UnitCurve]:
    """Fit curve and slopes in every unit; a group smaller than ``min_base`` is suppressed.

    ``where`` names the questions in messages.

    Raises
    ------
    SurveyError
        Nobody gave both answers, or satisfaction has more than ``MOST_ANSWERS`` different ones.
    """
    both = pairs.both
    answers = np.unique(pairs.satisfaction[both])
    if not len(answers):
        what = "nobody answered both the question on satisfaction and those on loyalty."
        raise SurveyError.at(where, what, "Check the columns, missing codes and routing.", code="empty-base")
    if len(answers) > MOST_ANSWERS:
        what = f"satisfaction has {len(answers)} different answers; a curve by answer needs at most "
        what += f"{MOST_ANSWERS}."
        raise SurveyError.at(where, what, "Group them into steps, such as tenths.", code="many-answers")
    return [_fit(pairs, unit, both, design, min_base if k else 0) for k, unit in enumerate(units)]


def _fit(pairs: Pairs, unit: Unit, both: Mask, design: Design, min_base: int) -> UnitCurve:
    mask, x, y, limits = unit.mask & both, pairs.position, pairs.loyalty, pairs.zones.limits
    n = int(mask.sum())
    if n < min_base:
        why = f"suppressed: {n} respondents are fewer than the minimum base of {min_base}"
        hidden = no_slopes(why)
        return UnitCurve(
            unit=unit, mask=mask, why=why, curve=Curve(why=why), test=Wald(why=why), slopes=hidden
        )
    curve = smooth_curve(x, y, mask, design, limits)
    return UnitCurve(
        unit=unit,
        mask=mask,
        curve=curve,
        slopes=zone_slopes(x, y, mask, design, limits),
        test=bend_test(curve, y, mask),
    )


def loyalty_quantities(pairs: Pairs, item: str, loyalty: str) -> list[Quantity]:
    """Mean loyalty, and the share of customers in each zone, among those with both answers."""
    both, zone = pairs.both, pairs.zones.of(pairs.satisfaction)
    scores = np.where(both, pairs.loyalty, np.nan)
    ends = (0.0, 100.0)
    made = [mean_of(scores, measure="loyalty_score", item=loyalty, metric="score", bounds=ends)]
    for place, name in enumerate(ZONES):
        shares = np.where(both, zone == place, np.nan)
        said = counted_of(_ends(pairs, place), pairs.zones.scale)
        made.append(share_of(shares, measure=f"share_{name}", item=item, counted=said))
    return made


def _ends(pairs: Pairs, zone: int) -> tuple[float, float]:
    """First and last answer of a zone; where answers are not whole, the limits."""
    zones, step = pairs.zones, 1.0 if pairs.zones.whole else 0.0
    return (
        (zones.scale.low, zones.low - step),
        (zones.low, zones.high),
        (zones.high + step, zones.scale.high),
    )[zone]


def curve_frame(pairs: Pairs, curves: Sequence[UnitCurve], design: Design, *, level: float) -> pd.DataFrame:
    """Table ``loyalty_curve``: mean loyalty by answer with Student's interval, and the smooth curve there."""
    rows = [row for one in curves for row in _curve_rows(pairs, one, design, level)]
    return typed_frame(MEASURES["loyalty_curve"], rows)


def _curve_rows(pairs: Pairs, one: UnitCurve, design: Design, level: float) -> Iterator[Row]:
    if one.why or not one.mask.any():
        yield {"unit": one.unit.name, "n": int(one.mask.sum()), "why": one.why or "nobody answered"}
        return
    answers = np.unique(pairs.satisfaction[one.mask])
    values, errors = np.full(len(answers), math.nan), np.full(len(answers), math.nan)
    df = math.nan
    if one.curve.fit is not None:
        values, errors = one.curve.fit.at(spline_basis(pairs.zones.position(answers), one.curve.knots))
        df = one.curve.fit.df
    for answer, value, error in zip(answers.tolist(), values.tolist(), errors.tolist(), strict=True):
        mean = _mean(pairs, one.mask & (pairs.satisfaction == answer), design, level)
        lower, upper = _student(value, error, df, level)
        yield {
            "unit": one.unit.name,
            "satisfaction": answer,
            "zone": ZONES[int(pairs.zones.of(answer))],
            "n": mean["n"],
            "loyalty": mean["value"],
            "ci_lower": mean["ci_lower"],
            "ci_upper": mean["ci_upper"],
            "fitted": value,
            "fitted_ci_lower": lower,
            "fitted_ci_upper": upper,
            "why": _whys(mean["why"], one.curve.why, NO_ERRORS if np.isnan(lower) else ""),
        }


def _whys(*whys: str) -> str:
    return "; ".join(dict.fromkeys(why for why in whys if why))


def _mean(pairs: Pairs, mask: Mask, design: Design, level: float) -> Row:
    quantity = mean_of(pairs.loyalty, measure="", item="", metric="score", bounds=(0.0, 100.0))
    one = estimate(quantity.parts, design.weights, mask, spread="score")
    row = measure_row(quantity, "", one, design, level=level, min_base=0)
    return {**row, "why": "one answer has no spread"} if one.n == 1 and row["why"] else row


def _student(value: float, error: float, df: float, level: float) -> tuple[float, float]:
    return wald(value, error, level, df) if df > 0 else (math.nan, math.nan)


def zones_frame(pairs: Pairs, curves: Sequence[UnitCurve], design: Design, *, level: float) -> pd.DataFrame:
    """Table ``loyalty_zones``: share of customers (Wilson), mean loyalty and slope (Student) by zone."""
    rows = [_zone_row(pairs, one, zone, design, level) for one in curves for zone in range(3)]
    return typed_frame(MEASURES["loyalty_zones"], rows)


def _zone_row(pairs: Pairs, one: UnitCurve, zone: int, design: Design, level: float) -> Row:
    low, high = _ends(pairs, zone)
    row: Row = {"unit": one.unit.name, "zone": ZONES[zone], "from_answer": low, "to_answer": high}
    if one.why or not one.mask.any():
        return {**row, "n": int(one.mask.sum()) if not one.why else None, "why": one.why or "nobody answered"}
    here = pairs.zones.of(pairs.satisfaction) == zone
    quantity = share_of(np.where(one.mask, here, np.nan), measure="", item="")
    part = estimate(quantity.parts, design.weights, one.mask, spread="share")
    share = measure_row(quantity, "", part, design, level=level, min_base=0)
    mean = _mean(pairs, one.mask & here, design, level)
    slope, error = float(one.slopes.slopes[zone]), float(one.slopes.errors[zone])
    lower, upper = _student(slope, error, one.slopes.df, level)
    missing = one.slopes.why or (EMPTY_ZONE if math.isnan(slope) else NO_ERRORS if math.isnan(lower) else "")
    return {
        **row,
        "n": mean["n"],
        "share": share["value"] / 100,
        "share_ci_lower": share["ci_lower"] / 100,
        "share_ci_upper": share["ci_upper"] / 100,
        "loyalty": mean["value"],
        "loyalty_ci_lower": mean["ci_lower"],
        "loyalty_ci_upper": mean["ci_upper"],
        "slope": slope,
        "slope_ci_lower": lower,
        "slope_ci_upper": upper,
        "why": _whys(share["why"], EMPTY_ZONE if mean["n"] == 0 else mean["why"], missing),
    }


def slopes_frame(curves: Sequence[UnitCurve], *, level: float) -> pd.DataFrame:
    """Table ``loyalty_slopes``: slope of either end against the middle zone, by t, Holm for the two."""
    rows = [row for one in curves for row in _slope_rows(one, level)]
    return typed_frame(MEASURES["loyalty_slopes"], rows)


def _slope_rows(one: UnitCurve, level: float) -> list[Row]:
    made: list[Row] = []
    slopes = one.slopes
    for k, kind in enumerate(KINDS):
        difference, error = float(slopes.differences[k]), float(slopes.difference_errors[k])
        lower, upper = _student(difference, error, slopes.df, level)
        known = error > 0 and math.isfinite(lower)
        p = 2 * float(stats.t.sf(abs(difference) / error, slopes.df)) if known else math.nan
        why = one.why or slopes.why or (EMPTY_ZONE if math.isnan(difference) else "" if known else NO_ERRORS)
        made.append(
            {
                "unit": one.unit.name,
                "kind": kind,
                "value_1": float(slopes.slopes[2 * k]),
                "value_2": float(slopes.slopes[1]),
                "difference": difference,
                "se": error,
                "ci_lower": lower,
                "ci_upper": upper,
                "pvalue": p,
                "why": why,
            }
        )
    for row, p in zip(made, holm(np.array([row["pvalue"] for row in made])), strict=True):
        row["pvalue_holm"] = float(p)
        row["verdict"] = "not tested" if math.isnan(p) else "no clear difference"
        if p < 1 - level:
            row["verdict"] = "steeper" if row["difference"] > 0 else "flatter"
    return made


def bends_frame(curves: Sequence[UnitCurve], slopes: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Table ``loyalty_curve_tests``: is it a straight line, and which form has it (``pattern_of``).

    p values of groups are adjusted for their number after Holm (1979); all respondents are one question.
    """
    p = np.array([one.test.pvalue for one in curves])
    adjusted = np.concatenate([p[:1], holm(p[1:])]) if len(p) > 1 else p
    rows = [_test_row(one, float(q), slopes, level) for one, q in zip(curves, adjusted, strict=True)]
    return typed_frame(MEASURES["loyalty_curve_tests"], rows)


def _test_row(one: UnitCurve, adjusted: float, slopes: pd.DataFrame, level: float) -> Row:
    test = one.test
    tested = math.isfinite(adjusted)
    bent = tested and adjusted < 1 - level
    words: dict[str, Any] = dict(
        slopes.loc[slopes["unit"] == one.unit.name, ["kind", "verdict"]].itertuples(index=False)
    )
    pattern = ""
    if tested:
        pattern = pattern_of(
            bent=bent, lower=words[KINDS[0]], upper=words[KINDS[1]], slopes=one.slopes.slopes.tolist()
        )
    return {
        "unit": one.unit.name,
        "f_statistic": test.f,
        "df": test.df if tested else None,
        "df_error": test.df_error,
        "pvalue": test.pvalue,
        "pvalue_holm": adjusted,
        "verdict": ("bent" if bent else "no_clear_bend") if tested else "not tested",
        "pattern": pattern,
        "why": test.why,
    }
