"""Satisfaction-loyalty curve: zones, spline and slopes against statsmodels, planted curves found."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from fit_builders import model_of, survey_of
from patsy import dmatrix
from scipy import stats

from csi_model.errors import SurveyError
from csi_model.measures.estimates import Design
from csi_model.measures.loyalty_curve import (
    FEW,
    FLAT,
    TWO_ANSWERS,
    UNDETERMINED,
    Zones,
    bend_test,
    bent_basis,
    curve_knots,
    default_zones,
    pattern_of,
    smooth_curve,
    spline_basis,
    zone_slopes,
)
from csi_model.measures.loyalty_tables import (
    Pairs,
    bends_frame,
    curve_frame,
    loyalty_quantities,
    slopes_frame,
    unit_curves,
    zones_frame,
)
from csi_model.measures.quantities import measure_tables, units_of
from csi_model.model.spec import Scale
from csi_model.survey.survey import Floats, Survey

TEN = Scale(low=1, high=10)
ZONES = Zones(scale=TEN, low=6, high=8, whole=True)
SHARES = np.array([2, 1.5, 2, 3, 6, 9, 15, 22, 19.5, 20]) / 100
"""How satisfaction is usually answered."""


def survey(rows: int, groups: list[str] | None = None, **more: Any) -> Survey:
    given = {"groups": {"shop": groups}} if groups else {}
    return survey_of(model_of({"s": "S"}, {}, scales={"S": TEN}), np.full((rows, 1), 5.0), **given, **more)


def straight(x: Floats) -> Floats:
    return 15 + 0.7 * x


def kinked(x: Floats) -> Floats:
    """Slopes 1, 0 and 2: flat from 50 to 83.3, where the zones of 1-10 meet."""
    low, high = ZONES.limits
    return 10 + np.minimum(x, low) + 2 * np.maximum(x - high, 0)


def sample(curve: Any, n: int, seed: int, spread: float = 15.0) -> tuple[Floats, Floats]:
    """Satisfaction answers, and loyalty with errors whose variance rises with it."""
    rng = np.random.default_rng(seed)
    answers = rng.choice(np.arange(1.0, 11), p=SHARES, size=n)
    x = ZONES.position(answers)
    return answers, curve(x) + rng.normal(size=n) * spread * (0.5 + x / 100)


def pairs(answers: Any, loyalty: Any, zones: Zones = ZONES) -> Pairs:
    return Pairs(satisfaction=np.asarray(answers, float), loyalty=np.asarray(loyalty, float), zones=zones)


def tables(of: Pairs, whole: Survey, min_base: int = 30) -> dict[str, pd.DataFrame]:
    design = Design.of(whole)
    curves = unit_curves(of, units_of(whole), design, where="S, L", min_base=min_base)
    slopes = slopes_frame(curves, level=0.95)
    return {
        "curve": curve_frame(of, curves, design, level=0.95),
        "zones": zones_frame(of, curves, design, level=0.95),
        "slopes": slopes,
        "tests": bends_frame(curves, slopes, level=0.95),
    }


# zones


@pytest.mark.parametrize(
    ("ends", "middle"),
    [((1, 5), (3, 4)), ((1, 7), (4, 5)), ((1, 10), (6, 8)), ((0, 10), (5, 7)), ((1, 3), (2, 2))],
)
def test_zones_by_default(ends: tuple[float, float], middle: tuple[float, float]) -> None:
    """Indifference from 50 to below 80 of 0-100."""
    assert default_zones(Scale(low=ends[0], high=ends[1])) == middle


def test_zones_of_answers_that_are_not_whole() -> None:
    assert default_zones(Scale(low=0, high=100), whole=False) == (50, 80)


def test_zones_meet_half_way_between_answers() -> None:
    """5.5 and 8.5 of 1-10 are 50 and 83.33 of 0-100."""
    assert ZONES.limits == pytest.approx((50, 250 / 3))
    assert ZONES.of([1, 5, 6, 8, 9, 10]).tolist() == [0, 0, 1, 1, 2, 2]
    assert Zones(scale=TEN, low=6, high=8, whole=False).limits == pytest.approx((500 / 9, 700 / 9))


# bases


def test_the_spline_spans_patsys() -> None:
    """patsy's natural cubic spline with the same knots has the same fitted values."""
    x = np.linspace(0, 100, 41)
    knots = (0.0, 50.0, 83.0, 100.0)
    theirs = np.asarray(dmatrix("cr(x, knots=(50, 83), lower_bound=0, upper_bound=100) - 1", {"x": x}))
    y = np.sin(x / 20) * 30
    ours = np.column_stack([np.ones(41), spline_basis(x, knots)])
    fits = [basis @ np.linalg.lstsq(basis, y, rcond=None)[0] for basis in (ours, theirs)]
    assert fits[0] == pytest.approx(fits[1], abs=1e-8)


def test_the_spline_is_straight_outside_its_knots() -> None:
    basis = spline_basis(np.array([-30.0, -20, -10, 110, 120, 130]), (0.0, 50, 80, 100))
    assert np.allclose(np.diff(basis[:3], 2, axis=0), 0)
    assert np.allclose(np.diff(basis[3:], 2, axis=0), 0)


def test_two_knots_are_a_straight_line() -> None:
    assert spline_basis([1.0, 2], (0.0, 3.0)).tolist() == [[1], [2]]


def test_knots_need_answers_that_determine_them() -> None:
    limits = (50.0, 83.0)
    assert curve_knots(np.arange(0.0, 101, 10), limits) == (0, 50, 83, 100)
    assert curve_knots(np.array([0.0, 50, 100]), limits) == (0, 50, 100)
    assert curve_knots(np.array([60.0, 70, 80]), limits) == (60, 70, 80)  # all in one zone
    assert curve_knots(np.array([10.0, 90]), limits) == (10, 90)


# fits against statsmodels


def test_coefficients_errors_and_test_are_those_of_statsmodels() -> None:
    answers, y = sample(kinked, 300, 1)
    x, everybody = ZONES.position(answers), np.ones(300, dtype=bool)
    curve = smooth_curve(x, y, everybody, Design.of(survey(300)), ZONES.limits)
    assert curve.fit is not None
    basis = sm.add_constant(spline_basis(x, curve.knots))
    theirs = sm.OLS(y, basis).fit(cov_type="HC3", use_t=True)
    assert curve.fit.coefficients == pytest.approx(theirs.params, rel=1e-8)
    assert np.sqrt(np.diag(curve.fit.covariance)) == pytest.approx(theirs.bse, rel=1e-8)
    wald = theirs.f_test(np.eye(4)[2:])
    found = bend_test(curve, y, everybody)
    # theirs has F on 2 and d = n - 4 degrees of freedom; ours times (d - 1) / d on 2 and d - 1
    assert found.f == pytest.approx(float(np.squeeze(wald.fvalue)) * 295 / 296, rel=1e-8)
    assert (found.df, found.df_error) == (2, 295)
    assert found.pvalue == pytest.approx(float(stats.f.sf(found.f, 2, 295)))


def test_errors_of_a_clustered_sample_are_those_of_statsmodels() -> None:
    answers, y = sample(kinked, 300, 2)
    cluster = np.arange(300) // 6
    whole = survey(300, cluster=cluster)
    x, everybody = ZONES.position(answers), np.ones(300, dtype=bool)
    curve = smooth_curve(x, y, everybody, Design.of(whole), ZONES.limits)
    assert curve.fit is not None
    basis = sm.add_constant(spline_basis(x, curve.knots))
    theirs = sm.OLS(y, basis).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    assert curve.fit.covariance == pytest.approx(theirs.cov_params() * 50 / 49, rel=1e-8)
    assert curve.fit.df == 49


def test_weighted_coefficients_are_those_of_statsmodels() -> None:
    answers, y = sample(kinked, 200, 3)
    weights = np.random.default_rng(0).uniform(0.5, 2, 200)
    x, everybody = ZONES.position(answers), np.ones(200, dtype=bool)
    found = smooth_curve(x, y, everybody, Design.of(survey(200, weights=weights)), ZONES.limits)
    assert found.fit is not None
    theirs = sm.WLS(y, sm.add_constant(spline_basis(x, found.knots)), weights=weights).fit(cov_type="HC0")
    assert found.fit.coefficients == pytest.approx(theirs.params, rel=1e-8)
    assert found.fit.covariance == pytest.approx(theirs.cov_params() * 200 / 199, rel=1e-8)


def test_slopes_are_sums_of_the_coefficients_of_a_bent_line() -> None:
    answers, y = sample(kinked, 300, 4)
    x, everybody = ZONES.position(answers), np.ones(300, dtype=bool)
    found = zone_slopes(x, y, everybody, Design.of(survey(300)), ZONES.limits)
    theirs = sm.OLS(y, sm.add_constant(bent_basis(x, ZONES.limits))).fit(cov_type="HC3")
    L = np.array([[0, 1, 0, 0], [0, 1, 1, 0], [0, 1, 1, 1]])
    told = theirs.t_test(L)
    assert found.slopes == pytest.approx(told.effect, rel=1e-8)
    assert found.errors == pytest.approx(told.sd, rel=1e-8)
    differences = theirs.t_test(np.array([L[0] - L[1], L[2] - L[1]]))
    assert found.differences == pytest.approx(differences.effect, rel=1e-8)
    assert found.difference_errors == pytest.approx(differences.sd, rel=1e-8)


# planted curves


def test_a_planted_trap_is_found() -> None:
    """2,000 answers: not a straight line, flat between steep ends, slopes 1, 0, 2 in their intervals."""
    made = tables(pairs(*sample(kinked, 2000, 5)), survey(2000))
    test = made["tests"].iloc[0]
    assert (test["verdict"], test["pattern"]) == ("bent", "trap")
    assert test["pvalue"] < 1e-6
    assert made["slopes"]["verdict"].tolist() == ["steeper", "steeper"]
    for row, planted in zip(made["zones"].itertuples(), (1, 0, 2), strict=True):
        assert row.slope_ci_lower < planted < row.slope_ci_upper


def test_a_planted_straight_line_is_not_bent() -> None:
    test = tables(pairs(*sample(straight, 2000, 6)), survey(2000))["tests"].iloc[0]
    assert (test["verdict"], test["pattern"]) == ("no_clear_bend", "straight")


def test_a_straight_line_without_error_has_its_slope_everywhere() -> None:
    answers = np.tile(np.arange(1.0, 11), 20)
    rng = np.random.default_rng(7)
    y = straight(ZONES.position(answers)) + np.repeat(rng.normal(size=20), 10)
    found = zone_slopes(ZONES.position(answers), y, np.ones(200, bool), Design.of(survey(200)), ZONES.limits)
    assert found.slopes == pytest.approx([0.7] * 3)


def rejections(n: int, times: int, seed: int) -> float:
    """Share of straight lines with unequal errors that the test calls bent at the 5 % level."""
    design, everybody, found = Design.of(survey(n)), np.ones(n, dtype=bool), 0
    for k in range(times):
        answers, y = sample(straight, n, seed + k)
        curve = smooth_curve(ZONES.position(answers), y, everybody, design, ZONES.limits)
        found += bend_test(curve, y, everybody).pvalue < 0.05
    return found / times


def test_a_straight_line_is_seldom_rejected() -> None:
    """60 samples at 5 %: more than 9 rejections would have a probability below .002."""
    assert rejections(250, 60, 100) <= 9 / 60


@pytest.mark.slow
@pytest.mark.parametrize("n", [150, 600])
def test_the_level_of_the_test(n: int) -> None:
    """1,500 samples: 5 % with a standard error of .56 points; three of them, and a point for small n."""
    assert rejections(n, 1500, 10_000) == pytest.approx(0.05, abs=0.027 if n < 200 else 0.017)


@pytest.mark.slow
def test_slopes_cover_what_was_planted() -> None:
    design, everybody, hits = Design.of(survey(400)), np.ones(400, dtype=bool), np.zeros(3)
    for k in range(800):
        answers, y = sample(kinked, 400, 50_000 + k)
        found = zone_slopes(ZONES.position(answers), y, everybody, design, ZONES.limits)
        half = stats.t.ppf(0.975, found.df) * found.errors
        hits += np.abs(found.slopes - [1, 0, 2]) < half
    assert (np.abs(hits / 800 - 0.95) < 0.03).all()


# patterns


@pytest.mark.parametrize(
    ("lower", "upper", "slopes", "pattern"),
    [
        ("steeper", "steeper", (1, 0.1, 1), "trap"),
        ("steeper", "steeper", (1, 0.5, 1), "trap"),
        ("steeper", "steeper", (1, 0.6, 1), "steep_ends"),
        ("flatter", "flatter", (0, 1, 0), "steep_middle"),
        ("steeper", "", (2, 1, 1), "levels_off"),
        ("", "flatter", (1, 1, 0), "levels_off"),
        ("steeper", "flatter", (2, 1, 0), "levels_off"),
        ("", "steeper", (1, 1, 2), "takes_off"),
        ("flatter", "", (0, 1, 1), "takes_off"),
        ("flatter", "steeper", (0, 1, 2), "takes_off"),
        ("", "", (1, 1, 1), "bent_otherwise"),
    ],
)
def test_the_rules_of_the_pattern(lower: str, upper: str, slopes: tuple[float, ...], pattern: str) -> None:
    assert pattern_of(bent=True, lower=lower, upper=upper, slopes=slopes) == pattern
    assert pattern_of(bent=False, lower=lower, upper=upper, slopes=slopes) == "straight"


# tables


def test_means_by_answer_and_zone_by_hand() -> None:
    """Answers 5, 5, 7, 7, 9, 10: means 30, 60 and, in the zone of affection, 85; a third in each zone."""
    of = pairs([5, 5, 7, 7, 9, 10], [29, 31, 50, 70, 80, 90])
    made = tables(of, survey(6))
    curve = made["curve"].set_index("satisfaction")
    assert curve["loyalty"].tolist() == [30, 60, 80, 90]
    assert curve["n"].tolist() == [2, 2, 1, 1]
    # s = 1.414, standard error 1, t with one degree of freedom 12.706
    assert curve.loc[5, "ci_upper"] == pytest.approx(30 + 12.7062, abs=1e-3)
    # ten times as much for 50 and 70: 60 +- 127, of which 0 to 100 can be
    assert curve.loc[7, ["ci_lower", "ci_upper"]].tolist() == [0, 100]
    assert curve.loc[9, "why"].startswith("one answer has no spread")
    zones = made["zones"].set_index("zone")
    assert zones["loyalty"].tolist() == [30, 60, 85]
    assert zones["share"].tolist() == pytest.approx([1 / 3] * 3)
    assert zones[["from_answer", "to_answer"]].to_numpy().tolist() == [[1, 5], [6, 8], [9, 10]]


def test_five_steps_have_slopes_in_every_zone() -> None:
    """Affection is one answer there; without error slopes .4, .8, .8 of lines that meet at 37.5 and 87.5."""
    five = Zones(scale=Scale(low=1, high=5), low=3, high=4, whole=True)
    answers = np.repeat([1.0, 2, 3, 4, 5], 8)
    x = five.position(answers)
    y = 0.4 * np.minimum(x, 37.5) + 0.8 * np.maximum(x - 37.5, 0) + np.tile([-1.0, 1], 20)
    made = tables(pairs(answers, y, five), survey(40))
    assert made["zones"]["slope"].tolist() == pytest.approx([0.4, 0.8, 0.8])
    assert math.isfinite(made["tests"]["pvalue"][0])


def test_an_empty_zone_leaves_the_others_their_slopes() -> None:
    answers = np.tile([6.0, 7, 8, 9, 10], 10)
    made = tables(pairs(answers, answers * 7 + np.tile([0, 1.0], 25)), survey(50))
    zones = made["zones"].set_index("zone")
    assert math.isnan(zones.loc["defection", "slope"])
    assert "nobody is in this zone" in zones.loc["defection", "why"]
    assert zones.loc["indifference", "slope"] == pytest.approx(7 * 9 / 100, abs=0.1)
    assert made["slopes"]["verdict"].tolist()[0] == "not tested"


@pytest.mark.parametrize(
    ("answers", "loyalty", "why", "slopes"),
    [
        ([5.0, 8] * 20, np.arange(40.0), TWO_ANSWERS, UNDETERMINED),
        ([5.0] * 40, np.arange(40.0), TWO_ANSWERS, UNDETERMINED),
        (list(range(1, 11)) * 4, np.full(40, 50.0), FLAT, FLAT),
        ([4.0, 5, 7, 9], [1.0, 2, 3, 4], FEW, FEW),
    ],
)
def test_what_cannot_be_fitted_says_why(answers: Any, loyalty: Any, why: str, slopes: str) -> None:
    made = tables(pairs(answers, loyalty), survey(len(answers)))
    assert made["tests"]["why"].tolist() == [why]
    assert made["tests"]["verdict"].tolist() == ["not tested"]
    assert set(made["slopes"]["why"]) == {slopes}
    for frame in made.values():
        numbers = frame.select_dtypes("number")
        assert (frame.loc[numbers.isna().any(axis=1), "why"] != "").all()


def test_nobody_with_both_answers() -> None:
    with pytest.raises(SurveyError, match="nobody answered both"):
        tables(pairs([5.0, math.nan], [math.nan, 50.0]), survey(2))


def test_too_many_answers_for_a_curve_by_answer() -> None:
    hundred = Zones(scale=Scale(low=0, high=100), low=50, high=79, whole=True)
    with pytest.raises(SurveyError, match="at most 21"):
        tables(pairs(np.arange(40.0), np.arange(40.0), hundred), survey(40))


def test_one_cluster_has_no_errors() -> None:
    answers, y = sample(straight, 60, 9)
    made = tables(pairs(answers, y), survey(60, cluster=np.zeros(60, dtype=int)))
    assert made["tests"]["why"].tolist() == ["no standard error in this sample"]
    assert made["curve"]["fitted"].notna().all()
    assert made["curve"]["fitted_ci_lower"].isna().all()


def test_one_code_in_two_strata_is_two_clusters() -> None:
    answers, y = sample(straight, 120, 9)
    strata, inside = np.repeat([0, 1], 60), np.arange(120) % 6
    nested = tables(pairs(answers, y), survey(120, strata=strata, cluster=inside))
    apart = tables(pairs(answers, y), survey(120, strata=strata, cluster=inside + 6 * strata))
    assert nested["tests"].loc[0, "df_error"] == 12 - 2 - nested["tests"].loc[0, "df"] + 1
    for name, frame in nested.items():
        pd.testing.assert_frame_equal(frame, apart[name])


def test_groups_small_ones_and_holm() -> None:
    answers, y = sample(kinked, 610, 10)
    shops = ["a"] * 300 + ["b"] * 300 + ["tiny"] * 10
    made = tables(pairs(answers, y), survey(610, shops))
    tests = made["tests"].set_index("unit")
    p = tests.loc[["a", "b"], "pvalue"]
    assert tests.loc[p.idxmin(), "pvalue_holm"] == pytest.approx(min(1, 2 * p.min()))
    assert tests.loc["all respondents", "pvalue_holm"] == tests.loc["all respondents", "pvalue"]
    for name in ("curve", "zones", "slopes", "tests"):
        hidden = made[name][made[name]["unit"] == "tiny"]
        assert hidden["why"].str.startswith("suppressed: 10 respondents").all()
        shown = hidden.drop(columns=["from_answer", "to_answer", "n"], errors="ignore")
        assert shown.select_dtypes("number").isna().all(axis=None)


def test_zone_shares_in_the_common_table() -> None:
    of = pairs([5, 5, 7, 9], [20, 40, 50, 80])
    made = measure_tables(loyalty_quantities(of, "S", "L"), survey(4))["measures"].set_index("measure")
    assert made["value"].tolist() == [47.5, 50, 25, 25]
    assert made.loc["share_defection", "counted"] == "1-5 (1-10)"
