"""Sentences: each rule, in both languages."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import pytest
import report_samples as samples

from csi_model.reporting import sentences, usability
from csi_model.reporting.content import Content
from csi_model.reporting.wording import WORDS, fit_name, say


def with_headline(**cells: Any) -> Content:
    rows = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    rows[3] |= cells
    return samples.acsi(tables={"index": samples.table("index", rows)})


def with_drivers(*rows: dict[str, Any]) -> Content:
    return samples.acsi(tables={"drivers": samples.table("drivers", list(rows))})


def test_every_text_exists_in_both_languages_with_the_same_fields() -> None:
    for key, text in WORDS.items():
        assert text.zh or key == "space", key
        assert set(re.findall(r"{(\w+)}", text.en)) == set(re.findall(r"{(\w+)}", text.zh)), key
        assert not re.search(r"[一-鿿][,;:?!]", text.zh), f"{key}: western marks after Chinese"


def test_the_headline_in_english() -> None:
    assert sentences.headline(samples.acsi(), "en") == [
        "The index of Customer satisfaction is 71.0 index points, on a scale from 0 to 100. "
        "The 95% interval runs from 70.4 to 71.5.",
        "It rests on the answers of 7,341 respondents. Weights of its questions: loadings, normalised.",
        "An index point is not a percentage of satisfied customers: 0 means that everybody gave the worst "
        "answer to every question, 100 that everybody gave the best.",
    ]


def test_the_headline_in_chinese() -> None:
    first, second, _ = sentences.headline(samples.acsi(), "zh")
    assert first == "顾客满意度指数为 71.0 分（0–100 分）。95% 置信区间为 70.4 至 71.5 分。"
    assert second == "该指数基于 7,341 名受访者的答案。题项权重：载荷归一化。"


def test_one_respondent_and_an_effective_number() -> None:
    assert "of one respondent." in sentences.headline(with_headline(n=1, n_eff=1.0), "en")[1]
    weighted = sentences.headline(with_headline(n_eff=5210.4), "en")[1]
    assert weighted.startswith(
        "It rests on the answers of 7,341 respondents, who after weighting count as 5,210."
    )


def test_empty_numbers_give_their_reason() -> None:
    nothing = with_headline(index=math.nan, why="nobody answered")
    assert sentences.headline(nothing, "en") == [
        "The index of Customer satisfaction is empty: nobody answered."
    ]
    assert sentences.headline(nothing, "zh") == ["顾客满意度没有指数：无人作答。"]
    no_interval = with_headline(ci_lower=math.nan, why="only 3 bootstrap replicates converged")
    assert "There is no interval: only 3 bootstrap" in sentences.headline(no_interval, "en")[0]
    assert "没有置信区间：仅有 3 次自助抽样收敛。" in sentences.headline(no_interval, "zh")[0]


def test_never_a_percentage_of_customers() -> None:
    for text in sentences.headline(samples.acsi(), "en"):
        assert "71.0 percent" not in text
        assert "71.0%" not in text


def test_what_to_improve_first() -> None:
    found = sentences.drivers(samples.acsi(), "en")
    assert found == [
        "Improve first: Perceived quality.",
        "Five index points more for Perceived quality go with 4.89 index points more for Customer "
        "satisfaction (importance 0.98, 95% interval 0.91 to 1.05; performance 76.0).",
        say("association", "en"),
    ]
    assert sentences.drivers(samples.acsi(), "zh")[:2] == [
        "应优先改进：感知质量。",
        "感知质量每提升 5 分，顾客满意度相应提高 4.89 分"
        "（重要性 0.98，95% 置信区间 0.91 至 1.05；表现 76.0 分）。",
    ]


def test_two_to_improve_stand_in_the_order_of_priority() -> None:
    content = with_drivers(
        samples.driver("satisfaction", "quality", 0.6, 70.0, "improve_first"),
        samples.driver("satisfaction", "value", 0.9, 60.0, "improve_first"),
    )
    assert sentences.drivers(content, "en")[0] == "Improve first: Perceived value, then Perceived quality."


def test_no_driver_to_improve_first() -> None:
    content = with_drivers(samples.driver("satisfaction", "quality", 0.6, 80.0, "keep"))
    first = sentences.drivers(content, "en")[0]
    assert first.startswith("No driver is at once more important and weaker")
    assert first.endswith("Perceived quality has the highest priority.")


def test_an_uncertain_driver_is_no_advice() -> None:
    unsure = samples.driver("satisfaction", "quality", 0.05, 60.0, "improve_first")
    found = sentences.drivers(with_drivers(unsure), "en")
    assert not found[0].startswith("Improve first")
    assert (
        "For Perceived quality the interval of the importance includes 0: an effect is not established."
        in found
    )
    both = with_drivers(unsure, unsure | {"driver": "value"})
    assert any("the intervals of the importance include 0" in text for text in sentences.drivers(both, "en"))


def test_a_negative_driver_is_no_advice_to_do_worse() -> None:
    content = with_drivers(samples.driver("satisfaction", "value", -0.5, 60.0, "low_priority"))
    assert any(
        text.startswith("Negative importance: Perceived value.") for text in sentences.drivers(content, "en")
    )
    assert any(text.startswith("重要性为负：感知价值。") for text in sentences.drivers(content, "zh"))


@pytest.mark.parametrize(
    ("index", "driver", "importance", "words"),
    [
        ("loyalty", "complaints", -0.3, "points fewer for Complaints go with 1.50 index points more"),
        (
            "loyalty",
            "satisfaction",
            0.3,
            "points more for Customer satisfaction go with 1.50 index points more",
        ),
        ("complaints", "satisfaction", -0.3, "satisfaction go with 1.50 index points fewer for Complaints"),
    ],
)
def test_direction_of_drivers_and_targets(index: str, driver: str, importance: float, words: str) -> None:
    row = samples.driver(index, driver, importance, 40.0, "improve_first")
    found = sentences.drivers(replace(with_drivers(row), index=index), "en")
    assert words in found[1]
    assert not any(text.startswith("Negative importance") for text in found)


def test_no_drivers_at_all() -> None:
    content = replace(samples.acsi(), index="expectations")
    assert sentences.drivers(content, "en") == [
        "No construct of the model comes before Customer expectations, so there are no drivers."
    ]


def test_groups_are_not_ranked_inside_the_margin() -> None:
    apart = sentences.groups(samples.grouped(), "en")
    assert apart[0] == (
        "There are 4 groups, in the order of their values, not ranked. "
        "Suppressed for fewer than 30 respondents: Internet providers."
    )
    assert (
        "The interval of Processed food (76.4 to 78.0) lies above that of Airlines (67.5 to 69.1)."
        in apart[1]
    )
    close = sentences.groups(samples.grouped({"1001": 75.0, "5001": 75.5}), "en")
    assert close[1] == "All intervals overlap: the numbers give no ground for a ranking."
    assert sentences.groups(samples.grouped({"1001": 75.0}), "en")[0].startswith("There is one group,")
    assert sentences.groups(samples.grouped(), "zh")[0] == (
        "共 4 个组，按分组取值排列，不作排名。因受访者少于 30 名而不予公布：Internet providers。"
    )


def test_rows_and_method() -> None:
    assert sentences.rows(samples.acsi(), "en") == "Of 8,239 rows read, 7,341 are used."
    assert sentences.rows(samples.acsi(), "zh") == "共读入 8,239 行，其中 7,341 行用于分析。"
    assert "estimated by maximum likelihood;" in sentences.method(samples.acsi(), "en")
    assert "模型采用极大似然法估计" in sentences.method(samples.acsi(), "zh")
    bare = samples.acsi(manifest={})
    assert "a method that was not stored" in sentences.method(bare, "en")


def test_lists_in_words() -> None:
    assert sentences.joined(["A", "B", "C"], "en") == "A, B and C"
    assert sentences.joined(["甲", "乙", "丙"], "zh") == "甲、乙和丙"


def test_reasons_keep_their_words_or_get_chinese_ones() -> None:
    why = "suppressed: 12 respondents are fewer than the minimum base of 30"
    assert sentences.reason(why, "en") == why
    assert sentences.reason(why, "zh") == "样本不足，不公布：受访者 12 名，少于最低样本量 30 名"
    assert sentences.reason("something else.", "zh") == "something else"
    assert sentences.reason("", "en") == "no reason was stored"


def test_names_of_fit_measures() -> None:
    assert fit_name("rmsea_scaled", "en") == "root mean square error of approximation (RMSEA), scaled"
    assert fit_name("unheard_of", "en") == "unheard_of"


def states(content: Content) -> list[str]:
    return [verdict.state for verdict in usability.verdicts(content, "en")]


def test_three_verdicts() -> None:
    assert states(samples.acsi()) == ["good", "good", "good"]
    assert states(samples.inadmissible()) == ["good", "bad", "caution"]
    nothing = samples.acsi(tables={"fit": samples.table("fit", [])})
    assert states(nothing) == ["unknown"] * 3
    assert usability.alert(samples.acsi(), "en") is None
    assert usability.overall(samples.acsi(), "en")[0] == "good"
    assert usability.overall(nothing, "zh")[0] == "unknown"


def test_the_box_names_what_cannot_be_used_the_variables_and_the_alternative() -> None:
    box = usability.alert(samples.inadmissible(), "en")
    assert box is not None
    assert box.title == "Do not use the effects and drivers"
    assert box.texts[0].startswith("The effects, drivers, impacts, R² and the correlations")
    assert box.named[0] == (
        "Constructs with an impossible correlation: Perceived quality – Customer satisfaction (0.810)."
    )
    assert "PLS path modelling" in box.remedy
    chinese = usability.alert(samples.inadmissible(), "zh")
    assert chinese is not None
    assert chinese.named[0] == "潜变量相关系数不可能成立：感知质量 – 顾客满意度 (0.810)。"
    assert "PLS 路径模型" in chinese.remedy
    assert sentences.drivers(samples.inadmissible(), "en", may_use_effects=False) == [
        say("drivers_unusable", "en")
    ]


def test_not_converged_takes_everything_from_use() -> None:
    content = samples.acsi(tables={"fit": samples.table("fit", samples.fit_rows(converged=0))})
    box = usability.alert(content, "en")
    assert box is not None
    assert box.title == "Do not use the numbers of the model"
    assert "index scores" in box.texts[0]
    assert not usability.index_usable(content)


def test_groups_that_cannot_be_used_are_named_though_the_whole_can() -> None:
    box = usability.alert(samples.grouped(), "en")
    assert box is not None
    assert box.title == "Do not use the effects and drivers of some groups"
    assert box.texts == (
        "The fit of Airlines should not be used: its own weights, effects and drivers are not reliable. "
        "Its index rests on the pooled weights and the means of the answers, so it holds.",
    )
    assert box.named == (
        "Airlines: Constructs with an impossible correlation: Perceived quality – Customer satisfaction.",
    )
    assert usability.usable(samples.grouped())
    assert usability.index_usable(samples.grouped())


def test_paths_of_findings_are_named_in_the_direction_of_the_arrow() -> None:
    rows = [
        ("exploding-standard-error", "error", "value ~ quality", "the error is 10.8.", ""),
        ("negative-weight", "error", "value", "PQ would enter the index with a negative weight.", ""),
    ]
    content = samples.acsi(tables={"findings": samples.findings(*rows)})
    box = usability.alert(content, "en")
    assert box is not None
    assert box.named == (
        "Effects whose standard error explodes: Perceived quality → Perceived value.",
        "PQ would enter the index with a negative weight.",
    )
    assert not usability.index_usable(content)
    assert any("negative weight" in text for text in box.texts)


def test_weak_identification_names_the_parameters_in_both_languages() -> None:
    what = "the model is weakly identified (2.1e-06); the data hardly tell apart: value ~ quality, SAT =~ x9."
    row = ("weakly-identified", "error", "estimation", what, "")
    fit = samples.table("fit", samples.fit_rows(eigenvalue=2.1e-6))
    content = samples.acsi(tables={"findings": samples.findings(row), "fit": fit})
    box, chinese = usability.alert(content, "en"), usability.alert(content, "zh")
    assert box is not None
    assert chinese is not None
    assert box.named[-1] == (
        "Weakly identified (smallest eigenvalue of the scaled information 2.1e−06); the data hardly tell "
        "apart: Perceived quality → Perceived value; SAT → x9."
    )
    assert chinese.named[-1] == (
        "模型弱识别（标准化信息矩阵最小特征值 2.1e−06），数据几乎无法区分下列参数："
        "感知质量 → 感知价值；SAT → x9。"
    )
