"""Conclusions: what is recommended by which rule, in which order, and what is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gallery
import league_samples as leagues
import pytest
import report_samples as samples
import wave_samples as waves
from hypothesis import given, settings
from hypothesis import strategies as st
from outline_texts import sentences_of, written

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.outline import conclusions, recommendations, rules
from csi_model.reporting.outline.blocks import Table, Text
from csi_model.reporting.wording import say

NAN = float("nan")
QUADRANTS = {
    "improve_first": "improve", "keep": "maintain", "low_priority": "watch", "possible_overkill": "overkill",
    "": "single",
}  # fmt: skip


def with_drivers(*rows: dict[str, Any], **changes: Any) -> Content:
    return samples.acsi(tables={"drivers": samples.table("drivers", list(rows))}, **changes)


def sentences(content: Content, language: str = "en") -> list[str]:
    return sentences_of(conclusions.conclusions(content, language))


def across(content: Content, **tables: list[dict[str, Any]]) -> Content:
    made = {name: leagues.across(name, rows) for name, rows in tables.items()}
    return replace(content, across={**content.across, **made})


def test_every_driver_has_its_recommendation_in_the_order_of_priority() -> None:
    found = list(recommendations.recommendations(waves.with_what_if(samples.acsi()), "en"))
    assert found == [
        "Improve first: Perceived quality. It matters more for Customer satisfaction than the average "
        "driver and stands lower (76.0). Five index points more for Perceived quality go with 4.89 index "
        "points more for Customer satisfaction (95% interval 4.59 to 5.19).",
        "Maintain: Customer expectations. It matters more for Customer satisfaction than the average driver "
        "and stands higher (79.5). Five index points more for Customer expectations go with 3.71 index "
        "points more for Customer satisfaction (95% interval 3.42 to 4.01).",
        "Watch: Perceived value. It stands lower than the average driver (72.7), but matters less for "
        "Customer satisfaction. Five index points more for Perceived value go with 2.31 index points more "
        "for Customer satisfaction (95% interval 2.02 to 2.61).",
    ]


def test_the_first_recommendation_in_chinese() -> None:
    found = list(recommendations.recommendations(waves.with_what_if(samples.acsi()), "zh"))
    assert found[0] == (
        "优先改进：感知质量。它对顾客满意度的重要性高于驱动因素平均，表现则低于平均（76.0 分）。"
        "感知质量每提升 5 分，顾客满意度相应提高 4.89 分（95% 置信区间 4.59 至 5.19 分）。"
    )


@pytest.mark.parametrize(("quadrant", "action"), QUADRANTS.items())
def test_the_action_follows_the_quadrant(quadrant: str, action: str) -> None:
    row = samples.driver("satisfaction", "quality", 0.5, 70.0, quadrant)
    assert rules.action(samples.acsi(), row) == action


@pytest.mark.parametrize("quadrant", QUADRANTS)
def test_no_quadrant_makes_up_for_an_effect_that_is_not_established(quadrant: str) -> None:
    unsure = samples.driver("satisfaction", "quality", 0.05, 60.0, quadrant)
    bare = unsure | {"importance": 0.5, "importance_ci_lower": NAN, "importance_ci_upper": NAN}
    wrong = samples.driver("satisfaction", "quality", -0.5, 60.0, quadrant)
    actions = [rules.action(samples.acsi(), row) for row in (unsure, bare, wrong)]
    assert actions == ["open", "open", "contrary"]
    assert not list(recommendations.recommendations(with_drivers(unsure), "en"))


def test_a_driver_of_which_less_is_better_is_advised_to_fall() -> None:
    row = samples.driver("loyalty", "complaints", -0.3, 40.0, "improve_first")
    content = replace(with_drivers(row), index="loyalty")
    assert "Five index points fewer for Complaints go with 1.50 index points more" in sentences(content)[0]
    table = next(b for b in conclusions.conclusions(content, "en") if isinstance(b, Table))
    assert table.view.blocks[0].lines[0].cells[5].text == "+1.50"


def test_the_table_names_the_rule_and_shows_the_stored_cells() -> None:
    content = with_drivers(
        samples.driver("satisfaction", "quality", 0.9, 60.0, "improve_first"),
        samples.driver("satisfaction", "value", 0.05, 70.0, "low_priority"),
    )
    view = recommendations.recommendation_view(content, "en")
    lines = [[line.head.text, *(cell.text for cell in line.cells)] for line in view.blocks[0].lines]
    assert lines == [
        ["Perceived quality", "improve first", "more important, weaker than the average driver", "0.90",
         "0.83 to 0.97", "60.0", "+4.50", "1.80"],
        ["Perceived value", "none", "effect not established", "0.05", "−0.02 to 0.12", "70.0", "+0.25",
         "0.07"],
    ]  # fmt: skip
    assert [line.strong for line in view.blocks[0].lines] == [True, False]


def test_the_rules_are_told() -> None:
    assert say("advise_how", "en", target="Customer satisfaction") in sentences(samples.acsi())


def test_where_nothing_is_to_be_improved_first_this_is_said() -> None:
    content = with_drivers(samples.driver("satisfaction", "quality", 0.9, 90.0, "keep"))
    assert sentences(content)[0].startswith("No driver of Customer satisfaction is at once more important")
    content = with_drivers(samples.driver("satisfaction", "quality", 0.05, 60.0, "improve_first"))
    assert sentences(content)[0].startswith("No driver of Customer satisfaction is at once more important")


def test_an_unusable_fit_gives_no_recommendation_but_what_to_do_first() -> None:
    blocks = list(conclusions.conclusions(waves.with_what_if(samples.inadmissible()), "en"))
    assert not any(isinstance(block, Table) for block in blocks)
    texts = sentences_of(blocks)
    assert texts[0] == "No recommendation is drawn from the drivers: the effects of this fit may not be used."
    assert "PLS path modelling" in texts[1]
    assert not any("Improve first" in text or "go with" in text or "cost" in text for text in texts)
    assert next(block for block in blocks if isinstance(block, Text)).look == "stop"


def test_the_plan_is_told_with_its_cost_and_its_limits() -> None:
    content = waves.with_what_if(samples.acsi())
    assert list(recommendations.plan(content, "en")) == [
        "Total: under the model, Customer satisfaction goes from 71.0 to 74.0 index points at a cost of "
        "41.2. It moves Perceived quality by +2.50 index points and Perceived value by +1.30 index points "
        "(pushed as far as allowed)."
    ]


FUNNEL = [
    {"unit": "all respondents", "kind": "funnel", "stage": stage, "respondents": n, "stage_base": base,
     "share_of_all": share, "share_of_all_ci_lower": share - 0.01, "share_of_all_ci_upper": share + 0.01,
     "share_of_previous": before, "share_of_previous_ci_lower": before - 0.02,
     "share_of_previous_ci_upper": before + 0.02, "n_eff": base * 0.9}
    for stage, n, base, share, before in (
        ("complained", 132, 900, 0.147, 0.147), ("handled_well", 33, 108, 0.037, 0.251),
    )
]  # fmt: skip


def gap(value: float, half: float) -> dict[str, Any]:
    return {"measure": "recovery_gap", "item": "REPUR", "unit": "all respondents", "value": value,
            "metric": "percentage_points", "ci_lower": value - half, "ci_upper": value + half, "n": 132,
            "n_eff": 120.0}  # fmt: skip


def test_complaints_are_told_with_intervals_and_bases() -> None:
    found = list(conclusions.customers(across(samples.acsi(), complaint_funnel=FUNNEL), "en"))
    assert found[:2] == [
        "14.7% of the customers asked complained (95% interval 13.7% to 15.7%; n = 900).",
        "Of those who complained, 25.1% say that it was handled well (95% interval 23.1% to 27.1%; n = "
        "108). Read it with caution (small base: n = 108, effective n = 97).",
    ]


@pytest.mark.parametrize(
    ("value", "half", "words"),
    [
        (24.2, 6.5, "Handle complaints well: customers whose complaint was handled well stay more often"),
        (4.2, 6.5, "is open: the difference is 4.2 percentage points, and its 95% interval (−2.3 to 10.7)"),
        (-24.2, 6.5, "stay less often than those whose complaint was not, by 24.2 percentage points"),
    ],
)
def test_good_handling_is_recommended_only_if_its_interval_excludes_zero(
    value: float, half: float, words: str
) -> None:
    content = across(samples.acsi(), measures=[gap(value, half)])
    found = " ".join(conclusions.customers(content, "en"))
    assert words in found
    assert ("Handle complaints well" in found) == (value > half)


def test_units_behind_are_named_by_the_stored_test_alone() -> None:
    rows = [
        leagues.difference("rest", "all others", name, 70.0, score, 1.0)
        for name, score in (("Alder", 60.0), ("Birch", 69.5), ("Cedar", 80.0))
    ]
    content = across(leagues.four(), differences=rows)
    assert list(conclusions.behind(content, "en")) == [
        "By the stored tests, the Customer satisfaction of these units is clearly worse than that of all "
        "others together: Alder."
    ]
    low = replace(content, index="complaints")
    rows = [row | {"construct": "complaints"} for row in rows]
    assert "Cedar" in next(conclusions.behind(across(low, differences=rows), "en"))


def test_comparability_and_waves_are_kept_in_mind() -> None:
    content = gallery.grouped()
    found = list(conclusions.cautions(content, "en"))
    assert any(text.startswith("Indices: no.") for text in found)
    untested = list(conclusions.cautions(leagues.four(), "en"))
    assert any(text.startswith("Whether the groups are comparable was not tested") for text in untested)
    differ = waves.with_waves(samples.acsi(), alike=False)
    assert any(
        "Not the same from 2024 Q2 to 2024 Q3: scales" in t for t in conclusions.cautions(differ, "en")
    )


def test_what_cannot_be_concluded_names_open_and_contrary_drivers() -> None:
    content = with_drivers(
        samples.driver("satisfaction", "quality", 0.05, 60.0, "improve_first"),
        samples.driver("satisfaction", "value", -0.5, 60.0, "low_priority"),
    )
    found = list(conclusions.not_concluded(content, "en"))
    assert found[1].startswith(
        "That Perceived quality matters for Customer satisfaction, or that it does not"
    )
    assert found[2].startswith("That a worse Perceived value would be good for Customer satisfaction")


DRIVERS = st.lists(
    st.fixed_dictionaries(
        {
            "importance": st.floats(-0.9, 0.9),
            "half": st.floats(0.01, 0.5),
            "performance": st.floats(10, 94),
            "quadrant": st.sampled_from([name for name in QUADRANTS if name]),
            "priority": st.floats(-3, 3),
        }
    ),
    min_size=1,
    max_size=4,
)
NAMES = ("expectations", "quality", "value", "loyalty")


def drawn(cells: list[Mapping[str, Any]]) -> Content:
    rows = [
        samples.driver(
            "satisfaction", name, one["importance"], one["performance"], one["quadrant"],
            priority=one["priority"], importance_ci_lower=one["importance"] - one["half"],
            importance_ci_upper=one["importance"] + one["half"],
        )
        for name, one in zip(NAMES, cells, strict=False)
    ]  # fmt: skip
    return with_drivers(*rows)


@settings(max_examples=30)
@given(DRIVERS)
def test_sentences_follow_the_priority_and_only_established_effects_are_advised(
    cells: list[Mapping[str, Any]],
) -> None:
    content = drawn(cells)
    texts = list(recommendations.recommendations(content, "en"))
    told = [re.match(r"[\w ]+: ([\w ]+)\.", text) for text in texts]
    names = [match[1] for match in told if match]
    stored = {content.label(records.word(row, "driver"), "en"): row for row in records.driver_rows(content)}
    good = {
        name for name, row in stored.items()
        if row["importance_ci_lower"] > 0  # all drivers and the target are better the higher
    }  # fmt: skip
    assert set(names) == good
    priorities = [stored[name]["priority"] for name in names]
    assert priorities == sorted(priorities, reverse=True)
    for name, text in zip(names, texts, strict=True):
        row = stored[name]
        assert text.startswith(say(f"advise_{QUADRANTS[row['quadrant']]}", "en", driver=name,
                                   target="Customer satisfaction", importance="",
                                   performance=formats.number(row["performance"])))  # fmt: skip
        assert f"{formats.number(row['impact_5'], 2)} index points more" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_empty_results_lead_to_no_recommendation(language: str) -> None:
    text = written(gallery.empty(), "conclusions", language)
    assert say("advise_no_drivers", language, target=gallery.empty().label("satisfaction", language)) in text
