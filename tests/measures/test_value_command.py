"""Customer value as people ask for it: files, mistakes, pages and charts in both languages; privacy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation
from report_pages import measures_page

from csi_model.errors import CsiError, UsageError
from csi_model.measure_words import value as words
from csi_model.measures.lifetime import NAMES
from csi_model.reporting.content import Content
from csi_model.reporting.measures.value_charts import CHARTS
from csi_model.reporting.measures.value_phrases import PHRASES, REASONS
from csi_model.reporting.measures.value_sections import pieces
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.running import Outcome, entry_of, measure
from csi_model.study.measures.value_lifetime import _INPUTS

Csi = Callable[..., Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

GROWTH = "region,start,new,lost\nNorth,1000,120,80\nSouth,500,80,0\nEast,20,5,25\n"
SEGMENTS = (
    "segment,amount,frequency,margin,retention,discount,customers\n"
    "Gold,100,10,0.4,0.8,0.1,3\nNew <b>&$x$,20,2,0.5,0.5,0.1,7\n"
)


def customers(rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "customer": [f"SECRET{k}" for k in range(rows)],
            "contribution": rng.lognormal(4, 1, rows).round(2),
            "loyalty": rng.integers(0, 101, rows),
            "risk": rng.random(rows).round(3),
            "amount": rng.integers(10, 90, rows),
            "frequency": rng.integers(1, 12, rows),
            "retention": rng.uniform(0.3, 0.9, rows).round(2),
            "region": np.array(["North", "South"])[np.arange(rows) % 2],
        }
    )


def survey() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    made = {f"q{k}": rng.integers(1, 11, 90) for k in range(1, 6)}
    return pd.DataFrame({**made, "shop": np.array(["a", "b", "c"])[np.arange(90) % 3]})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def write(folder: Path) -> None:
    (folder / "growth.csv").write_text(GROWTH, encoding="utf-8")
    (folder / "segments.csv").write_text(SEGMENTS, encoding="utf-8")
    customers().to_csv(folder / "customers.csv", index=False)
    survey().to_csv(folder / "survey.csv", index=False)


SUM = {"amount": 1, "frequency": 1, "retention": 0.5}
REGION = {"segment": "region"}
VALUE = {"product": "q1,q2", "service": "q3", "money": "q4", "time": "q5", "turned": "q5"}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "growth": ("growth", {"file": "growth.csv", "segment": "region"}),
    "source": ("growth", {"file": "growth.csv", "segment": "region", "form": "source"}),
    "counts": ("growth", {"start": 100, "new": 20, "lost": 10}),
    "segments": ("lifetime_value", {"file": "segments.csv", "segment": "segment"}),
    "one": ("lifetime_value", {"amount": 50, "frequency": 2, "retention": 0.8, "horizon": 5}),
    "timed": ("lifetime_value", {"amount": 50, "frequency": 2, "years": 3.5}),
    "customers": (
        "lifetime_value",
        {"file": "customers.csv", "customer": "customer", "segment": "region", "discount": 0.1,
         "write_customers": True},
    ),
    "tiers": ("customer_tiers", {"file": "customers.csv", "write_customers": True}),
    "delivered": ("delivered_value", {**VALUE, "scales": {"": (1, 10)}, "by": ("shop",)}),
}  # fmt: skip


@cache
def outcome(name: str, folder: Path) -> Outcome:
    asked, options = ASKED[name]
    return measure(asked, survey() if asked == "delivered_value" else None, folder=folder, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("value")
    write(made)
    return made


def content(made: Outcome) -> Content:
    return Content(
        tables={}, pooled={}, across=made.tables, by=made.by, constructs=(), paths=(), index="", title={},
        manifest={"measures": list(made.asked), "options": {"level": 0.95}},
    )  # fmt: skip


def texts(axes: Any) -> list[str]:
    return [one.get_text() for one in axes.texts if isinstance(one, Annotation)]


def test_growth_of_segments(folder: Path) -> None:
    rows = outcome("growth", folder).tables["customer_growth"].set_index("unit")
    assert rows["growth"].to_dict() == pytest.approx(
        {"all customers": 100 * 100 / 1520, "North": 4, "South": 16, "East": -100}
    )
    assert rows.loc["North", "churn"] == pytest.approx(8)
    assert rows.loc["East", "why"].startswith("more were lost than there were at the start")
    source = outcome("source", folder).tables["customer_growth"].set_index("unit")
    assert source.loc["North", "growth"] == pytest.approx(50)
    assert source.loc["South", "why"] == "nobody was lost: growth by the lost is not defined"


def test_lifetime_value_of_segments(folder: Path) -> None:
    rows = outcome("segments", folder).tables["lifetime_values"].set_index("unit")
    gold, new = 400 / (1 - 8 / 11), 20 / (1 - 5 / 11)  # q = .8 / 1.1 and .5 / 1.1
    assert rows["lifetime_value"].tolist() == pytest.approx([(3 * gold + 7 * new) / 10, gold, new])
    assert rows["total_value"].tolist() == pytest.approx([3 * gold + 7 * new, 3 * gold, 7 * new])


def test_the_command_with_counts(csi: Csi) -> None:
    ran = csi("measure", "growth", "--start", "1000", "--new", "120", "--lost", "80", "--json")
    assert ran.code == 0, ran.err
    row = json.loads(ran.out)["tables"]["customer_growth"][0]
    assert (row["growth"], row["churn"], row["retention"]) == (4, 8, 92)


def test_the_command_of_a_retention_time() -> None:
    made = measure("lifetime_value", amount="50", frequency="12", years="3")
    assert made.tables["lifetime_values"]["lifetime_value"].tolist() == [1800]
    assert [one.code for one in made.findings] == ["no-margin"]


def test_customers_stand_only_in_the_file_that_was_asked_for(csi: Csi, files: Path) -> None:
    ran = csi("measure", "customer-tiers", "customers.csv", "--write-customers", "-o", "out")
    assert ran.code == 0, ran.err
    holds = [path for path in (files / "out").rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
    assert [path.relative_to(files / "out").as_posix() for path in holds] == ["customers/customer_tiers.csv"]
    assert "SECRET" not in ran.out + ran.err
    written = pd.read_csv(holds[0])
    table = pd.read_csv(files / "out" / "tables" / "customer_tiers.csv").set_index("tier")["customers"]
    assert written["tier"].value_counts().to_dict() == {
        name: n for name, n in table.items() if n and name != "all customers"
    }
    assert written["customer"].tolist() == customers()["customer"].tolist()
    ran = csi("measure", "customer-tiers", "customers.csv", "-o", "plain")
    assert not any(b"SECRET" in p.read_bytes() for p in (files / "plain").rglob("*") if p.is_file())


def test_customers_values_by_name_and_their_means(folder: Path) -> None:
    made = outcome("customers", folder)
    rows = made.tables["lifetime_values"].set_index("unit")
    frame = customers()
    q = frame["retention"] / 1.1
    by_hand = frame["amount"] * frame["frequency"] / (1 - q)
    assert rows.loc["all customers", "lifetime_value"] == pytest.approx(by_hand.mean())
    assert rows.loc["South", "total_value"] == pytest.approx(by_hand[frame["region"] == "South"].sum())
    (path, data), *others = made.files.items()
    assert (path, others) == ("customers/lifetime_values.csv", [])
    assert data.decode().splitlines()[1].startswith("SECRET0,North,")
    assert not any("SECRET" in table.to_csv() for table in made.tables.values())


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("growth", {}, ["--start", "--new", "--lost"]),
        ("growth", {"file": "g.csv", "start": 3}, ["A file is named, too."]),
        ("growth", {"file": "g.csv", "columns": "begin=x"}, ["'begin' is nothing that is read."]),
        ("growth", {"start": 0, "new": 1, "lost": 0}, ["There was nobody at the start"]),
        ("growth", {"new": 1, "lost": 0, "form": "source"}, ["Nobody was lost", "--form usual"]),
        ("growth", {"start": 3, "new": -1, "lost": "nan"}, ["-1 is no number", "nan is no number"]),
        ("growth", {"start": 3, "new": 1, "lost": 5}, ["5 are lost, but only 4 were ever there"]),
        ("growth", {"start": "1,000", "new": 1, "lost": 5}, ["--start"]),
        ("lifetime_value", {}, ["--amount", "--frequency", "--years 5, or --retention 0.8"]),
        (
            "lifetime_value",
            {"amount": 1, "frequency": 1, "retention": 80, "discount": 10, "margin": 30},
            ["30 is out", "80 is out of bounds", "10 is out of bounds", "0.8 for 80 %"],
        ),
        ("lifetime_value", {"amount": 1, "frequency": 1, "retention": 1}, ["the sum has no end"]),
        (
            "lifetime_value",
            {"amount": 1, "frequency": 1, "retention": 0.97, "discount": -0.05},
            ["0.97 is not below 1 + discount = 0.95"],
        ),
        (
            "lifetime_value",
            {"amount": 1, "frequency": 1, "years": 3, "discount": 0.1, "horizon": 4},
            ["--retention 1 --horizon N", "which is the horizon already"],
        ),
        ("lifetime_value", {**SUM, "horizon": 0}, ["--horizon"]),
        ("lifetime_value", {**SUM, "first_year": 2}, ["--first-year"]),
        ("lifetime_value", {"file": "f.csv"}, ["Say whether rows are segments or customers."]),
        ("lifetime_value", {"file": "f.csv", "segment": "s", "write_customers": True}, ["--customer"]),
        ("lifetime_value", {"segment": "s", "amount": 1, "frequency": 1, "years": 1}, ["there is no file"]),
        (
            "lifetime_value",
            {"file": "f.csv", "segment": "s", "amount": 1, "columns": "amount=a,x=y"},
            ["'x' is nothing", "It has a column, too."],
        ),
        ("customer_tiers", {}, ["FILE: It is needed."]),
        ("customer_tiers", {"file": "c.csv", "risk_from": "q8"}, ["'q8' is no threshold.", "q0.8"]),
        ("customer_tiers", {"file": "c.csv", "loyalty": "risk"}, ["named for something else, too"]),
        ("customer_tiers", {"file": "c.csv", "rules": "high/low=a"}, ["'high/low' are no", "low/low/high"]),
        ("customer_tiers", {"file": "c.csv", "rules": "high/low/low="}, ["has no name of its own"]),
        ("delivered_value", {}, ["No questions on any value", "No questions on any cost"]),
        (
            "delivered_value",
            {"product": "a", "money": "a", "weights": "product=-1,time=2", "turned": "q"},
            ["'a' is named 2 times", "'q' is no question", "weight of 'product' is -1",
             "'time' has no questions", "no number for money"],
        ),
        ("delivered_value", {"product": "a", "money": "b", "weights": "product=0,money=1"}, ["are 0."]),
    ],
)  # fmt: skip
def test_mistakes_that_can_be_told_before_reading(
    name: str, options: dict[str, Any], says: list[str]
) -> None:
    with pytest.raises(UsageError) as raised:
        entry_of(name, options)
    told = str(raised.value)
    for text in says:
        assert text in told
    assert all(one.where.startswith("--") or one.where == "FILE" for one in raised.value.findings)
    assert all(one.fix for one in raised.value.findings)


@pytest.mark.parametrize(
    ("name", "options", "text", "says"),
    [
        ("growth", REGION, GROWTH + "North,1,1,1\n", ["'North' stands in several rows"]),
        ("growth", REGION, GROWTH + "all customers,1,1,1\n", ["name of all segments together"]),
        ("growth", REGION, GROWTH + "West,1,1,9\n,2,-1,x\n", ["of bounds", "no number", "empty"]),
        ("growth", REGION, GROWTH + "West,1,1,9\n", ["row 5: 9 customers were lost, but there"]),
        ("growth", {}, GROWTH, ["There is no column 'segment'."]),
        ("growth", REGION, "region,start,new,lost\n", ["f.csv"]),
        (
            "lifetime_value", {"segment": "segment"}, SEGMENTS.replace("0.8,0.1", "1,0"),
            ["f.csv row 2: The retention rate 1 is not below 1 + discount = 1"],
        ),
        ("lifetime_value", {"segment": "segment"}, SEGMENTS.replace("0.8", "80"), ["80 is out of bounds"]),
        ("lifetime_value", {"segment": "region"}, GROWTH, ["no column 'amount'", "Neither a retention time"]),
        ("lifetime_value", {"segment": "segment"}, SEGMENTS.replace("margin", "years"), ["Both a retent"]),
        ("lifetime_value", {"segment": "c"}, "c,amount,frequency,years\n" + "".join(
            f"{k},1,1,1\n" for k in range(101)), ["It has 101 segments; more than 100"]),
        ("lifetime_value", {"customer": "c"}, "c,amount,frequency,years\n" + "a,1,1,1\n" * 9,
         ["f.csv row 3: The customer", "3 more rows"]),
        ("customer_tiers", {}, "customer,contribution,loyalty,risk\na,1,2,3\na,1,2,3\n", ["row 3"]),
        ("customer_tiers", {}, "customer,contribution,loyalty\na,1,2\n", ["There is no column 'risk'."]),
        ("customer_tiers", {}, "customer,contribution,loyalty,risk\na,,2,high\n", ["empty", "'high' is no"]),
    ],
)  # fmt: skip
def test_mistakes_in_files(
    tmp_path: Path, name: str, options: dict[str, Any], text: str, says: list[str]
) -> None:
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CsiError) as raised:
        measure(name, file="f.csv", folder=tmp_path, **options)
    told = str(raised.value)
    for one in says:
        assert one in told
    assert str(tmp_path) not in told
    assert all(one.fix for one in raised.value.findings)


def test_no_scale_and_no_file_are_one_message_each(tmp_path: Path) -> None:
    with pytest.raises(CsiError) as raised:
        measure("delivered_value", survey(), product="q1", money="q2")
    assert "--scale" in str(raised.value) or "scale" in raised.value.findings[0].what
    with pytest.raises(CsiError) as raised:
        measure("customer_tiers", file="custmers.csv", folder=tmp_path)
    assert "There is no such file" in str(raised.value)


def test_options_stand_for_columns(files: Path) -> None:
    rows = measure("lifetime_value", file="segments.csv", folder=files, segment="segment", retention=0.5,
                   discount=0, columns="amount=frequency", horizon=1).tables  # fmt: skip
    assert rows["lifetime_values"]["yearly_margin"].tolist()[1:] == pytest.approx(
        [10 * 10 * 0.4, 2 * 2 * 0.5]
    )
    inputs = rows["lifetime_inputs"].set_index(["unit", "input"])["mean_value"]
    assert inputs["Gold", "lifetime_retention"] == 0.5
    years = measure("lifetime_value", file="segments.csv", folder=files, segment="segment", years=2).tables
    assert years["lifetime_values"]["lifetime_value"].tolist()[1:] == pytest.approx([800, 40])
    assert tuple(NAMES) == _INPUTS


def test_a_column_of_customers_is_no_segment(tmp_path: Path) -> None:
    customers(150).assign(number=range(150)).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(CsiError) as raised:
        measure("lifetime_value", file="c.csv", folder=tmp_path, customer="number", segment="customer")
    assert "150 segments; more than 100" in str(raised.value)
    assert "SECRET" not in str(raised.value)


def test_a_threshold_beyond_all_is_told(files: Path) -> None:
    made = measure("customer_tiers", file="customers.csv", folder=files, contribution_from="1e9")
    assert [one.code for one in made.findings] == ["one-sided-threshold"]
    assert made.findings[0].where == "--contribution-from"


@pytest.mark.parametrize("name", ASKED)
def test_everything_said_is_said_in_chinese(name: str, folder: Path) -> None:
    made = outcome(name, folder)
    for one in made.findings:
        for text in (one.what, one.fix):
            assert CHINESE.search(reason_in(text, "zh")), text
    for table in made.tables.values():
        for why in table.get("why", pd.Series(dtype=str)):
            assert all(CHINESE.search(reason_in(part, "zh")) for part in why.split("; ") if part), why
    shown = [one for piece in pieces(content(made), "zh") for one in (piece.title, piece.how, *piece.says)]
    assert all(CHINESE.search(text) for text in shown if text)


def test_words_and_phrases_have_chinese() -> None:
    terms = {**PHRASES, **words.WORDS, **{f"column {k}": t for k, (_, t) in words.COLUMNS.items()}}
    assert [k for k, one in terms.items() if not CHINESE.search(one.zh)] == ["value_tier_told"]
    assert all(CHINESE.search(text) for text in REASONS.values())
    told = "all customers are on the low side of 5, so that this criterion parts nobody."
    assert reason_in(told, "zh") == "全部顾客都低于分界值 5，该标准无法区分顾客。"


@pytest.mark.parametrize(
    ("name", "language", "charts"),
    [("segments", "en", 2), ("tiers", "zh", 1), ("counts", "zh", 0), ("source", "en", 1)],
)
def test_a_page_with_its_charts(name: str, language: str, charts: int, folder: Path) -> None:
    page = measures_page(content(outcome(name, folder)), language)
    assert page.count("<svg") == charts
    assert "<b>&$x$" not in page
    assert "SECRET" not in page


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ASKED)
def test_every_page_can_be_made(name: str, language: str, folder: Path) -> None:
    page = measures_page(content(outcome(name, folder)), language)
    assert ("<svg" in page) == (name != "counts")


def test_bars_and_curves_show_the_tables(folder: Path) -> None:
    made = content(outcome("growth", folder))
    bars = CHARTS["customer_growth"].draw(made).patches
    table = made.across["customer_growth"]["growth"]
    assert [bar.get_width() for bar in bars] == pytest.approx(table.tolist())  # type: ignore[attr-defined]
    made = content(outcome("one", folder))
    axes = CHARTS["lifetime_years"].draw(made, language="zh")
    years = made.across["lifetime_years"]
    assert [bar.get_height() for bar in axes.patches[:5]] == pytest.approx(  # type: ignore[attr-defined]
        years["year_value"].tolist()
    )
    assert list(axes.get_lines()[0].get_ydata()) == pytest.approx(years["cumulative_value"].tolist())
    source = CHARTS["customer_growth"].draw(content(outcome("source", folder)), language="zh")
    assert any("无人流失" in text for text in texts(source))


def test_the_map_of_tiers_shows_eight_cells_and_no_customer(folder: Path) -> None:
    made = content(outcome("tiers", folder))
    axes = CHARTS["customer_tiers"].draw(made)
    assert len(axes.patches) == 8
    shown = " ".join(texts(axes))
    for count in made.across["tier_rules"]["customers"]:
        assert f"{count} customers" in shown
    assert "SECRET" not in shown


def test_delivered_value_by_unit_has_a_zero_line(folder: Path) -> None:
    axes = CHARTS["delivered_value"].draw(content(outcome("delivered", folder)))
    assert {"delivered value", "total value", "total cost"} <= set(texts(axes))
    assert "product value" not in texts(axes)  # with groups parts are in the table only
    assert any(list(line.get_xdata()) == [0, 0] for line in axes.get_lines())


def test_printed_shares_are_percent(csi: Csi, files: Path) -> None:
    said = csi("measure", "customer-tiers", files / "customers.csv")
    assert said.code == 0, said.err
    whole = next(line for line in said.out.splitlines() if line.strip().startswith("all customers"))
    assert whole.split().count("100.0%") == 2
