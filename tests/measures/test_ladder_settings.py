"""Settings of a ladder, rule files with their mistakes, and periods."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from csi_model.errors import CsiError, StudyError
from csi_model.measures.ladder_periods import cut_periods, in_order, period_findings, unsortable
from csi_model.measures.ladder_rules import (
    CHANGES,
    PARAMETERS,
    level_mistakes,
    mistakes_in,
    tier_mistakes,
)
from csi_model.study.measures.ladder_schema import LadderFile, ladder_of, read_rules

# settings


def test_the_defaults_are_those_that_are_told() -> None:
    told = {"p1": 20, "k2": 1, "p2": 20, "p3": 20, "p4": 20, "k5": 1, "p5": 20, "n6": 12}
    told |= {"p7a": 50, "p7b": 80, "p8": 50}
    assert {name: one.default for name, one in PARAMETERS.items()} == told
    assert dict(CHANGES) == {"1": -1, "2": -2, "3": -1, "4": 1, "5": 1, "6": 1, "7a": -1, "7b": -2, "8": -2}
    of = ladder_of(LadderFile(), LadderFile())
    assert (of.levels, of.start, of.combine) == (5, 3, "sum")
    assert ladder_of(LadderFile(levels=8), LadderFile()).start == 4
    assert [rule.thresholds for rule in of.rules][:3] == ["p1 = 20%", "k2 = 1, p2 = 20%", "p3 = 20%"]


@pytest.mark.parametrize(
    ("thresholds", "changes", "off", "says"),
    [
        ({"p1": 0}, {}, [], "p1 is 0"),
        ({"p1": 101}, {}, [], "p1 is 101"),
        ({"p4": -5}, {}, [], "p4 is -5"),
        ({"k2": -1}, {}, [], "k2 is -1"),
        ({"n6": 2.5}, {}, [], "periods are counted"),
        ({"n6": 0}, {}, [], "periods are counted"),
        ({"p4": math.inf}, {}, [], "p4 is inf"),
        ({"q1": 5}, {}, [], "'q1' is no threshold"),
        ({}, {"1": 0}, [], "by 0 levels"),
        ({}, {"1": 0.5}, [], "by 0.5 levels"),
        ({}, {"7": -1}, [], "'7' is none of the eight rules"),
        ({}, {"1": 500}, [], "by 500 levels"),
        ({}, {}, ["9"], "no rule '9'"),
    ],
)
def test_settings_that_make_no_sense(thresholds: Any, changes: Any, off: Any, says: str) -> None:
    found = list(mistakes_in(thresholds, changes, off))
    assert len(found) == 1
    assert says in found[0][1]
    assert found[0][2]


def test_settings_that_do() -> None:
    assert not list(mistakes_in({"p1": 100, "k2": 0, "p4": 500, "n6": 24}, {"6": 2}, ["7", "7a", "6"]))
    assert not list(tier_mistakes({"p7a": 60}))
    assert len(list(tier_mistakes({"p7a": 80}))) == 1
    assert not list(level_mistakes(2, 1))
    assert all(len(list(level_mistakes(*one))) == 1 for one in ((1, 1), (5, 6), (5, 0), (101, 3)))


RULES = """\
levels: 7
start_level: 4
combine: largest_drop
thresholds: {p1: 30, k2: 2}
changes: {6: 2}
off: [8]
add:
  - {name: doubled, when: {amount_rise: 100, units_added: 2}, change: 2}
"""


def test_a_rule_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    of = ladder_of(read_rules(path), LadderFile())
    assert (of.levels, of.start, of.combine) == (7, 4, "largest_drop")
    by_name = {rule.name: rule for rule in of.rules}
    assert by_name["1"].conditions[0].threshold == 30
    assert by_name["6"].change == 2
    assert not by_name["8"].on
    assert by_name["doubled"].change == 2
    asked = ladder_of(read_rules(path), LadderFile(levels=9, thresholds={"p1": 40}, off=["doubled"]))
    assert (asked.levels, asked.start) == (9, 4)
    assert {rule.name: rule for rule in asked.rules}["1"].conditions[0].threshold == 40
    assert not {rule.name: rule for rule in asked.rules}["doubled"].on


def test_every_mistake_of_a_rule_file_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = RULES.replace("p1: 30", "p1: 130, pq: 3").replace("{6: 2}", "{6: 0}").replace("[8]", "[8, 12]")
    text = text.replace("amount_rise: 100", "amount_rose: 100")
    text += (
        "  - {name: '4', when: {}, change: -1}\n  - {name: doubled, when: {amount_drop: 300}, change: 1}\n"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_rules(path)
    told = [(one.where, one.what) for one in caught.value.findings]
    assert told == [
        ("rules.yaml:4", "p1 is 130."),
        ("rules.yaml:4", "'pq' is no threshold."),
        ("rules.yaml:5", "Rule 6 would move customers by 0 levels."),
        ("rules.yaml:6", "There is no rule '12' to switch off."),
        ("rules.yaml:8", "'amount_rose' is nothing that a rule can ask for."),
        ("rules.yaml:9", "'4' is the name of one of the eight rules."),
        ("rules.yaml:9", "Rule '4' asks for nothing."),
        ("rules.yaml:10", "Two rules have the name 'doubled'."),
        ("rules.yaml:10", "amount_drop is 300."),
    ]
    assert all(one.fix for one in caught.value.findings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("levels: five", "`levels` must be a whole number"),
        ("thresholds: {p1: 30%}", "must be a number"),
        ("levels: 5\nstep: 3", "`step` is not a known key"),
        ("combine: add", "`combine` is 'add'"),
        ("add: [{name: x, change: 1}]", "has no `when`"),
        ("- a\n- b", "a list"),
    ],
)
def test_files_that_are_no_rules(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CsiError) as caught:
        read_rules(path)
    assert says in str(caught.value)
    assert caught.value.findings[0].where.startswith("rules.yaml:")


@pytest.mark.parametrize(
    ("file", "asked", "says"),
    [
        (LadderFile(levels=1), LadderFile(), "2 to 100 levels"),
        (LadderFile(levels=4), LadderFile(start_level=5), "Level 5 is not on a ladder"),
        (LadderFile(thresholds={"p7a": 70}), LadderFile(thresholds={"p7b": 60}), "first tier"),
        (LadderFile(), LadderFile(off=["x"]), "no rule 'x'"),
        (LadderFile(), LadderFile(off=["1", "2", "3", "4", "5", "6", "7", "8"]), "All rules"),
    ],
)
def test_what_makes_no_ladder(file: LadderFile, asked: LadderFile, says: str) -> None:
    with pytest.raises(StudyError, match=says):
        ladder_of(file, asked)


# periods


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["10", "9", "1"], ["1", "9", "10"]),
        (["2024-11", "2024-02", "2023-12"], ["2023-12", "2024-02", "2024-11"]),
        (["2024-Q2", "2024-Q1"], ["2024-Q1", "2024-Q2"]),
        (["2024-1-31", "2024-1-4"], ["2024-1-4", "2024-1-31"]),
        (["wave 10", "wave 9"], ["wave 9", "wave 10"]),
        (["2024年10月", "2024年9月"], ["2024年9月", "2024年10月"]),
        (["FY 2024", "FY 2023"], ["FY 2023", "FY 2024"]),
    ],
)
def test_periods_sort_by_time(given: list[str], ordered: list[str]) -> None:
    assert unsortable(given) is None
    assert in_order(given) == ordered


@pytest.mark.parametrize(
    "texts",
    [
        ["01/2024", "02/2024"],
        ["31.01.2024", "28.02.2024"],
        ["1/31/2024", "2/28/2024"],
        ["Q1 2024", "Q2 2024"],
        ["Jan-24", "Feb-24"],
        ["January 2024", "March 2024"],
        ["2024.1", "2024.10"],
        ["2024-1", "2024-01"],
    ],
)
def test_periods_that_do_not_sort_are_refused(texts: list[str]) -> None:
    wrong = unsortable(texts)
    assert wrong is not None
    assert all(wrong)


def test_dates_are_cut_to_periods() -> None:
    dates = ["2024-03-31", "2024-4", "2024/12/01", "2024-01-05 10:30"]
    assert cut_periods(dates, "month") == (["2024-03", "2024-04", "2024-12", "2024-01"], [])
    assert cut_periods(dates, "quarter")[0] == ["2024-Q1", "2024-Q2", "2024-Q4", "2024-Q1"]
    assert cut_periods(dates, "year")[0] == ["2024"] * 4
    assert cut_periods(["2024-13", "5", "2024-02-30", "31.01.2024"], "month")[1] == [
        "2024-13", "5", "2024-02-30", "31.01.2024",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("periods", "codes"),
    [
        (["2024-01", "2024-02", "2024-03"], []),
        (["2023-12", "2024-01"], []),
        (["2024-01", "2024-02", "2024-04"], ["period-gap"]),
        (["202311", "202312", "202401"], []),
        (["1", "2", "5"], ["period-gap"]),
        (["2019", "2020", "2022"], ["period-gap"]),
        (["2024-01-31", "2024-02-29"], []),
        (["2024-01-30", "2024-01-31"], ["period-days"]),
        (["wave 1", "wave 3"], []),
    ],
)
def test_gaps_and_days_are_told(periods: list[str], codes: list[str]) -> None:
    assert [one.code for one in period_findings(periods, "sales.csv")] == codes
