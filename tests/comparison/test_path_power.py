"""Power of a path: what is simulated, and that it comes out where theory says."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from fit_builders import CHAIN, model_of
from scipy import stats

from csi_model.comparison.path_power import PathPower, path_power, standardised_path, with_effect
from csi_model.errors import StudyError, UsageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.catalogue import read_model
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import Truth, default_truth, simulate
from csi_model.survey.simulation_population import structure_of

PAIR = model_of({"quality": "q1", "satisfaction": "s1"}, {"satisfaction": "quality"}, name="pair")


def exact_truth(effect: float) -> Truth:
    """Two constructs of one perfect question each, answers as they are in mind."""
    truth = replace(default_truth(PAIR), rounded=False)
    return with_effect(truth, PAIR, "quality", "satisfaction", effect)


def told(effect: float, n: int, *, draws: int, estimator: str = "pls", level: float = 0.95) -> PathPower:
    return path_power(
        PAIR, "quality", "satisfaction", interviews=[n], truth=exact_truth(effect), estimator=estimator,
        draws=draws, level=level, seed=3,
    )[0]  # fmt: skip


@pytest.mark.parametrize("effect", [-0.4, 0.0, 0.15, 0.6])
def test_an_effect_is_put_into_a_population_and_nothing_else_moves(effect: float) -> None:
    before = default_truth(CHAIN)
    after = with_effect(before, CHAIN, "quality", "satisfaction", effect)
    assert standardised_path(after, CHAIN, "quality", "satisfaction") == pytest.approx(effect)
    first, second = structure_of(before, CHAIN), structure_of(after, CHAIN)
    np.testing.assert_allclose(np.diag(second.within), np.diag(first.within), rtol=1e-12)
    moved = {pair for pair in before.paths if before.paths[pair] != after.paths[pair]}
    assert moved == {("quality", "satisfaction")}
    assert (after.items, after.covariances) == (before.items, before.covariances)


def test_an_effect_is_in_standard_deviations() -> None:
    truth = default_truth(CHAIN)
    wide = replace(truth, sds=MappingProxyType({**truth.sds, "expectations": 3.0}))
    made = with_effect(wide, CHAIN, "expectations", "quality", 0.3)
    spread = np.sqrt(np.diag(structure_of(wide, CHAIN).within))
    names = structure_of(wide, CHAIN).names
    ratio = spread[names.index("quality")] / spread[names.index("expectations")]
    assert made.paths["expectations", "quality"] == pytest.approx(0.3 * ratio)


def test_an_effect_leaves_room_for_the_others() -> None:
    with pytest.raises(UsageError, match="would explain more than all"):
        with_effect(default_truth(CHAIN), CHAIN, "expectations", "satisfaction", 0.95)


@pytest.mark.parametrize("estimator", ["pls", "plsc", "ml", "mlr"])
def test_a_survey_finds_the_path_where_its_results_folder_says_so(estimator: str) -> None:
    """One simulated survey, fitted by hand: the same estimate, and found where p is below the level."""
    truth = with_effect(default_truth(CHAIN), CHAIN, "expectations", "satisfaction", 0.35)
    drawn, resampled = (int(one) for one in np.random.SeedSequence([7, 120, 0]).generate_state(2))
    frame, _ = simulate(CHAIN, 120, seed=drawn, truth=truth)
    bootstrap = 200 if estimator.startswith("pls") else 0
    results = evaluate(
        fit(
            CHAIN, read_survey(frame, CHAIN), estimator=estimator, bootstrap=bootstrap, seed=resampled,
            beside=False, folds=0,
        )
    )  # fmt: skip
    parameters = results.tables["parameters"]
    row = parameters[(parameters["op"] == "~") & (parameters["rhs"] == "expectations")]
    row = row[row["lhs"] == "satisfaction"].iloc[0]
    for level in (1 - row["pvalue"] * 1.02, 1 - row["pvalue"] * 0.98):
        one = path_power(
            CHAIN, "expectations", "satisfaction", interviews=[120], truth=truth, estimator=estimator,
            draws=1, seed=7, level=level,
        )[0]  # fmt: skip
        assert one.mean == pytest.approx(row["std_all"], rel=1e-9)
        assert one.found == int(row["pvalue"] < 1 - level)
        assert math.isnan(one.sd)


@pytest.mark.slow
def test_sizes_and_effects_side_by_side_and_the_same_again() -> None:
    def ask(sizes: list[int], draws: int = 5) -> tuple[PathPower, ...]:
        return path_power(
            CHAIN, "quality", "satisfaction", interviews=sizes, effects=[0.0, 0.5], draws=draws, seed=1
        )

    found = ask([60, 150])
    assert [one.interviews for one in found] == [60, 150, 60, 150]
    np.testing.assert_allclose([one.effect for one in found], [0, 0, 0.5, 0.5], atol=1e-12)
    assert found == ask([60, 150])
    assert found[1] == ask([150])[0]  # a size does not depend on those beside it
    assert found[3].mean > found[1].mean + 0.2
    for one in found:
        low, high = one.interval
        assert 0 <= low <= one.power <= high <= 1
        wilson = stats.binomtest(one.found, 5).proportion_ci(0.95, method="wilson")
        assert (low, high) == (wilson.low, wilson.high)


def test_a_survey_that_cannot_be_fitted_finds_nothing() -> None:
    one = path_power(CHAIN, "quality", "satisfaction", interviews=[3], draws=4, estimator="ml", seed=1)[0]
    assert (one.unusable, one.found, one.power) == (4, 0, 0.0)
    assert math.isnan(one.mean)


def test_missing_answers_and_weights_of_a_truth_take_part() -> None:
    truth = replace(default_truth(CHAIN), missing=MappingProxyType({99.0: 0.03}), weight_sd=0.4)
    one = path_power(CHAIN, "quality", "satisfaction", interviews=[150], truth=truth, draws=6, seed=2)[0]
    assert one.unusable == 0
    assert 0.1 < one.mean < 0.9


def test_progress_is_told() -> None:
    said: list[tuple[str, int, int]] = []
    path_power(
        PAIR, "quality", "satisfaction", interviews=[60], draws=24, seed=1,
        progress=lambda *told: said.append(told),
    )  # fmt: skip
    assert [told[1:] for told in said] == [(20, 24), (24, 24)]
    assert said[0][0] == "quality > satisfaction of 0.77, n = 60"


def test_everything_wrong_with_a_call_is_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        path_power(CHAIN, "qualty", "satisfaction", interviews=[], estimator="xls", draws=0, seed=-1)
    places = [one.where for one in caught.value.findings]
    assert places[:3] == ["--path", "--interviews", "--draws"]
    assert {"--estimator", "--seed"} <= set(places)
    assert "Did you mean 'quality'?" in str(caught.value)
    with pytest.raises(UsageError, match="Did you mean quality:satisfaction"):
        path_power(CHAIN, "satisfaction", "quality", interviews=[100])
    with pytest.raises(UsageError, match="expectations:quality, quality:satisfaction, satisfaction:loyalty"):
        path_power(CHAIN, "quality", "loyalty", interviews=[100])
    with pytest.raises(UsageError, match="no test of a path without resamples"):
        path_power(CHAIN, "quality", "satisfaction", interviews=[100], bootstrap=0)


def test_a_truth_of_another_model_is_refused() -> None:
    with pytest.raises(StudyError):
        path_power(
            CHAIN,
            "quality",
            "satisfaction",
            interviews=[60],
            draws=2,
            truth=default_truth(read_model("swics")),
        )


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["pls", "ml"])
def test_the_power_of_a_perfectly_measured_path_is_the_analytic_one(estimator: str) -> None:
    """A correlation r of normal variables has standard error (1 - r^2) / sqrt(n) in large samples."""
    for effect, n in ((0.2, 150), (0.15, 250)):
        one = told(effect, n, draws=600, estimator=estimator)
        shift = effect * math.sqrt(n) / (1 - effect**2)
        if estimator == "ml":  # a slope over its error: r / sqrt((1 - r^2) / n)
            shift = effect * math.sqrt(n) / math.sqrt(1 - effect**2)
        analytic = stats.norm.sf(1.96 - shift) + stats.norm.cdf(-1.96 - shift)
        assert abs(one.power - analytic) < 0.045, (effect, n, one.power, analytic)
        assert one.mean == pytest.approx(effect, abs=3.5 * one.sd / math.sqrt(600) + 0.002)
        assert one.points == pytest.approx(effect)


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["pls", "ml"])
def test_a_path_of_zero_is_found_at_the_level(estimator: str) -> None:
    assert 0.03 < told(0.0, 200, draws=1000, estimator=estimator).power < 0.07


@pytest.mark.slow
def test_several_processes_find_the_same() -> None:
    alone, shared = (
        path_power(CHAIN, "quality", "satisfaction", interviews=[80], draws=50, seed=5, workers=workers)
        for workers in (1, 2)
    )
    assert alone == shared
