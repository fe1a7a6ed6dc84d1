"""Loyalty measures as people ask for them: the command, its report in both languages, every mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import UsageError
from csi_model.measure_words import loyalty as words
from csi_model.measures import loyalty_curve, price_tolerance
from csi_model.reporting.measures import loyalty_phrases
from csi_model.reporting.measures.loyalty_charts import CHARTS, MOST_LINES, shown_units
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.loyalty import ENTRIES
from csi_model.study.measures.running import Outcome, entry_of, measure

Csi = Callable[..., Any]
CODEBOOK = """\
missing: {98: dont_know, 99: refused}
columns:
  BUY: {scale: [1, 10]}
  UP: {scale: [0, 25], missing: {101: other}, recode: {26: 25}, asked_when: {column: BUY, from: 6, to: 10}}
  DOWN: {scale: [0, 25], missing: {101: other}, recode: {26: 25}, asked_when: {column: BUY, from: 1, to: 5}}
"""
PRICE = ("price-tolerance", "--repurchase", "BUY", "--rise", "UP", "--cut", "DOWN")
CURVE = ("loyalty-curve", "--satisfaction", "SAT", "--loyalty", "BUY,REC")
INDEX = ("loyalty-index", "--satisfaction", "OVERALL", "--repurchase", "BINS", "--recommendation", "TELL")
NOBODY = (*PRICE, "--codebook", "book.yaml", "--rise-when", "11:12", "--cut-when", "0:0")
RATINGS = ("loyalty-index", "--satisfaction", "SAT", "--repurchase", "BUY", "--recommendation", "REC")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def shop(rows: int = 240) -> pd.DataFrame:
    """Synthetic answers: ratings, bins, and the routed pair with codes 26, 98 and 101."""
    rng = np.random.default_rng(12)
    sat = np.clip(np.round(rng.normal(7.5, 2.0, rows)), 1, 10)
    buy = np.clip(np.round(sat + rng.normal(0, 1.5, rows)), 1, 10)
    percent = rng.choice([0, 5, 10, 15, 20, 25, 26, 98, 101], rows).astype(float)
    return pd.DataFrame(
        {
            "SHOP": np.where(np.arange(rows) % 2, "north", "south"),
            "SAT": sat,
            "BUY": buy,
            "REC": np.clip(np.round(sat + rng.normal(0, 2, rows)), 1, 10),
            "UP": np.where(buy >= 6, percent, np.nan),
            "DOWN": np.where(buy <= 5, percent, np.nan),
            "OVERALL": np.ceil(sat / 2),
            "BINS": np.clip(np.ceil(buy / 3.4), 1, 3),
            "CHANCE": np.clip(buy * 10, 0, 100),
            "TELL": rng.integers(1, 4, rows),
        }
    )


@pytest.fixture
def here(csi: Csi, tmp_path: Path) -> Csi:
    shop().to_csv(tmp_path / "shop.csv", index=False)
    (tmp_path / "book.yaml").write_text(CODEBOOK, encoding="utf-8")
    return csi


def price(**options: Any) -> Outcome:
    asked = {"repurchase": "BUY", "rise": "UP", "cut": "DOWN", **options}
    data = shop().replace({"UP": {98: np.nan, 101: np.nan}, "DOWN": {98: np.nan, 101: np.nan}})
    return measure("price_tolerance", data, scales={"UP": (0, 26), "DOWN": (0, 26)}, **asked)


# the command


def test_price_tolerance_reads_codes_as_the_codebook_says(here: Csi) -> None:
    ran = here("measure", *PRICE, "--codebook", "book.yaml", "--by", "SHOP", "--json", "shop.csv")
    assert ran.code == 0
    tables = json.loads(ran.out)["tables"]
    data, first = shop(), tables["price_tolerance_answers"][0]
    likely = data[data["BUY"] >= 6]
    assert first["asked_of"] == len(likely)
    assert first["beyond_end"] == (likely["UP"] == 26).sum()
    assert first["dont_know"] == (likely["UP"] == 98).sum()
    assert first["other_missing"] == (likely["UP"] == 101).sum()
    known = data[["UP", "DOWN"]].where(data[["UP", "DOWN"]] <= 26)
    at = np.where(data["BUY"] >= 6, 100 + known["UP"], 100 - known["DOWN"])
    at = at[np.isfinite(at)]
    curve = {row["change"]: row for row in tables["price_tolerance"] if row["unit"] == "all respondents"}
    assert curve[-25]["share"] == pytest.approx((at >= 75).mean())  # 26 on the way down: not even then
    assert curve[25]["share"] == pytest.approx((at >= 125).mean())
    assert max(curve) == 25
    assert "coded 101" in ran.err
    assert "top-coded to 25" in ran.err


def test_code_26_without_a_codebook_is_beyond_the_end_as_well() -> None:
    ours = price().tables["price_tolerance"]
    data = shop()
    known = data[["UP", "DOWN"]].where(data[["UP", "DOWN"]] <= 26)
    at = np.where(data["BUY"] >= 6, 100 + known["UP"], 100 - known["DOWN"])
    at = at[np.isfinite(at)]
    assert ours["share"].tolist()[0] == pytest.approx((at >= 75).mean())
    assert ours["change"].max() == 25


def test_how_censored_answers_count_is_an_option() -> None:
    made = [price(censored=how, step=25) for how in ("left-out", "end", "40")]
    means = [one.tables["measures"].set_index("measure").loc["price_rise", "value"] for one in made]
    assert means[0] < means[1] < means[2]
    assert any("an assumed 40" in one.what for one in made[2].findings)


def test_a_finer_curve() -> None:
    assert len(price(step=1).tables["price_tolerance"]) == 51


def test_the_curve_of_two_loyalty_questions(here: Csi) -> None:
    ran = here("measure", *CURVE, "--by", "SHOP", "--indifference", "6:7", "--json", "shop.csv")
    assert ran.code == 0
    tables = json.loads(ran.out)["tables"]
    data = shop()
    loyalty = ((data["BUY"] - 1) / 9 + (data["REC"] - 1) / 9) * 50
    for row in tables["loyalty_curve"][:4]:
        assert row["loyalty"] == pytest.approx(loyalty[data["SAT"] == row["satisfaction"]].mean())
    assert [row["to_answer"] for row in tables["loyalty_zones"][:3]] == [5, 7, 10]
    assert len(tables["loyalty_curve_tests"]) == 3


def test_the_index_in_bins_and_in_percent_agree(here: Csi) -> None:
    ran = here("measure", *INDEX, "--json", "--by", "SHOP", "shop.csv")
    assert ran.code == 0
    row = json.loads(ran.out)["tables"]["measures"][0]
    data = shop()
    scores = (data["OVERALL"] - 1) * 25 + (data["BINS"] - 1) * 50 + (data["TELL"] - 1) * 50
    assert row["value"] == pytest.approx(scores.mean() / 3)
    options = {"satisfaction": "OVERALL", "repurchase": "CHANCE", "recommendation": "TELL"}
    made = measure("loyalty_index", data, **options, repurchase_percent=True)
    binned = np.where(data["CHANCE"] < 30, 0, np.where(data["CHANCE"] > 70, 100, 50))
    scores = (data["OVERALL"] - 1) * 25 + binned + (data["TELL"] - 1) * 50
    assert made.tables["measures"]["value"][0] == pytest.approx(scores.mean() / 3)
    assert set(made.tables["loyalty_index_parts"]["scored"]) == {"linear", "bins"}


def test_weights_and_turned_questions() -> None:
    options = {"satisfaction": "OVERALL", "repurchase": "BINS", "recommendation": "TELL"}
    weights = ["OVERALL=2,BINS=1", "TELL=1"]
    made = measure("loyalty_index", shop(), **options, indicator_weights=weights, low_is_best="TELL")
    data = shop()
    scores = 2 * (data["OVERALL"] - 1) * 25 + (data["BINS"] - 1) * 50 + 100 - (data["TELL"] - 1) * 50
    assert made.tables["measures"]["value"][0] == pytest.approx(scores.mean() / 4)
    assert made.tables["loyalty_index_parts"]["weight"].tolist() == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("language", "asked", "charts"),
    [
        ("zh", CURVE, {"loyalty-curve"}),
        pytest.param(
            "zh", (*CURVE, "--by", "SHOP"), {"loyalty-curve", "loyalty-curves"}, marks=pytest.mark.slow
        ),
        pytest.param("zh", INDEX, {"loyalty-index"}, marks=pytest.mark.slow),
        pytest.param("zh", (*PRICE, "--codebook", "book.yaml"), {"price-tolerance"}, marks=pytest.mark.slow),
        pytest.param("en", (*PRICE, "--codebook", "book.yaml"), {"price-tolerance"}, marks=pytest.mark.slow),
        pytest.param(
            "en", (*CURVE, "--by", "SHOP"), {"loyalty-curve", "loyalty-curves"}, marks=pytest.mark.slow
        ),
        pytest.param("en", INDEX, {"loyalty-index"}, marks=pytest.mark.slow),
    ],
)
def test_the_report(
    here: Csi, tmp_path: Path, language: str, asked: tuple[str, ...], charts: set[str]
) -> None:
    ran = here("measure", *asked, "-o", "out", "--lang", language, "shop.csv")
    assert ran.code == 0
    assert {path.stem for path in (tmp_path / "out/charts").glob("*.svg")} == charts
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for name in charts:
        assert f'id="{name}' in page or name in page
    if language == "zh":
        told = re.sub(r"<style.*?</style>|<script.*?</script>|<svg.*?</svg>", "", page, flags=re.S)
        for text in re.findall(r"<p>([^<]{12,})</p>", told):
            assert CHINESE.search(text), text


def test_a_chart_of_lines_shows_so_many_groups() -> None:
    data = shop(600)
    data["SHOP"] = [f"s{k % 9}" for k in range(600)]
    made = measure("loyalty_curve", data, by=("SHOP",), satisfaction="SAT", loyalty="BUY")
    from csi_model.reporting.content import Content

    content = Content(
        tables={}, pooled={}, across=made.tables, by=("SHOP",), constructs=(), paths=(), index="", labels={},
        group_labels={}, title={}, manifest={},
    )  # fmt: skip
    names, left = shown_units(content, "loyalty_curve")
    assert (len(names), left) == (MOST_LINES + 1, 9 - MOST_LINES)
    axes = CHARTS["loyalty-curves"].draw(content)
    texts = [text.get_text() for text in axes.texts]
    assert "3 more in the table" in texts
    assert {"defection", "indifference", "affection"} <= set(texts)


# mistakes


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("price_tolerance", {"rise": "REPUR"}, "--rise: REPUR stands for two questions"),
        ("price_tolerance", {"cut_when": "3:7"}, "--cut-when: rise and cut would be asked of the same"),
        ("price_tolerance", {"censored": "abc"}, "Write end, left_out, or a percent such as 35"),
        ("price_tolerance", {"censored": 10}, "--censored: 10"),
        ("price_tolerance", {"step": 0}, "--step"),
        ("price_tolerance", {"step": 30}, "more than the largest percent asked about"),
        ("price_tolerance", {"step": 0.01}, "more than 400 points"),
        ("price_tolerance", {"most": -1}, "--most"),
        ("price_tolerance", {"rise_when": "6"}, None),
        ("loyalty_curve", {"satisfaction": "A", "loyalty": ""}, "names no question"),
        ("loyalty_curve", {"satisfaction": "A", "loyalty": "A,B"}, "A is named twice"),
        ("loyalty_curve", {"satisfaction": "A", "loyalty": "B", "indifference": "8:6"}, "from 8 down to 6"),
        ("loyalty_curve", {"satisfaction": "A"}, "loyalty"),
    ],
)
def test_mistakes_are_told_before_anything_is_read(
    name: str, options: dict[str, Any], said: str | None
) -> None:
    if said is None:
        entry_of(name, options)
        return
    with pytest.raises(UsageError) as told:
        entry_of(name, options)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"recommendation": "S"}, "--recommendation: S stands for two questions"),
        ({"low_is_best": "X"}, "X is not among the questions of the index"),
        ({"indicator_weights": ["S=1"]}, "has no weight for R, C"),
        ({"indicator_weights": ["S=-1", "R=1", "C=1"]}, "must not be negative"),
        ({"indicator_weights": ["S=0", "R=0", "C=0"]}, "some must be positive"),
        ({"indicator_weights": ["S=nan", "R=1", "C=1"]}, "must not be negative"),
        ({"indicator_weights": ["S"]}, "names no value"),
        ({"at_least": 4}, "--at-least"),
        ({"bins": "-10:70"}, "outside 0-100"),
    ],
)
def test_mistakes_in_the_index(options: dict[str, Any], said: str) -> None:
    asked = {"satisfaction": "S", "repurchase": "R", "recommendation": "C", **options}
    with pytest.raises(UsageError) as told:
        entry_of("loyalty_index", asked)
    assert said in str(told.value)


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(UsageError) as told:
        entry_of("price_tolerance", {"rise": "REPUR", "cut_when": "3:7", "step": 30, "censored": 5})
    assert len(told.value.findings) == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((*CURVE, "--indifference", "1:9"), "no room below and above a middle zone of 1-9"),
        ((*CURVE, "--scale", "SAT=0:1"), "outside the scale"),
        (("loyalty-curve", "--satisfaction", "NONE", "--loyalty", "BUY"), "no column 'NONE'"),
        (PRICE, "outside the scale 0-25"),
        ((*PRICE, "--codebook", "book.yaml", "--most", "30"), "its scale ends at 25 percent"),
        (NOBODY, "nobody who was asked named a percent"),
        (RATINGS, "--scale"),
    ],
)
def test_mistakes_in_the_survey_are_one_clear_message(here: Csi, asked: tuple[str, ...], said: str) -> None:
    ran = here("measure", *asked, "shop.csv")
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_scale_too_short_for_zones(here: Csi, tmp_path: Path) -> None:
    data = shop()
    data["YES"] = (data["SAT"] > 7).astype(int)
    data.to_csv(tmp_path / "yes.csv", index=False)
    asked = ("loyalty-curve", "--satisfaction", "YES", "--loyalty", "BUY", "--scale", "YES=0:1")
    ran = here("measure", *asked, "yes.csv")
    assert ran.code == 2
    assert "too few steps for three zones" in ran.err


# words


def test_every_phrase_and_word_is_in_both_languages() -> None:
    same = {"Woodruff"}
    for key, phrase in {**loyalty_phrases.PHRASES, **words.WORDS}.items():
        assert phrase["en"], key
        assert CHINESE.search(phrase["zh"]) or key == "loyalty_curve_groups", key
        assert set(re.findall(r"\{\w+\}", phrase["en"])) == set(re.findall(r"\{\w+\}", phrase["zh"])), key
    for name, (_, term) in words.COLUMNS.items():
        assert CHINESE.search(term["zh"]) or term["en"] in same, name


def test_every_reason_has_chinese_words() -> None:
    reasons = [getattr(module, name) for module, names in _REASONS for name in names]
    reasons += ["one answer has no spread", "nobody answered", "no standard error in this sample"]
    for reason in reasons:
        assert CHINESE.search(reason_in(reason, "zh")), reason


_REASONS = (
    (loyalty_curve, ("FEW", "TWO_ANSWERS", "FLAT", "EMPTY_ZONE", "UNDETERMINED", "NO_ERRORS")),
    (price_tolerance, ("ABOVE", "BELOW", "OPEN_UP", "OPEN_DOWN")),
)


@pytest.mark.parametrize("censored", ["end", "left_out", 40])
def test_every_finding_has_chinese_words(censored: Any) -> None:
    data = shop()
    data.loc[:3, ["BUY", "UP", "DOWN"]] = [9, 5, 5]
    data = data.replace({"UP": {98: np.nan, 101: np.nan}, "DOWN": {98: np.nan, 101: np.nan}})
    asked = {"repurchase": "BUY", "rise": "UP", "cut": "DOWN", "censored": censored}
    made = measure("price_tolerance", data, scales={"UP": (0, 26), "DOWN": (0, 26)}, **asked)
    codes = {one.code for one in made.findings}
    assert codes == {"price-missing", "price-beyond", "price-not-asked"}
    for one in made.findings:
        for text in (one.what, one.fix):
            told = re.sub(r"--[a-z-]+", "", reason_in(text, "zh"))
            assert not re.search(r"[a-z]{4,}", told), text


def test_the_entries_tell_themselves_apart() -> None:
    assert [entry.model_fields["measure"].default for entry in ENTRIES] == [
        "loyalty_index",
        "price_tolerance",
        "loyalty_curve",
    ]
