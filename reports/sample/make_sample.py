"""Make this folder: the demo study's reports in both languages, and the pictures that the README shows.

Run ``make sample``. Needs chromium, LibreOffice and pdftoppm beside the package.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FORMATS = ("html", "docx", "pptx", "xlsx", "pdf")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PANEL = "div.whatif"
KEPT = ("html", "pptx", "pdf")
"""Formats that stand here; Word and Excel files are large."""
SHOWN = {"word": ("docx", "en", 3), "slide": ("pptx", "en", 8), "word-zh": ("docx", "zh", 3)}
"""Picture > the file, the language and the page that it shows."""


def main() -> None:
    """Write the reports of both languages, then the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        csi(["demo", "-o", str(made / "demo")])
        for language in ("en", "zh"):
            csi(["report", str(made / "demo"), "--format", ",".join(FORMATS), "--lang", language])
            shutil.copytree(made / "demo", made / language)
            (HERE / language).mkdir(exist_ok=True)
            for name in KEPT:
                shutil.copy(made / "demo" / f"report.{name}", HERE / language)
        (HERE / "pictures").mkdir(exist_ok=True)
        for name, (kind, language, page) in SHOWN.items():
            office_page(made / language / f"report.{kind}", page, HERE / "pictures" / f"{name}.png", made)
        browser_part(HERE / "en" / "report.html", PANEL, HERE / "pictures" / "page.png")


def csi(arguments: list[str]) -> None:
    """Run the command; its findings are those of the demo and not of interest here."""
    command = Path(sys.executable).with_name("csi")
    subprocess.run([str(command), *arguments], check=True, stderr=subprocess.DEVNULL)


def office_page(source: Path, page: int, target: Path, folder: Path) -> None:
    """Write one page of an Office file as PNG."""
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True)
    pages = ["pdftoppm", "-f", str(page), "-l", str(page), "-r", "70", "-png", "-singlefile"]
    subprocess.run([*pages, str(folder / f"{source.stem}.pdf"), str(target.with_suffix(""))], check=True)


def browser_part(path: Path, place: str, target: Path) -> None:
    """Write the what-if panel at ``place`` with its second driver moved by 5 points as PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(path.as_uri())
        page.locator(f"{place} input[type=number]").nth(1).fill("5")
        page.locator(place).first.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    main()
