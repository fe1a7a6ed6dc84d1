"""A browser for the pages: each test opens one from a file; no message, no request is left unnoticed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright
from report_pages import page as report_page

from csi_model.reporting.content import Content

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(kw_only=True)
class Heard:
    """What a page said and asked for while it was open."""

    url: str
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note everything from now on; a dialog is closed."""

        def said(message: ConsoleMessage) -> None:
            self.messages.append(f"{message.type}: {message.text}")

        def asked(dialog: Any) -> None:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        def failed(error: Error) -> None:
            self.errors.append(error.message)

        page.on("console", said)
        page.on("pageerror", failed)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", asked)

    def check(self) -> None:
        """Fail where anything went wrong or anything but the file was asked for."""
        assert self.errors == []
        assert [text for text in self.messages if text.startswith(("error", "warning"))] == []
        assert self.dialogs == []
        asked = [url.partition("#")[0] for url in self.requests]
        assert [url for url in asked if url != self.url and not url.startswith("data:")] == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium without a window; one for each worker of the tests."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(_SWITCHES))
        yield started
        started.close()


Source = Content | Callable[[], Content]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Source, str], Path]:
    """Return the file of a report; the same function and language are written once."""
    folder = tmp_path_factory.mktemp("pages")
    made: dict[tuple[Callable[[], Content], str], Path] = {}

    def write(source: Source, language: str) -> Path:
        if not isinstance(source, Content) and (source, language) in made:
            return made[source, language]
        content = source if isinstance(source, Content) else source()
        target = folder / f"report-{len(list(folder.iterdir()))}.html"
        target.write_text(report_page(content, language), encoding="utf-8")
        if not isinstance(source, Content):
            made[source, language] = target
        return target

    return write


@pytest.fixture
def opened(browser: Browser, written: Callable[[Source, str], Path]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the report of a content (or of a function that makes one).

    Keywords are those of ``Browser.new_context``: ``viewport``, ``color_scheme``,
    ``java_script_enabled`` ... At the end no page may have reported an error, opened a dialog or asked
    for anything but its own file, but where that is ``expected``. The policy of the page forbids ``eval``,
    so wait with ``expect``, not with ``wait_for_function`` and a text.
    """
    contexts: list[BrowserContext] = []
    heard: list[Heard] = []

    def open_(source: Source | Path, language: str = "en", *, expected: bool = False, **options: Any) -> Page:
        path = source if isinstance(source, Path) else written(source, language)
        settings: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "offline": True}
        settings["reduced_motion"] = "reduce"
        context = browser.new_context(**settings | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if not expected:
            heard.append(Heard(url=path.as_uri()))
            heard[-1].listen(page)
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    for one in heard:
        one.check()
