"""Surveys that contradict their declaration: each says where, what and how to mend it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from survey_builders import TEN, codes, one_construct, only, reservation_model, small_frame, small_model

from csi_model.errors import CsiError, StudyError, SurveyError, UsageError
from csi_model.model.spec import Case, Indicator, Scale
from csi_model.survey.codebook import Codebook, Column
from csi_model.survey.reading import SurveyFile, read_survey


def frame_with(**columns: object) -> pd.DataFrame:
    frame = small_frame().astype(object)
    for name, changes in columns.items():
        if isinstance(changes, dict):
            for row, value in changes.items():
                frame.loc[row, name] = value
        else:
            frame[name] = changes
    return frame


def error_of(frame: object, model=None, kind: type[CsiError] = SurveyError, **options: object) -> CsiError:
    with pytest.raises(kind) as caught:
        read_survey(frame, model or small_model(), **options)
    assert all(finding.severity == "error" for finding in caught.value.findings)
    return caught.value


FORTY = [f"r{number}" for number in range(40)]

BAD_ANSWERS = [
    # name, frame, options, code, where, words of what, words of the remedy
    (
        "text",
        {"Q1": {3: "good", 5: "bad"}},
        {},
        "text-answers",
        "Q1",
        ["2 cells", "'good', 'bad'", "rows 5, 7"],
        "values",
    ),
    (
        "one text",
        {"Q2": {0: "n.a. today"}},
        {},
        "text-answers",
        "Q2",
        ["1 cell ", "'n.a. today'", "row 2"],
        "codebook",
    ),
    (
        "outside",
        {"S1": {0: 97, 9: 97, 12: 11}},
        {},
        "outside-scale",
        "S1",
        ["3 answers", "1-10", "11, 97", "rows 2, 11, 14"],
        "--missing 11,97",
    ),
    ("zero", {"S1": {0: 0}}, {}, "outside-scale", "S1", ["1 answer ", "0 (row 2)"], "--scale S1=0:10"),
    ("infinite", {"S1": {4: np.inf}}, {}, "not-finite", "S1", ["row 6"], "blank"),
    ("infinite text", {"S1": {4: "inf"}}, {}, "not-finite", "S1", ["row 6"], "blank"),
    ("empty column", {"S2": [None] * 40}, {}, "no-answers", "S2", ["Nobody", "40 other"], "missing codes"),
    (
        "all coded",
        {"S2": [98] * 40},
        {"missing": {98: "dont_know"}},
        "no-answers",
        "S2",
        ["40 dont_know"],
        "missing codes",
    ),
    ("constant", {"S2": [7] * 40}, {}, "no-variation", "S2", ["all 40 are 7"], "out of the model"),
    (
        "code on scale",
        {},
        {"missing": [10]},
        "code-on-scale",
        "Q1",
        ["10 is declared missing", "1-10"],
        "codebook",
    ),
    (
        "weight text",
        {"w": ["x"] + [1] * 39},
        {"weight": "w"},
        "weight-text",
        "--weight w",
        ["no number in 1 row ", "row 2"],
        "--weight",
    ),
    (
        "weight blank",
        {"w": [None] + [1] * 39},
        {"weight": "w"},
        "weight-missing",
        "--weight w",
        ["no weight", "row 2"],
        "--weight",
    ),
    (
        "weight below 0",
        {"w": [1] * 39 + [-1]},
        {"weight": "w"},
        "weight-negative",
        "--weight w",
        ["row 41"],
        "zero or more",
    ),
    (
        "weight infinite",
        {"w": [1] * 39 + [np.inf]},
        {"weight": "w"},
        "weight-infinite",
        "--weight w",
        ["row 41"],
        "zero or more",
    ),
    (
        "weights zero",
        {"w": [0] * 40},
        {"weight": "w"},
        "weight-zero",
        "--weight w",
        ["All weights are zero"],
        "another",
    ),
    ("weight is item", {}, {"weight": "Q1"}, "option", "--weight Q1", ["question"], "another"),
    (
        "strata blank",
        {"s": [None] + ["a"] * 39},
        {"strata": "s"},
        "strata-missing",
        "strata s",
        ["row 2"],
        "--strata",
    ),
    (
        "cluster blank",
        {"s": ["a"] * 38 + ["", " "]},
        {"cluster": "s"},
        "cluster-missing",
        "cluster s",
        ["rows 40, 41"],
        "--cluster",
    ),
    (
        "group absent",
        {},
        {"by": ["firm"]},
        "no-column",
        "the data frame",
        ["'firm'", "group column"],
        "Choose one of",
    ),
    (
        "group letter case",
        {"Firm": ["a", "b"] * 20},
        {"by": ["firm"]},
        "no-column",
        "the data frame",
        ["'firm'"],
        "capital and small",
    ),
    (
        "group is item",
        {},
        {"by": ["Q1"]},
        "group-is-question",
        "--by Q1",
        ["question of the model"],
        "firm or wave",
    ),
    (
        "group reserved",
        {"source": ["a", "b"] * 20},
        {"by": ["source"]},
        "group-reserved",
        "--by source",
        ["results tables"],
        "source_group",
    ),
    ("group twice", {"f": ["a", "b"] * 20}, {"by": ["f", "f"]}, "group-twice", "--by f", ["twice"], "once"),
    (
        "group of ids",
        {"f": FORTY},
        {"by": ["f"]},
        "group-identifier",
        "--by f",
        ["40 different values", "identifier"],
        "few values",
    ),
    ("group empty", {"f": [None] * 40}, {"by": ["f"]}, "group-empty", "--by f", ["empty"], "another column"),
    (
        "weight absent",
        {},
        {"weight": "wt"},
        "no-column",
        "the data frame",
        ["'wt'", "weight"],
        "Choose one of",
    ),
]


@pytest.mark.parametrize(("name", "columns", "options", "code", "where", "words", "fix"), BAD_ANSWERS)
def test_bad_surveys(name, columns, options, code, where, words, fix):
    error = error_of(frame_with(**columns), **options)
    found = next(finding for finding in error.findings if finding.code == code)
    assert found.where == where
    for word in words:
        assert word in found.what, name
    assert fix in found.fix


def test_absent_questions_are_all_named_with_the_closest():
    error = error_of(small_frame().rename(columns={"Q1": "q1", "S1": "S_1", "S2": "zzz"}))
    assert codes(error.findings) == ["no-column"] * 3
    said = [str(finding) for finding in error.findings]
    assert "'Q1' (question Q1 of the model)" in said[0]
    assert "There is 'q1': capital and small letters differ" in said[0]
    assert "Did you mean 'S_1'?" in said[1]
    assert all("`columns`" in text for text in said)


def test_all_mistakes_of_the_answers_at_once():
    frame = frame_with(Q1={3: "good"}, Q2={1: 97}, S1=[5] * 40, S2=[None] * 40, w=[-1] + [1] * 39)
    error = error_of(frame, weight="w")
    assert set(codes(error.findings)) == {
        "text-answers", "outside-scale", "no-variation", "no-answers", "weight-negative",
    }  # fmt: skip


def test_undeclared_scales_are_all_named():
    error = error_of(small_frame(), small_model(scale=None))
    assert [finding.where for finding in error.findings] == ["Q1, Q2, S1, S2"]
    assert "4 questions have no declared scale" in error.findings[0].what
    assert "--scale Q1=1:10" in error.findings[0].fix


def test_a_column_under_another_name_is_shown_with_both():
    frame = frame_with(Q1={3: "good"}).rename(columns={"Q1": "quality"})
    assert only(error_of(frame, columns={"Q1": "quality"}), "text-answers").where == "quality (Q1)"


@pytest.mark.parametrize(
    ("options", "where", "words"),
    [
        ({"columns": {"Q11": "Q1"}}, "columns: Q11", "Did you mean 'Q1'?"),
        ({"columns": {"Q1": "Q2"}}, "Q2", "Q1 and Q2 read the same column"),
    ],
)
def test_wrong_column_maps(options, where, words):
    error = error_of(small_frame(), **options)
    assert error.findings[0].where == where
    assert words in str(error)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"missing": {98: "unsure"}}, "'unsure' is not a reason"),
        ({"missing": ["x"]}, "'x' is not a number"),
        ({"missing": [float("nan")]}, "nan is not a number"),
        ({"scales": {"Q9": (1, 10)}}, "no question 'Q9'"),
        ({"scales": {"Q1": (10, 1)}}, "10:1 of Q1 does not rise"),
        ({"scales": {"": (5, 5)}}, "5:5 of all questions does not rise"),
        ({"derived": {"Q9": [Case(when="Q1", low=1, high=2, take="Q2")]}}, "no question 'Q9'"),
        ({"derived": {"Q1": []}}, "has no case"),
    ],
)
def test_wrong_options(options, words):
    error = error_of(small_frame(), kind=UsageError, **options)
    assert words in str(error)
    assert error.findings[0].fix


def test_no_file_at_all():
    assert "Name a file" in str(error_of([], kind=UsageError))


def test_a_model_whose_codebook_does_not_exist():
    model = one_construct(Indicator(name="Q1", scale=TEN), codebook="acsi2051")
    assert "acsi2015" in str(error_of(small_frame(), model, kind=StudyError))


def test_out_of_scale_derived_items_and_sources():
    frame = pd.DataFrame({"REPUR": [9, 3, 8], "HIGHPTOL": [30, np.nan, 10], "LOWPTOL": [np.nan, 5, np.nan]})
    error = error_of(frame, reservation_model())
    assert [finding.where for finding in error.findings] == ["HIGHPTOL", "RESERVATION"]
    assert "--scale HIGHPTOL=0:30" in error.findings[0].fix
    assert "130 (row 2)" in error.findings[1].what


def test_all_rows_lost():
    frame = small_frame(4)
    frame["w"] = [0.0, 0.0, 0.0, 1.0]
    frame["firm"] = ["a", "a", "b", ""]
    error = error_of(frame, by=["firm"], weight="w")
    assert "1 blank_group, 3 zero_weight" in only(error, "no-rows").what


def test_several_files_say_which_one(tmp_path):
    for name, value in (("a", 5), ("b", 97)):
        frame = small_frame(seed=value)
        frame.loc[2, "Q1"] = value
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    found = only(error_of([tmp_path / "a.csv", tmp_path / "b.csv"]), "outside-scale")
    assert "b.csv row 4" in found.what


def test_mistakes_of_several_files_together(tmp_path):
    (tmp_path / "a.csv").write_text("Q1,Q1\n1,2\n", encoding="utf-8")
    error = error_of([tmp_path / "a.csv", tmp_path / "gone.csv"])
    assert codes(error.findings) == ["duplicate-column", "no-file"]


def test_a_file_twice_a_column_added_twice_a_column_of_one_file_only(tmp_path):
    path = tmp_path / "a.csv"
    frame = small_frame()
    frame.to_csv(path, index=False)
    assert "count twice" in only(error_of([path, path]), "same-file").what
    assert "'Q1'" in only(error_of(SurveyFile(path=path, add={"Q1": "x"})), "added-column").what
    frame.iloc[:30].to_csv(tmp_path / "b.csv", index=False)
    files = [SurveyFile(path=path, add={"wave": "1"}), tmp_path / "b.csv"]
    found = only(error_of(files, by=["wave"]), "no-column")
    assert found.where == "b.csv"


def test_per_column_codes_may_lie_on_the_scale():
    frame = small_frame()
    frame.loc[:2, "Q1"] = 10
    book = Codebook(columns={"Q1": Column(name="Q1", missing={10.0: "refused"})})
    survey = read_survey(frame, small_model(), codebook=book)
    assert np.isnan(survey.answers[:3, 0]).all()
    assert not np.isnan(survey.answers[:, 1]).any()


def test_fractional_answers_and_exact_ends_are_fine():
    frame = small_frame().astype(float)
    frame.loc[0, "Q1"], frame.loc[1, "Q1"], frame.loc[2, "Q1"] = 9.75, 1.0, 10.0
    survey = read_survey(frame, small_model())
    assert survey.answers[:3, 0].tolist() == [9.75, 1.0, 10.0]


def test_a_column_with_two_scales_is_reported_against_the_one_in_force():
    frame = small_frame()
    error = error_of(frame, scales={"Q1": Scale(low=1, high=5)})
    found = only(error, "outside-scale")
    assert "1-5" in found.what
    assert "--scale Q1=1:10" in found.fix
