"""Fits find the truth that surveys were drawn from; the demo survey is what its truth says."""

import runpy
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.catalogue import read_model
from csi_model.model.shipped import shipped
from csi_model.model.spec import ModelSpec
from csi_model.study.files import read_study
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import (
    Truth,
    default_truth,
    population_effects,
    population_index,
    population_paths,
    read_truth,
    simulate,
)
from csi_model.survey.survey import Survey

DATA = shipped("data")


def unrounded(model: ModelSpec, n: int, seed: int) -> tuple[Survey, Truth]:
    """Return a survey of the answers in mind, which no reader would let pass."""
    truth = replace(default_truth(model), rounded=False)
    frame, _ = simulate(model, n, seed=seed, truth=truth)
    answers = frame[[item.name for item in model.indicators]].to_numpy(dtype=np.float64)
    plain = replace(
        model,
        constructs=tuple(
            replace(one, indicators=tuple(replace(item, cases=()) for item in one.indicators))
            for one in model.constructs
        ),
    )
    survey = Survey(
        model=plain,
        answers=answers,
        reasons=np.zeros(answers.shape, dtype=np.int8),
        rows=np.arange(2, n + 2),
        weights=np.ones(n),
        read_rows=n,
    )
    return survey, truth


@pytest.mark.parametrize("name", ["acsi", "ecsi", "epsi", "acsi-government"])
class TestWithoutRounding:
    """Normal answers, so that every difference from the truth is sampling error (4 standard errors)."""

    def test_fit_finds_loadings_and_effects(self, name: str) -> None:
        model = read_model(name)
        survey, truth = unrounded(model, 12_000, seed=21)
        found = evaluate(fit(survey.model, survey))
        assert found.trustworthy
        parameters = found.tables["parameters"]
        markers = {one.name: one.indicators[0].name for one in model.constructs if one.indicators}
        loadings = parameters[(parameters["op"] == "=~") & parameters["free"]]
        assert len(loadings) > 0
        for _, row in loadings.iterrows():
            exact = truth.items[row["rhs"]].loading / truth.items[markers[row["lhs"]]].loading
            assert abs(row["est"] - exact) < 4 * row["se"], row["rhs"]
        effects = found.tables["effects"]
        for kind, exact in (
            ("direct", population_paths(truth, model)),
            ("total", population_effects(truth, model)),
        ):
            rows = effects[(effects["kind"] == kind) & effects["se"].gt(0)]
            assert len(rows) > 0
            for _, row in rows.iterrows():
                gap = abs(row["effect"] - exact[row["source"], row["target"]])
                assert gap < 4 * row["se"], (kind, row["source"], row["target"])

    def test_index_is_that_of_the_population(self, name: str) -> None:
        model = read_model(name)
        survey, truth = unrounded(model, 12_000, seed=22)
        index = evaluate(fit(survey.model, survey)).tables["index"]
        exact = population_index(truth, model)
        shown = index[index["weights_from"] == "pooled"]
        assert set(shown["construct"]) == set(model.construct_names)
        for _, row in shown.iterrows():
            assert abs(row["index"] - exact[row["construct"]]) < 4 * row["se"], row["construct"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_csv(DATA / "demo.csv")


class TestDemoSurvey:
    def test_is_what_its_script_makes(self, tmp_path: Path) -> None:
        runpy.run_path(str(DATA / "make_demo.py"))["write_demo"](tmp_path)
        for name in ("demo.csv", "demo-truth.yaml"):
            assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name

    def test_has_its_design(self, frame: pd.DataFrame) -> None:
        assert frame.groupby(["industry", "firm", "wave"]).size().to_list() == [250] * 36
        assert frame["respondent"].is_unique
        assert frame["weight"].gt(0).all()
        assert frame["weight"].mean() == pytest.approx(1, abs=1e-4)

    def test_asks_as_it_says(self, frame: pd.DataFrame) -> None:
        assert frame["HANDLE"].notna().equals(frame["COMP"] == 1)
        assert frame["HIGHPTOL"].notna().equals(frame["REPUR"].between(6, 10))
        assert frame["LOWPTOL"].notna().equals(frame["REPUR"].between(1, 5))
        asked = frame.loc[:, "OVERALLX":"REPUR"]
        assert 0.02 < asked.isin([98, 99]).to_numpy().mean() < 0.03
        answered = frame["COMP"][frame["COMP"] < 98]
        assert 0.12 < answered.mean() < 0.18
        ratings = asked.drop(columns="COMP")
        assert ratings.where(ratings < 98).skew().lt(-0.3).all()

    def test_study_file_is_valid(self) -> None:
        study = read_study(DATA / "demo-study.yaml")
        assert (study.model.name, study.survey["weight"]) == ("acsi", "weight")
        assert study.survey["by"] == ("industry", "firm")

    def test_finds_the_index_of_every_firm(self) -> None:
        model, truth = read_model("acsi"), read_truth(DATA / "demo-truth.yaml")
        survey = read_survey(DATA / "demo.csv", model, by=["firm"], weight="weight")
        found = evaluate(fit(model, survey))
        assert found.trustworthy
        index = found.tables["index"]
        shown = index[index["weights_from"] == "pooled"]
        assert len(shown) == 12 * 6
        exact = {firm: population_index(truth, model, {"firm": firm}) for firm in shown["firm"].unique()}
        gaps = [
            (row["index"] - exact[row["firm"]][row["construct"]]) / row["se"] for _, row in shown.iterrows()
        ]
        assert max(abs(gap) for gap in gaps) < 4
        scores = [scores["satisfaction"] for scores in exact.values()]
        assert min(scores) < 63
        assert max(scores) > 80


@pytest.mark.slow
def test_intervals_cover_the_true_index() -> None:
    """95 % intervals of 200 samples: 92 to 98 % is 2 standard deviations of a binomial share."""
    model = read_model("acsi-repurchase")
    truth = replace(default_truth(model), missing=MappingProxyType({98.0: 0.01}))
    exact = population_index(truth, model)["satisfaction"]
    covered = 0
    for seed in range(200):
        frame, _ = simulate(model, 250, seed=1000 + seed, truth=truth)
        index = evaluate(fit(model, read_survey(frame, model))).tables["index"]
        row = index[(index["construct"] == "satisfaction") & (index["weights_from"] == "pooled")].iloc[0]
        covered += row["ci_lower"] <= exact <= row["ci_upper"]
    assert 184 <= covered <= 196
