"""Rules of wording that hold for every chapter around the results, whatever the results hold."""

from __future__ import annotations

import re
from functools import cache

import gallery
import pytest
import report_samples as samples
import wave_samples as waves
from outline_texts import CHAPTERS, cells_of, numbers_in, sentences_of, texts_of

from csi_model.reporting import records, wording
from csi_model.reporting.content import Content
from csi_model.reporting.outline.phrases import OUTLINE
from csi_model.reporting.outline.summary_phrases import SUMMARY
from csi_model.reporting.outline.whole import outline

CALM = tuple(name for name in gallery.CONTENTS if name not in {"hostile", "long_chinese", "four_hundred"})
"""Contents whose labels are ordinary words."""

SAYING = ("summary", "conclusions")


@cache
def content_of(name: str) -> Content:
    return gallery.GALLERY[name]()


@cache
def lines(name: str, chapter: str, language: str) -> tuple[str, ...]:
    return tuple(texts_of(CHAPTERS[chapter](content_of(name), language)))


@pytest.mark.parametrize("name", gallery.CONTENTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chapter_can_be_written(name: str, language: str) -> None:
    for chapter in CHAPTERS:
        for text in lines(name, chapter, language):
            assert "None" not in text or name == "hostile" or "None of the" in text or "None were" in text
            assert not re.search(r"\bnan\b", text) or name == "hostile"
            assert "  " not in text.strip() or name == "hostile"


@pytest.mark.parametrize("name", ["plain", "grouped", "waves", "inadmissible", "suppressed", "composites"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_a_sentence_is_a_cell_of_a_table(name: str, language: str) -> None:
    content = content_of(name)
    allowed = cells_of(content)
    marks = [mark["label"][language] for mark in content.said.get("benchmarks", [])]
    waves_named = [str(value) for value in waves.QUARTERS]
    for chapter in SAYING:
        for text in sentences_of(CHAPTERS[chapter](content, language)):
            for number in numbers_in(text, *marks, *waves_named):
                assert number in allowed, f"{number} in: {text}"


CAUSAL_EN = re.compile(
    r"\b(because|causes?|caused|causing|leads? to|led to|drives? up|raises|boosts?|results? in|due to|"
    r"thanks to|makes .* (?:rise|fall)|will (?:rise|increase|improve|raise))\b",
    re.IGNORECASE,
)
CAUSAL_ZH = re.compile("导致|引起|造成|使得|归因于|由于.*提高|带来了")
ALLOWED = ("proof of cause", "因果关系的证明", "可能由此引起")


@pytest.mark.parametrize("name", CALM)
def test_no_verb_of_cause(name: str) -> None:
    for chapter in ("summary", "conclusions", "approach"):
        for text in lines(name, chapter, "en"):
            for phrase in ALLOWED:
                text = text.replace(phrase, "")
            assert not CAUSAL_EN.search(text), text
        for text in lines(name, chapter, "zh"):
            for phrase in ALLOWED:
                text = text.replace(phrase, "")
            assert not CAUSAL_ZH.search(text), text


def test_no_phrase_on_effects_speaks_of_cause() -> None:
    for key, term in OUTLINE.items():
        if key.startswith(("impact_", "five_", "summary_", "advise_", "recovery_", "differ_", "plan_")):
            en, zh = term.en, term.zh
            for phrase in ALLOWED:
                en, zh = en.replace(phrase, ""), zh.replace(phrase, "")
            assert not CAUSAL_EN.search(en), key
            assert not CAUSAL_ZH.search(zh), key


INDEX_PERCENT = re.compile(
    r"(index points?|interval of the change [^)]*|rose by [^(]*|fell by [^(]*)(%| percent)"
)


@pytest.mark.parametrize("name", CALM)
def test_percent_never_follows_an_index_or_its_difference(name: str) -> None:
    for chapter in SAYING:
        for text in lines(name, chapter, "en"):
            assert not INDEX_PERCENT.search(text), text
            for found in re.finditer(r"([\d.]+)(%| percent)", text):
                level = found[1] == "95" and " interval" in text[found.end() : found.end() + 10]
                share = re.search(r"complain|rate|share|asked", text)
                assert level or share, text
    effects = [key for key in SUMMARY if key.startswith(("five_", "summary_change", "summary_level"))]
    for key in effects:
        term = OUTLINE[key]
        assert "%" not in term.en + term.zh, key
        assert "百分" not in term.zh, key


COLUMN_WORDS = (" (rho_C)", " (AVE)", " (VIF)", " (Holm)", " (BH)")
"""Parts of the words of columns, which these chapters only repeat."""

CLOSE = re.compile(r"[一-鿿“”（）][,;:?!()]|[,;:?!(][一-鿿]|[一-鿿]\.(?:\s|$)")


@pytest.mark.parametrize("name", [name for name in CALM if name != "suppressed"])
def test_chinese_has_its_own_punctuation(name: str) -> None:
    for chapter in CHAPTERS:
        if chapter in {"lavaan", "background"}:
            continue
        for text in lines(name, chapter, "zh"):
            for stored in (
                "组合信度 (rho_C)",
                "平均方差提取量 (AVE)",
                "方差膨胀因子 (VIF)",
                "p 值 (Holm)",
                "p 值 (BH)",
            ):
                text = text.replace(stored, "")
            assert not CLOSE.search(text), f"{chapter}: {text}"


@pytest.mark.parametrize("name", ["suppressed", "all_suppressed", "grouped"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_suppressed_groups_are_never_in_one_sentence_with_a_number(name: str, language: str) -> None:
    content = content_of(name)
    hidden = [group.label for group in records.groups(content) if group.state == "suppressed"]
    assert hidden
    for chapter in CHAPTERS:
        for text in lines(name, chapter, language):
            for label in hidden:
                if label in text:
                    assert not re.search(r"\d", text), text
    assert not any(label in text for label in hidden for text in lines(name, "summary", language))


@pytest.mark.parametrize("kind", ["inadmissible", "empty"])
def test_no_effect_is_told_where_effects_may_not_be_used(kind: str) -> None:
    base = waves.with_what_if(samples.inadmissible()) if kind == "inadmissible" else gallery.empty()
    for chapter in SAYING:
        texts = sentences_of(CHAPTERS[chapter](base, "en"))
        assert not any("go with" in text or "Improve first" in text or "priority" in text for text in texts)


def test_the_keys_of_these_chapters_clash_with_no_other() -> None:
    for key, term in OUTLINE.items():
        assert wording.WORDS[key] is term, key


def test_every_text_has_both_languages_and_the_same_fields() -> None:
    for key, term in OUTLINE.items():
        assert set(re.findall(r"{(\w+)}", term.en)) == set(re.findall(r"{(\w+)}", term.zh)), key
        words = re.search(r"[a-z]{4}", re.sub(r"{\w+}", "", term.en))
        same = key.startswith(("cite_", "glossary_name", "paper_rho"))
        assert re.search("[一-鿿]", term.zh) or same or not words, key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_chapters_stand_in_the_report(language: str) -> None:
    made = outline(content_of("plain"), language)
    keys = [chapter.key for chapter in made.chapters]
    assert set(CHAPTERS) <= set(keys)
    assert (
        keys.index("summary") < keys.index("background") < keys.index("approach") < keys.index("conclusions")
    )
    assert keys[-2:] == ["paper", "lavaan"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_content_gives_the_same_words(language: str) -> None:
    for chapter, write in CHAPTERS.items():
        assert texts_of(write(content_of("waves"), language)) == list(lines("waves", chapter, language))
