"""A report while it is written: its paragraphs and tables in order, and what is counted on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from docx.document import Document as WordDocument

from csi_model.reporting.pictures import Pictures
from csi_model.reporting.word import markup, package, paper
from csi_model.reporting.wording import say


@dataclass(kw_only=True)
class Piece:
    """Some markup; ``leads`` where it belongs to what follows, ``turned`` where its page is turned."""

    text: str
    leads: bool = False
    turned: bool = False


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A heading that stands in the contents."""

    level: int
    text: str
    mark: str


@dataclass(kw_only=True)
class Manuscript:
    """What the writers of blocks add to.

    Attributes
    ----------
    document
        Holds the pictures and lists that the pieces refer to.
    pictures, language
        As handed.
    pieces, contents
        What was written, and the headings of the contents.
    depth
        How many levels deeper than their own the headings of blocks stand.
    """

    document: WordDocument
    pictures: Pictures
    language: str
    pieces: list[Piece] = field(default_factory=list)
    contents: list[Listed] = field(default_factory=list)
    depth: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def chinese(self) -> bool:
        """Whether the report is in Chinese."""
        return self.language == "zh"

    def count(self, what: str) -> int:
        """Return the next number of a kind of thing, from 1."""
        self._counts[what] = self._counts.get(what, 0) + 1
        return self._counts[what]

    def add(self, text: str, *, leads: bool = False, turned: bool = False) -> None:
        """Add markup; what leads to a turned page goes there, too."""
        if turned:
            for piece in reversed(self.pieces[-6:]):
                if not piece.leads:
                    break
                piece.turned = True
        self.pieces.append(Piece(text=text, leads=leads, turned=turned))

    def say(self, style: str, text: str, *, leads: bool = False) -> None:
        """Add a paragraph of a style; one that ``leads`` stays with what follows."""
        runs = markup.run(markup.legal(text), chinese=self.chinese)
        self.add(markup.paragraph(style, runs, look="<w:keepNext/>" if leads else ""), leads=leads)

    def heading(self, level: int, text: str, *, follows: bool = False) -> None:
        """Add a heading; the first two levels stand in the contents. One that ``follows`` begins no page."""
        runs = markup.run(markup.legal(text), chinese=self.chinese)
        if level <= 2:
            number = self.count("mark")
            mark = f"_Toc{number:08d}"
            self.contents.append(Listed(level=level, text=markup.legal(text), mark=mark))
            runs = markup.bookmarked(number, mark, runs)
        look = '<w:pageBreakBefore w:val="0"/><w:spacing w:before="560"/>' if follows else ""
        self.add(markup.paragraph(f"Heading{min(max(level, 1), 4)}", runs, look=look), leads=True)

    def caption(self, kind: str, text: str) -> str:
        """Return the caption of a ``table`` or ``figure`` with its number, to which others can refer."""
        number = self.count(kind)
        label = say(f"docx_{kind}", self.language)
        counted = markup.run(f"{label} ", chinese=self.chinese)
        counted += markup.field(f"SEQ {label} \\* ARABIC", str(number))
        mark = markup.bookmarked(self.count("mark"), f"_Ref_{kind}_{number}", counted)
        rest = say("docx_caption", self.language, caption="\x00").replace("\x00", markup.legal(text))
        style = "TableCaption" if kind == "table" else "Caption"
        return markup.paragraph(style, mark + markup.run(rest, chinese=self.chinese))

    def restarted(self) -> int:
        """Return a list that counts from 1 again."""
        number = package.NUMBERS + self.count("list")
        package.numbered_anew(self.document, number)
        return number

    def body(self, head: str) -> str:
        """Return everything that was written with its sections; ``head`` refers to head and foot."""
        made, turned = [], False
        for piece in self.pieces:
            if piece.turned != turned:
                made.append(_ended(paper.section(turned=turned, head=head)))
                turned, head = piece.turned, ""
            made.append(piece.text)
        made.append(paper.section(turned=turned, head=head))
        return "".join(made)


def _ended(properties: str) -> str:
    return markup.paragraph("SectionEnd", look=properties)


def lines(style: str, texts: Sequence[str], *, chinese: bool = False) -> str:
    """Return a paragraph for each text."""
    return "".join(markup.paragraph(style, markup.coded(text, chinese=chinese)) for text in texts)
