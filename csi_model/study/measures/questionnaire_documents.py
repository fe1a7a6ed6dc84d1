"""A questionnaire laid out: rows of its table, and the documents in each language."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from csi_model.measures.question_wording import label_term
from csi_model.measures.questionnaire import Block, Question, Questionnaire, Skip
from csi_model.reporting.questionnaire_content import (
    Answer,
    Item,
    Leads,
    Only,
    Part,
    QuestionnaireContent,
)
from csi_model.reporting.wording import say

if TYPE_CHECKING:
    from csi_model.study.measures.questionnaire import QuestionnaireEntry

Fill = Callable[[str], str]
PLACEHOLDERS = {
    "brand": {"en": "[company]", "zh": "［公司名称］"},
    "agency": {"en": "[agency]", "zh": "［机构名称］"},
    "product": {"en": "[product or service]", "zh": "［产品或服务］"},
}
"""What stands for a name that was not given."""

SECONDS = 20
"""How long a question takes, about."""


def documents(made: Questionnaire, asked: QuestionnaireEntry) -> dict[str, bytes]:
    """The documents by file name."""
    files: dict[str, bytes] = {}
    for language in dict.fromkeys(asked.languages):
        content = content_of(made, asked, language)
        if asked.format in ("docx", "both"):
            from csi_model.reporting.questionnaire_word import questionnaire_word

            files[f"questionnaire-{language}.docx"] = questionnaire_word(content)
        if asked.format in ("md", "both"):
            from csi_model.reporting.questionnaire_markdown import questionnaire_markdown

            files[f"questionnaire-{language}.md"] = questionnaire_markdown(content).encode("utf-8")
    return files


def question_rows(made: Questionnaire, asked: QuestionnaireEntry) -> list[dict[str, Any]]:
    """Rows of the table ``questionnaire``; the languages that were not asked for are empty."""
    rows = []
    for one in made.questions:
        row: dict[str, Any] = {
            "question_no": one.number,
            "indicator": one.name,
            "question_block": _block_word(one, made),
            "low": one.scale.low if one.scale else math.nan,
            "high": one.scale.high if one.scale else math.nan,
            "answer_codes": _codes(one),
            "asked_if": _condition(one),
            "leads_to": "; ".join(_lead(skip) for skip in one.skips),
            "question_en": "",
            "question_zh": "",
            "why": "" if one.scale else _no_scale(one),
        }
        for language in asked.languages:
            row[f"question_{language}"] = _said(one, _filled(made, asked, language), language)
        rows.append(row)
    return rows


def _no_scale(one: Question) -> str:
    return "the answers are codes without a scale" if one.choices else "the answer is written in words"


def _block_word(one: Question, made: Questionnaire) -> str:
    """A construct by its name, the other blocks by their word."""
    return "about_person" if one.block == "person" else one.block


def _codes(one: Question) -> str:
    """Codes of don't know and refused, and of more than the highest."""
    parts = [f"{code:g}" for code in (one.dont_know, one.refused) if code is not None]
    if one.over is not None and one.scale is not None:
        parts.append(f">{one.scale.high:g}: {one.over:g}")
    return ", ".join(parts)


def _condition(one: Question) -> str:
    when = one.asked_when
    return "" if when is None else f"{when.column} {_range(when.low, when.high)}"


def _lead(skip: Skip) -> str:
    """Answers and the question that they lead to; a cross is the end."""
    target = "×" if skip.ends else skip.number or "×"
    told = "" if skip.low is None or skip.high is None else f"{_range(skip.low, skip.high)} "
    return f"{told}→ {target}"


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def _said(one: Question, fill: Fill, language: str) -> str:
    parts = [one.stem[language]] if one.stem is not None else []
    return " ".join(fill(part) for part in (*parts, one.text[language]))


def _names(made: Questionnaire, asked: QuestionnaireEntry, language: str) -> tuple[str, str]:
    """The company and what it sells in a language, or what stands for them."""
    brand = (asked.brand_zh if language == "zh" else None) or asked.brand
    product = (asked.product_zh if language == "zh" else None) or asked.product
    usual = PLACEHOLDERS["agency" if made.agency else "brand"][language]
    return brand or usual, product or PLACEHOLDERS["product"][language]


def _filled(made: Questionnaire, asked: QuestionnaireEntry, language: str) -> Fill:
    brand, product = _names(made, asked, language)
    return lambda text: text.format(brand=brand, product=product)


def content_of(
    made: Questionnaire, asked: QuestionnaireEntry, language: Literal["en", "zh"]
) -> QuestionnaireContent:
    """The questionnaire in one language, its names filled in."""
    brand, product = _names(made, asked, language)
    fill = _filled(made, asked, language)
    numbers = {one.name: one.number for one in made.questions}
    return QuestionnaireContent(
        language=language,
        brand=brand,
        product=product,
        model=made.model,
        title=label_term(made.model, made.title)[language],
        source=made.source,
        parts=tuple(_part(block, made, fill, language, numbers, asked.mode) for block in made.blocks),
        mode=asked.mode,
        minutes=max(1, round(len(made.questions) * SECONDS / 60)),
    )


def _part(
    block: Block, made: Questionnaire, fill: Fill, language: str, numbers: dict[str, str], mode: str
) -> Part:
    items = tuple(_item(one, made, fill, language, numbers, mode) for one in block.questions)
    return Part(title=block.title[language], stage=block.stage, items=items)


def _item(
    one: Question, made: Questionnaire, fill: Fill, language: str, numbers: dict[str, str], mode: str
) -> Item:
    scale, when = one.scale, one.asked_when
    only = None
    if when is not None:
        number = numbers.get(when.column, when.column)
        only = Only(number=number, name=when.column, answers=_range(when.low, when.high))
    return Item(
        number=one.number,
        name=one.name,
        stem=fill(one.stem[language]) if one.stem is not None else "",
        text=fill(one.text[language]),
        kind=one.kind,
        answers=_answers(one, language),
        missing=_missing(one, language, mode),
        low=f"{scale.low:g}" if scale is not None else "",
        high=f"{scale.high:g}" if scale is not None else "",
        percent=one.percent,
        over=f"{one.over:g}" if one.over is not None else "",
        only=only,
        leads=tuple(_leads(skip, one) for skip in one.skips),
        suggested=one.name in made.suggested,
    )


def _answers(one: Question, language: str) -> tuple[Answer, ...]:
    if one.choices:
        return tuple(Answer(code=f"{choice.code:g}", label=choice.label[language]) for choice in one.choices)
    if one.kind != "scale" or one.scale is None:
        return ()
    words = {one.scale.low: one.low_label, one.scale.high: one.high_label}
    codes = [one.scale.low + k for k in range(int(one.scale.width) + 1)]
    said = {code: label[language] for code, label in words.items() if label is not None}
    return tuple(Answer(code=f"{code:g}", label=said.get(code, "")) for code in codes)


def _missing(one: Question, language: str, mode: str) -> tuple[Answer, ...]:
    refused = "qn_refused_self" if mode == "self" else "qn_refused"
    codes = ((one.dont_know, "qn_dont_know"), (one.refused, refused))
    return tuple(
        Answer(code=f"{code:g}", label=say(key, language)) for code, key in codes if code is not None
    )


def _leads(skip: Skip, one: Question) -> Leads:
    if skip.low is None or skip.high is None:
        return Leads(none=len(one.skips) > 1, number=skip.number, ends=skip.ends)
    inside = [f"{choice.code:g}" for choice in one.choices if skip.low <= choice.code <= skip.high]
    return Leads(answers=_range(skip.low, skip.high), codes=tuple(inside), number=skip.number, ends=skip.ends)
