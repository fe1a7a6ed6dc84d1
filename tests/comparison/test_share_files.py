"""Shares from files: columns named like the group columns, mistakes with file and row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from unit_builders import BY, all_shares, four_firms, index_of

from csi_model.comparison.aggregation import roll_up
from csi_model.comparison.share_files import read_shares
from csi_model.errors import CsiError, StudyError, SurveyError, UsageError

TABLE = "industry,firm,revenue\nBanks,A-Bank,30\nBanks,B-Bank,10\nAirlines,C-Air,7\nFood,D-Food,9\n"


def written(folder: Path, text: str, name: str = "shares.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_what_a_mapping_gives(tmp_path: Path) -> None:
    read = read_shares(written(tmp_path, TABLE), level="firm", by=BY, kind="revenue")
    assert dict(read.amounts) == {
        "Banks / A-Bank": 30, "Banks / B-Bank": 10, "Airlines / C-Air": 7, "Food / D-Food": 9,
    }  # fmt: skip
    rolled = roll_up(four_firms(), [read, *all_shares()[1:]], BY)
    assert index_of(rolled, "total") == pytest.approx(71.6)


def test_a_workbook_with_more_columns_needs_the_name_of_one(tmp_path: Path) -> None:
    path = tmp_path / "shares.xlsx"
    frame = pd.DataFrame({"firm": ["A", "B"], "revenue": [30, 10.5], "staff": [3, 4]})
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="first", index=False)
        frame.to_excel(book, sheet_name="amounts", index=False)
    read = read_shares(path, level="firm", by=BY, kind="revenue", amount="staff", sheet="amounts")
    assert dict(read.amounts) == {"A": 3, "B": 4}
    with pytest.raises(
        StudyError, match=r"shares\.xlsx: Several columns could hold the amounts: revenue, staff"
    ):
        read_shares(path, level="firm", by=BY, kind="revenue", sheet="amounts")


def test_levels_may_be_skipped_and_codes_are_exact(tmp_path: Path) -> None:
    path = written(tmp_path, "sector;firm;share\nServices;1001;0,6\nServices;1002;0,4\n")
    read = read_shares(path, level="firm", by=BY, kind="market_share", others="mean")
    assert dict(read.amounts) == {"Services / 1001": 0.6, "Services / 1002": 0.4}
    assert (read.level, read.kind, read.others) == ("firm", "market_share", "mean")


def test_later_mistakes_name_file_and_row(tmp_path: Path) -> None:
    read = read_shares(written(tmp_path, TABLE + "Banks,E-Bank,3\n"), level="firm", by=BY, kind="revenue")
    with pytest.raises(
        UsageError, match=r"shares\.csv row 6: No unit of the level firm is called 'Banks / E-Bank'"
    ):
        roll_up(four_firms(), [read], BY)


BAD_ROWS = {
    "Banks,,3": ("shares-blank-unit", "cell of firm is empty"),
    "Banks,A-Bank,3": ("share-twice", "stands in shares.csv row 2 already"),
    "Banks,E,about 3": ("share-no-number", "'about 3'"),
    "Banks,E,3 millions": ("share-no-number", "'3 millions'"),
    "Banks,E,inf": ("share-no-number", "'inf'"),
    "Banks,E,": ("share-missing", "no amount in the column revenue"),
    "Banks,E,-2": ("share-negative", "negative: -2"),
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_every_mistake_in_a_cell_has_file_and_row(row: str, tmp_path: Path) -> None:
    code, words = BAD_ROWS[row]
    with pytest.raises(StudyError) as caught:
        read_shares(written(tmp_path, TABLE + row + "\n"), level="firm", by=BY, kind="revenue")
    (finding,) = caught.value.findings
    assert (finding.code, finding.where) == (code, "shares.csv row 6")
    assert words in finding.what
    assert finding.fix


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read_shares(written(tmp_path, TABLE + "\n".join(BAD_ROWS)), level="firm", by=BY, kind="revenue")
    assert len(caught.value.findings) >= len(BAD_ROWS)


COLUMNS = {
    "frim,revenue\nA,3\n": "no column 'firm'.*Did you mean 'frim'",
    "firm\nA\n": "no column of amounts",
    "firm,revenue,staff\nA,3,4\n": "Several columns",
}


@pytest.mark.parametrize("text", COLUMNS)
def test_columns_that_are_not_there_are_errors(text: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=COLUMNS[text]):
        read_shares(written(tmp_path, text), level="firm", by=BY, kind="revenue")


def test_a_named_column_must_hold_amounts(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE)
    for name, words in (("revenu", "Did you mean 'revenue'"), ("industry", "holds units, not amounts")):
        with pytest.raises(StudyError, match=words):
            read_shares(path, level="firm", by=BY, kind="revenue", amount=name)


def test_a_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="no such file"):
        read_shares(tmp_path / "nowhere.csv", level="firm", by=BY, kind="revenue")
    with pytest.raises(CsiError, match="no level 'frim'"):
        read_shares(written(tmp_path, TABLE), level="frim", by=BY, kind="revenue")
