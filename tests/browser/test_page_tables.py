"""Tables of a page in a browser: they sort, filter and copy what they show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import report_samples as samples
from playwright.sync_api import Locator, Page, expect

from csi_model.reporting import formats, records

Opened = Callable[..., Page]

_PASTED = """() => new Promise((done) => {
  const box = document.createElement("textarea");
  box.id = "pasted";
  document.body.append(box);
  box.addEventListener("paste", (event) => {
    const given = event.clipboardData;
    window.pasted = { text: given.getData("text/plain"), html: given.getData("text/html") };
  });
  box.focus();
  done();
})"""


def table(page: Page, caption: str) -> Locator:
    """The table of that caption."""
    return page.locator("main table").filter(has=page.locator("caption", has_text=caption)).first


def column(found: Locator, place: int) -> list[str]:
    """The cells of a column, top to bottom, of the rows that are shown; without the marks of notes."""
    return found.evaluate(
        """(table, place) => [...table.querySelectorAll("tbody tr")]
          .filter((row) => row.offsetParent && row.cells.length > place)
          .map((row) => {
            const cell = row.cells[place].cloneNode(true);
            cell.querySelectorAll("sup").forEach((mark) => mark.remove());
            return cell.textContent.trim();
          })""",
        place,
    )


def press(found: Locator, place: int) -> str | None:
    """Press the title of a column; return what it says of its order."""
    head = found.locator("thead th").nth(place)
    head.locator("button").click()
    return head.get_attribute("aria-sort")


def test_a_column_of_numbers_sorts_by_size_both_ways_and_back(opened: Opened) -> None:
    page = opened(samples.grouped)
    found = table(page, "by group")
    before = column(found, 0)
    stored = [records.number(group.index, "index") for group in records.groups(samples.grouped())]
    known = sorted(value for value in stored if value == value)
    assert press(found, 1) == "ascending"
    up = [formats.number(value) for value in known]
    assert column(found, 1) == [*up, "–"]
    assert press(found, 1) == "descending"
    assert column(found, 1) == [*up[::-1], "–"]
    assert press(found, 1) is None
    assert column(found, 0) == before


@pytest.mark.slow
def test_thousands_negative_numbers_and_intervals_sort_by_their_size(opened: Opened) -> None:
    page = opened(samples.grouped)
    table(page, "by group").evaluate("""(table) => {
        const rows = [...table.querySelectorAll("tbody tr")];
        const intervals = ["−2.5 to 1.0", "−10.1 to 9.0", "3.0 to 4.0", "–"];
        const counts = ["1,968", "980", "12,000", "7"];
        rows.forEach((row, k) => {
          row.cells[2].textContent = intervals[k];
          row.cells[4].textContent = counts[k];
        });
    }""")
    found = table(page, "by group")
    press(found, 2)
    assert column(found, 2) == ["−10.1 to 9.0", "−2.5 to 1.0", "3.0 to 4.0", "–"]
    press(found, 4)
    assert column(found, 4) == ["7", "980", "1,968", "12,000"]


@pytest.mark.slow
def test_a_column_of_words_sorts_by_the_alphabet_and_one_column_at_a_time(opened: Opened) -> None:
    page = opened(samples.grouped)
    found = table(page, "by group")
    assert press(found, 0) == "ascending"
    names = column(found, 0)
    assert names == sorted(names)
    press(found, 0)
    assert column(found, 0) == sorted(names, reverse=True)
    press(found, 1)
    assert found.locator("th[aria-sort]").count() == 1


def test_rows_stay_within_their_block_under_its_title(opened: Opened) -> None:
    page = opened(samples.grouped)
    found = table(page, "Effects")
    blocks = found.locator("tbody")
    read = """(body) => [...body.rows].map((row) => row.cells.length === 1
        ? "=" : Number(row.cells[1].textContent.replace("−", "-")))"""
    before = [blocks.nth(k).evaluate(read) for k in range(blocks.count())]
    press(found, 1)
    after = [blocks.nth(k).evaluate(read) for k in range(blocks.count())]
    assert len(after) == 3
    for old, new in zip(before, after, strict=True):
        assert new[0] == "="
        assert new[1:] == sorted(old[1:])


def test_a_long_table_is_filtered_and_counts_what_is_left(opened: Opened) -> None:
    page = opened(samples.grouped)
    found = table(page, "Questions")
    tools = found.locator("xpath=../preceding-sibling::div[1]")
    box = tools.locator("input[type=search]")
    everything = column(found, 1)
    rows = found.locator("tbody tr:has(td)")
    assert rows.count() > 12
    label = rows.nth(4).locator("th").inner_text()
    box.fill(f"  {label.upper()} ")
    assert found.locator("tbody tr:visible:has(td) th").all_inner_texts() == [label]
    assert found.locator("[scope=rowgroup]:visible").count() == 1
    assert tools.locator("output").inner_text() == f"1 of {rows.count()} rows"
    box.fill("no such question")
    assert column(found, 0) == []
    assert tools.locator("output").inner_text() == "No row matches."
    box.fill("")
    assert column(found, 1) == everything
    assert tools.locator("output").inner_text() == ""


@pytest.mark.slow
def test_a_short_table_has_no_filter_but_can_be_copied(opened: Opened) -> None:
    page = opened(samples.grouped)
    tools = table(page, "by group").locator("xpath=../preceding-sibling::div[1]")
    assert tools.locator("input").count() == 0
    assert tools.locator("button.copy").count() == 1


def test_copying_gives_what_is_shown_as_tabs_and_as_a_table(opened: Opened) -> None:
    page = opened(samples.grouped)
    found = table(page, "by group")
    found.evaluate("""(table) => { table.rows[1].cells[0].textContent = '=HYPERLINK("http://x")';
        table.rows[2].cells[1].textContent = "−1,234.5"; table.rows[4].cells[0].textContent = "<b>Banks</b>";
        table.rows[3].classList.add("filtered"); }""")
    found.locator("xpath=../preceding-sibling::div[1]").locator("button.copy").click()
    expect(page.locator("#page-status")).to_have_text("Copied. Rows: 3")
    page.evaluate(_PASTED)
    page.keyboard.press("Control+V")
    pasted = page.evaluate("window.pasted")
    rows = [line.split("\t") for line in pasted["text"].splitlines()]
    assert rows[0] == ["INDUSTRY", "index", "95% interval", "own weights", "n", "state"]
    assert [row[0] for row in rows[1:]] == ['\'=HYPERLINK("http://x")', "Airlines", "<b>Banks</b>"]
    assert rows[1][4] == "1968"
    assert rows[2][1] == "-1234.5"
    html = page.evaluate(
        """(html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("tr")]
          .map((row) => [...row.cells].map((cell) => cell.textContent))""",
        pasted["html"],
    )
    assert html == rows
