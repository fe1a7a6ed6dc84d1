"""Surveys as a hurried consultant hands them over: place (column, rows), remedy, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from mistakes import Csi, Mistake, as_parameters, both, cells, check_mistake, file, survey
from shop import MODEL, QUESTIONS, shop_survey

FIT = "fit shop.yaml shop.csv"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def two_sheets(folder: Path) -> None:
    with pd.ExcelWriter(folder / "two.xlsx") as book:
        pd.DataFrame({"note": ["codes"]}).to_excel(book, sheet_name="Codebook", index=False)
        shop_survey().to_excel(book, sheet_name="Answers", index=False)


def copied(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / new).write_bytes((folder / old).read_bytes())


def doubled_header(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis([*frame.columns[:-1], "Q1"], axis="columns")


def with_text(before: str = "", after: str = "") -> Callable[[Path], object]:
    def build(folder: Path) -> None:
        path = folder / "shop.csv"
        path.write_text(before + path.read_text(encoding="utf-8") + after, encoding="utf-8")

    return build


def without_header(folder: Path) -> None:
    shop_survey().to_csv(folder / "shop.csv", index=False, header=False)


def named(old: str, new: str) -> Callable[[Path], object]:
    return survey(lambda frame: frame.rename(columns={old: new}))


MISTAKES = (
    Mistake(
        name="file name misspelt",
        command="fit shop.yaml shopp.csv",
        says=("shopp.csv: There is no such file.", "'shop.csv'?"),
    ),
    Mistake(
        name="folder",
        command="fit shop.yaml answers",
        build=lambda folder: (folder / "answers").mkdir(),
        says=("answers: This is a folder", "Name a survey file"),
    ),
    Mistake(
        name="wrong sheet name",
        command="fit shop.yaml two.xlsx --sheet answer",
        build=two_sheets,
        says=("two.xlsx: There is no sheet 'answer'", "'Answers'?"),
    ),
    Mistake(
        name="wrong sheet number",
        command="fit shop.yaml two.xlsx --sheet 3",
        build=two_sheets,
        says=("two.xlsx: There is no sheet '3'", "Codebook, Answers", "1 to 2"),
    ),
    Mistake(
        name="codebook sheet comes first",
        command="fit shop.yaml two.xlsx",
        build=two_sheets,
        says=("two.xlsx: None of the 8 columns", "note", "--sheet: Answers"),
    ),
    Mistake(
        name="sheet of a CSV",
        command=f"{FIT} --sheet Answers",
        says=("shop.csv: A sheet ('Answers')", "Leave the sheet out"),
    ),
    Mistake(
        name="columns misspelt",
        command=FIT,
        build=survey(lambda frame: frame.rename(columns={"S2": "S_2", "Q3": "q3"})),
        errors=2,
        says=(
            "shop.csv: There is no column 'Q3'",
            "'q3': capital and small",
            "shop.csv: There is no column 'S2'",
            "'S_2'?",
            "`columns` of a study file",
        ),
    ),
    Mistake(
        name="all columns have other names",
        command=FIT,
        build=survey(lambda frame: frame.rename(columns={name: f"F{k}" for k, name in enumerate(QUESTIONS)})),
        says=("shop.csv: None of the 8 columns", "Q1, Q2", "F0, F1", "csi init"),
    ),
    Mistake(
        name="wrong scale",
        command=f"{FIT} --scale 1:7",
        errors=1,
        says=(
            "Q1, Q2, Q3, S1, ...: ",
            "answers of 8 questions outside the scale 1-7: 8, 9, 10 (rows ",
            "--scale 1:10 for all, --scale Q1=1:10 for one",
        ),
    ),
    Mistake(
        name="wrong scale of one question",
        command=f"{FIT} --scale Q1=1:5",
        says=("Q1: 149 answers outside the scale 1-5: 6, 7, 8, 9, 10", "--scale Q1=1:10"),
    ),
    Mistake(
        name="missing codes not declared",
        command=FIT,
        build=survey(lambda frame: cells("S1", (4, 9), 99)(cells("Q2", (5,), 98)(frame))),
        errors=2,
        says=(
            "Q2: 1 answer outside the scale 1-10: 98 (row 5)",
            "--missing 98",
            "S1: 2 answers outside the scale 1-10: 99 (rows 4, 9)",
            "--missing 99",
        ),
    ),
    Mistake(
        name="missing code on the scale",
        command=f"{FIT} --missing 9",
        errors=8,
        says=(
            "Q1: 9 is declared missing for all questions, but lies on the scale 1-10 (13 answers",
            "codebook",
        ),
    ),
    Mistake(
        name="missing codes left blank in the weights",
        command=f"{FIT} --weight weight",
        build=survey(cells("weight", (4, 7), None)),
        says=("--weight weight: There is no weight in 2 rows (rows 4, 7)", "leave --weight out"),
    ),
    Mistake(
        name="negative weight",
        command=f"{FIT} --weight weight",
        build=survey(cells("weight", (4,), -1)),
        says=("--weight weight: There is a negative weight in 1 row (row 4)", "zero or more"),
    ),
    Mistake(
        name="weight of text",
        command=f"{FIT} --weight branch",
        says=("--weight branch: There is no number in 240 rows", "zero or more"),
    ),
    Mistake(
        name="weight absent",
        command=f"{FIT} --weight wgt",
        says=("shop.csv: There is no column 'wgt' (weight)", "'weight'?"),
    ),
    Mistake(
        name="strata and cluster absent",
        command=f"{FIT} --strata region --cluster house",
        errors=2,
        says=("'region' (strata)", "branch", "'house' (cluster)"),
    ),
    Mistake(
        name="group is an identifier",
        command=f"{FIT} --by interview",
        says=("--by interview: The column has 240 different values in 240 rows", "few values"),
    ),
    Mistake(
        name="group is a question",
        command=f"{FIT} --by Q1",
        says=("--by Q1: This column is a question", "firm or wave"),
    ),
    Mistake(
        name="group named index",
        command=f"{FIT} --by index",
        build=named("branch", "index"),
        says=("--by index: A group column may not be named", "index_group"),
    ),
    Mistake(
        name="group named n",
        command=f"{FIT} --by n",
        build=named("branch", "n"),
        says=("--by n: A group column may not be named", "n_group"),
    ),
    Mistake(
        name="group misspelt",
        command=f"{FIT} --by brnch",
        says=("shop.csv: There is no column 'brnch' (group", "'branch'?"),
    ),
    Mistake(
        name="group twice",
        command=f"{FIT} --by branch --by branch",
        says=("--by branch: The group column is named twice", "Name it once"),
    ),
    Mistake(
        name="group column empty",
        command=f"{FIT} --by branch",
        build=survey(lambda frame: frame.assign(branch=None)),
        says=("--by branch: The group column is empty", "another column"),
    ),
    Mistake(
        name="text answers",
        command=FIT,
        build=survey(cells("S1", (4, 9), "very good")),
        says=("S1: 2 cells with text instead of a number: 'very good' (rows 4, 9)", "`values`"),
    ),
    Mistake(
        name="dates for answers",
        command="check shop.yaml shop.csv",
        build=survey(lambda frame: frame.assign(S1="2024-01-05")),
        says=("S1: 240 cells with text instead of a number: '2024-01-05'", "codebook"),
    ),
    Mistake(
        name="infinite answer",
        command=FIT,
        build=survey(cells("S1", (4,), "inf")),
        says=("S1: 1 infinite value (row 4)", "blank"),
    ),
    Mistake(
        name="text and codes told together",
        command="check shop.yaml shop.csv",
        build=survey(lambda frame: cells("S1", (4, 9), "x")(cells("Q2", (5,), 98)(frame))),
        errors=2,
        says=("S1: 2 cells with text", "(rows 4, 9)", "Q2: 1 answer outside", "(row 5)"),
    ),
    Mistake(
        name="CSV named xlsx",
        command="fit shop.yaml shop.xlsx",
        build=copied("shop.csv", "shop.xlsx"),
        says=("shop.xlsx: The file is not an Excel workbook: it looks like text", "Name it .csv"),
    ),
    Mistake(
        name="workbook named csv",
        command="fit shop.yaml b.csv",
        build=both(survey(lambda frame: frame, "a.xlsx"), copied("a.xlsx", "b.csv")),
        says=("b.csv: The file is not text: it looks like an Excel workbook", "ending of its format"),
    ),
    Mistake(
        name="old workbook",
        command="fit shop.yaml shop.xls",
        build=file("shop.xls", OLD_EXCEL),
        says=("shop.xls: Old Excel workbooks (.xls) cannot be read", "save it as .xlsx"),
    ),
    Mistake(
        name="old workbook named xlsx",
        command="fit shop.yaml shop.xlsx",
        build=file("shop.xlsx", OLD_EXCEL),
        says=("shop.xlsx: This is an old Excel workbook", "save it as .xlsx"),
    ),
    Mistake(
        name="lock file of an open workbook",
        command="fit shop.yaml '~$shop.xlsx'",
        build=file("~$shop.xlsx", b"\x05user" + b" " * 100),
        says=("~$shop.xlsx: This is the lock file that Excel keeps", "'shop.xlsx'"),
    ),
    Mistake(
        name="PDF",
        command="fit shop.yaml shop.pdf",
        build=file("shop.pdf", b"%PDF-1.7"),
        says=("shop.pdf: Files that end in .pdf cannot be read", ".csv, .tsv"),
    ),
    Mistake(
        name="broken SPSS file",
        command="fit shop.yaml shop.sav",
        build=file("shop.sav", b"$FL2 nonsense" * 20),
        says=("shop.sav: The file begins like an SPSS file", "cut off", "Export it again"),
    ),
    Mistake(
        name="broken Stata file",
        command="fit shop.yaml shop.dta",
        build=file("shop.dta", b"nonsense" * 20),
        says=("shop.dta: The file is not a Stata file", "Export it again"),
    ),
    Mistake(
        name="broken Parquet file",
        command="fit shop.yaml shop.parquet",
        build=file("shop.parquet", b"nonsense" * 20),
        says=("shop.parquet: The file is not a Parquet file", "Export it again"),
    ),
    Mistake(
        name="decimal commas off the scale",
        command=FIT,
        build=survey(lambda frame: frame.assign(S1=[f"{answer},5" for answer in frame["S1"]])),
        says=("S1: 12 answers outside the scale 1-10: 10.5 (rows 12, 14,", "--scale S1=1:10.5"),
    ),
    Mistake(
        name="header doubled",
        command=FIT,
        build=survey(doubled_header),
        says=("shop.csv: The name 'Q1' stands over several columns (columns 1, 11)", "its own name"),
    ),
    Mistake(
        name="no header",
        command=FIT,
        build=without_header,
        says=("shop.csv: The first row holds numbers, not column names", "column names into the first row"),
    ),
    Mistake(
        name="title above the header",
        command=FIT,
        build=with_text(before="Shop survey 2024\n\n"),
        says=("shop.csv: 241 rows have more fields than the 1 name", "If a title stands above"),
    ),
    Mistake(
        name="row with too many cells",
        command=FIT,
        build=with_text(after="1,2,3,4,5,6,7,8,north,1,K1,more,more\n"),
        says=("shop.csv: 1 row has more fields than the 11 names of the header (row 242)", "quotes"),
    ),
    Mistake(
        name="quote not closed",
        command=FIT,
        build=with_text(after='1,2,3,4,5,6,7,8,"north,1,K1\n'),
        says=("shop.csv:242: A quoted text is not closed", '""'),
    ),
    Mistake(
        name="empty file",
        command=FIT,
        build=file("shop.csv"),
        says=("shop.csv: The file is empty", "Export the survey again"),
    ),
    Mistake(
        name="header only",
        command=FIT,
        build=survey(lambda frame: frame.iloc[:0]),
        says=("shop.csv: There are column names, but no rows", "one row a respondent"),
    ),
    Mistake(
        name="three rows",
        command=FIT,
        build=survey(lambda frame: frame.iloc[:3]),
        says=("shop.csv: 3 respondents answered all 8 questions", "Collect more interviews"),
    ),
    Mistake(
        name="one answer from everybody",
        command=FIT,
        build=survey(lambda frame: frame.assign(S1=8)),
        says=("S1: The answers have no variation: all 240 are 8", "out of the model"),
    ),
    Mistake(
        name="a question that nobody answered",
        command=FIT,
        build=survey(lambda frame: frame.assign(S2=None)),
        says=("S2: Nobody answered this question", "missing codes"),
    ),
    Mistake(
        name="two identical questions",
        command=FIT,
        build=survey(lambda frame: frame.assign(S2=frame["S1"])),
        says=("shop.csv: the answers to S1, S2 determine each other", "Drop one of them"),
    ),
    Mistake(
        name="draft from an absent survey",
        command="init nothing.csv -o new.yaml",
        says=("nothing.csv: There is no such file",),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_bad_survey(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)


def test_a_gbk_survey_is_read_and_said_to_be(tmp_path: Path, csi: Csi) -> None:
    """Excel in China saves CSV in GBK: not a mistake, but a guess that is told."""
    (tmp_path / "shop.yaml").write_text(MODEL, encoding="utf-8")
    frame = shop_survey().replace({"branch": {"north": "北京分店", "south": "广州分店", "west": "成都分店"}})
    (tmp_path / "shop.csv").write_bytes(frame.to_csv(index=False).encode("gbk"))
    ran = csi("check", "shop.yaml", "shop.csv", "--by", "branch")
    assert ran.code == 0
    assert "240 rows, 240 with answers" in ran.out
    assert "GB18030" in ran.err
