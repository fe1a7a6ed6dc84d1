"""Every file format, written by the test itself; every way in which a file can be wrong."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from survey_builders import codes, only

from csi_model.errors import SurveyError
from csi_model.survey.conversion import to_numbers, to_texts
from csi_model.survey.tables import read_table, table_of


def numbers(table, name):
    return to_numbers(table.frame[name], {}).numbers.tolist()


def texts(table, name):
    return to_texts(table.frame[name]).tolist()


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        ("城市,Q1\n北京,7\n上海,9\n", "utf-8", False),
        ("城市,Q1\n北京,7\n上海,9\n", "utf-8-sig", False),
        ("城市,Q1\n北京,7\n上海,9\n", "utf-16", False),
        ("城市,Q1\n北京,7\n上海,9\n", "gbk", True),
        ("城市\tQ1\n北京\t7\n上海\t9\n", "gb18030", True),
        ("城市;Q1\r\n北京;7\r\n上海;9\r\n", "utf-8", False),
        ("城市,Q1\r北京,7\r上海,9\r", "utf-8", False),
    ],
)
def test_text_files_in_the_encodings_of_the_world(tmp_path, text, encoding, guessed):
    path = tmp_path / "answers.csv"
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert table.columns == ("城市", "Q1")
    assert texts(table, "城市") == ["北京", "上海"]
    assert numbers(table, "Q1") == [7, 9]
    assert table.rows.tolist() == [2, 3]
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert codes(table.findings) == (["encoding-guessed"] if guessed else [])
    if guessed:
        assert "GB18030" in table.findings[0].what


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("name,Q1\nabc,7\n".encode(encoding))
    assert numbers(read_table(path), "Q1") == [7]


@pytest.mark.parametrize(
    ("encoding", "town", "named"),
    [("cp1252", "Orléans – Nîmes", "Windows-1252"), ("latin-1", "Málaga\x81", "Latin-1")],
)
def test_western_files_are_a_guess_that_is_told(tmp_path, encoding, town, named):
    path = tmp_path / "a.csv"
    path.write_bytes(f"town,Q1\n{town},7\n".encode(encoding))
    table = read_table(path)
    assert texts(table, "town") == [town]
    assert named in table.findings[0].what
    assert "UTF-8" in table.findings[0].fix


def test_semicolons_decimal_commas_and_quotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Q1;w;"a;b"\n7;0,5;"x ""y"""\n8;1,25;"two\nlines"\n9;1;z\n', encoding="utf-8")
    table = read_table(path)
    assert table.columns == ("Q1", "w", "a;b")
    assert numbers(table, "w") == [0.5, 1.25, 1]
    assert texts(table, "a;b") == ['x "y"', "two\nlines", "z"]


def test_commas_that_may_part_thousands_are_not_decimal():
    cells = to_numbers(pd.Series(["1,234", "2,500"]), {})
    assert cells.bad.all()
    assert to_numbers(pd.Series(["0,987", "2,500"]), {}).numbers.tolist() == [0.987, 2.5]


def test_numbers_in_all_their_spellings():
    spelt = pd.Series(
        ["７", " 8 ", "9.0", "1e1", "−3", "+4", "", "NA", "#N/A", "TRUE", "10 - very satisfied", "5分"]
    )
    cells = to_numbers(spelt.astype(object), {})
    assert np.array_equal(
        cells.numbers[:-1], [7, 8, 9, 10, -3, 4, np.nan, np.nan, np.nan, 1, 10], equal_nan=True
    )
    assert cells.bad.tolist() == [False] * 11 + [True]
    assert cells.labelled.tolist() == [False] * 10 + [True, False]


@pytest.mark.parametrize("ending", ["xlsx", "xlsm"])
def test_workbook_with_error_cells_dates_and_text_numbers(tmp_path, ending):
    path = workbook(
        tmp_path / f"a.{ending}",
        Answers=[
            ["Q1", "day", "firm", "code"],
            [7, datetime.datetime(2024, 5, 1), 1001, "01"],
            ["#NULL!", datetime.datetime(2024, 5, 2, 13, 30), 1001.0, "1"],
            [9.5, None, "1001", None],
            [None, None, None, None],
        ],
        Notes=[["x"], [1]],
    )
    table = read_table(path)
    assert len(table) == 3
    assert np.array_equal(numbers(table, "Q1"), [7, np.nan, 9.5], equal_nan=True)
    assert texts(table, "day") == ["2024-05-01", "2024-05-02 13:30:00", ""]
    assert texts(table, "firm") == ["1001"] * 3
    assert texts(table, "code") == ["01", "1", ""]
    assert table.findings == ()


@pytest.mark.parametrize("sheet", ["Notes", 2, "2"])
def test_sheets_by_name_and_number(tmp_path, sheet):
    path = workbook(tmp_path / "a.xlsx", Answers=[["Q1"], [7]], Notes=[["x"], [1]])
    assert read_table(path, sheet=sheet).columns == ("x",)


def test_spss_labels_and_user_missing_codes_are_kept(tmp_path):
    frame = pd.DataFrame({"Q1": [1.0, 98.0, 99.0], "城市": ["北京", "上海", "NA"]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        column_labels={"Q1": "总体满意度"},
        variable_value_labels={"Q1": {98.0: "不知道", 99.0: "拒答"}},
        missing_ranges={"Q1": [98, {"lo": 99, "hi": 120}], "城市": ["NA"]},
    )
    table = read_table(tmp_path / "a.sav")
    assert numbers(table, "Q1") == [1, 98, 99]
    assert table.labels == {"Q1": "总体满意度"}
    assert table.value_labels["Q1"] == {"98": "不知道", "99": "拒答"}
    assert set(table.missing["Q1"]) == {(98.0, 98.0), (99.0, 120.0)}
    assert table.missing["城市"] == ("NA",)


def test_spss_file_with_texts_in_another_encoding_than_it_names(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"Q1": [1.0, 2.0]}), path, column_labels={"Q1": "ABCDEFGHIJ"})
    raw = path.read_bytes()
    assert raw.count(b"ABCDEFGHIJ") >= 1
    path.write_bytes(raw.replace(b"ABCDEFGHIJ", "总体满意度".encode("gbk")))
    table = read_table(path)
    assert table.labels["Q1"] == "总体满意度"
    assert codes(table.findings) == ["encoding-guessed"]


def test_chinese_spss_file_that_calls_itself_western(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"Q1": [1.0, 2.0]}), path, column_labels={"Q1": "ABCDEFGHIJ"})
    raw = path.read_bytes()
    assert raw.count(b"UTF-8") == 1
    raw = raw.replace(b"UTF-8", b"CP819").replace(b"ABCDEFGHIJ", "总体满意度".encode("gbk"))
    path.write_bytes(raw)
    table = read_table(path)
    assert table.labels["Q1"] == "总体满意度"
    assert "GB18030" in table.findings[0].what


def test_stata_and_parquet(tmp_path):
    frame = pd.DataFrame({"Q1": [7.0, 8.0, np.nan], "firm": ["a", "b", "b"]})
    pyreadstat.write_dta(frame, tmp_path / "a.dta", variable_value_labels={"Q1": {7.0: "seven"}})
    frame.to_parquet(tmp_path / "a.parquet")
    stata, parquet = read_table(tmp_path / "a.dta"), read_table(tmp_path / "a.parquet")
    assert np.array_equal(numbers(stata, "Q1"), [7, 8, np.nan], equal_nan=True)
    assert np.array_equal(numbers(parquet, "Q1"), [7, 8, np.nan], equal_nan=True)
    assert texts(stata, "firm") == texts(parquet, "firm") == ["a", "b", "b"]
    assert stata.value_labels["Q1"] == {"7": "seven"}


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([7, 8, None], dtype="Int64"),
        pd.Series([7, 8, None], dtype="int64[pyarrow]"),
        pd.Series(["7", "8", None], dtype="string"),
        pd.Series(["7", "8", None], dtype="category"),
        pd.Series([7, 8, None], dtype="category"),
        pd.Series([7, "8", None], dtype=object),
        pd.Series([7.0, 8.0, np.nan], dtype="float32"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_data_frames_of_every_dtype(column):
    frame = pd.DataFrame({"Q1": column, 5: [1, 2, 3]})
    before = frame.copy(deep=True)
    table = table_of(frame)
    assert table.columns == ("Q1", "5")
    assert np.array_equal(numbers(table, "Q1"), [7, 8, np.nan], equal_nan=True)
    assert texts(table, "Q1") == ["7", "8", ""]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("dtype", [bool, "boolean", "bool[pyarrow]", object])
def test_truth_values_are_one_and_zero(dtype):
    assert to_numbers(pd.Series([True, False], dtype=dtype), {}).numbers.tolist() == [1, 0]


# --- what can be wrong -------------------------------------------------------------------------


def bad_file(tmp_path: Path, name: str, data: bytes) -> SurveyError:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SurveyError) as caught:
        read_table(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "code", "what", "fix"),
    [
        ("a.csv", b"", "empty-file", "empty", "Export"),
        ("a.csv", b" \n \n", "empty-file", "empty", "Export"),
        ("a.csv", b"Q1,Q2\n", "no-rows", "no rows of answers", "one row a respondent"),
        ("a.csv", b",,\n1,2,3\n", "no-header", "first row is empty", "column names"),
        ("a.csv", b"Q1,Q2,Q1\n1,2,3\n", "duplicate-column", "'Q1' stands over several columns (columns 1, 3)",
         "own name"),
        ("a.csv", b"Q1,Q2\n1,2\n1,2,3\n4,5\n6,7,8\n", "too-many-fields",
         "2 rows have more fields than the 2 names of the header (rows 3, 5)", "quotes"),
        ("a.csv", b'Q1,Q2\n1,"2\n3,4\n', "quotes", "not closed", '""'),
        ("a.csv", b"PK\x03\x04\x00\x00", "not-text", "Excel workbook (.xlsx)", "ending of its format"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "not-text", "old Excel workbook", "Export"),
        ("a.csv", b"<!DOCTYPE html><html>", "not-text", "web page", "Export"),
        ("a.csv", bytes(range(256)) * 4, "not-text", "not text", "Export"),
        ("a.csv", b"\xff\xfeQ\x001\x00\n\x00\xd8\xd8", "encoding", "UTF-16-LE", "UTF-8"),
        ("a.xlsx", b"Q1,Q2\n1,2\n", "broken-file", "looks like text", "Name it .csv"),
        ("a.xlsx", b"PK\x03\x04 cut off", "broken-file", "not an Excel workbook", "Export"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "old-workbook", "old Excel workbook (.xls)", ".xlsx or CSV"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected",
         "password", "take the password off"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "old-workbook", ".xls", ".xlsx or CSV"),
        ("a.sav", b"Q1,Q2\n1,2\n", "broken-file", "not an SPSS file", "ending of its format"),
        ("a.sav", b"PK\x03\x04\x00\x00", "broken-file", "Excel workbook", "ending of its format"),
        ("a.dta", b"Q1,Q2\n1,2\n", "broken-file", "not a Stata file", "ending of its format"),
        ("a.parquet", b"Q1,Q2\n1,2\n", "broken-file", "not a Parquet file", "ending of its format"),
        ("a.doc", b"x", "unknown-format", "end in .doc", ".csv, .tsv"),
        ("answers", b"x", "unknown-format", "have no ending", ".parquet"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path, name, data, code, what, fix):
    error = bad_file(tmp_path, name, data)
    found = only(error, code)
    assert found.where.startswith(name)
    assert what in found.what
    assert fix in found.fix
    assert str(tmp_path) not in str(error)


def test_open_quote_names_a_line(tmp_path):
    error = bad_file(tmp_path, "a.csv", b'Q1,Q2\n1,"2" x\n3,4\n')
    assert only(error, "quotes").where == "a.csv:2"


def test_all_duplicates_are_named_at_once(tmp_path):
    error = bad_file(tmp_path, "a.csv", b"Q1,Q1,S1,S1\n1,2,3,4\n")
    assert codes(error.findings) == ["duplicate-column"] * 2


def test_short_rows_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Q1,Q2\n1\n3,4\n", encoding="utf-8")
    table = read_table(path)
    assert codes(table.findings) == ["short-rows"]
    assert "row 2" in table.findings[0].what
    assert np.array_equal(numbers(table, "Q2"), [np.nan, 4], equal_nan=True)


def test_missing_file_names_the_closest(tmp_path):
    (tmp_path / "answers.csv").write_text("Q1\n1\n", encoding="utf-8")
    with pytest.raises(
        SurveyError, match=r"answer\.csv: There is no such file\. Did you mean 'answers\.csv'\?"
    ):
        read_table(tmp_path / "answer.csv")
    with pytest.raises(SurveyError, match="Its folder does not exist either"):
        read_table(tmp_path / "nowhere" / "answer.csv")


def test_folder_is_refused(tmp_path):
    with pytest.raises(SurveyError, match="This is a folder"):
        read_table(tmp_path)


def test_unknown_sheet_lists_the_sheets(tmp_path):
    path = workbook(tmp_path / "a.xlsx", Answers=[["Q1"], [7]], Notes=[["x"], [1]])
    for sheet in ("Answer", 3, "0"):
        with pytest.raises(SurveyError) as caught:
            read_table(path, sheet=sheet)
        assert "Answers" in only(caught.value, "no-sheet").fix
        assert "1 to 2" in only(caught.value, "no-sheet").fix


def test_empty_sheet_names_the_others(tmp_path):
    path = workbook(tmp_path / "a.xlsx", Answers=[], Notes=[["x"], [1]])
    with pytest.raises(SurveyError, match=r"sheet 'Answers' is empty\. Name another sheet: Answers, Notes"):
        read_table(path)


def test_sheet_of_a_text_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("Q1\n1\n", encoding="utf-8")
    with pytest.raises(SurveyError, match="only a workbook"):
        read_table(tmp_path / "a.csv", sheet="x")


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])), "2 levels"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "'a' stands over several"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), "'1' stands over several"),
        (pd.DataFrame({"a": []}), "no rows"),
    ],
)
def test_bad_frames(frame, what):
    with pytest.raises(SurveyError, match=what):
        table_of(frame)


@pytest.mark.parametrize("ending", ["xlsx", "sav", "dta", "parquet", "csv"])
def test_cut_off_and_scribbled_files_never_end_in_another_error(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    frame = pd.DataFrame({"Q1": [7.0, 8.0, 9.0], "firm": ["a", "b", "b"]})
    writers = {
        "xlsx": lambda: workbook(path, Answers=[["Q1", "firm"], [7, "a"], [8, "b"]]),
        "sav": lambda: pyreadstat.write_sav(frame, path),
        "dta": lambda: pyreadstat.write_dta(frame, path),
        "parquet": lambda: frame.to_parquet(path),
        "csv": lambda: frame.to_csv(path, index=False),
    }
    writers[ending]()
    whole = path.read_bytes()
    rng = np.random.default_rng(5)
    told = []
    for _ in range(60):
        data = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for place in rng.integers(0, len(data), 3):
            data[place] = rng.integers(0, 256)
        path.write_bytes(bytes(data))
        try:
            assert len(read_table(path)) > 0
        except SurveyError as error:
            told += error.findings
    assert told
    assert all(finding.where.startswith(path.name) and finding.fix for finding in told)
