"""Shares and means as people ask for them: the command, its tables, and every mistake in one message."""

from __future__ import annotations

import html
import json
import shlex
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import shared_data

from csi_model.errors import CsiError, UsageError
from csi_model.measures.rates import NO_CHURN
from csi_model.study.measures.complaints import ENTRIES as COMPLAINTS
from csi_model.study.measures.entry import Given, Measured
from csi_model.study.measures.rates import ENTRIES as RATES
from csi_model.study.measures.running import entry_of, measure
from csi_model.study.measures.shares import ENTRIES
from csi_model.survey.asked import read_answers

Csi = Callable[..., Any]


def shop(rows: int = 240) -> pd.DataFrame:
    """Answers on several scales, two branches, a weight."""
    rng = np.random.default_rng(3)
    complained = (rng.random(rows) < 0.4).astype(int)
    return pd.DataFrame(
        {
            "SAT5": rng.integers(1, 6, rows),
            "SAT7": rng.integers(1, 8, rows),
            "SAT10": rng.integers(1, 11, rows),
            "REC": rng.integers(0, 11, rows),
            "COMP": complained,
            "HANDLE": [
                int(k) if c else None for k, c in zip(rng.integers(1, 11, rows), complained, strict=True)
            ],
            "GONE": (rng.random(rows) < 0.2).astype(int),
            "branch": np.array(["north", "south"])[np.arange(rows) % 2],
            "w": np.round(rng.random(rows) + 0.5, 2),
        }
    )


SHOP = shop()


def tables(name: str, reading: dict[str, Any] | None = None, **options: Any) -> dict[str, pd.DataFrame]:
    return dict(measure(name, SHOP, **(reading or {}), **options).tables)


def values(found: dict[str, pd.DataFrame]) -> dict[str, float]:
    rows = found["measures"]
    whole = rows[rows["unit"] == "all respondents"]
    return dict(zip(whole["measure"], whole["value"], strict=True))


def test_the_worked_checks_by_the_command(csi: Csi, tmp_path: Any) -> None:
    pd.DataFrame({"R": np.repeat([10, 8, 3], [162, 108, 54])}).to_csv(tmp_path / "nps.csv", index=False)
    said = csi("measure", "nps", "nps.csv", "--column", "R", "--bands", "good=50,fair=0", "--json")
    assert said.code == 0, said.err
    rows = {row["measure"]: row for row in json.loads(said.out)["tables"]["measures"]}
    assert round(rows["nps"]["value"], 2) == 33.33
    assert round(rows["nps"]["se"], 3) == 4.141
    assert rows["nps"]["band"] == "fair"
    adjusted = [rows["nps_adjusted"][name] for name in ("ci_lower", "ci_upper")]
    assert [round(one, 2) for one in adjusted] == [24.95, 41.11]
    assert rows["nps_detractors"]["value"] == pytest.approx(100 / 6)
    five = pd.DataFrame({"S": np.repeat([5, 4, 3, 2, 1], [40, 90, 50, 15, 5])})
    made = measure("mean-score", five, scales={"S": (1, 5)}, column="S")
    assert values(dict(made.tables)) == pytest.approx(
        {"mean_score": 3.725, "percent_of_max": 74.5, "percent_of_range": 68.125}
    )


@pytest.mark.slow
def test_acsi_complaints_by_industry(csi: Csi) -> None:
    """The public ACSI file of 2015: 17.5 %, by industry 4.0, 12.5, 31.2 and 17.9."""
    path = shared_data("data", "acsi2015.xlsx")
    said = csi("measure", "complaint-rate", path, "--column", "COMP", "--by", "INDUSTRY", "--json")
    assert said.code == 0, said.err
    rows = {row["unit"]: row for row in json.loads(said.out)["tables"]["measures"]}
    assert {unit: round(row["value"] / 100, 3) for unit, row in rows.items()} == {
        "all respondents": 0.175, "1001": 0.040, "3003": 0.125, "3013": 0.312, "5001": 0.179,
    }  # fmt: skip


def test_satisfaction_by_branch_and_weight() -> None:
    found = tables(
        "satisfaction_rate",
        {"by": ("branch",), "weight": "w", "scales": {"SAT5": (1, 5), "SAT10": (1, 10)}},
        column="SAT5,SAT10",
    )
    weights, rows = SHOP["w"], found["measures"].set_index(["item", "measure", "unit"])["value"]
    north = SHOP["branch"] == "north"
    assert rows["SAT10", "satisfaction_rate", "north"] == pytest.approx(
        100 * np.average(SHOP["SAT10"][north] >= 8, weights=weights[north])
    )
    assert rows["SAT5", "satisfaction_degree", "all respondents"] == pytest.approx(
        np.average(25 * (SHOP["SAT5"] - 1), weights=weights)
    )
    assert set(found["measure_differences"]["item"]) == {"SAT5", "SAT10"}
    assert found["answer_scales"]["counted"].tolist() == ["4-5 (1-5)", "8-10 (1-10)"]
    shares = found["answer_shares"].groupby(["item", "unit"])["share"].sum()
    assert shares.tolist() == pytest.approx([1] * 6)


def test_dont_know_in_the_base_by_its_code() -> None:
    answers = pd.DataFrame({"S": [5] * 8 + [1] * 2 + [98] * 10 + [99] * 5})
    reading = {"scales": {"S": (1, 5)}, "missing": {98: "dont_know", 99: "refused"}}
    out = measure("satisfaction-rate", answers, **reading, column="S")
    counted = measure("satisfaction-rate", answers, **reading, column="S", dont_know="Counted")
    assert values(dict(out.tables))["satisfaction_rate"] == 80
    assert values(dict(counted.tables))["satisfaction_rate_of_all"] == 40
    assert counted.tables["answer_shares"]["answer"].tolist()[-1] == "no_opinion"
    assert counted.tables["answer_scales"]["dont_know"].tolist() == [10]
    without = measure(
        "satisfaction-rate",
        answers.head(10),
        scales={"S": (1, 5)},
        column="S",
        dont_know="counted",
    )
    assert "no-dont-know" in [one.code for one in without.findings]


def test_the_other_measures_of_answers() -> None:
    ten, seven = {"scales": {"SAT10": (1, 10)}}, {"scales": {"SAT7": (1, 7)}}
    assert values(tables("boxes", ten, column=["SAT10"], top="3", bottom=1)) == pytest.approx(
        {
            "top_box": 100 * np.mean(SHOP["SAT10"] >= 8),
            "bottom_box": 100 * np.mean(SHOP["SAT10"] == 1),
            "net_box": 100 * (np.mean(SHOP["SAT10"] >= 8) - np.mean(SHOP["SAT10"] == 1)),
        }
    )
    assert values(tables("csat", column="SAT5"))["csat"] == pytest.approx(100 * np.mean(SHOP["SAT5"] >= 4))
    assert values(tables("ces", column="SAT7")) == pytest.approx(
        {"ces_v2": 100 * np.mean(SHOP["SAT7"] >= 5), "ces_v2_mean": SHOP["SAT7"].mean()}
    )
    old = tables("ces", column="SAT5", version="V1")
    assert values(old)["ces_v1"] == pytest.approx(100 * np.mean(SHOP["SAT5"] <= 2))
    assert old["answer_scales"]["orientation"].tolist() == ["low_is_good"]
    for name in ("repurchase_rate", "recommendation-rate"):
        (made,) = values(tables(name, seven, column="SAT7")).values()
        assert made == pytest.approx(100 * np.mean(SHOP["SAT7"] >= 5))
    low = tables("mean_score", {"scales": {"SAT5": (1, 5)}}, column="SAT5", low_is_good=True)
    assert values(low)["percent_of_range"] == pytest.approx(25 * (5 - SHOP["SAT5"].mean()))


def test_churn_from_a_column_and_from_counts(csi: Csi) -> None:
    gone = SHOP["GONE"].mean()
    made = tables("churn", {"by": ("branch",)}, column="GONE")
    assert values(made) == pytest.approx(
        {"churn": 100 * gone, "retention": 100 - 100 * gone, "expected_lifetime": 1 / gone}
    )
    assert set(made["measure_differences"]["measure"]) == {"churn"}
    stayed = values(tables("retention", column="GONE", counts=0))
    assert stayed["retention"] == pytest.approx(100 - 100 * gone)
    assert stayed["expected_lifetime"] == pytest.approx(1 / gone)
    ran = csi("measure", "churn", "--start", "1000", "--lost", "25", "--json")
    rows = {row["measure"]: row for row in json.loads(ran.out)["tables"]["measures"]}
    assert rows["expected_lifetime"]["value"] == pytest.approx(40)
    nothing = measure("retention", start=1000, lost=0).tables["measures"]
    assert nothing["why"].tolist() == ["", "", NO_CHURN]


def test_the_funnel_of_a_survey() -> None:
    scales = {"HANDLE": (1, 10), "SAT10": (1, 10)}
    found = tables(
        "complaint_funnel", {"scales": scales, "by": ("branch",)}, min_base=1,
        complaint="COMP", handling="HANDLE", staying="SAT10", well="7:10",
    )  # fmt: skip
    rows = found["complaint_funnel"].set_index(["unit", "stage"])
    well = (SHOP["COMP"] == 1) & (SHOP["HANDLE"] >= 7)
    stays = SHOP["SAT10"] >= 8
    assert rows.loc[("all respondents", "stayed"), "share_of_all"] == pytest.approx(np.mean(well & stays))
    south = SHOP["branch"] == "south"
    assert rows.loc[("south", "handled_well"), "share_of_previous"] == pytest.approx(
        well[south].sum() / SHOP["COMP"][south].sum()
    )
    gap = values(found)["recovery_gain"]
    assert gap == pytest.approx(100 * (stays[well].mean() - stays[SHOP["COMP"] == 0].mean()))
    assert found["answer_scales"]["counted"].tolist() == ["1 (0-1)", "7-10 (1-10)", "8-10 (1-10)"]


# mistakes

FIVE = {"scales": {"": (1, 5)}}
OPTIONS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("churn", {}, ("--column: is missing.",)),
    ("churn", {"start": "0", "lost": "0"}, ("--start: A rate of no customers",)),
    ("churn", {"start": "-4", "lost": "1"}, ("--start: is -4",)),
    ("churn", {"start": "10"}, ("--lost: is missing.",)),
    ("churn", {"start": "10", "lost": "11"}, ("--lost: is 11, of 10 at the start.",)),
    ("churn", {"start": "10", "lost": "-1"}, ("--lost: is -1",)),
    ("churn", {"start": "x", "lost": "2.5"}, ("must be a whole number", "must be a whole number")),
    (
        "retention",
        {"column": "A", "start": 5, "lost": 1},
        ("--start: stands beside", "--lost: stands beside"),
    ),
    ("retention", {"counts": "1", "lost": "3"}, ("--counts: says which", "--start: is missing.")),
    ("satisfaction_rate", {}, ("--column",)),
    ("satisfaction_rate", {"column": "S", "satisfied": "good"}, ("which is no range",)),
    ("satisfaction_rate", {"column": "S", "satisfied": "5:4"}, ("goes from 5 down to 4",)),
    ("satisfaction_rate", {"column": "S", "dont_know": "maybe"}, ("Choose one of: left_out, counted.",)),
    ("boxes", {"column": "S,S"}, ("names 'S' twice",)),
    ("boxes", {"column": "", "top": "0"}, ("names no question", "is 0: that is no answer")),
    ("ces", {"column": "S", "version": "v3"}, ("Choose one of: v2, v1.",)),
    ("nps", {"column": "S", "bands": "good=500,bad=1,poor=1"}, ("begin at 500", "begin at the same score")),
    ("complaint_funnel", {"complaint": "C"}, ("is the only stage",)),
    ("complaint_funnel", {"complaint": "C", "staying": "C"}, ("is 'C' like another stage",)),
    ("complaint_funnel", {"complaint": "C", "staying": "S", "well": "8:10"}, ("--well: says which",)),
)


@pytest.mark.parametrize(("name", "options", "says"), OPTIONS)
def test_options_that_do_not_fit(name: str, options: dict[str, Any], says: tuple[str, ...]) -> None:
    """All mistakes at once, each with its option and a remedy, before anything is read."""
    with pytest.raises(UsageError) as caught:
        entry_of(name, options)
    assert len(caught.value.findings) == len(says)
    for words, finding in zip(says, caught.value.findings, strict=True):
        assert words in str(finding)
        assert finding.where.startswith("--")
        assert finding.fix


ANSWERS: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("satisfaction_rate", {"column": "SAT5"}, {}, "no declared scale"),
    ("satisfaction_rate", {"column": "SAT7"}, FIVE, "outside the scale 1-5: 6, 7"),
    (
        "satisfaction_rate",
        {"column": "SAT5", "satisfied": "8:10"},
        FIVE,
        "8-10 is to count, but the scale is 1-5",
    ),
    ("satisfaction_rate", {"column": "SAT5", "satisfied": "1:5"}, FIVE, "which is every answer"),
    ("satisfaction_rate", {"column": "REC"}, {"scales": {"": (0, 10)}}, "not settled by custom"),
    ("boxes", {"column": "SAT5", "top": 3}, FIVE, "3 best and 3 worst of 5 answers (1-5) overlap"),
    ("boxes", {"column": "SAT5", "bottom": 4}, FIVE, "2 best and 4 worst of 5 answers"),
    ("boxes", {"column": "w", "top": 1}, {"scales": {"": (0, 2)}}, "between the steps"),
    ("csat", {"column": "SAT7"}, {"scales": {"": (1, 7)}}, "not settled by custom"),
    ("nps", {"column": "SAT5"}, FIVE, "defined on 0-10, not on 1-5"),
    ("complaint_rate", {"column": "SAT5"}, {}, "outside the scale 0-1"),
    ("retention", {"column": "SAT5"}, {"scales": {"SAT5": (1, 5)}}, "not settled by custom"),
    ("repurchase_rate", {"column": "SAT"}, FIVE, "There is no column 'SAT'"),
    ("complaint_rate", {"column": "EMPTY"}, {}, "No row is left"),
)


@pytest.mark.parametrize(("name", "options", "reading", "says"), ANSWERS)
def test_answers_that_do_not_fit(
    name: str, options: dict[str, Any], reading: dict[str, Any], says: str
) -> None:
    with pytest.raises(CsiError) as caught:
        measure(name, SHOP.assign(EMPTY=""), **reading, **options)
    told = str(caught.value)
    assert says in told, told
    assert all(finding.fix for finding in caught.value.findings)


def test_several_questions_are_refused_at_once() -> None:
    reading = {"scales": {"SAT5": (1, 6), "REC": (0, 10), "SAT10": (1, 10)}}
    with pytest.raises(UsageError) as caught:
        measure("satisfaction_rate", SHOP, **reading, column="SAT5,REC,SAT10")
    assert [finding.where for finding in caught.value.findings] == ["SAT5", "REC"]


def test_notes_on_unusual_scales() -> None:
    nps = measure("nps", SHOP, scales={"SAT10": (1, 10)}, column="SAT10")
    assert "nps-from-one" in [one.code for one in nps.findings]
    assert nps.tables["measures"]["counted"].iloc[0] == "9-10 \u2212 1-6"
    around = pd.DataFrame({"S": [-2, -1, 0, 1, 2] * 8})
    made = measure("mean_score", around, scales={"S": (-2, 2)}, column="S")
    assert "no-percent-of-max" in [one.code for one in made.findings]


def test_every_entry_says_what_it_is() -> None:
    for entry in (*ENTRIES, *RATES, *COMPLAINTS):
        first = (entry.__doc__ or "").split("\n")[0]
        assert first.endswith((".", ".”")), entry
        assert len(first) < 108
        for field, info in entry.model_fields.items():
            assert field == "measure" or info.description


def test_an_entry_is_carried_out_on_any_survey() -> None:
    """The same tables whether asked for in one go or with a survey that was read before."""
    entry = entry_of("csat", {"column": "SAT5"})
    survey = read_answers(SHOP, entry.questions())
    made: Measured = entry.carry_out(Given(survey=survey))
    pd.testing.assert_frame_equal(made.tables["measures"], tables("csat", column="SAT5")["measures"])


def test_a_question_called_like_a_measure_keeps_its_name(csi: Csi, tmp_path: Any) -> None:
    pd.DataFrame({"nps": np.repeat([10, 8, 3], [20, 20, 20])}).to_csv(tmp_path / "s.csv", index=False)
    said = csi("measure", "nps", "s.csv", "--column", "nps")
    assert said.out.splitlines()[0] == "Measures · nps"
    said = csi("measure", "nps", "s.csv", "--column", "nps", "-o", "made", "--lang", "zh")
    assert said.out.splitlines()[0] == "各项指标 · nps"
    page = (tmp_path / "made" / "report.html").read_text(encoding="utf-8")
    assert "nps：净推荐值（NPS）为" in page
    assert "column: nps" in page
    assert "{'column'" not in html.unescape(page)


def test_a_question_with_a_comma_stands_in_quotes(csi: Csi, tmp_path: Any) -> None:
    pd.DataFrame({"all in all, satisfied": [1, 5, 4] * 10, "Q": [2, 3, 4] * 10}).to_csv(
        tmp_path / "s.csv", index=False
    )
    typed = ("measure", "boxes", "s.csv", "--scale", "1:5", "--json", "--column")
    said = csi(*typed, 'Q, "all in all, satisfied"')
    assert said.code == 0, said.err
    items = [row["item"] for row in json.loads(said.out)["tables"]["answer_scales"]]
    assert items == ["Q", "all in all, satisfied"]
    for column in ("all in all, satisfied", "Q,all in all, satisfied"):
        said = csi(*typed, column)
        assert said.code == 2
        assert """Write a name with a comma in double quotes: '"all in all, satisfied"'.""" in said.err


def test_the_remedy_never_counts_the_whole_scale() -> None:
    with pytest.raises(UsageError, match=r"--counts 2 \("):
        measure("retention", SHOP.assign(GONE=SHOP["GONE"] + 1), scales={"GONE": (1, 2)}, column="GONE")


def test_chinese_tables_say_why_in_chinese(csi: Csi, tmp_path: Any) -> None:
    SHOP.assign(branch=["north"] * 235 + ["south"] * 5).to_csv(tmp_path / "s.csv", index=False)
    said = csi("measure", "csat", "s.csv", "--column", "SAT5", "--by", "branch", "--lang", "zh")
    assert said.code == 0, said.err
    assert "样本不足，不公布：受访者 5 名，少于最低样本量 30 名" in said.out
    assert "suppressed" not in said.out


def test_the_command_is_kept_as_it_would_be_typed(csi: Csi, tmp_path: Any) -> None:
    """Column names keep slashes and get quotes; folders of files are nobody's business."""
    (tmp_path / "private").mkdir()
    pd.DataFrame({"price/value, all": [1, 5, 4] * 10}).to_csv(tmp_path / "private" / "s.csv", index=False)
    column = '"price/value, all"'
    said = csi(
        "measure", "boxes", "private/s.csv", "--scale", "1:5", "--column", column, "-o", "private/made"
    )
    assert said.code == 0, said.err
    kept = json.loads((tmp_path / "private" / "made" / "manifest.json").read_text(encoding="utf-8"))[
        "command"
    ]
    typed = ["csi", "measure", "boxes", "s.csv", "--scale", "1:5", "--column", column, "-o", "made"]
    assert shlex.split(kept) == typed
