"""Tables of a business: every column as asked for, every mistake with its row, all at once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import Finding, SurveyError
from csi_model.survey.records import SHOWN, Field, read_records

CUSTOMER, AMOUNT = Field(column="customer"), Field(column="amount", kind="number", low=0)


def written(folder: Path, text: str, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path, **fields: Field) -> tuple[Finding, ...]:
    with pytest.raises(SurveyError) as caught:
        read_records(path, fields)
    return caught.value.findings


def told(path: Path, **fields: Field) -> list[str]:
    return [str(one) for one in mistakes(path, **fields)]


def test_columns_come_as_texts_and_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,amount,more\n0017,12.5,x\nMüller GmbH, 3 ,y\n1001.0,0,\n")
    made = read_records(path, {"who": CUSTOMER, "paid": AMOUNT})
    assert made["who"].tolist() == ["0017", "Müller GmbH", "1001.0"]
    assert made["paid"].tolist() == [12.5, 3.0, 0.0]
    assert made.rows.tolist() == [2, 3, 4]
    assert len(made) == 3
    assert set(made.values) == {"who", "paid"}
    assert (made.source, made.sha256) == ("sales.csv", hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_workbook_with_its_sheet(tmp_path: Path) -> None:
    path = tmp_path / "sales.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="Other", index=False)
        pd.DataFrame({"customer": [17, 18], "amount": [1, 2.5]}).to_excel(
            book, sheet_name="Sales", index=False
        )
    for sheet in ("Sales", 2):
        made = read_records(path, {"who": CUSTOMER, "paid": AMOUNT}, sheet=sheet)
        assert made["who"].tolist() == ["17", "18"]  # not 17.0
        assert made["paid"].tolist() == [1.0, 2.5]


def test_arrays_cannot_be_changed(tmp_path: Path) -> None:
    made = read_records(written(tmp_path, "amount\n1\n"), {"paid": AMOUNT})
    with pytest.raises(ValueError, match="read-only"):
        made["paid"][0] = 2.0


def test_numbers_as_people_write_them(tmp_path: Path) -> None:
    path = written(tmp_path, "amount\n1.5\n 2\n１２\n+3\n1e3\n.5\n")
    assert read_records(path, {"a": AMOUNT})["a"].tolist() == [1.5, 2, 12, 3, 1000, 0.5]
    comma = written(tmp_path, "customer;amount\na;1,5\nb;12,25\n", "comma.csv")
    assert read_records(comma, {"a": AMOUNT})["a"].tolist() == [1.5, 12.25]


def test_blank_cells_where_they_are_allowed(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,amount\na,\n,n/a\nc,3\n")
    fields = {
        "who": Field(column="customer", blank=True),
        "paid": Field(column="amount", kind="number", blank=True),
    }
    made = read_records(path, fields)
    assert made["who"].tolist() == ["a", "", "c"]
    np.testing.assert_array_equal(made["paid"], [np.nan, np.nan, 3])


def test_columns_that_may_be_absent(tmp_path: Path) -> None:
    fields = {
        "who": Field(column="customer", absent=True),
        "paid": Field(column="amount", kind="number", absent=True),
        "x": Field(column="x", kind="number"),
    }
    made = read_records(written(tmp_path, "x\n1\n2\n"), fields)
    assert made["who"].tolist() == ["", ""]
    assert np.isnan(made["paid"]).all()


def test_missing_columns_are_told_together(tmp_path: Path) -> None:
    path = written(tmp_path, "custmer,amounts\na,1\n")
    found = mistakes(path, who=CUSTOMER, paid=AMOUNT)
    assert [one.code for one in found] == ["no-column", "no-column"]
    assert found[0].what == "There is no column 'customer'."
    assert found[0].fix == "Did you mean 'custmer'?"
    assert found[1].fix == "Did you mean 'amounts'?"


def test_every_mistake_with_its_row(tmp_path: Path) -> None:
    text = "customer,amount,state\na,1,new\n,twelve,old\nb,-3,odd\nc,,new\nd,inf,old\n"
    state = Field(column="state", choices=("new", "old"))
    assert told(written(tmp_path, text), who=CUSTOMER, paid=AMOUNT, state=state) == [
        "sales.csv row 3: customer: the cell is empty. Fill it, or take the row out.",
        "sales.csv row 3: amount: 'twelve' is no number. Write a number.",
        "sales.csv row 6: amount: 'inf' is no number. Write a number.",
        "sales.csv row 5: amount: the cell is empty. Fill it, or take the row out.",
        "sales.csv row 4: amount: -3 is out of bounds. Write a number of 0 or more.",
        "sales.csv row 4: state: 'odd' is none of the values. Write one of: new, old.",
    ]


@pytest.mark.parametrize(
    "cell", ["10 k", "3 apples", "12 EUR", "1-Jan", "5: high", "about 3", "1.2.3", "€ 5", '"1,234,567"']
)
def test_a_number_with_words_is_no_number(tmp_path: Path, cell: str) -> None:
    """In a survey ``5 - very good`` is an answer; in a business table ``10 k`` is not 10."""
    found = mistakes(written(tmp_path, f"customer,amount\na,{cell}\nb,2\n"), paid=AMOUNT)
    assert [one.code for one in found] == ["no-number"]
    assert found[0].where == "sales.csv row 2"
    assert f"{cell.strip(chr(34))!r} is no number" in found[0].what


@pytest.mark.parametrize(
    ("low", "high", "fix"),
    [
        (0, np.inf, "Write a number of 0 or more."),
        (-np.inf, 1, "Write a number of 1 or less."),
        (0, 1, "Write a number from 0 to 1."),
    ],
)
def test_bounds_are_included(tmp_path: Path, low: float, high: float, fix: str) -> None:
    edge = [one for one in (low, high) if np.isfinite(one)]
    rows = "\n".join(str(one) for one in edge)
    field = Field(column="share", kind="number", low=low, high=high)
    read_records(written(tmp_path, f"share\n{rows}\n"), {"share": field})
    beyond = -0.001 if np.isfinite(low) else 1.001
    found = mistakes(written(tmp_path, f"share\n{beyond}\n"), share=field)
    assert [(one.code, one.fix) for one in found] == [("out-of-bounds", fix)]


def test_many_mistakes_of_one_kind_are_counted(tmp_path: Path) -> None:
    text = "amount\n" + "x\n" * 500
    found = mistakes(written(tmp_path, text), paid=AMOUNT)
    assert len(found) == SHOWN + 1
    assert found[-1].what == f"amount: {500 - SHOWN} more rows have the same mistake."
    assert found[-1].where == "sales.csv"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("sales.csv", "", "empty-file"),
        ("sales.csv", "customer,amount\n", "no-rows"),
        ("sales.csv", "customer,customer\n1,2\n", "duplicate-column"),
        ("sales.doc", "x", "unknown-format"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, text: str, code: str) -> None:
    assert mistakes(written(tmp_path, text, name), who=CUSTOMER)[0].code == code


def test_no_such_file(tmp_path: Path) -> None:
    written(tmp_path, "customer\na\n")
    found = mistakes(tmp_path / "salse.csv", who=CUSTOMER)
    assert (found[0].code, found[0].fix) == ("no-file", "Did you mean 'sales.csv'?")


def test_names_in_words_are_found_by_their_labels(tmp_path: Path) -> None:
    path = written(tmp_path, "客户,金额\n张三,12\n")
    fields: dict[str, Any] = {"who": Field(column="客户"), "paid": Field(column="金额", kind="number")}
    made = read_records(path, fields)
    assert (made["who"][0], made["paid"][0]) == ("张三", 12.0)
