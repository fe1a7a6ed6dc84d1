"""Pages and charts of shares and means: what stands in them, in both languages, and where marks lie."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from report_pages import measures_page

from csi_model.measure_words import shares as words
from csi_model.measures.complaints import GIVES_AWAY, NO_ANSWER, NOBODY_THERE
from csi_model.measures.rates import NO_CHURN
from csi_model.reporting import fonts, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import size_of
from csi_model.reporting.measures.page import measures_pictures
from csi_model.reporting.measures.share_topics import TOPICS
from csi_model.reporting.measures.shares_charts import CHARTS
from csi_model.reporting.measures.shares_phrases import PHRASES, REASONS
from csi_model.reporting.measures.shares_sections import pieces
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.running import Outcome, measure
from csi_model.vocabulary import LANGUAGES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def shop() -> pd.DataFrame:
    """Two large branches and a small one with a name that looks like markup."""
    rng = np.random.default_rng(8)
    branch = np.repeat(["north", "south", "<b>&$x^2$"], [90, 80, 12])
    complained = (rng.random(182) < 0.7).astype(int)
    return pd.DataFrame(
        {
            "S": rng.integers(1, 8, 182),
            "R": rng.integers(0, 11, 182),
            "C": complained,
            "H": np.where(complained == 1, rng.integers(1, 11, 182), np.nan),
            "T": rng.integers(1, 11, 182),
            "branch": branch,
        }
    )


ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "satisfaction": ("satisfaction_rate", {"column": "S", "by": ("branch",), "scales": {"S": (1, 7)}}),
    "alone": ("satisfaction_rate", {"column": "S", "scales": {"S": (1, 7)}}),
    "boxes": ("boxes", {"column": "S,T", "scales": {"S": (1, 7), "T": (1, 10)}}),
    "means": ("mean_score", {"column": "S", "by": ("branch",), "scales": {"S": (1, 7)}}),
    "csat": ("csat", {"column": "S", "satisfied": "6:7", "scales": {"S": (1, 7)}}),
    "ces": ("ces", {"column": "S", "by": ("branch",)}),
    "nps": ("nps", {"column": "R", "by": ("branch",), "bands": "fair=0,poor=-100"}),
    "churn": ("churn", {"start": 50, "lost": 0}),
    "recommended": ("recommendation_rate", {"column": "T", "scales": {"T": (1, 10)}, "by": ("branch",)}),
    "complaints": ("complaint_rate", {"column": "C", "by": ("branch",)}),
    "funnel": (
        "complaint_funnel",
        {
            "complaint": "C",
            "handling": "H",
            "staying": "T",
            "by": ("branch",),
            "scales": {"H": (1, 10), "T": (1, 10)},
        },
    ),
}


@cache
def outcome(name: str) -> Outcome:
    asked, options = ASKED[name]
    return measure(asked, None if "start" in options else shop(), **options)


def content(name: str) -> Content:
    made = outcome(name)
    return Content(
        tables={}, pooled={}, across=made.tables, by=made.by, constructs=(), paths=(), index="",
        labels={"S": {"en": "Overall satisfaction", "zh": "总体满意度"}}, title={},
        manifest={"measures": list(made.asked), "options": {"level": 0.95}},
    )  # fmt: skip


def texts(axes: Axes) -> list[str]:
    return [one.get_text() for one in axes.texts if isinstance(one, Annotation)]


def marks(axes: Axes) -> list[float]:
    """Where the dots lie."""
    lines = [line for line in axes.get_lines() if line.get_marker() == "o"]
    return [float(line.get_xdata()[0]) for line in lines]  # type: ignore[index]


@pytest.mark.parametrize(("name", "language"), [("nps", "zh"), ("funnel", "en"), ("churn", "zh")])
def test_a_page_with_its_charts(name: str, language: str) -> None:
    check_page(name, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ASKED)
def test_every_page_can_be_made(name: str, language: str) -> None:
    check_page(name, language)


def check_page(name: str, language: str) -> None:
    shown = content(name)
    drawn = measures_pictures(shown, language).svgs
    page = measures_page(shown, language)
    for piece in pieces(shown, language):
        assert piece.title in page.replace("&#39;", "'").replace("&amp;", "&")
        if piece.chart:
            assert piece.chart in drawn
    for document in drawn.values():
        ElementTree.fromstring(document)
    assert "<b>&$x^2$" not in page
    assert "nan" not in re.sub(r"<[^>]+>", " ", page).split()


def test_which_charts_there_are() -> None:
    made = {
        name: [key for key, chart in CHARTS.items() if chart.supported(content(name))]
        for name in ("alone", "nps", "churn", "funnel")
    }
    assert made == {
        "alone": ["satisfaction_rate", "answers_satisfaction_rate"],
        "nps": ["nps", "answers_nps"],
        "churn": ["retention"],
        "funnel": ["complaint_funnel", "complaint_recovery"],
    }
    assert {topic.key for topic in TOPICS} <= set(CHARTS)


def test_dots_lie_at_the_numbers_of_the_table() -> None:
    shown = content("nps")
    axes = CHARTS["nps"].draw(shown)
    rows = shown.across["measures"]
    scores = rows.loc[(rows["measure"] == "nps") & rows["value"].notna(), "value"]
    assert marks(axes) == pytest.approx(scores.tolist())
    assert "suppressed" in texts(axes)
    assert "<b>&$x^2$" in texts(axes)
    rates = CHARTS["satisfaction_rate"].draw(content("satisfaction"))
    assert len(marks(rates)) == 6
    assert "satisfaction rate (a share)" in texts(rates)


@pytest.mark.parametrize("name", ["nps", "satisfaction", "boxes", "means"])
def test_bars_have_the_width_of_the_shares(name: str) -> None:
    shown = content(name)
    key = ASKED[name][0]
    axes = CHARTS[f"answers_{key}"].draw(shown)
    rows = shown.across["answer_shares"]
    shares = rows.loc[rows["share"].notna(), "share"].tolist()
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_height() == 0.72]
    assert [bar.get_width() for bar in bars] == pytest.approx(shares)
    wide = size_of(axes)[0]
    for text in axes.texts:
        if text.get_fontweight() == "bold" and text.get_text().isdigit():
            x = float(text.xy[0])  # type: ignore[attr-defined]
            (bar,) = [
                one for one in bars if one.get_x() < x < one.get_x() + one.get_width()
                and one.get_y() < text.xy[1] < one.get_y() + 0.72  # type: ignore[attr-defined]
            ]  # fmt: skip
            assert fonts.width(text.get_text(), theme.SIZE_SMALL) < bar.get_width() * wide


def test_zones_are_told_in_words_and_order() -> None:
    axes = CHARTS["answers_nps"].draw(content("nps"))
    said = [text for text in texts(axes) if "\u2013" in text]
    assert said == ["detractors 0\u20136", "passives 7\u20138", "promoters 9\u201310"]
    boxes = CHARTS["answers_boxes"].draw(content("boxes"))  # of scales that differ
    assert {"bottom 1\u20132", "middle", "top"} <= set(texts(boxes))
    colours = {patch.get_facecolor()[:3] for patch in axes.patches}
    assert len(colours) == 3
    chinese = CHARTS["answers_nps"].draw(content("nps"), language="zh")
    assert "贬损者 0\u20136" in texts(chinese)


def test_the_funnel_is_drawn_as_stored() -> None:
    shown = content("funnel")
    axes = CHARTS["complaint_funnel"].draw(shown)
    rows = shown.across["complaint_funnel"]
    stages = rows[(rows["kind"] == "funnel") & rows["share_of_all"].notna()]
    assert [patch.get_width() for patch in axes.patches] == pytest.approx(  # type: ignore[attr-defined]
        stages["share_of_all"].tolist()
    )
    stayed = rows[(rows["kind"] == "recovery") & rows["share_of_previous"].notna()]
    dots = marks(CHARTS["complaint_recovery"].draw(shown))
    assert dots == pytest.approx((100 * stayed["share_of_previous"]).tolist())


def test_a_suppressed_part_is_not_given_away() -> None:
    rows = outcome("funnel").tables["complaint_funnel"]
    for _, unit in rows[rows["kind"] == "recovery"].groupby("unit"):
        why = unit.set_index("stage")["why"]
        hidden = [
            why[stage].startswith("suppressed") for stage in ("stayed_handled_well", "stayed_handled_badly")
        ]
        if sum(hidden) == 1:
            assert why["stayed_complained"] == GIVES_AWAY


def test_sentences_hold_numbers_of_the_tables() -> None:
    shown = content("alone")
    row = shown.across["measures"].iloc[0]
    first = next(iter(pieces(shown, "en")))
    assert first.says[0] == (
        f"Satisfaction rate (a share), Overall satisfaction: {row['value']:.1f}% (95% interval "
        f"{row['ci_lower']:.1f} to {row['ci_upper']:.1f}; n = 182)."
    )
    assert "not mean that 75% are satisfied" in first.how
    funnel = list(pieces(content("funnel"), "en"))
    assert funnel[0].says[0].startswith("Complained: ")
    assert any(said.startswith("Stayed, handled well: ") for said in funnel[1].says)


@pytest.mark.parametrize(("name", "captioned"), [("alone", True), ("csat", True), ("ces", False)])
def test_seven_steps_of_satisfaction_have_captions(name: str, captioned: bool) -> None:
    view = next(one.view for one in pieces(content(name), "en") if one.view and one.folded)
    lines = view.blocks[0].lines
    cells = [cell.text for line in lines for cell in line.cells]
    assert (PHRASES["shares_step_7"].en in cells) == captioned
    assert [line.head.text for line in lines] == list("1234567")


# Chinese


def test_every_word_is_there_in_chinese() -> None:
    for key, term in {**PHRASES, **words.WORDS, **{k: t for k, (_, t) in words.COLUMNS.items()}}.items():
        assert CHINESE.search(term.zh) or key in ("shares_percent_value",), key
        assert not CHINESE.search(term.en), key
        assert set(re.findall(r"\{\w+\}", term.en)) == set(re.findall(r"\{\w+\}", term.zh)), key
    for _, en, zh, _ in words.TABLES:
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)


def test_every_reason_and_finding_is_told_in_chinese() -> None:
    said = [NO_CHURN, NOBODY_THERE, NO_ANSWER, GIVES_AWAY, *REASONS]
    asked: tuple[tuple[str, pd.DataFrame, dict[str, Any]], ...] = (
        ("nps", shop(), {"column": "T", "scales": {"T": (1, 10)}}),
        ("mean_score", pd.DataFrame({"X": [-1, 0, 1] * 20}), {"column": "X", "scales": {"X": (-1, 1)}}),
        ("satisfaction_rate", shop(), {"column": "S", "dont_know": "counted", "scales": {"S": (1, 7)}}),
    )
    found = [one for name, frame, options in asked for one in measure(name, frame, **options).findings]
    assert {one.code for one in found} >= {"nps-from-one", "no-percent-of-max", "no-dont-know"}
    said += [text for one in found for text in (one.what, one.fix)]
    for name in ASKED:
        for frame in outcome(name).tables.values():
            said += [text for text in frame.get("why", pd.Series(dtype=str)) if text]
    for text in dict.fromkeys(said):
        chinese = reason_in(text, "zh")
        assert CHINESE.search(chinese), text
        assert not re.search(r"[a-z]{4,} [a-z]{3,}", chinese), chinese


@pytest.mark.parametrize("name", ASKED)
def test_chinese_pages_hold_no_english_sentence(name: str) -> None:
    for piece in pieces(content(name), "zh"):
        shown = [piece.title, piece.how, piece.chart_title, *piece.says]
        if piece.view is not None:
            shown += [title for title, _ in piece.view.columns]
            shown += [cell.text for block in piece.view.blocks for line in block.lines for cell in line.cells]
            shown += list(piece.view.notes)
        for text in shown:
            assert not re.search(r"[a-z]{3,} [a-z]{2,}", text), text
