"""Questionnaires as documents: Word and Markdown, both languages, by the command."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from csi_model.errors import UsageError
from csi_model.measures.questionnaire_building import Wanted, build
from csi_model.model.catalogue import read_catalogue
from csi_model.reporting.measures.questionnaire_phrases import PHRASES, REASONS
from csi_model.reporting.questionnaire_content import Item, Part, together
from csi_model.reporting.questionnaire_markdown import questionnaire_markdown
from csi_model.reporting.questionnaire_texts import leads_of, routes
from csi_model.reporting.questionnaire_word import questionnaire_word
from csi_model.study.measures.questionnaire import QuestionnaireEntry
from csi_model.study.measures.questionnaire_documents import content_of
from csi_model.study.measures.running import entry_of, measure
from csi_model.survey.codebooks import read_codebook

CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def content(name: str, language: str, **options: Any) -> Any:
    asked = QuestionnaireEntry(model=name, **options)
    made = build(read_catalogue(name), wanted=Wanted(named=asked.brand is not None))
    return content_of(made, asked, "zh" if language == "zh" else "en")


@cache
def written(name: str, language: str, **options: Any) -> bytes:
    return questionnaire_word(content(name, language, **options))


@cache
def word(name: str, language: str, **options: Any) -> Any:
    return docx.Document(io.BytesIO(written(name, language, **options)))


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_the_word_document_is_a4_with_numbered_pages() -> None:
    section = word("acsi", "en").sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    foot = section.footer.paragraphs[0]._p
    fields = [field.get(qn("w:instr")) for field in foot.findall(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "".join(node.text or "" for node in foot.iter(qn("w:t"))) == "Page 1 of 1"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_style_has_a_chinese_font(language: str) -> None:
    document = word("acsi", language)
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Question", "Instruction"} <= used
    for name in ("Normal", "Title", "Heading 1", "Question", "Routing", "Box", "Column"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:ascii")) == "Calibri"
        assert fonts.get(qn("w:asciiTheme")) is None
    lang = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert lang.get(qn("w:eastAsia")) == "zh-CN"


def test_scales_are_grids_whose_heads_are_repeated() -> None:
    document = word("ecsi", "en", brand="Acme")
    for table in document.tables[1:]:
        heads = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None
                 for row in table.rows]  # fmt: skip
        assert heads[0]
        assert not heads[-1]
        assert table.style.name == "Table Grid"
    battery = document.tables[2]  # five statements on the image under one stem
    assert len(battery.rows) == 2 + 5
    assert [cell.text for cell in battery.rows[1].cells][1:] == [
        *(str(k) for k in range(1, 11)), "98", "99",
    ]  # fmt: skip
    assert battery.rows[0].cells[1].text == "strongly disagree"
    assert battery.rows[0].cells[10].text == "strongly agree"
    assert battery.rows[2].cells[0].text == "Q1  It can be trusted in what it says and does.  IMAG1"


def test_routing_stands_in_both_languages() -> None:
    english, chinese = texts(word("acsi", "en")), texts(word("acsi", "zh"))
    place = english.index("If 6–10 → go to Q15")
    assert english[place - 1 : place + 3] == [
        "If 1–5 → go to Q16", "If 6–10 → go to Q15", "If no answer (98, 99) → go to Q17",
        "Ask only if Q14 (REPUR) is 6–10.",
    ]  # fmt: skip
    assert "若为 6–10 → 转至 Q15" in chinese
    assert "仅当 Q14（REPUR）为 1–5 时提问。" in chinese
    complaint = next(table for table in word("acsi", "zh").tables if table.rows[0].cells[-1].text == "转至"
                     and "Q14" in table.rows[1].cells[-1].text)  # fmt: skip
    assert [row.cells[2].text for row in complaint.rows] == ["转至", "→ Q14", "→ Q13", "→ Q14", "→ Q14"]
    assert "________ percent (0 to 25; more than 25: write 26)    ☐ 98 don't know    ☐ 99 refused" in english


def test_the_same_questionnaire_gives_the_same_bytes() -> None:
    whole = content("scsb", "zh")
    small = replace(whole, parts=whole.parts[:1])
    one = questionnaire_word(small)
    assert one == questionnaire_word(small)
    assert b"python-docx" not in one
    with zipfile.ZipFile(io.BytesIO(one)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in held.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("name", "language", "options"),
    [("acsi", "en", {}), ("acsi", "zh", {}), ("scsb", "zh", {"mode": "self"})],
)
def test_markdown_and_word_say_the_same(name: str, language: str, options: dict[str, Any]) -> None:
    made = content(name, language, **options)
    markdown = questionnaire_markdown(made).replace("\\", "")
    document = word(name, language, **options)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*texts(document), *cells])
    for item in made.items:
        for text in (item.text, item.name, *routes_but_lists(made, item)):
            assert text in markdown, text
            assert text in said, text
        for one in item.boxes:
            assert one.label in markdown
            assert one.label in said
    if language == "zh":
        known = r"csi_model|codebook\.yaml|acsi|scsb|respondent|<[^>]+>"
        leftover = re.sub(known, "", markdown.replace(made.source, ""))
        assert not re.findall(r"[a-z]{3,}", leftover)


def routes_but_lists(made: Any, item: Item) -> list[str]:
    """Routing of a list stands beside its answers."""
    if item.kind == "options":
        return [leads_of(made, item, one.code) for one in item.boxes]
    return list(routes(made, item))


def test_a_markdown_table_holds_any_name() -> None:
    made = content("ecsi", "en", brand="A|B_C*<script>", product="x\ny")
    markdown = questionnaire_markdown(made)
    assert "<script>" not in markdown
    for line in markdown.splitlines():
        if line.startswith("| **Q"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 14  # a question and twelve boxes
    assert "x y" in markdown


def test_batteries_are_neighbours_with_the_same_stem() -> None:
    items = tuple(Item(number=str(k), name=f"V{k}", stem=stem, text="t", kind="scale")
                  for k, stem in enumerate(["a", "a", "b", "", "", "a"]))  # fmt: skip
    part = Part(title="p", stage="quality", items=items)
    assert [[one.number for one in group] for group in together(part)] == [
        ["0", "1"], ["2"], ["3"], ["4"], ["5"],
    ]  # fmt: skip


def test_chinese_phrases_are_chinese() -> None:
    for key, phrase in PHRASES.items():
        assert CHINESE.search(phrase.zh) or phrase.zh == "%", key
        assert set(re.findall(r"\{\w+\}", phrase.en)) == set(re.findall(r"\{\w+\}", phrase.zh)), key
    assert all(CHINESE.search(words) for words in REASONS.values())


def test_the_command_writes_documents_and_codebook(csi: Callable[..., Any], tmp_path: Path) -> None:
    options = ("--brand", "Acme", "--lang", "zh", "--model-only")
    ran = csi("measure", "questionnaire", "acsi", "-o", "out", *options)
    assert ran.code == 0, ran.err
    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == {
        "questionnaire-en.docx", "questionnaire-en.md", "questionnaire-zh.docx", "questionnaire-zh.md",
        "codebook.yaml", "manifest.json", "report.html", "tables",
    }  # fmt: skip
    table = pd.read_csv(folder / "tables" / "questionnaire.csv", keep_default_na=False)
    assert table["indicator"].tolist()[0] == "OVERALLX"
    row = table[table["indicator"] == "REPUR"].iloc[0]
    assert row["leads_to"] == "1–5 → Q15; 6–10 → Q14; → ×"
    assert row["question_zh"].startswith("下次需要")
    assert "All in all, how satisfied are you with Acme?" in table["question_en"].tolist()
    assert not any(one.optional for one in read_codebook(folder / "codebook.yaml").columns.values())
    assert "总体而言，您对Acme的满意程度如何？" in (folder / "report.html").read_text(encoding="utf-8")
    again = csi("measure", "questionnaire", "acsi", "-o", "out")
    assert again.code == 2


def test_the_command_prints_the_questions(csi: Callable[..., Any], tmp_path: Path) -> None:
    ran = csi("measure", "questionnaire", "scsb", "--languages", "en", "--format", "md")
    assert ran.code == 0, ran.err
    assert "How large" not in ran.out
    assert "Have you ever complained to a member of staff of [company]?" in ran.out
    assert not list(tmp_path.iterdir())


def test_the_function_takes_a_model_by_name() -> None:
    made = measure("questionnaire", model="scsb", format="md", languages=["zh"], model_only=True)
    assert set(made.files) == {"questionnaire-zh.md", "codebook.yaml"}
    assert "总体满意程度" in made.files["codebook.yaml"].decode("utf-8")
    assert made.tables["questionnaire"]["question_en"].eq("").all()


@pytest.mark.parametrize(
    ("options", "where", "says"),
    [
        ({"model": "acsi", "languages": "de"}, "--languages", "Choose one of"),
        ({"model": "acsi", "languages": ","}, "--languages", "Write en, zh or en,zh."),
        ({"model": "acsi", "format": "pdf"}, "--format", "Choose one of: docx, md, both."),
        ({"model": "acsi", "months": 0}, "--months", "at least 1"),
        ({"model": "acsi", "scale": "3"}, "--scale", "does not rise"),
        ({"model": "acsi", "brand": " "}, "--brand", "The text is empty."),
        ({"model": "acsi", "mode": "phone"}, "--mode", "Choose one of: interview, self."),
        ({}, "MODEL", "needed"),
    ],
)
def test_mistakes_of_options(options: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        entry_of("questionnaire", options)
    assert [one.where for one in error.value.findings] == [where]
    assert says in str(error.value)


def test_a_model_that_is_not_there(csi: Callable[..., Any]) -> None:
    ran = csi("measure", "questionnaire", "acsy", "-o", "out")
    assert ran.code == 2
    assert "Did you mean 'acsi'?" in ran.err
