"""Single questions of a survey: which scale holds, which codes are missing, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of

from csi_model.errors import CsiError, SurveyError, UsageError
from csi_model.model.catalogue import read_catalogue
from csi_model.model.spec import Scale
from csi_model.survey.asked import YES_NO, read_answers
from csi_model.survey.codebook import Codebook, Column

FRAME = pd.DataFrame(
    {
        "Q": [1, 5, 7, 10, 98, 3, 8, 9, 2, 6],
        "R": [0, 10, 9, 8, 7, 6, 5, 4, 3, 2],
        "COMPLAINED": [0, 1, 0, 0, 1, 0, 0, 0, 1, 0],
        "shop": ["a", "b"] * 5,
        "w": [1.0, 2.0] * 5,
        "same": [7] * 10,
    }
)
TEN, ELEVEN, HUNDRED = Scale(low=1, high=10), Scale(low=0, high=10), Scale(low=1, high=100)
MODEL = model_of({"satisfaction": "Q"}, {}, scales={"Q": HUNDRED})


def scale_of(question: str = "Q", usual: Scale | None = TEN, **told: Any) -> Scale | None:
    frame = FRAME.assign(Q=FRAME["Q"].where(FRAME["Q"] != 98, 4))
    return read_answers(frame, {question: usual}, **told).scales[0]


def test_questions_come_in_the_order_asked() -> None:
    made = read_answers(FRAME, {"R": ELEVEN, "Q": TEN}, missing=[98])
    assert made.names == ("R", "Q")
    np.testing.assert_array_equal(made.answers[:, 0], FRAME["R"])
    np.testing.assert_array_equal(made.answers[:, 1], FRAME["Q"].where(FRAME["Q"] != 98))
    assert made.model.paths == ()
    assert len(made) == 10


def test_design_and_groups_are_read_with_them() -> None:
    made = read_answers(FRAME, {"R": ELEVEN}, by=("shop",), weight="w", min_base=1)
    assert made.weights.tolist() == FRAME["w"].tolist()
    assert made.groups == (tuple(FRAME["shop"]),)


def test_which_scale_holds() -> None:
    """By name, codebook, default, model, usual: the first that says something."""
    book = Codebook(columns={"Q": Column(name="Q", scale=Scale(low=1, high=20))})
    by_name, default = {"Q": (1, 50)}, {"": (1, 30)}
    assert scale_of() == TEN
    assert scale_of(model=MODEL) == HUNDRED
    assert scale_of(model=MODEL, scales=default) == Scale(low=1, high=30)
    assert scale_of(model=MODEL, scales=default, codebook=book) == Scale(low=1, high=20)
    assert scale_of(model=MODEL, scales={**default, **by_name}, codebook=book) == Scale(low=1, high=50)
    assert scale_of(scales={"Q": Scale(low=0, high=12)}) == Scale(low=0, high=12)


def test_the_default_scale_is_not_for_yes_and_no() -> None:
    assert scale_of("COMPLAINED", YES_NO, scales={"": (1, 10)}) == YES_NO
    assert scale_of("COMPLAINED", YES_NO, scales={"COMPLAINED": (0, 2)}) == Scale(low=0, high=2)
    model = model_of({"complaints": "COMPLAINED"}, {}, scales={"COMPLAINED": YES_NO})
    assert scale_of("COMPLAINED", None, scales={"": (1, 10)}, model=model) == YES_NO


def test_labels_come_from_the_model() -> None:
    model = read_catalogue("acsi-repurchase")
    frame = pd.DataFrame({"SATIS": [1, 10, 7, 5] * 3})
    made = read_answers(frame, {"SATIS": None}, model=model, missing=[98])
    assert made.model.indicators[0].label["en"] == "Overall satisfaction"


def acsi_frame(**columns: list[float]) -> pd.DataFrame:
    names = sorted(read_catalogue("acsi").columns())
    frame = pd.DataFrame({name: [5] * 6 for name in names})
    frame["COMP"] = [0, 1] * 3
    return frame.assign(**columns)


def test_a_known_survey_is_read_by_its_codebook() -> None:
    """All columns of the catalogue's model: 98 and 99 are missing, and the scale is known."""
    made = read_answers(acsi_frame(SATIS=[1, 98, 99, 10, 5, 6]), {"SATIS": None})
    assert made.answers[:, 0].tolist() == [1, 10, 5, 6]  # who answered nothing that is asked is left out
    assert made.read_rows == 6
    assert made.scales == (TEN,)
    assert made.model.codebook == "acsi2015"


def test_a_scale_by_name_or_default_holds_over_the_known_codebook() -> None:
    frame = acsi_frame(SATIS=[1, 12, 20, 10, 5, 6])
    for told in ({"SATIS": (1, 20)}, {"": (1, 20)}):
        made = read_answers(frame, {"SATIS": None, "COMP": None}, scales=told)
        assert made.scales == (Scale(low=1, high=20), YES_NO)
    with pytest.raises(SurveyError, match="12"):
        read_answers(frame, {"SATIS": None})


def test_a_derived_question_keeps_its_scale() -> None:
    """The reservation price of the catalogue is made from other columns."""
    model = read_catalogue("acsi")
    frame = acsi_frame(REPUR=[1, 10, 5, 6, 8, 2], HIGHPTOL=[10] * 6, LOWPTOL=[10] * 6)
    for told in ({}, {"": (1, 10)}, {"RESERVATION": (70, 130)}):
        made = read_answers(frame, {"RESERVATION": None}, model=model, scales=told)
        assert made.answers[:, 0].tolist() == [90, 110, 90, 110, 110, 90]


def test_without_one_of_its_columns_it_is_not_known() -> None:
    frame = acsi_frame(SATIS=[1, 98, 99, 10, 5, 6]).drop(columns="CUSTOMX")
    with pytest.raises(SurveyError, match="98"):
        read_answers(frame, {"SATIS": TEN})
    assert len(read_answers(frame, {"SATIS": TEN}, missing=[98, 99])) == 4


def test_columns_of_one_answer_are_taken() -> None:
    """They would only spoil a fit; a rate of 100 % is a result."""
    made = read_answers(FRAME, {"same": TEN})
    assert made.answers.tolist() == [[7.0]] * 10
    assert {one.code for one in made.findings} <= {"small-base"}


def test_several_files_are_stacked(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "one.csv", index=False)
    FRAME.iloc[::-1].to_csv(tmp_path / "two.csv", index=False)
    made = read_answers([tmp_path / "one.csv", tmp_path / "two.csv"], {"R": ELEVEN})
    assert len(made) == 20


@pytest.mark.parametrize(
    ("questions", "told", "says"),
    [
        ({"Z": TEN}, {}, "'Z'"),
        ({"Q": TEN}, {}, "98"),
        ({"Q": None}, {}, "scale"),
        ({"R": ELEVEN}, {"scales": {"T": (1, 5)}}, "The question 'T' is not among those that are read."),
        ({"R": ELEVEN}, {"by": ("R",)}, "question"),
        ({"R": ELEVEN}, {"by": ("country",)}, "country"),
        ({"R": ELEVEN}, {"weight": "shop"}, "no number"),
        ({"shop": TEN}, {}, "'a'"),
    ],
)
def test_what_is_refused(questions: dict[str, Scale | None], told: dict[str, Any], says: str) -> None:
    with pytest.raises(CsiError) as caught:
        read_answers(FRAME, questions, **told)
    assert says in str(caught.value)
    assert all(one.fix for one in caught.value.findings)


def test_a_scale_for_an_unread_question_is_an_option_mistake() -> None:
    with pytest.raises(UsageError) as caught:
        read_answers(FRAME, {"R": ELEVEN}, scales={"r": (1, 5), "": (0, 10), "S": (1, 5)})
    assert [one.where for one in caught.value.findings] == ["--scale", "--scale"]
    assert caught.value.findings[0].fix == "Did you mean 'R'?"
