"""The summary: which findings it chooses, and what each may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gallery
import league_samples as leagues
import numpy as np
import pytest
import report_samples as samples
import wave_samples as waves
from hypothesis import given, settings
from hypothesis import strategies as st
from outline_texts import sentences_of

from csi_model.reporting.content import Content
from csi_model.reporting.outline import differing, rules, summary
from csi_model.reporting.outline.blocks import Points
from csi_model.reporting.wording import say

NAN = float("nan")


def found(content: Content, language: str = "en") -> list[str]:
    return list(summary.findings(content, language))


def aimed(value: float, content: Content | None = None) -> Content:
    content = content or samples.acsi()
    mark = {"construct": "satisfaction", "value": value, "label": {"en": "Target", "zh": "目标"}}
    return replace(content, manifest={**content.manifest, "report": {"benchmarks": [mark]}})


def with_index(**cells: Any) -> Content:
    rows = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    rows[3] |= cells
    return samples.acsi(tables={"index": samples.table("index", rows)})


def scored(score: Sequence[float], se: Sequence[float], *, n: Sequence[float] = ()) -> Content:
    """Firms with these scores, ranked by the rule of ``leagues.ranking``."""
    names = [chr(65 + k) * 3 for k in range(len(score))]
    at, spread = np.array(score), np.array(se)
    base = samples.acsi()
    index = leagues.index_table([(name,) for name in names], ("firm",), at, spread, [])
    if len(n):
        index["n"] = np.repeat(np.array(n), len(index) // len(n))
        index["n_eff"] = index["n"]
    survey = {"ranks": leagues.across("ranks", leagues.ranking(names, at, spread, "all", "firm"))}
    tables = {**base.tables, "index": index, "fit": samples.table("fit", [], ("firm",))}
    return replace(base, tables=tables, across=survey, by=("firm",))


def test_the_three_findings_stand_in_a_numbered_list_with_how_sure_they_are() -> None:
    points, sure = summary.summary(samples.acsi(), "en")
    assert isinstance(points, Points)
    assert points.numbered
    assert points.texts == (
        "The index of Customer satisfaction stands at 71.0 index points of 100 (95% interval 70.4 to 71.5).",
        "Among the constructs, Customer expectations stands highest: 79.5 (95% interval 79.0 to 80.0), above "
        "the intervals of all others. Customer satisfaction stands lowest: 71.0 (95% interval 70.4 to 71.5), "
        "below the intervals of all others.",
        "Perceived quality has the highest priority for Customer satisfaction among the drivers whose effect "
        "is established. Five index points more for Perceived quality go with 4.89 index points more for "
        "Customer satisfaction (importance 0.98, 95% interval 0.91 to 1.05). This is an association under "
        "the model, not proof of cause.",
    )
    assert sentences_of([sure]) == [
        "How sure: the index rests on 7,341 respondents. Intervals are 95% intervals (delta method). Weights "
        "of the questions: loadings, normalised. No sampling weights."
    ]


def test_the_same_in_chinese() -> None:
    assert found(samples.acsi(), "zh") == [
        "顾客满意度指数为 71.0 分（满分 100 分；95% 置信区间 70.4 至 71.5 分）。",
        "各潜变量中，顾客期望最高：79.5 分（95% 置信区间 79.0 至 80.0），高于其余各项的置信区间。顾客满意度"
        "最低：71.0 分（95% 置信区间 70.4 至 71.5），低于其余各项的置信区间。",
        "在影响已得到证实的驱动因素中，感知质量对顾客满意度的优先度最高。感知质量每提升 5 分，顾客满意度相应"
        "提高 4.89 分（重要性 0.98，95% 置信区间 0.91 至 1.05）。这是模型下的关联，并非因果关系的证明。",
    ]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (75.0, "The interval lies below “Target” (75.0)."),
        (70.0, "The interval lies above “Target” (70.0)."),
        (71.2, "It cannot be told apart from “Target” (71.2), which lies within the interval."),
        (71.5, "It cannot be told apart from “Target” (71.5)"),
        (70.4, "It cannot be told apart from “Target” (70.4)"),
    ],
)
def test_an_index_is_above_or_below_a_target_only_by_its_interval(target: float, words: str) -> None:
    assert words in found(aimed(target))[0]


def test_without_an_interval_there_is_no_side() -> None:
    text = found(aimed(50.0, with_index(ci_lower=NAN, why="only 3 bootstrap replicates converged")))[0]
    assert "There is no interval: only 3 bootstrap" in text
    assert "Without an interval it cannot be held against “Target” (50.0)." in text
    assert "above" not in text


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.01, 20))
def test_the_side_of_a_target_agrees_with_what_is_shown(value: float, at: float, half: float) -> None:
    row = {"ci_lower": at - half, "ci_upper": at + half}
    lower, upper, shown = (float(f"{x:.1f}") for x in (at - half, at + half, value))
    side = rules.side(row, value)
    assert (side == "above") == (lower > shown)
    assert (side == "below") == (upper < shown)
    if side != "open":
        assert (value < at - half) == (side == "above")


@pytest.mark.parametrize(("n", "n_eff", "small"), [(99, 99.0, True), (100, 100.0, False), (140, 99.2, True)])
def test_a_small_base_is_flagged(n: int, n_eff: float, *, small: bool) -> None:
    text = found(with_index(n=n, n_eff=n_eff))[0]
    assert ("Read it with caution (small base" in text) == small
    if small and n == 140:
        assert "n = 140, effective n = 99" in text


@given(st.integers(1, 400), st.floats(1, 400))
def test_a_base_is_small_if_and_only_if_the_effective_number_is_below_the_limit(n: int, n_eff: float) -> None:
    for language in ("en", "zh"):
        assert bool(rules.base_words({"n": n, "n_eff": n_eff}, language)) == (round(n_eff) < rules.SMALL_BASE)
        assert bool(rules.base_words({"n": n, "n_eff": NAN}, language)) == (n < rules.SMALL_BASE)


def test_an_index_that_may_not_be_used_has_no_number() -> None:
    content = samples.acsi(tables={"fit": samples.table("fit", samples.fit_rows(converged=0))})
    texts = found(content)
    assert texts[0].startswith("The index of Customer satisfaction may not be used")
    assert not any(sign.isdigit() for text in texts for sign in text)


def test_an_inadmissible_fit_is_provisional_and_has_no_driver() -> None:
    texts = found(samples.inadmissible())
    assert "Take it as provisional" in texts[0]
    assert texts[2] == (
        "What matters most for Customer satisfaction cannot be said from this fit: its effects may not be "
        "used."
    )


def test_an_empty_index_says_why() -> None:
    texts = found(with_index(index=NAN, why="nobody answered"))
    assert texts[0] == "The index of Customer satisfaction is empty: nobody answered."


def test_the_change_since_the_wave_before() -> None:
    clear = waves.with_waves(samples.acsi())
    trend = leagues.across("trend", waves.trend_rows("total", ("2024", "2025"), [70.0, 74.0]))
    rose = replace(clear, across={"trend": trend})
    assert found(rose)[0].endswith(
        "From 2024 to 2025 it rose by 4.0 index points to 74.0 (95% interval of the change 2.3 to 5.7): a "
        "clear change."
    )
    trend = leagues.across("trend", waves.trend_rows("total", ("2024", "2025"), [74.0, 70.0]))
    assert "下降 4.0 分，降至 70.0 分" in found(replace(clear, across={"trend": trend}), "zh")[0]
    trend = leagues.across("trend", waves.trend_rows("total", ("2024", "2025"), [70.0, 70.4]))
    still = found(replace(clear, across={"trend": trend}))[0]
    assert "there is no clear change (+0.4 index points, 95% interval −1.3 to 2.1)" in still
    assert "rose" not in still
    untested = trend.assign(verdict=["", "not tested"])
    text = found(replace(clear, across={"trend": untested}))[0]
    assert text.endswith("The change from 2024 to 2025 was not tested.")


def test_the_last_wave_stands_for_the_index_where_groups_are_waves() -> None:
    base = samples.acsi()
    trend = leagues.across("trend", waves.trend_rows("total", ("2024", "2025"), [70.0, 74.0]))
    rows = samples.index_rows(["satisfaction"], [70.0]) + samples.index_rows(["satisfaction"], [74.0])
    table = samples.table(
        "index", [row | {"wave": w} for row, w in zip(rows, ("2024", "2025"), strict=True)], ["wave"]
    )
    tables = {**base.tables, "index": table, "fit": samples.table("fit", [], ("wave",))}
    content = aimed(72.0, replace(base, by=("wave",), tables=tables, across={"trend": trend}))
    first, second, _ = found(content)
    assert first.startswith("In 2025, the index of Customer satisfaction stands at 74.0 index points of 100")
    assert "The interval lies above “Target” (72.0)." in first
    assert second.startswith("Among the constructs")


def test_a_clear_leader_and_a_clear_last() -> None:
    text = differing.who(scored([80.0, 70.0, 60.0], [0.5, 0.5, 0.5]), "en")
    assert text == (
        "Of 3 units, AAA (80.0; rank 1) leads: every other one stands clearly below. CCC (60.0; rank 3) "
        "stands last, clearly below every other one."
    )
    assert differing.who(scored([80.0, 70.0, 60.0], [0.5, 0.5, 0.5]), "zh") == (
        "3 个单位中，AAA（80.0 分；排名第 1 位）领先，其余各单位均明显较低。CCC（60.0 分；排名第 3 位）居末"
        "位，明显低于其余各单位。"
    )


def test_units_within_the_margin_are_not_ranked() -> None:
    text = differing.who(scored([80.0, 79.5, 60.0, 60.5], [0.5, 0.5, 0.5, 0.5]), "en")
    assert text == (
        "Of 4 units, any of these may stand first, since the survey cannot tell them apart from the leader: "
        "AAA (80.0; rank 1 to 2) and BBB (79.5; rank 1 to 2). Any of these may stand last: DDD (60.5; rank 3 "
        "to 4) and CCC (60.0; rank 3 to 4)."
    )
    together = differing.who(scored([70.0, 70.1, 70.2], [1.0, 1.0, 1.0]), "en")
    assert together == (
        "None of the 3 units can be told apart from the leader: the scores give no ground for a ranking."
    )


def test_a_rank_interval_that_leaves_room_is_no_lead_and_no_last_place() -> None:
    content = scored([80.0, 70.0, 60.0], [0.5, 0.5, 0.5])
    ranks = content.across["ranks"].copy()
    ranks["rank_upper"] = [2, 2, 3]
    ranks["rank_lower"] = [1, 2, 2]
    text = differing.who(replace(content, across={"ranks": ranks}), "en")
    assert text == (
        "Of 3 units, AAA (80.0; rank 1 to 2) has the best index, but the margin leaves room for others at "
        "the top. No unit stands clearly below CCC (60.0; rank 2 to 3)."
    )


def test_of_many_that_may_lead_only_the_number_is_told() -> None:
    text = differing.who(leagues.flat(60), "en")
    assert "may stand first: the survey cannot tell them apart from the leader." in text
    assert "Branch" not in text


def test_a_unit_on_a_small_base_says_so() -> None:
    content = scored([80.0, 70.0, 60.0], [0.5, 0.5, 0.5], n=[60, 200, 200])
    assert "AAA (80.0; rank 1; small base: n = 60)" in differing.who(content, "en")
    assert "AAA（80.0 分；排名第 1 位；样本量偏小：60）" in differing.who(content, "zh")
    assert "small base" not in differing.who(scored([80.0, 70.0], [0.5, 0.5], n=[100, 200]), "en")


SCORES = st.lists(st.floats(40, 90), min_size=2, max_size=7, unique=True)


@settings(max_examples=12)
@given(SCORES, st.floats(0.2, 6))
def test_nobody_leads_or_comes_last_unless_every_difference_is_clear(
    score: Sequence[float], se: float
) -> None:
    text = differing.who(scored(score, [se] * len(score)), "en")
    best, worst = max(score), min(score)
    limit = 1.96 * se * 2**0.5
    leads = all(best - other > limit for other in score if other != best)
    last = all(other - worst > limit for other in score if other != worst)
    assert ("leads: every other one stands clearly below" in text) == leads
    if "stands last, clearly below every other one" in text:
        assert last
    if not leads:
        assert "may stand first" in text or "no ground for a ranking" in text


def test_groups_without_ranks_are_told_apart_by_their_intervals_alone() -> None:
    apart = differing.who(samples.grouped(), "en")
    assert apart == (
        "Of 3 groups with an index, the 95% interval of Processed food (76.4 to 78.0; index 77.2) lies above "
        "that of Airlines (67.5 to 69.1; index 68.3). Where intervals overlap, the groups are not ranked."
    )
    close = differing.who(samples.grouped({"1001": 75.0, "5001": 75.5}), "en")
    assert close == (
        "The intervals of all 2 groups with an index overlap: nothing sets one apart from another."
    )


def test_groups_that_are_not_comparable_are_not_told_apart_without_a_word_on_it() -> None:
    assert "But the units were found not to be comparable" in differing.who(gallery.grouped(), "en")


def test_constructs_are_named_only_if_their_interval_lies_apart_from_all_others() -> None:
    close = [70.0, 70.5, 71.0, 69.8, 17.8, 70.2]
    content = samples.acsi(
        tables={"index": samples.table("index", samples.index_rows(samples.CONSTRUCTS, close))}
    )
    assert differing.constructs(content, "en") == (
        "No construct stands apart from all others: their intervals overlap."
    )
    assert "Complaints" not in differing.constructs(samples.acsi(), "en")


def with_drivers(*rows: dict[str, Any]) -> Content:
    return samples.acsi(tables={"drivers": samples.table("drivers", list(rows))})


def test_a_driver_whose_interval_overlaps_has_not_the_last_word() -> None:
    content = with_drivers(
        samples.driver("satisfaction", "quality", 0.80, 70.0, "keep"),
        samples.driver("satisfaction", "value", 0.75, 71.0, "keep"),
        samples.driver("satisfaction", "expectations", 0.20, 71.0, "low_priority"),
    )
    assert (
        "Whether it matters more than Perceived value is open: the intervals of their importance overlap."
        in found(content)[2]
    )


def test_no_established_driver() -> None:
    content = with_drivers(samples.driver("satisfaction", "quality", 0.05, 60.0, "improve_first"))
    assert found(content)[2].startswith("For no driver of Customer satisfaction is an effect established")


def test_the_gain_carries_its_own_interval() -> None:
    assert "(95% interval 4.59 to 5.19)" in found(waves.with_what_if(samples.acsi()))[2]


def test_a_move_beyond_the_scale_is_not_promised() -> None:
    gains = samples.table(
        "gains",
        [{"target": "satisfaction", "driver": "quality", "points": 5.0, "gain": NAN, "ci_lower": NAN,
          "ci_upper": NAN, "level_from": 97.2, "why": "beyond the end of the scale"}],
    )  # fmt: skip
    content = samples.acsi(tables={"gains": gains})
    text = found(content)[2]
    assert "a move of five points would leave the scale, so nothing is said of it" in text
    assert "4.89" not in text
    high = with_drivers(samples.driver("satisfaction", "quality", 0.9, 96.0, "keep"))
    assert "would leave the scale" in found(high)[2]


def test_other_measures_stand_in_where_there_are_no_drivers() -> None:
    measures = leagues.across(
        "measures",
        [
            {"measure": "satisfaction_rate", "item": "SATIS", "unit": "all respondents", "metric": "percent",
             "value": 63.4, "ci_lower": 62.3, "ci_upper": 64.4, "n": 8764, "n_eff": 8239.0},
            {"measure": "nps", "item": "REC", "unit": "all respondents", "metric": "points", "value": 21.5,
             "ci_lower": 19.0, "ci_upper": 24.0, "n": 80, "n_eff": 80.0},
        ],
    )  # fmt: skip
    bare = samples.acsi(tables={"drivers": samples.table("drivers", [])}, across={"measures": measures})
    assert found(bare)[2].startswith("Net promoter score (NPS), REC: 21.5")
    assert "small base: n = 80" in found(bare)[2]
    alone = replace(bare, across={})
    assert found(alone)[2] == (
        "The index of Complaints stands at 17.8 index points of 100 (95% interval 17.3 to 18.3). For "
        "Complaints, a low index is good."
    )


def test_a_model_of_one_construct_has_one_finding() -> None:
    assert len(found(gallery.one_item())) == 1


@pytest.mark.parametrize("name", gallery.CONTENTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_more_than_three_findings(name: str, language: str) -> None:
    texts = found(gallery.GALLERY[name](), language)
    assert 1 <= len(texts) <= summary.FINDINGS
    assert all(texts)


def test_the_words_of_a_share_are_percentages() -> None:
    row = {"share_of_all_ci_lower": 0.139, "share_of_all_ci_upper": 0.154}
    assert rules.shares(row, "share_of_all", "zh") == "13.9% 至 15.4%"
    assert say(
        "summary_complained", "en", share="14.6%", level="95%", interval="13.9% to 15.4%", n="8,771"
    ) == ("14.6% of the customers asked complained (95% interval 13.9% to 15.4%; n = 8,771).")
