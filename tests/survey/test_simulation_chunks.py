"""Simulated surveys of many respondents: drawn in chunks, here of 100."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from survey_builders import small_model

from csi_model.errors import UsageError
from csi_model.model.spec import Indicator, ModelSpec, Scale
from csi_model.survey import simulation
from csi_model.survey.simulation import (
    GroupTruth,
    default_truth,
    population_index,
    population_weights,
    simulate,
    simulate_chunks,
)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CHUNK", 100)


@pytest.fixture
def small() -> ModelSpec:
    return small_model(scale=Scale(low=1, high=5))


def test_many_begin_with_those_of_one_chunk_and_do_not_repeat_them(small: ModelSpec) -> None:
    whole, _ = simulate(small, 250, seed=5)
    first, _ = simulate(small, 100, seed=5)
    pd.testing.assert_frame_equal(whole[:100], first)
    assert whole["respondent"].tolist() == list(range(1, 251))
    answers = whole.drop(columns="respondent").to_numpy()
    assert (answers[:100] != answers[100:200]).any()
    assert (answers[100:150] != answers[200:]).any()
    assert [len(chunk) for chunk in simulate_chunks(small, 250, seed=5)[0]] == [100, 100, 50]


def test_many_are_the_same_for_the_same_seed(small: ModelSpec) -> None:
    chunks, _ = simulate_chunks(small, 250, seed=5)
    pd.testing.assert_frame_equal(pd.concat(chunks, ignore_index=True), simulate(small, 250, seed=5)[0])


def test_many_stand_group_by_group_with_their_shares(small: ModelSpec) -> None:
    shares = {"A": 5, "B": 1, "C": 4}
    groups = tuple(GroupTruth(key={"firm": name}, share=share) for name, share in shares.items())
    frame, _ = simulate(small, 430, seed=1, truth=replace(default_truth(small), groups=groups))
    assert "".join(frame["firm"]) == "A" * 215 + "B" * 43 + "C" * 172


def test_many_have_the_exact_index_of_each_group_and_weights_of_mean_1(small: ModelSpec) -> None:
    truth = replace(default_truth(small, groups={"firm": ["A", "B"]}), weight_sd=0.4)
    frame, _ = simulate(small, 8000, seed=2, truth=truth)
    assert frame["weight"].mean() == pytest.approx(1, abs=4 * 0.42 / np.sqrt(8000))
    for firm in ("A", "B"):
        exact = population_index(truth, small, {"firm": firm})["satisfaction"]
        weights = population_weights(truth, small)["satisfaction"]
        one = frame[frame["firm"] == firm]
        scores = sum(w * 25 * (one[item].astype(float) - 1) for item, w in weights.items())
        assert abs(scores.mean() - exact) < 4 * scores.std() / np.sqrt(len(one))


def test_many_hold_whole_numbers_by_column_not_by_luck(small: ModelSpec) -> None:
    """The half step at the end of a scale is rare: some chunks have none of it."""
    half = Indicator(name="Q2", scale=Scale(low=1, high=60.5))
    quality = replace(small.constructs[0], indicators=(small.constructs[0].indicators[0], half))
    model = replace(small, constructs=(quality, small.constructs[1]))
    truth = default_truth(model)
    low = replace(truth.items["Q2"], intercept=24.0)
    truth = replace(truth, items={**truth.items, "Q2": low})
    chunks = list(simulate_chunks(model, 1000, seed=1, truth=truth)[0])
    assert {bool((chunk["Q2"] == 60.5).any()) for chunk in chunks} == {True, False}
    for chunk in chunks:
        assert chunk.dtypes.astype(str).loc[["Q1", "Q2"]].tolist() == ["Int64", "float64"]


def test_many_are_refused_before_any_is_drawn(small: ModelSpec) -> None:
    with pytest.raises(UsageError, match="-n"):
        simulate_chunks(small, 0, seed=1)
