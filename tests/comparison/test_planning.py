"""Interviews, margins and power: published figures, textbook tables, other programs, identities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.stats.power import NormalIndPower, TTestIndPower, TTestPower

from csi_model.comparison.planning import (
    SINGLE,
    Allowance,
    Assumptions,
    _mean_power,
    all_pairs,
    bonferroni,
    critical_value,
    detectable_difference,
    interviews_needed,
    interviews_to_detect,
    invitations,
    margin_of,
    power_of_difference,
    rounded_up,
    unrounded_interviews,
    unrounded_to_detect,
)
from csi_model.errors import UsageError

Z90, Z95, Z80 = 1.6448536269514722, 1.959963984540054, 0.8416212335729143
"""Normal quantiles for 90 % and 95 % confidence, and for 80 % power (any table)."""


def test_the_interviews_of_the_methodology() -> None:
    """(1.645 x 16.7 / 2)^2 = 188.64 and (1.645 x 27.2 / 2)^2 = 500.42, rounded up."""
    low, high = Assumptions(sd=16.7, level=0.90), Assumptions(sd=27.2, level=0.90)
    assert unrounded_interviews(2, low) == pytest.approx((Z90 * 16.7 / 2) ** 2, rel=1e-12)
    assert interviews_needed(2, low) == 189
    assert interviews_needed(2, high) == 501


@pytest.mark.parametrize(
    ("sd", "at_90", "at_95"),
    [(16.701, 1.74, 2.07), (20.934, 2.18, 2.59), (27.203, 2.83, 3.37), (21.048, 2.19, 2.61)],
)
def test_half_widths_of_250_interviews_in_four_industries(sd: float, at_90: float, at_95: float) -> None:
    """Standard deviations of the satisfaction index in the public ACSI data of 2015, to three decimals."""
    assert round(margin_of(250, Assumptions(sd=sd, level=0.90)), 2) == at_90
    assert round(margin_of(250, Assumptions(sd=sd, level=0.95)), 2) == at_95


def test_a_margin_of_a_difference_is_found_half_the_time_and_a_larger_one_with_80_percent() -> None:
    made = Assumptions(sd=21, level=0.90, distribution="normal")
    half = margin_of(250, made, difference=True)
    assert half == pytest.approx(Z90 * 21 * math.sqrt(2 / 250), rel=1e-12)
    assert round(half, 1) == 3.1
    # the other tail adds Phi(-2 z) = 0.0005
    assert power_of_difference(half, 250, made) == pytest.approx(0.5 + stats.norm.sf(2 * Z90), rel=1e-9)
    found = detectable_difference(250, made)
    assert found == pytest.approx((Z90 + Z80) * 21 * math.sqrt(2 / 250), rel=1e-4)
    assert found > half


@pytest.mark.parametrize(("d", "n"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_the_sample_sizes_of_cohens_table(d: float, n: int) -> None:
    """Two groups, two-sided 5 %, power 80 %: G*Power 3.1 gives 394, 64 and 26 a group."""
    assert interviews_to_detect(10 * d, Assumptions(sd=10)) == n


def test_a_paired_comparison_of_gpower() -> None:
    """dz = 0.5, two-sided 5 %, power 80 %: 34 pairs (G*Power 3.1); at r = 0.5, dz is d / sd."""
    assert interviews_to_detect(5, Assumptions(sd=10, panel_correlation=0.5)) == 34


@pytest.mark.parametrize(("population", "n"), [(100, 80), (500, 218), (1000, 278), (10_000, 370)])
def test_small_populations_need_fewer_interviews(population: int, n: int) -> None:
    """Shares of one half within 5 %: table of Krejcie & Morgan (1970); for 500 it has 217 (N - 1 for N)."""
    made = Assumptions(sd=50, population=population)
    assert interviews_needed(5, made) == n
    assert interviews_needed(5, Assumptions(sd=50)) == 385
    assert margin_of(population, made) == 0
    assert interviews_needed(1e-6, made) == population


@pytest.mark.parametrize("n", [2, 7, 30, 250, 4000])
@pytest.mark.parametrize("difference", [0.0, 0.5, 3.0, 40.0])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_power_as_statsmodels_has_it(n: int, difference: float, level: float) -> None:
    """statsmodels 0.14 or later: TTestIndPower, TTestPower (paired), NormalIndPower."""
    sd, alpha = 21.0, 1 - level
    exact = power_of_difference(difference, n, Assumptions(sd=sd, level=level))
    assert exact == pytest.approx(_told(TTestIndPower(), difference / sd, n, alpha), abs=1e-9)
    normal = power_of_difference(difference, n, Assumptions(sd=sd, level=level, distribution="normal"))
    assert normal == pytest.approx(NormalIndPower().power(difference / sd, n, alpha), abs=1e-12)
    paired = power_of_difference(difference, n, Assumptions(sd=sd, level=level, panel_correlation=0.6))
    spread = sd * math.sqrt(2 * (1 - 0.6))
    assert paired == pytest.approx(_told(TTestPower(), difference / spread, n, alpha), abs=1e-9)


def _told(test: Any, effect: float, n: int, alpha: float) -> float:
    """Power of statsmodels; where its far tail comes out as NaN, which is next to nothing, the near one."""
    power = test.power(effect, n, alpha)
    return float(test.power(effect, n, alpha / 2, alternative="larger") if math.isnan(power) else power)


def test_no_difference_is_found_as_often_as_the_level_allows() -> None:
    for level in (0.9, 0.95, 0.99):
        assert power_of_difference(0, 60, Assumptions(sd=20, level=level)) == pytest.approx(1 - level)
    twelve = Assumptions(sd=20, allowance=all_pairs(12, "bonferroni"))
    assert power_of_difference(0, 60, twelve) == pytest.approx(0.05 / 66)


def test_power_is_a_number_however_far_the_difference() -> None:
    for n in (2, 3, 50, 10**7):
        made = [power_of_difference(d, n, Assumptions(sd=21)) for d in np.geomspace(1e-6, 1e6, 60)]
        assert np.isfinite(made).all()
        assert (np.diff(made) >= -1e-9).all()
        assert made[-1] == 1.0


def test_a_sample_with_a_design_effect_counts_as_a_smaller_one() -> None:
    designed, plain = Assumptions(sd=21, deff=1.6), Assumptions(sd=21)
    assert unrounded_interviews(2, designed) == pytest.approx(1.6 * unrounded_interviews(2, plain))
    assert margin_of(320, designed) == pytest.approx(margin_of(200, plain))
    assert power_of_difference(4, 320, designed) == pytest.approx(power_of_difference(4, 200, plain))
    assert unrounded_to_detect(4, designed) == pytest.approx(1.6 * unrounded_to_detect(4, plain))


def test_bonferroni_divides_the_error() -> None:
    made = Assumptions(sd=21, level=0.95, allowance=all_pairs(12, "bonferroni"))
    assert made.allowance.comparisons == 66
    critical = critical_value(250, made, difference=True, test=False)
    assert critical == pytest.approx(stats.norm.ppf(1 - 0.05 / 66 / 2))
    assert margin_of(250, made, difference=True) == pytest.approx(critical * 21 * math.sqrt(2 / 250))
    assert bonferroni(10) == Allowance(method="bonferroni", comparisons=10)


@pytest.mark.parametrize(
    ("units", "df", "q"), [(3, math.inf, 3.31), (12, math.inf, 4.62), (20, math.inf, 5.01), (4, 20, 3.96)]
)
def test_tukeys_allowance_as_tabled(units: int, df: float, q: float) -> None:
    """Upper 5 % points of the studentized range (Pearson & Hartley 1966, table 29)."""
    test = math.isfinite(df)
    n = df / units + 1 if test else 100.0
    made = Assumptions(sd=21, allowance=all_pairs(units))
    critical = critical_value(n, made, difference=True, test=test)
    assert critical * math.sqrt(2) == pytest.approx(q, abs=0.005)


@pytest.mark.slow
def test_tukeys_quantile_between_its_nodes() -> None:
    for units, df in ((3, 250.0), (12, 3210.0)):
        made = Assumptions(sd=21, allowance=all_pairs(units), distribution="t")
        critical = critical_value(df / units + 1, made, difference=True, test=False)
        exact = float(stats.studentized_range.ppf(0.95, units, df)) / math.sqrt(2)
        assert critical == pytest.approx(exact, abs=1e-6)


def test_tukey_needs_fewer_interviews_than_bonferroni_and_nothing_for_one_pair() -> None:
    for units in (3, 12, 40):
        needed = [
            unrounded_interviews(2, Assumptions(sd=21, allowance=all_pairs(units, method)), difference=True)
            for method in ("none", "tukey", "bonferroni")
        ]
        assert needed[0] < needed[1] < needed[2]
    pair = [power_of_difference(4, 100, Assumptions(sd=21, allowance=one)) for one in (SINGLE, all_pairs(2))]
    assert pair[0] == pytest.approx(pair[1], abs=1e-9)


def test_tukey_keeps_the_level_over_all_pairs() -> None:
    """12 equal firms of 30 interviews: some pair is found in 5 % of studies, in fewer by Bonferroni."""
    random = np.random.default_rng(4)
    firms, n, studies = 12, 30, 20_000
    means = random.normal(size=(studies, firms)) / math.sqrt(n)
    df = firms * (n - 1)
    sd = np.sqrt(random.chisquare(df, studies) / df)
    widest = (means.max(axis=1) - means.min(axis=1)) / (sd * math.sqrt(2 / n))
    for method, low, high in (("tukey", 0.044, 0.056), ("bonferroni", 0.015, 0.044)):
        made = Assumptions(sd=1, allowance=all_pairs(firms, method))  # type: ignore[arg-type]
        share = (widest > critical_value(n, made, difference=True, test=True)).mean()
        assert low < share < high


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "difference", "correlation"), [(40, 8.0, None), (250, 4.0, None), (60, 5.0, 0.5)]
)
def test_power_is_what_simulated_studies_find(n: int, difference: float, correlation: float | None) -> None:
    random = np.random.default_rng(n)
    studies, sd = 20_000, 20.0
    first = random.normal(size=(studies, n)) * sd
    own = random.normal(size=(studies, n)) * sd
    r = correlation or 0.0
    second = difference + r * first + math.sqrt(1 - r**2) * own
    test = stats.ttest_ind if correlation is None else stats.ttest_rel
    found = float((test(first, second, axis=1).pvalue < 0.05).mean())
    told = power_of_difference(difference, n, Assumptions(sd=sd, panel_correlation=correlation))
    assert abs(found - told) < 3.5 * math.sqrt(told * (1 - told) / studies)


@pytest.mark.slow
def test_an_interval_by_the_t_distribution_covers_as_promised() -> None:
    """With 8 interviews the normal one does not, the one that is planned by t does."""
    random = np.random.default_rng(8)
    answers = random.normal(size=(100_000, 8))
    away = np.abs(answers.mean(axis=1)) / (answers.std(axis=1, ddof=1) / math.sqrt(8))
    for distribution, low, high in (("t", 0.947, 0.953), ("normal", 0.90, 0.92)):
        made = Assumptions(sd=1, distribution=distribution)
        share = (away < critical_value(8, made, difference=False, test=False)).mean()
        assert low < share < high


sds = st.floats(min_value=0.5, max_value=50)
levels = st.floats(min_value=0.5, max_value=0.999)
deffs = st.floats(min_value=0.5, max_value=5)
distributions = st.sampled_from(["automatic", "normal", "t"])
allowances = st.sampled_from([SINGLE, bonferroni(7), all_pairs(4, "bonferroni")])


@settings(max_examples=60)
@given(
    margin=st.floats(min_value=0.2, max_value=30), sd=sds, level=levels, deff=deffs, by=distributions,
    allowance=allowances, difference=st.booleans(),
    population=st.one_of(st.none(), st.integers(min_value=2, max_value=5000)),
)  # fmt: skip
def test_the_interviews_needed_give_the_margin_and_one_less_do_not(
    margin: float, sd: float, level: float, deff: float, by: str, allowance: Allowance, difference: bool,
    population: int | None,
) -> None:  # fmt: skip
    made = Assumptions(
        sd=sd, level=level, deff=deff, distribution=by, allowance=allowance, population=population
    )
    n = interviews_needed(margin, made, difference=difference)
    if n <= deff and by == "t":
        return  # there is no such interval
    assert margin_of(n, made, difference=difference) <= margin * (1 + 1e-9)
    if n > 2 and not (by == "t" and n - 1 <= 1.05 * deff):
        assert margin_of(n - 1, made, difference=difference) > margin * (1 - 1e-9)


@settings(max_examples=60)
@given(
    n=st.integers(min_value=10, max_value=5000), sd=sds, level=levels, by=distributions, allowance=allowances,
    power=st.floats(min_value=0.55, max_value=0.99),
    panel=st.one_of(st.none(), st.floats(min_value=-0.5, max_value=0.9)),
)  # fmt: skip
def test_what_is_detectable_is_found_with_that_power(
    n: int, sd: float, level: float, by: str, allowance: Allowance, power: float, panel: float | None
) -> None:
    made = Assumptions(sd=sd, level=level, distribution=by, allowance=allowance, panel_correlation=panel)
    difference = detectable_difference(n, made, power=power)
    assert power_of_difference(difference, n, made) == pytest.approx(power, abs=1e-7)
    assert unrounded_to_detect(difference, made, power=power) == pytest.approx(n, rel=1e-5)
    needed = interviews_to_detect(difference, made, power=power)
    assert power_of_difference(difference, needed, made) >= power - 1e-7


@pytest.mark.slow
@settings(max_examples=40)
@given(
    margin=st.floats(min_value=0.2, max_value=20), sd=st.floats(min_value=1, max_value=40), level=levels,
    deff=deffs, more=st.floats(min_value=1.01, max_value=1.2), by=distributions,
)  # fmt: skip
def test_harder_questions_take_more_interviews(
    margin: float, sd: float, level: float, deff: float, more: float, by: str
) -> None:
    def needed(margin: float, **changed: Any) -> float:
        settings_of: dict[str, Any] = {"sd": sd, "level": level, "deff": deff, "distribution": by, **changed}
        return unrounded_interviews(margin, Assumptions(**settings_of))

    base = needed(margin)
    harder: Mapping[str, float] = {"sd": sd * more, "level": 1 - (1 - level) / more, "deff": deff * more}
    for name, value in harder.items():
        assert needed(margin, **{name: value}) > base * (1 - 1e-9), name
    assert needed(margin / more) > base * (1 - 1e-9)
    assert needed(margin, allowance=bonferroni(2)) > base * (1 - 1e-9)
    assert needed(margin, population=200) < base * (1 + 1e-9)


def test_a_panel_finds_more_the_more_its_waves_go_together() -> None:
    found = [detectable_difference(250, Assumptions(sd=21, panel_correlation=r)) for r in (0.0, 0.5, 0.9)]
    assert found == sorted(found, reverse=True)
    independent = detectable_difference(250, Assumptions(sd=21))
    assert found[0] == pytest.approx(independent, rel=0.01)  # only the degrees of freedom differ


def test_invitations_and_rounding() -> None:
    assert invitations(189, 0.3) == 630
    assert invitations(190, 0.3) == 634
    assert invitations(250, 1.0) == 250
    assert rounded_up(99.99999999999999) == 100
    assert rounded_up(100.00000000000001) == 100
    assert rounded_up(100.001) == 101
    assert rounded_up(0.3) == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"sd": 0.0}, "--sd"),
        ({"sd": math.nan}, "--sd"),
        ({"sd": 51.0}, "--sd"),
        ({"level": 1.0}, "--level"),
        ({"level": 95.0}, "--level"),
        ({"deff": -1.0}, "--deff"),
        ({"deff": math.inf}, "--deff"),
        ({"population": 1.0}, "--population"),
        ({"panel_correlation": 1.0}, "--panel-correlation"),
        ({"panel_correlation": 0.2, "allowance": all_pairs(3)}, "--panel-correlation"),
        ({"allowance": bonferroni(0)}, "--comparisons"),
        ({"allowance": Allowance(method="tukey", units=1)}, "--firms"),
        ({"distribution": "cauchy"}, "--distribution"),
    ],
)
def test_assumptions_that_do_not_fit(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(UsageError) as caught:
        Assumptions(**{"sd": 21.0, **changes})
    assert [one.where for one in caught.value.findings] == [where]


def test_all_mistakes_of_assumptions_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        Assumptions(sd=-1, level=2, deff=0, population=0, panel_correlation=3)
    assert len(caught.value.findings) == 5


def test_questions_without_an_answer() -> None:
    made = Assumptions(sd=21)
    for ask in (
        lambda: interviews_needed(0, made),
        lambda: interviews_needed(math.nan, made),
        lambda: margin_of(1, made),
        lambda: margin_of(30, Assumptions(sd=21, population=29)),
        lambda: margin_of(3, Assumptions(sd=21, deff=4, distribution="t")),
        lambda: margin_of(30, Assumptions(sd=21, allowance=all_pairs(3))),
        lambda: power_of_difference(4, 2, Assumptions(sd=21, deff=2)),
        lambda: detectable_difference(100, made, power=1.0),
        lambda: detectable_difference(100, made, power=0.05),
        lambda: interviews_to_detect(0, made),
        lambda: interviews_to_detect(4, made, power=0.0),
        lambda: invitations(100, 0.0),
    ):
        with pytest.raises(UsageError) as caught:
            ask()
        assert all(one.fix for one in caught.value.findings)


def test_of_so_few_customers_that_a_test_has_no_degrees_of_freedom_all_are_asked() -> None:
    """Two customers at a design effect of 2 count as one."""
    made = Assumptions(sd=1.0, level=0.5, deff=2.0, distribution="t", population=2)
    assert interviews_needed(1.0, made) == 2


@pytest.mark.parametrize(
    ("shift", "critical", "df"), [(2.0, 2.228, 10.0), (3.0, 4.303, 2.0), (10.0, 63.66, 1.0)]
)
def test_power_averaged_over_the_spread_is_that_of_the_noncentral_f(
    shift: float, critical: float, df: float
) -> None:
    """T^2 of a two-sided t test is noncentral F; the average stands in where SciPy's has no number."""
    exact = 1 - special.ncfdtr(1, df, shift**2, critical**2)
    assert _mean_power(shift, critical, df) == pytest.approx(exact, abs=1e-4)


@pytest.mark.slow
def test_a_critical_value_beyond_all_tables_still_has_a_difference() -> None:
    made = Assumptions(
        sd=20.0, level=0.999999, population=3, panel_correlation=-0.9,
        allowance=Allowance(method="bonferroni", comparisons=1225, units=50),
    )  # fmt: skip
    assert np.isfinite(detectable_difference(2, made))
