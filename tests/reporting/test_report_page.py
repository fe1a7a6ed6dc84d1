"""The page: complete, safe, self-contained, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape
from itertools import pairwise

import inspection_samples
import league_samples as leagues
import pytest
import report_samples as samples
import wave_samples as waves
from page_outline import Outline
from report_pages import page

from csi_model.errors import ReportError
from csi_model.reporting import document, formats, measurement, records, theme, views
from csi_model.reporting.content import Content
from csi_model.reporting.interactive import page_tools
from csi_model.reporting.look import Look
from csi_model.reporting.outline import glossary
from csi_model.reporting.wording import say

MADE = {
    "plain": samples.acsi,
    "grouped": samples.grouped,
    "inadmissible": samples.inadmissible,
    "twelve": samples.twelve,
    "inspected": inspection_samples.inspected,
}


@cache
def written(make: Callable[[], Content], language: str = "en") -> str:
    """The page on a sample, made once."""
    return page(make(), language)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_sound(name: str, language: str) -> None:
    text = written(MADE[name], language)
    outline = Outline(text)
    assert [tag for tag, _ in outline.headings].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in outline.headings]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [str(attrs["id"]) for _, attrs in outline.attributes if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in outline.attributes:
        if tag == "a":
            assert str(attrs["href"]).removeprefix("#") in ids
        for key in ("aria-labelledby",):
            assert set(str(attrs.get(key) or ids[0]).split()) <= set(ids)
        if tag == "th":
            assert attrs.get("scope") in {"col", "row", "rowgroup"}
    assert all(outline.captions)
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in outline.attributes}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_loaded_and_nothing_runs_but_our_own_script(language: str) -> None:
    text = written(samples.grouped, language)
    outline = Outline(text)
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in outline.attributes}
    inline = [
        body for kind, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL) if not kind
    ]
    assert inline
    policy = unescape(text[: text.index("<title>")])
    other = written(samples.acsi, "en" if language == "zh" else "zh")
    for body in inline:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert body in other
    for _, attrs in outline.attributes:
        assert not any(key.startswith("on") for key in attrs)
        for key in ("src", "href", "xlink:href"):
            assert str(attrs.get(key) or "#").startswith("#")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_content_gives_the_same_page(language: str) -> None:
    later = samples.grouped()
    later = replace(later, manifest={**later.manifest, "created": "2031-01-01T00:00:00+00:00"})
    assert written(samples.grouped, language) == page(later, language)


def test_the_logo_of_a_client_is_held_by_the_page() -> None:
    look = Look(logo=b"<svg onload='alert(1)'/>", logo_type="svg")
    said = {"client": "Shop & Co", "preparer": "Index Ltd", "date": "May 2024"}
    content = samples.acsi()
    text = page(replace(content, look=look, manifest={**content.manifest, "report": said}))
    held = base64.b64encode(look.logo).decode()
    assert f'<img class="logo" src="data:image/svg+xml;base64,{held}" alt="Shop &amp; Co">' in text
    assert "onload" not in text
    for words in said.values():
        assert f"<dd>{words.replace('&', '&amp;')}</dd>" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_definition_belongs_to_words_that_exist(language: str) -> None:
    found = page_tools.definitions(samples.acsi(), language)
    assert len(found) >= 40
    assert all(found.values())
    shown = {head for table in Outline(written(samples.acsi, language)).tables for head in table[0]}
    assert len(shown & set(found)) >= 20


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_term_has_one_meaning_on_page_and_in_glossary(language: str) -> None:
    meanings = {
        say(f"glossary_name_{key}", language).lower(): say(f"glossary_is_{key}", language)
        for key in glossary.TERMS_USED
    }
    found = page_tools.definitions(samples.acsi(), language)
    both = {title: meaning for title, meaning in found.items() if title.lower() in meanings}
    assert len(both) >= 12
    assert both == {title: meanings[title.lower()] for title in both}


def test_groups_to_choose_are_those_of_the_tables() -> None:
    assert page_tools.groups(samples.acsi()) == []
    assert page_tools.groups(leagues.league([("Alder",)], ("firm",))) == []
    found = page_tools.groups(samples.grouped())
    assert [(one["label"], one["suppressed"]) for one in found] == [
        ("Processed food", False),
        ("Airlines", False),
        ("Internet providers", True),
        ("Banks", False),
    ]
    nested = page_tools.groups(leagues.thirty())
    assert len(nested) == 30
    assert {(one["within"], one["short"]) for one in nested} >= {("Services · Banks", "Bank A")}


def test_waves_to_choose_are_those_of_the_trend() -> None:
    assert page_tools.waves(samples.acsi()) == []
    found = page_tools.waves(waves.with_waves(samples.acsi()))
    assert [one["label"] for one in found] == list(waves.QUARTERS)


def test_a_chart_is_made_smaller_without_a_change_to_be_seen() -> None:
    made = document.compact(
        '<svg><title id=\'x\'></title><g id="a-1"><g id="a-clip"/>'
        '<path d="M 1.23456 -0.00499 L 3 4.5" clip-path="url(#a-clip)" style="fill: var(--ink, #1b242d)"/>'
        "<text style=\"font-size: 8px; font-family: 'Arial', sans-serif; fill: red\" "
        'transform="rotate(-0 1 2)">1.23456</text></g></svg>'
    )
    assert made == (
        "<svg><title id='x'></title><g><g id=\"a-clip\"/>"
        '<path d="M 1.23 -0.00 L 3 4.5" clip-path="url(#a-clip)" style="fill: var(--ink)"/>'
        '<text style="font-size: 8px; fill: red">1.23456</text></g></svg>'
    )


def test_labels_are_text() -> None:
    label = "<script>alert(1)</script>"
    content = samples.grouped()
    content = replace(
        content,
        labels={name: {"en": label} for name in (*content.constructs, "SATIS")},
        group_labels={"INDUSTRY": {"1001": '<img src=x onerror="alert(2)">'}},
        title={"en": label},
        source="</dd><b>source</b>",
    )
    text = page(content)
    assert text.count("<script") == written(samples.grouped).count("<script")
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "</dd><b>" not in text
    assert label in unescape(text)


def test_every_number_of_the_index_table_is_the_stored_cell() -> None:
    content = samples.acsi()
    rows = Outline(page(content)).table("Index scores")[1:]
    stored = records.index_rows(content)
    assert len(rows) == len(stored) == 6
    for shown, row in zip(rows, stored, strict=True):
        assert shown == [
            views.labelled(content, str(row["construct"]), "en"),
            formats.number(row["index"], 1),
            formats.interval(row["ci_lower"], row["ci_upper"], 1, "en"),
            formats.number(row["se"], 2),
            formats.count(row["n"]),
        ]


def test_the_headline_stands_large_with_its_interval_base_and_rule() -> None:
    text = written(samples.acsi)
    assert '<p class="number">71.0</p>' in text
    assert "<dd>70.4 to 71.5</dd>" in text
    assert "<dd>7,341</dd>" in text
    assert "<dd>loadings, normalised</dd>" in text


def test_a_fit_that_cannot_be_used_says_so_before_any_number() -> None:
    text = written(samples.inadmissible)
    assert text.index("Do not use the effects and drivers") < text.index('class="number')
    assert text.index("PLS path modelling") < text.index('class="number')
    assert '<p class="number unusable">' in text
    assert "Improve first" not in text
    assert "Do not act on the drivers below" in text
    assert "请勿使用效应与驱动因素的数字" in written(samples.inadmissible, "zh")


def test_groups_show_pooled_weights_own_weights_and_why_not() -> None:
    outline = Outline(written(samples.grouped))
    rows = outline.table("Index of Customer satisfaction by group")[1:]
    assert rows == [
        ["Processed food", "77.2", "76.4 to 78.0", "77.6", "1,968", "✓ usable"],
        ["Airlines", "68.3", "67.5 to 69.1", "68.6", "1,968", "! index only"],
        ["Internet providers", "–1", "–1", "–1", "12", "suppressed"],
        ["Banks", "74.8", "74.0 to 75.6", "75.1", "1,968", "✓ usable"],
    ]
    assert "suppressed: 12 respondents are fewer than the minimum base of 30" in written(samples.grouped)
    assert 'id="groups"' not in written(samples.acsi)


def test_an_empty_number_has_a_note_with_its_reason() -> None:
    text = written(samples.acsi, "en")
    assert "<sup>1</sup> a single indicator has no reliability" in text
    assert "<sup>1</sup> 单一题项没有信度" in written(samples.acsi, "zh")


def test_an_absent_table_is_named() -> None:
    tables = {"index": samples.acsi().pooled["index"]}
    text = page(replace(samples.acsi(), tables=tables, pooled=tables))
    assert "Fit of the model: The results folder holds no such table." in text
    assert 'class="number"' in text


def test_numbers_beyond_usual_limits_are_marked_by_a_sign_not_by_colour() -> None:
    outline = Outline(written(samples.acsi))
    assert outline.table("Reliability")[3][-1] == "0.489 ▼"
    assert outline.table("Discriminant validity")[1][3] == "0.954 ▲"


@pytest.mark.slow
def test_how_it_was_made() -> None:
    content = samples.acsi(structure="reconstructed", caveat={"en": "The arrows are uncertain."})
    text = page(content)
    for words in (
        "csi fit acsi survey.csv",
        "20240501",
        "0.1.0",
        "5d41402abc4b2a76",
        "Fornell, Johnson",
        "The arrows are uncertain.",
        "The structure is reconstructed",
        "maximum likelihood",
    ):
        assert words in text
    client = replace(content, manifest={**content.manifest, "report": {"client": "Shop & Co"}})
    assert "<dt>Prepared for</dt><dd>Shop &amp; Co</dd>" in page(client)


def test_findings_are_listed_gravest_first_with_their_group() -> None:
    found = measurement.findings_of(samples.grouped(), "en")
    assert [item["severity"] for item in found] == ["error", "warning", "note"]
    assert found[0]["group"] == "Airlines"
    assert found[0]["title"] == "impossible correlation"
    assert "Nothing was found" in page(samples.acsi(tables={"findings": samples.findings()}))


def test_an_unknown_language_names_the_choices() -> None:
    with pytest.raises(ReportError, match=r"'fr'.*Choose one of: en, zh"):
        page(samples.acsi(), "fr")


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_text_contrast_is_at_least_aa(palette: theme.Palette) -> None:
    """WCAG 2.1, success criterion 1.4.3: 4.5 to 1 for text."""
    pairs = [
        (ink, ground)
        for ink in ("ink", "muted", "accent", "bad", "good", "caution")
        for ground in ("paper", "panel")
    ]
    pairs += [("ink", "bad_soft"), ("bad", "bad_soft"), ("ink", "accent_soft"), ("on_accent", "accent")]
    for ink, ground in pairs:
        a, b = sorted((_luminance(getattr(palette, ink)), _luminance(getattr(palette, ground))))
        assert (b + 0.05) / (a + 0.05) >= 4.5, (ink, ground)
