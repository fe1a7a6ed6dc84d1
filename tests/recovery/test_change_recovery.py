"""A change that was planted is found where it was planted, and intervals hold it as often as they say.

Two waves are drawn from populations that differ in a known way: a driver's level, a driver's effect, both, or
nothing. What an endless survey would say follows from the population by the definition of the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of, survey_of
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.decomposition import SUMMED, decomposition
from csi_model.comparison.wave_blocks import Block
from csi_model.comparison.wave_reading import Reader
from csi_model.comparison.wave_samples import WaveStudy, WaveUnit
from csi_model.comparison.waves import trend
from csi_model.estimation.composites import composite_table
from csi_model.estimation.inference import Evidence, joint_covariance
from csi_model.estimation.optimum import find_optimum
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.pls_fitting import solve_composites
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.solver import CovarianceProblem, minimise
from csi_model.evaluation.ingredients import layout_of
from csi_model.evaluation.quantities import metric_of
from csi_model.survey.moments import sample_of
from csi_model.survey.simulation import (
    GroupTruth,
    Truth,
    default_truth,
    population_index,
    population_paths,
    simulate,
)

Floats = NDArray[np.float64]
Part = tuple[str, str]

N, SURVEYS, DRAWN = 400, 400, 120
RANGE = (0.90, 0.98)
"""What intervals at 95 % are to hold; 400 surveys leave one part within .03 of its own rate."""

MODEL = model_of(
    {"quality": "q1 q2 q3", "value": "v1 v2 v3", "satisfaction": "s1 s2 s3"},
    {"satisfaction": "quality value"},
)
DRIVERS = ("quality", "value")


@cache
def before() -> Truth:
    return replace(default_truth(MODEL), rounded=False)


def after(*, level: float = 0.0, effect: float = 0.0) -> Truth:
    """The first wave's population with quality ``level`` points higher and its effect ``effect`` greater."""
    truth = before()
    paths = dict(truth.paths)
    here = population_paths(truth, MODEL)[("quality", "satisfaction")]
    paths["quality", "satisfaction"] *= (here + effect) / here
    (group,) = truth.groups
    step = replace(truth, groups=(shifted(group, 1.0),))
    per_unit = population_index(step, MODEL)["quality"] - population_index(truth, MODEL)["quality"]
    return replace(truth, paths=MappingProxyType(paths), groups=(shifted(group, level / per_unit),))


def shifted(group: GroupTruth, units: float) -> GroupTruth:
    moved = group.shifts.get("quality", 0.0) + units
    return replace(group, shifts=MappingProxyType({**group.shifts, "quality": moved}))


CHANGES = {
    "nothing": after(),
    "level": after(level=5.0),
    "effect": after(effect=0.2),
    "both": after(level=5.0, effect=0.2),
}


def exact(second: Truth) -> dict[Part, float]:
    """The parts of the change of satisfaction in the populations."""
    index = [population_index(truth, MODEL) for truth in (before(), second)]
    direct = [population_paths(truth, MODEL) for truth in (before(), second)]
    total = index[1]["satisfaction"] - index[0]["satisfaction"]
    found: dict[Part, float] = {}
    for name in DRIVERS:
        b = [one[name, "satisfaction"] for one in direct]
        found["level", name] = (b[0] + b[1]) / 2 * (index[1][name] - index[0][name])
        found["effect", name] = (index[0][name] + index[1][name]) / 2 * (b[1] - b[0])
    levels = sum(found["level", name] for name in DRIVERS)
    rest = total - sum(found.values())
    return {**found, ("total", ""): total, ("unexplained", ""): rest,
            ("effect_and_unexplained", ""): total - levels}  # fmt: skip


def test_the_populations_differ_as_planned() -> None:
    """5 points of quality are 5 b of satisfaction; a steeper effect takes its rise from the constant."""
    b = population_paths(before(), MODEL)["quality", "satisfaction"]
    level, effect, both = (exact(CHANGES[name]) for name in ("level", "effect", "both"))
    assert level["level", "quality"] == pytest.approx(5 * b)
    assert level["total", ""] == pytest.approx(5 * b)
    assert level["effect", "quality"] == pytest.approx(0)
    at = population_index(before(), MODEL)["quality"]
    assert effect["effect", "quality"] == pytest.approx(0.2 * at)
    assert effect["level", "quality"] == pytest.approx(0)
    assert both["level", "quality"] == pytest.approx(5 * (b + 0.1))
    assert both["effect", "quality"] == pytest.approx(0.2 * (at + 2.5))
    for parts in (level, effect, both):
        assert sum(value for part, value in parts.items() if part[0] in SUMMED) == pytest.approx(
            parts["total", ""]
        )


def answers_of(truth: Truth, surveys: int, seed: int) -> Floats:
    """Answers (surveys, n, p) of independent surveys."""
    frame, _ = simulate(MODEL, surveys * N, seed=seed, truth=truth)
    names = [item.name for item in MODEL.indicators]
    return (
        frame[names]
        .to_numpy(dtype=np.float64)[np.random.default_rng(seed).permutation(len(frame))]
        .reshape(surveys, N, len(names))
    )


def study_of(first: list[Block], second: list[Block], reader: Reader) -> WaveStudy:
    """Every survey is a unit of two waves, the first of which gives the ruler."""
    units = tuple(
        WaveUnit(name=str(k), blocks=blocks, n=(N, N), n_eff=(N, N), why=("", ""), no_effects=("", ""))
        for k, blocks in enumerate(zip(first, second, strict=True))
    )
    return WaveStudy(
        layout=reader.layout, waves=("1", "2"), base=0, headline="held", level=0.95, units=units,
        why=("", ""), no_error="",
    )  # fmt: skip


# ---- maximum likelihood, delta method


def likelihood_blocks(reader: Reader, answers: Floats) -> list[Block]:
    """Fits of all surveys at once, each with its own covariances."""
    table = parameter_table(MODEL)
    samples = [sample_of(survey_of(MODEL, one)) for one in answers]
    covariances = np.stack([sample.cov for sample in samples])
    start, _ = find_optimum(table, covariances.mean(axis=0), N)
    problem = CovarianceProblem(table=table, sample=covariances)
    found = minimise(problem, np.repeat(start.values, len(samples), axis=0)).values
    return [
        reader.block(
            {
                "mean": sample.mean,
                "values": values,
                "covariance": joint_covariance(Evidence(table=table, sample=sample), values, "expected"),
            }
        )
        for sample, values in zip(samples, found, strict=True)
    ]


@cache
def likelihood_reader() -> Reader:
    metric = metric_of(MODEL, "loadings", {})
    return Reader(table=parameter_table(MODEL), metric=metric, layout=layout_of(MODEL, metric))


@cache
def likelihood_study(change: str) -> WaveStudy:
    reader, place = likelihood_reader(), list(CHANGES).index(change)
    waves = [
        likelihood_blocks(reader, answers_of(truth, SURVEYS, 10 * place + k))
        for k, truth in enumerate((before(), CHANGES[change]))
    ]
    return study_of(*waves, reader)


def of_part(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    return table[(table["part"] == part[0]) & (table["driver"] == part[1])]


def covered(rows: pd.DataFrame, truth: float) -> float:
    return float(((rows["ci_lower"] <= truth) & (truth <= rows["ci_upper"])).mean())


@pytest.mark.slow
@pytest.mark.parametrize("change", list(CHANGES))
def test_a_planted_change_is_found_where_it_was_planted(change: str) -> None:
    table = decomposition(likelihood_study(change))
    for part, truth in exact(CHANGES[change]).items():
        rows = of_part(table, part)
        assert len(rows) == SURVEYS
        error = rows["contribution"].std() / np.sqrt(SURVEYS)
        assert abs(rows["contribution"].mean() - truth) < 4 * error + 0.02 * abs(truth), part
        assert RANGE[0] <= covered(rows, truth) <= RANGE[1], part
        assert rows["se"].median() == pytest.approx(rows["contribution"].std(), rel=0.15), part


@pytest.mark.slow
def test_the_trend_finds_a_change_and_raises_few_false_alarms() -> None:
    alarms: dict[tuple[str, str], float] = {}
    for change in ("nothing", "level"):
        table = trend(likelihood_study(change))
        truth = exact(CHANGES[change])["total", ""]
        for kind in ("held", "own", "chained"):
            rows = table[
                (table["wave"] == "2")
                & (table["weights_from"] == kind)
                & (table["construct"] == "satisfaction")
            ]
            ends = rows.rename(columns={"change_ci_lower": "low", "change_ci_upper": "high"})
            hit = ((ends["low"] <= truth) & (truth <= ends["high"])).mean()
            assert RANGE[0] <= hit <= RANGE[1], (change, kind)
            alarms[change, kind] = float((rows["pvalue"] < 0.05).mean())
            power = stats.norm.cdf(abs(truth) / rows["change_se"].median() - stats.norm.ppf(0.975))
            expected = 0.05 if change == "nothing" else power
            assert alarms[change, kind] == pytest.approx(expected, abs=0.025 if change == "nothing" else 0.08)


# ---- PLS, bootstrap


OPTIONS = check_options(FitOptions(estimator="pls", bootstrap=200), MODEL)


@cache
def composite_reader() -> Reader:
    metric = metric_of(MODEL, "pls", {})
    return Reader(table=composite_table(MODEL, OPTIONS), metric=metric, layout=layout_of(MODEL, metric))


def composite_block(reader: Reader, answers: Floats, run: int, seed: int) -> Block:
    table = composite_table(MODEL, OPTIONS)
    sample = sample_of(survey_of(MODEL, answers))
    options = replace(OPTIONS, seed=seed)
    found = solve_composites(table, sample, options, stream=run, how={}, name="")
    assert found.draws is not None
    arrays = {"mean": found.means, "values": found.values, "draws_means": found.draws.means,
              "draws_values": found.draws.values}  # fmt: skip
    return reader.block(arrays, run)


def population_block(reader: Reader, truth: Truth) -> Block:
    """What PLS makes of the population's own moments, taken from two million answers."""
    frame, _ = simulate(MODEL, 2_000_000, seed=99, truth=truth)
    answers = frame[[item.name for item in MODEL.indicators]].to_numpy(dtype=np.float64)
    table = composite_table(MODEL, OPTIONS)
    made, _, _ = composite_refit(table, sample_of(survey_of(MODEL, answers))).traced(
        np.ones((1, len(answers)))
    )
    return reader.block({"mean": made.means[0], "values": made.values[0]})


def parts_by_name(table: pd.DataFrame) -> Mapping[Part, float]:
    return {(row["part"], row["driver"]): row["contribution"] for row in table.to_dict("records")}


@pytest.mark.slow
def test_bootstrap_intervals_of_pls_hold_the_change_of_its_population() -> None:
    reader = composite_reader()
    truth = parts_by_name(
        decomposition(
            study_of(
                [population_block(reader, before())], [population_block(reader, CHANGES["both"])], reader
            )
        )
    )
    waves = [
        [
            composite_block(reader, one, run, seed)
            for seed, one in enumerate(answers_of(population, DRAWN, 50 + run))
        ]
        for run, population in enumerate((before(), CHANGES["both"]))
    ]
    table = decomposition(study_of(*waves, reader))
    assert set(table["ci_method"]) == {"bootstrap"}
    rates = [covered(of_part(table, part), value) for part, value in truth.items()]
    assert RANGE[0] <= np.mean(rates) <= RANGE[1]
    assert min(rates) >= 0.85
