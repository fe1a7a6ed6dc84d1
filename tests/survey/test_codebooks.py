"""Codebook files: read with their lines, every mistake at once; the shipped codebook."""

from __future__ import annotations

import pytest

from csi_model.errors import StudyError
from csi_model.model.spec import Scale
from csi_model.survey.codebook import Routing
from csi_model.survey.codebooks import read_codebook, shipped_codebooks

WHOLE = """\
name: mine
source: our own survey
missing: {98: dont_know, 99: refused}
columns:
  HIGHPTOL:
    label: {en: Price rise, zh: 涨价}
    scale: [0, 25]
    missing: {101: other}
    recode: {26: 25}
    asked_when: {column: REPUR, from: 6, to: 10}
  Q1:
    label: Overall
    values: {1: bad, 2: good}
    reversed: true
"""


def write(tmp_path, text):
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_whole_codebook(tmp_path):
    book = read_codebook(write(tmp_path, WHOLE))
    assert (book.name, book.source) == ("mine", "our own survey")
    assert book.missing == {98.0: "dont_know", 99.0: "refused"}
    high = book.columns["HIGHPTOL"]
    assert high.label == {"en": "Price rise", "zh": "涨价"}
    assert high.scale == Scale(low=0, high=25)
    assert high.missing == {101.0: "other"}
    assert high.recode == {26.0: 25.0}
    assert high.asked_when == Routing(column="REPUR", low=6, high=10)
    first = book.columns["Q1"]
    assert first.label == {"en": "Overall"}
    assert first.values == {"1": "bad", "2": "good"}
    assert first.reversed


def test_a_codebook_without_a_name_is_named_after_its_file(tmp_path):
    assert read_codebook(write(tmp_path, "missing: {9: refused}\n")).name == "book"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("missing: {98: unsure}\n", 1, "dont_know"),
        ("missing: {x: refused}\n", 1, "number"),
        ("columns:\n  Q1:\n    scale: [10, 1]\n", 2, "lowest answer first"),
        ("columns:\n  Q1:\n    scale: 10\n", 3, "list"),
        ("columns:\n  Q1:\n    scal: [1, 10]\n", 3, "Did you mean 'scale'?"),
        ("columns:\n  Q1:\n    asked_when: {column: Q2, from: 5, to: 1}\n", 3, "Swap"),
        ("columns:\n  Q1:\n    asked_when: {from: 5, to: 9}\n", 3, "column"),
        ("columns:\n  Q1:\n    missing: {26: other}\n    recode: {26: 25}\n", 2, "Leave one of the two out"),
        ("columns:\n  Q1:\n    reversed: maybe\n", 3, "true or false"),
        ("colums: {}\n", 1, "Did you mean 'columns'?"),
    ],
)
def test_mistakes_name_their_line_and_remedy(tmp_path, text, line, words):
    with pytest.raises(StudyError) as caught:
        read_codebook(write(tmp_path, text))
    (found,) = caught.value.findings
    assert found.where == f"book.yaml:{line}"
    assert words in str(found)


def test_all_mistakes_at_once(tmp_path):
    text = "missing: {98: unsure}\ncolumns:\n  Q1:\n    scal: [1, 10]\n  Q2:\n    scale: [10, 1]\n"
    with pytest.raises(StudyError) as caught:
        read_codebook(write(tmp_path, text))
    assert [found.where for found in caught.value.findings] == [f"book.yaml:{line}" for line in (1, 4, 5)]


def test_unknown_shipped_codebook_lists_them():
    with pytest.raises(StudyError, match="Did you mean 'acsi2015'"):
        read_codebook("acsi2014")


def test_missing_file(tmp_path):
    with pytest.raises(StudyError, match=r"gone\.yaml: There is no such file"):
        read_codebook(tmp_path / "gone.yaml")


def test_shipped_codebook_of_the_public_survey():
    assert "acsi2015" in shipped_codebooks()
    book = read_codebook("acsi2015")
    assert book.missing == {98.0: "dont_know", 99.0: "refused"}
    for name, low, high in (("HIGHPTOL", 6, 10), ("LOWPTOL", 1, 5)):
        column = book.columns[name]
        assert column.recode == {26.0: 25.0}
        assert column.missing == {101.0: "other"}
        assert column.scale == Scale(low=0, high=25)
        assert column.asked_when == Routing(column="REPUR", low=low, high=high)
    assert book.columns["HANDLE"].asked_when == Routing(column="COMP", low=1, high=1)
    assert book.columns["INDUSTRY"].values["3003"] == "Airlines"
    assert all(set(column.label) == {"en", "zh"} for column in book.columns.values())
    assert "AGE" not in book.columns
    assert "ZIPCODE" not in book.columns
