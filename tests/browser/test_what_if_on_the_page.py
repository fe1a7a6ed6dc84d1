"""The what-if panel in a browser: every number that it shows against numpy on the stored tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import report_samples as samples
import what_if_samples as what_ifs
from playwright.sync_api import Locator, Page, expect
from what_if_samples import CONSTRUCTS, DRIVERS, TARGETS

from csi_model.reporting import formats
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed

Opened = Callable[..., Page]


def slider(page: Page, name: str) -> Locator:
    """The slider of a construct, by its label."""
    return page.locator(".whatif input[type=range]").nth(DRIVERS.index(name))


def field(page: Page, name: str) -> Locator:
    """The number beside it."""
    return page.locator(".whatif input[type=number]").nth(DRIVERS.index(name))


def put(page: Page, improved: Mapping[str, float]) -> None:
    for name, value in improved.items():
        field(page, name).fill(f"{value:g}")


def shown(page: Page) -> dict[str, list[str]]:
    """Now, change, interval, then of every target, as the table has them."""
    rows = page.locator(".wi-results tbody tr")
    texts = [rows.nth(k).locator("td.num").all_inner_texts() for k in range(rows.count())]
    return dict(zip(TARGETS, texts, strict=True))


def wanted(content: Content, improved: Mapping[str, float], firm: str = "", language: str = "en") -> Any:
    """The same from the stored tables."""
    moved = what_ifs.stored_moves(content, improved, firm)
    levels = what_ifs.rows_of(content, "index", firm).set_index("construct")["index"]
    found = {}
    for target in TARGETS:
        change = moved[CONSTRUCTS.index(target)]
        lower, upper = what_ifs.stored_limits(content, improved, target, firm)
        found[target] = [
            formats.number(levels[target]), signed(change, 2), formats.interval(lower, upper, 2, language),
            formats.number(levels[target] + change),
        ]  # fmt: skip
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_several_pushes_against_the_stored_tables(opened: Opened, language: str) -> None:
    content = what_ifs.study()
    page = opened(what_ifs.study, language)
    for improved in (
        {"quality": 5.0},
        {"quality": 4.5, "value": -3.0},
        {"expectations": -2.5, "quality": 6.0, "value": 3.5, "complaints": 4.0},
        {"expectations": 1.0, "quality": 1.5, "value": 2.0, "satisfaction": 2.5, "complaints": -3.0},
    ):
        put(page, dict.fromkeys(DRIVERS, 0.0) | improved)
        assert shown(page) == wanted(content, improved, language=language)


@pytest.mark.slow
def test_one_push_moves_by_what_the_effects_table_says(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    effects = content.pooled["effects"].query("kind == 'total' and source == 'value'").set_index("target")
    put(page, {"value": 5})
    for target, texts in shown(page).items():
        row = effects.loc[target]
        assert texts[1] == signed(5 * row["effect"], 2)
        assert texts[2] == formats.interval(5 * row["ci_lower"], 5 * row["ci_upper"], 2, "en")


def test_own_pushes_are_exact_and_what_comes_before_stays(opened: Opened) -> None:
    page = opened(what_ifs.study)
    put(page, {"complaints": 5})
    found = shown(page)
    assert found["satisfaction"] == ["71.0", "0.00", "", "71.0"]
    assert found["complaints"] == ["17.8", "\u22125.00", "its own push", "12.8"]
    assert found["loyalty"][1].startswith("+")


def test_sliders_by_keyboard(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    slider(page, "quality").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(field(page, "quality")).to_have_value("3")
    expect(slider(page, "quality")).to_have_attribute("aria-valuetext", "3.0 points better")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == wanted(content, {"quality": 2.5})
    page.keyboard.press("Home")
    expect(field(page, "quality")).to_have_value("-15")
    expect(slider(page, "quality")).to_have_attribute("aria-valuetext", "15.0 points worse")
    # from slider to number, to the next slider, and on to the button
    for _ in range(8):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "wi-reset"
    page.keyboard.press("Enter")
    expect(slider(page, "quality")).to_have_value("0")
    assert {texts[1] for texts in shown(page).values()} == {"0.00"}


def test_low_is_good_moves_down_to_the_right(opened: Opened) -> None:
    page = opened(what_ifs.study)
    slider(page, "complaints").focus()
    page.keyboard.press("ArrowRight")
    row = page.locator(".wi-row").nth(DRIVERS.index("complaints"))
    expect(row.locator("output")).to_have_text("level 17.8 → 17.3")
    expect(row).to_contain_text("low is good: to improve is to lower it")
    assert shown(page)["complaints"][1] == "\u22120.50"
    assert "wi-worse" not in str(page.locator(".wi-results .wi-moved").nth(1).get_attribute("class"))
    put(page, {"complaints": -1})
    assert "wi-worse" in str(page.locator(".wi-results .wi-moved").nth(1).get_attribute("class"))


def test_levels_beside_the_sliders_count_all_pushes(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    improved = {"expectations": 4.0, "quality": 2.0}
    put(page, improved)
    moved = what_ifs.stored_moves(content, improved)
    for k, name in enumerate(DRIVERS):
        at = what_ifs.WHOLE[k]
        text = f"level {formats.number(at)} → {formats.number(at + moved[k])}"
        expect(page.locator(".wi-row output").nth(DRIVERS.index(name))).to_have_text(text)


def test_groups_reset_and_those_that_cannot_be_chosen(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    chosen = page.locator("#wi-sample")
    options = chosen.locator("option").all_inner_texts()
    assert options[:3] == ["All respondents", "Alder & Sons", "Birch"]
    assert options[3:] == ["Cedar (suppressed)", "Dogwood (index only)"]
    assert chosen.locator("option:disabled").count() == 2
    improved = {"quality": 3.0, "value": 2.0}
    put(page, improved)
    chosen.select_option(label="Alder & Sons")
    assert shown(page) == wanted(content, improved, "a")
    page.locator(".wi-left summary").click()
    listed = page.locator(".wi-left li").all_inner_texts()
    assert listed[0].startswith("Cedar: suppressed: 12 respondents")
    assert listed[1] == "Dogwood: the effects of this fit should not be used"
    page.locator(".wi-reset").click()
    assert {texts[1] for texts in shown(page).values()} == {"0.00"}
    assert {texts[2] for texts in shown(page).values()} == {""}


def test_without_correlations_one_push_has_an_interval_and_two_have_none(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    page.locator("#wi-sample").select_option(label="Birch")
    put(page, {"value": 2})
    assert shown(page) == wanted(content, {"value": 2.0}, "b")
    put(page, {"quality": 1})
    found, whole = shown(page), wanted(content, {"value": 2.0, "quality": 1.0}, "b")
    for target in TARGETS:
        assert [found[target][k] for k in (0, 1, 3)] == [whole[target][k] for k in (0, 1, 3)]
        assert re.fullmatch(r"–\s*1", found[target][2])
    expect(page.locator(".wi-live .notes")).to_contain_text(
        "the correlations of these effects are not stored"
    )


def test_sliders_end_where_the_scale_does_and_levels_beyond_it_are_told(opened: Opened) -> None:
    page = opened(what_ifs.study)
    page.locator("#wi-sample").select_option(label="Birch")  # quality at 93.75, complaints at 2.2
    assert [slider(page, "quality").get_attribute(name) for name in ("min", "max")] == ["-15", "6"]
    assert [slider(page, "complaints").get_attribute(name) for name in ("min", "max")] == ["-15", "2"]
    field(page, "quality").fill("40")
    field(page, "quality").press("Tab")
    expect(field(page, "quality")).to_have_value("6")
    put(page, {"expectations": 4.5, "complaints": 2})
    expect(page.locator(".wi-beyond")).to_be_visible()
    moved = what_ifs.stored_moves(
        what_ifs.study(), {"expectations": 4.5, "quality": 6.0, "complaints": 2.0}, "b"
    )
    quality = formats.number(what_ifs.BIRCH[1] + moved[1])
    complaints = formats.number(what_ifs.BIRCH[4] + moved[4])
    expect(page.locator(".wi-beyond")).to_contain_text(f"Perceived quality ({quality})")
    expect(page.locator(".wi-beyond")).to_contain_text(f"Complaints ({complaints})")
    assert shown(page)["complaints"][3] == "below 0"
    expect(page.locator(".wi-row output.bad").first).to_have_text("level 93.8 → above 100")
    assert page.locator(".wi-results td.bad").count() >= 1
    page.locator(".wi-reset").click()
    expect(page.locator(".wi-beyond")).to_be_hidden()


@pytest.mark.slow
def test_what_moves_is_told_to_those_who_listen(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    told = page.locator(".wi-told")
    expect(told).to_have_attribute("aria-live", "polite")
    expect(told).to_have_text("Nothing is pushed yet: move a slider.")
    put(page, {"quality": 5})
    now, change, interval, then = wanted(content, {"quality": 5.0})["satisfaction"]
    sentence = f"Customer satisfaction: {change} points, from {now} to {then}"
    expect(told).to_contain_text(f"{sentence} (95% interval of the change {interval}).")


def test_numbers_are_written_as_python_writes_them(opened: Opened) -> None:
    """Ties go to the even digit: 76.25 is 76.2, 76.75 is 76.8; an effect of exactly 1/8 moves 1 by 0.12."""
    base = what_ifs.study()
    index, effects = base.pooled["index"].copy(), base.pooled["effects"].copy()
    index["index"] = [76.25, 76.75, 72.5, 60.05, 0.25, 99.95]
    first = (effects["source"] == "value") & (effects["kind"] == "total")
    effects.loc[first, "effect"] = [0.125, -0.375, 0.0]
    effects.loc[first, "ci_lower"] = [-0.004, -1.0, -0.625]
    effects.loc[first, "ci_upper"] = [0.875, 0.0, 0.625]
    content = replace(base, pooled={**base.pooled, "index": index, "effects": effects})
    page = opened(content)
    put(page, {"value": 1})
    rows = zip(TARGETS, (60.05, 0.25, 99.95), (0.125, -0.375, 0.0), (-0.004, -1.0, -0.625),
               (0.875, 0.0, 0.625), strict=True)  # fmt: skip
    found = shown(page)
    for target, level, change, lower, upper in rows:
        after = formats.number(level + change) if level + change >= 0 else "below 0"
        assert found[target] == [formats.number(level), signed(change, 2),
                                 formats.interval(lower, upper, 2, "en"), after]  # fmt: skip
    assert page.locator(".wi-row output").all_inner_texts()[:2] == ["level 76.2", "level 76.8"]


def test_a_limit_on_the_far_side_of_its_estimate_stays_where_it_is(opened: Opened) -> None:
    """A bias-corrected interval may leave its estimate out."""
    base = what_ifs.study()
    effects = base.pooled["effects"].copy()
    row = (effects["source"] == "value") & (effects["kind"] == "total") & (effects["target"] == "loyalty")
    effects.loc[row, ["effect", "ci_lower", "ci_upper"]] = [0.3, 0.32, 0.4]
    page = opened(replace(base, pooled={**base.pooled, "effects": effects}))
    put(page, {"value": 10})
    assert shown(page)["loyalty"][1:3] == ["+3.00", "3.20 to 4.00"]
    put(page, {"value": -10})
    assert shown(page)["loyalty"][1:3] == ["\u22123.00", "\u22124.00 to \u22123.20"]


def test_missing_effects_and_intervals_say_why(opened: Opened) -> None:
    base = what_ifs.study()
    effects = base.pooled["effects"].copy()
    total = (effects["source"] == "value") & (effects["kind"] == "total")
    effects.loc[total & (effects["target"] == "loyalty"), ["ci_lower", "ci_upper"]] = math.nan
    effects.loc[total & (effects["target"] == "loyalty"), "why"] = "only 20 bootstrap replicates converged"
    effects = effects[~(total & (effects["target"] == "complaints"))]
    page = opened(replace(base, pooled={**base.pooled, "effects": effects}), "zh")
    put(page, {"value": 2})
    found = shown(page)
    assert re.fullmatch(r"–\s*1", found["complaints"][1])
    assert found["complaints"][3] == "–"
    assert re.fullmatch(r"–\s*2", found["loyalty"][2])
    notes = page.locator(".wi-live .notes li").all_inner_texts()
    assert notes[0].endswith("未存储该效应")
    assert notes[1].endswith("没有区间：仅有 20 次自助抽样收敛")


HOSTILE = "<script>alert(1)</script>"


@pytest.mark.slow
def test_hostile_labels_are_text(opened: Opened) -> None:
    odd = {"en": f"{HOSTILE} </script><b>$& {{name}} {{{{7*7}}}} \u2028 '\"`"}
    base = what_ifs.study(
        labels=dict.fromkeys(CONSTRUCTS, odd), group_labels={"firm": {"a": f"<!-- {HOSTILE}"}}
    )
    page = opened(base)
    put(page, {"quality": 2})
    label = page.locator(".wi-row label").nth(1).text_content()
    assert label == odd["en"]
    assert page.locator(".whatif b, .whatif script").count() == 2 + 1  # the data, the script, the readout
    assert page.locator("#wi-sample option").nth(1).text_content() == f"<!-- {HOSTILE}"
    page.locator("#wi-sample").select_option(index=1)
    assert shown(page) == wanted(base, {"quality": 2.0}, "a")


def test_where_effects_may_not_be_used_there_are_no_sliders(opened: Opened) -> None:
    bad = what_ifs.study()
    fit = samples.table("fit", samples.fit_rows(admissible=0))
    page = opened(replace(bad, pooled={**bad.pooled, "fit": fit}))
    expect(page.locator(".whatif .stop")).to_contain_text("cannot be used")
    assert page.locator(".whatif input, .whatif select, .wi-data").count() == 0


def test_without_a_script_the_panel_is_absent(opened: Opened) -> None:
    page = opened(what_ifs.study, java_script_enabled=False)
    expect(page.locator(".whatif")).to_be_hidden()
    expect(page.locator("#whatif table").last).to_be_visible()


def test_on_paper_stand_the_moves_by_five_points(opened: Opened) -> None:
    content, page = what_ifs.study(), opened(what_ifs.study)
    expect(page.locator(".wi-paper")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".wi-controls")).to_be_hidden()
    expect(page.locator(".wi-paper")).to_be_visible()
    gains = content.pooled["gains"].set_index(["target", "driver"])
    rows = page.locator(".wi-paper tbody tr")
    assert rows.count() == len(DRIVERS)
    for k, driver in enumerate(DRIVERS):
        texts = rows.nth(k).locator("td").all_inner_texts()
        for target, text in zip(TARGETS, texts, strict=True):
            if (target, driver) not in gains.index:
                assert text == ""
                continue
            row = gains.loc[(target, driver)]
            between = formats.interval(row["ci_lower"], row["ci_upper"], 2, "en")
            assert text == f"{signed(row['gain'], 2)} ({between})"


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_the_page(opened: Opened, width: int, language: str) -> None:
    page = opened(what_ifs.study, language, viewport={"width": width, "height": 900})
    put(page, {"quality": 3, "value": -2, "complaints": 2})
    inside = page.locator(".whatif").evaluate(
        """(panel) => [...panel.querySelectorAll("input, select, output, td, th, label, button")]
            .filter((one) => one.getBoundingClientRect().right > panel.getBoundingClientRect().right + 0.5)
            .map((one) => one.outerHTML)"""
    )
    assert inside == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
