"""Leagues by the command: groups rolled up, differences and ranks, waves, goals; and their mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mistakes import Mistake, as_parameters, both, check_mistake, file
from shop import MODEL, shop_survey

Csi = Callable[..., Any]
REVENUE = {"B0": 30.0, "B2": 50.0, "B4": 20.0, "F1": 1.0, "F3": 1.0, "F5": 2.0}
FIRMS = "    firm: {kind: revenue, values: {B0: 30, B2: 50, B4: 20, F1: 1, F3: 1, F5: 2}}\n"
STUDY = f"""\
model: shop.yaml
survey: chains.csv
groups: [industry, firm]
aggregation:
  top: {{en: Retail, zh: 零售}}
  shares:
{FIRMS}    industry: equal
"""


def chains(seed: int = 3, rows: int = 480) -> pd.DataFrame:
    """Six firms of two industries."""
    frame = shop_survey(rows, seed)
    place = np.arange(rows)
    frame["industry"] = np.array(["Banks", "Food"])[place % 2]
    frame["firm"] = frame["industry"].str[0] + (place % 6).astype(str)
    return frame


def write_chains(folder: Path) -> None:
    (folder / "shop.yaml").write_text(MODEL, encoding="utf-8")
    (folder / "league.yaml").write_text(STUDY, encoding="utf-8")
    chains().to_csv(folder / "chains.csv", index=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_chains(tmp_path)
    return tmp_path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False, na_values={"index": [""]})


def index_of(folder: Path, construct: str = "satisfaction") -> pd.Series[float]:
    """Index of each firm by pooled weights."""
    rows = pd.read_csv(folder / "tables" / "index.csv")
    rows = rows[(rows["construct"] == construct) & (rows["weights_from"] == "pooled")]
    return rows.set_index("firm")["index"]


@pytest.mark.slow
def test_a_study_rolls_firms_up(csi: Csi, home: Path) -> None:
    """Industries are share-weighted means of their firms, the whole the mean of both industries."""
    ran = csi("run", "league.yaml", "-o", "r")
    assert ran.code == 0, ran.err
    index = index_of(home / "r")
    assert "rolled up:\n  Retail " in ran.out
    assert re.search(
        r"cannot be told apart at the top: |clearly the best: |no unit can be told apart", ran.out
    )
    banks = sum(REVENUE[name] * index[name] for name in ("B0", "B2", "B4")) / 100
    food = sum(REVENUE[name] * index[name] for name in ("F1", "F3", "F5")) / 4
    made = pd.read_csv(home / "r" / "tables" / "aggregates.csv")
    made = made[(made["construct"] == "satisfaction") & (made["weights_from"] == "pooled")]
    assert made["unit"].tolist() == ["Banks", "Food", "total"]
    assert made["index"].to_numpy() == pytest.approx([banks, food, (banks + food) / 2], rel=1e-12)
    manifest = json.loads((home / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["top"] == {"en": "Retail", "zh": "零售"}


@pytest.mark.slow
def test_options_say_the_same_as_the_study(csi: Csi, home: Path) -> None:
    shares = pd.DataFrame({"firm": list(REVENUE), "revenue": list(REVENUE.values())})
    shares.to_csv(home / "shares.csv", index=False)
    assert csi("run", "league.yaml", "-o", "study").code == 0
    words = ("--by", "industry", "--by", "firm", "--shares", "firm=revenue:shares.csv")
    ran = csi("fit", "shop.yaml", "chains.csv", *words, "--shares", "industry=equal", "-o", "options")
    assert ran.code == 0, ran.err
    for name in ("aggregates", "differences", "ranks", "rank_probabilities", "shares", "precision"):
        one, other = (home / run / "tables" / f"{name}.csv" for run in ("study", "options"))
        assert one.read_bytes() == other.read_bytes(), name


@pytest.mark.slow
def test_plain_groups_are_compared_without_a_roll_up(csi: Csi, home: Path) -> None:
    ran = csi("fit", "shop.yaml", "chains.csv", "--by", "firm", "-o", "r", "--equivalence", "30")
    assert ran.code == 0, ran.err
    tables = {path.stem for path in (home / "r" / "tables").glob("*.csv")}
    assert {"differences", "ranks", "rank_probabilities", "precision", "gains"} <= tables
    assert not {"aggregates", "shares", "trend"} & tables
    made = pd.read_csv(home / "r" / "tables" / "differences.csv")
    assert made.groupby("kind").size().to_dict() == {"pair": 45, "rest": 18, "best": 18}
    pairs = made[made["kind"] == "pair"]
    assert set(pairs["comparable"]) == {"yes"}
    assert set(pairs["equivalence"]) == {"equivalent"}
    index = index_of(home / "r")
    first = pairs[pairs["construct"] == "satisfaction"].iloc[0]
    assert first["difference"] == pytest.approx(index[first["unit_2"]] - index[first["unit_1"]])


@pytest.mark.slow
def test_brief_tables_on_request(csi: Csi, home: Path) -> None:
    words = ("--by", "firm", "--detail", "units", "--estimator", "pls", "--bootstrap", "100")
    ran = csi("fit", "shop.yaml", "chains.csv", *words, "-o", "r")
    assert ran.code == 0, ran.err
    assert len(pd.read_csv(home / "r" / "tables" / "prediction.csv")) == 0
    assert len(pd.read_csv(home / "r" / "tables" / "index.csv")) == 36
    assert "too many for one test" in ran.err


@pytest.mark.slow
def test_a_rolling_update_carries_an_industry_over(csi: Csi, home: Path) -> None:
    """A survey of food alone takes the banks from the run before."""
    assert csi("run", "league.yaml", "-o", "first").code == 0
    frame = chains(seed=9)
    frame[frame["industry"] == "Food"].to_csv(home / "chains.csv", index=False)
    text = STUDY.replace("B0: 30, B2: 50, B4: 20, ", "") + "  previous: first\n"
    (home / "league.yaml").write_text(text, encoding="utf-8")
    ran = csi("run", "league.yaml", "-o", "second")
    assert ran.code == 0, ran.err
    assert "Banks" in ran.err
    first, second = (
        pd.read_csv(home / run / "tables" / "aggregates.csv")
        .query("construct == 'satisfaction' and weights_from == 'pooled'")
        .set_index("unit")
        for run in ("first", "second")
    )
    assert second.loc["Banks", "index"] == first.loc["Banks", "index"]
    assert second.loc["Banks", "carried"] == 1
    whole = (first.loc["Banks", "index"] + second.loc["Food", "index"]) / 2
    assert second.loc["total", "index"] == pytest.approx(whole, rel=1e-12)


@pytest.mark.slow
def test_waves_in_one_survey(csi: Csi, home: Path) -> None:
    """The trend follows each firm; the league is that of the last wave."""
    waves = [chains(seed, 900).assign(wave=wave) for wave, seed in (("2024", 3), ("2025", 4))]
    pd.concat(waves).to_csv(home / "chains.csv", index=False)
    words = ("--by", "firm", "--by", "wave", "--wave", "wave", "--wave-weights", "chained")
    ran = csi("fit", "shop.yaml", "chains.csv", *words, "-o", "r")
    assert ran.code == 0, ran.err
    assert re.search(r"change from 2024 to 2025:\n  B0 +[+-]", ran.out)
    made = {path.stem: pd.read_csv(path) for path in (home / "r" / "tables").glob("*.csv")}
    assert set(made["ranks"]["unit"]) == set(REVENUE)
    trend = made["trend"].query("construct == 'satisfaction' and unit == 'B0'")
    assert set(trend["weights_from"]) == {"held", "own", "chained", "pooled"}
    last = made["index"].query(
        "firm == 'B0' and wave == 2025 and construct == 'satisfaction' and weights_from == 'pooled'"
    )
    pooled = trend.query("weights_from == 'pooled' and wave == 2025")
    assert pooled["index"].item() == pytest.approx(last["index"].item(), rel=1e-12)
    parts = made["decomposition"].query("unit == 'B0' and target == 'satisfaction'")
    total = parts.loc[parts["part"] == "total", "contribution"].item()
    added = parts[parts["part"].isin(("level", "effect", "unexplained"))]["contribution"].sum()
    assert added == pytest.approx(total, abs=1e-9)
    assert made["wave_checks"]["same"].all()


def test_a_goal_and_its_price(csi: Csi, home: Path) -> None:
    goal = (
        "what_if:\n"
        "  target: {construct: satisfaction, index: 60}\n"
        "  costs: {quality: 1000}\n"
        "  consequences: {customers: 1000, revenue: 40, retention: {construct: loyalty, per_point: 0.4}}\n"
    )
    (home / "league.yaml").write_text("model: shop.yaml\nsurvey: chains.csv\n" + goal, encoding="utf-8")
    ran = csi("run", "league.yaml", "-o", "r")
    assert ran.code == 0, ran.err
    plan = pd.read_csv(home / "r" / "tables" / "target_plan.csv")
    drivers = pd.read_csv(home / "r" / "tables" / "drivers.csv").query("target == 'satisfaction'")
    index = pd.read_csv(home / "r" / "tables" / "index.csv").set_index("construct")["index"]
    push = (60 - index["satisfaction"]) / drivers.set_index("driver").loc["quality", "importance"]
    row = plan[plan["driver"] == "quality"].iloc[0]
    assert row["push"] == pytest.approx(push, rel=1e-9)
    assert row["cost"] == pytest.approx(1000 * push, rel=1e-9)
    gains = pd.read_csv(home / "r" / "tables" / "gains.csv").query("target == 'satisfaction' and points == 5")
    assert gains["gain"].tolist() == pytest.approx(drivers["impact_5"].tolist(), rel=1e-12)


def league(*changes: tuple[str, str], more: str = "") -> Callable[[Path], object]:
    """``league.yaml`` with texts replaced and lines added, beside a sound survey of chains."""

    def build(folder: Path) -> None:
        write_chains(folder)
        text = STUDY
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / "league.yaml").write_text(text + more, encoding="utf-8")

    return build


CHECK = "check league.yaml"
FIT = "fit shop.yaml chains.csv --by industry --by firm"

MISTAKES = (
    Mistake(
        name="a firm without a share",
        command=CHECK,
        build=league(("B2: 50, ", "")),
        says=("Banks / B2",),
    ),
    Mistake(
        name="shares before a long fit",
        command="run league.yaml",
        build=league(("B2: 50", "B2: -50"), ("F1: 1, ", "F9: 1, ")),
        errors=3,
        says=("league.yaml:7", "B2", "negative", "league.yaml:7", "F9", "F1"),
    ),
    Mistake(
        name="market shares that do not sum",
        command=CHECK,
        build=league(("kind: revenue", "kind: market_share"), ("B0: 30", "B0: 10")),
        errors=2,
        says=("Banks", "80", "Food"),
    ),
    Mistake(
        name="shares of no level",
        command=CHECK,
        build=league(("    industry: equal", "    sector: equal")),
        says=("league.yaml:8", "sector", "Choose one of: industry, firm"),
    ),
    Mistake(
        name="unknown kind of shares",
        command=CHECK,
        build=league(("industry: equal", "industry: revenues")),
        says=("league.yaml:8", "revenues", "'revenue'?"),
    ),
    Mistake(
        name="shares file that is not there",
        command=CHECK,
        build=league(("    industry: equal", "    industry: {kind: revenue, file: nothing.csv}")),
        says=("league.yaml:8", "nothing.csv"),
    ),
    Mistake(
        name="values and a file",
        command=CHECK,
        build=both(
            league(("    industry: equal", "    industry: {kind: revenue, file: x.csv, values: {Banks: 1}}")),
            file("x.csv", "industry,revenue\nBanks,1\nFood,2\n"),
        ),
        says=("league.yaml:8", "`values` and a `file`"),
    ),
    Mistake(
        name="roll-up without groups",
        command=CHECK,
        build=league(("groups: [industry, firm]\n", ""), (FIRMS, ""), ("industry: equal", "firm: equal")),
        says=("league.yaml:3", "no groups", "groups: [industry, firm]"),
    ),
    Mistake(
        name="earlier results that are none",
        command=CHECK,
        build=league(more="  previous: nowhere\n"),
        says=("league.yaml:9", "nowhere"),
    ),
    Mistake(
        name="wave that is no group",
        command=CHECK,
        build=league(more="waves: {column: year}\n"),
        says=("league.yaml:9", "`waves.column`", "year", "groups: [industry, firm, year]"),
    ),
    Mistake(
        name="base that is not in the order",
        command=CHECK,
        build=league((FIRMS, ""), more="waves: {column: firm, order: [B0, B0], base: F9}\n"),
        errors=2,
        says=("league.yaml:8", "twice", "league.yaml:8", "F9"),
    ),
    Mistake(
        name="order that leaves waves out",
        command=CHECK,
        build=league((FIRMS, ""), more="waves: {column: firm, order: [B0, B2]}\n"),
        says=("waves", "leaves out"),
    ),
    Mistake(
        name="goal of an unknown construct and a price below zero",
        command=CHECK,
        build=league(
            more="what_if:\n  target: {construct: satisfactoin, index: 160}\n  costs: {quality: -1}\n"
        ),
        errors=3,
        says=("league.yaml:10", "satisfaction", "league.yaml:10", "160", "league.yaml:11", "quality"),
    ),
    Mistake(
        name="benchmark beyond the scale",
        command=CHECK,
        build=league(more="report: {benchmarks: [{construct: quality, value: 120, label: Goal}]}\n"),
        says=("league.yaml:9", "120", "index points"),
    ),
    Mistake(
        name="no margin of equivalence",
        command=CHECK,
        build=league(more="comparison: {equivalence: 0}\n"),
        says=("league.yaml:9", "`comparison.equivalence`", "above 0"),
    ),
    Mistake(
        name="options that do not fit",
        command=f"{FIT} --shares frim=equal --wave year --wave-weights fixed --equivalence 0 -o r",
        build=league(),
        errors=4,
        says=("--shares frim=equal", "'firm'?", "--wave", "year", "--wave-weights", "held", "--equivalence"),
    ),
    Mistake(
        name="groups bottom to top",
        command="fit shop.yaml chains.csv --by firm --by industry --nested -o r",
        build=league(),
        says=("firm, industry:", "every firm has one industry", "the other way round: industry, firm"),
    ),
    Mistake(
        name="nested without groups",
        command="fit shop.yaml chains.csv --nested -o r",
        build=league(),
        says=("--nested", "no groups", "--by industry --by firm"),
    ),
    Mistake(
        name="unknown detail",
        command=f"{FIT} --detail most -o r",
        build=league(),
        says=("--detail", "'most'", "units"),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_a_mistake_gets_one_clear_message(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)
