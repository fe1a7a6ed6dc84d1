"""Waves, what-ifs, precision on the page: sentences and tables, and reasons in both languages."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace

import league_samples as leagues
import pandas as pd
import pytest
import report_samples as samples
import wave_samples as waves
from page_outline import Outline, lines
from report_pages import comparison_page, page
from test_report_comparison import CLEAR, FALL, comparison

from csi_model.reporting import (
    gain_sections,
    wave_sections,
)
from csi_model.reporting.comparison_page import comparison_pictures
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say


def test_changes_are_told_with_their_interval_or_as_unclear() -> None:
    content = waves.with_waves(samples.acsi(), ["A", "B"])
    found = list(wave_sections.trend_sentences(content, "en"))
    assert found[0] == (
        "Total: no clear change from 2024 Q3 to 2024 Q4 (+1.4 index points, 95% interval \u22120.3 to 3.1)."
    )
    many = waves.with_waves(samples.acsi(), [f"U{k}" for k in range(9)])
    frame = many.across["trend"].query("wave == '2024 Q4' and weights_from == 'held'")
    rose, fell = ((frame["verdict"] == word).sum() for word in ("higher", "lower"))
    assert list(wave_sections.trend_sentences(many, "en"))[1] == (
        f"From 2024 Q3 to 2024 Q4, {rose + fell} of 10 units changed clearly: {rose} up, {fell} down."
    )
    up = frame.loc[frame["verdict"] == "higher", "unit"].tolist()
    assert f"Clearly up: {', '.join(up[:-1])} and {up[-1]}." in list(
        wave_sections.trend_sentences(many, "en")
    )


def test_what_is_not_the_same_in_two_waves_is_named() -> None:
    broken = wave_sections.wave_pieces(waves.with_waves(samples.acsi(), alike=False), "en")[0]
    assert broken.says[0].startswith("Not the same from 2024 Q2 to 2024 Q3: scales.")
    assert lines(broken.view) == [["scales", "QP: asked on 1 to 7, not 1 to 10"]]
    whole = wave_sections.wave_pieces(waves.with_waves(samples.acsi()), "en")[0]
    assert "is the same in all waves" in whole.says[0]
    assert whole.view is None


def test_every_choice_of_weights_stands_side_by_side() -> None:
    content = waves.with_waves(samples.acsi())
    (piece,) = [p for p in wave_sections.wave_pieces(content, "en") if "weights" in p.title]
    assert lines(piece.view)[0] == ["2024 Q1", "70.3", "70.5", "70.2"]  # 70.3, + 0.21, - 0.13
    assert piece.view is not None
    assert [title for title, _ in piece.view.columns[1:]] == [
        "weights held", "each wave's own weights", "chain-linked",
    ]  # fmt: skip


def test_a_first_wave_without_interval_says_why_and_a_choice_without_rows_stays_blank() -> None:
    """Levels above the units have one choice of weights: there is nothing to explain of the others."""
    rows = waves.trend_rows("Banks", ("2024", "2025"), (70.0, 71.0))
    rows[0] |= dict.fromkeys(("se", "ci_lower", "ci_upper"), waves.NAN)
    rows[0]["why"] = "only 99 bootstrap replicates converged"
    rows += waves.trend_rows("Banks", ("2024", "2025"), (70.0, 71.0), weights="pooled")
    rows += waves.trend_rows("total", ("2024", "2025"), (70.0, 71.0), weights="pooled")
    content = replace(samples.acsi(), across={"trend": leagues.across("trend", rows)})
    text = page(content, "zh")
    assert "仅有 99 次自助抽样收敛" in text
    assert say("no_reason", "zh") not in text


def test_the_largest_part_of_a_change_is_told_as_an_association() -> None:
    content = waves.with_waves(samples.acsi())
    (piece,) = [p for p in wave_sections.wave_pieces(content, "en") if p.chart == "waterfall"]
    assert piece.says == (
        "Total, 2024 Q3 to 2024 Q4: the index changed by +1.4 points. The largest part that is clearly not "
        "zero goes with the level of Perceived quality: +1.2 index points (95% interval 0.6 to 1.8).",
    )
    assert "not causes" in piece.how
    assert lines(piece.view)[-1][:2] == ["total change", "+1.40"]


def test_gains_stand_side_by_side_by_size_of_the_move() -> None:
    content = waves.with_what_if(samples.acsi())
    piece = gain_sections.what_if_pieces(content, "en")[0]
    assert piece.says[0] == (
        "+5 index points for Perceived quality go with +4.89 index points for Customer satisfaction (95% "
        "interval 4.59 to 5.19)."
    )
    assert lines(piece.view)[0] == ["Perceived quality", "78.0", "+0.98", "+4.89", "4.59 to 5.19", "+9.78"]
    assert "association" in piece.how
    assert "%" not in re.sub(r"95%\s+interval", "", " ".join((*piece.says, piece.how)))


def test_gains_of_a_fit_that_cannot_be_used_are_not_told() -> None:
    content = waves.with_what_if(samples.inadmissible())
    assert gain_sections.what_if_pieces(content, "en")[0].says[0].startswith("Do not act on the gains below")


def test_the_plan_ends_with_the_target_and_its_cost() -> None:
    content = waves.with_what_if(samples.acsi())
    plan, effects = gain_sections.what_if_pieces(content, "en")[1:]
    assert plan.says == (
        "Total: under the model, Customer satisfaction goes from 71.0 to 74.0 index points at a cost of "
        "41.2.",
    )
    assert plan.view is not None
    assert [line.strong for line in plan.view.blocks[0].lines] == [False, False, False, True]
    assert lines(effects.view)[3][:2] == ["revenue from customers kept (Customer loyalty)", "97,500,000"]


def test_of_many_units_plans_of_the_whole_are_shown() -> None:
    content = waves.with_what_if(samples.acsi())
    frame = content.across["target_plan"]
    more = [frame, *(frame.assign(unit=f"U{k}") for k in range(20))]
    content = replace(content, across={**content.across, "target_plan": pd.concat(more)})
    plan = gain_sections.what_if_pieces(content, "en")[1]
    assert len(lines(plan.view)) == 4
    assert "tables/target_plan.csv" in plan.how


def test_margins_of_many_units_are_the_largest() -> None:
    content = leagues.flat(80)
    piece = gain_sections.precision_pieces(content, "en")[0]
    widths = [float(row[2]) for row in lines(piece.view)]
    assert len(widths) == gain_sections.MOST_UNITS
    assert widths == sorted(widths, reverse=True)
    stored = content.across["precision"]["half_width"]
    assert f"{stored.min():.1f} and {stored.max():.1f} index points" in piece.says[0]


def test_a_comparison_of_waves_shows_trend_and_decomposition() -> None:
    content = waves.with_waves(comparison(CLEAR, FALL))
    assert list(comparison_pictures(content).svgs) == ["groups", "differences", "trend", "waterfall"]
    outline = Outline(comparison_page(content))
    assert [name for tag, name in outline.headings if tag == "h2"][:3] == [
        "The index compared", "Differences", "Waves",
    ]  # fmt: skip
    assert ("h3", "Trend") in outline.headings


CONSTANTS = (
    *(f"comparison.aggregate_tables.{name}" for name in ("CARRIED", "UNKNOWN", "NO_N", "NOT_COUNTED")),
    "comparison.aggregate_tables.NO_AMOUNT",
    *(f"comparison.parent_scores.{name}" for name in ("NOBODY", "NO_SHARE", "NO_ERROR")),
    *(f"comparison.precision.{name}" for name in ("UNKNOWN", "CONSTANT", "UNDEFINED")),
    *(f"comparison.decomposition.{name}" for name in ("NO_EFFECTS", "NO_LEVEL")),
    *(f"comparison.target_plan.{name}" for name in ("NO_SOLUTION", "ALREADY")),
    *(f"evaluation.structure_tables.{name}" for name in ("NO_ERROR", "UNDEFINED")),
    "comparison.best_other.CHOSEN", "comparison.waves.FIRST", "comparison.consequences.NOT_SAID",
    "evaluation.gains.NOT_USABLE", "survey.weighting.KEPT",
)  # fmt: skip


@pytest.mark.parametrize("constant", CONSTANTS)
def test_every_reason_has_chinese_words(constant: str) -> None:
    room, _, name = f"csi_model.{constant}".rpartition(".")
    stored = getattr(importlib.import_module(room), name)
    told = reason(stored, "zh")
    assert re.search(r"[\u4e00-\u9fff]", told)
    assert not re.search(r"[a-z]{3}", told.replace("Hsu", "").lower().replace("hsu", ""))


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (f"Banks / A: {leagues.HIDDEN}", "Banks / A：样本不足，不公布：受访者 12 名，少于最低样本量 30 名"),
        ("A: no number; B: no standard error", "A：没有指数；B：没有标准误"),
        ("beyond the end of the scale: at most 3.4 points are left", "超出量表端点：最多还剩 3.4 分"),
        ("not told apart from any other unit: A: no standard error", "无法与任何其他单位区分：A：没有标准误"),
        ("loyalty would leave its scale: it is at 97.0", "loyalty将超出量表：当前为 97.0"),
        ("note: something else", "note: something else"),
    ],
)
def test_reasons_with_names_and_numbers_in_chinese(stored: str, told: str) -> None:
    assert reason(stored, "zh") == told
    assert reason(stored, "en") == stored
