"""Does a survey follow its questionnaire: every kind of contradiction, counted by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import StudyError, SurveyError, UsageError
from csi_model.frames import typed_frame
from csi_model.measures.codebook_writing import write_codebook
from csi_model.measures.following import Followed, follows
from csi_model.measures.questionnaire_building import build
from csi_model.model.catalogue import catalogue, read_catalogue
from csi_model.model.spec import Scale
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.running import entry_of, measure
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.simulation import simulate
from csi_model.survey.tables import table_of
from csi_model.vocabulary import MEASURES, term

TEN = Scale(low=1, high=10)
CHINESE = re.compile("[\u4e00-\u9fff]")

BOOK = Codebook(
    missing={98: "dont_know", 99: "refused"},
    columns={
        "SATIS": Column(name="SATIS", label={"en": "Satisfaction", "zh": "满意"}, scale=TEN),
        "REPUR": Column(name="REPUR", scale=TEN),
        "HIGH": Column(
            name="HIGH", scale=Scale(low=0, high=25), missing={101: "other"}, recode={26: 25},
            asked_when=Routing(column="REPUR", low=6, high=10),
        ),
        "SEX": Column(name="SEX", values={"1": "male", "2": "female"}),
        "PLACE": Column(name="PLACE", optional=True),
    },
)  # fmt: skip
"""Two ratings, a routed percentage, codes without a scale, a text that may be left out."""


def frame(**columns: list[Any]) -> pd.DataFrame:
    """Six respondents without a fault, but for the columns given."""
    sound: dict[str, list[Any]] = {
        "id": [1, 2, 3, 4, 5, 6],
        "SATIS": [7, 8, 9, 98, 4, 5],
        "REPUR": [6, 10, 5, 98, 9, 1],
        "HIGH": [10, 26, None, None, 99, None],
        "SEX": [1, 2, 2, 1, 99, 2],
    }
    return pd.DataFrame({**sound, **columns})


def check(book: Codebook = BOOK, **columns: list[Any]) -> Followed:
    return follows(table_of(frame(**columns)), book)


def found(result: Followed, kind: str) -> list[tuple[str, str, int]]:
    return [
        (row["indicator"], row["severity"], row["found_cells"])
        for row in result.checks
        if row["check"] == kind
    ]


def errors(result: Followed) -> list[str]:
    return [row["check"] for row in result.checks[1:] if row["severity"] == "error"]


def test_a_sound_file_follows() -> None:
    result = check()
    assert result.follows
    assert errors(result) == []
    assert result.findings[0].code == "follows"
    told = "The survey follows the questionnaire (6 rows, 4 of 5 questions; 1 thing to look at)."
    assert result.findings[0].what == told
    assert found(result, "many_missing") == [("HIGH", "warning", 1)]  # 1 of 3 is more than a fifth
    assert found(result, "column_left_out") == [("", "note", 1)]


def test_answers_and_missing_answers_by_hand() -> None:
    """HIGH is put to 3 of 6: REPUR is 6, 10, 9; two answers (26 is read as 25), one refusal."""
    rows = {row["indicator"]: row for row in check().questions}
    assert "PLACE" not in rows
    high = rows["HIGH"]
    counts = ("n", "skipped", "dont_know", "refused", "other_missing", "contradicting")
    assert [high[name] for name in counts] == [2, 3, 0, 1, 0, 0]
    assert high["share_of_asked"] == pytest.approx(1 / 3)
    assert [rows["SATIS"][name] for name in counts] == [5, 0, 1, 0, 0, 0]
    assert rows["SATIS"]["share_of_asked"] == pytest.approx(1 / 6)
    assert rows["SEX"]["why"] == "the answers are codes without a scale"
    for row in rows.values():
        whole = sum(row[name] for name in counts)
        assert whole == 6


@pytest.mark.parametrize(
    ("columns", "kind", "where", "count"),
    [
        ({"SATIS": [7, 11, 0, 98, 4, 5]}, "outside_scale", "SATIS", 2),
        ({"SATIS": [7, 97, -1, 98, 88, 5]}, "undeclared_code", "SATIS", 3),
        ({"SATIS": [7, 7.5, 9, 98, 4, 5]}, "between_steps", "SATIS", 1),
        ({"SATIS": ["7", "very good", "9", "98", "4", "5"]}, "no_number", "SATIS", 1),
        ({"SEX": [1, 3, 2, 1, 99, 0]}, "undeclared_code", "SEX", 2),
        ({"SEX": ["male", "FEMALE", 2, 1, "man", 2]}, "no_number", "SEX", 1),
        ({"HIGH": [10, 26, 5, None, 99, None]}, "answered_not_asked", "HIGH", 1),
        ({"HIGH": [10, 26, None, 98, 99, 98]}, "answered_not_asked", "HIGH", 2),
        ({"HIGH": [None, 26, None, None, 99, None]}, "asked_not_answered", "HIGH", 1),
        ({"id": [1, 2, 2, 1, 5, 1]}, "identifier_twice", "id", 3),
    ],
)
def test_contradictions_are_counted(columns: dict[str, list[Any]], kind: str, where: str, count: int) -> None:
    result = check(**columns)
    assert found(result, kind) == [(where, "error", count)]
    assert errors(result) == [kind]
    assert not result.follows
    assert result.checks[0]["check"] == "does_not_follow"
    assert result.checks[0]["found_cells"] == 1


def test_codes_declared_for_a_column_are_no_blanks() -> None:
    """101 is the undocumented code of the public survey: asked, missing for another reason, no fault."""
    result = check(HIGH=[101, 26, None, None, 99, None])
    assert result.follows
    assert {row["indicator"]: row for row in result.questions}["HIGH"]["other_missing"] == 1


def test_nothing_is_known_where_the_routing_question_is_blank_or_wrong() -> None:
    assert check(REPUR=[None, 10, 5, 98, 9, 1]).follows
    result = check(REPUR=[55, 10, 5, 98, 9, 1])
    assert errors(result) == ["undeclared_code"]


def test_blank_identifiers_are_a_warning() -> None:
    result = check(id=[1, None, 3, 4, 5, None])
    assert found(result, "identifier_blank") == [("id", "warning", 2)]
    assert result.follows


def test_a_panel_is_told_apart_by_person_and_wave() -> None:
    table = table_of(frame(id=[1, 2, 3, 1, 2, 3], wave=[1, 1, 1, 2, 2, 2]))
    assert errors(follows(table, BOOK)) == ["identifier_twice"]
    assert follows(table, BOOK, identifiers=("id", "wave")).follows
    assert errors(follows(table, BOOK, identifiers=("nobody",))) == ["no_identifier"]


def test_columns() -> None:
    table = table_of(frame(Weight=[1] * 6).rename(columns={"SATIS": "satis", "id": "number"}))
    result = follows(table, BOOK)
    assert found(result, "column_missing") == [("SATIS", "error", 1)]
    assert "capital and small letters differ" in next(
        one.fix for one in result.findings if one.code == "column-missing"
    )
    assert found(result, "column_extra") == [("", "note", 3)]
    assert found(result, "no_identifier") == [("", "note", 0)]
    assert follows(table, BOOK, required=("REPUR",)).follows


def test_missing_answers_are_named_where_there_are_many() -> None:
    """3 of 6 have no answer, one of them blank."""
    result = check(SATIS=[7, 98, 99, None, 4, 5])
    assert found(result, "many_missing") == [("SATIS", "warning", 3), ("HIGH", "warning", 1)]
    nobody = check(SATIS=[98] * 6)
    assert found(nobody, "no_answers") == [("SATIS", "warning", 6)]


def rated(rows: list[list[int]]) -> Followed:
    """Ten ratings each."""
    names = [f"R{k}" for k in range(10)]
    book = Codebook(columns={name: Column(name=name, scale=TEN) for name in names})
    return follows(table_of(pd.DataFrame(rows, columns=names)), book)


def test_straight_lines_and_repeats() -> None:
    rows = [[5] * 10, [1, *[5] * 9], [*range(1, 11)], [*range(1, 11)], [7] * 10]
    result = rated(rows)
    assert found(result, "straight_lining") == [("", "warning", 2)]
    assert result.checks[2]["share"] == pytest.approx(0.4)
    assert found(result, "repeated_answers") == [("", "warning", 1)]
    assert found(rated([[*range(1, 11)]] + [[5] * 10] * 3), "repeated_answers") == []


def test_without_the_routing_question_nothing_can_be_checked() -> None:
    table = table_of(frame().drop(columns="REPUR"))
    result = follows(table, BOOK, required=())
    assert found(result, "routing_unknown") == [("HIGH", "note", 0)]
    assert {row["indicator"]: row for row in result.questions}["HIGH"]["skipped"] == 0


SPOILT: dict[str, list[Any]] = {
    "id": [1, 1, 3, None, 5, 6],
    "SATIS": [11, 7.5, 97, "good", 98, 98],
    "HIGH": [None, 26, 5, None, 99, None],
    "SEX": [5, 2, 2, 1, 99, 2],
}


def test_everything_is_said_in_chinese() -> None:
    results = [
        check(**SPOILT),
        check(),
        check(id=[1, 2, 3, 4, 5, 6], extra=[0] * 6, SATIS=[98] * 6),
        follows(table_of(frame().drop(columns="REPUR").rename(columns={"SATIS": "satis"})), BOOK),
        follows(table_of(frame().rename(columns={"id": "x"})), BOOK, identifiers=("y",)),
        follows(table_of(frame().rename(columns={"id": "x"})), BOOK),
        rated([[5] * 10, [*range(1, 11)], [*range(1, 11)]]),
    ]
    kinds = set()
    names = r"SATIS|HIGH|REPUR|SEX|PLACE|satis|good|extra|x|y|id|COLUMN|values|missing|--id|R\d"
    for result in results:
        for one in result.findings:
            kinds.add(one.code)
            for text in (one.what, one.fix):
                told = reason_in(text, "zh")
                assert not text or CHINESE.search(told), text
                assert not re.search("[A-Za-z]{2,}", re.sub(names, "", told)), told
        for row in (*result.checks, *result.questions):
            assert not row["why"] or all(CHINESE.search(reason_in(w, "zh")) for w in row["why"].split("; "))
            if "check" in row:
                assert CHINESE.search(term(row["check"], "zh"))
    assert len(kinds) >= 18


def test_many_rows_are_named_in_chinese() -> None:
    result = check(**{name: values * 5 for name, values in frame(SATIS=[11] * 6).to_dict("list").items()})
    said = next(one.what for one in result.findings if one.code == "outside-scale")
    assert reason_in(said, "zh") == "30 个答案超出量表 1-10：11（第 2, 3, 4, 5, 6 行，另有 25 行）。"


@pytest.mark.parametrize("name", ["acsi", "scsb"])
def test_a_simulated_survey_follows_the_questionnaire_of_its_model(name: str) -> None:
    simulated(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue())
def test_every_simulated_survey_follows(name: str) -> None:
    simulated(name)


def simulated(name: str) -> None:
    spec = read_catalogue(name)
    survey, _ = simulate(spec, 150, seed=11)
    book = build(spec).codebook()
    for required in (None, spec.columns()):
        assert follows(table_of(survey), book, required=required).follows
    column = spec.indicators[0].name
    spoilt = survey.assign(**{column: np.where(np.arange(150) < 3, 77, survey[column])})
    result = follows(table_of(spoilt), book)
    assert found(result, "undeclared_code") == [(column, "error", 3)]


def write(folder: Path, **columns: list[Any]) -> None:
    (folder / "codebook.yaml").write_text(write_codebook(BOOK), encoding="utf-8")
    frame(**columns).to_csv(folder / "s.csv", index=False)


def test_the_command_says_that_a_file_follows(csi: Callable[..., Any], tmp_path: Path) -> None:
    write(tmp_path)
    ran = csi("measure", "follows", "s.csv", "--codebook", "codebook.yaml")
    assert ran.code == 0
    assert "note: s.csv: The survey follows the questionnaire (6 rows, 4 of 5 questions; 1 thing" in ran.err
    assert "follows the questionnaire" in ran.out


def test_the_command_ends_with_1_where_a_file_does_not_follow(
    csi: Callable[..., Any], tmp_path: Path
) -> None:
    write(tmp_path, **SPOILT)
    ran = csi("measure", "follows", "s.csv", "--codebook", "codebook.yaml", "-o", "out", "--lang", "zh")
    assert ran.code == 1
    assert ran.err.startswith("error: s.csv: The survey does not follow the questionnaire: 8 errors")
    table = pd.read_csv(tmp_path / "out" / "tables" / "survey_check.csv", keep_default_na=False)
    assert list(table.columns) == list(MEASURES["survey_check"].column_names)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "调查数据不符合问卷：8 处错误" in page
    assert "满意 (SATIS)" in page


def test_questionnaire_simulation_and_check_go_together(csi: Callable[..., Any], tmp_path: Path) -> None:
    assert csi("measure", "questionnaire", "csisg", "--format", "md", "-o", "q").code == 0
    assert csi("simulate", "csisg", "-n", "120", "-o", "s.csv").code == 0
    ran = csi("measure", "follows", "s.csv", "--codebook", "q/codebook.yaml", "--model", "csisg")
    assert ran.code == 0, ran.err
    assert csi("measure", "follows", "s.csv", "--model", "scsb").code == 1


def test_the_function_reads_files_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path)
    made = measure("follows", survey_file="s.csv", codebook="codebook.yaml", folder=tmp_path)
    assert made.tables["survey_check"]["check"].iloc[0] == "follows"
    assert made.labels["SATIS"] == {"en": "Satisfaction", "zh": "满意"}
    typed_frame(MEASURES["survey_questions"], made.tables["survey_questions"].to_dict("records"))


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"survey_file": "s.csv"}, UsageError, "--codebook codebook.yaml, or --model MODEL"),
        ({"survey_file": "no.csv", "codebook": "codebook.yaml"}, SurveyError, "There is no such file"),
        ({"survey_file": "s.csv", "codebook": "no.yaml"}, StudyError, "There is no such file"),
        ({"survey_file": "s.csv", "codebook": "empty.yaml"}, UsageError, "The codebook has no columns"),
        ({"survey_file": "s.csv", "codebook": "codebook.yaml", "sheet": "A"}, SurveyError, "only a workbook"),
        ({"survey_file": "codebook.yaml", "codebook": "codebook.yaml"}, SurveyError, "cannot be read"),
        ({"survey_file": "s.csv", "codebook": "wrong.yaml"}, StudyError, "wrong.yaml:1"),
    ],
)
def test_mistakes(options: dict[str, Any], error: type[Exception], says: str, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "empty.yaml").write_text("missing: {98: dont_know}\n", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("missing: {98: unsure}\n", encoding="utf-8")
    with pytest.raises(error, match=re.escape(says)):
        measure("follows", folder=tmp_path, **options)


def test_an_empty_survey_is_one_message(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "none.csv").write_text("id,SATIS\n", encoding="utf-8")
    with pytest.raises(SurveyError, match="no rows of answers"):
        measure("follows", folder=tmp_path, survey_file="none.csv", codebook="codebook.yaml")
    assert entry_of("follows", {"survey_file": "x", "model": "acsi"}).measure == "follows"
