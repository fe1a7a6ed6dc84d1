"""A page in a browser: nothing is asked for, no word of a survey runs, and it reads without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gallery
import pytest
import report_samples as samples
from playwright.sync_api import Page

from csi_model.reporting import document
from csi_model.reporting.content import Content
from csi_model.reporting.interactive.page_tools import page_data
from csi_model.reporting.look import Look

Opened = Callable[..., Page]

_RUNS = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><script>alert(1)</script></svg>'


def marked(label: str) -> Content:
    """The grouped sample with a label as the name of everything."""
    content = samples.grouped()
    look = Look(logo=_RUNS.encode(), logo_type="svg")
    return replace(
        content,
        labels={name: {"en": label} for name in (*content.constructs, "SATIS")},
        group_labels={"INDUSTRY": {"1001": label, "1002": '<img src=x onerror="alert(2)">'}},
        title={"en": label},
        source=label,
        look=look,
        manifest={**content.manifest, "report": {"client": label}},
    )


@pytest.mark.slow
def test_a_hostile_name_is_a_text_wherever_it_stands(opened: Opened) -> None:
    name = "</script><script>alert(1)</script><!-- \u2028"
    page = opened(marked(name))
    assert page.locator("h1").inner_text().startswith("</script><script>alert(1)")
    plain = opened(samples.grouped)
    for kind in ("script", "img", "iframe", "svg"):
        logo = 1 if kind == "img" else 0
        assert page.locator(kind).count() == plain.locator(kind).count() + logo, kind
    page.locator("details.choose summary").click()
    page.locator("details.choose input").first.check()
    assert "<script>alert(1)</script>" in page.locator("aside.strip").inner_text()
    page.locator("#groups thead button").first.click()
    assert page.locator("script").count() == plain.locator("script").count()


def test_the_data_of_the_script_cannot_end_its_element_and_comes_back_whole() -> None:
    content = marked("</script><!--&\u2028\u2029 'x' \"y\"")
    made = page_data(content, "en")
    text = document.data(made)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == made


def test_the_policy_lets_nothing_run_but_the_scripts_of_this_package(
    opened: Opened, written: Callable[..., Path], tmp_path: Path
) -> None:
    text = written(samples.grouped, "en").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy.group(1).startswith("default-src &#39;none&#39;; img-src data:")
    injected = tmp_path / "injected.html"
    body = (
        "<script>document.title = 'run'</script><img src='x.png' onerror=\"document.title = 'run'\"></body>"
    )
    injected.write_text(text.replace("</body>", body), encoding="utf-8")
    page = opened(injected, expected=True)
    page.wait_for_load_state()
    assert page.title() != "run"
    assert page.locator("html.scripted").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", gallery.CONTENTS)
def test_every_content_opens_without_a_complaint(opened: Opened, name: str, language: str) -> None:
    page = opened(gallery.GALLERY[name], language)
    assert page.locator("html.scripted").count() == 1
    assert page.locator("h1").count() == 1
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for size in (1280, 800, 390):
        page.set_viewport_size({"width": size, "height": 800})
        assert page.evaluate(width) <= 0, size


@pytest.mark.slow
def test_the_page_of_four_hundred_firms_is_below_five_megabytes(written: Callable[..., Path]) -> None:
    for language in ("en", "zh"):
        assert written(gallery.four_hundred, language).stat().st_size < 5e6


def test_everything_can_be_read_without_a_script(opened: Opened) -> None:
    page = opened(samples.grouped, java_script_enabled=False)
    assert page.locator("nav a").count() == page.locator("main > section").count()
    for part in ("nav a", "main > section", "#groups tbody tr", "#index svg"):
        found = page.locator(part)
        assert all(found.nth(k).is_visible() for k in range(found.count())), part
    assert page.locator("main button:visible, main input:visible, main select:visible").count() == 0
    page.locator("nav a[href='#findings']").click()
    assert page.locator("#findings h2").is_visible()
    assert page.locator("#groups caption").is_visible()
