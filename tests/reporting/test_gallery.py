"""The gallery of extreme contents: each gives an outline and a sound page in both languages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

import gallery
import pytest
from page_outline import Outline
from report_pages import page

from csi_model.reporting import records
from csi_model.reporting.charts import charts
from csi_model.reporting.outline.whole import outline

LANGUAGES = ("en", "zh")
QUICK = {"one_item", "empty", "no_groups"}
NAMES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow, id=name) for name in gallery.CONTENTS
]
NOTHING = re.compile(r"\b(?:nan|NaN|None(?! were| of)|NaT|inf)\b|<NA>")


def texts_in(value: object) -> Iterator[str]:
    """Every text anywhere in an outline."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)


def spoken(text: str, name: str) -> str:
    """``text`` without the firms of the hostile content whose names are words for nothing."""
    return re.sub(r"\b(?:nan|None)\b", "firm", text) if name == "hostile" else text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_it_gives_an_outline(name: str, language: str) -> None:
    made = outline(gallery.GALLERY[name](), language)
    assert made.title
    assert {"findings", "method"} <= {chapter.key for chapter in made.chapters}
    assert not [text for text in texts_in(made) if NOTHING.search(spoken(text, name))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_it_gives_a_sound_page(name: str, language: str) -> None:
    text = page(gallery.GALLERY[name](), language)
    read = Outline(text)
    assert [tag for tag, _ in read.headings].count("h1") == 1
    cells = [cell for table in read.tables for row in table for cell in row]
    assert cells or name == "empty"
    assert not [cell for cell in cells if NOTHING.search(spoken(cell, name))]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_labels_stay_text(language: str) -> None:
    text = page(gallery.hostile(), language)
    assert gallery.SCRIPT not in text
    assert "<b>bold" not in text
    assert unescape(text).count(gallery.SCRIPT) > 3
    assert unescape(text).count(gallery.FORMULAS[0]) > 3
    assert unescape(text).count("]]> --> */ ?> {{ 7*7 }} {% raw %}") > 3
    assert "?> 49" not in unescape(text)
    read = Outline(text)
    assert not any(key.startswith("on") for _, attributes in read.attributes for key in attributes)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_of_hostile_labels_are_sound_documents(language: str) -> None:
    for text in charts(gallery.hostile(), language).values():
        root = ElementTree.fromstring(text)
        assert not [one for one in root.iter() if one.tag.endswith("script")]


def test_long_labels_have_300_characters() -> None:
    content = gallery.long_chinese()
    names = [*(content.label(name, "zh") for name in content.constructs),
             *content.group_labels["firm"].values(), *content.pooled["indicators"]["label"]]  # fmt: skip
    assert {len(name) for name in names} == {300}
    assert len(set(names)) == len(names)


def test_suppressed_firms_hold_no_number() -> None:
    for name, states in (
        ("suppressed", ["suppressed", "ok", "suppressed", "suppressed", "ok"]),
        ("all_suppressed", ["suppressed"] * 3),
    ):
        content = gallery.GALLERY[name]()
        found = records.groups(content)
        assert [group.state for group in found] == states
        hidden = content.tables["index"][content.tables["index"]["why"] != ""]
        assert hidden[["index", "ci_lower", "ci_upper"]].isna().all(axis=None)


def test_the_shapes_are_what_their_names_say() -> None:
    assert len(records.groups(gallery.four_hundred())) == 400
    assert len(records.groups(gallery.one_firm())) == 1
    assert not gallery.no_groups().by
    single = gallery.one_item()
    assert (single.constructs, single.paths, len(single.tables["weights"])) == (("satisfaction",), (), 1)
    assert [name for name, table in gallery.empty().tables.items() if len(table)] == ["findings"]
    assert records.is_composite(gallery.GALLERY["composites"]())
