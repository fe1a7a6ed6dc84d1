"""Loyalty index of three indicators: scores and weights by hand, missing indicators, contributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fit_builders import model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.measures.estimates import Design
from csi_model.measures.loyalty_index import (
    GIVES_AWAY,
    Indicator,
    binned,
    index_quantities,
    normalised,
    parts_frame,
    rescaled,
    shares_of,
)
from csi_model.measures.quantities import measure_tables, units_of
from csi_model.model.spec import Scale
from csi_model.survey.survey import Survey

GAP = math.nan


def of(item: str, scores: list[float], weight: float = 1.0) -> Indicator:
    return Indicator(item=item, scores=np.array(scores), weight=weight)


def survey(rows: int, groups: list[str] | None = None, **more: object) -> Survey:
    model = model_of({"satisfaction": "S"}, {}, scales={"S": Scale(low=1, high=5)})
    given = {"groups": {"shop": groups}} if groups else {}
    return survey_of(model, np.full((rows, 1), 3.0), **given, **more)  # type: ignore[arg-type]


def test_steps_of_satisfaction_score_0_to_100() -> None:
    assert rescaled([1, 2, 3, 4, 5, GAP], 1, 5)[:5].tolist() == [0, 25, 50, 75, 100]
    assert np.isnan(rescaled([GAP], 1, 5)).all()
    assert rescaled([1, 5], 1, 5, low_is_best=True).tolist() == [100, 0]


def test_bins_of_probability_have_their_ends_in_the_middle() -> None:
    """Above 70 %: 100; 30 to 70 %: 50; below 30 %: 0."""
    assert binned([0, 29.9, 30, 50, 70, 70.1, 100]).tolist() == [0, 0, 50, 50, 50, 100, 100]
    assert np.isnan(binned([GAP])).all()
    assert binned([40, 60], (40, 59)).tolist() == [50, 100]


def test_the_index_by_hand() -> None:
    """Satisfaction 4 of 5 (75), repurchase 50, recommending 100, weights 2, 1, 1: (150 + 50 + 100) / 4 = 75.

    The second: 25, 0, 50: (50 + 0 + 50) / 4 = 25. Mean 50, s = 35.355, standard error 25.
    """
    parts = [of("S", [75, 25], 2), of("R", [50, 0]), of("C", [100, 50])]
    quantities = index_quantities(parts, name="index")
    table = measure_tables(quantities, survey(2), min_base=1)["measures"].set_index(["measure", "item"])
    row = table.loc[("loyalty_index", "index")]
    assert row["value"] == pytest.approx(50)
    assert row["se"] == pytest.approx(25)
    assert row["counted"] == "S 0.5, R 0.25, C 0.25"
    assert table.loc[("loyalty_part", "C"), "value"] == 75


def test_equal_weights_are_thirds() -> None:
    assert normalised([1, 1, 1]).tolist() == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [math.nan, 1], [math.inf, 1]])
def test_weights_that_are_none(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        normalised(weights)


def test_who_lacks_an_indicator_is_left_out_by_default() -> None:
    parts = [of("S", [100, 100, GAP]), of("R", [0, GAP, GAP]), of("C", [50, 50, 50])]
    assert shares_of(parts).sum(axis=1)[:1].tolist() == pytest.approx([50])
    assert np.isnan(shares_of(parts)[1:]).all()


def test_with_fewer_the_weights_of_those_answered_are_scaled_up() -> None:
    """Two of three: (100 + 50) / 2 = 75; one of three is not enough."""
    parts = [of("S", [100, 100, GAP]), of("R", [0, GAP, GAP]), of("C", [50, 50, 50])]
    index = shares_of(parts, 2).sum(axis=1)
    assert index[:2].tolist() == pytest.approx([50, 75])
    assert math.isnan(index[2])


def test_an_indicator_of_weight_zero_needs_no_answer() -> None:
    index = shares_of([of("S", [80]), of("R", [GAP], 0), of("C", [40])]).sum(axis=1)
    assert index.tolist() == pytest.approx([60])


def test_contributions_sum_to_the_index_in_every_unit() -> None:
    rng = np.random.default_rng(4)
    scores = np.where(rng.random((90, 3)) < 0.1, GAP, rng.integers(0, 101, (90, 3)))
    parts = [of(name, scores[:, k].tolist(), k + 1.0) for k, name in enumerate("SRC")]
    whole = survey(90, ["a", "b", "c"] * 30, weights=rng.uniform(0.5, 2, 90))
    index = measure_tables(index_quantities(parts, name="i", at_least=2), whole, min_base=1)["measures"]
    frame = parts_frame(parts, units_of(whole), Design.of(whole), at_least=2, min_base=1)
    for row in index[index["measure"] == "loyalty_index"].itertuples():
        found = frame.loc[frame["unit"] == row.unit, "contribution"].sum()
        assert found == pytest.approx(row.value, abs=1e-10)


def test_a_small_group_is_suppressed_in_the_parts_too() -> None:
    parts = [of(name, [50.0] * 40) for name in "SRC"]
    whole = survey(40, ["big"] * 35 + ["small"] * 5)
    frame = parts_frame(parts, units_of(whole), Design.of(whole)).set_index("unit")
    assert frame.loc["small", "part_score"].isna().all()
    assert set(frame.loc["small", "why"]) == {
        "suppressed: 5 respondents are fewer than the minimum base of 30"
    }
    assert (frame.loc["big", "part_score"] == 50).all()


def test_an_indicator_that_few_of_a_group_answered_is_suppressed() -> None:
    """C was answered by 3 of 40: its score, and what would give it away beside the index, are empty."""
    scores = [50.0] * 40
    parts = [of("S", scores), of("R", scores), of("C", [90.0] * 3 + [GAP] * 37)]
    whole = survey(40, ["a"] * 40)
    frame = parts_frame(parts, units_of(whole), Design.of(whole), at_least=2).set_index(["unit", "item"])
    hidden = frame.loc[("a", "C")]
    assert hidden["why"] == "suppressed: 3 respondents are fewer than the minimum base of 30"
    assert math.isnan(hidden["part_score"])
    assert frame.loc["a", "contribution"].isna().all()
    assert frame.loc[("a", "S"), "why"] == GIVES_AWAY
    assert frame.loc[("a", "S"), "part_score"] == 50
    assert frame.loc[("all respondents", "C"), "part_score"] == 90
    assert set(frame.loc["all respondents", "why"]) == {""}


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.floats(0, 100)] * 3), min_size=1, max_size=20), st.floats(0.1, 9))
def test_the_index_lies_between_its_indicators(rows: list[tuple[float, ...]], weight: float) -> None:
    scores = np.array(rows)
    index = shares_of([of(n, scores[:, k].tolist(), weight if k else 1) for k, n in enumerate("SRC")])
    total = index.sum(axis=1)
    assert (total >= scores.min(axis=1) - 1e-9).all()
    assert (total <= scores.max(axis=1) + 1e-9).all()
