"""A page in a browser: keyboard, screen readers, light and dark, what titles mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gallery
import inspection_samples as inspections
import league_samples as leagues
import pytest
import report_samples as samples
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from csi_model.reporting import theme
from csi_model.reporting.interactive.page_tools import definitions

Opened = Callable[..., Page]


def faults(page: Page) -> list[tuple[str, list[str]]]:
    """Serious and critical faults that axe-core finds, each with where."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:4])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def ground(page: Page) -> str:
    """The colour behind the text, as #rrggbb."""
    text = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return "#" + "".join(f"{int(part):02x}" for part in text[4:-1].split(","))


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_no_serious_fault_in_a_page_in_use(opened: Opened, scheme: str) -> None:
    page = opened(samples.grouped, color_scheme=scheme)
    page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    page.locator("details.choose input").first.check()
    page.locator("#groups thead button").nth(1).click()
    page.locator("#index thead button").nth(1).focus()
    assert faults(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "make",
    [samples.inadmissible, inspections.inspected, leagues.thirty, gallery.followed, gallery.coloured,
     gallery.composites.grouped],
)  # fmt: skip
def test_axe_finds_no_serious_fault(
    opened: Opened, make: Callable[[], object], language: str, scheme: str
) -> None:
    page = opened(make, language, color_scheme=scheme)
    page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert faults(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_a_small_screen(opened: Opened, scheme: str) -> None:
    page = opened(leagues.thirty, color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.get_by_role("button", name="Contents").click()
    assert faults(page) == []


def test_the_first_key_skips_to_the_results(opened: Opened) -> None:
    page = opened(samples.grouped)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator("a.skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.slow
def test_the_order_of_the_keyboard_is_that_of_the_page(opened: Opened) -> None:
    page = opened(samples.grouped)
    found: list[str] = []
    for _ in range(page.locator("nav a").count() + 2):
        page.keyboard.press("Tab")
        found.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 60)"))
    links = page.locator("nav a").all_inner_texts()
    assert found[1 : 1 + len(links)] == links
    assert page.evaluate("document.activeElement.id") == "appearance"


def test_what_a_title_means_is_told_on_focus_and_closed_by_escape(opened: Opened) -> None:
    page = opened(samples.grouped)
    meaning = definitions(samples.grouped(), "en")["standard error"]
    button = page.locator("#index thead button", has_text="standard error")
    hint = page.get_by_role("tooltip")
    told = button.get_attribute("aria-describedby")
    assert page.locator(f"#{told}").text_content() == meaning
    page.locator("#index thead button").nth(2).focus()
    page.keyboard.press("Tab")
    assert hint.inner_text() == meaning
    page.keyboard.press("Escape")
    assert not hint.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "standard error"


@pytest.mark.slow
def test_a_hint_stays_while_the_pointer_is_on_it(opened: Opened) -> None:
    page = opened(samples.grouped)
    page.locator("#index thead button").nth(1).hover()
    hint = page.get_by_role("tooltip")
    box = hint.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 8, steps=4)
    page.wait_for_timeout(400)
    assert hint.is_visible()
    page.mouse.move(2, 2)
    hint.wait_for(state="hidden")


@pytest.mark.slow
def test_pointing_at_a_bar_tells_the_row_below(opened: Opened) -> None:
    page = opened(samples.grouped)
    label = page.locator("#index svg text.label").nth(1)
    label.scroll_into_view_if_needed()
    box = label.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] + 60, box["y"] + box["height"] / 2)
    row = page.locator("#index tbody tr").nth(1)
    cells = [text.strip() for text in row.locator("td").all_inner_texts()]
    hint = page.get_by_role("tooltip")
    assert hint.locator("strong").inner_text() == label.text_content()
    assert hint.locator("dd").all_inner_texts() == cells
    assert page.locator("#index tr.pointed").count() == 1


def test_light_and_dark_follow_the_system_or_the_reader_and_are_kept(opened: Opened) -> None:
    page = opened(samples.grouped, color_scheme="dark")
    assert ground(page) == theme.DARK.paper
    choice = page.get_by_label("Appearance")
    choice.select_option("light")
    assert ground(page) == theme.LIGHT.paper
    page.reload()
    assert ground(page) == theme.LIGHT.paper
    assert choice.input_value() == "light"
    choice.select_option("system")
    assert ground(page) == theme.DARK.paper
    page.emulate_media(color_scheme="light")
    assert ground(page) == theme.LIGHT.paper
    choice.select_option("dark")
    assert ground(page) == theme.DARK.paper
    page.emulate_media(media="print")
    assert ground(page) == theme.LIGHT.paper


@pytest.mark.slow
def test_the_contents_mark_the_chapter_that_is_read(opened: Opened) -> None:
    page = opened(samples.grouped)
    page.locator("nav a[href='#drivers']").click()
    current = page.locator("nav a[aria-current]")
    expect(current).to_have_attribute("href", "#drivers")
    assert current.count() == 1


@pytest.mark.slow
def test_the_contents_are_a_menu_on_a_small_screen(opened: Opened) -> None:
    page = opened(samples.grouped, viewport={"width": 390, "height": 800})
    menu = page.get_by_role("button", name="Contents")
    links = page.locator("nav a").first
    assert not links.is_visible()
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    assert links.is_visible()
    page.keyboard.press("Escape")
    assert not links.is_visible()
    menu.click()
    page.locator("nav a[href='#model']").click()
    assert menu.get_attribute("aria-expanded") == "false"
    assert page.locator("#model h2").is_visible()
