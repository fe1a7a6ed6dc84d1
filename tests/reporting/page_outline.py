"""What a page holds, read back from its HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from csi_model.reporting.views import View


def without_scripts(text: str) -> str:
    """A page without its scripts and their data, which no reader sees."""
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Headings, ids, links and table cells of a page; fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.captions: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag in VOID:
            return
        self.open.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append((tag, ""))
        if tag == "table":
            self.tables.append([])
            self.captions.append("")
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.headings and self.open and self.open[-1] == self.headings[-1][0]:
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)
        if self.open and self.open[-1] == "caption":
            self.captions[-1] += data
        if "td" in self.open or ("th" in self.open and "table" in self.open):
            self.tables[-1][-1][-1] += data

    def table(self, caption: str) -> list[list[str]]:
        return self.tables[self.captions.index(caption)]


def lines(view: View | None) -> list[list[str]]:
    """The cells of a table, the head of each row first."""
    assert view is not None
    return [
        [line.head.text, *(cell.text for cell in line.cells)] for block in view.blocks for line in block.lines
    ]
