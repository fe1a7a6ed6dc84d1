"""``csi measure ladder``: tables and files of a worked example, its words, its page, and bad input."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import CsiError, Finding
from csi_model.measures.ladder import climb
from csi_model.measures.ladder_reading import read_book, with_reports
from csi_model.measures.ladder_rules import GAUGES, Added, Ladder, make_rules
from csi_model.measures.ladder_tables import NO_REPORTS, OFF, log_frame
from csi_model.measures.ladder_words import show
from csi_model.reporting.measures import ladder_charts, ladder_phrases
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.wording import say
from csi_model.study.delivering import report
from csi_model.study.measures.running import measure
from csi_model.vocabulary import LANGUAGES, MEASURES, term

Csi = Callable[..., Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

EVENTS = """\
customer,period,service,units,amount,destination,reason
C1,2024-01,phone,3,90,,
C1,2024-02,phone,1,30,,
C1,2024-03,phone,0,0,Rival Ltd,too dear
C2,2024-01,phone,3,90,,
C2,2024-02,phone,3,90,,
C2,2024-02,net,3,90,,
C3,2024-03,phone,3,90,,
C3,2024-01,phone,3,90,,
"""
"""C1 keeps 1 of 3 units, then goes; C2 adds a service, then goes without a word; C3 leaves a month out."""

CHARTS = ("ladder_levels", "ladder_moves", "ladder_trend")

PLAIN = "customer,period,service,units,amount\nA,1,s,3,9\nA,2,s,3,9\n"
REPORTS = "customer,period,service,share\nA,2,s,60\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "plain.csv").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "reports.csv").write_text(REPORTS, encoding="utf-8")
    return tmp_path


def tables_of(folder: Path, events: str = "events.csv", **options: Any) -> dict[str, pd.DataFrame]:
    return dict(measure("ladder", events=events, folder=folder, **options).tables)


def file_of(folder: Path, name: str, **options: Any) -> pd.DataFrame:
    data = measure("ladder", events="events.csv", folder=folder, **options).files[name]
    return pd.read_csv(io.BytesIO(data), keep_default_na=False, dtype=str)


# the worked example


def test_levels_and_moves(folder: Path) -> None:
    """C1: 3, -3 to 1, -2 to 1. C2: 3, +2 to 5, -6 to 1. C3: 3, -6 to 1, +2 to 3."""
    tables = tables_of(folder)
    levels = tables["ladder_levels"]
    assert levels["level"].tolist() == ["1", "2", "3", "4", "5"]
    assert levels["customers_start"].tolist() == [0, 0, 3, 0, 0]
    assert levels["customers_end"].tolist() == [2, 0, 1, 0, 0]
    assert levels["share_end"].tolist() == pytest.approx([200 / 3, 0, 100 / 3, 0, 0])
    moves = tables["ladder_moves"]
    assert moves["level_start"].tolist() == [3] * 5  # nobody started elsewhere
    assert moves["level_end"].tolist() == [1, 2, 3, 4, 5]
    assert moves["customers_moved"].tolist() == [2, 0, 1, 0, 0]
    assert moves["share_moved"].tolist() == pytest.approx([200 / 3, 0, 100 / 3, 0, 0])


def test_what_the_rules_did(folder: Path) -> None:
    rules = tables_of(folder)["ladder_rules"].set_index("ladder_rule")
    # 1: C1 twice, C2, C3; 2: C1 in February, C2, C3; 3: C1 in March, C2, C3; 8: C2, C3
    assert rules["times_met"].dropna().to_dict() == {"1": 4, "2": 3, "3": 3, "4": 2, "5": 2, "6": 0, "8": 2}
    assert rules["customers_moved"].dropna().to_dict() == {
        "1": 3, "2": 3, "3": 3, "4": 2, "5": 2, "6": 0, "8": 2,
    }  # fmt: skip
    assert rules["steps"].dropna().to_dict() == {"1": -4, "2": -6, "3": -3, "4": 2, "5": 2, "6": 0, "8": -4}
    assert rules.loc[["7a", "7b"], "why"].tolist() == [NO_REPORTS] * 2
    off = tables_of(folder, off="1,8")["ladder_rules"].set_index("ladder_rule")
    assert off.loc[["1", "8"], "why"].tolist() == [OFF] * 2
    assert off.loc[["1", "8"], "times_met"].isna().all()


def test_the_trend(folder: Path) -> None:
    trend = tables_of(folder)["ladder_trend"]
    assert trend["ladder_period"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert trend["mean_level"].tolist() == pytest.approx([3, (1 + 5 + 1) / 3, (1 + 1 + 3) / 3])
    assert trend["customers_there"].tolist() == [3, 3, 3]
    assert trend["customers_new"].tolist() == [3, 0, 0]
    assert trend["customers_up"].tolist() == [0, 1, 1]
    assert trend["customers_down"].tolist() == [0, 2, 1]


def test_the_file_on_customers(folder: Path) -> None:
    found = file_of(folder, "ladder_customers.csv")
    assert found.to_numpy().tolist() == [
        ["C1", "2024-01", "3", "1", "1", "3", "0", "1"],
        ["C2", "2024-01", "3", "1", "1", "5", "1", "1"],
        ["C3", "2024-01", "3", "3", "1", "3", "1", "1"],
    ]


def test_the_log_says_who_when_from_where_to_where_by_which_rule_and_why(folder: Path) -> None:
    log = file_of(folder, "ladder_log.csv")
    assert len(log) == 16
    assert dict(log.iloc[1]) == {
        "customer": "C1",
        "period": "2024-02",
        "rule": "2",
        "event": "units of a service cancelled, amount drops",
        "change": "-2",
        "counted": "yes",
        "period_change": "-3",
        "level_from": "3",
        "level_to": "1",
        "why": "2 units of phone cancelled [threshold: more than 1]; the amount fell from 90 to 30 (-66.67%) "
        "[threshold: 20% or more]; stopped at the lowest level",
        "destination": "",
        "reason": "",
    }
    march = log[(log["customer"] == "C1") & (log["period"] == "2024-03")]
    assert march["rule"].tolist() == ["1", "3"]  # the destination is known: no rule 8
    assert set(march["destination"]) == {"Rival Ltd"}
    assert set(march["reason"]) == {"too dear"}
    back = log[log["customer"] == "C3"].iloc[-2]
    assert back["why"] == (
        "units bought rose from 0 to 3 [threshold: 20% or more]; the amount rose from 0 to 90 [threshold: "
        "20% or more]"
    )


def test_the_largest_drop_in_the_log(folder: Path) -> None:
    log = file_of(folder, "ladder_log.csv", combine="largest_drop")
    first = log[(log["customer"] == "C1") & (log["period"] == "2024-02")]
    assert first["counted"].tolist() == ["no", "yes"]
    assert first["why"].iloc[0].endswith("; the largest drop of this period counts instead")
    assert set(first["period_change"]) == {"-2"}
    risen = log[(log["customer"] == "C2") & (log["period"] == "2024-02")]
    assert risen["counted"].tolist() == ["yes", "no"]
    assert risen["why"].iloc[1].endswith("; the largest rise of this period counts instead")


def test_the_log_in_chinese(folder: Path) -> None:
    log = file_of(folder, "ladder_log.csv", log_language="zh")
    assert log["why"].iloc[1] == (
        "取消 phone 2 单位［阈值：超过 1］；金额由 90 降至 30（降 66.67%）［阈值：达到 20%］；止于最低级"
    )
    assert all(CHINESE.search(one) for one in (*log["why"], *log["event"]))


def test_every_gauge_has_words_in_both_languages(folder: Path) -> None:
    """A rule on each gauge, met at least once, and no part of a form left unfilled."""
    text = "customer,period,service,share\nC2,2024-02,tv,55.5\n"
    (folder / "more.csv").write_text(text, encoding="utf-8")
    book = with_reports(read_book(folder / "events.csv", {}, levels=90), folder / "more.csv", {})
    added = [Added(name=name, when={name: 1.0}, change=1) for name in GAUGES]
    off = ["1", "2", "3", "4", "5", "6", "7", "8"]
    of = Ladder(levels=90, start=40, rules=make_rules(off=off, added=added))
    climbed = climb(book.events, of, reports=book.reports)
    for language in ("en", "zh"):
        log = log_frame(climbed, of, book, language)
        assert set(log["rule"]) == set(GAUGES)
        assert not log["why"].str.contains(r"[{}]|nan|inf|  ").any()
        assert all(re.search(CHINESE, why) for why in log["why"]) == (language == "zh")
    shared = log_frame(climbed, of, book).set_index("rule")["why"]
    assert shared["competitor_share"] == "a competitor supplies 55.5% of tv [threshold: 1% or more]"
    assert shared["periods_used"].iloc[0] == "phone used for 1 periods [threshold: every 1]"


def test_numbers_are_shown_as_people_write_them() -> None:
    numbers = [0, -0.0, 90, 66.666, 0.1, 100, 1234567.891, 1e10, 0.004, 200.5]
    assert show(numbers).to_pylist() == [
        "0", "0", "90", "66.67", "0.1", "100", "1234567.89", "10000000000", "0", "200.5",
    ]  # fmt: skip


# what else the file may hold


def test_start_levels_by_customer(folder: Path) -> None:
    text = "customer,period,units,amount,start_level\nA,1,3,9,5\nA,2,3,9,\nB,1,3,9,\nB,2,3,9,\n"
    (folder / "starts.csv").write_text(text, encoding="utf-8")
    tables = tables_of(folder, "starts.csv", start_level=2)
    levels = tables["ladder_levels"]
    assert levels["customers_start"].tolist() == [0, 1, 0, 0, 1]
    moves = tables["ladder_moves"]
    assert moves["level_start"].tolist() == [2] * 5 + [5] * 5
    assert moves["customers_moved"].tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    renamed = text.replace("start_level", "was")
    (folder / "renamed.csv").write_text(renamed, encoding="utf-8")
    found = tables_of(folder, "renamed.csv", start_level=2, start_column="was")["ladder_levels"]
    pd.testing.assert_frame_equal(levels, found)


def test_intelligence_and_its_findings(folder: Path) -> None:
    text = "customer,period,service,share\nC2,2024-01,phone,60\nC2,2024-02,phone,85\nC9,2024-02,phone,85\n"
    (folder / "known.csv").write_text(text + "C1,2023-12,phone,50\n", encoding="utf-8")
    outcome = measure("ladder", events="events.csv", intelligence="known.csv", folder=folder)
    rules = outcome.tables["ladder_rules"].set_index("ladder_rule")
    assert rules.loc[["7a", "7b"], "times_met"].tolist() == [1, 1]
    codes = [one.code for one in outcome.findings]
    assert codes.count("report-unused") == 2
    assert codes.count("report-again") == 1


def test_other_names_and_workbooks(folder: Path) -> None:
    frame = pd.read_csv(folder / "events.csv")
    names = {"customer": "客户", "period": "月份", "service": "业务", "units": "数量", "amount": "金额"}
    with pd.ExcelWriter(folder / "book.xlsx") as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="notes", index=False)
        frame.rename(columns=names).to_excel(book, sheet_name="sales", index=False)
    found = tables_of(folder, "book.xlsx", sheet="sales", **names)
    for name, table in tables_of(folder).items():
        if name != "measure_findings":
            pd.testing.assert_frame_equal(table, found[name])


def test_dates_cut_to_months(folder: Path) -> None:
    text = re.sub(r"(2024-0\d),", r"\1-17,", EVENTS)
    (folder / "dates.csv").write_text(text, encoding="utf-8")
    found = tables_of(folder, "dates.csv", per="month")
    for name, table in tables_of(folder).items():
        if name != "measure_findings":
            pd.testing.assert_frame_equal(table, found[name])


def test_groups_of_customers_with_intervals(folder: Path) -> None:
    rng = np.random.default_rng(5)
    rows = [
        {"customer": f"K{k:03d}", "period": t, "service": "s", "units": int(rng.integers(0, 9)),
         "amount": 10, "region": "north" if k % 2 else "south"}
        for k in range(80)
        for t in range(1, 5)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "regions.csv", index=False)
    outcome = measure("ladder", events="regions.csv", by=["region"], folder=folder)
    customers = pd.read_csv(io.BytesIO(outcome.files["ladder_customers.csv"]))
    found = outcome.tables["measures"].set_index(["measure", "unit"])
    for unit, rows_of in customers.groupby("region"):
        level, change = rows_of["level_end"], rows_of["level_end"] - rows_of["level_start"]
        row = found.loc[("ladder_level", unit)]
        assert row["value"] == pytest.approx(level.mean())
        assert row["se"] == pytest.approx(level.std() / 40**0.5)
        assert found.loc[("ladder_change", unit), "value"] == pytest.approx(change.mean())
        assert found.loc[("ladder_up", unit), "value"] == pytest.approx(100 * (change > 0).mean())
        assert found.loc[("ladder_down", unit), "value"] == pytest.approx(100 * (change < 0).mean())
    assert set(outcome.tables["measure_differences"]["kind"]) == {"pair"}


def test_everything_is_of_one_service_without_its_column(folder: Path) -> None:
    text = "customer,period,units,amount\nA,1,3,9\nA,2,1,3\n"
    (folder / "one.csv").write_text(text, encoding="utf-8")
    outcome = measure("ladder", events="one.csv", folder=folder)
    assert "one-service" in [one.code for one in outcome.findings]
    assert outcome.tables["ladder_rules"]["times_met"].sum() == 2


# the command


def test_the_command_prints_summaries_and_writes_what_it_is_for(folder: Path, csi: Csi) -> None:
    ran = csi("measure", "ladder", "events.csv")
    assert ran.code == 0, ran.err
    assert "Customers by level" in ran.out
    assert "C1" not in ran.out + ran.err
    assert "2 of their periods" in ran.err or "1 of their periods" in ran.err
    assert sorted(one.name for one in folder.iterdir()) == ["events.csv", "plain.csv", "reports.csv"]
    words = ("--thresholds", "p1=30,k2=3", "--off", "8", "--json", "-o", "out")
    ran = csi("measure", "ladder", "events.csv", *words)
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    # C1: -1 (rule 1), -2 (1, 3); C2: +2, -2 (1, 3); C3: -2 (1, 3), +2
    assert [row["customers_end"] for row in made["tables"]["ladder_levels"]] == [1, 0, 2, 0, 0]
    for name in ("ladder_customers.csv", "ladder_log.csv", "tables/ladder_levels.csv", "report.html"):
        assert (folder / "out" / name).is_file()
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert "ladder_log.csv" in manifest["files"]
    assert manifest["measures"][0]["thresholds"] == {"p1": 30.0, "k2": 3.0}


def test_the_page_has_charts_and_no_customer(folder: Path, csi: Csi) -> None:
    text = EVENTS.replace("C1", "Kowalski").replace("Rival Ltd", "Rival & Söhne")
    (folder / "named.csv").write_text(text, encoding="utf-8")
    (folder / "known.csv").write_text(
        "customer,period,service,share\nKowalski,2024-02,phone,85\nNobody-Known,2024-02,phone,85\n"
    )
    ran = csi("measure", "ladder", "named.csv", "--intelligence", "known.csv", "-o", "out")
    assert ran.code == 0, ran.err
    out = folder / "out"
    assert "Kowalski" in (out / "ladder_log.csv").read_text(encoding="utf-8")
    for language in LANGUAGES:
        report(out, language=language)
        for path in ("report.html", "manifest.json", *(f"charts/{one}.svg" for one in CHARTS)):
            shown = (out / path).read_text(encoding="utf-8")
            assert not re.search("Kowalski|Nobody-Known|Söhne", shown), path
        page = (out / "report.html").read_text(encoding="utf-8")
        for name in ("ladder_levels", "ladder_moves", "ladder_rules", "ladder_trend"):
            assert MEASURES[name].title[language] in page
        chart = (out / "charts" / "ladder_levels.svg").read_text(encoding="utf-8")
        assert say("ladder_at_end", language) in chart
    assert "Kowalski" in (out / "ladder_log.csv").read_text(encoding="utf-8")  # kept
    for table in (out / "tables").iterdir():
        assert not re.search("Kowalski|Nobody-Known|Söhne", table.read_text(encoding="utf-8")), table.name


def test_many_levels_have_tables_without_charts(folder: Path) -> None:
    for levels, supported in ((15, CHARTS), (30, ("ladder_levels", "ladder_trend")), (31, ("ladder_trend",))):
        content: Any = SimpleNamespace(across=tables_of(folder, "plain.csv", levels=levels))
        assert tuple(name for name in CHARTS if ladder_charts.CHARTS[name].supported(content)) == supported
    empty: Any = SimpleNamespace(across={})
    assert not any(chart.supported(empty) for chart in ladder_charts.CHARTS.values())


def test_a_study_folder_is_where_its_files_are(folder: Path) -> None:
    (folder / "rules.yaml").write_text("off: [1, 2, 3, 4, 5, 6, 8]\n", encoding="utf-8")
    outcome = measure(
        "ladder", events="plain.csv", intelligence="reports.csv", rules="rules.yaml", folder=folder
    )
    assert outcome.tables["ladder_levels"]["customers_end"].tolist() == [0, 1, 0, 0, 0]


# bad input

HEAD = "customer,period,service,units,amount"
MISTAKES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("no such file", "", "nothing.csv", ("nothing.csv: There is no such file.",)),
    ("no columns", "kunde,monat\na,1\n", "bad.csv", ("There is no column 'customer'.", "'units'")),
    ("negative units", f"{HEAD}\nA,1,s,-3,9\nA,2,s,3,9\n", "bad.csv", ("row 2: units: -3 is out of bounds",)),
    (
        "negative amount",
        f"{HEAD}\nA,1,s,3,-9\nA,2,s,3,9\n",
        "bad.csv",
        ("row 2: amount: -9 is out of bounds",),
    ),
    ("text", f"{HEAD}\nA,1,s,3,9 k\nA,2,s,x,9\n", "bad.csv", ("row 3: units: 'x'", "row 2: amount: '9 k'")),
    ("no customer", f"{HEAD}\n,1,s,3,9\nA,2,s,3,9\n", "bad.csv", ("row 2: customer: the cell is empty",)),
    ("no period", f"{HEAD}\nA,,s,3,9\nA,2,s,3,9\n", "bad.csv", ("row 2: period: the cell is empty",)),
    ("one period", f"{HEAD}\nA,1,s,3,9\nB,1,s,3,9\n", "bad.csv", ("all rows are of one period (1)",)),
    (
        "unsortable",
        f"{HEAD}\nA,01/2024,s,3,9\nA,02/2024,s,3,9\n",
        "bad.csv",
        ("'01/2024' do not sort by time",),
    ),
    ("one in two ways", f"{HEAD}\nA,2024-1,s,3,9\nA,2024-01,s,3,9\n", "bad.csv", ("written in two ways",)),
    ("no dates", "", "plain.csv --per month", ("period: '1' is no date, nor are 1 other values.",)),
    ("no rows", f"{HEAD}\n", "bad.csv", ("no rows",)),
    (
        "start beyond",
        f"{HEAD},start_level\nA,1,s,3,9,6\nA,2,s,3,9,\n",
        "bad.csv",
        ("start_level: 6 is out of",),
    ),
    ("half a level", f"{HEAD},start_level\nA,1,s,3,9,2.5\nA,2,s,3,9,\n", "bad.csv", ("2.5 is no level",)),
    (
        "two starts",
        f"{HEAD},start_level\nA,1,s,3,9,2\nA,2,s,3,9,4\n",
        "bad.csv",
        ("customer 'A' has the start levels 2 and 4.",),
    ),
    (
        "two groups",
        f"{HEAD},region\nA,1,s,3,9,n\nA,2,s,3,9,s\nB,1,s,1,1,\n",
        "bad.csv --by region",
        ("customer 'A' is in 'n' and in 's'.", "customer 'B' is in no group."),
    ),
    (
        "report twice",
        "customer,period,service,share\nA,1,s,50\nB,1,s,50\nA,1,s,60\n",
        "plain.csv --intelligence bad.csv",
        ("bad.csv row 4: customer 'A', period '1', service 's' is told already in row 2.",),
    ),
    (
        "share beyond",
        "customer,period,service,share\nA,1,s,150\n",
        "plain.csv --intelligence bad.csv",
        ("share: 150 is out of bounds.", "from 0 to 100"),
    ),
    (
        "share of one",
        "customer,period,service,share\nA,1,s,0.5\nA,2,s,0.8\n",
        "plain.csv --intelligence bad.csv",
        ("no share is above 1", "Write 50 for half"),
    ),
    ("no intelligence", "", "plain.csv --intelligence no.csv", ("no.csv: There is no such file.",)),
    ("share alone", "", "plain.csv --share x", ("--share: A column of shares is named",)),
    ("levels", "", "plain.csv --levels 1", ("2 to 100 levels, not 1",)),
    ("levels text", "", "plain.csv --levels many", ("--levels:",)),
    ("start", "", "plain.csv --start-level 9", ("Level 9 is not on a ladder from 1 to 5",)),
    ("p1", "", "plain.csv --thresholds p1=0", ("--thresholds: p1 is 0.",)),
    ("p1 text", "", "plain.csv --thresholds p1=a", ("--thresholds",)),
    ("no value", "", "plain.csv --thresholds p1", ("--thresholds", "NAME=VALUE")),
    ("p9", "", "plain.csv --thresholds p9=3 --changes 1=0.5", ("'p9' is no threshold", "by 0.5 levels")),
    ("tiers", "", "plain.csv --thresholds p7a=90", ("first tier of rule 7",)),
    ("off", "", "plain.csv --off 9", ("--off: There is no rule '9'",)),
    ("combine", "", "plain.csv --combine add", ("--combine",)),
    ("no rules", "", "plain.csv --rules no.yaml", ("no.yaml: There is no such file.",)),
    ("by", "", "plain.csv --by level_end", ("--by: The column 'level_end' would stand twice",)),
    ("by absent", "", "plain.csv --by town", ("There is no column 'town'.",)),
    ("column absent", "", "plain.csv --revenue sales", ("There is no column 'sales'.",)),
    ("sheet", "", "plain.csv --sheet 2", ("only a workbook",)),
    ("log language", "", "plain.csv --log-language fr", ("--log-language",)),
)


@pytest.mark.parametrize("mistake", [pytest.param(one, id=one[0].replace(" ", "-")) for one in MISTAKES])
def test_bad_input(folder: Path, mistake: tuple[str, str, str, tuple[str, ...]]) -> None:
    _, text, command, says = mistake
    if text:
        (folder / "bad.csv").write_text(text, encoding="utf-8")
    events, *words = command.split()
    options = {name[2:].replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    with pytest.raises(CsiError) as caught:
        measure("ladder", events=events, folder=folder, **options)
    told = "\n".join(str(one) for one in caught.value.findings)
    assert str(folder) not in told
    for said in says:
        assert said in told, told
    assert all(one.fix and one.severity == "error" for one in caught.value.findings)


@pytest.mark.parametrize("name", ["text", "two groups", "p9", "report twice"])
def test_bad_input_of_the_command(folder: Path, csi: Csi, name: str) -> None:
    _, text, command, says = next(one for one in MISTAKES if one[0] == name)
    (folder / "bad.csv").write_text(text, encoding="utf-8")
    ran = csi("measure", "ladder", *command.split(), "-o", "out")
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert all(said in ran.err for said in says), ran.err
    lines = ran.err.splitlines()
    assert all(lines[k + 1].startswith("  -> ") for k, line in enumerate(lines) if line.startswith("error: "))
    assert not (folder / "out").exists()


# Chinese


def test_every_word_is_chinese() -> None:
    for name in ("ladder_levels", "ladder_moves", "ladder_rules", "ladder_trend"):
        assert CHINESE.search(MEASURES[name].title["zh"])
        assert all(CHINESE.search(one.term["zh"]) for one in MEASURES[name].columns)
    for key in ladder_phrases.PHRASES:
        assert CHINESE.search(ladder_phrases.PHRASES[key]["zh"]), key
    for name in ("ladder", "ladder_level", "ladder_change", "ladder_up", "ladder_down", "levels"):
        assert CHINESE.search(term(name, "zh"))
    for rule in make_rules():
        assert CHINESE.search(term(f"ladder_event_{rule.name}", "zh"))


def test_every_reason_and_finding_is_chinese(folder: Path) -> None:
    text = "customer,period,units,amount,destination\nA,2024-01,3,9,x\nA,2024-02,3,9,\nA,2024-06,1,3,\n"
    (folder / "gaps.csv").write_text(text + "B,2024-01,1,1,\n", encoding="utf-8")
    days = "customer,period,service,units,amount\nA,2024-01-01,s,3,9\nA,2024-01-02,s,3,9\n"
    (folder / "days.csv").write_text(days, encoding="utf-8")
    reports = "customer,period,share\nA,2024-01,60\nA,2024-02,60\nZ,2024-01,60\nA,2020-01,60\n"
    (folder / "known.csv").write_text(reports, encoding="utf-8")
    outcomes = [
        measure("ladder", events="gaps.csv", intelligence="known.csv", folder=folder),
        measure("ladder", events="days.csv", folder=folder),
    ]
    found: list[Finding] = [one for outcome in outcomes for one in outcome.findings]
    assert {one.code for one in found} == {
        "period-gap", "period-days", "no-purchases", "one-service", "destination-idle", "report-unused",
        "report-again", "no-revenue", "no-destination",
    }  # fmt: skip
    for one in found:
        for said in filter(None, (one.what, one.fix)):
            assert CHINESE.search(reason_in(said, "zh")), said
    for why in (OFF, NO_REPORTS):
        assert CHINESE.search(reason_in(why, "zh")), why
