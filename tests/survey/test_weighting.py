"""Weights of a survey made to meet margins: what is read, what is refused, what is told."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from survey_builders import codes, only, small_frame, small_model

from csi_model.errors import CsiError, StudyError, SurveyError, UsageError
from csi_model.survey.codebook import Codebook, Column
from csi_model.survey.margins import (
    Margin,
    Margins,
    band_names,
    check_margins,
    margin_mistakes,
    margins_of,
    read_margin,
)
from csi_model.survey.moments import sample_of
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

SEX = {"sex": {"f": 0.5, "m": 0.5}}
HALVES = {"1": 0.5, "2": 0.5}
CROSSED = {"f / 1": 0.5, "m / 1": 0.5}


def survey_frame(n: int = 100) -> pd.DataFrame:
    """Answers of 70 women and 30 men; ages 20, 40 and 60 in turn; two waves."""
    frame = small_frame(n)
    frame["sex"] = ["f"] * (7 * n // 10) + ["m"] * (3 * n // 10)
    frame["age"] = [20, 40, 60, 40][:4] * (n // 4)
    frame["wave"] = np.where(np.arange(n) % 5 < 2, "1", "2")
    frame["w"] = 1.0 + np.arange(n) % 3
    return frame


def read(frame: pd.DataFrame | None = None, margins: Margins | None = None, **given: Any) -> Survey:
    return read_survey(survey_frame() if frame is None else frame, small_model(), margins=margins, **given)


def refused(margins: Margins, frame: pd.DataFrame | None = None, **given: Any) -> CsiError:
    with pytest.raises((SurveyError, UsageError)) as caught:
        read(frame, margins, **given)
    return caught.value


def shares_of(survey: Survey, values: Any) -> dict[str, float]:
    made = pd.Series(survey.weights).groupby(np.array(values)).sum() / survey.weights.sum()
    return {str(key): float(value) for key, value in made.items()}


def test_one_margin_is_post_stratification() -> None:
    """70 women and 30 men to half and half: weights 5/7 and 5/3, their mean is 1.

    deff = 1 + CV^2 = 100 (70 * 25/49 + 30 * 25/9) / 100^2 = 25/70 + 25/30 = 1.190476.
    """
    survey = read(margins=margins_of(SEX))
    np.testing.assert_allclose(survey.weights, [5 / 7] * 70 + [5 / 3] * 30)
    assert survey.weight == "post-stratified to sex"
    made = survey.weighting
    assert made is not None
    assert made.deff == pytest.approx(25 / 70 + 25 / 30)
    assert made.n_eff == pytest.approx(84)
    assert (made.smallest, made.largest) == pytest.approx((5 / 7, 5 / 3))
    told = next(one for one in survey.findings if one.code == "weighted")
    assert told.severity == "note"
    assert "from 0.71 to 1.67 times the mean" in told.what
    assert "100 respondents count as 84 (design effect 1.19)" in told.what


def test_margins_before_and_after() -> None:
    survey = read(margins=margins_of(SEX))
    assert survey.weighting is not None
    found = {one.category: one for one in survey.weighting.categories}
    assert (found["f"].target, found["f"].sample, found["f"].weighted) == pytest.approx((0.5, 0.7, 0.5))
    assert (found["m"].respondents, found["m"].variable, found["m"].unit) == (30, "sex", "")


def test_kish_is_one_plus_the_squared_coefficient_of_variation() -> None:
    survey = read(margins=margins_of({**SEX, "age": {"20": 0.4, "40": 0.3, "60": 0.3}}), weight="w")
    made, w = survey.weighting, survey.weights
    assert made is not None
    assert made.deff == pytest.approx(1 + w.var() / w.mean() ** 2)
    assert made.n_eff == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert sample_of(survey).n_eff == pytest.approx(made.n_eff)
    assert survey.weight == "w, raked to sex, age"


def test_base_weights_decide_within_categories() -> None:
    survey = read(margins=margins_of(SEX), weight="w")
    base = survey_frame()["w"].to_numpy()
    for rows in (slice(0, 70), slice(70, 100)):
        np.testing.assert_allclose(survey.weights[rows], 50 * base[rows] / base[rows].sum())


def test_rows_that_are_left_out_do_not_count() -> None:
    frame = survey_frame()
    frame.loc[:9, ["Q1", "Q2", "S1", "S2"]] = np.nan  # ten women without an answer
    frame.loc[90:, "w"] = 0  # ten men without a weight
    survey = read(frame, margins_of(SEX), weight="w")
    assert len(survey) == 80
    assert shares_of(survey, ["f"] * 60 + ["m"] * 20) == pytest.approx({"f": 0.5, "m": 0.5})


def test_bands_of_numbers() -> None:
    assert band_names((18, 35, 55)) == ("18-34", "35-54", "55+")
    assert band_names((0, 1, 5)) == ("0", "1-4", "5+")
    frame = survey_frame()
    frame["age"] = [18, 34, 34.5, 35, 54, 55, 90, 55, 20, 40] * 10
    targets = {"18-34": 0.25, "35-54": 0.25, "55+": 0.5}
    survey = read(frame, margins_of({"age": targets}, bands={"age": (18, 35, 55)}))
    band = ["18-34", "18-34", "18-34", "35-54", "35-54", "55+", "55+", "55+", "18-34", "35-54"] * 10
    assert shares_of(survey, band) == pytest.approx(targets)


def test_a_crossed_margin() -> None:
    cells = {"20 / f": 0.1, "20 / m": 0.2, "40 / f": 0.1, "40 / m": 0.2, "60 / f": 0.3, "60 / m": 0.1}
    survey = read(margins=margins_of({"age x sex": cells}))
    frame = survey_frame()
    assert shares_of(survey, frame["age"].astype(str) + " / " + frame["sex"]) == pytest.approx(cells)
    assert survey.weight == "post-stratified to age x sex"


def test_units_are_weighted_by_themselves_and_keep_their_totals() -> None:
    survey = read(margins=margins_of(SEX, within=["wave"]), weight="w")
    frame = survey_frame()
    total = frame.groupby("wave")["w"].sum() / frame["w"].sum()
    for wave in ("1", "2"):
        mask = (frame["wave"] == wave).to_numpy()
        inside = pd.Series(survey.weights[mask]).groupby(frame["sex"][mask].to_numpy()).sum()
        np.testing.assert_allclose(inside / inside.sum(), [0.5, 0.5])
        assert inside.sum() / survey.weights.sum() == pytest.approx(total[wave])
    assert survey.weight == "w, post-stratified to sex within wave"
    assert survey.weighting is not None
    assert [one.unit for one in survey.weighting.categories] == ["1", "1", "2", "2"]


def test_blanks_keep_their_share_where_that_is_wanted() -> None:
    frame = survey_frame()
    frame.loc[60:69, "sex"] = ""  # ten of the women did not say
    margins = margins_of(SEX, blanks="keep")
    survey = read(frame, margins)
    assert shares_of(survey, frame["sex"]) == pytest.approx({"": 0.1, "f": 0.45, "m": 0.45})
    assert survey.weighting is not None
    blank = survey.weighting.categories[-1]
    assert blank.category == ""
    assert np.isnan(blank.target)
    assert "keep their share" in blank.why
    error = only(refused(margins_of(SEX), frame), "margin-blank")
    assert "no answer to sex in 10 rows (rows 62, 63, 64, 65, 66 and 5 more)" in error.what


def test_a_missing_code_of_the_codebook_is_a_blank() -> None:
    frame = survey_frame()
    frame["age"] = [20, 40, 99, 40] * 25
    book = Codebook(columns={"age": Column(name="age", missing={99: "refused"})})
    error = only(refused(margins_of({"age": {"20": 0.4, "40": 0.6}}), frame, codebook=book), "margin-blank")
    assert "25 rows" in error.what


def test_trimming_is_told_and_kept() -> None:
    survey = read(margins=margins_of({"sex": {"f": 0.3, "m": 0.7}}, trim=2.0))
    made = survey.weighting
    assert made is not None
    assert survey.weights.max() == pytest.approx(2.0)
    assert made.trimmed == 30
    assert made.untrimmed == pytest.approx(7 / 3)
    assert made.error == pytest.approx(1 / 3)  # women end at 0.4 instead of 0.3
    assert made.cells is None
    warning = next(one for one in survey.findings if one.code == "margin-trimmed")
    assert "'f' ends at 0.4000 instead of 0.3000, +33.3%" in warning.what
    told = next(one for one in survey.findings if one.code == "weighted")
    assert "30 weights were trimmed; untrimmed, the largest would be 2.33." in told.what


def test_base_weights_may_be_trimmed_alone() -> None:
    frame = survey_frame()
    frame["w"] = [1.0] * 95 + [9.0] * 5
    survey = read(frame, margins_of({}, trim=3.0), weight="w")
    assert survey.weights.max() == pytest.approx(3.0)
    np.testing.assert_allclose(survey.weights[:95], 85 / 95)
    assert survey.weight == "w, trimmed to 3 times the mean"
    assert survey.weighting is not None
    assert survey.weighting.trimmed == 5
    assert only(refused(margins_of({}, trim=3.0)), "margin-trim").where == "trim"


def test_costly_weights_are_a_warning() -> None:
    frame = survey_frame()
    frame["sex"] = ["f"] * 95 + ["m"] * 5
    survey = read(frame, margins_of(SEX))
    found = {one.code: one for one in survey.findings if one.code in ("weighted", "margin-thin")}
    assert found["weighted"].severity == "warning"
    assert "`trim`" in found["weighted"].fix
    assert "'m' (5)" in found["margin-thin"].what


def test_what_does_not_fit_the_survey_is_told_at_once() -> None:
    frame = survey_frame()
    frame.loc[0, "sex"] = "x"
    frame.loc[1, "age"] = None
    margins = margins_of(
        {**SEX, "age": {"20": 0.4, "40": 0.3, "70": 0.3}, "wave": {"1": 0.5, "2": 0.25, "3": 0.25}}
    )
    error = refused(margins, frame)
    assert codes(error.findings) == [
        "margin-category", "margin-category", "margin-blank", "margin-empty", "margin-empty"
    ]  # fmt: skip
    shown = " ".join(str(one) for one in error.findings)
    for said in ("'x' (1) (row 2)", "'60' (25)", "no answer to age in 1 row (row 3)", "in '70'", "in '3'"):
        assert said in shown


def test_bands_do_not_take_what_is_no_number_or_too_low() -> None:
    frame = survey_frame()
    frame["age"] = ["20", "40", "old", "12"] * 25
    margins = margins_of({"age": {"18-34": 0.4, "35+": 0.6}}, bands={"age": (18, 35)})
    error = refused(margins, frame)
    assert codes(error.findings) == ["margin-band", "margin-band"]
    assert "'old'" in error.findings[0].what
    assert "below 18, where its first band begins: '12'" in error.findings[1].what


def test_margins_that_no_weights_meet_are_an_error_that_names_one() -> None:
    frame = survey_frame()
    frame["kind"] = ["a"] * 70 + ["b"] * 30
    error = refused(margins_of({**SEX, "kind": {"a": 0.3, "b": 0.7}}), frame)
    found = only(error, "margin-unmet")
    assert found.where in ("margin sex", "margin kind")
    assert "does not converge" in found.what


def test_columns_of_margins_are_checked_like_any() -> None:
    error = refused(margins_of({"sexx": SEX["sex"], "Q1": HALVES, "w": HALVES}),
                    weight="w")  # fmt: skip
    assert codes(error.findings) == ["margin-question", "margin-question", "no-column"]
    assert [one.where for one in error.findings[:2]] == ["margin Q1", "margin w"]
    assert "'sex'?" in error.findings[2].fix
    assert "(margin)" in error.findings[2].what


@pytest.mark.parametrize(
    ("margins", "places", "said"),
    [
        (margins_of({"sex": {"f": 0.4, "m": 0.5}}), [("margins", "sex")], "sum to 0.9, not 1"),
        (margins_of({"sex": {"f": 40, "m": 50}}), [("margins", "sex")], "sum to 90, not 100"),
        (margins_of({"sex": {"f": 1.0}}), [("margins", "sex")], "1 category"),
        (margins_of({"sex": {"f": -0.5, "m": 1.5}}), [("margins", "sex", "f")], "is -0.5"),
        (margins_of({"sex": {"f": 0, "m": 1}}), [("margins", "sex", "f")], "is 0;"),
        (margins_of({"sex": {"f": float("nan"), "m": 1}}), [("margins", "sex", "f")], "is nan"),
        (
            margins_of({"sex": {"f": 510, "m": 490}, "age": {"20": 900, "40": 200}}),
            [("margins", "age")],
            "sex counts 1,000 people, age 1,100",
        ),
        (margins_of({"age x sex": {"20": 0.5, "4 / f": 0.5}}), [("margins", "age x sex", "20")], "is no c"),
        (margins_of({"age x age": {"20 / 20": 0.5, "4 / 4": 0.5}}), [("margins", "age x age")], "cross"),
        (
            margins_of({**SEX, "sex x age": {"f / 20": 0.5, "m / 20": 0.5}}),
            [("margins", "sex x age")],
            "sex is part of sex x age",
        ),
        (
            margins_of({"sex x age": CROSSED, "sex x wave": {"f / 1": 0.4, "m / 1": 0.6}}),
            [("margins", "sex x wave")] * 2,
            "gives f a share of 0.5, sex x wave of 0.4",
        ),
        (margins_of(SEX, bands={"age": (18, 35)}), [("bands", "age")], "no margin has the column 'age'"),
        (margins_of({"a": {"1-4": 0.4, "5+": 0.6}}, bands={"a": (1, 5.5)}), [("bands", "a")], "whole"),
        (margins_of({"a": {"1-4": 0.4, "5+": 0.6}}, bands={"a": (5, 1)}), [("bands", "a")], "rising"),
        (
            margins_of({"a": {"1-4": 30, "5-9": 70}}, bands={"a": (1, 5)}),
            [("margins", "a", "5-9"), ("margins", "a")],
            "'5-9' is no band of a",
        ),
        (margins_of(SEX, trim=1.0), [("trim",)], "1 is no bound"),
        (margins_of(SEX, blanks="drop"), [("blanks",)], "'drop'"),  # type: ignore[arg-type]
        (margins_of(SEX, within=["sex"]), [("margins_within",)], "margin already"),
        (margins_of({}, within=["wave"]), [("margins_within",)], "there are none"),
    ],
)  # fmt: skip
def test_margins_that_cannot_be_right(margins: Margins, places: list[tuple[str, ...]], said: str) -> None:
    found = margin_mistakes(margins)
    assert [one.place for one in found] == places
    assert said in found[0].what
    assert all(one.fix for one in found)
    with pytest.raises(UsageError, match=re.escape(said)):
        check_margins(margins)


def test_shares_percentages_and_counts_say_the_same() -> None:
    made = [
        read(margins=margins_of({"sex": dict(zip("fm", pair, strict=True))})).weights
        for pair in ((0.25, 0.75), (25, 75), (2500, 7500), (0.2505, 0.7515))
    ]
    for other in made[1:]:
        np.testing.assert_allclose(other, made[0], rtol=1e-12)


def test_a_margin_from_a_table(tmp_path: Any) -> None:
    path = tmp_path / "cells.csv"
    path.write_text("sex,people,age\nf,10,20\nm,30,20\nf,20,40\n", encoding="utf-8")
    made = read_margin(path, "age x sex")
    assert made == {("20", "f"): 10, ("20", "m"): 30, ("40", "f"): 20}
    assert Margin(columns=("age", "sex"), targets=made).shares["20", "m"] == 0.5
    path.write_text("sex,people,age\nf,10,20\nf,x,20\nm,x,40\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_margin(path, "age x sex")
    assert [one.where for one in caught.value.findings] == ["cells.csv row 3", "cells.csv row 4"]
    with pytest.raises(StudyError, match=r"age x kind needs age, kind and one more"):
        read_margin(path, "age x kind")


def test_without_margins_weights_stay_as_they_are() -> None:
    survey = read(weight="w")
    np.testing.assert_array_equal(survey.weights, survey_frame()["w"])
    assert survey.weight == "w"
    assert survey.weighting is None
    assert sample_of(survey).calibration is None
