"""Reading a survey for a model: precedence, routing, derived and reversed items, design, account of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from survey_builders import TEN, codes, one_construct, reservation_model, small_frame, small_model

from csi_model.model.spec import Case, Indicator, Scale
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.reading import SurveyFile, read_survey
from csi_model.survey.survey import ANSWERED, DONT_KNOW, OTHER, REFUSED, SKIPPED


def with_codes() -> pd.DataFrame:
    frame = small_frame()
    frame.loc[0, "Q1"] = 98
    frame.loc[1, "Q1"] = 99
    frame.loc[2, "Q1"] = 97
    return frame


def test_answers_in_model_order_and_row_numbers_as_in_a_spreadsheet():
    frame = small_frame()
    survey = read_survey(frame[["S2", "Q1", "S1", "Q2"]], small_model())
    assert np.array_equal(survey.answers, frame[["Q1", "Q2", "S1", "S2"]].to_numpy())
    assert survey.names == ("Q1", "Q2", "S1", "S2")
    assert survey.rows.tolist() == list(range(2, 42))
    assert (survey.weights == 1).all()
    assert survey.weight is None
    assert len(survey) == survey.read_rows == 40
    assert survey.findings == ()


def test_the_frame_is_not_changed_and_the_survey_cannot_be():
    frame = with_codes()
    frame["firm"] = pd.Series(["a", "b"] * 20, dtype="category")
    before = frame.copy(deep=True)
    survey = read_survey(frame, small_model(), by=["firm"], missing=[97, 98, 99])
    pd.testing.assert_frame_equal(frame, before)
    for array in (survey.answers, survey.reasons, survey.rows, survey.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_missing_codes_by_reason():
    missing = {98: "dont_know", 99: "refused", 97: "skipped"}
    survey = read_survey(with_codes(), small_model(), missing=missing)
    assert survey.reasons[:4, 0].tolist() == [DONT_KNOW, REFUSED, SKIPPED, ANSWERED]
    assert np.isnan(survey.answers[:3, 0]).all()


def test_codes_alone_keep_the_reason_that_the_codebook_gives():
    book = Codebook(missing={98.0: "dont_know", 99.0: "refused"})
    survey = read_survey(with_codes(), small_model(), missing=[97, 98], codebook=book)
    assert survey.reasons[:3, 0].tolist() == [DONT_KNOW, REFUSED, OTHER]


def test_arguments_beat_the_given_codebook_which_beats_the_shipped_one():
    model = one_construct(Indicator(name="SATIS", scale=TEN), codebook="acsi2015")
    frame = pd.DataFrame({"SATIS": [98, 99, *range(1, 11)]})
    assert read_survey(frame, model, min_base=1).dropped == {"no_answer": 2}
    other = Indicator(name="X", scale=TEN)
    both = replace(model, constructs=(replace(model.constructs[0], indicators=(*model.indicators, other)),))
    frame["X"] = range(1, 13)
    frame.loc[10:, "X"] = [1, 2]
    shipped = read_survey(frame, both).reasons[:2, 0].tolist()
    given = Codebook(
        missing={98.0: "skipped"}, columns={"SATIS": Column(name="SATIS", missing={99.0: "other"})}
    )
    book = read_survey(frame, both, codebook=given).reasons[:2, 0].tolist()
    option = read_survey(frame, both, codebook=given, missing={98: "refused"}).reasons[:2, 0].tolist()
    assert shipped == [DONT_KNOW, REFUSED]
    assert book == [SKIPPED, OTHER]
    assert option == [REFUSED, OTHER]


def test_user_missing_codes_of_an_spss_file(tmp_path):
    frame = small_frame().astype(float)
    frame.loc[0, "Q1"], frame.loc[1, "Q1"], frame.loc[2, "Q1"] = 98.0, 99.0, 97.0
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        column_labels={"Q1": "总体质量", "Q2": "Fit"},
        variable_value_labels={"Q1": {98.0: "不知道", 99.0: "Refused", 97.0: "?"}},
        missing_ranges={"Q1": [{"lo": 97, "hi": 99}]},
    )
    survey = read_survey(tmp_path / "a.sav", small_model())
    assert survey.reasons[:3, 0].tolist() == [DONT_KNOW, REFUSED, OTHER]
    assert survey.model.indicators[0].label == {"zh": "总体质量"}
    assert survey.model.indicators[1].label == {"en": "Fit"}
    assert survey.source == "a.sav"
    again = read_survey(tmp_path / "a.sav", small_model(), missing={98: "skipped"})
    assert again.reasons[:3, 0].tolist() == [SKIPPED, REFUSED, OTHER]


def test_columns_of_other_names():
    frame = small_frame().rename(columns={"Q1": "q_1", "Q2": "质量"})
    survey = read_survey(frame, small_model(), columns={"Q1": "q_1", "Q2": "质量"})
    assert survey.names == ("Q1", "Q2", "S1", "S2")


def test_answers_written_as_labels():
    frame = small_frame(10).astype(object)
    frame["Q1"] = ["10 - very satisfied", "7", 7, "５", "low", " HIGH ", "3", 2, 1, 9]
    book = Codebook(columns={"Q1": Column(name="Q1", values={"1": "low", "10": "high"})})
    survey = read_survey(frame, small_model(), codebook=book, min_base=1)
    assert survey.answers[:, 0].tolist() == [10, 7, 7, 5, 1, 10, 3, 2, 1, 9]
    assert codes(survey.findings) == ["labelled-answers"]
    assert "3 answers written as text" in survey.findings[0].what


def test_scales_given_for_one_question_and_for_all():
    frame = small_frame()
    frame["C"] = [0, 1] * 20
    frame.loc[0, "Q1"] = 0
    items = [Indicator(name=name, scale=TEN) for name in ("Q1", "Q2", "S1")]
    model = one_construct(*items, Indicator(name="C", scale=Scale(low=0, high=1)))
    survey = read_survey(frame, model, scales={"": (0, 10), "S1": (1, 10)})
    zero = Scale(low=0, high=10)
    assert survey.scales == (zero, zero, TEN, Scale(low=0, high=1))
    assert codes(survey.findings) == ["scale-kept"]
    assert "C 0:1" in survey.findings[0].what


def test_a_scale_from_the_given_codebook_beats_the_model():
    book = Codebook(columns={"Q1": Column(name="Q1", scale=Scale(low=0, high=100))})
    survey = read_survey(small_frame(), small_model(), codebook=book)
    assert survey.scales[0] == Scale(low=0, high=100)
    assert survey.scales[1] == TEN


def test_reversed_items_of_model_and_codebook():
    frame = small_frame()
    book = Codebook(columns={"Q2": Column(name="Q2", reversed=True)})
    items = [Indicator(name="Q1", scale=TEN, reversed=True), Indicator(name="Q2", scale=TEN)]
    survey = read_survey(frame, one_construct(*items), codebook=book)
    assert np.array_equal(survey.answers, 11 - frame[["Q1", "Q2"]].to_numpy())
    assert all(item.reversed for item in survey.model.indicators)


def tolerances() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "REPUR": [9, 3, 98, np.nan, 9, 3, 8, 7, 2, 10],
            "HIGHPTOL": [26, np.nan, np.nan, np.nan, 98, 10, 101, np.nan, np.nan, 0],
            "LOWPTOL": [np.nan, 25, np.nan, np.nan, np.nan, 26, np.nan, np.nan, 99, np.nan],
        }
    )


def test_derived_item_and_the_reasons_of_its_gaps():
    survey = read_survey(tolerances(), reservation_model(), min_base=1)
    assert survey.dropped == {"no_answer": 2}  # REPUR "don't know" and blank, so nothing at all
    assert np.array_equal(
        survey.answers[:, 1], [125, 75, np.nan, 75, np.nan, np.nan, np.nan, 100], equal_nan=True
    )
    expected = [ANSWERED, ANSWERED, DONT_KNOW, ANSWERED, OTHER, OTHER, REFUSED, ANSWERED]
    assert survey.reasons[:, 1].tolist() == expected


def test_recodes_and_answers_against_the_routing_are_told():
    survey = read_survey(tolerances(), reservation_model(), min_base=1)
    by_code = {finding.code: finding for finding in survey.findings}
    assert set(by_code) == {"recoded", "answered-not-asked"}
    said = [str(finding) for finding in survey.findings if finding.code == "recoded"]
    assert said[0].startswith("HIGHPTOL: 1 answer of 26 is top-coded to 25.")
    assert said[1].startswith("LOWPTOL: 1 answer of 26 is top-coded to 25.")
    assert "1 answer although" in by_code["answered-not-asked"].what
    assert "row 7" in by_code["answered-not-asked"].what


def test_a_reason_of_the_deciding_answer_passes_to_the_derived_item():
    frame = tolerances()
    frame["X"] = range(1, 11)
    model = reservation_model()
    more = replace(model.constructs[0], indicators=(*model.indicators, Indicator(name="X", scale=TEN)))
    survey = read_survey(frame, replace(model, constructs=(more,)), min_base=1)
    assert survey.reasons[2:4, 1].tolist() == [DONT_KNOW, OTHER]


def test_routing_marks_blanks_as_skipped_but_not_where_nothing_is_known():
    frame = pd.DataFrame({"COMP": [0, 1, 1, 98, np.nan, 0], "HANDLE": [np.nan, 5, np.nan, np.nan, np.nan, 7]})
    frame["SATIS"] = range(1, 7)
    items = [Indicator(name=name, scale=TEN) for name in ("SATIS", "HANDLE")]
    survey = read_survey(frame, one_construct(*items, codebook="acsi2015"), min_base=1)
    assert survey.reasons[:, 1].tolist() == [SKIPPED, ANSWERED, OTHER, SKIPPED, OTHER, ANSWERED]
    assert codes(survey.findings) == ["answered-not-asked"]
    assert survey.names == ("SATIS", "HANDLE")


def test_routing_by_an_absent_column_is_told():
    frame = pd.DataFrame({"SATIS": range(1, 7), "HANDLE": [1, 2, 3, np.nan, np.nan, 4]})
    items = [Indicator(name=name, scale=TEN) for name in ("SATIS", "HANDLE")]
    survey = read_survey(frame, one_construct(*items, codebook="acsi2015"), min_base=1)
    assert codes(survey.findings) == ["no-routing"]
    assert survey.reasons[3, 1] == OTHER


def test_routing_given_in_the_file_names_of_a_mapping():
    frame = pd.DataFrame({"SATIS": range(1, 7), "h": [1, 2, 3, np.nan, np.nan, 4], "c": [1, 1, 1, 0, 0, 1]})
    book = Codebook(columns={"h": Column(name="h", asked_when=Routing(column="c", low=1, high=1))})
    items = [Indicator(name=name, scale=TEN) for name in ("SATIS", "HANDLE")]
    survey = read_survey(frame, one_construct(*items), columns={"HANDLE": "h"}, codebook=book, min_base=1)
    assert survey.reasons[3, 1] == SKIPPED


def test_derived_item_given_as_an_option():
    frame = small_frame(10)
    model = one_construct(Indicator(name="Q1", scale=TEN), Indicator(name="D", scale=Scale(low=0, high=20)))
    cases = [
        Case(when="Q1", low=1, high=5, take="Q2", times=2),
        Case(when="Q1", low=5, high=10, take="S1", plus=10, times=1),
    ]
    survey = read_survey(frame, model, derived={"D": cases}, scales={"Q2": (1, 10)}, min_base=1)
    expected = np.where(frame["Q1"] <= 5, 2 * frame["Q2"], 10 + frame["S1"])
    assert np.array_equal(survey.answers[:, 1], expected)


def test_uncovered_answers_of_a_derived_item_are_told():
    cases = (Case(when="Q1", low=1, high=5, take="Q2"),)
    items = (Indicator(name="Q1", scale=TEN), Indicator(name="D", scale=TEN, cases=cases))
    frame = small_frame()
    survey = read_survey(frame, one_construct(*items))
    assert codes(survey.findings) == ["no-case"]
    assert ((frame["Q1"] > 5).to_numpy() == (survey.reasons[:, 1] == OTHER)).all()


def test_derived_item_is_taken_from_its_own_column_where_its_sources_are_absent():
    frame = pd.DataFrame({"REPUR": range(1, 11), "RESERVATION": range(100, 110)})
    survey = read_survey(frame, reservation_model(), min_base=1)
    assert codes(survey.findings) == ["derived-as-stored"]
    assert survey.answers[:, 1].tolist() == list(range(100, 110))


def test_groups_are_exact_texts_with_labels_and_blanks_are_dropped():
    frame = small_frame(12)
    frame["firm"] = [1001.0] * 5 + [2.5] * 5 + [np.nan] * 2
    frame["region"] = ["01", "NA", "01"] * 4
    book = Codebook(columns={"firm": Column(name="firm", values={"1001": "Alpha"})})
    survey = read_survey(frame, small_model(), by=["firm", "region"], codebook=book, min_base=1)
    assert survey.by == ("firm", "region")
    assert survey.groups[0] == ("1001",) * 5 + ("2.5",) * 5
    assert survey.groups[1][:3] == ("01", "NA", "01")
    assert survey.group_labels["firm"] == {"1001": "Alpha"}
    assert survey.dropped == {"blank_group": 2}
    assert codes(survey.findings) == ["blank-group"]
    assert "2 rows (rows 12, 13)" in survey.findings[0].what


def test_codes_for_all_columns_leave_group_columns_alone():
    frame = small_frame()
    frame["firm"] = [98] * 20 + [99] * 20
    plain = read_survey(frame, small_model(), by=["firm"], missing=[98, 99], min_base=1)
    assert set(plain.groups[0]) == {"98", "99"}
    book = Codebook(columns={"firm": Column(name="firm", missing={99.0: "refused"})})
    named = read_survey(frame, small_model(), by=["firm"], codebook=book, min_base=1)
    assert named.dropped == {"blank_group": 20}


def test_rows_left_out_are_counted_once_each():
    frame = small_frame(40).astype(float)
    frame["w"] = 1.5
    frame["firm"] = ["a", "b"] * 20
    frame.loc[0, "firm"], frame.loc[0, "w"] = "", 0
    frame.loc[1, "w"] = 0
    frame.loc[2, ["Q1", "Q2", "S1", "S2"]] = np.nan
    survey = read_survey(frame, small_model(), by=["firm"], weight="w", min_base=1)
    assert survey.dropped == {"blank_group": 1, "zero_weight": 1, "no_answer": 1}
    assert len(survey) == 37
    assert survey.read_rows == 40
    assert survey.rows[0] == 5
    assert survey.weight == "w"


def test_strata_and_clusters_are_codes_that_do_not_depend_on_the_order_of_rows():
    frame = small_frame()
    frame["stratum"] = ["south", "north"] * 20
    frame["psu"] = [7, 7, 9, 9] * 10
    survey = read_survey(frame, small_model(), strata="stratum", cluster="psu")
    assert survey.strata.tolist() == [1, 0] * 20
    assert survey.cluster.tolist() == [0, 0, 1, 1] * 10


def test_files_are_stacked_with_constant_columns(tmp_path):
    frame = small_frame()
    frame.iloc[:20].to_csv(tmp_path / "a.csv", index=False)
    frame.iloc[20:].to_csv(tmp_path / "b.csv", index=False)
    files = [
        SurveyFile(path=tmp_path / f"{name}.csv", add={"wave": wave})
        for name, wave in (("a", "1"), ("b", "2"))
    ]
    survey = read_survey(files, small_model(), by=["wave"], min_base=1)
    assert np.array_equal(survey.answers, frame.to_numpy())
    assert survey.groups == (("1",) * 20 + ("2",) * 20,)
    assert survey.rows.tolist() == [*range(2, 22)] * 2
    assert survey.source == "a.csv, b.csv"
    assert survey.read_rows == 40


def test_straight_lining_and_duplicates_are_told():
    names = [f"Q{number}" for number in range(1, 11)]
    frame = small_frame(40, names=names)
    frame.iloc[3] = 10
    frame.iloc[5] = frame.iloc[4]
    survey = read_survey(frame, small_model(names))
    assert codes(survey.findings) == ["straight-lining", "duplicate-answers"]
    assert "1 respondent (2.5 %)" in survey.findings[0].what
    assert "row 5" in survey.findings[0].what
    assert "row 7" in survey.findings[1].what
    assert len(survey) == 40
    frame["firm"] = ["a", "b"] * 20
    apart = read_survey(frame, small_model(names), by=["firm"], min_base=1)
    assert codes(apart.findings) == ["straight-lining"]


def test_reversed_items_do_not_hide_straight_lining():
    names = [f"Q{number}" for number in range(1, 11)]
    frame = small_frame(40, names=names)
    frame.iloc[3] = 10
    book = Codebook(columns={"Q1": Column(name="Q1", reversed=True)})
    survey = read_survey(frame, small_model(names), codebook=book)
    assert codes(survey.findings) == ["straight-lining"]


def test_repeated_identifiers_are_told_and_not_kept():
    frame = small_frame()
    frame["id"] = [f"r{number}" for number in range(39)] + ["r0"]
    survey = read_survey(frame, small_model(), identifier="id")
    assert codes(survey.findings) == ["duplicate-identifier"]
    assert "row 41" in survey.findings[0].what


def test_small_groups_are_named():
    frame = small_frame()
    frame["firm"] = ["a"] * 31 + ["b"] * 9
    survey = read_survey(frame, small_model(), by=["firm"])
    assert codes(survey.findings) == ["small-base"]
    assert "b (9)" in survey.findings[0].what
    assert codes(read_survey(small_frame(29), small_model()).findings) == ["small-base"]


def test_a_code_of_the_shipped_codebook_that_lies_on_the_scale_is_an_answer():
    model = one_construct(Indicator(name="P", scale=Scale(low=0, high=100)), codebook="acsi2015")
    survey = read_survey(pd.DataFrame({"P": [98, 99, 5, 100]}), model, min_base=1)
    assert survey.answers[:, 0].tolist() == [98, 99, 5, 100]
    assert [(one.code, one.severity) for one in survey.findings] == [("code-on-scale", "note")] * 2
