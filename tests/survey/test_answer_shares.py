"""Shares of answers: by hand, in sum, and where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey_builders import one_construct

from csi_model.model.spec import Indicator, Scale
from csi_model.survey.answer_shares import NOT_IN_STEPS, answer_rows
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

FIVE = Scale(low=1, high=5)


def survey_of(frame: pd.DataFrame, scale: Scale = FIVE, **how: object) -> Survey:
    items = [Indicator(name=name, scale=scale) for name in ("Q", "R")]
    return read_survey(frame, one_construct(*items), **how)  # type: ignore[arg-type]


def rows_of(survey: Survey, name: str = "Q") -> list[dict[str, object]]:
    return [row for row in answer_rows(survey) if row["indicator"] == name]


def test_by_hand() -> None:
    """Six answers, two of them weighted double: 1 of weight 2, 3 of weight 2 + 1, 5 of weight 1 + 1 + 1."""
    frame = pd.DataFrame(
        {"Q": [1, 3, 3, 5, 5, 5, np.nan], "R": [1, 2, 3, 4, 5, 1, 2], "w": [2, 2, 1, 1, 1, 1, 9]}, dtype=float
    )
    rows = rows_of(survey_of(frame, weight="w"))
    assert [row["answer"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["respondents"] for row in rows] == [1, 0, 2, 0, 3]
    assert [row["share"] for row in rows] == pytest.approx([2 / 8, 0, 3 / 8, 0, 3 / 8])
    assert {row["why"] for row in rows} == {""}


@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_shares_add_up_to_one_and_counts_to_the_answers(answers: list[int]) -> None:
    answers = [1, 5, *answers]
    rows = rows_of(survey_of(pd.DataFrame({"Q": answers, "R": answers}, dtype=float)))
    assert sum(float(str(row["share"])) for row in rows) == pytest.approx(1)
    assert sum(int(str(row["respondents"])) for row in rows) == len(answers)


@pytest.mark.parametrize(
    ("values", "scale", "why"),
    [
        ([0, 50, 100, 70], Scale(low=0, high=100), NOT_IN_STEPS),
        ([1, 2.5, 3, 4], FIVE, NOT_IN_STEPS),
    ],
)
def test_a_question_without_steps_says_so(values: list[float], scale: Scale, why: str) -> None:
    frame = pd.DataFrame({"Q": values, "R": [1.0, 2, 3, 4]})
    (row,) = rows_of(survey_of(frame, scale))
    assert (row["answer"], row["why"]) == ("", why)
    assert np.isnan(float(str(row["share"])))


def test_ten_steps_and_zero_to_ten_are_shown() -> None:
    frame = pd.DataFrame({"Q": np.arange(11.0), "R": np.arange(11.0)})
    assert len(rows_of(survey_of(frame, Scale(low=0, high=10)))) == 11
