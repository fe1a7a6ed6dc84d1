"""Groups and waves of a page in a browser: what is chosen is found, marked and told in every table."""

from __future__ import annotations

from collections.abc import Callable

import gallery
import league_samples as leagues
import pytest
import report_samples as samples
from playwright.sync_api import Locator, Page

from csi_model.reporting import formats, records

Opened = Callable[..., Page]


def choose(page: Page, *names: str) -> None:
    """Tick groups or waves by their names."""
    panel = page.locator("details.choose")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    for name in names:
        panel.get_by_label(name, exact=True).check()


def heads(rows: Locator) -> list[str]:
    """What stands at the beginning of rows that can be seen."""
    return [text.strip() for text in rows.locator("th").all_inner_texts()]


def test_a_chosen_group_is_marked_and_its_stored_numbers_are_told(opened: Opened) -> None:
    page = opened(samples.grouped)
    choose(page, "Banks")
    group = next(one for one in records.groups(samples.grouped()) if one.label == "Banks")
    interval = formats.interval(group.index["ci_lower"], group.index["ci_upper"], 1, "en")
    told = page.locator("aside.strip li").inner_text().split("✕")[0]
    assert " ".join(told.split()) == (
        f"Banks index {formats.number(group.index['index'])} 95% interval {interval} "
        f"n {formats.count(group.index['n'])}"
    )
    assert heads(page.locator("#groups tr.chosen")) == ["Banks"]
    assert page.locator("#groups tbody tr:visible").count() == 4
    assert page.locator("#groups svg text.chosen").all_text_contents() == ["Banks"]


def test_only_the_chosen_rows_are_left_and_come_back(opened: Opened) -> None:
    page = opened(samples.grouped)
    choose(page, "Banks", "Airlines")
    page.get_by_label("Show only the chosen rows").check()
    assert heads(page.locator("#groups tbody tr:visible")) == ["Airlines", "Banks"]
    assert page.locator("#index tbody tr:visible").count() == 6
    page.get_by_role("button", name="Remove Airlines").click()
    assert heads(page.locator("#groups tbody tr:visible")) == ["Banks"]
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#groups tbody tr:visible").count() == 4
    assert page.locator("tr.chosen").count() == 0
    assert not page.locator("aside.strip").is_visible()
    assert page.locator("details.choose input:checked").count() == 0


def test_a_suppressed_group_says_so_and_nothing_else(opened: Opened) -> None:
    page = opened(samples.grouped)
    choose(page, "Internet providers (suppressed)")
    told = " ".join(page.locator("aside.strip li").inner_text().split())
    assert told == "Internet providers suppressed ✕"


@pytest.mark.slow
def test_a_construct_that_is_called_like_a_group_is_not_taken_for_it(opened: Opened) -> None:
    page = opened(gallery.hostile)
    choose(page, gallery.SCRIPT)
    group = next(one for one in records.groups(gallery.hostile()) if one.label == gallery.SCRIPT)
    told = " ".join(page.locator("aside.strip li").inner_text().split())
    assert told.startswith(f"{gallery.SCRIPT} index {formats.number(group.index['index'])} ")
    assert page.locator("#index tr.chosen").count() == 0


@pytest.mark.slow
def test_one_of_four_hundred_is_found_and_marked_in_its_block_alone(opened: Opened) -> None:
    page = opened(gallery.four_hundred)
    page.locator("details.choose summary").click()
    page.get_by_label("Find a group").fill("firm 24")
    assert page.locator("details.choose li:visible").count() == 11
    assert page.locator("details.choose output").inner_text() == "11 of 400 groups"
    choose(page, "Sector 1 · Industry 3 · Firm 24")
    page.get_by_label("Show only the chosen rows").check()
    league = page.locator("#league table").first
    assert heads(league.locator("tbody tr.chosen")) == ["Firm 24"]
    titles = league.locator("th[scope=rowgroup]:visible").all_inner_texts()
    assert len(titles) == 1
    assert titles[0].startswith("Sector 1 · Industry 3")


@pytest.mark.slow
def test_a_short_name_of_several_blocks_is_the_one_of_its_own_block(opened: Opened) -> None:
    keys = [("Banks", "North"), ("Banks", "South"), ("Hotels", "North"), ("Hotels", "South")]
    page = opened(leagues.league(keys, ("industry", "firm")))
    choose(page, "Hotels · North")
    rows = page.locator("#league table").first.locator("tr.chosen")
    assert rows.count() == 1
    title = rows.evaluate("(row) => row.parentElement.querySelector('[scope=rowgroup]').textContent")
    assert title.startswith("Hotels")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_waves_can_be_chosen_with_groups_and_without(opened: Opened, language: str) -> None:
    page = opened(gallery.followed, language)
    choose(page, "2024 Q3")
    trend = page.locator("#waves table").filter(has=page.locator("th[scope=row]", has_text="2024 Q3")).first
    assert set(heads(trend.locator("tr.chosen"))) == {"2024 Q3"}
    choose(page, "白桦银行")
    page.locator("#only-chosen").check()
    total = {"en": "Total", "zh": "总体"}[language]
    assert heads(trend.locator("tbody tr:visible")) == [total, "2024 Q3", "白桦银行", "2024 Q3"]
    assert heads(page.locator("#groups tbody tr:visible")) == ["白桦银行"]


@pytest.mark.slow
@pytest.mark.parametrize("make", [samples.acsi, gallery.one_firm])
def test_where_there_is_nothing_to_choose_from_there_is_no_choice(
    opened: Opened, make: Callable[[], object]
) -> None:
    assert opened(make).locator("details.choose").count() == 0
