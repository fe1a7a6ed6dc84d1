"""A questionnaire as a Word document: A4, named styles, grid tables, page numbers, Chinese fonts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from csi_model.reporting import questionnaire_texts as texts
from csi_model.reporting.questionnaire_content import Answer, Item, QuestionnaireContent, together
from csi_model.reporting.word.archive import describe, saved
from csi_model.reporting.word.scripts import CHINESE
from csi_model.reporting.wording import say

LATIN = "Calibri"
"""Latin text; a machine without that font takes its own."""

INK, MUTED, ACCENT, SHADE = "1F2933", "6B7280", "1F4E79", "EEF2F6"
_WIDTH = 17.0
"""Width of the text, in cm."""
_MISSING = 1.75
"""Width of the columns for no answer, in cm."""
_STYLES: dict[str, tuple[float, bool, bool, str, float, float]] = {
    "Question": (10.5, False, False, INK, 9, 3),
    "Instruction": (9.5, False, True, MUTED, 2, 4),
    "Routing": (9.5, True, False, ACCENT, 2, 2),
    "Box": (9, False, False, INK, 1, 1),
    "Small print": (8, False, False, MUTED, 2, 2),
}
"""Style > size, bold, italic, colour, space before and after, in points."""


def questionnaire_word(content: QuestionnaireContent) -> bytes:
    """Return a questionnaire as the bytes of a ``.docx`` file, the same for the same content.

    Parameters
    ----------
    content
        The questionnaire in one language.
    """
    document = Document()
    _page(document, content)
    _styles(document)
    _head(document, content)
    previous = None
    for part in content.parts:
        document.add_heading(part.title, level=1)
        lead = texts.before(content, part, previous)
        if lead:
            _kept(_added(document, lead, "Instruction"))
        for items in together(part):
            if len(items) > 1:
                _grid(document, content, items)
            else:
                _single(document, content, items[0])
        previous = part
    document.add_heading(say("qn_thanks_title", content.language), level=1)
    document.add_paragraph(say("qn_thanks", content.language))
    for line in texts.last_words(content):
        _added(document, line, "Small print")
    return saved(document)


def _page(document: WordDocument, content: QuestionnaireContent) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
    describe(document, title=texts.title(content), language=content.language)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    pattern = say("qn_page", content.language, page="\x00PAGE\x00", pages="\x00NUMPAGES\x00")
    for text in pattern.split("\x00"):
        if text in ("PAGE", "NUMPAGES"):
            _field(foot, text)
        elif text:
            foot.add_run(text)


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in, such as the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _styles(document: WordDocument) -> None:
    styles = document.styles
    _font(styles["Normal"], 10.5, False, False, INK)
    _language(styles["Normal"])
    styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, (size, bold, italic, colour, before, after) in _STYLES.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, size, bold, italic, colour)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    code = styles.add_style("Column", WD_STYLE_TYPE.CHARACTER)
    _font(code, 7.5, False, False, MUTED)
    for name, size in (("Title", 20.0), ("Heading 1", 13.0), ("Heading 2", 11.0)):
        _font(styles[name], size, True, False, ACCENT)
        styles[name].paragraph_format.keep_with_next = True
    styles["Title"].paragraph_format.space_after = Pt(2)
    styles["Heading 1"].paragraph_format.space_before = Pt(14)
    _font(styles["Footer"], 8, False, False, MUTED)


def _font(style: Any, size: float, bold: bool, italic: bool, colour: str) -> None:
    """Font of a style for Latin and for Chinese text; themes, which name other fonts, are left out."""
    font = style.font
    font.name, font.size, font.bold, font.italic = LATIN, Pt(size), bold, italic
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)
    fonts.set(qn("w:cs"), LATIN)


def _language(style: Any) -> None:
    """Which Chinese signs are drawn, and what is spelled how."""
    spoken = style.element.get_or_add_rPr()
    told = OxmlElement("w:lang")
    for name, value in (("val", "en-GB"), ("eastAsia", "zh-CN")):
        told.set(qn(f"w:{name}"), value)
    spoken.append(told)


def _head(document: WordDocument, content: QuestionnaireContent) -> None:
    language = content.language
    _added(document, texts.title(content), "Title")
    _added(document, texts.purpose(content), "Small print")
    keys = ["qn_number", "qn_date"] + (["qn_interviewer"] if content.mode == "interview" else [])
    table = _table(document, 1, [_WIDTH / len(keys)] * len(keys))
    for cell, key in zip(_cells(table)[0], keys, strict=True):
        _write(cell, say(key, language) + say("colon", language), left=True)
    document.add_paragraph(texts.hello(content)).paragraph_format.space_before = Pt(8)
    _kept(_added(document, say(f"qn_notes_{content.mode}", language), "Routing"))
    for note in texts.notes(content):
        _added(document, note, "List Bullet").paragraph_format.space_after = Pt(1)


def _single(document: WordDocument, content: QuestionnaireContent, item: Item) -> None:
    """A question by itself, with its boxes, and where its answers lead."""
    only = texts.only(content, item)
    if only:
        _kept(_added(document, only, "Routing")).paragraph_format.space_before = Pt(8)
    said = " ".join(part for part in (item.stem, item.text) if part)
    _kept(_question(_added(document, "", "Question"), item, said))
    if item.kind in ("scale", "steps"):
        _boxes(document, item)
    elif item.kind == "options":
        _list(document, content, item)
    else:
        line = "_" * 40 if item.kind == "text" else texts.number_line(content, item)
        said = "    ".join([line, *(f"☐ {one.code} {one.label}" for one in item.missing)])
        document.add_paragraph(said)
    if item.kind != "options":
        for route in texts.routes(content, item):
            _added(document, route, "Routing")


def _question(paragraph: Paragraph, item: Item, said: str) -> Paragraph:
    paragraph.add_run(f"{item.number}  ").bold = True
    paragraph.add_run(said + ("*" if item.suggested else "") + "  ")
    paragraph.add_run(item.name)._r.style = "Column"
    return paragraph


def _boxes(document: WordDocument, item: Item) -> None:
    """Numbers in a row, the words of their ends (or of all) above them."""
    table = _table(document, 2, _widths(item, _WIDTH))
    top, bottom = _cells(table)
    for cell, one in zip(bottom, item.boxes, strict=True):
        _write(cell, f"☐ {one.code}")
    _words(top, item, size=8.0)
    _repeated(table, 1)
    if item.leads:
        for cell in bottom:
            _kept(cell.paragraphs[0])


def _words(cells: Sequence[_Cell], item: Item, size: float) -> None:
    """The words of answers in the row above their boxes; those of a numeric scale above its two halves."""
    count = len(item.answers)
    labels = [one.label for one in item.boxes]
    rest = range(len(labels))
    if item.kind == "scale" and count > 3:
        half = count // 2
        _write(cells[0].merge(cells[half - 1]), labels[0], left=True, shade=True)
        _write(cells[half].merge(cells[count - 1]), labels[count - 1], right=True, shade=True)
        rest = range(count, len(labels))
    for k in rest:
        _write(cells[k], labels[k], shade=True, size=size)


def _grid(document: WordDocument, content: QuestionnaireContent, items: Sequence[Item]) -> None:
    """Questions of one battery as rows of a table; its head is repeated on every page."""
    _kept(_added(document, items[0].stem, "Question"))
    boxes = items[0].boxes
    widths = [_narrow(one, items[0]) for one in boxes]
    table = _table(document, len(items) + 2, [_WIDTH - sum(widths), *widths])
    top, codes, *rows = _cells(table)
    _words(top[1:], items[0], size=7.0)
    for cell, one in zip(codes[1:], boxes, strict=True):
        _write(cell, one.code, shade=True)
    for cells, item in zip(rows, items, strict=True):
        _question(_blank(cells[0]), item, item.text)
        for cell in cells[1:]:
            _write(cell, "☐")
    _write(top[0].merge(codes[0]), say("qn_question", content.language), left=True, shade=True)
    _repeated(table, 2)
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), Pt(4)


def _list(document: WordDocument, content: QuestionnaireContent, item: Item) -> None:
    """Answers one below the other, with the question that each leads to."""
    routed = bool(item.leads)
    widths = [1.8, 8.2, 7.0] if routed else [1.8, 15.2]
    table = _table(document, len(item.boxes) + 1, widths)
    keys = ("qn_code", "qn_answer", "qn_next")[: len(widths)]
    top, *rows = _cells(table)
    for cell, key in zip(top, keys, strict=True):
        _write(cell, say(key, content.language), left=True, shade=True)
    for row, one in zip(rows, item.boxes, strict=True):
        said = [f"☐ {one.code}", one.label, texts.leads_of(content, item, one.code)][: len(widths)]
        for cell, text in zip(row, said, strict=True):
            _write(cell, text, left=True)
    _repeated(table, 1)


def _widths(item: Item, width: float) -> list[float]:
    missing = [_MISSING for _ in item.missing]
    each = (width - sum(missing)) / max(len(item.answers), 1)
    return [each] * len(item.answers) + missing


def _narrow(one: Answer, item: Item) -> float:
    """Width of a column of boxes in a battery, by how many there are."""
    if one in item.missing:
        return 1.3
    if item.kind != "steps":
        return 0.82
    return 1.7 if len(item.answers) <= 5 else 1.35


def _table(document: WordDocument, rows: int, widths: Sequence[float]) -> Table:
    table: Table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in _cells(table):
        for cell, width in zip(row, widths, strict=True):
            cell.width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    return table


def _repeated(table: Table, rows: int) -> None:
    """Repeat the first rows on every page, and keep short tables on one."""
    for row in table.rows[:rows]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    kept = table.rows[:-1] if len(table.rows) <= 12 else table.rows[:rows]
    for row in kept:
        for cell in row._tr.tc_lst:
            for paragraph in cell.p_lst:
                paragraph.get_or_add_pPr().keepNext_val = True


def _cells(table: Table) -> list[list[_Cell]]:
    """The cells of a table without merged ones, row by row; asking it for each takes long."""
    return [[_Cell(cell, table) for cell in row._tr.tc_lst] for row in table.rows]


def _blank(cell: _Cell) -> Paragraph:
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph._p.style = "Box"
    return paragraph


def _write(
    cell: _Cell, text: str, *, left: bool = False, right: bool = False, shade: bool = False, size: float = 0.0
) -> None:
    paragraph = _blank(cell)
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    align = WD_ALIGN_PARAGRAPH
    paragraph.alignment = align.LEFT if left else align.RIGHT if right else align.CENTER
    if shade:
        colour = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            colour.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(colour)


def _added(document: WordDocument, text: str, style: str) -> Paragraph:
    """A paragraph of a style, by its id: looking it up by its name takes long."""
    paragraph: Paragraph = document.add_paragraph(text)
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def _kept(paragraph: Paragraph) -> Paragraph:
    """Keep a paragraph on the page of what follows."""
    paragraph.paragraph_format.keep_with_next = True
    return paragraph
