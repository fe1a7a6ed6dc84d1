"""National indices as people ask for them: command, mistakes, pages and charts in both languages."""

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
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from report_pages import measures_page

from csi_model.errors import CsiError, UsageError
from csi_model.measure_words import national as words
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import size_of
from csi_model.reporting.measures.national_charts import CHARTS
from csi_model.reporting.measures.national_phrases import PHRASES
from csi_model.reporting.measures.national_sections import pieces
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.running import Outcome, entry_of, measure

Csi = Callable[..., Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NINE = ",".join(f"u{k}" for k in range(1, 10))


def survey(rows: int = 120) -> pd.DataFrame:
    """Three regions, one of them small; questions on 7, 10, 4 and 5 steps."""
    rng = np.random.default_rng(6)
    made: dict[str, Any] = {"region": np.where(np.arange(rows) < 10, "tiny", np.arange(rows) % 2).astype(str)}
    for name in ("overall", "e1", "e2", "again"):
        made[name] = rng.integers(3, 8, rows)
    for k in range(1, 4):
        made[f"r{k}"] = rng.integers(4, 11, rows)
    for k in range(1, 15):
        made[f"u{k}"] = rng.integers(2, 5, rows)
    made["g"] = rng.integers(1, 6, rows)
    return pd.DataFrame(made)


KCSI = {"overall": "overall", "elements": "e1,e2", "repurchase": "again"}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "kcsi": ("kcsi", {**KCSI, "by": ("region",)}),
    "kcsi_10": ("kcsi", {"overall": "r1", "elements": "r2", "repurchase": "r3", "scales": {"": (1, 10)}}),
    "ukcsi": ("ukcsi", {"dimensions": "r1=experience,r2=Emotional connection,r3=ethics", "by": ("region",)}),
    "ikm": ("ikm", {"columns": NINE, "by": ("region",)}),
    "ikm_5": ("ikm", {"columns": "u1,u2,u3,u4,u5", "any_number": True}),
    "kundenmonitor": ("kundenmonitor", {"column": "g", "by": ("region",)}),
    "kunden_5": ("kundenmonitor", {"column": "g", "best": 5}),
}


@cache
def outcome(name: str) -> Outcome:
    asked, options = ASKED[name]
    return measure(asked, survey(), **options)


def content(name: str) -> Content:
    made = outcome(name)
    return Content(
        tables={}, pooled={}, across=made.tables, by=made.by, constructs=(), paths=(), index="",
        labels={"u1": {"en": "Requirements $x^2$ <b>", "zh": "服务要求"}}, title={},
        manifest={"measures": list(made.asked), "options": {"level": 0.95}},
    )  # fmt: skip


def texts(axes: Any) -> list[str]:
    return [one.get_text() for one in axes.texts if isinstance(one, Annotation)]


def test_ikm_by_the_command(csi: Csi, tmp_path: Path) -> None:
    frame = pd.DataFrame({f"u{k}": [3, 4] for k in range(1, 10)})  # 25 * 3.5
    frame.to_csv(tmp_path / "s.csv", index=False)
    ran = csi("measure", "ikm", "s.csv", "--columns", NINE, "--json")
    assert ran.code == 0, ran.err
    first = json.loads(ran.out)["tables"]["measures"][0]
    assert (first["value"], first["band"], first["n"]) == (87.5, "B: good", 2)


def test_a_folder_in_chinese(csi: Csi, tmp_path: Path) -> None:
    survey().to_csv(tmp_path / "s.csv", index=False)
    options = ["--overall", "overall", "--elements", "e1,e2", "--repurchase", "again", "--by", "region"]
    ran = csi("measure", "kcsi", "s.csv", *options, "-o", "out", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert (tmp_path / "out" / "charts" / "kcsi.svg").is_file()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "韩国顾客满意度指数" in page
    assert "fewer than" not in page
    weights = pd.read_csv(tmp_path / "out" / "tables" / "fixed_weights.csv")
    assert weights["weight"].tolist() == pytest.approx([0.3, 0.25, 0.25, 0.2])
    rows = pd.read_csv(tmp_path / "out" / "tables" / "measures.csv")
    hidden = rows[rows["unit"] == "tiny"]
    assert hidden["value"].isna().all()
    assert hidden["why"].str.startswith("suppressed: 10 respondents").all()


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("ikm", {"columns": "u1,u2"}, ["The edition of 2017 has 9 elements, not 2.", "--any-number"]),
        ("ikm", {"columns": NINE, "edition": "2004"}, ["The edition of 2004 has 14 elements, not 9."]),
        ("ikm", {"columns": NINE, "edition": "2010"}, ["--edition", "2010"]),
        ("ikm", {"columns": "u1,u1", "any_number": True}, ["'u1' is named 2 times"]),
        ("ikm", {}, ["--columns"]),
        ("kcsi", {**KCSI, "edition": "new"}, ["--edition", "current, older"]),
        ("kcsi", {**KCSI, "repurchase": "e1"}, ["'e1' is an element and a part of its own"]),
        ("kcsi", {**KCSI, "repurchase": "overall"}, ["is overall satisfaction, too"]),
        ("kcsi", {**KCSI, "importance": "e1=2,e3=1"}, ["'e3' is no element.", "no number for e2"]),
        ("kcsi", {**KCSI, "importance": "e1=-1,e2=1"}, ["The importance of 'e1' is -1."]),
        ("kcsi", {**KCSI, "importance": "e1=0,e2=0"}, ["All of them are 0."]),
        ("kcsi", {**KCSI, "importance": "e1=nan,e2=1"}, ["importance"]),
        ("kcsi", {**KCSI, "importance": "e1"}, ["names no value"]),
        ("kcsi", {**KCSI, "elements": ""}, ["--elements"]),
        ("ukcsi", {}, ["No ratings are named."]),
        ("ukcsi", {"columns": "r1,r2", "dimensions": "r1=experience"}, ["no dimension for r2"]),
        ("ukcsi", {"dimensions": "r1=etics"}, ["'etics' is none", "Did you mean 'ethics'?"]),
        ("ukcsi", {"columns": "r1", "dimensions": "r1=ethics,r9=ethics"}, ["'r9' is not among the ratings"]),
        ("kundenmonitor", {"column": "g", "best": "3"}, ["--best", "1, 5"]),
    ],
)
def test_mistakes_that_can_be_told_before_reading(
    name: str, options: dict[str, Any], says: list[str]
) -> None:
    with pytest.raises(UsageError) as raised:
        entry_of(name, options)
    told = str(raised.value)
    assert all(text in told for text in says), told
    assert all(one.where.startswith("--") and one.fix for one in raised.value.findings)


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("ukcsi", {"columns": "r1", "scales": {"": (0, 10)}}, "its scale is 0 to 10"),
        ("ikm", {"columns": NINE, "scales": {"u2": (1, 5)}}, "u2: its scale is 1 to 5"),
        ("kundenmonitor", {"column": "g", "scales": {"g": (1, 6)}}, "its scale is 1 to 6"),
        ("ikm", {"columns": NINE.replace("u9", "r1")}, "r1"),
        ("kcsi", {**KCSI, "overall": "overal"}, "Did you mean 'overall'?"),
    ],
)
def test_mistakes_in_the_survey(name: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(CsiError) as raised:
        measure(name, survey(), **options)
    assert says in str(raised.value)


def test_what_is_to_be_known() -> None:
    codes = {name: [one.code for one in outcome(name).findings] for name in ASKED}
    assert "ukcsi-floor" in codes["ukcsi"]
    assert "other-elements" in codes["ikm_5"]
    assert "other-elements" not in codes["ikm"]
    assert "other-scale" in codes["kcsi_10"]
    assert "other-scale" not in codes["kcsi"]
    assert "direction" in codes["kundenmonitor"]
    assert all("one-suppressed" in codes[name] for name in ("kcsi", "ikm"))
    told = next(one for one in outcome("ikm_5").findings if one.code == "other-elements")
    assert "5 elements, each with the weight 1/5; the edition of 2017 has 9" in told.what


@pytest.mark.parametrize("name", ASKED)
def test_everything_said_is_said_in_chinese(name: str) -> None:
    rows = outcome(name).tables.get("measure_findings", pd.DataFrame(columns=["measure", "what", "fix"]))
    own = rows[rows["measure"] != ""]  # what is said of the survey as such is tested with the survey
    for what, fix in zip(own["what"], own["fix"], strict=True):
        for text in (what, fix):
            assert CHINESE.search(reason_in(text, "zh")), text
    shown = [text for piece in pieces(content(name), "zh") for text in (piece.title, piece.how, *piece.says)]
    assert all(CHINESE.search(text) for text in shown if text)


def test_words_and_phrases_have_chinese() -> None:
    terms = {**PHRASES, **words.WORDS}
    without = {key for key, one in terms.items() if not CHINESE.search(one.zh)}
    assert without == {"nat_part", "nat_share_item"}  # names and numbers that are filled in


@pytest.mark.parametrize(("name", "language"), [("ikm", "en"), ("kundenmonitor", "zh")])
def test_a_page_with_its_charts(name: str, language: str) -> None:
    page = measures_page(content(name), language)
    assert page.count("<svg") == (2 if name == "ikm" else 1)
    assert "$x^2$ &lt;b&gt;" in page or name != "ikm" or language == "zh"
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL).lower().split()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ASKED)
def test_every_page_can_be_made(name: str, language: str) -> None:
    assert "<svg" in measures_page(content(name), language)


def test_the_bands_of_the_ikm_chart_lie_where_the_grades_begin() -> None:
    axes = CHARTS["ikm"].draw(content("ikm"))
    shades = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    ends = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in shades)
    assert [low for low, _ in ends] == pytest.approx([25, 65, 76.61, 88.31])
    assert [high for _, high in ends] == pytest.approx([65, 76.61, 88.31, 100])
    assert axes.get_xlim() == (25, 100)
    assert any(text.startswith("D") for text in texts(axes))
    marks = [line.get_xdata()[0] for line in axes.get_lines() if line.get_marker() == "o"]
    rows = outcome("ikm").tables["measures"]
    known = rows[(rows["measure"] == "ikm") & rows["value"].notna()]["value"]
    assert marks == pytest.approx(known.tolist())


def test_bars_of_the_five_steps_fill_the_axis() -> None:
    axes = CHARTS["kundenmonitor"].draw(content("kundenmonitor"), language="zh")
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert len(bars) == 5 * 3  # the small region has none
    assert sum(bar.get_width() for bar in bars) == pytest.approx(300)
    rows = outcome("kundenmonitor").tables["measures"]
    first = rows[(rows["unit"] == "all respondents") & rows["counted"].str.startswith("step")]["value"]
    assert [bar.get_width() for bar in bars[:5]] == pytest.approx(first.tolist())
    assert any("样本不足" in text for text in texts(axes))
    assert size_of(axes)[0] > 300


def test_charts_of_parts_have_a_block_each() -> None:
    assert {"KCSI, current edition", "overall satisfaction", "element satisfaction"} <= set(
        texts(CHARTS["kcsi"].draw(content("kcsi")))
    )
    assert "emotional connection" in texts(CHARTS["ukcsi"].draw(content("ukcsi")))
    assert not CHARTS["ikm"].supported(content("kcsi"))
